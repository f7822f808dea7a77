"""A run survives what goes wrong in it: cases that raise or hang, a kill, another set, secrets in errors."""

import json
import threading
from pathlib import Path

import pytest

from bot.settings import Settings
from evals import run as runs
from evals.cases import EvalSet, SetError, read_set
from evals.metrics import Cause, Hit
from evals.scoring import Record, percentile, score, summarise
from tests.evals.samples import Scripted, case, declined, right_answer, unanswerable, write_set

QUESTION = "งบประมาณรวมของแผนเท่าไร"


def three() -> EvalSet:
    cases = (
        case(id="a", question="หนึ่ง"),
        case(id="b", question="สอง", history=[{"role": "user", "content": "แผนคืออะไร"}]),
        unanswerable(id="c", question="สาม"),
    )
    return EvalSet("three", cases, (1, 2, 3))


def test_answers_are_kept_as_they_come_and_scored_without_asking_again(tmp_path: Path) -> None:
    run = runs.start(tmp_path / "r", three(), {"release": "r1"})
    bot = Scripted({"หนึ่ง": right_answer(), "สอง": declined()})
    seen: list[str] = []

    def after(record: object) -> None:
        seen.append(str(len(run.records)))

    runs.ask_all(run, bot, runs.pending(run), on_answer=after)
    assert seen == ["1", "2", "3"]
    assert bot.asked == ["หนึ่ง", "สอง", "สาม"]
    assert [turn.content for turn in bot.histories[1]] == ["แผนคืออะไร"]
    again = runs.open_run(tmp_path / "r")
    results, summary = runs.finish(again, {"a": "plan > งบ"})
    assert [result.marks.correct for result in results] == [True, False, True]
    assert results[0].record.answer == right_answer()
    assert summary.figures["correct"].value == pytest.approx(2 / 3)
    assert summary.refusal == {
        "answerable_answered": 1,
        "answerable_declined": 1,
        "unanswerable_answered": 0,
        "unanswerable_declined": 1,
    }
    assert summary.complete
    written = json.loads((tmp_path / "r" / "summary.json").read_text(encoding="utf-8"))
    assert written["figures"]["correct"]["n"] == 3
    lines = [json.loads(line) for line in (tmp_path / "r" / "scores.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["cause"] for line in lines] == [None, "wrongly_refused", None]


def test_a_case_that_raises_or_hangs_is_an_error_and_the_run_goes_on(tmp_path: Path) -> None:
    gate = threading.Event()

    def hang() -> None:
        gate.wait(30)

    bot = Scripted({"หนึ่ง": RuntimeError("no key-123 for you"), "สอง": hang})  # type: ignore[dict-item]
    run = runs.start(tmp_path / "r", three(), {})
    runs.ask_all(run, bot, runs.pending(run), limit_s=0.3, secrets=["key-123"])
    gate.set()
    records = run.records
    assert records["a"].error == "RuntimeError: no *** for you"
    assert "0.3" in records["b"].error
    assert records["c"].answer is not None
    results, summary = runs.finish(run, {})
    assert (summary.errors, summary.missing, summary.complete) == (2, 0, False)
    assert [r.marks.cause for r in results] == [Cause.ERROR, Cause.ERROR, None]
    assert summary.figures["correct"].n == 1
    assert "key-123" not in (tmp_path / "r" / "answers.jsonl").read_text(encoding="utf-8")


def test_a_killed_run_goes_on_where_it_stopped_and_asks_failed_cases_again(tmp_path: Path) -> None:
    run = runs.start(tmp_path / "r", three(), {})
    runs.ask_all(run, Scripted({"หนึ่ง": right_answer(), "สอง": OSError("down")}), runs.pending(run)[:2])
    path = tmp_path / "r" / "answers.jsonl"
    path.write_bytes(path.read_bytes() + '{"id": "c", "answer": {"question": "สา'.encode()[:-1])
    run = runs.start(tmp_path / "r", three(), {})
    assert [c.id for c in runs.pending(run)] == ["b", "c"]
    bot = Scripted({"สอง": right_answer()})
    runs.ask_all(run, bot, runs.pending(run))
    assert bot.asked == ["สอง", "สาม"]
    assert runs.pending(run) == []
    _, summary = runs.finish(run, {})
    assert summary.complete
    assert summary.figures["correct"].value == 1.0


def test_a_run_by_other_prompts_is_not_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.start(tmp_path / "r", three(), {})
    monkeypatch.setattr(runs, "prompt_digests", lambda: {"answer.md": "0"})
    with pytest.raises(SetError, match="prompts/"):
        runs.start(tmp_path / "r", three(), {})


def test_a_folder_of_another_set_is_refused(tmp_path: Path) -> None:
    runs.start(tmp_path / "r", three(), {})
    other = EvalSet("other", (case(id="z"),), (1,))
    with pytest.raises(SetError, match="ชุด"):
        runs.start(tmp_path / "r", other, {})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SetError, match="ไม่ใช่ผลประเมิน"):
        runs.start(tmp_path / "full", other, {})
    with pytest.raises(SetError, match="ไม่ใช่โฟลเดอร์ผลประเมิน"):
        runs.open_run(tmp_path / "nothing")


def test_a_set_changed_inside_the_folder_is_noticed(tmp_path: Path) -> None:
    runs.start(tmp_path / "r", three(), {})
    write_set(tmp_path / "r" / "set.jsonl", case(id="a"))
    with pytest.raises(SetError, match="ไม่ใช่โฟลเดอร์ผลประเมินที่สมบูรณ์"):
        runs.open_run(tmp_path / "r")


def test_the_digest_is_of_the_cases_not_of_the_file(tmp_path: Path) -> None:
    one = read_set(write_set(tmp_path / "one.jsonl", *three().cases))
    (tmp_path / "two.jsonl").write_text(
        "\n\n".join(json.dumps(c.model_dump(mode="json")) for c in three().cases), encoding="utf-8"
    )
    assert one.digest == read_set(tmp_path / "two.jsonl").digest == three().digest
    assert one.digest != EvalSet("x", three().cases[:2], (1, 2)).digest


def test_the_manifest_tells_what_was_run_and_no_secret(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        chat_model="openai:m",
        chat_api_key="sk-planted-1",  # type: ignore[arg-type]
        chat_base_url="https://user:planted-2@host/v1",
        embedding_base_url="https://user:planted-3@host/v1",
        embedding_api_key="planted-4",  # type: ignore[arg-type]
        telegram_bot_token="7:planted-5",  # type: ignore[arg-type]
        telegram_webhook_secret="planted-6",  # type: ignore[arg-type]
        database_url="postgresql://bot:planted-7@host/bot",  # type: ignore[arg-type]
    )
    runs.start(tmp_path / "r", three(), runs.about_settings(settings, "r1"))
    text = (tmp_path / "r" / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["release"] == "r1"
    assert manifest["chat_model"] == "openai:m"
    assert manifest["set_digest"] == three().digest
    assert manifest["packages"]["chromadb"]
    assert "planted" not in text


def test_hits_are_kept_with_the_answer(tmp_path: Path) -> None:
    run = runs.start(tmp_path / "r", three(), {})
    hit = Hit("p", "plan", "ข้อความ")
    runs.ask_all(run, Scripted({}), runs.pending(run), retrieve=lambda case: (hit,) if case.id == "a" else ())
    assert run.records["a"].hits == (hit,)
    assert run.records["b"].hits == ()


def test_percentiles_are_by_nearest_rank() -> None:
    assert percentile([5, 1, 3, 2, 4], 0.5) == 3
    assert percentile([5, 1, 3, 2, 4], 0.95) == 5
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([7], 0.95) == 7
    assert percentile([], 0.5) == 0


def test_cases_of_one_section_widen_the_interval() -> None:
    cases = [case(id=str(i), question=str(i)) for i in range(40)]
    records = {c.id: Record(c.id, right_answer() if int(c.id) < 20 else declined(), "", 1.0, "") for c in cases}
    alone = summarise(score(cases, records, {}), 40).figures["correct"]
    together = summarise(score(cases, records, {c.id: f"s{int(c.id) // 10}" for c in cases}), 40).figures["correct"]
    assert alone.value == together.value == 0.5
    assert alone.low is not None and together.low is not None and alone.high is not None and together.high is not None
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
