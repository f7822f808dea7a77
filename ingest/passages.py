"""Document → passages, cut along its structure.

A passage is what stands together under one heading: some sentences, a list with its lead line, or rows of a table
with their column names. Lists and tables that are too long are cut between items or rows, and the lead line or
caption and the column names are repeated. Nothing is cut inside a word.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from corpus import thai
from corpus.document import Block, BlockKind, Document, Passage, Unit, UnitKind

TARGET_LENGTH = 900  # characters; a passage is closed before it grows past this
HARD_LIMIT = 1_200  # characters; a single unit longer than this is cut at a word boundary
SHORT_LINE = 120  # characters; so short a line right before a list introduces it, whatever its words
LEAD_LIMIT = 400  # characters; of a longer lead only the end is repeated, so that it leaves room for the list

_LEAD_END = re.compile(r"(ดังนี้|ได้แก่|ต่อไปนี้|คือ|ประกอบด้วย|เช่น|อาทิ|[:：])\s*$")
_CAPTION = re.compile(r"^ตาราง(?:ที่\s*\d+)?\s*[:：]?\s*")
_CLAUSE_BREAK = re.compile(r" (?=(?:โดย|ทั้งนี้|นอกจากนี้|ซึ่ง|และ|แต่|เพื่อ|อย่างไรก็ตาม|ต่อมา|สำหรับ)\S)")
_LONG_SENTENCE = 320


@dataclass
class _Group:
    """Units that stand together: prose, one list, or one table."""

    path: tuple[str, ...]
    kind: UnitKind
    lead: str = ""
    columns: tuple[str, ...] = ()
    units: list[Unit] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)


def split(document: Document, blocks: Iterable[Block]) -> tuple[Passage, ...]:
    """The passages of a document, in reading order; their ids are unique and stable for unchanged text."""
    passages: list[Passage] = []
    seen: dict[str, int] = {}
    for group in _groups(document, blocks):
        for passage in _cut(document, group):
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


def _groups(document: Document, blocks: Iterable[Block]) -> list[_Group]:
    """Blocks gathered into groups, each under its headings."""
    groups = [_Group((document.title,), UnitKind.SENTENCE)]
    headings: list[tuple[int, str]] = []
    titled = False
    for block in blocks:
        if block.kind is not BlockKind.HEADING:
            _add(groups, block)
            continue
        headings = [h for h in headings if h[0] < block.level]
        if block.level == 1 and not titled:  # the file's own title: the manifest's stands in its place
            titled = True
        else:
            headings.append((block.level, block.text))
        groups.append(_Group((document.title, *(text for _, text in headings)), UnitKind.SENTENCE))
    return [group for group in groups if group.units]


def _add(groups: list[_Group], block: Block) -> None:
    last = groups[-1]
    if block.kind is BlockKind.PARAGRAPH:
        if last.kind is not UnitKind.SENTENCE:
            groups.append(last := _Group(last.path, UnitKind.SENTENCE))
        last.units.extend(Unit(UnitKind.SENTENCE, sentence) for sentence in sentences(block.text))
    elif block.kind is BlockKind.LIST_ITEM:
        if last.kind is not UnitKind.ITEM:
            groups.append(last := _Group(last.path, UnitKind.ITEM, lead=_take_lead(last)))
        _add_item(last, block)
    elif block.rows:
        caption = _take_caption(last)
        rows = [Unit(UnitKind.ROW, _row_text(block.columns, row), cells=row) for row in block.rows]
        last = _Group(last.path, UnitKind.ROW, lead=caption, columns=block.columns, units=rows)
        groups.append(last)
    if block.page is not None:
        last.pages.append(block.page)


def _add_item(group: _Group, block: Block) -> None:
    text = " ".join(block.text.split("\n"))
    if block.level > 1 and group.units:  # a sub-item is told with the item it belongs to
        parent = group.units[-1]
        group.units[-1] = replace(parent, text=f"{parent.text}; {block.marker} {text}".replace("; - ", "; "))
    else:
        marker = "•" if block.marker in ("-", "*", "+", "•") else block.marker
        group.units.append(Unit(UnitKind.ITEM, text, marker=marker))


def _take_lead(group: _Group) -> str:
    """The last sentence of the prose before a list, if it introduces one; it moves from the prose to the list."""
    text = _last_sentence(group)
    return _take_last(group) if _LEAD_END.search(text) or 0 < len(text) <= SHORT_LINE else ""


def _take_caption(group: _Group) -> str:
    text = _last_sentence(group)
    return _CAPTION.sub("", _take_last(group)) if _CAPTION.match(text) or _LEAD_END.search(text) else ""


def _last_sentence(group: _Group) -> str:
    return group.units[-1].text if group.kind is UnitKind.SENTENCE and group.units else ""


def _take_last(group: _Group) -> str:
    *kept, last = _short_enough(group.units.pop(), LEAD_LIMIT)
    group.units += kept
    return last.text


def _row_text(columns: tuple[str, ...], row: tuple[str, ...]) -> str:
    """A row as one line that can be read alone: the first cell names it, the others follow their column names."""
    pairs = list(zip(columns, row, strict=False))
    head, rest = pairs[0], pairs[1:]
    told = "; ".join(f"{column} {cell}".strip() for column, cell in rest if cell)
    return f"{head[1] or head[0]}: {told}" if told else head[1]


def _length(units: Iterable[Unit]) -> int:
    return sum(len(unit.text) + len(unit.marker) + 2 for unit in units)


def _cut(document: Document, group: _Group) -> Iterator[Passage]:
    """The group as one passage, or as several where it is too long."""
    fixed = len(group.lead)
    parts: list[list[Unit]] = [[]]
    for unit in group.units:
        for piece in _short_enough(unit, HARD_LIMIT - fixed):
            if parts[-1] and fixed + _length([*parts[-1], piece]) > TARGET_LENGTH:
                parts.append([])
            parts[-1].append(piece)
    for number, units in enumerate(parts, start=1):
        yield Passage(
            id="",
            document_id=document.id,
            path=group.path,
            units=tuple(units),
            lead=group.lead,
            columns=group.columns,
            part=number,
            parts=len(parts),
            page_start=min(group.pages, default=None),
            page_end=max(group.pages, default=None),
        )


def _short_enough(unit: Unit, limit: int) -> Iterator[Unit]:
    """The unit, cut at word boundaries where it alone is longer than a passage may be."""
    limit = max(limit - len(unit.marker) - 2, 200)
    if len(unit.text) <= limit:
        yield unit
        return
    start = end = 0
    for offset in _cuts(unit.text, limit):
        if offset - start > limit:
            yield replace(unit, text=unit.text[start:end].strip())
            start = end
        end = offset
    yield replace(unit, text=unit.text[start:].strip())


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
