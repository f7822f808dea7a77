"""Words that mean about the same: คุย and สนทนา, ขั้นตอน and กระบวนการ.

The shipped word vectors know how government news uses words; people ask in everyday ones. This table tells, for each of
some 47,000 words, its nearest others by a multilingual sentence model, looked up once when it was made
(`python -m corpus.training near-words`; `corpus/model/README.md` has the model, its licence and the limits).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from corpus.hub import ModelNotFound

SHIPPED_NEAR_WORDS = Path(__file__).with_name("model") / "near_words.npz"
STEPS = 255  # of a likeness: it is kept in one byte


@dataclass(frozen=True)
class NearWords:
    """For word number i, the numbers `near[starts[i] : starts[i + 1]]` and how like each is, `likeness` / STEPS."""

    words: tuple[str, ...] = field(repr=False)
    starts: NDArray[np.int64]
    near: NDArray[np.uint16]
    likeness: NDArray[np.uint8]
    numbers: dict[str, int] = field(repr=False)

    @classmethod
    def load(cls, path: Path = SHIPPED_NEAR_WORDS) -> "NearWords":
        """The table in a file written by `write`. Raises ModelNotFound if it is not whole."""
        try:
            with path.open("rb") as file, np.load(file) as arrays:
                words = tuple(arrays["words"].tobytes().decode("utf-8").split("\n"))
                starts = np.concatenate([[0], np.cumsum(arrays["counts"], dtype=np.int64)])
                near, likeness = arrays["near"], arrays["likeness"]
            if len(starts) != len(words) + 1 or starts[-1] != len(near) or len(near) != len(likeness):
                raise ValueError("its parts differ in length")
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ModelNotFound(
                f"no table of near words in {path} ({error}); restore it with `git checkout -- corpus/model`, "
                "or make it with `python -m corpus.training near-words`"
            ) from error
        return cls(words, starts, near, likeness, {word: i for i, word in enumerate(words)})

    def write(self, path: Path) -> None:
        """Write the table; the file is the same for the same table."""
        arrays: dict[str, Any] = {
            "words": np.frombuffer("\n".join(self.words).encode("utf-8"), np.uint8),
            "counts": np.diff(self.starts).astype(np.uint8),
            "near": self.near,
            "likeness": self.likeness,
        }
        with path.open("wb") as file:
            np.savez_compressed(file, **arrays)

    def of(self, word: str) -> Mapping[str, float]:
        """The words nearest to a word with their likeness, 0 to 1; none for a word that is not in the table."""
        if word not in self.numbers:
            return {}
        number = self.numbers[word]
        span = slice(self.starts[number], self.starts[number + 1])
        return {self.words[i]: float(n) / STEPS for i, n in zip(self.near[span], self.likeness[span], strict=True)}
