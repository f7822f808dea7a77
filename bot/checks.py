"""Every statement against the passages it cites, before it is sent: deterministic, for both ways of answering.

What is checked, by statement (`Check`): it cites, and only passages that were given; every number, date, year,
percentage, amount of money, section number and every name of a person, agency, law or system in it stands in a passage
it cites; a value stands with the words it is given to; words in quotation marks are verbatim; it is told in Thai, as
plain text, without links and without loops; a decision is not turned into its contrary; and it shares enough words
with what it cites to be about the same thing. Headings, the lead line of a list and the names of columns count as
part of a passage.

How far "a value stands with its own words" goes. A value that occurs in the cited passage is compared, by weighted
word overlap, with its neighbours: other values of the same sort (money with money, "โครงการ" with "โครงการ", year with
year) in other sentences, items, rows, cells or clauses. The statement fails when a neighbour's surroundings fit
its words clearly better than the value's own, or when it names a strategy, year or date that belongs to a neighbour.
It cannot see a swap where both surroundings use the same words, where the statement uses none of the source's words,
or where the neighbour is not in a cited passage. Verbs, causes and negations other than those of decisions are not
understood; names of persons are found by title, by office, or as the one who holds an office.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from math import log

from bot.answer import Statement
from corpus import thai
from corpus.document import Passage, Unit, UnitKind
from corpus.glossary import Glossary
from corpus.quantities import (
    GENERIC,
    Kind,
    Quantity,
    cell_quantities,
    marker_number,
    quantities,
    stands_for,
)

# Set on the corpus's own sentences, on paraphrases and on altered statements; tests/bot/test_checks.py measures them.
MIN_THAI_SHARE = 0.8
MIN_SUPPORT = 0.4
PAIRING_MARGIN = 0.3
KEY_WEIGHT = 2.0
MAX_SENTENCE_REPEATS = 2


class Check(StrEnum):
    """The checks, by what they look at."""

    CITATION = "citation"
    QUANTITY = "quantity"
    PAIRING = "pairing"
    NAME = "name"
    QUOTE = "quote"
    POLARITY = "polarity"
    SUPPORT = "support"
    LANGUAGE = "language"
    MARKUP = "markup"
    REPETITION = "repetition"


@dataclass(frozen=True)
class CitedPassage:
    """A passage under the number by which an answer cites it; `about` is what is shown beside it (title, draft)."""

    number: int
    passage: Passage
    about: str = ""


@dataclass(frozen=True)
class CheckResult:
    """One check of one statement. `found` says in Thai what is wrong; it is empty when the check passed."""

    check: Check
    passed: bool
    found: str = ""


@dataclass(frozen=True)
class StatementChecks:
    """All checks of one statement."""

    statement: Statement
    results: tuple[CheckResult, ...]

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        return tuple(result for result in self.results if not result.passed)


def check_statements(
    statements: Sequence[Statement], passages: Sequence[CitedPassage], glossary: Glossary
) -> tuple[StatementChecks, ...]:
    """The checks of each statement of an answer, in order. `passages` are those given to the writer of the answer."""
    by_number = {cited.number: cited for cited in passages}
    names = _names(glossary)
    seen: dict[tuple[str, tuple[int, ...]], int] = {}
    checked = []
    for statement in statements:
        said = (thai.squeeze(statement.text), statement.citations)
        seen[said] = seen.get(said, 0) + 1
        checked.append(_check(statement, by_number, names, repeats=seen[said]))
    return tuple(checked)


def _check(
    statement: Statement, by_number: Mapping[int, CitedPassage], names: "_Names", repeats: int
) -> StatementChecks:
    text = thai.clean(statement.text)
    cited = tuple(_source(by_number[n]) for n in dict.fromkeys(statement.citations) if n in by_number)
    results = [
        _result(Check.CITATION, _wrong_citations(statement, by_number)),
        _result(Check.MARKUP, _markup(text, cited)),
        _result(Check.REPETITION, _repetition(text, repeats)),
        _result(Check.LANGUAGE, _language(text, cited)),
    ]
    if cited:
        results += [
            _result(Check.QUANTITY, _missing_quantities(text, cited)),
            _result(Check.PAIRING, _wrong_pairs(text, cited, names)),
            _result(Check.NAME, _missing_names(text, cited, names)),
            _result(Check.QUOTE, _altered_quotes(text, cited)),
            _result(Check.POLARITY, _turned_decisions(text, cited)),
            _result(Check.SUPPORT, _too_little_in_common(text, cited, names)),
        ]
    return StatementChecks(statement, tuple(results))


def _result(check: Check, problems: Iterable[str]) -> CheckResult:
    found = "; ".join(dict.fromkeys(problems))
    return CheckResult(check, not found, found)


# --- a cited passage, read for comparing ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Value:
    """A quantity of a passage with the words around it that say what it is the value of."""

    quantity: Quantity
    words: frozenset[str]
    in_heading: bool = False


@dataclass(frozen=True)
class _Source:
    """A passage taken apart once."""

    passage: Passage
    text: str
    squeezed: str
    words: frozenset[str]
    latin: frozenset[str]
    values: tuple[_Value, ...]
    persons: tuple[tuple[str, frozenset[str]], ...] = field(default=())


@lru_cache(maxsize=2_000)
def _source(cited: CitedPassage) -> _Source:
    passage = cited.passage
    heading = "\n".join((cited.about, *passage.path))
    columns = "\n".join(passage.columns)
    text = "\n".join((heading, columns, passage.body))
    values = [_Value(q, _topic(line, [q]), in_heading=True) for line in heading.split("\n") for q in quantities(line)]
    values += [_Value(q, _topic(passage.lead, [q])) for q in quantities(passage.lead)]
    around = _topic(passage.path[-1] if passage.path else "", ())
    persons: list[tuple[str, frozenset[str]]] = []
    for unit in passage.units:
        values += [_Value(v.quantity, v.words | around) for v in _values_of(unit, passage)]
        persons += [
            (name, _topic(unit.text.replace(name, " "), ()) | _offices(unit.text) | around)
            for name in _persons(unit.text)
        ]
    return _Source(
        passage,
        text,
        thai.squeeze(text),
        frozenset(thai.words(text)),
        frozenset(word.lower() for word in _LATIN.findall(text)),
        tuple(values),
        tuple(persons),
    )


def _values_of(unit: Unit, passage: Passage) -> Iterator[_Value]:
    number = marker_number(unit.marker)
    if number is not None:
        label = Quantity(Kind.ORDINAL, unit.marker, 0, 0, value=number, raw=number, label=_list_label(passage))
        yield _Value(label, _topic(unit.text, ()))
    if unit.kind is UnitKind.ROW and unit.cells and len(unit.cells) == len(passage.columns):
        yield from _values_of_row(unit, passage.columns)
    else:
        yield from _values_in(unit.text)


def _values_of_row(unit: Unit, columns: Sequence[str]) -> Iterator[_Value]:
    """A cell's value belongs to its row, without the columns that hold other values of its sort."""
    cells = [(column, cell, cell_quantities(column, cell)) for column, cell in zip(columns, unit.cells, strict=True)]
    head = unit.cells[0]
    for column, cell, found in cells[1:]:
        for quantity in found:
            words = _topic(head, ()) | _topic(column, ()) | _topic(cell, [quantity])
            for other_column, other_cell, other_found in cells[1:]:
                if _sort(quantity) not in map(_sort, other_found):
                    words |= _topic(f"{other_column} {other_cell}", ())
            yield _Value(quantity, words)
    for quantity in quantities(head):  # the first cell names the row: a year, a strategy
        yield _Value(quantity, _topic(unit.text, [quantity]))


def _values_in(text: str) -> Iterator[_Value]:
    for quantity, words in _with_surroundings(text, in_source=True):
        yield _Value(quantity, words)


def _list_label(passage: Passage) -> str:
    """What the items of a numbered list are, by its lead line and heading ("ด้าน", "ยุทธศาสตร์"); "" when it is not said.

    The last thing counted in the lead line is what is listed: "กำหนดด้านที่มุ่งเน้น 6 ด้าน ดังนี้".
    """
    for line in (passage.lead, passage.path[-1] if passage.path else ""):
        counted = re.findall(rf"\d+\s*({_LISTED})", line.translate(thai.THAI_DIGITS))
        if counted:
            named = [word for word in _LISTED_WORDS if word in line and word not in GENERIC]
            return "|".join(dict.fromkeys([*counted, *named]))
    return ""


_LISTED_WORDS = (
    "ยุทธศาสตร์", "มาตรการ", "แผนงาน", "โครงการ", "ความท้าทาย", "เป้าหมาย", "ตัวชี้วัด", "วัตถุประสงค์", "กิจกรรม", "กลไก", "ด้าน",
    "ประเด็น", "เรื่อง", "ข้อ", "ประการ", "อย่าง", "แบบ", "ฐาน", "กลุ่ม", "หน่วยงาน", "มาตรา",
)  # fmt: skip
_LISTED = "|".join(sorted(_LISTED_WORDS, key=len, reverse=True))


# --- words around a value ---------------------------------------------------------------------------------------


def _with_surroundings(text: str, in_source: bool = False) -> list[tuple[Quantity, frozenset[str]]]:
    """Each quantity with the words that belong to it: the whole text, or its clause where there are several alike.

    What stands before the first of them, up to its last two words, is told of all; so are the head of a table row
    ("X: a 1; b 2") and a year, date or numbered thing at the very beginning. Where values are joined ("ที่ 1 และ 2 มี 10
    และ 20 ตามลำดับ"), the first name goes with the first value, and so on.
    """
    found = quantities(text)
    sorts = [_sort(q) for q in found]
    opening = {q for q in found if _is_key(q) and q.start <= _OPENING and sorts.count(_sort(q)) == 1}
    result = []
    for quantity in found:
        alike = [q for q in found if _sort(q) == _sort(quantity)]
        partners = _partners(text, quantity, alike, found)
        if len(alike) == 1:
            start = 0 if in_source else _start_of_clause(text, quantity, found)
            words = _topic_of(text, start, len(text), found, [q for q in found if q is not quantity])
        elif partners is not None:
            words = _topic_of(text, 0, len(text), found, partners)
        else:
            start, end = _clause(text, quantity, alike, found, in_source)
            inside = [q for q in found if q is not quantity and start <= q.start and q.end <= end]
            own_keys = dict.fromkeys([*inside, *(opening - {quantity})])
            words = _topic_of(text, start, end, found, own_keys) | _told_of_all(text, alike[0], found)
        result.append((quantity, words))
    return result


def _start_of_clause(text: str, quantity: Quantity, found: Sequence[Quantity]) -> int:
    """Where the clause of the only value of its sort begins, if that has words enough to be told apart by."""
    openings = list(_OPENS_CLAUSE.finditer(text, 0, quantity.start))
    if openings and len(thai.content_words(_without(text, openings[-1].end(), quantity.start, found))) >= 2:
        return openings[-1].end()
    return 0


_OPENING = 6  # characters: "ในปี 2565 …"


def _partners(
    text: str, quantity: Quantity, alike: Sequence[Quantity], found: Sequence[Quantity]
) -> list[Quantity] | None:
    """The names that go with this one of several joined values, or None when they are not told one after the other."""
    if len(alike) < 2:
        return None
    sorts = [_sort(q) for q in found]
    names = [q for q in found if _is_key(q) and _sort(q) != _sort(quantity) and sorts.count(_sort(q)) == len(alike)]
    joined = all(re.fullmatch(r"\s*(?:,|และ|กับ)\s*", text[a.end : b.start]) for a, b in pairwise(alike))
    if names and ("ตามลำดับ" in text or joined):
        return names[alike.index(quantity) :: len(alike)]
    return None


def _told_of_all(text: str, first: Quantity, found: Sequence[Quantity]) -> frozenset[str]:
    """The words before the first of several values that are not its own: all but the two next to it."""
    head = text.find(":") if ";" in text else -1
    if 0 < head < first.start:
        return _topic_of(text, 0, head, found, ())
    before = _without(text, 0, first.start, found)
    near = set(thai.content_words(before)[-2:])
    return frozenset(word for word in _topic_of(text, 0, first.start, found, ()) if word not in near)


def _clause(
    text: str, quantity: Quantity, alike: Sequence[Quantity], found: Sequence[Quantity], in_source: bool
) -> tuple[int, int]:
    """From the value before to this one ("A 10, B 20"), or from this to the next if names follow ("10 ใน A, 20 ใน B").

    What follows a value belongs to it up to the next word that opens a clause ("ร้อยละ 10 ทำ A และร้อยละ 20 ทำ B").
    """
    place = alike.index(quantity)
    last = place + 1 == len(alike)
    keys = [q for q in found if _is_key(q) and q not in alike]
    names_follow = keys and alike[0].end <= keys[0].start and alike[-1].end <= keys[-1].start
    if names_follow or not thai.content_words(text[: alike[0].start]):
        return (0 if place == 0 else quantity.start), (len(text) if last else alike[place + 1].start)
    start = _border(text, alike[place - 1], quantity, in_source)[1] if place else 0
    start = max(start, text.rfind(";", 0, quantity.start) + 1)
    if not last:
        return start, _border(text, quantity, alike[place + 1], in_source)[0]
    stop = text.find(";", quantity.end)
    return start, stop if stop >= 0 else len(text)


_OPENS_CLAUSE = re.compile(r"และ|ส่วน|แต่|โดย|ขณะที่|ซึ่ง|;|,")


def _border(text: str, one: Quantity, other: Quantity, in_source: bool) -> tuple[int, int]:
    """Where the clause of one value ends and that of the next begins; in a source they share what no word parts."""
    opening = _OPENS_CLAUSE.search(text, one.end, other.start)
    if opening:
        return opening.start(), opening.end()
    return (other.start if in_source else one.end), one.end


def _topic(text: str, leave_out: Sequence[Quantity]) -> frozenset[str]:
    found = quantities(text)
    gone = {(q.start, q.end) for q in leave_out}
    inside = [q for q in found if (q.start, q.end) not in gone]
    return _topic_of(text, 0, len(text), found, inside)


def _topic_of(text: str, start: int, end: int, mask: Iterable[Quantity], keys: Iterable[Quantity]) -> frozenset[str]:
    """Content words of a stretch of text without its quantities, and one key for each quantity that names something."""
    words = {word for word in thai.content_words(_without(text, start, end, mask)) if len(word) > 1}
    return frozenset(words | {key for q in keys for key in _keys(q)})


def _without(text: str, start: int, end: int, mask: Iterable[Quantity]) -> str:
    """The stretch of text with its quantities blanked."""
    letters = list(text[start:end])
    for q in mask:
        for i in range(max(q.start, start), min(q.end, end)):
            letters[i - start] = " "
    return "".join(letters)


def _is_key(quantity: Quantity) -> bool:
    return quantity.kind in (Kind.YEAR, Kind.DATE) or (
        quantity.kind is Kind.ORDINAL and quantity.label not in ("อันดับ", "ลำดับ")
    )


def _keys(q: Quantity) -> Iterator[str]:
    """What a quantity says about a neighbouring value: which year, which date, which strategy."""
    if q.kind is Kind.YEAR:
        yield f"#y{q.value}" + (f"-{q.until}" if q.until is not None else "")
    elif q.kind is Kind.DATE:
        yield f"#d{q.day}/{q.month}/{q.year}" if q.day else f"#m{q.month}/{q.year}"
        if q.year is not None:
            yield f"#y{q.year}"
    elif q.kind is Kind.ORDINAL and _is_key(q):
        yield f"#{q.label}{q.value}"
    elif q.kind in (Kind.NUMBER, Kind.PERCENT, Kind.MONEY, Kind.ORDINAL):
        yield f"={q.kind}{q.unit}{q.label}{q.value.normalize()}"


def _sort(q: Quantity) -> tuple[Kind, str]:
    """Values of one sort may be taken for one another."""
    if q.kind is Kind.ORDINAL:
        return q.kind, q.label
    if q.kind is Kind.YEAR:
        return q.kind, "range" if q.until is not None else ""
    return q.kind, q.unit


# --- citations, markup, language, loops -------------------------------------------------------------------------

_HTML = re.compile(r"<[a-zA-Z/!?][^<>]*>|&(?:[a-zA-Z]+|#\d+);|```")
_LINK = re.compile(r"(?i)https?://|www\.|\]\(|\btg://|\bt\.me/")
_DOMAIN = re.compile(
    r"(?i)\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|th|gov|info|biz|co|app|dev|me|ly|xyz)\b(?:/\S*)?"
)
_LOOP = re.compile(r"(.{2,80}?)\1{3,}")
_STRETCHED = re.compile(r"([^\W\d_]|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\1{5,}")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+")
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]+s?\b")
_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|‘([^‘’]+)’|「([^「」]+)」")
_ELLIPSIS = re.compile(r"\.{3,}|…|ฯลฯ")


def _wrong_citations(statement: Statement, by_number: Mapping[int, CitedPassage]) -> Iterator[str]:
    if not statement.citations:
        yield "ไม่มีเลขอ้างอิง"
    unknown = [n for n in statement.citations if n not in by_number]
    if unknown:
        yield f"อ้างเลข {', '.join(map(str, unknown))} ซึ่งไม่มีในข้อความที่ให้"


def _markup(text: str, cited: Sequence[_Source]) -> Iterator[str]:
    if _HTML.search(text):
        yield "มีโค้ดหรือ HTML"
    if _LINK.search(text):
        yield "มีลิงก์"
    for domain in _DOMAIN.findall(text):
        if not any(domain.lower() in source.text.lower() for source in cited):
            yield f"มีชื่อเว็บ {domain} ซึ่งไม่อยู่ในข้อความที่อ้าง"


def _repetition(text: str, repeats: int) -> Iterator[str]:
    if repeats > MAX_SENTENCE_REPEATS:
        yield "ซ้ำข้อความเดิม"
    squeezed = re.sub(r"\s+", "", text)
    loop = _LOOP.search(squeezed)
    if (loop and re.search(r"\w", loop[1]) and len(loop[0]) >= 12) or _STRETCHED.search(squeezed):
        yield "มีคำซ้ำวนต่อกัน"
        return
    words = thai.words(text)
    triples = list(zip(words, words[1:], words[2:], strict=False))
    if len(triples) >= 30 and len(set(triples)) < 0.4 * len(triples):
        yield "มีข้อความซ้ำวน"


def _language(text: str, cited: Sequence[_Source]) -> Iterator[str]:
    foreign = [c for c in text if c.isalpha() and not _is_thai(c) and not _is_latin(c)]
    if foreign:
        yield f"มีอักษรอื่น ({''.join(dict.fromkeys(foreign))[:8]})"
    if not any(_is_thai(c) for c in text) and not _is_name_of_source(text, cited):
        yield "ไม่ใช่ภาษาไทย"
        return
    own = _ACRONYM.sub(" ", _QUOTED.sub(" ", _without_names(text, cited)))
    letters = [c for c in own if c.isalpha() or _is_thai(c)]
    if letters and sum(map(_is_thai, letters)) < MIN_THAI_SHARE * len(letters):
        yield "ไม่ใช่ภาษาไทยเป็นส่วนใหญ่"


def _is_name_of_source(text: str, cited: Sequence[_Source]) -> bool:
    """A short item that is only a name, such as "New Way of Working", as its passage writes it."""
    return 0 < len(text) <= 60 and any(thai.squeeze(text) in source.squeezed for source in cited)


def _without_names(text: str, cited: Sequence[_Source]) -> str:
    """The text without Latin names of up to 14 words that stand in a cited passage."""

    def drop(match: re.Match[str]) -> str:
        known = len(match[0].split()) <= 14 and any(thai.squeeze(match[0]) in source.squeezed for source in cited)
        return " " if known else match[0]

    return re.sub(r"[A-Za-z][A-Za-z0-9 '&/.:()-]*[A-Za-z0-9)]|[A-Za-z]", drop, text)


def _is_thai(c: str) -> bool:
    return "\u0e01" <= c <= "\u0e5b"


def _is_latin(c: str) -> bool:
    return c <= "\u024f" or c in "ªº"


# --- quantities -------------------------------------------------------------------------------------------------


def _missing_quantities(text: str, cited: Sequence[_Source]) -> Iterator[str]:
    yield from _unequal_eras(text)
    values = [value for source in cited for value in source.values]
    for stated in quantities(text):
        if stated.until is not None and stated.until <= stated.value:
            yield f"ช่วง “{stated.text.strip()}” กลับหัวท้าย"
        elif not (_stands(stated, [v.quantity for v in values]) or _follows(stated, cited)):
            yield f"“{stated.text.strip()}” ไม่มีในข้อความที่อ้าง"


def _unequal_eras(text: str) -> Iterator[str]:
    """A year followed by one in brackets ("พ.ศ. 2563 (ค.ศ. 2020)", "ปี 2563 (EGDI 2020)") is the same year twice."""
    years = [q for q in quantities(text) if q.kind in (Kind.YEAR, Kind.DATE) and q.year is not None]
    for one, other in pairwise(years):
        in_brackets = re.fullmatch(r"\s*\((?:[A-Za-z -]{0,8})", text[one.end : other.start])
        if (
            in_brackets
            and text[other.end :].lstrip().startswith(")")
            and (one.year, one.until) != (other.year, other.until)
        ):
            yield f"“{one.text.strip()} ({other.text.strip()})” ไม่ใช่ปีเดียวกัน"


def _stands(stated: Quantity, written: Sequence[Quantity]) -> bool:
    alike = [q for q in written if stated.unit and (q.kind, q.unit) == (stated.kind, stated.unit)]
    return any(_labelled(stated, q) for q in alike or written) or _range_by_its_ends(stated, written)


def _labelled(stated: Quantity, written: Quantity) -> bool:
    """`stands_for`, where the marker of a list's item numbers whatever the list is of."""
    if written.kind is Kind.ORDINAL and stated.kind is Kind.ORDINAL and written.text and written.start == written.end:
        labels = written.label.split("|")
        generic = stated.label in GENERIC or stated.label in ("", "ลำดับ")
        return stated.value == written.value and not stated.sub and (generic or stated.label in labels)
    return stands_for(stated, written)


def _range_by_its_ends(stated: Quantity, written: Sequence[Quantity]) -> bool:
    """A range of years whose ends both stand alone in the source ("ปี 2563 ถึง 2565" for two separate years)."""
    if stated.kind is not Kind.YEAR or stated.until is None:
        return False
    alone = {q.value for q in written if q.kind is Kind.YEAR and q.until is None}
    alone |= {Decimal(q.year) for q in written if q.kind is Kind.DATE and q.year is not None}
    return stated.value in alone and stated.until in alone


def _follows(stated: Quantity, cited: Sequence[_Source]) -> bool:
    """Values that follow from a passage without standing in it: the length of a complete list, the length of a period,
    and a subsection that stands there as an item of its section."""
    if stated.kind is Kind.NUMBER and stated.value == stated.raw:
        return _counts_a_list(stated, cited) or (stated.unit == "ปี" and _is_length_of_period(stated, cited))
    if stated.kind is Kind.ORDINAL and stated.sub:
        return any(_has_subsection(stated, source) for source in cited)
    return False


def _counts_a_list(stated: Quantity, cited: Sequence[_Source]) -> bool:
    lists: dict[tuple[tuple[str, ...], str], list[_Source]] = {}
    for source in cited:
        lists.setdefault((source.passage.path, source.passage.lead), []).append(source)
    for (path, lead), parts in lists.items():
        complete = {s.passage.part for s in parts} >= set(range(1, parts[0].passage.parts + 1))
        units = [u for s in parts for u in s.passage.units if not u.text.startswith("รวม")]
        listed = all(u.kind is not UnitKind.SENTENCE for u in units)
        named = not stated.unit or stated.unit in lead or stated.unit in path[-1]
        if complete and listed and named and stated.value == len(units):
            return True
    return False


def _is_length_of_period(stated: Quantity, cited: Sequence[_Source]) -> bool:
    periods = (v.quantity for s in cited for v in s.values if v.quantity.kind is Kind.YEAR)
    return any(q.until is not None and q.until - q.value + 1 == stated.value for q in periods)


def _has_subsection(stated: Quantity, source: _Source) -> bool:
    section = any(
        v.quantity.kind is Kind.ORDINAL and (v.quantity.label, v.quantity.value) == (stated.label, stated.value)
        for v in source.values
    )
    markers = {unit.marker.strip("().").translate(thai.THAI_DIGITS) for unit in source.passage.units}
    return section and stated.sub[0] in markers


# --- pairing ----------------------------------------------------------------------------------------------------


def _wrong_pairs(text: str, cited: Sequence[_Source], names: "_Names") -> Iterator[str]:
    values = [value for source in cited for value in source.values]
    for line in filter(None, text.split("\n")):
        for stated, words in _with_surroundings(line):
            own = [v.words for v in values if _labelled(stated, v.quantity)]
            others = [v.words for v in values if _neighbour(stated, v.quantity)]
            if own and others and _fits_better(words, others, own, names.abbreviations):
                yield f"“{stated.text.strip()}” ในข้อความที่อ้างเป็นของรายการอื่น"
        yield from _persons_of_others(line, cited, names)


def _neighbour(stated: Quantity, written: Quantity) -> bool:
    if stated.kind is Kind.ORDINAL and written.kind is Kind.ORDINAL and written.start == written.end and written.text:
        return not _labelled(stated, written) and (stated.label in written.label.split("|") or stated.label in GENERIC)
    return _sort(stated) == _sort(written) and not stands_for(stated, written)


def _fits_better(
    stated: frozenset[str],
    others: Sequence[frozenset[str]],
    own: Sequence[frozenset[str]],
    names: frozenset[str],
) -> bool:
    """Whether the surroundings of another value fit the stated words clearly better than those of the value itself."""
    everything = [*own, *others]
    known = {word for word in stated if any(word in words for words in everything)}
    weight = {word: _weight(word, everything, names) for word in known}
    total = sum(weight.values())
    if not total:
        return False
    best_own = max(own, key=lambda words: sum(weight[w] for w in known & words))
    best_other = max(others, key=lambda words: sum(weight[w] for w in known & words))
    own_score = sum(weight[w] for w in known & best_own)
    other_score = sum(weight[w] for w in known & best_other)
    if len(known) >= 0.8 * len(stated) and known <= best_other and not any(known <= words for words in own):
        return True  # the statement retells the neighbour, with this value put in
    if _names_another(known, own, best_other):
        return other_score >= own_score * 0.8
    only_there = (known & best_other) - best_own
    telling = len(only_there) >= 2 or any(_is_name(word, names) for word in only_there)
    return telling and other_score - own_score >= PAIRING_MARGIN * total


def _weight(word: str, contexts: Sequence[frozenset[str]], names: frozenset[str]) -> float:
    spread = sum(word in words for words in contexts)
    return log((len(contexts) + 1) / (spread + 0.5)) * (KEY_WEIGHT if _is_name(word, names) else 1.0)


def _is_name(word: str, names: frozenset[str]) -> bool:
    """A key, an abbreviation or a word in Latin letters: it names one thing and not another."""
    return word.startswith("#") or word in names or (word[0].isascii() and word[0].isalpha())


def _names_another(known: set[str], own: Sequence[frozenset[str]], other: frozenset[str]) -> bool:
    """The statement names a year, date or numbered thing that the neighbour has, and the value itself has another."""
    for key in (word for word in known if word.startswith("#")):
        family = re.match(r"#(?:[ymd](?=[\dN])|\D+)", key)
        if family and key in other and all(_has_another(words, key, family[0]) for words in own):
            return True
    return False


def _has_another(words: frozenset[str], key: str, family: str) -> bool:
    return key not in words and any(word.startswith(family) and word != key for word in words)


# --- names ------------------------------------------------------------------------------------------------------

_NAMED_KINDS = ("agency", "law", "plan", "index", "system")
_TITLE = (
    r"(?:ดร\.|นางสาว|น\.ส\.|นาง(?!สาว)|นาย(?!ก(?:รัฐ|สมาคม|เทศ|\b|ฯ)|ทะเบียน|จ้าง|หน้า|แพทย์|อำเภอ|ทหาร|ตำรวจ|ช่าง|ด่าน|ท่า|ธนาคาร|ประกัน)"
    r"|พลเอก|พลโท|พลตรี|พล\.[ตทอ]\.|พ\.ต\.อ\.|ศาสตราจารย์|ศ\.|รศ\.|ผศ\.|ม\.ล\.|ม\.ร\.ว\.|คุณหญิง|คุณ(?=\s))"
)
_NAME_WORD = r"[\u0e01-\u0e4e]{2,24}"
_TITLED = re.compile(rf"(?<![\u0e01-\u0e4e]){_TITLE}\s*({_NAME_WORD})(?:\s+({_NAME_WORD}))?")
_OFFICE = (
    "ประธาน|ผู้อำนวยการ|ผอ\\.|เลขานุการ|เลขาธิการ|รัฐมนตรี|โฆษก|อธิบดี|ปลัด|ผู้ว่าการ|ผู้ว่าราชการ|หัวหน้า|นายกสมาคม|ผู้แทน|ผู้บริหาร|กรรมการผู้จัดการ|วิทยากร"
    "|ผู้กล่าว|ผู้ลงนาม|ผู้เสนอ|ผู้ก่อตั้ง"
)
_OFFICES = re.compile(rf"(?:(?:ผู้ช่วย|รอง|อดีต|รักษาการ|ผช\.|คณะ)\s*)*(?:{_OFFICE})")
_HOLDER = re.compile(rf"(?:{_OFFICE})[^\n]*?(?:คือ|ได้แก่|ชื่อ)\s*({_NAME_WORD})(?:\s+({_NAME_WORD}))?")
_HOLDS = re.compile(
    rf"^(?:•\s*)?({_NAME_WORD})\s+({_NAME_WORD})\s*(?=(?:เป็น|คือ|ดำรงตำแหน่ง|ในฐานะ|ทำหน้าที่|กล่าว|ระบุว่า|{_OFFICE}))"
)
# A word that begins so is no family name: the sentence goes on with an office or a verb.
_GOES_ON = re.compile(
    rf"(?:{_OFFICE}|ผู้|เป็น|คือ|ซึ่ง|และ|หรือ|ที่|ดำรง|ทำ|กล่าว|ตำแหน่ง|รอง|ผช|สำนัก|กระทรวง|กรม|คณะ|จาก|ของ|โดย|เมื่อ|ตาม|ณ(?![ก-ฮ])|ต่อ|แห่ง)"
)


_MAY_GO_ON = re.compile(r"ใน|ได้|มี|จะ|ให้")  # families are called so as well, but not by whole sentences
_LONG_FAMILY_NAME = 8  # letters


def _persons(text: str) -> list[str]:
    """Names of persons, as far as titles and offices give them away."""
    found = []
    for pattern in (_TITLED, _HOLDER, _HOLDS):
        for match in pattern.finditer(text):
            first, last = match[1], match[2] or ""
            if last and (_GOES_ON.match(last) or (len(last) > _LONG_FAMILY_NAME and _MAY_GO_ON.match(last))):
                last = ""
            if pattern is not _TITLED and (not last or _is_plain_thai(first)):
                continue
            found.append(f"{first} {last}".strip())
    return list(dict.fromkeys(found))


@lru_cache(maxsize=2_000)
def _is_plain_thai(run: str) -> bool:
    """Whether a run of letters begins like ordinary prose: with an office, or a word that joins or counts."""
    first = thai.words(run)[:1]
    return bool(_GOES_ON.match(run)) or (bool(first) and first[0] in thai.STOP_WORDS)


@dataclass(frozen=True, eq=False)
class _Names:
    """What the glossary knows, looked up once for each text and each set of terms."""

    glossary: Glossary

    @cached_property
    def abbreviations(self) -> frozenset[str]:
        """Names that are one word, folded: "สพร", "dga", "egdi"."""
        named = (t for t in self.glossary.terms if t.kind in _NAMED_KINDS)
        cut = (thai.words(form) for t in named for form in (*t.names, *t.typed))
        return frozenset(words[0] for words in cut if len(words) == 1)

    @lru_cache(maxsize=4_000)  # noqa: B019 - lives as long as its glossary, which the process keeps
    def terms(self, text: str) -> frozenset[str]:
        """The terms that a text names."""
        return frozenset(mention.term.name for mention in self.glossary.mentions(text))

    @lru_cache(maxsize=1_000)  # noqa: B019
    def words(self, terms: frozenset[str]) -> frozenset[str]:
        """All words, folded, of all equal names of these terms."""
        named = [term for term in self.glossary.terms if term.name in terms]
        return frozenset(word for t in named for form in (*t.names, *t.typed) for word in thai.words(form))


@lru_cache(maxsize=4)
def _names(glossary: Glossary) -> _Names:
    return _Names(glossary)


def _terms_of(cited: Sequence[_Source], names: _Names) -> frozenset[str]:
    return frozenset().union(*(names.terms(source.text) for source in cited))


def _missing_names(text: str, cited: Sequence[_Source], names: _Names) -> Iterator[str]:
    for line in text.split("\n"):
        for name in _persons(line):
            if not any(thai.squeeze(name) in source.squeezed for source in cited) and not _is_description(name, cited):
                yield f"ชื่อ “{name}” ไม่มีในข้อความที่อ้าง"
    known = _terms_of(cited, names)
    for mention in names.glossary.mentions(text):
        if mention.term.kind in _NAMED_KINDS and mention.term.name not in known:
            forms = (mention.form, *mention.term.names)
            if not any(thai.squeeze(form) in source.squeezed for form in forms for source in cited):
                yield f"“{mention.form}” ไม่มีในข้อความที่อ้าง"
    equal = names.words(known)
    for word in _LATIN.findall(text):  # a capital makes it a name
        if not word.islower() and word.lower() not in equal and not any(word.lower() in s.latin for s in cited):
            yield f"ชื่อ “{word}” ไม่มีในข้อความที่อ้าง"


def _is_description(name: str, cited: Sequence[_Source]) -> bool:
    """What looks like a name but is told in words of the passage ("เลขานุการรัฐมนตรี ประจำสำนัก…")."""
    words = thai.content_words(name)
    return bool(words) and all(len(w) > 2 and any(w in s.words for s in cited) and thai.is_known_word(w) for w in words)


def _persons_of_others(line: str, cited: Sequence[_Source], names: _Names) -> Iterator[str]:
    """Persons whom the passages tell of with other words, or in another office."""
    people = [person for source in cited for person in source.persons]
    named = _persons(line)
    for name in named:
        squeezed = thai.squeeze(name)
        words = _topic(line.replace(name, " "), ()) | _offices(line)
        own = [around for other, around in people if squeezed in thai.squeeze(other)]
        others = [around for other, around in people if squeezed not in thai.squeeze(other)]
        held = {word for around in own for word in around if word.startswith("#office")}
        in_other_office = len(named) == 1 and _offices(line) and held and not (_offices(line) & held)
        if in_other_office or (own and others and _fits_better(words, others, own, names.abbreviations)):
            yield f"“{name}” ในข้อความที่อ้างเป็นของรายการอื่น"


def _offices(text: str) -> frozenset[str]:
    """The offices that a text names, with what makes another office of them ("ผู้ช่วย", "รอง")."""
    return frozenset(f"#office{m[0].replace(' ', '')}" for m in _OFFICES.finditer(text))


# --- quotes, decisions, support ---------------------------------------------------------------------------------

_DECISIONS = ("อนุมัติ", "เห็นชอบ", "บังคับใช้", "ประกาศใช้", "บรรลุ", "ประสบความสำเร็จ", "มีผล", "รับรอง", "ผ่านความเห็นชอบ")
_NOT = r"(?:ไม่ได้|มิได้|ไม่|ยังไม่ได้|ยังไม่|มิ|ไม่เคย|ปฏิเสธการ|ปฏิเสธ)(?:รับการ|มีมติ|มีการ|การ)?"


def _altered_quotes(text: str, cited: Sequence[_Source]) -> Iterator[str]:
    for groups in _QUOTED.findall(text):
        quote = next(filter(None, groups))
        for part in filter(None, (thai.squeeze(part) for part in _ELLIPSIS.split(quote))):
            if not any(part in source.squeezed for source in cited):
                yield f"คำพูดในเครื่องหมายคำพูด “{quote}” ไม่ตรงกับข้อความที่อ้าง"


def _turned_decisions(text: str, cited: Sequence[_Source]) -> Iterator[str]:
    for verb in _DECISIONS:
        stated = _polarities(text, verb)
        written = {polarity for source in cited for polarity in _polarities(source.text, verb)}
        if stated and written and not stated <= written:
            yield f"“{verb}” กลับความหมายจากข้อความที่อ้าง"


def _polarities(text: str, verb: str) -> set[bool]:
    """Whether a decision is told as made (True), as not made (False), or both."""
    denied = len(re.findall(_NOT + verb, text))
    return ({False} if denied else set()) | ({True} if text.count(verb) > denied else set())


def _too_little_in_common(text: str, cited: Sequence[_Source], names: _Names) -> Iterator[str]:
    words = [word for word in _topic(text, quantities(text)) if not word[0].isdigit()]
    named = names.words(_terms_of(cited, names))
    shared = [w for w in words if w in named or any(w in s.words or (len(w) > 2 and w in s.squeezed) for s in cited)]
    if len(words) >= 3 and len(shared) < MIN_SUPPORT * len(words):
        yield "เนื้อความแทบไม่มีคำตรงกับข้อความที่อ้าง"
