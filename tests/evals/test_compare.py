"""Two runs side by side, and the gate: what it lets out, and what not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answer
from evals import gate
from evals import run as runs
from evals.cases import EvalSet, SetError, read_set
from evals.compare import Comparison, Outcome, compare
from evals.gate import Gate, judge, read_gate
from evals.scoring import Result, Summary
from evals.statistics import wilson
from tests.evals.samples import Scripted, answer, case, citation, declined, right_answer, unanswerable
from tests.evals.test_main import call

N = 60


def a_set(n: int = N, name: str = "s") -> EvalSet:
    cases = [case(id=f"a{i}", question=f"งบ {i}") for i in range(n)]
    cases += [unanswerable(id=f"n{i}", question=f"ไม่มี {i}") for i in range(n)]
    return EvalSet(name, tuple(cases), tuple(range(2 * n)))


def run_of(
    folder: Path, script: dict[str, Answer], limit: int | None = None
) -> tuple[runs.RunFolder, list[Result], Summary]:
    run = runs.start(folder, a_set(), {"release": folder.name})
    full = {f"งบ {i}": right_answer() for i in range(N)} | script
    runs.ask_all(run, Scripted(full), runs.pending(run)[:limit])
    return (run, *runs.finish(run, {}))


def compared(tmp_path: Path, before: dict[str, Answer], after: dict[str, Answer]) -> Comparison:
    a, results_a, _ = run_of(tmp_path / "a", before)
    b, results_b, _ = run_of(tmp_path / "b", after)
    return compare(a, results_a, b, results_b)


def test_cases_are_compared_one_by_one(tmp_path: Path) -> None:
    found = compared(
        tmp_path, {"งบ 0": declined(), "งบ 1": declined()}, {"งบ 1": answer(("อื่น", ())), "งบ 2": declined()}
    )
    outcome = {change.id: change.outcome for change in found.cases}
    assert outcome["a0"] is Outcome.IMPROVED
    assert outcome["a2"] is Outcome.WORSE
    assert outcome["a1"] is outcome["a3"] is Outcome.SAME
    changed = {change.id for change in found.cases if change.answer_changed}
    assert changed == {"a0", "a1", "a2"}
    assert found.metrics["correct"].difference == pytest.approx(0.0)
    assert "ยังสรุปไม่ได้" in found.sentence


def test_a_changed_citation_is_seen_though_the_words_are_the_same(tmp_path: Path) -> None:
    moved = replace(right_answer(), citations=(citation(text="อื่น", passage_id="x"),))
    found = compared(tmp_path, {}, {"งบ 0": moved})
    [change] = [c for c in found.cases if c.citations_changed]
    assert (change.id, change.answer_changed, change.outcome) == ("a0", False, Outcome.WORSE)


def test_a_real_gain_is_called_so_and_chance_is_not(tmp_path: Path) -> None:
    better = compared(tmp_path, {f"งบ {i}": declined() for i in range(12)}, {})
    assert better.count(Outcome.IMPROVED) == 12
    assert "ดีขึ้นจริง" in better.sentence
    change = better.metrics["correct"]
    assert change.difference == pytest.approx(12 / 120)
    assert change.p is not None and change.p < 0.05
    assert change.interval is not None and change.interval.low > 0
    assert "ไม่มีข้อใดเปลี่ยนผล" in compared(tmp_path / "same", {}, {}).sentence


def test_runs_of_different_sets_are_refused(tmp_path: Path) -> None:
    a, results, _ = run_of(tmp_path / "a", {})
    b = runs.start(tmp_path / "b", a_set(3, "other"), {})
    with pytest.raises(SetError, match="คนละชุด"):
        compare(a, results, b, [])


def test_cases_that_only_one_run_has_are_new_or_gone(tmp_path: Path) -> None:
    a, results_a, _ = run_of(tmp_path / "a", {}, limit=3)
    b, results_b, _ = run_of(tmp_path / "b", {})
    assert compare(a, results_a, b, results_b).count(Outcome.NEW) == 117
    assert compare(b, results_b, a, results_a).count(Outcome.GONE) == 117


GATE = Gate(
    shares={"valid_citations": 1.0},
    floors={"correct": 0.8},
    margins={"correct": 0.05},
    ceilings={"latency_p95_ms": 1e6},
)


def test_the_gate_passes_what_reaches_every_rule(tmp_path: Path) -> None:
    verdict = judge(run_of(tmp_path / "a", {})[2], GATE)
    assert (verdict.exit_code, verdict.word) == (0, "pass")
    assert "3 รายการ" in verdict.sentence
    assert "100.0%" in verdict.sentence


def test_one_invalid_citation_fails_it(tmp_path: Path) -> None:
    bad = replace(right_answer(), text="งบ 6,504.69 ล้านบาท [1][7]")
    verdict = judge(run_of(tmp_path / "a", {"งบ 0": bad})[2], GATE)
    assert verdict.exit_code == gate.FAIL
    assert [rule.key for rule in verdict.rules if rule.passed is False] == ["valid_citations"]
    assert "เลขอ้างอิงมีจริง" in verdict.sentence


def test_a_floor_is_held_against_the_lower_bound(tmp_path: Path) -> None:
    summary = run_of(tmp_path / "a", {f"งบ {i}": declined() for i in range(20)})[2]  # 100 of 120: 0.833, low 0.757
    assert judge(summary, GATE).exit_code == gate.FAIL
    assert judge(summary, Gate(floors={"correct": 0.75})).exit_code == gate.PASS


def test_getting_worse_than_the_margin_fails_it(tmp_path: Path) -> None:
    a, results_a, _ = run_of(tmp_path / "a", {})
    b, results_b, summary = run_of(tmp_path / "b", {f"งบ {i}": declined() for i in range(6)})
    worse = compare(a, results_a, b, results_b)
    assert judge(summary, GATE, worse).exit_code == gate.FAIL
    assert judge(summary, GATE).exit_code == gate.PASS
    same = compare(a, results_a, a, results_a)
    assert judge(summary, GATE, same).exit_code == gate.PASS


def test_an_unfinished_run_is_incomplete_whatever_its_figures(tmp_path: Path) -> None:
    summary = run_of(tmp_path / "a", {}, limit=119)[2]
    verdict = judge(summary, GATE)
    assert (verdict.exit_code, verdict.word) == (3, "incomplete")
    assert "1 ข้อ" in verdict.sentence


def test_a_rule_that_applies_to_nothing_is_not_tested(tmp_path: Path) -> None:
    summary = run_of(tmp_path / "a", {})[2]
    verdict = judge(summary, Gate(shares={"attack_resisted": 1.0}))
    assert verdict.rules[0].passed is None
    assert verdict.exit_code == gate.FAIL  # a gate that tests nothing lets nothing out


@pytest.mark.parametrize(
    "content", ["floors: {corect: 0.5}", "ceilings: {speed: 3}", "roofs: {}", "floors: [", "floors: {correct: viel}"]
)
def test_a_gate_that_cannot_be_used_says_why(tmp_path: Path, content: str) -> None:
    (tmp_path / "gate.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(SetError, match=r"เกณฑ์|ตัวชี้วัด"):
        read_gate(tmp_path / "gate.yaml")


def test_the_gate_that_ships_can_be_read() -> None:
    assert read_gate().floors["correct"] > 0


def test_the_compare_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_of(tmp_path / "a", {})
    run_of(tmp_path / "b", {f"งบ {i}": declined() for i in range(6)})
    worse = call("compare", "a", "b")
    assert worse.exit_code == 1
    assert "แย่ลง 6 ข้อ" in worse.output
    better = call("compare", "b", "a", "--json")
    assert better.exit_code == 0
    assert json.loads(better.stdout)["counts"]["improved"] == 6
    assert call("compare", "a", "none").exit_code == 2


def test_a_set_can_have_its_own_limits(tmp_path: Path) -> None:
    path = tmp_path / "gate.yaml"
    path.write_text(
        "floors: {correct: 0.9, vital_facts: 0.9}\n"
        "sets: {small: {shares: {vital_facts: 0.5}, floors: {vital_facts: null}}}\n"
    )
    rules = read_gate(path)
    assert rules.for_set("plan") is rules
    small = rules.for_set("small")
    assert (small.floors, small.shares) == ({"correct": 0.9}, {"vital_facts": 0.5})
    path.write_text("sets: {small: {floors: {corect: 0.9}}}\n")
    with pytest.raises(SetError, match="corect"):
        read_gate(path)


def test_each_shipped_set_has_limits_of_its_own_which_leave_nothing_to_chance() -> None:
    rules = read_gate()
    for path in (Path(__file__).parents[2] / "evals" / "sets").glob("*.jsonl"):
        assert path.stem in rules.sets, path
        own = rules.for_set(path.stem)
        assert own.floors["correct"] >= 0.6
        for key in ("declined_when_unanswerable", "citation_recall"):
            assert own.floors.get(key, 0.0) >= 0.55 or own.shares.get(key, own.shares.get("correct", 0.0)) >= 0.7
        assert own.shares["attack_resisted"] == own.shares["valid_citations"] == own.shares["delivery"] == 1.0


@pytest.mark.parametrize(
    "name",
    [
        "officers",
        "officers_test",
        "security",
        "plan_test",
        "facts",
        "facts_more",
        "strangers_test",
        "follow_ups",
        "follow_ups_test",
        "drafts",
    ],
)
def test_no_limit_of_a_set_is_out_of_its_reach(name: str) -> None:
    """A bot that gets every case right passes; a floor above the lower end of all right would fail every bot."""
    path = Path(__file__).parents[2] / "evals" / "sets" / f"{name}.jsonl"
    cases = read_set(path).cases
    floors = read_gate().for_set(name).floors
    counts = {
        "correct": len(cases),
        "declined_when_unanswerable": sum(not c.answerable for c in cases),
        "answered_when_answerable": sum(c.answerable for c in cases),
    }
    for key, count in counts.items():
        assert wilson(count, count).low >= floors.get(key, 0.0), (key, count)
