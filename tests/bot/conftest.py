"""Answerers over real releases: of the project's corpus, and of the same corpus with a few documents more."""

import shutil
from pathlib import Path

import pytest

from bot.answerer import Answerer
from bot.library import Library, Shelf
from ingest.build import BuildReport, build
from tests.bot.more_documents import add_documents
from tests.conftest import ROOT

REAL_CORPUS = ROOT / "corpus" / "documents"
TWO_DRAFTS = Path(__file__).parent / "two_drafts"


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    """The data folder with a release of the project's own corpus, and the report of its build. Do not change it."""
    data_dir = tmp_path_factory.mktemp("real") / "data"
    return data_dir, build(REAL_CORPUS, data_dir)


@pytest.fixture(scope="session")
def shelf(real_data: tuple[Path, BuildReport]) -> Shelf:
    return Shelf(real_data[0])


@pytest.fixture(scope="session")
def library(shelf: Shelf) -> Library:
    return shelf.library()


@pytest.fixture(scope="session")
def answerer(shelf: Shelf) -> Answerer:
    """Answers without a chat model."""
    return Answerer(shelf)


@pytest.fixture(scope="session")
def more_shelf(tmp_path_factory: pytest.TempPathFactory, real_data: tuple[Path, BuildReport]) -> Shelf:
    """The project's corpus and `tests.bot.more_documents`: papers for a few readers, a long list, a gap."""
    folder = tmp_path_factory.mktemp("more")
    corpus_dir = shutil.copytree(REAL_CORPUS, folder / "documents")
    add_documents(corpus_dir)
    shutil.copytree(real_data[0], folder / "data")  # the vectors of unchanged passages are taken over
    build(corpus_dir, folder / "data")
    return Shelf(folder / "data")


@pytest.fixture(scope="session")
def invented_shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """An invented plan in two public drafts and one for few readers: `tests/bot/two_drafts`."""
    data_dir = tmp_path_factory.mktemp("invented") / "data"
    build(TWO_DRAFTS, data_dir)
    return Shelf(data_dir)


@pytest.fixture(scope="session")
def invented(invented_shelf: Shelf) -> Answerer:
    return Answerer(invented_shelf)
