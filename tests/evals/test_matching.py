import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.matching import comparable, held_share, holds, states

THAI = st.text(st.sampled_from("กขคงจฉชซดตถทนบปผพฟมยรลวสหอาิีุูเแโไ่้็ 0123456789"), max_size=60)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("มี ๖ ด้าน", "6 ด้าน"),
        ("งบ 6,504.69 ล้านบาท", "6504.69 ล้านบาท"),
        ("วันที่ 9 ก.ย. 2563", "9 กันยายน 2563"),
        ("กันยายน พ.ศ. 2563", "กันยายน 2563"),
        ("แผนพัฒนารัฐบาลดิจิทัลพ.ศ.2563", "แผนพัฒนารัฐบาลดิจิทัล 2563"),
        ("ร้อยละ 80", "80%"),
        ("80 เปอร์เซ็นต์", "ร้อยละ ๘๐"),
        ("“การทำงาน รูปแบบใหม่”", "การทำงานรูปแบบใหม่"),
        ("Responsive Government, Agile Government", "agile government"),
        ("ใช้ GDX, Data.go.th และ Biz Portal", "Data.go.th"),
        ("ปี 2563 6 ด้าน", "6 ด้าน"),
        ("0.65 ในปี 2561, 0.75 ในปี 2563", "0.75"),
        ("นํ้าท่วม", "น้ำท่วม"),
        ("สำ\u200bนักงาน", "สำนักงาน"),
    ],
)
def test_one_meaning_in_two_writings_is_found(text: str, wording: str) -> None:
    assert states(text, wording)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("พ.ศ. 2563", "6"),
        ("6.5 ล้าน", "6"),
        ("16 ด้าน", "6 ด้าน"),
        ("มาตรา 40", "มาตรา 4"),
        ("ปี 2563 6 ด้าน", "63 6 ด้าน"),
        ("ที่ประชุม", "ที"),
        ("DGAX", "DGA"),
        ("ระบบ DGX", "GX"),
        ("อะไรก็ได้", "   "),
        ("อะไรก็ได้", "—"),
    ],
)
def test_a_part_of_a_number_or_word_is_not_found(text: str, wording: str) -> None:
    assert not states(text, wording)


@given(THAI, st.text(st.sampled_from("กขคง 0123456789"), max_size=20))
def test_every_text_states_itself_in_any_surroundings(text: str, around: str) -> None:
    assert states(f"{around} | ก{text} | {around}", f"ก{text}")


PIECES = [
    "การประชุม",
    "ที่",
    "พ.ศ. 2563",
    "6,504.69 ล้านบาท",
    "DGA",
    "ร้อยละ ๘๐",
    "9 ก.ย. 63",
    "(New Way)",
    "สพร.",
    "“ก”",
    "—",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from(["", " ", "\n"]))
def test_comparable_is_stable(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    assert comparable(comparable(text)) == comparable(text)


def test_a_quote_is_held_from_four_fifths_in_one_piece() -> None:
    quote = "กขคงจฉชซฌญ"
    assert holds(f"ออ {quote[:8]} ออ", quote)
    assert not holds(f"ออ {quote[:7]} ออ", quote)
    assert not holds(f"{quote[:5]} ออ {quote[5:]}", quote)
    assert held_share(quote[:8], quote) == pytest.approx(0.8)
    assert held_share("ออ", "") == 0.0


def test_a_long_sentence_with_another_figure_does_not_hold_the_quote() -> None:
    quote = "แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 มีงบประมาณรวมทั้งสิ้นเป็นจำนวนเงิน 6,504.69 ล้านบาท"
    assert not holds(quote.replace("6,504.69", "6,504.70"), quote)
    assert holds(quote.replace("6,504.69", "๖๕๐๔.๖๙"), quote)


def test_a_markdown_row_is_held_by_the_line_that_has_its_cells() -> None:
    row = "| 2563 (ค.ศ. 2020) | อันดับ 57 | 0.75 |"
    assert holds("ตาราง\n2561: อันดับ 73; คะแนน 0.65\n2563 (ค.ศ. 2020): อันดับ 57; คะแนน 0.75", row)
    assert not holds("2563 (ค.ศ. 2020): อันดับ 73; คะแนน 0.65\n2561: อันดับ 57; คะแนน 0.75", row)
