"""Where the answer stands in running prose: the stretch of a long text that most likely holds it.

Sentences of an article lean on each other: the subject is named once, what is asked about it comes lines later. So the
text is cut into short pieces, each piece is weighed by how near to it the question's words stand, and the stretch with
the greatest sum is told. Documents made of headings, lists and sentences that stand alone do not come here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.evidence import Evidence
from bot.question import Question
from bot.wording import Intent
from corpus import thai
from corpus.document import Passage, UnitKind
from corpus.index import Hit

LONG_SENTENCE = 200  # characters
LONG_SHARE = 0.3  # of a passage's characters that stand in long sentences, from which it is running prose
PASSAGES_READ = 3
LONGEST_ANSWER = 440  # characters, of two sentences at most
PIECE, LONGEST_PIECE = 35, 60  # characters of a piece, and from which one is cut

# What makes a piece likelier: see `_weigh`. Chosen by varying one at a time on public sets: docs/answers.md.
WORDS, GRAMS, KIND, NEW_WORDS, FIRST, DEFINING, PASSAGE = 4.0, 3.0, 1.0, 0.5, 0.8, 1.0, 12.0
REACH = 160  # characters within which a word of the question speaks for a piece; e-fold
AFTER = 2.0  # times as far for what follows a word as for what stands before it
OPENING = 150  # characters of a text that say what it is about; e-fold
RARE_HERE = 1.3  # power of a word's rarity within the passage
GRAM = 4  # letters
FOUND = 0.6  # of a word, from which it counts as standing in a piece

_NUMBER = re.compile(r"\d")
_NUMBER_WORD = re.compile(r"หนึ่ง|สอง(?!ส)|สาม(?!ารถ)|สี่|ห้า(?!ม|ง)|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน(?!ธ)|หมื่น|แสน|ล้าน|ครึ่ง")
_TIME = re.compile(rf"(?:1\d|2[05])\d\d|{'|'.join(thai.MONTHS)}|ศตวรรษ|ทศวรรษ")
_KINDS: tuple[tuple[frozenset[Intent], re.Pattern[str]], ...] = (
    (frozenset({Intent.DATE}), _TIME),
    (frozenset({Intent.COUNT, Intent.MONEY, Intent.PERCENT, Intent.RANK}), _NUMBER),
    (frozenset({Intent.PERSON}), re.compile(r"นาย|นาง|ดร\.|พระ|สมเด็จ|กษัตริย์|ผู้|ประธาน|โดย|ชื่อ|เจ้า|คุณ|บริษัท|คณะ|องค์")),
    (
        frozenset({Intent.PLACE}),
        re.compile(
            r"ประเทศ|เมือง|รัฐ(?!บาล|มนตรี|สภา)|จังหวัด|โรงเรียน|สนาม|เกาะ|แม่น้ำ|ทวีป|ถนน|ตำบล|อำเภอ|เขต|ทะเล|โรงแรม|กรุง|ใน"
        ),
    ),
    (frozenset({Intent.REASON}), re.compile(r"เพราะ|เนื่องจาก|เพื่อ|ทำให้|จึง|สาเหตุ")),
)
COUNTED, IN_WORDS = 2.0, 0.3  # a number of what is counted, and a number word, against any number

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """A few words of a sentence: which unit of the passage it is of, and from where to where in it."""

    unit: int
    start: int
    end: int


@dataclass(frozen=True)
class Stretch:
    """Neighbouring words of one or two sentences: the passage, and for each sentence its words.

    `found` is how much of each facet of the question the whole passage holds, `grams` the share of the question's
    letter groups that stand in it; both 0 to 1.
    """

    passage: Passage
    texts: tuple[str, ...]
    found: Floats
    grams: float


def is_prose(passage: Passage) -> bool:
    """Whether a passage is running text: of long sentences, or of sentences that no heading parts from the rest."""
    if passage.lead or any(unit.kind is not UnitKind.SENTENCE for unit in passage.units):
        return False
    lengths = [len(unit.text) for unit in passage.units]
    long = sum(length for length in lengths if length > LONG_SENTENCE)
    return len(passage.path) == 1 or long > LONG_SHARE * sum(lengths)


def best_stretch(question: Question, hits: Sequence[Hit], evidence: Evidence) -> Stretch | None:
    """The stretch of the first prose passages that most likely holds the answer; None where there is none."""
    read = [hit for hit in hits if is_prose(hit.passage)][:PASSAGES_READ]
    if not read or not question.facets:
        return None
    texts = [[hit.passage.units[p.unit].text[p.start : p.end] for p in _pieces(hit.passage)] for hit in read]
    held = evidence.held(question.facets, texts)
    rarity = evidence.rarities(question)  # here a verb says as much as a noun
    best: tuple[float, Hit, int, int, Floats] | None = None
    for hit, pieces, holds in zip(read, texts, held, strict=True):
        mass = _weigh(question, pieces, holds, rarity) * np.exp(PASSAGE * (hit.score - read[0].score))
        total, first, last = _heaviest(_pieces(hit.passage), mass)
        if best is None or total > best[0]:
            best = (total, hit, first, last, holds.max(axis=0))
    assert best is not None  # noqa: S101 - there is a passage
    _, hit, first, last, found = best
    asked, whole = thai.squeeze(question.text), thai.squeeze(hit.passage.body)
    wanted = _grams(asked)
    grams = sum(gram in whole for gram in wanted) / max(len(wanted), 1)
    return Stretch(hit.passage, _told(hit.passage, first, last), found, grams)


@lru_cache(maxsize=2048)
def _pieces(passage: Passage) -> tuple[Piece, ...]:
    """The passage cut at its blanks, and between words where that leaves long pieces."""
    found: list[Piece] = []
    for number, unit in enumerate(passage.units):
        for match in re.finditer(r"\S+\s*", unit.text):
            start = match.start()
            if len(match[0]) > LONGEST_PIECE:
                for cut in list(thai.safe_cuts(match[0]))[:-1]:
                    at = match.start() + cut
                    if at - start >= PIECE and match.end() - at > PIECE // 3:
                        found.append(Piece(number, start, at))
                        start = at
            found.append(Piece(number, start, match.end()))
    return tuple(found)


def _weigh(question: Question, texts: Sequence[str], holds: Floats, rarity: Floats) -> Floats:
    """How likely each piece holds the answer, up to a factor of the passage.

    `holds` is how much of each facet each piece holds, shape (pieces, facets). Words and letter groups that stand in
    few pieces of the passage say where the answer is; those that stand everywhere only say what the text is about.
    """
    lengths = np.array([len(text) for text in texts], np.float32)
    middle = np.cumsum(lengths) - lengths / 2
    distance = middle[:, None] - middle[None, :]
    reach = np.where(distance >= 0, REACH * AFTER, REACH)
    near = np.exp(-np.abs(distance) / reach).astype(np.float32)
    words = _near(near, holds, rarity * _rarity_here(holds) ** RARE_HERE)
    shared = _shared_grams(thai.squeeze(question.text), texts)
    grams = _near(near, shared, _rarity_here(shared))
    opening = np.exp(-middle / OPENING)
    first = FIRST + (DEFINING if Intent.DEFINITION in question.intents else 0.0)
    kind = np.array([_of_kind(question, text) for text in texts], np.float32)
    new = 1 - np.minimum(shared.sum(axis=1) / np.maximum(lengths - GRAM, 1), 1)
    score = WORDS * words + GRAMS * grams + KIND * kind + NEW_WORDS * new + first * opening
    return np.asarray(np.exp(score) * np.minimum(lengths / 40, 1.5), np.float32)


def _near(near: Floats, holds: Floats, weights: Floats) -> Floats:
    """How much of what is weighed stands near each piece, 0 to 1."""
    total = float(weights.sum())
    if not total:
        return np.zeros(len(near), np.float32)
    return np.asarray((near[:, :, None] * holds[None, :, :]).max(axis=1) @ weights / total, np.float32)


def _rarity_here(holds: Floats) -> Floats:
    """How few pieces hold each column, 0 for what all hold; 0 too for what none holds at all of letter groups."""
    count = len(holds)
    frequency = (holds > FOUND).sum(axis=0)
    rarity = np.log((count + 1) / (frequency + 0.5)) / np.log(count + 2)
    return np.asarray(np.clip(rarity, 0, 1), np.float32)


def _shared_grams(asked: str, texts: Sequence[str]) -> Floats:
    """Which of the question's letter groups each piece holds, shape (pieces, groups); they may reach over borders."""
    wanted = _grams(asked)
    squeezed = [thai.squeeze(text) for text in texts]
    ends = np.cumsum([len(text) for text in squeezed])
    whole = "".join(squeezed)
    where: dict[str, list[int]] = {}
    for i in range(len(whole) - GRAM + 1):
        if (gram := whole[i : i + GRAM]) in wanted:
            where.setdefault(gram, []).append(i)
    shared = np.zeros((len(texts), len(where)), np.float32)
    for column, places in enumerate(where.values()):
        shared[np.searchsorted(ends, places, side="right"), column] = 1.0
    return shared


def _grams(squeezed: str) -> frozenset[str]:
    return frozenset(squeezed[i : i + GRAM] for i in range(len(squeezed) - GRAM + 1))


def _of_kind(question: Question, text: str) -> float:
    """Whether a piece has the kind of thing that is asked for."""
    for intents, pattern in _KINDS:
        if not intents & question.intents:
            continue
        if pattern is not _NUMBER:
            return float(bool(pattern.search(text)))
        if question.counted and re.search(rf"\d[\d,.]*\s*\S{{0,4}}\s*{re.escape(question.counted)}", text):
            return COUNTED
        return 1.0 if pattern.search(text) else IN_WORDS if _NUMBER_WORD.search(text) else 0.0
    return 0.0


def _heaviest(pieces: Sequence[Piece], mass: Floats) -> tuple[float, int, int]:
    """The neighbouring pieces of at most two sentences that hold most, and how much: (sum, first, last)."""
    sums = np.concatenate([[0.0], np.cumsum(mass)])
    best, last, length = (-1.0, 0, 0), -1, 0
    for first, piece in enumerate(pieces):
        if last < first:
            last, length = first, piece.end - piece.start
        while last + 1 < len(pieces) and pieces[last + 1].unit - piece.unit < 2:
            longer = length + pieces[last + 1].end - pieces[last + 1].start
            if longer > LONGEST_ANSWER:
                break
            last, length = last + 1, longer
        best = max(best, (float(sums[last + 1] - sums[first]), first, last))
        length -= piece.end - piece.start
    return best


def _told(passage: Passage, first: int, last: int) -> tuple[str, ...]:
    """The words of the pieces, sentence by sentence."""
    pieces = _pieces(passage)[first : last + 1]
    units = dict.fromkeys(piece.unit for piece in pieces)
    spans = [[piece for piece in pieces if piece.unit == unit] for unit in units]
    return tuple(passage.units[span[0].unit].text[span[0].start : span[-1].end].strip() for span in spans)
