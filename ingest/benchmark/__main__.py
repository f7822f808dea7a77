"""How well PDFs are read, beside what LangChain users reach for: `python -m ingest.benchmark`.

Sets one draft with several programs and in every Thai font of this machine, damages text layers, makes scans, reads all
of them, and prints a Markdown table each. Programs that are missing are named and passed over.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from corpus.document import Audience, Document, DraftStatus
from ingest.benchmark import rivals
from ingest.benchmark.damage import DAMAGES, OTHERS, damage
from ingest.benchmark.draft import HEAD, Draft, draft, long_draft
from ingest.benchmark.producers import (
    ProducerMissing,
    by_chromium,
    by_libreoffice,
    by_typst,
    by_weasyprint,
    scan_of,
    thai_fonts,
)  # fmt: skip
from ingest.benchmark.scoring import Score, cer_of, score
from ingest.benchmark.typesetting import as_html, as_odf, as_typst
from ingest.readers.pdf import read_pdf
from ingest.reading import look_at

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)
PRINTED: dict[str, Callable[[Draft, str, Path], None]] = {
    "Chromium": lambda told, font, file: by_chromium(as_html(told, font), file),
    "Chromium, justified": lambda told, font, file: by_chromium(
        as_html(told, font, align="justify", lists="made"), file
    ),
    "LibreOffice": lambda told, font, file: by_libreoffice(as_odf(told, font), file),
    "LibreOffice, justified": lambda told, font, file: by_libreoffice(as_odf(told, font, prose="Just"), file),
    "WeasyPrint": lambda told, font, file: by_weasyprint(as_html(told, font), file),
    "Typst": lambda told, font, file: by_typst(as_typst(told, font), file),
}


@app.command()
def run(
    fonts: Annotated[str, typer.Option(help="Families, parted by commas; empty: every Thai font here.")] = "",
    damaged: Annotated[bool, typer.Option(help="Damaged text layers and scans too.")] = True,
    pages: Annotated[int, typer.Option(help="Pages of the long draft; 0: none.")] = 500,
) -> None:
    """Measure and print."""
    families = fonts.split(",") if fonts else thai_fonts()
    with TemporaryDirectory() as name:
        folder = Path(name)
        _printed(folder, families)
        _beside_rivals(folder, families[0])
        if damaged:
            _damaged(folder, families[0])
            _scanned(folder, families[0])
        if pages:
            _long(folder, families[0], pages)


def _printed(folder: Path, families: list[str]) -> None:
    told = draft()
    print("| program | fonts | CER %, worst | table CER % | headings | markers | rows | false | leftovers | pages/s |")
    print("|---" * 10 + "|")
    for program, make in PRINTED.items():
        scores: list[Score] = []
        pages, seconds = 0, 0.0
        for family in families:
            file = folder / f"{program}-{family}.pdf"
            try:
                make(told, family, file)
            except ProducerMissing as error:
                print(f"| {program} | not installed: {error} |")
                break
            started = time.process_time()
            content = read_pdf(file, lambda *_: None)
            seconds += time.process_time() - started
            pages += len(content.pages)
            scores.append(score(told, content.blocks, [HEAD]))
        if scores:
            _print_row(program, scores, pages / seconds)


def _print_row(program: str, scores: list[Score], speed: float) -> None:
    def mean(of: Callable[[Score], float]) -> float:
        return sum(map(of, scores)) / len(scores)

    cer, tables = 100 * mean(lambda s: s.cer), 100 * mean(lambda s: s.table_cer)
    worst = 100 * max(s.cer for s in scores)
    shares = " | ".join(f"{mean(of):.3f}" for of in (lambda s: s.headings, lambda s: s.markers, lambda s: s.rows))
    counts = f"{sum(s.false_headings for s in scores)} | {sum(s.leftovers for s in scores)}"
    row = f"| {program} | {len(scores)} | {cer:.2f}, {worst:.2f} | {tables:.2f} | {shares} | {counts} | {speed:.0f} |"
    print(row, flush=True)


def _beside_rivals(folder: Path, family: str) -> None:
    told = draft()
    units = [text for kind, text in told.units() if kind != "row"]
    print(f"\n| reader, {family} | " + " | ".join(PRINTED) + " |\n|---|" + "---|" * len(PRINTED))
    for reader, read in rivals.READERS.items():
        cells = []
        for program in PRINTED:
            file = folder / f"{program}-{family}.pdf"
            cells.append(f"{100 * cer_of(units, read(file)):.2f}" if file.exists() else "–")
        print(f"| {reader} | " + " | ".join(cells) + " |", flush=True)


def _damaged(folder: Path, family: str) -> None:
    told = draft(("plan-2564-03.md",))
    print(f"\n| damage, {family} | program | CER % | table CER % | headings | markers |\n|---|---|---|---|---|---|")
    for program in ("Chromium", "LibreOffice"):
        sound = folder / f"{program}-short.pdf"
        PRINTED[program](told, family, sound)
        for kind in (*DAMAGES, *OTHERS):
            for blind in (False, True) if program == "Chromium" else (False,):
                file = folder / "damaged.pdf"
                damage(sound, file, kind, blind=blind)
                found = score(told, look_at(_unlisted(file), folder).blocks, [HEAD])
                fonts = ", fonts without tables" if blind else ""
                print(
                    f"| {kind} | {program}{fonts} | {100 * found.cer:.2f} | {100 * found.table_cer:.2f} "
                    f"| {found.headings:.2f} | {found.markers:.2f} |",
                    flush=True,
                )


def _unlisted(file: Path) -> Document:
    return Document(file.stem, file.stem, "none", "", "", DraftStatus.BACKGROUND, Audience.INTERNAL, (), file.name)


def _scanned(folder: Path, family: str) -> None:
    told = draft(("plan-2564-03.md",))
    print(f"\n| scan, {family} | CER % | table CER % | s/page |\n|---|---|---|---|")
    for program in ("Chromium", "LibreOffice"):
        for dpi in (200, 300):
            file = folder / "scan.pdf"
            scan_of(folder / f"{program}-short.pdf", file, dpi)
            started = time.monotonic()
            content = read_pdf(file, lambda *_: None)
            seconds = (time.monotonic() - started) / len(content.pages)
            found = score(told, content.blocks, [HEAD])
            rates = f"{100 * found.cer:.2f} | {100 * found.table_cer:.2f}"
            print(f"| {program}, {dpi} dpi | {rates} | {seconds:.1f} |", flush=True)


def _long(folder: Path, family: str, pages: int) -> None:
    """Time and memory of a short and a long file, each read in a process of its own."""
    print("\n| pages | pages/s | peak memory, MB |\n|---|---|---|")
    for wanted in (20, pages):
        file = folder / f"long-{wanted}.pdf"
        by_chromium(as_html(long_draft(wanted), family), file)
        told = subprocess.run([sys.executable, "-c", _READ, str(file)], capture_output=True, text=True, check=True)  # noqa: S603
        print(told.stdout.strip(), flush=True)


_READ = """
import sys, time
from pathlib import Path
from ingest.readers.pdf import read_pdf
started = time.process_time()
pages = len(read_pdf(Path(sys.argv[1]), lambda *_: None).pages)
speed = pages / (time.process_time() - started)
status = Path("/proc/self/status").read_text().split("VmHWM:")[1]  # getrusage tells the parent's peak
print(f"| {pages} | {speed:.0f} | {int(status.split()[0]) / 1024:.0f} |")
"""


if __name__ == "__main__":
    app()
