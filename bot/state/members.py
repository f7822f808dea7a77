"""Who may read more than everybody: members with their roles, and the invitations that make members.

An invitation is a random token, known only to who was given it: the database holds its digest. It makes one member,
once, until it expires.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Connection, String, Table, delete, func, insert, select

from bot.state import audit
from bot.state.audit import Act
from bot.state.database import Moment, metadata, now
from corpus.document import Audience


class Role(StrEnum):
    """What a member may do; the order is from the least to the most."""

    AGENCY = "agency"
    INTERNAL = "internal"
    ADMIN = "admin"

    @property
    def audience(self) -> Audience:
        """Which documents the role may read."""
        return Audience.AGENCY if self is Role.AGENCY else Audience.INTERNAL

    def covers(self, other: "Role") -> bool:
        """Whether this role may do all that the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


members = Table(
    "members",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(16), nullable=False),
    Column("name", String(128), nullable=False),
    Column("since", Moment, nullable=False),
    Column("invited_by", BigInteger, nullable=False),
)
invitations = Table(
    "invitations",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("invited_by", BigInteger, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)


@dataclass(frozen=True)
class Member:
    user_id: int
    role: Role
    name: str
    since: datetime
    invited_by: int


def role_of(connection: Connection, user_id: int) -> Role | None:
    """The role of a person at this moment."""
    found = connection.execute(select(members.c.role).where(members.c.user_id == user_id)).scalar_one_or_none()
    return Role(found) if found else None


def invite(connection: Connection, role: Role, invited_by: int, valid: timedelta) -> str:
    """A new invitation; the token is returned once and kept nowhere. 32 characters, as deep links take them."""
    token = secrets.token_urlsafe(24)
    made = now()
    connection.execute(
        insert(invitations).values(
            digest=_digest(token), role=role.value, invited_by=invited_by, made_at=made, expires_at=made + valid
        )
    )
    audit.note(connection, invited_by, Act.INVITE, role.value)
    return token


@dataclass(frozen=True)
class Joined:
    """What an invitation did; `is_new` tells whether it was used up for it."""

    role: Role
    is_new: bool


def join(connection: Connection, token: str, user_id: int, name: str, held: Role | None) -> Joined | None:
    """Use an invitation: None if there is none that holds. The role `held` already is not made smaller."""
    row = connection.execute(
        select(invitations).where(invitations.c.digest == _digest(token), invitations.c.expires_at > now())
    ).one_or_none()
    if row is None:
        return None
    role = Role(row.role)
    if held and held.covers(role):
        return Joined(held, False)
    taken = connection.execute(delete(invitations).where(invitations.c.digest == row.digest)).rowcount
    if not taken:  # somebody else was faster
        return None
    connection.execute(delete(members).where(members.c.user_id == user_id))
    connection.execute(
        insert(members).values(
            user_id=user_id, role=role.value, name=name[:128], since=now(), invited_by=row.invited_by
        )
    )
    audit.note(connection, user_id, Act.JOIN, f"{role.value}, invited by {row.invited_by}")
    return Joined(role, True)


def all_members(connection: Connection) -> Sequence[Member]:
    """Everybody with a role, the oldest member first."""
    rows = connection.execute(select(members).order_by(members.c.since)).all()
    return [Member(r.user_id, Role(r.role), r.name, r.since, r.invited_by) for r in rows]


def open_invitations(connection: Connection) -> int:
    return connection.execute(select(func.count()).where(invitations.c.expires_at > now())).scalar_one()


def revoke(connection: Connection, user_id: int, by: int) -> Role | None:
    """Take the role away, and the invitations that the person has made; the role that was, or None.

    An admin who is sent away must not come back by a link of their own.
    """
    role = role_of(connection, user_id)
    audit.note(connection, by, Act.REVOKE, f"{user_id} ({role.value if role else 'no member'})")
    connection.execute(delete(members).where(members.c.user_id == user_id))
    connection.execute(delete(invitations).where(invitations.c.invited_by == user_id))
    return role


def forget(connection: Connection, user_id: int) -> None:
    connection.execute(delete(members).where(members.c.user_id == user_id))


def prune(connection: Connection) -> None:
    """Delete invitations that have expired."""
    connection.execute(delete(invitations).where(invitations.c.expires_at <= now()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
