"""One built index: what each system finds, who may see it, and what happens when its files are damaged. Real Chroma."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import corpus.index
from corpus.document import Passage, Unit, UnitKind
from corpus.index import (
    CANDIDATES,
    CHARACTER_WEIGHT,
    DENSE_WEIGHT,
    SOFT_WEIGHT,
    SYSTEMS,
    WORD_WEIGHT,
    Index,
    IndexUnusable,
    Query,
    Vocabulary,
    build_index,
    open_index,
    read_earlier,
)
from tests.corpus.small_index import PASSAGES, MeaningEmbedder, RandomEmbedder, passage

BUDGET, VISION, PROJECTS, PROJECTS_2, MEETING, DRAFT_BUDGET, SECTION_4, SECTION_10 = PASSAGES


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("index") / "built"
    build_index(directory, PASSAGES, MeaningEmbedder())
    return directory


@pytest.fixture(scope="session")
def index(built: Path) -> Index:
    return open_index(built, MeaningEmbedder())


def found(index: Index, text: str, **how: object) -> list[Passage]:
    return [hit.passage for hit in index.search(Query(text), **how)]  # type: ignore[arg-type]


class TestSearch:
    def test_passages_come_back_as_they_went_in(self, index: Index) -> None:
        assert index.passages == PASSAGES
        assert [p.digest for p in index.passages] == [p.digest for p in PASSAGES]

    def test_dense_finds_what_is_meant(self, index: Index) -> None:
        assert found(index, "ความฝัน", system="dense") == [VISION]
        assert found(index, "ความฝัน", system="words") == []
        assert found(index, "ความฝัน")[0] == VISION

    def test_words_find_what_is_named(self, index: Index) -> None:
        assert found(index, "41 โครงการ", system="words")[0] == PROJECTS
        assert found(index, "๒๒๕", system="words") == [MEETING]
        assert found(index, "225 คน", system="dense") == []

    def test_characters_find_what_is_misspelt(self, index: Index) -> None:
        assert found(index, "แพลตฟอรมแลกเปลี่ยน", system="characters")[0] == PROJECTS_2
        assert found(index, "พูลแมนน", system="characters") == [MEETING]

    def test_fused_weighs_the_four(self, index: Index) -> None:
        hits = index.search(Query("งบประมาณรวมเท่าไร"))
        assert hits[0].passage == BUDGET
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        for hit in hits:
            lexical = WORD_WEIGHT * hit.words + CHARACTER_WEIGHT * hit.characters
            assert hit.score == pytest.approx(DENSE_WEIGHT * hit.dense + SOFT_WEIGHT * hit.soft + lexical)
            assert all(0 <= part <= 1.0001 for part in (hit.score, hit.dense, hit.soft, hit.words, hit.characters))
        assert pytest.approx(1.0) == DENSE_WEIGHT + SOFT_WEIGHT + WORD_WEIGHT + CHARACTER_WEIGHT

    def test_soft_matching_knows_words_alike(self, index: Index) -> None:
        """By the word vectors that ship: what is asked need not be what is written."""
        hits = {hit.passage: hit for hit in index.search(Query("สัมมนาที่โรงแรมจัดที่ไหน"))}
        assert hits[MEETING].soft == max(hit.soft for hit in hits.values())
        assert 0 < hits[MEETING].soft < 1

    def test_no_more_than_asked_for(self, index: Index) -> None:
        assert len(found(index, "งบประมาณ แผน โครงการ", k=2)) == 2

    @pytest.mark.parametrize("system", SYSTEMS)
    @pytest.mark.parametrize("text", ["", "   ", "ฟหกด", "xyzzy", "!?"])
    def test_nothing_known_finds_nothing(self, index: Index, text: str, system: str) -> None:
        assert found(index, text, system=system) == []

    def test_a_passage_is_credited_with_the_name_it_uses(self, index: Index) -> None:
        names = ("สพร", "สำนักงานพัฒนารัฐบาลดิจิทัล (องค์การมหาชน)")
        assert SECTION_10 not in found(index, "สพร ทำอะไร", system="words")
        with_names = index.search(Query("สพร ทำอะไร", names=(names,)), system="words")
        assert with_names[0].passage == SECTION_10

    def test_several_threads_may_search_at_once(self, index: Index) -> None:
        texts = ["งบประมาณ", "ประชุมที่ไหน", "กฎหมาย", "วิสัยทัศน์"] * 10
        alone = [found(index, text) for text in texts]
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda text: found(index, text), texts)) == alone


class TestDocumentFilter:
    @pytest.mark.parametrize("system", SYSTEMS)
    def test_only_the_documents_given(self, index: Index, system: str) -> None:
        everywhere = {p.document_id for p in found(index, "งบประมาณของแผน", system=system)}
        assert everywhere >= {"plan", "draft"}
        only = found(index, "งบประมาณของแผน", system=system, documents={"draft"})
        assert {p.document_id for p in only} == {"draft"}

    def test_it_is_inside_the_search_so_that_others_do_not_take_the_places(self, index: Index) -> None:
        assert found(index, "งบประมาณของแผน", k=1) == [BUDGET]
        assert found(index, "งบประมาณของแผน", k=1, documents={"draft", "act"}) == [DRAFT_BUDGET]

    @pytest.mark.parametrize("exact_up_to", [corpus.index.EXACT_UP_TO, 0], ids=["by the array", "by Chroma"])
    def test_it_is_inside_the_dense_search(
        self, exact_up_to: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """More passages than may be proposed stand nearer to the question than the only one that may be read."""
        monkeypatch.setattr(corpus.index, "EXACT_UP_TO", exact_up_to)
        texts = ["บาท " * 20 + "วิสัยทัศน์ " * (i % 13) + "บริการ " * (i // 13) for i in range(150)]
        near = [passage("secret", str(i), text) for i, text in enumerate(texts)]
        far = passage("open", "เปิด", "บาท กฎหมาย")
        build_index(tmp_path / "index", [*near, far], MeaningEmbedder())
        crowded = open_index(tmp_path / "index", MeaningEmbedder())
        assert far not in found(crowded, "บาท", k=CANDIDATES, system="dense")
        assert found(crowded, "บาท", k=CANDIDATES, system="dense", documents={"open"}) == [far]
        crowded.close()

    def test_dense_search_misses_none_of_the_nearest(self, tmp_path: Path) -> None:
        many = [passage("d", str(i), f"ข้อความที่ {i}") for i in range(700)]
        embedder = RandomEmbedder()
        build_index(tmp_path / "index", many, embedder)
        crowded = open_index(tmp_path / "index", embedder)
        stored = crowded.vectors()
        vectors = np.stack([stored[p.digest] for p in many])
        for text in map(str, range(20)):
            nearest = np.argsort(-vectors @ embedder.embed_queries([text])[0])[: CANDIDATES - 1]
            got = found(crowded, text, k=CANDIDATES - 1, system="dense")
            assert {p.id for p in got} == {many[i].id for i in nearest}
        crowded.close()

    @pytest.mark.parametrize("system", SYSTEMS)
    def test_by_chroma_none_but_the_documents_given_are_found(
        self, index: Index, system: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(corpus.index, "EXACT_UP_TO", 0)  # as in a corpus of thousands of passages
        for document in ("plan", "draft", "act"):
            got = found(index, "งบประมาณของแผนตามกฎหมาย", system=system, documents={document})
            assert {p.document_id for p in got} == {document}

    @pytest.mark.parametrize("system", SYSTEMS)
    def test_who_may_read_nothing_finds_nothing(self, index: Index, system: str) -> None:
        assert found(index, "งบประมาณ", system=system, documents=set()) == []
        assert found(index, "งบประมาณ", system=system, documents={"unknown"}) == []


class TestLookingUp:
    def test_a_passage_by_its_id(self, index: Index) -> None:
        assert index.passage(MEETING.id) == MEETING
        assert index.passage("plan#none") is None

    def test_a_section_is_all_its_passages_in_order(self, index: Index) -> None:
        assert index.section(PROJECTS_2) == [PROJECTS, PROJECTS_2]
        assert index.section(BUDGET) == [BUDGET]  # the draft's section of that name is another one

    def test_in_how_many_passages_a_word_stands(self, index: Index) -> None:
        assert index.document_frequency("งบประมาณ") == 2
        assert index.document_frequency("โครงการ") == 2
        assert index.document_frequency("ไม่มี") == 0

    def test_the_vocabulary_finds_what_a_misspelling_comes_nearest_to(self, index: Index) -> None:
        assert "โครงการ" in index.vocabulary
        assert "โครงกาน" not in index.vocabulary
        nearest = index.vocabulary.nearest("โครงกาน", 0.8)
        assert nearest is not None
        assert nearest[0] == "โครงการ"
        assert 0.8 <= nearest[1] < 1
        assert index.vocabulary.nearest("ราชกิจจานุเบกษา", 0.8) is None
        assert Vocabulary(()).nearest("โครงการ", 0.1) is None


class TestVectors:
    def test_vectors_by_digest_as_they_were_embedded(self, index: Index) -> None:
        vectors = index.vectors()
        assert vectors.keys() == {p.digest for p in PASSAGES}
        expected = MeaningEmbedder().embed_queries([BUDGET.search_text])[0]
        np.testing.assert_allclose(vectors[BUDGET.digest], expected, atol=1e-6)

    def test_known_vectors_are_taken_over_and_only_the_others_embedded(
        self, index: Index, built: Path, tmp_path: Path
    ) -> None:
        changed = replace(VISION, units=(Unit(UnitKind.SENTENCE, "วิสัยทัศน์ใหม่"),), digest="new")
        passages = [BUDGET, changed, MEETING]
        embedder, reports = MeaningEmbedder(), list[int]()
        build_index(tmp_path / "next", passages, embedder, read_earlier(built), reports.append)
        assert embedder.embedded == [changed.search_text]
        assert sum(reports) == len(passages)
        following = open_index(tmp_path / "next", embedder)
        np.testing.assert_array_equal(following.vectors()[BUDGET.digest], index.vectors()[BUDGET.digest])
        assert found(following, "ความฝัน", system="dense") == [changed]
        following.close()

    def test_two_passages_may_be_the_same_text(self, tmp_path: Path) -> None:
        """A table that stands twice in a section: two ids, one digest, one vector."""
        twice = [BUDGET, replace(BUDGET, id=f"{BUDGET.id}-2"), VISION]
        build_index(tmp_path / "twice", twice, MeaningEmbedder())
        index = open_index(tmp_path / "twice", MeaningEmbedder())
        assert {p.id for p in found(index, "งบประมาณ", k=2)} == {BUDGET.id, f"{BUDGET.id}-2"}
        assert index.vectors().keys() == {BUDGET.digest, VISION.digest}
        index.close()

    def test_no_vector_is_needed_twice(self, built: Path, tmp_path: Path) -> None:
        embedder = MeaningEmbedder()
        build_index(tmp_path / "same", PASSAGES, embedder, read_earlier(built))
        assert embedder.embedded == []


class TestTakingOver:
    def generation(self, changed: int) -> list[Passage]:
        return [passage("d", f"ส่วน {i}", f"ข้อความที่ {i} {'ใหม่' if i < changed else 'เดิม'}") for i in range(60)]

    def test_the_store_is_taken_over_and_holds_what_one_made_anew_holds(self, tmp_path: Path) -> None:
        embedder = RandomEmbedder()
        build_index(tmp_path / "first", self.generation(0), embedder)
        build_index(tmp_path / "second", self.generation(5), embedder, read_earlier(tmp_path / "first"))
        assert (tmp_path / "second" / "removed.txt").read_text() == "5"
        taken_over = open_index(tmp_path / "second", embedder)
        taken_over.check_vectors()
        for one in self.generation(5):
            assert taken_over.search(Query(one.search_text), k=1, system="dense")[0].passage == one
        taken_over.close()
        untouched = open_index(tmp_path / "first", embedder)
        untouched.check_vectors()
        untouched.close()

    def test_one_that_changed_too_often_is_made_anew(self, tmp_path: Path) -> None:
        embedder = RandomEmbedder()
        build_index(tmp_path / "0", self.generation(0), embedder)
        for number, changed in enumerate((6, 12, 18), start=1):
            build_index(
                tmp_path / str(number), self.generation(changed), embedder, read_earlier(tmp_path / str(number - 1))
            )
        assert (tmp_path / "2" / "removed.txt").read_text() == "12"
        assert not (tmp_path / "3" / "removed.txt").exists()


def _cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "nothing there": lambda d: shutil.rmtree(d),
    "no store": lambda d: shutil.rmtree(d / "chroma"),
    "no database": lambda d: (d / "chroma" / "chroma.sqlite3").unlink(),
    "empty database": lambda d: (d / "chroma" / "chroma.sqlite3").write_bytes(b""),
    "not a database": lambda d: (d / "chroma" / "chroma.sqlite3").write_bytes(b"garbage " * 500),
    "half a database": lambda d: _cut(d / "chroma" / "chroma.sqlite3", 50_000),
    "no passages": lambda d: (d / "passages.jsonl").unlink(),
    "half a passage": lambda d: _cut(d / "passages.jsonl", 700),
    "fewer passages": lambda d: (d / "passages.jsonl").write_bytes(
        b"".join((d / "passages.jsonl").read_bytes().splitlines(keepends=True)[:3])
    ),
    "no vectors": lambda d: (d / "vectors.npy").unlink(),
    "half the vectors": lambda d: _cut(d / "vectors.npy", 150),
    "no words to match": lambda d: (d / "words_counts" / "tokens.npy").unlink(),
    "fewer words to match": lambda d: (d / "words_counts" / "vocabulary.txt").write_text("แผน", encoding="utf-8"),
    "no words": lambda d: shutil.rmtree(d / "words"),
    "no characters": lambda d: shutil.rmtree(d / "characters"),
    "half a vocabulary": lambda d: _cut(d / "words" / "vocab.index.json", 10),
    "half the scores": lambda d: _cut(d / "characters" / "data.csc.index.npy", 130),
}


class TestDamage:
    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
    def test_a_damaged_index_is_named_with_the_command_that_repairs_it(
        self, built: Path, tmp_path: Path, damage: Callable[[Path], object]
    ) -> None:
        directory = tmp_path / "damaged"
        shutil.copytree(built, directory)
        damage(directory)
        with pytest.raises(IndexUnusable) as error:
            open_index(directory, MeaningEmbedder())
        message = str(error.value)
        assert message.startswith(f"เปิดดัชนี {directory} ไม่ได้")
        assert "python -m ingest build --force" in message

    def test_a_lost_store_is_not_made_anew_and_empty(self, built: Path, tmp_path: Path) -> None:
        shutil.copytree(built, tmp_path / "copy")
        shutil.rmtree(tmp_path / "copy" / "chroma")
        with pytest.raises(IndexUnusable):
            open_index(tmp_path / "copy", MeaningEmbedder())
        assert not (tmp_path / "copy" / "chroma").exists()

    def test_looking_for_a_store_does_not_make_one(self, tmp_path: Path) -> None:
        with pytest.raises(IndexUnusable):
            open_index(tmp_path / "none", MeaningEmbedder())
        assert list(tmp_path.iterdir()) == []

    def test_a_store_that_lost_its_vectors_is_not_an_index_with_fewer(self, tmp_path: Path) -> None:
        """Chroma keeps vectors in files of their own once there are a thousand, and does not miss them at opening."""
        many = [passage("d", str(i), f"{i}") for i in range(1_001)]
        build_index(tmp_path / "built", many, MeaningEmbedder())
        directory = tmp_path / "copy"  # what this process still holds of the built one must not help
        shutil.copytree(tmp_path / "built", directory)
        (files,) = (path for path in (directory / "chroma").iterdir() if path.is_dir())
        assert (files / "data_level0.bin").stat().st_size > 0
        open_index(directory, MeaningEmbedder()).close()
        shutil.rmtree(files)
        with pytest.raises(IndexUnusable):
            open_index(directory, MeaningEmbedder())
