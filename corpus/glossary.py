"""Names, abbreviations and spellings that mean the same: `glossary.yaml`, read once."""

import hashlib
import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from corpus import thai

# A shorter form also occurs inside other words (ทางรัฐ in ทางรัฐบาล), so it counts only where the word cutter agrees.
_LONG = 12
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C reads the glossary in 10 ms instead of 100
GLOSSARY = Path(__file__).with_name("glossary.yaml")


class GlossaryError(Exception):
    """The glossary cannot be used; the message says where. Thai first."""


@dataclass(frozen=True)
class Term:
    """One concept. `forms` are equal names and may be shown; `typed` are only recognised, never shown."""

    name: str
    kind: str
    forms: tuple[str, ...]
    typed: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The official name and its equal forms, for searching."""
        return (self.name, *self.forms)


@dataclass(frozen=True)
class Mention:
    """A term found in a text: the form that stood there, folded, and where in the folded text."""

    term: Term
    form: str
    start: int
    end: int


@dataclass(frozen=True)
class Glossary:
    """All terms, with the digest that makes a change of the file a change of the index.

    `everyday` maps a word that people say to the words that documents use for it; not the other way round.
    """

    terms: tuple[Term, ...]
    spellings: tuple[tuple[str, str], ...]
    digest: str
    everyday: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def written_for(self, word: str) -> tuple[str, ...]:
        """The words that documents use where people say this folded word; empty for most."""
        return self._everyday.get(word, ())

    @cached_property
    def _everyday(self) -> dict[str, tuple[str, ...]]:
        return dict(self.everyday)

    def standard_spelling(self, text: str) -> str:
        """The text with known spelling variants written the standard way."""
        pattern, table = self._variants

        def standard(match: re.Match[str]) -> str:
            form = table[match[0].lower()]
            is_beginning = len(match[0]) < len(form) and match.string.startswith(form, match.start())
            return match[0] if is_beginning else form

        return pattern.sub(standard, text) if self.spellings else text

    def official(self, text: str, written: Container[str] = ()) -> str:
        """The folded text with forms that are only typed, never shown, replaced by the official name.

        A word that the documents write themselves, one of `written`, stays.
        """
        folded, position, parts = thai.fold(text), 0, []
        for mention in self.mentions(text):
            if _key(mention.form) in self._typed and mention.form not in written:
                parts += [folded[position : mention.start], thai.fold(mention.term.name)]
                position = mention.end
        return "".join([*parts, folded[position:]])

    def mentions(self, text: str) -> list[Mention]:
        """The terms that a text names, left to right, longest form first, none overlapping."""
        return list(self._remembered(text))

    @cached_property
    def _remembered(self) -> Callable[[str], tuple[Mention, ...]]:
        """A question is looked at several times on its way."""
        return lru_cache(maxsize=1_000)(self._mentions)

    def _mentions(self, text: str) -> tuple[Mention, ...]:
        folded = thai.fold(text)
        borders = {0, *thai.safe_cuts(folded)}
        return tuple(
            Mention(self._by_form[_key(match[0])], match[0], match.start(), match.end())
            for match in self._pattern.finditer(folded)
            if len(match[0]) >= _LONG or {match.start(), match.end()} <= borders
        )

    @cached_property
    def _typed(self) -> frozenset[str]:
        return frozenset(_key(thai.fold(form)) for term in self.terms for form in term.typed)

    @cached_property
    def _by_form(self) -> dict[str, Term]:
        return {_key(thai.fold(form)): term for term in self.terms for form in (*term.names, *term.typed)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = {thai.fold(form).strip() for term in self.terms for form in (*term.names, *term.typed)}
        return _any_form(forms, blanks=r"[\s\-]*")

    @cached_property
    def _variants(self) -> tuple[re.Pattern[str], dict[str, str]]:
        table = {variant.lower(): standard for variant, standard in self.spellings}
        return _any_form(table, flags=re.IGNORECASE), table


@lru_cache(maxsize=4)
def read_glossary(path: Path = GLOSSARY) -> Glossary:
    """The glossary of a file.

    Raises:
        GlossaryError: if the file is missing, is not YAML or lacks a field.
    """
    try:
        content = path.read_bytes()
        raw = yaml.load(content, Loader=_LOADER)  # noqa: S506 - a safe one
        terms = tuple(
            Term(str(t["name"]), str(t["kind"]), _names(t, "forms"), _names(t, "typed")) for t in raw["terms"]
        )
        spellings = tuple((str(v), str(s["standard"])) for s in raw.get("spellings", ()) for v in s["variants"])
        everyday = tuple(
            (thai.fold(str(said)), tuple(map(str, e["written"]))) for e in raw.get("everyday", ()) for said in e["said"]
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        detail = " ".join(str(error).split())
        raise GlossaryError(
            f"อ่านอภิธานศัพท์ {path} ไม่ได้: {detail} / cannot read the glossary; each term needs name and kind"
        ) from None
    return Glossary(terms, spellings, hashlib.sha256(content).hexdigest(), everyday)


def _names(term: dict[str, Any], field: str) -> tuple[str, ...]:
    names = term.get(field, [])
    if not isinstance(names, list):  # a lone string would be taken for a list of its letters
        raise TypeError(f"{field} of {term['name']!r} must be a list, found {names!r}")
    return tuple(map(str, names))


def _key(folded_form: str) -> str:
    return re.sub(r"[\s.\-]+", "", folded_form)


def _any_form(forms: Iterable[str], blanks: str = r"\s*", flags: int = 0) -> re.Pattern[str]:
    """A pattern of any of these forms, the longest first, with optional blanks; Latin forms are whole words.

    Forms that begin alike stand together after their first letter: where no form begins, none of them is tried.
    """
    alike: dict[str, list[str]] = {}
    for form in sorted(forms, key=len, reverse=True):
        parts = [part for part in re.split(r"[\s\-]+", form) if part]
        if parts:
            right = r"(?![a-z0-9])" if form[-1:].isascii() else r"(?![\u0e31\u0e33-\u0e3a\u0e47-\u0e4e])"
            rest = blanks.join(map(re.escape, (parts[0][1:], *parts[1:])))
            alike.setdefault(parts[0][0], []).append(f"{rest}{right}")
    words = (f"{re.escape(first)}{_begins(first)}(?:{'|'.join(rests)})" for first, rests in alike.items())
    return re.compile("|".join(words) or r"(?!)", flags)


def _begins(letter: str) -> str:
    """That a word begins with the letter just read, if it is a Latin one."""
    return rf"(?<![a-z0-9]{re.escape(letter)})" if letter.isascii() else ""


def equal_names(glossary: Glossary, text: str) -> tuple[tuple[str, ...], ...]:
    """For each name in a text: the form that stands there, then the other forms of the same term."""
    found: dict[str, tuple[str, ...]] = {}
    for mention in glossary.mentions(text):
        others = {_key(thai.fold(name)): name for name in mention.term.names}
        others.pop(_key(mention.form), None)
        if others:
            found[mention.term.name] = (mention.form, *others.values())
    return tuple(found.values())
