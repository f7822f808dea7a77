"""What was read is kept in DATA_DIR, so that it is not read again.

One JSON file a document, for a build that broke off. It is named by the digest of the document's bytes and the digest
of what reads them, so a changed document or reader is read anew. And one file of what is known of pieces of text, for
a draft that changed a little. What is damaged or of another form counts as not there.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from corpus import thai
from ingest.known import Known
from ingest.readers import Content

FOLDER = "readings"
KNOWN = "known.msgpack"
MOST = 200  # files; the ones not used for longest are removed
MOST_PIECES = 500_000  # 30 MB
_HERE = Path(__file__).parent
_READERS = (*sorted((_HERE / "readers").rglob("*.py")), _HERE / "apart.py", _HERE / "health.py", _HERE / "repair.py")
_JUDGES = (
    *(_HERE / name for name in ("known.py", "health.py", "repair.py", "respelling.py", "readers/decoding.py")),
    Path(thai.__file__),
    thai.OWN_WORDS,
)
_LIBRARIES = ("lxml", "markdown-it-py", "pdfminer.six", "pypdfium2", "pythainlp", "python-docx", "python-pptx")


def find(data_dir: Path, path: Path) -> Content | None:
    """What was read of a file of these bytes by these readers; None if that is not known."""
    kept = _place(data_dir, path)
    with suppress(OSError, ValueError, msgspec.MsgspecError):  # not there, or damaged
        content = msgspec.json.decode(_read(kept), type=Content)
        os.utime(kept)
        return content
    return None


def keep(data_dir: Path, path: Path, content: Content) -> None:
    """Keep what was read of a file, unless a page failed, which may go well the next time.

    Raises:
        OSError: if it cannot be written.
    """
    if any(page.failure for page in content.pages):
        return
    kept = _place(data_dir, path)
    _write(kept, msgspec.json.encode(content))
    _prune(kept.parent)


def find_known(data_dir: Path) -> Known:
    """What is known of pieces of text; nothing if that was found by other code."""
    with suppress(OSError, ValueError, msgspec.MsgspecError):  # not there, or damaged
        judged_by, known = msgspec.msgpack.decode(_read(data_dir / FOLDER / KNOWN), type=tuple[str, Known])
        if judged_by == _judges_digest():
            return known
    return Known()


def keep_known(data_dir: Path, known: Known) -> None:
    """Keep what is known of pieces of text, of the newest `MOST_PIECES`.

    Raises:
        OSError: if it cannot be written.
    """
    newest = Known(dict([*known.counts.items()][-MOST_PIECES:]), dict([*known.sound.items()][-MOST_PIECES:]))
    _write(data_dir / FOLDER / KNOWN, msgspec.msgpack.encode((_judges_digest(), newest)))


def _read(path: Path) -> bytes:
    digest, _, told = path.read_bytes().partition(b"\n")
    if digest.decode() != hashlib.sha256(told).hexdigest():
        raise ValueError(f"{path} is damaged")
    return told


def _write(path: Path, told: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        file.write(hashlib.sha256(told).hexdigest().encode() + b"\n" + told)
    Path(file.name).replace(path)  # in one step, so that nobody sees half of it


def _place(data_dir: Path, path: Path) -> Path:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return data_dir / FOLDER / f"{digest[:32]}-{_readers_digest()[:16]}{path.suffix.lower()}.json"


@lru_cache(maxsize=1)
def _readers_digest() -> str:
    return _digest(_READERS, _LIBRARIES)


@lru_cache(maxsize=1)
def _judges_digest() -> str:
    return _digest(_JUDGES, ("pythainlp",))


def _digest(files: Iterable[Path], libraries: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    for library in libraries:
        with suppress(PackageNotFoundError):
            digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()


def _prune(folder: Path) -> None:
    files: list[tuple[float, Path]] = []
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # another build removed it
            files.append((file.stat().st_mtime, file))
    for _, file in sorted(files, reverse=True)[MOST:]:
        file.unlink(missing_ok=True)
