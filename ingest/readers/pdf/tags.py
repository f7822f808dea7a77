"""The structure tree of a tagged PDF: which heading, paragraph or list item each piece of marked content belongs to."""

from dataclasses import dataclass
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdftypes import PDFObjRef, resolve1
from pdfminer.psparser import PSLiteral

_DEEPEST = 100
_HEADINGS = {"H1": 1, "H2": 2, "H3": 3, "H4": 4, "H5": 5, "H6": 6, "Title": 1}
_BLOCKS = {*_HEADINGS, "H", "P", "LI", "TD", "TH"}


@dataclass(eq=False)
class Element:
    """One element of the tree, by its standard role."""

    role: str
    parent: "Element | None"

    @property
    def heading_level(self) -> int:
        """1 to 6; 0 for what is no heading."""
        return _HEADINGS.get(self.role, 0)

    @property
    def block(self) -> "Element | None":
        """The heading, item, cell or paragraph that this is or stands in: an item rather than a paragraph in it."""
        found: Element | None = None
        element: Element | None = self
        while element:
            if element.role in _BLOCKS:
                if element.role != "P":
                    return element
                found = found or element
            element = element.parent
        return found


class Tags:
    """The elements by the marked content they hold."""

    def __init__(self, owners: dict[tuple[int, int], Element]) -> None:
        self._blocks = {place: element.block for place, element in owners.items()}
        self.has_headings = any(block and block.heading_level for block in self._blocks.values())

    def block(self, page_id: object, mark: int) -> Element | None:
        """The heading, paragraph, item or cell of a piece of marked content on a page; None if it is not told."""
        return self._blocks.get((page_id, mark)) if isinstance(page_id, int) else None


def read_tags(document: PDFDocument) -> Tags:
    """The tags of a document; of an untagged one, none."""
    root = resolve1(document.catalog.get("StructTreeRoot"))
    owners: dict[tuple[int, int], Element] = {}
    if isinstance(root, dict):
        roles = {name: _name(role) for name, role in (resolve1(root.get("RoleMap")) or {}).items()}
        _walk(root.get("K"), roles, owners)
    return Tags(owners)


def _walk(top: Any, roles: dict[str, str], owners: dict[tuple[int, int], Element]) -> None:
    """Note the owner of every piece of marked content below a node."""
    seen: set[int] = set()
    stack: list[tuple[Any, Element, int | None, int]] = [(top, Element("Document", None), None, 0)]
    while stack:
        node, parent, page, depth = stack.pop()
        if isinstance(node, PDFObjRef):
            if node.objid in seen or depth > _DEEPEST:  # a tree that runs in circles
                continue
            seen.add(node.objid)
            node = resolve1(node)
        if isinstance(node, int) and page is not None:
            owners[page, node] = parent
        elif isinstance(node, list):
            stack.extend((kid, parent, page, depth + 1) for kid in node)
        elif isinstance(node, dict):
            own = node.get("Pg")
            page = own.objid if isinstance(own, PDFObjRef) else page
            element = Element(roles.get(role := _name(node["S"]), role), parent) if "S" in node else parent
            stack.append((node.get("K", node.get("MCID")), element, page, depth + 1))


def _name(value: Any) -> str:
    value = resolve1(value)
    return str(value.name) if isinstance(value, PSLiteral) else ""
