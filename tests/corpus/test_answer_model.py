"""What tells answers from near misses: the model that ships, how one is trained and written, what it learns from."""

import json
import random
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from corpus.answer_model import SHIPPED_ANSWER_MODEL, AnswerModel
from corpus.hub import ModelNotFound
from corpus.sentence_encoder import DIMENSIONS, Floats, Reading, SentenceEncoder
from corpus.training import answers


class Letters(SentenceEncoder):
    """Reads each letter as a piece, alike wherever it stands: enough to learn from, and quick."""

    def question(self, text: str) -> Reading:
        return self.units([text])[0]

    def units(self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None) -> list[Reading]:
        return [Reading(_letter(" "), np.array([_letter(letter) for letter in text], np.float32)) for text in texts]

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [(i, i + 1) for i in range(len(text))]


def _letter(letter: str) -> Floats:
    return np.random.default_rng(ord(letter)).normal(size=DIMENSIONS).astype(np.float32)


def judge(model: AnswerModel, encoder: SentenceEncoder, question: str, *texts: str) -> Floats:
    return model.judge(encoder.question(question).states, [read.states for read in encoder.units(texts)])


class TestShipped:
    @pytest.mark.parametrize(
        ("question", "answer", "near"),
        [
            (
                "ศูนย์พักพิงเปิดปีไหน",
                "ศูนย์พักพิงชั่วคราวแห่งแรกเปิดให้บริการในปี 2561 ที่ตำบลท่าเรือ",
                "ศูนย์พักพิงชั่วคราวแต่ละแห่งรองรับผู้ประสบภัยได้ 300 คน",
            ),
            (
                "ใช้เงินเท่าไหร่ทำห้องสมุดเคลื่อนที่",
                "โครงการห้องสมุดเคลื่อนที่ วงเงิน 12.5 ล้านบาท",
                "โครงการห้องสมุดเคลื่อนที่ออกให้บริการ 40 หมู่บ้านต่อเดือน",
            ),
        ],
    )
    def test_a_text_that_answers_is_told_from_one_on_the_same_thing(
        self, question: str, answer: str, near: str
    ) -> None:
        judged = judge(AnswerModel(), SentenceEncoder(), question, answer, near)
        assert judged.shape == (2,)
        assert judged[0] > judged[1]

    def test_nothing_is_judged_for_no_text(self) -> None:
        assert judge(AnswerModel(), SentenceEncoder(), "ปีไหน").shape == (0,)

    def test_it_ships_small(self) -> None:
        assert SHIPPED_ANSWER_MODEL.stat().st_size <= 2.5e6

    def test_a_file_that_is_not_there_or_cut_short_is_told(self, tmp_path: Path) -> None:
        for content in (None, SHIPPED_ANSWER_MODEL.read_bytes()[:1000]):
            if content:
                (tmp_path / "answers.onnx").write_bytes(content)
            with pytest.raises(ModelNotFound, match="git checkout -- corpus/sentence_model"):
                judge(AnswerModel(tmp_path / "answers.onnx"), Letters(), "ปีไหน", "ปี 2561")


class TestTraining:
    def test_it_learns_to_find_what_is_asked_and_is_written_as_it_was_trained(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """ "x" asks for a digit beside an x: a text with another letter beside its digit comes near."""
        monkeypatch.setattr(answers, "EPOCHS", 60)
        monkeypatch.setattr(answers, "WARM_UP", 10)
        pairs = [
            pair
            for a in "abcdefgh"
            for b in "123456"
            for pair in (
                answers.Pair(f"{a}?", f"mno {a}{b} {b}", (f"{a}{b}",)),
                answers.Pair(f"{a}?", f"mno {b} z{b}", ()),
            )
        ]
        encoder = Letters()
        reader = answers.train(pairs, encoder)
        answers.write_answer_model(reader, tmp_path / "answers.onnx")
        model = AnswerModel(tmp_path / "answers.onnx")
        good, near = judge(model, encoder, "c?", "mno c9 9", "mno 9 z9")  # a digit that it has not seen
        assert good > near + 1
        with torch.no_grad():
            asked, told = (torch.from_numpy(encoder.question(text).states[None]) for text in ("c?", "mno c9 9"))
            whole, _ = reader(asked, torch.ones(1, asked.shape[1]), told, torch.ones(1, told.shape[1]))
        assert float(whole[0]) == pytest.approx(float(good), abs=1e-3)

    def test_pieces_of_the_answer_are_marked_and_one_not_found_word_for_word_is_unknown(self) -> None:
        pairs = [answers.Pair("q", "ab cd ab", ("ab",)), answers.Pair("q", "xyz", ()), answers.Pair("q", "abc", ("d",))]
        questions, texts = answers.read_states(Letters(), pairs)
        batch = answers._batch(pairs, questions, texts)
        assert batch.holds[0].tolist() == [1, 1, 0, 0, 0, 0, 1, 1]
        assert batch.holds[1].tolist() == [0, 0, 0, -1, -1, -1, -1, -1]
        assert batch.holds[2].tolist() == [-1] * 8
        assert batch.answers.tolist() == [1, 0, 1]

    def test_pairs_are_read_as_they_are_written(self, tmp_path: Path) -> None:
        (tmp_path / "pairs.jsonl").write_text(
            json.dumps({"question": "ปีไหน", "text": "ปี 2561", "answers": ["2561"]}, ensure_ascii=False) + "\n", "utf-8"
        )
        assert list(answers.read_pairs(tmp_path / "pairs.jsonl")) == [answers.Pair("ปีไหน", "ปี 2561", ("2561",))]

    def test_of_an_article_the_passage_with_the_answer_and_some_others_are_taken(self, tmp_path: Path) -> None:
        sentences = [f"ประโยคที่ {i} เล่าเรื่องของเมืองริมน้ำแห่งหนึ่งซึ่งมีตลาดเก่าและวัดสำคัญหลายแห่ง" * 2 for i in range(8)]
        context = "\n".join([*sentences, "เมืองนี้ตั้งขึ้นเมื่อปี 2450 โดยพ่อค้าที่ย้ายมาจากเมืองเหนือและตั้งตลาดขึ้นริมแม่น้ำสายใหญ่"])
        row = {"question": "เมืองตั้งเมื่อไร", "context": context, "answers": {"text": ["2450"]}}
        with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
            archive.writestr("data/train.jsonl", json.dumps(row, ensure_ascii=False))
        found = list(answers.article_pairs(tmp_path / "data.zip", 5, random.Random(1)))
        assert [pair.answers for pair in found] == [("2450",), (), (), ()]
        assert "2450" in found[0].text
        assert not any("2450" in pair.text for pair in found[1:])
        assert len({pair.text for pair in found}) == 4
