"""One text has one form: cleaned, folded, cut into words, and never cut inside a written cluster."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise, product
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythainlp.util import Trie

from corpus import thai
from corpus.growing_trie import GrowingTrie

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
MARKS = "ัิีึืฺุู็่้๊๋์ํ๎"

# Anything a keyboard, a PDF or a web page may bring: letters, marks in any order, invisibles, blanks, line ends.
messy = st.text(
    st.sampled_from([*"กขนมสร", *MARKS, *"าำเแ ", *"๑2aé.,-\n\r\t\x0b\u200b\ufeff\u00a0\u2028\u0301"]), max_size=25
)
# Syllables as Thai writes them ({c} a consonant, {t} a tone or none), and what stands between them.
SHAPES = [
    *("{c}{t}า", "{c}{t}ำ", "{c}ะ", "{c}ิ{t}น", "{c}ี{t}", "{c}ื{t}อ", "{c}ุ{t}", "{c}ู{t}", "{c}ั{t}ง", "{c}ัว", "{c}็"),
    *("เ{c}{t}", "เ{c}ี{t}ย", "เ{c}ื{t}อ", "เ{c}{t}า", "แ{c}{t}", "โ{c}{t}", "ไ{c}{t}", "ใ{c}{t}", "{c}{t}อ"),
    *(" ", "ๆ ", "ฯ ", " 2563 ", " AI ", " (๑๒) "),
]
syllable = st.builds(
    lambda shape, consonant, tone: shape.format(c=consonant, t=tone),
    st.sampled_from(SHAPES),
    st.sampled_from("กขคงจชดตนบปผพมยรลวสหอ"),
    st.sampled_from(["", "่", "้"]),
)
sound = st.lists(syllable, max_size=30).map("".join)


class TestClean:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("น\u0e4d\u0e32", "นำ"),
            ("น\u0e49\u0e4d\u0e32", "น้ำ"),
            ("น\u0e4d\u0e49\u0e32", "น้ำ"),
            ("ช\u0e48\u0e37อเร\u0e48\u0e37อง", "ชื่อเรื่อง"),
            ("พันธ\u0e4c\u0e38", "พันธุ์"),
            ("พััฒนา ที่่ ดี้้้", "พัฒนา ที่ ดี้"),
            ("ที่้", "ที่"),
            ("เเผน", "แผน"),
            ("รัฐ\u200bบาล\ufeff ดิจิ\u00adทัล", "รัฐบาล ดิจิทัล"),
            ("แผน\u00a0\u3000 พ.ศ.\t2563  ", "แผน พ.ศ. 2563"),
            ("หนึ่ง\r\nสอง\rสาม\x0cสี่\u2028ห้า", "หนึ่ง\nสอง\nสาม\nสี่\nห้า"),
            ("แผน\x00\x1b\x07", "แผน"),
            ("cafe\u0301", "café"),
        ],
    )
    def test_one_writing_of_what_looks_the_same(self, typed: str, meant: str) -> None:
        assert thai.clean(typed) == meant

    def test_thai_digits_and_signs_are_what_the_reader_sees_and_stay(self) -> None:
        text = "มาตรา ๑๒ (๔) “ร้อยละ” ๙๐.๒๔ – ฯลฯ ๆ ฿"
        assert thai.clean(text) == text

    @settings(max_examples=500, deadline=None)
    @given(messy)
    def test_cleaning_twice_changes_nothing(self, text: str) -> None:
        assert thai.clean(thai.clean(text)) == thai.clean(text)

    @settings(max_examples=200, deadline=None)
    @given(sound)
    def test_sound_text_is_left_as_it_is(self, text: str) -> None:
        assert thai.clean(text) == re.sub(" +", " ", text).strip()

    @pytest.mark.parametrize("file", sorted(DOCUMENTS.rglob("*.md")), ids=lambda file: file.stem)
    def test_the_documents_are_written_clean(self, file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        assert thai.clean(text) == text.strip()


class TestFold:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("แผน DGA ปี ๒๕๖๓–๒๕๖๕", "แผน dga ปี 2563-2565"),
            ("“ทางรัฐ” 6,504.69 ล้านบาท", "ทางรัฐ 6504.69 ล้านบาท"),
            ("1,234,567 และ 12,34", "1234567 และ 12,34"),
            ("9 ก.ย. 63", "9 กันยายน 63"),
            ("9 กย 63", "9 กันยายน 63"),
            ("9กย63", "9กันยายน 63"),
            ("มี.ค. 2564", "มีนาคม 2564"),
            ("ก.พ. พ.ศ. 2566", "กุมภาพันธ์ พศ  2566"),
            ("๓๐ มี.ค. ๒๕๖๔", "30 มีนาคม 2564"),
            ("30 มีนาคม 2564", "30 มีนาคม 2564"),
            ("สพร.จัดประชุม", "สพร จัดประชุม"),
            ("พ.ร.บ.การบริหาร พ.ศ.2562", "พรบ การบริหาร พศ 2562"),
            ("ดร.สุพจน์", "ดร สุพจน์"),
            ("www.dga.or.th", "www.dga.or.th"),
        ],
    )
    def test_writings_of_one_thing_fold_to_one_form(self, text: str, folded: str) -> None:
        assert thai.fold(text).strip() == folded

    def test_every_month_with_and_without_dots(self) -> None:
        short = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
        for month, abbreviation in zip(thai.MONTHS, short, strict=True):
            for form in (month, abbreviation, abbreviation.replace(".", "")):
                assert thai.fold(f"วันที่ 5 {form} 2564") == f"วันที่ 5 {month} 2564"

    @pytest.mark.parametrize(
        "text",
        [
            "สำนักงาน ก.พ. เสนอ",
            "สำนักงาน ก.พ. 12 คน",
            "ก.พ. 225 คน",
            "ก.พ. 450 คน",
            "ก.พ. 4,500 คน",
            "ก.พ. 65.5",
            "ก.พ.ร. 2563",
            "กพร. ปี 2563",
            "สวท.ก.พ. 2563",
        ],
    )
    def test_the_agency_is_not_february(self, text: str) -> None:
        assert "กุมภาพันธ์" not in thai.fold(text)

    @settings(max_examples=300, deadline=None)
    @given(messy)
    def test_folding_twice_changes_no_word(self, text: str) -> None:
        once = thai.fold(text)
        assert thai.fold(once).split() == once.split()

    def test_squeeze_finds_a_quote_whatever_its_spacing(self) -> None:
        assert thai.squeeze("งบ  6,504.69\nล้านบาท") == thai.squeeze("งบ๖,๕๐๔.๖๙ ล้านบาท") == "งบ6504.69ล้านบาท"


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("สพร. จัดประชุมแผนฯ ๒๕๖๓", ["สพร", "จัด", "ประชุม", "แผน", "ฯ", "2563"]),
            ("รัฐบาลดิจิทัล", ["รัฐบาล", "ดิจิทัล"]),
            ("การทำงานรูปแบบใหม่", ["การทำงาน", "รูปแบบ", "ใหม่"]),
            ("Quick Win (DGA)", ["quick", "win", "dga"]),
            ("EGDI2563", ["egdi", "2563"]),
            ("6,504.690 ล้านบาท", ["6504.69", "ล้าน", "บาท"]),
            ("", []),
            (" – … !?", []),
        ],
    )
    def test_words_by_hand(self, text: str, expected: list[str]) -> None:
        assert thai.words(text) == expected

    def test_the_project_s_own_words_are_known(self) -> None:
        lines = thai.OWN_WORDS.read_text(encoding="utf-8").splitlines()
        own = [line for line in lines if line and line[0] not in "#-"]
        assert own
        assert [word for word in own if not thai.is_known_word(word) or thai.words(word) != [word]] == []

    def test_unknown_is_unknown(self) -> None:
        assert thai.is_known_word("ประชาชน")
        assert not thai.is_known_word("ฟหกด")

    def test_content_words_leave_out_what_carries_no_topic(self) -> None:
        assert thai.content_words("งบประมาณของแผนคือเท่าไรครับ") == ["งบประมาณ", "แผน"]
        assert thai.content_words("what is the budget") == ["budget"]

    @settings(max_examples=200, deadline=None)
    @given(sound)
    def test_no_letter_is_lost_and_no_cluster_is_split(self, text: str) -> None:
        found = thai.words(text)
        assert "".join(found) == re.sub(r"[^a-z0-9ก-๎]", "", thai.fold(text))
        assert [word for word in found if word[0] in MARKS + "าะำ" or (len(word) > 1 and word[-1] in "เแโใไ")] == []


class TestCuts:
    @settings(max_examples=200, deadline=None)
    @given(messy | sound)
    def test_pieces_rejoin_to_the_text_and_hold_whole_clusters(self, text: str) -> None:
        cuts = [0, *thai.safe_cuts(text)]
        pieces = [text[start:end] for start, end in pairwise(cuts)]
        assert "".join(pieces) == text
        assert all(pieces)
        assert [p for p in pieces[1:] if p[0] in MARKS + "าะำ"] == []
        assert [p for p in pieces[:-1] if p[-1] in "เแโใไ"] == []

    def test_words_stay_whole(self) -> None:
        text = "สำนักงานพัฒนารัฐบาลดิจิทัลให้บริการประชาชน"
        cuts = set(thai.safe_cuts(text))
        for word in ("พัฒนา", "รัฐบาล", "ดิจิทัล", "ประชาชน"):
            start = text.index(word)
            assert not cuts & set(range(start + 1, start + len(word)))
            assert start in cuts

    def test_nothing_to_cut(self) -> None:
        assert list(thai.safe_cuts("")) == []

    def test_where_letters_are_written_as_one(self) -> None:
        text = "ที่แก้"  # ท ี ่ แ ก ้
        assert [offset for offset in range(len(text) + 1) if thai.in_cluster(text, offset)] == [1, 2, 4, 5]


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("งบ 6,504.69 ล้านบาท", ["6504.69"]),
            ("๔๑ โครงการ ร้อยละ ๙๐.๒๔", ["41", "90.24"]),
            ("160.00 และ 1,000", ["160", "1000"]),
            ("พ.ศ. 2563-2565", ["2563", "2565"]),
            ("ไม่มีตัวเลข", []),
        ],
    )
    def test_one_writing_of_a_number(self, text: str, expected: list[str]) -> None:
        assert thai.numbers(text) == expected

    @given(st.integers(0, 10**9))
    def test_thai_digits_and_commas_make_no_difference(self, number: int) -> None:
        assert thai.numbers(str(number).translate(THAI_DIGITS)) == thai.numbers(f"{number:,}") == [str(number)]


def test_character_ngrams_stay_inside_runs_of_letters() -> None:
    assert thai.character_ngrams("DGA2563 ก") == ["dga", "256", "563", "ก"]


def test_thai_share_counts_letters_only() -> None:
    assert thai.thai_share("แผน 2563!") == 1.0
    assert thai.thai_share("DGA 123") == 0.0
    assert thai.thai_share("กข ab") == 0.5
    assert thai.thai_share("2563 …") == 0.0


def test_the_wrong_keyboard_is_put_right() -> None:
    assert thai.wrong_keyboard(";blypmyLoN-v'czo") == "วิสัยทัศน์ของแผน"
    assert thai.wrong_keyboard("แผน") == "แผน"


def test_parts_of_speech() -> None:
    words = ["คณะรัฐมนตรี", "อนุมัติ", "แผน"]
    tags = thai.parts_of_speech(words)
    assert dict(zip(words, tags, strict=True)) == {"คณะรัฐมนตรี": "NOUN", "อนุมัติ": "VERB", "แผน": "NOUN"}
    assert thai.parts_of_speech([]) == []


def test_a_trie_that_grows_finds_what_a_whole_one_finds() -> None:
    dictionary = ["ก", "กา", "กาแฟ", "กาแฟเย็น", "การ", "แผน", "แผนงาน", "นา", "งาน"]
    whole, growing = Trie(dictionary), GrowingTrie(dictionary)
    text = "แผนการกาแฟเย็นกก"
    for _ in range(2):  # before and after its branches have grown
        for start in range(len(text) + 1):
            assert growing.prefixes(text, start) == whole.prefixes(text, start)
    assert len(growing) == len(whole) == len(dictionary)


def test_a_branch_is_whole_for_all_threads_that_walk_it_first() -> None:
    dictionary = [f"กา{''.join(ending)}" for ending in product("กขคงจ", repeat=4)]
    text = f"กา{'กขคง'}"
    for _ in range(20):
        growing, start = GrowingTrie(dictionary), Barrier(4)

        def walk(trie: GrowingTrie = growing, start: Barrier = start) -> list[str]:
            start.wait()
            return trie.prefixes(text)

        with ThreadPoolExecutor(4) as pool:
            assert [future.result() for future in [pool.submit(walk) for _ in range(4)]] == [[text]] * 4
