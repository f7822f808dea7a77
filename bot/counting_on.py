"""What a message counts on from: the next ("ข้อถัดไป"), another one ("อันที่ 3", "(4)") of what the person asked about.

By rules, without a model. The message is only put into the words that it stands for.
"""

import re
from collections.abc import Callable, Sequence

from bot.answer import Turn
from bot.followup import items_of, last_said
from bot.question import ANY_ITEM, NUMBERED

# A numbered thing that was asked about, a year, and the step from it to the next. แผนถัดไป is a plan of its own.
_COUNTED_OFF = re.compile(
    rf"({NUMBERED}|ปี|{'|'.join(ANY_ITEM)})"
    r"\s*(?:ที่\s*)?(\d{1,4}|แรก)(?![\d.,/]|\s*[-–])"
)
_STEP = re.compile(r"([ก-๙]*?)\s*(?:ที่\s*)?(ถัดไป|ถัดมา|ต่อไป|ต่อมา(?=\s*(?:ล่ะ|ละ|คือ|$))|ก่อนหน้า(?:นี้|นั้น)?|ก่อนนี้|ก่อนนั้น)")
_STEPS_BACK = "ก่อน"
_SECTION = re.compile(r"(มาตรา\s*\d+)\s*\(\s*\d+\s*\)")
_BARE_SUBSECTION = re.compile(r"(?<!\d)(?<!\d )(?:ข้อ\s*|อนุ\s*)?(\(\s*\d{1,2}\s*\))")


def in_place(text: str, history: Sequence[Turn], fold: Callable[[str], str]) -> str:
    """The message with "ข้อถัดไป", or a bare "อันที่ 3", told by what was counted off before: "ยุทธศาสตร์ที่ 3".

    `fold` brings a message into the form that questions are read in. The text comes back as it is where the person
    counted nothing off, or names another kind of thing.
    """
    asked = [fold(turn.content) for turn in history if turn.role == "user"]
    folded = fold(text)
    if subsection := _subsection(folded, asked):
        return subsection
    place: tuple[str, int] | None = None
    for earlier in asked:
        place = _place(earlier, place)
    if place is None:
        return text
    if step := _STEP.search(folded):
        moved = _stepped(step, place)
        return text if moved is None else _told_at(folded, step, moved)
    bare = _COUNTED_OFF.search(folded)
    if bare and bare[1] in ANY_ITEM and place[0] not in ANY_ITEM and not items_of(last_said(history)):
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
    noun = before[0] if before and found[1] in ANY_ITEM else found[1]
    return noun, _number(found[2])


def _stepped(step: re.Match[str], place: tuple[str, int]) -> tuple[str, int] | None:
    """One on from a place, or one back; None where the step names another kind of thing, or leads nowhere."""
    noun, number = place
    named = next((known for known in (noun, *ANY_ITEM) if step[1].endswith(known)), None)
    moved = number + (-1 if step[2].startswith(_STEPS_BACK) else 1)
    return None if moved < 1 or (named is None and step[1] not in ("", "แล้ว")) else (noun, moved)


def _told_at(folded: str, pointing: re.Match[str], place: tuple[str, int]) -> str:
    """A folded message with the words that point replaced by a noun and its number."""
    noun, number = place
    said = f"{noun} {number}" if noun == "ปี" else f"{noun}ที่ {number}"
    before = folded[: pointing.start()] + re.sub(rf"(?:{'|'.join((*ANY_ITEM, noun))})$", "", pointing[1])
    return f"{before}{said} {folded[pointing.end() :]}".strip()


def _number(written: str) -> int:
    return 1 if written == "แรก" else int(written)
