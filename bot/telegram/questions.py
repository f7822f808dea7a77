"""One question, from the message to the reply."""

import asyncio
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from secrets import token_hex

from telegram import Bot

from bot.answer import Answer, Turn
from bot.personal import kinds_masked, masked, without_masks
from bot.state import asking, shown
from bot.state.asking import Before, Outcome
from bot.state.conversations import ConversationKey
from bot.state.shown import ShownAnswer
from bot.telegram import sentences
from bot.telegram.access import Reader
from bot.telegram.growing import growing
from bot.telegram.keyboards import answer_keyboard, is_voted_on, stop_keyboard
from bot.telegram.language import Language, Sentence
from bot.telegram.limits import refused_for_the_day, tokens_used_up
from bot.telegram.reception import Reception
from bot.telegram.rendering import render_answer, render_text
from bot.telegram.running import Running, Stop
from bot.telegram.sending import Place, send, typing
from bot.telegram.work import current_work

log = logging.getLogger(__name__)

_LATIN_WORDS = re.compile(r"[A-Za-z]{2,}")
_THAI_LETTER = re.compile(r"[ก-ฮ]")

MOST_CHOICES = 6  # questions that may have been meant: more than a phone shows are no help


@dataclass(frozen=True)
class Asked:
    """A question that somebody waits for: theirs, from this conversation, to be answered in this place.

    `below`: the answer that the question stood below, on a button. The reply then says which question it was, and that
    answer is what it follows, whatever was talked about since.
    """

    reader: Reader
    key: ConversationKey
    place: Place
    question: str
    below: Answer | None = None

    def history(self, remembered: tuple[Turn, ...]) -> tuple[Turn, ...]:
        """What was said before it, of what the conversation remembers."""
        if self.below is None or not remembered:
            return remembered
        return (Turn("user", self.below.question), Turn("assistant", self.below.text))


@dataclass(frozen=True)
class Made:
    """An answer with the questions on its buttons: those that may have been meant, then those that can come next."""

    answer: Answer
    questions: tuple[str, ...]
    took_ms: float


class Questions:
    """Answers questions, one after another within a conversation."""

    def __init__(self, reception: Reception, running: Running) -> None:
        self._reception = reception
        self._running = running

    async def ask(self, bot: Bot, asked: Asked) -> None:
        """Gates first, the cheap ones before the others; then the answer, remembered before it is sent."""
        reader = asked.reader
        if not reader.may_ask:
            sentence = sentences.MEMBERS_ONLY if reader.in_private else sentences.MEMBERS_ONLY_IN_GROUP
            await self._say(bot, asked, sentence, user_id=reader.user_id)
            return
        asked = replace(asked, question=masked(asked.question))
        who = self._reception.pseudonym(reader.user_id)
        work = current_work.get()
        entry_id = work.entry.id if work else None
        before = await self._reception.database.run(asking.begin, asked.key, reader.audience, who, entry_id)
        refused = refused_for_the_day(self._reception.limits, before.usage)
        if refused:
            await self._reception.database.run(asking.refuse, who, entry_id)
            if refused.sentence:
                await self._say(bot, asked, refused.sentence, limit=refused.limit)
            return
        await self._answer(bot, asked, before, who)

    async def _answer(self, bot: Bot, asked: Asked, before: Before, who: str) -> None:
        no_model = tokens_used_up(self._reception.limits, before.usage) if self._reception.settings.chat_model else None
        work = current_work.get()
        name = str(work.entry.id) if work else token_hex(4)
        button = stop_keyboard(self._reception, asked.reader, name)
        is_long = self._reception.settings.chat_model and no_model is None
        waiting = sentences.SEARCHING.to(asked.reader.language) if is_long else ""
        with self._running.one(asked.key, name) as stop:
            async with typing(bot, asked.place), growing(bot, asked.place, button, waiting) as message:
                watch = message.watch if self._reception.settings.stream_answers else None
                ask = partial(self._make, asked, before, use_model=no_model is None, watch=watch, stop=stop)
                made = await self._unless_stopped(ask, stop)
        if made is None:
            await message.become(render_text(sentences.STOPPED.to(asked.reader.language)))
            return
        kept = await self._remember(asked, made, who, no_model)
        keyboard = answer_keyboard(self._reception, kept, asked.reader.language) if has_buttons(kept) else None
        notices = self._notices(asked, before, made.answer, no_model)
        parts = render_answer(said(asked, made.answer), asked.reader.language, notices)
        message_id = await message.become(parts, keyboard)
        if keyboard and message_id:
            await self._reception.database.run(shown.sent, kept.key, message_id)

    def _make(
        self,
        asked: Asked,
        before: Before,
        *,
        use_model: bool,
        watch: Callable[[str], None] | None,
        stop: Stop,
    ) -> Made:
        """The answer, in a thread of its own."""
        began = time.perf_counter()
        answerer, audience = self._reception.answerer, asked.reader.audience
        answer = answerer.answer(
            without_masks(asked.question),
            asked.history(before.remembered.history),
            audience,
            draft=before.remembered.draft,
            watch=watch,
            cancelled=stop.thread,
            use_model=use_model,
        )
        took_ms = (time.perf_counter() - began) * 1000
        follow_ups = answerer.follow_ups(answer, audience, before.remembered.draft)
        questions = tuple(dict.fromkeys((*answer.suggestions[:MOST_CHOICES], *follow_ups)))
        return Made(answer, questions, took_ms)

    async def _unless_stopped(self, make: Callable[[], Made], stop: Stop) -> Made | None:
        """What is made; None as soon as it is stopped, though the thread may take a moment to notice."""
        making = asyncio.get_running_loop().run_in_executor(self._reception.threads, make)
        stopping = asyncio.ensure_future(stop.loop.wait())
        try:
            await asyncio.wait((making, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if not stop.loop.is_set():
            return await making
        making.add_done_callback(_ignore)
        return None

    async def _remember(self, asked: Asked, made: Made, who: str, no_model: Sentence | None) -> ShownAnswer:
        """Keep the answer for its buttons and for the next question, before it is sent."""
        key, audience = asked.key, asked.reader.audience
        kept = ShownAnswer(shown.new_key(), made.answer, key.chat_id, key.user_id, audience, made.questions)
        outcome = Outcome(key, who, made.took_ms, kept, is_told_of_tokens=no_model is not None)
        work = current_work.get()
        entry = work.entry if work else None
        keep_unanswered = self._reception.settings.keep_unanswered
        await self._reception.database.run(asking.end, outcome, entry, keep_unanswered=keep_unanswered)
        return kept

    def _notices(self, asked: Asked, before: Before, answer: Answer, no_model: Sentence | None) -> list[str]:
        """What else there is to say, below the answer."""
        language = asked.reader.language
        notices = []
        if language is not Language.THAI and (without := sentences.WITHOUT_ANSWER.get(answer.status)):
            notices.append(without.english)
        if kinds := kinds_masked(asked.question):
            notices.append(sentences.MASKED.to(language, kinds=", ".join(kinds)))
        if no_model and not before.usage.told_tokens:
            notices.append(no_model.to(language))
        if draft := before.remembered.draft:
            is_all = all(citation.draft == draft for citation in answer.citations)
            notices.append((sentences.DRAFT_CHOSEN if is_all else sentences.DRAFT_AND_PAPERS).to(language, draft=draft))
        if not answer.status.carries_citations and is_foreign(asked.question):
            notices.append(sentences.ASK_IN_THAI.to(language))
        return notices

    async def _say(self, bot: Bot, asked: Asked, sentence: Sentence, **values: object) -> None:
        await send(bot, asked.place, render_text(sentence.to(asked.reader.language, **values)))


def said(asked: Asked, answer: Answer) -> Answer:
    """The answer as it is shown: with its question above it, if that was on a button and stands nowhere else."""
    if asked.below is None:
        return answer
    header = sentences.ASKED.label(asked.reader.language, question=asked.question)
    return replace(answer, text=f"{header}\n{answer.text}")


def is_foreign(question: str) -> bool:
    """Whether it is of several words, none of them Thai."""
    return len(_LATIN_WORDS.findall(question)) > 1 and not _THAI_LETTER.search(question)


def has_buttons(shown: ShownAnswer) -> bool:
    """Whether there is something to look at, to choose or to vote on."""
    return is_voted_on(shown.answer.status) or bool(shown.follow_ups)


def _ignore(making: "asyncio.Future[Made]") -> None:
    """What became of an answer that nobody waits for."""
    if not making.cancelled() and making.exception() is not None:
        log.info("An answer that was stopped had failed: %r", making.exception())
