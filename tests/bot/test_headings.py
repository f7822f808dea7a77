"""What a numbered part is called may stand in its heading alone."""

import pytest

from bot.headings import name_of
from bot.question import understand
from corpus.document import Passage, Unit, UnitKind
from corpus.glossary import Glossary
from corpus.index import Hit, Vocabulary

TITLE = "แผนพัฒนาการท่องเที่ยวชุมชน พ.ศ. 2570-2574"
GLOSSARY = Glossary((), (), "")


def hit(*headings: str, score: float = 0.5) -> Hit:
    unit = Unit(UnitKind.SENTENCE, "กรมเจ้าท่าเป็นหน่วยงานหลัก งบประมาณ 310 ล้านบาท")
    return Hit(Passage("d#1", "d", (TITLE, *headings), (unit,)), score)


def heading_for(question: str, *hits: Hit) -> str:
    asked = understand(question, GLOSSARY, Vocabulary(()))
    named = name_of(asked, hits, {"d": 1.0})
    return named.heading if named else ""


@pytest.mark.parametrize(
    "question",
    ["ยุทธศาสตร์ที่ 3 คืออะไร", "ยุทธศาสตร์ที่ ๓ ชื่ออะไร", "ยุทธศาสตร์ที่ 3 ของแผน พ.ศ. 2570-2574 คืออะไร"],
)
def test_the_heading_is_the_name(question: str) -> None:
    named = "ยุทธศาสตร์ที่ 3 ความปลอดภัยทางน้ำ"
    assert heading_for(question, hit("ส่วนที่ 3 ยุทธศาสตร์", named)) == named


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("ยุทธศาสตร์ที่ 3 งบเท่าไร", "ยุทธศาสตร์ที่ 3 ความปลอดภัยทางน้ำ"),  # asks for something else
        ("ยุทธศาสตร์ที่ 3 คืออะไร", "ยุทธศาสตร์ที่ 31 ความปลอดภัยทางน้ำ"),  # another number
        ("ยุทธศาสตร์ที่ 3 คืออะไร", "ยุทธศาสตร์ที่ 3"),  # no name
        ("ยุทธศาสตร์ที่ 3 ของแผน พ.ศ. 2559-2561 คืออะไร", "ยุทธศาสตร์ที่ 3 ความปลอดภัยทางน้ำ"),  # another plan
    ],
)
def test_no_heading_says_it(question: str, heading: str) -> None:
    assert heading_for(question, hit(heading)) == ""


def test_the_best_hit_wins() -> None:
    hits = [hit("ด้านที่ 2 การศึกษา", score=0.4), hit("ด้านที่ 2 การเกษตร", score=0.6)]
    assert heading_for("ด้านที่ 2 คืออะไร", *hits) == "ด้านที่ 2 การเกษตร"
