"""“What changed” is answered from the passage diff of two drafts, and other drafts' figures and names are told."""

from pathlib import Path

import pytest

from bot import changes
from bot.answer import AnswerStatus, Turn
from bot.answerer import Answerer
from bot.asking import Asking
from bot.composing import Composer
from bot.extractive import of_heading
from bot.finding import Finder, Found
from bot.library import Library, Shelf
from bot.question import understand
from bot.revisions import LEAST_KEPT, Revisions
from corpus.document import Audience
from ingest.build import build
from tests.bot.cases import read_cases
from tests.ingest.small_corpus import entry, write_manifest

FIRST, SECOND, INTERNAL = "ร่างรับฟังความเห็น ก.พ. 2568", "ร่างเสนอคณะกรรมการ ส.ค. 2568", "ร่างแก้ไขภายใน ต.ค. 2568"


class TestAsOfEachDraft:
    """The same question as of each draft, and by default: from the newest."""

    @pytest.mark.parametrize(
        ("question", "old", "new"),
        [
            ("งบรวมของแผนเท่าไร", "412.5", "468.2"),
            ("เขตกันชนกี่เมตร", "500", "800"),
            ("ด้านคุณภาพน้ำได้งบเท่าไร", "180", "235.7"),
            ("ใครเป็นประธานคณะทำงานยกร่าง", "ธารา วังสินธุ์", "พิมพ์ลดา ชลาลัย"),
            ("คณะกรรมการกำกับแผนประชุมทุกกี่เดือน", "6 เดือน", "3 เดือน"),
            ("ต้องปลดพื้นที่รุกล้ำภายในปีไหน", "2571", "2572"),
            ("ผู้ฝ่าฝืนเขตกันชนต้องรื้อถอนภายในกี่วัน", "90 วัน", "60 วัน"),
            ("แผนมีเป้าหมายกี่ข้อ", "4 ข้อ", "5 ข้อ"),
            ("คุณภาพน้ำต้องอยู่ในเกณฑ์ดีร้อยละเท่าไรของจุดตรวจวัด", "60", "75"),
            ("ครัวเรือนที่มีบ่อดักไขมันต้องไม่น้อยกว่าเท่าไร", "2,300", "3,100"),
        ],
    )
    def test_has_that_draft_s_answer(self, question: str, old: str, new: str, invented: Answerer) -> None:
        for asked in (f"ตามร่างเดิม {question}", f"{question} ในฉบับ ก.พ. 2568"):
            answer = invented.answer(asked)
            assert {c.draft for c in answer.citations} == {FIRST}, answer.text
            assert old in answer.text
            assert new not in answer.text
        named = invented.answer(f"ตามฉบับล่าสุด {question}")
        assert new in named.text
        assert old not in named.text
        default = invented.answer(question)
        assert new in default.statements[0].text or new in default.text
        assert default.citations[0].draft == SECOND


class TestConflicts:
    def test_what_was_found_in_an_older_draft_is_told_as_the_newest_has_it(self, invented_shelf: Shelf) -> None:
        asking = Asking(invented_shelf.library(), "เขตกันชนกว้างเท่าไร")
        older = next(p for p in asking.library.index.passages if "500 เมตร" in p.body)
        said = next(unit.text for unit in older.units if "500 เมตร" in unit.text)
        question = understand(asking.question, asking.library.glossary, asking.library.vocabularies[Audience.PUBLIC])
        found = Found(question, draft=of_heading(said, older))
        answer = Composer(asking, Finder(asking)).answered(found)
        assert [("800 เมตร" in s.text, answer.citations[s.citations[0] - 1].draft) for s in answer.statements] == [
            (True, SECOND),
            (False, FIRST),
        ]
        assert "ไม่พบคำตอบที่ชัดพอ" not in answer.text

    @pytest.mark.parametrize(
        ("question", "new", "old"),
        [
            ("งบรวมของแผนเท่าไร", "468.2", "412.5 ล้านบาท"),
            ("เขตกันชนกี่เมตร", "800", "500 เมตร"),
            ("ใครเป็นประธานคณะทำงานยกร่าง", "พิมพ์ลดา", "นายธารา วังสินธุ์"),
            ("ด้านคุณภาพน้ำได้งบเท่าไร", "235.7", "180"),
        ],
    )
    def test_are_told_in_a_line_with_both_citations(
        self, question: str, new: str, old: str, invented: Answerer
    ) -> None:
        answer = invented.answer(question)
        assert new in answer.statements[0].text
        line = next(line for line in answer.text.split("\n") if "ระบุต่างออกไป" in line)
        assert line.startswith(FIRST)
        assert old in line
        other = answer.statements[-1]
        assert [answer.citations[n - 1].draft for n in other.citations] == [FIRST]
        assert f"[{other.citations[0]}] ต่างจาก [1]" in line

    @pytest.mark.parametrize(
        "question",
        [
            "จำนวนนกเป็ดน้ำที่พบในฤดูหนาวต้องไม่น้อยกว่ากี่ตัว",
            "จุดเฝ้าระวังไฟป่าพรุมีกี่จุด",
            "อาสาสมัครพิทักษ์น้ำมีกี่คน",
            "ด้านสัตว์ป่าและนกน้ำได้งบเท่าไร",
        ],
    )
    def test_are_not_told_of_what_both_say_alike_or_one_alone(self, question: str, invented: Answerer) -> None:
        answer = invented.answer(question)
        assert answer.status is AnswerStatus.ANSWERED
        assert "ต่างออกไป" not in answer.text

    def test_are_only_with_drafts_that_the_reader_may_see(self, invented: Answerer) -> None:
        assert "481.9" not in invented.answer("งบรวมของแผนเท่าไร").text
        internal = invented.answer("งบรวมของแผนเท่าไร", audience=Audience.INTERNAL).text
        assert f"{SECOND} ระบุต่างออกไปว่า" in internal
        assert "468.2" in internal

    def test_are_bounded_and_the_others_counted(self, invented: Answerer) -> None:
        text = invented.answer("เป้าหมายมีอะไรบ้าง").text
        assert text.count("ระบุต่างออกไปว่า") == 2
        assert "อีก 2 แห่ง" in text

    def test_the_shipped_digests_have_none(self, answerer: Answerer) -> None:
        """Read all: our digests of draft and plan are worded differently, which is no change of the plan."""
        for case in read_cases("plan")[::3]:
            assert "ต่างออกไป" not in answerer.answer(case.question, case.history).text


class TestWhatChanged:
    @pytest.mark.parametrize(
        ("question", "told", "not_told"),
        [
            ("ร่างใหม่ต่างจากเดิมอย่างไรเรื่องงบ", ("412.5", "468.2"), ("500 เมตร", "ประธาน")),
            ("งบเปลี่ยนจากเท่าไรเป็นเท่าไร", ("412.5", "468.2"), ("500 เมตร",)),
            ("อะไรเปลี่ยนในด้านคุณภาพน้ำ", ("180", "235.7", "ร้อยละ 60", "ร้อยละ 75"), ("412.5", "ประธาน")),
            ("เขตกันชนเปลี่ยนอย่างไร", ("500 เมตร", "800 เมตร", "90 วัน", "60 วัน"), ("9 เมตร", "412.5")),
            ("ประธานคณะทำงานเปลี่ยนจากใครเป็นใคร", ("ธารา วังสินธุ์", "พิมพ์ลดา ชลาลัย"), ("412.5",)),
            ("หน่วยงานเจ้าภาพเปลี่ยนจากใครเป็นใคร", ("สำนักงานลุ่มน้ำศรีวารี", "กรมทรัพยากรน้ำจืด"), ("412.5",)),
            ("มีอะไรเพิ่มเข้ามา", ("ลดขยะพลาสติก", "ไฟป่าพรุ", "ทุ่นดักขยะ"), ("ตัดออก:", "เดิม:")),
            ("ตัดอะไรออกบ้าง", ("350 บาท", "ธนาคารกล้าพันธุ์จอก"), ("เพิ่ม:", "เดิม:")),
            ("มีเป้าหมายอะไรเพิ่มเข้ามาบ้าง", ("ลดขยะพลาสติก",), ("ทุ่นดักขยะ", "ไฟป่า")),
            ("โครงการไหนถูกตัดออก", ("ธนาคารกล้าพันธุ์จอก",), ("350",)),
            ("ร่างใหม่เพิ่มโครงการอะไร", ("ทุ่นดักขยะ",), ("ไฟป่า",)),
            ("โครงการที่เพิ่มเข้ามามีอะไรบ้าง", ("ทุ่นดักขยะ",), ("ไฟป่า",)),
            ("ค่าธรรมเนียมเรือนำเที่ยวในร่างใหม่เปลี่ยนไปอย่างไร", ("ตัดออก:", "350 บาท"), ("412.5",)),
            ("ร่าง ก.พ. 68 กับร่าง ส.ค. 68 ต่างกันตรงไหนเรื่องการประชุมของคณะกรรมการ", ("6 เดือน", "3 เดือน"), ("412.5",)),
            ("ผู้ประเมินภายนอกเปลี่ยนไหม", ("มหาวิทยาลัยนทีธรรม", "สถาบันวิจัยลำน้ำเหนือ"), ("412.5",)),
        ],
    )
    def test_is_told_in_old_and_new_words_on_the_topic(
        self, question: str, told: tuple[str, ...], not_told: tuple[str, ...], invented: Answerer
    ) -> None:
        answer = invented.answer(question)
        assert answer.status is AnswerStatus.ANSWERED
        assert f"เทียบ{FIRST} กับ{SECOND}" in answer.text
        for words in told:
            assert words in answer.text
        for words in not_told:
            assert words not in answer.text
        assert answer.notes == ()
        for statement in answer.statements:
            label = statement.text.partition(":")[0]
            draft = {"เดิม": FIRST, "ตัดออก": FIRST, "ใหม่": SECOND, "เพิ่ม": SECOND}[label]
            assert {answer.citations[n - 1].draft for n in statement.citations} == {draft}

    def test_as_a_whole_is_counted_and_bounded(self, invented: Answerer) -> None:
        answer = invented.answer("ร่างใหม่ต่างจากเดิมอย่างไร")
        assert "เปลี่ยนข้อความ 12 แห่ง, เพิ่ม 3 แห่ง, ตัดออก 2 แห่ง" in answer.text.replace("แห่ง เ", "แห่ง, เ").replace(
            "แห่ง ต", "แห่ง, ต"
        )
        assert len(answer.statements) <= 2 * changes.MOST_TOLD
        assert f"และอีก {17 - changes.MOST_TOLD} แห่ง" in answer.text
        assert "4 ข้อ" in answer.statements[0].text  # figures first

    @pytest.mark.parametrize(
        ("question", "text"),
        [
            ("วิสัยทัศน์เปลี่ยนไปไหม", "คนกับนกน้ำอยู่ร่วมกัน"),
            ("ความสูงอาคารในเขตกันชนเปลี่ยนไหม", "9 เมตร"),
            ("สายด่วนแจ้งน้ำเสียเหมือนเดิมไหม", "1555"),  # its section moved
            ("งบด้านท่องเที่ยวเปลี่ยนไหม", "67"),
            ("ร่างใหม่ต่างจากเดิมอย่างไรเรื่องจำนวนนกเป็ดน้ำ", "18,000 ตัว"),
        ],
    )
    def test_nothing_changed_is_an_answer_too(self, question: str, text: str, invented: Answerer) -> None:
        answer = invented.answer(question)
        assert f"ไม่พบการเปลี่ยนแปลงเรื่องนี้ระหว่าง{FIRST} กับ{SECOND}" in answer.text
        assert text in answer.text
        assert [c.draft for c in answer.citations] == [FIRST, SECOND]

    def test_of_what_neither_tells_nothing_is_said(self, invented: Answerer) -> None:
        answer = invented.answer("ร่างใหม่เปลี่ยนเรื่องรถไฟความเร็วสูงอย่างไร")
        assert answer.status is AnswerStatus.NOT_IN_PLAN
        assert FIRST in answer.text

    def test_between_any_two_drafts_that_the_reader_may_see(self, invented: Answerer) -> None:
        question = "ร่างแรกกับร่างล่าสุดต่างกันอย่างไรเรื่องงบรวม"
        internal = invented.answer(question, audience=Audience.INTERNAL).text
        assert "412.5" in internal
        assert "481.9" in internal  # two drafts later
        assert "481.9" not in invented.answer(question).text

    def test_a_follow_up_goes_on_with_changes(self, invented: Answerer) -> None:
        turns = [Turn("user", "ร่างใหม่ต่างจากเดิมอย่างไรเรื่องงบ"), Turn("assistant", "…")]
        assert "500 เมตร" in invented.answer("แล้วเรื่องเขตกันชนล่ะ", turns).text

    def test_a_plan_with_one_draft_is_said_to_have_one(self, tmp_path: Path) -> None:
        corpus, data = tmp_path / "corpus", tmp_path / "data"
        corpus.mkdir()
        (corpus / "only.md").write_text("# แผน\n\n## งบ\n\nงบประมาณรวมคือ 5 ล้านบาท\n", encoding="utf-8")
        write_manifest(corpus, [entry("only")])
        build(corpus, data)
        answer = Answerer(Shelf(data)).answer("ร่างใหม่ต่างจากเดิมอย่างไรเรื่องงบ")
        assert "มีเพียงร่าง 1 ฉบับเดียว" in answer.text

    def test_of_the_shipped_plan_is_told_by_the_paper_that_compares(self, answerer: Answerer) -> None:
        answer = answerer.answer("ร่าง ก.ย. 2563 กับฉบับ ครม. ต่างกันอย่างไรเรื่องชื่อด้านที่ 2")
        assert "สุขภาพและการแพทย์" in answer.text
        assert not answer.text.startswith("เทียบ")

    @pytest.mark.parametrize(
        "question",
        ["GDX คืออะไร", "6 ด้านมีอะไรบ้าง", "การเปลี่ยนแปลงสภาพภูมิอากาศมีมาตรการอะไรบ้าง", "แผนยกเลิกสำเนาเอกสารของหน่วยงานใดบ้าง"],
    )
    def test_other_questions_are_not_taken_for_it(self, question: str, library: Library) -> None:
        assert changes.asked_about(question, (), library.drafts[Audience.PUBLIC]) is None


OLDER = """# แผนปลูกป่าชายเลน

## 1. สภาพปัญหา

### 1.1 การกัดเซาะ

ชายฝั่งถูกกัดเซาะปีละ 12 เมตร

### 1.2 ความเห็นของชาวประมง

ชาวประมงขอให้เว้นแนวเดินเรือกลางอ่าวไว้อย่างน้อยหนึ่งร้อยเมตร

## 2. มาตรการ

### 2.1 แก้มลิงน้ำกร่อย

ให้กรมเจ้าท่าดูแลแก้มลิงน้ำกร่อย

### 2.2 งบประมาณ

งบประมาณรายปี (หน่วย: ล้านบาท)

| งาน | 2568 | 2569 |
|---|---|---|
| เพาะกล้าไม้ | 12.5 | 14.0 |
| ปักแนวไม้ไผ่ | 30.0 | 41.5 |

### 2.3 โรงเพาะพันธุ์ปูม้า

ตั้งโรงเพาะพันธุ์ปูม้าที่บ้านแหลม วงเงิน 6 ล้านบาท
"""
NEWER = (
    OLDER.replace("กรมเจ้าท่า", "กรมทรัพยากรชายฝั่ง")
    .replace("41.5", "52.5")
    .replace(OLDER[OLDER.index("### 1.2") : OLDER.index("## 2.")], "")
    .replace(
        OLDER[OLDER.index("### 2.3") :],
        "### 2.3 ความเห็นของชาวประมง" + OLDER.split("ความเห็นของชาวประมง")[1].split("##")[0],
    )
    .replace("### 2.2", "### 2.2 บ้านปลาชุมชน\n\nวางบ้านปลา 40 จุดโดยกลุ่มประมงพื้นบ้าน\n\n### 2.4")
)


@pytest.fixture(scope="module")
def mangroves(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """Two drafts with numbered sections, one of them moved, one cut, one added, and a budget by years."""
    corpus, data = tmp_path_factory.mktemp("mangroves"), tmp_path_factory.mktemp("mangroves-data")
    (corpus / "old.md").write_text(OLDER, encoding="utf-8")
    (corpus / "new.md").write_text(NEWER, encoding="utf-8")
    write_manifest(corpus, [entry("old"), entry("new", draft="ฉบับ 2", supersedes="old")])
    build(corpus, data)
    return Answerer(Shelf(data))


CANAL = """# แผนคลอง

## 1. วิสัยทัศน์และเป้าหมาย

### 1.1 วิสัยทัศน์

คลองใสคนรักษ์คลอง

### 1.2 เป้าหมาย

ลดขยะในคลองลงร้อยละ 30

## 2. พันธกิจ

เตรียมด้านเฝ้าระวังน้ำให้พร้อมตลอดปี

## 3. การเฝ้าระวังน้ำ

เทศบาลดูแลน้ำในคลองทุกสาย ประกอบด้วยโครงการ

1. โครงการวางท่อริมคลอง ระยะทาง 8.4 กิโลเมตร
2. โครงการครัวกลางเคลื่อนที่
3. โครงการเรือตรวจน้ำ
"""


@pytest.fixture(scope="module")
def canal(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    corpus, data = tmp_path_factory.mktemp("canal"), tmp_path_factory.mktemp("canal-data")
    newer = CANAL.replace("30", "40").replace("2. โครงการครัวกลางเคลื่อนที่\n3.", "2.")
    (corpus / "old.md").write_text(CANAL, encoding="utf-8")
    (corpus / "new.md").write_text(newer, encoding="utf-8")
    write_manifest(corpus, [entry("old"), entry("new", draft="ฉบับ 2", supersedes="old")])
    build(corpus, data)
    return Answerer(Shelf(data))


class TestAskedInAnyWords:
    @pytest.mark.parametrize(
        ("question", "told"),
        [
            ("วิสัยทัศน์ถูกแก้รึเปล่านะ", "ไม่พบการเปลี่ยนแปลง"),
            ("โดนตัดโครงการไหนออกไป", "ธนาคารกล้าพันธุ์จอก"),
            ("มีโครงการไหนโผล่มาใหม่", "ทุ่นดักขยะอัจฉริยะ"),
            ("ประธานคณะทำงานยกร่างเปลี่ยนตัวจากใครไปเป็นใคร", "พิมพ์ลดา"),
            ("ร่างใหม่แก้อะไรบ้าง ขอสรุปหน่อย", "468.2"),
        ],
    )
    def test_it_is_answered(self, question: str, told: str, invented: Answerer) -> None:
        answer = invented.answer(question)
        assert answer.status is AnswerStatus.ANSWERED
        assert told in answer.text

    def test_of_a_section_by_its_name_only_what_stands_in_it_changed(self, canal: Answerer) -> None:
        """The heading above another section may say its name, too."""
        assert "ไม่พบการเปลี่ยนแปลง" in canal.answer("วิสัยทัศน์ถูกแก้รึเปล่า").text
        assert "ร้อยละ 40" in canal.answer("เป้าหมายถูกแก้รึเปล่า").text

    def test_which_part_was_cut_competes_only_with_what_was_cut(self, canal: Answerer) -> None:
        answer = canal.answer("ด้านเฝ้าระวังน้ำโดนตัดโครงการไหนออกไป")
        assert "ตัดออก: 2. โครงการครัวกลางเคลื่อนที่" in answer.text

    @pytest.mark.parametrize("text", ["ต้นไม้ที่ถูกตัดต้องปลูกแทนกี่ต้น", "ผู้ถูกย้ายต้องทำอย่างไร", "นกเป็ดน้ำโผล่หัวที่ไหน"])
    def test_what_is_done_to_what_the_plan_speaks_of_is_no_change_of_it(self, text: str, invented_shelf: Shelf) -> None:
        asked = changes.asked_about(text, (), invented_shelf.library().drafts[Audience.PUBLIC])
        assert asked is None or asked.is_open  # then only what did change on it answers

    def test_any_word_of_change_counts_only_where_the_documents_have_no_answer(self, invented_shelf: Shelf) -> None:
        drafts = invented_shelf.library().drafts[Audience.PUBLIC]
        text = "ค่าธรรมเนียมเรือยกเลิกตอนเดือนไหน"
        assert changes.asked_about(text, (), drafts) is None
        loosely = changes.asked_about(text, (), drafts, loosely=True)
        assert loosely is not None
        assert loosely.is_open

    def test_whether_something_is_as_before_only_a_comparison_answers(self, invented: Answerer) -> None:
        answer = invented.answer("ค่าจ้างคนเฝ้าประตูน้ำเหมือนเดิมไหม")
        assert answer.status is AnswerStatus.NOT_IN_PLAN
        assert FIRST in answer.text


class TestNumberedDrafts:
    @pytest.mark.parametrize(
        ("question", "told", "not_told"),
        [
            ("โครงการไหนถูกตัดออกบ้าง", ("ตัดออก: โรงเพาะพันธุ์ปูม้า: ตั้งโรง",), ("บ้านปลา",)),
            ("ฉบับใหม่เพิ่มมาตรการอะไรเข้ามา", ("เพิ่ม: บ้านปลาชุมชน: วางบ้านปลา 40 จุด",), ("ปูม้า",)),
            ("หน่วยงานไหนถูกเปลี่ยนในฉบับใหม่", ("กรมเจ้าท่า", "กรมทรัพยากรชายฝั่ง"), ("41.5", "ปูม้า")),
            ("รายการอะไรหายไปจากฉบับใหม่", ("ปูม้า",), ("41.5",)),
            ("งบปักแนวไม้ไผ่เปลี่ยนจากเท่าไรเป็นเท่าไร", ("2569 41.5", "2569 52.5"), ("กรมเจ้าท่า",)),
            ("ความเห็นของชาวประมงย้ายไปอยู่ส่วนไหนในฉบับใหม่", ("1.2 ความ", "“สภาพปัญหา”", "2.3 ความ", "“มาตรการ”"), ("ปูม้า",)),
            ("หัวข้ออะไรถูกย้าย", ("1.2 ความ", "2.3 ความ"), ("ปูม้า",)),
            ("เลขข้อไหนเปลี่ยนในฉบับใหม่", ("2.2 งบประมาณ", "2.4 งบประมาณ"), ("เพิ่ม: ",)),
            ("สรุปการเปลี่ยนแปลงระหว่างร่าง 1 กับฉบับ 2", ("41.5", "52.5", "ปูม้า", "บ้านปลา"), ()),
            ("สรุปว่าฉบับใหม่แก้อะไรไปบ้าง", ("41.5", "52.5", "ปูม้า", "บ้านปลา"), ()),
            ("เรื่องแก้มลิงมีอะไรเปลี่ยน", ("กรมเจ้าท่า", "กรมทรัพยากรชายฝั่ง"), ("41.5",)),
        ],
    )
    def test_what_changed_is_told(
        self, question: str, told: tuple[str, ...], not_told: tuple[str, ...], mangroves: Answerer
    ) -> None:
        answer = mangroves.answer(question)
        assert "เทียบร่าง 1 กับฉบับ 2" in answer.text
        assert [words for words in told if words not in answer.text] == []
        assert [words for words in not_told if words in answer.text] == []
        assert answer.notes == ()

    @pytest.mark.parametrize(
        "question", ["ร่าง 1 บอกว่าใครดูแลแก้มลิงน้ำกร่อย", "ฉบับ 2 ย้ายกล้าไม้ไปปลูกที่ไหน", "ฉบับ 2 ปลดหนี้ใครบ้าง"]
    )
    def test_words_that_only_begin_like_a_change_ask_of_the_text(self, question: str, mangroves: Answerer) -> None:
        assert "เทียบร่าง 1" not in mangroves.answer(question).text


class TestWhichTextsAreComparable:
    def test_states_of_one_text_are_and_digests_are_not(self, invented_shelf: Shelf, library: Library) -> None:
        old, new = invented_shelf.library().drafts[Audience.PUBLIC].plans["srivaree"]
        assert invented_shelf.library().revisions.between(old, new) is not None
        september, cabinet = library.drafts[Audience.PUBLIC].plans["dg-2563-2565"]
        assert library.revisions.between(september, cabinet) is None

    def test_a_pair_that_the_release_does_not_keep_is_compared_when_asked(self, invented_shelf: Shelf) -> None:
        library = invented_shelf.library()
        old, new = library.drafts[Audience.PUBLIC].plans["srivaree"]
        kept = library.revisions.between(old, new)
        compared = Revisions((), library.release.documents, library.index.passages).between(old, new)
        assert compared == kept
        assert 0 < LEAST_KEPT < 1
