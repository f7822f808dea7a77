"""What the maintainer's commands share: their options, their progress bars, and how they end when they cannot go on."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus import releases

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

DataDir = Annotated[Path, typer.Option(envvar="DATA_DIR", help="Where releases are kept.")]
CorpusDir = Annotated[Path, typer.Option(envvar="CORPUS_DIR", help="The documents and their manifest.yaml.")]
EmbeddingModel = Annotated[
    str, typer.Option(envvar="EMBEDDING_MODEL", help="A sentence-transformers name or path; empty: the shipped model.")
]
STAGES = {"read": "อ่านเอกสาร / reading", "embed": "ทำดัชนี / indexing", "encode": "เข้ารหัสประโยค / encoding sentences"}


@contextmanager
def told_plainly() -> Iterator[None]:
    """Known troubles end the command with one clear sentence and exit code 1; unknown ones keep their traceback."""
    from corpus.glossary import GlossaryError
    from corpus.hub import ModelNotDownloaded, ModelNotFound
    from corpus.index import IndexUnusable
    from corpus.store import StoreUnavailable
    from ingest.manifest import ManifestError
    from ingest.publishing import GateNotPassed
    from ingest.readers import UnreadableDocument

    known = (
        ManifestError, UnreadableDocument, GlossaryError, ModelNotFound, ModelNotDownloaded, IndexUnusable,
        GateNotPassed, releases.ReleaseLocked, releases.ReleaseNotFound, releases.ReleaseUnusable, StoreUnavailable,
    )  # fmt: skip
    try:
        yield
    except known as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from None
    except OSError as error:  # disk full, a directory that cannot be written
        sys.stderr.write(f"{releases.storage_sentence(error)}\n")
        raise typer.Exit(1) from None


class _Report:
    """Turns build progress into bars, one a stage; pages of documents share one that tells their outcome."""

    def __init__(self, bars: "Progress") -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        name = stage if stage in STAGES else "page"
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(STAGES.get(stage, stage), total=total)
        told = STAGES.get(stage, stage)
        self._bars.update(self._tasks[name], completed=done, total=total, description=told, refresh=True)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars on a terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    # Drawn as it is told, without a thread: a build forks the process that checks it.
    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as bars:
        yield _Report(bars)
