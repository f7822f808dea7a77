"""Words that mean about the same: the shipped table, a table of our own, and the recipe that makes one."""

from pathlib import Path

import numpy as np
import pytest

from corpus.embedder import StaticEmbedder
from corpus.hub import ModelNotFound
from corpus.near_words import SHIPPED_NEAR_WORDS, NearWords
from corpus.training import near
from corpus.training.__main__ import main
from tests.corpus.tiny_models import save_embedder


@pytest.fixture(scope="module")
def shipped() -> NearWords:
    return NearWords.load()


@pytest.mark.parametrize(
    ("word", "other"),
    [("คุย", "สนทนา"), ("ขั้นตอน", "กระบวนการ"), ("ออนไลน์", "อินเทอร์เน็ต")],
)
def test_everyday_words_are_near_to_those_of_documents(shipped: NearWords, word: str, other: str) -> None:
    assert shipped.of(word)[other] > near.LEAST


def test_words_of_other_subjects_are_not_near(shipped: NearWords) -> None:
    assert "งบประมาณ" not in shipped.of("ฟุตบอล")
    assert "ฟุตบอล" not in shipped.of("งบประมาณ")


def test_a_word_outside_the_table_has_no_near_words(shipped: NearWords) -> None:
    assert shipped.of("กขคฆงจ") == {}


def test_no_word_is_its_own_neighbour_and_the_nearest_comes_first(shipped: NearWords) -> None:
    for word in ("คุย", "นำเสนอ", "ประชาชน", "กฎหมาย"):
        found = shipped.of(word)
        assert word not in found
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert 0 < len(found) <= near.MOST


def test_the_shipped_table_is_small_and_knows_the_words_in_use() -> None:
    assert SHIPPED_NEAR_WORDS.stat().st_size < 800_000
    assert set(NearWords.load().words) == set(near.used_words(StaticEmbedder.load().vocabulary))


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    vectors = np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    table = near.near_words(["แมว", "วิฬาร์", "ถนน", "ฟ้า"], vectors)
    table.write(tmp_path / "near.npz")
    read = NearWords.load(tmp_path / "near.npz")
    assert list(read.of("แมว")) == ["วิฬาร์"]
    assert read.of("แมว")["วิฬาร์"] == pytest.approx(1.0, abs=0.05)
    assert read.of("ฟ้า") == {}
    assert [dict(read.of(word)) for word in read.words] == [dict(table.of(word)) for word in table.words]


def test_the_same_table_makes_the_same_file(tmp_path: Path) -> None:
    table = near.near_words(["ก่อน", "หลัง"], np.eye(2, dtype=np.float32))
    for name in ("a", "b"):
        table.write(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 cut short", b"not a table at all"])
def test_a_damaged_table_says_how_to_restore_it(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "near.npz"
    path.write_bytes(damage)
    with pytest.raises(ModelNotFound, match="git checkout"):
        NearWords.load(path)


def test_a_missing_table_says_how_to_restore_it(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="git checkout"):
        NearWords.load(tmp_path / "none.npz")


def test_a_table_whose_parts_do_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "near.npz"
    near.near_words(["แมว", "วิฬาร์"], np.ones((2, 2), np.float32)).write(path)
    with np.load(path) as arrays:
        parts = dict(arrays)
    np.savez(path, **{**parts, "counts": np.array([1], np.uint8)})
    with pytest.raises(ModelNotFound, match="differ in length"):
        NearWords.load(path)


def test_more_words_than_can_be_numbered_are_refused() -> None:
    with pytest.raises(ValueError, match="more than the table can number"):
        near.near_words(["คำ"] * 65_537, np.zeros((65_537, 1), np.float32))


def test_the_recipe_asks_any_sentence_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "used_words", lambda vocabulary: ["ประชุม", "หารือ", "ถนน"])
    out = tmp_path / "near.npz"
    assert main(["near-words", "--model", str(save_embedder(tmp_path / "tiny")), "--out", str(out)]) == 0
    assert NearWords.load(out).words == ("ประชุม", "หารือ", "ถนน")
