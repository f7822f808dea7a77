"""What is known of pieces of text spares the work of looking again, and never changes what comes of it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Block, BlockKind
from evals.repairs import DAMAGES
from ingest import health, kept, repair
from ingest.build import build
from ingest.health import measure
from ingest.known import Counts, Known, key
from ingest.repair import Condition, Repair, diagnose, repair_block
from tests.ingest.small_corpus import PLAN, write_corpus

LINES = [line for line in PLAN.split("\n") if line] + [
    "การนาไปใช้และการทางาน",
    "ส านักงานกาหนดคาสั่ง",
    "ที่่",
    "\ufffd\uf70a",
    "ab",
    "",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=8), st.sampled_from(sorted(DAMAGES)), st.data())
def test_a_page_comes_out_the_same_whatever_is_known(lines: list[str], damage: str, data: st.DataObject) -> None:
    known = Known()
    for text in (*LINES, DAMAGES[damage]("\n".join(LINES))):
        diagnose([text], known)
    spoilt = data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    page = "\n".join(DAMAGES[damage](line) if here else line for line, here in zip(lines, spoilt, strict=True))
    assert measure(page, known) == measure(page)
    (condition,) = diagnose([page])
    assert diagnose([page], known) == (condition,)
    block = Block(BlockKind.PARAGRAPH, page)
    assert repair_block(block, condition, known) == repair_block(block, condition)


def test_only_lines_that_changed_are_looked_at(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus_dir = write_corpus(tmp_path / "documents")
    build(corpus_dir, data_dir)
    (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", "7,000"), encoding="utf-8")
    counted: list[str] = []
    mended: list[str] = []
    count, mend = health._count, repair._repair

    def counts(line: str) -> Counts:
        counted.append(line)
        return count(line)

    def mends(text: str, condition: Condition) -> tuple[str, tuple[Repair, ...]]:
        mended.append(text)
        return mend(text, condition)

    monkeypatch.setattr(health, "_count", counts)
    monkeypatch.setattr(repair, "_repair", mends)
    build(corpus_dir, data_dir)
    assert counted == mended == ["งบประมาณรวมของแผนคือ 7,000 ล้านบาท"]


def test_what_other_code_found_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Known({key("ก"): Counts(1, 1, 1)}, {key("ก"): True})
    kept.keep_known(tmp_path, known)
    assert kept.find_known(tmp_path) == known
    monkeypatch.setattr(kept, "_judges_digest", lambda: "another")
    assert kept.find_known(tmp_path) == Known()


def test_what_is_damaged_is_not_known(tmp_path: Path) -> None:
    kept.keep_known(tmp_path, Known(sound={key("ก"): True}))
    (file,) = (tmp_path / kept.FOLDER).iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert kept.find_known(tmp_path) == Known()


def test_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_PIECES", 2)
    kept.keep_known(tmp_path, Known(sound={key(text): True for text in "กขค"}))
    assert list(kept.find_known(tmp_path).sound) == [key("ข"), key("ค")]
