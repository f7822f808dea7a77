"""Superlatives over tables: proven by every row of the whole table, or not told."""

import pytest

from bot import tables
from bot.answer import AnswerStatus
from bot.answerer import Answerer
from bot.tables import Row, asks_extreme
from corpus.document import Passage, Unit, UnitKind


@pytest.mark.parametrize(
    "folded",
    ["ยุทธศาสตร์ไหนงบมากที่สุด", "ปีไหนอันดับดีสุด", "อันไหนน้อยสุด", "which strategy has the most projects", "โครงการเยอะสุด"],
)
def test_a_superlative_is_known(folded: str) -> None:
    assert asks_extreme(folded)


@pytest.mark.parametrize("folded", ["งบรวมเท่าไร", "แผนสิ้นสุดเมื่อไร", "ข้อสุดท้ายคืออะไร", "โครงการมากน้อยเพียงใด"])
def test_other_questions_are_none(folded: str) -> None:
    assert not asks_extreme(folded)


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("ยุทธศาสตร์ไหนของแผน 63-65 มีโครงการมากที่สุด", "ยุทธศาสตร์ที่ 1", "รวมทั้งแผน"),
        ("ยุทธศาสตร์ใดของแผน พ.ศ. 2566-2570 มีมาตรการมากที่สุด", "ยุทธศาสตร์ที่ 1 ยกระดับการเปลี่ยนผ่าน", "ผลรวม"),
        ("ปีไหนอันดับ EGDI ของไทยดีที่สุด", "อันดับ 52", "อันดับ 102"),
        ("ปีไหนอันดับ EGDI ของไทยแย่ที่สุด", "อันดับ 102", "อันดับ 52"),
    ],
)
def test_the_row_with_the_most_is_told_and_no_total(
    answerer: Answerer, question: str, told: str, not_told: str
) -> None:
    answer = answerer.answer(question)
    assert answer.status is AnswerStatus.ANSWERED
    assert told in answer.text and not_told not in answer.text
    assert all(citation.quote in citation.text for citation in answer.citations)


def test_a_row_without_a_number_is_told_beside(answerer: Answerer) -> None:
    answer = answerer.answer("คะแนน EGDI ของไทยสูงสุดปีไหน")
    assert "0.77" in answer.text
    assert "ไม่มีข้อมูลคะแนนปี 2567" in answer.text


def rows(*cells: str) -> list[Row]:
    units = tuple(Unit(UnitKind.ROW, f"แถว {i}: {cell}", cells=(f"แถว {i}", cell)) for i, cell in enumerate(cells))
    table = Passage("t", "t", ("t",), units, columns=("ชื่อ", "ค่า"))
    return [Row(unit, table) for unit in units]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (("4,879.87", "518.46", "๑๖๐"), [4879.87, 518.46, 160.0]),
        (("กว่า 30 บริการ", "80 บริการ"), [30.0, 80.0]),
        (("ร้อยละ 94.11", "100%"), [94.11, 100.0]),
        (("อันดับ 57", "อันดับดีขึ้นมาก"), []),
        (("17", "มากที่สุด 5 จาก 8"), []),
        (("17", "ไม่มีข้อมูล"), []),
    ],
)
def test_numbers_are_read_only_where_every_row_has_one(cells: tuple[str, ...], numbers: list[float]) -> None:
    assert tables._numbers(rows(*cells), 1) == numbers
