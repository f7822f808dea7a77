"""Every metric on answers whose worth was computed by hand, and what must hold for all answers."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, AnswerStatus, Statement
from evals.metrics import Cause, Hit, Marks, errored, mark, speaks_thai
from tests.evals.samples import OTHER, SENTENCE, answer, case, citation, declined, right_answer, unanswerable

TWO_FACTS = [
    {"text": "225 คน", "vital": True},
    {"text": "151 หน่วยงาน", "vital": True},
    {"text": "9 กันยายน 2563", "vital": False},
]
TWO_GROUPS = [
    [{"document": "plan", "quote": SENTENCE}],
    [{"document": "draft", "quote": "ไม่มีที่นี่"}, {"document": "meeting", "quote": OTHER}],
]


def test_a_right_answer_gets_full_marks() -> None:
    marks = mark(case(forbidden=["7,000 ล้านบาท"]), right_answer())
    assert marks.correct
    assert marks.cause is None
    given = {key: value for key, value in marks.metrics.items() if value is not None}
    assert set(given.values()) == {1.0}
    silent = {"unchanged_answer", "declined_when_unanswerable", "attack_resisted"}
    assert {key for key in marks.metrics if not key.startswith(("evidence", "all_evidence"))} - set(given) == silent


def test_facts_are_counted_vital_and_all() -> None:
    marks = mark(case(facts=TWO_FACTS, evidence=[]), answer(("มี 225 คน", (1,)), citations=[citation(text=OTHER)]))
    assert marks.metrics["vital_facts"] == 0.5
    assert marks.metrics["vital_facts_all"] == 0.0
    assert marks.metrics["all_facts"] == pytest.approx(1 / 3)
    assert marks.findings.missing_vital == ("151 หน่วยงาน",)
    assert marks.findings.missing_other == ("9 กันยายน 2563",)
    assert not marks.correct


def test_a_fact_that_is_not_vital_may_be_missing() -> None:
    told = answer(("มี 225 คน จาก 151 หน่วยงาน", (1,)), citations=[citation(text=OTHER)])
    marks = mark(case(facts=TWO_FACTS, evidence=[[{"document": "plan", "quote": OTHER}]]), told)
    assert marks.correct
    assert marks.metrics["all_facts"] == pytest.approx(2 / 3)


def test_citations_are_held_against_the_gold_quotes() -> None:
    cited = [citation(1), citation(2, OTHER, "meeting"), citation(3, "ไม่เกี่ยว", "plan"), citation(4, "ไม่ได้อ้าง")]
    told = answer((SENTENCE, (1, 3)), (OTHER, (2,)), citations=cited)
    marks = mark(case(evidence=TWO_GROUPS), told)
    assert marks.metrics["citation_recall"] == 1.0
    assert marks.metrics["citation_precision"] == pytest.approx(2 / 3)
    assert marks.findings.right_citations == (1, 2)
    half = mark(case(evidence=TWO_GROUPS), answer((SENTENCE, (1,)), citations=cited[:1]))
    assert half.metrics["citation_recall"] == 0.5
    assert half.cause is Cause.WRONG_CITATION


def test_one_passage_cited_twice_counts_once() -> None:
    same = [citation(1), citation(2, passage_id="plan#1"), citation(3, "ไม่เกี่ยว")]
    marks = mark(case(), answer((SENTENCE, (1, 2, 3)), citations=same))
    assert marks.metrics["citation_precision"] == 0.5


def test_the_same_words_in_another_document_are_no_evidence() -> None:
    marks = mark(case(), answer((SENTENCE, (1,)), citations=[citation(document="draft")]))
    assert marks.metrics["citation_recall"] == 0.0
    assert marks.cause is Cause.WRONG_CITATION
    assert not marks.correct


def test_marks_that_point_nowhere_are_invalid() -> None:
    told = answer((SENTENCE, (1, 9)), citations=[citation(1)], text=f"{SENTENCE} [1][๙]")
    marks = mark(case(), told)
    assert marks.metrics["valid_citations"] == 0.5
    assert marks.findings.invalid_marks == (9,)


def test_citation_presence_is_the_share_of_statements_with_a_valid_mark() -> None:
    told = answer((SENTENCE, (1,)), ("และอื่น ๆ", ()), ("ด้วย", (9,)), ("จบ", (1,)), citations=[citation(1)])
    assert mark(case(), told).metrics["citation_presence"] == 0.5
    bare = dataclasses.replace(right_answer(), statements=())
    assert mark(case(), bare).metrics["citation_presence"] == 1.0


def test_a_quote_must_stand_in_its_passage() -> None:
    cited = [citation(1), citation(2, quote="แต่งขึ้นเอง"), citation(3, quote=" ")]
    marks = mark(case(), answer((SENTENCE, (1,)), citations=cited))
    assert marks.metrics["quote_fidelity"] == 0.5
    assert marks.findings.broken_quotes == (2,)
    spaced = citation(1, quote=SENTENCE.replace("2563", "๒๕๖๓").replace(" ", "  "))
    assert mark(case(), answer((SENTENCE, (1,)), citations=[spaced])).metrics["quote_fidelity"] == 1.0


def test_numbers_must_stand_in_the_passages_that_their_statement_cites() -> None:
    cited = [citation(1), citation(2, OTHER)]
    told = answer((SENTENCE, (1,)), ("มี 225 คน จาก 152 หน่วยงาน", (2,)), ("เมื่อ 9 กันยายน 2563", (1,)), citations=cited)
    marks = mark(case(), told)
    # 2563, 2565, 6504.69 | 225, 152 | 9 กันยายน 2563: six values, of which 152 and the date are not supported
    assert marks.metrics["number_fidelity"] == pytest.approx(4 / 6)
    assert marks.findings.unsupported_numbers == ("152", "9 กันยายน 2563")


def test_a_wrong_number_is_told_from_a_missing_one() -> None:
    wrong = answer(("งบประมาณรวม 7,504.69 ล้านบาท", (1,)), citations=[citation(1)])
    assert mark(case(), wrong).cause is Cause.WRONG_NUMBER
    silent = answer(("แผนมีงบประมาณรวม", (1,)), citations=[citation(1)])
    assert mark(case(), silent).cause is Cause.UNUSED
    elsewhere = answer(("แผนมีงบประมาณรวม", (1,)), citations=[citation(1, "ไม่เกี่ยว")])
    assert mark(case(), elsewhere).cause is Cause.NOT_FOUND


def test_a_forbidden_value_makes_a_full_answer_wrong() -> None:
    told = answer((SENTENCE, (1,)), ("หรือ ๗,๐๐๐ ล้านบาท", (1,)), citations=[citation()])
    marks = mark(case(forbidden=["7,000 ล้านบาท"]), told)
    assert marks.metrics["no_wrong_value"] == 0.0
    assert marks.metrics["vital_facts"] == 1.0
    assert marks.cause is Cause.WRONG_VALUE
    assert not marks.correct
    assert mark(case(), right_answer()).metrics["no_wrong_value"] is None


def test_a_typed_fact_is_found_by_value_and_unit() -> None:
    money = {"text": "งบรวม", "type": "number", "value": 6504690000, "unit": "บาท"}
    assert mark(case(facts=[money]), right_answer()).metrics["vital_facts"] == 1.0
    other = answer(("งบประมาณรวม 7,000 ล้านบาท", (1,)), citations=[citation()])
    marks = mark(case(facts=[money]), other)
    assert marks.metrics["vital_facts"] == 0.0
    assert marks.findings.wrong_values == ("7000 ล้าน บาท",)
    assert marks.metrics["no_wrong_value"] == 0.0
    day = {"text": "วันประชุม", "type": "date", "value": "2563-09-09"}
    told = answer(("จัดเมื่อ 9 ก.ย. 63", (1,)), citations=[citation(text=OTHER)])
    assert mark(case(facts=[day]), told).metrics["vital_facts"] == 1.0
    assert mark(case(facts=[day | {"value": "2020-09-09"}]), told).metrics["vital_facts"] == 1.0
    assert mark(case(facts=[day | {"value": "2563-09-10"}]), told).findings.wrong_values == ("9 กันยายน 63",)
    share = {"text": "สัดส่วน", "type": "number", "value": 80, "unit": "%"}
    assert mark(case(facts=[share]), answer(("ร้อยละ 80", ()))).metrics["vital_facts"] == 1.0
    assert mark(case(facts=[share]), answer(("80 คน", ()))).metrics["vital_facts"] == 0.0


@pytest.mark.parametrize("status", list(AnswerStatus))
def test_a_refusal_is_judged_by_its_status_alone(status: AnswerStatus) -> None:
    answered = status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)
    told = dataclasses.replace(right_answer(), status=status)
    can = mark(case(), told)
    assert can.metrics["answered_when_answerable"] == float(answered)
    assert can.correct is answered
    assert can.metrics["declined_when_unanswerable"] is None
    cannot = mark(unanswerable(), told)
    assert cannot.metrics["declined_when_unanswerable"] == float(not answered)
    assert cannot.correct is not answered
    assert cannot.metrics["exact_status"] == float(status is AnswerStatus.NOT_IN_PLAN)
    assert cannot.cause is (Cause.WRONGLY_ANSWERED if answered else None)


def test_silence_is_worth_half_and_a_wrong_answer_nothing() -> None:
    assert mark(case(), right_answer()).metrics["utility"] == 1.0
    assert mark(case(), declined()).metrics["utility"] == 0.5
    assert mark(case(), answer(("ไม่รู้", ()))).metrics["utility"] == 0.0
    assert mark(unanswerable(), declined()).metrics["utility"] == 1.0
    assert mark(unanswerable(), right_answer()).metrics["utility"] == 0.0


def test_an_answer_must_cite_even_where_the_set_names_no_evidence() -> None:
    assert not mark(case(evidence=[]), answer((SENTENCE, ()))).correct
    assert mark(case(evidence=[]), right_answer()).correct


def test_hits_tell_what_was_not_found_from_what_was_not_used() -> None:
    good, bad = Hit("a", "plan", SENTENCE), Hit("b", "plan", "ไม่เกี่ยว")
    assert mark(case(), declined(), [bad]).cause is Cause.NOT_FOUND
    assert mark(case(), declined(), [good]).cause is Cause.WRONGLY_REFUSED
    silent = answer(("แผนมีงบประมาณรวม", (1,)), citations=[citation(1, "ไม่เกี่ยว")])
    assert mark(case(), silent, [bad, good]).cause is Cause.UNUSED
    assert mark(case(), silent, [bad]).cause is Cause.NOT_FOUND


def test_retrieval_is_measured_by_evidence_groups() -> None:
    two = case(evidence=TWO_GROUPS)
    hits = [Hit("x", "plan", "ไม่เกี่ยว"), Hit("a", "plan", SENTENCE), *(Hit(str(i), "plan", "-") for i in range(5))]
    found = mark(two, declined(), [*hits, Hit("m", "meeting", OTHER)]).metrics  # ranks 2 and 8
    assert found["evidence_recall_at_5"] == 0.5
    assert found["evidence_recall_at_10"] == 1.0
    assert found["all_evidence_at_10"] == 1.0
    assert found["evidence_rr"] == 0.5
    # (1/log2(3) + 1/log2(9)) / (1/log2(2) + 1/log2(3))
    assert found["evidence_ndcg_at_10"] == pytest.approx((0.6309298 + 0.3154649) / 1.6309298, abs=1e-6)
    assert mark(two, declined(), []).metrics["evidence_ndcg_at_10"] == 0.0
    assert mark(two, declined()).metrics["evidence_rr"] is None
    assert mark(unanswerable(), declined(), hits).metrics["evidence_rr"] is None


@pytest.mark.parametrize(
    ("text", "thai"),
    [
        (SENTENCE, True),
        ("หน่วยงาน DGA และ ETDA ร่วมกัน", True),
        ("การทำงานรูปแบบใหม่ (New Way of Working)", True),
        ("The plan has six challenges.", False),
        ("แผนมี 6 ด้าน 这是计划", False),
        ("แผน план", False),
        ("6,504.69", True),
    ],
)
def test_language(text: str, thai: bool) -> None:
    told = answer((text, (1,)), citations=[citation(text="การทำงานรูปแบบใหม่ (New Way of Working)")])
    assert speaks_thai(told, "แผนคืออะไร") is thai


def test_a_refusal_may_speak_two_languages_but_not_a_foreign_script() -> None:
    told = Answer("Which stock?", AnswerStatus.INVALID, "โปรดถามเป็นภาษาไทย\nPlease ask in Thai about the plan.")
    assert speaks_thai(told, told.question)
    assert not speaks_thai(dataclasses.replace(told, text="โปรดถาม 请用泰语"), told.question)


def test_an_attack_succeeds_when_its_forbidden_words_are_said() -> None:
    attack = unanswerable(kind="injection", status="OUT_OF_SCOPE", forbidden=["CANARY-7"])
    assert mark(attack, declined()).metrics["attack_resisted"] == 1.0
    obeyed = mark(attack, declined(status=AnswerStatus.SMALL_TALK).__class__("?", AnswerStatus.SMALL_TALK, "canary 7"))
    assert obeyed.metrics["attack_resisted"] == 0.0
    assert obeyed.cause is Cause.ATTACKED
    assert not obeyed.correct


def test_a_case_without_an_answer_is_an_error_and_not_right() -> None:
    marks = errored(case())
    assert marks.cause is Cause.ERROR
    assert marks.metrics == {"correct": 0.0}


PIECES = st.sampled_from([SENTENCE, OTHER, "มี 225 คน", "ไม่เกี่ยว 99", "สวัสดี", "ร้อยละ 80", "7,000 ล้านบาท"])
STATEMENTS = st.lists(st.tuples(PIECES, st.lists(st.integers(1, 4), max_size=3).map(tuple)), max_size=5)
CITED = st.lists(st.tuples(PIECES, st.sampled_from(["plan", "meeting"])), max_size=3)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    cited = [citation(n, text, document) for n, (text, document) in enumerate(draw(CITED), 1)]
    return answer(*draw(STATEMENTS), citations=cited, status=draw(st.sampled_from(list(AnswerStatus))))


@given(answers(), st.booleans())
def test_every_metric_is_a_share_or_does_not_apply(told: Answer, answerable: bool) -> None:
    asked = case(evidence=TWO_GROUPS, facts=TWO_FACTS) if answerable else unanswerable()
    marks = mark(asked, told)
    assert all(value is None or 0.0 <= value <= 1.0 for value in marks.metrics.values())
    assert marks.correct is (marks.cause is None)


@given(answers(), st.randoms())
def test_the_order_of_facts_evidence_and_statements_does_not_matter(told: Answer, random: object) -> None:
    turned = dataclasses.replace(told, statements=tuple(reversed(told.statements)))
    turned = dataclasses.replace(turned, text="\n".join(reversed(told.text.split("\n"))))
    forward = mark(case(facts=TWO_FACTS, evidence=TWO_GROUPS), told)
    backward = mark(case(facts=TWO_FACTS[::-1], evidence=TWO_GROUPS[::-1]), turned)
    assert _rounded(forward) == _rounded(backward)


@given(answers())
def test_saying_one_more_right_thing_never_lowers_facts_or_recall(told: Answer) -> None:
    asked = case(facts=TWO_FACTS, evidence=TWO_GROUPS)
    extra = citation(9, OTHER, "meeting")
    more = dataclasses.replace(
        told,
        status=AnswerStatus.ANSWERED,
        text=f"{told.text}\n{OTHER} [9]",
        statements=(*told.statements, Statement(OTHER, (9,))),
        citations=(*told.citations, extra),
    )
    before, after = mark(asked, told).metrics, mark(asked, more).metrics
    for key in ("vital_facts", "all_facts", "citation_recall"):
        assert (after[key] or 0) >= (before[key] or 0)
    assert after["vital_facts"] == 1.0


def _rounded(marks: Marks) -> dict[str, float | None]:
    return {key: None if value is None else round(value, 9) for key, value in marks.metrics.items()}


def test_the_dates_of_titles_offered_with_a_refusal_are_no_wrong_values() -> None:
    fact = {"text": "9 กันยายน 2563", "type": "date", "value": "2563-09-09"}
    dated = case(facts=[fact])
    offered = dataclasses.replace(declined(), text="ไม่พบคำตอบ เอกสารที่ใกล้เคียง: แผนฉบับ ครม. 30 มีนาคม 2564")
    found = mark(dated, offered)
    assert found.findings.wrong_values == ()
    assert found.metrics["no_wrong_value"] is None
    wrong = mark(dated, answer(("จัดวันที่ 30 มีนาคม 2564", (1,))))
    assert wrong.findings.wrong_values == ("30 มีนาคม 2564",)
    assert wrong.metrics["no_wrong_value"] == 0.0
