"""What `python -m ingest check` shows: a table of a document's pages, and a page of HTML to compare by eye."""

import base64
import tempfile
from importlib.resources import files
from pathlib import Path

from corpus.pages import keep_pages, page_image
from ingest.health import Verdict
from ingest.reading import PageReading, Reading

VERDICTS = {
    Verdict.SOUND: "ดี / sound",
    Verdict.REPAIRED: "ซ่อมแล้ว / repaired",
    Verdict.OCR: "อ่านจากภาพ / OCR",
    Verdict.REFUSED: "ใช้ไม่ได้ / refused",
}
MOST_PICTURES = 40  # about 300 kB each; pages that are not sound come first
_STYLES = {Verdict.SOUND: "green", Verdict.REPAIRED: "yellow", Verdict.OCR: "cyan", Verdict.REFUSED: "red"}
_COLUMNS = ("หน้า", "เลขหน้า", "ผล", "อักษรไทย", "สัดส่วนไทย", "ำ ‰", "วรรณยุกต์ ‰", "นอกพจนานุกรม", "อักขระเสีย", "ซ่อม")


def print_table(reading: Reading) -> None:
    """The pages' figures and verdicts on standard output."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=reading.document.file, title_justify="left")
    for column in _COLUMNS:
        table.add_column(column, no_wrap=True)
    table.add_column("เหตุผล / reason", overflow="fold")
    for page in reading.pages:
        verdict = Text(VERDICTS[page.health.verdict], style=_STYLES[page.health.verdict])
        label, *figures = figures_of(page)
        number = "ทั้งไฟล์" if page.health.page is None else str(page.health.page)
        table.add_row(number, label, verdict, *figures, Text(page.health.reason))
    console = Console()
    console.width = max(console.width, 150)
    console.print(table)


def figures_of(page: PageReading) -> list[str]:
    """The label and figures of a page, as they are shown."""
    found = page.health.figures
    return [
        page.health.label,
        f"{found.thai_characters:,}",
        f"{found.thai_share:.0%}",
        f"{found.sara_am:.1f}",
        f"{found.tones:.1f}",
        f"{found.unknown_share:.1%}",
        str(found.broken),
        str(sum(done.count for done in page.repairs)),
    ]


def as_html(reading: Reading, file: Path) -> str:
    """A page that needs nothing else: each page's raw and repaired text beside its picture, where the file has pages.

    All text of the document is escaped, and the page may run no script and load nothing.
    """
    from jinja2 import Environment

    template = files("ingest").joinpath("check.html.j2").read_text(encoding="utf-8")
    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(template)
    pictures = _pictures(reading, file)
    return page.render(
        reading=reading,
        columns=_COLUMNS,
        verdicts=VERDICTS,
        figures_of=figures_of,
        pictures=pictures,
        most=MOST_PICTURES,
    )


def _pictures(reading: Reading, file: Path) -> dict[int, str]:
    """Pictures of the pages by number, as data addresses."""
    pages = sorted(reading.pages, key=lambda page: page.health.verdict is Verdict.SOUND)
    pictures: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        if not keep_pages(file, Path(folder), "document"):
            return {}
        for page in pages[:MOST_PICTURES]:
            number = page.health.page
            if number is not None and (picture := page_image(Path(folder), "document", number)):
                pictures[number] = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
    return pictures
