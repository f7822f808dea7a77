import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import thai
from evals.values import ValueKind, citation_marks, mentions, unsupported, without_marks


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("6,504.69 ล้านบาท", "๖๕๐๔.๖๙ ล้านบาท"),
        ("6.50469 พันล้านบาท", "6,504.69 ล้านบาท"),
        ("ร้อยละ 80", "80 เปอร์เซ็นต์"),
        ("80%", "ร้อยละ ๘๐"),
        ("ปี ค.ศ. 2020", "พ.ศ. 2563"),
        ("9 ก.ย. 63", "9 กันยายน 2563"),
        ("9 กันยายน ค.ศ. 2020", "9 กันยายน 2563"),
        ("กันยายน 2563", "9 กันยายน 2563"),
        ("ปี 2563", "9 กันยายน 2563"),
        ("วันที่ 10 กันยายน 2563", "วันที่ 9-10 กันยายน 2563"),
        ("2563 และ 2565", "พ.ศ. 2563-2565"),
        ("225 คน [1]", "มี 225 คน"),
        ("1. การศึกษา\n2. สุขภาพ", "ไม่มีตัวเลข"),
        ("ความท้าทายข้อที่ 2 คือ การสื่อสาร", "1. แนวคิด\n2. การสื่อสาร"),
    ],
)
def test_a_value_that_stands_in_the_source_is_supported(said: str, source: str) -> None:
    assert unsupported(said, [source]) == []


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("6,504.70 ล้านบาท", "6,504.69 ล้านบาท"),
        ("6,504.69 บาท", "6,504.69 ล้านบาท"),
        ("ร้อยละ 80", "80 คน"),
        ("10 กันยายน 2563", "9 กันยายน 2563"),
        ("9 กันยายน 2564", "9 กันยายน 2563"),
        ("9 ตุลาคม 2563", "9 กันยายน 2563"),
        ("2,000 คน", "2,543 คน"),
        ("พ.ศ. 2566", "พ.ศ. 2563-2565"),
        ("6 ด้าน", "2563"),
    ],
)
def test_another_value_is_not(said: str, source: str) -> None:
    assert len(unsupported(said, [source])) == 1


def test_the_kinds_of_values() -> None:
    found = mentions("ปี 2563 มี 225 คน ร้อยละ 80 งบ 1.5 ล้านบาท เมื่อ 9 กันยายน 2563")
    kinds = [m.kind for m in found]
    assert kinds == [ValueKind.YEAR, ValueKind.NUMBER, ValueKind.PERCENT, ValueKind.NUMBER, ValueKind.DATE]
    assert [m.value for m in found] == [2020, 225, 80, 1_500_000, 2020]


def test_marks_are_read_in_both_digits_and_are_no_values() -> None:
    assert citation_marks("ก [1] ข [๒] ค [3, 4]") == [1, 2, 3, 4]
    assert without_marks("ก [1] ข[๒]").split() == ["ก", "ข"]
    assert mentions("ก [1] ข [๒]") == []


@given(st.integers(0, 10**7), st.integers(1, 28), st.sampled_from(thai.MONTHS), st.integers(2500, 2600))
def test_a_text_supports_all_of_its_own_values(number: int, day: int, month: str, year: int) -> None:
    text = f"มี {number:,} คน และ {number / 7:.2f} บาท ร้อยละ {number % 100} เมื่อ {day} {month} {year} ปี {year}"
    assert unsupported(text, [text]) == []
    assert unsupported(text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")), [text]) == []


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert unsupported(text, [text]) == []
