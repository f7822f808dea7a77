"""Cross-encoders: a question and a passage read together, for a better order of what a search found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus import hub, thai

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

SETTING = "RERANKER_MODEL"
LONGEST = 512  # tokens of a question and a passage together
BATCH = 4  # pairs between two looks at the clock


@dataclass(frozen=True)
class Reranker:
    """A sentence-transformers cross-encoder."""

    name: str
    model: "CrossEncoder" = field(repr=False)

    @classmethod
    def load(cls, name: str) -> "Reranker":
        """The model of a path, or of a hub name that was downloaded before. Raises ModelNotFound."""
        hub.prepare()
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise hub.ModelNotFound(hub.not_installed(SETTING, name)) from error
        try:
            model = CrossEncoder(name, num_labels=1)
        except (OSError, ValueError, KeyError) as error:
            raise hub.ModelNotFound(hub.not_found(SETTING, name, "cross-encoder", error)) from error
        model.max_seq_length = min(LONGEST, model.max_seq_length or LONGEST)
        return cls(name, model)

    def scores(self, question: str, texts: Sequence[str], go_on: Callable[[], bool]) -> NDArray[np.float32] | None:
        """How well each text answers the question, shape (n,), higher is better; None as soon as `go_on` says no."""
        scores = np.zeros(len(texts), np.float32)
        asked = thai.clean(question)
        for start in range(0, len(texts), BATCH):
            if not go_on():
                return None
            part = texts[start : start + BATCH]
            pairs = [(asked, thai.clean(text)) for text in part]
            found = self.model.predict(pairs, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True)
            scores[start : start + BATCH] = np.asarray(found, np.float32).reshape(len(part))
        return scores
