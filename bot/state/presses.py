"""Button presses of late: a finger that taps twice means one press, whichever process takes the second."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, Column, Connection, String, Table, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.state.database import Moment, metadata, now

TWICE_WITHIN = timedelta(seconds=10)
KEPT = timedelta(hours=1)

presses = Table(
    "presses",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("button", String(64), primary_key=True),
    Column("press_id", String(64), nullable=False),
    Column("pressed_at", Moment, nullable=False, index=True),
)


@dataclass(frozen=True)
class Pressed:
    """Which button of which message was pressed by whom; `press_id` is Telegram's, another for each press."""

    chat_id: int
    message_id: int
    user_id: int
    button: str
    press_id: str


def is_repeated(connection: Connection, pressed: Pressed) -> bool:
    """Whether this person pressed this button of this message a moment ago; the press is then remembered.

    The same press that is worked on again, after a failure, is not a second one.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    moment = now()
    news = {"press_id": pressed.press_id, "pressed_at": moment}
    button = {
        "chat_id": pressed.chat_id,
        "message_id": pressed.message_id,
        "user_id": pressed.user_id,
        "button": pressed.button,
    }
    first = dialect.insert(presses).values(**button, **news).on_conflict_do_nothing().returning(presses.c.press_id)
    if connection.execute(first).first():
        return False
    same = and_(*(presses.c[name] == value for name, value in button.items()))
    before = connection.execute(select(presses.c.press_id, presses.c.pressed_at).where(same).with_for_update()).one()
    if before.press_id == pressed.press_id:
        return False
    if abs(moment - before.pressed_at) < TWICE_WITHIN:  # either way: the clock may have been put back
        return True
    connection.execute(update(presses).where(same).values(news))
    return False


def forget(connection: Connection, user_id: int) -> None:
    connection.execute(delete(presses).where(presses.c.user_id == user_id))


def prune(connection: Connection) -> None:
    """Delete what no press can repeat any more."""
    connection.execute(delete(presses).where(presses.c.pressed_at < now() - KEPT))
