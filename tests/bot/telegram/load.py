"""How much one bot process can do: the real `python -m bot` over HTTP against the stand-in, people who ask on and on.

Each person asks the next question of a set as soon as the last one is answered. Measured are the questions a second
of all together, the time from a question to its answer, and the memory of the process. It needs a release in DATA_DIR.

    python -m tests.bot.telegram.load --chats 1 50 200 --questions 10000
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.preview.faults import FloodLimits
from bot.preview.standin import Json, StandIn
from bot.telegram import sentences
from tests.bot.chatting import telegram
from tests.bot.telegram.killing import crowd
from tests.conftest import ROOT

SET = ROOT / "evals" / "sets" / "plan.jsonl"
NO_LIMITS = FloodLimits(per_second=10**6, per_group_minute=10**6, per_private_minute=10**6)
ANSWER_PATIENCE_S = 300.0


@dataclass(frozen=True)
class Figures:
    """Of one round; times in seconds, memory in MB. `processor` is what one question costs, whoever else uses it."""

    chats: int
    questions: int
    per_second: float
    p50: float
    p95: float
    processor: float
    memory: float

    def __str__(self) -> str:
        """A row of the table of docs/operations.md."""
        return (
            f"| {self.chats} | {self.questions:,} | {self.per_second:.1f} | {_seconds(self.p50)} | "
            f"{_seconds(self.p95)} | {self.processor * 1000:.0f} ms | {self.memory:.0f} MB |"
        )


HEADINGS = """\
| chats at once | questions | a second | p50 | p95 | processor time a question | memory |
|---|---|---|---|---|---|---|"""


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"


class People:
    """Everybody in the stand-in, and the answer that each one waits for."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self.answered = 0
        standin.listeners.append(self._hear)

    async def ask(self, person: int, question: str) -> float:
        """Seconds until the answer stands in the chat."""
        began = time.perf_counter()
        self._waiting[person] = asyncio.get_running_loop().create_future()
        self._standin.say(person, person, question)
        async with asyncio.timeout(ANSWER_PATIENCE_S):
            await self._waiting[person]
        self.answered += 1
        return time.perf_counter() - began

    def _hear(self, event: Json) -> None:
        message = event.get("message", {})
        if event["type"] != "message" or not message["from"]["is_bot"] or "edit_date" in message:
            return
        if message["text"] == sentences.PLEASE_WAIT:
            return
        waiting = self._waiting.get(message["chat"]["id"])
        if waiting and not waiting.done():
            waiting.set_result(None)


async def measure(people: People, pid: int, persons: list[int], count: int, questions: Iterator[str]) -> Figures:
    """All persons at once, until `count` questions are answered."""
    left = itertools.count(count, -1)
    times: list[float] = []

    async def ask_on(person: int) -> None:
        while next(left) > 0:
            times.append(await people.ask(person, next(questions)))

    began, worked = time.perf_counter(), processor_seconds(pid)
    await asyncio.gather(*(ask_on(person) for person in persons))
    seconds, worked = time.perf_counter() - began, processor_seconds(pid) - worked
    cuts = statistics.quantiles(times, n=100)
    done = len(times)
    return Figures(len(persons), done, done / seconds, cuts[49], cuts[94], worked / done, memory(pid))


def memory(pid: int) -> float:
    """What a process occupies, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def processor_seconds(pid: int) -> float:
    """How long a process has used a processor so far, in all of its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.asynccontextmanager
async def real_bot(address: str, token: str, data_dir: Path, database_dir: str) -> AsyncIterator[int]:
    """`python -m bot` with the release in `data_dir` and a database of its own; yields its process id."""
    settings = {
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_API_URL": f"{address}/bot",
        "TELEGRAM_FILE_URL": f"{address}/file/bot",
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": f"sqlite:///{database_dir}/state.db",
        "CHAT_MODEL": "",
        "LOG_LEVEL": "WARNING",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", cwd=ROOT, env={**os.environ, **settings}
    )
    try:
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def run(data_dir: Path, rounds: list[int], count: int) -> None:
    cases = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = itertools.cycle([case["question"] for case in cases if case["question"].strip()])
    standin = StandIn(people=crowd(max(rounds)), flood_limits=NO_LIMITS)
    persons = [person.id for person in standin.people]
    with tempfile.TemporaryDirectory() as folder:
        async with telegram(standin) as address, real_bot(address, standin.token, data_dir, folder) as pid:
            people = People(standin)
            await people.ask(persons[0], next(questions))
            began_with = memory(pid)
            print(HEADINGS, flush=True)  # noqa: T201
            for chats in rounds:
                share = count if chats == max(rounds) else min(count, max(100, 20 * chats))
                print(await measure(people, pid, persons[:chats], share, questions), flush=True)  # noqa: T201
            load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
            print(  # noqa: T201
                f"\n{os.cpu_count()} processors, load average {load}; {began_with:.0f} MB after the first question, "
                f"{memory(pid):.0f} MB after {people.answered:,}."
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--chats", type=int, nargs="+", default=[1, 50, 200])
    parser.add_argument("--questions", type=int, default=10_000, help="of the round with the most chats")
    parser.add_argument("--data-dir", type=Path, default=ROOT / ".data")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the bot is ended too
    asyncio.run(run(given.data_dir.resolve(), given.chats, given.questions))


if __name__ == "__main__":
    main()
