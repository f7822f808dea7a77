"""Question sets in BEIR's three-file layout, and a release of the bot over one of them.

corpus.jsonl      _id, title, text
queries.jsonl     _id, text, and where known answers: [{passage, text, start}]
qrels/PART.tsv    query-id, corpus-id, score, with a heading
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus import releases
from corpus.document import Audience, Document, DraftStatus, Passage, Unit, UnitKind
from corpus.drafts import write_drafts
from corpus.embedder import load_embedder
from corpus.glossary import read_glossary
from corpus.index import build_index
from corpus.releases import Release
from corpus.sentence_encoder import SentenceEncoder
from corpus.unit_vectors import write_unit_vectors
from evals.cases import Problem, SetError, decoded

PARTS = ("dev",)


@dataclass(frozen=True)
class Query:
    """A question and the answers that its authors marked, if any: (passage id, text)."""

    id: str
    text: str
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Collection:
    """A set in memory. `qrels` maps query id to passage ids and how relevant they are; more than 0 is relevant."""

    name: str
    passages: tuple[Passage, ...]
    queries: tuple[Query, ...]
    qrels: Mapping[str, Mapping[str, int]]

    @property
    def judged(self) -> tuple[Query, ...]:
        """The queries that have a relevant passage in this part."""
        return tuple(q for q in self.queries if any(score > 0 for score in self.qrels.get(q.id, {}).values()))


def read_collection(folder: Path, part: str = "dev") -> Collection:
    """The set in a folder, with the judgements of one part.

    Raises:
        SetError: naming the file and line of everything that cannot be used.
    """
    corpus = _lines(folder / "corpus.jsonl", ("_id", "text"))
    queries = _lines(folder / "queries.jsonl", ("_id", "text"))
    qrels = _qrels(folder / "qrels" / f"{part}.tsv")
    known = {str(line["_id"]) for line in queries}
    if not known & set(qrels):
        raise SetError([Problem(f"qrels/{part}.tsv", 0, "", "ไม่มีคำถามใดตรงกับ queries.jsonl (no judged query)")])
    return Collection(
        name=folder.resolve().name,
        passages=tuple(passage(line) for line in corpus),
        queries=tuple(_query(line) for line in queries if str(line["_id"]) in qrels),
        qrels=qrels,
    )


def serve(
    collection: Collection,
    data_dir: Path,
    embedding_model: str = "",
    progress: Callable[[int], None] = lambda _: None,
    *,
    to_read: bool = False,
) -> Release:
    """Make a release of the collection live in an empty data directory, as `ingest` does with documents.

    What is only searched needs no sentences encoded; what is read, does (`to_read`).
    """
    embedder = load_embedder(embedding_model)
    release = Release(
        id=releases.new_id(collection.name.ljust(8, "-"), data_dir),
        fingerprint=collection.name,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        embedder=embedder.identity,
        embedding_model=embedding_model,
        glossary_digest=read_glossary().digest,
        passages=len(collection.passages),
        documents=tuple(document_of(passage) for passage in collection.passages),
        plans={},
    )
    directory = releases.releases_dir(data_dir) / release.id
    build_index(directory, collection.passages, embedder, progress=progress)
    if to_read:
        write_unit_vectors(directory, collection.passages, SentenceEncoder())
    write_drafts(directory, [])
    releases.write_release(directory, release)
    releases.publish(data_dir, release.id)
    return release


def document_of(passage: Passage) -> Document:
    """A document that holds one passage of a set."""
    title = passage.path[0] or passage.id
    return Document(passage.id, title, "none", "", "", DraftStatus.BACKGROUND, Audience.PUBLIC, (), "corpus.jsonl")


def _lines(path: Path, wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    name = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        raise SetError([Problem(name, 0, "", f"ไม่พบไฟล์ {path.name} ในโฟลเดอร์แบบ BEIR (no such file)")])
    problems: list[Problem] = []
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, line in enumerate(decoded(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            row_id = str(raw["_id"])
            missing = [field for field in wanted if not isinstance(raw.get(field), (str, int))]
        except (ValueError, TypeError, KeyError) as error:
            problems.append(Problem(name, number, "", f"ใช้ไม่ได้: {type(error).__name__} {error}"))
            continue
        if missing or row_id in seen:
            said = f"ขาดช่อง {', '.join(missing)}" if missing else "_id ซ้ำ"
            problems.append(Problem(name, number, row_id, said))
        seen.add(row_id)
        found.append(raw)
    if problems or not found:
        raise SetError(problems or [Problem(name, 0, "", "ไฟล์ว่าง")])
    return found


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in path.parent.glob("*.tsv"))) or "ไม่มีเลย"
        raise SetError([Problem(f"qrels/{path.name}", 0, "", f"ไม่พบไฟล์ (มี {there}): เลือกด้วย --part")])
    qrels: dict[str, dict[str, int]] = {}
    problems: list[Problem] = []
    for number, line in enumerate(decoded(path).split("\n"), 1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and not cells[-1].strip().lstrip("-").isdigit()):
            continue
        if len(cells) not in (3, 4) or not cells[-1].strip().lstrip("-").isdigit():
            problems.append(
                Problem(f"qrels/{path.name}", number, "", "ต้องมี 3 ช่อง คั่นด้วยแท็บ: query-id, corpus-id, score")
            )
            continue
        qrels.setdefault(cells[0], {})[cells[-2]] = int(cells[-1])
    if problems:
        raise SetError(problems)
    return qrels


def passage(line: Mapping[str, Any]) -> Passage:
    """A line of corpus.jsonl as one passage, whole, its sentences as the units that can be quoted."""
    from ingest.passages import sentences

    row_id, title = str(line["_id"]), str(line.get("title") or "")
    units = tuple(Unit(UnitKind.SENTENCE, sentence) for sentence in sentences(str(line["text"])))
    digest = hashlib.sha256("\x1e".join((row_id, title, str(line["text"]))).encode()).hexdigest()
    return Passage(id=row_id, document_id=row_id, path=(title,), units=units, digest=digest)


def _query(line: Mapping[str, Any]) -> Query:
    answers = tuple((str(a.get("passage", "")), str(a["text"])) for a in line.get("answers") or () if a.get("text"))
    return Query(str(line["_id"]), str(line["text"]), answers)
