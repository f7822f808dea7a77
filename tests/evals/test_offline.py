"""A whole run with the real bot, from index to report, with every connection blocked (`tests/conftest.py`)."""

import json
import socket
from pathlib import Path

import pytest

from evals import beir
from tests.evals.samples import case, unanswerable, write_set
from tests.evals.test_main import call

TEXTS = {
    "plan": "แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 มีงบประมาณรวม 6,504.69 ล้านบาท",
    "meeting": "การประชุมรับฟังความคิดเห็นวันที่ 9 กันยายน 2563 มีผู้เข้าร่วม 225 คน จาก 151 หน่วยงาน",
    "challenge": "ความท้าทายที่ 3 ของร่างแผนคือ การทำงานรูปแบบใหม่ (New Way of Working)",
}


def test_a_whole_run_needs_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []

    def refuse(self: socket.socket, address: object) -> None:
        connected.append(address)
        raise OSError("blocked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    passages = tuple(beir.passage({"_id": name, "title": name, "text": text}) for name, text in TEXTS.items())
    beir.serve(beir.Collection("small", passages, (), {}), tmp_path / "data")
    write_set(
        tmp_path / "set.jsonl",
        case(evidence=[[{"document": "plan", "quote": "มีงบประมาณรวม 6,504.69 ล้านบาท"}]]),
        unanswerable(id="n", question="ทีมฟุตบอลใดชนะเลิศบอลโลกปี 2018"),
    )
    assert call("check", "set.jsonl").exit_code == 0
    result = call("run", "set.jsonl", "--out", "r", "--json")
    assert result.exit_code in (0, 1), result.output  # two cases are too few for the gate's floors
    figures = json.loads(result.stdout)["figures"]
    assert figures["correct"]["value"] == 1.0
    assert figures["evidence_recall_at_10"]["value"] == 1.0
    assert (tmp_path / "r" / "report.html").is_file()
    assert connected == []
