"""What changed between two drafts, piece by piece; computed at build and kept in the release.

A change is of a heading, a sentence, a list item or a table row, not of a passage: where passages are cut changes
without a word of the plan changing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from corpus import thai
from corpus.alignment import Pair, Piece, PieceKind, Word, align, letters, pieces_of_both, words_of
from corpus.document import Passage
from corpus.quantities import quantities

DRAFTS = "drafts.jsonl"


class ChangeKind(StrEnum):
    """`READING` is a difference in how an unchanged file was read: the program changed, not the plan."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    READING = "reading"


@dataclass(frozen=True)
class Words:
    """Words that one text has in another's place. `old_at` and `new_at` are where they stand in the change's texts.

    `figure` tells that a number, year, date, amount or share is among them.
    """

    old: str
    new: str
    old_at: tuple[int, int]
    new_at: tuple[int, int]
    figure: bool


@dataclass(frozen=True)
class Change:
    """One difference between two drafts. `old` and `new` are the passages it stands in, None where it stands in none.

    `old_text` and `new_text` are what changed as a person reads it: the heading, sentence, item or row, not the whole
    passage. `words` are the words that differ, figures first; empty unless the kind is CHANGED or READING.
    """

    kind: ChangeKind
    old: Passage | None
    new: Passage | None
    words: tuple[Words, ...] = ()
    old_text: str = ""
    new_text: str = ""


@dataclass(frozen=True)
class DraftChanges:
    """What changed from the document that was superseded, by id, to the one that supersedes it, in reading order."""

    old_document: str
    new_document: str
    changes: tuple[Change, ...]


def compare(old: Sequence[Passage], new: Sequence[Passage], *, same_source: bool = False) -> tuple[Change, ...]:
    """What changed from one text to another, in the order of the new one; removed text stands where it was.

    With `same_source` both were read from the same file: whatever differs is of kind READING.
    """
    pairs = align(*pieces_of_both(old, new))
    changes = tuple(_grouped(_in_order(pairs)))
    return tuple(replace(change, kind=ChangeKind.READING) for change in changes) if same_source else changes


def word_changes(old: str, new: str) -> tuple[Words, ...]:
    """The words that differ between two texts, figures first; a figure with its unit counts as one word."""
    from rapidfuzz.distance import Indel

    before, after = list(_tokens(old)), list(_tokens(new))
    found: list[Words] = []
    start_old = start_new = 0
    equal = [b for b in Indel.opcodes([t.key for t in before], [t.key for t in after]) if b.tag == "equal"]
    ends = [(b.src_start, b.dest_start, b.src_end, b.dest_end) for b in equal]
    for end_old, end_new, next_old, next_new in [*ends, (len(before), len(after), 0, 0)]:
        gone, come = before[start_old:end_old], after[start_new:end_new]
        if gone or come:
            old_at, new_at = _span(gone, before, start_old), _span(come, after, start_new)
            figure = any(token.figure for token in (*gone, *come))
            found.append(Words(old[slice(*old_at)], new[slice(*new_at)], old_at, new_at, figure))
        start_old, start_new = next_old, next_new
    return tuple(sorted(found, key=lambda words: not words.figure))


def write_drafts(directory: Path, drafts: Iterable[DraftChanges]) -> None:
    """Keep what changed in a release; passages by id."""
    with (directory / DRAFTS).open("w", encoding="utf-8") as file:
        for draft in drafts:
            row = {
                "old_document": draft.old_document,
                "new_document": draft.new_document,
                "changes": [_as_json(change) for change in draft.changes],
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_drafts(directory: Path, passage: Callable[[str], Passage | None]) -> tuple[DraftChanges, ...]:
    """What `write_drafts` kept. `passage` gives the passage of an id, as `Index.passage` does.

    Raises:
        OSError, ValueError, KeyError, TypeError: if it is missing or damaged.
    """
    found = []
    with (directory / DRAFTS).open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            changes = tuple(_from_json(raw, passage) for raw in row["changes"])
            found.append(DraftChanges(row["old_document"], row["new_document"], changes))
    return tuple(found)


# --- from pairs to changes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """A change of one piece, before what belongs together is put together."""

    kind: ChangeKind
    pair: Pair

    @property
    def together(self) -> tuple[object, ...]:
        """Equal for neighbours that make one change: text added, removed or moved with the rest of its passage."""
        old, new = self.pair.old, self.pair.new
        piece = new or old
        if self.kind not in (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.MOVED) or piece is None:
            return (id(self),)
        return self.kind, old and id(old.passage), new and id(new.passage)


def _in_order(pairs: list[Pair]) -> list[_Found]:
    """The pairs that are changes, in the order of the new text; a removed piece comes after what stood before it."""
    follows: dict[tuple[int, int], tuple[int, int]] = {}
    last = (-1, 0)
    for pair in sorted((p for p in pairs if p.old), key=lambda p: p.old.at):  # type: ignore[union-attr]
        if pair.new and not pair.moved:
            last = max(last, pair.new.at)
        elif pair.old:
            follows[pair.old.at] = last
    found = [_Found(kind, pair) for pair in pairs if (kind := _kind(pair))]

    def place(change: _Found) -> tuple[tuple[int, int], int, tuple[int, int]]:
        old, new = change.pair.old, change.pair.new
        if new is not None:
            return new.at, 0, new.at
        return (follows[old.at], 1, old.at) if old else ((-1, 0), 1, (-1, 0))

    return sorted(found, key=place)


def _kind(pair: Pair) -> ChangeKind | None:
    old, new = pair.old, pair.new
    if old is None or new is None:
        piece = new or old
        if piece is None or piece.kind is PieceKind.COLUMNS:  # seen with the rows
            return None
        return ChangeKind.ADDED if old is None else ChangeKind.REMOVED
    if old.whole == new.whole and not pair.moved:
        return None
    numbers = pair.numbers
    if numbers is None:
        return ChangeKind.CHANGED
    if pair.moved:
        return ChangeKind.MOVED
    return ChangeKind.RENUMBERED if numbers[0] != numbers[1] else None


def _grouped(found: list[_Found]) -> Iterator[Change]:
    for _, together in groupby(found, key=lambda change: change.together):
        group = list(together)
        if len(group) > 1 and not _stands_alone(group):
            yield _change(group)
        else:
            yield from (_change(run) for run in _runs(group))


def _stands_alone(group: list[_Found]) -> bool:
    """Whether the pieces are items or rows of a list or table whose other items and rows stay."""
    sides = [piece for change in group if (piece := change.pair.new or change.pair.old)]
    units = sum(piece.kind in (PieceKind.SENTENCE, PieceKind.ITEM, PieceKind.ROW) for piece in sides)
    return units < len(sides[0].passage.units)


def _runs(group: list[_Found]) -> Iterator[list[_Found]]:
    """Items and rows one by one; sentences and headings that follow each other together."""
    run: list[_Found] = []
    for change in group:
        piece = change.pair.new or change.pair.old
        if run and piece and piece.kind in (PieceKind.ITEM, PieceKind.ROW):
            yield run
            run = []
        run.append(change)
    if run:
        yield run


def _change(group: list[_Found]) -> Change:
    olds = [change.pair.old for change in group if change.pair.old]
    news = [change.pair.new for change in group if change.pair.new]
    kind = group[0].kind
    layout = len({piece.kind is PieceKind.ROW for piece in (*olds, *news)}) > 1  # a row here, a line of text there
    old_text, new_text = _text(olds, plain=layout), _text(news, plain=layout)
    words = word_changes(old_text, new_text) if kind is ChangeKind.CHANGED else ()
    words = tuple(w for w in words if not _only_number(w, olds[0], news[0]))
    return Change(kind, olds[0].passage if olds else None, news[0].passage if news else None, words, old_text, new_text)


def _only_number(words: Words, old: Piece, new: Piece) -> bool:
    """Whether the words are just the numbers in front of both texts."""
    in_front = not letters(old.text[: words.old_at[0]])
    return in_front and bool(old.number) and (letters(words.old), letters(words.new)) == (old.number, new.number)


def _text(sides: list[Piece], *, plain: bool = False) -> str:
    shown = [piece for piece in sides if piece.kind is not PieceKind.COLUMNS or len(sides) == 1]
    return "\n".join((piece.plain if plain and piece.plain else piece.text).strip() for piece in shown)


# --- words ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Token(Word):
    figure: bool = False


def _tokens(text: str) -> Iterator[_Token]:
    """Words and figures with their places; a figure with its unit is one."""
    position = 0
    for quantity in sorted(quantities(text), key=lambda q: (q.start, -q.end)):
        if position <= quantity.start < quantity.end:
            yield from _plain_tokens(text, position, quantity.start)
            key = thai.squeeze(text[quantity.start : quantity.end])
            yield _Token(quantity.start, quantity.end, key, figure=True)
            position = quantity.end
    yield from _plain_tokens(text, position, len(text))


def _plain_tokens(text: str, start: int, end: int) -> Iterator[_Token]:
    for word in words_of(text, start, end):
        yield _Token(word.start, word.end, word.key, figure=any(letter.isdigit() for letter in word.key))


def _span(tokens: list[_Token], all_tokens: list[_Token], position: int) -> tuple[int, int]:
    """From the first token to the last; an empty span right after the token before where there is none."""
    if tokens:
        return tokens[0].start, tokens[-1].end
    at = all_tokens[position - 1].end if position else 0
    return at, at


# --- on disk ----------------------------------------------------------------------------------------------------


def _as_json(change: Change) -> dict[str, Any]:
    return {
        **asdict(replace(change, old=None, new=None)),
        "old": change.old.id if change.old else None,
        "new": change.new.id if change.new else None,
    }


def _from_json(raw: dict[str, Any], passage: Callable[[str], Passage | None]) -> Change:
    words = tuple(Words(**{**w, "old_at": tuple(w["old_at"]), "new_at": tuple(w["new_at"])}) for w in raw["words"])
    sides = {side: passage(raw[side]) if raw[side] else None for side in ("old", "new")}
    return Change(**{**raw, **sides, "kind": ChangeKind(raw["kind"]), "words": words})
