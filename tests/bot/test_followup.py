"""What a message leans on in the bot's last answer, alone and through the answerer."""

import pytest

from bot import followup
from bot.answer import AnswerStatus, Turn
from bot.answerer import Answerer
from bot.library import Library
from bot.question import Question, understand
from corpus.document import Audience
from tests.bot.chats import AREAS, user

STRATEGIES = (
    "แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2566-2570 มี 4 ยุทธศาสตร์ ดังนี้ [1]\n1. ยุทธศาสตร์ที่ 1 ยกระดับการเปลี่ยนผ่านดิจิทัลภาครัฐ\n"
    "2. ยุทธศาสตร์ที่ 2 พัฒนาบริการที่สะดวกและเข้าถึงง่าย"
)
CHAIR = "ประธานการประชุมวันที่ 9 กันยายน 2563 คือ ธนกร วังบุญคงชนะ เลขานุการรัฐมนตรีประจำสำนักนายกรัฐมนตรี [1]"


def asked(library: Library, text: str) -> Question:
    return understand(text, library.glossary, library.vocabularies[Audience.PUBLIC])


def pointed(library: Library, text: str, said: str) -> str:
    vocabulary = library.vocabularies[Audience.PUBLIC]
    found = followup.with_item(asked(library, text), said, library.glossary, vocabulary)
    return "" if found is None else found.text


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("ข้อแรกคืออะไร", "การศึกษา"),
        ("อันที่ 3 ล่ะ", "การเกษตร"),
        ("ข้อที่สามล่ะ", "การเกษตร"),
        ("ตัวสุดท้ายหมายถึงอะไร", "วิสาหกิจขนาดกลาง"),
        ("ข้อ ๔ คือ", "ความเหลื่อมล้ำ"),
    ],
)
def test_an_item_of_the_bots_list_is_pointed_at(library: Library, text: str, holds: str) -> None:
    assert holds in pointed(library, text, AREAS).replace(" ", "")


@pytest.mark.parametrize("text", ["ข้อที่ 9 คืออะไร", "งบรวมเท่าไร", "ยุทธศาสตร์ที่ 1 คืออะไร"])
def test_nothing_is_pointed_at(library: Library, text: str) -> None:
    assert pointed(library, text, AREAS) == ""


def test_no_list_no_item(library: Library) -> None:
    assert pointed(library, "ข้อแรกคืออะไร", CHAIR) == ""


def test_an_item_brings_its_plan_along(library: Library) -> None:
    found = pointed(library, "อันที่สองมีกี่โครงการ", STRATEGIES)
    assert "2566 2570" in found.replace("-", " ") and "ยุทธศาสตร์ 2" in found


def test_what_the_bot_named_is_taken_over_but_own_words_stay_first(library: Library) -> None:
    vocabulary = library.vocabularies[Audience.PUBLIC]
    own = asked(library, "ต่อมาเขาเป็นอะไร")
    found = followup.with_answer(own, followup.last_said([Turn("assistant", CHAIR)]), library.glossary, vocabulary)
    assert found is not None
    assert found.original == "ต่อมาเขาเป็นอะไร"
    assert found.facets[: len(own.facets)] == own.facets
    taken = found.facets[len(own.facets) :]
    assert 0 < len(taken) <= followup.MOST_TAKEN
    assert all(facet.context for facet in taken)
    assert "[1]" not in found.text


def test_a_year_of_its_own_replaces_the_one_that_the_bot_named(library: Library) -> None:
    vocabulary = library.vocabularies[Audience.PUBLIC]
    said = "ในปี 2563 ไทยอยู่อันดับ 57 ของ EGDI จาก 193 ประเทศ"
    found = followup.with_answer(asked(library, "แล้วปี 2565 ล่ะ"), said, library.glossary, vocabulary)
    assert found is not None
    assert "2565" in found.text and "2563" not in found.text


@pytest.mark.parametrize(
    ("question", "earlier", "said", "holds"),
    [
        ("อันที่ 2 มีกี่โครงการ", "ยุทธศาสตร์แผนใหม่มีอะไรบ้าง", STRATEGIES, "8 โครงการ"),
        ("อันสุดท้ายคืออะไรนะ", "6 ด้านมีอะไรบ้าง", AREAS, "SME"),
        ("ตอนนั้นเขามีตำแหน่งอะไร", "ใครเป็นประธานงาน 9 ก.ย. 63", CHAIR, "เลขานุการรัฐมนตรี"),
    ],
)
def test_a_follow_up_to_the_bots_answer_is_answered(
    answerer: Answerer, question: str, earlier: str, said: str, holds: str
) -> None:
    answer = answerer.answer(question, (Turn("user", earlier), Turn("assistant", said)))
    assert answer.status is AnswerStatus.ANSWERED
    assert holds in answer.text
    assert answer.question == question


def test_an_item_is_looked_for_in_the_draft_that_the_list_is_of(answerer: Answerer) -> None:
    turns = [Turn("user", "6 ด้านมีอะไรบ้าง"), Turn("assistant", AREAS)]
    answer = answerer.answer("ข้อแรกคืออะไร", turns)
    assert answer.status is AnswerStatus.ANSWERED and "การศึกษา" in answer.text
    assert "ก.ย. 2563" in answer.citations[0].draft


def test_what_is_asked_next_is_asked_of_the_same_plan(answerer: Answerer) -> None:
    turns = user("แผน 66-70 มีกี่ยุทธศาสตร์")
    answer = answerer.answer("ขอชื่อของยุทธศาสตร์ที่ 2", turns)
    assert "พัฒนาบริการที่สะดวกและเข้าถึงง่าย" in answer.text
    assert "อำนวยความสะดวกภาคธุรกิจ" not in answer.text


def test_a_system_named_anew_is_asked_for_itself(answerer: Answerer) -> None:
    turns = user("แผน 66-70 มีกี่ยุทธศาสตร์")
    assert answerer.answer("GDX คืออะไร", turns).text == answerer.answer("GDX คืออะไร").text


def test_an_aside_takes_nothing_from_the_answer(answerer: Answerer) -> None:
    question = "วิสัยทัศน์แผน 63-65 คืออะไร"
    assert answerer.answer(f"{question} จะเอาไปใส่สไลด์").text == answerer.answer(question).text


def test_a_list_stays_in_mind_after_another_answer() -> None:
    listed = [Turn("user", "6 ด้านมีอะไรบ้าง"), Turn("assistant", AREAS)]
    assert followup.last_list([*listed, *user("ข้อแรกคืออะไร")]) == followup.last_list(listed) != ""
    assert followup.last_list(user("ข้อแรกคืออะไร")) == ""


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("EGDI มีดัชนีย่อย 2 ด้าน คือ บริการออนไลน์ (OSI) และทุนมนุษย์ (HCI)", ["บริการออนไลน์ (OSI)", "ทุนมนุษย์ (HCI)"]),
        ("ที่เพิ่ม คือ สิ่งแวดล้อม แรงงาน และยุติธรรม", ["สิ่งแวดล้อม", "แรงงาน", "ยุติธรรม"]),
        ("มี 3 เรื่อง คือ งานหนึ่ง งานสอง", []),
        ("มี 4 เรื่อง คือ ก ข และ ค", []),  # two words of one item, or an item left out: nobody knows
    ],
)
def test_a_sentence_may_list(said: str, items: list[str]) -> None:
    assert followup.items_of(said) == items


@pytest.mark.parametrize(
    ("earlier", "said", "question", "holds", "without"),
    [
        (["ยุทธศาสตร์ที่ 3 ของแผน 63-65 มีกี่มาตรการ"], "3 มาตรการ", "ไม่ใช่ หมายถึงยุทธศาสตร์ที่ 2", "5 มาตรการ", "946.36"),
        (["แผน 66-70 มีหลักคิดนำทางกี่ข้อ"], "8 ข้อ", "ไล่ให้ฟังหน่อย", "Once Only", ""),
        (["Citizen Portal คืออะไร"], "ระบบพอร์ทัลกลาง", "งบเท่าไร", "ไม่พบคำตอบ", "6,504.69"),
        (["งบยุทธศาสตร์ที่ 3 แผน 63-65", "ขอบคุณ"], "ยินดีครับ", "มีกี่แผนงาน", "4 แผนงาน", "14 แผนงาน"),
        (["ประชุมชี้แจงแผนเดือนเมษายน 2564 เน้นกี่ประเด็น"], "4 ประเด็น", "ประเด็นแรกคืออะไร", "แลกเปลี่ยนข้อมูล", "การศึกษา"),
        (["แผน 63-65 ลงราชกิจจาหรือยัง"], "มีฉบับประกาศ", "เล่มไหน", "ไม่พบในแหล่งข้อมูล", "เล่ม 140"),
    ],
)
def test_what_leans_on_the_chat_is_answered_of_its_topic(
    answerer: Answerer, earlier: list[str], said: str, question: str, holds: str, without: str
) -> None:
    turns = [turn for text in earlier for turn in (Turn("user", text), Turn("assistant", said))]
    answer = answerer.answer(question, turns)
    assert holds in answer.text
    assert not without or without not in answer.text


def test_more_of_an_item_is_not_the_item_again(answerer: Answerer) -> None:
    listed = answerer.answer("เป้าหมายของแผน 63-65 มีอะไรบ้าง").text
    turns = [Turn("user", "เป้าหมายของแผน 63-65 มีอะไรบ้าง"), Turn("assistant", listed)]
    assert "CPI" in answerer.answer("ข้อสามใช้ตัวชี้วัดอะไร", turns).text
