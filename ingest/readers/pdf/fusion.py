"""A sick text layer and what OCR reads in the place of each of its lines, made one: each is asked for what it knows.

Damaged layers mostly lose or change marks; their consonants, digits and Latin letters are right, which OCR is not sure
of (it takes ๔ for ๕). OCR sees tone marks and misses some of the vowels. What a layer can be believed in shows over
the whole page: in what of it OCR mostly reads the same.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from corpus import thai

_LIKE = 0.75  # of their letters that layer and OCR must share, for the layer's to be believed
_LIKE_WHERE_TRUSTED = 0.35  # the same on a page whose layer is right elsewhere
_SHORT = 8  # letters: a shorter line says little by itself
_TRUSTED = 0.75  # of the letters of a page that layer and OCR share
_TOLD, _CONFIRMED = 0.8, 0.5  # of OCR's marks that the layer has, of the layer's that OCR sees: for its marks
_KINDS = ("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47", "\u0e48\u0e49\u0e4a\u0e4b\u0e4c", "ำ")
_CLUSTER = re.compile(rf"([^{thai.MARKS}])([{thai.MARKS}\ufffd]*)", re.DOTALL)
_LOST, _LOST_WITHIN = re.compile("(?<=[\u0e01-\u0e4e])[?]"), re.compile("[\u0e01-\u0e4e][?](?=[\u0e01-\u0e4e])")
_LOST_AT_LEAST = 3  # marks of a page, within words: fewer may be how somebody writes
_Pair = tuple["_Letter", "_Letter | None"]


@dataclass(frozen=True)
class _Letter:
    """A letter, its marks, and whether a space stands before it. SARA AM is AA with a mark that says so."""

    base: str
    marks: str
    spaced: bool


@dataclass(frozen=True)
class _Trust:
    """What a page's layer can be believed in: its letters, and which kinds of marks."""

    letters: bool
    kinds: frozenset[str]


def fused(layer: Sequence[str], picture: Sequence[str]) -> list[str]:
    """The lines of a page, of each what the layer says and what OCR reads in its place."""
    lines = [(_letters(told), _letters(seen)) for told, seen in zip(_lost_marks(layer), picture, strict=True)]
    trust = _trust(lines)
    return [
        _fused(known, read, trust) if _is_believed(known, read, trust) else seen
        for (known, read), seen in zip(lines, picture, strict=True)
    ]


def _lost_marks(layer: Sequence[str]) -> list[str]:
    """Question marks within Thai words are what a converter writes for marks that its encoding lacks: no letters."""
    if sum(len(_LOST_WITHIN.findall(line)) for line in layer) < _LOST_AT_LEAST:
        return list(layer)
    return [_LOST.sub("\ufffd", line) for line in layer]


def _trust(lines: Sequence[tuple[list[_Letter], list[_Letter]]]) -> _Trust:
    shared = sum(_likeness(known, seen) * max(len(known), len(seen)) for known, seen in lines)
    letters = sum(max(len(known), len(seen)) for known, seen in lines)
    pairs = [
        (told, seen) for line in lines for told, seen in _paired(*line) if seen is not None and told.base == seen.base
    ]
    kinds = frozenset(kind for kind in _KINDS if _is_told(kind, pairs))
    return _Trust(letters > 0 and shared > _TRUSTED * letters, kinds)


def _is_told(kind: str, pairs: Iterable[tuple[_Letter, _Letter]]) -> bool:
    """Whether the layer has the marks of a kind where OCR sees them, and OCR sees most of those that the layer has."""
    told = [(_of(kind, layer.marks), _of(kind, picture.marks)) for layer, picture in pairs]
    both = sum(bool(layer) and layer == picture for layer, picture in told)
    seen, known = sum(bool(picture) for _, picture in told), sum(bool(layer) for layer, _ in told)
    return both > 0 and both >= _TOLD * seen and both >= _CONFIRMED * known


def _is_believed(known: Sequence[_Letter], seen: Sequence[_Letter], trust: _Trust) -> bool:
    if not known:
        return False
    if trust.letters and len(known) < _SHORT:
        return True
    return _likeness(known, seen) >= (_LIKE_WHERE_TRUSTED if trust.letters else _LIKE)


def _fused(known: Sequence[_Letter], seen: Sequence[_Letter], trust: _Trust) -> str:
    """The layer's letters with the marks of whoever knows them, and the spaces that OCR saw."""
    text = ""
    for letter, twin in _paired(known, seen):
        marks = ""
        for kind in _KINDS:
            own = _of(kind, letter.marks)
            marks += own if twin is None or (own and kind in trust.kinds) else _of(kind, twin.marks)
        spaced = letter.spaced if twin is None else twin.spaced
        text += " " * spaced + _with_marks(letter.base, marks)
    return text.strip()


def _paired(known: Sequence[_Letter], seen: Sequence[_Letter]) -> Iterator[_Pair]:
    """Each letter of the layer, with the one that OCR read for it, if any."""
    for step in Levenshtein.opcodes([letter.base for letter in known], [letter.base for letter in seen]):
        for i in range(step.src_start, step.src_end):
            twin = step.dest_start + i - step.src_start
            yield known[i], (seen[twin] if twin < step.dest_end else None)


def _likeness(known: Sequence[_Letter], seen: Sequence[_Letter]) -> float:
    return Levenshtein.normalized_similarity([letter.base for letter in known], [letter.base for letter in seen])


def _of(kind: str, marks: str) -> str:
    return "".join(mark for mark in marks if mark in kind)


def _with_marks(base: str, marks: str) -> str:
    return marks.replace("ำ", "") + "ำ" if "ำ" in marks else base + marks


def _letters(text: str) -> list[_Letter]:
    found: list[_Letter] = []
    spaced = False
    for base, marks in _CLUSTER.findall(text):
        if base.isspace():
            spaced = True
            continue
        marks = marks.replace("\ufffd", "")
        found.append(_Letter("า", marks + "ำ", spaced) if base == "ำ" else _Letter(base, marks, spaced))
        spaced = False
    return found
