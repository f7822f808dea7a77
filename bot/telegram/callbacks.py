"""What a button carries: what it does, for which shown answer, signed for one person in one chat.

    action ":" key ":" number ":" signature       at most 64 bytes, of which this uses less than 40

The signature is an HMAC (SHA-256, cut to 72 bits) under a key derived from the bot's token, so that buttons work after
a restart and on every replica, and die with the token. The message that a button must hang on is kept with the shown
answer itself (`bot.state.shown`).
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum

SIGNATURE_BYTES = 9
MOST_DATA_BYTES = 64


class Action(StrEnum):
    """What a button does; short, since every byte counts."""

    PASSAGE = "p"
    PAGE = "g"
    UP = "u"
    DOWN = "d"
    REASON = "r"
    FOLLOW_UP = "f"
    LANGUAGE = "l"
    DRAFT = "t"
    ANNOUNCE = "a"
    STOP = "s"


@dataclass(frozen=True)
class ButtonData:
    """What a button stands for: `key` names the shown answer (or what else is acted on), `n` which part of it."""

    action: Action
    key: str = ""
    n: int = 0


class Signer:
    """Writes and reads the data of buttons."""

    def __init__(self, token: str) -> None:
        self._key = hashlib.sha256(b"tham-phaen buttons\0" + token.encode()).digest()

    def write(self, data: ButtonData, chat_id: int, user_id: int) -> str:
        """The data, signed for this person in this chat.

        Raises:
            ValueError: if it is longer than Telegram takes.
        """
        plain = f"{data.action}:{data.key}:{data.n}"
        written = f"{plain}:{self._signature(plain, chat_id, user_id)}"
        if len(written.encode()) > MOST_DATA_BYTES:
            raise ValueError(f"button data of {len(written.encode())} bytes, expected at most {MOST_DATA_BYTES}")
        return written

    def read(self, written: str, chat_id: int, user_id: int) -> ButtonData | None:
        """What the data stands for; None if it was not written by us for this person in this chat."""
        match = re.fullmatch(r"([a-z]):([\w-]*):(\d{1,3}):([\w-]{12})", written, re.ASCII)
        if match is None or match[1] not in set(Action):
            return None
        plain = written.rpartition(":")[0]
        if not hmac.compare_digest(match[4], self._signature(plain, chat_id, user_id)):
            return None
        return ButtonData(Action(match[1]), match[2], int(match[3]))

    def _signature(self, plain: str, chat_id: int, user_id: int) -> str:
        whole = hmac.digest(self._key, f"{plain}:{chat_id}:{user_id}".encode(), "sha256")
        return urlsafe_b64encode(whole[:SIGNATURE_BYTES]).decode()
