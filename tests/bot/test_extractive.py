"""Answers of the documents' own sentences: the fewest that cover the question, or the whole list; never a gap."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot import question as questions
from bot.answer import AnswerStatus
from bot.answerer import Answerer
from bot.evidence import Evidence
from bot.extractive import FUSED, MOST_PARALLEL, MOST_STATEMENTS, OTHER_NUMBER, OWN, Draft, compose, rank
from bot.question import Question
from corpus.document import Passage, Unit, UnitKind
from corpus.embedder import StaticEmbedder
from corpus.glossary import read_glossary
from corpus.index import Index, Query, build_index, open_index
from tests.bot.plan_passages import (
    ACT,
    AREAS,
    BUDGET,
    CHALLENGES,
    DRAFT,
    MEETING,
    PLAN,
    RANKS,
    RESULTS,
    SECTIONS,
    STRATEGIES,
)

Compose = Callable[..., Draft]


def items(
    name: str, path: tuple[str, ...], lead: str, *texts: str, first: int = 1, part: int = 1, parts: int = 1
) -> Passage:
    units = tuple(Unit(UnitKind.ITEM, text, f"{n}.") for n, text in enumerate(texts, start=first))
    return Passage(f"{name}-{part}", name, path, units, lead=lead, part=part, parts=parts)


def sentences(name: str, path: tuple[str, ...], *texts: str) -> Passage:
    return Passage(name, name, path, tuple(Unit(UnitKind.SENTENCE, text) for text in texts))


PROVINCES = ("น่าน", "แพร่", "ตราด", "เลย", "ยะลา", "สตูล")
SITES_PATH = ("ศูนย์บริการร่วมของจังหวัด", "จังหวัดที่มีศูนย์บริการร่วม")
SITES_LEAD = "จังหวัดที่มีศูนย์บริการร่วมมี 6 จังหวัด ดังนี้"
SITES = (
    items("sites", SITES_PATH, SITES_LEAD, *PROVINCES[:3], part=1, parts=2),
    items("sites", SITES_PATH, SITES_LEAD, *PROVINCES[3:], first=4, part=2, parts=2),
)
# Two lists under one heading, neither with a lead line.
BASES = items("bases", ("คู่มือ", "ห้องสมุดและสนามกีฬาของตำบล"), "", "ห้องสมุดประชาชนหนองบัว", "ห้องสมุดประชาชนท่าวัง")
FIELDS = replace(
    items("bases", ("คู่มือ", "ห้องสมุดและสนามกีฬาของตำบล"), "", "สนามกีฬาหนองบัว", "สนามกีฬาท่าวัง", "สนามกีฬาบ้านดอน"),
    id="bases-other",
)
GAPS = sentences(
    "gaps",
    (DRAFT, "สิ่งที่ยังไม่พบ"),
    "ไม่พบค่าเช่าห้องของโรงแรมพูลแมนในแหล่งข้อมูลใด",
    "เอกสารนี้เล่าเรื่องค่าเช่าห้องประชุมของโรงแรม",
)
GAP_LIST = items("gap-list", (PLAN, "โครงการเร่งด่วน"), "รายชื่อโครงการเร่งด่วนไม่ปรากฏในเอกสาร มีเพียง 2 ชื่อ ดังนี้", "ก", "ข")
LAW = sentences(
    "law",
    (ACT, "ความหมาย"),
    "หน่วยงานของรัฐต้องมีธรรมาภิบาลข้อมูลภาครัฐ",
    "ธรรมาภิบาลข้อมูลภาครัฐ คือ การกำหนดสิทธิ หน้าที่ และความรับผิดชอบในการบริหารจัดการข้อมูล",
)
PASSAGES = (
    BUDGET, STRATEGIES, MEETING, AREAS, CHALLENGES, SECTIONS, RANKS, RESULTS,
    *SITES, BASES, FIELDS, GAPS, GAP_LIST, LAW,
)  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("index")
    digested = [replace(passage, digest=passage.id) for passage in PASSAGES]
    build_index(folder, digested, StaticEmbedder.load())
    return open_index(folder, StaticEmbedder.load())


@pytest.fixture(scope="module")
def draft(index: Index) -> Compose:
    """Composes the answer to a question from the passages above; `worth` is by document."""
    evidence = Evidence(index, StaticEmbedder.load())

    def made(text: str, worth: dict[str, float] | None = None) -> Draft:
        question = questions.understand(text, read_glossary(), index.vocabulary)
        hits = index.search(Query(question.text, question.names), 12)
        scored = evidence.score(question, [hit.passage for hit in hits])
        return compose(rank(question, hits, scored, evidence, worth or {}), index)

    return made


def made_of(tmp_path: Path, passage: Passage, text: str) -> Draft:
    """The draft for a question where this passage is all there is."""
    build_index(tmp_path, [passage], StaticEmbedder.load())
    index = open_index(tmp_path, StaticEmbedder.load())
    try:
        asked = questions.understand(text, read_glossary(), index.vocabulary)
        evidence = Evidence(index, StaticEmbedder.load())
        hits = index.search(Query(asked.text, asked.names), 3)
        return compose(rank(asked, hits, evidence.score(asked, [hit.passage for hit in hits]), evidence, {}), index)
    finally:
        index.close()


def told(draft: Draft) -> str:
    return "\n".join(f"{t.marker} {t.text}".strip() for t in draft.told)


class TestOneFact:
    @pytest.mark.parametrize(
        ("question", "answer"),
        [
            ("แผน 63-65 มีงบประมาณรวมเท่าไร", "6,504.69 ล้านบาท"),
            ("ใครเป็นประธานการประชุมเชิงปฏิบัติการ", "ธนกร วังบุญคงชนะ"),
            ("การประชุมเชิงปฏิบัติการจัดที่โรงแรมไหน", "โรงแรมพูลแมน"),
            ("ผู้เข้าร่วมประชุมมีกี่คน", "225 คน"),
            ("ไทยอยู่อันดับ EGDI เท่าไรในปี 2565", "อันดับ 55"),
            ("โครงการที่ไม่มีการดำเนินการคิดเป็นร้อยละเท่าไร", "9.76"),
            ("พ.ร.บ. มีผลใช้บังคับวันไหน", "23 พฤษภาคม 2562"),
            ("มาตรา 12 (4) ว่าด้วยอะไร", "คุ้มครองข้อมูลส่วนบุคคล"),
            ("ธรรมาภิบาลข้อมูลภาครัฐคืออะไร", "การกำหนดสิทธิ"),
            ("ยุทธศาสตร์ที่ 2 งบเท่าไร", "518.46"),
            ("ด้านที่ 2 ของร่างแผนคืออะไร", "สาธารณสุข"),
        ],
    )
    def test_is_told_first(self, question: str, answer: str, draft: Compose) -> None:
        assert answer in draft(question).told[0].text

    def test_is_told_in_the_documents_own_words(self, draft: Compose) -> None:
        for question in ("แผน 63-65 มีงบประมาณรวมเท่าไร", "ใครเป็นประธานการประชุม", "6 ด้านมีอะไรบ้าง", "ยุทธศาสตร์ที่ 2 งบเท่าไร"):
            for statement in draft(question).told:
                own = {statement.passage.lead, *(unit.text for unit in statement.passage.units)}
                assert statement.quote in own
                assert statement.text.endswith(statement.quote) or statement.text in own

    def test_an_item_and_a_row_are_told_with_what_introduces_them(self, draft: Compose) -> None:
        item = draft("ด้านที่ 2 ของร่างแผนคืออะไร").told[0].text
        assert item.startswith("ร่างแผนพัฒนารัฐบาลดิจิทัล (ก.ย. 2563) กำหนดด้านที่มุ่งเน้น 6 ด้าน")
        assert "ดังนี้" not in item
        row = draft("ยุทธศาสตร์ที่ 2 งบเท่าไร").told[0].text
        assert "งบประมาณ (ล้านบาท) 518.46" in row

    def test_no_more_is_told_than_is_needed(self, draft: Compose) -> None:
        assert len(draft("ใครเป็นประธานการประชุมเชิงปฏิบัติการ").told) == 1
        for question in ("การประชุม", "แผนพัฒนารัฐบาลดิจิทัล", "งบประมาณและอันดับและมาตรา"):
            assert len(draft(question).told) <= max(MOST_STATEMENTS, MOST_PARALLEL)

    def test_a_question_about_two_things_gets_both(self, draft: Compose) -> None:
        answer = told(draft("ธรรมาภิบาลข้อมูลภาครัฐ และวิสัยทัศน์ของแผน"))
        assert "ธรรมาภิบาลข้อมูลภาครัฐ" in answer
        assert "เปิดเผย เชื่อมโยง" in answer

    def test_a_document_that_is_worth_less_yields(self, draft: Compose) -> None:
        question = "แผนมี 41 โครงการหรือไม่"
        first = draft(question).told[0].passage.document_id
        assert draft(question, {first: 0.1}).told[0].passage.document_id != first


class TestList:
    @pytest.mark.parametrize(
        "question", ["จังหวัดที่มีศูนย์บริการร่วมมีที่ใดบ้าง", "จังหวัดที่มีศูนย์บริการร่วมมีกี่จังหวัด", "ขอรายชื่อจังหวัดที่มีศูนย์บริการร่วม"]
    )
    def test_comes_whole_over_all_its_parts_with_its_lead_line_once(self, question: str, draft: Compose) -> None:
        made = draft(question)
        assert [t.text for t in made.told] == [SITES_LEAD, *PROVINCES]
        assert [t.marker for t in made.told[1:]] == [f"{n}." for n in range(1, 7)]
        assert [t.passage.part for t in made.told] == [1, 1, 1, 1, 2, 2, 2]
        assert made.features["is_list"] == 1.0

    def test_comes_whole_where_an_item_of_it_is_all_that_is_named(self, draft: Compose) -> None:
        assert [t.text for t in draft("6 ด้านของร่างแผน").told][1:] == [unit.text for unit in AREAS.units]

    def test_does_not_come_where_one_item_is_asked_for(self, draft: Compose) -> None:
        assert "สาธารณสุข" in told(draft("ด้านที่ 2 ของร่างแผนคืออะไร"))
        assert "การเกษตร" not in told(draft("ด้านที่ 2 ของร่างแผนคืออะไร"))

    def test_another_list_under_the_same_heading_is_no_part_of_it(self, draft: Compose) -> None:
        answer = told(draft("สนามกีฬาของตำบลมีที่ไหนบ้าง"))
        assert "สนามกีฬาบ้านดอน" in answer
        assert "ห้องสมุด" not in answer

    def test_a_count_is_of_what_is_counted(self, draft: Compose) -> None:
        assert "151 หน่วยงาน" in told(draft("มีหน่วยงานมาประชุมกี่หน่วยงาน"))
        assert "6 ประการ" in draft("ความท้าทายของร่างแผนมีกี่ประการ").told[0].text


class TestOtherNumber:
    def test_a_sentence_of_another_number_is_worth_less(self, index: Index) -> None:
        question = questions.understand("แผนพัฒนารัฐบาลดิจิทัล วันที่ 12 กันยายน 2563", read_glossary(), index.vocabulary)
        date = [facet.phrases for facet in question.facets].index(("12กันยายน2563",))
        hits = index.search(Query(question.text, question.names), 12)
        evidence = Evidence(index, StaticEmbedder.load())
        scored = evidence.score(question, [hit.passage for hit in hits])
        ranked = rank(question, hits, scored, evidence, {}).ranked
        fused = {hit.passage.id: hit.score for hit in hits}
        seen = set()
        for score, s in ranked:
            plain = (1 - OWN - FUSED) * s.coverage + OWN * s.own_coverage + FUSED * fused[s.passage.id]
            if s.unit.kind is UnitKind.SENTENCE and not re.search("ไม่พบ", s.unit.text):
                seen.add(is_other := bool(s.found[date] < 0.5))
                assert score == pytest.approx(plain * (OTHER_NUMBER if is_other else 1.0))
        assert seen == {True, False}


class TestGaps:
    def test_a_sentence_that_says_nothing_is_known_is_a_reason_for_declining(self, draft: Compose) -> None:
        made = draft("ค่าเช่าห้องของโรงแรมพูลแมนเท่าไร")
        assert made.told == ()
        assert made.absent == "ไม่พบค่าเช่าห้องของโรงแรมพูลแมนในแหล่งข้อมูลใด"

    def test_so_is_the_lead_line_of_a_list(self, draft: Compose) -> None:
        made = draft("ขอรายชื่อโครงการเร่งด่วนมีอะไรบ้าง")
        assert made.told == ()
        assert made.absent == GAP_LIST.lead

    def test_it_answers_who_asks_what_is_missing(self, draft: Compose) -> None:
        made = draft("ข้อมูลค่าเช่าห้องของโรงแรมพูลแมนไม่พบในแหล่งใด")
        assert "ไม่พบค่าเช่าห้อง" in told(made)
        assert made.absent == ""

    def test_what_a_document_says_about_itself_answers_nothing(self, draft: Compose) -> None:
        assert "เอกสารนี้" not in told(draft("เอกสารเล่าเรื่องค่าเช่าห้องประชุมของโรงแรมอย่างไร"))

    def test_without_hits_there_is_no_draft(self, index: Index) -> None:
        question = Question("งบเท่าไร", "งบเท่าไร")
        evidence = Evidence(index, StaticEmbedder.load())
        assert compose(rank(question, [], [], evidence, {}), index) == Draft()


class TestFeatures:
    def test_tell_an_answer_from_what_only_comes_near(self, draft: Compose) -> None:
        sure = draft("แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 มีงบประมาณรวมเท่าไร").features
        other_plan = draft("แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2566-2570 มีงบประมาณรวมเท่าไร").features
        other_topic = draft("แผนพัฒนาการท่องเที่ยวมีงบประมาณรวมเท่าไร").features
        assert sure["missing_number"] == 0.0
        assert other_plan["missing_number"] > 0.5
        assert other_topic["missing_noun"] > sure["missing_noun"]
        assert sure["score"] > max(other_plan["score"], other_topic["score"])

    def test_tell_that_the_kind_of_thing_is_missing(self, draft: Compose) -> None:
        assert draft("ธนกร วังบุญคงชนะ ได้รับเงินกี่บาท").features["kind_missing"] == 1.0
        assert draft("แผน 63-65 มีงบประมาณรวมเท่าไร").features["kind_missing"] == 0.0

    @pytest.mark.parametrize(
        ("question", "text", "missing"),
        [
            ("อบรมผู้ขับเรือกี่คน", "อบรมผู้ขับเรือ 2,500 คน", 0.0),  # no year, though it begins like one
            ("อบรมผู้ขับเรือกี่คน", "อบรมผู้ขับเรือในปี 2567", 1.0),
            ("อบรมผู้ขับเรือวันไหน", "อบรมผู้ขับเรือในเดือนกันยายน 2567", 1.0),  # a month is no day
            ("อบรมผู้ขับเรือวันไหน", "อบรมผู้ขับเรือวันที่ 9 กันยายน 2567", 0.0),
            ("อบรมผู้ขับเรือเมื่อไร", "อบรมผู้ขับเรือในเดือนกันยายน 2567", 0.0),
            ("อบรมผู้ขับเรือได้เท่าไร", "อบรมผู้ขับเรือในปี 2567", 1.0),  # a year is no number of anything
            ("อบรมผู้ขับเรือได้เท่าไร", "อบรมผู้ขับเรือได้ 40 เที่ยว", 0.0),
            ("มาตราไหนว่าด้วยอบรมผู้ขับเรือ", "อบรมผู้ขับเรือตามพระราชบัญญัติ", 1.0),
            ("หน่วยงานไหนอบรมผู้ขับเรือ", "เทศบาลตำบลอบรมผู้ขับเรือ", 0.0),
            ("หน่วยงานไหนอบรมผู้ขับเรือ", "องค์การขนส่งอบรมผู้ขับเรือ", 0.0),
            ("หน่วยงานไหนอบรมผู้ขับเรือ", "อบรมผู้ขับเรือทุกไตรมาส", 1.0),
            ("มาตราไหนว่าด้วยอบรมผู้ขับเรือ", "อบรมผู้ขับเรือตามมาตรา 7", 0.0),
        ],
    )
    def test_kinds_of_things_are_told_apart(self, tmp_path: Path, question: str, text: str, missing: float) -> None:
        passage = replace(sentences("boats", ("แผนความปลอดภัยทางน้ำ",), text), digest="boats")
        assert made_of(tmp_path, passage, question).features["kind_missing"] == missing

    @pytest.mark.parametrize(
        ("question", "text", "missing"),
        [
            ("ขอรายชื่อ 39 ตำบลที่อบรมผู้ขับเรือ หน่วยงาน", "อบรมผู้ขับเรือแล้ว 39 ตำบล", 0.0),  # ตำบล is nothing that is named here
            ("ขอรายชื่อ 39 หน่วยงานที่อบรมผู้ขับเรือ", "อบรมผู้ขับเรือแล้ว 39 หน่วยงาน", 1.0),
            ("อบรมผู้ขับเรือ 39 หน่วยงาน ชื่ออะไรบ้าง", "อบรมผู้ขับเรือแล้ว 39 หน่วยงาน", 1.0),
            ("ขอชื่อหน่วยงานทั้ง 2 ที่อบรมผู้ขับเรือ", "หน่วยงานที่อบรมผู้ขับเรือ ได้แก่ กรมท่าเรือ และสำนักเรือ", 0.0),
            ("หน่วยงานที่อบรมผู้ขับเรือชื่อเต็มว่าอะไร ใน 39 หน่วยงาน", "กรมท่าเรืออบรมผู้ขับเรือ", 0.0),
        ],
    )
    def test_the_names_of_so_many_are_not_their_number(
        self, tmp_path: Path, question: str, text: str, missing: float
    ) -> None:
        passage = replace(sentences("boats", ("แผนความปลอดภัยทางน้ำ",), text), digest="boats")
        assert made_of(tmp_path, passage, question).features["names_missing"] == missing

    @pytest.mark.parametrize(
        ("question", "text", "missing"),
        [
            ("ที่ยะลาอบรมผู้ขับเรือกี่คน", "อบรมผู้ขับเรือ 2,500 คน", 1.0),
            ("ที่ยะลาอบรมผู้ขับเรือกี่คน", "จังหวัดยะลาอบรมผู้ขับเรือ 2,500 คน", 0.0),
            ("เวียดนามอบรมผู้ขับเรือกี่คน", "ไทยอบรมผู้ขับเรือ 2,500 คน", 1.0),
            ("กทม. อบรมผู้ขับเรือกี่คน", "อบรมผู้ขับเรือ 2,500 คน", 1.0),
            ("กทม. อบรมผู้ขับเรือกี่คน", "กรุงเทพมหานครอบรมผู้ขับเรือ 2,500 คน", 0.0),
            ("กรมประมงอบรมผู้ขับเรือกี่คน", "กรมป่าไม้อบรมผู้ขับเรือ 2,500 คน", 1.0),
            ("กรมประมงอบรมผู้ขับเรือกี่คน", "กรมประมงอบรมผู้ขับเรือ 2,500 คน", 0.0),
            ("อบรมผู้ขับเรือได้กี่คนเลย", "อบรมผู้ขับเรือ 2,500 คน", 0.0),  # which is a province, too
        ],
    )
    def test_what_is_of_another_place_or_body_is_told_apart(
        self, tmp_path: Path, question: str, text: str, missing: float
    ) -> None:
        passage = replace(sentences("boats", ("แผนความปลอดภัยทางน้ำ",), text), digest="boats")
        assert made_of(tmp_path, passage, question).features["whose_missing"] == missing

    @pytest.mark.parametrize(("asked", "missing"), [("คะแนน", 0.0), ("ตำบล", 1.0)])
    def test_a_count_may_stand_after_what_it_is_said_of(self, tmp_path: Path, asked: str, missing: float) -> None:
        passage = replace(sentences("boats", ("แผนความปลอดภัยทางน้ำ",), "คะแนนของผู้ขับเรือเท่ากับ 0.46"), digest="boats")
        assert made_of(tmp_path, passage, f"ผู้ขับเรือได้กี่{asked}").features["count_missing"] == missing


def test_a_role_may_be_told_in_a_shorter_word(tmp_path: Path) -> None:
    passage = replace(sentences("boats", ("แผนน้ำ",), "ศูนย์ทดสอบเรือ ตั้งโดยกรมท่าเรือ"), digest="boats")
    made = made_of(tmp_path, passage, "ศูนย์ทดสอบเรือ ใครเป็นผู้จัดตั้ง")
    assert made.features["role_missing"] == 0.0


def test_a_tables_row_of_sums_is_no_name_too_many(tmp_path: Path) -> None:
    rows = [(name, f"{name}: งบ {budget} ล้านบาท") for name, budget in (("ศูนย์ก", 1), ("ศูนย์ข", 2), ("รวม", 3))]
    units = tuple(Unit(UnitKind.ROW, text, cells=(name, text)) for name, text in rows)
    table = Passage("t", "t", ("แผนน้ำ", "ศูนย์เรือ"), units, lead="หน่วยงานศูนย์เรือ", columns=("ศูนย์", "งบ"), digest="t")
    made = made_of(tmp_path, table, "ขอชื่อหน่วยงานศูนย์เรือทั้ง 2")
    assert (made.features["is_list"], made.features["names_missing"]) == (1.0, 0.0)


def test_an_items_marker_is_its_place_in_the_list(tmp_path: Path) -> None:
    passage = replace(
        items("goals", ("แผนน้ำ", "เป้าหมาย"), "เป้าหมายของแผนน้ำมี 2 ข้อ ดังนี้", "น้ำสะอาด", "น้ำพอใช้"), digest="goals"
    )
    assert made_of(tmp_path, passage, "น้ำพอใช้เป็นเป้าหมายข้อที่เท่าไร").features["kind_missing"] == 0.0


def test_what_is_true_of_another_agency_is_not_added(tmp_path: Path) -> None:
    said = (
        "สดช. จัดประชุมรับฟังความเห็นเรื่องแผน",
        "สพร. รับฟังความเห็นเรื่องค่าธรรมเนียมใบอนุญาต",  # covers a word more of the question, of another agency
        "ประชุมที่กรุงเทพ",
        "งบประมาณ 5 ล้านบาท",
        "โครงการเด่นของปี",
        "แผนระยะ 3 ปี",
    )
    passages = [
        replace(sentences(name, ("ชื่อย่อ",), text), digest=name) for name, text in zip("abcdef", said, strict=True)
    ]
    build_index(tmp_path, passages, StaticEmbedder.load())
    index = open_index(tmp_path, StaticEmbedder.load())
    asked = questions.understand("สดช. จัดประชุมรับฟังความเห็นเรื่องค่าธรรมเนียม", read_glossary(), index.vocabulary)
    evidence = Evidence(index, StaticEmbedder.load())
    hits = index.search(Query(asked.text, asked.names), 3)
    made = compose(rank(asked, hits, evidence.score(asked, [hit.passage for hit in hits]), evidence, {}), index)
    assert told(made) == said[0]
    index.close()


@pytest.mark.parametrize(
    "question",
    [
        "คะแนน EGDI ไทยปี 2567 ได้เท่าไร",  # the row has the rank of that year, and says that it has no score
        "อันดับ CPI ไทยปี 2565 ได้ที่เท่าไหร่",  # only by how much it should get better
        "ชื่อภาษาอังกฤษของ 4 ยุทธศาสตร์ในแผน 63-65",
        "ประธานสภาพัฒน์ฯ ที่ประชุมครั้งที่ 11/2563 ชื่ออะไร",
    ],
)
def test_what_comes_near_is_not_the_kind_of_thing_asked_for(question: str, answerer: Answerer) -> None:
    assert answerer.answer(question).status is AnswerStatus.NOT_IN_PLAN


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("อันดับ EGDI ไทยปี 2567 ได้เท่าไร", "52"),
        ("แผน 63-65 ตั้งเป้าให้อันดับ EGDI ดีขึ้นกี่อันดับ", "10 อันดับ"),
        ("มาตราไหนว่าด้วยศูนย์แลกเปลี่ยนข้อมูลกลาง", "มาตรา 1"),
    ],
)
def test_what_is_of_that_kind_is_told(question: str, says: str, answerer: Answerer) -> None:
    assert says in answerer.answer(question).text


SECTION = ("แผนห้องสมุดเมืองสายธาร", "2.1 วิสัยทัศน์")
YEARS = ("ห้องสมุด", "ปี 2567", "ปี 2568")


def rows(path: tuple[str, ...], columns: tuple[str, ...], *cells: tuple[str, ...]) -> Passage:
    def told(row: tuple[str, ...]) -> str:
        return f"{row[0]}: " + "; ".join(f"{c} {v}" for c, v in zip(columns[1:], row[1:], strict=True))

    return Passage("t", "t", path, tuple(Unit(UnitKind.ROW, told(r), cells=r) for r in cells), columns=columns)


@pytest.mark.parametrize(
    ("question", "passage", "missing"),
    [
        ("ประชุมปีละกี่ครั้ง", sentences("s", SECTION, "คณะกรรมการประชุมปีละสองครั้ง"), 0.0),
        ("ประชุมปีละกี่ครั้ง", sentences("s", SECTION, "คณะกรรมการประชุมเป็นประจำ"), 1.0),
        ("ทบทวนแผนเมื่อไร", sentences("s", SECTION, "ทบทวนแผนทุกสองปี"), 0.0),
        ("ทบทวนแผนเมื่อไร", sentences("s", SECTION, "ทบทวนแผนเป็นระยะ"), 1.0),
        ("อธิบดีชื่ออะไร", sentences("s", SECTION, "อธิบดีเป็นประธานกรรมการ"), 1.0),
        ("อธิบดีชื่ออะไร", sentences("s", SECTION, "อธิบดีคือนายสมชาย ใจกว้าง"), 0.0),
        ("เงินอุดหนุนปี 2568 เท่าไร", rows(("แผน", "งบประมาณ"), YEARS, ("เงินอุดหนุน", "3.0", "4.5")), 0.0),
        ("เงินค่าปรับปี 2568 กี่บาท", rows(("แผน", "ผู้ใช้"), YEARS, ("ค่าปรับ", "30", "45")), 1.0),
        ("ถุงหนังสือ หน่วยงานไหนรับผิดชอบ", rows(("แผน", "โครงการ"), ("โครงการ", "ผู้รับผิดชอบ"), ("ถุงหนังสือ", "งานอนามัย")), 0.0),
        ("ถุงหนังสือ หน่วยงานไหนรับผิดชอบ", rows(("แผน", "โครงการ"), ("โครงการ", "สถานะ"), ("ถุงหนังสือ", "งานรอง")), 1.0),
    ],
)
def test_the_kind_of_thing_may_be_told_in_words_or_by_a_table(
    tmp_path: Path, question: str, passage: Passage, missing: float
) -> None:
    assert made_of(tmp_path, passage, question).features["kind_missing"] == missing


@pytest.mark.parametrize(
    ("columns", "missing"), [(YEARS, 0.0), (("ห้องสมุด", "ปี 2567", "ปี 2568 (เล่ม)"), 1.0), (("งบ", *YEARS[1:]), 1.0)]
)
def test_a_bare_cell_counts_what_is_asked_unless_its_table_says_otherwise(
    tmp_path: Path, columns: tuple[str, ...], missing: float
) -> None:
    table = rows(("แผน", "ผู้ใช้"), columns, ("ตลาดเก่า", "8,700", "8,200"))
    assert made_of(tmp_path, table, "ตลาดเก่า ปี 2568 คนเข้ากี่ครั้ง").features["count_missing"] == missing


def test_a_section_that_is_asked_for_by_name_is_what_it_says(tmp_path: Path) -> None:
    passage = sentences("s", SECTION, "อ่านได้ทุกที่ อ่านดีทุกวัย")
    assert made_of(tmp_path / "a", passage, "วิสัยทัศน์คืออะไร").features["score"] > 0.7
    other = replace(passage, path=(SECTION[0], "2.1 ตัวอย่างวิสัยทัศน์"))
    assert made_of(tmp_path / "b", other, "วิสัยทัศน์คืออะไร").features["score"] < 0.6


def test_the_list_has_as_many_items_as_the_question_says(answerer: Answerer) -> None:
    answer = answerer.answer("กลไกขับเคลื่อนแผน 63-65 มี 4 แบบ มีอะไรบ้าง")
    assert answer.status is AnswerStatus.ANSWERED
    assert "กลไก" in answer.statements[0].text and len(answer.statements) == 5


@pytest.mark.parametrize(
    ("question", "says"), [("ปี 2567 ไทยอยู่อันดับ EGDI เท่าไร", "อันดับ 52"), ("ปี 2567 ไทยได้คะแนน EGDI เท่าไร", "")]
)
def test_of_a_row_only_the_cell_asked_about_may_say_that_nothing_is_known(
    tmp_path: Path, question: str, says: str
) -> None:
    cells = ("2567 (ค.ศ. 2024)", "อันดับ 52", "ไม่มีข้อมูลคะแนนปี 2567")
    text = f"{cells[0]}: อันดับ EGDI ของไทย {cells[1]}; คะแนน EGDI ของไทย {cells[2]}"
    row = replace(RANKS.units[-1], text=text, cells=cells)
    made = made_of(tmp_path, replace(RANKS, units=(*RANKS.units, row), digest="gap"), question)
    assert (says in told(made)) if says else not made.told


@pytest.mark.parametrize("form", ["{0}ของแผนคืออะไร", "{0}ของแผนมีอะไรบ้าง", "{0} {1} คืออะไร"])
@pytest.mark.parametrize(
    ("noun", "count", "items"),
    [("ยุทธศาสตร์", "4 ด้าน", 4), ("วัตถุประสงค์", "5 ข้อ", 5), ("เป้าหมาย", "4 ข้อ", 4), ("ความท้าทาย", "6 เรื่อง", 6)],
)
def test_what_a_plan_has_several_of_is_told_whole(
    form: str, noun: str, count: str, items: int, answerer: Answerer
) -> None:
    answer = answerer.answer(form.format(noun, count))
    assert answer.status is AnswerStatus.ANSWERED
    lead, *told = answer.statements
    assert noun in lead.text and len(told) == items
    assert [statement.text[:2] for statement in told] == [f"{n}." for n in range(1, items + 1)]


def test_a_number_in_order_counts_nothing(answerer: Answerer) -> None:
    for question in ("มาตรการทั้ง 4 ข้อในยุทธศาสตร์ที่ 1 แผน 63-65 ชื่อว่าอะไรบ้าง", "ยุทธศาสตร์ที่ 2 ของแผน 63-65 มี KPI อะไรบ้าง"):
        assert answerer.answer(question).status is AnswerStatus.NOT_IN_PLAN


def test_a_list_of_another_thing_is_no_list_of_what_is_asked_for(answerer: Answerer) -> None:
    answer = answerer.answer("มาตรการในยุทธศาสตร์ที่ 2 มีอะไรบ้าง")
    told = [s.text for s in answer.statements]
    assert any(text.startswith("ยุทธศาสตร์ที่ 2 ของแผน พ.ศ. 2563-2565 มี 5 มาตรการ") for text in told)
    assert not any("ยุทธศาสตร์ที่ 4" in text for text in told)


def test_a_list_that_counts_one_thing_is_no_answer_where_two_are_counted(answerer: Answerer) -> None:
    answer = answerer.answer("เวทีรับฟังความเห็นเดือนกันยา มีคนเข้าร่วมทั้งหมดกี่คนจากกี่หน่วยงาน")
    assert not any("2 คน" in statement.text for statement in answer.statements)
