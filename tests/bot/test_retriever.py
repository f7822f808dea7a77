"""What is found for a question: only what the reader may see, and the plan that is asked about first."""

import pytest

from bot import question as questions
from bot.library import Library, Shelf
from bot.question import Question
from bot.retriever import NO_PLAN, OTHER_PLAN, OTHER_PLAN_NAMED, PASSAGES_READ, document_worth, retrieve
from corpus.document import Audience
from tests.bot.more_documents import SECRET_NAME


@pytest.fixture(scope="module")
def more(more_shelf: Shelf) -> Library:
    return more_shelf.library()


def understand(text: str, library: Library) -> Question:
    return questions.understand(text, library.glossary, library.vocabularies[Audience.PUBLIC])


class TestRetrieve:
    def test_best_first_and_no_more_than_asked_for(self, library: Library) -> None:
        question = understand("งบประมาณรวมของแผน 63-65 เท่าไร", library)
        hits = retrieve(library, question, Audience.PUBLIC)
        assert len(hits) == PASSAGES_READ
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert "6,504.69" in hits[0].passage.body
        assert retrieve(library, question, Audience.PUBLIC, k=3) == hits[:3]

    def test_a_name_finds_what_uses_another_name(self, library: Library) -> None:
        hits = retrieve(library, understand("DGA ก่อตั้งเมื่อไร", library), Audience.PUBLIC)
        assert hits[0].passage.document_id == "dga"

    def test_nothing_is_found_for_nothing(self, library: Library) -> None:
        assert retrieve(library, Question("", ""), Audience.PUBLIC) == []

    @pytest.mark.parametrize(
        ("text", "document_id", "seen_by"),
        [
            (f"วงเงินสำรองของโครงการ{SECRET_NAME}", "internal-note", {Audience.INTERNAL}),
            ("ที่ตั้งศูนย์สำรองข้อมูลเกาะสีชัง", "agency-note", {Audience.AGENCY, Audience.INTERNAL}),
            ("รายชื่อท่าเรือนำร่อง", "piers", set(Audience)),
        ],
    )
    def test_nobody_finds_what_is_not_for_them(
        self, text: str, document_id: str, seen_by: set[Audience], more: Library
    ) -> None:
        for audience in Audience:
            found = {hit.passage.document_id for hit in retrieve(more, understand(text, more), audience, k=100)}
            assert (document_id in found) == (audience in seen_by)

    def test_what_is_hidden_takes_no_place_of_what_is_seen(self, more: Library) -> None:
        question = understand(f"วงเงินสำรองของโครงการ{SECRET_NAME}", more)
        assert len(retrieve(more, question, Audience.PUBLIC)) == PASSAGES_READ


class TestDocumentWorth:
    def test_the_plan_that_is_named_counts_first(self, library: Library) -> None:
        worth = document_worth(library, understand("งบของแผน 66-70 เท่าไร", library), library.documents)
        assert worth["plan-2566-2570"] == 1.0
        assert worth["plan-2564-03"] == OTHER_PLAN_NAMED
        assert worth["act-2562"] == NO_PLAN

    def test_without_a_name_the_corpus_s_first_plan_is_meant(self, library: Library) -> None:
        worth = document_worth(library, understand("งบรวมเท่าไร", library), library.documents)
        assert worth["plan-2564-03"] == 1.0
        assert worth["plan-2566-2570"] == OTHER_PLAN

    def test_two_plans_named_count_alike(self, library: Library) -> None:
        worth = document_worth(library, understand("แผน 63-65 กับ 66-70 ต่างกันอย่างไร", library), library.documents)
        assert worth["plan-2564-03"] == worth["plan-2566-2570"] == 1.0

    def test_only_what_is_asked_about_has_one(self, library: Library) -> None:
        assert document_worth(library, understand("งบ", library), ["act-2562"]) == {"act-2562": NO_PLAN}
