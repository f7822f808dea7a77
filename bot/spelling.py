"""What was typed → what was meant: the wrong keyboard, misspelt words, and what is written short.

Words are put right only towards words of the corpus: a word that no document holds stays as it is, and finds nothing.
"""

import re
from dataclasses import dataclass

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


def corrected(folded: str, glossary: Glossary, vocabulary: Vocabulary) -> str:
    """The folded text with misspelt words put right.

    A misspelling makes the word cutter leave fragments, so fragments and their neighbours are looked up together.
    Names of the glossary are left alone.
    """
    named = [(mention.start, mention.end) for mention in glossary.mentions(folded)]
    text = _Cut(folded, tuple(_thai_words(folded)), tuple(named), vocabulary)
    done: list[str] = []
    position = i = 0
    while i < len(text.pieces):
        fix = text.nearest(i) if text.is_fragment(i) else None
        if fix is None:
            i += 1
            continue
        start, end, word = fix
        done += [folded[position:start], word]
        position = end
        i = next((j for j in range(i + 1, len(text.pieces)) if text.pieces[j][0] >= end), len(text.pieces))
    return "".join([*done, folded[position:]])


def written_out(folded: str) -> str:
    """The folded text with what is written short in full: "ม. 12", "ก.ยุติธรรม", months, ordinals, years."""
    for short, full in (*_TONELESS, *_LETTER_FOR_WORD):
        folded = short.sub(full, folded)
    folded = _SHORT_MONTH.sub(lambda m: next(month for month in thai.MONTHS if month.startswith(m[1])), folded)
    folded = _ENGLISH_DATE.sub(_thai_date, folded)
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
        if not self._is_strange(i) or self._touches_name(*self.pieces[i]):
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
        for cut in (0, 1, 2):  # a misspelling may have taken letters of the next word
            match = self.vocabulary.nearest(span[: len(span) - cut], LIKENESS_OF_WORDS if all_words else LIKENESS)
            if match and (best is None or match[1] + len(span) / 200 > best[0]):
                best = (match[1] + len(span) / 200, (start, end - cut, match[0]))
        return best

    def _word(self, i: int) -> str:
        return self.folded[slice(*self.pieces[i])]

    def _is_strange(self, i: int) -> bool:
        return self._word(i) not in self.vocabulary and self._word(i) not in thai.STOP_WORDS

    def _is_beside_strange(self, i: int) -> bool:
        """Whether a neighbour without a space between is strange, too."""
        before = i > 0 and self.pieces[i - 1][1] == self.pieces[i][0] and self._is_strange(i - 1)
        after = i + 1 < len(self.pieces) and self.pieces[i][1] == self.pieces[i + 1][0] and self._is_strange(i + 1)
        return before or after

    def _touches_name(self, start: int, end: int) -> bool:
        return any(s < end and start < e for s, e in self.named)


# ---------------------------------------------------------------- what is written short

# Words that are often typed without their tone mark, where nothing else is meant.
_TONELESS = (
    (re.compile(r"กี(?![่-๋ฬดตบ])"), "กี่"),  # not กีฬา, กีด, กีตาร์, กีบ
    (re.compile(r"(?<=[ก-๙])ที(?=\s*\d)"), "ที่"),
    (re.compile(r"เรือง(?=\s*(?:อะไร|ใด|ไหน))"), "เรื่อง"),
    (re.compile(r"(?<=อะไร)บาง(?![ก-ฮ])"), "บ้าง"),
    (re.compile(r"เทา(?=ไร|ไหร่|ใด)"), "เท่า"),
    (re.compile(r"เมือ(?=\s?ไร|\s?ไหร่|\s?ใด)"), "เมื่อ"),
)
_LETTER_FOR_WORD = (
    (re.compile(r"(?<![ก-๙.])ม\.?\s*(?=\d)"), "มาตรา "),
    (re.compile(r"(?<![ก-๙.])ก[. ]\s?(?=[ก-ฮเแโใไ][ก-๙]{3})"), "กระทรวง"),
)
_PLACE = re.compile(r"ที่(?=โรงแรม|ห้อง|อาคาร|จังหวัด|กรุงเทพ)")  # else แผนที่โรงแรม is cut as a map

# A month without its ending counts only before a year: มีนา 63, but not every กันยา.
_SHORT_MONTH = re.compile(
    "("
    + "|".join(f"{month[:-2]}(?!{month[-2:]})" for month in thai.MONTHS if month.endswith(("คม", "ยน")))
    + r"|กุมภา(?!พันธ์))(?=\s*(?:ปี|พ\.?ศ\.?)?\s*\d{2,4})"
)
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_DATE = re.compile(
    rf"(?:(\d{{1,2}})\s*)?\b((?:{'|'.join(_ENGLISH_MONTHS)})[a-z]*)\.?\s*(?:(\d{{1,2}}),?\s+)?(\d{{4}})"
)
_FIRST_BUDDHIST_YEAR = 2200  # an English date may be of either era; years from here on are Buddhist

_NUMBERS = {
    "หนึ่ง": "1", "สอง": "2", "สาม": "3", "สี่": "4", "ห้า": "5", "หก": "6", "เจ็ด": "7", "แปด": "8", "เก้า": "9", "สิบ": "10",
}  # fmt: skip
_ORDINAL = re.compile(rf"(?<=ที่)\s*({'|'.join(_NUMBERS)})(?![ก-ฮ]{{2}})|(?<=[ก-๙])(แรก)(?=\s|$|คือ|ของ|มี|ว่า)")
_COUNT = re.compile(rf"(?<![ก-๙])({'|'.join(_NUMBERS)})(?=\s?(?:ด้าน|ข้อ|ยุทธศาสตร์|เป้าหมาย|ความท้าทาย|ประการ|มาตรการ|ปี))")

_YEAR_RANGE = re.compile(r"(?<!\d)(?:25)?([4-9]\d)\s*(?:-|ถึง|/)\s*(?:25)?([4-9]\d)(?!\d)")
LONGEST_RANGE = 10  # years; 40-65 is more likely a share or an age
_SHORT_YEAR = re.compile(
    r"((?:ปี(?:\s*งบ(?:ประมาณ)?)?(?:\s*พ\.?ศ\.?)?|พ\.?ศ\.?|พศ|พรบ\s*\.?|กฎหมาย|งบ(?:ปี)?|แผน|fy|"
    + "|".join(thai.MONTHS)
    + r")\s*)([4-7]\d)(?!\d|\.\d|\s*(?:ล้าน|บาท|โครงการ|คน|ด้าน|ข้อ|หน่วย))"
)
# A number that stands alone is a year only if it can be one of the plan's, and if nothing is counted with it.
_BARE_YEAR = re.compile(
    r"(?<=[ก-๙a-z]\s)(5[89]|6\d|70)(?=\s+[ก-๙a-z]|$)(?!\s*(?:ล้าน|บาท|โครงการ|คน|ด้าน|ข้อ|หน่วย|แห่ง|บริการ|%|เปอร์))"
)


def _thai_date(match: re.Match[str]) -> str:
    """September 2020 → กันยายน 2563."""
    month = thai.MONTHS[_ENGLISH_MONTHS.index(match[2][:3])]
    year = int(match[4])
    year += thai.BUDDHIST_ERA_OFFSET if year < _FIRST_BUDDHIST_YEAR else 0
    return f"{match[1] or match[3] or ''} {month} {year}".strip()


def _digits(folded: str) -> str:
    """Ordinals and small counts in words become digits: ด้านที่สอง → ด้านที่ 2."""
    folded = _ORDINAL.sub(lambda m: " " + _NUMBERS[m[1]] if m[1] else "ที่ 1", folded)
    return _COUNT.sub(lambda m: _NUMBERS[m[1]] + " ", folded)


def _full_years(folded: str) -> str:
    """Two-digit years and ranges in full Buddhist Era: ปี 65 → ปี 2565, 63-65 → 2563-2565."""

    def both(match: re.Match[str]) -> str:
        start, end = int(match[1]), int(match[2])
        return f"25{start}-25{end}" if 0 < end - start <= LONGEST_RANGE else match[0]

    return _BARE_YEAR.sub(r"25\1", _SHORT_YEAR.sub(r"\g<1>25\g<2>", _YEAR_RANGE.sub(both, folded)))
