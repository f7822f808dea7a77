"""What belongs to the pages and not to the text: running heads and feet, page numbers, and the table of contents."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus import thai
from ingest.readers.decoding import undo_mojibake
from ingest.readers.pdf.lines import Line
from ingest.readers.pdf.order import Item
from ingest.repair import Condition, repair

_ZONE = 0.16  # of the page's height, above and below: where heads and feet stand
_OUTERMOST = 3  # lines of a page, from above and from below, that may be one
_SAME_HEIGHT = 6.0  # points
_NUMERAL = rf"[0-9๐-๙]{{1,4}}|[ivxlcIVXLC]{{1,7}}|[{thai.NUMBERING_LETTERS}]"
# Of text without marks, since a damaged layer or OCR may have lost them.
_PAGE_NUMBER = re.compile(
    rf"(?:หนา(?:ที)?|page|p\.)?\s*[-–—|/\[(~]*\s*(?P<label>{_NUMERAL})\s*[-–—|\])~]*"
    rf"(?:\s*(?:/|จาก|of)\s*[0-9๐-๙]{{1,4}}(?:\s*หนา)?)?",
    re.IGNORECASE,
)
_MARKS = re.compile(f"[{thai.MARKS}]")
_DIGITS = re.compile(r"[0-9๐-๙]+")
_LEADERS = re.compile(rf"(?:[.…․‥_·]\s?){{4,}}\s*(?:หน้า\s*)?(?:{_NUMERAL})?\s*$|(?:[.…․‥·]\s?){{6,}}")
_ENDS_WITH_PAGE = re.compile(rf"\s(?:{_NUMERAL})$")
_CONTENTS = re.compile(
    r"(?:สารบัญ(?:ตาราง|ภาพ|รูป|รูปภาพ|แผนภูมิ|แผนภาพ)?|table of contents|contents)(?:\s*\(?ต่อ\)?)?", re.IGNORECASE
)


@dataclass
class PageItems:
    """A page's lines and tables in reading order, and what is printed on it as its number."""

    number: int
    label: str
    height: float
    items: list[Item]


def without_furniture(pages: Sequence[PageItems]) -> None:
    """Take heads, feet and page numbers out of the pages, and set each page's label to the number printed on it."""
    zones = {page.number: list(_zone(page)) for page in pages}
    repeated = _repeated(zones, len(pages))
    labels = _labels(zones, repeated)
    for page in pages:
        out = {id(line) for line in zones[page.number] if id(line) in repeated}
        if page.number in labels:
            label, line = labels[page.number]
            page.label = label
            out.add(id(line))
        page.items = [item for item in page.items if id(item) not in out and not _called_furniture(item)]


def without_contents(pages: Sequence[PageItems]) -> int:
    """Take the table of contents out of the pages; returns how many lines that were."""
    taken = 0
    listing = False  # inside a table of contents whose heading was seen
    for page in pages:
        lines = [item for item in page.items if isinstance(item, Line)]
        leaders = sum(bool(_LEADERS.search(line.text)) for line in lines)
        kept: list[Item] = []
        for position, item in enumerate(page.items):
            if not isinstance(item, Line):
                kept.append(item)
                listing = False
                continue
            if _CONTENTS.fullmatch(item.text.strip()):
                listing = True
            elif listing and not _goes_on(page.items[position:]):
                listing = False
            if listing or (_LEADERS.search(item.text) and leaders >= 3):
                taken += 1
            else:
                kept.append(item)
        page.items = kept
    return taken


def _goes_on(items: Sequence[Item]) -> bool:
    """Whether the table of contents goes on: this line or one of the next two ends with a page number."""
    return any(
        isinstance(item, Line)
        and (_LEADERS.search(item.text) or _ENDS_WITH_PAGE.search(item.text) or item.text == "หน้า")
        for item in items[:3]
    )


def _called_furniture(item: Item) -> bool:
    return isinstance(item, Line) and item.furniture


def _zone(page: PageItems) -> Iterator[Line]:
    """The lines that may be heads or feet: outermost on the page, and near its edge."""
    lines = sorted((item for item in page.items if isinstance(item, Line)), key=lambda line: line.baseline)
    edges = {id(line) for line in (*_rows(lines, _OUTERMOST), *_rows(lines[::-1], _OUTERMOST))}
    for line in lines:
        in_margin = line.bottom < _ZONE * page.height or line.top > (1 - _ZONE) * page.height
        if line.furniture or (id(line) in edges and in_margin):
            yield line


def _rows(lines: Sequence[Line], count: int) -> Iterator[Line]:
    """The lines of the first rows; several may stand side by side in one."""
    seen: list[float] = []
    for line in lines:
        if not seen or abs(line.baseline - seen[-1]) > _SAME_HEIGHT:
            seen.append(line.baseline)
        if len(seen) > count:
            return
        yield line


def _key(line: Line) -> str:
    return _DIGITS.sub("#", re.sub(r"\s", "", line.text))


def _repeated(zones: dict[int, list[Line]], pages: int) -> set[int]:
    """The ids of lines whose words, numbers apart, stand at the same height on several pages."""
    enough = 3 if pages >= 5 else 2
    places: dict[str, list[tuple[int, Line]]] = defaultdict(list)
    for number, lines in zones.items():
        for line in lines:
            if len(_key(line).strip("#-–—|/")) > 0:
                places[_key(line)].append((number, line))
    found: set[int] = set()
    for same in places.values():
        for _, line in same:
            if line.furniture:
                found.add(id(line))
                continue
            near = {other for other, twin in same if abs(twin.baseline - line.baseline) < _SAME_HEIGHT}
            if len(near) >= enough or (len(near) == 2 and _is_slot(line, zones, pages)):
                found.add(id(line))
    return found | _slots(zones, found, pages)


def _is_slot(line: Line, zones: dict[int, list[Line]], pages: int) -> bool:
    """Whether most pages have a line of this size at this height."""
    return sum(any(_alike(line, other) for other in lines) for lines in zones.values()) >= max(3, 0.7 * pages)


def _slots(zones: dict[int, list[Line]], known: set[int], pages: int) -> set[int]:
    """Heads that name the chapter differ from page to page; they stand where most pages have a known head."""
    heads = [line for lines in zones.values() for line in lines if id(line) in known]
    if not heads:
        return set()
    found: set[int] = set()
    for lines in zones.values():
        for line in lines:
            same = sum(_alike(line, head) for head in heads)
            if id(line) not in known and same >= max(3, 0.6 * pages) and line.size < 1.05 * heads[0].size:
                found.add(id(line))
    return found


def _alike(a: Line, b: Line) -> bool:
    return abs(a.baseline - b.baseline) < 1.5 and abs(a.size - b.size) < 0.3 and a.bold == b.bold


def _labels(zones: dict[int, list[Line]], repeated: set[int]) -> dict[int, tuple[str, Line]]:
    """The number printed on each page, with its line: numbers that rise with the pages."""
    _, wrongly_decoded = undo_mojibake("\n".join(line.text for lines in zones.values() for line in lines))
    candidates: list[tuple[int, str, int, str, Line]] = []
    for page, lines in zones.items():
        for line in lines:
            told, _ = repair(line.text, Condition(mojibake=wrongly_decoded > 0))
            for label in _numerals(told, in_head=id(line) in repeated):
                kind, value = _value(label)
                candidates.append((page, kind, value - page, label, line))
    shared = Counter((kind, shift) for _, kind, shift in {candidate[:3] for candidate in candidates})
    labels: dict[int, tuple[str, Line]] = {}
    ranks: dict[int, tuple[int, bool]] = {}
    for page, kind, shift, label, line in candidates:
        support = shared[kind, shift]
        alone = len(zones) <= 2 and kind == "number" and shift == 0
        rank = (support, id(line) not in repeated)  # a number that stands by itself rather than one in a head
        if (support >= 2 or alone) and rank > ranks.get(page, (0, False)):
            ranks[page], labels[page] = rank, (label, line)
    return labels


def _numerals(text: str, *, in_head: bool) -> Iterable[str]:
    text = _MARKS.sub("", text.strip())
    whole = _PAGE_NUMBER.fullmatch(text)
    if whole:
        return [whole["label"]]
    if not in_head:
        return []
    places = (rf"({_NUMERAL})[\s|]", rf".*[\s|]({_NUMERAL})$", rf".*หนา(?:ที)?\s*({_NUMERAL})")
    return [found[1] for place in places if (found := re.match(place, text))]


def _value(label: str) -> tuple[str, int]:
    """The kind of a page number, and its value."""
    digits = label.translate(thai.THAI_DIGITS)
    if digits.isdecimal():
        return ("thai" if digits != label else "number"), int(digits)
    if label in thai.NUMBERING_LETTERS:
        return "letter", thai.NUMBERING_LETTERS.index(label) + 1
    return "roman", _roman(label.lower())


def _roman(label: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[letter] for letter in label]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
