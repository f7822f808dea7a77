"""Names of persons in Thai text, as far as titles and offices give them away."""

import re
from functools import lru_cache

from corpus import thai

_TITLE = (
    r"(?:ดร\.|นางสาว|น\.ส\.|นาง(?!สาว)|นาย(?!ก(?:รัฐ|สมาคม|เทศ|\b|ฯ)|ทะเบียน|จ้าง|หน้า|แพทย์|อำเภอ|ทหาร|ตำรวจ|ช่าง|ด่าน|ท่า|ธนาคาร|ประกัน)"
    r"|พลเอก|พลโท|พลตรี|พล\.[ตทอ]\.|พ\.ต\.อ\.|ศาสตราจารย์|ศ\.|รศ\.|ผศ\.|ม\.ล\.|ม\.ร\.ว\.|คุณหญิง|คุณ(?=\s))"
)
_NAME_WORD = r"[\u0e01-\u0e4e]{2,24}"
_TITLED = re.compile(rf"(?<![\u0e01-\u0e4e]){_TITLE}\s*({_NAME_WORD})(?:\s+({_NAME_WORD}))?")
_OFFICE = (
    "ประธาน|ผู้อำนวยการ|ผอ\\.|เลขานุการ|เลขาธิการ|(?<!สำนัก)นายกรัฐมนตรี|(?<!คณะ)(?<!นายก)รัฐมนตรี|โฆษก|อธิบดี|ปลัด|ผู้ว่าการ|ผู้ว่าราชการ|หัวหน้า|นายกสมาคม|ผู้แทน|ผู้บริหาร|กรรมการผู้จัดการ|วิทยากร"
    "|ผู้กล่าว|ผู้ลงนาม|ผู้เสนอ|ผู้ก่อตั้ง"
)
_OFFICES = re.compile(rf"(?:(?:ผู้ช่วย|รอง|อดีต|รักษาการ|ผช\.)\s*)*(?:{_OFFICE})+")
_HOLDER = re.compile(rf"(?:{_OFFICE})[^\n]*?(?:คือ|ได้แก่|ชื่อ)\s*({_NAME_WORD})(?:\s+({_NAME_WORD}))?")
_BARE = re.compile(rf"^{_TITLE}\s*")
_HOLDS = re.compile(
    rf"^(?:•\s*)?({_NAME_WORD})\s+({_NAME_WORD})\s*(?=(?:เป็น|คือ|ดำรงตำแหน่ง|ในฐานะ|ทำหน้าที่|กล่าว|ระบุว่า|{_OFFICE}))"
)
# A word that begins so is no family name: the sentence goes on with an office or a verb.
_GOES_ON = re.compile(
    rf"(?:{_OFFICE}|ผู้|เป็น|คือ|ซึ่ง|และ|หรือ|ที่|ดำรง|ทำ|กล่าว|ตำแหน่ง|รอง|ผช|สำนัก|กระทรวง|กรม|คณะ|จาก|ของ|โดย|เมื่อ|ตาม|ณ(?![ก-ฮ])|ต่อ|แห่ง)"
)


_MAY_GO_ON = re.compile(r"ใน|ได้|มี|จะ|ให้")  # families are called so as well, but not by whole sentences
_LONG_FAMILY_NAME = 8  # letters


def persons_in(text: str) -> list[str]:
    """Names of persons, as far as titles and offices give them away."""
    found = []
    for pattern in (_TITLED, _HOLDER, _HOLDS):
        for match in pattern.finditer(text):
            first, last = _BARE.sub("", match[1]), match[2] or ""
            if last and (_GOES_ON.match(last) or (len(last) > _LONG_FAMILY_NAME and _MAY_GO_ON.match(last))):
                last = ""
            if pattern is not _TITLED and (not last or _is_plain_thai(first)):
                continue
            found.append(f"{first} {last}".strip())
    return list(dict.fromkeys(found))


@lru_cache(maxsize=2_000)
def _is_plain_thai(run: str) -> bool:
    """Whether a run of letters begins like ordinary prose: with an office, or a word that joins or counts."""
    first = thai.words(run)[:1]
    return bool(_GOES_ON.match(run)) or (bool(first) and first[0] in thai.STOP_WORDS)


def offices_in(text: str) -> frozenset[str]:
    """The offices that a text names, with what makes another office of them ("ผู้ช่วย", "รอง")."""
    return frozenset(f"#office{m[0].replace(' ', '')}" for m in _OFFICES.finditer(text))
