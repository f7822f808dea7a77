"""Bytes become Thai text whatever they are called, and Thai read in a wrong encoding becomes Thai again."""

from pathlib import Path

import pytest

from ingest.readers.decoding import decode, undo_mojibake

DOCUMENT = (Path(__file__).parents[2] / "corpus" / "documents" / "egdi.md").read_text(encoding="utf-8")
OLD = DOCUMENT.encode("cp874", "ignore").decode("cp874")  # what CP874 can write


def as_seen(data: bytes, encoding: str) -> str:
    return "".join(bytes([b]).decode(encoding, "replace").replace("\ufffd", chr(b)) for b in data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_with_or_without_a_mark(encoding: str) -> None:
    found = decode(DOCUMENT.encode(encoding), declared="iso-8859-1")
    assert (found.text, found.undone) == (DOCUMENT, "")


@pytest.mark.parametrize("declared", ["", "tis-620", "iso-8859-11", "windows-874", "iso-8859-1", "utf-8", "none such"])
def test_cp874_under_any_name(declared: str) -> None:
    found = decode(OLD.encode("cp874"), declared)
    assert (found.text, found.encoding) == (OLD, "cp874")


@pytest.mark.parametrize("size", [40, 200, 1000])
def test_a_few_bytes_are_enough(size: int) -> None:
    text = OLD.replace("\n", " ")[:size]
    assert decode(text.encode("cp874")).text == text


def test_utf8_cut_inside_a_letter_keeps_the_rest() -> None:
    data = DOCUMENT.encode()[:1_001]
    assert decode(data).text == data.decode("utf-8", "replace")


def test_a_file_of_two_encodings_is_read_line_by_line() -> None:
    text = "แผนพัฒนารัฐบาลดิจิทัลของประเทศไทย\n" * 4
    assert decode(text.encode() + "ยุทธศาสตร์ที่ ๑\n".encode("cp874")).text == text + "ยุทธศาสตร์ที่ ๑\n"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_cp874_that_was_saved_as_something_else(encoding: str) -> None:
    found = decode(as_seen(OLD.encode("cp874"), encoding).encode())
    assert (found.text, found.undone) == (OLD, "mojibake")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "cp874"])
def test_utf8_that_was_read_as_something_else(encoding: str) -> None:
    assert decode(as_seen(DOCUMENT.encode(), encoding).encode()).text == DOCUMENT


def test_shifted_glyphs_of_old_fonts_between_the_letters() -> None:
    assert undo_mojibake("¤Ù‹Á×Í Êӹѡ") == ("คู่มือ สำนัก", 1)
    low = "ต้องปรับปรุงให้ดีที่สุด".encode("cp874").replace(b"\xe9", b"\x8b").replace(b"\xe8", b"\x8a")
    assert undo_mojibake(as_seen(low, "latin-1"))[0] == "ต้องปรับปรุงให้ดีที่สุด"


@pytest.mark.parametrize(
    "text", ["Café à la crème, «déjà vu», naïve façade", "Привет, мир", "Ωμέγα", "5 µm ± 2 °C ½", DOCUMENT]
)
def test_what_is_sound_stays(text: str) -> None:
    assert undo_mojibake(text) == (text, 0)


def test_other_old_encodings_are_as_they_say() -> None:
    assert decode("Café à la crème".encode("latin-1"), "iso-8859-1").text == "Café à la crème"
