"""Is a page fit to be cited? Figures that tell sound Thai from a broken text layer, and the verdict on each page.

Limits come from this corpus, whose sound text shows 0 to 1.1 % of its letters outside the dictionary, 33 to 91 tone
marks and 0 to 17 SARA AM per 1,000 Thai characters in any stretch of 1,200 characters, and from damaged public plans,
which show 3.4 to 53 % outside the dictionary. Between the two limits a page is *sick*: worth a repair by dictionary,
or OCR. Beyond the second it is *unfit*: nothing of it may be cited.
"""

from dataclasses import dataclass
from enum import StrEnum

from corpus import thai
from ingest.known import Counts, Known, key

MINIMUM_LETTERS = 200  # Thai characters; a shorter text is not judged by its rates
SICK_UNKNOWN_SHARE = 0.03
UNFIT_UNKNOWN_SHARE = 0.12  # names and new terms raise the share of a sound text, so only a clearly higher one is unfit
SICK_TONES = 20.0
UNFIT_TONES = 8.0
SICK_SARA_AM = 40.0
UNFIT_BROKEN_SHARE = 0.003  # of the Thai characters: one lost letter in three lines
TONES = "\u0e48\u0e49\u0e4a\u0e4b"


class Verdict(StrEnum):
    """What became of a page."""

    SOUND = "sound"
    REPAIRED = "repaired"
    OCR = "ocr"
    REFUSED = "refused"


@dataclass(frozen=True)
class Figures:
    """What is counted in a text. Rates are per 1,000 Thai characters, shares 0 to 1.

    `unknown_share` is of the letters of Thai words, those that stand in words outside the dictionary; `thai_share` of
    all letters, those that are Thai. `private_use` and `replacement` count characters without meaning.
    """

    thai_characters: int
    thai_share: float
    sara_am: float
    tones: float
    private_use: int
    replacement: int
    unknown_share: float

    @property
    def broken(self) -> int:
        return self.private_use + self.replacement


@dataclass(frozen=True)
class PageHealth:
    """A page, or a whole document without pages (`page` is None): its figures after repair, and what is made of it.

    `reason` says, Thai first, why a page was refused, repaired or recognised; it is empty for a sound one.
    """

    page: int | None
    label: str
    figures: Figures
    verdict: Verdict
    reason: str = ""


def measure(text: str, known: Known | None = None) -> Figures:
    """The figures of a text; lines in `known` are not counted again, and others are added to it."""
    counts = Counts(*map(sum, zip(Counts(), *(_counts(line, known) for line in text.split("\n")), strict=True)))
    per_thousand = 1000 / counts.thai_characters if counts.thai_characters else 0.0
    return Figures(
        thai_characters=counts.thai_characters,
        thai_share=counts.thai_letters / counts.letters if counts.letters else 0.0,
        sara_am=per_thousand * counts.sara_am,
        tones=per_thousand * counts.tones,
        private_use=counts.private_use,
        replacement=counts.replacement,
        unknown_share=counts.in_unknown / counts.in_words if counts.in_words else 0.0,
    )


def _counts(line: str, known: Known | None) -> Counts:
    if known is None:
        return _count(line)
    digest = key(line)
    if digest not in known.counts:
        known.counts[digest] = _count(line)
    return known.counts[digest]


def _count(line: str) -> Counts:
    pieces = [word for word in thai.words(line) if "\u0e01" <= word[0] <= "\u0e4e"]
    thai_letters, letters = thai.letters(line)
    return Counts(
        thai_characters=sum("\u0e01" <= c <= "\u0e4e" for c in line),
        letters=letters,
        thai_letters=thai_letters,
        sara_am=line.count("\u0e33"),
        tones=sum(line.count(tone) for tone in TONES),
        private_use=sum("\ue000" <= c <= "\uf8ff" for c in line),
        replacement=line.count("\ufffd"),
        in_words=sum(map(len, pieces)),
        in_unknown=sum(len(piece) for piece in pieces if not thai.is_known_word(piece)),
    )


def sick(figures: Figures) -> str:
    """Why a text deserves a repair by dictionary, or OCR, Thai first; empty where it does not."""
    if reason := unfit(figures):
        return reason
    if figures.broken:
        return _broken(figures)
    if figures.thai_characters < MINIMUM_LETTERS:
        return ""
    if figures.unknown_share > SICK_UNKNOWN_SHARE:
        return _unknown(figures)
    if figures.tones < SICK_TONES:
        return _tones(figures)
    if figures.sara_am > SICK_SARA_AM:
        rate = f"{figures.sara_am:.0f}"
        return f"สระอำ {rate} ต่อพันอักษร มากผิดปกติ / {rate} SARA AM per 1,000 characters, too many"
    return ""


def unfit(figures: Figures) -> str:
    """Why nothing of a text may be cited, Thai first; empty where it may."""
    if figures.broken > UNFIT_BROKEN_SHARE * figures.thai_characters:
        return _broken(figures)
    if figures.thai_characters < MINIMUM_LETTERS:
        return ""
    if figures.unknown_share > UNFIT_UNKNOWN_SHARE:
        return _unknown(figures)
    return _tones(figures) if figures.tones < UNFIT_TONES else ""


def judge(
    page: int | None, label: str, text: str, *, repaired: str = "", ocr: bool = False, known: Known | None = None
) -> PageHealth:
    """The verdict on a page's text as it would be cited.

    `repaired` names what was repaired, empty if nothing was; `ocr` tells that the text was recognised from a picture;
    `known` is as in `measure`.
    """
    figures = measure(text, known)
    if reason := unfit(figures):
        return PageHealth(page, label, figures, Verdict.REFUSED, reason)
    if ocr:
        return PageHealth(page, label, figures, Verdict.OCR, "อ่านจากภาพ / read by OCR")
    return PageHealth(page, label, figures, Verdict.REPAIRED if repaired else Verdict.SOUND, repaired)


def _broken(figures: Figures) -> str:
    return f"มีอักขระเสีย {figures.broken} ตัว / {figures.broken} broken characters"


def _unknown(figures: Figures) -> str:
    share = f"{figures.unknown_share:.0%}"
    return f"คำที่ไม่รู้จัก {share} ของตัวอักษร อาจเป็นข้อความเพี้ยน / {share} of letters in unknown words"


def _tones(figures: Figures) -> str:
    rate = f"{figures.tones:.0f}"
    return f"วรรณยุกต์ {rate} ต่อพันอักษร น้อยผิดปกติ / {rate} tone marks per 1,000 characters, too few"
