"""What a build costs, from nothing and after a draft changed a little: `python -m ingest.benchmark.builds`.

Writes an invented corpus of many passages, as varied as real Thai, into a temporary folder, builds it from nothing,
changes a share of its passages, and builds again: each as a process of its own, as a maintainer does. Prints seconds by
the clock and of the processor.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Annotated

import typer
import yaml

from corpus import thai

SOURCE = {"title": "ตัวอย่าง", "publisher": "ตัวอย่าง", "date": "2563", "url": "https://example.org"}
# How Thai is written between two spaces. With these a tenth of the runs of letters has up to 4 letters, half up to 16,
# a tenth over 51, and 0.74 of all letters stand in runs not seen before; in 5,890 passages of government news (public
# domain, PyThaiNLP/thaigov-v2-corpus) it is 3, 14, 51 and 0.79. How often runs come again decides what a build costs,
# since a run that was cut is not cut again: a text of a few phrases is built three times as fast.
WORDS_A_RUN, MOST_WORDS, RUNS_A_LINE = 5, 20, 8
PHRASES, PHRASE_SHARE = 2_000, 0.25


@dataclass(frozen=True)
class Cost:
    """Seconds of one build: by the clock, and of the processor, its child processes included."""

    wall: float
    processor: float


def main(
    passages: Annotated[int, typer.Option(help="How many passages the corpus has.")] = 10_000,
    documents: Annotated[int, typer.Option(help="In how many documents.")] = 20,
    changed: Annotated[float, typer.Option(help="The share of passages that the new draft changes.")] = 0.02,
    turns: Annotated[int, typer.Option(help="How often both are built.")] = 3,
    spread: Annotated[bool, typer.Option(help="Spread the changes over all documents, not one draft.")] = False,
) -> None:
    """Build from nothing and after a change, in turns."""
    print(f"{passages} passages in {documents} documents, {changed:.0%} changed {'everywhere' if spread else 'in one'}")
    print("turn  full: wall  processor   again: wall  processor   ratio: wall  processor")
    for turn in range(1, turns + 1):
        with tempfile.TemporaryDirectory(prefix="builds-") as folder:
            corpus_dir, data_dir = Path(folder) / "documents", Path(folder) / "data"
            texts = _texts(passages, documents, random.Random(turn))
            _write(corpus_dir, texts)
            full = _build(corpus_dir, data_dir)
            _change(texts, round(passages * changed), spread, random.Random(turn))
            _write(corpus_dir, texts)
            again = _build(corpus_dir, data_dir)
            print(
                f"{turn:4d}  {full.wall:10.2f} {full.processor:10.2f}  {again.wall:11.2f} {again.processor:10.2f}"
                f"  {again.wall / full.wall:11.3f} {again.processor / full.processor:10.3f}",
                flush=True,
            )
            shutil.rmtree(data_dir)


def _texts(passages: int, documents: int, chance: random.Random) -> list[list[str]]:
    """The paragraphs of each document; each stands under a heading of its own, so each is a passage."""
    share = -(-passages // documents)
    line = _lines(chance)
    return [
        ["\n".join(next(line) for _ in range(3)) for _ in range(min(share, passages - at))]
        for at in range(0, passages, share)
    ]


def _lines(chance: random.Random) -> Iterator[str]:
    """Lines without sense: words as often as they stand in the Thai National Corpus, some phrases again and again."""
    counts = {word: count for word, count in thai.word_counts().items() if thai.thai_share(word) == 1}
    words, often = list(counts), list(accumulate(counts.values()))

    def run() -> str:
        length = min(MOST_WORDS, 1 + int(chance.expovariate(1 / WORDS_A_RUN)))
        return "".join(chance.choices(words, cum_weights=often, k=length))

    phrases = [run() for _ in range(PHRASES)]
    while True:
        runs = [chance.choice(phrases) if chance.random() < PHRASE_SHARE else run() for _ in range(RUNS_A_LINE)]
        yield f"{' '.join(runs)} งบประมาณ {chance.randint(10, 9_999):,} ล้านบาท ภายในปี {chance.randint(2563, 2570)}"


def _change(texts: list[list[str]], count: int, spread: bool, chance: random.Random) -> None:
    """Another amount in so many paragraphs: spread over all documents, or in as few as hold them."""
    places = [(document, i) for document, paragraphs in enumerate(texts) for i in range(len(paragraphs))]
    for document, i in chance.sample(places, count) if spread else places[:count]:
        texts[document][i] = texts[document][i].replace("งบประมาณ ", "งบประมาณรวม 1", 1)


def _write(corpus_dir: Path, texts: list[list[str]]) -> None:
    corpus_dir.mkdir(exist_ok=True)
    entries = []
    for number, paragraphs in enumerate(texts):
        body = "".join(f"\n## เรื่องที่ {i + 1}\n\n{paragraph}\n" for i, paragraph in enumerate(paragraphs))
        (corpus_dir / f"part-{number}.md").write_text(f"# ส่วนที่ {number}\n{body}", encoding="utf-8")
        entries.append(
            {"id": f"part-{number}", "file": f"part-{number}.md", "title": f"ส่วนที่ {number}", "plan": "none",
             "draft": "1", "date": "2563", "status": "ข้อมูลประกอบ", "audience": "public", "sources": ["S"]}
        )  # fmt: skip
    manifest = {"plans": {}, "sources": {"S": SOURCE}, "documents": entries}
    (corpus_dir / "manifest.yaml").write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")


def _build(corpus_dir: Path, data_dir: Path) -> Cost:
    command = [sys.executable, "-m", "ingest", "build", "--publish", "--corpus-dir", str(corpus_dir)]
    before, started = os.times(), time.perf_counter()
    subprocess.run([*command, "--data-dir", str(data_dir)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    wall, after = time.perf_counter() - started, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, spent)


if __name__ == "__main__":
    typer.run(main)
