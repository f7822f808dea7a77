"""Marking words in a text for people to see. The only place where report HTML is made by code, so all of it escapes."""

import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from corpus import thai
from evals.matching import comparable

# What may stand between two letters without changing what is said.
_BETWEEN = r"[\s\u200b-\u200f\u00ad\"'“”‘’«»()|:;,./\-–—•]*"
_ERA = rf"(?:พ\.?\s*ศ\.?{_BETWEEN})?"
_MARK = re.compile(r"\[\s*[0-9๐-๙]{1,3}(?:\s*,\s*[0-9๐-๙]{1,3})*\s*\]")
_THAI_DIGIT = {str(i): digit for i, digit in enumerate("๐๑๒๓๔๕๖๗๘๙")}
_LONGEST = 600


def highlighted(text: str, wordings: Iterable[str], css: str = "fact") -> Markup:
    """The text, escaped, with every place where one of the wordings stands inside `<mark class=…>`.

    Wordings are found whatever their spacing and digits; one that stands in another form (a month written out, say)
    may stay unmarked. Scoring does not depend on this.
    """
    spans = sorted((m.start(), m.end()) for wording in wordings if (p := _pattern(wording)) for m in p.finditer(text))
    out, at = Markup(""), 0
    for start, end in spans:
        if end > at:
            start = max(start, at)
            out += escape(text[at:start]) + Markup('<mark class="{}">{}</mark>').format(css, text[start:end])
            at = end
    return out + escape(text[at:])


def with_marks(text: str, wordings: Iterable[str], anchor: str, known: Iterable[int]) -> Markup:
    """An answer's text, escaped, its facts marked and its citation marks turned into links to `#anchor-n`.

    A mark that points to no citation is shown as wrong.
    """
    words, numbers = list(wordings), set(known)
    out, at = Markup(""), 0
    for match in _MARK.finditer(text):
        out += highlighted(text[at : match.start()], words)
        for number in re.findall(r"\d+", match[0].translate(thai.THAI_DIGITS)):
            if int(number) in numbers:
                out += Markup('<a class="cite" href="#{0}-{1}">[{1}]</a>').format(anchor, number)
            else:
                out += Markup('<span class="nocite">[{}]</span>').format(number)
        at = match.end()
    return out + highlighted(text[at:], words)


@lru_cache(maxsize=4096)
def _pattern(wording: str) -> re.Pattern[str] | None:
    letters = comparable(wording)
    if not letters or len(letters) > _LONGEST:
        return None
    parts: list[str] = []
    previous = ""
    for letter in letters:
        if letter == " ":
            continue
        if previous:
            number_starts = letter.isdigit() and not previous.isdigit() and previous != "."
            parts.append(_BETWEEN + (_ERA if number_starts else ""))
        parts.append(f"[{letter}{_THAI_DIGIT[letter]}]" if letter in _THAI_DIGIT else re.escape(letter))
        previous = letter
    before = r"(?<![0-9๐-๙])" if letters[0].isdigit() else ""
    after = r"(?![0-9๐-๙])" if letters[-1].isdigit() else ""
    return re.compile(before + "".join(parts) + after, re.IGNORECASE)
