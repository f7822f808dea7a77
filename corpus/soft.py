"""Soft matching: each word of a question finds its most similar word in a passage.

Late interaction over static word vectors, weighted by how rare each word of the question is: where question and
passage use different words for one thing, the nearest word still counts. After ColBERT's sum of maxima (Khattab and
Zaharia, 2020), with one fixed vector a word.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.embedder import StaticEmbedder
from corpus.lexical import TokenCounts


class SoftMatcher:
    """Scores passages of one index by their words' likeness to a question's."""

    def __init__(self, word_model: StaticEmbedder, words: TokenCounts) -> None:
        self._model = word_model
        self._number = {word: i for i, word in enumerate(words.vocabulary)}
        self._vectors = word_model.word_vectors(words.vocabulary)
        self._words = words.tokens
        self._starts = words.starts

    def scores(self, question: Sequence[str], passages: NDArray[np.intp]) -> NDArray[np.float32]:
        """The soft score, 0 to 1, of each passage by position, shape (len(passages),), for the words of a question."""
        asked = list(dict.fromkeys(question))
        lengths = self._starts[passages + 1] - self._starts[passages]
        filled = passages[lengths > 0]
        result = np.zeros(len(passages), np.float32)
        if not asked or not len(filled):
            return result
        flat = np.concatenate([self._words[self._starts[p] : self._starts[p + 1]] for p in filled])
        place = np.zeros(len(self._vectors), np.intp)
        place[flat] = 1
        distinct = np.flatnonzero(place)
        place[distinct] = np.arange(len(distinct))
        where = place[flat]
        likeness = np.maximum(self._model.word_vectors(asked) @ self._vectors[distinct].T, 0.0)
        for i, word in enumerate(asked):  # the same word is alike, also where it has no vector
            if (number := self._number.get(word)) is not None:
                likeness[i, distinct == number] = 1.0
        starts = np.concatenate([[0], np.cumsum(lengths[lengths > 0])[:-1]])
        nearest = np.maximum.reduceat(likeness[:, where], starts, axis=1)
        weights = self._model.word_weights(asked)
        result[lengths > 0] = weights @ nearest / weights.sum()
        return result
