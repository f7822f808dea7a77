"""What admins look at: one transaction for each look, which is itself noted in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.state import audit, feedback, members, usage
from bot.state.audit import Act
from bot.state.members import Member
from bot.state.usage import Statistics


def list_members(connection: Connection, by: int) -> tuple[Sequence[Member], int]:
    """Everybody with a role, and how many invitations are open."""
    audit.note(connection, by, Act.MEMBERS)
    return members.all_members(connection), members.open_invitations(connection)


@dataclass(frozen=True)
class Report:
    """How the bot is used: figures, votes and reasons, and the questions that found no answer, with how often."""

    statistics: Statistics
    votes: dict[str, int]
    unanswered: Sequence[tuple[str, int]]


def report(connection: Connection, by: int, since: datetime, most_unanswered: int) -> Report:
    audit.note(connection, by, Act.STATS)
    return Report(
        usage.statistics(connection, since),
        feedback.votes_since(connection, since),
        feedback.top_unanswered(connection, since, most_unanswered),
    )
