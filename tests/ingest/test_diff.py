"""A maintainer sees what a candidate, a draft or a file changes before anything is live."""

import json
from pathlib import Path

import pytest

from corpus import releases, soundness
from corpus.releases import ReleaseNotFound
from ingest import build as build_module
from ingest import passages
from ingest.build import BuildReport, build, rehearse
from ingest.diff import diff
from ingest.diff_page import write_html
from tests.ingest.small_corpus import MEETING, PLAN, entry, write_manifest
from tests.ingest.test_main import ingest


@pytest.fixture(autouse=True)
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares the process that opens and searches each release: other tests are of that."""
    monkeypatch.setattr(soundness, "verify", lambda *_: None)


def changed_plan(corpus_dir: Path, data_dir: Path) -> str:
    (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", "7,000"), encoding="utf-8")
    return build(corpus_dir, data_dir, publish=False).release.id


class TestReleases:
    def test_the_candidate_against_the_live_one(self, corpus_dir: Path, data_dir: Path, first: BuildReport) -> None:
        waiting = changed_plan(corpus_dir, data_dir)
        found = diff(data_dir)
        assert (found.old, found.new, found.notes) == (first.release.id, waiting, ())
        told = found.as_json()
        assert told["changed"] == [["งบประมาณรวมของแผนคือ 6,504.69 ล้านบาท", "งบประมาณรวมของแผนคือ 7,000 ล้านบาท"]]
        assert not any(told[kind] for kind in ("added", "removed", "moved", "renumbered", "reading"))
        assert told["documents"][0]["changes"][0]["figures"] == [["6,504.69 ล้านบาท", "7,000 ล้านบาท"]]
        back = diff(data_dir, waiting, first.release.id).as_json()["changed"]
        assert back == [[new, old] for old, new in told["changed"]]

    def test_documents_that_come_go_or_change_who_may_read_them(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport
    ) -> None:
        (corpus_dir / "next.md").write_text(PLAN.replace("6,504.69", "9,000"), encoding="utf-8")
        write_manifest(corpus_dir, [entry("plan", audience="agency"), entry("next", draft="ฉบับ 2", supersedes="plan")])
        build(corpus_dir, data_dir, publish=False)
        plan, following, meeting = diff(data_dir).documents
        assert (plan.changes, plan.fields) == ((), (("audience", "public", "agency"),))
        assert following.replaces
        assert [change.kind for change in following.changes] == ["changed"]  # against the draft that it supersedes
        assert (meeting.old and meeting.old.id, meeting.new) == ("meeting", None)
        assert {change.kind for change in meeting.changes} == {"removed"}

    def test_another_way_of_reading_is_no_change_of_the_plan(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = tmp_path / "other"
        other.write_text("changed")
        monkeypatch.setattr(build_module, "_MAKING", (*build_module._MAKING, other))
        monkeypatch.setattr(passages, "sentences", lambda text: [text.replace("โรงแรม", "")])
        build(corpus_dir, data_dir, publish=False)
        found = diff(data_dir)
        assert {change.kind for change in found.changes} == {"reading"}
        assert "วิธีอ่านและตัดข้อความเปลี่ยนไป" in found.notes[0]

    def test_a_rehearsal_tells_the_same_and_writes_nothing(
        self, corpus_dir: Path, data_dir: Path, first: BuildReport
    ) -> None:
        (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", "7,000"), encoding="utf-8")
        before = sorted(data_dir.rglob("*"))
        rehearsed = rehearse(corpus_dir, data_dir)
        assert sorted(data_dir.rglob("*")) == before
        changed_plan(corpus_dir, data_dir)
        assert [(c.kind, c.old_text, c.new_text) for c in rehearsed.changes] == [
            (c.kind, c.old_text, c.new_text) for c in diff(data_dir).changes
        ]

    def test_without_a_candidate_the_command_is_told(self, data_dir: Path, first: BuildReport) -> None:
        with pytest.raises(ReleaseNotFound, match="python -m ingest build"):
            diff(data_dir)


class TestDraftsAndFiles:
    def test_two_documents_of_the_live_release(self, data_dir: Path, first: BuildReport) -> None:
        found = diff(data_dir, "plan", "meeting")
        assert found.old == "ร่าง 1 (plan)"
        assert len(found.changes) > 3

    @pytest.mark.parametrize("name", ["no-such", "../x", "ร่าง 1"])  # the last is the label of two documents
    def test_a_name_of_nothing_or_of_several(self, data_dir: Path, first: BuildReport, name: str) -> None:
        with pytest.raises(ReleaseNotFound, match="plan, meeting"):
            diff(data_dir, name, "plan")

    def test_two_files(self, tmp_path: Path) -> None:
        old, new = tmp_path / "old.md", tmp_path / "new.md"
        old.write_text(MEETING, encoding="utf-8")
        new.write_text(MEETING.replace("225 คน", "๓๐๐ คน").replace("# การประชุม", "# การประชุมใหญ่"), encoding="utf-8")
        assert diff(tmp_path, str(old), str(new)).as_json()["changed"] == [
            ["การประชุม", "การประชุมใหญ่"],
            ["มีผู้เข้าร่วม 225 คน จาก 151 หน่วยงาน", "มีผู้เข้าร่วม ๓๐๐ คน จาก 151 หน่วยงาน"],
        ]
        assert diff(tmp_path, str(old), str(old)).documents == ()


class TestPage:
    @pytest.fixture
    def page(self, tmp_path: Path) -> str:
        old, new = tmp_path / "old.md", tmp_path / "<b>new.md"
        old.write_text("# ก\n\nใช้งบ 5 ล้านบาท\n", encoding="utf-8")
        new.write_text('# ก\n\nใช้งบ 6 ล้านบาท\n\n`<script>alert(1)</script>` และ `" onload=x` &\n', encoding="utf-8")
        return write_html(diff(tmp_path, str(old), str(new)))

    def test_needs_no_other_file(self, page: str) -> None:
        assert page.startswith('<!DOCTYPE html>\n<html lang="th">')
        assert not any(part in page for part in ("http:", "https:", "src=", "@import", "url("))

    def test_escapes_whatever_stands_in_a_draft(self, page: str) -> None:
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<b>new" not in page

    def test_marks_the_words_that_changed(self, page: str) -> None:
        assert '<del class="figure">5 ล้านบาท</del>' in page
        assert '<ins class="figure">6 ล้านบาท</ins>' in page

    def test_a_figure_links_to_the_change_it_is_of(self, page: str) -> None:
        change = page.index('id="change-1"')
        assert '<a href="#change-1">' in page[:change]
        assert "5 ล้านบาท" in page[change : page.index("</article>", change)]


def test_the_command_prints_and_writes(corpus_dir: Path, data_dir: Path, first: BuildReport, tmp_path: Path) -> None:
    where = ("--data-dir", str(data_dir))
    (corpus_dir / "plan.md").write_text(PLAN.replace("6,504.69", "7,000"), encoding="utf-8")
    dry = ingest("build", "--dry-run", "--corpus-dir", corpus_dir, *where)
    assert "6,504.69 ล้านบาท → 7,000 ล้านบาท" in dry.out
    assert releases.candidate(data_dir) is None
    changed_plan(corpus_dir, data_dir)
    shown = ingest("diff", *where)
    assert (shown.code, shown.err) == (0, "")
    assert "6,504.69 ล้านบาท → 7,000 ล้านบาท" in shown.out
    assert len(json.loads(ingest("diff", "live", "candidate", "--json", *where).out)["changed"]) == 1
    page = tmp_path / "page.html"
    assert ingest("diff", "--html", page, *where).out == ""
    assert "7,000" in page.read_text(encoding="utf-8")
