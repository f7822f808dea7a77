"""No file harms the build: each ends in content or one clear sentence, whatever it does to its reader."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.apart import read_apart
from ingest.readers import UnreadableDocument
from ingest.reading import read_content
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
