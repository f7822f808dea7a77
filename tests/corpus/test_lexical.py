"""Tokens as numbers: the same BM25 scores as the library's own, and nothing cut twice."""

from collections import Counter
from pathlib import Path

import bm25s
import numpy as np
import pytest

from corpus import thai
from corpus.lexical import TokenCounts, count_tokens, read_bm25, write_bm25
from tests.corpus.small_index import PASSAGES

TEXTS = [passage.search_text for passage in PASSAGES]


@pytest.mark.parametrize("cut", [thai.words, thai.character_ngrams])
def test_scores_are_those_of_the_library(tmp_path: Path, cut: object) -> None:
    assert callable(cut)
    own = bm25s.BM25()
    own.index([cut(text) for text in TEXTS], show_progress=False)
    write_bm25(tmp_path / "words", count_tokens(TEXTS, cut))
    ours = read_bm25(tmp_path / "words")
    for text in TEXTS:
        np.testing.assert_allclose(ours.get_scores(cut(text)), own.get_scores(cut(text)), rtol=1e-5)


def test_what_is_known_is_not_cut_again_and_comes_out_the_same(tmp_path: Path) -> None:
    count_tokens(TEXTS[:5], thai.words).write(tmp_path / "tokens")
    earlier, cut = TokenCounts.read(tmp_path / "tokens"), list[str]()

    def spied(text: str) -> list[str]:
        cut.append(text)
        return thai.words(text)

    now = count_tokens(TEXTS[3:], spied, earlier, [3, 4, -1, -1, -1])
    assert cut == TEXTS[5:]
    for text, start, end in zip(TEXTS[3:], now.starts[:-1], now.starts[1:], strict=True):
        found = {now.vocabulary[n]: times for n, times in zip(now.tokens[start:end], now.times[start:end], strict=True)}
        assert found == Counter(thai.words(text))
        assert sorted(now.tokens[start:end]) == list(now.tokens[start:end])
    assert set(now.vocabulary) == {word for text in TEXTS[3:] for word in thai.words(text)}


def test_damage_is_told(tmp_path: Path) -> None:
    count_tokens(TEXTS, thai.words).write(tmp_path / "tokens")
    (tmp_path / "tokens" / "vocabulary.txt").write_text("หนึ่ง", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks words"):
        TokenCounts.read(tmp_path / "tokens")
    (tmp_path / "tokens" / "starts.npy").unlink()
    with pytest.raises(OSError, match=r"starts\.npy"):
        TokenCounts.read(tmp_path / "tokens")
