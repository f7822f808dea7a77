"""What a numbered part of a plan is called, told by its own heading: "ยุทธศาสตร์ที่ 3 ความปลอดภัยทางน้ำ".

Plans name their parts in headings and say it nowhere else in a sentence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.question import Facet, Question
from bot.wording import INTENT_WORDS, Intent
from corpus import thai
from corpus.document import Passage
from corpus.index import Hit

_NUMBERED = re.compile(r"[ก-๙]+ที่\d+")
_OTHER_KINDS = frozenset(Intent) - {Intent.DEFINITION}
SHORTEST_NAME = 4  # letters of a name after its number


@dataclass(frozen=True)
class Named:
    """A heading that names what was asked about, and a passage below it."""

    heading: str
    passage: Passage


def name_of(question: Question, hits: Sequence[Hit], worth: dict[str, float]) -> Named | None:
    """The heading that says what the numbered part is that a question asks about; None if that is not what it asks.

    All else that the question names, such as the plan, must stand in the headings above the passage, too.
    """
    asked = [facet for facet in question.facets if facet.phrases and _NUMBERED.fullmatch(facet.phrases[0])]
    if len(asked) != 1 or question.intents & _OTHER_KINDS:
        return None
    others = [f for f in question.facets if f is not asked[0] and f.alternatives[0][0] not in INTENT_WORDS]
    best_first = sorted(hits, key=lambda hit: -hit.score * worth[hit.passage.document_id])
    for hit in best_first:
        path = thai.squeeze("\n".join(hit.passage.path))
        for heading in hit.passage.path[1:]:
            if _names(asked[0], thai.squeeze(heading)) and all(_stands(facet, path) for facet in others):
                return Named(heading, hit.passage)
    return None


def _names(asked: Facet, heading: str) -> bool:
    """Whether a squeezed heading begins with the numbered part and goes on with its name."""
    for phrase in asked.phrases:
        name = heading.removeprefix(phrase)
        if name != heading and len(name) >= SHORTEST_NAME and not name[0].isdigit():
            return True
    return False


def _stands(facet: Facet, path: str) -> bool:
    if facet.phrases:
        return any(phrase in path for phrase in facet.phrases)
    return any(all(thai.squeeze(word) in path for word in words) for words in facet.alternatives)
