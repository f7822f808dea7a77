"""The value that is told by itself before its statement."""

from dataclasses import replace

import pytest

from bot.answer import AnswerStatus
from bot.answerer import Answerer
from bot.asking import Asking
from bot.composing import CERTAIN, Composer
from bot.finding import Finder
from bot.leading import lead
from bot.library import Library
from bot.question import Question, understand
from corpus.document import Audience

BUDGET = "งบประมาณรายยุทธศาสตร์ของแผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 มี 4 ยอด: 2. ยุทธศาสตร์ที่ 2 งบประมาณ 518.46 ล้านบาท"
IN_COLUMN = (
    "งบประมาณเกี่ยวกับรัฐบาลดิจิทัล 3 ยอดที่เป็นคนละเรื่องกัน: งบบูรณาการรัฐบาลดิจิทัล ปีงบประมาณ พ.ศ. 2565: "
    "จำนวนโครงการ 61 โครงการ/กิจกรรม; งบประมาณ (ล้านบาท) 6,824.31; แหล่งข้อมูล สรุปข่าว"
)
PENALTY = (
    "สภาพัฒนาการเศรษฐกิจและสังคมแห่งชาติ ครั้งที่ 11/2563 เห็นชอบร่างแผน พ.ศ. 2563-2565 เมื่อวันที่ 4 พฤศจิกายน 2563 และต่อมาส่งให้ ครม."
)


def question(library: Library, text: str) -> Question:
    return understand(text, library.glossary, library.vocabularies[Audience.PUBLIC])


@pytest.mark.parametrize(
    ("text", "statement", "value"),
    [
        ("ยุทธศาสตร์ที่ 2 งบเท่าไร", BUDGET, "518.46 ล้านบาท"),
        ("สภาพัฒน์เห็นชอบวันไหน", PENALTY, "4 พฤศจิกายน 2563"),
        ("ยุทธศาสตร์ที่ 2 งบเท่าไร", "ยุทธศาสตร์ที่ 2 งบ 518.46 ล้านบาท", ""),  # short: the statement is read at once
        ("ยุทธศาสตร์ที่ 2 งบเท่าไร", f"{BUDGET} จาก 6,504.69 ล้านบาท", ""),  # which of two?
        ("ยุทธศาสตร์ที่ 2 งบเท่าไร", BUDGET.replace("518.46", "กว่า 518"), ""),  # more than that
        ("ยุทธศาสตร์ที่ 2 งบ 518.46 ล้านบาทหรือเท่าไร", BUDGET, ""),  # the person said so
        ("งบบูรณาการใช้งบเท่าไร", IN_COLUMN, ""),  # its unit stands in the column's name
        ("แต่ละยุทธศาสตร์งบเท่าไรบ้าง", BUDGET, ""),
        ("ทำไมยุทธศาสตร์ที่ 2 ได้งบเท่าไร", BUDGET, ""),
    ],
)
def test_only_a_certain_value_leads(library: Library, text: str, statement: str, value: str) -> None:
    assert lead(question(library, text), statement) == value


def test_it_is_cited_like_its_statement(answerer: Answerer) -> None:
    answer = answerer.answer("ยุทธศาสตร์ที่ 2 มีงบเท่าไหร่")
    assert answer.status is AnswerStatus.ANSWERED
    first, second = answer.text.split("\n")[:2]
    assert first == "518.46 ล้านบาท [1]"
    assert "518.46 ล้านบาท" in second and second.endswith("[1]")
    assert "518.46" in answer.citations[0].quote


def test_nothing_leads_where_the_answer_is_not_sure_enough(library: Library) -> None:
    question = "ยุทธศาสตร์ที่ 2 มีงบเท่าไหร่"
    asking = Asking(library, question)
    finder = Finder(asking)
    found = finder.find(question)
    score = found.draft.features["log_score"] - 0.5
    less_sure = replace(found.draft, features={**found.draft.features, "log_score": score})
    doubtful = replace(found, draft=less_sure)
    assert doubtful.is_sure and doubtful.confidence < CERTAIN < found.confidence
    composer = Composer(asking, finder)
    assert composer.answered(found).text.startswith("518.46 ล้านบาท [1]")
    assert not composer.answered(doubtful).text.startswith("518.46")
