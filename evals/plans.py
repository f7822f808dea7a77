"""Sets that bring their own documents: a manifest lies beside the set, as by the invented plans of `evals/plans/`.

What is fitted or measured only on the corpus that ships says little of plans that nobody has seen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.library import Library, Shelf, open_shelf
from bot.settings import read_settings
from ingest.build import build

MANIFEST = "manifest.yaml"


@contextmanager
def library_of(set_path: Path) -> Iterator[Library]:
    """The index that a set is asked of: of the documents beside it, built for the while, or the live one.

    Raises:
        ManifestError, UnreadableDocument: of documents beside the set.
        ReleaseNotFound, ReleaseUnusable: of the live index.
    """
    if not (set_path.parent / MANIFEST).is_file():
        yield open_shelf(read_settings()).library()
        return
    with TemporaryDirectory(prefix="plan-") as folder:
        build(set_path.parent, Path(folder))
        yield Shelf(Path(folder)).library()
