"""From the manifest to a live release: only what changed is done again, and nothing that fails touches what is live."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import releases, soundness
from corpus.drafts import read_drafts
from corpus.embedder import load_embedder
from corpus.hub import ModelNotFound
from corpus.index import Index, Query, build_index, open_index
from corpus.releases import ReleaseLocked, ReleaseUnusable
from ingest import build as build_module
from ingest.build import BuildReport, build
from ingest.manifest import ManifestError, read_manifest
from ingest.readers import UnreadableDocument
from tests.ingest.small_corpus import MEETING, PLAN, entry, write_corpus, write_manifest


def live_index(data_dir: Path) -> Index:
    directory, release = releases.live_release(data_dir)
    return open_index(directory, load_embedder(release.embedding_model))


def answer(data_dir: Path, text: str) -> str:
    """The body of the best passage of the live release."""
    index = live_index(data_dir)
    body = index.search(Query(text), k=1)[0].passage.body
    index.close()
    return body


def everything_below(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


class TestRealCorpus:
    def test_the_release_says_what_it_was_made_from(self, real_data: tuple[Path, BuildReport]) -> None:
        data_dir, report = real_data
        _, release = releases.live_release(data_dir)
        assert release == report.release
        assert len(release.documents) >= 12
        assert release.passages == report.embedded > 200
        assert (report.taken_over, report.unchanged) == (0, False)
        assert release.embedder == load_embedder("").identity
        assert release.plans["dg-2563-2565"]["drafts"] == ["ร่าง ก.ย. 2563", "ฉบับ ครม. 30 มี.ค. 2564"]
        assert all(document.digest for document in release.documents)

    def test_nothing_is_left_over(self, real_data: tuple[Path, BuildReport]) -> None:
        data_dir, report = real_data
        assert sorted(p.name for p in data_dir.iterdir()) == ["CURRENT", "ingest.lock", "readings", "releases"]
        assert [p.name for p in (data_dir / "releases").iterdir()] == [report.release.id]

    @pytest.mark.parametrize(
        ("question", "says"),
        [
            ("งบประมาณรวมของแผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563-2565 เท่าไร", "6,504.69"),
            ("ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่", "New Way of Working"),
            ("ประชุมรับฟังความคิดเห็น 9 กันยายน 2563 จัดที่ไหน", "พูลแมน"),
        ],
    )
    def test_what_is_asked_is_found(self, real_data: tuple[Path, BuildReport], question: str, says: str) -> None:
        index = live_index(real_data[0])
        assert any(says in hit.passage.body for hit in index.search(Query(question), k=5))
        index.close()


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares the process that opens and searches each new release: other tests are of that."""
    monkeypatch.setattr(soundness, "verify", lambda *_: None)


class TestOnlyWhatChanged:
    def test_twice_changes_nothing(self, corpus_dir: Path, data_dir: Path, first: BuildReport) -> None:
        before = everything_below(data_dir)
        second = build(corpus_dir, data_dir)
        assert (second.unchanged, second.embedded, second.release) == (True, 0, first.release)
        assert everything_below(data_dir) == before

    @pytest.mark.usefixtures("unchecked")
    def test_a_changed_document_embeds_only_the_changed_passages(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        embedder, asked = load_embedder(""), list[str]()
        spied = type(embedder).embed_passages

        def embed_passages(self: object, texts: list[str]) -> object:
            asked.extend(texts)
            return spied(embedder, texts)

        monkeypatch.setattr(type(embedder), "embed_passages", embed_passages)
        (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", "7,000"), encoding="utf-8")
        progress: list[tuple[str, int, int]] = []
        second = build(corpus_dir, data_dir, progress=lambda *step: progress.append(step))
        monkeypatch.undo()
        assert [text for text in asked if "ล้านบาท" in text] == asked[:1] == asked
        assert (second.embedded, second.taken_over) == (1, first.release.passages - 1)
        assert second.release.id != first.release.id
        assert "7,000" in answer(data_dir, "งบประมาณรวมของแผน")
        assert [step for step in progress if step[0] == "read"] == [("read", 1, 1)]  # the other is taken over
        last = {stage: (done, of) for stage, done, of in progress}
        assert last["embed"] == (second.release.passages, second.release.passages)
        assert last["encode"] == (7, 7)

    @pytest.mark.usefixtures("unchecked")
    def test_force_takes_over_nothing_and_only_a_few_releases_are_kept(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport
    ) -> None:
        for name in ("20200101", "20200102", "20200103"):
            (data_dir / "releases" / name).mkdir()
        second = build(corpus_dir, data_dir, force=True)
        assert (second.unchanged, second.taken_over, second.embedded) == (False, 0, first.release.passages)
        assert releases.live_id(data_dir) == second.release.id != first.release.id
        kept = sorted(p.name for p in (data_dir / "releases").iterdir())
        assert kept == ["20200103", first.release.id, second.release.id]

    @pytest.mark.parametrize("part", ["manifest", "glossary", "code"])
    def test_whatever_an_index_is_made_from_makes_a_new_one(
        self, corpus_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
    ) -> None:
        embedder = load_embedder("")
        before = build_module.fingerprint_of(read_manifest(corpus_dir), embedder)
        if part == "manifest":
            write_manifest(corpus_dir, [entry("plan", title="ชื่อใหม่"), entry("meeting")])
        other = tmp_path / "other"
        other.write_text("changed")
        if part == "glossary":
            monkeypatch.setattr(build_module, "GLOSSARY", other)
        if part == "code":
            monkeypatch.setattr(build_module, "_MAKING", (*build_module._MAKING[1:], other))
        assert build_module.fingerprint_of(read_manifest(corpus_dir), embedder) != before

    def test_the_code_that_counts_is_readers_repair_splitter_and_words(self) -> None:
        names = {path.name for path in build_module._MAKING}
        assert names >= {"markdown.py", "repair.py", "passages.py", "thai.py", "words.txt"}


def _unreadable(folder: Path) -> None:
    (folder / "meeting.md").write_bytes(b"\x7fELF" + bytes(40))


def _sick(folder: Path) -> None:
    (folder / "meeting.md").write_text(MEETING + "\ufffd", encoding="utf-8")


def _empty(folder: Path) -> None:
    (folder / "meeting.md").write_text("# การประชุม\n", encoding="utf-8")


def _missing(folder: Path) -> None:
    (folder / "meeting.md").unlink()


def _unlisted_draft(folder: Path) -> None:
    write_manifest(folder, [entry("plan", draft="ร่าง 9")])


class TestFailing:
    @pytest.mark.parametrize(
        ("breaks", "error"),
        [
            (_unreadable, UnreadableDocument),
            (_sick, UnreadableDocument),
            (_empty, UnreadableDocument),
            (_missing, ManifestError),
            (_unlisted_draft, ManifestError),
        ],
    )
    def test_a_failing_document_leaves_the_live_release_untouched(
        self,
        corpus_dir: Path,
        data_dir: Path,
        first: BuildReport,
        breaks: Callable[[Path], None],
        error: type[Exception],
    ) -> None:
        before = everything_below(data_dir / "releases")
        breaks(corpus_dir)
        with pytest.raises(error):
            build(corpus_dir, data_dir)
        assert releases.live_release(data_dir)[1] == first.release
        assert everything_below(data_dir / "releases") == before
        assert list(data_dir.glob("building-*")) == []

    def test_a_release_that_fails_its_check_is_not_published(
        self, corpus_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def build_and_damage(directory: Path, *how: object) -> None:
            build_index(directory, *how)  # type: ignore[arg-type]
            (directory / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 999)

        monkeypatch.setattr(build_module, "build_index", build_and_damage)
        with pytest.raises(ReleaseUnusable, match="ไม่ผ่านการตรวจ"):
            build(corpus_dir, data_dir)
        assert releases.live_id(data_dir) is None
        assert list((data_dir / "releases").iterdir()) == []

    @pytest.mark.usefixtures("unchecked")
    def test_a_damaged_live_index_is_replaced_by_a_whole_one(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport
    ) -> None:
        directory = data_dir / "releases" / first.release.id
        (directory / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 999)
        (corpus_dir / "plan.md").write_text(PLAN + "\nเพิ่มเติม\n", encoding="utf-8")
        second = build(corpus_dir, data_dir)
        assert second.taken_over == 0
        assert "225 คน" in answer(data_dir, "ผู้เข้าร่วมกี่คน")

    def test_an_unknown_model_is_told_before_anything_is_done(self, corpus_dir: Path, data_dir: Path) -> None:
        with pytest.raises(ModelNotFound, match="no-such-model"):
            build(corpus_dir, data_dir, "./no-such-model")
        assert not data_dir.exists()

    @pytest.mark.usefixtures("unchecked")
    def test_what_changed_from_the_superseded_draft_is_kept(self, tmp_path: Path, data_dir: Path) -> None:
        corpus_dir = write_corpus(tmp_path / "documents", {"old": PLAN, "new": PLAN.replace("6,504.69", "7,000")})
        write_manifest(corpus_dir, [entry("old"), entry("new", draft="ฉบับ 2", supersedes="old")])
        build(corpus_dir, data_dir)
        index = live_index(data_dir)
        (draft,) = read_drafts(releases.live_release(data_dir)[0], index.passage)
        index.close()
        assert (draft.old_document, draft.new_document) == ("old", "new")
        (change,) = draft.changes
        assert [(w.old, w.new) for w in change.words] == [("6,504.69 ล้านบาท", "7,000 ล้านบาท")]
        assert (change.old and change.old.document_id, change.new and change.new.document_id) == ("old", "new")

    def test_two_builds_at_once(self, corpus_dir: Path, data_dir: Path) -> None:
        with (
            releases.writing(data_dir),
            pytest.raises(ReleaseLocked, match="another process is already writing: process"),
        ):
            build(corpus_dir, data_dir)


# Where in a build it is killed: what there is to see once it has come so far.
KILL_POINTS: dict[str, Callable[[Path, str], object]] = {
    "has begun": lambda data_dir, _: list(data_dir.glob("building-*")),
    "is being checked": lambda data_dir, _: list(data_dir.glob("building-*/release.json")),
    "is being published": lambda data_dir, live: (
        len(list((data_dir / "releases").iterdir())) > 1 or releases.live_id(data_dir) != live
    ),
}


def test_builds_killed_anywhere_leave_a_whole_live_release_and_the_next_succeeds(
    corpus_dir: Path, data_dir: Path, first: BuildReport
) -> None:
    (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", "7,000"), encoding="utf-8")
    command = [sys.executable, "-m", "ingest", "build"]
    command += ["--corpus-dir", str(corpus_dir), "--data-dir", str(data_dir)]
    for point, reached in KILL_POINTS.items():
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while not reached(data_dir, first.release.id) and process.poll() is None:
                time.sleep(0.005)
            if point != "is being published":
                time.sleep(random.uniform(0, 0.5))
            process.send_signal(signal.SIGKILL)
        assert process.returncode in (-signal.SIGKILL, 0), point  # 0: it was through before the signal came
        expected = "6,504.69" if releases.live_id(data_dir) == first.release.id else "7,000"
        assert expected in answer(data_dir, "งบประมาณรวมของแผน"), point
    assert build(corpus_dir, data_dir).release.id == releases.live_id(data_dir) != first.release.id
    assert "7,000" in answer(data_dir, "งบประมาณรวมของแผน")
    with releases.writing(data_dir) as building:
        assert list(data_dir.glob("building-*")) == [building]
