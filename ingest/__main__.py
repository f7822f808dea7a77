"""The maintainer's commands.

A new draft: `build` makes a candidate beside the live release, `diff` shows what it changes, `publish` makes it live,
`rollback` takes it back. `status`, `list` and `prune` look after releases; `check` and `read` look at one file.
"""

import atexit
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.document import Audience, BlockKind, Document, DraftStatus
from corpus.releases import PUBLISH_COMMAND
from ingest import release_commands
from ingest.console import CorpusDir, DataDir, EmbeddingModel, progress, told_plainly

if TYPE_CHECKING:
    from ingest.build import BuildReport
    from ingest.reading import Reading

NEXT_STEPS = (
    f"ดูว่าเปลี่ยนอะไร `python -m ingest diff` แล้วเผยแพร่ `{PUBLISH_COMMAND}` / see what it changes, then publish it"
)

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(release_commands.app)


@app.callback()
def read_env_file() -> None:
    """Take from `.env` what the environment lacks, as the bot does: both must mean the same index."""
    from dotenv import dotenv_values

    values = dotenv_values(".env")
    for name in ("DATA_DIR", "CORPUS_DIR", "EMBEDDING_MODEL", "EMBEDDING_BASE_URL", "EMBEDDING_API_KEY", "CHROMA_URL"):
        if value := values.get(name):
            os.environ.setdefault(name, value)


@app.command()
def build(
    corpus_dir: CorpusDir = Path("corpus/documents"),
    data_dir: DataDir = Path(".data"),
    embedding_model: EmbeddingModel = "",
    publish: Annotated[bool, typer.Option("--publish", help="Make it live at once, without a look at it.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read everything and show what would change; write no release.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing changed; take over nothing.")] = False,
    allow_unreadable: Annotated[
        bool,
        typer.Option("--allow-unreadable", help="Leave out pages and documents that cannot be cited, and name them."),
    ] = False,
) -> None:
    """Build a candidate release of the corpus beside the live one, and check it."""
    from ingest.build import build as build_release
    from ingest.build import rehearse

    if dry_run:
        with told_plainly(), progress() as report:
            would_change = rehearse(corpus_dir, data_dir, progress=report)
        release_commands.tell(would_change, as_json=False, html=None)
        return
    gc.disable()  # what a build makes stays until its end: looking for garbage among it was a third of its time
    atexit.register(gc.freeze)
    with told_plainly(), progress() as report:
        done = build_release(
            corpus_dir,
            data_dir,
            embedding_model,
            force=force,
            publish=publish,
            allow_unreadable=allow_unreadable,
            progress=report,
        )
    for reading in done.readings:
        for line in (*_repairs_told(reading), *_left_out(reading)):
            print(f"  {reading.document.file}: {line}")
    for reason in done.missing:
        print(f"  ไม่มีในรุ่นนี้ / missing in this release: {reason}")
    print(_told(done, publish))


def _repairs_told(reading: "Reading") -> Iterator[str]:
    for repair in reading.repairs:
        example = "; ".join(f"{before!r} → {after!r}" for before, after in repair.examples[:1])
        yield f"ซ่อมข้อความ / repaired {repair.rule} × {repair.count}{f' ({example})' if example else ''}"


def _left_out(reading: "Reading") -> Iterator[str]:
    yield from reading.notes
    for page in reading.pages:
        if page.invisible:
            yield f"หน้า / page {page.health.page}: ตัดข้อความที่มองไม่เห็น {page.invisible} ตัวอักษร / invisible text left out"
    for state in reading.unreadable:
        yield f"เว้นหน้า / page left out {state.page}: {state.reason}"


def _told(done: "BuildReport", publish: bool) -> str:
    name = done.release.id
    if done.unchanged and not done.live and publish:
        return (
            f"รุ่น {name} เคยถูกย้อนกลับ จึงไม่เผยแพร่เอง ถ้าต้องการจริงสั่ง `{PUBLISH_COMMAND} {name}` "
            f"/ release {name} was rolled back and is not published by this; `{PUBLISH_COMMAND} {name}` does"
        )
    if done.unchanged and done.live:
        return f"ไม่มีอะไรเปลี่ยน รุ่น {name} ให้บริการอยู่ / nothing changed; release {name} is live"
    if done.unchanged:
        return f"มีรุ่น {name} ของเอกสารชุดนี้รอเผยแพร่อยู่แล้ว: {NEXT_STEPS} / release {name} of these documents waits already"
    what = (
        f"{len(done.release.documents)} เอกสาร {done.release.passages} ข้อความ "
        f"(ทำดัชนีใหม่ {done.embedded}, ใช้ของเดิม {done.taken_over})"
    )
    if done.live:
        return f"เผยแพร่รุ่น {name} แล้ว: {what} / published"
    return f"สร้างรุ่น {name} แล้ว ยังไม่ให้บริการ: {what} / built, not live yet\n{NEXT_STEPS}"


@app.command("download-model")
def download_model(
    name: Annotated[str, typer.Argument(help="Its name on the Hugging Face hub, e.g. intfloat/multilingual-e5-small.")],
) -> None:
    """Fetch an embedding or reranking model from the hub. Nothing else ever downloads one."""
    from corpus.hub import download

    with told_plainly():
        folder = download(name)
    megabytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    print(
        f"ดาวน์โหลด {name} แล้ว ({megabytes:,.0f} MB) ตั้ง EMBEDDING_MODEL={name} หรือ RERANKER_MODEL={name} แล้วสร้างดัชนีใหม่ "
        f"/ downloaded to {folder}; set EMBEDDING_MODEL (and build anew) or RERANKER_MODEL to its name"
    )


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="A document file.")],
    passages: Annotated[bool, typer.Option("--passages", help="JSON lines, one a passage.")] = False,
    data_dir: DataDir = Path(".data"),
) -> None:
    """Print the clean text of a file, or the passages it is cut into."""
    from ingest.clean_text import clean_text, passage_text
    from ingest.passages import split
    from ingest.reading import read_document

    with told_plainly():
        document = _unlisted(file)
        kept_in = data_dir if data_dir.is_dir() else None
        reading = read_document(document, file.parent, allow_unreadable=True, data_dir=kept_in)
    for note in (
        *reading.notes,
        *(f"เว้นหน้า / left out page {page.page}: {page.reason}" for page in reading.unreadable),
    ):
        sys.stderr.write(f"{file}: {note}\n")
    if not passages:
        text, _ = clean_text(reading.blocks, len(reading.health) if reading.health[0].page else 0)
        print(text)
        return
    title = next((block.text for block in reading.blocks if (block.kind, block.level) == (BlockKind.HEADING, 1)), "")
    for passage in split(replace(document, title=title or document.title), reading.blocks):
        row = {
            "text": passage_text(passage),
            "page_start": passage.page_start,
            "page_end": passage.page_end,
            "page_label": passage.page_label,
            "path": passage.path,
            "ocr": passage.ocr,
            "start": passage.start,
            "end": passage.end,
        }
        print(json.dumps(row, ensure_ascii=False))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A document file.")],
    html: Annotated[Path | None, typer.Option("--html", help="Write a page with each page's text and picture.")] = None,
    data_dir: DataDir = Path(".data"),
) -> None:
    """Show the figures of each page of a file, what was repaired, and whether it may be cited; exit code 1 if not."""
    from ingest import check_page
    from ingest.reading import look_at

    with told_plainly(), progress() as report:
        document = _unlisted(file)
        kept_in = data_dir if data_dir.is_dir() else None
        told = partial(_page_told, report, file.name)
        reading = look_at(document, file.parent, data_dir=kept_in, progress=told)
    check_page.print_table(reading)
    for line in (*_repairs_told(reading), *_left_out(reading)):
        print(line)
    if html:
        with told_plainly():
            html.write_text(check_page.as_html(reading, file), encoding="utf-8")
        print(f"เขียน {html} แล้ว / written")
    if reading.unreadable:
        raise typer.Exit(1)


def _page_told(report: Callable[[str, int, int], None], name: str, page: int, pages: int, outcome: str) -> None:
    report(f"{name}: {outcome}", page, pages)


def _unlisted(file: Path) -> Document:
    """A description of a file that needs no manifest, for looking at it."""
    from ingest.readers import UnreadableDocument

    if not file.is_file():
        raise UnreadableDocument(f"{file}: ไม่พบไฟล์ / file not found")
    return Document(
        id=file.stem,
        title=file.stem,
        plan="none",
        draft="",
        date="",
        status=DraftStatus.BACKGROUND,
        audience=Audience.INTERNAL,
        sources=(),
        file=file.name,
    )


if __name__ == "__main__":
    app()
