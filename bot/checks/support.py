"""Quotations are verbatim, and a statement shares enough words with what it cites to be about the same thing."""

import re
from collections.abc import Iterator, Sequence

from bot.checks.denials import without_contrast
from bot.checks.names import Names, terms_of
from bot.checks.source import Source
from bot.checks.surroundings import topic
from corpus import thai
from corpus.quantities import quantities

MIN_SUPPORT = 0.4
MIN_SUPPORT_OF_WHAT_IT_IS = 0.5
# Words with which anything can be told.
ORDINARY = {
    "เริ่ม", "เริ่มต้น", "ตั้งแต่", "สิ้นสุด", "ครอบคลุม", "ช่วง", "ใช้", "รวม", "รวมถึง", "จำนวน", "ได้แก่", "ประกอบด้วย", "ระบุ",
    "กำหนด", "เท่ากับ", "คิดเป็น", "พบ", "สำหรับ", "ทั้งสิ้น", "แบ่ง", "ออกเป็น", "เวลา", "ระยะเวลา",
}  # fmt: skip
_IS = re.compile(r"(?:คือ|ได้แก่)\s*(?!ว่า)([^\n]+)$|เป็น([^\n]+?)(?=ที่|ซึ่ง|โดย|และ|ของ|ใน|เมื่อ|จาก|ให้|ตาม|$)")

QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|‘([^‘’]+)’|「([^「」]+)」")
ELLIPSIS = re.compile(r"\.{3,}|…|ฯลฯ")


def altered_quotes(text: str, cited: Sequence[Source]) -> Iterator[str]:
    for groups in QUOTED.findall(text):
        quote = next(filter(None, groups))
        for part in filter(None, (thai.squeeze(part) for part in ELLIPSIS.split(quote))):
            if not any(part in source.squeezed for source in cited):
                yield f"คำพูดในเครื่องหมายคำพูด “{quote}” ไม่ตรงกับข้อความที่อ้าง"


def too_little_in_common(text: str, cited: Sequence[Source], names: Names) -> Iterator[str]:
    """A statement, or what it says that something is, in words that are not the passage's."""
    text = without_contrast(text)
    words = _told_in(text)
    if len(words) >= 3 and _shared(words, cited, names) < MIN_SUPPORT * len(words):
        yield "เนื้อความแทบไม่มีคำตรงกับข้อความที่อ้าง"
    for line in text.split("\n"):
        for said in (match[1] or match[2] for match in _IS.finditer(line)):
            words = _told_in(said)
            if words and _shared(words, cited, names) < MIN_SUPPORT_OF_WHAT_IT_IS * len(words):
                yield f"“{said.strip()}” ไม่มีในข้อความที่อ้าง"


def _told_in(text: str) -> list[str]:
    words = {word.removeprefix("¬") for word in topic(text, quantities(text))}
    return [word for word in words - ORDINARY if not word[0].isdigit()]


def _shared(words: Sequence[str], cited: Sequence[Source], names: Names) -> int:
    """How many of the words the passages say, or use an equal name for."""
    named = names.words(terms_of(cited, names))
    return sum(w in named or any(w in s.words or (len(w) > 2 and w in s.squeezed) for s in cited) for w in words)
