"""A page's picture → letters and ruling lines, by tesseract with its Thai and English models.

Ruling lines are found first and wiped out: tesseract takes them for letters, and they tell in which cell a letter is.
"""

import csv
import io
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from corpus import thai
from corpus.pages import Grey
from ingest.readers.pdf.glyphs import Rule, Sheet
from ingest.readers.pdf.lines import Cluster
from ingest.readers.pdf.tables import cells_of

DPI = 300
INSTALL = "apt-get install -y tesseract-ocr tesseract-ocr-tha"
_SECONDS = 180  # for one page; a crowded A3 page takes about ten
_DARK = 150  # of 255: a pixel of ink
_RULE = 0.035  # of the page's width: shorter strokes may belong to letters
_HALO = 3  # pixels: how far a ruling line's blurred edge reaches
_THICK = 14  # pixels: what is thicker is an area, not a line
_CONSONANT_HEIGHT, _OTHER_HEIGHT = 0.58, 0.7  # of the letters' size, in common Thai fonts
_ENOUGH = 4  # consonants: fewer do not tell how high a line's letters are
_MARK = re.compile(f"[{thai.MARKS}]")
_FULL_OF_INK = 0.68  # of a bullet's box: a disc fills 0.79 of it
_SPECK = 7  # pixels: what is not higher is no line of text
_THIN, _FREE_MARK = 0.5, 0.35  # of a line's height: marks are thinner, and not further away
_MARGIN = 12  # pixels of white around a line
_WHITE_PAPER, _FAINT_INK = 235, 110  # of 255: duller paper or fainter ink is a page to be stretched
_INK_SHARE = 1.0  # per cent of a page's pixels that are its darkest ink
_LEAST_CONTRAST = 40  # of 255: less between paper and ink is an empty page
_STRAIGHT, _MOST_ASKEW = 0.15, 3.0  # degrees
_CLEARLY = 1.1  # times: how much better lines must be parted by another angle
_GRAIN = 4.0  # of 255, median distance from the paper's white: rougher paper is a scanner's noise


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
    """A line cut out of the page's picture, and where it stood; a bullet before it is cut off: its left and right."""

    picture: Grey
    left: int
    top: int
    bullet: tuple[int, int] | None = None


def recognise(picture: Grey, sheet: Sheet) -> list[Cluster]:
    """The letters on a page's picture, in the sheet's points; ruling lines are added to the sheet if it has none.

    Tesseract takes two columns for one, loses itself in tables, and takes the marks of a large line for a line of their
    own; single lines it reads well. So the lines are cut out here, column by column and cell by cell.

    Raises:
        OcrMissing: if tesseract or its Thai model is not installed.
        OcrFailed: if it gives up on the page.
    """
    _check_installed()
    grey = cleaned(picture)
    scale = sheet.width / grey.shape[1]
    strokes = _wiped(grey)
    if not sheet.rules:
        sheet.rules += [Rule(*(side * scale for side in box)) for box in strokes]
    strips = _strips(grey, [tuple(round(side / scale) for side in box) for box in cells_of(sheet)])
    read = _read_lines([strip.picture for strip in strips])
    return [cluster for strip, words in zip(strips, read, strict=True) for cluster in _clusters(words, strip, scale)]


def read_places(picture: Grey, places: Sequence[tuple[float, float, float, float]], sheet: Sheet) -> list[str]:
    """What stands in each place of a drawn page, a line of text each: left, top, right, bottom in the sheet's points.

    Raises:
        OcrMissing, OcrFailed: as `recognise`.
    """
    _check_installed()
    grey = picture.copy()
    scale = sheet.width / grey.shape[1]
    _wiped(grey)
    strips = []
    for place in places:
        left, top, right, bottom = (max(0, round(side / scale)) for side in place)
        strips.append(np.pad(_inked(grey[top:bottom, left:right]), _MARGIN, constant_values=255))
    return ["".join(" " * word.spaced + word.text for word in words).strip() for words in _read_lines(strips)]


def _inked(picture: Grey) -> Grey:
    """The picture without the white around it: with more of it, tesseract misreads the ends of a line."""
    ink = picture < _DARK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return np.full((1, 1), 255, dtype=np.uint8)
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _wiped(grey: Grey) -> list[tuple[int, int, int, int]]:
    """Take the ruling lines out of a picture; returns where they were."""
    strokes = [*_strokes(grey), *(_turned(box) for box in _strokes(np.ascontiguousarray(grey.T)))]
    for left, top, right, bottom in strokes:
        grey[max(0, top - _HALO) : bottom + _HALO, max(0, left - _HALO) : right + _HALO] = 255
    return strokes


def cleaned(picture: Grey) -> Grey:
    """A copy of the picture with white paper and black ink; noise is taken out where the paper is rough.

    A clean picture is left as it is: a filter costs thin marks their shape.
    """
    paper, ink = np.median(picture), np.percentile(picture, _INK_SHARE)
    rough = float(np.median(np.abs(picture - paper))) > _GRAIN
    grey = picture.copy()
    if rough:
        grey = np.asarray(Image.fromarray(grey).filter(ImageFilter.MedianFilter(3))).copy()
    if (paper < _WHITE_PAPER or ink > _FAINT_INK) and paper - ink > _LEAST_CONTRAST:
        stretched = (grey.astype(np.float32) - ink) * (255 / (paper - ink))
        grey = stretched.clip(0, 255).astype(np.uint8)
    if abs(angle := _slant(grey)) >= _STRAIGHT:
        grey = np.asarray(Image.fromarray(grey).rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)).copy()
    return grey


def _slant(grey: Grey) -> float:
    """By how many degrees a page lies askew, counted as it must be turned back: 0 where that cannot be told.

    Straight lines of text make rows full of ink and empty rows: of all angles, the right one parts them best.
    """
    small = np.asarray(Image.fromarray(grey).reduce(4))
    rows, columns = np.nonzero(small < _DARK)
    if not rows.size:
        return 0.0
    columns = columns - small.shape[1] / 2

    def parted(angle: float) -> float:
        places = (rows + columns * np.tan(np.radians(angle))).round().astype(np.int64)
        profile = np.bincount(places - places.min()).astype(np.float64)
        return float((np.diff(profile) ** 2).sum())

    best = max(np.arange(-_MOST_ASKEW, _MOST_ASKEW + 0.1, 0.2), key=parted)
    best = max(np.arange(best - 0.2, best + 0.21, 0.05), key=parted)
    return -float(best) if parted(best) > _CLEARLY * parted(0.0) else 0.0


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
    letters = _letter_height(profile)
    pieces = [piece for start, end in _runs(inked) for piece in _parted(profile[start:end], start, letters)]
    for band in _with_marks(pieces, ink):
        start, end = band.top, band.bottom
        seen, ink_here = part[start:end].copy(), ink[start:end].copy()
        for high, low, first, last in band.others:
            seen[high - start : low - start, first:last], ink_here[high - start : low - start, first:last] = 255, False
        across = np.flatnonzero(ink_here.any(axis=0))
        if end - start > _SPECK and across[-1] - across[0] > _SPECK:
            first, bullet = int(across[0]), None
            if end_of_bullet := _bullet(ink_here, across):
                first, bullet = int(across[across > end_of_bullet][0]), (left + int(across[0]), left + end_of_bullet)
            strip = seen[:, first : across[-1] + 1]
            yield _Strip(np.pad(strip, _MARGIN, constant_values=255), left + first, top + start, bullet)


def _bullet(ink: NDArray[np.bool_], across: NDArray[np.intp]) -> int:
    """Where a bullet ends that a line begins with, in columns; 0 if it begins with none.

    Tesseract takes bullets for any letter. They are full of ink, about as wide as high, in the middle of the letters'
    height, and a gap follows that is wider than between letters.
    """
    gaps = np.flatnonzero(np.diff(across) > 1)
    if not gaps.size:
        return 0
    letters = _letter_height(ink.sum(axis=1))
    end, following = int(across[gaps[0]]), int(across[gaps[0] + 1])
    dot = ink[:, across[0] : end + 1]
    rows = np.flatnonzero(dot.any(axis=1))
    height, width = int(rows[-1] - rows[0]) + 1, dot.shape[1]
    profile = ink.sum(axis=1)
    full = np.flatnonzero(profile > 0.5 * profile.max())
    middle = (full[0] + full[-1]) / 2
    is_dot = (
        0.15 * letters < width < 0.75 * letters
        and 0.7 * height < width < 1.4 * height
        and dot[rows[0] : rows[-1] + 1].mean() > _FULL_OF_INK
        and abs((rows[0] + rows[-1]) / 2 - middle) < 0.3 * letters
    )
    return end if is_dot and following - end > 0.3 * letters else 0


def _runs(places: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Rising numbers as runs without a gap: first, and one behind the last."""
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)]


def _parted(profile: NDArray[np.intp], start: int, letters: float) -> list[tuple[int, int]]:
    """A piece without a white row cut into its lines: each has rows as full of ink as only letters are, not marks.

    `letters` is about how high letters are: fullness is told among the rows so near, since some lines are short.
    """
    smooth = np.convolve(profile, np.ones(5) / 5, mode="same")
    reach = max(1, round(1.1 * letters))
    around = np.lib.stride_tricks.sliding_window_view(np.pad(smooth, reach), 2 * reach + 1).max(axis=1)
    cores: list[tuple[int, int]] = []
    for core in _runs(np.flatnonzero(smooth > 0.5 * around)):
        if cores and core[0] - cores[-1][1] < 0.4 * (core[1] - cores[-1][0]):
            cores[-1] = (cores[-1][0], core[1])
        elif core[1] - core[0] > max(_SPECK, 0.55 * letters):
            cores.append(core)
    cuts = [above[1] + int(smooth[above[1] : below[0]].argmin()) for above, below in pairwise(cores)]
    edges = [0, *cuts, len(profile)]
    return [(start + a, start + b) for a, b in pairwise(edges)]


def _letter_height(profile: NDArray[np.intp]) -> float:
    """About how high letters are: half of the rows that are full of ink are in runs of so many."""
    smooth = np.convolve(profile, np.ones(5) / 5, mode="same")
    heights = sorted(b - a for a, b in _runs(np.flatnonzero(smooth > 0.5 * np.percentile(smooth[smooth > 0], 90))))
    half = sum(heights) / 2
    return next(height for i, height in enumerate(heights) if sum(heights[: i + 1]) >= half)


@dataclass
class _Band:
    """The rows of one line, and the marks among them that belong to its neighbours: top, bottom, left, right."""

    top: int
    bottom: int
    others: list[tuple[int, int, int, int]] = field(default_factory=list)


def _with_marks(pieces: Sequence[tuple[int, int]], ink: NDArray[np.bool_]) -> list[_Band]:
    """Pieces as lines: thin ones are marks that stand free, each of which goes to the line that is nearer."""
    profile = ink.sum(axis=1)
    tall = _usual_height(pieces, profile)
    is_line = [end - start >= _THIN * tall for start, end in pieces]
    bands: list[_Band] = []
    waiting: list[tuple[int, _Band]] = []  # marks above the line that comes next, and what of them is not its own
    for number, (start, end) in enumerate(pieces):
        if is_line[number]:
            bands.append(_Band(start, end))
            for mark, band in reversed(waiting):
                if bands[-1].top - band.bottom > _FREE_MARK * tall:
                    break
                bands[-1].top, bands[-1].others = mark, [*band.others, *bands[-1].others]
            waiting = []
            continue
        near_above = bool(bands) and not waiting and start - bands[-1].bottom <= _FREE_MARK * tall
        near_below = number + 1 < len(pieces) and pieces[number + 1][0] - end <= _FREE_MARK * tall
        boxes = _boxes(ink, start, end)
        above_line = [box for box in boxes if near_above and (not near_below or _hangs(ink, box))]
        below_line = [box for box in boxes if near_below and box not in above_line]
        if above_line:
            bands[-1].bottom, bands[-1].others = end, [*bands[-1].others, *below_line]
        if below_line:
            waiting.append((start, _Band(start, end, above_line)))
        if not above_line and not below_line:
            bands.append(_Band(start, end))
    return bands


def _usual_height(pieces: Sequence[tuple[int, int]], profile: NDArray[np.intp]) -> int:
    """How high lines are: half of the ink is in pieces that are not higher."""
    left = profile.sum() / 2
    for start, end in sorted(pieces, key=lambda piece: piece[1] - piece[0]):
        left -= profile[start:end].sum()
        if left <= 0:
            break
    return end - start


def _boxes(ink: NDArray[np.bool_], start: int, end: int) -> list[tuple[int, int, int, int]]:
    """The marks in some rows, those that share columns as one: top, bottom, left, right."""
    found = []
    for left, right in _runs(np.flatnonzero(ink[start:end].any(axis=0))):
        rows = np.flatnonzero(ink[start:end, left:right].any(axis=1))
        found.append((start + int(rows[0]), start + int(rows[-1]) + 1, left, right))
    return found


def _hangs(ink: NDArray[np.bool_], box: tuple[int, int, int, int]) -> bool:
    """Whether a mark stands nearer to what is drawn above it than to what is drawn below."""
    top, bottom, left, right = box
    columns = ink[:, left:right]
    above, below = np.flatnonzero(columns[:top].any(axis=1)), np.flatnonzero(columns[bottom:].any(axis=1))
    return bool(above.size) and (not below.size or top - int(above[-1]) <= int(below[0]) + 1)


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
    consonants = [word for word in words if re.fullmatch(r"[ก-ฮ]+", word.text)]
    standing = consonants or words
    share = _CONSONANT_HEIGHT if consonants else _OTHER_HEIGHT
    height = statistics.median(word.height for word in standing)
    if len(consonants) >= _ENOUGH:  # boxes may hold marks; how high the rows are that are full of ink tells it better
        height = _letter_height((strip.picture < _DARK).sum(axis=1))
    size, stroke = height / share * scale, _stroke(strip.picture) * scale
    lowest = statistics.median(word.top + word.height for word in standing)
    baseline = (lowest - _MARGIN + strip.top) * scale
    found: list[Cluster] = []
    if strip.bullet:
        left, right = (side * scale for side in strip.bullet)
        found = [
            _cluster("•", left, right, baseline, size, stroke),
            _cluster(" ", right, right, baseline, size, stroke),
        ]
    for word in words:
        left = (word.left - _MARGIN + strip.left) * scale
        right = left + word.width * scale
        if found and _MARK.match(word.text):
            found[-1].text += word.text
            continue
        if found:  # letters touch, unless tesseract saw a space: its boxes are too rough to tell from gaps
            found[-1].right = left
            if word.spaced:
                found.append(_cluster(" ", left, left, baseline, size, stroke))
        found.append(_cluster(word.text, left, right, baseline, size, stroke))
    return found


def _cluster(text: str, left: float, right: float, baseline: float, size: float, stroke: float) -> Cluster:
    return Cluster(text, left, right, baseline, size, bold=False, tag=None, furniture=False, stroke=stroke)


def _stroke(picture: Grey) -> float:
    """How thick the strokes of a line are, in pixels: twice their area by the length of their edges."""
    ink = picture < _DARK
    edges = sum(int(np.diff(ink, axis=axis).sum()) for axis in (0, 1))
    return 2 * float(ink.sum()) / max(1, edges)


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
