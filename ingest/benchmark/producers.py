"""Programs that print the draft as PDF: Chromium, LibreOffice, WeasyPrint and Typst. The product needs none of them."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path


class ProducerMissing(Exception):
    """A program that the benchmark prints with is not installed."""


def thai_fonts() -> list[str]:
    """The families of the Thai fonts on this machine."""
    listed = subprocess.run(["fc-list", ":lang=th", "family"], capture_output=True, text=True, check=True)  # noqa: S607
    names = {line.split(",")[0].strip() for line in listed.stdout.splitlines() if line.strip()}
    return sorted(name for name in names if name)


def by_chromium(source: str, target: Path) -> None:
    _run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--print-to-pdf={target}",
        ],
        source,
        ".html",
        last=True,
    )


def by_libreoffice(source: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{target.stem}.fodt"
        file.write_text(source, encoding="utf-8")
        _called(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                str(file),
            ]
        )
        shutil.move(file.with_suffix(".pdf"), target)


def by_weasyprint(source: str, target: Path) -> None:
    try:
        from weasyprint import HTML
    except ImportError:
        raise ProducerMissing("weasyprint") from None
    HTML(string=source).write_pdf(target)


def by_typst(source: str, target: Path) -> None:
    try:
        import typst
    except ImportError:
        raise ProducerMissing("typst") from None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.typ"
        file.write_text(source, encoding="utf-8")
        typst.compile(str(file), output=str(target))


def _run(command: Sequence[str], source: str, ending: str, *, last: bool) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=ending, encoding="utf-8") as file:
        file.write(source)
        file.flush()
        _called([*command, file.name] if last else command)


def _called(command: Sequence[str]) -> None:
    if shutil.which(command[0]) is None:
        raise ProducerMissing(command[0])
    subprocess.run(command, check=True, capture_output=True, timeout=300)  # noqa: S603


def scan_of(source: Path, target: Path, dpi: int) -> None:
    """The pages of a PDF as pictures without text, as a scanner makes them."""
    from pypdfium2 import PdfDocument

    with PdfDocument(source) as pdf:
        pages = [pdf[number].render(scale=dpi / 72).to_pil().convert("L") for number in range(len(pdf))]
    pages[0].save(target, "PDF", resolution=dpi, quality=85, save_all=True, append_images=pages[1:])
