"""A decision is not turned into its contrary."""

import re
from collections.abc import Iterator, Sequence

from bot.checks.source import Source

_DECISIONS = ("อนุมัติ", "เห็นชอบ", "บังคับใช้", "ประกาศใช้", "บรรลุ", "ประสบความสำเร็จ", "มีผล", "รับรอง", "ผ่านความเห็นชอบ")
_NOT = r"(?:ไม่ได้|มิได้|ไม่|ยังไม่ได้|ยังไม่|มิ|ไม่เคย|ปฏิเสธการ|ปฏิเสธ)(?:รับการ|มีมติ|มีการ|การ)?"


def turned_decisions(text: str, cited: Sequence[Source]) -> Iterator[str]:
    for verb in _DECISIONS:
        stated = _polarities(text, verb)
        written = {polarity for source in cited for polarity in _polarities(source.text, verb)}
        if stated and written and not stated <= written:
            yield f"“{verb}” กลับความหมายจากข้อความที่อ้าง"


def _polarities(text: str, verb: str) -> set[bool]:
    """Whether a decision is told as made (True), as not made (False), or both."""
    denied = len(re.findall(_NOT + verb, text))
    return ({False} if denied else set()) | ({True} if text.count(verb) > denied else set())
