"""What is read off an update before anything is made of it, however odd it is."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import User

from bot.state.inbox import Entry
from bot.telegram.arrivals import arrival_of, chat_of, is_for_bot, sent_at

BOT = User(7, "bot", is_bot=True, username="Tham_Phaen_Bot")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 100, "chat": {"id": 9, "type": "private"}, "text": "คำถาม", **fields}


def test_a_message_delivered_under_two_ids_is_one_message() -> None:
    first, second = (
        arrival_of({"update_id": 1, "message": message()}),
        arrival_of({"update_id": 2, "message": message()}),
    )
    assert first is not None
    assert second is not None
    assert first.identity == second.identity
    other_day = arrival_of({"update_id": 3, "message": message(date=200)})
    assert other_day is not None
    assert other_day.identity != first.identity


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"message": message()}, "chat:9"),
        ({"message": message(text="/stop")}, "message:1"),
        ({"callback_query": {"id": "77", "message": message(), "data": "x"}}, "callback_query:1"),
        ({"my_chat_member": {"chat": {"id": -5}}}, "chat:-5"),
        ({"poll": {"id": "3"}}, "poll:1"),
        ({}, ":1"),
    ],
)
def test_lanes(update: dict[str, Any], lane: str) -> None:
    arrival = arrival_of({"update_id": 1, **update})
    assert arrival is not None
    assert arrival.lane == lane


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (message(), True),
        (message(chat={"id": -1, "type": "group"}), False),
        (message(chat={"id": -1, "type": "group"}, text="/ask x"), True),
        (message(chat={"id": -1, "type": "group"}, text="@tham_phaen_bot x"), True),
        (message(chat={"id": -1, "type": "group"}, reply_to_message={"from": {"id": 7}}), True),
        (message(chat={"id": -1, "type": "group"}, reply_to_message={"from": {"id": 8}}), False),
        (message(chat=None), False),
    ],
)
def test_whether_somebody_waits_for_a_reply(said: dict[str, Any], meant: bool) -> None:
    assert is_for_bot(said, BOT) is meant


@pytest.mark.parametrize(
    ("date", "believed"),
    [
        (NOW - timedelta(hours=2), NOW - timedelta(hours=2)),
        (NOW - timedelta(days=2), NOW),  # Telegram keeps updates for a day
        (NOW + timedelta(hours=1), NOW),
        ("yesterday", NOW),
        (None, NOW),
        (10**30, NOW),
    ],
)
def test_dates_are_believed_if_they_can_be_right(date: object, believed: datetime) -> None:
    said = int(date.timestamp()) if isinstance(date, datetime) else date
    entry = Entry(1, 1, "chat:9", "", NOW, 1, 0)
    assert sent_at(entry, {"update_id": 1, "message": message(date=said)}) == believed


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["message", "chat", "id", "message_id", "date", "text", "update_id", "from"]), inner, max_size=5
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_no_json_upsets_it(update: Any) -> None:
    arrival = arrival_of(update)
    if arrival is None:
        return
    assert len(arrival.identity) <= 120
    assert len(arrival.lane) <= 80
    assert (arrival.identity + arrival.lane + arrival.payload).isprintable()  # no database refuses it
    assert abs(arrival.update_id) < 2**63
    kept = json.loads(arrival.payload)
    chat_of(kept)
    sent_at(Entry(1, 1, arrival.lane, arrival.payload, NOW, 1, 0), kept)
