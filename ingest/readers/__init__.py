"""One reader per file format: a file's path in, its blocks out, in reading order."""

from collections.abc import Callable
from pathlib import Path

from corpus.document import Block, BlockKind
from ingest.readers.markdown import read_markdown


class UnreadableDocument(Exception):
    """A document cannot be read; the message says which, why, and what to do. Thai first."""


READERS: dict[str, Callable[[str], tuple[Block, ...]]] = {".md": read_markdown, ".markdown": read_markdown}


def read_blocks(path: Path) -> tuple[Block, ...]:
    """The blocks of a file, by the reader of its format.

    Raises:
        UnreadableDocument: for a format without reader, bytes that are not UTF-8, or a file without text.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise UnreadableDocument(
            f"{path}: ยังอ่านไฟล์ชนิด {path.suffix or '(ไม่มีนามสกุล)'} ไม่ได้ โปรดแปลงเป็น {known} "
            f"/ no reader for this format; convert it to {known}"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"{path}: ไม่ใช่ UTF-8 (ไบต์ที่ {error.start}) โปรดบันทึกไฟล์ใหม่เป็น UTF-8 / not UTF-8; save it as UTF-8"
        ) from None
    blocks = reader(text)
    if not any(block.text or block.rows for block in blocks if block.kind is not BlockKind.HEADING):
        raise UnreadableDocument(f"{path}: ไม่มีข้อความ / the file holds no text")
    return blocks
