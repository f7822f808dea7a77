"""A value stands with the words it is given to, and a person in the own office: not with those of a neighbour."""

import re
from collections.abc import Iterator, Sequence
from math import log

from bot.checks.names import Names
from bot.checks.persons import offices_in, persons_in
from bot.checks.source import Source
from bot.checks.surroundings import sort_of, topic, with_surroundings
from bot.checks.values import labelled
from corpus import thai
from corpus.document import UnitKind
from corpus.quantities import GENERIC, Kind, Quantity, quantities, stands_for

PAIRING_MARGIN = 0.3
KEY_WEIGHT = 2.0


def wrong_pairs(text: str, cited: Sequence[Source], names: Names) -> Iterator[str]:
    values = [value for source in cited for value in source.values]
    for line in filter(None, text.split("\n")):
        for stated, words in with_surroundings(line):
            own = [v.words for v in values if labelled(stated, v.quantity)]
            others = [v.words for v in values if _neighbour(stated, v.quantity)]
            is_figure = stated.kind in (Kind.NUMBER, Kind.MONEY, Kind.PERCENT)
            if own and is_figure and _names_another_thing(words, own, names):
                yield f"“{stated.text.strip()}” ในข้อความที่อ้างเป็นของสิ่งอื่น"
            in_list = stated.kind is Kind.ORDINAL and any(v.quantity.start == v.quantity.end for v in values)
            if own and others and fits_better(words, others, own, names.abbreviations, one_word_tells=in_list):
                yield f"“{stated.text.strip()}” ในข้อความที่อ้างเป็นของรายการอื่น"
        yield from _persons_of_others(line, cited, names)
        yield from _names_of_two_rows(line, cited, names)


def _names_of_two_rows(line: str, cited: Sequence[Source], names: Names) -> Iterator[str]:
    """A Thai and a Latin abbreviation that a table has in two rows, and nothing has together."""
    found = [word for word in topic(line, quantities(line)) if _is_name(word, names.abbreviations)]
    latin, own = ([w for w in found if w.isascii() and w.isalpha()], [w for w in found if not w.isascii()])
    if len(latin) != 1 or len(own) != 1:
        return
    units = [(unit.kind, frozenset(thai.words(unit.text))) for source in cited for unit in source.passage.units]
    if any(latin[0] in words and own[0] in words for _, words in units):
        return
    rows = [words for kind, words in units if kind is UnitKind.ROW]
    if any(latin[0] in words for words in rows) and any(own[0] in words for words in rows):
        yield f"“{latin[0].upper()}” ในตารางที่อ้างเป็นของรายการอื่น"


def _names_another_thing(stated: frozenset[str], own: Sequence[frozenset[str]], names: Names) -> bool:
    """Whether the statement names things, and the value's own surroundings, all of them, name only others."""
    told = {word for word in stated if not word.startswith(("#", "=")) and _is_name(word, names.abbreviations)}
    if not told:
        return False
    alike = told | names.equal(told)
    for words in own:
        named = {word for word in words if not word.startswith(("#", "=")) and _is_name(word, names.abbreviations)}
        if not named or named & alike:
            return False
    return True


def _neighbour(stated: Quantity, written: Quantity) -> bool:
    if stated.kind is Kind.ORDINAL and written.kind is Kind.ORDINAL and written.start == written.end and written.text:
        return not labelled(stated, written) and (stated.label in written.label.split("|") or stated.label in GENERIC)
    return sort_of(stated) == sort_of(written) and not stands_for(stated, written)


def fits_better(
    stated: frozenset[str],
    others: Sequence[frozenset[str]],
    own: Sequence[frozenset[str]],
    names: frozenset[str],
    one_word_tells: bool = False,
) -> bool:
    """Whether the surroundings of another value fit the stated words clearly better than those of the value itself.

    With `one_word_tells`, as for the items of a list, one word that only the other has is enough, if none is the own.
    """
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
    if (
        one_word_tells
        and _only_one_has(known & best_other, everything)
        and not _only_one_has(known & best_own, everything)
    ):
        return True
    if _names_another(known, own, best_other):
        return other_score >= own_score * 0.8
    only_there = (known & best_other) - best_own
    telling = len(only_there) >= 2 or any(_is_name(word, names) for word in only_there)
    return telling and other_score - own_score >= PAIRING_MARGIN * total


def _only_one_has(words: frozenset[str] | set[str], contexts: Sequence[frozenset[str]]) -> bool:
    return any(sum(word in context for context in contexts) == 1 for word in words)


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


def _persons_of_others(line: str, cited: Sequence[Source], names: Names) -> Iterator[str]:
    """Persons whom the passages tell of with other words, or in another office."""
    people = [person for source in cited for person in source.persons]
    named = persons_in(line)
    for name in named:
        squeezed = thai.squeeze(name)
        words = topic(line.replace(name, " "), ()) | offices_in(line)
        own = [around for other, around in people if squeezed in thai.squeeze(other)]
        others = [around for other, around in people if squeezed not in thai.squeeze(other)]
        held = {word for around in own for word in around if word.startswith("#office")}
        in_other_office = len(named) == 1 and offices_in(line) and held and not (offices_in(line) & held)
        if in_other_office or (own and others and fits_better(words, others, own, names.abbreviations)):
            yield f"“{name}” ในข้อความที่อ้างเป็นของรายการอื่น"
