"""Numbers, dates, years, shares, money and section numbers of a statement: each stands in a passage that it cites."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from bot.checks.source import Source
from corpus import thai
from corpus.document import UnitKind
from corpus.quantities import GENERIC, Kind, Quantity, quantities, stands_for, unit_words

_CONTRASTED = re.compile(r"(?:ไม่ใช่|มิใช่)\S{0,12}\s*$")  # "มี 41 โครงการ ไม่ใช่ 40 โครงการ"


def missing_quantities(text: str, cited: Sequence[Source]) -> Iterator[str]:
    yield from _unequal_eras(text)
    values = [value for source in cited for value in source.values]
    for stated in quantities(text):
        if stated.until is not None and stated.until <= stated.value:
            yield f"ช่วง “{stated.text.strip()}” กลับหัวท้าย"
        elif _CONTRASTED.search(text[: stated.start]):
            if _stands(stated, [v.quantity for v in values]):
                yield f"“{stated.text.strip()}” ถูกปฏิเสธ ทั้งที่อยู่ในข้อความที่อ้าง"
        elif _stands(stated, [v.quantity for v in values]):
            if stated.kind is Kind.NUMBER and stated.unit and not _counts_such(stated, cited):
                yield f"“{stated.text.strip()}”: ข้อความที่อ้างไม่ได้นับสิ่งนี้"
        elif not _follows(stated, cited):
            yield f"“{stated.text.strip()}” ไม่มีในข้อความที่อ้าง"


def _counts_such(stated: Quantity, cited: Sequence[Source]) -> bool:
    """Whether a passage speaks at all of what is counted: 25 kinds are not 25 countries."""
    return any(word in source.squeezed for word in unit_words(stated.unit) for source in cited)


def _unequal_eras(text: str) -> Iterator[str]:
    """A year followed by one in brackets ("พ.ศ. 2563 (ค.ศ. 2020)", "ปี 2563 (EGDI 2020)") is the same year twice."""
    years = [q for q in quantities(text) if q.kind in (Kind.YEAR, Kind.DATE) and q.year is not None]
    for one, other in pairwise(years):
        in_brackets = re.fullmatch(r"\s*\((?:[A-Za-z -]{0,8})", text[one.end : other.start])
        if (
            in_brackets
            and text[other.end :].lstrip().startswith(")")
            and (one.year, one.until) != (other.year, other.until)
        ):
            yield f"“{one.text.strip()} ({other.text.strip()})” ไม่ใช่ปีเดียวกัน"


def _stands(stated: Quantity, written: Sequence[Quantity]) -> bool:
    alike = [q for q in written if stated.unit and (q.kind, q.unit) == (stated.kind, stated.unit)]
    return any(labelled(stated, q) for q in alike or written) or _range_by_its_ends(stated, written)


def labelled(stated: Quantity, written: Quantity) -> bool:
    """`stands_for`, where the marker of a list's item numbers whatever the list is of."""
    if written.kind is Kind.ORDINAL and stated.kind is Kind.ORDINAL and written.text and written.start == written.end:
        labels = written.label.split("|")
        generic = stated.label in GENERIC or stated.label in ("", "ลำดับ")
        return stated.value == written.value and not stated.sub and (generic or stated.label in labels)
    return stands_for(stated, written)


def _range_by_its_ends(stated: Quantity, written: Sequence[Quantity]) -> bool:
    """A range of years whose ends both stand alone in the source ("ปี 2563 ถึง 2565" for two separate years)."""
    if stated.kind is not Kind.YEAR or stated.until is None:
        return False
    alone = {q.value for q in written if q.kind is Kind.YEAR and q.until is None}
    alone |= {Decimal(q.year) for q in written if q.kind is Kind.DATE and q.year is not None}
    return stated.value in alone and stated.until in alone


def _follows(stated: Quantity, cited: Sequence[Source]) -> bool:
    """Values that follow from a passage without standing in it: the length of a complete list, the length of a period,
    and a subsection that stands there as an item of its section."""
    if stated.kind is Kind.NUMBER and stated.value == stated.raw:
        return _counts_a_list(stated, cited) or (stated.unit == "ปี" and _is_length_of_period(stated, cited))
    if stated.kind is Kind.ORDINAL and stated.sub:
        return any(_has_subsection(stated, source) for source in cited)
    return False


def _counts_a_list(stated: Quantity, cited: Sequence[Source]) -> bool:
    lists: dict[tuple[tuple[str, ...], str], list[Source]] = {}
    for source in cited:
        lists.setdefault((source.passage.path, source.passage.lead), []).append(source)
    for (path, lead), parts in lists.items():
        complete = {s.passage.part for s in parts} >= set(range(1, parts[0].passage.parts + 1))
        units = [u for s in parts for u in s.passage.units if not u.text.startswith("รวม")]
        listed = all(u.kind is not UnitKind.SENTENCE for u in units)
        named = not stated.unit or stated.unit in lead or stated.unit in path[-1]
        if complete and listed and named and stated.value == len(units):
            return True
    return False


def _is_length_of_period(stated: Quantity, cited: Sequence[Source]) -> bool:
    periods = (v.quantity for s in cited for v in s.values if v.quantity.kind is Kind.YEAR)
    return any(q.until is not None and q.until - q.value + 1 == stated.value for q in periods)


def _has_subsection(stated: Quantity, source: Source) -> bool:
    section = any(
        v.quantity.kind is Kind.ORDINAL and (v.quantity.label, v.quantity.value) == (stated.label, stated.value)
        for v in source.values
    )
    markers = {unit.marker.strip("().").translate(thai.THAI_DIGITS) for unit in source.passage.units}
    return section and stated.sub[0] in markers
