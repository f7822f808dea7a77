"""The report: what it shows, and that nothing written by a model, a document or a user can act in it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.answer import Answer
from evals import run as runs
from evals.cases import Case, EvalSet
from evals.compare import compare
from evals.gate import judge, read_gate
from evals.highlight import highlighted, with_marks
from evals.report import Report, html, junit, thai_time, write_all
from tests.evals.samples import Scripted, answer, case, citation, declined, passage, right_answer, unanswerable
from tests.evals.test_main import call

HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\' onload=alert(3) {{7*7}} =HYPERLINK("http://evil")'


class Tags(HTMLParser):
    """All tags with their attributes, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


def report_of(
    folder: Path, cases: list[Case], script: dict[str, Answer | Exception], before: Report | None = None
) -> Report:
    run = runs.start(folder, EvalSet("ชุด", tuple(cases), tuple(range(len(cases)))), {"release": "r1"})
    runs.ask_all(run, Scripted(script), runs.pending(run))
    results, summary = runs.finish(run, {c.id: "plan > งบประมาณ" for c in cases if c.evidence})
    comparison = compare(before.run, before.results, run, results) if before else None
    verdict = judge(summary, read_gate(), comparison)
    return Report(run, results, summary, verdict, comparison, (passage(),))


CASES = [case(), case(id="c2", question="ข้อสอง"), unanswerable(id="n", question="ไม่มี")]


def test_the_page_shows_the_verdict_the_figures_and_each_case(tmp_path: Path) -> None:
    told = report_of(tmp_path / "r", CASES, {CASES[0].question: right_answer()})
    page = html(told)
    tags = parsed(page)
    text = " ".join(tags.text)
    assert "66.7%" in text
    assert "ไม่ผ่านเกณฑ์" in text
    assert "ไม่ตอบทั้งที่มีในเอกสาร" in text
    assert '<mark class="fact">6,504.69 ล้านบาท</mark>' in page
    assert '<mark class="quote">มีงบประมาณรวม 6,504.69 ล้านบาท</mark>' in page
    cases = [attributes for tag, attributes in tags.tags if tag == "details"]
    assert [one["data-result"] for one in cases] == ["right", "wrong", "right"]
    assert [one["data-section"] for one in cases] == ["plan > งบประมาณ", "plan > งบประมาณ", ""]
    options = {attributes.get("value") for tag, attributes in tags.tags if tag == "option"}
    assert {"number", "unanswerable", "wrongly_refused", "plan", "plan > งบประมาณ"} <= options


def test_the_page_asks_nothing_of_any_server(tmp_path: Path) -> None:
    page = html(report_of(tmp_path / "r", CASES, {}))
    tags = parsed(page)
    for tag, attributes in tags.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form action"}
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    assert "@import" not in page
    assert "url(" not in page
    policy = next(a["content"] or "" for _, a in tags.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "sha256-" in policy


def test_hostile_text_stays_text_wherever_it_stands(tmp_path: Path) -> None:
    asked = case(
        id=HOSTILE[:40],
        question=HOSTILE,
        kind=HOSTILE,
        history=[{"role": "user", "content": HOSTILE}],
        facts=[{"text": HOSTILE, "aliases": [HOSTILE + "2"]}],
        forbidden=[HOSTILE + "3"],
        evidence=[[{"document": HOSTILE, "quote": HOSTILE, "section": HOSTILE}]],
        note=HOSTILE,
        varies="e",
        change=HOSTILE,
    )
    cited = citation(text=HOSTILE, quote="alert(1)", title=HOSTILE, section=HOSTILE, document=HOSTILE)
    told = answer((HOSTILE, (1,)), citations=[cited], text=f"{HOSTILE} [1][9]")
    failing: dict[str, Answer | Exception] = {HOSTILE: told, "ล้ม": ValueError(HOSTILE)}
    report = report_of(tmp_path / "r", [asked, case(id="e", question="ล้ม")], failing)
    again = report_of(tmp_path / "v", [asked, case(id="e", question="ล้ม")], {HOSTILE: told, "ล้ม": right_answer()})
    assert HOSTILE not in html(again)  # the original's answer and the change's name are shown there, escaped
    paths = write_all(report, tmp_path / "out")
    clean = parsed(html(report_of(tmp_path / "clean", [case(), case(id="e", question="ล้ม")], {"ล้ม": ValueError("x")})))
    tags = parsed(paths[0].read_text(encoding="utf-8"))
    assert sum(tag == "script" for tag, _ in tags.tags) == 1
    assert {tag for tag, _ in tags.tags} <= {tag for tag, _ in clean.tags} | {"mark", "a", "span"}
    assert not any(name.startswith("on") for _, attributes in tags.tags for name in attributes)
    assert any("{{7*7}}" in text for text in tags.text)
    suite = ElementTree.fromstring(paths[2].read_bytes())
    assert suite.get("errors") == "1"
    import openpyxl

    cells = [cell for sheet in openpyxl.load_workbook(paths[1]) for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_letters_that_turn_a_text_around_or_hide_are_shown_as_codes(tmp_path: Path) -> None:
    import openpyxl

    turned = "งบ \u202e4056\u202c \u2066ล้าน\u2069 \U000e0041\u200f"
    cited = citation(text=turned, quote="ล้าน", title=turned, section=turned)
    asked = case(id="t", question=turned, kind=turned, note=turned)
    told = report_of(tmp_path / "r", [asked], {turned: answer((turned, (1,)), citations=[cited])})
    page, workbook, suite = write_all(told, tmp_path / "out")
    cells = [str(c.value) for sheet in openpyxl.load_workbook(workbook) for row in sheet.iter_rows() for c in row]
    for text in (page.read_text(encoding="utf-8"), "\n".join(cells), suite.read_text(encoding="utf-8")):
        assert not {"\u202e", "\u2066", "\u200f", "\U000e0041"} & set(text)
        assert "⟨U+202E⟩4056⟨U+202C⟩" in text
        assert "⟨U+E0041⟩" in text
    assert "<mark" in page.read_text(encoding="utf-8")


def test_the_workbook_holds_every_case_and_no_formula(tmp_path: Path) -> None:
    import openpyxl

    asked = [case(question='=HYPERLINK("http://evil")'), unanswerable(id="n", question="ก\x0bข")]
    told = report_of(tmp_path / "r", asked, {})
    book = openpyxl.load_workbook(write_all(told, tmp_path / "out")[1])
    rows = list(book["รายข้อ"].iter_rows(min_row=2))
    assert [row[0].value for row in rows] == ["c1", "n"]
    assert (rows[0][3].value, rows[0][3].data_type) == ('=HYPERLINK("http://evil")', "s")
    assert rows[0][7].value == "ไม่ตอบทั้งที่มีในเอกสาร"
    figures = {row[1].value: row[2].value for row in book["สรุป"].iter_rows(min_row=3)}
    assert figures["correct"] == 0.5


def test_junit_counts_failures_and_errors(tmp_path: Path) -> None:
    asked = [*CASES, case(id="bad", question="ล้ม\x00")]
    told = report_of(tmp_path / "r", asked, {CASES[0].question: right_answer(), "ล้ม\x00": OSError("พัง\x07")})
    suite = ElementTree.fromstring(junit(told))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "1")
    by_name = {test.get("name"): test for test in suite}
    assert by_name["c1"].find("failure") is None
    assert by_name["c2"].find("failure") is not None
    assert by_name["bad"].find("error") is not None


def test_junit_tells_of_the_cases_that_were_not_asked(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run = runs.start(folder, EvalSet("ชุด", tuple(CASES), (1, 2, 3)), {})
    runs.ask_all(run, Scripted({CASES[0].question: right_answer()}), run.cases[:1])
    results, summary = runs.finish(run, {})
    suite = ElementTree.fromstring(junit(Report(run, results, summary, judge(summary, read_gate()), None, ())))
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "0", "2")
    assert [test.get("name") for test in suite if test.find("skipped") is not None] == ["c2", "n"]


def test_a_comparison_is_told_and_can_be_filtered(tmp_path: Path) -> None:
    before = report_of(tmp_path / "a", CASES, {})
    after = report_of(tmp_path / "b", CASES, {CASES[0].question: right_answer()}, before)
    tags = parsed(html(after))
    outcomes = [attributes["data-outcome"] for tag, attributes in tags.tags if tag == "details"]
    assert outcomes == ["improved", "same", "same"]
    assert "ดีขึ้น 1" in " ".join(tags.text)
    assert declined().text in " ".join(tags.text)


def test_highlighting_finds_other_writings_and_escapes_all() -> None:
    assert highlighted("มี ๖,๕๐๔.๖๙ ล้านบาท", ["6504.69 ล้านบาท"]) == 'มี <mark class="fact">๖,๕๐๔.๖๙ ล้านบาท</mark>'
    assert highlighted("ปี 2563", ["63", "2563"]) == 'ปี <mark class="fact">2563</mark>'
    assert highlighted("<b>กข</b>", ["กข"]) == '&lt;b&gt;<mark class="fact">กข</mark>&lt;/b&gt;'
    assert highlighted("กขค", ["กข", "ขค", ""]) == '<mark class="fact">กข</mark><mark class="fact">ค</mark>'
    assert with_marks("ก [๑][7]", [], "c0", [1]) == (
        'ก <a class="cite" href="#c0-1">[1]</a><span class="nocite">[7]</span>'
    )


def test_times_are_told_as_an_officer_writes_them() -> None:
    assert thai_time("2026-11-23T17:05:00+00:00") == "24 พฤศจิกายน 2569 เวลา 00.05 น."
    assert thai_time("") == ""


def test_the_report_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report_of(tmp_path / "r", CASES, {CASES[0].question: right_answer()})
    result = call("report", "r", "--out", "out")
    assert result.exit_code == 1
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report.html", "results.xlsx", "junit.xml"}
    assert json.loads((tmp_path / "r" / "verdict.json").read_text(encoding="utf-8"))["verdict"] == "fail"
    assert call("report", "none").exit_code == 2


def test_a_large_run_stays_a_page_that_can_be_sent(tmp_path: Path) -> None:
    many = [case(id=f"c{i}", question=f"ข้อ {i}") for i in range(240)]
    page = html(report_of(tmp_path / "r", many, {c.question: right_answer() for c in many}))
    assert len(page.encode()) < 5_000_000
    assert len(re.findall("<details", page)) == 240
