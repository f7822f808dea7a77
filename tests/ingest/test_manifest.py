"""The manifest is checked whole: every problem is told at once, each with what was found and what was expected."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from corpus.document import Audience, DraftStatus
from ingest.manifest import ManifestError, Plan, read_manifest
from tests.ingest.small_corpus import PLAN, SOURCE, entry, write_corpus, write_manifest

REAL = Path(__file__).parents[2] / "corpus" / "documents"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "documents")


def problems(folder: Path) -> list[str]:
    with pytest.raises(ManifestError) as error:
        read_manifest(folder)
    message = str(error.value)
    assert message.startswith(f"ใช้ทะเบียนเอกสาร {folder / 'manifest.yaml'} ไม่ได้")
    assert all(problem in message for problem in error.value.problems)
    return error.value.problems


def only_problem(folder: Path) -> str:
    (problem,) = problems(folder)
    return problem


class TestSound:
    def test_documents_with_their_sources_and_digests(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        assert manifest.plans == (Plan("dg", "แผนทดลอง", ("ร่าง 1", "ฉบับ 2")),)
        plan, meeting = manifest.documents
        assert (plan.id, plan.title, plan.status, plan.audience) == (
            "plan", "เอกสาร plan", DraftStatus.DRAFT, Audience.PUBLIC,
        )  # fmt: skip
        assert [(s.id, s.title, s.url) for s in meeting.sources] == [("S1", "ข่าว", "https://example.org/news")]
        assert plan.digest == hashlib.sha256(PLAN.encode()).hexdigest()

    def test_a_changed_file_changes_the_manifest(self, folder: Path) -> None:
        before = read_manifest(folder)
        (folder / "plan.md").write_text(PLAN + "\nเพิ่มเติม\n", encoding="utf-8")
        assert read_manifest(folder) != before

    def test_who_may_read_it_is_left_out_means_the_fewest(self, folder: Path) -> None:
        unsaid = entry("plan")
        del unsaid["audience"]
        write_manifest(folder, [unsaid])
        assert read_manifest(folder).documents[0].audience is Audience.INTERNAL

    def test_background_carries_a_label_of_its_own_and_needs_no_plan(self, folder: Path) -> None:
        write_manifest(folder, [entry("plan", plan="none", draft="ข้อมูลถึงปี 2565", status="ข้อมูลประกอบ")])
        assert read_manifest(folder).documents[0].draft == "ข้อมูลถึงปี 2565"

    def test_a_date_is_kept_as_it_is_written(self, folder: Path) -> None:
        text = (folder / "manifest.yaml").read_text(encoding="utf-8")
        (folder / "manifest.yaml").write_text(text.replace("9 กันยายน 2563", "2563-02-30"), encoding="utf-8")
        assert read_manifest(folder).documents[0].date == "2563-02-30"

    def test_the_project_s_own(self) -> None:
        manifest = read_manifest(REAL)
        assert {document.audience for document in manifest.documents} == {Audience.PUBLIC}
        assert [plan.id for plan in manifest.plans][:1] == ["dg-2563-2565"]
        listed = {document.file for document in manifest.documents}
        there = {path.name for ending in ("*.md", "*.pdf") for path in REAL.glob(ending)}
        assert listed == there, "every document is listed, and no other"


class TestOneProblem:
    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"plan": "dx"}, "documents[plan]: plan: ไม่รู้จักแผน 'dx' / expected one of ['dg', 'none']"),
            ({"draft": "ร่าง 9"}, "documents[plan]: draft: ไม่รู้จักร่าง 'ร่าง 9' / expected one of ['ร่าง 1', 'ฉบับ 2']"),
            ({"sources": ["S1", "S9"]}, "documents[plan]: sources: ไม่รู้จักแหล่งข้อมูล ['S9']"),
            ({"supersedes": "older"}, "documents[plan]: supersedes: ไม่รู้จักเอกสาร 'older'"),
            ({"file": "none.md"}, "documents[plan].file: ไม่พบไฟล์ 'none.md'"),
            ({"file": "../secret.md"}, "documents[plan].file: '../secret.md' อยู่นอกโฟลเดอร์เอกสาร"),
            ({"file": "/etc/hostname"}, "documents[plan].file: '/etc/hostname' อยู่นอกโฟลเดอร์เอกสาร"),
            ({"colour": "red"}, "documents[plan].colour: Extra inputs are not permitted (found: 'red')"),
            ({"status": "ร่าย"}, "documents[plan].status: Input should be 'ร่าง'"),
            ({"audience": "everybody"}, "documents[plan].audience: Input should be 'public'"),
            ({"title": " "}, "documents[plan].title:"),
            ({"sources": []}, "documents[plan].sources:"),
            ({"id": "แผน"}, "documents[แผน].id:"),
            ({"id": ["plan"]}, "documents[['plan']].id:"),
        ],
    )
    def test_a_wrong_field_is_named_with_its_document(self, folder: Path, wrong: dict[str, Any], says: str) -> None:
        (folder.parent / "secret.md").write_text("ลับ", encoding="utf-8")
        write_manifest(folder, [entry("plan", **wrong)])
        assert only_problem(folder).startswith(says)

    def test_a_missing_field(self, folder: Path) -> None:
        incomplete = entry("plan")
        del incomplete["title"]
        write_manifest(folder, [incomplete])
        assert only_problem(folder) == "documents[plan].title: Field required"

    def test_a_link_that_leads_out_of_the_folder(self, folder: Path) -> None:
        (folder.parent / "secret.md").write_text("ลับ", encoding="utf-8")
        (folder / "link.md").symlink_to(folder.parent / "secret.md")
        write_manifest(folder, [entry("plan", file="link.md")])
        assert "อยู่นอกโฟลเดอร์เอกสาร" in only_problem(folder)

    def test_a_duplicate_id(self, folder: Path) -> None:
        write_manifest(folder, [entry("plan"), entry("plan", file="meeting.md")])
        assert only_problem(folder) == "documents[plan]: ใช้ id ซ้ำ / duplicate id"

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"documents: [", "อ่านไม่ได้ / unreadable:"),
            (b"\xff\xfe\xfa", "อ่านไม่ได้ / unreadable: 'utf-8' codec"),
            (b"a: {S1: 1, S1: 2}", "คีย์ซ้ำ / duplicate key 'S1'"),
            (b"plans: {}\nsources: {}\ndocuments: 7", "documents: Input should be a valid list (found: '7')"),
            (b"", "ต้องมี plans, sources และ documents"),
            (b"- plan", "ต้องมี plans, sources และ documents"),
        ],
    )
    def test_what_is_no_manifest(self, folder: Path, content: bytes, says: str) -> None:
        (folder / "manifest.yaml").write_bytes(content)
        assert says in only_problem(folder)

    def test_no_manifest_and_no_folder(self, folder: Path) -> None:
        (folder / "manifest.yaml").unlink()
        assert only_problem(folder) == "ไม่พบไฟล์ / file not found"
        assert only_problem(folder / "none") == "ไม่พบไฟล์ / file not found"

    def test_nothing_listed(self, folder: Path) -> None:
        write_manifest(folder, [])
        assert only_problem(folder).startswith("documents: List should have at least 1 item")


class TestAllAtOnce:
    def test_every_problem_of_every_document(self, folder: Path) -> None:
        write_manifest(
            folder,
            [
                entry("plan", plan="dx", sources=["S9"]),
                entry("plan", draft="ร่าง 9"),
                entry("meeting", file="none.md", supersedes="older"),
                entry("other", file="../secret.md"),
            ],
        )
        assert [problem.split(" / ")[0] for problem in problems(folder)] == [
            "documents[plan]: plan: ไม่รู้จักแผน 'dx'",
            "documents[plan]: sources: ไม่รู้จักแหล่งข้อมูล ['S9']",
            "documents[plan]: ใช้ id ซ้ำ",
            "documents[plan]: draft: ไม่รู้จักร่าง 'ร่าง 9'",
            "documents[meeting]: supersedes: ไม่รู้จักเอกสาร 'older'",
            "documents[meeting].file: ไม่พบไฟล์ 'none.md'",
            "documents[other].file: '../secret.md' อยู่นอกโฟลเดอร์เอกสาร",
        ]

    def test_ill_formed_documents_do_not_hide_wrong_references_of_others(self, folder: Path) -> None:
        wrong = [entry("plan", colour="red"), 7, entry("meeting", sources=["S9"]), entry("meeting", supersedes="plan")]
        write_manifest(folder, wrong)
        told = problems(folder)
        assert [problem.split(":")[0] for problem in told] == [
            "documents[plan].colour", "documents[#2]", "documents[meeting]", "documents[meeting]",
        ]  # fmt: skip
        assert "S9" in told[2]
        assert "duplicate id" in told[3]

    def test_ill_formed_plans_and_sources_are_named_and_blamed_on_no_document(self, folder: Path) -> None:
        sources = {"S1": {**SOURCE, "colour": "red"}}
        write_manifest(folder, [entry("plan")], plans={"dg": {"title": "แผน", "drafts": []}}, sources=sources)
        assert [problem.split(":")[0] for problem in problems(folder)] == ["plans.dg.drafts", "sources.S1.colour"]
