"""Numbers of headings and items that OCR misread, told by those that stand around them.

Tesseract takes ๔ for ๕, ๖ for ๒, and a number at a line's begin for any letters. But what is numbered is numbered in
order: between ๑.๕ and ๑.๗ stands ๑.๖, whatever was read there.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import thai

_ARABIC, _THAI, _LETTERS = "0123456789", "๐๑๒๓๔๕๖๗๘๙", thai.NUMBERING_LETTERS
_NUMBERED = re.compile(
    rf"(?P<before>\(?(?:[0-9๐-๙]{{1,2}}\.)*)(?P<last>[0-9]{{1,2}}|[๐-๙]{{1,2}}|[{_LETTERS}])(?P<after>[.)]{{0,2}})(?=\s)"
)
_ODD = re.compile(r"\(?[^\sก-ฮ()]{1,5}[.)]?(?=\s)|\([^\s()]{1,2}\)(?=\s)")
_ALIKE = ("๒๔๕๖๙", "๓๗", "๐๑", "38", "17")  # digits that OCR takes for each other
_LONGEST = 4  # letters of a number with its brackets
_FEWEST = 2  # numbers that must be in order


@dataclass(frozen=True)
class _Number:
    """A number at a line's begin: what stands around its last part, in which signs it is written, and its value."""

    before: str
    after: str
    signs: str
    value: int

    @property
    def can_be_written(self) -> bool:
        return 0 < self.value <= (len(_LETTERS) if self.signs == _LETTERS else 99)

    @property
    def written(self) -> str:
        if self.signs == _LETTERS:
            return self.before + _LETTERS[self.value - 1] + self.after
        return self.before + "".join(self.signs[int(digit)] for digit in str(self.value)) + self.after


def recounted(texts: Sequence[str]) -> list[str]:
    """Neighbouring headings or items of one kind, their numbers in order; texts without a number are passed over."""
    found = [(i, number_of(text)) for i, text in enumerate(texts) if number_of(text) or _ODD.match(text)]
    votes = Counter(
        (number.before, number.after, number.signs, number.value - place)
        for place, (_, number) in enumerate(found)
        if number
    )
    if not votes:
        return list(texts)
    (before, after, signs, first), count = votes.most_common(1)[0]
    if count < _FEWEST or 2 * count < len(found):
        return list(texts)
    expected = [_Number(before, after, signs, first + place) for place in range(len(found))]
    right = [number == wanted for (_, number), wanted in zip(found, expected, strict=True)]
    told = list(texts)
    for place, ((i, number), wanted) in enumerate(zip(found, expected, strict=True)):
        inside = any(right[:place]) and any(right[place + 1 :])
        if right[place] or not wanted.can_be_written:
            continue
        token = texts[i].split()[0]
        if _is_misread(number, wanted, inside) if number else inside or _in_brackets(token, wanted):
            told[i] = wanted.written + texts[i][len(token) :]
    return told


def number_of(text: str) -> _Number | None:
    found = _NUMBERED.match(text)
    if not found:
        return None
    last = found["last"]
    signs = next(signs for signs in (_ARABIC, _THAI, _LETTERS) if last[0] in signs)
    value = _LETTERS.index(last) + 1 if signs == _LETTERS else int(last)
    return _Number(found["before"], found["after"], signs, value)


def _in_brackets(token: str, wanted: _Number) -> bool:
    return (token[0] == "(" == wanted.before or token[-1] == ")" == wanted.after) and len(token) <= _LONGEST


def _is_misread(number: _Number, wanted: _Number, inside: bool) -> bool:
    """Whether a number is the one wanted: any that stands between right ones, and at the end one of like digits."""
    if inside:
        return True
    if number.signs != wanted.signs or number.value == wanted.value:
        return False
    if number.signs == _LETTERS or number.before != wanted.before:
        return False
    read, expected = str(number.value), str(wanted.value)
    return len(read) == len(expected) and all(
        a == b or any(number.signs[int(a)] in alike and number.signs[int(b)] in alike for alike in _ALIKE)
        for a, b in zip(read, expected, strict=True)
    )
