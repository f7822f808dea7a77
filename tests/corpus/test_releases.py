"""Releases: one pointer, switched in one step; one writer at a time; nothing half-built is ever served."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import releases, soundness
from corpus.document import Audience, Document, DraftStatus, Source
from corpus.embedder import load_embedder
from corpus.index import build_index
from corpus.releases import Release, ReleaseLocked, ReleaseNotFound, ReleaseUnusable
from tests.corpus.small_index import PASSAGES

DOCUMENT = Document(
    id="plan",
    title="แผน",
    plan="dg",
    draft="ร่าง 1",
    date="9 กันยายน 2563",
    status=DraftStatus.DRAFT,
    audience=Audience.AGENCY,
    sources=(Source("S1", "ข่าว", "สพร.", "12 ก.ย. 2563", "https://example.org"),),
    file="plan.md",
    digest="d",
    supersedes="old",
)


def release(release_id: str) -> Release:
    return Release(
        id=release_id,
        fingerprint="f",
        built_at="2026-01-01T00:00:00+00:00",
        embedder="meanings/1",
        embedding_model="",
        glossary_digest="g",
        passages=len(PASSAGES),
        documents=(DOCUMENT,),
        plans={"dg": {"title": "แผน", "drafts": ["ร่าง 1"]}},
    )


def put(data_dir: Path, release_id: str) -> Release:
    directory = releases.releases_dir(data_dir) / release_id
    directory.mkdir(parents=True)
    releases.write_release(directory, release(release_id))
    return release(release_id)


class TestPointer:
    def test_before_the_first_build_the_command_to_run_is_told(self, tmp_path: Path) -> None:
        assert releases.live_id(tmp_path) is None
        with pytest.raises(ReleaseNotFound, match="python -m ingest build") as error:
            releases.live_release(tmp_path)
        assert str(tmp_path) in str(error.value)

    def test_what_was_published_is_what_is_live(self, tmp_path: Path) -> None:
        first, second = put(tmp_path, "1"), put(tmp_path, "2")
        releases.publish(tmp_path, "2")
        assert releases.live_release(tmp_path) == (tmp_path / "releases" / "2", second)
        releases.publish(tmp_path, "1")
        assert releases.live_release(tmp_path)[1] == first

    def test_a_reader_sees_the_old_one_or_the_new_one(self, tmp_path: Path) -> None:
        """The pointer is read while it is switched; it is never empty, cut or gone."""
        names = ["a" * 4_000, "b" * 4_000]
        releases.publish(tmp_path, names[0])
        stop = threading.Event()

        def switch() -> None:
            while not stop.is_set():
                for name in names:
                    releases.publish(tmp_path, name)

        writer = threading.Thread(target=switch)
        writer.start()
        try:
            assert {releases.live_id(tmp_path) for _ in range(2_000)} <= set(names)
        finally:
            stop.set()
            writer.join()
        assert [p.name for p in tmp_path.iterdir()] == ["CURRENT"]

    def test_a_failing_switch_leaves_the_live_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        put(tmp_path, "1")
        releases.publish(tmp_path, "1")

        def no_space(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", no_space)
        with pytest.raises(OSError, match="No space"):
            releases.publish(tmp_path, "2")
        assert releases.live_id(tmp_path) == "1"

    @pytest.mark.parametrize("content", [b"\xff\xfe\xfa", None])
    def test_an_unreadable_pointer_is_told(self, tmp_path: Path, content: bytes | None) -> None:
        pointer = tmp_path / "CURRENT"
        pointer.mkdir() if content is None else pointer.write_bytes(content)
        with pytest.raises(ReleaseUnusable, match="DATA_DIR"):
            releases.live_release(tmp_path)

    def test_a_file_in_place_of_the_data_folder_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(ReleaseUnusable, match="DATA_DIR"):
            releases.live_id(tmp_path / "file")

    def test_a_pointer_to_a_release_that_is_gone(self, tmp_path: Path) -> None:
        put(tmp_path, "1")
        releases.publish(tmp_path, "1")
        shutil.rmtree(tmp_path / "releases" / "1")
        with pytest.raises(ReleaseUnusable, match="python -m ingest build --force"):
            releases.live_release(tmp_path)


class TestDescription:
    def test_it_comes_back_as_it_was_written(self, tmp_path: Path) -> None:
        releases.write_release(tmp_path, release("1"))
        assert releases.read_release(tmp_path) == release("1")

    @pytest.mark.parametrize(
        "damage",
        [
            "",
            "{",
            "[]",
            "{}",
            '{"format": 999}',
            json.dumps({"format": releases.FORMAT, "documents": []}),
            json.dumps({"format": releases.FORMAT, "documents": [{"id": "plan"}]}),
            None,
        ],
    )
    def test_a_damaged_one_is_told_with_the_command(self, tmp_path: Path, damage: str | None) -> None:
        directory = tmp_path / "20260101T000000Z-abc"
        directory.mkdir()
        if damage is not None:
            (directory / "release.json").write_text(damage)
        with pytest.raises(ReleaseUnusable, match="python -m ingest build --force") as error:
            releases.read_release(directory)
        assert directory.name in str(error.value)

    def test_another_format_names_both_numbers(self, tmp_path: Path) -> None:
        releases.write_release(tmp_path, release("1"))
        path = tmp_path / "release.json"
        path.write_text(path.read_text().replace(f'"format": {releases.FORMAT}', '"format": 999'))
        with pytest.raises(ReleaseUnusable, match=f"format 999, expected {releases.FORMAT}"):
            releases.read_release(tmp_path)

    def test_ids_sort_by_time_and_tell_the_inputs(self, tmp_path: Path) -> None:
        assert releases.new_id("abcdef0123456789", tmp_path).endswith("-abcdef01")
        assert releases.new_id("a" * 64, tmp_path) != releases.new_id("b" * 64, tmp_path)

    def test_a_clock_that_is_put_back_makes_no_id_that_sorts_before(self, tmp_path: Path) -> None:
        for name in ("20990101T000000Z-aaaaaaaa", "20990101T000009Z-aaaaaaaa", "not-a-moment"):
            (tmp_path / "releases" / name).mkdir(parents=True)
        assert releases.new_id("b" * 64, tmp_path) == "20990101T000010Z-bbbbbbbb"


class TestListAndPrune:
    def test_the_list_is_of_whole_releases_newest_first(self, tmp_path: Path) -> None:
        for name in ("20260101", "20260301", "20260201"):
            put(tmp_path, name)
        (tmp_path / "releases" / "20260401").mkdir()  # no release.json: half-built
        (tmp_path / "releases" / "20260501").mkdir()
        (tmp_path / "releases" / "20260501" / "release.json").write_text("{")
        assert [r.id for r in releases.list_releases(tmp_path)] == ["20260301", "20260201", "20260101"]

    def test_no_releases(self, tmp_path: Path) -> None:
        assert releases.list_releases(tmp_path / "none") == []

    def test_prune_keeps_the_newest(self, tmp_path: Path) -> None:
        for name in "12345":
            put(tmp_path, name)
        releases.publish(tmp_path, "5")
        assert sorted(releases.prune(tmp_path)) == ["1", "2"]
        assert [r.id for r in releases.list_releases(tmp_path)] == ["5", "4", "3"]

    def test_prune_keeps_the_live_one_however_old(self, tmp_path: Path) -> None:
        for name in "12345":
            put(tmp_path, name)
        releases.publish(tmp_path, "1")
        assert sorted(releases.prune(tmp_path, keep=2)) == ["2", "3", "4"]
        assert [r.id for r in releases.list_releases(tmp_path)] == ["5", "1"]
        assert releases.prune(tmp_path, keep=1) == ["5"]
        assert releases.live_release(tmp_path)[1].id == "1"


HOLD = """
import sys, time
from pathlib import Path
from corpus import releases, soundness
with releases.writing(Path(sys.argv[1])) as building:
    (building / "half").write_text("half")
    print(building, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that builds, and takes its time."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(str(tmp_path))
    with process:
        yield process
        process.kill()


class TestWriting:
    def test_one_writer_at_a_time_and_it_is_named(self, tmp_path: Path, holder: subprocess.Popen[str]) -> None:
        with pytest.raises(ReleaseLocked, match=rf"process {holder.pid} \(build, since"), releases.writing(tmp_path):
            pytest.fail("two processes may write")

    def test_a_killed_holder_frees_the_lock_and_its_leftovers_go(
        self, tmp_path: Path, holder: subprocess.Popen[str]
    ) -> None:
        (left_over,) = tmp_path.glob("building-*")
        assert (left_over / "half").is_file()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert left_over.is_dir()
        assert releases.live_id(tmp_path) is None
        assert releases.list_releases(tmp_path) == []
        with releases.writing(tmp_path) as building:
            assert list(building.iterdir()) == []
            assert list(tmp_path.glob("building-*")) == [building]

    def test_the_directory_is_gone_afterwards_whatever_happened(self, tmp_path: Path) -> None:
        with pytest.raises(RuntimeError), releases.writing(tmp_path) as building:
            (building / "half").touch()
            raise RuntimeError
        assert not building.exists()
        with releases.writing(tmp_path) as building:
            building.rename(tmp_path / "releases" / "1")
        assert (tmp_path / "releases" / "1").is_dir()


def test_verify_tells_a_release_that_does_not_find_its_own_passages(tmp_path: Path) -> None:
    build_index(tmp_path, PASSAGES, load_embedder(""))
    releases.write_release(tmp_path, release("1"))
    with pytest.raises(ReleaseUnusable, match="nothing found for 'xyzzy'") as error:
        soundness.verify(tmp_path, ["งบประมาณ", "xyzzy"])
    assert "รุ่นเดิมยังให้บริการตามปกติ" in str(error.value)


def test_every_file_is_on_the_disk_before_it_is_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut a pointer must not lead to files that only were in memory."""
    written: set[int] = set()
    monkeypatch.setattr(os, "fsync", lambda handle: written.add(os.fstat(handle).st_ino))
    for name in ("passages.jsonl", "words/data.npy"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    sealed = soundness.seal(tmp_path)
    assert set(sealed) == {"passages.jsonl", "words/data.npy"}
    assert written == {(tmp_path / name).stat().st_ino for name in sealed}


FORKING = """
import os, sys, time
from pathlib import Path
from corpus import releases
read, write = os.pipe()
with releases.locked(Path(sys.argv[1]), "build"):
    child = os.fork()
    if not child:
        releases.let_go()
        os.write(write, b"x")
        time.sleep(60)
        os._exit(0)
    os.read(read, 1)
try:
    with releases.locked(Path(sys.argv[1]), "publish"):
        print("free")
finally:
    os.kill(child, 9)
"""


def test_a_forked_child_does_not_hold_the_lock_longer_than_its_parent(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "free\n", done.stderr
