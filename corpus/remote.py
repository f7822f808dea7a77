"""Embeddings from a server: text-embeddings-inference, vLLM, Ollama, OpenAI, or what else LangChain can reach.

The only door to LangChain's embedding models. A server may be away: loading it says so, and a question that it does
not answer in time is searched without its vectors (`corpus.index`).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus import thai
from corpus.families import prompts_of_family
from corpus.hub import ModelNotFound
from corpus.vectors import unit_rows

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

PROVIDERS = ("openai", "ollama", "cohere", "google_genai", "google_vertexai", "mistralai", "azure_openai", "bedrock")
TIMEOUT_S = 20.0
BATCH = 32  # texts a request: what text-embeddings-inference takes by default


class EmbedderUnavailable(ModelNotFound):
    """The server gave no vectors; carries no text of the server's, which may echo a key. Thai first."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"เซิร์ฟเวอร์ฝังข้อความไม่ตอบ / the embedding server gave no vectors ({reason})")
        self.reason = reason


@dataclass(frozen=True)
class EmbeddingServer:
    """Where a model is served, and the key for it; empty: the provider's own."""

    base_url: str = ""
    api_key: str = field(default="", repr=False)

    @classmethod
    def of_environment(cls) -> "EmbeddingServer":
        """EMBEDDING_BASE_URL and EMBEDDING_API_KEY, for processes that read no settings."""
        return cls(os.environ.get("EMBEDDING_BASE_URL", ""), os.environ.get("EMBEDDING_API_KEY", ""))


def is_remote(name: str) -> bool:
    """Whether a model's name is `provider:name` of a provider that LangChain knows."""
    return name.partition(":")[0] in PROVIDERS and ":" in name


@dataclass(frozen=True)
class RemoteEmbedder:
    """See `corpus.embedder.Embedder`. The identity names the model and its dimensions: a server tells no revision."""

    identity: str
    dimensions: int
    model: "Embeddings" = field(repr=False)
    query_prompt: str = ""
    passage_prompt: str = ""

    @classmethod
    def load(cls, name: str, server: EmbeddingServer) -> "RemoteEmbedder":
        """The model `provider:name`, asked once for its dimensions. Raises ModelNotFound."""
        query_prompt, passage_prompt = prompts_of_family(name)
        unloaded = cls(name, 0, _connect(name, server), query_prompt, passage_prompt)
        try:
            dimensions = unloaded.embed_queries(["ทดสอบ"]).shape[1]
        except EmbedderUnavailable as error:
            raise ModelNotFound(
                f"เซิร์ฟเวอร์ของ EMBEDDING_MODEL {name} ไม่ตอบ ({error.reason}) "
                "โปรดตรวจ EMBEDDING_BASE_URL และ EMBEDDING_API_KEY "
                "/ the embedding server does not answer; check its address and key"
            ) from None
        return cls(f"{name}/{dimensions}", dimensions, unloaded.model, query_prompt, passage_prompt)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`. Raises EmbedderUnavailable."""
        return self._embed(texts, self.passage_prompt)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`. Raises EmbedderUnavailable."""
        return self._embed(texts, self.query_prompt)

    def _embed(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        try:
            vectors = self.model.embed_documents([prompt + (thai.clean(text) or " ") for text in texts])
        except Exception as error:  # each provider's library raises its own kinds
            raise EmbedderUnavailable(_said(error)) from None
        found = np.asarray(vectors, np.float32)
        if found.ndim != 2 or len(found) != len(texts) or (self.dimensions and found.shape[1] != self.dimensions):
            raise EmbedderUnavailable(f"{len(texts)} vectors expected, got an array of shape {found.shape}")
        return unit_rows(found)


def _connect(name: str, server: EmbeddingServer) -> "Embeddings":
    provider, _, model = name.partition(":")
    options: dict[str, Any] = {}
    if server.base_url:
        options["base_url"] = server.base_url
    if server.api_key or server.base_url:
        options["api_key"] = server.api_key or "none"
    if provider == "openai":
        # Texts as they are: other servers take no token numbers, and counting them would fetch a file.
        options |= {"timeout": TIMEOUT_S, "max_retries": 1, "chunk_size": BATCH, "check_embedding_ctx_length": False}
    if provider == "ollama":
        options.pop("api_key", None)
    try:
        from langchain.embeddings import init_embeddings

        return init_embeddings(model, provider=provider, **options)
    except ImportError as error:
        said = f"the package for {provider!r} is not installed ({error.name})"
    except Exception as error:  # what a provider's library refuses; its text may hold the key
        said = f"{provider!r} cannot be used ({type(error).__name__})"
    raise ModelNotFound(f"EMBEDDING_MODEL {name} ใช้ไม่ได้ / cannot be used: {said}")


def _said(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    return f"status {status}" if isinstance(status, int) else type(error).__name__
