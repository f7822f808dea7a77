"""Announcements in the database."""

from bot.state import announcements, people
from bot.state.announcements import Stage
from bot.state.database import Database


def test_only_one_of_two_processes_goes_on(database: Database) -> None:
    run = database.transact
    run(announcements.write, "key", 1, "ข่าว")
    run(announcements.decide, "key", 1, Stage.SENDING)
    assert run(announcements.reached, "key", 0, 5, sent=True)
    assert not run(announcements.reached, "key", 0, 5, sent=True)  # the other has come as far and was slower
    assert run(announcements.reached, "key", 5, 9, sent=False)
    done = run(announcements.finish, "key")
    assert (done.sent, done.failed) == (1, 1)


def test_it_is_decided_once_by_who_wrote_it(database: Database) -> None:
    run = database.transact
    run(announcements.write, "key", 1, "ข่าว")
    assert run(announcements.decide, "key", 2, Stage.SENDING) is None
    assert run(announcements.decide, "key", 1, Stage.CANCELLED) is not None
    assert run(announcements.decide, "key", 1, Stage.SENDING) is None
    assert not run(announcements.unfinished)
    assert not run(people.count_reachable)
