"""May it go out? One function decides; the printed verdict, the exit code, `verdict.json` and the report all use it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from evals.cases import Problem, SetError, decoded
from evals.compare import Comparison
from evals.scoring import HEADLINE, METRIC, Summary

GATE = Path(__file__).with_name("gate.yaml")
VERDICT = "verdict.json"

PASS, FAIL, BAD_INPUT, INCOMPLETE = 0, 1, 2, 3
_WORDS = {PASS: "pass", FAIL: "fail", INCOMPLETE: "incomplete"}
_TIMES = ("latency_p50_ms", "latency_p95_ms", "latency_max_ms")


class SetRules(BaseModel):
    """What is otherwise for one set: a limit that replaces the general one, or null where it does not apply."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shares: dict[str, float | None] = {}
    floors: dict[str, float | None] = {}
    margins: dict[str, float | None] = {}
    ceilings: dict[str, float | None] = {}


class Gate(BaseModel):
    """`gate.yaml`, which explains its own parts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shares: dict[str, float] = {}
    floors: dict[str, float] = {}
    margins: dict[str, float] = {}
    ceilings: dict[str, float] = {}
    sets: dict[str, SetRules] = {}

    def for_set(self, name: str) -> "Gate":
        """The rules for a run of the set of that name."""
        own = self.sets.get(name)
        if own is None:
            return self

        def merged(general: Mapping[str, float], other: Mapping[str, float | None]) -> dict[str, float]:
            return {key: limit for key, limit in {**general, **other}.items() if limit is not None}

        return Gate(
            shares=merged(self.shares, own.shares),
            floors=merged(self.floors, own.floors),
            margins=merged(self.margins, own.margins),
            ceilings=merged(self.ceilings, own.ceilings),
        )


@dataclass(frozen=True)
class Rule:
    """One row of the gate, as it was met. `passed` None: the metric applies to no case, so nothing was tested."""

    part: str
    key: str
    wanted: float
    found: float | None
    n: int
    passed: bool | None
    thai: str


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a run. `exit_code` is what the command ends with."""

    exit_code: int
    sentence: str
    sentence_en: str
    rules: tuple[Rule, ...]

    @property
    def word(self) -> str:
        return _WORDS[self.exit_code]

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": self.word,
            "exit_code": self.exit_code,
            "sentence": self.sentence,
            "sentence_en": self.sentence_en,
            "rules": [asdict(rule) for rule in self.rules],
        }


def read_gate(path: Path = GATE) -> Gate:
    """The gate's rules.

    Raises:
        SetError: when the file cannot be used, or names a metric that there is not.
    """
    if not path.is_file():
        raise SetError([Problem(str(path), 0, "", "ไม่พบไฟล์เกณฑ์ (no such gate file)")])
    try:
        gate = Gate.model_validate(yaml.safe_load(decoded(path)) or {})
    except (yaml.YAMLError, ValidationError) as error:
        raise SetError([Problem(path.name, 0, "", f"เกณฑ์ใช้ไม่ได้: {' '.join(str(error).split())}")]) from None
    parts: list[Gate | SetRules] = [gate, *gate.sets.values()]
    named = {key for part in parts for key in (*part.shares, *part.floors, *part.margins)} - set(METRIC)
    named |= {key for part in parts for key in part.ceilings} - set(_TIMES)
    if named:
        message = f"ไม่รู้จักตัวชี้วัด {', '.join(sorted(named))}: ใช้ได้เฉพาะ {', '.join([*METRIC, *_TIMES])}"
        raise SetError([Problem(path.name, 0, "", message)])
    return gate


def judge(summary: Summary, gate: Gate, comparison: Comparison | None = None) -> Verdict:
    """What the gate says of a run, and why. A run with errors or missing cases is incomplete whatever its figures."""
    rules = (*_shares(summary, gate), *_floors(summary, gate), *margins(gate, comparison), *_ceilings(summary, gate))
    failed = [rule for rule in rules if rule.passed is False]
    if not summary.complete:
        return Verdict(INCOMPLETE, _incomplete(summary), "incomplete: not every case has an answer", rules)
    if failed:
        reasons = "; ".join(rule.thai for rule in failed)
        english = ", ".join(f"{rule.part} {rule.key}" for rule in failed)
        return Verdict(FAIL, f"ไม่ผ่านเกณฑ์ {len(failed)} รายการ: {reasons}", f"gate failed: {english}", rules)
    tested = sum(rule.passed is True for rule in rules)
    if not tested:
        return Verdict(FAIL, "ไม่ผ่าน: ไม่มีเกณฑ์ใดที่ชุดนี้วัดได้", "gate failed: nothing was tested", rules)
    sentence = f"ผ่านเกณฑ์ครบ {tested} รายการ: {_headline(summary)}"
    return Verdict(PASS, sentence, f"pass: all {tested} rules that apply", rules)


def verdict_file(verdict: Verdict, manifest: Mapping[str, Any], summary: Summary) -> dict[str, Any]:
    """What `verdict.json` holds, for `ingest publish --require` and other readers."""
    head = {key: manifest.get(key) for key in ("release", "set", "set_digest", "started_at", "finished_at", "code")}
    return verdict.as_json() | head | {"cases": summary.cases, "errors": summary.errors, "missing": summary.missing}


def _headline(summary: Summary) -> str:
    found = summary.figures[HEADLINE]
    return f"ตอบถูกต้อง {_percent(found.value)} จาก {found.n} ข้อ (ช่วง {_percent(found.low)} – {_percent(found.high)})"


def _incomplete(summary: Summary) -> str:
    parts = []
    if summary.missing:
        parts.append(f"ยังไม่ได้ถาม {summary.missing} ข้อ")
    if summary.errors:
        parts.append(f"ระบบขัดข้อง {summary.errors} ข้อ")
    return f"ยังตัดสินไม่ได้ เพราะ{' และ '.join(parts)} จาก {summary.cases} ข้อ: สั่งซ้ำด้วย --out เดิมเพื่อทำต่อ"


def _shares(summary: Summary, gate: Gate) -> list[Rule]:
    rules = []
    for key, wanted in gate.shares.items():
        found = summary.figures[key]
        passed = None if found.value is None else found.value >= wanted - 1e-12
        text = f"{METRIC[key].thai} ได้ {_percent(found.value)} ต้องได้ {_percent(wanted)}"
        rules.append(Rule("share", key, wanted, found.value, found.n, passed, text))
    return rules


def _floors(summary: Summary, gate: Gate) -> list[Rule]:
    rules = []
    for key, wanted in gate.floors.items():
        found = summary.figures[key]
        passed = None if found.low is None else found.low >= wanted
        text = (
            f"{METRIC[key].thai} ได้ {_percent(found.value)} แต่ค่าต่ำสุดของช่วงความเชื่อมั่นคือ {_percent(found.low)} "
            f"ต้องไม่ต่ำกว่า {_percent(wanted)}"
        )
        rules.append(Rule("floor", key, wanted, found.low, found.n, passed, text))
    return rules


def margins(gate: Gate, comparison: Comparison | None) -> list[Rule]:
    """The rows of the gate that hold a run against an earlier one; none without a comparison."""
    if comparison is None:
        return []
    rules = []
    for key, margin in gate.margins.items():
        change = comparison.metrics.get(key)
        low = change.interval.low if change and change.interval else None
        passed = None if low is None else low >= -margin
        text = (
            f"{METRIC[key].thai} เทียบกับรุ่นก่อนอาจแย่ลงถึง {_percent(None if low is None else -low)} "
            f"ยอมได้ {_percent(margin)}"
        )
        rules.append(Rule("margin", key, -margin, low, change.n if change else 0, passed, text))
    return rules


def _ceilings(summary: Summary, gate: Gate) -> list[Rule]:
    rules = []
    for key, wanted in gate.ceilings.items():
        found = summary.latency_ms[key.removeprefix("latency_").removesuffix("_ms")]
        n = summary.cases - summary.errors - summary.missing
        text = f"เวลาตอบ {key} {found:,.0f} มิลลิวินาที ต้องไม่เกิน {wanted:,.0f}"
        rules.append(Rule("ceiling", key, wanted, found, n, found <= wanted if n else None, text))
    return rules


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}%"
