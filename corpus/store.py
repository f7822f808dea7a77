"""Where the vectors of a release are searched: Chroma in its own directory, or on a server. The only door to chromadb.

    <release>/chroma/           embedded, the default
    <release>/collection.txt    instead: the name of the release's collection on the server that CHROMA_URL names

A store is written once, with its release, and only read after that.
"""

import base64
import errno
import logging
import os
import re
import secrets
import shutil
import sqlite3
import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import numpy as np
from numpy.typing import NDArray

from corpus.document import Passage

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

T = TypeVar("T")
log = logging.getLogger(__name__)

SERVER_SETTING = "CHROMA_URL"
EMBEDDED, DATABASE = "chroma", "chroma.sqlite3"
COLLECTION, COLLECTION_NAME = "passages", "collection.txt"
REMOVED = "removed.txt"
MOST_REMOVED = 0.2  # share of a store that may have been removed from it, or be new to it, before it is made anew
ADDRESS = re.compile(r"https?://([^\s/?#@]+@)?[^\s/?#@:]+(:\d{1,5})?/?")  # of a server, perhaps with user:password
SERVER_LIMIT_S = 10.0
NEARLY_FULL = 1_000_000  # bytes free, with which whatever goes wrong in a store does so for want of room
SIGNS_OF_FULL = ("code: 778", "code: 13)", "full", "disk I/O")  # in what Chroma and SQLite say
NEAREST = 100  # how many neighbours a search may ask for

# How widely Chroma looks for neighbours. With its own values (16, 100, 100) it misses one in two hundred of the
# hundred nearest on the plan's passages, others after each build; with these none, in the same time.
HNSW: "CreateHNSWConfiguration" = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 2 * NEAREST,
    "batch_size": 2,
    "sync_threshold": 2,
}

_opened_here: list[bool] = []  # not empty once this process runs Chroma, whose threads no fork takes along


class StoreUnavailable(Exception):
    """The Chroma server does not answer; it may a moment later. The message says what to check, Thai first."""


class Store:
    """The vectors of one release in Chroma, open. It is closed when nothing refers to it any more."""

    def __init__(self, client: "ClientAPI", collection: Any, *, on_server: bool = False) -> None:
        self._collection = collection
        self._trouble = _server_trouble if on_server else nullcontext
        self.close = weakref.finalize(self, _close, client)
        self.close.atexit = False  # the process ends anyway

    def count(self) -> int:
        """How many passages are in it. Raises StoreUnavailable if a server does not answer."""
        with self._trouble():
            return int(self._collection.count())

    def nearest(self, vector: NDArray[np.float32], count: int, documents: Collection[str] | None = None) -> list[str]:
        """The ids of the passages of these documents (None: of all) whose vectors are nearest.

        Raises:
            StoreUnavailable: a server does not answer, or Chroma fails.
        """
        from chromadb.errors import ChromaError

        where = None if documents is None else {"document_id": {"$in": sorted(documents)}}
        try:
            with self._trouble():
                found = self._collection.query(query_embeddings=[vector], n_results=count, where=where, include=[])
        except ChromaError as error:
            raise StoreUnavailable(f"Chroma ค้นไม่ได้ / failed to search: {type(error).__name__}: {error}") from error
        return list(found["ids"][0])

    def vectors(self, ids: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """The ids of those passages that have a vector in the store, in its own order, and their vectors.

        Raises:
            StoreUnavailable: a server does not answer.
        """
        with self._trouble():
            rows = self._collection.get(ids=list(ids), include=["embeddings"])
        return list(rows["ids"]), np.asarray(rows["embeddings"], np.float32)


def server_of_environment() -> str:
    """The address of the Chroma server by the environment; empty: none, Chroma is embedded."""
    return os.environ.get(SERVER_SETTING, "").strip()


def runs_in_this_process() -> bool:
    """Whether a store was opened in this process."""
    return bool(_opened_here)


def check_server() -> None:
    """Make sure, before work is done, that the Chroma server answers if one is set. Raises StoreUnavailable."""
    if server := server_of_environment():
        with _server_trouble():
            _close(_server(server))


def load_chroma() -> None:
    """Load the library."""
    import chromadb  # noqa: F401


def write_store(directory: Path, passages: Sequence[Passage], vectors: NDArray[np.float32], name: str = "") -> None:
    """Put the vectors of a release into Chroma: into its directory, or as a collection on the server, if one is set.

    `name` is what the collection's own begins with; without one nothing goes to a server.

    Raises:
        OSError: the disk is full, or fails.
        StoreUnavailable: the server does not answer.
    """
    if name and (server := server_of_environment()):
        own_name = f"{name}-{secrets.token_hex(4)}"  # of two machines that build the same in the same second, too
        # Before it is made: whoever removes the directory can then remove the collection, too.
        (directory / COLLECTION_NAME).write_text(own_name, encoding="utf-8")
        with _server_trouble(), _closing(_server(server)) as client:
            _fill(client, _new(client, own_name), passages, vectors)
        return
    with _disk_trouble(directory), _closing(_embedded(directory)) as client:
        _fill(client, _new(client, COLLECTION), passages, vectors)


def take_over_store(
    directory: Path, passages: Sequence[Passage], vectors: NDArray[np.float32], earlier: Path, before: Iterable[Passage]
) -> bool:
    """Copy the store of an earlier release, and remove and add what differs: cheaper than to find all neighbours anew.

    False, with nothing written, where the earlier one is on a server, or where so much was removed over time that the
    search would suffer.

    Raises:
        OSError: the disk is full, or fails.
    """
    if not (earlier / EMBEDDED).is_dir():
        return False
    old, new = ({(p.id, p.digest) for p in side} for side in (before, passages))
    removed = _removed_so_far(earlier) + len(old - new)
    if not passages or max(removed, len(new - old)) > MOST_REMOVED * len(passages):
        return False
    with _disk_trouble(directory):
        _copy(earlier / EMBEDDED, directory / EMBEDDED)
        with _closing(_embedded(directory)) as client:
            collection = client.get_collection(COLLECTION, embedding_function=None)
            for gone in batches(sorted(old - new), client.get_max_batch_size()):
                collection.delete(ids=[passage_id for passage_id, _ in gone])
            added = [i for i, p in enumerate(passages) if (p.id, p.digest) not in old]
            _fill(client, collection, [passages[i] for i in added], vectors[added])
    (directory / REMOVED).write_text(str(removed), encoding="utf-8")
    return True


def open_store(directory: Path, server: str | None = None) -> Store:
    """The store of a release; `server` is where collections are (None: what the environment says).

    Raises:
        StoreUnavailable: it is on a server, and that does not answer or is not named.
        Exception: of many kinds, if it is missing or damaged.
    """
    if (directory / COLLECTION_NAME).is_file():
        name = (directory / COLLECTION_NAME).read_text(encoding="utf-8")
        with _server_trouble():
            return _opened(_server(server_of_environment() if server is None else server), name, on_server=True)
    if not (directory / EMBEDDED / DATABASE).is_file():  # Chroma would silently make an empty store
        raise FileNotFoundError(f"{directory / EMBEDDED / DATABASE}")
    return _opened(_embedded(directory), COLLECTION, on_server=False)


def remove_with_store(directory: Path) -> None:
    """Remove the directory of a release, and first its collection if that is on a server.

    Raises:
        StoreUnavailable: the server does not answer; the directory is still there, so that it can be tried again.
    """
    collection = directory / COLLECTION_NAME
    if collection.is_file():
        from chromadb.errors import NotFoundError

        with _server_trouble(), _closing(_server(server_of_environment())) as client:
            try:
                client.delete_collection(collection.read_text(encoding="utf-8"))
            except NotFoundError:
                log.info("the collection of %s was gone already", directory.name)
    shutil.rmtree(directory)


def batches(items: list[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _embedded(directory: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    _opened_here.append(True)
    try:
        return chromadb.PersistentClient(str(directory / EMBEDDED), settings=Settings(anonymized_telemetry=False))
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of Chroma's Rust: no Exception, so that nobody would catch it
            raise RuntimeError(f"Chroma: {error}") from error
        raise


def _server(address: str) -> "ClientAPI":
    """A client of a server that was seen to answer: the library itself would wait for one without end."""
    import urllib.request

    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(address)
    if not ADDRESS.fullmatch(address):
        raise ConnectionError(f"{SERVER_SETTING} ต้องเป็น / must be http://host:port")
    headers = {}
    if parts.username:
        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(secret).decode()}"
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    alive = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "/api/v2/heartbeat", "", ""))
    with urllib.request.urlopen(urllib.request.Request(alive, headers=headers), timeout=SERVER_LIMIT_S):  # noqa: S310
        pass
    _opened_here.append(True)
    client = chromadb.HttpClient(
        host, port, ssl=parts.scheme == "https", headers=headers, settings=Settings(anonymized_telemetry=False)
    )
    client._server._session.timeout = SERVER_LIMIT_S  # type: ignore[attr-defined]  # it has no setting for it
    return client


def _opened(client: "ClientAPI", name: str, *, on_server: bool) -> Store:
    try:
        return Store(client, client.get_collection(name, embedding_function=None), on_server=on_server)
    except BaseException:
        _close(client)
        raise


def _close(client: "ClientAPI") -> None:
    """Free what a client holds. The library leaves both of its connections to a server open."""
    parts = (client._server, client._admin_client._server)  # type: ignore[attr-defined]
    sessions = [part._session for part in parts if hasattr(part, "_session")]
    client.close()  # type: ignore[attr-defined]
    for session in sessions:
        session.close()


@contextmanager
def _closing(client: "ClientAPI") -> Iterator["ClientAPI"]:
    try:
        yield client
    finally:
        _close(client)


def _new(client: "ClientAPI", name: str) -> Any:
    return client.create_collection(name, embedding_function=None, configuration={"hnsw": HNSW})


def _fill(client: "ClientAPI", collection: Any, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
    for rows in batches(list(range(len(passages))), client.get_max_batch_size()):
        collection.add(
            ids=[passages[i].id for i in rows],
            embeddings=vectors[rows],
            metadatas=[{"document_id": passages[i].document_id} for i in rows],
        )


def _copy(source: Path, target: Path) -> None:
    """Copy a store that a bot may have open: the database by its own backup, since opening a store writes to it."""
    if not (source / DATABASE).is_file():
        raise FileNotFoundError(source / DATABASE)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{DATABASE}*"))
    with (
        closing(sqlite3.connect(f"file:{source / DATABASE}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target / DATABASE)) as new,
    ):
        old.backup(new)


def _removed_so_far(directory: Path) -> int:
    """How many passages were removed from the store since it was made from nothing."""
    path = directory / REMOVED
    return int(path.read_text(encoding="utf-8")) if path.is_file() else 0


@contextmanager
def _disk_trouble(directory: Path) -> Iterator[None]:
    """Chroma and SQLite tell a full disk in exceptions of many kinds; here it is an OSError like any other."""
    from chromadb.errors import InternalError

    try:
        yield
    except Exception as error:
        full = shutil.disk_usage(directory).free < NEARLY_FULL or any(sign in str(error) for sign in SIGNS_OF_FULL)
        if not full and not isinstance(error, InternalError | sqlite3.OperationalError):
            raise
        raise OSError(errno.ENOSPC if full else errno.EIO, f"Chroma: {error}", str(directory)) from error


@contextmanager
def _server_trouble() -> Iterator[None]:
    """A server that is away is told in many ways; here it is one, without the address, which may hold a password.

    Only that a collection is not there passes: that is no trouble of the server.
    """
    import urllib.error

    import httpx
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except NotFoundError:
        raise
    except (ConnectionError, TimeoutError, urllib.error.URLError, httpx.HTTPError, ChromaError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise StoreUnavailable(
            f"ใช้ Chroma server ไม่ได้ ({type(error).__name__}: {reason}) โปรดตรวจว่าเซิร์ฟเวอร์ทำงานอยู่และ {SERVER_SETTING} "
            f"ถูกต้อง แล้วสั่งใหม่ / the Chroma server cannot be used; see that it runs and that {SERVER_SETTING} is right"
        ) from None
