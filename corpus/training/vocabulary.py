"""Which words get a vector, and how rare each is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from corpus.training.texts import CutItem

UNKNOWN = "[UNK]"


@dataclass(frozen=True)
class Vocabulary:
    """Words by their number; number 0 is the unknown word. `idf` (words,) as in BM25, the unknown word the rarest."""

    words: tuple[str, ...]
    numbers: dict[str, int]
    idf: NDArray[np.float32]

    def ids(self, words: Iterable[str]) -> NDArray[np.int32]:
        """The numbers of the known words, in order."""
        known = (self.numbers.get(word, 0) for word in words)
        return np.fromiter((i for i in known if i), dtype=np.int32)


def count_words(items: Iterable[CutItem], size: int, least: int = 3) -> Vocabulary:
    """The `size` words that stand in most items, each in at least `least`; ties by spelling, so runs repeat."""
    items_with: Counter[str] = Counter()
    items_total = 0
    for item in items:
        items_total += 1
        items_with.update({*item.title, *(word for line in item.lines for word in line)})
    ranked = sorted((-n, word) for word, n in items_with.items() if n >= least and not _is_figure(word))[: size - 1]
    frequencies = np.array([least, *(-n for n, _ in ranked)], dtype=np.float64)
    idf = np.log(1 + (items_total - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
    words = (UNKNOWN, *(word for _, word in ranked))
    return Vocabulary(words, {word: i for i, word in enumerate(words)}, idf)


def tfidf(texts: Sequence[NDArray[np.int32]], vocabulary: Vocabulary) -> csr_array:
    """Texts × words, (1 + log count) · idf, rows of unit length."""
    pieces = [np.unique(ids, return_counts=True) for ids in texts]
    lengths = np.array([len(ids) for ids, _ in pieces])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    columns = np.concatenate([ids for ids, _ in pieces]).astype(np.int32)
    counts = np.concatenate([n for _, n in pieces]).astype(np.float32)
    values = (1 + np.log(counts)) * vocabulary.idf[columns]
    squares = np.add.reduceat(np.append(values**2, 0), np.minimum(starts[:-1], len(values))) * (lengths > 0)
    norms = np.sqrt(np.maximum(squares, 1e-12)).astype(np.float32)
    values /= np.repeat(norms, lengths)
    return csr_array((values, columns, starts), shape=(len(texts), len(vocabulary.words)))


def _is_figure(word: str) -> bool:
    """Whether it is a number other than a year or a small count: figures have no meaning to learn."""
    return word[0].isdigit() and not (word.isdigit() and len(word) <= 4)
