"""What each unit of an index means: as the sentence encoder reads it, done once when the index is built.

A question is compared with the units that the search found, and read together with the first of them
(`bot/evidence.py`). Vectors, and the states of the pieces as bytes, are kept beside the index, in the order of its
passages and their units; those of texts that did not change are taken over from the index before.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from corpus.document import Passage
from corpus.index import EarlierIndex, IndexUnusable
from corpus.sentence_encoder import DIMENSIONS, Floats, Reading, SentenceEncoder, unit_text

UNITS = "units.npz"
PIECES = "pieces.npy"
MOST = 127  # of a byte, either way

Bytes = NDArray[np.int8]
Place = tuple[Passage, int]  # a unit, by its passage and its position in it


@dataclass(frozen=True)
class Kept:
    """A reading as it is kept: each piece's states as bytes, times that piece's scale."""

    vector: NDArray[np.float16] = field(repr=False)
    pieces: Bytes = field(repr=False)
    scales: NDArray[np.float16] = field(repr=False)


@dataclass(frozen=True)
class UnitVectors:
    """How all units of an index are read: `vectors` has shape (units, 384), `pieces` (all pieces, 384), `scales` one
    number for each piece; `ends` are where the pieces of each unit end."""

    encoder: SentenceEncoder
    vectors: NDArray[np.float16] = field(repr=False)
    pieces: Bytes = field(repr=False)
    scales: NDArray[np.float16] = field(repr=False)
    ends: NDArray[np.int64] = field(repr=False)
    starts: dict[str, int] = field(repr=False)
    passages: dict[str, Passage] = field(repr=False)

    def likeness(self, question: str, units: Sequence[Place]) -> Floats:
        """The cosine of a question with each unit, given as a passage and a position in it, shape (units,).

        A passage that is not the index's own, cut from it to be looked at alone, is like nothing: 0.
        """
        rows = [self._row(passage, position) for passage, position in units]
        known = np.array(rows, np.intp) >= 0
        if not known.any():
            return np.zeros(len(rows), np.float32)
        alike = self.vectors[rows].astype(np.float32) @ self.encoder.question(question).vector
        return np.where(known, alike, np.float32(0))

    def between(self, unit: Place, units: Sequence[Place]) -> Floats:
        """The cosine of a unit with each of others, shape (units,); 0 where one is not of the index's own passages."""
        row, rows = self._row(*unit), np.array([self._row(*other) for other in units], np.intp)
        if row < 0 or not len(rows):
            return np.zeros(len(rows), np.float32)
        alike = self.vectors[rows].astype(np.float32) @ self.vectors[row].astype(np.float32)
        return np.where(rows >= 0, alike, np.float32(0))

    def states(self, passage: Passage, position: int) -> Floats:
        """The states of a unit's pieces, shape (pieces, 384); of a passage that is not the index's own, read now."""
        row = self._row(passage, position)
        if row < 0:
            return self.encoder.units([unit_text(passage, passage.units[position])])[0].states
        kept = _kept(self.vectors, self.pieces, self.scales, self.ends, row)
        return kept.pieces.astype(np.float32) * kept.scales.astype(np.float32)[:, None]

    def _row(self, passage: Passage, position: int) -> int:
        return self.starts[passage.id] + position if self.passages.get(passage.id) is passage else -1


def write_unit_vectors(
    directory: Path,
    passages: Sequence[Passage],
    encoder: SentenceEncoder,
    earlier: EarlierIndex | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Read the units of the passages of an index, and keep that in its directory.

    `earlier` is an index to take over from. `progress` is called with the number of units done since the last call.

    Raises:
        ModelNotFound: the encoder's files are missing or damaged.
        OSError: the disk is full, or fails.
    """
    texts = list(_texts(passages))
    known = _known(earlier, encoder) if earlier else {}
    new = list(dict.fromkeys(text for text in texts if text not in known))
    progress(len(texts) - len(new))
    known.update(zip(new, map(_as_kept, encoder.units(new, progress)), strict=True))
    kept = [known[text] for text in texts]
    nothing = Kept(np.zeros(DIMENSIONS, np.float16), np.zeros((0, DIMENSIONS), np.int8), np.zeros(0, np.float16))
    np.save(directory / PIECES, np.concatenate([nothing.pieces, *(each.pieces for each in kept)]))
    with (directory / UNITS).open("wb") as file:
        np.savez(
            file,
            vectors=np.array([each.vector for each in kept], np.float16).reshape(-1, DIMENSIONS),
            scales=np.concatenate([nothing.scales, *(each.scales for each in kept)]),
            ends=np.cumsum([len(each.pieces) for each in kept], dtype=np.int64),
            encoder=np.array(encoder.identity),
        )


def _as_kept(reading: Reading) -> Kept:
    scales = (np.abs(reading.states).max(axis=1) / MOST).astype(np.float16)
    steps = np.maximum(scales.astype(np.float32), np.finfo(np.float16).tiny)[:, None]
    pieces = np.clip(np.rint(reading.states / steps), -MOST, MOST).astype(np.int8)
    return Kept(reading.vector.astype(np.float16), pieces, scales)


def _kept(
    vectors: NDArray[np.float16], pieces: Bytes, scales: NDArray[np.float16], ends: NDArray[np.int64], row: int
) -> Kept:
    part = slice(int(ends[row - 1]) if row else 0, int(ends[row]))
    return Kept(vectors[row], np.asarray(pieces[part]), scales[part])


def open_unit_vectors(directory: Path, passages: Sequence[Passage], encoder: SentenceEncoder) -> UnitVectors:
    """The vectors of an index's units.

    Raises:
        IndexUnusable: they are missing, damaged, of other passages, or of another encoder.
        ModelNotFound: the encoder's files are missing.
    """
    lengths = [len(passage.units) for passage in passages]
    starts = dict(zip((p.id for p in passages), accumulate([0, *lengths]), strict=False))
    try:
        vectors, pieces, scales, ends, identity = _read(directory)
        if identity != encoder.identity:
            raise ValueError(f"made by {identity}, the encoder is {encoder.identity}")
        if vectors.shape != (sum(lengths), DIMENSIONS):
            raise ValueError(f"{vectors.shape} vectors of {sum(lengths)} units")
        if pieces.shape != (len(scales), DIMENSIONS) or len(ends) != len(vectors):
            raise ValueError(f"{pieces.shape} pieces, {len(scales)} scales")
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise IndexUnusable(
            f"ใช้เวกเตอร์ของประโยคใน {directory / UNITS} ไม่ได้ ({error}) โปรดสั่ง `python -m ingest build --force` "
            "/ the vectors of the units cannot be used; build the index anew"
        ) from error
    return UnitVectors(encoder, vectors, pieces, scales, ends, starts, {passage.id: passage for passage in passages})


def _known(earlier: EarlierIndex, encoder: SentenceEncoder) -> dict[str, Kept]:
    """By a unit's text, how it was read for an earlier index; none if another encoder did, or none was asked to."""
    if not (earlier.directory / UNITS).exists():
        return {}
    vectors, pieces, scales, ends, identity = _read(earlier.directory)
    if identity != encoder.identity:
        return {}
    texts = list(_texts(earlier.passages))
    return {text: _kept(vectors, pieces, scales, ends, row) for row, text in enumerate(texts)}


def _read(
    directory: Path,
) -> tuple[NDArray[np.float16], Bytes, NDArray[np.float16], NDArray[np.int64], str]:
    pieces = np.load(directory / PIECES, mmap_mode="r")
    with (directory / UNITS).open("rb") as file, np.load(file) as arrays:
        return arrays["vectors"], pieces, arrays["scales"], arrays["ends"], str(arrays["encoder"])


def _texts(passages: Sequence[Passage]) -> Iterator[str]:
    return (unit_text(passage, unit) for passage in passages for unit in passage.units)
