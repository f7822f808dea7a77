"""Fetches updates by long polling. Telegram is told that updates arrived only once the inbox has them.

The library's own polling is not used: it tells Telegram first, and one update that it cannot read stops all others.
"""

import asyncio
import logging
import random
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.warnings import PTBUserWarning

from bot import metrics
from bot.state.database import DatabaseTrouble
from bot.state.inbox import Inbox
from bot.telegram.arrivals import keep
from bot.telegram.delivery import seconds_to_wait

log = logging.getLogger(__name__)

WAIT_AT_TELEGRAM_S = 10
READ_TIMEOUT_S = 20.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0
SAY_AGAIN_AFTER_S = 60.0

# Telegram ends the poll that already waits, with 409, whenever another poll comes in. So the older of two pollers
# meets the conflict first but wins the next round about a second later. Hence a young poller gives way and an older
# one holds on: the bot that was there keeps working, and the one that came second stops.
GIVES_WAY_FOR_S = 6.0


class OustedError(Exception):
    """Another process polls with the same token, and was there before."""


class Poller:
    """Fetches for one bot into its inbox."""

    def __init__(self, bot: Bot, inbox: Inbox, kinds: Sequence[str], wake: Callable[[], None]) -> None:
        self._bot = bot
        self._inbox = inbox
        self._kinds = list(kinds)
        self._wake = wake
        self._offset = 0
        self._began = 0.0
        self._pause_s = FIRST_PAUSE_S
        self._complained_at = float("-inf")

    async def poll(self) -> None:
        """Fetch until cancelled; troubles that may pass are waited for.

        Raises:
            OustedError: another process polls, and this one has only just begun.
            telegram.error.InvalidToken: the token is wrong, or was revoked.
        """
        self._began = time.monotonic()
        # The method that it would have us use makes objects of the updates first.
        warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)
        while True:
            try:
                await self._fetch()
                self._pause_s = FIRST_PAUSE_S
            except EndPointNotFound:  # as the library puts it when the token is refused
                raise InvalidToken from None
            except OustedError:
                raise
            except Conflict as error:
                await self._contend(error)
            except RetryAfter as error:
                await self._complain(error, seconds_to_wait(error))
            except Exception as error:  # whatever it is, people wait
                await self._complain(error, self._pause_s * random.uniform(0.7, 1.2))  # noqa: S311
                self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    async def _fetch(self) -> None:
        fields = {"timeout": WAIT_AT_TELEGRAM_S, "allowed_updates": self._kinds, "offset": self._offset}
        updates: Any = await self._bot.do_api_request("getUpdates", fields, read_timeout=READ_TIMEOUT_S)
        if not updates:
            return
        await keep(self._inbox, updates)
        self._offset = max(int(update["update_id"]) for update in updates) + 1
        self._wake()

    async def _contend(self, error: Conflict) -> None:
        metrics.POLL_TROUBLES.labels("conflict").inc()
        if "webhook" in str(error).lower():
            log.warning("A webhook is set for this token; it is removed, since this process polls")
            await self._remove_webhook()
        elif time.monotonic() - self._began <= GIVES_WAY_FOR_S:
            raise OustedError
        else:
            log.warning("Another process polls with the same token; this one goes on: %s", error)
            await asyncio.sleep(FIRST_PAUSE_S)

    async def _remove_webhook(self) -> None:
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            await self._complain(error, FIRST_PAUSE_S)

    async def _complain(self, error: Exception, pause_s: float) -> None:
        """Say what is wrong, now and then, and pause."""
        kind = (
            "database" if isinstance(error, DatabaseTrouble) else "timeout" if isinstance(error, TimedOut) else "other"
        )
        metrics.POLL_TROUBLES.labels(kind).inc()
        if time.monotonic() - self._complained_at > SAY_AGAIN_AFTER_S:
            self._complained_at = time.monotonic()
            expected = isinstance(error, TelegramError)
            log.warning("Fetching updates failed; trying again: %r", error, exc_info=None if expected else error)
        await asyncio.sleep(pause_s)
