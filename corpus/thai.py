"""Thai text: cleaning, folding, words, numbers, months and eras. The door to pythainlp.

Three forms of a text are used in the whole project:

* *clean* (`clean`): what is stored and shown. Same letters a reader sees, in one canonical order.
* *folded* (`fold`): what is compared. Lower case, Arabic digits, one dash, no thousands commas,
  abbreviations without dots, months written out.
* *words* (`words`): what is indexed. The folded text cut by pythainlp's newmm.

Ingest, questions and evals all go through these functions, so that one text has one form.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.growing_trie import GrowingTrie

OWN_WORDS = Path(__file__).with_name("words.txt")

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
NUMBERING_LETTERS = "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"  # in which Thai papers count: without ฃ ฅ ฆ ฤ ฦ
MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"  # that stand above or below a letter, for a character class
BUDDHIST_ERA_OFFSET = 543

MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
_MONTH_ABBREVIATIONS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\U000e0000-\U000e007f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d]")
_QUOTES = re.compile(r"[\"'“”‘’«»`]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LEADING = frozenset("เแโใไ")
_FOLLOWING = frozenset(chr(c) for c in (*range(0x0E30, 0x0E3B), 0x0E45, *range(0x0E47, 0x0E4F)))
_REPEATED_MARK = re.compile(rf"([{MARKS}])\1+")
_REPEATED_TONE = re.compile(r"([\u0e48-\u0e4b])[\u0e48-\u0e4b]+")
_TONE_BEFORE_VOWEL = re.compile(r"([\u0e48-\u0e4c])([\u0e31\u0e34-\u0e3a])")
_NIKHAHIT_AA = re.compile(r"\u0e4d([\u0e48-\u0e4b]?)\u0e32|([\u0e48-\u0e4b])\u0e4d\u0e32")

_THAI = "\u0e01-\u0e4e"
_ABBREVIATION = re.compile(rf"(?<![{_THAI}])(?:[ก-ฮ]{{1,4}}\.)+(?:[ก-ฮ]{{1,3}}(?![{_THAI}]))?")
# A token is a number, a Latin word, or a run of Thai letters.
_RUN = re.compile(rf"\d+(?:\.\d+)*|[a-z\u00c0-\u024f]+|[{_THAI}]+")

OWN_WORD_COUNT = 1_000  # in 33 million words, see `word_counts`

MONEY_SCALES = {"ล้านล้าน": 1e12, "พันล้าน": 1e9, "ล้าน": 1e6, "แสน": 1e5, "หมื่น": 1e4}

_ORDINARY_PLACES = {"เลย", "ตาก", "แพร่", "น่าน", "ตราด", "ตรัง", "ชาด", "มาลี", "กานา", "ไทย", "ประเทศไทย"}

# Words that carry no topic: particles, helpers, and the question words themselves. pythainlp's own list of
# 1,030 holds content words, so ours is kept short. Used for weighting only; nothing is deleted from an index.
STOP_WORDS = frozenset(
    """
    ที่ ซึ่ง อัน และ หรือ กับ แก่ แด่ ต่อ ของ ใน จาก โดย ด้วย ตาม เพื่อ ให้ ได้ ไป มา อยู่ เป็น คือ ว่า จะ จึง ก็ แล้ว
    ไว้ นี้ นั้น โน้น นั่น นี่ เหล่า พวก ทั้ง ทั้งหมด ทั้งสิ้น ทุก แต่ แต่ละ ถ้า หาก เมื่อ ขณะ ระหว่าง ถึง กว่า ยัง กำลัง เคย ต้อง ควร
    อาจ คง น่า มี มัน เขา เธอ ผม ฉัน ดิฉัน เรา คุณ ท่าน ครับ คับ คั้บ ค้าบ ค่ะ คะ ค้ะ จ้ะ จ้า จ๊ะ นะ น่ะ ล่ะ ละ สิ ซิ เถอะ หน่อย ที ฮะ
    อะไร อะไรบ้าง ไหน ใด ใคร เมื่อไร เมื่อไหร่ เมื่อใด อย่างไร ยังไง ไง ทำไม เท่าไร เท่าไหร่ เท่าใด กี่ บ้าง มั้ย ไหม หรือไม่ หรือเปล่า
    ขอ ช่วย บอก บอกว่า ทราบ อยาก อยากทราบ อยากรู้ รู้ ถาม สอบถาม ตอบ หน่อยครับ หน่อยค่ะ กรุณา โปรด ขอบคุณ สวัสดี
    เกี่ยวกับ เรื่อง การ ความ ผู้ สิ่ง อย่าง แบบ กัน เอง นัก เช่น ดังนี้ ดังกล่าว ตัว อัน
    พศ คศ ชื่อว่า เรียกว่า ว่าด้วย
    the a an of in on at to for and or is are was were be been what which who whom when where why how many much do does
    did say says said has have had will would please tell me about it its this that with by from as there list can you i
    """.split()  # noqa: SIM905 - read more easily than 200 quoted words
)


def clean(text: str) -> str:
    """The text with invisible characters removed and Thai marks in canonical order; lines are kept.

    Unicode NFC neither joins a decomposed SARA AM nor orders Thai marks, and NFKC splits SARA AM,
    so those are done here by rule; all of them are exact and leave sound text as it is.
    """
    text = _CONTROL.sub("", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))
    while (ordered := _in_order(text)) != text:  # one rule may make work for another; sound text takes one look
        text = ordered
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip()


@lru_cache(maxsize=16_384)  # the same sentences are compared with one question after another
def fold(text: str) -> str:
    """The form in which texts are compared; see the module's description."""
    text = clean(text).translate(THAI_DIGITS).lower()
    text = _THOUSANDS.sub("", _DASHES.sub("-", _QUOTES.sub("", text)))
    text = _month_pattern().sub(lambda m: m[1] + MONTHS[_month_index(m[2])] + " ", text)
    return _ABBREVIATION.sub(lambda m: m[0].replace(".", "") + " ", text)


def squeeze(text: str) -> str:
    """The folded text without any white space: for finding a quote whatever its spacing."""
    return re.sub(r"\s+", "", fold(text))


def words(text: str) -> list[str]:
    """The words of a text, folded, in order, without spaces and punctuation."""
    return list(_words(fold(text)))


def content_words(text: str) -> list[str]:
    """The words of a text that carry a topic: `words` without the stop words."""
    return [word for word in words(text) if word not in STOP_WORDS]


def character_ngrams(text: str, size: int = 3) -> list[str]:
    """Character n-grams of each run of letters of the folded text (runs shorter than `size` whole)."""
    grams: list[str] = []
    for run in _RUN.findall(fold(text)):
        grams.extend(run[i : i + size] for i in range(max(1, len(run) - size + 1)))
    return grams


def thai_share(text: str) -> float:
    """The share of Thai letters among all letters of the text, 0 to 1; 0 where there are none."""
    thai_letters, all_letters = letters(text)
    return thai_letters / all_letters if all_letters else 0.0


def letters(text: str) -> tuple[int, int]:
    """How many letters of the text are Thai, its vowels and tone marks among them, and how many letters there are."""
    found = [c for c in text if c.isalpha() or "\u0e31" <= c <= "\u0e4e"]
    return sum("\u0e01" <= c <= "\u0e4e" for c in found), len(found)


def numbers(text: str) -> list[str]:
    """All numbers of a text in one writing: Arabic digits, no thousands commas, no trailing zeros."""
    return [_plain_number(n) for n in re.findall(r"\d+(?:\.\d+)?", fold(text))]


def wrong_keyboard(text: str) -> str:
    """The Thai a person meant who typed it with the keyboard set to English."""
    from pythainlp.util import eng_to_thai

    return str(eng_to_thai(text))


def is_known_word(word: str) -> bool:
    """Whether the word stands in pythainlp's dictionary."""
    return word in _dictionary()


def word_counts() -> dict[str, int]:
    """Every word of the dictionary with how often it stands in the Thai National Corpus; a word it lacks counts 1.

    Our own words count as much as a common one, since our documents are about them.
    """
    from pythainlp.corpus import tnc

    seen = tnc.unigram_word_freqs()
    counts = {word: max(seen.get(word, 0), 1) for word in _dictionary()}
    return counts | {word: max(counts[word], OWN_WORD_COUNT) for word in _own_words() if word in counts}


@lru_cache(maxsize=1)
def place_names() -> frozenset[str]:
    """Provinces of Thailand and countries of the world, without those that are ordinary words as well and Thailand."""
    from pythainlp.corpus import countries, provinces

    return frozenset(map(str, [*countries(), *provinces()])) - _ORDINARY_PLACES


def parts_of_speech(words: Sequence[str]) -> list[str]:
    """The universal part of speech (NOUN, VERB, …) of each word of a text, by pythainlp's perceptron for orchid_ud."""
    from pythainlp.tag import pos_tag

    return [tag for _, tag in pos_tag(list(words), engine="perceptron", corpus="orchid_ud")]


def safe_cuts(text: str) -> Iterator[int]:
    """Offsets at which the text may be cut without splitting a word or a cluster, in rising order; its end is last."""
    offset = 0
    for piece in _segment(text):
        offset += len(piece)
        if not in_cluster(text, offset):  # newmm cuts inside syllables that cannot be, such as "เกั"
            yield offset


def in_cluster(text: str, offset: int) -> bool:
    """Whether the letters on both sides of an offset are written as one: a vowel in front, or a mark that follows."""
    return 0 < offset < len(text) and (text[offset - 1] in _LEADING or text[offset] in _FOLLOWING)


def warm_up() -> None:
    """Load the dictionary and the tagger now (about a second), not at the first question."""
    parts_of_speech(_segment("เริ่ม"))


def _in_order(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("เเ", "แ")
    text = _NIKHAHIT_AA.sub(lambda m: (m[1] or m[2] or "") + "ำ", text)
    text = _TONE_BEFORE_VOWEL.sub(r"\2\1", text)
    return _REPEATED_TONE.sub(r"\1", _REPEATED_MARK.sub(r"\1", text))


@lru_cache(maxsize=20_000)
def _words(folded: str) -> tuple[str, ...]:
    found: list[str] = []
    for run in _RUN.findall(folded):
        if run[0] in "0123456789":
            found.append(_plain_number(run))
        elif run[0] <= "\u024f":
            found.append(run)
        else:
            found.extend(_segment(run))
    return tuple(found)


@lru_cache(maxsize=20_000)  # the same runs of letters stand in many texts
def _segment(text: str) -> tuple[str, ...]:
    from pythainlp.tokenize import word_tokenize

    return tuple(word_tokenize(text, custom_dict=_trie(), engine="newmm", keep_whitespace=True)) if text else ()


@lru_cache(maxsize=1)
def _dictionary() -> frozenset[str]:
    from pythainlp.corpus import thai_words

    lines = _own_words()
    dropped = {line[1:] for line in lines if line.startswith("-")}
    return frozenset(thai_words()) - dropped | {line for line in lines if not line.startswith("-")}


def _own_words() -> list[str]:
    lines = OWN_WORDS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _trie() -> "GrowingTrie":
    from corpus.growing_trie import GrowingTrie

    return GrowingTrie(_dictionary())


def _plain_number(number: str) -> str:
    whole, _, fraction = number.partition(".")
    fraction = fraction.rstrip("0") if "." not in fraction else fraction
    return f"{whole}.{fraction}" if fraction else whole


@lru_cache(maxsize=1)
def _month_pattern() -> re.Pattern[str]:
    # "ก.พ." is also an agency, so an abbreviated month counts only between a day and a year, or before a year.
    forms = [a.replace(".", r"\.?") for a in _MONTH_ABBREVIATIONS] + list(MONTHS)
    # Years of this half-century only: in "ก.พ. 12 คน" and "ก.พ. 4,500 คน" it is the agency.
    year = r"(?=(?:พ\.?ศ\.?\s*)?(?:(?:19|20|24|25)\d\d|[4-9]\d)(?!\.?\d))"
    dotted = "|".join(re.escape(form) for form in _MONTH_ABBREVIATIONS)
    glued = rf"(?<=[{_THAI}])(?={dotted})"  # เมื่อม.ค. 2566: with its dots it is clear where the month begins
    return re.compile(rf"((?:\d{{1,2}}\s*|(?<![{_THAI}.])|{glued}))({'|'.join(forms)})\s*{year}")


def _month_index(form: str) -> int:
    if form in MONTHS:
        return MONTHS.index(form)
    bare = form.replace(".", "")
    return next(i for i, a in enumerate(_MONTH_ABBREVIATIONS) if a.replace(".", "") == bare)
