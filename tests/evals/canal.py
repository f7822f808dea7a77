"""An invented plan of one page, with its manifest: what sets that bring their own documents are tried on."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PLAN = """# แผนดูแลคลองสายใหม่

## การขุดลอก

คลองสายใหม่ขุดลอกครั้งแรกในปี 2561 โดยเทศบาลเมืองริมคลอง ใช้งบประมาณ 4.5 ล้านบาท

คลองสายใหม่ยาว 12 กิโลเมตร ผ่านชุมชน 9 แห่ง

## เรือเก็บขยะ

| เรือ | ปีที่ซื้อ | ราคา (ล้านบาท) |
|---|---|---|
| เรือชมคลอง | 2562 | 1.2 |
| เรือตะวัน | 2563 | 1.8 |
"""
MANIFEST = """
plans: {p: {title: แผนดูแลคลอง, drafts: [ฉบับประกาศ]}}
sources: {s: {title: แผนดูแลคลอง, publisher: สมมติ, date: "2568", url: "https://example.org/p"}}
documents:
  - {id: plan, file: plan.md, title: แผนดูแลคลอง, plan: p, draft: ฉบับประกาศ, date: "2568", status: ประกาศ,
     audience: public, sources: [s]}
"""


def write_canal(folder: Path, cases: Sequence[dict[str, Any]]) -> Path:
    """Write the plan, its manifest and a set of questions into a folder; returns where the set is."""
    (folder / "plan.md").write_text(PLAN, encoding="utf-8")
    (folder / "manifest.yaml").write_text(MANIFEST, encoding="utf-8")
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    return folder / "questions.jsonl"
