"""A long question that Telegram's apps have cut into several messages is one question.

The apps cut at 4,096 units. So after a message that is nearly as long, the next ones of the same person are waited for
a moment; as long as they come and are as long, so are their followers.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telegram import Message

from bot.telegram.rendering import LIMIT, units
from bot.telegram.work import current_work

# Apps cut a little earlier where a word or a line ends.
CUT_FROM = LIMIT - 600
WAIT_S = 1.2
LOOK_EVERY_S = 0.15
SENT_WITHIN_S = 3
MOST_PIECES = 10


async def whole_question(question: str, message: Message) -> str:
    """The question with the pieces that follow it; they are then dealt with, too."""
    work = current_work.get()
    piece, pieces = message.text or "", [question]
    while work and units(piece) >= CUT_FROM and len(pieces) < MOST_PIECES:
        following = await _following(message)
        if following is None:
            break
        piece = following
        pieces.append(piece)
    return "\n".join(pieces)


async def _following(message: Message) -> str | None:
    """The text of the next message of the same person, as soon as it is there; None if there is none that fits."""
    work = current_work.get()
    if work is None:
        return None
    for _ in range(int(WAIT_S / LOOK_EVERY_S)):
        entry = await work.following()
        if entry is not None:
            update = json.loads(entry.payload)
            if not _goes_on(message, update.get("message")):
                return None
            work.join(entry)
            return str(update["message"]["text"])
        await asyncio.sleep(LOOK_EVERY_S)
    return None


def _goes_on(message: Message, following: object) -> bool:
    """Whether a message that came next is the rest of this one: of the same person and thread, sent at once."""
    if not isinstance(following, Mapping) or not isinstance(following.get("text"), str):
        return False
    sender: Mapping[str, Any] = following.get("from") or {}
    is_same = message.from_user is not None and sender.get("id") == message.from_user.id
    thread_id = following.get("message_thread_id") if following.get("is_topic_message") else None
    is_same_thread = thread_id == (message.message_thread_id if message.is_topic_message else None)
    at_once = abs(int(following.get("date", 0)) - _seconds(message.date)) <= SENT_WITHIN_S
    is_command = any(e.get("type") == "bot_command" and not e.get("offset") for e in following.get("entities") or ())
    return is_same and is_same_thread and at_once and not is_command


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
