"""The one command that downloads a model, against a hub on this machine."""

import os
import subprocess
import sys
from pathlib import Path

from tests.scripted_model_servers import hub_with

ROOT = Path(__file__).parents[2]


def run(*arguments: str, hub: str, home: Path, code: str = "") -> subprocess.CompletedProcess[str]:
    program = ["-c", code] if code else ["-m", "ingest", *arguments]
    return subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PATH": os.environ["PATH"], "HF_ENDPOINT": hub, "HF_HOME": str(home), "PYTHONUTF8": "1"},
    )


def test_a_model_is_fetched_once_and_found_offline_from_then_on(tiny_model: Path, tmp_path: Path) -> None:
    with hub_with("someone/tiny", tiny_model) as hub:
        done = run("download-model", "someone/tiny", hub=hub, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "EMBEDDING_MODEL=someone/tiny" in done.stdout
    code = "from corpus.embedder import load_embedder; print(load_embedder('someone/tiny').identity)"
    found = run(hub=hub, home=tmp_path, code=code)  # the hub is gone
    assert found.stdout.startswith("someone/tiny/"), found.stderr


def test_a_model_that_the_hub_has_not_is_said_in_one_sentence(tiny_model: Path, tmp_path: Path) -> None:
    with hub_with("someone/tiny", tiny_model) as hub:
        done = run("download-model", "someone/else", hub=hub, home=tmp_path)
    assert done.returncode == 1
    assert "ดาวน์โหลดโมเดล someone/else ไม่สำเร็จ" in done.stderr
    assert "Traceback" not in done.stderr
