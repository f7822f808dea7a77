"""The maintainer's commands: `python -m ingest build`, `status`, `list`, `read`."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus import releases
from corpus.document import Audience, Block, BlockKind, Document, DraftStatus

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

DataDir = Annotated[Path, typer.Option(envvar="DATA_DIR", help="Where releases are kept.")]
CorpusDir = Annotated[Path, typer.Option(envvar="CORPUS_DIR", help="The documents and their manifest.yaml.")]
EmbeddingModel = Annotated[
    str, typer.Option(envvar="EMBEDDING_MODEL", help="A sentence-transformers name or path; empty: the shipped model.")
]
STAGES = {"read": "อ่านเอกสาร / reading", "embed": "ทำดัชนี / indexing"}


@app.callback()
def read_env_file() -> None:
    """Take from `.env` what the environment lacks, as the bot does: both must mean the same index."""
    from dotenv import dotenv_values

    values = dotenv_values(".env")
    for name in ("DATA_DIR", "CORPUS_DIR", "EMBEDDING_MODEL"):
        if value := values.get(name):
            os.environ.setdefault(name, value)


@app.command()
def build(
    corpus_dir: CorpusDir = Path("corpus/documents"),
    data_dir: DataDir = Path(".data"),
    embedding_model: EmbeddingModel = "",
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing changed; take over nothing.")] = False,
) -> None:
    """Build a release of the corpus, check it, and make it live."""
    from ingest.build import build as build_release

    with _told_plainly(), _progress() as report:
        done = build_release(corpus_dir, data_dir, embedding_model, force=force, progress=report)
    for reading in done.readings:
        for repair in reading.repairs:
            print(f"  ซ่อมข้อความ / repaired {reading.document.file}: {repair.rule} × {repair.count}")
    if done.unchanged:
        print(f"ไม่มีอะไรเปลี่ยน รุ่น {done.release.id} ยังใช้อยู่ / nothing changed; release {done.release.id} stays live")
    else:
        print(
            f"เผยแพร่รุ่น {done.release.id} แล้ว: {len(done.release.documents)} เอกสาร {done.release.passages} ข้อความ "
            f"(ทำดัชนีใหม่ {done.embedded}, ใช้ของเดิม {done.taken_over}) / published"
        )


@app.command()
def status(data_dir: DataDir = Path(".data")) -> None:
    """Show the live release and its documents."""
    from rich.console import Console
    from rich.table import Table

    with _told_plainly():
        _, release = releases.live_release(data_dir)
    table = Table(title=f"รุ่นที่ให้บริการ / live release {release.id}", title_justify="left")
    table.add_column("เอกสาร / document", no_wrap=True)
    for column in ("ร่าง / draft", "วันที่ / date", "สถานะ / status", "ผู้อ่าน / audience"):
        table.add_column(column, overflow="fold")
    for document in release.documents:
        table.add_row(document.id, document.draft, document.date, document.status, document.audience)
    console = Console()
    console.print(table)
    made = f"{release.passages} ข้อความ / passages; {release.embedder}; สร้างเมื่อ / built {release.built_at}"
    console.print(made, soft_wrap=True)


@app.command("list")
def list_command(data_dir: DataDir = Path(".data")) -> None:
    """List all releases, newest first."""
    with _told_plainly():
        live, found = releases.live_id(data_dir), releases.list_releases(data_dir)
    if not found:
        print(f"ยังไม่มีรุ่นข้อมูลใน {data_dir} / no releases yet; run `{releases.BUILD_COMMAND}`")
    for release in found:
        mark = "*" if release.id == live else " "
        told = f"{release.passages} passages  {len(release.documents)} documents  {release.embedder}"
        print(f"{mark} {release.id}  {told}")


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="A document file.")],
    passages: Annotated[bool, typer.Option("--passages", help="JSON lines, one a passage.")] = False,
) -> None:
    """Print the clean text of a file, or the passages it is cut into."""
    from ingest.passages import split
    from ingest.reading import read_document

    with _told_plainly():
        document = _unlisted(file)
        reading = read_document(document, file.parent)
    title = next((block.text for block in reading.blocks if (block.kind, block.level) == (BlockKind.HEADING, 1)), "")
    document = replace(document, title=title or document.title)
    if not passages:
        print("\n".join(_block_text(block) for block in reading.blocks))
        return
    for passage in split(document, reading.blocks):
        row = {
            "text": passage.body,
            "page_start": passage.page_start,
            "page_end": passage.page_end,
            "path": passage.path,
            "ocr": False,
        }
        print(json.dumps(row, ensure_ascii=False))


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


def _block_text(block: Block) -> str:
    if block.kind is BlockKind.HEADING:
        return f"\n{'#' * block.level} {block.text}\n"
    if block.kind is BlockKind.LIST_ITEM:
        return f"{'  ' * (block.level - 1)}{block.marker} {block.text}"
    if block.kind is BlockKind.TABLE:
        return "\n".join(" | ".join(row) for row in (block.columns, *block.rows))
    return block.text


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Known troubles end the command with one clear sentence and exit code 1; unknown ones keep their traceback."""
    from corpus.embedder import EmbedderNotFound
    from corpus.glossary import GlossaryError
    from corpus.index import IndexUnusable
    from ingest.manifest import ManifestError
    from ingest.readers import UnreadableDocument

    known = (
        ManifestError, UnreadableDocument, GlossaryError, EmbedderNotFound, IndexUnusable,
        releases.ReleaseLocked, releases.ReleaseNotFound, releases.ReleaseUnusable,
    )  # fmt: skip
    try:
        yield
    except known as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from None
    except OSError as error:  # disk full, a directory that cannot be written
        sys.stderr.write(
            f"เขียนหรืออ่านไฟล์ไม่ได้: {error} รุ่นที่ให้บริการอยู่ไม่ถูกแตะต้อง / cannot read or write; the live release is untouched\n"
        )
        raise typer.Exit(1) from None


class _Report:
    """Turns build progress into bars, one a stage."""

    def __init__(self, bars: "Progress") -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(STAGES[stage], total=total)
        self._bars.update(self._tasks[stage], completed=done)


@contextmanager
def _progress() -> Iterator[_Report]:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        yield _Report(bars)


if __name__ == "__main__":
    app()
