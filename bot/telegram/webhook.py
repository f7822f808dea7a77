"""Takes updates that Telegram posts. Telegram is told that an update arrived only once the inbox has it."""

import hmac
import json
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot import metrics
from bot.settings import Settings
from bot.state.database import DatabaseTrouble
from bot.state.inbox import Inbox
from bot.telegram.arrivals import arrival_of, keep

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
MOST_BYTES = 1024 * 1024
# Telegram's own default; it posts that many at a time.
CONNECTIONS = 40


class Webhook:
    """The address that Telegram posts to."""

    def __init__(self, settings: Settings, inbox: Inbox, wake: Callable[[], None]) -> None:
        self.path = urlsplit(settings.telegram_webhook_url).path or "/"
        self._secret = settings.telegram_webhook_secret.get_secret_value().encode()
        self._inbox = inbox
        self._wake = wake
        self._is_open = True

    def close(self) -> None:
        """From now on Telegram is asked to come again later."""
        self._is_open = False

    async def take(self, request: web.Request) -> web.Response:
        """One update: 403 without the secret, 400 for what is none, 503 when it cannot be kept now."""
        given = request.headers.get(SECRET_HEADER, "").encode(errors="replace")
        if not hmac.compare_digest(given, self._secret):
            metrics.UPDATES.labels("refused").inc()
            return web.Response(status=403)
        if not self._is_open:
            return web.Response(status=503)
        try:
            update = json.loads(await request.read())
        except ValueError:
            update = None
        if arrival_of(update) is None:
            metrics.UPDATES.labels("refused").inc()
            return web.Response(status=400)
        try:
            await keep(self._inbox, [update])
        except DatabaseTrouble:
            log.exception("An update could not be kept; Telegram will send it again")
            return web.Response(status=503)
        self._wake()
        return web.Response()
