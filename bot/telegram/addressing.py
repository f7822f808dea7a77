"""Is a message meant for the bot, and what does it ask? In groups the bot speaks only when spoken to."""

import re

from telegram import Message, User
from telegram.constants import ChatType, MessageEntityType


def question_in(message: Message, bot: User) -> str | None:
    """What is asked, without the mention of the bot; None when the message is not for the bot.

    Every message of a private chat is. In a group it must mention the bot or reply to one of its messages.
    The text of media is its caption.
    """
    text = message.text or message.caption or ""
    if message.chat.type == ChatType.PRIVATE:
        return text.strip()
    mentions = _mentions_of(message, bot)
    if not mentions and not _replies_to(message, bot):
        return None
    for mention in mentions:
        text = re.sub(rf"{re.escape(mention)}(?!\w)", " ", text, count=1)
    return re.sub(r"[ \t]+", " ", text).strip(" ,:\n")


def _replies_to(message: Message, bot: User) -> bool:
    original = message.reply_to_message
    return bool(original and original.from_user and original.from_user.id == bot.id)


def _mentions_of(message: Message, bot: User) -> list[str]:
    kinds: list[str | None] = [MessageEntityType.MENTION, MessageEntityType.TEXT_MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    name = f"@{bot.username}".lower()
    return [
        text for entity, text in found.items() if (entity.user and entity.user.id == bot.id) or text.lower() == name
    ]
