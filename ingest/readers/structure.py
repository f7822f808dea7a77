"""Headings and list items told from the looks of lines: numbering patterns, size, weight.

Readers of formats without marked structure hand over `Line`s, with tables between them as finished blocks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.document import Block, BlockKind

LONGEST_HEADING = 150  # characters
_NUMBER = "[0-9๐-๙]{1,3}"
_BULLETS = "-–—•●○▪■◦·*➢✓❖►▸"
_MARKER = re.compile(
    rf"(?P<marker>[{_BULLETS}\uf0b7\uf0a7\uf0d8\uf0fc]"
    rf"|\({_NUMBER}(?:\.{_NUMBER})*\)|{_NUMBER}(?:\.{_NUMBER})*[.)]|{_NUMBER}(?:\.{_NUMBER}){{1,3}}"
    r"|\((?:[ก-ฮ]|[a-zA-Z]|[ivx]{1,4})\)|(?:[ก-ฮ]|[a-zA-Z]|[ivx]{1,4})[.)]"
    rf"|ข้อ {_NUMBER}(?:\.{_NUMBER})*\.?)\s+(?P<rest>\S.*)",
    re.DOTALL,
)
_QUANTITY = re.compile(r"(?:ล้าน|แสน|หมื่น|พัน|ร้อยละ|บาท|คน|ปี|%|เปอร์เซ็นต์|เท่า|กิโล|เมตร)")
# What a heading of a Thai plan begins with, from the outermost in.
_RANKS = (
    re.compile(r"(?:ส่วนที่|บทที่|ภาคที่|ภาคผนวก|หมวดที่|หมวด\s|บทนำ$|บทสรุปผู้บริหาร$|สารบัญ$)"),
    re.compile(r"(?:ยุทธศาสตร์ที่|ประเด็นยุทธศาสตร์|เป้าหมายที่|เป้าประสงค์ที่|ประเด็นการพัฒนาที่)"),
    re.compile(r"(?:มาตรการ(?:ที่|\s)|กลยุทธ์(?:ที่|\s)|แนวทาง(?:ที่|การพัฒนาที่)|แผนงาน(?:ที่|\s))"),
    re.compile(r"(?:โครงการ(?:ที่)?\s|กิจกรรม(?:ที่)?\s|ตัวชี้วัด(?:ที่)?\s*[0-9๐-๙])"),
)
_PART = re.compile(rf"^(?:\S+?ที่|หมวด|ภาค|ภาคผนวก|มาตรการ|กลยุทธ์|แผนงาน)\s*(?:{_NUMBER}|[ก-ฮ])(?:\.{_NUMBER})*(?!\S*บาท)")
_LARGER = 1.1
UNNUMBERED = len(_RANKS) + 5
_PREDICATE = re.compile(r"(?:ของ|และ|หรือ|ถึง|มี|คือ|เป็น|ได้|จะ|ใน|ตาม|กำหนด|ดำเนิน|ซึ่ง|ที่|กับ|ต้อง|ให้|ว่า)")
_CAPTION = re.compile(rf"(?:ตาราง|แผนภาพ|แผนภูมิ|ภาพ|รูป)(?:ที่)?\s*(?:[:：]|{_NUMBER})")
_OPEN_END = re.compile(r"(?:ดังนี้|ได้แก่|ต่อไปนี้|ประกอบด้วย|คือ|[:;,：])\s*$")


@dataclass(frozen=True)
class Line:
    """A paragraph with its looks. `outline` is its heading level by style, 1 outermost, 0 for none.

    `marker` and `depth` (1 outermost) are those of an automatic list; `size` is in points, 0 if not known.
    """

    text: str
    outline: int = 0
    marker: str = ""
    depth: int = 0
    size: float = 0.0
    bold: bool = False
    title: bool = False
    page: int | None = None
    page_label: str = ""


def assemble(parts: Sequence[Line | Block]) -> tuple[Block, ...]:
    """Blocks of lines and finished blocks, in order: headings with their levels, list items, paragraphs.

    Level 1 is kept for the document's own title. Where styles mark headings, looks do not.
    """
    lines = [part for part in parts if isinstance(part, Line)]
    styled = sum(line.outline > 0 for line in lines) > 1
    looks = {} if styled else _levels_by_looks(lines)
    depths = _Depths()
    blocks: list[Block] = []
    for part in parts:
        if isinstance(part, Block):
            depths.clear()
            blocks.append(part)
        elif level := 1 if part.title else part.outline + 1 if part.outline else looks.get(id(part), 0):
            depths.clear()
            text = f"{part.marker} {part.text}".strip()
            blocks.append(Block(BlockKind.HEADING, text, level, page=part.page, page_label=part.page_label))
        elif part.text:
            blocks.append(_item_or_paragraph(part, depths))
    return tuple(blocks)


def with_own_title(parts: Sequence[Line | Block]) -> list[Line | Block]:
    """The parts with their title told from their headings, where styles have no other name for it.

    It is the first heading if it is the only one of the outermost level and names no numbered part; those below it move
    out by one level.
    """
    headings = [part for part in parts if isinstance(part, Line) and (part.outline or part.title)]
    outermost = [line for line in headings if line.outline == 1]
    if len(outermost) != 1 or headings[0] is not outermost[0] or heading_rank(outermost[0].text) is not None:
        return list(parts)
    return [
        replace(part, outline=max(0, part.outline - 1), title=part is outermost[0])
        if isinstance(part, Line) and part.outline
        else part
        for part in parts
    ]


def typed_marker(text: str) -> tuple[str, str] | None:
    """What a typed list item begins with, and its text; None for any other line."""
    found = _MARKER.match(text)
    if not found or (found["marker"][-1] not in ".)" and _QUANTITY.match(found["rest"])):
        return None
    return found["marker"], found["rest"]


def heading_rank(text: str) -> int | None:
    """How deep a heading with such a beginning stands, 0 outermost; None if it begins like none."""
    for rank, pattern in enumerate(_RANKS):
        if pattern.match(text):
            return rank
    if found := re.match(rf"{_NUMBER}(?:\.{_NUMBER})*(?=[.)]?\s)", text):
        return len(_RANKS) + found[0].count(".")
    return None


def is_numbered_part(text: str) -> bool:
    """Whether a short line alone names a part of a plan by number ("ยุทธศาสตร์ที่ ๒ …", "ภาคผนวก ก")."""
    begins = _PART.match(text)
    if not begins or heading_rank(text) is None or not could_be_heading(text):
        return False
    return not _PREDICATE.match(text[begins.end() :].lstrip())


def could_be_heading(text: str) -> bool:
    """Whether a line is short enough for a heading, introduces nothing, and names no table or picture."""
    one_line = 0 < len(text) <= LONGEST_HEADING and "\n" not in text.strip()
    return one_line and not _OPEN_END.search(text) and not _CAPTION.match(text)


def _levels_by_looks(lines: Sequence[Line]) -> dict[int, int]:
    """Heading levels by the identity of lines: larger outside smaller, then by what they begin with."""
    sizes = sorted((line.size for line in lines for _ in range(len(line.text) // 20 + 1)), key=float)
    body = sizes[len(sizes) // 2] if sizes else 0.0
    found = [line for line in lines if _looks_like_heading(line, body)]
    marked = [line for line in found if line.bold or line.size > body * _LARGER]
    if len(marked) > 1:  # where headings are marked, a plain line that begins like one is a sentence
        found = marked
    if not found:
        return {}
    title = _title(lines, found)
    rest = [line for line in found if line is not title]
    depths = nested([_signature(line) for line in rest])
    return ({id(title): 1} if title else {}) | {id(line): depth + 1 for line, depth in zip(rest, depths, strict=True)}


def nested(kinds: Sequence[tuple[float, int]]) -> list[int]:
    """How deep each of some headings stands, 1 outermost, by what it looks like; a lesser kind is an outer one.

    A kind that is open goes on at its depth. A new kind stands below the last, unless it is an outer one and the last
    does not go on afterwards: "ยุทธศาสตร์ที่ ๑" between ๒.๒ and ๒.๓ is within ๒.๒.
    """
    depths: list[int] = []
    open_kinds: list[tuple[float, int]] = []
    for at, kind in enumerate(kinds):
        if kind in open_kinds:
            del open_kinds[open_kinds.index(kind) + 1 :]
        else:
            while open_kinds and open_kinds[-1] > kind and not _goes_on(open_kinds, kinds[at + 1 :]):
                open_kinds.pop()
            open_kinds.append(kind)
        depths.append(len(open_kinds))
    return depths


def _goes_on(open_kinds: Sequence[tuple[float, int]], later: Sequence[tuple[float, int]]) -> bool:
    """Whether a heading of the innermost open kind comes before one of the kinds around it."""
    return next((kind == open_kinds[-1] for kind in later if kind in open_kinds), False)


def _looks_like_heading(line: Line, body: float) -> bool:
    if line.outline or not could_be_heading(line.text) or (line.depth and not line.bold):
        return False
    return line.bold or line.size > body * _LARGER or is_numbered_part(line.text)


def _title(lines: Sequence[Line], found: Sequence[Line]) -> Line | None:
    """The first line of all, if it looks like a heading, names no numbered part, and none is larger."""
    first = next((line for line in lines if line.text), None)
    if first is None or found[0] is not first or heading_rank(first.text) is not None:
        return None
    alone = sum(_signature(line) == _signature(first) for line in found) == 1
    return first if alone and first.size >= max(line.size for line in found) else None


def _signature(line: Line) -> tuple[float, int]:
    rank = heading_rank(f"{line.marker} {line.text}".strip())
    return -line.size, UNNUMBERED if rank is None else rank


class _Depths:
    """How deep typed list items stand: a new kind of marker stands below the kind before it."""

    def __init__(self) -> None:
        self._kinds: list[str] = []

    def of(self, marker: str) -> int:
        kind = re.sub(_NUMBER, "1", marker)
        kind = re.sub(r"[ก-ฮ](?=[.)])", "ก", re.sub(r"[a-z]+(?=[.)])", "a", kind))
        if kind in self._kinds:
            del self._kinds[self._kinds.index(kind) + 1 :]
        else:
            self._kinds.append(kind)
        return len(self._kinds)

    def clear(self) -> None:
        self._kinds.clear()


def _item_or_paragraph(line: Line, depths: _Depths) -> Block:
    place = {"page": line.page, "page_label": line.page_label}
    if line.depth:
        return Block(BlockKind.LIST_ITEM, line.text, line.depth, line.marker, **place)  # type: ignore[arg-type]
    if typed := typed_marker(line.text):
        marker, text = typed
        return Block(BlockKind.LIST_ITEM, text, depths.of(marker), marker, **place)  # type: ignore[arg-type]
    depths.clear()
    return Block(BlockKind.PARAGRAPH, line.text, **place)  # type: ignore[arg-type]


def table(rows: Iterable[Sequence[str]], headers: int = 1, **place: object) -> Block | None:
    """A table of rows of cells; the first `headers` rows name the columns. None for one without text."""
    cells = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    cells = [row for row in cells if any(row)]
    if not cells:
        return None
    width = max(map(len, cells))
    padded = [(*row, *[""] * (width - len(row))) for row in cells]
    headers = max(1, min(headers, len(padded) - 1))
    columns = tuple(_joined(names) for names in zip(*padded[:headers], strict=True))
    return Block(BlockKind.TABLE, "", columns=columns, rows=tuple(padded[headers:]), **place)  # type: ignore[arg-type]


def _joined(names: Iterable[str]) -> str:
    """A column's name from several header rows; one that spans rows stands once."""
    return " ".join(dict.fromkeys(name for name in names if name))


def plain_lines(blocks: Iterable[Block]) -> Iterator[str]:
    """Each block as the line that a reader sees, for text that must become one string (a nested table, say)."""
    for block in blocks:
        yield f"{block.marker} {block.text}".strip()
        yield from (" ".join(filter(None, row)) for row in (block.columns, *block.rows) if any(row))
