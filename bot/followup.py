"""What a message leans on: an item of the bot's last list, or what the bot's last answer named.

By rules, without a model. Nothing is added to what is shown: the words taken over only take part in the search.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Turn
from bot.question import Facet, Question, understand
from corpus.glossary import Glossary
from corpus.index import Vocabulary

MOST_TAKEN = 6  # facets of the bot's last answer

_MARK = re.compile(r"\s*\[\d+\]")
_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[•\-*])\s+(.+)$")
# Folded, with ordinals written in digits. Nouns that may stand for any item; ด้านที่ 2 names its own kind of item.
_POINTS = re.compile(
    r"(?:อัน|ข้อ|ตัว|เรื่อง|ลำดับ|รายการ|อย่าง|ชื่อ|ราย)\s*(?:ที่\s*)?(\d{1,2}|สุดท้าย|แรก|หลังสุด)(?!\s*\d)|"
    r"(?:the\s+)?(first|second|third|last)\s+one"
)
_RANGE = re.compile(r"\d{4}-\d{4}")  # the years by which a plan is known
_PLACES = {"แรก": 1, "สุดท้าย": -1, "หลังสุด": -1, "first": 1, "second": 2, "third": 3, "last": -1}
_PRONOUN = re.compile(
    r"(?:^|\s|แล้ว|ของ|ให้|ที่|ต่อมา|ตอนนั้น|ว่า)(?:เขา|แก(?!้|่)|ท่าน(?!ใด|ไหน)|มัน|คน(?:นั้น|นี้)|คนพูด|ที่นั่น|อันนี้|อันนั้น)"
    r"|^(?:ใคร|พูด|จัด|ประกาศ|เปิดตัว|เริ่ม|มี(?:ผล|กี่)|ต่างจาก|ลงนาม|ชื่อ)"
)


def last_said(history: Sequence[Turn]) -> str:
    """The bot's last answer without its marks, "" if it said nothing yet."""
    said = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    return _MARK.sub("", said)


def stated(said: str) -> str:
    """What the bot's answer said beside the items of its list: who points at an item wants it again."""
    return "\n".join(line for line in said.split("\n") if not _ITEM.match(line.strip()))


def leans_on_answer(folded: str) -> bool:
    """Whether a folded message names by a pronoun, or not at all, what it is about."""
    return bool(_PRONOUN.search(folded))


def with_item(question: Question, said: str, glossary: Glossary, vocabulary: Vocabulary) -> Question | None:
    """The question about the item of the bot's list that it points at; None if it points at none."""
    match = _POINTS.search(question.text)
    items = [found[1] for line in said.split("\n") if (found := _ITEM.match(line.strip()))]
    if match is None or not items:
        return None
    place = match[1] or match[2]
    number = _PLACES.get(place) or int(place)
    if not -1 <= number <= len(items):
        return None
    item = understand(items[number if number < 0 else number - 1], glossary, vocabulary)
    numbered = [facet for facet in item.facets if facet.phrases and not facet.is_name]
    introduced = understand(said.split("\n", 1)[0], glossary, vocabulary)
    own = _without(question, match[0], glossary, vocabulary)
    plans = [facet for facet in introduced.facets if any(_RANGE.search(phrase) for phrase in facet.phrases)]
    pointed = _taking(replace(question, facets=own), [*(numbered or item.facets), *plans])
    # The person does mean the item, whatever it is called.
    return replace(pointed, facets=tuple(replace(facet, context=False) for facet in pointed.facets))


def with_answer(question: Question, said: str, glossary: Glossary, vocabulary: Vocabulary) -> Question | None:
    """The question with what the bot's last answer names: names, dates and numbered things first, then other words."""
    told = next((line for line in said.split("\n") if not _ITEM.match(line.strip()) and len(line) > 20), "")
    if not told:
        return None
    named = understand(told, glossary, vocabulary)
    facets = sorted(named.facets, key=lambda facet: (not facet.anchor, facet.worth != 1.0))
    return _taking(question, facets[:MOST_TAKEN])


def _without(question: Question, pointing: str, glossary: Glossary, vocabulary: Vocabulary) -> tuple[Facet, ...]:
    """The question's facets without the words that point."""
    rest = understand(question.text.replace(pointing, " "), glossary, vocabulary)
    kept = {facet.alternatives for facet in rest.facets}
    return tuple(facet for facet in question.facets if facet.alternatives in kept)


def _taking(question: Question, facets: Sequence[Facet]) -> Question:
    """The question with facets taken over, but for those that it has itself or has another of."""
    own = {alternative for facet in question.facets for alternative in facet.alternatives}
    slots = {facet.slot for facet in question.facets if facet.slot}
    taken = [
        replace(facet, context=True)
        for facet in dict.fromkeys(facets)
        if not own & set(facet.alternatives) and facet.slot not in slots
    ]
    names = tuple(tuple(" ".join(form) for form in facet.alternatives) for facet in taken if facet.is_name)
    return replace(
        question,
        text=" ".join([question.text, *(facet.words for facet in taken)]).strip(),
        facets=(*question.facets, *taken),
        names=(*question.names, *names),
        follow_up=True,
    )
