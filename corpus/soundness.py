"""Is a release on disk still what was built? Told before it is opened, since a damaged store can end a process."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from corpus.releases import REPAIR_COMMAND, Release, ReleaseUnusable

DATABASE = "chroma.sqlite3"  # Chroma writes to it whenever it is opened, so its digest tells nothing
SAVED_VECTORS = "index_metadata.pickle"  # beside the vectors of a store large enough to have them in files
_SQLITE_HEADER = b"SQLite format 3\x00"
# Libraries whose files or words are in a release, and how much of their version must be the same.
_LIBRARIES = {"chromadb": 2, "bm25s": 2, "pythainlp": 2}
CHECK_LIMIT_S = 900


def library_versions() -> dict[str, str]:
    """The libraries that a release depends on, with as much of their version as must not differ ("1.5")."""
    return {name: ".".join(_version(name).split(".")[:parts]) for name, parts in _LIBRARIES.items()}


def seal(directory: Path) -> dict[str, str]:
    """Size and digest of every file of a release that is never written again; all are safe on the disk afterwards."""
    found: dict[str, str] = {}
    for path in _sealed(directory):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            found[path.relative_to(directory).as_posix()] = f"{path.stat().st_size} {_digest(path)}"
    return found


def check(directory: Path, release: Release) -> None:
    """Compare the files of a release with what was built, and its libraries with those of this program.

    Raises:
        ReleaseUnusable: naming what is missing, cut short, altered, or of another version.
    """
    versions = library_versions()
    for library, wanted in release.versions.items():
        if versions.get(library) != wanted:
            raise _unusable(directory, f"built with {library} {wanted}, installed is {versions.get(library)}")
    for name, sealed in release.files.items():
        path = directory / name
        size, _, digest = sealed.partition(" ")
        if not path.is_file():
            raise _unusable(directory, f"{name} is missing")
        if path.stat().st_size != int(size):
            raise _unusable(directory, f"{name} has {path.stat().st_size} bytes, expected {size}")
        if _digest(path) != digest:
            raise _unusable(directory, f"{name} was altered")
    for database in directory.rglob(DATABASE):
        _check_database(directory, database)


def verify(directory: Path, probes: list[str]) -> None:
    """Open the release in a child process, look at every vector, and search it: a damaged store kills only the child.

    Raises:
        ReleaseUnusable: if it cannot be opened, lacks a vector, or finds nothing for a probe.
    """
    try:
        child = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "corpus.probe", str(directory)],
            input=json.dumps(probes),
            capture_output=True,
            text=True,
            check=False,
            timeout=CHECK_LIMIT_S,
        )
        code, lines = child.returncode, child.stderr.strip().splitlines()
    except subprocess.TimeoutExpired:
        code, lines = 1, [f"no end after {CHECK_LIMIT_S} s"]
    if code != 0:
        raise refused(directory, (lines or [f"exit {code}"])[-1])


def refused(directory: Path, reason: str) -> ReleaseUnusable:
    """What is raised of a release that failed its check."""
    name = "ที่สร้างใหม่" if directory.name.startswith("building-") else directory.name
    return ReleaseUnusable(
        f"รุ่นข้อมูล {name} ไม่ผ่านการตรวจ ({reason}) รุ่นเดิมยังให้บริการตามปกติ โปรดสั่ง `{REPAIR_COMMAND}` "
        f"/ the release failed its check; the live one is unchanged; run `{REPAIR_COMMAND}`"
    )


def _check_database(directory: Path, database: Path) -> None:
    """Whether an SQLite file has its header and all the pages that the header counts."""
    with database.open("rb") as file:
        header = file.read(100)
    page_size = int.from_bytes(header[16:18], "big")
    page_size = 65_536 if page_size == 1 else page_size
    pages = int.from_bytes(header[28:32], "big")
    name = database.relative_to(directory)
    if not header.startswith(_SQLITE_HEADER):
        raise _unusable(directory, f"{name} is no database")
    if database.stat().st_size < page_size * pages:
        raise _unusable(directory, f"{name} has {database.stat().st_size} bytes, expected {page_size * pages}")


def _sealed(directory: Path) -> Iterator[Path]:
    """All files of a release but those that Chroma writes when it opens or searches a store.

    Those are its database, and the vectors of a small store: it keeps them in the database.
    """
    for path in sorted(directory.rglob("*")):
        in_segment = path.parent.parent.joinpath(DATABASE).is_file()
        if in_segment and not (path.parent / SAVED_VECTORS).is_file():
            continue
        if path.is_file() and not path.name.startswith(DATABASE) and path.name != "release.json":
            yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _unusable(directory: Path, reason: str) -> ReleaseUnusable:
    return ReleaseUnusable(
        f"รุ่นข้อมูล {directory.name} เสียหายหรือไม่เข้ากับโปรแกรมนี้ ({reason}) โปรดสั่ง `{REPAIR_COMMAND}` "
        f"/ the release is damaged or does not fit this program; run `{REPAIR_COMMAND}`"
    )
