"""The shape of the house, read from the code: imports point one way, libraries have one door, heavy ones come late."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from corpus import releases
from tests.corpus.test_releases import put

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "corpus": set[str](),
    "ingest": {"corpus"},
    "bot": {"corpus"},
    "evals": {"corpus", "ingest", "bot"},
}
# A module, by the name it is imported by → the only files, or folders, that may.
DOORS = {
    "pythainlp": ("corpus/thai.py", "corpus/growing_trie.py"),
    "docx": ("ingest/readers/docx.py", "ingest/benchmark/"),
    "pptx": ("ingest/readers/pptx.py", "ingest/benchmark/"),
    "lxml": ("ingest/readers/docx.py", "ingest/readers/pptx.py", "ingest/readers/html.py"),
    "chromadb": ("corpus/store.py",),
    "msgspec": ("corpus/index.py", "ingest/apart.py", "ingest/kept.py"),
    "threadpoolctl": ("corpus/vectors.py",),
    "pypdfium2": ("corpus/pages.py", "ingest/benchmark/"),
    "pdfminer": ("ingest/readers/pdf/",),
    "PIL": ("corpus/pages.py", "ingest/readers/pdf/ocr.py"),
    "sentence_transformers": ("corpus/transformer.py", "corpus/reranker.py", "corpus/training/"),
    "huggingface_hub": ("corpus/hub.py",),
    "langchain.embeddings": ("corpus/remote.py",),
    "langchain_core.embeddings": ("corpus/remote.py", "evals/langchain_baseline.py"),
    "langchain_classic": ("evals/langchain_baseline.py",),
    "langchain_community": ("evals/langchain_baseline.py",),
    "langchain_chroma": ("evals/langchain_baseline.py",),
    "langchain_text_splitters": ("evals/langchain_baseline.py",),
    "langchain.chat_models": ("bot/chat_model.py",),
    "torch": ("corpus/training/",),
    "onnxruntime": ("corpus/onnx_session.py",),
    "tokenizers": ("corpus/sentence_encoder.py", "corpus/training/"),
    "onnx": ("corpus/training/",),
    "telegram": ("bot/telegram/",),
    "sqlalchemy": ("bot/state/",),
    "alembic": ("bot/state/",),
    "psycopg": ("bot/state/",),
    "langchain": ("bot/chat_model.py", "corpus/remote.py"),
    "langchain_openai": ("bot/chat_model.py",),
    "langchain_anthropic": ("bot/chat_model.py",),
    "langchain_google_genai": ("bot/chat_model.py",),
    "langchain_core.language_models": ("bot/chat_model.py",),
    "langchain_core.messages": ("bot/chat_model.py",),
    "openai": ("bot/chat_model.py",),
    "anthropic": ("bot/chat_model.py",),
}
HEAVY = {
    "pypdfium2", "PIL", "pdfminer",
    "chromadb", "torch", "sentence_transformers", "transformers", "telegram", "openai", "anthropic", "sqlalchemy",
    "alembic", "langchain", "langchain_core", "langchain_openai", "langchain_anthropic", "langchain_google_genai",
}  # fmt: skip


def imported(code: str) -> Iterator[str]:
    """The absolute names of all that code imports, wherever in it: `a.b` for `import a.b` and for `from a import b`."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imports_of(file: Path) -> tuple[str, ...]:
    return tuple(imported(file.read_text(encoding="utf-8")))


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def test_imports_are_seen_wherever_they_stand() -> None:
    code = "import a.b\nfrom c import d, e\nfrom . import f\ndef late():\n    import g as h\n    from i.j import k\n"
    assert list(imported(code)) == ["a.b", "c.d", "c.e", "g", "i.j.k"]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    assert files(package)
    forbidden = ({*MAY_IMPORT, "tests"} - {package}) - MAY_IMPORT[package]
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files(package)
        for name in imports_of(file)
        if name.partition(".")[0] in forbidden
    ]
    assert wrong == []


@pytest.mark.parametrize(("library", "doors"), DOORS.items())
def test_a_library_has_one_door(library: str, doors: tuple[str, ...]) -> None:
    wrong = [
        f"{path} imports {name}"
        for package in MAY_IMPORT
        for file in files(package)
        if not (path := file.relative_to(ROOT).as_posix()).startswith(doors)
        for name in imports_of(file)
        if within(name, library)
    ]
    assert wrong == []


def test_no_package_of_ours_but_these() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == {*MAY_IMPORT, "tests"}


RUN = """
import runpy, sys
from pathlib import Path
seen, module, *arguments = sys.argv[1:]
sys.argv = [module, *arguments]
try:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
except SystemExit as ended:
    assert not ended.code, ended.code
finally:
    Path(seen).write_text("\\n".join(sys.modules))
"""


@pytest.mark.parametrize(
    "command",
    [["bot", "--help"], ["bot", "ask", "--help"], ["ingest", "status"], ["ingest", "list"], ["evals", "--help"]],
    ids=" ".join,
)
def test_heavy_libraries_come_only_when_needed(command: list[str], tmp_path: Path) -> None:
    put(tmp_path, "20260101T000000Z-abc")
    releases.publish(tmp_path, "20260101T000000Z-abc")
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / "seen"), *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PATH": "", "DATA_DIR": str(tmp_path), "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    modules = {name.partition(".")[0] for name in (tmp_path / "seen").read_text().splitlines()}
    assert command[0] in modules
    assert modules & HEAVY == set()
