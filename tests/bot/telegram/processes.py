"""Starts the bot as a process of its own, against a stand-in."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.bot.chatting import until
from tests.conftest import ROOT

WEBHOOK_SECRET = "planted-webhook-secret_42"
PLANTED_KEY = "sk-planted-secret-0123456789"


class BotProcess:
    """A running bot and what it has logged so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = ""
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            self.log += line.decode()

    async def ends(self) -> int:
        """The exit code, once the process is over and its log is read."""
        code = await asyncio.wait_for(self.process.wait(), 30)
        await self._reading
        return code

    async def has_logged(self, text: str) -> None:
        await until(lambda: text in self.log, f"{text!r} in the log")


@contextlib.asynccontextmanager
async def bot_process(
    address: str,
    token: str,
    data_dir: Path,
    level: str = "INFO",
    *arguments: str,
    module: str = "tests.bot.telegram.bot_process",
    **more_settings: str,
) -> AsyncIterator[BotProcess]:
    """The process; killed at the end if it still runs. `module` "bot" is the real program, with a release."""
    settings = {
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_API_URL": f"{address}/bot",
        "TELEGRAM_FILE_URL": f"{address}/file/bot",
        "CHAT_API_KEY": PLANTED_KEY,
        "DATA_DIR": str(data_dir),
        "LOG_LEVEL": level,
        "PYTHONWARNINGS": "default",
        **more_settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=ROOT,
        env={**os.environ, **settings},
        stderr=asyncio.subprocess.PIPE,
    )
    bot = BotProcess(process)
    try:
        yield bot
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await bot.ends()


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def webhook_settings(port: int) -> dict[str, str]:
    """Settings with which the bot is posted to at this port."""
    return {
        "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
        "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "TELEGRAM_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
    }
