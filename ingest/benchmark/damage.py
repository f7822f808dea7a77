"""Text layers damaged as in published Thai plans: the pages look the same, and what a reader is told of them is wrong.

ActualText is taken out, and the fonts' maps to Unicode are altered, as converters do; with `blind` the embedded fonts
lose their own tables too. Needs pypdf, which only the benchmark uses.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

RING, AA, AM = "\u0e4d", "\u0e32", "\u0e33"
TONES = "\u0e48\u0e49\u0e4a\u0e4b"
MARKS = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47" + TONES + "\u0e4c" + RING
_PRIVATE = dict(
    zip("\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e31\u0e47", "\uf70a\uf70b\uf70c\uf70d\uf70e\uf710\uf712", strict=True)
)


def _each(letters: str, told: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(told(c) if c in letters else c for c in text)


# What a glyph's text becomes.
DAMAGES: dict[str, Callable[[str], str]] = {
    "actual text lost": lambda text: text,
    "SARA AM split": lambda text: " " if text in (RING, AM) else text,
    "SARA AM lost": lambda text: "" if text in (RING, AM) else text,
    "SARA AM and AA": lambda text: AM if text == RING else text,
    "AA as SARA AM": _each(AA, lambda _: AM),
    "marks doubled": _each(MARKS.replace(RING, ""), lambda c: c + c),
    "private-use marks": _each("".join(_PRIVATE), lambda c: _PRIVATE[c]),
    "tone marks lost": _each(TONES, lambda _: ""),
    "marks are spaces": _each(MARKS, lambda _: " "),
    "space before marks": _each(MARKS.replace(RING, ""), lambda c: " " + c),
    "letter-spaced": lambda text: text + " " if "\u0e01" <= text[:1] <= "\u0e2e" else text,
    "mojibake": lambda text: text.encode("cp874", "replace").decode("latin-1"),
}
OTHERS = ("no Unicode map", "drawn twice")


def damage(source: Path, target: Path, kind: str, *, blind: bool = False) -> None:
    """Write a copy of a PDF with its text layer damaged."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, NameObject

    writer = PdfWriter(clone_from=source)
    for entry in list(writer._objects):
        value: Any = entry.get_object() if entry is not None else None
        if not hasattr(value, "get") or not value:
            continue
        if "/FontFile2" in value and blind:
            program = value["/FontFile2"].get_object()
            program.set_data(_without_tables(program.get_data()))
        if "/ToUnicode" in value and kind == "no Unicode map":
            del value["/ToUnicode"]
        elif "/ToUnicode" in value and kind in DAMAGES:
            stream = DecodedStreamObject()
            stream.set_data(_altered(value["/ToUnicode"].get_object().get_data(), DAMAGES[kind]))
            value[NameObject("/ToUnicode")] = writer._add_object(stream)
    for page in writer.pages:
        content = page.get_contents()
        if content is None:
            continue
        data = content.get_data().replace(b"/ActualText", b"/FormerText")
        if kind == "drawn twice":
            data = b"q\n" + data + b"\nQ\nq 1 0 0 1 0.3 0 cm\n" + data + b"\nQ\n"
        stream = DecodedStreamObject()
        stream.set_data(data)
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    writer.write(target)


def _without_tables(font: bytes) -> bytes:
    return font.replace(b"cmap", b"gone", 1).replace(b"post", b"lost", 1)


def _altered(cmap: bytes, change: Callable[[str], str]) -> bytes:
    """A map to Unicode with each glyph's text changed; ranges are written out glyph by glyph."""
    text = cmap.decode("latin-1")
    told: dict[str, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            told[code] = bytes.fromhex(letters).decode("utf-16-be", "replace")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, start, several in re.findall(
            r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[(.*?)\])", block, re.S
        ):
            listed = re.findall(r"<([0-9A-Fa-f]+)>", several)
            for i in range(int(last, 16) - int(first, 16) + 1):
                code = f"{int(first, 16) + i:0{len(first)}x}"
                letters = listed[i] if listed else start[:-4] + f"{int(start[-4:], 16) + i:04x}"
                told[code] = bytes.fromhex(letters).decode("utf-16-be", "replace")
    rows = [f"<{code}> <{change(letters).encode('utf-16-be').hex()}>" for code, letters in told.items()]
    width = len(next(iter(told), "0000"))
    body = f"1 begincodespacerange\n<{'0' * width}> <{'f' * width}>\nendcodespacerange\n"
    for start_row in range(0, len(rows), 100):
        part = rows[start_row : start_row + 100]
        body += f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n"
    head = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /D def\n/CMapType 2 def\n"
    return (head + body + "endcmap\nend\nend\n").encode("latin-1")
