"""Drives the real bot library over HTTP against the stand-in: people speak, and tests look at what comes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from bot.preview.server import bot_api, serving
from bot.preview.standin import PEOPLE, Json, StandIn
from bot.settings import Settings
from bot.state.database import open_database
from bot.state.feedback import export
from bot.telegram.reception import Answering
from bot.telegram.run import serve

T = TypeVar("T")
PATIENCE_S = 15.0
SOMYING, THANA, MALI = (person.id for person in PEOPLE)


def settings_for(standin: StandIn, address: str, data_dir: Path) -> Settings:
    """Settings with which the bot speaks to the stand-in."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=data_dir,
        telegram_bot_token=SecretStr(standin.token),
        telegram_api_url=f"{address}/bot",
        telegram_file_url=f"{address}/file/bot",
    )


@contextlib.asynccontextmanager
async def running_bot(settings: Settings, answerer: Answering) -> AsyncIterator[None]:
    """The bot as `run_bot` runs it, within the test's own event loop."""
    database = open_database(settings.database_url.get_secret_value(), settings.data_dir)
    ready, stop = asyncio.Event(), asyncio.Event()
    serving_it = asyncio.create_task(serve(settings, answerer, database, stop, ready.set))
    try:
        await until(lambda: ready.is_set() or serving_it.done(), "the bot to be ready")
        yield
    finally:
        stop.set()
        await serving_it
        database.close()


@contextlib.asynccontextmanager
async def telegram(standin: StandIn, port: int = 0) -> AsyncIterator[str]:
    """The stand-in over HTTP; yields its address."""
    async with serving(bot_api(standin), port=port) as address:
        yield address


async def until(look: Callable[[], T], what: str, patience_s: float = PATIENCE_S) -> T:
    """What `look` returns as soon as it is true."""
    deadline = asyncio.get_running_loop().time() + patience_s
    while not (seen := look()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"waited {patience_s} s in vain for {what}")
        await asyncio.sleep(0.01)
    return seen


def said_by_bot(standin: StandIn, chat_id: int) -> list[Json]:
    """The bot's messages in a chat, oldest first."""
    return [message for message in standin.history(chat_id) if message["from"]["is_bot"]]


async def replies(standin: StandIn, chat_id: int, count: int = 1) -> list[Json]:
    """The bot's messages in a chat, once there are `count` of them."""
    found = await until(
        lambda: (messages := said_by_bot(standin, chat_id))[count - 1 :] and messages, f"{count} message(s) of the bot"
    )
    assert len(found) == count, [message.get("text") for message in found]
    return found


async def settled(standin: StandIn) -> None:
    """All updates taken and worked on: a question from somebody else went through after them."""
    before = len(said_by_bot(standin, MALI))
    standin.say(MALI, MALI, "/help")
    await until(lambda: len(said_by_bot(standin, MALI)) > before, "the bot to have worked on everything")


def feedback_in(data_dir: Path) -> list[Json]:
    """What the bot has kept of votes and of questions without an answer, as it exports it."""
    database = open_database("", data_dir)
    try:
        return database.transact(lambda connection: list(export(connection)))
    finally:
        database.close()


def buttons(message: Json) -> dict[str, str]:
    """Label and data of each button below a message."""
    rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row}
