"""Questions to ask next: each is answered from under its own heading, for the reader who is asked."""

import pytest

from bot.answer import Answer, AnswerStatus
from bot.answerer import Answerer
from bot.library import Library, Shelf
from bot.suggestions import Suggestions
from corpus.document import Audience
from corpus.index import Hit


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


def test_a_heading_is_tried_once_a_release(library: Library) -> None:
    asked: list[str] = []

    def ask(question: str, audience: Audience, draft: str) -> Answer:
        asked.append(question)
        return Answer(question, AnswerStatus.NOT_IN_PLAN, "")

    suggestions = Suggestions(ask)
    hits = [Hit(passage, 1.0, 1.0) for passage in library.index.passages]
    assert suggestions.about(library, ["งบ"], hits, Audience.PUBLIC) == ()
    first = len(asked)
    assert suggestions.about(library, ["งบ"], hits, Audience.PUBLIC) == ()
    assert 0 < first == len(asked)
