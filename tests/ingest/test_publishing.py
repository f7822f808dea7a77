"""A candidate waits until it is published; what is published can be taken back; nothing unsound is ever made live."""

import json
import shutil
from pathlib import Path

import pytest

from bot.library import Shelf
from corpus import releases, soundness
from corpus.releases import ReleaseNotFound, ReleaseUnusable
from ingest.build import BuildReport, build
from ingest.publishing import GateNotPassed, named, publish_release, roll_back
from tests.ingest.small_corpus import PLAN
from tests.ingest.test_main import ingest


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares the process that opens and searches each release: other tests are of that."""
    monkeypatch.setattr(soundness, "verify", lambda *_: None)


def candidate(corpus_dir: Path, data_dir: Path, budget: str) -> str:
    """A candidate whose plan has another budget; its id."""
    (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", budget), encoding="utf-8")
    return build(corpus_dir, data_dir, publish=False).release.id


def release_file(data_dir: Path, release_id: str, name: str) -> Path:
    (found,) = (data_dir / "releases" / release_id).rglob(name)
    return found


@pytest.mark.usefixtures("unchecked")
class TestCandidate:
    def test_waits_beside_the_live_release(self, corpus_dir: Path, data_dir: Path, first: BuildReport) -> None:
        waiting = candidate(corpus_dir, data_dir, "7,000")
        assert releases.live_id(data_dir) == first.release.id
        assert named(data_dir).id == named(data_dir, "candidate").id == waiting
        again = build(corpus_dir, data_dir, publish=False)
        assert (again.unchanged, again.live, again.release.id) == (True, False, waiting)
        published = build(corpus_dir, data_dir)
        assert (published.unchanged, published.live, published.release.id) == (True, True, waiting)
        assert releases.live_id(data_dir) == waiting
        assert releases.candidate(data_dir) is None

    def test_the_newest_one_counts(self, corpus_dir: Path, data_dir: Path, first: BuildReport) -> None:
        candidate(corpus_dir, data_dir, "7,000")
        newest = candidate(corpus_dir, data_dir, "8,000")
        assert named(data_dir).id == max(newest, named(data_dir).id)

    def test_of_a_first_build_is_named_where_nothing_is_live(self, corpus_dir: Path, data_dir: Path) -> None:
        waiting = candidate(corpus_dir, data_dir, "7,000")
        with pytest.raises(ReleaseNotFound, match=f"{waiting} waits.*python -m ingest publish"):
            Shelf(data_dir)

    def test_says_what_it_holds(self, data_dir: Path, first: BuildReport) -> None:
        release = releases.live_release(data_dir)[1]
        assert release.document_passages == {"plan": 2, "meeting": 2}
        assert release.health == {"plan": {"sound": 1}, "meeting": {"sound": 1}}
        assert set(release.versions) == {"chromadb", "bm25s", "pythainlp"}
        assert {"passages.jsonl", "vectors.npy", "drafts.jsonl"} < set(release.files)


@pytest.mark.usefixtures("unchecked")
class TestRollback:
    def test_goes_back_and_what_was_taken_back_does_not_come_by_itself(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport
    ) -> None:
        second = candidate(corpus_dir, data_dir, "7,000")
        publish_release(data_dir)
        assert [release if isinstance(release, str) else release.id for release in roll_back(data_dir)] == [
            second, first.release.id,
        ]  # fmt: skip
        assert releases.live_id(data_dir) == first.release.id
        assert releases.candidate(data_dir) is None
        assert not build(corpus_dir, data_dir).live  # as `make run` would
        assert releases.live_id(data_dir) == first.release.id
        publish_release(data_dir, second)
        assert releases.live_id(data_dir) == second

    def test_twice_goes_back_two(self, corpus_dir: Path, data_dir: Path, first: BuildReport) -> None:
        for budget in ("7,000", "8,000"):
            publish_release(data_dir, candidate(corpus_dir, data_dir, budget))
        roll_back(data_dir)
        assert roll_back(data_dir)[1].id == first.release.id
        with pytest.raises(ReleaseNotFound, match="no earlier release"):
            roll_back(data_dir)
        assert releases.live_id(data_dir) == first.release.id

    def test_prune_keeps_the_way_back_and_what_a_bot_has_open(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport
    ) -> None:
        shelf = Shelf(data_dir)
        in_use = shelf.library()
        second, third = (candidate(corpus_dir, data_dir, budget) for budget in ("7,000", "8,000"))
        publish_release(data_dir, second)
        publish_release(data_dir, third)
        assert releases.prune(data_dir, keep=1) == []
        assert in_use.index.passages
        del in_use
        shelf.library()
        assert releases.prune(data_dir, keep=1) == [first.release.id]
        assert releases.rollback_target(data_dir).id == second


class TestUnsound:
    @pytest.mark.parametrize(
        ("name", "damage", "says"),
        [
            ("vectors.npy", lambda path: path.unlink(), "vectors.npy is missing"),
            ("passages.jsonl", lambda path: path.write_bytes(path.read_bytes()[:-9]), "jsonl has .* bytes, expected"),
            ("passages.jsonl", lambda path: path.write_bytes(path.read_bytes().replace(b"4", b"5")), "was altered"),
            ("chroma.sqlite3", lambda path: path.write_bytes(b"garbage" * 99_999), "chroma.sqlite3 is no database"),
            ("chroma.sqlite3", lambda path: path.write_bytes(path.read_bytes()[:50_000]), "has 50000 bytes, expected"),
            ("chroma.sqlite3", lambda path: path.unlink(), "chroma.sqlite3"),
        ],
        ids=["missing", "truncated", "altered", "garbage", "database truncated", "no database"],
    )  # fmt: skip
    def test_is_not_served_and_the_one_before_is(
        self,
        corpus_dir: Path,
        data_dir: Path,
        first: BuildReport,
        unchecked: None,
        name: str,
        damage: object,
        says: str,
    ) -> None:
        second = candidate(corpus_dir, data_dir, "7,000")
        publish_release(data_dir)
        assert callable(damage)
        damage(release_file(data_dir, second, name))
        assert Shelf(data_dir).library().release.id == first.release.id
        shutil.rmtree(data_dir / "releases" / first.release.id)
        with pytest.raises((ReleaseUnusable, Exception), match=says) as error:
            Shelf(data_dir)
        assert "python -m ingest build --force --publish" in str(error.value)

    def test_is_not_published(self, corpus_dir: Path, data_dir: Path, first: BuildReport) -> None:
        second = candidate(corpus_dir, data_dir, "7,000")
        release_file(data_dir, second, "vectors.npy").unlink()
        with pytest.raises(ReleaseUnusable, match=r"vectors\.npy is missing"):
            publish_release(data_dir)
        assert releases.live_id(data_dir) == first.release.id

    def test_a_store_that_lost_a_vector_is_not_published(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport
    ) -> None:
        second = candidate(corpus_dir, data_dir, "7,000")
        lose_a_vector(data_dir / "releases" / second / "chroma")
        with pytest.raises(ReleaseUnusable, match=r"sound vectors|differ in number"):
            publish_release(data_dir)
        assert releases.live_id(data_dir) == first.release.id

    def test_one_of_another_version_is_told_before_it_is_opened(
        self, data_dir: Path, first: BuildReport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(soundness, "version", lambda name: "9.9.9")
        with pytest.raises(ReleaseUnusable, match=r"built with chromadb 1\.5, installed is 9\.9"):
            Shelf(data_dir)


def lose_a_vector(store: Path) -> None:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(store), settings=Settings(anonymized_telemetry=False))
    collection = client.get_collection("passages", embedding_function=None)
    (lost,) = collection.get(limit=1)["ids"]
    collection.delete(ids=[lost])
    client.close()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("unchecked")
class TestGate:
    def run(self, folder: Path, release_id: str, verdict: str) -> Path:
        folder.mkdir()
        said = {"release": release_id, "verdict": verdict, "sentence": "ไม่ผ่านเกณฑ์ 1 รายการ"}
        (folder / "verdict.json").write_text(json.dumps(said), encoding="utf-8")
        return folder

    def test_a_run_that_passed_lets_it_through(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport, tmp_path: Path
    ) -> None:
        waiting = candidate(corpus_dir, data_dir, "7,000")
        publish_release(data_dir, require=self.run(tmp_path / "run", waiting, "pass"))
        assert releases.live_id(data_dir) == waiting

    @pytest.mark.parametrize("verdict", ["fail", "incomplete"])
    def test_one_that_did_not_pass_does_not(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport, tmp_path: Path, verdict: str
    ) -> None:
        waiting = candidate(corpus_dir, data_dir, "7,000")
        with pytest.raises(GateNotPassed, match="ไม่ผ่านเกณฑ์ 1 รายการ"):
            publish_release(data_dir, require=self.run(tmp_path / "run", waiting, verdict))
        assert releases.live_id(data_dir) == first.release.id

    def test_nor_does_one_of_another_release_or_none(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport, tmp_path: Path
    ) -> None:
        waiting = candidate(corpus_dir, data_dir, "7,000")
        with pytest.raises(GateNotPassed, match=f"{first.release.id}.*{waiting}"):
            publish_release(data_dir, require=self.run(tmp_path / "run", first.release.id, "pass"))
        with pytest.raises(GateNotPassed, match=f"--release {waiting}"):
            publish_release(data_dir, require=tmp_path / "no-run")


def test_the_commands_one_after_the_other(corpus_dir: Path, data_dir: Path) -> None:
    """As a maintainer gives them, each in a process of its own."""
    where = ("--data-dir", str(data_dir))
    built = ingest("build", "--corpus-dir", corpus_dir, *where)
    waiting = str(named(data_dir).id)
    assert f"สร้างรุ่น {waiting} แล้ว ยังไม่ให้บริการ" in built.out
    assert "python -m ingest publish" in built.out
    assert "รุ่นที่รอเผยแพร่ / candidate" in ingest("status", *where).out
    assert f"เผยแพร่รุ่น {waiting} แล้ว" in ingest("publish", *where).out
    assert f"* {waiting}" in ingest("list", *where).out
    none = ingest("publish", *where)
    assert (none.code, none.out) == (1, "")
    assert "no candidate waits" in none.err
    back = ingest("rollback", *where)
    assert (back.code, "no earlier release" in back.err) == (1, True)
    unknown = ingest("publish", "../../etc", *where)
    assert (unknown.code, "no such release" in unknown.err) == (1, True)
    assert ingest("prune", *where).out == "ลบ 0 รุ่น / removed: -\n"
