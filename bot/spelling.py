"""What was typed → what was meant: the wrong keyboard, misspelt words, and what is written short.

Words are put right only towards words of the corpus: a word that no document holds stays as it is, and finds nothing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus import thai
from corpus.glossary import Glossary
from corpus.index import Vocabulary

LIKENESS = 0.74  # 0 to 1, from which a fragment is read as a word of the corpus
LIKENESS_OF_WORDS = 0.88  # the same where the pieces are words themselves, only not the corpus's
SHORTEST, LONGEST = 4, 20  # letters of what is looked up; shorter ones are like too many words

Span = tuple[int, int]


def as_meant(text: str, vocabulary: Vocabulary) -> str:
    """The text, or the Thai that comes out of it if it was typed on an English keyboard."""
    if thai.thai_share(text) > 0.2 or len(text) < 4:
        return text
    latin = thai.words(text)
    if sum(len(w) for w in latin if w in vocabulary) > 0.4 * sum(map(len, latin)):
        return text
    meant = thai.clean(thai.wrong_keyboard(text))
    pieces = thai.words(meant)
    known = sum(len(w) for w in pieces if len(w) > 1 and thai.is_known_word(w))
    return meant if thai.thai_share(meant) > 0.8 and known > 0.8 * len("".join(pieces)) else text


def corrections(folded: str, glossary: Glossary, vocabulary: Vocabulary) -> list[tuple[int, int, str]]:
    """Where misspelt words stand in a folded text, and what each is read as, in order.

    A misspelling makes the word cutter leave fragments, so fragments and their neighbours are looked up together.
    Names of the glossary are left alone.
    """
    named = [(mention.start, mention.end) for mention in glossary.mentions(folded)]
    text = _Cut(folded, tuple(_thai_words(folded)), tuple(named), vocabulary)
    found: list[tuple[int, int, str]] = []
    i = 0
    while i < len(text.pieces):
        fix = text.nearest(i) if text.is_fragment(i) else None
        if fix is None:
            i += 1
            continue
        found.append(fix)
        i = next((j for j in range(i + 1, len(text.pieces)) if text.pieces[j][0] >= fix[1]), len(text.pieces))
    return found


def corrected(folded: str, glossary: Glossary, vocabulary: Vocabulary) -> str:
    """The folded text with misspelt words put right."""
    return put_right(folded, corrections(folded, glossary, vocabulary))


def put_right(folded: str, fixes: Sequence[tuple[int, int, str]]) -> str:
    """The folded text with these corrections made."""
    for start, end, word in reversed(fixes):
        folded = folded[:start] + word + folded[end:]
    return folded


def as_told(typed: str, folded: str, fixes: Sequence[tuple[int, int, str]]) -> str:
    """A message as it was typed, with the corrections of its folded text; "" where a misspelling is not found in it.

    Folded text has lost dots, capitals and Thai digits, which people are not to be shown.
    """
    position, told = 0, ""
    for start, end, word in fixes:
        at = typed.find(folded[start:end], position)
        if at < 0:
            return ""
        told += typed[position:at] + word
        position = at + end - start
    return told + typed[position:]


@lru_cache(maxsize=1_024)  # a question is read several times on its way
def written_out(folded: str) -> str:
    """The folded text with what is written short in full: "ม. 12", "ก.ยุติธรรม", months, ordinals, years."""
    for short, full in (*_TONELESS, *_LETTER_FOR_WORD):
        folded = short.sub(full, folded)
    folded = _BEFORE_NUMBER.sub(lambda m: f"{m[1]}ที่" if thai.words(m[0])[-1] == "ที" else m[0], folded)
    folded = _SHORT_WORD.sub(lambda m: _SHORT_WORDS[m[1]], folded)
    folded = _SHORT_UNIT.sub(lambda m: f"{m[1]}{_SHORT_UNITS[m[2]]}", folded)
    folded = _NUMBERED_MONTH.sub(lambda m: thai.MONTHS[int(m[1]) - 1], folded)
    folded = _SHORT_MONTH.sub(lambda m: next(month for month in thai.MONTHS if month.startswith(m[0])), folded)
    folded = _SLASHED_DATE.sub(_spelt_date, _ENGLISH_DATE.sub(_thai_date, folded))
    folded = _MONTH_OF_CHRISTIAN_YEAR.sub(lambda m: f"{m[1]} {int(m[2]) + thai.BUDDHIST_ERA_OFFSET}", folded)
    return _full_years(_digits(_PLACE.sub(" ที่", folded)))


# ---------------------------------------------------------------- misspelt words


def _thai_words(folded: str) -> list[Span]:
    """Where the Thai words of a folded text stand."""
    found: list[Span] = []
    position = 0
    for word in thai.words(folded):
        start = folded.find(word, position)
        if start < 0:  # a number, of which `words` keeps another writing
            continue
        position = start + len(word)
        if "\u0e01" <= word[0] <= "\u0e4e":
            found.append((start, position))
    return found


@dataclass(frozen=True)
class _Cut:
    """A folded text, cut into its Thai words; `named` are the spans of names."""

    folded: str
    pieces: tuple[Span, ...]
    named: tuple[Span, ...]
    vocabulary: Vocabulary

    def is_fragment(self, i: int) -> bool:
        """Whether a piece may be of a misspelt word: none of the corpus, and short, unknown or beside another such."""
        if not self._is_strange(i) or self._touches_name(*self.pieces[i]) or self._is_half_of_word(i):
            return False
        word = self._word(i)
        return len(word) <= 2 or not thai.is_known_word(word) or self._is_beside_strange(i)

    def nearest(self, i: int) -> tuple[int, int, str] | None:
        """The corpus word most like a piece joined with some of its neighbours, and the span it takes the place of."""
        best: tuple[float, tuple[int, int, str]] | None = None
        for first in range(max(0, i - 2), i + 1):
            for last in range(i, min(len(self.pieces), i + 4)):
                found = self._nearest_to(first, last)
                if found and (best is None or found[0] > best[0]):
                    best = found
        return best[1] if best else None

    def _nearest_to(self, first: int, last: int) -> tuple[float, tuple[int, int, str]] | None:
        """The corpus word most like these pieces together, and how like; of two as like, the longer span wins."""
        start, end = self.pieces[first][0], self.pieces[last][1]
        span = self.folded[start:end]
        if not SHORTEST <= len(span) <= LONGEST or " " in span or self._touches_name(start, end):
            return None
        all_words = all(thai.is_known_word(self._word(j)) for j in range(first, last + 1))
        best: tuple[float, tuple[int, int, str]] | None = None
        for cut in (0,) if all_words else (0, 1, 2):  # a misspelling may have taken letters of the next word
            if cut and thai.in_cluster(self.folded, end - cut):
                continue
            match = self.vocabulary.nearest(span[: len(span) - cut], LIKENESS_OF_WORDS if all_words else LIKENESS)
            if match and (best is None or match[1] + len(span) / 200 > best[0]):
                best = (match[1] + len(span) / 200, (start, end - cut, match[0]))
        return best

    def _word(self, i: int) -> str:
        return self.folded[slice(*self.pieces[i])]

    def _is_half_of_word(self, i: int) -> bool:
        """Whether a known piece and the next one are one known word that was cut in two: สถาน|ที่ใด."""
        if i + 1 == len(self.pieces) or self.pieces[i + 1][0] != self.pieces[i][1]:
            return False
        word, beside = self._word(i), self._word(i + 1)
        joined = (word + beside[:length] for length in range(2, len(beside) + 1))
        return thai.is_known_word(word) and any(map(thai.is_known_word, joined))

    def _is_strange(self, i: int) -> bool:
        return self._word(i) not in self.vocabulary and self._word(i) not in thai.STOP_WORDS

    def _is_beside_strange(self, i: int) -> bool:
        """Whether a neighbour without a space between is strange, too."""
        start, end = self.pieces[i]
        beside = (j for j in (i - 1, i + 1) if 0 <= j < len(self.pieces))
        touching = (j for j in beside if self.pieces[j][1] == start or self.pieces[j][0] == end)
        return any(self._is_strange(j) and not self._touches_name(*self.pieces[j]) for j in touching)

    def _touches_name(self, start: int, end: int) -> bool:
        return any(s < end and start < e for s, e in self.named)


# ---------------------------------------------------------------- what is written short

# Words that are often typed without their tone mark, where nothing else is meant.
_TONELESS = (
    (re.compile(r"เกียว(?=กับ|ข้อง|เนื่อง)"), "เกี่ยว"),
    (re.compile(r"(?<!เ)กี(?![่-๋]|ฬา|ด(?:ก|ข)|ต้?าร์|บ(?!าท|ริการ))"), "กี่"),  # not กีดกัน, กีตาร์, กีบ, เกียรติ
    (re.compile(r"เรือง(?=\s*(?:อะไร|ใด|ไหน))"), "เรื่อง"),
    (re.compile(r"(?<=อะไร)บาง(?![ก-ฮ])"), "บ้าง"),
    (re.compile(r"เทา(?=ไร|ไหร่|ใด)"), "เท่า"),
    (re.compile(r"เมือ(?=\s?ไร|\s?ไหร่|\s?ใด)"), "เมื่อ"),
)
# What officials write short, with or without its dot; never inside a longer word.
_SHORT_WORDS = {
    "วปส": "วัตถุประสงค์", "ปชช": "ประชาชน", "จนท": "เจ้าหน้าที่", "ขรก": "ข้าราชการ", "คกก": "คณะกรรมการ", "อนุกก": "อนุกรรมการ",
    "ปธ": "ประธาน",
    "รมว": "รัฐมนตรีว่าการ", "รมช": "รัฐมนตรีช่วยว่าการ", "รมต": "รัฐมนตรี", "นรม": "นายกรัฐมนตรี", "ตชว": "ตัวชี้วัด",
    "นายกฯ": "นายกรัฐมนตรี",
}  # fmt: skip
_SHORT_UNITS = {
    "ชม": "ชั่วโมง", "กม": "กิโลเมตร", "กก": "กิโลกรัม", "ซม": "เซนติเมตร", "ตรกม": "ตารางกิโลเมตร", "ตรม": "ตารางเมตร",
    "ลบม": "ลูกบาศก์เมตร",
}  # fmt: skip
_SHORT_UNIT = re.compile(rf"(กี่\s*)({'|'.join(_SHORT_UNITS)})(?![ก-๙])\.?")  # elsewhere กม is กฎหมาย
_BEFORE_NUMBER = re.compile(r"([ก-๙]+)ที(?=\s*\d)")  # ด้านที 2, but not เวที 9 or นาที 5
_LETTER_FOR_WORD = (
    (re.compile(r"(?<![ก-๙.])(?:ยุทธ(?:์|ฯ)?|ยศ)\.?\s*(?:ที่\s*)?(?=\d)"), "ยุทธศาสตร์ที่ "),
    (re.compile(r"(?<!พ)(?<!พ\.)รบ\.?\s*(?=ดิจิ)"), "รัฐบาล"),  # not the พ.ร.บ. of พรบ ดิจิทัล
    (re.compile(r"(?<![ก-๙.\d])(?<!\d )กม(?:\.|(?![ก-๙]))"), "กฎหมาย"),  # not the kilometres of 5 กม.
    (re.compile(r"ราชกิจจา(?!นุ)ฯ?"), "ราชกิจจานุเบกษา"),
    (re.compile(r"(?<![ก-๙.])ม\.?\s*(?=\d)"), "มาตรา "),
    (re.compile(r"(?<![ก-๙.])ก[. ]\s?(?=[ก-ฮเแโใไ][ก-๙]{3})"), "กระทรวง"),
)
_SHORT_WORD = re.compile(rf"(?<![ก-๙.])({'|'.join(sorted(_SHORT_WORDS, key=len, reverse=True))})(?:\.|(?![ก-๙]))")
_NUMBERED_MONTH = re.compile(r"เดือน\s*(?:ที่\s*)?(1[0-2]|[1-9])(?=\s*(?:ปี|/|พ\.?ศ))(?!\d)/?")
_PLACE = re.compile(r"ที่(?=โรงแรม|ห้อง|อาคาร|จังหวัด|กรุงเทพ)")  # else แผนที่โรงแรม is cut as a map

# A month without its ending counts only before a year or after the word for it: มีนา 63, เดือนกันยา, but not every กันยา.
_MONTHS_CUT = "|".join(
    [*(f"{month[:-2]}(?!{month[-2:]})" for month in thai.MONTHS if month.endswith(("คม", "ยน"))), "กุมภา(?!พันธ์)"]
)
_SHORT_MONTH = re.compile(rf"(?:{_MONTHS_CUT})(?=\s*(?:ปี|พ\.?ศ\.?)?\s*\d{{2,4}})|(?<=เดือน)(?:{_MONTHS_CUT})")
_ENGLISH_MONTHS = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?",
    "july?", "aug(?:ust)?", "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip
_ENGLISH_DATE = re.compile(  # 9 September 2020, September 9, 2020, Sept. 2020
    rf"(?:(\d{{1,2}})\s*)?(?<![a-z])({'|'.join(_ENGLISH_MONTHS)})(?![a-z])\.?\s*(?:(\d{{1,2}}),?\s+)?(\d{{4}})(?!\d)"
)
_SLASHED_DATE = re.compile(r"(?<![\d/.])(\d{1,2})/(\d{1,2})/((?:25|20)?\d\d)(?![\d/])")
_FIRST_BUDDHIST_YEAR = 2200  # a date may be of either era; years from here on are Buddhist

_NUMBERS = {
    "หนึ่ง": "1", "สอง": "2", "สาม": "3", "สี่": "4", "ห้า": "5", "หก": "6", "เจ็ด": "7", "แปด": "8", "เก้า": "9", "สิบ": "10",
}  # fmt: skip
_ORDINAL = re.compile(rf"(?<=ที่)\s*({'|'.join(_NUMBERS)})(?!\s*(?:เอ็ด|{'|'.join(_NUMBERS)}|ร้อย|พัน|หมื่น|แสน|ล้าน))")
_NUMBERED_IN_WORDS = re.compile(  # ยุทธศาสตร์สอง, but not ยุทธศาสตร์สองด้าน
    rf"(?:(?<=ยุทธศาสตร์)|(?<=ข้อ)|(?<=ด้าน)|(?<=ลำดับ))\s*({'|'.join(_NUMBERS)})(?!\s*(?:{'|'.join(_NUMBERS)}|ด้าน|ข้อ|ตัว|เรื่อง|อัน))"
)
# เป้าหมายข้อที่ 2, ความท้าทายอันที่ 4: what is numbered, with the word that it is counted in
_NUMBERED_BY_CLASSIFIER = re.compile(
    r"(ด้าน|เป้าหมาย|ความท้าทาย|วัตถุประสงค์|ประเด็น|มาตรการ|กลไก|ตัวชี้วัด|ยุทธศาสตร์)(?:ข้อ|อัน|ตัว|ประการ|ลำดับ)\s*(?:ที่\s*)?(\d{1,2})(?!\d)"
)
_FIRST = re.compile(r"(?<=[ก-๙])แรก(?=\s|$|คือ|ของ|มี|ว่า|ได้|ใช้|ชื่อ|เป็น)")
_COUNT = re.compile(rf"({'|'.join(_NUMBERS)})(?=\s?(?:ด้าน|ข้อ|ยุทธศาสตร์|เป้าหมาย|ความท้าทาย|ประการ|มาตรการ|ปี))")

_YEAR_RANGE = re.compile(r"(?<!\d)(25)?([4-9]\d)\s*(-|ถึง|/)\s*(25)?([4-9]\d)(?!\d)")
_MONTH_OF_CHRISTIAN_YEAR = re.compile(rf"({'|'.join(thai.MONTHS)})\s*(?:ค\.?ศ\.?\s*)?((?:19|20)\d\d)(?!\d)")
LONGEST_RANGE = 10  # years; 40-65 is more likely a share or an age
_NOT_A_YEAR = (  # what is counted, if it stands after a number of two digits
    r"(?!\d|\.\d|\s*(?:%|เปอร์|ล้าน|แสน|หมื่น|พันล้าน|บาท|โครงการ|มาตร|แผนงาน|ยุทธศาสตร์|ด้าน|ข้อ|เรื่อง|ฉบับ|อันดับ|คะแนน"
    r"|คน|ราย|หน่วย|แห่ง|ประเทศ|จังหวัด|บริการ|ระบบ|วัน|เดือน|ปี|ชั่วโมง|นาที))"
)
# After ปี or a month it can be nothing else; after แผน or งบ it may also count what follows.
_YEAR_NAMED = rf"ปี(?:\s*งบ(?:ประมาณ)?)?(?:\s*พ\.?ศ\.?)?|พ\.?ศ\.?|fy|{'|'.join(thai.MONTHS)}"
_YEAR_MEANT = r"พรบ\s*\.?|กฎหมาย|งบ|แผน"
_SHORT_YEAR = re.compile(rf"((?:{_YEAR_NAMED})\s*)([4-7]\d)(?!\d|\.\d)|((?:{_YEAR_MEANT})\s*)([4-7]\d){_NOT_A_YEAR}")
# A number alone is a year only if it can be one of the plans', counts nothing and numbers nothing: not มาตรา 65.
_NUMBERED = (
    "มาตรา",
    "ที่",
    "ข้อ",
    "อันดับ",
    "ลำดับ",
    "ระดับ",
    "ตอน",
    "พิเศษ",
    "เล่ม",
    "หน้า",
    "ครั้ง",
    "หมวด",
    "วรรค",
    "ละ",
    "section",
)
_YEAR_OF_MEETING = re.compile(r"(ครั้ง\s*(?:ที่\s*)?\d{1,3}\s*/\s*)([4-7]\d)(?!\d)")  # ครั้งที่ 1/63
_BARE_YEAR = re.compile(
    "".join(rf"(?<!{word}\s)" for word in _NUMBERED) + rf"(?<=[ก-๙a-z]\s)(5[89]|6\d|70)(?=\s+[ก-๙a-z]|$){_NOT_A_YEAR}"
)


def _thai_date(match: re.Match[str]) -> str:
    """September 2020 → กันยายน 2563."""
    month = next(i for i, form in enumerate(_ENGLISH_MONTHS) if form.startswith(match[2][:3]))
    return f"{match[1] or match[3] or ''} {thai.MONTHS[month]} {_buddhist(match[4])}".strip()


def _spelt_date(match: re.Match[str]) -> str:
    """9/9/2563, 9/9/63 and 9/9/2020 → 9 กันยายน 2563; left alone if it can be no date."""
    day, month = int(match[1]), int(match[2])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0]
    return f"{day} {thai.MONTHS[month - 1]} {_buddhist(match[3])}"


def _buddhist(year: str) -> int:
    """A year of either era, or the last two digits of a Buddhist one."""
    if len(year) == 2:
        return int(f"25{year}")
    return int(year) + (thai.BUDDHIST_ERA_OFFSET if int(year) < _FIRST_BUDDHIST_YEAR else 0)


def _digits(folded: str) -> str:
    """Ordinals and small counts in words become digits: ด้านที่สอง → ด้านที่ 2."""
    folded = _whole_words(_ORDINAL, lambda m: " " + _NUMBERS[m[1]], _FIRST.sub("ที่ 1", folded))
    folded = _whole_words(_NUMBERED_IN_WORDS, lambda m: f"ที่ {_NUMBERS[m[1]]} ", folded)
    folded = _NUMBERED_BY_CLASSIFIER.sub(r"\1ที่ \2 ", folded)
    return _whole_words(_COUNT, lambda m: f" {_NUMBERS[m[1]]} ", folded)


def _whole_words(pattern: re.Pattern[str], say: Callable[[re.Match[str]], str], folded: str) -> str:
    """The text with matches replaced that are whole words: not the สาม of ที่สามารถ, the ห้า of ข้อห้าม."""
    borders = {0, *thai.safe_cuts(folded)}

    def is_whole(match: re.Match[str]) -> bool:
        starts = match.start(1) in borders or folded.endswith("ที่", 0, match.start())  # ที่สอง may be cut as one word
        return starts and match.end() in borders

    return pattern.sub(lambda m: say(m) if is_whole(m) else m[0], folded)


def _full_years(folded: str) -> str:
    """Two-digit years and ranges in full Buddhist Era: ปี 65 → ปี 2565, 63-65 → 2563-2565."""

    def both(match: re.Match[str]) -> str:
        start, end = int(match[2]), int(match[5])
        is_number_in_year = match[3] == "/" and match[4] and not match[1]  # ครั้งที่ 60/2565
        is_range = 0 < end - start <= LONGEST_RANGE and not is_number_in_year
        return f"25{start}-25{end}" if is_range else match[0]

    def one(match: re.Match[str]) -> str:
        return f"{match[1] or match[3]}25{match[2] or match[4]}"

    folded = _YEAR_OF_MEETING.sub(r"\g<1>25\2", folded)
    return _BARE_YEAR.sub(r"25\1", _SHORT_YEAR.sub(one, _YEAR_RANGE.sub(both, folded)))
