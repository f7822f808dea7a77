"""The commands as DGA staff type them: exit codes, tables, files, and sentences for what is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import evals.__main__ as commands
from bot.settings import Settings
from tests.evals.samples import Scripted, case, declined, make_release, passage, right_answer, unanswerable, write_set

runner = CliRunner()


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with one release, and a set of 30 cases of which a right bot fails none."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    make_release(tmp_path / "data", [passage()])
    cases = [case(id=f"a{i}", question=f"งบ {i}") for i in range(20)]
    write_set(tmp_path / "set.jsonl", *cases, *(unanswerable(id=f"n{i}", question=f"ไม่มี {i}") for i in range(20)))
    return tmp_path


def serve(monkeypatch: pytest.MonkeyPatch, bot: Scripted) -> list[Settings]:
    """The bot that the commands will find, and the settings it was opened with."""
    opened: list[Settings] = []

    def open_answerer(settings: Settings) -> Scripted:
        opened.append(settings)
        return bot

    monkeypatch.setattr(commands, "_open_answerer", open_answerer)
    monkeypatch.setattr(commands, "_open_retrieval", lambda settings: None)
    return opened


def right_bot() -> Scripted:
    return Scripted({f"งบ {i}": right_answer() for i in range(20)})


def call(*arguments: str | Path) -> Result:
    return runner.invoke(commands.app, [str(argument) for argument in arguments])


def test_a_good_run_passes_and_leaves_its_folder(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, right_bot())
    result = call("run", "set.jsonl")
    assert result.exit_code == 0, result.output
    assert "ตอบถูกต้อง" in result.output
    assert "100.0%" in result.output
    assert "ผ่านเกณฑ์" in result.output
    [folder] = (room / "data" / "evals").iterdir()
    assert folder.name.endswith("-set")
    verdict = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))
    assert (verdict["verdict"], verdict["release"], verdict["cases"]) == ("pass", "r1", 40)
    assert {path.name for path in folder.iterdir()} >= {"manifest.json", "set.jsonl", "answers.jsonl", "summary.json"}
    assert (
        json.loads((folder / "scores.jsonl").read_text(encoding="utf-8").splitlines()[0])["section"]
        == "plan > งบประมาณ"
    )


def test_a_bad_run_fails_the_gate_and_says_why(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, Scripted({}))
    result = call("run", "set.jsonl", "--out", "r", "--json")
    assert result.exit_code == 1
    printed = json.loads(result.stdout)
    assert printed["figures"]["correct"]["value"] == 0.5
    assert printed["verdict"]["verdict"] == "fail"
    assert "ตอบถูกต้อง" in printed["verdict"]["sentence"]
    assert json.loads((room / "r" / "verdict.json").read_text(encoding="utf-8"))["exit_code"] == 1


def test_a_run_cut_by_limit_is_incomplete_and_goes_on(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = right_bot()
    serve(monkeypatch, bot)
    first = call("run", "set.jsonl", "--out", "r", "--limit", "5")
    assert first.exit_code == 3
    assert "35" in first.output
    assert len(bot.asked) == 5
    again = call("run", "set.jsonl", "--out", "r")
    assert again.exit_code == 0
    assert len(bot.asked) == 40
    assert call("run", "set.jsonl", "--out", "r").exit_code == 0
    assert len(bot.asked) == 40  # scoring again asks nobody


def test_an_error_in_one_case_makes_the_run_incomplete(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = right_bot()
    serve(monkeypatch, Scripted(dict(bot.script) | {"งบ 3": ValueError("ล้ม")}))
    result = call("run", "set.jsonl", "--out", "r")
    assert result.exit_code == 3
    assert "ขัดข้อง 1" in result.output


def test_control_c_keeps_what_there_is(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = right_bot()
    serve(monkeypatch, bot)
    runs = 0

    def stop_at_third(*_: object) -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("rich.progress.Progress.advance", stop_at_third)
    result = call("run", "set.jsonl", "--out", "r")
    assert result.exit_code == 3
    assert "--out r" in result.output
    monkeypatch.undo()
    monkeypatch.chdir(room)
    monkeypatch.setenv("DATA_DIR", str(room / "data"))
    serve(monkeypatch, bot)
    assert call("run", "set.jsonl", "--out", "r").exit_code == 0
    assert len(bot.asked) == len(set(bot.asked)) == 40


def test_a_candidate_release_is_tried_without_being_live(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus import releases

    make_release(room / "data", [passage()], "r2", live=False)
    opened = serve(monkeypatch, right_bot())
    seen: list[str | None] = []
    bot_answer = Scripted.answer

    def answer(self: Scripted, *arguments: object) -> object:
        seen.append(releases.live_id(opened[0].data_dir))
        return bot_answer(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Scripted, "answer", answer)
    result = call("run", "set.jsonl", "--out", "r", "--release", "r2")
    assert result.exit_code == 0, result.output
    assert set(seen) == {"r2"}
    assert releases.live_id(room / "data") == "r1"
    assert json.loads((room / "r" / "manifest.json").read_text(encoding="utf-8"))["release"] == "r2"
    assert call("run", "set.jsonl", "--out", "r").exit_code == 2  # the same folder, another release


def test_settings_can_be_set_for_one_run(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = serve(monkeypatch, right_bot())
    assert call("run", "set.jsonl", "--out", "r", "--set", "CHAT_MODEL=openai:tiny").exit_code == 0
    assert opened[0].chat_model == "openai:tiny"
    manifest = json.loads((room / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["chat_model"] == "openai:tiny"
    mixed = call("run", "set.jsonl", "--out", "r")  # the rest would be answered without the model
    assert mixed.exit_code == 2
    assert "CHAT_MODEL จาก “openai:tiny”" in mixed.output
    assert call("run", "set.jsonl", "--out", "r", "--set", "CHAT_MODEL=openai:tiny").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "none.jsonl"], "ไม่พบไฟล์"),
        (["run", "set.txt"], "ไม่พบไฟล์"),
        (["run", "set.jsonl", "--set", "NO_SUCH=1"], "NO_SUCH"),
        (["run", "set.jsonl", "--set", "CHAT_TIMEOUT_S=-1"], "CHAT_TIMEOUT_S"),
        (["run", "set.jsonl", "--release", "gone"], "gone"),
        (["run", "set.jsonl", "--gate", "none.yaml"], "ไม่พบไฟล์เกณฑ์"),
        (["run", "set.jsonl", "--baseline", "nothing"], "ไม่ใช่โฟลเดอร์ผลประเมิน"),
    ],
)
def test_what_cannot_be_used_is_said_with_exit_code_2(
    room: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    serve(monkeypatch, right_bot())
    result = call(*arguments)
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "Traceback" not in result.output


def test_without_an_index_the_command_to_run_is_named(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(room / "empty"))
    result = call("run", "set.jsonl", "--out", "r")
    assert result.exit_code == 2
    assert "python -m ingest build" in result.output
    assert not (room / "r").exists()


def test_a_baseline_is_compared_and_gated(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, right_bot())
    assert call("run", "set.jsonl", "--out", "before").exit_code == 0
    worse = dict(right_bot().script) | {f"งบ {i}": declined() for i in range(3)}
    serve(monkeypatch, Scripted(worse))
    result = call("run", "set.jsonl", "--out", "after", "--baseline", "before")
    assert result.exit_code == 1
    assert "แย่ลง 3 ข้อ" in result.output
    comparison = json.loads((room / "after" / "comparison.json").read_text(encoding="utf-8"))
    assert comparison["counts"] == {"improved": 0, "worse": 3, "same": 37, "new": 0, "gone": 0}


def test_drift_tells_what_a_candidate_release_changes(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus import releases

    make_release(room / "data", [passage()], "r2", live=False)
    changed = {"งบ 1": declined(), "งบ 2": replace(right_answer(), text=right_answer().text + " ครับ [1]")}
    by_release = {"r1": right_bot(), "r2": Scripted(dict(right_bot().script) | changed)}
    monkeypatch.setattr(commands, "_open_answerer", lambda s: by_release[releases.live_id(s.data_dir) or ""])
    monkeypatch.setattr(commands, "_open_retrieval", lambda settings: None)
    result = call("drift", "set.jsonl", "r2", "--out", "d", "--json")
    printed = json.loads(result.stdout)
    assert {c["id"] for c in printed["cases"] if c["answer_changed"]} == {"a1", "a2"}
    assert [c["id"] for c in printed["cases"] if c["citations_changed"]] == ["a1"]
    assert printed["counts"]["worse"] == 1
    assert result.exit_code == printed["verdict"]["exit_code"]
    assert json.loads((room / "d" / "after" / "manifest.json").read_text(encoding="utf-8"))["release"] == "r2"
    table = call("drift", "set.jsonl", "r2", "--out", "d")
    assert "2 จาก 40 ข้อ" in table.output
    assert "NOT_IN_PLAN" in table.output
    assert (room / "d" / "after" / "report.html").is_file()
    assert releases.live_id(room / "data") == "r1"
    assert call("drift", "set.jsonl", "gone").exit_code == 2


def test_scores_can_be_made_anew_without_the_bot(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, right_bot())
    assert call("run", "set.jsonl", "--out", "r").exit_code == 0
    (room / "r" / "summary.json").unlink()
    monkeypatch.setattr(commands, "_open_answerer", None)
    again = call("score", "r")
    assert again.exit_code == 0, again.output
    assert json.loads((room / "r" / "summary.json").read_text(encoding="utf-8"))["complete"] is True
