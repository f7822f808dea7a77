"""Pages without a sound text layer are read by OCR and say so; what OCR needs is told where it is missing."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from corpus import thai
from corpus.document import Block, BlockKind
from corpus.pages import draw_page
from ingest.benchmark.scoring import cer_of
from ingest.printing import DOCUMENTS
from ingest.readers import UnreadableDocument
from ingest.readers.pdf import ocr, read_pdf
from ingest.readers.pdf.fusion import fused_text
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
    assert fused_text(layer, picture) == whole
