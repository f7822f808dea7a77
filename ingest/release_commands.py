"""The commands that look after releases: `diff`, `publish`, `rollback`, `status`, `list`, `prune`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus import releases
from corpus.releases import Release
from ingest.console import DataDir, told_plainly

if TYPE_CHECKING:
    from ingest.diff import Diff

app = typer.Typer()


@app.command()
def diff(
    old: Annotated[
        str, typer.Argument(metavar="[OLD]", help="A release, a document, a draft or a file; empty: live.")
    ] = "",
    new: Annotated[str, typer.Argument(metavar="[NEW]", help="The same; empty: the candidate.")] = "",
    data_dir: DataDir = Path(".data"),
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write one page that can be mailed.")
    ] = None,
) -> None:
    """Show what changes: the candidate against the live release, or any two releases, drafts or files."""
    from ingest.diff import diff as compare

    with told_plainly():
        tell(compare(data_dir, old, new), as_json=as_json, html=html)


def tell(found: "Diff", *, as_json: bool, html: Path | None) -> None:
    """A diff as the options ask for it: JSON, a page of HTML, or on screen."""
    from rich.console import Console

    from ingest.diff_page import show, write_html

    if html:
        html.write_text(write_html(found), encoding="utf-8")
        print(f"เขียนหน้า {html} แล้ว / written", file=sys.stderr)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    elif not html:
        show(found, Console())


@app.command()
def publish(
    release: Annotated[str, typer.Argument(metavar="[RELEASE]", help="A release's id; empty: the candidate.")] = "",
    data_dir: DataDir = Path(".data"),
    require: Annotated[
        Path | None, typer.Option("--require", metavar="RUN", help="An eval run on this release that passed its gate.")
    ] = None,
) -> None:
    """Check a candidate and make it live; the running bot takes it at its next question."""
    from ingest.publishing import publish_release

    with told_plainly():
        published = publish_release(data_dir, release, require)
    print(f"เผยแพร่รุ่น {published.id} แล้ว ย้อนกลับด้วย `python -m ingest rollback` / published; `rollback` takes it back")


@app.command()
def rollback(data_dir: DataDir = Path(".data")) -> None:
    """Go back to the release that was live before."""
    from ingest.publishing import roll_back

    with told_plainly():
        taken_back, live = roll_back(data_dir)
    print(f"ย้อนจากรุ่น {taken_back} กลับไปรุ่น {live.id} แล้ว / went back from {taken_back} to {live.id}")


@app.command()
def status(data_dir: DataDir = Path(".data")) -> None:
    """Show the live release and its documents, and the candidate that waits."""
    from rich.console import Console

    with told_plainly():
        waiting = releases.candidate(data_dir)
        if releases.live_id(data_dir) or not waiting:
            shown = [("รุ่นที่ให้บริการ / live release", releases.live_release(data_dir)[1])]
        else:
            shown = []
        if waiting:
            shown.append(("รุ่นที่รอเผยแพร่ / candidate", waiting))
    console = Console()
    for title, release in shown:
        _show(console, title, release)
    if waiting:
        print(f"เผยแพร่ด้วย `{releases.PUBLISH_COMMAND}` / `{releases.PUBLISH_COMMAND}` makes the candidate live")


def _show(console: object, title: str, release: Release) -> None:
    from rich.console import Console
    from rich.table import Table

    assert isinstance(console, Console)  # noqa: S101
    table = Table(title=f"{title} {release.id}", title_justify="left")
    table.add_column("เอกสาร / document", no_wrap=True)
    for column in (
        "ร่าง / draft",
        "วันที่ / date",
        "สถานะ / status",
        "ผู้อ่าน / audience",
        "ข้อความ / passages",
        "หน้า / pages",
    ):
        table.add_column(column, overflow="fold")
    for document in release.documents:
        count = str(release.document_passages.get(document.id, 0))
        pages = " ".join(f"{verdict} {number}" for verdict, number in release.health.get(document.id, {}).items())
        table.add_row(document.id, document.draft, document.date, document.status, document.audience, count, pages)
    console.print(table)
    made = f"{release.passages} ข้อความ / passages; {release.embedder}; สร้างเมื่อ / built {release.built_at}"
    console.print(made, soft_wrap=True)


@app.command("list")
def list_command(data_dir: DataDir = Path(".data")) -> None:
    """List all releases, newest first."""
    with told_plainly():
        pointer, found = releases.read_pointer(data_dir), releases.list_releases(data_dir)
        waiting = releases.candidate(data_dir)
    if not found:
        print(f"ยังไม่มีรุ่นข้อมูลใน {data_dir} / no releases yet; run `{releases.BUILD_COMMAND}`")
    for release in found:
        mark = "*" if release.id == pointer.live else "+" if waiting and release.id == waiting.id else " "
        told = f"{release.passages} passages  {len(release.documents)} documents  {release.embedder}"
        note = "  (ย้อนกลับแล้ว / rolled back)" if release.id in pointer.rolled_back else ""
        print(f"{mark} {release.id}  {told}{note}")
    if found:
        print("* ให้บริการ / live   + รอเผยแพร่ / candidate")


@app.command()
def prune(
    data_dir: DataDir = Path(".data"),
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many of the newest to keep.")] = releases.KEEP,
) -> None:
    """Remove old releases; never the live one, the one to go back to, or one that a bot has open."""
    with told_plainly(), releases.locked(data_dir, "prune"):
        gone = releases.prune(data_dir, keep)
    print(f"ลบ {len(gone)} รุ่น / removed: {' '.join(gone) or '-'}")
