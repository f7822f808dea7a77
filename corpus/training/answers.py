"""The answer model: trained to tell texts that answer a question from texts that only come near.

What it reads are the states in which the sentence encoder leaves the pieces of a question and of a text, each read
alone; the encoder itself is not changed. Each piece of the text looks at the question's pieces (attention flow, Seo et
al. 2017, arXiv:1611.01603, on states computed apart, MacAvaney et al. 2020, arXiv:2004.14255), two layers of
self-attention over the text follow, and two things are learnt at once: whether the text answers, and which of its
pieces do.

Pairs come from `python -m evals pairs`, and from the training split of iapp-wiki-qa: a passage that holds the answer,
and other passages of the same article.
"""

import json
import logging
import random
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from corpus.sentence_encoder import DIMENSIONS, SentenceEncoder

log = logging.getLogger("corpus.training")

WIDTH, LAYERS, HEADS, DROPOUT = 128, 2, 4, 0.25
EPOCHS, BATCH, RATE, DECAY, WARM_UP = 4, 48, 1.2e-3, 0.05, 200
RARE = 4.0  # how much more a piece of the answer counts than another
HIDDEN = -1e4
PASSAGE = 170  # letters of a passage of an article
NEAR, ANY = 2, 1  # other passages of the article: that share most with the question, and any
LEAST = 60  # letters of a passage that a paragraph's end closes
LONGEST = 260

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Pair:
    """A question, a text, and the words in the text that answer it; none if it only comes near."""

    question: str
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Pairs side by side. Masks are 1 where there is a piece; `holds` is 1 for pieces of an answer, −1 unknown."""

    question: Tensor
    question_mask: Tensor
    text: Tensor
    text_mask: Tensor
    answers: Tensor
    holds: Tensor


class Reader(nn.Module):
    """Reads a question and a text, given as the encoder's states."""

    def __init__(self, mean: Floats) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.from_numpy(mean), requires_grad=False)
        self.look = nn.Linear(DIMENSIONS, WIDTH)
        self.weight = nn.Linear(DIMENSIONS, 1)
        self.kind = nn.Linear(DIMENSIONS, WIDTH)
        self.mix = nn.Linear(3 * WIDTH + 4, WIDTH)
        self.drop = nn.Dropout(DROPOUT)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, 2 * WIDTH, DROPOUT, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, LAYERS, nn.LayerNorm(WIDTH), enable_nested_tensor=False)
        self.piece = nn.Linear(WIDTH, 1)
        self.whole = nn.Sequential(nn.Linear(2 * WIDTH + 4, WIDTH), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(WIDTH, 1))
        self.sharpness = nn.Parameter(torch.tensor(8.0))

    def forward(self, question: Tensor, asked: Tensor, text: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Log odds that the text answers, (n,), and that each of its pieces is of the answer, (n, pieces)."""
        question, text = (
            self.drop(functional.normalize(states - self.mean, dim=-1) * DIMENSIONS**0.5) for states in (question, text)
        )
        looking, looked_at = self.look(question), self.look(text)
        weight = self.weight(question).squeeze(-1).masked_fill(asked == 0, HIDDEN).softmax(-1)
        learnt = _alike(functional.normalize(looking, dim=-1), functional.normalize(looked_at, dim=-1))
        given = _alike(question, text) / DIMENSIONS
        attention = (learnt * self.sharpness).masked_fill(asked[:, :, None] == 0, HIDDEN).softmax(1)
        seen = torch.einsum("bij,bid->bjd", attention, looking)
        kind = self.kind(torch.einsum("bi,bid->bd", weight, question))
        near = [_nearness(alike, weight, asked) for alike in (learnt, given)]
        states = torch.cat([looked_at, looked_at * seen, looked_at * kind[:, None], *near], -1)
        states = self.layers(self.mix(states), src_key_padding_mask=told == 0)
        holds = self.piece(states).squeeze(-1).masked_fill(told == 0, HIDDEN)
        pointed = torch.einsum("bj,bjd->bd", holds.softmax(-1), states)
        mean = torch.einsum("bj,bjd->bd", told, states) / told.sum(1, keepdim=True)
        covered = _covered(learnt, given, weight, asked, told)
        return self.whole(torch.cat([pointed, mean, covered], -1)).squeeze(-1), holds


def _alike(question: Tensor, text: Tensor) -> Tensor:
    return torch.einsum("bid,bjd->bij", question, text)


def _nearness(alike: Tensor, weight: Tensor, asked: Tensor) -> Tensor:
    """How near each piece of the text is to the question's nearest piece, and to all of them, shape (n, pieces, 2)."""
    nearest = alike.masked_fill(asked[:, :, None] == 0, -1.0).max(1)[0]
    return torch.stack([nearest, torch.einsum("bi,bij->bj", weight, alike.clamp(min=0))], -1)


def _covered(learnt: Tensor, given: Tensor, weight: Tensor, asked: Tensor, told: Tensor) -> Tensor:
    """How much of the question the text has: as learnt, what is missing, as given, and its least piece: (n, 4)."""
    best, raw = (alike.masked_fill(told[:, None] == 0, -1.0).max(2)[0] for alike in (learnt, given))
    least = raw.masked_fill(asked == 0, 9.0).min(1)[0]
    missing = functional.relu(0.5 - best)
    return torch.stack([(weight * best).sum(1), (weight * missing).sum(1), (weight * raw).sum(1), least], -1)


def read_pairs(path: Path) -> Iterator[Pair]:
    """The pairs of a JSONL that `python -m evals pairs` wrote. Raises OSError, ValueError."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Pair(row["question"], row["text"], tuple(row["answers"]))


def article_pairs(path: Path, most: int, chance: random.Random) -> Iterator[Pair]:
    """Pairs of up to `most` questions of iapp-wiki-qa's `squad_format/data.zip`, training split. Raises OSError."""
    with zipfile.ZipFile(path) as archive, archive.open("data/train.jsonl") as lines:
        rows = [json.loads(line) for line in lines]
    chance.shuffle(rows)
    for row in rows[:most]:
        answer = (row["answers"]["text"] or [""])[0].strip()
        passages = [passage for passage in _passages(row["context"]) if len(passage) <= LONGEST]
        holding = [passage for passage in passages if answer and answer in passage]
        other = [passage for passage in passages if answer not in passage]
        if holding and other:
            shared = _shared_with(row["question"])
            yield Pair(row["question"], max(holding, key=shared), (answer,))
            other.sort(key=shared, reverse=True)
            further = chance.sample(other[NEAR:], min(ANY, len(other[NEAR:])))
            yield from (Pair(row["question"], passage, ()) for passage in other[:NEAR] + further)


def _shared_with(question: str) -> Callable[[str], int]:
    wanted = {question[i : i + 3] for i in range(len(question) - 2)}
    return lambda text: len(wanted & {text[i : i + 3] for i in range(len(text) - 2)})


def _passages(article: str) -> Iterator[str]:
    """An article cut at its blanks into passages of about the same length."""
    held = ""
    for paragraph in article.split("\n"):
        for phrase in re.split(r"(?<=\S)\s+", paragraph):
            if held and len(held) + len(phrase) > PASSAGE:
                yield held
                held = phrase
            else:
                held = f"{held} {phrase}".strip()
        if len(held) > LEAST:
            yield held
            held = ""
    if held:
        yield held


@dataclass(frozen=True)
class States:
    """The encoder's states of texts, computed once; `spans` are where the pieces stand in the text."""

    states: dict[str, NDArray[np.float16]]
    spans: dict[str, list[tuple[int, int]]]


def read_states(encoder: SentenceEncoder, pairs: Sequence[Pair]) -> tuple[States, States]:
    """The states of all questions, and of all texts."""
    questions = list(dict.fromkeys(pair.question for pair in pairs))
    texts = list(dict.fromkeys(pair.text for pair in pairs))
    return _states(encoder, questions, as_questions=True), _states(encoder, texts, as_questions=False)


def _states(encoder: SentenceEncoder, texts: Sequence[str], *, as_questions: bool) -> States:
    read = [encoder.question(text) for text in texts] if as_questions else encoder.units(texts)
    states = {text: each.states.astype(np.float16) for text, each in zip(texts, read, strict=True)}
    log.info("read %d texts", len(texts))
    return States(states, {} if as_questions else {text: encoder.spans(text) for text in texts})


def train(pairs: Sequence[Pair], encoder: SentenceEncoder, seed: int = 1) -> Reader:
    """A reader trained on the pairs; about two minutes an epoch for 19,000 pairs on two cores."""
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 - no secret is made of it
    questions, texts = read_states(encoder, pairs)
    some = chance.sample(list(texts.states), min(800, len(texts.states)))
    reader = Reader(np.concatenate([texts.states[text][:20] for text in some]).astype(np.float32).mean(axis=0))
    learnt = [parameter for parameter in reader.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(pairs) // BATCH)
    slope = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
    )
    for epoch in range(EPOCHS):
        losses = []
        for group in _groups(pairs, texts, chance):
            loss = _loss(reader, _batch(group, questions, texts))
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            slope.step()
            optimiser.zero_grad()
            losses.append(loss.item())
        log.info("epoch %d of %d, loss %.3f", epoch + 1, EPOCHS, float(np.mean(losses)))
    return reader.eval()


def _loss(reader: Reader, batch: Batch) -> Tensor:
    answers, holds = reader(batch.question, batch.question_mask, batch.text, batch.text_mask)
    known = batch.holds >= 0
    whole = functional.binary_cross_entropy_with_logits(answers, batch.answers)
    pieces = functional.binary_cross_entropy_with_logits(
        holds[known], batch.holds[known], pos_weight=torch.tensor(RARE)
    )
    return whole + pieces


def _groups(pairs: Sequence[Pair], texts: States, chance: random.Random) -> list[list[Pair]]:
    """The pairs in random batches of texts of about the same length."""
    mixed = chance.sample(list(pairs), len(pairs))
    groups: list[list[Pair]] = []
    for start in range(0, len(mixed), BATCH * 20):
        part = sorted(mixed[start : start + BATCH * 20], key=lambda pair: len(texts.states[pair.text]))
        groups += [part[i : i + BATCH] for i in range(0, len(part), BATCH)]
    chance.shuffle(groups)
    return groups


def _batch(pairs: Sequence[Pair], questions: States, texts: States) -> Batch:
    question, question_mask = _side_by_side([questions.states[pair.question] for pair in pairs])
    text, text_mask = _side_by_side([texts.states[pair.text] for pair in pairs])
    holds = torch.full(text_mask.shape, -1.0)
    for row, pair in enumerate(pairs):
        marked = _marked(pair, texts.spans[pair.text])
        if marked.any() or not pair.answers:  # an answer that is not found word for word is somewhere unknown
            holds[row, : len(marked)] = torch.from_numpy(marked)
    answers = torch.tensor([float(bool(pair.answers)) for pair in pairs])
    return Batch(question, question_mask, text, text_mask, answers, holds)


def _side_by_side(states: Sequence[NDArray[np.float16]]) -> tuple[Tensor, Tensor]:
    most = max(map(len, states))
    filled, mask = np.zeros((len(states), most, DIMENSIONS), np.float32), np.zeros((len(states), most), np.float32)
    for row, each in enumerate(states):
        filled[row, : len(each)], mask[row, : len(each)] = each, 1
    return torch.from_numpy(filled), torch.from_numpy(mask)


def _marked(pair: Pair, spans: Sequence[tuple[int, int]]) -> Floats:
    """1 for each piece of the text that stands in one of the answers."""
    marked = np.zeros(len(spans), np.float32)
    for start, end in _found(pair.text, pair.answers):
        marked[[i for i, (first, last) in enumerate(spans) if last > first and last > start and first < end]] = 1
    return marked


def _found(text: str, answers: Iterable[str]) -> Iterator[tuple[int, int]]:
    return ((m.start(), m.end()) for answer in answers if answer for m in re.finditer(re.escape(answer), text))


def write_answer_model(reader: Reader, file: Path) -> None:
    """Write a reader as ONNX: `question` and `text`, (1, pieces, 384), to `answers`, (1,). Raises OSError."""

    class OfOne(nn.Module):
        """Reads one question and one text, of which every piece counts."""

        def forward(self, question: Tensor, text: Tensor) -> Tensor:
            whole, _ = reader(question, torch.ones(question.shape[:2]), text, torch.ones(text.shape[:2]))
            return torch.as_tensor(whole)

    given = (torch.zeros(1, 12, DIMENSIONS), torch.zeros(1, 40, DIMENSIONS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own parts
        written = torch.onnx.export(
            OfOne().eval(),
            given,
            input_names=["question", "text"],
            output_names=["answers"],
            dynamic_shapes={"question": {1: "asked"}, "text": {1: "told"}},
            dynamo=True,
            verbose=False,
        )
    assert written is not None  # noqa: S101 - the exporter raises where it cannot
    written.save(str(file))
