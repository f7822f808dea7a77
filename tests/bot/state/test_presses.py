"""A second press of the same button within a moment is none, whoever is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.state import presses
from bot.state.database import Database, now
from bot.state.presses import KEPT, TWICE_WITHIN, Pressed

PRESS = Pressed(chat_id=1, message_id=2, user_id=3, button="p:key:1:signature", press_id="first")
SECOND = replace(PRESS, press_id="second")


def is_repeated(database: Database, pressed: Pressed) -> bool:
    return database.transact(presses.is_repeated, pressed)


def test_only_the_same_button_of_the_same_message_by_the_same_person_is_repeated(database: Database) -> None:
    assert not is_repeated(database, PRESS)
    assert is_repeated(database, SECOND)
    for other in ({"chat_id": 9}, {"message_id": 9}, {"user_id": 9}, {"button": "p:key:2:signature"}):
        assert not is_repeated(database, replace(SECOND, **other))


def test_a_press_that_is_worked_on_again_is_no_second_one(database: Database) -> None:
    assert not is_repeated(database, PRESS)
    assert is_repeated(database, SECOND)
    assert not is_repeated(database, PRESS)


@pytest.mark.parametrize("later", [TWICE_WITHIN + timedelta(seconds=1), -timedelta(hours=1)])
def test_after_a_while_it_counts_again_also_if_the_clock_was_put_back(
    database: Database, monkeypatch: pytest.MonkeyPatch, later: timedelta
) -> None:
    assert not is_repeated(database, PRESS)
    monkeypatch.setattr(presses, "now", lambda: now() + later)
    assert not is_repeated(database, SECOND)
    assert is_repeated(database, replace(PRESS, press_id="third"))


def test_presses_are_deleted_soon_and_with_their_person(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept() -> int:
        return int(database.transact(lambda c: c.execute(text("SELECT count(*) FROM presses")).scalar_one()))

    for person in (3, 4):
        is_repeated(database, replace(PRESS, user_id=person))
    database.transact(presses.prune)
    database.transact(presses.forget, 4)
    assert kept() == 1
    monkeypatch.setattr(presses, "now", lambda: now() + KEPT + timedelta(minutes=1))
    database.transact(presses.prune)
    assert kept() == 0
