"""Lines that OCR read, each given the size and weight of the few styles that their document is set in.

What is measured on a picture is never quite the same twice, and headings are often no more than a tenth larger than
what follows. But a document has few styles: lines whose letters are about as high and as thick are of one.
"""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.readers.pdf.furniture import PageItems
from ingest.readers.pdf.lines import Line

_SURE_OF_SIZE = 0.7  # of a line's letters that are Thai: digits and capitals make a line look larger
_ENOUGH = 12  # letters that tell a line's size
_BOLD = 1.18  # times the usual weight, stroke by size; bold Thai fonts are at 1.3 and more
_LIKE_THE_REST = 1.18  # times: strokes of a line that is mostly digits or Latin letters
_NEXT_SIZE = 1.045  # times: sizes not further apart are one


@dataclass(frozen=True)
class _Style:
    size: float
    bold: bool
    stroke: float
    letters: int


def in_styles(pages: Sequence[PageItems]) -> None:
    """Give lines measured on a picture their style's size and weight; other lines know theirs."""
    measured = [item for page in pages for item in page.items if isinstance(item, Line) and item.stroke]
    styles = _styles(measured)
    if styles:
        for page in pages:
            page.items[:] = [
                _styled(item, styles) if isinstance(item, Line) and item.stroke else item for item in page.items
            ]


def is_sure_of_size(line: Line) -> bool:
    """Whether a line's size, as OCR measured it, can be relied on."""
    letters = [character for character in line.text if not character.isspace()]
    return sum("\u0e01" <= c <= "\u0e4e" for c in letters) > _SURE_OF_SIZE * len(letters)


def _styles(lines: Iterable[Line]) -> list[_Style]:
    sure = [line for line in lines if len(line.text) >= _ENOUGH and is_sure_of_size(line)]
    if not sure:
        return []
    usual = _weighed_median([(line.stroke / line.size, len(line.text)) for line in sure])
    styles: list[_Style] = []
    for bold in (False, True):
        alike: list[Line] = []
        for line in sorted(sure, key=lambda line: line.size):
            if (line.stroke > _BOLD * usual * line.size) is not bold:
                continue
            if alike and line.size > _NEXT_SIZE * alike[-1].size:
                styles.append(_style(alike, bold))
                alike = []
            alike.append(line)
        if alike:
            styles.append(_style(alike, bold))
    return styles


def _style(lines: Sequence[Line], bold: bool) -> _Style:
    return _Style(
        _weighed_median([(line.size, len(line.text)) for line in lines]),
        bold,
        _weighed_median([(line.stroke, len(line.text)) for line in lines]),
        sum(len(line.text) for line in lines),
    )


def _weighed_median(values: Iterable[tuple[float, int]]) -> float:
    return statistics.median(value for value, count in values for _ in range(count))


def _styled(line: Line, styles: Sequence[_Style]) -> Line:
    """A line in the style nearest to it. Where its letters do not tell its size, by its strokes alone, which are those
    of the commonest style or of one that they fit clearly better.
    """
    sure = len(line.text) >= _ENOUGH and is_sure_of_size(line)

    def apart(style: _Style) -> float:
        by_stroke = max(style.stroke / line.stroke, line.stroke / style.stroke)
        return by_stroke * (max(style.size / line.size, line.size / style.size) if sure else 1.0)

    common = max(styles, key=lambda style: style.letters)
    style = common if not sure and apart(common) < _LIKE_THE_REST else min(styles, key=apart)
    return replace(line, size=style.size, bold=style.bold)
