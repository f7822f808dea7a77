"""The preview as its own process, as `python -m bot` runs it without a token, with answers that need no index."""

import sys

from bot.log import configure_logging
from bot.preview import PreviewError, run_preview
from bot.settings import read_settings
from tests.bot.fake_answers import FakeAnswerer


def main() -> int:
    settings = read_settings(None)
    configure_logging(settings.log_level, settings.secrets)
    try:
        run_preview(settings, FakeAnswerer())
    except PreviewError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
