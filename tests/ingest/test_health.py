"""A text that is too damaged to be cited is told from a sound one, and the reason is given."""

from pathlib import Path

import pytest

from corpus.document import Document
from ingest.build import read_document
from ingest.health import MINIMUM_LETTERS, UNKNOWN_SHARE_LIMIT, measure
from ingest.manifest import read_manifest
from ingest.readers import UnreadableDocument

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
ALL = read_manifest(DOCUMENTS).documents
SOUND = "คณะรัฐมนตรีมีมติอนุมัติในหลักการร่างแผนพัฒนารัฐบาลดิจิทัลของประเทศไทย เพื่อให้ประชาชนได้รับบริการที่สะดวกและรวดเร็ว " * 3


@pytest.mark.parametrize("document", ALL, ids=lambda document: document.id)
def test_the_documents_are_sound(document: Document) -> None:
    health = read_document(document, DOCUMENTS).health
    assert health.is_sound
    assert health.reason == ""
    assert health.thai_letters > MINIMUM_LETTERS
    assert health.unknown_share < UNKNOWN_SHARE_LIMIT / 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "".join(c for c in text if c not in "\u0e48\u0e49\u0e31\u0e34\u0e35\u0e37"),  # marks lost
        lambda text: text.replace("ร", "ฟหฟ"),  # another font's letters
    ],
)
def test_broken_letters_are_seen_by_words_that_are_none(damage: object) -> None:
    assert callable(damage)
    health = measure(damage(SOUND))
    assert health.unknown_share > UNKNOWN_SHARE_LIMIT
    assert not health.is_sound
    assert "คำที่ไม่รู้จัก" in health.reason


@pytest.mark.parametrize("broken", ["\ufffd", "\uf8ff", "\ue001"])
def test_a_character_that_is_none_is_enough(broken: str) -> None:
    health = measure(SOUND + broken)
    assert health.broken_characters == 1
    assert not health.is_sound
    assert health.reason == "มีอักขระเสีย 1 ตัว / 1 broken characters"


def test_a_short_text_is_not_judged_by_its_words() -> None:
    health = measure("ฟหกด")
    assert health.unknown_share == 1.0
    assert health.is_sound


def test_a_text_without_thai_is_sound() -> None:
    health = measure("Thailand Digital Government Development Plan 2020-2022")
    assert (health.thai_letters, health.unknown_share, health.is_sound) == (0, 0.0, True)


def test_a_sick_document_is_refused_by_name(tmp_path: Path) -> None:
    document = ALL[0]
    (tmp_path / document.file).write_text(f"# แผน\n\n{SOUND} \ufffd\n", encoding="utf-8")
    with pytest.raises(UnreadableDocument, match=f"^{document.file}: ข้อความเสียหายจนอ้างอิงไม่ได้"):
        read_document(document, tmp_path)


@pytest.mark.parametrize("table", ["| ก | ข |\n|---|---|\n| \ufffd | 1 |\n", "| \ufffd | ข |\n|---|---|\n| ก | 1 |\n"])
def test_damage_in_a_table_counts_too(tmp_path: Path, table: str) -> None:
    document = ALL[0]
    (tmp_path / document.file).write_text(table, encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="มีอักขระเสีย 1 ตัว"):
        read_document(document, tmp_path)
