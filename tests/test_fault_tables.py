"""The tables of faults in tests/README.md name tests that are there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

TESTS = ROOT / "tests"
NAMED = re.compile(r"`([\w/]+\.py)`(?::([^;|]*))?")


def named_tests() -> Iterator[tuple[str, str]]:
    """Each file of the tables with one name of a test in it, or with "" for all of the file."""
    for row in (TESTS / "README.md").read_text(encoding="utf-8").splitlines():
        folder = Path()
        for file, names in NAMED.findall(row.split("|")[2] if row.startswith("| ") else ""):
            path = Path(file) if (TESTS / file).exists() else folder / file
            folder = path.parent
            for name in names.split(",") or [""]:
                yield str(path), name.strip().rstrip("…")


@pytest.mark.parametrize("file", sorted({file for file, _ in named_tests()}))
def test_every_named_test_is_there(file: str) -> None:
    source = (TESTS / file).read_text(encoding="utf-8")
    tests = re.findall(r"(?:def test_|class )(\w+)", source)
    missing = [name for of, name in named_tests() if of == file and not any(name in test for test in tests)]
    assert not missing


def test_there_are_tables() -> None:
    assert len(list(named_tests())) > 100
