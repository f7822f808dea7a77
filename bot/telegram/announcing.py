"""An admin's announcement to everybody who has written in private: confirmed once, sent slowly, gone on with after a
restart. Who was being written to in the moment a process died may get it twice; nobody is left out."""

import asyncio
import logging

from telegram import Bot, CallbackQuery, Message
from telegram.error import Forbidden, TelegramError

from bot.state import announcements, people
from bot.state.announcements import Announcement, Stage
from bot.state.database import Database
from bot.telegram import sentences
from bot.telegram.access import Reader
from bot.telegram.acknowledging import acknowledge
from bot.telegram.callbacks import ButtonData
from bot.telegram.language import Language, Sentence
from bot.telegram.rendering import render_text
from bot.telegram.sending import Place, edit, send
from bot.telegram.work import current_work

log = logging.getLogger(__name__)

EVERY_S = 0.1  # a third of what Telegram allows: answers come first
PEOPLE_AT_ONCE = 50


class Announcing:
    """Sends announcements in the background."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, bot: Bot, announcement: Announcement) -> None:
        """Send it, or go on sending it."""
        task = asyncio.create_task(self._send_to_all(bot, announcement), name=f"announcement {announcement.key}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def decide(self, bot: Bot, press: CallbackQuery, reader: Reader, data: ButtonData) -> Sentence | None:
        """Send what was written, or do not; the sentence to refuse with, if that was decided before."""
        stage = Stage.SENDING if data.n else Stage.CANCELLED
        announcement = await self._database.run(announcements.decide, data.key, reader.user_id, stage)
        if announcement is None or not isinstance(press.message, Message):
            return sentences.EXPIRED
        await acknowledge(press)
        said = sentences.ANNOUNCE_STARTED if data.n else sentences.ANNOUNCE_CANCELLED
        [part, *_] = render_text(f"{announcement.text}\n\n{said.to(reader.language)}")
        await edit(bot, press.message.chat.id, press.message.message_id, part)
        if stage is Stage.SENDING:
            self.begin(bot, announcement)
        return None

    async def go_on(self, bot: Bot) -> None:
        """Go on with what an earlier process did not finish."""
        for announcement in await self._database.run(announcements.unfinished):
            self.begin(bot, announcement)

    async def stop(self) -> None:
        """Leave the rest to the next process."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send_to_all(self, bot: Bot, announcement: Announcement) -> None:
        current_work.set(None)  # this goes on long after the press that began it
        parts = render_text(announcement.text)
        reached = announcement.reached
        while chosen := await self._database.run(people.reachable_after, reached, PEOPLE_AT_ONCE):
            for user_id in chosen:
                is_sent = True
                try:
                    await send(bot, Place(user_id), parts)
                except Forbidden:
                    is_sent = False
                    await self._database.run(people.cannot_be_reached, user_id)
                except TelegramError as error:
                    is_sent = False
                    log.warning("An announcement could not be sent to one person: %s", error)
                if not await self._database.run(
                    announcements.reached, announcement.key, reached, user_id, sent=is_sent
                ):
                    return  # another replica, begun meanwhile, goes on with it
                reached = user_id
                await asyncio.sleep(EVERY_S)
        done = await self._database.run(announcements.finish, announcement.key)
        text = sentences.ANNOUNCE_DONE.to(Language.BOTH, sent=done.sent, failed=done.failed)
        await send(bot, Place(done.by), render_text(text))
