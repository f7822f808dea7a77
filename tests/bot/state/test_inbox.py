"""What is in the inbox is taken once, in order, and never lost; also by several workers, on SQLite and PostgreSQL."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from bot.state.database import Database, now, open_database
from bot.state.inbox import (
    DONE_KEPT,
    SUSPECT_AFTER,
    TAKEN_FOR,
    Arrival,
    Entry,
    Inbox,
    State,
    TakenOverError,
    forget,
    inbox,
)
from bot.state.lock import DatabaseTaken, sole_worker
from bot.state.outbox import Outbox, PartState

BOT = 7_000_000_001


def arrival(number: int, chat: int = 1, *, identity: str = "") -> Arrival:
    return Arrival(
        number, identity or f"message:{chat}:{number}", f"chat:{chat}", f'{{"update_id": {number}}}', chat, number
    )


def worker(database: Database, name: str, bot_id: int = BOT) -> Inbox:
    return Inbox(database, bot_id, name)


async def test_an_update_is_kept_once_whichever_way_it_comes(database: Database) -> None:
    first = worker(database, "first")
    assert await first.add([arrival(1), arrival(2)]) == 2
    assert await first.add([arrival(1), arrival(9, identity="message:1:2"), arrival(3)]) == 1
    assert await worker(database, "another bot", bot_id=5).add([arrival(1)]) == 1
    assert await first.waiting() == 3
    taken = await first.take(1)
    await first.done(taken)
    assert await first.add([arrival(1)]) == 0  # also once it is done
    payload = await database.run(
        lambda c: c.execute(text("SELECT payload FROM inbox WHERE state = 'done'")).scalars().first()
    )
    assert payload == ""


async def test_lanes_go_side_by_side_and_each_in_order(database: Database) -> None:
    one, two = worker(database, "one"), worker(database, "two")
    await one.add([arrival(12), arrival(11), arrival(21, chat=2), arrival(31, chat=3)])
    first = await one.take(2)
    assert [entry.update_id for entry in first] == [11, 21]
    assert [entry.update_id for entry in await two.take(9)] == [31]
    assert await two.take(9) == []
    following = await one.following(first[0])
    assert following is not None
    assert following.update_id == 12
    await one.done([first[0]])
    assert [entry.update_id for entry in await two.take(9)] == [12]


async def test_what_arrives_after_a_later_one_was_begun_waits_for_it(database: Database) -> None:
    one, two = worker(database, "one"), worker(database, "two")
    await one.add([arrival(12)])
    [later] = await one.take(9)
    await two.add([arrival(11), arrival(21, chat=2)])
    assert [entry.update_id for entry in await two.take(9)] == [21]
    assert await one.take(9, [later.id]) == []
    await one.done([later])
    assert [entry.update_id for entry in await two.take(9)] == [11]


async def test_several_workers_never_take_the_same(database: Database) -> None:
    workers = [worker(database, f"worker {i}") for i in range(4)]
    await workers[0].add([arrival(chat * 100 + n, chat) for chat in range(1, 9) for n in range(3)])
    order: dict[str, list[int]] = {}

    async def work(me: Inbox) -> None:
        while await me.waiting():
            for entry in await me.take(2):
                order.setdefault(entry.lane, []).append(entry.update_id)
                await asyncio.sleep(0)
                await me.done([entry])

    await asyncio.gather(*(work(me) for me in workers))
    assert order == {f"chat:{chat}": [chat * 100 + n for n in range(3)] for chat in range(1, 9)}


async def test_what_a_dead_worker_had_is_taken_by_the_next_when_its_time_is_up(database: Database) -> None:
    dead, alive = worker(database, "dead"), worker(database, "alive")
    await dead.add([arrival(1), arrival(2, chat=2)])
    taken = await dead.take(2)
    await dead.still_here([taken[0].id])
    assert await alive.take(2) == []
    past = now() - TAKEN_FOR
    await database.run(lambda c: c.execute(update(inbox).where(inbox.c.update_id == 2).values(taken_until=past)))
    [entry] = await alive.take(2)
    assert (entry.update_id, entry.attempts, entry.deaths) == (2, 2, 1)
    assert await alive.take_over() == 1  # on a database of its own, a new worker need not wait
    [other] = await alive.take(2, in_hand=[entry.id])
    assert (other.update_id, other.deaths) == (1, 1)


async def taken_over(database: Database) -> tuple[Entry, Entry]:
    """The update as a worker had it that was frozen for long, and as another one has it now."""
    frozen, alive = worker(database, "frozen"), worker(database, "alive")
    await frozen.add([arrival(1)])
    [before] = await frozen.take(1)
    await database.run(lambda c: c.execute(update(inbox).values(taken_until=now() - timedelta(seconds=1))))
    [after] = await alive.take(1)
    return before, after


async def test_who_was_frozen_meanwhile_begins_no_reply_and_ends_nothing(database: Database) -> None:
    before, after = await taken_over(database)
    frozen, alive, outbox = worker(database, "frozen"), worker(database, "alive"), Outbox(database)
    [part] = await outbox.record(before, 0, 1, ["reply"])
    attempts: list[Callable[[], Awaitable[None]]] = [
        lambda: frozen.hold(before),
        lambda: outbox.begun(before, part, 41),
        lambda: outbox.not_sent(before, part),
        lambda: frozen.failed(before, "ValueError", timedelta(0)),
        lambda: frozen.park(before, "ValueError"),
        lambda: frozen.done([before]),
    ]
    for attempt in attempts:
        with pytest.raises(TakenOverError):
            await attempt()
    await frozen.give_back([before.id])
    states = select(inbox.c.state, inbox.c.taken_by, inbox.c.attempts, inbox.c.failures)
    assert tuple(await database.run(lambda c: c.execute(states).one())) == (State.WAITING, "alive", 1, 0)
    [same] = await outbox.record(after, 0, 1, [])
    assert same.state is PartState.WAITING
    await outbox.begun(after, same, 42)
    await alive.done([after])
    with pytest.raises(TakenOverError):
        await alive.hold(after)


async def test_who_is_late_but_was_not_followed_goes_on_and_is_given_time(database: Database) -> None:
    late, other = worker(database, "late"), worker(database, "other")
    await late.add([arrival(1)])
    [entry] = await late.take(1)
    await database.run(lambda c: c.execute(update(inbox).values(taken_until=now() - timedelta(seconds=1))))
    await late.hold(entry)
    assert await other.take(1) == []


async def test_failures_are_counted_and_block_only_their_own_lane(database: Database) -> None:
    me = worker(database, "me")
    await me.add([arrival(1), arrival(2), arrival(3, chat=2)])
    first, other = await me.take(9)
    await me.failed(first, "ValueError", timedelta(minutes=1))
    await me.done([other])
    assert await me.take(9) == []
    await database.run(lambda c: c.execute(update(inbox).values(not_before=now())))
    [again] = await me.take(9)
    assert (again.update_id, again.failures, again.deaths) == (1, 1, 0)
    await me.park(again, "ValueError")
    assert [entry.update_id for entry in await me.take(9)] == [2]


async def test_a_clock_that_is_put_back_holds_nothing_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    dead, alive = worker(database, "dead"), worker(database, "alive")
    await dead.add([arrival(1), arrival(2, chat=2)])
    [taken] = await dead.take(1)
    monkeypatch.setattr("bot.state.inbox.now", lambda: now() - timedelta(hours=1))
    found = await alive.take(9)
    assert sorted(entry.update_id for entry in found) == [1, 2]
    assert taken.update_id == 1


async def test_another_worker_can_be_asked_to_stop_what_it_is_at(database: Database) -> None:
    one, two = worker(database, "one"), worker(database, "two")
    await one.add([arrival(1), arrival(2), arrival(3, chat=2)])
    mine, _ = await one.take(9)
    assert await one.in_hand_elsewhere(1) == []
    assert [entry.id for entry in await two.in_hand_elsewhere(1)] == [mine.id]
    assert not await one.ask_to_stop(mine.id)
    assert not await two.ask_to_stop(mine.id + 1)  # nobody is at it
    assert list(await one.asked_to_stop([mine.id])) == []
    assert await two.ask_to_stop(mine.id)
    assert list(await one.asked_to_stop([mine.id])) == [mine.id]
    await one.done([mine])
    assert not await two.ask_to_stop(mine.id)


async def test_what_was_given_up_is_forgotten_with_its_person_in_all_chats(database: Database) -> None:
    me = worker(database, "me")
    sent = [{"chat": {"id": -100, "type": "group"}, "from": {"id": user, "is_bot": False}} for user in (7, 77)]
    lanes = ("callback_query:1", "chat:-100", "chat:-100")
    await me.add(
        [
            Arrival(n, str(n), lane, json.dumps({"update_id": n, "message": message}), -100, 7)
            for n, (lane, message) in enumerate(zip(lanes, (sent[0], sent[0], sent[1]), strict=True), start=1)
        ]
    )
    await database.run(lambda c: c.execute(update(inbox).values(state=State.PARKED)))
    await database.run(forget, 7)
    kept = await database.run(lambda c: c.execute(select(inbox.c.update_id)).scalars().all())
    assert kept == [3]


async def test_given_back_is_as_if_never_taken(database: Database) -> None:
    me = worker(database, "me")
    await me.add([arrival(1)])
    [entry] = await me.take(1)
    await me.give_back([entry.id])
    assert [again.attempts for again in await worker(database, "next").take(1)] == [1]


async def test_who_waits_long_is_told_once(database: Database) -> None:
    me = worker(database, "me")
    await me.add([arrival(1), arrival(2), arrival(3, chat=2), arrival(4, chat=3)])
    [_] = await me.take(1)  # chat 1 is served
    long_ago, soon = timedelta(0), timedelta(hours=1)
    assert [entry.lane for entry in await me.to_be_told(timedelta(hours=1), soon)] == []
    assert [entry.lane for entry in await me.to_be_told(long_ago, soon)] == ["chat:2", "chat:3"]
    assert await me.to_be_told(long_ago, soon) == []


async def test_what_ended_long_ago_is_deleted_with_its_replies(database: Database) -> None:
    assert timedelta(days=1) < DONE_KEPT  # for so long Telegram repeats an update
    me, outbox = worker(database, "me"), Outbox(database)
    await me.add([arrival(1), arrival(2, chat=2), arrival(3, chat=3)])
    old, young, _ = await me.take(3)
    await outbox.record(old, 0, 1, ["reply"])
    await me.done([old, young])
    past = now() - DONE_KEPT - timedelta(minutes=1)
    await database.run(lambda c: c.execute(update(inbox).where(inbox.c.id == old.id).values(ended_at=past)))
    await me.prune()
    counted = text("SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox)")
    counts = await database.run(lambda c: c.execute(counted).one())
    assert tuple(counts) == (2, 0)


async def test_replies_are_written_down_once_and_forget_their_text_when_sent(database: Database) -> None:
    me, outbox = worker(database, "me"), Outbox(database)
    await me.add([arrival(1)])
    [entry] = await me.take(1)
    first, second = await outbox.record(entry, 0, 1, ["one", "two"])
    await outbox.begun(entry, first, 41)
    await outbox.sent(first, 42)
    await outbox.begun(entry, second, 42)
    again = await outbox.record(entry, 0, 1, ["something", "else", "entirely"])
    assert [(p.content, p.state, p.after_id, p.message_id) for p in again] == [
        ("", PartState.SENT, 41, 42),
        ("two", PartState.BEGUN, 42, None),
    ]
    assert [p.content for p in await outbox.record(entry, 1, 1, ["three"])] == ["three"]
    assert await outbox.message_ids((0, 9), 0) == {1, 42}
    assert await outbox.message_ids((2, 9), 0) == set()
    assert await outbox.recent_messages(9) == [(1, 1), (1, 42)]


async def test_an_update_that_got_as_far_as_a_reply_is_not_blamed_for_dead_processes(database: Database) -> None:
    me = worker(database, "me")
    await me.add([arrival(1)])
    for _ in range(3):
        [entry] = await worker(database, "me").take(1)
        await worker(database, "next").take_over()
    assert entry.deaths == 2
    await Outbox(database).record(entry, 0, 1, ["reply"])
    [entry] = await me.take(1)
    assert entry.deaths == 1


async def test_what_kills_its_process_takes_no_others_with_it(database: Database) -> None:
    """All are in hand when the first one ends the process, again and again; the others are answered all the same."""
    deadly, others = 1, {2, 3, 4}
    await worker(database, "").add([arrival(number, chat=number) for number in (deadly, *others)])
    deaths, answered = 0, dict.fromkeys(others, 0)
    for life in range(4 * SUSPECT_AFTER):
        me = worker(database, f"life {life}")
        await me.take_over()
        while taken := await me.take(9):
            if any(entry.update_id == deadly for entry in taken):
                deaths = max(entry.deaths for entry in taken if entry.update_id == deadly)
                break
            answered |= {entry.update_id: entry.deaths for entry in taken}
            await me.done(taken)
    assert await me.waiting() == 1
    assert set(answered.values()) == {SUSPECT_AFTER}
    assert deaths == 4 * SUSPECT_AFTER - 1


async def test_of_updates_that_may_have_killed_a_process_one_is_in_hand(database: Database) -> None:
    one, two = worker(database, "one"), worker(database, "two")
    await one.add([arrival(number, chat=number) for number in (1, 2)])
    await database.run(lambda c: c.execute(update(inbox).values(attempts=SUSPECT_AFTER)))
    await one.add([arrival(3, chat=3)])
    [suspect, other] = await one.take(9)
    assert (suspect.update_id, other.update_id) == (1, 3)
    assert not await two.take(9)
    assert not await one.take(9, in_hand=[suspect.id, other.id])
    await one.done([suspect])
    assert [entry.update_id for entry in await two.take(9)] == [2]


@pytest.fixture
def second(url: str, tmp_path: Path, database: Database) -> Iterator[Database]:
    """The same database, opened once more."""
    opened = open_database(url, tmp_path)
    yield opened
    opened.close()


def test_one_process_a_bot_holds_a_database(database: Database, second: Database) -> None:
    with (
        sole_worker(database, BOT),
        sole_worker(second, BOT + 1),
        pytest.raises(DatabaseTaken),
        sole_worker(second, BOT, patience_s=0),
    ):
        raise AssertionError("two hold it")
    with sole_worker(second, BOT, patience_s=0):
        pass
