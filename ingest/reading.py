"""One document, file to blocks fit to be cited: read by its format, repaired, and judged page by page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.document import Block, BlockKind, Document
from ingest import health, kept
from ingest.apart import read_apart
from ingest.health import PageHealth, Verdict
from ingest.known import Known
from ingest.readers import Content, PageText, UnreadableDocument
from ingest.readers.formats import ENDINGS, format_of
from ingest.repair import Repair, diagnose, repair_block, total

# Called as each page is done: its number, how many there are, and what became of it.
PageProgress = Callable[[int, int, str], None]
Mended = tuple[Block, tuple[Repair, ...]]


def _silent(_page: int, _pages: int, _outcome: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class PageReading:
    """One page, or the whole of a document without pages: its text as it was found and as it would be cited.

    `invisible` counts characters that nobody sees on the page and that were left out.
    """

    health: PageHealth
    raw: str
    text: str
    repairs: tuple[Repair, ...]
    invisible: int = 0


@dataclass(frozen=True)
class Reading:
    """One document as read: its blocks made whole, and its pages (a single one for a format without pages)."""

    document: Document
    blocks: tuple[Block, ...]
    pages: tuple[PageReading, ...]
    notes: tuple[str, ...] = ()

    @property
    def health(self) -> tuple[PageHealth, ...]:
        """The health of each page."""
        return tuple(page.health for page in self.pages)

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """What was repaired in all of it."""
        return total(done for page in self.pages for done in page.repairs)

    @property
    def unreadable(self) -> tuple[PageHealth, ...]:
        """The pages of which nothing may be cited; their blocks are not among `blocks`."""
        return tuple(page for page in self.health if page.verdict is Verdict.REFUSED)


def read_document(
    document: Document,
    corpus_dir: Path,
    *,
    allow_unreadable: bool = False,
    data_dir: Path | None = None,
    known: Known | None = None,
    progress: PageProgress = _silent,
) -> Reading:
    """A document's blocks, repaired and judged. With `allow_unreadable`, pages that are unfit are left out.

    What is in `known` is not looked at again; the rest is added to it.

    Raises:
        UnreadableDocument: if it cannot be read, or has pages too damaged to be cited.
    """
    reading = look_at(document, corpus_dir, data_dir=data_dir, known=known, progress=progress)
    if reading.unreadable and not (allow_unreadable and reading.blocks):
        raise UnreadableDocument(_refusal(document.file, reading.unreadable))
    return reading


def look_at(
    document: Document,
    corpus_dir: Path,
    *,
    data_dir: Path | None = None,
    known: Known | None = None,
    progress: PageProgress = _silent,
) -> Reading:
    """As `read_document`, but it tells also of a document whose pages are all unfit.

    Raises:
        UnreadableDocument: if it cannot be read at all.
    """
    content = read_content(corpus_dir / document.file, progress, data_dir)
    known = known or Known()
    mended = list(_mended(content, known))
    pages = tuple(_pages(content, mended, known))
    refused = [page.health.page for page in pages if page.health.verdict is Verdict.REFUSED]
    blocks = tuple(block for block, _ in mended if block.page not in refused and None not in refused)
    return Reading(document, blocks, pages, content.notes)


def read_content(path: Path, progress: PageProgress = _silent, data_dir: Path | None = None) -> Content:
    """What the reader of the file's format finds in it; with `data_dir`, it is kept there for the next time.

    Raises:
        UnreadableDocument: for a file that is of no readable format, unsafe, damaged, or without text.
    """
    try:
        kind = format_of(path)
        content = kept.find(data_dir, path) if data_dir else None
        if content is None:
            content = read_apart(path, progress)
            if data_dir:
                kept.keep(data_dir, path, content)
    except UnreadableDocument as error:
        raise UnreadableDocument(f"{path}: {error}") from None
    if not any(block.text or block.rows for block in content.blocks if block.kind is not BlockKind.HEADING):
        if content.pages and any(page.failure for page in content.pages):
            return content
        raise UnreadableDocument(f"{path}: ไม่มีข้อความ / the file holds no text")
    if ENDINGS.get(path.suffix.lower()) is not kind:
        note = f"นามสกุลเป็น {path.suffix or '(ไม่มี)'} แต่เนื้อไฟล์เป็น {kind} จึงอ่านตามเนื้อ / read as {kind}, which it is"
        content = replace(content, notes=(note, *content.notes))
    return content


def text_of(blocks: Iterable[Block]) -> str:
    """All words of the blocks, a line each piece, for measuring."""
    return "\n".join("\n".join((b.text, *(c for row in (b.columns, *b.rows) for c in row))) for b in blocks)


def _mended(content: Content, known: Known) -> Iterator[Mended]:
    """Every block made whole, as the words of its page as a whole demand."""
    pages: dict[int | None, list[Block]] = {}
    for block in content.blocks:
        pages.setdefault(block.page, []).append(block)
    conditions = dict(zip(pages, diagnose([text_of(blocks) for blocks in pages.values()], known), strict=True))
    for block in content.blocks:
        yield repair_block(block, conditions[block.page], known)


def _pages(content: Content, mended: Sequence[Mended], known: Known) -> Iterator[PageReading]:
    """Every page with its health, or the whole where the format has none."""
    for page in content.pages or (None,):
        here = [pair for pair in mended if page is None or pair[0].page == page.number]
        text = text_of(block for block, _ in here)
        repairs = total(done for _, repairs in here for done in repairs)
        yield PageReading(
            health=_judged(page, text, repairs, known),
            raw=page.raw if page else text_of(content.blocks),
            text=text,
            repairs=repairs,
            invisible=page.invisible if page else 0,
        )


def _judged(page: PageText | None, text: str, repairs: Sequence[Repair], known: Known) -> PageHealth:
    repaired = ", ".join(done.rule for done in repairs)
    if page is None:
        return health.judge(None, "", text, repaired=repaired, known=known)
    state = health.judge(page.number, page.label, text, repaired=repaired, ocr=page.ocr, known=known)
    return replace(state, verdict=Verdict.REFUSED, reason=page.failure) if page.failure else state


def _refusal(file: str, pages: tuple[PageHealth, ...]) -> str:
    if [page.page for page in pages] == [None]:
        return (
            f"{file}: ข้อความเสียหายจนอ้างอิงไม่ได้ ({pages[0].reason}) โปรดหาไฟล์ต้นฉบับที่สมบูรณ์ "
            "/ the text is too damaged to be cited; find a sound copy"
        )
    listed = "\n".join(f"  หน้า / page {page.page}: {page.reason}" for page in pages)
    return (
        f"{file}: มี {len(pages)} หน้าที่เสียหายจนอ้างอิงไม่ได้ โปรดหาไฟล์ที่สมบูรณ์ หรือสั่งด้วย --allow-unreadable เพื่อเว้นหน้าเหล่านี้ "
        f"/ pages too damaged to be cited; find a sound copy, or leave them out with --allow-unreadable\n{listed}"
    )
