"""Document → passages, cut along its structure.

A passage is what stands together under one heading: some sentences, a list with its lead line, or rows of a table
with their column names. Lists and tables that are too long are cut between items or rows, and the lead line or
caption and the column names are repeated. Nothing is cut inside a word.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus import thai
from corpus.document import Block, BlockKind, Box, Document, Passage, Unit, UnitKind
from ingest.clean_text import Span, clean_text, line_of

TARGET_LENGTH = 900  # characters; a passage is closed before it grows past this
HARD_LIMIT = 1_200  # characters; a single unit longer than this is cut at a word boundary
SHORT_LINE = 120  # characters; so short a line right before a list introduces it, whatever its words
LEAD_LIMIT = 400  # characters; of a longer lead only the end is repeated, so that it leaves room for the list

_LEAD_END = re.compile(r"(ดังนี้|ได้แก่|ต่อไปนี้|คือ|ประกอบด้วย|เช่น|อาทิ|[:：])\s*$")
_CAPTION = re.compile(r"^ตาราง(?:ที่\s*\d+)?\s*[:：]?\s*")
# What the numbers of a table are in, right above it: "(หน่วย: ล้านบาท)", alone or at the end of what introduces it.
_UNIT_OF_TABLE = re.compile(
    r"(?:^|\s|(?<=\())[(\[]?\s*หน่วย(?!งาน)(?:นับ)?\s*(?:[:：]|เป็น|คือ)?\s*[ก-๙. ]{2,20}[)\]]?\s*$"
)
_CLAUSE_BREAK = re.compile(r" (?=(?:โดย|ทั้งนี้|นอกจากนี้|ซึ่ง|และ|แต่|เพื่อ|อย่างไรก็ตาม|ต่อมา|สำหรับ)\S)")
_LONG_SENTENCE = 320


@dataclass(frozen=True)
class _Place:
    """Where something stands: its span in the clean text, its pages, and its boxes on them."""

    span: Span
    pages: tuple[int, ...] = ()
    boxes: tuple[Box, ...] = ()
    ocr: bool = False


@dataclass(frozen=True)
class _Piece:
    """A unit and where it stands."""

    unit: Unit
    place: _Place


@dataclass
class _Group:
    """Units that stand together: prose, one list, or one table."""

    path: tuple[str, ...]
    kind: UnitKind
    lead: str = ""
    lead_place: _Place | None = None
    columns: tuple[str, ...] = ()
    pieces: list[_Piece] = field(default_factory=list)


def split(document: Document, blocks: Sequence[Block]) -> tuple[Passage, ...]:
    """The passages of a document, in reading order; their ids are unique and stable for unchanged text."""
    passages: list[Passage] = []
    seen: dict[str, int] = {}
    labels = {block.page: block.page_label for block in blocks}
    for group in _groups(document, blocks):
        for passage in _cut(document, group):
            passage = replace(passage, page_label=labels.get(passage.page_start, ""))
            digest = _digest(passage)
            count = seen[digest] = seen.get(digest, 0) + 1
            suffix = f"-{count}" if count > 1 else ""
            passages.append(replace(passage, id=f"{document.id}#{digest[:12]}{suffix}", digest=digest))
    return tuple(passages)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph: its source lines, and the clauses of lines too long to quote."""
    found: list[str] = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        found.extend(_clauses(line) if len(line) > _LONG_SENTENCE else [line])
    return found


def _groups(document: Document, blocks: Sequence[Block]) -> list[_Group]:
    """Blocks gathered into groups, each under its headings."""
    groups = [_Group((document.title,), UnitKind.SENTENCE)]
    headings: list[tuple[int, str]] = []
    titled = False
    _, spans = clean_text(blocks)
    for block, span in zip(blocks, spans, strict=True):
        if block.kind is not BlockKind.HEADING:
            _add(groups, block, span)
            continue
        headings = [h for h in headings if h[0] < block.level]
        if block.level == 1 and not titled:  # the file's own title: the manifest's stands in its place
            titled = True
        else:
            headings.append((block.level, block.text))
        groups.append(_Group((document.title, *(text for _, text in headings)), UnitKind.SENTENCE))
    return [group for group in groups if group.pieces]


def _add(groups: list[_Group], block: Block, span: Span) -> None:
    last = groups[-1]
    if block.kind is BlockKind.PARAGRAPH:
        if last.kind is not UnitKind.SENTENCE:
            groups.append(last := _Group(last.path, UnitKind.SENTENCE))
        last.pieces.extend(_sentence_pieces(block, span))
    elif block.kind is BlockKind.LIST_ITEM:
        if last.kind is not UnitKind.ITEM:
            lead, place = _take_lead(last)
            groups.append(last := _Group(last.path, UnitKind.ITEM, lead, place))
        _add_item(last, block, _place(block, span))
    elif block.rows:
        caption, place = _take_caption(last)
        rows = list(_row_pieces(block, span))
        groups.append(_Group(last.path, UnitKind.ROW, caption, place, block.columns, rows))


def _place(block: Block, span: Span) -> _Place:
    pages = {block.page} | {box.page for box in block.boxes} if block.page is not None else set()
    return _Place(span, tuple(sorted(page for page in pages if page)), block.boxes, block.ocr)


def _sentence_pieces(block: Block, span: Span) -> Iterator[_Piece]:
    whole = _place(block, span)
    at = 0
    for sentence in sentences(block.text):
        at = max(at, block.text.find(sentence, at))
        own = Span(span.start + at, span.start + at + len(sentence))
        yield _Piece(Unit(UnitKind.SENTENCE, sentence), replace(whole, span=own))
        at += len(sentence)


def _row_pieces(block: Block, span: Span) -> Iterator[_Piece]:
    """The rows of a table, each with its line; with its own box where the reader gives one to the head and each row.

    Of a table over several pages with one box a page, a row is on the page to which its share of letters falls, by the
    heights of the boxes.
    """
    whole = _place(block, span)
    lines = line_of(block).split("\n")
    letters = [len(line) + 1 for line in lines]
    height = sum(box.bottom - box.top for box in block.boxes)
    start = letters[0]
    for at, (row, count) in enumerate(zip(block.rows, letters[1:], strict=True), start=1):
        place = replace(whole, span=Span(span.start + start, span.start + start + count - 1))
        if len(block.boxes) == len(lines):
            place = replace(place, pages=(block.boxes[at].page,), boxes=(block.boxes[at],))
        elif len(whole.pages) > 1 and height:
            box = _box_at((start + count / 2) / sum(letters) * height, block.boxes)
            place = replace(place, pages=(box.page,), boxes=(box,))
        yield _Piece(Unit(UnitKind.ROW, _row_text(block.columns, row), cells=row), place)
        start += count


def _box_at(depth: float, boxes: Sequence[Box]) -> Box:
    for box in boxes:
        depth -= box.bottom - box.top
        if depth <= 0:
            return box
    return boxes[-1]


def _add_item(group: _Group, block: Block, place: _Place) -> None:
    text = " ".join(block.text.split("\n"))
    if block.level > 1 and group.pieces:  # a sub-item is told with the item it belongs to
        parent = group.pieces[-1]
        told = f"{parent.unit.text}; {block.marker} {text}".replace("; - ", "; ").replace("; • ", "; ")
        group.pieces[-1] = _Piece(replace(parent.unit, text=told), _together([parent.place, place]))
    else:
        marker = "•" if block.marker in ("-", "*", "+", "•") else block.marker
        group.pieces.append(_Piece(Unit(UnitKind.ITEM, text, marker=marker), place))


def _take_lead(group: _Group) -> tuple[str, _Place | None]:
    """The last sentence of the prose before a list, if it introduces one; it moves from the prose to the list."""
    text = _last_sentence(group)
    return _take_last(group) if _LEAD_END.search(text) or 0 < len(text) <= SHORT_LINE else ("", None)


def _take_caption(group: _Group) -> tuple[str, _Place | None]:
    """What introduces a table, with what its numbers are in; it moves from the prose to the table."""
    text = _last_sentence(group)
    unit = _UNIT_OF_TABLE.search(text)
    if not (_CAPTION.match(text) or _LEAD_END.search(text) or unit):
        return "", None
    line, place = _take_last(group)
    if unit and not text[: unit.start()].strip():
        caption, above = _take_caption(group)
        return f"{caption} {line}".strip(), _together([above, place] if above else [place])
    return _CAPTION.sub("", line), place


def _last_sentence(group: _Group) -> str:
    return group.pieces[-1].unit.text if group.kind is UnitKind.SENTENCE and group.pieces else ""


def _take_last(group: _Group) -> tuple[str, _Place]:
    *kept, last = _short_enough(group.pieces.pop(), LEAD_LIMIT)
    group.pieces += kept
    return last.unit.text, last.place


def _together(places: Sequence[_Place]) -> _Place:
    """One place of several, as they follow each other."""
    return _Place(
        Span(min(place.span.start for place in places), max(place.span.end for place in places)),
        tuple(sorted({page for place in places for page in place.pages})),
        tuple(dict.fromkeys(box for place in places for box in place.boxes)),
        any(place.ocr for place in places),
    )


def _row_text(columns: tuple[str, ...], row: tuple[str, ...]) -> str:
    """A row as one line that can be read alone: the first cell names it, the others follow their column names."""
    pairs = list(zip(columns, row, strict=False))
    head, rest = pairs[0], pairs[1:]
    told = "; ".join(f"{column} {cell}".strip() for column, cell in rest if cell)
    return f"{head[1] or head[0]}: {told}" if told else head[1]


def _length(pieces: Iterable[_Piece]) -> int:
    return sum(len(piece.unit.text) + len(piece.unit.marker) + 2 for piece in pieces)


def _cut(document: Document, group: _Group) -> Iterator[Passage]:
    """The group as one passage, or as several where it is too long."""
    fixed = len(group.lead)
    parts: list[list[_Piece]] = [[]]
    for whole in group.pieces:
        for piece in _short_enough(whole, HARD_LIMIT - fixed):
            if parts[-1] and fixed + _length([*parts[-1], piece]) > TARGET_LENGTH:
                parts.append([])
            parts[-1].append(piece)
    for number, pieces in enumerate(parts, start=1):
        with_lead = [group.lead_place] if group.lead_place and number == 1 else []
        place = _together([*with_lead, *(piece.place for piece in pieces)])
        yield Passage(
            id="",
            document_id=document.id,
            path=group.path,
            units=tuple(piece.unit for piece in pieces),
            lead=group.lead,
            columns=group.columns,
            part=number,
            parts=len(parts),
            page_start=min(place.pages, default=None),
            page_end=max(place.pages, default=None),
            boxes=place.boxes,
            start=place.span.start,
            end=place.span.end,
            ocr=place.ocr,
        )


def _short_enough(piece: _Piece, limit: int) -> Iterator[_Piece]:
    """The unit, cut at word boundaries where it alone is longer than a passage may be."""
    unit = piece.unit
    limit = max(limit - len(unit.marker) - 2, 200)
    if len(unit.text) <= limit:
        yield piece
        return
    start = end = 0
    for offset in _cuts(unit.text, limit):
        if offset - start > limit:
            yield replace(piece, unit=replace(unit, text=unit.text[start:end].strip()))
            start = end
        end = offset
    yield replace(piece, unit=replace(unit, text=unit.text[start:].strip()))


def _cuts(text: str, longest: int) -> Iterator[int]:
    """Word boundaries; a single word longer than a passage may be (a long address, say) is cut between letters."""
    last = 0
    for offset in thai.safe_cuts(text):
        while offset - last > longest:
            last += longest
            while thai.in_cluster(text, last):
                last -= 1
            yield last
        yield (last := offset)


def _clauses(line: str) -> list[str]:
    """A long line cut before words that open a clause, where the pieces stay long enough to be understood."""
    pieces: list[str] = []
    for piece in _CLAUSE_BREAK.split(line):
        if pieces and (len(pieces[-1]) < _LONG_SENTENCE // 3 or len(piece) < _LONG_SENTENCE // 3):
            pieces[-1] += " " + piece
        else:
            pieces.append(piece)
    return pieces


def _digest(passage: Passage) -> str:
    """SHA-256 of all that is shown or indexed; not of where on the pages it stands."""
    parts = [passage.document_id, *passage.path, passage.lead, *passage.columns]
    parts += [f"{unit.kind}\x1f{unit.marker}\x1f{unit.text}" for unit in passage.units]
    parts += [f"{passage.part}/{passage.parts}"]
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()
