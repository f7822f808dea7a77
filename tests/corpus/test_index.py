"""One built index: what each system finds, who may see it, and what happens when its files are damaged. Real Chroma."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.document import Passage, Unit, UnitKind
from corpus.index import (
    CANDIDATES,
    CHARACTER_WEIGHT,
    DENSE_WEIGHT,
    SYSTEMS,
    WORD_WEIGHT,
    Index,
    IndexUnusable,
    Query,
    Vocabulary,
    build_index,
    open_index,
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

    def test_fused_weighs_the_three(self, index: Index) -> None:
        hits = index.search(Query("งบประมาณรวมเท่าไร"))
        assert hits[0].passage == BUDGET
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        for hit in hits:
            parts = DENSE_WEIGHT * hit.dense + WORD_WEIGHT * hit.words + CHARACTER_WEIGHT * hit.characters
            assert hit.score == pytest.approx(parts)
            assert 0 < hit.score <= 1.0001
        assert pytest.approx(1.0) == DENSE_WEIGHT + WORD_WEIGHT + CHARACTER_WEIGHT

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

    def test_it_is_inside_the_dense_search(self, tmp_path: Path) -> None:
        """More passages than may be proposed stand nearer to the question than the only one that may be read."""
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
            nearest = np.argsort(-vectors @ embedder.embed_queries([text])[0])[:CANDIDATES]
            got = found(crowded, text, k=CANDIDATES, system="dense")
            assert {p.id for p in got} == {many[i].id for i in nearest}
        crowded.close()

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

    def test_known_vectors_are_taken_over_and_only_the_others_embedded(self, index: Index, tmp_path: Path) -> None:
        changed = replace(VISION, units=(Unit(UnitKind.SENTENCE, "วิสัยทัศน์ใหม่"),), digest="new")
        passages = [BUDGET, changed, MEETING]
        embedder, reports = MeaningEmbedder(), list[int]()
        build_index(tmp_path / "next", passages, embedder, index.vectors(), reports.append)
        assert embedder.embedded == [changed.search_text]
        assert sum(reports) == len(passages)
        following = open_index(tmp_path / "next", embedder)
        np.testing.assert_array_equal(following.vectors()[BUDGET.digest], index.vectors()[BUDGET.digest])
        assert found(following, "ความฝัน", system="dense") == [changed]
        following.close()

    def test_no_vector_is_needed_twice(self, index: Index, tmp_path: Path) -> None:
        embedder = MeaningEmbedder()
        build_index(tmp_path / "same", PASSAGES, embedder, index.vectors())
        assert embedder.embedded == []


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

    def test_looking_for_a_store_does_not_make_one(self, tmp_path: Path) -> None:
        with pytest.raises(IndexUnusable):
            open_index(tmp_path / "none", MeaningEmbedder())
        assert list(tmp_path.iterdir()) == []

    def test_a_store_that_lost_its_vectors_is_not_an_index_with_fewer(self, tmp_path: Path) -> None:
        """Chroma keeps vectors in files of their own once there are a thousand, and does not miss them at opening."""
        directory = tmp_path / "many"
        # Built in a process of its own: the store must not be found whole in this one's memory.
        code = (
            "import sys; from pathlib import Path; from corpus.index import build_index;"
            "from tests.corpus.small_index import MeaningEmbedder, passage;"
            "many = [passage('d', str(i), f'งบประมาณ {i}') for i in range(1_100)];"
            "build_index(Path(sys.argv[1]), many, MeaningEmbedder())"
        )
        subprocess.run([sys.executable, "-c", code, str(directory)], check=True)
        (files,) = (path for path in (directory / "chroma").iterdir() if path.is_dir())
        assert (files / "data_level0.bin").stat().st_size > 0
        shutil.rmtree(files)
        with pytest.raises(IndexUnusable):
            open_index(directory, MeaningEmbedder())
