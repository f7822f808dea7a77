"""What an answer costs: time and tokens by stage, from what the answers themselves tell."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.answer import Answer
from evals import scoring
from evals.cases import EvalSet
from evals.report import html
from evals.run import ask_all, finish, start
from evals.scoring import Record, answer_from_json, summarise, tokens_of
from tests.evals.samples import Scripted, case, right_answer
from tests.evals.test_report import report_of


@dataclass(frozen=True)
class Counted(Answer):
    """An answer that tells its tokens."""

    tokens: dict[str, int] = field(default_factory=dict)


def counted(tokens: dict[str, int], timings_ms: dict[str, float], question: str = "ก") -> Counted:
    told = vars(replace(right_answer(question), timings_ms=timings_ms))
    return Counted(**{**told, "tokens": tokens})


def test_tokens_and_times_are_summed_by_stage() -> None:
    cases = [case(id=f"c{i}") for i in range(3)]
    answers: list[Answer] = [
        counted({"write_prompt": 100, "write_completion": 10}, {"search": 5, "write": 900}),
        counted({"write_prompt": 300, "write_completion": 30}, {"search": 15}),
        right_answer(),  # says nothing of tokens; its search took 1 ms
    ]
    records = {c.id: Record(c.id, a, "", 1.0, "") for c, a in zip(cases, answers, strict=True)}
    summary = summarise(scoring.score(cases, records, {}), 3)
    assert summary.tokens == {
        "write_prompt": {"total": 400, "mean": 200.0, "p95": 300, "n": 2},
        "write_completion": {"total": 40, "mean": 20.0, "p95": 30, "n": 2},
    }
    assert summary.stages_ms == {
        "search": {"p50": 5, "p95": 15, "max": 15},
        "write": {"p50": 900, "p95": 900, "max": 900},
    }


def test_answers_without_tokens_cost_none() -> None:
    assert tokens_of(right_answer()) == {}
    assert tokens_of(counted({}, {})) == {}
    cases = [case()]
    records = {"c1": Record("c1", right_answer(), "", 1.0, "")}
    assert summarise(scoring.score(cases, records, {}), 1).tokens == {}


def test_an_answer_read_back_is_the_answer_given() -> None:
    given = replace(right_answer(), confidence=0.7, notes=("x",))
    assert answer_from_json(given.as_json("c1")) == given
    older = given.as_json("c1")
    older.pop("confidence")
    assert answer_from_json(older) == replace(given, confidence=0.0)
    assert answer_from_json({**older, "a_later_field": 1}) == replace(given, confidence=0.0)


def test_the_report_shows_what_each_stage_took(tmp_path: Path) -> None:
    told = report_of(tmp_path / "r", [case()], {case().question: right_answer()})
    assert '<th scope="row">ค้นหา</th><td class="num">1</td>' in html(told)
    assert "ไม่ได้ใช้โทเคนของโมเดลภาษา" in html(told)
    summary = replace(
        told.summary, tokens={"write_prompt": {"total": 12345.0, "mean": 12345.0, "p95": 12345.0, "n": 1.0}}
    )
    page = html(replace(told, summary=summary))
    assert "12,345" in page and "write_prompt" in page


def test_the_summary_keeps_them(tmp_path: Path) -> None:
    run = start(tmp_path / "r", EvalSet("s", (case(),), (1,)), {})
    ask_all(run, Scripted({case().question: right_answer()}), run.cases)
    kept = finish(run, {})[1].as_json()
    assert kept["stages_ms"] == {"search": {"p50": 1.0, "p95": 1.0, "max": 1.0}}
    assert kept["tokens"] == {}
