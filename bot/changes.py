"""“What changed” as a question, answered from what changed between two drafts; and where another draft says otherwise.

What is reported stands in the release's passage diff, never in a model's or a guess's words: old and new wording, each
with its citation, figures first. A topic is found with the question's own evidence: the pieces that changed compete
with all that the search finds in both drafts, so that what did not change is told as unchanged.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import question as questions
from bot import sentences, spelling, wording
from bot.answer import Turn
from bot.drafts import Drafts, PlanDraft
from bot.evidence import Scored
from bot.library import Library
from bot.question import Question
from bot.retriever import retrieve
from bot.revisions import Revision
from bot.wording import Intent
from corpus import thai
from corpus.document import Audience, Passage, Unit, UnitKind
from corpus.drafts import Change, ChangeKind

MOST_TOLD = 12  # changes told one by one; the others are counted
LONGEST_TEXT = 320  # letters of one piece
ON_TOPIC = 0.5  # share of the topic's weight that a piece must hold …
NEAR_BEST = 0.8  # … and of what the best piece of both drafts holds, changed or not
NAMED_WHOLE = 0.75  # share of the topic that must stand somewhere for "nothing changed" to be said of it
_LITTLE = frozenset({ChangeKind.MOVED, ChangeKind.RENUMBERED})


@dataclass(frozen=True)
class Reported:
    """One piece of a report: what is said before its words, the words, and where they stand."""

    label: str
    text: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Report:
    """What changed, as it is told. Without pieces, `opening` is a refusal. `confidence` is 0 to 1."""

    opening: str
    pieces: tuple[Reported, ...] = ()
    closing: str = ""
    confidence: float = 1.0


@dataclass(frozen=True)
class Asked:
    """A question about changes: its topic in words, the kinds of change asked for, and between which drafts.

    `is_sure` tells that it can be nothing else: it names a draft, or says "from before". `noun` is the topic where that
    is but what the question wants the names of: the โครงการ of "โครงการไหนถูกตัดออก". `is_open` tells that it may as
    well ask of what the plan itself changes ("ลดลงเท่าไร"): only what did change on the topic answers it here.
    `figures` tells that only numbers are asked for: "ตัวเลขไหนเปลี่ยน". `which` tells that it asks which part of the plan
    it was: "ด้านเผชิญเหตุตัดโครงการไหน".
    """

    topic: str
    kinds: frozenset[ChangeKind]
    named: tuple[PlanDraft, ...]
    is_sure: bool
    noun: str = ""
    figures: bool = False
    is_open: bool = False
    which: bool = False


def asked_about(text: str, turns: Sequence[Turn], drafts: Drafts, *, loosely: bool = False) -> Asked | None:
    """What a message asks about changes; None if it asks for something else. “แล้วเรื่องงบล่ะ” goes on with changes.

    `loosely` takes any word of change for such a question: for what the documents themselves do not answer.
    """
    own = _asked(text, drafts, loosely=loosely)
    if own is not None or not wording.is_follow_up(text):
        return own
    earlier = next((turn.content for turn in reversed(turns) if turn.role == "user"), "")
    before = _asked(earlier, drafts) if earlier else None
    return replace(before, topic=_topic(drafts.named_in(text).text)) if before else None


def report(asked: Asked, library: Library, audience: Audience) -> Report | None:
    """What changed, as asked; None where the drafts' texts cannot be compared or it is no question about them."""
    drafts = library.drafts[audience]
    pairs = _pairs(asked, drafts)
    if not pairs:
        only = [plan[0] for plan in drafts.plans.values() if len(plan) == 1]
        return (
            Report(sentences.only_draft(only[0].label))
            if asked.is_sure and len(only) == len(drafts.plans) == 1
            else None
        )
    found = [made for pair in pairs if (revision := library.revisions.between(*pair))
             if (made := _report(asked, revision, library, audience))]  # fmt: skip
    return max(found, key=lambda made: (bool(made.pieces), made.confidence), default=None)


def conflicts(
    said: str, passage: Passage, library: Library, audience: Audience
) -> list[tuple[PlanDraft, str, Passage]]:
    """Where another draft has another figure or name for what is said from a passage: its words and their passage.

    A statement conflicts if a piece that it is made of stands changed in the draft before or after. Figures come first.
    """
    drafts = library.drafts[audience]
    draft = drafts.of_document(passage.document_id)
    spoken = thai.squeeze(said)
    found: list[tuple[bool, PlanDraft, str, Passage]] = []
    for revision in library.revisions.beside(draft, drafts) if draft else ():
        is_new = draft == revision.new
        other = revision.old if is_new else revision.new
        for change in revision.by_passage.get(passage.id, ()):
            text, there = (change.old_text, change.old) if is_new else (change.new_text, change.new)
            if there is not None and _differs(change, spoken, is_new=is_new):
                found.append((change.words[0].figure, other, text, there))
    return [(other, text, there) for _, other, text, there in sorted(found, key=lambda one: not one[0])]


# ---------------------------------------------------------------- is it a question about changes

_WHAT = (
    r"(?:อะไร|ตรงไหน|(?:ส่วน|ข้อ|เรื่อง|จุด|ตัวเลข|ประเด็น)?(?:ไหน|ใด)|อย่างไร|ยังไง|ไง|บ้าง"
    rf"|{wording.OR_NOT}|เท่า(?:ไร|ไหร่|ใด)|กี่|ใคร|what)"
)
_MADE = (
    r"(?:เปลี่ยน(?:แปลง|ไป|มือ|ตัว(?!อย่าง))?|แก้(?:ไข)?|(?<!ค่า)(?<!โทษ)ปรับ(?:แก้|เปลี่ยน|ปรุง|เพิ่ม|ลด)?|เพิ่ม(?:เติม|ขึ้น|เข้ามา|มา)?|ตัด(?:ออก|ทิ้ง)?|ลด(?:ลง)?|ลบ(?:ออก)?|เอาออก|นำออก"
    r"|ถอด(?:ออก)?|ยกเลิก|หาย(?:ไป)?|หลุด(?:ออก|ไป)*|เลื่อน|ขยับ|โผล่|ย้าย|(?:แตก)?ต่าง(?:กัน|จาก|ไป)?|เทียบ|เหมือน(?:กัน|เดิม)?|คงเดิม|เท่าเดิม|ใหม่|chang\w*|differ\w*)"
)
_TEXT = r"(?:ถ้อยคำ|ข้อความ|คำ(?!สั่ง)|ตัวเลข)"
_FINE = re.compile(r"((?:ค่า|โทษ)ปรับ)(?=เปลี่ยน|แก้|เพิ่ม|ลด)")  # which is cut as ค่า|ปรับเปลี่ยน
_SOME_PART = r"(?:ตรง|ส่วน|บท|หมวด|ข้อ|หัวข้อ|หน้า)(?:ที่)?\s*(?:ไหน|ใด|เท่าไร)"
# Forms that ask about a change whatever stands around them.
_PLAIN = re.compile(
    r"(?:อะไร|ตรงไหน|ไหน|ใด|ใคร)(?:บ้าง|มั่ง)?\s*(?:ที่)?\s*(?:เพิ่ง)?(?:มีการ|ถูก|ได้|โดน)?\s*"
    r"(?:เปลี่ยน|แก้ไข|ปรับ(?!ปรุง)|เพิ่มเข้า|เพิ่มขึ้นมา|เพิ่มมา|ตัดออก|ถูกตัด|ถูกยกเลิก|หายไป|หลุด(?:ออก|ไป))"
    r"|(?:โครงการ|มาตรการ|กิจกรรม|แนวทาง|แผนงาน|ประเด็น|หัวข้อ|ตัวชี้วัด)(?:ใหม่)?ที่(?:เพิ่ง)?(?:ถูก)?\s*(?:เพิ่มเข้า|เพิ่มขึ้นมา|ตัดออก|ถอดออก|หายไป)"
    r"|(?:อะไร|ไหน|ใด)\s*(?:ที่)?\s*(?:ถูก|โดน)\s*(?:ตัด|ลบ|ถอด|ยกเลิก|เพิ่ม)"
    rf"|(?:ตัด|ลบ|ถอด)\s*{_WHAT}\s*(?:ออก|ทิ้ง|ไป)|มีอะไร(?:เปลี่ยน|เพิ่ม|หาย|ใหม่)|เปลี่ยน(?:แปลง)?(?:ไป)?(?:เป็น)?\s*{_WHAT}"
    rf"|(?<!ต้อง)(?<!ควร)(?<!จะ)(?:แก้(?:ไข)?|(?<!ค่า)(?<!โทษ)ปรับ|เลื่อน|ขยับ|ย้าย)\s*{wording.OR_NOT}\W*$"
    rf"|(?:มีการ|ถูก|โดน)(?:แก้(?:ไข)?|ปรับ(?!ปรุง)|เลื่อน|ขยับ|ตัด)\S{{0,12}}\s*{wording.OR_NOT}"
    rf"|(?<!ที่)(?<!ผู้)(?:ถูก|โดน)(?:แก้|ย้าย|เลื่อน|ตัด|ถอด).{{0,30}}?{_WHAT}|โผล่(?:เข้า)?(?:มา|ใหม่)"
    r"|(?:อะไร|ไหน|ใด)\S{0,40}\s*(?:ถูก|โดน)\s*(?:ตัดออก|เอาออก|นำออก|ถอดออก|ตัดทิ้ง)"
    r"|เทียบ.{0,40}(?:สอง|ทั้ง\s?2|2)\s?(?:ร่าง|ฉบับ)|(?:สอง|ทั้ง\s?2|2)\s?(?:ร่าง|ฉบับ).{0,20}(?:ต่าง|เหมือน|เทียบ)"
    rf"|แก้(?:ไข)?{_TEXT}|(?:ย้าย(?:ไป)?|ไป)(?:อยู่|ไว้)?(?:ใน|ที่)?{_SOME_PART}"
    r"|จาก(?:เดิม)?\s*(?:เท่า(?:ไร|ไหร่|ใด)|อะไร|ใคร|กี่\S*|\S{0,8}ไหน)\s*(?:(?:ไป|มา)?เป็น|ไป(?=วัน|เดือน|ปี|ที่|\S{0,8}ไหน))"
    r"|(?:เหมือน|เท่า|คง)เดิม|what(?:'s)? (?:has )?(?:changed|new)"
    r"|(?:อะไร|ไหน|ใด)\s*(?:ที่)?\s*(?:ถูก|มีการ)\s*(?:ย้าย|สลับ|เปลี่ยนเลข)"
)
# What a plan may itself do to what it speaks of: "ลดลงเท่าไร", "เลื่อนไหม", "แก้เป็นอะไร".
_MAYBE = re.compile(
    r"(?:แก้(?:ไข)?|(?<!ค่า)(?<!โทษ)ปรับ|เลื่อน|ขยับ|(?:เพิ่ม|ลด)(?:ขึ้น|ลง)?|หาย)"
    rf"(?:ไป|มา|ขึ้น|ลง|ออก|เข้า|แล้ว)*\s*(?:เป็น|จาก|ว่า)?\s*(?:เดิม)?\s*{_WHAT}"
    r"|(?:เพิ่ม|ขึ้น|เข้า)หรือ(?:เลื่อน)?(?:ลด|ลง|ออก)"
)
# What is asked of a place in the text: "ย้ายไปไว้ส่วนไหนในร่างใหม่" asks of a move, though it says "ใน".
_MOVES = re.compile(
    rf"ไป(?:อยู่|ไว้)(?:ใน)?{_SOME_PART}|ย้าย(?:ที่|หมวด|บท|ข้อ|หัวข้อ)?|สลับ(?:ที่|ลำดับ)|เปลี่ยน(?:เลข|ลำดับ)|(?<!ตัว)(?:เลขที่|เลข|ลำดับ)(?:ข้อ|หัวข้อ)(?:ไหน|ใด)?\s*เปลี่ยน"
)
_FROM_BEFORE = re.compile(
    r"(?:ต่าง|เปลี่ยน\S{0,8}|เพิ่ม\S{0,8}|ลด\S{0,5}|แก้ไข\S{0,4}|ปรับ\S{0,6})จาก(?:ของ)?(?:เดิม|ก่อน|เก่า)|(?:กับ|จาก)(?:ของ)?เดิม|(?:สรุป|รายการ)(?:การ|ที่|ความ)?"
    r"(?:เปลี่ยนแปลง|แก้ไข|แตกต่าง)|ความ(?:แตก)?ต่างระหว่าง"
)
_IS_SAME = re.compile(rf"(?:เหมือน|เท่า|คง)เดิม.{{0,8}}{wording.OR_NOT}")  # nothing but a comparison answers it
_OF_KIND = (
    (ChangeKind.REMOVED, re.compile(r"ตัด|ลบ(?!\.)|ถอด|ยกเลิก|หายไป|หลุด|เอาออก|นำออก|ไม่มีแล้ว|removed")),
    (
        ChangeKind.ADDED,
        re.compile(r"เพิ่ม(?!ขึ้น(?!มา)|จาก)|มีอะไรใหม่|ใหม่(?:ๆ)?\s*(?:อะไร|บ้าง|ไหน|ไหม|มั้ย|หรือ)|\bnew\b|added"),
    ),
    (ChangeKind.CHANGED, re.compile(r"จาก(?:เท่า|อะไร|ใคร|กี่)|เพิ่มขึ้น(?!มา)|ลดลง")),
)
# What only makes it a question about changes, and nouns for the plan as a whole; taken out to find the topic.
_NO_TOPIC = re.compile(
    rf"(?:ขอ|ช่วย)?(?:สรุป|บอก)(?:สั้นๆ|ว่า|ให้|หน่อย|ที)*(?=\s|$)|(?:ขอ|ช่วย)(?:ว่า|หน่อย)(?=\s|$)|(?:สรุป|ขอ|ช่วย|บอก)?(?:มี)?(?:การ|ความ|สิ่งที่|ที่)?(?:ถูก|มีการ|ได้|โดน)?\s*{_MADE}(?!สภาพ|ภูมิ|ภาครัฐ|รูปแบบ)(?:ออก|ไป|มา|เข้า|ขึ้น|ลง|แล้ว)*"
    r"|จาก(?=\s*(?:เดิม|เท่า|อะไร|ใคร|กี่))|ระหว่าง(?=\s|กับ|$)|(?:ของ|กับ|จาก)?เดิม|เป็น(?=\s*(?:เท่า|อะไร|ใคร|กี่|ปีไหน|$))|มาเป็น|ไปเป็น|เมื่อ(?=เทียบ)"
    r"|เนื้อหา|สาระ(?:สำคัญ)?|ภาพรวม|โดยรวม|รายละเอียด|ทั้งหมด|หลักๆ|สำคัญๆ|ตัวเลข(?:ไหน)?|จุด(?=ไหน|ใด)|ส่วน(?=ไหน|ใด)|ข้อความ|ถ้อยคำ|ไป(?:อยู่|ไว้)"
    r"|(?:สอง|ทั้ง\s*2|ทั้งสอง|2)\s*(?:ร่าง|ฉบับ)|ร่าง|ฉบับ|แผน(?=\s|$|นี้)|เรื่อง|เกี่ยวกับ|ในด้าน(?=\s)|(?:^|\s)(?:กับ|และ|ใน|มี|ที่|ไป|ของ|ด้วย|บ้าง|ออก|ล่ะ|แล้ว)(?=\s|$)"
)
_OF_CHANGE = re.compile(rf"(?:การ|ความ)?(?:{_MADE})+(?:ๆ)?")
_OF_TEXTS = re.compile(r"(?:เปลี่ยน(?:ไป)?|แก้(?:ไข)?|เลื่อน|ขยับ|หลุด|ย้าย)")  # done to texts more often than by plans
_ASKS = re.compile(rf"{_WHAT}|สรุป|รายการ|ขอ")
_AS_OF = re.compile(r"(?:ตาม|อิง|ยึด|ใน)\s*(?:ร่าง|ฉบับ|แผน|ของ|เวอร์ชั)")  # "ตามร่างแรก ต้องลด…" asks as of a draft
_LEFT_OVER = frozenset(
    "ออก เพิ่ง เข้า เข้ามา ออกไป ขึ้น ลง มา ไป มี ใหม่ ถูก แห่ง จุด ส่วน ข้อ อีก รายการ อย่าง สิ่ง เลข เลขข้อ".split()  # noqa: SIM905 - a table
)
# What plans are made of; what was added or cut is one of them, whether its text says so or not.
_PARTS_OF_PLANS = frozenset("โครงการ มาตรการ กิจกรรม แนวทาง แผนงาน ประเด็น หัวข้อ ยุทธศาสตร์ กลยุทธ์".split())  # noqa: SIM905 - a table
_FIGURES = re.compile(r"ตัวเลข")
_BODIES = frozenset({"หน่วยงาน", "องค์กร", "เจ้าภาพ", "ผู้รับผิดชอบ"})
_BODY = re.compile(f"{wording.BODIES}|{wording.FURTHER_BODIES}")


def _asked(text: str, drafts: Drafts, *, loosely: bool = False) -> Asked | None:
    text = _FINE.sub(r"\1 ", text)
    named = drafts.named_in(text)
    folded = spelling.written_out(thai.fold(text))
    from_before = bool(_FROM_BEFORE.search(folded))
    about_draft = from_before or bool(named.drafts and named.is_firm)
    is_same = bool(_IS_SAME.search(folded))
    moves = about_draft and bool(_MOVES.search(folded))
    as_of = len(named.drafts) == 1 and not from_before and not moves and bool(_AS_OF.search(folded))
    is_plain = bool(_PLAIN.search(folded)) or (about_draft and not as_of and (moves or _asks_of_change(named.text)))
    of_change = _OF_CHANGE if loosely else _OF_TEXTS
    if not is_plain and (as_of or not (_MAYBE.search(folded) or _asks_of_change(folded, of_change))):
        return None
    kinds = [kind for kind, pattern in _OF_KIND if pattern.search(folded)]
    one = frozenset(kinds[:1]) if len(kinds) == 1 else frozenset[ChangeKind]()
    if _MOVES.search(folded) and not kinds:
        one = _LITTLE
    firm = named.drafts if named.is_firm else ()
    topic = _topic(named.text if firm else folded)
    noun = _noun_asked_for(topic, folded)
    if noun in _PARTS_OF_PLANS and topic != noun:  # a project is added, whether its text calls it one or not
        topic = _topic(topic.replace(noun, " ", 1))
    which = noun in _PARTS_OF_PLANS
    noun = noun if topic in ("", noun) else ""
    figures = bool(_FIGURES.search(folded))
    return Asked(topic or noun, one, firm, about_draft or is_same, noun, figures, not is_plain, which)


def _asks_of_change(text: str, of_change: re.Pattern[str] = _OF_CHANGE) -> bool:
    """Whether some word is of a change, not only some letters: ลด, not ปลด, แก้, not แก้มลิง."""
    folded = thai.fold(text)
    return any(of_change.fullmatch(word) for word in thai.words(folded)) and bool(_ASKS.search(folded))


def _topic(text: str) -> str:
    plain = wording.without_question_words(wording.without(_NO_TOPIC, wording.without_politeness(thai.fold(text))))
    topic = " ".join(wording.without(_NO_TOPIC, plain).split())
    return topic if set(thai.content_words(topic)) - _LEFT_OVER else ""


def _noun_asked_for(topic: str, folded: str) -> str:
    """The noun of a topic of which the question asks which one, โครงการไหน: its only one, or a part of plans; or ""."""
    words = [word for word in thai.content_words(topic) if word not in _LEFT_OVER]
    asked = [w for w in words if re.search(rf"{re.escape(w)}\s*(?:ใหม่)?\s*(?:ที่)?\s*(?:ไหน|ใด|อะไร|ไหม|มั้ย)", folded)]
    return next((word for word in asked if len(words) == 1 or word in _PARTS_OF_PLANS), "")


def _pairs(asked: Asked, drafts: Drafts) -> list[tuple[PlanDraft, PlanDraft]]:
    """Between which drafts, the older first; of each plan with several, where none is named."""
    if not asked.named:
        return [(plan[-2], plan[-1]) for plan in drafts.plans.values() if len(plan) > 1]
    plan = drafts.plans[asked.named[0].plan]
    places = sorted({plan.index(draft) for draft in asked.named if draft.plan == asked.named[0].plan})
    if len(places) == 1:
        places = [len(plan) - 2, places[0]] if places[0] == len(plan) - 1 else [places[0], len(plan) - 1]
    return [(plan[places[0]], plan[places[-1]])]


# ---------------------------------------------------------------- which changes are on the topic


_INTRODUCES = re.compile(r"(?:ดังนี้|ต่อไปนี้|ได้แก่|ประกอบด้วย|คือ|:)\s*$|ตาราง|บัญชี|รายการ")


@dataclass(frozen=True)
class _Weighed:
    change: Change
    share: float


def _report(asked: Asked, revision: Revision, library: Library, audience: Audience) -> Report | None:
    question = questions.understand(asked.topic, library.glossary, library.vocabularies[audience])
    real = [change for change in revision.changes if change.kind is not ChangeKind.READING]
    if not question.facets:
        if asked.is_open:
            return None
        return _of_all(asked, revision, real) if asked.topic == "" or asked.is_sure else None
    weighed = _weighed(question, real, library)
    if named := _of_the_noun(asked, weighed):
        return _told(sentences.changes_between(revision.old.label, revision.new.label), named)
    best = _best_anywhere(question, revision, library, audience)
    top = max([best[0], *(one.share for one in weighed)], default=0.0)
    if _is_section_of(best[1], asked.topic):
        weighed = [one for one in weighed if _stands_below(one.change, best[1])]
    if top < (NAMED_WHOLE if asked.is_open else ON_TOPIC):
        label = revision.old.label, revision.new.label
        return Report(sentences.topic_in_neither(*label)) if asked.is_sure else None
    on_topic = [
        one
        for one in weighed
        if one.share >= _least_share(asked, one.change, top) and one.change.kind not in _LITTLE - asked.kinds
    ]
    changes = _of_the_kind(asked, question, [one.change for one in on_topic])
    if changes:
        return _told(sentences.changes_between(revision.old.label, revision.new.label), changes, confidence=top)
    if asked.is_open or asked.kinds == _LITTLE:
        return None  # what is moved is no part of the text: "ย้ายสำนักงานไปที่ไหน" asks of what the text says
    if on_topic and asked.kinds:
        opening = sentences.none_of_kind(str(next(iter(asked.kinds))), revision.old.label, revision.new.label)
        return _told(opening, [one.change for one in on_topic], confidence=top)
    if top >= NAMED_WHOLE and (unchanged := _unchanged(best[1], revision, library, top)):
        return unchanged
    return Report(sentences.topic_in_neither(revision.old.label, revision.new.label)) if asked.is_sure else None


def _is_section_of(best: Scored | None, topic: str) -> bool:
    """Whether the topic is the heading that the nearest unit stands below, and no word more."""
    heading = thai.squeeze(_without_number(best.passage.path[-1])) if best and len(best.passage.path) > 1 else ""
    return bool(heading) and heading == thai.squeeze(thai.fold(topic))


def _stands_below(change: Change, best: Scored | None) -> bool:
    """Whether a change stands in the section that a unit stands in."""
    path = tuple(_without_number(heading) for heading in best.passage.path) if best else ()
    sides = [side for side in (change.old, change.new) if side is not None]
    return any(tuple(_without_number(heading) for heading in side.path[: len(path)]) == path for side in sides)


def _least_share(asked: Asked, change: Change, top: float) -> float:
    """The share of the topic that a change must hold.

    Where it is asked which part was added or cut, what stayed in the plan does not compete. Where it is not asked
    whether anything was, what was added or cut must be just what is named: another project may share a word with it.
    """
    if change.kind not in (ChangeKind.ADDED, ChangeKind.REMOVED):
        return max(ON_TOPIC, NEAR_BEST * top)
    if asked.which and change.kind in asked.kinds:
        return ON_TOPIC
    return max(ON_TOPIC if asked.kinds else NAMED_WHOLE, NEAR_BEST * top)


def _of_all(asked: Asked, revision: Revision, changes: Sequence[Change]) -> Report:
    counts = Counter(str(change.kind) for change in changes)
    if not changes:
        return Report(sentences.nothing_changed(revision.old.label, revision.new.label))
    told = [c for c in changes if c.kind not in _LITTLE - asked.kinds and (not asked.kinds or c.kind in asked.kinds)]
    told = [c for c in told if not asked.figures or any(w.figure for w in c.words)]
    opening = sentences.changes_between(revision.old.label, revision.new.label, counts)
    return _told(opening, told) if told else Report(f"{opening}\n{sentences.NONE_OF_KIND}")


def _of_the_noun(asked: Asked, weighed: Sequence[_Weighed]) -> list[Change]:
    """What a noun alone asks for: the changed names of agencies; what was added, cut or moved, nearest to the noun."""
    if asked.noun in _BODIES:
        return [
            one.change for one in weighed if any(_BODY.match(w.old) and _BODY.match(w.new) for w in one.change.words)
        ]
    if asked.noun not in _PARTS_OF_PLANS or not asked.kinds or asked.kinds == {ChangeKind.CHANGED}:
        return []
    of_kind = [one for one in weighed if one.change.kind in asked.kinds]
    if asked.noun == "หัวข้อ":
        return [one.change for one in of_kind if _is_section(one.change)]
    top = max((one.share for one in of_kind), default=0.0)
    return [one.change for one in of_kind if top < ON_TOPIC or one.share >= NEAR_BEST * top]


def _is_section(change: Change) -> bool:
    """Whether what was added, cut or moved is a section, its heading first."""
    sides = ((change.old, change.old_text), (change.new, change.new_text))
    return any(passage is not None and text.split("\n")[0] == passage.path[-1] for passage, text in sides)


def _of_the_kind(asked: Asked, question: Question, changes: Sequence[Change]) -> list[Change]:
    """The changes of the kind that is asked for; where an amount is, those of amounts, if there are any."""
    kept = [change for change in changes if not asked.kinds or change.kind in asked.kinds]
    if Intent.MONEY in question.intents or asked.kinds == {ChangeKind.CHANGED}:
        return [c for c in kept if any(w.figure for w in c.words)] or kept
    return kept


def _weighed(question: Question, changes: Sequence[Change], library: Library) -> list[_Weighed]:
    """The changes with the share of the topic's weight that the better of their two sides holds."""
    sides = [
        (i, _as_passage(passage, _of_row(change, passage, text)))
        for i, change in enumerate(changes)
        for passage, text in ((change.old, change.old_text), (change.new, change.new_text))
        if passage is not None
    ]
    shares = [0.0] * len(changes)
    scored = library.evidence.score(question, [passage for _, passage in sides])
    for (i, _), one in zip(sides, scored, strict=True):
        shares[i] = max(shares[i], _share(question, one, library))
    return [_Weighed(change, share) for change, share in zip(changes, shares, strict=True)]


def _as_passage(passage: Passage, text: str) -> Passage:
    """The piece that changed as a passage of its own below the same headings, and below its list's introduction.

    A sentence that only stands before a list says nothing of its items: what it names did not change with them.
    """
    introduces = bool(_INTRODUCES.search(thai.fold(passage.lead))) and passage.lead not in text
    return replace(passage, units=(Unit(UnitKind.SENTENCE, text),), lead=passage.lead if introduces else "")


def _of_row(change: Change, passage: Passage, text: str) -> str:
    """Of a row that changed, what names it and the cells that changed: its other columns are not what changed."""
    rows = [
        _row_of(side, said) for side, said in ((change.old, change.old_text), (change.new, change.new_text)) if side
    ]
    if (
        len(rows) < 2
        or not all(rows)
        or len({len(cells) for cells in rows}) > 1
        or len(rows[0]) != len(passage.columns)
    ):
        return text
    named = 2 if rows[0][0].strip(".").isdigit() else 1
    mine = _row_of(passage, text)
    kept = [i for i, (old, new) in enumerate(zip(*rows, strict=True)) if i < named or old != new]
    return "; ".join(f"{passage.columns[i]} {mine[i]}" for i in kept)


def _row_of(passage: Passage, text: str) -> tuple[str, ...]:
    """The cells of the row with this text; none if it is no row."""
    return next((unit.cells for unit in passage.units if unit.text == text), ())


def _share(question: Question, scored: Scored, library: Library) -> float:
    weights = library.evidence.weights(question)
    return float(weights @ scored.here) / (float(weights.sum()) or 1.0)


def _best_anywhere(
    question: Question, revision: Revision, library: Library, audience: Audience
) -> tuple[float, Scored | None]:
    """The unit of the newer draft, else of the older, that holds most of the topic, changed or not."""
    best: tuple[float, Scored | None] = (0.0, None)
    for draft in (revision.new, revision.old):
        hits = retrieve(library, question, audience, within=draft.documents)
        for scored in library.evidence.score(question, [hit.passage for hit in hits]):
            share = _share(question, scored, library)
            if share > best[0] + 1e-6:
                best = share, scored
    return best


def _differs(change: Change, spoken: str, *, is_new: bool) -> bool:
    """Whether a piece that is said has another figure or name in the other draft."""
    text = change.new_text if is_new else change.old_text
    plain = thai.squeeze(_without_number(text))
    if not plain or (plain not in spoken and spoken not in thai.squeeze(text)):
        return False
    return any(w.old and w.new and (w.figure or (_is_name(w.old) and _is_name(w.new))) for w in change.words)


def _is_name(text: str) -> bool:
    words = thai.content_words(text)
    return any(tag in ("NOUN", "PROPN") for tag in thai.parts_of_speech(words)) if words else False


def _without_number(text: str) -> str:
    return re.sub(r"^\s*(?:[\d๐-๙]+(?:\.[\d๐-๙]+)*[.)]|[\d๐-๙]+(?:\.[\d๐-๙]+)+\s|[•\-–])\s*(?=\D)", "", text)


# ---------------------------------------------------------------- how it is told


def _told(opening: str, changes: Sequence[Change], confidence: float = 1.0) -> Report:
    """Old and new wording of each, those with figures first; what is more than can be read is counted."""
    order = sorted(changes, key=lambda c: not (c.kind is ChangeKind.CHANGED and any(w.figure for w in c.words)))
    pieces = tuple(piece for change in order[:MOST_TOLD] for piece in _pieces(change))
    closing = sentences.more_changes(len(order) - MOST_TOLD) if len(order) > MOST_TOLD else ""
    return Report(opening, pieces, closing, confidence=min(1.0, confidence))


def _pieces(change: Change) -> list[Reported]:
    alone = {ChangeKind.ADDED: "เพิ่ม:", ChangeKind.REMOVED: "ตัดออก:"}
    if change.kind in _LITTLE:
        places = (("เดิม:", change.old_text, change.old), ("ใหม่:", change.new_text, change.new))
        return [Reported(label, _placed(text, p), (p,)) for label, text, p in places if p is not None]
    labels = (alone[change.kind],) * 2 if change.kind in alone else ("เดิม:", "ใหม่:")
    sides = ((labels[0], change.old_text, change.old), (labels[1], change.new_text, change.new))
    return [Reported(label, _short(text, passage), (passage,)) for label, text, passage in sides if passage is not None]


def _placed(text: str, passage: Passage) -> str:
    """The first line of what moved, with its number and the heading that it stands below."""
    told = text.split("\n")[0]
    above = passage.path[1:-1] if told == passage.path[-1] else passage.path[1:]
    return f"{told} (อยู่ใน “{_without_number(above[-1])}”)" if above else told


def _short(text: str, passage: Passage) -> str:
    """A piece in one line; a section's heading first, then as many of its sentences or items as can be read."""
    told, *rest = text.split("\n")
    if rest and told == passage.path[-1]:
        told = _without_number(told)
    for i, line in enumerate(rest):
        if len(told) + len(line) > LONGEST_TEXT:
            return f"{told} …"
        told += f"{': ' if i == 0 else ' '}{line}"
    return told


def _unchanged(best: Scored | None, revision: Revision, library: Library, confidence: float) -> Report | None:
    """That nothing changed on a topic, with the text that stands in both drafts."""
    if best is None:
        return None
    said = best.unit.text if best.own_coverage >= ON_TOPIC else best.passage.lead or best.unit.text
    text = thai.squeeze(said)
    both = [
        next(
            (p for p in library.index.passages if p.document_id in draft.documents and text in thai.squeeze(p.body)),
            None,
        )
        for draft in (revision.old, revision.new)
    ]
    passages = tuple(passage for passage in both if passage is not None)
    if len(passages) < 2:
        return None
    piece = Reported("ทั้งสองฉบับระบุว่า:", said, passages)
    return Report(
        sentences.nothing_changed_on_it(revision.old.label, revision.new.label),
        (piece,),
        confidence=min(1.0, confidence),
    )
