"""Pictures of pages (PNG, JPEG, TIFF with one page or many) → blocks, by OCR."""

from pathlib import Path

from corpus.pages import PageUnreadable, pictures_of
from ingest.readers import PAGE_LIMIT, Content, Told, UnreadableDocument
from ingest.readers.pdf import content_of
from ingest.readers.pdf.glyphs import Sheet
from ingest.readers.pdf.ocr import OcrFailed, OcrMissing
from ingest.readers.pdf.pages import Page, read_picture

_A4_WIDTH = 595.0  # points: pictures seldom say truly how large the paper was


def read_scan(path: Path, told: Told) -> Content:
    """The content of a picture file, page by page.

    Raises:
        UnreadableDocument: if it is no whole picture, too long, or tesseract is not installed.
    """
    pages: list[Page] = []
    try:
        for number, picture in enumerate(pictures_of(path), start=1):
            if number > PAGE_LIMIT:
                raise UnreadableDocument(
                    f"ไฟล์ภาพยาวเกิน {PAGE_LIMIT:,} หน้า โปรดแบ่งไฟล์ / more than {PAGE_LIMIT:,} pages; split the file"
                )
            sheet = Sheet(number, "", _A4_WIDTH, _A4_WIDTH * picture.shape[0] / picture.shape[1])
            try:
                pages.append(read_picture(picture, sheet))
            except OcrFailed as error:
                pages.append(Page(number, "", sheet.height, [], "", failure=str(error)))
            told(number, max(number, len(pages)), pages[-1].outcome)
    except PageUnreadable as error:
        raise UnreadableDocument(
            f"ไฟล์ภาพเสียหายหรือไม่ใช่ภาพ ({error}) โปรดหาไฟล์ใหม่ / the picture is damaged, or none; find another copy"
        ) from None
    except OcrMissing as error:
        raise UnreadableDocument(f"หน้า 1 เป็นภาพ {error} (page 1)") from None
    return content_of(pages)
