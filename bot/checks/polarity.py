"""What is so is not told as not so, nor the other way: decisions, denials, and things called off.

A statement may deny only what a cited passage denies; it may not affirm what the passage has only denied. Bounds
("ไม่เกิน") are no denials (`bot.checks.comparisons`). A denial that is told with a verb of its own ("ขาด", "เว้น") is seen
in the passage only.
"""

import re
from collections.abc import Iterator, Sequence

from bot.checks.denials import affirms, denied, without_contrast
from bot.checks.source import Source
from corpus import thai

_DECISIONS = ("อนุมัติ", "เห็นชอบ", "บังคับใช้", "ประกาศใช้", "บรรลุ", "ประสบความสำเร็จ", "มีผล", "รับรอง", "ผ่านความเห็นชอบ")
_NOT_DECIDED = r"(?:ไม่ได้|มิได้|ไม่|ยังไม่ได้|ยังไม่|มิ|ไม่เคย|ปฏิเสธการ|ปฏิเสธ)(?:รับการ|มีมติ|มีการ|การ)?"

_ALSO_DENIES = re.compile(r"ขาด|เว้น|ยกเลิก|งด|ปฏิเสธ|เหลือ|นอก|พ้น|แต่")
# What ends or fails: said only where the passage says it.
_CALLED_OFF = {
    "ยกเลิก", "เพิกถอน", "ระงับ", "ยุติ", "ปฏิเสธ", "คัดค้าน", "ล้มเหลว", "เลื่อน", "ถอดถอน", "ล่าช้า", "ทุจริต", "ล้มเลิก",
}  # fmt: skip
# Verbs and words that say the contrary of each other when they are said of the same thing.
_CONTRARY = (
    ("เพิ่ม", "ลด"), ("เปิด", "ปิด"), ("เดียวกัน", "คนละ"), ("เหมือนกัน", "ต่างกัน"), ("สนับสนุน", "คัดค้าน"), ("อนุญาต", "ห้าม"),
    ("ชั่วคราว", "ถาวร"), ("ภายใน", "ภายนอก"), ("บังคับ", "สมัครใจ"), ("รวม", "แยก"),
)  # fmt: skip
_SAID_OF = 4  # words around such a word
_CUT_OUT = re.compile(r"(?:ตัด|ถอด)\S{0,30}?ออก|ถูกตัด")


def turned_decisions(text: str, cited: Sequence[Source]) -> Iterator[str]:
    """A decision that is told as its contrary."""
    for verb in _DECISIONS:
        stated = _polarities(text, verb)
        written = {polarity for source in cited for polarity in _polarities(source.text, verb)}
        if stated and written and not stated <= written:
            yield f"“{verb}” กลับความหมายจากข้อความที่อ้าง"


def turned_denials(text: str, cited: Sequence[Source]) -> Iterator[str]:
    """What is denied though the passage says it, or said though the passage denies it, and what is called off."""
    text = without_contrast(text)
    whole = "\n".join(source.text for source in cited)
    stated, written = denied(text), denied(whole)
    for word in stated - written:
        if affirms(whole, word):
            yield f"ปฏิเสธ “{word}” ซึ่งข้อความที่อ้างไม่ได้ปฏิเสธ"
        elif not written and not _ALSO_DENIES.search(whole):
            yield f"ปฏิเสธ “{word}” ซึ่งข้อความที่อ้างไม่ได้กล่าวถึง"
    for word in written - stated:
        if len(word) > 2 and affirms(text, word) and not affirms(whole, word):
            yield f"ข้อความที่อ้างปฏิเสธ “{word}”"
    yield from _contrary(text, whole)
    known = frozenset().union(*(source.words for source in cited))
    for word in _CALLED_OFF.intersection(thai.words(text)) - known:
        yield f"“{word}” ไม่มีในข้อความที่อ้าง"
    if _CUT_OUT.search(text) and not _CUT_OUT.search(whole):
        yield "ข้อความที่อ้างไม่ได้ว่าถูกตัดออก"


def _contrary(text: str, whole: str) -> Iterator[str]:
    """A word whose contrary, and not itself, the passages say of the same thing."""
    for one, other in (pair for both in _CONTRARY for pair in (both, both[::-1])):
        contrary = one in text and other not in text and other in whole and one not in whole
        if contrary and _around(text, one) & _around(whole, other):
            yield f"“{one}” ตรงข้ามกับ “{other}” ในข้อความที่อ้าง"


def _around(text: str, word: str) -> set[str]:
    """The content words next to each place of a word."""
    words = thai.words(text)
    places = [i for i, found in enumerate(words) if word in found]
    near = [w for i in places for w in words[max(0, i - _SAID_OF) : i + _SAID_OF + 1] if word not in w]
    return {w for w in near if len(w) > 2 and w not in thai.STOP_WORDS}


def _polarities(text: str, verb: str) -> set[bool]:
    """Whether a decision is told as made (True), as not made (False), or both."""
    denied = len(re.findall(_NOT_DECIDED + verb, text))
    return ({False} if denied else set()) | ({True} if text.count(verb) > denied else set())
