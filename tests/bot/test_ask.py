"""The shell's contract: `python -m bot ask`, in processes of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus import releases
from ingest.build import BuildReport
from tests.conftest import ROOT

QUESTION = "งบประมาณรวมของแผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 เท่าไร"
# Promised by the design, and what we add.
PROMISED = {"id", "question", "status", "text", "statements", "citations", "timings_ms", "release"}
ADDED = {"nearest", "written_by", "confidence", "notes", "tokens", "cost", "checks", "suggestions"}
CITATION = {"n", "passage_id", "document_id", "title", "draft", "section", "page", "quote", "text"}


def bot(*arguments: str, data_dir: Path, stdin: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    """`python -m bot …` with nothing of the caller's settings, from a folder without `.env`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        cwd=data_dir.parent,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "DATA_DIR": str(data_dir), **settings},
        timeout=120,
        check=False,
    )


def answers(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def refused(done: subprocess.CompletedProcess[bytes]) -> str:
    """What a run says that cannot begin: one clear message, exit code 1, nothing on standard output."""
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (1, b""), said
    assert "Traceback" not in said
    return said


@pytest.fixture(scope="module")
def data_dir(real_data: tuple[Path, BuildReport]) -> Path:
    return real_data[0]


def test_an_answer_is_printed_with_its_sources(data_dir: Path) -> None:
    done = bot("ask", QUESTION, data_dir=data_dir)
    assert done.returncode == 0, done.stderr.decode()
    text, _, sources = done.stdout.decode().partition("\n\nที่มา\n")
    assert "6,504.69 ล้านบาท [1]" in text
    assert re.fullmatch(r"\[1\] .+ \(.+, .+\) – .+", sources.splitlines()[0])
    assert done.stderr == b""


def test_json_has_the_fields_that_are_promised(data_dir: Path) -> None:
    (answer,) = answers(bot("ask", "--json", QUESTION, data_dir=data_dir))
    assert set(answer) == PROMISED | ADDED
    assert (answer["question"], answer["status"]) == (QUESTION, "ANSWERED")
    assert answer["release"] == releases.live_id(data_dir)
    assert all(set(statement) == {"text", "citations"} for statement in answer["statements"])
    assert answer["statements"][0]["citations"] == [1]
    assert all(set(citation) == CITATION | {"date", "page_label", "ocr"} for citation in answer["citations"])
    assert answer["citations"][0]["n"] == 1
    assert answer["citations"][0]["quote"] in answer["citations"][0]["text"]
    assert all(isinstance(ms, float) for ms in answer["timings_ms"].values())


def test_lines_of_questions_become_lines_of_answers_in_order(data_dir: Path) -> None:
    history = [
        {"role": "user", "content": "ยุทธศาสตร์ที่ 1 ของแผน 63-65 งบเท่าไร"},
        {"role": "assistant", "content": "4,879.87 ล้านบาท"},
    ]
    lines = [
        json.dumps({"id": "q1", "question": QUESTION}).encode(),
        json.dumps({"id": "q2", "question": "แล้วยุทธศาสตร์ที่ 2 ล่ะ", "history": history}).encode(),
        b"",
        b"{broken",
        b"[1, 2]",
        b'"text"',
        b"null",
        json.dumps({"id": "q8"}).encode(),
        json.dumps({"id": "q9", "question": None}).encode(),
        json.dumps({"id": "q10", "question": "x", "history": [{"role": "user"}]}).encode(),
        b"\xff\xfe",
        b'{"id": "q12", "question": "\\ud800"}',
        json.dumps({"question": "สวัสดีครับ", "history": None}).encode(),
    ]
    got = answers(bot("ask", "--jsonl", data_dir=data_dir, stdin=b"\n".join(lines)))
    assert all(set(answer) == PROMISED | ADDED for answer in got)
    assert [answer["id"] for answer in got] == ["q1", "q2", "4", "5", "6", "7", "q8", "q9", "q10", "11", "q12", "13"]
    first, follow_up, *broken, greeting = got
    assert "6,504.69" in first["text"]
    assert "518.46" in follow_up["text"]
    assert {answer["status"] for answer in broken} == {"INVALID"}
    unread = [int(n) for answer in broken for n in re.findall(r"^บรรทัดที่ (\d+) อ่านไม่ได้", answer["text"])]
    assert unread == [4, 5, 6, 7, 8, 9, 10, 11]
    assert greeting["status"] == "SMALL_TALK"


class TestWhatCannotBegin:
    def test_without_an_index_the_command_to_run_is_named(self, tmp_path: Path) -> None:
        said = refused(bot("ask", QUESTION, data_dir=tmp_path / "data"))
        assert "python -m ingest build" in said
        assert len(said.splitlines()) == 1

    def test_a_wrong_setting_is_named_without_its_value(self, data_dir: Path) -> None:
        said = refused(bot("ask", QUESTION, data_dir=data_dir, CHAT_TIMEOUT_S="minus-4711", CHAT_MODEL="planted4712"))
        assert "CHAT_TIMEOUT_S" in said
        assert "CHAT_MODEL" in said
        assert "4711" not in said
        assert "4712" not in said

    def test_an_index_of_another_model_is_not_used(self, data_dir: Path) -> None:
        said = refused(bot("ask", QUESTION, data_dir=data_dir, EMBEDDING_MODEL="intfloat/multilingual-e5-small"))
        assert "multilingual-e5-small" in said
        assert "python -m ingest build" in said
