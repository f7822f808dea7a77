"""Lines → headings, paragraphs, list items and tables, over page breaks.

A tagged file tells what belongs together. In others, what is a heading shows in its size, its weight and its
numbering; where a paragraph ends, in the white space above the next, its indent, and whether the next line's first word
would still have found room on the line before.
"""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from corpus import thai
from corpus.document import Block, BlockKind, Box
from ingest.readers.pdf.counting import recounted
from ingest.readers.pdf.furniture import PageItems
from ingest.readers.pdf.lines import Line, glued, joined
from ingest.readers.pdf.numbering import is_lettered, marker_of, number_depth, part_depth
from ingest.readers.pdf.styles import is_sure_of_size
from ingest.readers.pdf.tables import Grid
from ingest.repair import repair

_LARGER = 1.08  # times the body's size: a heading's letters
_LARGER_ROUGH = 1.25
_SAME_SIZE, _SAME_SIZE_ROUGH = 1.06, 1.25  # times: letters of one paragraph
_LONGEST_HEADING = 220
_LONGEST_PLAIN_HEADING = 110  # of a heading that nothing but its numbering shows
_WIDER_LEADING = 1.22  # times the usual distance of lines: a new paragraph
_INDENT = 1.2  # of the letters' size
_SAME_EDGE = 5.0  # points: edges of one table on two pages
_DEEPEST = 6


@dataclass
class Group:
    """Lines that make one heading, paragraph or item."""

    lines: list[Line] = field(default_factory=list)

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def text(self) -> str:
        return joined(self.lines)


@dataclass(frozen=True)
class _Body:
    """What the running text of a document looks like."""

    size: float
    bold: bool
    styled_headings: bool
    tagged_headings: bool
    leading: dict[float, float]
    rights: dict[tuple[int, int], float]
    lefts: dict[tuple[int, int], float]

    def leading_of(self, line: Line) -> float:
        return self.leading.get(_rounded(line.size), 1.6 * line.size)


def blocks_of(pages: Sequence[PageItems]) -> tuple[Block, ...]:
    """The blocks of a document, in reading order."""
    body = _body([item for page in pages for item in page.items if isinstance(item, Line)])
    labels = {page.number: page.label for page in pages}
    parts = list(_tables_whole(_grouped(pages, body)))
    _recount(parts, body)
    levels = _levels([part for part in parts if isinstance(part, Group) and _is_heading(part, body)])
    blocks: list[Block] = []
    for part in parts:
        if isinstance(part, _Table):
            blocks.append(_table_block(part, labels))
        else:
            blocks.append(_block(part, levels, labels))
    return tuple(_with_depths(blocks, parts))


# Where a group ends


def _grouped(pages: Sequence[PageItems], body: _Body) -> Iterator["Group | Grid"]:
    group = Group()
    for page in pages:
        for item in page.items:
            if isinstance(item, Grid):
                if group.lines:
                    yield group
                group = Group()
                yield item
            elif group.lines and not _ends(group, item, body):
                group.lines.append(item)
            else:
                if group.lines:
                    yield group
                group = Group([item])
    if group.lines:
        yield group


def _ends(group: Group, line: Line, body: _Body) -> bool:
    """Whether a line begins something new."""
    last = group.lines[-1]
    if last.tag and line.tag:
        return last.tag is not line.tag
    if _differs(last, line) or _marker(line.text)[0]:
        return True
    heading = _is_heading(group, body)
    moved = (last.page, last.region) != (line.page, line.region)
    if moved:
        return heading or _is_indented(line, group, body) or _had_room(last, line, body)
    distance = line.baseline - last.baseline
    if abs(distance) < 0.3 * line.size:
        return False
    if distance < 0 or distance > _WIDER_LEADING * body.leading_of(line):
        return True
    if part_depth(_mended(line.text)) and _had_room(last, line, body):
        return True
    if heading:
        return False
    first_indent = line.left - last.left > _INDENT * line.size and not _marker(group.first.text)[0]
    return (first_indent and len(group.lines) > 1) or _had_room(last, line, body)


def _differs(a: Line, b: Line) -> bool:
    if a.rough or b.rough:
        sure = is_sure_of_size(a) and is_sure_of_size(b)
        return max(a.size, b.size) > (_SAME_SIZE_ROUGH if sure else 1.5) * min(a.size, b.size)
    return max(a.size, b.size) > _SAME_SIZE * min(a.size, b.size) or a.bold != b.bold


def _is_indented(line: Line, group: Group, body: _Body) -> bool:
    """Whether a line on a new page or column is set in as the first of a paragraph is, not as those of its item are."""
    indent = line.left - body.lefts[line.page, line.region]
    own = group.lines[-1].left - body.lefts[group.lines[-1].page, group.lines[-1].region]
    hanging = 4 * line.size if _marker(group.first.text)[0] else 0
    return indent > own + hanging + _INDENT * line.size


def _had_room(last: Line, line: Line, body: _Body) -> bool:
    """Whether the line's first word would have fitted on the line before: then a writer ended that line."""
    right = body.rights[last.page, last.region]
    room = right - last.right
    if room < last.size:
        return False
    word = _first_word(line.text)
    width = (line.right - line.left) * len(word) / max(len(line.text), 1)
    return room > 1.2 * width + 0.8 * last.size


def _first_word(text: str) -> str:
    start = re.match(r"\S+", text)
    word = start[0] if start else ""
    if re.match(r"[\u0e01-\u0e4e]", word):
        cut = next((offset for offset in thai.safe_cuts(word[:40]) if offset > 2), len(word))
        return word[:cut]
    return word


def _body(lines: Sequence[Line]) -> _Body:
    letters: Counter[tuple[float, bool]] = Counter()
    distances: dict[float, list[float]] = defaultdict(list)
    rights: dict[tuple[int, int], float] = defaultdict(float)
    lefts: dict[tuple[int, int], float] = {}
    for last, line in zip([None, *lines], lines, strict=False):
        letters[_rounded(line.size), line.bold] += len(line.text)
        place = (line.page, line.region)
        rights[place] = max(rights[place], line.right)
        lefts[place] = min(lefts.get(place, line.left), line.left)
        if last and (last.page, last.region) == place and not _differs(last, line):
            distance = line.baseline - last.baseline
            if 0.8 * line.size < distance < 2.6 * line.size:
                distances[_rounded(line.size)].append(distance)
    sheets = {line.page: line.sheet for line in lines if line.region == 0}
    usual = {
        sheet: statistics.median(rights[page, 0] for page, other in sheets.items() if other == sheet)
        for sheet in set(sheets.values())
    }
    for page, sheet in sheets.items():  # a page whose lines are all short has the margin that most pages have
        rights[page, 0] = max(rights[page, 0], usual[sheet])
    (size, bold), _ = letters.most_common(1)[0] if letters else ((12.0, False), 0)
    leading = {size: _usual(found) for size, found in distances.items()}
    larger = sum(line.size > _LARGER * size or (line.bold and not bold) for line in lines)
    styled = larger >= max(2, len({line.page for line in lines}) / 3)
    tagged = any(line.tag and line.tag.heading_level for line in lines)
    return _Body(size, bold, styled, tagged, leading, rights, lefts)


def _usual(distances: Sequence[float]) -> float:
    """The distance of lines within paragraphs: the smaller half's middle, since wider ones part paragraphs."""
    smaller = sorted(distances)[: max(1, (len(distances) + 1) * 2 // 3)]
    return statistics.median(smaller)


def _rounded(size: float) -> float:
    return round(size * 2) / 2


# What a group is


def _recount(parts: Sequence["Group | _Table"], body: _Body) -> None:
    """Set right the numbers that OCR misread, of headings of one style and of the items of one list."""
    headings: list[Group] = []
    items: list[Group] = []
    for part in [*parts, None]:
        heading = isinstance(part, Group) and _is_heading(part, body)
        if items and (not isinstance(part, Group) or heading or not _is_beside(part, items[-1])):
            _set_numbers(items)
            items = []
        if headings and (part is None or (heading and isinstance(part, Group) and not _is_alike(part, headings[-1]))):
            _set_numbers(headings)
            headings = []
        if isinstance(part, Group) and part.first.ocr:
            (headings if heading else items).append(part)


def _is_beside(group: Group, item: Group) -> bool:
    return abs(group.first.left - item.first.left) < 0.7 * item.first.size


def _is_alike(a: Group, b: Group) -> bool:
    return (a.first.size, a.first.bold) == (b.first.size, b.first.bold)


def _set_numbers(groups: Sequence[Group]) -> None:
    told = recounted([group.first.text for group in groups])
    for group, text in zip(groups, told, strict=True):
        if text != group.first.text:
            group.lines[0] = replace(group.first, text=text)


@lru_cache(maxsize=2000)
def _mended(text: str) -> str:
    """The text as the exact rules of repair make it: numbers and names of parts must be known before the page is."""
    return repair(text)[0]


def _marker(text: str) -> tuple[str, str]:
    """The marker of an item and its text, as they stand, or as they were before they were damaged."""
    marker, rest = marker_of(text)
    return (marker, rest) if marker else marker_of(_mended(text))


def _is_heading(group: Group, body: _Body) -> bool:
    line, text = group.first, _mended(group.text)
    if body.tagged_headings and line.tag:
        return bool(line.tag.heading_level)
    if len(group.lines) > 4 or len(text) > _LONGEST_HEADING or not re.search(r"[\u0e01-\u0e2ea-zA-Z]", text):
        return False
    if line.size > (_LARGER_ROUGH if line.rough else _LARGER) * body.size and (not line.rough or is_sure_of_size(line)):
        return True
    if line.bold and not body.bold and line.size > 0.95 * body.size:
        return len(group.lines) <= 3
    if body.styled_headings:
        return False
    return bool(part_depth(text)) and len(text) <= _LONGEST_PLAIN_HEADING and len(group.lines) <= 2


def _levels(headings: Sequence[Group]) -> dict[int, int]:
    """The level of each heading, by the id of its group: larger over smaller, bold over plain, then by numbering."""
    if headings and all(group.first.tag and group.first.tag.heading_level for group in headings):
        return {id(group): group.first.tag.heading_level for group in headings if group.first.tag}
    styles: dict[tuple[float, bool], list[Group]] = defaultdict(list)
    for group in headings:
        styles[-_rounded(group.first.size), not group.first.bold].append(group)
    ranks: dict[int, tuple[float, bool, int, int]] = {}
    for (size, plain), groups in styles.items():
        kinds = [_numbering(_mended(group.text)) for group in groups]
        seen = list(
            dict.fromkeys(kind for kind, _ in kinds if kind)
        )  # the kind of number that comes first is the outer
        outermost = min((depth for kind, depth in kinds if kind == seen[0]), default=0) if seen else 0
        for group, (kind, depth) in zip(groups, kinds, strict=True):
            ranks[id(group)] = (size, plain, seen.index(kind), depth) if kind else (size, plain, 0, outermost)
    order = sorted(set(ranks.values()))
    levels = {key: min(order.index(rank) + 1, _DEEPEST) for key, rank in ranks.items()}
    titles = [key for key, level in levels.items() if level == 1]
    if len(titles) == 1 and headings and id(headings[0]) == titles[0]:
        return levels
    return {key: min(level + 1, _DEEPEST) for key, level in levels.items()}


def _numbering(text: str) -> tuple[str, int]:
    """The kind of number that a heading begins with, and how deep it says that it stands; "" if it has none."""
    if depth := part_depth(text):
        return "part", depth
    if depth := number_depth(text):
        return "decimal", depth
    return ("letter", 1) if is_lettered(text) or marker_of(text)[0] else ("", 0)


def _block(group: Group, levels: dict[int, int], labels: dict[int, str]) -> Block:
    text, page = group.text, group.first.page
    marker, rest = _marker(text)
    if not marker and group.first.tag and group.first.tag.role == "LI":  # browsers draw the bullet, and write none
        marker = "•"
    level = 0
    if id(group) in levels:
        kind, level, marker = BlockKind.HEADING, levels[id(group)], ""
    elif marker:
        kind, level, text = BlockKind.LIST_ITEM, 1, rest
    else:
        kind = BlockKind.PARAGRAPH
    return Block(
        kind=kind,
        text=text,
        level=level,
        marker=marker,
        page=page,
        page_label=labels.get(page, ""),
        boxes=boxes_of(group.lines),
        ocr=any(line.ocr for line in group.lines),
    )


def _with_depths(blocks: Sequence[Block], parts: Sequence["Group | _Table"]) -> Iterator[Block]:
    """List items with their depth, by how far each is indented within its list."""
    indents: list[float] = []
    for block, part in zip(blocks, parts, strict=True):
        if block.kind is not BlockKind.LIST_ITEM or not isinstance(part, Group):
            if block.kind is not BlockKind.PARAGRAPH or not indents or not isinstance(part, Group):
                indents = []
            yield block
            continue
        left, size = part.first.left, part.first.size
        indents = [indent for indent in indents if indent < left - 0.7 * size] + [left]
        yield replace(block, level=len(indents))


def boxes_of(lines: Sequence[Line]) -> tuple[Box, ...]:
    """One rectangle for the lines of each page and column."""
    places: dict[tuple[int, int], list[Box]] = defaultdict(list)
    for line in lines:
        places[line.page, line.region].append(line.box)
    return tuple(
        Box(
            page,
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )
        for (page, _), boxes in places.items()
    )


# Tables


@dataclass
class _Table:
    """A table, put together from the parts that stand on its pages."""

    grids: list[Grid]
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    boxes: list[Box]


def _tables_whole(parts: Iterator["Group | Grid"]) -> Iterator["Group | _Table"]:
    table: _Table | None = None
    for part in parts:
        if isinstance(part, Grid):
            if table and _goes_on(table.grids[-1], part):
                _append(table, part)
                continue
            if table:
                yield table
            table = _Table([part], part.rows[0], list(part.rows[1:]), list(part.boxes))
        else:
            if table:
                yield table
            table = None
            yield part
    if table:
        yield table


def _goes_on(above: Grid, below: Grid) -> bool:
    return (
        below.page == above.page + 1
        and len(above.edges) == len(below.edges)
        and all(abs(a - b) <= _SAME_EDGE for a, b in zip(above.edges, below.edges, strict=True))
    )


def _append(table: _Table, grid: Grid) -> None:
    rows, boxes = list(grid.rows), list(grid.boxes)
    if rows and _same_row(rows[0], table.columns):
        rows, boxes = rows[1:], boxes[1:]
    if rows and table.rows and (table.grids[-1].cut or _is_rest(rows[0], table.rows)):
        table.rows[-1] = tuple(glued(*pair) for pair in zip(table.rows[-1], rows[0], strict=True))
        rows, boxes = rows[1:], boxes[1:]  # a row that goes on is marked where it begins
    table.rows += rows
    table.boxes += boxes
    table.grids.append(grid)


def _same_row(a: Sequence[str], b: Sequence[str]) -> bool:
    return [re.sub(r"\s", "", cell) for cell in a] == [re.sub(r"\s", "", cell) for cell in b]


def _is_rest(row: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether a row is the rest of one that the page break cut: a cell is empty that no row above leaves empty."""
    return any(not cell and all(other[i] for other in above) for i, cell in enumerate(row))


def _table_block(table: _Table, labels: dict[int, str]) -> Block:
    used = [i for i, name in enumerate(table.columns) if name or any(row[i] for row in table.rows)]
    lines = [line for grid in table.grids for line in grid.lines]
    page = table.grids[0].page
    return Block(
        kind=BlockKind.TABLE,
        text="",
        columns=tuple(table.columns[i] for i in used),
        rows=tuple(tuple(row[i] for i in used) for row in table.rows),
        page=page,
        page_label=labels.get(page, ""),
        boxes=tuple(table.boxes),
        ocr=any(line.ocr for line in lines),
    )
