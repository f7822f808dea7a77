"""Shared by all tests: no network beyond this machine, and no settings from the developer's own `.env`."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings

import ingest.build
from corpus.sentence_encoder import Reading, SentenceEncoder

ROOT = Path(__file__).parent.parent
LOOPBACK = ("127.0.0.1", "::1", "localhost")

os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

# Properties are checked, not the time they take: a busy machine must not fail them.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_connect = socket.socket.connect
_getaddrinfo = socket.getaddrinfo


class NetworkBlocked(RuntimeError):
    """A test tried to leave this machine."""


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
        raise NetworkBlocked(f"a test tried to connect to {address[0]}; only loopback is allowed")
    _connect(self, address)


def _guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    if host not in (*LOOPBACK, None, "", b"127.0.0.1", "0.0.0.0"):
        raise NetworkBlocked(f"a test tried to look up {host}; only loopback is allowed")
    return _getaddrinfo(host, *args, **kwargs)


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", _guarded_getaddrinfo)


class _Remembering(SentenceEncoder):
    """Encodes a text once for all builds of a test run: the real vectors, most of the time of a build saved."""

    readings: ClassVar[dict[tuple[str, str], Reading]] = {}

    def units(self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None) -> list[Reading]:
        new = [text for text in texts if (self.identity, text) not in self.readings]
        self.readings.update({(self.identity, text): read for text, read in zip(new, super().units(new), strict=True)})
        progress(len(texts))
        return [self.readings[self.identity, text] for text in texts]


@pytest.fixture(autouse=True, scope="session")
def _units_encoded_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest.build, "SentenceEncoder", _Remembering)
        yield


@pytest.fixture(autouse=True)
def _own_settings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's environment and `.env` must not change what the tests see."""
    for name in list(os.environ):
        if name in ("ACCESS", "ADMIN_IDS", "DATA_DIR", "CORPUS_DIR", "LOG_LEVEL") or name.startswith(
            (
                "INVITE_",
                "KEEP_",
                "LIMIT_",
                "RETENTION_",
                "STREAM_",
                "TELEGRAM_",
                "CHAT_",
                "EMBEDDING_",
                "RERANKER_",
                "DATABASE_",
                "CHROMA_",
                "PREVIEW_",
            )
        ):
            monkeypatch.delenv(name)
