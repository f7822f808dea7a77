"""The trie of a dictionary, grown where texts need it: most of its branches are never walked by one process.

A full one of pythainlp's 62,000 words takes a fifth of a second, each time a program starts.
"""

import threading
from collections.abc import Iterable

from pythainlp.util import Trie

BEGINNING = 2  # letters; all words that begin with the same ones are one branch


class GrowingTrie(Trie):
    """A trie that finds the same prefixes as one into which all words were put at once. Safe to use from threads."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__(())
        self._waiting: dict[str, list[str]] = {}
        self._count = 0
        self._lock = threading.Lock()
        for word in map(str.strip, words):
            self._count += 1
            if len(word) < BEGINNING:
                self.add(word)
            else:
                self._waiting.setdefault(word[:BEGINNING], []).append(word)

    def __len__(self) -> int:
        return self._count

    def prefixes(self, text: str, start: int = 0) -> list[str]:
        """All words that stand in the text from there on."""
        beginning = text[start : start + BEGINNING]
        if beginning in self._waiting:
            with self._lock:
                for word in self._waiting.get(beginning, ()):
                    self.add(word)
                self._waiting.pop(beginning, None)  # only now, so that nobody walks half a branch
        return list(super().prefixes(text, start))
