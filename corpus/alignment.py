"""Which piece of one text is which piece of another: headings, lead lines, sentences, list items and table rows.

Two drafts are laid side by side as pieces, whatever passages they were cut into. Pieces are compared by their letters
and digits alone, so that white space, bullets, the script of digits and the layout of tables make no difference; nor
does it matter where one reader sees one sentence and another sees two.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from corpus import thai
from corpus.document import Passage, Unit, UnitKind

ALIKE_HERE = 0.5  # share of words in common from which two pieces between the same neighbours are one, changed
ALIKE_ALONE = 0.3  # the same, where there is but one piece on either side
ALIKE_ELSEWHERE = 0.75  # the same, for pieces that stand in different places
SHORTEST_MOVED = 10  # letters; shorter texts stand in many places without having moved
SHORTEST_RUN = 3  # equal words that tell where a piece of one text ends in the other
SHORTEST_SENTENCE = 25  # letters; a shorter rest of a piece that was cut is a change of that piece, no sentence
MOST_PAIRS = 2_000_000  # compared with each other; texts that differ more than that have no pieces in common

# Punctuation says nothing, but for what stands inside a figure: 1.5, 2563-2565, 9/10.
_LETTER = r"\w%\u0e31-\u0e3a\u0e47-\u0e4e"
_PUNCTUATION = re.compile(rf"[^{_LETTER}.,:/-]|_|(?<!\d)[.,:/-]|[.,:/-](?!\d)")
_NUMBER = r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[ก-ฮ])[.)\]]*"
_CAPTION = r"(?:ตาราง|ภาพ|แผนภาพ|แผนภูมิ|รูป)(?:ที่)?\s*\d+(?:[.-]\d+)*\s*[:：.]?"
_BULLET = r"[-–•*▪●○◦‣·]"
_NUMBERED = re.compile(rf"\s*(?:{_BULLET}\s*)?({_NUMBER}(?<=[.)\]])|{_CAPTION})\s*(?=\S)|\s*{_BULLET}+\s+(?=\S)")
_NUMBERED_HEADING = re.compile(
    r"\s*((?:(?:ส่วน|บท|หมวด|ภาค|ตอน|ข้อ|ยุทธศาสตร์|กลยุทธ์|มาตรการ|แผนงาน|แนวทาง|เป้าหมาย|ด้าน|ประเด็น[ก-๙]*|ตาราง|ภาพ|ภาคผนวก)"
    rf"\s*(?:ที่)?\s*)?{_NUMBER})(?:\s*[:：]\s*|\s+)(?=\S)"
)
_ROW_NUMBER = re.compile(rf"\s*{_NUMBER}\s*")
_NUMBERED_LINE = re.compile(rf"\s*({_NUMBER})\s+(?=\S)")
_NUMBER_COLUMNS = {"", "ที่", "ลำดับ", "ลำดับที่", "ข้อ", "no", "#", "เลขที่"}


class PieceKind(StrEnum):
    HEADING = "heading"
    LEAD = "lead"
    COLUMNS = "columns"
    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True)
class Piece:
    """One piece of a text and the passage it stands in.

    `core` is its letters and digits; `number` what numbers it ("3.2", "ก"), "" where nothing or a bullet does. `plain`
    is a row as its cells alone, without column names. `at` is its place: which piece of its text, and from which
    letter on where a piece was cut.
    """

    passage: Passage
    kind: PieceKind
    text: str
    core: str
    number: str
    at: tuple[int, int]
    plain: str = ""

    @property
    def whole(self) -> str:
        """Number and core."""
        return self.number + self.core

    def writings(self, other: "Piece") -> list[tuple[str, str]]:
        """Number and core, in all ways that this piece may have been read beside another kind of piece.

        What is a heading or a row to one reader is a line of text to another.
        """
        found = [(self.number, self.core), ("", self.whole)]
        if PieceKind.HEADING in (self.kind, other.kind):
            found.append(_numbered(self.text, _NUMBERED_HEADING))
        if other.kind is PieceKind.ROW and self.kind is not PieceKind.ROW:
            found.append(_numbered(self.text, _NUMBERED_LINE))
        return found


@dataclass(frozen=True)
class Pair:
    """A piece of the old text and what it is in the new one; one of them is None for what was added or removed."""

    old: Piece | None
    new: Piece | None
    moved: bool = False

    @property
    def numbers(self) -> tuple[str, str] | None:
        """The numbers of two pieces that are otherwise equal; None if they are not."""
        if self.old is None or self.new is None:
            return None
        writings = [(a, b) for a in self.old.writings(self.new) for b in self.new.writings(self.old) if a[1] == b[1]]
        return next(((a[0], b[0]) for a, b in writings if a[0] and b[0]), ("", "")) if writings else None


def pieces_of_both(old: Sequence[Passage], new: Sequence[Passage]) -> tuple[list[Piece], list[Piece]]:
    """All pieces of two texts in reading order; the title is none, it names the document.

    A passage that is the same in both, in the same order, is one piece: that spares taking apart what did not change.
    """
    same_old: dict[int, str] = {}
    same_new: dict[int, str] = {}
    for number, (i, j) in enumerate(_common([_key(p) for p in old], [_key(p) for p in new])):
        same_old[i] = same_new[j] = f"={number:0{SHORTEST_MOVED}}"
    return _pieces(old, same_old), _pieces(new, same_new)


def align(old: Sequence[Piece], new: Sequence[Piece]) -> list[Pair]:
    """Every piece of both texts, once, alone or with its like."""
    pairs: list[Pair] = []
    gaps: list[tuple[list[Piece], list[Piece]]] = []
    for gap in _match(list(old), list(new), lambda piece: piece.whole, pairs):
        for closer in _match(*gap, lambda piece: piece.core, pairs):
            gaps.extend(_match(*_cut_alike(*closer), lambda piece: piece.core, pairs))
    gaps = [_without(gap, _otherwise_written(*gap), pairs) for gap in gaps]
    _take_moved(gaps, pairs)
    gaps = [_without(gap, _alike_here(*gap), pairs) for gap in gaps]
    rest = [piece for gap in gaps for piece in gap[0]], [piece for gap in gaps for piece in gap[1]]
    elsewhere = [replace(pair, moved=True) for pair in _alike(*rest, ALIKE_ELSEWHERE)]
    only_old, only_new = _without(rest, elsewhere, pairs)
    pairs += [Pair(piece, None) for piece in only_old] + [Pair(None, piece) for piece in only_new]
    return _put_together(pairs)


def letters(text: str) -> str:
    """Letters and digits of a text, folded: what pieces are compared by."""
    return _PUNCTUATION.sub("", thai.squeeze(text))


@dataclass(frozen=True)
class Word:
    """A word of a text: where it stands, and the form in which words are compared."""

    start: int
    end: int
    key: str


def words_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """The words of a part of a text; white space and punctuation are none."""
    last = start
    for cut in thai.safe_cuts(text[start:end]):
        piece = text[last : start + cut]
        if key := "".join(thai.words(piece)):
            yield Word(last + len(piece) - len(piece.lstrip()), last + len(piece.rstrip()), key)
        last = start + cut


# --- from passages to pieces ------------------------------------------------------------------------------------


def _key(passage: Passage) -> Hashable:
    """Equal for passages that say the same in the same place; their digests tell which document they stand in, too."""
    return passage.path[1:], passage.lead, passage.columns, passage.units, passage.part


def _pieces(passages: Sequence[Passage], same: Mapping[int, str]) -> list[Piece]:
    """The pieces of a text; `same` gives the core of each passage, by position, that is one piece."""
    found: list[Piece] = []
    before: Passage | None = None
    for position, passage in enumerate(passages):
        for kind, text, number, core, plain in _parts(passage, before, same.get(position)):
            if core or number:
                piece = Piece(passage, kind, text, core or number, number if core else "", (len(found), 0), plain)
                found.append(piece)
        before = passage
    return found


def _parts(
    passage: Passage, before: Passage | None, same: str | None
) -> Iterator[tuple[PieceKind, str, str, str, str]]:
    """Kind, text, number, core and plain form of each piece that the passage before did not have already."""
    known = before.path if before else ()
    new_heading = passage.path[1:] != known[1:]
    for depth, heading in enumerate(passage.path[1:], start=1):
        if passage.path[1 : depth + 1] != known[1 : depth + 1]:
            yield PieceKind.HEADING, heading, *_numbered(heading, _NUMBERED_HEADING), ""
    if same:
        yield PieceKind.SENTENCE, passage.body, "", same, ""
        return
    goes_on = before is not None and not new_heading and passage.part > 1
    if passage.lead and not (goes_on and before is not None and passage.lead == before.lead):
        yield PieceKind.LEAD, passage.lead, *_numbered(passage.lead, _NUMBERED), ""
    if passage.columns and not goes_on:
        yield PieceKind.COLUMNS, " | ".join(filter(None, passage.columns)), "", letters(" ".join(passage.columns)), ""
    for unit in passage.units:
        text = f"{unit.marker} {unit.text}".strip()
        yield PieceKind(unit.kind), text, *_unit(unit, passage.columns), " ".join(filter(None, unit.cells))


def _unit(unit: Unit, columns: tuple[str, ...]) -> tuple[str, str]:
    """A unit's number and core. A row's core is its cells, whatever its columns are called."""
    if unit.kind is UnitKind.ROW and unit.cells:
        first, *others = unit.cells
        if others and letters(columns[0] if columns else "") in _NUMBER_COLUMNS and _ROW_NUMBER.fullmatch(first):
            return letters(first), letters(" ".join(others))
        return "", letters(" ".join(unit.cells))
    if unit.marker:
        return letters(unit.marker), letters(unit.text)
    return _numbered(unit.text, _NUMBERED)


@lru_cache(maxsize=10_000)  # headings come once with each passage, and in both texts
def _numbered(text: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    found = pattern.match(text.translate(thai.THAI_DIGITS))
    if found is None:
        return "", letters(text)
    return letters(found[1] or ""), letters(found.string[found.end() :])


# --- equal pieces -----------------------------------------------------------------------------------------------


def _match(
    old: list[Piece], new: list[Piece], key: Callable[[Piece], str], pairs: list[Pair]
) -> list[tuple[list[Piece], list[Piece]]]:
    """Pair the pieces that are equal by `key` and in the same order; gives what is left between them, in gaps."""
    gaps = []
    start_old = start_new = 0
    for i, j in [*_common([key(p) for p in old], [key(p) for p in new]), (len(old), len(new))]:
        if i > start_old or j > start_new:
            gaps.append((old[start_old:i], new[start_new:j]))
        if i < len(old):
            pairs.append(Pair(old[i], new[j]))
        start_old, start_new = i + 1, j + 1
    return gaps


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Positions of a long common subsequence: texts that stand once in each come first, then those between them.

    The order in which `patience diff` (Bram Cohen) proceeds; a line that stands everywhere misleads it least.
    """
    found: list[tuple[int, int]] = []
    last_old = last_new = 0
    for i, j in [*_longest_rising(_once_in_both(old, new)), (len(old), len(new))]:
        between = _common_between(old[last_old:i], new[last_new:j])
        found.extend((last_old + a, last_new + b) for a, b in between)
        if i < len(old):
            found.append((i, j))
        last_old, last_new = i + 1, j + 1
    return found


def _common_between(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    from rapidfuzz.distance import LCSseq

    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return []
    blocks = LCSseq.opcodes(old, new)
    return [
        (block.src_start + step, block.dest_start + step)
        for block in blocks
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    ]


def _once_in_both(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    counts_old, counts_new = Counter(old), Counter(new)
    place = {key: j for j, key in enumerate(new)}
    return [(i, place[key]) for i, key in enumerate(old) if counts_old[key] == 1 and counts_new[key] == 1]


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs, rising in the first number, that rises in the second as well."""
    tails: list[int] = []
    ends: list[int] = []
    back: list[int] = []
    for position, (_, j) in enumerate(pairs):
        length = bisect_left(tails, j)
        tails[length:] = [j] if length == len(tails) else [j, *tails[length + 1 :]]
        ends[length : length + 1] = [position]
        back.append(ends[length - 1] if length else -1)
    chain: list[tuple[int, int]] = []
    position = ends[-1] if ends else -1
    while position >= 0:
        chain.append(pairs[position])
        position = back[position]
    return chain[::-1]


def _otherwise_written(old: list[Piece], new: list[Piece]) -> list[Pair]:
    """Pieces whose number one reader saw as a number and the other as text."""
    if len(old) * len(new) > MOST_PAIRS:
        return []
    found: list[Pair] = []
    free = list(new)
    for one in old:
        other = next((piece for piece in free if Pair(one, piece).numbers), None)
        if other is not None:
            free.remove(other)
            found.append(Pair(one, other))
    return found


def _take_moved(gaps: list[tuple[list[Piece], list[Piece]]], pairs: list[Pair]) -> None:
    """Pair equal pieces that stand in different gaps, or in another order within one."""
    waiting: dict[str, list[Piece]] = defaultdict(list)
    for _, new in gaps:
        for piece in new:
            if len(piece.core) >= SHORTEST_MOVED and piece.kind is not PieceKind.COLUMNS:
                waiting[piece.core].append(piece)
    taken: list[Pair] = []
    for old, _ in gaps:
        for piece in old:
            if waiting.get(piece.core):
                taken.append(Pair(piece, waiting[piece.core].pop(0), moved=True))
    pairs.extend(taken)
    gone = {id(piece) for pair in taken for piece in (pair.old, pair.new)}
    for old, new in gaps:
        old[:] = [piece for piece in old if id(piece) not in gone]
        new[:] = [piece for piece in new if id(piece) not in gone]


# --- pieces cut elsewhere ---------------------------------------------------------------------------------------


def _cut_alike(old: list[Piece], new: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The pieces of a gap, cut so that what is one piece here and several there is the same pieces in both."""
    from rapidfuzz.distance import LCSseq

    words_old, words_new = _placed_words(old), _placed_words(new)
    if not words_old or not words_new or len(words_old) * len(words_new) > 10 * MOST_PAIRS:
        return old, new
    blocks = LCSseq.opcodes([w.key for w in words_old], [w.key for w in words_new])
    runs = [
        (block.src_start, block.dest_start, block.src_end - block.src_start)
        for block in blocks
        if block.tag == "equal" and block.src_end - block.src_start >= SHORTEST_RUN
    ]
    return _cut_at(old, words_old, words_new, runs), _cut_at(
        new, words_new, words_old, [(j, i, length) for i, j, length in runs]
    )


@dataclass(frozen=True)
class _PlacedWord:
    """A word and where it begins: in which piece of a gap, at which letter."""

    key: str
    piece: int
    start: int


def _placed_words(gap: list[Piece]) -> list[_PlacedWord]:
    return [_PlacedWord(word.key, i, word.start) for i, piece in enumerate(gap) for word in words_of(piece.text)]


def _cut_at(
    gap: list[Piece], words: list[_PlacedWord], others: list[_PlacedWord], runs: list[tuple[int, int, int]]
) -> list[Piece]:
    """The pieces of one side, cut where a piece of the other begins within a run of equal words or at its end."""
    cuts: dict[int, set[int]] = defaultdict(set)
    for start, other_start, length in runs:
        for step in range(length + 1):
            here, there = start + step, other_start + step
            ends = there in (0, len(others)) or others[there].piece != others[there - 1].piece
            if ends and 0 < here < len(words) and words[here].piece == words[here - 1].piece:
                cuts[words[here].piece].add(words[here].start)
    return [part for i, piece in enumerate(gap) for part in _parts_of(piece, sorted(cuts[i]))]


def _parts_of(piece: Piece, cuts: list[int]) -> list[Piece]:
    """The piece cut at the letters given; whole where it is a row, whose cells are not cut."""
    if not cuts or piece.kind in (PieceKind.ROW, PieceKind.COLUMNS):
        return [piece]
    parts = []
    for start, end in pairwise([0, *cuts, len(piece.text)]):
        text = piece.text[start:end]
        number, core = (piece.number, letters(text)) if start == 0 else ("", letters(text))
        if start == 0:
            core = core[len(letters(piece.text)) - len(piece.core) :]
        parts.append(replace(piece, text=text, core=core, number=number, at=(piece.at[0], piece.at[1] + start)))
    return [part for part in parts if part.core] if all(part.core for part in parts) else [piece]


def _put_together(pairs: list[Pair]) -> list[Pair]:
    """Cut pieces made whole again where a part without its like is only a phrase more or less."""
    return _without_phrases(_without_phrases(pairs, "old", "new"), "new", "old")


def _without_phrases(pairs: list[Pair], side: str, other: str) -> list[Pair]:
    by_piece: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        piece = getattr(pair, side)
        if piece is not None and not pair.moved:
            by_piece[piece.at[0]].append(pair)
    result: list[Pair] = [pair for pair in pairs if getattr(pair, side) is None or pair.moved]
    for parts in by_piece.values():
        phrases = [p for p in parts if getattr(p, other) is None and not _is_sentence(getattr(p, side))]
        if phrases and len(phrases) < len(parts):
            parts.sort(key=lambda pair: getattr(pair, side).at)
            parts = [Pair(_joined([p.old for p in parts if p.old]), _joined([p.new for p in parts if p.new]))]
        result += parts
    return result


def _is_sentence(part: Piece) -> bool:
    return part.kind is PieceKind.SENTENCE and len(part.core) >= SHORTEST_SENTENCE


def _joined(parts: list[Piece]) -> Piece:
    """The parts as one piece; what lay between two of them is gone, but they stay apart."""
    text = parts[0].text
    for before, part in pairwise(parts):
        adjoins = (before.at[0], before.at[1] + len(before.text)) == part.at
        text += part.text if adjoins else f" {part.text}"
    return replace(parts[0], text=text, core="".join(part.core for part in parts))


# --- pieces that are alike --------------------------------------------------------------------------------------


def _alike_here(old: list[Piece], new: list[Piece]) -> list[Pair]:
    if len(old) == len(new) == 1 and _is_whole_section(old[0]) and _is_whole_section(new[0]):
        return [Pair(old[0], new[0])]  # under a heading that stays: a vision in quite other words
    alone = len(old) == len(new) == 1 and (old[0].kind is PieceKind.HEADING) == (new[0].kind is PieceKind.HEADING)
    return _alike(old, new, ALIKE_ALONE if alone else ALIKE_HERE)


def _is_whole_section(piece: Piece) -> bool:
    """Whether a piece is the only sentence under its heading."""
    return piece.kind is PieceKind.SENTENCE and len(piece.passage.units) == 1 and not piece.passage.lead


def _alike(old: list[Piece], new: list[Piece], least: float) -> list[Pair]:
    """The most similar pairs of at least so much likeness (0 to 1), best first; of equal ones the first in order."""
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return []
    likeness = (_likeness(old, new, _words) + _likeness(old, new, _words_without_figures)) / 2
    close = zip(*(likeness >= least).nonzero(), strict=True)
    candidates = sorted((-likeness[i][j], abs(i - j), i, j) for i, j in close)
    found: list[Pair] = []
    taken_old, taken_new = set(), set()
    for _, _, i, j in candidates:
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            found.append(Pair(old[i], new[j]))
    return found


def _likeness(old: list[Piece], new: list[Piece], cut: Callable[[Piece], list[str]]) -> Any:
    """How alike each old piece is to each new one, 0 to 1, shape (old, new)."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cdist

    return cdist([cut(p) for p in old], [cut(p) for p in new], scorer=Indel.normalized_similarity)


def _words(piece: Piece) -> list[str]:
    return thai.words(piece.plain or piece.text)


def _words_without_figures(piece: Piece) -> list[str]:
    return ["0" if word[0].isdigit() else word for word in _words(piece)]


def _without(
    gap: tuple[list[Piece], list[Piece]], found: list[Pair], pairs: list[Pair]
) -> tuple[list[Piece], list[Piece]]:
    """Keep the pairs found; gives what is left of the gap."""
    pairs.extend(found)
    gone = {id(piece) for pair in found for piece in (pair.old, pair.new)}
    return [p for p in gap[0] if id(p) not in gone], [p for p in gap[1] if id(p) not in gone]
