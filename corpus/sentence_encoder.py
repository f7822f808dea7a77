"""What sentences mean: vectors of questions and of single sentences, items and rows by a model that reads them whole.

The shipped word vectors (`corpus/embedder.py`) find passages among many thousands; which sentence of them answers is
told better by an encoder that reads words in their order. It is multilingual-e5-small (Wang et al. 2024,
arXiv:2402.05672, MIT licence) without the vocabulary of scripts that we do not read, in four bits:
`corpus/sentence_model/README.md`. Units are encoded once, when an index is built; a question takes some
ten milliseconds.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.document import Passage, Unit
from corpus.onnx_session import Session, not_found, open_session

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]

SHIPPED_ENCODER = Path(__file__).with_name("sentence_model")
MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
DIMENSIONS = 384
LONGEST = 160  # pieces of a text that are read, about 500 letters
AT_ONCE = 16  # texts of about the same length
HEADINGS = 2  # that a unit is read with, the innermost
PADDING, PADDING_ID = "<pad>", 1
QUESTIONS_KEPT = 64


@dataclass(frozen=True)
class Reading:
    """A text as it is read: its vector, shape (384,), unit length, and the states of its pieces, (pieces, 384)."""

    vector: Floats = field(repr=False)
    states: Floats = field(repr=False)


@dataclass(frozen=True)
class SentenceEncoder:
    """Encodes questions and units. Safe to use from several threads; the model is loaded when it is first needed."""

    folder: Path = SHIPPED_ENCODER
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    @cached_property
    def identity(self) -> str:
        """A digest of the model: vectors of two identities are never compared.

        Raises:
            ModelNotFound: a file is missing.
        """
        try:
            content = b"".join((self.folder / name).read_bytes() for name in (MODEL, TOKENIZER))
        except OSError as error:
            raise not_found(self.folder, error) from error
        return f"{self.folder.name}/{hashlib.sha256(content).hexdigest()[:12]}"

    def question(self, text: str) -> Reading:
        """A question as it is read. Raises ModelNotFound."""
        return self._remembered(text)

    def units(self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None) -> list[Reading]:
        """What may answer as it is read, on all cores. Raises ModelNotFound.

        `progress` is called with the number of texts read since the last call.
        """
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        groups = [by_length[i : i + AT_ONCE] for i in range(0, len(texts), AT_ONCE)]
        found: dict[int, Reading] = {}
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            read = threads.map(lambda group: self._read([_as_unit(texts[i]) for i in group]), groups)
            for group, readings in zip(groups, read, strict=True):
                found.update(zip(group, readings, strict=True))
                progress(len(group))
        return [found[i] for i in range(len(texts))]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the pieces of a text that may answer stand in it, start and end; (0, 0) of those that only mark it."""
        tokenizer, _ = self._loaded()
        prefix = len(_as_unit(""))
        spans = tokenizer.encode(_as_unit(text)).offsets
        return [(max(start - prefix, 0), max(end - prefix, 0)) for start, end in spans]

    @cached_property
    def _remembered(self) -> Callable[[str], Reading]:
        """One question is put to several sets of documents."""
        return lru_cache(QUESTIONS_KEPT)(lambda text: self._read([_as_question(text)])[0])

    def _read(self, texts: Sequence[str]) -> list[Reading]:
        tokenizer, session = self._loaded()
        read = tokenizer.encode_batch(list(texts))
        given = {"ids": np.array([r.ids for r in read]), "mask": np.array([r.attention_mask for r in read])}
        vectors, states = session.run(["vectors", "states"], given)
        return [
            Reading(vector, pieces[: sum(r.attention_mask)])
            for vector, pieces, r in zip(vectors, states, read, strict=True)
        ]

    def _loaded(self) -> "tuple[Tokenizer, Session]":
        with self._lock:
            return self._model

    @cached_property
    def _model(self) -> "tuple[Tokenizer, Session]":
        from tokenizers import Tokenizer

        try:
            tokenizer: Any = Tokenizer.from_file(str(self.folder / TOKENIZER))
        except Exception as error:  # the library raises many kinds; all mean the same to the caller
            raise not_found(self.folder / TOKENIZER, error) from error
        tokenizer.enable_padding(pad_id=PADDING_ID, pad_token=PADDING)
        tokenizer.enable_truncation(LONGEST)
        return tokenizer, open_session(self.folder / MODEL)


def _as_question(text: str) -> str:
    """A question as the model was trained to read it."""
    return f"query: {text}"


def _as_unit(text: str) -> str:
    return f"passage: {text}"


def unit_text(passage: Passage, unit: Unit) -> str:
    """A unit as it is encoded: after its innermost headings and what introduces it."""
    marked = f"{unit.marker} {unit.text}".strip()
    return "\n".join(filter(None, [*passage.path[-HEADINGS:], passage.lead, marked]))
