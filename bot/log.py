"""Logging for every command: readable lines on standard error, and no secret in any of them at any level.

httpx writes the whole address of each request at INFO, and Telegram's addresses contain the bot's token. So two
things are done: the libraries that speak HTTP are turned down, and whatever is printed passes a formatter that
blanks the known secrets and everything that looks like a bot token, in messages, arguments and tracebacks alike.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import quote

BLANK = "«redacted»"
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

# What a bot token looks like, plain or percent-encoded.
TOKEN = re.compile(r"\d+(?::|%3[Aa])[\w-]{30,}")

# At DEBUG or INFO these print addresses, headers or the texts of messages; none of that belongs in a log.
TURNED_DOWN = {
    "anthropic": logging.WARNING,
    "asyncio": logging.INFO,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "openai": logging.WARNING,
    "urllib3": logging.WARNING,
    "telegram": logging.INFO,
    "aiohttp.access": logging.WARNING,
    "alembic": logging.WARNING,
    "psycopg": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "telegram.ext.AIORateLimiter": logging.CRITICAL,  # what it says as an error is waited for, and logged by us
}


class RedactingFormatter(logging.Formatter):
    """Formats a record with its traceback, then blanks every secret in the result."""

    def __init__(self, secrets: Sequence[str] = (), fmt: str = FORMAT) -> None:
        super().__init__(fmt)
        self._secrets = _written_forms(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self._secrets)


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for machines that gather logs; secrets are blanked as in `RedactingFormatter`."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        super().__init__()
        self._secrets = _written_forms(secrets)

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage(), self._secrets),
        }
        if record.exc_info:
            line["traceback"] = redact(self.formatException(record.exc_info), self._secrets)
        if record.stack_info:
            line["stack"] = redact(self.formatStack(record.stack_info), self._secrets)
        # Once more over the whole, for what only looks like a secret as JSON writes it.
        return redact(json.dumps(line, ensure_ascii=False), self._secrets)


def configure_logging(level: str, secrets: Sequence[str] = (), form: str = "text") -> None:
    """Send all logging to standard error at `level` ("DEBUG" … "ERROR"), with `secrets` blanked.

    `form` is "text" for people, "json" for one JSON object a line.

    Exceptions that nobody caught, in any thread, are logged too, so that their tracebacks pass the same formatter.
    A second call replaces the first.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter(secrets) if form == "json" else RedactingFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name, lowest in TURNED_DOWN.items():
        logging.getLogger(name).setLevel(max(lowest, logging.getLevelName(level)))
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """The text with each of `secrets`, and everything that looks like a bot token, blanked."""
    for secret in secrets:
        text = text.replace(secret, BLANK)
    return TOKEN.sub(BLANK, text)


def _written_forms(secrets: Sequence[str]) -> list[str]:
    """Each secret as it is, as in an address and as in a `repr`; longest first, so that none hides in another."""
    forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), repr(secret)[1:-1])}
    return sorted(forms, key=len, reverse=True)


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    logging.getLogger("bot").critical("Stopped by an unexpected error", exc_info=(kind, error, traceback))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
