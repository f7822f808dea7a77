"""Any sentence-transformers model as an embedder, with the prompts that it was trained with."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus import hub, thai
from corpus.families import prompts_of_family
from corpus.vectors import unit_rows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SETTING = "EMBEDDING_MODEL"
MOST_MEMORY = 1 << 30  # bytes for the activations of one batch, or a quarter of what is free if that is less
LARGEST_BATCH = 64


@dataclass(frozen=True)
class TransformerEmbedder:
    """See `corpus.embedder.Embedder`."""

    identity: str
    dimensions: int
    model: "SentenceTransformer" = field(repr=False)
    query_prompt: str
    passage_prompt: str
    batch_size: int

    @classmethod
    def load(cls, name: str, *, batch_size: int | None = None) -> "TransformerEmbedder":
        """The model of a path, or of a hub name that was downloaded before. Raises ModelNotFound."""
        hub.prepare()
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise hub.ModelNotFound(hub.not_installed(SETTING, name)) from error
        try:
            model = SentenceTransformer(name)
        except (OSError, ValueError, KeyError) as error:
            raise hub.ModelNotFound(hub.not_found(SETTING, name, "sentence-transformers model", error)) from error
        query_prompt, passage_prompt = _prompts(name, model.prompts)
        return cls(
            identity=f"{name}/{_revision(name, model)}",
            dimensions=int(model.get_embedding_dimension() or 0),
            model=model,
            query_prompt=query_prompt,
            passage_prompt=passage_prompt,
            batch_size=batch_size or _batch_size(model),
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
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return unit_rows(np.asarray(vectors, dtype=np.float32))


def _prompts(name: str, own: Mapping[str, str | None]) -> tuple[str, str]:
    """The query and the passage prompt: the model's own where it has one, else its family's, else none."""
    query = own.get("query") or ""
    passage = own.get("document") or own.get("passage") or ""
    return (query, passage) if query or passage else prompts_of_family(name)


def _batch_size(model: "SentenceTransformer") -> int:
    """Passages a batch, so that the activations of a batch of the longest fit into memory."""
    longest = model.max_seq_length
    if not longest or longest > 1e6:
        return LARGEST_BATCH
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    width = int(getattr(config, "intermediate_size", 0) or 4 * int(getattr(config, "hidden_size", 768)))
    heads = int(getattr(config, "num_attention_heads", 12) or 12)
    # At its peak a layer holds its inner activations about three times, and each head's scores twice, in 4 bytes.
    per_passage = 4 * (3 * longest * width + 2 * heads * longest**2)
    return max(1, min(LARGEST_BATCH, int(min(MOST_MEMORY, _free_memory() // 4) // per_passage)))


def _free_memory() -> int:
    """Bytes of memory that are free, as far as the system tells."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 4 * MOST_MEMORY


def _revision(name: str, model: Any) -> str:
    """The hub's commit where it is known, else a digest of the model's files, else "unknown"."""
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
