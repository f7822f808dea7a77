"""Quotations are verbatim, and a statement shares enough words with what it cites to be about the same thing."""

import re
from collections.abc import Iterator, Sequence

from bot.checks.names import Names, terms_of
from bot.checks.source import Source
from bot.checks.surroundings import topic
from corpus import thai
from corpus.quantities import quantities

MIN_SUPPORT = 0.4

QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|‘([^‘’]+)’|「([^「」]+)」")
ELLIPSIS = re.compile(r"\.{3,}|…|ฯลฯ")


def altered_quotes(text: str, cited: Sequence[Source]) -> Iterator[str]:
    for groups in QUOTED.findall(text):
        quote = next(filter(None, groups))
        for part in filter(None, (thai.squeeze(part) for part in ELLIPSIS.split(quote))):
            if not any(part in source.squeezed for source in cited):
                yield f"คำพูดในเครื่องหมายคำพูด “{quote}” ไม่ตรงกับข้อความที่อ้าง"


def too_little_in_common(text: str, cited: Sequence[Source], names: Names) -> Iterator[str]:
    words = [word for word in topic(text, quantities(text)) if not word[0].isdigit()]
    named = names.words(terms_of(cited, names))
    shared = [w for w in words if w in named or any(w in s.words or (len(w) > 2 and w in s.squeezed) for s in cited)]
    if len(words) >= 3 and len(shared) < MIN_SUPPORT * len(words):
        yield "เนื้อความแทบไม่มีคำตรงกับข้อความที่อ้าง"
