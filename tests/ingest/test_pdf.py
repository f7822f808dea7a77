"""A PDF becomes blocks with their pages, whatever its producer did to the text; each file here holds one trouble."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.document import Block, BlockKind
from ingest.readers import Content, UnreadableDocument
from ingest.readers.pdf import read_pdf
from tests.ingest.pdf_files import ThaiFont, pdf, text_line

LETTERS = (
    "".join(chr(c) for c in (*range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E5C))) + " .()-0123456789•abcdefghijklmnopTDSGE"
)
SOUND = ThaiFont(LETTERS)
TOP = 780


def lines(texts: Sequence[str], font: ThaiFont = SOUND, *, x: float = 70, top: float = TOP, size: float = 16) -> str:
    return "".join(text_line(x, top - i * 24, font.codes(text), size=size) for i, text in enumerate(texts))


def read(tmp_path: Path, contents: Sequence[str], font: ThaiFont = SOUND, **more: object) -> Content:
    path = tmp_path / "draft.pdf"
    path.write_bytes(pdf(contents, fonts={"T1": font}, **more))  # type: ignore[arg-type]
    return read_pdf(path, lambda *_: None)


def texts(content: Content) -> list[str]:
    return [block.text for block in content.blocks]


PROSE = (
    "แผนพัฒนารัฐบาลดิจิทัลมีเป้าหมายให้ประชาชนได้รับบริการ",
    "ที่สะดวกและรวดเร็วผ่านช่องทางเดียวจากหน่วยงานของรัฐทุก",
    "แห่งทั่วประเทศ",
)


class TestText:
    def test_lines_are_joined_without_a_space_inside_thai(self, tmp_path: Path) -> None:
        assert texts(read(tmp_path, [lines(PROSE)])) == ["".join(PROSE)]

    def test_a_year_range_broken_at_the_line_end_is_whole(self, tmp_path: Path) -> None:
        content = read(tmp_path, [lines(["แผนพัฒนารัฐบาลดิจิทัลของประเทศไทยระยะที่หนึ่งคือ 2563-", "2565 ต่อ"])])
        assert texts(content) == ["แผนพัฒนารัฐบาลดิจิทัลของประเทศไทยระยะที่หนึ่งคือ 2563-2565 ต่อ"]

    def test_the_actual_text_is_believed_rather_than_the_glyphs(self, tmp_path: Path) -> None:
        wrong = ThaiFont(LETTERS, {"่": "ู"})
        line = (
            f"BT /T1 16 Tf 70 700 Td /Span<</ActualText<feff0e170e350e48>>>BDC <{wrong.codes('ที่')}> Tj EMC "
            f"<{wrong.codes('ดิน')}> Tj ET"
        )
        assert texts(read(tmp_path, [line], wrong)) == ["ที่ดิน"]

    @pytest.mark.parametrize("mapped", [True, False], ids=["its map is wrong", "it has no map"])
    def test_an_embedded_font_tells_its_letters(self, mapped: bool, tmp_path: Path) -> None:
        font = ThaiFont(LETTERS, {"ส": "ล", "่": "้"}, mapped=mapped, embedded=True)
        assert texts(read(tmp_path, [text_line(70, 700, font.codes("แผนที่ส่วน 2563 (DGE)"))], font)) == [
            "แผนที่ส่วน 2563 (DGE)"
        ]

    def test_a_mark_that_hangs_over_the_margin_is_told_by_the_actual_text(self, tmp_path: Path) -> None:
        font = ThaiFont(LETTERS, embedded=True)
        line = f"BT /T1 16 Tf 70 700 Td /Span<</ActualText<feff0e150e48>>>BDC <{font.codes('ต')}> Tj EMC ET"
        assert texts(read(tmp_path, [line], font)) == ["ต่"]

    def test_letters_drawn_font_by_font_are_put_in_their_places(self, tmp_path: Path) -> None:
        thai_first = text_line(70, 700, SOUND.codes("แผน")) + f"BT /T1 16 Tf 134 700 Td [<{SOUND.codes('-')}> -1500 "
        thai_first += f"<{SOUND.codes('ของ')}>] TJ ET "
        digits = text_line(102, 700, SOUND.codes("2563")) + text_line(142, 700, SOUND.codes("65"))
        assert texts(read(tmp_path, [thai_first + digits])) == ["แผน 2563-65 ของ"]

    def test_a_page_drawn_twice_is_read_once(self, tmp_path: Path) -> None:
        again = "".join(text_line(70.4, TOP - i * 24, SOUND.codes(text)) for i, text in enumerate(PROSE))
        assert texts(read(tmp_path, [lines(PROSE) + again])) == ["".join(PROSE)]

    def test_marks_drawn_after_all_letters_find_their_letter(self, tmp_path: Path) -> None:
        letters = text_line(70, 700, SOUND.codes("พฒนา"))
        mark = text_line(78, 700, SOUND.codes("ั"))
        assert texts(read(tmp_path, [letters + text_line(70, 600, SOUND.codes("ก")) + mark]))[0] == "พัฒนา"

    def test_letter_spacing_is_no_space(self, tmp_path: Path) -> None:
        line = text_line(70, 700, SOUND.codes("ยุทธศาสตร์"), extra="6 Tc")
        assert texts(read(tmp_path, [line])) == ["ยุทธศาสตร์"]

    def test_two_columns_are_read_one_after_the_other(self, tmp_path: Path) -> None:
        left, right = ["กกกกกกกกกกกกกกกกกกกกก"] * 4, ["ขขขขขขขขขขขขขขขขขขขขข"] * 4
        rows = "".join(
            lines([a], x=70, top=TOP - 24 * i) + lines([b], x=300, top=TOP - 24 * i)
            for i, (a, b) in enumerate(zip(left, right, strict=True))
        )
        assert "".join(texts(read(tmp_path, [rows]))) == "".join(left) + "".join(right)


class TestUnseen:
    @pytest.mark.parametrize(
        "trick",
        [
            "1 1 1 rg " + text_line(70, 400, SOUND.codes("ลับ")) + "0 g ",
            text_line(70, 400, SOUND.codes("ลับ"), size=1),
            text_line(70, -50, SOUND.codes("ลับ")),
            text_line(70, 400, SOUND.codes("ลับ"), extra="3 Tr") + "BT 0 Tr ET ",
            "q 0 0 200 200 re W n " + text_line(70, 400, SOUND.codes("ลับ")) + "Q ",
            "0 0 1 rg 60 390 200 40 re f " + text_line(70, 400, SOUND.codes("ลับ")) + "0 g ",
        ],
        ids=["white", "tiny", "off the page", "not painted", "clipped away", "blue on blue"],
    )
    def test_what_nobody_sees_is_left_out_and_counted(self, trick: str, tmp_path: Path) -> None:
        content = read(tmp_path, [trick + lines(PROSE)])
        assert "".join(texts(content)) == "".join(PROSE)
        assert content.pages[0].invisible == len("ลับ")

    def test_a_mark_of_the_next_page_that_reaches_over_its_edge_is_no_hidden_text(self, tmp_path: Path) -> None:
        font = ThaiFont(LETTERS, embedded=True)
        whole = f"/Span<</ActualText<feff0e0a0e350e49>>>BDC <{font.codes('้')}> Tj EMC"
        mark = f"q 0 100 595 742 re W n BT /T1 16 Tf 70 88 Td {whole} ET Q "
        content = read(tmp_path, [mark + lines(PROSE, font)], font)
        assert "".join(texts(content)) == "".join(PROSE)
        assert content.pages[0].invisible == 0

    def test_white_letters_on_a_dark_ground_are_seen(self, tmp_path: Path) -> None:
        banner = "0 0 0.4 rg 60 390 200 40 re f 1 1 1 rg " + text_line(70, 400, SOUND.codes("หัวข้อ")) + "0 g "
        content = read(tmp_path, [banner])
        assert texts(content) == ["หัวข้อ"]
        assert content.pages[0].invisible == 0


class TestPages:
    def page(self, number: str, body: Sequence[str]) -> str:
        head = text_line(200, 815, SOUND.codes("ร่างแผนพัฒนา ฉบับที่ ๒"), size=12)
        return head + lines(body, top=740) + text_line(290, 30, SOUND.codes(number), size=12)

    def test_heads_and_page_numbers_are_taken_out_and_kept_as_labels(self, tmp_path: Path) -> None:
        names = ("แรก", "ถัดมา", "ต่อไป", "สุดท้าย")
        bodies = [(f"เรื่อง{name}{PROSE[0]}", f"จบเรื่อง{name}") for name in names]
        content = read(tmp_path, [self.page(n, body) for n, body in zip("๑๒๓๔", bodies, strict=True)])
        assert [block.page_label for block in content.blocks] == ["๑", "๒", "๓", "๔"]
        assert [block.page for block in content.blocks] == [1, 2, 3, 4]
        assert texts(content) == ["".join(body) for body in bodies]

    def test_a_letter_that_numbers_nothing_is_no_label(self, tmp_path: Path) -> None:
        bodies = [(f"เรื่อง{name}{PROSE[0]}", f"จบเรื่อง{name}") for name in ("แรก", "สุดท้าย")]
        content = read(tmp_path, [self.page(n, body) for n, body in zip("ฆฤ", bodies, strict=True)])
        assert [page.label for page in content.pages] == ["", ""]

    @pytest.mark.parametrize(
        "told",
        [
            ThaiFont(LETTERS, {"\u0e49": ""}),
            ThaiFont(LETTERS, {"\u0e49": "\u0e49\u0e49"}),
            ThaiFont(
                LETTERS, {letter: letter.encode("cp874").decode("latin-1") for letter in LETTERS if letter != " "}
            ),
        ],
        ids=["mark lost", "mark twice", "mojibake"],
    )
    def test_a_page_number_is_known_for_one_though_its_words_are_damaged(self, tmp_path: Path, told: ThaiFont) -> None:
        names = ("แรก", "ถัดมา", "ต่อไป", "สุดท้าย")
        bodies = [(f"เรื่อง{name}{PROSE[0]}", f"จบเรื่อง{name}") for name in names]
        pages = [self.page(f"หน้า {n}", body) for n, body in zip("๑๒๓๔", bodies, strict=True)]
        content = read(tmp_path, pages, told)
        assert [page.label for page in content.pages] == ["๑", "๒", "๓", "๔"]

    def test_labels_that_only_the_file_knows(self, tmp_path: Path) -> None:
        labels = "/PageLabels<</Nums[0<</S/r>>2<</S/D>>]>>"
        content = read(tmp_path, [lines(PROSE)] * 3, catalog_extra=labels)
        assert [page.label for page in content.pages] == ["i", "ii", "1"]

    def test_a_paragraph_goes_on_over_the_page(self, tmp_path: Path) -> None:
        content = read(tmp_path, [lines(PROSE[:2], top=120), lines(PROSE[2:])])
        assert texts(content) == ["".join(PROSE)]
        assert {box.page for box in content.blocks[0].boxes} == {1, 2}

    def test_boxes_hold_the_text(self, tmp_path: Path) -> None:
        (block,) = read(tmp_path, [lines(PROSE)]).blocks
        (box,) = block.boxes
        assert box.left == pytest.approx(70 / 595, abs=0.01)
        assert box.top < (842 - TOP) / 842 < box.bottom

    def test_a_turned_page_is_read_as_it_is_shown(self, tmp_path: Path) -> None:
        content = read(
            tmp_path,
            [
                "".join(
                    f"BT /T1 16 Tf 0 1 -1 0 {60 + 24 * i} 70 Tm <{SOUND.codes(t)}> Tj ET " for i, t in enumerate(PROSE)
                )
            ],
            page_extra="/Rotate 90",
        )
        assert texts(content) == ["".join(PROSE)]

    def test_the_table_of_contents_is_left_out(self, tmp_path: Path) -> None:
        entries = [f"ส่วนที่ {n} เรื่องของส่วนนี้ {'.' * 30} {n}" for n in "1234"]
        content = read(tmp_path, [lines(["สารบัญ", *entries]), lines(PROSE)])
        assert texts(content) == ["".join(PROSE)]


class TestStructure:
    def test_larger_letters_head_a_section(self, tmp_path: Path) -> None:
        page = lines(["แผน"], size=28) + lines(["ส่วนที่ ๑ บทนำ"], top=720, size=20) + lines(PROSE, top=680)
        found = [(block.kind, block.level) for block in read(tmp_path, [page]).blocks]
        assert found == [(BlockKind.HEADING, 1), (BlockKind.HEADING, 2), (BlockKind.PARAGRAPH, 0)]

    @pytest.mark.parametrize(
        "markers", [("๑.", "๒."), ("(ก)", "(ข)"), ("1)", "2)"), ("•", "•"), ("1.1", "1.2"), ("ก.", "ข.")]
    )
    def test_items_keep_their_markers(self, markers: tuple[str, str], tmp_path: Path) -> None:
        page = lines([f"{marker} ข้อความของข้อนี้" for marker in markers])
        found = [(block.kind, block.marker, block.text) for block in read(tmp_path, [page]).blocks]
        assert found == [(BlockKind.LIST_ITEM, marker, "ข้อความของข้อนี้") for marker in markers]

    @pytest.mark.parametrize("text", ["ก.พ. เป็นหน่วยงาน", "1.5 ล้านบาทต่อปี", "2563-2565 เป็นช่วงของแผน"])
    def test_what_only_looks_like_a_marker(self, text: str, tmp_path: Path) -> None:
        assert read(tmp_path, [lines([text])]).blocks[0].kind is BlockKind.PARAGRAPH


def ruled(rows: Sequence[Sequence[str]], top: float, *, bottom_line: bool = True) -> str:
    """A table of three columns, each row 30 points high."""
    edges = (70, 200, 400, 520)
    low = top - 30 * len(rows)
    drawn = "".join(f"{x} {low} m {x} {top} l S " for x in edges)
    drawn += "".join(f"70 {top - 30 * i} m 520 {top - 30 * i} l S " for i in range(len(rows) + bottom_line))
    for i, row in enumerate(rows):
        drawn += "".join(
            text_line(x + 4, top - 30 * i - 20, SOUND.codes(cell)) for x, cell in zip(edges, row, strict=False) if cell
        )
    return drawn


class TestTables:
    HEAD = ("ลำดับ", "โครงการ", "งบ")

    def table(self, tmp_path: Path, contents: Sequence[str]) -> Block:
        (table,) = [block for block in read(tmp_path, contents).blocks if block.kind is BlockKind.TABLE]
        return table

    def test_cells_by_their_rulings(self, tmp_path: Path) -> None:
        table = self.table(tmp_path, [ruled([self.HEAD, ("๑", "ระบบกลาง", "๑๒"), ("๒", "บริการ", "๘")], 700)])
        assert table.columns == self.HEAD
        assert table.rows == (("๑", "ระบบกลาง", "๑๒"), ("๒", "บริการ", "๘"))

    def test_a_table_goes_on_over_the_page_without_its_head_again(self, tmp_path: Path) -> None:
        table = self.table(
            tmp_path, [ruled([self.HEAD, ("๑", "ระบบกลาง", "๑๒")], 160), ruled([self.HEAD, ("๒", "บริการ", "๘")], 780)]
        )
        assert table.rows == (("๑", "ระบบกลาง", "๑๒"), ("๒", "บริการ", "๘"))
        assert {box.page for box in table.boxes} == {1, 2}

    def test_a_row_cut_by_the_page_is_whole(self, tmp_path: Path) -> None:
        first = ruled([self.HEAD, ("๑", "ระบบกลาง", "๑๒"), ("๒", "บริการภาครัฐ", "๘")], 160, bottom_line=False)
        table = self.table(tmp_path, [first, ruled([self.HEAD, ("", "แบบเบ็ดเสร็จ", ""), ("๓", "ข้อมูล", "๕")], 780)])
        assert table.rows[1:] == (("๒", "บริการภาครัฐแบบเบ็ดเสร็จ", "๘"), ("๓", "ข้อมูล", "๕"))


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"PK\x03\x04 a zip", "ไม่ใช่ PDF"),
            (pdf([""])[:300], "เสียหาย"),
            (b"%PDF-1.7\n%%EOF", "เสียหาย"),
        ],
        ids=["another format", "cut short", "nothing in it"],
    )
    def test_what_is_no_whole_pdf(self, content: bytes, says: str, tmp_path: Path) -> None:
        path = tmp_path / "draft.pdf"
        path.write_bytes(content)
        with pytest.raises(UnreadableDocument, match=says):
            read_pdf(path, lambda *_: None)


class TestAlignedTables:
    """Tables that no line is ruled around."""

    LEFTS = (70, 260, 420)
    HEAD = (60, ("โครงการ", "หน่วยงาน", "งบ"))

    def table(self, rows: Sequence[tuple[float, Sequence[str]]], lefts: Sequence[float] = LEFTS) -> str:
        """Lines by how far each stands below the one before, with its cells."""
        told, y = "", float(TOP)
        for step, cells in rows:
            y -= step
            told += "".join(
                text_line(left, y, SOUND.codes(cell)) for left, cell in zip(lefts, cells, strict=False) if cell
            )
        return told

    def tables(self, content: Content) -> list[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]:
        return [(block.columns, block.rows) for block in content.blocks if block.kind is BlockKind.TABLE]

    def test_cells_under_each_other_are_rows_with_their_column_names(self, tmp_path: Path) -> None:
        rows = [self.HEAD, (24, ("ระบบกลาง", "กรมหนึ่ง", "10")), (24, ("ศูนย์ข้อมูล", "กรมสอง", "25"))]
        content = read(tmp_path, [self.table(rows) + lines(PROSE, top=TOP - 200)])
        assert self.tables(content) == [
            (("โครงการ", "หน่วยงาน", "งบ"), (("ระบบกลาง", "กรมหนึ่ง", "10"), ("ศูนย์ข้อมูล", "กรมสอง", "25")))
        ]
        assert "".join(PROSE) in texts(content)

    @pytest.mark.parametrize("between", [30, 20], ids=["white parts the rows", "nothing does"])
    def test_a_cell_of_two_lines_is_one(self, tmp_path: Path, between: float) -> None:
        rows = [
            self.HEAD,
            (between, ("ระบบข้อมูล", "กรมหนึ่ง", "10")), (20, ("กลางของรัฐ", "", "")),
            (between, ("ศูนย์ข้อมูล", "กรมสอง", "25")), (20, ("", "และสาม", "")),
        ]  # fmt: skip
        ((_, found),) = self.tables(read(tmp_path, [self.table(rows)]))
        assert found == (("ระบบข้อมูลกลางของรัฐ", "กรมหนึ่ง", "10"), ("ศูนย์ข้อมูล", "กรมสองและสาม", "25"))

    def test_rows_whose_cells_all_have_two_lines_are_parted_by_white(self, tmp_path: Path) -> None:
        rows = [self.HEAD, *[(30, ("ระบบ", "กรม", "10")), (20, ("กลาง", "หนึ่ง", "ถึง")), (20, ("", "", "20"))] * 2]
        ((_, found),) = self.tables(read(tmp_path, [self.table(rows)]))
        assert found == (("ระบบกลาง", "กรมหนึ่ง", "10 ถึง 20"),) * 2

    def test_it_goes_on_over_the_page(self, tmp_path: Path) -> None:
        first = [(600, self.HEAD[1]), (24, ("ระบบกลาง", "กรมหนึ่ง", "10")), (24, ("ศูนย์ข้อมูล", "กรมสอง", "25"))]
        second = [self.HEAD, (24, ("แอป", "กรมสาม", "5")), (24, ("อบรม", "กรมสี่", "7"))]
        ((columns, found),) = self.tables(read(tmp_path, [self.table(first), self.table(second)]))
        assert columns == ("โครงการ", "หน่วยงาน", "งบ")
        assert [row[2] for row in found] == ["10", "25", "5", "7"]

    def test_prose_below_it_is_none_of_its_rows(self, tmp_path: Path) -> None:
        prose = text_line(70, TOP - 132, SOUND.codes("จังหวัดทั้งหมด มีระบบกลางใช้งานร่วมกันครบถ้วน ภายในปี 2565"))
        rows = [self.HEAD, (24, ("ระบบกลาง", "กรมหนึ่ง", "10")), (24, ("ศูนย์ข้อมูล", "กรมสอง", "25"))]
        content = read(tmp_path, [self.table(rows) + prose])
        ((_, found),) = self.tables(content)
        assert len(found) == 2
        assert any("จังหวัดทั้งหมด" in text for text in texts(content))

    @pytest.mark.parametrize(
        "cells",
        [
            ("แผนพัฒนารัฐบาลดิจิทัลมี", "เป้าหมายให้ประชาชนได้รั", "บริการที่สะดวกและรวดเร็"),
            ("บทนำ..........", "ที่มา..........", "๓"),
            ("ชื่อ", "ระบบกลางของรัฐ"),
            ("๑)", "ระบบกลาง", "กรมหนึ่ง"),
        ],
        ids=["three columns of prose", "contents", "two columns", "a list"],
    )
    def test_what_only_stands_side_by_side_is_no_table(self, tmp_path: Path, cells: Sequence[str]) -> None:
        content = read(tmp_path, [self.table([(60, cells), *[(24, cells)] * 5], (40, 220, 400))])
        assert self.tables(content) == []

    def test_a_line_below_it_that_fits_a_column_is_none_of_its_rows(self, tmp_path: Path) -> None:
        rows = [self.HEAD, (24, ("ระบบกลาง", "กรมหนึ่ง", "10")), (24, ("ศูนย์ข้อมูล", "กรมสอง", "25")), (40, ("ที่มา กรม",))]
        content = read(tmp_path, [self.table(rows)])
        assert "ที่มา กรม" in texts(content)

    def test_words_that_hardly_ever_stand_under_others_are_none(self, tmp_path: Path) -> None:
        rows = [
            self.HEAD,
            (30, ("", "", "บาท")),
            *[(45, ("ระบบ", "", "")), (45, ("", "กรม", "")), (45, ("แอป", "", ""))],
        ]
        assert self.tables(read(tmp_path, [self.table(rows)])) == []

    def test_cells_in_the_middle_of_their_rows_stay_lines(self, tmp_path: Path) -> None:
        row = [(24, ("", "กรมหนึ่ง", "")), (10, ("ระบบกลาง", "", "10")), (10, ("", "และสอง", ""))]
        content = read(tmp_path, [self.table([self.HEAD, *row, *row])])
        assert self.tables(content) == []
        assert any("กรมหนึ่ง" in text for text in texts(content))
