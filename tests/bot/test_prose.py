"""Where the answer stands in running prose: invented articles, read through a real index."""

import pytest

from bot import prose, question
from bot.evidence import Evidence
from bot.prose import LONGEST_ANSWER, best_stretch, is_prose
from corpus.document import Passage, Unit, UnitKind
from corpus.embedder import StaticEmbedder
from corpus.glossary import read_glossary
from corpus.index import Index, Query, build_index, open_index

LIGHTHOUSE = (
    "ประภาคารแหลมนกยูงเป็นประภาคารริมทะเลอันดามัน มีชื่อเสียงเพราะรูปทรงแปดเหลี่ยมและกระเบื้องสีฟ้าที่ส่งมาจากต่างเมือง "
    "ผู้คนจำนวนมากเดินทางมาชมในฤดูหนาว "
    "และมีร้านอาหารทะเลเรียงรายอยู่ตามทางเดินขึ้นเขาไปจนถึงลานชมวิวด้านบน",
    "การก่อสร้างเริ่มในปี พ.ศ. 2471 โดยช่างชื่อวิเชียร ทองประเสริฐ ซึ่งออกแบบบันไดเวียน "
    "196 ขั้นไว้กลางอาคาร ต่อมาเกิดพายุใหญ่จนยอดหอพังลง "
    "จึงต้องหยุดงานไปสองปี และใช้เหล็กจากเรืออับปางมาเสริมผนังให้หนาขึ้นกว่าเดิม",
    "หลังจากนั้นกรมเจ้าท่าได้ติดตั้งตะเกียงซึ่งส่องไกล 35 กิโลเมตร แทนกระจกเดิมที่แตก "
    "และเปลี่ยนไปใช้ไฟฟ้าจากแสงอาทิตย์ทั้งหมด "
    "ผู้ดูแลประภาคารคนสุดท้ายคือสมพงษ์ เรืองฤทธิ์ ซึ่งเกษียณอายุแล้วเขียนบันทึกเรื่องนกทะเลไว้หลายเล่ม",
)
MARKET = (
    "ตลาดน้ำบางระกำเปิดทุกวันเสาร์และอาทิตย์ ขายขนมพื้นบ้านและผักสวนครัวจากชาวสวนสองฝั่งคลอง "
    "มีเรือพายให้เช่าชมสวนในราคาย่อมเยา "
    "และมีการแสดงดนตรีไทยในช่วงบ่ายของทุกวันเปิดทำการตลอดทั้งปี ไม่เว้นฤดูฝนที่มีน้ำหลากเข้ามาถึงลานจอดรถ",
)


def article(name: str, sentences: tuple[str, ...], *path: str) -> Passage:
    units = tuple(Unit(UnitKind.SENTENCE, sentence) for sentence in sentences)
    return Passage(id=name, document_id=name, path=path or (name,), units=units, digest=name)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("articles") / "index"
    embedder = StaticEmbedder.load()
    build_index(folder, [article("lighthouse", LIGHTHOUSE), article("market", MARKET)], embedder)
    return open_index(folder, embedder)


def read(index: Index, text: str) -> prose.Stretch | None:
    asked = question.understand(text, read_glossary(), index.vocabulary)
    evidence = Evidence(index, StaticEmbedder.load())
    return best_stretch(asked, index.search(Query(asked.text)), evidence)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ("ประภาคารแหลมนกยูงเริ่มก่อสร้างเมื่อใด", "2471"),
        ("ใครออกแบบบันไดเวียนของประภาคาร", "วิเชียร ทองประเสริฐ"),
        ("ตะเกียงของประภาคารส่องไกลกี่กิโลเมตร", "35 กิโลเมตร"),
        ("ผู้ดูแลประภาคารคนสุดท้ายคือใคร", "สมพงษ์ เรืองฤทธิ์"),
        ("ตลาดน้ำบางระกำเปิดวันไหน", "วันเสาร์และอาทิตย์"),
    ],
)
def test_the_stretch_holds_the_answer(index: Index, asked: str, holds: str) -> None:
    stretch = read(index, asked)
    assert stretch is not None
    assert holds in "\n".join(stretch.texts)


def test_a_stretch_is_verbatim_and_short(index: Index) -> None:
    stretch = read(index, "ผู้ดูแลประภาคารคนสุดท้ายคือใคร")
    assert stretch is not None
    assert 1 <= len(stretch.texts) <= 2
    assert sum(map(len, stretch.texts)) <= LONGEST_ANSWER < sum(map(len, LIGHTHOUSE))
    assert all(any(text in sentence for sentence in LIGHTHOUSE) for text in stretch.texts)


def test_what_is_asked_in_other_words_is_held_less(index: Index) -> None:
    near, far = read(index, "บันไดเวียนกลางอาคารมีกี่ขั้น"), read(index, "ตั๋วรถไฟไปเชียงใหม่ราคากี่บาท")
    assert near is not None and far is not None
    assert near.grams > 2 * far.grams
    assert near.found.mean() > far.found.mean()


def test_pieces_make_up_the_sentences_and_cut_no_word() -> None:
    passage = article("lighthouse", LIGHTHOUSE)
    pieces = prose._pieces(passage)
    told = "".join(passage.units[piece.unit].text[piece.start : piece.end] for piece in pieces)
    assert told == "".join(LIGHTHOUSE)
    assert max(piece.end - piece.start for piece in pieces) < 2 * prose.LONGEST_PIECE


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        (article("a", LIGHTHOUSE), True),
        (article("a", LIGHTHOUSE, "a", "ประวัติ"), True),
        (article("a", ("งานเริ่มวันที่ 9 กันยายน 2563", "มีผู้ร่วมงาน 225 คน"), "a", "งาน"), False),
        (Passage("a", "a", ("a",), (Unit(UnitKind.ITEM, "ก"), Unit(UnitKind.ITEM, "ข")), lead="มี 2 ข้อ ดังนี้"), False),
    ],
    ids=("no headings", "long sentences", "sentences that stand alone", "a list"),
)
def test_what_is_running_prose(passage: Passage, expected: bool) -> None:
    assert is_prose(passage) is expected
