"""Every fixed sentence that Telegram users see, in Thai and in English. All are plain text, not HTML."""

from bot.answer import Trouble
from bot.telegram.language import Sentence

START = Sentence(
    """สวัสดีครับ ถามแผน (Tham Phaen) ตอบคำถามเรื่องแผนพัฒนารัฐบาลดิจิทัลของประเทศไทย พ.ศ. 2563–2565 \
จากเอกสารของแผนโดยตรง และบอกที่มาของทุกคำตอบ

พิมพ์คำถามมาได้เลย เช่น
• ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่
• ยุทธศาสตร์มีอะไรบ้าง
• ร่างเดือนกันยายน 2563 มีเป้าหมายเชิงคุณภาพกี่ข้อ

ข้อความใน Telegram ไม่ได้เข้ารหัสแบบปลายทางถึงปลายทาง โปรดอย่าส่งข้อมูลลับหรือข้อมูลส่วนบุคคล

/help วิธีใช้ · /sources เอกสารที่ใช้ตอบ · /new เริ่มเรื่องใหม่ · /privacy ข้อมูลที่เก็บ · /lang ภาษา (language)""",
    """
I answer questions about Thailand's Digital Government Development Plan, B.E. 2563–2565, from the plan's own \
documents, and cite the passage behind every answer. The documents are in Thai; please ask in Thai.
Telegram chats with bots are not end-to-end encrypted: please send no confidential or personal data.

/help · /sources · /new · /privacy · /lang""",
)

HELP = Sentence(
    """วิธีใช้
• พิมพ์คำถามเป็นข้อความ ถามต่อเนื่องได้ เช่น “แล้วข้อที่สองล่ะ”
• เลข [1] [2] ในคำตอบคือที่มา แตะปุ่มใต้คำตอบเพื่ออ่านข้อความเต็มจากเอกสาร หรือดูหน้าของเอกสาร
• ถ้าเอกสารไม่ได้ระบุไว้ บอตจะบอกว่าไม่พบ และไม่เดา
• ในกลุ่ม ให้กล่าวถึงบอตด้วย @ ตอบกลับข้อความของบอต หรือใช้ /ask ตามด้วยคำถาม \
ในกลุ่มบอตตอบจากเอกสารสาธารณะเท่านั้น
• แก้ไขข้อความที่ส่งแล้ว บอตจะไม่ตอบซ้ำ โปรดส่งคำถามใหม่

/sources เอกสารที่ใช้ตอบ พร้อมร่างและวันที่
/drafts เลือกร่างหรือฉบับที่จะถาม
/new ลืมบทสนทนานี้และเริ่มเรื่องใหม่
/stop หยุดคำตอบที่กำลังทำอยู่
/lang ภาษาของปุ่มและข้อความของบอต
/privacy ข้อมูลที่เก็บ · /forget ลบข้อมูลของคุณ
/ask ถามในกลุ่ม""",
    """How to use
• Type a question in Thai; follow-ups work.
• [1] [2] in an answer are its sources; the buttons below show their full text, or the page of the document.
• What the documents do not say is not guessed.
• In groups, mention the bot, reply to it, or use /ask; groups get answers from public documents only.
• Edited messages are not answered again; please send a new question.

/sources documents · /drafts choose a draft · /new forget this conversation · /stop stop the answer
/lang language · /privacy what is kept · /forget delete your data · /ask ask in a group""",
)

ADMIN_HELP = Sentence(
    """คำสั่งของผู้ดูแล
/invite เชิญสมาชิก · /members รายชื่อสมาชิก · /revoke ถอนสิทธิ์
/stats สถิติการใช้งาน · /announce ประกาศถึงผู้ใช้ทุกคน · /audit บันทึกการกระทำของผู้ดูแล""",
    """Commands of admins
/invite a member · /members list · /revoke a role
/stats usage · /announce to everybody · /audit what admins did""",
)

COMMANDS = (
    ("start", Sentence("เริ่มใช้งาน", "Start")),
    ("help", Sentence("วิธีใช้", "How to use")),
    ("sources", Sentence("เอกสารที่ใช้ตอบ", "Documents")),
    ("drafts", Sentence("เลือกร่างหรือฉบับที่จะถาม", "Choose a draft")),
    ("new", Sentence("เริ่มเรื่องใหม่", "New conversation")),
    ("stop", Sentence("หยุดคำตอบที่กำลังทำ", "Stop the answer")),
    ("ask", Sentence("ถามในกลุ่ม", "Ask in a group")),
    ("lang", Sentence("ภาษา", "Language")),
    ("privacy", Sentence("ข้อมูลที่เก็บ", "What is kept")),
    ("forget", Sentence("ลบข้อมูลของฉัน", "Delete my data")),
)
ADMIN_COMMANDS = (
    ("invite", Sentence("เชิญสมาชิก", "Invite a member")),
    ("members", Sentence("รายชื่อสมาชิก", "Members")),
    ("revoke", Sentence("ถอนสิทธิ์สมาชิก", "Withdraw a role")),
    ("stats", Sentence("สถิติการใช้งาน", "Statistics")),
    ("announce", Sentence("ประกาศถึงผู้ใช้ทุกคน", "Tell everybody something")),
    ("audit", Sentence("บันทึกการกระทำของผู้ดูแล", "What admins did")),
)

# Questions.

FORGOTTEN = Sentence("ลืมบทสนทนานี้แล้ว ถามเรื่องใหม่ได้เลย", "Conversation forgotten; ask something new.")
TEXT_ONLY = Sentence(
    "ขออภัย บอตอ่านได้เฉพาะข้อความตัวอักษร โปรดพิมพ์คำถามเป็นข้อความ",
    "Sorry, I can read text only; please type your question.",
)
UNKNOWN_COMMAND = Sentence(
    "ไม่รู้จักคำสั่งนี้ ดูคำสั่งทั้งหมดได้ที่ /help หรือพิมพ์คำถามมาได้เลย", "Unknown command; see /help, or just type a question."
)
ASK_WHAT = Sentence("โปรดพิมพ์คำถามตามหลัง /ask เช่น /ask วิสัยทัศน์ของแผนคืออะไร", "Please put your question after /ask.")
NOTHING_ASKED = Sentence("โปรดพิมพ์คำถาม เช่น “วิสัยทัศน์ของแผนคืออะไร”", "Please type a question, in Thai.")
NOTHING_ASKED_IN_GROUP = Sentence(
    "โปรดพิมพ์คำถามพร้อมกับการกล่าวถึงบอต เช่น “วิสัยทัศน์ของแผนคืออะไร”",
    "Please write your question together with the mention.",
)
APOLOGY = Sentence(
    "ขออภัย เกิดข้อผิดพลาดขณะหาคำตอบ โปรดลองถามอีกครั้ง หากยังไม่ได้โปรดแจ้งผู้ดูแลระบบ",
    "Sorry, something went wrong while answering; please ask again.",
)
STALE = Sentence(
    "ขออภัย บอตขัดข้องไปช่วงหนึ่ง จึงเพิ่งเห็นข้อความนี้ซึ่งส่งมานานกว่า 1 ชั่วโมงแล้ว หากยังต้องการคำตอบ โปรดถามอีกครั้ง",
    "Sorry, I was out of order and see this only now, more than an hour later; please ask again if you still need it.",
)
PLEASE_WAIT = Sentence(
    "ขณะนี้มีคำถามเข้ามามาก คำถามของคุณอยู่ในคิวแล้ว โปรดรอสักครู่ ไม่ต้องส่งซ้ำ",
    "Many questions are coming in just now; yours is in the queue. Please wait, there is no need to send it again.",
)
SEARCHING = Sentence("กำลังหาคำตอบ โปรดรอสักครู่", "Looking for the answer; please wait.")
STOPPED = Sentence("หยุดแล้ว ไม่ได้ส่งคำตอบ", "Stopped; no answer was sent.")
NOTHING_TO_STOP = Sentence("ไม่มีคำตอบที่กำลังทำอยู่", "There is no answer in the making.")
ASKED = Sentence("ถาม: {question}", "Asked: {question}")
MASKED = Sentence(
    "ปิดบังข้อมูลส่วนบุคคลในคำถามแล้ว ({kinds}) ก่อนค้นหาและบันทึก โปรดอย่าส่งข้อมูลส่วนบุคคล",
    "Personal data in your question was masked before searching and storing; please send none.",
)

# Answers.

CITED_TITLE = Sentence("ที่มา", "Sources")
NEAREST_TITLE = Sentence("เอกสารที่ใกล้เคียง", "Nearest documents")
PAGE = Sentence("หน้า", "page")
OCR = Sentence("อ่านจากภาพ อาจมีคำผิด", "read from a picture; may hold mistakes")
SOURCES_TITLE = Sentence("เอกสารที่ใช้ตอบ", "Documents")
OTHER_DOCUMENTS = Sentence("กฎหมาย หน่วยงาน และเรื่องที่เกี่ยวข้อง", "Laws, agencies and related papers")
NO_SOURCES = Sentence("ยังไม่มีเอกสารที่เปิดให้ค้น", "There are no documents to search yet.")
DRAFT_CHOSEN = Sentence("ตอบจาก {draft} เท่านั้น", "Answered from {draft} only")
DRAFT_AND_PAPERS = Sentence(
    "บทสนทนานี้ตั้งไว้ที่ {draft} คำตอบนี้มาจากเอกสารประกอบด้วย โปรดดูที่มา",
    "This conversation is set to {draft}; this answer rests on background papers, too. Please see its sources.",
)

ASK_IN_THAI = Sentence("เอกสารเป็นภาษาไทย โปรดถามเป็นภาษาไทย", "The documents are in Thai; please ask in Thai.")

# The answers themselves are Thai; these say to readers of English what became of a question without one.
WITHOUT_ANSWER = {
    "CLARIFY": Sentence("", "It is not clear what is meant: please choose, or ask more precisely."),
    "NOT_IN_PLAN": Sentence("", "No answer to this was found in the documents."),
    "OUT_OF_SCOPE": Sentence("", "This is outside of the plan's documents."),
    "INVALID": Sentence("", "Please type a short question, in Thai."),
}
DOCUMENT_STATUSES = {
    "ร่าง": Sentence("ร่าง", "draft"),
    "อนุมัติ": Sentence("อนุมัติ", "approved"),
    "ประกาศ": Sentence("ประกาศ", "in force"),
    "ข้อมูลประกอบ": Sentence("ข้อมูลประกอบ", "background"),
}

# Buttons.

STOP = Sentence("หยุด", "Stop")
SHOW_PASSAGE = Sentence("ดูข้อความ", "passage")
SHOW_PAGE = Sentence("ดูหน้า", "page")
BEFORE = Sentence("ข้อความก่อนหน้า", "Before it")
AFTER = Sentence("ข้อความถัดไป", "After it")
EXPIRED = Sentence("ปุ่มนี้หมดอายุแล้ว โปรดถามใหม่", "This button has expired (หมดอายุ); please ask again.")
PRESSED_TWICE = Sentence(
    "แสดงไว้แล้วด้านล่าง การกดซ้ำนี้หมดอายุ", "Already shown below; this second press has expired (หมดอายุ)."
)
THANKS_UP = Sentence("ขอบคุณครับ บันทึกแล้วว่ามีประโยชน์", "Thank you!")
THANKS_DOWN = Sentence("ขอบคุณครับ เลือกเหตุผลด้านล่างได้", "Thank you; you may tell why, below.")
THANKS_REASON = Sentence("ขอบคุณครับ บันทึกเหตุผลแล้ว", "Thank you; the reason is noted.")
VOTED_ALREADY = Sentence("บันทึกไว้แล้ว ปุ่มนี้หมดอายุ", "Noted already; this button has expired (หมดอายุ).")
VOTED = Sentence("{vote} บันทึกแล้ว", "{vote} noted")
REASONS = {
    "wrong": Sentence("ผิด", "Wrong"),
    "incomplete": Sentence("ไม่ครบ", "Incomplete"),
    "off": Sentence("ไม่ตรงคำถาม", "Off the question"),
    "other": Sentence("อื่น ๆ", "Other"),
}
NO_PAGE = Sentence("ไม่มีภาพหน้าของเอกสารนี้แล้ว", "There is no picture of this page any more.")

# Choices.

LANGUAGE_ASKED = Sentence("เลือกภาษาของปุ่มและข้อความของบอต", "Choose the language of buttons and messages.")
LANGUAGE_SET = Sentence(
    "ต่อไปจะใช้ภาษาไทย คำตอบเป็นภาษาไทยตามเอกสาร", "I will use English from now on. Answers stay in Thai."
)
LANGUAGE_NAMES = {"th": "ไทย", "en": "English"}
DRAFTS_TITLE = Sentence("ร่างและฉบับที่ถามได้", "Drafts and editions")
DRAFTS_ASKED = Sentence(
    "เลือกเพื่อให้บทสนทนานี้ตอบจากร่างหรือฉบับนั้น (และเอกสารประกอบ) โดยไม่ใช้ร่างอื่น",
    "Choose one to be answered from it (and from background papers), not from other drafts, in this conversation.",
)
NO_DRAFTS = Sentence("เอกสารที่มีไม่ได้แบ่งเป็นร่าง", "The documents have no drafts to choose from.")
ALL_DRAFTS = Sentence("ทุกร่าง", "All drafts")
DRAFT_SET = Sentence(
    "บทสนทนานี้จะตอบจาก {draft} และเอกสารประกอบ ไม่ใช้ร่างอื่น เลือกใหม่ได้ที่ /drafts",
    "This conversation is now answered from {draft} and background papers, not from other drafts; see /drafts.",
)
DRAFT_UNSET = Sentence("บทสนทนานี้จะตอบจากทุกร่าง", "This conversation is now answered from all drafts.")

# Access.

MEMBERS_ONLY = Sentence(
    "บอตนี้เปิดให้เฉพาะสมาชิก โปรดขอลิงก์เชิญจากผู้ดูแล โดยแจ้งหมายเลขของคุณ: {user_id}",
    "This bot is for members only. Ask an admin for an invitation and give your number: {user_id}",
)
MEMBERS_ONLY_IN_GROUP = Sentence(
    "บอตนี้ตอบเฉพาะสมาชิก โปรดคุยกับบอตในแชตส่วนตัวเพื่อขอสิทธิ์", "This bot answers members only; write to it in private."
)
INVITATION_INVALID = Sentence(
    "ลิงก์เชิญนี้หมดอายุหรือใช้ไปแล้ว โปรดขอลิงก์ใหม่จากผู้ดูแล",
    "This invitation has expired (หมดอายุ) or was used already; ask an admin for a new one.",
)
INVITATION_TAKEN = Sentence("ยินดีต้อนรับ คุณมีสิทธิ์ระดับ “{role}” แล้ว", "Welcome. Your role is now “{role}”.")
INVITATION_NEEDLESS = Sentence(
    "คุณมีสิทธิ์ระดับ “{role}” อยู่แล้ว ลิงก์นี้ยังไม่ถูกใช้", "You have the role “{role}” already; the invitation was not used."
)
ROLES = {
    "agency": Sentence("หน่วยงาน", "agency"),
    "internal": Sentence("ภายใน", "internal"),
    "admin": Sentence("ผู้ดูแล", "admin"),
}

# Admins.

IN_PRIVATE_ONLY = Sentence("โปรดใช้คำสั่งนี้ในแชตส่วนตัวกับบอต", "Please use this command in a private chat with the bot.")
INVITE_WHOM = Sentence(
    "โปรดระบุสิทธิ์: /invite agency (หน่วยงาน), /invite internal (ภายใน) หรือ /invite admin (ผู้ดูแล)",
    "Say which role: /invite agency, /invite internal or /invite admin.",
)
INVITED = Sentence(
    "ลิงก์เชิญสิทธิ์ “{role}” ใช้ได้ครั้งเดียว ภายใน {hours} ชั่วโมง ส่งให้ผู้รับโดยตรง:\n{link}",
    "Invitation for “{role}”, for one person, within {hours} hours; send it to them directly:\n{link}",
)
MEMBERS_TITLE = Sentence("สมาชิก {count} คน", "{count} members")
NO_MEMBERS = Sentence("ยังไม่มีสมาชิก เชิญได้ด้วย /invite", "No members yet; invite some with /invite.")
MEMBER = Sentence("• {name} · {user_id} · {role} · ตั้งแต่ {since}", "• {name} · {user_id} · {role} · since {since}")
FIXED_ADMIN = Sentence("• {user_id} · ผู้ดูแลตามค่าที่ตั้งไว้ (ADMIN_IDS)", "• {user_id} · admin by setting (ADMIN_IDS)")
INVITATIONS_OPEN = Sentence("ลิงก์เชิญที่ยังไม่ได้ใช้: {count}", "Invitations not used yet: {count}")
REVOKE_WHOM = Sentence(
    "โปรดระบุหมายเลขผู้ใช้ เช่น /revoke 123456789 ดูหมายเลขได้ที่ /members",
    "Say whom, for instance /revoke 123456789; see /members.",
)
REVOKED = Sentence(
    "ถอนสิทธิ์ของ {user_id} แล้ว มีผลตั้งแต่ข้อความถัดไป และปุ่มใต้คำตอบเดิมใช้ไม่ได้อีก",
    "The role of {user_id} is withdrawn, from the next message on; buttons of earlier answers no longer work.",
)
NOT_A_MEMBER = Sentence("ไม่พบสมาชิกหมายเลข {user_id}", "{user_id} is not a member.")
ADMIN_BY_SETTING = Sentence(
    "{user_id} เป็นผู้ดูแลตามค่าที่ตั้งไว้ ถอนได้โดยแก้ ADMIN_IDS",
    "{user_id} is an admin by setting; change ADMIN_IDS to withdraw it.",
)
STATS_TITLE = Sentence("สถิติ {days} วันล่าสุด", "Last {days} days")
STATS = Sentence(
    "คำถาม {questions:,} ข้อ จากผู้ถาม {people:,} คน\nเวลาตอบ p50 {p50:,.0f} ms · p95 {p95:,.0f} ms\n"
    "👍 {up:,} · 👎 {down:,}\nโทเคนของโมเดล {tokens:,}",
    "{questions:,} questions by {people:,} people\nTime to answer: p50 {p50:,.0f} ms · p95 {p95:,.0f} ms\n"
    "👍 {up:,} · 👎 {down:,}\nModel tokens {tokens:,}",
)
STATS_STATUSES = Sentence("ผลการตอบ", "Answers")
STATUSES = {
    "ANSWERED": Sentence("ตอบได้", "answered"),
    "PARTIAL": Sentence("ตอบได้บางส่วน", "answered in part"),
    "CLARIFY": Sentence("ขอให้ระบุเพิ่ม", "asked back"),
    "NOT_IN_PLAN": Sentence("ไม่พบในเอกสาร", "not in the documents"),
    "OUT_OF_SCOPE": Sentence("นอกขอบเขต", "out of scope"),
    "SMALL_TALK": Sentence("ทักทาย", "small talk"),
    "INVALID": Sentence("ว่าง ยาวเกินไป หรือไม่เป็นถ้อยคำ", "empty, too long or no words"),
}
STATS_REASONS = Sentence("เหตุผลของ 👎", "Reasons of 👎")
STATS_UNANSWERED = Sentence("คำถามที่ยังไม่มีคำตอบ (บ่อยที่สุดก่อน)", "Questions without an answer, most often asked first")
STATS_NOT_KEPT = Sentence(
    "ไม่ได้เก็บคำถามที่ไม่มีคำตอบ (KEEP_UNANSWERED=false)", "Questions without an answer are not kept (KEEP_UNANSWERED=false)."
)
ANNOUNCE_WHAT = Sentence("โปรดพิมพ์ข้อความตามหลัง /announce", "Put the text after /announce.")
ANNOUNCE_SURE = Sentence("จะส่งข้อความนี้ถึง {count:,} คน ยืนยันหรือไม่", "This goes to {count:,} people. Send it?")
ANNOUNCE_YES = Sentence("ส่ง", "Send")
ANNOUNCE_NO = Sentence("ยกเลิก", "Cancel")
ANNOUNCE_STARTED = Sentence("เริ่มส่งแล้ว จะแจ้งเมื่อส่งครบ", "Sending; you will be told when it is done.")
ANNOUNCE_CANCELLED = Sentence("ยกเลิกแล้ว ไม่ได้ส่งถึงใคร", "Cancelled; nothing was sent.")
ANNOUNCE_DONE = Sentence(
    "ส่งประกาศแล้ว ถึง {sent:,} คน ส่งไม่ได้ {failed:,} คน",
    "Announcement sent to {sent:,} people; {failed:,} could not be reached.",
)
ANNOUNCE_TOO_LONG = Sentence("ประกาศยาวเกินไป ต้องไม่เกิน {most:,} ตัวอักษร", "Too long: at most {most:,} characters.")
AUDIT_TITLE = Sentence("การกระทำของผู้ดูแล ล่าสุดก่อน", "What admins did, latest first")
NO_AUDIT = Sentence("ยังไม่มีบันทึก", "Nothing yet.")

# Limits.

LIMIT_USER_MINUTE = Sentence(
    "คุณส่งข้อความถี่เกินไป (ไม่เกิน {limit} ข้อความต่อนาที) โปรดรอสักครู่แล้วถามใหม่",
    "Too many messages (at most {limit} a minute); please wait and ask again.",
)
LIMIT_USER_DAY = Sentence(
    "วันนี้คุณถามครบ {limit} ข้อแล้ว ถามใหม่ได้พรุ่งนี้",
    "You have asked your {limit} questions of today; please come back tomorrow.",
)
LIMIT_NONE = Sentence(
    "ขณะนี้บอตไม่รับคำถามตามที่ผู้ดูแลกำหนด โปรดติดต่อผู้ดูแล",
    "The bot takes no questions now, as its administrators have set it; please ask them.",
)
LIMIT_ALL_MINUTE = Sentence("ขณะนี้มีผู้ใช้มาก โปรดรอสักครู่แล้วถามใหม่", "The bot is very busy; please wait and ask again.")
LIMIT_ALL_DAY = Sentence(
    "วันนี้ระบบตอบครบจำนวนที่กำหนดไว้แล้ว ถามใหม่ได้พรุ่งนี้", "The bot has answered all it may today; please come back tomorrow."
)
LIMIT_USER_TOKENS = Sentence(
    "วันนี้คุณใช้โมเดลภาษาครบโควตาแล้ว จึงตอบด้วยข้อความจากเอกสารโดยตรง",
    "Your use of the chat model is used up for today; answers are the documents' own sentences.",
)
LIMIT_ALL_TOKENS = Sentence(
    "วันนี้ระบบใช้โมเดลภาษาครบโควตาแล้ว จึงตอบด้วยข้อความจากเอกสารโดยตรง",
    "The bot's use of the chat model is used up for today; answers are the documents' own sentences.",
)

# Privacy.

PRIVACY = Sentence(
    """ข้อมูลที่เก็บ
• บทสนทนาล่าสุดของคุณ (คำถามและคำตอบ) เพื่อให้ถามต่อเนื่องได้
• คำตอบที่แสดง เพื่อให้ปุ่มใต้คำตอบใช้ได้
• หมายเลขผู้ใช้ Telegram ภาษาที่เลือก ร่างที่เลือก จำนวนข้อความและโทเคนต่อวัน และสิทธิ์สมาชิก (ถ้ามี) พร้อมชื่อที่แสดง
• เมื่อกด 👍 หรือ 👎: คำถาม คำตอบ และเหตุผล โดยไม่มีชื่อผู้ใช้
• คำถามที่เอกสารไม่มีคำตอบ โดยไม่มีชื่อผู้ใช้ (ถ้าผู้ดูแลเปิดไว้) เพื่อปรับปรุงระบบ
เก็บไว้ {days} แล้วลบ เลขประจำตัวประชาชน หมายเลขโทรศัพท์ และอีเมลถูกปิดบังก่อนค้นหาและบันทึก
การกระทำของผู้ดูแล (เช่น การเชิญและถอนสิทธิ์) บันทึกไว้เพื่อการตรวจสอบ
ข้อความใน Telegram ไม่ได้เข้ารหัสแบบปลายทางถึงปลายทาง

/new ลืมบทสนทนานี้ · /forget ลบข้อมูลทั้งหมดของคุณ""",
    """What is kept
• your latest questions and answers, so that you can ask on; answers shown, so that their buttons work
• your Telegram number, chosen language and draft, messages and tokens a day; your role and name if you are a member
• with 👍 or 👎: question, answer and reason, without who pressed
• questions without an answer, without who asked, if the admins keep them
It is kept {days} and then deleted. Thai ID numbers, telephone numbers and e-mail addresses are masked first.
What admins do (invitations, withdrawals) is recorded for audits. Telegram chats with bots are not end-to-end encrypted.

/new forgets this conversation · /forget deletes all your data""",
)
FOR_DAYS = Sentence("{days:,} วัน", "for {days:,} days")
UNTIL_FORGOTTEN = Sentence("จนกว่าคุณจะสั่งลบ", "until you delete it")
ALL_FORGOTTEN = Sentence(
    "ลบข้อมูลทั้งหมดของคุณแล้ว: บทสนทนา คำตอบที่แสดง ความเห็น การตั้งค่า และสถิติการใช้",
    "All your data is deleted: conversations, shown answers, feedback, settings and usage.",
)
ROLE_FORGOTTEN = Sentence(
    "สิทธิ์สมาชิกของคุณถูกลบด้วย หากต้องการใช้อีก โปรดขอลิงก์เชิญใหม่จากผู้ดูแล",
    "Your role is deleted, too; ask an admin for a new invitation if you need it again.",
)

# Said to admins unasked.
TROUBLES = {
    Trouble.MODEL_FAILS: Sentence(
        "โมเดลภาษาใช้ไม่ได้หลายครั้งติดกัน ระหว่างนี้บอตตอบด้วยข้อความจากเอกสารโดยไม่ใช้โมเดล "
        "และจะลองใหม่เอง สาเหตุอยู่ในบันทึกของบอต (CHAT_MODEL)",
        "The chat model failed several times in a row. Answers are the documents' own sentences until it is back; "
        "the bot's log tells why (CHAT_MODEL).",
    ),
    Trouble.RELEASE_REFUSED: Sentence(
        "เปิดเอกสารรุ่นที่เผยแพร่ล่าสุดไม่ได้ บอตยังตอบจากรุ่นก่อนหน้า สาเหตุอยู่ในบันทึกของบอต "
        "สร้างใหม่ด้วย `python -m ingest build --force --publish`",
        "The release published last cannot be opened; answers come from the one before it. The bot's log tells why; "
        "`python -m ingest build --force --publish` builds it anew.",
    ),
}

# Said by the command on the console, not by the bot.
LOGIN_REFUSED = (
    "Telegram ไม่รู้จัก TELEGRAM_BOT_TOKEN นี้ โปรดคัดลอกโทเคนจาก @BotFather อีกครั้งแล้วใส่ใน .env\n"
    "Telegram does not know this TELEGRAM_BOT_TOKEN: copy the token from @BotFather again and put it into .env."
)
LOGIN_MISSING = (
    "ยังไม่ได้ตั้ง TELEGRAM_BOT_TOKEN โปรดขอโทเคนจาก @BotFather แล้วใส่ใน .env\n"
    "TELEGRAM_BOT_TOKEN is not set: get a token from @BotFather and put it into .env."
)
TWO_POLLERS = (
    "มีบอตอีกตัวกำลังใช้โทเคนเดียวกันอยู่ จึงหยุดตัวนี้ โปรดหยุดอีกตัวก่อน หรือใช้โทเคนอื่นสำหรับการพัฒนา\n"
    "Another process is polling Telegram with the same token, so this one stops. Stop the other one first, "
    "or use a separate token for development."
)
DATABASE_TAKEN = (
    "มีบอตอีกตัวของโทเคนนี้กำลังใช้ฐานข้อมูลเดียวกันอยู่ จึงหยุดตัวนี้ โปรดหยุดอีกตัวก่อน "
    "(หลายตัวพร้อมกันได้เมื่อใช้ webhook และ PostgreSQL)\n"
    "Another process of this bot is using the same database, so this one stops. Stop the other one first "
    "(several can run side by side with a webhook and PostgreSQL)."
)
DATABASE_DAMAGED = (
    "ฐานข้อมูลเสียหายระหว่างทำงาน จะเปิดใหม่และตอบต่อ · The database was damaged while in use: opening it anew and going on"
)
CANNOT_LISTEN = (
    "เปิดพอร์ต {listen} ไม่ได้ ({reason}) โปรดแก้ TELEGRAM_WEBHOOK_LISTEN หรือ METRICS_LISTEN\n"
    "Cannot listen at {listen} ({reason}): change TELEGRAM_WEBHOOK_LISTEN or METRICS_LISTEN."
)
UNREACHABLE = "ติดต่อ Telegram ไม่ได้ จะลองใหม่เรื่อย ๆ · Cannot reach Telegram at start; trying again: %s"
