"""What is learnt from: which words belong to which passage, and which passages are near misses.

Three kinds of pairs: a title and a passage of its item, a question and its passage, a span of a passage and the
rest of that passage (the "inverse cloze task" of Lee, Chang and Toutanova 2019). A near miss is a passage of
another item that BM25 finds for the title.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from corpus.training.texts import CutItem
from corpus.training.vocabulary import Vocabulary

PASSAGE_WORDS = 110  # as long as a passage of an index
_LEAST_WORDS = 12
_TOO_NEAR = 0.8  # of the item's own BM25 score: beyond it the "miss" is as a rule the same news once more
_SAME_NEWS = 0.4  # share of title words in common: the same news told again, or its next instalment
_COMMON = 0.15  # words of more items than this say too little to be worth their share of the mining time

Ids = NDArray[np.int32]


@dataclass(frozen=True)
class TrainingItem:
    """A title and its passages as numbers of words."""

    title: Ids
    passages: tuple[Ids, ...]


@dataclass(frozen=True)
class Batch:
    """Queries, the passage of each, then a near miss of each: numbers of words, flat, with starts of the texts.

    `lexical` (queries, passages) is the share of the query's idf that the passage holds word for word, 0 to 1.
    """

    queries: tuple[Ids, NDArray[np.int64]]
    passages: tuple[Ids, NDArray[np.int64]]
    lexical: NDArray[np.float32]


def training_items(items: Sequence[CutItem], vocabulary: Vocabulary) -> list[TrainingItem]:
    """The items whose title and body hold enough known words, bodies parted into passages at line ends."""
    found = []
    for item in items:
        title = vocabulary.ids(item.title)
        passages = tuple(p for p in _passages([vocabulary.ids(line) for line in item.lines]) if len(p) >= _LEAST_WORDS)
        if len(title) >= 3 and passages:
            found.append(TrainingItem(title, passages))
    return found


def near_misses(items: Sequence[TrainingItem], vocabulary: Vocabulary, count: int, block: int = 256) -> Ids:
    """For each item, the numbers of `count` other items that BM25 ranks highest for its title, shape (items, count).

    Where there are fewer, or one tells the same news (titles alike), the item's own number stands, which says "none".
    """
    leads = [np.concatenate(item.passages[:2]) for item in items]
    weights = bm25(leads, vocabulary)
    titles = _presence([item.title for item in items], len(vocabulary.words))
    by_word = csr_array(weights.T)
    misses = np.tile(np.arange(len(items), dtype=np.int32)[:, None], (1, count))
    for start in range(0, len(items), block):
        scores = (titles[start : start + block] @ by_word).toarray()
        rows = np.arange(len(scores))
        own = scores[rows, start + rows].copy()
        scores[scores >= _TOO_NEAR * own[:, None]] = 0.0
        best = np.argpartition(-scores, count, axis=1)[:, :count]
        found = np.take_along_axis(scores, best, axis=1) > 0.25 * own[:, None]
        misses[start : start + block][found] = best[found]
    words = [frozenset(item.title.tolist()) for item in items]
    for number, row in enumerate(misses):
        own_words = words[number]
        for place, other in enumerate(row):
            shared = len(own_words & words[other])
            if shared > _SAME_NEWS * (len(own_words) + len(words[other]) - shared):
                row[place] = number
    return misses


def bm25(texts: Sequence[Ids], vocabulary: Vocabulary, k1: float = 1.5, b: float = 0.75) -> csr_array:
    """Texts × words, BM25 weights of words (Lucene's form); very common words are left out."""
    counts = _presence(texts, len(vocabulary.words))
    lengths = np.array([len(text) for text in texts], dtype=np.float32)
    rows = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
    damping = k1 * (1 - b + b * lengths / lengths.mean())
    holding = np.bincount(counts.indices, minlength=len(vocabulary.words))
    idf = np.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
    idf[holding > _COMMON * len(texts)] = 0.0
    counts.data = (idf[counts.indices] * counts.data / (counts.data + damping[rows])).astype(np.float32)
    counts.eliminate_zeros()
    return counts


class Pairs:
    """An endless source of batches, the same for the same seed."""

    def __init__(
        self,
        items: Sequence[TrainingItem],
        misses: Ids,
        idf: NDArray[np.float32],
        *,
        seed: int,
        span_share: float,
        dropout: float,
        longest: int,
    ) -> None:
        self._longest = longest
        self._items = items
        self._idf = idf
        self._misses = misses
        self._random = np.random.default_rng(seed)
        self._span_share = span_share
        self._dropout = dropout

    def epoch(self, size: int) -> list[NDArray[np.int64]]:
        """The numbers of all items in random order, in batches of `size`; a rest that fills none is left out."""
        order = self._random.permutation(len(self._items))
        return [order[i : i + size] for i in range(0, len(order) - size + 1, size)]

    def batch(self, numbers: NDArray[np.int64]) -> Batch:
        """One pair of each item and one near miss of each; passages come first, near misses after them."""
        queries, passages, misses = [], [], []
        for number in numbers:
            item = self._items[number]
            passage = self._stretch(item)
            if self._random.random() < self._span_share:
                query, passage = self._span(passage)
            else:
                query = item.title
            miss = self._near_miss(int(number))
            queries.append(query)
            passages.append(self._thin(passage))
            misses.append(self._thin(self._stretch(miss)))
        return Batch(_flat(queries), _flat(passages + misses), self._lexical(queries, passages + misses))

    def _lexical(self, queries: Sequence[Ids], passages: Sequence[Ids]) -> NDArray[np.float32]:
        words = len(self._idf)
        asked, held = _presence(queries, words), _presence(passages, words)
        asked.data = self._idf[asked.indices]
        held.data /= held.data + np.float32(1.0)  # a word that comes again adds less
        whole = np.asarray(asked.sum(axis=1), dtype=np.float32).reshape(-1, 1)
        shared = (asked @ csr_array(held.T)).toarray()
        return np.asarray(shared / np.maximum(whole, 1e-6), dtype=np.float32)

    def _stretch(self, item: TrainingItem) -> Ids:
        """One to `longest` passages in a row, so that the mean is learnt over short and long texts."""
        start = int(self._random.integers(len(item.passages)))
        return np.concatenate(item.passages[start : start + int(self._random.integers(1, self._longest + 1))])

    def _span(self, passage: Ids) -> tuple[Ids, Ids]:
        length = min(int(self._random.integers(5, 16)), len(passage) // 2)
        start = int(self._random.integers(len(passage) - length + 1))
        span = passage[start : start + length]
        # Three times in ten the span stays in, so that the same word on both sides keeps counting.
        rest = passage if self._random.random() < 0.3 else np.concatenate([passage[:start], passage[start + length :]])
        return span, rest

    def _near_miss(self, number: int) -> TrainingItem:
        miss = int(self._misses[number, self._random.integers(self._misses.shape[1])])
        while miss == number:  # none was found: any other item will do
            miss = int(self._random.integers(len(self._items)))
        return self._items[miss]

    def _thin(self, passage: Ids) -> Ids:
        kept = passage[self._random.random(len(passage)) >= self._dropout]
        return kept if len(kept) else passage


def _flat(texts: Sequence[Ids]) -> tuple[Ids, NDArray[np.int64]]:
    starts = np.cumsum([0, *(len(text) for text in texts[:-1])]).astype(np.int64)
    return np.concatenate(texts), starts


def _passages(lines: Sequence[Ids]) -> list[Ids]:
    passages: list[Ids] = []
    held: list[Ids] = []
    length = 0
    for line in lines:
        for start in range(0, len(line), PASSAGE_WORDS):
            piece = line[start : start + PASSAGE_WORDS]
            if held and length + len(piece) > PASSAGE_WORDS:
                passages.append(np.concatenate(held))
                held, length = [], 0
            held.append(piece)
            length += len(piece)
    return [*passages, np.concatenate(held)] if held else passages


def _presence(texts: Sequence[Ids], words: int) -> csr_array:
    """Texts × words, how often each word stands in each text."""
    starts = np.cumsum([0, *(len(text) for text in texts)])
    columns = np.concatenate(texts)
    counts = csr_array((np.ones(len(columns), np.float32), columns, starts), shape=(len(texts), words))
    counts.sum_duplicates()
    return counts
