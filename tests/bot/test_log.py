"""No secret leaves through the log, whichever way it got into a record."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.log import BLANK, JsonFormatter, RedactingFormatter, redact
from bot.settings import Settings
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


def test_json_lines_hold_the_same_and_no_secret() -> None:
    odd = 'pass"word\\with\nodd é characters'
    try:
        raise ValueError(f"cannot log in with {odd} or {TOKEN}")
    except ValueError as error:
        text = JsonFormatter([odd]).format(record("ขัดข้อง %s %r", odd, odd, error=error))
    line = json.loads(text)
    assert "\n" not in text
    assert (line["level"], line["logger"], line["message"]) == ("INFO", "x", f"ขัดข้อง {BLANK} '{BLANK}'")
    assert line["traceback"].endswith(f"ValueError: cannot log in with {BLANK} or {BLANK}")
    assert line["time"].endswith("+00:00")


PLANTED = {
    "telegram_bot_token": TOKEN,
    "telegram_webhook_secret": "planted-webhook-secret",
    "chat_api_key": "planted-api-key",
    "database_url": "postgresql://bot:planted%2Fpassword@127.0.0.1:1/state",
}


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_planted_secret_leaves_the_real_command(form: str, tmp_path: Path) -> None:
    """`python -m bot` at DEBUG with every secret set and nothing that works: no output shows any, also no traceback."""
    script = """
import logging
from bot.log import configure_logging
from bot.settings import read_settings
settings = read_settings()
configure_logging(settings.log_level, settings.secrets, settings.log_format)
print(settings, repr(settings), settings.model_dump(), settings.model_dump_json())
from bot.telegram.run import build_application
from bot.state.database import open_database, _read_url, _engine
engine = _engine(_read_url(settings.database_url.get_secret_value(), settings.data_dir))
class Nobody:
    def register(self, application): pass
application = build_application(settings, Nobody())
logging.getLogger("any").error("%r %r %r %r", application, application.bot, engine, engine.url)
logging.getLogger("any").error("said: " + " ".join(settings.secrets))
try:
    open_database(settings.database_url.get_secret_value(), settings.data_dir)
except Exception:
    logging.getLogger("any").exception("no database")
engine.connect()
"""
    env = {name.upper(): value for name, value in PLANTED.items()}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **env, "DATA_DIR": str(tmp_path), "LOG_LEVEL": "DEBUG", "LOG_FORMAT": form},
    )
    output = done.stdout + done.stderr
    assert done.returncode == 1
    assert output.count("OperationalError") >= 1
    assert "no database" in output
    assert any(line.startswith('{"time"') for line in done.stderr.splitlines()) is (form == "json")
    for secret in (*PLANTED.values(), TOKEN.partition(":")[2], "planted/password", "planted%2Fpassword"):
        assert secret not in output


def test_settings_name_all_their_secrets() -> None:
    settings = Settings(_env_file=None, **PLANTED)  # type: ignore[call-arg, arg-type]
    assert {TOKEN, "planted-webhook-secret", "planted-api-key", "planted/password"} <= set(settings.secrets)


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
