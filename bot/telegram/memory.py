"""What the bot remembers of its chats: recent exchanges for follow-ups, recent answers for the buttons below them.

All of it is in memory, bounded, and gone after a restart; a button that is not remembered says that it has expired.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from bot.answer import Answer, Turn

EXCHANGES = 4
MOST_CONVERSATIONS = 2_000
MOST_ANSWERS = 2_000


@dataclass(frozen=True)
class ConversationKey:
    """Whose conversation it is. Never the user alone: what is said in private must not surface in a group."""

    chat_id: int
    thread_id: int | None
    user_id: int


class Conversations:
    """The last exchanges of each conversation; the conversation unused for longest is forgotten first."""

    def __init__(self, exchanges: int = EXCHANGES, most: int = MOST_CONVERSATIONS) -> None:
        self._turns: OrderedDict[ConversationKey, tuple[Turn, ...]] = OrderedDict()
        self._turns_kept = 2 * exchanges
        self._most = most

    def history(self, key: ConversationKey) -> tuple[Turn, ...]:
        return self._turns.get(key, ())

    def remember(self, key: ConversationKey, question: str, answer: str) -> None:
        exchange = (Turn("user", question), Turn("assistant", answer))
        self._turns[key] = (*self.history(key), *exchange)[-self._turns_kept :]
        self._turns.move_to_end(key)
        while len(self._turns) > self._most:
            self._turns.popitem(last=False)

    def forget(self, key: ConversationKey) -> None:
        self._turns.pop(key, None)


@dataclass(frozen=True)
class ShownAnswer:
    """An answer that stands in a chat, and whose it is: only that person's presses count."""

    answer: Answer
    chat_id: int
    user_id: int


class ShownAnswers:
    """Answers by the random key that their buttons carry."""

    def __init__(self, most: int = MOST_ANSWERS) -> None:
        self._answers: OrderedDict[str, ShownAnswer] = OrderedDict()
        self._most = most

    def add(self, shown: ShownAnswer) -> str:
        key = secrets.token_urlsafe(12)
        self._answers[key] = shown
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return key

    def find(self, key: str, chat_id: int, user_id: int) -> ShownAnswer | None:
        """The answer, if it is remembered and this person in this chat asked for it."""
        shown = self._answers.get(key)
        return shown if shown and (shown.chat_id, shown.user_id) == (chat_id, user_id) else None
