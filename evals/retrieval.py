"""How well passages are found, on any question set, by the same index and query code as the bot.

Figures are those of ir_measures. Equal scores would be re-ordered there by passage id, so ranks are handed in.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.answer import Turn
from bot.library import Library, Shelf
from bot.question import Question, understand, with_history
from bot.retriever import retrieve
from corpus import index as indexes
from corpus import thai
from corpus.document import Audience
from corpus.embedder import SHIPPED_MODEL
from evals import beir, langchain_baseline
from evals.beir import Collection, Query
from evals.cases import Case, Problem, SetError
from evals.metrics import Hit
from evals.scoring import percentile

DEPTH = 100
RUN_DEPTH = 10
FIGURES = (
    "hit@1", "hit@5", "recall@5", "mrr@10", "ndcg@10", "ndcg@10_far", "ndcg@10_no_lead",
    "index_s", "p50_ms", "p95_ms", "memory_mb", "model_mb",
)  # fmt: skip
FAR_SHARE = 0.25

Ranked = list[str]
Search = Callable[[str], Ranked]
Run = dict[str, Ranked]


@dataclass(frozen=True)
class System:
    """One way of searching. `help` is Thai and English."""

    name: str
    help: str


SYSTEMS = (
    System("fused", "วิธีที่บอตใช้จริง / the bot's own way"),
    System("dense", "เวกเตอร์อย่างเดียว / vectors alone"),
    System("words", "BM25 คำ + อภิธาน / BM25 over words, with the glossary"),
    System("characters", "BM25 ตัวอักษร 3 ตัว / BM25 over character 3-grams"),
    System("bm25", "BM25 คำ ไม่มีอภิธาน / BM25 over Thai words, the question as typed"),
    System("langchain", "Chroma + recursive splitter + ensemble ของ LangChain ตามเอกสาร / as its documentation has it"),
    System("bm25-spaces", "BM25 ตัดที่ช่องว่าง ค่าเริ่มต้นของ LangChain / BM25 over white space"),
)


def names(asked: Sequence[str]) -> list[str]:
    """The systems asked for, or all of them.

    Raises:
        SetError: for a system that there is not.
    """
    known = [system.name for system in SYSTEMS]
    here = [name for name in known if name != "langchain" or langchain_baseline.is_installed()]
    wanted = [name.strip() for one in asked for name in one.split(",") if name.strip()] or here
    if strange := [name for name in wanted if name not in known]:
        message = f"ไม่รู้จักวิธีค้น {', '.join(strange)}: ใช้ได้เฉพาะ {', '.join(known)}"
        raise SetError([Problem("--system", 0, "", message)])
    if "langchain" in wanted and "langchain" not in here:
        message = 'วิธี langchain ต้องติดตั้ง `pip install -e ".[benchmark]"` ก่อน / needs the benchmark extra'
        raise SetError([Problem("--system", 0, "", message)])
    return list(dict.fromkeys(wanted))


def measure(
    collection: Collection,
    data_dir: Path,
    systems: Sequence[str],
    embedding_model: str = "",
    on_indexed: Callable[[int], None] = lambda _: None,
    on_query: Callable[[], None] = lambda: None,
) -> tuple[dict[str, dict[str, float]], dict[str, Run]]:
    """Build an index of the collection in an empty directory and search it in every way asked for.

    Returns system → figures (`FIGURES`; times in seconds and milliseconds, memory in megabytes) and system → run.
    `memory_mb` is how much the process grew by opening the index, or by making the system's own; `model_mb` what the
    embedding model takes on disk, where vectors are used.
    """
    started = time.perf_counter()
    beir.serve(collection, data_dir, embedding_model, on_indexed)
    index_s = time.perf_counter() - started
    before = resident_mb()
    library = Shelf(data_dir, embedding_model).library()
    shared_mb = resident_mb() - before
    model_mb = _model_mb(embedding_model)
    far, first = far_queries(collection), leads(collection)
    figures: dict[str, dict[str, float]] = {}
    runs: dict[str, Run] = {}
    for name in systems:
        started, before = time.perf_counter(), resident_mb()
        search = _search(name, library)
        own = name in ("bm25-spaces", "langchain")  # they make an index of their own
        own_index_s = time.perf_counter() - started if own else index_s
        memory_mb = resident_mb() - before if own else shared_mb
        search(collection.queries[0].text)  # what is loaded once is not a query's time
        runs[name], times = _timed(search, collection, on_query)
        figures[name] = (
            evaluate(collection, runs[name])
            | variants(collection, runs[name], far, first)
            | {
                "index_s": round(own_index_s, 3),
                "p50_ms": round(percentile(times, 0.5), 2),
                "p95_ms": round(percentile(times, 0.95), 2),
                "memory_mb": round(max(0.0, memory_mb), 1),
                "model_mb": round(model_mb, 1) if name in ("fused", "dense", "langchain") else 0.0,
            }
        )
    library.index.close()
    return figures, runs


def as_asked(library: Library, question: str, history: Sequence[Turn] = ()) -> Question:
    """The question as the bot reads it before it searches."""
    asked = understand(question, library.glossary, library.index.vocabulary)
    return with_history(asked, history, library.glossary, library.index.vocabulary) if history else asked


def hits_for(library: Library) -> Callable[[Case], tuple[Hit, ...]]:
    """Finds the best passages for a case, so that a run can tell what was not found from what was not used."""

    def found(case: Case) -> tuple[Hit, ...]:
        asked = as_asked(library, case.question, [turn.as_turn() for turn in case.history])
        hits = retrieve(library, asked, case.audience, RUN_DEPTH)
        return tuple(Hit(hit.passage.id, hit.passage.document_id, hit.passage.body) for hit in hits)

    return found


def evaluate(collection: Collection, run: Run) -> dict[str, float]:
    """The ranking figures of a run over the judged queries; a query without results counts 0."""
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    judged = {query.id for query in collection.judged}
    qrels = {q: dict(docs) for q, docs in collection.qrels.items() if q in judged}
    # Strictly falling, and never equal: 1 / rank.
    scored = {q: {doc: 1.0 / rank for rank, doc in enumerate(run.get(q, []), 1)} for q in judged}
    measures = {"hit@1": Success @ 1, "hit@5": Success @ 5, "recall@5": R @ 5, "mrr@10": RR @ 10, "ndcg@10": nDCG @ 10}
    found = ir_measures.calc_aggregate(
        list(measures.values()), qrels, {q: docs or {"": 0.0} for q, docs in scored.items()}
    )
    return {name: round(float(found[measure]), 6) for name, measure in measures.items()}


def far_queries(collection: Collection) -> frozenset[str]:
    """Ids of the quarter of the queries that share the fewest of their words with their nearest relevant passage."""
    words = {passage.id: frozenset(thai.words(passage.search_text)) for passage in collection.passages}

    def shared(query: Query) -> float:
        asked = set(thai.words(query.text))
        relevant = (p for p, score in collection.qrels[query.id].items() if score > 0 and p in words)
        return max((len(asked & words[p]) / max(1, len(asked)) for p in relevant), default=0.0)

    nearest_last = sorted(collection.judged, key=shared)
    return frozenset(query.id for query in nearest_last[: max(1, round(FAR_SHARE * len(collection.judged)))])


def leads(collection: Collection) -> frozenset[str]:
    """Ids of passages that begin an item (they end in "-0"), where a query's relevant passages are those of one item.

    An item's first passage often repeats its headline, so that without it a search must find what is meant.
    """
    several = sum(sum(score > 0 for score in collection.qrels[q.id].values()) > 1 for q in collection.judged)
    if several * 2 < len(collection.judged):
        return frozenset()
    return frozenset(passage.id for passage in collection.passages if passage.id.endswith("-0"))


def variants(collection: Collection, run: Run, far: frozenset[str], first: frozenset[str]) -> dict[str, float]:
    """nDCG@10 of the far queries alone, and without the leads (of the whole, where there are none)."""
    whole = evaluate(collection, run)["ndcg@10"]
    only_far = replace(collection, qrels={q: docs for q, docs in collection.qrels.items() if q in far})
    left = {q: {p: s for p, s in docs.items() if p not in first} for q, docs in collection.qrels.items()}
    kept = replace(collection, qrels={q: docs for q, docs in left.items() if any(s > 0 for s in docs.values())})
    without = {q: [p for p in docs if p not in first] for q, docs in run.items()}
    return {
        "ndcg@10_far": evaluate(only_far, run)["ndcg@10"],
        "ndcg@10_no_lead": evaluate(kept, without)["ndcg@10"] if first else whole,
    }


def write_trec(path: Path, run: Run, tag: str) -> None:
    """A run in TREC's format, for any other tool to score again."""
    lines = [
        f"{q} Q0 {doc} {rank} {1.0 / rank:.6f} {tag}\n" for q, docs in run.items() for rank, doc in enumerate(docs, 1)
    ]
    path.write_text("".join(lines), encoding="utf-8")


def resident_mb() -> float:
    """Megabytes of memory that this process holds; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0


def _timed(search: Search, collection: Collection, on_query: Callable[[], None]) -> tuple[Run, list[float]]:
    run: Run = {}
    times: list[float] = []
    for query in collection.judged:
        started = time.perf_counter()
        run[query.id] = search(query.text)
        times.append((time.perf_counter() - started) * 1000)
        on_query()
    return run, times


def _model_mb(name: str) -> float:
    folder = Path(name) if name else SHIPPED_MODEL
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6 if folder.is_dir() else 0.0


def _search(name: str, library: Library) -> Search:
    index = library.index
    if name == "langchain":
        return langchain_baseline.ensemble(index.passages, index.embedder)
    if name == "bm25-spaces":
        return _by_spaces([(passage.id, passage.search_text) for passage in index.passages])
    if name == "bm25":
        return lambda text: _ids(index.search(indexes.Query(text), DEPTH, system="words"))
    if name == "fused":
        return lambda text: _ids(retrieve(library, as_asked(library, text), Audience.PUBLIC, DEPTH))

    def search(text: str) -> Ranked:
        asked = as_asked(library, text)
        return _ids(index.search(indexes.Query(asked.text, asked.names), DEPTH, system=name))

    return search


def _ids(hits: Sequence[indexes.Hit]) -> Ranked:
    return [hit.passage.id for hit in hits]


def _by_spaces(texts: Sequence[tuple[str, str]]) -> Search:
    """What LangChain's BM25 retriever does with Thai when nobody gives it a tokeniser."""
    import bm25s
    import numpy as np

    bm25 = bm25s.BM25()
    bm25.index([text.split() for _, text in texts], show_progress=False)

    def search(text: str) -> Ranked:
        known = [token for token in text.split() if token in bm25.vocab_dict]
        if not known:
            return []
        scores = bm25.get_scores(known)
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [texts[i][0] for i in best if scores[i] > 0]

    return search
