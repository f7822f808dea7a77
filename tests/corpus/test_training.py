"""The training recipe on a handful of made-up news: what is read, what is dropped, and that it learns."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from corpus import thai
from corpus.embedder import StaticEmbedder
from corpus.training import files, lsa, pairs, texts, vocabulary
from corpus.training.__main__ import main

SUBJECTS = {
    "น้ำท่วม": "ฝนตกหนัก แม่น้ำเอ่อล้น ชาวบ้านอพยพ กรมชลประทานเร่งระบายน้ำ",
    "วัคซีน": "โรงพยาบาลฉีดยาป้องกันโรค แพทย์ดูแลผู้ป่วย กระทรวงสาธารณสุขจัดหาเวชภัณฑ์",
    "ข้าว": "ชาวนาเก็บเกี่ยวผลผลิต โรงสีรับซื้อ ราคาตันละหมื่นบาท เกษตรกรพอใจ",
    "ดิจิทัล": "ระบบออนไลน์เชื่อมโยงฐานข้อมูล ประชาชนยื่นคำขอผ่านแอปพลิเคชัน ลดกระดาษ",
}


def _write_news(folder: Path, number: int, title: str, body: str, date: str = "วันจันทร์ที่ 2 มกราคม 2566") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"ข่าว_{number}.txt").write_text(
        f"รัฐบาลไทย-ข่าวทำเนียบรัฐบาล-{title}\n\n\n{date}\nพิมพ์\n{title}\n{body}\n\nที่มา : https://www.thaigov.go.th/{number}",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("news")
    number = 0
    for subject, body in SUBJECTS.items():
        for province in ("ภูเก็ต", "เชียงใหม่", "ขอนแก่น", "สงขลา", "ระยอง", "น่าน"):
            number += 1
            _write_news(folder, number, f"รัฐบาลติดตามเรื่อง{subject}จังหวัด{province}", f"{body}\nลงพื้นที่{province} {body}")
    return folder


@pytest.fixture(scope="module")
def cut(news: Path) -> list[texts.CutItem]:
    return texts.cut(texts.read_news(news), texts.measuring_text(None), processes=1)[0]


def test_news_items_lose_site_name_date_and_repeated_title(tmp_path: Path) -> None:
    _write_news(tmp_path, 1, "เปิดโครงการ - ระยะสอง", "เนื้อความแรก")
    (item,) = texts.read_news(tmp_path)
    assert item == texts.Item("thaigov", "เปิดโครงการ - ระยะสอง", ("เนื้อความแรก",))


def test_news_outside_the_years_is_left_out(tmp_path: Path) -> None:
    for number, date in enumerate(["วันพุธที่ 1 มกราคม 2568", "วันศุกร์ที่ 31 ธันวาคม 2560", "ไม่มีวันที่"]):
        _write_news(tmp_path, number, "หัวข้อข่าว", "เนื้อความ", date)
    assert list(texts.read_news(tmp_path)) == []


def test_a_folder_without_news_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no news item"):
        list(texts.read_news(tmp_path))


def test_questions_are_read_plain_and_zipped(tmp_path: Path) -> None:
    row = json.dumps({"question": "ใครเป็นผู้ก่อตั้ง", "context": "บรรทัดหนึ่ง\n\nบรรทัดสอง"})
    (tmp_path / "train.jsonl").write_text(row + "\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        archive.writestr("data/train.jsonl", row)
    plain, zipped = (list(texts.read_questions(tmp_path / name)) for name in ("train.jsonl", "data.zip"))
    assert plain == zipped == [texts.Item("iapp", "ใครเป็นผู้ก่อตั้ง", ("บรรทัดหนึ่ง", "บรรทัดสอง"))]


def test_what_stands_in_a_measuring_set_is_dropped(tmp_path: Path) -> None:
    seen = "".join(SUBJECTS.values())
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "corpus.jsonl").write_text(
        json.dumps({"_id": "1", "title": "", "text": seen}), encoding="utf-8"
    )
    (tmp_path / "set" / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "คำถามเดิม"}), encoding="utf-8")
    excluded = texts.measuring_text(tmp_path)
    news = [
        texts.Item("thaigov", "คำถาม เดิม", ("เนื้อความอื่น",)),  # the question itself, spaced otherwise
        texts.Item("thaigov", "หัวข้อใหม่", (seen[10:180],)),  # part of a passage
        texts.Item("thaigov", "หัวข้อใหม่", ("เนื้อความที่ไม่เคยมีในชุดวัดผลใดเลย" * 5,)),
    ]
    assert [excluded.holds(item) for item in news] == [True, True, False]
    kept, dropped = texts.cut(news, excluded, processes=1)
    assert (len(kept), dropped) == (1, 2)


def test_cut_items_are_written_and_read_back(tmp_path: Path, cut: list[texts.CutItem]) -> None:
    texts.write_cut(tmp_path / "cut.jsonl", cut)
    assert texts.read_cut(tmp_path / "cut.jsonl") == cut
    assert list(cut[0].title) == thai.words("".join(cut[0].title))


def test_vocabulary_is_ranked_and_leaves_out_figures(cut: list[texts.CutItem]) -> None:
    figures = texts.CutItem("thaigov", ("2566", "12.75", "123456"), ())
    found = vocabulary.count_words([*cut, figures, figures, figures], size=500, least=3)
    assert found.words[0] == vocabulary.UNKNOWN
    assert "2566" in found.numbers
    assert not {"12.75", "123456"} & set(found.words)
    assert found.idf[found.numbers["รัฐบาล"]] < found.idf[found.numbers["วัคซีน"]]
    assert list(found.ids(["รัฐบาล", "ไม่มีคำนี้"])) == [found.numbers["รัฐบาล"]]


def test_lsa_puts_words_of_one_subject_together(cut: list[texts.CutItem]) -> None:
    found = vocabulary.count_words(cut, size=500, least=1)
    matrix = vocabulary.tfidf([found.ids([*i.title, *(w for line in i.lines for w in line)]) for i in cut], found)
    assert np.allclose((matrix**2).sum(axis=1), 1, atol=1e-5)
    vectors = lsa.word_vectors(matrix, 4, seed=1)
    assert np.array_equal(vectors, lsa.word_vectors(matrix, 4, seed=1))
    near, far = (abs(vectors[found.numbers["ชาวนา"]] @ vectors[found.numbers[word]]) for word in ("โรงสี", "แพทย์"))
    assert near > far


def test_near_misses_are_other_items_but_not_the_same_news(cut: list[texts.CutItem]) -> None:
    found = vocabulary.count_words(cut, size=500, least=1)
    items = pairs.training_items(cut, found)
    misses = pairs.near_misses(items, found, count=3)
    assert misses.shape == (len(items), 3)
    source = pairs.Pairs(items, misses, found.idf, seed=3, span_share=0.5, dropout=0.2, longest=3)
    batch = source.batch(source.epoch(8)[0])
    assert len(batch.queries[1]) == 8
    assert len(batch.passages[1]) == 16
    assert batch.lexical.shape == (8, 16)
    assert 0 <= batch.lexical.min() <= batch.lexical.max() <= 1


def test_quantised_rows_are_off_by_half_a_step() -> None:
    vectors = np.random.default_rng(0).standard_normal((20, 8)).astype(np.float32)
    rows, scale = files.quantise(vectors)
    assert rows.dtype == np.int8
    assert np.all(np.abs(scale[:, None] * rows - vectors) <= scale[:, None] * 0.5 + 1e-6)


def test_recipe_runs_from_checkout_to_model(news: Path, tmp_path: Path) -> None:
    work, out = tmp_path / "work", tmp_path / "model"
    assert main(["prepare", "--news", str(news), "--work", str(work), "--processes", "1"]) == 0
    small = ["--words", "400", "--least", "1", "--dimensions", "16", "--sizes", "16,8", "--batch", "8", "--epochs", "3"]
    assert main(["train", "--work", str(work), "--out", str(out), "--threads", "1", *small]) == 0
    model = StaticEmbedder.load(out)
    question, *passages = model.embed_passages(["ฉีดวัคซีน", SUBJECTS["วัคซีน"], SUBJECTS["ข้าว"], SUBJECTS["น้ำท่วม"]])
    assert int(np.argmax(np.array(passages) @ question)) == 0
    card = json.loads((work / "figures.json").read_text(encoding="utf-8"))
    assert card["items"] == 24
    assert card["revision"] == model.identity.split("/")[1]
