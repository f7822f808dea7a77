"""Answering a button press: at once, and exactly once."""

import logging

from telegram import CallbackQuery
from telegram.error import BadRequest

log = logging.getLogger(__name__)

MOST_UNITS = 200  # Telegram's limit


async def acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    """Stop the button's spinner. A press answered too late is refused by Telegram, which harms nobody."""
    try:
        await query.answer(text[:MOST_UNITS] if text else None)
    except BadRequest as error:
        log.info("A button press could not be acknowledged: %s", error)
