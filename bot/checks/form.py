"""How a statement is told: it cites what was given, in Thai, as plain text, without links and without loops."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.answer import Statement
from bot.checks.results import CitedPassage
from bot.checks.source import Source
from bot.checks.support import QUOTED
from corpus import thai

MIN_THAI_SHARE = 0.8
MAX_SENTENCE_REPEATS = 2
ECHO_LENGTH = 24  # letters, without spaces

_HTML = re.compile(r"<[a-zA-Z/!?][^<>]*>|&(?:[a-zA-Z]+|#\d+);|```")
_LINK = re.compile(r"(?i)https?://|www\.|\]\(|\btg://|\bt\.me/")
_DOMAIN = re.compile(
    r"(?i)\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|th|gov|info|biz|co|app|dev|me|ly|xyz)\b(?:/\S*)?"
)
_LOOP = re.compile(r"(.{2,80}?)\1{3,}")
_STRETCHED = re.compile(rf"([^\W\d_]|[{thai.MARKS}])\1{{5,}}")
_OF_ITSELF = re.compile(
    r"(?:โมเดล|แบบจำลอง)ภาษา|ในฐานะ(?:ผู้ช่วย|ปัญญาประดิษฐ์|AI)|(?:ฉัน|ดิฉัน|กระผม|ข้าพเจ้า)(?:ได้|ไม่|เป็น|ขอ|จะ|คือ|มี|สามารถ)|คุณคือ"
)
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]+s?\b")


def wrong_citations(statement: Statement, by_number: Mapping[int, CitedPassage]) -> Iterator[str]:
    if not statement.citations:
        yield "ไม่มีเลขอ้างอิง"
    unknown = [n for n in statement.citations if n not in by_number]
    if unknown:
        yield f"อ้างเลข {', '.join(map(str, unknown))} ซึ่งไม่มีในข้อความที่ให้"


def markup(text: str, cited: Sequence[Source]) -> Iterator[str]:
    if _HTML.search(text):
        yield "มีโค้ดหรือ HTML"
    if _LINK.search(text):
        yield "มีลิงก์"
    for domain in _DOMAIN.findall(text):
        if not any(domain.lower() in source.text.lower() for source in cited):
            yield f"มีชื่อเว็บ {domain} ซึ่งไม่อยู่ในข้อความที่อ้าง"


def repetition(text: str, repeats: int) -> Iterator[str]:
    if repeats > MAX_SENTENCE_REPEATS:
        yield "ซ้ำข้อความเดิม"
    squeezed = re.sub(r"\s+", "", text)
    loop = _LOOP.search(squeezed)
    if (loop and re.search(r"\w", loop[1]) and len(loop[0]) >= 12) or _STRETCHED.search(squeezed):
        yield "มีคำซ้ำวนต่อกัน"
        return
    words = thai.words(text)
    triples = list(zip(words, words[1:], words[2:], strict=False))
    if len(triples) >= 30 and len(set(triples)) < 0.4 * len(triples):
        yield "มีข้อความซ้ำวน"


def language(text: str, cited: Sequence[Source]) -> Iterator[str]:
    foreign = [c for c in text if c.isalpha() and not _is_thai(c) and not _is_latin(c)]
    if foreign:
        yield f"มีอักษรอื่น ({''.join(dict.fromkeys(foreign))[:8]})"
    if not any(_is_thai(c) for c in text) and not _is_name_of_source(text, cited):
        yield "ไม่ใช่ภาษาไทย"
        return
    own = _ACRONYM.sub(" ", QUOTED.sub(" ", _without_names(text, cited)))
    letters = [c for c in own if c.isalpha() or _is_thai(c)]
    if letters and sum(map(_is_thai, letters)) < MIN_THAI_SHARE * len(letters):
        yield "ไม่ใช่ภาษาไทยเป็นส่วนใหญ่"


def _is_name_of_source(text: str, cited: Sequence[Source]) -> bool:
    """A short item that is only a name, such as "New Way of Working", as its passage writes it."""
    return 0 < len(text) <= 60 and any(thai.squeeze(text) in source.squeezed for source in cited)


def _without_names(text: str, cited: Sequence[Source]) -> str:
    """The text without Latin names of up to 14 words that stand in a cited passage."""

    def drop(match: re.Match[str]) -> str:
        known = len(match[0].split()) <= 14 and any(thai.squeeze(match[0]) in source.squeezed for source in cited)
        return " " if known else match[0]

    return re.sub(r"[A-Za-z][A-Za-z0-9 '&/.:-]*[A-Za-z0-9]|[A-Za-z]", drop, text)


def _is_thai(c: str) -> bool:
    return "\u0e01" <= c <= "\u0e5b"


def _is_latin(c: str) -> bool:
    return c <= "\u024f" or c in "ªº"


def echo(text: str, instructions: str, cited: Sequence[Source]) -> Iterator[str]:
    """A stretch of what the writer was told to do, which no passage says."""
    squeezed = thai.squeeze(text)
    for start in range(0, max(1, len(squeezed) - ECHO_LENGTH + 1), 4):
        part = squeezed[start : start + ECHO_LENGTH]
        if len(part) == ECHO_LENGTH and part in instructions and not any(part in s.squeezed for s in cited):
            yield "พูดถึงคำสั่งที่ให้ ไม่ใช่เอกสาร"
            return
    if _OF_ITSELF.search(text) and not any(_OF_ITSELF.search(source.text) for source in cited):
        yield "พูดถึงผู้ตอบเอง ไม่ใช่เอกสาร"
