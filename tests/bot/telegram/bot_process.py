"""The bot as its own process, as `python -m bot` runs it, with answers that need no index."""

import sys
import threading

from bot.log import configure_logging
from bot.settings import read_settings
from bot.telegram.run import BotStoppedError, run_bot
from tests.bot.fake_answers import FakeAnswerer


def main() -> int:
    settings = read_settings(None)
    configure_logging(settings.log_level, settings.secrets, settings.log_format)
    answerer = FakeAnswerer()
    slow = threading.Event()
    answerer.held["ช้า"] = slow
    timer = threading.Timer(1.0, slow.set)
    timer.daemon = True
    timer.start()
    try:
        run_bot(settings, answerer)
    except BotStoppedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
