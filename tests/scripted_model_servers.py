"""Loopback stand-ins for an OpenAI-compatible embedding server and for the Hugging Face hub."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import numpy as np


@dataclass
class EmbeddingScript:
    """What the embedding server was asked, and how it answers: each text by a vector of its own letters."""

    dimensions: int = 16
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def texts(self) -> list[str]:
        return [text for asked in self.asked for text in asked["input"]]

    def vector(self, text: str) -> list[float]:
        counts = np.bincount([ord(c) % self.dimensions for c in text], minlength=self.dimensions)
        return [float(count) for count in counts + 0.5]


@contextmanager
def embedding_server(script: EmbeddingScript | None = None) -> Iterator[EmbeddingScript]:
    script = script or EmbeddingScript()
    with _served(type("Handler", (_Embeddings,), {"script": script})) as address:
        script.url = f"{address}/v1"
        yield script


@contextmanager
def hub_with(name: str, folder: Path) -> Iterator[str]:
    """The address of a hub that has one model, the files of a folder."""
    with _served(type("Handler", (_Hub,), {"name": name, "folder": folder})) as address:
        yield address


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(BaseHTTPRequestHandler):
    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


class _Embeddings(_Quiet):
    script: ClassVar[EmbeddingScript]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.keys.append(self.headers.get("Authorization", ""))
        self.script.asked.append(asked)
        rows = [
            {"object": "embedding", "index": i, "embedding": self.script.vector(text)}
            for i, text in enumerate(asked["input"])
        ]
        told = {
            "object": "list",
            "data": rows,
            "model": asked["model"],
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }
        self.answer(self.script.status, json.dumps(told if self.script.status == 200 else {"error": {}}).encode())


class _Hub(_Quiet):
    name: ClassVar[str]
    folder: ClassVar[Path]
    commit = "c0ffee0000000000000000000000000000000000"

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in (f"/api/models/{self.name}/revision/main", f"/api/models/{self.name}"):
            files = [{"rfilename": p.relative_to(self.folder).as_posix()} for p in self._files()]
            self.answer(200, json.dumps({"id": self.name, "sha": self.commit, "siblings": files}).encode())
            return
        if path.startswith(f"/api/models/{self.name}/tree/"):
            tree = [
                {"type": "file", "path": p.relative_to(self.folder).as_posix(), "size": p.stat().st_size, "oid": "0"}
                for p in self._files()
            ]
            self.answer(200, json.dumps(tree).encode())
            return
        file = self.folder / path.removeprefix(f"/{self.name}/resolve/{self.commit}/").removeprefix("/")
        if path.startswith(f"/{self.name}/resolve/") and file.is_file():
            data = file.read_bytes()
            self.answer(200, data, ETag=f'"{hashlib.sha1(data).hexdigest()}"', X_Repo_Commit=self.commit)
            return
        self.answer(404, b"{}", X_Error_Code="RepoNotFound")

    def _files(self) -> list[Path]:
        return sorted(p for p in self.folder.rglob("*") if p.is_file())
