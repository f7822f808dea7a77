"""An answer that grows on the screen while a chat model writes it: one message, edited at a pace Telegram allows.

A frame that comes too early, or during a flood wait, is left out and never queued: the next one holds its text, too.
What is shown is what the answerer hands over, which is checked text only. Below it is the button that stops it. The
last frame is the answer itself.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence

from telegram import Bot, InlineKeyboardMarkup
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.telegram.delivery import seconds_to_wait
from bot.telegram.rendering import LIMIT, Part, render_text, units
from bot.telegram.sending import NO_PREVIEW, Place, edit, first_frame, send, send_first_frame, while_ours

log = logging.getLogger(__name__)

PRIVATE_EVERY_S = 1.5
GROUP_EVERY_S = 4.0  # a group takes 20 messages a minute, edits included
UNFINISHED = " …"
# Who waits for a model so long is told that it goes on, and how to stop it.
WAIT_TOLD_AFTER_S = 5.0


class GrowingMessage:
    """Takes texts from a worker thread (`watch`) and shows them from the event loop (`grow`).

    `keyboard` stands below it while it grows. `waiting` is what it begins with where nothing comes for some time; if
    it is empty, it begins with the first text.
    """

    def __init__(
        self,
        bot: Bot,
        place: Place,
        keyboard: InlineKeyboardMarkup | None = None,
        waiting: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.message_id: int | None = None
        self._keyboard = keyboard
        self._waiting = waiting
        self._bot = bot
        self._place = place
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._every_s = GROUP_EVERY_S if place.is_group else PRIVATE_EVERY_S
        self._news = asyncio.Event()
        self._showing = asyncio.Lock()
        self._is_over = False
        self._text = ""
        self._shown = ""

    def watch(self, text: str) -> None:
        """The checked text so far; called from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody looks any more
            self._loop.call_soon_threadsafe(self._take, text)

    def _take(self, text: str) -> None:
        self._text = text
        self._news.set()

    async def grow(self) -> None:
        """Show what comes, until cancelled."""
        if self._waiting and self.message_id is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WAIT_TOLD_AFTER_S):
                    await self._news.wait()
            if not self._news.is_set():
                self._take(self._waiting)
        while True:
            await self._news.wait()
            self._news.clear()
            began = self._clock()
            async with self._showing:
                wait_s = 0.0 if self._is_over else await self._show(self._text)
            await asyncio.sleep(max(wait_s, self._every_s - (self._clock() - began)))

    async def end(self) -> None:
        """Show no more. A frame on its way is waited for, so that its message is known and can be replaced."""
        self._is_over = True
        async with self._showing:
            pass

    async def become(self, parts: Sequence[Part], keyboard: InlineKeyboardMarkup | None = None) -> int | None:
        """The whole text in the place of what has grown, or anew if nothing has; the number of its last message."""
        if self.message_id is None:
            return (await send(self._bot, self._place, parts, keyboard))[-1]
        is_all = len(parts) == 1
        try:
            await edit(self._bot, self._place.chat_id, self.message_id, parts[0], keyboard if is_all else None)
        except BadRequest as error:  # deleted by the person meanwhile
            log.info("A grown answer could not be finished in its place (%s); sending it anew", error)
            return (await send(self._bot, self._place, parts, keyboard))[-1]
        if is_all:
            return self.message_id
        return (await send(self._bot, self._place, parts[1:], keyboard))[-1]

    async def _show(self, text: str) -> float:
        """Show a frame; the seconds to wait beyond the usual pace."""
        text = text.strip()
        if not text or text == self._shown or units(text + UNFINISHED) > LIMIT:
            return 0.0
        try:
            if self.message_id is None:
                self.message_id = await send_first_frame(
                    self._bot, self._place, render_text(text + UNFINISHED)[0], self._keyboard
                )
            else:
                await self._edit(text + UNFINISHED)
            self._shown = text
        except RetryAfter as error:
            return seconds_to_wait(error)
        except BadRequest as error:
            if "not modified" not in str(error).lower():
                log.info("A frame of a growing answer was refused: %s", error)
        except TelegramError as error:
            log.info("A frame of a growing answer could not be shown: %s", error)
        return 0.0

    async def _edit(self, text: str) -> None:
        with while_ours():
            await self._bot.edit_message_text(
                text,
                chat_id=self._place.chat_id,
                message_id=self.message_id,
                reply_markup=self._keyboard,
                link_preview_options=NO_PREVIEW,
            )


@contextlib.asynccontextmanager
async def growing(
    bot: Bot, place: Place, keyboard: InlineKeyboardMarkup | None = None, waiting: str = ""
) -> AsyncIterator[GrowingMessage]:
    """A message that grows until the block is left; its number, if it was begun, is then known."""
    message = GrowingMessage(bot, place, keyboard, waiting)
    message.message_id = await first_frame(bot, place)
    task = asyncio.create_task(message.grow())
    try:
        yield message
    finally:
        await message.end()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
