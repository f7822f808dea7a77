"""PowerPoint slides → blocks: titles, body levels, tables, groups and notes; a slide is a page. Through python-pptx."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pptx
from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError

from corpus.document import Block, BlockKind
from ingest.readers import Content, PageText, Told, UnreadableDocument
from ingest.readers.structure import UNNUMBERED, heading_rank, nested, plain_lines, table, typed_marker
from ingest.readers.word_numbering import in_format

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
_FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER)
_BULLETED = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)
# Beginnings of the names of automatic numberings, by the number format that Word calls the same.
_FORMATS = (
    ("thaiAlpha", "thaiLetters"), ("thaiNum", "thaiNumbers"), ("alphaLc", "lowerLetter"), ("alphaUc", "upperLetter"),
    ("romanLc", "lowerRoman"), ("romanUc", "upperRoman"), ("arabic", "decimal"),
)  # fmt: skip


def read_pptx(path: Path, told: Told) -> Content:
    """The content of a presentation (`.pptx`)."""
    try:
        slides = list(pptx.Presentation(str(path)).slides)
    except (PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError, AttributeError) as error:
        raise UnreadableDocument(
            f"เปิดเป็นงานนำเสนอ PowerPoint ไม่ได้ ไฟล์เสียหรือไม่ครบ ({type(error).__name__}) โปรดเปิดแล้วบันทึกใหม่ "
            "/ not a whole presentation; open it in PowerPoint and save it again"
        ) from None
    blocks: list[Block] = []
    pages: list[PageText] = []
    hidden = 0
    for number, slide in enumerate(slides, start=1):
        found: list[Block] = []
        if slide.element.get("show") == "0":
            hidden += 1
        else:
            found = list(_slide(slide, number))
        blocks += found
        pages.append(PageText(number, str(number), "\n".join(plain_lines(found))))
        told(number, len(slides), "text" if found else "empty")
    blocks = list(_leveled(blocks))
    notes = (f"ไม่นำสไลด์ที่ซ่อนไว้ {hidden} แผ่นมาใช้ / {hidden} hidden slides left out",) if hidden else ()
    return Content(tuple(blocks), tuple(pages), notes)


def _leveled(blocks: list[Block]) -> Iterator[Block]:
    """Slide titles at the depth that they begin like: "๑.๑ …" below "ส่วนที่ ๑ …"."""
    titles = [block for block in blocks if block.kind is BlockKind.HEADING and block.level > 1]
    ranks = [heading_rank(title.text) for title in titles]
    if all(rank is None for rank in ranks):
        yield from blocks
        return
    depths = dict(zip(map(id, titles), nested([(0.0, UNNUMBERED if r is None else r) for r in ranks]), strict=True))
    for block in blocks:
        yield replace(block, level=depths[id(block)] + 1) if id(block) in depths else block


def _slide(slide: Any, number: int) -> Iterator[Block]:
    place: dict[str, Any] = {"page": number, "page_label": str(number)}
    title = slide.shapes.title
    if title is not None and (text := _text(title.text_frame)):
        level = 1 if number == 1 and title.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE else 2
        yield Block(BlockKind.HEADING, " ".join(text.split()), level, **place)
    for shape in slide.shapes:
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape(shape, place)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        for paragraph in frame.paragraphs:
            if text := _paragraph_text(paragraph):
                yield Block(BlockKind.PARAGRAPH, text, **place)


def _shape(shape: Any, place: dict[str, Any]) -> Iterator[Block]:
    if shape.shape_type is not None and hasattr(shape, "shapes"):
        for inner in shape.shapes:
            yield from _shape(inner, place)
    elif getattr(shape, "has_table", False):
        if block := table(_rows(shape.table), **place):
            yield block
    elif shape.has_text_frame:
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        if kind not in _FURNITURE:
            yield from _paragraphs(shape.text_frame, kind in _BULLETED, place)


def _rows(found: Any) -> Iterator[list[str]]:
    """The cells of each row; what is merged stands in each of the cells that it covers."""
    above: list[str] = []
    for row in found.rows:
        cells: list[str] = []
        for cell in row.cells:
            if cell._tc.get("hMerge") in ("1", "true"):
                cells.append(cells[-1] if cells else "")
            elif cell._tc.get("vMerge") in ("1", "true"):
                cells.append(above[len(cells)] if len(cells) < len(above) else "")
            else:
                cells.append(_text(cell.text_frame))
        above = cells
        yield cells


def _paragraphs(frame: Any, bulleted: bool, place: dict[str, Any]) -> Iterator[Block]:
    counts: dict[int, tuple[str, int]] = {}
    for paragraph in frame.paragraphs:
        text = _paragraph_text(paragraph)
        if not text:
            continue
        depth = paragraph.level
        marker = _marker(paragraph, depth, counts, bulleted)
        counts = {at: count for at, count in counts.items() if at <= depth}
        if not marker and (typed := typed_marker(text)):
            marker, text = typed
        if marker:
            yield Block(BlockKind.LIST_ITEM, text, depth + 1, marker, **place)
        else:
            yield Block(BlockKind.PARAGRAPH, text, **place)


def _marker(paragraph: Any, depth: int, counts: dict[int, tuple[str, int]], bulleted: bool) -> str:
    """What a slide shows before a paragraph; a body's own have a bullet unless they say otherwise."""
    properties = paragraph._p.find(f"{_A}pPr")
    if properties is None:
        properties = etree.Element("none")
    if (automatic := properties.find(f"{_A}buAutoNum")) is not None:
        kind = automatic.get("type") or "arabicPeriod"
        before, count = counts.get(depth, ("", 0))
        count = count + 1 if before == kind else int(automatic.get("startAt") or 1)
        counts[depth] = (kind, count)
        number = in_format(count, next((name for start, name in _FORMATS if kind.startswith(start)), "decimal"))
        return f"({number})" if "ParenBoth" in kind else f"{number})" if "ParenR" in kind else f"{number}."
    counts.pop(depth, None)
    if (bullet := properties.find(f"{_A}buChar")) is not None:
        return bullet.get("char") if bullet.get("char") in ("-", "–", "*") else "•"
    if properties.find(f"{_A}buNone") is not None:
        return ""
    return "•" if bulleted else ""


def _text(frame: Any) -> str:
    return "\n".join(filter(None, (_paragraph_text(paragraph) for paragraph in frame.paragraphs)))


def _paragraph_text(paragraph: Any) -> str:
    return str(paragraph.text).replace("\x0b", "\n").strip()
