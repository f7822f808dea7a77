"""The maintainer's commands, each in a process of its own: what they print, and how they end when they cannot do it."""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus import releases
from ingest.build import BuildReport
from tests.ingest.conftest import REAL_CORPUS
from tests.ingest.small_corpus import PLAN, entry, write_corpus, write_manifest

ROOT = Path(__file__).parents[2]
DROP_FROM_BOUNDING_SET = 24  # prctl's PR_CAPBSET_DROP
READ_AND_WRITE_ANYTHING = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def ingest(
    *arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT, rights: bool = True
) -> Ended:
    """`python -m ingest …`; with `rights=False` as a user who may not read and write what modes forbid."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **(env or {})},
        preexec_fn=None if rights else _give_up_rights,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ended(done.returncode, done.stdout, done.stderr)


def _give_up_rights() -> None:
    if os.geteuid() == 0:
        for right in READ_AND_WRITE_ANYTHING:
            ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, right, 0, 0, 0)


class TestBuild:
    def test_build_then_status_list_and_build_again(self, tmp_path: Path) -> None:
        """Folders may be named by options, by the environment, or in `.env` as for the bot."""
        corpus_dir = write_corpus(tmp_path / "documents", {"plan": PLAN.replace("แผนทดลอง", "ที่่แผนทดลอง")})
        (tmp_path / ".env").write_text("DATA_DIR=from-env-file\nCORPUS_DIR=elsewhere\nCHAT_API_KEY=secret\n")
        built = ingest("build", "--publish", cwd=tmp_path, env={"CORPUS_DIR": str(corpus_dir)})
        assert built.code == 0, built.err
        release_id = releases.live_id(tmp_path / "from-env-file")
        assert f"เผยแพร่รุ่น {release_id} แล้ว: 1 เอกสาร 2 ข้อความ (ทำดัชนีใหม่ 2, ใช้ของเดิม 0)" in built.out
        assert "plan.md: ซ่อมข้อความ / repaired mark printed twice × 1 (" in built.out
        again = ingest("build", "--publish", cwd=tmp_path, env={"CORPUS_DIR": str(corpus_dir)})
        assert again == Ended(
            0, f"ไม่มีอะไรเปลี่ยน รุ่น {release_id} ให้บริการอยู่ / nothing changed; release {release_id} is live\n", ""
        )
        assert f"* {release_id}  2 passages  1 documents" in ingest("list", cwd=tmp_path).out

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ([entry("plan"), entry("plan")], ["documents[plan]: ใช้ id ซ้ำ / duplicate id"]),
            ([entry("plan", draft="ร่าง 9")], ["ไม่รู้จักร่าง 'ร่าง 9' / expected one of ['ร่าง 1', 'ฉบับ 2']"]),
            ([entry("plan", plan="x"), entry("none")], ["ไม่รู้จักแผน 'x'", "ไม่พบไฟล์ 'none.md'"]),
            (None, ["อ่านไม่ได้ / unreadable:"]),
        ],
        ids=["duplicate id", "unknown draft", "two problems", "not YAML"],
    )
    def test_a_manifest_that_cannot_be_used(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport, wrong: list[object] | None, says: list[str]
    ) -> None:
        if wrong is None:
            (corpus_dir / "manifest.yaml").write_text("documents: [")
        else:
            write_manifest(corpus_dir, wrong)
        ended = ingest("build", "--corpus-dir", corpus_dir, "--data-dir", data_dir)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(f"ใช้ทะเบียนเอกสาร {corpus_dir / 'manifest.yaml'} ไม่ได้")
        assert all(sentence in ended.err for sentence in says)
        assert releases.live_id(data_dir) == first.release.id

    def test_a_folder_that_may_not_be_written(self, corpus_dir: Path, data_dir: Path) -> None:
        data_dir.mkdir(mode=0o500)
        ended = ingest("build", "--corpus-dir", corpus_dir, "--data-dir", data_dir, rights=False)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(
            f"เขียนหรืออ่านไฟล์ไม่ได้ / cannot read or write: [Errno 13] Permission denied: '{data_dir}"
        )
        assert "read-only" in ended.err
        assert list(data_dir.iterdir()) == []

    @pytest.mark.parametrize("limit", [2_000, 120_000], ids=["at once", "in the store"])
    def test_a_full_disk(self, corpus_dir: Path, data_dir: Path, first: BuildReport, limit: int) -> None:
        (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", "7,000"), encoding="utf-8")
        script = f"import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        script += (
            "sys.argv = sys.argv[1:]; sys.argv.insert(0, 'ingest'); runpy.run_module('ingest', run_name='__main__')"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, "build", "--publish", "--corpus-dir", corpus_dir, "--data-dir", data_dir],
            capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (1, "")
        assert "the disk of DATA_DIR is full" in done.stderr
        assert "Traceback" not in done.stderr
        assert releases.live_id(data_dir) == first.release.id
        assert list(data_dir.glob("building-*")) == []

    def test_a_document_that_may_not_be_read(self, corpus_dir: Path, data_dir: Path) -> None:
        (corpus_dir / "plan.md").chmod(0)
        ended = ingest("build", "--corpus-dir", corpus_dir, "--data-dir", data_dir, rights=False)
        assert ended.code == 1
        assert "Permission denied" in ended.err
        assert "plan.md" in ended.err


class TestStatusAndList:
    def test_the_live_release_and_its_documents(self, real_data: tuple[Path, BuildReport]) -> None:
        data_dir, report = real_data
        shown = ingest("status", "--data-dir", data_dir)
        assert (shown.code, shown.err) == (0, "")
        assert report.release.id in shown.out
        assert all(document.id in shown.out for document in report.release.documents)
        assert f"{report.release.passages} ข้อความ / passages; {report.release.embedder}; สร้างเมื่อ" in shown.out
        assert "…" not in shown.out

    def test_before_the_first_build(self, tmp_path: Path) -> None:
        none = tmp_path / "none"
        shown = ingest("status", env={"DATA_DIR": str(none)})
        assert (shown.code, shown.out) == (1, "")
        assert shown.err.startswith(
            f"ยังไม่มีดัชนีใน {none} โปรดสั่ง `python -m ingest build --publish` ก่อน / no index yet; run"
        )
        assert shown.err.count("\n") == 1
        listed = ingest("list", "--data-dir", none)
        assert (listed.code, listed.out) == (
            0,
            f"ยังไม่มีรุ่นข้อมูลใน {none} / no releases yet; run `python -m ingest build --publish`\n",
        )
        assert not none.exists()

    @pytest.mark.parametrize("command", ["status", "list"])
    def test_a_data_folder_that_is_none(self, tmp_path: Path, command: str) -> None:
        (tmp_path / "file").touch()
        ended = ingest(command, "--data-dir", tmp_path / "file")
        assert (ended.code, ended.out) == (1, "")
        assert "DATA_DIR ซึ่งต้องเป็นโฟลเดอร์ที่อ่านได้" in ended.err

    def test_a_damaged_live_release(self, data_dir: Path, first: BuildReport) -> None:
        (data_dir / "releases" / first.release.id / "release.json").write_text("{")
        ended = ingest("status", "--data-dir", data_dir)
        assert ended.code == 1
        assert f"รุ่นข้อมูล {first.release.id} เสียหาย" in ended.err
        assert "python -m ingest build --force" in ended.err


class TestRead:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        (tmp_path / "a.md").write_text(
            "# แผน\u200b\n\nนำ ดังนี้\n\n1. ก\n   - ก1\n\n## งบ\n\n| ที่ | บาท |\n|---|---|\n| 1 | ๒,๐๐๐ |\n",
            encoding="utf-8",
        )
        return tmp_path / "a.md"

    def test_the_clean_text(self, file: Path) -> None:
        ended = ingest("read", file)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out == "# แผน\n\nนำ ดังนี้\n1. ก\n  - ก1\n\n## งบ\n\nที่ | บาท\n1 | ๒,๐๐๐\n"

    def test_the_passages_as_json_lines(self, file: Path) -> None:
        ended = ingest("read", file, "--passages")
        assert (ended.code, ended.err) == (0, "")
        none = {"page_start": None, "page_end": None, "page_label": "", "ocr": False}
        assert [json.loads(line) for line in ended.out.splitlines()] == [
            {"text": "นำ ดังนี้\n1. ก; ก1", "path": ["แผน"], "start": 7, "end": 28, **none},
            {"text": "ที่ | บาท\n1: บาท ๒,๐๐๐", "path": ["แผน", "งบ"], "start": 47, "end": 56, **none},
        ]

    @pytest.mark.parametrize(
        ("break_it", "says"),
        [
            (lambda file: file.unlink(), "ไม่พบไฟล์ / file not found"),
            (lambda file: file.write_bytes(bytes(40)), "เนื้อไฟล์เป็น ข้อมูลที่ไม่ใช่ข้อความ"),
        ],
        ids=["missing", "not text"],
    )
    def test_a_file_that_cannot_be_read(self, file: Path, break_it: Callable[[Path], object], says: str) -> None:
        break_it(file)
        ended = ingest("read", file, "--passages")
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(f"{file}: {says}")


class TestCheck:
    HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)>"

    def test_figures_verdict_and_repairs(self, tmp_path: Path) -> None:
        file = tmp_path / "a.txt"
        file.write_text("ส านักงานพัฒนารัฐบาลดิจิทัล\n\fหน้าสอง", encoding="utf-8")
        ended = ingest("check", file)
        assert ended.code == 0
        assert "ซ่อมแล้ว / repaired" in ended.out
        assert "ดี / sound" in ended.out
        assert "ซ่อมข้อความ / repaired SARA AM split × 1 ('ส านักงานพั' → 'สำนักงานพัฒ')" in ended.out

    def test_a_page_that_is_unfit_ends_with_code_1(self, tmp_path: Path) -> None:
        file = tmp_path / "a.txt"
        file.write_text("ดี\f" + "\ufffd" * 9, encoding="utf-8")
        ended = ingest("check", file)
        assert ended.code == 1
        assert "เว้นหน้า / page left out 2: มีอักขระเสีย 9 ตัว" in ended.out

    def test_a_page_of_html_with_hostile_text_escaped(self, tmp_path: Path) -> None:
        file, page = tmp_path / "a.txt", tmp_path / "check.html"
        file.write_text(f"{self.HOSTILE} ส านักงาน\n", encoding="utf-8")
        assert ingest("check", file, "--html", page).code == 0
        html = page.read_text(encoding="utf-8")
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;alert(1)" in html
        assert "ส านักงาน" in html
        assert "สำนักงาน" in html

    def test_pictures_of_pages_stand_beside_their_text(self, tmp_path: Path) -> None:
        page = tmp_path / "check.html"
        assert ingest("check", REAL_CORPUS / "plan-2564-03.pdf", "--html", page).code == 0
        html = page.read_text(encoding="utf-8")
        assert html.count('src="data:image/jpeg;base64,') == html.count("<h3>ภาพหน้า</h3>") > 2
