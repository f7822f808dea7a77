"""What a plan, a paper or a part of one says as a whole: the opening of each of its sections.

Nobody writes down what "สรุปแผนนี้" asks for in one sentence that a search could find; but papers are made so that a
section opens with what it is about, which is hard to beat without a model (the lead baseline of summaries: See et al.
2017, arXiv:1704.04368). Nothing is told unless all that is named is in the name of a plan, a paper or a section.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from bot import wording
from bot.extractive import Draft, Told, is_about_itself, tells_absence
from corpus import thai
from corpus.document import Document, Passage, UnitKind

MOST_TOLD, MOST_OF_WHAT_IT_IS = 8, 4
LONGEST_LIST = 400  # letters of a list that is told with its items, in one line
A_PLAN = "แผน"
OF_A_PLAN = frozenset({A_PLAN, "ฉบับ", "เล่ม", "ปี", "ตัว", "ระยะ"})  # words that leave it the plan: แผนฉบับนี้
_INTRODUCES = re.compile(r"\s*(?:ดังนี้|ดังต่อไปนี้)?\s*:?\s*$")
_COUNTED = re.compile(r"^[\d.]+(?:ความ)?|^ความ")
_NUMBERED = re.compile(r"[ก-๙]+ที่\d+")


@dataclass(frozen=True)
class Papers:
    """What may be told of: documents that the reader may see, their passages in reading order, and the titles of plans
    by id; the plan that is meant where none is named comes first.

    `search` finds passages of them, best first; most questions need none. `is_draft` tells that a draft was named, and
    that these are its papers.
    """

    documents: Sequence[Document]
    passages: Iterable[Passage]
    search: Callable[[], Sequence[Passage]]
    plans: Mapping[str, str]
    is_draft: bool = False


def asked_for(text: str, papers: Papers) -> Draft | None:
    """The overview that a folded text asks for; None if it asks for none, or nothing has the name that it says.

    A summary may be asked of a section, too; what something "is about" only of a plan.
    """
    name = wording.asks_for_overview(text)
    if name is None:
        return None
    name = name or (A_PLAN if papers.is_draft else "")
    is_summary = wording.asks_for_summary(text)
    part = _plan(name, papers) or (_named(name, papers.search) if is_summary else ())
    most = MOST_TOLD if is_summary else MOST_OF_WHAT_IT_IS
    told = tuple(islice(_openings(part, papers.passages), most)) if part else ()
    return Draft(told, {"named": 1.0}) if told else None


def _plan(name: str, papers: Papers) -> tuple[str, ...]:
    """The path of the paper that is a plan, where a name is "แผน" with no more than words of that plan's title."""
    words, numbers = _words(name), set(thai.numbers(name))
    for plan, title in papers.plans.items():
        is_it = A_PLAN in words and words <= OF_A_PLAN | _words(title) and numbers <= set(thai.numbers(title))
        own = [document.title for document in papers.documents if document.plan == plan]
        if is_it and own:  # the paper whose title has least beside the plan's
            return (min(own, key=lambda each: (thai.squeeze(title) not in thai.squeeze(each), len(each))),)
    return ()


def _named(name: str, search: Callable[[], Sequence[Passage]]) -> tuple[str, ...]:
    """The path of the first paper or section among those found that has all of a name in its own."""
    if _words(name):
        for passage in search():
            for depth in range(1, len(passage.path) + 1):
                if _holds(passage.path[:depth], name):
                    return passage.path[:depth]
    return ()


def _holds(path: Sequence[str], name: str) -> bool:
    """Whether headings have all words and numbers of a name; a section's own begins with it, too."""
    squeezed, heading = thai.squeeze("\n".join(path)), _COUNTED.sub("", thai.squeeze(path[-1]))
    words = [word for word in thai.content_words(name) if word in _words(name)]
    return (
        all(re.search(rf"{each}(?!\d)", squeezed) for each in _NUMBERED.findall(thai.squeeze(name)))
        and set(thai.numbers(name)) <= set(thai.numbers("\n".join(path)))
        and all(word in squeezed for word in words)
        and (len(path) == 1 or heading.startswith(words[0]))
    )


def _words(name: str) -> set[str]:
    return {word for word in thai.content_words(name) if not word[0].isdigit()} - wording.CLASSIFIERS


def _openings(part: Sequence[str], passages: Iterable[Passage]) -> Iterator[Told]:
    """What opens each section below a path and the first list of each, or all passages of a section with none below."""
    within = [passage for passage in passages if passage.path[: len(part)] == tuple(part)]
    for _, section in groupby(within, key=lambda passage: passage.path[: len(part) + 1]):
        of_section = list(section)
        if len(part) == 1:
            lists = [passage for passage in of_section[1:] if _is_list(passage)]
            of_section = [*of_section[:1], *([] if _is_list(of_section[0]) else lists[:1])]
        for passage in of_section:
            yield from _opening(passage)


def _is_list(passage: Passage) -> bool:
    return bool(passage.lead and passage.units and passage.units[0].kind is UnitKind.ITEM)


def _opening(passage: Passage) -> Iterator[Told]:
    """The first sentence of a passage, or its list in one line; of a long list, or a table, only what it is of."""
    first = passage.units[0] if passage.units else None
    if first is None or passage.part > 1 or is_about_itself(passage, first):
        return
    text = quote = first.text
    if first.kind is not UnitKind.SENTENCE:
        quote = passage.lead
        text = _INTRODUCES.sub("", passage.lead)
        items = ", ".join(unit.text for unit in passage.units)
        if text and _is_list(passage) and passage.parts == 1 and len(text) + len(items) <= LONGEST_LIST:
            text = f"{text} ได้แก่ {items}"
    if text and not tells_absence(text):
        yield Told(text, passage, quote)
