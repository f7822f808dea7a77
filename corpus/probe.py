"""Opens a release in a process of its own and tries it: `python -m corpus.probe DIRECTORY < probes.json`.

Exit code 0 if its files are what was built, it opens, every passage has its vector, and every probe finds something. A
damaged vector store can end a process without an exception, which is why this is a program and not a function.
"""

import json
import sys
from pathlib import Path

from corpus.embedder import load_embedder
from corpus.index import IndexUnusable, Query, open_index
from corpus.releases import ReleaseUnusable, read_release
from corpus.soundness import check


def main() -> int:
    directory = Path(sys.argv[1])
    try:
        return _try(directory, json.load(sys.stdin))
    except (ReleaseUnusable, IndexUnusable) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _try(directory: Path, probes: list[str]) -> int:
    release = read_release(directory)
    check(directory, release)
    index = open_index(directory, load_embedder(release.embedding_model))
    if len(index.passages) != release.passages:
        sys.stderr.write(f"{len(index.passages)} passages, the release says {release.passages}\n")
        return 1
    index.check_vectors()
    for text in probes:
        if not index.search(Query(text), k=1):
            sys.stderr.write(f"nothing found for {text!r}\n")
            return 1
    index.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
