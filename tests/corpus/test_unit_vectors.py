"""Vectors of units: made once, taken over where a text did not change, refused where they are of something else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from corpus.index import EarlierIndex, IndexUnusable
from corpus.sentence_encoder import DIMENSIONS, Reading, SentenceEncoder, unit_text
from corpus.unit_vectors import PIECES, UNITS, open_unit_vectors, write_unit_vectors
from corpus.vectors import unit_rows
from tests.corpus.small_index import passage


@dataclass(frozen=True)
class Letters(SentenceEncoder):
    """Counts letters in the place of meanings, and remembers what it was asked."""

    read: list[str] = field(default_factory=list)
    name: str = "letters/1"

    @property
    def identity(self) -> str:
        return self.name

    def question(self, text: str) -> Reading:
        return self._counted(text)

    def units(self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None) -> list[Reading]:
        self.read.extend(texts)
        return [self._counted(text) for text in texts]

    def _counted(self, text: str) -> Reading:
        states = np.zeros((len(text), DIMENSIONS), np.float32)
        for row, letter in enumerate(text):
            states[row, ord(letter) % DIMENSIONS] = 1
        return Reading(unit_rows(states.sum(axis=0, keepdims=True))[0], states)


FIRST = (passage("a", "x", "ก ข", "ค ง"), passage("b", "x", "จ ฉ"))


def test_a_question_is_compared_with_each_unit(tmp_path: Path) -> None:
    write_unit_vectors(tmp_path, FIRST, Letters())
    vectors = open_unit_vectors(tmp_path, FIRST, Letters())
    alike = vectors.likeness("จ", [(FIRST[1], 0), (FIRST[0], 1), (FIRST[0], 0)])
    assert alike.argmax() == 0
    assert alike[0] > 0.2


def test_a_passage_cut_out_to_be_looked_at_alone_is_like_nothing(tmp_path: Path) -> None:
    write_unit_vectors(tmp_path, FIRST, Letters())
    vectors = open_unit_vectors(tmp_path, FIRST, Letters())
    part = replace(FIRST[0], units=FIRST[0].units[1:])
    assert vectors.likeness("ก", [(part, 0), (FIRST[0], 0)])[0] == 0
    assert vectors.likeness("ก", [(part, 0)]).tolist() == [0]


def test_the_pieces_of_each_unit_are_kept_almost_as_they_were_read(tmp_path: Path) -> None:
    write_unit_vectors(tmp_path, FIRST, Letters())
    vectors = open_unit_vectors(tmp_path, FIRST, Letters())
    for each in FIRST:
        for position, unit in enumerate(each.units):
            read = Letters().units([unit_text(each, unit)])[0].states
            assert np.allclose(vectors.states(each, position), read, atol=1 / 127)
    part = replace(FIRST[0], units=FIRST[0].units[1:])
    assert np.allclose(vectors.states(part, 0), vectors.states(FIRST[0], 1), atol=1 / 127)


def test_only_new_texts_are_encoded(tmp_path: Path) -> None:
    for name in ("one", "two", "other"):
        (tmp_path / name).mkdir()
    write_unit_vectors(tmp_path / "one", FIRST, Letters())
    earlier = EarlierIndex(tmp_path / "one", [], list(FIRST))
    second = (*FIRST, passage("a", "x", "ก ข", "ช ซ", part=2))
    encoder = Letters()
    write_unit_vectors(tmp_path / "two", second, encoder, earlier)
    assert [text.split("\n")[-1] for text in encoder.read] == ["ช ซ"]
    whole = tmp_path / "whole"
    whole.mkdir()
    write_unit_vectors(whole, second, Letters())
    with np.load(tmp_path / "two" / UNITS) as taken, np.load(whole / UNITS) as anew:
        assert all(np.array_equal(taken[name], anew[name]) for name in ("vectors", "scales", "ends"))
    assert np.array_equal(np.load(tmp_path / "two" / PIECES), np.load(whole / PIECES))
    another = Letters(name="letters/2")
    write_unit_vectors(tmp_path / "other", second, another, earlier)
    assert len(another.read) == 4
    (tmp_path / "one" / UNITS).unlink()  # of an index that was made to be searched only
    write_unit_vectors(tmp_path / "other", second, unlike := Letters(), earlier)
    assert len(unlike.read) == 4


def test_units_are_compared_with_each_other(tmp_path: Path) -> None:
    passages = (passage("c", "x", "ก ก", "จ ฉ"), *FIRST)
    write_unit_vectors(tmp_path, passages, Letters())
    vectors = open_unit_vectors(tmp_path, passages, Letters())
    cut = replace(passages[0], id="d")  # to be looked at alone
    alike = vectors.between((passages[0], 1), [(FIRST[0], 0), (FIRST[1], 0), (cut, 0)])
    assert alike.shape == (3,) and alike[1] > alike[0] > 0 == alike[2]
    assert vectors.between((cut, 0), [(FIRST[0], 0)]).tolist() == [0]


def test_an_empty_index_has_none(tmp_path: Path) -> None:
    write_unit_vectors(tmp_path, (), Letters())
    assert open_unit_vectors(tmp_path, (), Letters()).vectors.shape == (0, DIMENSIONS)


def test_what_is_missing_damaged_or_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match="ingest build --force"):
        open_unit_vectors(tmp_path, FIRST, Letters())
    write_unit_vectors(tmp_path, FIRST, Letters())
    with pytest.raises(IndexUnusable, match="made by letters/1"):
        open_unit_vectors(tmp_path, FIRST, Letters(name="letters/2"))
    with pytest.raises(IndexUnusable, match="of 1 units"):
        open_unit_vectors(tmp_path, FIRST[1:], Letters())
    for name in (UNITS, PIECES):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[:100])
        with pytest.raises(IndexUnusable, match="ingest build --force"):
            open_unit_vectors(tmp_path, FIRST, Letters())
        (tmp_path / name).write_bytes(whole)
