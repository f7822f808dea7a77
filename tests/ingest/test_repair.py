"""Thai text damaged on its way out of a PDF is made whole, each change is counted, and sound text is left alone."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import thai
from corpus.document import Block, BlockKind
from evals.repairs import DAMAGES, error_rate, pages_of
from ingest.health import measure, unfit
from ingest.manifest import read_manifest
from ingest.readers.markdown import read_markdown
from ingest.reading import read_document, text_of
from ingest.repair import Condition, Repair, diagnose, repair, repair_block, repair_page
from tests.corpus.test_thai import messy, sound

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
SOUND = "คณะรัฐมนตรีมีมติอนุมัติในหลักการร่างแผนพัฒนารัฐบาลดิจิทัลของประเทศไทย เพื่อให้ประชาชนได้รับบริการที่สะดวกและรวดเร็ว " * 4
SOUND_LINES = [
    thai.clean(line.lstrip("#-0123456789. "))
    for file in sorted(DOCUMENTS.rglob("*.md"))
    for line in file.read_text(encoding="utf-8").split("\n")
    if line.strip("# -|")
]


@pytest.mark.parametrize(
    ("damaged", "whole", "done"),
    [
        ("ต\uf70bองปรับปรุงให\uf70b", "ต้องปรับปรุงให้", [("private-use marks", 2)]),
        ("ป\uf701", "ปิ", [("private-use marks", 1)]),
        ("ก\u0e33\ufffdหนดที่\ufffd\ufffd", "กำหนดที่", [("replacement character after a mark", 2)]),
        ("พััฒนาที่่ดีี", "พัฒนาที่ดี", [("mark printed twice", 3)]),
        ("ต ้องเป ็นท ี่", "ต้องเป็นที่", [("space before a mark", 3)]),
        ("ก ำหนด น ้ำ น้ ำ ที  ่", "กำหนด น้ำ น้ำ ที่", [("space before a mark", 4)]),
        ("สำาหรับนำา", "สำหรับนำ", [("SARA AM followed by AA", 2)]),
        ("สํ\u0e32านัก", "สำนัก", [("SARA AM followed by AA", 1)]),
        ("ส านักงาน จ านวน น้ า", "สำนักงาน จำนวน น้ำ", [("SARA AM split", 3)]),
        ("ม าตรา คล ้าย", "มาตรา คล้าย", [("SARA AM split", 2)]),
        ("นำ้า คำ่า", "น้ำ ค่ำ", [("tone after SARA AM", 2), ("SARA AM followed by AA", 2)]),
        ("ใ น ภ า ว ะ ป ก ติ ข อ ง ป ร ะ เ ท ศ", "ในภาวะปกติของประเทศ", [("letter-spaced line", 1)]),
        ("\uf0b7 ข้อหนึ่ง \uf0e0 ต่อ", "• ข้อหนึ่ง ต่อ", [("sign of a symbol font", 2)]),
        ("พ.ศ. ๒๕๖o ข้อ ๑oo", "พ.ศ. ๒๕๖๐ ข้อ ๑๐๐", [("letter o for Thai zero", 2)]),
        ("ข้อ Ëҡ˹‹Ç§ҹ", "ข้อ หากหน่วงาน", [("mojibake", 1)]),
        ("ก\uf70b\uf70bา", "ก้า", [("private-use marks", 2), ("mark printed twice", 1)]),
    ],
)
def test_each_rule_makes_whole_and_is_counted(damaged: str, whole: str, done: list[tuple[str, int]]) -> None:
    assert repair(damaged) == (whole, tuple(Repair(rule, count) for rule, count in done))


@pytest.mark.parametrize("glyphs", [range(0xF700, 0xF71B), range(0xF884, 0xF89F)])
def test_every_glyph_of_old_fonts_is_a_thai_letter_again(glyphs: range) -> None:
    text, (done,) = repair("".join(f"ก{chr(code)}" for code in glyphs))
    assert done == Repair("private-use marks", 27)
    assert all("\u0e01" <= letter <= "\u0e4e" for letter in text)


def test_what_clean_does_is_done_without_being_called_a_repair() -> None:
    assert repair("น\u0e4d\u0e32  ไป\u200b") == ("นำ ไป", ())


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_of_every_kind_is_undone(damage: str) -> None:
    pages = list(pages_of(text_of(read_document(read_manifest(DOCUMENTS).documents[0], DOCUMENTS).blocks)))
    spaces_stay = "space after" in damage or "letter-spaced" in damage  # between words, where they do no harm
    for sound_page in pages:
        spoilt = DAMAGES[damage](sound_page)
        if damage == "letter o for Thai zero":
            sound_page = sound_page.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
        whole, done = repair_page(spoilt)
        if spaces_stay:
            whole, sound_page = whole.replace(" ", ""), sound_page.replace(" ", "")
        assert error_rate(whole, sound_page) < 0.004
        assert error_rate(spoilt, sound_page) == 0 or done or damage in ("SARA AM decomposed", "tone before vowel")


def test_damage_that_shows_in_no_unknown_word_is_seen_by_the_other_pages() -> None:
    sick, quiet = "สานักงานกาหนดคาสั่งจานวนมาก กาลังทาการจากัด ดาเนินการสาเร็จ " * 6, "การนาไปใช้และการทางาน"
    conditions = diagnose([sick, quiet])
    assert repair(quiet, conditions[1])[0] == "การนำไปใช้และการทำงาน"
    assert repair(quiet, diagnose([quiet])[0])[0] == quiet


def test_a_page_whose_marks_are_all_gone_is_not_guessed_at() -> None:
    page = re.sub("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]", " ", SOUND.replace("ำ", " า"))
    assert "ำ" not in repair_page(page)[0]
    assert unfit(measure(repair_page(page)[0]))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SOUND_LINES), min_size=1, max_size=12).map("\n".join))
def test_sound_pages_are_left_alone_by_the_dictionary_too(page: str) -> None:
    assert repair_page(page) == (thai.clean(page), ())


def test_a_repair_shows_what_it_changed() -> None:
    _, (done,) = repair("ข้อความก่อนหน้า ส านักงาน")
    assert done.examples == (("ก่อนหน้า ส านักงาน", "ก่อนหน้า สำนักงาน"),)


@settings(max_examples=300, deadline=None)
@given(messy)
def test_a_repaired_text_needs_no_repair(text: str) -> None:
    whole, _ = repair(text)
    assert repair(whole) == (whole, ())


@settings(max_examples=200, deadline=None)
@given(sound)
def test_sound_text_is_left_alone(text: str) -> None:
    assert repair(text) == (thai.clean(text), ())


@pytest.mark.parametrize("file", sorted(DOCUMENTS.rglob("*.md")), ids=lambda file: file.stem)
def test_the_documents_are_left_alone(file: Path) -> None:
    blocks = read_markdown(file.read_text(encoding="utf-8"))
    (condition,) = diagnose([text_of(blocks)])
    assert condition == Condition()
    for block in blocks:
        assert repair_block(block, condition) == (block, ())


def test_all_texts_of_a_block_are_mended() -> None:
    block = Block(BlockKind.TABLE, "ที่่", columns=("ยุทธ ์", "งบ"), rows=(("สำา", "1"),), page=3)
    mended, done = repair_block(block)
    assert mended == Block(BlockKind.TABLE, "ที่", columns=("ยุทธ์", "งบ"), rows=(("สำ", "1"),), page=3)
    assert {repair.rule for repair in done} == {"mark printed twice", "space before a mark", "SARA AM followed by AA"}


def test_what_was_repaired_in_a_document_is_reported_once_a_rule(tmp_path: Path) -> None:
    (document, *_) = read_manifest(DOCUMENTS).documents
    (tmp_path / document.file).write_text("# แผน\n\nที่่\n\n- ดีี\n- สำาหรับ\n", encoding="utf-8")
    reading = read_document(document, tmp_path)
    assert reading.repairs == (Repair("mark printed twice", 2), Repair("SARA AM followed by AA", 1))
    assert [block.text for block in reading.blocks] == ["แผน", "ที่", "ดี", "สำหรับ"]


@pytest.mark.parametrize("missed", [("ลดความเหลื่อมล้าในสังคม", "ลดความเหลื่อมล้ำในสังคม"), ("ดีขึน 10 อันดับ", "ดีขึ้น 10 อันดับ")])
def test_marks_that_ocr_missed_are_put_back_in_recognised_text_only(missed: tuple[str, str]) -> None:
    read, whole = missed
    assert repair_block(Block(BlockKind.PARAGRAPH, read, ocr=True))[0].text == whole
    assert repair_block(Block(BlockKind.PARAGRAPH, read))[0].text == read
    assert repair_block(Block(BlockKind.PARAGRAPH, whole, ocr=True))[0].text == whole
