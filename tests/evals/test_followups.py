"""The follow-up step, measured by itself on the shipped sets' own chats."""

import json

import pytest

from bot.library import Shelf
from evals import followups
from evals.cases import read_set
from evals.followups import FollowUp
from ingest.build import build
from tests.conftest import ROOT

SETS = ROOT / "evals" / "sets"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[FollowUp, ...]:
    data_dir = tmp_path_factory.mktemp("follow-ups") / "data"
    build(ROOT / "corpus" / "documents", data_dir)
    return followups.measure(read_set(SETS / "plan.jsonl").cases, Shelf(data_dir).library())


def test_only_messages_with_a_chat_and_evidence_count(measured: tuple[FollowUp, ...]) -> None:
    cases = [json.loads(line) for line in (SETS / "plan.jsonl").read_text(encoding="utf-8").splitlines()]
    wanted = [c["id"] for c in cases if c["history"] and c["evidence"] and c["status"] == "ANSWERED"]
    assert [one.id for one in measured] == wanted


def test_the_chat_is_what_finds_the_evidence(measured: tuple[FollowUp, ...]) -> None:
    found = followups.figures(measured)
    assert found.found >= 0.8 > found.found_alone


def test_no_word_is_invented(measured: tuple[FollowUp, ...]) -> None:
    assert [one for one in measured if one.invented] == []


def test_figures_are_shares() -> None:
    some = [FollowUp("a", "", "", 1, 0), FollowUp("b", "", "", 3, 2), FollowUp("c", "", "", 0, 0, ("x",))]
    assert followups.figures(some) == followups.FollowUpFigures(3, 2 / 3, 1 / 3, 1 / 3)
    assert followups.figures([]) == followups.FollowUpFigures(0, 0.0, 0.0, 0.0)
