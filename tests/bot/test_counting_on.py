"""The next, or another one, of what the person asked about: alone and through the answerer."""

import pytest

from bot.answer import Turn
from bot.answerer import Answerer
from bot.counting_on import in_place
from bot.question import as_read
from tests.bot.chats import AREAS, user


@pytest.mark.parametrize(
    ("before", "message", "means"),
    [
        (["ยุทธศาสตร์ที่ 2 คืออะไร"], "แล้วข้อถัดไปล่ะ", "แล้วยุทธศาสตร์ที่ 3 ล่ะ"),
        (["ยุทธศาสตร์ที่ ๑ คืออะไร"], "แล้วอันที่สามล่ะ", "แล้วยุทธศาสตร์ที่ 3 ล่ะ"),
        (["ยุทธศาสตร์ที่ 1 คืออะไร", "อันถัดไปล่ะ"], "แล้วอันต่อไป", "แล้วยุทธศาสตร์ที่ 3"),
        (["มาตรา 12 ว่าอย่างไร"], "แล้วมาตราก่อนหน้านี้ล่ะ", "แล้วมาตราที่ 11 ล่ะ"),
        (["EGDI ปี 63 ไทยอันดับเท่าไร"], "แล้วปีถัดไปล่ะ", "แล้วปี 2564 ล่ะ"),
    ],
)
def test_the_next_is_told_by_what_was_counted_off(before: list[str], message: str, means: str) -> None:
    assert in_place(message, user(*before), as_read) == means


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (["ยุทธศาสตร์ที่ 2 คืออะไร"], "ความท้าทายถัดไปคืออะไร"),  # of another kind
        (["ยุทธศาสตร์ที่ 2 คืออะไร"], "ขั้นตอนต่อไปคืออะไร"),
        (["แผน 2563-2565 มีงบเท่าไร"], "แล้วแผนถัดไปล่ะ"),  # a plan of its own
        (["ยุทธศาสตร์ที่ 1 คืออะไร"], "อันก่อนหน้าล่ะ"),  # there is none
        (["วิสัยทัศน์คืออะไร"], "ข้อถัดไปล่ะ"),
        (["ยุทธศาสตร์ที่ 2 คืออะไร"], "ยุทธศาสตร์ที่ 4 คืออะไร"),
    ],
)
def test_a_message_that_counts_on_from_nothing_stays_as_it_is(before: list[str], message: str) -> None:
    assert in_place(message, user(*before), as_read) == message


def test_the_item_after_the_one_asked_about_is_of_the_bots_list(answerer: Answerer) -> None:
    turns = [Turn("user", "6 ด้านมีอะไรบ้าง"), Turn("assistant", AREAS), *user("ข้อแรกคืออะไร")]
    assert "สาธารณสุข" in answerer.answer("แล้วข้อถัดไปล่ะ", turns).text


def test_counting_on_answers_with_the_next(answerer: Answerer) -> None:
    turns = user("ยุทธศาสตร์ที่ 1 ของแผน 63-65 คืออะไร")
    assert "อำนวยความสะดวกภาคธุรกิจ" in answerer.answer("แล้วข้อถัดไปล่ะ", turns).text


@pytest.mark.parametrize("message", ["แล้ว (4) ล่ะ", "แล้วข้อ (4) ว่าอย่างไร"])
def test_a_bare_subsection_is_of_the_section_asked_about(message: str) -> None:
    assert "มาตรา 12 (4)" in in_place(message, user("มาตรา 12 (3) คืออะไร"), as_read)
