"""Questions with texts that answer them, and with texts that only come near: what the answer model is trained on.

The texts are units of an index as the answer model is given them (`corpus.sentence_encoder.unit_text`). A unit answers
if it holds a quote that the case names as evidence and a fact of it; it comes near if the search ranks it high, or a
case without answer names it as the nearest, and it holds nothing of the answer.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from bot import extractive
from bot import question as questions
from bot.library import Library
from bot.retriever import document_worth, retrieve
from bot.wording import refusal, small_talk
from corpus import thai
from corpus.document import Audience, Passage, Unit
from corpus.sentence_encoder import unit_text
from evals.cases import Case

RANKED = 8  # units of the search that are looked at
NEAR = 4  # of them that are taken as texts that only come near
LEAST_FORM = 3  # letters of a form of a fact that shows that a text holds the answer
NEAREST = "nearest: "  # how the note of a case without answer names texts that come near it


@dataclass(frozen=True)
class Pair:
    """A question and a text; `answers` are the words that answer it in the text, none if it only comes near."""

    question: str
    text: str
    answers: tuple[str, ...] = ()


def pairs_of(library: Library, cases: Sequence[Case]) -> Iterator[Pair]:
    """The pairs of all cases that are one question and are searched for."""
    everything = [(passage, unit) for passage in library.index.passages for unit in passage.units]
    for case in cases:
        if not case.history and not refusal(case.question) and not small_talk(case.question):
            yield from _pairs(library, case, everything)


def write_pairs(pairs: Sequence[Pair], path: Path) -> None:
    """Write pairs as JSON lines, as `python -m corpus.training answer-model` reads them. Raises OSError."""
    path.write_text("".join(json.dumps(asdict(pair), ensure_ascii=False) + "\n" for pair in pairs), encoding="utf-8")


def _pairs(library: Library, case: Case, everything: Sequence[tuple[Passage, Unit]]) -> Iterator[Pair]:
    asked = questions.understand(case.question, library.glossary, library.vocabularies[Audience.PUBLIC])
    forms = tuple(form for fact in case.facts for form in fact.wordings)
    held = {unit_text(p, u): p for quote in _quotes(case) for p, u in everything if _holds_quote(p, u, quote)}
    ranked = list(islice(_ranked(library, asked), RANKED))
    if case.answerable:
        yield from (Pair(asked.text, text, forms) for text in held if _holds_any(text, forms))
        long = [form for form in forms if len(thai.squeeze(form)) >= LEAST_FORM]
        near = [text for text in ranked if text not in held and not _holds_any(text, long)][:NEAR]
    else:
        near = list(dict.fromkeys([*held, *ranked[:NEAR]]))[: NEAR + 1]
    yield from (Pair(asked.text, text) for text in near)


def _quotes(case: Case) -> list[str]:
    """What the case says that answers it; of one without answer, what its note names as the nearest text."""
    if case.answerable:
        return [each.quote for group in case.evidence for each in group]
    return case.note.removeprefix(NEAREST).split(" / ") if case.note.startswith(NEAREST) else []


def _ranked(library: Library, asked: questions.Question) -> Iterator[str]:
    hits = retrieve(library, asked, Audience.PUBLIC)
    evidence = library.evidence.unjudged()
    scored = evidence.score(asked, [hit.passage for hit in hits])
    worth = document_worth(library, asked, {hit.passage.document_id for hit in hits})
    ranked = extractive.rank(asked, hits, scored, evidence, worth).ranked
    return (unit_text(s.passage, s.unit) for _, s in ranked)


def _holds_quote(passage: Passage, unit: Unit, quote: str) -> bool:
    """Whether a unit holds the quote, or is a part of it; a table's row is quoted with its bars."""
    own, whole = thai.squeeze(unit.text), thai.squeeze(passage.lead + unit.text)
    cells = [squeezed for cell in quote.split("|") if (squeezed := thai.squeeze(cell))] if "|" in quote else []
    if cells:
        return all(cell in whole for cell in cells)
    squeezed = thai.squeeze(quote.lstrip("-*0123456789.() "))
    return bool(squeezed) and (squeezed in whole or (len(own) > 25 and own in squeezed))


def _holds_any(text: str, forms: Sequence[str]) -> bool:
    squeezed = thai.squeeze(text)
    return any(thai.squeeze(form) in squeezed for form in forms)
