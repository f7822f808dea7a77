"""What the bot does with each kind of update. One `Handlers` serves one bot."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any, Protocol

from telegram import Bot, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.answer import Answer, AnswerStatus, Turn
from bot.state.database import Database
from bot.telegram import sentences
from bot.telegram.addressing import question_in
from bot.telegram.feedback import Feedback, Vote
from bot.telegram.memory import ConversationKey, Conversations, ShownAnswer, ShownAnswers
from bot.telegram.rendering import render_answer, render_documents, render_passage, render_text
from bot.telegram.sending import Place, edit_keyboard, send, typing
from corpus.document import Document

log = logging.getLogger(__name__)

ANSWERS_AT_ONCE = 16
PASSAGE_BUTTONS_A_ROW = 3
MOST_PASSAGE_BUTTONS = 24

# Edited messages are ignored, and channels are not answered.
NEW_MESSAGE = filters.UpdateType.MESSAGE
NOT_TEXT = filters.ATTACHMENT | filters.PAID_MEDIA | filters.STORY | filters.CHECKLIST


class Answering(Protocol):
    """What answers the questions: bot.answerer.Answerer, or a preview's or a test's own."""

    @property
    def documents(self) -> Sequence[Document]:
        """The documents of the live release."""

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer; called from several threads at once."""


class Handlers:
    """Commands, questions, button presses and errors, with what they share."""

    def __init__(
        self, answerer: Answering, feedback: Feedback, database: Database, *, keep_unanswered: bool = False
    ) -> None:
        self._answerer = answerer
        self._feedback = feedback
        self._database = database
        self._keep_unanswered = keep_unanswered
        self._conversations = Conversations()
        self._shown = ShownAnswers()
        self._albums: deque[str] = deque(maxlen=200)
        self._threads = ThreadPoolExecutor(ANSWERS_AT_ONCE, thread_name_prefix="answer")

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add all handlers to the application."""
        for name, handler in (
            ("start", self.start),
            ("help", self.help),
            ("sources", self.sources),
            ("new", self.new),
            ("ask", self.ask),
        ):
            application.add_handler(CommandHandler(name, handler, filters=NEW_MESSAGE))
        in_private = filters.ChatType.PRIVATE
        application.add_handler(MessageHandler(NEW_MESSAGE & filters.COMMAND & in_private, self.unknown_command))
        application.add_handler(MessageHandler(NEW_MESSAGE & filters.TEXT & ~filters.COMMAND, self.question))
        application.add_handler(MessageHandler(NEW_MESSAGE & NOT_TEXT, self.not_text))
        application.add_handler(CallbackQueryHandler(self.press))

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await _say(context.bot, _message(update), sentences.START)

    async def help(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await _say(context.bot, _message(update), sentences.HELP)

    async def sources(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await send(context.bot, Place.of(_message(update)), render_documents(self._answerer.documents))

    async def new(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = _message(update)
        self._conversations.forget(_key(message))
        await _say(context.bot, message, sentences.FORGOTTEN)

    async def ask(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/ask question`: the way to ask in a group without a mention."""
        message = _message(update)
        _, _, question = (message.text or "").partition(" ")
        if question.strip():
            await self._answer(context.bot, message, question.strip())
        else:
            await _say(context.bot, message, sentences.ASK_WHAT)

    async def unknown_command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await _say(context.bot, _message(update), sentences.UNKNOWN_COMMAND)

    async def question(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = _message(update)
        question = question_in(message, context.bot.bot)
        if question is None:
            return
        if question:
            await self._answer(context.bot, message, question)
        else:
            await _say(context.bot, message, sentences.NOTHING_ASKED)

    async def not_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Photos, stickers, voice, files and so on: said once that only text is read, also for an album."""
        message = _message(update)
        if question_in(message, context.bot.bot) is None or message.media_group_id in self._albums:
            return
        if message.media_group_id:
            self._albums.append(message.media_group_id)
        await _say(context.bot, message, sentences.TEXT_ONLY)

    async def press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A button below an answer. Unknown, foreign and old presses are told so and change nothing."""
        query = update.callback_query
        if query is None:
            return
        action, key, n = [*(query.data or "").split(":"), "", ""][:3]
        chat_id = query.message.chat.id if query.message else 0
        shown = self._shown.find(key, chat_id, query.from_user.id)
        if shown and action in (Vote.UP, Vote.DOWN):
            await self._vote(query, key, shown.answer, Vote(action))
        elif shown and action == "passage":
            await self._show_passage(context.bot, query, shown.answer, n)
        else:
            await _acknowledge(query, sentences.EXPIRED)

    async def _answer(self, bot: Bot, message: Message, question: str) -> None:
        place, key = Place.of(message), _key(message)
        async with typing(bot, place):
            history = self._conversations.history(key)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, self._answerer.answer, question, history)
        if answer.status is not AnswerStatus.INVALID:
            self._conversations.remember(key, question, answer.text)
        await send(bot, place, render_answer(answer), self._keyboard(answer, key))
        if self._keep_unanswered and answer.status in (AnswerStatus.NOT_IN_PLAN, AnswerStatus.CLARIFY):
            await asyncio.to_thread(self._feedback.record, token_hex(8), answer, None)

    def _keyboard(self, answer: Answer, asked_by: ConversationKey) -> InlineKeyboardMarkup | None:
        if not answer.status.carries_citations and answer.status is not AnswerStatus.NOT_IN_PLAN:
            return None
        key = self._shown.add(ShownAnswer(answer, asked_by.chat_id, asked_by.user_id))
        return _buttons(key, answer)

    async def _show_passage(self, bot: Bot, query: CallbackQuery, answer: Answer, n: str) -> None:
        citation = next((c for c in answer.citations if str(c.n) == n), None)
        if citation is None or not isinstance(query.message, Message):
            await _acknowledge(query, sentences.EXPIRED)
            return
        await _acknowledge(query)
        place = Place(
            chat_id=query.message.chat_id,
            thread_id=query.message.message_thread_id if query.message.is_topic_message else None,
            reply_to=query.message.message_id,
        )
        await send(bot, place, render_passage(citation))

    async def _vote(self, query: CallbackQuery, key: str, answer: Answer, vote: Vote) -> None:
        await _acknowledge(query, sentences.THANKS_UP if vote is Vote.UP else sentences.THANKS_DOWN)
        await asyncio.to_thread(self._feedback.record, key, answer, vote)
        if query.message:
            await edit_keyboard(
                query.get_bot(), query.message.chat.id, query.message.message_id, _buttons(key, answer, vote)
            )


def _buttons(key: str, answer: Answer, vote: Vote | None = None) -> InlineKeyboardMarkup:
    """A button for each cited passage, then 👍 and 👎; data stays far below Telegram's 64 bytes."""
    passages = [
        InlineKeyboardButton(f"[{c.n}] {sentences.SHOW_PASSAGE}", callback_data=f"passage:{key}:{c.n}")
        for c in answer.citations[:MOST_PASSAGE_BUTTONS]
    ]
    rows = [passages[i : i + PASSAGE_BUTTONS_A_ROW] for i in range(0, len(passages), PASSAGE_BUTTONS_A_ROW)]
    up = sentences.VOTED_UP if vote is Vote.UP else "👍"
    down = sentences.VOTED_DOWN if vote is Vote.DOWN else "👎"
    rows.append(
        [
            InlineKeyboardButton(up, callback_data=f"{Vote.UP}:{key}"),
            InlineKeyboardButton(down, callback_data=f"{Vote.DOWN}:{key}"),
        ]
    )
    return InlineKeyboardMarkup(rows)


async def _acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    """Stop the button's spinner. A press answered too late is refused by Telegram, which harms nobody."""
    try:
        await query.answer(text)
    except BadRequest as error:
        log.info("A button press could not be acknowledged: %s", error)


async def _say(bot: Bot, message: Message, text: str) -> None:
    await send(bot, Place.of(message), render_text(text))


def _message(update: Update) -> Message:
    if update.message is None:  # the handlers' filters let only new messages through
        raise ValueError("expected an update with a new message")
    return update.message


def _key(message: Message) -> ConversationKey:
    user_id = message.from_user.id if message.from_user else message.chat_id
    thread_id = message.message_thread_id if message.is_topic_message else None
    return ConversationKey(message.chat_id, thread_id, user_id)
