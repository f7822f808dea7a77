"""What was read is kept, so that a build that broke off does not read it again: one JSON file a document in DATA_DIR.

A file is named by the digest of the document's bytes and the digest of what reads them, so a changed document or reader
is read anew. What is damaged or of another form counts as not there.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from ingest.readers import Content

FOLDER = "readings"
MOST = 200  # files; the ones not used for longest are removed
_HERE = Path(__file__).parent
_READERS = (*sorted((_HERE / "readers").rglob("*.py")), _HERE / "apart.py", _HERE / "health.py", _HERE / "repair.py")
_LIBRARIES = ("lxml", "markdown-it-py", "pdfminer.six", "pypdfium2", "pythainlp", "python-docx", "python-pptx")


def find(data_dir: Path, path: Path) -> Content | None:
    """What was read of a file of these bytes by these readers; None if that is not known."""
    kept = _place(data_dir, path)
    with suppress(OSError, ValueError, msgspec.MsgspecError):  # not there, or damaged
        digest, _, told = kept.read_bytes().partition(b"\n")
        if digest.decode() == hashlib.sha256(told).hexdigest():
            content = msgspec.json.decode(told, type=Content)
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
    kept.parent.mkdir(parents=True, exist_ok=True)
    told = msgspec.json.encode(content)
    with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".part", delete=False) as file:
        file.write(hashlib.sha256(told).hexdigest().encode() + b"\n" + told)
    Path(file.name).replace(kept)  # in one step, so that nobody sees half of it
    _prune(kept.parent)


def _place(data_dir: Path, path: Path) -> Path:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return data_dir / FOLDER / f"{digest[:32]}-{_readers_digest()[:16]}{path.suffix.lower()}.json"


@lru_cache(maxsize=1)
def _readers_digest() -> str:
    digest = hashlib.sha256()
    for file in _READERS:
        digest.update(file.read_bytes())
    for library in _LIBRARIES:
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
