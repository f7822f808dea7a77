"""What is asked: a message as typed becomes a `Question` that can be searched and answered.

Nothing the person did not say is added: names are completed from the glossary, years are written in full, and a
follow-up takes words over from the person's own earlier question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import spelling, wording
from bot.answer import Turn
from bot.wording import Intent
from corpus import thai
from corpus.glossary import Glossary, equal_names
from corpus.index import Vocabulary

# What a question is about is mostly in its nouns; its verbs are often other words than the document's.
WORTH_OF_TAG = {"NOUN": 1.0, "PROPN": 1.0, "NUM": 1.0, "VERB": 0.5, "ADJ": 0.5}
LEAST_WORTH = 0.25  # of any other word
INTENT_WORD_WORTH = 0.3
_NOUN = re.compile(r"(?:นัก(?!หนา)|ผู้|ชาว)[ก-๙]{2}")
LONGEST_UNIT = 10  # letters of what a number at the end of a question counts: ล้านบาท
# What plans and laws number, longer nouns before what they begin with, and the nouns that may stand for each of them.
NUMBERED = (
    "ยุทธศาสตร์|ด้าน|ข้อ|มาตรการ|มาตรา|เป้าหมาย|ความท้าทาย|วัตถุประสงค์|ครั้ง|ประเด็น|โครงการ|แผนงาน|กลไก|ระดับ|หมวด|วรรค|ลำดับ"
    "|ตัวชี้วัด|ชั้น|บท|ส่วน(?=\\s*ที่)"
)
ANY_ITEM = ("อัน", "ข้อ", "ตัว", "เรื่อง", "ลำดับ", "รายการ", "อย่าง", "ชื่อ", "ราย")
# What anything may have. Asked for alone ("งบเท่าไร") such a word names no topic; what it is of was said before.
_ATTRIBUTES = frozenset(
    """
    งบ งบประมาณ วงเงิน เป้า เป้าหมาย คะแนน อันดับ ผล ผลลัพธ์ ตำแหน่ง ประธาน สังกัด ที่ตั้ง ที่อยู่ เบอร์ เบอร์โทร โทร อีเมล เว็บ
    หน่วยงาน โครงการ ตัวชี้วัด รายชื่อ ภาษา อังกฤษ ไทย หัวข้อ เนื้อหา สาระ
    """.split()  # noqa: SIM905 - read more easily than thirty quoted words
)
ANCHOR_KINDS = frozenset({"agency", "law", "plan", "system", "index"})  # of names that the answer must be about


@dataclass(frozen=True)
class Facet:
    """One thing that a question is about: a word, or a name with its equal names, as sequences of words.

    `phrases` are squeezed texts (`thai.squeeze`) one of which must stand as it is: a date, "ยุทธศาสตร์ที่ 4",
    "มาตรา 12 (4)", a range of years. `partly` are words that are half of it where no phrase stands. `anchor` marks what
    the answer must be about, or it is an answer to another question: names, numbers and phrases. `context` marks what
    a follow-up took over from the earlier question. `worth` scales its weight. `kind` is a name's kind in the glossary.
    """

    alternatives: tuple[tuple[str, ...], ...]
    phrases: tuple[str, ...] = ()
    anchor: bool = False
    context: bool = False
    worth: float = 1.0
    partly: tuple[str, ...] = ()
    is_name: bool = False
    kind: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it is a year or another bare number."""
        return not self.phrases and all(len(words) == 1 and words[0][0].isdigit() for words in self.alternatives)

    @property
    def slot(self) -> str:
        """What can stand only once in a question: a follow-up's own year or ordinal replaces the earlier one."""
        if self.is_number:
            return "year" if all(_YEAR.fullmatch(words[0]) for words in self.alternatives) else "number"
        return re.sub(r"[\d().\-/]+", "#", self.phrases[0]) if self.phrases else ""

    @property
    def words(self) -> str:
        """The facet in words, for a query."""
        return " ".join(self.alternatives[0])


@dataclass(frozen=True)
class Question:
    """A question understood. `original` is what was typed; `text` is folded, written in full, and stands alone.

    `names` are the names in it, each with its equal names. `read_as` is how a mistyped question was read. `counted` is
    what the first "กี่" counts, `counts` what each of them does, `ordinal` what "ที่เท่าไร" puts in order, `role` what
    the person is who is asked for. `asks_more` is set where more of an item of the bot's list
    is asked than what it is.
    """

    original: str
    text: str
    facets: tuple[Facet, ...] = ()
    intents: frozenset[Intent] = frozenset()
    names: tuple[tuple[str, ...], ...] = ()
    read_as: str = ""
    follow_up: bool = False
    asks_about_absence: bool = False
    counted: str = ""
    counts: tuple[str, ...] = ()
    ordinal: str = ""
    role: str = ""
    asks_more: bool = False


def understand(text: str, glossary: Glossary, vocabulary: Vocabulary) -> Question:
    """The question in a message, by itself. `vocabulary` is the corpus's words, for reading what is mistyped."""
    typed = _POSSESSIVE.sub("", thai.clean(text))
    read = spelling.as_meant(typed, vocabulary)
    folded = spelling.written_out(glossary.official(thai.fold(glossary.standard_spelling(read)), vocabulary))
    folded = re.sub(r"\s+", " ", wording.without_politeness(folded)).strip() or folded
    folded = _SHARED_NOUN.sub(r"\1ที่ \2 กับ \1ที่ \3", folded)
    fixes = spelling.corrections(folded, glossary, vocabulary)
    asked = spelling.put_right(folded, fixes)
    intents = wording.intents(asked)
    read_as = (spelling.as_told(read, folded, fixes) or asked) if fixes else read
    return Question(
        original=text,
        text=asked,
        facets=tuple(_facets(asked, glossary)),
        intents=intents,
        names=equal_names(glossary, asked),
        read_as=read_as if read_as != typed else "",
        asks_about_absence=wording.asks_about_absence(asked) or bool(intents & {Intent.YES_NO, Intent.COMPARISON}),
        counted=wording.counted(asked),
        counts=wording.all_counted(asked),
        ordinal=wording.ordered(asked),
        role=wording.role(asked) if Intent.PERSON in intents else "",
    )


def as_read(text: str) -> str:
    """A message in the form that questions are compared in: folded, with numbers and ordinals in digits."""
    return spelling.written_out(thai.fold(thai.clean(text)))


def parts(text: str, glossary: Glossary) -> list[str]:
    """The two questions of a message that holds two, each with a question word and a topic; else the message alone."""
    cleaned = thai.clean(text)
    named = {mention.form for mention in glossary.mentions(cleaned)}
    for gap in _GAP.finditer(cleaned):
        halves = [cleaned[: gap.start()], cleaned[gap.end() :]]
        first, second = map(thai.fold, halves)
        if not named <= {mention.form for half in (first, second) for mention in glossary.mentions(half)}:
            continue  # the gap is within a name: "แผน 63-65"
        asks = wording.is_asking(first) and (wording.is_asking(second) or wording.is_follow_up(second))
        if asks and all(_facets(folded, glossary) for folded in (first, second)):
            return halves
    return [text]


def claims(question: Question) -> tuple[Facet, ...]:
    """What a question of yes or no, or why, takes for true of its subject: numbers, a date, or what it ends with.

    "ทำไมแผนถึงมี 12 ด้าน" claims 12 ด้าน, "จัดที่เซ็นทาราใช่ไหม" the place.
    """
    if not question.intents & {Intent.YES_NO, Intent.REASON}:
        return ()
    own = [facet for facet in question.facets if not facet.context]
    numbers = [facet for facet in own if facet.partly or (facet.is_number and facet.slot == "number")]
    if numbers or not wording.asks_to_confirm(wording.without_politeness(as_read(question.original))):
        return tuple(numbers)
    last = [facet for facet in own if ends_with(question, facet)]
    return tuple(last) if len(own) > len(last) or question.follow_up else ()


def ends_with(question: Question, facet: Facet) -> bool:
    """Whether a question of yes or no ends with the facet, at most with its unit after it: 5,000 ล้านบาทใช่ไหม."""
    said = thai.squeeze(wording.before_tag(wording.without_politeness(as_read(question.original))))
    forms = (*facet.phrases, *map("".join, facet.alternatives))
    unit = LONGEST_UNIT if facet.is_number else 0
    return any((start := said.rfind(form)) >= 0 and len(said) - start - len(form) <= unit for form in forms)


def is_date(facet: Facet) -> bool:
    """Whether a facet is a date with at least a month and one thing more."""
    return bool(facet.phrases) and any(word in thai.MONTHS for word in facet.alternatives[0])


def without_claims(question: Question) -> Question | None:
    """The question without what it takes for true; None if it claims nothing.

    "ทำไมแผนถึงมี 12 ด้าน" asks about ด้าน, whatever their number is.
    """
    claimed = claims(question)
    if not claimed:
        return None
    nouns = tuple(facet.partly[-1] for facet in claimed if facet.partly)
    kept = [facet for facet in question.facets if facet not in claimed]
    wanted = question.intents - {Intent.REASON, Intent.YES_NO}
    if all(map(is_date, claimed)):
        wanted |= {Intent.DATE}
    elif wording.claims_place(question.text):
        wanted |= {Intent.PLACE}
    return replace(
        question,
        facets=(*kept, *(Facet(((noun,),)) for noun in nouns)),
        intents=frozenset({Intent.COUNT}) if nouns else wanted,
        counted=nouns[0] if nouns else "",
        counts=nouns,
    )


def is_bare(question: Question) -> bool:
    """Whether a question names nothing that it is about, only what it wants to know: "งบเท่าไร", "ปี 64", "มีกี่ข้อ"."""
    wanted = _wanted(question)
    return all(
        facet.is_number or facet in wanted or is_any_item(facet) or (not facet.anchor and facet.worth < 1.0)
        for facet in question.facets
    )


def is_any_item(facet: Facet) -> bool:
    """Whether a facet is an item of anything: ข้อที่ 2 may be of any list, ด้านที่ 2 may not."""
    return bool(facet.phrases) and facet.alternatives[0][0] in ANY_ITEM


def _wanted(question: Question) -> list[Facet]:
    """The facets that only say what is wanted of the thing asked about: งบ, the หน่วยงาน of กี่หน่วยงาน, ประธาน."""
    asked_for = {question.counted, *question.counts, question.role, question.ordinal, *_ATTRIBUTES, *ANY_ITEM}
    return [facet for facet in question.facets if not facet.anchor and facet.alternatives[0][0] in asked_for]


def with_topic(
    question: Question, history: Sequence[Turn], glossary: Glossary, vocabulary: Vocabulary
) -> Question | None:
    """The question within what the person's last one was about: its plan, law, system, year or numbered thing.

    Of the earlier question's other words nothing is taken. None if the question names such a thing itself, unless only
    by its number ("ยุทธศาสตร์ที่ 2" may be of any plan), or if there was nothing of the kind before.
    """
    earlier = _last_asked(history, glossary, vocabulary)
    if earlier is None or any(facet.anchor and facet.is_name for facet in question.facets):
        return None
    within = taking(question, [facet for facet in earlier.facets if facet.anchor])
    return within if len(within.facets) > len(question.facets) else None


def with_history(question: Question, history: Sequence[Turn], glossary: Glossary, vocabulary: Vocabulary) -> Question:
    """The question made to stand alone with words of the person's own last question."""
    earlier = _last_asked(history, glossary, vocabulary)
    if earlier is None:
        return question
    # What the earlier question wanted of its topic gives way to what is wanted now: งบ to กี่โครงการ.
    given_way = _wanted(earlier) if _wanted(question) else []
    if not wording.asks_something_new(question.text):  # แล้ว สพธอ. ล่ะ: the same of another one of its kind
        kinds = {facet.kind for facet in question.facets if facet.anchor and facet.is_name}
        given_way += [facet for facet in earlier.facets if facet.anchor and facet.kind in kinds]
    return replace(
        taking(question, [facet for facet in earlier.facets if facet not in given_way]),
        # A message with a question word of its own asks for another kind of thing than the earlier one did.
        intents=question.intents or (frozenset() if wording.asks_something_new(question.text) else earlier.intents),
        counted=question.counted or ("" if question.intents else earlier.counted),
        counts=question.counts or (() if question.intents else earlier.counts),
    )


def holds_phrase(facet: Facet, folded: str) -> bool:
    """Whether a folded text holds a number, date or counted thing as it is, not as a part of a longer number."""
    if facet.is_number:
        return facet.words in thai.numbers(folded)
    squeezed = thai.squeeze(folded)
    return any(re.search(rf"(?<!\d){re.escape(phrase)}(?!\d)", squeezed) for phrase in facet.phrases)


def taking(question: Question, facets: Sequence[Facet]) -> Question:
    """The question with facets taken over from elsewhere.

    What both name in the same way (ordinals, years) is taken from the question only.
    """
    own = {alternative for facet in question.facets for alternative in facet.alternatives}
    slots = {facet.slot for facet in question.facets if facet.slot}
    taken = [
        replace(facet, context=True)
        for facet in dict.fromkeys(facets)
        if not own & set(facet.alternatives) and facet.slot not in slots
    ]
    names = tuple(tuple(" ".join(form) for form in facet.alternatives) for facet in taken if facet.is_name)
    return replace(
        question,
        text=" ".join([question.text, *(facet.words for facet in taken)]).strip(),
        facets=(*question.facets, *taken),
        names=(*question.names, *names),
        follow_up=True,
    )


def asked_before(
    history: Sequence[Turn], glossary: Glossary, vocabulary: Vocabulary
) -> tuple[Question | None, Question | None]:
    """The person's last question and the one before it, each made whole; None for what there is not."""
    places = [
        i
        for i, t in enumerate(history)
        if t.role == "user" and not (wording.small_talk(t.content) or wording.refusal(t.content))
    ]
    earlier = history[: places[-1]] if places else ()
    return _last_asked(history, glossary, vocabulary), _last_asked(earlier, glossary, vocabulary)


def _last_asked(history: Sequence[Turn], glossary: Glossary, vocabulary: Vocabulary) -> Question | None:
    """The last message of the person that was a question, itself made whole if it was a follow-up."""
    asked = [
        turn.content
        for turn in history
        if turn.role == "user" and not wording.small_talk(turn.content) and not wording.refusal(turn.content)
    ]
    if not asked:
        return None
    last = understand(wording.without_correction(asked[-1]), glossary, vocabulary)
    if len(asked) > 1 and (wording.is_follow_up(asked[-1]) or is_bare(last)):
        return with_history(last, [Turn("user", text) for text in asked[:-1]], glossary, vocabulary)
    return last


# ---------------------------------------------------------------- what a question is about

_POSSESSIVE = re.compile(r"(?<=[a-zA-Z])['’]s\b")
_GAP = re.compile(r"\s*[,;?]\s*|\s+(?:แล้ว(?:ก็)?|และ|and)?\s*")  # where a message may fall into two questions
_YEAR = re.compile(r"(?:25|19|20)\d\d")
_CHRISTIAN_YEAR = re.compile(r"(?:19|20)\d\d")
_FIRST_BUDDHIST_YEAR = 2200
_DATE = re.compile(rf"(?:(\d{{1,2}})\s*)?({'|'.join(thai.MONTHS)})\s*(?:พ\.?ศ\.?\s*)?(\d{{4}})?")
_RANGE = re.compile(r"(?<!\d)(\d{4})\s*-\s*(\d{4})(?!\d)")
# ยุทธศาสตร์ที่ 4, มาตรา 12 (4), ครั้งที่ 1/2563; but not โครงการ 41 ล้าน, where the number is of what follows
_NUMBERED = re.compile(
    rf"({NUMBERED})"
    r"\s*(?:ที่\s*)?(\d+(?:/\d+)?)\s*(\(\s*\d+\s*\))?(?!\d|\.\d|\s*(?:ล้าน|บาท|โครงการ|คน|ด้าน|แห่ง|ปี|ข้อ|หน่วย))"
)
_SHARED_NOUN = re.compile(  # ยุทธศาสตร์ที่ 2 กับ 3
    rf"({NUMBERED})\s*(?:ที่\s*)?(\d{{1,2}})\s*(?:กับ|และ|หรือ)\s*(?:ที่\s*)?(\d{{1,2}})"
    r"(?!\d|[.,/]\d|\s*(?:ล้าน|บาท|โครงการ|คน|ด้าน|แห่ง|ปี|ข้อ|หน่วย|มาตรการ|แผนงาน))"
)
_COUNTED_THING = re.compile(  # 6 ด้าน
    r"(?<![\d.])(?<!ที่)(?<!ที่ )(\d{1,3})\s*"
    r"(ด้าน|ยุทธศาสตร์|ความท้าทาย|เป้าหมาย|วัตถุประสงค์|โครงการ|มาตรการ|แผนงาน|ประเด็น|กลไก|ตัวชี้วัด|บริการ|หน่วยงาน)"
)


def _facets(folded: str, glossary: Glossary) -> list[Facet]:
    """What the question is about: phrases and names whole, all other words one by one."""
    facets, rest = _phrases(folded)
    rest = thai.fold(wording.without_question_words(wording.without_last(rest)))  # mentions give places in folded text
    position, plain = 0, []
    for mention in glossary.mentions(rest):
        plain.append(rest[position : mention.start])
        position = mention.end
        forms = {tuple(thai.words(form)): None for form in (mention.form, *mention.term.names)}
        ranges = tuple(thai.squeeze(m[0]) for m in _RANGE.finditer(mention.term.name))
        is_anchor = mention.term.kind in ANCHOR_KINDS
        named = tuple(form for form in forms if form)
        facets.append(Facet(named, phrases=ranges, anchor=is_anchor, is_name=True, kind=mention.term.kind))
    plain.append(rest[position:])
    tags = _parts_of_speech(folded)
    words = dict.fromkeys(thai.content_words("\n".join(plain)))
    return facets + [_word(word, tags, glossary.written_for(word)) for word in words]


def _word(word: str, tags: dict[str, str], written: tuple[str, ...] = ()) -> Facet:
    """A word that is no part of a phrase or name, with the words that documents write for it.

    A year is an anchor; a Christian one is also meant as Buddhist.
    """
    forms: list[tuple[str, ...]] = [(word,)]
    if _CHRISTIAN_YEAR.fullmatch(word):
        forms.append((str(int(word) + thai.BUDDHIST_ERA_OFFSET),))
    forms += [tuple(thai.words(form)) for form in written]
    return Facet(tuple(forms), anchor=bool(_YEAR.fullmatch(word)), worth=_worth(word, tags))


def _worth(word: str, tags: dict[str, str]) -> float:
    if word.startswith("ไม่"):
        return 1.0  # it turns the question round
    if len(word) == 1 and not word.isdigit():
        return LEAST_WORTH
    if _NOUN.match(word):  # which the tagger takes for verbs where they stand beside one
        return 1.0
    if word in wording.INTENT_WORDS:
        return INTENT_WORD_WORTH
    return WORTH_OF_TAG.get(tags.get(word, "NOUN"), LEAST_WORTH)


def _parts_of_speech(folded: str) -> dict[str, str]:
    """Each word's part of speech where it first stands in the question."""
    words = thai.words(folded)
    return dict(reversed(list(zip(words, thai.parts_of_speech(words), strict=True))))


def _phrases(folded: str) -> tuple[list[Facet], str]:
    """Dates, numbered and counted things and ranges of years as facets, and what is left of the text."""
    facets: list[Facet] = []

    def date(match: re.Match[str]) -> str:
        found = [part for part in match.groups() if part]
        if len(found) == 1:
            return match[0]
        facets.append(Facet((tuple(found),), phrases=("".join(found),), anchor=True))
        return " "

    def numbered(match: re.Match[str]) -> str:
        noun, number, item = match[1], match[2], (match[3] or "").replace(" ", "")
        phrases = (f"{noun}ที่{number}{item}", f"{noun}{number}{item}", *([f"{noun}แรก"] if number == "1" else []))
        facets.append(Facet((tuple(thai.words(f"{noun} {number} {item}")),), phrases=phrases, anchor=True))
        return " "

    def years(match: re.Match[str]) -> str:
        start, end = match.groups()
        phrases = [f"{start}-{end}"]
        if int(start) < _FIRST_BUDDHIST_YEAR:
            phrases.append("-".join(str(int(year) + thai.BUDDHIST_ERA_OFFSET) for year in (start, end)))
        facets.append(Facet(tuple(tuple(p.split("-")) for p in phrases), phrases=tuple(phrases), anchor=True))
        return " "

    def counted(match: re.Match[str]) -> str:
        number, noun = match.groups()
        words = tuple(thai.words(noun))
        facets.append(Facet(((number, *words),), phrases=(f"{number}{noun}", f"{noun}{number}"), partly=words))
        return " "

    for pattern, take in ((_DATE, date), (_NUMBERED, numbered), (_RANGE, years), (_COUNTED_THING, counted)):
        folded = pattern.sub(take, folded)
    return facets, folded
