"""No file harms the build: each ends in content or one clear sentence, whatever it does to its reader."""

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.document import Block, BlockKind
from corpus.pages import MOST_PIXELS, draw_page
from ingest.apart import LETTER_LIMIT, read_apart, refuse_too_much_text
from ingest.readers import Content, UnreadableDocument
from ingest.reading import read_content
from tests.ingest.pdf_files import pdf, stream
from tests.ingest.word_files import WordFile


def word(folder: Path) -> bytes:
    file = WordFile()
    file.add("เนื้อหาของแผน")
    return file.save(folder / "sound.docx").read_bytes()


def with_entry(data: bytes, name: str, content: bytes) -> bytes:
    """The archive with an entry more, or one replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return made.getvalue()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/'
    b'2006/main"><w:body><w:p><w:r><w:t>&x;&b;</w:t></w:r></w:p></w:body></w:document>'
)
HOSTILE: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a zip bomb": ("a.docx", lambda d: with_entry(d, "word/media/a.bin", bytes(40 * 2**20)), "ระเบิดบีบอัด"),
    "an entry outside": ("a.docx", lambda d: with_entry(d, "../../evil.txt", b"x"), "ชี้ออกนอกตัวเอง"),
    "external entities": ("a.docx", lambda d: with_entry(d, "word/document.xml", ENTITIES), "DTD/entity"),
    "a file cut short": ("a.docx", lambda d: d[: len(d) // 2], "ไฟล์เสียหรือมาไม่ครบ"),
    "a part that is no XML": ("a.docx", lambda d: with_entry(d, "word/document.xml", b"<w:docu"), "Word"),
    "an archive of something else": ("a.docx", lambda d: with_entry(b"PK\5\6" + bytes(18), "a.txt", b"x"), "ไฟล์ ZIP"),
    "an encrypted file": (
        "a.docx",
        lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "ใส่รหัสผ่าน",
    ),
    "a program": ("a.txt", lambda _: b"\x7fELF" + bytes(100), "ELF"),
    "text that is called Word": ("a.docx", lambda _: "แผน".encode(), "นามสกุลเป็น .docx แต่เนื้อไฟล์ไม่ใช่"),
    "nothing": ("a.txt", lambda _: b"", "ไฟล์ว่างเปล่า"),
    "only white space": ("a.html", lambda _: b" \n ", "ไฟล์ว่างเปล่า"),
    "a page of nothing": ("a.html", lambda _: b"<html><body></body></html>", "ไม่มีข้อความ"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_each_ends_in_one_sentence(tmp_path: Path, name: str) -> None:
    file, spoil, says = HOSTILE[name]
    (tmp_path / file).write_bytes(spoil(word(tmp_path)))
    before = set(tmp_path.rglob("*"))
    with pytest.raises(UnreadableDocument) as error:
        read_content(tmp_path / file)
    assert str(error.value).startswith(f"{tmp_path / file}: ")
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert set(tmp_path.rglob("*")) == before


def form(number: int, content: str) -> bytes:
    """A drawing within a page, which draws number `number` as /A."""
    return stream(content, f"/Type/XObject /Subtype/Form /BBox[0 0 9 9] /Resources<</XObject<</A {number} 0 R>> >>")


def one_page(data: bytes, filters: int) -> bytes:
    """A PDF whose page is deflated so many times."""
    for _ in range(filters):
        data = zlib.compress(data, 9)
    return pdf(["0 g"]).replace(stream("0 g"), stream(data, f"/Filter[{'/FlateDecode ' * filters}]"))


HOSTILE_PDFS: dict[str, tuple[Callable[[], bytes], str]] = {
    "sixty filters": (lambda: one_page(b"BT ET", 60), "ไม่มีข้อความ"),
    "drawings that draw each other": (
        lambda: pdf(["/I1 Do"], more=[form(1000 + i, "/A Do " * 10) for i in range(1, 9)] + [form(0, "0 0 m 9 9 l S")]),
        "ภาพซ้อนกันเกิน 20,000",
    ),
    "a drawing of itself": (lambda: pdf(["/I1 Do"], more=[form(1000, "/A Do /A Do")]), "ไม่มีข้อความ"),
    "a page of two miles": (lambda: pdf(["0 0 m 9 9 l S "], media=(10_000_000, 10_000_000)), "ไม่มีข้อความ"),
    "more than 5,000 pages": (lambda: pdf([""] * 5_002), "ยาวเกิน 5,000 หน้า"),
}


@pytest.mark.parametrize("name", HOSTILE_PDFS)
def test_a_hostile_pdf_ends_in_one_sentence(tmp_path: Path, name: str) -> None:
    make, says = HOSTILE_PDFS[name]
    (tmp_path / "a.pdf").write_bytes(make())
    with pytest.raises(UnreadableDocument, match=says) as error:
        read_content(tmp_path / "a.pdf")
    assert "\n" not in str(error.value)


def test_a_bomb_in_a_pdf_breaks_the_limit_of_memory(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(one_page(bytes(300 * 2**20), 2))
    with pytest.raises(UnreadableDocument, match="หน่วยความจำ"):
        read_apart(tmp_path / "a.pdf", lambda *_: None, memory=500 * 2**20)


def test_text_without_end_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="โปรดแบ่งไฟล์"):
        refuse_too_much_text(Content((Block(BlockKind.PARAGRAPH, "ก" * (LETTER_LIMIT + 1)),)))
    refuse_too_much_text(Content((Block(BlockKind.PARAGRAPH, "ก" * LETTER_LIMIT),)))


def test_a_picture_of_far_too_many_pixels_is_drawn_coarsely(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([""], media=(14_000, 14_000)))
    assert draw_page(tmp_path / "a.pdf", 1, dpi=300).size <= MOST_PIXELS * 1.01


def test_a_wrong_ending_is_read_as_what_it_is_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(word(tmp_path))
    content = read_content(tmp_path / "a.pdf")
    assert [block.text for block in content.blocks] == ["เนื้อหาของแผน"]
    assert content.notes[0].startswith("นามสกุลเป็น .pdf แต่เนื้อไฟล์เป็น docx")


def test_entities_in_a_web_page_fetch_nothing(tmp_path: Path) -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>แผน&x;</p></body></html>'
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert "root" not in "".join(block.text for block in read_content(tmp_path / "a.html").blocks)


def test_limits_of_time_and_memory_and_the_next_file_is_read(tmp_path: Path) -> None:
    slow, sound = tmp_path / "slow.txt", tmp_path / "a.md"
    slow.write_text("๑. ก\n" * 400_000, encoding="utf-8")
    sound.write_text("แผน", encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="อ่านนานเกิน 0 วินาที"):
        read_apart(slow, lambda *_: None, seconds=0.2)
    with pytest.raises(UnreadableDocument, match=r"หน่วยความจำ|ล้มเพราะไฟล์นี้"):
        read_apart(slow, lambda *_: None, memory=120 * 2**20)
    assert read_apart(sound, lambda *_: None).blocks[0].text == "แผน"


def test_pages_are_told_while_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("หนึ่ง\fสอง", encoding="utf-8")
    told: list[tuple[int, int, str]] = []
    read_apart(tmp_path / "a.txt", lambda *page: told.append(page))
    assert told == [(1, 2, "text"), (2, 2, "text")]


def test_too_many_pages(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ก\f" * 5_001, encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="มี 5,002 หน้า เกินที่อ่านได้ 5,000 หน้า"):
        read_apart(tmp_path / "a.txt", lambda *_: None)


def test_an_interrupted_reading_leaves_nothing_for_the_next(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("ก\f" * 500, encoding="utf-8")
    (tmp_path / "a.md").write_text("แผน", encoding="utf-8")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_apart(tmp_path / "long.txt", interrupt)
    assert read_apart(tmp_path / "a.md", lambda *_: None).blocks[0].text == "แผน"
