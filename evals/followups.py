"""How well a message that leans on the chat becomes a question that stands alone, measured by itself.

Each case with earlier turns is searched twice by the bot's own code: as the message stands, and as the standalone
question made of it with the chat. What counts is whether the case's evidence is among the best passages. A word that
neither of them said, nor another name of what they named, would be invented; there must be none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answer import Turn
from bot.asking import Asking
from bot.finding import Finder, Found
from bot.library import Library
from bot.question import as_read
from corpus import thai
from evals.cases import Case
from evals.metrics import Hit, is_evidence

DEPTH = 5


@dataclass(frozen=True)
class FollowUp:
    """One message: the question made of it, the rank of its evidence with and without the chat, words invented.

    Ranks count from 1; 0 means not among the first `DEPTH`.
    """

    id: str
    message: str
    standalone: str
    rank: int
    rank_alone: int
    invented: tuple[str, ...] = ()


@dataclass(frozen=True)
class FollowUpFigures:
    """Shares of the messages, 0 to 1."""

    messages: int
    found: float
    found_alone: float
    invented: float


def measure(cases: Sequence[Case], library: Library) -> tuple[FollowUp, ...]:
    """All cases with earlier turns whose answer has evidence."""
    return tuple(_measured(case, library) for case in cases if case.history and case.evidence and case.answerable)


def figures(measured: Sequence[FollowUp]) -> FollowUpFigures:
    """Shares over the messages; all 0 without any."""
    count = len(measured) or 1
    return FollowUpFigures(
        messages=len(measured),
        found=sum(one.rank > 0 for one in measured) / count,
        found_alone=sum(one.rank_alone > 0 for one in measured) / count,
        invented=sum(bool(one.invented) for one in measured) / count,
    )


def _measured(case: Case, library: Library) -> FollowUp:
    turns = tuple(Turn(turn.role, turn.content) for turn in case.history)
    whole = _found(case.question, turns, library)
    alone = _found(case.question, (), library)
    return FollowUp(
        id=case.id,
        message=case.question,
        standalone=whole.question.text,
        rank=_rank(case, whole),
        rank_alone=_rank(case, alone),
        invented=_invented(whole, case, library),
    )


def _found(message: str, turns: tuple[Turn, ...], library: Library) -> Found:
    return Finder(Asking(library, message, turns)).find(message)


def _rank(case: Case, found: Found) -> int:
    """The place from which all evidence groups are held by a passage, 0 if not within `DEPTH`."""
    hits = [Hit(h.passage.id, h.passage.document_id, h.passage.body) for h in found.hits[:DEPTH]]
    places = [
        next((n for n, hit in enumerate(hits, 1) if any(is_evidence(hit, one) for one in group)), 0)
        for group in case.evidence
    ]
    return 0 if 0 in places else max(places)


def _invented(found: Found, case: Case, library: Library) -> tuple[str, ...]:
    """Words of the standalone question that nobody said, neither so nor by another name of the same thing."""
    said = [case.question, *(turn.content for turn in case.history)]
    known = set(_words(said))
    known |= set(_words(draft.label for draft in library.drafts[case.audience].all))
    for text in map(as_read, said):
        known |= {
            word
            for mention in library.glossary.mentions(text)
            for name in mention.term.names
            for word in _words([name])
        }
    squeezed = thai.squeeze(" ".join(map(as_read, said)))
    return tuple(
        word
        for word in dict.fromkeys(_words([found.question.text]))
        if word not in known and thai.squeeze(word) not in squeezed and not _counted_on(word, found)
    )


def _counted_on(word: str, found: Found) -> bool:
    """Whether a word is the number to which "ข้อถัดไป" counts on."""
    return word.isdigit() and found.question.original != found.question.text


def _words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in thai.content_words(as_read(text))]
