"""An answer as Telegram messages: HTML parts within Telegram's limits, each with the same text in plain.

A text is first laid out as lines of spans, then packed into parts. Everything is escaped here and tags are written
only here, so a part can never end inside a tag, an entity or a Thai syllable. Limits, from the Bot API: 4096 UTF-16
units a message, 100 entities. The units are counted on the HTML itself, which is never shorter than what is shown.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import groupby

from bot.answer import Answer, AnswerStatus, Citation, CitedText
from bot.drafts import PlanDraft
from bot.telegram import sentences
from bot.telegram.language import Language
from corpus.document import Document, DraftStatus
from corpus.thai import safe_cuts, squeeze

LIMIT = 4096  # UTF-16 units
CAPTION_LIMIT = 1024
MAX_ENTITIES = 90  # Telegram's 100, less a margin for links and mentions that Telegram finds by itself
QUOTE_OPEN, QUOTE_CLOSE = "<blockquote expandable>", "</blockquote>"

_SPACES = re.compile(r"\s+")


class Style(StrEnum):
    """How a span looks; the value is Telegram's tag."""

    PLAIN = ""
    BOLD = "b"
    ITALIC = "i"


@dataclass(frozen=True)
class Span:
    text: str
    style: Style = Style.PLAIN

    @property
    def html(self) -> str:
        safe = escape(self.text, quote=False)
        return f"<{self.style}>{safe}</{self.style}>" if self.style and self.text.strip() else safe


@dataclass(frozen=True)
class Line:
    """One line of a message. Neighbouring quoted lines make one expandable quote."""

    spans: tuple[Span, ...]
    quoted: bool = False

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    @property
    def html(self) -> str:
        return "".join(span.html for span in self.spans)


@dataclass(frozen=True)
class Part:
    """One message: as Telegram HTML, and as the same text without any formatting."""

    html: str
    plain: str


def render_answer(answer: Answer, language: Language = Language.THAI, notices: Sequence[str] = ()) -> list[Part]:
    """The short answer with its [n] marks first, then the sources (or the nearest documents), then notices."""
    lines = [Line((Span(text),)) for text in answer.text.splitlines()]
    if answer.status.carries_citations and answer.citations:
        title = sentences.CITED_TITLE.label(language)
        lines += [_blank(), _title(title), *_sources(answer.citations, language)]
    elif answer.status is AnswerStatus.NOT_IN_PLAN:
        unnamed = [title for title in answer.nearest if title not in answer.text]
        if unnamed:
            lines += [_blank(), _title(sentences.NEAREST_TITLE.label(language))]
            lines += [Line((Span(f"• {title}"),)) for title in unnamed]
    return pack([*lines, *_notices(notices)])


def render_passage(cited: CitedText, language: Language = Language.THAI) -> list[Part]:
    """The whole passage behind [n], in an expandable quote, with the words relied on in bold; then its neighbours."""
    citation = cited.citation
    lines = _sources([citation], language)
    lines += [Line(spans, quoted=True) for spans in _marked_lines(citation.text, citation.quote)]
    for title, text in ((sentences.BEFORE, cited.before), (sentences.AFTER, cited.after)):
        if text:
            lines += [_blank(), Line((Span(title.label(language), Style.ITALIC),))]
            lines += [Line((Span(line),), quoted=True) for line in text.split("\n")]
    return pack(lines)


def page_caption(citation: Citation, language: Language = Language.THAI) -> Part:
    """What stands below the picture of a cited page, within Telegram's 1,024 units for captions."""
    return pack(_sources([citation], language), limit=CAPTION_LIMIT)[0]


def render_documents(
    documents: Sequence[Document], plans: Mapping[str, str], language: Language = Language.THAI
) -> list[Part]:
    """The documents by plan, each with its draft, date and status; `plans` has the title of each plan's id.

    Drafts and editions come before the papers about them, and what belongs to no plan last.
    """
    by_plan: defaultdict[str, list[Document]] = defaultdict(list)
    for document in sorted(documents, key=lambda d: (d.plan not in plans, d.status is DraftStatus.BACKGROUND)):
        by_plan[document.plan].append(document)
    if not by_plan:
        return render_text(sentences.NO_SOURCES.to(language))
    lines = [_title(sentences.SOURCES_TITLE.label(language))]
    for plan, members in by_plan.items():
        lines += [_blank(), _title(plans.get(plan) or sentences.OTHER_DOCUMENTS.label(language))]
        lines += [_document(member, language) for member in members]
    return pack(lines)


def render_drafts(drafts: Sequence[PlanDraft], language: Language = Language.THAI) -> list[Part]:
    """The drafts by plan, each with its status, and what choosing one means."""
    lines = [_title(sentences.DRAFTS_TITLE.label(language))]
    for title, members in groupby(drafts, key=lambda draft: draft.plan_title):
        lines += [_blank(), _title(title)]
        lines += [
            Line(
                (
                    Span(
                        " · ".join(
                            [f"• {draft.label}", *_news(draft.label, [draft.date]), _status(draft.status, language)]
                        )
                    ),
                )
            )
            for draft in members
        ]
    lines += [_blank(), *(Line((Span(line),)) for line in sentences.DRAFTS_ASKED.to(language).splitlines())]
    return pack(lines)


def render_text(text: str) -> list[Part]:
    """A text as it is, escaped and split where it is too long."""
    return pack([Line((Span(line),)) for line in text.splitlines()])


def pack(lines: Sequence[Line], limit: int = LIMIT) -> list[Part]:
    """The lines as parts of at most `limit` UTF-16 units and `MAX_ENTITIES` entities, cut between lines if possible.

    A line that alone is too long is cut between words. Blank lines neither begin nor end a part, and there is no
    empty part.
    """
    parts: list[Part] = []
    current: list[Line] = []
    for line in (piece for whole in lines for piece in _cut_to_fit(whole, limit)):
        longer = [*current, line]
        if units(_html(longer)) > limit or _entities(longer) > MAX_ENTITIES:
            parts += _part(current)
            current = []
        current.append(line)
    return parts + _part(current)


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def split_text(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` UTF-16 units once escaped: cut at white space, else between words,
    else between syllable clusters; white space at a cut is dropped."""
    pieces: list[str] = []
    while units(escape(text, quote=False)) > limit:
        end = _last_cut(text, _fitting(text, limit))
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [piece for piece in [*pieces, text] if piece]


def _part(lines: Sequence[Line]) -> list[Part]:
    inner = list(lines)
    while inner and not inner[0].text.strip():
        inner.pop(0)
    while inner and not inner[-1].text.strip():
        inner.pop()
    return [Part(_html(inner), "\n".join(line.text for line in inner))] if inner else []


def _html(lines: Sequence[Line]) -> str:
    rows: list[str] = []
    for i, line in enumerate(lines):
        opens = line.quoted and not (i and lines[i - 1].quoted)
        closes = line.quoted and not (i + 1 < len(lines) and lines[i + 1].quoted)
        rows.append((QUOTE_OPEN if opens else "") + line.html + (QUOTE_CLOSE if closes else ""))
    return "\n".join(rows)


def _entities(lines: Sequence[Line]) -> int:
    quotes = sum(line.quoted and not (i and lines[i - 1].quoted) for i, line in enumerate(lines))
    return quotes + sum(bool(span.style) for line in lines for span in line.spans)


def _cut_to_fit(line: Line, limit: int) -> Iterator[Line]:
    if units(_html([line])) <= limit:
        yield line
        return
    # Tags are paid for in advance: each span may be cut, and each piece is wrapped anew.
    room = limit - units(QUOTE_OPEN + QUOTE_CLOSE) - units("<b></b>") * (len(line.spans) + 1)
    start = 0
    for piece in split_text(line.text, room):
        start = line.text.index(piece, start)
        yield Line(tuple(_slice(line.spans, start, start + len(piece))), line.quoted)
        start += len(piece)


def _slice(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    """The spans of the characters from `start` up to `end`."""
    offset = 0
    for span in spans:
        piece = span.text[max(0, start - offset) : max(0, end - offset)]
        if piece:
            yield Span(piece, span.style)
        offset += len(span.text)


def _fitting(text: str, limit: int) -> int:
    """How many leading characters fit into `limit` units once escaped; at least one."""
    used = 0
    for i, character in enumerate(text):
        used += units(escape(character, quote=False))
        if used > limit:
            return max(i, 1)
    return len(text)


def _last_cut(text: str, end: int) -> int:
    """Where to cut at or before `end`: the last white space in the second half, else word, else cluster border."""
    spaces = [m.end() for m in _SPACES.finditer(text, 0, min(len(text), end + 1)) if m.start() <= end]
    if spaces and spaces[-1] > end // 2:
        return min(spaces[-1], len(text))
    # Only the last stretch needs segmenting; its start is a space or an arbitrary cluster border.
    base = spaces[-1] if spaces else 0
    cuts = [base + cut for cut in safe_cuts(text[base:end]) if 0 < base + cut < end]
    for cut in reversed(cuts):
        if cut > end // 2 and is_cluster_border(text, cut):
            return cut
    for cut in range(end, 0, -1):
        if is_cluster_border(text, cut):
            return cut
    return end


def is_cluster_border(text: str, offset: int) -> bool:
    """Whether the text may be cut here without parting a syllable cluster, an emoji or a mark like [12]."""
    before, after = text[offset - 1], text[offset : offset + 1]
    if not after:
        return True
    if "เ" <= before <= "ไ":  # a leading vowel belongs to the consonant that follows
        return False
    if unicodedata.category(after).startswith("M") or after in "ะาำๅๆฯ":
        return False
    if "\u200d" in (before, after) or "\U0001f3fb" <= after <= "\U0001f3ff":  # joined emoji, skin tones
        return False
    return not re.search(r"\[\d*$", text[:offset][-4:]) and after != "["


def _blank() -> Line:
    return Line((Span(""),))


def _title(text: str) -> Line:
    return Line((Span(text, Style.BOLD),))


def _notices(notices: Sequence[str]) -> list[Line]:
    lines = [Line((Span(line, Style.ITALIC),)) for notice in notices for line in notice.splitlines()]
    return [_blank(), *lines] if lines else []


def _sources(citations: Sequence[Citation], language: Language) -> list[Line]:
    """A line for each place that is cited; passages of the same place share one."""
    marks: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for citation in citations:
        marks[_one_line(citation.title), _place(citation, language)].append(f"[{citation.n}]")
    return [
        Line((Span(f"{' '.join(numbers)} "), Span(title, Style.BOLD), Span(place)))
        for (title, place), numbers in marks.items()
    ]


def _place(citation: Citation, language: Language) -> str:
    """Draft, date, section and page, without what the title or the draft's name tells already."""
    rest = [*_news(citation.title, (citation.draft, citation.date)), citation.section]
    page = citation.page_label or citation.page
    rest += [f"{sentences.PAGE.label(language)} {page}"] if page is not None else []
    rest += [sentences.OCR.label(language)] if citation.ocr else []
    return "".join(f" · {_one_line(text)}" for text in rest if text)


def _document(document: Document, language: Language) -> Line:
    facts = [*_news(document.title, (document.draft, document.date)), _status(document.status, language)]
    title = Span(_one_line(document.title), Style.BOLD)
    return Line((Span("• "), title, Span("".join(f" · {_one_line(fact)}" for fact in facts))))


def _status(status: DraftStatus, language: Language) -> str:
    return sentences.DOCUMENT_STATUSES[status.value].label(language)


def _news(told: str, texts: Sequence[str]) -> list[str]:
    """Those of the texts that say something beyond what was told before them, be months written out or shortened."""
    known, news = told, []
    for text in filter(None, texts):
        if squeeze(text) not in squeeze(known):
            news.append(text)
            known += f" {text}"
    return news


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _marked_lines(text: str, quote: str) -> Iterator[tuple[Span, ...]]:
    """The lines of `text`, with the first occurrence of each line of `quote`, whatever its white space, in bold."""
    marked = bytearray(len(text))
    for words in (line.split() for line in quote.splitlines()):
        found = re.search(r"\s+".join(re.escape(word) for word in words), text) if words else None
        if found:
            marked[found.start() : found.end()] = b"\1" * (found.end() - found.start())
    spans = []
    for is_marked, run in groupby(range(len(text)), key=lambda i: marked[i]):
        places = list(run)
        spans.append(Span(text[places[0] : places[-1] + 1], Style.BOLD if is_marked else Style.PLAIN))
    offset = 0
    for line in text.split("\n"):
        yield tuple(_slice(spans, offset, offset + len(line)))
        offset += len(line) + 1
