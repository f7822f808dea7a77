"""Two runs of one set, case by case: what got better, what got worse, and whether that could be chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evals import statistics
from evals.cases import Problem, SetError
from evals.run import RunFolder
from evals.scoring import HEADLINE, METRICS, Result
from evals.statistics import Interval

TESTED = (HEADLINE, "vital_facts", "citation_recall", "declined_when_unanswerable", "number_fidelity")
"""The metrics that are tested, Holm's correction over them all."""


class Outcome(StrEnum):
    IMPROVED = "improved"
    WORSE = "worse"
    SAME = "same"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class CaseChange:
    """How one case fared. `answer_changed` and `citations_changed` compare what was said, right or wrong."""

    id: str
    outcome: Outcome
    before: Result | None
    after: Result | None
    answer_changed: bool
    citations_changed: bool


@dataclass(frozen=True)
class MetricChange:
    """The change of a metric over the cases it applies to in both runs. `p` is adjusted by Holm where tested."""

    key: str
    before: float
    after: float
    interval: Interval | None
    p: float | None
    n: int

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """`a` is the run before, `b` the run after."""

    a: str
    b: str
    cases: tuple[CaseChange, ...]
    metrics: dict[str, MetricChange]
    sentence: str

    def count(self, outcome: Outcome) -> int:
        return sum(change.outcome is outcome for change in self.cases)

    def as_json(self) -> dict[str, object]:
        return {
            "before": self.a,
            "after": self.b,
            "sentence": self.sentence,
            "counts": {outcome.value: self.count(outcome) for outcome in Outcome},
            "metrics": {
                key: {
                    "before": m.before,
                    "after": m.after,
                    "difference": m.difference,
                    "low": m.interval.low if m.interval else None,
                    "high": m.interval.high if m.interval else None,
                    "p_holm": m.p,
                    "n": m.n,
                }
                for key, m in self.metrics.items()
            },
            "cases": [
                {
                    "id": c.id,
                    "outcome": c.outcome,
                    "answer_changed": c.answer_changed,
                    "citations_changed": c.citations_changed,
                }
                for c in self.cases
            ],
        }


def refuse_different_sets(a: RunFolder, b: RunFolder) -> None:
    """Raise SetError unless both runs are of the same set."""
    if a.manifest["set_digest"] != b.manifest["set_digest"]:
        message = (
            f"เทียบกันไม่ได้ เพราะเป็นคนละชุดคำถาม: {a.manifest['set']} ({a.manifest['set_digest'][:8]}) กับ "
            f"{b.manifest['set']} ({b.manifest['set_digest'][:8]}): ประเมินใหม่ด้วยชุดเดียวกัน (different sets)"
        )
        raise SetError([Problem(str(b.path), 0, "", message)])


def compare(a: RunFolder, before: Sequence[Result], b: RunFolder, after: Sequence[Result]) -> Comparison:
    """Compare two scored runs of one set.

    Raises:
        SetError: when the runs are of different sets.
    """
    refuse_different_sets(a, b)
    old = {result.case.id: result for result in before}
    new = {result.case.id: result for result in after}
    ids = [case.id for case in b.cases]
    changes = tuple(
        _change(case_id, old.get(case_id), new.get(case_id)) for case_id in ids if case_id in old or case_id in new
    )
    metrics = _metric_changes(old, new)
    return Comparison(a.path.name, b.path.name, changes, metrics, _sentence(changes, metrics.get(HEADLINE)))


def _change(case_id: str, before: Result | None, after: Result | None) -> CaseChange:
    outcome = Outcome.SAME
    if before is None:
        outcome = Outcome.NEW
    elif after is None:
        outcome = Outcome.GONE
    elif before.marks.correct != after.marks.correct:
        outcome = Outcome.IMPROVED if after.marks.correct else Outcome.WORSE
    both = before is not None and after is not None
    return CaseChange(
        case_id,
        outcome,
        before,
        after,
        answer_changed=both and _said(before) != _said(after),
        citations_changed=both and _cited(before) != _cited(after),
    )


def _said(result: Result | None) -> tuple[str, str]:
    answer = result.record.answer if result else None
    return (answer.status.value, answer.text) if answer else ("", "")


def _cited(result: Result | None) -> list[tuple[str, str]]:
    answer = result.record.answer if result else None
    return sorted((c.document_id, c.text) for c in answer.citations) if answer else []


def _metric_changes(old: Mapping[str, Result], new: Mapping[str, Result]) -> dict[str, MetricChange]:
    found: dict[str, MetricChange] = {}
    p_values: dict[str, float] = {}
    for metric in METRICS:
        pairs = [
            (x, y, old[case_id].section or case_id)
            for case_id in old
            if case_id in new
            and (x := old[case_id].marks.metrics.get(metric.key)) is not None
            and (y := new[case_id].marks.metrics.get(metric.key)) is not None
        ]
        if not pairs:
            continue
        differences = [y - x for x, y, _ in pairs]
        clusters = [cluster for _, _, cluster in pairs]
        n = len(pairs)
        found[metric.key] = MetricChange(
            metric.key,
            sum(x for x, _, _ in pairs) / n,
            sum(y for _, y, _ in pairs) / n,
            statistics.paired_interval(differences, clusters),
            None,
            n,
        )
        if metric.key in TESTED:
            p_values[metric.key] = _p_value(differences, clusters)
    for key, p in statistics.holm(p_values).items():
        m = found[key]
        found[key] = MetricChange(m.key, m.before, m.after, m.interval, p, m.n)
    return found


def _p_value(differences: Sequence[float], clusters: Sequence[str]) -> float:
    """McNemar for right and wrong; sign-flip for scores in between."""
    if all(difference in (-1.0, 0.0, 1.0) for difference in differences):
        return statistics.mcnemar(differences.count(1.0), differences.count(-1.0))
    return statistics.sign_flip(differences, clusters)


def _sentence(changes: Sequence[CaseChange], headline: MetricChange | None) -> str:
    better = sum(c.outcome is Outcome.IMPROVED for c in changes)
    worse = sum(c.outcome is Outcome.WORSE for c in changes)
    if headline is None or headline.p is None:
        return "ไม่มีข้อที่เทียบกันได้"
    points = headline.difference * 100
    head = f"จาก {headline.n} ข้อ ดีขึ้น {better} ข้อ แย่ลง {worse} ข้อ (ตอบถูกต้อง {points:+.1f} จุดร้อยละ)"
    if better == worse == 0:
        return f"{head} ไม่มีข้อใดเปลี่ยนผล"
    if headline.p < 1 - statistics.LEVEL:
        word = "ดีขึ้นจริง" if points > 0 else "แย่ลงจริง"
        return f"{head} {word}: ผลต่างนี้ไม่น่าเกิดจากความบังเอิญ (p = {headline.p:.3f})"
    return f"{head} ยังสรุปไม่ได้ว่าต่างกันจริง เพราะอาจเกิดจากความบังเอิญ (p = {headline.p:.2f})"
