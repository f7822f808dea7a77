"""Web pages give their main text without menus, banners, scripts and hidden text; lists as a browser shows them."""

from pathlib import Path

import pytest

from corpus.document import Block
from ingest.readers.html import read_html, read_html_file

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>เว็บ</title>
<style>.x1{{display:none}}</style></head><body>
<div class="cookie-bar">เว็บไซต์นี้ใช้คุกกี้</div><nav><a href="/">หน้าแรก</a></nav>
<table><tr><td><a href=1>ข่าว</a><br><a href=2>บริการ</a><br><a href=3>ติดต่อ</a></td><td>
<h1>แผนทดลอง</h1><p>บทนำ<b>ของแผน</b>
ต่อบรรทัด<p>ย่อหน้าสอง<br>ขึ้นบรรทัด
<h2>เป้าหมาย</h2><p>มีดังนี้</p>
<ol start=3><li>สาม<li>สี่<ol type=a><li>เอ<li>บี</ol></ol>
<ol style="list-style-type: thai"><li>หนึ่ง</li><li value=5>ห้า</li></ol><ul><li><p>จุด</p></ul>
<p class=x1>ลับ</p><p style="display:none">ลับ</p><p hidden>ลับ</p><p>เห็น<span style="color:#fff">ขาว</span></p>
<p style="background:#000"><span style="color:#fff">ขาวบนดำ</span></p><script>alert("ลับ")</script>
</td></tr></table><div id="footer">สงวนลิขสิทธิ์</div></body></html>"""
SEEN = [
    ("heading", 1, "แผนทดลอง"), ("paragraph", 0, "บทนำของแผน ต่อบรรทัด"), ("paragraph", 0, "ย่อหน้าสอง"),
    ("paragraph", 0, "ขึ้นบรรทัด"), ("heading", 2, "เป้าหมาย"), ("paragraph", 0, "มีดังนี้"), ("list_item", 1, "3. สาม"),
    ("list_item", 1, "4. สี่"), ("list_item", 2, "a. เอ"), ("list_item", 2, "b. บี"), ("list_item", 1, "๑. หนึ่ง"),
    ("list_item", 1, "๕. ห้า"), ("list_item", 1, "• จุด"), ("paragraph", 0, "เห็น"), ("paragraph", 0, "ขาวบนดำ"),
]  # fmt: skip


def told(blocks: tuple[Block, ...]) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, f"{block.marker} {block.text}".strip()) for block in blocks]


def test_what_a_reader_sees() -> None:
    blocks, invisible = read_html(PAGE.format(charset="utf-8"))
    assert told(blocks) == SEEN
    assert invisible == len("ลับ" * 3 + "ขาว")


@pytest.mark.parametrize("charset", ["tis-620", "windows-874", "iso-8859-11", "iso-8859-1", "utf-8", ""])
def test_cp874_under_any_declared_name(tmp_path: Path, charset: str) -> None:
    (tmp_path / "a.html").write_bytes(PAGE.format(charset=charset).encode("cp874"))
    assert told(read_html_file(tmp_path / "a.html", lambda *_: None).blocks) == SEEN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_unicode_that_declares_itself_latin(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.html").write_bytes(PAGE.format(charset="iso-8859-1").encode(encoding))
    assert told(read_html_file(tmp_path / "a.html", lambda *_: None).blocks) == SEEN


def test_tables_with_spans_and_two_rows_of_heads() -> None:
    page = (
        "<table><caption>ตารางที่ 1 งบ</caption><tr><th rowspan=2>โครงการ<th colspan=2>งบ</tr><tr><th>ปี 1<th>ปี 2</tr>"
        "<tr><td>ก<td>1<td>2</tr><tr><td rowspan=2>ข<td>3<td>4</tr><tr><td>5<td>6</tr>"
        "<tr><td colspan=3>หมายเหตุ</tr></table>"
    )
    (caption, table), _ = read_html(page)
    assert caption.text == "ตารางที่ 1 งบ"
    assert table.columns == ("โครงการ", "งบ ปี 1", "งบ ปี 2")
    assert table.rows == (("ก", "1", "2"), ("ข", "3", "4"), ("ข", "5", "6"), ("หมายเหตุ", "", ""))


def test_a_form_around_the_whole_page_is_not_furniture() -> None:
    blocks, _ = read_html("<form><h1>แผน</h1><p>เนื้อหาทั้งหมดของหน้านี้อยู่ในฟอร์ม</p></form>")
    assert [text for *_, text in told(blocks)] == ["แผน", "เนื้อหาทั้งหมดของหน้านี้อยู่ในฟอร์ม"]


def test_several_headings_of_the_first_level_are_chapters() -> None:
    blocks, _ = read_html("<h1>บทที่ 1</h1><p>ก</p><h1>บทที่ 2</h1><h2>ข้อ</h2><p>ข</p>")
    assert [(level, text) for kind, level, text in told(blocks) if kind == "heading"] == [
        (2, "บทที่ 1"), (2, "บทที่ 2"), (3, "ข้อ"),
    ]  # fmt: skip


def test_tags_nested_without_end_are_no_trouble() -> None:
    blocks, _ = read_html("<div>" * 5_000 + "ลึก")
    assert len(blocks) <= 1
