"""A reading held against the truth: letters, headings, markers, rows, page numbers.

Character error rate is of the units of the draft, white space left out, each unit at its best place in the reading, so
that an order or a heading told twice does not count as wrong letters.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from corpus.document import Block, BlockKind
from ingest.benchmark.draft import Draft
from ingest.repair import repair_block


@dataclass(frozen=True)
class Score:
    """Shares, 0 to 1: `cer` is of prose, headings and items, `table_cer` of table rows. The last two are counts."""

    cer: float
    table_cer: float
    headings: float
    levels: float
    markers: float
    rows: float
    order: float
    false_headings: int
    leftovers: int


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text).replace("\u0e4d\u0e32", "\u0e33"))


def cer_of(units: Sequence[str], text: str) -> float:
    """The error rate of these units in a text."""
    found = squeezed(text)
    wrong = letters = 0
    for unit in units:
        wanted = squeezed(unit)
        letters += len(wanted)
        wrong += distance(wanted, found)
    return wrong / letters if letters else 0.0


def distance(wanted: str, text: str) -> int:
    """How many letters must be changed to find the unit at its best place in the text; at most its own length."""
    if wanted in text:
        return 0
    aligned = fuzz.partial_ratio_alignment(wanted, text)
    if aligned is None or not text:
        return len(wanted)
    start, end = max(0, aligned.dest_start - 3), aligned.dest_end + 3
    best = min(
        Levenshtein.distance(wanted, text[a:b])
        for a in range(start, min(start + 7, len(text)), 1)
        for b in range(max(end - 6, a), end + 1)
    )
    return min(best, len(wanted))


def text_of(blocks: Sequence[Block]) -> str:
    lines: list[str] = []
    for block in blocks:
        if block.kind is BlockKind.TABLE:
            lines += [" ".join(row) for row in (block.columns, *block.rows)]
        else:
            lines.append(f"{block.marker} {block.text}".strip())
    return "\n".join(lines)


def score(draft: Draft, blocks: Sequence[Block], furniture: Sequence[str] = ()) -> Score:
    """How the blocks read compare with the draft's. `furniture` is text that must not be in them."""
    blocks = [repair_block(block)[0] for block in blocks]
    text = text_of(blocks)
    units = draft.units()
    prose = [told for kind, told in units if kind != "row"]
    headings = Counter(squeezed(b.text) for b in blocks if b.kind is BlockKind.HEADING)
    leveled = {squeezed(b.text): b.level for b in blocks if b.kind is BlockKind.HEADING}
    wanted = [b for b in draft.blocks if b.kind is BlockKind.HEADING]
    items = Counter((b.marker, squeezed(b.text)) for b in blocks if b.kind is BlockKind.LIST_ITEM)
    wanted_items = [b for b in draft.blocks if b.kind is BlockKind.LIST_ITEM]
    rows = Counter(tuple(map(squeezed, row)) for b in blocks for row in (b.columns, *b.rows))
    wanted_rows = [tuple(map(squeezed, row)) for b in draft.blocks if b.columns for row in (b.columns, *b.rows)]
    return Score(
        cer=cer_of(prose, text),
        table_cer=cer_of([told for kind, told in units if kind == "row"], text),
        headings=_share([squeezed(b.text) in headings for b in wanted]),
        levels=_share([leveled.get(squeezed(b.text)) == b.level for b in wanted]),
        markers=_share([(b.marker, squeezed(b.text)) in items for b in wanted_items]),
        rows=_share([row in rows for row in wanted_rows]),
        order=_in_order(draft, squeezed(text)),
        false_headings=sum((headings - Counter(squeezed(b.text) for b in wanted)).values()),
        leftovers=sum(squeezed(text).count(squeezed(line)) for line in furniture),
    )


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 1.0


def _in_order(draft: Draft, text: str) -> float:
    """The share of neighbouring blocks of prose, found word for word, that stand in the order of the draft."""
    places = [text.find(squeezed(b.text)) for b in draft.blocks if b.kind is BlockKind.PARAGRAPH and len(b.text) > 40]
    pairs = [(a, b) for a, b in pairwise(places) if a >= 0 and b >= 0]
    return _share([a < b for a, b in pairs])
