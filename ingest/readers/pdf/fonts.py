"""What an embedded font says its own glyphs are, against which a PDF's map to Unicode is held.

A PDF tells its text by a map from glyphs to Unicode that programs write badly, and that a converter may have damaged.
The font that draws the glyphs often kept its own tables: the letters its glyphs stand for (`cmap`), or the glyphs'
names (`post`). What a glyph draws is what a reader sees, so for Thai letters the font is believed rather than the map.
"""

import contextlib
import re
import struct
from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO

from pdfminer.cmapdb import FileUnicodeMap
from pdfminer.glyphlist import glyphname2unicode
from pdfminer.pdffont import PDFCIDFont, PDFFont, TrueTypeFont
from pdfminer.pdftypes import PDFException, PDFStream, resolve1

from ingest.repair import PRIVATE_USE

_UNI_NAME = re.compile(r"uni([0-9A-F]{4})|u([0-9A-F]{4,5})")
_THAI = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e5b]")


def own_letters(font: PDFFont) -> dict[int, str]:
    """The Thai letters of an embedded font's glyphs, by the code that draws them; empty where it does not tell."""
    return {glyph: text for glyph, text in _letters(font).items() if _THAI.fullmatch(text)}


def without_map(font: PDFFont) -> None:
    """Give a font that the PDF has no map to Unicode for the map that its own tables make."""
    if letters := _letters(font):
        font.unicode_map = made = FileUnicodeMap()  # type: ignore[attr-defined]
        made.cid2unichr.update(letters)


def _letters(font: PDFFont) -> dict[int, str]:
    if not isinstance(font, PDFCIDFont):
        return {}
    program = resolve1(font.descriptor.get("FontFile2"))
    if not isinstance(program, PDFStream) or not _codes_are_glyphs(font):
        return {}
    try:
        tables = _Tables(str(font.basefont), BytesIO(program.get_data()))
        return _by_name(tables) | _by_letter(tables)
    except (PDFException, struct.error, ValueError, AssertionError, IndexError, OSError):
        return {}  # a font that cannot be read draws nothing either; the map to Unicode is all there is


class _Tables(TrueTypeFont):
    """A font's tables. pdfminer misreads its commonest kind of `cmap` (format 4): an offset there counts from its own
    place in the list of offsets, not from the list's beginning.
    """

    def parse_cmap_format_4(self, fp: BinaryIO, char2gid: dict[int, int]) -> None:
        fp.read(4)  # length and language
        (doubled,) = struct.unpack(">H", fp.read(2))
        count = doubled // 2
        fp.read(6)
        ends = struct.unpack(f">{count}H", fp.read(doubled))
        fp.read(2)
        starts = struct.unpack(f">{count}H", fp.read(doubled))
        deltas = struct.unpack(f">{count}h", fp.read(doubled))
        place = fp.tell()
        offsets = struct.unpack(f">{count}H", fp.read(doubled))
        for i, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
            if not start <= end < 0xFFFF:
                continue
            size = end - start + 1
            glyphs: Iterable[int] = range(start, end + 1)
            if offset:
                fp.seek(place + 2 * i + offset)
                glyphs = struct.unpack(f">{size}H", fp.read(2 * size))
            for letter, glyph in zip(range(start, end + 1), glyphs, strict=True):
                if glyph or not offset:
                    char2gid[letter] = (glyph + delta) & 0xFFFF


def _codes_are_glyphs(font: PDFCIDFont) -> bool:
    """Whether the codes of the text are the numbers of the font's glyphs, as nearly all programs write them."""
    return font.cidcoding == "Adobe-Identity" and not isinstance(getattr(font, "cid_to_gid", None), PDFStream)


def _by_letter(font: _Tables) -> dict[int, str]:
    letters: dict[int, str] = {}
    with contextlib.suppress(TrueTypeFont.CMapNotFound):
        for glyph, text in font.create_unicode_map().cid2unichr.items():
            letters[glyph] = text.translate(PRIVATE_USE)
    return letters


def _by_name(font: _Tables) -> dict[int, str]:
    """The letters that the glyphs' names tell: "uni0E48.low", "maiekthai"."""
    if b"post" not in font.tables:
        return {}
    offset, length = font.tables[b"post"]
    font.fp.seek(offset)
    table = font.fp.read(length)
    if len(table) < 34 or table[:4] != b"\x00\x02\x00\x00":
        return {}
    (count,) = struct.unpack_from(">H", table, 32)
    indexes = struct.unpack_from(f">{count}H", table, 34)
    names: list[str] = []
    place = 34 + 2 * count
    while place < len(table):
        end = place + 1 + table[place]
        names.append(table[place + 1 : end].decode("latin-1"))
        place = end
    found = {glyph: names[i - 258] for glyph, i in enumerate(indexes) if 258 <= i < 258 + len(names)}
    return {glyph: text for glyph, name in found.items() if (text := _named(name))}


def _named(name: str) -> str:
    base = name.partition(".")[0]
    if found := _UNI_NAME.fullmatch(base):
        return chr(int(found[1] or found[2], 16)).translate(PRIVATE_USE)
    return glyphname2unicode.get(base, "")
