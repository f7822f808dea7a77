"""Formatted text as Telegram reads it: HTML to plain text and entities, refused where Telegram refuses it.

The rules and the wording of the errors follow Telegram's own parser (tdlib's `parse_html`). Offsets in errors count
bytes, offsets and lengths of entities count UTF-16 units, as in the Bot API.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot));?")

# What Telegram finds by itself in plain text.
_FOUND = {
    "mention": re.compile(r"(?<![\w@/])@[A-Za-z]\w{3,31}\b", re.ASCII),
    "bot_command": re.compile(r"(?<![\w/<>])/\w{1,64}(?:@\w{3,32})?(?![\w/])", re.ASCII),
    "url": re.compile(r"(?<![\w@.])https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]"),
    "hashtag": re.compile(r"(?<![\w#&])#(?=\w*[^\W\d])\w+"),
}


class EntityError(Exception):
    """The text cannot be parsed; the message is Telegram's, without its prefix."""


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def parse_html(html: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities, in order.

    Raises:
        EntityError: as Telegram does, for tags that are unknown, unclosed, crossed or badly written.
    """
    return _HtmlParser(html).parse()


def find_entities(text: str, taken: list[Entity]) -> list[Entity]:
    """Mentions, commands, links and hashtags that Telegram marks by itself, outside links and code."""
    closed = [e for e in taken if e["type"] in ("text_link", "code", "pre", "text_mention")]
    found: list[Entity] = []
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            offset, length = units(text[: match.start()]), units(match[0])
            if not any(e["offset"] < offset + length and offset < e["offset"] + e["length"] for e in [*closed, *found]):
                found.append({"type": kind, "offset": offset, "length": length})
    return found


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The text without white space around it, its entities moved along; emptied entities are dropped."""
    lead = len(text) - len(text.lstrip())
    shift, trimmed = units(text[:lead]), text.strip()
    end = units(trimmed)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        stop = min(end, entity["offset"] + entity["length"] - shift)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return trimmed, kept


def in_order(entities: list[Entity]) -> list[Entity]:
    """Entities as Telegram lists them: by offset, the longer one first."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"]))


@dataclass
class _Open:
    """A tag that is open: its name as written, where it began in the result, and what its attributes say."""

    tag: str
    offset: int
    start: int
    attributes: dict[str, str] = field(default_factory=dict)


class _HtmlParser:
    def __init__(self, html: str) -> None:
        self._html = html
        self._at = 0
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._html):
            if self._html[self._at] != "<":
                self._append(self._character())
            elif self._html.startswith("</", self._at):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise EntityError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return "".join(self._text), in_order(self._entities[::-1])  # closed last is outermost

    def _append(self, text: str) -> None:
        self._text.append(text)
        self._length += units(text)

    def _character(self) -> str:
        """The next character, a written-out one decoded. An unknown name stays as it is."""
        match = _CHARACTER.match(self._html, self._at)
        if not match:
            self._at += 1
            return self._html[self._at - 1]
        code = int(match[1], 16) if match[1] else int(match[2]) if match[2] else 0
        if not match[3] and (code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF):
            self._at += 1
            return "&"
        self._at = match.end()
        return _CHARACTERS[match[3]] if match[3] else chr(code)

    def _bytes(self, offset: int) -> int:
        return len(self._html[:offset].encode())

    def _peek(self) -> str:
        return self._html[self._at : self._at + 1]

    def _skip_spaces(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _name(self, stop: str) -> str:
        start = self._at
        while self._peek() and not self._peek().isspace() and self._peek() not in stop:
            self._at += 1
        return self._html[start : self._at].lower()

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = self._name(">")
        if not self._peek():
            raise EntityError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in TAGS:
            raise EntityError(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        attributes = dict(self._attributes(tag, begin))
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise EntityError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        if tag == "tg-emoji" and not attributes.get("emoji-id", "").isdigit():
            raise EntityError("Invalid custom emoji identifier specified")
        self._open.append(_Open(tag, self._length, len(self._text), attributes))

    def _attributes(self, tag: str, begin: int) -> Iterator[tuple[str, str]]:
        """Name and value of each attribute, up to and including the closing bracket."""
        while True:
            self._skip_spaces()
            if not self._peek():
                raise EntityError(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
            if self._peek() == ">":
                self._at += 1
                return
            name = self._name("=>")
            if not name:
                raise EntityError(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
            self._skip_spaces()
            if self._peek() != "=":
                yield name, ""
                continue
            self._at += 1
            self._skip_spaces()
            yield name, self._value(tag, begin)

    def _value(self, tag: str, begin: int) -> str:
        mark = self._peek()
        if not mark:
            raise EntityError(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
        if mark not in "\"'":
            match = re.compile(r"[A-Za-z0-9.-]+(?=[\s>])").match(self._html, self._at)
            if not match:
                raise EntityError(f"Unexpected end of name token at byte offset {self._bytes(self._at)}")
            self._at = match.end()
            return match[0].lower()
        self._at += 1
        value: list[str] = []
        while self._peek() != mark:
            if not self._peek():
                raise EntityError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            value.append(self._character())
        self._at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise EntityError(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        self._at += 2
        tag = self._name(">")
        self._skip_spaces()
        if self._peek() != ">":
            raise EntityError(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self._at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            raise EntityError(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self._length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Entity = {
            "type": TAGS[opened.tag],
            "offset": opened.offset,
            "length": self._length - opened.offset,
        }
        if opened.tag == "a":
            entity["url"] = opened.attributes.get("href") or "".join(self._text[opened.start :])
            if not re.match(r"(https?|tg|mailto|tel):", entity["url"]):
                return  # Telegram leaves the text and drops a link that is none
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes["emoji-id"]
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "pre" and "language" in opened.attributes:
            entity["language"] = opened.attributes["language"]
        elif opened.tag == "code" and self._gives_language(opened):
            return
        self._entities.append(entity)

    def _gives_language(self, opened: _Open) -> bool:
        """`<pre><code class="language-x">`: the language belongs to the pre, and the code is no entity of its own."""
        parent = self._open[-1] if self._open else None
        language = opened.attributes.get("class", "")
        if not (parent and parent.tag == "pre" and language.startswith("language-")):
            return False
        parent.attributes["language"] = language.removeprefix("language-")
        return True
