"""What the corpus is made of: sources, documents, blocks as read, and the passages that are indexed."""

from dataclasses import dataclass, field
from enum import StrEnum


class DraftStatus(StrEnum):
    """What kind of paper a document is, in the words that officers use."""

    DRAFT = "ร่าง"
    APPROVED = "อนุมัติ"
    GAZETTED = "ประกาศ"
    BACKGROUND = "ข้อมูลประกอบ"


class Audience(StrEnum):
    """Who may read a document. The order is from the widest to the most restricted."""

    PUBLIC = "public"
    AGENCY = "agency"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Source:
    """Where the content of a document comes from. Dates are as the source gives them, Buddhist Era."""

    id: str
    title: str
    publisher: str
    date: str
    url: str


@dataclass(frozen=True)
class Document:
    """One document of the corpus, as its manifest entry describes it."""

    id: str
    title: str
    plan: str
    draft: str
    date: str
    status: DraftStatus
    audience: Audience
    sources: tuple[Source, ...]
    file: str
    digest: str = ""
    supersedes: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle on a page that shows some of the text, for marking it on the page's image.

    `page` is the physical page, from 1. The sides are shares of the page's width and height, 0 to 1, from its upper
    left corner as a reader sees it, so that they hold at any size of the image.
    """

    page: int
    left: float
    top: float
    right: float
    bottom: float


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"


@dataclass(frozen=True)
class Block:
    """One piece of a document as a reader finds it, in reading order.

    `level` is the heading level (1 = title) or the depth of a list item (1 = outermost). `marker` is what stands
    before a list item ("1.", "(ก)", "-"). A table has its column names in `columns` and its cells in `rows`.
    `text` of a paragraph keeps a line break where the source ends a sentence. `page` is the physical page on which the
    block begins, from 1; `page_label` what is printed on it ("ก", "๑๒"); `boxes` where its text stands, which may be on
    several pages (of a table with rulings: one of its column names, and one of each row). `ocr` tells that the text was
    recognised from a picture and may hold mistakes.
    """

    kind: BlockKind
    text: str
    level: int = 0
    marker: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    page: int | None = None
    page_label: str = ""
    boxes: tuple[Box, ...] = ()
    ocr: bool = False


class UnitKind(StrEnum):
    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True)
class Unit:
    """The smallest piece that can be quoted: a sentence, a list item or a table row.

    `marker` is the item's own number. `cells` are the row's cells, in the order of the passage's `columns`.
    """

    kind: UnitKind
    text: str
    marker: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """What is embedded, found and cited: units that stand together under one heading.

    `path` is the headings from the document's title down. `lead` is the line that introduces a list, or a table's
    caption; it is repeated where a list or table had to be cut. `part` counts the passages made of one list or
    table, from 1 to `parts`. `digest` is of everything that is shown or indexed, so an unchanged digest means
    that vectors can be taken over. `id` is stable for one text in one place.

    Where it stands is no part of the digest, since a page more in front changes no word of it: physical pages from 1,
    the printed label of the first, the boxes of its text, and `start` and `end`, its place in the document's clean text
    in characters. `ocr` tells that some of it was recognised from a picture.
    """

    id: str
    document_id: str
    path: tuple[str, ...]
    units: tuple[Unit, ...]
    lead: str = ""
    columns: tuple[str, ...] = ()
    part: int = 1
    parts: int = 1
    page_start: int | None = None
    page_end: int | None = None
    page_label: str = ""
    boxes: tuple[Box, ...] = ()
    start: int = 0
    end: int = 0
    ocr: bool = False
    digest: str = field(default="", compare=False)

    @property
    def section(self) -> str:
        """The headings below the title, outermost first."""
        return " > ".join(self.path[1:])

    @property
    def body(self) -> str:
        """The text as a person reads it: lead line, then sentences, numbered items or rows."""
        lines = [self.lead] if self.lead else []
        lines += [f"{unit.marker} {unit.text}".strip() for unit in self.units]
        return "\n".join(lines)

    @property
    def search_text(self) -> str:
        """What is embedded and indexed: headings first, since they carry the context of the body."""
        return "\n".join([*self.path, self.body])
