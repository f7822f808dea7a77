"""Personal numbers in what people type, masked before it is kept: Thai ID numbers, telephone numbers, e-mail."""

import re

_DIGIT = "[0-9๐-๙]"
_GAP = r"[\s\-.]?"
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+", re.ASCII)
_ID = re.compile(rf"(?<!{_DIGIT}){_DIGIT}(?:{_GAP}{_DIGIT}){{12}}(?!{_DIGIT})")
_PHONE = re.compile(
    rf"(?<!{_DIGIT})(?:\+{_GAP}?(?:66|๖๖){_GAP}(?:\(?[0๐]\)?)?|[0๐]){_GAP}[2-9๒-๙](?:{_GAP}{_DIGIT}){{7,8}}(?!{_DIGIT})"
)


def masked(text: str) -> str:
    """The text with e-mail addresses, Thai ID numbers (those whose check digit fits) and telephone numbers replaced.

    Names are not found by rule and stay.
    """
    text = _EMAIL.sub("[อีเมล]", text)
    text = _ID.sub(lambda m: "[เลขประจำตัวประชาชน]" if is_thai_id(m[0]) else m[0], text)
    return _PHONE.sub("[หมายเลขโทรศัพท์]", text)


def is_thai_id(text: str) -> bool:
    """Whether the 13 digits of the text are a Thai ID number: the last one is a check over the others."""
    digits = [int(letter) for letter in text if letter.isdecimal()]
    if len(digits) != 13:
        return False
    weighted = sum(digit * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - weighted % 11) % 10 == digits[12]
