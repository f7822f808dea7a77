"""Run the real bot against the stand-in, with a page to chat with it.

The bot runs as it does on Telegram, over HTTP, in the main thread; the stand-in has a thread and an event loop of its
own. All state is in memory and ends with the bot, also the feedback that people give here.
"""

import asyncio
import contextlib
import ipaddress
import secrets
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.preview.observer import ObservedAnswerer, Workings
from bot.preview.page import add_page
from bot.preview.server import bot_api, serving
from bot.preview.standin import StandIn
from bot.settings import Settings
from bot.telegram.reception import Answering
from bot.telegram.run import run_bot


class PreviewError(Exception):
    """The preview cannot start; the message is for the person at the console, Thai first."""


@dataclass(frozen=True)
class Listen:
    """Where the preview listens."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback


@dataclass(frozen=True)
class RunningPreview:
    """A preview that is being served: its address, its page's address, and what the bot needs to use it."""

    address: str
    page: str
    standin: StandIn
    workings: Workings
    loop: asyncio.AbstractEventLoop


def run_preview(settings: Settings, answerer: Answering) -> None:
    """Serve the preview and run the bot against it until SIGTERM or SIGINT.

    Raises:
        PreviewError: when PREVIEW_LISTEN is unusable, taken, or not on this machine without leave.
    """
    listen = read_listen(settings.preview_listen, anywhere=settings.preview_anywhere)
    with serving_preview(listen) as preview, tempfile.TemporaryDirectory(prefix="tham-phaen-preview-") as scratch:
        sys.stdout.write(
            "\nคุยกับบอตในเบราว์เซอร์ได้ที่ · Chat with the bot in a browser:\n\n"
            f"    {preview.page}\n\n"
            "ไม่ใช่ Telegram จริง ไม่มีข้อมูลใดออกจากเครื่องนี้ กด Ctrl+C เพื่อหยุด · "
            "Not the real Telegram; nothing leaves this machine. Ctrl+C stops it.\n\n"
        )
        sys.stdout.flush()
        on_standin = settings.model_copy(
            update={
                "telegram_bot_token": SecretStr(preview.standin.token),
                "telegram_api_url": f"{preview.address}/bot",
                "telegram_file_url": f"{preview.address}/file/bot",
                "telegram_webhook_url": "",
                "database_url": SecretStr(""),
                "data_dir": Path(scratch),
            }
        )
        run_bot(on_standin, ObservedAnswerer(answerer, preview.workings, preview.loop))


def read_listen(text: str, *, anywhere: bool) -> Listen:
    """The setting PREVIEW_LISTEN, "host:port".

    Raises:
        PreviewError: when it cannot be read, or is not this machine's own address and `anywhere` is not set.
    """
    host, _, port = text.rpartition(":")
    try:
        listen = Listen(host.strip("[]"), int(port))
        outside = not listen.is_loopback
    except ValueError:
        raise PreviewError(
            f"PREVIEW_LISTEN เป็น {text!r} ซึ่งอ่านไม่ได้ ต้องเป็น เลขที่อยู่:พอร์ต เช่น 127.0.0.1:8080\n"
            f"PREVIEW_LISTEN is {text!r}; expected address:port, for instance 127.0.0.1:8080."
        ) from None
    if outside and not anywhere:
        raise PreviewError(
            f"PREVIEW_LISTEN เป็น {text} ซึ่งคนนอกเครื่องนี้เปิดได้ หากตั้งใจ ให้ตั้ง PREVIEW_ANYWHERE=true ด้วย\n"
            f"PREVIEW_LISTEN is {text}, which others can reach. If that is meant, set PREVIEW_ANYWHERE=true as well."
        )
    return listen


@contextlib.contextmanager
def serving_preview(listen: Listen, standin: StandIn | None = None) -> Iterator[RunningPreview]:
    """The stand-in and its page, served by a thread of their own until the block is left.

    Raises:
        PreviewError: when the address cannot be had.
    """
    key = secrets.token_urlsafe(24)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_run_loop, args=(loop,), name="preview", daemon=True)
    thread.start()
    stack = contextlib.AsyncExitStack()
    try:
        starting = asyncio.run_coroutine_threadsafe(_start(stack, listen, standin or StandIn(), key), loop)
        yield starting.result()
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(stack: contextlib.AsyncExitStack, listen: Listen, standin: StandIn, key: str) -> RunningPreview:
    app = bot_api(standin)
    workings = Workings(standin)
    add_page(app, standin, workings, key, key_in_address=not listen.is_loopback)
    try:
        address = await stack.enter_async_context(serving(app, listen.host, listen.port))
    except OSError as error:
        raise PreviewError(
            f"เปิดหน้าทดลองที่ {listen.host}:{listen.port} ไม่ได้ ({error.strerror}) โปรดตั้ง PREVIEW_LISTEN เป็นพอร์ตอื่น "
            "เช่น PREVIEW_LISTEN=127.0.0.1:8081\n"
            f"The preview cannot listen on {listen.host}:{listen.port}; set PREVIEW_LISTEN to another port."
        ) from None
    # The bot is on this machine, whichever address the page is for.
    own = address.replace("://0.0.0.0:", "://127.0.0.1:").replace("://[::]:", "://[::1]:")
    page = f"{address}/" if listen.is_loopback else f"{address}/?key={key}"
    return RunningPreview(own, page, standin, workings, asyncio.get_running_loop())


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
