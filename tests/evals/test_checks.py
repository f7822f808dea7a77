from pathlib import Path

import pytest

from corpus.document import Passage, Unit, UnitKind
from evals.cases import Case, EvalSet
from evals.checks import check
from tests.evals.samples import OTHER, SENTENCE, case, make_release, passage, unanswerable, write_set
from tests.evals.test_main import call

PASSAGES = (passage(), passage(OTHER, "meeting", "การประชุม"))


def problems(*cases: Case) -> list[str]:
    return [str(p) for p in check([EvalSet("s", cases, tuple(range(1, len(cases) + 1)))], PASSAGES).problems]


def test_a_sound_case_has_no_problem() -> None:
    assert problems(case(), unanswerable(id="n", question="ไม่มี")) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"evidence": [[{"document": "plan", "quote": "ไม่มีประโยคนี้"}]]}, "ไม่พบข้อความ"),
        ({"evidence": [[{"document": "plan", "quote": SENTENCE.replace("69", "70")}]]}, "ไม่พบข้อความ"),
        ({"evidence": [[{"document": "gone", "quote": SENTENCE}]]}, "ไม่มีเอกสาร “gone”"),
        ({"evidence": [[{"document": "plan", "quote": SENTENCE, "page": 3}]]}, "หน้า 3"),
        ({"evidence": [[{"document": "plan", "quote": "—"}]]}, "ไม่มีตัวอักษร"),
        ({"evidence": [[]]}, "หลักฐาน"),
        ({"evidence": []}, "หลักฐาน"),
        ({"facts": []}, "ข้อเท็จจริงสำคัญ"),
        ({"facts": [{"text": "6,504.69 ล้านบาท", "vital": False}]}, "ข้อเท็จจริงสำคัญ"),
        ({"facts": [{"text": "…"}]}, "ไม่มีตัวอักษร"),
        ({"facts": [{"text": "งบ", "type": "number", "value": 6}]}, "หน่วย"),
        ({"forbidden": ["รวม 6,504.69 ล้านบาทถ้วน"]}, "อยู่ในคำต้องห้าม"),
        ({"forbidden": ["6504.69"]}, "อยู่ในคำตอบที่ถูก"),
        ({"forbidden": ["!"]}, "ไม่มีตัวอักษร"),
        ({"status": "NOT_IN_PLAN"}, "เลือกอย่างใดอย่างหนึ่ง"),
    ],
)
def test_each_fault_is_found(fields: dict[str, object], said: str) -> None:
    found = problems(case(**fields))
    assert any(said in text for text in found), found
    assert all("แถว 1" in text for text in found)


def test_the_page_must_be_the_right_one() -> None:
    paged = Passage("p", "plan", ("แผน",), (Unit(UnitKind.SENTENCE, SENTENCE),), page_start=3, page_end=4)
    for page, found in ((3, 0), (4, 0), (5, 1)):
        asked = case(evidence=[[{"document": "plan", "quote": SENTENCE, "page": page}]])
        assert len(check([EvalSet("s", (asked,), (1,))], [paged]).problems) == found


def test_the_same_question_twice_in_a_set_is_a_problem_a_like_one_is_not() -> None:
    assert any("เหมือนกับ c1" in text for text in problems(case(), case(id="c2", question="งบประมาณ รวมของแผนเท่าไร")))
    assert problems(case(), case(id="c2", question="งบประมาณรวมของแผนเท่าไหร่คะ")) == []
    history = [{"role": "user", "content": "แผนที่แล้วล่ะ"}]
    assert problems(case(), case(id="c2", history=history)) == []


def test_a_like_question_in_another_set_gives_it_away() -> None:
    def over_two(question: str, **fields: object) -> list[str]:
        dev = EvalSet("dev", (case(question="ยุทธศาสตร์ที่ 1 มีงบประมาณเท่าไร"),), (1,))
        test = EvalSet("test", (case(id="t", question=question, **fields),), (7,))
        return [str(p) for p in check([dev, test], PASSAGES).problems]

    [found] = over_two("ยุทธศาสตร์ที่ 1 มีงบประมาณเท่าไหร่")
    assert "test แถว 7 [t]" in found and "c1 (dev แถว 1)" in found
    assert over_two("ยุทธศาสตร์ที่ 2 มีงบประมาณเท่าไร") == []
    assert over_two("ใครเป็นประธานคณะกรรมการ") == []
    assert over_two("ยุทธศาสตร์ที่ 1 มีงบประมาณเท่าไหร่", derived_from="c1") == []


def test_one_id_in_two_sets_is_a_problem() -> None:
    sets = [EvalSet("dev", (case(question="หนึ่ง"),), (1,)), EvalSet("test", (case(question="อื่น ๆ"),), (1,))]
    assert ["ซ้ำกับชุด dev" in str(p) for p in check(sets, PASSAGES).problems] == [True]


def test_a_fact_that_its_evidence_does_not_state_is_a_warning() -> None:
    found = check([EvalSet("s", (case(facts=[{"text": "ห้าพันล้าน"}]),), (1,))], PASSAGES)
    assert found.problems == ()
    assert "ห้าพันล้าน" in str(found.warnings[0])


def test_the_command_lists_every_problem_and_exits_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    make_release(tmp_path / "data", PASSAGES)
    write_set(tmp_path / "good.jsonl", case())
    good = call("check", "good.jsonl")
    assert good.exit_code == 0
    assert "ใช้ได้ทั้ง 1 ข้อ" in good.output
    assert "r1" in good.output
    broken = [[{"document": "plan", "quote": "แต่งเอง"}]]
    write_set(tmp_path / "bad.jsonl", case(evidence=broken), case(id="c2", question="อื่น", facts=[]))
    bad = call("check", "bad.jsonl")
    assert bad.exit_code == 2
    assert "แถว 1 [c1]" in bad.output
    assert "แถว 2 [c2]" in bad.output
    (tmp_path / "worse.jsonl").write_text("{", encoding="utf-8")
    both = call("check", "worse.jsonl", "none.jsonl")
    assert both.exit_code == 2
    assert "worse.jsonl แถว 1" in both.output
    assert "none.jsonl" in both.output
    assert call("check", "good.jsonl", "--release", "gone").exit_code == 2


def test_a_row_that_cannot_be_read_hides_nothing_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    make_release(tmp_path / "data", PASSAGES)
    invented = case(id="c2", question="อื่น", evidence=[[{"document": "plan", "quote": "แต่งเอง"}]])
    write_set(tmp_path / "set.jsonl", case(), invented, case(id="c3", question="ใดใด", facts=[]))
    rows = (tmp_path / "set.jsonl").read_text(encoding="utf-8")
    rows += '{"id": "c4", "question": "x", "status": "MAYBE"}\n{"id": "c4", "question": "y"}\nnot json\n'
    (tmp_path / "set.jsonl").write_text(rows, encoding="utf-8")
    told = call("check", "set.jsonl")
    assert told.exit_code == 2
    order = ["แถว 2 [c2]", "แถว 3 [c3]", "แถว 4 [c4]", "แถว 5 [c4]: รหัส (id) ซ้ำกับแถว 4", "แถว 6"]
    places = [told.output.index(place) for place in order]
    assert places == sorted(places)
    assert "แถว 1" not in told.output


def test_convert_goes_to_excel_and_back(tmp_path: Path) -> None:
    write_set(tmp_path / "a.jsonl", case(), unanswerable(id="n"))
    assert call("convert", tmp_path / "a.jsonl", tmp_path / "a.xlsx").exit_code == 0
    assert call("convert", tmp_path / "a.xlsx", tmp_path / "b.jsonl").exit_code == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert call("convert", tmp_path / "a.jsonl", tmp_path / "a.doc").exit_code == 2
