"""What a file is, by its content rather than its name; archives are looked over before anything is unpacked."""

import codecs
import zipfile
from pathlib import Path, PurePosixPath

from ingest.readers import Format, UnreadableDocument
from ingest.readers.decoding import utf16_without_mark

LARGEST_FILE = 200 * 2**20
LARGEST_UNPACKED = 400 * 2**20
MOST_ENTRIES = 10_000
BOMB_RATIO, BOMB_SIZE = 200, 30 * 2**20  # an entry that unpacks to so many times its size, and is so large

ENDINGS = {
    ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN, ".txt": Format.TEXT, ".text": Format.TEXT,
    ".html": Format.HTML, ".htm": Format.HTML, ".xhtml": Format.HTML, ".docx": Format.DOCX, ".docm": Format.DOCX,
    ".pptx": Format.PPTX, ".pdf": Format.PDF, ".doc": Format.DOC, ".rtf": Format.RTF, ".odt": Format.ODT,
    ".ppt": Format.PPT, ".odp": Format.ODP, ".png": Format.SCAN, ".jpg": Format.SCAN, ".jpeg": Format.SCAN,
    ".tif": Format.SCAN, ".tiff": Format.SCAN,
}  # fmt: skip
_PLAIN = (Format.MARKDOWN, Format.TEXT, Format.HTML)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_OTHERS = (
    (b"GIF8", "GIF"), (b"MZ", "EXE"), (b"\x7fELF", "ELF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"), (b"SQLite format 3", "SQLite"),
)  # fmt: skip
_READABLE = "PDF, PNG, JPEG, TIFF, DOCX, PPTX, DOC, ODT, RTF, HTML, TXT, Markdown"


def format_of(path: Path) -> Format:
    """The format of a file.

    Raises:
        UnreadableDocument: for a file that is too large, of no readable format, encrypted, or an unsafe archive.
    """
    if (size := path.stat().st_size) > LARGEST_FILE:
        raise UnreadableDocument(
            f"ไฟล์ใหญ่ {size / 2**20:.0f} MB เกินที่รับได้ {LARGEST_FILE // 2**20} MB โปรดแบ่งไฟล์ "
            "/ the file is too large; split it"
        )
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise UnreadableDocument("ไฟล์ว่างเปล่า / the file is empty")
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    if head.startswith(_PICTURES):
        return Format.SCAN
    if head.startswith(b"PK"):
        return _archive(path)
    if head.startswith(_OLE):
        return _compound(path)
    if head.startswith(b"{\\rtf"):
        return Format.RTF
    return _text_format(path, head)


def _text_format(path: Path, head: bytes) -> Format:
    named = ENDINGS.get(path.suffix.lower())
    other = next((name for magic, name in _OTHERS if head.startswith(magic)), "")
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or utf16_without_mark(head)
    if other or (head.count(0) > 2 and not wide):
        raise UnreadableDocument(
            f"เนื้อไฟล์เป็น {other or 'ข้อมูลที่ไม่ใช่ข้อความ'} ซึ่งอ่านไม่ได้ โปรดใช้ {_READABLE} "
            f"/ the content is {other or 'not text'}; use one of these formats"
        )
    if named in _PLAIN:
        return named
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return Format.HTML
    if named is None:
        known = ", ".join(ENDINGS)
        raise UnreadableDocument(
            f"ยังอ่านไฟล์ชนิด {path.suffix or '(ไม่มีนามสกุล)'} ไม่ได้ โปรดแปลงเป็นชนิดที่อ่านได้ ({known}) "
            "/ no reader for this format; convert it to one of these"
        )
    raise UnreadableDocument(
        f"นามสกุลเป็น {path.suffix} แต่เนื้อไฟล์ไม่ใช่ ไฟล์อาจเสียหรือถูกเปลี่ยนชื่อ โปรดหาไฟล์ต้นฉบับ "
        f"/ named {path.suffix} but its content is not; find the original file"
    )


def _archive(path: Path) -> Format:
    """DOCX, PPTX, ODT or ODP, after a look at the archive's own list of what is in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _refuse_unsafe(entries)
            names = {entry.filename for entry in entries}
            kind = archive.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else ""
            doctypes = [entry.filename for entry in entries if _declares_entities(archive, entry)]
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise UnreadableDocument(
            f"ไฟล์เสียหรือมาไม่ครบ เปิดไม่ได้ ({type(error).__name__}) โปรดขอไฟล์ใหม่ / damaged or cut short; get the file again"
        ) from None
    if doctypes:
        raise UnreadableDocument(
            f"ไฟล์ประกาศ DTD/entity ภายใน ({doctypes[0]}) ซึ่งเอกสาร Office ไม่ใช้ และอาจเป็นอันตราย จึงไม่อ่าน "
            "/ it declares XML entities, which office files do not; not read"
        )
    for name, found in (("word/document.xml", Format.DOCX), ("ppt/presentation.xml", Format.PPTX)):
        if name in names:
            return found
    if "opendocument.text" in kind:
        return Format.ODT
    if "opendocument.presentation" in kind:
        return Format.ODP
    what = "สมุดงาน Excel" if "xl/workbook.xml" in names else "ไฟล์ ZIP"
    raise UnreadableDocument(f"เนื้อไฟล์เป็น{what} ไม่ใช่เอกสารที่อ่านได้ โปรดใช้ {_READABLE} / not a document that can be read")


def _declares_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    if not entry.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(entry) as file:
        head = file.read(2048).replace(b"\0", b"").upper()
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head


def _refuse_unsafe(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in entry.filename[:3]:
            raise UnreadableDocument(
                f"ไฟล์มีรายการที่ชี้ออกนอกตัวเอง ({entry.filename[:60]!r}) อาจเป็นอันตราย จึงไม่อ่าน "
                "/ an entry points outside of the archive; not read"
            )
        if entry.flag_bits & 1:
            raise UnreadableDocument("ไฟล์ใส่รหัสผ่านไว้ โปรดเอารหัสออกก่อน / the file is encrypted; remove its password")
    unpacked = sum(entry.file_size for entry in entries)
    swollen = any(e.file_size > BOMB_SIZE and e.file_size > BOMB_RATIO * max(e.compress_size, 1) for e in entries)
    if unpacked > LARGEST_UNPACKED or swollen or len(entries) > MOST_ENTRIES:
        raise UnreadableDocument(
            f"ไฟล์คลายออกได้ {unpacked / 2**20:.0f} MB ใน {len(entries)} รายการ เหมือนระเบิดบีบอัด จึงไม่อ่าน "
            "/ it unpacks to far more than a document holds (a zip bomb?); not read"
        )


def _compound(path: Path) -> Format:
    """Word 97 or PowerPoint 97; a new format in such a file is an encrypted one. Told by the names of its streams."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableDocument("ไฟล์ใส่รหัสผ่านไว้ โปรดเอารหัสออกก่อน / the file is encrypted; remove its password")
    for name, found in (("WordDocument", Format.DOC), ("PowerPoint Document", Format.PPT)):
        if name.encode("utf-16-le") in data:
            return found
    raise UnreadableDocument(f"เนื้อไฟล์ไม่ใช่เอกสาร Word หรือ PowerPoint โปรดใช้ {_READABLE} / not a Word or PowerPoint file")
