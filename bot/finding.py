"""What answers a question, and how surely: over the drafts to look at, and the ways to read the text."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from bot import changes, comparing, counting_on, extractive, followup, headings, overview, tables, wording
from bot import question as questions
from bot.answer import Turn
from bot.asking import Asking
from bot.confidence import FOLLOW_UP_THRESHOLD, THRESHOLD, THRESHOLD_FOR_OPINION, probability
from bot.drafts import PlanDraft, View, views
from bot.extractive import Draft
from bot.prose import best_stretch
from bot.question import INTENT_WORD_WORTH, Facet, Question
from bot.retriever import document_worth, retrieve
from bot.wording import Intent
from corpus import thai
from corpus.document import Passage
from corpus.index import Hit

SPECIFIC = 2.5  # the weight from which a word names a topic of its own, which needs no earlier question
PLAINLY = 0.75  # how well a sentence that says something is unknown must answer to end the search, 0 to 1
CERTAIN = 0.8  # the confidence from which what a question takes for true is told to be otherwise
FEWEST_ALONE = 2  # facets of a second question that does not lean on the first: "…, บังคับไหม" has one
CLEARLY = 0.03  # by how much an answer from an older draft must be surer than one from background papers


class Verdict(Enum):
    """Whether the documents say what a question of yes or no takes for true, as far as that is certain."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Found:
    """A question as read, what was found for it, and the draft made of that; `view` is where it was looked for.

    `missing` is the half of the message that has no answer, `verdict` whether what it takes for true is so."""

    question: Question
    hits: tuple[Hit, ...] = ()
    draft: Draft = field(default_factory=Draft)
    unclear: bool = False
    partial: bool = False
    missing: str = ""
    verdict: Verdict = Verdict.OPEN
    view: View = field(default_factory=lambda: View(""))

    @property
    def confidence(self) -> float:
        """How likely the draft answers the question, 0 to 1."""
        return probability(self.draft.features) if self.draft.told else 0.0

    @property
    def says_unknown(self) -> bool:
        """Whether what comes nearest says plainly that the sources do not tell: looking further would find worse."""
        return bool(self.draft.absent) and self.draft.features["score"] >= PLAINLY

    @property
    def is_sure(self) -> bool:
        """Whether the draft may be sent; what reads like an order or asks for an opinion must be surer."""
        text = self.question.original
        if wording.is_opinion(text) or wording.is_instruction(text):
            return self.confidence >= THRESHOLD_FOR_OPINION
        return self.confidence >= (FOLLOW_UP_THRESHOLD if self.question.follow_up else THRESHOLD)


def _verdict(found: Found, asked: Question) -> Verdict:
    """What the first thing told says of the number or date with which a question of yes or no ends."""
    claimed = [f for f in questions.claims(asked) if f.partly or f.is_number or questions.is_date(f)]
    certain = Intent.YES_NO in asked.intents and all(questions.ends_with(asked, facet) for facet in claimed)
    if not claimed or not found.draft.told or not certain or found.confidence < CERTAIN:
        return Verdict.OPEN
    told = thai.fold(found.draft.told[0].text)
    if all(questions.holds_phrase(facet, told) for facet in claimed):
        return Verdict.CONFIRMED
    return Verdict.CORRECTED if all(_is_otherwise(facet, told) for facet in claimed) else Verdict.OPEN


def _speaks_of_claims(found: Found, asked: Question) -> bool:
    """Whether a draft tells of all that is taken for true, names or numbers; what it says of them is left to it."""
    told = thai.fold(" ".join(each.text for each in found.draft.told))
    numbers, squeezed = set(thai.numbers(told)), thai.squeeze(told)

    def is_told(claimed: Facet) -> bool:
        if claimed.partly or claimed.is_number:
            return set(thai.numbers(claimed.words)) <= numbers
        forms = (*claimed.phrases, *map("".join, claimed.alternatives))
        return any(form in squeezed for form in forms)

    return all(map(is_told, questions.claims(asked)))


def _is_otherwise(claimed: Facet, told: str) -> bool:
    """Whether a folded text has another number, or another date, than the one that is claimed."""
    if questions.is_date(claimed):
        return any(month in told for month in thai.MONTHS) and not questions.holds_phrase(claimed, told)
    return bool(thai.numbers(told)) and not set(thai.numbers(told)) & set(thai.numbers(claimed.words))


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
        about = changes.asked_about(text, turns, self._asking.drafts_seen)
        if about and not about.is_open and self._asking.drafts_seen.has_older:
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
            if draft.is_sure or (draft.question.follow_up and draft.says_unknown):
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
        if whole := self._overview(asked, view):
            yield whole
        if not view.turns and self._is_unclear(asked):
            near = self._retrieved(asked, view) if followup.names_something(asked) else []
            yield Found(asked, tuple(near), unclear=True, view=view)
            return
        of_two = comparing.asks_which(asked.text) or comparing.names_two_parts(asked)
        if of_two and (both := self._both_sides(asked, view)):
            yield both
        readings = self._readings(asked, view.turns)
        if (plain := wording.without_asides(view.text)) != view.text:
            readings += self._readings(self._understood(replace(view, text=plain), view.text), view.turns)
        for reading in readings:
            yield self._confirmed(reading, view)

    def _overview(self, asked: Question, view: View) -> Found | None:
        """What a plan, a paper or a section says as a whole; None if that is not what is asked for."""
        folded = thai.fold(asked.text)
        if asked.intents - {Intent.DEFINITION, Intent.LIST} or wording.asks_for_overview(folded) is None:
            return None
        library = self._asking.library
        allowed = library.readable(self._asking.audience) if view.documents is None else view.documents
        documents = [each for each in library.release.documents if allowed is None or each.id in allowed]
        ids = {document.id for document in documents}
        titles = {plan: about["title"] for plan, about in library.release.plans.items()}

        def search() -> list[Passage]:
            worth = document_worth(library, asked, ids)
            hits = self._retrieved(asked, view)
            return [h.passage for h in sorted(hits, key=lambda hit: -hit.score * worth[hit.passage.document_id])]

        papers = overview.Papers(
            documents=documents,
            passages=(passage for passage in library.index.passages if passage.document_id in ids),
            search=search,
            plans={plan: title for plan, title in titles.items() if not view.draft or plan == view.draft.plan},
            is_draft=view.draft is not None,
        )
        draft = overview.asked_for(folded, papers)
        hits = tuple(Hit(told.passage, 1.0) for told in draft.told) if draft else ()
        return Found(asked, hits, draft, view=view) if draft else None

    def _understood(self, view: View, typed: str = "") -> Question:
        """The text as a question; "ข้อถัดไป" is read by what the person counted off before. `typed` is what it is of."""
        library = self._asking.library
        text = wording.without_correction(view.text) if view.turns else view.text
        text = counting_on.in_place(text, view.turns, questions.as_read)
        if text not in self._read:
            self._read[text] = questions.understand(text, library.glossary, library.vocabularies[self._asking.audience])
        return replace(self._read[text], original=typed or view.text)

    def _retrieved(self, asked: Question, view: View) -> list[Hit]:
        return retrieve(
            self._asking.library, asked, self._asking.audience, within=view.documents, note=self._asking.note
        )

    def find_halves(self, whole: Found) -> Found | None:
        """Two questions in one message, each answered, as surely as the less sure one; None if it is one question,
        neither has an answer, or the message as a whole has a better one."""
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
        leans = second.question.follow_up or len(second.question.facets) < FEWEST_ALONE
        sure = [half for half in (first, second) if half.is_sure and (first.is_sure or not leans)]
        if not sure:
            return None
        told = {(t.passage.id, t.text): t for half in sure for t in half.draft.told}
        asked = replace(
            first.question, original=self._asking.question, read_as=first.question.read_as or second.question.read_as
        )
        draft = Draft(tuple(told.values()), min(sure, key=lambda half: half.confidence).draft.features)
        missing = "" if len(sure) == 2 else halves[1] if first in sure else halves[0]
        found = Found(asked, (*first.hits, *second.hits), draft, partial=bool(missing), missing=missing)
        # "กี่โครงการ คิดเป็นกี่ %" asks two things of one; "…, แล้ว …" asks for another.
        before = thai.clean(self._asking.question).removesuffix(halves[1])
        is_one = not wording.goes_on_to_another(before) and whole.confidence >= found.confidence
        return None if whole.is_sure and (found.partial or is_one) else found

    def _is_unclear(self, asked: Question) -> bool:
        """Whether a question without an earlier one names nothing to look for, or leans on what was not said."""
        known = self._asking.library.evidence.rarities(asked)
        topics = [
            facet
            for facet, rarity in zip(asked.facets, known, strict=True)
            if not questions.is_any_item(facet) and self._is_topic(facet, rarity)
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
        topic = questions.with_topic(asked, turns, *words)
        within = [topic] if topic else []
        weights = self._asking.library.evidence.weights(asked)
        names_topic = float(weights.max(initial=0.0)) >= SPECIFIC
        if questions.is_bare(asked):
            # What the chat is about is meant; only a telling word of its own may also stand alone.
            alone = [asked] if names_topic else []
            return [answer, whole, *within, *alone] if leans else [whole, *within, answer, *alone]
        if names_topic or len(asked.facets) > 2:
            return [asked, whole] if leans else [*within, asked, whole]
        return [answer, whole, asked] if leans else [*within, whole, asked, answer]

    def _both_sides(self, asked: Question, view: View) -> Found | None:
        """What answers each of two that are compared; None if not both are found, or it is not plain what they are."""
        words = self._asking.library.glossary, self._asking.library.vocabularies[self._asking.audience]
        whole = questions.with_history(asked, view.turns, *words) if questions.is_bare(asked) else asked
        compared = comparing.sides(whole, view.turns, *words)
        found = [self._draft(side, view) for side in compared or ()]
        if not found or not all(side.is_sure for side in found):
            return None
        weakest = min(found, key=lambda side: side.confidence)
        told = {(t.passage.id, t.quote): t for side in found for t in side.draft.told[:1]}
        hits = (*found[0].hits, *found[1].hits)
        draft = Draft(tuple(told.values()), weakest.draft.features)
        return Found(whole, hits, draft, view=view)

    def _confirmed(self, asked: Question, view: View) -> Found:
        """The draft for one reading. What a question takes for true must stand in it, or it is asked without that."""
        found = self._draft(asked, view)
        neutral = questions.without_claims(asked)
        if neutral is None:
            return found
        verdict = _verdict(found, asked)
        if found.is_sure and (verdict is Verdict.CONFIRMED or _speaks_of_claims(found, asked)):
            return replace(found, verdict=verdict)
        corrected = self._draft(neutral, view)
        return replace(corrected, verdict=_verdict(corrected, asked)) if corrected.is_sure else found

    def _draft(self, asked: Question, view: View) -> Found:
        hits = self._retrieved(asked, view)
        self._asking.clock.lap("search")
        evidence = self._asking.library.evidence
        scored = evidence.score(asked, [hit.passage for hit in hits])
        worth = document_worth(self._asking.library, asked, {hit.passage.document_id for hit in hits})
        said = followup.last_said(view.turns) if asked.follow_up else ""
        said = said if asked.asks_more else followup.stated(said)
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
