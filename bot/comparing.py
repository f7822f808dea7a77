"""Which of two is more, or how far they are apart: each side is asked for by itself, so that both can be told.

The two are named in the message ("ปี 2563 กับ 2565 อันไหนมากกว่า"), or were asked for one after the other before it
("ต่างกันเท่าไร"). Nothing is calculated: both values are told with their sources.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Turn
from bot.question import Facet, Question, asked_before
from bot.wording import Intent
from corpus.glossary import Glossary
from corpus.index import Vocabulary

# Folded. ต่างกันอย่างไร asks for no value, and goes another way.
_MORE = r"(?:มาก|น้อย|สูง|ต่ำ|เยอะ|ดี|แย่|ใหญ่|เล็ก|ใหม่|เก่า|นาน)กว่า"
_WHICH = re.compile(
    rf"ไหน\S{{0,14}}?{_MORE}|{_MORE}กัน|(?:ต่าง|ห่าง)กัน(?:อยู่)?\s*(?:เท่า|กี่|แค่ไหน|ขนาดไหน)|ไหน\S{{0,8}}?(?:ก่อน|หลัง)$"
)
_COMPARING = re.compile(rf"{_MORE}(?:กัน)?|(?:ต่าง|ห่าง)กัน|กว่า(?:กัน)?|(?:อัน|ตัว|อย่าง)?ไหน")


def asks_which(folded: str) -> bool:
    """Whether a folded question asks which of two is more, or by how much they differ."""
    return bool(_WHICH.search(folded))


def names_two_parts(question: Question) -> bool:
    """Whether a question is of two numbered parts alike, and of what each has: "ยุทธศาสตร์ที่ 2 กับ 3 มีกี่โครงการ"."""
    slots = [facet.slot for facet in question.facets if facet.phrases and not facet.context and "ที่#" in facet.slot]
    return len(slots) == 2 == slots.count(slots[0]) and not question.intents & {Intent.COMPARISON, Intent.YES_NO}


def sides(
    question: Question, history: Sequence[Turn], glossary: Glossary, vocabulary: Vocabulary
) -> tuple[Question, Question] | None:
    """The two questions that a comparison stands for; None where it is not plain what is compared.

    `question` is whole: what it leans on in the chat is taken over already.
    """
    if pair := _pair(question.facets):
        first, second = (_without(question, other) for other in reversed(pair))
        return first, second
    last, earlier = asked_before(history, glossary, vocabulary)
    if last is None or earlier is None or any(not facet.context and facet.anchor for facet in question.facets):
        return None
    slots = {facet.slot for facet in last.facets if facet.slot and facet not in earlier.facets}
    differs = any(facet.slot in slots for facet in earlier.facets if facet not in last.facets)
    return (earlier, last) if differs else None


def _pair(facets: Sequence[Facet]) -> tuple[Facet, Facet] | None:
    """The two things of one kind among the facets: two years, two numbered parts, two agencies."""
    for kind in (_kind(facet) for facet in facets):
        alike = [facet for facet in facets if kind and _kind(facet) == kind]
        if len(alike) == 2:
            return alike[0], alike[1]
    return None


def _kind(facet: Facet) -> str:
    return facet.slot or (facet.kind if facet.anchor and facet.is_name else "")


def _without(question: Question, other: Facet) -> Question:
    """The question of one side alone."""
    kept = [
        replace(facet, context=False)
        for facet in question.facets
        if facet is not other and not _COMPARING.fullmatch("".join(facet.alternatives[0]))
    ]
    return replace(
        question,
        text=_COMPARING.sub(" ", question.text),
        facets=tuple(kept),
        intents=question.intents - {Intent.COMPARISON, Intent.YES_NO, Intent.LIST},
    )
