"""Markdown → blocks. CommonMark with tables, parsed by markdown-it."""

from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from corpus.document import Block, BlockKind
from ingest.readers import Content, Told
from ingest.readers.decoding import decode
from ingest.readers.text import encoding_notes


def read_markdown_file(path: Path, _told: Told) -> Content:
    """The content of a Markdown file, of whatever encoding."""
    decoded = decode(path.read_bytes())
    return Content(read_markdown(decoded.text), notes=encoding_notes(decoded))


def read_markdown(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text; raw HTML and comments are left out, since readers do not see them."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    return tuple(block for node in tree.children for block in _blocks(node))


def _blocks(node: SyntaxTreeNode, depth: int = 0) -> list[Block]:
    if node.type == "heading":
        return [Block(BlockKind.HEADING, _text(node), level=int(node.tag[1]))]
    if node.type in ("bullet_list", "ordered_list"):
        return [block for i, item in enumerate(node.children) for block in _item(node, item, i, depth + 1)]
    if node.type == "table":
        return [_table(node)]
    if node.type == "blockquote":
        return [block for child in node.children for block in _blocks(child, depth)]
    if node.type in ("fence", "code_block"):
        return [Block(BlockKind.PARAGRAPH, node.content.strip())]
    text = _text(node) if node.type == "paragraph" else ""
    return [Block(BlockKind.PARAGRAPH, text)] if text else []


def _item(parent: SyntaxTreeNode, item: SyntaxTreeNode, position: int, depth: int) -> list[Block]:
    start = int(parent.attrs.get("start", 1)) if parent.type == "ordered_list" else 0
    marker = f"{start + position}." if parent.type == "ordered_list" else "-"
    own = [_text(child) for child in item.children if child.type == "paragraph"]
    nested = [block for child in item.children if child.type != "paragraph" for block in _blocks(child, depth)]
    return [Block(BlockKind.LIST_ITEM, " ".join(own), level=depth, marker=marker), *nested]


def _table(node: SyntaxTreeNode) -> Block:
    rows = [tuple(_text(cell) for cell in row.children) for part in node.children for row in part.children]
    return Block(BlockKind.TABLE, "", columns=rows[0], rows=tuple(rows[1:]))


def _text(node: SyntaxTreeNode) -> str:
    """The visible text below a node; a soft line break stays a line break."""
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type == "image":
        return str(node.content)
    return "".join(_text(child) for child in node.children)
