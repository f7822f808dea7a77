"""Asking the bot every question of a set, and keeping what it said.

A run folder is all there is to know of a run:

    manifest.json   code, settings, release, models, prompts, set and times
    set.jsonl       the cases, as asked
    answers.jsonl   one line per answer, appended as they come; the last line of a case counts
    scores.jsonl    the marks of every case       (written by scoring; costs nothing to repeat)
    summary.json    the figures with intervals    (the same)
    verdict.json    pass, fail or incomplete      (the same)

A run that was stopped goes on where it stopped; a case that failed is asked again.
"""

import hashlib
import json
import os
import platform
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from bot.answer import Answer, Turn
from bot.settings import Settings
from evals import scoring
from evals.cases import Case, EvalSet, Problem, SetError, cases_digest, read_set, write_jsonl
from evals.metrics import Hit
from evals.scoring import Record

MANIFEST, SET, ANSWERS, SCORES, SUMMARY = "manifest.json", "set.jsonl", "answers.jsonl", "scores.jsonl", "summary.json"
CASE_LIMIT_S = 60.0
_PASSWORD = re.compile(r"://[^/@\s]+@")
_REPOSITORY = Path(__file__).parent.parent
# The settings that decide what is found and said.
_MODELS = ("chat_model", "embedding_model", "reranker_model")
_PACKAGES = ("chromadb", "bm25s", "pythainlp", "langchain", "numpy")


class Answers(Protocol):
    """What can be run: the bot's `Answerer`, or a stand-in."""

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...


Retrieve = Callable[[Case], tuple[Hit, ...]]


@dataclass(frozen=True)
class RunFolder:
    """A run on disk. `manifest` tells what was run; `cases` are those asked."""

    path: Path
    manifest: dict[str, Any]
    cases: tuple[Case, ...]

    @property
    def records(self) -> dict[str, Record]:
        return read_records(self.path / ANSWERS)


def start(folder: Path, cases: EvalSet, about: Mapping[str, Any]) -> RunFolder:
    """A new run folder, or the one that is there if it is of the same set and was answered by the same models.

    Raises:
        SetError: if the folder holds a run of another set or of other models or prompts, or something that is no run.
    """
    if (folder / MANIFEST).is_file():
        run = resume(folder, cases)
        _refuse_other_models(run, about)
        return run
    if folder.exists() and any(folder.iterdir()):
        raise SetError([Problem(str(folder), 0, "", "โฟลเดอร์มีไฟล์อื่นอยู่แต่ไม่ใช่ผลประเมิน: เลือกโฟลเดอร์ใหม่ด้วย --out")])
    folder.mkdir(parents=True, exist_ok=True)
    write_jsonl(folder / SET, cases.cases)
    manifest = {
        "set": cases.name,
        "set_digest": cases.digest,
        "cases": len(cases.cases),
        "started_at": _now(),
        "code": code_version(),
        "python": platform.python_version(),
        "packages": {name: _package(name) for name in _PACKAGES},
        "prompts": prompt_digests(),
        **about,
    }
    write_json(folder / MANIFEST, manifest)
    return RunFolder(folder, manifest, cases.cases)


def resume(folder: Path, cases: EvalSet) -> RunFolder:
    """The run in a folder, to be continued with the same set.

    Raises:
        SetError: if it is of another set.
    """
    run = open_run(folder)
    if run.manifest["set_digest"] != cases.digest:
        message = (
            f"โฟลเดอร์นี้เป็นผลของชุด {run.manifest['set']} ที่เนื้อหาไม่เหมือนชุด {cases.name} ที่สั่ง: "
            "เลือกโฟลเดอร์ใหม่ด้วย --out (the folder holds a run of another set)"
        )
        raise SetError([Problem(str(folder), 0, "", message)])
    return run


def _refuse_other_models(run: RunFolder, about: Mapping[str, Any]) -> None:
    """Half a run by one model and half by another would be a figure of neither."""
    before, now = run.manifest.get("settings", {}), about.get("settings", {})
    changed = [
        f"{name.upper()} จาก “{before[name]}” เป็น “{now[name]}”"
        for name in _MODELS
        if name in before and name in now and before[name] != now[name]
    ]
    if run.manifest.get("prompts", {}) != prompt_digests():
        changed.append("เนื้อหาใน prompts/")
    if changed:
        message = (
            f"ทำต่อไม่ได้ เพราะคำตอบเดิมมาจากค่าตั้งอื่น ({', '.join(changed)}): "
            "ใช้ค่าเดิม หรือเลือกโฟลเดอร์ใหม่ด้วย --out (made with other models or prompts)"
        )
        raise SetError([Problem(str(run.path), 0, "", message)])


def open_run(folder: Path) -> RunFolder:
    """The run in a folder.

    Raises:
        SetError: if there is none, or it is damaged.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        cases = read_set(folder / SET).cases
        if cases_digest(cases) != manifest["set_digest"]:
            raise ValueError("set.jsonl does not match the manifest")
    except (OSError, ValueError, KeyError) as error:
        message = f"ไม่ใช่โฟลเดอร์ผลประเมินที่สมบูรณ์ ({error}) (not a whole run folder)"
        raise SetError([Problem(str(folder), 0, "", message)]) from None
    return RunFolder(folder, manifest, cases)


def read_records(path: Path) -> dict[str, Record]:
    """The last record of every case; a line cut short by a kill is left out, so that its case is asked again."""
    records: dict[str, Record] = {}
    if not path.is_file():
        return records
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            record = scoring.record_from_json(json.loads(line))
        except (ValueError, KeyError, TypeError):
            continue
        records[record.id] = record
    return records


def pending(run: RunFolder) -> list[Case]:
    """The cases that have no answer yet, in the order of the set."""
    records = run.records
    return [case for case in run.cases if case.id not in records or records[case.id].answer is None]


def ask_all(
    run: RunFolder,
    answers: Answers,
    cases: Iterable[Case],
    *,
    limit_s: float = CASE_LIMIT_S,
    retrieve: Retrieve | None = None,
    secrets: Sequence[str] = (),
    on_answer: Callable[[Record], None] = lambda _: None,
) -> None:
    """Ask the cases one after the other, and append each answer as it comes.

    A case that raises, or takes longer than `limit_s` seconds, is recorded as an error; the run goes on.
    """
    with (run.path / ANSWERS).open("ab+") as file:
        _end_cut_line(file)
        for case in cases:
            record = _ask(case, answers, limit_s, retrieve, secrets)
            file.write(json.dumps(record.as_json(), ensure_ascii=False).encode() + b"\n")
            file.flush()
            on_answer(record)


def finish(run: RunFolder, sections: Mapping[str, str]) -> tuple[list[scoring.Result], scoring.Summary]:
    """Score what is there and write scores and summary; asks nobody and can be repeated."""
    results = scoring.score(run.cases, run.records, sections)
    summary = scoring.summarise(results, len(run.cases))
    lines = [json.dumps(_score_line(result), ensure_ascii=False) + "\n" for result in results]
    (run.path / SCORES).write_text("".join(lines), encoding="utf-8")
    head = {key: run.manifest.get(key) for key in ("set", "set_digest", "release", "chat_model", "started_at")}
    write_json(run.path / SUMMARY, head | summary.as_json())
    return results, summary


def about_settings(settings: Settings, release: str) -> dict[str, Any]:
    """What a manifest keeps of the settings; secrets are masked by their type, passwords in addresses here."""
    shown = {
        name: _PASSWORD.sub("://***@", value) if isinstance(value, str) else value
        for name, value in settings.model_dump(mode="json").items()
    }
    return {
        "release": release,
        "chat_model": settings.chat_model or "extractive",
        "embedding_model": settings.embedding_model or "shipped",
        "settings": shown,
    }


def code_version() -> dict[str, Any]:
    """The commit of the code, and whether files differ from it; empty outside a repository."""
    commit = _git("rev-parse", "HEAD")
    return {"commit": commit, "changed": bool(_git("status", "--porcelain"))} if commit else {}


def prompt_digests() -> dict[str, str]:
    """SHA-256 of each prompt, by file name."""
    paths = sorted((_REPOSITORY / "prompts").glob("*.md"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def new_folder(data_dir: Path, set_name: str) -> Path:
    """Where a run goes when nobody says otherwise: named by time, so that the newest sorts last."""
    return data_dir / "evals" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{set_name}"


def write_json(path: Path, value: Any) -> None:
    """Write whole or not at all, so that a reader never sees half a file."""
    aside = path.with_name(f".{path.name}-{os.getpid()}")
    aside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)


def _score_line(result: scoring.Result) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "kind": result.case.kind,
        "section": result.section,
        "correct": result.marks.correct,
        "cause": result.marks.cause,
        "error": result.record.error,
        "metrics": result.marks.metrics,
        "findings": vars(result.marks.findings),
    }


def _ask(case: Case, answers: Answers, limit_s: float, retrieve: Retrieve | None, secrets: Sequence[str]) -> Record:
    at, started = _now(), time.perf_counter()
    box: dict[str, Any] = {}

    def work() -> None:
        try:
            box["answer"] = answers.answer(case.question, [turn.as_turn() for turn in case.history])
            box["wall_ms"] = (time.perf_counter() - started) * 1000
            box["hits"] = retrieve(case) if retrieve else None
        except Exception as error:  # any failure of the system under test is a finding, not the end of the run
            box["error"] = f"{type(error).__name__}: {error}"

    # A thread that hangs cannot be ended from outside; as a daemon it does not keep the run from ending.
    thread = threading.Thread(target=work, daemon=True, name=f"case {case.id}")
    thread.start()
    thread.join(limit_s)
    if thread.is_alive():
        error = f"ไม่ตอบภายใน {limit_s:g} วินาที (no answer within the limit)"
        return Record(case.id, None, error, limit_s * 1000, at)
    if "error" in box:
        return Record(case.id, None, redacted(box["error"], secrets), (time.perf_counter() - started) * 1000, at)
    return Record(case.id, box["answer"], "", round(box["wall_ms"], 2), at, box["hits"])


def redacted(text: str, secrets: Sequence[str]) -> str:
    """The text without any of the secrets."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _end_cut_line(file: Any) -> None:
    """Close a line that a kill cut short, so that the next record does not join it."""
    if file.seek(0, os.SEEK_END) > 0:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "--no-optional-locks", "-C", str(_REPOSITORY), *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
