"""Documents are cut along their structure: lists with their lead, rows with their columns, nothing inside a word."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import thai
from corpus.document import Audience, Block, BlockKind, Box, Document, DraftStatus, Passage, UnitKind
from ingest.clean_text import clean_text
from ingest.manifest import read_manifest
from ingest.passages import HARD_LIMIT, LEAD_LIMIT, TARGET_LENGTH, sentences, split
from ingest.readers.markdown import read_markdown
from ingest.reading import read_document
from tests.corpus.test_thai import sound

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
PLAN = Document(
    id="plan", title="แผนทดลอง", plan="none", draft="ร่าง", date="2563", status=DraftStatus.BACKGROUND,
    audience=Audience.PUBLIC, sources=(), file="plan.md",
)  # fmt: skip
WORDS = "แผนพัฒนารัฐบาลดิจิทัลกำหนดให้หน่วยงานของรัฐเชื่อมโยงข้อมูลระหว่างกันเพื่อบริการประชาชน"


def passages(markdown: str) -> tuple[Passage, ...]:
    return split(PLAN, read_markdown(markdown))


def bodies(markdown: str) -> list[str]:
    return [passage.body for passage in passages(markdown)]


class TestHeadings:
    def test_a_passage_knows_its_headings_from_the_title_down(self) -> None:
        found = passages("# ชื่อในไฟล์\n\nนำ\n\n## ส่วน 1\n\nก\n\n### ข้อ 1.1\n\nข\n\n## ส่วน 2\n\nค\n")
        assert [(p.path, p.body) for p in found] == [
            (("แผนทดลอง",), "นำ"),
            (("แผนทดลอง", "ส่วน 1"), "ก"),
            (("แผนทดลอง", "ส่วน 1", "ข้อ 1.1"), "ข"),
            (("แผนทดลอง", "ส่วน 2"), "ค"),
        ]
        assert found[2].section == "ส่วน 1 > ข้อ 1.1"
        assert found[2].search_text == "แผนทดลอง\nส่วน 1\nข้อ 1.1\nข"

    def test_the_manifest_s_title_stands_for_the_file_s_and_no_other_heading_is_lost(self) -> None:
        found = passages("# ชื่อในไฟล์\n\n# บทที่ 1\n\nก\n\n## ข้อ\n\nข\n\n# บทที่ 2\n\nค\n")
        assert [p.path for p in found] == [
            ("แผนทดลอง", "บทที่ 1"), ("แผนทดลอง", "บทที่ 1", "ข้อ"), ("แผนทดลอง", "บทที่ 2"),
        ]  # fmt: skip

    def test_a_file_without_headings(self) -> None:
        assert [(p.path, p.body) for p in passages("ก\n\nข")] == [(("แผนทดลอง",), "ก\nข")]

    def test_nothing_but_headings_is_no_passage(self) -> None:
        assert passages("# ชื่อ\n\n## ส่วน\n") == ()


class TestLists:
    MARKDOWN = "# ชื่อ\n\n## เป้าหมาย\n\nแผนมีหลายส่วน\nเป้าหมายมี 3 ข้อ ดังนี้\n\n1. ก\n2. ข\n3. ค\n\nหลังรายการ\n"

    def test_a_list_stays_whole_with_its_lead_and_numbers(self) -> None:
        before, the_list, after = passages(self.MARKDOWN)
        assert before.body == "แผนมีหลายส่วน"
        assert the_list.lead == "เป้าหมายมี 3 ข้อ ดังนี้"
        assert [(unit.kind, unit.marker, unit.text) for unit in the_list.units] == [
            (UnitKind.ITEM, "1.", "ก"), (UnitKind.ITEM, "2.", "ข"), (UnitKind.ITEM, "3.", "ค"),
        ]  # fmt: skip
        assert the_list.body == "เป้าหมายมี 3 ข้อ ดังนี้\n1. ก\n2. ข\n3. ค"
        assert after.body == "หลังรายการ"

    @pytest.mark.parametrize("lead", ["ประกอบด้วย", "ได้แก่", "มีดังต่อไปนี้", "คือ", "เช่น", "หน่วยงาน:", "แผนมี 4 ด้าน"])
    def test_what_introduces_a_list(self, lead: str) -> None:
        long_lead = f"{WORDS}{WORDS} {lead}" if lead != "แผนมี 4 ด้าน" else lead
        (found,) = passages(f"{long_lead}\n\n- ก\n- ข\n")
        assert found.lead == long_lead

    def test_a_long_sentence_that_introduces_nothing_is_prose(self) -> None:
        prose, the_list = passages(f"{WORDS}{WORDS}\n\n- ก\n- ข\n")
        assert (prose.body, the_list.lead, the_list.body) == (WORDS + WORDS, "", "• ก\n• ข")

    def test_sub_items_are_told_with_the_item_they_belong_to(self) -> None:
        (found,) = passages("มี 2 ข้อ ดังนี้\n\n1. ก\n   - ก1\n   - ก2\n2. ข\n   1. ข1\n")
        assert [(unit.marker, unit.text) for unit in found.units] == [("1.", "ก; ก1; ก2"), ("2.", "ข; 1. ข1")]

    def test_a_long_list_is_cut_between_items_and_the_lead_repeated(self) -> None:
        items = [f"{number}. {WORDS} ข้อ {number}" for number in range(1, 31)]
        found = passages("ข้อกำหนดมี 30 ข้อ ดังนี้\n\n" + "\n".join(items))
        assert len(found) > 2
        assert {p.lead for p in found} == {"ข้อกำหนดมี 30 ข้อ ดังนี้"}
        assert [(p.part, p.parts) for p in found] == [(n, len(found)) for n in range(1, len(found) + 1)]
        assert [f"{u.marker} {u.text}" for p in found for u in p.units] == items
        assert all(len(p.body) <= TARGET_LENGTH for p in found)


class TestTables:
    MARKDOWN = (
        "ตารางที่ 1: งบรายยุทธศาสตร์\n\n| ยุทธศาสตร์ | งบ (ล้านบาท) | โครงการ |\n|---|---|---|\n"
        "| ที่ 1 | 4,879.87 | 17 |\n| ที่ 2 | | 8 |\n"
    )

    def test_rows_are_told_with_their_column_names(self) -> None:
        (found,) = passages(self.MARKDOWN)
        assert found.lead == "งบรายยุทธศาสตร์"
        assert found.columns == ("ยุทธศาสตร์", "งบ (ล้านบาท)", "โครงการ")
        assert [(unit.kind, unit.text, unit.cells) for unit in found.units] == [
            (UnitKind.ROW, "ที่ 1: งบ (ล้านบาท) 4,879.87; โครงการ 17", ("ที่ 1", "4,879.87", "17")),
            (UnitKind.ROW, "ที่ 2: โครงการ 8", ("ที่ 2", "", "8")),
        ]

    def test_a_long_table_is_cut_between_rows_with_caption_and_columns_repeated(self) -> None:
        rows = "".join(f"| หน่วยงานที่ {n} {WORDS} | {n} |\n" for n in range(40))
        found = passages(f"ตาราง: หน่วยงาน\n\n| หน่วยงาน | จำนวน |\n|---|---|\n{rows}")
        assert len(found) > 2
        assert {(p.lead, p.columns) for p in found} == {("หน่วยงาน", ("หน่วยงาน", "จำนวน"))}
        assert [unit.cells[1] for p in found for unit in p.units] == [str(n) for n in range(40)]
        assert all(f"จำนวน {unit.cells[1]}" in unit.text for p in found for unit in p.units)

    def test_a_line_that_names_no_table_stays_prose(self) -> None:
        prose, table = passages("ข้อความก่อนตาราง\n\n| ก | ข |\n|---|---|\n| 1 | 2 |\n")
        assert (prose.body, table.lead) == ("ข้อความก่อนตาราง", "")

    @pytest.mark.parametrize(
        ("above", "lead"),
        [
            ("กรอบวงเงินตลอดห้าปี หน่วยเป็นล้านบาท", "กรอบวงเงินตลอดห้าปี หน่วยเป็นล้านบาท"),
            ("ตารางที่ 3 กรอบวงเงิน\n\n(หน่วย: ล้านบาท)", "กรอบวงเงิน (หน่วย: ล้านบาท)"),
            ("หน่วย : ล้าน ลบ.ม.", "หน่วย : ล้าน ลบ.ม."),
            ("ความเห็นของสองหน่วยงาน", ""),
        ],
    )
    def test_what_the_numbers_of_a_table_are_in_goes_with_it(self, above: str, lead: str) -> None:
        *_, table = passages(f"ก่อนหน้า\n\n{above}\n\n| ก | ข |\n|---|---|\n| 1 | 2 |\n")
        assert table.lead == lead

    def test_two_tables_are_two(self) -> None:
        table = "| ก | ข |\n|---|---|\n| 1 | 2 |\n"
        first, second = passages(f"{table}\n\n| ค | ง |\n|---|---|\n| 3 | 4 |\n")
        assert (first.columns, second.columns) == (("ก", "ข"), ("ค", "ง"))

    def test_a_table_without_rows_takes_no_text_with_it(self) -> None:
        assert bodies("ตาราง: ว่าง\n\n| ก | ข |\n|---|---|\n\nต่อ") == ["ตาราง: ว่าง\nต่อ"]


class TestLength:
    def test_prose_is_cut_between_sentences(self) -> None:
        lines = [f"{WORDS} ประโยคที่ {n}" for n in range(30)]
        found = passages("\n".join(lines))
        assert len(found) > 2
        assert [unit.text for p in found for unit in p.units] == lines
        assert all(len(p.body) <= TARGET_LENGTH for p in found)

    def test_a_long_line_is_quotable_clause_by_clause(self) -> None:
        clauses = [f"{WORDS}{WORDS}", f"โดย{WORDS}{WORDS}", f"ทั้งนี้{WORDS}{WORDS}"]
        assert sentences(" ".join(clauses)) == clauses
        assert sentences("สั้น โดยสั้น") == ["สั้น โดยสั้น"]

    def test_a_unit_beyond_the_hard_limit_is_cut_between_words(self) -> None:
        long_item = WORDS * 40
        found = passages(f"มี 1 ข้อ ดังนี้\n\n1. {long_item}\n")
        assert all(len(p.body) <= HARD_LIMIT for p in found)
        assert "".join(unit.text for p in found for unit in p.units) == long_item
        cuts = {0, *thai.safe_cuts(long_item)}
        offset = 0
        for p in found:
            for unit in p.units:
                assert offset in cuts
                offset += len(unit.text)

    def test_a_lead_too_long_to_be_repeated_keeps_its_end(self) -> None:
        lead = f"{WORDS * 20} ดังนี้"
        found = passages(f"{lead}\n\n- ก\n- ข\n")
        assert len(found[-1].lead) <= LEAD_LIMIT
        assert found[-1].lead.endswith("ดังนี้")
        assert thai.squeeze(
            "".join(unit.text for p in found[:-1] for unit in p.units) + found[-1].lead
        ) == thai.squeeze(lead)
        assert all(len(p.body) <= HARD_LIMIT for p in found)

    @pytest.mark.parametrize("word", ["https://example.org/" + "x" * 5_000, "ก่า" * 1_500, "ฟ" * 5_000])
    def test_a_word_longer_than_a_passage_is_cut_between_letters(self, word: str) -> None:
        found = passages(f"- ก่อน {word} หลัง\n")
        assert all(0 < len(p.body) <= HARD_LIMIT and all(unit.text for unit in p.units) for p in found)
        assert "".join(unit.text for p in found for unit in p.units).replace(" ", "") == f"ก่อน{word}หลัง"
        assert not any(unit.text[0] in "่า" for p in found for unit in p.units)


# Blocks as any reader may hand them over.
text = sound.map(str.strip).filter(bool)
long_text = st.tuples(text, st.integers(1, 60)).map(lambda pair: " ".join([pair[0]] * pair[1]))
any_text = text | long_text
block = st.one_of(
    st.builds(Block, st.just(BlockKind.HEADING), text, level=st.integers(1, 4)),
    st.builds(Block, st.just(BlockKind.PARAGRAPH), any_text, page=st.none() | st.integers(1, 9)),
    st.builds(Block, st.just(BlockKind.PARAGRAPH), text.map(lambda line: f"{line} ดังนี้")),
    st.builds(
        Block,
        st.just(BlockKind.LIST_ITEM),
        any_text,
        level=st.integers(1, 3),
        marker=st.sampled_from(["1.", "-", "(ก)"]),
    ),
    st.integers(1, 4).flatmap(
        lambda width: st.builds(
            Block,
            st.just(BlockKind.TABLE),
            st.just(""),
            columns=st.tuples(*[text] * width),
            rows=st.lists(st.tuples(*[any_text] * width), max_size=4).map(tuple),
        )
    ),
)
blocks = st.lists(block, max_size=12).map(tuple)


class TestAnyDocument:
    @settings(max_examples=40, deadline=None)
    @given(blocks)
    def test_every_passage_is_short_enough_and_says_something(self, given_blocks: tuple[Block, ...]) -> None:
        for passage in split(PLAN, given_blocks):
            assert len(passage.body) <= HARD_LIMIT
            assert passage.units
            assert all(unit.text for unit in passage.units)
            assert 1 <= passage.part <= passage.parts

    @settings(max_examples=40, deadline=None)
    @given(blocks)
    def test_no_text_is_lost_and_no_cluster_is_cut(self, given_blocks: tuple[Block, ...]) -> None:
        found = split(PLAN, given_blocks)
        everything = thai.squeeze(" ".join(" ".join((p.lead, *(u.text for u in p.units))) for p in found))
        # A piece that is cut goes on in the next passage, below the lead line that is said again there.
        unbroken = thai.squeeze(" ".join(u.text for p in found for u in p.units))
        for given_block in given_blocks:
            if given_block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and len(given_block.text) < LEAD_LIMIT:
                told = thai.squeeze(given_block.text)
                assert told in everything or told in unbroken
        for passage in found:
            for unit in passage.units:
                assert not thai.in_cluster(f"ก{unit.text}", 1)
                assert unit.text[-1] not in "เแโใไ"

    @settings(max_examples=40, deadline=None)
    @given(blocks)
    def test_ids_are_unique_and_the_same_each_time(self, given_blocks: tuple[Block, ...]) -> None:
        found = split(PLAN, given_blocks)
        assert len({p.id for p in found}) == len(found)
        assert [p.id for p in split(PLAN, given_blocks)] == [p.id for p in found]


class TestIds:
    BEFORE = "# แผน\n\n## ก\n\nหนึ่ง\n\n## ข\n\nสอง ดังนี้\n\n1. ก\n2. ข\n\n## ค\n\nสาม\n"

    def test_unchanged_text_keeps_its_id_when_another_section_changes(self) -> None:
        before, after = passages(self.BEFORE), passages(self.BEFORE.replace("หนึ่ง", "หนึ่ง แก้ไข\n\nเพิ่ม"))
        assert [p.id for p in before[1:]] == [p.id for p in after[1:]]
        assert [p.digest for p in before[1:]] == [p.digest for p in after[1:]]
        assert before[0].id != after[0].id

    def test_a_section_put_in_front_changes_no_id(self) -> None:
        before, after = passages(self.BEFORE), passages(self.BEFORE.replace("## ก\n", "## ใหม่\n\nศูนย์\n\n## ก\n"))
        assert [p.id for p in before] == [p.id for p in after[1:]]

    @pytest.mark.parametrize(
        ("old", "new"), [("สอง ดังนี้", "สอง: "), ("2. ข", "2. ฃ"), ("1. ก\n2. ข", "3. ก\n4. ข"), ("## ข", "## ฃ")]
    )
    def test_all_that_is_shown_counts(self, old: str, new: str) -> None:
        before, after = passages(self.BEFORE), passages(self.BEFORE.replace(old, new))
        assert before[1].digest != after[1].digest

    def test_the_same_text_twice_in_one_section_is_two_passages(self) -> None:
        twice = "| ก | ข |\n|---|---|\n| 1 | 2 |\n"
        first, second = passages(f"{twice}\n\n{twice}")
        assert first.digest == second.digest
        assert second.id == f"{first.id}-2"

    def test_ids_name_their_document(self) -> None:
        assert all(p.id.startswith("plan#") and p.document_id == "plan" for p in passages(self.BEFORE))


def test_pages_are_those_of_the_blocks() -> None:
    found = split(
        PLAN,
        (
            Block(BlockKind.PARAGRAPH, "ก", page=2),
            Block(BlockKind.PARAGRAPH, "ข", page=3),
            Block(BlockKind.HEADING, "ส่วน", level=2, page=3),
            Block(BlockKind.PARAGRAPH, "ค"),
        ),
    )
    assert [(p.page_start, p.page_end) for p in found] == [(2, 3), (None, None)]


def test_a_passage_knows_where_it_stands() -> None:
    def box(page: int, top: float, bottom: float) -> Box:
        return Box(page, 0.1, top, 0.9, bottom)

    given_blocks = (
        Block(BlockKind.HEADING, "ส่วน", level=2, page=1, page_label="ก"),
        Block(BlockKind.PARAGRAPH, "มีดังนี้", page=1, page_label="ก", boxes=(box(1, 0.8, 0.9),)),
        Block(BlockKind.LIST_ITEM, "หนึ่ง", 1, "1.", page=1, boxes=(box(1, 0.9, 1.0),), page_label="ก"),
        Block(BlockKind.LIST_ITEM, "สอง", 1, "2.", page=2, boxes=(box(2, 0.0, 0.1),), page_label="ข", ocr=True),
        Block(BlockKind.PARAGRAPH, "ต่อ", page=2, boxes=(box(2, 0.9, 1.0), box(3, 0.0, 0.1)), page_label="ข"),
    )
    the_list, prose = split(PLAN, given_blocks)
    assert (the_list.page_start, the_list.page_end, the_list.page_label, the_list.ocr) == (1, 2, "ก", True)
    assert the_list.boxes == (box(1, 0.8, 0.9), box(1, 0.9, 1.0), box(2, 0.0, 0.1))
    assert (prose.page_start, prose.page_end, prose.page_label, prose.ocr) == (2, 3, "ข", False)
    text, _ = clean_text(given_blocks, 3)
    assert text == "## ส่วน\n\nมีดังนี้\n1. หนึ่ง\f2. สอง\nต่อ\f"
    assert text[the_list.start : the_list.end] == "มีดังนี้\n1. หนึ่ง\f2. สอง"
    assert text[prose.start : prose.end] == "ต่อ"


def test_rows_of_a_table_over_pages_stand_on_the_page_they_are_on() -> None:
    rows = tuple((f"หน่วยงานที่ {number} {WORDS}", str(number)) for number in range(40))
    boxes = (Box(3, 0, 0.5, 1, 1), Box(4, 0, 0, 1, 1), Box(5, 0, 0, 1, 0.5))
    found = split(PLAN, (Block(BlockKind.TABLE, "", columns=("ก", "ข"), rows=rows, page=3, boxes=boxes),))
    pages = [(p.page_start, p.page_end) for p in found]
    assert (pages[0][0], pages[-1][1]) == (3, 5)
    assert pages == sorted(pages)
    assert all(end - start <= 1 for start, end in pages if start and end)
    assert {box.page for box in found[0].boxes} == {3}


def test_rows_with_boxes_of_their_own_stand_where_these_are() -> None:
    boxes = tuple(Box(page, 0, top, 1, top + 0.1) for page, top in ((1, 0.7), (1, 0.8), (1, 0.9), (2, 0.0)))
    rows = tuple((f"ที่ {number} {WORDS * 8}", str(number)) for number in range(3))
    found = split(PLAN, (Block(BlockKind.TABLE, "", columns=("ก", "ข"), rows=rows, page=1, boxes=boxes),))
    assert [(p.page_start, p.page_end, p.boxes) for p in found] == [
        (1, 1, boxes[1:2]), (1, 1, boxes[2:3]), (2, 2, boxes[3:]),
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(blocks)
def test_a_passage_s_span_holds_its_words(given_blocks: tuple[Block, ...]) -> None:
    text, _ = clean_text(given_blocks)
    for passage in split(PLAN, given_blocks):
        words = thai.squeeze(text[passage.start : passage.end])
        for unit in passage.units:
            if unit.kind is UnitKind.SENTENCE:
                assert thai.squeeze(unit.text) in words
            for cell in unit.cells:
                assert thai.squeeze(cell) in words


def test_the_documents_passages_are_whole_units_of_their_text() -> None:
    seen: set[str] = set()
    for document in read_manifest(DOCUMENTS).documents:
        reading = read_document(document, DOCUMENTS)
        found = split(document, reading.blocks)
        for passage in found:
            assert len(passage.body) <= HARD_LIMIT
            assert passage.path[0] == document.title
            assert passage.id not in seen
            seen.add(passage.id)
            if passage.units[0].kind is UnitKind.ITEM:
                assert passage.lead, f"a list without its lead in {document.file}, {passage.section}"
        for first, second in pairwise(found):
            if second.part > 1:
                assert (second.lead, second.columns, second.path) == (first.lead, first.columns, first.path)
