"""Admins are told, once, of what does not work although the bot goes on answering without it."""

import asyncio
import logging
import time

from telegram import Bot
from telegram.error import TelegramError

from bot.answer import Trouble
from bot.state import members
from bot.state.members import Role
from bot.telegram import sentences
from bot.telegram.language import Language
from bot.telegram.reception import Reception
from bot.telegram.rendering import render_text
from bot.telegram.sending import Place, send

log = logging.getLogger(__name__)

LOOKED_FOR_EVERY_S = 5.0
SAID_AGAIN_AFTER_S = 3_600.0  # what comes and goes is told once an hour


class Alerting:
    """Looks for troubles in the background; each process tells of its own."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._told: dict[Trouble, float] = {}

    async def watch(self, bot: Bot) -> None:
        """Tell of every trouble that begins, until cancelled."""
        before: frozenset[Trouble] = frozenset()
        while True:
            try:
                troubles = await asyncio.to_thread(self._reception.answerer.troubles)
                for trouble in sorted(troubles - before):
                    await self._tell(bot, trouble)
                before = troubles
            except Exception:  # an alert that fails is no reason to stop answering
                log.exception("Admins could not be told what does not work; trying again")
            await asyncio.sleep(LOOKED_FOR_EVERY_S)

    async def _tell(self, bot: Bot, trouble: Trouble) -> None:
        if time.monotonic() < self._told.get(trouble, float("-inf")) + SAID_AGAIN_AFTER_S:
            return
        everyone = await self._reception.database.run(members.all_members)
        admins = self._reception.settings.admin_ids | {m.user_id for m in everyone if m.role is Role.ADMIN}
        self._told[trouble] = time.monotonic()
        for admin in sorted(admins):
            try:
                await send(bot, Place(admin), render_text(sentences.TROUBLES[trouble].to(Language.BOTH)))
            except TelegramError as error:  # an admin who has never written to the bot, say
                log.warning("An admin could not be told that %s: %s", trouble, error)
