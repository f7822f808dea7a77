"""From the manifest to a live release: read, repair, split, embed, verify, switch."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus import alignment, drafts, releases, thai
from corpus.document import Document, Passage
from corpus.drafts import DraftChanges
from corpus.embedder import Embedder, load_embedder
from corpus.glossary import GLOSSARY, read_glossary
from corpus.index import IndexUnusable, build_index, open_index
from corpus.releases import Release
from ingest import passages
from ingest.manifest import Manifest, read_manifest
from ingest.reading import Reading, read_document

# Code that decides what is in an index: a change of any of these files makes a new release.
_HERE = Path(__file__).parent
_MAKING = (
    *sorted((_HERE / "readers").glob("*.py")),
    _HERE / "reading.py",
    _HERE / "health.py",
    _HERE / "repair.py",
    _HERE / "respelling.py",
    _HERE / "passages.py",
    Path(thai.__file__),
    thai.OWN_WORDS,
    Path(alignment.__file__),
    Path(drafts.__file__),
)
PROBES = 5


@dataclass(frozen=True)
class BuildReport:
    """What a build did. `unchanged` means that the live release already was of these inputs."""

    release: Release
    unchanged: bool
    embedded: int
    taken_over: int
    readings: tuple[Reading, ...] = ()


def build(
    corpus_dir: Path,
    data_dir: Path,
    embedding_model: str = "",
    *,
    force: bool = False,
    progress: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> BuildReport:
    """Build a release of the corpus and make it live; nothing is written if nothing changed.

    `progress` is called with a stage ("read" or "embed"), how much is done and how much there is.

    Raises:
        ManifestError, UnreadableDocument, GlossaryError, EmbedderNotFound: the inputs cannot be used.
        ReleaseLocked: another process is building.
        ReleaseUnusable: the new release failed its check. The live one is untouched in every case.
    """
    manifest = read_manifest(corpus_dir)
    embedder = load_embedder(embedding_model)
    fingerprint = fingerprint_of(manifest, embedder)
    live = _live(data_dir)
    if live and live.fingerprint == fingerprint and not force:
        return BuildReport(live, unchanged=True, embedded=0, taken_over=live.passages)
    with releases.writing(data_dir) as building:
        readings = tuple(
            _read(document, corpus_dir, i, len(manifest.documents), progress)
            for i, document in enumerate(manifest.documents)
        )
        found = tuple(p for reading in readings for p in passages.split(reading.document, reading.blocks))
        known = _known_vectors(data_dir, live, embedder) if not force else {}
        done = 0

        def embedded(count: int) -> None:
            nonlocal done
            done += count
            progress("embed", done, len(found))

        build_index(building, found, embedder, known, embedded)
        drafts.write_drafts(building, draft_changes(manifest.documents, found))
        release = _describe(manifest, embedder, embedding_model, fingerprint, found)
        releases.write_release(building, release)
        releases.verify(building, _probes(found))
        building.rename(releases.releases_dir(data_dir) / release.id)
        releases.publish(data_dir, release.id)
        releases.prune(data_dir)
    taken_over = sum(p.digest in known for p in found)
    return BuildReport(release, False, len(found) - taken_over, taken_over, readings)


def fingerprint_of(manifest: Manifest, embedder: Embedder) -> str:
    """One digest of everything that an index is made from."""
    digest = hashlib.sha256()
    for path in (*_MAKING, GLOSSARY):
        digest.update(path.read_bytes())
    digest.update(embedder.identity.encode())
    digest.update(repr((releases.FORMAT, manifest)).encode())
    return digest.hexdigest()


def _read(
    document: Document, corpus_dir: Path, position: int, total: int, progress: Callable[[str, int, int], None]
) -> Reading:
    reading = read_document(document, corpus_dir)
    progress("read", position + 1, total)
    return reading


def _live(data_dir: Path) -> Release | None:
    try:
        return releases.live_release(data_dir)[1]
    except (releases.ReleaseNotFound, releases.ReleaseUnusable):
        return None


def _known_vectors(data_dir: Path, live: Release | None, embedder: Embedder) -> dict[str, NDArray[np.float32]]:
    """The live release's vectors by passage digest, if the same embedder made them."""
    if live is None or live.embedder != embedder.identity:
        return {}
    try:
        index = open_index(releases.releases_dir(data_dir) / live.id, embedder)
    except IndexUnusable:  # the live index is damaged: everything is embedded anew, which is what repairs it
        return {}
    vectors = index.vectors()
    index.close()
    return vectors


def draft_changes(documents: Sequence[Document], found: Sequence[Passage]) -> list[DraftChanges]:
    """What changed from each document that is superseded to the one that supersedes it."""
    of: dict[str, list[Passage]] = {document.id: [] for document in documents}
    for passage in found:
        of[passage.document_id].append(passage)
    return [
        DraftChanges(document.supersedes, document.id, drafts.compare(of[document.supersedes], of[document.id]))
        for document in documents
        if document.supersedes
    ]


def _describe(
    manifest: Manifest, embedder: Embedder, embedding_model: str, fingerprint: str, found: Sequence[Passage]
) -> Release:
    return Release(
        id=releases.new_id(fingerprint),
        fingerprint=fingerprint,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        embedder=embedder.identity,
        embedding_model=embedding_model,
        glossary_digest=read_glossary().digest,
        passages=len(found),
        documents=manifest.documents,
        plans={plan.id: {"title": plan.title, "drafts": list(plan.drafts)} for plan in manifest.plans},
    )


def _probes(found: Sequence[Passage]) -> list[str]:
    """A few headings, spread over the corpus, which a sound index must find."""
    step = max(1, len(found) // PROBES)
    return [" ".join(passage.path) for passage in found[::step]][:PROBES]
