"""The drafts of the plans: which there are, which one a question names, and which documents it is answered from.

A plan's drafts are ordered by the manifest, oldest first. Unless a draft is named, a question is answered from the
newest draft that the reader may see; what only an older one holds is looked for there afterwards. A draft is named by
its label, its date or a part of it ("ฉบับ ก.ย. 63"), its place ("ร่างเดิม", "ร่างแรก", "ฉบับล่าสุด") or its status.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot import sentences, spelling, wording
from bot.answer import Turn
from corpus import thai
from corpus.document import Document, DraftStatus
from corpus.releases import Release


@dataclass(frozen=True)
class PlanDraft:
    """One draft of a plan. `documents` are the ids of its own texts, without background papers that carry its label."""

    plan: str
    plan_title: str
    label: str
    date: str
    status: DraftStatus
    documents: tuple[str, ...]
    is_newest: bool = False


@dataclass(frozen=True)
class Named:
    """A text with the drafts that it names taken out. `unknown` is what it calls a draft that is not there.

    `is_firm` tells that no other draft may answer; a bare "ในร่าง" is a hint only.
    """

    text: str
    drafts: tuple[PlanDraft, ...] = ()
    unknown: str = ""
    is_firm: bool = True


@dataclass(frozen=True)
class View:
    """One way to put a question to the corpus: its words, the turns before it, and the documents that may answer.

    `documents` None are all. `draft` is the draft that was asked for. `yields` tells that an answer from background
    papers gives way to a clearly surer one of the next view, from an older draft's own text.
    """

    text: str
    turns: tuple[Turn, ...] = ()
    documents: Collection[str] | None = None
    draft: PlanDraft | None = None
    yields: bool = False


class Drafts:
    """The drafts among the documents that one audience may read."""

    def __init__(self, release: Release, readable: Collection[str] | None) -> None:
        self._readable = [d for d in release.documents if readable is None or d.id in readable]
        self._is_all = readable is None
        self._titles = {plan: str(about["title"]) for plan, about in release.plans.items()}
        self.plans: dict[str, tuple[PlanDraft, ...]] = {
            plan: tuple(self._drafts_of(plan, list(about["drafts"]))) for plan, about in release.plans.items()
        }

    @property
    def all(self) -> tuple[PlanDraft, ...]:
        """Every draft, plan by plan, the newest of each plan first."""
        return tuple(draft for drafts in self.plans.values() for draft in reversed(drafts))

    def labelled(self, label: str) -> PlanDraft | None:
        """The draft with exactly this label, or None; the first plan's, if two plans have one."""
        return next((draft for draft in self.all if draft.label == label), None)

    def newest(self, plan: str) -> PlanDraft | None:
        return next((draft for draft in self.plans.get(plan, ()) if draft.is_newest), None)

    def of_document(self, document_id: str) -> PlanDraft | None:
        """The draft that a document is a text of; None for background papers."""
        return self._draft_of.get(document_id)

    @cached_property
    def current(self) -> Collection[str] | None:
        """The documents that answer by default: of each plan's newest draft, and all that are no text of a draft."""
        return self._from({draft.label for draft in self.all if draft.is_newest})

    def as_of(self, draft: PlanDraft) -> Collection[str] | None:
        """The documents that answer as of a draft: its own, of other plans the newest, and what is of no draft."""
        others = {other.label for other in self.all if other.is_newest and other.plan != draft.plan}
        return self._from(others, draft)

    def own(self, draft: PlanDraft) -> Collection[str]:
        """A draft's own documents, with the background papers that carry its label."""
        kept = self.as_of(draft)
        return [
            d.id
            for d in self._readable
            if (d.plan, d.draft) == (draft.plan, draft.label) and (kept is None or d.id in kept)
        ]

    def notes_on_older(self, document_ids: Collection[str]) -> list[str]:
        """What is said below an answer that cites older drafts without having been asked for them."""
        older = [d for d in dict.fromkeys(map(self.of_document, document_ids)) if d is not None and not d.is_newest]
        cites_newest = {d.plan for d in map(self.of_document, document_ids) if d is not None and d.is_newest}
        newest = {draft.plan: draft.label for draft in self.all if draft.is_newest}
        return [sentences.only_in_older(d.label, newest[d.plan]) for d in older if d.plan not in cites_newest]

    def everything(self) -> Collection[str] | None:
        return self._everything

    @cached_property
    def _everything(self) -> Collection[str] | None:
        return None if self._is_all else frozenset(d.id for d in self._readable)

    @cached_property
    def has_older(self) -> bool:
        """Whether there is anything that does not answer by default."""
        return self.current is not None and len(self.current) < len(self._readable)

    def named_in(self, text: str) -> Named:
        """The drafts that a text names, and the text without their names; the text as it is where it names none."""
        plans = self._plans_meant(text)
        if not plans:
            return Named(text)
        folded = spelling.written_out(thai.fold(text))
        start, more = self._patterns(plans)
        found: dict[str, PlanDraft] = {}
        kept, position = [], 0
        for match in start.finditer(folded):
            if match.start() < position:
                continue
            draft, end = self._read_name(folded, match.end(), more, plans)
            if draft is not None:
                found[draft.label] = draft
                kept += [folded[position : match.start()], " "]
                position = end
        if found:
            return Named(" ".join("".join([*kept, folded[position:]]).split()), tuple(found.values()))
        if by_date := _BY_DATE.search(folded):
            return Named(text, unknown=by_date["name"].strip())
        return self._hinted(text, folded, plans)

    def _read_name(
        self, folded: str, start: int, more: re.Pattern[str], plans: Sequence[str]
    ) -> tuple[PlanDraft | None, int]:
        """The draft that the words after "ร่าง" or "ฉบับ" name, and where its name ends: as long as they fit one."""
        draft, position = None, start
        while match := more.match(folded, position):
            named = folded[start : match.end()]
            fits = next((d for plan in plans if (d := self._meant(named, self.plans[plan]))), None)
            if fits is None and draft is not None:
                break
            if draft is not None and (fits != draft or not any(map(_is_of_date, _words(match[0])))) and " " in match[0]:
                break  # what follows is another word of the question
            draft, position = fits, match.end()
        return draft, position

    # ------------------------------------------------------------ which there are

    def _drafts_of(self, plan: str, labels: Sequence[str]) -> Iterable[PlanDraft]:
        texts = {
            label: [d for d in self._readable if d.plan == plan and d.draft == label and _is_text(d)]
            for label in labels
        }
        seen = [label for label in labels if texts[label]]
        for label in seen:
            last = texts[label][-1]
            ids = tuple(d.id for d in texts[label])
            yield PlanDraft(plan, self._titles[plan], label, last.date, last.status, ids, label == seen[-1])

    @cached_property
    def _draft_of(self) -> dict[str, PlanDraft]:
        return {document_id: draft for draft in self.all for document_id in draft.documents}

    def _from(self, labels: Collection[str], draft: PlanDraft | None = None) -> Collection[str] | None:
        """The readable documents but texts of other drafts, and but those that one of the rest supersedes."""

        def answers(document: Document) -> bool:
            of = self.of_document(document.id)
            return of is None or of == draft or (of.label in labels and (draft is None or of.plan != draft.plan))

        kept = [d for d in self._readable if answers(d)]
        superseded = {d.supersedes for d in kept if d.supersedes}
        ids = frozenset(d.id for d in kept if d.id not in superseded)
        return None if self._is_all and len(ids) == len(self._readable) else ids

    # ------------------------------------------------------------ which one is named

    def _plans_meant(self, text: str) -> list[str]:
        """The plans a draft of which may be named: with several drafts, and named by their years if any plan is."""
        several = [plan for plan, drafts in self.plans.items() if len(drafts) > 1]
        folded = spelling.written_out(thai.fold(text))
        named = [plan for plan in self.plans if names_plan(folded, self._titles[plan])]
        return [plan for plan in several if plan in named] if named else several

    def _patterns(self, plans: Sequence[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
        known = {word for plan in plans for words in self._telling[plan].values() for word in words}
        known |= {word for plan in plans for draft in self.plans[plan] for word in _label_words(draft)[:1]}
        return _name_patterns(tuple(sorted(known, key=lambda word: (-len(word), word))), len(self.plans) == 1)

    @cached_property
    def _telling(self) -> dict[str, dict[PlanDraft, frozenset[str]]]:
        """By plan, each draft with the words of its label, date and status that not every draft of the plan has."""
        return {plan: _telling_apart(drafts) for plan, drafts in self.plans.items()}

    def _meant(self, name: str, drafts: Sequence[PlanDraft]) -> PlanDraft | None:
        """The one draft that a name fits, by the words of its label and date, else by its place."""
        said = _words(name)
        telling = self._telling[drafts[0].plan]
        told = {word for word in said if any(word in words for words in telling.values()) or _is_of_date(word)}
        fits = [draft for draft in drafts if told and told <= telling[draft] | frozenset(_words(draft.date))]
        if len(fits) == 1:
            return fits[0]
        begin = [draft for draft in drafts if said and _label_words(draft)[: len(said)] == said]
        if len(begin) == 1:
            return begin[0]
        place = _PLACE.search(name) or _BARE_NUMBER.fullmatch(name)
        if place is None or (told and not fits and any(map(_is_of_date, told)) and not place["nth"]):
            return None
        return _at(place, fits or drafts)

    def _hinted(self, text: str, folded: str, plans: Sequence[str]) -> Named:
        """ "ในร่าง" without more: the plan's only paper that still is a draft, where the newest no longer is one."""
        if not _BARE.search(folded):
            return Named(text)
        for plan in plans:
            still = [draft for draft in self.plans[plan] if draft.status is DraftStatus.DRAFT]
            if len(still) == 1 and not still[0].is_newest:
                return Named(text, tuple(still), is_firm=False)
        return Named(text)


def views(text: str, turns: Sequence[Turn], drafts: Drafts, chosen: str = "") -> list[View]:
    """The ways to put a question, in the order in which they are tried; the first that has a sure answer gives it.

    `chosen` is the label of the draft that the chat is set to. A follow-up keeps the draft of the question before it.
    """
    named = drafts.named_in(text)
    before = tuple(replace(t, content=drafts.named_in(t.content).text) if t.role == "user" else t for t in turns)
    if len(named.drafts) > 1:
        return [View(text, tuple(turns), drafts.everything())]
    draft = named.drafts[0] if named.drafts else None
    if draft is None and (inherited := _inherited(text, turns, drafts)):
        draft, named = inherited, replace(named, is_firm=True)
    if draft is None and chosen and (draft := drafts.labelled(chosen)):
        return [View(named.text, before, drafts.as_of(draft), draft)]
    if draft is None:
        return _by_default(View(text, tuple(turns)), drafts)
    labelled = f"{named.text} {draft.label}" if named.text != text else text
    first = [
        View(named.text, before, drafts.own(draft), draft),
        View(labelled, before, drafts.as_of(draft), draft),
    ]
    return first if named.is_firm else [first[0], *_by_default(View(text, tuple(turns)), drafts)]


def names_plan(text: str, plan_title: str) -> bool:
    """Whether a text, with its years in full, names a plan by the years in its title."""
    years = re.findall(r"\d{4}", plan_title)
    return bool(years) and bool(re.search(r"\s*-\s*".join(years), text))


def _by_default(asked: View, drafts: Drafts) -> list[View]:
    newest = replace(asked, documents=drafts.current, yields=drafts.has_older)
    return [newest, replace(asked, documents=drafts.everything())] if drafts.has_older else [newest]


def _inherited(text: str, turns: Sequence[Turn], drafts: Drafts) -> PlanDraft | None:
    """The draft of the person's last question, if this one leans on it."""
    asked = [turn.content for turn in turns if turn.role == "user"]
    if not asked or not wording.is_follow_up(text):
        return None
    named = drafts.named_in(asked[-1])
    if not named.drafts and len(asked) > 1:
        return _inherited(asked[-1], [Turn("user", content) for content in asked[:-1]], drafts)
    return named.drafts[0] if len(named.drafts) == 1 and named.is_firm else None


# ---------------------------------------------------------------- how a draft is named

_PREPOSITION = r"(?:(?:ยึด|อ้างอิง|อิง|ดู)?(?:ตาม|ใน|ของ|จาก|สำหรับ)\s*|ตอน\s*|สมัย\s*)?"
_NOUN = (
    r"(?<![\d๐-๙])(?<![\d๐-๙] )(?<!กี่)(?P<noun>ร่าง(?:ครั้ง(?=แรก|\s*ที่))?|ฉบับ|เวอร์ชั่?น|เวอชั่น|ดราฟ[ตท]?์?|draft|version"
    r"|(?:ของ|อัน)(?=เดิม|เก่า|ใหม่){only})"
)
_ONLY_PLAN = r"|แผน(?=\s*(?:เดิม|เก่า|แรก|ใหม่|ล่าสุด|ปัจจุบัน|ก่อน))"  # of several plans it would be another plan
_FILLER = (
    r"ฉบับ|ร่าง|แผน(?:พัฒนา\S{0,40}?)?|\d{4}\s*-\s*\d{4}|ที่(?!\s*\d)|ของ|เมื่อ|วันที่|เดือน|ปี|พศ|ณ|ลง(?=วันที่)|เสนอ|เข้า|ผ่าน|"
    r"อนุมัติ|ชุด|\(|,"
)
_NUMBER_ENDS = r"(?![\d.]|\s*-\s*\d)"  # 2563-2565 is the plan's name
_NO_COUNT = r"(?!\s*(?:ล้าน|บาท|โครงการ|ข้อ|ด้าน|ประการ|คน|ยุทธศาสตร์|มาตรการ))"
_MONTH_SHORT = {
    "มค": 0, "กพ": 1, "มีค": 2, "เมย": 3, "พค": 4, "มิย": 5, "กค": 6, "สค": 7, "กย": 8, "ตค": 9, "พย": 10, "ธค": 11,
}  # fmt: skip
_MONTHS = "|".join(
    [*thai.MONTHS, *(month.removesuffix("คม").removesuffix("ยน") for month in thai.MONTHS), *_MONTH_SHORT]
)
_ORDINAL_WORDS = {"หนึ่ง": 1, "สอง": 2, "สาม": 3, "สี่": 4, "ห้า": 5}
_PLACES = (
    rf"ที่\s*(?:\d|{'|'.join(_ORDINAL_WORDS)})(?!\d)|แรก(?:สุด)?|เริ่มแรก|เดิม|เก่า(?:กว่า|สุด)?|ก่อน(?:หน้า)?(?:นี้|นั้น)?"
    r"|ล่าสุด|ใหม่(?:ล่าสุด|สุด|กว่า)?|ปัจจุบัน|สุดท้าย|หลังสุด|หลัง(?=\s|$)|original|old|first|previous|latest|newest|new|current"
)
_PLACE = re.compile(
    rf"(?:ที่\s*(?P<nth>\d|{'|'.join(_ORDINAL_WORDS)})(?!\d))|(?P<first>แรก|เก่าสุด|first|original)"
    r"|(?P<previous>เดิม|เก่า|ก่อน|old|previous)|(?P<last>ล่าสุด|ใหม่|ปัจจุบัน|สุดท้าย|หลัง|latest|new|current)"
)
_BARE_NUMBER = re.compile(r"\s*(?P<nth>[1-9])(?P<first>(?!))?(?P<previous>(?!))?(?P<last>(?!))?\s*")  # ร่าง 1
# What only hints at an earlier draft: "ในร่าง" of a plan that no longer is one, and "เดิมกำหนด…".
_BARE = re.compile(r"(?:ใน|ตาม|ของ|จาก|ฉบับ)\s*ร่าง(?!กาย|\s*(?:พรบ|พระราช|กฎหมาย|ประกาศ|กฎ|ระเบียบ|มาตรฐาน))")
_BEFORE = re.compile(
    r"(?:^|\s)(?:แต่)?เดิม(?:ที)?\s*(?=กำหนด|ระบุ|ตั้ง|เขียน|วาง|ให้|มี|คือ|เป็น|เท่า|\s)|ก่อน(?:แก้|ปรับ)(?:ไข|ปรุง)?"
)
# A draft that is not there; in "เห็นชอบร่างเมื่อ …" the date is of an event.
_BY_DATE = re.compile(
    r"(?:ตาม|ใน|ของ|จาก)\s*"
    rf"(?P<name>ร่าง\s*(?:ฉบับ|เดือน|ปี|\s)*(?:\d{{1,2}}\s*)?(?:{_MONTHS})(?:ยน|คม)?\s*25\d\d)"
)
# Nouns and small words of labels, which tell no draft from another.
_NOT_TELLING = frozenset("แผน ที่ ของ และ ฉบับ วัน วันที่ เดือน ปี พศ ครั้ง เล่ม".split())  # noqa: SIM905 - a table
_LABEL_NOUN = re.compile(r"^\s*(?:ร่าง|ฉบับ)+\s*")
_STATUS_WORDS = {
    DraftStatus.DRAFT: frozenset({"ร่าง"}),
    DraftStatus.APPROVED: frozenset({"อนุมัติ", "เห็นชอบ"}),
    DraftStatus.GAZETTED: frozenset({"ประกาศ", "ราชกิจจานุเบกษา", "ราชกิจจา"}),
    DraftStatus.BACKGROUND: frozenset[str](),
}
_ISO_DATE = re.compile(r"(?<!\d)((?:25|20|19)\d\d)-(\d{1,2})(?:-(\d{1,2}))?(?!\d|-)")


def _telling_apart(drafts: Sequence[PlanDraft]) -> dict[PlanDraft, frozenset[str]]:
    words = {d: frozenset(_words(d.label)) | frozenset(_words(d.date)) | _STATUS_WORDS[d.status] for d in drafts}
    common = frozenset.intersection(*words.values()) if words else frozenset()
    return {draft: own - common - _NOT_TELLING for draft, own in words.items()}


def _name_patterns(known: tuple[str, ...], is_only_plan: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How a draft's name begins, and each further word of it."""
    words = "".join(rf"|{re.escape(word)}{_NUMBER_ENDS if word[-1].isdigit() else ''}" for word in known)
    tells = rf"(?:{_PLACES}|(?:{_MONTHS})(?:ยน|คม)?|\d{{1,4}}{_NUMBER_ENDS}{_NO_COUNT}{words})"
    noun = _NOUN.replace("{only}", _ONLY_PLAN if is_only_plan else "")
    return re.compile(f"{_PREPOSITION}{noun}"), re.compile(rf"(?:\s*(?:{_FILLER}))*\s*{tells}\)?")


def _label_words(draft: PlanDraft) -> list[str]:
    """The words of a draft's label after the noun that it begins with: "ฉบับเวียน" names "ฉบับเวียนครั้งที่ 1"."""
    return _words(_LABEL_NOUN.sub("", draft.label))


def _words(text: str) -> list[str]:
    """The words of a label or a mention, dates written in full: months by name, years of the Buddhist Era."""
    in_full = _ISO_DATE.sub(_spelt, thai.fold(text))
    found = []
    for word in thai.words(spelling.written_out(in_full)):
        month = next((m for m in thai.MONTHS if len(word) > 3 and m.startswith(word)), None)
        found.append(thai.MONTHS[_MONTH_SHORT[word]] if word in _MONTH_SHORT else month or word)
    return found


def _spelt(match: re.Match[str]) -> str:
    year, month, day = int(match[1]), int(match[2]), match[3]
    if not 1 <= month <= 12:
        return match[0]
    year += thai.BUDDHIST_ERA_OFFSET if year < 2200 else 0
    return f"{int(day) if day else ''} {thai.MONTHS[month - 1]} {year}"


def _is_of_date(word: str) -> bool:
    return word in thai.MONTHS or word.isdigit()


def _at(place: re.Match[str], drafts: Sequence[PlanDraft]) -> PlanDraft | None:
    """The draft at a place in the order of drafts, which is oldest first; none where there are not so many."""
    if place["nth"]:
        nth = _ORDINAL_WORDS.get(place["nth"]) or int(place["nth"])
        return drafts[nth - 1] if 0 < nth <= len(drafts) else None
    if place["first"]:
        return drafts[0]
    return drafts[-2] if place["previous"] and len(drafts) > 1 else drafts[-1]


def _is_text(document: Document) -> bool:
    return document.status is not DraftStatus.BACKGROUND
