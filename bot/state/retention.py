"""Deletes what has been kept for as long as the settings say."""

from datetime import datetime

from sqlalchemy import Connection

from bot.state import conversations, feedback, members, presses, shown, usage


def prune(connection: Connection, before: datetime | None) -> None:
    """Delete conversations, shown answers, feedback and counts from before this moment, and expired invitations
    and presses.

    None keeps all but those two.
    """
    members.prune(connection)
    presses.prune(connection)
    if before is None:
        return
    conversations.prune(connection, before)
    shown.prune(connection, before)
    feedback.prune(connection, before)
    usage.prune(connection, before)
