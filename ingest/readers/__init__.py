"""One reader per file format: a file's path in, its content out, in reading order.

A reader is a plain function `(path, told) -> Content`, named in `reader_of`. It reads the text as it stands, without
repairs. It raises `UnreadableDocument` with one sentence, Thai first, which need not name the file. It runs in a
process of its own, with limits of memory and time, and cannot harm the build.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from corpus.document import Block

PAGE_LIMIT = 5_000


class UnreadableDocument(Exception):
    """A document cannot be read; the message says which, why, and what to do. Thai first."""


class Format(StrEnum):
    """A kind of file that can be read, named as its usual ending is."""

    MARKDOWN = "md"
    TEXT = "txt"
    HTML = "html"
    DOCX = "docx"
    PPTX = "pptx"
    PDF = "pdf"
    SCAN = "png, jpg, tif"
    DOC = "doc"
    RTF = "rtf"
    ODT = "odt"
    PPT = "ppt"
    ODP = "odp"


@dataclass(frozen=True)
class PageText:
    """One page of a format that has pages, as it was read.

    `number` is the physical page (or slide), from 1; `label` what is printed on it ("ก", "๑๒"). `raw` is the page's
    text layer before any repair, furniture included, and `ocr` tells that the page's blocks were recognised from its
    picture instead. `invisible` counts the characters that nobody sees on the page (white, tiny, outside of it) and
    that are left out of the blocks. `failure` says, Thai first, why a page gave no text although it shows some.
    """

    number: int
    label: str = ""
    raw: str = ""
    ocr: bool = False
    invisible: int = 0
    failure: str = ""


@dataclass(frozen=True)
class Content:
    """What a reader found: blocks in reading order, pages where the format has them, and notes on what was left out.

    A note is a sentence for the maintainer, Thai first ("ไม่นำความคิดเห็น 3 แห่งมาใช้ / 3 comments left out").
    """

    blocks: tuple[Block, ...]
    pages: tuple[PageText, ...] = ()
    notes: tuple[str, ...] = ()


# Called as each page is done: its number, how many there are, and what became of it ("text", "ocr", "failed").
Told = Callable[[int, int, str], None]
Reader = Callable[[Path, Told], Content]


def reader_of(kind: Format) -> Reader:
    """The reader of a format; its library is loaded only now."""
    match kind:
        case Format.MARKDOWN:
            from ingest.readers.markdown import read_markdown_file

            return read_markdown_file
        case Format.PDF:
            from ingest.readers.pdf import read_pdf

            return read_pdf
        case Format.SCAN:
            from ingest.readers.scan import read_scan

            return read_scan
        case Format.TEXT:
            from ingest.readers.text import read_text_file

            return read_text_file
        case Format.HTML:
            from ingest.readers.html import read_html_file

            return read_html_file
        case Format.DOCX:
            from ingest.readers.docx import read_docx

            return read_docx
        case Format.PPTX:
            from ingest.readers.pptx import read_pptx

            return read_pptx
        case Format.DOC | Format.RTF | Format.ODT | Format.PPT | Format.ODP:
            from ingest.readers.converted import convert_and_read

            into = Format.PPTX if kind in (Format.PPT, Format.ODP) else Format.DOCX
            return partial(convert_and_read, into=into, ending=kind, reader=reader_of(into))
