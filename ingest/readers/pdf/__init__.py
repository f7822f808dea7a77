"""PDF → blocks: glyphs, lines, tables, reading order, page furniture, structure; by OCR where the text layer is sick.

glyphs.py     what a page draws, with fonts.py and tags.py      only door to pdfminer
lines.py      glyphs to lines, marks glued to their letters
tables.py     ruling lines to cells
aligned.py    tables without ruling lines
order.py      lines and tables in reading order
furniture.py  heads, feet, page numbers, tables of contents
styles.py     size and weight of lines that OCR read
structure.py  lines to headings, paragraphs, items and tables, with numbering.py
fusion.py     a sick layer and what OCR reads in its places
ocr.py        a page's picture to letters and ruling lines      only door to tesseract
pages.py      one page, by its text layer or by OCR
"""

from pathlib import Path

from ingest.readers import Content, PageText, Told
from ingest.readers.pdf.furniture import PageItems, without_contents, without_furniture
from ingest.readers.pdf.glyphs import open_pdf
from ingest.readers.pdf.pages import Page, read_page
from ingest.readers.pdf.structure import blocks_of
from ingest.readers.pdf.styles import in_styles


def read_pdf(path: Path, told: Told) -> Content:
    """The content of a PDF file, page by page.

    Raises:
        UnreadableDocument: if it is locked, damaged, too long, or no PDF at all.
    """
    pages: list[Page] = []
    known_fonts: dict[int, bool] = {}
    with path.open("rb") as file:
        pdf = open_pdf(file)
        for sheet in pdf.sheets():
            pages.append(read_page(path, sheet, known_fonts))
            told(sheet.number, len(pdf), pages[-1].outcome)
    return content_of(pages)


def content_of(pages: list[Page]) -> Content:
    """Pages put together to a document."""
    items = [PageItems(page.number, page.label, page.height, page.items) for page in pages]
    without_furniture(items)
    in_styles(items)
    contents = without_contents(items)
    notes = [f"ตัดสารบัญ {contents} บรรทัดออก / {contents} lines of a table of contents left out"] if contents else []
    notes += [note for page in pages for note in page.notes]
    texts = tuple(
        PageText(page.number, item.label, page.raw, page.ocr, page.invisible, page.failure)
        for page, item in zip(pages, items, strict=True)
    )
    return Content(blocks_of(items), texts, tuple(notes))
