"""Telegram is away for a while, with answers on their way and questions still to come: each is answered once after it.

The tests run a few seconds of it. By hand, for as long as it takes:

    python -m tests.bot.telegram.outage --seconds 600
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from bot.preview.standin import StandIn
from tests.bot.chatting import said_by_bot, telegram, until
from tests.bot.telegram.killing import Outcome, crowd, outcome_of
from tests.bot.telegram.processes import bot_process, free_port

CHATS = 6
RECOVERY_S = 60.0


async def ask_through_outage(data_dir: Path, seconds: float) -> tuple[Outcome, float]:
    """Answers are made when Telegram goes, more is asked meanwhile and afterwards; also the seconds to the last one."""
    standin, port = StandIn(people=crowd(CHATS)), free_port()
    asked: dict[int, list[str]] = {person.id: [] for person in standin.people}

    def ask_all() -> None:
        for chat, questions in asked.items():
            questions.append(f"คำถามที่ {len(questions) + 1} ของ {chat}")
            standin.say(chat, chat, questions[-1])

    def all_answered() -> bool:
        return all(len(said_by_bot(standin, chat)) >= len(questions) for chat, questions in asked.items())

    address = f"http://127.0.0.1:{port}"
    async with bot_process(address, standin.token, data_dir, "WARNING", "--echo") as bot:
        async with telegram(standin, port):
            ask_all()
            await until(all_answered, "the first answers")
            ask_all()
            await until(lambda: not standin.pending, "the questions to be fetched")
        ask_all()
        await asyncio.sleep(seconds)
        assert bot.process.returncode is None, "the bot has ended"
        async with telegram(standin, port):
            began = time.monotonic()
            ask_all()
            await until(all_answered, "all answers", RECOVERY_S)
            took = time.monotonic() - began
            await asyncio.sleep(2)  # for what would come twice
    return outcome_of(standin, asked), took


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    with tempfile.TemporaryDirectory() as folder:
        outcome, took = asyncio.run(ask_through_outage(Path(folder), parser.parse_args().seconds))
    print(f"{outcome}; all answered {took:.1f} s after Telegram was back")  # noqa: T201
    raise SystemExit(bool(outcome.lost or outcome.doubled or outcome.out_of_order))


if __name__ == "__main__":
    main()
