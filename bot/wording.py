"""How people word things: the tables that tell a question from a greeting, and one kind of question from another.

All patterns are for folded text (`corpus.thai.fold`): lower case, Arabic digits, one dash, abbreviations without dots.
Words as they are spoken stand beside words as they are spelt ("มั้ย", "คับ", "เท่าไร่"): both are typed in chats.
"""

import re
from enum import StrEnum
from functools import lru_cache

from corpus import thai

MAX_LENGTH = 1_000  # characters; longer messages are not questions


class Refusal(StrEnum):
    """Why a message is not answered from the documents."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_WORDS = "no_words"
    NOT_THAI = "not_thai"
    GREETING = "greeting"
    THANKS = "thanks"
    ABILITIES = "abilities"
    OPINION = "opinion"
    INSTRUCTION = "instruction"


class Intent(StrEnum):
    """What kind of thing would answer."""

    LIST = "list"
    COUNT = "count"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    RANK = "rank"
    DATE = "date"
    TIME = "time"
    PERSON = "person"
    SECTION = "section"
    AGENCY = "agency"
    PLACE = "place"
    CONTACT = "contact"
    DEFINITION = "definition"
    REASON = "reason"
    COMPARISON = "comparison"
    YES_NO = "yes_no"


def refusal(text: str) -> Refusal | None:
    """Why a message is no question for the documents, by its form alone; None where it may be one."""
    cleaned = thai.clean(text)
    if not cleaned:
        return Refusal.EMPTY
    if len(cleaned) > MAX_LENGTH:
        return Refusal.TOO_LONG
    return None if any(any(c.isalpha() for c in word) for word in thai.words(cleaned)) else Refusal.NO_WORDS


def small_talk(text: str) -> Refusal | None:
    """Greeting, thanks, or a question about the bot itself, where the message holds nothing else."""
    folded = thai.fold(text).strip()
    plain = without_politeness(folded)
    if _ABILITIES.search(plain):
        return Refusal.ABILITIES
    others = sum(word not in _small_talk_words() for word in thai.content_words(plain))
    if others > 1 or (others and is_asking(plain)):  # one word more may be whom it greets, but not with a question
        return None
    for kind, pattern in ((Refusal.THANKS, _THANKS), (Refusal.GREETING, _GREETING)):
        if pattern.search(folded):
            return kind
    return None


def leaves_plan_open(text: str) -> bool:
    """Whether a message speaks of a plan without saying which, by its years, its length or its place among others."""
    folded = thai.fold(text)
    return bool(_ANY_PLAN.search(folded)) and not _CERTAIN_PLAN.search(folded)


def is_opinion(text: str) -> bool:
    """Whether the message asks for an opinion, a prediction, advice, or a piece of writing."""
    return bool(_OPINION.search(thai.fold(text)))


def is_instruction(text: str) -> bool:
    """Whether the message tries to instruct the bot. Never obeyed; it only decides how a refusal is worded."""
    return bool(_INSTRUCTION.search(thai.fold(text)))


def is_follow_up(text: str) -> bool:
    """Whether the message by its form leans on an earlier one."""
    plain = _POLITE.sub("", thai.fold(text)).strip()
    leans = next(iter(thai.words(plain)), "") in _LEANING or bool(_FOLLOW_UP.search(plain))
    return leans or corrects(text)


def without_correction(text: str) -> str:
    """A message without the words by which it takes back how the last one was read: "ไม่ใช่ หมายถึงปี 64" is "ปี 64"."""
    cleaned = thai.clean(text)
    return _CORRECTION.sub("", cleaned, count=1).strip() or cleaned


def corrects(text: str) -> bool:
    """Whether a message takes back how the last one was read, and says what was meant."""
    return without_correction(text) != thai.clean(text)


def is_asking(folded: str) -> bool:
    """Whether a folded text holds a question word."""
    return bool(_QUESTION_WORD.search(folded))


def asks_something_new(folded: str) -> bool:
    """Whether a folded follow-up says what it wants, by a question word or as a request: ขอชื่อ, but not แล้วปีนี้ล่ะ."""
    return is_asking(folded) or bool(_REQUEST.search(folded))


def asks_about_absence(folded: str) -> bool:
    """Whether a folded question is about what is not there, so that "ไม่ระบุ" answers it."""
    return bool(_ABSENCE.search(folded))


def intents(folded: str) -> frozenset[Intent]:
    """What kinds of things would answer a folded question."""
    found = frozenset(intent for intent, pattern in _INTENTS if pattern.search(folded))
    if not found & _MEASURED and _JUST_HOW_MUCH.search(folded):
        found |= {Intent.NUMBER}
    if _JUST_PERCENT.search(folded):
        found -= {Intent.MONEY}
    if _ALL_OF_THEM.search(folded):
        found = found - {Intent.DEFINITION} | {Intent.LIST}
    return found - {Intent.PLACE} if Intent.COMPARISON in found else found  # ต่างกันตรงไหน asks for no place


def all_counted(folded: str) -> tuple[str, ...]:
    """All that a folded question counts: คน and หน่วยงาน in กี่คน จากกี่หน่วยงาน."""
    nouns = (word for match in _COUNTED_NOUN.finditer(folded) for word in thai.words(match[1])[:1])
    return tuple(dict.fromkeys(noun for noun in nouns if noun not in thai.MONEY_SCALES))


def asks_for_english(folded: str) -> bool:
    """Whether a folded question asks for a name or wording in English."""
    return bool(re.search(r"(?:ชื่อ|ภาษา|คำ)\s*อังกฤษ|\bin english\b|english name", folded))


def counted(folded: str) -> str:
    """What a folded question counts ("กี่หน่วยงาน") or asks the names of ("หน่วยงานไหน"), or ""."""
    if nouns := all_counted(folded):
        return nouns[0]
    match = _NAMED_NOUN.search(folded)
    return match[1] if match else ""


def listed(folded: str) -> str:
    """What plans number that a folded text lists or asks for: มาตรการ of "มาตรการในยุทธศาสตร์ที่ 1 มีอะไรบ้าง"; or ""."""
    match = _LISTED.search(folded)
    return match[0] if match else ""


def role(folded: str) -> str:
    """What the person asked for is ("ใครเป็นประธาน", "ผู้อำนวยการคือใคร"), or ""."""
    if match := _ROLE_AFTER.search(folded):
        return next(iter(thai.content_words(match[1])), "")
    if match := _ROLE_NAMED.search(folded):
        return match[1]
    match = _ROLE_BEFORE.search(folded)
    return next(iter(thai.content_words(match[1])[-1:]), "") if match else ""


def asks_for_persons_name(folded: str) -> bool:
    """Whether a folded question asks what the holder of an office is called: "อธิบดีชื่ออะไร"."""
    return bool(_ROLE_NAMED.search(folded))


def asks_what_came_later(folded: str) -> bool:
    """Whether a folded follow-up asks what came after what was told."""
    return bool(re.search(r"ต่อมา|หลังจากนั้น|ภายหลัง|จากนั้น|later|after that", folded))


def ordered(folded: str) -> str:
    """What a folded question wants the place of: the noun before "ที่เท่าไร", or ""; อยู่ที่เท่าไร names none."""
    match = _ORDINAL_NOUN.search(folded)
    word = thai.words(match[1])[-1] if match else ""
    return "" if word in thai.STOP_WORDS else word


def without_politeness(folded: str) -> str:
    """A folded text without its polite particles and opening phrases."""
    return _POLITE.sub(" ", folded).strip()


def without_asides(text: str) -> str:
    """A message without what it says beside its question: what it is for, who asks, how long the answer may be.

    "วิสัยทัศน์คืออะไร จะเอาไปใส่สไลด์" asks for the vision alone. A clause that asks something is never taken out.
    """
    kept = _ASIDE.sub(lambda m: m[0] if is_asking(thai.fold(m[0])) else " ", thai.clean(text)).strip()
    return kept if kept and kept != thai.clean(text) else text


def before_tag(folded: str) -> str:
    """A folded question of yes or no without the words at its end that make it one: "สังกัดดีอีใช่ไหม" is "สังกัดดีอี"."""
    return _TAG.sub("", folded).strip()


def asks_to_confirm(folded: str) -> bool:
    """Whether a folded question of yes or no says what it takes for true: "... ใช่ไหม", but not "มี ... ไหม"."""
    return bool(_CONFIRM.search(folded))


def claims_place(folded: str) -> bool:
    """Whether a folded question of yes or no ends with a place that it takes for true: "จัดที่เซ็นทาราใช่ไหม"."""
    return bool(re.search(r"(?:จัด|ตั้งอยู่|อยู่|ประชุม|งาน)\s*ที่\s*(?!สุด|\d)[ก-๙a-z]", before_tag(folded)))


def without_question_words(folded: str) -> str:
    """A folded text without what only makes it a question: without ปะ and นะ, but not those of ปะการัง and สถานะ."""
    inside = _inside_words(folded)

    def taken(match: re.Match[str]) -> str:
        word, at_end = match[0].strip(), match.end() == len(folded)  # มีโทษปรับไหม asks, whatever the dictionary has
        is_part = word in _PARTICLES - ({"ไหม"} if at_end else set()) and {match.start(), match.end()} & inside
        return match[0] if is_part else " "

    return _INTERROGATIVE.sub(taken, folded)


def goes_on_to_another(text: str) -> bool:
    """Whether what stands before the second question of a message ends with a word that leads over to it."""
    return bool(re.search(r"(?:แล้ว(?:ก็)?|และ|\band)\s*$", text))


def asks_for_last(folded: str) -> bool:
    """Whether the last one of what is counted off is asked for: "ด้านสุดท้าย", "ยุทธศาสตร์ข้อสุดท้าย"."""
    return bool(_LAST.search(folded))


def asks_for_overview(folded: str) -> str | None:
    """What a folded text asks to be summed up, or to be told what it is about, "" if it does not say; None: neither."""
    plain = without_politeness(folded)
    if not (_SUMMARY.search(plain) or _ABOUT.search(plain)):
        return None
    return _BESIDE_SUMMARY.sub(" ", _ABOUT.sub(" ", _SUMMARY.sub(" ", plain))).strip()


def asks_for_summary(folded: str) -> bool:
    """Whether a folded text asks for a summary, in so many words."""
    return bool(_SUMMARY.search(folded))


def without_last(folded: str) -> str:
    """A folded text with what is counted off, but not that the last of it is meant."""
    return _LAST.sub(r"\1 ", folded)


def without(pattern: re.Pattern[str], folded: str) -> str:
    """A folded text without what fits a pattern, but never a part of a word: without ลด, but not that of ปลด.

    Of a match that ends within a word of the dictionary the longest beginning that fits is taken: the เพิ่ม of
    "เพิ่มมาตรการ", though the pattern has เพิ่มมา, too.
    """
    inside = _inside_words(folded)
    kept, position = "", 0
    while match := pattern.search(folded, position):
        start = match.start()
        ends = (e for e in range(match.end(), start, -1) if e not in inside and pattern.fullmatch(folded, start, e))
        if start not in inside and (end := next(ends, 0)):
            kept, position = f"{kept}{folded[position:start]} ", end
        else:
            kept, position = kept + folded[position : start + 1], start + 1
    return kept + folded[position:]


def _inside_words(folded: str) -> frozenset[int]:
    """The offsets at which a word of the dictionary would be cut in two."""
    found: set[int] = set()
    start = 0
    for end in thai.safe_cuts(folded):
        if thai.is_known_word(folded[start:end]):
            found.update(range(start + 1, end))
        start = end
    return frozenset(found)


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(forms))


# ---------------------------------------------------------------- what kind of thing is asked for

_HOW_MUCH = r"(?:เท่า\s*(?:ไร|ไหร่|ไร่|ใด|หร่|รั่ย)|(?<!เ)กี่|how\s*(?:much|many)|ทะไหร่|เท่าไ)"  # not the กี่ of เกี่ยวกับ

ITEMS_OF_PLANS = "เป้าหมาย|ความท้าทาย|วัตถุประสงค์|มาตรการ|กลไก|ตัวชี้วัด|ยุทธศาสตร์|โครงการ"
_LIST = _any(
    # อะไรบ้าง; but บางส่วน after a question word is "some of"
    r"(?:อะไร|ใคร|ไหน|ใด|ไร|ยังไง|อย่างไร|เท่าไร|เท่าไหร่|ที่ใด)\s*(?:กัน)?\s*(?:มั่ง|บ้าง|บาง(?!ส))",
    r"รายชื่อ|รายการ(?=.*(?:ทั้งหมด|อะไร))",
    r"มีอะไร(?!.*ไหม)",  # มีอะไร…ไหม asks whether there is any
    rf"มี(?:{ITEMS_OF_PLANS}|ด้าน|ประเด็น|แผนงาน)(?:อะไร|ใด|ไหน)(?!.*(?:ไหม|มั้ย|มาก|น้อย|สุด))",  # มีเป้าหมายอะไร
    r"ขอ.*\d\s*(?:ข้อ|ด้าน|อย่าง|เรื่อง|ตัว|โครงการ|ประการ|แบบ|ความท้าทาย|เป้าหมาย|ยุทธศาสตร์|วัตถุประสงค์|กลไก|ประเด็น)",
    r"ขอทั้งหมด|ทั้ง\s*\d|ทั้งหมดมี|ทุก(?:โครงการ|ข้อ|ด้าน|ยุทธศาสตร์|หน่วยงาน|ประเด็น|เป้าหมาย|ตัวชี้วัด)",
    r"ประกอบ(?:ไป)?ด้วย|ได้แก่|ตัวอย่าง(?!ไร)|แต่ละ|ไล่(?:ให้|มา|ดู|ชื่อ|เรียง|เลย)|แจกแจง(?:ให้|มา|หน่อย|ที)",
    r"\blist\b|which .*s\b|what are",
)
OR_NOT = r"(?:ไหม|มั้ย|มั๊ย|หรือไม่|(?:หรือ|รึ)?(?:เปล่า|ป่าว)|(?:หรือ|รึ)ยัง|ปะ|ป่ะ)"  # ends a question of yes or no
# What things are counted in, what plans number, and so many of them: "4 ข้อ", but not "ข้อที่ 4".
CLASSIFIERS = frozenset("ข้อ อย่าง แบบ ประการ แห่ง ที่ ตัว อัน ชนิด ประเภท ลักษณะ เปอร์ เปอร์เซ็น เปอร์เซ็นต์ เปอ เซ็น ร้อยละ".split())  # noqa: SIM905
ITEMS = f"{ITEMS_OF_PLANS}|ด้าน|ประเด็น|เรื่อง"
SO_MANY = re.compile(rf"(?<![\d.,/])(?<!ที่)(?<!ที่ )(\d{{1,2}})\s*(?:{'|'.join(sorted(CLASSIFIERS - {'ที่'}))}|{ITEMS})")
_LAST = re.compile(rf"({ITEMS}|ข้อ|ลำดับ|ประการ|รายการ)\s*(?:(?:ข้อ|ลำดับ|อัน)?\s*(?:ที่)?\s*(?:สุดท้าย|ท้ายสุด))")
_LISTED = re.compile(rf"(?<!แต่ละ)(?:{ITEMS_OF_PLANS})(?!\s*(?:ที่\s*)\d)")
# Where "คืออะไร" asks for a list and not for a definition: of so many of a thing ("เป้าหมาย 4 ข้อคืออะไร"), and of what
# a plan has several of ("วัตถุประสงค์ของแผนคืออะไร"), but not of one by its number ("เป้าหมายที่ 4 คืออะไร").
_ALL_OF_THEM = _any(
    rf"{SO_MANY.pattern}[^\d?]{{0,40}}?(?:คือ|มี)\s*(?:อะไร|ไร)",
    rf"(?:^|\s)(?:{ITEMS})(?:หลัก|สำคัญ)?\s*(?:(?:ของ|ตาม|ใน)[^\d]{{0,12}}(?:แผน|ร่าง|ฉบับ)\S{{0,40}})?\s*คือ\s*(?:อะไร|ไร)",
)
_COUNT = _any(
    r"(?<!เ)กี่(?!\s*(?:บาท|ล้าน|เปอร์|%|ร้อยละ|โมง|ทุ่ม))",  # กี่บาท and กี่โมง want an amount and a time
    rf"จำนวน.{{0,20}}{_HOW_MUCH}",
    r"how many|มีจำนวน",
)
_MONEY = _any(
    rf"(?:งบ|บาท|เงิน|ราคา|มูลค่า|ค่าใช้จ่าย|ค่าปรับ|โทษปรับ|เงินเดือน|budget).*{_HOW_MUCH}",
    rf"{_HOW_MUCH}\s*(?:ล้าน)?บาท|(?<!เ)กี่\s*ล้าน(?=\s|$)",
    r"^(?:ขอ)?งบ(?:ประมาณ)?(?:รวม)?\S{0,12}$",  # "งบรวม" alone is a question in a chat
    r"how much|budget",
)
_PERCENT = _any(
    rf"(?:ร้อยละ|เปอร์เซ็น[ต์]*|percent|%).*{_HOW_MUCH}",
    r"(?<!เ)กี่\s*(?:เปอร์|%|ร้อยละ)",
    r"สัดส่วน|คิดเป็นเท่า",
)
_JUST_PERCENT = re.compile(r"^(?!.*(?:บาท|ล้าน|เท่า)).*(?<!เ)กี่\s*(?:เปอร์|%|ร้อยละ)")  # "เงินมาจากไหน กี่ %"
_RANK = _any(r"อันดับ|[ก-๙]ที่\s*เท่า(?:ไร|ไหร่|ใด)|ที่เท่าไ(?:ร|หร่)\s*ของ|\brank")
_DATE = _any(
    r"เมื่อ\s*(?:ไร|ไหร่|ใด|ไ)",
    r"วัน(?:ที่)?\s*(?:ไหน|ใด|เท่า|อะไร)",
    r"(?:ปี|พ\.?ศ\.?|เดือน)\s*(?:ไหน|ใด|อะไร|เท่า)",
    r"ตอนไหน|ช่วงไหน|วันที่จัด|จัดวัน",
    r"\bwhen\b|what (?:date|year)",
)
_TIME = _any(r"(?<!เ)กี่\s*(?:โมง|ทุ่ม|นาฬิกา)|เวลา\s*(?:ไหน|ใด|กี่)")
_OFFICES = "ประธาน|ผู้อำนวยการ|ผู้ว่าการ|ผู้ว่าราชการ|นายอำเภอ|อธิการบดี|รัฐมนตรี|เลขาธิการ|เลขานุการ|โฆษก|อธิบดี|ปลัด|หัวหน้า|นายก|ผู้ช่วย"
_PERSON = _any(r"ใคร|ไคร|ผู้ใด|คนไหน|ท่านใด|ท่านไหน|\bwho\b", rf"(?:{_OFFICES}).*ชื่อ\s*(?:อะไร|ไร)")
_AGENCY = _any(
    r"(?:หน่วยงาน|กระทรวง|กรม|องค์กร|บริษัท|สำนัก|คณะกรรมการ)\s*(?:ไหน|ใด|อะไร)", r"which (?:agency|ministry|company)"
)
_SECTION = _any(r"มาตรา\s*(?:ไหน|ใด|อะไร|ที่\s*เท่า|เท่า)", r"which section")
_PLACE = _any(
    r"ที่\s*ไหน|ที่ใด|ตรงไหน(?!ของ)|แถวไหน|\bwhere\b",
    r"โรงแรม\s*(?:อะไร|ไหน|ใด|ไร)",
    r"สถานที่(?!.*เท่า)",  # สถานที่…เท่าไร asks how many places
)
_CONTACT = _any(r"เบอร์|โทร(?!คมนาคม)|อีเมล|e-?mail|ที่อยู่|ติดต่อ|เว็บไซต์(?:อะไร|ไหน)")
_DEFINITION = _any(
    r"คือ\S{0,14}?(?:อะไร|ไร|ใคร|ไหน)|คืออัลไล",
    r"หมาย(?:ถึง|ความ)|ย่อมาจาก|ชื่อเต็ม|เต็มๆ|ตัวย่อ|แปลว่า|ชื่ออังกฤษ|ภาษาอังกฤษ|what is",
)
_REASON = _any(r"ทำไม|เพราะ(?:อะไร|เหตุใด)|เหตุใด|เหตุผล|\bwhy\b")
_COMPARISON = _any(
    r"ต่างกัน|แตกต่าง|ต่างจาก|ต่างยังไง|กับ.*ต่าง|เทียบ",
    r"เปลี่ยน(?:ไป|จาก|แปลงอะไร)|เพิ่มขึ้นจาก",
    r"difference|compare|\bvs\b",
)
_YES_NO = _any(  # at the end only, before what is merely polite
    r"(?:ไหม|มั้ย|มั๊ย|หรือไม่|หรือเปล่า|หรือยัง|รึเปล่า|ปะ|ป่าว|ใช่มั้ย|ใช่ไหม)\s*\W*(?:ครับ|คับ|ค่ะ|คะ)?\W*$",
    r"จริง(?:ไหม|หรือ|มั้ย)|(?:ใช่|จริง|ถูก)\s*(?:มะ|ป่ะ|ปะ|เปล่า|หรอ|เหรอ|ต้องไหม)|(?:หรอ|เหรอ|ป่ะ)\W*$",
)
_CONFIRM = re.compile(
    r"(?:ใช่|จริง|ถูก(?:ต้อง)?)\s*(?:ไหม|มั้ย|มั๊ย|มะ|หรือไม่|หรือเปล่า|รึเปล่า|เปล่า|ปะ|ป่ะ|ป่าว|หรอ|เหรอ|หรือ)|(?:หรือเปล่า|รึเปล่า|หรอ|เหรอ)\W*$"
)
_TAG = re.compile(
    r"\s*(?:(?:ใช่|จริง|ถูก(?:ต้อง)?|เหมือนกัน|ด้วย|แล้ว|อยู่)\s*)*"
    r"(?:ไหม|มั้ย|มั๊ย|มะ|หรือไม่|หรือเปล่า|รึเปล่า|หรือยัง|เปล่า|ปะ|ป่ะ|ป่าว|หรอ|เหรอ|หรือ)\s*\W*$"
)
# "เท่าไร" of what is not said: any number; but not "มาตราเท่าไร" and the like.
_JUST_HOW_MUCH = re.compile(r"เท่า\s*(?:ไร|ไหร่|ใด)")
_MEASURED = frozenset(
    {Intent.COUNT, Intent.MONEY, Intent.PERCENT, Intent.RANK, Intent.DATE, Intent.SECTION, Intent.CONTACT, Intent.LIST}
)
_INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (Intent.LIST, _LIST),
    (Intent.COUNT, _COUNT),
    (Intent.MONEY, _MONEY),
    (Intent.PERCENT, _PERCENT),
    (Intent.RANK, _RANK),
    (Intent.DATE, _DATE),
    (Intent.TIME, _TIME),
    (Intent.PERSON, _PERSON),
    (Intent.AGENCY, _AGENCY),
    (Intent.SECTION, _SECTION),
    (Intent.PLACE, _PLACE),
    (Intent.CONTACT, _CONTACT),
    (Intent.DEFINITION, _DEFINITION),
    (Intent.REASON, _REASON),
    (Intent.COMPARISON, _COMPARISON),
    (Intent.YES_NO, _YES_NO),
)

_NAMED_NOUN = re.compile(r"(หน่วยงาน|โครงการ|กระทรวง|ประเทศ|มาตรการ|กลไก|ตัวชี้วัด|ดัชนี)\s*(?:ไหน|ใด|อะไร)")
_COUNTED_NOUN = re.compile(
    r"(?:(?<!เ)กี่(?!\s*(?:ร้อยละ|โมง|ทุ่ม|นาฬิกา))|how many )\s*(?:ล้าน|แสน|หมื่น|พัน|ร้อย)*([ก-๙]+|[a-z]+)"
)
_ANY_PLAN = re.compile(r"แผน(?!ก|งาน|ที่|ปฏิบัติการ|แม่บท|ระดับ|ปฏิรูป)|\bplan\b")
_CERTAIN_PLAN = re.compile(
    r"\d{2,4}\s*-\s*\d{2,4}|(?:ใหม่|เดิม|เก่า|ก่อน|ถัดไป|ต่อไป|ร่าง|ฉบับ|ครม|\d\s*ปี|ปี\s*\d|new|next|draft)"
)
_ROLE_AFTER = re.compile(r"(?:ใคร|ไคร)\s*(?:เป็น|นั่ง|คือ|ดำรงตำแหน่ง|ทำหน้าที่)(?!คน)\s*([ก-๙]+)")
_ROLE_NAMED = re.compile(rf"({_OFFICES}).*ชื่อ\s*(?:อะไร|ไร)")
_ROLE_BEFORE = re.compile(r"([ก-๙]+)\s*(?:คือ|เป็น|ชื่อ)\s*(?:ใคร|ไคร)")
_ORDINAL_NOUN = re.compile(r"([ก-๙]{3,})ที่\s*(?:เท่า\s*(?:ไหร่|ไร|ใด)|อะไร)")
_ABSENCE = _any(r"ไม่(?:ได้|มี|พบ|ปรากฏ|ระบุ|แจกแจง|บอก|ให้)")


# ---------------------------------------------------------------- what a question's words are worth

# What only makes it a question; taken out before its words are weighed. Longer forms stand before what they begin with.
_INTERROGATIVE = _any(
    r"(?:วัน(?:ที่)?|ปี|เดือน|เรื่อง|เว็บ)\s*(?:ไหน|ใด|อะไร|เท่า\s*(?:ไหร่|ไร|ใด))",  # the intent keeps what is asked for
    r"(?:มี)?(?:ที่|ตรง)?(?:อะไร|ใคร|ไหน|ใด|ไร|ยังไง|อย่างไร)\s*(?:กัน)?(?:มั่ง|บ้าง)",
    r"เกิด(?:เหตุ|เรื่อง)?(?:อะไร|ไร)?ขึ้น(?:กับ|บ้าง)?",
    r"อะไร|อัลไล|เท่า\s*(?:ไหร่|ไร่|ไร|ใด|หร่)|ทะไหร่",
    r"(?<!เ)กี่\s*(?:เปอร์เซ็นต์|เปอร์เซ็น|เปอร์เซน|เปอ|%|ร้อยละ|โมง|ทุ่ม|นาฬิกา)|(?<!เ)กี่",
    r"เมื่อ\s*(?:ไหร่|ไร|ใด)|ตอนไหน|ช่วงไหน|ที่ไหน|ที่ใด|ตรงไหน|ทำไม|เพราะอะไร|เหตุใด|อย่างไร|ยังไง|ไหน|ใคร|ไคร",
    r"(?:ใช่|จริง)?\s*(?:หรือเปล่า|รึเปล่า|หรือไม่|หรือยัง|ไหม|มั้ย|มั๊ย|ป่าว|ปะ|ป่ะ|หรอ|เหรอ)|จริงหรือ|กันแน่",
    r"ว่า(?:ไง|ยังไง|อย่างไร)(?:นะ|บ้าง)?|(?:คือ|ว่า|ชื่อ)ไร|คือ(?=อะไร|ใคร)|ล่ะ|หละ|เลย(?=$|\s|มี)|เต็ม\s?ๆ|จริง\s?ๆ|หน่อย|นะ|อะ(?=$|\s)|อ่ะ|น่ะ|ช่วยบอก|บอกที",
    r"ไล่(?:ให้|มา|เรียง)*(?:ดู|ฟัง)?|แจกแจง(?:ให้|มา)*(?:ดู|ฟัง)?|ขอ(?=ราย|ชื่อ|ตัว|ดู|ข้อมูล|ทราบ|งบ|เบอร์)|ๆ",
)
# How the names of bodies of the state and others begin.
BODIES = (
    r"คณะ|สำนัก|กรม(?!ธรรม)|กระทรวง|สพร|ครม|สภา|ธนาคาร|สถาบัน|เทศบาล|องค์การ|สมาคม|มูลนิธิ|สหกรณ์"
    r"|กอง(?!ทุน|กลาง|หิน|ทราย|ขยะ|ไฟ|หนุน)|กลุ่มงาน|การ(?:ประปา|ไฟฟ้า|รถไฟ|ท่าเรือ|ท่องเที่ยวแห่ง)|\bdga\b"
)
FURTHER_BODIES = "ศูนย์|บริษัท|มหาวิทยาลัย"  # which "ใคร" does not ask for
_PARTICLES = frozenset({"ปะ", "นะ", "ไหม", "ขอ"})  # which other words begin or end with
_POLITE = _any(
    r"(?:นะ)?(?:ครับ(?:ผม)?|คับ|คร้าบ|ค้าบ|ฮะ|ค่ะ|คะ|ค้ะ|จ้า|จ้ะ|จ๊ะ)(?![ก-ฮะ-ูเ-ไ็-๎])",  # not the คะ of คะแนน
    r"(?:^|(?<=\s))(?:สวัสดี|หวัดดี|รบกวน|ขอโทษ|เรียน)\S{0,8}\s+(?=\S)",  # an opening, only before a question
    r"(?:รบกวน|ช่วย|โปรด|กรุณา)?\s*(?:ขอ)?(?:สอบถาม|เรียนถาม|ถามหน่อย|อยากทราบ|อยากรู้)(?:หน่อย)?(?:ว่า)?",
)
_ASIDE = _any(
    r"(?:^|(?<=\s))(?:กำลัง|พอดี|เดี๋ยว)?(?:จะ|ต้อง)(?:เอา|นำ)?(?:ไป|มา)?"
    r"(?:ใส่|ทำ|ใช้|เขียน|ส่ง|ตอบ|แจ้ง|รายงาน|อ้าง|เสนอ|บรรยาย|พรีเซน|ประกอบ|พิมพ์|แปะ|ประชุม|สรุป)\S*(?:\s\S+)?$",
    r"(?:^|(?<=\s))(?:พอดี)?(?:หัวหน้า|ผอ\.?|นาย|เจ้านาย|พี่|เพื่อน|ผู้ใหญ่|ผู้บริหาร|น้อง)\S{0,12}(?:ถาม|อยากรู้|ให้หา|สั่ง)\S*",
    r"(?:^|(?<=\s))(?:ตอบ|ขอ|เอา|สรุป)?(?:แบบ)?(?:สั้น|ย่อ|ละเอียด|ด่วน|เร็ว|ครบ|เต็ม|คร่าว|ง่าย)\s?ๆ?(?:หน่อย|ที|เลย|มาก|พอ)*(?=\s|$)",
    r"(?:^|(?<=\s))(?:ช่วย)?ไล่มา\S*|(?:มา)?ให้(?:หมด|ครบ)(?:เลย|ที|หน่อย)?(?=\s|$)",
    r"(?:^|(?<=\s))(?:จำ(?:ไม่ได้|ไม่ค่อยได้)|ลืม(?:ไป)?(?:แล้ว)?|หาไม่เจอ|ไม่แน่ใจ|ไม่รู้เลย|สงสัย(?:มาก)?|งง(?:มาก|ๆ)?|เห็นบางที่\S*)(?=\s|$)",
)
# Words that say what kind of answer is wanted, which the intent does already, or that say little in any question.
INTENT_WORDS = frozenset(
    """
    ชื่อ เต็ม ย่อ ความหมาย หมาย ต่าง ต่างกัน แตกต่าง เทียบ เปรียบเทียบ จำนวน ตัวอย่าง รายชื่อ รายการ ลำดับ name true vs
    วัน วันที่ เดือน ปี ตอน ช่วง ตอนนั้น ตอนนี้ ปัจจุบัน ล่าสุด เพิ่ง เดิม ใหม่ ครั้ง
    ล้าน บาท เปอร์เซ็นต์ เปอร์ เซ็น ร้อยละ สัดส่วน เท่า แค่ มาก น้อย รวม อีก สุด ที่สุด ซัก สัก เฉพาะ
    สถานที่ แห่ง ประเทศ ไทย งาน ข่าว หน้า คน ราย คณะ ชุด ฉบับ ข้อ ประการ ลักษณะ ประเภท ชนิด เรื่องราว ส่วน วงเล็บ
    คำ คำว่า ตัวเลข เลข เอกสาร คราว ที่มา แล้วก็ เป็นเรื่อง ทั้งคู่ มีชื่อ เจ้า เป๊ะ รีบ ตามที่ คำตอบ ประจำปี ทุกปี งั้น บท ใต้ ภายใต้
    ข้อมูล รายละเอียด สรุป อธิบาย เล่า กล่าว ระบุ พูด เรียก ถือ ใช้ ทำ ตั้ง ยก เกิดขึ้น โดน ถูก ดีขึ้น ดี แย่ จริง
    """.split()  # noqa: SIM905 - read more easily than a hundred quoted words
)

# Not "สรุปแล้ว…", "สรุปข่าว…", "สรุปว่า…": there it is no request, or what was summed up by others.
_SUMMARY = _any(
    r"สรุป(?!แล้ว|ข่าว|มติ|ผล|ว่า)(?:ย่อ|เนื้อหา)?|ภาพรวม(?!\s*\d)|(?:สาระ|ใจความ|เนื้อหา)(?:สำคัญ|หลัก|โดยย่อ|คร่าว\s?ๆ)?",
    r"\b(?:summary|summari[sz]e|overview)\b",
)
_ABOUT = _any(r"(?:คือ|เป็น|เกี่ยวกับ|ว่าด้วย|พูดถึง|กล่าวถึง)\s*(?:เรื่อง)?\s*(?:อะไร|ไร(?!้))(?:\s*(?:บ้าง|มั่ง|กัน))?")
_BESIDE_SUMMARY = _any(
    r"(?:^|(?<=\s))(?:ของ|เรื่อง|เอกสาร|ขอ|ช่วย|อยาก(?:ได้|ทราบ|รู้)?|รบกวน)",
    r"(?:ให้|มา)?\s*(?:หน่อย|ฟัง|ที(?=\s|$))|ให้(?=\s|$)|คร่าว\s?ๆ|(?:แบบ)?(?:สั้น\s?ๆ|ย่อ\s?ๆ?)(?=\s|$)|(?:คือ|เป็น)(?:ยังไง|ไง|อย่างไร)(?:บ้าง)?",
)


# ---------------------------------------------------------------- messages that are no questions for the documents

_GREETING = _any(
    r"^(?:สวัสดี|หวัดดี|ดีจ้า|ดีครับ|ดีค่ะ|ฮัลโหล|อรุณสวัสดิ์)",
    r"^(?:hello|hi+|hey|good (?:morning|afternoon))\b",  # whole words: not history
)
_THANKS = _any(
    r"ขอบ\s*คุณ|ขอบใจ|\bthanks?\b|\bthx\b|แต๊ง",
    r"^(?:โอเค|รับทราบ|เข้าใจแล้ว|ดีมาก|เก่งมาก|เยี่ยม(?!ชม)|บาย(?!ศรี)|ลาก่อน|ไม่เป็นไร|55+|ฮ่า)",
    r"^(?:ok|okay|bye)\b",
)
# What may stand beside a greeting or thanks without making a question of it.
_SMALL_TALK = (
    "หวัดดี", "ดี", "ตอน", "เช้า", "บ่าย", "เย็น", "วันนี้", "สบายดี", "แอดมิน", "บอท", "ขอบใจ", "มาก", "มากๆ", "เลย", "จริง",
    "โอเค", "เก่ง", "เยี่ยม", "ok", "thanks", "thank", "hello", "hi", "hey", "bye",
)  # fmt: skip
# About the bot, named or not; แอปทางรัฐทำอะไรได้บ้าง is a question for the documents.
_BOT = r"(?:คุณ|เธอ|แก|บอท|ระบบ|แชต(?:บอท)?|ถามแผน|ที่นี่|you)(?:ตัว)?(?:นี้)?"
_ABILITIES = _any(
    rf"^(?:{_BOT})?\s*(?:สามารถ)?(?:ทำ|ช่วย|ตอบ|ถาม)(?:อะไร|เรื่องอะไร|ไร)(?:{_BOT})?(?:ได้|เป็น)(?:บ้าง|มั่ง)?\W*$",
    rf"^{_BOT}\s*(?:คือ|เป็น|ชื่อ)\s*(?:ใคร|อะไร|ไร)",
    rf"^(?:วิธี|ต้อง|จะ)?(?:ใช้งาน|ใช้|ถาม)(?:{_BOT})?\s*(?:ยังไง|อย่างไร)\W*$",
    r"who are you|what can you do|^(?:help|ช่วยด้วย|วิธีใช้)\W*$",
)
# Asked for a view or for work. Only where the documents have no sure answer does it decide how the refusal is worded.
_OPINION = _any(
    r"(?:คุณ|บอท|เธอ|แอดมิน)\s*(?:คิด|เห็น|รู้สึก|ชอบ|เชื่อ|ว่า(?!ด้วย|การ))",
    r"คิด(?:ว่า|เห็น)(?:อย่างไร|ยังไง|ไง)?.*(?:ดี(?:ไหม|มั้ย|หรือไม่)|อย่างไร|ยังไง|ไหม|มั้ย)",
    r"ควร(?:จะ)?(?:เลือก|จ้าง|ลงทุน|ฟ้อง|ลาออก|ซื้อ|ขาย|ทำ(?:อย่างไร|ยังไง|ไง)|ใช้.*(?:ไหม|มั้ย|ดี))",
    r"ดี(?:กว่ากัน|ที่สุดไหม|จริง(?:ไหม|มั้ย|หรือ))",
    r"(?:คุ้มค่า|น่าเชื่อถือ|ล้มเหลว|ผิดกฎหมาย)(?:ไหม|มั้ย|หรือไม่)",
    r"(?:เก่ง|ดี|แย่|สวย|น่าสนใจ|น่าเชื่อ|โกง)\S{0,6}(?:กว่ากัน|ที่สุด|สุด)",
    r"ทำนาย|พยากรณ์|คาดเดา|เดาว่า|จะเป็น(?:อย่างไร|ยังไง)(?:ในอนาคต|ต่อไป)|ในอนาคต.*จะ|ปีหน้า.*จะ",
    r"แนะนำ(?:หุ้น|ร้าน|หนัง|ที่เที่ยว|ทนาย|ให้หน่อย)|ให้คำ(?:แนะนำ|ปรึกษา)|ฟ้องร้อง|ฟ้อง(?:ได้|ใคร|ศาล)",
    r"ช่วยเขียน|แต่ง(?:กลอน|เพลง|นิทาน|เรื่อง)|เขียน(?:โค้ด|โปรแกรม|กลอน|จดหมาย|เรียงความ|บทความ)",
    r"พรรคไหน|เลือกตั้ง|นายก(?:รัฐมนตรี)?คนไหนดี",
)
# Orders to the bot. None is ever carried out, listed or not; these only get a sentence of their own.
_INSTRUCTION = _any(
    # forget, ignore or skip what it was told; ยกเลิกคำสั่ง alone is also what a government does
    r"(?:ลืม|ละเว้น|เพิกเฉย|ไม่ต้องสนใจ|อย่าสนใจ|เมิน|ข้าม|ยกเลิก)\s*(?:ต่อ|ทุก)?\s*"
    r"(?:คำสั่ง|กฎ|ข้อกำหนด|คำแนะนำ|สิ่งที่|ข้อจำกัด)(?:ที่|ก่อน|เดิม|ทั้ง|ข้าง|ด้าน|ทุก|ของ(?:คุณ|ระบบ)|\s|$)",
    r"(?:ignore|disregard|forget|bypass|override)\b.{0,40}\b(?:instruction|prompt|rule|previous|above|guideline)",
    # show its prompt or secrets
    r"system\s*prompt|คำสั่งระบบ(?:ของ|ทั้ง|ที่)|พรอมต์|พร้อมท์|\bprompt\b.{0,12}(?:ของ|your|คุณ)",
    r"(?:พิมพ์|แสดง|เปิดเผย|บอก|print|show|reveal|repeat).{0,25}"
    r"(?:prompt|คำสั่ง(?:ลับ|ของคุณ|ภายใน|เริ่มต้น|ที่ได้รับ)|instructions?|api.?key|token|โทเคน|รหัสผ่าน|password)",
    # be somebody else
    r"(?:คุณ|เธอ|บอท)\s*(?:คือ|เป็น)\s*(?:dan|แฮกเกอร์|นักเขียน|ทนาย|หมอ|โจร)",
    r"(?:จง|ให้)?(?:สวมบทบาท|แสดงบทบาท|รับบท|ทำตัว)เป็น|act as|pretend|you are now",
    r"ทำตาม(?:นี้|ข้อความ|คำสั่งนี้|ด้านล่าง)|(?:แปล|อ่าน)(?:ข้อความ)?\S{0,12}แล้วทำตาม|ข้อความ(?:ที่)?ซ่อน",
    r"ต่อไปนี้ให้(?:ตอบ|พูด)|ทุกครั้งที่(?:ตอบ|ถาม)|(?:ลงท้าย|ปิดท้าย|ขึ้นต้น)ด้วย(?:คำ|ข้อความ|รหัส)",
    r"jailbreak|developer mode|โหมด(?:นักพัฒนา|ผู้ดูแล|แอดมิน)",
    # run this, say exactly that, decode this
    r"(?:drop|delete|select)\s+(?:table|from|\*)|<script|\brm -rf\b",
    r"(?:ตอบ|พูด|พิมพ์)(?:แค่|เพียง|กลับ|เฉพาะ|ตาม)?.{0,6}คำว่า|(?:say|reply|answer|respond) (?:only|with|exactly)",
    r"base64|ถอดรหัส(?:ข้อความ|นี้)",
)


@lru_cache(maxsize=1)
def _small_talk_words() -> frozenset[str]:
    """The words of `_SMALL_TALK` as the word cutter leaves them: it makes two of "บอท" and "หวัดดี"."""
    return frozenset(word for form in _SMALL_TALK for word in thai.words(form))


# ---------------------------------------------------------------- messages that lean on an earlier one, or hold two

# First words that lean on what came before. Words, not letters: ส่วน leans, ส่วนราชการ does not.
_LEANING = frozenset("แล้ว แล้วก็ ละ ล่ะ และ ส่วน กับ มัน เขา ท่าน เธอ and it they he she".split())  # noqa: SIM905 - as above
_FOLLOW_UP = _any(
    r"^(?:what|how) about\b",
    r"(?:ล่ะ|หละ|ละ)(?:ครับ|คับ|คะ|ค่ะ)?\W*$",
    r"(?:อัน|ข้อ|ด้าน|ตัว|คน|ฉบับ|ยุทธศาสตร์|เรื่อง|งาน|ที่|ปี|โครงการ|หน่วยงาน|แผน|กฎหมาย|มาตรา|เป้าหมาย|ระบบ|บริการ)"
    r"(?:นั้น|ดังกล่าว|ที่ว่า(?!ด้วย)|ถัดไป|ต่อไป|แรก|สุดท้าย)",
    r"^(?:อันไหน|ข้อไหน|อันนี้|ข้อนี้|ตรงนี้)",
    r"(?:ของ|ให้|กับ|โดย)(?:มัน|เขา|ท่าน)(?:\s|$|มี|คือ|เป็น)",
    r"^(?:ขอ|มี|เอา)?(?:รายละเอียด|ตัวอย่าง|ข้อมูล)(?:เพิ่ม(?:เติม)?|มากกว่านี้|หน่อย|อีก)",
)
_CORRECTION = re.compile(
    r"^(?:(?:ไม่ใช่|เปล่า|ไม่\s?ๆ|ผิด(?:แล้ว|ปี|อัน|ข้อ)?|โทษที|ขอโทษ|อ๋อ|เอ้ย|เฮ้ย)(?:สิ|ๆ|นะ|ค่ะ|คะ|ครับ|คับ|จ้า)*[\s,]+)"
    r"(?:(?:หมายถึง|จะถาม|ถามถึง|ถาม|อยากรู้|อยากได้|เอา|ขอ)(?:ว่า)?\s*)?"
    r"|^(?:ไม่ใช่|เปล่า)?\s*(?:เรา|ผม|หนู|ดิฉัน|ฉัน|พี่)?\s*(?:หมายถึง|ที่ถามคือ)\s*(?=ปี|แผน|ฉบับ|ของ|ยุทธ|ข้อ|ด้าน|อัน|ตัว|มาตรา|พ\.?ร\.?บ|เดือน|วัน)"
)
_REQUEST = re.compile(r"^(?:แล้ว)?\s*(?:ขอ|บอก|อยากได้|อยากรู้|อยากทราบ)")
_QUESTION_WORD = _any(
    r"อะไร|เท่า\s?(?:ไหร่|ไร|ใด)|(?<!เ)กี่|เมื่อ\s?(?:ไหร่|ไร|ใด)|ที่ไหน|ใคร|ทำไม|อย่างไร|ยังไง|ไหน|ไหม|มั้ย|หรือไม่|หรือเปล่า",
    r"who|what|when|how",
)
