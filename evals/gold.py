"""The texts that gold quotes are looked for in: the passages of a release."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from corpus import releases
from corpus.document import Passage, Unit, UnitKind
from corpus.index import PASSAGES
from evals.cases import Case, Evidence
from evals.matching import holds


def release_passages(data_dir: Path, release_id: str = "") -> tuple[str, tuple[Passage, ...]]:
    """The id and the passages of a release ("" for the live one).

    Raises:
        ReleaseNotFound, ReleaseUnusable: as `corpus.releases` says.
    """
    if release_id:
        directory = releases.releases_dir(data_dir) / release_id
        release = releases.read_release(directory)
    else:
        directory, release = releases.live_release(data_dir)
    with (directory / PASSAGES).open(encoding="utf-8") as file:
        return release.id, tuple(_passage(line) for line in file)


def corpus_passages(corpus_dir: Path) -> tuple[Passage, ...]:
    """The passages that a build of these documents would make, without building an index.

    Raises:
        ManifestError, UnreadableDocument: as `ingest` says.
    """
    from ingest.manifest import read_manifest
    from ingest.passages import split
    from ingest.reading import read_document

    documents = read_manifest(corpus_dir).documents
    return tuple(p for d in documents for p in split(d, read_document(d, corpus_dir).blocks))


def _passage(line: str) -> Passage:
    raw = json.loads(line)
    units = tuple(Unit(UnitKind(u["kind"]), u["text"], u["marker"], tuple(u["cells"])) for u in raw["units"])
    return Passage(**{**raw, "path": tuple(raw["path"]), "columns": tuple(raw["columns"]), "units": units})


def find(evidence: Evidence, passages: Iterable[Passage]) -> Passage | None:
    """The first passage that holds the evidence."""
    own = (p for p in passages if p.document_id == evidence.document)
    return next((p for p in own if holds(p.body, evidence.quote)), None)


def sections(cases: Sequence[Case], passages: Sequence[Passage]) -> dict[str, str]:
    """Case id → where its first evidence stands, as "document > heading"; cases without evidence are left out.

    Sections are what intervals are clustered by and what the report can be filtered by.
    """
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document_id, []).append(passage)
    found: dict[str, str] = {}
    for case in cases:
        first = next((evidence for group in case.evidence for evidence in group), None)
        if first:
            place = find(first, by_document.get(first.document, ()))
            heading = place.section if place else first.section
            found[case.id] = " > ".join(filter(None, [first.document, heading]))
    return found
