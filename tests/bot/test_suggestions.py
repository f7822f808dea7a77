"""Questions to ask next: each is answered from under its own heading, for the reader who is asked."""

import pytest

from bot.answer import AnswerStatus
from bot.answerer import Answerer
from bot.library import Shelf
from corpus.document import Audience


@pytest.mark.parametrize("question", ["วิสัยทัศน์ของแผนคืออะไร", "แผน 2566-2570 มีกี่ยุทธศาสตร์"])
def test_each_suggestion_is_answered_beside_the_cited_passage(answerer: Answerer, question: str) -> None:
    answer = answerer.answer(question)
    suggested = answerer.follow_ups(answer)
    assert 1 <= len(suggested) <= 2
    for heading in suggested:
        told = answerer.answer(heading)
        assert told.status is AnswerStatus.ANSWERED
        assert any(heading in c.section for c in told.citations)
        assert told.citations[0].section != answer.citations[0].section
    assert answerer.follow_ups(answer) == suggested


def test_what_is_not_answered_suggests_nothing(answerer: Answerer) -> None:
    assert answerer.follow_ups(answerer.answer("ราคาทองวันนี้")) == ()


def test_documents_and_pages_are_those_of_the_audience(more_shelf: Shelf) -> None:
    answerer = Answerer(more_shelf)
    readable = {audience: {d.id for d in answerer.readable(audience)} for audience in Audience}
    assert readable[Audience.PUBLIC] < readable[Audience.AGENCY] < readable[Audience.INTERNAL]
    assert {d.id for d in answerer.documents} == readable[Audience.PUBLIC]
