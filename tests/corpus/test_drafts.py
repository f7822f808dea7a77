"""What changed between two drafts: every change found, none invented, however the text was cut or laid out."""

import random
from pathlib import Path

import pytest

from corpus import thai
from corpus.document import Audience, Document, DraftStatus, Passage
from corpus.drafts import Change, ChangeKind, DraftChanges, compare, read_drafts, word_changes, write_drafts
from ingest.passages import split
from ingest.reading import read_document

OLD = """# ร่างแผนดิจิทัลจังหวัด

## 1 บทนำ

แผนนี้จัดทำขึ้นเพื่อพัฒนาบริการดิจิทัลของจังหวัด ระยะ 3 ปี (พ.ศ. 2563-2565) งบประมาณรวม 1,250.5 ล้านบาท
คณะกรรมการเห็นชอบเมื่อวันที่ 9 กันยายน 2563
หน่วยงานหลักคือสำนักงานสถิติจังหวัด

## 2 ยุทธศาสตร์

แผนมียุทธศาสตร์ 4 ด้าน ดังนี้

1. พัฒนาโครงสร้างพื้นฐานดิจิทัลให้ครอบคลุมทุกอำเภอ
2. ยกระดับทักษะบุคลากรภาครัฐด้านข้อมูล
3. เปิดเผยข้อมูลภาครัฐผ่านศูนย์ข้อมูลกลาง
4. ส่งเสริมการมีส่วนร่วมของประชาชน

## 3 ตัวชี้วัด

ร้อยละ 80 ของบริการเป็นดิจิทัลภายในปี 2565

## 4 งบประมาณ

ตารางที่ 1: งบประมาณรายโครงการ

| ที่ | โครงการ | งบประมาณ (ล้านบาท) | หน่วยงาน |
|---|---|---|---|
| 1 | ศูนย์ข้อมูลกลางจังหวัด | 350 | สำนักงานจังหวัด |
| 2 | อบรมทักษะดิจิทัล | 120 | สพร. |
| 3 | บริการออนไลน์จุดเดียว | 780.5 | สำนักงานจังหวัด |

## 5 การติดตาม

ให้รายงานผลทุก 6 เดือนต่อคณะกรรมการขับเคลื่อนจังหวัด
มีการประเมินผลโดยผู้ประเมินอิสระปีละครั้ง
"""
# The same words: other numerals, dashes, bullets and markers, no headings, no table, sentences run together.
OLD_LAID_OUT_OTHERWISE = """# ร่างแผนดิจิทัลจังหวัด

๑. บทนำ

แผนนี้จัดทำขึ้นเพื่อพัฒนาบริการดิจิทัลของจังหวัด ระยะ ๓ ปี (พ.ศ. ๒๕๖๓–๒๕๖๕) งบประมาณรวม 1250.5 ล้านบาท คณะกรรมการเห็นชอบเมื่อวันที่ 9 กันยายน
2563 หน่วยงานหลัก คือ สำนักงานสถิติจังหวัด

2 ยุทธศาสตร์

แผนมียุทธศาสตร์ 4 ด้าน ดังนี้

1) พัฒนาโครงสร้างพื้นฐานดิจิทัลให้ครอบคลุมทุกอำเภอ

2) ยกระดับทักษะบุคลากรภาครัฐด้านข้อมูล

3) เปิดเผยข้อมูลภาครัฐผ่านศูนย์ข้อมูลกลาง

4) ส่งเสริมการมีส่วนร่วมของประชาชน

3 ตัวชี้วัด

ร้อยละ 80 ของบริการเป็นดิจิทัลภายในปี 2565

4 งบประมาณ

ตารางที่ 1: งบประมาณรายโครงการ

ที่ โครงการ งบประมาณ (ล้านบาท) หน่วยงาน

1 ศูนย์ข้อมูลกลางจังหวัด 350 สำนักงานจังหวัด

2 อบรมทักษะดิจิทัล 120 สพร.

3 บริการออนไลน์จุดเดียว 780.5 สำนักงานจังหวัด

5 การติดตาม

ให้รายงานผลทุก 6 เดือนต่อคณะกรรมการขับเคลื่อนจังหวัด มีการประเมินผลโดยผู้ประเมินอิสระปีละครั้ง
"""
NEW = (
    OLD.replace("1,250.5", "1,300")  # money
    .replace("9 กันยายน", "12 ตุลาคม")  # a date
    .replace("4 ด้าน", "5 ด้าน")  # a count
    .replace("2. ยก", "2. พัฒนาระบบความมั่นคงปลอดภัยไซเบอร์\n3. ยก")  # an item between others
    .replace("3. เปิดเผยข้อมูลภาครัฐผ่านศูนย์ข้อมูลกลาง", "4. เปิดเผยข้อมูลภาครัฐผ่านศูนย์ข้อมูลกลางอย่างต่อเนื่อง")  # words more
    .replace("4. ส่งเสริม", "5. ส่งเสริม")
    .replace("ร้อยละ 80", "ร้อยละ 90")  # a share
    .replace("| 120 | สพร. |", "| 120 | กรมการปกครอง |")  # a cell
    .replace("## 4 งบประมาณ\n", "## 4 งบประมาณของแผน\n")  # a heading
    .replace("มีการประเมินผลโดยผู้ประเมินอิสระปีละครั้ง\n", "")  # a sentence less
    + "\n## 6 ความเสี่ยง\n\nความเสี่ยงสำคัญคือการขาดบุคลากร\nให้จัดทำแผนบริหารความเสี่ยงภายใน 90 วัน\n"  # a section more
)


def passages(text: str, folder: Path, document_id: str = "plan") -> tuple[Passage, ...]:
    """The passages of a Markdown text, as the build cuts it."""
    file = folder / f"{document_id}.md"
    file.write_text(text, encoding="utf-8")
    document = Document(
        id=document_id, title="แผน", plan="none", draft="", date="", status=DraftStatus.DRAFT, audience=Audience.PUBLIC,
        sources=(), file=file.name,
    )  # fmt: skip
    return split(document, read_document(document, folder).blocks)


def told(changes: tuple[Change, ...]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for change in changes:
        found.setdefault(change.kind, []).append((change.old_text, change.new_text))
    return found


@pytest.mark.parametrize("layout", [OLD, OLD_LAID_OUT_OTHERWISE], ids=["same layout", "other layout"])
class TestTwoDrafts:
    def test_every_change_is_found_and_none_invented(self, layout: str, tmp_path: Path) -> None:
        found = told(compare(passages(layout, tmp_path, "old"), passages(NEW, tmp_path, "new")))
        assert set(found) == {"added", "removed", "changed", "renumbered"}
        assert [new for _, new in found["added"]] == [
            "2. พัฒนาระบบความมั่นคงปลอดภัยไซเบอร์",
            "6 ความเสี่ยง\nความเสี่ยงสำคัญคือการขาดบุคลากร\nให้จัดทำแผนบริหารความเสี่ยงภายใน 90 วัน",
        ]
        assert [old for old, _ in found["removed"]] == ["มีการประเมินผลโดยผู้ประเมินอิสระปีละครั้ง"]
        wanted = ["1,300 ล้านบาท", "12 ตุลาคม", "5 ด้าน", "อย่างต่อเนื่อง", "ร้อยละ 90", "งบประมาณของแผน", "กรมการปกครอง"]
        assert len(found["changed"]) == len(wanted)
        for words, (_, new) in zip(wanted, found["changed"], strict=True):
            assert words in new
        assert [old[:8] for old, _ in found["renumbered"]] == ["2. ยกระดั"[:8], "4. ส่งเสริม"[:8]] or layout != OLD

    def test_the_words_that_changed(self, layout: str, tmp_path: Path) -> None:
        changes = compare(passages(layout, tmp_path, "old"), passages(NEW, tmp_path, "new"))
        figures = {words.new for change in changes for words in change.words if words.figure}
        assert {"1,300 ล้านบาท", "5 ด้าน", "ร้อยละ 90"} <= figures
        cell = next(change for change in changes if "กรมการปกครอง" in change.new_text)
        assert [(words.old, words.new, words.figure) for words in cell.words] == [("สพร", "กรมการปกครอง", False)]


class TestNoChange:
    def test_of_the_layout_alone(self, tmp_path: Path) -> None:
        one, other = passages(OLD, tmp_path, "one"), passages(OLD_LAID_OUT_OTHERWISE, tmp_path, "other")
        assert compare(one, other) == ()
        assert compare(other, one) == ()

    def test_of_where_passages_are_cut(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        text = "# แผน\n\n## ก\n\nมี ดังนี้\n\n" + "".join(f"- โครงการที่ว่าด้วยเรื่องลำดับ {n} ของจังหวัด\n" for n in range(60))
        one = passages(text, tmp_path, "one")
        monkeypatch.setattr("ingest.passages.TARGET_LENGTH", 300)
        other = passages(text, tmp_path, "other")
        assert len(other) > len(one) > 1
        assert compare(one, other) == ()

    def test_of_nothing(self, tmp_path: Path) -> None:
        assert compare((), ()) == ()
        assert compare(passages(OLD, tmp_path), passages(OLD, tmp_path, "copy")) == ()


class TestKinds:
    def test_sections_that_change_places_are_moved_not_removed_and_added(self, tmp_path: Path) -> None:
        head, *sections = OLD.split("\n## ")
        sections[1], sections[2] = sections[2].replace("3 ", "2 ", 1), sections[1].replace("2 ", "3 ", 1)
        swapped = "\n## ".join([head, *sections])
        found = told(compare(passages(OLD, tmp_path), passages(swapped, tmp_path, "new")))
        assert set(found) <= {"moved", "renumbered"}
        assert any("ตัวชี้วัด" in old for old, _ in found["moved"])

    def test_a_whole_new_text(self, tmp_path: Path) -> None:
        new = passages(OLD, tmp_path)
        changes = compare((), new)
        assert {change.kind for change in changes} == {ChangeKind.ADDED}
        assert [change.new for change in changes] == list(new)

    def test_a_row_between_rows_changes_no_other_row(self, tmp_path: Path) -> None:
        more = OLD.replace("| 2 | อบรม", "| 2 | คลาวด์กลาง | 49.5 | สพร. |\n| 3 | อบรม").replace(
            "| 3 | บริการ", "| 4 | บริการ"
        )
        found = told(compare(passages(OLD, tmp_path), passages(more, tmp_path, "new")))
        assert set(found) == {"added", "renumbered"}
        assert len(found["added"]) == 1
        assert "คลาวด์กลาง" in found["added"][0][1]

    def test_of_one_file_read_differently(self, tmp_path: Path) -> None:
        changes = compare(passages(OLD, tmp_path), passages(NEW, tmp_path), same_source=True)
        assert {change.kind for change in changes} == {ChangeKind.READING}
        assert any(change.words for change in changes)

    def test_another_sentence_is_no_change_of_the_one_that_went(self, tmp_path: Path) -> None:
        new = OLD.replace("หน่วยงานหลักคือสำนักงานสถิติจังหวัด", "ให้เปิดศูนย์บริการร่วมทุกอำเภอภายในเดือนมีนาคม")
        found = told(compare(passages(OLD, tmp_path), passages(new, tmp_path, "new")))
        assert set(found) == {"added", "removed"}

    def test_but_it_is_where_it_is_all_that_stands_under_a_heading_that_stays(self, tmp_path: Path) -> None:
        old = f"{OLD}\n\n## วิสัยทัศน์\n\nเกาะสงบ ทะเลสวย\n"
        new = f"{OLD}\n\n## วิสัยทัศน์\n\nชุมชนต้นแบบที่ทุกคนเป็นเจ้าของร่วมกัน\n"
        (change,) = compare(passages(old, tmp_path), passages(new, tmp_path, "new"))
        assert (change.kind, change.old_text) == (ChangeKind.CHANGED, "เกาะสงบ ทะเลสวย")
        two = new.replace("ร่วมกัน\n", "ร่วมกัน\n\nจังหวัดสนับสนุน\n")
        assert set(told(compare(passages(old, tmp_path), passages(two, tmp_path, "two")))) == {"added", "removed"}


class TestSentenceInALongerLine:
    """Word files hold a paragraph as one line."""

    LINE = "แผนนี้ครอบคลุมทุกอำเภอในจังหวัดทางภาคเหนือตอนบน คณะทำงานประชุมทุกไตรมาสตลอดระยะเวลาของแผน"

    def test_one_more_is_added_alone(self, tmp_path: Path) -> None:
        more = f"{self.LINE} ให้เผยแพร่ผลการประชุมต่อสาธารณะภายในสิบห้าวัน"
        found = told(compare(passages(self.LINE, tmp_path), passages(more, tmp_path, "new")))
        assert found == {"added": [("", "ให้เผยแพร่ผลการประชุมต่อสาธารณะภายในสิบห้าวัน")]}

    def test_some_words_more_change_the_line(self, tmp_path: Path) -> None:
        (change,) = compare(passages(self.LINE, tmp_path), passages(f"{self.LINE}นี้", tmp_path, "new"))
        assert (change.kind, change.old_text, change.new_text) == ("changed", self.LINE, f"{self.LINE}นี้")


def test_random_edits_are_found_one_by_one(tmp_path: Path) -> None:
    """Forty sections, each with figures of its own; any five sentences edited are exactly what is told."""
    chance = random.Random(4)
    words = [word for word in sorted(thai.words(OLD)) if len(word) > 4]
    sentences = [f"{''.join(chance.sample(words, 6))} งบ {n + 100} ล้านบาท" for n in range(120)]

    def text(lines: list[str]) -> str:
        return "# แผน\n" + "".join(
            f"\n## เรื่องที่ {i}\n\n" + "\n".join(lines[3 * i : 3 * i + 3]) + "\n" for i in range(40)
        )

    for _ in range(10):
        edited = list(sentences)
        chosen = sorted(chance.sample(range(120), 5))
        for i in chosen:
            edited[i] = edited[i].replace(f"{i + 100} ล้าน", f"{i + 500} ล้าน")
        changes = compare(passages(text(sentences), tmp_path), passages(text(edited), tmp_path, "new"))
        assert [(c.kind, c.old_text, c.new_text) for c in changes] == [
            ("changed", sentences[i], edited[i]) for i in chosen
        ]


class TestWordChanges:
    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            (
                "ใช้งบ 5 ล้านบาท โดย สพร.",
                "ใช้งบ 7.5 ล้านบาท โดย กรม",
                [("5 ล้านบาท", "7.5 ล้านบาท", True), ("สพร", "กรม", False)],
            ),
            ("ในปี ๒๕๖๓", "ในปี 2563", []),
            ("เสร็จภายใน พ.ศ. 2563-2565", "เสร็จภายใน พ.ศ. 2563-2566", [("พ.ศ. 2563-2565", "พ.ศ. 2563-2566", True)]),
            ("จัดประชุม", "จัดประชุมทุกเดือน", [("", "ทุกเดือน", False)]),
            ("", "", []),
        ],
    )
    def test_figures_with_their_units_come_first(self, old: str, new: str, words: list[tuple[str, str, bool]]) -> None:
        assert [(w.old, w.new, w.figure) for w in word_changes(old, new)] == words

    def test_say_where_they_stand(self) -> None:
        old, new = "มี 10 แห่ง ใน 3 ปี", "มี 12 แห่ง ใน 5 ปี"
        for words in word_changes(old, new):
            assert old[slice(*words.old_at)] == words.old
            assert new[slice(*words.new_at)] == words.new


def test_what_was_kept_is_what_is_read(tmp_path: Path) -> None:
    old, new = passages(OLD, tmp_path, "old"), passages(NEW, tmp_path, "new")
    kept = (DraftChanges("old", "new", compare(old, new)), DraftChanges("a", "b", ()))
    write_drafts(tmp_path, kept)
    by_id = {passage.id: passage for passage in (*old, *new)}
    assert read_drafts(tmp_path, by_id.get) == kept
