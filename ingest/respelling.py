"""The most likely reading of a damaged line: which words, and their frequencies, explain it best.

A damaged text is taken for a sound one that went through a *confusion*, such as "every SARA AM lost its ring". The
sound text is found as in a noisy channel: over all ways to undo the confusion and to cut the line into words, the one
of least cost, where a word costs -ln of its frequency in the Thai National Corpus (by pythainlp) and each undone letter
a little (Viterbi's algorithm over a word lattice; Kernighan, Church and Gale 1990 for the channel). It is used only on
pages that are sick, by `ingest.repair`.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from corpus import thai

_STRETCH = re.compile("[\u0e01-\u0e4e]+(?: +[\u0e01-\u0e4e]+)*")
_MARKS = frozenset("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e")
_VOWEL_MARKS = frozenset("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39")
_TONES = "\u0e48\u0e49"  # the two that nearly all words have

EDIT_COST = 1.5
OCR_EDIT_COST = 3.0  # OCR misses few marks, so that words must leave little doubt
SURE_EDIT_COST = 0.2  # where the confusion is known to have happened
MOST_MARKS = 1 << 5
STRANGE_LETTER_COST = 12.0
SPACE_COST = 0.5


class Place(NamedTuple):
    """Where a reading stands in a text: an offset, and which of the marks behind its letter were read (bits)."""

    offset: int
    taken: int = 0


# At a place in a text: what its letter may have been, and where the reading goes on then.
Undo = Callable[[str, Place], Iterator[tuple[Place, str]]]


@dataclass(frozen=True)
class Confusion:
    """One way in which texts are damaged, named as its repair is reported.

    `everywhere`: it was done to every letter, so that it is undone in words that no dictionary has as well.
    """

    name: str
    undo: Undo
    everywhere: bool = False


@dataclass(frozen=True)
class Respelling:
    """A text as it most likely was, what that reading costs, and how many places were changed."""

    text: str
    cost: float
    edits: int


def _lost_sara_am(text: str, place: Place) -> Iterator[tuple[Place, str]]:
    at = place.offset
    if text[at] == "า" and at and ("ก" <= text[at - 1] <= "ฮ" or text[at - 1] in "่้๊๋"):
        yield Place(at + 1), "ำ"


def _sara_am_for_aa(text: str, place: Place) -> Iterator[tuple[Place, str]]:
    if text[place.offset] == "ำ":
        yield Place(place.offset + 1), "า"


def _late_mark(text: str, place: Place) -> Iterator[tuple[Place, str]]:
    """The letter with marks that stand behind the next letter; where they stand, they are not read again."""
    at = place.offset
    if "ก" <= text[at] <= "ฮ":
        own = _marks_from(text, at + 1)
        left = "".join(mark for bit, mark in enumerate(own) if not place.taken >> bit & 1)
        following = at + 1 + len(own)
        following += text.startswith(" ", following)
        late = _marks_from(text, following + 1)
        for taken in range((1 << len(late)) - 1, 0, -1):
            marks = left + "".join(mark for bit, mark in enumerate(late) if taken >> bit & 1)
            yield Place(following, taken), thai.clean(text[at] + marks)
    yield from _space_inside(text, place)


def _space_inside(text: str, place: Place) -> Iterator[tuple[Place, str]]:
    if text[place.offset] == " ":
        yield Place(place.offset + 1), ""


def _missed_by_ocr(text: str, place: Place) -> Iterator[tuple[Place, str]]:
    """The letter with the tone mark that OCR did not see, or SARA AM whose ring it did not see."""
    at = place.offset
    letter, following = text[at], text[at + 1 : at + 2]
    if letter == "า" and at and text[at - 1] in _TONES:
        yield Place(at + 1), "ำ"
    elif (letter in _VOWEL_MARKS or "ก" <= letter <= "ฮ") and following not in _MARKS:
        for tone in _TONES:
            yield Place(at + 1), letter + tone


def _as_it_stands(text: str, place: Place) -> tuple[Place, str]:
    after = place.offset + 1
    if not place.taken:
        return Place(after), text[place.offset]
    own = _marks_from(text, after)
    left = "".join(mark for bit, mark in enumerate(own) if not place.taken >> bit & 1)
    return Place(after + len(own)), text[place.offset] + left


def _marks_from(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end] in _MARKS:
        end += 1
    return text[start:end]


CONFUSIONS = (
    Confusion("SARA AM lost (dictionary)", _lost_sara_am),
    Confusion("SARA AM for AA (dictionary)", _sara_am_for_aa),
    Confusion("space inside a word (dictionary)", _space_inside),
    Confusion("mark one letter late (dictionary)", _late_mark),  # undoes the one before as well
)
# Of text that was recognised from a picture, and only there.
MISSED_BY_OCR = Confusion("mark that OCR missed (dictionary)", _missed_by_ocr)


def respell(text: str, confusion: Confusion | None = None, *, edit_cost: float = EDIT_COST) -> Respelling:
    """The most likely reading of a text; without a confusion, its own cost."""
    pieces: list[str] = []
    cost, edits, last = 0.0, 0, 0
    for stretch in _STRETCH.finditer(text):
        found = _respell(stretch[0], confusion, edit_cost)
        pieces += [text[last : stretch.start()], found.text]
        cost, edits, last = cost + found.cost, edits + found.edits, stretch.end()
    return Respelling("".join([*pieces, text[last:]]), cost, edits)


def opportunities(text: str, confusion: Confusion) -> int:
    """At how many places of the text the confusion could be undone."""
    return sum(any(confusion.undo(text, Place(at))) for at in range(len(text)))


@lru_cache(maxsize=4_000)
def _respell(text: str, confusion: Confusion | None, edit_cost: float) -> Respelling:
    """Viterbi over places: the best way to have read the text up to each, extended word by word."""
    costs, prefixes = _lexicon()
    best = {Place(0): Respelling("", 0.0, 0)}
    for place in (Place(offset, taken) for offset in range(len(text)) for taken in range(MOST_MARKS)):
        here = best.get(place)
        if here is None:
            continue
        for after, letters, edit in _strange(text, place, confusion):
            step = SPACE_COST if letters == " " else STRANGE_LETTER_COST
            _offer(best, after, Respelling(here.text + letters, here.cost + step, here.edits + edit))
        for end, word, edits in _words_from(text, place, confusion, prefixes):
            if word in costs:
                total = here.cost + costs[word] + edits * edit_cost
                _offer(best, end, Respelling(here.text + word, total, here.edits + edits))
    return best[Place(len(text))]  # every letter can be read as a strange one, so the end is always reached


def _strange(text: str, place: Place, confusion: Confusion | None) -> Iterator[tuple[Place, str, int]]:
    """The letter as one of no known word."""
    if confusion and confusion.everywhere and text[place.offset] != " ":
        for after, letters in confusion.undo(text, place):
            yield after, letters, 1
            return
    yield (*_as_it_stands(text, place), 0)


def _words_from(
    text: str, start: Place, confusion: Confusion | None, prefixes: frozenset[str]
) -> Iterator[tuple[Place, str, int]]:
    """Every beginning of a word that can be read from `start`: where it ends, its letters, its edits."""
    open_paths = [(start, "", 0, False)]
    while open_paths:
        place, read, edits, whole = open_paths.pop()
        if whole:
            yield place, read, edits
        if place.offset == len(text):
            continue
        steps = [(*_as_it_stands(text, place), 0)]
        if confusion:
            steps += [(after, letters, 1) for after, letters in confusion.undo(text, place)]
        for after, letters, edit in steps:
            if (longer := read + letters) in prefixes:
                open_paths.append((after, longer, edits + edit, bool(letters)))  # no word ends with a dropped space


def _offer(best: dict[Place, Respelling], end: Place, offered: Respelling) -> None:
    known = best.get(end)
    if known is None or offered.cost < known.cost:
        best[end] = offered


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[str, float], frozenset[str]]:
    """The cost of each known word, and all beginnings of words."""
    counts = thai.word_counts()
    total = sum(counts.values())
    costs = {word: -math.log(count / total) for word, count in counts.items()}
    return costs, frozenset(word[:end] for word in costs for end in range(1, len(word) + 1))
