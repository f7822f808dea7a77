"""Word files are read as a person reads them: order, Word's own numbers, tables; nothing that is not seen."""

import shutil
import subprocess
from pathlib import Path

import pytest
from docx.oxml import parse_xml

from corpus.document import Block, BlockKind
from ingest.readers import Format, UnreadableDocument, reader_of
from ingest.readers.docx import read_docx
from ingest.readers.word_numbering import in_format
from tests.ingest.word_files import NS, OUTLINE, WordFile


def told(block: Block) -> tuple[str, int, str]:
    return block.kind.value, block.level, f"{block.marker} {block.text}".strip()


def read(file: WordFile, folder: Path) -> list[tuple[str, int, str]]:
    return [told(block) for block in read_docx(file.save(folder / "a.docx"), lambda *_: None).blocks]


class TestNumbers:
    def test_word_s_own_numbers_over_levels_restarts_and_continued_lists(self, tmp_path: Path) -> None:
        file = WordFile()
        file.define(90, OUTLINE)
        file.list(90, 90)
        file.list(91, 90, restart=True)
        for text, number, level in [
            ("a", 90, 0), ("b", 90, 1), ("c", 90, 1), ("d", 90, 2), ("e", 90, 2), ("f", 90, 3), ("g", 90, 0),
            ("h", 90, 1), ("ใหม่", 91, 0), ("i", 91, 0), ("ต่อ", 90, 0),
        ]:  # fmt: skip
            file.add(text, number, level)
        assert read(file, tmp_path) == [
            ("list_item", 1, "๑. a"), ("list_item", 2, "๑.๑ b"), ("list_item", 2, "๑.๒ c"), ("list_item", 3, "(ก) d"),
            ("list_item", 3, "(ข) e"), ("list_item", 4, "• f"), ("list_item", 1, "๒. g"), ("list_item", 2, "๒.๑ h"),
            ("list_item", 1, "๑. ใหม่"), ("list_item", 1, "๒. i"), ("list_item", 1, "๓. ต่อ"),
        ]  # fmt: skip

    def test_numbers_of_headings_are_part_of_them(self, tmp_path: Path) -> None:
        file = WordFile()
        file.define(90, (("thaiNumbers", "ส่วนที่ %1"), ("decimal", "%1.%2")))
        file.list(90, 90)
        file.add("บทนำ", 90, 0, style="Heading 1")
        file.add("หลักการ", 90, 1, style="Heading 2")
        assert read(file, tmp_path) == [("heading", 2, "ส่วนที่ ๑ บทนำ"), ("heading", 3, "๑.1 หลักการ")]

    @pytest.mark.parametrize(
        ("number", "kind", "shown"),
        [
            (12, "thaiNumbers", "๑๒"), (4, "thaiLetters", "ง"), (6, "thaiLetters", "ฉ"), (42, "thaiLetters", "กก"),
            (21, "thaiCounting", "ยี่สิบเอ็ด"), (11, "thaiCounting", "สิบเอ็ด"), (28, "lowerLetter", "bb"),
            (14, "upperRoman", "XIV"), (3, "decimalZero", "03"), (7, "hex", "7"),
        ],
    )  # fmt: skip
    def test_formats(self, number: int, kind: str, shown: str) -> None:
        assert in_format(number, kind) == shown


class TestHeadings:
    def test_by_style_below_the_title(self, tmp_path: Path) -> None:
        file = WordFile()
        file.add("แผน", style="Title")
        file.add("ส่วนที่ ๑", style="Heading 1")
        file.add("หนาแต่ไม่ใช่หัวข้อ", bold=True)
        file.add("ยุทธศาสตร์ที่ ๑", style="Heading 2")
        assert [(kind, level) for kind, level, _ in read(file, tmp_path)] == [
            ("heading", 1), ("heading", 2), ("paragraph", 0), ("heading", 3),
        ]  # fmt: skip

    def test_the_only_heading_of_the_first_level_is_the_title(self, tmp_path: Path) -> None:
        file = WordFile()
        for text, style in (("แผนจังหวัด", "Heading 1"), ("ส่วนที่ ๑", "Heading 2"), ("๑.๑ ก", "Heading 3")):
            file.add(text, style=style)
        assert [level for _, level, _ in read(file, tmp_path)] == [1, 2, 3]

    def test_by_looks_where_no_style_says_so(self, tmp_path: Path) -> None:
        file = WordFile()
        file.add("แผนปฏิบัติการทดลอง", bold=True, size=20)
        file.add("ส่วนที่ ๑ ความเป็นมา", bold=True, size=16)
        file.add("เนื้อความยาวพอสมควรของส่วนนี้ซึ่งเป็นย่อหน้าธรรมดา", size=16)
        file.add("๑.๑ หลักการและเหตุผล", bold=True, size=16)
        file.add("เนื้อความ", size=16)
        file.add("เป้าหมาย มีดังนี้", bold=True, size=16)
        file.add("๑. ข้อหนึ่ง", size=16)
        file.add("(ก) ข้อย่อย", size=16)
        file.add("ยุทธศาสตร์ที่ ๑ เรื่องแรก", bold=True, size=16)
        file.add("มาตรการที่ ๑.๑ ทำสิ่งนี้", bold=True, size=16)
        assert read(file, tmp_path) == [
            ("heading", 1, "แผนปฏิบัติการทดลอง"), ("heading", 2, "ส่วนที่ ๑ ความเป็นมา"),
            ("paragraph", 0, "เนื้อความยาวพอสมควรของส่วนนี้ซึ่งเป็นย่อหน้าธรรมดา"),
            ("heading", 3, "๑.๑ หลักการและเหตุผล"), ("paragraph", 0, "เนื้อความ"), ("paragraph", 0, "เป้าหมาย มีดังนี้"),
            ("list_item", 1, "๑. ข้อหนึ่ง"), ("list_item", 2, "(ก) ข้อย่อย"), ("heading", 3, "ยุทธศาสตร์ที่ ๑ เรื่องแรก"),
            ("heading", 4, "มาตรการที่ ๑.๑ ทำสิ่งนี้"),
        ]  # fmt: skip


class TestTables:
    def test_in_order_with_merged_cells_and_two_rows_of_names(self, tmp_path: Path) -> None:
        file = WordFile()
        file.add("ก่อน")
        table = file.document.add_table(rows=4, cols=3)
        rows = [("โครงการ", "งบประมาณ", ""), ("", "ปี ๑", "ปี ๒"), ("ก", "10", "20"), ("", "30", "40")]
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                table.cell(i, j).text = text
        for first, last in [((0, 1), (0, 2)), ((0, 0), (1, 0)), ((2, 0), (3, 0))]:
            table.cell(*first).merge(table.cell(*last))
        for row in table.rows[:2]:
            row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {NS}/>"))
        file.add("หลัง")
        before, found, after = read_docx(file.save(tmp_path / "a.docx"), lambda *_: None).blocks
        assert (before.text, after.text) == ("ก่อน", "หลัง")
        assert found.columns == ("โครงการ", "งบประมาณ ปี ๑", "งบประมาณ ปี ๒")
        assert found.rows == (("ก", "10", "20"), ("ก", "30", "40"))

    def test_a_table_in_a_cell_is_told_in_the_cell_and_a_frame_is_no_table(self, tmp_path: Path) -> None:
        file = WordFile()
        outer = file.document.add_table(rows=2, cols=2)
        for cell, text in zip(outer._cells, ("ชื่อ", "ค่า", "ก", ""), strict=True):
            cell.text = text
        inner = outer.cell(1, 1).add_table(rows=2, cols=2)
        for cell, text in zip(inner._cells, ("a", "b", "c", "d"), strict=True):
            cell.text = text
        file.document.add_table(rows=1, cols=1).cell(0, 0).text = "ในกรอบ"
        table, framed = read_docx(file.save(tmp_path / "a.docx"), lambda *_: None).blocks
        assert table.rows == (("ก", "a b c d"),)
        assert (framed.kind, framed.text) == (BlockKind.PARAGRAPH, "ในกรอบ")


class TestWhatIsSeen:
    def test_only_what_a_reader_sees_and_the_rest_is_told(self, tmp_path: Path) -> None:
        file = WordFile()
        body = file.add("เห็น")
        file.raw(body, '<w:del w:id="1"><w:r><w:delText>ลบ</w:delText></w:r></w:del>')
        file.raw(body, '<w:ins w:id="2"><w:r><w:t>เพิ่ม</w:t></w:r></w:ins>')
        file.raw(body, "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ซ่อน</w:t></w:r>")
        file.raw(body, '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>ขาว</w:t></w:r>')
        file.raw(body, '<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>จิ๋ว</w:t></w:r>')
        file.raw(body, "<w:r><w:tab/><w:t>หลังแท็บ</w:t><w:br/><w:t>บรรทัดใหม่</w:t></w:r>")
        file.document.sections[0].header.paragraphs[0].text = "หัวกระดาษ"
        file.document.sections[0].footer.paragraphs[0].text = "หน้า ๑"
        content = read_docx(file.save(tmp_path / "a.docx"), lambda *_: None)
        assert [block.text for block in content.blocks] == ["เห็นเพิ่ม หลังแท็บ\nบรรทัดใหม่"]
        assert content.notes == (
            "ตัดข้อความที่มองไม่เห็น 11 ตัวอักษร / 11 invisible characters left out",
            "ตัดข้อความที่ถูกลบไว้ 1 แห่ง / 1 deleted passages left out",
        )

    def test_white_on_a_coloured_cell_is_seen(self, tmp_path: Path) -> None:
        file = WordFile()
        table = file.document.add_table(rows=2, cols=2)
        for cell in table._cells:
            cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {NS} w:fill="1F3864"/>'))
            file.raw(cell.paragraphs[0]._p, '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>เห็น</w:t></w:r>')
        (found,) = read_docx(file.save(tmp_path / "a.docx"), lambda *_: None).blocks
        assert found.columns == ("เห็น", "เห็น")

    def test_a_text_box_once_behind_its_paragraph(self, tmp_path: Path) -> None:
        file = WordFile()
        paragraph = file.add("ข้อความ")
        box = "<w:txbxContent><w:p><w:r><w:t>ในกล่อง</w:t></w:r></w:p></w:txbxContent>"
        file.raw(
            paragraph,
            f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>"
            f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        )
        file.add("ถัดไป")
        assert [text for *_, text in read(file, tmp_path)] == ["ข้อความ", "ในกล่อง", "ถัดไป"]

    def test_a_table_of_contents_is_left_out(self, tmp_path: Path) -> None:
        file = WordFile()
        file.document.styles.add_style("toc 1", 1)
        file.add("บทนำ ........ ๑", style="toc 1")
        file.add("เนื้อหา")
        content = read_docx(file.save(tmp_path / "a.docx"), lambda *_: None)
        assert [block.text for block in content.blocks] == ["เนื้อหา"]
        assert "สารบัญ" in content.notes[0]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_old_word_files_through_libreoffice(tmp_path: Path) -> None:
    file = WordFile()
    file.define(90, (("decimal", "%1."), ("thaiLetters", "(%2)")))
    file.list(90, 90)
    file.add("ส่วนที่ ๑ บทนำ", style="Heading 1")
    file.add("ข้อแรก", 90, 0)
    file.add("ข้อย่อย", 90, 1)
    source = file.save(tmp_path / "a.docx")
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "doc"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(source)], check=True, capture_output=True)
    blocks = reader_of(Format.DOC)(tmp_path / "a.doc", lambda *_: None).blocks
    assert [told(block) for block in blocks] == [
        ("heading", 2, "ส่วนที่ ๑ บทนำ"), ("list_item", 1, "1. ข้อแรก"), ("list_item", 2, "(ก) ข้อย่อย"),
    ]  # fmt: skip


def test_without_libreoffice_an_old_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableDocument, match=r"ไฟล์ \.doc ต้องใช้ LibreOffice ซึ่งไม่มีในเครื่องนี้"):
        reader_of(Format.DOC)(tmp_path / "a.doc", lambda *_: None)
