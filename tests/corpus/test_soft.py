"""Soft matching: the nearest word counts, the rarer the word the more, and damage is not taken for an answer."""

import numpy as np
import pytest

from corpus.embedder import StaticEmbedder
from corpus.lexical import TokenCounts, count_tokens
from corpus.soft import SoftMatcher

PASSAGES = [["ประชุม", "ที่", "โรงแรม"], ["งบประมาณ", "ล้าน", "บาท"], [], ["โครงการ", "ทดสอบฟหกด"]]
MEETING, BUDGET, EMPTY, PROJECT = range(4)
ALL = np.arange(len(PASSAGES), dtype=np.intp)


def counts(texts: list[list[str]]) -> TokenCounts:
    return count_tokens([" ".join(words) for words in texts], str.split)


@pytest.fixture(scope="module")
def model() -> StaticEmbedder:
    return StaticEmbedder.load()


@pytest.fixture
def matcher(model: StaticEmbedder) -> SoftMatcher:
    return SoftMatcher(model, counts(PASSAGES))


def test_a_passage_with_every_word_scores_one(matcher: SoftMatcher) -> None:
    scores = matcher.scores(["โรงแรม", "ประชุม", "โรงแรม"], ALL)
    assert scores[MEETING] == pytest.approx(1.0)
    assert scores[EMPTY] == 0.0
    assert np.all((scores >= 0) & (scores <= 1.0001))


def test_a_word_alike_counts_more_than_another(matcher: SoftMatcher) -> None:
    scores = matcher.scores(["เงิน"], ALL)
    assert scores[BUDGET] > scores[MEETING]
    assert 0 < scores[BUDGET] < 1


def test_a_word_without_a_vector_is_alike_to_itself_only(matcher: SoftMatcher) -> None:
    scores = matcher.scores(["ทดสอบฟหกด"], ALL)
    assert scores[PROJECT] == pytest.approx(1.0)
    assert scores[BUDGET] == scores[MEETING] == 0.0


def test_rare_words_count_more(matcher: SoftMatcher, model: StaticEmbedder) -> None:
    common, rare = sorted(["ที่", "งบประมาณ"], key=lambda word: float(model.word_weights([word])[0]))
    scores = matcher.scores([common, rare], ALL)
    assert (common, rare) == ("ที่", "งบประมาณ")
    assert scores[BUDGET] > scores[MEETING]


def test_scores_are_of_the_passages_asked_for_in_their_order(matcher: SoftMatcher) -> None:
    question = ["งบประมาณ", "โครงการ"]
    every = matcher.scores(question, ALL)
    some = np.array([PROJECT, EMPTY, BUDGET], np.intp)
    np.testing.assert_allclose(matcher.scores(question, some), every[some])


def test_nothing_asked_or_nothing_there(matcher: SoftMatcher, model: StaticEmbedder) -> None:
    assert not matcher.scores([], ALL).any()
    assert matcher.scores(["งบประมาณ"], np.array([EMPTY], np.intp)).tolist() == [0.0]
    assert matcher.scores(["งบประมาณ"], np.empty(0, np.intp)).tolist() == []
    assert SoftMatcher(model, counts([[]])).scores(["งบประมาณ"], np.array([0], np.intp)).tolist() == [0.0]
