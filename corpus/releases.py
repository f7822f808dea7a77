"""Releases of the index: built aside, verified, switched in one step, rolled back in one step.

    DATA_DIR/
      CURRENT              the id of the live release
      ingest.lock          held by the one process that writes
      releases/<id>/       one release: release.json, documents, index
      building-<pid>/      a release being built; left over only after a crash

Readers look at `CURRENT` only; a release is never changed once it is there.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.document import Audience, Document, DraftStatus, Source

FORMAT = 4  # of the files in a release; another number cannot be read by this code
KEEP = 3
BUILD_COMMAND = "python -m ingest build"


class ReleaseNotFound(Exception):
    """There is no such release to serve; the message says what to run. Thai first."""


class ReleaseUnusable(Exception):
    """A release is damaged or does not fit this program; the message says what to run. Thai first."""


class ReleaseLocked(Exception):
    """Another process is writing; the message names it. Thai first."""


@dataclass(frozen=True)
class Release:
    """What a release was made from. `fingerprint` is of every input: the same inputs give the same one."""

    id: str
    fingerprint: str
    built_at: str
    embedder: str
    embedding_model: str
    glossary_digest: str
    passages: int
    documents: tuple[Document, ...]
    plans: dict[str, dict[str, Any]]
    format: int = FORMAT


def releases_dir(data_dir: Path) -> Path:
    return data_dir / "releases"


def new_id(fingerprint: str) -> str:
    """An id that sorts by time and tells two builds of one second apart by what they were made from."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{fingerprint[:8]}"


def live_id(data_dir: Path) -> str | None:
    """The id of the live release; None where nothing was published yet.

    Raises:
        ReleaseUnusable: if the pointer is there and cannot be read.
    """
    try:
        return (data_dir / "CURRENT").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseUnusable(
            f"อ่านไม่ได้ว่ารุ่นใดให้บริการอยู่ ({error}) โปรดตรวจ DATA_DIR ซึ่งต้องเป็นโฟลเดอร์ที่อ่านได้ "
            "/ cannot read which release is live; check that DATA_DIR is a folder that can be read"
        ) from None


def live_release(data_dir: Path) -> tuple[Path, Release]:
    """The live release's directory and description.

    Raises:
        ReleaseNotFound: if nothing was published.
        ReleaseUnusable: if what was published is gone or damaged.
    """
    release_id = live_id(data_dir)
    if release_id is None:
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
        return Release(**{**raw, "documents": tuple(_document(d) for d in raw["documents"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseUnusable(
            f"รุ่นข้อมูล {directory.name} เสียหายหรือคนละรูปแบบ ({error}) โปรดสั่ง `{BUILD_COMMAND} --force` "
            f"/ the release is damaged or of another format; run `{BUILD_COMMAND} --force`"
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


def verify(directory: Path, probes: list[str]) -> None:
    """Open the release in a child process and search it: a damaged store kills its process, not ours.

    Raises:
        ReleaseUnusable: if it cannot be opened or finds nothing for a probe taken from its own passages.
    """
    child = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "corpus.probe", str(directory)],
        input=json.dumps(probes),
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode != 0:
        reason = (child.stderr.strip().splitlines() or [f"exit {child.returncode}"])[-1]
        raise ReleaseUnusable(
            f"รุ่นข้อมูลที่สร้างใหม่ไม่ผ่านการตรวจ ({reason}) รุ่นเดิมยังให้บริการตามปกติ "
            "/ the new release failed its check; the live one is unchanged"
        )


def publish(data_dir: Path, release_id: str) -> None:
    """Make a release the live one. Atomic: a reader sees the old one or the new one."""
    pointer = data_dir / "CURRENT"
    aside = data_dir / f".CURRENT-{os.getpid()}"
    with aside.open("w", encoding="utf-8") as file:
        file.write(release_id + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(pointer)


def prune(data_dir: Path, keep: int = KEEP) -> list[str]:
    """Remove all but the newest `keep` releases and the live one; returns the ids removed."""
    live = live_id(data_dir)
    spare = [d for d in sorted(releases_dir(data_dir).glob("*/"), reverse=True) if d.name != live]
    gone = spare[max(keep - 1, 0) :] if live else spare[keep:]
    for directory in gone:
        shutil.rmtree(directory)
    return [directory.name for directory in gone]


@contextmanager
def writing(data_dir: Path) -> Iterator[Path]:
    """Hold the right to write; gives a fresh directory to build in, which is removed afterwards if still there.

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
                f"มีการสร้างดัชนีอยู่แล้ว (โปรเซส {holder}) โปรดรอให้เสร็จ / process {holder} is already building; wait for it"
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        for left_over in data_dir.glob("building-*"):
            shutil.rmtree(left_over)
        building = data_dir / f"building-{os.getpid()}"
        building.mkdir()
        try:
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)


def _document(raw: dict[str, Any]) -> Document:
    return Document(
        **{
            **raw,
            "status": DraftStatus(raw["status"]),
            "audience": Audience(raw["audience"]),
            "sources": tuple(Source(**source) for source in raw["sources"]),
        }
    )
