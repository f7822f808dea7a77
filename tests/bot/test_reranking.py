"""A cross-encoder that reorders what is found: within its budget, or not at all."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.answerer import Answerer
from bot.breaker import FAILURES_ALLOWED
from bot.library import Library, Shelf, open_shelf
from bot.reranking import RERANKED, Reranking
from bot.retriever import retrieve
from bot.settings import Settings
from corpus.document import Audience
from corpus.hub import ModelNotFound
from corpus.index import Hit
from corpus.reranker import Reranker
from evals.retrieval import as_asked
from tests.corpus import tiny_models

QUESTION = "งบประมาณรวมของแผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 เท่าไร"


class Backwards:
    """Ranks the last text first; says what it was asked, and may be slow or broken."""

    name = "backwards"

    def __init__(self, step_s: float = 0.0, error: Exception | None = None) -> None:
        self.step_s = step_s
        self.error = error
        self.asked: list[int] = []
        self.stopped = threading.Event()

    def scores(self, question: str, texts: Sequence[str], go_on: Callable[[], bool]) -> NDArray[np.float32] | None:
        self.asked.append(len(texts))
        if self.error:
            raise self.error
        for _ in texts if self.step_s else ():
            if not go_on():
                self.stopped.set()
                return None
            time.sleep(self.step_s)
        return np.arange(len(texts), dtype=np.float32)


def reranking(model: Backwards, budget_s: float = 5.0) -> Reranking:
    return Reranking(cast(Reranker, model), budget_s)


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.save_base(tmp_path_factory.mktemp("cross"), labels=1)


@pytest.fixture
def hits(library: Library) -> list[Hit]:
    return retrieve(library, as_asked(library, QUESTION), Audience.PUBLIC, 30)


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def test_the_best_are_put_into_the_models_order_and_scores_keep_their_places(hits: list[Hit]) -> None:
    found, note = reranking(Backwards()).reorder(QUESTION, hits)
    assert note == ""
    assert ids(found) == [*reversed(ids(hits[:RERANKED])), *ids(hits[RERANKED:])]
    assert [hit.score for hit in found] == [hit.score for hit in hits]


@pytest.mark.parametrize(
    ("model", "note"),
    [
        (Backwards(step_s=0.02), "reranker: over its time budget"),
        (Backwards(step_s=3), "reranker: over its time budget"),
        (Backwards(error=RuntimeError("out of memory")), "reranker: RuntimeError"),
    ],
    ids=["slow", "hung", "broken"],
)
def test_over_the_budget_or_failing_the_order_stays_and_it_is_noted(
    model: Backwards, note: str, hits: list[Hit]
) -> None:
    began = time.monotonic()
    found, said = reranking(model, budget_s=0.1).reorder(QUESTION, hits)
    assert ids(found) == ids(hits)
    assert said == note
    assert time.monotonic() - began < 2
    if model.step_s and model.step_s < 1:
        assert model.stopped.wait(2), "the model goes on for nobody"


def test_a_model_that_fails_again_and_again_is_left_alone(hits: list[Hit]) -> None:
    model = Backwards(error=RuntimeError("x"))
    room = reranking(model)
    notes = [room.reorder(QUESTION, hits)[1] for _ in range(FAILURES_ALLOWED + 1)]
    assert notes[-1] == "reranker: paused"
    assert len(model.asked) == FAILURES_ALLOWED


def test_one_hit_is_in_order_as_it_is(hits: list[Hit]) -> None:
    model = Backwards()
    assert reranking(model).reorder(QUESTION, hits[:1]) == (hits[:1], "")
    assert model.asked == []


def test_retrieving_reads_more_than_it_gives_so_that_a_lower_one_may_rise(library: Library) -> None:
    asked = as_asked(library, QUESTION)
    before = retrieve(library, asked, Audience.PUBLIC, RERANKED)
    with_model = replace(library, reranking=reranking(Backwards()))
    assert ids(retrieve(with_model, asked, Audience.PUBLIC, 3)) == ids(before)[::-1][:3]


def test_an_answer_tells_that_the_order_stayed(shelf: Shelf) -> None:
    slow = Shelf(shelf._data_dir, reranking=reranking(Backwards(step_s=1), 0.05))
    answer = Answerer(slow).answer(QUESTION)
    assert answer.text == Answerer(shelf).answer(QUESTION).text
    assert answer.notes == ("reranker: over its time budget",)


def test_a_real_cross_encoder_reads_question_and_passage_together(cross_encoder: Path) -> None:
    model = Reranker.load(str(cross_encoder))
    texts = ["งบประมาณรวม 6,504.69 ล้านบาท", "ฝนตกหนัก", "ด้านการศึกษา", "มาตรา 12", "โรงแรมพูลแมน", "ก" * 5_000]
    scores = model.scores("งบเท่าไร", texts, lambda: True)
    assert scores is not None
    assert scores.shape == (6,)
    assert np.allclose(scores[:5], cast(Any, model.model).predict([("งบเท่าไร", t) for t in texts[:5]]), atol=1e-5)
    again = model.scores("งบเท่าไร", texts, lambda: True)
    assert again is not None
    assert np.array_equal(scores, again)
    looks = iter([True, False])
    assert model.scores("งบเท่าไร", texts, lambda: next(looks)) is None


@pytest.fixture
def settings(shelf: Shelf) -> Iterator[Callable[..., Settings]]:
    def make(**values: Any) -> Settings:
        return Settings(_env_file=None, data_dir=shelf._data_dir, **values)  # type: ignore[call-arg]

    yield make


def test_the_setting_names_the_model_and_none_is_the_default(
    settings: Callable[..., Settings], cross_encoder: Path
) -> None:
    assert open_shelf(settings()).library().reranking is None
    with_model = open_shelf(settings(reranker_model=str(cross_encoder)))
    answer = Answerer(with_model).answer(QUESTION)
    assert answer.notes == ()
    with pytest.raises(ModelNotFound, match=r"RERANKER_MODEL.*download-model no/such"):
        open_shelf(settings(reranker_model="no/such"))
