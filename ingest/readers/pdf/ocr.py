"""A page's picture → letters and ruling lines, by tesseract with its Thai and English models.

Ruling lines are found first and wiped out: tesseract takes them for letters, and they tell in which cell a letter is.
"""

import csv
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.pages import Grey
from ingest.readers.pdf.glyphs import Rule, Sheet
from ingest.readers.pdf.lines import Cluster
from ingest.readers.pdf.tables import cells_of

DPI = 300
INSTALL = "apt-get install -y tesseract-ocr tesseract-ocr-tha"
_SECONDS = 180  # for one page; a crowded A3 page takes about ten
_DARK = 150  # of 255: a pixel of ink
_RULE = 0.035  # of the page's width: shorter strokes may belong to letters
_THICK = 14  # pixels: what is thicker is an area, not a line
_LETTERS_SHARE = 0.55  # of a font's size: how high its consonants are
_MARK = re.compile(r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_SPECK = 7  # pixels: what is not higher is no line of text
_MARK_SHARE = 0.55  # of the letters' height: what is lower is a mark
_FREE_MARK = 0.9  # of the letters' height: marks do not stand further from their letters
_BELOW_SHARE = 0.38  # of the room between two lines: what hangs below the upper one
_MARGIN = 12  # pixels of white around a line


class OcrMissing(Exception):
    """Tesseract, or its Thai model, is not on this machine; the message says what to run. Thai first."""


class OcrFailed(Exception):
    """Tesseract could not read a page; the message says why. Thai first."""


@dataclass(frozen=True)
class _Word:
    """What tesseract calls a word; in Thai mostly a single letter. In pixels of its line; `spaced` after a space."""

    text: str
    left: int
    top: int
    width: int
    height: int
    spaced: bool


@dataclass(frozen=True)
class _Strip:
    """A line cut out of the page's picture, where it stood, and between which rows its letters stand, without marks.

    `bullet` tells that a dot in front of it was cut off, which tesseract takes for a digit.
    """

    picture: Grey
    left: int
    letters_top: int
    letters_bottom: int
    bullet: int | None = None


def recognise(picture: Grey, sheet: Sheet) -> list[Cluster]:
    """The letters on a page's picture, in the sheet's points; ruling lines are added to the sheet if it has none.

    Tesseract takes two columns for one, loses itself in tables, and takes the marks of a large line for a line of their
    own; single lines it reads well. So the lines are cut out here, column by column and cell by cell.

    Raises:
        OcrMissing: if tesseract or its Thai model is not installed.
        OcrFailed: if it gives up on the page.
    """
    _check_installed()
    grey = picture.copy()
    scale = sheet.width / grey.shape[1]
    level, upright = _strokes(grey), [_turned(box) for box in _strokes(np.ascontiguousarray(grey.T))]
    for left, top, right, bottom in (*level, *upright):
        grey[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1] = 255
    if not sheet.rules:
        sheet.rules += [Rule(*(side * scale for side in box)) for box in (*level, *upright)]
    strips = _strips(grey, [tuple(round(side / scale) for side in box) for box in cells_of(sheet)])
    read = _read_lines([strip.picture for strip in strips])
    return [cluster for strip, words in zip(strips, read, strict=True) for cluster in _clusters(words, strip, scale)]


def _strips(grey: Grey, cells: Sequence[tuple[int, int, int, int]]) -> list[_Strip]:
    """The page's lines: of each column, and of each cell."""
    rest = grey.copy()
    for left, top, right, bottom in cells:
        rest[top:bottom, left:right] = 255
    parts = [(rest, box) for box in _columns(rest)] + [(grey, box) for box in cells]
    return [strip for picture, box in parts for strip in _lines(picture, box)]


def _lines(grey: Grey, box: tuple[int, int, int, int]) -> Iterable[_Strip]:
    """The lines of a part of the page, cut where a row is white; marks that stand free stay with their line."""
    left, top, right, bottom = box
    part = grey[top:bottom, left:right]
    ink = part < _DARK
    inked = np.flatnonzero(ink.any(axis=1))
    if not inked.size:
        return
    profile = ink.sum(axis=1)
    pieces = [piece for start, end in _runs(inked) for piece in _parted(profile, start, end)]
    for band in _with_marks(pieces):
        across = np.flatnonzero(ink[band.top : band.bottom].any(axis=0))
        if band.bottom - band.top <= _SPECK or across[-1] - across[0] <= _SPECK:
            continue
        first, bullet = _without_bullet(ink[band.top : band.bottom], across, band)
        strip = part[band.top : band.bottom, first : across[-1] + 1]
        picture = np.pad(strip, _MARGIN, constant_values=255)
        start = None if bullet is None else left + bullet
        yield _Strip(picture, left + first, top + band.letters_top, top + band.letters_bottom, start)


def _runs(places: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Rising numbers as runs without a gap: first, and one behind the last."""
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)]


@dataclass(frozen=True)
class _Band:
    """Rows of a picture that hold a line or a part of one, and those of them that are full of ink, as letters are.

    `peak` is the ink of the fullest row.
    """

    top: int
    bottom: int
    letters_top: int
    letters_bottom: int
    peak: float

    @property
    def letters(self) -> int:
        return self.letters_bottom - self.letters_top


def _parted(profile: NDArray[np.intp], start: int, end: int) -> list[_Band]:
    """Rows without a white one between them, cut into lines: of each, the letters' rows are fuller than the marks'."""
    smooth = np.convolve(profile[start:end], np.ones(3) / 3, mode="same")
    cores: list[tuple[int, int]] = []
    for core in _runs(np.flatnonzero(smooth > 0.5 * smooth.max())):
        if cores and core[0] - cores[-1][1] < 0.4 * (core[1] - cores[-1][0]):
            cores[-1] = (cores[-1][0], core[1])
        elif core[1] - core[0] > _SPECK or not cores:
            cores.append(core)
    edges = [0, *(_cut_between(smooth, above[1], below[0]) for above, below in pairwise(cores)), end - start]
    return [
        _Band(start + a, start + b, start + core[0], start + core[1], float(smooth[a:b].max()))
        for (a, b), core in zip(pairwise(edges), cores, strict=True)
    ]


def _cut_between(smooth: NDArray[np.float64], above: int, below: int) -> int:
    """Where two lines that touch are parted: at little ink, rather near the upper one, as marks are mostly above."""
    between = smooth[above:below] / smooth.max()
    place = np.linspace(0, 1, below - above)
    return above + int((between + 0.15 * np.abs(place - _BELOW_SHARE)).argmin())


def _with_marks(pieces: Sequence[_Band]) -> list[_Band]:
    """Pieces as lines: those without rows as high as letters are marks that stand free, and go to the nearer line."""
    usual = _usual_height(pieces)
    lines = [i for i, piece in enumerate(pieces) if piece.letters >= _MARK_SHARE * usual]
    tops = {i: pieces[i].top for i in lines}
    bottoms = {i: pieces[i].bottom for i in lines}
    alone: list[_Band] = []
    for i, piece in enumerate(pieces):
        if i in tops:
            continue
        above = max((line for line in lines if line < i), default=None)
        below = min((line for line in lines if line > i), default=None)
        up = piece.top - pieces[above].letters_bottom if above is not None else usual * 9
        down = pieces[below].letters_top - piece.bottom if below is not None else usual * 9
        if below is not None and down <= min(up * 1.3, _FREE_MARK * usual):
            tops[below] = min(tops[below], piece.top)
        elif above is not None and up <= _FREE_MARK * usual:
            bottoms[above] = max(bottoms[above], piece.bottom)
        elif piece.letters >= _SPECK and piece.peak > usual:  # else a speck
            alone.append(piece)
    found = [replace(pieces[i], top=tops[i], bottom=bottoms[i]) for i in lines]
    return sorted([*found, *alone], key=lambda band: band.top)


def _usual_height(pieces: Sequence[_Band]) -> float:
    """How high letters are on this part of the page: of the pieces that hold most of its ink."""
    order = sorted(pieces, key=lambda piece: piece.letters)
    half = sum(piece.letters * piece.peak for piece in order) / 2
    seen = 0.0
    for piece in order:
        seen += piece.letters * piece.peak
        if seen >= half:
            return piece.letters
    return order[-1].letters


def _without_bullet(ink: NDArray[np.bool_], across: NDArray[np.intp], band: _Band) -> tuple[int, int | None]:
    """Where a line begins behind its bullet, and where the bullet stood: a small thing at the middle of the letters."""
    runs = _runs(across)
    if len(runs) < 2:
        return int(across[0]), None
    (start, end), (following, _) = runs[0], runs[1]
    rows = np.flatnonzero(ink[:, start:end].any(axis=1)) + band.top
    height, middle = int(rows[-1] - rows[0] + 1), (rows[-1] + rows[0]) / 2
    small = max(height, end - start) < 0.6 * band.letters and following - end > 0.35 * band.letters
    centred = band.letters_top + 0.15 * band.letters < middle < band.letters_bottom - 0.15 * band.letters
    return (following, start) if small and centred else (start, None)


def _columns(grey: Grey) -> list[tuple[int, int, int, int]]:
    """The page as bands, each cut in two where a white gap parts two columns of text."""
    ink = grey < _DARK
    height, width = ink.shape
    found: list[tuple[int, int, int, int]] = []
    start = 0
    for top, bottom, gap in _gaps(ink):
        if top > start:
            found.append((0, start, width, top))
        found += [(0, top, gap, bottom), (gap, top, width, bottom)]
        start = bottom
    found.append((0, start, width, height))
    return found


def _gaps(ink: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Where two columns stand side by side: top, bottom, and the middle of the gap between them."""
    height, width = ink.shape
    middle = slice(int(width * 0.3), int(width * 0.7))
    reach = max(8, width // 100)  # half of the narrowest gap
    counts = np.cumsum(np.pad(ink[:, middle], ((1, 0), (0, 0))), axis=0, dtype=np.int32)
    step, found = height // 60, list[tuple[int, int, int]]()
    top = 0
    while top + 8 * step < height:
        best = (0, 0)
        for x in range(reach, counts.shape[1] - reach, reach // 2):
            inked = np.flatnonzero(
                (counts[top + 1 :, x - reach : x + reach] - counts[top, x - reach : x + reach]).any(axis=1)
            )
            clear = int(inked[0]) if inked.size else height - top
            if clear > best[0] and _both_sides(ink, top, top + clear, x + middle.start):
                best = (clear, x + middle.start)
        if best[0] > 8 * step:
            found.append((top, top + best[0], best[1]))
            top += best[0]
        top += step
    return found


def _both_sides(ink: NDArray[np.bool_], top: int, bottom: int, gap: int) -> bool:
    """Whether most of the height has letters on both sides of the gap."""
    left, right = ink[top:bottom, :gap].any(axis=1), ink[top:bottom, gap:].any(axis=1)
    return bool(left.mean() > 0.3 and right.mean() > 0.3)


def _check_installed() -> None:
    if "tha" not in languages():
        raise OcrMissing(
            f"ต้องใช้ tesseract พร้อมแบบจำลองภาษาไทย โปรดสั่ง `{INSTALL}` "
            f"/ tesseract with its Thai model is needed; run `{INSTALL}`"
        )


@cache
def languages() -> frozenset[str]:
    if shutil.which("tesseract") is None:
        return frozenset()
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)  # noqa: S607
    return frozenset(listed.stdout.split())


def _read_lines(pictures: Sequence[Grey]) -> list[list[_Word]]:
    """What tesseract reads in each picture of a line; one process reads them all."""
    if not pictures:
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, picture in enumerate(pictures):
            header = b"P5 %d %d 255\n" % (picture.shape[1], picture.shape[0])
            (folder / f"{number}.pgm").write_bytes(header + picture.tobytes())
        (folder / "lines").write_text("\n".join(f"{number}.pgm" for number in range(len(pictures))), encoding="utf-8")
        _run(folder)
        table, text = (folder / "out.tsv").read_text("utf-8"), (folder / "out.txt").read_text("utf-8")
    words: list[list[_Word]] = [[] for _ in pictures]
    place = 0
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = row["text"].strip() if row["level"] == "5" else ""
        if word:
            found = text.find(word, place)  # the text has the spaces, the table the places
            spaced = found > place and "\f" not in text[place:found]
            place = found + len(word) if found >= 0 else place
            box = (int(row["left"]), int(row["top"]), int(row["width"]), int(row["height"]))
            words[int(row["page_num"]) - 1].append(_Word(word, *box, spaced))
    return words


def _run(folder: Path) -> None:
    command = ["tesseract", "lines", "out", "-l", "tha+eng" if "eng" in languages() else "tha"]
    command += ["--dpi", str(DPI), "--psm", "7", "tsv", "txt"]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "OMP_THREAD_LIMIT": "1"}
    try:
        subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS, cwd=folder, env=environment)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise OcrFailed(f"tesseract ใช้เวลาเกิน {_SECONDS} วินาที / tesseract took more than {_SECONDS} s") from None
    except subprocess.CalledProcessError as error:
        told = (error.stderr.decode(errors="replace").strip().splitlines() or [f"exit {error.returncode}"])[-1]
        raise OcrFailed(f"tesseract อ่านไม่สำเร็จ ({told}) / tesseract failed") from None


def _clusters(words: Sequence[_Word], strip: _Strip, scale: float) -> list[Cluster]:
    """The letters of one line, each with its marks. Boxes of marks are rough: a line has one baseline and one size."""
    if not words:
        return []
    size = (strip.letters_bottom - strip.letters_top) / _LETTERS_SHARE * scale
    baseline = strip.letters_bottom * scale
    found: list[Cluster] = []
    if strip.bullet is not None:
        left = strip.bullet * scale
        for text in "• ":
            found.append(Cluster(text, left, left, baseline, size, bold=False, tag=None, furniture=False))
    for word in words:
        left = (word.left - _MARGIN + strip.left) * scale
        right = left + word.width * scale
        if found and _MARK.match(word.text):
            found[-1].text += word.text
            continue
        if found:  # letters touch, unless tesseract saw a space: its boxes are too rough to tell from gaps
            found[-1].right = left
            if word.spaced:
                found.append(Cluster(" ", left, left, baseline, size, bold=False, tag=None, furniture=False))
        found.append(Cluster(word.text, left, right, baseline, size, bold=False, tag=None, furniture=False))
    return found


def _strokes(grey: Grey) -> list[tuple[int, int, int, int]]:
    """Level strokes long and thin enough for ruling lines: left, top, right, bottom, in pixels."""
    length = max(40, int(grey.shape[1] * _RULE))
    dark = grey < _DARK
    summed = np.cumsum(dark, axis=1, dtype=np.int32)
    full = summed[:, length:] - summed[:, :-length] >= length - 2  # a speck of white does not end a line
    strokes: list[list[int]] = []
    for row in np.flatnonzero(full.any(axis=1)):
        starts = np.flatnonzero(full[row])
        for run in np.split(starts, np.flatnonzero(np.diff(starts) > 1) + 1):
            left, right = int(run[0]) + 1, int(run[-1]) + length + 1
            for stroke in reversed(strokes[-40:]):
                if row - stroke[3] <= 2 and left < stroke[2] and right > stroke[0]:
                    stroke[0], stroke[2], stroke[3] = min(left, stroke[0]), max(right, stroke[2]), int(row)
                    break
            else:
                strokes.append([left, int(row), right, int(row)])
    return [(left, top, right, bottom) for left, top, right, bottom in strokes if bottom - top <= _THICK]


def _turned(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return top, left, bottom, right
