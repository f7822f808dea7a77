"""How long one question takes without a model, in a corpus as large as one likes.

The live release is filled up with passages of BEIR-style folders, each text a document of its own, cut as `ingest` cuts
documents. Every question of a set is asked once, after one that is not counted: what an answer keeps for the next one
about the same passages helps only as much as it would on any day.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot.settings import Settings
from corpus import releases
from corpus.document import Block, BlockKind, Document, Passage
from corpus.drafts import DRAFTS
from corpus.embedder import load_embedder
from corpus.index import build_index, read_earlier, read_passages
from corpus.sentence_encoder import SentenceEncoder
from corpus.unit_vectors import write_unit_vectors
from evals import beir
from evals.cases import Case
from evals.retrieval import resident_mb
from evals.run import Answers
from evals.scoring import percentile
from ingest.passages import split

WARM_UP = "แผนพัฒนารัฐบาลดิจิทัลคืออะไร"


@dataclass(frozen=True)
class SpeedFigures:
    """Milliseconds of a question by the processor, all threads together, and by the clock; megabytes of memory after
    the release was opened and after the last question; seconds until the release was open.
    """

    passages: int
    questions: int
    cpu_p50: float
    cpu_p95: float
    wall_p50: float
    wall_p95: float
    opened_s: float
    opened_mb: float
    asked_mb: float

    def as_json(self) -> dict[str, float]:
        return asdict(self)


def grown(
    data_dir: Path,
    settings: Settings,
    folders: Sequence[Path],
    wanted: int,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Make a release of `wanted` passages live in an empty directory: the live one's, then the folders', in turn.

    `progress` is called with the number of texts encoded since the last call, which is what takes long.

    Returns:
        How many passages it has; fewer where the folders have no more.
    Raises:
        SetError: if a folder cannot be read. ReleaseNotFound, ReleaseUnusable: there is no release to begin with.
    """
    source, release = releases.live_release(settings.data_dir)
    passages = read_passages(source)
    documents = list(release.documents)
    known = {document.id for document in documents}
    for document, more in _cut(folders):
        if len(passages) >= wanted:
            break
        if document.id in known:  # a folder that was given twice, say
            continue
        known.add(document.id)
        documents.append(document)
        passages += more[: wanted - len(passages)]
    bigger = replace(
        release,
        id=releases.new_id("larger--", data_dir),
        passages=len(passages),
        documents=tuple(documents),
        files={},  # those known are of the release that this one was made from
    )
    directory = releases.releases_dir(data_dir) / bigger.id
    earlier = read_earlier(source)
    build_index(directory, passages, load_embedder(release.embedding_model), earlier)
    write_unit_vectors(directory, passages, SentenceEncoder(), earlier, progress)
    shutil.copy(source / DRAFTS, directory / DRAFTS)
    releases.write_release(directory, bigger)
    releases.publish(data_dir, bigger.id)
    return len(passages)


def measure(
    settings: Settings,
    cases: Sequence[Case],
    open_answerer: Callable[[Settings], Answers],
    passages: int,
    on_answer: Callable[[], None] = lambda: None,
) -> SpeedFigures:
    """Ask every question once, with its chat's earlier turns, and time it."""
    started = time.perf_counter()
    answerer = open_answerer(settings)
    opened, memory = time.perf_counter() - started, resident_mb()
    answerer.answer(WARM_UP)
    cpu: list[float] = []
    wall: list[float] = []
    for case in cases:
        turns = [turn.as_turn() for turn in case.history]
        began, spent = time.perf_counter(), time.process_time()
        answerer.answer(case.question, turns)
        cpu.append((time.process_time() - spent) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
        on_answer()
    return SpeedFigures(
        passages=passages,
        questions=len(cases),
        cpu_p50=percentile(cpu, 0.5),
        cpu_p95=percentile(cpu, 0.95),
        wall_p50=percentile(wall, 0.5),
        wall_p95=percentile(wall, 0.95),
        opened_s=opened,
        opened_mb=memory,
        asked_mb=resident_mb(),
    )


def _cut(folders: Sequence[Path]) -> Iterator[tuple[Document, list[Passage]]]:
    """The texts of the folders as documents with their passages, one of each folder in turn."""
    sets = [iter(beir.read_collection(folder).passages) for folder in folders]
    while sets:
        for texts in list(sets):
            if (text := next(texts, None)) is None:
                sets.remove(texts)
                continue
            document = beir.document_of(text)
            yield document, list(split(document, [Block(BlockKind.PARAGRAPH, text.body)]))
