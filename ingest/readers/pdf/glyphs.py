"""What is drawn on each page of a PDF: glyphs with their text and place, ruling lines, pictures.

Browsers and office suites write the right text of a shaped cluster into ActualText and give the glyphs themselves
wrong, private-use or no codes; libraries that pass ActualText over read Thai wrong. Here it is honoured: the first
glyph of such a span takes its whole text, the others only widen it.

Places are in points from the upper left corner of the page as a reader sees it, turned and cropped.
"""

import contextlib
import logging
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from typing import Any, BinaryIO

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice, PDFTextSeq
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdffont import PDFCIDFont, PDFFont, PDFType3Font, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager, PDFStackT, PDFTextState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFException, PDFStream, resolve1
from pdfminer.psexceptions import PSException
from pdfminer.psparser import PSLiteral
from pdfminer.utils import Matrix, PathSegment, decode_text, mult_matrix

from ingest.readers import PAGE_LIMIT, UnreadableDocument
from ingest.readers.pdf.fonts import own_letters, without_map
from ingest.readers.pdf.tags import Element, Tags, read_tags

UNMAPPED = "\ufffd"  # stands for a glyph that the file gives no text for
TINY = 2.0  # points: nobody reads smaller letters
_ASCENT, _DESCENT = 0.8, 0.2  # of the letters' size: where a line's box ends above and below its baseline
_SAME_PLACE = 0.15  # of the size: a glyph drawn again nearer than this is the same glyph, bold or printed twice
_SAME_COLOUR = 0.06  # of full brightness, per channel
_MOST_DRAWINGS = 20_000  # of a page: maps have some thousands
_THIN = 3.0  # points: a filled rectangle not wider than this is a ruling line
_WHITE, _BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
# What pdfminer raises on files that are not as they should be.
_DAMAGE = (
    PSException, PDFException, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    RecursionError, struct.error, zlib.error,
)  # fmt: skip

# pdfminer reports each damaged object; what matters of it is told in one sentence here.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

Colour = tuple[float, float, float]


@dataclass(slots=True)
class Glyph:
    """One drawn glyph. `own` is the Thai letter that the font itself says it is, if it tells. `joined` tells that its
    text stands in a glyph before it, in one ActualText.

    `furniture` tells that the file itself calls it an artifact of the page, `hidden` that nobody sees it, and `overlay`
    that it is drawn invisibly, as OCR programs do over a scan.
    """

    text: str
    own: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    joined: bool
    tag: Element | None
    furniture: bool
    hidden: bool
    overlay: bool


@dataclass(slots=True)
class Rule:
    """A ruling line, horizontal or vertical."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_horizontal(self) -> bool:
        return self.right - self.left >= self.bottom - self.top


@dataclass
class Sheet:
    """One page as drawn.

    `picture_share` is how much of it pictures cover, 0 to 1; `turned` counts the glyphs that do not stand upright,
    `strokes` the paths, `fonts` how much is drawn with each font, by the font's number in the file.
    """

    number: int
    label: str
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    picture_share: float = 0.0
    turned: int = 0
    strokes: int = 0
    fonts: Counter[int] = field(default_factory=Counter)


class PdfFile:
    """An open PDF: how many pages it has, its tags, and its pages one by one."""

    def __init__(self, file: BinaryIO) -> None:
        self._document = _opened(file)
        self._pages = list(_page_list(self._document))
        if not self._pages:
            raise UnreadableDocument(
                "ไฟล์ PDF ไม่มีหน้า อาจเสียหายหรือดาวน์โหลดไม่ครบ โปรดหาไฟล์ใหม่ "
                "/ the PDF has no pages; it may be damaged or cut short, find another copy"
            )
        self.tags = read_tags(self._document)

    def __len__(self) -> int:
        return len(self._pages)

    def sheets(self) -> Iterator[Sheet]:
        """The pages in order; a page whose content is damaged holds what came before the damage."""
        resources = _Resources()
        device = _Device(resources, self.tags)
        interpreter = _Interpreter(resources, device)
        for number, page in enumerate(self._pages, start=1):
            sheet = device.begin(number, page)
            with contextlib.suppress(*_DAMAGE):
                interpreter.render_contents(page.resources, page.contents, ctm=_upright(page))
            device.finish()
            _forget(self._document, page)
            yield sheet


def open_pdf(file: BinaryIO) -> PdfFile:
    """An open file as PDF.

    Raises:
        UnreadableDocument: if it is locked, damaged, too long, or no PDF at all.
    """
    return PdfFile(file)


def _opened(file: BinaryIO) -> PDFDocument:
    start = file.read(1024)
    file.seek(0)
    if b"%PDF-" not in start:
        raise UnreadableDocument(
            "ไฟล์นี้ไม่ใช่ PDF (ต้นไฟล์ไม่มี %PDF-) โปรดตรวจว่านามสกุลตรงกับเนื้อไฟล์ / not a PDF: it does not begin with %PDF-; "
            "check that its ending fits its content"
        )
    try:
        return PDFDocument(PDFParser(file))
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise UnreadableDocument(
            "ไฟล์ PDF ล็อกด้วยรหัสผ่าน โปรดขอไฟล์ที่ไม่ล็อก / the PDF is locked by a password; ask for an unlocked copy"
        ) from None
    except _DAMAGE as error:
        raise UnreadableDocument(
            f"ไฟล์ PDF เสียหายหรือดาวน์โหลดไม่ครบ ({type(error).__name__}) โปรดหาไฟล์ใหม่ "
            "/ the PDF is damaged or cut short; find another copy"
        ) from None


def _page_list(document: PDFDocument) -> Iterator[PDFPage]:
    try:
        for number, page in enumerate(PDFPage.create_pages(document), start=1):
            if number > PAGE_LIMIT:
                raise UnreadableDocument(
                    f"ไฟล์ PDF ยาวเกิน {PAGE_LIMIT:,} หน้า โปรดแบ่งไฟล์ / more than {PAGE_LIMIT:,} pages; split the file"
                )
            yield page
    except _DAMAGE as error:
        raise UnreadableDocument(
            f"ไฟล์ PDF เสียหาย อ่านรายการหน้าไม่ได้ ({type(error).__name__}) โปรดหาไฟล์ใหม่ "
            "/ the PDF's list of pages is damaged; find another copy"
        ) from None


def _forget(document: PDFDocument, page: PDFPage) -> None:
    """Drop the page's content from the document's cache, so that 500 pages need the memory of one."""
    for stream in page.contents:
        document._cached_objs.pop(getattr(stream, "objid", 0), None)


def _visible_area(page: PDFPage) -> tuple[float, float, float, float]:
    """The crop box, cut to the media box."""
    x0, y0, x1, y1 = page.mediabox
    a0, b0, a1, b1 = page.cropbox
    cut = (max(x0, a0), max(y0, b0), min(x1, a1), min(y1, b1))
    return cut if cut[0] < cut[2] and cut[1] < cut[3] else (x0, y0, x1, y1)


def _upright(page: PDFPage) -> Matrix:
    """From the file's coordinates to ours: turned as shown, y downwards."""
    x0, y0, x1, y1 = _visible_area(page)
    match page.rotate:
        case 90:
            return (0, 1, 1, 0, -y0, -x0)
        case 180:
            return (-1, 0, 0, 1, x1, -y0)
        case 270:
            return (0, -1, -1, 0, y1, x1)
        case _:
            return (1, 0, 0, -1, -x0, y1)


class _Resources(PDFResourceManager):
    """Fonts by their object; one that the file has no map to Unicode for gets the map of its own tables."""

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        font = super().get_font(objid, spec)
        if isinstance(font, PDFCIDFont) and "ToUnicode" not in spec and font.unicode_map:
            without_map(font)
        return font


class _Interpreter(PDFPageInterpreter):
    """Does what pdfminer leaves out: looks up the property lists of marked content, and keeps the clipping area."""

    device: "_Device"

    def do_BDC(self, tag: PDFStackT, props: PDFStackT) -> None:  # noqa: N802 - the operator's name
        found: Any = props
        if isinstance(props, PSLiteral):
            found = (resolve1(self.resources.get("Properties")) or {}).get(props.name)
        self.device.begin_tag(tag, resolve1(found))  # type: ignore[arg-type]

    def do_q(self) -> None:
        super().do_q()
        self.device.clips.append(self.device.clips[-1])

    def do_Q(self) -> None:  # noqa: N802 - the operator's name
        super().do_Q()
        if len(self.device.clips) > 1:
            self.device.clips.pop()

    def do_W(self) -> None:  # noqa: N802 - the operator's name
        points = [point for segment in self.curpath for point in _points(segment)]
        if points:
            left, top, right, bottom = _bounds(self.ctm, points)
            a, b, c, d = self.device.clips[-1]
            self.device.clips[-1] = (max(a, left), max(b, top), min(c, right), min(d, bottom))

    do_W_a = do_W  # noqa: N815 - the operator's name

    def do_Do(self, xobjid_arg: PDFStackT) -> None:  # noqa: N802 - the operator's name
        before = list(self.device.clips)
        self.device.drawing_within()
        super().do_Do(xobjid_arg)
        self.device.clips[:] = before


@dataclass(slots=True)
class _Span:
    """A marked-content sequence that is open: its ActualText, if any, and whether a glyph has taken it."""

    actual: str | None
    taken: bool
    tag: Element | None
    furniture: bool


@dataclass(slots=True)
class _Pen:
    """How a string is written: where its text space lies, its letters' size, weight and colour (None: unknown)."""

    matrix: Matrix
    size: float
    bold: bool
    overlay: bool
    colour: Colour | None


_NO_SPAN = _Span(None, False, None, False)


class _Device(PDFTextDevice):
    """Collects what a page draws into a Sheet."""

    def __init__(self, resources: PDFResourceManager, tags: Tags) -> None:
        super().__init__(resources)
        self._tags = tags
        self._page_id: object = None
        self.clips: list[tuple[float, float, float, float]] = [
            (0.0, 0.0, 1.0, 1.0)
        ]  # what is drawn outside is not seen
        self._fonts: dict[PDFFont, _Font] = {}
        self._spans: list[_Span] = []
        self._fills: list[tuple[float, float, float, float, Colour]] = []
        self._drawn: dict[tuple[str, int, int], list[tuple[float, float]]] = {}
        self._drawings = 0
        self.sheet = Sheet(0, "", 1, 1)

    def begin(self, number: int, page: PDFPage) -> Sheet:
        x0, y0, x1, y1 = _visible_area(page)
        width, height = (y1 - y0, x1 - x0) if page.rotate in (90, 270) else (x1 - x0, y1 - y0)
        self.sheet = Sheet(number, page.label or "", width, height)
        self._page_id = page.pageid
        self.clips = [(0.0, 0.0, width, height)]
        self._spans, self._fills, self._drawn, self._drawings = [], [], {}, 0
        return self.sheet

    def drawing_within(self) -> None:
        """Count a picture or a drawing within the page: a few that draw each other ten times over never end.

        Raises:
            UnreadableDocument: if there are too many.
        """
        self._drawings += 1
        if self._drawings > _MOST_DRAWINGS:
            raise UnreadableDocument(
                f"หน้า {self.sheet.number} มีภาพซ้อนกันเกิน {_MOST_DRAWINGS:,} ภาพ อาจเป็นไฟล์อันตราย จึงไม่อ่าน "
                f"/ page {self.sheet.number} draws more than {_MOST_DRAWINGS:,} pictures within each other; not read"
            )

    def finish(self) -> None:
        self.sheet.picture_share = min(1.0, self.sheet.picture_share)

    # Marked content

    def begin_tag(self, tag: PSLiteral, props: PDFStackT | None = None) -> None:
        outer = self._spans[-1] if self._spans else _NO_SPAN
        known: dict[str, Any] = props if isinstance(props, dict) else {}
        actual = resolve1(known.get("ActualText"))
        text = decode_text(actual) if isinstance(actual, bytes) else None
        mcid = known.get("MCID")
        self._spans.append(
            _Span(
                actual=text if text is not None else outer.actual,
                taken=False if text is not None else outer.taken,
                tag=self._tags.block(self._page_id, mcid) if isinstance(mcid, int) else outer.tag,
                furniture=outer.furniture or tag.name == "Artifact",
            )
        )

    def end_tag(self) -> None:
        if not self._spans:
            return
        ended = self._spans.pop()
        if self._spans and self._spans[-1].actual is ended.actual:
            self._spans[-1].taken = self._spans[-1].taken or ended.taken

    # Text

    def render_string(
        self, textstate: PDFTextState, seq: PDFTextSeq, ncs: PDFColorSpace, graphicstate: PDFGraphicState
    ) -> None:
        font = textstate.font
        if font is None or self.ctm is None:
            return
        known = self._fonts.get(font)
        if known is None:
            known = self._fonts[font] = _Font(font, number=len(self._fonts))
        matrix = mult_matrix(textstate.matrix, self.ctm)
        overlay = textstate.render in (3, 7)
        pen = _Pen(
            matrix=matrix,
            size=_size(font, textstate.fontsize) * hypot(matrix[2], matrix[3]),
            bold=known.bold or textstate.render == 2,
            overlay=overlay,
            colour=None if overlay or textstate.render in (1, 2) else _rgb(ncs, graphicstate.ncolor),
        )
        upright = abs(matrix[1]) < 0.1 * abs(matrix[0]) and matrix[0] > 0
        scaling = textstate.scaling * 0.01
        spacing = textstate.charspace * scaling
        word_spacing = 0 if font.is_multibyte() else textstate.wordspace * scaling
        x, y = textstate.linematrix
        for piece in seq:
            if isinstance(piece, int | float):
                x -= piece * 0.001 * textstate.fontsize * scaling
            for code in font.decode(piece) if isinstance(piece, bytes) else ():
                text, own, width = known[code]
                advance = width * textstate.fontsize * scaling
                if upright:
                    self._glyph(text, own, pen, x, y + textstate.rise, advance)
                elif text.strip():
                    self.sheet.turned += 1
                x += advance + spacing + (word_spacing if code == 32 else 0)
            self.sheet.fonts[known.number] += len(piece) if isinstance(piece, bytes) else 0
        textstate.linematrix = (x, y)

    def _glyph(self, text: str, own: str, pen: "_Pen", x: float, y: float, advance: float) -> None:
        a, b, c, d, e, f = pen.matrix
        left, baseline = a * x + c * y + e, b * x + d * y + f
        right = left + a * advance
        if right < left:
            left, right = right, left
        span = self._spans[-1] if self._spans else _NO_SPAN
        joined = False
        if span.actual is not None:
            joined = span.taken
            text = "" if span.taken else span.actual
            span.taken = True
        elif self._is_drawn_again(text, left, baseline, pen.size):
            return
        before = self.sheet.glyphs
        hidden = before[-1].hidden if joined and before else self._is_hidden((left + right) / 2, baseline, pen)
        self.sheet.glyphs.append(
            Glyph(
                text,
                own,
                left,
                right,
                baseline,
                pen.size,
                pen.bold,
                joined,
                span.tag,
                span.furniture,
                hidden,
                pen.overlay,
            )
        )

    def _is_drawn_again(self, text: str, left: float, baseline: float, size: float) -> bool:
        """Whether the same glyph was drawn here before: pages drawn twice, and bold made by drawing twice."""
        if not text or text == " ":
            return False
        reach = _SAME_PLACE * size
        step = max(size, 1.0)
        places = {
            (text, int((left + x) / step), int((baseline + y) / step)) for x in (-reach, reach) for y in (-reach, reach)
        }
        for place in places:
            if any(abs(x - left) < reach and abs(y - baseline) < reach for x, y in self._drawn.get(place, ())):
                return True
        self._drawn.setdefault((text, int(left / step), int(baseline / step)), []).append((left, baseline))
        return False

    def _is_hidden(self, x: float, baseline: float, pen: "_Pen") -> bool:
        y = baseline - pen.size * 0.3
        left, top, right, bottom = self.clips[-1]
        if pen.size < TINY or not (left - 1 <= x <= right + 1 and top <= y <= bottom):
            return True
        if pen.colour is None or (pen.colour == _BLACK and not self._fills):
            return False
        return _alike(pen.colour, self._ground(x, y))

    def _ground(self, x: float, y: float) -> Colour:
        """The colour on which a glyph stands: of the last area filled there, or white."""
        for left, top, right, bottom, colour in reversed(self._fills):
            if left <= x <= right and top <= y <= bottom:
                return colour
        return _WHITE

    # Lines, areas and pictures

    def render_image(self, name: str, stream: PDFStream) -> None:  # noqa: ARG002 - pdfminer's names
        if self.ctm is None:
            return
        left, top, right, bottom = _bounds(self.ctm, [(0, 0), (1, 0), (0, 1), (1, 1)])
        width = min(right, self.sheet.width) - max(left, 0)
        height = min(bottom, self.sheet.height) - max(top, 0)
        if width > 0 and height > 0:
            self.sheet.picture_share += width * height / (self.sheet.width * self.sheet.height)
            self._fills.append((left, top, right, bottom, (0.5, 0.0, 0.5)))  # letters on a picture count as seen

    def paint_path(
        self,
        graphicstate: PDFGraphicState,
        stroke: bool,
        fill: bool,
        evenodd: bool,  # noqa: ARG002 - pdfminer's names
        path: Any,
    ) -> None:
        if self.ctm is None:
            return
        self.sheet.strokes += 1
        for part in _subpaths(path):
            points = [point for segment in part for point in _points(segment)]
            if not points:
                continue
            box = _bounds(self.ctm, points)
            straight = all(segment[0] in "mlh" for segment in part)
            width, height = box[2] - box[0], box[3] - box[1]
            if fill:
                shade = _rgb(graphicstate.ncs, graphicstate.ncolor)
                if min(width, height) <= _THIN and max(width, height) > _THIN:
                    self.sheet.rules.append(Rule(*box))
                elif shade is not None:
                    self._fills.append((*box, shade))
            if stroke and straight:
                self._stroke([_bounds(self.ctm, [point])[:2] for point in points], part)

    def _stroke(self, points: list[tuple[float, float]], part: list[PathSegment]) -> None:
        if part[-1][0] == "h":
            points = [*points, points[0]]
        for (x0, y0), (x1, y1) in pairwise(points):
            if abs(x0 - x1) <= 1 or abs(y0 - y1) <= 1:
                self.sheet.rules.append(Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


def _size(font: PDFFont, font_size: float) -> float:
    """The letters' size in text space. A Type 3 font brings its own units: so many to the letter, or to the pixel."""
    if not isinstance(font, PDFType3Font) or abs(font.matrix[3]) < 0.02:
        return abs(font_size)
    return abs(font.get_height() * font_size)


class _Font(dict[int, tuple[str, str, float]]):
    """A font's glyphs by their codes, looked up once: text, the font's own word for it, and width in text space."""

    def __init__(self, font: PDFFont, number: int) -> None:
        super().__init__()
        self.font = font
        self.number = number
        self.bold = _is_bold(font)
        self.own = own_letters(font)

    def __missing__(self, code: int) -> tuple[str, str, float]:
        own = self.own.get(code, "")
        self[code] = found = (own or self._told(code), own, self.font.char_width(code))
        return found

    def _told(self, code: int) -> str:
        try:
            text = self.font.to_unichr(code)
        except PDFUnicodeNotDefined:
            return UNMAPPED
        return UNMAPPED if not text or text == "\x00" else text


def _is_bold(font: PDFFont) -> bool:
    name = str(font.fontname).lower()
    return "bold" in name or "black" in name or "heavy" in name


def _rgb(space: PDFColorSpace | None, colour: Any) -> Colour | None:
    """A fill colour, or None where it cannot be told (patterns, spot colours): that counts as seen."""
    name = getattr(space, "name", "DeviceGray")
    if name in ("Pattern", "Indexed", "Separation", "DeviceN", "Lab"):
        return None
    values = colour if isinstance(colour, tuple | list) else (colour,)
    if not all(isinstance(value, int | float) for value in values):
        return None
    match [float(value) for value in values]:
        case [grey]:
            return (grey, grey, grey)
        case [red, green, blue]:
            return (red, green, blue)
        case [cyan, magenta, yellow, black]:
            return ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
        case _:
            return None


def _alike(a: Colour, b: Colour) -> bool:
    return all(abs(x - y) < _SAME_COLOUR for x, y in zip(a, b, strict=True))


def _bounds(matrix: Matrix, points: Any) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x, y in points]
    ys = [b * x + d * y + f for x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _points(segment: Any) -> list[tuple[float, float]]:
    """The points of a path's segment, control points among them: `("l", x, y)` has one."""
    return list(zip(segment[1::2], segment[2::2], strict=False))


def _subpaths(path: Any) -> list[list[PathSegment]]:
    parts: list[list[PathSegment]] = []
    for segment in path:
        if segment[0] == "m" or not parts:
            parts.append([])
        parts[-1].append(segment)
    return [part for part in parts if len(part) > 1]
