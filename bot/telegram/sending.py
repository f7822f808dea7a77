"""The one door for what the bot says: messages, pictures, edits, and "typing" meanwhile.

Within the handling of an update, everything sent is written down first and sent once, whatever happens in between (see
`bot.state.outbox`); a handler only has to say the same things in the same order when it is run again. Outside of it,
as for announcements, a message is sent with the same patience but forgotten if the process dies.

HTML first, and the same text in plain if Telegram refuses the HTML. Links are never previewed.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.state.inbox import Entry
from bot.state.outbox import Outbox, PartState, StoredPart
from bot.telegram.delivery import Delivery, persist, same_counter
from bot.telegram.rendering import Part
from bot.telegram.requests import before_writing
from bot.telegram.work import Work, current_work

log = logging.getLogger(__name__)

# An answer without a model is there at once. "Typing" counts against Telegram's limits, so it is for those who wait.
TYPING_AFTER_S = 0.3
# Telegram shows "typing" for up to 5 s. In a group every call counts against 20 a minute, so once must do there.
TYPING_EVERY_S = 4.5

# The number of a growing message among the replies to an update, beyond those that are counted.
GROWING_REPLY = 500

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


@dataclass(frozen=True)
class Letter:
    """One message as it is to be sent. A picture itself is not written down; a handler run again makes it anew."""

    html: str
    plain: str
    thread_id: int | None
    reply_to: int | None
    keyboard: dict[str, Any] | None

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        return InlineKeyboardMarkup.de_json(self.keyboard, None) if self.keyboard else None


async def send(
    bot: Bot, place: Place, parts: Sequence[Part], keyboard: InlineKeyboardMarkup | None = None
) -> list[int | None]:
    """Send the parts in order; the first one answers the question, the last one carries the keyboard.

    Returns the messages' ids; None for one that is there under an id that is not known.

    Raises:
        telegram.error.Forbidden: the bot may not write there.
        telegram.error.TelegramError: Telegram refuses the message, or is out of reach for longer than our patience.
    """
    last = len(parts) - 1
    letters = [
        Letter(
            part.html,
            part.plain,
            place.thread_id,
            place.reply_to if i == 0 else None,
            keyboard.to_dict() if keyboard and i == last else None,
        )
        for i, part in enumerate(parts)
    ]
    return await _deliver(bot, place, letters)


async def send_first_frame(
    bot: Bot, place: Place, part: Part, keyboard: InlineKeyboardMarkup | None = None
) -> int | None:
    """Send a message that will grow. It is written down under a number of its own; a handler that is run again finds
    it by `first_frame`, and goes on with it. As `send` in all else."""
    letter = Letter(part.html, part.plain, place.thread_id, place.reply_to, keyboard.to_dict() if keyboard else None)
    [message_id] = await _deliver(bot, place, [letter], reply=GROWING_REPLY)
    return message_id


async def first_frame(bot: Bot, place: Place) -> int | None:
    """The message that an earlier run of this handler had begun to let grow."""
    work = current_work.get()
    if work is None or work.entry.attempts < 2:
        return None
    stored = await work.outbox.record(work.entry, GROWING_REPLY, place.chat_id, [])
    return await _deliver_part(bot, place, work, stored[0], None) if stored else None


async def send_photo(
    bot: Bot, place: Place, photo: bytes, caption: Part, keyboard: InlineKeyboardMarkup | None = None
) -> int | None:
    """Send a picture (PNG or JPEG) with its caption; the same as `send` in all else."""
    letter = Letter(
        caption.html, caption.plain, place.thread_id, place.reply_to, keyboard.to_dict() if keyboard else None
    )
    [message_id] = await _deliver(bot, place, [letter], photo)
    return message_id


async def edit(
    bot: Bot, chat_id: int, message_id: int, part: Part, keyboard: InlineKeyboardMarkup | None = None
) -> None:
    """Put this text and these buttons in the place of a message's. Repeats itself until it is done.

    Raises:
        telegram.error.TelegramError: as `send`.
    """

    async def edit_as(text: str, parse_mode: str | None) -> None:
        await persist(
            lambda: bot.edit_message_text(
                text,
                chat_id,
                message_id,
                parse_mode=parse_mode,
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
            )
        )

    with while_ours():
        try:
            await edit_as(part.html, ParseMode.HTML)
        except BadRequest as error:
            if not _is_about_formatting(error):
                raise
            log.warning("Telegram refused the formatting (%s); putting the same text in plain", error)
            await edit_as(part.plain, None)


async def edit_keyboard(bot: Bot, chat_id: int, message_id: int, keyboard: InlineKeyboardMarkup | None) -> None:
    """Put these buttons below a message in the place of its own. As `edit` in all else."""
    with while_ours():
        await persist(lambda: bot.edit_message_reply_markup(chat_id, message_id, reply_markup=keyboard))


@contextlib.contextmanager
def while_ours() -> Iterator[None]:
    """What is asked of Telegram within leaves only while the update in hand is ours, so that a process that was frozen
    for long does not put its text in the place of another's. `send` sees to that itself."""
    work = current_work.get()
    token = before_writing.set(work.hold if work else None)
    try:
        yield
    finally:
        before_writing.reset(token)


@contextlib.asynccontextmanager
async def typing(bot: Bot, place: Place) -> AsyncIterator[None]:
    """Show "typing" in the chat until the block is left, unless that is at once."""
    task = asyncio.create_task(_keep_typing(bot, place))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@dataclass(frozen=True)
class _Recorded:
    """How far a part got, in the outbox."""

    outbox: Outbox
    entry: Entry
    part: StoredPart

    async def begun(self, after_id: int) -> None:
        await self.outbox.begun(self.entry, self.part, after_id)

    async def not_sent(self) -> None:
        await self.outbox.not_sent(self.entry, self.part)

    async def sent(self, message_id: int | None) -> None:
        await self.outbox.sent(self.part, message_id)

    async def known_ids(self, chat_id: int, after_id: int) -> Collection[int]:
        return await self.outbox.message_ids(same_counter(chat_id), after_id)


async def _deliver(
    bot: Bot, place: Place, letters: Sequence[Letter], photo: bytes | None = None, reply: int | None = None
) -> list[int | None]:
    work = current_work.get()
    if work is None:
        return [
            await Delivery(bot, place.chat_id, _sender(bot, letter, photo), letter.markup).deliver()
            for letter in letters
        ]
    contents = [letter.as_json() for letter in letters]
    number = work.next_reply() if reply is None else reply
    stored = await work.outbox.record(work.entry, number, place.chat_id, contents)
    return [await _deliver_part(bot, place, work, part, photo) for part in stored]


async def _deliver_part(bot: Bot, place: Place, work: Work, part: StoredPart, photo: bytes | None) -> int | None:
    if part.state is PartState.SENT:
        return part.message_id
    letter = Letter(**json.loads(part.content))
    return await Delivery(
        bot,
        place.chat_id,
        _sender(bot, letter, photo),
        letter.markup,
        record=_Recorded(work.outbox, work.entry, part),
        in_doubt_after=part.after_id if part.state is PartState.BEGUN else None,
    ).deliver()


def _sender(bot: Bot, letter: Letter, photo: bytes | None) -> Callable[[int], Awaitable[Message]]:
    """How to send the letter to a chat: with its formatting, else without."""

    async def send_as(chat_id: int, text: str, parse_mode: str | None) -> Message:
        common: dict[str, Any] = {
            "parse_mode": parse_mode,
            "message_thread_id": letter.thread_id,
            "reply_markup": letter.markup,
        }
        if letter.reply_to:
            common["reply_parameters"] = ReplyParameters(letter.reply_to, allow_sending_without_reply=True)
        if photo is not None:
            return await bot.send_photo(chat_id, photo, caption=text, **common)
        return await bot.send_message(chat_id, text, link_preview_options=NO_PREVIEW, **common)

    async def send_letter(chat_id: int) -> Message:
        try:
            return await send_as(chat_id, letter.html, ParseMode.HTML)
        except BadRequest as error:
            if not _is_about_formatting(error):
                raise
            log.warning("Telegram refused the formatting (%s); sending the same text in plain", error)
            return await send_as(chat_id, letter.plain, None)

    return send_letter


def _is_about_formatting(error: BadRequest) -> bool:
    return "parse entities" in str(error).lower()


async def _keep_typing(bot: Bot, place: Place) -> None:
    await asyncio.sleep(TYPING_AFTER_S)
    while True:
        try:
            await bot.send_chat_action(place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id)
        except TelegramError as error:  # a nicety: the answer matters, and it has its own error handling
            log.info("Could not show typing: %s", error)
        if place.is_group:
            return
        await asyncio.sleep(TYPING_EVERY_S)
