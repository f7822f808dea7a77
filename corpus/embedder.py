"""Embedders: texts to vectors. The only door to sentence-transformers.

The model that ships (`corpus/model`) is a table of word vectors: a text's vector is the weighted mean of its
words' vectors, as in sentence-transformers' `StaticEmbedding` and model2vec, whose files it shares. It needs
numpy alone. Any other sentence-transformers model takes its place by name or path.

An embedder's `identity` is stored with an index: vectors of two identities are never compared.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus import thai

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SHIPPED_MODEL = Path(__file__).with_name("model")

# What a model of a known family was trained with, for models whose own files do not say it.
# (part of the name, query prompt, passage prompt), the first that fits; from the models' own cards.
_FAMILY_PROMPTS = (
    ("e5-mistral", "Instruct: Given a question, retrieve passages that answer it\nQuery: ", ""),
    ("multilingual-e5-large-instruct", "Instruct: Given a question, retrieve passages that answer it\nQuery: ", ""),
    ("e5", "query: ", "passage: "),
    ("bge-m3", "", ""),
    ("nomic-embed", "search_query: ", "search_document: "),
    ("embeddinggemma", "task: search result | query: ", "title: none | text: "),
    ("qwen3-embedding", "Instruct: Given a question, retrieve passages that answer it\nQuery:", ""),
    ("arctic-embed", "query: ", ""),
)
_DTYPES = {"I8": np.int8, "F16": np.float16, "F32": np.float32}
_TOKENS_PER_BATCH = 8192  # of a transformer's input: about 1 GB of activations at 768 dimensions


class EmbedderNotFound(Exception):
    """No usable model where one was looked for; says where, and what to run."""


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


def load_embedder(name: str | None, *, model_dir: Path = SHIPPED_MODEL) -> Embedder:
    """The shipped model for None or "", else the sentence-transformers model of that hub name or path.

    Raises EmbedderNotFound if it is not on this machine, and does not try to download it.
    """
    return SentenceTransformerEmbedder.load(name) if name else StaticEmbedder.load(model_dir)


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
        """The model in a folder written by `corpus.training`. Raises EmbedderNotFound if it is not whole."""
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
            raise EmbedderNotFound(
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


@dataclass(frozen=True)
class SentenceTransformerEmbedder:
    """Any sentence-transformers model, with the prompts it was trained with."""

    identity: str
    dimensions: int
    model: "SentenceTransformer" = field(repr=False)
    query_prompt: str
    passage_prompt: str
    batch_size: int
    show_progress: bool = False

    @classmethod
    def load(
        cls, name: str, *, batch_size: int | None = None, show_progress: bool = False
    ) -> "SentenceTransformerEmbedder":
        """The model of a path, or of a hub name that was downloaded before. Raises EmbedderNotFound."""
        # Without these, a hub that cannot be reached costs 70 s of retries, and on a busy host
        # OpenMP's spinning threads make a query forty times slower. Both count only before the import.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbedderNotFound(
                f"EMBEDDING_MODEL is {name!r}, which needs sentence-transformers, and that is not installed; "
                "run `pip install sentence-transformers`, or leave EMBEDDING_MODEL empty for the shipped model"
            ) from error
        try:
            model = SentenceTransformer(name)
        except (OSError, ValueError, KeyError) as error:
            where = (
                "a folder on this machine" if Path(name).is_absolute() or name.startswith(".") else "the hub's cache"
            )
            raise EmbedderNotFound(
                f"EMBEDDING_MODEL is {name!r}, and no sentence-transformers model of that name was found in {where} "
                f"({type(error).__name__}); to download it, run once `{download_command(name)}`"
            ) from error
        query_prompt, passage_prompt = _prompts(name, model.prompts)
        return cls(
            identity=f"{name}/{_revision(name, model)}",
            dimensions=int(model.get_embedding_dimension() or 0),
            model=model,
            query_prompt=query_prompt,
            passage_prompt=passage_prompt,
            batch_size=batch_size or _batch_size(model),
            show_progress=show_progress,
        )

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`."""
        return self._embed(texts, self.passage_prompt)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`."""
        return self._embed(texts, self.query_prompt)

    def _embed(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        vectors = self.model.encode(
            [thai.clean(text) for text in texts],
            prompt=prompt or None,
            batch_size=self.batch_size,
            show_progress_bar=self.show_progress,
            convert_to_numpy=True,
        )
        return unit_rows(np.asarray(vectors, dtype=np.float32))


def download_command(name: str) -> str:
    """The one command that fetches a model from the hub; the program itself never does."""
    return f"HF_HUB_OFFLINE=0 hf download {name}"


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows, shape (n, d), each scaled to length 1; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0), dtype=np.float32)


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


def _prompts(name: str, own: Mapping[str, str | None]) -> tuple[str, str]:
    """The query and the passage prompt: the model's own where it has one, else its family's, else none."""
    query = own.get("query") or ""
    passage = own.get("document") or own.get("passage") or ""
    if query or passage:
        return query, passage
    lower = Path(name).name.lower()
    return next(((q, p) for part, q, p in _FAMILY_PROMPTS if part in lower), ("", ""))


def _batch_size(model: "SentenceTransformer") -> int:
    """Passages a batch, so that one batch of the longest fits in about a gigabyte."""
    longest = model.max_seq_length
    return max(1, min(64, int(_TOKENS_PER_BATCH // longest))) if longest and longest < 1e6 else 64


def _revision(name: str, model: "SentenceTransformer") -> str:
    """The hub's commit where it is known, else a digest of the weights' files, else of the weights' shapes."""
    folder = Path(name)
    if folder.is_dir():
        digest = hashlib.blake2b(digest_size=6)
        for path in sorted(p for p in folder.rglob("*") if p.suffix in {".safetensors", ".bin", ".json", ".model"}):
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()
    commit = getattr(getattr(getattr(model[0], "auto_model", None), "config", None), "_commit_hash", None)
    return str(commit)[:12] if commit else "unknown"
