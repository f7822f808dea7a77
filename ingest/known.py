"""What is known of pieces of text that were looked at before, so that a new draft costs what changed in it.

A piece is a line, a paragraph or a cell of a table. It is known by its digest, since nothing of it need be read again.
"""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple


class Counts(NamedTuple):
    """What is counted in a line. Letters `in_words` are of Thai words, `in_unknown` of those outside the dictionary."""

    thai_characters: int = 0
    letters: int = 0
    thai_letters: int = 0
    sara_am: int = 0
    tones: int = 0
    private_use: int = 0
    replacement: int = 0
    in_words: int = 0
    in_unknown: int = 0


@dataclass(frozen=True)
class Known:
    """The counts of lines, and which pieces the exact rules of repair leave as they are: by `key`, oldest first."""

    counts: dict[bytes, Counts] = field(default_factory=dict)
    sound: dict[bytes, bool] = field(default_factory=dict)


def key(text: str) -> bytes:
    """By what a piece of text is known."""
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
