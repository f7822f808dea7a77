"""Embedding models that users bring: prompts, batches, identity, and what is said when one is not there."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from corpus import transformer
from corpus.embedder import load_embedder
from corpus.families import prompts_of_family
from corpus.hub import ModelNotFound
from corpus.transformer import TransformerEmbedder
from tests.corpus.tiny_models import without_prompts

TEXTS = ["สำนักงานพัฒนารัฐบาลดิจิทัลให้บริการออนไลน์", "ฝนตกหนักในภาคใต้", "หน่วยงานรัฐใช้ Cloud ปี ๒๕๖๕"]
ROOT = Path(__file__).parents[2]


def test_users_model_uses_the_prompts_of_its_own_files(tiny_model: Path) -> None:
    users = load_embedder(str(tiny_model))
    assert isinstance(users, TransformerEmbedder)
    assert (users.query_prompt, users.passage_prompt) == ("q: ", "p: ")
    passages, queries = users.embed_passages(TEXTS), users.embed_queries(TEXTS)
    assert passages.shape == (3, users.dimensions) == (3, 32)
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    assert not np.allclose(passages, queries)
    assert np.allclose(queries, users.model.encode(TEXTS, prompt="q: ", normalize_embeddings=True), atol=1e-5)
    assert users.embed_passages([]).shape == (0, 32)


def test_users_model_of_a_known_family_gets_its_prompts(tiny_model: Path, tmp_path: Path) -> None:
    named = tmp_path / "multilingual-e5-small"
    named.symlink_to(without_prompts(tiny_model, tmp_path / "copy"))
    users = TransformerEmbedder.load(str(named), batch_size=2)
    assert (users.query_prompt, users.passage_prompt) == ("query: ", "passage: ")
    assert users.batch_size == 2
    assert TransformerEmbedder.load(str(tmp_path / "copy")).query_prompt == ""


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("intfloat/multilingual-e5-base", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large-instruct", "Instruct: ", ""),
        ("BAAI/bge-m3", "", ""),
        ("Qwen/Qwen3-Embedding-0.6B", "Instruct: ", ""),
        ("Alibaba-NLP/gte-multilingual-base", "", ""),
        ("openai:multilingual-e5-small", "query: ", "passage: "),
        ("ollama:bge-m3", "", ""),
        ("/models/multilingual-e5-small/", "query: ", "passage: "),
        ("someone/unknown", "", ""),
    ],
)
def test_known_families_have_the_prompts_of_their_cards(name: str, query: str, passage: str) -> None:
    found = prompts_of_family(name)
    assert found[0].startswith(query)
    assert bool(found[0]) == bool(query)
    assert found[1] == passage


def test_users_model_changes_identity_with_its_files(tiny_model: Path, tmp_path: Path) -> None:
    changed = without_prompts(tiny_model, tmp_path / tiny_model.name)
    first, second = load_embedder(str(tiny_model)).identity, load_embedder(str(changed)).identity
    assert first == load_embedder(str(tiny_model)).identity
    assert first.rsplit("/", 1)[1] != second.rsplit("/", 1)[1]


def test_absent_model_is_named_with_the_command_that_fetches_it() -> None:
    began = time.perf_counter()
    with pytest.raises(ModelNotFound, match=r"no-such/model.*python -m ingest download-model no-such/model"):
        load_embedder("no-such/model")
    assert time.perf_counter() - began < 30


def test_long_passages_are_taken_in_small_batches(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = TransformerEmbedder.load(str(tiny_model))
    assert users.batch_size == transformer.LARGEST_BATCH
    monkeypatch.setattr(users.model, "max_seq_length", 8192)
    assert transformer._batch_size(users.model) == 1
    monkeypatch.setattr(users.model, "max_seq_length", 128)
    monkeypatch.setattr(transformer, "_free_memory", lambda: 4 * 10**6)
    assert 1 <= transformer._batch_size(users.model) < transformer.LARGEST_BATCH


def test_a_busy_host_is_thought_of_before_torch_is_imported(tiny_model: Path) -> None:
    code = (
        "import os, sys, json; from corpus.embedder import load_embedder; "
        "seen = {}; "
        "sys.meta_path.insert(0, type('Spy', (), {'find_spec': staticmethod(lambda name, *a: "
        "seen.setdefault(name, (os.environ.get('OMP_WAIT_POLICY'), os.environ.get('HF_HUB_OFFLINE'))) and None)})); "
        f"load_embedder({str(tiny_model)!r}); print(json.dumps(seen['torch']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env={})
    assert json.loads(done.stdout) == ["passive", "1"]
