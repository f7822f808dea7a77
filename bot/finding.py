"""What answers a question, and how surely: over the drafts to look at, and the ways to read the text."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot import changes, counting_on, extractive, followup, headings, tables, wording
from bot import question as questions
from bot.answer import Turn
from bot.asking import Asking
from bot.confidence import THRESHOLD, THRESHOLD_FOR_OPINION, probability
from bot.drafts import PlanDraft, View, views
from bot.extractive import Draft
from bot.prose import best_stretch
from bot.question import INTENT_WORD_WORTH, Facet, Question
from bot.retriever import document_worth, retrieve
from corpus.index import Hit

SPECIFIC = 2.5  # the weight from which a word names a topic of its own, which needs no earlier question
CLEARLY = 0.03  # by how much an answer from an older draft must be surer than one from background papers


@dataclass(frozen=True)
class Found:
    """A question as read, what was found for it, and the draft made of that; `view` is where it was looked for.

    `missing` is the half of the message that has no answer."""

    question: Question
    hits: tuple[Hit, ...] = ()
    draft: Draft = field(default_factory=Draft)
    unclear: bool = False
    partial: bool = False
    missing: str = ""
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


class Finder:
    """Finds what answers one message of a chat, from what its reader may see."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._read: dict[str, Question] = {}  # texts understood: each is looked for among several sets of documents

    def find(self, text: str, history: tuple[Turn, ...] | None = None) -> Found:
        """The first sure draft, over the drafts of the plan to look at and the ways to read the text."""
        turns = self._asking.history if history is None else history
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
        if changes.asked_about(text, turns, self._asking.drafts_seen) and self._asking.drafts_seen.has_older:
            return [View(text, turns, self._asking.drafts_seen.everything())]
        drafts = self._asking.drafts_seen
        asked = views(text, turns, drafts, self._asking.draft)
        if asked[0].draft is None and (draft := self._draft_of_list(text, turns)):
            return [replace(asked[0], documents=drafts.own(draft), draft=draft), *asked]
        return asked

    def _draft_of_list(self, text: str, turns: tuple[Turn, ...]) -> PlanDraft | None:
        """The one older draft that the bot's list, at an item of which the message points, was told to be of."""
        drafts = self._asking.drafts_seen
        named = drafts.named_in(followup.introduction(questions.as_read(text), turns)).drafts
        return named[0] if len(named) == 1 and not named[0].is_newest else None

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
        return any(self._asking.drafts_seen.of_document(told.passage.document_id) for told in found.draft.told)

    def drafts(self, view: View) -> Iterator[Found]:
        """A draft for each way in which the text may be read, the likelier way first; made as they are asked for.

        It is read alone, or with the earlier question.
        """
        asked = self._understood(view)
        self._asking.clock.lap("understand")
        if not view.turns and self._is_unclear(asked):
            near = self._retrieved(asked, view) if followup.names_something(asked) else []
            yield Found(asked, tuple(near), unclear=True, view=view)
            return
        readings = self._readings(asked, view.turns)
        readings += [claimed for reading in readings if (claimed := questions.without_claims(reading))]
        if (plain := wording.without_asides(view.text)) != view.text:
            readings += self._readings(self._understood(replace(view, text=plain), view.text), view.turns)
        for reading in readings:
            yield self._draft(reading, view)

    def _understood(self, view: View, typed: str = "") -> Question:
        """The text as a question; "ข้อถัดไป" is read by what the person counted off before. `typed` is what it is of."""
        library = self._asking.library
        text = counting_on.in_place(view.text, view.turns, questions.as_read)
        if text not in self._read:
            self._read[text] = questions.understand(text, library.glossary, library.vocabularies[self._asking.audience])
        return replace(self._read[text], original=typed or view.text)

    def _retrieved(self, asked: Question, view: View) -> list[Hit]:
        return retrieve(
            self._asking.library, asked, self._asking.audience, within=view.documents, note=self._asking.note
        )

    def find_halves(self) -> Found | None:
        """Two questions in one message, each answered; None if it is one question or neither has an answer."""
        halves = questions.parts(self._asking.question, self._asking.library.glossary)
        if len(halves) < 2:
            return None
        first = self.find(halves[0])
        said = "\n".join(told.text for told in first.draft.told) if first.is_sure else ""
        turns = (*self._asking.history, Turn("user", halves[0]), Turn("assistant", said))
        # The second half is of the first one's plan or law, unless only by itself it has an answer.
        second = self.find(f"แล้ว{halves[1]}", turns)
        second = second if second.is_sure else self.find(halves[1], turns)
        # A second half that leans on a first one without an answer would be an answer to something else.
        sure = [half for half in (first, second) if half.is_sure and (first.is_sure or not half.question.follow_up)]
        if not sure:
            return None
        told = {(t.passage.id, t.text): t for half in sure for t in half.draft.told}
        whole = replace(
            first.question, original=self._asking.question, read_as=first.question.read_as or second.question.read_as
        )
        draft = Draft(tuple(told.values()), sure[0].draft.features)
        missing = "" if len(sure) == 2 else halves[1] if first in sure else halves[0]
        return Found(whole, (*first.hits, *second.hits), draft, partial=bool(missing), missing=missing)

    def _is_unclear(self, asked: Question) -> bool:
        """Whether a question without an earlier one names nothing to look for, or leans on what was not said."""
        known = self._asking.library.evidence.rarities(asked)
        topics = [
            facet
            for facet, rarity in zip(asked.facets, known, strict=True)
            if not followup.is_any_item(facet) and self._is_topic(facet, rarity)
        ]
        leans = wording.is_follow_up(asked.original) and not any(facet.anchor for facet in topics) and len(topics) <= 1
        return not topics or leans

    def _is_topic(self, facet: Facet, rarity: float) -> bool:
        # The tagger takes rare nouns for verbs; a rare word that the documents have is something to look for.
        return facet.anchor or facet.worth == 1.0 or (facet.worth != INTENT_WORD_WORTH and rarity >= SPECIFIC)

    def _readings(self, asked: Question, turns: tuple[Turn, ...]) -> list[Question]:
        """How the question may be read: alone, or with the earlier question; the likelier first."""
        words = self._asking.library.glossary, self._asking.library.vocabularies[self._asking.audience]
        whole = questions.with_history(asked, turns, *words)
        if not whole.follow_up:
            return [asked]
        said = followup.last_said(turns)
        if item := followup.with_item(asked, followup.last_list(turns), *words):
            return [item, whole]
        answer = followup.with_answer(asked, said, *words) or whole
        leans = followup.leans_on_answer(asked.text)
        if wording.is_follow_up(asked.original):
            return [answer, whole] if leans else [whole, answer]
        weights = self._asking.library.evidence.weights(asked)
        says_little = len(asked.facets) <= 2 and float(weights.max(initial=0.0)) < SPECIFIC
        within = questions.with_topic(asked, turns, *words)
        first = [within] if within and not leans else []
        if not says_little:
            return [*first, asked, whole]
        return [answer, whole, asked] if leans else [*first, whole, asked, answer]

    def _draft(self, asked: Question, view: View) -> Found:
        hits = self._retrieved(asked, view)
        self._asking.clock.lap("search")
        evidence = self._asking.library.evidence
        scored = evidence.score(asked, [hit.passage for hit in hits])
        worth = document_worth(self._asking.library, asked, {hit.passage.document_id for hit in hits})
        said = followup.stated(followup.last_said(view.turns)) if asked.follow_up else ""
        candidates = extractive.rank(asked, hits, scored, evidence, worth, said)
        draft = extractive.compose(candidates, self._asking.library.index)
        if proven := tables.extreme(asked, hits, worth, evidence, self._asking.library.index):
            draft = extractive.of_extreme(proven)
        elif extractive.stands_in_prose(candidates) and (stretch := best_stretch(asked, hits, evidence)):
            draft = extractive.of_stretch(candidates, stretch)
        found = Found(asked, tuple(hits), draft, view=view)
        if not found.is_sure and (named := headings.name_of(asked, hits, worth)):
            found = replace(found, draft=extractive.of_heading(named.heading, named.passage))
        self._asking.clock.lap("compose")
        return found

    def told_by_other_drafts(self, found: Found) -> list[str]:
        """The labels of the plan's other drafts that do answer a question which the draft it names does not."""
        asked_for = found.view.draft
        others = self._asking.drafts_seen.plans[asked_for.plan] if asked_for else ()
        views_of = {
            o.label: replace(found.view, documents=self._asking.drafts_seen.own(o)) for o in others if o != asked_for
        }
        return [label for label, view in views_of.items() if self._find_in(view).is_sure]
