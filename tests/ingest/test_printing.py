"""The documents kept as PDF say word for word what their texts say, on real pages."""

import pytest

from corpus.document import BlockKind, Document
from ingest.manifest import read_manifest
from ingest.passages import split
from ingest.printing import DOCUMENTS, TEXTS
from ingest.readers.markdown import read_markdown
from ingest.reading import Reading, read_document

PRINTED = [document for document in read_manifest(DOCUMENTS).documents if document.file.endswith(".pdf")]
LARGEST = 300_000  # bytes


@pytest.fixture(scope="module", params=PRINTED, ids=lambda document: document.id)
def printed(request: pytest.FixtureRequest) -> tuple[Document, Reading]:
    return request.param, read_document(request.param, DOCUMENTS)


def test_every_text_is_printed_and_in_the_manifest() -> None:
    assert {document.id for document in PRINTED} == {text.stem for text in TEXTS.glob("*.md")}
    assert len(PRINTED) >= 2
    assert all((DOCUMENTS / document.file).stat().st_size < LARGEST for document in PRINTED)


def test_the_pdf_says_what_its_text_says(printed: tuple[Document, Reading]) -> None:
    document, reading = printed
    text = read_markdown((TEXTS / f"{document.id}.md").read_text(encoding="utf-8"))
    assert [p.digest for p in split(document, reading.blocks)] == [p.digest for p in split(document, text)]


def test_nothing_of_them_is_called_invisible(printed: tuple[Document, Reading]) -> None:
    _, reading = printed
    assert not any(page.invisible for page in reading.pages)


def test_pages_are_numbered_in_thai_and_say_where_the_words_stand(printed: tuple[Document, Reading]) -> None:
    _, reading = printed
    assert [page.label for page in reading.health] == list("๑๒๓๔๕๖๗๘๙"[: len(reading.health)])
    for block in reading.blocks:
        assert block.page == block.boxes[0].page
        assert block.page_label == "๑๒๓๔๕๖๗๘๙"[block.page - 1]


def test_a_table_goes_over_a_page_break(printed: tuple[Document, Reading]) -> None:
    _, reading = printed
    tables = [block for block in reading.blocks if block.kind is BlockKind.TABLE]
    assert any(len({box.page for box in table.boxes}) > 1 for table in tables)


def test_passages_know_their_pages(printed: tuple[Document, Reading]) -> None:
    document, reading = printed
    for passage in split(document, reading.blocks):
        pages = [box.page for box in passage.boxes]
        assert (passage.page_start, passage.page_end) == (min(pages), max(pages))
        assert passage.page_label == "๑๒๓๔๕๖๗๘๙"[passage.page_start - 1]  # type: ignore[operator]
        assert not passage.ocr
        if passage.columns:
            assert len(passage.boxes) >= len(passage.units)
