"""Reading sets: every problem of a file at once, in Thai, with its row."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import AnswerStatus
from evals.cases import Case, EvalSet, SetError, read_set
from evals.sheets import write_set as write_any
from tests.evals.samples import case, unanswerable, write_set


def test_the_written_format_is_read_whole(tmp_path: Path) -> None:
    line = {
        "id": "dev-001",
        "question": "จัดที่ใด",
        "history": [],
        "kind": "place",
        "status": "ANSWERED",
        "facts": [{"text": "โรงแรม", "aliases": ["พูลแมน"], "vital": True}],
        "evidence": [[{"document": "workshop", "quote": "คือ โรงแรม"}]],
        "forbidden": [],
        "tags": ["formal"],
        "fact_ids": ["F003"],
    }
    path = tmp_path / "s.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(line).encode() + b"\r\n\r\n")
    [read] = read_set(path).cases
    assert read.facts[0].wordings == ("โรงแรม", "พูลแมน")
    assert read.evidence[0][0].document == "workshop"
    assert read.answerable


@pytest.mark.parametrize(
    ("word", "status"),
    [("answer", "ANSWERED"), ("decline", "NOT_IN_PLAN"), ("clarify", "CLARIFY"), ("small_talk", "SMALL_TALK")],
)
def test_the_plain_words_for_a_status_are_understood(word: str, status: str) -> None:
    assert case(status=word).status is AnswerStatus(status)


def test_all_problems_are_told_at_once_with_their_rows(tmp_path: Path) -> None:
    good = json.dumps(case().as_json())
    lines = [
        good,
        '{"id": "broken"',
        '{"question": "ไม่มีรหัส"}',
        '{"id": "x", "question": "ก", "colour": 1}',
        '{"id": "y", "question": "ก", "status": "MAYBE"}',
        '{"id": "z", "question": "ก", "facts": [{"text": " "}]}',
        '{"id": "n", "question": "ก", "facts": [{"text": "ก", "type": "number", "value": "หก", "unit": "ด้าน"}]}',
        '{"id": "d", "question": "ก", "facts": [{"text": "ก", "type": "date", "value": "9 ก.ย."}]}',
        "[]",
        good,
    ]
    path = tmp_path / "bad.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SetError) as caught:
        read_set(path)
    found = {problem.row: str(problem) for problem in caught.value.problems}
    assert sorted(found) == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert "ไม่ใช่ JSON" in found[2]
    assert "ขาดช่อง “id”" in found[3]
    assert "ไม่รู้จักช่อง “colour”" in found[4]
    assert "[y]" in found[5] and "ใช้ได้เฉพาะ" in found[5]
    assert "facts.0.text" in found[6] and "ว่าง" in found[6]
    assert "ตัวเลข" in found[7]
    assert "2563-09-09" in found[8]
    assert "วัตถุ JSON" in found[9]
    assert "ซ้ำกับแถว 1" in found[10]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.jsonl", b"\n\n", "ว่างเปล่า"),
        ("tis620.jsonl", "คำถาม".encode("cp874"), "UTF-8"),
        ("set.csv", b"id", "นามสกุล"),
        ("bad.yaml", b"- id: [", "YAML"),
        ("bad.yaml", b"just text", "รายการ"),
        ("bad.xlsx", b"not a zip", "Excel"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SetError, match=said):
        read_set(tmp_path / name)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.xlsx"
    write_any(path, EvalSet("s", (case(),), (1,)))
    monkeypatch.setattr("evals.sheets.MAX_UNPACKED", 1000)
    with pytest.raises(SetError, match="ใหญ่เกินไป"):
        read_set(path)


# What Python, JSON and YAML agree on; lone surrogates are no text.
LINE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(lambda t: bool(t.strip()))
TRICKY = st.sampled_from(
    ["=1+1", "@cmd", "-5", "+66", "(เสริม) ก", "# ข", "หรือ ค", "หน้า 3 | ง", "หัวข้อ จ | ฉ", "a|b", "\\|", "\\n", "ก\nข",
     "| 1 | 2 |", "ผู้ใช้: ช", "007", "2563-09-09", "null", "no", "1e3", "\\u0041", "ก\u200bข", "ก\tข", "ก\x0cข"]
)  # fmt: skip
WORDS = LINE | TRICKY
EVIDENCE = st.fixed_dictionaries(
    {"document": WORDS, "quote": WORDS},
    optional={"page": st.integers(1, 999), "section": WORDS},
)
FACT = st.fixed_dictionaries(
    {"text": WORDS, "aliases": st.lists(WORDS, max_size=2), "vital": st.booleans()},
    optional={"type": st.just("name")},
)
NUMBER = st.builds(
    lambda text, value, unit: {"text": text, "type": "number", "value": value, "unit": unit},
    WORDS,
    st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["บาท", "%", "ล้าน คน"]),
)
CASES = st.builds(
    Case.model_validate,
    st.fixed_dictionaries(
        {
            "id": WORDS,
            "question": WORDS | st.just(" \n "),
            "kind": st.just("fact"),
            "status": st.sampled_from([status.value for status in AnswerStatus]),
            "facts": st.lists(FACT | NUMBER, max_size=3),
            "evidence": st.lists(st.lists(EVIDENCE, min_size=1, max_size=3), max_size=2),
            "forbidden": st.lists(WORDS, max_size=2),
            "history": st.lists(
                st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": WORDS}), max_size=2
            ),
            "tags": st.lists(WORDS, max_size=2),
            "note": WORDS,
        }
    ),
)


@given(st.lists(CASES, min_size=1, max_size=3, unique_by=lambda c: c.id), st.sampled_from(["jsonl", "yaml", "xlsx"]))
def test_every_format_gives_the_same_cases_back(
    tmp_path_factory: pytest.TempPathFactory, cases: list[Case], kind: str
) -> None:
    path = tmp_path_factory.mktemp("formats") / f"s.{kind}"
    write_any(path, EvalSet("s", tuple(cases), tuple(range(len(cases)))))
    read = read_set(path)
    assert read.cases == tuple(cases)


def test_a_formula_in_a_cell_stays_text(tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "s.xlsx"
    write_any(path, EvalSet("s", (case(question="=HYPERLINK(1)", note="+SUM(A1)"),), (1,)))
    sheet = openpyxl.load_workbook(path)["ข้อคำถาม"]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    assert cells["=HYPERLINK(1)"].data_type == "s"
    assert cells["=HYPERLINK(1)"].quotePrefix
    assert read_set(path).cases[0].question == "=HYPERLINK(1)"


def test_a_sheet_as_a_person_fills_it_is_read(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["รหัส", "คำถาม", "ชนิด", "สถานะที่ถูก", "ข้อเท็จจริงที่ต้องตอบ", "หลักฐาน", None])
    sheet.append(
        [
            1,
            "แผนมีกี่ด้าน",
            "number",
            "ANSWERED",
            "6 ด้าน | หกด้าน\n(เสริม) ปี 2563",
            "plan | มี 6 ด้าน\nหรือ draft | หน้า 3 | หกด้าน",
        ]
    )
    sheet.append([None, None, None, None, None, None])
    sheet.append([2, "รมต.ชอบสีอะไร", "unanswerable", "decline", None, None])
    book.save(tmp_path / "s.xlsx")
    read = read_set(tmp_path / "s.xlsx")
    assert read.rows == (2, 4)
    first, second = read.cases
    assert (first.id, second.status) == ("1", AnswerStatus.NOT_IN_PLAN)
    assert [fact.vital for fact in first.facts] == [True, False]
    assert first.facts[0].aliases == ("หกด้าน",)
    [[one, other]] = first.evidence
    assert (one.document, one.page, other.document, other.page, other.quote) == ("plan", None, "draft", 3, "หกด้าน")


def test_what_is_wrong_in_a_sheet_names_row_and_column(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["รหัส", "คำถาม", "สถานะที่ถูก", "หลักฐาน", "บทสนทนาก่อนหน้า"])
    sheet.append(["a", "ก", "ANSWERED", "ไม่มีขีดคั่น", None])
    sheet.append(["b", "ข", "อาจจะ", None, None])
    sheet.append(["c", "ค", "ANSWERED", None, "ใครก็ไม่รู้: สวัสดี"])
    book.save(tmp_path / "s.xlsx")
    with pytest.raises(SetError) as caught:
        read_set(tmp_path / "s.xlsx")
    texts = [str(problem) for problem in caught.value.problems]
    assert [("แถว 2" in texts[0], "หลักฐาน" in texts[0]), ("แถว 3" in texts[1], "status" in texts[1])] == [
        (True, True)
    ] * 2
    assert "บทสนทนาก่อนหน้า" in texts[2]
    sheet.cell(1, 2).value = "ถามว่า"
    book.save(tmp_path / "s.xlsx")
    with pytest.raises(SetError, match="ถามว่า"):
        read_set(tmp_path / "s.xlsx")


def test_yaml_rows_are_lines(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("cases:\n  - id: 007\n    question: ก\n  - id: b\n    colour: 1\n", encoding="utf-8")
    with pytest.raises(SetError) as caught:
        read_set(path)
    assert {problem.row for problem in caught.value.problems} == {4}


def test_reading_ten_thousand_cases_is_no_trouble(tmp_path: Path) -> None:
    path = write_set(tmp_path / "s.jsonl", *(unanswerable(id=str(i)) for i in range(10_000)))
    assert len(read_set(path).cases) == 10_000
