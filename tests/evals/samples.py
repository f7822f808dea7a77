"""Small cases, answers and releases for the tests of evals."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.answer import Answer, AnswerStatus, Citation, Statement, Turn
from corpus import releases
from corpus.document import Audience, Document, DraftStatus, Passage, Unit, UnitKind
from evals.cases import Case

SENTENCE = "แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 มีงบประมาณรวม 6,504.69 ล้านบาท"
OTHER = "การประชุมวันที่ 9 กันยายน 2563 มีผู้เข้าร่วม 225 คน จาก 151 หน่วยงาน"


def case(**fields: Any) -> Case:
    """An answerable case about the plan's budget; any field can be replaced."""
    raw: dict[str, Any] = {
        "id": "c1",
        "question": "งบประมาณรวมของแผนเท่าไร",
        "kind": "number",
        "status": "ANSWERED",
        "facts": [{"text": "6,504.69 ล้านบาท", "aliases": ["6504.69 ลบ."], "vital": True}],
        "evidence": [[{"document": "plan", "quote": "มีงบประมาณรวม 6,504.69 ล้านบาท"}]],
    }
    return Case.model_validate(raw | fields)


def unanswerable(**fields: Any) -> Case:
    return case(**{"kind": "unanswerable", "status": "NOT_IN_PLAN", "facts": [], "evidence": []} | fields)


def citation(n: int = 1, text: str = SENTENCE, document: str = "plan", **fields: Any) -> Citation:
    raw: dict[str, Any] = {
        "n": n,
        "passage_id": f"{document}#{n}",
        "document_id": document,
        "title": "แผน",
        "draft": "",
        "date": "",
        "section": "งบประมาณ",
        "page": None,
        "quote": text,
        "text": text,
    }
    return Citation(**raw | fields)


def answer(
    *statements: tuple[str, tuple[int, ...]],
    citations: Sequence[Citation] = (),
    status: AnswerStatus = AnswerStatus.ANSWERED,
    text: str | None = None,
    question: str = "งบประมาณรวมของแผนเท่าไร",
) -> Answer:
    """An answer whose text is its statements with their marks, unless told otherwise."""
    lines = [f"{said} {''.join(f'[{n}]' for n in numbers)}".strip() for said, numbers in statements]
    return Answer(
        question=question,
        status=status,
        text="\n".join(lines) if text is None else text,
        statements=tuple(Statement(said, numbers) for said, numbers in statements),
        citations=tuple(citations),
        timings_ms={"search": 1.0},
        release="r1",
    )


def right_answer(question: str = "งบประมาณรวมของแผนเท่าไร") -> Answer:
    return answer((SENTENCE, (1,)), citations=[citation()], question=question)


def declined(status: AnswerStatus = AnswerStatus.NOT_IN_PLAN, question: str = "?") -> Answer:
    return Answer(question, status, "ไม่พบเรื่องนี้ในเอกสารที่มี")


class Scripted:
    """Answers each question as told: an answer, an exception to raise, or a function to call."""

    def __init__(self, script: Mapping[str, Answer | Exception | Callable[[], Answer]]) -> None:
        self.script = script
        self.asked: list[str] = []
        self.histories: list[tuple[Turn, ...]] = []

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append(question)
        self.histories.append(tuple(history))
        told = self.script.get(question, declined(question=question))
        if isinstance(told, Exception):
            raise told
        return told if isinstance(told, Answer) else told()


def passage(text: str = SENTENCE, document: str = "plan", section: str = "งบประมาณ", n: int = 1) -> Passage:
    return Passage(f"{document}#{n}", document, ("แผน", section), (Unit(UnitKind.SENTENCE, text),))


def make_release(data_dir: Path, passages: Sequence[Passage], release_id: str = "r1", live: bool = True) -> str:
    """A release directory as far as evals read it: its description and its passages."""
    directory = releases.releases_dir(data_dir) / release_id
    directory.mkdir(parents=True)
    documents = tuple(
        Document(name, name, "p", "", "", DraftStatus.APPROVED, Audience.PUBLIC, (), f"{name}.md")
        for name in dict.fromkeys(p.document_id for p in passages)
    )
    release = releases.Release(release_id, "f" * 8, "", "e", "", "", len(passages), documents, {})
    with (directory / "passages.jsonl").open("w", encoding="utf-8") as file:
        for one in passages:
            file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
    releases.write_release(directory, release)
    if live:
        releases.publish(data_dir, release_id)
    return release_id


def write_set(path: Path, *cases: Case) -> Path:
    path.write_text("".join(json.dumps(c.as_json(), ensure_ascii=False) + "\n" for c in cases), encoding="utf-8")
    return path
