"""Sets that bring their own documents: the invented plans that ship, and asking or fitting on such a set."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.answer import AnswerStatus
from corpus import thai
from evals.__main__ import app
from evals.cases import read_set
from evals.plans import library_of
from ingest.build import build
from tests.conftest import ROOT
from tests.evals.canal import PLAN, write_canal

PLANS = sorted((ROOT / "evals" / "plans").glob("*/questions.jsonl"))
CASES: list[dict[str, Any]] = [
    {
        "id": "dug",
        "question": "คลองสายใหม่ขุดลอกครั้งแรกปีไหน",
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
        "question": "คลองสายใหม่ลึกกี่เมตร",
        "status": "NOT_IN_PLAN",
        "note": "nearest: คลองสายใหม่ยาว 12 กิโลเมตร ผ่านชุมชน 9 แห่ง",
    },
]


@pytest.fixture(scope="module")
def set_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_canal(tmp_path_factory.mktemp("plan"), CASES)


def test_a_set_is_asked_of_the_documents_beside_it(set_path: Path) -> None:
    with library_of(set_path) as library:
        assert [document.id for document in library.release.documents] == ["plan"]
        assert library.release.documents[0].plan == "p"


def test_a_set_without_documents_is_asked_of_the_live_index(
    tmp_path: Path, set_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = build(set_path.parent, tmp_path / "data")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "questions.jsonl").write_text(json.dumps(CASES[0], ensure_ascii=False), encoding="utf-8")
    with library_of(tmp_path / "questions.jsonl") as library:
        assert library.release.id == report.release.id


def test_fitting_goes_over_sets_of_several_indexes(set_path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write_canal(other, [{**CASES[0], "facts": [{"text": "2555"}], "evidence": []}])
    (other / "plan.md").write_text(PLAN.replace("2561", "2555"), encoding="utf-8")
    done = CliRunner().invoke(app, ["calibrate", str(set_path), str(other / "questions.jsonl")])
    assert done.exit_code == 0, done.output
    assert "WEIGHTS = {" in done.output
    assert "threshold 0.56: sends" in done.output
    assert "/3 right drafts" in done.output  # two of the first plan, one of the other, each by its own documents
    assert f"{set_path} left out: AUC 1.000" in done.output
    assert f"{other / 'questions.jsonl'} left out: AUC –" in done.output  # all of its drafts are right
    fewer = CliRunner().invoke(app, ["calibrate", str(set_path), "--without", "answers", "--without", "likeness_lead"])
    assert '"answers"' not in fewer.output and '"log_score"' in fewer.output
    assert "left out" not in fewer.output


@pytest.mark.parametrize("path", PLANS, ids=[path.parent.name for path in PLANS])
def test_what_an_invented_plan_is_asked_stands_in_it_or_does_not(path: Path) -> None:
    """Every quote is in the plan word for word, every fact in its quotes; what has no answer names the nearest text."""
    plan = (path.parent / "plan.md").read_text(encoding="utf-8")
    cases = read_set(path).cases
    assert len(cases) == 130
    assert sum(case.status is AnswerStatus.ANSWERED for case in cases) == 80
    for case in cases:
        quotes = [each.quote for group in case.evidence for each in group]
        assert all(quote in plan for quote in quotes), case.id
        told = thai.squeeze(" ".join(quotes))
        for fact in case.facts:
            assert any(thai.squeeze(wording) in told for wording in fact.wordings), (case.id, fact.text)
        if not case.answerable:
            assert case.note.startswith("nearest: ")
            assert all(near in plan for near in case.note.removeprefix("nearest: ").split(" / ")), case.id


def test_no_plan_is_both_learnt_from_and_measured_with() -> None:
    splits = {path.parent.name: {case.split for case in read_set(path).cases} for path in PLANS}
    assert len(PLANS) == 28
    told = _splits_told()
    assert splits == {name: {told[name]} for name in splits}
    for path in PLANS:  # of two plans one question may be asked, of one it would count twice
        assert len({thai.squeeze(case.question) for case in read_set(path).cases}) == 130


def _splits_told() -> dict[str, str]:
    """By plan, the split that the table of the README tells; "03–08" are six plans."""
    told = {}
    for line in (ROOT / "evals" / "plans" / "README.md").read_text(encoding="utf-8").splitlines():
        if row := re.match(r"\| `(\w+)` \| ([\d– ]+) \|", line):
            for first, last in re.findall(r"(\d+)(?:–(\d+))?", row[2]):
                told.update({f"{n:02d}": row[1] for n in range(int(first), int(last or first) + 1)})
    return told
