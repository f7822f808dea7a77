"""PDF files written byte by byte, so that a test can put into one exactly the trouble it is about.

Text is set with fonts that are not embedded: readers need codes, widths and the map to Unicode only. A glyph's code is
its position in the font's text, so a damaged map is one that says another text for the same glyphs.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

A4 = (595, 842)
MARKS = frozenset(chr(c) for c in (0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)))


@dataclass
class ThaiFont:
    """Glyphs for the letters of `letters`; `maps` says what a reader is told instead of a letter, None for nothing.

    An `embedded` one brings a font program, which tells the letters of its glyphs by a `cmap`.
    """

    letters: str
    maps: Mapping[str, str] = field(default_factory=dict)
    mapped: bool = True
    embedded: bool = False

    def codes(self, text: str) -> str:
        return "".join(f"{self.letters.index(letter) + 1:04x}" for letter in text)

    def objects(self, first: int, name: str) -> list[bytes]:
        """The font, its descendant, its descriptor, its map and its program, numbered from `first`."""
        widths = " ".join("0" if letter in MARKS else "500" for letter in self.letters)
        unicode_map = f"/ToUnicode {first + 3} 0 R " if self.mapped else ""
        font = (
            f"<</Type/Font /Subtype/Type0 /BaseFont/{name} /Encoding/Identity-H {unicode_map}"
            f"/DescendantFonts[{first + 1} 0 R]>>"
        )
        descendant = (
            f"<</Type/Font /Subtype/CIDFontType2 /BaseFont/{name} /CIDSystemInfo<</Registry(Adobe) /Ordering(Identity) "
            f"/Supplement 0>> /FontDescriptor {first + 2} 0 R /DW 500 /W[1[{widths}]]>>"
        )
        program = f"/FontFile2 {first + 4} 0 R" if self.embedded else ""
        descriptor = (
            f"<</Type/FontDescriptor /FontName/{name} /Flags 4 /FontBBox[0 -200 1000 1000] /ItalicAngle 0 /Ascent 800 "
            f"/Descent -200 /CapHeight 700 /StemV 80 {program}>>"
        )
        told = [font.encode(), descendant.encode(), descriptor.encode(), stream(self._unicode_map())]
        return [*told, stream(self._program())]

    def _program(self) -> bytes:
        """A TrueType font with nothing but a `cmap` of format 4: a segment for each run of neighbouring letters, each
        with its glyphs in one common list.
        """
        glyphs = {ord(letter): i for i, letter in enumerate(self.letters, start=1)}
        starts = [code for code in sorted(glyphs) if code - 1 not in glyphs]
        ends = [code for code in sorted(glyphs) if code + 1 not in glyphs]
        count, before = len(starts) + 1, 0
        offsets: list[int] = []
        for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
            offsets.append(2 * (count - i + before))
            before += end - start + 1
        words = [2 * count, 0, 0, 0, *ends, 0xFFFF, 0, *starts, 0xFFFF, *([0] * (count - 1)), 1, *offsets, 0]
        words += [glyphs[code] for code in sorted(glyphs)]
        table = struct.pack(">HHHHI", 0, 1, 3, 1, 12)
        table += struct.pack(f">HHH{len(words)}H", 4, 6 + 2 * len(words), 0, *words)
        return b"\0\1\0\0" + struct.pack(">HHHH4sLLL", 1, 16, 0, 0, b"cmap", 0, 28, len(table)) + table

    def _unicode_map(self) -> str:
        told = [(i, self.maps.get(letter, letter)) for i, letter in enumerate(self.letters, start=1)]
        rows = "\n".join(f"<{i:04x}> <{text.encode('utf-16-be').hex()}>" for i, text in told)
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def 1 begincodespacerange\n"
            f"<0000> <ffff>\nendcodespacerange {len(told)} beginbfchar\n{rows}\nendbfchar endcmap end end"
        )


def stream(content: str | bytes, extra: str = "") -> bytes:
    data = content if isinstance(content, bytes) else content.encode("latin-1")
    return f"<<{extra} /Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


def pdf(
    contents: Sequence[str],
    *,
    fonts: Mapping[str, ThaiFont] | None = None,
    page_extra: str = "",
    catalog_extra: str = "",
    more: Sequence[bytes] = (),
    media: tuple[float, float] = A4,
) -> bytes:
    """A PDF of these content streams, one a page. Objects `more` are numbered from 1000; F1 is Helvetica."""
    objects: dict[int, bytes] = {3: b"<</Type/Font /Subtype/Type1 /BaseFont/Helvetica>>"}
    named = ["/F1 3 0 R"]
    for i, (name, font) in enumerate((fonts or {}).items()):
        first = 10 + 5 * i
        objects |= dict(enumerate(font.objects(first, f"Test{name}"), start=first))
        named.append(f"/{name} {first} 0 R")
    kids = []
    for i, content in enumerate(contents):
        page, body = 100 + 2 * i, 101 + 2 * i
        kids.append(f"{page} 0 R")
        objects[page] = (
            f"<</Type/Page /Parent 2 0 R /MediaBox[0 0 {media[0]} {media[1]}] /Contents {body} 0 R "
            f"/Resources<</Font<<{' '.join(named)}>> /XObject<</I1 1000 0 R>> >> {page_extra}>>"
        ).encode()
        objects[body] = stream(content)
    objects[1] = f"<</Type/Catalog /Pages 2 0 R {catalog_extra}>>".encode()
    objects[2] = f"<</Type/Pages /Kids[{' '.join(kids)}] /Count {len(kids)}>>".encode()
    objects |= dict(enumerate(more or [b"null"], start=1000))
    return _file(objects)


def text_line(x: float, y: float, codes: str, *, font: str = "T1", size: float = 16, extra: str = "") -> str:
    """One line of text, its codes in hexadecimal, its baseline's left end at (x, y)."""
    return f"BT /{font} {size} Tf {extra} 1 0 0 1 {x} {y} Tm <{codes}> Tj ET\n"


def _file(objects: Mapping[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += f"xref\n0 {size}\n".encode()
    for number in range(size):
        if number in offsets:
            out += f"{offsets[number]:010} 00000 n \n".encode()
        else:
            out += b"0000000000 65535 f \n"
    out += f"trailer\n<</Size {size} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
