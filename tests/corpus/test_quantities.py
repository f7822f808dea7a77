"""Numbers, dates, years, money and section numbers are found, and compared as a careful reader would."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.quantities import (
    Bound,
    Kind,
    Quantity,
    cell_quantities,
    in_digits,
    marker_number,
    quantities,
    stands_for,
)

THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def only(text: str) -> Quantity:
    found = quantities(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    "text",
    [
        "6,504.69 ล้านบาท", "6504.69 ล้านบาท", "๖,๕๐๔.๖๙ ล้านบาท", "6,504.69 ลบ.",
        "6.50469 พันล้านบาท", "6,504,690,000 บาท",
        "หกพันห้าร้อยสี่จุดหกเก้าล้านบาท", "6,504.69 million baht",
        "งบประมาณ (ล้านบาท): 6,504.69", "งบประมาณ (ล้านบาท) 6,504.69",
    ],
)  # fmt: skip
def test_money_has_one_value_in_all_writings(text: str) -> None:
    found = only(text)
    assert (found.kind, found.value, found.unit) == (Kind.MONEY, Decimal("6504690000"), "บาท")


@pytest.mark.parametrize(
    "text",
    [
        "พ.ศ. 2563", "พศ 2563", "ปี 2563", "ปี พ.ศ. 2563", "ปี ๒๕๖๓", "ค.ศ. 2020", "ปี ค.ศ. 2020",
        "ปี 63", "2563", "2020", "B.E. 2563",
    ],
)  # fmt: skip
def test_a_year_is_one_year_in_both_eras(text: str) -> None:
    found = only(text)
    assert (found.kind, found.value) == (Kind.YEAR, Decimal(2020))


def test_an_era_that_is_named_is_believed() -> None:
    assert only("ค.ศ. 2563").value == 2563
    assert only("พ.ศ. 2020").value == 2020 - 543


@pytest.mark.parametrize(
    "text", ["พ.ศ. 2563-2565", "ปี 2563–2565", "ปี 63-65", "ค.ศ. 2020-2022", "พ.ศ. 2563 ถึง พ.ศ. 2565"]
)
def test_a_period_has_both_ends(text: str) -> None:
    found = only(text)
    assert (found.kind, found.value, found.until) == (Kind.YEAR, Decimal(2020), Decimal(2022))


@pytest.mark.parametrize(
    "text",
    [
        "9 กันยายน 2563", "วันที่ 9 กันยายน พ.ศ. 2563", "๙ กันยายน ๒๕๖๓", "9 ก.ย. 2563",
        "9 ก.ย. 63", "9 กย 63", "9/9/2563", "2020-09-09",
        "9 September 2020", "September 9, 2020", "9 กันยายน ค.ศ. 2020",
    ],
)  # fmt: skip
def test_a_date_is_one_date_in_all_writings(text: str) -> None:
    found = only(text)
    assert (found.kind, found.day, found.month, found.year) == (Kind.DATE, 9, 9, 2020)


def test_an_agency_is_no_month() -> None:
    assert quantities("สำนักงาน ก.พ.ร. และสำนักงาน ก.พ. ร่วมกัน") == ()


@pytest.mark.parametrize(
    ("text", "label", "value", "sub"),
    [
        ("มาตรา 12 (4)", "มาตรา", 12, ("4",)),
        ("มาตรา ๑๒(๔)", "มาตรา", 12, ("4",)),
        ("ยุทธศาสตร์ที่ 1", "ยุทธศาสตร์", 1, ()),
        ("อันดับ 57", "อันดับ", 57, ()),
        ("อันดับที่ 57", "อันดับ", 57, ()),
        ("ด้านที่สอง", "ด้าน", 2, ()),
        ("ด้านแรก", "ด้าน", 1, ()),
    ],
)
def test_what_is_numbered_is_known_with_its_number(text: str, label: str, value: int, sub: tuple[str, ...]) -> None:
    found = only(text)
    assert (found.kind, found.label, found.value, found.sub) == (Kind.ORDINAL, label, Decimal(value), sub)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("225 คน", 225, "คน"), ("สองร้อยยี่สิบห้าคน", 225, "คน"), ("151 หน่วยงาน", 151, "หน่วยงาน"),
        ("สี่ยุทธศาสตร์", 4, "ยุทธศาสตร์"),
        ("จำนวนโครงการรวม 41", 41, "โครงการ"), ("โครงการ (จำนวน): 17", 17, "โครงการ"),
        ("1.5 ล้านคน", 1_500_000, "คน"), ("3 ปี", 3, "ปี"),
    ],
)  # fmt: skip
def test_a_number_is_known_with_what_it_counts(text: str, value: float, unit: str) -> None:
    found = only(text)
    assert (found.kind, found.value, found.unit) == (Kind.NUMBER, Decimal(str(value)), unit)


@pytest.mark.parametrize("text", ["ร้อยละ 50", "50%", "50 เปอร์เซ็นต์", "ร้อยละห้าสิบ", "ครึ่งหนึ่ง", "5 ใน 10"])
def test_a_share_is_one_share_in_all_writings(text: str) -> None:
    found = only(text)
    assert (found.kind, found.value) == (Kind.PERCENT, Decimal(50))


@pytest.mark.parametrize(
    "text", ["สามารถ", "ห้ามเข้า", "เรียบร้อย", "หนึ่งในนั้น", "โครงการหนึ่ง", "คนละครึ่ง", "พันธกิจ", "ศูนย์บริการ", "หกล้ม"]
)
def test_words_that_only_look_like_numbers_are_none(text: str) -> None:
    assert quantities(text) == ()


def test_an_items_marker_behind_its_lists_introduction_counts_nothing() -> None:
    number, length = quantities("ประกอบด้วยโครงการ: 1. โครงการท่อระบายน้ำ ระยะทาง 8.4 กิโลเมตร")
    assert (number.kind, number.value, number.unit) == (Kind.ORDINAL, Decimal(1), "")
    assert length.unit == "กิโลเมตร"
    assert quantities("โครงการ: 1 โครงการ")[0].kind is Kind.NUMBER


def test_the_numbers_of_a_list_are_none_but_a_number_at_the_start_of_a_line_is() -> None:
    assert quantities("1. การศึกษา\n2. สาธารณสุข\n(3) การเกษตร") == ()
    assert quantities("ได้แก่ 1) การศึกษา 2) สาธารณสุข 3) การเกษตร") == ()
    assert only("2.5 ล้านบาท").value == 2_500_000


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("ประมาณ 6,500 ล้านบาท", Bound.ABOUT), ("กว่า 6,500 ล้านบาท", Bound.MORE),
        ("6,500 กว่าล้านบาท", Bound.MORE),
        ("เกือบ 6,500 ล้านบาท", Bound.LESS), ("ไม่น้อยกว่า 6,500 ล้านบาท", Bound.AT_LEAST),
        ("ไม่เกิน 6,500 ล้านบาท", Bound.AT_MOST),
        ("งบประมาณ 6,500 ล้านบาท", Bound.EXACT),
    ],
)  # fmt: skip
def test_words_beside_a_figure_say_which_side_is_meant(text: str, bound: Bound) -> None:
    assert only(text).bound is bound


@pytest.mark.parametrize(
    ("stated", "source"),
    [
        ("6.50469 พันล้านบาท", "6,504.69 ล้านบาท"), ("กว่า 6,500 ล้านบาท", "6,504.69 ล้านบาท"),
        ("ประมาณ 6,505 ล้านบาท", "6,504.69 ล้านบาท"),
        ("เกือบ 6,505 ล้านบาท", "6,504.69 ล้านบาท"), ("160 ล้าน", "160 ล้านบาท"),
        ("ก.ย. 2563", "9 กันยายน 2563"), ("ปี 2563", "9 กันยายน 2563"),
        ("ปี 2565", "พ.ศ. 2563-2565"), ("มาตรา 12", "มาตรา 12 (4)"), ("วันที่ 9", "9 กันยายน 2563"),
        ("151 องค์กร", "151 หน่วยงาน"),
        ("6 ข้อ", "6 ความท้าทาย"), ("ร้อยละ 50", "ครึ่งหนึ่ง"),
    ],
)  # fmt: skip
def test_another_writing_or_a_less_exact_one_stands(stated: str, source: str) -> None:
    assert stands_for(only(stated), only(source))


@pytest.mark.parametrize(
    ("stated", "source"),
    [
        ("6,505 ล้านบาท", "6,504.69 ล้านบาท"), ("6,504.69 บาท", "6,504.69 ล้านบาท"),
        ("6,504.69 ล้านดอลลาร์", "6,504.69 ล้านบาท"),
        ("กว่า 6,600 ล้านบาท", "6,504.69 ล้านบาท"), ("กว่า 225 คน", "225 คน"),
        ("225 หน่วยงาน", "225 คน"), ("9 กันยายน 2563", "กันยายน 2563"),
        ("มาตรา 12 (5)", "มาตรา 12 (4)"), ("มาตรา 12 (4)", "มาตรา 12"), ("มาตรา 4", "4 ข้อ"),
        ("ร้อยละ 37", "37 โครงการ"),
        ("พ.ศ. 2563-2570", "พ.ศ. 2563-2565"), ("อันดับ 10", "10 อันดับ"),
        ("ไม่เกินร้อยละ 80", "ไม่น้อยกว่าร้อยละ 80"), ("ค.ศ. 2563", "พ.ศ. 2563"),
    ],
)  # fmt: skip
def test_another_value_unit_era_or_more_than_the_source_says_does_not_stand(stated: str, source: str) -> None:
    assert not stands_for(only(stated), only(source))


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("แบ่งเป็นสี่ด้าน", "แบ่งเป็น4ด้าน"),
        ("ประชุมปีละสองครั้ง", "ประชุมปีละ2ครั้ง"),
        ("ทำงานจากบ้านได้สัปดาห์ละหนึ่งวัน", "ทำงานจากบ้านได้สัปดาห์ละ1วัน"),
        ("ยี่สิบห้าแห่งกับ ๓ จุด", "25แห่งกับ ๓ จุด"),
        ("สามารถห้ามได้ทั้งสองฝ่าย", "สามารถห้ามได้ทั้งสองฝ่าย"),
    ],
)
def test_numbers_in_words_may_be_read_in_digits(text: str, digits: str) -> None:
    assert in_digits(text) == digits


def test_a_cell_takes_its_unit_from_the_name_of_its_column() -> None:
    [money] = cell_quantities("งบประมาณ (ล้านบาท)", "4,879.87")
    assert (money.kind, money.value) == (Kind.MONEY, Decimal("4879870000"))
    [count] = cell_quantities("โครงการ (จำนวน)", "17")
    assert (count.kind, count.unit) == (Kind.NUMBER, "โครงการ")


def test_markers_of_list_items() -> None:
    assert [marker_number(m) for m in ("2.", "(๓)", "4)", "•", "(ก)")] == [2, 3, 4, None, None]


@given(st.decimals(min_value=Decimal("0.01"), max_value=10_000, places=2))
def test_thousands_and_millions_of_baht_agree_for_any_amount(amount: Decimal) -> None:
    million = only(f"{amount:,} ล้านบาท")
    assert stands_for(only(f"{amount * 1_000_000:,.0f} บาท"), million)
    assert stands_for(only(f"{amount:,} ล้านบาท".translate(THAI)), million)
    assert not stands_for(only(f"{amount + Decimal('0.01'):,} ล้านบาท"), million)


@given(st.integers(min_value=2400, max_value=2640))
def test_both_eras_of_any_year_agree(year: int) -> None:
    assert stands_for(only(f"พ.ศ. {year}"), only(f"ค.ศ. {year - 543}"))
    assert not stands_for(only(f"พ.ศ. {year}"), only(f"ค.ศ. {year - 542}"))


@given(st.text(alphabet="ก1๒.,-/()% ปีศพที่วันมาตราล้านบาทร้อยละสี่หก\n", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for quantity in quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
        assert (
            stands_for(quantity, quantity) or quantity.bound in (Bound.MORE, Bound.LESS) or quantity.until is not None
        )
