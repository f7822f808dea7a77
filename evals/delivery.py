"""Would Telegram take it: is every message of an answer sound Telegram HTML within the Bot API's limits.

Judged by the Bot API's own rules (core.telegram.org/bots/api#html-style), apart from the code that renders.
"""

import re
from html import unescape

from bot.answer import Answer

MAX_TEXT = 4096  # UTF-16 units after parsing
MAX_ENTITIES = 100
TAGS = frozenset(
    (
        "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji",
        "code", "pre", "blockquote",
    )
)  # fmt: skip
NAMED = frozenset(("lt", "gt", "amp", "quot"))

_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z-]+)(?:\s+[^<>]*)?>|(?P<bare>[<>])|&(?P<reference>#?\w*);?")


def is_deliverable(answer: Answer) -> bool:
    """Whether all messages that Telegram users get for this answer would be taken; no message at all is none."""
    from bot.telegram.rendering import render_answer

    parts = render_answer(answer)
    return bool(parts) and not any(faults(part.html) for part in parts)


def faults(html: str) -> list[str]:
    """What Telegram would refuse in one message; empty if nothing."""
    found: list[str] = []
    opened: list[str] = []
    entities = 0
    for token in _TOKEN.finditer(html):
        if token["bare"]:
            found.append(f"a bare {token['bare']} at {token.start()}")
        elif token["tag"]:
            entities += not token["close"]
            found += _tag_faults(token["tag"].lower(), bool(token["close"]), opened)
        elif not _is_reference(token["reference"], token[0]):
            found.append(f"{token[0]!r} is no entity that Telegram knows")
    found += [f"<{tag}> is never closed" for tag in opened]
    text = unescape(_TOKEN.sub(lambda t: t[0] if t["reference"] is not None else "", html))
    length = len(text.encode("utf-16-le")) // 2
    if not text.strip():
        found.append("the message is empty")
    if length > MAX_TEXT:
        found.append(f"{length} units of text, at most {MAX_TEXT} are allowed")
    if entities > MAX_ENTITIES:
        found.append(f"{entities} entities, at most {MAX_ENTITIES} are allowed")
    return found


def _tag_faults(tag: str, closes: bool, opened: list[str]) -> list[str]:
    if tag not in TAGS:
        return [f"<{tag}> is no tag that Telegram knows"]
    if not closes:
        opened.append(tag)
        return []
    if opened and opened[-1] == tag:
        opened.pop()
        return []
    return [f"</{tag}> closes what is not open"]


def _is_reference(name: str, written: str) -> bool:
    return written.endswith(";") and (name in NAMED or bool(re.fullmatch(r"#(?:\d+|x[0-9a-fA-F]+)", name)))
