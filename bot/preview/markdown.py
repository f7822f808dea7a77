"""Telegram's two Markdown modes, for programs other than ours: to plain text and entities, or refused."""

import re

from bot.preview.entities import Entity, EntityError, in_order, units

_RESERVED = "_*[]()~`>#+-=|{}.!"
_V2_MARKS = (("__", "underline"), ("||", "spoiler"), ("*", "bold"), ("_", "italic"), ("~", "strikethrough"))
_V1_MARKS = {"*": "bold", "_": "italic"}
_LINK = re.compile(r"\(((?:\\.|[^)\\])*)\)")


def parse_markdown_v2(source: str) -> tuple[str, list[Entity]]:
    """MarkdownV2: every reserved character must be escaped or close what was opened. Raises EntityError."""
    return _V2(source).parse()


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """Legacy Markdown: `*bold*`, `_italic_`, code, pre and links; nothing nests. Raises EntityError."""
    text, entities, at = "", [], 0
    while at < len(source):
        rest = source[at:]
        if rest[0] == "\\" and rest[1:2] in tuple("_*`["):
            text, at = text + rest[1], at + 2
            continue
        found = _legacy_entity(rest)
        if found is None:
            if rest[0] in "_*`":
                raise EntityError(f"Can't find end of the entity starting at byte offset {len(source[:at].encode())}")
            text, at = text + rest[0], at + 1
            continue
        inner, entity, used = found
        if inner:
            entities.append(entity | {"offset": units(text), "length": units(inner)})
        text, at = text + inner, at + used
    return text, in_order(entities)


def _legacy_entity(rest: str) -> tuple[str, Entity, int] | None:
    """The inner text, what it is and how much of the source it takes; None when no entity begins here."""
    if match := re.match(r"```(?:([^\s`]+)\n|\n?)(.*?)```", rest, re.DOTALL):
        return match[2], {"type": "pre"} | ({"language": match[1]} if match[1] else {}), match.end()
    if match := re.match(r"`([^`]*)`", rest):
        return match[1], {"type": "code"}, match.end()
    if match := re.match(r"\[([^\]]*)\]\(([^)]*)\)", rest):
        return match[1], {"type": "text_link", "url": match[2]}, match.end()
    for mark, kind in _V1_MARKS.items():
        if match := re.match(rf"\{mark}([^{mark}]*)\{mark}", rest):
            return match[1], {"type": kind}, match.end()
    return None


class _V2:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text = ""
        self._open: list[tuple[str, int, int]] = []  # kind, offset in the result, offset in the source
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._source):
            self._step()
        self._end_quote()
        if self._open:
            kind, _, began = self._open[-1]
            raise EntityError(f"Can't find end of {_shown(kind)} entity at byte offset {self._bytes(began)}")
        return self._text, in_order(self._entities)

    def _step(self) -> None:
        rest = self._source[self._at :]
        if rest[0] == "\\" and rest[1:2] and ord(rest[1]) <= 126:
            self._take(rest[1], 2)
        elif rest[0] == "\n":
            self._line_end(rest)
        elif rest[0] == ">" and (self._at == 0 or self._source[self._at - 1] == "\n"):
            self._line_start()
        elif rest[0] == "`":
            self._code(rest)
        elif rest[0] == "[":
            self._begin("text_link", 1)
        elif rest[0] == "]" and self._is_open("text_link"):
            self._link(rest)
        elif not self._mark(rest):
            if rest[0] in _RESERVED:
                raise EntityError(f"Character '{rest[0]}' is reserved and must be escaped with the preceding '\\'")
            self._take(rest[0], 1)

    def _take(self, text: str, used: int) -> None:
        self._text += text
        self._at += used

    def _begin(self, kind: str, used: int) -> None:
        self._open.append((kind, len(self._text), self._at))
        self._at += used

    def _close(self, used: int, **more: str) -> None:
        kind, start, _ = self._open.pop()
        inner = self._text[start:]
        if inner:
            entity = {"type": kind, "offset": units(self._text[:start]), "length": units(inner)}
            self._entities.append(entity | more)
        self._at += used

    def _is_open(self, kind: str) -> bool:
        return bool(self._open) and self._open[-1][0] == kind

    def _mark(self, rest: str) -> bool:
        for mark, kind in _V2_MARKS:
            if rest.startswith(mark):
                if (
                    mark == "||"
                    and re.match(r"\|\|(\n(?!>)|$)", rest)
                    and any(k == "blockquote" for k, *_ in self._open)
                ):
                    return self._expandable()
                if self._is_open(kind):
                    self._close(len(mark))
                else:
                    self._begin(kind, len(mark))
                return True
        return False

    def _expandable(self) -> bool:
        """`||` at the very end of a quote makes it expandable."""
        self._open = [
            ("expandable_blockquote" if kind == "blockquote" else kind, offset, began)
            for kind, offset, began in self._open
        ]
        self._at += 2
        return True

    def _line_start(self) -> None:
        if any("blockquote" in kind for kind, *_ in self._open):
            self._at += 1
        else:
            self._begin("blockquote", 1)

    def _line_end(self, rest: str) -> None:
        if not rest.startswith("\n>"):
            self._end_quote()
        self._take("\n", 1)

    def _end_quote(self) -> None:
        if self._open and "blockquote" in self._open[-1][0]:
            self._close(0)

    def _code(self, rest: str) -> None:
        match = re.match(r"```(?:([^\s`]+)\n|\n?)((?:\\.|[^`\\])*)```|`((?:\\.|[^`\\])*)`", rest, re.DOTALL)
        if not match:
            raise EntityError(f"Can't find end of Code entity at byte offset {self._bytes(self._at)}")
        is_pre = match[3] is None
        self._begin("pre" if is_pre else "code", 0)
        self._text += re.sub(r"\\(.)", r"\1", match[2] if is_pre else match[3])
        self._close(match.end(), **({"language": match[1]} if match[1] else {}))

    def _link(self, rest: str) -> None:
        match = _LINK.match(rest, 1)
        if match:
            self._close(match.end(), url=re.sub(r"\\(.)", r"\1", match[1]))
        else:
            _, start, _ = self._open[-1]
            self._close(1, url=self._text[start:])

    def _bytes(self, offset: int) -> int:
        return len(self._source[:offset].encode())


def _shown(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("_"))
