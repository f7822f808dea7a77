"""What the webhook tells Telegram when it cannot keep an update: come again."""

from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from bot.monitoring import listening
from bot.preview.standin import StandIn
from bot.state.database import open_database
from bot.state.inbox import Inbox
from bot.telegram.webhook import MOST_BYTES, SECRET_HEADER, Webhook
from tests.bot.chatting import settings_for
from tests.bot.telegram.processes import free_port

SECRET = "a-webhook-secret"


class Unwritable(Inbox):
    """An inbox whose database is away."""

    async def add(self, arrivals: object) -> int:
        raise OperationalError("INSERT", {}, Exception("away"))


async def posted(webhook: Webhook) -> int:
    """The status with which one update is taken."""
    listen = f"127.0.0.1:{free_port()}"
    message = {"message_id": 1, "date": 1_700_000_000, "chat": {"id": 1, "type": "private"}, "text": "คำถาม"}
    async with (
        listening([web.post(webhook.path, webhook.take)], listen, MOST_BYTES),
        ClientSession() as session,
        session.post(
            f"http://{listen}{webhook.path}",
            json={"update_id": 1, "message": message},
            headers={SECRET_HEADER: SECRET},
        ) as response,
    ):
        return response.status


@pytest.mark.parametrize(
    ("kind", "is_open", "status", "kept"), [(Inbox, True, 200, 1), (Inbox, False, 503, 0), (Unwritable, True, 503, 0)]
)
async def test_what_is_not_kept_is_not_confirmed(
    standin: StandIn, tmp_path: Path, kind: type[Inbox], is_open: bool, status: int, kept: int
) -> None:
    chosen = {"telegram_webhook_url": "https://bot.example/hook", "telegram_webhook_secret": SecretStr(SECRET)}
    settings = settings_for(standin, "https://telegram.example", tmp_path).model_copy(update=chosen)
    database = open_database("", tmp_path)
    try:
        webhook = Webhook(settings, kind(database, 7, "me"), lambda: None)
        if not is_open:
            webhook.close()
        assert await posted(webhook) == status
        assert await Inbox(database, 7, "me").waiting() == kept
    finally:
        database.close()
