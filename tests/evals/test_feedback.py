"""Drafts from feedback: what people were not helped with, each question once, without their personal numbers."""

import json
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.state.database import open_database
from bot.state.feedback import Vote, keep, write_export
from evals.cases import read_set
from evals.feedback import drafts
from tests.evals.samples import case, declined, right_answer, write_set
from tests.evals.test_main import call

VALID_ID = "1101700230708"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A file as the bot itself writes it."""
    database = open_database("", tmp_path / "state")

    def say(key: str, answer: Answer, vote: Vote | None) -> None:
        database.transact(keep, key, answer, vote)

    say("k1", right_answer("งบปีหน้าเท่าไร"), Vote.DOWN)
    say("k2", right_answer("งบปีหน้าเท่าไร "), Vote.DOWN)
    say("k3", right_answer("ดีมาก"), Vote.UP)
    say("k4", right_answer("กดผิด"), Vote.DOWN)
    say("k4", right_answer("กดผิด"), Vote.UP)
    say("k5", declined(question=f"ผม {VALID_ID} โทร 081-234-5678 a.b@x.go.th ขอดูแผน"), None)
    say("k6", declined(question="งบ ๑๒ ล้าน"), Vote.UP)
    say("k7", declined(question="งบ 12 ล้าน"), Vote.DOWN)
    database.transact(write_export, tmp_path / "feedback.jsonl")
    database.close()
    return tmp_path / "feedback.jsonl"


def test_down_votes_and_unanswered_questions_become_drafts_once(stored: Path) -> None:
    found = drafts(stored)
    questions = [draft.question for draft in found.drafts]
    assert questions[:2] == ["งบ ๑๒ ล้าน", "งบปีหน้าเท่าไร"]  # 3 and 2 signs; two writings are one question
    assert len(questions) == 3
    assert "👎 2 ครั้ง ไม่ได้คำตอบ 0 ครั้ง" in found.drafts[1].note
    for draft in found.drafts:
        assert draft.tags == ("draft", "feedback")
        assert draft.reviewer == ""
        assert not draft.facts and not draft.evidence
    assert found.problems == ()


def test_personal_numbers_are_masked(stored: Path) -> None:
    asked = drafts(stored).drafts[2].question
    assert asked == "ผม [เลขประจำตัวประชาชน] โทร [หมายเลขโทรศัพท์] [อีเมล] ขอดูแผน"
    assert VALID_ID not in json.dumps([draft.as_json() for draft in drafts(stored).drafts])


def test_lines_that_cannot_be_read_are_told_and_left(stored: Path) -> None:
    with stored.open("a", encoding="utf-8") as file:
        file.write(
            '[1]\n{"answer": "k9"}\n{"answer": "k9", "question": 3, "vote": "down", "status": "ANSWERED"}\n{"cut'
        )
    found = drafts(stored)
    assert len(found.drafts) == 3
    assert [problem.row for problem in found.problems] == [8, 9, 10, 11]


def test_what_a_set_asks_already_is_left_out(stored: Path) -> None:
    found = drafts(stored, [case(question="งบปีหน้า เท่าไร")])
    assert found.known == 1
    assert "งบปีหน้าเท่าไร" not in [draft.question for draft in found.drafts]


def test_the_command_writes_drafts_for_excel_and_never_overwrites(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    done = call("import-feedback", stored, "--out", "drafts.xlsx")
    assert done.exit_code == 0, done.output
    assert "3" in done.output
    assert [one.tags for one in read_set(tmp_path / "drafts.xlsx").cases] == [("draft", "feedback")] * 3
    before = (tmp_path / "drafts.xlsx").read_bytes()
    again = call("import-feedback", stored, "--out", "drafts.xlsx")
    assert again.exit_code == 2
    assert "ไม่เขียนทับ" in again.output
    assert (tmp_path / "drafts.xlsx").read_bytes() == before
    write_set(tmp_path / "known.jsonl", *drafts(stored).drafts)
    nothing = call("import-feedback", stored, "--out", "more.jsonl", "--not-in", "known.jsonl")
    assert nothing.exit_code == 0
    assert not (tmp_path / "more.jsonl").exists()
    assert call("import-feedback", "gone.jsonl", "--out", "x.jsonl").exit_code == 2


def test_a_draft_does_not_pass_the_check_before_a_person_completed_it(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.evals.samples import make_release, passage

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    make_release(tmp_path / "data", [passage()])
    call("import-feedback", stored, "--out", "drafts.jsonl")
    checked = call("check", "drafts.jsonl")
    assert checked.exit_code == 2
    assert "ยังเป็นร่าง" in checked.output
