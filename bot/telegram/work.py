"""The update that is being worked on. It travels with the task, so that all a handler sends is known as its reply."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.state.inbox import Entry, Inbox
from bot.state.outbox import Outbox


@dataclass
class Work:
    """One update in hand: where its replies are written down, and how many its handler has said so far."""

    entry: Entry
    inbox: Inbox
    outbox: Outbox
    replies: int = 0
    error: BaseException | None = None
    joined: list[Entry] = field(default_factory=list)

    @property
    def is_again(self) -> bool:
        """Whether this update was in hand before, in vain."""
        return self.entry.attempts > 1

    async def hold(self) -> None:
        """Make sure that the update is still ours to answer. Raises `bot.state.inbox.TakenOverError`."""
        await self.inbox.hold(self.entry)

    def next_reply(self) -> int:
        """The number of the reply that is said now: 0 for the handler's first, and so on."""
        self.replies += 1
        return self.replies - 1

    async def following(self) -> Entry | None:
        """The next update of the same chat, if it has arrived: for a text that Telegram cut into several messages."""
        return await self.inbox.following(self.joined[-1] if self.joined else self.entry)

    def join(self, entry: Entry) -> None:
        """This handler deals with that update too; both end together."""
        self.joined.append(entry)


current_work: ContextVar[Work | None] = ContextVar("current_work", default=None)
