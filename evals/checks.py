"""Is a set sound? Everything that can be proved without asking the bot, with the row of each problem, in Thai."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import thai
from corpus.document import Passage
from evals.cases import DRAFT, Case, EvalSet, Evidence, FactType, Problem, SetError, read_sets
from evals.matching import comparable, holds, states
from evals.metrics import states_fact

NEAR = 92.0
"""Two questions are near-duplicates from this similarity on (0 to 100, over letters), if their numbers agree."""


@dataclass(frozen=True)
class Findings:
    """`problems` make a set unusable; `warnings` are worth a look."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check(sets: Sequence[EvalSet], passages: Sequence[Passage]) -> Findings:
    """Check the sets against the passages of a release, each case alone and all cases against each other."""
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document_id, []).append(passage)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for one in sets:
        for case, row in zip(one.cases, one.rows, strict=True):
            problems += [Problem(one.name, row, case.id, text) for text in _case_problems(case, by_document)]
            warnings += [Problem(one.name, row, case.id, text) for text in _case_warnings(case, by_document)]
        problems += _variation_problems(one)
    problems += _shared_ids(sets)
    problems += _near_duplicates(sets)
    return Findings(tuple(problems), tuple(warnings))


def check_files(paths: Sequence[Path], passages: Sequence[Passage]) -> tuple[int, Findings]:
    """Check the sets in these files; returns how many cases could be read, and all that is wrong, row by row.

    A row that cannot be read does not hide what is wrong with the others.
    """
    unreadable: tuple[Problem, ...] = ()
    sets: Sequence[EvalSet]
    try:
        sets = read_sets(paths)
    except SetError as error:
        sets, unreadable = error.readable, error.problems
    found = check(sets, passages)
    files = {path.stem: path.name for path in paths}
    problems = [replace(p, file=files.get(p.file, p.file)) for p in (*unreadable, *found.problems)]
    problems.sort(key=lambda p: (p.file, p.row))
    return sum(len(one.cases) for one in sets), Findings(tuple(problems), found.warnings)


def _case_problems(case: Case, documents: Mapping[str, Sequence[Passage]]) -> Iterator[str]:
    if case.answerable:
        if not case.vital_facts:
            yield "คำถามที่ตอบได้ต้องมีข้อเท็จจริงสำคัญ (facts) อย่างน้อยหนึ่งข้อ"
        if not any(case.evidence):
            yield "คำถามที่ตอบได้ต้องมีหลักฐาน (evidence) อย่างน้อยหนึ่งแห่ง"
    elif case.facts or case.evidence:
        yield f"สถานะที่ถูกคือ {case.status} (ไม่ตอบ) แต่มีข้อเท็จจริงหรือหลักฐาน: เลือกอย่างใดอย่างหนึ่ง"
    for number, group in enumerate(case.evidence, 1):
        if not group:
            yield f"หลักฐานกลุ่มที่ {number} ว่าง"
        for evidence in group:
            yield from _evidence_problems(evidence, documents)
    yield from _fact_problems(case)
    yield from _forbidden_problems(case)


def _fact_problems(case: Case) -> Iterator[str]:
    for fact in case.facts:
        if fact.type is FactType.NUMBER and fact.value is not None and not fact.unit:
            yield f"ข้อเท็จจริง “{fact.text}” มีค่าตัวเลขแต่ไม่มีหน่วย (unit)"
        for wording in (w for w in fact.wordings if not comparable(w)):
            yield f"ข้อความ “{wording}” ไม่มีตัวอักษรหรือตัวเลขให้ค้นหา"


def _forbidden_problems(case: Case) -> Iterator[str]:
    for forbidden in case.forbidden:
        if not comparable(forbidden):
            yield f"คำต้องห้าม “{forbidden}” ไม่มีตัวอักษรหรือตัวเลขให้ค้นหา"
        for wording in dict.fromkeys(w for fact in case.facts for w in fact.wordings):
            if states(forbidden, wording):
                yield f"คำตอบที่ถูก “{wording}” อยู่ในคำต้องห้าม “{forbidden}”: คำตอบผิดจะนับเป็นถูกด้วย"
            elif states(wording, forbidden):
                yield f"คำต้องห้าม “{forbidden}” อยู่ในคำตอบที่ถูก “{wording}”: คำตอบถูกจะนับเป็นผิดเสมอ"


def _evidence_problems(evidence: Evidence, documents: Mapping[str, Sequence[Passage]]) -> Iterator[str]:
    passages = documents.get(evidence.document)
    if passages is None:
        yield f"ไม่มีเอกสาร “{evidence.document}” ในรุ่นข้อมูลนี้ (มี {', '.join(sorted(documents)) or 'ไม่มีเลย'})"
        return
    if not comparable(evidence.quote):
        yield f"ข้อความที่คัดมา “{evidence.quote}” ไม่มีตัวอักษรหรือตัวเลข"
        return
    if evidence.page is not None:
        passages = [p for p in passages if _on_page(p, evidence.page)]
    if not any(holds(p.body, evidence.quote, 1.0) for p in passages) and not _spans(evidence, passages):
        page = f" หน้า {evidence.page}" if evidence.page is not None else ""
        yield f"ไม่พบข้อความ “{_short(evidence.quote)}” ในเอกสาร {evidence.document}{page}: คัดจากเอกสารให้ตรงทุกตัวอักษร"


def _spans(evidence: Evidence, passages: Sequence[Passage]) -> bool:
    return comparable(evidence.quote) in comparable("\n".join(passage.body for passage in passages))


def _on_page(passage: Passage, page: int) -> bool:
    if passage.page_start is None:
        return False
    return passage.page_start <= page <= (passage.page_end or passage.page_start)


def _case_warnings(case: Case, documents: Mapping[str, Sequence[Passage]]) -> Iterator[str]:
    if DRAFT in case.tags:
        yield "ยังเป็นร่าง (ป้าย draft): ให้คนเขียนคำตอบที่ถูก ลบป้าย แล้วลงชื่อในช่องผู้ตรวจ"
    bodies = []
    for evidence in (evidence for group in case.evidence for evidence in group):
        held = [p for p in documents.get(evidence.document, ()) if holds(p.body, evidence.quote)]
        bodies += ["\n".join((*p.path, p.body)) for p in held]
        if not held and _spans(evidence, documents.get(evidence.document, ())):
            yield f"ข้อความ “{_short(evidence.quote)}” คร่อมหลายช่วง จึงไม่มีช่วงใดถือเป็นหลักฐานได้: คัดให้สั้นลง"
    for fact in case.vital_facts:
        if bodies and not states_fact("\n".join(bodies), fact):
            yield f"ไม่พบข้อเท็จจริง “{_short(fact.text)}” หรือคำพ้องในข้อความที่เป็นหลักฐาน"


def _variation_problems(one: EvalSet) -> Iterator[Problem]:
    by_id = {case.id: case for case in one.cases}
    for case, row in zip(one.cases, one.rows, strict=True):
        original = by_id.get(case.varies)
        if case.varies and (original is None or original.varies):
            yield Problem(one.name, row, case.id, f"ไม่มีข้อต้นฉบับ “{case.varies}” (varies) ในชุดเดียวกันให้เทียบ")
        elif original and (case.facts, case.evidence, case.status) != (
            original.facts,
            original.evidence,
            original.status,
        ):
            yield Problem(one.name, row, case.id, f"คำตอบที่ถูกไม่เหมือนข้อต้นฉบับ {original.id}")


def _shared_ids(sets: Sequence[EvalSet]) -> Iterator[Problem]:
    """The very same case may stand in two sets: a robustness set holds its originals."""
    first: dict[str, tuple[str, Case]] = {}
    for one in sets:
        for case, row in zip(one.cases, one.rows, strict=True):
            name, other = first.setdefault(case.id, (one.name, case))
            if name != one.name and case != other:
                yield Problem(one.name, row, case.id, f"รหัส (id) ซ้ำกับชุด {name}")


def _near_duplicates(sets: Sequence[EvalSet]) -> Iterator[Problem]:
    """Within a set only the very same question is a problem; between sets a near one gives the held-out set away."""
    from rapidfuzz import fuzz, process

    ids = {case.id for one in sets for case in one.cases}
    distinct: dict[str, tuple[EvalSet, Case, int]] = {}
    for one in sets:
        for case, row in zip(one.cases, one.rows, strict=True):
            if case.varies not in ids:  # a variation is as like to others as its original
                distinct.setdefault(case.id, (one, case, row))
    asked = list(distinct.values())
    texts = [_whole_question(case) for _, case, _ in asked]
    for later, (one, case, row) in enumerate(asked):
        if not texts[later]:
            continue
        for _, score, earlier in process.extract(
            texts[later], texts[:later], scorer=fuzz.ratio, score_cutoff=NEAR, limit=3
        ):
            other_set, other, other_row = asked[earlier]
            if _allowed(case, other, same_set=one is other_set, identical=score >= 100.0):
                continue
            word = "เหมือน" if score >= 100.0 else f"คล้าย ({score:.0f}%)"
            yield Problem(one.name, row, case.id, f"คำถาม{word}กับ {other.id} ({other_set.name} แถว {other_row})")


def _whole_question(case: Case) -> str:
    return "|".join(comparable(text) for text in (*(turn.content for turn in case.history), case.question))


def _allowed(case: Case, other: Case, *, same_set: bool, identical: bool) -> bool:
    if case.derived_from == other.id or other.derived_from == case.id:
        return True
    if same_set:
        return not identical
    return set(thai.numbers(case.question)) != set(thai.numbers(other.question))


def _short(text: str) -> str:
    return text if len(text) <= 70 else text[:69] + "…"
