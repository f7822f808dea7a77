"""Who writes, what they may read, and whether the bot answers them at all. Looked up anew at each message and press,
so that a role that is withdrawn is gone at once.

In a group everybody reads every answer, so a group gets what everybody may read, whoever asks.
"""

from dataclasses import dataclass

from telegram import Chat, User
from telegram.constants import ChatType

from bot.settings import Access
from bot.state.asking import Arrival
from bot.state.members import Role
from bot.telegram.language import Language
from corpus.document import Audience


@dataclass(frozen=True)
class Reader:
    """A person in a chat. `audience` is what may be shown there; `may_ask` is false for strangers to a closed bot."""

    user_id: int
    chat_id: int
    in_private: bool
    language: Language = Language.THAI
    role: Role | None = None
    may_ask: bool = True

    @property
    def audience(self) -> Audience:
        return self.role.audience if self.role and self.in_private else Audience.PUBLIC

    def may_read(self, audience: Audience) -> bool:
        """Whether what is for this audience may be shown to this person in this chat."""
        order = list(Audience)
        return order.index(audience) <= order.index(self.audience)

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


@dataclass(frozen=True)
class Door:
    """Who is let in: the settings ADMIN_IDS and ACCESS."""

    admin_ids: frozenset[int] = frozenset()
    access: Access = Access.OPEN

    def reader(self, user: User, chat: Chat, found: Arrival) -> Reader:
        """The person who wrote in a chat, given what the database knows of them now."""
        role = Role.ADMIN if user.id in self.admin_ids else found.role
        chosen = found.person.language
        return Reader(
            user_id=user.id,
            chat_id=chat.id,
            in_private=chat.type == ChatType.PRIVATE,
            language=Language(chosen) if chosen else Language.of_telegram(user.language_code),
            role=role,
            may_ask=self.access is Access.OPEN or role is not None,
        )
