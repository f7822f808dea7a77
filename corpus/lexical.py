"""The words of passages as numbers, and BM25 over them.

How often each word stands in a passage is counted once and kept in the release, so that a passage that did not change
is not cut again.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bm25s import BM25

VOCABULARY, TOKENS, TIMES, STARTS = "vocabulary.txt", "tokens.npy", "times.npy", "starts.npy"


@dataclass(frozen=True)
class TokenCounts:
    """Which tokens stand in texts, and how often.

    In text `i` these are `vocabulary[n]` for the rising n in `tokens[starts[i]:starts[i + 1]]`, each as often as
    `times` says at the same place.
    """

    vocabulary: tuple[str, ...]
    tokens: NDArray[np.int32]
    times: NDArray[np.int32]
    starts: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def write(self, directory: Path) -> None:
        """Write them into a new directory."""
        directory.mkdir()
        (directory / VOCABULARY).write_text("\n".join(self.vocabulary), encoding="utf-8")
        for name, numbers in ((TOKENS, self.tokens), (TIMES, self.times), (STARTS, self.starts)):
            np.save(directory / name, numbers)

    @classmethod
    def read(cls, directory: Path) -> "TokenCounts":
        """What `write` wrote. Raises OSError or ValueError if it is missing or damaged."""
        text = (directory / VOCABULARY).read_text(encoding="utf-8")
        vocabulary = tuple(text.split("\n")) if text else ()
        tokens, times, starts = (np.load(directory / name) for name in (TOKENS, TIMES, STARTS))
        if len(tokens) and tokens.max() >= len(vocabulary):
            raise ValueError(f"{directory / VOCABULARY} lacks words")
        return cls(vocabulary, tokens, times, starts)


def count_tokens(
    texts: Sequence[str],
    cut: Callable[[str], list[str]],
    earlier: TokenCounts | None = None,
    rows: Sequence[int] | None = None,
) -> TokenCounts:
    """The tokens of texts. `rows[i]`, if not negative, is which text of `earlier` text `i` equals: it is not cut."""
    numbers = {token: number for number, token in enumerate(earlier.vocabulary if earlier else ())}
    tokens, times = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for position, text in enumerate(texts):
        row = rows[position] if earlier and rows is not None else -1
        if earlier and row >= 0:
            here = slice(earlier.starts[row], earlier.starts[row + 1])
            tokens.append(earlier.tokens[here])
            times.append(earlier.times[here])
        else:
            counted = {numbers.setdefault(token, len(numbers)): n for token, n in Counter(cut(text)).items()}
            tokens.append(np.array(sorted(counted), np.int32))
            times.append(np.array([counted[number] for number in sorted(counted)], np.int32))
    starts = np.cumsum([0, *map(len, tokens[1:])], dtype=np.int32)
    return _compact(tuple(numbers), np.concatenate(tokens), np.concatenate(times), starts)


def _compact(
    vocabulary: Sequence[str], tokens: NDArray[np.int32], times: NDArray[np.int32], starts: NDArray[np.int32]
) -> TokenCounts:
    """Without the tokens that stand in no text any more."""
    used = np.flatnonzero(np.bincount(tokens, minlength=len(vocabulary)))
    place = np.zeros(len(vocabulary), np.int32)
    place[used] = np.arange(len(used))
    return TokenCounts(tuple(vocabulary[n] for n in used.tolist()), place[tokens], times, starts)


def write_bm25(directory: Path, counts: TokenCounts) -> None:
    """Write a BM25 index of the tokens; nothing where there are none.

    The scores are those that `bm25s.BM25().index` computes (its formula "lucene"), from counts that are at hand.
    """
    import bm25s
    from scipy.sparse import csr_array

    if not len(counts.tokens):
        return
    index = bm25s.BM25()
    shape = (len(counts), len(counts.vocabulary))
    by_text = csr_array((counts.times, counts.tokens, counts.starts), shape=shape)
    by_token, lengths = by_text.tocsc(), by_text.sum(axis=1)
    texts, times, documents = by_token.indices, by_token.data, np.diff(by_token.indptr)
    rareness = np.log(1 + (len(counts) - documents + 0.5) / (documents + 0.5))
    saturation = index.k1 * ((1 - index.b) + index.b * lengths / lengths.mean())
    scores = np.repeat(rareness, documents)
    scores *= times
    scores /= saturation[texts] + times
    index.scores = {
        "data": scores.astype(np.float32),
        "indices": texts.astype(np.int32),
        "indptr": by_token.indptr.astype(np.int64),
        "num_docs": len(counts),
    }
    index.vocab_dict = {word: number for number, word in enumerate(counts.vocabulary)}
    index.unique_token_ids_set = set(index.vocab_dict.values())
    index.nonoccurrence_array = None  # of formulas in which a word that is missing counts
    index.save(str(directory))


def load_bm25s() -> None:
    """Load the library."""
    import bm25s  # noqa: F401


def read_bm25(directory: Path) -> "BM25":
    """What `write_bm25` wrote."""
    import bm25s

    index = bm25s.BM25.load(str(directory), mmap=True, show_progress=False)
    # The same memory as plain arrays: numpy's memmap makes an object of its own of every slice.
    index.scores = {name: np.asarray(part) for name, part in index.scores.items()}
    return index
