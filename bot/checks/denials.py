"""Denials in Thai text: "ไม่", "มิได้", "ห้าม" and the like, each with the word that it denies.

The word is the first content word after the denial: "ไม่ได้จัด…" denies "จัด", "ไม่มีการดำเนินการ" denies "ดำเนินการ".
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from corpus import thai

# Not bounds: "ไม่เกิน", "ไม่น้อยกว่า".
_NOT = re.compile(
    r"ไม่(?!น้อย|ต่ำ|เกิน|มาก|สูง|ถึง|เพียง|ว่า|เท่า|แน่)|มิ(?=ได้|อาจ|ให้|ต้อง)"
    r"|ห้าม|ยกเลิก|เลิก|หยุด|ปราศจาก|ไร้(?!สาย|พรมแดน|รอยต่อ)"
)
_HELPING_WORDS = "ใช่|ได้|เคย|มี|ต้อง|สามารถ|อาจ|ควร|ให้|เป็น|ทำการ|ทำ|การ|ความ|ผู้|รับ|มติ|จะ|ที่|ใด|ๆ|อยู่|ใน|นับ|รวม"
_HELPING = re.compile(rf"(?:[ \t]|{_HELPING_WORDS})*")
_REACH = 40  # letters after the denial in which its word is looked for


_CONTRAST = re.compile(r"(?:ไม่|มิ)ใช่(?:.{1,80}?แต่|\D{0,12}\d.*$)")


def without_contrast(text: str) -> str:
    """The text without what it denies on another's behalf: "มี 41 โครงการ ไม่ใช่ 40 โครงการ"."""
    return _CONTRAST.sub(" ", text)


@lru_cache(maxsize=4_000)
def denied(text: str) -> frozenset[str]:
    """The words that a text denies."""
    return frozenset(word for _, word in _denials(text))


def affirms(text: str, word: str) -> bool:
    """Whether the word stands in the text outside of its denials."""
    places = {place for place, found in _denials(text) if found == word}
    return any(m.start() not in places for m in re.finditer(re.escape(word), text))


def _denials(text: str) -> Iterator[tuple[int, str]]:
    """Where each denied word begins, and the word."""
    for match in _NOT.finditer(text):
        helping = _HELPING.match(text, match.end())
        start = helping.end() if helping else match.end()
        for word in thai.words(text[start : start + _REACH].split("\n")[0])[:3]:
            if word not in thai.STOP_WORDS and len(word) > 1 and not word[0].isdigit():
                yield text.find(word, start), word
                break
