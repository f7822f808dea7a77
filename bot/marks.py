"""Statements and their marks: how a model's reply in plain text ("… [1] … [2][3]") is read."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.answer import Statement
from corpus import thai

_MARK = r"[\[【［]\s*(?:\d+\s*(?:†[^\]】］]*)?(?:\s*(?:,|、|;|และ|-|–|—|ถึง)\s*)?)+[\]】］]"
_MARKS = re.compile(rf"(?:\s*[,]?\s*{_MARK})+")
_ONE_MARK = re.compile(r"(\d+)(?:\s*(?:-|–|—|ถึง)\s*(\d+))?")
_LONGEST_MARK_RANGE = 20
_GOES_ON = re.compile(r"[ \t]*(?:\n|[^\s,\[【［])")
_EMPHASIS = re.compile(r"\*\*|__|`(?!``)(?<!``)")
_LINE_START = re.compile(r"^(?:#{1,6}\s+|>\s+|[*+\-–]\s+)")
_LIST_LINE = re.compile(r"^\s*(?:\(?[\d๐-๙]{1,2}[.)]|[-*•+–]|\([ก-ฮ]\)|[ก-ฮ]\.)\s*\S")
_LEAD_LINE = re.compile(r"(?:ดังนี้|ได้แก่|ดังต่อไปนี้|คือ|:)\s*$")
_SOURCES_LINE = re.compile(r"(?i)^\W*(?:ที่มา|อ้างอิง|แหล่งอ้างอิง|แหล่งที่มา|แหล่งข้อมูล|เอกสารอ้างอิง|sources?|references?)\W*$")
_ENDING = re.compile(r"^[\s.,;:)|]+|[\s,;(]+$")


def parse_statements(text: str, numbers: frozenset[int]) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The statements of a reply with the passages each cites, and those dropped because they cite none that exists.

    A statement is what stands before a group of marks: [1], [๑], [1][2], [1,2], [1-3], 【1】. Unknown numbers are left
    out. Items of a list without a mark, and the line that introduces a list, take the marks of the items after them.
    """
    parser = _Parser()
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        for piece, marks in _pieces(line):
            parser.take(piece, tuple(n for n in marks if n in numbers), bool(_LIST_LINE.match(line)))
    parser.drop_held()
    return tuple(s for s in parser.cited if not _SOURCES_LINE.match(s.text)), tuple(parser.dropped)


def up_to_last_mark(text: str) -> str:
    """An unfinished reply up to the last group of marks to which no more can be added."""
    ends = [m.end() for m in _MARKS.finditer(text) if _GOES_ON.match(text, m.end())]
    return text[: ends[-1]] if ends else ""


class _Parser:
    """Puts pieces of a reply and their marks together, line by line."""

    def __init__(self) -> None:
        self.cited: list[Statement] = []
        self.dropped: list[Statement] = []
        self._held: list[str] = []
        self._lead: int | None = None  # place of the lead line of the list that is being read

    def take(self, piece: str, marks: tuple[int, ...], is_item: bool) -> None:
        is_lead = not is_item and bool(_LEAD_LINE.search(piece))
        if not is_item:
            self._lead = None
        if not marks:
            self._hold(piece, is_item, is_lead)
            return
        if is_item:
            self._release(marks)
        else:
            self.drop_held()
        if is_lead:
            self._lead = len(self.cited)
        self.cited.append(Statement(piece, marks))

    def drop_held(self) -> None:
        self.dropped.extend(Statement(line) for line in self._held)
        self._held = []

    def _hold(self, piece: str, is_item: bool, is_lead: bool) -> None:
        if not is_item:
            self.drop_held()
        if is_item or is_lead:
            self._held.append(piece)
        else:
            self.dropped.append(Statement(piece))

    def _release(self, marks: tuple[int, ...]) -> None:
        """Lines held so far take the marks of the item that follows; a lead line takes those of all its items."""
        if self._held and _LEAD_LINE.search(self._held[0]):
            self._lead = len(self.cited)
        self.cited.extend(Statement(line, marks) for line in self._held)
        self._held = []
        if self._lead is not None and self._lead < len(self.cited):
            lead = self.cited[self._lead]
            self.cited[self._lead] = replace(lead, citations=tuple(dict.fromkeys((*lead.citations, *marks))))


def _pieces(line: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The parts of a line, each with the numbers of the marks behind it, or before it if the line begins with them."""
    found = list(_MARKS.finditer(line))
    if found and not line[: found[0].start()].strip(" -*•") and line[found[0].end() :].strip():
        ahead = _numbers(found[0][0])
        rest = list(_pieces(line[found[0].end() :]))
        yield from ((text, marks or ahead) for text, marks in rest)
        return
    start = 0
    for match in found:
        text = _tidy(line[start : match.start()])
        if text:
            yield text, _numbers(match[0])
        start = match.end()
    tail = _tidy(line[start:])
    if tail and re.search(r"\w", tail):
        yield tail, ()


def _numbers(marks: str) -> tuple[int, ...]:
    found: list[int] = []
    for first, last in _ONE_MARK.findall(re.sub(r"†[^\]】］]*", "", marks)):
        start, end = int(first), int(last or first)
        found.extend(range(start, min(end, start + _LONGEST_MARK_RANGE) + 1))
    return tuple(dict.fromkeys(found))


def _tidy(text: str) -> str:
    text = _LINE_START.sub("• " if re.match(r"^[*+\-–]\s", text) else "", _EMPHASIS.sub("", thai.clean(text)))
    return _ENDING.sub("", text).strip()
