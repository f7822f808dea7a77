"""The fixed sentences of answers that are not found in documents. Thai first; English where a person may need it."""

from collections.abc import Mapping, Sequence

from bot.wording import MAX_LENGTH, Refusal
from corpus.document import Document

EXAMPLE = "ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่"

REFUSALS: dict[Refusal, str] = {
    Refusal.EMPTY: f"ยังไม่มีคำถาม โปรดพิมพ์คำถามเกี่ยวกับแผนพัฒนารัฐบาลดิจิทัล เช่น “{EXAMPLE}”",
    Refusal.TOO_LONG: f"คำถามยาวเกิน {MAX_LENGTH:,} ตัวอักษร โปรดถามให้สั้นลง ทีละเรื่อง",
    Refusal.NO_WORDS: f"ไม่พบถ้อยคำที่เป็นคำถาม โปรดพิมพ์เป็นข้อความ เช่น “{EXAMPLE}”",
    Refusal.NOT_THAI: (
        "ระบบตอบคำถามภาษาไทยเป็นหลัก โปรดถามเป็นภาษาไทย "
        f"เช่น “{EXAMPLE}”\nPlease ask in Thai; the plan's documents are in Thai."
    ),
    Refusal.GREETING: f"สวัสดีครับ ถามเรื่องแผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 ได้เลย เช่น “{EXAMPLE}”",
    Refusal.THANKS: "ยินดีครับ หากมีคำถามเกี่ยวกับแผนพัฒนารัฐบาลดิจิทัล ถามต่อได้เลย",
    Refusal.ABILITIES: (
        "ถามแผนตอบคำถามจากเอกสารแผนพัฒนารัฐบาลดิจิทัลของประเทศไทย พ.ศ. 2563-2565 และเรื่องที่เกี่ยวข้อง "
        "เช่น ยุทธศาสตร์ งบประมาณ เป้าหมาย ผลการดำเนินงาน กฎหมาย และบริการของ สพร. "
        f"ทุกคำตอบอ้างเอกสารที่มา สิ่งที่เอกสารไม่ได้กล่าวไว้ ระบบจะไม่ตอบ ลองถามว่า “{EXAMPLE}”"
    ),
    Refusal.OPINION: (
        "ระบบไม่แสดงความเห็น คาดการณ์ ให้คำแนะนำ หรือเขียนงานแทน ตอบได้เฉพาะสิ่งที่เอกสารแผนพัฒนารัฐบาลดิจิทัลกล่าวไว้ "
        "เช่น เป้าหมาย งบประมาณ หรือผลการดำเนินงาน"
    ),
    Refusal.INSTRUCTION: (f"ข้อความนี้ไม่ใช่คำถามเกี่ยวกับแผน ระบบตอบได้เฉพาะเนื้อหาในเอกสารแผนพัฒนารัฐบาลดิจิทัล เช่น “{EXAMPLE}”"),
}

_UNCLEAR = "ยังไม่แน่ใจว่าถามถึงเรื่องใด"
UNCLEAR = f"{_UNCLEAR} โปรดระบุเรื่องหรือชื่อที่ต้องการทราบ เช่น “{EXAMPLE}”"
CONFIRMED, CORRECTED = "ใช่ ตามเอกสาร:", "ไม่ใช่ ตามเอกสาร:"  # before what is told to "... ใช่ไหม"
OTHER_SUBJECT = f"เรื่องนี้อยู่นอกขอบเขตเอกสารแผนพัฒนารัฐบาลดิจิทัล ถามเรื่องแผนได้ เช่น “{EXAMPLE}”"


def partial(missing: str) -> str:
    """Telling, below an answer, which part of the message has none; "" where that part has no words of its own."""
    return f"ไม่พบคำตอบของ “{missing}” ในเอกสารที่มี" if missing else "ส่วนที่เหลือของคำถาม ไม่พบคำตอบในเอกสารที่มี"


def choose(questions: Sequence[str]) -> str:
    """Asking back which of some questions is meant."""
    return "\n".join([f"{_UNCLEAR} หมายถึงเรื่องใดต่อไปนี้", *(f"• {question}" for question in questions)])


def not_in_plan(nearest: Sequence[str], absent: str = "", draft: str = "") -> str:
    """Declining, with what the documents do say about it and the titles that come nearest; `draft` if one was named."""
    lines = [f"ไม่พบคำตอบของคำถามนี้ใน{draft or 'เอกสารที่มี'}"]
    if absent:
        lines.append(f"เอกสารกล่าวไว้เพียงว่า: {absent}")
    if nearest:
        lines.append("เอกสารที่ใกล้เคียง:")
        lines += [f"• {title}" for title in nearest]
    return "\n".join(lines)


def read_as(text: str) -> str:
    """Telling how a mistyped question was read."""
    return f"เข้าใจว่าถามว่า “{text}”"


def other_plan(answered: str, other: str) -> str:
    """Telling, below an answer, which plan it is of, where the question named none and another has an answer, too."""
    return f"คำตอบนี้เป็นของแผน {answered} หากหมายถึงแผน {other} โปรดระบุปีในคำถาม"


def as_of(draft: str) -> str:
    """Telling which draft an answer is of, before it."""
    return f"ตาม{draft}:"


def only_in_older(draft: str, newest: str) -> str:
    """Telling, below an answer, that only an older draft holds it."""
    return f"คำตอบนี้มาจาก{draft} ไม่พบคำตอบที่ชัดพอใน{newest} ซึ่งเป็นฉบับล่าสุดที่มี"


def other_drafts(labels: Sequence[str]) -> str:
    """Telling, below a refusal, which other drafts hold an answer."""
    return f"เรื่องนี้มีกล่าวไว้ใน{' และ'.join(labels)} หากต้องการ โปรดถามโดยระบุ “{labels[-1]}”"


def no_such_draft(named: str, known: Sequence[str]) -> str:
    """Declining where a draft is named that is not there, with those that are."""
    return "\n".join([f"ไม่มี{named} ในเอกสารที่มี ร่างและฉบับที่มี:", *(f"• {label}" for label in known)])


# ---------------------------------------------------------------- what changed between two drafts

NONE_OF_KIND = "ไม่พบการเปลี่ยนแปลงชนิดที่ถาม"
_KINDS_OF_CHANGE = {
    "changed": "เปลี่ยนข้อความ",
    "added": "เพิ่ม",
    "removed": "ตัดออก",
    "moved": "ย้ายที่",
    "renumbered": "เลื่อนเลขข้อ",
}


def changes_between(old: str, new: str, counts: Mapping[str, int] | None = None) -> str:
    """Opening a report of what changed; with how many changes of each kind where it is of the whole text."""
    told = [f"{name} {counts[kind]} แห่ง" for kind, name in _KINDS_OF_CHANGE.items() if counts and counts.get(kind)]
    return f"เทียบ{old} กับ{new}: {' '.join(told)}".rstrip()


def nothing_changed(old: str, new: str) -> str:
    return f"เทียบ{old} กับ{new} แล้ว ไม่พบข้อความที่ต่างกัน"


def nothing_changed_on_it(old: str, new: str) -> str:
    return f"ไม่พบการเปลี่ยนแปลงเรื่องนี้ระหว่าง{old} กับ{new}"


def none_of_kind(kind: str, old: str, new: str) -> str:
    """Opening what else changed on a topic on which nothing was added, removed or changed, as asked."""
    name = {"added": "เพิ่มเข้ามา", "removed": "ตัดออก", "changed": "แก้"}.get(kind, "เปลี่ยน")
    return f"ไม่พบข้อความเรื่องนี้ที่{name}ระหว่าง{old} กับ{new} แต่มีการเปลี่ยนแปลงดังนี้"


def topic_in_neither(old: str, new: str) -> str:
    return f"ไม่พบเรื่องที่ถามใน{old} และ{new} จึงบอกไม่ได้ว่าเปลี่ยนแปลงอย่างไร"


def only_draft(label: str) -> str:
    return f"เอกสารที่มีมีเพียง{label} ฉบับเดียว จึงเทียบไม่ได้ว่ามีอะไรเปลี่ยน"


def more_changes(count: int) -> str:
    return f"และอีก {count} แห่ง ถามเจาะเรื่องได้ เช่น “งบเปลี่ยนจากเท่าไรเป็นเท่าไร”"


def says_otherwise(draft: str) -> str:
    """Before what another draft, or another paper, says on the same point."""
    return f"{draft} ระบุต่างออกไปว่า"


def dated(document: Document) -> str:
    """A paper by its title and date."""
    return f"{document.title} ({document.date})" if document.date else document.title


def differing(statement: str, citation: int) -> str:
    """What another draft says, as a line below what it differs from, which is cited first."""
    return f"{statement} [{citation}] ต่างจาก [1]"


def more_conflicts(count: int) -> str:
    return f"ร่างอื่นระบุต่างออกไปอีก {count} แห่ง ถามได้ว่า “ร่างใหม่ต่างจากเดิมอย่างไร”"
