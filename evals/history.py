"""Earlier runs with their headline figures, newest first: is it getting better?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from evals.gate import VERDICT
from evals.run import MANIFEST, SUMMARY
from evals.scoring import HEADLINE

SHOWN = (HEADLINE, "answered_when_answerable", "declined_when_unanswerable", "citation_recall", "unchanged_answer")


@dataclass(frozen=True)
class PastRun:
    """One run folder's own account. Figures are None where the run was not scored or the metric applies to no case.

    `change` is the headline's difference to the run before it with the very same cases; None where there is none.
    """

    folder: str
    set: str
    set_digest: str
    started_at: str
    release: str
    chat_model: str
    commit: str
    cases: int
    verdict: str
    low: float | None
    high: float | None
    figures: dict[str, float | None]
    p95_ms: float | None
    change: float | None = None

    def as_json(self) -> dict[str, Any]:
        return vars(self)


def past_runs(folder: Path, set_name: str = "") -> list[PastRun]:
    """The runs in a folder of run folders, newest first; of one set where named. A damaged one is left out."""
    found = [run for path in folder.glob("*/") for run in _read(path) + [r for p in path.glob("*/") for r in _read(p)]]
    found.sort(key=lambda run: (run.started_at, run.folder))
    return list(reversed(_with_changes([run for run in found if set_name in ("", run.set)])))


def _with_changes(runs: Sequence[PastRun]) -> list[PastRun]:
    before: dict[str, float] = {}
    told = []
    for run in runs:
        value, earlier = run.figures[HEADLINE], before.get(run.set_digest)
        if value is not None:
            before[run.set_digest] = value
        change = None if value is None or earlier is None else value - earlier
        told.append(PastRun(**vars(run) | {"change": change}))
    return told


def _read(path: Path) -> list[PastRun]:
    """The run of a folder as a list of one; of none where it holds no whole run."""
    try:
        manifest = _json(path / MANIFEST)
        summary = _json(path / SUMMARY) if (path / SUMMARY).is_file() else {}
        verdict = _json(path / VERDICT) if (path / VERDICT).is_file() else {}
        datetime.fromisoformat(manifest["started_at"])
        figures = summary.get("figures", {})
        head = figures.get(HEADLINE, {})
        return [
            PastRun(
                folder=str(path),
                set=str(manifest["set"]),
                set_digest=str(manifest["set_digest"]),
                started_at=str(manifest["started_at"]),
                release=str(manifest.get("release") or ""),
                chat_model=str(manifest.get("chat_model") or ""),
                commit=str((manifest.get("code") or {}).get("commit") or "")[:10],
                cases=int(manifest["cases"]),
                verdict=str(verdict.get("verdict", "")),
                low=head.get("low"),
                high=head.get("high"),
                figures={key: figures.get(key, {}).get("value") for key in SHOWN},
                p95_ms=summary.get("latency_ms", {}).get("p95"),
            )
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _json(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise TypeError(f"{path.name} is no object")
    return value
