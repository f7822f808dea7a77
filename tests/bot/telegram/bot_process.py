"""The bot as its own process, as `python -m bot` runs it, with answers that need no index.

`--echo` makes each answer repeat its question, so that tests can tell which one it belongs to. `--hasty` has a replica
take over sooner what a dead one had.
"""

import os
import sys
import threading
import time
from datetime import timedelta

from bot.answer import Answer
from bot.log import configure_logging
from bot.settings import SettingsError, read_settings
from bot.state import inbox
from bot.state.database import DatabaseUnusable
from bot.telegram import processing
from bot.telegram.run import BotStoppedError, run_bot
from tests.bot.fake_answers import FakeAnswerer, cited

POISON = "ยาพิษ"
DEADLY = "ยาพิษร้ายแรง"
ENDLESS = "ไม่มีที่สิ้นสุด"


class ASecond(threading.Event):
    """Set a second after somebody began to wait for it, however long the process took to start."""

    began = 0.0

    def wait(self, timeout: float | None = None) -> bool:
        self.began = self.began or time.monotonic()
        if time.monotonic() > self.began + 1.0:
            self.set()
        return super().wait(timeout)


def echo(question: str) -> Answer:
    """What was asked, as an answer; some questions are not survived."""
    if question == POISON:
        raise RuntimeError("poison")
    if question == DEADLY:
        os._exit(70)
    if question == ENDLESS:
        time.sleep(60)
    time.sleep(0.02)
    return cited(question, f"{question} [1]")


def main() -> int:
    try:
        settings = read_settings(None)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    configure_logging(settings.log_level, settings.secrets, settings.log_format)
    answerer = FakeAnswerer(echo) if "--echo" in sys.argv else FakeAnswerer()
    if "--hasty" in sys.argv:
        inbox.TAKEN_FOR, processing.STILL_HERE_EVERY_S = timedelta(seconds=4), 1.0
    answerer.held["ช้า"] = ASecond()
    try:
        run_bot(settings, answerer)
    except (BotStoppedError, DatabaseUnusable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
