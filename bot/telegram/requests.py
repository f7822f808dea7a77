"""The HTTP client towards Telegram: patient, and able to say when a request is about to leave."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar

import httpx
from telegram.request import HTTPXRequest

CONNECT_TIMEOUT_S = 10.0
# Long, since a message whose reply did not come in time may have been sent all the same.
READ_TIMEOUT_S = 25.0
CONNECTIONS = 256

# Called in the moment before the body of a request of this task is written to its connection. Until then it is
# certain that Telegram did nothing; from then on it is not.
before_writing: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("before_writing", default=None)


def new_request() -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        write_timeout=READ_TIMEOUT_S,
        pool_timeout=READ_TIMEOUT_S,
        httpx_kwargs={"event_hooks": {"request": [_watch]}},
    )


async def _watch(request: httpx.Request) -> None:
    tell = before_writing.get()
    if tell is None:
        return

    async def trace(event: str, _: object) -> None:
        if event.endswith("send_request_body.started"):
            await tell()

    request.extensions = {**request.extensions, "trace": trace}
