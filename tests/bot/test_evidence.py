"""What a unit of a passage shows for a question: its own words, what introduces it, and what is another thing."""

import numpy as np
import pytest

from bot import question as questions
from bot.evidence import (
    CONTEXT_WORTH,
    DOCUMENT,
    HEADING,
    INSIDE_LEAST,
    INSIDE_MOST,
    LEAD,
    MEANING_WORTH,
    MOST_WEIGHT,
    NOT_OF,
    OTHER_YEAR,
    SPELLING_FLOOR,
    SPELLING_WORTH,
    TITLE,
    Scored,
)
from bot.library import Library
from bot.question import Facet, Question
from corpus.document import Passage, Unit, UnitKind
from tests.bot.plan_passages import AREAS, BUDGET, MEETING, RANKS, RESULTS, SECTIONS, STRATEGIES


def prose(*sentences: str, path: tuple[str, ...] = ("เรื่องหนึ่ง", "ตอนหนึ่ง"), document: str = "d") -> Passage:
    units = tuple(Unit(UnitKind.SENTENCE, s) for s in sentences)
    return Passage(f"{document}#{path[-1]}#{sentences[0]}", document, path, units)


def understand(text: str, library: Library) -> Question:
    return questions.understand(text, library.glossary, library.index.vocabulary)


def score(text: str, library: Library, *passages: Passage) -> list[Scored]:
    return library.evidence.score(understand(text, library), passages)


def best(text: str, library: Library, *passages: Passage) -> str:
    """The text of the unit that covers most of the question."""
    return max(score(text, library, *passages), key=lambda s: (s.coverage, s.own_coverage)).unit.text


def found(text: str, sentence: str, library: Library) -> list[float]:
    """How much of each facet of the question one sentence holds."""
    return [round(float(share), 2) for share in score(text, library, prose(sentence))[0].own]


class TestWords:
    def test_the_sentence_that_says_it_covers_most(self, library: Library) -> None:
        for question, answer in (
            ("ใครเป็นประธานการประชุม", "ธนกร"),
            ("สถานที่จัดประชุมคือที่ใด", "พูลแมน"),
            ("ข่าวการประชุมเผยแพร่เมื่อไร", "12 กันยายน"),
            ("มีงบประมาณรวมเท่าไร", "6,504.69"),
            ("มาตรา 12 (4) ว่าด้วยอะไร", "คุ้มครองข้อมูล"),
        ):
            assert answer in best(question, library, BUDGET, MEETING, SECTIONS, RESULTS)

    def test_a_prefix_makes_no_other_word(self, library: Library) -> None:
        assert found("ประชุม", "มีการประชุม", library) == [1.0]
        assert found("การประชุม", "เขาประชุม", library) == [1.0]

    def test_a_word_inside_a_longer_one_counts_by_how_much_of_it_is_the_same(self, library: Library) -> None:
        share = found("ประชุม", "ที่ประชุม", library)[0]
        assert share == pytest.approx(INSIDE_LEAST + (INSIDE_MOST - INSIDE_LEAST) * 6 / 9, abs=0.01)

    def test_a_word_stands_in_no_other_whose_vowel_it_would_split(self, library: Library) -> None:
        assert found("ปิด", "เปิดบริการ", library)[0] < INSIDE_LEAST
        assert found("ปิด", "ปิดบริการ", library) == [1.0]

    def test_a_misspelt_word_counts_less(self, library: Library) -> None:
        asked = Question("", "", (Facet((("อิเล็กทรอนิคส์",),)),))
        near, far = library.evidence.score(asked, [prose("ระบบอิเล็กทรอนิกส์", "ระบบการประชุม")])
        assert SPELLING_FLOOR * SPELLING_WORTH <= near.own[0] < 1.0
        assert far.own[0] < SPELLING_FLOOR * SPELLING_WORTH

    def test_a_word_of_the_same_meaning_counts_less_than_the_word(self, library: Library) -> None:
        assert 0 < found("มหาวิทยาลัย", "สถาบันอุดมศึกษา", library)[0] <= MEANING_WORTH
        assert found("มหาวิทยาลัย", "มีมหาวิทยาลัย", library) == [1.0]

    def test_a_word_is_no_misspelling_of_another_word(self, library: Library) -> None:
        assert found("พนักงาน", "สำนักงาน", library)[0] < 0.5

    def test_a_rare_word_weighs_more_than_a_common_one_but_not_all(self, library: Library) -> None:
        weights = library.evidence.weights(understand("ราชกิจจานุเบกษา หน่วยงาน", library))
        rare, common = float(weights[0]), float(weights[1])
        assert common < rare <= MOST_WEIGHT

    def test_what_a_follow_up_took_over_weighs_less(self, library: Library) -> None:
        own = Question("", "", (Facet((("ราชกิจจานุเบกษา",),)),))
        taken = Question("", "", (Facet((("ราชกิจจานุเบกษา",),), context=True),))
        ratio = library.evidence.weights(taken) / library.evidence.weights(own)
        assert float(ratio[0]) == pytest.approx(CONTEXT_WORTH)


class TestNumbersAndNames:
    @pytest.mark.parametrize(
        ("question", "sentence", "stands"),
        [
            ("ยุทธศาสตร์ที่ 4", "ยุทธศาสตร์ที่ ๔ มี 5 โครงการ", True),
            ("ยุทธศาสตร์ที่ 4", "ยุทธศาสตร์ 4 มี 5 โครงการ", True),
            ("ยุทธศาสตร์ที่ 4", "ยุทธศาสตร์ที่ 41", False),
            ("ยุทธศาสตร์ที่ 4", "ยุทธศาสตร์ที่ 1", False),
            ("มาตรา 1", "มาตรา 12 และมาตรา 1", True),
            ("มาตรา 1", "มาตรา 12", False),
            ("มาตรา 12 (4)", "มาตรา 12(4) ให้คุ้มครองข้อมูล", True),
            ("มาตรา 12 (4)", "มาตรา 12 (5) ให้คุ้มครองข้อมูล", False),
            ("9 กันยายน 2563", "เมื่อวันที่ 9 ก.ย. 2563", True),
            ("9 กันยายน 2563", "เมื่อวันที่ 19 กันยายน 2563", False),
            ("9 กันยายน 2563", "เมื่อวันที่ 9 กันยายน 2562", False),
            ("2563-2565", "พ.ศ. 2563–2565", True),
            ("2563-2565", "พ.ศ. 2566-2570", False),
            ("ค.ศ. 2020", "ปี 2563", True),
            ("ปี 2564", "ปี 2565", False),
        ],
    )
    def test_stand_as_they_are_or_not_at_all(
        self, question: str, sentence: str, stands: bool, library: Library
    ) -> None:
        scored = score(question, library, prose(sentence))[0]
        exact = [
            share for share, facet in zip(scored.own, scored_facets(question, library), strict=True) if facet.anchor
        ]
        assert exact == [1.0 if stands else 0.0]

    @pytest.mark.parametrize(
        ("sentence", "share"),
        [
            ("แผน พ.ศ. 2563-2565 มีงบ 5 ล้านบาท", NOT_OF),
            ("ปี 2563 ของแผน พ.ศ. 2563-2565", 1.0),
            ("ปี 2563 มีงบ", 1.0),
        ],
    )
    def test_a_year_is_less_where_a_range_only_begins_with_it(
        self, sentence: str, share: float, library: Library
    ) -> None:
        assert found("2563", sentence, library) == [pytest.approx(share, abs=0.01)]

    def test_a_year_that_a_follow_up_took_over_may_stand_in_a_range(self, library: Library) -> None:
        asked = Question("", "", (Facet((("2563",),), anchor=True, context=True),))
        assert library.evidence.score(asked, [prose("แผน พ.ศ. 2563-2565 มีงบ")])[0].own[0] == 1.0

    def test_the_date_of_a_rows_source_is_not_what_the_row_is_of(self, library: Library) -> None:
        cells = ("งบปีเดียว", "5 ล้านบาท", "ข่าววันที่ 18 พฤษภาคม 2564")
        unit = Unit(UnitKind.ROW, f"{cells[0]}: งบ {cells[1]}; แหล่งข้อมูล {cells[2]}", cells=cells)
        table = Passage("t", "d", ("งบประมาณ", "ยอด"), (unit,), columns=("ยอด", "งบ", "แหล่งข้อมูล"))
        assert score("2564", library, table)[0].own[0] == pytest.approx(NOT_OF)
        assert score("18 พฤษภาคม 2564", library, table)[0].own[0] == 1.0

    def test_half_of_a_name_is_another_name(self, library: Library) -> None:
        name = "สำนักงานพัฒนารัฐบาลดิจิทัล"
        assert found(name, "สำนักงานพัฒนารัฐบาลดิจิทัลเป็นผู้จัด", library) == [1.0]
        assert found(name, "DGA เป็นผู้จัด", library) == [1.0]
        assert found(name, "สำนักงานพัฒนาธุรกรรมทางอิเล็กทรอนิกส์เป็นผู้จัด", library)[0] < 0.5

    def test_an_item_is_known_by_its_place_in_its_list(self, library: Library) -> None:
        assert best("ด้านที่ 2 คืออะไร", library, AREAS) == "ด้านสาธารณสุข"
        assert best("ข้อที่ 3 คืออะไร", library, AREAS) == "ด้านการเกษตร"

    def test_a_counted_thing_with_another_number_is_half_of_it(self, library: Library) -> None:
        half = found("12 ด้าน", "กำหนดด้านที่มุ่งเน้น 6 ด้าน", library)[0]
        assert found("6 ด้าน", "กำหนดด้านที่มุ่งเน้น 6 ด้าน", library)[0] == 1.0
        assert 0 < half <= 0.5


def scored_facets(text: str, library: Library) -> tuple[Facet, ...]:
    return understand(text, library).facets


class TestSurroundings:
    PLACES = (
        (Passage("lead", "a", ("หนึ่ง", "สอง"), (Unit(UnitKind.ITEM, "บทหนึ่ง", "1."),), lead="รายชื่อฟุตบอล ดังนี้"), LEAD),
        (Passage("heading", "b", ("หนึ่ง", "ฟุตบอล"), (Unit(UnitKind.SENTENCE, "บทหนึ่ง"),)), HEADING),
        (Passage("title", "c", ("ฟุตบอล", "สอง"), (Unit(UnitKind.SENTENCE, "บทหนึ่ง"),)), TITLE),
    )

    @pytest.mark.parametrize(("passage", "worth"), PLACES, ids=lambda value: getattr(value, "id", ""))
    def test_what_introduces_a_unit_counts_but_less_than_itself(
        self, passage: Passage, worth: float, library: Library
    ) -> None:
        scored = score("ฟุตบอล", library, passage)[0]
        assert scored.own.tolist() == [0.0]
        assert scored.found == pytest.approx([worth])
        assert scored.here == pytest.approx([worth])
        assert scored.coverage == pytest.approx(worth)

    def test_the_rest_of_the_document_counts_least_and_proves_nothing(self, library: Library) -> None:
        here = prose("มีบทหนึ่ง", document="a")
        elsewhere = prose("ฟุตบอลอยู่ที่นี่", path=("เรื่องหนึ่ง", "ตอนสอง"), document="a")
        stranger = prose("มีบทสอง", document="b")
        first, _, other = score("ฟุตบอล", library, here, elsewhere, stranger)
        assert first.found == pytest.approx([DOCUMENT])
        assert first.here.tolist() == [0.0]
        assert other.found.tolist() == [0.0]

    def test_a_year_around_a_sentence_yields_to_its_own(self, library: Library) -> None:
        path = ("เรื่องหนึ่ง", "ผลปี 2565")
        plain, dated = score("ปี 2565", library, prose("ทำได้สามเรื่อง", "ในปี 2563 ทำได้สองเรื่อง", path=path))
        year = [facet.slot for facet in scored_facets("ปี 2565", library)].index("year")
        assert plain.found[year] == pytest.approx(HEADING)
        assert dated.found[year] == pytest.approx(HEADING * OTHER_YEAR)

    def test_rows_are_told_apart_by_their_own_year(self, library: Library) -> None:
        assert "57" in best("อันดับ EGDI ของไทยปี 2563", library, RANKS)
        assert "55" in best("อันดับ EGDI ของไทยปี 2565", library, RANKS)
        assert "518.46" in best("ยุทธศาสตร์ที่ 2 งบเท่าไร", library, STRATEGIES)


class TestShape:
    def test_every_unit_once_in_reading_order(self, library: Library) -> None:
        scored = score("งบประมาณของแผน", library, BUDGET, STRATEGIES)
        assert [s.unit for s in scored] == [*BUDGET.units, *STRATEGIES.units]

    def test_shares_lie_between_0_and_1(self, library: Library) -> None:
        for s in score("ยุทธศาสตร์ที่ 2 ของแผน 63-65 มีงบประมาณกี่ล้านบาท", library, BUDGET, STRATEGIES, MEETING, RANKS):
            for shares in (s.found, s.own, s.around, s.here):
                assert np.all((shares >= 0) & (shares <= 1 + 1e-6))
            assert np.all(s.own <= s.found + 1e-6)
            assert 0 <= s.own_coverage <= s.coverage <= 1 + 1e-6

    def test_without_topics_or_passages_there_is_nothing(self, library: Library) -> None:
        assert score("คืออะไร", library, BUDGET) == []
        assert score("งบประมาณ", library) == []

    def test_what_a_text_holds_does_not_hang_on_the_texts_beside_it(self, library: Library) -> None:
        words = [
            "กฎหมาย",
            "ตามกฎหมาย",
            "การประชุม",
            "ประชุม",
            "กรรมการ",
            "คณะกรรมการ",
            "ผู้อำนวยการ",
            "รองผู้อำนวยการ",
            "งบ",
            "งบประมาณ",
            "ที่",
            "2565",
            "ฟุตบอลลล",
        ]
        facets = [Facet(((word,),)) for word in words]
        together = library.evidence.held(facets, [words, [], ["", *words]])
        alone = [library.evidence.held(facets, [[word]])[0][0] for word in words]
        assert [len(group) for group in together] == [len(words), 0, len(words) + 1]
        np.testing.assert_allclose(together[0], alone, atol=1e-6)
        np.testing.assert_allclose(together[2], [np.zeros(len(facets)), *alone], atol=1e-6)
        held = dict(zip(words, together[0].T, strict=True))
        assert held["กฎหมาย"][words.index("ตามกฎหมาย")] == 1.0
        assert INSIDE_LEAST < held["กรรมการ"][words.index("คณะกรรมการ")] < INSIDE_MOST
        assert held["ผู้อำนวยการ"][words.index("รองผู้อำนวยการ")] < INSIDE_LEAST


class TestNearWords:
    def test_an_everyday_word_finds_the_documents_word(self, library: Library) -> None:
        (asked,) = found("คุย", "ที่ประชุมมีการสนทนากับผู้แทนหน่วยงาน", library)
        assert asked == pytest.approx(library.evidence._near_words.of("คุย")["สนทนา"], abs=0.01)

    def test_a_message_that_leans_on_the_chat_is_taken_by_its_letters(self, library: Library) -> None:
        sentence = prose("ที่ประชุมมีการสนทนากับผู้แทนหน่วยงาน")
        own = Facet((("คุย",),))
        asked, taken = Question("", "", (own,)), Question("", "", (own, Facet((("แผน",),), context=True)))
        near, far = (library.evidence.score(q, [sentence])[0].own[0] for q in (asked, taken))
        assert near > 0.5 > far

    def test_a_denied_word_is_not_the_word(self, library: Library) -> None:
        near = library.evidence._near_words
        word, denied = next(
            (w, o) for w in near.words for o in near.of(w) if o.startswith("ไม่") and not w.startswith("ไม่")
        )
        assert found(word, f"ผล{denied}", library)[0] < near.of(word)[denied]

    def test_a_word_of_another_subject_does_not(self, library: Library) -> None:
        assert found("ฟุตบอล", "แผนมีงบประมาณรวม 6,504.69 ล้านบาท", library) == [0.0]


def test_a_document_called_after_its_kind_of_plan_is_a_plan(library: Library) -> None:
    held = {
        title: score("แผน", library, prose("ฝนตก", path=(title, "ตอน")))[0].here[0] for title in ("แผนแม่บทน้ำ", "แผนที่น้ำ")
    }
    assert held["แผนแม่บทน้ำ"] == pytest.approx(0.75)
    assert held["แผนที่น้ำ"] < 0.6
