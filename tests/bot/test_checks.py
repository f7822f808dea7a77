"""What is checked before an answer is sent: what fails, what passes, and how often on the corpus itself."""

import random
from functools import lru_cache
from pathlib import Path

import pytest

from bot.answer import Statement
from bot.checks import Check, CitedPassage, StatementChecks, check_statements
from corpus.document import Passage, Unit, UnitKind
from corpus.glossary import read_glossary
from corpus.quantities import Quantity, quantities
from ingest.manifest import read_manifest
from ingest.passages import split
from ingest.reading import read_document
from tests.bot.corpus_paraphrases import HONEST, LIES
from tests.bot.plan_passages import BUDGET, PASSAGES

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"


def check(text: str, *citations: int, passages: tuple[CitedPassage, ...] = PASSAGES) -> StatementChecks:
    return check_statements([Statement(text, citations)], passages, read_glossary())[0]


def failed(text: str, *citations: int) -> set[Check]:
    return {result.check for result in check(text, *citations).failures}


def prose(*sentences: str) -> tuple[CitedPassage, ...]:
    units = tuple(Unit(UnitKind.SENTENCE, sentence) for sentence in sentences)
    return (CitedPassage(1, Passage("p", "d", ("เอกสาร", "หัวข้อ"), units)),)


@lru_cache(maxsize=1)
def corpus() -> tuple[Passage, ...]:
    manifest = read_manifest(DOCUMENTS)
    return tuple(p for d in manifest.documents for p in split(d, read_document(d, DOCUMENTS).blocks))


@pytest.mark.parametrize(
    ("check_name", "text", "citations"),
    [
        (Check.CITATION, "แผนมี 41 โครงการ", ()),
        (Check.CITATION, "แผนมี 41 โครงการ", (1, 77)),
        (Check.QUANTITY, "แผนมี 42 โครงการ", (1,)),
        (Check.PAIRING, "ยุทธศาสตร์ที่ 2 มีงบประมาณ 4,879.87 ล้านบาท", (2,)),
        (Check.NAME, "ETDA เป็นผู้จัดประชุม", (3,)),
        (Check.QUOTE, "วิสัยทัศน์คือ “รัฐบาลดิจิทัล โปร่งใส”", (1,)),
        (Check.POLARITY, "คณะรัฐมนตรีไม่อนุมัติร่างแผนพัฒนารัฐบาลดิจิทัล", (1,)),
        (Check.SUPPORT, "โรงแรมพูลแมนเป็นสถานที่จัดประชุมรับฟังความคิดเห็น", (5,)),
        (Check.LANGUAGE, "The plan has 41 projects", (1,)),
        (Check.MARKUP, "แผนมี <b>41</b> โครงการ", (1,)),
        (Check.REPETITION, "แผนมี 41 โครงการ" + "โครงการ" * 20, (1,)),
    ],
)
def test_each_check_finds_its_own_fault(check_name: Check, text: str, citations: tuple[int, ...]) -> None:
    assert check_name in failed(text, *citations)


def test_a_failed_check_says_in_thai_what_it_found() -> None:
    [result] = check("แผนมีงบประมาณรวม 6,505 ล้านบาท", 1).failures
    assert "6,505 ล้านบาท" in result.found
    assert "ไม่มีในข้อความที่อ้าง" in result.found


def test_every_check_is_told_passed_or_not() -> None:
    results = check("แผนมี 41 โครงการ", 1).results
    assert {result.check for result in results} == set(Check)
    assert all(result.passed and not result.found for result in results)


def test_a_value_may_stand_in_any_of_the_cited_passages_but_in_no_other() -> None:
    assert check("แผนมี 41 โครงการ ดำเนินการแล้ว 37 โครงการ", 1, 8).passed
    assert Check.QUANTITY in failed("แผนมี 41 โครงการ ดำเนินการแล้ว 37 โครงการ", 1)


def test_title_heading_lead_columns_and_what_is_shown_beside_a_passage_count_as_part_of_it() -> None:
    assert check("ร่างเดือนกันยายน 2563 มีด้านการเกษตร", 4).passed
    row = Unit(UnitKind.ROW, "ระบบ ก: 12", cells=("ระบบ ก", "12"))
    table = Passage("t", "t", ("รายงาน", "ตารางที่ 7"), (row,), lead="งบรายระบบ", columns=("ระบบ", "งบ (ล้านบาท)"))
    cited = (CitedPassage(1, table, about="ร่าง 5 มกราคม 2564"),)
    assert check("ระบบ ก ใช้งบ 12 ล้านบาท ตามร่าง 5 มกราคม 2564", 1, passages=cited).passed
    assert not check("ระบบ ก ใช้งบ 12 ล้านบาท ตามร่าง 6 มกราคม 2564", 1, passages=cited).passed


def test_a_cell_below_a_column_named_like_what_is_numbered_may_be_told() -> None:
    row = Unit(UnitKind.ROW, "ความพึงพอใจ: ปีฐาน 74; ค่าเป้าหมาย 88", cells=("ความพึงพอใจ", "74", "88"))
    table = Passage("t", "t", ("แผน", "ตัวชี้วัด"), (row,), columns=("ตัวชี้วัด", "ปีฐาน", "ค่าเป้าหมาย"))
    for text, stands in ((row.text, True), ("ความพึงพอใจ: ปีฐาน 74; ค่าเป้าหมาย 89", False)):
        assert check(text, 1, passages=(CitedPassage(1, table),)).passed == stands


def test_years_that_name_columns_stand_in_the_rows_each_with_its_own_cell() -> None:
    row = Unit(UnitKind.ROW, "ขุดลอกคลอง: 2568 310.5; ปี 2569 620.4", cells=("ขุดลอกคลอง", "310.5", "620.4"))
    other = Unit(UnitKind.ROW, "อนุรักษ์ป่าต้นน้ำ: 2568 22.5; ปี 2569 31.2", cells=("อนุรักษ์ป่าต้นน้ำ", "22.5", "31.2"))
    table = Passage("t", "t", ("แผน", "งบประมาณ"), (row, other), columns=("งาน", "2568", "ปี 2569"))
    cited = (CitedPassage(1, table),)
    assert check(row.text, 1, passages=cited).passed
    assert check("ขุดลอกคลองปี 2569 ใช้ 620.4", 1, passages=cited).passed
    assert not check("ขุดลอกคลองปี 2568 ใช้ 620.4", 1, passages=cited).passed
    assert not check("ขุดลอกคลองปี 2570 ใช้ 620.4", 1, passages=cited).passed
    assert not check("อนุรักษ์ป่าต้นน้ำปี 2569 ใช้ 620.4", 1, passages=cited).passed


def test_the_length_of_a_whole_list_follows_from_it_but_not_that_of_a_part() -> None:
    items = tuple(Unit(UnitKind.ITEM, f"หน่วยงาน{name}", "•") for name in ("ต้น", "กลาง", "ปลาย"))
    whole = Passage("l", "d", ("เอกสาร", "หน่วยงานในแผน"), items, lead="หน่วยงานในแผน ได้แก่")
    part = Passage("l", "d", ("เอกสาร", "หน่วยงานในแผน"), items, lead="หน่วยงานในแผน ได้แก่", part=1, parts=2)
    assert check("หน่วยงานในแผนมี 3 หน่วยงาน", 1, passages=(CitedPassage(1, whole),)).passed
    assert not check("หน่วยงานในแผนมี 4 หน่วยงาน", 1, passages=(CitedPassage(1, whole),)).passed
    assert not check("หน่วยงานในแผนมี 3 หน่วยงาน", 1, passages=(CitedPassage(1, part),)).passed


def test_a_subsection_may_be_an_item_of_its_section() -> None:
    items = (Unit(UnitKind.ITEM, "คุ้มครองข้อมูล", "(๔)"), Unit(UnitKind.ITEM, "เปิดเผยข้อมูล", "(๕)"))
    cited = (CitedPassage(1, Passage("s", "d", ("พ.ร.บ.", "มาตรา 12"), items, lead="หน่วยงานต้องทำดังนี้")),)
    assert check("มาตรา 12 (5) ให้เปิดเผยข้อมูล", 1, passages=cited).passed
    assert not check("มาตรา 12 (6) ให้เปิดเผยข้อมูล", 1, passages=cited).passed


def test_two_values_of_one_sentence_keep_their_clauses() -> None:
    source = prose("การพัฒนาทักษะของบุคลากรมีเป้าหมาย 50,000 คนต่อปี และทำได้ 524,989 คนต่อปี")
    assert check("การพัฒนาทักษะของบุคลากรทำได้ 524,989 คนต่อปี", 1, passages=source).passed
    assert not check("การพัฒนาทักษะของบุคลากรมีเป้าหมาย 524,989 คนต่อปี", 1, passages=source).passed


def test_values_told_one_after_the_other_are_checked_one_by_one() -> None:
    assert check("ยุทธศาสตร์ที่ 1 และ 2 มีงบ 4,879.87 และ 518.46 ล้านบาท ตามลำดับ", 2).passed
    assert not check("ยุทธศาสตร์ที่ 1 และ 2 มีงบ 518.46 และ 4,879.87 ล้านบาท ตามลำดับ", 2).passed


def test_a_person_in_the_office_of_another_fails() -> None:
    source = prose("สมศรี มีสุข เป็นผู้ช่วยผู้อำนวยการสำนักงาน", "ดร.วิชัย ตั้งใจ เป็นผู้อำนวยการสำนักงาน")
    assert check("ผู้อำนวยการสำนักงานคือ ดร.วิชัย ตั้งใจ", 1, passages=source).passed
    assert not check("ผู้อำนวยการสำนักงานคือ สมศรี มีสุข", 1, passages=source).passed


def test_the_same_sentence_again_and_again_fails() -> None:
    checked = check_statements([Statement("แผนมี 41 โครงการ", (1,))] * 5, PASSAGES, read_glossary())
    assert [c.passed for c in checked] == [True, True, False, False, False]


def test_a_short_name_in_latin_letters_may_be_an_item_of_a_list() -> None:
    assert check("New Way of Working/Doing", 5).passed
    assert not check("New Way of Dancing", 5).passed


def test_passages_that_were_given_but_not_cited_prove_nothing() -> None:
    assert not check("มีผู้เข้าร่วมประชุม 225 คน", 1, 2).passed


def test_an_empty_statement_or_passage_does_not_break_the_checks() -> None:
    empty = (CitedPassage(1, Passage("e", "e", ("",), (Unit(UnitKind.SENTENCE, ""),))),)
    assert not check("", 1).passed
    assert not check("แผนมี 41 โครงการ", 1, passages=empty).passed


def test_every_sentence_item_and_row_of_the_corpus_passes_with_its_own_passage() -> None:
    """No false alarm on what is quoted as it stands: what the extractive answers say."""
    alarms = []
    for passage in corpus():
        for unit in passage.units:
            text = f"{unit.marker} {unit.text}".strip()
            [checked] = check_statements([Statement(text, (1,))], [CitedPassage(1, passage)], read_glossary())
            alarms += [(text, result.found) for result in checked.failures]
    assert alarms == []


@pytest.mark.parametrize(("statements", "honest"), [(HONEST, True), (LIES, False)], ids=["honest", "lies"])
def test_paraphrases_of_the_corpus_are_told_from_lies_about_it(
    statements: tuple[tuple[str, str, str], ...], honest: bool
) -> None:
    """Not every one: a swapped agency may pass, and a gloss that the passage lacks may fail."""
    wrong = []
    for document, words, text in statements:
        found = [p for p in corpus() if p.document_id == document and words in p.search_text]
        assert found, f"no passage of {document} has {words}"
        cited = tuple(CitedPassage(n, passage) for n, passage in enumerate(found, start=1))
        if check(text, *(c.number for c in cited), passages=cited).passed is not honest:
            wrong.append(text)
    assert len(wrong) <= 0.05 * len(statements), wrong


def test_altered_digits_are_caught_all_over_the_corpus() -> None:
    """One digit of one quantity changed, in every third unit. What remains are values that stand there as well."""
    dice = random.Random(7)
    caught = told = 0
    for passage in corpus()[::3]:
        for unit in passage.units:
            for quantity in quantities(unit.text):
                lie = _with_another_digit(unit.text, quantity, dice)
                if lie:
                    told += 1
                    caught += not check(lie, 1, passages=(CitedPassage(1, passage),)).passed
    assert told > 200
    assert caught >= 0.98 * told


def test_values_of_neighbours_are_caught_all_over_the_corpus() -> None:
    """A quantity replaced by one of its own sort from another unit of the passage. This cannot always be told."""
    dice = random.Random(7)
    caught = told = 0
    for passage in corpus():
        written = [q for unit in passage.units for q in quantities(unit.text)]
        for unit in passage.units[::2]:
            for quantity in quantities(unit.text):
                others = [q for q in written if _may_replace(q, quantity) and q.text not in unit.text]
                if others:
                    other = dice.choice(others)
                    lie = unit.text[: quantity.start] + other.text + unit.text[quantity.end :]
                    told += 1
                    caught += not check(lie, 1, passages=(CitedPassage(1, passage),)).passed
    assert told > 150
    assert caught >= 0.88 * told


def _with_another_digit(text: str, quantity: Quantity, dice: random.Random) -> str:
    places = [i for i in range(quantity.start, quantity.end) if text[i].isdigit()]
    if not places:
        return ""
    place = dice.choice(places)
    return text[:place] + dice.choice([d for d in "123456789" if d != text[place]]) + text[place + 1 :]


def _may_replace(other: Quantity, quantity: Quantity) -> bool:
    if (other.kind, other.unit, other.label, other.until is None) != (
        quantity.kind, quantity.unit, quantity.label, quantity.until is None
    ):  # fmt: skip
        return False
    return (other.value, other.day, other.month, other.year, other.until) != (
        quantity.value, quantity.day, quantity.month, quantity.year, quantity.until
    )  # fmt: skip


def test_the_passages_of_these_tests_pass_as_they_stand() -> None:
    for cited in PASSAGES:
        for unit in cited.passage.units:
            assert check(unit.text, cited.number).passed, unit.text
    assert BUDGET.units
