"""A message becomes a question: what it is about, what kind of thing answers, and what a follow-up takes over."""

from dataclasses import replace

import pytest

from bot import question as questions
from bot.answer import Turn
from bot.library import Library
from bot.question import INTENT_WORD_WORTH, Facet, Question
from bot.wording import Intent
from corpus import thai
from corpus.document import Audience
from corpus.glossary import read_glossary
from corpus.index import Vocabulary
from tests.bot.cases import Asked, read_cases

FOLLOW_UPS = [case for case in read_cases("plan") if case.history]


def understand(text: str, library: Library) -> Question:
    return questions.understand(text, library.glossary, library.index.vocabulary)


def with_history(text: str, turns: list[Turn] | tuple[Turn, ...], library: Library) -> Question:
    vocabulary = library.index.vocabulary
    return questions.with_history(understand(text, library), turns, library.glossary, vocabulary)


def facet(question: Question, form: str) -> Facet:
    """The facet that holds a phrase or a word; fails if none does."""
    for each in question.facets:
        if form in each.phrases or (form,) in each.alternatives or tuple(thai.words(form)) in each.alternatives:
            return each
    raise AssertionError(f"{form} is none of {question.facets}")


class TestFacets:
    def test_a_date_stands_whole(self, library: Library) -> None:
        date = facet(understand("ประชุม 9 ก.ย. 63 มีกี่คน", library), "9กันยายน2563")
        assert date.anchor
        assert not date.is_number

    @pytest.mark.parametrize(
        ("text", "phrase"),
        [
            ("ยุทธศาสตร์ที่ ๔ คืออะไร", "ยุทธศาสตร์ที่4"),
            ("ยุทธศาสตร์4 คืออะไร", "ยุทธศาสตร์ที่4"),
            ("ม.๑๒(๔) ว่าด้วยอะไร", "มาตรา12(4)"),
            ("มาตรา 12 (4)", "มาตรา12(4)"),
            ("คณะกรรมการ ครั้งที่ 1/2563", "ครั้งที่1/2563"),
            ("แผน 63-65", "2563-2565"),
            ("the 2020-2022 plan", "2563-2565"),
        ],
    )
    def test_numbered_things_and_ranges_stand_whole(self, text: str, phrase: str, library: Library) -> None:
        assert facet(understand(text, library), phrase).anchor

    def test_a_count_is_half_found_where_its_noun_stands(self, library: Library) -> None:
        counted = facet(understand("6 ด้านมีอะไรบ้าง", library), "6ด้าน")
        assert "ด้าน6" in counted.phrases
        assert counted.partly == ("ด้าน",)
        assert not counted.anchor

    def test_a_number_before_a_unit_is_no_ordinal(self, library: Library) -> None:
        asked = understand("โครงการ 41 ล้านบาท", library)
        assert not any("โครงการที่41" in each.phrases for each in asked.facets)

    def test_a_name_is_one_facet_with_all_its_names(self, library: Library) -> None:
        name = facet(understand("สพร. ทำอะไร", library), "สพร")
        assert name.is_name
        assert name.anchor
        assert ("dga",) in name.alternatives

    def test_a_christian_year_is_also_the_buddhist_one(self, library: Library) -> None:
        year = facet(understand("EGDI ค.ศ. 2020", library), "2020")
        assert year.alternatives == (("2020",), ("2563",))
        assert year.anchor
        assert (year.is_number, year.slot) == (True, "year")

    def test_people_are_what_a_question_is_about_whatever_stands_beside_them(self, library: Library) -> None:
        assert facet(understand("จำกัดนักท่องเที่ยววันละกี่คน", library), "นักท่องเที่ยว").worth == 1.0

    def test_words_that_only_ask_weigh_little_and_turned_ones_much(self, library: Library) -> None:
        asked = understand("โครงการที่ไม่ได้ดำเนินการมีจำนวนเท่าไร", library)
        assert facet(asked, "โครงการ").worth == 1.0
        assert facet(asked, "จำนวน").worth == INTENT_WORD_WORTH
        assert any(each.alternatives[0][0].startswith("ไม่") and each.worth == 1.0 for each in asked.facets)

    def test_question_words_and_politeness_are_none(self, library: Library) -> None:
        asked = understand("รบกวนสอบถามว่า งบรวมเท่าไรคะ", library)
        assert {"".join(each.alternatives[0]) for each in asked.facets} == {"งบรวม"}

    @pytest.mark.parametrize("text", ["", "คืออะไร", "ครับ", "???"])
    def test_there_may_be_none(self, text: str, library: Library) -> None:
        assert understand(text, library).facets == ()


class TestUnderstanding:
    def test_the_question_typed_is_kept(self, library: Library) -> None:
        typed = "  วิสัยทัศ ของแผน DG ๖๓–๖๕ คือ อะไรคับ  "
        assert understand(typed, library).original == typed

    @pytest.mark.parametrize(
        ("text", "other"),
        [
            ("แผน ๖๓-๖๕ งบเท่าไร", "แผน 63-65 งบเท่าไร"),
            ("แผน พ.ศ. 2563-2565 งบเท่าไร", "แผน พศ 2563-2565 งบเท่าไร"),
            ("ครม. อนุมัติ 30 มี.ค. 64", "ครม อนุมัติ 30 มีนาคม 2564"),
            ("EGDI 9/9/63", "EGDI September 9, 2020"),
            ("เเผนทำอะไร", "แผนทำอะไร"),
            ("คำ\u200bนวณ", "คํานวณ"),
            ("ที่" + "ประชุม", "ที" + "\u0e48" + "ประชุม"),
            ("ยุทธศาสตร์ที่สองคืออะไร", "ยุทธศาสตร์ที่ 2 คืออะไร"),
            ("สพร. ทำอะไรครับ", "รบกวน สอบถาม สพร. ทำอะไร"),
        ],
    )
    def test_writings_of_one_question_have_the_same_facets(self, text: str, other: str, library: Library) -> None:
        def about(each: str) -> list[tuple[object, ...]]:
            found = understand(each, library).facets
            return [(min(f.alternatives), f.phrases[-1:], f.anchor, f.worth) for f in found]

        assert about(text) == about(other)

    def test_what_was_put_right_is_told(self, library: Library) -> None:
        assert understand("วิสัยทัศของแผนคืออะไร", library).read_as == "วิสัยทัศน์ของแผนคืออะไร"
        assert understand("งบรวมเท่าไรร", library).read_as != "งบรวมเท่าไรร"  # what was typed is no other reading
        assert understand(";blypmyLoN-v'czo8nvvtwi", library).read_as == "วิสัยทัศน์ของแผนคืออะไร"

    def test_and_looks_as_it_was_typed(self, library: Library) -> None:
        told = understand("วิสัยทัศของแผน พ.ศ. ๒๕๖๓-๒๕๖๕ ของ สพร. คืออะไรคะ", library).read_as
        assert told == "วิสัยทัศน์ของแผน พ.ศ. ๒๕๖๓-๒๕๖๕ ของ สพร. คืออะไรคะ"

    @pytest.mark.parametrize(
        "text",
        ["วิสัยทัศน์ของแผนคืออะไร", "แผน 63-65", "สพร. คือ", "ก่อนหน้าแผน 63-65 ไทยไม่เคยมีแผนเลยจริงปะ", "มันเท่าไหร่อะ"],
    )
    def test_where_nothing_was_put_right_nothing_is_told(self, text: str, library: Library) -> None:
        assert understand(text, library).read_as == ""

    def test_equal_names_are_for_the_search(self, library: Library) -> None:
        names = understand("สพร. ตั้งเมื่อไร", library).names
        assert any(name[0] == "สพร" and "DGA" in name for name in names)

    def test_the_kind_of_answer(self, library: Library) -> None:
        asked = understand("มีหน่วยงานเข้าร่วมกี่หน่วยงาน", library)
        assert asked.intents == {Intent.COUNT}
        assert asked.counted == "หน่วยงาน"
        assert understand("เรื่องใดที่เอกสารไม่ได้ระบุ", library).asks_about_absence
        assert not understand("เอกสารระบุเรื่องใด", library).asks_about_absence


class TestTwoQuestions:
    @pytest.mark.parametrize(
        ("text", "halves"),
        [
            ("งบรวมเท่าไร แล้ว GDX คืออะไร", ["งบรวมเท่าไร", "GDX คืออะไร"]),
            ("GDX คืออะไร, ใครเป็นประธานการประชุม", ["GDX คืออะไร", "ใครเป็นประธานการประชุม"]),
            ("ครม. อนุมัติวันไหน และงบเท่าไร", ["ครม. อนุมัติวันไหน", "งบเท่าไร"]),
        ],
    )
    def test_are_parted(self, text: str, halves: list[str], library: Library) -> None:
        assert questions.parts(text, library.glossary) == halves

    @pytest.mark.parametrize(
        "text",
        [
            "งบรวมเท่าไร",
            "งบของแผนและของ สพร. เท่าไร",
            "ขอชื่อ 4 ยุทธศาสตร์ และ 6 ด้าน",
            "แผน 63-65 คืออะไร ครับ",
            "โครงการที่ไม่มีใครทำในแผน 63-65 มีอะไรบ้าง",  # the gap is within a name
            "",
        ],
    )
    def test_one_stays_one(self, text: str, library: Library) -> None:
        assert questions.parts(text, library.glossary) == [text]


class TestFollowUp:
    EARLIER = (Turn("user", "ยุทธศาสตร์ที่ 1 ของแผน 63-65 งบเท่าไร"), Turn("assistant", "4,879.87 ล้านบาท"))

    def test_takes_over_what_was_asked_before(self, library: Library) -> None:
        asked = with_history("มีกี่โครงการ", self.EARLIER, library)
        assert asked.follow_up
        taken = facet(asked, "ยุทธศาสตร์ที่1")
        assert taken.context
        assert not facet(asked, "โครงการ").context

    def test_its_own_ordinal_and_years_replace_the_earlier_ones(self, library: Library) -> None:
        asked = with_history("แล้วยุทธศาสตร์ที่ 2 ล่ะ", self.EARLIER, library)
        phrases = {phrase for each in asked.facets for phrase in each.phrases}
        assert "ยุทธศาสตร์ที่2" in phrases
        assert "ยุทธศาสตร์ที่1" not in phrases
        assert facet(asked, "2563-2565").context
        other_plan = with_history("แล้วของแผน 66-70 ล่ะ", self.EARLIER, library)
        phrases = {phrase for each in other_plan.facets for phrase in each.phrases}
        assert "2566-2570" in phrases
        assert "2563-2565" not in phrases

    def test_asks_for_the_same_kind_of_thing_unless_it_says_another(self, library: Library) -> None:
        assert with_history("แล้วยุทธศาสตร์ที่ 2 ล่ะ", self.EARLIER, library).intents == {Intent.MONEY}
        assert with_history("แล้วยุทธศาสตร์ที่ 2 คืออะไร", self.EARLIER, library).intents == {Intent.DEFINITION}

    def test_skips_small_talk_and_reaches_over_follow_ups(self, library: Library) -> None:
        turns = [*self.EARLIER, Turn("user", "แล้วยุทธศาสตร์ที่ 2 ล่ะ"), Turn("user", "ขอบคุณครับ"), Turn("user", "")]
        asked = with_history("มีกี่โครงการ", turns, library)
        assert facet(asked, "ยุทธศาสตร์ที่2").context
        assert facet(asked, "2563-2565").context

    def test_without_an_earlier_question_stays_as_it_is(self, library: Library) -> None:
        asked = understand("แล้วอันนั้นล่ะ", library)
        for turns in ([], [Turn("user", "สวัสดี")], [Turn("assistant", "งบ 6,504.69 ล้านบาท")]):
            assert with_history("แล้วอันนั้นล่ะ", turns, library) == asked

    @pytest.mark.parametrize("case", FOLLOW_UPS, ids=lambda case: case.id)
    def test_adds_nothing_that_the_person_did_not_say(self, case: Asked, library: Library) -> None:
        asked = with_history(case.question, case.history, library)
        said = [case.question, *(turn.content for turn in case.history if turn.role == "user")]
        facets = [replace(each, context=False) for text in said for each in understand(text, library).facets]
        assert asked.original == case.question
        assert asked.follow_up
        assert all(replace(each, context=False) in facets for each in asked.facets)
        own = understand(case.question, library).facets
        assert asked.facets[: len(own)] == own

    @pytest.mark.parametrize("case", FOLLOW_UPS, ids=lambda case: case.id)
    def test_what_the_bot_said_is_not_taken_over(self, case: Asked, library: Library) -> None:
        other = [Turn(t.role, t.content if t.role == "user" else "แผน 66-70 มีมาตรา 99") for t in case.history]
        assert with_history(case.question, other, library) == with_history(case.question, case.history, library)


def test_an_everyday_word_also_means_what_documents_write() -> None:
    asked = questions.understand("แผน ครม เคาะวันไหน", read_glossary(), Vocabulary(()))
    [facet] = [facet for facet in asked.facets if facet.alternatives[0] == ("เคาะ",)]
    assert facet.alternatives == (("เคาะ",), ("อนุมัติ",), ("เห็นชอบ",))


def test_a_request_of_its_own_is_not_of_the_kind_asked_for_before(library: Library) -> None:
    words = library.glossary, library.vocabularies[Audience.PUBLIC]
    before = [Turn("user", "แผน 66-70 มีกี่ยุทธศาสตร์")]
    asked = questions.understand("ขอชื่อของยุทธศาสตร์ที่ 2", *words)
    assert questions.with_history(asked, before, *words).intents == frozenset()
    other_plan = questions.understand("แล้วแผน 63-65 ล่ะ", *words)
    assert Intent.COUNT in questions.with_history(other_plan, before, *words).intents


@pytest.mark.parametrize("text", ["งบเท่าไร", "มีกี่ข้อ", "ปี 64", "ใครเป็นประธาน", "หน่วยงานไหนทำบ้าง", "เมื่อไหร่"])
def test_a_bare_question_names_nothing_that_it_is_about(text: str, library: Library) -> None:
    assert questions.is_bare(understand(text, library))


@pytest.mark.parametrize("text", ["GDX คืออะไร", "ยุทธศาสตร์ที่ 2 งบเท่าไร", "ปีงบประมาณ 2565 เริ่มวันไหน", "แผน 66-70 มีกี่ด้าน"])
def test_what_names_its_topic_is_not_bare(text: str, library: Library) -> None:
    assert not questions.is_bare(understand(text, library))


def test_what_was_wanted_before_gives_way_to_what_is_wanted_now(library: Library) -> None:
    before = [Turn("user", "ยุทธศาสตร์ที่ 2 ของแผน 63-65 งบเท่าไร")]
    taken = {each.words for each in with_history("มีกี่มาตรการ", before, library).facets if each.context}
    assert not taken & {"งบ", "งบประมาณ"} and any("ยุทธศาสตร์" in words for words in taken)
    same = {each.words for each in with_history("แล้วยุทธศาสตร์ที่ 3 ล่ะ", before, library).facets if each.context}
    assert same & {"งบ", "งบประมาณ"}


def test_another_one_of_its_kind_takes_the_place_of_a_name(library: Library) -> None:
    before = [Turn("user", "สพร. ย่อมาจากอะไร")]
    swapped = with_history("แล้ว สพธอ. ล่ะ", before, library)
    assert [each.kind for each in swapped.facets if each.is_name] == ["agency"]
    compared = with_history("แล้วต่างจาก สพธอ. อย่างไร", before, library)
    assert [each.kind for each in compared.facets if each.is_name] == ["agency", "agency"]


def test_a_bare_message_before_is_itself_made_whole(library: Library) -> None:
    before = [Turn("user", "DG Awards ปี 65 มีกี่รางวัล"), Turn("user", "ปี 64")]
    assert any("dg" in each.words for each in with_history("มอบวันไหน", before, library).facets)


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("แผน 63-65 มีห้ายุทธศาสตร์ใช่ไหม", ["5ยุทธศาสตร์"]),
        ("งบรวมแผน 63-65 คือ 5,000 ล้านบาทจริงไหม", ["5000"]),
        ("ครม. อนุมัติแผน 63-65 วันที่ 30 เมษายน 2564 หรือเปล่า", ["30เมษายน2564"]),
        ("แผน 63-65 มีกี่ยุทธศาสตร์", []),
    ],
)
def test_a_question_to_confirm_claims_what_it_ends_with(text: str, claimed: list[str], library: Library) -> None:
    found = questions.claims(understand(text, library))
    assert [each.phrases[0] if each.phrases else each.words for each in found] == claimed


def test_a_date_that_only_says_which_meeting_is_no_claim(library: Library) -> None:
    asked = understand("ประชุมวันที่ 9 กันยายน 2563 จัดที่เซ็นทาราใช่ไหม", library)
    assert questions.claims(asked) and not any(map(questions.is_date, questions.claims(asked)))
    neutral = questions.without_claims(asked)
    assert neutral is not None and Intent.PLACE in neutral.intents and any(map(questions.is_date, neutral.facets))
