"""A diff for people to read: on screen, and as one page of HTML that can be mailed."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING

from corpus.drafts import Change, ChangeKind, Words
from ingest.diff import Diff, DocumentDiff

if TYPE_CHECKING:
    from rich.console import Console

KIND_NAMES = {
    ChangeKind.ADDED: "เพิ่ม",
    ChangeKind.REMOVED: "ตัดออก",
    ChangeKind.CHANGED: "แก้ไข",
    ChangeKind.MOVED: "ย้ายที่",
    ChangeKind.RENUMBERED: "เปลี่ยนเลขลำดับ",
    ChangeKind.READING: "อ่านต่างจากเดิม",
}
FIELD_NAMES = {
    "title": "ชื่อเอกสาร",
    "draft": "ร่าง",
    "date": "วันที่",
    "status": "สถานะ",
    "audience": "ผู้อ่านได้",
    "supersedes": "แทนเอกสาร",
}
_STYLES = {
    ChangeKind.ADDED: "green", ChangeKind.REMOVED: "red", ChangeKind.CHANGED: "yellow", ChangeKind.MOVED: "cyan",
    ChangeKind.RENUMBERED: "cyan", ChangeKind.READING: "magenta",
}  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """A part of a text, and whether it differs from the other text."""

    text: str
    differs: bool
    figure: bool = False


def stretches(text: str, words: tuple[Words, ...], side: str) -> list[Stretch]:
    """A text cut where words differ; `side` is "old" or "new"."""
    found: list[Stretch] = []
    last = 0
    for one in sorted(words, key=lambda w: w.old_at if side == "old" else w.new_at):
        start, end = one.old_at if side == "old" else one.new_at
        if start >= last and end > start:
            found += [Stretch(text[last:start], False), Stretch(text[start:end], True, one.figure)]
            last = end
    return [stretch for stretch in (*found, Stretch(text[last:], False)) if stretch.text]


def document_heading(document: DocumentDiff) -> str:
    """What happened to a document, in one line."""
    if document.old is None:
        return f"เอกสารใหม่: {document.title}"
    if document.new is None:
        return f"เอกสารที่ถูกถอนออก: {document.title}"
    if document.replaces:
        return f"{document.new.title} เทียบกับฉบับก่อน {document.old.title}"
    return document.title


def place(change: Change) -> str:
    """The section in which a change stands, and its page where there is one."""
    passage = change.new or change.old
    if passage is None:
        return ""
    page = passage.page_label or (str(passage.page_start) if passage.page_start else "")
    return f"{passage.section} (หน้า {page})" if page else passage.section


def figures(diff: Diff) -> list[tuple[Change, list[Words]]]:
    """The changes in which figures differ, with those figures."""
    found = ((change, [words for words in change.words if words.figure]) for change in diff.changes)
    return [(change, words) for change, words in found if words]


def write_html(diff: Diff) -> str:
    """The diff as one page that needs no other file; every text in it is escaped."""
    from jinja2 import Environment

    template = files("ingest").joinpath("diff.html.j2").read_text(encoding="utf-8")
    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(template)
    numbers = {id(change): number for number, change in enumerate(diff.changes, start=1)}
    return page.render(
        diff=diff,
        kinds=KIND_NAMES,
        fields=FIELD_NAMES,
        figures=figures(diff),
        heading=document_heading,
        place=place,
        anchor=lambda change: f"change-{numbers[id(change)]}",
        stretches=stretches,
        sections=_sections,
    )


def show(diff: Diff, console: "Console") -> None:
    """Print the diff: what happened to how many, the figures, then every change under its section."""
    from rich.text import Text

    def line(*parts: str | tuple[str, str]) -> None:
        console.print(Text.assemble(*parts), soft_wrap=True)

    line((f"{diff.old} → {diff.new}", "bold"))
    for note in diff.notes:
        line((f"หมายเหตุ: {note}", "magenta"))
    if not diff.documents:
        line("ไม่มีอะไรเปลี่ยน / nothing changed")
        return
    line(" · ".join(f"{KIND_NAMES[kind]} {count}" for kind, count in diff.counts.items()) or "เปลี่ยนเฉพาะทะเบียนเอกสาร")
    if changed := figures(diff):
        line("\n", ("ตัวเลขที่เปลี่ยน / figures", "bold underline"))
        for change, words in changed:
            line("  ", "; ".join(f"{w.old or '–'} → {w.new or '–'}" for w in words), (f"  {place(change)}", "dim"))
    for document in diff.documents:
        line("\n", (document_heading(document), "bold underline"))
        for name, old, new in document.fields:
            line(f"  {FIELD_NAMES[name]}: {old or '–'} → {new or '–'}")
        for section, changes in _sections(document):
            line((f"  {section or '(ต้นเอกสาร)'}", "bold"))
            for change in changes:
                _show_change(change, line)


def _show_change(change: Change, line: object) -> None:
    assert callable(line)  # noqa: S101
    style = _STYLES[change.kind]
    line("    ", (f"[{KIND_NAMES[change.kind]}]", style))
    for sign, text, side in (("-", change.old_text, "old"), ("+", change.new_text, "new")):
        if text and not (change.kind is ChangeKind.MOVED and side == "old"):
            marked = [(s.text, f"bold {style}" if s.differs else "") for s in stretches(text, change.words, side)]
            line(f"      {sign} ", *[(part.replace("\n", "\n        "), mark) for part, mark in marked])


def _sections(document: DocumentDiff) -> Iterator[tuple[str, list[Change]]]:
    """The changes of a document by the section in which they stand, in reading order."""
    for section, changes in groupby(document.changes, key=place):
        yield section, list(changes)
