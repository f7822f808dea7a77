"""How much is asked: per person and Thai day, for limits; and what became of each question, for statistics.

People stand here under a pseudonym (a keyed digest of their number), and the questions themselves not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.answer import Answer
from bot.state.database import Moment, metadata, now

THAI_TIME = timezone(timedelta(hours=7))

usage = Table(
    "usage",
    metadata,
    Column("day", Date, primary_key=True),
    Column("who", String(32), primary_key=True),
    Column("questions", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("told_questions", Boolean, nullable=False),
    Column("told_tokens", Boolean, nullable=False),
)
answered = Table(
    "answered",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("took_ms", Float, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("written_by", String(128), nullable=False),
    Column("release", String(64), nullable=False),
)


@dataclass(frozen=True)
class Usage:
    """What was used today, the question at hand included; `told…`: whether the person was told of a limit today."""

    user_questions: int = 0
    user_tokens: int = 0
    all_questions: int = 0
    all_tokens: int = 0
    told_questions: bool = False
    told_tokens: bool = False


def today() -> date:
    """The day in Thailand."""
    return now().astimezone(THAI_TIME).date()


def count_question(connection: Connection, who: str, count: int = 1) -> Usage:
    """One more question of a person today; 0 for one that was counted when it was first tried."""
    day = today()
    is_mine = (usage.c.day == day, usage.c.who == who)
    if not connection.execute(update(usage).where(*is_mine).values(questions=usage.c.questions + count)).rowcount:
        connection.execute(
            insert(usage).values(day=day, who=who, questions=count, tokens=0, told_questions=False, told_tokens=False)
        )
    mine = connection.execute(select(usage).where(*is_mine)).one()
    everybody = connection.execute(
        select(func.sum(usage.c.questions), func.sum(usage.c.tokens)).where(usage.c.day == day)
    ).one()
    return Usage(
        mine.questions,
        mine.tokens,
        int(everybody[0]),
        int(everybody[1]),
        mine.told_questions,
        mine.told_tokens,
    )


def take_back_question(connection: Connection, who: str) -> None:
    """The question was refused: it does not count."""
    connection.execute(
        update(usage)
        .where(usage.c.day == today(), usage.c.who == who)
        .values(questions=usage.c.questions - 1, told_questions=True)
    )


def tokens_told(connection: Connection, who: str) -> None:
    connection.execute(update(usage).where(usage.c.day == today(), usage.c.who == who).values(told_tokens=True))


def count_answer(connection: Connection, who: str, answer: Answer, took_ms: float) -> None:
    """What became of a question, and the tokens that it took."""
    tokens = sum(answer.tokens.values())
    connection.execute(
        insert(answered).values(
            at=now(),
            status=answer.status.value,
            took_ms=took_ms,
            tokens=tokens,
            written_by=answer.written_by,
            release=answer.release,
        )
    )
    if tokens:
        mine = (usage.c.day == today(), usage.c.who == who)
        connection.execute(update(usage).where(*mine).values(tokens=usage.c.tokens + tokens))


@dataclass(frozen=True)
class Statistics:
    """What happened since a moment; `took_ms` in ascending order."""

    statuses: dict[str, int]
    took_ms: Sequence[float]
    tokens: int
    people: int

    @property
    def questions(self) -> int:
        return sum(self.statuses.values())

    def percentile_ms(self, share: float) -> float:
        """The time below which this share of the answers stayed (nearest rank); 0 without answers."""
        if not self.took_ms:
            return 0.0
        return self.took_ms[min(len(self.took_ms) - 1, int(share * len(self.took_ms)))]


MOST_TIMES = 50_000


def statistics(connection: Connection, since: datetime) -> Statistics:
    recent = answered.c.at >= since
    statuses = connection.execute(
        select(answered.c.status, func.count()).where(recent).group_by(answered.c.status).order_by(func.count().desc())
    ).all()
    latest = select(answered.c.took_ms).where(recent).order_by(answered.c.id.desc()).limit(MOST_TIMES)
    times = sorted(connection.execute(latest).scalars())
    tokens = connection.execute(select(func.sum(answered.c.tokens)).where(recent)).scalar_one()
    who = select(func.count(usage.c.who.distinct())).where(usage.c.day >= since.astimezone(THAI_TIME).date())
    people = connection.execute(who).scalar_one()
    return Statistics({name: int(count) for name, count in statuses}, times, int(tokens or 0), int(people))


def forget(connection: Connection, who: str) -> None:
    """Delete a person's counts, but for today's, which would undo today's limits; they go with the next day."""
    connection.execute(delete(usage).where(usage.c.who == who, usage.c.day < today()))


def prune(connection: Connection, before: datetime) -> None:
    connection.execute(delete(answered).where(answered.c.at < before))
    connection.execute(delete(usage).where(usage.c.day < before.astimezone(THAI_TIME).date()))
