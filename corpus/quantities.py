"""Numbers, dates, years, money, shares and section numbers in Thai text, in one form that can be compared.

`quantities` finds them; `stands_for` says whether one, as stated, is what another, as written in a source, says.
Thai and Arabic digits, Buddhist and Christian eras, units, ranges and written numbers ("สี่", "ครึ่ง") are one idea
in several writings, so they compare as equal; a figure that was rounded is equal only where the text says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from corpus.thai import BUDDHIST_ERA_OFFSET, MONTHS, THAI_DIGITS, safe_cuts


class Kind(StrEnum):
    """What sort of quantity it is."""

    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    YEAR = "year"
    DATE = "date"
    TIME = "time"
    ORDINAL = "ordinal"
    CODE = "code"


class Bound(StrEnum):
    """Which side of the figure is meant."""

    EXACT = ""
    ABOUT = "about"
    MORE = "more"
    LESS = "less"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class Quantity:
    """One quantity, with where it stands in its text.

    `value` is in units of one: baht for money in baht, percent for a share, the Christian year for a year; `raw` is
    the figure as written, before "ล้าน" and the like. `unit` is the currency, or the thing counted (one word for each
    family of classifiers, "" when unknown). `label` is what an ordinal numbers ("ยุทธศาสตร์", "มาตรา"), `sub` its
    subsections. A date keeps the fields it has. `until` is the end of a range, in the same unit as `value`.
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: Decimal = Decimal(0)
    raw: Decimal = Decimal(0)
    unit: str = ""
    label: str = ""
    sub: tuple[str, ...] = ()
    day: int | None = None
    month: int | None = None
    year: int | None = None
    until: Decimal | None = None
    bound: Bound = Bound.EXACT


_LOWER = {ord(c): ord(c.lower()) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_DASHES = {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"}
_SAME_LENGTH = {**THAI_DIGITS, **_LOWER, **_DASHES, ord("\u00a0"): " ", ord("\uff05"): "%"}
_THAI = "\u0e01-\u0e4e"

# Classifiers and counted nouns. Words of one line may stand for each other; GENERIC fits anything that is counted.
_UNIT_FAMILIES = (
    "คน ราย ท่าน",
    "หน่วยงาน องค์กร",
    "ยุทธศาสตร์", "มาตรการ", "แผนงาน", "โครงการ", "กิจกรรม", "ความท้าทาย", "เป้าหมาย", "ตัวชี้วัด",
    "วัตถุประสงค์", "ปี ขวบ", "เดือน", "สัปดาห์", "วัน", "ชั่วโมง ชม.", "นาที", "วินาที", "อันดับ", "คะแนน แต้ม",
    "ประเทศ", "จังหวัด", "อำเภอ", "ตำบล", "หมู่บ้าน", "บริการ", "ระบบ แพลตฟอร์ม", "ฉบับ", "ครั้ง", "เท่า", "กระทรวง", "กรม",
    "ครัวเรือน", "บัญชี", "ใบอนุญาต", "มาตรฐาน", "ชุดข้อมูล", "ฐานข้อมูล", "ธุรกรรม", "หลักสูตร", "มาตรา", "หมวด", "เล่ม", "หน้า",
    "คำ", "ตัวอักษร", "กิโลเมตร กม.", "เมตร", "ตารางเมตร ตร.ม.", "ไร่", "ตัน", "กิโลกรัม กก.", "สาขา", "ตำแหน่ง",
)  # fmt: skip
GENERIC = (
    "ข้อ", "ประการ", "เรื่อง", "อย่าง", "แบบ", "รายการ", "ประเด็น", "ด้าน", "หัวข้อ", "มิติ", "ส่วน", "ประเภท", "ลักษณะ", "กลุ่ม",
    "สิ่ง", "แห่ง", "ชนิด", "รูปแบบ", "องค์ประกอบ", "ขั้นตอน", "ขั้น", "ชิ้น", "อัน", "ตัว", "ชุด", "ระดับ", "ระยะ", "ดัชนี", "แนวทาง",
    "กลไก",
)  # fmt: skip
_UNIT_OF = {word: family.split()[0] for family in _UNIT_FAMILIES for word in family.split()}
_UNIT_OF |= dict.fromkeys(GENERIC, "")
_UNIT_WORDS = "|".join(re.escape(w) for w in sorted(_UNIT_OF, key=len, reverse=True))
# "ปีงบประมาณ", "วันที่ 9", "ส่วนราชการ" and the like begin with a classifier and are none.
_NOT_UNIT = r"(?!งบ|ที่\s*\d|ราชการ|กลาง|แทน|ใหญ่|อย่าง|การ|ทาง|ตัว)"
_UNIT_AFTER = re.compile(rf"\s*(?:กว่า|เศษ)?\s*({_UNIT_WORDS}){_NOT_UNIT}")
_UNIT_BEFORE = re.compile(rf"({_UNIT_WORDS})\s*(?:(?:\(จำนวน\)|ทั้งหมด|ทั้งสิ้น|รวม|จำนวน|มี|:|=)\s*)+$")
_COUNTED_IN_BRACKETS = re.compile(rf"\(({_UNIT_WORDS})\)\s*[:=]?\s*$")
_COUNTED_ALONE = ("ละ", "มี", "จำนวน", "เพียง", "แค่", "รวม", "ทั้งหมด", "ทั้งสิ้น", "กำหนด")

_SCALES = {
    "ล้านล้าน": 12, "แสนล้าน": 11, "หมื่นล้าน": 10, "พันล้าน": 9, "ร้อยล้าน": 8, "สิบล้าน": 7, "ล้าน": 6, "แสน": 5, "หมื่น": 4,
    "พัน": 3, "ร้อย": 2, "trillion": 12, "billion": 9, "million": 6, "thousand": 3,
}  # fmt: skip
_CURRENCIES = {
    "บาท": "บาท", "baht": "บาท", "thb": "บาท", "ดอลลาร์": "ดอลลาร์", "ดอลล่าร์": "ดอลลาร์", "เหรียญ": "ดอลลาร์",
    "dollars": "ดอลลาร์", "dollar": "ดอลลาร์", "usd": "ดอลลาร์", "ยูโร": "ยูโร", "euro": "ยูโร", "เยน": "เยน", "หยวน": "หยวน",
    "ปอนด์": "ปอนด์", "วอน": "วอน", "รูปี": "รูปี", "สตางค์": "สตางค์",
}  # fmt: skip
_SCALE_WORDS = "|".join(sorted(_SCALES, key=len, reverse=True))
_CURRENCY_WORDS = "|".join(sorted(_CURRENCIES, key=len, reverse=True))
_SCALE_AFTER = re.compile(
    rf"\s*(?:กว่า|เศษ)?\s*(?:({_SCALE_WORDS})(?!ธ|ละ|เปอร์)\s*(?:กว่า)?\s*({_CURRENCY_WORDS})?"
    rf"|(ลบ\.|ลบ(?![{_THAI}])|mb(?![a-z]))|({_CURRENCY_WORDS}))(?:เศษ)?"
)
_PERCENT_AFTER = re.compile(r"\s*(?:%|เปอร์เซ็?นต์|เปอร์เซ็น|percent|per cent)")
_PERCENT_BEFORE = re.compile(r"ร้อยละ\s*$")
_UNIT_IN_BRACKETS = re.compile(rf"\(\s*(?:({_SCALE_WORDS})?\s*({_CURRENCY_WORDS})|(ลบ\.?)|(ร้อยละ|%))\s*\)\s*[:=]?\s*$")

_BOUNDS_BEFORE = (
    (Bound.AT_LEAST, "ไม่น้อยกว่า|ไม่ต่ำกว่า|อย่างน้อย|อย่างต่ำ"),
    (Bound.AT_MOST, "ไม่เกินกว่า|ไม่เกิน|ไม่มากกว่า|ไม่สูงกว่า|อย่างมาก|สูงสุด"),
    (Bound.LESS, "เกือบ|น้อยกว่า|ต่ำกว่า|ไม่ถึง"),
    (Bound.MORE, "มากกว่า|เกินกว่า|สูงกว่า|กว่า|เกิน"),
    (Bound.ABOUT, "(?<!งบ)ประมาณการ|(?<!งบ)ประมาณ|ราวๆ|ราว ๆ|ราว|คร่าวๆ"),
)
_BEFORE_FIGURE = r"\s*(?:ที่|เป็น|ร้อยละ|จำนวน)?\s*$"
_BOUND_PATTERNS = tuple((bound, re.compile(rf"(?:{words}){_BEFORE_FIGURE}")) for bound, words in _BOUNDS_BEFORE)
# "มากกว่าเดิม" compares; the bound must stand right before the figure or right after it.
_MORE_AFTER = re.compile(rf"\s*กว่า\s*(?:{_SCALE_WORDS}|{_UNIT_WORDS}|{_CURRENCY_WORDS})|[^\d]{{0,12}}?เศษ(?![{_THAI}])")

_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)*")
_CODE = re.compile(r"(?<![a-z0-9])(?:[a-z]+-?\d+(?:[.-]?[a-z0-9]+)*|\d+[a-z]+(?![a-z0-9]))")
_TIME = re.compile(r"(?<!\d)(\d{1,2})[.:](\d{2})\s*(?:น\.|นาฬิกา)")

_ABBREVIATED = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
_ENGLISH = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december")  # fmt: skip
_SHORT = tuple(form.replace(".", r"\.?") for form in _ABBREVIATED)
_FULL = "|".join(MONTHS)
_ENGLISH_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _ENGLISH)
_THAI_MONTH = rf"(?:{_FULL}|{'|'.join(_SHORT)})(?![{_THAI}]\.)"
_ERA = r"(?:พ\.?ศ\.?|ค\.?ศ\.?|ปี)?\s*"
_YEAR_DIGITS = rf"(\d{{4}}(?![\d,.:]*\d)|\d{{2}}(?![\d,.:]*\d|\s*(?:{_UNIT_WORDS}){_NOT_UNIT}|\s*%))"
_YEAR_OF_DATE = rf"(?:,?\s*({_ERA}){_YEAR_DIGITS})?"
_THAI_DATE = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\s*(?:-|ถึง|และ)\s*(\d{{1,2}}))?\s*(?:เดือน)?\s*({_THAI_MONTH}){_YEAR_OF_DATE}"
)
_THAI_MONTH_YEAR = re.compile(
    rf"(?<![{_THAI}.])(?:เดือน\s*)?({_THAI_MONTH})\s*({_ERA}){_YEAR_DIGITS}"
    rf"|({_FULL})(?:\s*({_ERA})(\d{{4}}))?"
)
_ENGLISH_DATE = re.compile(rf"(?<!\d)(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+)?\b({_ENGLISH_MONTH})\b\.?\s+(\d{{4}})(?!\d)")
_ENGLISH_DATE_US = re.compile(rf"\b({_ENGLISH_MONTH})\b\.?\s+(\d{{1,2}}),\s*(\d{{4}})(?!\d)")
_SLASH_DATE = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")

_YEAR_WORD = r"(?:ปีงบประมาณ|ปีงบฯ?|งบปี|ปีการศึกษา|ปี\s*ค\.?ศ\.?|ปี\s*พ\.?ศ\.?|พ\.?ศ\.?|ค\.?ศ\.?|b\.?e\.?|a\.?d\.?|ปี|แผน)"
_YEARS = re.compile(
    rf"(?:((?:{_YEAR_WORD}\s*)+)(\d{{4}}|\d{{2}})|(?<![\d.,])(\d{{4}}))(?!\d|,\d|\.\d)"
    rf"(?:\s*(?:-|/|ถึง|จนถึง)\s*((?:{_YEAR_WORD}\s*)*)(\d{{4}}|\d{{2}})(?!\d|,\d|\.\d))?"
)

_LABELS = (
    "ยุทธศาสตร์", "มาตรการ", "แผนงาน", "โครงการ", "ด้าน", "ความท้าทาย", "เป้าหมาย", "ประเด็น", "ตัวชี้วัด", "วัตถุประสงค์", "กิจกรรม",
    "กลไก", "ฐาน", "ข้อ", "ประการ", "เรื่อง", "อันดับ", "ลำดับ",
)  # fmt: skip
_LABEL = "|".join(sorted(_LABELS, key=len, reverse=True))
_ORDINAL_BEFORE = re.compile(rf"([{_THAI}]+?)ที่\s*$")
_NO_LABELS = ("จาก", "อยู่", "เป็น", "ได้", "ไป", "มา", "คือ", "ถึง", "สู่", "ขึ้น", "ลง", "อันดับ", "และ", "กว่า")
_NO_ORDINAL = re.compile(r"(?:หน้า|พื้น|เนื้อ|สถาน|ทั้ง|ขณะ|เต็ม|นา)ที่\s*$")
_SECTION_BEFORE = re.compile(r"(มาตรา|หมวด|วรรค|บท|ภาคผนวก|ข้อ|ส่วน|อันดับ|ลำดับ)(?:ที่)?\s*$")
_LABEL_BEFORE = re.compile(rf"({_LABEL})\s+$")
_FIRST = re.compile(rf"({_LABEL})แรก(?!เริ่ม)")
_SUBSECTIONS = re.compile(r"(?:\s*\((\d+|[ก-ฮ])\))+")

_DIGIT_WORDS = {
    "หนึ่ง": 1,
    "เอ็ด": 1,
    "สอง": 2,
    "ยี่": 2,
    "สาม": 3,
    "สี่": 4,
    "ห้า": 5,
    "หก": 6,
    "เจ็ด": 7,
    "แปด": 8,
    "เก้า": 9,
    "ศูนย์": 0,
}
_TEN_WORDS = {"สิบ": 10, "ร้อย": 100, "พัน": 1000, "หมื่น": 10_000, "แสน": 100_000}
_NUMBER_WORD = re.compile("|".join([*_DIGIT_WORDS, *_TEN_WORDS, "ล้าน", "จุด"]))
_WRITTEN = re.compile(
    "(?:หนึ่ง|สอง|ยี่|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ)(?:หนึ่ง|เอ็ด|สอง|ยี่|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน(?!ธ)|หมื่น|แสน|ล้าน|ศูนย์|จุด)*"
)
# "หนึ่งในสี่ของจังหวัด" is a share, "หนึ่งในสี่ยุทธศาสตร์" one thing of four.
_FRACTION = re.compile(
    rf"(?:เศษ)?(หนึ่ง|สอง|สาม|สี่)\s*(?:ใน|ส่วน)\s*(สอง|สาม|สี่|ห้า|สิบ)(?:ส่วน)?(?!\s*(?:{_UNIT_WORDS}|สิบ|ร้อย|พัน|เอ็ด|คน))"
)
_HALF = re.compile(r"(?<!คนละ)ครึ่ง(?!หลัง|แรก|ทาง|ๆ)(?:หนึ่ง)?")
_SHARE_OF = re.compile(r"\s*ใน\s*$")
_MARKER_ENDS = re.compile(r"[.)]\s+\S")
_LIST_NUMBER = re.compile(r"(?:(?<=\s)|^)\(?(\d{1,2})[.)](?=\s|[^\d\s])")


@dataclass(frozen=True)
class _Figure:
    start: int
    end: int
    value: Decimal
    written: bool = False


def quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of a text in reading order, without the numbers that only count a list's lines (1., 2., …)."""
    return _quantities(text)


@lru_cache(maxsize=4_000)
def _quantities(text: str) -> tuple[Quantity, ...]:
    plain = text.translate(_SAME_LENGTH)
    found: list[Quantity] = []
    taken = [False] * (len(plain) + 1)
    for start, end in _list_numbers(plain):
        taken[start:end] = [True] * (end - start)
    for finder in (_times, _dates, _codes, _fractions, _years):
        for quantity in finder(plain):
            if not any(taken[quantity.start : quantity.end]):
                taken[quantity.start : quantity.end] = [True] * (quantity.end - quantity.start)
                found.append(quantity)
    figures = []
    for figure in sorted(_figures(plain), key=lambda f: f.start):
        if not any(taken[figure.start : figure.end]):
            quantity = _read_figure(plain, figure)
            taken[quantity.start : quantity.end] = [True] * (quantity.end - quantity.start)
            figures.append(figure)
            found.append(quantity)
    found.extend(_halves(plain, figures))
    found = _with_ranges(plain, _with_shares(plain, found))
    found = _with_companions(plain, found)
    found = [replace(q, text=text[q.start : q.end], bound=_bound(plain, q)) for q in found]
    return tuple(sorted(found, key=lambda q: (q.start, q.end)))


def cell_quantities(column: str, cell: str) -> tuple[Quantity, ...]:
    """The quantities of a table cell, where the unit may stand in the name of the column ("งบประมาณ (ล้านบาท)")."""
    lead = f"{column}: "
    inside = [q for q in quantities(lead + cell) if q.start >= len(lead) or q.end > len(lead)]
    return tuple(replace(q, start=max(0, q.start - len(lead)), end=q.end - len(lead)) for q in inside)


@lru_cache(maxsize=4_000)
def in_digits(text: str) -> str:
    """The text with the numbers that it writes in words in digits: "แบ่งเป็นสี่ด้าน" → "แบ่งเป็น4ด้าน"."""
    plain = text.translate(_SAME_LENGTH)
    for figure in reversed([figure for figure in _figures(plain) if figure.written]):
        text = f"{text[: figure.start]}{figure.value:f}{text[figure.end :]}"
    return text


def unit_words(unit: str) -> tuple[str, ...]:
    """All words that count the same thing as a quantity's `unit`."""
    return tuple(word for word, family in _UNIT_OF.items() if family == unit)


def marker_number(marker: str) -> Decimal | None:
    """The number of a list item's marker ("2.", "(๒)", "4)"), or None when it is no number."""
    match = re.fullmatch(r"\(?(\d{1,3})[.)]*", marker.strip().translate(_SAME_LENGTH))
    return Decimal(match[1]) if match else None


def stands_for(stated: Quantity, source: Quantity) -> bool:
    """Whether `stated` says what `source` says: the same value in the same kind and unit.

    A stated date, section or number may be less exact in form than its source ("กันยายน 2563" for "9 กันยายน 2563",
    "มาตรา 12" for "มาตรา 12 (4)"), never more. Rounding counts as equal only with a word such as ประมาณ or กว่า, within
    the last digit that was kept.
    """
    if stated.until is not None and source.until is not None and stated.kind == source.kind:
        return _same_range(stated, source)
    check = _STANDS[stated.kind]
    return check(stated, source)


# --- finding ----------------------------------------------------------------------------------------------------


def _list_numbers(plain: str) -> Iterator[tuple[int, int]]:
    """Numbers that only count: at the start of a line, or 1., 2., 3. in rising order inside one."""
    inline: list[re.Match[str]] = []
    for match in _LIST_NUMBER.finditer(plain):
        if re.search(r"(?:มาตรา|ข้อ)\s*\d+[\s\d()]*$", plain[max(0, match.start() - 30) : match.start()]):
            continue
        if plain.rfind("\n", 0, match.start()) + 1 == match.start() or not plain[: match.start()].strip():
            yield match.span()
            continue
        if int(match[1]) == len(inline) + 1:
            inline.append(match)
    if len(inline) > 1:
        yield from (match.span() for match in inline)


def _times(plain: str) -> Iterator[Quantity]:
    for m in _TIME.finditer(plain):
        yield Quantity(Kind.TIME, m[0], *m.span(), value=Decimal(int(m[1]) * 60 + int(m[2])))


def _codes(plain: str) -> Iterator[Quantity]:
    for m in _CODE.finditer(plain):
        digits = re.search(r"\d+", m[0])
        yield Quantity(Kind.CODE, m[0], *m.span(), raw=Decimal(digits[0]) if digits else Decimal(0), label=m[0])


def _dates(plain: str) -> Iterator[Quantity]:
    for m in _THAI_DATE.finditer(plain):
        month, year = _month(m[3]), _year(m[5], m[4] or "")
        days = [int(m[1])] + ([int(m[2])] if m[2] else [])
        for day, (start, end) in zip(
            days, [m.span()] if len(days) == 1 else [m.span(1), (m.start(2), m.end())], strict=True
        ):
            if 1 <= day <= 31:
                yield Quantity(Kind.DATE, m[0], start, end, day=day, month=month, year=year)
    for m in _ISO_DATE.finditer(plain):
        yield _date(m, m[3], int(m[2]), _year(m[1]))
    for m in _SLASH_DATE.finditer(plain):
        yield _date(m, m[1], int(m[2]), _year(m[3]))
    for m in _ENGLISH_DATE_US.finditer(plain):
        yield _date(m, m[2], _english_month(m[1]), _year(m[3]))
    for m in _ENGLISH_DATE.finditer(plain):
        yield _date(m, m[1], _english_month(m[2]), _year(m[3]))
    for m in _THAI_MONTH_YEAR.finditer(plain):
        if not (m[1] == "ก.พ." and plain[: m.start()].endswith(("สำนักงาน ", "สนง. "))):
            yield _date(m, None, _month(m[1] or m[4]), _year(m[3] or m[6], m[2] or m[5] or ""))


def _date(m: re.Match[str], day: str | None, month: int, year: int | None) -> Quantity:
    return Quantity(Kind.DATE, m[0], *m.span(), day=int(day) if day else None, month=month, year=year)


def _month(form: str) -> int:
    bare = form.strip().replace(".", "")
    return next(
        i + 1
        for i, (full, short) in enumerate(zip(MONTHS, _ABBREVIATED, strict=True))
        if bare in (full, short.replace(".", ""))
    )


def _english_month(form: str) -> int:
    return next(i + 1 for i, name in enumerate(_ENGLISH) if name.startswith(form[:3]))


def _year(digits: str | None, era: str = "") -> int | None:
    return _christian(digits, era) if digits else None


def _christian(digits: str, era: str = "") -> int:
    """The Christian year. Without an era, 23xx to 26xx are Buddhist; two digits are of Buddhist 25xx (or 20xx C.E.)."""
    year, christian = int(digits), "ค" in era or "a" in era
    if len(digits) == 2:
        return year + (2000 if christian else 2500 - BUDDHIST_ERA_OFFSET)
    buddhist = "พ" in era or "b" in era or (not christian and year >= 2300)
    return year - BUDDHIST_ERA_OFFSET if buddhist else year


def _fractions(plain: str) -> Iterator[Quantity]:
    for m in _FRACTION.finditer(plain):
        part, whole = _DIGIT_WORDS[m[1]], {**_DIGIT_WORDS, **_TEN_WORDS}[m[2]]
        if part < whole:
            share = (Decimal(part) * 100 / whole).quantize(Decimal("0.01"))
            yield Quantity(Kind.PERCENT, m[0], *m.span(), value=share, raw=share, unit="%")


def _years(plain: str) -> Iterator[Quantity]:
    for m in _YEARS.finditer(plain):
        word, first = m[1] or "", m[2] or m[3]
        if not _is_year(plain, m, word, first):
            continue
        start = m.start(2) if m[2] else m.start(3)
        value = _christian(first, _era(word))
        last = _christian(m[5], _era(m[4] or "") or _era(word)) if m[5] else None
        if last is not None and not _plausible_range(value, last, m[5]):
            last = None
        until = Decimal(last) if last is not None else None
        end = m.end() if until is not None else start + len(first)
        label = "ปีงบประมาณ" if "งบ" in word else ""
        raw = Decimal(first)
        yield Quantity(Kind.YEAR, "", m.start(), end, Decimal(value), raw, label=label, until=until, year=value)


def _is_year(plain: str, m: re.Match[str], word: str, first: str) -> bool:
    after = plain[(m.end(2) if m[2] else m.end(3)) :]
    counted = _UNIT_AFTER.match(after) or _PERCENT_AFTER.match(after) or _SCALE_AFTER.match(after)
    bare_word = word.strip() in ("", "แผน")
    if len(first) == 2:
        return not counted and (m[5] is not None if bare_word else True)
    year = int(first)
    plausible = 2300 <= year <= 2699 or 1800 <= year <= 2199
    return (plausible and not counted) if bare_word else True


def _era(word: str) -> str:
    compact = re.sub(r"[\s.]", "", word)
    if "คศ" in compact or "ad" in compact:
        return "ค"
    return "พ" if "พศ" in compact or "be" in compact else ""


def _plausible_range(first: int, last: int, written: str) -> bool:
    return len(written) == 4 or 0 < last - first < 60


def _figures(plain: str) -> Iterator[_Figure]:
    for m in _FIGURE.finditer(plain):
        digits = m[0].replace(",", "")
        if digits.count(".") > 1:
            continue
        negative = (
            m.start() > 0 and plain[m.start() - 1] == "-" and (m.start() == 1 or plain[m.start() - 2] in " (\n\t:")
        )
        yield _Figure(m.start(), m.end(), -Decimal(digits) if negative else Decimal(digits))
    candidates = list(_WRITTEN.finditer(plain))
    if not candidates:
        return
    cuts = {0, *safe_cuts(plain)}
    for m in candidates:
        value = _written_value(m[0])
        begins = m.start() in cuts or plain[: m.start()].endswith("ที่")  # "ที่สอง" is one word
        if value is not None and begins and m.end() in cuts and _counts(plain, m):
            yield _Figure(m.start(), m.end(), value, written=True)


def _counts(plain: str, m: re.Match[str]) -> bool:
    """Whether a written number counts something: "หนึ่ง" is often only "a", and "ทั้งสอง" only points back."""
    before, after = plain[: m.start()], plain[m.end() :]
    if after.startswith("ละ") and m[0].endswith("ร้อย"):
        return False
    if m[0] == "สอง":
        return not before.endswith("ทั้ง")
    if m[0] != "หนึ่ง":
        return True
    if before.endswith(("ที่", "วรรค")):
        return True
    return before.rstrip().endswith(_COUNTED_ALONE) and _UNIT_AFTER.match(after) is not None


def _written_value(word: str) -> Decimal | None:
    """The value of a number in words ("สองร้อยยี่สิบห้า", "สี่จุดหกเก้า"), or None when it is not well formed."""
    whole, point, fraction = word.partition("จุด")
    value = _whole_value(whole)
    if not point or value is None:
        return value
    tail = re.search(r"(?:สิบ|ร้อย|พัน|หมื่น|แสน|ล้าน)+$", fraction)
    digits = [_DIGIT_WORDS.get(w) for w in _NUMBER_WORD.findall(fraction[: tail.start()] if tail else fraction)]
    if not digits or None in digits:
        return None
    value += Decimal("0." + "".join(str(d) for d in digits))
    return value * 10 ** _SCALES[tail[0]] if tail and tail[0] in _SCALES else value


def _whole_value(word: str) -> Decimal | None:
    total, group, digit = Decimal(0), Decimal(0), None
    for part in _NUMBER_WORD.findall(word):
        if part in _DIGIT_WORDS:
            if digit is not None:
                return None
            digit = _DIGIT_WORDS[part]
        elif part in _TEN_WORDS:
            group, digit = group + (1 if digit is None else digit) * _TEN_WORDS[part], None
        else:
            total, group, digit = (total + group + (digit or 0)) * 1_000_000, Decimal(0), None
    return total + group + (digit or 0)


def _read_figure(plain: str, figure: _Figure) -> Quantity:
    before, after = plain[: figure.start], plain[figure.end :]
    for read in (_as_percent, _as_money_or_scaled, _as_section, _as_ordinal, _as_header_unit, _as_marker):
        quantity = read(figure, before, after)
        if quantity is not None:
            return quantity
    unit, end = _counted_thing(before, after)
    return Quantity(Kind.NUMBER, "", figure.start, figure.end + end, value=figure.value, raw=figure.value, unit=unit)


def _as_percent(figure: _Figure, before: str, after: str) -> Quantity | None:
    ahead, behind = _PERCENT_AFTER.match(after), _PERCENT_BEFORE.search(before)
    if not ahead and not behind:
        return None
    start = behind.start() if behind else figure.start
    end = figure.end + (ahead.end() if ahead else 0)
    return Quantity(Kind.PERCENT, "", start, end, value=figure.value, raw=figure.value, unit="%")


def _as_money_or_scaled(figure: _Figure, _before: str, after: str) -> Quantity | None:
    m = _SCALE_AFTER.match(after)
    if not m:
        return None
    value = figure.value * 10 ** (_SCALES[m[1]] if m[1] else 6 if m[3] else 0)
    currency = _CURRENCIES[m[2] or m[4]] if m[2] or m[4] else "บาท" if m[3] else ""
    end = figure.end + m.end()
    if currency:
        half = (
            value + Decimal("0.5") * (value / figure.value)
            if figure.value and after[m.end() :].startswith("ครึ่ง")
            else value
        )
        return Quantity(Kind.MONEY, "", figure.start, end, value=half, raw=figure.value, unit=currency)
    counted = _UNIT_AFTER.match(after[m.end() :])
    unit = _UNIT_OF[counted[1]] if counted else ""
    return Quantity(Kind.NUMBER, "", figure.start, end, value=value, raw=figure.value, unit=unit)


def _as_section(figure: _Figure, before: str, after: str) -> Quantity | None:
    m = _SECTION_BEFORE.search(before)
    if not m or (m[1] in ("ข้อ", "ส่วน", "หมวด", "บท") and _UNIT_AFTER.match(after)):
        return None
    subs = _SUBSECTIONS.match(after)
    found = tuple(re.findall(r"\((\d+|[ก-ฮ])\)", subs[0])) if subs else ()
    end = figure.end + (subs.end() if subs else 0)
    return Quantity(Kind.ORDINAL, "", m.start(), end, value=figure.value, raw=figure.value, label=m[1], sub=found)


def _as_ordinal(figure: _Figure, before: str, after: str) -> Quantity | None:
    m = _ORDINAL_BEFORE.search(before)
    label = _last_word(m[1]) if m and not _NO_ORDINAL.search(before) else None
    if m and label is not None and (label in _LABELS or not _UNIT_AFTER.match(after)):
        return Quantity(
            Kind.ORDINAL,
            "",
            m.start() + len(m[1]) - len(label),
            figure.end,
            value=figure.value,
            raw=figure.value,
            label=label,
        )
    near = _LABEL_BEFORE.search(before) or re.search(r"(วรรค)\s*$", before)
    if (
        near
        and not figure.written
        and not _UNIT_AFTER.match(after)
        and figure.value == int(figure.value)
        and figure.value < 100
    ):
        return Quantity(Kind.ORDINAL, "", near.start(), figure.end, value=figure.value, raw=figure.value, label=near[1])
    return None


def _as_header_unit(figure: _Figure, before: str, after: str) -> Quantity | None:
    """A figure after its unit in brackets, as in the name of a column: "งบประมาณ (ล้านบาท): 518.46"."""
    m = _UNIT_IN_BRACKETS.search(before)
    if not m or _UNIT_AFTER.match(after):
        return None
    if m[4]:
        return Quantity(Kind.PERCENT, "", figure.start, figure.end, value=figure.value, raw=figure.value, unit="%")
    value = figure.value * 10 ** (_SCALES[m[1]] if m[1] else 6 if m[3] else 0)
    currency = _CURRENCIES[m[2]] if m[2] else "บาท"
    return Quantity(Kind.MONEY, "", figure.start, figure.end, value=value, raw=figure.value, unit=currency)


def _as_marker(figure: _Figure, before: str, after: str) -> Quantity | None:
    """The marker of a list's item told behind what introduces the list: "ประกอบด้วยโครงการ: 1. โครงการท่อระบายน้ำ"."""
    if figure.written or not re.search(r":\s*\(?$", before) or not _MARKER_ENDS.match(after):
        return None
    return Quantity(Kind.ORDINAL, "", figure.start, figure.end, value=figure.value, raw=figure.value)


def _counted_thing(before: str, after: str) -> tuple[str, int]:
    m = _UNIT_AFTER.match(after)
    if m:
        return _UNIT_OF[m[1]], m.end()
    m = _COUNTED_IN_BRACKETS.search(before) or _UNIT_BEFORE.search(before)
    return (_UNIT_OF[m[1]], 0) if m else ("", 0)


def _last_word(run: str) -> str:
    for label in sorted(_LABELS, key=len, reverse=True):
        if run.endswith(label):
            return label
    if run.endswith(_NO_LABELS):
        return ""  # "อยู่ที่ 3", "จากที่ 5": a rank of what is told
    cuts = [0, *safe_cuts(run)]
    return run[cuts[-2] :] if len(cuts) > 1 else run


def _halves(plain: str, figures: list[_Figure]) -> Iterator[Quantity]:
    ends = {f.end for f in figures}
    for m in _HALF.finditer(plain):
        if m.start() not in ends and "ล้าน" not in plain[max(0, m.start() - 6) : m.start()]:
            yield Quantity(Kind.PERCENT, m[0], *m.span(), value=Decimal(50), raw=Decimal("0.5"), unit="%")
    for m in _FIRST.finditer(plain):
        yield Quantity(Kind.ORDINAL, m[0], *m.span(), value=Decimal(1), raw=Decimal(1), label=m[1])


def _with_shares(plain: str, found: list[Quantity]) -> list[Quantity]:
    """One share for "2 ใน 3", which not two numbers."""
    numbers = sorted((q for q in found if q.kind is Kind.NUMBER), key=lambda q: q.start)
    for one, other in pairwise(numbers):
        between = plain[one.end : other.start]
        if re.fullmatch(r"\s*ใน\s*", between) and 0 < one.value < other.value <= 10 and not other.unit:
            share = (one.value * 100 / other.value).quantize(Decimal("0.01"))
            found = [q for q in found if q not in (one, other)]
            found.append(Quantity(Kind.PERCENT, "", one.start, other.end, value=share, raw=share, unit="%"))
    return found


def _with_ranges(plain: str, found: list[Quantity]) -> list[Quantity]:
    """Ranges ("ร้อยละ 5-10", "3-5 โครงการ"): both ends take the kind and unit that stand at one of them."""
    by_start = sorted(found, key=lambda q: q.start)
    for one, other in pairwise(by_start):
        if not re.fullmatch(r"\s*(?:-|ถึง)\s*", plain[one.end : other.start]) or one.until is not None:
            continue
        if one not in found:  # already the end of a range: "02-123-4567" is none
            continue
        if (
            Kind.DATE in (one.kind, other.kind)
            or Kind.YEAR in (one.kind, other.kind)
            or Kind.CODE in (one.kind, other.kind)
        ):
            continue
        named = other if one.kind is Kind.NUMBER and not one.unit else one
        factor = named.value / named.raw if named.raw else Decimal(1)
        first, last = one.raw * factor, other.raw * factor
        if first >= last or named.kind is Kind.TIME:
            continue
        found[found.index(one)] = replace(named, start=one.start, end=other.end, value=first, raw=one.raw, until=last)
        found.remove(other)
    return found


def _with_companions(plain: str, found: list[Quantity]) -> list[Quantity]:
    """Joined figures ("ยุทธศาสตร์ที่ 1 และ 2", "10 และ 20 ล้านบาท"): what is said of one is said of both."""
    ordered = sorted(found, key=lambda q: q.start)
    for i, (one, other) in enumerate(pairwise(ordered)):
        if not re.fullmatch(r"\s*(?:,|และ|กับ|หรือ|จาก|จากทั้งหมด)\s*", plain[one.end : other.start]):
            continue
        if one.kind is Kind.ORDINAL and other.kind is Kind.NUMBER and not other.unit and not one.sub:
            ordered[i + 1] = replace(other, kind=Kind.ORDINAL, label=one.label)
        elif one.kind is Kind.PERCENT and other.kind is Kind.NUMBER and not other.unit:
            ordered[i + 1] = replace(other, kind=Kind.PERCENT, unit=one.unit)
        elif one.kind is Kind.NUMBER and not one.unit and one.value == one.raw and _gives_unit(other):
            factor = other.value / other.raw if other.raw else Decimal(1)
            ordered[i] = replace(one, kind=other.kind, unit=other.unit, value=one.raw * factor)
    return ordered


def _gives_unit(quantity: Quantity) -> bool:
    return quantity.kind in (Kind.MONEY, Kind.PERCENT) or (quantity.kind is Kind.NUMBER and bool(quantity.unit))


def _bound(plain: str, quantity: Quantity) -> Bound:
    if quantity.kind not in (Kind.NUMBER, Kind.MONEY, Kind.PERCENT):
        return Bound.EXACT
    before = plain[max(0, quantity.start - 24) : quantity.start]
    for bound, pattern in _BOUND_PATTERNS:
        if pattern.search(before):
            return bound
    tail = plain[quantity.start : quantity.end + 4]
    if re.search(r"\d\s*กว่า", tail) or re.search(rf"เศษ(?![{_THAI}])", tail):
        return Bound.MORE
    return Bound.AT_LEAST if plain[quantity.end : quantity.end + 8].lstrip().startswith("ขึ้นไป") else Bound.EXACT


# --- comparing --------------------------------------------------------------------------------------------------


def _same_range(stated: Quantity, source: Quantity) -> bool:
    if (stated.value, stated.until) == (source.value, source.until):
        return stated.kind is Kind.YEAR or _same_unit(stated, source)
    return False


def _number_stands(stated: Quantity, source: Quantity) -> bool:
    if source.kind is Kind.NUMBER:
        return _same_unit(stated, source) and _near(stated, source)
    if stated.unit:
        return False
    if source.kind is Kind.MONEY and stated.value != stated.raw:
        return _near(stated, source)
    # No unit was stated: the bare figure as the source writes it, whatever it measures there.
    return source.kind not in (Kind.DATE, Kind.TIME, Kind.PERCENT) and stated.value in (source.raw, source.until)


def _money_stands(stated: Quantity, source: Quantity) -> bool:
    if source.kind is Kind.MONEY:
        return stated.unit == source.unit and _near(stated, source)
    scaled = source.kind is Kind.NUMBER and source.value != source.raw and not source.unit
    return scaled and _near(stated, source)


def _percent_stands(stated: Quantity, source: Quantity) -> bool:
    return source.kind is Kind.PERCENT and _near(stated, source)


def _year_stands(stated: Quantity, source: Quantity) -> bool:
    if stated.until is not None:
        return False
    if source.kind is Kind.YEAR:
        return stated.value in (source.value, source.until)
    if source.kind is Kind.DATE:
        return source.year is not None and stated.value == source.year
    return source.kind is Kind.NUMBER and not source.unit and stated.raw == source.raw


def _date_stands(stated: Quantity, source: Quantity) -> bool:
    if source.kind is not Kind.DATE:
        return False
    pairs = ((stated.day, source.day), (stated.month, source.month), (stated.year, source.year))
    return all(mine is None or mine == theirs for mine, theirs in pairs)


def _time_stands(stated: Quantity, source: Quantity) -> bool:
    return source.kind is Kind.TIME and stated.value == source.value


def _ordinal_stands(stated: Quantity, source: Quantity) -> bool:
    if stated.label == "วัน" and source.kind is Kind.DATE:
        return stated.value == source.day
    if source.kind is not Kind.ORDINAL or stated.value != source.value:
        return False
    if stated.sub and stated.sub != source.sub[: len(stated.sub)]:
        return False
    return stated.label == source.label or "" in (stated.label, source.label)


def _code_stands(stated: Quantity, source: Quantity) -> bool:
    return source.kind is Kind.CODE and stated.label.replace("-", "") == source.label.replace("-", "")


def _same_unit(stated: Quantity, source: Quantity) -> bool:
    return stated.unit == source.unit or "" in (stated.unit, source.unit)


_UPWARD = (Bound.MORE, Bound.AT_LEAST)
_DOWNWARD = (Bound.LESS, Bound.AT_MOST)


def _near(stated: Quantity, source: Quantity) -> bool:
    """Equal, or rounded as the words beside the stated figure say."""
    if stated.until is not None:
        return False
    values = [source.value] + ([source.until] if source.until is not None else [])
    bounds = {stated.bound, source.bound}
    if bounds & set(_UPWARD) and bounds & set(_DOWNWARD):
        return False
    if any(stated.value == value for value in values):
        strict = stated.bound in (Bound.MORE, Bound.LESS) and source.bound is Bound.EXACT
        return not strict
    if source.bound not in (Bound.EXACT, stated.bound):
        return False
    return any(_rounds_to(value, stated) for value in values)


def _rounds_to(value: Decimal, stated: Quantity) -> bool:
    step, gap = _last_digit_kept(stated), value - stated.value
    if stated.bound is Bound.ABOUT:
        return abs(gap) * 2 <= step and abs(gap) * 10 <= abs(value)
    if stated.bound is Bound.MORE:
        return 0 < gap < step
    return stated.bound is Bound.LESS and 0 < -gap <= step and -gap * 10 <= abs(value)


def _last_digit_kept(quantity: Quantity) -> Decimal:
    """The worth of the last digit of a rounded figure that is not a padding zero: 100 for 6,500; 0.1 for 6.5."""
    scale = quantity.value / quantity.raw if quantity.raw else Decimal(1)
    exponent = quantity.raw.normalize().as_tuple().exponent
    return Decimal(10) ** int(exponent) * scale


_STANDS = {
    Kind.NUMBER: _number_stands,
    Kind.MONEY: _money_stands,
    Kind.PERCENT: _percent_stands,
    Kind.YEAR: _year_stands,
    Kind.DATE: _date_stands,
    Kind.TIME: _time_stands,
    Kind.ORDINAL: _ordinal_stands,
    Kind.CODE: _code_stands,
}
