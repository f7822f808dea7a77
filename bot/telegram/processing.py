"""In which order updates are worked on: one after another within a chat, side by side between chats."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

# Updates in hand at once, waiting ones included. Answers have their own, lower bound (handlers.ANSWERS_AT_ONCE).
MOST_UPDATES = 4_096


class InOrderPerChat(BaseUpdateProcessor):
    """Serial within a chat, so that a follow-up finds its history; a slow answer delays no other chat.

    Button presses do not queue: they must be answered at once and change no conversation.
    """

    def __init__(self) -> None:
        super().__init__(MOST_UPDATES)
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update) or update.effective_chat is None or update.callback_query:
            await coroutine
            return
        chat_id = update.effective_chat.id
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        self._waiting[chat_id] = self._waiting.get(chat_id, 0) + 1
        try:
            async with lock:  # asyncio's lock wakes its waiters first come, first served
                await coroutine
        finally:
            self._waiting[chat_id] -= 1
            if not self._waiting[chat_id]:
                del self._waiting[chat_id], self._locks[chat_id]

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass
