"""The words that belong to a quantity: what it is the value of, as far as the sentence around it tells."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bot.checks.denials import denied
from corpus import thai
from corpus.quantities import Kind, Quantity, quantities


def with_surroundings(text: str, in_source: bool = False) -> list[tuple[Quantity, frozenset[str]]]:
    """Each quantity with the words that belong to it: the whole text, or its clause where there are several alike.

    What stands before the first of them, up to its last two words, is told of all; so are the head of a table row
    ("X: a 1; b 2") and a year, date or numbered thing at the very beginning. Where values are joined ("ที่ 1 และ 2 มี 10
    และ 20 ตามลำดับ"), the first name goes with the first value, and so on.
    """
    found = quantities(text)
    sorts = [sort_of(q) for q in found]
    opening = {q for q in found if _is_key(q) and q.start <= _OPENING and sorts.count(sort_of(q)) == 1}
    result = []
    for quantity in found:
        alike = [q for q in found if sort_of(q) == sort_of(quantity)]
        partners = _partners(text, quantity, alike, found)
        if len(alike) == 1:
            start = 0 if in_source else _start_of_clause(text, quantity, found)
            words = topic_of(text, start, len(text), found, [q for q in found if q is not quantity])
        elif partners is not None:
            words = topic_of(text, 0, len(text), found, partners)
        elif _are_joined(text, alike):
            words = topic_of(text, 0, len(text), found, [q for q in found if q not in alike])
        else:
            start, end = _clause(text, quantity, alike, found, in_source)
            inside = [q for q in found if q is not quantity and start <= q.start and q.end <= end]
            own_keys = dict.fromkeys([*inside, *(opening - {quantity})])
            words = topic_of(text, start, end, found, own_keys) | _told_of_all(text, alike[0], found)
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
    sorts = [sort_of(q) for q in found]
    names = [
        q for q in found if _is_key(q) and sort_of(q) != sort_of(quantity) and sorts.count(sort_of(q)) == len(alike)
    ]
    if names and ("ตามลำดับ" in text or _are_joined(text, alike)):
        return names[alike.index(quantity) :: len(alike)]
    return None


def _are_joined(text: str, alike: Sequence[Quantity]) -> bool:
    """Whether values stand side by side ("มาตรา 5 และมาตรา 7"), so that what is told is told of all."""
    return all(re.fullmatch(r"\s*(?:,|และ|กับ)\s*", text[a.end : b.start]) for a, b in pairwise(alike))


def _told_of_all(text: str, first: Quantity, found: Sequence[Quantity]) -> frozenset[str]:
    """The words before the first of several values that are not its own: all but the two next to it."""
    head = text.find(":") if ";" in text else -1
    if 0 < head < first.start:
        return topic_of(text, 0, head, found, ())
    before = _without(text, 0, first.start, found)
    near = set(thai.content_words(before)[-2:])
    return frozenset(word for word in topic_of(text, 0, first.start, found, ()) if word not in near)


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


def topic(text: str, leave_out: Sequence[Quantity]) -> frozenset[str]:
    found = quantities(text)
    gone = {(q.start, q.end) for q in leave_out}
    inside = [q for q in found if (q.start, q.end) not in gone]
    return topic_of(text, 0, len(text), found, inside)


def topic_of(text: str, start: int, end: int, mask: Iterable[Quantity], keys: Iterable[Quantity]) -> frozenset[str]:
    """Content words of a stretch of text without its quantities, and one key for each quantity that names something."""
    told = _without(text, start, end, mask)
    words = {word for word in thai.content_words(told) if len(word) > 1}
    words = {f"¬{word}" if word in denied(told) else word for word in words}
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


def sort_of(q: Quantity) -> tuple[Kind, str]:
    """Values of one sort may be taken for one another."""
    if q.kind is Kind.ORDINAL:
        return q.kind, q.label
    if q.kind is Kind.YEAR:
        return q.kind, "range" if q.until is not None else ""
    return q.kind, q.unit


def without_quantities(text: str) -> str:
    """The text with its quantities blanked."""
    return _without(text, 0, len(text), quantities(text))
