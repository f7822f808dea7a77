"""Training pairs of a set, and sets that bring their own documents."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.library import Library
from evals.__main__ import app
from evals.cases import Case, read_set
from evals.pairs import Pair, pairs_of
from evals.plans import library_of

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
CASES = [
    {
        "id": "dug",
        "question": "ลอกคลองหนแรกเมื่อไหร่",
        "facts": [{"text": "2561"}],
        "evidence": [[{"document": "plan", "quote": "คลองสายใหม่ขุดลอกครั้งแรกในปี 2561"}]],
    },
    {
        "id": "boat",
        "question": "เรือตะวันราคาเท่าไหร่",
        "facts": [{"text": "1.8"}],
        "evidence": [[{"document": "plan", "quote": "| เรือตะวัน | 2563 | 1.8 |"}]],
    },
    {
        "id": "depth",
        "question": "คลองลึกกี่เมตร",
        "status": "NOT_IN_PLAN",
        "note": "nearest: คลองสายใหม่ยาว 12 กิโลเมตร ผ่านชุมชน 9 แห่ง",
    },
    {"id": "thanks", "question": "ขอบคุณค่ะ", "status": "SMALL_TALK"},
]


@pytest.fixture(scope="module")
def set_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    (folder / "plan.md").write_text(PLAN, encoding="utf-8")
    (folder / "manifest.yaml").write_text(MANIFEST, encoding="utf-8")
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in CASES)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    return folder / "questions.jsonl"


@pytest.fixture(scope="module")
def found(set_path: Path) -> dict[str, list[Pair]]:
    with library_of(set_path) as library:
        cases = read_set(set_path).cases
        return {case.id: list(pairs_of(library, [case])) for case in cases}


def test_what_holds_the_quote_answers_and_what_else_is_found_comes_near(found: dict[str, list[Pair]]) -> None:
    for name, answer in (("dug", "2561"), ("boat", "1.8")):
        answering = [pair for pair in found[name] if pair.answers]
        near = [pair for pair in found[name] if not pair.answers]
        assert [pair.answers for pair in answering] == [(answer,)]
        assert answer in answering[0].text
        assert near
        assert not any(answer in pair.text for pair in near)


def test_of_a_case_without_answer_all_comes_near_the_nearest_first(found: dict[str, list[Pair]]) -> None:
    assert "ยาว 12 กิโลเมตร" in found["depth"][0].text
    assert not any(pair.answers for pair in found["depth"])


def test_what_is_not_searched_for_gives_none(found: dict[str, list[Pair]]) -> None:
    assert found["thanks"] == []


def test_the_command_writes_them_all(set_path: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["pairs", str(set_path), "--out", str(tmp_path / "pairs.jsonl")])
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum(bool(row["answers"]) for row in rows) == 2
    assert len({row["question"] for row in rows}) == 3


def test_a_set_without_documents_is_asked_of_the_live_index(
    tmp_path: Path, set_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.build import build

    build(set_path.parent, tmp_path / "data")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "questions.jsonl").write_text(json.dumps(CASES[0], ensure_ascii=False), encoding="utf-8")
    with library_of(tmp_path / "questions.jsonl") as library:
        assert isinstance(library, Library)
        assert [document.id for document in library.release.documents] == ["plan"]
        assert isinstance(read_set(tmp_path / "questions.jsonl").cases[0], Case)
