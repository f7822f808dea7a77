"""Personal numbers in what people type: found and masked before anything is logged, searched, sent to a model or kept.

Thai ID numbers (those whose check digit fits), telephone numbers and e-mail addresses, in Arabic and Thai digits.
Names cannot be found by rule and stay.
"""

import re
from dataclasses import dataclass

_DIGIT = "[0-9๐-๙]"
_HIDDEN = "\u200b-\u200f\u2060\ufeff"  # of no width: a number with these inside is still that number
_GAP = rf"[{_HIDDEN}]*(?:\s?[\-‐-—.]\s?|\s)?[{_HIDDEN}]*"
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+", re.ASCII)
_ID = re.compile(rf"(?<!{_DIGIT}){_DIGIT}(?:{_GAP}{_DIGIT}){{12}}(?!{_DIGIT})")
_PHONE = re.compile(
    rf"(?<!{_DIGIT})(?:\+{_GAP}?(?:66|๖๖){_GAP}(?:\(?[0๐]\)?)?|[0๐]){_GAP}[2-9๒-๙](?:{_GAP}{_DIGIT}){{7,8}}(?!{_DIGIT})"
)

# What a mask looks like; also how a text that was masked earlier is recognised.
MASKS = {"อีเมล": _EMAIL, "เลขประจำตัวประชาชน": _ID, "หมายเลขโทรศัพท์": _PHONE}


_ANNOUNCED = (
    "เลขประจำตัวประชาชน|เลขบัตรประชาชน|บัตรประชาชน|เลขบัตร|บัตร|เบอร์โทรศัพท์|เบอร์โทร|เบอร์|โทรศัพท์|โทร|มือถือ|อีเมล|e-?mail"
)
_MASK = re.compile(rf"(?:(?:{_ANNOUNCED})[\s.:]*)?\[(?:{'|'.join(MASKS)})\]", re.IGNORECASE)


@dataclass(frozen=True)
class PersonalNumber:
    """Where a personal number stands in a text, in characters, and what kind it is, in Thai."""

    start: int
    end: int
    kind: str

    @property
    def mask(self) -> str:
        return f"[{self.kind}]"


def find_personal(text: str) -> tuple[PersonalNumber, ...]:
    """The personal numbers of a text, in order, none inside another."""
    found: list[PersonalNumber] = []
    for kind, pattern in MASKS.items():
        for match in pattern.finditer(text):
            if pattern is _ID and not is_thai_id(match[0]):
                continue
            if all(match.end() <= other.start or other.end <= match.start() for other in found):
                found.append(PersonalNumber(*match.span(), kind))
    return tuple(sorted(found, key=lambda number: number.start))


def masked(text: str) -> str:
    """The text with each personal number replaced by its kind in brackets; a masked text stays as it is."""
    for number in reversed(find_personal(text)):
        text = text[: number.start] + number.mask + text[number.end :]
    return text


def kinds_masked(text: str) -> tuple[str, ...]:
    """Which kinds of personal numbers were masked in a text."""
    return tuple(kind for kind in MASKS if f"[{kind}]" in text)


def without_masks(text: str) -> str:
    """A masked text without its masks and the words that announce them: what there is to search for."""
    return " ".join(_MASK.sub(" ", text).split()) if kinds_masked(text) else text


def is_thai_id(text: str) -> bool:
    """Whether the 13 digits of the text are a Thai ID number: the last one is a check over the others."""
    digits = [int(letter) for letter in text if letter.isdecimal()]
    if len(digits) != 13:
        return False
    weighted = sum(digit * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - weighted % 11) % 10 == digits[12]
