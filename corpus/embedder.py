"""Embedders: texts to vectors.

The model that ships (`corpus/model`) is a table of word vectors: a text's vector is the weighted mean of its
words' vectors, as in sentence-transformers' `StaticEmbedding` and model2vec, whose files it shares. It needs
numpy alone. Any other sentence-transformers model takes its place by name or path (`corpus.transformer`), or one on a
server (`corpus.remote`).

An embedder's `identity` is stored with an index: vectors of two identities are never compared.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus import thai
from corpus.hub import ModelNotFound
from corpus.remote import EmbeddingServer, RemoteEmbedder, is_remote
from corpus.transformer import TransformerEmbedder
from corpus.vectors import unit_rows

SHIPPED_MODEL = Path(__file__).with_name("model")

_DTYPES = {"I8": np.int8, "F16": np.float16, "F32": np.float32}


class Embedder(Protocol):
    """Turns questions and passages into vectors of one space."""

    @property
    def identity(self) -> str:
        """The model and its revision, e.g. `thamphaen-static-512/1f0c…`."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The passages' vectors, shape (n, dimensions), each of unit length (zero for a text without known words)."""

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The questions' vectors, shape (n, dimensions), each of unit length (zero for a text without known words)."""


def load_embedder(
    name: str | None, server: EmbeddingServer | None = None, *, model_dir: Path = SHIPPED_MODEL
) -> Embedder:
    """The embedder that EMBEDDING_MODEL names.

    None or "": the shipped model; `provider:name`: one on a server (None: the one that the environment names); else the
    sentence-transformers model of that hub name or path.

    Raises:
        ModelNotFound: if it is not on this machine or its server does not answer. Nothing is ever downloaded.
    """
    if not name:
        return StaticEmbedder.load(model_dir)
    if is_remote(name):
        return RemoteEmbedder.load(name, server or EmbeddingServer.of_environment())
    return TransformerEmbedder.load(name)


@dataclass(frozen=True)
class StaticEmbedder:
    """Word vectors, mean pooled: `vector(text) = unit(Σ scale[w] · table[w])` over the words of `thai.words`.

    `table` is (words, dimensions) int8 or float; `scale` (words,) float32 is what one step of a row is worth;
    `idf` (words,) float32 is how rare a word is in the texts the model was trained on. Row 0 is the unknown word.
    """

    identity: str
    table: NDArray[Any]
    scale: NDArray[np.float32]
    idf: NDArray[np.float32]
    vocabulary: dict[str, int] = field(repr=False)

    @classmethod
    def load(cls, folder: Path = SHIPPED_MODEL) -> "StaticEmbedder":
        """The model in a folder written by `corpus.training`. Raises ModelNotFound if it is not whole."""
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
            tensors = read_safetensors(folder / "model.safetensors")
            return cls(
                identity=f"{config['name']}/{config['revision']}",
                table=tensors["embeddings"],
                scale=tensors["weights"],
                idf=tensors["idf"],
                vocabulary=tokenizer["model"]["vocab"],
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelNotFound(
                f"no embedding model in {folder} ({error}): expected config.json, tokenizer.json, model.safetensors; "
                "restore the folder with `git checkout -- corpus/model`, or make it with `python -m corpus.training`"
            ) from error

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self.table.shape[1])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`; cutting the words takes longer than all the rest, see `embed_words`."""
        return self.embed_words([thai.words(text) for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`: questions and passages are embedded alike."""
        return self.embed_passages(texts)

    def embed_words(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """As `embed_passages`, for texts that are already cut by `thai.words` (for the lexical index, say)."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, words in enumerate(texts):
            ids = [i for word in words if (i := self.vocabulary.get(word, 0))]
            if ids:
                vectors[row] = self.scale[ids] @ self.table[ids].astype(np.float32)
        return unit_rows(vectors)

    def word_vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """One unit row a word, shape (n, dimensions); a zero row for an unknown word."""
        ids = [self.vocabulary.get(word, 0) for word in words]
        vectors = self.table[ids].astype(np.float32)
        vectors[np.asarray(ids, dtype=np.intp) == 0] = 0.0
        return unit_rows(vectors)

    def word_weights(self, words: Sequence[str]) -> NDArray[np.float32]:
        """How much each word says, shape (n,): its IDF in the training texts; an unknown word counts as the rarest."""
        return self.idf[[self.vocabulary.get(word, 0) for word in words]].astype(np.float32)


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file: 8 bytes of length, a JSON header, the numbers. Raises ValueError.

    Read by hand because the format is this small and the library is one more thing to install.
    """
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    if len(data) < 8 or start > len(data):
        raise ValueError(f"{path} is not a safetensors file, or was cut short")
    header: dict[str, dict[str, Any]] = json.loads(data[8:start])
    tensors: dict[str, NDArray[Any]] = {}
    for name, about in header.items():
        if name == "__metadata__":
            continue
        begin, end = about["data_offsets"]
        if start + end > len(data):
            raise ValueError(f"{path} was cut short: tensor {name!r} ends after the file")
        shape = tuple(about["shape"])
        flat = np.frombuffer(data, _DTYPES[about["dtype"]], count=math.prod(shape), offset=start + begin)
        tensors[name] = flat.reshape(shape)
    return tensors
