"""Every kind of office, web and text file that the benchmark makes is read back whole."""

import shutil
from pathlib import Path

import pytest

from ingest.benchmark.draft import draft
from ingest.benchmark.office import KINDS, measure, writable_in_cp874

MADE = writable_in_cp874(draft(("strategies-2566-2570.md", "egdi.md")))


@pytest.mark.parametrize("kind", KINDS)
def test_letters_headings_markers_and_rows(kind: str, tmp_path: Path) -> None:
    if kind.startswith("DOC ") and shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    found = measure(MADE, kind, tmp_path)
    assert (found.cer, found.table_cer) == (0, 0)
    assert (found.headings, found.levels, found.markers, found.rows) == (1, 1, 1, 1)
    assert (found.false_headings, found.leftovers) == (0, 0)
