"""What was read once is not read again, unless the file or a reader changed, or what was kept is damaged."""

import re
from pathlib import Path

import pytest

from corpus.document import Block, BlockKind
from ingest import kept, reading
from ingest.apart import read_apart
from ingest.build import build
from ingest.readers import Content, PageText, UnreadableDocument
from tests.ingest.small_corpus import write_corpus

CONTENT = Content((Block(BlockKind.PARAGRAPH, "แผน", page=1),), (PageText(1, "ก", "แผน"),), ("หมายเหตุ",))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("แผน", encoding="utf-8")
    return tmp_path / "a.txt"


def stored(data_dir: Path) -> list[Path]:
    return sorted((data_dir / kept.FOLDER).iterdir())


def test_what_is_kept_is_found_again_by_its_bytes(file: Path, tmp_path: Path) -> None:
    assert kept.find(tmp_path, file) is None
    kept.keep(tmp_path, file, CONTENT)
    assert kept.find(tmp_path, file) == CONTENT
    copy = tmp_path / "copy.txt"
    copy.write_bytes(file.read_bytes())
    assert kept.find(tmp_path, copy) == CONTENT
    file.write_text("แผนใหม่", encoding="utf-8")
    assert kept.find(tmp_path, file) is None


def test_a_changed_reader_reads_anew(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep(tmp_path, file, CONTENT)
    monkeypatch.setattr(kept, "_readers_digest", lambda: "another")
    assert kept.find(tmp_path, file) is None


@pytest.mark.parametrize(
    "spoil", [lambda b: b[:-5], lambda b: b"", lambda b: b.replace(b"1", b"2"), lambda _: b"\xff\n{}"]
)
def test_what_is_damaged_is_not_there(file: Path, tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    kept.keep(tmp_path, file, CONTENT)
    (one,) = stored(tmp_path)
    one.write_bytes(spoil(one.read_bytes()))
    assert kept.find(tmp_path, file) is None
    kept.keep(tmp_path, file, CONTENT)
    assert kept.find(tmp_path, file) == CONTENT


def test_a_page_that_failed_is_tried_again(file: Path, tmp_path: Path) -> None:
    kept.keep(tmp_path, file, Content((), (PageText(1, failure="ไม่มี tesseract"),)))
    assert kept.find(tmp_path, file) is None


def test_the_least_used_are_removed(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    for number in range(6):
        file.write_text(f"แผน {number}", encoding="utf-8")
        kept.keep(tmp_path, file, CONTENT)
    assert len(stored(tmp_path)) == 3
    assert kept.find(tmp_path, file) == CONTENT


def test_a_build_that_broke_off_goes_on_with_what_was_not_read(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus_dir = write_corpus(tmp_path / "documents")
    (corpus_dir / "meeting.md").write_bytes(b"\x7fELF" + bytes(40))
    with pytest.raises(UnreadableDocument):
        build(corpus_dir, data_dir)
    (corpus_dir / "meeting.md").write_text("# ประชุม\n\nประชุมเมื่อวันที่ 9 กันยายน 2563\n", encoding="utf-8")
    read: list[str] = []

    def counted(path: Path, told: object, **limits: object) -> Content:
        read.append(path.name)
        return read_apart(path, told)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read_apart", counted)
    build(corpus_dir, data_dir)
    assert read == ["meeting.md"]


def test_what_cannot_be_cited_is_left_out_only_if_that_is_said(tmp_path: Path, data_dir: Path) -> None:
    corpus_dir = write_corpus(tmp_path / "documents")
    (corpus_dir / "meeting.md").write_text("\ufffd" * 9 + " ก", encoding="utf-8")
    with pytest.raises(UnreadableDocument, match=re.escape("meeting.md: ข้อความเสียหายจนอ้างอิงไม่ได้")):
        build(corpus_dir, data_dir)
    assert not (data_dir / "CURRENT").exists()
    done = build(corpus_dir, data_dir, allow_unreadable=True)
    assert [document.id for document in done.release.documents] == ["plan"]
    assert [reason.partition(":")[0] for reason in done.missing] == ["meeting.md"]
    (corpus_dir / "plan.md").write_text("\ufffd" * 9 + " ก", encoding="utf-8")
    with pytest.raises(UnreadableDocument):
        build(corpus_dir, data_dir, allow_unreadable=True)
