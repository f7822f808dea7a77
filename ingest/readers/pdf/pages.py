"""One page of a PDF as lines and tables: by its text layer, or by OCR where that is missing or sick."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus import thai
from corpus.pages import Grey, PageUnreadable, draw_page
from ingest import health
from ingest.readers.pdf import ocr
from ingest.readers.pdf.aligned import take_aligned
from ingest.readers.pdf.fusion import fused
from ingest.readers.pdf.glyphs import Glyph, Sheet
from ingest.readers.pdf.lines import Cluster, Line, clusters_of, is_mark, runs_of
from ingest.readers.pdf.order import Item, in_reading_order
from ingest.readers.pdf.tables import take_tables
from ingest.repair import Condition, repair, repair_page

_FEW = 40  # letters: a page with fewer has no text layer to speak of
_PICTURE = 0.5  # of the page: a picture this large may be a scan
_SPECK_OF_A_PICTURE = 0.03  # of the page: smaller pictures hold no text worth reading
_MANY_STROKES = 60  # paths: letters may be drawn as outlines
_HIGHEST, _LOWEST = 1.35, 0.5  # of the letters' size: how far marks reach from the baseline at most
_ABOVE, _BELOW = 1.1, 0.28  # the same of common letters with their marks, where lines are close
_BESIDE = (
    0.2,
    1.2,
)  # of the size: from the next letters in its row; and how far a line may reach further than the layer
# knows, which may tell the first or last letter as a space
_OTHER_LINE = 0.3  # of the size: a baseline further away is another line's
_MARKLESS = Condition(has_marks=False)  # a sick layer as far as exact rules mend it: "ำา" is one letter for OCR
_THAI, _MOSTLY_THAI = 0.3, 0.5  # of the letters of a page, of those that OCR reads
_SAMPLE = 6  # lines of a page that are looked at, the longest
_WORDS_OF_A_SAMPLE = 0.3  # of their Thai letters in unknown words at most: OCR makes such letters of anything
_BETTER = 0.75  # of the text layer's share of unknown words: what OCR must reach to be taken instead


@dataclass
class Page:
    """One page as read. `outcome` is "text", "ocr" or "failed"; `failure` says, Thai first, why a page gave no text."""

    number: int
    label: str
    height: float
    items: list[Item]
    raw: str
    ocr: bool = False
    invisible: int = 0
    failure: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        return "failed" if self.failure else "ocr" if self.ocr else "text"


def read_page(path: Path, sheet: Sheet, known_fonts: dict[int, bool] | None = None) -> Page:
    """A page of a PDF file, by whichever way reads it better.

    `known_fonts` keeps, over the pages of a file, whether what a font tells is what it draws, by the font's number.
    """
    by_layer = _by_layer(sheet)
    known = {} if known_fonts is None else known_fonts
    reason = _why_ocr(sheet, by_layer) or _why_not_believed(path, sheet, by_layer, known)
    if not reason:
        return by_layer
    try:
        picture = draw_page(path, sheet.number, dpi=ocr.DPI)
        by_ocr = read_picture(picture, sheet) if _is_scan(sheet, by_layer) else _by_places(picture, sheet, by_layer)
    except (ocr.OcrMissing, ocr.OcrFailed, PageUnreadable) as error:
        if _letters(by_layer.raw) >= _FEW:  # what there is goes on to be repaired and judged
            by_layer.notes.append(f"หน้า {sheet.number}: {reason[0]} {error} / page {sheet.number}: {reason[1]}")
        elif _shows_something(sheet):
            by_layer.failure = f"{reason[0]} {error} / {reason[1]}"
        return by_layer
    if not _is_better(by_ocr, by_layer):
        return by_layer
    by_ocr.invisible, by_ocr.notes = by_layer.invisible, by_layer.notes
    return by_ocr


def read_picture(picture: Grey, sheet: Sheet) -> Page:
    """A page by its picture alone.

    Raises:
        OcrMissing, OcrFailed: if it cannot be recognised.
    """
    page = page_of(sheet, ocr.recognise(picture, sheet), measured=True)
    _mark_ocr(page, rough=False)
    return page


def _is_scan(sheet: Sheet, by_layer: Page) -> bool:
    """Whether a page's letters are on a picture, or drawn as outlines, rather than with fonts."""
    return sheet.picture_share >= _PICTURE or not by_layer.items


def _by_places(picture: Grey, sheet: Sheet, by_layer: Page) -> Page:
    """A page whose layer says where its letters stand, how large and how bold, but not rightly which: OCR reads them
    line by line in their places.

    Raises:
        OcrMissing, OcrFailed: if they cannot be recognised.
    """
    lines = _lines_of(by_layer)
    seen = ocr.read_places(picture, [_place(line, lines) for line in lines], sheet)
    texts = fused([repair(line.text, _MARKLESS)[0] for line in lines], [thai.clean(text) for text in seen])
    page = page_of(sheet, [_as_cluster(line, text) for line, text in zip(lines, texts, strict=True) if text])
    _mark_ocr(page, rough=False)
    return page


def _place(line: Line, lines: Sequence[Line]) -> tuple[float, float, float, float]:
    """Where a line's letters are with all of their marks, but nothing of the lines above and below it."""
    top, bottom = line.baseline - _HIGHEST * line.size, line.baseline + _LOWEST * line.size
    for other in lines:
        if other.right < line.left or other.left > line.right:
            continue
        if top < other.baseline < line.baseline - _OTHER_LINE * line.size:
            top = max(top, other.baseline + _BELOW * other.size)
        elif other.baseline > line.baseline + _OTHER_LINE * line.size:
            bottom = min(bottom, max(other.baseline - _ABOVE * other.size, line.baseline + _BELOW * line.size))
    row = [other for other in lines if other is not line and abs(other.baseline - line.baseline) < 0.5 * line.size]
    left = max((other.right for other in row if other.right < line.left), default=0.0)
    right = min((other.left for other in row if other.left > line.right), default=line.sheet[0])
    near, far = _BESIDE[0] * line.size, _BESIDE[1] * line.size
    return (
        max(line.left - far, min(line.left, left + near)),
        top,
        min(line.right + far, max(line.right, right - near)),
        bottom,
    )


def _as_cluster(line: Line, text: str) -> Cluster:
    """A whole line as if it were one letter: its place tells where it belongs."""
    return Cluster(text, line.left, line.right, line.baseline, line.size, line.bold, line.tag, line.furniture)


def _mark_ocr(page: Page, *, rough: bool) -> None:
    """Mark what a page holds as recognised; `rough` tells that the sizes of its letters are not to be relied on."""
    page.ocr = True
    page.items = [replace(item, ocr=True, rough=rough) if isinstance(item, Line) else item for item in page.items]
    for item in page.items:
        if not isinstance(item, Line):
            item.lines = [replace(line, ocr=True) for line in item.lines]


def page_of(sheet: Sheet, clusters: Sequence[Cluster], *, measured: bool = False) -> Page:
    """A page of these letters. Where their places were `measured` on a picture, they are too rough to show a table."""
    grids, rest = take_tables(sheet, clusters)
    if not measured:
        aligned, rest = take_aligned(sheet, rest)
        grids = sorted([*grids, *aligned], key=lambda grid: (grid.top, grid.left))
    items = in_reading_order(sheet, runs_of(rest), grids)
    return Page(sheet.number, sheet.label, sheet.height, items, _raw(items))


def _by_layer(sheet: Sheet) -> Page:
    scanned = sheet.picture_share >= _PICTURE  # letters drawn invisibly over a scan are another program's OCR
    seen = [glyph for glyph in sheet.glyphs if not glyph.hidden and (scanned or not glyph.overlay)]
    page = page_of(sheet, clusters_of(seen), measured=scanned)
    page.invisible = _letters_of([glyph for glyph in sheet.glyphs if glyph.hidden or (glyph.overlay and not scanned)])
    if scanned and any(glyph.overlay for glyph in seen):
        _mark_ocr(page, rough=True)
    if sheet.turned:
        page.notes.append(
            f"หน้า {sheet.number}: เว้นอักษรเอียงหรือตั้งฉาก {sheet.turned} ตัว "
            f"/ page {sheet.number}: {sheet.turned} slanted or upended letters left out"
        )
    return page


def _letters_of(glyphs: Sequence[Glyph]) -> int:
    """How many characters these glyphs are. A mark without its letter is none: where one reaches over the end of a
    page, a browser draws it on both, there alone, though with the whole letter as its ActualText.
    """
    texts = (cluster.text.strip() for cluster in clusters_of(glyphs))
    return sum(len(text) for text in texts if not is_mark(text[:1]))


def _why_ocr(sheet: Sheet, page: Page) -> tuple[str, str] | None:
    """Why a page should be looked at rather than read, Thai and English; None if its text layer will do."""
    letters = _letters(page.raw)
    if letters < _FEW and _shows_something(sheet):
        return "หน้านี้เป็นภาพ ไม่มีชั้นข้อความ", "the page is a picture without text"
    repaired, _ = repair_page(page.raw)
    figures = health.measure(repaired)
    if health.sick(figures):
        return "ชั้นข้อความเสียหาย", "the text layer is damaged"
    if sheet.picture_share >= _PICTURE and figures.thai_share < _THAI and letters:
        return "ชั้นข้อความไม่ใช่ภาษาไทย", "the text layer is not Thai"
    return None


def _why_not_believed(path: Path, sheet: Sheet, page: Page, known_fonts: dict[int, bool]) -> tuple[str, str] | None:
    """Why a layer with hardly any Thai is not believed, Thai and English; None if it may be what the page shows.

    A font without a right map tells Thai as Latin codes, which no count of letters tells from an abbreviation or from
    code. So a few of the page's lines are looked at, once for each font that a page is mainly set in.
    """
    lines = sorted(_lines_of(page), key=lambda line: -_letters(line.text))[:_SAMPLE]
    text = "\n".join(line.text for line in lines)
    if not sheet.fonts or _letters(text) < _FEW or thai.thai_share(page.raw) >= _THAI or "tha" not in ocr.languages():
        return None
    ((font, _),) = sheet.fonts.most_common(1)
    if font not in known_fonts:
        known_fonts[font] = not _shows_thai(path, sheet, lines)
    if known_fonts[font]:
        return None
    return "ชั้นข้อความไม่ตรงกับที่เห็นบนหน้า", "the text layer does not tell what the page shows"


def _shows_thai(path: Path, sheet: Sheet, lines: Sequence[Line]) -> bool:
    """Whether OCR reads Thai words where these lines stand."""
    try:
        picture = draw_page(path, sheet.number, dpi=ocr.DPI)
        seen = ocr.read_places(picture, [_place(line, lines) for line in lines], sheet)
    except (ocr.OcrFailed, PageUnreadable):
        return False
    figures = health.measure("\n".join(seen))
    return (
        figures.thai_characters >= _FEW
        and figures.thai_share > _MOSTLY_THAI
        and figures.unknown_share < _WORDS_OF_A_SAMPLE
    )


def _lines_of(page: Page) -> list[Line]:
    return [line for item in page.items for line in ([item] if isinstance(item, Line) else item.lines)]


def _shows_something(sheet: Sheet) -> bool:
    return bool(
        (sheet.glyphs and sheet.turned) or sheet.picture_share > _SPECK_OF_A_PICTURE or sheet.strokes > _MANY_STROKES
    )


def _is_better(by_ocr: Page, by_layer: Page) -> bool:
    """Whether OCR read more words that are words. OCR makes mistakes that look sound, so it must be clearly better."""
    if _letters(by_layer.raw) < _FEW:
        return _letters(by_ocr.raw) > 0
    layer, picture = (health.measure(repair_page(page.raw)[0]) for page in (by_layer, by_ocr))
    if picture.thai_characters < 0.5 * layer.thai_characters:
        return False
    if layer.thai_share < _THAI <= picture.thai_share or layer.broken > picture.broken:
        return True
    return bool(health.sick(layer)) and picture.unknown_share < _BETTER * layer.unknown_share


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)


def _raw(items: Sequence[Item]) -> str:
    """The text of a page as it was read, furniture included."""
    return "\n".join(
        item.text if isinstance(item, Line) else "\n".join(" | ".join(row) for row in item.rows) for item in items
    )
