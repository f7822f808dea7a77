"""The labels of buttons."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.keyboards import CUT, LONGEST_LABEL, label_of

WORDS = ("งบประมาณ", "แผน", "2566–2570", "เท่าไร", "ผู้", "น้ำ", "เกี่ยวกับ", "เรื่อง", "[12]", "👨‍👩‍👧", " ", "ๆ", "ก็")


def test_a_label_that_fits_stays_as_it_is() -> None:
    assert label_of("งบประมาณ\nของแผน  เท่าไร") == "งบประมาณ ของแผน เท่าไร"


def test_a_long_label_keeps_both_ends() -> None:
    question = "หน่วยงานใดรับผิดชอบโครงการที่เกี่ยวกับการพัฒนาศูนย์กลางข้อมูลเปิดภาครัฐ ในแผน 2566–2570"
    label = label_of(question)
    assert label.startswith("หน่วยงานใดรับผิดชอบ")
    assert label.endswith("ในแผน 2566–2570")


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map("".join))
def test_no_label_is_too_long_or_cut_inside_a_cluster(question: str) -> None:
    label = label_of(question)
    text = " ".join(question.split())
    assert len(label) <= LONGEST_LABEL
    if label == text:
        return
    head, tail = label.split(CUT.strip(), 1)
    assert text.startswith(head.rstrip())
    assert text.endswith(tail.lstrip())
    assert not unicodedata.category(tail.lstrip()[0]).startswith("M")
    assert not "เ" <= head.rstrip()[-1] <= "ไ"
