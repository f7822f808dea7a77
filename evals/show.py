"""Figures as tables on the screen."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.beir import Collection
from evals.compare import Comparison, Outcome
from evals.followups import FollowUp, FollowUpFigures
from evals.gate import FAIL, PASS, Rule, Verdict
from evals.history import SHOWN, PastRun
from evals.judge import Judged
from evals.reading import ReadingFigures
from evals.retrieval import FIGURES
from evals.run import RunFolder
from evals.scoring import CAUSES, HEADLINE, METRIC, METRICS, Figure, Result, Summary
from evals.speed import SpeedFigures
from evals.variations import words_of

FAILURES_SHOWN = 15
OUTCOMES = {
    Outcome.IMPROVED: "ดีขึ้น",
    Outcome.WORSE: "แย่ลง",
    Outcome.SAME: "เท่าเดิม",
    Outcome.NEW: "เพิ่งมีผล",
    Outcome.GONE: "ไม่มีผลแล้ว",
}
CHANGED = {"status": "สถานะ", "facts": "ข้อเท็จจริงหรือตัวเลข", "citations": "ข้อความที่อ้าง"}
"""What can differ between the answers to a question in two writings."""


def show_run(run: RunFolder, results: Sequence[Result], summary: Summary, verdict: Verdict) -> None:
    """The scorecard, the failures by cause, and the verdict."""
    console = Console()
    console.print(scorecard(run, summary))
    console.print(f"ปฏิเสธ/ตอบ 2×2: {refusal_line(summary)}", highlight=False)
    latency = summary.latency_ms
    console.print(
        f"เวลาตอบ p50 {latency['p50']:.0f} · p95 {latency['p95']:.0f} · สูงสุด {latency['max']:.0f} มิลลิวินาที",
        highlight=False,
    )
    _show_stages(console, summary)
    _show_changes(console, summary)
    if summary.attacks["n"]:
        console.print(
            f"โจมตีสำเร็จ {summary.attacks['successes']:.0f} จาก {summary.attacks['n']:.0f} ข้อ "
            f"(อัตราจริงไม่เกิน {summary.attacks['upper_bound'] * 100:.1f}% ที่ความเชื่อมั่น 95%)",
            highlight=False,
        )
    _show_failures(console, results)
    console.print(escape(summary.detectable), highlight=False)
    console.print(escape(verdict.sentence), style=_style(verdict), highlight=False)
    console.print(
        f"[dim]{escape(verdict.sentence_en)} · {escape(str(run.path))}[/dim]", highlight=False, soft_wrap=True
    )


def _show_stages(console: Console, summary: Summary) -> None:
    if summary.stages_ms:
        parts = (f"{stage} {found['p50']:.0f}/{found['p95']:.0f}" for stage, found in summary.stages_ms.items())
        console.print(f"ตามขั้น (p50/p95 มิลลิวินาที): {' · '.join(parts)}", highlight=False, markup=False)
    if summary.tokens:
        parts = (
            f"{stage} รวม {found['total']:,.0f} เฉลี่ย {found['mean']:,.0f} ต่อคำตอบ"
            for stage, found in summary.tokens.items()
        )
        console.print(f"โทเคน: {' · '.join(parts)}", highlight=False, markup=False)


def _show_changes(console: Console, summary: Summary) -> None:
    """The unchanged answers for each way of writing, the worst first."""
    if not summary.by_change:
        return
    table = Table(title="คำตอบไม่เปลี่ยน แยกตามวิธีเขียน / unchanged answers by change", title_justify="left")
    table.add_column("วิธีเขียน / change")
    for column in ("ไม่เปลี่ยน", "ช่วง 95%", "ข้อ"):
        table.add_column(column, justify="right")
    for change, found in sorted(summary.by_change.items(), key=lambda item: item[1].value or 0.0):
        name = escape(f"{words_of(change)} / {change}")
        table.add_row(name, percent(found.value), interval(found), str(found.n))
    console.print(table)


def show_judged(judged: Judged) -> None:
    """The judge's figures beside its agreement with people, or why they are not shown."""
    counts = (
        f"ตัดสินได้ {judged.scored} ข้อ ไม่ได้ {judged.unscored} ข้อ "
        f"(อ่านไม่ได้ {judged.unread} ครั้ง เรียกไม่สำเร็จ {judged.failed} ครั้ง)"
    )
    if judged.hidden or judged.agreement is None:
        line = f"โมเดลผู้ตัดสิน {judged.model}: {counts} ไม่แสดงผล เพราะ{judged.hidden}"
    else:
        agreed = judged.agreement
        line = (
            f"โมเดลผู้ตัดสิน {judged.model}: อ้างอิงรองรับคำตอบ {percent(judged.support.value)} "
            f"({interval(judged.support)}) · {counts} · สอดคล้องกับคน κ = {agreed.kappa:.2f} "
            f"(ตรงกัน {percent(agreed.same)} จาก {agreed.n} ป้าย)"
        )
    Console().print(line, highlight=False, markup=False)


def show_history(found: Sequence[PastRun]) -> None:
    """One row a run, short enough for a narrow window; releases only where there is room."""
    console = Console()
    roomy = console.width >= 120
    table = Table(title="ผลประเมินที่ผ่านมา / earlier runs", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.padding = (0, 1, 0, 0)
    table.add_column("เมื่อ (UTC)", no_wrap=True)
    table.add_column("ชุด / set", overflow="fold", min_width=10)
    table.add_column("ผล", no_wrap=True)
    for column in ("ข้อ", "ถูก", "95%", "+/-", "ตอบ", "ไม่ตอบ", "อ้าง", "คงเดิม"):
        table.add_column(column, justify="right", no_wrap=True)
    if roomy:
        table.add_column("p95 ms", justify="right", no_wrap=True)
        table.add_column("รุ่นข้อมูล / release", overflow="fold")
    for run in found:
        span = f"{run.low * 100:.0f}–{run.high * 100:.0f}" if run.low is not None and run.high is not None else "–"
        last = ["–" if run.p95_ms is None else f"{run.p95_ms:.0f}", escape(run.release)]
        table.add_row(
            run.started_at[2:16].replace("T", " "),
            escape(run.set),
            {"pass": "✓", "fail": "✗", "incomplete": "…"}.get(run.verdict, "–"),
            str(run.cases),
            _points(run.figures[HEADLINE]),
            span,
            "" if run.change is None else f"{run.change * 100:+.1f}",
            *(_points(run.figures[key], 0) for key in SHOWN[1:]),
            *(last if roomy else []),
        )
    console.print(table)
    console.print("ร้อยละของข้อ · +/- เทียบกับครั้งก่อนที่ถามคำถามชุดเดียวกันทุกข้อ (จุดร้อยละ)", highlight=False)


def _points(value: float | None, decimals: int = 1) -> str:
    return "–" if value is None else f"{value * 100:.{decimals}f}"


def show_comparison(comparison: Comparison, failed: Sequence[Rule]) -> None:
    """What changed between two runs, the metrics first, then the cases that got better or worse."""
    console = Console()
    table = Table(title=escape(f"{comparison.a} → {comparison.b}"), title_justify="left")
    for column in ("ตัวชี้วัด / metric", "ก่อน", "หลัง", "ผลต่าง (จุดร้อยละ)", "ช่วง 95%", "p (Holm)", "ข้อ"):
        table.add_column(column, justify="left" if column.startswith("ตัว") else "right")
    for key, change in comparison.metrics.items():
        span = f"{change.interval.low * 100:+.1f} … {change.interval.high * 100:+.1f}" if change.interval else "–"
        table.add_row(
            METRIC[key].thai,
            percent(change.before),
            percent(change.after),
            f"{change.difference * 100:+.1f}",
            span,
            "" if change.p is None else f"{change.p:.3f}",
            str(change.n),
        )
    console.print(table)
    for outcome, word in OUTCOMES.items():
        ids = [change.id for change in comparison.cases if change.outcome is outcome]
        if ids and outcome is not Outcome.SAME:
            console.print(f"{word} {len(ids)} ข้อ: {', '.join(ids)}", highlight=False, markup=False)
    changed = [
        c.id for c in comparison.cases if c.outcome is Outcome.SAME and (c.answer_changed or c.citations_changed)
    ]
    if changed:
        console.print(f"ผลเท่าเดิมแต่คำตอบหรือการอ้างอิงเปลี่ยน {len(changed)} ข้อ: {', '.join(changed)}", markup=False)
    console.print(escape(comparison.sentence), style="bold", highlight=False)
    for rule in failed:
        console.print(escape(f"เกินที่ยอมได้: {rule.thai}"), style="bold red", highlight=False)


def show_drift(comparison: Comparison, verdict: Verdict, page: Path) -> None:
    """What the candidate release would change for people: every answer and every citation that is not the same."""
    console = Console()
    table = Table(title="สิ่งที่ผู้ใช้จะเห็นต่างไป / what people will see differently", title_justify="left")
    for column in ("รหัส", "ผล", "สถานะ", "คำตอบ", "อ้างอิง"):
        table.add_column(column)
    changed = [c for c in comparison.cases if c.answer_changed or c.citations_changed or c.outcome is not Outcome.SAME]
    for change in changed:
        said = [r.record.answer.status if r and r.record.answer else "ขัดข้อง" for r in (change.before, change.after)]
        table.add_row(
            change.id,
            OUTCOMES[change.outcome],
            said[0] if said[0] == said[1] else f"{said[0]} → {said[1]}",
            "เปลี่ยน" if change.answer_changed else "เหมือนเดิม",
            "เปลี่ยน" if change.citations_changed else "เหมือนเดิม",
        )
    if changed:
        console.print(table)
    console.print(f"คำตอบหรืออ้างอิงเปลี่ยน {len(changed)} จาก {len(comparison.cases)} ข้อ", highlight=False)
    console.print(escape(comparison.sentence), style="bold", highlight=False)
    console.print(escape(verdict.sentence), style=_style(verdict), highlight=False)
    console.print(f"[dim]{escape(str(page))}[/dim]", highlight=False, soft_wrap=True)


def _style(verdict: Verdict) -> str:
    return {PASS: "bold green", FAIL: "bold red"}.get(verdict.exit_code, "bold yellow")


def show_retrieval(collection: Collection, part: str, figures: Mapping[str, Mapping[str, float]], folder: Path) -> None:
    """One column a system, so that all of it fits a narrow window; the best of each figure in bold."""
    title = f"{collection.name} / {part} · {len(collection.passages):,} ข้อความ · {len(collection.judged):,} คำถาม"
    table = Table(title=escape(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for system in figures:
        table.add_column(escape(system), justify="right")
    for name in FIGURES:
        is_cost = name.endswith(("_s", "_ms", "_mb"))
        best = (min if is_cost else max)(values[name] for values in figures.values())
        cells = []
        for values in figures.values():
            text = f"{values[name]:.1f}" if is_cost else f"{values[name]:.3f}"
            cells.append(f"[bold]{text}[/bold]" if values[name] == best and len(figures) > 1 else text)
        table.add_row(name, *cells)
    console = Console()
    console.print(table)
    console.print(f"[dim]{escape(str(folder))}[/dim]", highlight=False, soft_wrap=True)


def show_reading(name: str, part: str, figures: ReadingFigures, folder: Path) -> None:
    table = Table(title=escape(f"{name} / {part} · {figures.questions:,} คำถาม"), title_justify="left")
    table.add_column("ตัวชี้วัด / metric")
    table.add_column("ค่า", justify="right")
    span = f"{percent(figures.contains_low)} – {percent(figures.contains_high)}"
    table.add_row("คำตอบมีข้อความที่ถูก / contains the answer", f"{percent(figures.contains)} ({span})", style="bold")
    table.add_row("ตอบ (ไม่ปฏิเสธ) / answered", percent(figures.answered))
    table.add_row("ถูกเมื่อตอบ / contains, if answered", percent(figures.contains_if_answered))
    table.add_row("อ้างข้อความที่ถูก / cites the right passage", percent(figures.cited_right))
    table.add_row(
        "ความยาวคำตอบ p50 · p95 / answer length", f"{figures.length_p50:.0f} · {figures.length_p95:.0f} ตัวอักษร"
    )
    table.add_row("ความยาวคำตอบที่ถูก p50 / gold length", f"{figures.wanted_length_p50:.0f} ตัวอักษร")
    console = Console()
    console.print(table)
    console.print(f"[dim]{escape(str(folder))}[/dim]", highlight=False, soft_wrap=True)


def show_speed(name: str, figures: SpeedFigures) -> None:
    title = f"{name} · {figures.questions:,} คำถาม · {figures.passages:,} ข้อความ / passages"
    table = Table(title=escape(title), title_justify="left")
    for heading in ("ms ต่อคำถาม / a question", "p50", "p95"):
        table.add_column(heading, justify="right" if heading[0] == "p" else "left")
    table.add_row("หน่วยประมวลผล / processor", f"{figures.cpu_p50:.0f}", f"{figures.cpu_p95:.0f}", style="bold")
    table.add_row("นาฬิกา / by the clock", f"{figures.wall_p50:.0f}", f"{figures.wall_p95:.0f}")
    console = Console()
    console.print(table)
    console.print(
        f"เปิดใน {figures.opened_s:.1f} วินาที · หน่วยความจำ {figures.opened_mb:.0f} → {figures.asked_mb:.0f} MB "
        "/ opened, memory"
    )


def show_follow_ups(measured: Sequence[FollowUp], figures: FollowUpFigures) -> None:
    table = Table(title=f"คำถามต่อเนื่อง {figures.messages} ข้อ / follow-ups", title_justify="left")
    for heading in ("รหัส", "ข้อความ / message", "คำถามที่ได้ / standalone"):
        table.add_column(heading)
    table.add_column("ลำดับหลักฐาน / rank", justify="right")
    table.add_column("ถ้าไม่ดูบทสนทนา / alone", justify="right")
    for one in measured:
        invented = f"\n[red]+ {escape(', '.join(one.invented))}[/red]" if one.invented else ""
        ranks = [str(rank or "-") for rank in (one.rank, one.rank_alone)]
        table.add_row(one.id, escape(one.message), escape(one.standalone) + invented, *ranks)
    console = Console()
    console.print(table)
    console.print(
        f"พบหลักฐาน {percent(figures.found)} (ไม่ดูบทสนทนา {percent(figures.found_alone)}) · "
        f"มีคำที่ไม่มีใครพูด {percent(figures.invented)} / found, found alone, invented words"
    )


def scorecard(run: RunFolder, summary: Summary) -> Table:
    title = f"ชุด {run.manifest['set']} · {summary.cases} ข้อ · รุ่นข้อมูล {run.manifest.get('release') or '-'}"
    table = Table(title=escape(title), title_justify="left")
    table.add_column("ตัวชี้วัด / metric")
    table.add_column("ค่า", justify="right")
    table.add_column("ช่วงความเชื่อมั่น 95%", justify="right")
    table.add_column("ข้อ", justify="right")
    for metric in METRICS:
        figure = summary.figures[metric.key]
        if figure.n:
            style = "bold" if metric is METRICS[0] else ""
            table.add_row(
                f"{metric.thai} / {metric.english}", percent(figure.value), interval(figure), str(figure.n), style=style
            )
    return table


def refusal_line(summary: Summary) -> str:
    cell = summary.refusal
    return (
        f"มีคำตอบ → ตอบ {cell['answerable_answered']}, ไม่ตอบ {cell['answerable_declined']}; "
        f"ไม่มีคำตอบ → ไม่ตอบ {cell['unanswerable_declined']}, ตอบ {cell['unanswerable_answered']}; "
        f"ขัดข้อง {summary.errors}, ยังไม่ถาม {summary.missing}"
    )


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}%"


def interval(figure: Figure) -> str:
    return f"{percent(figure.low)} – {percent(figure.high)}"


def _show_failures(console: Console, results: Sequence[Result]) -> None:
    failed = [(result, cause) for result in results if (cause := result.marks.cause)]
    if not failed:
        return
    table = Table(title=f"ข้อที่ไม่ถูกต้อง {len(failed)} ข้อ", title_justify="left", show_lines=False)
    for column in ("รหัส", "สาเหตุ", "คำถาม", "รายละเอียด"):
        table.add_column(column, overflow="fold")
    for result, cause in failed[:FAILURES_SHOWN]:
        table.add_row(result.case.id, CAUSES[cause], escape(result.case.question), escape(detail(result)))
    console.print(table)
    if len(failed) > FAILURES_SHOWN:
        console.print(f"… อีก {len(failed) - FAILURES_SHOWN} ข้อ ดูใน scores.jsonl หรือรายงาน", highlight=False)


def detail(result: Result) -> str:
    """In one line, what was wrong with an answer."""
    findings = result.marks.findings
    parts = [
        result.record.error,
        _listed("ขาด", findings.missing_vital) if result.case.answerable and not result.record.error else "",
        _listed("กล่าวค่าต้องห้าม", findings.forbidden_said),
        _listed("ค่าผิด", findings.wrong_values),
        _listed("ตัวเลขไม่มีที่มา", findings.unsupported_numbers),
        _listed(f"ไม่เหมือนข้อ {result.case.varies}", [CHANGED[part] for part in findings.changed]),
        f"สถานะ {result.record.answer.status}" if result.record.answer else "",
    ]
    return "; ".join(part for part in parts if part)


def _listed(head: str, values: Sequence[str]) -> str:
    return f"{head}: {', '.join(values)}" if values else ""
