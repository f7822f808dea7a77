"""How well damaged text is made whole: `python -m evals.repairs` damages the corpus in every known way and repairs it.

Each document is cut into pages of about 1,500 characters, each page is damaged as a whole, as a PDF writer would, and
repaired as `ingest` does. The character error rate (CER) is the edit distance to the sound page after Unicode NFC over
the sound page's length; a page is *harmed* if its CER rose.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from corpus import thai
from ingest.manifest import read_manifest
from ingest.reading import read_document, text_of
from ingest.repair import diagnose, repair

PAGE = 1_500
CORPUS = Path("corpus/documents")
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_MARK = f"[{thai.MARKS}]"
_LOW = str.maketrans({"่": "\uf70a", "้": "\uf70b", "๊": "\uf70c", "๋": "\uf70d", "์": "\uf70e"})
_LEFT = str.maketrans({"ิ": "\uf701", "ี": "\uf702", "ึ": "\uf703", "ื": "\uf704", "ั": "\uf710", "็": "\uf712"})
_OTHER_LOW = str.maketrans({"่": "\uf88b", "้": "\uf88e", "๊": "\uf891", "๋": "\uf894", "์": "\uf897"})


def _letter_spaced(text: str) -> str:
    clusters = re.compile(rf"[เแโใไ]?[ก-ฮ]{_MARK}*[ะาำ]?|.")
    return "\n".join(" ".join(clusters.findall(line.replace(" ", "  "))) for line in text.split("\n"))


def _mojibake(text: str) -> str:
    return text.encode("cp874", "ignore").decode("latin-1")


def _as_cp874(text: str) -> str:
    return "".join(bytes([b]).decode("cp874", "replace").replace("\ufffd", chr(b)) for b in text.encode())


# The classes of damage by the names that docs/documents.md gives them.
DAMAGES: dict[str, Callable[[str], str]] = {
    "none (sound text)": lambda text: text,
    "SARA AM split": lambda text: re.sub("([ก-ฮ][่-๋]?)ำ", r"\1 า", text),
    "SARA AM lost": lambda text: text.replace("ำ", "า"),
    "SARA AM decomposed": lambda text: text.replace("ำ", "\u0e4d\u0e32"),
    "SARA AM + AA": lambda text: text.replace("ำ", "ำา"),
    "AA turned into AM": lambda text: text.replace("า", "ำ"),
    "doubled marks": lambda text: re.sub(f"({_MARK}|ำ)", r"\1\1", text),
    "replacement characters after marks": lambda text: re.sub(f"({_MARK}|ำ)", "\\1\ufffd", text),
    "private-use marks (F700)": lambda text: re.sub("(?<=[ปฝฟ]).", lambda m: m[0].translate(_LEFT), text).translate(
        _LOW
    ),
    "private-use marks (F884)": lambda text: text.translate(_OTHER_LOW),
    "mark one letter late": lambda text: re.sub(rf"({_MARK}+)([ก-ฮเแโใไาะำ])", r"\2\1", text),
    "tone before vowel": lambda text: re.sub("([ัิีึืุู])([่-๋])", r"\2\1", text),
    "space before a mark": lambda text: re.sub(f"([ก-ฮ])(?={_MARK})", r"\1 ", text),
    "space after a mark": lambda text: re.sub(f"({_MARK})(?=[ก-ฮ])", r"\1 ", text),
    "letter-spaced lines": _letter_spaced,
    "CP874 shown as Latin-1": _mojibake,
    "UTF-8 shown as CP874": _as_cp874,
    "letter o for Thai zero": lambda text: re.sub("(?<=[๐-๙])๐", "o", text.translate(_THAI_DIGITS)),
    "SARA AM lost, space after a mark": lambda text: re.sub(f"({_MARK})(?=[ก-ฮ])", r"\1 ", text.replace("ำ", "า")),
}


@dataclass(frozen=True)
class Outcome:
    """One class over all pages: mean CER before and after, pages that were damaged, made whole, and harmed."""

    damage: str
    before: float
    after: float
    pages: int
    whole: int
    harmed: int


def measure(documents: list[list[str]], damage: str) -> Outcome:
    """What repair makes of the pages damaged in one way."""
    spoil = DAMAGES[damage]
    outcomes: list[tuple[float, float]] = []
    for pages in documents:
        spoilt = [spoil(page) for page in pages]
        repaired = [repair(page, condition)[0] for page, condition in zip(spoilt, diagnose(spoilt), strict=True)]
        for page, was, now in zip(pages, spoilt, repaired, strict=True):
            sound = page.translate(_THAI_DIGITS) if "zero" in damage else page
            outcomes.append((error_rate(was, sound), error_rate(now, sound)))
    return Outcome(
        damage,
        before=sum(was for was, _ in outcomes) / len(outcomes),
        after=sum(now for _, now in outcomes) / len(outcomes),
        pages=len(outcomes),
        whole=sum(now == 0 for _, now in outcomes),
        harmed=sum(now > was for was, now in outcomes),
    )


def error_rate(text: str, sound: str) -> float:
    """The edit distance of two texts over the length of the sound one; a run of white space counts as one space."""
    text, sound = (" ".join(unicodedata.normalize("NFC", t).split()) for t in (text, sound))
    return Levenshtein.distance(text, sound) / max(1, len(sound))


def pages_of(text: str) -> Iterator[str]:
    """A document in stretches of about a page, cut between lines."""
    page = ""
    for line in text.split("\n"):
        page += line + "\n"
        if len(page) >= PAGE:
            yield page
            page = ""
    if len(page) > PAGE // 3:
        yield page


def main() -> None:
    listed = read_manifest(CORPUS).documents
    documents = [list(pages_of(text_of(read_document(document, CORPUS).blocks))) for document in listed]
    sys.stdout.write(
        f"{sum(map(len, documents))} pages of {CORPUS}\n\n| damage | CER before | CER after | pages whole | harmed |\n"
    )
    sys.stdout.write("|---|---|---|---|---|\n")
    for damage in DAMAGES:
        found = measure(documents, damage)
        told = f"| {damage} | {found.before:.2%} | {found.after:.2%} | {found.whole}/{found.pages} | {found.harmed} |\n"
        sys.stdout.write(told)


if __name__ == "__main__":
    main()
