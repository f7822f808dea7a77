"""Earlier runs: newest first, one set or all, and what changed between runs of the same cases."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from evals.history import past_runs
from tests.evals.samples import Scripted, declined
from tests.evals.test_main import call, right_bot, room, serve  # noqa: F401 room is a fixture


@pytest.fixture
def earlier(room: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    """Three runs, the second of them worse, and a folder that is none."""
    folder = room / "data" / "evals"
    worse = Scripted({**right_bot().script, "งบ 0": declined(), "งบ 1": declined()})
    for name, bot in (("a-set", right_bot()), ("b-set", worse), ("c-set", right_bot())):
        serve(monkeypatch, bot)
        call("run", "set.jsonl", "--out", folder / name)
        path = folder / name / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(manifest | {"started_at": f"2026-01-0{ord(name[0]) - 96}T01:02:03+00:00"}))
    (folder / "damaged").mkdir()
    (folder / "damaged" / "manifest.json").write_text('{"set": ')
    return folder


def test_runs_are_listed_newest_first_with_their_change(earlier: Path) -> None:
    found = past_runs(earlier)
    assert [Path(run.folder).name for run in found] == ["c-set", "b-set", "a-set"]
    assert [run.figures["correct"] for run in found] == [1.0, 0.95, 1.0]
    assert [run.change and round(run.change, 6) for run in found] == [0.05, -0.05, None]
    assert [run.verdict for run in found] == ["pass", "fail", "pass"]
    assert past_runs(earlier, "other") == []


def test_the_command_prints_a_table_or_json(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    table = call("history", "evals/sets/set.jsonl")
    assert table.exit_code == 0, table.output
    rows = [line for line in table.output.splitlines() if "26-01-0" in line]
    assert ["26-01-03 01:02" in rows[0], "+5.0" in rows[0], "-5.0" in rows[1]] == [True, True, True]
    assert "95.0" in rows[1] and "✗" in rows[1] and "✓" in rows[0]
    assert all(cell_len(line) <= 80 for line in table.output.splitlines()[1:6])
    monkeypatch.setenv("COLUMNS", "160")
    assert "r1" in call("history").output  # the release, where there is room
    printed = json.loads(call("history", "--json").stdout)
    assert [run["set"] for run in printed] == ["set"] * 3
    none = call("history", "other")
    assert (none.exit_code, "no runs yet" in none.output) == (0, True)
    assert call("history", "--in", earlier / "none").exit_code == 0


def test_a_drift_run_is_listed_too(earlier: Path) -> None:
    (earlier / "drift").mkdir()
    (earlier / "a-set").rename(earlier / "drift" / "before")
    assert [Path(run.folder).name for run in past_runs(earlier)] == ["c-set", "b-set", "before"]
