"""Training by contrast: a query must lie nearer to its passage than to all others of the batch and the near misses.

Loss: softmax cross-entropy over cosines ("multiple negatives ranking", Henderson et al. 2017), summed over
leading parts of the vector so that it may be cut short (Matryoshka, Kusupati et al. 2022). Half of it is taken of
cosine and lexical score together, as they are used: what shared words already settle then need not be learnt
(after CLEAR, Gao et al. 2021).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from corpus.training.pairs import Batch, Ids, Pairs

START_SCALE = 0.3  # root mean square of the vectors' entries at the start; the learning rate is relative to it


@dataclass(frozen=True)
class Course:
    """How long and how hard to train. The rate falls to nothing over `planned` epochs; it may be left before."""

    epochs: int = 8
    planned: int = 8
    batch: int = 1024
    rate: float = 0.02
    longest: int = 3  # passages in a row that a text may hold
    share: float = 1.0  # of what this course learnt in the sum of courses
    sharpness: float = 20.0  # cosines are multiplied by it before the softmax
    sizes: tuple[int, ...] = (448, 128)  # leading parts of a vector that must work alone
    mixed: float = 0.5  # share of the loss that is taken of vector and lexical score together
    lexical: float = 1.5  # what the lexical score counts there, beside the cosine's 1
    minutes: float = 60.0  # stop in good order after this long


# Two courses from one start, added up: short texts alone forget how long ones are told apart, and the other way
# round. The start is added too, against forgetting what news does not speak of (both after Wortsman et al. 2022).
COURSES = (Course(), Course(epochs=12, planned=16, rate=0.03, longest=1, share=0.5))
KEPT = 0.7


def train(
    start: NDArray[np.float32],
    pairs: Pairs,
    course: Course,
    *,
    checkpoint: Path,
    threads: int,
    report: Callable[[str], None],
    after_epoch: Callable[[int, NDArray[np.float32]], None] | None = None,
) -> NDArray[np.float32]:
    """The word vectors after training, shape as `start` (words, dimensions), row 0 zero.

    The learning rate rises over a tenth of the plan, then falls. A checkpoint is written after each
    epoch (`.npy`); a course that was stopped starts again from the beginning.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    table = nn.EmbeddingBag.from_pretrained(torch.from_numpy(start.copy()), freeze=False, mode="sum", padding_idx=0)
    optimizer = torch.optim.Adam(table.parameters(), lr=course.rate, betas=(0.9, 0.99), fused=True)
    steps = course.planned * len(pairs.epoch(course.batch))
    began = time.monotonic()
    step = 0
    for epoch in range(course.epochs):
        losses = []
        for numbers in pairs.epoch(course.batch):
            # Time decides the rate when it is the tighter bound, so that a slow machine ends in good order too.
            progress = max(step / steps, (time.monotonic() - began) / (60 * course.minutes))
            if progress >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = course.rate * min(1.0, 10 * (progress + 1 / steps)) * (1 - progress)
            loss = contrast(table, pairs.batch(numbers), course)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            losses.append(float(loss.detach()))
            step += 1
        vectors = table.weight.detach().numpy().copy()
        np.save(checkpoint, vectors)
        spent = time.monotonic() - began
        report(f"epoch {epoch + 1}/{course.epochs}: loss {np.mean(losses or [0]):.4f}, {spent:.0f} s")
        if after_epoch:
            after_epoch(epoch, vectors)
        if spent >= 60 * course.minutes:
            break
    return np.asarray(vectors, np.float32)


def contrast(table: nn.EmbeddingBag, batch: Batch, course: Course) -> Tensor:
    """The loss of a batch: for each size, queries against passages and near misses, and passages against queries."""
    queries = _bag(table, batch.queries)
    passages = _bag(table, batch.passages)
    lexical = torch.from_numpy(batch.lexical)
    right = torch.arange(len(queries))
    loss = queries.new_zeros(())
    for size in course.sizes:
        q = functional.normalize(queries[:, :size], dim=1)
        p = functional.normalize(passages[:, :size], dim=1)
        scores = course.sharpness * (q @ p.T)
        alone = functional.cross_entropy(scores, right) + 0.3 * functional.cross_entropy(scores[:, : len(q)].T, right)
        mixed = functional.cross_entropy(scores + course.sharpness * course.lexical * lexical, right)
        loss = loss + (1 - course.mixed) * alone + course.mixed * mixed
    return loss / len(course.sizes)


def _bag(table: nn.EmbeddingBag, texts: tuple[Ids, NDArray[np.int64]]) -> Tensor:
    ids, starts = texts
    vectors: Tensor = table(torch.from_numpy(ids.astype(np.int64)), torch.from_numpy(starts))
    return vectors
