"""Word's automatic numbers: `numbering.xml` read, and the marker of each paragraph counted as Word counts it.

ECMA-376 Part 1, section 17.9. A document's paragraphs say only "level 2 of list 5"; what a reader sees ("(ก)", "๑.๒")
is nowhere in the file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from corpus import thai

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_THAI_NUMBERS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
LEVELS = 9


@dataclass(frozen=True)
class Level:
    """One level of a list: how it counts and what it shows (`%1.%2)`); `restart` is the level that starts it anew."""

    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    style: str = ""
    restart: int | None = None
    legal: bool = False


@dataclass(frozen=True)
class List:
    """A list as paragraphs name it: the definition that it counts with, and where it starts of its own."""

    definition: str
    levels: dict[int, Level]
    starts: dict[int, int]


@dataclass
class Numbering:
    """All lists of a document and how far each has counted."""

    lists: dict[str, List] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _started: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, root: Any, list_of_style: Callable[[str], str] = lambda _style: "") -> "Numbering":
        """The lists of a `w:numbering` element; None for a document without one.

        `list_of_style` gives the list that a numbering style names, for definitions that only point at a style.
        """
        if root is None:
            return cls()
        definitions = {item.get(f"{W}abstractNumId"): item for item in root.iterchildren(f"{W}abstractNum")}
        of_list = {item.get(f"{W}numId"): _value(item, "abstractNumId") for item in root.iterchildren(f"{W}num")}
        lists: dict[str, List] = {}
        for item in root.iterchildren(f"{W}num"):
            definition = of_list[item.get(f"{W}numId")]
            linked = _value(definitions.get(definition), "numStyleLink")
            if linked and (target := of_list.get(list_of_style(linked))):
                definition = target
            levels = _levels(definitions.get(definition))
            starts: dict[int, int] = {}
            for override in item.iterchildren(f"{W}lvlOverride"):
                depth = _number(override.get(f"{W}ilvl"))
                levels |= _levels(override)
                if (start := override.find(f"{W}startOverride")) is not None:
                    starts[depth] = _number(start.get(f"{W}val"), 1)
            lists[item.get(f"{W}numId")] = List(definition, levels, starts)
        return cls(lists)

    def level_of_style(self, number: str, style: str) -> int:
        """The level of a list that is bound to a paragraph style, 0 if none is."""
        levels = self.lists[number].levels if number in self.lists else {}
        return next((depth for depth, level in levels.items() if level.style == style), 0)

    def next_marker(self, number: str, depth: int) -> str | None:
        """What stands before the next paragraph at a level (0 outermost) of a list; None if it is in no list."""
        found = self.lists.get(number)
        if found is None or depth not in found.levels:
            return None
        counts = self._counts.setdefault(found.definition, [None] * LEVELS)
        if number not in self._started:
            self._started.add(number)
            for at in found.starts:
                counts[at] = None
        for at in range(depth):
            counts[at] = counts[at] or self._start(found, at)
        now = counts[depth]
        counts[depth] = self._start(found, depth) if now is None else now + 1
        for at in range(depth + 1, LEVELS):
            restart = found.levels[at].restart if at in found.levels else None
            if restart is None or (restart and depth < restart):
                counts[at] = None
        return _shown(found, depth, counts)

    def _start(self, found: List, depth: int) -> int:
        return found.starts.get(depth, found.levels[depth].start if depth in found.levels else 1)


def _shown(found: List, depth: int, counts: list[int | None]) -> str:
    level = found.levels[depth]
    if level.number_format == "bullet":
        return level.text if level.text in ("-", "–", "—", "*") else "•"
    if level.number_format == "none":
        return re.sub(r"%\d", "", level.text).strip()

    def number(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        kind = found.levels[at].number_format if at in found.levels else "decimal"
        return in_format(counts[at] or 1, "decimal" if level.legal else kind)

    return re.sub(r"%([1-9])", number, level.text).strip()


def in_format(number: int, kind: str) -> str:
    """A number as a list shows it; `kind` is one of ECMA-376's ST_NumberFormat, others count in Arabic digits."""
    match kind:
        case "thaiNumbers":
            return str(number).translate(_THAI_DIGITS)
        case "thaiLetters":
            return _letter(number, thai.NUMBERING_LETTERS)
        case "thaiCounting":
            return _in_thai_words(number)
        case "lowerLetter":
            return _letter(number, "abcdefghijklmnopqrstuvwxyz")
        case "upperLetter":
            return _letter(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        case "lowerRoman":
            return _roman(number)
        case "upperRoman":
            return _roman(number).upper()
        case "decimalZero":
            return f"{number:02}"
        case _:
            return str(number)


def _letter(number: int, letters: str) -> str:
    """After the last letter the first is doubled, as Word does it: …, z, aa, bb."""
    return letters[(number - 1) % len(letters)] * ((number - 1) // len(letters) + 1)


def _roman(number: int) -> str:
    told = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        told += letters * count
    return told


def _in_thai_words(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if not tens else ("" if tens == 1 else "ยี่" if tens == 2 else _THAI_NUMBERS[tens]) + "สิบ"
    return ten + ("เอ็ด" if tens and ones == 1 else _THAI_NUMBERS[ones])


def _levels(parent: Any) -> dict[int, Level]:
    if parent is None:
        return {}
    return {_number(item.get(f"{W}ilvl")): _level(item) for item in parent.iterchildren(f"{W}lvl")}


def _level(item: Any) -> Level:
    restart = item.find(f"{W}lvlRestart")
    legal = item.find(f"{W}isLgl")
    return Level(
        start=_number(_value(item, "start"), 1),
        number_format=_value(item, "numFmt") or "decimal",
        text=_value(item, "lvlText"),
        style=_value(item, "pStyle"),
        restart=None if restart is None else _number(restart.get(f"{W}val")),
        legal=legal is not None and legal.get(f"{W}val") not in ("0", "false"),
    )


def _value(parent: Any, tag: str) -> str:
    child = parent.find(f"{W}{tag}") if parent is not None else None
    return child.get(f"{W}val") or "" if child is not None else ""


def _number(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else default
