"""The HTTP side of the stand-in: the Bot API for the bot, and webhooks to it."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.preview.faults import Fault, FaultKind
from bot.preview.files import media_type
from bot.preview.methods import METHODS
from bot.preview.params import Params, Upload
from bot.preview.standin import Call, Json, RefusalError, StandIn

log = logging.getLogger(__name__)

# Telegram takes documents of up to 50 MB; larger ones are refused by the method, still larger ones here.
MOST_BYTES = 64 * 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

WEBHOOK_TIMEOUT_S = 60.0
WEBHOOK_PAUSES_S = (0.2, 1.0, 3.0, 10.0)


def bot_api(standin: StandIn) -> web.Application:
    """The stand-in as an aiohttp application with the addresses of the Bot API."""
    door = _BotDoor(standin)
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_callers_may_leave])
    app.router.add_route("*", r"/bot{token:[^/]+}/{method:[^/]*}", door.call)
    app.router.add_get(r"/file/bot{token:[^/]+}/{path:.+}", door.download)
    app.cleanup_ctx.append(door.webhook_delivery)
    app.on_shutdown.append(door.let_go)
    return app


@web.middleware
async def _callers_may_leave(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A caller that hangs up while it still sends, as a bot does when it is stopped, is no error of this server."""
    try:
        return await handler(request)
    except (ConnectionError, web.RequestPayloadError):
        return _cut(request)


@contextlib.asynccontextmanager
async def serving(app: web.Application, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve the application; yields its address, e.g. "http://127.0.0.1:43215". Port 0 takes a free one.

    Raises:
        OSError: when the address cannot be had.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound = runner.addresses[0]
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        yield f"http://{shown}:{bound[1]}"
    finally:
        await runner.cleanup()


class _BotDoor:
    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One method call: faults first, then the token, then the method."""
        method = request.match_info["method"]
        params = await read_params(request)
        fault = self._standin.faults.take(method)
        if fault and fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind is FaultKind.DROP:
            return _cut(request)
        body = await self._body(request.match_info["token"], method, params, fault)
        self._standin.calls.append(Call(method, dict(params.values), body.get("description", "")))
        if fault and fault.kind is FaultKind.DROP_AFTER:
            return _cut(request)
        return web.json_response(body, status=body.get("error_code", 200))

    async def _body(self, token: str, name: str, params: Params, fault: Fault | None) -> Json:
        try:
            if fault and fault.kind is FaultKind.CODE:
                raise RefusalError(fault.code, fault.description, fault.retry_after)
            if token != self._standin.token:
                raise RefusalError(401, "Unauthorized")
            method = METHODS.get(name.lower())
            if method is None:
                log.warning("The bot called %s, which this stand-in does not have", name)
                raise RefusalError(404, "Not Found: method not found")
            return {"ok": True, "result": await method(self._standin, params)}
        except RefusalError as refusal:
            return refusal.as_json()

    async def download(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        stored = next((f for f in self._standin.files.values() if f.path == path), None)
        if request.match_info["token"] != self._standin.token or stored is None:
            return web.json_response(RefusalError(404, "Not Found").as_json(), status=404)
        return web.Response(body=stored.content, content_type=media_type(stored.content))

    async def let_go(self, _: web.Application) -> None:
        """At the end, a poll that waits gets its empty reply, so that nothing hangs."""
        self._standin.wake_poll()

    async def webhook_delivery(self, _: web.Application) -> AsyncIterator[None]:
        """While the application runs, give waiting updates to the webhook that is set."""
        async with ClientSession(timeout=ClientTimeout(total=WEBHOOK_TIMEOUT_S)) as session:
            task = asyncio.create_task(self._deliver(session))
            yield
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _deliver(self, session: ClientSession) -> None:
        """One update at a time and in order; one that is not taken with a 2xx is tried again after a while."""
        failures = 0
        while True:
            hook = self._standin.webhook
            if not (hook.url and self._standin.pending):
                self._standin.update_waits.clear()
                await self._standin.update_waits.wait()
                continue
            update = self._standin.pending[0]
            problem = await self._post(session, update)
            if not problem:
                failures = 0
                if update in self._standin.pending:
                    self._standin.pending.remove(update)
                continue
            hook.last_error, hook.last_error_date = problem, int(time.time())
            await asyncio.sleep(WEBHOOK_PAUSES_S[min(failures, len(WEBHOOK_PAUSES_S) - 1)])
            failures += 1

    async def _post(self, session: ClientSession, update: Json) -> str:
        """What went wrong; empty when the bot took the update."""
        hook = self._standin.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with session.post(hook.url, json=update, headers=headers, ssl=False) as response:
                if 200 <= response.status < 300:
                    return ""
                return f"Wrong response from the webhook: {response.status} {response.reason}"
        except (ClientError, TimeoutError) as error:
            return f"Connection failed: {type(error).__name__}"


async def read_params(request: web.Request) -> Params:
    """The parameters from the address and the body: form, multipart or JSON."""
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        with contextlib.suppress(json.JSONDecodeError):
            body = await request.json()
            values |= body if isinstance(body, dict) else {}
    else:
        for name, field in (await request.post()).items():
            if isinstance(field, web.FileField):
                uploads[name] = Upload(field.filename, field.file.read(), field.content_type)
            else:
                values[name] = field if isinstance(field, str) else bytes(field).decode()
    return Params(values, uploads)


def _cut(request: web.Request) -> web.Response:
    """End the connection without a reply."""
    if request.transport:
        request.transport.abort()
    return web.Response()
