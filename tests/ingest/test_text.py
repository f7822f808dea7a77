"""Plain text has structure too: numbered headings, typed items, tabbed tables; broken lines are one again."""

from pathlib import Path

import pytest

from corpus.document import BlockKind
from ingest.readers.structure import typed_marker
from ingest.readers.text import read_text, read_text_file

TEXT = """แผนปฏิบัติการทดลอง

ส่วนที่ ๑ บทนำ

แผนฉบับนี้จัดทำขึ้นเพื่อทดลอง

๑.๑ หลักการ

เนื้อความหลักการ มีดังนี้
๑. ข้อแรก
   (ก) ย่อยแรก
   ซึ่งยาวสองบรรทัด
   (ข) ย่อยสอง
๒. ข้อสอง

ยุทธศาสตร์ที่ ๑ ข้อมูลเปิด

โครงการ\tงบ\tปี
ก\t10\t2570
ข\t20\t2571

จบเอกสาร
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
def test_structure_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    blocks = read_text_file(tmp_path / "a.txt", lambda *_: None).blocks
    assert [(b.kind.value, b.level, f"{b.marker} {b.text}".strip()) for b in blocks] == [
        ("heading", 1, "แผนปฏิบัติการทดลอง"), ("heading", 2, "ส่วนที่ ๑ บทนำ"), ("paragraph", 0, "แผนฉบับนี้จัดทำขึ้นเพื่อทดลอง"),
        ("heading", 3, "๑.๑ หลักการ"), ("paragraph", 0, "เนื้อความหลักการ มีดังนี้"), ("list_item", 1, "๑. ข้อแรก"),
        ("list_item", 2, "(ก) ย่อยแรกซึ่งยาวสองบรรทัด"), ("list_item", 2, "(ข) ย่อยสอง"), ("list_item", 1, "๒. ข้อสอง"),
        ("heading", 3, "ยุทธศาสตร์ที่ ๑ ข้อมูลเปิด"), ("table", 0, ""), ("paragraph", 0, "จบเอกสาร"),
    ]  # fmt: skip
    assert blocks[10].columns == ("โครงการ", "งบ", "ปี")
    assert blocks[10].rows == (("ก", "10", "2570"), ("ข", "20", "2571"))


def test_an_outer_kind_of_heading_within_a_section_that_goes_on() -> None:
    told = read_text("ชื่อแผน\n\nส่วนที่ ๒ ผล\n\n๒.๑ สรุป\n\nแผนมีสามส่วน\n\nยุทธศาสตร์ที่ ๑ ข้อมูล\n\nแผนมีสี่ส่วน\n\n๒.๒ ต่อ\n\nค")
    assert [(b.level, b.text) for b in told if b.kind is BlockKind.HEADING] == [
        (1, "ชื่อแผน"), (2, "ส่วนที่ ๒ ผล"), (3, "๒.๑ สรุป"), (4, "ยุทธศาสตร์ที่ ๑ ข้อมูล"), (3, "๒.๒ ต่อ"),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["ยุทธศาสตร์ที่ 1 ของแผนมี 5 เป้าหมาย", "ตารางที่ ๑ งบประมาณ", "โครงการมีดังนี้"])
def test_a_sentence_or_caption_that_begins_like_a_heading_is_none(line: str) -> None:
    assert BlockKind.HEADING not in {block.kind for block in read_text(f"ย่อหน้า ที่ 1\nย่อหน้า ที่ 2\n\n{line}\n\nก")}


def test_lines_broken_for_their_width_are_one() -> None:
    line = "หน่วยงานของรัฐต้องเชื่อมโยงข้อมูลระหว่างกันเพื่อให้ประชาชนได้รับบริการที่สะดวกรวด"
    (block,) = read_text(f"{line}\n{line}\nเร็ว\n")
    assert block.text == f"{line}{line}เร็ว"


def test_form_feeds_part_pages(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("หน้าแรก มีข้อความ\n\fหน้าสอง มีข้อความ", encoding="utf-8")
    content = read_text_file(tmp_path / "a.txt", lambda *_: None)
    assert [(block.page, block.text) for block in content.blocks] == [(1, "หน้าแรก มีข้อความ"), (2, "หน้าสอง มีข้อความ")]
    assert [page.raw for page in content.pages] == ["หน้าแรก มีข้อความ", "หน้าสอง มีข้อความ"]


@pytest.mark.parametrize(
    ("line", "marker"),
    [
        ("๑. ก", "๑."), ("(1) ก", "(1)"), ("1.2 ก", "1.2"), ("๑.๒.๓ ก", "๑.๒.๓"), ("ก) ข", "ก)"), ("(ข) ค", "(ข)"),
        ("- ก", "-"), ("• ก", "•"), ("ข้อ ๕ ก", "ข้อ ๕"), ("iv) ก", "iv)"),
    ],
)  # fmt: skip
def test_typed_markers(line: str, marker: str) -> None:
    found = typed_marker(line)
    assert found is not None
    assert found[0] == marker


@pytest.mark.parametrize("line", ["2563 เป็นปีแรก", "1.5 ล้านบาท", "พ.ศ. 2563", "12 หน่วยงาน", "แผน (1) นี้", "-ก"])
def test_what_is_no_marker(line: str) -> None:
    assert typed_marker(line) is None
