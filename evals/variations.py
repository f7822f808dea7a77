"""Cases that ask the same in another writing: digits, eras, dots, blanks, marks, keyboard, capitals, politeness.

None of these changes what is asked, so none may change the answer (`unchanged_answer`). A variation expects what its
original expects; the set holds each original once, before its variations, so that one run asks both.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from corpus import thai
from evals.cases import Case

PER_CHANGE = 8
SEED = 1
UNVARIED = frozenset({"injection", "invalid"})
"""Kinds that are about the very letters typed."""

_THAI = "\u0e01-\u0e4e"
_ABOVE_BELOW = "\u0e31\u0e34-\u0e3a"
_TONE = "\u0e48-\u0e4b"
_ZERO_WIDTH = "\u200b"
_FULL_YEAR = re.compile(r"(?<![\d๐-๙./])25([4-8]\d)(?![\d๐-๙.,/])(?!\s*(?:ล้าน|บาท|คน|หน่วย|โครงการ))")
_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
    "มกรา", "กุมภา", "มีนา", "เมษา", "พฤษภา", "มิถุนา", "กรกฎา", "สิงหา", "กันยา", "ตุลา", "พฤศจิกา", "ธันวา",
)  # fmt: skip
_SHORT_YEARS = re.compile(
    rf"((?:{'|'.join(re.escape(month) for month in _MONTHS)}|\bกย|ปี(?:งบ)?|แผน)\s*)"
    r"([4-8]\d)(?:\s*-\s*([4-8]\d))?(?![\d๐-๙.,/])(?!\s*(?:ล้าน|บาท|คน|หน่วย|โครงการ|ด้าน))"
)
_BUDDHIST = re.compile(rf"(?:พ\.\s?ศ\.\s*)?{_FULL_YEAR.pattern}")
_CHRISTIAN = re.compile(r"(?:ค\.\s?ศ\.\s*)?(?<![\d๐-๙./])(20[0-4]\d)(?![\d๐-๙.,/])")
_NAMED_BY_YEAR = re.compile(r"พ\.?\s?ร\.?\s?บ|พระราช|มาตรา|กฎหมาย|ระเบียบ|ประกาศ")
_DOTTED = re.compile(rf"(?<![{_THAI}.])(?:[ก-ฮ]{{1,4}}\.){{1,3}}(?:[ก-ฮ]{{1,3}}(?=[\s)]|$))?")
_UNDOTTED = {
    "สพร": "สพร.", "พรบ": "พ.ร.บ.", "ครม": "ครม.", "กพร": "ก.พ.ร.", "พศ": "พ.ศ.", "กย": "ก.ย.", "ผอ": "ผอ.",
    "คกก": "คกก.", "อบต": "อบต.", "อบจ": "อบจ.",
}  # fmt: skip
_UNDOTTED_WORD = re.compile(rf"(?<![{_THAI}.])({'|'.join(_UNDOTTED)})(?![.{_THAI}])")
_BLANK_BESIDE_THAI = re.compile(rf"(?<=[{_THAI}.])[ ]+(?=[{_THAI}])")
_PARTICLE_AT_END = re.compile(r"(?:ครับ|คับ|ค่ะ|คะ|จ้ะ|จ้า|นะ|ๆ)[\s?!.]*$")
_POLITE = (
    ("", "ครับ"), ("", "คะ"), ("", "หน่อยครับ"), ("ขอสอบถามหน่อยค่ะ ", ""), ("รบกวนถามครับ ", ""), ("สวัสดีครับ ", "ครับ"),
)  # fmt: skip
_MARKED = re.compile(rf"[{_ABOVE_BELOW}{_TONE}\u0e47\u0e4c]")
_LATIN = re.compile(r"[A-Za-z]")


def vary(cases: Sequence[Case], per_change: int = PER_CHANGE, seed: int = SEED) -> list[Case]:
    """Originals, each followed by its variations, in the order of `cases`; the same seed gives the same cases.

    Each kind of change is made to at most `per_change` cases that it can be made to.
    """
    able = [case for case in cases if not case.varies and case.kind not in UNVARIED and case.question.strip()]
    made: dict[str, list[Case]] = {}
    for name in CHANGES:
        drawn = random.Random(f"{seed} {name}").sample(able, len(able))  # noqa: S311 no secret
        varied = (variation(case, name, seed) for case in drawn)
        for one in list(filter(None, varied))[:per_change]:
            made.setdefault(one.varies, []).append(one)
    return [one for case in able if case.id in made for one in (case, *made[case.id])]


def variation(case: Case, change: str, seed: int = SEED) -> Case | None:
    """The case in another writing; None where the change leaves its question as it is."""
    chance = random.Random(f"{seed} {change} {case.id}")  # noqa: S311 no secret
    question = CHANGES[change](case.question, chance)
    if question is None or question == case.question:
        return None
    update = {"id": f"{case.id}-{change}", "question": question, "varies": case.id, "change": change, "reviewer": ""}
    return case.model_copy(update=update)


Change = Callable[[str, random.Random], str | None]


def _thai_digits(text: str, _: random.Random) -> str:
    digits = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    return re.sub(r"(?<![A-Za-z\d])(?<![A-Za-z]-)\d+(?![A-Za-z\d])", lambda m: m[0].translate(digits), text)


def _arabic_digits(text: str, _: random.Random) -> str:
    return text.translate(thai.THAI_DIGITS)


def _short_year(text: str, _: random.Random) -> str | None:
    return None if _NAMED_BY_YEAR.search(text) or not _is_thai(text) else _FULL_YEAR.sub(r"\1", text)


def _full_year(text: str, _: random.Random) -> str | None:
    if _NAMED_BY_YEAR.search(text):
        return None
    return _SHORT_YEARS.sub(lambda m: f"{m[1]}25{m[2]}" + (f"-25{m[3]}" if m[3] else ""), text)


def _common_era(text: str, _: random.Random) -> str | None:
    if _NAMED_BY_YEAR.search(text):
        return None

    def year(match: re.Match[str]) -> str:
        era = "ค.ศ. " if match[0].startswith("พ") else ""
        return f"{era}{2500 + int(match[1]) - thai.BUDDHIST_ERA_OFFSET}"

    return _BUDDHIST.sub(year, text)


def _buddhist_era(text: str, _: random.Random) -> str | None:
    if not _is_thai(text):
        return None

    def year(match: re.Match[str]) -> str:
        era = "พ.ศ. " if match[0].startswith("ค") else ""
        return f"{era}{int(match[1]) + thai.BUDDHIST_ERA_OFFSET}"

    return _CHRISTIAN.sub(year, text)


def _no_dots(text: str, _: random.Random) -> str:
    def plain(match: re.Match[str]) -> str:
        letters = match[0].replace(".", "")
        if len(letters) == 1:  # nobody writes "ม12"
            return match[0]
        return letters + (" " if text[match.end() : match.end() + 1].strip(" )") else "")

    return _DOTTED.sub(plain, text)


def _dots(text: str, _: random.Random) -> str:
    return _UNDOTTED_WORD.sub(lambda m: _UNDOTTED[m[1]], text)


def _no_blanks(text: str, _: random.Random) -> str:
    return _BLANK_BESIDE_THAI.sub("", text)


def _blanks(text: str, chance: random.Random) -> str | None:
    return _put_between_words(text, " ", chance)


def _zero_width(text: str, chance: random.Random) -> str | None:
    return _put_between_words(text, _ZERO_WIDTH, chance)


def _put_between_words(text: str, what: str, chance: random.Random) -> str | None:
    """`what` at half of the places between two Thai words."""
    cuts = [
        cut for cut in thai.safe_cuts(text) if 0 < cut < len(text) and re.match(rf"[{_THAI}]{{2}}", text[cut - 1 :])
    ]
    if not cuts:
        return None
    for cut in sorted(chance.sample(cuts, (len(cuts) + 1) // 2), reverse=True):
        text = text[:cut] + what + text[cut:]
    return text


def _polite(text: str, chance: random.Random) -> str | None:
    if not _is_thai(text) or _PARTICLE_AT_END.search(text):
        return None
    before, after = chance.choice(_POLITE)
    return f"{before}{text}{after}"


def _tone_first(text: str, _: random.Random) -> str:
    return re.sub(rf"([{_ABOVE_BELOW}])([{_TONE}])", r"\2\1", text)


def _split_am(text: str, chance: random.Random) -> str:
    """SARA AM in two letters, with the tone before or behind the ring, as other keyboards and PDFs write it."""
    form = chance.choice((r"\1ํา", r"ํ\1า"))
    return re.sub(rf"([{_TONE}]?)ำ", form, text)


def _two_e(text: str, _: random.Random) -> str:
    return text.replace("แ", "เเ")


def _doubled_marks(text: str, chance: random.Random) -> str | None:
    marks = [match.end() for match in _MARKED.finditer(text)]
    if not marks:
        return None
    for end in sorted(chance.sample(marks, min(2, len(marks))), reverse=True):
        text = text[:end] + text[end - 1] + text[end:]
    return text


def _keyboard(text: str, _: random.Random) -> str | None:
    """The keys pressed for a Thai text while the keyboard is set to English; only where every letter has its key."""
    keys = _keys()
    if not _is_thai(text) or any(letter not in keys for letter in text):
        return None
    typed = "".join(keys[letter] for letter in text)
    return typed if thai.wrong_keyboard(typed) == text else None


@lru_cache(maxsize=1)
def _keys() -> dict[str, str]:
    """Thai letter → the key it is on."""
    printable = (chr(code) for code in range(33, 127))
    return {letter: key for key in printable if len(letter := thai.wrong_keyboard(key)) == 1 and letter != key} | {
        " ": " "
    }


def _capitals(text: str, _: random.Random) -> str | None:
    return text.upper() if _LATIN.search(text) else None


def _small_letters(text: str, _: random.Random) -> str | None:
    return text.lower() if _LATIN.search(text) else None


def _is_thai(text: str) -> bool:
    return thai.thai_share(text) > 0.5


CHANGES: dict[str, Change] = {
    "thai_digits": _thai_digits,
    "arabic_digits": _arabic_digits,
    "short_year": _short_year,
    "full_year": _full_year,
    "common_era": _common_era,
    "buddhist_era": _buddhist_era,
    "no_dots": _no_dots,
    "dots": _dots,
    "no_blanks": _no_blanks,
    "blanks": _blanks,
    "zero_width": _zero_width,
    "polite": _polite,
    "tone_first": _tone_first,
    "split_am": _split_am,
    "two_e": _two_e,
    "doubled_marks": _doubled_marks,
    "keyboard": _keyboard,
    "capitals": _capitals,
    "small_letters": _small_letters,
}

WORDS = {
    "thai_digits": "เลขไทย",
    "arabic_digits": "เลขอารบิก",
    "short_year": "ปีสองหลัก",
    "full_year": "ปีสี่หลัก",
    "common_era": "ปี ค.ศ.",
    "buddhist_era": "ปี พ.ศ.",
    "no_dots": "อักษรย่อไม่มีจุด",
    "dots": "อักษรย่อมีจุด",
    "no_blanks": "พิมพ์ติดกัน",
    "blanks": "เว้นวรรคระหว่างคำ",
    "zero_width": "อักขระที่มองไม่เห็น",
    "polite": "คำสุภาพ",
    "tone_first": "วรรณยุกต์ก่อนสระ",
    "split_am": "สระอำแยกสองตัว",
    "two_e": "สระแอเป็นเอสองตัว",
    "doubled_marks": "วรรณยุกต์หรือสระซ้ำ",
    "keyboard": "ลืมเปลี่ยนแป้นพิมพ์",
    "capitals": "ตัวพิมพ์ใหญ่",
    "small_letters": "ตัวพิมพ์เล็ก",
}
"""Each change in Thai, for the report."""


def words_of(change: str) -> str:
    """The change in Thai; one that is not known here as it is."""
    return WORDS.get(change, change)


def counted(cases: Sequence[Case]) -> Iterator[tuple[str, int]]:
    """How many variations there are of each kind of change, in the order of `CHANGES`."""
    for name in CHANGES:
        if number := sum(case.change == name for case in cases):
            yield name, number
