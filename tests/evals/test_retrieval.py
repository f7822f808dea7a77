"""Retrieval and reading on BEIR-style folders: figures by hand, the real index, and broken folders."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import evals.__main__ as commands
from bot.answer import Answer, Turn
from bot.library import Shelf
from bot.settings import Settings
from corpus import releases
from evals.beir import read_collection, serve
from evals.cases import SetError
from evals.reading import Reading, figures, stands_in
from evals.retrieval import FIGURES, evaluate, far_queries, leads, names, variants, write_trec
from tests.evals.samples import answer, case, citation, declined, write_set
from tests.evals.test_main import call

TEXTS = {
    "d1": "แม่น้ำเจ้าพระยาไหลผ่านกรุงเทพมหานคร มีความยาว 372 กิโลเมตร",
    "d2": "ภูเขาที่สูงที่สุดในประเทศไทยคือดอยอินทนนท์ จังหวัดเชียงใหม่",
    "d3": "การประชุมจัดที่โรงแรมเมื่อวันที่ 9 กันยายน 2563",
    "d4": "มะม่วงน้ำดอกไม้เป็นผลไม้ที่นิยมรับประทานกับข้าวเหนียว",
}
QUERIES = {
    "q1": ("แม่น้ำเจ้าพระยายาวเท่าไร", "d1", "372 กิโลเมตร"),
    "q2": ("ภูเขาใดสูงที่สุด", "d2", "ดอยอินทนนท์"),
    "q3": ("การประชุมจัดวันไหน", "d3", "9 กันยายน 2563"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    beir = tmp_path / "tiny"
    (beir / "qrels").mkdir(parents=True)
    corpus = [json.dumps({"_id": i, "title": "", "text": text}) for i, text in TEXTS.items()]
    queries = [
        json.dumps({"_id": i, "text": text, "answers": [{"passage": doc, "text": gold, "start": 0}]})
        for i, (text, doc, gold) in QUERIES.items()
    ]
    (beir / "corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    (beir / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    rows = ["query-id\tcorpus-id\tscore", *(f"{i}\t{doc}\t1" for i, (_, doc, _) in QUERIES.items())]
    (beir / "qrels" / "dev.tsv").write_text("\n".join(rows), encoding="utf-8")
    return beir


def test_the_ranking_figures_by_hand(folder: Path) -> None:
    collection = read_collection(folder)
    found = evaluate(collection, {"q1": ["d1", "d2"], "q2": ["d4", "d1", "d2"], "q3": []})
    assert found["hit@1"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["hit@5"] == found["recall@5"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["mrr@10"] == pytest.approx((1 + 1 / 3 + 0) / 3, abs=1e-6)
    assert found["ndcg@10"] == pytest.approx((1 + 0.5 + 0) / 3, abs=1e-6)  # 1 / log2(1 + 3) = 0.5


def test_a_query_that_a_run_does_not_have_counts_nothing_found(folder: Path) -> None:
    assert evaluate(read_collection(folder), {})["ndcg@10"] == 0.0


def test_only_the_part_asked_for_is_judged(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq2\td2\t1\nq1\td2\t0\n", encoding="utf-8")
    assert [query.id for query in read_collection(folder, "test").judged] == ["q2"]


def test_a_collection_is_served_by_the_bots_own_index(folder: Path, tmp_path: Path) -> None:
    release = serve(read_collection(folder), tmp_path / "data")
    library = Shelf(tmp_path / "data").library()
    assert library.release.id == release.id
    assert {passage.id for passage in library.index.passages} == set(TEXTS)
    library.index.close()


def test_the_retrieval_command(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("retrieval", folder, "--json", "--out", "out")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert list(printed["fused"]) == list(FIGURES)
    assert printed["fused"]["hit@1"] == 1.0
    assert printed["fused"]["ndcg@10"] == 1.0
    assert printed["bm25-spaces"]["hit@1"] < 1.0
    assert set(printed) >= {"fused", "dense", "words", "characters", "bm25", "bm25-spaces"}
    assert printed["fused"]["model_mb"] > 10
    assert printed["words"]["model_mb"] == 0
    first = (tmp_path / "out" / "fused.trec").read_text(encoding="utf-8").splitlines()[0].split()
    assert (first[0], first[1], first[2], first[3], first[5]) == ("q1", "Q0", "d1", "1", "fused")
    table = call("retrieval", folder, "--system", "fused", "--out", "out2")
    assert "1.000" in table.output
    assert all(name in table.output for name in FIGURES)  # none cut off in a window of 80 letters
    assert {path.name for path in (tmp_path / "out2").iterdir()} == {"fused.trec", "retrieval.json"}
    assert call("retrieval", folder, "--system", "magic").exit_code == 2
    assert call("retrieval", folder, "--part", "none").exit_code == 2


def test_langchains_own_way_is_a_system_beside_ours(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_classic")
    pytest.importorskip("langchain_community")
    pytest.importorskip("langchain_chroma")
    pytest.importorskip("rank_bm25")
    monkeypatch.chdir(tmp_path)
    result = call("retrieval", folder, "--system", "langchain", "--json", "--out", "out")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)["langchain"]
    assert printed["hit@5"] == 1.0
    assert printed["index_s"] > 0


def test_langchains_packages_are_named_where_they_are_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.langchain_baseline.is_installed", lambda: False)
    refused = call("retrieval", folder, "--system", "langchain")
    assert refused.exit_code == 2
    assert "benchmark" in refused.output
    assert "langchain" not in names([])


def test_the_far_quarter_shares_the_fewest_words_with_its_passage(folder: Path) -> None:
    collection = read_collection(folder)
    assert len(far_queries(collection)) == 1
    assert leads(collection) == frozenset()


def test_without_its_lead_an_item_must_be_found_by_the_rest_of_it(folder: Path) -> None:
    rows = "".join(f"q{n}	d{n}-0\t1\nq{n}\td{n}-1\t1\n" for n in (1, 2, 3)).replace("\t", "\t")
    texts = {f"d{n}-{part}": f"ข้อความ {n} {part}" for n in (1, 2, 3) for part in (0, 1)}
    lines = "".join(json.dumps({"_id": key, "text": text}, ensure_ascii=False) + "\n" for key, text in texts.items())
    (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text(
        "query-id\tcorpus-id\tscore\n" + rows.replace("\td", "\td"), encoding="utf-8"
    )
    collection = read_collection(folder)
    first = leads(collection)
    assert first == {"d1-0", "d2-0", "d3-0"}
    run = {"q1": ["d1-0", "d1-1"], "q2": ["d1-0", "d2-1"], "q3": ["d3-0"]}
    found = variants(collection, run, frozenset({"q3"}), first)
    assert found["ndcg@10_no_lead"] == pytest.approx(2 / 3)
    assert found["ndcg@10_far"] == pytest.approx(1 / (1 + 1 / np.log2(3)))


def test_a_trec_run_scores_the_same_in_ir_measures(folder: Path, tmp_path: Path) -> None:
    import ir_measures

    run = {"q1": ["d1", "d2"], "q2": ["d4", "d2"], "q3": ["d1", "d3", "d2"]}
    write_trec(tmp_path / "r.trec", run, "tag")
    qrels = [ir_measures.Qrel(q, doc, 1) for q, (_, doc, _) in QUERIES.items()]
    measure = ir_measures.nDCG @ 10
    written = ir_measures.read_trec_run(str(tmp_path / "r.trec"))  # type: ignore[no-untyped-call]
    again = ir_measures.calc_aggregate([measure], qrels, written)
    assert again[measure] == pytest.approx(evaluate(read_collection(folder), run)["ndcg@10"], abs=1e-6)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("corpus.jsonl", "{", "corpus.jsonl แถว 1"),
        ("corpus.jsonl", '{"_id": "a"}', "text"),
        ("corpus.jsonl", '{"_id": "a", "text": "ก"}\n{"_id": "a", "text": "ข"}', "ซ้ำ"),
        ("queries.jsonl", "\n", "ว่าง"),
        ("qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq1 d1 1\n", "dev.tsv แถว 2.*แท็บ"),
        ("qrels/dev.tsv", "query-id\tcorpus-id\tscore\nzz\td1\t1\n", "ไม่มีคำถามใด"),
    ],
)
def test_a_broken_folder_is_told_by_file_and_line(folder: Path, file: str, content: str, said: str) -> None:
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(SetError, match=said):
        read_collection(folder)
    assert call("retrieval", folder).exit_code == 2


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "corpus.jsonl").unlink()
    with pytest.raises(SetError, match=r"corpus\.jsonl"):
        read_collection(folder)


@pytest.mark.parametrize(
    ("wanted", "said", "found"),
    [("372 กม.", "ยาว ๓๗๒ กม", True), ("๙ ก.ย. 2563", "9 กันยายน 2563", True), ("373", "372", False), ("—", "—", False)],
)
def test_a_span_is_looked_for_in_one_writing(wanted: str, said: str, found: bool) -> None:
    assert stands_in(wanted, said) is found


def test_reading_figures_by_hand() -> None:
    def one(said: str, answered: bool, contains: bool) -> Reading:
        return Reading("q", "?", ("กข",), said, answered, contains, contains)

    found = figures([one("กขค", True, True), one("ค" * 9, True, False), one("", False, False), one("กข", True, True)])
    assert (found.questions, found.contains, found.answered) == (4, 0.5, 0.75)
    assert found.contains_if_answered == pytest.approx(2 / 3)
    assert (found.length_p50, found.length_p95, found.wanted_length_p50) == (3, 9, 2)


class Reader:
    """Knows one river and one mountain, the mountain wrong, and no more."""

    def answer(self, question: str, history: tuple[Turn, ...] = ()) -> Answer:
        if "แม่น้ำ" in question:
            return answer((TEXTS["d1"], (1,)), citations=[citation(text=TEXTS["d1"], passage_id="d1")])
        if "ภูเขา" in question:
            return answer(("ภูกระดึง", (1,)), citations=[citation(passage_id="d4")])
        return declined(question=question)


def test_the_speed_command(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    live = tmp_path / ".data"
    served = serve(replace(read_collection(folder), passages=read_collection(folder).passages[:1]), live)
    path = write_set(tmp_path / "s.jsonl", case(question="ดอยอินทนนท์อยู่จังหวัดอะไร"))
    result = call("speed", path, folder, "--passages", "3", "--json")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert (printed["passages"], printed["questions"]) == (3, 1)
    assert 0 < printed["cpu_p50"] <= printed["cpu_p95"]
    assert 0 < printed["opened_mb"] < 10_000
    assert json.loads(call("speed", path, folder, folder, "--json").stdout)["passages"] == len(TEXTS)
    assert "หน่วยประมวลผล" in call("speed", path).output
    assert releases.live_id(live) == served.id  # it is measured beside it


def test_the_reading_command(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    opened: list[Settings] = []

    def open_answerer(settings: Settings) -> Reader:
        opened.append(settings)
        return Reader()

    monkeypatch.setattr(commands, "_open_answerer", open_answerer)
    result = call("reading", folder, "--json", "--out", "out")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert printed["questions"] == 3
    assert printed["contains"] == printed["cited_right"] == pytest.approx(1 / 3)
    assert printed["answered"] == pytest.approx(2 / 3)
    assert opened[0].data_dir != Path(".data")
    lines = [
        json.loads(line) for line in (tmp_path / "out" / "readings.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [line["contains"] for line in lines] == [True, False, False]
    assert "33.3%" in call("reading", folder, "--out", "out2").output
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "ก"}', encoding="utf-8")
    assert call("reading", folder).exit_code == 2
