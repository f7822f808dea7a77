"""The shipped model, and the files it shares with other libraries."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus import embedder, thai
from corpus.embedder import StaticEmbedder, load_embedder
from corpus.hub import ModelNotFound

TEXTS = [
    "สำนักงานพัฒนารัฐบาลดิจิทัลเปิดให้บริการออนไลน์แก่ประชาชน",
    "ฝนตกหนักในภาคใต้ น้ำท่วมหลายจังหวัด",
    "หน่วยงานรัฐใช้ Cloud และ API เชื่อมโยงข้อมูล ปี ๒๕๖๕",
]


@pytest.fixture(scope="session")
def shipped() -> StaticEmbedder:
    return StaticEmbedder.load()


def _is_unit(vectors: NDArray[np.float32]) -> bool:
    return bool(np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5))


def test_shipped_model_gives_unit_vectors_of_its_dimensions(shipped: StaticEmbedder) -> None:
    vectors = shipped.embed_passages(TEXTS)
    assert vectors.shape == (3, shipped.dimensions)
    assert vectors.dtype == np.float32
    assert _is_unit(vectors)
    assert np.array_equal(vectors, shipped.embed_queries(TEXTS))


def test_shipped_model_knows_what_a_question_is_about(shipped: StaticEmbedder) -> None:
    passages = shipped.embed_passages(TEXTS)
    for question, right in [("ภัยน้ำท่วม อุทกภัย", 1), ("บริการภาครัฐออนไลน์", 0), ("แลกเปลี่ยนข้อมูลระหว่างหน่วยงาน", 2)]:
        assert int(np.argmax(passages @ shipped.embed_queries([question])[0])) == right


def test_text_without_known_words_has_a_zero_vector(shipped: StaticEmbedder) -> None:
    assert not shipped.embed_queries(["", "!?", "zzqqxx"]).any()
    assert shipped.embed_queries([]).shape == (0, shipped.dimensions)


def test_words_are_cut_as_at_query_time(shipped: StaticEmbedder) -> None:
    assert np.array_equal(shipped.embed_words([thai.words(text) for text in TEXTS]), shipped.embed_passages(TEXTS))


def test_word_vectors_and_weights_are_for_soft_matching(shipped: StaticEmbedder) -> None:
    vectors = shipped.word_vectors(["น้ำท่วม", "อุทกภัย", "งบประมาณ", "zzqqxx"])
    assert vectors.shape == (4, shipped.dimensions)
    assert _is_unit(vectors[:3])
    assert not vectors[3].any()
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    weights = shipped.word_weights(["และ", "น้ำท่วม", "zzqqxx"])
    assert weights[0] < weights[1] < weights[2]


def test_identity_is_the_digest_of_the_weights(shipped: StaticEmbedder) -> None:
    import hashlib

    folder = embedder.SHIPPED_MODEL
    data = (folder / "model.safetensors").read_bytes() + (folder / "tokenizer.json").read_bytes()
    assert shipped.identity.split("/")[1] == hashlib.sha256(data).hexdigest()[:12]


def test_shipped_model_is_small_and_loads_fast() -> None:
    assert sum(path.stat().st_size for path in embedder.SHIPPED_MODEL.rglob("*")) <= 20e6
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        StaticEmbedder.load()
        seconds.append(time.perf_counter() - began)
    assert min(seconds) <= 0.3


def test_shipped_model_needs_no_torch() -> None:
    code = (
        "import sys; from corpus.embedder import load_embedder; load_embedder(None).embed_queries(['ทดสอบ']); "
        "assert not {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_sentence_transformers_reads_the_shipped_files_alike(shipped: StaticEmbedder) -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(embedder.SHIPPED_MODEL), device="cpu")
    cut = [" ".join(thai.words(text)) for text in TEXTS]
    assert np.allclose(theirs.encode(cut), shipped.embed_passages(TEXTS), atol=1e-5)


def test_model2vec_reads_the_shipped_files_alike(shipped: StaticEmbedder) -> None:
    from model2vec import StaticModel

    theirs = StaticModel.from_pretrained(str(embedder.SHIPPED_MODEL))
    cut = [" ".join(thai.words(text)) for text in TEXTS]
    assert np.allclose(theirs.encode(cut), shipped.embed_passages(TEXTS), atol=1e-5)


def test_broken_shipped_model_says_what_to_run(tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_bytes((embedder.SHIPPED_MODEL / name).read_bytes())
    (tmp_path / "model.safetensors").write_bytes((embedder.SHIPPED_MODEL / "model.safetensors").read_bytes()[:5000])
    with pytest.raises(ModelNotFound, match=r"cut short.*git checkout"):
        load_embedder(None, model_dir=tmp_path)
    with pytest.raises(ModelNotFound, match=r"config\.json"):
        load_embedder("", model_dir=tmp_path / "nowhere")


def test_safetensors_written_by_hand_are_read_back(tmp_path: Path) -> None:
    from corpus.training.files import safetensors_bytes

    tensors: dict[str, NDArray[Any]] = {
        "a": np.arange(6, dtype=np.int8).reshape(2, 3),
        "b": np.array([0.5, -1], np.float32),
    }
    path = tmp_path / "x.safetensors"
    path.write_bytes(safetensors_bytes(tensors))
    read = embedder.read_safetensors(path)
    assert all(np.array_equal(read[name], tensors[name]) for name in tensors)
    path.write_bytes(b"abc")
    with pytest.raises(ValueError, match="not a safetensors"):
        embedder.read_safetensors(path)
