"""Variations of questions: the same question in another writing, the same set for the same seed."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answer
from corpus import thai
from evals.cases import EvalSet, read_set
from evals.checks import check
from evals.metrics import changed_parts
from evals.run import ask_all, finish, start
from evals.variations import CHANGES, UNVARIED, WORDS, counted, variation, vary
from tests.evals.samples import (
    Scripted,
    answer,
    case,
    citation,
    declined,
    passage,
    right_answer,
    unanswerable,
    write_set,
)
from tests.evals.test_main import call, room  # noqa: F401 room is a fixture

PLAN = read_set(Path(__file__).parents[2] / "evals" / "sets" / "plan.jsonl").cases


def varied(change: str, question: str) -> str | None:
    one = variation(case(question=question), change)
    return one.question if one else None


@pytest.mark.parametrize(
    ("change", "question", "wanted"),
    [
        ("thai_digits", "แผน 63-65 มีกี่ด้าน", "แผน ๖๓-๖๕ มีกี่ด้าน"),
        ("thai_digits", "COVID-19 กับ Web3", None),
        ("arabic_digits", "มาตรา ๑๒", "มาตรา 12"),
        ("short_year", "แผน พ.ศ. 2563-2565 และปี 2570", "แผน พ.ศ. 63-65 และปี 70"),
        ("short_year", "พ.ร.บ. ปี 2562", None),
        ("short_year", "มี 2563 คน", None),
        ("full_year", "แผน 63-65 เมื่อ ก.ย. 64", "แผน 2563-2565 เมื่อ ก.ย. 2564"),
        ("full_year", "แผน 12 ด้าน", None),
        ("common_era", "แผน พ.ศ. 2563-2565", "แผน ค.ศ. 2020-2022"),
        ("common_era", "ปี 2570 ใช่ไหม", "ปี 2027 ใช่ไหม"),
        ("buddhist_era", "ค.ศ. 2020 ไทยอยู่อันดับใด", "พ.ศ. 2563 ไทยอยู่อันดับใด"),
        ("buddhist_era", "the plan of 2020", None),
        ("no_dots", "พ.ร.บ. ของ สพร.", "พรบ ของ สพร"),
        ("no_dots", "แผนของ อบจ.เชียงใหม่", "แผนของ อบจ เชียงใหม่"),
        ("no_dots", "ม.12", None),
        ("dots", "ครม กับ สพร", "ครม. กับ สพร."),
        ("dots", "กยศ สพร.", None),
        ("no_blanks", "แผนคืออะไร เสียเงิน 3 บาท", "แผนคืออะไรเสียเงิน 3 บาท"),
        ("tone_first", "ที่นี้", "ท่ีน้ี"),
        ("two_e", "แผนและ", "เเผนเเละ"),
        ("keyboard", "แผนคืออะไร", "czo8nvvtwi"),
        ("keyboard", "แผน 63", None),
        ("keyboard", "แผน DGA", None),
        ("capitals", "แผน dga", "แผน DGA"),
        ("small_letters", "แผน DGA", "แผน dga"),
        ("small_letters", "แผน", None),
        ("polite", "ได้ไหมครับ", None),
        ("polite", "What is it?", None),
    ],
)
def test_each_change_writes_what_it_says(change: str, question: str, wanted: str | None) -> None:
    assert varied(change, question) == wanted


def test_marks_written_otherwise_are_the_same_to_a_reader() -> None:
    for change in ("tone_first", "split_am", "two_e", "doubled_marks", "zero_width", "thai_digits"):
        for one in PLAN[:60]:
            if (other := variation(one, change)) and one.kind not in UNVARIED:
                assert thai.fold(other.question) == thai.fold(one.question), (change, other.question)


def test_the_keys_pressed_give_the_question_back() -> None:
    for one in PLAN:
        if other := variation(one, "keyboard"):
            assert thai.wrong_keyboard(other.question) == one.question


def test_blanks_stand_between_words_only() -> None:
    chance = random.Random(3)
    spaced = CHANGES["blanks"]("แผนพัฒนารัฐบาลดิจิทัลมีกี่โครงการ", chance)
    assert spaced is not None
    assert spaced.replace(" ", "") == "แผนพัฒนารัฐบาลดิจิทัลมีกี่โครงการ"
    assert thai.words(spaced) == thai.words(spaced.replace(" ", ""))


def test_every_variation_names_its_original_and_expects_the_same() -> None:
    cases = vary(PLAN, per_change=3)
    by_id = {one.id: one for one in cases}
    assert len(by_id) == len(cases)
    assert {one.change for one in cases} == {"", *CHANGES}
    assert set(WORDS) == set(CHANGES)
    assert all(number <= 3 for _, number in counted(cases))
    for one in cases:
        if one.varies:
            original = by_id[one.varies]
            assert original in PLAN
            assert one.question != original.question
            assert (one.facts, one.evidence, one.status) == (original.facts, original.evidence, original.status)
            assert one.kind not in UNVARIED


def test_the_same_seed_gives_the_same_set_and_another_another() -> None:
    assert vary(PLAN, 4, seed=7) == vary(PLAN, 4, seed=7)
    assert vary(PLAN, 4, seed=7) != vary(PLAN, 4, seed=8)
    assert vary(vary(PLAN, 4), 4) != []  # a variation is not varied again
    assert all(not one.varies.count("-thai_digits") for one in vary(vary(PLAN, 4), 50))


def test_the_kept_set_is_what_the_plan_set_gives() -> None:
    kept = read_set(Path(__file__).parents[2] / "evals" / "sets" / "robustness.jsonl").cases
    assert list(kept) == vary(PLAN), "run: python -m evals vary evals/sets/plan.jsonl --out evals/sets/robustness.jsonl"


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (right_answer(question="อีกแบบ"), ()),
        (declined(), ("status", "facts", "citations")),
        (answer(("งบ 6,504.69 ล้านบาท ปี 2564", (1,)), citations=[citation()]), ("facts",)),
        (answer(("งบ 7 ล้านบาท", (1,)), citations=[citation()]), ("facts",)),
        (
            answer(("แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 มีงบประมาณรวม 6,504.69 ล้านบาท", (2,)), citations=[citation(2)]),
            ("citations",),
        ),
    ],
)
def test_what_counts_as_another_answer(other: Answer, changed: tuple[str, ...]) -> None:
    assert changed_parts(case(), right_answer(), other) == changed


def test_how_a_question_was_read_is_not_part_of_the_answer() -> None:
    told = right_answer()
    echoed = replace(told, text=f"เข้าใจว่าถามว่า “งบ ปี 2599”\n{told.text}")
    assert changed_parts(case(), told, echoed) == ()


def test_refusals_are_compared_by_their_status_alone() -> None:
    assert changed_parts(unanswerable(), declined(), declined(question="มี 12 ข้อ")) == ()


def test_a_run_holds_each_variation_against_its_original(tmp_path: Path) -> None:
    same = case(id="c1-two_e", question="สองเอ", varies="c1", change="two_e")
    other = case(id="c1-dots", question="จุด", varies="c1", change="dots")
    alone = case(id="x", question="ล้ม", varies="gone", change="dots")
    asked = EvalSet("s", (case(), same, other, alone), (1, 2, 3, 4))
    folder = start(tmp_path / "r", asked, {})
    script = {case().question: right_answer(), "สองเอ": right_answer(), "จุด": declined(), "ล้ม": right_answer()}
    ask_all(folder, Scripted(script), folder.cases)
    results, summary = finish(folder, {})
    assert [r.marks.metrics.get("unchanged_answer") for r in results] == [None, 1.0, 0.0, None]
    assert results[2].marks.findings.changed == ("status", "facts", "citations")
    figure = summary.figures["unchanged_answer"]
    assert (figure.value, figure.n) == (0.5, 2)
    assert {change: (found.value, found.n) for change, found in summary.by_change.items()} == {
        "two_e": (1.0, 1),
        "dots": (0.0, 1),
    }


def test_the_command_writes_the_set_and_the_run_shows_it(
    room: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.evals.test_main import serve

    write_set(room / "own.jsonl", case(question="แผน พ.ศ. 2563 มีงบเท่าไร"), unanswerable(id="n", question="กย 63 ใครมา"))
    done = call("vary", "own.jsonl", "--out", "robust.jsonl")
    assert done.exit_code == 0, done.output
    assert "two_e" in done.output
    assert call("check", "own.jsonl", "robust.jsonl").exit_code == 0
    serve(monkeypatch, Scripted({"แผน พ.ศ. 2563 มีงบเท่าไร": right_answer()}))  # declines every other writing
    result = call("run", "robust.jsonl", "--out", "r")
    assert result.exit_code == 1
    assert "คำตอบไม่เปลี่ยนตามวิธีเขียน" in result.output
    assert "เลขไทย / thai_digits" in result.output
    assert "ไม่เหมือนข้อ" in result.output
    page = (room / "r" / "report.html").read_text(encoding="utf-8")
    assert 'data-change="thai_digits" data-differs="yes"' in page
    assert "ต่างกันที่ สถานะ" in page
    write_set(room / "latin.jsonl", case(question="???"))
    assert call("vary", "latin.jsonl", "--out", "none.jsonl").exit_code == 2


def test_a_variation_without_its_original_is_a_problem() -> None:
    lonely = case(id="v", question="อื่น", varies="gone", change="dots")
    [found] = check([EvalSet("s", (lonely,), (4,))], [passage()]).problems
    assert "ต้นฉบับ" in str(found) and "แถว 4" in str(found)
    wrong = unanswerable(id="v", question="อื่น", varies="c1", change="dots")
    [found] = check([EvalSet("s", (case(), wrong), (1, 2))], [passage()]).problems
    assert "ไม่เหมือนข้อต้นฉบับ" in str(found)


def test_a_robustness_set_may_stand_beside_the_set_it_was_made_from() -> None:
    own = EvalSet("plan", (case(),), (1,))
    other = EvalSet("robust", (case(), case(id="v", question=case().question + "ครับ", varies="c1")), (1, 2))
    assert check([own, other], [passage()]).problems == ()
