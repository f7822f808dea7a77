"""Two replicas behind one webhook, on one PostgreSQL, killed while people ask: each question is answered once.

Telegram's posts go to either replica, some of them to both. Both begin at once on an empty database. Some people stop
their answers, and mostly it is the other replica that hears so. The tests run a short round of it. By hand:

    python -m tests.bot.telegram.replicas --kills 10 --chats 20 --seed 5
"""

import argparse
import asyncio
import contextlib
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
from aiohttp import ClientError, ClientSession, web

from bot.preview.faults import FloodLimits
from bot.preview.server import serving
from bot.preview.standin import Json, StandIn
from bot.telegram import sentences
from bot.telegram.webhook import SECRET_HEADER
from tests.bot.chatting import said_by_bot, telegram, until
from tests.bot.state.databases import new_database, postgresql_server
from tests.bot.telegram.bot_process import ENDLESS
from tests.bot.telegram.killing import Outcome, crowd, order_faults, outcome_of, quiet
from tests.bot.telegram.processes import BotProcess, bot_process, free_port, webhook_settings

REPLICAS = 2
POSTED_TWICE = 0.3
STOPPERS = 3
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Rounds:
    """What became of the questions, and how many answers were to be stopped and not stopped once."""

    outcome: Outcome
    stops: int
    not_stopped: tuple[int, ...]


class Balancer:
    """Passes each post on to a replica that takes it, some to all that do."""

    def __init__(self, ports: list[int], chance: random.Random) -> None:
        self._ports = ports
        self._chance = chance

    async def post(self, request: web.Request) -> web.Response:
        body, headers = await request.read(), {SECRET_HEADER: request.headers.get(SECRET_HEADER, "")}
        goes_to = 2 if self._chance.random() < POSTED_TWICE else 1
        taken = 0
        async with ClientSession() as session:
            for port in self._chance.sample(self._ports, len(self._ports)):
                with contextlib.suppress(ClientError):
                    async with session.post(f"http://127.0.0.1:{port}/hook", data=body, headers=headers) as reply:
                        taken += reply.status == 200
                if taken >= goes_to:
                    break
        return web.Response(status=200 if taken else 503)


class Replica:
    """A replica that begins anew whenever it is killed."""

    def __init__(self, start: Callable[[], AbstractAsyncContextManager[BotProcess]]) -> None:
        self.is_ready = asyncio.Event()
        self._killed = asyncio.Event()
        self._start = start

    async def live(self) -> None:
        """Until cancelled."""
        while True:
            async with self._start() as process:
                await _ready(process)
                self.is_ready.set()
                await self._killed.wait()
            self._killed.clear()

    def kill(self) -> None:
        self.is_ready.clear()
        self._killed.set()


async def _ready(process: BotProcess) -> None:
    await until(lambda: "Ready as" in process.log or process.process.returncode is not None, "a replica", PATIENCE_S)
    assert process.process.returncode is None, process.log


async def ask_two_and_kill(
    data_dir: Path, *, kills: int, chats: int, faults: bool = False, seed: int = 1, arguments: tuple[str, ...] = ()
) -> Rounds:
    """People ask in each round, and a replica dies in its middle. `arguments` are further ones of the process."""
    chance = random.Random(seed)
    standin = StandIn(people=crowd(chats + STOPPERS), flood_limits=FloodLimits(per_second=60, per_private_minute=600))
    asking, stopping = standin.people[:chats], standin.people[chats:]
    asked: dict[int, list[str]] = {person.id: [] for person in asking}
    stops: dict[int, int] = {person.id: 0 for person in stopping}
    typing: Counter[int] = Counter()

    def ask_some() -> None:
        for _ in range(chance.randrange(4, 12)):
            person = chance.choice(asking).id
            asked[person].append(f"คำถามที่ {len(asked[person]) + 1} ของ {person}")
            standin.say(person, person, asked[person][-1])

    def count_typing(event: Json) -> None:
        if event["type"] == "action":
            typing[event["chat_id"]] += 1

    async def begin_and_stop(person: int) -> None:
        before = typing[person]
        standin.say(person, person, ENDLESS)
        stops[person] += 1
        await until(lambda: typing[person] > before, "an answer to stop", PATIENCE_S)
        standin.say(person, person, "/stop")
        await until(lambda: len(said_by_bot(standin, person)) >= stops[person], "the stop", PATIENCE_S)

    standin.listeners.append(count_typing)
    async with _replicas(standin, chance, data_dir, arguments) as (replicas, url):
        for n in range(kills):
            stopper = asyncio.create_task(begin_and_stop(stopping[n % STOPPERS].id))
            ask_some()
            if faults:
                order_faults(standin, chance)
            await asyncio.sleep(chance.uniform(0.0, 1.0))
            ask_some()
            victim = chance.choice(replicas)
            victim.kill()
            ask_some()
            await victim.is_ready.wait()
            await stopper
        standin.faults.clear()
        await quiet(standin, lambda: _waiting(url))
    not_stopped = tuple(
        person
        for person, count in stops.items()
        if [m["text"] for m in said_by_bot(standin, person)] != [sentences.STOPPED.thai] * count
    )
    return Rounds(outcome_of(standin, asked), sum(stops.values()), not_stopped)


@contextlib.asynccontextmanager
async def _replicas(
    standin: StandIn, chance: random.Random, data_dir: Path, arguments: tuple[str, ...]
) -> AsyncIterator[tuple[list[Replica], str]]:
    """The replicas, all begun at once, and the URL of their database."""
    ports = [free_port() for _ in range(REPLICAS)]
    balancer = web.Application()
    balancer.router.add_post("/hook", Balancer(ports, chance).post)
    with postgresql_server() as server, new_database(server) as url:
        async with telegram(standin) as address, serving(balancer) as door, asyncio.TaskGroup() as lives:
            common = {"DATABASE_URL": url, "TELEGRAM_WEBHOOK_URL": f"{door}/hook"}

            def started(port: int) -> AbstractAsyncContextManager[BotProcess]:
                settings = webhook_settings(port) | common
                return bot_process(address, standin.token, data_dir, "INFO", "--echo", *arguments, **settings)

            replicas = [Replica(partial(started, port)) for port in ports]
            tasks = [lives.create_task(replica.live()) for replica in replicas]
            for replica in replicas:
                await replica.is_ready.wait()
            yield replicas, url
            for task in tasks:
                task.cancel()


def _waiting(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM inbox WHERE state = 'waiting'").fetchone()
        return int(row[0]) if row else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", action="store_true")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(ask_two_and_kill(Path(folder), **vars(parser.parse_args())))
    print(f"{found.outcome.asked} questions, {found.stops} stops, {time.monotonic() - began:.0f} s")  # noqa: T201
    for what in ("lost", "doubled", "out_of_order"):
        print(f"{what}: {len(getattr(found.outcome, what))} {getattr(found.outcome, what)[:10]}")  # noqa: T201
    print(f"not stopped once each: {found.not_stopped}")  # noqa: T201
    outcome = found.outcome
    raise SystemExit(bool(outcome.lost or outcome.doubled or outcome.out_of_order or found.not_stopped))


if __name__ == "__main__":
    main()
