"""What all handlers share: the answerer, the database, who is let in, the limits, and how people are spoken to."""

import hashlib
import hmac
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from telegram import Bot, Chat, Message, Update, User

from bot.answer import Answer, Citation, CitedText, Trouble, Turn
from bot.drafts import PlanDraft
from bot.settings import Settings
from bot.state.asking import arrive
from bot.state.conversations import ConversationKey
from bot.state.database import Database
from bot.telegram.access import Door, Reader
from bot.telegram.callbacks import Signer
from bot.telegram.language import Sentence
from bot.telegram.limits import Limits, MinuteLimits, Refused
from bot.telegram.rendering import render_text
from bot.telegram.sending import Place, send
from bot.telegram.work import current_work
from corpus.document import Audience, Document

log = logging.getLogger(__name__)

ANSWERS_AT_ONCE = 16


class Answering(Protocol):
    """What answers the questions: bot.answerer.Answerer, or another with the same methods. Called from many threads."""

    def readable(self, audience: Audience) -> Sequence[Document]:
        """The documents of the live release that this audience may read."""

    def drafts(self, audience: Audience) -> Sequence[PlanDraft]:
        """The drafts of the live release that this audience may read."""

    def troubles(self) -> frozenset[Trouble]:
        """What does not work just now, though answers are given without it."""

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
        """The answer; `watch` is given the checked text so far, `cancelled` set when nobody waits any more."""

    def follow_ups(self, answer: Answer, audience: Audience, draft: str = "") -> tuple[str, ...]:
        """Questions that can be asked next."""

    def passage(self, citation: Citation, audience: Audience) -> CitedText | None:
        """The cited passage as it stands now; None if it is gone or not for this audience."""

    def has_page(self, citation: Citation) -> bool:
        """Whether there is a picture of the cited page."""

    def page_image(self, citation: Citation, audience: Audience) -> bytes | None:
        """The picture; None if it is gone or not for this audience."""


class Reception:
    """Where people are received; one serves one bot."""

    def __init__(self, answerer: Answering, database: Database, settings: Settings) -> None:
        token = settings.telegram_bot_token.get_secret_value()
        self.answerer = answerer
        self.database = database
        self.settings = settings
        self.door = Door(settings.admin_ids, settings.access)
        self.limits = limits_of(settings)
        self._minute = MinuteLimits(self.limits)
        self.signer = Signer(token)
        self.threads = ThreadPoolExecutor(ANSWERS_AT_ONCE, thread_name_prefix="answer")
        self._pseudonyms = hashlib.sha256(b"tham-phaen pseudonyms\0" + token.encode()).digest()

    async def reader(self, user: User, chat: Chat) -> Reader:
        """Who writes, as the database knows them now."""
        in_private = chat.type == chat.PRIVATE
        return self.door.reader(user, chat, await self.database.run(arrive, user.id, in_private=in_private))

    async def receive(self, bot: Bot, update: Update) -> tuple[Message, Reader] | None:
        """The message and its sender; None if it is one too many in this minute, which is then said."""
        message = message_of(update)
        user = message.from_user
        if user is None:  # written in the name of a channel: nobody to answer
            return None
        reader = await self.reader(user, message.chat)
        refused = self.one_too_many(user.id)
        if refused is None:
            return message, reader
        if refused.sentence:
            await self.say(bot, message, reader, refused.sentence, limit=refused.limit)
        return None

    def one_too_many(self, user_id: int) -> Refused | None:
        """Count what somebody sent; why it may not be answered in this minute. What is tried again was counted."""
        work = current_work.get()
        return None if work and work.is_again else self._minute.take(user_id)

    async def say(self, bot: Bot, message: Message, reader: Reader, sentence: Sentence, **values: object) -> None:
        await send(bot, Place.of(message), render_text(sentence.to(reader.language, **values)))

    def pseudonym(self, user_id: int) -> str:
        """What a person is called where it does not matter who they are."""
        return hmac.digest(self._pseudonyms, str(user_id).encode(), "sha256").hex()[:32]


def limits_of(settings: Settings) -> Limits:
    return Limits(
        user_per_minute=settings.limit_user_per_minute,
        user_per_day=settings.limit_user_per_day,
        all_per_minute=settings.limit_all_per_minute,
        all_per_day=settings.limit_all_per_day,
        user_tokens_per_day=settings.limit_user_tokens_per_day,
        all_tokens_per_day=settings.limit_all_tokens_per_day,
    )


def message_of(update: Update) -> Message:
    if update.message is None:  # the handlers' filters let only new messages through
        raise ValueError("expected an update with a new message")
    return update.message


def conversation_of(message: Message, user_id: int) -> ConversationKey:
    """Whose conversation a message belongs to: this person's, in this thread of this chat."""
    thread_id = message.message_thread_id if message.is_topic_message else None
    return ConversationKey(message.chat_id, thread_id or 0, user_id)
