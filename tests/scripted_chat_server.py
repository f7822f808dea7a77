"""An OpenAI-compatible chat server on loopback that says what a script tells it, well or badly."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One scripted reply.

    `text` is streamed in pieces of `piece` characters, `delay_s` apart, after `wait_s`. `cut_after` closes the
    connection after that many pieces, without an end. `finish` is the reason of the end (None: it has none).
    A `status` other than 200, or a `body`, is sent instead of a stream, with `headers`. `hang` sends nothing more after
    the pieces until the client leaves.
    """

    text: str = ""
    piece: int = 40
    wait_s: float = 0.0
    delay_s: float = 0.0
    cut_after: int | None = None
    finish: str | None = "stop"
    usage: tuple[int, int] | None = (100, 20)
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    content_type: str = "application/json"
    hang: bool = False


@dataclass
class Script:
    """What the server will say, reply by reply (the last one again and again), and what it was asked."""

    replies: Sequence[Reply] = ()
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)  # a request has come
    left: threading.Event = field(default_factory=threading.Event)  # a client has given up on a reply

    def say(self, *replies: Reply | str) -> None:
        self.replies = tuple(Reply(r) if isinstance(r, str) else r for r in replies)
        self.requests.clear()
        self.asked.clear()
        self.left.clear()

    def next(self, asked: dict[str, Any]) -> Reply:
        self.requests.append(asked)
        self.asked.set()
        return self.replies[min(len(self.requests), len(self.replies)) - 1]


@contextmanager
def scripted_chat_server() -> Iterator[Script]:
    """A running server; `Script.url` is the base address for CHAT_BASE_URL."""
    script = Script()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"script": script}))
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield script
    finally:
        script.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    script: Script
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.keys.append(self.headers.get("Authorization", ""))
        reply = self.script.next(asked)
        self.script.stopped.wait(reply.wait_s)
        try:
            if reply.status != 200 or reply.body is not None:
                self._whole(reply)
            else:
                self._stream(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.script.left.set()  # as the test wants
        self.close_connection = True

    def _whole(self, reply: Reply) -> None:
        body = (reply.body if reply.body is not None else json.dumps({"error": {"message": "scripted"}})).encode()
        self.send_response(reply.status)
        for name, value in (("Content-Type", reply.content_type), *reply.headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        pieces = [reply.text[i : i + reply.piece] for i in range(0, len(reply.text), reply.piece)]
        for number, piece in enumerate(pieces):
            if reply.cut_after is not None and number >= reply.cut_after:
                return
            self._event({"content": piece}, None)
            self.script.stopped.wait(reply.delay_s)
        if reply.hang:
            self.script.stopped.wait(20)
            return
        if reply.finish is not None:
            self._event({}, reply.finish)
        if reply.usage is not None:
            self._data(_chunk([], {"prompt_tokens": reply.usage[0], "completion_tokens": reply.usage[1]}))
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, delta: dict[str, str], finish: str | None) -> None:
        self._data(_chunk([{"index": 0, "delta": delta, "finish_reason": finish}], None))

    def _data(self, chunk: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        return


def _chunk(choices: list[dict[str, Any]], usage: dict[str, int] | None) -> dict[str, Any]:
    total = {"total_tokens": sum(usage.values()), **usage} if usage else None
    return {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": "scripted",
        "choices": choices,
        "usage": total,
    }
