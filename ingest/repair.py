"""Thai text as damaged by PDF writers and converters, made whole by exact rules, each change counted.

The classes are those seen in published Thai government plans: marks shifted into the private-use area by old fonts,
SARA AM split or doubled, marks printed twice, replacement characters and spaces in front of marks. Sound text passes
through unchanged but for `corpus.thai.clean`.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from corpus import thai
from corpus.document import Block

# Glyphs that old Thai fonts place in the private-use area (Windows: U+F700-F71A), by the letter they stand for.
_PRIVATE_USE = {
    0xF700: "ฐ", 0xF701: "ิ", 0xF702: "ี", 0xF703: "ึ", 0xF704: "ื", 0xF705: "่", 0xF706: "้", 0xF707: "๊", 0xF708: "๋",
    0xF709: "์", 0xF70A: "่", 0xF70B: "้", 0xF70C: "๊", 0xF70D: "๋", 0xF70E: "์", 0xF70F: "ญ", 0xF710: "ั", 0xF711: "ํ",
    0xF712: "็", 0xF713: "่", 0xF714: "้", 0xF715: "๊", 0xF716: "๋", 0xF717: "์", 0xF718: "ุ", 0xF719: "ู", 0xF71A: "ฺ",
}  # fmt: skip
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"


@dataclass(frozen=True)
class Repair:
    """One rule that changed a text: its name and how many places it changed."""

    rule: str
    count: int


def _substitution(pattern: str, replacement: str) -> Callable[[str], tuple[str, int]]:
    compiled = re.compile(pattern)
    return lambda text: compiled.subn(replacement, text)


def _private_use(text: str) -> tuple[str, int]:
    return text.translate(_PRIVATE_USE), sum(ord(c) in _PRIVATE_USE for c in text)


# In this order: what a later rule looks for may only appear once an earlier one has run.
_RULES: tuple[tuple[str, Callable[[str], tuple[str, int]]], ...] = (
    ("private-use marks", _private_use),
    ("replacement character after a mark", _substitution(rf"(?<=[{_MARKS}\u0e33])\ufffd+", "")),
    ("mark printed twice", _substitution(rf"([{_MARKS}\u0e33])\1+", r"\1")),
    ("space before a mark", _substitution(rf"(?<=[ก-ฮ{_MARKS}]) +(?=[{_MARKS}\u0e33])", "")),
    ("SARA AM followed by AA", _substitution("ำา", "ำ")),
)


def repair(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text made whole, and what was done to it."""
    counts: Counter[str] = Counter()
    while True:
        for rule, apply in _RULES:
            text, count = apply(text)
            counts[rule] += count
        if (cleaned := thai.clean(text)) == text:
            return text, tuple(Repair(rule, count) for rule, count in counts.items() if count)
        text = cleaned  # marks now in order may show what a rule looks for


def repair_block(block: Block) -> tuple[Block, tuple[Repair, ...]]:
    """A block with all of its texts made whole."""
    repairs: list[Repair] = []

    def mend(text: str) -> str:
        mended, done = repair(text)
        repairs.extend(done)
        return mended

    mended = Block(
        kind=block.kind,
        text=mend(block.text),
        level=block.level,
        marker=block.marker,
        columns=tuple(mend(c) for c in block.columns),
        rows=tuple(tuple(mend(c) for c in row) for row in block.rows),
        page=block.page,
    )
    return mended, tuple(repairs)
