"""Button presses. What is not ours, not this person's, too old or pressed twice is told so and changes nothing."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram import Bot, CallbackQuery, Message, Update
from telegram.ext import ContextTypes

from bot.answer import Citation
from bot.state import conversations, feedback, people, presses, shown
from bot.state.feedback import Reason, Vote
from bot.state.presses import Pressed
from bot.state.shown import ShownAnswer
from bot.telegram import sentences
from bot.telegram.access import Reader
from bot.telegram.acknowledging import acknowledge
from bot.telegram.announcing import Announcing
from bot.telegram.callbacks import Action, ButtonData
from bot.telegram.keyboards import REASONS, answer_keyboard, draft_key
from bot.telegram.language import Language, Sentence
from bot.telegram.questions import Asked, Questions
from bot.telegram.reception import Reception, conversation_of
from bot.telegram.rendering import Part, page_caption, render_passage, render_text
from bot.telegram.running import Running
from bot.telegram.sending import Place, edit, edit_keyboard, send, send_photo
from bot.telegram.work import current_work

SENT_WITHIN_S = 2.0  # the number of a message is known this soon after people can see it


@dataclass(frozen=True)
class Press:
    """A press that is ours and this person's: who pressed, what, and on which message."""

    query: CallbackQuery
    message: Message
    reader: Reader
    data: ButtonData

    def as_pressed(self) -> Pressed:
        """The press as it is kept to recognise a second one."""
        button, person = self.query.data or "", self.reader.user_id
        return Pressed(self.message.chat.id, self.message.message_id, person, button, self.query.id)


class Buttons:
    """Finds out what a press is about, and does it."""

    def __init__(self, reception: Reception, questions: Questions, running: Running, announcing: Announcing) -> None:
        self._reception = reception
        self._running = running
        self._questions = questions
        self._announcing = announcing
        self._about_answers: dict[Action, Callable[[Bot, Press, ShownAnswer], Awaitable[Sentence | None]]] = {
            Action.PASSAGE: self._show_passage,
            Action.PAGE: self._show_page,
            Action.UP: self._vote,
            Action.DOWN: self._vote,
            Action.REASON: self._give_reason,
            Action.FOLLOW_UP: self._ask,
        }

    async def press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A button was pressed: answered at once and exactly once."""
        query = update.callback_query
        if query is None:
            return
        press = await self._read(query)
        if press is None:
            await acknowledge(query, sentences.EXPIRED.to(Language.of_telegram(query.from_user.language_code)))
            return
        if await self._reception.database.run(presses.is_repeated, press.as_pressed()):
            await acknowledge(query, self._repeated(press).to(press.reader.language))
            return
        refused = await self._do(context.bot, press)
        if refused:
            await acknowledge(query, refused.to(press.reader.language))

    async def _read(self, query: CallbackQuery) -> Press | None:
        """What a press stands for; None for what is forged, another's, or below a message that is gone."""
        if not isinstance(query.message, Message) or not query.message.is_accessible:
            return None
        chat = query.message.chat
        data = self._reception.signer.read(query.data or "", chat.id, query.from_user.id)
        if data is None:
            return None
        return Press(query, query.message, await self._reception.reader(query.from_user, chat), data)

    async def _do(self, bot: Bot, press: Press) -> Sentence | None:
        """Do what the button is for; the sentence to refuse with, if it cannot be done any more."""
        if press.data.action is Action.STOP:
            return await self._stop(press)
        if press.data.action is Action.LANGUAGE:
            return await self._choose_language(bot, press)
        if press.data.action is Action.DRAFT:
            return await self._choose_draft(bot, press)
        if press.data.action is Action.ANNOUNCE:
            return await self._decide_announcement(bot, press)
        answer = await self._shown(press)
        if answer is None:
            return sentences.EXPIRED
        return await self._about_answers[press.data.action](bot, press, answer)

    def _repeated(self, press: Press) -> Sentence:
        is_vote = press.data.action in (Action.UP, Action.DOWN, Action.REASON)
        return sentences.VOTED_ALREADY if is_vote else sentences.PRESSED_TWICE

    async def _shown(self, press: Press) -> ShownAnswer | None:
        """The answer that the button is below; None if this is not its message, or not for this reader any more."""
        until = time.monotonic() + SENT_WITHIN_S
        while found := await self._reception.database.run(shown.find, press.data.key):
            if found.message_id is not None or time.monotonic() > until:
                break
            await asyncio.sleep(0.1)
        reader = press.reader
        if found is None or (found.chat_id, found.user_id) != (press.message.chat.id, reader.user_id):
            return None
        if found.message_id is None:  # the process died between sending and noting it
            await self._reception.database.run(shown.sent, found.key, press.message.message_id)
        elif found.message_id != press.message.message_id:
            return None
        return found if reader.may_ask and reader.may_read(found.audience) else None

    async def _show_passage(self, bot: Bot, press: Press, answer: ShownAnswer) -> Sentence | None:
        citation = _cited(answer, press.data.n)
        answerer, audience = self._reception.answerer, press.reader.audience
        cited = await asyncio.to_thread(answerer.passage, citation, audience) if citation else None
        if cited is None:
            return sentences.EXPIRED
        await acknowledge(press.query)
        await send(bot, _below(press.message), render_passage(cited, press.reader.language))
        return None

    async def _show_page(self, bot: Bot, press: Press, answer: ShownAnswer) -> Sentence | None:
        citation = _cited(answer, press.data.n)
        answerer, audience = self._reception.answerer, press.reader.audience
        cited = await asyncio.to_thread(answerer.passage, citation, audience) if citation else None
        if cited is None:
            return sentences.EXPIRED
        await acknowledge(press.query)
        picture = await asyncio.to_thread(answerer.page_image, cited.citation, audience)
        if picture is None:
            await send(bot, _below(press.message), render_text(sentences.NO_PAGE.to(press.reader.language)))
        else:
            await send_photo(bot, _below(press.message), picture, page_caption(cited.citation, press.reader.language))
        return None

    async def _vote(self, bot: Bot, press: Press, answer: ShownAnswer) -> Sentence | None:
        vote = Vote.UP if press.data.action is Action.UP else Vote.DOWN
        is_new = await self._reception.database.run(feedback.keep, answer.key, answer.answer, vote)
        if not is_new:
            return sentences.VOTED_ALREADY
        thanks = sentences.THANKS_UP if vote is Vote.UP else sentences.THANKS_DOWN
        await acknowledge(press.query, thanks.to(press.reader.language))
        await self._show_vote(bot, press, answer, vote)
        return None

    async def _give_reason(self, bot: Bot, press: Press, answer: ShownAnswer) -> Sentence | None:
        if press.data.n >= len(REASONS):
            return sentences.EXPIRED
        reason = REASONS[press.data.n]
        if not await self._reception.database.run(feedback.give_reason, answer.key, reason):
            return sentences.VOTED_ALREADY
        await acknowledge(press.query, sentences.THANKS_REASON.to(press.reader.language))
        await self._show_vote(bot, press, answer, Vote.DOWN, reason)
        return None

    async def _show_vote(
        self, bot: Bot, press: Press, answer: ShownAnswer, vote: Vote, reason: Reason | None = None
    ) -> None:
        keyboard = answer_keyboard(self._reception, answer, press.reader.language, vote, reason)
        await edit_keyboard(bot, press.message.chat.id, press.message.message_id, keyboard)

    async def _ask(self, bot: Bot, press: Press, answer: ShownAnswer) -> Sentence | None:
        """A question on a button, asked as if it had been typed."""
        if press.data.n >= len(answer.follow_ups):
            return sentences.EXPIRED
        refused = self._reception.one_too_many(press.reader.user_id)
        if refused:
            return refused.sentence or sentences.LIMIT_ALL_MINUTE
        await acknowledge(press.query)
        key = conversation_of(press.message, press.reader.user_id)
        question = answer.follow_ups[press.data.n]
        await self._questions.ask(bot, Asked(press.reader, key, _below(press.message), question, answer.answer))
        return None

    async def _stop(self, press: Press) -> Sentence | None:
        """End the answer in the making; its message then says so itself."""
        key = conversation_of(press.message, press.reader.user_id)
        name = press.data.key
        if not name or not (self._running.stop(key, name) or await _is_stopped_elsewhere(name)):
            return sentences.EXPIRED
        await acknowledge(press.query)
        return None

    async def _choose_language(self, bot: Bot, press: Press) -> Sentence | None:
        if press.data.key not in (Language.THAI, Language.ENGLISH):
            return sentences.EXPIRED
        language = Language(press.data.key)
        await self._reception.database.run(people.choose_language, press.reader.user_id, language.value)
        await acknowledge(press.query)
        await edit(bot, press.message.chat.id, press.message.message_id, _part(sentences.LANGUAGE_SET.to(language)))
        return None

    async def _choose_draft(self, bot: Bot, press: Press) -> Sentence | None:
        """The draft must still be there for this reader; otherwise the button is too old."""
        drafts = await asyncio.to_thread(self._reception.answerer.drafts, press.reader.audience)
        label = next((d.label for d in drafts if draft_key(d.label) == press.data.key), "")
        if not press.reader.may_ask or (press.data.key and not label):
            return sentences.EXPIRED
        key = conversation_of(press.message, press.reader.user_id)
        await self._reception.database.run(conversations.choose_draft, key, label)
        await acknowledge(press.query)
        sentence = sentences.DRAFT_SET if label else sentences.DRAFT_UNSET
        text = sentence.to(press.reader.language, draft=label)
        await edit(bot, press.message.chat.id, press.message.message_id, _part(text))
        return None

    async def _decide_announcement(self, bot: Bot, press: Press) -> Sentence | None:
        if not press.reader.is_admin:
            return sentences.EXPIRED
        return await self._announcing.decide(bot, press.query, press.reader, press.data)


async def _is_stopped_elsewhere(name: str) -> bool:
    """Whether another replica makes the answer of this name, and is asked to stop it."""
    work = current_work.get()
    return bool(work and name.isdecimal() and await work.inbox.ask_to_stop(int(name)))


def _cited(answer: ShownAnswer, n: int) -> Citation | None:
    return next((citation for citation in answer.answer.citations if citation.n == n), None)


def _below(message: Message) -> Place:
    """In the same topic, as a reply to the answer that the button is below."""
    return replace(Place.of(message), reply_to=message.message_id)


def _part(text: str) -> Part:
    return render_text(text)[0]
