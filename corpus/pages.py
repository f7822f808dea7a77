"""Pages as pictures: a cited page with its passage marked, and the page that OCR reads. The only door to pypdfium2.

A release keeps the paged files that its documents were read from, so that what was cited can be shown as it was then:

    releases/<id>/pages/<document_id>.pdf
"""

import io
import logging
import math
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.document import Box

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
PAGED_SUFFIXES = IMAGE_SUFFIXES | {".pdf"}
LONG_SIDE = 1800  # pixels: 15 pt letters of an A4 page stay sharp when a phone zooms in; about 300 kB
MARK = (255, 236, 110)  # a highlighter's yellow; multiplied with the page, so that black letters stay black
MOST_PIXELS = 50_000_000  # of a page drawn for OCR: A3 at 300 dpi has 17 million; larger pages are drawn more coarsely
_PADDING = 0.004  # of the page's sides, around a box: marks above and below Thai letters reach out of it
_JPEG_QUALITY = 85

Grey = NDArray[np.uint8]

_log = logging.getLogger(__name__)
_pdfium = threading.Lock()  # pdfium is not safe to call from two threads, whatever the document


class PageUnreadable(Exception):
    """A page cannot be drawn: the file is damaged, locked by a password, or has no such page."""


def page_image(release_dir: Path, document_id: str, page: int, boxes: Sequence[Box] = ()) -> bytes | None:
    """A JPEG of a page (physical, from 1) with the boxes on it marked in yellow; None if it cannot be shown.

    A document without pages, such as one read from Markdown, has none to show. Boxes of other pages are passed over.
    """
    source = _kept(release_dir, document_id)
    if not source.is_file():
        return None
    try:
        image = _drawn(source, page, long_side=LONG_SIDE)
    except PageUnreadable as error:
        _log.warning("page %d of %s cannot be shown: %s", page, document_id, error)
        return None
    for box in boxes:
        if box.page == page:
            _mark(image, box)
    picture = io.BytesIO()
    image.save(picture, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return picture.getvalue()


def has_pages(release_dir: Path, document_id: str) -> bool:
    """Whether the release keeps pages of this document to show."""
    return _kept(release_dir, document_id).is_file()


def keep_pages(source: Path, release_dir: Path, document_id: str) -> bool:
    """Keep the file that a document was read from in a release, as PDF; False if the format has no pages.

    Raises:
        OSError: if it cannot be read or written.
    """
    suffix = source.suffix.lower()
    if suffix not in PAGED_SUFFIXES:
        return False
    kept = _kept(release_dir, document_id)
    kept.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".pdf":
        shutil.copyfile(source, kept)
    else:
        pictures = list(_frames(source))
        pictures[0].save(kept, "PDF", save_all=True, append_images=pictures[1:])
    return True


def draw_page(source: Path, page: int, dpi: int) -> Grey:
    """A page of a PDF (physical, from 1) in shades of grey, shape (height, width), 0 black to 255 white.

    Raises:
        PageUnreadable: if there is no such page, or pdfium cannot draw it.
    """
    return np.array(_drawn(source, page, dpi=dpi).convert("L"))


def pictures_of(source: Path) -> Iterator[Grey]:
    """The pages of a scanned picture file (a TIFF may hold many), as `draw_page` gives them.

    Raises:
        PageUnreadable: if it is not a whole picture.
    """
    for frame in _frames(source):
        grey = frame.convert("L")
        smaller = math.ceil(math.sqrt(grey.width * grey.height / MOST_PIXELS))
        yield np.array(grey.reduce(smaller) if smaller > 1 else grey)


def _drawn(source: Path, page: int, *, dpi: float = 0, long_side: int = 0) -> "Image":
    """A page at a resolution, or with its longer side so many pixels."""
    with _opened(source) as pdf:
        if not 1 <= page <= len(pdf):
            raise PageUnreadable(f"{source.name} has {len(pdf)} pages, page {page} was asked for")
        sheet = pdf[page - 1]
        width, height = sheet.get_size()
        scale = dpi / 72 if dpi else long_side / max(width, height)
        scale = min(scale, math.sqrt(MOST_PIXELS / max(1.0, width * height)))
        image: Image = sheet.render(scale=scale).to_pil()
        return image.convert("RGB")


def _frames(source: Path) -> Iterator["Image"]:
    from PIL import Image, ImageSequence

    try:
        with Image.open(source) as picture:
            for frame in ImageSequence.Iterator(picture):
                yield frame.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise PageUnreadable(f"{source.name}: {error}") from None


def _kept(release_dir: Path, document_id: str) -> Path:
    return release_dir / "pages" / f"{document_id}.pdf"


@contextmanager
def _opened(source: Path) -> Iterator["PdfDocument"]:
    from pypdfium2 import PdfDocument, PdfiumError

    with _pdfium:
        try:
            with PdfDocument(source) as pdf:
                yield pdf
        except (PdfiumError, OSError) as error:
            raise PageUnreadable(f"{source.name}: {error}") from None


def _mark(image: "Image", box: Box) -> None:
    from PIL import Image, ImageChops

    width, height = image.size
    corners = (
        max(0, int((box.left - _PADDING) * width)),
        max(0, int((box.top - _PADDING) * height)),
        min(width, int((box.right + _PADDING) * width) + 1),
        min(height, int((box.bottom + _PADDING) * height) + 1),
    )
    if corners[0] >= corners[2] or corners[1] >= corners[3]:
        return
    marked = image.crop(corners)
    image.paste(ImageChops.multiply(marked, Image.new("RGB", marked.size, MARK)), corners[:2])
