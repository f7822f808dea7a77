"""Opens a release in a process of its own and tries it: a damaged vector store can end a process without an exception.

`python -m corpus.probe DIRECTORY < probes.json` is such a process: exit code 0 if the release's files are what was
built, it opens, every passage has its vector, and every probe finds something. `ready_to_verify` is one that waits.
"""

import gc
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from corpus import releases, soundness, store, thai
from corpus.embedder import Embedder, StaticEmbedder, load_embedder
from corpus.index import IndexUnusable, Query, load_libraries, open_index
from corpus.releases import ReleaseUnusable, read_release
from corpus.store import StoreUnavailable

Verify = Callable[[Path, list[str]], None]


def main() -> int:
    reason = trial(Path(sys.argv[1]), json.load(sys.stdin))
    sys.stderr.write(f"{reason}\n" if reason else "")
    return 1 if reason else 0


def trial(directory: Path, probes: list[str]) -> str:
    """Try a release; what is wrong with it, empty if nothing is."""
    try:
        release = read_release(directory)
        soundness.check(directory, release)
        return _tried(directory, probes, load_embedder(release.embedding_model))
    except ReleaseUnusable as error:
        return str(error)


def _tried(directory: Path, probes: list[str], embedder: Embedder, words: StaticEmbedder | None = None) -> str:
    """Try a release whose files are what was built; what is wrong with it, empty if nothing is."""
    try:
        release = read_release(directory)
        index = open_index(directory, embedder, words)
        if len(index.passages) != release.passages:
            return f"{len(index.passages)} passages, the release says {release.passages}"
        index.check_vectors()
    except (ReleaseUnusable, IndexUnusable, StoreUnavailable) as error:
        return str(error)
    missing = [text for text in probes if not index.search(Query(text), k=1)]
    index.close()
    return f"nothing found for {missing[0]!r}" if missing else ""


@contextmanager
def ready_to_verify(embedder: Embedder) -> Iterator[Verify]:
    """Gives what `soundness.verify` is, done by a child that is forked now and has all loaded that this process has.

    Where a fork is not safe (Chroma or torch run here, or threads do) it is `soundness.verify` itself, whose child
    begins from nothing.
    """
    forked = hasattr(os, "fork") and threading.active_count() == 1 and isinstance(embedder, StaticEmbedder)
    if not forked or store.runs_in_this_process() or "torch" in sys.modules:
        yield soundness.verify
        return
    load_libraries()
    thai.words("เริ่ม")
    ours, theirs = get_context("fork").Pipe()
    child = get_context("fork").Process(target=_serve, args=(theirs, ours, embedder), daemon=True)
    child.start()
    theirs.close()
    try:
        yield partial(_ask, ours, child)
    finally:
        ours.close()  # upon which it ends
        child.join(1)
        child.kill()
        child.join()


def _serve(ours: Connection, others: Connection, embedder: StaticEmbedder) -> None:
    """The child: waits for a release to try, tells what is wrong with it, and ends with its parent.

    Its files were sealed a moment ago, by reading them: they are not read for their digests again.
    """
    gc.disable()  # it looks at all that was copied from the parent, and this process soon ends
    others.close()
    releases.let_go()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what Chroma says while it dies; the exit code tells the same
    try:
        directory, probes = ours.recv()
        ours.send(_tried(directory, probes, embedder, embedder))
    except (EOFError, BrokenPipeError):
        return


def _ask(ours: Connection, child: BaseProcess, directory: Path, probes: list[str]) -> None:
    """Have the child try a release. Raises ReleaseUnusable as `soundness.verify` does."""
    ours.send((directory, probes))
    try:
        reason = ours.recv() if ours.poll(soundness.CHECK_LIMIT_S) else f"no end after {soundness.CHECK_LIMIT_S} s"
    except (EOFError, ConnectionError):
        child.join(1)
        reason = f"exit {child.exitcode}"
    if reason:
        raise soundness.refused(directory, reason)


if __name__ == "__main__":
    sys.exit(main())
