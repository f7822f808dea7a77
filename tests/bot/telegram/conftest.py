"""A stand-in, an answerer and the running bot for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.preview.standin import Group, StandIn
from tests.bot.chatting import running_bot, settings_for, telegram
from tests.bot.fake_answers import FakeAnswerer

GROUP = -1_001_234_567_890
FORUM = -1_009_876_543_210


@pytest.fixture
def standin() -> StandIn:
    return StandIn(groups=(Group(GROUP, "คณะทำงาน"), Group(FORUM, "กลุ่มมีหัวข้อ", is_forum=True)), conflict_pause_s=0.2)


@pytest.fixture
def answerer() -> FakeAnswerer:
    return FakeAnswerer()


@pytest.fixture
async def bot(standin: StandIn, answerer: FakeAnswerer, tmp_path: Path) -> AsyncIterator[StandIn]:
    """The running bot, seen from the stand-in."""
    async with telegram(standin) as address, running_bot(settings_for(standin, address, tmp_path), answerer):
        yield standin
