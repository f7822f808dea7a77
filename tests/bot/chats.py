"""Chats that messages lean on."""

from bot.answer import Turn

AREAS = (
    "ร่างแผนพัฒนารัฐบาลดิจิทัล (ก.ย. 2563) กำหนดด้านที่มุ่งเน้น 6 ด้าน ดังนี้ [1]\n1. ด้านการศึกษา\n2. ด้านสาธารณสุข\n3. ด้านการเกษตร\n"
    "4. ด้านความเหลื่อมล้ำทางสิทธิสวัสดิการประชาชน\n5. ด้านการมีส่วนร่วม โปร่งใสและตรวจสอบได้ของประชาชน\n"
    "6. ด้านการส่งเสริมวิสาหกิจขนาดกลางและขนาดย่อม (SME)"
)


def user(*messages: str) -> list[Turn]:
    """A chat in which the person wrote these, and the bot answered each."""
    return [turn for message in messages for turn in (Turn("user", message), Turn("assistant", "ตอบแล้ว [1]"))]
