"""Numbers, percentages, amounts and dates as Thai texts write them, in one form that can be compared.

Understood: Thai digits, thousands commas, ร้อยละ / % / เปอร์เซ็นต์, scales (พันบาท no; หมื่น, แสน, ล้าน, พันล้าน,
ล้านล้าน), Buddhist and Common Era, months long and short, years of two digits after a month, ranges of days.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from corpus import thai

BUDDHIST_YEARS = range(2400, 2700)
COMMON_YEARS = range(1900, 2157)

# Counted things: a number before one of these is an amount, never a year.
_COUNTED = (
    "บาท", "คน", "ราย", "หน่วยงาน", "แห่ง", "โครงการ", "ระบบ", "ชุด", "ครั้ง", "ข้อ", "ด้าน", "ประการ", "เรื่อง", "บริการ",
    "ฉบับ", "จังหวัด", "กระทรวง", "กรม", "หน้า", "วัน", "ชั่วโมง", "เดือน", "รายการ", "คำถาม", "ข้อความ", "แผนงาน", "ตำแหน่ง",
)  # fmt: skip

_NUMBER = r"\d+(?:\.\d+)?"
_MONTH = "|".join(thai.MONTHS)
_SCALE = "|".join(sorted(thai.MONEY_SCALES, key=len, reverse=True))
_MENTION = re.compile(
    rf"""
      (?P<day>\d{{1,2}})(?:\s*-\s*(?P<day_to>\d{{1,2}}))?\s*(?P<month>{_MONTH})
          (?:\s*(?:(?:พศ|คศ)\s*)?(?P<year>\d{{4}}|\d{{2}})(?![\d.]))?
    | (?P<only_month>{_MONTH})\s*(?:(?:พศ|คศ)\s*)?(?P<month_year>\d{{4}}|\d{{2}})(?![\d.])
    | ร้อยละ\s*(?P<percent>{_NUMBER})
    | (?P<percent_after>{_NUMBER})\s*(?:%|เปอร์เซ็?นต์)
    | (?P<number>{_NUMBER})(?:\s*(?P<scale>{_SCALE}))?
    """,
    re.VERBOSE,
)
_CITATION_MARK = re.compile(r"\[\s*[0-9๐-๙]{1,3}(?:\s*,\s*[0-9๐-๙]{1,3})*\s*\]")
_LIST_NUMBER = re.compile(r"(?m)^\s*(?:\(?[0-9๐-๙]{1,3}[.)]|[-•*])\s+(?=\S)")


class ValueKind(StrEnum):
    NUMBER = "number"
    YEAR = "year"
    PERCENT = "percent"
    DATE = "date"


@dataclass(frozen=True)
class Mention:
    """One value as found in a text.

    `value` is the number with its scale applied, the percentage, or the year. Years are in the Common Era.
    A date has `day` (None where only month and year are written), `month` and, where written, `value` as year.
    `written` is the folded text it was read from; `after` is what follows it, for units.
    """

    kind: ValueKind
    value: float | None
    written: str
    day: int | None = None
    month: int | None = None
    after: str = ""

    def agrees_with(self, source: "Mention") -> bool:
        """Whether this value, read in an answer, is stated by `source`, read in a passage."""
        if self.kind is ValueKind.DATE:
            return source.kind is ValueKind.DATE and self._same_day(source)
        if self.kind is ValueKind.PERCENT:
            return source.kind is ValueKind.PERCENT and _same(self.value, source.value)
        if self.kind is ValueKind.YEAR and source.kind in (ValueKind.YEAR, ValueKind.DATE):
            return _same(self.value, source.value)
        return source.kind is not ValueKind.DATE and _same(self.raw, source.raw)

    @property
    def raw(self) -> float | None:
        """The number as it is written, without any reading of eras."""
        match = re.match(_NUMBER, self.written)
        return float(match[0]) if self.kind is ValueKind.YEAR and match else self.value

    def _same_day(self, source: "Mention") -> bool:
        if self.month != source.month or (self.day is not None and self.day != source.day):
            return False
        return self.value is None or source.value is None or _same(self.value, source.value)


def _same(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9)


def without_marks(text: str) -> str:
    """The text without citation marks such as [1], [๒] or [1, 2]."""
    return _CITATION_MARK.sub("", text)


def citation_marks(text: str) -> list[int]:
    """The numbers of all citation marks of the text, in order, Thai digits read as Arabic."""
    marks = (mark.translate(thai.THAI_DIGITS) for mark in _CITATION_MARK.findall(text))
    return [int(number) for mark in marks for number in re.findall(r"\d+", mark)]


def mentions(text: str, list_numbers: bool = False) -> list[Mention]:
    """All values of the text in order, citation marks left out, and list numbers at line starts unless wanted."""
    text = without_marks(text)
    folded = thai.fold(text if list_numbers else _LIST_NUMBER.sub("", text))
    found: list[Mention] = []
    for match in _MENTION.finditer(folded):
        found.extend(_read(match, folded[match.end() : match.end() + 40].lstrip()))
    return found


def _read(match: re.Match[str], after: str) -> list[Mention]:
    written = match[0].strip()
    if match["month"]:
        days = [int(match[name]) for name in ("day", "day_to") if match[name]]
        month, year = thai.MONTHS.index(match["month"]) + 1, _common_year(match["year"])
        return [Mention(ValueKind.DATE, year, written, day, month, after) for day in days]
    if match["only_month"]:
        month = thai.MONTHS.index(match["only_month"]) + 1
        return [Mention(ValueKind.DATE, _common_year(match["month_year"]), written, None, month, after)]
    if percent := match["percent"] or match["percent_after"]:
        return [Mention(ValueKind.PERCENT, float(percent), written, after=after)]
    value = float(match["number"])
    if match["scale"]:
        # Rounded, since 6504.69 × 10⁶ is not the same float as 6504690000.
        value = round(value * thai.MONEY_SCALES[match["scale"]], 4)
    elif _is_year(match["number"], after):
        return [Mention(ValueKind.YEAR, _common_year(match["number"]), written, after=after)]
    return [Mention(ValueKind.NUMBER, value, written, after=after)]


def _is_year(number: str, after: str) -> bool:
    if not re.fullmatch(r"\d{4}", number) or after.startswith(_COUNTED):
        return False
    return int(number) in BUDDHIST_YEARS or int(number) in COMMON_YEARS


def _common_year(number: str | None) -> float | None:
    if not number:
        return None
    year = int(number)
    if year < 100:  # "63" after a month is 2563
        year += 2500
    return float(year - thai.BUDDHIST_ERA_OFFSET if year in BUDDHIST_YEARS else year)


def unsupported(statement: str, sources: Iterable[str]) -> list[Mention]:
    """The values of the statement that none of the source texts states; "ข้อ 2" may stand on a list's own number."""
    stated = [mention for source in sources for mention in mentions(source, list_numbers=True)]
    return [m for m in mentions(statement) if not any(m.agrees_with(source) for source in stated)]
