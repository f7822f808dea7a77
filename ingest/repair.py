"""Thai text as damaged by PDF writers, converters and old fonts, made whole; each change counted and shown.

The classes are those seen in published Thai government plans. Rules that are exact run always; sound text passes them
unchanged but for `corpus.thai.clean`. What only a dictionary can decide (`ingest.respelling`) runs on sick pages, and
only where it leaves fewer letters in unknown words.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from corpus import thai
from corpus.document import Block
from ingest import health
from ingest.known import Known, key
from ingest.readers.decoding import undo_mojibake
from ingest.respelling import (
    CONFUSIONS,
    MISSED_BY_OCR,
    OCR_EDIT_COST,
    SURE_EDIT_COST,
    Confusion,
    opportunities,
    respell,
)

# Glyphs that old Thai fonts place in the private-use area, by the letter they stand for: U+F700-F71A, and another
# layout at U+F884-F89E.
PRIVATE_USE = {
    0xF700: "ฐ", 0xF701: "ิ", 0xF702: "ี", 0xF703: "ึ", 0xF704: "ื", 0xF705: "่", 0xF706: "้", 0xF707: "๊", 0xF708: "๋",
    0xF709: "์", 0xF70A: "่", 0xF70B: "้", 0xF70C: "๊", 0xF70D: "๋", 0xF70E: "์", 0xF70F: "ญ", 0xF710: "ั", 0xF711: "ํ",
    0xF712: "็", 0xF713: "่", 0xF714: "้", 0xF715: "๊", 0xF716: "๋", 0xF717: "์", 0xF718: "ุ", 0xF719: "ู", 0xF71A: "ฺ",
    0xF884: "ั", 0xF885: "ิ", 0xF886: "ี", 0xF887: "ึ", 0xF888: "ื", 0xF889: "็", 0xF88A: "่", 0xF88B: "่", 0xF88C: "่",
    0xF88D: "้", 0xF88E: "้", 0xF88F: "้", 0xF890: "๊", 0xF891: "๊", 0xF892: "๊", 0xF893: "๋", 0xF894: "๋", 0xF895: "๋",
    0xF896: "์", 0xF897: "์", 0xF898: "์", 0xF899: "ํ", 0xF89A: "ญ", 0xF89B: "ุ", 0xF89C: "ู", 0xF89D: "ฺ", 0xF89E: "ฐ",
}  # fmt: skip
_TONES = "\u0e48-\u0e4b"
_SYMBOL_FONT = "\uf020-\uf0ff"  # Symbol and Wingdings, as Word writes their signs
_ONE_CLUSTER = re.compile(rf"[เแโใไ]?[ก-ฮ][{thai.MARKS}]*[ะาำ]?|[ะาำเแโใไ]")
_WHITE = re.compile(r"\s")
_JOINABLE = re.compile(rf"(?<=[ก-ฮ{thai.MARKS}]) +(?=[{thai.MARKS}])")
_LONE_AA = re.compile(rf"(?<=[ก-ฮ])( ?)([{_TONES}]?)( ?)า")
_LETTER_O = re.compile(r"(?<=[๐-๙])[oO]+(?![A-Za-z])")
_STRETCH = 24  # characters on each side that decide between two readings
MINIMUM_GAIN = 4.0  # of a respelling, nats for each changed place: one in fifty by chance
CLEARLY_MORE = 1.1
NO_DOUBT_GAIN, NO_DOUBT_EDITS = 8.0, 3
COMMON_GAIN = 0.5  # the same where other pages of the document were damaged so
EVERYWHERE_SHARE = 0.85  # of the places where a confusion could be undone, those where words say that it must
ROUNDS = 3
LETTER_SPACED_PIECES = 6
LETTER_SPACED_SHARE = 0.8  # of the Thai pieces between spaces, those that are a single cluster
EXAMPLES = 3


@dataclass(frozen=True)
class Repair:
    """One rule that changed a text: its name, how many places it changed, and some of them before and after."""

    rule: str
    count: int
    examples: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Condition:
    """What a page's text as a whole says about how it was damaged.

    `has_marks`: its tone marks are there, so that a space between a consonant and AA stands for a lost ring only.
    `mojibake`: letters above ASCII are Thai ones read in a wrong encoding. `confusions`: what a dictionary is to undo.
    `ocr`: the text was recognised from a picture.
    """

    has_marks: bool = True
    mojibake: bool = False
    confusions: tuple[Confusion, ...] = ()
    ocr: bool = False


HEALTHY = Condition()
_Rule = Callable[[str], tuple[str, int]]


def _substitution(pattern: str, replacement: str) -> _Rule:
    compiled = re.compile(pattern)
    return lambda text: compiled.subn(replacement, text)


def _private_use(text: str) -> tuple[str, int]:
    return text.translate(PRIVATE_USE), sum(ord(c) in PRIVATE_USE for c in text)


def _letter_spaced(text: str) -> tuple[str, int]:
    """Lines set letter by letter ("ใ น ภ า ว ะ"), joined if that makes words; two spaces stay one."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        pieces = [piece for piece in line.split() if "\u0e01" <= piece[0] <= "\u0e4e"]
        alone = sum(bool(_ONE_CLUSTER.fullmatch(piece)) for piece in pieces)
        if len(pieces) >= LETTER_SPACED_PIECES and alone > LETTER_SPACED_SHARE * len(pieces):
            joined = re.sub(r" {2,}", "\0", line.strip()).replace(" ", "").replace("\0", " ")
            if _makes_words(joined):
                lines[i] = joined
    whole = "\n".join(lines)
    return whole, sum(old != new for old, new in zip(text.split("\n"), lines, strict=True))


def _split_sara_am(text: str) -> tuple[str, int]:
    """A space between a consonant and AA stands for a lost ring, or is one too many: words decide.

    AA never begins a word, so one of both is the case; where words do not decide it is the ring, the commonest damage.
    """
    count = 0

    def joined(match: re.Match[str]) -> str:
        nonlocal count
        if not match[1] and not match[3]:
            return match[0]
        count += 1
        before = _WHITE.split(_JOINABLE.sub("", text[max(0, match.start() - _STRETCH) : match.start()]))[-1]
        after = _WHITE.split(_JOINABLE.sub("", text[match.end() : match.end() + _STRETCH]))[0]
        ring, plain = f"{match[2]}ำ", f"{match[2]}า"
        return min((ring, plain), key=lambda reading: respell(before + reading + after).cost)

    return _LONE_AA.sub(joined, text), count


def _thai_zero(text: str) -> tuple[str, int]:
    return _LETTER_O.subn(lambda zeros: "๐" * len(zeros[0]), text)


# In this order: what a later rule looks for may only appear once an earlier one has run.
_RULES: tuple[tuple[str, _Rule], ...] = (
    ("private-use marks", _private_use),
    ("sign of a symbol font", _substitution(rf"(?:(?<=^)|(?<=\n))[ \t]*[{_SYMBOL_FONT}](?=\s)", "•")),
    ("sign of a symbol font", _substitution(rf"[{_SYMBOL_FONT}]", "")),
    ("letter-spaced line", _letter_spaced),
    ("replacement character after a mark", _substitution(rf"(?<=[{thai.MARKS}\u0e33])\ufffd+", "")),
    ("mark printed twice", _substitution(rf"([{thai.MARKS}\u0e33])\1+", r"\1")),
    ("SARA AM split", _split_sara_am),
    ("space before a mark", _substitution(rf"(?<=[ก-ฮ{thai.MARKS}]) +(?=[{thai.MARKS}\u0e33])", "")),
    ("tone after SARA AM", _substitution(rf"ำ([{_TONES}])", r"\1ำ")),
    ("SARA AM followed by AA", _substitution("ำา", "ำ")),
    ("letter o for Thai zero", _thai_zero),
)


def repair(text: str, condition: Condition = HEALTHY, known: Known | None = None) -> tuple[str, tuple[Repair, ...]]:
    """The text made whole, and what was done to it; what is sound by `known` is not looked at."""
    if known is None or condition != HEALTHY:
        return _repair(text, condition)
    if (digest := key(text)) in known.sound:
        return text, ()
    whole, done = _repair(text, condition)
    if whole == text and not done:
        known.sound[digest] = True
    return whole, done


def _repair(text: str, condition: Condition) -> tuple[str, tuple[Repair, ...]]:
    log = _Log()
    text = _by_rules(text, condition, log)
    for confusion in condition.confusions:
        respelled = respell(text, confusion, edit_cost=SURE_EDIT_COST)
        log.add(confusion.name, respelled.edits, text, respelled.text)
        text = _by_rules(respelled.text, condition, log)
    if condition.ocr:
        seen = respell(text, MISSED_BY_OCR, edit_cost=OCR_EDIT_COST)
        log.add(MISSED_BY_OCR.name, seen.edits, text, seen.text)
        text = seen.text
    return text, log.repairs()


def diagnose(pages: Sequence[str], known: Known | None = None) -> tuple[Condition, ...]:
    """What the words of each page of a document, before any repair, say about its damage.

    One program made all pages: damage found on one is looked for on the others, where it may show in no unknown word
    ("ทา" for "ทำ"). `known` spares what was looked at before.
    """
    first = [_diagnose(page, (), known) for page in pages]
    names = {confusion.name for condition in first for confusion in condition.confusions}
    common = tuple(confusion for confusion in CONFUSIONS if confusion.name in names)
    if not common:
        return tuple(first)
    return tuple(_diagnose(page, common, known) for page in pages)


def _diagnose(page: str, common: tuple[Confusion, ...], known: Known | None) -> Condition:
    figures = health.measure(page, known)
    few = figures.thai_characters < health.MINIMUM_LETTERS
    has_marks = bool(re.search(f"[{thai.MARKS}]", page)) if few else figures.tones >= health.SICK_TONES
    condition = Condition(has_marks, mojibake=bool(undo_mojibake(page)[1]))
    for _ in range(ROUNDS):
        text = "\n".join(repair(line, condition, known)[0] for line in page.split("\n"))
        confusion = _best_explanation(text, condition.confusions, common, known)
        if confusion is None:
            break
        condition = replace(condition, confusions=(*condition.confusions, confusion))
    return condition


def repair_page(page: str) -> tuple[str, tuple[Repair, ...]]:
    """The text of one page, diagnosed and made whole."""
    (condition,) = diagnose([page])
    return repair(page, condition)


def repair_block(
    block: Block, condition: Condition = HEALTHY, known: Known | None = None
) -> tuple[Block, tuple[Repair, ...]]:
    """A block with all of its texts made whole; what is sound by `known` is not looked at."""
    condition = replace(condition, ocr=block.ocr)
    repairs: list[Repair] = []

    def mend(text: str) -> str:
        mended, done = repair(text, condition, known)
        repairs.extend(done)
        return mended

    mended = replace(
        block,
        text=mend(block.text),
        marker=mend(block.marker),
        columns=tuple(mend(c) for c in block.columns),
        rows=tuple(tuple(mend(c) for c in row) for row in block.rows),
    )
    return mended, total(repairs)


def total(repairs: Iterable[Repair]) -> tuple[Repair, ...]:
    """Repairs of several texts as one list, a rule once."""
    log = _Log()
    for done in repairs:
        log.counts[done.rule] += done.count
        log.examples.setdefault(done.rule, []).extend(done.examples)
    return log.repairs()


class _Log:
    """What was done, in the order in which it was first done."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[tuple[str, str]]] = {}

    def add(self, rule: str, count: int, before: str, after: str) -> None:
        if count:
            self.counts[rule] += count
            self.examples.setdefault(rule, []).append(_difference(before, after))

    def repairs(self) -> tuple[Repair, ...]:
        return tuple(Repair(rule, n, tuple(self.examples.get(rule, ())[:EXAMPLES])) for rule, n in self.counts.items())


def _by_rules(text: str, condition: Condition, log: _Log) -> str:
    thai_again, count = undo_mojibake(text, certain=condition.mojibake)
    log.add("mojibake", count, text, thai_again)
    text = thai_again
    while True:
        before = text
        for name, apply in _RULES:
            if name == "SARA AM split" and not condition.has_marks:
                continue
            changed, count = apply(text)
            log.add(name, count, text, changed)
            text = changed
        text = thai.clean(text)
        if text == before:
            return text  # marks now in order may have shown what an earlier rule looks for


def _best_explanation(
    text: str, found: Sequence[Confusion], common: Sequence[Confusion], known: Known | None
) -> Confusion | None:
    """The confusion that makes most sense of a sick text, if any makes enough.

    It must leave fewer letters in unknown words; not more, where it is common in the document or words leave no doubt
    (lost SARA AM often makes two short words of a long one: "สา" and "นัก").
    """
    before = health.measure(text, known)
    if not (common or _suspicious(before)):
        return None
    cost = respell(text).cost
    best, most = None, 0.0
    for confusion in common or CONFUSIONS:
        tried = respell(text, confusion)
        gain = cost - tried.cost
        enough = (COMMON_GAIN if common else MINIMUM_GAIN) * tried.edits
        if (
            confusion.name in {earlier.name for earlier in found}
            or not tried.edits
            or gain < max(enough, CLEARLY_MORE * most)
        ):
            continue
        less = before.unknown_share - health.measure(tried.text).unknown_share
        no_doubt = tried.edits >= NO_DOUBT_EDITS and gain > NO_DOUBT_GAIN * tried.edits
        if less > 0 or (less == 0 and (common or no_doubt)):
            everywhere = tried.edits > EVERYWHERE_SHARE * opportunities(text, confusion)
            best, most = replace(confusion, everywhere=everywhere), gain
    return best


def _suspicious(figures: health.Figures) -> bool:
    """Whether a page may be damaged in a way that its verdict does not show yet, such as no SARA AM at all."""
    if figures.thai_characters < health.MINIMUM_LETTERS:
        return False
    odd = figures.sara_am < 1 or figures.unknown_share > health.SICK_UNKNOWN_SHARE / 2
    return odd or bool(health.sick(figures))


def _makes_words(text: str) -> bool:
    """Whether most Thai letters of the text stand in known words, and some words are longer than a cluster."""
    found = [word for word in thai.words(text) if "\u0e01" <= word[0] <= "\u0e4e"]
    known = sum(len(word) for word in found if len(word) > 2 and thai.is_known_word(word))
    return known * 2 > sum(map(len, found))


def _difference(before: str, after: str, around: int = 10) -> tuple[str, str]:
    """The first place where two texts differ, with some letters around it."""
    first = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    begin, end = max(0, first - around), first + around
    return before[begin:end].replace("\n", " "), after[begin:end].replace("\n", " ")
