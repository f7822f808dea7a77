"""A sick text layer and the OCR of its picture, made one: each is asked for what it knows better.

Damaged layers mostly lose or change marks; their consonants, digits and Latin letters are right, which OCR is not sure
of (it takes ๔ for ๕). OCR sees the marks. And whatever a layer says, it knows how large and bold its lines are.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from ingest.readers.pdf.lines import Line
from ingest.readers.pdf.order import Item
from ingest.readers.pdf.tables import Grid

_LIKE = 0.75  # of their letters that layer and OCR must share, for the layer's to be believed
_CLUSTER = re.compile(r"([^\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\ufffd]*)", re.DOTALL)


def fused(layer: Sequence[Item], picture: Sequence[Item]) -> list[Item]:
    """The items that OCR found, each with what the text layer knows of it."""
    lines = [item for item in layer if isinstance(item, Line)]
    grids = [item for item in layer if isinstance(item, Grid)]
    found: list[Item] = []
    for item in picture:
        if isinstance(item, Grid):
            same = next((grid for grid in grids if grid.edges == item.edges and len(grid.rows) == len(item.rows)), None)
            found.append(_grid(same, item) if same else item)
        else:
            twins = [line for line in lines if _is_same_line(line, item)]
            found.append(_line(twins[0], item) if len(twins) == 1 else item)
    return found


def _is_same_line(layer: Line, picture: Line) -> bool:
    overlap = min(layer.right, picture.right) - max(layer.left, picture.left)
    wider = max(layer.right - layer.left, picture.right - picture.left)
    return abs(layer.baseline - picture.baseline) < 0.5 * layer.size and overlap > 0.7 * wider


def _line(layer: Line, picture: Line) -> Line:
    return replace(layer, text=fused_text(layer.text, picture.text), ocr=True, region=picture.region)


def _grid(layer: Grid, picture: Grid) -> Grid:
    rows = [
        tuple(fused_text(a, b) if a and b else b for a, b in zip(known, seen, strict=True))
        for known, seen in zip(layer.rows, picture.rows, strict=True)
    ]
    return replace(picture, rows=rows)


def fused_text(layer: str, picture: str) -> str:
    """The layer's letters with the marks and spaces that OCR saw; what OCR read, if the two have little in common."""
    known, seen = _clusters(layer), _clusters(picture)
    bases = [base for base, _, _ in known], [base for base, _, _ in seen]
    if not known or Levenshtein.normalized_similarity(*bases) < _LIKE:
        return picture
    text = ""
    for step in Levenshtein.opcodes(*bases):
        for i in range(step.src_start, step.src_end):
            twin = step.dest_start + i - step.src_start
            base, marks, spaced = known[i]
            if twin < step.dest_end:
                _, marks, spaced = seen[twin]
            text += " " * spaced + _with_marks(base, marks)
    return text.strip()


def _with_marks(base: str, marks: str) -> str:
    return marks.replace("ำ", "") + "ำ" if "ำ" in marks else base + marks


def _clusters(text: str) -> list[tuple[str, str, bool]]:
    """Base letter, marks, and whether a space stands before. SARA AM counts as AA with a mark that says so."""
    found: list[tuple[str, str, bool]] = []
    spaced = False
    for base, marks in _CLUSTER.findall(text):
        if base.isspace():
            spaced = True
            continue
        marks = marks.replace("\ufffd", "")
        found.append(("า", marks + "ำ", spaced) if base == "ำ" else (base, marks, spaced))
        spaced = False
    return found
