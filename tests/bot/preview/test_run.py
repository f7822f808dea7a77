"""The preview as a process: one address to open, a real bot behind it, and both end together."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.bot.chatting import SOMYING
from tests.bot.fake_answers import QUOTE
from tests.bot.preview.test_page import key_of
from tests.conftest import ROOT


@contextlib.asynccontextmanager
async def preview_process(tmp_path: Path, listen: str) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {"PREVIEW_LISTEN": listen, "DATA_DIR": str(tmp_path), "LOG_LEVEL": "DEBUG"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.preview.preview_process",
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def events(session: ClientSession, page: str, key: str) -> AsyncIterator[dict[str, Any]]:
    async with session.get(f"{page}page/events?key={key}") as stream:
        async for line in stream.content:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))


def is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


async def test_prints_its_address_answers_there_and_ends_with_sigterm(tmp_path: Path) -> None:
    async with preview_process(tmp_path, "127.0.0.1:0") as process, ClientSession() as session:
        assert process.stdout
        output = ""
        while not (address := re.search(r"http://127\.0\.0\.1:\d+/", output)):
            output += (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        key = await key_of(session, address[0])
        said = {"person": str(SOMYING), "chat": str(SOMYING), "text": "คำถาม"}
        async with session.post(f"{address[0]}page/send", data=said, headers={"X-Preview-Key": key}) as response:
            assert response.status == 200
        async with asyncio.timeout(30):
            async for event in events(session, address[0], key):
                messages = [event["message"]] if event["type"] == "message" else event.get("messages", [])
                if any(QUOTE in message["text"] for message in messages):
                    break
        process.send_signal(signal.SIGTERM)
        rest, _ = await asyncio.wait_for(process.communicate(), 30)
        output += rest.decode()
        assert process.returncode == 0, output
        assert "Traceback" not in output
        assert not re.search(r"\d+:[\w-]{30,}", output)
        assert is_empty(tmp_path)


async def test_another_address_ends_with_one_sentence(tmp_path: Path) -> None:
    async with preview_process(tmp_path, "0.0.0.0:0") as process:
        output, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 1
        assert "PREVIEW_ANYWHERE=true" in output.decode()
        assert "Traceback" not in output.decode()
