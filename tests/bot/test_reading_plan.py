"""An invented plan in two drafts and two formats: its fifteen changes are found, questions about both are answered."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer, AnswerStatus
from bot.answerer import Answerer
from bot.library import Shelf
from corpus.document import Audience
from corpus.drafts import Change, ChangeKind
from ingest.build import build

READING_PLAN = Path(__file__).parent / "reading_plan"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (READING_PLAN / name).read_text(encoding="utf-8").splitlines()]


QUESTIONS = rows("questions.jsonl")


@pytest.fixture(scope="module")
def reading_shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    data_dir = tmp_path_factory.mktemp("reading") / "data"
    build(READING_PLAN, data_dir)
    return Shelf(data_dir)


@pytest.fixture(scope="module")
def reading(reading_shelf: Shelf) -> Answerer:
    return Answerer(reading_shelf)


@pytest.fixture(scope="module")
def found(reading_shelf: Shelf) -> tuple[Change, ...]:
    library = reading_shelf.library()
    old, new = library.drafts[Audience.PUBLIC].plans["reading"]
    revision = library.revisions.between(old, new)
    assert revision is not None
    return tuple(revision.changes)


class TestChanges:
    @pytest.mark.parametrize("made", rows("changes.jsonl"), ids=lambda made: made["old"] or made["new"])
    def test_each_that_was_made_is_found(self, made: dict[str, str], found: tuple[Change, ...]) -> None:
        assert [c for c in found if c.kind == made["kind"] and made["old"] in c.old_text and made["new"] in c.new_text]

    def test_none_is_invented(self, found: tuple[Change, ...]) -> None:
        made = [row["kind"] for row in rows("changes.jsonl")]
        assert sorted(str(c.kind) for c in found if c.kind is not ChangeKind.RENUMBERED) == sorted(made)
        renumbered = {(c.old_text.split()[0], c.new_text.split()[0]) for c in found if c.kind is ChangeKind.RENUMBERED}
        assert renumbered >= {("5.2", "5.3"), ("5.3", "5.4"), ("5.4", "5.5")}


def problems(asked: dict[str, Any], answer: Answer) -> list[str]:
    """What is wrong with an answer: its status, words it lacks or must not have, another draft cited first."""
    wrong = [] if asked["declined"] != answer.status.carries_citations else [str(answer.status)]
    wrong += [f"lacks {said}" for said in asked["must"] if not any(form in answer.text for form in said)]
    wrong += [f"has {word}" for word in asked["must_not"] if word in answer.text]
    if asked["draft"] and answer.citations and answer.citations[0].draft != asked["draft"]:
        wrong.append(f"cites {answer.citations[0].draft}")
    return wrong


@pytest.mark.parametrize(
    "asked", [q for q in QUESTIONS if not {"weak", "wrong"} & q.keys()], ids=lambda asked: asked["question"]
)
def test_a_question_is_answered_as_of_its_draft(asked: dict[str, Any], reading: Answerer) -> None:
    answer = reading.answer(asked["question"])
    assert problems(asked, answer) == [], answer.text


def test_what_is_known_to_fail_is_declined_and_little(reading: Answerer) -> None:
    weak = [q for q in QUESTIONS if "weak" in q]
    assert len(weak) <= 0.1 * len(QUESTIONS)
    assert all(reading.answer(q["question"]).status is AnswerStatus.NOT_IN_PLAN for q in weak)


def test_what_is_known_to_be_answered_wrongly_is_one_in_fifty_at_most() -> None:
    assert sum("wrong" in q for q in QUESTIONS) <= 0.02 * len(QUESTIONS)
