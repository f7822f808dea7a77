"""The lines and tables of one page in the order in which they are read, two columns included."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, pairwise

from ingest.readers.pdf.glyphs import Sheet
from ingest.readers.pdf.lines import Line, Run, lines_of, merged, rows_of
from ingest.readers.pdf.tables import Grid

_GUTTER = 0.9  # of the letters' size: what parts two columns
_COLUMN_ROWS = 3  # rows that two columns have at least, side by side
_COLUMN_SHARE = 0.22  # of the page's width: a column of text is not narrower
_ROW_REACH = 9.0  # of the letters' size: pieces of a row further apart are read apart
_FULL = 0.6  # of a column's width: lines of prose mostly fill more than this

Item = Line | Grid


def in_reading_order(sheet: Sheet, runs: Sequence[Run], grids: Sequence[Grid]) -> list[Item]:
    """Lines and tables from the top; where text stands in columns, the left column before the right."""
    items: list[Item] = []
    regions = count(1)
    for above, grid in zip(_parts(rows_of(runs), grids), [*grids, None], strict=True):
        items += _ordered(above, sheet, regions, 0)
        if grid:
            items.append(grid)
    return items


def _parts(rows: list[list[Run]], grids: Sequence[Grid]) -> list[list[list[Run]]]:
    """The rows above the first table, between it and the next, and so on."""
    parts: list[list[list[Run]]] = [[] for _ in range(len(grids) + 1)]
    for row in rows:
        above = sum(grid.top < row[0].baseline for grid in grids)
        parts[above].append(row)
    return parts


def _ordered(rows: list[list[Run]], sheet: Sheet, regions: Iterator[int], region: int) -> list[Line]:
    found: list[Line] = []
    start = 0
    while start < len(rows):
        end, gutter = _columns_from(rows, start, sheet)
        if gutter is None:
            found += [replace(line, region=region) for line in lines_of(merged(rows[start], _ROW_REACH), sheet)]
            start += 1
            continue
        block = rows[start:end]
        left = [[run for run in row if run.right <= gutter] for row in block]
        right = [[run for run in row if run.left >= gutter] for row in block]
        for side in (left, right):
            found += _ordered([row for row in side if row], sheet, regions, next(regions))
        start = end
    return found


def _columns_from(rows: list[list[Run]], start: int, sheet: Sheet) -> tuple[int, float | None]:
    """Where two columns that begin with this row end, and the middle of the gap between them; None if it opens none."""
    last: tuple[int, float | None] = (start, None)
    covered: list[tuple[float, float]] = []
    narrowest = _COLUMN_SHARE * sheet.width
    for end in range(start, len(rows)):
        covered = union([*covered, *((run.left, run.right) for run in rows[end])])
        reach = _GUTTER * rows[end][0].size
        gaps = [
            (low + high) / 2
            for (_, low), (high, _) in pairwise(covered)
            if high - low >= reach and low - covered[0][0] >= narrowest and covered[-1][1] - high >= narrowest
        ]
        if gaps:
            last = (end + 1, gaps[0])
        elif last[1] is not None:
            break
    end, gutter = last
    if gutter is not None and _are_columns(rows[start:end], gutter, sheet):
        return last
    return start, None


def union(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans from the left, those that overlap made one."""
    found: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


def _are_columns(rows: list[list[Run]], gutter: float, sheet: Sheet) -> bool:
    """Whether both sides hold prose, rather than numbers and their items, or the cells of a table."""
    for side in (
        [[run for run in row if run.right <= gutter] for row in rows],
        [[run for run in row if run.left >= gutter] for row in rows],
    ):
        filled = [row for row in side if row]
        if len(filled) < _COLUMN_ROWS:
            return False
        left, right = min(row[0].left for row in filled), max(row[-1].right for row in filled)
        width = right - left
        full = sum(sum(run.right - run.left for run in row) > _FULL * width for row in filled)
        if width < _COLUMN_SHARE * sheet.width or full < len(filled) / 2:
            return False
    return True
