"""`python -m bot export-feedback`: what people voted on and what had no answer, as draft cases for the evals."""

import json
from pathlib import Path

from bot.answer import AnswerStatus
from bot.preview.standin import StandIn
from evals.feedback import drafts
from tests.bot.chatting import SOMYING, THANA, buttons, replies, running_bot, settings_for, telegram
from tests.bot.fake_answers import FakeAnswerer, cited, uncited
from tests.bot.test_ask import bot, refused

UNANSWERED = "แผนปี 2590 ว่าอย่างไร"


async def test_votes_and_unanswered_questions_are_written_for_the_evals(tmp_path: Path) -> None:
    standin, data_dir = StandIn(), tmp_path / "data"
    answerer = FakeAnswerer(lambda q: uncited(q, AnswerStatus.NOT_IN_PLAN, "ไม่พบ") if q == UNANSWERED else cited(q))
    async with telegram(standin) as address, running_bot(settings_for(standin, address, data_dir), answerer):
        standin.say(SOMYING, SOMYING, "วิสัยทัศน์คืออะไร")
        [reply] = await replies(standin, SOMYING)
        await standin.press(SOMYING, SOMYING, reply["message_id"], buttons(reply)["👎"])
        standin.say(THANA, THANA, UNANSWERED)
        await replies(standin, THANA)
    done = bot("export-feedback", data_dir=data_dir)
    assert done.returncode == 0, done.stderr.decode()
    path = data_dir / "feedback.jsonl"
    assert f"Wrote 2 lines to {path}" in done.stdout.decode()
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {(line["question"], line["vote"]) for line in lines} == {("วิสัยทัศน์คืออะไร", "down"), (UNANSWERED, "")}
    assert str(SOMYING) not in path.read_text(encoding="utf-8")
    assert {case.question for case in drafts(path).drafts} == {"วิสัยทัศน์คืออะไร", UNANSWERED}


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "file").write_text("")
    done = bot("export-feedback", "--out", str(tmp_path / "file" / "x.jsonl"), data_dir=tmp_path / "data")
    assert str(tmp_path / "file") in refused(done)
