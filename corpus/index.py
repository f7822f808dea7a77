"""One built index: passages, their vectors and their words, and how they are searched.

A directory holds `passages.jsonl`, Chroma's store (`corpus/store.py`) and the same vectors as an array, two BM25
indexes (over words and over character 3-grams) and the words for soft matching. It is written once, by `build_index`,
and only read after that.

Search is hybrid. Vectors find what is meant, words find what is named, character 3-grams find what is misspelt or
cut differently, and soft matching orders what they propose. See `docs/retrieval.md` for what each brings.
"""

import logging
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus import thai
from corpus.document import Passage
from corpus.embedder import Embedder, StaticEmbedder
from corpus.lexical import TokenCounts, count_tokens, load_bm25s, read_bm25, write_bm25
from corpus.releases import REPAIR_COMMAND
from corpus.remote import EmbedderUnavailable
from corpus.soft import SoftMatcher
from corpus.store import (
    Store,
    StoreUnavailable,
    batches,
    load_chroma,
    open_store,
    server_of_environment,
    take_over_store,
    write_store,
)

if TYPE_CHECKING:
    from bm25s import BM25

log = logging.getLogger(__name__)

PASSAGES = "passages.jsonl"
VECTORS = "vectors.npy"
CHECKED_AT_ONCE = 2_000
TOLERANCE = 1e-3  # of a component of a vector, between what was computed and what the store holds
CANDIDATES = 100  # passages that each system may propose before fusion
# Up to so many passages a search among some documents is made over the array of vectors: exact, and at 6,000 passages
# 0.1 ms where Chroma with a filter takes 25. Without a filter Chroma is as fast as either.
EXACT_UP_TO = 20_000
MASKS_KEPT = 16  # sets of documents: what each audience may read, with each draft

# How much each score counts; the sum is 1. Cosine and soft are 0 to 1 as they are; BM25 scores are divided by the
# best of their query. One set of constants, fitted on the development parts of public Thai sets: docs/retrieval.md.
DENSE_WEIGHT = 0.45
SOFT_WEIGHT = 0.30
WORD_WEIGHT = 0.10
CHARACTER_WEIGHT = 0.15
NAME_WEIGHT = 0.5  # of an equal name that the glossary adds, against the name that was asked

SYSTEMS = ("fused", "dense", "words", "characters", "lexical")


class IndexUnusable(Exception):
    """An index cannot be opened; the message says why and what to run. Thai first."""


@dataclass(frozen=True)
class Query:
    """What is sent to the index: the question's text, and for each name in it, that name with its equal names.

    A passage is credited with the name that it uses, once.
    """

    text: str
    names: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Hit:
    """A passage found, with its fused score (0 to 1) and the parts of it."""

    passage: Passage
    score: float
    dense: float = 0.0
    soft: float = 0.0
    words: float = 0.0
    characters: float = 0.0


@dataclass(frozen=True)
class EarlierIndex:
    """An index from which passages that did not change are taken over: their vectors, words and places in the store.

    `lines` are those of its file of passages, `rows` is where each passage stands in it, by digest.
    """

    directory: Path
    lines: list[bytes]
    passages: list[Passage]

    @cached_property
    def rows(self) -> dict[str, int]:
        return {passage.digest: row for row, passage in enumerate(self.passages)}


def read_earlier(directory: Path) -> EarlierIndex:
    """An index to take over from; its store is not opened.

    Raises:
        OSError, ValueError: if it is missing or damaged.
    """
    content = (directory / PASSAGES).read_bytes()
    return EarlierIndex(directory, content.splitlines(keepends=True), _decoded(content))


def build_index(
    directory: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    earlier: EarlierIndex | None = None,
    progress: Callable[[int], None] = lambda _: None,
    collection: str = "",
) -> None:
    """Write an index of the passages into an empty directory.

    What did not change since `earlier`, an index of the same embedder, is taken over from it. `progress` is called with
    the number of passages embedded since the last call. `collection` is what its name on a Chroma server begins
    with; without one, or where no server is set, the vectors are in the directory.

    Raises:
        OSError: the disk is full, or fails.
        StoreUnavailable: the Chroma server does not answer.
    """
    directory.mkdir(parents=True, exist_ok=True)
    _write_passages(directory / PASSAGES, passages, earlier)
    rows = [earlier.rows.get(passage.digest, -1) if earlier else -1 for passage in passages]
    vectors = _vectors(passages, embedder, earlier, rows, progress)
    np.save(directory / VECTORS, vectors)
    embedded = not (collection and server_of_environment())
    if not (
        embedded and earlier and take_over_store(directory, passages, vectors, earlier.directory, earlier.passages)
    ):
        write_store(directory, passages, vectors, collection)
    texts = [
        p.search_text if row < 0 else "" for p, row in zip(passages, rows, strict=True)
    ]  # taken over: not looked at
    for name, cut in (("words", thai.words), ("characters", thai.character_ngrams)):
        known = TokenCounts.read(earlier.directory / f"{name}_counts") if earlier else None
        counts = count_tokens(texts, cut, known, rows)
        counts.write(directory / f"{name}_counts")
        write_bm25(directory / name, counts)


def open_index(
    directory: Path, embedder: Embedder, word_model: StaticEmbedder | None = None, server: str | None = None
) -> "Index":
    """The index in a directory, ready to search with the embedder it was built with.

    `word_model` is for soft matching; None loads the one that ships. `server` is the Chroma server that holds indexes
    written to one; None: the one of the environment.

    Raises:
        IndexUnusable: if a part is missing, damaged, or does not fit the embedder.
        StoreUnavailable: the Chroma server does not answer.
    """
    if not os.access(directory / "chroma", os.W_OK) and (directory / "chroma").is_dir():
        raise IndexUnusable(
            f"{directory} อ่านได้อย่างเดียว แต่ Chroma ต้องเขียนไฟล์ของตนเมื่อเปิดดัชนี "
            "โปรดให้ผู้ใช้ที่รันบอตเขียนโฟลเดอร์ DATA_DIR ได้ หรือคัดลอกไปไว้ที่เขียนได้ "
            "/ is read-only, and Chroma writes to its files when it opens them; let the bot's user write to DATA_DIR, "
            "or copy it to where that is possible"
        )
    try:
        passages = tuple(read_passages(directory))
        store = open_store(directory, server)
        vectors = np.load(directory / VECTORS, mmap_mode="r")
        index = Index(
            passages,
            embedder,
            store,
            vectors,
            read_bm25(directory / "words"),
            read_bm25(directory / "characters"),
            SoftMatcher(word_model or StaticEmbedder.load(), TokenCounts.read(directory / "words_counts")),
        )
        counts = {store.count(), len(vectors), len(passages)}
        if passages:  # a store that lost its vectors counts them all the same; it fails when one is read
            store.vectors([passages[0].id])
    except StoreUnavailable:
        raise
    except Exception as error:  # chromadb and bm25s raise many kinds; all mean the same to the caller
        raise IndexUnusable(_unusable(directory, f"{type(error).__name__}: {error}")) from error
    if len(counts) > 1:
        raise IndexUnusable(_unusable(directory, f"passages, vectors and store differ in number: {sorted(counts)}"))
    return index


def load_libraries() -> None:
    """Load the libraries by which indexes are written and searched: half a second, once for all forked processes."""
    load_chroma()
    load_bm25s()


def read_passages(directory: Path) -> list[Passage]:
    """The passages of an index, in reading order, without opening it.

    Raises:
        OSError, ValueError: if they are missing or damaged.
    """
    return _decoded((directory / PASSAGES).read_bytes())


class Vocabulary:
    """The words of all passages, and which of them a misspelling comes nearest to."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def nearest(self, text: str, likeness: float) -> tuple[str, float] | None:
        """The Thai word most like the text, and how like (normalised indel similarity, 0 to 1), if at least so much."""
        from rapidfuzz.distance import Indel
        from rapidfuzz.process import extractOne

        same_size = self._by_length.get(len(text), [])
        found = extractOne(text, same_size, scorer=Indel.normalized_similarity, score_cutoff=likeness)
        return (str(found[0]), float(found[1])) if found else None

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        """Words by the length of texts they may be misspelt as: up to two letters more or fewer."""
        lengths: dict[int, list[str]] = {}
        for word in sorted(self._words):
            if len(word) >= 4 and "\u0e01" <= word[0] <= "\u0e4e":
                for length in range(len(word) - 2, len(word) + 3):
                    lengths.setdefault(length, []).append(word)
        return lengths


class Index:
    """An open index. Safe to search from several threads."""

    def __init__(
        self,
        passages: tuple[Passage, ...],
        embedder: Embedder,
        store: Store,
        vectors: NDArray[np.float32],
        words: "BM25 | None",
        characters: "BM25 | None",
        soft: SoftMatcher,
    ) -> None:
        self.passages = passages
        self.embedder = embedder
        self._store = store
        self._vectors = vectors
        self._words = words
        self._characters = characters
        self._soft = soft

    def search(
        self, query: Query, k: int = 10, documents: Collection[str] | None = None, system: str = "fused"
    ) -> list[Hit]:
        """The best `k` passages, best first, among the documents given (None: all).

        `system` picks one part alone, for measuring: one of `SYSTEMS`.
        """
        if not self.passages or not query.text.strip() or (documents is not None and not documents):
            return []
        allowed = self._allowed(documents)
        words = self._lexical(self._words, thai.words, query, allowed)
        characters = self._lexical(self._characters, thai.character_ngrams, query, allowed)
        vector = self._vector(query.text)
        near = self._nearest(vector, documents, allowed)
        found = np.union1d(near, _best(words + characters, CANDIDATES))
        if not len(found):
            return []
        dense = self._cosine(vector, found)
        soft = self._soft.scores(thai.words(query.text), found)
        lexical = WORD_WEIGHT * words[found] + CHARACTER_WEIGHT * characters[found]
        scores = {
            "fused": DENSE_WEIGHT * dense + SOFT_WEIGHT * soft + lexical,
            "dense": np.where(np.isin(found, near), dense, 0.0),
            "words": words[found],
            "characters": characters[found],
            "lexical": lexical,
        }[system]
        return [
            Hit(
                self.passages[found[i]],
                *(float(part[i]) for part in (scores, dense, soft, words[found], characters[found])),
            )
            for i in np.argsort(-scores, kind="stable")[:k]
            if scores[i] > 0
        ]

    def passage(self, passage_id: str) -> Passage | None:
        """The passage of an id, or None."""
        position = self._positions.get(passage_id)
        return None if position is None else self.passages[position]

    def section(self, passage: Passage) -> list[Passage]:
        """All passages of the same document and headings, in reading order: the parts of one list or table, say."""
        return [self.passages[i] for i in self._sections[(passage.document_id, passage.path)]]

    def document_frequency(self, word: str) -> int:
        """In how many passages the word stands."""
        if self._words is None or (position := self._words.vocab_dict.get(word)) is None:
            return 0
        start, end = self._words.scores["indptr"][position : position + 2]
        return int(end - start)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all passages."""
        return Vocabulary(self._words.vocab_dict if self._words is not None else ())

    def vectors(self) -> dict[str, NDArray[np.float32]]:
        """Passage digest → vector, for taking over into the next release."""
        return {passage.digest: vector for passage, vector in zip(self.passages, self._vectors, strict=True)}

    def check_vectors(self) -> None:
        """Fetch every vector from the store and compare it with the one that was computed.

        Raises:
            IndexUnusable: if one is missing or another one.
        """
        for some in batches(list(self.passages), CHECKED_AT_ONCE):
            ids, vectors = self._store.vectors([passage.id for passage in some])
            expected = self._vectors[[self._positions[passage_id] for passage_id in ids]]
            if len(ids) < len(some) or np.abs(vectors - expected).max(initial=0.0) > TOLERANCE:
                raise IndexUnusable(f"{len(some)} passages have {len(ids)} sound vectors in the store")

    def close(self) -> None:
        """Free the store's files; done by itself once nothing refers to the index."""
        self._store.close()

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {passage.id: i for i, passage in enumerate(self.passages)}

    @cached_property
    def _sections(self) -> dict[tuple[str, tuple[str, ...]], list[int]]:
        sections: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for i, passage in enumerate(self.passages):
            sections.setdefault((passage.document_id, passage.path), []).append(i)
        return sections

    def _allowed(self, documents: Collection[str] | None) -> NDArray[np.float32] | None:
        return None if documents is None else self._mask(frozenset(documents))

    @cached_property
    def _mask(self) -> Callable[[frozenset[str]], NDArray[np.float32]]:
        """1 for the passages of some documents, else 0; the few sets of documents that are searched are remembered."""

        def mask(documents: frozenset[str]) -> NDArray[np.float32]:
            allowed = np.zeros(len(self.passages), np.float32)
            for document_id in documents:
                allowed[self._of_document.get(document_id, [])] = 1.0
            return allowed

        return lru_cache(maxsize=MASKS_KEPT)(mask)

    @cached_property
    def _of_document(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, passage in enumerate(self.passages):
            found.setdefault(passage.document_id, []).append(i)
        return found

    def _vector(self, text: str) -> NDArray[np.float32]:
        """The question's vector; zeros if an embedding server is away, so that words and characters still find."""
        try:
            return np.asarray(self.embedder.embed_queries([text])[0], np.float32)
        except EmbedderUnavailable as error:
            log.error("searched without vectors: %s", error)
            return np.zeros(self.embedder.dimensions, np.float32)

    def _nearest(
        self, vector: NDArray[np.float32], documents: Collection[str] | None, allowed: NDArray[np.float32] | None
    ) -> NDArray[np.intp]:
        """The positions of the passages whose vectors are nearest, as Chroma finds them, or as the array tells."""
        if not vector.any():
            return np.empty(0, np.intp)
        if allowed is not None and len(self.passages) <= EXACT_UP_TO:
            return _best((self._vectors @ vector + 2.0) * allowed, CANDIDATES)  # above 0 for all that are allowed
        try:
            found = self._store.nearest(vector, min(CANDIDATES, len(self.passages)), documents)
        except StoreUnavailable as error:  # the array has the same vectors: slower, but exact
            log.error("searched without Chroma: %s", error)
            scores = self._vectors @ vector + 2.0
            return _best(scores if allowed is None else scores * allowed, CANDIDATES)
        return np.array([self._positions[passage_id] for passage_id in found], np.intp)

    def _cosine(self, vector: NDArray[np.float32], found: NDArray[np.intp]) -> NDArray[np.float32]:
        """The cosine of each passage found; spread over 0 to 1 where a model's cosines all lie close together."""
        cosine = np.maximum(self._vectors[found] @ vector, 0.0)
        if isinstance(self.embedder, StaticEmbedder) or not len(cosine):
            return np.asarray(cosine, np.float32)
        lowest, highest = float(cosine.min()), float(cosine.max())
        return np.asarray((cosine - lowest) / (highest - lowest) if highest > lowest else cosine, np.float32)

    def _lexical(
        self,
        bm25: "BM25 | None",
        cut: Callable[[str], list[str]],
        query: Query,
        allowed: NDArray[np.float32] | None,
    ) -> NDArray[np.float32]:
        """BM25 scores of all passages divided by the best one's, 0 to 1."""
        scores = self._bm25(bm25, cut(query.text))
        for asked, *others in query.names:
            own = self._bm25(bm25, cut(asked))
            best_other = np.maximum.reduce([own, *(self._bm25(bm25, cut(other)) for other in others)])
            scores = scores + NAME_WEIGHT * (best_other - own)
        if allowed is not None:
            scores = scores * allowed
        best = float(scores.max(initial=0.0))
        return scores / best if best > 0 else scores

    def _bm25(self, bm25: "BM25 | None", tokens: list[str]) -> NDArray[np.float32]:
        known = [token for token in tokens if bm25 is not None and token in bm25.vocab_dict]
        if bm25 is None or not known:
            return np.zeros(len(self.passages), np.float32)
        return np.asarray(bm25.get_scores(known), np.float32)


def _best(scores: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """The positions of the highest scores above 0, in no order."""
    best = np.argpartition(-scores, min(count, len(scores)) - 1)[:count] if len(scores) else np.empty(0, np.intp)
    return best[scores[best] > 0]


def _vectors(
    passages: Sequence[Passage],
    embedder: Embedder,
    earlier: EarlierIndex | None,
    rows: Sequence[int],
    progress: Callable[[int], None],
) -> NDArray[np.float32]:
    vectors = np.zeros((len(passages), embedder.dimensions), np.float32)
    known = [i for i, row in enumerate(rows) if row >= 0]
    if earlier and known:
        vectors[known] = np.load(earlier.directory / VECTORS, mmap_mode="r")[[rows[i] for i in known]]
    progress(len(known))
    for new in batches([i for i, row in enumerate(rows) if row < 0], 64):
        vectors[new] = embedder.embed_passages([passages[i].search_text for i in new])
        progress(len(new))
    return vectors


def _write_passages(path: Path, passages: Sequence[Passage], earlier: EarlierIndex | None) -> None:
    """One JSON object a line; the line of a passage that is the same as before is copied."""
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for passage in passages:
            row = earlier.rows.get(passage.digest, -1) if earlier else -1
            if earlier and row >= 0 and (earlier.passages[row] is passage or earlier.passages[row] == passage):
                file.write(earlier.lines[row])
            else:
                file.write(encode(passage) + b"\n")


def _decoded(lines: bytes) -> list[Passage]:
    """The passages of a file that `_write_passages` wrote. Raises ValueError if it is damaged."""
    try:
        return msgspec.json.Decoder(Passage).decode_lines(lines)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{PASSAGES}: {error}") from None


def _unusable(directory: Path, reason: str) -> str:
    return (
        f"เปิดดัชนี {directory} ไม่ได้ ({reason}) โปรดสั่ง `{REPAIR_COMMAND}` เพื่อสร้างใหม่ "
        f"/ the index cannot be opened; run `{REPAIR_COMMAND}` to build it anew"
    )
