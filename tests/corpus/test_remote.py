"""Embeddings from a server, over HTTP against a scripted one."""

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.embedder import load_embedder
from corpus.hub import ModelNotFound
from corpus.index import Query, build_index, open_index
from corpus.remote import BATCH, EmbedderUnavailable, EmbeddingServer, RemoteEmbedder, is_remote
from tests.corpus.small_index import PASSAGES
from tests.scripted_model_servers import EmbeddingScript, embedding_server

KEY = "sk-planted-embedding-key"


@pytest.fixture
def script() -> Iterator[EmbeddingScript]:
    with embedding_server() as script:
        yield script


def load(script: EmbeddingScript, name: str = "openai:multilingual-e5-small") -> RemoteEmbedder:
    found = load_embedder(name, EmbeddingServer(script.url, KEY))
    assert isinstance(found, RemoteEmbedder)
    return found


def test_texts_are_sent_as_they_are_with_the_familys_prompts_and_the_key(script: EmbeddingScript) -> None:
    embedder = load(script)
    assert (embedder.dimensions, embedder.identity) == (16, "openai:multilingual-e5-small/16")
    script.asked.clear()
    queries, passages = embedder.embed_queries(["แผน"]), embedder.embed_passages(["แผน", ""])
    assert script.texts == ["query: แผน", "passage: แผน", "passage:  "]
    assert script.asked[0]["model"] == "multilingual-e5-small"
    assert set(script.keys) == {f"Bearer {KEY}"}
    assert queries.shape == (1, 16)
    assert np.allclose(np.linalg.norm(passages, axis=1), 1)
    assert embedder.embed_passages([]).shape == (0, 16)


def test_many_texts_are_sent_in_batches_that_servers_take(script: EmbeddingScript) -> None:
    embedder = load(script)
    script.asked.clear()
    texts = [f"ข้อความ {n}" for n in range(2 * BATCH + 1)]
    assert len(embedder.embed_passages(texts)) == len(texts)
    assert [len(asked["input"]) for asked in script.asked] == [BATCH, BATCH, 1]


def test_an_index_is_built_and_searched_and_does_without_the_server_when_it_is_away(
    script: EmbeddingScript, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build_index(tmp_path / "index", PASSAGES, load(script))
    index = open_index(tmp_path / "index", load(script))
    assert index.search(Query("งบประมาณรวมเท่าไร"))[0].dense > 0
    script.status = 500
    with caplog.at_level(logging.ERROR):
        hits = index.search(Query("งบประมาณรวมเท่าไร"))
    assert hits
    assert not any(hit.dense for hit in hits)
    assert "status 500" in caplog.text
    assert KEY not in caplog.text
    index.close()


def test_a_server_that_is_not_there_or_refuses_is_said_so_without_the_key(script: EmbeddingScript) -> None:
    with pytest.raises(ModelNotFound, match="EMBEDDING_BASE_URL"):
        load_embedder("openai:x", EmbeddingServer("http://127.0.0.1:9/v1", KEY))
    script.status = 401
    with pytest.raises(ModelNotFound, match="status 401") as caught:
        load(script)
    assert KEY not in repr(caught.value)
    assert KEY not in repr(EmbeddingServer(script.url, KEY))


def test_a_server_that_changes_its_model_is_not_believed(script: EmbeddingScript) -> None:
    embedder = load(script)
    script.dimensions = 24
    with pytest.raises(EmbedderUnavailable, match="shape"):
        embedder.embed_queries(["แผน"])


def test_the_environment_names_the_server_for_processes_without_settings(
    script: EmbeddingScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDING_BASE_URL", script.url)
    monkeypatch.setenv("EMBEDDING_API_KEY", KEY)
    assert load_embedder("openai:bge-m3").identity == "openai:bge-m3/16"


@pytest.mark.parametrize(
    ("name", "remote"),
    [("openai:bge-m3", True), ("ollama:bge-m3", True), ("BAAI/bge-m3", False), ("/a:b/c", False), ("C:\\m", False)],
)
def test_a_server_is_told_by_its_provider(name: str, remote: bool) -> None:
    assert is_remote(name) is remote
