"""Our documents that are kept as PDF, printed from their text by Chromium: `python -m ingest.printing`.

Plans come as PDF, so some of ours do too: with running heads, Thai page numbers and tables that go over a page break,
so that citations name real pages. Their text stays beside them; a test holds the printed words against it.
"""

import html
import subprocess
import tempfile
from pathlib import Path

from corpus.document import Block, BlockKind
from ingest.readers.markdown import read_markdown

DOCUMENTS = Path(__file__).parent.parent / "corpus" / "documents"
TEXTS = DOCUMENTS / "printed"
FONT = "Laksaman"  # fonts-thai-tlwg; the letters of TH Sarabun, in which Thai agencies write
_CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
# Spaces are kept at line ends: in Thai they part phrases, and a reader cannot tell where one was left out.
_PAGE = """<!doctype html><html lang="th"><meta charset="utf-8"><title>%(title)s</title><style>
@page { size: A4; margin: 26mm 22mm 24mm 28mm;
  @top-right { content: "%(title)s"; font: 12pt "%(font)s" }
  @bottom-center { content: "หน้า " counter(page, thai); font: 12pt "%(font)s" } }
@page :first { @top-right { content: none } }
body { font: 16pt/1.5 "%(font)s"; margin: 0 }
h1 { font-size: 24pt; line-height: 1.3; text-align: center; margin: 0 0 8mm }
h2 { font-size: 19pt; margin: 6mm 0 2mm; break-after: avoid }
h3 { font-size: 17pt; margin: 4mm 0 1mm; break-after: avoid }
h1, h2, h3, p, li, td, th { white-space: break-spaces }
p { margin: 0 0 2mm; text-indent: 12mm }
ol, ul { margin: 0 0 3mm; padding-left: 20mm }
table { border-collapse: collapse; width: 100%%; margin: 2mm 0 5mm }
thead { display: table-header-group }
td, th { border: 0.5pt solid #555; padding: 1mm 2mm; vertical-align: top; text-align: left; font-size: 14pt }
th { background: #e3ebf3 }
</style>%(body)s</html>"""


def main() -> None:
    """Print every text of `corpus/documents/printed` to a PDF beside that folder."""
    for text in sorted(TEXTS.glob("*.md")):
        target = DOCUMENTS / f"{text.stem}.pdf"
        print_pdf(read_markdown(text.read_text(encoding="utf-8")), target)


def print_pdf(blocks: tuple[Block, ...], target: Path) -> None:
    """Print blocks, of which the first is the title, to a PDF.

    Raises:
        FileNotFoundError, subprocess.CalledProcessError: if Chromium is not installed, or fails.
    """
    body = "".join(_markup(block, last) for last, block in zip((None, *blocks), (*blocks, None), strict=True))
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as page:
        page.write(_PAGE % {"title": html.escape(blocks[0].text), "font": FONT, "body": body})
        page.flush()
        subprocess.run([*_CHROMIUM, f"--print-to-pdf={target}", page.name], check=True, capture_output=True)  # noqa: S603


def _markup(block: Block | None, last: Block | None) -> str:
    """A block, with the tags that open a list before its first item and close it after its last."""
    opened, wanted = _list_of(last), _list_of(block)
    markup = f"</{opened}>" if opened and opened != wanted else ""
    markup += f"<{wanted}>" if wanted and wanted != opened else ""
    return markup + (_element(block) if block else "")


def _list_of(block: Block | None) -> str:
    if block is None or block.kind is not BlockKind.LIST_ITEM:
        return ""
    return "ul" if block.marker == "-" else "ol"


def _element(block: Block) -> str:
    text = html.escape(block.text)
    match block.kind:
        case BlockKind.HEADING:
            return f"<h{block.level}>{text}</h{block.level}>"
        case BlockKind.LIST_ITEM:
            return f"<li>{text}</li>"
        case BlockKind.TABLE:
            rows = "".join(map(_row, block.rows))
            return f"<table><thead>{_row(block.columns, 'th')}</thead><tbody>{rows}</tbody></table>"
        case _:
            return "".join(f"<p>{html.escape(line)}</p>" for line in block.text.split("\n"))


def _row(cells: tuple[str, ...], tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"


if __name__ == "__main__":
    main()
