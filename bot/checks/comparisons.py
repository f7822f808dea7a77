"""Comparing words: bounds, rates, ends of a period, superlatives and directions say what the passage's figures say."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.checks.source import Source
from bot.checks.surroundings import topic
from bot.checks.values import labelled
from corpus import thai
from corpus.document import UnitKind
from corpus.quantities import Bound, Kind, Quantity, cell_quantities, quantities

# A stated bound (first) is true of a figure that is written with one of these.
_TRUE_OF = {
    Bound.EXACT: {Bound.EXACT, Bound.ABOUT},
    Bound.ABOUT: {Bound.ABOUT, Bound.EXACT, Bound.MORE, Bound.LESS},
    Bound.MORE: {Bound.MORE, Bound.EXACT},
    Bound.LESS: {Bound.LESS, Bound.EXACT},
    Bound.AT_LEAST: {Bound.AT_LEAST, Bound.MORE},
    Bound.AT_MOST: {Bound.AT_MOST, Bound.LESS},
}


def changed_bounds(text: str, cited: Sequence[Source]) -> Iterator[str]:
    """A figure whose bound ("ไม่น้อยกว่า", "ไม่เกิน") was dropped, added or changed."""
    values = [value.quantity for source in cited for value in source.values]
    for stated in quantities(text):
        if stated.kind in (Kind.NUMBER, Kind.MONEY, Kind.PERCENT) and stated.until is None:
            bounds = {written.bound for written in values if labelled(stated, written)}
            if bounds and not bounds & _TRUE_OF[stated.bound]:
                yield f"คำเทียบของ “{stated.text.strip()}” (เช่น ไม่น้อยกว่า ไม่เกิน) ไม่ตรงกับข้อความที่อ้าง"


_EACH = "ปี|เดือน|วัน|สัปดาห์|ชั่วโมง|คน|ราย|ครั้ง|หน่วยงาน|โครงการ|แห่ง|จังหวัด|ครัวเรือน"
_RATE = re.compile(rf"\s*(?:บาท)?\s*(?:ต่อ({_EACH})|({_EACH})ละ)")


def changed_rates(text: str, cited: Sequence[Source]) -> Iterator[str]:
    """A figure that is made one of each year, person or the like."""
    whole = "\n".join(source.squeezed for source in cited)
    for stated in quantities(text):
        match = _RATE.match(text, stated.end)
        if match:
            each = match[1] or match[2]
            if not any(form in whole for form in (f"ต่อ{each}", f"{each}ละ", f"ราย{each}", f"แต่ละ{each}")):
                yield f"“ต่อ{each}” ไม่มีในข้อความที่อ้าง"


_BEGINS = re.compile(r"(?:เริ่ม|ตั้งแต่)\S{0,12}\s*$")
_ENDS = re.compile(r"(?:สิ้นสุด|จบลง|หมดอายุ)\S{0,12}\s*$")


def wrong_ends(text: str, cited: Sequence[Source]) -> Iterator[str]:
    """A period that begins in its last year, or ends in its first."""
    years = [v.quantity for s in cited for v in s.values if v.quantity.kind is Kind.YEAR]
    starts = {q.value for q in years if q.until is not None}
    ends = {q.until for q in years if q.until is not None}
    for stated in quantities(text):
        if stated.kind is not Kind.YEAR or stated.until is not None:
            continue
        before = text[: stated.start]
        wrong_end = _ENDS.search(before) and stated.value in starts and stated.value not in ends
        if wrong_end or (_BEGINS.search(before) and stated.value in ends and stated.value not in starts):
            yield f"“{stated.text.strip()}” เป็นอีกปลายหนึ่งของช่วงในข้อความที่อ้าง"


_SUPERLATIVE = re.compile(r"(มาก|สูง|ใหญ่|น้อย|ต่ำ|เล็ก)(?:ที่)?สุด")
_MOST = ("มาก", "สูง", "ใหญ่")


def wrong_superlatives(text: str, cited: Sequence[Source]) -> Iterator[str]:
    """The most or the least of something: as the passage says it, or as the rows of its table show."""
    for match in _SUPERLATIVE.finditer(text):
        alike = _MOST if match[1] in _MOST else ("น้อย", "ต่ำ", "เล็ก")
        said = any(m[1] in alike for source in cited for m in _SUPERLATIVE.finditer(source.text))
        if not said and not any(_table_shows(text, match[1] in _MOST, source) for source in cited):
            yield f"“{match[0]}” ไม่มีในข้อความที่อ้าง และตารางที่อ้างไม่ได้แสดงเช่นนั้น"


def _table_shows(text: str, most: bool, source: Source) -> bool:
    """Whether the row that the text tells of has the highest, or lowest, value of the column that it tells of."""
    columns = source.passage.columns
    rows = [u.cells for u in source.passage.units if u.kind is UnitKind.ROW and len(u.cells) == len(columns)]
    rows = [cells for cells in rows if not cells[0].startswith("รวม")]
    if len(rows) < 2:
        return False
    words = topic(text, ())
    heads = [len(words & topic(cells[0], ())) for cells in rows]
    fits = [sum(word in re.sub(r"\(.*?\)", "", column) for word in words) for column in columns]
    if not max(heads) or heads.count(max(heads)) > 1 or not max(fits[1:]):
        return False
    column = fits.index(max(fits[1:]), 1)
    found = [_first_value(columns[column], cells[column]) for cells in rows]
    known = [value for value in found if value is not None]
    own = found[heads.index(max(heads))]
    return own is not None and own == (max(known) if most else min(known))


def _first_value(column: str, cell: str) -> Decimal | None:
    return next((quantity.value for quantity in cell_quantities(column, cell)), None)


_UP = re.compile(r"เพิ่มขึ้น|สูงขึ้น|มากขึ้น|ปรับขึ้น|ขยับขึ้น|เติบโต|ดีขึ้น")
_DOWN = re.compile(r"ลดลง|ต่ำลง|น้อยลง|ตกลง|ถดถอย|แย่ลง|หดตัว")
_BETTER_OR_WORSE = re.compile(r"ดีขึ้น|ขยับขึ้น|แย่ลง|ตกลง|ถดถอย")
_FROM = re.compile(r"จาก\S{0,20}\s*$")
_TO = re.compile(r"(?:เป็น|ไป|มา|เหลือ|ถึง|สู่)\S{0,20}\s*$")


def wrong_directions(text: str, cited: Sequence[Source]) -> Iterator[str]:
    """A rise that is a fall in its own figures ("เพิ่มขึ้นจาก 0.77 เป็น 0.75"), or that nothing in the passage shows."""
    up, down = _UP.search(text), _DOWN.search(text)
    if not (up or down) or (up and down):
        return
    told = up or down
    pair = _from_and_to(text)
    if pair:
        rises = pair[1].value > pair[0].value
        is_rank = "อันดับ" in text and not any(q.kind in (Kind.PERCENT, Kind.MONEY) for q in pair)
        if is_rank:  # a rank that falls has a greater number; "ลดลง" is said of either
            if not _BETTER_OR_WORSE.search(text):
                return
            rises = not rises
        if pair[0].value != pair[1].value and rises != bool(up):
            yield f"ตัวเลขไม่ได้ {told[0] if told else ''}"
    elif not any(_shows_change(source, bool(up)) for source in cited):
        yield f"“{told[0] if told else ''}” ไม่มีในข้อความที่อ้าง"


def _from_and_to(text: str) -> tuple[Quantity, Quantity] | None:
    """The two figures of "จาก … เป็น …", leaving years and dates aside."""
    figures = [q for q in quantities(text) if q.kind not in (Kind.YEAR, Kind.DATE, Kind.CODE)]
    first = next((q for q in figures if _FROM.search(text[: q.start])), None)
    if first is None:
        return None
    after = [q for q in figures if q.start > first.start and _TO.search(text[first.end : q.start])]
    return (first, after[0]) if after and after[0].kind is first.kind else None


def _shows_change(source: Source, up: bool) -> bool:
    """Whether the passage tells of such a change, or has a table from which one may be read."""
    words = ("เพิ่ม", "สูงขึ้น", "มากขึ้น", "ขึ้น", "เติบโต") if up else ("ลด", "ต่ำลง", "น้อยลง", "ตก", "หด", "ถดถอย", "แย่")
    return bool(source.passage.columns) or any(word in thai.squeeze(source.passage.body) for word in words)
