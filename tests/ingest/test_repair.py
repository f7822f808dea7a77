"""Thai text damaged on its way out of a PDF is made whole, each change is counted, and sound text is left alone."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from corpus import thai
from corpus.document import Block, BlockKind
from ingest.manifest import read_manifest
from ingest.readers.markdown import read_markdown
from ingest.reading import read_document
from ingest.repair import Repair, repair, repair_block
from tests.corpus.test_thai import messy, sound

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"


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
        ("ก\uf70b\uf70bา", "ก้า", [("private-use marks", 2), ("mark printed twice", 1)]),
    ],
)
def test_each_rule_makes_whole_and_is_counted(damaged: str, whole: str, done: list[tuple[str, int]]) -> None:
    assert repair(damaged) == (whole, tuple(Repair(rule, count) for rule, count in done))


def test_every_glyph_of_old_fonts_is_a_thai_letter_again() -> None:
    text, (done,) = repair("".join(f"ก{chr(code)}" for code in range(0xF700, 0xF71B)))
    assert done == Repair("private-use marks", 27)
    assert all("\u0e01" <= letter <= "\u0e4e" for letter in text)


def test_what_clean_does_is_done_without_being_called_a_repair() -> None:
    assert repair("น\u0e4d\u0e32  ไป\u200b") == ("นำ ไป", ())


@settings(max_examples=300, deadline=None)
@given(messy)
def test_a_repaired_text_needs_no_repair(text: str) -> None:
    whole, _ = repair(text)
    assert repair(whole) == (whole, ())


@settings(max_examples=200, deadline=None)
@given(sound)
def test_sound_text_is_left_alone(text: str) -> None:
    assert repair(text) == (thai.clean(text), ())


@pytest.mark.parametrize("file", sorted(DOCUMENTS.glob("*.md")), ids=lambda file: file.stem)
def test_the_documents_are_left_alone(file: Path) -> None:
    for block in read_markdown(file.read_text(encoding="utf-8")):
        assert repair_block(block) == (block, ())


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
