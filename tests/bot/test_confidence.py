"""A draft's features become the chance that it answers: surer with more evidence, never sure without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asking import Asking
from bot.confidence import FOLLOW_UP_WEIGHTS, THRESHOLD, THRESHOLD_FOR_OPINION, WEIGHTS, WORTH_A_MODEL, probability
from bot.extractive import Draft, Told
from bot.finding import Finder, Found
from bot.library import Library
from bot.question import Question
from tests.bot.plan_passages import BUDGET

SURE = {
    "score": 1.0,
    "log_score": 0.0,
    "missing_noun": 0.0,
    "missing_number": 0.0,
    "missing_known": 0.0,
    "strong_missing": 0.0,
    "list_missing": 0.0,
    "names_missing": 0.0,
    "role_missing": 0.0,
    "whose_missing": 0.0,
    "count_missing": 0.0,
    "kind_missing": 0.0,
    "dense": 0.9,
    "facets": 4.0,
    "is_list": 0.0,
    "likeness_lead": 0.02,
    "answers": 3.0,
}
HOPELESS = {
    "score": 0.1,
    "log_score": -2.3,
    "missing_noun": 3.2,
    "missing_number": 1.0,
    "missing_known": 3.2,
    "strong_missing": 1.0,
    "list_missing": 1.0,
    "names_missing": 1.0,
    "role_missing": 1.0,
    "whose_missing": 1.0,
    "count_missing": 1.0,
    "kind_missing": 1.0,
    "dense": 0.1,
    "facets": 4.0,
    "is_list": 0.0,
    "likeness_lead": -0.03,
    "answers": -6.0,
}
shares = st.floats(0, 1)


@given(st.fixed_dictionaries(dict.fromkeys(WEIGHTS, shares)))
def test_it_is_a_probability(features: dict[str, float]) -> None:
    assert 0.0 < probability(features) < 1.0


def test_all_found_is_sure_and_nothing_found_is_hopeless() -> None:
    assert probability(SURE) > THRESHOLD_FOR_OPINION > THRESHOLD
    assert probability(HOPELESS) < WORTH_A_MODEL < THRESHOLD


LESS = {name: HOPELESS[name] for name in WEIGHTS if name not in ("facets", "is_list")}


@pytest.mark.parametrize("name", LESS)
def test_each_lack_of_evidence_makes_it_less_likely(name: str) -> None:
    assert probability({**SURE, name: LESS[name]}) < probability(SURE)


@pytest.mark.parametrize("name", [name for name in FOLLOW_UP_WEIGHTS if name not in ("facets", "is_list")])
def test_so_it_does_where_nothing_was_compared_as_sentences(name: str) -> None:
    sure = {key: value for key, value in SURE.items() if key not in ("likeness_lead", "answers")}
    assert probability({**sure, name: HOPELESS[name]}) < probability(sure)


def test_another_number_than_the_one_asked_about_is_never_sure() -> None:
    assert probability({**SURE, "missing_number": 1.0}) < THRESHOLD_FOR_OPINION


def test_a_comparison_is_sure_only_if_the_table_is_about_it() -> None:
    assert probability({"compared": 0.9}) > THRESHOLD > probability({"compared": 0.5})


def test_prose_goes_by_what_its_passage_holds() -> None:
    assert probability({"prose": 1.4, "missing_number": 0.0}) > THRESHOLD_FOR_OPINION
    assert probability({"prose": 0.4, "missing_number": 0.0}) < THRESHOLD
    assert (
        probability({"prose": 0.8, "missing_number": 1.0})
        < THRESHOLD
        < probability({"prose": 0.8, "missing_number": 0})
    )


def test_without_a_draft_there_is_no_chance() -> None:
    assert probability({}) == 0.0


def test_every_draft_has_the_features_that_are_weighed(library: Library) -> None:
    for question in ("งบรวมของแผน 63-65 เท่าไร", "6 ด้านมีอะไรบ้าง", "เมื่อคืนใครชนะฟุตบอล"):
        features = Finder(Asking(library, question)).find(question).draft.features
        assert set(WEIGHTS) <= set(features)


def test_what_reads_like_an_opinion_must_be_surer() -> None:
    doubtful = {**SURE, "answers": 0.0}
    near = next(f for tenth in range(-40, 1) if probability(f := {**doubtful, "log_score": tenth / 10}) > THRESHOLD)
    assert probability(near) < THRESHOLD_FOR_OPINION
    draft = Draft((Told(BUDGET.units[0].text, BUDGET, BUDGET.units[0].text),), near)
    assert Found(Question("งบรวมเท่าไร", "งบรวมเท่าไร"), draft=draft).is_sure
    assert not Found(Question("คุณคิดว่างบรวมเท่าไรดี", "งบรวมเท่าไร"), draft=draft).is_sure


def test_a_draft_that_tells_nothing_is_not_sure_whatever_its_features() -> None:
    assert Found(Question("งบ", "งบ"), draft=Draft((), SURE, absent="ไม่พบ")).confidence == 0.0
