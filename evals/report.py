"""A run as people read it: one Thai HTML page that needs nothing else, a workbook, and JUnit for machines.

Everything that the model, the documents or the users wrote is hostile here: the template escapes all of it, and the
page's content policy allows no request and no script but its own.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from bot.answer import Citation
from corpus import thai
from corpus.document import Passage
from evals import gold
from evals.cases import Case, Evidence
from evals.compare import Comparison, Outcome
from evals.gate import Rule, Verdict
from evals.highlight import highlighted, with_marks
from evals.judge import Judged
from evals.metrics import Cause, answer_text, is_evidence, states_fact
from evals.run import RunFolder
from evals.scoring import CAUSES, METRIC, METRICS, Figure, Result, Summary
from evals.show import CHANGED, OUTCOMES, detail
from evals.variations import words_of

HTML, WORKBOOK, JUNIT = "report.html", "results.xlsx", "junit.xml"
BANGKOK = timezone(timedelta(hours=7))
SCRIPT = Path(__file__).with_name("report.js")
STYLE = Path(__file__).with_name("report.css")

GROUPS = {
    "correct": "ภาพรวม",
    "vital_facts": "เนื้อหาคำตอบ",
    "citation_recall": "การอ้างอิง",
    "number_fidelity": "ความแม่นยำและความปลอดภัย",
    "evidence_recall_at_5": "การค้นหา",
    "utility": "สรุปรวม",
}
"""The metric before which a group of the scorecard begins."""

KINDS = {
    "fact": "ข้อเท็จจริง",
    "number": "ตัวเลข",
    "date": "วันที่",
    "list": "รายการ",
    "person": "บุคคล",
    "place": "สถานที่",
    "definition": "ความหมาย",
    "comparison": "เปรียบเทียบ",
    "follow_up": "ถามต่อเนื่อง",
    "ambiguous": "กำกวม",
    "false_premise": "เข้าใจผิดตั้งแต่ต้น",
    "unanswerable": "ไม่มีในเอกสาร",
    "out_of_scope": "นอกเรื่อง",
    "small_talk": "ทักทาย",
    "injection": "คำสั่งแฝง",
    "invalid": "ข้อความใช้ไม่ได้",
}
STATUSES = {
    "ANSWERED": "ตอบ",
    "PARTIAL": "ตอบบางส่วน",
    "CLARIFY": "ถามกลับ",
    "NOT_IN_PLAN": "ไม่มีในเอกสาร",
    "OUT_OF_SCOPE": "นอกเรื่อง",
    "SMALL_TALK": "ทักทาย",
    "INVALID": "ข้อความใช้ไม่ได้",
}
STAGES = {
    "understand": "เข้าใจคำถาม",
    "search": "ค้นหา",
    "compose": "เรียบเรียง",
    "check": "ตรวจ",
    "write": "เขียนด้วยโมเดล",
}
_FIGURES_HEAD = ("ตัวชี้วัด", "metric", "ค่า", "ต่ำสุด 95%", "สูงสุด 95%", "จำนวนข้อ", "ความหมาย")
_FIGURES_WIDTHS = (32, 28, 12, 12, 12, 12, 70)
_CASES_HEAD = (
    "รหัส", "ชนิด", "หมวด", "คำถาม", "สถานะที่ถูก", "สถานะที่ได้", "ถูกต้อง", "สาเหตุ", "รายละเอียด", "คำตอบ",
    "อ้างอิง", "หลักฐานที่ถูก", "มิลลิวินาที", "เทียบครั้งก่อน",
)  # fmt: skip
_CASES_WIDTHS = (12, 16, 30, 40, 14, 14, 10, 22, 36, 60, 50, 50, 12, 14)
# Letters that turn a text around or hide (tags): a reader would be shown other than what is written.
_HIDDEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Report:
    """All that a report is made of."""

    run: RunFolder
    results: Sequence[Result]
    summary: Summary
    verdict: Verdict
    comparison: Comparison | None = None
    passages: Sequence[Passage] = ()
    judged: Judged | None = None


def write_all(report: Report, folder: Path) -> list[Path]:
    """Write the page, the workbook and the JUnit file; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / HTML, folder / WORKBOOK, folder / JUNIT]
    paths[0].write_text(html(report), encoding="utf-8")
    write_workbook(report, paths[1])
    paths[2].write_bytes(junit(report))
    return paths


def html(report: Report) -> str:
    """The whole page. It asks nothing of any server and works from an e-mail attachment."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    script = SCRIPT.read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": _percent, "thai_time": thai_time, "points": _points}
    return environment.get_template("report.html.j2").render(
        **_page(report),
        style=Markup(STYLE.read_text(encoding="utf-8")),  # noqa: S704 our own file
        script=Markup(script),  # noqa: S704 our own file
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def visible(value: Any) -> Any:
    """A text with its direction marks and hidden tag letters written out as ⟨U+202E⟩; anything else as it is."""
    if not isinstance(value, str) or not _HIDDEN.search(value):
        return value
    return type(value)(_HIDDEN.sub(lambda letter: f"⟨U+{ord(letter[0]):04X}⟩", value))


def thai_time(iso: str | None) -> str:
    """A time as an officer writes it, Bangkok time and Buddhist Era; "" for none."""
    if not iso:
        return ""
    at = datetime.fromisoformat(iso).astimezone(BANGKOK)
    return f"{at.day} {thai.MONTHS[at.month - 1]} {at.year + thai.BUDDHIST_ERA_OFFSET} เวลา {at:%H.%M} น."


def _page(report: Report) -> dict[str, Any]:
    summary = report.summary
    manifest = dict.fromkeys(("release", "chat_model", "embedding_model", "finished_at"), "") | report.run.manifest
    changes = {change.id: change for change in report.comparison.cases} if report.comparison else {}
    cases = [_case(result, report, changes.get(result.case.id)) for result in report.results]
    return {
        "manifest": manifest,
        "summary": summary,
        "verdict": report.verdict,
        "metrics": [_metric(metric.key, report) for metric in METRICS if summary.figures[metric.key].n],
        "causes": _causes(summary),
        "kinds": sorted(
            ((_kind(kind), kind, figure) for kind, figure in summary.by_kind.items()), key=lambda k: k[2].value or 0.0
        ),
        "comparison": report.comparison,
        "outcomes": {o: (OUTCOMES[o], report.comparison.count(o)) for o in Outcome} if report.comparison else {},
        "cases": cases,
        "wrong": sum(not case["right"] for case in cases),
        "changes": sorted(
            ((words_of(change), change, figure) for change, figure in summary.by_change.items() if figure.n),
            key=lambda c: c[2].value or 0.0,
        ),
        "judged": report.judged,
        "stages": [(STAGES.get(stage, stage), found) for stage, found in summary.stages_ms.items()],
        "sections": _sections(report.results),
        "changed_code": bool((manifest.get("code") or {}).get("changed")),
        "commit": str((manifest.get("code") or {}).get("commit") or "")[:10],
    }


def _metric(key: str, report: Report) -> dict[str, Any]:
    rules = [rule for rule in report.verdict.rules if rule.key == key and rule.passed is not None]
    change = report.comparison.metrics.get(key) if report.comparison else None
    return {
        "metric": METRIC[key],
        "group": GROUPS.get(key, ""),
        "figure": report.summary.figures[key],
        "rules": rules,
        "passed": None if not rules else all(rule.passed for rule in rules),
        "wanted": next((rule.wanted for rule in rules if rule.part in ("floor", "share")), None),
        "wanted_words": "; ".join(_wanted(rule) for rule in rules),
        "change": change,
    }


def _wanted(rule: Rule) -> str:
    if rule.part == "floor":
        return f"ค่าต่ำสุดของช่วงต้องถึง {_percent(rule.wanted)}"
    if rule.part == "share":
        return f"ต้องได้ {_percent(rule.wanted)}"
    return f"แย่ลงจากครั้งก่อนได้ไม่เกิน {_percent(-rule.wanted)}"


def _causes(summary: Summary) -> list[tuple[str, str, int]]:
    counted = [(cause.value, CAUSES[cause], summary.causes.get(cause.value, 0)) for cause in Cause]
    return sorted((c for c in counted if c[2]), key=lambda cause: -cause[2])


def _sections(results: Iterable[Result]) -> dict[str, list[str]]:
    """Document → its sections that are asked about, as the filter lists them."""
    found: dict[str, set[str]] = {}
    for section in filter(None, (result.section for result in results)):
        found.setdefault(section.split(" > ")[0], set()).add(section)
    return {document: sorted(sections) for document, sections in sorted(found.items())}


def _kind(kind: str) -> str:
    return KINDS.get(kind, kind)


def _case(result: Result, report: Report, change: Any) -> dict[str, Any]:
    case, answer, findings = result.case, result.record.answer, result.marks.findings
    wordings = [wording for fact in case.facts for wording in fact.wordings]
    anchor = f"c{report.results.index(result)}"
    said = answer_text(answer) if answer else ""
    return {
        "anchor": anchor,
        "case": case,
        "answer": answer,
        "right": result.marks.correct,
        "cause": result.marks.cause.value if result.marks.cause else "",
        "cause_words": CAUSES[result.marks.cause] if result.marks.cause else "",
        "kind_words": _kind(case.kind),
        "section": result.section,
        "error": result.record.error,
        "detail": detail(result),
        "expected": STATUSES[case.status],
        "status": STATUSES[answer.status] if answer else "ขัดข้อง",
        "text": with_marks(answer.text, wordings, anchor, [c.n for c in answer.citations]) if answer else "",
        "facts": [(fact, bool(answer) and states_fact(said, fact)) for fact in case.facts],
        "citations": [_citation(citation, result) for citation in answer.citations] if answer else [],
        "gold": [
            (
                [_gold(evidence, report.passages) for evidence in group],
                bool(answer) and number not in findings.uncovered_groups,
            )
            for number, group in enumerate(case.evidence)
        ],
        "findings": findings,
        "wall_ms": result.record.wall_ms,
        "outcome": change.outcome.value if change else "",
        "outcome_words": OUTCOMES[change.outcome] if change else "",
        "change": case.change,
        "change_words": words_of(case.change),
        "differs": [CHANGED[part] for part in findings.changed],
        "original": _original(case.varies, report),
        "changed": bool(change and (change.answer_changed or change.citations_changed)),
        "before": _before(change),
        "search": " ".join((case.id, case.question, answer.text if answer else "", " ".join(case.tags))).lower(),
        "rank": _rank(result),
    }


def _original(case_id: str, report: Report) -> dict[str, str] | None:
    """The case that this one asks in another writing, and what the bot said to it."""
    original = next((r for r in report.results if case_id and r.case.id == case_id), None)
    if original is None:
        return None
    answer = original.record.answer
    status = STATUSES[answer.status] if answer else "ขัดข้อง"
    return {"question": original.case.question, "status": status, "text": answer.text if answer else ""}


def _before(change: Any) -> dict[str, str] | None:
    """What the run before said, where it said something else."""
    if not change or not change.before or not (change.answer_changed or change.citations_changed):
        return None
    answer = change.before.record.answer
    return {"status": STATUSES[answer.status] if answer else "ขัดข้อง", "text": answer.text if answer else ""}


def _rank(result: Result) -> int | None:
    """The place of the first evidence among the passages found; 0 where it was not among them, None if unknown."""
    if result.record.hits is None or not result.case.evidence:
        return None
    gold_quotes = [evidence for group in result.case.evidence for evidence in group]
    places = (i for i, hit in enumerate(result.record.hits, 1) if any(is_evidence(hit, e) for e in gold_quotes))
    return next(places, 0)


def _citation(citation: Citation, result: Result) -> dict[str, Any]:
    return {
        "citation": citation,
        "right": citation.n in result.marks.findings.right_citations,
        "broken": citation.n in result.marks.findings.broken_quotes,
        "text": highlighted(citation.text, citation.quote.split("\n"), "quote"),
    }


def _gold(evidence: Evidence, passages: Sequence[Passage]) -> dict[str, Any]:
    passage = gold.find(evidence, passages)
    return {
        "evidence": evidence,
        "section": passage.section if passage else evidence.section,
        "text": highlighted(passage.body, [evidence.quote], "quote") if passage else None,
    }


def write_workbook(report: Report, path: Path) -> None:
    """The figures and every case as a workbook; texts are never formulas."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    _sheet(book, "สรุป", _FIGURES_HEAD, _FIGURES_WIDTHS, _figure_rows(report))
    _sheet(book, "รายข้อ", _CASES_HEAD, _CASES_WIDTHS, _case_rows(report))
    book.save(path)


def _figure_rows(report: Report) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [("ผลตัดสิน", report.verdict.word, report.verdict.sentence)]
    for metric in METRICS:
        figure: Figure = report.summary.figures[metric.key]
        values = [None if v is None else round(v, 4) for v in (figure.value, figure.low, figure.high)]
        rows.append((metric.thai, metric.english, *values, figure.n, metric.help))
    rows += [
        (f"เวลาตอบ {name}", "latency", value, None, None, None, "มิลลิวินาที")
        for name, value in report.summary.latency_ms.items()
    ]
    rows += [
        (f"เวลาขั้น {stage} {name}", "latency by stage", value, None, None, None, "มิลลิวินาที")
        for stage, found in report.summary.stages_ms.items()
        for name, value in found.items()
    ]
    rows += [
        (f"โทเคนขั้น {stage}", "tokens by stage", found["total"], None, None, found["n"], "รวมทั้งการประเมิน")
        for stage, found in report.summary.tokens.items()
    ]
    rows += [
        (f"คำตอบไม่เปลี่ยน: {words_of(change)}", change, found.value, found.low, found.high, found.n, "วิธีเขียน")
        for change, found in report.summary.by_change.items()
    ]
    return rows


def _case_rows(report: Report) -> list[tuple[Any, ...]]:
    changes = {change.id: OUTCOMES[change.outcome] for change in report.comparison.cases} if report.comparison else {}
    rows = []
    for result in report.results:
        case, answer = result.case, result.record.answer
        rows.append(
            (
                case.id,
                _kind(case.kind),
                result.section,
                case.question,
                case.status.value,
                answer.status.value if answer else "",
                "ถูก" if result.marks.correct else "ไม่ถูก",
                CAUSES[result.marks.cause] if result.marks.cause else "",
                detail(result),
                answer.text if answer else "",
                "\n".join(f"[{c.n}] {c.document_id} > {c.section}: {c.quote}" for c in answer.citations)
                if answer
                else "",
                "\n".join(f"{e.document}: {e.quote}" for group in case.evidence for e in group),
                round(result.record.wall_ms, 1),
                changes.get(case.id, ""),
            )
        )
    return rows


def _sheet(book: Any, title: str, head: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Any]]) -> None:
    from openpyxl.utils import get_column_letter

    from evals.sheets import put

    sheet = book.create_sheet(title)
    for column, (name, width) in enumerate(zip(head, widths, strict=True), 1):
        put(sheet.cell(1, column), name, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, values in enumerate(rows, 2):
        for column, value in enumerate(values, 1):
            put(sheet.cell(row, column), visible(value))
    sheet.freeze_panes = "B2"


def junit(report: Report) -> bytes:
    """One test a case: failed where it is not correct, in error where it brought no answer, skipped where not asked."""
    name, summary = report.run.manifest["set"], report.summary
    asked = {result.case.id for result in report.results}
    missing = [case for case in report.run.cases if case.id not in asked]
    failures = sum(not r.marks.correct and r.marks.cause is not Cause.ERROR for r in report.results)
    counts = {
        "tests": len(asked) + len(missing),
        "failures": failures,
        "errors": summary.errors,
        "skipped": len(missing),
    }
    suite = ElementTree.Element("testsuite", _attributes({"name": name, **counts}))

    def add(case: Case, wall_ms: float) -> ElementTree.Element:
        about = {"classname": f"{name}.{case.kind}", "name": case.id, "time": f"{wall_ms / 1000:.3f}"}
        return ElementTree.SubElement(suite, "testcase", _attributes(about))

    for case in missing:
        ElementTree.SubElement(add(case, 0.0), "skipped", {"message": "ยังไม่ได้ถาม (not asked yet)"})
    for result in report.results:
        test = add(result.case, result.record.wall_ms)
        if cause := result.marks.cause:
            tag = "error" if cause is Cause.ERROR else "failure"
            found = ElementTree.SubElement(test, tag, _attributes({"type": cause.value, "message": CAUSES[cause]}))
            found.text = _xml(f"{result.case.question}\n{detail(result)}")
    return bytes(ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True))


def _attributes(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: _xml(str(value)) for name, value in values.items()}


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", visible(text))


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}%"


def _points(value: float) -> str:
    return f"{value * 100:+.1f}"
