"""From a question to an answer: the pipeline, top to bottom."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot import changes, extractive, followup, headings, sentences, tables, wording
from bot import question as questions
from bot.answer import Answer, AnswerStatus, Checked, Citation, CitedText, FoundPassage, Statement, Trace, Turn
from bot.checks import Check, CitedPassage, StatementChecks, check_statements
from bot.confidence import THRESHOLD, THRESHOLD_FOR_OPINION, WORTH_A_MODEL, probability
from bot.drafts import PlanDraft, View, views
from bot.extractive import Draft
from bot.library import Library, Shelf, open_shelf
from bot.prose import best_stretch
from bot.question import INTENT_WORD_WORTH, Question
from bot.retriever import document_worth, retrieve
from bot.settings import Settings
from bot.suggestions import Suggestions
from bot.wording import Intent, Refusal
from corpus import thai
from corpus.document import Audience, Document, Passage
from corpus.index import Hit
from corpus.pages import has_pages, page_image

if TYPE_CHECKING:
    from bot.chat_model import TokenUsage
    from bot.generative import ChatWriter, Written

NEAREST_NAMED = 3
PASSAGES_FOR_MODEL = 8
ITEM_TOLD = 0.5  # share of an item's words with which a chat model's list has it
SPECIFIC = 2.5  # the weight from which a word names a topic of its own, which needs no earlier question
MOST_CONFLICTS = 2  # points told one by one on which another draft says something else
CLEARLY = 0.03  # by how much an answer from an older draft must be surer than one from background papers
ABOUT_AS_NEAR = 0.8  # of the best passage's score in the search, from which another plan's passage answers, too
ANOTHER_SUBJECT = 0.25  # share of a question's weight below which the corpus has nothing to do with it
_STATUS_OF = {
    Refusal.GREETING: AnswerStatus.SMALL_TALK,
    Refusal.THANKS: AnswerStatus.SMALL_TALK,
    Refusal.ABILITIES: AnswerStatus.SMALL_TALK,
}


@dataclass(frozen=True)
class Found:
    """A question as read, what was found for it, and the draft made of that; `view` is where it was looked for."""

    question: Question
    hits: tuple[Hit, ...] = ()
    draft: Draft = field(default_factory=Draft)
    unclear: bool = False
    partial: bool = False
    view: View = field(default_factory=lambda: View(""))

    @property
    def confidence(self) -> float:
        """How likely the draft answers the question, 0 to 1."""
        return probability(self.draft.features) if self.draft.told else 0.0

    @property
    def is_sure(self) -> bool:
        """Whether the draft may be sent; what reads like an order or asks for an opinion must be surer."""
        text = self.question.original
        needed = THRESHOLD_FOR_OPINION if wording.is_opinion(text) or wording.is_instruction(text) else THRESHOLD
        return self.confidence >= needed


def open_answerer(settings: Settings) -> "Answerer":
    """An answerer over the live release, with everything loaded.

    Raises:
        ReleaseNotFound, ReleaseUnusable, IndexUnusable, ModelNotFound, GlossaryError: each with what to run.
        NoReply: the chat model of the settings cannot be set up.
    """
    thai.warm_up()
    shelf = open_shelf(settings)
    if not settings.chat_model:
        return Answerer(shelf)
    from bot.generative import ChatWriter

    writer = ChatWriter(settings, shelf.library().glossary)
    writer.warm_up()
    return Answerer(shelf, writer)


class Answerer:
    """Answers questions from the live release. Safe to use from several threads."""

    def __init__(self, shelf: Shelf, writer: "ChatWriter | None" = None) -> None:
        self._shelf = shelf
        self._writer = writer
        self._suggestions = Suggestions(self._answer_to_heading)

    @property
    def documents(self) -> Sequence[Document]:
        """The documents that anyone may read, in the manifest's order."""
        return self.readable(Audience.PUBLIC)

    def readable(self, audience: Audience) -> Sequence[Document]:
        """The documents that this audience may read, in the manifest's order."""
        library = self._shelf.library()
        ids = library.readable(audience)
        return [d for d in library.release.documents if ids is None or d.id in ids]

    def drafts(self, audience: Audience = Audience.PUBLIC) -> Sequence[PlanDraft]:
        """The drafts that this audience may read, plan by plan, the newest of each plan first."""
        return self._shelf.library().drafts[audience].all

    def passage(self, citation: Citation, audience: Audience = Audience.PUBLIC) -> CitedText | None:
        """The cited passage in the live release; None if it is no longer there or this audience may not read it."""
        return cited_text(self._shelf.library(), citation, audience)

    def has_page(self, citation: Citation) -> bool:
        """Whether a picture of the cited page can be shown."""
        return citation.page is not None and has_pages(self._release_dir(), citation.document_id)

    def page_image(self, citation: Citation, audience: Audience = Audience.PUBLIC) -> bytes | None:
        """A JPEG of the page that the passage begins on, with the passage marked; None if it cannot be shown now.

        The passage must still stand in the live release, and this audience must be allowed to read it.
        """
        library = self._shelf.library()
        passage = library.index.passage(citation.passage_id)
        ids = library.readable(audience)
        if passage is None or passage.page_start is None or (ids is not None and passage.document_id not in ids):
            return None
        return page_image(self._release_dir(), passage.document_id, passage.page_start, passage.boxes)

    def follow_ups(self, answer: Answer, audience: Audience = Audience.PUBLIC, draft: str = "") -> tuple[str, ...]:
        """Questions to ask next, each of which the documents answer for this audience."""
        return self._suggestions.after(self._shelf.library(), answer, audience, draft)

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        audience: Audience = Audience.PUBLIC,
        *,
        draft: str = "",
        watch: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
        use_model: bool = True,
    ) -> Answer:
        """The answer to one message, given the chat's earlier turns, from what this audience may read.

        `draft` is the label of the draft that the chat is set to; empty means the newest. A draft that the message
        names comes first. While a chat model writes, `watch` is called, in this thread, with the text of the statements
        that passed the checks so far; the answer may differ from it. Setting `cancelled`, from another thread, ends the
        model's work; the documents' own sentences are the answer then. Without a model neither makes a difference.
        Without `use_model` no model is asked, even if one is set up.
        """
        asking = Asking(self._shelf.library(), question, tuple(history), audience, draft)
        refused = wording.refusal(question) or wording.small_talk(question)
        if refused:
            return asking.told(_STATUS_OF.get(refused, AnswerStatus.INVALID), sentences.REFUSALS[refused])
        if unknown := asking.drafts_seen.named_in(question).unknown:
            return asking.no_such_draft(unknown)
        if told := asking.changes():
            return told
        found = asking.find(question)
        if self._writer and use_model and found.confidence >= WORTH_A_MODEL:
            written = self._write(asking, found, watch, cancelled)
            if written is not None:
                return written
        halves = None if found.draft.absent else asking.find_halves()
        if halves and (not halves.partial or not found.is_sure):
            found = halves
        return asking.answered(found) if found.partial or found.is_sure else asking.declined(found)

    def _release_dir(self) -> Path:
        return self._shelf.directory(self._shelf.library())

    def _answer_to_heading(self, heading: str, audience: Audience, draft: str) -> Answer:
        return self.answer(heading, audience=audience, draft=draft, use_model=False)

    def _write(
        self,
        asking: "Asking",
        found: Found,
        watch: Callable[[str], None] | None,
        cancelled: threading.Event | None,
    ) -> Answer | None:
        """The model's answer, checked; None if it gave none that may be shown, so that the draft is sent instead."""
        from bot.chat_model import NoReply

        assert self._writer is not None  # noqa: S101 - the caller asked
        passages = [
            CitedPassage(n, hit.passage, asking.about(hit.passage))
            for n, hit in enumerate(found.hits[:PASSAGES_FOR_MODEL], start=1)
        ]
        by_number = {cited.number: cited.passage for cited in passages}

        def told(statements: Sequence[Statement]) -> list[Said]:
            return [Said(s.text, tuple(by_number[n] for n in s.citations)) for s in statements]

        show = (lambda statements: watch(asking.preview(told(statements)))) if watch else None
        try:
            written = self._writer.write(found.question.text, passages, asking.history, show, cancelled)
        except NoReply as error:
            asking.clock.lap("write")
            asking.used(error.usage, self._writer.cost(error.usage))
            asking.looked_at(getattr(error, "checks", ()))
            asking.notes.append(f"chat model: {error.reason}")
            return None
        asking.clock.lap("write")
        asking.used(written.usage, self._writer.cost(written.usage))
        asking.looked_at(checks for checks in written.checks if not checks.passed)
        asking.notes += [f"dropped by checks: {statement.text}" for statement in written.dropped]
        if not written.found:
            return asking.declined(found)
        if found.is_sure and Intent.LIST in found.question.intents and _lacks_items(written, found.draft):
            asking.notes.append("chat model: its list is not complete")
            return None  # the documents' own list is
        return asking.said(
            replace(found, partial=bool(written.dropped)), told(written.statements), written_by=written.model
        )


@dataclass(frozen=True)
class Said:
    """A statement ready to be sent, with the passages it stands on and the words relied on in each."""

    text: str
    passages: tuple[Passage, ...]
    quotes: tuple[str, ...] = ()


class Asking:
    """One question on its way to an answer."""

    def __init__(
        self, library: Library, question: str, history: tuple[Turn, ...], audience: Audience, draft: str = ""
    ) -> None:
        self.library = library
        self.question = question
        self.history = history
        self.audience = audience
        self.draft = draft
        self.drafts_seen = library.drafts[audience]
        self.clock = _Clock()
        self.notes: list[str] = []
        self.checked: list[Checked] = []
        self.tokens: dict[str, int] = {}
        self.cost: float | None = None

    def used(self, usage: "TokenUsage", cost: float | None) -> None:
        """Note what a chat model used for this question."""
        self.tokens = {"prompt": usage.prompt, "completion": usage.completion}
        self.cost = cost

    def looked_at(self, checks: Iterable[StatementChecks]) -> None:
        """Note the outcome of each check of some statements."""
        self.checked += [
            Checked(str(result.check), result.passed, result.found, each.statement.text)
            for each in checks
            for result in each.results
        ]

    def _note(self, text: str) -> None:
        if text not in self.notes:  # one question may be searched in several readings
            self.notes.append(text)

    def find(self, text: str, history: tuple[Turn, ...] | None = None) -> Found:
        """The first sure draft, over the drafts of the plan to look at and the ways to read the text."""
        turns = self.history if history is None else history
        best: Found | None = None
        for view in self._views(text, turns):
            found = self._find_in(view)
            if best and best.is_sure:
                return found if self._is_clearly_surer(found, best) else best
            if found.is_sure and not (view.yields and self._may_give_way(found)):
                return found
            best = found if found.is_sure else best or found
        assert best is not None  # noqa: S101 - there is always a view
        return best

    def _views(self, text: str, turns: tuple[Turn, ...]) -> list[View]:
        """The drafts to look at, in order; all at once for a comparison that no diff answers."""
        if changes.asked_about(text, turns, self.drafts_seen) and self.drafts_seen.has_older:
            return [View(text, turns, self.drafts_seen.everything())]
        return views(text, turns, self.drafts_seen, self.draft)

    def changes(self) -> Answer | None:
        """What changed between two drafts, if that is asked and their texts can be compared."""
        asked = changes.asked_about(self.question, self.history, self.drafts_seen)
        report = changes.report(asked, self.library, self.audience) if asked else None
        if report is None:
            return None
        self.clock.lap("compare")
        if not report.pieces:
            return replace(self.told(AnswerStatus.NOT_IN_PLAN, report.opening), nearest=self._titles_of_drafts())
        said = self._sound(
            [Said(f"{p.label} {p.text}", p.passages, _quotes(p.text, p.passages)) for p in report.pieces]
        )
        statements, citations = self._numbered(said)
        lines = [report.opening, *_marked(statements, len(citations)), *([report.closing] if report.closing else [])]
        answer = replace(self.told(AnswerStatus.ANSWERED, "\n".join(lines)), statements=statements, citations=citations)
        return replace(answer, confidence=round(report.confidence, 3)) if said else None

    def _find_in(self, view: View) -> Found:
        """The first sure draft over the ways to read the text; else the likeliest one."""
        found: list[Found] = []
        for draft in self.drafts(view):
            if draft.is_sure:
                return draft
            found.append(draft)
        return found[0]

    def _may_give_way(self, found: Found) -> bool:
        """Whether an older draft's text may be a clearly surer answer than this one from background papers."""
        return found.confidence < 1 - CLEARLY and not self._cites_draft(found)

    def _is_clearly_surer(self, found: Found, than: Found) -> bool:
        return found.is_sure and self._cites_draft(found) and found.confidence > than.confidence + CLEARLY

    def _cites_draft(self, found: Found) -> bool:
        return any(self.drafts_seen.of_document(told.passage.document_id) for told in found.draft.told)

    def drafts(self, view: View) -> Iterator[Found]:
        """A draft for each way in which the text may be read, the likelier way first; made as they are asked for.

        It is read alone, or with the earlier question.
        """
        asked = questions.understand(view.text, self.library.glossary, self.library.vocabularies[self.audience])
        self.clock.lap("understand")
        if not view.turns and self._is_unclear(asked):
            yield Found(asked, unclear=True, view=view)
            return
        readings = self._readings(asked, view.turns)
        readings += [claimed for reading in readings if (claimed := questions.without_claims(reading))]
        for reading in readings:
            yield self._draft(reading, view)

    def find_halves(self) -> Found | None:
        """Two questions in one message, each answered; None if it is one question or neither has an answer."""
        halves = questions.parts(self.question, self.library.glossary)
        if len(halves) < 2:
            return None
        first = self.find(halves[0])
        said = "\n".join(told.text for told in first.draft.told) if first.is_sure else ""
        turns = (*self.history, Turn("user", halves[0]), Turn("assistant", said))
        # The second half is of the first one's plan or law, unless only by itself it has an answer.
        second = self.find(f"แล้ว{halves[1]}", turns)
        second = second if second.is_sure else self.find(halves[1], turns)
        # A second half that leans on a first one without an answer would be an answer to something else.
        sure = [half for half in (first, second) if half.is_sure and (first.is_sure or not half.question.follow_up)]
        if not sure:
            return None
        told = {(t.passage.id, t.text): t for half in sure for t in half.draft.told}
        whole = replace(
            first.question, original=self.question, read_as=first.question.read_as or second.question.read_as
        )
        draft = Draft(tuple(told.values()), sure[0].draft.features)
        return Found(whole, (*first.hits, *second.hits), draft, partial=len(sure) < 2)

    def answered(self, found: Found) -> Answer:
        """The draft as an answer, each statement checked against the passage it was taken from."""
        said = [Said(f"{t.marker} {t.text}".strip(), (t.passage,), (t.quote,)) for t in found.draft.told]
        return self.said(found, said)

    def said(self, found: Found, said: Sequence[Said], written_by: str = "extractive") -> Answer:
        """Statements as an answer, with citations numbered as they are first needed; a refusal if none is sound."""
        said = self._sound(said)
        if not said:
            return self.declined(found)
        asked_for = found.view.draft
        asides, left = self._conflicts(said) if not asked_for or asked_for.label == self.draft else ((), 0)
        statements, citations = self._numbered([*said, *asides])
        cited = [p.document_id for s in said for p in s.passages]
        main = statements[: len(said)]
        lines = [sentences.read_as(found.question.read_as)] if found.question.read_as else []
        lines += [sentences.as_of(asked_for.label)] if asked_for and set(cited) & set(asked_for.documents) else []
        lines += _marked(main, len({n for statement in main for n in statement.citations}))
        lines += [sentences.differing(s.text, s.citations[0]) for s in statements[len(said) :]]
        lines += [sentences.more_conflicts(left)] if left else []
        lines += [sentences.PARTIAL] if found.partial else []
        lines += [] if asked_for else self.drafts_seen.notes_on_older(cited)
        answered, other = self._plans_open(found, cited)
        lines += [sentences.other_plan(answered, other)] if other else []
        self.clock.lap("check")
        return Answer(
            question=self.question,
            status=AnswerStatus.PARTIAL if found.partial else AnswerStatus.ANSWERED,
            text="\n".join(lines),
            statements=statements,
            citations=citations,
            timings_ms=self.clock.laps,
            release=self.library.release.id,
            written_by=written_by,
            confidence=round(found.confidence, 3),
            notes=tuple(self.notes),
            tokens=self.tokens,
            cost=self.cost,
            checks=tuple(self.checked),
            suggestions=(f"{self.question} แผน {other}",) if other else (),
            trace=self._trace(found),
        )

    def _conflicts(self, said: Sequence["Said"]) -> tuple[tuple["Said", ...], int]:
        """What other drafts say on the same points, and how many more such points there are."""
        found: dict[tuple[str, str], Said] = {}
        for each in said:
            for other, text, there in changes.conflicts(each.text, each.passages[0], self.library, self.audience):
                told = f"{sentences.says_otherwise(other.label)} {text}"
                found.setdefault((other.label, text), Said(told, (there,), _quotes(text, (there,))))
        asides = list(found.values())
        return self._sound(asides[:MOST_CONFLICTS]), max(0, len(asides) - MOST_CONFLICTS)

    def _plans_open(self, found: Found, cited: Sequence[str]) -> tuple[str, str]:
        """The years of the plan that is answered, and of another one that was found as well; "" where none is open."""
        plans = self.library.release.plans
        told = {self.library.documents[document].plan for document in cited} & set(plans)
        if len(told) != 1 or self.history or found.view.draft or not wording.leaves_plan_open(self.question):
            return "", ""
        least = ABOUT_AS_NEAR * found.hits[0].score
        near = [self.library.documents[hit.passage.document_id].plan for hit in found.hits if hit.score >= least]
        others = [plan for plan in near if plan in plans and plan not in told]
        if not others:
            return "", ""
        answered, other = (_years(plans[plan]["title"]) for plan in (told.pop(), others[0]))
        text = "\n".join(statement.text for statement in found.draft.told)
        return (answered, other) if answered in text and other not in text else ("", "")

    def preview(self, said: Sequence[Said]) -> str:
        """The text of statements that are checked but not yet a whole answer."""
        statements, citations = self._numbered(said)
        return "\n".join(_marked(statements, len(citations)))

    def declined(self, found: Found) -> Answer:
        """Why the question is not answered, with what comes near."""
        if wording.is_instruction(self.question):
            return self.told(AnswerStatus.OUT_OF_SCOPE, sentences.REFUSALS[Refusal.INSTRUCTION])
        if wording.is_opinion(self.question):
            return self.told(AnswerStatus.OUT_OF_SCOPE, sentences.REFUSALS[Refusal.OPINION])
        if found.unclear:
            return self.told(AnswerStatus.CLARIFY, sentences.UNCLEAR)
        if thai.thai_share(found.question.text) == 0 and not found.question.names:
            return self.told(AnswerStatus.INVALID, sentences.REFUSALS[Refusal.NOT_THAI])
        if not found.view.draft and found.draft.features.get("coverage", 0.0) < ANOTHER_SUBJECT:
            return self.told(AnswerStatus.OUT_OF_SCOPE, sentences.OTHER_SUBJECT)
        titles = [self.library.documents[hit.passage.document_id].title for hit in found.hits]
        nearest = tuple(dict.fromkeys(titles))[:NEAREST_NAMED]
        draft = found.view.draft
        text = sentences.not_in_plan(nearest, found.draft.absent, draft.label if draft else "")
        if draft and (others := self._told_by_other_drafts(found)):
            text = f"{text}\n{sentences.other_drafts(others)}"
        return replace(
            self.told(AnswerStatus.NOT_IN_PLAN, text), nearest=nearest, confidence=round(found.confidence, 3)
        )

    def _told_by_other_drafts(self, found: Found) -> list[str]:
        """The labels of the plan's other drafts that do answer a question which the draft it names does not."""
        asked_for = found.view.draft
        others = self.drafts_seen.plans[asked_for.plan] if asked_for else ()
        views_of = {o.label: replace(found.view, documents=self.drafts_seen.own(o)) for o in others if o != asked_for}
        return [label for label, view in views_of.items() if self._find_in(view).is_sure]

    def no_such_draft(self, named: str) -> Answer:
        """Declining a question as of a draft that is not there."""
        text = sentences.no_such_draft(named, [draft.label for draft in self.drafts_seen.all])
        return replace(self.told(AnswerStatus.NOT_IN_PLAN, text), nearest=self._titles_of_drafts())

    def _titles_of_drafts(self) -> tuple[str, ...]:
        return tuple(self.library.documents[draft.documents[0]].title for draft in self.drafts_seen.all)

    def told(self, status: AnswerStatus, text: str) -> Answer:
        """An answer without citations."""
        return Answer(
            question=self.question,
            status=status,
            text=text,
            timings_ms=self.clock.laps,
            release=self.library.release.id,
            notes=tuple(self.notes),
            tokens=self.tokens,
            cost=self.cost,
            checks=tuple(self.checked),
        )

    def _trace(self, found: Found) -> Trace:
        hits = tuple(
            FoundPassage(
                passage_id=hit.passage.id,
                title=self.library.documents[hit.passage.document_id].title,
                section=hit.passage.section,
                score=round(hit.score, 3),
                text=hit.passage.body,
            )
            for hit in found.hits
        )
        return Trace(found.question.text, hits, tuple(self.checked))

    def _is_unclear(self, asked: Question) -> bool:
        """Whether a question without an earlier one names nothing to look for, or leans on what was not said."""
        known = self.library.evidence.rarities(asked)
        topics = [
            facet
            for facet, rarity in zip(asked.facets, known, strict=True)
            # The tagger takes rare nouns for verbs; a rare word that the documents have is something to look for.
            if facet.anchor or facet.worth == 1.0 or (facet.worth != INTENT_WORD_WORTH and rarity >= SPECIFIC)
        ]
        leans = wording.is_follow_up(asked.original) and not any(facet.anchor for facet in topics) and len(topics) <= 1
        return not topics or leans

    def _readings(self, asked: Question, turns: tuple[Turn, ...]) -> list[Question]:
        """How the question may be read: alone, or with the earlier question; the likelier first."""
        words = self.library.glossary, self.library.vocabularies[self.audience]
        whole = questions.with_history(asked, turns, *words)
        if not whole.follow_up:
            return [asked]
        said = followup.last_said(turns)
        if item := followup.with_item(asked, said, *words):
            return [item, whole]
        answer = followup.with_answer(asked, said, *words) or whole
        leans = followup.leans_on_answer(asked.text)
        if wording.is_follow_up(asked.original):
            return [answer, whole] if leans else [whole, answer]
        weights = self.library.evidence.weights(asked)
        says_little = len(asked.facets) <= 2 and float(weights.max(initial=0.0)) < SPECIFIC
        if not says_little:
            return [asked, whole]
        return [answer, whole, asked] if leans else [whole, asked, answer]

    def _draft(self, asked: Question, view: View) -> Found:
        hits = retrieve(self.library, asked, self.audience, within=view.documents, note=self._note)
        self.clock.lap("search")
        evidence = self.library.evidence
        scored = evidence.score(asked, [hit.passage for hit in hits])
        worth = document_worth(self.library, asked)
        said = followup.stated(followup.last_said(view.turns)) if asked.follow_up else ""
        candidates = extractive.rank(asked, hits, scored, evidence, worth, said)
        draft = extractive.compose(candidates, self.library.index)
        if proven := tables.extreme(asked, hits, worth, evidence, self.library.index):
            draft = extractive.of_extreme(proven)
        elif extractive.stands_in_prose(candidates) and (stretch := best_stretch(asked, hits, evidence)):
            draft = extractive.of_stretch(candidates, stretch)
        found = Found(asked, tuple(hits), draft, view=view)
        if not found.is_sure and (named := headings.name_of(asked, hits, worth)):
            found = replace(found, draft=extractive.of_heading(named.heading, named.passage))
        self.clock.lap("compose")
        return found

    def about(self, passage: Passage) -> str:
        """What is shown beside a passage: its draft and date."""
        document = self.library.documents[passage.document_id]
        return f"{document.draft} {document.date}"

    def _numbered(self, said: Sequence[Said]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
        """Statements with their citations numbered as they are first needed."""
        citations = self._citations(said)
        number = {citation.passage_id: citation.n for citation in citations}
        return tuple(Statement(s.text, tuple(number[p.id] for p in s.passages)) for s in said), citations

    def _citations(self, said: Sequence[Said]) -> tuple[Citation, ...]:
        """One citation a passage, numbered as they are first needed; the quote is the words relied on."""
        quotes: dict[str, list[str]] = {}
        passages: dict[str, Passage] = {}
        for each in said:
            for passage, quote in zip(each.passages, each.quotes or [p.body for p in each.passages], strict=True):
                passages[passage.id] = passage
                quotes.setdefault(passage.id, []).append(quote)
        return tuple(_citation(self.library, n, passages[key], quotes[key]) for n, key in enumerate(quotes, start=1))

    def _sound(self, said: Sequence[Said]) -> tuple[Said, ...]:
        """The statements whose numbers and citations stand in their passages; what fails is left out and noted.

        A model's statements have passed all checks before they come here; the documents' own sentences fail these
        two only by a fault of ours.
        """
        passages = {passage.id: passage for each in said for passage in each.passages}
        number = {passage_id: n for n, passage_id in enumerate(passages, start=1)}
        statements = [Statement(each.text, tuple(number[p.id] for p in each.passages)) for each in said]
        cited = [CitedPassage(number[p.id], p, self.about(p)) for p in passages.values()]
        sound = []
        found = check_statements(statements, cited, self.library.glossary)
        self.looked_at(found)
        for each, checked in zip(said, found, strict=True):
            wrong = [result for result in checked.failures if result.check in (Check.CITATION, Check.QUANTITY)]
            if wrong:
                self.notes.append(f"left out by {wrong[0].check}: {checked.statement.text}")
            else:
                sound.append(each)
        return tuple(sound)


def _quotes(text: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """What of a text stands in each passage's body letter for letter: its lines, else the whole passage."""
    return tuple("\n".join(u.text for u in p.units if u.text in text) or p.body for p in passages)


def cited_text(library: Library, citation: Citation, audience: Audience) -> CitedText | None:
    """A citation of an earlier answer as this release has it; None if it is gone or not for this audience."""
    passage = library.index.passage(citation.passage_id)
    readable = library.readable(audience)
    if passage is None or (readable is not None and passage.document_id not in readable):
        return None
    section = library.index.section(passage)
    place = [other.id for other in section].index(passage.id)
    before, after = section[:place][-1:], section[place + 1 :][:1]
    now = _citation(library, citation.n, passage, citation.quote.split("\n"))
    return CitedText(now, *("".join(other.body for other in beside) for beside in (before, after)))


def _lacks_items(written: "Written", draft: Draft) -> bool:
    """Whether a list lost statements to the checks, or leaves out an item that the documents' own list has."""
    words = {word for statement in written.statements for word in thai.content_words(statement.text)}
    items = [frozenset(thai.content_words(told.text)) for told in draft.told if told.marker]
    held = Counter(word for item in items for word in item)
    own = [frozenset(word for word in item if held[word] == 1) or item for item in items]  # what tells it from others
    return bool(written.dropped) or any(len(item & words) < ITEM_TOLD * len(item) for item in own if item)


def _years(plan_title: str) -> str:
    """The part of a plan's title that tells it from other plans: its years, or all of it."""
    years = re.search(r"(?:พ\.ศ\.\s*)?\d{4}\s*-\s*\d{4}", plan_title)
    return years[0] if years else plan_title


def _marked(statements: Sequence[Statement], citations: int) -> list[str]:
    """The statements as lines with their marks; a list from one passage is marked once, at its first line."""
    is_list = len(statements) > 1 and citations == 1
    lines = []
    for i, statement in enumerate(statements):
        marks = "".join(f"[{n}]" for n in statement.citations)
        lines.append(statement.text if is_list and i > 0 else f"{statement.text} {marks}")
    return lines


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = round(self.laps.get(stage, 0.0) + (now - self._last) * 1000, 2)
        self._last = now


def _citation(library: Library, n: int, passage: Passage, quotes: Sequence[str]) -> Citation:
    """A passage as it is cited under a number, with the words relied on."""
    document = library.documents[passage.document_id]
    return Citation(
        n=n,
        passage_id=passage.id,
        document_id=document.id,
        title=document.title,
        draft=document.draft,
        date=document.date,
        section=passage.section,
        page=passage.page_start,
        quote="\n".join(dict.fromkeys(quotes)),
        text=_with_headings(passage, quotes),
        page_label=passage.page_label,
        ocr=passage.ocr,
    )


def _with_headings(passage: Passage, quotes: Sequence[str]) -> str:
    """The passage as a person reads it, below those of its headings that are quoted."""
    return "\n".join([*(heading for heading in passage.path[1:] if heading in quotes), passage.body])
