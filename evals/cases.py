"""The cases of an eval set: their fields, and reading and writing the canonical JSONL.

Gold is a quote in a document, never a passage id, so that splitting the documents anew never invalidates a set.
`evals/sets/README.md` tells the fields to the people who write them.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.answer import AnswerStatus, Turn
from corpus.document import Audience

MAX_CASES = 100_000
DRAFT = "draft"
"""The tag of a case that a person still has to complete."""
ANSWERED = (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)

_STATUS_WORDS = {
    "ANSWER": AnswerStatus.ANSWERED,
    "DECLINE": AnswerStatus.NOT_IN_PLAN,
    "UNANSWERABLE": AnswerStatus.NOT_IN_PLAN,
}


class FactType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"


def _is_number(value: str | float | int) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False


def _as_status(value: object) -> object:
    if isinstance(value, str):
        word = value.strip().upper()
        return _STATUS_WORDS.get(word, word)
    return value


def _filled(value: object) -> object:
    return "" if value is None else value.strip() if isinstance(value, str) else value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Loose = Annotated[str, BeforeValidator(_filled)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Fact(_Strict):
    """What an answer must state. Found if the answer holds `text` or one of the `aliases`, or the typed value.

    `value` of a number is its plain number (scale applied, e.g. 6504690000) and goes with `unit` (e.g. "บาท", "%");
    of a date it is YYYY-MM-DD or YYYY-MM, Buddhist or Common Era.
    """

    text: Line
    aliases: tuple[Line, ...] = ()
    vital: bool = True
    type: FactType = FactType.TEXT
    value: str | float | int | None = None
    unit: Loose = ""

    @model_validator(mode="after")
    def _value_fits_type(self) -> "Fact":
        if self.value is None:
            return self
        if self.type is FactType.NUMBER and not _is_number(self.value):
            raise ValueError("value ต้องเป็นตัวเลข เช่น 6504690000")
        if self.type is FactType.DATE and not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", str(self.value)):
            raise ValueError("value ของวันที่ต้องเป็น ปปปป-ดด-วว หรือ ปปปป-ดด เช่น 2563-09-09")
        return self

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.text, *self.aliases)


class Evidence(_Strict):
    """Where the answer stands: a document of the corpus and words that stand in it literally."""

    document: Line
    quote: Line
    page: int | None = None
    section: Loose = ""


class HistoryTurn(_Strict):
    role: Literal["user", "assistant"]
    content: Line

    def as_turn(self) -> Turn:
        return Turn(self.role, self.content)


class Case(_Strict):
    """One question with what a right answer is. `evidence` is a list of groups; every group must be met,
    by any one of its alternatives. `status` is the status a right answer ends with. `varies` is the id of the case
    that this one asks in another writing, and `change` tells which (`evals.variations`)."""

    id: Line
    question: str
    history: tuple[HistoryTurn, ...] = ()
    kind: Line = "fact"
    status: Annotated[AnswerStatus, BeforeValidator(_as_status)] = AnswerStatus.ANSWERED
    facts: tuple[Fact, ...] = ()
    evidence: tuple[tuple[Evidence, ...], ...] = ()
    forbidden: tuple[Line, ...] = ()
    tags: tuple[Line, ...] = ()
    fact_ids: tuple[Line, ...] = ()
    audience: Audience = Audience.PUBLIC
    draft: Loose = ""
    split: Loose = ""
    derived_from: Loose = ""
    varies: Loose = ""
    change: Loose = ""
    corpus: Loose = Field("", description="Fingerprint of the corpus the case was written against.")
    author: Loose = ""
    reviewer: Loose = ""
    date: Loose = ""
    note: Loose = ""

    @property
    def answerable(self) -> bool:
        return self.status in ANSWERED

    @property
    def vital_facts(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.vital)

    def as_json(self) -> dict[str, Any]:
        """The fields that say something, in the order of the contract."""
        return self.model_dump(mode="json", exclude_defaults=True) | {"kind": self.kind, "status": self.status.value}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a set. `row` is the line of the file, or the row of the sheet; 0 is the whole file."""

    file: str
    row: int
    case_id: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file} แถว {self.row}" if self.row else self.file
        return f"{place}{f' [{self.case_id}]' if self.case_id else ''}: {self.message}"


class SetError(Exception):
    """A set cannot be used; `problems` lists every reason, in Thai, with its row.

    `readable` are the cases of the rows that can be read all the same, so that those can be checked further.
    """

    def __init__(self, problems: Sequence[Problem], readable: Sequence["EvalSet"] = ()) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.readable = tuple(readable)


@dataclass(frozen=True)
class EvalSet:
    """The cases of one file, and the row each came from (same order)."""

    name: str
    cases: tuple[Case, ...]
    rows: tuple[int, ...]

    @property
    def digest(self) -> str:
        """The same for two sets that ask and expect the same, whatever the file format."""
        return cases_digest(self.cases)


def cases_digest(cases: Iterable[Case]) -> str:
    """SHA-256 over the canonical lines of the cases, in order."""
    digest = hashlib.sha256()
    for case in cases:
        digest.update(canonical_line(case).encode() + b"\n")
    return digest.hexdigest()


def canonical_line(case: Case) -> str:
    return json.dumps(case.as_json(), ensure_ascii=False)


def read_set(path: Path) -> EvalSet:
    """The set in `path`: .jsonl, .yaml / .yml or .xlsx.

    Raises:
        SetError: with every problem of the file, when it cannot be read or any row is unusable.
    """
    if not path.is_file():
        raise SetError([Problem(str(path), 0, "", "ไม่พบไฟล์ชุดคำถาม (no such file)")])
    if path.suffix == ".jsonl":
        rows = _jsonl_rows(path)
    elif path.suffix in (".yaml", ".yml", ".xlsx"):
        from evals import sheets

        rows = sheets.read_rows(path)
    else:
        message = f"ไม่รู้จักนามสกุล {path.suffix or '(ไม่มี)'}: ใช้ .jsonl, .yaml หรือ .xlsx"
        raise SetError([Problem(path.name, 0, "", message)])
    return _to_set(path, rows)


def read_sets(paths: Iterable[Path]) -> list[EvalSet]:
    """Several sets; the problems of all of them are told together.

    Raises:
        SetError: as `read_set`, with all that can be read of all of them.
    """
    sets: list[EvalSet] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            sets.append(read_set(path))
        except SetError as error:
            problems.extend(error.problems)
            sets.extend(error.readable)
    if problems:
        raise SetError(problems, sets)
    return sets


def write_jsonl(path: Path, cases: Iterable[Case]) -> None:
    path.write_text("".join(canonical_line(case) + "\n" for case in cases), encoding="utf-8")


@dataclass(frozen=True)
class Row:
    """One row as read, before it is checked; `problem` says why it could not be read."""

    number: int
    fields: Any = None
    problem: str = ""


def decoded(path: Path) -> str:
    """The text of a UTF-8 file, with or without a byte order mark."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"ไฟล์ไม่ใช่ UTF-8 (ไบต์ที่ {error.start}): บันทึกใหม่เป็น UTF-8 แล้วลองอีกครั้ง"
        raise SetError([Problem(path.name, 0, "", message)]) from None


def _jsonl_rows(path: Path) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(decoded(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(Row(number, json.loads(line)))
        except ValueError as error:
            rows.append(Row(number, problem=f"ไม่ใช่ JSON: {error}"))
    return rows


def _to_set(path: Path, rows: Sequence[Row]) -> EvalSet:
    problems: list[Problem] = []
    cases: list[Case] = []
    numbers: list[int] = []
    seen: dict[str, int] = {}
    if not rows:
        problems.append(Problem(path.name, 0, "", "ชุดคำถามว่างเปล่า"))
    if len(rows) > MAX_CASES:
        raise SetError([Problem(path.name, 0, "", f"มี {len(rows)} ข้อ เกิน {MAX_CASES} ข้อที่รับได้")])
    for row in rows:
        case, found = _to_case(row)
        case_id = case.id if case else _id_of(row.fields)
        problems.extend(Problem(path.name, row.number, case_id, message) for message in found)
        if case_id in seen:
            problems.append(Problem(path.name, row.number, case_id, f"รหัส (id) ซ้ำกับแถว {seen[case_id]}"))
        elif case:
            cases.append(case)
            numbers.append(row.number)
        if case_id:
            seen.setdefault(case_id, row.number)
    readable = EvalSet(path.stem, tuple(cases), tuple(numbers))
    if problems:
        raise SetError(problems, [readable])
    return readable


def _id_of(fields: Any) -> str:
    return str(fields.get("id", "")) if isinstance(fields, dict) else ""


def _to_case(row: Row) -> tuple[Case | None, list[str]]:
    if row.problem:
        return None, [row.problem]
    if not isinstance(row.fields, dict):
        return None, [f"ต้องเป็นวัตถุ JSON ที่มีช่อง id, question … แต่พบ {type(row.fields).__name__}"]
    try:
        return Case.model_validate(row.fields), []
    except ValidationError as error:
        return None, [_in_thai(e) for e in error.errors(include_input=False, include_url=False)]


def _in_thai(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "แถวนี้"
    kind = error["type"]
    if kind == "extra_forbidden":
        return f"ไม่รู้จักช่อง “{place}”: ดูชื่อช่องใน evals/sets/README.md"
    if kind == "missing":
        return f"ขาดช่อง “{place}”"
    if kind in ("string_too_short",):
        return f"ช่อง “{place}” ว่าง"
    if kind == "value_error":
        return f"ช่อง “{place}”: {error['ctx']['error']}"
    if kind in ("enum", "literal_error"):
        return f"ช่อง “{place}” ใช้ได้เฉพาะ {error.get('ctx', {}).get('expected', '').replace(' or ', ' หรือ ')}"
    return f"ช่อง “{place}” ชนิดข้อมูลไม่ถูกต้อง ({error['msg']})"
