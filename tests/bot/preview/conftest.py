"""A stand-in over HTTP, and a plain client that calls it as any program could."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from bot.preview.standin import StandIn
from tests.bot.chatting import telegram


@dataclass
class Client:
    """Calls Bot API methods without any bot library."""

    session: ClientSession
    address: str
    token: str

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The reply as JSON, whatever its status; parameters are sent as JSON."""
        async with self.session.post(f"{self.address}/bot{self.token}/{method}", json=params) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == body.get("error_code", 200)
            return body

    async def refused(self, method: str, **params: Any) -> str:
        """The description of the refusal."""
        body = await self.call(method, **params)
        assert not body["ok"], body
        return str(body["description"])

    async def upload(self, method: str, name: str, content: bytes, filename: str, **params: str) -> dict[str, Any]:
        """A call with a file, as a multipart form."""
        form = FormData(quote_fields=False)  # file names as browsers send them
        for key, value in params.items():
            form.add_field(key, value)
        form.add_field(name, content, filename=filename)
        async with self.session.post(f"{self.address}/bot{self.token}/{method}", data=form) as response:
            body: dict[str, Any] = await response.json()
            return body


@pytest.fixture
def standin() -> StandIn:
    return StandIn(conflict_pause_s=0.2)


@pytest.fixture
async def client(standin: StandIn) -> AsyncIterator[Client]:
    async with telegram(standin) as address, ClientSession() as session:
        yield Client(session, address, standin.token)
