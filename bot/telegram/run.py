"""Run the bot on Telegram by long polling until it is told to stop.

Starting survives what need not stop it: an unreachable Telegram is tried again for as long as it takes, and a menu of
commands that cannot be set is a warning. What cannot heal by waiting ends with one sentence: a wrong token, a second
poller on the same token.
"""

import asyncio
import logging
import os
import time
from typing import Any

from telegram import BotCommand, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, ContextTypes

from bot.settings import Settings
from bot.telegram import sentences
from bot.telegram.feedback import Feedback
from bot.telegram.handlers import Answering, Handlers
from bot.telegram.processing import InOrderPerChat

log = logging.getLogger(__name__)

UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY]
RETRIES_WHEN_FLOODED = 3
MENU_PATIENCE_S = 10.0

# Telegram ends the poll that already waits, with 409, whenever another poll comes in. So the older of two pollers
# meets the conflict first but wins the next round about a second later. Hence a young poller gives way and an older
# one holds on: the bot that was there keeps working, and the one that came second stops.
GIVES_WAY_FOR_S = 6.0

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class BotStoppedError(Exception):
    """The bot cannot run; the message is for the person at the console, Thai first."""


def run_bot(settings: Settings, answerer: Answering) -> None:
    """Answer on Telegram until SIGTERM or SIGINT; messages already received are answered before it returns.

    Raises:
        BotStoppedError: when the token is missing or wrong, or another process polls with it.
    """
    if not settings.telegram_bot_token.get_secret_value():
        raise BotStoppedError(sentences.LOGIN_MISSING)
    asyncio.set_event_loop(asyncio.new_event_loop())
    application = build_application(settings, answerer)
    try:
        application.run_polling(allowed_updates=UPDATES, bootstrap_retries=-1)
    except InvalidToken:
        raise BotStoppedError(sentences.LOGIN_REFUSED) from None
    if application.bot_data.get(_ousted):
        raise BotStoppedError(sentences.TWO_POLLERS)


def build_application(settings: Settings, answerer: Answering) -> AnyApplication:
    """The bot, ready to be started; it speaks to the Telegram that the settings name."""
    # The library's coming way of giving durations; without it every flood wait is a deprecation warning.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    application: AnyApplication = (
        ApplicationBuilder()
        .application_class(_WatchfulApplication)
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(settings.telegram_api_url)
        .base_file_url(settings.telegram_file_url)
        .rate_limiter(AIORateLimiter(max_retries=RETRIES_WHEN_FLOODED))
        .concurrent_updates(InOrderPerChat())
        .post_init(prepare)
        .build()
    )
    application.add_error_handler(_stop_when_ousted)
    feedback = Feedback(settings.data_dir / "feedback.jsonl")
    Handlers(answerer, feedback, keep_unanswered=settings.keep_unanswered).register(application)
    return application


async def prepare(application: AnyApplication) -> None:
    """What is done once Telegram has been reached, before the first update."""
    commands = [BotCommand(name, text) for name, text in sentences.COMMANDS]
    try:  # a flood wait for this may be long; it must not keep people waiting for answers
        await asyncio.wait_for(application.bot.set_my_commands(commands), MENU_PATIENCE_S)
    except (TelegramError, TimeoutError) as error:
        log.warning("The commands menu could not be set; everything else works: %r", error)
    application.bot_data[_polling_since] = time.monotonic()
    log.info("พร้อมตอบแล้ว · Ready as @%s", application.bot.username)


_polling_since = "polling since"
_ousted = "ousted by another poller"


class _WatchfulApplication(Application[Any, Any, Any, Any, Any, Any]):
    """Says why it keeps waiting when Telegram cannot be reached, and stops when polling ends for good."""

    async def initialize(self) -> None:
        try:
            await super().initialize()
        except NetworkError as error:
            log.warning(sentences.UNREACHABLE, error)
            raise

    async def start(self) -> None:
        await super().start()
        for task in asyncio.all_tasks():
            if "polling_task" in task.get_name():
                task.add_done_callback(self._stop_when_refused)

    def _stop_when_refused(self, polling: "asyncio.Task[Any]") -> None:
        """A token revoked while the bot runs ends the library's polling task, and nothing else would notice."""
        if not polling.cancelled() and isinstance(polling.exception(), InvalidToken):
            self.stop_running()


async def _stop_when_ousted(_: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    if not isinstance(context.error, Conflict):
        return
    data = context.application.bot_data
    if time.monotonic() - data[_polling_since] <= GIVES_WAY_FOR_S:
        data[_ousted] = True
        context.application.stop_running()
