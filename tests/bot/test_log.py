"""No secret leaves through the log, whichever way it got into a record."""

import logging
import subprocess
import sys

import pytest

from bot.log import BLANK, RedactingFormatter, redact
from tests.conftest import ROOT

TOKEN = "1234567890:AAF-abcdefghijklmnopqrstuvwxyz_0123"
KEY = "key/with+odd chars"


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("x", logging.INFO, __file__, 1, message, args, info)


@pytest.mark.parametrize("secret", [TOKEN, TOKEN.replace(":", "%3A"), KEY, "key%2Fwith%2Bodd%20chars"])
def test_messages_and_arguments(secret: str) -> None:
    formatter = RedactingFormatter([KEY])
    for line in (
        formatter.format(record(f"POST https://api.telegram.org/bot{secret}/getMe")),
        formatter.format(record("%s %r", {"token": secret}, secret)),
    ):
        assert secret not in line
        assert BLANK in line


def test_tracebacks() -> None:
    try:
        raise ValueError(f"cannot reach bot{TOKEN} with {KEY}")
    except ValueError as error:
        line = RedactingFormatter([KEY]).format(record("failed", error=error))
    assert "ValueError: cannot reach bot" in line
    assert TOKEN not in line
    assert KEY not in line


def test_ordinary_numbers_stay() -> None:
    assert redact("12:30:45 update 123456789: done") == "12:30:45 update 123456789: done"


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "ERROR"])
def test_uncaught_errors_warnings_and_http_libraries(level: str) -> None:
    """In a process of its own, since logging is set for the whole process."""
    script = f"""
import logging, threading, warnings
from bot.log import configure_logging
configure_logging({level!r}, [{KEY!r}])
secret = "{TOKEN} {KEY}"
for name in ("httpx", "httpcore.connection", "openai._base_client", "bot.x"):
    logging.getLogger(name).log({level!r} and getattr(logging, {level!r}), "saw %s", secret)
warnings.warn(secret)
def fail(): raise RuntimeError(secret)
thread = threading.Thread(target=fail); thread.start(); thread.join()
fail()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 1
    assert output.count("RuntimeError") == 2
    assert TOKEN not in output
    assert KEY not in output
