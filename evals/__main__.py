"""The DGA staff's commands: is it good, did it get better, may this release go out.

Exit codes: 0 pass, 1 gate failed, 2 bad set or settings, 3 run incomplete.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.cases import SetError

if TYPE_CHECKING:
    from rich.progress import Progress

    from bot.settings import Settings
    from corpus.document import Passage
    from evals.cases import Case, EvalSet
    from evals.gate import Gate, Verdict
    from evals.report import Report
    from evals.run import Answers, Retrieve, RunFolder
    from evals.scoring import Result, Summary

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

SetPath = Annotated[Path, typer.Argument(metavar="SET", help="ชุดคำถาม .jsonl .yaml .xlsx / the eval set.")]
RunPath = Annotated[Path, typer.Argument(metavar="RUN", help="โฟลเดอร์ผลประเมิน / a run folder.")]
BeirDir = Annotated[
    Path, typer.Argument(metavar="DIR", help="โฟลเดอร์ที่มี corpus.jsonl queries.jsonl qrels/ / BEIR-style folder.")
]
Part = Annotated[str, typer.Option("--part", help="ส่วนใน qrels/ / which qrels file.")]
GatePath = Annotated[Path | None, typer.Option("--gate", help="เกณฑ์ / the gate's rules (evals/gate.yaml).")]
Baseline = Annotated[Path | None, typer.Option("--baseline", help="ผลครั้งก่อน / run to compare with.")]
AsJson = Annotated[bool, typer.Option("--json", help="พิมพ์ผลเป็น JSON / print as JSON.")]
JudgeModel = Annotated[
    str, typer.Option("--judge", help="โมเดลผู้ตัดสิน provider:name ปกติไม่ใช้ / a model as judge; off by default.")
]
Labels = Annotated[Path | None, typer.Option("--labels", help="ป้ายจากคน .jsonl / labels by people, for the judge.")]
Release = Annotated[str, typer.Option("--release", help="รุ่นข้อมูล ว่าง = รุ่นที่ให้บริการ / release id; empty: live.")]


@app.command()
def run(
    set_path: SetPath,
    out: Annotated[
        Path | None, typer.Option("--out", help="โฟลเดอร์ผล สั่งซ้ำเพื่อทำต่อ / run folder; again: resume.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="ถามเพียง N ข้อแรก / ask the first N only; 0: all.")] = 0,
    release: Release = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="ชื่อค่าตั้ง=ค่า / override a setting.")] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="วินาทีต่อข้อ / seconds a case may take.")] = 60.0,
    baseline: Baseline = None,
    gate_path: GatePath = None,
    judge: JudgeModel = "",
    labels: Labels = None,
    as_json: AsJson = False,
) -> None:
    """ถามทุกข้อ ให้คะแนน และตัดสินตามเกณฑ์ / ask every case, score, and judge by the gate."""
    from evals import gate
    from evals import run as runs
    from evals.cases import read_set

    with _told_plainly():
        settings = _settings(set_ or [])
        rules = gate.read_gate(gate_path or gate.GATE)
        cases = read_set(set_path)
        folder = out or runs.new_folder(settings.data_dir, cases.name)
        before = runs.open_run(baseline) if baseline else None
        run_folder, stopped = _run(cases, folder, settings, release, timeout, limit, before)
        _ask_judge(run_folder, settings, judge, labels)
        verdict = _finish(run_folder, settings, rules, before, as_json)
    if stopped:
        print(f"หยุดกลางคัน ทำต่อได้ด้วย --out {folder} / stopped; resume with --out {folder}", file=sys.stderr)
    raise typer.Exit(verdict.exit_code)


@app.command()
def drift(
    set_path: SetPath,
    candidate: Annotated[str, typer.Argument(metavar="RELEASE", help="รุ่นที่จะเผยแพร่ / the release to be published.")],
    against: Annotated[str, typer.Option("--against", help="รุ่นที่เทียบ ว่าง = รุ่นที่ให้บริการ / empty: live.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="โฟลเดอร์ผล สั่งซ้ำเพื่อทำต่อ / again: resume.")] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="วินาทีต่อข้อ / seconds a case may take.")] = 60.0,
    gate_path: GatePath = None,
    as_json: AsJson = False,
) -> None:
    """ถามชุดเดียวกันกับข้อมูลสองรุ่น ก่อนเผยแพร่รุ่นใหม่ / the same set on two releases: what changes for people."""
    from evals import gate
    from evals import run as runs
    from evals.cases import read_set
    from evals.report import HTML, write_all
    from evals.show import show_drift

    with _told_plainly():
        settings = _settings([])
        rules = gate.read_gate(gate_path or gate.GATE)
        cases = read_set(set_path)
        folder = out or runs.new_folder(settings.data_dir, f"drift-{cases.name}")
        before, stopped = _run(cases, folder / "before", settings, against, timeout)
        after = before
        if not stopped:
            after, stopped = _run(cases, folder / "after", settings, candidate, timeout, before=before)
        if stopped:
            print(f"หยุดกลางคัน ทำต่อได้ด้วย --out {folder} / stopped; resume with --out {folder}", file=sys.stderr)
            raise typer.Exit(gate.INCOMPLETE)
        told = _judged(after, settings, rules, before)
        write_all(told, after.path)
    if as_json and told.comparison:
        print(json.dumps(told.comparison.as_json() | {"verdict": told.verdict.as_json()}, ensure_ascii=False))
    elif told.comparison:
        show_drift(told.comparison, told.verdict, after.path / HTML)
    raise typer.Exit(told.verdict.exit_code)


@app.command()
def score(
    run_path: RunPath,
    baseline: Baseline = None,
    gate_path: GatePath = None,
    judge: JudgeModel = "",
    labels: Labels = None,
    as_json: AsJson = False,
) -> None:
    """ให้คะแนนผลเดิมใหม่ โดยไม่ถามบอตซ้ำ / score a run again without asking the bot."""
    from evals import gate
    from evals import run as runs

    with _told_plainly():
        rules = gate.read_gate(gate_path or gate.GATE)
        before = runs.open_run(baseline) if baseline else None
        run_folder, settings = runs.open_run(run_path), _settings([])
        _ask_judge(run_folder, settings, judge, labels)
        verdict = _finish(run_folder, settings, rules, before, as_json)
    raise typer.Exit(verdict.exit_code)


@app.command()
def report(
    run_path: RunPath,
    baseline: Baseline = None,
    gate_path: GatePath = None,
    out: Annotated[Path | None, typer.Option("--out", help="โฟลเดอร์รายงาน / where it goes; empty: the run's.")] = None,
) -> None:
    """เขียนรายงาน HTML, Excel และ JUnit จากผลที่มี / write the report of a run; asks nobody."""
    from evals import gate
    from evals import run as runs
    from evals.report import write_all

    with _told_plainly():
        rules = gate.read_gate(gate_path or gate.GATE)
        before = runs.open_run(baseline) if baseline else None
        told = _judged(runs.open_run(run_path), _settings([]), rules, before)
    for path in write_all(told, out or run_path):
        print(path)
    raise typer.Exit(told.verdict.exit_code)


@app.command()
def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="ผลก่อน / the run before.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="ผลหลัง / the run after.")],
    gate_path: GatePath = None,
    as_json: AsJson = False,
) -> None:
    """เทียบผลสองครั้งทีละข้อ / compare two runs case by case; exit 1 if worse than the gate's margins."""
    from evals import gate
    from evals import run as runs
    from evals.compare import compare as compare_runs
    from evals.show import show_comparison

    with _told_plainly():
        settings = _settings([])
        rules = gate.read_gate(gate_path or gate.GATE)
        a, b = runs.open_run(run_a), runs.open_run(run_b)
        comparison = compare_runs(a, _scored(a, settings)[0], b, _scored(b, settings)[0])
        rules = rules.for_set(b.manifest["set"])
        failed = [rule for rule in gate.margins(rules, comparison) if rule.passed is False]
    if as_json:
        print(json.dumps(comparison.as_json(), ensure_ascii=False))
    else:
        show_comparison(comparison, failed)
    raise typer.Exit(gate.FAIL if failed else gate.PASS)


@app.command()
def check(
    set_paths: Annotated[list[Path], typer.Argument(metavar="SET…", help="ชุดคำถามหนึ่งชุดขึ้นไป / one or more sets.")],
    release: Release = "",
    documents: Annotated[
        bool, typer.Option("--documents", help="ตรวจกับไฟล์เอกสาร ไม่ใช่ดัชนี / against the document files.")
    ] = False,
) -> None:
    """ตรวจชุดคำถามก่อนใช้: คำที่คัดมามีจริง รหัสไม่ซ้ำ ไม่มีคำถามซ้ำข้ามชุด / prove that sets are sound."""
    from evals.checks import check_files

    with _told_plainly():
        where, passages = _gold_texts(_settings([]), release, documents)
        total, found = check_files(set_paths, passages)
    for warning in found.warnings:
        print(f"ควรดู: {warning}")
    for problem in found.problems:
        print(problem, file=sys.stderr)
    if found.problems:
        print(f"พบปัญหา {len(found.problems)} แห่ง: แก้แล้วตรวจอีกครั้ง / problems found", file=sys.stderr)
        raise typer.Exit(2)
    print(f"ใช้ได้ทั้ง {total} ข้อ ตรวจกับ{where} / all sound (ควรดู {len(found.warnings)} แห่ง)")


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="ชุดคำถามต้นทาง .jsonl .yaml .xlsx")],
    target: Annotated[Path, typer.Argument(metavar="TO", help="ไฟล์ปลายทาง .jsonl .yaml .xlsx")],
) -> None:
    """แปลงชุดคำถามระหว่าง JSONL, Excel และ YAML / turn a set into another format; all its rows are checked."""
    from evals.cases import read_set
    from evals.sheets import write_set

    with _told_plainly():
        cases = read_set(source)
        write_set(target, cases)
    print(f"เขียน {len(cases.cases)} ข้อลง {target} แล้ว / written")


@app.command()
def calibrate(
    set_paths: Annotated[list[Path], typer.Argument(metavar="SET…", help="ชุดพัฒนาหนึ่งชุดขึ้นไป / development sets.")],
    without: Annotated[
        list[str] | None, typer.Option("--without", help="ลักษณะที่ไม่ใช้ ระบุซ้ำได้ / a feature to leave out.")
    ] = None,
) -> None:
    """ปรับเกณฑ์การตอบ/ไม่ตอบใหม่ / fit bot.confidence anew; prints its numbers and what each threshold does."""
    with _told_plainly():
        from bot.confidence import WEIGHTS
        from evals.calibration import examples, fit, joined
        from evals.cases import read_set
        from evals.plans import library_of

        names = tuple(name for name in WEIGHTS if name not in (without or ()))
        parts = []
        for path in set_paths:
            with library_of(path) as library:
                parts.append(examples(read_set(path).cases, library, names))
        found = fit(joined(parts))
    print(f"INTERCEPT = {found.intercept:.2f}")
    print("WEIGHTS = {" + ", ".join(f'"{name}": {weight:.2f}' for name, weight in found.weights.items()) + "}")
    print(f"leave-one-out AUC {found.auc:.3f}")
    for path, auc in zip(set_paths, found.set_aucs, strict=True) if len(set_paths) > 1 else ():
        print(f"{path} left out: AUC {'–' if auc is None else format(auc, '.3f')}")
    for threshold, right, all_right, wrong, all_wrong in found.curve:
        print(f"threshold {threshold:.2f}: sends {right}/{all_right} right drafts, {wrong}/{all_wrong} wrong ones")


@app.command("pairs")
def write_training_pairs(
    set_paths: Annotated[list[Path], typer.Argument(metavar="SET…", help="ชุดพัฒนาหนึ่งชุดขึ้นไป / development sets.")],
    out: Annotated[Path, typer.Option("--out", help="ไฟล์ .jsonl / the file to write.")],
) -> None:
    """เขียนคู่คำถาม–ข้อความสำหรับฝึกโมเดลตัดสินคำตอบ / questions with texts that answer and that come near."""
    with _told_plainly():
        from evals.cases import read_set
        from evals.pairs import Pair, pairs_of, write_pairs
        from evals.plans import library_of

        found: list[Pair] = []
        for path in set_paths:
            with library_of(path) as library:
                found += pairs_of(library, read_set(path).cases)
        write_pairs(found, out)
    answers = sum(bool(pair.answers) for pair in found)
    print(f"เขียน {len(found)} คู่ ({answers} คู่เป็นคำตอบ) ลง {out} แล้ว / written")


@app.command()
def vary(
    set_path: SetPath,
    out: Annotated[Path, typer.Option("--out", help="ไฟล์ชุดใหม่ .jsonl .yaml .xlsx / the new set.")],
    per_change: Annotated[int, typer.Option("--per-change", min=1, help="ข้อต่อวิธีเขียน / cases per change.")] = 8,
    seed: Annotated[int, typer.Option("--seed", help="เลขตั้งต้นของการสุ่ม / the same seed: the same set.")] = 1,
) -> None:
    """เขียนคำถามเดิมอีกแบบโดยไม่เปลี่ยนความหมาย / the same questions in other writings, for robustness."""
    from evals import variations
    from evals.cases import EvalSet, Problem, read_set
    from evals.sheets import write_set

    with _told_plainly():
        cases = variations.vary(read_set(set_path).cases, per_change, seed)
        if not cases:
            raise SetError([Problem(set_path.name, 0, "", "ไม่มีข้อใดที่เขียนอีกแบบได้ (nothing to vary)")])
        write_set(out, EvalSet(out.stem, tuple(cases), tuple(range(1, len(cases) + 1))))
    varied = sum(bool(case.varies) for case in cases)
    for name, number in variations.counted(cases):
        print(f"{number:4d}  {variations.words_of(name)} / {name}")
    print(f"เขียน {varied} ข้อที่ดัดแปลง และข้อต้นฉบับ {len(cases) - varied} ข้อลง {out} แล้ว / written")


@app.command("import-feedback")
def import_feedback(
    feedback_path: Annotated[Path, typer.Argument(metavar="FEEDBACK", help="DATA_DIR/feedback.jsonl")],
    out: Annotated[Path, typer.Option("--out", help="ไฟล์ใหม่ ไม่เขียนทับ .jsonl .yaml .xlsx / a new file.")],
    known: Annotated[
        list[Path] | None, typer.Option("--not-in", metavar="SET", help="เว้นคำถามที่ชุดนี้มีแล้ว / leave out what it asks.")
    ] = None,
) -> None:
    """ทำร่างข้อคำถามจาก 👎 และคำถามที่บอตตอบไม่ได้ ให้คนตรวจก่อนใช้ / draft cases from feedback, for review."""
    from evals import feedback
    from evals.cases import EvalSet, Problem, read_sets
    from evals.sheets import write_set

    with _told_plainly():
        known_cases = [case for one in read_sets(known or []) for case in one.cases]
        imported = feedback.drafts(feedback_path, known_cases)
        for problem in imported.problems:
            print(problem, file=sys.stderr)
        if not imported.drafts:
            print(f"ไม่มีคำถามใหม่ (มีในชุดอยู่แล้ว {imported.known} ข้อ) จึงไม่เขียนไฟล์ / nothing new")
            return
        if out.exists():
            raise SetError([Problem(str(out), 0, "", "มีไฟล์นี้อยู่แล้ว จึงไม่เขียนทับ: เลือกชื่อใหม่ (exists already)")])
        write_set(out, EvalSet(out.stem, imported.drafts, tuple(range(1, len(imported.drafts) + 1))))
    print(f"เขียนร่าง {len(imported.drafts)} ข้อลง {out} แล้ว (มีในชุดอยู่แล้ว {imported.known} ข้อ) / drafts written")
    print("ร่างยังใช้วัดไม่ได้: เติมคำตอบและหลักฐาน ลบป้าย draft ลงชื่อผู้ตรวจ แล้วสั่ง check / to be reviewed first")


@app.command("labels")
def blank_labels(
    run_path: RunPath,
    out: Annotated[Path, typer.Option("--out", help="ไฟล์ใหม่ .jsonl ไม่เขียนทับ / a new file.")],
    count: Annotated[int, typer.Option("--count", min=1, help="จำนวนคำตอบ / how many answers.")] = 60,
) -> None:
    """คัดคำตอบให้คนติดป้าย support: full, partial, none ไว้เทียบกับโมเดลผู้ตัดสิน / answers for people to label."""
    from evals import judge as judging
    from evals import run as runs

    with _told_plainly():
        results = _scored(runs.open_run(run_path), _settings([]))[0]
        written = judging.write_blank_labels(out, results, count)
    print(f"เขียน {written} คำตอบลง {out} แล้ว: ให้คนเติมช่อง support ทุกบรรทัด / written, to be labelled")


@app.command()
def history(
    set_name: Annotated[str, typer.Argument(metavar="[SET]", help="ชื่อหรือไฟล์ชุดคำถาม ว่าง = ทุกชุด / empty: all.")] = "",
    folder: Annotated[Path | None, typer.Option("--in", help="โฟลเดอร์ที่เก็บผล / where run folders are.")] = None,
    as_json: AsJson = False,
) -> None:
    """ผลประเมินที่ผ่านมา ใหม่สุดก่อน / earlier runs with their figures, newest first."""
    from evals.history import past_runs
    from evals.show import show_history

    with _told_plainly():
        where = folder or _settings([]).data_dir / "evals"
        found = past_runs(where, Path(set_name).stem if set_name else "")
    if as_json:
        print(json.dumps([run.as_json() for run in found], ensure_ascii=False))
    elif found:
        show_history(found)
    else:
        print(f"ยังไม่มีผลประเมินใน {where} / no runs yet")


@app.command()
def retrieval(
    folder: BeirDir,
    part: Part = "dev",
    system: Annotated[list[str] | None, typer.Option("--system", help="วิธีค้น a,b / systems; default: all.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="โฟลเดอร์สำหรับไฟล์ TREC / where run files go.")] = None,
    as_json: AsJson = False,
) -> None:
    """วัดการค้นด้วยชุดแบบ BEIR ผ่านดัชนีเดียวกับบอต / measure retrieval on a BEIR-style folder."""
    import tempfile

    from evals import retrieval as searching
    from evals import run as runs
    from evals.beir import read_collection
    from evals.show import show_retrieval

    with _told_plainly():
        settings = _settings([])
        systems = searching.names(system or [])
        collection = read_collection(folder, part)
        total = len(systems) * len(collection.judged)
        with tempfile.TemporaryDirectory(prefix="evals-") as room, _bars(len(collection.passages), total) as bars:
            figures, ranked = searching.measure(collection, Path(room), systems, settings.embedding_model, *bars)
    target = out or runs.new_folder(settings.data_dir, f"retrieval-{collection.name}-{part}")
    target.mkdir(parents=True, exist_ok=True)
    for name, run_ in ranked.items():
        searching.write_trec(target / f"{name}.trec", run_, name)
    runs.write_json(target / "retrieval.json", figures)
    if as_json:
        print(json.dumps(figures))
    else:
        show_retrieval(collection, part, figures, target)


@app.command()
def follow_ups(
    set_paths: Annotated[list[Path], typer.Argument(metavar="SET…", help="ชุดคำถาม / sets.")],
    as_json: AsJson = False,
) -> None:
    """วัดเฉพาะขั้นที่ทำคำถามต่อเนื่องให้ครบความ / the follow-up step alone: is the evidence found, is a word invented."""
    from dataclasses import asdict

    from bot.library import open_shelf
    from evals import followups
    from evals.cases import Problem, read_set
    from evals.show import show_follow_ups

    with _told_plainly():
        settings = _settings([])
        cases = [case for path in set_paths for case in read_set(path).cases]
        measured = followups.measure(cases, open_shelf(settings).library())
        if not measured:
            raise SetError([Problem(set_paths[0].name, 0, "", "ไม่มีข้อที่มีบทสนทนาก่อนหน้า (no case has earlier turns)")])
    figures = followups.figures(measured)
    if as_json:
        print(json.dumps({**asdict(figures), "cases": [asdict(one) for one in measured]}, ensure_ascii=False))
    else:
        show_follow_ups(measured, figures)


@app.command()
def reading(
    folder: BeirDir,
    part: Part = "dev",
    limit: Annotated[int, typer.Option("--limit", min=0, help="เพียง N คำถามแรก / the first N questions; 0: all.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="โฟลเดอร์ผล / where the answers go.")] = None,
    as_json: AsJson = False,
) -> None:
    """วัดว่าคำตอบที่คัดจากข้อความมีคำตอบที่ถูกหรือไม่ / share of answers that contain the gold span."""
    import tempfile
    from dataclasses import asdict, replace

    from evals import reading as readings_of
    from evals import run as runs
    from evals.beir import read_collection
    from evals.show import show_reading

    with _told_plainly():
        settings = _settings([]).model_copy(update={"chat_model": ""})
        collection = read_collection(folder, part)
        if limit:
            collection = replace(collection, queries=collection.queries[:limit])
        bars = _bars(len(collection.passages), len(collection.judged))
        with tempfile.TemporaryDirectory(prefix="evals-") as room, bars as (indexed, asked):
            read = readings_of.read_all(collection, Path(room), settings, _open_answerer, indexed, asked)
    figures = readings_of.figures(read)
    target = out or runs.new_folder(settings.data_dir, f"reading-{collection.name}-{part}")
    target.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in read]
    (target / "readings.jsonl").write_text("".join(lines), encoding="utf-8")
    runs.write_json(target / "reading.json", figures.as_json())
    if as_json:
        print(json.dumps(figures.as_json()))
    else:
        show_reading(collection.name, part, figures, target)


@app.command()
def speed(
    set_path: SetPath,
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="DIR…", help="โฟลเดอร์แบบ BEIR / to fill it up.")
    ] = None,
    passages: Annotated[int, typer.Option("--passages", min=0, help="จำนวนข้อความ / how many.")] = 10_000,
    as_json: AsJson = False,
) -> None:
    """วัดเวลาตอบหนึ่งคำถามโดยไม่ใช้โมเดล ในคลังที่เติมให้ใหญ่ขึ้น / time of one question in a corpus filled up to a size."""
    import tempfile

    from evals import speed as timing
    from evals.cases import read_set
    from evals.show import show_speed

    with _told_plainly():
        settings = _settings([]).model_copy(update={"chat_model": ""})
        cases = read_set(set_path)
        with tempfile.TemporaryDirectory(prefix="evals-") as room, _progress() as progress:
            encode = progress.add_task("เข้ารหัสประโยค / encoding sentences", total=None)
            grown = timing.grown(Path(room), settings, folders or [], passages, partial(progress.advance, encode))
            task = progress.add_task("ถาม / asking", total=len(cases.cases))
            larger = settings.model_copy(update={"data_dir": Path(room)})
            figures = timing.measure(larger, cases.cases, _open_answerer, grown, lambda: progress.advance(task))
    if as_json:
        print(json.dumps(figures.as_json()))
    else:
        show_speed(cases.name, figures)


def main() -> None:
    app()


def _open_answerer(settings: "Settings") -> "Answers":
    """The bot itself, as the shell and Telegram use it."""
    from bot.answerer import open_answerer

    return open_answerer(settings)


def _open_retrieval(settings: "Settings") -> "Retrieve | None":
    """The bot's own search, asked beside each answer, to tell what was not found from what was not used."""
    from bot.library import open_shelf
    from evals.retrieval import hits_for

    return hits_for(open_shelf(settings).library())


@contextmanager
def _bars(passages: int, questions: int) -> "Iterator[tuple[Callable[[int], None], Callable[[], None]]]":
    """Two progress bars on standard error: passages indexed (told by how many), questions asked (told one by one)."""
    with _progress() as progress:
        index = progress.add_task("ทำดัชนี / indexing", total=passages)
        ask = progress.add_task("ถาม / asking", total=questions)
        yield (lambda count: progress.advance(index, count)), (lambda: progress.advance(ask))


def _progress() -> "Progress":
    """Bars with the time left, on standard error."""
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _ask_all(run_folder: "RunFolder", settings: "Settings", todo: "list[Case]", timeout: float) -> bool:
    """Ask with a progress bar on standard error; True if the user stopped it."""
    from evals import run as runs

    answerer, retrieve = _open_answerer(settings), _open_retrieval(settings)
    with _progress() as progress:
        task = progress.add_task("ถาม / asking", total=len(todo))
        try:
            runs.ask_all(
                run_folder,
                answerer,
                todo,
                limit_s=timeout,
                retrieve=retrieve,
                secrets=settings.secrets,
                on_answer=lambda _: progress.advance(task),
            )
        except KeyboardInterrupt:
            return True
    return False


def _gold_texts(settings: "Settings", release: str, documents: bool) -> "tuple[str, tuple[Passage, ...]]":
    """Where gold quotes are looked for: a release, or the document files where asked or where nothing is built."""
    from corpus import releases
    from evals import gold

    if not documents:
        try:
            release_id, passages = gold.release_passages(settings.data_dir, release)
            return f"รุ่นข้อมูล {release_id}", passages
        except releases.ReleaseNotFound:
            pass
    return f"เอกสารใน {settings.corpus_dir}", gold.corpus_passages(settings.corpus_dir)


def _run(
    cases: "EvalSet",
    folder: Path,
    settings: "Settings",
    release: str,
    timeout: float,
    limit: int = 0,
    before: "RunFolder | None" = None,
) -> "tuple[RunFolder, bool]":
    """Ask what a run folder still lacks, from a release ("" for the live one); True if the user stopped it."""
    from evals import run as runs
    from evals.compare import refuse_different_sets

    with _released(settings, release) as (served, release_id):
        run_folder = runs.start(folder, cases, runs.about_settings(settings, release_id))
        _same_release(run_folder, release_id)
        if before:
            refuse_different_sets(before, run_folder)
        todo = _todo(run_folder, limit)
        stopped = bool(todo) and _ask_all(run_folder, served, todo, timeout)
        if todo:
            _note_end(run_folder)
    return run_folder, stopped


def _todo(run_folder: "RunFolder", limit: int) -> "list[Case]":
    from evals import run as runs

    first = {case.id for case in run_folder.cases[: limit or None]}
    return [case for case in runs.pending(run_folder) if case.id in first]


def _finish(
    run_folder: "RunFolder", settings: "Settings", rules: "Gate", before: "RunFolder | None", as_json: bool
) -> "Verdict":
    """Score, compare, judge, write and show."""
    from evals.report import HTML, write_all
    from evals.show import show_judged, show_run

    told = _judged(run_folder, settings, rules, before)
    write_all(told, run_folder.path)
    if as_json:
        extra = {"verdict": told.verdict.as_json()} | ({"judge": told.judged.as_json()} if told.judged else {})
        print(json.dumps(told.summary.as_json() | extra, ensure_ascii=False))
        return told.verdict
    show_run(run_folder, told.results, told.summary, told.verdict)
    if told.judged:
        show_judged(told.judged)
    if told.comparison:
        print(told.comparison.sentence)
    print(f"รายงาน / report: {run_folder.path / HTML}")
    return told.verdict


def _judged(run_folder: "RunFolder", settings: "Settings", rules: "Gate", before: "RunFolder | None") -> "Report":
    """The run scored, compared and judged; scores, summary, comparison and verdict are written to its folder."""
    from evals import gate
    from evals import judge as judging
    from evals import run as runs
    from evals.compare import compare as compare_runs
    from evals.report import Report

    results, summary, passages = _scored(run_folder, settings)
    comparison = compare_runs(before, _scored(before, settings)[0], run_folder, results) if before else None
    if comparison:
        runs.write_json(run_folder.path / "comparison.json", comparison.as_json())
    verdict = gate.judge(summary, rules.for_set(run_folder.manifest["set"]), comparison)
    runs.write_json(run_folder.path / gate.VERDICT, gate.verdict_file(verdict, run_folder.manifest, summary))
    judged = judging.read(run_folder.path, results)
    return Report(run_folder, results, summary, verdict, comparison, passages, judged)


def _ask_judge(run_folder: "RunFolder", settings: "Settings", model: str, labels_path: Path | None) -> None:
    """Have a model judge the run's answers and the labelled ones, and keep what it says in the run folder."""
    from evals import judge as judging
    from evals.cases import Problem

    if not model:
        if labels_path:
            raise SetError([Problem("--labels", 0, "", "ใช้ร่วมกับ --judge เท่านั้น (needs --judge)")])
        return
    labels = judging.read_labels(labels_path) if labels_path else []
    results = _scored(run_folder, settings)[0]
    wanted = [*judging.items(results).values(), *(label.item for label in labels)]
    with judging.open_judge(model, settings) as judge, _progress() as progress:
        task = progress.add_task("โมเดลตัดสิน / judging", total=len(wanted))
        said = judging.judge_all(judge, wanted, lambda: progress.advance(task))
    judging.write(run_folder.path, model, results, said, judging.agreement(labels, said))


def _scored(run_folder: "RunFolder", settings: "Settings") -> "tuple[list[Result], Summary, tuple[Passage, ...]]":
    """The run's marks and figures, and the passages of the release it was made with (or the live one, if gone)."""
    from corpus import releases
    from evals import gold
    from evals import run as runs

    passages: tuple[Passage, ...] = ()
    for release_id in (str(run_folder.manifest.get("release") or ""), ""):
        try:
            _, passages = gold.release_passages(settings.data_dir, release_id)
            break
        except (releases.ReleaseNotFound, releases.ReleaseUnusable):
            continue
    return (*runs.finish(run_folder, gold.sections(run_folder.cases, passages)), passages)


def _same_release(run_folder: "RunFolder", release_id: str) -> None:
    from evals.cases import Problem

    before = run_folder.manifest.get("release")
    if before != release_id:
        message = f"ผลเดิมใช้รุ่นข้อมูล {before} แต่ตอนนี้เป็น {release_id}: เลือกโฟลเดอร์ใหม่ หรือระบุ --release {before}"
        raise SetError([Problem(str(run_folder.path), 0, "", message)])


def _note_end(run_folder: "RunFolder") -> None:
    from evals import run as runs

    run_folder.manifest["finished_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    runs.write_json(run_folder.path / runs.MANIFEST, run_folder.manifest)


@contextmanager
def _released(settings: "Settings", release: str) -> "Iterator[tuple[Settings, str]]":
    """The settings under which the bot serves a release, and its id.

    A release that is not live is served from a view of the data directory that points to it, so that
    what is tried is exactly what would be published, and nobody else sees it.
    """
    import tempfile

    from corpus import releases

    if not release or release == releases.live_id(settings.data_dir):
        yield settings, releases.live_release(settings.data_dir)[1].id
        return
    releases.read_release(releases.releases_dir(settings.data_dir) / release)
    with tempfile.TemporaryDirectory(prefix="evals-") as view:
        (Path(view) / "releases").symlink_to(releases.releases_dir(settings.data_dir).resolve())
        releases.publish(Path(view), release)
        yield settings.model_copy(update={"data_dir": Path(view)}), release


def _settings(overrides: list[str]) -> "Settings":
    """The settings, with `--set name=value` over the environment and `.env`."""
    import os

    from bot.settings import Settings, SettingsError, read_settings

    given: dict[str, str] = {}
    for override in overrides:
        name, equals, value = override.partition("=")
        if not equals or name.strip().lower() not in Settings.model_fields:
            known = ", ".join(sorted(field.upper() for field in Settings.model_fields))
            raise SettingsError(f"--set {name}: ไม่รู้จักค่าตั้งนี้ ใช้ ชื่อ=ค่า โดยชื่อคือ {known} / unknown setting")
        given[name.strip().upper()] = value
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        return read_settings()
    finally:
        for name, value_before in before.items():
            if value_before is None:
                del os.environ[name]
            else:
                os.environ[name] = value_before


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Every foreseen failure as its own sentence and exit code 2, never as a traceback."""
    from bot.settings import SettingsError
    from corpus.hub import ModelNotFound
    from corpus.index import IndexUnusable
    from corpus.releases import ReleaseNotFound, ReleaseUnusable
    from corpus.store import StoreUnavailable
    from ingest.manifest import ManifestError
    from ingest.readers import UnreadableDocument

    try:
        yield
    except SetError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(2) from None
    except (
        SettingsError,
        ModelNotFound,
        IndexUnusable,
        StoreUnavailable,
        ReleaseNotFound,
        ReleaseUnusable,
        ManifestError,
        UnreadableDocument,
    ) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None


if __name__ == "__main__":
    main()
