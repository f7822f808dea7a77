"""Every fixed sentence that Telegram users see: Thai first, English second. All are plain text, not HTML."""

START = """สวัสดีครับ ถามแผน (Tham Phaen) ตอบคำถามเรื่องแผนพัฒนารัฐบาลดิจิทัลของประเทศไทย พ.ศ. 2563–2565 \
จากเอกสารของแผนโดยตรง และบอกที่มาของทุกคำตอบ

พิมพ์คำถามมาได้เลย เช่น
• ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่
• ยุทธศาสตร์มีอะไรบ้าง
• ร่างเดือนกันยายน 2563 มีเป้าหมายเชิงคุณภาพกี่ข้อ

/help วิธีใช้ · /sources เอกสารที่ใช้ตอบ · /new เริ่มเรื่องใหม่

I answer questions about Thailand's Digital Government Development Plan, B.E. 2563–2565, from the plan's own \
documents, and cite the passage behind every answer. Just type your question."""

HELP = """วิธีใช้
• พิมพ์คำถามเป็นข้อความ ถามต่อเนื่องได้ เช่น “แล้วข้อที่สองล่ะ”
• เลข [1] [2] ในคำตอบคือที่มา แตะปุ่มใต้คำตอบเพื่ออ่านข้อความเต็มจากเอกสาร
• ถ้าเอกสารไม่ได้ระบุไว้ บอตจะบอกว่าไม่พบ และไม่เดา
• ในกลุ่ม ให้กล่าวถึงบอตด้วย @ ตอบกลับข้อความของบอต หรือใช้ /ask ตามด้วยคำถาม
• แก้ไขข้อความที่ส่งแล้ว บอตจะไม่ตอบซ้ำ โปรดส่งคำถามใหม่

/sources เอกสารที่ใช้ตอบ พร้อมร่างและวันที่
/new ลืมบทสนทนานี้และเริ่มเรื่องใหม่
/ask ถามในกลุ่ม

บทสนทนาล่าสุดเก็บไว้ในหน่วยความจำเพื่อถามต่อได้เท่านั้น เมื่อกด 👍 หรือ 👎 ระบบจะบันทึกคำถามและคำตอบนั้นโดยไม่มีชื่อผู้ใช้ \
ข้อความใน Telegram ไม่ได้เข้ารหัสแบบปลายทางถึงปลายทาง โปรดอย่าส่งข้อมูลลับหรือข้อมูลส่วนบุคคล

How to use: type a question; [1] [2] are the sources, and the buttons under an answer show their full text. What the \
documents do not say is not guessed. In groups, mention the bot, reply to it, or use /ask. Edited messages are not \
answered again. Please send no confidential or personal data."""

COMMANDS = (
    ("start", "เริ่มใช้งาน · Start"),
    ("help", "วิธีใช้ · How to use"),
    ("sources", "เอกสารที่ใช้ตอบ · Documents"),
    ("new", "เริ่มเรื่องใหม่ · New conversation"),
    ("ask", "ถามในกลุ่ม · Ask in a group"),
)

FORGOTTEN = "ลืมบทสนทนานี้แล้ว ถามเรื่องใหม่ได้เลย\nConversation forgotten; ask something new."

TEXT_ONLY = (
    "ขออภัย บอตอ่านได้เฉพาะข้อความตัวอักษร โปรดพิมพ์คำถามเป็นข้อความ\nSorry, I can read text only; please type your question."
)

UNKNOWN_COMMAND = (
    "ไม่รู้จักคำสั่งนี้ ดูคำสั่งทั้งหมดได้ที่ /help หรือพิมพ์คำถามมาได้เลย\nUnknown command; see /help, or just type a question."
)

ASK_WHAT = "โปรดพิมพ์คำถามตามหลัง /ask เช่น /ask วิสัยทัศน์ของแผนคืออะไร\nPlease put your question after /ask."

NOTHING_ASKED = (
    "โปรดพิมพ์คำถามพร้อมกับการกล่าวถึงบอต เช่น “วิสัยทัศน์ของแผนคืออะไร”\nPlease write your question together with the mention."
)

APOLOGY = (
    "ขออภัย เกิดข้อผิดพลาดขณะหาคำตอบ โปรดลองถามอีกครั้ง หากยังไม่ได้โปรดแจ้งผู้ดูแลระบบ\n"
    "Sorry, something went wrong while answering; please ask again."
)

STALE = (
    "ขออภัย บอตขัดข้องไปช่วงหนึ่ง จึงเพิ่งเห็นข้อความนี้ซึ่งส่งมานานกว่า 1 ชั่วโมงแล้ว หากยังต้องการคำตอบ โปรดถามอีกครั้ง\n"
    "Sorry, I was out of order and see this only now, more than an hour later; please ask again if you still need it."
)

PLEASE_WAIT = (
    "ขณะนี้มีคำถามเข้ามามาก คำถามของคุณอยู่ในคิวแล้ว โปรดรอสักครู่ ไม่ต้องส่งซ้ำ\n"
    "Many questions are coming in just now; yours is in the queue. Please wait, there is no need to send it again."
)

SOURCES_TITLE = "เอกสารที่ใช้ตอบ · Documents"
NO_SOURCES = "ยังไม่มีเอกสารที่เปิดให้ค้น\nThere are no documents to search yet."

CITED_TITLE = "ที่มา · Sources"
NEAREST_TITLE = "เอกสารที่ใกล้เคียง · Nearest documents"
PAGE = "หน้า"
SHOW_PASSAGE = "ดูข้อความ"

EXPIRED = "ปุ่มนี้หมดอายุแล้ว โปรดถามใหม่ · This button has expired; please ask again."
THANKS_UP = "ขอบคุณครับ บันทึกแล้วว่ามีประโยชน์ · Thank you!"
THANKS_DOWN = "ขอบคุณครับ บันทึกแล้วว่าควรปรับปรุง · Thank you; noted."
VOTED_UP = "👍 บันทึกแล้ว"
VOTED_DOWN = "👎 บันทึกแล้ว"

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
CANNOT_LISTEN = (
    "เปิดพอร์ต {listen} ไม่ได้ ({reason}) โปรดแก้ TELEGRAM_WEBHOOK_LISTEN หรือ METRICS_LISTEN\n"
    "Cannot listen at {listen} ({reason}): change TELEGRAM_WEBHOOK_LISTEN or METRICS_LISTEN."
)
UNREACHABLE = "ติดต่อ Telegram ไม่ได้ จะลองใหม่เรื่อย ๆ · Cannot reach Telegram at start; trying again: %s"
