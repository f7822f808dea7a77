"""Anthropic and Google, as LangChain speaks with them, over HTTP against servers that speak their protocols."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from bot.answer import Statement
from bot.chat_model import NoReply, Reason
from bot.generative import ChatWriter
from bot.settings import Settings
from corpus.glossary import read_glossary
from tests.bot.plan_passages import PASSAGES

KEY = "planted-provider-key"
PIECES = ("แผนมีงบประมาณรวม ", "6,504.69 ล้านบาท [1]")
GOOD = Statement("แผนมีงบประมาณรวม 6,504.69 ล้านบาท", (1,))
MODELS = ("anthropic:claude-test", "google_genai:gemini-test")


class _Provider(BaseHTTPRequestHandler):
    cut: ClassVar[bool]
    seen: ClassVar[list[tuple[str, dict[str, Any], str]]]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((self.path, asked, str(self.headers)))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for event in _anthropic(self.cut) if "messages" in self.path else _google(self.cut):
            name = f"event: {event['type']}\n" if "type" in event else ""
            self.wfile.write(f"{name}data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

    def log_message(self, format: str, *args: object) -> None:
        return


def _anthropic(cut: bool) -> Iterator[dict[str, Any]]:
    message: dict[str, Any] = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "x",
        "stop_reason": None,
    }
    yield {"type": "message_start", "message": message | {"usage": {"input_tokens": 11, "output_tokens": 1}}}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for piece in PIECES:
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
    if not cut:
        yield {"type": "content_block_stop", "index": 0}
        usage = {"input_tokens": 11, "output_tokens": 9}
        yield {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": usage}
        yield {"type": "message_stop"}


def _google(cut: bool) -> Iterator[dict[str, Any]]:
    for number, piece in enumerate(PIECES, start=1):
        end = {"finishReason": "STOP"} if number == len(PIECES) and not cut else {}
        content = {"parts": [{"text": piece}], "role": "model"}
        usage = {"promptTokenCount": 11, "candidatesTokenCount": 4 * number, "totalTokenCount": 11 + 4 * number}
        yield {"candidates": [{"content": content, "index": 0, **end}], "usageMetadata": usage}


@contextmanager
def provider(cut: bool = False) -> Iterator[tuple[str, list[tuple[str, dict[str, Any], str]]]]:
    seen: list[tuple[str, dict[str, Any], str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Provider,), {"cut": cut, "seen": seen}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def writer(model: str, url: str) -> ChatWriter:
    pytest.importorskip(f"langchain_{model.partition(':')[0]}")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        chat_model=model,
        chat_base_url=url,
        chat_api_key=SecretStr(KEY),
        chat_timeout_s=20,
    )
    return ChatWriter(settings, read_glossary())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_providers_stream_is_an_answer_with_its_usage(model: str) -> None:
    with provider() as (url, seen), writer(model, url) as chat:
        written = chat.write("งบเท่าไร", PASSAGES)
    assert written.statements == (GOOD,)
    assert written.usage.prompt == 11
    assert written.usage.completion > 0
    [(_, asked, headers)] = seen
    assert "งบเท่าไร" in json.dumps(asked, ensure_ascii=False)
    assert KEY in headers


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_providers_stream_that_is_cut_is_none(model: str) -> None:
    with provider(cut=True) as (url, seen), writer(model, url) as chat, pytest.raises(NoReply) as caught:
        chat.write("งบเท่าไร", PASSAGES)
    assert caught.value.reason is Reason.CUT
    assert len(seen) == 2
    assert KEY not in repr(caught.value)
