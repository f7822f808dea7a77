"""Personal numbers are found however they are typed, and other numbers are left alone."""

import pytest

from bot.personal import find_personal, is_thai_id, kinds_masked, masked, without_masks

VALID_ID = "1101700230708"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (VALID_ID, "[เลขประจำตัวประชาชน]"),
        ("1-1017-00230-70-8", "[เลขประจำตัวประชาชน]"),
        ("๑๑๐๑๗๐๐๒๓๐๗๐๘", "[เลขประจำตัวประชาชน]"),
        ("1101700230709", "1101700230709"),  # the check digit does not fit
        ("0812345678", "[หมายเลขโทรศัพท์]"),
        ("02 612 6000", "[หมายเลขโทรศัพท์]"),
        ("+66 81 234 5678", "[หมายเลขโทรศัพท์]"),
        ("๐๘๑-๒๓๔-๕๖๗๘", "[หมายเลขโทรศัพท์]"),
        ("081 - 234 - 5678", "[หมายเลขโทรศัพท์]"),
        ("08\u200b1234\u200b5678", "[หมายเลขโทรศัพท์]"),
        ("1101700\u200b230708", "[เลขประจำตัวประชาชน]"),
        ("0812345678@dga.or.th", "[อีเมล]"),
        ("somchai.j+x@dga.or.th ครับ", "[อีเมล] ครับ"),
        ("งบ 6,504.69 ล้านบาท ปี 2563-2565 เล่ม 139 ตอนที่ 112", "งบ 6,504.69 ล้านบาท ปี 2563-2565 เล่ม 139 ตอนที่ 112"),
        ("วันที่ 9 กันยายน 2563 เวลา 09.00-12.00 น.", "วันที่ 9 กันยายน 2563 เวลา 09.00-12.00 น."),
    ],
)
def test_masking_takes_personal_numbers_and_leaves_others(text: str, wanted: str) -> None:
    assert masked(text) == wanted


def test_the_check_digit_of_an_id() -> None:
    assert is_thai_id(VALID_ID)
    assert not any(is_thai_id(VALID_ID[:-1] + digit) for digit in "012345679")
    assert not is_thai_id("110170023070")


def test_masking_twice_changes_nothing_and_the_kinds_are_told() -> None:
    once = masked(f"บัตร {VALID_ID} โทร 0812345678")
    assert masked(once) == once
    assert kinds_masked(once) == ("เลขประจำตัวประชาชน", "หมายเลขโทรศัพท์")
    assert kinds_masked("แผน 2563-2565") == ()


def test_places_are_those_of_the_text() -> None:
    text = f"ก {VALID_ID} ข a@b.co"
    assert [text[n.start : n.end] for n in find_personal(text)] == [VALID_ID, "a@b.co"]


def test_what_is_searched_for_has_no_masks_and_no_words_that_announce_them() -> None:
    assert without_masks(masked("วิสัยทัศน์คืออะไร โทร. 081-234-5678 อีเมล a@b.co")) == "วิสัยทัศน์คืออะไร"
    assert without_masks("เบอร์โทรของ DGA คืออะไร") == "เบอร์โทรของ DGA คืออะไร"
