"""The live release, open: a new one is taken at the next question, and a broken one never replaces what works."""

import logging
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Trouble
from bot.answerer import Answerer
from bot.library import Library, Shelf
from corpus import releases, soundness, thai
from corpus.document import Audience
from corpus.embedder import StaticEmbedder
from corpus.glossary import read_glossary
from corpus.releases import Release, ReleaseNotFound, ReleaseUnusable
from ingest.build import build
from tests.bot.more_documents import SECRET_WORD
from tests.ingest.small_corpus import PLAN, write_corpus


@pytest.fixture(autouse=True)
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares the process that opens and searches each new release: other tests are of that."""
    monkeypatch.setattr(soundness, "verify", lambda *_: None)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soundness, "verify", lambda *_: None)
        build(write_corpus(folder / "documents"), folder / "data")
    return folder


@pytest.fixture
def folder(tmp_path: Path, built: Path) -> Path:
    """A corpus in `documents` and its release in `data`, to be changed."""
    return Path(shutil.copytree(built, tmp_path / "small"))


def publish_with(folder: Path, budget: str) -> str:
    """Build and publish a release whose plan has another budget; its id."""
    text = PLAN.replace("6,504.69", budget)
    (folder / "documents" / "plan.md").write_text(text, encoding="utf-8")
    return build(folder / "documents", folder / "data").release.id


def published_broken(folder: Path, budget: str) -> str:
    """A release that was published and then damaged; its id."""
    release_id = publish_with(folder, budget)
    (folder / "data" / "releases" / release_id / "passages.jsonl").write_text("{", encoding="utf-8")
    return release_id


def text_of(library: Library) -> str:
    return "\n".join(passage.body for passage in library.index.passages)


class TestNewRelease:
    def test_is_taken_at_the_next_question(self, folder: Path) -> None:
        shelf = Shelf(folder / "data")
        answerer = Answerer(shelf)
        before = shelf.library()
        assert answerer.answer("งบประมาณรวมของแผนเท่าไร").release == before.release.id
        release_id = publish_with(folder, "7,777.77")
        answer = answerer.answer("งบประมาณรวมของแผนเท่าไร")
        assert answer.release == release_id != before.release.id
        assert "7,777.77" in text_of(shelf.library())

    def test_a_question_in_flight_keeps_the_one_it_began_with(self, folder: Path) -> None:
        shelf = Shelf(folder / "data")
        before = shelf.library()
        publish_with(folder, "7,777.77")
        shelf.library()
        assert "6,504.69" in text_of(before)
        assert before.index.section(before.index.passages[0])

    def test_without_a_change_nothing_is_opened_again(self, folder: Path) -> None:
        shelf = Shelf(folder / "data")
        assert shelf.library() is shelf.library()

    def test_is_opened_once_by_threads_that_ask_at_the_same_time(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf = Shelf(folder / "data")
        release_id = publish_with(folder, "7,777.77")
        opened = []

        def open_once_more(directory: Path, release: Release) -> Library:
            opened.append(1)
            return Shelf._open(shelf, directory, release)

        monkeypatch.setattr(shelf, "_open", open_once_more)
        found: list[str] = []
        threads = [threading.Thread(target=lambda: found.append(shelf.library().release.id)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [release_id] * 8
        assert len(opened) == 1

    def test_brings_its_own_glossary(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        shelf = Shelf(folder / "data")
        old = shelf.library().glossary
        release_id = publish_with(folder, "7,777.77")
        directory = folder / "data" / "releases" / release_id
        releases.write_release(directory, replace(releases.read_release(directory), glossary_digest="another"))
        assert shelf.library().glossary is not old
        assert shelf.library().glossary == read_glossary()


class TestBrokenRelease:
    def test_leaves_the_old_one_in_use_and_is_told_once(self, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
        shelf = Shelf(folder / "data")
        before = shelf.library()
        broken = published_broken(folder, "7,777.77")
        with caplog.at_level(logging.ERROR, "bot.library"):
            assert shelf.library() is before
            assert Answerer(shelf).answer("งบประมาณรวมของแผนเท่าไร").release == before.release.id
        assert Answerer(shelf).troubles() == {Trouble.RELEASE_REFUSED}
        assert [record.levelname for record in caplog.records if record.name == "bot.library"] == ["ERROR"]
        assert broken in caplog.text

    def test_a_sound_one_after_it_is_taken(self, folder: Path) -> None:
        shelf = Shelf(folder / "data")
        published_broken(folder, "7,777.77")
        shelf.library()
        release_id = publish_with(folder, "8,888.88")
        assert shelf.library().release.id == release_id
        assert not Answerer(shelf).troubles()

    def test_going_back_to_the_old_one_works(self, folder: Path) -> None:
        shelf = Shelf(folder / "data")
        before = shelf.library()
        published_broken(folder, "7,777.77")
        shelf.library()
        releases.publish(folder / "data", before.release.id)
        assert shelf.library() is before

    @pytest.mark.parametrize("pointer", ["", "gone", "\udcff"])
    def test_a_pointer_that_leads_nowhere_leaves_the_old_one(self, pointer: str, folder: Path) -> None:
        shelf = Shelf(folder / "data")
        before = shelf.library()
        (folder / "data" / "CURRENT").write_bytes(pointer.encode(errors="surrogateescape"))
        assert shelf.library() is before

    def test_so_does_one_that_was_removed(self, folder: Path) -> None:
        shelf = Shelf(folder / "data")
        before = shelf.library()
        (folder / "data" / "CURRENT").unlink()
        assert shelf.library() is before


class TestNothingToServe:
    def test_no_index_names_the_command(self, tmp_path: Path) -> None:
        with pytest.raises(ReleaseNotFound, match="python -m ingest build"):
            Shelf(tmp_path)

    def test_a_damaged_one_names_the_command(self, folder: Path) -> None:
        release_id = releases.live_id(folder / "data")
        (folder / "data" / "releases" / str(release_id) / "release.json").write_text("{}", encoding="utf-8")
        with pytest.raises(ReleaseUnusable, match="python -m ingest build --force"):
            Shelf(folder / "data")

    def test_another_embedding_model_than_the_settings_name(self, folder: Path) -> None:
        with pytest.raises(ReleaseUnusable, match=r"intfloat/e5.*python -m ingest build"):
            Shelf(folder / "data", "intfloat/e5")

    def test_another_revision_of_the_model(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.library.load_embedder", lambda *_: replace(StaticEmbedder.load(), identity="other/9"))
        with pytest.raises(ReleaseUnusable, match="other/9"):
            Shelf(folder / "data")


class TestVocabulary:
    def test_is_of_what_the_audience_may_read(self, more_shelf: Shelf) -> None:
        library = more_shelf.library()
        assert library.readable(Audience.INTERNAL) is None
        assert set(library.documents) - set(library.readable(Audience.AGENCY) or ()) == {"internal-note"}
        assert set(library.documents) - set(library.readable(Audience.PUBLIC) or ()) == {"internal-note", "agency-note"}
        words = library.vocabularies
        assert all(word in words[Audience.INTERNAL] for word in thai.words(SECRET_WORD))
        assert not any(word in words[Audience.AGENCY] for word in thai.words(SECRET_WORD))
        assert "ปะการัง" in words[Audience.AGENCY]
        assert "ปะการัง" not in words[Audience.PUBLIC]
        assert "ท่าเรือ" in words[Audience.PUBLIC]
