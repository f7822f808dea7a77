"""A Markdown file becomes blocks in reading order; a file that cannot be read is told plainly."""

from pathlib import Path

import pytest

from corpus.document import Block, BlockKind
from ingest.readers import UnreadableDocument
from ingest.readers.markdown import read_markdown
from ingest.reading import read_content


def heading(text: str, level: int) -> Block:
    return Block(BlockKind.HEADING, text, level=level)


def paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def item(marker: str, text: str, level: int = 1) -> Block:
    return Block(BlockKind.LIST_ITEM, text, level=level, marker=marker)


class TestMarkdown:
    def test_headings_and_paragraphs_in_order(self) -> None:
        assert read_markdown("# แผน\n\nหนึ่ง\n\n### ข้อ 1\n\nสอง\n") == (
            heading("แผน", 1), paragraph("หนึ่ง"), heading("ข้อ 1", 3), paragraph("สอง"),
        )  # fmt: skip

    def test_a_soft_break_stays_a_line_break(self) -> None:
        assert read_markdown("บรรทัดหนึ่ง\nบรรทัดสอง  \nบรรทัดสาม") == (paragraph("บรรทัดหนึ่ง\nบรรทัดสอง\nบรรทัดสาม"),)

    def test_what_only_marks_up_is_gone_and_what_is_read_stays(self) -> None:
        text = "**หนา** _เอียง_ `รหัส` [ทางรัฐ](https://example.org) ![ตราสัญลักษณ์](logo.png) &amp; 1\\. <b>ดิบ</b>"
        assert read_markdown(text) == (paragraph("หนา เอียง รหัส ทางรัฐ ตราสัญลักษณ์ & 1. ดิบ"),)

    def test_what_readers_do_not_see_is_left_out(self) -> None:
        assert read_markdown("<!-- ลับ -->\n\n<div>\nดิบ\n</div>\n\n---\n\nเห็น") == (paragraph("เห็น"),)

    def test_bullets_and_numbers_from_their_start(self) -> None:
        assert read_markdown("- ก\n- ข\n\nต่อ\n\n3. สาม\n4. สี่\n") == (
            item("-", "ก"), item("-", "ข"), paragraph("ต่อ"), item("3.", "สาม"), item("4.", "สี่"),
        )  # fmt: skip

    def test_nested_lists_know_their_depth(self) -> None:
        text = "1. หนึ่ง\n   - ก\n   - ข\n     1. ลึก\n2. สอง\n"
        assert read_markdown(text) == (
            item("1.", "หนึ่ง"), item("-", "ก", 2), item("-", "ข", 2), item("1.", "ลึก", 3), item("2.", "สอง"),
        )  # fmt: skip

    def test_an_item_of_several_lines_and_paragraphs_is_one(self) -> None:
        assert read_markdown("1. หนึ่ง\n   ต่อ\n\n   อีกย่อหน้า\n\n2. สอง\n") == (
            item("1.", "หนึ่ง\nต่อ อีกย่อหน้า"), item("2.", "สอง"),
        )  # fmt: skip

    def test_tables_with_their_columns(self) -> None:
        text = "| ยุทธศาสตร์ | งบ |\n|---|--:|\n| **ที่ 1** | 4,879.87 |\n| ที่ 2 | |\n"
        (table,) = read_markdown(text)
        assert table == Block(BlockKind.TABLE, "", columns=("ยุทธศาสตร์", "งบ"), rows=(("ที่ 1", "4,879.87"), ("ที่ 2", "")))

    def test_quotes_and_code_are_paragraphs(self) -> None:
        assert read_markdown("> อ้าง\n>\n> - ข้อ\n\n```\nรหัส 1\n```\n") == (
            paragraph("อ้าง"), item("-", "ข้อ"), paragraph("รหัส 1"),
        )  # fmt: skip

    def test_nothing(self) -> None:
        assert read_markdown("") == ()


class TestFiles:
    def test_by_its_ending_with_or_without_a_byte_order_mark(self, tmp_path: Path) -> None:
        for name in ("a.md", "b.MD", "c.markdown"):
            (tmp_path / name).write_bytes("\ufeff# แผน\n\nเนื้อหา".encode())
            assert read_content(tmp_path / name).blocks == (heading("แผน", 1), paragraph("เนื้อหา"))

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("plan.xyz", b"text", "ยังอ่านไฟล์ชนิด .xyz ไม่ได้ โปรดแปลงเป็นชนิดที่อ่านได้ (.md, .markdown, .txt"),
            ("plan", b"text", "ยังอ่านไฟล์ชนิด (ไม่มีนามสกุล) ไม่ได้"),
            ("plan.md", b" \n\n<!-- x -->", "ไม่มีข้อความ / the file holds no text"),
            ("plan.md", "# หัวข้อ\n\n## หัวข้อย่อย\n".encode(), "ไม่มีข้อความ / the file holds no text"),
        ],
    )
    def test_what_cannot_be_read_is_told_plainly(self, tmp_path: Path, name: str, content: bytes, says: str) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableDocument) as error:
            read_content(tmp_path / name)
        assert str(error.value).startswith(f"{tmp_path / name}: ")
        assert says in str(error.value)
