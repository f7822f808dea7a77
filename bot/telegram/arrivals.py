"""Updates as Telegram's JSON, before anything is made of them: what must be known to keep them and to order them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import User

from bot import metrics
from bot.state.inbox import CHAT_LANE, Arrival, Entry, Inbox
from bot.telegram.delivery import seen_ids
from bot.telegram.masking import masked_update

Json = dict[str, Any]

# Commands that must not wait for the answer before them, since they are about it.
URGENT = ("/stop", "/cancel")

# Telegram gives up an update after a day. A date further back is no date that can be relied on.
OLDEST_BELIEVED = timedelta(days=1)

_OF_EVERY_MESSAGE = (
    "message_id",
    "date",
    "chat",
    "from",
    "message_thread_id",
    "is_topic_message",
    "reply_to_message",
    "media_group_id",
)
_MESSAGES = ("message", "edited_message", "channel_post", "edited_channel_post")


async def keep(inbox: Inbox, updates: Sequence[object]) -> None:
    """Keep the updates; those that are none are counted and left out. When it returns, they are safe."""
    arrivals = [arrival for arrival in map(arrival_of, updates) if arrival is not None]
    for arrival in arrivals:
        if arrival.chat_id is not None and arrival.message_id is not None:
            seen_ids.saw(arrival.chat_id, arrival.message_id)
    new = await inbox.add(arrivals)
    metrics.UPDATES.labels("new").inc(new)
    metrics.UPDATES.labels("repeated").inc(len(arrivals) - new)
    metrics.UPDATES.labels("refused").inc(len(updates) - len(arrivals))


def arrival_of(update: object) -> Arrival | None:
    """The update with what must be known of it; None for what has no id, as no update of Telegram's comes."""
    if not isinstance(update, dict) or not _is_id(update.get("update_id")):
        return None
    number = update["update_id"]
    update = masked_update(update)
    kind, body = content_of(update)
    chat_id, message_id = chat_of(update).get("id"), body.get("message_id")
    return Arrival(
        number,
        _identity(number, kind, body),
        _lane(number, kind, body),
        json.dumps(update),
        chat_id,
        message_id if _is_id(message_id) else None,
    )


def content_of(update: Json) -> tuple[str, Json]:
    """What kind of update it is, and the object that it is about."""
    for kind, body in update.items():
        if isinstance(body, dict):
            return kind, body
    return "", {}


def chat_of(update: Json) -> Json:
    """The chat it belongs to; empty when there is none."""
    body = content_of(update)[1]
    chat = body.get("chat") or _dict(body.get("message")).get("chat")
    return chat if isinstance(chat, dict) and _is_id(chat.get("id")) else {}


def without_content(update: Json) -> Json:
    """The update with who wrote, where and when, but as if it brought a file instead of what it brought: for a kind
    of message that is newer, or older, than the library that reads them."""
    message = update.get("message")
    if not isinstance(message, dict) or "text" in message:
        return update
    kept = {name: value for name, value in message.items() if name in _OF_EVERY_MESSAGE}
    return {"update_id": update["update_id"], "message": kept | {"document": {"file_id": "?", "file_unique_id": "?"}}}


def is_for_bot(message: Json, bot: User) -> bool:
    """Whether a new message, as JSON, is meant for the bot: all of a private chat, else a command, mention or reply."""
    if _dict(message.get("chat")).get("type") == "private":
        return True
    text = str(message.get("text") or message.get("caption") or "")
    replied_to = _dict(_dict(message.get("reply_to_message")).get("from")).get("id")
    return text.startswith("/") or f"@{bot.username}".lower() in text.lower() or replied_to == bot.id


def sent_at(entry: Entry, update: Json) -> datetime:
    """When it was sent, as far as Telegram's date can be believed, else when it arrived here."""
    date = content_of(update)[1].get("date")
    if not isinstance(date, int) or not 0 < date < 2**33:
        return entry.arrived_at
    said = datetime.fromtimestamp(date, UTC)
    return said if entry.arrived_at - OLDEST_BELIEVED < said < entry.arrived_at else entry.arrived_at


def _identity(number: int, kind: str, body: Json) -> str:
    """The same for the same message or button press, under whichever update id it comes. Ids of messages begin anew
    only where a chat does, and then the date differs."""
    chat = _dict(body.get("chat")).get("id")
    if kind in _MESSAGES and _is_id(chat) and _is_id(body.get("message_id")):
        date = body.get("edit_date") or body.get("date")
        return ascii(f"{kind}:{chat}:{body['message_id']}:{date}")[:120]
    if kind == "callback_query" and body.get("id"):
        return ascii(f"{kind}:{body['id']}")[:120]
    return f"update:{number}"


def _lane(number: int, kind: str, body: Json) -> str:
    """Updates of a chat follow one another. Button presses and what is urgent wait for nobody."""
    chat = _dict(body.get("chat")).get("id")
    text = body.get("text")
    if not _is_id(chat) or (isinstance(text, str) and text.lower().startswith(URGENT)):
        return f"{ascii(kind)[1:-1][:40]}:{number}"
    return f"{CHAT_LANE}{chat}"


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _is_id(value: object) -> bool:
    """A whole number that fits where ids are kept."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
