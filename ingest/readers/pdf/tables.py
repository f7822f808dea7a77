"""Tables by their ruling lines: which cells a page has, and which letters stand in each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from corpus.document import Box
from ingest.readers.pdf.glyphs import Rule, Sheet
from ingest.readers.pdf.lines import Cluster, Line, joined, lines_of, merged, rows_of, runs_of

_NEAR = 3.5  # points: rules not further apart than this meet
_OPEN = 6.0  # points: sides that go this much further than the last line show an open row
_LONG = 4.0  # points: shorter strokes are part of a letter or an icon


@dataclass
class Grid:
    """A table, or the part of one that stands on this page. `lines` are those of its cells, for marking them.

    `boxes` are those of its rows. `cut` tells that its last row is open below: the page ended in it.
    """

    page: int
    left: float
    top: float
    right: float
    bottom: float
    edges: tuple[float, ...]
    rows: list[tuple[str, ...]]
    lines: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    cut: bool = False


@dataclass(slots=True)
class _Area:
    """A cell by its grid lines: from column `left` to before `right`, from row `top` to before `bottom`."""

    left: int
    top: int
    right: int
    bottom: int
    clusters: list[Cluster] = field(default_factory=list)


def take_tables(sheet: Sheet, clusters: Sequence[Cluster]) -> tuple[list[Grid], list[Cluster]]:
    """The tables of a page, from the top, and the letters that stand in none."""
    grids: list[Grid] = []
    rest = list(clusters)
    for rules in _meeting(sheet.rules):
        xs, ys = _grid_lines(rules)
        if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) < 2:
            continue
        areas = _areas(rules, xs, ys)
        if len(areas) < 2:
            continue
        inside = [c for c in rest if xs[0] - 1 <= c.middle <= xs[-1] + 1 and ys[0] < c.baseline <= ys[-1] + 2]
        if not any(c.text.strip() for c in inside):
            continue
        _fill(areas, inside, xs, ys)
        cut = not any(rule.is_horizontal and abs(rule.bottom - ys[-1]) < _OPEN for rule in rules)
        grid = _grid(sheet, areas, xs, ys, cut=cut)
        if len(grid.rows) < 1 or max(map(len, grid.rows)) < 2:
            continue
        taken = set(map(id, inside))
        rest = [c for c in rest if id(c) not in taken]
        grids.append(grid)
    return sorted(grids, key=lambda grid: (grid.top, grid.left)), rest


def cells_of(sheet: Sheet) -> list[tuple[float, float, float, float]]:
    """The cells of all tables of a page: left, top, right, bottom."""
    cells: list[tuple[float, float, float, float]] = []
    for rules in _meeting(sheet.rules):
        xs, ys = _grid_lines(rules)
        if len(xs) >= 2 and len(ys) >= 2:
            areas = _areas(rules, xs, ys)
            if len(areas) >= 2:
                cells += [(xs[a.left], ys[a.top], xs[a.right], ys[a.bottom]) for a in areas]
    return cells


def _meeting(rules: Iterable[Rule]) -> list[list[Rule]]:
    """The rules in groups that touch each other, one a table."""
    groups: list[list[Rule]] = []
    for rule in rules:
        if max(rule.right - rule.left, rule.bottom - rule.top) < _LONG:
            continue
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        merged_group = [rule, *(other for group in touching for other in group)]
        groups = [group for group in groups if group not in touching] + [merged_group]
    return [group for group in groups if {rule.is_horizontal for rule in group} == {True, False}]


def _touch(a: Rule, b: Rule) -> bool:
    return (
        a.left - _NEAR <= b.right
        and b.left - _NEAR <= a.right
        and a.top - _NEAR <= b.bottom
        and b.top - _NEAR <= a.bottom
    )


def _grid_lines(rules: Iterable[Rule]) -> tuple[list[float], list[float]]:
    rules = list(rules)
    xs = _distinct((rule.left + rule.right) / 2 for rule in rules if not rule.is_horizontal)
    ys = _distinct((rule.top + rule.bottom) / 2 for rule in rules if rule.is_horizontal)
    if xs and ys:  # a row that a page break cuts is open above or below: its sides go further than the last line
        upright = [rule for rule in rules if not rule.is_horizontal]
        lowest, highest = max(rule.bottom for rule in upright), min(rule.top for rule in upright)
        ys = [highest] * (ys[0] - highest > _OPEN) + ys + [lowest] * (lowest - ys[-1] > _OPEN)
    return xs, ys


def _distinct(places: Iterable[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def _areas(rules: Sequence[Rule], xs: Sequence[float], ys: Sequence[float]) -> list[_Area]:
    """The cells: fields of the grid made one where no rule parts them."""
    upright = [rule for rule in rules if not rule.is_horizontal]
    level = [rule for rule in rules if rule.is_horizontal]
    owner = {(i, j): (i, j) for i in range(len(xs) - 1) for j in range(len(ys) - 1)}

    def find(field_: tuple[int, int]) -> tuple[int, int]:
        while owner[field_] != field_:
            field_ = owner[field_]
        return field_

    for i, j in list(owner):
        middle_y, middle_x = (ys[j] + ys[j + 1]) / 2, (xs[i] + xs[i + 1]) / 2
        if i + 2 < len(xs) and not _parted(upright, xs[i + 1], middle_y):
            owner[find((i + 1, j))] = find((i, j))
        if j + 2 < len(ys) and not _parted(level, ys[j + 1], middle_x, level=True):
            owner[find((i, j + 1))] = find((i, j))
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for field_ in owner:
        groups.setdefault(find(field_), []).append(field_)
    return [
        _Area(min(i for i, _ in g), min(j for _, j in g), max(i for i, _ in g) + 1, max(j for _, j in g) + 1)
        for g in groups.values()
    ]


def _parted(rules: Iterable[Rule], place: float, middle: float, *, level: bool = False) -> bool:
    if level:
        return any(abs((r.top + r.bottom) / 2 - place) <= _NEAR and r.left <= middle <= r.right for r in rules)
    return any(abs((r.left + r.right) / 2 - place) <= _NEAR and r.top <= middle <= r.bottom for r in rules)


def _fill(areas: Sequence[_Area], clusters: Iterable[Cluster], xs: Sequence[float], ys: Sequence[float]) -> None:
    for cluster in clusters:
        y = cluster.baseline - 0.3 * cluster.size
        for area in areas:
            if xs[area.left] <= cluster.middle < xs[area.right] and ys[area.top] <= y < ys[area.bottom]:
                area.clusters.append(cluster)
                break
        else:
            nearest = min(
                areas,
                key=lambda a: (
                    abs((xs[a.left] + xs[a.right]) / 2 - cluster.middle) + abs((ys[a.top] + ys[a.bottom]) / 2 - y)
                ),
            )
            nearest.clusters.append(cluster)


def _grid(sheet: Sheet, areas: Sequence[_Area], xs: Sequence[float], ys: Sequence[float], *, cut: bool) -> Grid:
    """The cells as rows. A cell over several rows or columns stands in the first, as it is read."""
    columns, rows = len(xs) - 1, len(ys) - 1
    texts = [[""] * columns for _ in range(rows)]
    lines: list[Line] = []
    spans: list[_Area] = []
    for area in areas:
        own = cell_lines(area.clusters, sheet)
        text = joined(own)
        texts[area.top][area.left] = text
        if text:
            lines += own
        if area.right - area.left > 1 or area.bottom - area.top > 1:
            spans.append(area)
    for area in spans:  # what is said once for several rows is said for each of them
        if area.right - area.left == 1:
            for row in range(area.top + 1, area.bottom):
                texts[row][area.left] = texts[area.top][area.left]
    header = _header_rows(spans, texts)
    texts = _headers_in_full(texts, spans, header)
    rows = len(texts)
    kept_rows = [row for row in range(rows) if any(texts[row])]
    sides = [(0, header), *((row, row + 1) for row in range(header, len(ys) - 1))]  # of each row, by its grid lines
    return Grid(
        page=sheet.number,
        left=xs[0],
        top=ys[0],
        right=xs[-1],
        bottom=ys[-1],
        edges=tuple(round(x) for x in xs),
        rows=[tuple(texts[row]) for row in kept_rows],
        lines=sorted(lines, key=lambda line: (line.baseline, line.left)),
        boxes=[box_of(sheet, (xs[0], ys[sides[row][0]], xs[-1], ys[sides[row][1]])) for row in kept_rows],
        cut=cut,
    )


def box_of(sheet: Sheet, sides: tuple[float, float, float, float]) -> Box:
    """Left, top, right and bottom in points as a box of the page."""
    left, top, right, bottom = sides
    width, height = sheet.width, sheet.height
    return Box(
        sheet.number, *(round(share, 4) for share in (left / width, top / height, right / width, bottom / height))
    )


def cell_lines(clusters: Sequence[Cluster], sheet: Sheet) -> list[Line]:
    """The lines of one cell, from the top."""
    rows = rows_of(runs_of(clusters))
    return lines_of((run for row in rows for run in merged(row, reach=float("inf"))), sheet)


def _header_rows(spans: Sequence[_Area], texts: Sequence[Sequence[str]]) -> int:
    """How many rows the header takes: as many as a cell of the first row is high, where some cell of it is wide."""
    wide = any(area.top == 0 and area.right - area.left > 1 for area in spans)
    high = max((area.bottom for area in spans if area.top == 0 and area.bottom > 1), default=1)
    return high if wide and 1 < high < len(texts) else 1


def _headers_in_full(texts: list[list[str]], spans: Sequence[_Area], header: int) -> list[list[str]]:
    """A header of two rows as one: "งบประมาณ" over "๒๕๖๓" and "๒๕๖๔" becomes "งบประมาณ ๒๕๖๓", "งบประมาณ ๒๕๖๔"."""
    if header < 2:
        return texts
    full = [list(row) for row in texts]
    for area in spans:
        if area.bottom <= header:
            for column in range(area.left, area.right):
                full[area.top][column] = texts[area.top][area.left]
    names = [
        " ".join(dict.fromkeys(filter(None, (full[row][c] for row in range(header))))) for c in range(len(texts[0]))
    ]
    return [names, *texts[header:]]
