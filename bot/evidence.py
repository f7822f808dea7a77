"""How well a unit of a passage answers a question: which of its facets it covers, and with what.

Each facet of the question is looked for in the unit's own words, then in what introduces it (its list's lead line,
its headings, its document's title). A word counts as found if it stands there, in part if a word there contains it,
is spelled almost like it, or means nearly the same (word vectors). Rare words weigh more than common ones.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from bot.question import Facet, Question
from corpus import thai
from corpus.answer_model import AnswerModel
from corpus.document import Passage, Unit
from corpus.embedder import StaticEmbedder
from corpus.index import Index
from corpus.near_words import NearWords
from corpus.quantities import in_digits
from corpus.unit_vectors import Place, UnitVectors

# What a facet found elsewhere than in the unit itself is worth.
LEAD = 0.9
HEADING = 0.85
TITLE = 0.75
DOCUMENT = 0.4
OTHER_YEAR = 0.4  # of that, for a year, if the unit itself names another year
# How much a facet weighs.
MOST_WEIGHT = 3.2  # so that a rare word does not outweigh all the others
GENERAL_RARITY = 0.9  # of its rarity in general Thai, the most that it weighs
CONTEXT_WORTH = 0.5  # of a facet that a follow-up took over
# What a word is worth that is found in part; likeness below the floors says nothing. docs/answers.md has how they were
# chosen.
SPELLING_FLOOR = 0.75
SPELLING_WORTH = 0.9
MEANING_FLOOR = 0.5
MEANING_WORTH = 0.8
INSIDE_LEAST, INSIDE_MOST = 0.45, 0.95  # of a word inside a longer one, by how much of it is the same
INSIDE_SHORTEST = 3  # letters
NOT_OF = 0.4  # of a year that a text mentions without being of it
PARTLY = 0.5  # of a counted thing, where the thing stands with another number
WHOLE_NAME = 4  # power of the share of a name's words that are found: half of a name is another name
JUDGEMENTS_KEPT = 1024  # of the answer model: a question and a text each

_NOUN_PREFIX = re.compile(r"^(?:การ|ความ|ตาม|ทาง)(?=...)")
# In front of a title they make another person's of it: รองผู้อำนวยการ is not the ผู้อำนวยการ.
_DEPUTY = re.compile(r"^(?:รอง|ผู้ช่วย|อดีต|รักษาการ|ว่าที่)(?=...)")
_LEADING_VOWELS = "เแโใไ"
_NUMBERED_NOUNS = ("ด้าน", "เป้าหมาย", "ความท้าทาย", "วัตถุประสงค์", "ประเด็น", "มาตรการ", "กลไก", "ตัวชี้วัด", "ยุทธศาสตร์")
_SOURCE_COLUMN = re.compile(r"แหล่ง|ที่มา|อ้างอิง")
_PLAN = re.compile(r"แผน(?!ก|ที่|ภูมิ|ผัง)")
_YEAR_RANGE = re.compile(r"25\d\d-25\d\d")
_YEAR = re.compile(r"25\d\d")

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Scored:
    """A unit with its evidence: `found` is the share of each facet that is found, 0 to 1, in the question's order;
    `own` what the unit itself holds of it, `around` what introduces it holds, or its document
    elsewhere; `here` is both of them without the rest of the document. `likeness` is the cosine of question and unit as
    the sentence encoder reads them, where it was asked for; `plain` is its score without that, where it has one.
    """

    passage: Passage
    position: int
    found: Floats
    own: Floats
    around: Floats
    here: Floats
    coverage: float
    own_coverage: float
    likeness: float = 0.0
    plain: float = 0.0

    @property
    def unit(self) -> Unit:
        return self.passage.units[self.position]

    @property
    def place(self) -> Place:
        return self.passage, self.position


class Evidence:
    """Scores units against questions with one index's word statistics and what the shipped models know of words."""

    def __init__(
        self,
        index: Index,
        word_model: StaticEmbedder,
        near_words: NearWords | None = None,
        meanings: UnitVectors | None = None,
        answer_model: AnswerModel | None = None,
    ) -> None:
        self._index = index
        self._meanings = meanings
        self._answer_model = answer_model
        self._word_model = word_model
        self._near_words = near_words or NearWords.load()

    def weights(self, question: Question) -> Floats:
        """How much each facet says, shape (facets,): its rarity in the corpus, bounded by its rarity in general Thai.

        A word that no passage holds is rare only if it is rare in general, too: "เล่า" says little, "ฟุตบอล" much.
        """
        return np.array([self._weight(facet) for facet in question.facets], np.float32)

    def rarities(self, question: Question) -> Floats:
        """The facets' weights whatever their part of speech; 0 for what no passage holds. Shape (facets,)."""
        worth = np.array([max(facet.worth, 0.01) for facet in question.facets], np.float32)
        held = [any(self._frequency(form) for form in facet.alternatives) for facet in question.facets]
        return np.asarray(np.where(held, self.weights(question) / worth, 0.0), np.float32)

    def score(self, question: Question, passages: Sequence[Passage]) -> list[Scored]:
        """All units of the passages with their evidence, in reading order."""
        if not question.facets:
            return []
        analysed = [_analyse(passage) for passage in passages]
        held = self._held(question.facets, [part for parts in analysed for part in parts.all])
        of_passages = _in_groups(held, [len(parts.all) for parts in analysed])
        of_document: dict[str, Floats] = {}
        for passage, (_, _, _, *own) in zip(passages, of_passages, strict=True):
            seen = of_document.get(passage.document_id, np.zeros(len(question.facets), np.float32))
            of_document[passage.document_id] = np.maximum.reduce([seen, *own])
        weigh = self._weigher(question)
        is_year = np.array([facet.slot == "year" for facet in question.facets])
        scored: list[Scored] = []
        for passage, parts, holds in zip(passages, analysed, of_passages, strict=True):
            title, headings, lead = holds[:3]
            introduced = np.maximum.reduce([LEAD * lead, HEADING * headings, TITLE * title])
            around = np.maximum(introduced, DOCUMENT * of_document[passage.document_id])
            owns = holds[3:]
            says_year = np.array([[part.has_year] for part in parts.units], bool).reshape(-1, 1)
            nearby = np.where(says_year & is_year & (owns == 0), around * OTHER_YEAR, around)
            founds = np.maximum(owns, nearby)
            heres = np.maximum(owns, introduced)
            for position, (own, found, here) in enumerate(zip(owns, founds, heres, strict=True)):
                scored.append(Scored(passage, position, found, own, around, here, weigh(found), weigh(own)))
        return scored

    @property
    def compares(self) -> bool:
        """Whether units can be compared with questions as sentences."""
        return self._meanings is not None

    def with_likeness(self, question: Question, scored: Sequence[Scored]) -> list[Scored]:
        """The units with how like the question each is as a sentence; without unit vectors, as they are."""
        if self._meanings is None or not scored:
            return list(scored)
        alike = self._meanings.likeness(question.text, [s.place for s in scored])
        return [replace(s, likeness=float(like)) for s, like in zip(scored, alike, strict=True)]

    def between(self, unit: Scored, units: Sequence[Scored]) -> Floats:
        """How alike a unit and each of others are as sentences, cosines; without unit vectors 0. Shape (units,)."""
        if self._meanings is None:
            return np.zeros(len(units), np.float32)
        return self._meanings.between(unit.place, [s.place for s in units])

    def unjudged(self) -> "Evidence":
        """The same without the answer model: the order that it is trained on must not be its own."""
        return Evidence(self._index, self._word_model, self._near_words, self._meanings)

    def judge(self, question: Question, units: Sequence[Place]) -> list[float]:
        """How well each unit answers the question, log odds by the answer model; without one all alike: 0."""
        if self._answer_model is None or self._meanings is None:
            return [0.0] * len(units)
        return [self._judged(question.text, passage, position) for passage, position in units]

    @cached_property
    def _judged(self) -> Callable[[str, Passage, int], float]:
        """What ordered the units is asked again of those that are told; one question is put to several sets of them."""
        meanings, model = self._meanings, self._answer_model
        assert meanings and model  # noqa: S101 - asked for only where there are both

        def judged(question: str, passage: Passage, position: int) -> float:
            asked, told = meanings.encoder.question(question).states, meanings.states(passage, position)
            return float(model.judge(asked, [told])[0])

        return lru_cache(JUDGEMENTS_KEPT)(judged)

    def held(self, facets: Sequence[Facet], texts: Sequence[Sequence[str]]) -> list[Floats]:
        """How much of each facet each text holds by itself, 0 to 1: for each group, shape (texts, facets)."""
        held = self._held(facets, [_part(text) for group in texts for text in group])
        return _in_groups(held, [len(group) for group in texts])

    def _held(self, facets: Sequence[Facet], parts: Sequence["_Part"]) -> Floats:
        """How much of each facet each part holds, 0 to 1, shape (parts, facets)."""
        vocabulary = sorted({word for part in parts for word in part.words})
        column = {word: i for i, word in enumerate(vocabulary)}
        asked = sorted({word for facet in facets for words in facet.alternatives for word in words})
        row = {word: i for i, word in enumerate(asked)}
        held = np.zeros((len(parts), len(facets)), np.float32)
        filled = [i for i, part in enumerate(parts) if part.words]
        if not filled or not asked:
            return held
        columns = [column[word] for i in filled for word in parts[i].words]
        starts = np.cumsum([0, *(len(parts[i].words) for i in filled)])[:-1]
        # A message that leans on the chat is too short to say which of the words near to its own are meant.
        leaning = any(facet.context for facet in facets)
        best = np.maximum.reduceat(self._likeness(asked, vocabulary, leaning)[:, columns], starts, axis=1)
        looked_at = [parts[i] for i in filled]
        for place, facet in enumerate(facets):
            held[filled, place] = _facet_found(facet, looked_at, best, row)
        return held

    def _weigher(self, question: Question) -> Callable[[Floats], float]:
        """Tells what share of the question's weight is found, 0 to 1."""
        weights = self.weights(question)
        total = float(weights.sum()) or 1.0
        return lambda found: float(weights @ found) / total

    def _weight(self, facet: Facet) -> float:
        words = min(facet.alternatives, key=len)
        general = float(self._word_model.word_weights(list(words)).max())
        passages = len(self._index.passages)
        frequency = max(self._frequency(form) for form in facet.alternatives)
        here = float(np.log(1 + (passages + 0.5) / (frequency + 0.5)))
        weight = min(here, GENERAL_RARITY * general) if not facet.is_number else here
        return min(weight, MOST_WEIGHT) * facet.worth * (CONTEXT_WORTH if facet.context else 1.0)

    def _frequency(self, words: Sequence[str]) -> int:
        """In how many passages the rarest of the words stands."""
        return min((self._index.document_frequency(word) for word in words), default=0)

    def _likeness(self, asked: list[str], vocabulary: list[str], leaning: bool) -> Floats:
        """How alike each asked word is to each word of the passages, shape (asked, vocabulary), 0 to 1."""
        meant = self._word_model.word_vectors(asked) @ self._word_model.word_vectors(vocabulary).T
        likeness = np.where(meant >= MEANING_FLOOR, MEANING_WORTH * meant, 0.0).astype(np.float32)
        column = {word: j for j, word in enumerate(vocabulary)}
        for i, word in enumerate(asked if not leaning else ()):
            for other, like in self._near_words.of(word).items():
                if other in column:
                    likeness[i, column[other]] = max(likeness[i, column[other]], like)
        # A word of the dictionary is not a misspelling of another one: พนักงาน is not สำนักงาน.
        if unknown := [i for i, word in enumerate(asked) if not thai.is_known_word(word)]:
            spelled = cdist(
                [asked[i] for i in unknown], vocabulary, scorer=Indel.normalized_similarity, dtype=np.float32
            )
            spelled = np.where(spelled >= SPELLING_FLOOR, spelled, np.float32(0.0))
            likeness[unknown] = np.maximum(spelled * SPELLING_WORTH, likeness[unknown])
        stems = _Stems(vocabulary)
        for i, word in enumerate(asked):
            if word[0].isdigit():
                likeness[i] = [float(word == other) for other in vocabulary]  # a number is that number or another one
                continue
            stem = _stem(word)
            for j, other in stems.like(stem):
                likeness[i, j] = max(likeness[i, j], _shared(stem, other))
        return likeness


def _in_groups(rows: Floats, sizes: Sequence[int]) -> list[Floats]:
    """The rows in groups of these sizes."""
    return np.split(rows, np.cumsum(sizes, dtype=np.intp))[:-1]


class _Stems:
    """The stems of many words, and those of them that hold or are part of another, without a look at every one."""

    def __init__(self, words: Sequence[str]) -> None:
        self._stems = [_stem(word) for word in words]
        self._places: dict[str, list[int]] = {}
        for i, stem in enumerate(self._stems):
            self._places.setdefault(stem, []).append(i)
        self._text = "\n".join(self._stems)
        self._starts = np.cumsum([0, *(len(stem) + 1 for stem in self._stems)])[:-1]

    def like(self, stem: str) -> Iterator[tuple[int, str]]:
        """Each stem that is, holds or is part of this one, and its place; what is shorter than a word may be, only as
        it is."""
        inside = {stem[a:b] for a in range(len(stem)) for b in range(a + INSIDE_SHORTEST, len(stem) + 1)} | {stem}
        for part in inside & self._places.keys():
            yield from ((place, part) for place in self._places[part])
        if len(stem) < INSIDE_SHORTEST:
            return
        found = [match.start() for match in re.finditer(re.escape(stem), self._text)]
        for place in np.unique(np.searchsorted(self._starts, found, side="right") - 1):
            yield int(place), self._stems[place]


def _stem(word: str) -> str:
    """The word without the prefix that makes a noun of it: การประชุม → ประชุม, ตามกฎหมาย → กฎหมาย."""
    return _NOUN_PREFIX.sub("", word)


def _shared(a: str, b: str) -> float:
    """1 for the same word; less for a word inside another, the less the smaller its part."""
    if a == b:
        return 1.0
    shorter, longer = sorted((a, b), key=len)
    if bool(_DEPUTY.match(shorter)) != bool(_DEPUTY.match(longer)):
        return 0.0
    if len(shorter) < INSIDE_SHORTEST or not _stands_whole(shorter, longer):
        return 0.0
    return INSIDE_LEAST + (INSIDE_MOST - INSIDE_LEAST) * len(shorter) / len(longer)


def _stands_whole(part: str, word: str) -> bool:
    """Whether a word stands in a longer one without its vowel sign in front left off: not the ปิด of เปิด."""
    place = word.find(part)
    while place >= 0:
        if not (place and word[place - 1] in _LEADING_VOWELS):
            return True
        place = word.find(part, place + 1)
    return False


@dataclass(frozen=True)
class _Part:
    """One part of a passage: its distinct words, and its text for phrases that must stand as they are."""

    words: tuple[str, ...]
    squeezed: str
    has_year: bool
    years: frozenset[str]  # that it is of: not those which a range begins or ends with, nor a source's


@dataclass(frozen=True)
class _Parts:
    """A passage, part by part."""

    title: _Part
    headings: _Part
    lead: _Part
    units: tuple[_Part, ...]

    @property
    def all(self) -> tuple[_Part, ...]:
        return (self.title, self.headings, self.lead, *self.units)


@lru_cache(maxsize=4096)
def _analyse(passage: Passage) -> _Parts:
    return _Parts(
        title=_part(_as_plan(passage.path[0])),
        headings=_part("\n".join(passage.path[1:])),
        lead=_part(passage.lead),
        units=tuple(
            _part(f"{_numbered(passage, unit)} {unit.text}", _sources(passage, unit)) for unit in passage.units
        ),
    )


def _as_plan(title: str) -> str:
    """A title with the word for what it is in front: "แผนแม่บท…" is one word, but a แผน, too."""
    return f"แผน {title}" if _PLAN.match(title) else title


def _sources(passage: Passage, unit: Unit) -> str:
    """The cells of a row that tell where it is from: their dates are not what the row is about."""
    cells = zip(passage.columns, unit.cells, strict=False)
    return "\n".join(cell for column, cell in cells if _SOURCE_COLUMN.search(column))


def _numbered(passage: Passage, unit: Unit) -> str:
    """An item's marker, also as it is called: item "2." of a list of ด้าน is ด้านที่ 2."""
    number = unit.marker.rstrip(".").translate(thai.THAI_DIGITS)
    if not number.isdigit():
        return unit.marker
    around = thai.fold(f"{passage.lead} {passage.path[-1]}")
    return " ".join([number, f"ข้อที่{number}", *(f"{noun}ที่{number}" for noun in _NUMBERED_NOUNS if noun in around)])


@lru_cache(maxsize=16_384)
def _part(text: str, sources: str = "") -> _Part:
    if (digits := in_digits(text)) != text:
        text = f"{text} {digits}"  # "ห้าปี" is asked for as "5 ปี", too
    words, squeezed = tuple(dict.fromkeys(thai.words(text))), thai.squeeze(text)
    said = squeezed
    for cell in filter(None, sources.split("\n")):
        said = said.replace(thai.squeeze(cell), "")
    years = frozenset(_YEAR.findall(_YEAR_RANGE.sub("", said)))
    return _Part(words, squeezed, any(_YEAR.fullmatch(word) for word in words), years)


def _facet_found(facet: Facet, parts: Sequence[_Part], best: Floats, row: dict[str, int]) -> NDArray[np.float64]:
    """How much of a facet each of some parts holds, 0 to 1, shape (parts,).

    `best` is how much of each asked word, by `row`, they hold, shape (words, parts).
    A phrase stands there or it does not. A name of several words is found if nearly all of them are, since half of a
    name is another name; so is a word that a name of one word is part of; and a name with numbers in it is another
    name if one of them is missing.
    """
    if facet.slot == "year" and not facet.context:
        return _year_found(facet, parts, best, row)
    if facet.phrases:
        partly = [row[word] for word in facet.partly]
        otherwise = PARTLY * best[partly].astype(np.float64).mean(axis=0) if partly else np.zeros(len(parts))
        stands = [any(_stands(phrase, part.squeezed) for phrase in facet.phrases) for part in parts]
        return np.where(stands, 1.0, otherwise)
    shares = []
    for words in facet.alternatives:
        found = best[[row[word] for word in words]].astype(np.float64)
        numbers = [i for i, word in enumerate(words) if word[0].isdigit()]
        whole = (found[numbers] > 0).all(axis=0)
        is_whole_name = len(words) > 1 or (facet.anchor and facet.is_name)
        shares.append(np.where(whole, found.mean(axis=0) ** (WHOLE_NAME if is_whole_name else 1), 0.0))
    return np.asarray(np.maximum.reduce(shares))


def _year_found(facet: Facet, parts: Sequence[_Part], best: Floats, row: dict[str, int]) -> NDArray[np.float64]:
    """How much of a year each part holds: of one that it only mentions, as an end of a range or in a source, NOT_OF."""
    years = {words[0] for words in facet.alternatives}
    held = best[[row[year] for year in years]].max(axis=0).astype(np.float64)
    return np.asarray(np.where([bool(years & part.years) for part in parts], held, NOT_OF * held))


def _stands(phrase: str, squeezed: str) -> bool:
    """Whether the phrase stands in the text, not as the beginning or end of a longer number."""
    start = squeezed.find(phrase)
    while start >= 0:
        before, after = squeezed[start - 1 : start], squeezed[start + len(phrase) : start + len(phrase) + 1]
        if not (phrase[0].isdigit() and before.isdigit()) and not (phrase[-1].isdigit() and after.isdigit()):
            return True
        start = squeezed.find(phrase, start + 1)
    return False
