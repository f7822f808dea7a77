"""Updates as they came from Telegram, and how far each has got. What is in here is answered, whatever happens.

An update is *waiting* until it is *done* or *parked* (given up). Whoever works on it has *taken* it for a while, and
must say now and then that it still does; what a dead worker had taken is free again when its time is up. One that was
only frozen finds out when it goes on: instead of what it would write down or send comes `TakenOverError`. Updates of
one *lane* are taken one after another, in Telegram's order, by whichever of several processes; lanes go side by side.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.state.database import Database, Moment, metadata, now

# How long a taken update stays taken without a word from its worker.
TAKEN_FOR = timedelta(seconds=45)

# Workers that ended without a word so often while they had an update may have ended by it. From then on it is taken
# alone among such updates, so that those that only happened to be there are not blamed for what it does.
SUSPECT_AFTER = 6

# Nothing is put off or taken for so long: a moment so far ahead was written before the clock was put back.
CLOCK_WAS_PUT_BACK = timedelta(minutes=5)

# Telegram repeats an update for up to 24 hours; what is done is known for longer than that, without its text.
DONE_KEPT = timedelta(days=2)
PARKED_KEPT = timedelta(days=30)

# Lanes of chats begin so. Other lanes have one update each, which waits for nobody: a button press, a /stop.
CHAT_LANE = "chat:"

# SQLite counts rows up by itself only in a column of exactly this type.
RowId = BigInteger().with_variant(Integer, "sqlite")

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("identity", String(120), nullable=False),
    Column("lane", String(80), nullable=False),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("payload", Text, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("state", String(8), nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("taken_by", String(80)),
    Column("taken_until", Moment),
    Column("told_to_wait_at", Moment),
    Column("ended_at", Moment),
    Column("error", String(200)),
    Column("stop_asked", Boolean, nullable=False, default=False, server_default=false()),
    Column("counted", Boolean, nullable=False, default=False, server_default=false()),
    UniqueConstraint("bot_id", "update_id"),
    UniqueConstraint("bot_id", "identity"),
    Index("ix_inbox_lane", "bot_id", "state", "lane", "update_id"),
    Index("ix_inbox_ended", "state", "ended_at"),
    Index("ix_inbox_message", "message_id"),
)


class TakenOverError(BaseException):
    """The update is no longer this worker's: it was silent for so long that another one has taken it.

    Not an `Exception`, as a cancellation is none: nobody on the way to who handed the update out shall take it for a
    trouble that passes, and try again.
    """


class State(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True)
class Arrival:
    """An update to be kept: what it is about (`identity`, the same if it is delivered twice), its lane, its JSON; and
    the message that it brought, if it did."""

    update_id: int
    identity: str
    lane: str
    payload: str
    chat_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True)
class Entry:
    """An update that was taken, and by whom. `attempts` counts this one; `failures` those that ended with an error."""

    id: int
    update_id: int
    lane: str
    payload: str
    arrived_at: datetime
    attempts: int
    failures: int
    taken_by: str | None = None

    @property
    def deaths(self) -> int:
        """How often its worker ended without a word while it had this update."""
        return self.attempts - self.failures - 1


class Inbox:
    """The updates of one bot, as one worker (a process) sees them."""

    def __init__(self, database: Database, bot_id: int, worker: str) -> None:
        self._database = database
        self._bot_id = bot_id
        self._worker = worker

    async def add(self, arrivals: Sequence[Arrival]) -> int:
        """Keep these updates; returns how many were not there yet. When it returns, they are safe."""
        return await self._database.run(_add, self._bot_id, arrivals)

    async def take(self, most: int, in_hand: Collection[int] = (), *, beside: bool = False) -> list[Entry]:
        """The next updates to work on, oldest first: the first of each lane that nobody works on.

        `in_hand` are the ids that this worker has taken already, however late it is. `beside`: only those that belong
        to no chat's lane.
        """
        return await self._database.run(_take, self._bot_id, self._worker, most, list(in_hand), beside)

    async def still_here(self, in_hand: Collection[int]) -> None:
        """Say that this worker goes on with these."""
        await self._database.run(_prolong, self._worker, list(in_hand))

    async def hold(self, entry: Entry) -> None:
        """Make sure that it is still this worker's, and stays so for `TAKEN_FOR`.

        Raises:
            TakenOverError: when it is not. So do `done`, `park` and `failed`.
        """
        await self._database.run(hold, entry)

    async def done(self, entries: Sequence[Entry]) -> None:
        """These updates need nothing more. Their texts are deleted."""
        await self._database.run(_end, entries, State.DONE, "")

    async def park(self, entry: Entry, error: str) -> None:
        """Give this update up; it is kept for a while, to be looked into."""
        await self._database.run(_end, [entry], State.PARKED, error)

    async def failed(self, entry: Entry, error: str, again_in: timedelta) -> None:
        """It is to be tried again, not before some time; its lane waits for it."""
        await self._database.run(_fail, entry, error, again_in)

    async def give_back(self, ids: Collection[int]) -> None:
        """These updates were not ended, for no fault of theirs: whoever comes first may take them."""
        await self._database.run(_give_back, self._worker, list(ids))

    async def take_over(self) -> int:
        """Free what other workers have taken; only for who knows that there are none alive. Returns how many."""
        return await self._database.run(_take_over, self._bot_id, self._worker)

    async def waiting(self) -> int:
        """How many updates are not ended."""
        return await self._database.run(_count, self._bot_id, State.WAITING)

    async def to_be_told(self, waited: timedelta, told_within: timedelta) -> list[Entry]:
        """First updates of lanes that have waited for so long, untaken and untold; they count as told from now on."""
        return await self._database.run(_to_be_told, self._bot_id, waited, told_within)

    async def following(self, entry: Entry) -> Entry | None:
        """The update that comes next in the lane of this one, if it has arrived."""
        return await self._database.run(_following, self._bot_id, entry)

    async def in_hand_elsewhere(self, chat_id: int) -> list[Entry]:
        """The updates of a chat that other workers are at."""
        return await self._database.run(_in_hand_elsewhere, self._bot_id, self._worker, chat_id)

    async def ask_to_stop(self, entry_id: int) -> bool:
        """Ask whoever is at this update to stop its answer; False if that is nobody but this worker."""
        return await self._database.run(_ask_to_stop, self._bot_id, self._worker, entry_id)

    async def asked_to_stop(self, in_hand: Collection[int]) -> Sequence[int]:
        """Those of these updates whose answers another worker was asked to stop."""
        return await self._database.run(_asked_to_stop, list(in_hand))

    async def prune(self) -> None:
        """Delete what ended long ago."""
        await self._database.run(_prune)


def _add(connection: Connection, bot_id: int, arrivals: Sequence[Arrival]) -> int:
    moment = now()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = 0
    for arrival in arrivals:
        row = {
            "bot_id": bot_id,
            "update_id": arrival.update_id,
            "identity": arrival.identity,
            "lane": arrival.lane,
            "payload": arrival.payload,
            "chat_id": arrival.chat_id,
            "message_id": arrival.message_id,
            "arrived_at": moment,
            "not_before": moment,
            "state": State.WAITING,
        }
        keep = dialect.insert(inbox).values(row).on_conflict_do_nothing().returning(inbox.c.id)
        added += len(connection.execute(keep).all())
    return added


def _take(connection: Connection, bot_id: int, worker: str, most: int, in_hand: list[int], beside: bool) -> list[Entry]:
    moment = now()
    earlier = inbox.alias()
    is_first = ~exists().where(
        earlier.c.bot_id == bot_id,
        earlier.c.state == State.WAITING,
        earlier.c.lane == inbox.c.lane,
        earlier.c.update_id < inbox.c.update_id,
    )
    later = inbox.alias()  # what arrived after a later update of its lane was begun comes after that one
    is_passed = exists().where(
        later.c.bot_id == bot_id,
        later.c.state == State.WAITING,
        later.c.lane == inbox.c.lane,
        later.c.update_id > inbox.c.update_id,
        or_(later.c.id.in_(in_hand), _is_taken(later, moment)),
    )
    other = inbox.alias()
    is_suspect_beside_another = and_(
        _deaths(inbox) >= SUSPECT_AFTER,
        exists().where(
            other.c.bot_id == bot_id,
            other.c.state == State.WAITING,
            other.c.id != inbox.c.id,
            _deaths(other) >= SUSPECT_AFTER,
            or_(
                other.c.id.in_(in_hand),
                _is_taken(other, moment),
                _deaths(other) < _deaths(inbox),
                and_(_deaths(other) == _deaths(inbox), other.c.id < inbox.c.id),
            ),
        ),
    )
    chosen = (
        select(inbox)
        .where(
            inbox.c.bot_id == bot_id,
            inbox.c.state == State.WAITING,
            ~is_suspect_beside_another,
            or_(inbox.c.not_before <= moment, inbox.c.not_before > moment + CLOCK_WAS_PUT_BACK),
            ~_is_taken(inbox, moment),
            inbox.c.id.notin_(in_hand),
            is_first,
            ~is_passed,
            ~inbox.c.lane.startswith(CHAT_LANE) if beside else true(),
        )
        .order_by(inbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    entries = [_entry(row, attempts=row.attempts + 1, taken_by=worker) for row in connection.execute(chosen)]
    if entries:
        connection.execute(
            update(inbox)
            .where(inbox.c.id.in_([entry.id for entry in entries]))
            .values(taken_by=worker, taken_until=moment + TAKEN_FOR, attempts=inbox.c.attempts + 1)
        )
    return entries


def _deaths(table: FromClause) -> ColumnElement[int]:
    """How often a worker has ended without a word while it had this update; once more than that while it is taken."""
    return table.c.attempts - table.c.failures


def _is_taken(table: FromClause, moment: datetime) -> ColumnElement[bool]:
    """Whether somebody works on it at this moment."""
    return and_(table.c.taken_by.isnot(None), table.c.taken_until.between(moment, moment + CLOCK_WAS_PUT_BACK))


def _prolong(connection: Connection, worker: str, in_hand: list[int]) -> None:
    mine = and_(inbox.c.id.in_(in_hand), inbox.c.taken_by == worker)
    connection.execute(update(inbox).where(mine).values(taken_until=now() + TAKEN_FOR))


def hold(connection: Connection, entry: Entry) -> None:
    """As `Inbox.hold`; what is done in the same transaction is done only if the update is still its worker's."""
    mine = and_(inbox.c.id == entry.id, inbox.c.state == State.WAITING, inbox.c.taken_by == entry.taken_by)
    if not connection.execute(update(inbox).where(mine).values(taken_until=now() + TAKEN_FOR)).rowcount:
        raise TakenOverError(f"update {entry.update_id} is no longer {entry.taken_by}'s")


def _end(connection: Connection, entries: Sequence[Entry], state: State, error: str) -> None:
    for entry in entries:
        if entry.taken_by:  # those that were joined to one were not taken themselves
            hold(connection, entry)
    values: dict[str, object] = {
        "state": state,
        "ended_at": now(),
        "taken_by": None,
        "taken_until": None,
        "error": error or None,
    }
    if state is State.DONE:
        values["payload"] = ""
    connection.execute(update(inbox).where(inbox.c.id.in_([entry.id for entry in entries])).values(values))


def _fail(connection: Connection, entry: Entry, error: str, again_in: timedelta) -> None:
    hold(connection, entry)
    connection.execute(
        update(inbox)
        .where(inbox.c.id == entry.id)
        .values(
            failures=inbox.c.failures + 1, error=error, not_before=now() + again_in, taken_by=None, taken_until=None
        )
    )


def _give_back(connection: Connection, worker: str, ids: list[int]) -> None:
    connection.execute(
        update(inbox)
        .where(inbox.c.id.in_(ids), inbox.c.state == State.WAITING, inbox.c.taken_by == worker)
        .values(attempts=inbox.c.attempts - 1, taken_by=None, taken_until=None)
    )


def _take_over(connection: Connection, bot_id: int, worker: str) -> int:
    of_others = and_(inbox.c.bot_id == bot_id, inbox.c.state == State.WAITING, inbox.c.taken_by != worker)
    return connection.execute(update(inbox).where(of_others).values(taken_by=None, taken_until=None)).rowcount


def _count(connection: Connection, bot_id: int, state: State) -> int:
    counted = select(func.count()).where(inbox.c.bot_id == bot_id, inbox.c.state == state)
    return connection.execute(counted).scalar_one()


def _to_be_told(connection: Connection, bot_id: int, waited: timedelta, told_within: timedelta) -> list[Entry]:
    moment = now()
    other = inbox.alias()
    lane_is_served = exists().where(
        other.c.bot_id == bot_id,
        other.c.lane == inbox.c.lane,
        other.c.state == State.WAITING,
        or_(other.c.taken_by.isnot(None), other.c.update_id < inbox.c.update_id),
    )
    was_told = exists().where(
        other.c.bot_id == bot_id, other.c.lane == inbox.c.lane, other.c.told_to_wait_at > moment - told_within
    )
    chosen = select(inbox).where(
        inbox.c.bot_id == bot_id,
        inbox.c.state == State.WAITING,
        inbox.c.attempts == 0,
        inbox.c.arrived_at <= moment - waited,
        ~lane_is_served,
        ~was_told,
    )
    entries = [_entry(row) for row in connection.execute(chosen.with_for_update(skip_locked=True))]
    told = inbox.c.id.in_([entry.id for entry in entries])
    connection.execute(update(inbox).where(told).values(told_to_wait_at=moment))
    return entries


def _following(connection: Connection, bot_id: int, entry: Entry) -> Entry | None:
    later = (
        select(inbox)
        .where(
            inbox.c.bot_id == bot_id,
            inbox.c.state == State.WAITING,
            inbox.c.lane == entry.lane,
            inbox.c.update_id > entry.update_id,
        )
        .order_by(inbox.c.update_id)
        .limit(1)
    )
    row = connection.execute(later).first()
    return _entry(row) if row else None


def _of_others(bot_id: int, worker: str) -> ColumnElement[bool]:
    """Updates that other workers are at."""
    is_waiting = and_(inbox.c.bot_id == bot_id, inbox.c.state == State.WAITING)
    return and_(is_waiting, inbox.c.taken_by != worker, _is_taken(inbox, now()))


def _in_hand_elsewhere(connection: Connection, bot_id: int, worker: str, chat_id: int) -> list[Entry]:
    rows = connection.execute(select(inbox).where(_of_others(bot_id, worker), inbox.c.chat_id == chat_id))
    return [_entry(row) for row in rows]


def _ask_to_stop(connection: Connection, bot_id: int, worker: str, entry_id: int) -> bool:
    one = and_(_of_others(bot_id, worker), inbox.c.id == entry_id)
    return bool(connection.execute(update(inbox).where(one).values(stop_asked=True)).rowcount)


def _asked_to_stop(connection: Connection, in_hand: list[int]) -> Sequence[int]:
    return connection.execute(select(inbox.c.id).where(inbox.c.id.in_(in_hand), inbox.c.stop_asked)).scalars().all()


def count(connection: Connection, entry_id: int) -> bool:
    """Whether the question of this update is to be counted: once, however often its handler is run."""
    uncounted = and_(inbox.c.id == entry_id, ~inbox.c.counted)
    return bool(connection.execute(update(inbox).where(uncounted).values(counted=True)).rowcount)


def take_back(connection: Connection, entry_id: int) -> None:
    """It was counted for nothing."""
    connection.execute(update(inbox).where(inbox.c.id == entry_id).values(counted=False))


def forget(connection: Connection, user_id: int) -> None:
    """Delete what was given up and tells of a person, messages and presses, in whichever chat; what is done holds no
    text any more."""
    is_told_of = or_(inbox.c.lane == f"{CHAT_LANE}{user_id}", inbox.c.payload.contains(f'"id": {user_id},'))
    of_person = and_(inbox.c.state == State.PARKED, is_told_of)
    connection.execute(delete(inbox).where(of_person))


def _prune(connection: Connection) -> None:
    moment = now()
    for state, kept in ((State.DONE, DONE_KEPT), (State.PARKED, PARKED_KEPT)):
        connection.execute(delete(inbox).where(inbox.c.state == state, inbox.c.ended_at < moment - kept))


def _entry(row: Row[tuple[object, ...]], attempts: int | None = None, taken_by: str | None = None) -> Entry:
    return Entry(
        id=row.id,
        update_id=row.update_id,
        lane=row.lane,
        payload=row.payload,
        arrived_at=row.arrived_at,
        attempts=row.attempts if attempts is None else attempts,
        failures=row.failures,
        taken_by=taken_by or row.taken_by,
    )
