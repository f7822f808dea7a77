"""The words of passages as numbers, and BM25 over them.

A passage's words are cut once and kept in the release, so that a passage that did not change is not cut again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bm25s import BM25

VOCABULARY, NUMBERS, STARTS = "vocabulary.txt", "numbers.npy", "starts.npy"


@dataclass(frozen=True)
class Tokens:
    """The tokens of texts in order: text `i` is `vocabulary[n]` for n in `numbers[starts[i]:starts[i + 1]]`."""

    vocabulary: tuple[str, ...]
    numbers: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def write(self, directory: Path) -> None:
        """Write them into a new directory."""
        directory.mkdir()
        (directory / VOCABULARY).write_text("\n".join(self.vocabulary), encoding="utf-8")
        np.save(directory / NUMBERS, self.numbers)
        np.save(directory / STARTS, self.starts)

    @classmethod
    def read(cls, directory: Path) -> "Tokens":
        """What `write` wrote. Raises OSError or ValueError if it is missing or damaged."""
        text = (directory / VOCABULARY).read_text(encoding="utf-8")
        vocabulary = tuple(text.split("\n")) if text else ()
        numbers, starts = np.load(directory / NUMBERS), np.load(directory / STARTS)
        if len(numbers) and numbers.max() >= len(vocabulary):
            raise ValueError(f"{directory / VOCABULARY} lacks words")
        return cls(vocabulary, numbers, starts)

    def distinct(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
        """Text and token of each distinct pair, by token and then by text, and how often the token is in the text."""
        texts = np.repeat(np.arange(len(self)), np.diff(self.starts))
        pairs, counts = np.unique(self.numbers.astype(np.int64) * max(len(self), 1) + texts, return_counts=True)
        tokens, texts = np.divmod(pairs, max(len(self), 1))
        return texts.astype(np.int32), tokens.astype(np.int32), counts


def tokenize(
    texts: Sequence[str],
    cut: Callable[[str], list[str]],
    earlier: Tokens | None = None,
    rows: Sequence[int] | None = None,
) -> Tokens:
    """The tokens of texts. `rows[i]`, if not negative, is which text of `earlier` text `i` equals: it is not cut."""
    vocabulary = {token: number for number, token in enumerate(earlier.vocabulary if earlier else ())}
    pieces: list[NDArray[np.int32]] = []
    for position, text in enumerate(texts):
        row = rows[position] if earlier and rows is not None else -1
        if earlier and row >= 0:
            pieces.append(earlier.numbers[earlier.starts[row] : earlier.starts[row + 1]])
        else:
            numbers = [vocabulary.setdefault(token, len(vocabulary)) for token in cut(text)]
            pieces.append(np.array(numbers, np.int32))
    starts = np.cumsum([0, *(len(piece) for piece in pieces)], dtype=np.int64)
    used, numbers_now = np.unique(np.concatenate([np.empty(0, np.int32), *pieces]), return_inverse=True)
    names = tuple(vocabulary)
    return Tokens(tuple(names[n] for n in used), numbers_now.astype(np.int32), starts)


def write_bm25(directory: Path, tokens: Tokens) -> None:
    """Write a BM25 index of the tokens; nothing where there are none.

    The scores are those that `bm25s.BM25().index` computes (its formula "lucene"), from counts that are at hand.
    """
    import bm25s

    if not len(tokens.numbers):
        return
    index = bm25s.BM25()
    texts, words, counts = tokens.distinct()
    lengths = np.diff(tokens.starts)
    documents = np.bincount(words, minlength=len(tokens.vocabulary))
    rareness = np.log(1 + (len(tokens) - documents + 0.5) / (documents + 0.5))
    saturation = index.k1 * ((1 - index.b) + index.b * lengths[texts] / lengths.mean())
    index.scores = {
        "data": (rareness[words] * (counts / (saturation + counts))).astype(np.float32),
        "indices": texts,
        "indptr": np.concatenate([[0], np.cumsum(documents)]),
        "num_docs": len(tokens),
    }
    index.vocab_dict = {word: number for number, word in enumerate(tokens.vocabulary)}
    index.unique_token_ids_set = set(index.vocab_dict.values())
    index.nonoccurrence_array = None  # of formulas in which a word that is missing counts
    index.save(str(directory))


def read_bm25(directory: Path) -> "BM25":
    """What `write_bm25` wrote."""
    import bm25s

    index = bm25s.BM25.load(str(directory), mmap=True, show_progress=False)
    # The same memory as plain arrays: numpy's memmap makes an object of its own of every slice.
    index.scores = {name: np.asarray(part) for name, part in index.scores.items()}
    return index


def distinct_words(tokens: Tokens) -> list[NDArray[np.int32]]:
    """The distinct tokens of each text, as numbers."""
    return [np.unique(tokens.numbers[start:end]) for start, end in pairwise(tokens.starts)]
