"""The draft that the benchmark sets in type: text of our own documents, in the dress of a Thai plan.

Parts and sections are numbered in Thai digits, lists take turns at the markers that plans use, and one long table runs
over a page break. What is returned is the truth that a reader of the printed file is held against.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.document import Block, BlockKind
from ingest.readers.markdown import read_markdown

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
PARTS = ("plan-2564-03.md", "strategies-2566-2570.md", "egdi.md", "results-2565.md")
LONG_TABLE = "names-and-abbreviations.md"
TITLE = "แผนพัฒนารัฐบาลดิจิทัลของประเทศไทย (ฉบับทดสอบการอ่านไฟล์)"
HEAD = "ฉบับทดสอบการอ่านไฟล์ ร่างที่ ๒"
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_LETTERS = "กขคงจฉชซฌญ"
_SHORTEST = 4  # characters of a unit that can be looked for


@dataclass(frozen=True)
class Draft:
    """The draft's blocks in order; its title is the first."""

    title: str
    blocks: tuple[Block, ...]

    def units(self) -> list[tuple[str, str]]:
        """What must be found in a reading: the kind of each piece of text, and the text."""
        found: list[tuple[str, str]] = []
        for block in self.blocks:
            if block.kind is BlockKind.TABLE:
                found += [("row", " ".join(row)) for row in (block.columns, *block.rows)]
            else:
                found.append((block.kind.value, block.text))
        return [(kind, text) for kind, text in found if len(text) >= _SHORTEST]


def thai(number: int) -> str:
    return str(number).translate(_THAI_DIGITS)


def draft(parts: Sequence[str] = PARTS) -> Draft:
    """The draft of these documents; each is a part of it."""
    blocks = [Block(BlockKind.HEADING, TITLE, level=1)]
    for number, name in enumerate(parts, start=1):
        blocks += _part(number, read_markdown(next(DOCUMENTS.rglob(name)).read_text(encoding="utf-8")))
    return Draft(TITLE, tuple(blocks))


def long_draft(pages: int) -> Draft:
    """A draft that fills about so many pages, for measuring time and memory."""
    parts = [*PARTS, "act-2562.md", "dga.md", "timeline-2563-2565.md", "draft-2563-09.md"]
    return draft((parts * (pages // 16 + 1))[: max(1, pages // 2)])


def _part(number: int, blocks: Sequence[Block]) -> Iterator[Block]:
    section = lists = 0
    position = 0
    for block in blocks:
        if block.kind is not BlockKind.LIST_ITEM:
            position = 0
        match block.kind:
            case BlockKind.HEADING if block.level == 1:
                yield replace(block, text=f"ส่วนที่ {thai(number)} {block.text}", level=2)
            case BlockKind.HEADING if block.level == 2:
                section += 1
                yield replace(block, text=f"{thai(number)}.{thai(section)} {block.text}", level=3)
            case BlockKind.HEADING:
                yield replace(block, level=block.level + 1)
            case BlockKind.LIST_ITEM:
                if block.level > 1:
                    yield replace(block, marker="-")
                    continue
                lists += position == 0
                position += 1
                yield replace(block, marker=_marker(lists, position), text=" ".join(block.text.split("\n")))
            case BlockKind.PARAGRAPH:
                yield from (replace(block, text=line) for line in block.text.split("\n"))
            case _:
                yield block


def _marker(style: int, position: int) -> str:
    match style % 5:
        case 0:
            return f"{thai(position)}."
        case 1:
            return f"({_LETTERS[position - 1]})" if position <= len(_LETTERS) else f"({thai(position)})"
        case 2:
            return f"{position})"
        case 3:
            return "•"
        case _:
            return f"({thai(position)})"
