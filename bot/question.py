"""What is asked: a message as typed becomes a `Question` that can be searched and answered.

Nothing the person did not say is added: names are completed from the glossary, years are written in full, and a
follow-up takes words over from the person's own earlier question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.answer import Turn
from corpus import thai
from corpus.glossary import Glossary, equal_names
from corpus.index import Vocabulary

SPELLING = 0.74  # likeness, 0 to 1, from which a fragment is read as a word of the corpus
SPELLING_OF_WORDS = 0.88  # the same where the pieces are words themselves, only not the corpus's
MAX_LENGTH = 1_000  # characters; longer messages are not questions


class Intent(StrEnum):
    """What kind of thing would answer."""

    LIST = "list"
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    RANK = "rank"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    CONTACT = "contact"
    DEFINITION = "definition"
    REASON = "reason"
    COMPARISON = "comparison"
    YES_NO = "yes_no"


class Refusal(StrEnum):
    """Why a message is not answered from the documents, known before any search."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_WORDS = "no_words"
    NOT_THAI = "not_thai"
    GREETING = "greeting"
    THANKS = "thanks"
    ABILITIES = "abilities"
    OPINION = "opinion"
    INSTRUCTION = "instruction"


@dataclass(frozen=True)
class Facet:
    """One thing that a question is about: a word, or a name with its equal names, as sequences of words.

    `phrases` are squeezed texts (`thai.squeeze`) one of which must stand as it is: a date, "ยุทธศาสตร์ที่ 4", "มาตรา 12 (4)", a
    range of years. `anchor` marks what the answer must be about, or it is an answer to another question: names,
    numbers and phrases. `partly` are words that are half of it where no phrase stands. `worth` scales its weight. `context` marks what a follow-up took over from the earlier question.
    """

    alternatives: tuple[tuple[str, ...], ...]
    phrases: tuple[str, ...] = ()
    anchor: bool = False
    context: bool = False
    worth: float = 1.0
    partly: tuple[str, ...] = ()
    is_name: bool = False

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
        first = self.alternatives[0]
        return first[0] if len(first) == 1 else " ".join(first)


@dataclass(frozen=True)
class Question:
    """A question understood. `text` stands alone; `original` is what was typed.

    `read_as` is how a mistyped question was read. `counted` is what "กี่" counts,
    `ordinal` what "ที่เท่าไร" puts in order.
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
    ordinal: str = ""


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(forms))


_HOW_MUCH = r"(?:เท่า\s*(?:ไร|ไหร่|ไร่|ใด|หร่|รั่ย)|(?<!เ)กี่|how\s*(?:much|many)|ทะไหร่|เท่าไ)"
_INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (Intent.LIST, _any(r"(?:อะไร|ใคร|ไหน|ใด|ไร|ยังไง|อย่างไร|เท่าไร|เท่าไหร่|ที่ใด)\s*(?:กัน)?\s*(?:มั่ง|บ้าง|บาง(?!ส))", r"รายชื่อ|รายการ(?=.*(?:ทั้งหมด|อะไร))", r"\blist\b|which .*s\b|what are", r"มีอะไร(?!.*ไหม)", r"ขอ.*\d\s*(?:ข้อ|ด้าน|อย่าง|เรื่อง|ตัว|โครงการ|ประการ|แบบ)", r"ขอทั้งหมด|ทั้ง\s*\d|ทั้งหมดมี|ทุก(?:โครงการ|ข้อ|ด้าน|ยุทธศาสตร์|หน่วยงาน|ประเด็น|เป้าหมาย|ตัวชี้วัด)", r"ประกอบ(?:ไป)?ด้วย|ได้แก่|ตัวอย่าง|รายชื่อ|แต่ละ")),
    (Intent.COUNT, _any(r"(?<!เ)กี่(?!\s*(?:บาท|ล้าน|เปอร์|%|โมง|ทุ่ม))", rf"จำนวน.{{0,20}}{_HOW_MUCH}", r"how many", r"มีจำนวน")),
    (Intent.MONEY, _any(rf"(?:งบ|บาท|เงิน|ราคา|มูลค่า|ค่าใช้จ่าย|budget).*{_HOW_MUCH}", rf"{_HOW_MUCH}\s*(?:ล้าน)?บาท", r"how much", r"^(?:ขอ)?งบ(?:ประมาณ)?(?:รวม)?\S{0,12}$", r"budget")),
    (Intent.PERCENT, _any(r"(?:ร้อยละ|เปอร์เซ็น[ต์]*|percent|%).*" + _HOW_MUCH, r"(?<!เ)กี่\s*(?:เปอร์|%)", r"สัดส่วน", r"คิดเป็นเท่า")),
    (Intent.RANK, _any(r"อันดับ|[ก-๙]ที่\s*เท่า(?:ไร|ไหร่|ใด)|ที่เท่าไ(?:ร|หร่)\s*ของ|\brank")),
    (Intent.DATE, _any(r"เมื่อ\s*(?:ไร|ไหร่|ใด|ไ)", r"วัน(?:ที่)?\s*(?:ไหน|ใด|เท่า|อะไร)", r"(?:ปี|พ\.?ศ\.?|เดือน)\s*(?:ไหน|ใด|อะไร|เท่า)", r"ตอนไหน|ช่วงไหน", r"\bwhen\b|what (?:date|year)", r"วันที่จัด|จัดวัน")),
    (Intent.PERSON, _any(r"ใคร|ผู้ใด|คนไหน|ท่านใด|ท่านไหน|\bwho\b|ไคร")),
    (Intent.PLACE, _any(r"ที่\s*ไหน|ที่ใด|โรงแรม\s*(?:อะไร|ไหน|ใด|ไร)|สถานที่(?!.*เท่า)|\bwhere\b|ตรงไหน|แถวไหน")),
    (Intent.CONTACT, _any(r"เบอร์|โทร(?!คมนาคม)|อีเมล|e-?mail|ที่อยู่|ติดต่อ|เว็บไซต์(?:อะไร|ไหน)")),
    (Intent.DEFINITION, _any(r"คือ\S{0,14}?(?:อะไร|ไร|ใคร|ไหน)|หมาย(?:ถึง|ความ)|ย่อมาจาก|ชื่อเต็ม|ตัวย่อ|แปลว่า|what is|คืออัลไล|เต็มๆ|ชื่ออังกฤษ|ภาษาอังกฤษ")),
    (Intent.REASON, _any(r"ทำไม|เพราะ(?:อะไร|เหตุใด)|เหตุใด|เหตุผล|\bwhy\b")),
    (Intent.COMPARISON, _any(r"ต่างกัน|แตกต่าง|ต่างจาก|ต่างยังไง|เทียบ|เปลี่ยน(?:ไป|จาก|แปลงอะไร)|เพิ่มขึ้นจาก|difference|compare|\bvs\b|กับ.*ต่าง")),
    (Intent.YES_NO, _any(r"(?:ไหม|มั้ย|มั๊ย|หรือไม่|หรือเปล่า|หรือยัง|รึเปล่า|ปะ|ป่าว|ใช่มั้ย|ใช่ไหม)\s*\W*(?:ครับ|คับ|ค่ะ|คะ)?\W*$", r"จริง(?:ไหม|หรือ|มั้ย)")),
)  # fmt: skip

_POLITE = re.compile(
    r"(?:นะ)?(?:ครับ(?:ผม)?|คับ|คร้าบ|ค้าบ|ฮะ|ค่ะ|คะ|ค้ะ|จ้า|จ้ะ|จ๊ะ)(?![ก-ฮะ-ูเ-ไ็-๎])"
    r"|(?:^|(?<=\s))(?:สวัสดี|หวัดดี|รบกวน|ขอโทษ|เรียน)\S{0,8}\s+(?=\S)"
    r"|(?:ช่วย|โปรด|กรุณา)?\s*(?:ขอ)?(?:สอบถาม|เรียนถาม|ถามหน่อย(?:ว่า)?|อยากทราบว่า|อยากทราบ|อยากรู้ว่า|อยากรู้)"
)
_GREETING = _any(r"^(?:สวัสดี|หวัดดี|ดีจ้า|ดีครับ|ดีค่ะ|ฮัลโหล|hello|hi|hey|good (?:morning|afternoon)|อรุณสวัสดิ์)")
_THANKS = _any(
    r"ขอบ\s*คุณ|ขอบใจ|thank|thx|แต๊ง|^(?:โอเค|ok|okay|รับทราบ|เข้าใจแล้ว|ดีมาก|เก่งมาก|เยี่ยม|บาย|bye|ลาก่อน|ไม่เป็นไร|55+|ฮ่า)"
)
_ABILITIES = _any(
    r"(?:คุณ|บอท|เธอ|แก|ระบบนี้|ถามแผน|you|ที่นี่)?\s*(?:ทำ|ช่วย|ตอบ|ถาม)(?:อะไร|เรื่องอะไร|ไร)(?:คุณ|เธอ|บอท)?(?:ได้|เป็น)(?:บ้าง|มั่ง)?\W*$",
    r"(?:คุณ|บอท|เธอ|แก)\s*(?:คือ|เป็น|ชื่อ)\s*(?:ใคร|อะไร|ไร)",
    r"(?:ใช้งาน|ใช้|ถาม)(?:บอท|ระบบ)?(?:นี้)?\s*(?:ยังไง|อย่างไร)\W*$",
    r"who are you|what can you do|^(?:help|ช่วยด้วย|วิธีใช้)\W*$",
)
_OPINION = _any(
    r"(?:คุณ|บอท|เธอ|แอดมิน)\s*(?:คิด|เห็น|รู้สึก|ชอบ|เชื่อ)",
    r"คิด(?:ว่า|เห็น)(?:อย่างไร|ยังไง|ไง)?.*(?:ดี(?:ไหม|มั้ย|หรือไม่)|อย่างไร|ยังไง|ไหม|มั้ย)",
    r"ควร(?:จะ)?(?:เลือก|ลงทุน|ฟ้อง|ลาออก|ซื้อ|ขาย|ทำ(?:อย่างไร|ยังไง|ไง)|ใช้.*(?:ไหม|มั้ย|ดี))",
    r"ดี(?:กว่ากัน|ที่สุดไหม|จริง(?:ไหม|มั้ย|หรือ))|คุ้มค่า(?:ไหม|มั้ย|หรือไม่)|น่าเชื่อถือ(?:ไหม|มั้ย|หรือไม่)|ล้มเหลว(?:ไหม|มั้ย|หรือไม่)",
    r"ทำนาย|พยากรณ์|คาดเดา|เดาว่า|จะเป็น(?:อย่างไร|ยังไง)(?:ในอนาคต|ต่อไป)|ในอนาคต.*จะ|ปีหน้า.*จะ",
    r"แนะนำ(?:หุ้น|ร้าน|หนัง|ที่เที่ยว|ทนาย|ให้หน่อย)|ให้คำ(?:แนะนำ|ปรึกษา)|ช่วยเขียน|แต่ง(?:กลอน|เพลง|นิทาน|เรื่อง)|เขียน(?:โค้ด|โปรแกรม|กลอน|จดหมาย|เรียงความ|บทความ)",
    r"ผิดกฎหมาย(?:ไหม|มั้ย|หรือไม่)|ฟ้องร้อง|ฟ้อง(?:ได้|ใคร|ศาล)",
    r"(?:เก่ง|ดี|แย่|สวย|น่าสนใจ|น่าเชื่อ|โกง)\S{0,6}(?:กว่ากัน|ที่สุด|สุด)",
    r"พรรคไหน|เลือกตั้ง|นายก(?:รัฐมนตรี)?คนไหนดี",
)
_INSTRUCTION = _any(
    r"(?:ลืม|ละเว้น|เพิกเฉย|ไม่ต้องสนใจ|อย่าสนใจ|เมิน|ข้าม|ยกเลิก)\s*(?:ต่อ|ทุก)?\s*(?:คำสั่ง|กฎ|ข้อกำหนด|คำแนะนำ|สิ่งที่|ข้อจำกัด)(?:ที่|ก่อน|เดิม|ทั้ง|ข้าง|ด้าน|ทุก|ของ(?:คุณ|ระบบ)|\s|$)",
    r"(?:ignore|disregard|forget|bypass|override)\b.{0,40}\b(?:instruction|prompt|rule|previous|above|guideline)",
    r"system\s*prompt|คำสั่งระบบ(?:ของ|ทั้ง|ที่)|พรอมต์|พร้อมท์|\bprompt\b.{0,12}(?:ของ|your|คุณ)|(?:พิมพ์|แสดง|เปิดเผย|บอก|print|show|reveal|repeat).{0,25}(?:prompt|คำสั่ง(?:ลับ|ของคุณ|ภายใน|เริ่มต้น|ที่ได้รับ)|instructions?|api.?key|token|โทเคน|รหัสผ่าน|password)",
    r"(?:คุณ|เธอ|บอท)\s*(?:คือ|เป็น)\s*(?:dan|แฮกเกอร์|นักเขียน|ทนาย|หมอ|โจร)|(?:จง|ให้)?(?:สวมบทบาท|แสดงบทบาท|รับบท|ทำตัว)เป็น|act as|pretend|jailbreak|developer mode|โหมด(?:นักพัฒนา|ผู้ดูแล|แอดมิน)|you are now",
    r"(?:drop|delete|select)\s+(?:table|from|\*)|<script|\brm -rf\b",
    r"(?:ตอบ|พูด|พิมพ์)(?:แค่|เพียง|กลับ|เฉพาะ|ตาม)?.{0,6}คำว่า|(?:say|reply|answer|respond) (?:only|with|exactly)",
    r"base64|ถอดรหัส(?:ข้อความ|นี้)",
)
# What only makes it a question; taken out before its words are weighed.
_INTERROGATIVE = re.compile(
    r"(?:วัน(?:ที่)?|ปี|เดือน|เรื่อง|เว็บ)\s*(?:ไหน|ใด|อะไร|เท่า\s*(?:ไหร่|ไร|ใด))|(?:มี)?(?:อะไร|ใคร|ไหน|ใด|ไร|ยังไง|อย่างไร)\s*(?:กัน)?(?:มั่ง|บ้าง)|อะไร|อัลไล|เท่า\s*(?:ไหร่|ไร่|ไร|ใด|หร่)|ทะไหร่|(?<!เ)กี่\s*(?:เปอร์เซ็นต์|เปอร์เซ็น|เปอร์เซน|เปอ|%)|(?<!เ)กี่"
    r"|เมื่อ\s*(?:ไหร่|ไร|ใด)|ตอนไหน|ช่วงไหน|ที่ไหน|ที่ใด|ตรงไหน|ทำไม|เพราะอะไร|เหตุใด|อย่างไร|ยังไง|ไหน|ใคร|ไคร"
    r"|(?:ใช่|จริง)?\s*(?:หรือเปล่า|รึเปล่า|หรือไม่|หรือยัง|ไหม|มั้ย|มั๊ย|ป่าว|ปะ|ป่ะ|หรอ|เหรอ)|จริงหรือ|กันแน่"
    r"|(?:คือ|ว่า|ชื่อ)ไร|คือ(?=อะไร|ใคร)|ล่ะ|หละ|เลย(?=$|\s|มี)|เต็ม\s?ๆ|จริง\s?ๆ|หน่อย|นะ|อะ(?=$|\s)|อ่ะ|น่ะ|ช่วยบอก|บอกที|ขอ(?=ราย|ชื่อ|ตัว|ดู|ข้อมูล|ทราบ|งบ|เบอร์)|ๆ"
)
_SHORT_MONTH = re.compile(
    "("
    + "|".join(f"{month[:-2]}(?!{month[-2:]})" for month in thai.MONTHS if month.endswith(("คม", "ยน")))
    + r"|กุมภา(?!พันธ์))(?=\s*(?:ปี|พ\.?ศ\.?)?\s*\d{2,4})"
)
_LETTER_FOR_WORD = (
    (re.compile(r"(?<![ก-๙.])ม\.?\s*(?=\d)"), "มาตรา "),
    (re.compile(r"(?<![ก-๙.])ก[. ]\s?(?=[ก-ฮเแโใไ][ก-๙]{3})"), "กระทรวง"),
)
_NUMBERED = re.compile(
    r"(ยุทธศาสตร์|ด้าน|ข้อ|มาตรา|เป้าหมาย|ความท้าทาย|วัตถุประสงค์|ครั้ง|ประเด็น|โครงการ|แผนงาน|มาตรการ|กลไก|ระดับ|หมวด|วรรค|ลำดับ|ตัวชี้วัด|ชั้น)"
    r"\s*(?:ที่\s*)?(\d+(?:/\d+)?)\s*(\(\s*\d+\s*\))?(?!\d|\.\d|\s*(?:ล้าน|บาท|โครงการ|คน|ด้าน|แห่ง|ปี|ข้อ|หน่วย))"
)
_DATE = re.compile(rf"(?:(\d{{1,2}})\s*)?({'|'.join(thai.MONTHS)})\s*(?:พ\.?ศ\.?\s*)?(\d{{4}})?")
_QUESTION_WORD = re.compile(
    r"อะไร|เท่า\s?(?:ไหร่|ไร|ใด)|(?<!เ)กี่|เมื่อ\s?(?:ไหร่|ไร|ใด)|ที่ไหน|ใคร|ทำไม|อย่างไร|ยังไง|ไหน|ไหม|มั้ย|หรือไม่|หรือเปล่า|who|what|when|how"
)
_GAP = re.compile(r"\s*[,;?]\s*|\s+(?:แล้ว(?:ก็)?|และ|and)?\s*")
_RANGE = re.compile(r"(?<!\d)(\d{4})\s*-\s*(\d{4})(?!\d)")
_YEAR = re.compile(r"(?:25|19|20)\d\d")
_POSSESSIVE = re.compile(r"(?<=[a-zA-Z])['’]s\b")
_COUNTED_THING = re.compile(
    r"(?<![\d.])(\d{1,3})\s*(ด้าน|ยุทธศาสตร์|ความท้าทาย|เป้าหมาย|วัตถุประสงค์|โครงการ|มาตรการ|แผนงาน|ประเด็น|กลไก|ตัวชี้วัด|บริการ|หน่วยงาน)"
)
_COUNTED_NOUN = re.compile(r"(?:(?<!เ)กี่|how many )\s*(?:ล้าน|แสน|หมื่น|พัน|ร้อย)*\s*([ก-๙]+|[a-z]+)")
_ORDINAL_NOUN = re.compile(r"([ก-๙]{3,})ที่\s*(?:เท่า\s*(?:ไหร่|ไร|ใด)|อะไร)")
_ABSENCE = _any(r"ไม่(?:ได้|มี|พบ|ปรากฏ|ระบุ|แจกแจง|บอก|ให้)")

_FOLLOW_UP = _any(
    r"^(?:แล้ว|เเล้ว|ละ|ล่ะ|และ|ส่วน|กับ|and|what about|how about)(?!เสร็จ)",
    r"(?:ล่ะ|หละ|ละ)(?:ครับ|คับ|คะ|ค่ะ)?\W*$",
    r"(?:อัน|ข้อ|ด้าน|ตัว|คน|ฉบับ|ยุทธศาสตร์|เรื่อง|งาน|ที่|ปี|โครงการ|หน่วยงาน|แผน|กฎหมาย|มาตรา|เป้าหมาย|ระบบ|บริการ)(?:นั้น|ดังกล่าว|ที่ว่า|ถัดไป|ต่อไป|แรก|สุดท้าย)",
    r"^(?:มัน|เขา|ท่าน|เธอ|อันไหน|ข้อไหน|อันนี้|ข้อนี้|ตรงนี้|it|they|he)",
    r"(?:ของ|ให้|กับ|โดย)(?:มัน|เขา|ท่าน)(?:\s|$|มี|คือ|เป็น)",
    r"^(?:ขอ|มี|เอา)?(?:รายละเอียด|ตัวอย่าง|ข้อมูล)(?:เพิ่ม(?:เติม)?|มากกว่านี้|หน่อย|อีก)",
)
_ORDINALS = {
    "หนึ่ง": "1", "แรก": "1", "สอง": "2", "สาม": "3", "สี่": "4", "ห้า": "5", "หก": "6", "เจ็ด": "7", "แปด": "8", "เก้า": "9", "สิบ": "10",
}  # fmt: skip
_ORDINAL = re.compile(
    rf"(?<=ที่)\s*({'|'.join(k for k in _ORDINALS if k != 'แรก')})(?![ก-ฮ]{{2}})|(?<=[ก-๙])(แรก)(?=\s|$|คือ|ของ|มี|ว่า)"
)
_COUNTED = re.compile(
    rf"(?<![ก-๙])({'|'.join(k for k in _ORDINALS if k != 'แรก')})(?=\s?(?:ด้าน|ข้อ|ยุทธศาสตร์|เป้าหมาย|ความท้าทาย|ประการ|มาตรการ|ปี))"
)

_YEAR_RANGE = re.compile(r"(?<!\d)(?:25)?([4-9]\d)\s*(?:-|ถึง|/)\s*(?:25)?([4-9]\d)(?!\d)")
_SHORT_YEAR = re.compile(
    r"((?:ปี(?:\s*งบ(?:ประมาณ)?)?(?:\s*พ\.?ศ\.?)?|พ\.?ศ\.?|พศ|พรบ\s*\.?|กฎหมาย|งบ(?:ปี)?|แผน|fy|"
    + "|".join(thai.MONTHS)
    + r")\s*)([4-7]\d)(?!\d|\.\d|\s*(?:ล้าน|บาท|โครงการ|คน|ด้าน|ข้อ|หน่วย))"
)
_BARE_YEAR = re.compile(
    r"(?<=[ก-๙a-z]\s)(5[89]|6\d|70)(?=\s+[ก-๙a-z]|$)(?!\s*(?:ล้าน|บาท|โครงการ|คน|ด้าน|ข้อ|หน่วย|แห่ง|บริการ|%|เปอร์))"
)
_CHRISTIAN_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?![\d.])")


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
    folded = _POLITE.sub(" ", thai.fold(text)).strip()
    if _ABILITIES.search(folded):
        return Refusal.ABILITIES
    rest = [w for w in thai.content_words(folded) if w not in _SMALL_TALK_WORDS]
    if len(rest) > 1:
        return None
    for kind, pattern in ((Refusal.THANKS, _THANKS), (Refusal.GREETING, _GREETING)):
        if pattern.search(thai.fold(text).strip()):
            return kind
    return None


_SMALL_TALK_WORDS = frozenset(
    ["สวัสดี", "หวัดดี", "ดี", "จ้า", "ตอน", "เช้า", "บ่าย", "เย็น", "ขอบคุณ", "ขอบใจ", "มาก", "มากๆ", "เลย", "แอดมิน", "บอท", "โอเค", "ok", "thanks", "thank", "hello", "hi", "hey", "bye", "เก่ง", "เยี่ยม", "แล้ว", "วันนี้", "จริง", "ๆ"]
)


def is_opinion(text: str) -> bool:
    """Whether the message asks for an opinion, a prediction, advice, or a piece of writing."""
    return bool(_OPINION.search(thai.fold(text)))


def is_instruction(text: str) -> bool:
    """Whether the message tries to instruct the bot. Never obeyed; it only decides how a refusal is worded."""
    return bool(_INSTRUCTION.search(thai.fold(text)))


def is_follow_up(text: str) -> bool:
    """Whether the message by its form leans on an earlier one."""
    return bool(_FOLLOW_UP.search(_POLITE.sub("", thai.fold(text)).strip()))


def understand(text: str, glossary: Glossary, vocabulary: Vocabulary) -> Question:
    """The question in a message, by itself. `vocabulary` is the corpus's words, for reading what is mistyped."""
    typed = _POSSESSIVE.sub("", thai.clean(text))
    read = _as_meant(typed, vocabulary)
    folded = _full_words(glossary.official(thai.fold(glossary.standard_spelling(read))))
    folded = re.sub(r"\s+", " ", _POLITE.sub(" ", folded)).strip() or folded
    asked, corrected = _corrected(folded, glossary, vocabulary)
    intents = frozenset(intent for intent, pattern in _INTENTS if pattern.search(asked))
    if Intent.COMPARISON in intents:
        intents -= {Intent.PLACE}  # ต่างกันตรงไหน asks for no place
    counted, ordinal = _COUNTED_NOUN.search(asked), _ORDINAL_NOUN.search(asked)
    return Question(
        original=text,
        text=asked,
        facets=tuple(_facets(asked, glossary)),
        intents=intents,
        names=equal_names(glossary, asked),
        read_as=asked if corrected else read if read != typed else "",
        asks_about_absence=bool(_ABSENCE.search(asked)) or bool(intents & {Intent.YES_NO, Intent.COMPARISON}),
        counted=next(iter(thai.words(counted[1])), "") if counted else "",
        ordinal=thai.words(ordinal[1])[-1] if ordinal else "",
    )


def parts(text: str, glossary: Glossary) -> list[str]:
    """The two questions of a message that holds two, each with a question word and a topic; else the message alone."""
    cleaned = thai.clean(text)
    for gap in _GAP.finditer(cleaned):
        halves = [cleaned[: gap.start()], cleaned[gap.end() :]]
        if all(_QUESTION_WORD.search(thai.fold(half)) and _facets(thai.fold(half), glossary) for half in halves):
            return halves
    return [text]


def with_history(question: Question, history: Sequence[Turn], glossary: Glossary, vocabulary: Vocabulary) -> Question:
    """The question made to stand alone with words of the person's own last question.

    What both name in the same way (ordinals, years) is taken from the new question only.
    """
    earlier = _last_asked(history, glossary, vocabulary)
    if earlier is None:
        return question
    own = {alternative for facet in question.facets for alternative in facet.alternatives}
    slots = {facet.slot for facet in question.facets if facet.slot}
    taken = [
        replace(facet, context=True)
        for facet in earlier.facets
        if not own & set(facet.alternatives) and facet.slot not in slots
    ]
    return replace(
        question,
        text=" ".join([question.text, *(facet.words for facet in taken)]).strip(),
        facets=(*question.facets, *taken),
        intents=question.intents or earlier.intents,
        names=(*question.names, *(names for names in earlier.names if names not in question.names)),
        counted=question.counted or ("" if question.intents else earlier.counted),
        follow_up=True,
    )


def _last_asked(history: Sequence[Turn], glossary: Glossary, vocabulary: Vocabulary) -> Question | None:
    """The last message of the person that was a question, itself made whole if it was a follow-up."""
    asked = [
        turn.content
        for turn in history
        if turn.role == "user" and not small_talk(turn.content) and not refusal(turn.content)
    ]
    if not asked:
        return None
    last = understand(asked[-1], glossary, vocabulary)
    if len(asked) > 1 and is_follow_up(asked[-1]):
        return with_history(last, [Turn("user", text) for text in asked[:-1]], glossary, vocabulary)
    return last


def _as_meant(text: str, vocabulary: Vocabulary) -> str:
    """The text, or the Thai that comes out of it if it was typed on an English keyboard."""
    if thai.thai_share(text) > 0.2 or len(text) < 4:
        return text
    latin = thai.words(text)
    if sum(len(w) for w in latin if w in vocabulary) > 0.4 * sum(map(len, latin)):
        return text
    meant = thai.clean(thai.wrong_keyboard(text))
    pieces = thai.words(meant)
    known = sum(len(w) for w in pieces if len(w) > 1 and thai.is_known_word(w))
    return meant if thai.thai_share(meant) > 0.8 and known > 0.8 * len("".join(pieces)) else text


def _corrected(folded: str, glossary: Glossary, vocabulary: Vocabulary) -> tuple[str, bool]:
    """Misspelt words put right, only towards words of the corpus; and whether any were.

    A misspelling makes the word cutter leave fragments, so fragments and their neighbours are looked up together.
    """
    named = [(mention.start, mention.end) for mention in glossary.mentions(folded)]
    pieces = [(m.start(), m.end()) for m in _cut(folded)]
    corrected, position, changed = [], 0, False
    i = 0
    while i < len(pieces):
        start, end = pieces[i]
        fix = None
        if _is_fragment(folded, pieces, i, vocabulary) and not any(s < end and start < e for s, e in named):
            fix = _nearest(folded, pieces, i, vocabulary, named)
        if fix:
            start, end, word = fix
            corrected += [folded[position:start], word]
            position, changed = end, True
            i = next((j for j, piece in enumerate(pieces) if j > i and piece[0] >= end), len(pieces))
        else:
            i += 1
    return ("".join([*corrected, folded[position:]]), True) if changed else (folded, False)


def _cut(folded: str) -> list[re.Match[str]]:
    """The Thai words of a folded text with their places."""
    found: list[re.Match[str]] = []
    position = 0
    for word in thai.words(folded):
        match = re.compile(re.escape(word)).search(folded, position)
        if match:
            position = match.end()
            if "\u0e01" <= word[0] <= "\u0e4e":
                found.append(match)
    return found


def _is_fragment(folded: str, pieces: list[tuple[int, int]], i: int, vocabulary: Vocabulary) -> bool:
    """Whether a piece may be part of a misspelt word: no word of the corpus, and short, unknown or beside another such."""

    def strange(j: int) -> bool:
        word = folded[slice(*pieces[j])] if 0 <= j < len(pieces) else ""
        return bool(word) and word not in vocabulary and word not in thai.STOP_WORDS

    word = folded[slice(*pieces[i])]
    beside = any(
        strange(j) and pieces[min(i, j)][1] == pieces[max(i, j)][0] for j in (i - 1, i + 1) if 0 <= j < len(pieces)
    )
    return strange(i) and (len(word) <= 2 or not thai.is_known_word(word) or beside)


def _nearest(
    folded: str, pieces: list[tuple[int, int]], i: int, vocabulary: Vocabulary, named: list[tuple[int, int]]
) -> tuple[int, int, str] | None:
    """The corpus word most like a fragment joined with some of its neighbours, and the span it takes the place of."""
    best: tuple[float, tuple[int, int, str]] | None = None
    for first in range(max(0, i - 2), i + 1):
        for last in range(i, min(len(pieces), i + 4)):
            start, end = pieces[first][0], pieces[last][1]
            span = folded[start:end]
            if not 4 <= len(span) <= 20 or " " in span or any(s < end and start < e for s, e in named):
                continue
            whole_words = all(thai.is_known_word(folded[s:e]) for s, e in pieces[first : last + 1])
            for cut in (0, 1, 2):  # a misspelling may have taken letters of the next word
                match = vocabulary.nearest(span[: len(span) - cut], SPELLING_OF_WORDS if whole_words else SPELLING)
                if match and (best is None or match[1] + len(span) / 200 > best[0]):
                    best = (match[1] + len(span) / 200, (start, end - cut, match[0]))
    return best[1] if best else None


# Words that are often typed without their tone mark, where nothing else is meant.
_TONELESS = (
    (re.compile(r"กี(?![่-๋ฬดตบ])"), "กี่"),
    (re.compile(r"(?<=[ก-๙])ที(?=\s*\d)"), "ที่"),
    (re.compile(r"เรือง(?=\s*(?:อะไร|ใด|ไหน))"), "เรื่อง"),
    (re.compile(r"(?<=อะไร)บาง(?![ก-ฮ])"), "บ้าง"),
    (re.compile(r"เทา(?=ไร|ไหร่|ใด)"), "เท่า"),
    (re.compile(r"เมือ(?=\s?ไร|\s?ไหร่|\s?ใด)"), "เมื่อ"),
)
_PLACE = re.compile(r"ที่(?=โรงแรม|ห้อง|อาคาร|จังหวัด|กรุงเทพ)")  # else แผนที่โรงแรม is cut as a map


def _full_words(folded: str) -> str:
    """What is written short is written out: ordinals in digits, months, years, "ม. 12", "ก.ยุติธรรม"."""
    for short, full in (*_TONELESS, *_LETTER_FOR_WORD):
        folded = short.sub(full, folded)
    folded = _SHORT_MONTH.sub(lambda m: next(month for month in thai.MONTHS if month.startswith(m[1])), folded)
    return _full_years(_digits(_PLACE.sub(" ที่", _english_months(folded))))


def _english_months(folded: str) -> str:
    """September 2020 → กันยายน 2563."""

    def month(match: re.Match[str]) -> str:
        number = _ENGLISH_MONTHS.index(match[2][:3])
        year = int(match[4]) + (thai.BUDDHIST_ERA_OFFSET if int(match[4]) < 2200 else 0)
        return f"{match[1] or match[3] or ''} {thai.MONTHS[number]} {year}".strip()

    return _ENGLISH_DATE.sub(month, folded)


_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_DATE = re.compile(
    rf"(?:(\d{{1,2}})\s*)?\b((?:{'|'.join(_ENGLISH_MONTHS)})[a-z]*)\.?\s*(?:(\d{{1,2}}),?\s+)?(\d{{4}})"
)


def _digits(folded: str) -> str:
    """Ordinals and small counts in words become digits: ด้านที่สอง → ด้านที่ 2."""
    folded = _ORDINAL.sub(lambda m: " " + _ORDINALS[m[1]] if m[1] else "ที่ 1", folded)
    return _COUNTED.sub(lambda m: _ORDINALS[m[1]] + " ", folded)


def _full_years(folded: str) -> str:
    """Two-digit years and ranges in full Buddhist Era: ปี 65 → ปี 2565, 63-65 → 2563-2565."""

    def both(match: re.Match[str]) -> str:
        start, end = int(match[1]), int(match[2])
        return f"25{start}-25{end}" if 0 < end - start <= 10 else match[0]

    return _BARE_YEAR.sub(r"25\1", _SHORT_YEAR.sub(r"\g<1>25\g<2>", _YEAR_RANGE.sub(both, folded)))


def _facets(folded: str, glossary: Glossary) -> list[Facet]:
    """What the question is about: phrases and names whole, all other words one by one."""
    facets: list[Facet] = []
    rest = thai.fold(_INTERROGATIVE.sub(" ", _phrases(folded, facets)))  # mentions give places in folded text
    position, plain = 0, []
    for mention in glossary.mentions(rest):
        plain.append(rest[position : mention.start])
        position = mention.end
        forms = {tuple(thai.words(form)): None for form in (mention.form, *mention.term.names)}
        ranges = tuple(thai.squeeze(m[0]) for m in _RANGE.finditer(mention.term.name))
        facets.append(
            Facet(tuple(f for f in forms if f), phrases=ranges, anchor=mention.term.kind in _NAME_KINDS, is_name=True)
        )
    plain.append(rest[position:])
    tags = _parts_of_speech(folded)
    seen: set[str] = set()
    for word in thai.content_words("\n".join(plain)):
        if word not in seen:
            seen.add(word)
            forms_of = _number_forms(word)
            worth = _worth(word, tags)
            anchor = bool(_YEAR.fullmatch(forms_of[0]))
            facets.append(Facet(tuple((form,) for form in forms_of), anchor=anchor, worth=worth))
    return facets


def _worth(word: str, tags: dict[str, str]) -> float:
    if word.startswith("ไม่"):
        return 1.0  # it turns the question round
    if len(word) == 1 and not word.isdigit():
        return LEAST_WORTH
    if word in _INTENT_WORDS:
        return INTENT_WORD_WORTH
    return _WORTH_OF_TAG.get(tags.get(word, "NOUN"), LEAST_WORTH)


def _counted_things(folded: str, facets: list[Facet]) -> str:
    """ "6 ด้าน" and "4 ยุทธศาสตร์" become facets; returns what is left of the text."""

    def counted(match: re.Match[str]) -> str:
        number, noun = match.groups()
        phrases = (f"{number}{noun}", f"{noun}{number}")
        facets.append(Facet(((number, *thai.words(noun)),), phrases=phrases, partly=tuple(thai.words(noun))))
        return " "

    return _COUNTED_THING.sub(counted, folded)


def _parts_of_speech(folded: str) -> dict[str, str]:
    """Each word's part of speech where it first stands in the question."""
    words = thai.words(folded)
    return dict(reversed(list(zip(words, thai.parts_of_speech(words), strict=True))))


def _phrases(folded: str, facets: list[Facet]) -> str:
    """Dates, numbered things and ranges of years become facets; returns what is left of the text."""

    def date(match: re.Match[str]) -> str:
        day, month, year = match.groups()
        parts = [part for part in (day, month, year) if part]
        if len(parts) == 1:
            return match[0]
        facets.append(Facet((tuple(parts),), phrases=("".join(parts),), anchor=True))
        return " "

    def numbered(match: re.Match[str]) -> str:
        noun, number, item = match[1], match[2], (match[3] or "").replace(" ", "")
        phrases = (f"{noun}ที่{number}{item}", f"{noun}{number}{item}")
        words = tuple(thai.words(f"{noun} {number} {item}"))
        facets.append(Facet((words,), phrases=phrases, anchor=True))
        return " "

    def years(match: re.Match[str]) -> str:
        start, end = match.groups()
        phrases = [f"{start}-{end}"]
        if int(start) < 2200:
            phrases.append("-".join(str(int(year) + thai.BUDDHIST_ERA_OFFSET) for year in (start, end)))
        facets.append(Facet(tuple(tuple(p.split("-")) for p in phrases), phrases=tuple(phrases), anchor=True))
        return " "

    return _counted_things(_RANGE.sub(years, _NUMBERED.sub(numbered, _DATE.sub(date, folded))), facets)


# Words that say what kind of answer is wanted; the intent already does, so as topics they say little.
_INTENT_WORDS = frozenset(
    ["ชื่อ", "เต็ม", "ย่อ", "ความหมาย", "หมาย", "ต่าง", "ต่างกัน", "แตกต่าง", "เทียบ", "เปรียบเทียบ", "จำนวน", "ตัวอย่าง", "รายชื่อ", "รายการ", "วัน", "วันที่", "เดือน", "ปี", "ล้าน", "บาท", "ล้านบาท", "เปอร์เซ็นต์", "เปอร์", "เซ็น", "ร้อยละ", "สถานที่", "สัดส่วน", "เท่า", "แค่", "มาก", "น้อย", "บ้าง", "ทั้งหมด", "รวม", "จริง", "จริงๆ", "อีก", "ตอน", "ช่วง", "ขณะ", "แห่ง", "สุด", "ที่สุด", "name", "list", "ล่าสุด", "โดน", "ถูก", "เพิ่ง", "vs", "เดือน", "งาน", "ข่าว", "หน้า", "เดิม", "ใหม่", "ปัจจุบัน", "ตอนนี้", "ประเทศ", "ไทย", "ของไทย", "คน", "ราย", "ลำดับ", "ดีขึ้น", "แย่ลง", "แย่", "ดี", "ตอนนั้น", "วงเล็บ", "เกิดขึ้น", "เรียก", "true", "ชุด", "ฉบับ", "อัน", "ข้อ", "ประการ", "อย่าง", "คณะ", "ครั้ง", "ซัก", "สัก", "ยก", "ยกมา", "ลักษณะ", "ประเภท", "ชนิด", "แบบ", "เรื่องราว", "สิ่ง", "ส่วน", "เฉพาะ", "ต้อง", "ทราบ", "ข้อมูล", "รายละเอียด", "สรุป", "อธิบาย", "เล่า", "ว่าด้วย", "กล่าว", "ระบุ", "พูด", "ถือ", "ใช้", "ทำ", "ไว้", "ตั้ง"]
)
INTENT_WORD_WORTH = 0.3
# What a question is about is mostly in its nouns; its verbs are often other words than the document's.
_WORTH_OF_TAG = {"NOUN": 1.0, "PROPN": 1.0, "NUM": 1.0, "VERB": 0.5, "ADJ": 0.5}
LEAST_WORTH = 0.25
_NAME_KINDS = frozenset({"agency", "law", "plan", "system", "index"})


def _number_forms(word: str) -> tuple[str, ...]:
    """A Christian year also as Buddhist Era; any other word as it is."""
    if _CHRISTIAN_YEAR.fullmatch(word):
        return (word, str(int(word) + thai.BUDDHIST_ERA_OFFSET))
    return (word,)
