"""A corpus of a few lines in a folder of its own, for tests that build, break and change one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PLAN = """# แผนทดลอง พ.ศ. 2563-2565

## งบประมาณ

งบประมาณรวมของแผนคือ 6,504.69 ล้านบาท

## เป้าหมาย

แผนมีเป้าหมาย 4 ข้อ ดังนี้

1. ลดความเหลื่อมล้ำในการเข้าถึงบริการ
2. เพิ่มขีดความสามารถทางการแข่งขัน
3. โปร่งใสตรวจสอบได้
4. สร้างการมีส่วนร่วมของประชาชน
"""
MEETING = """# การประชุม

## วันและสถานที่

ประชุมเมื่อวันที่ 9 กันยายน 2563 ที่โรงแรมพูลแมน

## ผู้เข้าร่วม

มีผู้เข้าร่วม 225 คน จาก 151 หน่วยงาน
"""
SOURCE = {"title": "ข่าว", "publisher": "สพร.", "date": "12 ก.ย. 2563", "url": "https://example.org/news"}


def entry(document_id: str, **fields: Any) -> dict[str, Any]:
    """A manifest entry that is right in every field, but for what is given."""
    right = {
        "id": document_id,
        "file": f"{document_id}.md",
        "title": f"เอกสาร {document_id}",
        "plan": "dg",
        "draft": "ร่าง 1",
        "date": "9 กันยายน 2563",
        "status": "ร่าง",
        "audience": "public",
        "sources": ["S1"],
    }
    return {**right, **fields}


def write_manifest(folder: Path, entries: list[Any], **parts: Any) -> None:
    whole = {
        "plans": {"dg": {"title": "แผนทดลอง", "drafts": ["ร่าง 1", "ฉบับ 2"]}},
        "sources": {"S1": SOURCE},
        "documents": entries,
        **parts,
    }
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
    (folder / "manifest.yaml").write_text(text, encoding="utf-8")


def write_corpus(folder: Path, texts: Mapping[str, str] | None = None) -> Path:
    """A sound corpus: one document a text, by id."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"plan": PLAN, "meeting": MEETING} if texts is None else texts
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    write_manifest(folder, [entry(name) for name in texts])
    return folder
