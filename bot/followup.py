"""What a message leans on in what the bot said: an item of its list, or what its last answer named.

By rules, without a model. Nothing is added to what is shown: the words taken over only take part in the search.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Turn
from bot.question import ANY_ITEM, Facet, Question, is_any_item, taking, understand
from corpus.glossary import Glossary
from corpus.index import Vocabulary

LEAST_ASKED = 0.5  # the worth from which a word asks for more of an item than what it is
MOST_TAKEN = 6  # facets of the bot's last answer

_MARK = re.compile(r"\s*\[\d+\]")
_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[•\-*])\s+(.+)$")
_LISTED = re.compile(r"(คือ|ได้แก่)\s+(\S.*?)\s*(?:,\s*)?และ\s*(\S.*)$")
_STATED_COUNT = re.compile(r"(?<![\d.,])(\d{1,2})\s*[ก-๙]")
# Folded, with ordinals written in digits. Nouns that may stand for any item; ด้านที่ 2 names its own kind of item.
_POINTS = re.compile(
    rf"(?:{'|'.join(ANY_ITEM)})"
    r"\s*(?:ที่\s*)?(\d{1,2}|สุดท้าย|แรก|หลังสุด)(?!\s*\d)|"
    r"(?:the\s+)?(first|second|third|last)\s+one"
)
_RANGE = re.compile(r"\d{4}-\d{4}")  # the years by which a plan is known
_PLACES = {"แรก": 1, "สุดท้าย": -1, "หลังสุด": -1, "first": 1, "second": 2, "third": 3, "last": -1}
_PRONOUN = re.compile(
    r"(?:^|\s|แล้ว|ของ|ให้|ที่|ต่อมา|ตอนนั้น|ว่า)(?:เขา|แก(?!้|่)|ท่าน(?!ใด|ไหน)|มัน|คน(?:นั้น|นี้)|คนพูด|ที่นั่น|อันนี้|อันนั้น)"
    r"|^(?:ใคร|พูด|จัด|ประกาศ|เปิดตัว|เริ่ม|มี(?:ผล|กี่)|ต่างจาก|ลงนาม|ชื่อ)"
)


def names_something(question: Question) -> bool:
    """Whether a message that is not clear names more than "อันนั้น": enough to look for what it may mean."""
    return any(facet.worth == 1.0 and facet.alternatives[0][0] not in ANY_ITEM for facet in question.facets)


def last_said(history: Sequence[Turn]) -> str:
    """The bot's last answer without its marks, "" if it said nothing yet."""
    said = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    return _MARK.sub("", said)


def last_list(history: Sequence[Turn]) -> str:
    """The bot's latest answer that holds a list, without its marks; "" if there is none."""
    told = (_MARK.sub("", turn.content) for turn in reversed(history) if turn.role == "assistant")
    return next((text for text in told if len(items_of(text)) > 1), "")


def items_of(said: str) -> list[str]:
    """The items of a list in what the bot said, below each other or in the last sentence that lists any."""
    below = [found[1] for line in said.split("\n") if (found := _ITEM.match(line.strip()))]
    return below or next(filter(None, map(_items_in, reversed(said.split("\n")))), [])


def _items_in(sentence: str) -> list[str]:
    """The items that a sentence lists: "มี 3 ด้าน คือ ก ข และ ค". None where their number is in doubt."""
    listed = _LISTED.search(sentence)
    if listed is None:
        return []
    head, last = listed[2], listed[3]
    counted = _STATED_COUNT.search(sentence[: listed.start(2)])
    gap = r"\s*,\s*" if "," in head else r"\s+(?!\()"
    items = [*filter(None, re.split(gap, head)), last]
    return items if counted is None or int(counted[1]) == len(items) else []


def introduction(folded: str, history: Sequence[Turn]) -> str:
    """What introduces the bot's list at an item of which a folded message points, "" if it points at none."""
    return last_list(history).split("\n", 1)[0] if _POINTS.search(folded) else ""


def stated(said: str) -> str:
    """What the bot's answer said beside the items of its list: who points at an item wants it again."""
    return "\n".join(line for line in said.split("\n") if not _ITEM.match(line.strip()))


def leans_on_answer(folded: str) -> bool:
    """Whether a folded message names by a pronoun, or not at all, what it is about."""
    return bool(_PRONOUN.search(folded))


def with_item(question: Question, said: str, glossary: Glossary, vocabulary: Vocabulary) -> Question | None:
    """The question about the item of the bot's list that it points at; None if it points at none."""
    match = _POINTS.search(question.text)
    items = items_of(said)
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
    asks_more = any(not is_any_item(facet) and facet.worth >= LEAST_ASKED for facet in own)
    plans = [facet for facet in introduced.facets if any(_RANGE.search(phrase) for phrase in facet.phrases)]
    pointed = taking(replace(question, facets=own), [*(numbered or item.facets), *plans])
    # The person does mean the item, whatever it is called.
    meant = tuple(replace(facet, context=False) for facet in pointed.facets)
    return replace(pointed, facets=meant, asks_more=asks_more)


def with_answer(question: Question, said: str, glossary: Glossary, vocabulary: Vocabulary) -> Question | None:
    """The question with what the bot's last answer names: names, dates and numbered things first, then other words."""
    told = next((line for line in said.split("\n") if not _ITEM.match(line.strip()) and len(line) > 20), "")
    if not told:
        return None
    named = understand(told, glossary, vocabulary)
    facets = sorted(named.facets, key=lambda facet: (not facet.anchor, facet.worth != 1.0))
    return taking(question, facets[:MOST_TAKEN])


def _without(question: Question, pointing: str, glossary: Glossary, vocabulary: Vocabulary) -> tuple[Facet, ...]:
    """The question's facets without the words that point."""
    rest = understand(question.text.replace(pointing, " "), glossary, vocabulary)
    kept = {facet.alternatives for facet in rest.facets}
    return tuple(facet for facet in question.facets if facet.alternatives in kept)
