"""Word documents → blocks: what a reader sees of the body, in order, with Word's own numbers. Through python-docx.

Left out: heads and feet, comments, deleted text, hidden text, tables of contents. Notes at the foot stand at the end of
their section; text boxes behind the paragraph that holds them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from corpus.document import Block
from ingest.readers import Content, Told, UnreadableDocument
from ingest.readers.structure import Line, assemble, plain_lines, table, with_own_title
from ingest.readers.word_numbering import Numbering, W

_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr", "commentReference")
}
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": " ", f"{W}noBreakHyphen": "-", f"{W}ptab": " "}
_TINY = 4  # half points
_NUMBERING = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering"
_NOTES = ("footnotes", "endnotes")


@dataclass(frozen=True)
class _Style:
    """What a paragraph or character style says, with all that it inherits."""

    name: str = ""
    outline: int = 0
    number: str = ""
    depth: int | None = None
    size: float = 0.0
    bold: bool = False
    hidden: bool = False


@dataclass
class _Reading:
    """The state of reading one document: its styles, lists, notes, and what was left out so far."""

    styles: dict[str, _Style]
    numbering: Numbering
    notes: dict[tuple[str, str], Any]
    default: str
    left_out: Counter[str] = field(default_factory=Counter)
    waiting: list[Line] = field(default_factory=list)
    note_count: int = 0


def read_docx(path: Path, _told: Told) -> Content:
    """The content of a Word document (`.docx`, `.docm`)."""
    try:
        document = docx.Document(str(path))
        body = document.element.body
    except (PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError, AttributeError) as error:
        raise UnreadableDocument(
            f"เปิดเป็นเอกสาร Word ไม่ได้ ไฟล์เสียหรือไม่ครบ ({type(error).__name__}) โปรดเปิดใน Word แล้วบันทึกใหม่ "
            "/ not a whole Word document; open it in Word and save it again"
        ) from None
    reading = _prepare(document)
    parts = [*_parts(body, reading), *reading.waiting]
    return Content(assemble(with_own_title(parts)), notes=_told_notes(reading.left_out))


def _prepare(document: Any) -> _Reading:
    styles_root = document.styles.element
    raw = {style.get(f"{W}styleId"): style for style in styles_root.iterchildren(f"{W}style")}
    defaults = styles_root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    base = _with_properties(_Style(), None, defaults)
    styles = {key: _resolved(key, raw, base) for key in raw}
    default = next((key for key, s in raw.items() if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default")), "")
    styles.setdefault(default, base)
    related = {rel.reltype: rel.target_part for rel in document.part.rels.values() if not rel.is_external}
    numbering = _root_of(related.get(_NUMBERING))
    return _Reading(
        styles=styles,
        numbering=Numbering.read(numbering, lambda key: styles[key].number if key in styles else ""),
        notes=dict(_notes(document)),
        default=default,
    )


def _notes(document: Any) -> Iterator[tuple[tuple[str, str], Any]]:
    for rel in document.part.rels.values():
        kind = rel.reltype.rpartition("/")[2]
        if kind in _NOTES and not rel.is_external:
            for note in _root_of(rel.target_part):
                if note.get(f"{W}type") in (None, "normal"):
                    yield (kind, note.get(f"{W}id")), note


def _root_of(part: Any) -> Any:
    """The XML of a part; entities are never resolved, and nothing is fetched."""
    if part is None:
        return None
    if hasattr(part, "element"):
        return part.element
    return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _resolved(key: str, raw: dict[str, Any], base: _Style, seen: tuple[str, ...] = ()) -> _Style:
    style = raw[key]
    parent = _value(style, "basedOn")
    inherited = _resolved(parent, raw, base, (*seen, key)) if parent in raw and parent not in (*seen, key) else base
    found = _with_properties(inherited, style.find(f"{W}pPr"), style.find(f"{W}rPr"))
    name = _value(style, "name").lower()
    outline = found.outline
    if name.startswith("heading ") and name[8:].isdigit():
        outline = int(name[8:])
    return _Style(name, outline, found.number, found.depth, found.size, found.bold, found.hidden)


def _with_properties(style: _Style, paragraph: Any, run: Any) -> _Style:
    number, depth, outline = style.number, style.depth, style.outline
    if paragraph is not None:
        if (level := _value(paragraph, "outlineLvl")).isdigit():
            outline = int(level) + 1 if int(level) < 9 else 0
        listed = paragraph.find(f"{W}numPr")
        if listed is not None:
            number = _value(listed, "numId") or number
            depth = int(_value(listed, "ilvl") or 0) if listed.find(f"{W}ilvl") is not None else depth
    size = next((float(s) / 2 for tag in ("szCs", "sz") if (s := _value(run, tag)).isdigit()), style.size)
    bold = _switch(run, "bCs", _switch(run, "b", style.bold)) or _switch(run, "b", style.bold)
    return _Style(style.name, outline, number, depth, size, bold, _switch(run, "vanish", style.hidden))


def _parts(parent: Any, reading: _Reading) -> Iterator[Line | Block]:
    for child in parent.iterchildren():
        if child.tag == f"{W}p":
            yield from _paragraph(child, reading)
        elif child.tag == f"{W}tbl":
            yield from _table(child, reading)
        elif child.tag == f"{W}sdt":
            if _is_contents(child):
                reading.left_out["contents"] += 1
            elif (content := child.find(f"{W}sdtContent")) is not None:
                yield from _parts(content, reading)
        elif child.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from _parts(child, reading)


def _is_contents(sdt: Any) -> bool:
    gallery = sdt.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and "contents" in (gallery.get(f"{W}val") or "").lower()


def _paragraph(paragraph: Any, reading: _Reading) -> Iterator[Line | Block]:
    properties = paragraph.find(f"{W}pPr")
    key = _value(properties, "pStyle") or reading.default
    named = reading.styles.get(key, _Style())
    if named.name.startswith(("toc ", "contents ", "table of figures")):
        reading.left_out["contents"] += 1
        return
    style = _with_properties(named, properties, None)
    runs = list(_runs(paragraph, style, reading))
    text = "".join(text for text, *_ in runs).strip()
    marker = None
    if text and style.number not in ("", "0"):
        depth = style.depth if style.depth is not None else reading.numbering.level_of_style(style.number, key)
        marker = reading.numbering.next_marker(style.number, depth)
    heard = [(size, bold, len(text)) for text, size, bold in runs if text.strip()]
    line = Line(
        text=text,
        outline=style.outline,
        marker=marker or "",
        depth=depth + 1 if marker else 0,
        size=max(heard, key=lambda run: run[2])[0] if heard else 0.0,
        bold=bool(heard) and all(bold for _, bold, _ in heard),
        title=named.name == "title",
    )
    if line.outline or line.title:
        yield from reading.waiting
        reading.waiting.clear()
    if text:
        yield line
    yield from _boxes(paragraph, reading)
    reading.waiting += _foot_notes(paragraph, reading)


def _runs(paragraph: Any, style: _Style, reading: _Reading) -> Iterator[tuple[str, float, bool]]:
    """The visible texts below a paragraph with their size and whether they are bold."""
    for element in paragraph.iterchildren():
        if element.tag in _SKIPPED:
            reading.left_out["deleted"] += element.tag in (f"{W}del", f"{W}moveFrom")
            reading.left_out["comments"] += element.tag == f"{W}commentReference"
        elif element.tag == f"{W}r":
            run = element.find(f"{W}rPr")
            named = reading.styles.get(_value(run, "rStyle"))
            own = _with_properties(style, None, run)
            text = "".join(_texts(element))
            reading.left_out["comments"] += element.find(f"{W}commentReference") is not None
            if own.hidden or (named and named.hidden) or _unseen(element, run):
                reading.left_out["invisible"] += len(text.strip())
            elif text:
                yield text, own.size, own.bold or bool(named and named.bold)
        elif element.tag != _MC_FALLBACK:
            yield from _runs(element, style, reading)


def _texts(run: Any) -> Iterator[str]:
    for element in run.iterchildren():
        if element.tag == f"{W}t":
            yield element.text or ""
        elif element.tag == f"{W}br" and element.get(f"{W}type") in ("page", "column"):
            yield " "
        elif element.tag in _BREAKS:
            yield _BREAKS[element.tag]
        elif element.tag == f"{W}sym":
            yield chr(int(element.get(f"{W}char") or "20", 16))


def _unseen(run: Any, properties: Any) -> bool:
    """White on white, or too small to be seen. White on a coloured cell or paragraph is seen."""
    size = _value(properties, "szCs") or _value(properties, "sz")
    if size.isdigit() and int(size) <= _TINY:
        return True
    if _value(properties, "color").upper() != "FFFFFF":
        return False
    if properties.find(f"{W}shd") is not None or properties.find(f"{W}highlight") is not None:
        return False
    for ancestor in run.iterancestors(f"{W}p", f"{W}tc", f"{W}tbl", f"{W}txbxContent"):
        if ancestor.tag == f"{W}txbxContent" or ancestor.find(f"*/{W}shd") is not None:
            return False
        if ancestor.tag == f"{W}tbl" and ancestor.find(f"{W}tblPr/{W}tblStyle") is not None:
            return False
    return True


def _boxes(paragraph: Any, reading: _Reading) -> Iterator[Line | Block]:
    for box in paragraph.iter(f"{W}txbxContent"):
        inside_fallback = any(ancestor.tag == _MC_FALLBACK for ancestor in box.iterancestors())
        nested = next(box.iterancestors(f"{W}txbxContent", f"{W}p"), None)
        if not inside_fallback and nested is paragraph:
            yield from _parts(box, reading)


def _foot_notes(paragraph: Any, reading: _Reading) -> Iterator[Line]:
    for kind in _NOTES:
        for reference in paragraph.iter(f"{W}{kind[:-1]}Reference"):
            note = reading.notes.get((kind, reference.get(f"{W}id")))
            if note is not None:
                reading.note_count += 1
                text = " ".join(plain_lines(assemble(list(_parts(note, reading)))))
                yield Line(f"เชิงอรรถ {reading.note_count}: {text}")


def _table(element: Any, reading: _Reading) -> Iterator[Line | Block]:
    """A table; one of a single cell is a frame around its content."""
    rows = list(_rows(element))
    if len(rows) == 1 and len(list(_cells(rows[0]))) == 1:
        yield from _parts(next(_cells(rows[0])), reading)
        return
    grid: list[list[str]] = []
    above: list[str] = []
    headers = 0
    for row in rows:
        before = int(_value(row.find(f"{W}trPr"), "gridBefore") or 0)
        cells: list[str] = [""] * before
        for cell in _cells(row):
            properties = cell.find(f"{W}tcPr")
            span = int(_value(properties, "gridSpan") or 1)
            merged = properties.find(f"{W}vMerge") if properties is not None else None
            at = len(cells)
            if merged is not None and merged.get(f"{W}val") != "restart":
                text = above[at] if at < len(above) else ""
            else:
                text = "\n".join(plain_lines(assemble(list(_parts(cell, reading)))))
            cells += [text] * span
        whole_width = len(cells) > 1 and len(set(cells)) == 1
        grid.append([cells[0], *[""] * (len(cells) - 1)] if whole_width and grid else cells)
        above = cells
        repeated = row.find(f"{W}trPr/{W}tblHeader")
        headers += repeated is not None and headers == len(grid) - 1
    if block := table(grid, headers):
        yield block


def _rows(parent: Any) -> Iterator[Any]:
    for child in parent.iterchildren(f"{W}tr", f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
        if child.tag != f"{W}tr":
            yield from _rows(child)
        elif child.find(f"{W}trPr/{W}del") is None:
            yield child


def _cells(row: Any) -> Iterator[Any]:
    for child in row.iterchildren(f"{W}tc", f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
        if child.tag == f"{W}tc":
            yield child
        else:
            yield from _cells(child)


def _told_notes(left_out: Counter[str]) -> tuple[str, ...]:
    told = {
        "invisible": ("ตัดข้อความที่มองไม่เห็น {} ตัวอักษร", "{} invisible characters left out"),
        "deleted": ("ตัดข้อความที่ถูกลบไว้ {} แห่ง", "{} deleted passages left out"),
        "comments": ("ไม่นำความคิดเห็น {} แห่งมาใช้", "{} comments left out"),
        "contents": ("ไม่นำสารบัญมาใช้ ({} รายการ)", "table of contents left out ({} entries)"),
    }
    return tuple(
        f"{thai.format(left_out[kind])} / {english.format(left_out[kind])}"
        for kind, (thai, english) in told.items()
        if left_out[kind]
    )


def _switch(parent: Any, tag: str, inherited: bool) -> bool:
    child = parent.find(f"{W}{tag}") if parent is not None else None
    return inherited if child is None else child.get(f"{W}val") not in ("0", "false", "off", "none")


def _value(parent: Any, tag: str) -> str:
    child = parent.find(f"{W}{tag}") if parent is not None else None
    return child.get(f"{W}val") or "" if child is not None else ""
