"""One message to Telegram, until it is there: waits as told, tries again, and does not say anything twice.

Telegram's sending has no key to recognise a repeated request by. So when a connection breaks after the request was
written, or the process dies there, nobody knows whether the message exists. But message ids rise: within a supergroup,
and otherwise over all of a bot's chats. A message in doubt has an id just above the highest one known when it left, and
Telegram tells whether such a message is there if asked to give it the buttons that it has anyway: "message is not
modified" says yes, "message to edit not found" says no, and neither changes anything.
"""

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import Protocol

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot import metrics
from bot.telegram.requests import before_writing

log = logging.getLogger(__name__)

# After this time of trying in vain the message is given up for now; its update is tried again later.
PATIENCE_S = 900.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
# A message gets its id right after it left, so few are looked at: so many beyond the highest one known, and one more
# for each other message in doubt. A process that has just begun does not know yet what people wrote meanwhile.
BEYOND = 3
BEYOND_AT_START = 20
# With more ids than these to look at, it is waited for what makes some of them known: people's messages that arrive.
MOST_LOOKED_AT = 16
# How often an unclear case is looked at before it is decided. At the last time so many ids are looked at, each of which
# is a call to Telegram; with still more, nothing is certain.
LOOKS = 5
LOOKS_AT_LEAST_AT_START = 3  # within these 2 s what people wrote while nobody was there begins to arrive
MOST_LOOKED_AT_LAST = 100
# So long it is waited for updates that Telegram holds back: after failures it pauses before it posts again.
UPDATES_AWAITED_S = 300.0
IDS_REMEMBERED = 20_000

SUPERGROUPS_BELOW = -1_000_000_000_000


class SeenIds:
    """The message ids seen of late, of people's messages and of our own, where ids rise together."""

    def __init__(self) -> None:
        self._spaces: defaultdict[int, dict[int, None]] = defaultdict(dict)
        self._highest: defaultdict[int, int] = defaultdict(int)

    def saw(self, chat_id: int, message_id: int) -> None:
        space = _space(chat_id)
        self._highest[space] = max(self._highest[space], message_id)
        seen = self._spaces[space]
        seen[message_id] = None
        if len(seen) > IDS_REMEMBERED:
            del seen[next(iter(seen))]

    def highest(self, chat_id: int) -> int:
        return self._highest[_space(chat_id)]

    def unseen(self, chat_id: int, after_id: int, beyond: int) -> list[int]:
        """Ids above `after_id`, up to so many beyond the highest, under which there may be a message unknown to us."""
        seen = self._spaces[_space(chat_id)]
        last = max(self.highest(chat_id), after_id) + beyond
        return [
            number for number in range(after_id + 1, min(last, after_id + IDS_REMEMBERED) + 1) if number not in seen
        ]

    def forget(self) -> None:
        """Begin anew, as with another bot."""
        self._spaces.clear()
        self._highest.clear()


def _space(chat_id: int) -> int:
    """Chats whose message ids come from one counter."""
    return chat_id if chat_id < SUPERGROUPS_BELOW else 0


def same_counter(chat_id: int) -> tuple[int, int]:
    """The chats, from … to …, whose message ids come from the same counter as those of this one."""
    return (chat_id, chat_id) if chat_id < SUPERGROUPS_BELOW else (SUPERGROUPS_BELOW, 2**62)


seen_ids = SeenIds()


class Record(Protocol):
    """Where it is written down how far a message got, so that a later process knows."""

    async def begun(self, after_id: int) -> None: ...
    async def not_sent(self) -> None: ...
    async def sent(self, message_id: int | None) -> None: ...
    async def known_ids(self, chat_id: int, after_id: int, /) -> Collection[int]: ...


class Unrecorded:
    """For messages that need not survive the process."""

    async def begun(self, after_id: int) -> None:
        """Nothing is kept."""

    async def not_sent(self) -> None:
        """Nothing is kept."""

    async def sent(self, message_id: int | None) -> None:
        """Nothing is kept."""

    async def known_ids(self, _chat_id: int, _after_id: int, /) -> Collection[int]:
        return ()


class InDoubt:
    """How many messages are being looked for just now."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> None:
        self.count += 1

    def __exit__(self, *_: object) -> None:
        self.count -= 1


_in_doubt = InDoubt()


class Found(Enum):
    NO = auto()
    UNKNOWN = auto()


@dataclass
class Delivery:
    """A message on its way. `send` sends it to a chat; `in_doubt_after` is set if it may have been sent already."""

    bot: Bot
    chat_id: int
    send: Callable[[int], Awaitable[Message]]
    keyboard: InlineKeyboardMarkup | None = None
    record: Record = field(default_factory=Unrecorded)
    in_doubt_after: int | None = None
    _not_there: set[int] = field(default_factory=set)
    _troubles: int = 0
    _looks: int = 0
    _highest_seen: int = -1
    _is_of_dead_process: bool = False
    _updates_awaited_until: float = 0.0

    async def deliver(self) -> int | None:
        """The id of the message once it is there; None when it is there under an id that is not known.

        Raises:
            telegram.error.Forbidden, BadRequest, InvalidToken: what waiting does not heal.
            telegram.error.NetworkError: Telegram was out of reach for longer than our patience.
        """
        self._is_of_dead_process = self.in_doubt_after is not None
        self._updates_awaited_until = time.monotonic() + UPDATES_AWAITED_S
        async for _ in _tries():
            try:
                if self.in_doubt_after is not None:
                    found = await self._look_for(self.in_doubt_after)
                    if isinstance(found, int):
                        return await self._is_sent(found)
                    if await self._may_become_clearer(found):
                        continue
                    if found is Found.UNKNOWN and self._is_of_dead_process:
                        # It had handed its bytes to the system, which delivers them whatever becomes of the process.
                        log.warning("What became of a message of an earlier process stays unknown; taken as sent")
                        return await self._is_sent(None)
                return await self._is_sent((await self._try()).message_id)
            except RetryAfter as error:
                await _wait_as_told(error)
            except ChatMigrated as error:
                self.chat_id, self.in_doubt_after = error.new_chat_id, None
            except (BadRequest, Forbidden, InvalidToken):
                await self.record.not_sent()
                raise
            except NetworkError as error:
                _count(error)
                self._troubles += 1
                level = logging.WARNING if self._troubles == 1 else logging.DEBUG
                log.log(level, "A message did not get through (%s); trying again", error)
        raise NetworkError("Telegram could not be reached for too long")

    async def _may_become_clearer(self, found: Found) -> bool:
        """What people wrote meanwhile, and what else we sent, becomes known: so look until nothing new is.

        While Telegram still holds updates back for us, no look is the last one.
        """
        if time.monotonic() < self._updates_awaited_until and await self._is_more_to_come():
            self._looks -= 1
            return True
        before, self._highest_seen = self._highest_seen, seen_ids.highest(self.chat_id)
        is_early = self._is_of_dead_process and self._looks < LOOKS_AT_LEAST_AT_START
        return self._looks < LOOKS and (found is Found.UNKNOWN or before != self._highest_seen or is_early)

    async def _is_more_to_come(self) -> bool:
        """Whether Telegram has updates that have not arrived here; it counts them also where they are polled for."""
        info = await self.bot.get_webhook_info()
        return info.pending_update_count > 0

    async def _try(self) -> Message:
        async def begin() -> None:
            after_id = seen_ids.highest(self.chat_id)
            await self.record.begun(after_id)
            self.in_doubt_after = after_id

        self.in_doubt_after, self._is_of_dead_process, self._looks = None, False, 0
        self._not_there.clear()
        token = before_writing.set(begin)
        try:
            return await self.send(self.chat_id)
        except (RetryAfter, NetworkError) as error:
            if isinstance(error, RetryAfter) or _is_refusal(error):
                self.in_doubt_after = None
                await self.record.not_sent()
            raise
        finally:
            before_writing.reset(token)

    async def _is_sent(self, message_id: int | None) -> int | None:
        if message_id is not None:
            seen_ids.saw(self.chat_id, message_id)
        await self.record.sent(message_id)
        metrics.MESSAGES.inc()
        return message_id

    async def _look_for(self, after_id: int) -> int | Found:
        """The id of the message in doubt, if it can be found."""
        self._looks += 1
        beyond = BEYOND_AT_START if self._is_of_dead_process else BEYOND
        with _in_doubt:
            for known in await self.record.known_ids(self.chat_id, after_id):
                seen_ids.saw(self.chat_id, known)
            candidates = seen_ids.unseen(self.chat_id, after_id, beyond + _in_doubt.count)
            most = MOST_LOOKED_AT_LAST if self._looks >= LOOKS else MOST_LOOKED_AT
            looked_at = candidates[: most + _in_doubt.count]
            for message_id in (number for number in looked_at if number not in self._not_there):
                is_there = await self._is_there(message_id)
                if is_there is None:
                    return Found.UNKNOWN
                if is_there:
                    log.info("A message in doubt was found to be there")
                    return message_id
                self._not_there.add(message_id)
        return Found.NO if looked_at == candidates else Found.UNKNOWN

    async def _is_there(self, message_id: int) -> bool | None:
        """Whether this is a message of ours with these buttons; None when Telegram's reply does not tell."""
        try:
            await self.bot.edit_message_reply_markup(self.chat_id, message_id, reply_markup=self.keyboard)
        except BadRequest as error:
            reason = str(error).lower()
            if "not modified" in reason:
                return True
            return False if "not found" in reason or "can't be edited" in reason or "invalid" in reason else None
        return None


async def persist(call: Callable[[], Awaitable[object]]) -> None:
    """Do what can be repeated freely, as edits can, until Telegram has done it, or says that it is so already.

    Raises:
        telegram.error.TelegramError: as `Delivery.deliver`.
    """
    async for _ in _tries():
        try:
            await call()
        except RetryAfter as error:
            await _wait_as_told(error)
        except BadRequest as error:
            if "not modified" in str(error).lower():
                return
            raise
        except (Forbidden, InvalidToken):
            raise
        except NetworkError as error:
            _count(error)
        else:
            return
    raise NetworkError("Telegram could not be reached for too long")


async def _tries() -> AsyncIterator[None]:
    """Ever longer pauses between tries, each a little different, so that not all come back at once."""
    until = time.monotonic() + PATIENCE_S
    pause = FIRST_PAUSE_S
    while time.monotonic() < until:
        yield
        await asyncio.sleep(pause * random.uniform(0.6, 1.2))  # noqa: S311
        pause = min(2 * pause, LONGEST_PAUSE_S)


def seconds_to_wait(error: RetryAfter) -> float:
    """As long as Telegram asks for, and a little longer, each time a little different."""
    told = error.retry_after
    seconds = told.total_seconds() if isinstance(told, timedelta) else float(told)
    return seconds + random.uniform(0.05, 0.3)  # noqa: S311


async def _wait_as_told(error: RetryAfter) -> None:
    metrics.SEND_TROUBLES.labels("flood").inc()
    seconds = seconds_to_wait(error)
    log.info("Telegram asks to wait %.0f s before the next message to a chat", seconds)
    await asyncio.sleep(seconds)


def _is_refusal(error: NetworkError) -> bool:
    """Whether Telegram itself replied that it failed. Cut connections, timeouts and gateways leave it open."""
    return error.__cause__ is None and not isinstance(error, TimedOut) and "gateway" not in str(error).lower()


def _count(error: NetworkError) -> None:
    metrics.SEND_TROUBLES.labels("timeout" if isinstance(error, TimedOut) else "network").inc()
