"""The bot as a process: starting, stopping, and what it writes to its log."""

import signal
import socket
from pathlib import Path

from bot.preview.faults import Fault, FaultKind
from bot.preview.standin import StandIn
from bot.telegram import sentences
from tests.bot.chatting import SOMYING, replies, said_by_bot, telegram, until
from tests.bot.fake_answers import QUOTE
from tests.bot.telegram.processes import PLANTED_KEY, bot_process


async def test_token_and_keys_are_in_no_log_at_debug(standin: StandIn, tmp_path: Path) -> None:
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path, "DEBUG") as bot:
        refusal = "Bad Request: chat not found"
        standin.faults.order(Fault(FaultKind.CODE, "sendMessage", code=400, description=refusal))
        standin.faults.order(Fault(FaultKind.CODE, "sendMessage", code=500))
        standin.faults.order(Fault(FaultKind.DROP, "getUpdates"))
        standin.say(SOMYING, SOMYING, "คำถามส่วนตัวของสมหญิง")
        standin.say(SOMYING, SOMYING, "อีกคำถาม")
        await until(lambda: any(QUOTE in m["text"] for m in said_by_bot(standin, SOMYING)), "an answer")
        bot.process.terminate()
        assert await bot.ends() == 0
    assert "Traceback" in bot.log  # the failed message was logged with its traceback
    assert standin.token not in bot.log
    assert standin.token.partition(":")[2] not in bot.log
    assert PLANTED_KEY not in bot.log
    assert "คำถามส่วนตัวของสมหญิง" not in bot.log


async def test_sigterm_answers_what_was_received_and_exits_with_0(standin: StandIn, tmp_path: Path) -> None:
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path) as bot:
        await bot.has_logged("Ready as @tham_phaen_bot")
        standin.say(SOMYING, SOMYING, "ช้า")
        await until(lambda: any(c.method == "sendChatAction" for c in standin.calls), "the bot to work on it")
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0
        await replies(standin, SOMYING)


async def test_a_menu_that_cannot_be_set_is_a_warning(standin: StandIn, tmp_path: Path) -> None:
    standin.faults.order(Fault(FaultKind.CODE, "setMyCommands", code=500))
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path) as bot:
        standin.say(SOMYING, SOMYING, "คำถาม")
        await replies(standin, SOMYING)
        assert "WARNING bot.telegram.run: The commands menu could not be set" in bot.log


async def test_a_wrong_token_ends_with_one_sentence(standin: StandIn, tmp_path: Path) -> None:
    wrong = "1234567890:" + "A" * 35
    async with telegram(standin) as address, bot_process(address, wrong, tmp_path) as bot:
        assert await bot.ends() == 1
    assert sentences.LOGIN_REFUSED in bot.log
    assert wrong not in bot.log


async def test_no_token_ends_with_one_sentence(standin: StandIn, tmp_path: Path) -> None:
    async with telegram(standin) as address, bot_process(address, "", tmp_path) as bot:
        assert await bot.ends() == 1
    assert bot.log.strip() == sentences.LOGIN_MISSING


async def test_a_token_that_is_revoked_later_ends_it_too(standin: StandIn, tmp_path: Path) -> None:
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path) as bot:
        await bot.has_logged("Ready as")
        standin.token = "1:revoked"
        standin.wake_poll()
        assert await bot.ends() == 1
    assert sentences.LOGIN_REFUSED in bot.log


async def test_waits_for_a_telegram_that_cannot_be_reached(standin: StandIn, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    async with bot_process(address, standin.token, tmp_path) as bot:
        await bot.has_logged("Cannot reach Telegram at start; trying again")
        async with telegram(standin, port):
            standin.say(SOMYING, SOMYING, "คำถาม")
            await replies(standin, SOMYING)
        assert standin.token not in bot.log


async def test_of_two_the_second_stops_and_the_first_works_on(standin: StandIn, tmp_path: Path) -> None:
    standin.conflict_pause_s = 3.0  # as Telegram has it
    async with telegram(standin) as address, bot_process(address, standin.token, tmp_path / "first") as first:
        await first.has_logged("Ready as")
        async with bot_process(address, standin.token, tmp_path / "first") as second:
            assert await second.ends() == 1
        assert sentences.DATABASE_TAKEN in second.log
        # The first has been there by now for longer than a newcomer needs to give way.
        async with bot_process(address, standin.token, tmp_path / "elsewhere") as third:
            assert await third.ends() == 1
        assert sentences.TWO_POLLERS in third.log
        standin.say(SOMYING, SOMYING, "คำถาม")
        await replies(standin, SOMYING)
        assert first.process.returncode is None
