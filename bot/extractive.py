"""Answers composed of the documents' own sentences, list items and table rows; no model needed.

A question about a list as a whole gets the whole list, over all of its parts. Any other question gets the fewest units
that cover what it asks about. How sure that is goes into `Draft.features`, which `bot.confidence` judges.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bot import wording
from bot.checks.persons import persons_in
from bot.evidence import CONTEXT_WORTH, LEAD, TITLE, Evidence, Scored
from bot.prose import Stretch, is_prose
from bot.question import INTENT_WORD_WORTH, Facet, Question, is_bare
from bot.tables import Extreme
from bot.wording import Intent
from corpus import thai
from corpus.document import Passage, Unit, UnitKind
from corpus.index import Hit, Index
from corpus.quantities import in_digits
from corpus.unit_vectors import Place

Weights = NDArray[np.float32]

OWN = 0.2  # how much what a unit itself says counts, beside what it says with its headings
LIKENESS = 1.5  # how much counts by how much more than usual a unit is like the question, as sentences
JUDGED = 3  # units that are read together with the question, to order them
ANSWERS = 0.1  # how much counts that a unit answers, by the answer model
ITEMS_JUDGED = 3  # of a list that is told
OF_SECTION = 1.0  # how well, log odds, what stands below the heading that is asked about answers at the least
# A text that holds nearly all that is asked, a share, is not taken for one that answers worse than this, log odds.
NEARLY_ALL, AT_THE_LEAST = 0.9, -2.0
SAYS_THE_SAME = 0.94  # cosine of two units from which both say the same
FUSED = 0.18  # how much the passage's rank in the search counts
MOST_STATEMENTS = 3
MOST_PARALLEL = 5  # statements of one passage that answer about equally well
LONGEST_LIST = 20  # items told without being asked for all
WORTH_ADDING = 0.12  # of the question's weight that a further unit must newly cover
FURTHER_VALUE = 0.6  # of the best unit's score, for a unit that tells another value which is asked for
TELLING, HARDLY = 1.5, 0.6  # the weight of a noun that an answer must hold, and the share of it that is not enough
NEAR_BEST = 0.96  # of the best unit's score, for a unit to be told as well
MISSING_KIND = 0.72  # what a unit is worth that lacks the kind of thing that is asked for
OTHER_COUNT = 0.82  # what a unit is worth that has a number, but not of what is counted
ABSENT = 0.97  # a sentence that says something is unknown yields to one that says it, if they are about equal
OTHER_NUMBER = 0.8  # what a unit is worth that is of another date, year or numbered thing than the one asked about
NOT_LAST = 0.75  # what a unit is worth that is not the last of a list, where that is asked for
TOLD_BEFORE = 0.85  # what a unit is worth that the bot's last answer told
TOLD_BEFORE_LATER = 0.6  # the same, where the question asks what came later
EXAMPLES = 0.7  # what examples are worth for a question of how many there are, or what a thing is
NO_PERSON = 0.92  # what a unit is worth that names only agencies, if a person is asked for
NO_DEFINITION = 0.88  # what a sentence is worth that defines nothing, or something else, if a definition is asked for
ROW = 0.97  # a sentence or an item reads better than a table's row that says the same
LIST_MARGIN = 0.12  # by how much a list's introduction may cover less than the best unit, for a list question
COUNTS_IT = 0.15  # what a list gains whose lead line counts what the question names
AS_MANY, NOT_AS_MANY = 0.15, -0.1  # what a list gains or loses by having as many items as the question says
LISTS_OTHER = -0.3  # what a list loses that is of ยุทธศาสตร์ where มาตรการ are asked for
SAME_SECTION = 0.15  # what a list gains that stands in the section of the best unit
ITEM_ADDS = 0.04  # of the question's weight that an item must cover beyond its list's introduction to be told alone
LEAST_SCORE = 0.05  # below which a unit answers no worse
MOST_FACETS = 10  # that make an answer surer; a message is no better answered for being long

_YEAR = r"25\d\d"
_COUNTED = "(?:คน|ราย|แห่ง|ครั้ง|จุด|หน่วย|โครงการ|บริการ|รายการ|ชุมชน|ตัว|เล่ม|ล้าน)"  # after a number: it is no year
_PEOPLE_ARE_CALLED = "ดร |นาย|นาง|รัฐมนตรี|ผู้อำนวยการ|เลขานุการ|ประธาน|โฆษก|ปลัด"
_ASKS_DAY = re.compile(r"วัน(?:ที่\s*)?(?:ไหน|ใด|อะไร|เท่า)")
_WEEKDAY = "วัน(?:จันทร์|อังคาร|พุธ|พฤหัส|ศุกร์|เสาร์|อาทิตย์)"
_DAY = re.compile(rf"\d\s*(?:{'|'.join(thai.MONTHS)})|{_WEEKDAY}")
# What must stand in a unit for it to be of the kind that is asked for.
_KINDS: dict[Intent, re.Pattern[str]] = {
    Intent.MONEY: re.compile(r"บาท"),
    Intent.PERCENT: re.compile(r"ร้อยละ|%|เปอร์เซ็นต์"),
    Intent.COUNT: re.compile(rf"(?<!\d)(?!{_YEAR}(?!\d)(?!\s*{_COUNTED}))\d"),
    Intent.NUMBER: re.compile(rf"(?<!\d)(?!{_YEAR}(?!\d))\d"),
    Intent.RANK: re.compile(r"(?:อันดับ|ที่)\D{0,12}\d"),
    Intent.DATE: re.compile(
        rf"{'|'.join(thai.MONTHS)}|{_YEAR}|ปีงบ|(?:ทุก|ภายใน)\s?\d+\s?(?:วัน|สัปดาห์|เดือน|ไตรมาส|ปี)|{_WEEKDAY}"
    ),
    Intent.TIME: re.compile(r"\d{1,2}[.:]\d\d\s*(?:น|-)|โมง|ทุ่ม|นาฬิกา|เที่ยง"),
    Intent.PLACE: re.compile(r"โรงแรม|อาคาร|ถนน|แขวง|เขต|จังหวัด|กรุงเทพ|ชั้น"),
    Intent.CONTACT: re.compile(r"โทร|@|\d{4} \d{4}|\.(?:th|com|org)|ถนน|ถ\.|อาคาร"),
    Intent.PERSON: re.compile(rf"{_PEOPLE_ARE_CALLED}|{wording.BODIES}|หน่วยงาน"),
}
# What a table's caption or headings say where its cells are sums of money, and how a column of bodies is called.
_OF_MONEY = re.compile(r"งบ|เงิน|บาท|มูลค่า|ราคา")
_OF_BODIES = re.compile(r"^(?:ผู้|หน่วยงาน|องค์กร|เจ้าภาพ|เจ้าของ)")
_BODYS_NAME = re.compile(
    r"(?:กรม|กระทรวง|สำนัก|มหาวิทยาลัย|บริษัท|จังหวัด|เทศบาล|ธนาคาร|สถาบัน|ศูนย์|โรงพยาบาล|มูลนิธิ|สมาคม|องค์การ)..+"
)
_BARE_NUMBER = re.compile(r"\d[\d,.]*")
_IN_BRACKETS = re.compile(r"\(([^)]+)\)")
_KINDS[Intent.SECTION] = re.compile(r"มาตรา\s*\d")
_KINDS[Intent.AGENCY] = re.compile(rf"{wording.BODIES}|{wording.FURTHER_BODIES}|ก\.?พ")
_PERSON = re.compile(_PEOPLE_ARE_CALLED)
_BY_HOW_MANY = re.compile(r"ขึ้น|ลง(?!นาม)|เพิ่ม|ลด|ขยับ")  # ดีขึ้น 10 อันดับ is no rank
_RANK_ITSELF = re.compile(r"อันดับ(?:(?!ขึ้น|ลง|เพิ่ม|ลด|ขยับ)\D){0,12}\d")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_DEFINES = re.compile(r"คือ|หมายถึง|ย่อมาจาก|ภาษาอังกฤษ|ชื่อ|เป็น|ว่าด้วย|:")
# What anything is counted in; all other nouns must stand beside their number.
_PEOPLE = frozenset({"คน", "ราย", "people"})  # counted in these words only, where other things change their classifier
_VALUES = frozenset(_KINDS) | {Intent.DEFINITION}
# A sentence that says that the sources do not say: the reason for declining, not an answer.
_ABSENT = re.compile(r"ไม่พบ|ไม่ปรากฏ|ไม่ได้ระบุ|ไม่ระบุ|ไม่ได้แจกแจง|ไม่แจกแจง|ไม่ได้ให้|อ่านได้ไม่ครบ|อ่านไม่ได้|ไม่เห็นตัวบท|ไม่มีข้อมูล")
_COUNTS_OFF = re.compile(r"ได้แก่|คือ|ประกอบด้วย")
_LISTS = re.compile(r"ได้แก่|คือ|เช่น|เพิ่ม|ประกอบด้วย|, ")
_WITH_NAMES = "หน่วยงาน|มหาวิทยาลัย|แผนงาน|บริการ|ประเทศ|บริษัท|คน|ชุด|คณะ"
_MANY = rf"(\d{{1,3}})\s*(?:{'|'.join(sorted(wording.CLASSIFIERS - {'ที่'}))}|{wording.ITEMS}|{_WITH_NAMES})"
_NAMES_OF = re.compile(  # รายชื่อ 151 หน่วยงาน, ขอชื่อแผนงานทั้ง 6, 14 โครงการชื่ออะไรบ้าง; but not ชื่อเต็มอะไร … 6 ข้อ
    rf"ชื่อ(?!เต็ม)(?:(?!อะไร|ใด|ไหน)\D){{0,20}}?(?<![\d.,/])(?:{_MANY}|ทั้ง\s*(\d{{1,3}})(?!\d))"
    rf"|(?<![\d.,/]){_MANY}.{{0,80}}?ชื่อ(?:ว่า)?อะไร(?:บ้าง|มั่ง)"
)
MOST_IN_SENTENCE = 12  # names that one sentence may list
_NUMBER_OF_HEADING = re.compile(r"^[\d.]+\s*")
_ABOUT_ITSELF = re.compile(r"^เอกสารนี้|^เกี่ยวกับเอกสาร")


@dataclass(frozen=True)
class Told:
    """One statement of a draft answer: what is said, and the passage and words it stands on."""

    text: str
    passage: Passage
    quote: str
    marker: str = ""


@dataclass(frozen=True)
class Draft:
    """An answer before it is judged and checked.

    `features` are what the judgement goes by. `absent` is a sentence that says that the sources do not tell.
    """

    told: tuple[Told, ...] = ()
    features: dict[str, float] = field(default_factory=dict)
    absent: str = ""


@dataclass(frozen=True)
class Candidates:
    """The units found for a question, ranked, with what is needed to choose among them."""

    question: Question
    weights: Weights
    ranked: tuple[tuple[float, Scored], ...]
    fused: dict[str, float]
    worth: dict[str, float]
    dense: float
    known: NDArray[np.bool_]  # which facets any passage holds; what none holds may be mistyped
    is_compared: bool  # with the units, as sentences
    usual: float  # the mean likeness of the units
    judge: Callable[[Sequence[Place]], list[float]]  # how well units answer the question, log odds
    between: Callable[[Scored, Sequence[Scored]], Weights]  # how alike a unit and others are, cosines

    def share(self, found: Weights) -> float:
        """What share of the question's weight is found."""
        return float(self.weights @ found) / (float(self.weights.sum()) or 1.0)


def rank(
    question: Question,
    hits: Sequence[Hit],
    scored: Sequence[Scored],
    evidence: Evidence,
    worth: dict[str, float],
    said: str = "",
) -> Candidates:
    """The units in the order in which they answer.

    `worth` is what each document's passages are worth here. What the bot's last answer, `said`, told already yields to
    what is about as near.
    """
    weights = evidence.weights(question)
    fused = {hit.passage.id: hit.score for hit in hits}
    usable = [s for s in scored if not is_about_itself(s.passage, s.unit)]
    is_compared = evidence.compares and not question.follow_up  # whose words are few, and partly taken over
    if is_compared:
        usable = evidence.with_likeness(question, usable)
    usual = float(np.mean([s.likeness for s in usable])) if usable else 0.0
    wants_last = wording.asks_for_last(question.text)
    pairs: list[tuple[float, Scored]] = []
    for s in usable:
        score, factor = _score(question, s, fused[s.passage.id])
        factor *= worth.get(s.passage.document_id, 1.0) * (_worth_again(question, s) if s.unit.text in said else 1.0)
        if wants_last and not _is_last(s):
            factor *= NOT_LAST
        alike = LIKENESS * (s.likeness - usual)  # by how much more than usual it is like the question, as sentences
        pairs.append(((score + alike) * factor, replace(s, plain=score * factor)))
    pairs.sort(key=lambda pair: -pair[0])
    judge = partial(evidence.judge, question)
    if is_compared:
        pairs = _judged(pairs, judge)
    dense = max((hit.dense for hit in hits), default=0.0)
    known = evidence.rarities(question) > 0
    ranked, between = tuple(pairs), evidence.between
    return Candidates(question, weights, ranked, fused, worth, dense, known, is_compared, usual, judge, between)


def _judged(
    pairs: list[tuple[float, Scored]], judge: Callable[[Sequence[Place]], list[float]]
) -> list[tuple[float, Scored]]:
    """The first units in the order in which they answer, as the answer model reads them."""
    first, rest = pairs[:JUDGED], pairs[JUDGED:]
    answers = judge([s.place for _, s in first])
    better = [(score + ANSWERS / (1 + math.exp(-each)), s) for (score, s), each in zip(first, answers, strict=True)]
    return sorted(better, key=lambda pair: -pair[0]) + rest


def _worth_again(question: Question, s: Scored) -> float:
    """What a unit is worth that the bot's last answer told; as much as ever if it has the number that is asked now."""
    if wording.asks_what_came_later(question.text):
        return TOLD_BEFORE_LATER
    counted = [
        f.alternatives[0][0] for f in question.facets if not f.context and f.alternatives[0][0] in question.counts
    ]
    return 1.0 if any(_counts(noun, _told_text(s)) for noun in counted) else TOLD_BEFORE


def compose(candidates: Candidates, index: Index) -> Draft:
    """The best draft answer; an empty one if there is nothing to go by."""
    if not candidates.ranked:
        return Draft()
    _, best = candidates.ranked[0]
    whole = _whole_list(candidates)
    if whole is not None:
        told = tuple(_told_list(whole.passage, index))
        if _says_absent(candidates.question, whole) or (
            told and _ABSENT.search(told[0].text) and not candidates.question.asks_about_absence
        ):
            return Draft((), _features(candidates, [whole], whole.around), absent=whole.passage.lead)
        return Draft(told, _features(candidates, [whole], whole.around, is_list=True))
    if _says_absent(candidates.question, best):
        return Draft((), _features(candidates, [best], best.found), absent=_sentence(best))
    chosen = _choose(candidates)
    return Draft(tuple(_told(chosen)), _features(candidates, chosen, best.found))


def of_heading(heading: str, passage: Passage) -> Draft:
    """A draft that tells what a heading names."""
    return Draft((Told(heading, passage, heading),), {"named": 1.0})


def stands_in_prose(candidates: Candidates) -> bool:
    """Whether the best unit is of running prose, of which a stretch is told rather than whole sentences."""
    return bool(candidates.ranked) and is_prose(candidates.ranked[0][1].passage)


def of_stretch(candidates: Candidates, stretch: Stretch) -> Draft:
    """A stretch of running prose as a draft, each sentence of it a statement."""
    told = tuple(Told(text, stretch.passage, text) for text in stretch.texts)
    exact = np.array([facet.anchor and not facet.is_name for facet in candidates.question.facets])
    features = {
        "prose": candidates.share(stretch.found) + stretch.grams,
        "coverage": candidates.share(stretch.found),
        "missing_number": float(np.where(exact, 1 - stretch.found, 0).max(initial=0.0)),
    }
    chosen = [s for _, s in candidates.ranked if s.passage.id == stretch.passage.id and _is_told(s, stretch)]
    if chosen and candidates.is_compared:
        of_units = _features(candidates, chosen, np.max([s.found for s in chosen], axis=0))
        features = {**of_units, **features}
    return Draft(told, features)


def _is_told(s: Scored, stretch: Stretch) -> bool:
    return any(text in s.unit.text for text in stretch.texts)


def of_extreme(found: Extreme) -> Draft:
    """The rows that have the most or the least, each told with its table's caption."""
    told = tuple(
        Told(_after_lead(row.passage, row.unit), row.passage, row.unit.text) for row in found.rows[:MOST_PARALLEL]
    )
    return Draft(told, {"compared": found.coverage, "coverage": found.coverage})


def is_about_itself(passage: Passage, unit: Unit) -> bool:
    """Whether a unit tells of the document, not of its subject."""
    return bool(_ABOUT_ITSELF.search(unit.text) or _ABOUT_ITSELF.search(passage.path[-1]))


def tells_absence(text: str) -> bool:
    """Whether a text says that the sources do not say something."""
    return bool(_ABSENT.search(text))


def _score(question: Question, s: Scored, fused: float) -> tuple[float, float]:
    """How well a unit answers by its words, and what that is to be multiplied by for what it is."""
    is_section = _is_all_of_heading if Intent.DEFINITION in question.intents else _is_of_section
    coverage = 1.0 if is_section(question, s) else s.coverage
    factor = 1.0
    score = (1 - OWN - FUSED) * coverage + OWN * s.own_coverage + FUSED * fused
    if any(
        facet.anchor and not facet.is_name and found < 0.5
        for facet, found in zip(question.facets, s.found, strict=True)
    ):
        factor *= OTHER_NUMBER
    for intent in question.intents & _VALUES:
        factor *= _kind_worth(question, intent, s)
    if s.unit.kind is UnitKind.ROW:
        factor *= ROW
    factor *= _worth_as_example(question, s)
    return score, factor * (ABSENT if _says_absent(question, s) else 1.0)


def _is_of_section(question: Question, s: Scored) -> bool:
    """Whether a unit stands in the section that is asked for by its name: "วิสัยทัศน์คืออะไร" below "2.1 วิสัยทัศน์".

    The heading begins with what the question is about, and what introduces the unit holds all else that it names.
    """
    named = [i for i, facet in enumerate(question.facets) if facet.worth == 1.0 or facet.anchor]
    if len(s.passage.path) < 2 or is_bare(question) or any(s.around[i] < TITLE for i in named):
        return False
    heading = _heading(s.passage)
    own = [question.facets[i] for i in named if not question.facets[i].context]
    return any(heading.startswith("".join(form)) for facet in own for form in facet.alternatives)


def _is_all_of_heading(question: Question, s: Scored) -> bool:
    """Whether a section's heading is one thing that is asked about and no word more, so that its text is what it is."""
    forms = {"".join(form) for facet in question.facets for form in facet.alternatives}
    return _is_of_section(question, s) and _heading(s.passage) in forms


def _heading(passage: Passage) -> str:
    """The heading that a passage stands below, squeezed, without its number."""
    return thai.squeeze(_NUMBER_OF_HEADING.sub("", thai.fold(passage.path[-1])))


def _is_last(s: Scored) -> bool:
    """Whether a unit is the last one of a list or table."""
    passage = s.passage
    is_listed = s.unit.kind is not UnitKind.SENTENCE and len(passage.units) * passage.parts > 1
    return is_listed and passage.part == passage.parts and s.position == len(passage.units) - 1


def _worth_as_example(question: Question, s: Scored) -> float:
    """Examples are less than all there are: their number is not the number asked for, and none is the thing itself."""
    are_examples = s.passage.lead.startswith("ตัวอย่าง") or s.unit.text.startswith("ตัวอย่าง")
    asks_for_all = bool(question.counts) or Intent.DEFINITION in question.intents
    return EXAMPLES if asks_for_all and are_examples and "ตัวอย่าง" not in question.text else 1.0


def _kind_worth(question: Question, intent: Intent, s: Scored) -> float:
    """What a unit is worth by the kind of thing asked for: a date for when, an amount for how much."""
    text = _told_text(s)
    if intent is Intent.DEFINITION:
        return 1.0 if _is_all_of_heading(question, s) else _definition_worth(question, text)
    if intent is Intent.RANK and question.ordinal and s.unit.marker.rstrip(".").isdigit():
        return 1.0  # an item's marker is its place in the list
    if not _KINDS[intent].search(text) and not _is_cell_of_kind(intent, s):
        lead = in_digits(thai.fold(s.passage.lead))
        if not _KINDS[intent].search(lead):
            return MISSING_KIND
        text = lead
    if intent is Intent.RANK and _lacks_rank_itself(question, text):
        return MISSING_KIND
    if intent is Intent.RANK and question.ordinal and not re.search(rf"{re.escape(question.ordinal)}\s*ที่\s*\d", text):
        return OTHER_COUNT
    if intent is Intent.DATE and _ASKS_DAY.search(question.text) and not _DAY.search(text):
        return MISSING_KIND
    if intent is Intent.PERSON:
        return _person_worth(question, s, text)
    if (
        intent is Intent.COUNT
        and question.counted
        and not (_counts(question.counted, text) or _counts_in_cell(question, s))
    ):
        return MISSING_KIND if question.counted in _PEOPLE else OTHER_COUNT
    return 1.0


def _person_worth(question: Question, s: Scored, text: str) -> float:
    """A unit without the name of a person, where what somebody is called is asked, tells only of the office."""
    if wording.asks_for_persons_name(question.text) and not persons_in(s.unit.text):
        return MISSING_KIND
    return 1.0 if _PERSON.search(text) or _is_cell_of_kind(Intent.PERSON, s) else NO_PERSON


def _is_cell_of_kind(intent: Intent, s: Scored) -> bool:
    """Whether a row's table or column says what its cells are: money below "งบประมาณรายปี", bodies below "ผู้รับผิดชอบ"."""
    if not s.unit.cells:
        return False
    if intent in (Intent.AGENCY, Intent.PERSON):
        return any(_OF_BODIES.search(column) for column in s.passage.columns)
    return intent is Intent.MONEY and _is_table_of_money(s)


def _is_table_of_money(s: Scored) -> bool:
    return bool(_OF_MONEY.search(" ".join([s.passage.path[-1], s.passage.lead, *s.passage.columns, s.unit.cells[0]])))


def _counts_in_cell(question: Question, s: Scored) -> bool:
    """Whether the cell that is asked for is a bare number, and its table says of nothing else that it counts it."""
    if not s.unit.cells or _is_table_of_money(s):
        return False
    units = _IN_BRACKETS.findall(" ".join([s.passage.lead, *s.passage.columns, s.unit.cells[0]]))
    cell = _cell_asked_for(question, s)
    return bool(_BARE_NUMBER.fullmatch(thai.fold(cell))) and all(question.counted in unit for unit in units)


def _lacks_rank_itself(question: Question, text: str) -> bool:
    """Whether the rank asked for is not told, at most by how much it rises: "ดีขึ้น 10 อันดับ"."""
    asks_rank = "อันดับ" in question.text and not _BY_HOW_MANY.search(question.text)
    return asks_rank and not _RANK_ITSELF.search(text)


def _definition_worth(question: Question, text: str) -> float:
    """A sentence that says "X คือ …" of what is asked is worth more than one that only names it."""
    start = _DEFINES.search(text)
    if start is None:
        return NO_DEFINITION
    subject = thai.squeeze(text[: start.start()])
    topic = max(question.facets, key=lambda facet: (facet.anchor, facet.worth), default=None)
    forms = (*topic.phrases, *("".join(words) for words in topic.alternatives)) if topic else ()
    return 1.0 if len(subject) < 90 and any(form in subject for form in forms) else NO_DEFINITION


def _counts(noun: str, text: str) -> bool:
    """Whether a number of the noun stands in the text: "151 หน่วยงาน", "เป้าหมาย 4 ข้อ", "หน่วยงาน (จำนวน) 151"."""
    if noun in wording.CLASSIFIERS:
        return bool(_KINDS[Intent.COUNT].search(text))
    noun = re.escape(noun)
    number = rf"(?<!\d)(?<!ที่)(?<!ที่ )(?!{_YEAR}(?!\d)(?!\s*{noun}))\d[\d.]*"  # ยุทธศาสตร์ที่ 3 ของแผน is not 3 แผน
    before = rf"{number}\s*(?:{'|'.join(thai.MONEY_SCALES)})?\s*(?!ของ)\S{{0,3}}{noun}|{noun}\s*\d"
    after = rf"{noun}\S{{0,12}}\s*\d+\s*(?:ข้อ|ประการ|เรื่อง|ด้าน|ประเด็น|แบบ|อย่าง|ตัว|แห่ง|ราย)"
    column = rf"{noun}\s*\((?:จำนวน|{noun})\)?\s*\S*\s*\d"
    said = rf"{noun}.{{0,40}}(?:เท่ากับ|คือ|อยู่ที่)\s*\d"  # คะแนนของไทยเท่ากับ 0.46
    return bool(re.search(f"{before}|{after}|{column}|{said}", text))


def _says_absent(question: Question, s: Scored) -> bool:
    """Whether a unit says that what is asked for is not known: of a row, the cell that the question is about."""
    if question.asks_about_absence:
        return False
    if _ABSENT.search(s.passage.lead):
        return True
    if not _ABSENT.search(s.unit.text):
        return False
    return not s.unit.cells or bool(_ABSENT.search(_cell_asked_for(question, s)))


def _cell_asked_for(question: Question, s: Scored) -> str:
    """The cell of a row in the column that holds most of what the question names; the row if no column holds any."""
    words = [word for facet in question.facets for form in facet.alternatives for word in form]
    held = [sum(word in thai.fold(column) for word in words) for column in s.passage.columns]
    most = max(held, default=0)
    return s.unit.cells[held.index(most)] if most else s.unit.text


def _choose(candidates: Candidates) -> list[Scored]:
    """The best unit, and those after it that cover something still missing."""
    best_score, best = candidates.ranked[0]
    chosen = [best]
    anchors = np.array([facet.anchor for facet in candidates.question.facets])
    # What names none of what the best one does is true of another agency, plan or section.
    is_named = _names_any(best, anchors)
    further = [(score, s) for score, s in candidates.ranked[1:40] if not is_named or _names_any(s, anchors)]
    for wanted in _values_wanted(candidates.question):
        if not any(wanted(s) for s in chosen):
            more = (s for score, s in further if score >= FURTHER_VALUE * best_score and wanted(s))
            chosen += [s for s in more if not _says_absent(candidates.question, s)][:1]
    covered = np.maximum.reduce([s.found for s in chosen])
    for score, candidate in further:
        near = score >= NEAR_BEST * best_score
        parallel = near and candidate.passage.id == best.passage.id
        if len(chosen) >= (MOST_PARALLEL if parallel else MOST_STATEMENTS) or score < 0.6 * best_score:
            continue
        if _says_absent(candidates.question, candidate) or any(_same_words(candidate.unit, s.unit) for s in chosen):
            continue
        gain = candidates.share(np.maximum(candidate.found - covered, 0))
        if gain >= WORTH_ADDING or near:
            chosen.append(candidate)
            covered = np.maximum(covered, candidate.found)
    return chosen


def _names_any(s: Scored, anchors: NDArray[np.bool_]) -> bool:
    """Whether a unit, or what introduces it, names any of what the answer must be about."""
    return bool((s.here[anchors] >= HARDLY).any())


def _values_wanted(question: Question) -> list[Callable[[Scored], bool]]:
    """What must be told for each value that a question asks for: a number of each thing it counts, and so on."""

    def has(intent: Intent) -> Callable[[Scored], bool]:
        return lambda s: bool(_KINDS[intent].search(_told_text(s)))

    def has_count(noun: str) -> Callable[[Scored], bool]:
        return lambda s: _counts(noun, _told_text(s))

    kinds = question.intents & set(_KINDS) - {Intent.COUNT}
    wanted = [has(intent) for intent in sorted(kinds)] + [has_count(noun) for noun in question.counts]
    return wanted if len(wanted) > 1 else []


def _told_text(s: Scored) -> str:
    """A unit as it is compared, with its column names; numbers in words as digits."""
    return in_digits(thai.fold(f"{' '.join(s.passage.columns)} {s.unit.text}"))


def _same_words(a: Unit, b: Unit) -> bool:
    first, second = set(thai.content_words(a.text)), set(thai.content_words(b.text))
    return len(first & second) > 0.8 * max(1, min(len(first), len(second)))


def _whole_list(candidates: Candidates) -> Scored | None:
    """A unit of the list or table that the question asks for as a whole; None if it asks for none.

    That is so if the question asks for a list and a list's introduction covers it, or if the best unit is an item that
    says no more of what was asked than its list's introduction does.
    """
    question = candidates.question
    best_score, best = candidates.ranked[0]
    if _counts_off(question, best):
        return None
    fits = best.unit.kind is not UnitKind.SENTENCE and len(best.passage.units) * best.passage.parts <= LONGEST_LIST
    if fits and Intent.LIST in question.intents and _is_of_section(question, best):
        return best
    if question.intents & {Intent.LIST, Intent.COMPARISON, Intent.COUNT} or question.counted:
        introduced = [
            (_introduction_score(candidates, s), s)
            for s in {s.passage.id: s for _, s in reversed(candidates.ranked)}.values()
            if s.unit.kind is not UnitKind.SENTENCE and _can_be_told_whole(question, s)
        ]
        score, top = max(introduced, key=lambda pair: pair[0], default=(0.0, None))
        margin = LIST_MARGIN if question.intents & {Intent.LIST, Intent.COMPARISON} else 0.0
        read = _likest(candidates, top) if top else 0.0
        if top is not None and score + read >= best_score - margin:
            return top
    if not fits:
        return None
    adds = candidates.share(np.maximum(best.own - best.around, 0))
    return best if adds < ITEM_ADDS and not question.intents & (_VALUES - {Intent.COUNT}) else None


def _likest(candidates: Candidates, s: Scored) -> float:
    """How much it counts that the likest item of a list is as like the question as it is; 0 where none is compared."""
    alike = [other.likeness for _, other in candidates.ranked if other.passage.id == s.passage.id]
    return LIKENESS * (max(alike) - candidates.usual) if candidates.is_compared else 0.0


def _counts_off(question: Question, s: Scored) -> bool:
    """Whether one sentence counts what is asked for and names all of it: "แบ่งเป็นสี่ด้าน ได้แก่ …".

    What the question names must stand before the names: ด้านบริการ is one of the four.
    """
    start = _COUNTS_OFF.search(_told_text(s))
    if s.unit.kind is not UnitKind.SENTENCE or start is None:
        return False
    counted = _told_text(s)[: start.start()]
    named = [f.alternatives for f in question.facets if f.worth != INTENT_WORD_WORTH]
    all_there = all(any("".join(form) in thai.squeeze(counted) for form in forms) for forms in named)
    return all_there and any(_counts(forms[0][-1], counted) for forms in named)


def _introduction_score(candidates: Candidates, s: Scored) -> float:
    """How well a list's introduction answers; better if the best unit stands in the same section."""
    best = candidates.ranked[0][1].passage
    beside = SAME_SECTION if (best.document_id, best.path) == (s.passage.document_id, s.passage.path) else 0.0
    lead = in_digits(thai.fold(s.passage.lead))
    nouns = [facet.alternatives[0][-1] for facet in candidates.question.facets if facet.worth == 1.0]
    counts = COUNTS_IT if any(_counts(noun, lead) for noun in nouns if not noun.isdigit()) else 0.0
    as_many = _as_many_as_said(candidates.question, s)
    counts += as_many if counts else min(as_many, 0.0)  # as many of something else say nothing
    listed = wording.listed(candidates.question.text) if Intent.LIST in candidates.question.intents else ""
    if listed and listed not in lead and wording.listed(lead):
        counts += LISTS_OTHER
    introduced = 0.8 * candidates.share(np.minimum(s.around / LEAD, 1)) + 0.2 * candidates.fused[s.passage.id]
    worth = candidates.worth.get(s.passage.document_id, 1.0) * _worth_as_example(candidates.question, s)
    return (introduced + beside + counts) * worth


def _as_many_as_said(question: Question, s: Scored) -> float:
    """Whether a list has as many items as the question says that there are: "มี 4 แบบ", "6 ความท้าทาย"."""
    said = {int(match[1]) for match in wording.SO_MANY.finditer(question.text)}
    if not said or s.passage.parts > 1:
        return 0.0
    return AS_MANY if len(s.passage.units) in said else NOT_AS_MANY


def _can_be_told_whole(question: Question, s: Scored) -> bool:
    """For a count, a list whose lead line counts all that is counted; for a list question, any list or table."""
    if question.intents & {Intent.LIST, Intent.COMPARISON}:
        return True
    lead = in_digits(thai.fold(s.passage.lead))
    counted = question.counts or (question.counted,)
    return s.unit.kind is UnitKind.ITEM and bool(question.counted) and all(_counts(noun, lead) for noun in counted)


def _told_list(passage: Passage, index: Index) -> list[Told]:
    """The list or table of a passage over all of its parts, its introduction first."""
    section = index.section(passage)
    first = [other.id for other in section].index(passage.id) - (passage.part - 1)
    parts = section[first : first + passage.parts]
    told = [Told(passage.lead, parts[0], passage.lead)] if passage.lead else []
    return told + [Told(unit.text, part, unit.text, unit.marker or "•") for part in parts for unit in part.units]


def _features(
    candidates: Candidates, chosen: Sequence[Scored], found: Weights, is_list: bool = False
) -> dict[str, float]:
    """What tells an answerable question from one that only comes near."""
    question, weights = candidates.question, candidates.weights
    exact = np.array([facet.anchor and not facet.is_name for facet in question.facets])
    # What stands elsewhere in the document is no proof.
    here = found if is_list else np.minimum(found, chosen[0].here)
    missing = weights * (1 - here)
    nouns = np.array([not facet.context and facet.worth == 1.0 for facet in question.facets])
    kinds = [_kind_worth(question, intent, chosen[0]) for intent in question.intents & set(_KINDS)]
    return {
        "coverage": candidates.share(found),
        "missing_noun": float(np.where(nouns & ~candidates.known, missing, 0).max(initial=0.0)),
        "missing_known": float(np.where(nouns & candidates.known, missing, 0).max(initial=0.0)),
        "missing_number": float(np.where(exact, 1 - here, 0).max(initial=0.0)),
        "strong_missing": _strong_missing(candidates, here),
        "role_missing": _role_missing(question, chosen),
        "whose_missing": _whose_missing(question, here),
        "list_missing": float(not is_list and _lacks_list(question, chosen)),
        "names_missing": float(_lacks_names(question, chosen, is_list)),
        "count_missing": float(not is_list and _lacks_count(question, chosen)),
        "score": (score := candidates.ranked[0][1].plain),
        "log_score": math.log(max(score, LEAST_SCORE)),
        **(_read_as_sentences(candidates, chosen, found, is_list) if candidates.is_compared else {}),
        "dense": candidates.dense,
        "kind_missing": float(_lacks_english(question, chosen[0], is_list))
        or (0.0 if is_list else float(min(kinds, default=1.0) == MISSING_KIND)),
        "facets": float(min(len(question.facets), MOST_FACETS)),
        "is_list": float(is_list),
    }


def _read_as_sentences(
    candidates: Candidates, chosen: Sequence[Scored], found: Weights, is_list: bool
) -> dict[str, float]:
    """By how much what is told is liker the question, as sentences, than all other passages that do not say the same;
    of a list it is the likest item. And how well it answers, log odds, of a list the first items on average."""
    every = [s for _, s in candidates.ranked]
    told = [s for s in every if s.passage.id == chosen[0].passage.id] if is_list else chosen
    best = max(told, key=lambda s: s.likeness)
    others = [s for s in every if s.passage.id != best.passage.id]
    same = candidates.between(best, others) >= SAYS_THE_SAME
    rest = max((s.likeness for s, is_same in zip(others, same, strict=True) if not is_same), default=candidates.usual)
    first = told[:ITEMS_JUDGED] if is_list else chosen[:1]
    answers = float(np.mean(candidates.judge([s.place for s in first])))
    is_section = _is_of_section if is_list else _is_all_of_heading
    if is_section(candidates.question, chosen[0]):
        answers = max(answers, OF_SECTION)
    if candidates.share(found) >= NEARLY_ALL:
        answers = max(answers, AT_THE_LEAST)
    return {"likeness_lead": best.likeness - rest, "answers": answers}


def _strong_missing(candidates: Candidates, here: Weights) -> float:
    """1 if a telling noun of the question is missing that is spelt right, else 0: another country, a score for a rank.

    A comparison may find its nouns in several units. Of what a follow-up took over, names must not be lost.
    """
    question = candidates.question
    if question.intents & {Intent.COMPARISON, Intent.YES_NO}:
        return 0.0
    return float(
        any(
            facet.worth == 1.0
            and (not facet.context or (facet.anchor and facet.is_name))
            and weight / (CONTEXT_WORTH if facet.context else 1.0) >= TELLING
            and found < HARDLY
            and (known or all(thai.is_known_word(word) for word in facet.alternatives[0]))
            for facet, weight, found, known in zip(
                question.facets, candidates.weights, here, candidates.known, strict=True
            )
        )
    )


def _whose_missing(question: Question, here: Weights) -> float:
    """1 if a province, country or body that the question names is not what the answer is of, else 0.

    Bodies that the glossary has are weighed like other words: they stand in documents in several ways.
    """

    def is_named(facet: Facet) -> bool:
        forms = {"".join(form) for form in facet.alternatives}
        is_body = not facet.is_name and any(_BODYS_NAME.match(word) for word in facet.alternatives[0])
        return is_body or bool(forms & thai.place_names())

    return float(any(is_named(facet) and found < HARDLY for facet, found in zip(question.facets, here, strict=True)))


def _lacks_english(question: Question, s: Scored, is_list: bool) -> bool:
    """Whether an English name is asked for, and none stands in the unit, or in the list."""
    if not wording.asks_for_english(question.text):
        return False
    told = " ".join(unit.text for unit in s.passage.units) if is_list else f"{s.passage.lead} {s.unit.text}"
    return not _LATIN_WORD.search(told)


def _role_missing(question: Question, chosen: Sequence[Scored]) -> float:
    """How little of the asked person's role, 0 to 1, stands in the unit that says most of it."""
    columns = [
        i
        for i, facet in enumerate(question.facets)
        if question.role and any(question.role in w for w in facet.alternatives)
    ]
    most = max(float(s.here[columns[0]]) for s in chosen) if columns else 1.0
    return 0.0 if most >= HARDLY else 1 - most  # จัดตั้ง is told by ตั้ง


def _lacks_list(question: Question, chosen: Sequence[Scored]) -> bool:
    """Whether all that is told for a list question is one sentence that lists nothing."""
    only = chosen[0].unit
    return (
        Intent.LIST in question.intents
        and len(chosen) == 1
        and only.kind is UnitKind.SENTENCE
        and not _LISTS.search(only.text)
    )


def _lacks_names(question: Question, chosen: Sequence[Scored], is_list: bool) -> bool:
    """Whether the names of so many things are asked for ("รายชื่อ 151 หน่วยงาน"), and at most their number is told."""
    asked = _NAMES_OF.search(question.text)
    if asked is None:
        return False
    told = len(chosen[0].passage.units) if is_list and chosen[0].passage.parts == 1 else len(chosen)
    number = int(asked[1] or asked[2] or asked[3])
    in_sentence = not is_list and number <= MOST_IN_SENTENCE and bool(_LISTS.search(chosen[0].unit.text))
    return number > 1 and told not in (number, number + 1) and not in_sentence  # a table may have a row of sums


def _lacks_count(question: Question, chosen: Sequence[Scored]) -> bool:
    """Whether the best unit gives no number of anything that is counted."""
    text = f"{in_digits(thai.fold(chosen[0].passage.lead))} {_told_text(chosen[0])}"
    counted = any(_counts(noun, text) for noun in question.counts) or _counts_in_cell(question, chosen[0])
    return bool(question.counts) and not counted


def _told(chosen: Sequence[Scored]) -> list[Told]:
    """The units as statements; several of one list or table are told below its introduction, which is said once."""
    shared = {s.passage.id for s in chosen if s.passage.lead and s.unit.kind is not UnitKind.SENTENCE}
    shared = {key for key in shared if sum(s.passage.id == key for s in chosen) > 1}
    told: list[Told] = []
    for s in chosen:
        if s.passage.id not in shared:
            told.append(Told(_sentence(s), s.passage, s.unit.text))
            continue
        if not any(t.quote == s.passage.lead for t in told):
            told.append(Told(s.passage.lead, s.passage, s.passage.lead))
        told.append(Told(s.unit.text, s.passage, s.unit.text, s.unit.marker or "•"))
    return told


def _sentence(s: Scored) -> str:
    """A unit as a sentence that can be read alone: items and rows after what introduces them."""
    return _after_lead(s.passage, s.unit)


def _after_lead(passage: Passage, unit: Unit) -> str:
    if unit.kind is UnitKind.SENTENCE or not passage.lead:
        return unit.text
    lead = re.sub(r"\s*(?:ดังนี้|ได้แก่|ดังต่อไปนี้|:)\s*$", "", passage.lead)
    marker = unit.marker if unit.marker not in ("", "•", "-") else ""
    return f"{lead}: {marker} {unit.text}".replace(":  ", ": ")
