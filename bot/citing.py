"""Statements with the passages they stand on, numbered and shown as a person reads them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Citation, CitedText, Statement
from bot.library import Library
from corpus.document import Audience, Passage

_ITEM = re.compile(r"(?:[•–-]|\(?(?:\d{1,3}|[ก-ฮa-z])[.)])\s")  # begins with the marker of an item


@dataclass(frozen=True)
class Said:
    """A statement ready to be sent, with the passages it stands on and the words relied on in each."""

    text: str
    passages: tuple[Passage, ...]
    quotes: tuple[str, ...] = ()


def numbered(library: Library, said: Sequence[Said]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Statements with their citations numbered as they are first needed."""
    citations = _citations(library, said)
    number = {citation.passage_id: citation.n for citation in citations}
    return tuple(Statement(s.text, tuple(number[p.id] for p in s.passages)) for s in said), citations


def quotes(text: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """What of a text stands in each passage's body letter for letter: its lines, else the whole passage."""
    return tuple("\n".join(u.text for u in p.units if u.text in text) or p.body for p in passages)


def marked(statements: Sequence[Statement], citations: int) -> list[str]:
    """The statements as lines with their marks; the items of a list from one passage are marked once, by what leads."""
    lines = []
    for i, statement in enumerate(statements):
        marks = "".join(f"[{n}]" for n in statement.citations)
        is_item = i > 0 and citations == 1 and _ITEM.match(statement.text)
        lines.append(statement.text if is_item else f"{statement.text} {marks}")
    return lines


def about(library: Library, passage: Passage) -> str:
    """What is shown beside a passage: its draft and date."""
    document = library.documents[passage.document_id]
    return f"{document.draft} {document.date}"


def cited_text(library: Library, citation: Citation, audience: Audience) -> CitedText | None:
    """A citation of an earlier answer as this release has it; None if it is gone or not for this audience."""
    passage = library.index.passage(citation.passage_id)
    readable = library.readable(audience)
    if passage is None or (readable is not None and passage.document_id not in readable):
        return None
    section = library.index.section(passage)
    place = [other.id for other in section].index(passage.id)
    before, after = section[:place][-1:], section[place + 1 :][:1]
    now = _citation(library, citation.n, passage, citation.quote.split("\n"))
    return CitedText(now, *("".join(other.body for other in beside) for beside in (before, after)))


def _citations(library: Library, said: Sequence[Said]) -> tuple[Citation, ...]:
    """One citation a passage, numbered as they are first needed; the quote is the words relied on."""
    quoted: dict[str, list[str]] = {}
    passages: dict[str, Passage] = {}
    for each in said:
        for passage, quote in zip(each.passages, each.quotes or [p.body for p in each.passages], strict=True):
            passages[passage.id] = passage
            quoted.setdefault(passage.id, []).append(quote)
    return tuple(_citation(library, n, passages[key], quoted[key]) for n, key in enumerate(quoted, start=1))


def _citation(library: Library, n: int, passage: Passage, quotes: Sequence[str]) -> Citation:
    """A passage as it is cited under a number, with the words relied on."""
    document = library.documents[passage.document_id]
    return Citation(
        n=n,
        passage_id=passage.id,
        document_id=document.id,
        title=document.title,
        draft=document.draft,
        date=document.date,
        section=passage.section,
        page=passage.page_start,
        quote="\n".join(dict.fromkeys(quotes)),
        text=_with_headings(passage, quotes),
        page_label=passage.page_label,
        ocr=passage.ocr,
    )


def _with_headings(passage: Passage, quotes: Sequence[str]) -> str:
    """The passage as a person reads it, below those of its headings that are quoted."""
    return "\n".join([*(heading for heading in passage.path[1:] if heading in quotes), passage.body])
