"""Names of persons, agencies, laws and systems in a statement: each stands in a passage that it cites."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.checks.persons import persons_in
from bot.checks.source import LATIN, Source
from corpus import thai
from corpus.glossary import Glossary

_NAMED_KINDS = ("agency", "law", "plan", "index", "system")


@dataclass(frozen=True, eq=False)
class Names:
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
def names_of(glossary: Glossary) -> Names:
    return Names(glossary)


def terms_of(cited: Sequence[Source], names: Names) -> frozenset[str]:
    return frozenset().union(*(names.terms(source.text) for source in cited))


def missing_names(text: str, cited: Sequence[Source], names: Names) -> Iterator[str]:
    for line in text.split("\n"):
        for name in persons_in(line):
            if not any(thai.squeeze(name) in source.squeezed for source in cited) and not _is_description(name, cited):
                yield f"ชื่อ “{name}” ไม่มีในข้อความที่อ้าง"
    known = terms_of(cited, names)
    for mention in names.glossary.mentions(text):
        if mention.term.kind in _NAMED_KINDS and mention.term.name not in known:
            forms = (mention.form, *mention.term.names)
            if not any(thai.squeeze(form) in source.squeezed for form in forms for source in cited):
                yield f"“{mention.form}” ไม่มีในข้อความที่อ้าง"
    equal = names.words(known)
    for word in LATIN.findall(text):  # a capital makes it a name
        if not word.islower() and word.lower() not in equal and not any(word.lower() in s.latin for s in cited):
            yield f"ชื่อ “{word}” ไม่มีในข้อความที่อ้าง"


def _is_description(name: str, cited: Sequence[Source]) -> bool:
    """What looks like a name but is told in words of the passage ("เลขานุการรัฐมนตรี ประจำสำนัก…")."""
    words = thai.content_words(name)
    return bool(words) and all(len(w) > 2 and any(w in s.words for s in cited) and thai.is_known_word(w) for w in words)
