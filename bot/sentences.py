"""The fixed sentences of answers that are not found in documents. Thai first; English where a person may need it."""

from collections.abc import Sequence

from bot.wording import MAX_LENGTH, Refusal

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

UNCLEAR = f"ยังไม่แน่ใจว่าถามถึงเรื่องใด โปรดระบุเรื่องหรือชื่อที่ต้องการทราบ เช่น “{EXAMPLE}”"
PARTIAL = "ส่วนที่เหลือของคำถาม ไม่พบคำตอบในเอกสารที่มี"
OTHER_SUBJECT = f"เรื่องนี้อยู่นอกขอบเขตเอกสารแผนพัฒนารัฐบาลดิจิทัล ถามเรื่องแผนได้ เช่น “{EXAMPLE}”"


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


def as_of(draft: str) -> str:
    """Telling which draft an answer is of, before it."""
    return f"ตาม{draft}:"


def only_in_older(draft: str, newest: str) -> str:
    """Telling, below an answer, that only an older draft holds it."""
    return f"คำตอบนี้มาจาก{draft} ไม่พบใน{newest} ซึ่งเป็นฉบับล่าสุดที่มี"


def other_drafts(labels: Sequence[str]) -> str:
    """Telling, below a refusal, which other drafts hold an answer."""
    return f"เรื่องนี้มีกล่าวไว้ใน{' และ'.join(labels)} หากต้องการ โปรดถามโดยระบุ “{labels[-1]}”"


def no_such_draft(named: str, known: Sequence[str]) -> str:
    """Declining where a draft is named that is not there, with those that are."""
    return "\n".join([f"ไม่มี{named} ในเอกสารที่มี ร่างและฉบับที่มี:", *(f"• {label}" for label in known)])
