"""The database under test: SQLite always, PostgreSQL too where the machine has a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.state.database import Database, open_database
from tests.bot.state.databases import find_initdb, new_database, postgresql_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    if find_initdb() is None:
        pytest.skip("no PostgreSQL server on this machine (Debian: postgresql)")
    with postgresql_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: str) -> Iterator[str]:
    with new_database(postgresql) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")


@pytest.fixture
def database(url: str, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(url, tmp_path)
    yield opened
    opened.close()
