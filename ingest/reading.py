"""One document, file to blocks fit to be cited: read by its format, repaired, and judged page by page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.document import Block, BlockKind, Document
from ingest import health
from ingest.apart import read_apart
from ingest.health import PageHealth, Verdict
from ingest.readers import Content, PageText, UnreadableDocument
from ingest.readers.formats import ENDINGS, format_of
from ingest.repair import Repair, diagnose, repair_block, total

# Called as each page is done: its number, how many there are, and what became of it.
PageProgress = Callable[[int, int, str], None]
Mended = tuple[Block, tuple[Repair, ...]]


def _silent(_page: int, _pages: int, _outcome: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Reading:
    """One document as read: its blocks made whole, what was repaired, and the health of each page.

    `health` has one entry a page, or a single one for a format without pages.
    """

    document: Document
    blocks: tuple[Block, ...]
    repairs: tuple[Repair, ...]
    health: tuple[PageHealth, ...]
    notes: tuple[str, ...] = ()

    @property
    def unreadable(self) -> tuple[PageHealth, ...]:
        """The pages of which nothing may be cited; their blocks are not among `blocks`."""
        return tuple(page for page in self.health if page.verdict is Verdict.REFUSED)


def read_document(
    document: Document,
    corpus_dir: Path,
    *,
    allow_unreadable: bool = False,
    progress: PageProgress = _silent,
) -> Reading:
    """A document's blocks, repaired and judged. With `allow_unreadable`, pages that are unfit are left out.

    Raises:
        UnreadableDocument: if it cannot be read, or has pages too damaged to be cited.
    """
    content = read_content(corpus_dir / document.file, progress)
    mended = list(_mended(content))
    pages = tuple(_judged(content.pages, mended))
    refused = [page.page for page in pages if page.verdict is Verdict.REFUSED]
    blocks = tuple(block for block, _ in mended if block.page not in refused and None not in refused)
    repairs = total(done for _, repairs in mended for done in repairs)
    reading = Reading(document, blocks, repairs, pages, content.notes)
    if refused and not (allow_unreadable and blocks):
        raise UnreadableDocument(_refusal(document.file, reading.unreadable))
    return reading


def read_content(path: Path, progress: PageProgress = _silent) -> Content:
    """What the reader of the file's format finds in it.

    Raises:
        UnreadableDocument: for a file that is of no readable format, unsafe, damaged, or without text.
    """
    try:
        kind = format_of(path)
        content = read_apart(path, progress)
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


def _mended(content: Content) -> Iterator[Mended]:
    """Every block made whole, as the words of its page as a whole demand."""
    pages: dict[int | None, list[Block]] = {}
    for block in content.blocks:
        pages.setdefault(block.page, []).append(block)
    conditions = dict(zip(pages, diagnose([text_of(blocks) for blocks in pages.values()]), strict=True))
    for block in content.blocks:
        yield repair_block(block, conditions[block.page])


def _judged(pages: tuple[PageText, ...], mended: Sequence[Mended]) -> Iterator[PageHealth]:
    """The health of every page, or of the whole where the format has none."""
    numbered = {page.number: page for page in pages}
    for number in numbered or (None,):
        here = [pair for pair in mended if pair[0].page == number or not numbered]
        page = numbered.get(number) if number is not None else None
        repaired = ", ".join(dict.fromkeys(done.rule for _, repairs in here for done in repairs))
        state = health.judge(
            number,
            page.label if page else "",
            text_of(block for block, _ in here),
            repaired=repaired,
            ocr=bool(page and page.ocr),
        )
        if page and page.failure:
            state = replace(state, verdict=Verdict.REFUSED, reason=page.failure)
        yield state


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
