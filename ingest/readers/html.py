"""Web pages → blocks: the main text in order, without menus, banners, scripts and what is hidden. Parsed by lxml."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html

from corpus.document import Block
from ingest.readers import Content, Told, UnreadableDocument
from ingest.readers.decoding import decode
from ingest.readers.structure import Line, assemble, plain_lines, table, with_own_title
from ingest.readers.text import encoding_notes
from ingest.readers.word_numbering import in_format

_DECLARED = re.compile(
    rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)|<\?xml[^>]*encoding=[\"']([A-Za-z0-9_.-]+)", re.IGNORECASE
)
_DROPPED = {
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button", "select", "input",
    "textarea", "iframe", "object", "embed", "svg", "canvas", "video", "audio", "head", "dialog", "menu", "map", "math",
}  # fmt: skip
_NO_TEXT = {"script", "style", "noscript", "template", "head", "svg", "canvas", "iframe", "object", "embed", "math"}
_KEPT_INSIDE = {"main", "article"}
_MOST = 0.5  # of a page's text: what holds more is no furniture, whatever it is called (a form around all, say)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|sidebar|breadcrumbs?|footer|header|banner|cookies?(?:bar)?|consent|share|social"
    r"|pagination|pager|skip|search|login|advert\w*|ads?|popup|modal|toolbar|related|comments?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar"}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_WHITE = re.compile(r"(?<![-\w])color\s*:\s*(?:#fff(?:fff)?|white|rgb\(255, ?255, ?255\))(?![0-9a-f])", re.IGNORECASE)
_AT_RULE = re.compile(r"@[^{};]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
    "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
}  # fmt: skip
_LIST_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_CSS_FORMATS = {
    "thai": "thaiNumbers", "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter", "lower-roman": "lowerRoman", "upper-roman": "upperRoman",
    "decimal-leading-zero": "decimalZero", "decimal": "decimal",
}  # fmt: skip
_CSS_LIST = re.compile(r"list-style(?:-type)?\s*:[^;]*?([a-z-]+)\b", re.IGNORECASE)
_LINK_SHARE = 0.7  # of a short block's text in links: a menu, whatever it is called
_DEEPEST = 200


def read_html_file(path: Path, _told: Told) -> Content:
    """The content of a web page."""
    data = path.read_bytes()
    found = _DECLARED.search(data[:4096])
    decoded = decode(data, (found[1] or found[2]).decode() if found else "")
    blocks, invisible = read_html(decoded.text)
    notes = (f"ตัดข้อความที่มองไม่เห็น {invisible} ตัวอักษร / {invisible} invisible characters left out",) if invisible else ()
    return Content(blocks, notes=encoding_notes(decoded) + notes)


def read_html(text: str) -> tuple[tuple[Block, ...], int]:
    """The blocks of a page, and how many characters on it no reader sees."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    data = text.encode("utf-8", "replace")
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, ValueError):
        raise UnreadableDocument("ไม่มีข้อความในหน้าเว็บนี้ / the page holds no text") from None
    body = root.find("body") if root.find("body") is not None else root
    invisible = _drop_hidden(root, body)
    _drop_furniture(body)
    page = _Page()
    parts = list(page.parts(_main(body)))
    return assemble(with_own_title(parts)), invisible


def _drop_hidden(root: Any, body: Any) -> int:
    classes, ids = _hidden_by_style_sheet(root)
    invisible = 0
    for element in list(body.iter(etree.Element)):
        style = element.get("style") or ""
        named = classes.intersection((element.get("class") or "").split()) or element.get("id") in ids
        hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true" or _HIDDEN.search(style)
        white = _WHITE.search(style) or _WHITE.search(f"color:{element.get('color') or ''}")
        if named or hidden or element.tag == "del" or (white and not _on_colour(element)):
            invisible += 0 if element.tag in _DROPPED else _length(element)
            _remove(element)
    return invisible


def _hidden_by_style_sheet(root: Any) -> tuple[set[str], set[str]]:
    """Classes and ids that the page's own style sheet hides on every screen."""
    classes: set[str] = set()
    ids: set[str] = set()
    for sheet in root.iter("style"):
        for selectors, rules in _RULE.findall(_AT_RULE.sub("", sheet.text or "")):
            if _HIDDEN.search(rules):
                simple = [selector.strip() for selector in selectors.split(",")]
                classes.update(s[1:] for s in simple if re.fullmatch(r"\.[\w-]+", s))
                ids.update(s[1:] for s in simple if re.fullmatch(r"#[\w-]+", s))
    return classes, ids


def _on_colour(element: Any) -> bool:
    """Whether something around the element may paint its ground, so that white letters are seen."""
    around = (element, *element.iterancestors())
    return any("background" in (a.get("style") or "") or a.get("bgcolor") or a.get("class") for a in around)


def _drop_furniture(body: Any) -> None:
    whole = _length(body)
    titles = list(body.iter("h1"))
    for element in list(body.iter(etree.Element)):
        if element.tag in _NO_TEXT:
            _remove(element)
            continue
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag == "div" and element.get("title") in ("header", "footer"):  # as LibreOffice writes them
            name += " footer"
        furniture = element.tag in _DROPPED or (element.get("role") or "") in _ROLES or _FURNITURE.search(name)
        if not (furniture or _is_link_list(element)) or element is body:
            continue
        holds_title = any(title is inner for title in titles for inner in element.iter("h1")) and len(titles) == 1
        holds_main = any(True for _ in element.iter(*_KEPT_INSIDE)) or _length(element) > _MOST * whole
        if not (holds_title and element.tag not in ("nav", "aside", "footer")) and not holds_main:
            _remove(element)


def _is_link_list(element: Any) -> bool:
    """A list, row or box that is nearly nothing but links: a menu in a layout table, say."""
    if element.tag not in ("ul", "ol", "div", "td", "p", "tr"):
        return False
    links = list(element.iter("a"))
    if len(links) < 3:
        return False
    text, linked = _length(element), sum(map(_length, links))
    return bool(text) and linked > _LINK_SHARE * text and text < 60 * len(links)


def _length(element: Any) -> int:
    return len("".join("".join(element.itertext()).split()))


def _remove(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _main(body: Any) -> Any:
    """The element that says it is the main one, if it holds most of the text."""
    for candidate in (*body.iter("main"), *body.iterfind(".//*[@role='main']"), *body.iter("article")):
        if _length(candidate) > 0.5 * _length(body):
            return candidate
    return body


class _Page:
    """A walk over a page, gathering loose text between its blocks into paragraphs."""

    def parts(self, element: Any, depth: int = 0) -> Iterator[Line | Block]:
        loose = _flat(element.text)
        for child in element.iterchildren(etree.Element):
            if child.tag in _INLINE and not _holds_block(child):
                loose += _text(child)
            elif child.tag == "br":
                loose += "\n"
            else:
                yield from self._flush(loose)
                loose = ""
                if depth < _DEEPEST:
                    yield from self._block(child, depth + 1)
            loose += _flat(child.tail)
        yield from self._flush(loose)

    def _flush(self, loose: str) -> Iterator[Line]:
        for line in _lines(loose):
            yield Line(line)

    def _block(self, element: Any, depth: int) -> Iterator[Line | Block]:
        tag = element.tag
        if re.fullmatch("h[1-6]", tag):
            if text := " ".join(_lines(_text(element))):
                yield Line(text, outline=int(tag[1]))
        elif tag in ("ul", "ol", "dir"):
            yield from self._list(element, depth, 1)
        elif tag == "table":
            yield from self._table(element, depth)
        elif tag == "dl":
            for child in element.iterchildren("dt", "dd", "div"):
                yield from self.parts(child, depth)
        elif tag in ("p", "caption", "figcaption", "summary") and not _holds_block(element):
            lines = _lines(_text(element))
            if lines and element.get("class") == "title":
                yield Line(" ".join(lines), title=True)
                return
            yield from (Line(line, bold=_all_bold(element) and len(lines) == 1) for line in lines)
        elif tag == "pre":
            yield from (Line(line.strip()) for line in _text(element).split("\n") if line.strip())
        else:
            yield from self.parts(element, depth)

    def _list(self, element: Any, depth: int, level: int) -> Iterator[Line | Block]:
        count = _integer(element.get("start"), 1)
        step = -1 if element.get("reversed") is not None else 1
        for child in element.iterchildren(etree.Element):
            if child.tag in ("ul", "ol"):  # a list set beside its item rather than in it
                yield from self._list(child, depth + 1, level + 1)
                continue
            count = _integer(child.get("value"), count)
            inner = list(self._item(child, depth + 1, level))
            if inner and isinstance(inner[0], Line) and not inner[0].depth:
                first, *inner = inner
                yield Line(first.text, marker=_marker(element, count), depth=level)
            yield from inner
            count += step

    def _item(self, element: Any, depth: int, level: int) -> Iterator[Line | Block]:
        text = _flat(element.text)
        for child in element.iterchildren(etree.Element):
            if child.tag in ("ul", "ol") and depth < _DEEPEST:
                if own := " ".join(_lines(text)):
                    yield Line(own)
                    text = ""
                yield from self._list(child, depth, level + 1)
            elif child.tag == "table":
                if own := " ".join(_lines(text)):
                    yield Line(own)
                    text = ""
                yield from self._table(child, depth)
            else:
                block = child.tag not in _INLINE
                text += f"{' ' if block else ''}{_text(child)}{' ' if block else ''}"
            text += _flat(child.tail)
        if own := " ".join(_lines(text)):
            yield Line(own)

    def _table(self, element: Any, depth: int) -> Iterator[Line | Block]:
        """A table of cells; one that only lays out the page is read cell by cell."""
        for caption in element.iterchildren("caption"):
            yield from (Line(line) for line in _lines(_text(caption)))
        rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
        if _is_layout(element, rows):
            for row in rows:
                for cell in row.iterchildren("td", "th"):
                    yield from self.parts(cell, depth + 1)
            return
        grid, headers = self._grid(rows, depth)
        if block := table(grid, headers):
            yield block

    def _grid(self, rows: list[Any], depth: int) -> tuple[list[list[str]], int]:
        """The cells with what spans rows and columns set in each; and how many rows are heads."""
        grid: list[list[str]] = []
        spans: dict[int, tuple[int, str]] = {}
        headers = 0
        for row in rows:
            cells: list[str] = []
            found = list(row.iterchildren("td", "th"))
            for cell in found:
                _take_spans(cells, spans)
                text = " ".join(plain_lines(assemble(list(self.parts(cell, depth + 1)))))
                width = min(max(_integer(cell.get("colspan"), 1), 1), 100)
                if (height := min(_integer(cell.get("rowspan"), 1), 1000)) > 1:
                    spans |= dict.fromkeys(range(len(cells), len(cells) + width), (height, text))
                cells += [text] * width
            _take_spans(cells, spans)
            spans = {at: (left - 1, text) for at, (left, text) in spans.items() if left > 1}
            whole_width = len(found) == 1 and len(cells) > 1 and grid
            grid.append([cells[0], *[""] * (len(cells) - 1)] if whole_width else cells)
            is_head = bool(found) and (row.getparent().tag == "thead" or all(cell.tag == "th" for cell in found))
            headers += is_head and headers == len(grid) - 1
        return grid, headers


def _take_spans(cells: list[str], spans: dict[int, tuple[int, str]]) -> None:
    """Cells that reach down from rows above, where this row has come to."""
    while len(cells) in spans:
        cells.append(spans[len(cells)][1])


def _is_layout(element: Any, rows: list[Any]) -> bool:
    if element.get("role") in ("presentation", "none"):
        return True
    cells = [cell for row in rows for cell in row.iterchildren("td", "th")]
    if any(cell.tag == "th" for cell in cells):
        return False
    holds_structure = any(True for cell in cells for _ in cell.iter("table", "h1", "h2", "h3", "h4", "ul", "ol"))
    return len(cells) <= 1 or holds_structure or all(len(list(row)) == 1 for row in rows)


def _marker(element: Any, count: int) -> str:
    """What a browser shows before an item, by the list's type or style."""
    css = _CSS_LIST.search(element.get("style") or "")
    if css and css[1].lower() == "none":
        return ""
    if element.tag != "ol":
        return "•"
    kind = (
        _CSS_FORMATS.get(css[1].lower(), "decimal") if css else _LIST_FORMATS.get(element.get("type") or "1", "decimal")
    )
    return f"{in_format(count, kind)}."


def _holds_block(element: Any) -> bool:
    return any(child.tag not in _INLINE and child.tag != "br" for child in element.iterdescendants(etree.Element))


def _all_bold(element: Any) -> bool:
    bold = sum(_length(child) for child in element.iter("b", "strong") if child.getparent().tag not in ("b", "strong"))
    return bold > 0 and bold == _length(element)


def _text(element: Any) -> str:
    """The text below an element; a line break of the source is a space, and `br` a line break."""
    if element.tag == "br":
        return "\n"
    if element.tag == "img":
        return ""
    flat = str if element.tag == "pre" else _flat
    text = flat(element.text or "")
    for child in element.iterchildren(etree.Element):
        text += _text(child) + flat(child.tail or "")
    return text


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(part.split()) for part in text.split("\n")) if line]


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip()) else default
