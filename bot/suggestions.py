"""Questions that can be asked next: the headings beside the passages that an answer cites.

A heading is suggested only if asking it gives an answer from under that heading, for this reader. That is tried once
for each section of a release and remembered, so that it costs later answers nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from bot.answer import Answer, AnswerStatus
from bot.library import Library
from corpus import thai
from corpus.document import Audience, Passage
from corpus.index import Hit

SUGGESTED = 2
MOST_CHOICES, MOST_TRIED = 4, 8  # questions that a message may have meant, and headings tried for them
TRIED = 4  # headings at most, for one section
LONGEST = 60  # characters: what fits on a button

_NUMBER = re.compile(r"^\s*(?:\(?[0-9๐-๙ก-ฮa-zA-Z]{1,3}[.)]|[0-9๐-๙]+(?:\.[0-9๐-๙]+)+\.?)\s+")
_ABOUT_THE_PAPER = re.compile(r"เอกสารนี้|สารบัญ|ภาคผนวก|บรรณานุกรม|อ้างอิง")

Ask = Callable[[str, Audience, str], Answer]
# A section of a document, for readers of an audience, as of a draft ("": the newest).
Place = tuple[str, tuple[str, ...], Audience, str]


class Suggestions:
    """Remembers which headings of the live release can be asked. Safe to use from several threads."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._release = ""
        self._known: dict[Place, tuple[str, ...]] = {}
        self._answered: dict[Place, bool] = {}

    def after(self, library: Library, answer: Answer, audience: Audience, draft: str = "") -> tuple[str, ...]:
        """Up to two questions to ask after this answer."""
        if not answer.status.carries_citations or not answer.citations:
            return ()
        passage = library.index.passage(answer.citations[0].passage_id)
        if passage is None:
            return ()
        self._forget_others_than(library.release.id)
        key = (passage.document_id, passage.path, audience, draft)
        if key not in self._known:
            self._known[key] = tuple(self._answerable(library, passage, audience, draft))
        return self._known[key]

    def about(
        self, library: Library, words: Iterable[str], hits: Sequence[Hit], audience: Audience, draft: str = ""
    ) -> tuple[str, ...]:
        """Questions that a message may have meant: headings with a word of it, of what was found for it."""
        self._forget_others_than(library.release.id)
        named = [thai.squeeze(word) for word in words]
        sections = {(hit.passage.document_id, hit.passage.path): hit.passage for hit in reversed(hits)}
        nearest = [
            passage
            for passage in reversed(sections.values())
            if passage.path and _can_be_asked(passage.path[-1]) and _holds_any(passage.path[-1], named)
        ]
        return tuple(islice(dict.fromkeys(self._asked(nearest[:MOST_TRIED], audience, draft)), MOST_CHOICES))

    def _answerable(self, library: Library, passage: Passage, audience: Audience, draft: str) -> Iterator[str]:
        return islice(self._asked(_beside(library, passage)[:TRIED], audience, draft), SUGGESTED)

    def _asked(self, sections: Iterable[Passage], audience: Audience, draft: str) -> Iterator[str]:
        """The headings of these sections that are answered from under them, as questions."""
        for section in sections:
            question = _NUMBER.sub("", section.path[-1]).strip()
            place = (section.document_id, section.path, audience, draft)
            if place not in self._answered:
                self._answered[place] = _is_from(section, self._ask(question, audience, draft))
            if self._answered[place]:
                yield question

    def _forget_others_than(self, release: str) -> None:
        if self._release != release:
            self._release, self._known, self._answered = release, {}, {}


def _is_from(section: Passage, answer: Answer) -> bool:
    """Whether it is an answer that cites the section."""
    place = (section.document_id, section.section)
    return answer.status is AnswerStatus.ANSWERED and any((c.document_id, c.section) == place for c in answer.citations)


def _beside(library: Library, passage: Passage) -> list[Passage]:
    """The first passage of each other section of the document, the nearest one after it first, then before it."""
    sections: dict[tuple[str, ...], Passage] = {}
    for other in library.index.passages:
        if other.document_id == passage.document_id:
            sections.setdefault(other.path, other)
    order = list(sections)
    place = order.index(passage.path)
    near = [*order[place + 1 :], *reversed(order[:place])]
    return [sections[path] for path in near if path and _can_be_asked(path[-1])]


def _holds_any(heading: str, squeezed: Sequence[str]) -> bool:
    return any(word in thai.squeeze(heading) for word in squeezed)


def _can_be_asked(heading: str) -> bool:
    return len(heading) <= LONGEST and not _ABOUT_THE_PAPER.search(heading)
