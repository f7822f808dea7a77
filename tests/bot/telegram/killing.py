"""Ask in many chats while the bot's process is killed again and again, and see that each question is answered once.

The tests run a short round of it. By hand, for longer:

    python -m tests.bot.telegram.killing --kills 60 --chats 40 --webhook
"""

import argparse
import asyncio
import contextlib
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.preview.faults import Fault, FaultKind, FloodLimits
from bot.preview.standin import Person, StandIn
from bot.telegram import sentences
from tests.bot.chatting import said_by_bot, telegram
from tests.bot.telegram.processes import bot_process, free_port, webhook_settings

PATIENCE_S = 60.0
ASKED_AT_ONCE = 8
QUIET_S = 10.0


@dataclass(frozen=True)
class Outcome:
    """What became of the questions: those asked, those without an answer, with several, and chats out of order."""

    asked: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    out_of_order: tuple[int, ...]


def crowd(size: int) -> list[Person]:
    return [Person(200_000 + i, f"คนที่ {i}") for i in range(size)]


async def ask_and_kill(
    data_dir: Path, *, kills: int, chats: int, webhook: bool, faults: bool, seed: int = 1, **settings: str
) -> Outcome:
    """The bot lives for a random while, is killed, and starts again; people go on asking, also while it is dead."""
    chance = random.Random(seed)
    # Edits count towards Telegram's limits too, and after a crash there are many that look for messages in doubt.
    standin = StandIn(people=crowd(chats), flood_limits=FloodLimits(per_second=60, per_private_minute=600))
    if webhook:
        settings |= webhook_settings(free_port())
    asked: dict[int, list[str]] = {person.id: [] for person in standin.people}

    def ask_some() -> None:
        for _ in range(chance.randrange(1, 1 + ASKED_AT_ONCE)):
            person = chance.choice(standin.people)
            question = f"คำถามที่ {len(asked[person.id]) + 1} ของ {person.id}"
            asked[person.id].append(question)
            standin.say(person.id, person.id, question)

    async with telegram(standin) as address:
        for _ in range(kills):
            async with bot_process(address, standin.token, data_dir, "WARNING", "--echo", **settings):
                await _heard(standin)
                for _ in range(chance.randrange(1, 5)):
                    ask_some()
                    if faults:
                        order_faults(standin, chance)
                    await asyncio.sleep(chance.uniform(0.0, 0.5))
            ask_some()  # nobody is there
        standin.faults.clear()
        async with bot_process(address, standin.token, data_dir, "WARNING", "--echo", **settings):
            await quiet(standin, lambda: _waiting(data_dir))
    return outcome_of(standin, asked)


def order_faults(standin: StandIn, chance: random.Random) -> None:
    """One fault, of any kind, for a call to come."""
    kinds = [
        Fault(FaultKind.CODE, "sendMessage", code=500),
        Fault(FaultKind.CODE, "sendMessage", code=429, description="Too Many Requests", retry_after=1),
        Fault(FaultKind.DROP, "sendMessage"),
        Fault(FaultKind.DROP_AFTER, "sendMessage"),
        Fault(FaultKind.DROP, "getUpdates"),
    ]
    standin.faults.order(chance.choice(kinds))


async def quiet(standin: StandIn, waiting: Callable[[], int]) -> None:
    """Wait until the bot has said nothing for a while: then it has said everything, or never will.

    While updates wait in its inbox (`waiting` of them) it is given longer: after many crashes it looks for messages in
    doubt, which Telegram's flood control slows down.
    """
    said, since = -1, time.monotonic()
    while time.monotonic() - since < (PATIENCE_S if standin.pending or waiting() else QUIET_S):
        if len(standin.messages) != said:
            said, since = len(standin.messages), time.monotonic()
        await asyncio.sleep(0.2)


def _waiting(data_dir: Path) -> int:
    """How many updates wait in the bot's inbox."""
    with contextlib.closing(sqlite3.connect(data_dir / "state.db")) as database:
        count: int = database.execute("SELECT count(*) FROM inbox WHERE state = 'waiting'").fetchone()[0]
        return count


async def _heard(standin: StandIn) -> None:
    """Wait until the bot is up: its life is counted from its first call."""
    before = len(standin.calls)
    async with asyncio.timeout(PATIENCE_S):
        while len(standin.calls) == before:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def outcome_of(standin: StandIn, asked: dict[int, list[str]]) -> Outcome:
    lost: list[str] = []
    doubled: list[str] = []
    out_of_order: list[int] = []
    for chat, questions in asked.items():
        said = [str(message["text"]).partition(" [1]")[0] for message in said_by_bot(standin, chat)]
        answered = [text for text in said if text != sentences.PLEASE_WAIT.thai]
        count = Counter(answered)
        lost += [question for question in questions if not count[question]]
        doubled += [text for text, times in count.items() if times > 1 or text not in questions]
        if answered != [question for question in questions if question in count]:
            out_of_order.append(chat)
    return Outcome(sum(map(len, asked.values())), tuple(lost), tuple(doubled), tuple(out_of_order))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--webhook", action="store_true")
    parser.add_argument("--faults", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(ask_and_kill(Path(folder), **vars(given)))
    print(f"{given.kills} kills, {outcome.asked} questions in {given.chats} chats")  # noqa: T201
    for what in ("lost", "doubled", "out_of_order"):
        found = getattr(outcome, what)
        print(f"{what}: {len(found)} {found[:10]}")  # noqa: T201
    raise SystemExit(bool(outcome.lost or outcome.doubled or outcome.out_of_order))


if __name__ == "__main__":
    main()
