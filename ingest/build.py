"""From the manifest to a release beside the live one: read, repair, split, embed, verify."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from corpus import alignment, drafts, releases, soundness, store, thai
from corpus.document import Document, Passage
from corpus.drafts import DraftChanges
from corpus.embedder import Embedder, load_embedder
from corpus.glossary import GLOSSARY, read_glossary
from corpus.index import EarlierIndex, build_index, read_earlier, read_passages
from corpus.pages import keep_pages
from corpus.probe import ready_to_verify
from corpus.releases import Release
from corpus.sentence_encoder import SentenceEncoder
from corpus.unit_vectors import write_unit_vectors
from ingest import kept, passages
from ingest.diff import READING_CHANGED, Diff, diff_documents
from ingest.health import Verdict
from ingest.known import Known
from ingest.manifest import Manifest, read_manifest
from ingest.publishing import publish_release
from ingest.readers import UnreadableDocument
from ingest.reading import Reading, read_document

# Code that decides what is in an index: a change of any of these files makes a new release.
_HERE = Path(__file__).parent
_MAKING = (
    *sorted((_HERE / "readers").rglob("*.py")),
    _HERE / "reading.py",
    _HERE / "health.py",
    _HERE / "known.py",
    _HERE / "repair.py",
    _HERE / "respelling.py",
    _HERE / "passages.py",
    _HERE / "clean_text.py",
    Path(thai.__file__),
    thai.OWN_WORDS,
    Path(alignment.__file__),
    Path(drafts.__file__),
)
FORMAT_OF_READING = 1  # counts up when this file itself changes what a reading is
PROBES = 5

Progress = Callable[[str, int, int], None]


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class BuildReport:
    """What a build did. `unchanged` means that a release of these very inputs was there; `live` that it is live now.

    `missing` says of each document that was left out why.
    """

    release: Release
    unchanged: bool
    embedded: int
    taken_over: int
    readings: tuple[Reading, ...] = ()
    live: bool = True
    missing: tuple[str, ...] = ()


def build(
    corpus_dir: Path,
    data_dir: Path,
    embedding_model: str = "",
    *,
    force: bool = False,
    publish: bool = True,
    allow_unreadable: bool = False,
    progress: Progress = _silent,
) -> BuildReport:
    """Build a release of the corpus beside the live one, and publish it unless told not to.

    Nothing is built if the live release, or one newer than it, is of these very inputs; one that was rolled back is not
    published again by this. With `allow_unreadable`, what cannot be cited is left out: pages, or whole documents. The
    report names it. `progress` is called with a stage ("read", "embed", "encode", or a document's file and what became
    of its page), how much is done, and how much there is to do.

    Raises:
        ManifestError, UnreadableDocument, GlossaryError, ModelNotFound: the inputs cannot be used.
        ReleaseLocked: another process is building.
        ReleaseUnusable: the new release failed its check.
        StoreUnavailable: the Chroma server does not answer. The live release is untouched in every case.
    """
    manifest = read_manifest(corpus_dir)
    embedder = load_embedder(embedding_model)
    encoder = SentenceEncoder()
    fingerprint = fingerprint_of(manifest, embedder, allow_unreadable)
    if not force and (there := _already_there(data_dir, fingerprint)):
        if publish and not there.live and there.release.id not in releases.read_pointer(data_dir).rolled_back:
            publish_release(data_dir, there.release.id)
            return replace(there, live=True)
        return there
    with releases.writing(data_dir) as building:
        releases.check_space(data_dir)
        store.check_server()
        earlier = None if force else _earlier(data_dir, embedder)
        unchanged = _unchanged(manifest, earlier)
        changed = replace(manifest, documents=tuple(d for d in manifest.documents if d.id not in unchanged))
        readings, missing = read_all(changed, corpus_dir, data_dir, progress, allow_unreadable=allow_unreadable)
        texts = unchanged | {r.document.id: list(passages.split(r.document, r.blocks)) for r in readings}
        manifest = replace(manifest, documents=tuple(d for d in manifest.documents if d.id in texts))
        found = tuple(passage for document in manifest.documents for passage in texts[document.id])
        with ready_to_verify(embedder) as verify:
            release_id = releases.new_id(fingerprint, data_dir)
            before = earlier.index if earlier else None
            build_index(building, found, embedder, before, _counted(progress, "embed", len(found)), release_id)
            units = sum(len(passage.units) for passage in found)
            write_unit_vectors(building, found, encoder, before, _counted(progress, "encode", units))
            changes = draft_changes(manifest.documents, found)
            drafts.write_drafts(building, changes)
            for document in manifest.documents:
                keep_pages(corpus_dir / document.file, building, document.id)
            release = _describe(release_id, manifest, embedder, embedding_model, fingerprint, found, changes)
            release = replace(release, health=_health(manifest, readings, earlier), files=soundness.seal(building))
            releases.write_release(building, release)
            verify(building, list(release.probes))
        building.rename(releases.releases_dir(data_dir) / release.id)
        if publish:
            releases.publish(data_dir, release.id)
        releases.prune(data_dir)
    taken_over = sum(p.digest in earlier.index.rows for p in found) if earlier else 0
    return BuildReport(release, False, len(found) - taken_over, taken_over, readings, publish, missing)


def rehearse(corpus_dir: Path, data_dir: Path, *, progress: Progress = _silent) -> Diff:
    """What a build would change against the live release; nothing is written.

    Raises:
        ManifestError, UnreadableDocument: the inputs cannot be used.
    """
    manifest = read_manifest(corpus_dir)
    readings, _ = read_all(manifest, corpus_dir, None, progress)
    found = [p for reading in readings for p in passages.split(reading.document, reading.blocks)]
    live = _live(data_dir)
    before = read_passages(releases.releases_dir(data_dir) / live.id) if live else []
    documents = diff_documents(live.documents if live else (), before, manifest.documents, found)
    notes = [READING_CHANGED] if live and live.reading != reading_digest() else []
    return Diff(live.id if live else "(ยังไม่มีรุ่น)", "(ที่จะสร้าง)", documents, tuple(notes))


def read_all(
    manifest: Manifest,
    corpus_dir: Path,
    data_dir: Path | None,
    progress: Progress = _silent,
    *,
    allow_unreadable: bool = False,
) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
    """Every document of the manifest, read; and why those are missing that could not be, if that is allowed.

    Raises:
        UnreadableDocument: one of them cannot be used, or none can.
    """
    readings: list[Reading] = []
    missing: list[str] = []
    known = kept.find_known(data_dir) if data_dir else Known()
    for count, document in enumerate(manifest.documents, start=1):

        def page_read(page: int, pages: int, outcome: str, file: str = document.file) -> None:
            progress(f"{file}: {outcome}", page, pages)

        try:
            readings.append(
                read_document(
                    document,
                    corpus_dir,
                    allow_unreadable=allow_unreadable,
                    data_dir=data_dir,
                    known=known,
                    progress=page_read,
                )
            )
        except UnreadableDocument as error:
            if not allow_unreadable or (not readings and count == len(manifest.documents)):
                raise
            missing.append(str(error))
        progress("read", count, len(manifest.documents))
    if data_dir and manifest.documents:
        kept.keep_known(data_dir, known)
    return tuple(readings), tuple(missing)


def _counted(progress: Progress, stage: str, total: int) -> Callable[[int], None]:
    """What is told how many were done since the last call, and tells how many of all are."""
    done = 0

    def more(count: int) -> None:
        nonlocal done
        done += count
        progress(stage, done, total)

    return more


def fingerprint_of(manifest: Manifest, embedder: Embedder, allow_unreadable: bool = False) -> str:
    """One digest of everything that an index is made from."""
    digest = hashlib.sha256(reading_digest().encode())
    digest.update(GLOSSARY.read_bytes())
    digest.update(repr(sorted(soundness.library_versions().items())).encode())
    digest.update(f"{embedder.identity} {SentenceEncoder().identity}".encode())
    on_server = bool(store.server_of_environment())
    digest.update(repr((releases.FORMAT, manifest, allow_unreadable, on_server)).encode())
    return digest.hexdigest()


def reading_digest() -> str:
    """One digest of the code and words that decide how documents are read and cut."""
    digest = hashlib.sha256(repr((FORMAT_OF_READING, soundness.library_versions()["pythainlp"])).encode())
    for path in _MAKING:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _already_there(data_dir: Path, fingerprint: str) -> BuildReport | None:
    """The live release, or the one that waits or was taken back, if it is of this fingerprint."""
    pointer = releases.read_pointer(data_dir)
    live = _live(data_dir)
    if live and live.fingerprint == fingerprint:
        return BuildReport(live, unchanged=True, embedded=0, taken_over=live.passages)
    for release in releases.list_releases(data_dir):
        waits = release.id not in pointer.earlier and release.id > (pointer.live or "")
        if release.fingerprint == fingerprint and waits:
            return BuildReport(release, unchanged=True, embedded=0, taken_over=release.passages, live=False)
    return None


def _live(data_dir: Path) -> Release | None:
    try:
        return releases.live_release(data_dir)[1]
    except (releases.ReleaseNotFound, releases.ReleaseUnusable):
        return None


@dataclass(frozen=True)
class _Earlier:
    """The release from which whatever did not change is taken over."""

    release: Release
    index: EarlierIndex


def _earlier(data_dir: Path, embedder: Embedder) -> _Earlier | None:
    """The live release, if the same embedder made it and it is whole; else everything is made anew."""
    try:
        directory, live = releases.live_release(data_dir)
        if live.embedder != embedder.identity:
            return None
        soundness.check(directory, live)
        return _Earlier(live, read_earlier(directory))
    except (releases.ReleaseNotFound, releases.ReleaseUnusable):  # what is damaged is repaired by making it anew
        return None


def _unchanged(manifest: Manifest, earlier: _Earlier | None) -> dict[str, list[Passage]]:
    """The passages of each document that would be read and cut as it was before, by document.

    One of which pages were left out is read again: whether that is allowed is for each build to say.
    """
    if earlier is None or earlier.release.reading != reading_digest():
        return {}
    before = {document.id: (document.digest, document.title) for document in earlier.release.documents}
    whole = {name for name, verdicts in earlier.release.health.items() if Verdict.REFUSED not in verdicts}
    same = {d.id for d in manifest.documents if d.id in whole and before.get(d.id) == (d.digest, d.title)}
    found: dict[str, list[Passage]] = {document_id: [] for document_id in same}
    for passage in earlier.index.passages:
        if passage.document_id in same:
            found[passage.document_id].append(passage)
    return found


def _health(manifest: Manifest, readings: Sequence[Reading], earlier: _Earlier | None) -> dict[str, dict[str, int]]:
    """What became of the pages of each document: as read now, or as it was read."""
    now = {r.document.id: dict(Counter(str(page.verdict) for page in r.health)) for r in readings}
    before = earlier.release.health if earlier else {}
    return {d.id: now[d.id] if d.id in now else before.get(d.id, {}) for d in manifest.documents}


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
    release_id: str,
    manifest: Manifest,
    embedder: Embedder,
    embedding_model: str,
    fingerprint: str,
    found: Sequence[Passage],
    changes: Sequence[DraftChanges],
) -> Release:
    return Release(
        id=release_id,
        fingerprint=fingerprint,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        embedder=embedder.identity,
        embedding_model=embedding_model,
        glossary_digest=read_glossary().digest,
        passages=len(found),
        documents=manifest.documents,
        plans={plan.id: {"title": plan.title, "drafts": list(plan.drafts)} for plan in manifest.plans},
        reading=reading_digest(),
        versions=soundness.library_versions(),
        document_passages=dict(Counter(passage.document_id for passage in found)),
        changes={draft.new_document: dict(Counter(str(c.kind) for c in draft.changes)) for draft in changes},
        probes=tuple(_probes(found)),
    )


def _probes(found: Sequence[Passage]) -> list[str]:
    """A few headings, spread over the corpus, which a sound index must find."""
    step = max(1, len(found) // PROBES)
    return [" ".join(passage.path) for passage in found[::step]][:PROBES]
