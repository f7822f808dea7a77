"""A release whose vectors are on a Chroma server: the same answers, the same care, and never an empty index."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.library import Shelf
from corpus import releases
from corpus.embedder import load_embedder
from corpus.index import Index, IndexUnusable, Query, open_index
from corpus.store import StoreUnavailable
from ingest.build import build
from ingest.publishing import publish_release
from tests.chroma_server import chroma_server
from tests.ingest.small_corpus import PLAN
from tests.ingest.test_main import ingest

UNREACHABLE = "http://127.0.0.1:9"  # the port of a service that nobody runs


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(autouse=True)
def _set(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMA_URL", server)


def collections(server: str) -> set[str]:
    path = "/api/v2/tenants/default_tenant/databases/default_database/collections"
    with urllib.request.urlopen(server + path) as reply:
        return {collection["name"].rpartition("-")[0] for collection in json.load(reply)}


def change(corpus_dir: Path, budget: str) -> None:
    (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", budget), encoding="utf-8")


def opened(data_dir: Path) -> Index:
    directory, _ = releases.live_release(data_dir)
    return open_index(directory, load_embedder(""))


def budget(index: Index) -> str:
    return index.search(Query("งบประมาณรวมของแผน"), k=1, system="dense")[0].passage.body


class TestRelease:
    def test_is_a_collection_of_its_own_and_prune_removes_it(
        self, server: str, corpus_dir: Path, data_dir: Path
    ) -> None:
        before, made = collections(server), []
        for amount in ("6,504.69", "7,000", "8,000", "9,000"):
            change(corpus_dir, amount)
            made.append(build(corpus_dir, data_dir).release.id)
            assert amount in budget(opened(data_dir))
        assert not list(data_dir.rglob("chroma"))
        assert collections(server) - before == set(made[1:])  # a build keeps three
        assert releases.prune(data_dir, keep=1) == [made[1]]
        assert collections(server) - before == set(made[2:])

    def test_is_taken_by_a_running_bot(self, server: str, corpus_dir: Path, data_dir: Path) -> None:
        build(corpus_dir, data_dir)
        shelf = Shelf(data_dir, chroma_url=server)
        change(corpus_dir, "7,000")
        second = build(corpus_dir, data_dir).release.id
        assert shelf.library().release.id == second
        assert "7,000" in budget(shelf.library().index)

    def test_is_not_the_release_of_the_same_documents_without_a_server(
        self, corpus_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        on_server = build(corpus_dir, data_dir).release
        monkeypatch.delenv("CHROMA_URL")
        embedded = build(corpus_dir, data_dir)
        assert (embedded.unchanged, embedded.embedded) == (False, 0)
        assert (releases.releases_dir(data_dir) / embedded.release.id / "chroma").is_dir()
        assert releases.live_id(data_dir) == embedded.release.id != on_server.id


class TestServerAway:
    def test_a_build_says_so_at_once_and_leaves_what_is_live(
        self, corpus_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        live = build(corpus_dir, data_dir).release.id
        monkeypatch.setenv("CHROMA_URL", UNREACHABLE)
        change(corpus_dir, "7,000")
        told = ingest("build", "--corpus-dir", corpus_dir, "--data-dir", str(data_dir))
        assert (told.code, told.out) == (1, "")
        assert "ใช้ Chroma server ไม่ได้" in told.err
        assert "CHROMA_URL" in told.err
        assert releases.live_id(data_dir) == live
        assert list(data_dir.glob("building-*")) == []

    def test_a_bot_that_starts_is_told_and_serves_nothing_empty(
        self, corpus_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build(corpus_dir, data_dir)
        for address, says in ((UNREACHABLE, "refused"), ("", "must be http://host:port")):
            with pytest.raises(StoreUnavailable, match=says):
                Shelf(data_dir, chroma_url=address)

    def test_a_running_bot_keeps_its_release_and_takes_the_new_one_when_the_server_is_back(
        self, corpus_dir: Path, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with chroma_server(tmp_path / "own") as address:
            monkeypatch.setenv("CHROMA_URL", address)
            first = build(corpus_dir, data_dir).release.id
            shelf = Shelf(data_dir, chroma_url=address)
            change(corpus_dir, "7,000")
            second = build(corpus_dir, data_dir, publish=False).release.id
            publish_release(data_dir)
        assert shelf.library().release.id == first
        assert "6,504.69" in budget(shelf.library().index)  # from the array: nothing is lost while the server is away
        with chroma_server(tmp_path / "own", int(address.rpartition(":")[2])):
            assert shelf.library().release.id == second
            assert "7,000" in budget(shelf.library().index)

    def test_prune_keeps_what_it_cannot_remove_whole(
        self, server: str, corpus_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = []
        for amount in ("6,504.69", "7,000", "8,000"):
            change(corpus_dir, amount)
            made.append(build(corpus_dir, data_dir).release.id)
        monkeypatch.setenv("CHROMA_URL", UNREACHABLE)
        assert releases.prune(data_dir, keep=1) == []
        monkeypatch.setenv("CHROMA_URL", server)
        assert made[0] in collections(server)
        assert releases.prune(data_dir, keep=1) == [made[0]]
        assert made[0] not in collections(server)


def test_a_collection_that_is_gone_is_told_and_not_served_empty(server: str, corpus_dir: Path, data_dir: Path) -> None:
    live = build(corpus_dir, data_dir).release.id
    running = opened(data_dir)
    name = (releases.releases_dir(data_dir) / live / "collection.txt").read_text(encoding="utf-8")
    path = f"/api/v2/tenants/default_tenant/databases/default_database/collections/{name}"
    urllib.request.urlopen(urllib.request.Request(server + path, method="DELETE"))
    with pytest.raises(IndexUnusable, match="python -m ingest build --force --publish"):
        opened(data_dir)
    assert "6,504.69" in budget(running)


def test_what_a_killed_build_left_on_the_server_is_removed_by_the_next(
    server: str, corpus_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = collections(server)
    build(corpus_dir, data_dir)
    directory, release = releases.live_release(data_dir)
    directory.rename(data_dir / "building-1")  # as a killed build leaves it
    (data_dir / "CURRENT").unlink()
    change(corpus_dir, "7,000")
    assert release.id in collections(server)
    second = build(corpus_dir, data_dir).release.id
    assert collections(server) - before == {second}
