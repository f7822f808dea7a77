"""Answers that grow and answers that are stopped, with the real library against the stand-in."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.asking import Asking
from bot.finding import Finder
from bot.library import Shelf
from bot.preview.faults import Fault, FaultKind, FloodLimits
from bot.preview.standin import Json, StandIn
from bot.state.database import now
from bot.telegram import growing, processing, sentences
from tests.bot.chatting import (
    SOMYING,
    THANA,
    buttons,
    replies,
    running_bot,
    said_by_bot,
    settings_for,
    settled,
    telegram,
    until,
)
from tests.bot.fake_answers import QUOTE, FakeAnswerer, cited
from tests.bot.telegram.conftest import FORUM
from tests.bot.telegram.processes import bot_process
from tests.scripted_chat_server import Reply, scripted_chat_server

STOP = sentences.STOP.thai


async def grown(bot: StandIn, answerer: FakeAnswerer, text: str, question: str = "ช้า") -> Json:
    """The message of a question that is held back, once it shows this text."""
    answerer.hold(question)
    bot.say(SOMYING, SOMYING, question)
    await until(lambda: answerer.told, "the question")
    watch = answerer.told[-1]["watch"]
    assert callable(watch)
    await asyncio.to_thread(watch, text)
    return (await replies(bot, SOMYING))[-1]


async def said(bot: StandIn, text: str) -> None:
    await until(lambda: said_by_bot(bot, SOMYING)[-1]["text"].startswith(text), f"{text!r} to be said")


class TestGrowing:
    async def test_a_watched_answer_grows_in_one_message(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        growing_message = await grown(bot, answerer, "ข้อความแรก")
        assert growing_message["text"] == "ข้อความแรก …"
        assert list(buttons(growing_message)) == [STOP]
        answerer.held["ช้า"].set()
        await said(bot, f"{QUOTE} [1]")
        [whole] = said_by_bot(bot, SOMYING)
        assert whole["message_id"] == growing_message["message_id"]
        assert STOP not in buttons(whole)
        vote = await bot.press(SOMYING, SOMYING, whole["message_id"], buttons(whole)["👍"])
        assert vote["text"] == sentences.THANKS_UP.thai

    async def test_the_button_stays_while_it_grows(
        self, bot: StandIn, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(growing, "PRIVATE_EVERY_S", 0.05)
        await grown(bot, answerer, "ข้อความแรก")
        watch = answerer.told[-1]["watch"]
        assert callable(watch)
        await asyncio.to_thread(watch, "ข้อความแรก แล้วข้อความที่สอง")
        await said(bot, "ข้อความแรก แล้วข้อความที่สอง …")
        assert list(buttons(said_by_bot(bot, SOMYING)[0])) == [STOP]
        answerer.held["ช้า"].set()
        await said(bot, QUOTE)

    async def test_an_answer_whose_formatting_is_refused_is_finished_in_plain(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        await grown(bot, answerer, "ข้อความแรก")
        refusal = "Bad Request: can't parse entities: unsupported start tag"
        bot.faults.order(Fault(FaultKind.CODE, "editMessageText", code=400, description=refusal))
        answerer.held["ช้า"].set()
        await said(bot, f"{QUOTE} [1]")
        [whole] = said_by_bot(bot, SOMYING)
        assert not whole.get("entities")

    async def test_a_failed_answer_is_finished_in_its_message(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        def fail_once(_: str) -> Answer:
            answerer.say = cited
            raise RuntimeError("half-way")

        answerer.say = fail_once
        await grown(bot, answerer, "ครึ่งแรก")
        answerer.held["ช้า"].set()
        await said(bot, f"{QUOTE} [1]")
        assert len(said_by_bot(bot, SOMYING)) == 1

    async def test_an_answer_that_is_given_up_leaves_no_half_behind(
        self, bot: StandIn, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: str) -> Answer:
            raise RuntimeError("always")

        monkeypatch.setattr(processing, "MOST_FAILURES", 2)
        answerer.say = fail
        await grown(bot, answerer, "ครึ่งแรก")
        answerer.held["ช้า"].set()
        await said(bot, sentences.APOLOGY.thai)
        [message] = said_by_bot(bot, SOMYING)
        assert not buttons(message)

    async def test_who_waits_long_for_a_model_is_told_and_can_stop(
        self, standin: StandIn, answerer: FakeAnswerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(growing, "WAIT_TOLD_AFTER_S", 0.1)
        async with telegram(standin) as address:
            settings = settings_for(standin, address, tmp_path).model_copy(
                update={"chat_model": "openai:any", "stream_answers": False}
            )
            async with running_bot(settings, answerer):
                let_go = answerer.hold("ช้า")
                standin.say(SOMYING, SOMYING, "ช้า")
                [waiting] = await replies(standin, SOMYING)
                assert waiting["text"] == f"{sentences.SEARCHING.thai} …"
                assert list(buttons(waiting)) == [STOP]
                let_go.set()
                await said(standin, QUOTE)
                [whole] = said_by_bot(standin, SOMYING)
                assert STOP not in buttons(whole)


class TestPace:
    """Frames that come too early are left out, as Telegram's flood control wants it."""

    async def frames(self, bot: StandIn, answerer: FakeAnswerer, chat: int, question: str) -> list[tuple[float, str]]:
        """When which text stood in the chat, while a model writes twenty words in a second and a half."""
        seen: list[tuple[float, str]] = []

        def see(event: Json) -> None:
            message = event.get("message", {})
            if event["type"] == "message" and message["from"]["is_bot"]:
                seen.append((time.monotonic(), message["text"]))

        bot.listeners.append(see)
        answerer.hold("ช้า")
        bot.say(SOMYING, chat, question)
        await until(lambda: answerer.told, "the question")
        watch = answerer.told[-1]["watch"]
        assert callable(watch)
        for n in range(1, 21):
            watch("คำ " * n)
            await asyncio.sleep(0.075)
        answerer.held["ช้า"].set()
        await until(lambda: seen[-1][1].startswith(QUOTE), "the answer")
        return seen[:-1]

    @pytest.mark.parametrize(
        ("chat", "question", "private_s", "group_s"), [(SOMYING, "ช้า", 0.4, 9.0), (FORUM, "/ask ช้า", 9.0, 0.4)]
    )
    async def test_frames_keep_their_distance(
        self,
        bot: StandIn,
        answerer: FakeAnswerer,
        monkeypatch: pytest.MonkeyPatch,
        chat: int,
        question: str,
        private_s: float,
        group_s: float,
    ) -> None:
        monkeypatch.setattr(growing, "PRIVATE_EVERY_S", private_s)
        monkeypatch.setattr(growing, "GROUP_EVERY_S", group_s)
        frames = await self.frames(bot, answerer, chat, question)
        times = [at for at, _ in frames]
        assert 2 <= len(frames) <= 5
        assert all(later - earlier > 0.3 for earlier, later in pairwise(times))

    async def test_a_flood_wait_is_waited_out_and_its_frames_are_left_out(
        self, bot: StandIn, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(growing, "PRIVATE_EVERY_S", 0.05)
        flood = Fault(FaultKind.CODE, "editMessageText", code=429, description="Too Many Requests", retry_after=1)
        bot.faults.order(flood)
        frames = await self.frames(bot, answerer, SOMYING, "ช้า")
        waits = [later - earlier for (earlier, _), (later, _) in pairwise(frames)]
        assert max(waits) > 1
        assert len([call for call in bot.calls if call.error.startswith("Too Many")]) == 1

    def test_the_pace_leaves_room_below_what_telegram_allows(self) -> None:
        allowed = FloodLimits()
        assert 0.8 * allowed.per_group_minute > 60 / growing.GROUP_EVERY_S
        assert 0.8 * allowed.per_private_minute > 60 / growing.PRIVATE_EVERY_S


class TestStopping:
    async def test_the_command_ends_the_answer(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        answerer.hold("ช้า")
        bot.say(SOMYING, SOMYING, "ช้า")
        await until(lambda: answerer.asked, "the question")
        bot.say(SOMYING, SOMYING, "/stop")
        [stopped] = await replies(bot, SOMYING)
        assert stopped["text"] == sentences.STOPPED.thai
        await until(lambda: answerer.cancelled == ["ช้า"], "the thread to notice")
        bot.say(SOMYING, SOMYING, "/stop")
        assert (await replies(bot, SOMYING, 2))[1]["text"] == sentences.NOTHING_TO_STOP.thai

    async def test_the_button_ends_it_where_it_stands(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        message = await grown(bot, answerer, "ครึ่งแรก")
        pressed = bot.press(SOMYING, SOMYING, message["message_id"], buttons(message)[STOP])
        assert (await pressed)["text"] == ""
        await said(bot, sentences.STOPPED.thai)
        await until(lambda: answerer.cancelled == ["ช้า"], "the thread to notice")
        [stopped] = said_by_bot(bot, SOMYING)
        assert not buttons(stopped)

    async def test_an_old_button_ends_no_later_answer(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        first = await grown(bot, answerer, "ครึ่งแรก")
        answerer.held["ช้า"].set()
        await said(bot, QUOTE)
        answerer.hold("ช้ากว่า")
        bot.say(SOMYING, SOMYING, "ช้ากว่า")
        await until(lambda: len(answerer.asked) == 2, "the second question")
        old = await bot.press(SOMYING, SOMYING, first["message_id"], buttons(first)[STOP])
        assert old["text"] == sentences.EXPIRED.thai
        answerer.held["ช้ากว่า"].set()
        await replies(bot, SOMYING, 2)
        assert not answerer.cancelled

    async def test_only_who_asked_can_stop_it_in_a_group(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        answerer.hold("ช้า")
        bot.say(SOMYING, FORUM, "/ask ช้า", thread_id=11)
        await until(lambda: answerer.told, "the question")
        watch = answerer.told[-1]["watch"]
        assert callable(watch)
        await asyncio.to_thread(watch, "ครึ่งแรก")
        [message] = await replies(bot, FORUM)
        foreign = await bot.press(THANA, FORUM, message["message_id"], buttons(message)[STOP])
        assert foreign["text"] == sentences.EXPIRED.thai
        assert not answerer.cancelled
        await bot.press(SOMYING, FORUM, message["message_id"], buttons(message)[STOP])
        await until(lambda: answerer.cancelled, "the thread to notice")

    async def test_stopping_waits_for_nobody_when_all_hands_are_full(
        self, bot: StandIn, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(processing, "AT_ONCE", 1)
        answerer.hold("ช้า")
        bot.say(SOMYING, SOMYING, "ช้า")
        await until(lambda: answerer.asked, "the question")
        bot.say(THANA, THANA, "อีกคน")
        bot.say(SOMYING, SOMYING, "/stop")
        [stopped] = await replies(bot, SOMYING)
        assert stopped["text"] == sentences.STOPPED.thai
        await replies(bot, THANA)


async def test_who_was_frozen_meanwhile_writes_over_nobody(
    bot: StandIn, answerer: FakeAnswerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another replica has taken the question over: neither a frame nor the end goes into its message."""
    monkeypatch.setattr(growing, "PRIVATE_EVERY_S", 0.05)
    await grown(bot, answerer, "ข้อความแรก")
    with closing(sqlite3.connect(tmp_path / "state.db")) as state:
        soon = (now() + timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
        state.execute("UPDATE inbox SET taken_by = 'another', taken_until = ? WHERE state = 'waiting'", (soon,))
        state.commit()
    watch = answerer.told[-1]["watch"]
    assert callable(watch)
    await asyncio.to_thread(watch, "ข้อความแรก แล้วข้อความที่สอง")
    await asyncio.sleep(0.3)
    bot.say(SOMYING, SOMYING, "/stop")
    await until(lambda: answerer.cancelled, "the thread to notice")
    await settled(bot)
    assert said_by_bot(bot, SOMYING)[0]["text"] == "ข้อความแรก …"
    assert not [call for call in bot.calls if call.method == "editMessageText"]


async def test_killed_while_a_model_writes_it_is_answered_once_in_its_message(
    standin: StandIn, invented_shelf: Shelf, tmp_path: Path
) -> None:
    question = "เป้าหมายของแผนมีอะไรบ้าง"
    library = invented_shelf.library()
    data_dir = shutil.copytree(invented_shelf.directory(library).parents[1], tmp_path / "data")
    found = [hit.passage for hit in Finder(Asking(library, question)).find(question).hits]
    n, goals = next((n, p) for n, p in enumerate(found, start=1) if any("บ่อดักไขมัน" in u.text for u in p.units))
    told = "\n".join(f"{unit.text} [{n}]" for unit in goals.units)
    with scripted_chat_server() as model:
        async with telegram(standin) as address:
            settings = {"CHAT_MODEL": "openai:scripted", "CHAT_BASE_URL": model.url}
            model.say(Reply(told, piece=4, delay_s=0.15))
            async with bot_process(address, standin.token, data_dir, module="bot", **settings) as first:
                await first.has_logged("Ready")
                standin.say(SOMYING, SOMYING, question)
                [half] = await replies(standin, SOMYING)
                first.process.kill()
            assert half["text"].endswith(growing.UNFINISHED)
            model.say(told)
            async with bot_process(address, standin.token, data_dir, module="bot", **settings):
                await until(lambda: "👍" in buttons(said_by_bot(standin, SOMYING)[0]), "the answer", 40)
                await settled(standin)
    [whole] = said_by_bot(standin, SOMYING)
    assert whole["message_id"] == half["message_id"]
    assert "บ่อดักไขมัน" in whole["text"]
    assert growing.UNFINISHED not in whole["text"]
    assert STOP not in buttons(whole)
