"""Training pairs of a set."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evals.__main__ import app
from evals.cases import read_set
from evals.pairs import Pair, pairs_of
from evals.plans import library_of
from tests.evals.canal import write_canal

CASES: list[dict[str, Any]] = [
    {
        "id": "dug",
        "question": "ลอกคลองหนแรกเมื่อไหร่",
        "facts": [{"text": "2561"}],
        "evidence": [[{"document": "plan", "quote": "คลองสายใหม่ขุดลอกครั้งแรกในปี 2561"}]],
    },
    {
        "id": "boat",
        "question": "เรือตะวันราคาเท่าไหร่",
        "facts": [{"text": "1.8"}],
        "evidence": [[{"document": "plan", "quote": "| เรือตะวัน | 2563 | 1.8 |"}]],
    },
    {
        "id": "depth",
        "question": "คลองลึกกี่เมตร",
        "status": "NOT_IN_PLAN",
        "note": "nearest: คลองสายใหม่ยาว 12 กิโลเมตร ผ่านชุมชน 9 แห่ง",
    },
    {"id": "thanks", "question": "ขอบคุณค่ะ", "status": "SMALL_TALK"},
]


@pytest.fixture(scope="module")
def set_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_canal(tmp_path_factory.mktemp("plan"), CASES)


@pytest.fixture(scope="module")
def found(set_path: Path) -> dict[str, list[Pair]]:
    with library_of(set_path) as library:
        cases = read_set(set_path).cases
        return {case.id: list(pairs_of(library, [case])) for case in cases}


def test_what_holds_the_quote_answers_and_what_else_is_found_comes_near(found: dict[str, list[Pair]]) -> None:
    for name, answer in (("dug", "2561"), ("boat", "1.8")):
        answering = [pair for pair in found[name] if pair.answers]
        near = [pair for pair in found[name] if not pair.answers]
        assert [pair.answers for pair in answering] == [(answer,)]
        assert answer in answering[0].text
        assert near
        assert not any(answer in pair.text for pair in near)


def test_of_a_case_without_answer_all_comes_near_the_nearest_first(found: dict[str, list[Pair]]) -> None:
    assert "ยาว 12 กิโลเมตร" in found["depth"][0].text
    assert not any(pair.answers for pair in found["depth"])


def test_what_is_not_searched_for_gives_none(found: dict[str, list[Pair]]) -> None:
    assert found["thanks"] == []


def test_the_command_writes_them_all(set_path: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["pairs", str(set_path), "--out", str(tmp_path / "pairs.jsonl")])
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum(bool(row["answers"]) for row in rows) == 2
    assert len({row["question"] for row in rows}) == 3
