"""The documents state every fact of the project's notes, name their sources, and are honest that they are digests.

`corpus/facts/<document>.yaml` lists what a document must say: a fact's id, its sources, and strings that stand
together in one passage, as the reader and the splitter make it. A table row is written with `|` between its cells.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.document import Audience, Document, Passage
from ingest.health import Verdict
from ingest.manifest import read_manifest
from ingest.passages import split
from ingest.reading import Reading, read_document

DOCUMENTS = Path(__file__).parent.parent / "corpus" / "documents"
FACTS = Path(__file__).parent / "corpus" / "facts"
MANIFEST = read_manifest(DOCUMENTS)

# Every fact that the notes hold with confidence 1, ≥2, ≥2* or ไม่แน่ใจ; ids are never renumbered, only added.
RANGES = ((1, 43), (50, 72), (80, 119), (130, 138), (140, 158), (160, 167), (170, 202), (210, 235), (240, 263))
FACT_IDS = {f"F{number:03}" for first, last in RANGES for number in range(first, last + 1)}
# Facts on which the sources disagree or that none states plainly: told only together with that doubt.
DOUBTFUL = {
    "F137": r"ไม่ยืนยัน",
    "F167": r"ไม่ตรงกัน",
    "F172": r"ไม่ตรงกัน",
    "F196": r"ไม่แน่ใจ|ไม่เห็น|ไม่ยืนยัน|ไม่พบ",
}


@cache
def reading(document: Document) -> Reading:
    return read_document(document, DOCUMENTS)


@cache
def passages(document: Document) -> tuple[Passage, ...]:
    return split(document, reading(document).blocks)


@cache
def told(passage: Passage) -> str:
    """All that a passage says: its lead or caption, column names, sentences, numbered items and rows of cells."""
    lines = [passage.lead, _row(passage.columns)]
    for unit in passage.units:
        lines += [f"{unit.marker} {unit.text}".strip(), _row(unit.cells)]
    return "\n".join(filter(None, lines))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |" if cells else ""


def facts(document: Document) -> list[dict[str, Any]]:
    path = FACTS / f"{document.id}.yaml"
    return list(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.exists() else []


def proof(document: Document, fact: dict[str, Any]) -> list[Passage]:
    return [p for p in passages(document) if all(says in told(p) for says in fact["says"])]


each_document = pytest.mark.parametrize("document", MANIFEST.documents, ids=lambda document: document.id)


@each_document
def test_every_fact_stands_in_one_passage(document: Document) -> None:
    missing = [(fact["id"], fact["says"]) for fact in facts(document) if not proof(document, fact)]
    assert missing == []


@each_document
def test_the_facts_sources_are_among_the_document_s(document: Document) -> None:
    own = {source.id for source in document.sources}
    assert [(fact["id"], s) for fact in facts(document) for s in fact["sources"] if s not in own] == []


@each_document
def test_facts_are_listed_as_they_must_be(document: Document) -> None:
    assert facts(document), "a document that states no fact has no place here"
    for fact in facts(document):
        assert fact.keys() == {"id", "sources", "says"}
        assert fact["sources"]
        assert fact["says"]
        assert all(isinstance(text, str) and text.strip() for text in fact["says"])


def test_no_fact_is_left_out_and_none_made_up() -> None:
    assert {fact["id"] for document in MANIFEST.documents for fact in facts(document)} == FACT_IDS


def test_every_list_of_facts_belongs_to_a_document() -> None:
    assert {path.stem for path in FACTS.glob("*.yaml")} == {document.id for document in MANIFEST.documents}


@pytest.mark.parametrize(("fact_id", "doubt"), DOUBTFUL.items())
def test_what_is_doubtful_is_told_with_its_doubt(fact_id: str, doubt: str) -> None:
    for document in MANIFEST.documents:
        for fact in facts(document):
            if fact["id"] == fact_id:
                proofs = [told(passage) for passage in proof(document, fact)]
                assert any(re.search(doubt, text) for text in proofs), f"{document.id} states {fact['says']} as certain"


def test_there_are_enough_documents() -> None:
    assert len(MANIFEST.documents) >= 12


@each_document
def test_a_document_says_first_that_it_is_a_digest_and_of_what(document: Document) -> None:
    first = passages(document)[0]
    assert first.section == "เกี่ยวกับเอกสารนี้"
    assert "โครงการถามแผน" in first.body
    assert re.search(r"ไม่ใช่(?:เอกสาร|ตัวเล่ม|ตัวบท)", first.body)


@each_document
def test_a_document_begins_with_its_title(document: Document) -> None:
    assert reading(document).blocks[0].text == document.title


@each_document
def test_documents_are_sound_and_needed_no_repair(document: Document) -> None:
    assert {page.verdict for page in reading(document).health} == {Verdict.SOUND}
    assert reading(document).repairs == ()


@each_document
def test_documents_are_public_and_name_where_their_content_comes_from(document: Document) -> None:
    assert document.audience is Audience.PUBLIC
    for source in document.sources:
        assert source.url.startswith(("https://", "http://"))
        assert source.title
        assert source.publisher
        assert source.date


def test_every_source_of_the_manifest_is_some_document_s_or_the_glossary_s() -> None:
    manifest = yaml.safe_load((DOCUMENTS / "manifest.yaml").read_text(encoding="utf-8"))
    glossary = yaml.safe_load((DOCUMENTS.parent / "glossary.yaml").read_text(encoding="utf-8"))
    used = {source.id for document in MANIFEST.documents for source in document.sources}
    used |= {source for term in glossary["terms"] for source in term["sources"]}
    assert set(manifest["sources"]) - used == set()
