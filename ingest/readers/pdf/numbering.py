"""How Thai plans number their parts and items: ส่วนที่ ๑, ยุทธศาสตร์ที่ 2, ข้อ ๓, ๑.๒, (ก), ก., and bullets."""

import re

_DIGITS = "0-9๐-๙"
_NUMBER = rf"[{_DIGITS}]{{1,3}}"
_BULLETS = "•●○◦▪▫■□◆◇►▶➢➤✓✔❖·∙\u2013\u2014\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf06c\uf0e0\uf0a8"

_BULLET = re.compile(rf"(?P<marker>[{_BULLETS}]|[-*o](?=\s))\s*(?=\S)")
_ITEM = re.compile(
    rf"(?P<marker>\((?:{_NUMBER}|[ก-ฮ]|[a-zA-Z]|[ivx]{{1,4}})\)"  # (๑) (ก) (a) (iv)
    rf"|(?:{_NUMBER}\.)+{_NUMBER}[.)]?(?=\s)"  # 1.2 and more
    rf"|{_NUMBER}[.)](?![{_DIGITS}])"  # ๑. 1)
    rf"|[ก-ฮ][.)](?![ก-ฮ]\.)(?=\s)"  # ก. but not ก.พ.
    rf"|[a-zA-Z][.)](?=\s)"
    rf"|[ivx]{{1,4}}[.)](?=\s)"
    rf"|ข้อ\s?{_NUMBER}[.)]?(?=\s))\s*(?=\S)"
)
# A part of a document by its name, with how deep such parts stand, from the outermost.
_PARTS = (
    (r"ภาคผนวก|ภาคที่|ภาค", 1),
    (r"บทที่|ส่วนที่|หมวดที่|หมวด|ลักษณะ|บทสรุปผู้บริหาร|Chapter|Part", 1),
    (r"ยุทธศาสตร์ที่|ยุทธศาสตร์|ประเด็นยุทธศาสตร์ที่|ด้านที่|เสาหลักที่|แผนงานที่|Strategy", 2),
    (r"เป้าหมายที่|เป้าประสงค์ที่|กลยุทธ์ที่|แนวทางที่|มาตรการที่|มาตรการ|Measure|Goal", 3),
    (r"โครงการที่|กิจกรรมที่|ตัวชี้วัดที่|ระยะที่", 4),
)
_PART = re.compile(
    "|".join(rf"(?P<d{i}>(?:{names})\s*(?:{_NUMBER}|[ก-ฮ](?=\s|$)))" for i, (names, _) in enumerate(_PARTS))
)
_DECIMAL = re.compile(rf"(?P<number>{_NUMBER}(?:\.{_NUMBER})*)\.?\)?\s+\S")
_LETTERED = re.compile(r"(?:[ก-ฮ]\.|\([ก-ฮ]\))\s+\S")


def marker_of(text: str) -> tuple[str, str]:
    """The marker that a line begins with, and the rest of the line; an empty marker if it begins no item."""
    found = _ITEM.match(text) or _BULLET.match(text)
    if not found or _is_amount(text, found):
        return "", text
    marker = found["marker"]
    return ("•" if len(marker) == 1 and marker in _BULLETS else marker), text[found.end() :]


def part_depth(text: str) -> int:
    """How deep the named part stands that a line opens (ส่วนที่ 1, ยุทธศาสตร์ที่ 2, มาตรการ 3), from 1; 0 if it opens none."""
    found = _PART.match(text)
    if not found:
        return 0
    return next(depth for i, (_, depth) in enumerate(_PARTS) if found[f"d{i}"])


def number_depth(text: str) -> int:
    """How many numbers a decimal number in front of a line has: 2 of "๑.๒ วิสัยทัศน์"; 0 if there is none."""
    found = _DECIMAL.match(text)
    return found["number"].count(".") + 1 if found else 0


def is_lettered(text: str) -> bool:
    return bool(_LETTERED.match(text))


def _is_amount(text: str, found: re.Match[str]) -> bool:
    """Whether what looks like a number of an item is an amount or a year that a broken line happens to begin with."""
    marker, rest = found["marker"], text[found.end() :]
    if not re.fullmatch(rf"(?:[{_DIGITS}]+\.)+[{_DIGITS}]+", marker):
        return False
    last = re.split(r"\.", marker)[-1]
    return bool(re.match(r"(?:ล้าน|พันล้าน|แสน|บาท|%|ร้อยละ|เปอร์เซ็นต์|คะแนน|ปี|เท่า)", rest)) or len(last) > 2
