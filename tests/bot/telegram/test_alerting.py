"""Admins hear, once, of what does not work; nobody else does."""

import asyncio
from pathlib import Path

import pytest

from bot.answer import Trouble
from bot.preview.faults import Fault, FaultKind
from bot.preview.standin import StandIn
from bot.telegram import alerting, sentences
from tests.bot.chatting import MALI, SOMYING, THANA, replies, running_bot, said_by_bot, settings_for, telegram, until
from tests.bot.fake_answers import FakeAnswerer

MODEL = sentences.TROUBLES[Trouble.MODEL_FAILS].thai
RELEASE = sentences.TROUBLES[Trouble.RELEASE_REFUSED].thai


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerting, "LOOKED_FOR_EVERY_S", 0.02)


def heard(standin: StandIn, person: int, said: str) -> int:
    return sum(said in message["text"] for message in said_by_bot(standin, person))


async def met(standin: StandIn, *people: int) -> None:
    """Telegram lets a bot write only to people who have written to it."""
    for person in people:
        standin.say(person, person, "/help")
        await replies(standin, person)


async def test_a_trouble_is_told_once_to_every_admin(standin: StandIn, answerer: FakeAnswerer, tmp_path: Path) -> None:
    async with telegram(standin) as address:
        settings = settings_for(standin, address, tmp_path).model_copy(update={"admin_ids": frozenset({THANA, MALI})})
        async with running_bot(settings, answerer):
            await met(standin, THANA, MALI, SOMYING)
            await asyncio.sleep(0.1)
            assert not heard(standin, THANA, MODEL)
            answerer.troubled = frozenset({Trouble.MODEL_FAILS})
            await until(lambda: all(heard(standin, admin, MODEL) for admin in (THANA, MALI)), "both admins to be told")
            answerer.troubled = frozenset()
            await asyncio.sleep(0.1)
            answerer.troubled = frozenset(Trouble)
            await until(lambda: heard(standin, THANA, RELEASE), "the other trouble to be told")
            await asyncio.sleep(0.1)
            assert heard(standin, THANA, MODEL) == 1  # it came back within the hour
            assert len(said_by_bot(standin, SOMYING)) == 1


async def test_it_is_told_again_after_an_hour(
    standin: StandIn, answerer: FakeAnswerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "SAID_AGAIN_AFTER_S", 0.05)
    async with telegram(standin) as address:
        settings = settings_for(standin, address, tmp_path).model_copy(update={"admin_ids": frozenset({THANA})})
        async with running_bot(settings, answerer):
            await met(standin, THANA)
            for times in (1, 2):
                answerer.troubled = frozenset({Trouble.MODEL_FAILS})
                await until(lambda times=times: heard(standin, THANA, MODEL) == times, "it to be told")  # type: ignore[misc]
                answerer.troubled = frozenset()
                await asyncio.sleep(0.2)


async def test_an_admin_who_cannot_be_reached_keeps_nobody_else_from_hearing(
    standin: StandIn, answerer: FakeAnswerer, tmp_path: Path
) -> None:
    first, second = sorted((THANA, MALI))
    async with telegram(standin) as address:
        settings = settings_for(standin, address, tmp_path).model_copy(update={"admin_ids": frozenset({first, second})})
        async with running_bot(settings, answerer):
            await met(standin, first, second)
            standin.faults.order(
                Fault(FaultKind.CODE, "sendMessage", code=403, description="Forbidden: bot was blocked")
            )
            answerer.troubled = frozenset({Trouble.MODEL_FAILS})
            await until(lambda: heard(standin, second, MODEL), "the other admin to be told")
            assert not heard(standin, first, MODEL)
