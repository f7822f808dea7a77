"""The draft as files: HTML for a browser, a flat OpenDocument text for an office suite, Typst and ReportLab source."""

import html
from xml.sax.saxutils import escape

from corpus.document import Block, BlockKind
from ingest.benchmark.draft import HEAD, Draft

_PAGE = (
    '<!doctype html><html lang="th"><meta charset="utf-8"><title>%(title)s</title><style>%(css)s</style>%(body)s</html>'
)
_CSS = """
@page { size: A4; margin: 25mm 20mm 22mm;
  @top-center { content: "%(head)s"; font-size: 11pt }
  @bottom-center { content: counter(page, thai); font-size: 11pt } }
@page :first { @top-center { content: none } @bottom-center { content: none } }
body { font-family: "%(font)s"; font-size: 14pt; line-height: 1.45; margin: 0 }
h1 { font-size: 24pt; text-align: center; margin: 20mm 0 10mm }
h2 { font-size: 19pt; break-before: page; margin: 0 0 4mm }
h3 { font-size: 16pt; margin: 6mm 0 2mm; break-after: avoid }
h4 { font-size: 14pt; margin: 4mm 0 1mm; break-after: avoid }
p { margin: 0 0 2.5mm; text-align: %(align)s }
.item { display: flex; margin: 0 0 1mm 8mm } .item.l2 { margin-left: 18mm }
.item span:first-child { min-width: 10mm; padding-right: 2mm }
table { border-collapse: collapse; width: 100%%; margin: 2mm 0 5mm }
thead { display: table-header-group }
td, th { border: 0.6pt solid #444; padding: 1mm 2mm; vertical-align: top; text-align: left; font-size: 12pt }
th { background: #dde6f0 }
.columns { columns: 2; column-gap: 9mm }
.contents { break-before: page } .contents div { display: flex }
.contents i { flex: 1; overflow: hidden; white-space: nowrap; font-style: normal; margin: 0 1mm }
"""


def as_html(draft: Draft, font: str, *, align: str = "left", lists: str = "typed") -> str:
    """A page for a browser; `lists` as typed text, or made by the browser from list elements."""
    body: list[str] = []
    for position, block in enumerate(draft.blocks):
        body.append(_html(block, lists))
        if position == 0:
            body.append(_contents(draft))
    css = _CSS % {"head": HEAD, "font": font, "align": align}
    return _PAGE % {"title": draft.title, "css": css, "body": "".join(body)}


def _contents(draft: Draft) -> str:
    entries = [block.text for block in draft.blocks if block.kind is BlockKind.HEADING and block.level in (2, 3)]
    rows = "".join(
        f"<div><span>{html.escape(text)}</span><i>{'.' * 200}</i><span>{number // 4 + 3}</span></div>"
        for number, text in enumerate(entries)
    )
    return f'<section class="contents"><p>สารบัญ</p>{rows}</section>'


def _html(block: Block, lists: str) -> str:
    text = html.escape(block.text)
    match block.kind:
        case BlockKind.HEADING:
            return f"<h{block.level}>{text}</h{block.level}>"
        case BlockKind.LIST_ITEM if lists == "typed":
            return f'<div class="item l{block.level}"><span>{block.marker}</span><span>{text}</span></div>'
        case BlockKind.LIST_ITEM:
            style = f"list-style-type: '{block.marker} '; margin: 0 0 1mm; padding-left: {14 * block.level}mm"
            return f'<ul style="{style}"><li>{text}</li></ul>'
        case BlockKind.TABLE:
            head = "".join(f"<th>{html.escape(cell)}</th>" for cell in block.columns)
            rows = "".join(
                "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows
            )
            return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        case _:
            return f"<p>{text}</p>"


def as_columns(draft: Draft, font: str) -> str:
    """The draft's prose set in two columns, for a browser."""
    body = "".join(
        f"<h2>{html.escape(b.text)}</h2>"
        if b.level == 2
        else f"<h3>{html.escape(b.text)}</h3>"
        if b.kind is BlockKind.HEADING
        else f"<p>{html.escape(b.text)}</p>"
        for b in draft.blocks
        if b.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH)
    )
    css = _CSS % {"head": HEAD, "font": font, "align": "left"}
    return _PAGE % {"title": draft.title, "css": css, "body": f'<div class="columns">{body}</div>'}


_ODF = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles>%(styles)s</office:styles>
<office:automatic-styles>
<style:page-layout style:name="L"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="1.2cm"
 fo:margin-bottom="1.2cm" fo:margin-left="2cm" fo:margin-right="2cm" style:num-format="๑, ๒, ๓, ..."/>
<style:header-style><style:header-footer-properties fo:min-height="1cm"/></style:header-style>
<style:footer-style><style:header-footer-properties fo:min-height="1cm"/></style:footer-style></style:page-layout>
<style:style style:name="T" style:family="table"><style:table-properties style:width="17cm" table:align="margins"/></style:style>
<style:style style:name="C" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" fo:border="0.5pt solid #444444"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="L">
<style:header><text:p text:style-name="Small">%(head)s</text:p></style:header>
<style:footer><text:p text:style-name="Small"><text:page-number style:num-format="๑, ๒, ๓, ..." text:select-page="current">1</text:page-number></text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>%(body)s</office:text></office:body></office:document>
"""
_ODF_STYLES = {  # name: size in points, bold, further paragraph properties
    "Text": (15, False, 'fo:margin-bottom="0.2cm"'),
    "Small": (12, False, 'fo:text-align="center"'),
    "Cell": (13, False, ""),
    "Head": (13, True, ""),
    "H1": (26, True, 'fo:text-align="center" fo:margin-bottom="1cm"'),
    "H2": (20, True, 'fo:break-before="page" fo:margin-bottom="0.4cm"'),
    "H3": (17, True, 'fo:margin-top="0.5cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"'),
    "H4": (15, True, 'fo:margin-top="0.3cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"'),
    "I1": (15, False, 'fo:margin-left="1.6cm" fo:text-indent="-0.8cm" fo:margin-bottom="0.1cm"'),
    "I2": (15, False, 'fo:margin-left="2.8cm" fo:text-indent="-0.8cm" fo:margin-bottom="0.1cm"'),
    "Just": (15, False, 'fo:margin-bottom="0.2cm" fo:text-align="justify" fo:text-indent="1.5cm"'),
}


def as_odf(draft: Draft, font: str, *, prose: str = "Text") -> str:
    """A flat OpenDocument text; `prose` is the style of its paragraphs, "Text" or "Just" (justified and indented)."""
    styles = "".join(
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties {extra}/>'
        f'<style:text-properties style:font-name="{font}" fo:font-family="{font}" fo:font-size="{size}pt" '
        f'style:font-family-complex="{font}" style:font-size-complex="{size}pt" fo:language="en" fo:country="US" '
        f'style:language-complex="th" style:country-complex="TH" '
        + ('fo:font-weight="bold" style:font-weight-complex="bold"' if bold else "")
        + "/></style:style>"
        for name, (size, bold, extra) in _ODF_STYLES.items()
    )
    return _ODF % {"styles": styles, "head": HEAD, "body": "".join(_odf(block, prose) for block in draft.blocks)}


def _odf(block: Block, prose: str) -> str:
    text = escape(block.text)
    match block.kind:
        case BlockKind.HEADING:
            return f'<text:p text:style-name="H{block.level}">{text}</text:p>'
        case BlockKind.LIST_ITEM:
            return f'<text:p text:style-name="I{block.level}">{block.marker}<text:tab/>{text}</text:p>'
        case BlockKind.TABLE:
            width = len(block.columns)
            head = f"<table:table-header-rows>{_odf_row(block.columns, 'Head')}</table:table-header-rows>"
            rows = "".join(_odf_row(row, "Cell") for row in block.rows)
            columns = f'<table:table-column table:number-columns-repeated="{width}"/>'
            return f'<table:table table:style-name="T">{columns}{head}{rows}</table:table>'
        case _:
            return f'<text:p text:style-name="{prose}">{text}</text:p>'


def _odf_row(cells: tuple[str, ...], style: str) -> str:
    told = "".join(
        f'<table:table-cell table:style-name="C"><text:p text:style-name="{style}">{escape(cell)}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row>{told}</table:table-row>"


def as_typst(draft: Draft, font: str) -> str:
    """Typst source."""
    body = "\n\n".join(_typst(block) for block in draft.blocks)
    return f"""
#set page(paper: "a4", margin: (x: 20mm, y: 25mm), header: align(center)[{_plain(HEAD)}], numbering: "1")
#set text(font: "{font}", size: 14pt, lang: "th")
#show heading.where(level: 2): it => {{ pagebreak(weak: true); it }}
{body}
"""


def _typst(block: Block) -> str:
    text = _plain(block.text)
    match block.kind:
        case BlockKind.HEADING:
            return f"{'=' * block.level} {text}"
        case BlockKind.LIST_ITEM:
            return (
                f"#grid(columns: (12mm, 1fr), inset: (left: {block.level * 4}mm), [{_plain(block.marker)}], [{text}])"
            )
        case BlockKind.TABLE:
            head = ", ".join(f"[*{_plain(cell)}*]" for cell in block.columns)
            rows = ", ".join(f"[{_plain(cell)}]" for row in block.rows for cell in row)
            return f"#table(columns: ({'1fr, ' * len(block.columns)}), table.header({head}), {rows})"
        case _:
            return text


def _plain(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\#$*_`<>@=-+/[]~'\"." else c for c in text)
