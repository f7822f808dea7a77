"""Two that are compared: each is asked for by itself, and both are told."""

import pytest

from bot import comparing
from bot.answer import AnswerStatus
from bot.answerer import Answerer
from tests.bot.chats import user


@pytest.mark.parametrize("folded", ["ปี 2563 กับ 2565 อันไหนมากกว่า", "ต่างกันเท่าไร", "แผนไหนมีโครงการมากกว่ากัน", "ห่างกันกี่อันดับ"])
def test_which_of_two_is_asked(folded: str) -> None:
    assert comparing.asks_which(folded)


@pytest.mark.parametrize("folded", ["ต่างกันอย่างไร", "ยุทธศาสตร์ไหนงบมากที่สุด", "มากกว่า 10 โครงการไหม", "อันไหนคือ gdx"])
def test_no_value_of_two_is_asked(folded: str) -> None:
    assert not comparing.asks_which(folded)


@pytest.mark.parametrize(
    ("chat", "question", "holds"),
    [
        ([], "ยุทธศาสตร์ที่ 2 กับ 3 ของแผน 63-65 อันไหนงบมากกว่า", ["518.46", "946.36"]),
        ([], "ยุทธศาสตร์ที่ 2 กับ 3 ของแผน 63-65 มีกี่โครงการ", ["8 โครงการ", "11 โครงการ"]),
        (["DG Awards ปี 65 มีกี่รางวัล", "ปี 64"], "ต่างกันเท่าไร", ["53 รางวัล", "33 รางวัล"]),
        (["ยุทธศาสตร์ที่ 1 กับ 4 ของแผน 63-65 คืออะไร"], "งบอันไหนน้อยกว่า", ["4,879.87", "160"]),
    ],
)
def test_both_are_told(answerer: Answerer, chat: list[str], question: str, holds: list[str]) -> None:
    answer = answerer.answer(question, user(*chat))
    assert answer.status is AnswerStatus.ANSWERED
    assert all(value in answer.text for value in holds)
    assert all(statement.citations for statement in answer.statements)


def test_without_two_there_is_nothing_to_compare(answerer: Answerer) -> None:
    turns = user("งบแผน 63-65 เท่าไร", "วิสัยทัศน์แผน 63-65 ว่าไง")
    assert "6,504.69" not in answerer.answer("ต่างกันเท่าไร", turns).text
