"""The bot's process against a Telegram that fails, and against being killed: each question is answered, and once."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.answer import Answer
from bot.preview.faults import Fault, FaultKind, FloodLimits
from bot.preview.standin import BotProfile, Json, StandIn
from bot.telegram import delivery, sentences
from bot.telegram.delivery import MOST_LOOKED_AT, MOST_LOOKED_AT_LAST
from bot.telegram.processing import MOST_DEATHS
from tests.bot.chatting import (
    MALI,
    SOMYING,
    THANA,
    replies,
    running_bot,
    said_by_bot,
    settings_for,
    telegram,
    until,
)
from tests.bot.fake_answers import QUOTE, FakeAnswerer, cited
from tests.bot.state.databases import find_initdb, new_database, postgresql_server
from tests.bot.telegram.bot_process import DEADLY, ENDLESS, POISON
from tests.bot.telegram.killing import Outcome, ask_and_kill, crowd
from tests.bot.telegram.outage import ask_through_outage
from tests.bot.telegram.processes import WEBHOOK_SECRET, bot_process, free_port, webhook_settings
from tests.bot.telegram.replicas import ask_two_and_kill

NO_LIMITS = FloodLimits(per_second=10**6, per_group_minute=10**6, per_private_minute=10**6)
FLOOD = {"code": 429, "description": "Too Many Requests: retry after 1", "retry_after": 1}


def answers(standin: StandIn, chat: int) -> list[str]:
    """What each of the bot's messages in a chat begins with."""
    return [str(message["text"]).partition(" [1]")[0] for message in said_by_bot(standin, chat)]


def echo(question: str) -> Answer:
    """What was asked, as an answer."""
    return cited(question, f"{question} [1]")


def damaged_files(data_dir: Path) -> list[Path]:
    return list(data_dir.glob("state.db.damaged-*"))


def all_answered(outcome: Outcome) -> bool:
    return outcome.asked > 0 and not (outcome.lost or outcome.doubled or outcome.out_of_order)


@pytest.mark.parametrize("webhook", [False, True])
async def test_killed_at_any_moment(tmp_path: Path, webhook: bool) -> None:
    outcome = await ask_and_kill(tmp_path, kills=3, chats=6, webhook=webhook, faults=False)
    assert all_answered(outcome), outcome


async def test_a_message_that_was_sent_when_the_process_died_is_not_sent_again(
    standin: StandIn, tmp_path: Path
) -> None:
    """Telegram has it, but the process dies before it hears so."""
    async with telegram(standin) as address:
        standin.faults.order(Fault(FaultKind.DROP_AFTER, "sendMessage"))
        async with bot_process(address, standin.token, tmp_path, "INFO", "--echo"):
            standin.say(SOMYING, SOMYING, "หนึ่ง")
            await replies(standin, SOMYING)
        standin.say(SOMYING, SOMYING, "สอง")
        async with bot_process(address, standin.token, tmp_path, "INFO", "--echo") as bot:
            await until(lambda: "สอง" in answers(standin, SOMYING), "the second answer")
            assert answers(standin, SOMYING) == ["หนึ่ง", "สอง"], bot.log


async def test_a_message_that_was_not_sent_is_sent_however_many_of_others_fell_between(tmp_path: Path) -> None:
    """The bot hears nothing of what people write to each other there, so their ids could be that of its message."""
    standin = StandIn(bot=BotProfile(privacy_mode=True), flood_limits=NO_LIMITS)
    async with telegram(standin) as address:
        standin.faults.order(Fault(FaultKind.DROP, "sendMessage", times=100))
        async with bot_process(address, standin.token, tmp_path, "INFO", "--echo"):
            standin.say(SOMYING, SOMYING, "หนึ่ง")
            await until(lambda: any(c.method == "editMessageReplyMarkup" for c in standin.calls), "a look for it")
        for n in range(3 * MOST_LOOKED_AT):
            standin.say(THANA, standin.groups[0].id, f"ไม่ใช่เรื่องของบอต {n}")
        standin.say(SOMYING, SOMYING, "สอง")
        standin.faults.clear()
        async with bot_process(address, standin.token, tmp_path, "INFO", "--echo"):
            await until(lambda: "สอง" in answers(standin, SOMYING), "the second answer", 60)
    assert answers(standin, SOMYING) == ["หนึ่ง", "สอง"]


async def hold_back_updates(standin: StandIn, times: int) -> None:
    """What people write from now on reaches the bot late, while it can send."""
    fault = Fault(FaultKind.CODE, "getUpdates", times=times)
    standin.faults.order(fault)
    standin.wake_poll()  # a call that waits already is not befallen
    await until(lambda: fault.times < times, "a call that fails")


async def test_what_people_wrote_is_waited_for_before_a_message_in_doubt_is_sent_again(tmp_path: Path) -> None:
    """It was sent, but among messages that the bot has not heard of yet."""
    standin = StandIn(flood_limits=NO_LIMITS)
    answerer = FakeAnswerer(echo)
    let_go = answerer.hold("หนึ่ง")
    async with telegram(standin) as address, running_bot(settings_for(standin, address, tmp_path), answerer):
        standin.say(SOMYING, SOMYING, "หนึ่ง")
        await until(lambda: answerer.asked, "the question")
        await hold_back_updates(standin, 4)
        for n in range(30):
            standin.say(THANA, THANA, f"คำถามที่ {n}")
        standin.faults.order(Fault(FaultKind.DROP_AFTER, "sendMessage"))
        let_go.set()
        await until(lambda: len(answers(standin, THANA)) == 30, "the others' answers", 30)
        standin.say(SOMYING, SOMYING, "สอง")
        await until(lambda: "สอง" in answers(standin, SOMYING), "the next answer")
    assert answers(standin, SOMYING) == ["หนึ่ง", "สอง"]


async def test_what_people_wrote_is_waited_for_before_a_message_of_a_dead_process_counts_as_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not sent; and between it and what is known stand more messages that the next process has not heard of
    than it looks at."""
    monkeypatch.setattr(delivery, "LOOKS", 2)
    standin = StandIn(flood_limits=NO_LIMITS)
    async with telegram(standin) as address:
        standin.faults.order(Fault(FaultKind.DROP, "sendMessage", times=100))
        async with bot_process(address, standin.token, tmp_path, "INFO", "--echo"):
            standin.say(SOMYING, SOMYING, "หนึ่ง")
            await until(lambda: any(c.method == "editMessageReplyMarkup" for c in standin.calls), "a look for it")
        standin.faults.clear()
        for n in range(MOST_LOOKED_AT_LAST + 50):
            standin.say(THANA, THANA, f"คำถามที่ {n}")
        with closing(sqlite3.connect(tmp_path / "state.db")) as state:  # as when another replica has heard of the last
            highest = standin.history(THANA)[-1]["message_id"]
            state.execute(f"UPDATE inbox SET message_id = {highest} WHERE lane = 'chat:{SOMYING}'")
            state.commit()
        standin.faults.order(Fault(FaultKind.CODE, "getUpdates", times=3))
        async with running_bot(settings_for(standin, address, tmp_path), FakeAnswerer(echo)):
            await until(lambda: "หนึ่ง" in answers(standin, SOMYING), "the answer", 30)
    assert answers(standin, SOMYING) == ["หนึ่ง"]


async def test_telegram_is_away_for_a_while(tmp_path: Path) -> None:
    outcome, _ = await ask_through_outage(tmp_path, seconds=3)
    assert all_answered(outcome), outcome


async def test_a_name_that_does_not_resolve_for_a_while(
    standin: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, failed = free_port(), []
    is_known = True

    def look_up(host: object, *_: object, **__: object) -> list[tuple[object, ...]]:
        if not is_known:
            failed.append(host)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answerer = FakeAnswerer(echo)
    let_go = answerer.hold("หนึ่ง")
    async with contextlib.AsyncExitStack() as bot:
        async with telegram(standin, port):
            settings = settings_for(standin, f"http://telegram.test:{port}", tmp_path)
            await bot.enter_async_context(running_bot(settings, answerer))
            standin.say(SOMYING, SOMYING, "หนึ่ง")
            await until(lambda: answerer.asked, "the question")
            is_known = False
        async with telegram(standin, port):  # all connections were closed: each new one needs the name
            let_go.set()
            standin.say(THANA, THANA, "สอง")
            await until(lambda: len(failed) > 3, "several tries")
            assert not said_by_bot(standin, SOMYING)
            is_known = True
            await replies(standin, SOMYING)
            await replies(standin, THANA)
            await bot.aclose()
    assert answers(standin, SOMYING) == ["หนึ่ง"]
    assert answers(standin, THANA) == ["สอง"]


async def test_a_database_that_is_locked_for_a_while_delays_and_loses_nothing(standin: StandIn, tmp_path: Path) -> None:
    async with (
        telegram(standin) as address,
        bot_process(address, standin.token, tmp_path, "INFO", "--echo") as bot,
    ):
        await bot.has_logged("Ready")
        with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            for question in ("หนึ่ง", "สอง"):
                standin.say(SOMYING, SOMYING, question)
            await bot.has_logged("The database did not answer")
            assert standin.pending, "confirmed to Telegram although it is nowhere written down"
            other.execute("ROLLBACK")
        await replies(standin, SOMYING, 2)
    assert answers(standin, SOMYING) == ["หนึ่ง", "สอง"]


async def test_a_database_damaged_while_in_use_is_set_aside_and_the_bot_answers_on(
    standin: StandIn, tmp_path: Path
) -> None:
    async with (
        telegram(standin) as address,
        bot_process(address, standin.token, tmp_path, "INFO", "--echo") as bot,
    ):
        await bot.has_logged("Ready")
        standin.say(SOMYING, SOMYING, "หนึ่ง")
        await replies(standin, SOMYING)
        with closing(sqlite3.connect(tmp_path / "state.db")) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.truncate(tmp_path / "state.db", 3 * 4096)
        await bot.has_logged("damaged while in use")
        await until(lambda: bot.log.count("Ready") == 2, "the second opening")
        standin.say(SOMYING, SOMYING, "สอง")
        await replies(standin, SOMYING, 2)
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0
    assert damaged_files(tmp_path)


async def test_every_way_of_failing_at_once(standin: StandIn, tmp_path: Path) -> None:
    for fault in (
        Fault(FaultKind.DROP, "getMe"),
        Fault(FaultKind.CODE, "setMyCommands", code=502, description="Bad Gateway"),
        Fault(FaultKind.CODE, "getUpdates", **FLOOD),  # type: ignore[arg-type]
        Fault(FaultKind.DROP_AFTER, "getUpdates"),
        Fault(FaultKind.CODE, "getUpdates", code=500),
        Fault(FaultKind.DROP, "sendMessage"),
        Fault(FaultKind.DROP_AFTER, "sendMessage"),
        Fault(FaultKind.CODE, "sendMessage", code=500),
        Fault(FaultKind.CODE, "sendMessage", code=502, description="Bad Gateway"),
        Fault(FaultKind.CODE, "sendMessage", **FLOOD),  # type: ignore[arg-type]
        Fault(FaultKind.DROP, "editMessageReplyMarkup"),
    ):
        standin.faults.order(fault)
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path, "INFO", "--echo") as bot:
        for text in ("หนึ่ง", "สอง"):
            for person in (SOMYING, THANA, MALI):
                standin.say(person, person, text)
        for person in (SOMYING, THANA, MALI):
            await until(lambda p=person: "สอง" in answers(standin, p), "all answers", 60)  # type: ignore[misc]
        await asyncio.sleep(0.5)
        assert [answers(standin, person) for person in (SOMYING, THANA, MALI)] == [["หนึ่ง", "สอง"]] * 3, bot.log
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0


async def test_one_chat_told_to_wait_does_not_delay_another(standin: StandIn, tmp_path: Path) -> None:
    long = {**FLOOD, "retry_after": 60}
    standin.faults.order(Fault(FaultKind.CODE, "sendMessage", **long))  # type: ignore[arg-type]
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path, "INFO", "--echo") as bot:
        standin.say(SOMYING, SOMYING, "หนึ่ง")
        await bot.has_logged("asks to wait 60 s")
        standin.say(THANA, THANA, "สอง")
        await replies(standin, THANA)
        await asyncio.sleep(1.5)
        assert not said_by_bot(standin, SOMYING)


async def test_two_hundred_people_at_once_are_each_answered_once(tmp_path: Path) -> None:
    standin = StandIn(people=crowd(200), flood_limits=NO_LIMITS)
    people = [person.id for person in standin.people]
    async with telegram(standin) as address, running_bot(settings_for(standin, address, tmp_path), FakeAnswerer(echo)):
        for person in people:
            standin.say(person, person, f"คำถามของ {person}")
        await until(lambda: all(f"คำถามของ {p}" in answers(standin, p) for p in people), "all answers", 90)
    for person in people:
        said = [text for text in answers(standin, person) if text != sentences.PLEASE_WAIT.thai]
        assert said == [f"คำถามของ {person}"]


async def test_who_has_blocked_the_bot_meanwhile_is_tried_once_and_stops_nobody(
    standin: StandIn, tmp_path: Path
) -> None:
    answerer = FakeAnswerer(echo)
    let_go = answerer.hold("หนึ่ง")
    async with telegram(standin) as address, running_bot(settings_for(standin, address, tmp_path), answerer):
        standin.say(SOMYING, SOMYING, "หนึ่ง")
        await until(lambda: answerer.asked, "the question")
        standin.block(SOMYING)
        let_go.set()
        standin.say(THANA, THANA, "สอง")
        await replies(standin, THANA)
        await until(lambda: any("blocked" in call.error for call in standin.calls), "the refusal")
        await asyncio.sleep(1.5)  # longer than the pause before a second try
        refused = [call for call in standin.calls if call.method == "sendMessage" and "blocked" in call.error]
        assert len(refused) == 1
        standin.say(SOMYING, SOMYING, "กลับมาแล้ว")  # writing again lifts it
        await replies(standin, SOMYING)
    assert answers(standin, SOMYING) == ["กลับมาแล้ว"]


async def test_the_same_update_twice_and_the_same_message_under_another_id(standin: StandIn, tmp_path: Path) -> None:
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path, "INFO", "--echo"):
        [said] = standin.say(SOMYING, SOMYING, "หนึ่ง")
        update = dict(standin.pending[-1])
        await replies(standin, SOMYING)
        standin.pending += [update, {"update_id": update["update_id"] + 5, "message": said}]
        standin.wake_poll()
        standin.say(SOMYING, SOMYING, "สอง")
        standin.pending[-1]["update_id"] = update["update_id"] + 6
        await until(lambda: "สอง" in answers(standin, SOMYING), "the other answer")
        assert answers(standin, SOMYING) == ["หนึ่ง", "สอง"]


async def test_poison_is_parked_with_an_apology_and_stops_nobody(standin: StandIn, tmp_path: Path) -> None:
    standin.pending += [
        {"update_id": 5, "message": {"message_id": "x", "chat": [], "date": None, "text": 7}},
        {"update_id": 6, "message": {"message_id": 1, "date": 2**40, "chat": {"id": THANA, "type": 3}, "text": {}}},
        {"no": "id"},
    ]
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path, "INFO", "--echo") as bot:
        await bot.has_logged("Ready as")
        standin.say(SOMYING, SOMYING, POISON)
        standin.say(SOMYING, SOMYING, "หนึ่ง")
        standin.say(MALI, MALI, "สอง")
        await replies(standin, MALI)
        await replies(standin, SOMYING, 2)
        assert answers(standin, SOMYING) == [sentences.APOLOGY.thai, "หนึ่ง"]
        assert "could not be answered (try 3 of 3)" in bot.log
        assert bot.log.count("is parked: ") == 3


async def test_a_question_that_kills_the_process_is_given_up_in_the_end(standin: StandIn, tmp_path: Path) -> None:
    standin.say(SOMYING, SOMYING, DEADLY)
    standin.say(SOMYING, SOMYING, "หนึ่ง")
    async with telegram(standin) as address:
        for _ in range(2):
            async with bot_process(address, standin.token, tmp_path, "WARNING", "--echo") as bot:
                assert await bot.ends() == 70
        with closing(sqlite3.connect(tmp_path / "state.db")) as state:  # and so on
            assert state.execute("SELECT max(attempts) FROM inbox").fetchone() == (2,)
            state.execute(f"UPDATE inbox SET attempts = {MOST_DEATHS} WHERE attempts > 0")
            state.commit()
        async with bot_process(address, standin.token, tmp_path, "WARNING", "--echo"):
            await replies(standin, SOMYING, 2)
    assert answers(standin, SOMYING) == [sentences.APOLOGY.thai, "หนึ่ง"]


async def test_what_is_an_hour_old_is_apologised_for_once_a_chat(standin: StandIn, tmp_path: Path) -> None:
    for text in ("เก่า 1", "เก่า 2", "ใหม่"):
        standin.say(SOMYING, SOMYING, text)
    for update in standin.pending[:2]:
        update["message"] = update["message"] | {"date": update["message"]["date"] - 2 * 3600}
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path, "INFO", "--echo"):
        await replies(standin, SOMYING, 2)
    assert answers(standin, SOMYING) == [sentences.STALE.thai, "ใหม่"]


async def test_sigterm_does_not_wait_for_ever_and_the_next_start_answers(standin: StandIn, tmp_path: Path) -> None:
    async with telegram(standin) as address:
        async with bot_process(address, standin.token, tmp_path, "INFO", "--echo") as bot:
            await bot.has_logged("Ready as")
            standin.say(SOMYING, SOMYING, ENDLESS)
            standin.say(SOMYING, SOMYING, "/help")
            await until(lambda: any(c.method == "sendChatAction" for c in standin.calls), "the bot to work on it")
            bot.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(10):  # after which a container is killed
                assert await bot.ends() == 0
        assert "wait in the inbox" in bot.log
        assert not said_by_bot(standin, SOMYING)
        with closing(
            sqlite3.connect(tmp_path / "state.db")
        ) as state:  # given back: a replica need not wait for its time
            assert set(state.execute("SELECT attempts, taken_by FROM inbox")) == {(0, None)}
        async with bot_process(address, standin.token, tmp_path) as bot:  # whose answerer knows of no such question
            await replies(standin, SOMYING, 2)
        assert [m["text"][:20] for m in said_by_bot(standin, SOMYING)] == [QUOTE[:20], sentences.HELP.thai[:20]]


class TestWebhook:
    async def post(self, port: int, body: Any, secret: str | None = WEBHOOK_SECRET) -> int:
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        data = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        async with (
            ClientSession() as session,
            session.post(f"http://127.0.0.1:{port}/hook", data=data, headers=headers) as response,
        ):
            return response.status

    async def get(self, port: int, path: str) -> tuple[int, str]:
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
            return response.status, await response.text()

    async def test_forged_calls_are_refused_and_true_ones_answered(self, standin: StandIn, tmp_path: Path) -> None:
        port, metrics = free_port(), free_port()
        settings = webhook_settings(port) | {"METRICS_LISTEN": f"127.0.0.1:{metrics}"}
        async with (
            telegram(standin) as address,
            bot_process(address, standin.token, tmp_path, "DEBUG", "--echo", **settings) as bot,
        ):
            await bot.has_logged("posts its updates")
            assert standin.webhook.secret == WEBHOOK_SECRET
            forged: Json = {"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "ปลอม"}}
            forged["message"]["chat"] = {"id": SOMYING, "type": "private"}
            for secret in (
                None,
                "",
                "wrong",
                WEBHOOK_SECRET[:-1],
                WEBHOOK_SECRET + "x",
                "ลับ".encode().decode("latin1"),
            ):
                assert await self.post(port, forged, secret) == 403
            bodies: list[Any] = [b"{", b"\xff", [], {}, {"update_id": "1"}, 7]
            for body in bodies:
                assert await self.post(port, body) == 400
            assert await self.post(port, b" " * 2_000_000) == 413
            standin.say(SOMYING, SOMYING, "หนึ่ง")
            await replies(standin, SOMYING)
            assert answers(standin, SOMYING) == ["หนึ่ง"]
            assert await self.get(port, "/health") == (200, '{"status": "ok"}')
            status, ready = await self.get(metrics, "/ready")
            assert (status, json.loads(ready)["database"], json.loads(ready)["telegram"]) == (200, True, True)
            assert (await self.get(port, "/metrics"))[0] == 404
            status, figures = await self.get(metrics, "/metrics")
            assert 'tham_phaen_updates_total{outcome="new"} 1.0' in figures
            assert 'tham_phaen_updates_total{outcome="refused"} 12.0' in figures
            assert 'tham_phaen_answers_total{status="ANSWERED"} 1.0' in figures
            assert "tham_phaen_messages_sent_total 1.0" in figures
            bot.process.send_signal(signal.SIGTERM)
            assert await bot.ends() == 0
        for secret in (WEBHOOK_SECRET, standin.token):
            assert secret not in bot.log
            assert secret not in figures

    async def test_not_ready_while_telegram_is_away(self, standin: StandIn, tmp_path: Path) -> None:
        port = free_port()
        nowhere = f"http://127.0.0.1:{free_port()}"
        async with bot_process(nowhere, standin.token, tmp_path, **webhook_settings(port)) as bot:
            await bot.has_logged("Cannot reach Telegram")
            assert (await self.get(port, "/health"))[0] == 200
            status, body = await self.get(port, "/ready")
            assert (status, json.loads(body)) == (
                503,
                {"ready": False, "index": True, "database": True, "telegram": False},
            )

    async def test_a_secret_is_mandatory(self, standin: StandIn, tmp_path: Path) -> None:
        settings = webhook_settings(free_port()) | {"TELEGRAM_WEBHOOK_SECRET": ""}
        async with bot_process("http://127.0.0.1:1", standin.token, tmp_path, **settings) as bot:
            assert await bot.ends() == 1
        assert "TELEGRAM_WEBHOOK_SECRET: Value error, must be set" in bot.log

    async def test_a_port_that_is_taken_is_said(self, standin: StandIn, tmp_path: Path) -> None:
        async with telegram(standin) as address:
            port = int(address.rpartition(":")[2])
            async with bot_process(address, standin.token, tmp_path, **webhook_settings(port)) as bot:
                assert await bot.ends() == 1
        assert "Cannot listen at" in bot.log


@pytest.mark.skipif(find_initdb() is None, reason="no PostgreSQL server on this machine (Debian: postgresql)")
async def test_replicas_share_a_database_and_each_chat_keeps_its_order(standin: StandIn, tmp_path: Path) -> None:
    with postgresql_server() as server, new_database(server) as url:
        one, other = free_port(), free_port()
        settings = [webhook_settings(port) | {"DATABASE_URL": url} for port in (one, other)]
        async with (
            telegram(standin) as address,
            bot_process(address, standin.token, tmp_path, "INFO", "--echo", **settings[0]) as first,
            bot_process(address, standin.token, tmp_path, "INFO", "--echo", **settings[1]) as second,
        ):
            await first.has_logged("posts its updates")
            await second.has_logged("posts its updates")
            webhook = TestWebhook()
            people, count = (SOMYING, THANA, MALI), 6
            hook, standin.webhook.url = standin.webhook.url, ""
            assert hook
            for n in range(count):
                for person in people:
                    standin.say(person, person, f"คำถามที่ {n}")
            updates = list(standin.pending)
            for i, update in enumerate(updates):  # each goes to both, as a load balancer that repeats it would do
                assert await webhook.post((one, other)[i % 2], update) == 200
                assert await webhook.post((other, one)[i % 2], update) == 200
            for person in people:
                await replies(standin, person, count)
                assert answers(standin, person) == [f"คำถามที่ {n}" for n in range(count)]


@pytest.mark.skipif(find_initdb() is None, reason="no PostgreSQL server on this machine (Debian: postgresql)")
async def test_a_replica_frozen_while_it_waits_does_not_say_what_another_one_has_said(
    standin: StandIn, tmp_path: Path
) -> None:
    with postgresql_server() as server, new_database(server) as url:
        one, other = free_port(), free_port()
        settings = [webhook_settings(port) | {"DATABASE_URL": url} for port in (one, other)]
        standin.faults.order(Fault(FaultKind.CODE, "sendMessage", **FLOOD | {"retry_after": 5}))  # type: ignore[arg-type]
        async with (
            telegram(standin) as address,
            bot_process(address, standin.token, tmp_path, "INFO", "--echo", "--hasty", **settings[0]) as first,
        ):
            await first.has_logged("posts its updates")
            standin.webhook.url = ""
            standin.say(SOMYING, SOMYING, "หนึ่ง")
            assert await TestWebhook().post(one, standin.pending[-1]) == 200
            await first.has_logged("asks to wait 5 s")
            first.process.send_signal(signal.SIGSTOP)
            async with bot_process(address, standin.token, tmp_path, "INFO", "--echo", "--hasty", **settings[1]):
                await replies(standin, SOMYING)
                first.process.send_signal(signal.SIGCONT)
                await until(
                    lambda: "was taken over by another" in first.log or said_by_bot(standin, SOMYING)[1:],
                    "the first to go on",
                )
                first.process.send_signal(signal.SIGTERM)
                assert await first.ends() == 0
        assert answers(standin, SOMYING) == ["หนึ่ง"]


@pytest.mark.skipif(find_initdb() is None, reason="no PostgreSQL server on this machine (Debian: postgresql)")
async def test_a_replica_stops_what_another_one_is_making(standin: StandIn, tmp_path: Path) -> None:
    with postgresql_server() as server, new_database(server) as url:
        one, other = free_port(), free_port()
        settings = [webhook_settings(port) | {"DATABASE_URL": url} for port in (one, other)]
        webhook = TestWebhook()
        async with (
            telegram(standin) as address,
            bot_process(address, standin.token, tmp_path, "INFO", "--echo", **settings[0]) as first,
        ):
            await first.has_logged("posts its updates")
            standin.webhook.url = ""
            standin.say(SOMYING, SOMYING, ENDLESS)
            assert await webhook.post(one, standin.pending[-1]) == 200
            await until(lambda: any(c.method == "sendChatAction" for c in standin.calls), "the first to work on it")
            async with bot_process(address, standin.token, tmp_path, "INFO", "--echo", **settings[1]) as second:
                await second.has_logged("Ready")
                standin.webhook.url = ""
                standin.say(SOMYING, SOMYING, "/stop")
                assert await webhook.post(other, standin.pending[-1]) == 200
                [stopped] = await replies(standin, SOMYING)
                assert stopped["text"] == sentences.STOPPED.thai


@pytest.mark.skipif(find_initdb() is None, reason="no PostgreSQL server on this machine (Debian: postgresql)")
async def test_replicas_killed_while_people_ask_and_stop(tmp_path: Path) -> None:
    found = await ask_two_and_kill(tmp_path, kills=2, chats=6, faults=True, arguments=("--hasty",))
    assert all_answered(found.outcome), found
    assert found.stops == 2
    assert not found.not_stopped
