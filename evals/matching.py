"""When two pieces of Thai text say the same letters: the one form in which facts and quotes are looked for.

`comparable` goes one step further than `corpus.thai.fold`: blanks and punctuation go, "ร้อยละ 80" and "80 เปอร์เซ็นต์"
become "80%", and the era mark before a year is dropped. A blank stays between two numbers and between two Latin words,
so that "2563 6 ด้าน" never reads as 25636.
"""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from corpus import thai

ACCEPTED_SHARE = 0.8
"""The share of a gold quote that a passage must hold, in one piece, to count as holding the evidence."""

_PERCENT_BEFORE = re.compile(r"ร้อยละ\s*(\d+(?:\.\d+)?)")
_PERCENT_AFTER = re.compile(r"(?<=\d)\s*(?:เปอร์เซ็?นต์|percent|per cent)")
_ERA = re.compile(r"(?:พ\.?\s?ศ\.?|พุทธศักราช)\s*(?=\d)")
_NOT_WRITTEN = re.compile(r"[^\w%.\u0e01-\u0e4e]|_|(?<!\d)\.|\.(?!\d)")
_BLANKS = re.compile(r"\s+")
_LOOSE_BLANK = re.compile(r" (?!(?<=[a-z] )[a-z]|(?<=\d )\d)")


@lru_cache(maxsize=20_000)
def comparable(text: str) -> str:
    """The form in which facts and quotes are compared; see the module's description."""
    text = _PERCENT_AFTER.sub("%", _PERCENT_BEFORE.sub(r"\1%", thai.fold(text)))
    return _LOOSE_BLANK.sub("", _BLANKS.sub(" ", _NOT_WRITTEN.sub(" ", _ERA.sub(" ", text)))).strip()


def states(text: str, wording: str) -> bool:
    """Whether the text holds the wording, whatever its spacing, digits and punctuation.

    A number counts only whole ("6" is not in "2563" nor in "6.5"), so does a Latin word, and a Thai syllable
    does not match one that carries a further mark ("ที" is not in "ที่"). An empty wording is in no text.
    """
    wanted = comparable(wording)
    return bool(wanted) and _whole(wanted).search(comparable(text)) is not None


@lru_cache(maxsize=20_000)
def _whole(wanted: str) -> re.Pattern[str]:
    before = after = ""
    if wanted[0].isdigit():
        before = r"(?<!\d)(?<!\d\.)"
    elif wanted[0].isascii():
        before = r"(?<![a-z])"
    if wanted[-1].isdigit():
        after = r"(?!\d)(?!\.\d)"
    elif wanted[-1].isascii() and wanted[-1].isalpha():
        after = r"(?![a-z])"
    elif not wanted[-1].isascii():
        after = rf"(?![{thai.MARKS}])"
    return re.compile(before + re.escape(wanted) + after)


def held_share(passage: str, quote: str) -> float:
    """The share of the quote, 0 to 1, that stands in the passage in one piece.

    A quoted Markdown table row ("| 1 | การศึกษา | 5 |") is held where one line of the passage has its cells.
    """
    wanted, text = comparable(quote), comparable(passage)
    if not wanted:
        return 0.0
    if wanted in text:
        return 1.0
    if quote.count("|") > 1:
        return _held_row(passage, quote)
    return SequenceMatcher(None, wanted, text, autojunk=False).find_longest_match().size / len(wanted)


def _held_row(passage: str, row: str) -> float:
    cells = [cell for cell in row.split("|") if comparable(cell)]
    total = sum(len(comparable(cell)) for cell in cells)
    held = (sum(len(comparable(cell)) for cell in cells if states(line, cell)) / total for line in passage.split("\n"))
    return max(held, default=0.0) if total else 0.0


def holds(passage: str, quote: str, share: float = ACCEPTED_SHARE) -> bool:
    """Whether the passage holds at least `share` of the quote in one piece, and every number of the quote.

    The second condition keeps a passage that repeats a long sentence with another figure from counting.
    """
    return held_share(passage, quote) >= share and set(thai.numbers(quote)) <= set(thai.numbers(passage))
