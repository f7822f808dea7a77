"""The sentence encoder that ships, and how one is cut down: what is alike, no torch, files that are not whole."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.document import Unit, UnitKind
from corpus.hub import ModelNotFound
from corpus.sentence_encoder import DIMENSIONS, MODEL, SHIPPED_ENCODER, TOKENIZER, SentenceEncoder, unit_text
from corpus.training.sentence import in_blocks, pieces_kept, write_sentence_model
from tests.corpus.small_index import passage


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


def test_a_question_is_more_like_what_answers_it_in_other_words(encoder: SentenceEncoder) -> None:
    question = encoder.question("ช่วงเดือนไหนห้ามขุดถนน").vector
    read = encoder.units(["การก่อสร้างต้องหยุดงานเปิดผิวจราจรในเดือนกันยายนและตุลาคม", "คณะกรรมการประชุมปีละ 4 ครั้ง"])
    units = np.array([each.vector for each in read])
    assert units.shape == (2, DIMENSIONS)
    assert np.allclose(np.linalg.norm(units, axis=1), 1, atol=1e-3)
    assert units[0] @ question > units[1] @ question + 0.02


def test_what_is_read_together_reads_as_alone(encoder: SentenceEncoder) -> None:
    texts = ["สั้น", "ข้อความที่ยาวกว่ามากเพื่อให้ต้องเติมช่องว่างให้อีกข้อความหนึ่ง", "กลาง ๆ"]
    reports: list[int] = []
    together = encoder.units(texts, reports.append)
    for text, read in zip(texts, together, strict=True):
        alone = encoder.units([text])[0]
        assert np.allclose(read.vector, alone.vector, atol=1e-4)
        assert read.states.shape == alone.states.shape == (len(encoder.spans(text)), DIMENSIONS)
        assert np.allclose(read.states, alone.states, atol=1e-2)
    assert sum(reports) == 3
    assert encoder.units([]) == []


def test_a_piece_is_known_by_where_it_stands(encoder: SentenceEncoder) -> None:
    text = "ใช้งบประมาณ 4.5 ล้านบาท"
    spans = [span for span in encoder.spans(text) if span[1] > span[0]]
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")


def test_it_ships_small_and_needs_no_torch() -> None:
    assert sum((SHIPPED_ENCODER / name).stat().st_size for name in (MODEL, TOKENIZER)) <= 20e6
    code = (
        "import sys; from corpus.sentence_encoder import SentenceEncoder; SentenceEncoder().question('ทดสอบ'); "
        "assert not {'torch', 'sentence_transformers', 'transformers', 'onnx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_files_that_are_not_there_or_cut_short_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="git checkout -- corpus/sentence_model"):
        _ = SentenceEncoder(tmp_path).identity
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((SHIPPED_ENCODER / name).read_bytes()[:1000])
    with pytest.raises(ModelNotFound, match=r"ไม่พบหรืออ่านโมเดล \S+tokenizer\.json.+git checkout"):
        SentenceEncoder(tmp_path).question("ทดสอบ")
    (tmp_path / "tokenizer.json").write_bytes((SHIPPED_ENCODER / "tokenizer.json").read_bytes())
    with pytest.raises(ModelNotFound, match=r"ไม่พบหรืออ่านโมเดล \S+model\.onnx.+git checkout"):
        SentenceEncoder(tmp_path).question("ทดสอบ")


def test_a_unit_is_read_after_its_headings_and_what_introduces_it() -> None:
    item = Unit(UnitKind.ITEM, "ขุดลอกคลอง", marker="2.")
    one = replace(passage("a", "x"), path=("แผน", "ส่วนที่ 2", "โครงการ"), units=(item,), lead="มีโครงการ ดังนี้")
    assert unit_text(one, item) == "ส่วนที่ 2\nโครงการ\nมีโครงการ ดังนี้\n2. ขุดลอกคลอง"


def test_pieces_of_other_scripts_and_unlikely_latin_ones_are_left_out() -> None:
    special = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces = [*special, ("แผน", -9.0), ("план", -1.0), ("▁the", -2.0), ("xyz", -8.0), ("12", -3.0)]
    assert pieces_kept(pieces, most_latin=1) == [0, 1, 2, 3, 4, 6, 8]


def test_four_bits_keep_a_weight_to_an_eighth_of_its_block() -> None:
    weights = np.random.default_rng(3).normal(size=(4, 64)).astype(np.float32)
    packed, scales = in_blocks(weights)
    numbers = np.stack([packed & 15, packed >> 4], axis=-1).reshape(4, 2, 32).astype(np.float32)
    back = ((numbers - 8) * scales[..., None].astype(np.float32)).reshape(4, 64)
    largest = np.abs(weights.reshape(4, 2, 32)).max(axis=2).repeat(32, axis=1).reshape(4, 64)
    assert (np.abs(back - weights) <= largest / 8 * 1.01).all()


def test_a_model_cut_down_gives_about_the_vectors_that_it_gave(tmp_path: Path) -> None:
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(5)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", *(chr(c) for c in range(0x0E01, 0x0E2F)), "ж"]
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=64, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    model: Any = BertModel(config)
    model.eval()
    source = tmp_path / "source"
    model.save_pretrained(source)
    tokenizer: dict[str, Any] = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": None,
        "truncation": None,
        "padding": None,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": [[piece, -float(i)] for i, piece in enumerate(pieces)]},
    }
    (source / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    write_sentence_model(tmp_path / "cut", source)
    small = SentenceEncoder(tmp_path / "cut")
    assert len(json.loads((tmp_path / "cut" / "tokenizer.json").read_text())["model"]["vocab"]) == len(pieces) - 1
    texts = ["กขคงจ", "ฉชซ"]
    for text, got in zip(texts, (read.vector for read in small._read(texts)), strict=True):
        ids = torch.tensor([[pieces.index(letter) for letter in text]])
        with torch.no_grad():
            mean = model(input_ids=ids).last_hidden_state[0].mean(dim=0).numpy()
        assert got @ mean / np.linalg.norm(mean) > 0.95


def test_only_an_encoder_of_that_kind_is_cut_down(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ValueError, match="BERT encoder"):
        write_sentence_model(tmp_path / "out", tmp_path)
