"""Whatever the text, what goes to Telegram is within its limits, parses, and says the same."""

import re
from dataclasses import replace
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import AnswerStatus, CitedText
from bot.preview.entities import parse_html
from bot.telegram.rendering import (
    LIMIT,
    Line,
    Part,
    Span,
    Style,
    is_cluster_border,
    pack,
    render_answer,
    render_documents,
    render_passage,
    render_text,
    split_text,
    units,
)
from tests.bot.fake_answers import DRAFT, citation, cited, uncited

THAI = "การขับเคลื่อนรัฐบาลดิจิทัลเพื่อให้บริการประชาชนได้อย่างมีประสิทธิภาพด้วยเทคโนโลยีที่เหมาะสม"
ALPHABET = "กขคงเแโใไะาำิีึืุู่้๊๋็์ๆฯ ab<>&\"'[]1๒\n😀👩\u200d💻🏽"
SYLLABLES = ("กำ", "เก่า", "น้ำ", "ใหม่", "ค่ะ", "ต่างๆ", "ไทย", "x", " ", "&", "<", "[12]", "👩\u200d💻", "👋🏽", "๒๕๖๓")
texts = st.text(st.sampled_from(ALPHABET), max_size=400)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def check(parts: list[Part], said: str) -> None:
    """Parts are within the limit, parse to their own plain text, and together say what was to be said."""
    for part in parts:
        assert 0 < units(part.html) <= LIMIT
        text, entities = parse_html(part.html)
        assert text == part.plain
        assert len(entities) <= 100
    assert squeezed("".join(part.plain for part in parts)) == squeezed(said)


@settings(deadline=None)
@given(texts, st.integers(1, 40))
def test_any_text_is_said_whole(text: str, times: int) -> None:
    check(render_text(text * times), text * times)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(texts, st.sampled_from(Style)), max_size=4), max_size=8), st.booleans())
def test_any_styled_lines_fit_a_small_limit(rows: list[list[tuple[str, Style]]], quoted: bool) -> None:
    lines = [Line(tuple(Span(t.replace("\n", " "), style) for t, style in row), quoted) for row in rows]
    for part in pack(lines, limit=120):
        assert units(part.html) <= 120
        assert parse_html(part.html)[0] == part.plain


@settings(deadline=None)
@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=80).map("".join), st.integers(24, 60))
def test_a_cut_parts_no_cluster_mark_or_surrogate(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert squeezed("".join(pieces)) == squeezed(text)
    at = 0
    for piece in pieces:
        assert 0 < units(escape(piece, quote=False)) <= limit
        at = text.index(piece, at)
        # Before a mark like [1] only if a run of marks leaves no other place.
        assert not at or is_cluster_border(text, at) or text[at] == "["
        at += len(piece)


def test_long_thai_without_spaces_is_cut_between_words() -> None:
    pieces = split_text(THAI * 3, 60)
    assert "".join(pieces) == THAI * 3
    assert all(units(piece) <= 60 for piece in pieces)
    for piece in pieces[1:]:
        assert not re.match(r"[ะ-ฺๅ-๎]", piece)
    for piece in pieces[:-1]:
        assert not re.search(r"[เ-ไ]$", piece)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("น้ำ", 1),
        ("น้ำ", 2),
        ("เก", 1),
        ("ความ[12]", 4),
        ("[12]", 1),
        ("[12]", 2),
        ("👩\u200d💻", 1),
        ("👋🏽", 1),
        ("ต่างๆ", 4),
    ],
)
def test_no_cut_inside(text: str, offset: int) -> None:
    assert not is_cluster_border(text, offset)


def test_parts_are_cut_between_lines_where_possible() -> None:
    lines = [f"{i}. {THAI}" for i in range(100)]
    parts = render_text("\n".join(lines))
    assert [line for part in parts for line in part.plain.split("\n")] == lines
    assert len(parts) == 3


def test_many_bold_lines_stay_below_a_hundred_entities() -> None:
    documents = [replace(DRAFT, id=str(i), title=f"เอกสาร {i}") for i in range(250)]
    parts = render_documents(documents, {DRAFT.plan: "แผน"})
    assert all(len(parse_html(part.html)[1]) <= 100 for part in parts)
    assert sum(part.plain.count("เอกสาร ") for part in parts) == 250


def test_short_bold_lines_stay_below_a_hundred_entities_too() -> None:
    parts = pack([Line((Span("ก", Style.BOLD),))] * 250)
    assert [len(parse_html(part.html)[1]) for part in parts] == [90, 90, 70]


def test_what_takes_two_units_is_counted_so() -> None:
    parts = render_text("😀" * 3_000)
    assert "".join(part.plain for part in parts) == "😀" * 3_000
    assert all(len(part.plain.encode("utf-16-le")) // 2 <= LIMIT for part in parts)


def test_a_passage_is_shown_with_its_neighbours() -> None:
    [part] = render_passage(CitedText(citation(), before="ข้อความแรก", after="ข้อความสุดท้าย"))
    places = [part.plain.index(text) for text in ("1. ", "ก่อนหน้า\nข้อความแรก", "ถัดไป\nข้อความสุดท้าย")]
    assert places == sorted(places)


def test_a_long_passage_stays_one_quote_in_each_part() -> None:
    text = "\n".join(f"แถวที่ {i} <{THAI}>" for i in range(80))
    parts = render_passage(CitedText(citation(text=text, quote="แถวที่ 3 <" + THAI)))
    assert len(parts) > 1
    for part in parts:
        assert [e["type"] for e in parse_html(part.html)[1]].count("expandable_blockquote") == 1
    assert squeezed("".join(part.plain for part in parts)).endswith(squeezed(text))


@pytest.mark.parametrize(
    ("quote", "marked"),
    [("สอง สาม", ["สอง", "สาม"]), ("สี่\nหนึ่ง", ["หนึ่ง", "สี่"]), ("ไม่มี", []), ("", [])],
    ids=["across lines", "two quotes", "not there", "none"],
)
def test_quotes_are_marked_in_the_passage(quote: str, marked: list[str]) -> None:
    [part] = render_passage(CitedText(citation(text="หนึ่ง สอง\nสาม สี่", quote=quote)))
    text, entities = parse_html(part.html)
    bold = [text[e["offset"] : e["offset"] + e["length"]] for e in entities if e["type"] == "bold"]
    assert bold[1:] == marked


def test_a_citation_without_page_section_or_date_has_no_empty_places() -> None:
    bare = replace(citation(page=None), section="", date="", draft="")
    [part] = render_answer(cited("q", citations=[bare]))
    assert part.plain.endswith(f"[1] {DRAFT.title}")


@pytest.mark.parametrize("status", [s for s in AnswerStatus if not s.carries_citations])
def test_other_statuses_are_their_text(status: AnswerStatus) -> None:
    assert [part.plain for part in render_answer(uncited("q", status, "ประโยคเดียว"))] == ["ประโยคเดียว"]


def test_passages_of_one_place_share_a_line_and_a_date_is_told_once() -> None:
    same = [replace(citation(n), title="แผน (ฉบับ 30 มีนาคม 2564)", date="30 มีนาคม 2564") for n in (1, 2)]
    other = replace(same[0], n=3, section="อื่น")
    [part] = render_answer(cited("q", "ก [1] ข [2] ค [3]", citations=[*same, other]))
    assert part.plain.split("\n")[3:] == [
        f"[1] [2] {same[0].title} · {same[0].draft} · {same[0].section} · หน้า 12",
        f"[3] {same[0].title} · {same[0].draft} · อื่น · หน้า 12",
    ]
