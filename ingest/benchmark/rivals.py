"""What LangChain users reach for to read a PDF: pypdf, pdfplumber, markitdown. Only the benchmark uses them."""

from collections.abc import Callable
from pathlib import Path

from ingest.benchmark.scoring import text_of
from ingest.readers.pdf import read_pdf


def _ours(path: Path) -> str:
    return text_of(read_pdf(path, lambda *_: None).blocks)


def _pypdf(path: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def _pdfplumber(path: Path) -> str:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return "\n".join(page.extract_text() or "" for page in pdf.pages)


def _markitdown(path: Path) -> str:
    from markitdown import MarkItDown

    return str(MarkItDown().convert(str(path)).text_content)


READERS: dict[str, Callable[[Path], str]] = {
    "ours": _ours,
    "pypdf": _pypdf,
    "pdfplumber": _pdfplumber,
    "markitdown": _markitdown,
}
