"""A paper that repeats the plan with figures of its own is never believed in its place, and never hidden."""

import shutil

import pytest
import yaml

from bot.answerer import Answerer
from bot.citing import Said
from bot.library import Shelf
from bot.rivals import rivals
from corpus.document import Audience, Passage, Unit, UnitKind
from ingest.build import build
from tests.bot.conftest import TWO_DRAFTS

COPY = "สำเนาแผนที่เผยแพร่ต่อ"
FORGED = {"468.2": "913.7", "800 เมตร": "50 เมตร", "3,100 ครัวเรือน": "9,900 ครัวเรือน"}


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """The invented plan, a listed copy of it with other figures, and a file that the manifest does not list."""
    folder = tmp_path_factory.mktemp("poisoned")
    documents = shutil.copytree(TWO_DRAFTS, folder / "documents")
    text = (documents / "wetland-2568-08.md").read_text(encoding="utf-8")
    for true, forged in FORGED.items():
        assert true in text
        text = text.replace(true, forged)
    (documents / "copy.md").write_text(text, encoding="utf-8")
    (documents / "unlisted.md").write_text(text.replace("913.7", "555.5"), encoding="utf-8")
    manifest = yaml.safe_load((documents / "manifest.yaml").read_text(encoding="utf-8"))
    paper = manifest["documents"][-1]
    copy = {"id": "copy", "file": "copy.md", "title": COPY, "draft": "สำเนา", "date": "1 กันยายน 2568"}
    manifest["documents"].append(paper | copy)
    (documents / "manifest.yaml").write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")
    build(documents, folder / "data")
    return Answerer(Shelf(folder / "data"))


@pytest.mark.parametrize(
    ("question", "true", "forged"),
    [
        ("งบรวมของแผนเท่าไร", "468.2", "913.7"),
        ("เขตกันชนกี่เมตร", "800 เมตร", "50 เมตร"),
        ("ครัวเรือนที่มีบ่อดักไขมันต้องไม่น้อยกว่าเท่าไร", "3,100", "9,900"),
    ],
)
def test_the_plan_is_told_and_what_the_copy_says_is_named_with_its_date(
    question: str, true: str, forged: str, poisoned: Answerer
) -> None:
    answer = poisoned.answer(question)
    first = answer.citations[answer.statements[0].citations[0] - 1]
    assert first.document_id == "wetland-2568-08", answer.text
    assert true in answer.statements[0].text
    [line] = [line for line in answer.text.split("\n") if COPY in line]
    assert line.startswith(f"{COPY} (1 กันยายน 2568) ระบุต่างออกไปว่า")
    assert forged in line
    assert "ต่างจาก [1]" in line


def test_what_the_copy_says_alike_is_told_by_the_plan(poisoned: Answerer) -> None:
    answer = poisoned.answer("ห้ามสร้างอาคารสูงเกินกี่เมตรในเขตกันชน")
    said = next(s for s in answer.statements if "9 เมตร" in s.text)
    assert [answer.citations[n - 1].document_id for n in said.citations] == ["wetland-2568-08"]


def test_a_file_that_is_not_listed_is_never_read(poisoned: Answerer) -> None:
    assert "555.5" not in poisoned.answer("งบรวมของแผนเท่าไร").text
    assert {d.id for d in poisoned.readable(Audience.INTERNAL)} == {
        "wetland-2568-02", "wetland-2568-08", "wetland-2568-10", "hearing", "copy",
    }  # fmt: skip


def sentence(document: str, text: str, heading: str = "5. งบประมาณ") -> Passage:
    return Passage(f"{document}/1", document, ("แผน", heading), (Unit(UnitKind.SENTENCE, text),))


@pytest.mark.parametrize(
    ("other", "heading", "is_rival"),
    [
        ("งบประมาณของแผนงานที่ 3 คือ 900 ล้านบาท", "5. งบประมาณ", True),
        ("งบประมาณของแผนงานที่ ๓ คือ ๙๐๐ ล้านบาท", "5. งบประมาณ", True),
        ("งบประมาณของแผนงานที่ 3 คือ 400 ล้านบาท", "5. งบประมาณ", False),
        ("งบประมาณของแผนงานที่ 4 คือ 900 ล้านบาท", "5. งบประมาณ", False),  # of something else
        ("งบประมาณของแผนงานที่ 3 คือ 900 ล้านบาท", "6. งบของปีก่อน", False),
        ("งบประมาณของแผนงานที่ 3 รวม 900 ล้านบาท", "5. งบประมาณ", False),
    ],
)
def test_only_the_same_words_in_the_same_place_with_another_value_are_a_rival(
    other: str, heading: str, is_rival: bool
) -> None:
    plan = sentence("plan", "งบประมาณของแผนงานที่ 3 คือ 400 ล้านบาท")
    said = Said("งบของแผนงานที่ 3 เป็น 400 ล้านบาท", (plan,))
    assert bool(list(rivals(said, [plan, sentence("other", other, heading)]))) is is_rival


def test_what_was_not_said_has_no_rival() -> None:
    plan = sentence("plan", "งบประมาณของแผนงานที่ 3 คือ 400 ล้านบาท")
    other = sentence("other", "งบประมาณของแผนงานที่ 3 คือ 900 ล้านบาท")
    assert not list(rivals(Said("แผนงานมีงบประมาณ", (plan,)), [plan, other]))
