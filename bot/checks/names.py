"""Names of persons, agencies, laws and systems in a statement: each stands in a passage that it cites."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.checks.persons import offices_in, persons_in
from bot.checks.source import LATIN, Source
from bot.checks.surroundings import without_quantities
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

    def equal(self, words: Iterable[str]) -> frozenset[str]:
        """All words of the names that are equal to names of one word ("สพร." for "dga")."""
        return frozenset().union(*(self._equal.get(word, frozenset()) for word in words))

    @cached_property
    def _equal(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for term in self.glossary.terms:
            forms = [thai.words(form) for form in (*term.names, *term.typed)]
            alone = frozenset(words[0] for words in forms if len(words) == 1)
            for word in alone:
                found[word] = found.get(word, frozenset()) | alone
        return found

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
    yield from _missing_places(text, cited)
    yield from _missing_offices(text, cited)
    yield from _missing_bodies(text, cited, names)
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


def _missing_places(text: str, cited: Sequence[Source]) -> Iterator[str]:
    """Provinces and countries."""
    for word in thai.place_names().intersection(thai.words(text)):
        if not any(word.removesuffix("มหานคร") in source.squeezed for source in cited):
            yield f"“{word}” ไม่มีในข้อความที่อ้าง"


_HIGH_OFFICES = ("นายกรัฐมนตรี", "รัฐมนตรี", "ปลัด", "อธิบดี", "เลขาธิการ", "เลขานุการ", "ผู้ว่า", "ประธาน", "ผู้อำนวยการ", "โฆษก")


def _missing_offices(text: str, cited: Sequence[Source]) -> Iterator[str]:
    """Offices of state, as a whole: a minister's secretary is no minister."""
    held = frozenset().union(*(source.offices for source in cited))
    for office in offices_in(text) - held:
        name = office.removeprefix("#office").replace("ผอ.", "ผู้อำนวยการ")
        bare = f"#office{name}"
        if (
            name.startswith(_HIGH_OFFICES)
            and bare not in held
            and not any(h.endswith(name) for h in held if "รัฐมนตรี" not in h)
        ):
            yield f"ตำแหน่ง “{name}” ไม่มีในข้อความที่อ้าง"


_BODIES_OF_STATE = (
    "รัฐสภา",
    "วุฒิสภา",
    "สภาผู้แทนราษฎร",
    "คณะรัฐมนตรี",
    "คณะองคมนตรี",
    "ราชกิจจานุเบกษา",
    "ศาลปกครอง",
    "ศาลรัฐธรรมนูญ",
)

# What begins the name of one of its kind; the word after it tells which.
_BODY = re.compile(
    r"(กระทรวง|กรม(?!ธรรม)|สำนักงาน|สถาบัน|มหาวิทยาลัย|โรงแรม|ธนาคาร|บริษัท|มูลนิธิ|สมาคม|ศาล(?!า)|โรงพยาบาล|โรงเรียน|สนามบิน|เทศบาล|จังหวัด|อำเภอ|ตำบล|ถนน|แขวง|อาคาร|ซอย)([\u0e01-\u0e4e]*)"
)


def _missing_bodies(text: str, cited: Sequence[Source], names: Names) -> Iterator[str]:
    """Ministries, universities, hotels and the like whose kind, or whose name's first word, no passage has."""
    equal = names.words(terms_of(cited, names))
    for body in _BODIES_OF_STATE:
        if body in text and body not in equal and not any(body in source.squeezed for source in cited):
            yield f"“{body}” ไม่มีในข้อความที่อ้าง"
    for kind, rest in _BODY.findall(without_quantities(text)):
        if not any(kind in source.squeezed for source in cited) and kind not in equal and kind in _OF_PLACES:
            yield f"“{kind}” ไม่มีในข้อความที่อ้าง"
        word = _name_begun(kind, rest)
        if word and word not in equal and not any(thai.squeeze(word) in source.squeezed for source in cited):
            yield f"“{kind}{word}” ไม่มีในข้อความที่อ้าง"


def _name_begun(kind: str, rest: str) -> str:
    """The first word of the name of a body, or "" where the sentence goes on without a name."""
    word = next(iter(thai.words(rest)), "")
    if len(word) < 2 or word in thai.STOP_WORDS or thai.parts_of_speech([kind, word])[1] in ("VERB", "AUX"):
        return ""
    return word


_OF_PLACES = ("จังหวัด", "อำเภอ", "ตำบล", "โรงแรม", "โรงเรียน", "โรงพยาบาล", "สนามบิน", "มหาวิทยาลัย", "ธนาคาร")


def _is_description(name: str, cited: Sequence[Source]) -> bool:
    """What looks like a name but is told in words of the passage ("เลขานุการรัฐมนตรี ประจำสำนัก…")."""
    words = thai.content_words(name)
    return bool(words) and all(len(w) > 2 and any(w in s.words for s in cited) and thai.is_known_word(w) for w in words)
