"""HTML and Markdown are read and refused as Telegram does it. The cases follow tdlib's own tests."""

from typing import Any

import pytest

from bot.preview.entities import EntityError, find_entities, parse_html, trim
from bot.preview.markdown import parse_markdown, parse_markdown_v2


def e(kind: str, offset: int, length: int, **more: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("ไทย &lt;b&gt; &amp;amp; &quot;", 'ไทย <b> &amp; "', []),
        ("&nbsp;&laquo; &", "&nbsp;&laquo; &", []),
        ("&#3585;&#xE02;", "กข", []),
        ("<b>ก</b><i>ข</i><u>ค</u><s>ง</s>", "กขคง",
         [e("bold", 0, 1), e("italic", 1, 1), e("underline", 2, 1), e("strikethrough", 3, 1)]),
        ("😀<b>😀<i>x</i></b>", "😀😀x", [e("bold", 2, 3), e("italic", 4, 1)]),
        ("<b></b>x", "x", []),
        ("<B>x</b  >", "x", [e("bold", 0, 1)]),
        ("<b>x</>", "x", [e("bold", 0, 1)]),
        ("<blockquote>a</blockquote><blockquote expandable>b</blockquote>", "ab",
         [e("blockquote", 0, 1), e("expandable_blockquote", 1, 1)]),
        ('<a href="https://a.example/?x=1&amp;y">ก</a>', "ก", [e("text_link", 0, 1, url="https://a.example/?x=1&y")]),
        ("<a href='nowhere'>ก</a>", "ก", []),
        ('<pre><code class="language-python">x</code></pre>', "x", [e("pre", 0, 1, language="python")]),
        ("<pre><code>x</code></pre>", "x", [e("pre", 0, 1), e("code", 0, 1)]),
        ('<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>', "xy", [e("spoiler", 0, 1), e("spoiler", 1, 1)]),
    ],
)  # fmt: skip
def test_html(html: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(html) == (text, entities)


@pytest.mark.parametrize(
    ("html", "error"),
    [
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<abac>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        ("🏟 🏟&lt;<i>a</em   >", 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_refused_html(html: str, error: str) -> None:
    with pytest.raises(EntityError) as refused:
        parse_html(html)
    assert str(refused.value) == error


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*ก* _ข_ __ค__ ~ง~ ||จ||", "ก ข ค ง จ",
         [e("bold", 0, 1), e("italic", 2, 1), e("underline", 4, 1), e("strikethrough", 6, 1), e("spoiler", 8, 1)]),
        (r"1\. a\*b \_", "1. a*b _", []),
        ("`a*b` ```py\nx\n```", "a*b x\n", [e("code", 0, 3), e("pre", 4, 2, language="py")]),
        ("[ก](https://a.example)", "ก", [e("text_link", 0, 1, url="https://a.example")]),
        (">a\n>b\nc", "a\nb\nc", [e("blockquote", 0, 3)]),
        (">a\n>b||", "a\nb", [e("expandable_blockquote", 0, 3)]),
        ("*a _b_*", "a b", [e("bold", 0, 3), e("italic", 2, 1)]),
    ],
)  # fmt: skip
def test_markdown_v2(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_markdown_v2(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("1. ก", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a-b", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("*a", "Can't find end of Bold entity at byte offset 0"),
        ("`a", "Can't find end of Code entity at byte offset 0"),
    ],
)
def test_refused_markdown_v2(source: str, error: str) -> None:
    with pytest.raises(EntityError) as refused:
        parse_markdown_v2(source)
    assert str(refused.value) == error


def test_legacy_markdown() -> None:
    assert parse_markdown("*ก* _ข_ `c` [d](http://d.example) 1. \\*") == (
        "ก ข c d 1. *",
        [e("bold", 0, 1), e("italic", 2, 1), e("code", 4, 1), e("text_link", 6, 1, url="http://d.example")],
    )
    with pytest.raises(EntityError):
        parse_markdown("snake_case")


def test_what_telegram_finds_by_itself() -> None:
    text = "/ask@my_bot ดู https://a.example/x?y=1, @somebody a@b.example #แผน 😀@somebody"
    found = [(x["type"], text.encode("utf-16-le")[2 * x["offset"] :][: 2 * x["length"]].decode("utf-16-le"))
             for x in find_entities(text, [])]  # fmt: skip
    assert sorted(found) == [
        ("bot_command", "/ask@my_bot"),
        ("hashtag", "#แผน"),
        ("mention", "@somebody"),
        ("mention", "@somebody"),
        ("url", "https://a.example/x?y=1"),
    ]
    assert find_entities("https://a.example", [e("code", 0, 17)]) == []


def test_white_space_around_is_dropped() -> None:
    assert trim("  😀 ก \n", [e("bold", 0, 4), e("italic", 5, 3)]) == ("😀 ก", [e("bold", 0, 2), e("italic", 3, 1)])
