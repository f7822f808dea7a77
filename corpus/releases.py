"""Releases of the index: built aside as candidates, published in one step, rolled back in one step.

    DATA_DIR/
      CURRENT              the live release's id; below it those that were live before, and those rolled back
      ingest.lock          held by the one process that writes, which it names
      releases/<id>/       one whole release: release.json, documents, index
      building-<pid>/      a release being built; left over only after a crash

Readers look at `CURRENT` only; a release is never changed once it is there. A whole release that was never live is a
candidate. Whether a release on disk still is what was built, `corpus/soundness.py` tells.
"""

import errno
import fcntl
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from corpus.document import Audience, Document, DraftStatus, Source
from corpus.store import StoreUnavailable, remove_with_store

log = logging.getLogger(__name__)

FORMAT = 8  # of the files in a release; another number cannot be read by this code
KEEP = 3
HISTORY = 5  # releases that were live before, by which one can go back
LEAST_SPACE = 50_000_000  # bytes that must be free before a build begins
BUILD_COMMAND = "python -m ingest build --publish"
REPAIR_COMMAND = "python -m ingest build --force --publish"
PUBLISH_COMMAND = "python -m ingest publish"
_ROLLED_BACK = "- "
_MOMENT = "%Y%m%dT%H%M%SZ"
_locks: set[int] = set()  # file handles by which this process holds the right to write


class ReleaseNotFound(Exception):
    """There is no such release to serve; the message says what to run. Thai first."""


class ReleaseUnusable(Exception):
    """A release is damaged or does not fit this program; the message says what to run. Thai first."""


class ReleaseLocked(Exception):
    """Another process is writing; the message names it. Thai first."""


@dataclass(frozen=True)
class Release:
    """What a release was made from. `fingerprint` is of every input: the same inputs give the same one.

    `reading` is of the code that reads and cuts documents alone. `versions` are of the libraries whose files or words
    are in it. `document_passages` counts each document's passages, `health` tells what became of each document's pages
    (verdict → pages). `changes` counts what changed between a document and the one it supersedes (document → kind →
    changes). `probes` are searches that must find something. `files` has the size and digest of every file that never
    changes, by its path in the release.
    """

    id: str
    fingerprint: str
    built_at: str
    embedder: str
    embedding_model: str
    glossary_digest: str
    passages: int
    documents: tuple[Document, ...]
    plans: dict[str, dict[str, Any]]
    reading: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    document_passages: dict[str, int] = field(default_factory=dict)
    health: dict[str, dict[str, int]] = field(default_factory=dict)
    changes: dict[str, dict[str, int]] = field(default_factory=dict)
    probes: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


@dataclass(frozen=True)
class Pointer:
    """What `CURRENT` holds: the live release, those that were live before it (latest first), and those taken back."""

    live: str | None = None
    earlier: tuple[str, ...] = ()
    rolled_back: tuple[str, ...] = ()


def releases_dir(data_dir: Path) -> Path:
    return data_dir / "releases"


def new_id(fingerprint: str, data_dir: Path) -> str:
    """An id that sorts by time, and after all there are, also where the clock was put back."""
    moment = datetime.now(UTC).replace(microsecond=0)
    for directory in releases_dir(data_dir).glob("*/"):
        with suppress(ValueError):  # a name that is no moment: not made here
            latest = datetime.strptime(directory.name.partition("-")[0], _MOMENT).replace(tzinfo=UTC)
            if latest >= moment:
                moment = latest + timedelta(seconds=1)
    return f"{moment:{_MOMENT}}-{fingerprint[:8]}"


def read_pointer(data_dir: Path) -> Pointer:
    """Which release is live and which were; empty where nothing was published yet.

    Raises:
        ReleaseUnusable: if the pointer is there and cannot be read.
    """
    try:
        lines = (data_dir / "CURRENT").read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return Pointer()
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseUnusable(
            f"อ่านไม่ได้ว่ารุ่นใดให้บริการอยู่ ({error}) โปรดตรวจ DATA_DIR ซึ่งต้องเป็นโฟลเดอร์ที่อ่านได้ "
            "/ cannot read which release is live; check that DATA_DIR is a folder that can be read"
        ) from None
    served = [line.strip() for line in lines if line.strip() and not line.startswith(_ROLLED_BACK)]
    taken_back = tuple(line.removeprefix(_ROLLED_BACK).strip() for line in lines if line.startswith(_ROLLED_BACK))
    return Pointer(served[0] if served else None, tuple(served[1:]), taken_back)


def live_id(data_dir: Path) -> str | None:
    """The id of the live release; None where nothing was published yet.

    Raises:
        ReleaseUnusable: if the pointer is there and cannot be read.
    """
    return read_pointer(data_dir).live


def live_release(data_dir: Path) -> tuple[Path, Release]:
    """The live release's directory and description.

    Raises:
        ReleaseNotFound: if nothing was published.
        ReleaseUnusable: if what was published is gone or damaged.
    """
    release_id = live_id(data_dir)
    if release_id is None:
        waiting = candidate(data_dir)
        if waiting:
            raise ReleaseNotFound(
                f"ยังไม่มีรุ่นที่ให้บริการใน {data_dir} แต่มีรุ่น {waiting.id} รอเผยแพร่ โปรดสั่ง `{PUBLISH_COMMAND}` "
                f"/ nothing is live yet, but release {waiting.id} waits to be published; run `{PUBLISH_COMMAND}`"
            )
        raise ReleaseNotFound(
            f"ยังไม่มีดัชนีใน {data_dir} โปรดสั่ง `{BUILD_COMMAND}` ก่อน / no index yet; run `{BUILD_COMMAND}` first"
        )
    directory = releases_dir(data_dir) / release_id
    return directory, read_release(directory)


def read_release(directory: Path) -> Release:
    """The description of a release.

    Raises:
        ReleaseUnusable: if it is missing, damaged, or of another format.
    """
    try:
        raw = json.loads((directory / "release.json").read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']}, expected {FORMAT}")
        documents = tuple(_document(d) for d in raw["documents"])
        return Release(**{**raw, "documents": documents, "probes": tuple(raw["probes"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseUnusable(
            f"รุ่นข้อมูล {directory.name} เสียหายหรือคนละรูปแบบ ({error}) โปรดสั่ง `{REPAIR_COMMAND}` "
            f"/ the release is damaged or of another format; run `{REPAIR_COMMAND}`"
        ) from None


def write_release(directory: Path, release: Release) -> None:
    """Write a release's description; done last, so that a directory without it is not a release."""
    path = directory / "release.json"
    path.write_text(json.dumps(asdict(release), ensure_ascii=False, indent=1), encoding="utf-8")


def list_releases(data_dir: Path) -> list[Release]:
    """All whole releases, newest first."""
    found: list[Release] = []
    for directory in sorted(releases_dir(data_dir).glob("*/"), reverse=True):
        try:
            found.append(read_release(directory))
        except ReleaseUnusable:
            continue
    return found


def candidate(data_dir: Path) -> Release | None:
    """The newest whole release that was never live and is newer than the live one; None if there is none."""
    pointer = read_pointer(data_dir)
    known = {pointer.live, *pointer.earlier, *pointer.rolled_back}
    newer = (r for r in list_releases(data_dir) if r.id not in known and r.id > (pointer.live or ""))
    return next(newer, None)


def publish(data_dir: Path, release_id: str) -> None:
    """Make a release the live one. Atomic: a reader sees the old one or the new one."""
    before = read_pointer(data_dir)
    earlier = [name for name in (before.live, *before.earlier) if name not in (None, release_id)]
    taken_back = tuple(name for name in before.rolled_back if name != release_id)
    _write_pointer(data_dir, Pointer(release_id, tuple(map(str, earlier)), taken_back))


def rollback_target(data_dir: Path) -> Release:
    """The release that `roll_back` would go back to.

    Raises:
        ReleaseNotFound: if no release was live before that is still there.
    """
    for name in read_pointer(data_dir).earlier:
        with suppress(ReleaseUnusable):
            return read_release(releases_dir(data_dir) / name)
    raise ReleaseNotFound(
        "ไม่มีรุ่นก่อนหน้าให้ย้อนกลับ: ดูรุ่นที่มีด้วย `python -m ingest list` แล้วสั่ง `python -m ingest publish รุ่น` "
        "/ no earlier release to go back to; see `python -m ingest list`, then `python -m ingest publish RELEASE`"
    )


def roll_back(data_dir: Path) -> str:
    """Make the release live that was live before; its id. The one taken back is no candidate any more.

    Raises:
        ReleaseNotFound: if there is none.
    """
    before, target = read_pointer(data_dir), rollback_target(data_dir).id
    earlier = before.earlier[before.earlier.index(target) + 1 :]
    taken_back = (str(before.live), *(name for name in before.rolled_back if name != before.live))
    _write_pointer(data_dir, Pointer(target, earlier, taken_back))
    return target


def prune(data_dir: Path, keep: int = KEEP) -> list[str]:
    """Remove all but the newest `keep` releases; returns the ids removed.

    Never the live one, the one to roll back to, or one that a process has open.
    """
    pointer = read_pointer(data_dir)
    with suppress(ReleaseNotFound):
        pointer = Pointer(pointer.live, (rollback_target(data_dir).id,))
    spare = [d for d in sorted(releases_dir(data_dir).glob("*/"), reverse=True) if d.name != pointer.live]
    old = spare[max(keep - 1, 0) :] if pointer.live else spare[keep:]
    gone = [d for d in old if d.name not in pointer.earlier[:1] and not _is_open(d)]
    return [directory.name for directory in gone if _removed(directory)]


class Hold:
    """Keeps a release from being pruned for as long as this object lives, in whatever process."""

    def __init__(self, directory: Path) -> None:
        self._file = os.open(directory / "release.json", os.O_RDONLY)
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)


def _is_open(directory: Path) -> bool:
    try:
        with (directory / "release.json").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no whole release
        return False
    return False


def check_space(data_dir: Path) -> None:
    """Make sure that a build like the live release fits on the disk.

    Raises:
        OSError: ENOSPC, before anything is written.
    """
    live = read_pointer(data_dir).live
    files = (releases_dir(data_dir) / live).rglob("*") if live else iter(())
    needed = max(LEAST_SPACE, 2 * sum(file.stat().st_size for file in files if file.is_file()))
    if shutil.disk_usage(data_dir).free < needed:
        raise OSError(errno.ENOSPC, f"No space left on device ({needed // 1_000_000} MB needed)", str(data_dir))


def storage_sentence(error: OSError) -> str:
    """What a failing disk means and what to do, Thai first."""
    safe = "รุ่นที่ให้บริการอยู่ไม่ถูกแตะต้อง / the live release is untouched"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        told = (
            "พื้นที่ดิสก์ของ DATA_DIR เต็ม โปรดเพิ่มพื้นที่ (เช่น `python -m ingest prune`) แล้วสั่งใหม่ "
            "/ the disk of DATA_DIR is full; free space (`python -m ingest prune`, say), then run again"
        )
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        told = (
            "ไม่มีสิทธิ์เขียนหรืออ่าน (อ่านได้อย่างเดียวหรือเป็นของผู้ใช้อื่น) โปรดตรวจสิทธิ์ของโฟลเดอร์ หรือตั้ง DATA_DIR ใหม่ "
            "/ not permitted (read-only, or another user's); check the folder's permissions, or set another DATA_DIR"
        )
    elif error.errno in (errno.EMFILE, errno.ENFILE):
        told = "เปิดไฟล์พร้อมกันมากเกินกำหนด โปรดเพิ่ม `ulimit -n` / too many open files; raise `ulimit -n`"
    else:
        told = "โปรดตรวจโฟลเดอร์และดิสก์ / check the folder and the disk"
    return f"เขียนหรืออ่านไฟล์ไม่ได้ / cannot read or write: {error}\n{told}\n{safe}"


@contextmanager
def locked(data_dir: Path, doing: str) -> Iterator[None]:
    """Hold the right to write, and say what for ("build").

    The lock is the kernel's, so it is free again as soon as its holder ends, however it ends.

    Raises:
        ReleaseLocked: if another process holds it.
    """
    releases_dir(data_dir).mkdir(parents=True, exist_ok=True)
    with (data_dir / "ingest.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise ReleaseLocked(
                f"มีโปรเซสอื่นเขียนรุ่นข้อมูลอยู่แล้ว ({holder}) โปรดรอให้เสร็จ "
                f"/ another process is already writing: {holder}; wait for it"
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(f"process {os.getpid()} ({doing}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC)")
        lock.flush()
        _locks.add(lock.fileno())
        try:
            yield
        finally:
            _locks.discard(lock.fileno())


def let_go() -> None:
    """Close the locks that a forked process has from its parent: they must be free as soon as the parent ends."""
    for lock in _locks:
        os.close(lock)
    _locks.clear()


@contextmanager
def writing(data_dir: Path) -> Iterator[Path]:
    """Hold the right to write; gives a fresh directory to build in, which is removed afterwards if still there.

    Raises:
        ReleaseLocked: if another process holds it.
    """
    with locked(data_dir, "build"):
        for left_over in (*data_dir.glob("building-*"), *data_dir.glob(".CURRENT-*")):
            _removed(left_over) if left_over.is_dir() else left_over.unlink()
        building = data_dir / f"building-{os.getpid()}"
        building.mkdir()
        try:
            yield building
        finally:
            try:
                if building.is_dir():
                    _removed(building)
            except OSError as error:  # the next build tries again; what went wrong in this one is to be told
                log.warning("%s could not be removed: %s", building.name, error)


def _removed(directory: Path) -> bool:
    """Remove a release with its store; False, and all still there for the next time, where the server is away."""
    try:
        remove_with_store(directory)
    except StoreUnavailable as error:
        log.warning("%s stays until the next prune or build: %s", directory.name, error)
        return False
    return True


def _write_pointer(data_dir: Path, pointer: Pointer) -> None:
    lines = [str(pointer.live), *pointer.earlier[:HISTORY]]
    lines += [_ROLLED_BACK + name for name in pointer.rolled_back[:HISTORY]]
    aside = data_dir / f".CURRENT-{os.getpid()}"
    with aside.open("w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(data_dir / "CURRENT")


def _document(raw: dict[str, Any]) -> Document:
    return Document(
        **{
            **raw,
            "status": DraftStatus(raw["status"]),
            "audience": Audience(raw["audience"]),
            "sources": tuple(Source(**source) for source in raw["sources"]),
        }
    )
