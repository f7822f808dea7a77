"""What a message leans on: an item of the bot's list, the next of what was counted off, or what the bot said last.

By rules, without a model. Nothing is added to what is shown: the words taken over only take part in the search.
"""

import re
from collections.abc import Callable, Sequence
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
# A numbered thing that was asked about, a year, and the step from it to the next. แผนถัดไป is a plan of its own.
_COUNTED_OFF = re.compile(
    r"(ยุทธศาสตร์|ด้าน|ข้อ|มาตรา|เป้าหมาย|ความท้าทาย|วัตถุประสงค์|ครั้ง|ประเด็น|โครงการ|แผนงาน|มาตรการ|กลไก|ระดับ|หมวด|ลำดับ|ตัวชี้วัด"
    r"|ปี|อัน|ตัว|เรื่อง|รายการ|อย่าง|ชื่อ|ราย)\s*(?:ที่\s*)?(\d{1,4}|แรก)(?![\d.,/]|\s*[-–])"
)
_STEP = re.compile(r"([ก-๙]*?)\s*(?:ที่\s*)?(ถัดไป|ถัดมา|ต่อไป|ต่อมา(?=\s*(?:ล่ะ|ละ|คือ|$))|ก่อนหน้า(?:นี้|นั้น)?|ก่อนนี้|ก่อนนั้น)")
_STEPS_BACK = "ก่อน"
_SECTION = re.compile(r"(มาตรา\s*\d+)\s*\(\s*\d+\s*\)")
_BARE_SUBSECTION = re.compile(r"(?<!\d)(?<!\d )(?:ข้อ\s*|อนุ\s*)?(\(\s*\d{1,2}\s*\))")
_ANY_ITEM = frozenset("อัน ข้อ ตัว เรื่อง ลำดับ รายการ อย่าง ชื่อ ราย".split())  # noqa: SIM905 - may stand for each kind of thing
_RANGE = re.compile(r"\d{4}-\d{4}")  # the years by which a plan is known
_PLACES = {"แรก": 1, "สุดท้าย": -1, "หลังสุด": -1, "first": 1, "second": 2, "third": 3, "last": -1}
_PRONOUN = re.compile(
    r"(?:^|\s|แล้ว|ของ|ให้|ที่|ต่อมา|ตอนนั้น|ว่า)(?:เขา|แก(?!้|่)|ท่าน(?!ใด|ไหน)|มัน|คน(?:นั้น|นี้)|คนพูด|ที่นั่น|อันนี้|อันนั้น)"
    r"|^(?:ใคร|พูด|จัด|ประกาศ|เปิดตัว|เริ่ม|มี(?:ผล|กี่)|ต่างจาก|ลงนาม|ชื่อ)"
)


def is_any_item(facet: Facet) -> bool:
    """Whether a facet is an item of anything: ข้อที่ 2 may be of any list, ด้านที่ 2 may not."""
    return bool(facet.phrases) and facet.alternatives[0][0] in _ANY_ITEM


def names_something(question: Question) -> bool:
    """Whether a message that is not clear names more than "อันนั้น": enough to look for what it may mean."""
    return any(facet.worth == 1.0 and facet.alternatives[0][0] not in _ANY_ITEM for facet in question.facets)


def last_said(history: Sequence[Turn]) -> str:
    """The bot's last answer without its marks, "" if it said nothing yet."""
    said = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    return _MARK.sub("", said)


def last_list(history: Sequence[Turn]) -> str:
    """The bot's latest answer that holds a list, without its marks; "" if there is none."""
    told = (_MARK.sub("", turn.content) for turn in reversed(history) if turn.role == "assistant")
    return next((text for text in told if len(_items(text)) > 1), "")


def in_place(text: str, history: Sequence[Turn], fold: Callable[[str], str]) -> str:
    """The message with "ข้อถัดไป", or a bare "อันที่ 3", told by what was counted off before: "ยุทธศาสตร์ที่ 3".

    `fold` brings a message into the form that questions are read in. The text comes back as it is where the person
    counted nothing off, or names another kind of thing.
    """
    place: tuple[str, int] | None = None
    for turn in history:
        if turn.role == "user":
            place = _place(fold(turn.content), place)
    folded = fold(text)
    if subsection := _subsection(folded, [fold(turn.content) for turn in history if turn.role == "user"]):
        return subsection
    if place is None:
        return text
    if step := _STEP.search(folded):
        moved = _stepped(step, place)
        return text if moved is None else _told_at(folded, step, moved)
    bare = _COUNTED_OFF.search(folded)
    if bare and bare[1] in _ANY_ITEM and place[0] not in _ANY_ITEM and not _items(last_said(history)):
        return _told_at(folded, bare, (place[0], _number(bare[2])))
    return text


def _subsection(folded: str, asked: Sequence[str]) -> str:
    """A folded message with a bare "(4)" told with the section that was asked about last: "มาตรา 12 (4)"."""
    bare = _BARE_SUBSECTION.search(folded)
    section = next((found[1] for text in reversed(asked) if (found := _SECTION.search(text))), "")
    return f"{folded[: bare.start()]}{section} {bare[1]}{folded[bare.end() :]}" if bare and section else ""


def _place(folded: str, before: tuple[str, int] | None) -> tuple[str, int] | None:
    """What a message counts off, as a noun and its number; what was counted off before if it counts nothing."""
    if before and (step := _STEP.search(folded)):
        return _stepped(step, before) or before
    if not (found := _COUNTED_OFF.search(folded)):
        return before
    noun = before[0] if before and found[1] in _ANY_ITEM else found[1]
    return noun, _number(found[2])


def _stepped(step: re.Match[str], place: tuple[str, int]) -> tuple[str, int] | None:
    """One on from a place, or one back; None where the step names another kind of thing, or leads nowhere."""
    noun, number = place
    named = next((known for known in (noun, *_ANY_ITEM) if step[1].endswith(known)), None)
    moved = number + (-1 if step[2].startswith(_STEPS_BACK) else 1)
    return None if moved < 1 or (named is None and step[1] not in ("", "แล้ว")) else (noun, moved)


def _told_at(folded: str, pointing: re.Match[str], place: tuple[str, int]) -> str:
    """A folded message with the words that point replaced by a noun and its number."""
    noun, number = place
    said = f"{noun} {number}" if noun == "ปี" else f"{noun}ที่ {number}"
    before = folded[: pointing.start()] + re.sub(
        r"(?:อัน|ข้อ|ตัว|เรื่อง|ลำดับ|รายการ|อย่าง|ชื่อ|ราย|" + noun + r")$", "", pointing[1]
    )
    return f"{before}{said} {folded[pointing.end() :]}".strip()


def _number(written: str) -> int:
    return _PLACES.get(written) or int(written)


def _items(said: str) -> list[str]:
    """The items of a list in what the bot said."""
    return [found[1] for line in said.split("\n") if (found := _ITEM.match(line.strip()))]


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
    items = _items(said)
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
