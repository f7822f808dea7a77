"""The chat page: its files, what people do on it, and the stream of what happens.

Anybody on this machine may open the page, but no other web site may drive it: the address must be the one that is
served (no DNS tricks), every act needs the random key that only the page itself knows, and the page loads nothing
from elsewhere.
"""

import asyncio
import contextlib
import hmac
import html
import json
from importlib.resources import files

from aiohttp import web

from bot.preview.faults import Fault, FaultKind
from bot.preview.files import media_type
from bot.preview.observer import Workings
from bot.preview.params import Params
from bot.preview.server import Handler, read_params
from bot.preview.standin import Json, RefusalError, StandIn, bad_request, document, picture

STATIC = files("bot.preview") / "static"
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
PRESS_TIMEOUT_S = 15.0
KEEP_ALIVE_S = 15.0
KEY_HEADER = "X-Preview-Key"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

# What can be sent besides text and files, to see what the bot makes of it.
EXTRAS: dict[str, Json] = {
    "sticker": {
        "sticker": {
            "file_id": "sticker",
            "file_unique_id": "sticker",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": "😀",
        }
    },
    "voice": {"voice": {"file_id": "voice", "file_unique_id": "voice", "duration": 4}},
    "location": {"location": {"latitude": 13.8829, "longitude": 100.5643}},
}


def add_page(app: web.Application, standin: StandIn, workings: Workings, key: str, *, key_in_address: bool) -> None:
    """Add the page to the stand-in's application. With `key_in_address` it opens only as `/?key=…`."""
    page = _Page(standin, workings, key, key_in_address)
    app.router.add_get("/", page.index)
    app.router.add_get(r"/static/{name:[\w.-]+}", page.static)
    app.router.add_get("/page/events", page.guarded(page.events))
    app.router.add_get("/page/file/{file_id}", page.guarded(page.file))
    for name, handler in (
        ("send", page.send),
        ("attach", page.attach),
        ("extra", page.extra),
        ("edit", page.edit),
        ("press", page.press),
        ("block", page.block),
        ("fault", page.fault),
    ):
        app.router.add_post(f"/page/{name}", page.guarded(handler))
    app.on_shutdown.append(page.end)


class _Page:
    def __init__(self, standin: StandIn, workings: Workings, key: str, key_in_address: bool) -> None:
        self._standin = standin
        self._workings = workings
        self._key = key
        self._key_in_address = key_in_address
        self._streams: set[asyncio.Queue[Json | None]] = set()
        standin.listeners.append(self._on_event)

    async def index(self, request: web.Request) -> web.StreamResponse:
        if not self._has_key(request) if self._key_in_address else not self._is_this_machine(request):
            return _refusal(403, "เปิดหน้านี้ด้วยที่อยู่ที่แสดงตอนเริ่มโปรแกรมเท่านั้น · Open this page by the printed address only.")
        source = (STATIC / "index.html").read_text(encoding="utf-8")
        body = source.replace("{{key}}", html.escape(self._key))
        return web.Response(text=body, content_type="text/html", headers=HEADERS)

    async def static(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        found = STATIC / name
        if not found.is_file():
            raise web.HTTPNotFound
        kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        return web.Response(text=found.read_text(encoding="utf-8"), content_type=kind, headers=HEADERS)

    def guarded(self, handler: Handler) -> Handler:
        """The handler, for requests of the page itself only; what the stand-in refuses becomes a clear reply."""

        async def guard(request: web.Request) -> web.StreamResponse:
            if not self._has_key(request) or not (self._key_in_address or self._is_this_machine(request)):
                return _refusal(403, "ไม่ใช่คำขอจากหน้านี้ · Not a request of this page.")
            try:
                return await handler(request)
            except RefusalError as refusal:
                return _refusal(400, refusal.description)

        return guard

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the whole state first, then everything that happens."""
        response = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream"})
        await response.prepare(request)
        stream: asyncio.Queue[Json | None] = asyncio.Queue()
        self._streams.add(stream)
        event: Json | None = self._state()
        try:
            while event is not None:
                await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
                event = await self._next(stream, response)
        except ConnectionResetError:
            pass  # the browser went away; it asks again when it is back
        finally:
            self._streams.discard(stream)
        return response

    async def _next(self, stream: "asyncio.Queue[Json | None]", response: web.StreamResponse) -> Json | None:
        while True:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(stream.get(), KEEP_ALIVE_S)
            await response.write(b": still here\n\n")

    async def end(self, _: web.Application) -> None:
        for stream in self._streams:
            stream.put_nowait(None)

    async def file(self, request: web.Request) -> web.StreamResponse:
        stored = self._standin.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        kind = media_type(stored.content)
        shown = "inline" if kind.startswith("image/") else "attachment"
        headers = HEADERS | {"Content-Disposition": shown}
        return web.Response(body=stored.content, content_type=kind, headers=headers)

    async def send(self, request: web.Request) -> web.StreamResponse:
        params = await read_params(request)
        if not params.text("text").strip():
            raise bad_request("message text is empty")
        reply_to = params.integer("reply_to") or None
        self._standin.say(*_who_and_where(params), params.text("text"), reply_to=reply_to)
        return web.json_response({"ok": True})

    async def attach(self, request: web.Request) -> web.StreamResponse:
        params = await read_params(request)
        upload = params.upload("file")
        if upload is None:
            raise bad_request("there is no file in the request")
        if upload.media_type.startswith("image/"):
            content = picture(self._standin, upload.content, upload.name)
        else:
            content = document(self._standin, upload.content, upload.name, upload.media_type)
        self._standin.show(*_who_and_where(params), content, caption=params.text("caption"))
        return web.json_response({"ok": True})

    async def extra(self, request: web.Request) -> web.StreamResponse:
        params = await read_params(request)
        if params.text("kind") not in EXTRAS:
            raise bad_request("unknown kind")
        reply_to = params.integer("reply_to") or None
        self._standin.show(*_who_and_where(params), EXTRAS[params.text("kind")], reply_to=reply_to)
        return web.json_response({"ok": True})

    async def edit(self, request: web.Request) -> web.StreamResponse:
        params = await read_params(request)
        self._standin.edit(*_who_and_where(params), params.integer("message"), params.text("text"))
        return web.json_response({"ok": True})

    async def press(self, request: web.Request) -> web.StreamResponse:
        """A button; the reply is what the bot answers to the press, as a note to this person only."""
        params = await read_params(request)
        answer = self._standin.press(*_who_and_where(params), params.integer("message"), params.text("data"))
        try:
            return web.json_response(await asyncio.wait_for(answer, PRESS_TIMEOUT_S))
        except TimeoutError:
            return web.json_response({"text": "", "show_alert": False, "url": "", "late": True})

    async def block(self, request: web.Request) -> web.StreamResponse:
        """This person blocks the bot, until the next message to it."""
        params = await read_params(request)
        self._standin.block(self._standin.person(params.integer("person")).id)
        return web.json_response({"ok": True})

    async def fault(self, request: web.Request) -> web.StreamResponse:
        """Order a fault for the bot's next calls; without a kind, all that are ordered are dropped."""
        params = await read_params(request)
        if not params.text("kind"):
            self._standin.faults.clear()
            return web.json_response({"ok": True})
        try:
            kind = FaultKind(params.text("kind"))
        except ValueError:
            raise bad_request(f"kind must be one of {', '.join(FaultKind)}") from None
        self._standin.faults.order(
            Fault(
                kind,
                params.text("method", "*"),
                max(1, params.integer("times", 1)),
                seconds=float(params.text("seconds", "0")),
                code=params.integer("code", 500),
                description=params.text("description", "Internal Server Error"),
                retry_after=params.integer("retry_after"),
            )
        )
        return web.json_response({"ok": True})

    def _state(self) -> Json:
        return {
            "type": "state",
            "bot": self._standin.bot.as_json(),
            "description": self._standin.profile.get("description:", ""),
            "people": [person.as_json() for person in self._standin.people],
            "groups": [group.as_chat() for group in self._standin.groups],
            "commands": self._standin.commands.get("default:::", []),
            "messages": list(self._standin.messages.values()),
            "workings": [
                {"chat_id": chat_id, "message_id": message_id, "workings": workings}
                for (chat_id, message_id), workings in self._workings.by_message.items()
            ],
        }

    def _on_event(self, event: Json) -> None:
        if event["type"] == "commands":
            event = event | {"commands": self._standin.commands.get("default:::", [])}
        for stream in self._streams:
            stream.put_nowait(event)

    def _has_key(self, request: web.Request) -> bool:
        given = request.headers.get(KEY_HEADER) or request.query.get("key", "")
        return hmac.compare_digest(given.encode(), self._key.encode())

    def _is_this_machine(self, request: web.Request) -> bool:
        """The page was asked for as this machine, not under a name that somebody made point here."""
        return (request.url.host or "") in ("127.0.0.1", "localhost", "::1")


def _who_and_where(params: Params) -> tuple[int, int]:
    return params.integer("person"), params.integer("chat")


def _refusal(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status, headers=HEADERS)
