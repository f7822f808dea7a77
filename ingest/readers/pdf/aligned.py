"""Tables without ruling lines: rows of cells that stand under each other, parted by white all the way down."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.readers.pdf.glyphs import Sheet
from ingest.readers.pdf.lines import Cluster, Line, Run, joined, rows_of, runs_of
from ingest.readers.pdf.numbering import marker_of
from ingest.readers.pdf.order import union
from ingest.readers.pdf.tables import Grid, box_of, cell_lines

_GAP = 0.6  # of the letters' size: white between two names of columns; spaces between words are half as wide
_WHITE = 0.35  # the same, left by each of the lines below
_COLUMNS = 3  # a table has at least: two may be a list, or a form
_LINES = 3  # its header's among them
_FAR = 3.0  # of the size: lines further apart are not of one table
_FILLED = 0.6  # of a table's cells hold something
_PROSE_SHARE, _PROSE_FULL = 0.2, 0.6  # of the page's width, of the column's: columns of prose are as wide and as full
_ONE_CELL = 1.12  # times the nearest distance of lines: further apart is another cell
_OVER_EACH_OTHER = 0.8  # of the size: lines nearer to each other than letters are high
_TALL, _DEEP = 0.75, 0.2  # of the size: how far letters reach above and below their baseline

_Row = list[Run]  # the pieces of one line, from the left
_Gap = tuple[float, float]  # white between two columns, from left to right


def take_aligned(sheet: Sheet, clusters: Sequence[Cluster]) -> tuple[list[Grid], list[Cluster]]:
    """The tables of a page that nothing but alignment shows, from the top, and the letters that stand in none."""
    rows = [_pieces(row) for row in rows_of(runs_of(clusters))]
    grids: list[Grid] = []
    taken: set[int] = set()
    start = 0
    while start < len(rows):
        end, gaps = _reach(rows, start)
        if len(gaps) + 1 < _COLUMNS or end - start < _LINES:
            start += 1
            continue
        if _are_centred(rows[start:end]):
            start = end
            continue
        grid = _grid(sheet, rows[start:end], gaps)
        if grid is None:
            start += 1
            continue
        grids.append(grid)
        taken.update(id(cluster) for row in rows[start:end] for run in row for cluster in run.clusters)
        start = end
    return grids, [cluster for cluster in clusters if id(cluster) not in taken]


def _pieces(row: Sequence[Run]) -> _Row:
    """A line cut where white is wide enough to part two columns."""
    found: _Row = []
    for run in row:
        seen = [cluster for cluster in run.clusters if cluster.text.strip()]
        found.append(Run([seen[0]]))
        for last, cluster in pairwise(run.clusters):
            if not cluster.text.strip():
                continue
            if cluster.left - found[-1].right >= _GAP * cluster.size:
                found.append(Run([cluster]))
            elif cluster is not seen[0]:
                found[-1].clusters += [last, cluster] if not last.text.strip() else [cluster]
    return found


def _reach(rows: Sequence[_Row], start: int) -> tuple[int, list[_Gap]]:
    """Where the lines end that leave white wherever the first one does, and what of it all of them leave."""
    gaps = [(a.right, b.left) for a, b in pairwise(rows[start])]
    end = start + 1
    while end < len(rows) and rows[end][0].baseline - rows[end - 1][0].baseline <= _FAR * rows[end][0].size:
        left = [_left_white(gap, rows[end]) for gap in gaps]
        if any(high - low < _WHITE * rows[end][0].size for low, high in left) or _is_prose(rows[end], gaps):
            break
        gaps, end = left, end + 1
    while end > start + 1 and len(rows[end - 1]) == 1 and _is_apart(rows[start:end]):
        end -= 1
    return end, gaps


def _is_prose(row: _Row, gaps: Sequence[_Gap]) -> bool:
    """Whether a line goes over a gap without white as wide as between columns: its words happen to be parted there."""
    return len(row) == 1 and any(row[0].left < low and high < row[0].right for low, high in gaps)


def _are_centred(rows: Sequence[_Row]) -> bool:
    """Whether short cells stand in the middle of long ones: nothing tells then which lines are one row."""
    return any(_step(rows, i, i + 1) < _OVER_EACH_OTHER * rows[i][0].size for i in range(len(rows) - 1))


def _left_white(gap: _Gap, row: _Row) -> _Gap:
    """The widest white that a line leaves in a gap."""
    letters = [(c.left, c.right) for run in row for c in run.clusters if c.text.strip()]
    inside = [gap[0], *(side for a, b in union(letters) for side in (a, b) if b > gap[0] and a < gap[1]), gap[1]]
    whites = [(max(low, gap[0]), min(high, gap[1])) for low, high in zip(inside[::2], inside[1::2], strict=True)]
    return max(whites, key=lambda white: white[1] - white[0])


def _is_apart(rows: Sequence[_Row]) -> bool:
    """Whether the last line stands further from the line before than lines of the table do."""
    steps = [b[0].baseline - a[0].baseline for a, b in pairwise(rows)]
    return len(steps) > 1 and steps[-1] > _ONE_CELL * median(steps[:-1])


def _grid(sheet: Sheet, pieces: Sequence[_Row], gaps: Sequence[_Gap]) -> Grid | None:
    """The lines as rows of cells; None where they are no table."""
    rows = [_parted(row, gaps) for row in pieces]
    columns = [
        [[run for run in row if _column((run.left + run.right) / 2, gaps) == i] for row in rows]
        for i in range(len(gaps) + 1)
    ]
    if _are_prose(sheet, columns) or any(".." in run.text or "…" in run.text for row in rows for run in row):
        return None
    bands = _bands(rows, columns)
    texts: list[tuple[str, ...]] = []
    lines: list[Line] = []
    for band in bands:
        cells = [cell_lines([c for i in band for run in column[i] for c in run.clusters], sheet) for column in columns]
        texts.append(tuple(joined(cell) for cell in cells))
        lines += [line for cell in cells for line in cell]
    filled = sum(bool(cell) for row in texts for cell in row)
    if len(texts) < 2 or filled < (_FILLED if len(texts) >= _LINES else 1) * len(texts) * len(columns):
        return None
    if not all(texts[0]) or marker_of(f"{texts[0][0]} {texts[0][1]}")[0]:  # a header has all names, a list has markers
        return None
    lefts = [min(run.left for row in column for run in row) for column in columns]
    right = max(run.right for row in rows for run in row)
    sides = [(_top(rows, band), _bottom(rows, band)) for band in bands]
    return Grid(
        page=sheet.number,
        left=lefts[0],
        top=sides[0][0],
        right=right,
        bottom=sides[-1][1],
        edges=tuple(round(left) for left in lefts),
        rows=texts,
        lines=sorted(lines, key=lambda line: (line.baseline, line.left)),
        boxes=[box_of(sheet, (lefts[0], top, right, bottom)) for top, bottom in sides],
    )


def _parted(row: _Row, gaps: Sequence[_Gap]) -> _Row:
    """A line cut at the gaps only."""
    cells: dict[int, list[Cluster]] = {}
    for run in row:
        for cluster in run.clusters:
            cells.setdefault(_column(cluster.middle, gaps), []).append(cluster)
    return [Run(clusters) for _, clusters in sorted(cells.items()) if any(c.text.strip() for c in clusters)]


def _column(middle: float, gaps: Sequence[_Gap]) -> int:
    return sum((low + high) / 2 < middle for low, high in gaps)


def _are_prose(sheet: Sheet, columns: Sequence[Sequence[_Row]]) -> bool:
    """Whether the columns are running text side by side: wide, and most of their lines full."""
    for column in columns:
        lines = [row for row in column if row]
        width = max(row[-1].right for row in lines) - min(row[0].left for row in lines)
        full = sum(row[-1].right - row[0].left > _PROSE_FULL * width for row in lines)
        if width < _PROSE_SHARE * sheet.width or full < len(lines) / 2:
            return False
    return True


def _bands(rows: Sequence[_Row], columns: Sequence[Sequence[_Row]]) -> list[list[int]]:
    """The lines of each row of the table.

    Lines of one cell stand nearer to each other than to the next cell; where they do not, a row begins in the first
    column and another.
    """
    full = [all(column[i] for column in columns) for i in range(len(rows))]
    steps = [
        (full[a] and full[b], _step(rows, a, b))
        for column in columns
        for a, b in pairwise([i for i, row in enumerate(column) if row])
    ]
    within = [step for whole, step in steps if not whole] or [step for _, step in steps]
    near = _ONE_CELL * min(within)
    spans: list[tuple[int, int]] = []
    for column in columns:
        for i in (i for i, row in enumerate(column) if row):
            if spans and column[spans[-1][0]] and spans[-1][1] < i and _goes_on(rows, column, spans[-1][1], i, near):
                spans[-1] = (spans[-1][0], i)
            else:
                spans.append((i, i))
    bands: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if bands and first <= bands[-1][1]:
            bands[-1] = (bands[-1][0], max(last, bands[-1][1]))
        else:
            bands.append((first, last))
    if _is_even(rows, near, all(full)):
        starts = [i for i, row in enumerate(rows) if columns[0][i] and len(row) > 1]
        bands = [(a, b - 1) for a, b in pairwise([*starts, len(rows)])]
    return [list(range(first, last + 1)) for first, last in bands]


def _is_even(rows: Sequence[_Row], near: float, full: bool) -> bool:
    """Whether no white parts the lines, below the header at least."""
    alike = [_step(rows, i, i + 1) <= near for i in range(len(rows) - 1)]
    return all(alike) or (all(alike[1:]) and (full or len(rows) > _LINES))


def _goes_on(rows: Sequence[_Row], column: Sequence[_Row], last: int, line: int, near: float) -> bool:
    return not any(column[last + 1 : line]) and _step(rows, last, line) <= near


def _step(rows: Sequence[_Row], above: int, below: int) -> float:
    return rows[below][0].baseline - rows[above][0].baseline


def _top(rows: Sequence[_Row], band: Sequence[int]) -> float:
    return rows[band[0]][0].baseline - _TALL * rows[band[0]][0].size


def _bottom(rows: Sequence[_Row], band: Sequence[int]) -> float:
    return rows[band[-1]][0].baseline + _DEEP * rows[band[-1]][0].size
