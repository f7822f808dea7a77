"""A text that is too damaged to be cited is told from a sound one, and the reason is given."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.document import Document
from ingest.health import MINIMUM_LETTERS, SICK_UNKNOWN_SHARE, UNFIT_UNKNOWN_SHARE, Verdict, judge, measure, sick, unfit
from ingest.manifest import read_manifest
from ingest.readers import UnreadableDocument
from ingest.reading import read_document

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
ALL = read_manifest(DOCUMENTS).documents
SOUND = "คณะรัฐมนตรีมีมติอนุมัติในหลักการร่างแผนพัฒนารัฐบาลดิจิทัลของประเทศไทย เพื่อให้ประชาชนได้รับบริการที่สะดวกและรวดเร็ว " * 3


@pytest.mark.parametrize("document", ALL, ids=lambda document: document.id)
def test_the_documents_are_sound(document: Document) -> None:
    for page in read_document(document, DOCUMENTS).health:
        assert (page.verdict, page.reason) == (Verdict.SOUND, "")
        assert sick(page.figures) == ""
        assert page.figures.unknown_share < SICK_UNKNOWN_SHARE / 2


def test_figures_are_counted() -> None:
    figures = measure("ทำที่ ab \uf70a\ufffd")
    assert figures.thai_characters == 5
    assert figures.sara_am == pytest.approx(200)
    assert figures.tones == pytest.approx(200)
    assert figures.thai_share == pytest.approx(5 / 7)
    assert (figures.private_use, figures.replacement, figures.broken) == (1, 1, 2)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "".join(c for c in text if c not in "\u0e48\u0e49\u0e31\u0e34\u0e35\u0e37"),  # marks lost
        lambda text: text.replace("ร", "ฟหฟ"),  # another font's letters
    ],
)
def test_broken_letters_are_seen_by_words_that_are_none(damage: Callable[[str], str]) -> None:
    figures = measure(damage(SOUND))
    assert figures.unknown_share > UNFIT_UNKNOWN_SHARE
    assert "คำที่ไม่รู้จัก" in unfit(figures)


def test_a_page_without_tone_marks_is_unfit() -> None:
    figures = measure("การพัฒนาระบบงานดิจิทัลของภาครัฐและเอกชน " * 16)
    assert "วรรณยุกต์ 0 ต่อพันอักษร" in unfit(figures)


def test_too_many_sara_am_are_sick_and_not_yet_unfit() -> None:
    figures = measure("ทำที่นำคำกำหนดให้ " * 30)
    assert "สระอำ" in sick(figures)
    assert unfit(figures) == ""


@pytest.mark.parametrize("broken", ["\ufffd", "\uf8ff", "\ue001"])
def test_a_character_that_is_none_is_sick_and_some_are_unfit(broken: str) -> None:
    once, often = measure(SOUND * 2 + broken), measure(SOUND + broken * 2)
    assert sick(once) == "มีอักขระเสีย 1 ตัว / 1 broken characters"
    assert unfit(once) == ""
    assert unfit(often) == "มีอักขระเสีย 2 ตัว / 2 broken characters"


def test_a_short_text_is_not_judged_by_its_words() -> None:
    figures = measure("ฟหกด")
    assert figures.thai_characters < MINIMUM_LETTERS
    assert figures.unknown_share == 1.0
    assert unfit(figures) == ""


def test_a_text_without_thai_is_sound() -> None:
    page = judge(None, "", "Thailand Digital Government Development Plan 2020-2022")
    assert (page.figures.thai_characters, page.figures.unknown_share, page.verdict) == (0, 0.0, Verdict.SOUND)


@pytest.mark.parametrize(
    ("repaired", "ocr", "verdict"),
    [("", False, Verdict.SOUND), ("a rule", False, Verdict.REPAIRED), ("a rule", True, Verdict.OCR)],
)
def test_verdicts(repaired: str, ocr: bool, verdict: Verdict) -> None:
    page = judge(7, "๗", SOUND, repaired=repaired, ocr=ocr)
    assert (page.page, page.label, page.verdict) == (7, "๗", verdict)
    assert judge(7, "๗", SOUND + "\ufffd" * 9, repaired=repaired, ocr=ocr).verdict is Verdict.REFUSED


def test_a_sick_document_is_refused_by_name(tmp_path: Path) -> None:
    document = ALL[0]
    (tmp_path / document.file).write_text(f"# แผน\n\n{SOUND} ก \ufffd\ufffd\n", encoding="utf-8")
    with pytest.raises(UnreadableDocument, match=f"^{document.file}: ข้อความเสียหายจนอ้างอิงไม่ได้"):
        read_document(document, tmp_path, allow_unreadable=True)


@pytest.mark.parametrize("table", ["| ก | ข |\n|---|---|\n| \ufffd | 1 |\n", "| \ufffd | ข |\n|---|---|\n| ก | 1 |\n"])
def test_damage_in_a_table_counts_too(tmp_path: Path, table: str) -> None:
    document = ALL[0]
    (tmp_path / document.file).write_text(table, encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="มีอักขระเสีย 1 ตัว"):
        read_document(document, tmp_path)
