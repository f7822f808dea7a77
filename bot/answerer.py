"""From a question to an answer: the pipeline, top to bottom."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot import sentences, wording
from bot.answer import Answer, AnswerStatus, Citation, CitedText, Statement, Trouble, Turn
from bot.asking import Asking
from bot.checks import CitedPassage
from bot.citing import Said, about, cited_text
from bot.composing import Composer
from bot.confidence import WORTH_A_MODEL
from bot.drafts import PlanDraft
from bot.extractive import Draft
from bot.finding import Finder, Found
from bot.library import Shelf, open_shelf
from bot.settings import Settings
from bot.suggestions import Suggestions
from bot.wording import Intent, Refusal
from corpus import thai
from corpus.document import Audience, Document
from corpus.pages import has_pages, page_image

if TYPE_CHECKING:
    from bot.chat_model import TokenUsage
    from bot.generative import ChatWriter, Written

PASSAGES_FOR_MODEL = 8
ITEM_TOLD = 0.5  # share of an item's words with which a chat model's list has it
_STATUS_OF = {
    Refusal.GREETING: AnswerStatus.SMALL_TALK,
    Refusal.THANKS: AnswerStatus.SMALL_TALK,
    Refusal.ABILITIES: AnswerStatus.SMALL_TALK,
}


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

    def troubles(self) -> frozenset[Trouble]:
        """What does not work just now, though answers are given without it."""
        failing = self._writer is not None and self._writer.model.is_failing
        return frozenset(
            trouble
            for trouble, is_so in ((Trouble.MODEL_FAILS, failing), (Trouble.RELEASE_REFUSED, self._shelf.is_behind))
            if is_so
        )

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
        finder = Finder(asking)
        composer = Composer(asking, finder)
        refused = wording.refusal(question) or wording.small_talk(question)
        if refused:
            return composer.told(_STATUS_OF.get(refused, AnswerStatus.INVALID), sentences.REFUSALS[refused])
        if unknown := asking.drafts_seen.named_in(question).unknown:
            return composer.no_such_draft(unknown)
        if told := composer.changes():
            return told
        found = finder.find(question)
        if self._writer and use_model and found.confidence >= WORTH_A_MODEL:
            written = self._write(asking, composer, found, watch, cancelled)
            if written is not None:
                return written
        found = found if found.draft.absent else finder.find_halves(found) or found
        if found.partial or found.is_sure:
            return composer.answered(found)
        if (told := composer.changes(loosely=True)) and told.status is AnswerStatus.ANSWERED:
            return told
        answer = composer.declined(found)
        if answer.status is not AnswerStatus.CLARIFY:
            return answer
        words = [facet.words for facet in found.question.facets]
        return composer.asked_back(answer, self._suggestions.about(asking.library, words, found.hits, audience, draft))

    def _release_dir(self) -> Path:
        return self._shelf.directory(self._shelf.library())

    def _answer_to_heading(self, heading: str, audience: Audience, draft: str) -> Answer:
        return self.answer(heading, audience=audience, draft=draft, use_model=False)

    def _write(
        self,
        asking: Asking,
        composer: Composer,
        found: Found,
        watch: Callable[[str], None] | None,
        cancelled: threading.Event | None,
    ) -> Answer | None:
        """The model's answer, checked; None if it gave none that may be shown, so that the draft is sent instead."""
        from bot.chat_model import NoReply

        assert self._writer is not None  # noqa: S101 - the caller asked
        passages = [
            CitedPassage(n, hit.passage, about(asking.library, hit.passage))
            for n, hit in enumerate(found.hits[:PASSAGES_FOR_MODEL], start=1)
        ]
        by_number = {cited.number: cited.passage for cited in passages}

        def told(statements: Sequence[Statement]) -> list[Said]:
            return [Said(s.text, tuple(by_number[n] for n in s.citations)) for s in statements]

        show = (lambda statements: watch(composer.preview(told(statements)))) if watch else None
        try:
            written = self._writer.write(found.question.text, passages, asking.history, show, cancelled)
        except NoReply as error:
            asking.clock.lap("write")
            asking.tokens, asking.cost = self._spent(error.usage)
            asking.looked_at(getattr(error, "checks", ()))
            asking.notes.append(f"chat model: {error.reason}")
            return None
        asking.clock.lap("write")
        asking.tokens, asking.cost = self._spent(written.usage)
        asking.looked_at(checks for checks in written.checks if not checks.passed)
        asking.notes += [f"dropped by checks: {statement.text}" for statement in written.dropped]
        if not written.found:
            return composer.declined(found)
        if found.is_sure and Intent.LIST in found.question.intents and _lacks_items(written, found.draft):
            asking.notes.append("chat model: its list is not complete")
            return None  # the documents' own list is
        return composer.said(
            replace(found, partial=bool(written.dropped)), told(written.statements), written_by=written.model
        )

    def _spent(self, usage: "TokenUsage") -> tuple[dict[str, int], float | None]:
        """The tokens that a chat model used, and their price."""
        assert self._writer is not None  # noqa: S101 - it was asked
        return {"prompt": usage.prompt, "completion": usage.completion}, self._writer.cost(usage)


def _lacks_items(written: "Written", draft: Draft) -> bool:
    """Whether a list lost statements to the checks, or leaves out an item that the documents' own list has."""
    words = {word for statement in written.statements for word in thai.content_words(statement.text)}
    items = [frozenset(thai.content_words(told.text)) for told in draft.told if told.marker]
    held = Counter(word for item in items for word in item)
    own = [frozenset(word for word in item if held[word] == 1) or item for item in items]  # what tells it from others
    return bool(written.dropped) or any(len(item & words) < ITEM_TOLD * len(item) for item in own if item)
