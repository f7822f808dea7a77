"""Which draft a question is about, what answers it as of that draft, and that nothing withdrawn is cited."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import AnswerStatus, Turn
from bot.answerer import Answerer
from bot.drafts import Drafts
from bot.library import Library, Shelf
from corpus.document import Audience
from ingest.build import build
from tests.ingest.small_corpus import entry, write_manifest

FIRST, SECOND, INTERNAL = "ร่างรับฟังความเห็น ก.พ. 2568", "ร่างเสนอคณะกรรมการ ส.ค. 2568", "ร่างแก้ไขภายใน ต.ค. 2568"
SEPTEMBER, CABINET, GAZETTED = "ร่าง ก.ย. 2563", "ฉบับ ครม. 30 มี.ค. 2564", "ฉบับประกาศ 10 เม.ย. 2566"


@pytest.fixture(scope="module")
def drafts(library: Library) -> Drafts:
    return library.drafts[Audience.PUBLIC]


@pytest.fixture(scope="module")
def invented_drafts(invented_shelf: Shelf) -> Drafts:
    return invented_shelf.library().drafts[Audience.PUBLIC]


class TestWhichDraftsThereAre:
    def test_plan_by_plan_the_newest_first(self, answerer: Answerer) -> None:
        listed = [(draft.plan, draft.label, draft.date, str(draft.status)) for draft in answerer.drafts()]
        assert listed == [
            ("dg-2563-2565", CABINET, "30 มีนาคม 2564", "อนุมัติ"),
            ("dg-2563-2565", SEPTEMBER, "กันยายน 2563", "ร่าง"),
            ("dg-2566-2570", GAZETTED, "10 เมษายน 2566", "ประกาศ"),
        ]

    def test_only_those_that_the_reader_may_see(self, invented: Answerer) -> None:
        assert [draft.label for draft in invented.drafts()] == [SECOND, FIRST]
        assert [draft.label for draft in invented.drafts(Audience.INTERNAL)] == [INTERNAL, SECOND, FIRST]

    def test_background_papers_answer_beside_any_draft(self, drafts: Drafts) -> None:
        for draft in drafts.all:
            assert {"workshop-2563-09", "act-2562", "results-2565"} <= set(drafts.as_of(draft) or ())

    def test_other_plans_are_answered_from_their_newest_draft(self, drafts: Drafts) -> None:
        september = drafts.labelled(SEPTEMBER)
        assert september is not None
        assert "plan-2566-2570" in (drafts.as_of(september) or ())
        assert "plan-2564-03" not in (drafts.as_of(september) or ())

    def test_of_two_papers_of_one_draft_the_later_answers(self, library: Library) -> None:
        documents = tuple(
            replace(d, supersedes="workshop-2563-09") if d.id == "act-2562" else d for d in library.release.documents
        )
        seen = Drafts(replace(library.release, documents=documents), [d.id for d in documents])
        assert "act-2562" in (seen.current or ())
        assert "workshop-2563-09" not in (seen.current or ())
        assert "workshop-2563-09" in (seen.everything() or ())


class TestNaming:
    @pytest.mark.parametrize(
        ("text", "label"),
        [
            ("ตามร่างเดิม งบเท่าไร", SEPTEMBER),
            ("ฉบับ ก.ย. 63 ว่าอย่างไรเรื่องความท้าทาย", SEPTEMBER),
            ("ร่าง กย 63 ความท้าทายข้อ 3", SEPTEMBER),
            ("ฉบับเดือนกันยา มีกี่ด้าน", SEPTEMBER),
            ("ร่าง ก.ย. ๒๕๖๓ มีกี่ด้าน", SEPTEMBER),
            ("ร่างกันยายน พ.ศ. 2563 มีกี่ด้าน", SEPTEMBER),
            ("ร่างแผนเดือน ก.ย. 2020 มีกี่ด้าน", SEPTEMBER),
            ("ร่างแรกมีกี่ด้าน", SEPTEMBER),
            ("ร่างที่ 1 มีกี่ด้าน", SEPTEMBER),
            ("ร่าง ๑ มีกี่ด้าน", SEPTEMBER),
            ("ร่างเก่าว่าไง เรื่องสาธารณสุข", SEPTEMBER),
            ("ฉบับก่อนหน้านี้มีกี่เป้าหมาย", SEPTEMBER),
            ("ฉบับ ครม. มีกี่ยุทธศาสตร์", CABINET),
            ("ฉบับ ครม มีกี่ยุทธศาสตร์", CABINET),
            ("ฉบับที่เสนอ ครม. มีกี่ยุทธศาสตร์", CABINET),
            ("ฉบับ 30 มี.ค. 64 งบรวมเท่าไร", CABINET),
            ("แผนฉบับเดือนมีนาคม 2564 มีกี่ข้อ", CABINET),
            ("ฉบับอนุมัติมีกี่โครงการ", CABINET),
            ("ฉบับล่าสุดมีกี่ประเด็น", CABINET),
            ("ร่างใหม่มีกี่ประเด็น", CABINET),
            ("ฉบับที่สองมีกี่ประเด็น", CABINET),
        ],
    )
    def test_a_draft_is_named_in_any_spelling(self, text: str, label: str, drafts: Drafts) -> None:
        named = drafts.named_in(text)
        assert [draft.label for draft in named.drafts] == [label]
        assert named.is_firm
        assert not any(word in named.text for word in ("กันยา", "มีนาคม", "เดิม", "ล่าสุด", "ครม"))

    @pytest.mark.parametrize(
        "text",
        [
            "คกก.DG เห็นชอบร่างแผนในปี 2563 เมื่อวันที่เท่าใด",
            "สภาพัฒน์เห็นชอบร่างแผน 63-65 เมื่อไร",
            "มติ ครม. วันที่ 30 มีนาคม 2564 ต่อร่างแผนใช้ถ้อยคำว่าอย่างไร",
            "มาตรฐานที่ประกาศแล้ว 4 ฉบับตอนทำแผน 66-70 มีอะไรบ้าง",
            "พรบ 65 กับ พรบ 62 คือฉบับเดียวกันป่าว",
            "แผนเดิมมีกี่ด้าน",
            "ตอนบอร์ดรับหลักการร่างแผนครั้งแรก ใครเป็นประธาน",
            "ร่างแผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2566-2570 ผ่านสภาพัฒน์ฯ วันที่เท่าใด",
            "ร่าง พ.ร.บ. ว่าด้วยรัฐบาลดิจิทัลเปิดรับฟังความเห็นเดือนไหน",
            "เวิร์กช็อปวันที่ 9 กันยายน 2563 จัดที่ไหน",
            "งานวันที่ 9 ก.ย. 63 มีคนมากี่คน",
            "ช่วยร่างหนังสือราชการ 2 ฉบับให้หน่อย",
        ],
    )
    def test_what_only_looks_like_it_names_none(self, text: str, drafts: Drafts) -> None:
        named = drafts.named_in(text)
        assert (named.text, named.drafts, named.unknown) == (text, (), "")

    def test_two_drafts_are_both_named(self, drafts: Drafts) -> None:
        named = drafts.named_in("ร่าง ก.ย. 2563 กับฉบับ ครม. มีกี่ด้าน")
        assert [draft.label for draft in named.drafts] == [SEPTEMBER, CABINET]

    def test_a_bare_draft_is_a_hint(self, drafts: Drafts) -> None:
        named = drafts.named_in("ในร่างมีความท้าทายกี่ข้อ")
        assert [draft.label for draft in named.drafts] == [SEPTEMBER]
        assert not named.is_firm

    @pytest.mark.parametrize(
        ("text", "label"),
        [
            ("ฉบับรับฟังความคิดเห็น งบเท่าไร", FIRST),
            ("ร่าง ก.พ. งบเท่าไร", FIRST),
            ("ร่างวันที่ 14 ก.พ. 68 งบเท่าไร", FIRST),
            ("แผนเดิม งบเท่าไร", FIRST),
            ("ดราฟต์แรกงบเท่าไร", FIRST),
            ("สมัยร่างครั้งแรก งบเท่าไร", FIRST),
            ("ของเดิมงบเท่าไร", FIRST),
            ("ร่างเสนอคณะกรรมการ งบเท่าไร", SECOND),
            ("ฉบับ 5/8/2568 งบเท่าไร", SECOND),
            ("แผนล่าสุด งบเท่าไร", SECOND),
        ],
    )
    def test_by_the_words_of_its_own_label(self, text: str, label: str, invented_drafts: Drafts) -> None:
        assert [draft.label for draft in invented_drafts.named_in(text).drafts] == [label]

    @pytest.mark.parametrize(
        ("text", "drafts"),
        [
            ("ในฉบับเวียน งบเท่าไร", ["ฉบับเวียนครั้งที่ 1"]),
            ("ฉบับเวียนตั้งงบไว้เท่าไร", ["ฉบับเวียนครั้งที่ 1"]),
            ("ฉบับหลังเวียน งบเท่าไร", ["ฉบับปรับปรุงหลังเวียน"]),
            ("เวียนหนังสือไปกี่ฉบับ", []),
        ],
    )
    def test_by_how_only_its_label_begins(self, text: str, drafts: list[str], invented_shelf: Shelf) -> None:
        release = invented_shelf.library().release
        plan = next(iter(release.plans))
        labels = {FIRST: "ฉบับเวียนครั้งที่ 1", SECOND: "ฉบับปรับปรุงหลังเวียน", INTERNAL: INTERNAL}
        named = Drafts(
            replace(
                release,
                plans={plan: {**release.plans[plan], "drafts": list(labels.values())}},
                documents=tuple(replace(d, draft=labels.get(d.draft, d.draft)) for d in release.documents),
            ),
            [d.id for d in release.documents if d.draft != INTERNAL],
        )
        assert [draft.label for draft in named.named_in(text).drafts] == drafts

    def test_what_every_draft_has_names_none(self, invented_drafts: Drafts) -> None:
        assert invented_drafts.named_in("ร่างปี 2568 งบเท่าไร").drafts == ()

    def test_where_there_is_one_draft_nothing_is_named(self, drafts: Drafts) -> None:
        assert drafts.named_in("แผน 2566-2570 ฉบับเดิมมีกี่กลไก").drafts == ()


class TestAnswers:
    def test_come_from_the_newest_draft(self, invented: Answerer) -> None:
        answer = invented.answer("งบรวมของแผนเท่าไร")
        assert "468.2 ล้านบาท" in answer.statements[0].text
        assert (answer.citations[0].draft, answer.citations[0].date) == (SECOND, "5 สิงหาคม 2568")

    def test_come_from_the_newest_that_the_reader_may_see(self, invented: Answerer) -> None:
        answer = invented.answer("งบรวมของแผนเท่าไร", audience=Audience.INTERNAL)
        assert "481.9 ล้านบาท" in answer.statements[0].text
        assert "481.9" not in invented.answer("งบรวมของแผนเท่าไร", audience=Audience.AGENCY).text

    @pytest.mark.parametrize("name", ["ร่างแรก", "ร่างเดิม", "ฉบับ ก.พ. 68", "ร่างรับฟังความเห็น"])
    def test_are_as_of_the_draft_that_is_named(self, name: str, invented: Answerer) -> None:
        answer = invented.answer(f"ตาม{name} งบรวมเท่าไร")
        assert answer.text.startswith(f"ตาม{FIRST}:\n")
        assert "412.5 ล้านบาท" in answer.statements[0].text
        assert {citation.document_id for citation in answer.citations} == {"wetland-2568-02"}

    def test_a_named_draft_that_does_not_tell_is_not_answered_from_another(self, invented: Answerer) -> None:
        answer = invented.answer("ตามร่างแรก จุดเฝ้าระวังไฟป่าพรุมีกี่จุด")
        assert answer.status is AnswerStatus.NOT_IN_PLAN
        assert f"ใน{FIRST}" in answer.text
        assert SECOND in answer.text  # where it is told
        assert "14" not in answer.text

    def test_what_only_an_older_draft_holds_is_told_as_such(self, invented: Answerer) -> None:
        answer = invented.answer("เรือนำเที่ยวเครื่องยนต์จ่ายค่าธรรมเนียมลำละกี่บาท")
        assert "350 บาท" in answer.text
        assert f"คำตอบนี้มาจาก{FIRST} ไม่พบคำตอบที่ชัดพอใน{SECOND}" in answer.text

    def test_of_the_shipped_plan_too(self, answerer: Answerer) -> None:
        answer = answerer.answer("ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่")
        assert "New Way of Working" in answer.text
        assert f"คำตอบนี้มาจาก{SEPTEMBER}" in answer.text
        asked = answerer.answer("ตามร่าง ก.ย. 63 ความท้าทายข้อ 3 คืออะไร")
        assert "New Way of Working" in asked.text
        assert "คำตอบนี้มาจาก" not in asked.text

    def test_a_follow_up_stays_with_its_draft(self, invented: Answerer) -> None:
        turns = [Turn("user", "ตามร่างแรก ด้านคุณภาพน้ำได้งบเท่าไร"), Turn("assistant", "180 ล้านบาท")]
        answer = invented.answer("แล้วด้านท่องเที่ยวเชิงนิเวศล่ะ", turns)
        assert {citation.draft for citation in answer.citations} == {FIRST}

    def test_a_follow_up_may_ask_for_another_draft(self, invented: Answerer) -> None:
        turns = [Turn("user", "คณะกรรมการกำกับแผนประชุมทุกกี่เดือน"), Turn("assistant", "ทุก 3 เดือน")]
        assert "ทุก 6 เดือน" in invented.answer("แล้วในร่างเดิมล่ะ", turns).text

    def test_a_draft_that_is_not_there_is_said_so(self, invented: Answerer) -> None:
        answer = invented.answer("ตามร่าง ม.ค. 2561 งบรวมเท่าไร")
        assert answer.status is AnswerStatus.NOT_IN_PLAN
        assert "ไม่มีร่าง มกราคม 2561" in answer.text
        assert FIRST in answer.text
        assert INTERNAL not in answer.text

    def test_the_chat_s_draft_answers_what_names_none(self, invented: Answerer) -> None:
        assert "412.5" in invented.answer("งบรวมของแผนเท่าไร", draft=FIRST).text
        assert "468.2" in invented.answer("ตามฉบับล่าสุด งบรวมเท่าไร", draft=FIRST).text
        assert "318 คน" in invented.answer("มีผู้เข้าร่วมเวทีกี่คน", draft=FIRST).text

    def test_a_chosen_draft_that_the_reader_may_not_see_is_as_if_none_was(self, invented: Answerer) -> None:
        answer = invented.answer("งบรวมของแผนเท่าไร", draft=INTERNAL)
        assert "468.2" in answer.text


class TestCitedPassages:
    def test_are_shown_from_the_live_release_with_their_neighbours(self, answerer: Answerer) -> None:
        citation = answerer.answer("ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่").citations[0]
        shown = answerer.passage(citation)
        assert shown is not None
        assert shown.citation == citation
        assert shown.before.startswith("6 ความท้าทายใน")
        assert "New Way of Thinking" in shown.after  # the table

    def test_are_not_for_readers_who_may_not_see_them(self, invented: Answerer) -> None:
        citation = invented.answer("งบรวมของแผนเท่าไร", audience=Audience.INTERNAL).citations[0]
        assert invented.passage(citation, Audience.INTERNAL) is not None
        assert invented.passage(citation, Audience.PUBLIC) is None

    def test_are_gone_when_their_document_is_withdrawn(self, tmp_path: Path) -> None:
        corpus, data = tmp_path / "corpus", tmp_path / "data"
        corpus.mkdir()
        for name, sum_told in (("kept", "11"), ("gone", "77")):
            told = f"# แผนของ{name}\n\n## งบ\n\nงบประมาณของสะพานปลา {name} คือ {sum_told} ล้านบาท\n"
            (corpus / f"{name}.md").write_text(told, encoding="utf-8")
        write_manifest(corpus, [entry("kept", plan="none"), entry("gone", plan="none")])
        build(corpus, data)
        answerer = Answerer(Shelf(data))
        question = "งบประมาณของสะพานปลา gone กี่ล้านบาท"
        before = answerer.answer(question)
        assert "77" in before.text
        turns = [Turn("user", question), Turn("assistant", before.text)]
        write_manifest(corpus, [entry("kept", plan="none")])
        build(corpus, data)
        assert answerer.passage(before.citations[0]) is None
        for asked in (question, "แล้วงบเท่าไรล่ะ", "กี่ล้านบาทนะ"):
            again = answerer.answer(asked, turns)
            assert "77" not in again.text
            assert all(citation.document_id == "kept" for citation in again.citations)

    def test_tell_the_passage_as_it_is_now(self, answerer: Answerer) -> None:
        citation = answerer.answer("วิสัยทัศน์ของแผน 2563-2565 คืออะไร").citations[0]
        shown = answerer.passage(replace(citation, text="อย่างอื่น", draft="ร่างที่เปลี่ยนชื่อแล้ว"))
        assert shown is not None
        assert shown.citation == citation
