"""What was typed → what was meant: keyboards, short forms, months and years, words put right."""

import re

import pytest

from bot import spelling
from bot.library import Library
from corpus import thai
from corpus.document import Audience
from corpus.glossary import Glossary, Term, read_glossary
from corpus.index import Vocabulary


def written_out(text: str) -> str:
    return " ".join(spelling.written_out(thai.fold(text)).split())


class TestYears:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("ปี 65", "ปี 2565"),
            ("ปี ๖๕", "ปี 2565"),
            ("ปีงบประมาณ 64", "ปีงบประมาณ 2564"),
            ("ปีงบ พ.ศ. 64", "ปีงบ พศ 2564"),
            ("พรบ 62 ใช้กับใคร", "พรบ 2562 ใช้กับใคร"),
            ("แผน 63", "แผน 2563"),
            ("งบ 64 เท่าไร", "งบ 2564 เท่าไร"),
            ("egdi 65 ไทยได้ที่เท่าไร", "egdi 2565 ไทยได้ที่เท่าไร"),
            ("แผน 63-65", "แผน 2563-2565"),
            ("แผน ๖๓–๖๕", "แผน 2563-2565"),
            ("แผน 63 ถึง 65", "แผน 2563-2565"),
            ("แผน 63/65", "แผน 2563-2565"),
            ("แผน 2563-65", "แผน 2563-2565"),
            ("แผน63-65วันไหน", "แผน2563-2565วันไหน"),
            ("ปี 65 โครงการไหนเสร็จ", "ปี 2565 โครงการไหนเสร็จ"),
            ("มีนาคม 64 หน่วยงานใด", "มีนาคม 2564 หน่วยงานใด"),
        ],
    )
    def test_short_ones_are_written_in_full(self, typed: str, meant: str) -> None:
        assert written_out(typed) == meant

    @pytest.mark.parametrize(
        "typed",
        [
            "แผน 41 โครงการ",
            "แผน 45 มาตรการ",
            "งบ 60% ของแผน",
            "งบ 48.5 ล้านบาท",
            "ภายใน 60 วัน",
            "ร้อยละ 65 ของหน่วยงาน",
            "รัฐธรรมนูญ มาตรา 65 ว่าด้วยอะไร",
            "อยู่อันดับที่ 60 ของโลก",
            "เล่ม 138 ตอนพิเศษ 60 ง",
            "ครั้งที่ 60/2565 มีมติ",
            "อายุ 40-65",
            "2563-2565",
        ],
    )
    def test_other_numbers_are_left_alone(self, typed: str) -> None:
        assert written_out(typed) == typed


class TestDates:
    @pytest.mark.parametrize(
        "typed",
        [
            "9 กันยายน 2563",
            "๙ กันยายน ๒๕๖๓",
            "9 ก.ย. 2563",
            "9 ก.ย. 63",
            "9 กย 63",
            "9 กันยา 63",
            "9/9/63",
            "09/09/2563",
            "9/9/2020",
            "9 September 2020",
            "September 9, 2020",
            "9 Sept. 2020",
            "9 sep 2563",
        ],
    )
    def test_are_one_however_they_are_typed(self, typed: str) -> None:
        assert written_out(typed) == "9 กันยายน 2563"

    @pytest.mark.parametrize("month", thai.MONTHS)
    def test_a_month_needs_no_ending_before_a_year(self, month: str) -> None:
        short = "กุมภา" if month == "กุมภาพันธ์" else month[:-2]
        assert written_out(f"{short} 64") == f"{month} 2564"
        assert written_out(f"{month} 64") == f"{month} 2564"

    @pytest.mark.parametrize(
        "typed", ["what was decided 2021", "mayor 2020", "13/13/63", "ครั้งที่ 1/2563", "1/2/3/63", "มีนา"]
    )
    def test_what_only_looks_like_one_is_left_alone(self, typed: str) -> None:
        assert written_out(typed) == typed


class TestNumbersInWords:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("ด้านที่สองคืออะไร", "ด้านที่ 2คืออะไร"),
            ("ข้อที่สองของแผน", "ข้อที่ 2ของแผน"),
            ("ยุทธศาสตร์ที่ห้า", "ยุทธศาสตร์ที่ 5"),
            ("ยุทธศาสตร์แรกของแผน", "ยุทธศาสตร์ที่ 1ของแผน"),
            ("สี่ยุทธศาสตร์", "4 ยุทธศาสตร์"),
            ("แผนมีสี่ยุทธศาสตร์", "แผนมี 4 ยุทธศาสตร์"),
            ("ทั้งหกด้าน", "ทั้ง 6 ด้าน"),
            ("หก ความท้าทาย", "6 ความท้าทาย"),
        ],
    )
    def test_become_digits(self, typed: str, meant: str) -> None:
        assert written_out(typed) == meant

    @pytest.mark.parametrize(
        "typed", ["บริการที่สามารถทำได้", "สิ่งที่ห้ามทำ", "จัดที่ห้างไหน", "มาตราที่สิบเอ็ด", "สิบสองด้าน", "ที่เก้าอี้", "ข้อห้ามมีอะไร"]
    )
    def test_but_not_inside_other_words(self, typed: str) -> None:
        assert written_out(typed) == typed


class TestShortForms:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("ม. 12 ว่าด้วยอะไร", "มาตรา 12 ว่าด้วยอะไร"),
            ("ม.12(4)", "มาตรา 12(4)"),
            ("ต้องเสร็จในกี่ ชม.", "ต้องเสร็จในกี่ ชั่วโมง"),
            ("ยาวกี่กม.คะ", "ยาวกี่กิโลเมตรคะ"),
            ("พื้นที่กี่ ตร.กม.", "พื้นที่กี่ ตารางกิโลเมตร"),
            ("ปธ. คือใคร", "ประธาน คือใคร"),
            ("ก.ยุติธรรม", "กระทรวงยุติธรรม"),
            ("แผนที่โรงแรมไหน", "แผน ที่โรงแรมไหน"),
        ],
    )
    def test_are_written_out(self, typed: str, meant: str) -> None:
        assert written_out(typed) == meant

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("มีกีด้าน", "มีกี่ด้าน"),
            ("มีกีโครงการ", "มีกี่โครงการ"),
            ("กีตัวชี้วัด", "กี่ตัวชี้วัด"),
            ("กีบาท", "กี่บาท"),
            ("งบเทาไร", "งบเท่าไร"),
            ("เมือไหร่", "เมื่อไหร่"),
            ("ยุทธศาสตร์ที 2", "ยุทธศาสตร์ที่ 2"),
            ("เกียวกับอะไรบาง", "เกี่ยวกับอะไรบ้าง"),
        ],
    )
    def test_missing_tone_marks_are_put_in(self, typed: str, meant: str) -> None:
        assert written_out(typed) == meant

    @pytest.mark.parametrize(
        "typed", ["กีฬา", "เกียรติบัตร", "เกียร์", "ปักกิ่ง", "กีดกัน", "กีดขวาง", "กีตาร์", "นาที 5", "บางหน่วยงาน"]
    )
    def test_where_none_is_missing_nothing_changes(self, typed: str) -> None:
        assert written_out(typed) == typed


class TestKeyboard:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            (";blypmyLoN-v'czo8nvvtwi", "วิสัยทัศน์ของแผนคืออะไร"),
            ("'[xit,kIi;,-v'czogmjkwi", "งบประมาณรวมของแผนเท่าไร"),
            ('8i," vo6,y9bczo;yowso', "ครม. อนุมัติแผนวันไหน"),
        ],
    )
    def test_thai_typed_on_an_english_keyboard(self, typed: str, meant: str, library: Library) -> None:
        assert spelling.as_meant(typed, library.index.vocabulary) == meant

    @pytest.mark.parametrize(
        "typed",
        [
            "What is GDX?",
            "EGDI 2020",
            "digital government development plan",
            "งบรวมเท่าไร",
            "แผน DG",
            "hi",
            "asdf qwer zxcv",
        ],
    )
    def test_anything_else_stays(self, typed: str, library: Library) -> None:
        assert spelling.as_meant(typed, library.index.vocabulary) == typed


@pytest.fixture
def glossary() -> Glossary:
    return read_glossary()


class TestCorrection:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("วิสัยทัศของแผน", "วิสัยทัศน์ของแผน"),
            ("ยทธศาสตร์ที่ 2", "ยุทธศาสตร์ที่ 2"),
            ("งบปรมาณรวม", "งบประมาณรวม"),
            ("มีมหาวิทยาลยกี่แห่ง", "มีมหาวิทยาลัยกี่แห่ง"),
        ],
    )
    def test_goes_towards_words_of_the_corpus(self, typed: str, meant: str, library: Library) -> None:
        assert spelling.corrected(typed, library.glossary, library.index.vocabulary) == meant

    def test_goes_towards_no_other_word(self, glossary: Glossary) -> None:
        assert spelling.corrected("วิสัยทัศของแผน", glossary, Vocabulary(["วิสัยทัศน์", "แผน"])) == "วิสัยทัศน์ของแผน"
        assert spelling.corrected("วิสัยทัศของแผน", glossary, Vocabulary(["งบประมาณ", "แผน"])) == "วิสัยทัศของแผน"

    @pytest.mark.parametrize(
        ("typed", "near"),
        [("พนักงานของแผน", "สำนักงาน"), ("พนักงานประจำ", "สำนักงาน"), ("ประชาชนพนักงาน", "ประชา"), ("ข้อสั่งการนายกฯ", "สั่ง")],
    )
    def test_words_that_are_words_stay(self, typed: str, near: str, glossary: Glossary) -> None:
        assert spelling.corrected(typed, glossary, Vocabulary([near, "แผน", "ข้อ"])) == typed

    def test_names_stay(self, glossary: Glossary) -> None:
        known = Vocabulary(["สำนักงานพัฒนา", "รัฐบาลดิจิทัล"])
        for name in ("สพร.", "สภาพัฒน์", "กพร"):
            folded = thai.fold(name)
            assert spelling.corrected(folded, glossary, known) == folded

    def test_nor_are_they_read_with_what_stands_beside_them(self) -> None:
        glossary = Glossary((Term("โรงแรมพูลแมน", "place", ()),), (), "")
        typed = "โรงแรมพูลแมนคิงเพาเวอ"
        assert spelling.corrected(typed, glossary, Vocabulary(["แมนควิง"])) == typed
        assert spelling.corrected(typed, Glossary((), (), ""), Vocabulary(["แมนควิง"])) != typed

    def test_puts_in_only_words_of_the_corpus(self, library: Library) -> None:
        vocabulary = library.index.vocabulary
        words = sorted({w for p in library.index.passages[::7] for w in thai.content_words(p.body)})
        long = [w for w in words if len(w) >= 7 and "\u0e01" <= w[0] <= "\u0e2e"]
        right = changed = 0
        for word in long:
            typed = thai.clean(word[:3] + word[4:])  # a letter was missed
            read = spelling.corrected(typed, library.glossary, vocabulary)
            if read != typed:
                changed += 1
                new = [w for w in thai.words(read) if w not in thai.words(typed)]
                assert all(w in vocabulary for w in new), (typed, read)
                right += read == word
        assert len(long) > 100
        assert right > 0.6 * changed > 0.3 * len(long)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ยศ.1 ได้งบเท่าไร", "ยุทธศาสตร์ที่ 1 ได้งบเท่าไร"),
        ("ยุทธ์ 2 คืออะไร", "ยุทธศาสตร์ที่ 2 คืออะไร"),
        ("ยุทธฯ ที่ 3", "ยุทธศาสตร์ที่ 3"),
        ("แผนรบ.ดิจิทัล", "แผนรัฐบาลดิจิทัล"),
        ("พรบ ดิจิทัลคืออะไร", "พรบ ดิจิทัลคืออะไร"),
        ("วปส.ข้อแรกคืออะไร", "วัตถุประสงค์ ข้อที่ 1คืออะไร"),
        ("คกก. ชุดไหน", "คณะกรรมการ ชุดไหน"),
        ("ลงราชกิจจาเล่มไหน", "ลงราชกิจจานุเบกษาเล่มไหน"),
        ("กม. ฉบับนี้", "กฎหมาย ฉบับนี้"),
        ("ยุทธศาสตร์แรกได้งบเท่าไร", "ยุทธศาสตร์ที่ 1ได้งบเท่าไร"),
        ("ร่างเดือน 9 ปี 63", "ร่างกันยายน ปี 2563"),
        ("งานเดือนกันยา", "งานเดือนกันยายน"),
    ],
)
def test_what_officials_write_short_is_written_in_full(typed: str, meant: str) -> None:
    assert re.sub(r"\s+", " ", written_out(thai.fold(typed))) == meant


@pytest.mark.parametrize(
    "typed", ["เลื่อนยศ", "ยศของตำรวจ 2 คน", "รบกับใคร", "ภายใน 9 เดือน 5 วัน", "ราชกิจจานุเบกษา", "ห่างไป 5 กม"]
)
def test_other_words_with_these_letters_stay(typed: str) -> None:
    assert written_out(thai.fold(typed)) == thai.fold(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ครั้งที่ 1/63", "ครั้งที่ 1/2563"),
        ("วัตถุประสงค์ข้อสอง", "วัตถุประสงค์ที่ 2"),
        ("ด้านสามคืออะไร", "ด้านที่ 3 คืออะไร"),
        ("หลังเวที 9 กันยายน", "หลังเวที 9 กันยายน"),
        ("ข้อสองด้าน", "ข้อ 2 ด้าน"),
        ("ความท้าทายอันที่สี่คืออะไร", "ความท้าทายที่ 4 คืออะไร"),
        ("ด้านลำดับสามคืออะไร", "ด้านที่ 3 คืออะไร"),
        ("ชื่อความท้าทายลำดับ 5", "ชื่อความท้าทายที่ 5"),
    ],
)
def test_numbers_beside_what_they_number(typed: str, meant: str) -> None:
    assert written_out(thai.fold(typed)).strip() == meant


def test_a_known_word_that_was_cut_in_two_is_not_misspelt(library: Library) -> None:
    vocabulary = library.vocabularies[Audience.PUBLIC]
    assert "สถานที่" in spelling.corrected(thai.fold("จัดเวิร์กช็อปวันไหน แล้วใช้สถานที่ใด"), library.glossary, vocabulary)
