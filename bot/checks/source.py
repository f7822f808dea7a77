"""A cited passage, taken apart once for comparing: its values with what each is the value of, its words, its people."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.checks.persons import offices_in, persons_in
from bot.checks.results import CitedPassage
from bot.checks.surroundings import sort_of, topic, with_surroundings
from corpus import thai
from corpus.document import Passage, Unit, UnitKind
from corpus.quantities import GENERIC, Kind, Quantity, cell_quantities, marker_number, quantities

LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+")


@dataclass(frozen=True)
class Value:
    """A quantity of a passage with the words around it that say what it is the value of."""

    quantity: Quantity
    words: frozenset[str]
    in_heading: bool = False


@dataclass(frozen=True)
class Source:
    """A passage taken apart once."""

    passage: Passage
    text: str
    squeezed: str
    words: frozenset[str]
    latin: frozenset[str]
    values: tuple[Value, ...]
    persons: tuple[tuple[str, frozenset[str]], ...] = field(default=())
    offices: frozenset[str] = frozenset()


@lru_cache(maxsize=2_000)
def read_source(cited: CitedPassage) -> Source:
    passage = cited.passage
    heading = "\n".join((cited.about, *passage.path))
    columns = "\n".join(passage.columns)
    text = "\n".join((heading, columns, passage.body))
    values = [Value(q, topic(line, [q]), in_heading=True) for line in heading.split("\n") for q in quantities(line)]
    values += [Value(q, topic(passage.lead, [q])) for q in quantities(passage.lead)]
    around = topic(passage.path[-1] if passage.path else "", ())
    persons: list[tuple[str, frozenset[str]]] = []
    for unit in passage.units:
        values += [Value(v.quantity, v.words | around) for v in _values_of(unit, passage)]
        persons += [
            (name, topic(unit.text.replace(name, " "), ()) | offices_in(unit.text) | around)
            for name in persons_in(unit.text)
        ]
    return Source(
        passage,
        text,
        thai.squeeze(text),
        frozenset(thai.words(text)),
        frozenset(word.lower() for word in LATIN.findall(text)),
        tuple(values),
        tuple(persons),
        offices_in(text),
    )


def _values_of(unit: Unit, passage: Passage) -> Iterator[Value]:
    number = marker_number(unit.marker)
    if number is not None:
        label = Quantity(Kind.ORDINAL, unit.marker, 0, 0, value=number, raw=number, label=_list_label(passage))
        yield Value(label, topic(unit.text, ()))
    if unit.kind is UnitKind.ROW and unit.cells and len(unit.cells) == len(passage.columns):
        yield from _values_of_row(unit, passage.columns)
    else:
        yield from _values_in(unit.text)


def _values_of_row(unit: Unit, columns: Sequence[str]) -> Iterator[Value]:
    """A cell's value belongs to its row, without the columns that hold other values of its sort; a column's, such as a
    year of a budget table, to the cell below it.
    """
    pairs = list(zip(columns, unit.cells, strict=True))
    cells = [(column, cell, (*cell_quantities(column, cell), *_as_told(column, cell))) for column, cell in pairs]
    head = unit.cells[0]
    for column, cell, found in cells[1:]:
        for quantity in found:
            words = topic(head, ()) | topic(column, ()) | topic(cell, [quantity])
            for other_column, other_cell, other_found in cells[1:]:
                if sort_of(quantity) not in map(sort_of, other_found):
                    words |= topic(f"{other_column} {other_cell}", ())
            yield Value(quantity, words)
        for quantity in quantities(column):
            yield Value(quantity, topic(head, ()) | topic(column, [quantity]) | topic(cell, ()))
    for quantity in quantities(head):  # the first cell names the row: a year, a strategy
        yield Value(quantity, topic(unit.text, [quantity]))


def _as_told(column: str, cell: str) -> tuple[Quantity, ...]:
    """What a cell's number is read as where the row is told: "ค่าเป้าหมาย 88" reads like the 88th of some targets."""
    told = f"{column} {cell}"
    return tuple(q for q in quantities(told) if q.kind is Kind.ORDINAL and q.start < len(column) < q.end == len(told))


def _values_in(text: str) -> Iterator[Value]:
    for quantity, words in with_surroundings(text, in_source=True):
        yield Value(quantity, words)


def _list_label(passage: Passage) -> str:
    """What the items of a numbered list are, by its lead line and heading ("ด้าน", "ยุทธศาสตร์"); "" when it is not said.

    The last thing counted in the lead line is what is listed: "กำหนดด้านที่มุ่งเน้น 6 ด้าน ดังนี้".
    """
    for line in (passage.lead, passage.path[-1] if passage.path else ""):
        counted = re.findall(rf"\d+\s*({_LISTED})", line.translate(thai.THAI_DIGITS))
        if counted:
            named = [word for word in _LISTED_WORDS if word in line and word not in GENERIC]
            return "|".join(dict.fromkeys([*counted, *named]))
    return ""


_LISTED_WORDS = (
    "ยุทธศาสตร์", "มาตรการ", "แผนงาน", "โครงการ", "ความท้าทาย", "เป้าหมาย", "ตัวชี้วัด", "วัตถุประสงค์", "กิจกรรม", "กลไก", "ด้าน",
    "ประเด็น", "เรื่อง", "ข้อ", "ประการ", "อย่าง", "แบบ", "ฐาน", "กลุ่ม", "หน่วยงาน", "มาตรา",
)  # fmt: skip
_LISTED = "|".join(sorted(_LISTED_WORDS, key=len, reverse=True))
