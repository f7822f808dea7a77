"""Works off the inbox: one update after another within a chat, side by side between chats, so many at once.

Whatever happens to an update, it ends: done, or after some failures parked with an apology. What an update's handler
raises is kept for `process_error` of the application (see run.py), which hands it to `Work.error`.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from telegram import Update
from telegram.error import Forbidden, TelegramError
from telegram.ext import Application

from bot import metrics
from bot.state.database import DatabaseTrouble, now
from bot.state.inbox import Entry, Inbox, TakenOverError
from bot.state.outbox import Outbox
from bot.telegram import sentences
from bot.telegram.arrivals import Json, chat_of, content_of, is_for_bot, sent_at, without_content
from bot.telegram.language import Language, Sentence
from bot.telegram.rendering import Part, render_text
from bot.telegram.sending import Place, edit, first_frame, send
from bot.telegram.work import Work, current_work

log = logging.getLogger(__name__)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]

# Updates in hand at once. Waiting for a model costs little, and answering without one is bound by the processor.
AT_ONCE = 32
# And so many more of those that wait for nobody: a /stop or a press on "stop" must not wait for what it is to end.
BESIDE = 8
MOST_FAILURES = 3
# A process may die with an update in hand that is not to blame. One that was there so often, lately without others that
# may be to blame (see `bot.state.inbox`), probably is.
MOST_DEATHS = 24
PAUSES_AFTER_FAILURE = (timedelta(seconds=0.5), timedelta(seconds=3))
STALE_AFTER = timedelta(hours=1)

LOOK_EVERY_S = 1.0
STILL_HERE_EVERY_S = 15.0
TELL_EVERY_S = 2.0
STOPS_LOOKED_FOR_EVERY_S = 1.0
TELL_AFTER = timedelta(seconds=8)
TELL_AGAIN_AFTER = timedelta(minutes=10)
PRUNE_EVERY_S = 1800.0

# Numbers of the replies that the desk says, beyond those of any handler.
APOLOGY_REPLY = 1_000
STALE_REPLY = 1_001


class Desk:
    """Where the updates of the inbox are worked on. `stop_answer` stops the answer to the one with this name."""

    def __init__(
        self, application: AnyApplication, inbox: Inbox, outbox: Outbox, stop_answer: Callable[[str], None]
    ) -> None:
        self._application = application
        self._stop_answer = stop_answer
        self._inbox = inbox
        self._outbox = outbox
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._arrived = asyncio.Event()

    def wake(self) -> None:
        """Something arrived."""
        self._arrived.set()

    async def work(self) -> None:
        """Work until cancelled; what is in hand then goes on, see `stop`."""
        async with asyncio.TaskGroup() as duties:
            duties.create_task(self._hand_out())
            duties.create_task(_regularly(STILL_HERE_EVERY_S, self._say_still_here))
            duties.create_task(_regularly(TELL_EVERY_S, self._tell_who_waits))
            duties.create_task(_regularly(STOPS_LOOKED_FOR_EVERY_S, self._stop_what_others_were_asked_to))
            duties.create_task(_regularly(PRUNE_EVERY_S, self._inbox.prune))

    async def stop(self, within_s: float) -> bool:
        """Let what is in hand end within the time; give the rest back to the inbox. False when there was any."""
        if not self._in_hand:
            return True
        _, unfinished = await asyncio.wait(self._in_hand.values(), timeout=within_s)
        left = list(self._in_hand)
        for task in unfinished:
            task.cancel()
        if unfinished:
            await asyncio.wait(unfinished)
            await self._inbox.give_back(left)
            log.warning("%d updates were not finished in time; they wait in the inbox for the next start", len(left))
        return not unfinished

    async def _hand_out(self) -> None:
        while True:
            self._arrived.clear()
            entries = await self._take()
            for entry in entries:
                task = asyncio.create_task(self._work_on(entry), name=f"update {entry.update_id}")
                self._in_hand[entry.id] = task
                task.add_done_callback(partial(self._laid_aside, entry.id))
            metrics.IN_HAND.set(len(self._in_hand))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):  # wait_for of Python 3.11 may swallow a cancellation
                    await self._arrived.wait()

    async def _take(self) -> Sequence[Entry]:
        free = AT_ONCE - len(self._in_hand)
        if free + BESIDE <= 0:
            return ()
        try:
            metrics.WAITING.set(await self._inbox.waiting())
            if free > 0:
                return await self._inbox.take(free, self._in_hand)
            return await self._inbox.take(free + BESIDE, self._in_hand, beside=True)
        except DatabaseTrouble:
            log.exception("The inbox cannot be read; trying again")
            return ()

    async def _say_still_here(self) -> None:
        await self._inbox.still_here(self._in_hand)

    async def _stop_what_others_were_asked_to(self) -> None:
        """A /stop, or a press on "stop", may have come to another replica."""
        if self._in_hand:
            for entry_id in await self._inbox.asked_to_stop(self._in_hand):
                self._stop_answer(str(entry_id))

    def _laid_aside(self, entry_id: int, _: "asyncio.Task[None]") -> None:
        self._in_hand.pop(entry_id, None)
        self._arrived.set()

    async def _work_on(self, entry: Entry) -> None:
        work = Work(entry, self._inbox, self._outbox)
        current_work.set(work)
        try:
            await self._finish(work)
        except TakenOverError:
            log.warning("Update %s was taken over by another replica, which answers it", entry.update_id)
        except Exception:  # mostly the database; the update stays taken, and is taken again when that time is up
            log.exception("Update %s was worked on, but that could not be written down", entry.update_id)

    async def _finish(self, work: Work) -> None:
        entry = work.entry
        update = json.loads(entry.payload)
        if entry.deaths >= MOST_DEATHS:
            await self._give_up(work, update, "the process died with it")
            return
        if now() - sent_at(entry, update) > STALE_AFTER:
            outcome = "stale"
            work.error = await self._attempt(self._say_stale(work, update))
        else:
            outcome = "done"
            work.error = await self._attempt(self._handle(update)) or work.error
        if isinstance(work.error, Forbidden):  # blocked, or removed from the group: nobody to tell
            log.info("Update %s: Telegram refused the reply: %s", entry.update_id, work.error)
            outcome, work.error = "unreachable", None
        if work.error is not None:
            await self._failed(work, update, work.error)
            return
        await self._inbox.done([entry, *work.joined])
        metrics.ENDED.labels(outcome).inc()
        metrics.REPLY_SECONDS.observe((now() - entry.arrived_at).total_seconds())

    async def _attempt(self, doing: Awaitable[None]) -> Exception | None:
        try:
            await doing
        except DatabaseTrouble:
            raise
        except Exception as error:
            return error
        return None

    async def _handle(self, update: Json) -> None:
        bot = self._application.bot
        try:
            parsed = Update.de_json(update, bot)
        except Exception as error:  # whatever the library stumbles over; if it does so again, the update is poison
            log.info("Update %s holds what the library cannot read: %s", update.get("update_id"), error)
            parsed = Update.de_json(without_content(update), bot)
        await self._application.process_update(parsed)

    async def _failed(self, work: Work, update: Json, error: BaseException) -> None:
        entry = work.entry
        log.error(
            "Update %s could not be answered (try %d of %d)",
            entry.update_id,
            entry.failures + 1,
            MOST_FAILURES,
            exc_info=error,
        )
        metrics.ENDED.labels("failed").inc()
        if entry.failures + 1 < MOST_FAILURES:
            pause = PAUSES_AFTER_FAILURE[min(entry.failures, len(PAUSES_AFTER_FAILURE) - 1)]
            await self._inbox.failed(entry, type(error).__name__, pause)
        else:
            await self._give_up(work, update, type(error).__name__)

    async def _give_up(self, work: Work, update: Json, why: str) -> None:
        """Park it, and tell the person, if there is one who waits for an answer."""
        log.error("Update %s is parked: %s", work.entry.update_id, why)
        work.replies = APOLOGY_REPLY
        error = await self._attempt(self._apologise(update))
        if error is not None:
            log.warning("The apology could not be sent: %s", error)
        await self._inbox.park(work.entry, why)
        metrics.ENDED.labels("parked").inc()

    async def _apologise(self, update: Json) -> None:
        """In the place of what has grown of an answer, which is none; else as a message of its own."""
        kind, body = content_of(update)
        chat, message = chat_of(update), body.get("message") if kind == "callback_query" else body
        if kind not in ("message", "callback_query") or not chat or not isinstance(message, dict):
            return
        bot = self._application.bot
        parts = _said_to(body, sentences.APOLOGY)
        place = _place_of(chat, message)
        grown = await first_frame(bot, place)
        if grown is not None:
            await edit(bot, chat["id"], grown, parts[0])
        elif kind == "callback_query" or is_for_bot(message, bot.bot):
            await send(bot, place, parts)

    async def _say_stale(self, work: Work, update: Json) -> None:
        """Say that it has come too late for an answer; once for all that lie there of a chat, at the last of them."""
        following = await work.following()
        if following and now() - sent_at(following, json.loads(following.payload)) > STALE_AFTER:
            return
        work.replies = STALE_REPLY
        await self._say(update, sentences.STALE)

    async def _say(self, update: Json, sentence: Sentence) -> None:
        """Say this where a new message came from that was meant for the bot; nobody waits for a reply to all else."""
        chat, message = chat_of(update), update.get("message")
        if not chat or not isinstance(message, dict) or not is_for_bot(message, self._application.bot):
            return
        await send(self._application.bot, _place_of(chat, message), _said_to(message, sentence))

    async def _tell_who_waits(self) -> None:
        for entry in await self._inbox.to_be_told(TELL_AFTER, TELL_AGAIN_AFTER):
            update = json.loads(entry.payload)
            try:
                async with asyncio.timeout(TELL_EVERY_S):
                    await self._say(update, sentences.PLEASE_WAIT)
            except (TelegramError, TimeoutError) as error:  # a nicety; the answer comes all the same
                log.info("Could not ask somebody for patience: %s", error)


def _place_of(chat: Json, message: Json) -> Place:
    is_group = chat.get("type") != "private"
    return Place(
        chat_id=chat["id"],
        thread_id=message.get("message_thread_id") if message.get("is_topic_message") else None,
        reply_to=message.get("message_id") if is_group else None,
        is_group=is_group,
    )


def _said_to(body: Json, sentence: Sentence) -> list[Part]:
    """The sentence in the language of who wrote the message or pressed the button."""
    sender = body.get("from") or {}
    return render_text(sentence.to(Language.of_telegram(sender.get("language_code"))))


async def _regularly(every_s: float, duty: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await duty()
        except Exception:
            log.exception("Something that is done regularly failed; it is tried again")
