"""A document's clean text: its blocks as lines, its pages parted by form feeds; and where in it each block stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.document import Block, BlockKind, Passage


@dataclass(frozen=True)
class Span:
    """From `start` up to, not including, `end`, in characters of the clean text."""

    start: int
    end: int


def clean_text(blocks: Iterable[Block], pages: int = 0) -> tuple[str, tuple[Span, ...]]:
    """The text, and the span of each block in it.

    Physical page n stands before form feed n, also where it holds nothing; `pages` is how many there are in all.
    """
    pieces: list[str] = []
    spans: list[Span] = []
    page, end = 1, 0

    def add(piece: str) -> None:
        nonlocal end
        if piece:
            pieces.append(piece)
            end += len(piece)

    for block in blocks:
        if block.page is not None and block.page > page:
            add("\f" * (block.page - page))
            page = block.page
        line = line_of(block)
        if pieces and not pieces[-1].endswith("\f"):
            add("\n\n" if block.kind is BlockKind.HEADING else "\n")
        spans.append(Span(end, end + len(line)))
        add(line + ("\n" if block.kind is BlockKind.HEADING else ""))
    return "".join(pieces) + "\f" * (pages - page), tuple(spans)


def passage_text(passage: Passage) -> str:
    """All that a passage says: its lead line or caption, a table's column names, and its units, a line each."""
    lead, columns = passage.lead, " | ".join(passage.columns)
    units = (f"{unit.marker} {unit.text}".strip() for unit in passage.units)
    return "\n".join(filter(None, (lead, columns, *units)))


def line_of(block: Block) -> str:
    """A block as it stands in the clean text: headings marked by their level, rows a line each."""
    if block.kind is BlockKind.HEADING:
        return f"{'#' * block.level} {block.text}"
    if block.kind is BlockKind.LIST_ITEM:
        return f"{'  ' * (block.level - 1)}{block.marker} {block.text}"
    if block.kind is BlockKind.TABLE:
        return "\n".join(" | ".join(row) for row in (block.columns, *block.rows))
    return block.text
