"""Office files, web pages and text files, made from the draft and read back: `python -m ingest.benchmark.office`."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from corpus.document import Block, BlockKind
from ingest.benchmark.draft import Draft, draft
from ingest.benchmark.scoring import Score, score
from ingest.reading import read_content

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# How the draft's markers count, for a list that numbers itself: format and text of its levels.
_LISTS = {
    "๑.": ("thaiNumbers", "%1."), "(ก)": ("thaiLetters", "(%1)"), "1)": ("decimal", "%1)"), "•": ("bullet", "\uf0b7"),
    "(๑)": ("thaiNumbers", "(%1)"),
}  # fmt: skip
_HEADING_SIZES = {1: 22, 2: 18, 3: 16, 4: 16}


def docx_by_styles(made: Draft, target: Path) -> None:
    """Heading styles and lists that Word numbers itself."""
    import docx
    from docx.oxml import parse_xml

    file = docx.Document()
    numbering: Any = file.part.numbering_part.element
    for number, (kind, text) in enumerate(_LISTS.values(), start=50):
        levels = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        levels += '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>'
        numbering.insert(0, parse_xml(f'<w:abstractNum {_W} w:abstractNumId="{number}">{levels}</w:abstractNum>'))
    last, definition = 100, 50
    for block, before in zip(made.blocks, (None, *made.blocks), strict=False):
        if block.kind is BlockKind.TABLE:
            _word_table(file, block)
            continue
        style = {BlockKind.LIST_ITEM: "List Paragraph"}.get(block.kind)
        if block.kind is BlockKind.HEADING:
            style = "Title" if block.level == 1 else f"Heading {block.level - 1}"
        paragraph = file.add_paragraph(block.text, style=style if style in file.styles else None)
        if block.kind is BlockKind.LIST_ITEM:
            if block.level == 1 and (block.marker in _LISTS and not _goes_on(before, block)):
                last, definition = last + 1, 50 + list(_LISTS).index(block.marker)
                override = "".join(
                    f'<w:lvlOverride w:ilvl="{i}"><w:startOverride w:val="1"/></w:lvlOverride>' for i in (0, 1)
                )
                xml = f'<w:num {_W} w:numId="{last}"><w:abstractNumId w:val="{definition}"/>{override}</w:num>'
                numbering.append(parse_xml(xml))
            told = f'<w:ilvl w:val="{block.level - 1}"/><w:numId w:val="{last}"/>'
            paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:numPr {_W}>{told}</w:numPr>"))
    file.save(str(target))


def _goes_on(before: Block | None, block: Block) -> bool:
    return before is not None and before.kind is BlockKind.LIST_ITEM and block.marker == "•"


def docx_by_looks(made: Draft, target: Path) -> None:
    """No styles: headings larger or bold, markers typed."""
    import docx
    from docx.shared import Pt

    file = docx.Document()
    for block in made.blocks:
        if block.kind is BlockKind.TABLE:
            _word_table(file, block)
            continue
        run = file.add_paragraph().add_run(f"{block.marker} {block.text}".strip())
        run.bold = block.kind is BlockKind.HEADING
        run.font.size = Pt(_HEADING_SIZES[block.level] if run.bold else 16)
    file.save(str(target))


def _word_table(file: Any, block: Block) -> None:
    table = file.add_table(rows=0, cols=len(block.columns))
    for row in (block.columns, *block.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def doc(made: Draft, target: Path) -> None:
    """Word 97, by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"{target.stem}.docx")
        docx_by_looks(made, source)
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "doc"]
        command += ["--outdir", str(target.parent), str(source)]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603


def pptx(made: Draft, target: Path) -> None:
    """A slide a section; its title, its lines with typed markers, its tables."""
    from pptx import Presentation
    from pptx.util import Inches

    file = Presentation()
    frame = None
    for block in made.blocks:
        if block.kind is BlockKind.HEADING:
            slide = file.slides.add_slide(file.slide_layouts[0 if block.level == 1 else 5])
            slide.shapes.title.text = block.text
            frame = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(8), Inches(4)).text_frame
        elif block.kind is BlockKind.TABLE:
            shape = slide.shapes.add_table(
                len(block.rows) + 1, len(block.columns), Inches(1), Inches(2), Inches(8), Inches(4)
            )
            for cells, row in zip(shape.table.rows, (block.columns, *block.rows), strict=True):
                for cell, text in zip(cells.cells, row, strict=True):
                    cell.text = text
        elif frame is not None:
            frame.add_paragraph().text = f"{block.marker} {block.text}".strip()
    file.save(str(target))


def html(made: Draft, target: Path, encoding: str = "utf-8", declared: str = "utf-8") -> None:
    """A web page with a menu, a banner and a foot around the draft; markers typed, tables as tables."""
    lines = [f'<!DOCTYPE html><html><head><meta charset="{declared}"><title>x</title></head><body>']
    lines.append('<div class="cookie-banner">เว็บไซต์นี้ใช้คุกกี้</div><nav><a href="#">เมนูหน้าแรก</a></nav><div id="content">')
    for block in made.blocks:
        if block.kind is BlockKind.TABLE:
            rows = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in block.columns)}</tr>"]
            rows += [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in block.rows]
            lines.append(f"<table>{''.join(rows)}</table>")
        else:
            tag = f"h{block.level}" if block.kind is BlockKind.HEADING else "p"
            lines.append(f"<{tag}>{escape(f'{block.marker} {block.text}'.strip())}</{tag}>")
    lines.append('</div><div id="footer">สงวนลิขสิทธิ์ของเว็บไซต์</div></body></html>')
    target.write_bytes("\n".join(lines).encode(encoding, "xmlcharrefreplace"))


def text(made: Draft, target: Path, encoding: str = "utf-8") -> None:
    """Blank lines around headings and between blocks; lists and tables line by line, cells parted by tabs."""
    told = ""
    for block, before in zip(made.blocks, (None, *made.blocks), strict=False):
        if block.kind is BlockKind.TABLE:
            lines = ["\t".join(row) for row in (block.columns, *block.rows)]
        else:
            lines = [f"{block.marker} {block.text}".strip()]
        beside = before is not None and before.kind is block.kind is BlockKind.LIST_ITEM
        told += ("\n" if beside else "\n\n") + "\n".join(lines)
    target.write_bytes(told.strip().encode(encoding, "replace"))


Maker = Callable[[Draft, Path], None]
KINDS: dict[str, tuple[str, Maker]] = {
    "DOCX, styles and Word's numbers": ("docx", docx_by_styles),
    "DOCX, bold and typed numbers": ("docx", docx_by_looks),
    "DOC by LibreOffice": ("doc", doc),
    "PPTX": ("pptx", pptx),
    "HTML, UTF-8": ("html", html),
    "HTML, CP874 declared TIS-620": ("html", lambda made, file: html(made, file, "cp874", "tis-620")),
    "HTML, CP874 declared ISO-8859-1": ("html", lambda made, file: html(made, file, "cp874", "iso-8859-1")),
    "TXT, UTF-8": ("txt", text),
    "TXT, UTF-16": ("txt", lambda made, file: text(made, file, "utf-16")),
    "TXT, CP874": ("txt", lambda made, file: text(made, file, "cp874")),
}
FURNITURE = ("เว็บไซต์นี้ใช้คุกกี้", "เมนูหน้าแรก", "สงวนลิขสิทธิ์ของเว็บไซต์")


def measure(made: Draft, kind: str, folder: Path) -> Score:
    """How well the draft is read from a file of one kind, through the child process that the build reads in."""
    ending, make = KINDS[kind]
    target = folder / f"draft.{ending}"
    make(made, target)
    return score(made, read_content(target).blocks, FURNITURE)


def writable_in_cp874(made: Draft) -> Draft:
    """The draft with what CP874 cannot write replaced, so that every encoding is held against the same truth."""

    def old(text: str) -> str:
        return text.encode("cp874", "replace").decode("cp874")

    blocks = (
        Block(
            b.kind,
            old(b.text),
            b.level,
            b.marker,
            tuple(map(old, b.columns)),
            tuple(tuple(map(old, r)) for r in b.rows),
        )
        for b in made.blocks
    )
    return Draft(old(made.title), tuple(blocks))


def main() -> None:
    made = writable_in_cp874(draft())
    columns = (
        "CER",
        "CER of tables",
        "headings",
        "levels",
        "markers",
        "rows",
        "order",
        "false headings",
        "furniture left",
    )
    sys.stdout.write(f"| file | {' | '.join(columns)} |\n|---{'|---' * len(columns)}|\n")
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            s = measure(made, kind, Path(folder))
        told = (
            f"{s.cer:.2%}",
            f"{s.table_cer:.2%}",
            *(f"{v:.1%}" for v in (s.headings, s.levels, s.markers, s.rows, s.order)),
        )
        sys.stdout.write(f"| {kind} | {' | '.join(told)} | {s.false_headings} | {s.leftovers} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
