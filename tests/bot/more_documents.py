"""Documents that the project's corpus has not: papers for a few readers, a list over several passages, and a gap."""

from pathlib import Path
from typing import Any

import yaml

from corpus.document import Audience
from tests.ingest.small_corpus import entry

# A name and an amount that stand nowhere else, and a word that only a misspelling could bring up.
SECRET_NAME = "พญาครุฑ"
SECRET_SUM = "77.31"
SECRET_WORD = "กระดิ่งเงินยวง"
INTERNAL = f"""# บันทึกภายในเรื่องโครงการ{SECRET_NAME}

## วงเงินสำรองของโครงการ{SECRET_NAME}

โครงการ{SECRET_NAME} มีวงเงินสำรอง {SECRET_SUM} ล้านบาท

ชื่อรหัสของโครงการ{SECRET_NAME} คือ {SECRET_WORD}
"""
AGENCY = """# บันทึกถึงหน่วยงานเรื่องศูนย์สำรองข้อมูลเกาะสีชัง

## ที่ตั้งของศูนย์สำรองข้อมูล

ศูนย์สำรองข้อมูลเกาะสีชัง ตั้งอยู่ที่อาคารปะการัง ชั้น 4
"""

PIERS = tuple(f"ท่าเรือนำร่องแห่งที่ {n} ของตำบลริมน้ำ{name}" for n, name in enumerate(
    ("บางปลาม้า", "คลองขวาง", "หนองจอก", "ลำไทร", "บึงบัว", "ท่าข้าม", "ปากเกร็ด", "สามโคก", "บ้านแพน", "เสนา",
     "ผักไห่", "บางบาล", "มหาราช", "นครหลวง", "ท่าเรือ", "ภาชี", "วังน้อย", "อุทัย", "บางซ้าย", "ลาดบัวหลวง",
     "ไชโย", "ป่าโมก", "โพธิ์ทอง", "แสวงหา", "วิเศษชัยชาญ", "สามโก้", "พรหมบุรี", "ท่าช้าง", "ค่ายบางระจัน", "อินทร์บุรี"),
    start=1,
))  # fmt: skip
LONG_LIST = f"""# ท่าเรือนำร่องของตู้บริการริมน้ำ

## รายชื่อท่าเรือนำร่อง

ท่าเรือนำร่องของตู้บริการริมน้ำมี {len(PIERS)} แห่ง ดังนี้

{chr(10).join(f"{n}. {pier}" for n, pier in enumerate(PIERS, start=1))}

## ค่าใช้จ่ายของตู้บริการริมน้ำ

เอกสารไม่ได้ระบุค่าใช้จ่ายของตู้บริการริมน้ำ
"""
DOCUMENTS = {
    "internal-note": (INTERNAL, Audience.INTERNAL, f"บันทึกภายในเรื่องโครงการ{SECRET_NAME}"),
    "agency-note": (AGENCY, Audience.AGENCY, "บันทึกถึงหน่วยงานเรื่องศูนย์สำรองข้อมูลเกาะสีชัง"),
    "piers": (LONG_LIST, Audience.PUBLIC, "ท่าเรือนำร่องของตู้บริการริมน้ำ"),
}


def add_documents(corpus_dir: Path) -> None:
    """Write the documents into a corpus and name them in its manifest."""
    manifest = corpus_dir / "manifest.yaml"
    raw: dict[str, Any] = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    source = next(iter(raw["sources"]))
    for document_id, (text, audience, title) in DOCUMENTS.items():
        (corpus_dir / f"{document_id}.md").write_text(text, encoding="utf-8")
        fields = {"plan": "none", "status": "ข้อมูลประกอบ", "audience": str(audience), "sources": [source]}
        raw["documents"].append(entry(document_id, title=title, **fields))
    manifest.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")
