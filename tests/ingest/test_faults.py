"""What may befall releases: a full disk, garbage in any file, another model or program, a broken way back."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.library import Shelf
from corpus import releases, soundness
from corpus.releases import ReleaseNotFound, ReleaseUnusable
from ingest.build import BuildReport, build
from ingest.publishing import publish_release, roll_back
from tests.ingest.small_corpus import PLAN
from tests.ingest.test_main import ingest
from tests.ingest.test_publishing import candidate

SMALL_DISK = 24_000_000  # bytes


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares the process that opens and searches each release: other tests are of that."""
    monkeypatch.setattr(soundness, "verify", lambda *_: None)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    how = ["-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    if subprocess.run([mount, *how], capture_output=True, check=False).returncode != 0:
        pytest.skip("file systems cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class TestFullDisk:
    def test_is_told_before_anything_is_written(
        self, small_disk: Path, corpus_dir: Path, data_dir: Path, first: BuildReport
    ) -> None:
        shutil.copytree(data_dir, small_disk / "data")
        before = free(small_disk)
        (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", "7,000"), encoding="utf-8")
        told = ingest("build", "--publish", "--corpus-dir", corpus_dir, "--data-dir", str(small_disk / "data"))
        assert (told.code, told.out) == (1, "")
        assert "พื้นที่ดิสก์ของ DATA_DIR เต็ม" in told.err
        assert "Traceback" not in told.err
        assert releases.live_id(small_disk / "data") == first.release.id
        assert free(small_disk) >= before - 100_000

    @pytest.mark.usefixtures("unchecked")
    def test_wherever_it_fills_up_the_live_release_is_served_and_nothing_is_left(
        self,
        small_disk: Path,
        corpus_dir: Path,
        data_dir: Path,
        first: BuildReport,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Room for ever more of a build; without the look beforehand, since the disk may fill up in the middle."""
        monkeypatch.setattr(releases, "check_space", lambda _: None)
        shutil.copytree(data_dir, small_disk / "data")
        (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", "7,000"), encoding="utf-8")
        failed = 0
        for room in (4_000, 40_000, 150_000, 400_000, 600_000, 800_000):
            (small_disk / "filler").write_bytes(bytes(max(free(small_disk) - room, 0)))
            try:
                build(corpus_dir, small_disk / "data", publish=False)
            except OSError as error:
                assert error.errno == errno.ENOSPC, room
                failed += 1
            (small_disk / "filler").unlink()
            assert releases.live_id(small_disk / "data") == first.release.id
            assert list((small_disk / "data").glob("building-*")) == []
            shelf = Shelf(small_disk / "data")
            assert "6,504.69" in "".join(passage.body for passage in shelf.library().index.passages)
        assert failed >= 3
        assert build(corpus_dir, small_disk / "data").release.id == releases.live_id(small_disk / "data")


def test_garbage_at_the_beginning_of_any_file_is_seen_before_it_is_opened(
    corpus_dir: Path, data_dir: Path, first: BuildReport, unchecked: None
) -> None:
    """The bot serves the release before, and no such release is published or gone back to."""
    second = candidate(corpus_dir, data_dir, "7,000")
    publish_release(data_dir)
    directory = data_dir / "releases" / second
    files = [path for path in sorted(directory.rglob("*")) if path.is_file() and path.stat().st_size]
    assert {"data_level0.bin", "header.bin", "chroma.sqlite3", "vectors.npy", "release.json"} <= {f.name for f in files}
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(b"\x00\xffgarbage"[: len(whole)] + whole[9:])
        assert Shelf(data_dir).library().release.id == first.release.id, path.name
        with pytest.raises(ReleaseUnusable, match="python -m ingest build --force --publish"):
            soundness.check(directory, releases.read_release(directory))
        path.write_bytes(whole)
    assert Shelf(data_dir).library().release.id == second


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "other",
    [
        {"format": releases.FORMAT + 1},
        {"embedding_model": "intfloat/e5"},
        {"embedder": "thamphaen-static-512/older"},
        {"versions": {"chromadb": "9.0"}},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_release_of_another_model_or_program_is_not_served_and_the_one_before_is(
    corpus_dir: Path, data_dir: Path, first: BuildReport, other: dict[str, object]
) -> None:
    second = candidate(corpus_dir, data_dir, "7,000")
    publish_release(data_dir)
    directory = data_dir / "releases" / second
    releases.write_release(directory, replace(releases.read_release(directory), **other))  # type: ignore[arg-type]
    assert Shelf(data_dir).library().release.id == first.release.id
    shutil.rmtree(data_dir / "releases" / first.release.id)
    with pytest.raises(ReleaseUnusable, match="python -m ingest build"):
        Shelf(data_dir)


class TestWayBack:
    def test_leads_past_a_release_that_is_gone_or_cannot_be_read(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport, unchecked: None
    ) -> None:
        made = []
        for budget in ("7,000", "8,000", "9,000"):
            made.append(candidate(corpus_dir, data_dir, budget))
            publish_release(data_dir)
        assert releases.read_pointer(data_dir).earlier == (made[1], made[0], first.release.id)
        shutil.rmtree(data_dir / "releases" / made[1])
        (data_dir / "releases" / made[0] / "release.json").write_text("{}", encoding="utf-8")
        if not (data_dir / "releases" / first.release.id).is_dir():  # a build keeps three
            with pytest.raises(ReleaseNotFound, match="no earlier release"):
                roll_back(data_dir)
            assert releases.live_id(data_dir) == made[2]
        else:
            assert roll_back(data_dir)[1].id == first.release.id

    def test_is_not_taken_to_a_damaged_release(self, corpus_dir: Path, data_dir: Path, first: BuildReport) -> None:
        second = candidate(corpus_dir, data_dir, "7,000")
        releases.publish(data_dir, second)
        (data_dir / "releases" / first.release.id / "vectors.npy").write_bytes(b"\x93NUMPY")
        with pytest.raises(ReleaseUnusable, match=r"vectors\.npy has 6 bytes"):
            roll_back(data_dir)
        assert releases.live_id(data_dir) == second


@pytest.mark.usefixtures("unchecked")
def test_a_candidate_built_after_the_clock_was_put_back_is_still_the_candidate(
    corpus_dir: Path, data_dir: Path, first: BuildReport
) -> None:
    """As if the live release was built by a clock far ahead of today's."""
    ahead = f"20990101T000000Z-{first.release.fingerprint[:8]}"
    directory = data_dir / "releases" / first.release.id
    releases.write_release(directory, replace(first.release, id=ahead))
    directory.rename(directory.with_name(ahead))
    releases.publish(data_dir, ahead)
    waiting = candidate(corpus_dir, data_dir, "7,000")
    assert waiting > ahead
    assert publish_release(data_dir).id == waiting == releases.live_id(data_dir)
    assert roll_back(data_dir)[1].id == ahead
