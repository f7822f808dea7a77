"""Eval sets as Excel and YAML: what DGA staff write and read. JSONL stays canonical, and every way there and back
gives the same cases.

In Excel a case is one row. Cells that hold several things hold one a line:

    facts      text | another wording | another wording          (เสริม) before it: not vital
               … | #number 6504690000 บาท   or   | #date 2563-09-09   a typed value
    evidence   document | quote     or     document | หน้า 3 | หัวข้อ งบประมาณ | quote
               หรือ document | quote           an alternative to the line above
    history    ผู้ใช้: …   /   บอต: …

A backslash keeps the next character from being read as a sign. Cells that look like formulas are text, both ways.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from evals.cases import (
    Case,
    EvalSet,
    Evidence,
    Fact,
    FactType,
    HistoryTurn,
    Problem,
    Row,
    SetError,
    decoded,
    write_jsonl,
)

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "ข้อคำถาม"
MAX_UNPACKED = 200 * 1024 * 1024  # bytes; a workbook that unpacks to more is refused
COLUMNS = {
    "id": "รหัส",
    "question": "คำถาม",
    "kind": "ชนิด",
    "status": "สถานะที่ถูก",
    "facts": "ข้อเท็จจริงที่ต้องตอบ",
    "evidence": "หลักฐาน",
    "forbidden": "ห้ามกล่าว",
    "history": "บทสนทนาก่อนหน้า",
    "tags": "ป้าย",
    "fact_ids": "รหัสข้อเท็จจริง",
    "audience": "ผู้อ่าน",
    "draft": "ร่าง",
    "split": "กลุ่ม",
    "derived_from": "ดัดแปลงจาก",
    "varies": "เขียนอีกแบบของ",
    "change": "สิ่งที่เปลี่ยน",
    "corpus": "ลายนิ้วมือเอกสาร",
    "author": "ผู้เขียน",
    "reviewer": "ผู้ตรวจ",
    "date": "วันที่",
    "note": "หมายเหตุ",
}
_WIDTHS = {"id": 12, "question": 48, "facts": 42, "evidence": 60, "history": 36, "forbidden": 24, "note": 30}
_ROLES = {"user": "ผู้ใช้", "assistant": "บอต"}
_OPTIONAL, _OR, _PAGE, _SECTION = "(เสริม)", "หรือ ", "หน้า ", "หัวข้อ "
_UNWRITABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_YAML_BREAKS = re.compile(r"[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]")
_GUIDE = (
    ("รหัส", "ไม่ซ้ำกัน เช่น dga-001"),
    ("ชนิด", "fact, number, date, list, person, comparison, follow_up, unanswerable, out_of_scope, injection …"),
    ("สถานะที่ถูก", "ANSWERED ตอบได้ · NOT_IN_PLAN ไม่มีในเอกสาร · OUT_OF_SCOPE นอกเรื่อง · CLARIFY ควรถามกลับ"),
    ("ข้อเท็จจริงที่ต้องตอบ", "บรรทัดละเรื่อง คั่นคำพ้องด้วย |  ขึ้นต้นด้วย (เสริม) ถ้าไม่จำเป็นต้องตอบ"),
    ("หลักฐาน", "รหัสเอกสาร | ข้อความที่คัดจากเอกสารทุกตัวอักษร  ขึ้นบรรทัดด้วย หรือ ถ้าใช้แทนบรรทัดบนได้"),
    ("ห้ามกล่าว", "บรรทัดละคำ: ค่าที่ผิดหรือคำที่บอตต้องไม่พูด"),
    ("บทสนทนาก่อนหน้า", "ผู้ใช้: …  บอต: …  บรรทัดละข้อความ"),
)


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML would read as a line break of its own."""


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _YAML_BREAKS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def write_set(path: Path, cases: EvalSet) -> None:
    """Write a set as .jsonl, .yaml or .xlsx, by the path's ending.

    Raises:
        SetError: for another ending.
    """
    if path.suffix == ".jsonl":
        write_jsonl(path, cases.cases)
    elif path.suffix in (".yaml", ".yml"):
        text = yaml.dump(
            [c.as_json() for c in cases.cases], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110
        )
        path.write_text(text, encoding="utf-8")
    elif path.suffix == ".xlsx":
        _write_workbook(path, cases.cases)
    else:
        raise SetError([Problem(path.name, 0, "", "เขียนได้เฉพาะ .jsonl, .yaml หรือ .xlsx")])


def read_rows(path: Path) -> list[Row]:
    """The rows of a YAML file or a workbook, before they are checked.

    Raises:
        SetError: when the file as a whole cannot be read.
    """
    return _yaml_rows(path) if path.suffix in (".yaml", ".yml") else _workbook_rows(path)


def _yaml_rows(path: Path) -> list[Row]:
    loader = yaml.SafeLoader(decoded(path))
    try:
        node = loader.get_single_node()
        if isinstance(node, yaml.MappingNode):  # "cases:" above the list is as good
            node = next((value for key, value in node.value if key.value == "cases"), node)
        if not isinstance(node, yaml.SequenceNode):
            raise SetError([Problem(path.name, 0, "", "ต้องเป็นรายการของข้อคำถาม (ขึ้นต้นแต่ละข้อด้วย -)")])
        return [Row(item.start_mark.line + 1, _plain(loader.construct_object(item, deep=True))) for item in node.value]
    except yaml.YAMLError as error:
        raise SetError([Problem(path.name, 0, "", f"ไม่ใช่ YAML ที่ถูกต้อง: {' '.join(str(error).split())}")]) from None
    finally:
        loader.dispose()


def _plain(value: Any) -> Any:
    """YAML reads 2563-09-09 as a date and 007 as a number; texts are what the fields want."""
    if isinstance(value, dict):
        return {key: str(item) if key in ("id", "text") else _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _workbook_rows(path: Path) -> list[Row]:
    from openpyxl import load_workbook

    _refuse_bomb(path)
    try:
        book = load_workbook(path, read_only=True)
    except Exception as error:  # openpyxl raises many kinds for a damaged file; all mean the same
        raise SetError([Problem(path.name, 0, "", f"เปิดไฟล์ Excel ไม่ได้: {type(error).__name__}")]) from None
    sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    book.close()
    if not rows:
        return []
    names = [_column(cell) for cell in rows[0]]
    unknown = [str(cell) for cell, name in zip(rows[0], names, strict=True) if cell and not name]
    if unknown or "question" not in names:
        said = f"ไม่รู้จักหัวตาราง {', '.join(unknown)}" if unknown else "ไม่มีคอลัมน์ “คำถาม”"
        raise SetError([Problem(path.name, 1, "", f"{said}: ใช้ {', '.join(COLUMNS.values())}")])
    return [
        _row(number, dict(zip(names, cells, strict=True)))
        for number, cells in enumerate(rows[1:], 2)
        if any(cell not in (None, "") for cell in cells)
    ]


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        raise SetError([Problem(path.name, 0, "", "ไม่ใช่ไฟล์ Excel (.xlsx) ที่สมบูรณ์")]) from None
    if size > MAX_UNPACKED:
        raise SetError([Problem(path.name, 0, "", f"ไฟล์ Excel คลายแล้วใหญ่เกินไป ({size // 2**20} MB)")])


def _column(header: Any) -> str:
    """The field of a heading: Thai, English, or both as "คำถาม (question)"."""
    words = re.findall(r"[^()]+", str(header or ""))
    for word in (word.strip() for word in words):
        for field, thai_name in COLUMNS.items():
            if word in (thai_name, field):
                return field
    return ""


def _row(number: int, cells: dict[str, Any]) -> Row:
    fields: dict[str, Any] = {}
    for name, cell in cells.items():
        text = _text(cell)
        if not name or not (text if name == "question" else text.strip()):  # a question of blanks is a case too
            continue
        try:
            fields[name] = _READERS.get(name, _unescaped)(text)
        except ValueError as error:
            return Row(number, {"id": _text(cells.get("id"))}, f"คอลัมน์ “{COLUMNS[name]}”: {error}")
    fields.setdefault("question", "")
    return Row(number, fields)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, (date, datetime)) else str(cell)


def _write_workbook(path: Path, cases: Sequence[Case]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    used = [name for name in COLUMNS if name in _ALWAYS or any(name in case.as_json() for case in cases)]
    for column, name in enumerate(used, 1):
        put(sheet.cell(1, column), f"{COLUMNS[name]} ({name})", bold=True)
    for row, case in enumerate(cases, 2):
        for column, name in enumerate(used, 1):
            value = getattr(case, name)
            put(sheet.cell(row, column), _WRITERS.get(name, _escaped)(value))
    _dress(sheet, used, len(cases))
    guide = book.create_sheet("วิธีกรอก")
    for row, (name, text) in enumerate(_GUIDE, 1):
        put(guide.cell(row, 1), name, bold=True)
        put(guide.cell(row, 2), text)
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 24, 100
    book.save(path)


def put(cell: "Cell", value: Any, bold: bool = False) -> None:
    """Write a value into a cell; a text is kept as text even where it looks like a formula."""
    from openpyxl.styles import Alignment, Font

    if isinstance(value, str):
        cell.value = _UNWRITABLE.sub(" ", value)[:32_767]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    else:
        cell.value = value
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)


def _dress(sheet: "Worksheet", used: Sequence[str], rows: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    from bot.answer import AnswerStatus

    sheet.freeze_panes = "C2"
    for column, name in enumerate(used, 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(name, 16)
    letter = get_column_letter(used.index("status") + 1)
    choices = DataValidation(type="list", formula1=f'"{",".join(AnswerStatus)}"', allow_blank=True)
    choices.add(f"{letter}2:{letter}{rows + 500}")
    sheet.add_data_validation(choices)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(used))}{rows + 1}"


def _escaped(text: str, signs: str = "") -> str:
    """The text with what Excel cannot hold, and the signs given, behind backslashes."""
    text = text.replace("\\", "\\\\")
    text = _UNWRITABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", text)
    return re.sub(f"[{re.escape(signs)}]", lambda m: "\\" + m[0], text) if signs else text


def _unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        return "\n" if match[2] == "n" else match[2]

    return re.sub(r"\\(?:u([0-9a-f]{4})|(.))", plain, text)


def _one_line(text: str, signs: str = "", words: Iterable[str] = ()) -> str:
    """The text on one line of a cell, protected where it starts with a word that would be read as a sign."""
    line = _escaped(text, signs).replace("\n", "\\n")
    return "\\" + line if line.startswith(tuple(words)) else line


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _parts(line: str) -> list[str]:
    """A line cut at the bars that no backslash protects; still escaped."""
    parts, rest, bar = [], line, "|"
    while bar:
        part, bar, rest = _cut(rest)
        parts.append(part)
    return parts


def _write_list(values: Sequence[str]) -> str:
    return "\n".join(_one_line(value) for value in values)


def _read_list(text: str) -> list[str]:
    return [_unescaped(line) for line in _lines(text)]


def _write_history(turns: Sequence[HistoryTurn]) -> str:
    return "\n".join(f"{_ROLES[turn.role]}: {_one_line(turn.content)}" for turn in turns)


def _read_history(text: str) -> list[dict[str, str]]:
    turns = []
    for line in _lines(text):
        word, colon, content = line.partition(":")
        role = next((role for role, name in _ROLES.items() if word.strip() in (role, name)), "")
        if not colon or not role:
            raise ValueError(f"“{line[:40]}” ต้องขึ้นต้นด้วย ผู้ใช้: หรือ บอต:")
        turns.append({"role": role, "content": _unescaped(content.strip())})
    return turns


def _write_facts(facts: Sequence[Fact]) -> str:
    return "\n".join(_write_fact(fact) for fact in facts)


def _write_fact(fact: Fact) -> str:
    parts = [_one_line(wording, "|", ("#", _OPTIONAL)) for wording in fact.wordings]
    if fact.type is not FactType.TEXT or fact.value is not None or fact.unit:
        value = "" if fact.value is None else _one_line(str(fact.value), "|")
        parts.append(f"#{fact.type} {value} {_one_line(fact.unit, '|')}".strip())
    return ("" if fact.vital else f"{_OPTIONAL} ") + " | ".join(parts)


def _read_facts(text: str) -> list[dict[str, Any]]:
    return [_read_fact(line) for line in _lines(text)]


def _read_fact(line: str) -> dict[str, Any]:
    optional = line.startswith(_OPTIONAL)
    parts = _parts(line.removeprefix(_OPTIONAL).strip())
    fact: dict[str, Any] = {"vital": not optional}
    wordings = []
    for part in parts:
        if part.startswith("#"):
            kind, _, rest = part[1:].partition(" ")
            value, _, unit = rest.strip().partition(" ")
            fact |= {"type": kind, "value": _number(_unescaped(value)), "unit": _unescaped(unit.strip())}
        else:
            wordings.append(_unescaped(part))
    return fact | {"text": wordings[0] if wordings else "", "aliases": wordings[1:]}


def _number(text: str) -> str | int | float | None:
    if not text:
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _write_evidence(groups: Sequence[Sequence[Evidence]]) -> str:
    lines = []
    for group in groups:
        for place, evidence in enumerate(group):
            parts = [_one_line(evidence.document, "|", (_OR,))]
            parts += [f"{_PAGE}{evidence.page}"] if evidence.page is not None else []
            parts += [f"{_SECTION}{_one_line(evidence.section, '|')}"] if evidence.section else []
            parts.append(_one_line(evidence.quote, "", (_PAGE, _SECTION)))
            lines.append((_OR if place else "") + " | ".join(parts))
    return "\n".join(lines)


def _read_evidence(text: str) -> list[list[dict[str, Any]]]:
    groups: list[list[dict[str, Any]]] = []
    for line in _lines(text):
        evidence = _read_place(line.removeprefix(_OR))
        if line.startswith(_OR) and groups:
            groups[-1].append(evidence)
        else:
            groups.append([evidence])
    return groups


def _read_place(line: str) -> dict[str, Any]:
    document, bar, rest = _cut(line)
    if not bar:
        raise ValueError(f"“{line[:40]}” ต้องเป็น รหัสเอกสาร | ข้อความที่คัดมา")
    evidence: dict[str, Any] = {"document": _unescaped(document)}
    while match := re.match(rf"(?:{_PAGE}(?P<page>\d+)|{_SECTION}(?P<section>(?:\\.|[^|\\])+))\s*\|", rest):
        if match["page"]:
            evidence["page"] = int(match["page"])
        else:
            evidence["section"] = _unescaped(match["section"].strip())
        rest = rest[match.end() :].strip()
    return evidence | {"quote": _unescaped(rest)}


def _cut(line: str) -> tuple[str, str, str]:
    """A line cut at its first bar that no backslash protects."""
    match = re.match(r"((?:\\.|[^|\\])*)\|(.*)$", line)
    return (match[1].strip(), "|", match[2].strip()) if match else (line.strip(), "", "")


_ALWAYS = ("id", "question", "kind", "status", "facts", "evidence", "forbidden", "history", "reviewer", "note")
_READERS: dict[str, Callable[[str], Any]] = {
    "facts": _read_facts,
    "evidence": _read_evidence,
    "history": _read_history,
    "forbidden": _read_list,
    "tags": _read_list,
    "fact_ids": _read_list,
}
_WRITERS: dict[str, Callable[[Any], str]] = {
    "facts": _write_facts,
    "evidence": _write_evidence,
    "history": _write_history,
    "forbidden": _write_list,
    "tags": _write_list,
    "fact_ids": _write_list,
}
