"""Slides become blocks with their number as page: titles, levels, tables, groups and notes, nothing that is hidden."""

from pathlib import Path

from lxml import etree
from pptx import Presentation
from pptx.util import Inches

from corpus.document import BlockKind
from ingest.readers.pptx import read_pptx

A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def test_slides_in_order(tmp_path: Path) -> None:
    file = Presentation()
    first = file.slides.add_slide(file.slide_layouts[0])
    first.shapes.title.text = "แผนทดลอง"
    second = file.slides.add_slide(file.slide_layouts[1])
    second.shapes.title.text = "เป้าหมาย"
    frame = second.placeholders[1].text_frame
    frame.text = "ข้อแรก"
    for text, level in (("ย่อย", 1), ("ข้อสอง", 0)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    for number in range(2):
        paragraph = frame.add_paragraph()
        paragraph.text = f"ลำดับ {number}"
        etree.SubElement(paragraph._p.get_or_add_pPr(), f"{{{A}}}buAutoNum", type="thaiNumPeriod")
    table = second.shapes.add_table(3, 2, Inches(1), Inches(3), Inches(4), Inches(1)).table
    for cell, text in zip(table.iter_cells(), ("ปี", "งบ", "2570", "10", "", "20"), strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(5), Inches(2), Inches(1)).text_frame.text = "ในกลุ่ม"
    second.notes_slide.notes_text_frame.text = "บันทึก"
    hidden = file.slides.add_slide(file.slide_layouts[1])
    hidden.shapes.title.text = "ซ่อน"
    hidden._element.set("show", "0")
    file.save(str(tmp_path / "a.pptx"))
    told: list[tuple[int, int, str]] = []
    content = read_pptx(tmp_path / "a.pptx", lambda *page: told.append(page))
    assert [(b.page, b.page_label, b.kind.value, b.level, f"{b.marker} {b.text}".strip()) for b in content.blocks] == [
        (1, "1", "heading", 1, "แผนทดลอง"), (2, "2", "heading", 2, "เป้าหมาย"), (2, "2", "list_item", 1, "• ข้อแรก"),
        (2, "2", "list_item", 2, "• ย่อย"), (2, "2", "list_item", 1, "• ข้อสอง"), (2, "2", "list_item", 1, "๑. ลำดับ 0"),
        (2, "2", "list_item", 1, "๒. ลำดับ 1"), (2, "2", "table", 0, ""), (2, "2", "paragraph", 0, "ในกลุ่ม"),
        (2, "2", "paragraph", 0, "บันทึก"),
    ]  # fmt: skip
    (found,) = [block for block in content.blocks if block.kind is BlockKind.TABLE]
    assert (found.columns, found.rows) == (("ปี", "งบ"), (("2570", "10"), ("2570", "20")))
    assert content.notes == ("ไม่นำสไลด์ที่ซ่อนไว้ 1 แผ่นมาใช้ / 1 hidden slides left out",)
    assert told == [(1, 3, "text"), (2, 3, "text"), (3, 3, "empty")]
    assert [page.number for page in content.pages] == [1, 2, 3]
