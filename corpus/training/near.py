"""Near words: a sentence model's view of single words, kept as each word's nearest others.

The vectors that a sentence model gives single words all point about the same way; what is left after their mean is
taken off tells meanings apart (as in model2vec's distillation, github.com/MinishLab/model2vec, which then keeps
vectors; here so few neighbours count that keeping those is smaller, and exact).
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus import thai
from corpus.near_words import STEPS, NearWords

_DENIES = re.compile(r"^(?:ไม่|ไร้|ขาด|ปราศจาก)")
LEAST = 0.45  # cosine; below it, words that merely look alike are as many as those that mean alike
MOST = 4  # neighbours of a word: more gain little, and the table is to be small
LONGEST = 30  # letters
BLOCK = 1_024  # words compared with all others at once
TNC_LEAST = 2  # times that a word of the dictionary stands in the Thai National Corpus, for it to be one that is used


def used_words(vocabulary: Iterable[str]) -> list[str]:
    """The words to look up, sorted: the model's vocabulary, and the dictionary's words as far as they are in use."""
    used = {word for word, count in thai.word_counts().items() if count >= TNC_LEAST}
    return sorted(word for word in used | set(vocabulary) if _is_word(word))


def near_words(words: Sequence[str], vectors: NDArray[np.float32]) -> NearWords:
    """Each word's nearest others by the vectors, shape (words, dimensions), the nearest first.

    Raises:
        ValueError: for more words than two bytes count.
    """
    if len(words) > np.iinfo(np.uint16).max:
        raise ValueError(f"{len(words)} words are more than the table can number")
    centred = vectors - vectors.mean(axis=0)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    counts, near, likeness = [], [], []
    for start in range(0, len(words), BLOCK):
        cosines = centred[start : start + BLOCK] @ centred.T
        for row, cosine in enumerate(cosines):
            cosine[start + row] = 0.0
            found = np.flatnonzero(cosine >= LEAST)
            found = found[np.argsort(-cosine[found], kind="stable")]
            best = np.array([i for i in found if may_mean_the_same(words[start + row], words[int(i)])][:MOST], np.intp)
            counts.append(len(best))
            near.append(best.astype(np.uint16))
            likeness.append(np.round(STEPS * np.minimum(cosine[best], 1.0)).astype(np.uint8))
    starts = np.concatenate([[0], np.cumsum(counts)])
    numbers = {word: i for i, word in enumerate(words)}
    return NearWords(tuple(words), starts, np.concatenate(near), np.concatenate(likeness), numbers)


def may_mean_the_same(a: str, b: str) -> bool:
    """Whether near words may stand for each other: not one that holds the other, which is told by its letters, nor one
    that denies."""
    return a not in b and b not in a and bool(_DENIES.match(a)) == bool(_DENIES.match(b))


def _is_word(word: str) -> bool:
    return 1 < len(word) <= LONGEST and word != "[UNK]" and "\n" not in word and not any(c.isdigit() for c in word)
