"""Bytes → text, before any parser sees them, and Thai mojibake → Thai.

Old Thai files are CP874 under many names (TIS-620, ISO-8859-11, windows-874), often declared as something else; so a
declared name is believed only where the bytes do not speak for themselves.
"""

import codecs
import re
from dataclasses import dataclass

from corpus import thai

_BOMS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Glyphs that old 8-bit Thai fonts put where CP874 has none or punctuation: marks shifted left, down or both.
# Two layouts were in use: the one behind Windows' U+F700-F71A, and the one behind U+F884-F89E.
_FONT_GLYPHS = (
    dict(zip(range(0x80, 0x91), "ฐิีึื่้๊๋์่้๊๋์ญั", strict=True))
    | dict(zip(range(0x99, 0xA0), "ํ็่้๊๋์", strict=True))
    | dict(zip(range(0xFC, 0xFF), "ฺุู", strict=True)),
    dict(zip(range(0x84, 0x9F), "ัิีึื็่่่้้้๊๊๊๋๋๋์์์ํญฺุูฐ", strict=True)),
)
_CP874 = {byte: bytes([byte]).decode("cp874", errors="replace").replace("\ufffd", chr(byte)) for byte in range(256)}
_TO_CP874 = {letter: byte for byte, letter in _CP874.items()}
_TO_CP1252 = {chr(byte): byte for byte in range(256)} | {
    bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
# What a byte above ASCII looks like read as Latin-1 or Windows-1252, or two of them read as one letter of UTF-8.
_HIGH = "".join(re.escape(letter) for letter, byte in _TO_CP1252.items() if byte >= 0x80) + "\u0100-\u07ff"
_HIGH_PIECE = re.compile(rf"(?<![A-Za-z])[{_HIGH}]+(?![A-Za-z])")
# UTF-8 of Thai letters, read as CP874 (เธ, เน before each letter) or as Latin-1 (à¸, à¹); pieces that can be undone.
_UTF8_AS_CP874 = re.compile("(?:เ[ธน].){3,}"), re.compile("[\u0080-\u009f\u0e01-\u0e5b€…‘’“”•–—\xa0]+"), _TO_CP874
_UTF8_AS_LATIN = re.compile("(?:à[¸¹].){3,}"), re.compile(rf"[{_HIGH}]+"), _TO_CP1252


_PUNCTUATION = frozenset("\u00a0–—‘’“”•…€")


@dataclass(frozen=True)
class Decoded:
    """A text and how it was found: the encoding by its usual name, and what had to be undone ("" if nothing)."""

    text: str
    encoding: str
    undone: str = ""


def decode(data: bytes, declared: str = "") -> Decoded:
    """The text of some bytes; `declared` is the encoding that a file names itself, if any.

    Bytes that are no text of any encoding leave U+FFFD, which a page's health then counts.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _without_mojibake(data.decode(encoding, errors="replace"), encoding)
    if wide := utf16_without_mark(data):
        return _without_mojibake(data.decode(wide, errors="replace"), wide)
    try:
        return _without_mojibake(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(data):
        lines = data.split(b"\n")
        return _without_mojibake("\n".join(_line(line) for line in lines), "utf-8")
    if _is_thai(data):
        return Decoded(_from_cp874(data), "cp874")
    return Decoded(_as_declared(data, declared), declared or "cp1252")


def undo_mojibake(text: str, *, certain: bool = False) -> tuple[str, int]:
    """The text with Thai that was read in a wrong encoding made Thai again, and how many lines were.

    A run of letters that reads as Thai gives all of the text away, down to single letters that stand beside no Latin
    ones; `certain` tells that such a run stands elsewhere on the page.
    """
    lines = text.split("\n")
    utf8 = certain or any(sign.search(text) for sign, _, _ in (_UTF8_AS_CP874, _UTF8_AS_LATIN))
    wrong = [_undo_utf8(line) if utf8 else line for line in lines]
    pieces = [_cp874_bytes(m[0]) for line in wrong for m in _HIGH_PIECE.finditer(line)]
    glyphs = _best_glyphs(pieces)
    if certain or any(len(piece) > 2 and _reads_as_thai(piece, glyphs) for piece in pieces):
        wrong = [_HIGH_PIECE.sub(lambda m: _with_glyphs(_cp874_bytes(m[0]), glyphs), line) for line in wrong]
    return "\n".join(wrong), sum(old != new for old, new in zip(lines, wrong, strict=True))


def _undo_utf8(line: str) -> str:
    for _, pieces, table in (_UTF8_AS_CP874, _UTF8_AS_LATIN):
        line = pieces.sub(lambda m, table=table: _again(m[0], table), line)  # type: ignore[misc]
    return line


def _without_mojibake(text: str, encoding: str) -> Decoded:
    whole, count = undo_mojibake(text)
    return Decoded(whole, encoding, "mojibake" if count else "")


def utf16_without_mark(data: bytes) -> str:
    """UTF-16 by its high bytes: of Thai (0x0E) and ASCII (0x00) text nearly all are one of two."""
    sample = data[:4000]
    if len(sample) < 8 or len(sample) % 2:
        sample = sample[: len(sample) // 2 * 2]
    for name, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if len(high) >= 4 and sum(b in (0, 0x0E, 0x20) for b in high) > 0.9 * len(high) and 0 not in low:
            return name if 0 in high or 0x0E in high else ""
    return ""


def _mostly_utf8(data: bytes) -> bool:
    """UTF-8 that was cut or spoiled in places, told by its Thai letters (E0 B8 xx, E0 B9 xx)."""
    high = sum(byte >= 0x80 for byte in data)
    return len(re.findall(rb"\xe0[\xb8\xb9][\x80-\xbf]", data)) * 3 > 0.6 * high


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return _from_cp874(line) if not _mostly_utf8(line) and _is_thai(line) else line.decode("utf-8", "replace")


def _is_thai(data: bytes) -> bool:
    """Whether bytes above ASCII come in runs, as Thai words do; accented Latin letters stand alone."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", data)]
    thai_bytes = sum(0xA1 <= byte <= 0xDA or 0xDF <= byte <= 0xFB for byte in data)
    return bool(runs) and sum(runs) / len(runs) >= 2.5 and thai_bytes >= 0.7 * sum(runs)


def _as_declared(data: bytes, declared: str) -> str:
    try:
        return data.decode(declared or "cp1252", errors="replace")
    except LookupError:
        return data.decode("cp1252", errors="replace")


def _from_cp874(data: bytes) -> str:
    return _with_glyphs(data, _best_glyphs([data]))


def _best_glyphs(pieces: list[bytes]) -> dict[int, str]:
    """The font layout of CP874's unused bytes that gives the most Thai words; empty for CP874 as it is."""
    telling = [piece for piece in pieces if any(0x80 <= byte <= 0x9F or byte >= 0xFC for byte in piece)]
    if not telling:
        return {}
    # Of two as good, the layout that was seen in published files.
    return min(
        reversed(({}, *_FONT_GLYPHS)),
        key=lambda glyphs: sum(_strangeness(_with_glyphs(piece, glyphs)) for piece in telling),
    )


def _with_glyphs(data: bytes, glyphs: dict[int, str]) -> str:
    """A glyph of the font where it can be a mark on the letter before, else what CP874 says."""
    text = ""
    for byte in data:
        letter = glyphs.get(byte, "")
        if not letter or (letter not in "ฐญ" and not "\u0e01" <= text[-1:] <= "\u0e4e"):
            letter = _CP874[byte]
        text += letter
    return text


def _strangeness(text: str) -> int:
    """How many characters of the text are outside known Thai words or are no text at all."""
    words = [word for word in thai.words(text) if "\u0e01" <= word[0] <= "\u0e4e"]
    unknown = sum(len(word) for word in words if not thai.is_known_word(word))
    return unknown + sum(2 for c in text if "\x80" <= c <= "\x9f" or "\u0e7f" >= c > "\u0e5b")


def _reads_as_thai(data: bytes, glyphs: dict[int, str]) -> bool:
    text = _with_glyphs(data, glyphs)
    return thai.thai_share(text) > 0.9 and _strangeness(text) <= 0.3 * len(text)


def _cp874_bytes(piece: str) -> bytes:
    return b"".join(bytes([_TO_CP1252[letter]]) if letter in _TO_CP1252 else letter.encode() for letter in piece)


def _again(piece: str, table: dict[str, int]) -> str:
    try:
        again = bytes(table[letter] for letter in piece).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return piece
    return again if all("\u0e01" <= letter <= "\u0e5b" or letter in _PUNCTUATION for letter in again) else piece
