"""The public texts a model is trained on, read from checkouts, cut into words, and kept apart from measuring sets.

Sources are checkouts of PyThaiNLP/thaigov-corpus and PyThaiNLP/thaigov-v2-corpus (Thai government news, one
file an item: title, blank line, date, lines of text, address) and the `train.jsonl` of
iapp-technology/iapp-wiki-qa-dataset (`squad_format/data.zip`). An item that also occurs in a measuring set is
dropped: its title or question word for word, or a tenth of its text in common runs of letters.
"""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from corpus import thai

FIRST_YEAR, LAST_YEAR = 2018, 2024
BODY_CHARACTERS = 4000  # an item's head says what it is about; the longest are whole speeches

_SITE = re.compile(r"^รัฐบาลไทย-[^-]{1,60}-")
_DATED = re.compile(rf"^วัน\S*ที่\s*(\d{{1,2}})\s+({'|'.join(thai.MONTHS)})\s+(\d{{4}})$")
_SOURCE_LINE = re.compile(r"^ที่มา\s*:")
_WINDOW = 48  # letters; long enough that a shared run means shared text, not a shared phrase
_SHARED = 0.1


@dataclass(frozen=True)
class Item:
    """A titled text: a news item, or a question (`title`) and the passage that answers it (`lines`)."""

    source: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class CutItem:
    """An `Item` cut into words by `thai.words`."""

    source: str
    title: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def read_news(checkout: Path, first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> Iterator[Item]:
    """The news items of a checkout dated within the years (inclusive), in order of path.

    Raises FileNotFoundError if the folder holds no text file at all.
    """
    paths = sorted(checkout.rglob("*.txt"))
    if not paths:
        raise FileNotFoundError(f"no news item (*.txt) below {checkout}: give a checkout of a thaigov corpus")
    for path in paths:
        if item := _news_item(path, first_year, last_year):
            yield item


def read_questions(path: Path) -> Iterator[Item]:
    """The questions of an iapp `train.jsonl`, or of the `data/train.jsonl` inside its `data.zip`."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            text = archive.read("data/train.jsonl").decode("utf-8")
    else:
        text = path.read_text(encoding="utf-8")
    for line in text.splitlines():
        row = json.loads(line)
        context = thai.clean(row["context"])[:BODY_CHARACTERS]
        yield Item("iapp", thai.clean(row["question"]), tuple(part for part in context.split("\n") if part))


@dataclass(frozen=True)
class MeasuringText:
    """The texts of measuring sets, as hashes: whole short texts, and every run of `_WINDOW` letters."""

    whole: frozenset[int]
    windows: frozenset[int]

    def holds(self, item: Item) -> bool:
        """Whether the item's title, or a tenth of its text, stands in a measuring set."""
        title = thai.squeeze(item.title)
        if hash(title) in self.whole:
            return True
        text = title + thai.squeeze("".join(item.lines))
        starts = range(0, max(1, len(text) - _WINDOW + 1), _WINDOW)
        shared = sum(hash(text[start : start + _WINDOW]) in self.windows for start in starts)
        return shared > 0 and shared >= _SHARED * len(starts)


def measuring_text(folder: Path | None) -> MeasuringText:
    """All queries and passages below a folder in BEIR layout; nothing for None."""
    whole: set[int] = set()
    windows: set[int] = set()
    for path in sorted(folder.rglob("*.jsonl")) if folder else []:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for part in (row.get("title") or "", row["text"]):
                text = thai.squeeze(part)
                if text:
                    whole.add(hash(text))
                windows.update(hash(text[i : i + _WINDOW]) for i in range(len(text) - _WINDOW + 1))
    return MeasuringText(frozenset(whole), frozenset(windows))


def cut(items: Iterable[Item], excluded: MeasuringText, processes: int) -> tuple[list[CutItem], int]:
    """The items in words, without repeats and without those of the measuring sets; and how many those were.

    Forked workers, so that the hashes of the measuring sets mean the same in each of them.
    """
    global _excluded
    _excluded = excluded
    kept: dict[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], CutItem] = {}
    dropped = 0
    with get_context("fork").Pool(processes) as pool:
        for item in pool.imap(_cut, items, chunksize=64):
            if item is None:
                dropped += 1
            else:
                kept.setdefault((item.title, item.lines[:1]), item)
    return list(kept.values()), dropped


def write_cut(path: Path, items: Iterable[CutItem]) -> None:
    """One JSON object a line, words joined by spaces (no word of `thai.words` holds one)."""
    with path.open("w", encoding="utf-8") as file:
        for item in items:
            row = [item.source, " ".join(item.title), [" ".join(line) for line in item.lines]]
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_cut(path: Path) -> list[CutItem]:
    """The inverse of `write_cut`."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [CutItem(s, tuple(t.split()), tuple(tuple(line.split()) for line in lines)) for s, t, lines in rows]


_excluded = MeasuringText(frozenset(), frozenset())


def _cut(item: Item) -> CutItem | None:
    if _excluded.holds(item):
        return None
    lines = tuple(words for line in item.lines if (words := tuple(thai.words(line))))
    return CutItem(item.source, tuple(thai.words(item.title)), lines)


def _news_item(path: Path, first_year: int, last_year: int) -> Item | None:
    lines = [line for line in thai.clean(path.read_text(encoding="utf-8", errors="replace")).split("\n") if line]
    if len(lines) < 3:
        return None
    title = _SITE.sub("", lines[0]).strip()
    dates = [m for line in lines[1:6] if (m := _DATED.match(line))]
    year = int(dates[0][3]) - thai.BUDDHIST_ERA_OFFSET if dates else None
    if year is None or not first_year <= year <= last_year:
        return None
    same = thai.squeeze(title)
    body: list[str] = []
    length = 0
    for line in lines[1:]:
        # The title stands again above most bodies: left there, matching it would be all that is learnt.
        if line == "พิมพ์" or _SOURCE_LINE.match(line) or _DATED.match(line) or thai.squeeze(line) == same:
            continue
        body.append(line)
        length += len(line)
        if length >= BODY_CHARACTERS:
            break
    return Item("thaigov", title, tuple(body)) if title and body else None
