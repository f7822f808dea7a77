"""Plain text → blocks: headings, list items and tables told by numbering, blank lines, tabs; form feeds part pages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus import thai
from corpus.document import Block
from ingest.readers import Content, PageText, Told
from ingest.readers.decoding import Decoded, decode
from ingest.readers.structure import (
    Line,
    assemble,
    could_be_heading,
    heading_rank,
    is_numbered_part,
    table,
    typed_marker,
)

_CELLS = re.compile(r"\t+| ?\| ?| {3,}")
_RULE = re.compile(r"[-=_*─━═+|: ]{3,}")
_SENTENCE = re.compile(r"[.!?]$|(?:แล้ว|ครับ|ค่ะ|ต่อไป)$|^[(\[\"“-]")
_VERBS = frozenset(("มี", "เป็น", "คือ", "ได้", "จัดทำ", "กำหนด", "ต้อง", "จะ"))  # of sentences rather than headings
_DIGITS = "0123456789๐๑๒๓๔๕๖๗๘๙"
_FEW_WORDS = 60  # characters
_SHORT = 80  # characters; a line alone between blank lines and no longer than this may be a heading


def read_text_file(path: Path, told: Told) -> Content:
    """The content of a text file."""
    decoded = decode(path.read_bytes())
    pages = re.split(r"\n?\f", decoded.text)
    if len(pages) == 1:
        return Content(read_text(decoded.text), notes=encoding_notes(decoded))
    blocks: list[Block] = []
    parts: list[Line | Block] = []
    for number, page in enumerate(pages, start=1):
        parts += _parts(page, number)
        told(number, len(pages), "text")
    blocks += assemble(parts)
    read = tuple(PageText(number, str(number), page) for number, page in enumerate(pages, start=1))
    return Content(tuple(blocks), read, encoding_notes(decoded))


def read_text(text: str) -> tuple[Block, ...]:
    """The blocks of a text without pages."""
    return assemble(list(_parts(text, None)))


def encoding_notes(decoded: Decoded) -> tuple[str, ...]:
    """What a maintainer should know of how bytes were read; nothing for plain Unicode."""
    if decoded.undone:
        return (f"อ่านอักษรเพี้ยน (mojibake) กลับเป็นไทยแล้ว / {decoded.undone} undone ({decoded.encoding})",)
    return () if decoded.encoding.startswith("utf") else (f"รหัสอักขระ / encoding: {decoded.encoding}",)


def _parts(text: str, page: int | None) -> Iterator[Line | Block]:
    place: dict[str, Any] = {"page": page, "page_label": str(page or "")}
    groups = [_lines(group) for group in re.split(r"\n[ \t]*\n", thai_lines(text))]
    groups = [group for group in groups if group]
    for at, lines in enumerate(groups):
        if rows := _table_rows(lines):
            if block := table(rows, **place):
                yield block
            continue
        title = at == 0 and len(groups) > 1 and page in (None, 1) and len(lines) == 1 and _is_title(lines[0])
        following = groups[at + 1] if at + 1 < len(groups) else []
        heading = len(lines) == 1 and _is_heading(lines[0], following)
        for line in _joined(lines):
            yield Line(line, bold=heading, title=title, **place)


def _lines(group: str) -> list[str]:
    return [line for line in group.split("\n") if line.strip() and not _RULE.fullmatch(line.strip())]


def thai_lines(text: str) -> str:
    """One kind of line end, and no form feed."""
    return re.sub(r"\r\n?|[\x0b\x85\u2028\u2029]", "\n", text).replace("\f", "\n\n")


def _is_title(line: str) -> bool:
    return could_be_heading(line.strip()) and heading_rank(line.strip()) is None and not typed_marker(line.strip())


def _is_heading(line: str, following: list[str]) -> bool:
    """Whether a line alone is a heading: it begins like one, or is a few words above something longer.

    A line that is none stands in its passage; a line taken for one falls out of it. So the doubtful ones are none.
    """
    line = line.strip()
    if not could_be_heading(line) or not following:
        return False
    if is_numbered_part(line):
        return True
    if len(line) > _SHORT:
        return False
    if line[0] in _DIGITS and heading_rank(line) is not None:
        return not typed_marker(following[0].strip()) or heading_rank(following[0].strip()) != heading_rank(line)
    return len(line) <= _FEW_WORDS and len("".join(following)) > 2 * len(line) and not _is_sentence(line)


def _is_sentence(line: str) -> bool:
    return bool(_SENTENCE.search(line) or _VERBS.intersection(thai.words(line)))


def _table_rows(lines: list[str]) -> list[list[str]]:
    """Two lines and more that have the same number of cells, parted by tabs, bars or wide gaps."""
    rows = [_CELLS.split(line.strip().strip("|").strip()) for line in lines]
    return rows if len(rows) > 1 and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1 else []


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines that were broken for their width are one again; Thai joins to Thai without a space."""
    wide = max(map(len, lines), default=0)
    current = last = ""
    for line in (line.strip() for line in lines):
        begins = bool(typed_marker(line)) or is_numbered_part(line)
        broken = current and not begins and len(last) > 0.75 * wide and wide > 60 and len(lines) > 2
        if broken or (current and not begins and typed_marker(current)):
            between = "" if _is_thai(current[-1]) and _is_thai(line[0]) else " "
            current += between + line
        else:
            if current:
                yield current
            current = line
        last = line
    if current:
        yield current


def _is_thai(letter: str) -> bool:
    return "\u0e01" <= letter <= "\u0e4e"
