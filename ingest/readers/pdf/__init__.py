"""PDF → blocks: glyphs, lines, tables, reading order, page furniture, structure."""

from dataclasses import replace
from pathlib import Path

from ingest.readers import Content, PageText, Told
from ingest.readers.pdf.furniture import PageItems, without_contents, without_furniture
from ingest.readers.pdf.glyphs import Sheet, open_pdf
from ingest.readers.pdf.lines import Line, clusters_of, runs_of
from ingest.readers.pdf.order import in_reading_order
from ingest.readers.pdf.structure import blocks_of
from ingest.readers.pdf.tables import take_tables


def read_pdf(path: Path, told: Told) -> Content:
    """The content of a PDF file, page by page.

    Raises:
        UnreadableDocument: if it is locked, damaged, too long, or no PDF at all.
    """
    pages: list[PageItems] = []
    texts: list[PageText] = []
    with path.open("rb") as file:
        pdf = open_pdf(file)
        for sheet in pdf.sheets():
            pages.append(_items(sheet))
            texts.append(PageText(sheet.number, raw=_raw(pages[-1])))
            told(sheet.number, len(pdf), "text")
    without_furniture(pages)
    without_contents(pages)
    labelled = tuple(replace(text, label=page.label) for text, page in zip(texts, pages, strict=True))
    return Content(blocks_of(pages), labelled)


def _raw(page: PageItems) -> str:
    """The text of a page as it was read, furniture included."""
    return "\n".join(
        item.text if isinstance(item, Line) else "\n".join(" | ".join(row) for row in item.rows) for item in page.items
    )


def _items(sheet: Sheet) -> PageItems:
    clusters = clusters_of(glyph for glyph in sheet.glyphs if not glyph.hidden)
    grids, rest = take_tables(sheet, clusters)
    items = in_reading_order(sheet, runs_of(rest), grids)
    return PageItems(sheet.number, sheet.label, sheet.height, items)
