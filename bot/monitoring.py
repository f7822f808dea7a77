"""What a supervisor asks the running bot over HTTP: is it alive, is it ready, and its figures."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from aiohttp import web

from bot import metrics

CHECK_TIMEOUT_S = 5.0
# However often it is asked, what it looks at is looked at this often at most.
GOOD_FOR_S = 5.0

Check = Callable[[], Awaitable[bool]]


class Readiness:
    """Whether all that the bot needs is there, by name."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._found: dict[str, bool] = {}
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()

    async def look(self) -> dict[str, bool]:
        """Each check's name with its result; a check that fails or takes too long is not passed."""
        async with self._looking:
            if time.monotonic() - self._looked_at > GOOD_FOR_S:
                found = await asyncio.gather(*(_passes(check) for check in self._checks.values()))
                self._found = dict(zip(self._checks, found, strict=True))
                self._looked_at = time.monotonic()
        return self._found


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return await check()
    except Exception:  # the answer is no, whatever the reason; the log tells it where it happened
        return False


def health_routes(readiness: Readiness) -> list[web.RouteDef]:
    """GET /health: 200 as long as the process goes round. GET /ready: 200 or 503, with what is missing."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_: web.Request) -> web.Response:
        found = await readiness.look()
        return web.json_response({"ready": all(found.values()), **found}, status=200 if all(found.values()) else 503)

    return [web.get("/health", health), web.get("/ready", ready)]


def metrics_route() -> web.RouteDef:
    """GET /metrics, in Prometheus' text format."""

    async def expose(_: web.Request) -> web.Response:
        return web.Response(body=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})

    return web.get("/metrics", expose)


@contextlib.asynccontextmanager
async def listening(routes: list[web.RouteDef], listen: str, most_bytes: int = 1024 * 1024) -> AsyncIterator[int]:
    """Serve the routes at "host:port" until the block is left; yields the port.

    Raises:
        OSError: when the address cannot be had.
    """
    app = web.Application(client_max_size=most_bytes)
    app.add_routes(routes)
    host, _, port = listen.rpartition(":")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
