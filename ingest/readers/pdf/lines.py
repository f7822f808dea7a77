"""Glyphs → lines of text: marks to their letter, letters to lines by their baseline, lines in reading order.

A line knows its letters' places, since a table row or two columns may have to be cut out of it.
"""

import re
import statistics
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus import thai
from corpus.document import Box
from ingest.readers.pdf.glyphs import Glyph, Sheet
from ingest.readers.pdf.tags import Element

_MARK = re.compile(rf"[{thai.MARKS}\uf701-\uf70e\uf710-\uf71a]")
_ABOVE_BASELINE, _BELOW_BASELINE = 0.85, 0.25  # of the size: what a line's box covers
_SPACE = 0.2  # of the size: letters further apart than this are parted by a space
_BASELINE_MOVES = 0.3  # of the size: more is another line
_BACK, _AHEAD = 0.5, 3.0  # of the size: a line does not go further back or jump further ahead
_ABBREVIATION = re.compile(r"[ก-ฮ]{1,3}\.")


@dataclass(slots=True)
class Cluster:
    """A letter with its marks, or a space. `stroke` is how thick its line is drawn, in points, where OCR saw it."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    tag: Element | None
    furniture: bool
    stroke: float = 0.0

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(slots=True)
class Line:
    """One line of text on one page, in points from the upper left corner; `sheet` is the page's width and height.

    `spaced` tells that a space is drawn at its end. `region` parts a page's columns and what stands between them: lines
    of one region share its margins. `stroke` is how thick its strokes are, in points, where they were measured on a
    picture; `rough` tells that another program's OCR said its size, which is not to be relied on.
    """

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float
    bold: bool
    sheet: tuple[float, float]
    tag: Element | None = None
    furniture: bool = False
    ocr: bool = False
    region: int = 0
    spaced: bool = False
    stroke: float = 0.0
    rough: bool = False

    @property
    def box(self) -> Box:
        width, height = self.sheet
        return Box(
            page=self.page,
            left=round(max(0.0, self.left / width), 4),
            top=round(max(0.0, self.top / height), 4),
            right=round(min(1.0, self.right / width), 4),
            bottom=round(min(1.0, self.bottom / height), 4),
        )


@dataclass
class Run:
    """Clusters that follow each other on one baseline."""

    clusters: list[Cluster] = field(default_factory=list)

    @property
    def left(self) -> float:
        return min(cluster.left for cluster in self.clusters)

    @property
    def right(self) -> float:
        return max(cluster.right for cluster in self.clusters)

    @property
    def size(self) -> float:
        return statistics.median(cluster.size for cluster in self.clusters)

    @property
    def baseline(self) -> float:
        return self.clusters[0].baseline

    @property
    def text(self) -> str:
        return _spaced(self.clusters)

    @property
    def is_blank(self) -> bool:
        return not any(cluster.text.strip() for cluster in self.clusters)


def is_mark(character: str) -> bool:
    """Whether a character stands over or under a Thai letter."""
    return bool(_MARK.match(character))


def clusters_of(glyphs: Iterable[Glyph]) -> list[Cluster]:
    """The glyphs that are seen, each with the marks drawn over or under it, in the order they are drawn."""
    clusters: list[Cluster] = []
    loose: list[Glyph] = []
    for glyph in _as_drawn(glyphs):
        last = clusters[-1] if clusters else None
        if glyph.joined and last:
            last.right = max(last.right, glyph.right)
        elif last and _MARK.match(glyph.text):
            if _is_near(glyph, last):
                last.text += glyph.text
                last.right = max(last.right, glyph.right)  # of a letter-spaced line, marks take their space too
            else:
                loose.append(glyph)
        elif glyph.text:
            clusters.append(_cluster(glyph))
    for glyph in loose:
        _attach(glyph, clusters)
    return clusters


def _cluster(glyph: Glyph) -> Cluster:
    return Cluster(
        glyph.text, glyph.left, glyph.right, glyph.baseline, glyph.size, glyph.bold, glyph.tag, glyph.furniture
    )


def _as_drawn(glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
    """The glyphs, those of an ActualText that says other letters than they draw with the letters they draw."""
    span: list[Glyph] = []
    for glyph in glyphs:
        if not glyph.joined:
            yield from _believed(span)
            span = []
        span.append(glyph)
    yield from _believed(span)


def _believed(span: list[Glyph]) -> list[Glyph]:
    if len(span) > 1 or (span and span[0].own and span[0].text != span[0].own):
        drawn = "".join(glyph.own for glyph in span)
        if all(glyph.own for glyph in span) and not _tells(span[0].text, drawn):
            span[0].text = drawn
    return span


def _tells(text: str, drawn: str) -> bool:
    """Whether an ActualText says what is drawn: the same letters, or marks more, which a browser leaves undrawn where
    they hang over the page's margin.
    """
    told, seen = Counter(_letters(text)), Counter(_letters(drawn))
    return seen <= told and all(_MARK.match(mark) and mark not in seen for mark in told - seen)


def _letters(text: str) -> str:
    return text.replace("\u0e33", "\u0e4d\u0e32").replace(" ", "")


def _is_near(mark: Glyph, letter: Cluster) -> bool:
    """Whether a mark's origin is at the letter drawn before it: marks stand at its right edge and reach back."""
    reach = 0.6 * letter.size
    return (
        letter.left - reach <= mark.left <= letter.right + reach
        and abs(mark.baseline - letter.baseline) < letter.size
        and bool(letter.text.strip())
    )


def _attach(mark: Glyph, clusters: list[Cluster]) -> None:
    """A mark drawn apart from its letter (all marks after all letters, say) goes to the letter it stands over."""
    around = [c for c in clusters if abs(c.baseline - mark.baseline) < c.size and c.text.strip()]
    if around:
        nearest = min(around, key=lambda c: (abs(c.right - mark.left), abs(c.baseline - mark.baseline)))
        if abs(nearest.right - mark.left) < nearest.size:
            nearest.text += mark.text


def runs_of(clusters: Iterable[Cluster]) -> list[Run]:
    """Clusters cut into runs where the baseline moves, or where the next is not where a reader looks for it."""
    runs: list[Run] = []
    right = 0.0
    for cluster in clusters:
        if runs and _follows(cluster, runs[-1].clusters[-1], right):
            runs[-1].clusters.append(cluster)
            right = max(right, cluster.right)
        else:
            runs.append(Run([cluster]))
            right = cluster.right
    return [run for run in runs if not run.is_blank]


def _follows(cluster: Cluster, last: Cluster, right: float) -> bool:
    size = max(cluster.size, last.size)
    return (
        abs(cluster.baseline - last.baseline) < _BASELINE_MOVES * size
        and right - _BACK * size <= cluster.left <= right + _AHEAD * size
    )


def lines_of(runs: Iterable[Run], sheet: Sheet) -> list[Line]:
    """One line a run."""
    found = []
    for run in runs:
        seen = [cluster for cluster in run.clusters if cluster.text.strip()]
        size = run.size
        letters = sum(len(cluster.text) for cluster in seen)
        found.append(
            Line(
                page=sheet.number,
                text=run.text,
                left=min(cluster.left for cluster in seen),
                top=run.baseline - _ABOVE_BASELINE * size,
                right=max(cluster.right for cluster in seen),
                bottom=run.baseline + _BELOW_BASELINE * size,
                baseline=run.baseline,
                size=size,
                bold=sum(len(c.text) for c in seen if c.bold) > letters / 2,
                sheet=(sheet.width, sheet.height),
                tag=seen[0].tag,
                furniture=all(cluster.furniture for cluster in seen),
                spaced=run.clusters[-1].text.isspace(),
                stroke=statistics.median(cluster.stroke for cluster in seen),
            )
        )
    return found


def rows_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs gathered by their baseline, from the top; each row from the left."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.baseline):
        if rows and abs(run.baseline - rows[-1][0].baseline) < _BASELINE_MOVES * max(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(_untangled(row), key=lambda run: run.left) for row in rows]


def _untangled(row: list[Run]) -> list[Run]:
    """Runs cut where another of their row stands in a gap of theirs: a program may draw all letters of one font, and
    then those of the font that has what the first one lacks (digits and brackets, mostly).
    """
    if len(row) < 2:
        return row
    places = sorted((cluster.middle, id(run)) for run in row for cluster in run.clusters if cluster.text.strip())
    pieces: list[Run] = []
    for run in row:
        pieces.append(Run([run.clusters[0]]))
        for last, cluster in pairwise(run.clusters):
            if _is_filled(last.right, cluster.left, places, id(run)):
                pieces.append(Run([cluster]))
            else:
                pieces[-1].clusters.append(cluster)
    return [piece for piece in pieces if not piece.is_blank]


def _is_filled(left: float, right: float, places: Sequence[tuple[float, int]], own: int) -> bool:
    """Whether a letter of another run has its middle in a gap."""
    first, last = bisect_left(places, (left, 0)), bisect_left(places, (right, 0))
    return any(run != own for _, run in places[first:last])


def merged(runs: Sequence[Run], reach: float) -> list[Run]:
    """Runs of one row, those nearer than `reach` (in letter sizes) made one."""
    found: list[Run] = []
    for run in runs:
        if found and run.left - found[-1].right < reach * max(run.size, found[-1].size):
            found[-1] = Run([*found[-1].clusters, *run.clusters])
        else:
            found.append(run)
    return found


def joined(lines: Iterable[Line]) -> str:
    """Lines as one text."""
    whole, spaced = "", False
    for line in lines:
        whole, spaced = glued(whole, line.text, spaced=spaced), line.spaced
    return whole


def glued(whole: str, text: str, *, spaced: bool = False) -> str:
    """Two pieces parted by a line end, as one: a Thai word goes on over it, as it is broken without a hyphen.

    `spaced` tells that the program wrote a space there; most leave it out, so that only what follows shows it.
    """
    if not whole or not text:
        return whole + text
    if re.search(r"[a-z]-$", whole) and re.match(r"[a-z]", text):
        return whole[:-1] + text
    if re.search(r"[0-9๐-๙A-Za-z][-–/]$", whole) and re.match(r"[0-9๐-๙A-Z]", text):  # 2563-|2565, E-|Participation
        return whole + text
    inside_thai = re.search(r"[ก-ๅ็-๎]$", whole) and re.match(r"[ก-ๅ]", text)
    if spaced or not inside_thai or _ABBREVIATION.match(text):
        return f"{whole} {text}"
    return whole + text


def _spaced(clusters: Sequence[Cluster]) -> str:
    """The clusters' text; wide gaps become spaces, measured against the line's own gaps, as it may be letter-spaced."""
    gaps = [b.left - a.right for a, b in pairwise(clusters) if a.text.strip() and b.text.strip()]
    usual = max(0.0, statistics.median(gaps)) if len(gaps) > 3 else 0.0
    text = clusters[0].text
    for last, cluster in pairwise(clusters):
        wide = cluster.left - last.right - usual > _SPACE * max(last.size, cluster.size)
        if wide and last.text.strip() and cluster.text.strip():
            text += " "
        text += cluster.text
    return re.sub(r"[ \u00a0]{2,}", " ", text).strip()
