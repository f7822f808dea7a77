"""Where another document has the same sentence with another figure: a copy that is wrong, forged, or out of date.

Drafts of a plan are compared with each other when they are built (`bot.changes`). Any other paper that is listed may
repeat the plan's words with figures of its own. What of it is found beside an answer is told, never left to whichever
of the two came first; and the text of a draft goes before a paper that only repeats it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.citing import Said
from bot.drafts import Drafts
from corpus import thai
from corpus.document import Passage, Unit
from corpus.quantities import Kind, Quantity, quantities

_VALUES = frozenset({Kind.NUMBER, Kind.MONEY, Kind.PERCENT})
_FIGURE = re.compile(r"\d[\d,.]*")
FEWEST_LETTERS = 12  # of the words that two sentences share


@dataclass(frozen=True)
class Rival:
    """A piece that says otherwise, and where it stands."""

    unit: Unit
    passage: Passage


def rivals(said: Said, found: Sequence[Passage]) -> Iterator[Rival]:
    """What passages of other documents, under the same heading, say with other figures than a statement does."""
    spoken = {quantity.raw for quantity in quantities(said.text)}
    for unit, other, theirs in _repeated(said, found):
        if any(value.raw in spoken for value in _differing(unit.text, other.text)):
            yield Rival(other, theirs)


def from_the_plan(said: Said, found: Sequence[Passage], drafts: Drafts) -> Said:
    """The statement as a draft of a plan has it, if what it was taken from only repeats that, alike or otherwise."""
    if any(drafts.of_document(passage.document_id) for passage in said.passages):
        return said
    for unit, own, passage in _repeated(said, found):
        if unit.text in said.text and drafts.of_document(passage.document_id):
            return Said(said.text.replace(unit.text, own.text), (passage,), (own.text,))
    return said


def _repeated(said: Said, found: Sequence[Passage]) -> Iterator[tuple[Unit, Unit, Passage]]:
    """The pieces that a statement may be made of, each with one of the same words in another document."""
    for ours in said.passages:
        for theirs in found:
            if theirs.document_id != ours.document_id and _heading(theirs) == _heading(ours):
                for unit in ours.units:
                    yield from ((unit, other, theirs) for other in theirs.units if _words(other) == _words(unit) != "")


def _heading(passage: Passage) -> str:
    return thai.squeeze(passage.path[-1]) if passage.path else ""


def _words(unit: Unit) -> str:
    """A piece without its figures; "" where that is too little to be about the same."""
    words = _FIGURE.sub("#", thai.squeeze(unit.text))
    return words if len(words) >= FEWEST_LETTERS else ""


def _differing(one: str, other: str) -> list[Quantity]:
    """The values of a text for which another one, of the same words, has others; none if more than values differ."""
    pairs = list(zip(quantities(one), quantities(other), strict=False))
    differ = [(a, b) for a, b in pairs if (a.kind, a.value, a.unit, a.label) != (b.kind, b.value, b.unit, b.label)]
    return [a for a, _ in differ] if all(a.kind in _VALUES and b.kind in _VALUES for a, b in differ) else []
