"""A plan, a paper or a section as a whole: what opens its sections, and nothing where its name is not said."""

import pytest

from bot.answerer import Answerer
from bot.overview import MOST_OF_WHAT_IT_IS, Papers, asked_for
from corpus import thai
from corpus.document import Audience, Document, DraftStatus, Passage, Unit, UnitKind

TITLE = "แผนพัฒนาการท่องเที่ยวชุมชน พ.ศ. 2570-2574"
LAW = "พ.ร.บ. การท่องเที่ยวชุมชน พ.ศ. 2569"


def passage(place: int, path: tuple[str, ...], *texts: str, lead: str = "", kind: UnitKind | None = None) -> Passage:
    kind = kind or (UnitKind.ITEM if lead else UnitKind.SENTENCE)
    paper = "law" if path[0] == LAW else "plan"
    return Passage(f"{paper}#{place}", paper, path, tuple(Unit(kind, text) for text in texts), lead=lead)


def document(name: str, title: str, plan: str) -> Document:
    return Document(name, title, plan, "ฉบับ 1", "2569", DraftStatus.DRAFT, Audience.PUBLIC, (), f"{name}.md")


PASSAGES = [
    passage(0, (TITLE, "เกี่ยวกับเอกสารนี้"), "เอกสารนี้เป็นบทสรุป"),
    passage(1, (TITLE, "วิสัยทัศน์"), "วิสัยทัศน์คือ ชุมชนเป็นเจ้าบ้าน", "คำนี้ใช้ครั้งแรกในปี 2568"),
    passage(2, (TITLE, "เป้าหมาย"), "รายได้ชุมชน", "น้ำสะอาด", lead="แผนมีเป้าหมาย 2 ข้อ ดังนี้"),
    passage(3, (TITLE, "ยุทธศาสตร์", "ยุทธศาสตร์ที่ 1 ท่าเรือ"), "ยุทธศาสตร์ที่ 1 สร้างท่าเรือ 9 แห่ง"),
    passage(4, (TITLE, "ยุทธศาสตร์", "ยุทธศาสตร์ที่ 1 ท่าเรือ"), "ท่าแพ", "ท่าช้าง", lead="ท่าเรือนำร่อง 2 แห่ง ดังนี้"),
    passage(5, (TITLE, "ยุทธศาสตร์", "ยุทธศาสตร์ที่ 12 ป่า"), "ยุทธศาสตร์ที่ 12 ปลูกป่า"),
    passage(6, (TITLE, "งบประมาณ"), "งบรวม 310 ล้านบาท"),
    passage(7, (TITLE, "ผู้รับผิดชอบ"), "ไม่พบชื่อผู้รับผิดชอบในแหล่งข้อมูล"),
    passage(8, (LAW, "วันใช้บังคับ"), "กฎหมายใช้บังคับวันที่ 1 มกราคม 2570"),
]
PAPERS = Papers(
    [document("plan", TITLE, plan="tour"), document("law", LAW, plan="law")],
    PASSAGES,
    lambda: PASSAGES,
    {"tour": TITLE},
)


def overview(question: str, papers: Papers = PAPERS) -> list[str]:
    draft = asked_for(thai.fold(question), papers)
    return [told.text for told in draft.told] if draft else []


WHOLE = [
    "วิสัยทัศน์คือ ชุมชนเป็นเจ้าบ้าน",
    "แผนมีเป้าหมาย 2 ข้อ ได้แก่ รายได้ชุมชน, น้ำสะอาด",
    "ยุทธศาสตร์ที่ 1 สร้างท่าเรือ 9 แห่ง",
    "ท่าเรือนำร่อง 2 แห่ง ได้แก่ ท่าแพ, ท่าช้าง",
    "งบรวม 310 ล้านบาท",
]


@pytest.mark.parametrize(
    "question",
    [
        "สรุปแผนนี้ให้หน่อย", "ขอสรุปสาระสำคัญของแผน", "ช่วยสรุปแผนการท่องเที่ยวชุมชน 2570-2574 ให้ฟังหน่อยครับ", "ภาพรวมแผนเป็นยังไง",
        "ขอสรุปแผนแบบสั้นๆ",
    ],
)  # fmt: skip
def test_a_plan_is_summed_up_by_what_opens_its_sections(question: str) -> None:
    assert overview(question) == WHOLE


@pytest.mark.parametrize("question", ["แผนนี้คืออะไร", "แผนนี้เกี่ยวกับอะไร", "แผนนี้พูดถึงอะไรบ้าง"])
def test_what_a_plan_is_takes_less(question: str) -> None:
    assert overview(question) == WHOLE[:MOST_OF_WHAT_IT_IS]


def test_a_section_and_a_paper_are_summed_up_by_their_names() -> None:
    assert overview("สรุปยุทธศาสตร์ที่ 1 ให้หน่อย") == WHOLE[2:4]
    assert overview("สรุปเป้าหมายของแผน") == WHOLE[1:2]
    assert overview("ช่วยสรุป พ.ร.บ. การท่องเที่ยวชุมชน") == ["กฎหมายใช้บังคับวันที่ 1 มกราคม 2570"]


@pytest.mark.parametrize(
    "question",
    [
        "สรุปยุทธศาสตร์ที่ 2",  # is not there, though 12 is
        "สรุปแผนการศึกษา",  # another plan
        "สรุปท่าเรือ",  # in a heading that begins with something else
        "สรุปแผน 2575-2579",
        "แผนแม่บทคืออะไร",
        "ยุทธศาสตร์ที่ 1 คืออะไร",  # what it is called is asked, which a sentence tells
        "สรุปแล้วแผนใช้งบเท่าไร",
        "สรุปให้หน่อย",
        "แผนใช้งบเท่าไร",
    ],
)  # fmt: skip
def test_nothing_is_told_of_what_is_not_named(question: str) -> None:
    assert overview(question) == []


def test_of_a_long_list_and_of_a_table_only_what_they_are_of_is_told() -> None:
    long = passage(1, (TITLE, "ท่าเรือ"), *(f"ท่าเรือชุมชนที่ {i} บนแม่น้ำสายหลัก" for i in range(30)), lead="ท่าเรือมี 30 แห่ง ดังนี้")
    table = passage(2, (TITLE, "งบ"), "ปี 2570: งบ 9", lead="งบรายปี", kind=UnitKind.ROW)
    assert overview("สรุปแผนนี้", Papers(PAPERS.documents, [long, table], list, PAPERS.plans)) == [
        "ท่าเรือมี 30 แห่ง",
        "งบรายปี",
    ]


def test_what_a_plan_is_and_what_is_no_overview_need_no_search() -> None:
    def search() -> list[Passage]:
        raise AssertionError("searched")

    papers = Papers(PAPERS.documents, PASSAGES, search, PAPERS.plans)
    assert overview("แผนนี้คืออะไร", papers)
    assert not overview("ท่าเรือคืออะไร", papers)


def test_a_reader_gets_only_what_is_for_them() -> None:
    of_law = Papers(PAPERS.documents[1:], PASSAGES[8:], lambda: PASSAGES[8:], PAPERS.plans)
    assert overview("สรุปแผนนี้", of_law) == []


def test_the_plan_in_use_is_summed_up(answerer: Answerer) -> None:
    answer = answerer.answer("สรุปแผนนี้ให้หน่อยครับ")
    assert "วิสัยทัศน์ของแผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565" in answer.text
    assert "6,504.69 ล้านบาท" in answer.text
    assert {citation.document_id for citation in answer.citations} == {"plan-2564-03"}
    assert all(check.passed for check in answer.checks)


def test_the_draft_that_is_named_is_summed_up(answerer: Answerer) -> None:
    answer = answerer.answer("สรุปร่าง ก.ย. 63 หน่อย")
    assert {citation.document_id for citation in answer.citations} == {"draft-2563-09"}
    assert "ความท้าทาย" in answer.text


def test_a_question_within_a_summary_is_answered_itself(answerer: Answerer) -> None:
    answer = answerer.answer("สรุปสั้นๆ แผน 63-65 งบรวมเท่าไหร่")
    assert "6,504.69" in answer.text
    assert "วิสัยทัศน์" not in answer.text
