"""Fixtures of the ingest tests: a small corpus of one's own, and the project's corpus, built once."""

import shutil
from pathlib import Path

import pytest

from ingest.build import BuildReport, build
from tests.ingest.small_corpus import write_corpus

REAL_CORPUS = Path(__file__).parents[2] / "corpus" / "documents"


@pytest.fixture
def corpus_dir(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "documents")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    folder = tmp_path_factory.mktemp("small")
    return folder / "data", build(write_corpus(folder / "documents"), folder / "data")


@pytest.fixture
def first(data_dir: Path, small_data: tuple[Path, BuildReport]) -> BuildReport:
    """What the build of `corpus_dir` into `data_dir` said; a copy of a build done once."""
    shutil.copytree(small_data[0], data_dir)
    return small_data[1]


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    """The data folder with a release of the project's own corpus, and the report of its build. Do not change it."""
    data_dir = tmp_path_factory.mktemp("real") / "data"
    return data_dir, build(REAL_CORPUS, data_dir)
