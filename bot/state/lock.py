"""One process at a time may fetch a bot's updates into a database. The lock ends with the process, however it ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from bot.state.database import Database

# A process that is just being replaced gets this long to end.
PATIENCE_S = 8.0
LOOK_EVERY_S = 0.25


class DatabaseTaken(Exception):
    """Another process of the same bot has the database."""


@contextmanager
def sole_worker(database: Database, bot_id: int, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Hold the database for this bot until the block is left.

    Raises:
        DatabaseTaken: when another process holds it for longer than `patience_s`.
    """
    hold = _hold_file if database.is_sqlite else _hold_advisory_lock
    with hold(database, bot_id, time.monotonic() + patience_s):
        yield


@contextmanager
def _hold_file(database: Database, bot_id: int, until: float) -> Iterator[None]:
    path = Path(f"{database.engine.url.database}.lock-{bot_id}")
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                _wait(until)
        yield


@contextmanager
def _hold_advisory_lock(database: Database, bot_id: int, until: float) -> Iterator[None]:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(text("SELECT pg_try_advisory_lock(:bot)"), {"bot": bot_id}).scalar_one():
            _wait(until)
        yield
        connection.execute(text("SELECT pg_advisory_unlock(:bot)"), {"bot": bot_id})


def _wait(until: float) -> None:
    if time.monotonic() > until:
        raise DatabaseTaken
    time.sleep(LOOK_EVERY_S)
