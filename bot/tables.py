"""Which row of a table has the most or the least: told only where every row of the whole table can be compared."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.evidence import Evidence
from bot.question import Facet, Question
from bot.wording import INTENT_WORDS
from corpus import thai
from corpus.document import Passage, Unit, UnitKind
from corpus.index import Hit, Index

# Folded. Of ranks the smallest number is the highest and the best one.
_MOST = re.compile(r"(?:มาก|เยอะ|สูง|ดี|ใหญ่)\s*(?:ที่\s*)?สุด|\b(?:most|highest|largest|best)\b")
_LEAST = re.compile(r"(?:น้อย|ต่ำ|แย่|เล็ก)\s*(?:ที่\s*)?สุด|\b(?:least|lowest|fewest|smallest|worst)\b")
_RANK = re.compile(r"อันดับ|ลำดับ|rank")
_NO_DATA = re.compile(r"ไม่มีข้อมูล|ไม่พบ|ไม่ปรากฏ|n/?a|^-?$")
_TOTAL = re.compile(r"^(?:รวม|ผลรวม|ยอดรวม|ทั้งหมด|ทั้งสิ้น|total)")
_CELL = re.compile(r"(?:อันดับ|ร้อยละ|กว่า|ประมาณ|ราว|รวม)?\s*(?:ที่\s*)?(\d+(?:\.\d+)?)\s*(?:%|[ก-๙/ ]{0,20})")

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """A row of a table, and the passage of the table's part that it stands in."""

    unit: Unit
    passage: Passage


@dataclass(frozen=True)
class Extreme:
    """The rows that have the most or the least of a column, then those without a number in it.

    `coverage` is how much of the question the table holds, 0 to 1.
    """

    rows: tuple[Row, ...]
    coverage: float


def asks_extreme(folded: str) -> bool:
    """Whether a folded question asks which has the most or the least."""
    return bool(_MOST.search(folded) or _LEAST.search(folded))


def extreme(
    question: Question, hits: Sequence[Hit], worth: dict[str, float], evidence: Evidence, index: Index
) -> Extreme | None:
    """The answer to a superlative from the table whose columns are asked about; None where no table can prove one."""
    if not asks_extreme(question.text):
        return None
    facets = [facet for facet in question.facets if not _is_superlative(facet)]
    if not facets:
        return None
    weights = np.array([w for w, f in zip(evidence.weights(question), question.facets, strict=True) if f in facets])
    best: tuple[float, float, list[Row], int] | None = None
    for table in _tables(hits, index):
        rows = [Row(unit, part) for part in table for unit in part.units if not _TOTAL.match(thai.fold(unit.text))]
        columns = table[0].columns
        around = "\n".join([*table[0].path, table[0].lead, columns[0]])
        held = evidence.held(facets, [[around, *columns]])[0]
        for column in range(1, len(columns)):
            # What is compared stands in the column's name, not only in the table's caption.
            own = float(weights @ held[column + 1])
            coverage = float(weights @ np.maximum(held[0], held[column + 1])) / (float(weights.sum()) or 1.0)
            value = (coverage * worth.get(table[0].document_id, 1.0), own)
            if own and len(rows) > 1 and _numbers(rows, column) and (best is None or value > best[:2]):
                best = (*value, rows, column)
    if best is None:
        return None
    coverage, _, rows, column = best
    numbers = _numbers(rows, column)
    is_rank = bool(_RANK.search(thai.fold(" ".join([rows[0].passage.columns[column], rows[0].unit.cells[column]]))))
    there = [number for number in numbers if not math.isnan(number)]
    wanted = min(there) if bool(_LEAST.search(question.text)) != is_rank else max(there)
    told = sorted(zip(numbers, rows, strict=True), key=lambda pair: math.isnan(pair[0]))
    # A row without a number could have the most or the least; it says so itself.
    return Extreme(tuple(row for number, row in told if number == wanted or math.isnan(number)), coverage)


def _is_superlative(facet: Facet) -> bool:
    """Whether a facet only says that the most or the least is wanted, or that things are compared."""
    words = facet.alternatives[0]
    return asks_extreme("".join(words)) or all(word in INTENT_WORDS for word in words)


def _tables(hits: Sequence[Hit], index: Index) -> list[list[Passage]]:
    """The whole tables that the passages found are parts of."""
    tables: dict[str, list[Passage]] = {}
    for hit in hits:
        passage = hit.passage
        if len(passage.columns) > 1 and all(unit.kind is UnitKind.ROW for unit in passage.units):
            section = index.section(passage)
            first = [other.id for other in section].index(passage.id) - (passage.part - 1)
            tables.setdefault(section[first].id, section[first : first + passage.parts])
    return list(tables.values())


def _numbers(rows: Sequence[Row], column: int) -> list[float]:
    """The column's number in each row, NaN where a cell says that there is none; empty if one holds something else."""
    found: list[float] = []
    for row in rows:
        cell = thai.fold(row.unit.cells[column]) if column < len(row.unit.cells) else ""
        match = _CELL.fullmatch(cell.strip())
        if match is None and not _NO_DATA.search(cell):
            return []
        found.append(float(match[1]) if match else math.nan)
    return found if sum(not math.isnan(number) for number in found) > 1 else []
