"""Pages without a sound text layer are read by OCR and say so; what OCR needs is told where it is missing."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image, ImageDraw

from corpus import thai
from corpus.document import Block, BlockKind
from corpus.pages import draw_page
from ingest.benchmark.scoring import cer_of
from ingest.health import TONES
from ingest.printing import DOCUMENTS
from ingest.readers import UnreadableDocument
from ingest.readers.pdf import content_of, ocr, pages, read_pdf
from ingest.readers.pdf.counting import recounted
from ingest.readers.pdf.furniture import PageItems
from ingest.readers.pdf.fusion import fused
from ingest.readers.pdf.glyphs import Sheet, open_pdf
from ingest.readers.pdf.lines import Line
from ingest.readers.pdf.pages import read_page
from ingest.readers.pdf.styles import in_styles
from ingest.readers.scan import read_scan
from tests.ingest.pdf_files import pdf, stream

PRINTED = DOCUMENTS / "plan-2564-03.pdf"
PAGE = 3
DPI = 300
WORST = 0.08  # character error rate of prose

needs_tesseract = pytest.mark.skipif(
    "tha" not in ocr.languages(), reason=f"tesseract with its Thai model is not installed: {ocr.INSTALL}"
)


@pytest.fixture(scope="module")
def picture() -> bytes:
    """A page of ours as a scanner stores it."""
    file = io.BytesIO()
    Image.fromarray(draw_page(PRINTED, PAGE, dpi=DPI)).save(file, "JPEG", quality=80)
    return file.getvalue()


def scanned(picture: bytes, text: str = "") -> bytes:
    """A PDF whose one page is the picture, with an invisible text over it."""
    width, height = Image.open(io.BytesIO(picture)).size
    extra = f"/Type/XObject /Subtype/Image /Width {width} /Height {height} "
    extra += "/ColorSpace/DeviceGray /BitsPerComponent 8 /Filter/DCTDecode"
    layer = f"BT 3 Tr /F1 12 Tf 60 700 Td ({text}) Tj ET" if text else ""
    return pdf([f"q 595 0 0 842 0 0 cm /I1 Do Q {layer}"], more=[stream(picture, extra)])


@pytest.fixture(scope="module")
def truth() -> list[str]:
    """What paragraphs stand on that page."""
    blocks = read_pdf(PRINTED, lambda *_: None).blocks
    return [block.text for block in blocks if block.kind is BlockKind.PARAGRAPH and block.page == PAGE]


def text_of(blocks: tuple[Block, ...]) -> str:
    return thai.clean("\n".join(block.text for block in blocks))


@pytest.fixture(scope="module")
def read(picture: bytes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Block, ...]:
    path = tmp_path_factory.mktemp("scan") / "scan.pdf"
    path.write_bytes(scanned(picture, "W.A. 2591 nOISe lAyer"))
    seen: list[str] = []
    content = read_pdf(path, lambda _page, _pages, outcome: seen.append(outcome))
    assert seen == ["ocr"]
    assert content.pages[0].ocr
    return content.blocks


@needs_tesseract
class TestRecognised:
    def test_a_scan_is_read_whatever_latin_layer_lies_over_it(self, read: tuple[Block, ...], truth: list[str]) -> None:
        assert cer_of(truth, text_of(read)) < WORST
        assert all(block.ocr for block in read)
        assert "nOISe" not in text_of(read)

    def test_its_table_has_its_cells(self, read: tuple[Block, ...]) -> None:
        (table,) = [block for block in read if block.kind is BlockKind.TABLE]
        assert len(table.columns) == 3
        assert table.rows[0][1] == "EGDI"

    def test_its_boxes_lie_on_its_lines(self, read: tuple[Block, ...]) -> None:
        for block in read:
            for box in block.boxes:
                assert 0 <= box.left < box.right <= 1
                assert 0 <= box.top < box.bottom <= 1

    def test_a_picture_file_is_read_too(self, picture: bytes, tmp_path: Path, truth: list[str]) -> None:
        path = tmp_path / "scan.jpg"
        path.write_bytes(picture)
        content = read_scan(path, lambda *_: None)
        assert cer_of(truth, text_of(content.blocks)) < WORST


@needs_tesseract
def test_headings_are_found_by_their_size_and_weight(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.fromarray(draw_page(PRINTED, 2, dpi=DPI)).save(path)
    printed = [b for b in read_pdf(PRINTED, lambda *_: None).blocks if b.kind is BlockKind.HEADING and b.page == 2]
    found = [block for block in read_scan(path, lambda *_: None).blocks if block.kind is BlockKind.HEADING]
    assert len(found) == len(printed) > 1
    for wanted, block in zip(printed, found, strict=True):
        assert cer_of([wanted.text], text_of((block,))) < 0.1
        assert block.level == wanted.level


def line(text: str, size: float, stroke: float, *, bold: bool = False) -> Line:
    return Line(1, text, 70, 0, 400, 10, 8, size, bold, (595, 842), ocr=True, stroke=stroke)


def test_lines_get_the_styles_of_their_document() -> None:
    prose = "แผนพัฒนารัฐบาลดิจิทัลของประเทศไทย"
    page = PageItems(1, "", 842, [
        line("วิสัยทัศน์ของแผนพัฒนา", 17.1, 1.9), *[line(prose, 15 + 0.1 * i, 1.2) for i in range(4)],
        line("2563-2565 (Thailand)", 17.4, 1.2),
    ])  # fmt: skip
    in_styles([page])
    head, *body = [item for item in page.items if isinstance(item, Line)]
    assert head.bold
    assert len({(item.size, item.bold) for item in body}) == 1
    assert head.size > 1.1 * body[0].size


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("๑.๑ ก|๑.๒ ข|๑.๕ ค|๑.ๆ ง|O.@ จ|๑.๖ ฉ", "๑.๑ ก|๑.๒ ข|๑.๓ ค|๑.๔ ง|๑.๕ จ|๑.๖ ฉ"),
        ("(๑) ก|(๒) ข|(๓) ค|(๕) ง", "(๑) ก|(๒) ข|(๓) ค|(๔) ง"),
        ("1) ก|2 ข|3) ค", "1) ก|2) ข|3) ค"),
        ("(ก) ก|(A) ข|(0) ค|(ง) ง", "(ก) ก|(ข) ข|(ค) ค|(ง) ง"),
        ("1. ก|2. ข|4. ค", "1. ก|2. ข|4. ค"),
        ("๑.๑ ก|สรุป ข|๑.๒ ค", "๑.๑ ก|สรุป ข|๑.๒ ค"),
        ("SME ก|DGA ข", "SME ก|DGA ข"),
        ("ก. ก|ฆ. ข|ค. ค", "ก. ก|ฆ. ข|ค. ค"),
    ],
    ids=[
        "between",
        "at the end",
        "lost bracket",
        "letters",
        "left out by the writer",
        "unnumbered",
        "words",
        "no number",
    ],
)
def test_numbers_are_told_by_those_around_them(read: str, right: str) -> None:
    assert recounted(read.split("|")) == right.split("|")


def test_a_page_askew_is_turned_back(picture: bytes) -> None:
    page = Image.open(io.BytesIO(picture)).convert("L")
    askew = np.asarray(page.rotate(-1.2, Image.Resampling.BICUBIC, fillcolor=255))
    assert ocr._slant(askew) == pytest.approx(1.2, abs=0.15)
    assert ocr._slant(np.asarray(page)) == 0


@pytest.mark.parametrize(("shape", "found"), [("disc", True), ("ring", False), ("letter", False)])
def test_a_bullet_is_told_by_its_shape(shape: str, found: bool) -> None:
    picture = Image.new("L", (600, 60), 255)
    draw = ImageDraw.Draw(picture)
    for x in range(60, 560, 30):
        draw.line([(x, 12), (x, 48), (x + 12, 48), (x + 12, 12)], fill=0, width=5)
    if shape == "letter":
        draw.line([(4, 12), (4, 48), (16, 48), (16, 12)], fill=0, width=5)
    else:
        draw.ellipse([4, 22, 20, 38], outline=0, width=3, fill=0 if shape == "disc" else 255)
    (strip,) = ocr._lines(np.asarray(picture), (0, 0, 600, 60))
    assert (strip.bullet is not None) is found


def test_a_clean_picture_is_left_as_it_is(picture: bytes) -> None:
    page = np.asarray(Image.open(io.BytesIO(picture)))
    assert (ocr.cleaned(page) == page).all()


@needs_tesseract
@pytest.mark.parametrize("spoilt", ["faint", "noisy"])
def test_a_faint_or_noisy_scan_is_read(picture: bytes, tmp_path: Path, truth: list[str], spoilt: str) -> None:
    page = np.asarray(Image.open(io.BytesIO(picture))).astype(float)
    chance = np.random.default_rng(7)
    page = page * 0.33 + 150 if spoilt == "faint" else page * 0.85 + 25 + chance.normal(0, 18, page.shape)
    path = tmp_path / "scan.png"
    Image.fromarray(page.clip(0, 255).astype(np.uint8)).save(path)
    assert cer_of(truth, text_of(read_scan(path, lambda *_: None).blocks)) < WORST


def damaged(number: int, told: Callable[[str], str]) -> Sheet:
    """A page of ours whose layer tells something else for each letter, and no font says better."""
    with PRINTED.open("rb") as file:
        sheet = next(sheet for sheet in open_pdf(file).sheets() if sheet.number == number)
    for glyph in sheet.glyphs:
        glyph.own = ""
        glyph.text = "".join(map(told, glyph.text))
    return sheet


def without_tones(number: int) -> Sheet:
    return damaged(number, lambda c: "" if c in TONES else c)


@pytest.fixture(scope="module")
def mended() -> list[Block]:
    pages = [read_page(PRINTED, without_tones(number)) for number in (2, PAGE)]
    assert [page.outcome for page in pages] == ["ocr", "ocr"]
    return list(content_of(pages).blocks)


@pytest.fixture(scope="module")
def sound() -> list[Block]:
    return [block for block in read_pdf(PRINTED, lambda *_: None).blocks if block.page in (2, PAGE)]


@needs_tesseract
class TestSickLayer:
    """A layer that lost its tone marks, drawn by fonts that are whole."""

    def test_its_marks_are_read_in_their_places(self, mended: list[Block], sound: list[Block]) -> None:
        told = [block.text for block in sound if block.kind is BlockKind.PARAGRAPH]
        assert cer_of(told, text_of(tuple(mended))) < 0.015
        assert all(block.ocr for block in mended)

    def test_its_lines_keep_their_size_and_weight(self, mended: list[Block], sound: list[Block]) -> None:
        headings = [[block.level for block in blocks if block.kind is BlockKind.HEADING] for blocks in (mended, sound)]
        assert headings[0] == headings[1]

    def test_its_table_keeps_its_cells(self, mended: list[Block], sound: list[Block]) -> None:
        (found,), (wanted,) = ([b for b in blocks if b.kind is BlockKind.TABLE] for blocks in (mended, sound))
        assert len(found.columns) == len(wanted.columns)
        assert found.rows[0][1] == wanted.rows[0][1] == "EGDI"

    def test_a_letter_told_as_two_is_one(self) -> None:
        page = read_page(PRINTED, damaged(PAGE, lambda c: "" if c in TONES else c + "า" if c == "ำ" else c))
        assert page.outcome == "ocr"
        assert "าา" not in page.raw
        assert "กำหนด" in thai.clean(page.raw)

    def test_where_ocr_takes_too_long_the_layer_goes_on_to_be_judged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ocr, "_SECONDS", 0.01)
        page = read_page(PRINTED, without_tones(PAGE))
        assert page.outcome == "text"
        assert "tesseract took more than" in page.notes[0]


def in_latin_codes(number: int) -> Sheet:
    """A page of ours as a font without a right map tells it."""
    return damaged(number, lambda c: chr(33 + ord(c) * 7 % 90) if c > "~" else c)


ENGLISH = (
    "The quick brown fox jumps over 13 lazy dogs (see p. 42).",
    "def f(x): return {k: v for k, v in x.items() if k != 0}",
    "2563 1,204.50 17.3 2564 1,310.75 18.9 2565 1,402.00 19.2",
)


@needs_tesseract
class TestLatinCodes:
    def test_a_layer_of_latin_codes_for_thai_is_not_believed(self, sound: list[Block]) -> None:
        page = read_page(PRINTED, in_latin_codes(PAGE), {})
        told = [block.text for block in sound if block.kind is BlockKind.PARAGRAPH and block.page == PAGE]
        assert page.outcome == "ocr"
        assert cer_of(told, text_of(content_of([page]).blocks)) < WORST

    def test_english_code_and_numbers_are_believed_and_looked_at_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "english.pdf"
        rows = "".join(f"BT /F1 12 Tf 60 {780 - 30 * i} Td ({row}) Tj ET " for i, row in enumerate(_escaped(ENGLISH)))
        path.write_bytes(pdf([rows] * 3))
        look = Mock(side_effect=ocr.read_places)
        monkeypatch.setattr(ocr, "read_places", look)
        content = read_pdf(path, lambda *_: None)
        assert not any(page.ocr for page in content.pages)
        assert look.call_count == 1
        assert "(see p. 42)" in content.pages[2].raw


def _escaped(rows: tuple[str, ...]) -> list[str]:
    return [row.replace("(", "\\(").replace(")", "\\)") for row in rows]


@pytest.mark.parametrize(
    ("seen", "not_believed"),
    [
        ("แผนพัฒนารัฐบาลดิจิทัลมีเป้าหมายให้ประชาชนได้รับบริการที่สะดวก", True),
        ("ฟหกดฟ่สวงฃฅฆฌญฎฏฐฑฒณดฟหกดฟ่สวงฃฅฆฌญฎฏฐฑฒณดฟหกดฟ่สวง", False),
        ("แผนพัฒนารัฐบาลดิจิทัลมีเป้าหมายให้ประชาชน" + " digital government development plan" * 3, False),
        ("แผน", False),
    ],
    ids=["Thai words", "Thai letters made of anything", "mostly English", "hardly any"],
)
@needs_tesseract
def test_what_is_seen_decides_whether_a_layer_is_believed(
    seen: str, not_believed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "read_places", lambda _picture, places, _sheet: [seen] * len(places))
    sheet, known = in_latin_codes(PAGE), dict[int, bool]()
    read_page(PRINTED, sheet, known)
    assert list(known.values()) == [not not_believed]


class TestMissing:
    @pytest.fixture(autouse=True)
    def _no_tesseract(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr("shutil.which", lambda _: None)
        ocr.languages.cache_clear()
        yield
        ocr.languages.cache_clear()

    def test_a_scanned_page_names_itself_and_the_command(self, picture: bytes, tmp_path: Path) -> None:
        path = tmp_path / "scan.pdf"
        path.write_bytes(scanned(picture))
        (page,) = read_pdf(path, lambda *_: None).pages
        assert page.number == 1
        assert ocr.INSTALL in page.failure
        assert page.failure.startswith("หน้านี้เป็นภาพ")

    def test_a_picture_file_is_refused(self, picture: bytes, tmp_path: Path) -> None:
        path = tmp_path / "scan.jpg"
        path.write_bytes(picture)
        with pytest.raises(UnreadableDocument, match="tesseract-ocr-tha"):
            read_scan(path, lambda *_: None)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken"])
def test_what_is_no_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(content)
    with pytest.raises(UnreadableDocument, match="ไฟล์ภาพเสียหาย"):
        read_scan(path, lambda *_: None)


@pytest.mark.parametrize(
    ("layer", "picture", "whole"),
    [
        ("สานักงาน 2564", "สำนักงาน 2561", "สำนักงาน 2564"),
        ("๑.๔ วสยทศน", "๑.๕ วิสัยทัศน์", "๑.๔ วิสัยทัศน์"),
        ("ส ำนักงำนรัฐบำล", "สำนักงานรัฐบาล", "สำนักงานรัฐบาล"),
        ("\ufffd\ufffd\ufffd\ufffd", "แผนงาน", "แผนงาน"),
        ("W.A. 2591", "พ.ศ. 2564", "พ.ศ. 2564"),
    ],
    ids=["lost ring", "lost marks", "AA told as AM", "no map", "noise"],
)
def test_letters_of_the_layer_and_marks_of_the_picture(layer: str, picture: str, whole: str) -> None:
    assert fused([layer], [picture]) == [whole]


def test_a_line_is_looked_for_beyond_its_letters_but_not_in_its_neighbours() -> None:
    alone, beside, next_cell = (
        replace(line("ผนพัฒนา", 10, 0), left=left, right=right, baseline=baseline)
        for left, right, baseline in ((100, 200, 50), (100, 200, 90), (203, 300, 90))
    )
    lines = [alone, beside, next_cell]
    assert pages._place(alone, lines)[::2] == (88, 212)  # the layer may tell its first and last letter as spaces
    assert pages._place(beside, lines)[::2] == (88, 201)
    assert pages._place(next_cell, lines)[::2] == (202, 312)


def test_marks_are_taken_from_the_layer_where_the_page_shows_that_it_knows_them() -> None:
    layer = ["ที่ประชุมมีมติให้ดำเนินการ", "ทีมงานที่นี่ดีมีชื่อเสียง", "วิธีนี้ช่วยชาติได้จริง"]
    picture = ["ที่ประชุมมีมติให้ดำเนินการ", "ทีมงานทีนี่ดีมีชื่อเสียง", "วิธีนี้ช่วยชาติได้จริง"]
    assert fused(layer, picture) == layer
    without = [text.replace("\u0e48", "") for text in layer]
    assert fused(without, picture) == picture


def test_marks_that_a_converter_wrote_as_question_marks_are_taken_from_the_picture() -> None:
    layer = ["การอ?านไฟล? ร?างที่ ๒", "ผ?ูเสนอข?อมูลและได?", "ใครเป็นผู้เสนอ?"]
    picture = ["การอ่านไฟล์ ร่างที่ ๒", "ผู้เสนอข้อมูลและได้", "ใครเป็นผู้เสนอ"]
    assert fused(layer, picture) == picture
    asked = ["ใครเป็นผู้เสนอ? เมื่อใด?", "แผน?นโยบาย"]
    assert fused(asked, asked) == asked


def test_a_short_line_is_the_layers_where_the_rest_of_the_page_is() -> None:
    layer = ["สานักงานพฒนารัฐบาลดิจิทล", "แผนงานที ๑ ถึง ๕", "๒๕๖๔"]
    picture = ["สำนักงานพัฒนารัฐบาลดิจิทัล", "แผนงานที่ ๑ ถึง ๕", "bacd"]
    assert fused(layer, picture)[2] == "๒๕๖๔"
    assert fused(["Y", "Z", "๒๕๖๔"], ["สำนักงานพัฒนา", "แผนงานที่", "bacd"])[2] == "bacd"
