"""How messages go out: HTML first, the same text in plain if Telegram refuses the HTML, and "typing" meanwhile."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.telegram.rendering import Part

log = logging.getLogger(__name__)

# Telegram shows "typing" for up to 5 s. In a group every call counts against 20 a minute, so once must do there.
TYPING_EVERY_S = 4.5

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True)
class Place:
    """Where a reply goes: a chat, a topic in it, and in groups the message that it answers."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None
    is_group: bool = False

    @classmethod
    def of(cls, message: Message) -> "Place":
        is_group = message.chat.type != ChatType.PRIVATE
        return cls(
            chat_id=message.chat_id,
            thread_id=message.message_thread_id if message.is_topic_message else None,
            reply_to=message.message_id if is_group else None,
            is_group=is_group,
        )


async def send(bot: Bot, place: Place, parts: Sequence[Part], keyboard: InlineKeyboardMarkup | None = None) -> None:
    """Send the parts in order; the first one answers the question, the last one carries the keyboard."""
    for i, part in enumerate(parts):
        reply_to = place.reply_to if i == 0 else None
        await _send_part(bot, place, part, reply_to, keyboard if i == len(parts) - 1 else None)


async def _send_part(
    bot: Bot, place: Place, part: Part, reply_to: int | None, keyboard: InlineKeyboardMarkup | None
) -> None:
    async def send_as(text: str, parse_mode: str | None) -> None:
        await bot.send_message(
            place.chat_id,
            text,
            parse_mode=parse_mode,
            message_thread_id=place.thread_id,
            reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
        )

    try:
        await send_as(part.html, ParseMode.HTML)
    except BadRequest as error:
        if "parse entities" not in str(error).lower():
            raise
        log.warning("Telegram refused the formatting (%s); sending the same text in plain", error)
        await send_as(part.plain, None)


@contextlib.asynccontextmanager
async def typing(bot: Bot, place: Place) -> AsyncIterator[None]:
    """Show "typing" in the chat until the block is left."""
    task = asyncio.create_task(_keep_typing(bot, place))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _keep_typing(bot: Bot, place: Place) -> None:
    while True:
        try:
            await bot.send_chat_action(place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id)
        except TelegramError as error:  # a nicety: the answer matters, and it has its own error handling
            log.info("Could not show typing: %s", error)
        if place.is_group:
            return
        await asyncio.sleep(TYPING_EVERY_S)
