"""Does this text answer this question? A model that reads both together, trained to tell answers from near misses.

Word overlap and likeness (`bot/evidence.py`, `corpus/unit_vectors.py`) tell what a text is about; a text about what is
asked need not say what is asked. This small network reads the pieces of question and text as the sentence encoder has
read each alone (as in PreTTR, MacAvaney et al. 2020, arXiv:2004.14255), lets each piece of the text look at the
question (as in BiDAF, Seo et al. 2017, arXiv:1611.01603), and was trained by `corpus/training/answers.py`. What it has
read, and how good it is, tells `corpus/sentence_model/README.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from corpus.onnx_session import Session, open_session
from corpus.sentence_encoder import SHIPPED_ENCODER

Floats = NDArray[np.float32]

SHIPPED_ANSWER_MODEL = SHIPPED_ENCODER / "answers.onnx"


@dataclass(frozen=True)
class AnswerModel:
    """Judges texts for questions. Safe to use from several threads; it is loaded when it is first needed."""

    file: Path = SHIPPED_ANSWER_MODEL
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def judge(self, question: Floats, texts: Sequence[Floats]) -> Floats:
        """How well each text answers the question, log odds, shape (n,).

        Both are given as the sentence encoder's states of their pieces, shape (pieces, 384).

        Raises:
            ModelNotFound: a file of the model is missing or damaged.
        """
        session = self._loaded()
        given = [{"question": question[None], "text": text[None]} for text in texts]
        return np.array([session.run(["answers"], each)[0] for each in given], np.float32).reshape(len(texts))

    def _loaded(self) -> Session:
        with self._lock:
            return self._session

    @cached_property
    def _session(self) -> Session:
        return open_session(self.file)
