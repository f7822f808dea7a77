"""Kills builds and publishes at random moments, and looks what is served: `python -m tests.ingest.killing --kills 60`.

Each turn starts a build (every other one as a candidate, which is published by itself now and then) of a corpus that
says another budget, and kills it. After each kill the release that is live must be one that was published whole, open,
and tell its own budget.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from corpus import releases, soundness
from corpus.embedder import load_embedder
from corpus.index import Query, open_index
from tests.ingest.small_corpus import PLAN, write_corpus


def main(
    kills: Annotated[int, typer.Option(help="How many processes to kill.")] = 60,
    seed: Annotated[int, typer.Option(help="Of the moments.")] = 1,
    longest: Annotated[float, typer.Option(help="Seconds after the start, at most.")] = 4.0,
) -> None:
    """Kill, look, and go on; exit code 1 if anything but a whole release was ever served."""
    chance, bad, through = random.Random(seed), 0, 0
    with tempfile.TemporaryDirectory(prefix="killing-") as folder:
        corpus_dir, data_dir = write_corpus(Path(folder) / "documents"), Path(folder) / "data"
        if _run(["build", "--publish", "--corpus-dir", str(corpus_dir)], data_dir, None):
            raise typer.Exit(2)
        for turn in range(1, kills + 1):
            (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", f"{turn},000"), encoding="utf-8")
            command = ["build", "--corpus-dir", str(corpus_dir), *(["--publish"] if turn % 2 else [])]
            if turn % 4 == 0 and releases.candidate(data_dir):
                command = ["publish"]
            code = _run(command, data_dir, chance.uniform(0.05, longest))
            through += code != -signal.SIGKILL
            trouble = _trouble(data_dir)
            bad += bool(trouble)
            typer.echo(
                f"{turn:4d} {command[0]:8s} {'killed' if code == -signal.SIGKILL else f'ended {code}'} {trouble}"
            )
        last = _run(["build", "--publish", "--force", "--corpus-dir", str(corpus_dir)], data_dir, None)
        left = [path.name for path in data_dir.glob("building-*")]
        typer.echo(
            f"{kills} turns, {kills - through} killed, {bad} bad; the next build ended {last}, left over: {left}"
        )
    raise typer.Exit(1 if bad or last or left else 0)


def _run(command: list[str], data_dir: Path, seconds: float | None) -> int:
    """Run an ingest command; kill it and its children after so many seconds. Its exit code."""
    whole = [sys.executable, "-m", "ingest", *command, "--data-dir", str(data_dir)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(whole, stdout=quiet, stderr=quiet, start_new_session=True) as process:
        if seconds is not None:
            time.sleep(seconds)
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
        return process.wait()


def _trouble(data_dir: Path) -> str:
    """What is wrong with what is served; empty if nothing is."""
    try:
        directory, release = releases.live_release(data_dir)
        soundness.check(directory, release)
        index = open_index(directory, load_embedder(""))
        index.check_vectors()
        found = index.search(Query("งบประมาณรวมของแผน"), k=1)[0].passage.body
        index.close()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    told = next(p.body for p in index.passages if "งบประมาณรวม" in p.body)
    return "" if told == found else f"found {found!r}"


if __name__ == "__main__":
    typer.run(main)
