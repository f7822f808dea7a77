"""Run the bot on Telegram, by long polling or behind a webhook, until it is told to stop.

Starting survives what need not stop it: an unreachable Telegram is tried again for as long as it takes, and a menu of
commands that cannot be set is a warning. What cannot heal by waiting ends with one sentence: a wrong token, a second
process of the same bot.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import time
import zlib
from collections.abc import Callable, Coroutine
from secrets import token_hex
from typing import Any

from aiohttp import web
from telegram import BotCommand, Update
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder

from bot import metrics
from bot.monitoring import Readiness, health_routes, listening, metrics_route
from bot.settings import Settings
from bot.state.database import Database, DatabaseDamaged, open_database
from bot.state.inbox import Inbox
from bot.state.lock import DatabaseTaken, sole_worker
from bot.state.outbox import Outbox
from bot.telegram import sentences
from bot.telegram.delivery import IDS_REMEMBERED, seconds_to_wait, seen_ids
from bot.telegram.handlers import Handlers
from bot.telegram.language import Language
from bot.telegram.polling import OustedError, Poller
from bot.telegram.processing import AnyApplication, Desk
from bot.telegram.reception import Answering
from bot.telegram.requests import new_request
from bot.telegram.webhook import CONNECTIONS, MOST_BYTES, Webhook
from bot.telegram.work import current_work
from corpus.document import Audience

log = logging.getLogger(__name__)

UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY]
MENU_PATIENCE_S = 10.0
PAUSE_S = 2.0
SAY_AGAIN_AFTER_S = 60.0

# Containers are killed ten seconds after they are asked to stop.
STOP_WITHIN_S = 7.0
WEBHOOK_CHECKED_EVERY_S = 300.0


class BotStoppedError(Exception):
    """The bot cannot run; the message is for the person at the console, Thai first."""


def run_bot(settings: Settings, answerer: Answering) -> None:
    """Answer on Telegram until SIGTERM or SIGINT; what is in hand then is finished, or waits in the inbox.

    Raises:
        BotStoppedError: when the token is missing or wrong, or another process of this bot is running.
        bot.state.database.DatabaseUnusable: when the database cannot be used.
    """
    if not settings.telegram_bot_token.get_secret_value():
        raise BotStoppedError(sentences.LOGIN_MISSING)
    with asyncio.Runner() as runner:
        while True:
            database = open_database(settings.database_url.get_secret_value(), settings.data_dir)
            try:
                all_finished = runner.run(_serve_until_signal(settings, answerer, database))
                break
            except DatabaseDamaged:
                log.error(sentences.DATABASE_DAMAGED)
            finally:
                database.close()
        if not all_finished:
            _end_now()


async def serve(
    settings: Settings,
    answerer: Answering,
    database: Database,
    stop: asyncio.Event,
    on_ready: Callable[[], None] = lambda: None,
) -> bool:
    """Run the bot until `stop` is set. False when something in hand had to be left in the inbox.

    Raises:
        BotStoppedError: as `run_bot`.
        bot.state.database.DatabaseDamaged: when the database must be opened anew.
    """
    bot_id = bot_id_of(settings)
    handlers = Handlers(metrics.Measured(answerer), database, settings)
    application = build_application(settings, handlers)
    inbox = Inbox(database, bot_id, f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}")
    outbox = Outbox(database)
    desk = Desk(application, inbox, outbox, handlers.stop_answer)
    seen_ids.forget()
    for chat_id, message_id in await outbox.recent_messages(IDS_REMEMBERED // 2):
        seen_ids.saw(chat_id, message_id)
    webhook = Webhook(settings, inbox, desk.wake) if settings.telegram_webhook_url else None
    readiness = Readiness(
        {
            "index": lambda: asyncio.to_thread(lambda: bool(answerer.readable(Audience.INTERNAL))),
            "database": database.answers,
            "telegram": lambda: _is_reached(application),
        }
    )
    async with contextlib.AsyncExitStack() as stack:
        if database.is_sqlite or not webhook:
            await _become_sole_worker(stack, database, bot_id)
            await inbox.take_over()
        await _listen(stack, settings, readiness, webhook)
        try:
            await _first(stop.wait(), _reach_telegram(application))
            if stop.is_set():
                return True
            stack.push_async_callback(application.shutdown)
            await _set_menu(application)
            poller = Poller(application.bot, inbox, UPDATES, desk.wake)
            arriving = _keep_webhook(application, settings) if webhook else poller.poll()
            log.info("พร้อมตอบแล้ว · Ready as @%s", application.bot.username)
            on_ready()
            try:
                await _first(stop.wait(), arriving, desk.work(), handlers.work(application.bot), database.watch())
            finally:
                if webhook:
                    webhook.close()
                all_finished = await desk.stop(STOP_WITHIN_S)
        except InvalidToken:
            raise BotStoppedError(sentences.LOGIN_REFUSED) from None
        except OustedError:
            raise BotStoppedError(sentences.TWO_POLLERS) from None
    return all_finished


def build_application(settings: Settings, handlers: Handlers) -> AnyApplication:
    """The bot with its handlers; it speaks to the Telegram that the settings name."""
    # The library's coming way of giving durations; without it every flood wait is a deprecation warning.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    application: AnyApplication = (
        ApplicationBuilder()
        .application_class(_Application)
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(settings.telegram_api_url)
        .base_file_url(settings.telegram_file_url)
        .request(new_request())
        .updater(None)
        .rate_limiter(AIORateLimiter(max_retries=0))  # paces; who has to wait waits alone, see delivery.py
        .build()
    )
    handlers.register(application)
    return application


def bot_id_of(settings: Settings) -> int:
    """The bot's id, which a token begins with; of a token that does not, a number of its own."""
    token = settings.telegram_bot_token.get_secret_value()
    number = token.partition(":")[0]
    return int(number) if number.isdecimal() and len(number) < 19 else zlib.crc32(token.encode())


class _Application(Application[Any, Any, Any, Any, Any, Any]):
    """What a handler raises goes to the update's work, which is tried again or apologised for (see processing.py)."""

    async def process_error(self, update: object, error: Exception, *args: Any, **kwargs: Any) -> bool:
        work = current_work.get()
        if work is None:
            return await super().process_error(update, error, *args, **kwargs)
        work.error = error
        return True


async def _serve_until_signal(settings: Settings, answerer: Answering, database: Database) -> bool:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return await serve(settings, answerer, database, stop)


async def _first(*coroutines: Coroutine[Any, Any, Any]) -> None:
    """Wait until one of these ends, with its result or its error, and cancel the others."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _become_sole_worker(stack: contextlib.AsyncExitStack, database: Database, bot_id: int) -> None:
    lock = sole_worker(database, bot_id)
    try:
        await asyncio.to_thread(lock.__enter__)
    except DatabaseTaken:
        raise BotStoppedError(sentences.DATABASE_TAKEN) from None
    stack.push(lock)


async def _listen(
    stack: contextlib.AsyncExitStack, settings: Settings, readiness: Readiness, webhook: Webhook | None
) -> None:
    """Open the doors that the settings ask for."""
    doors: dict[str, list[web.RouteDef]] = {}
    if webhook:
        doors[settings.telegram_webhook_listen] = [web.post(webhook.path, webhook.take), *health_routes(readiness)]
    if settings.metrics_listen:
        routes = doors.setdefault(settings.metrics_listen, health_routes(readiness))
        routes.append(metrics_route())
    for listen, routes in doors.items():
        try:
            await stack.enter_async_context(listening(routes, listen, MOST_BYTES))
        except OSError as error:
            raise BotStoppedError(sentences.CANNOT_LISTEN.format(listen=listen, reason=error.strerror)) from None


async def _reach_telegram(application: AnyApplication) -> None:
    """Make the acquaintance of Telegram; an unreachable one is tried again for as long as it takes."""
    complained_at = float("-inf")
    while True:
        try:
            await application.initialize()
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            if time.monotonic() - complained_at > SAY_AGAIN_AFTER_S:
                complained_at = time.monotonic()
                log.warning(sentences.UNREACHABLE, error)
            await asyncio.sleep(seconds_to_wait(error) if isinstance(error, RetryAfter) else PAUSE_S)


async def _is_reached(application: AnyApplication) -> bool:
    await application.bot.get_me()
    return True


async def _set_menu(application: AnyApplication) -> None:
    thai, english = (
        [BotCommand(name, said.label(language)) for name, said in sentences.COMMANDS]
        for language in (Language.THAI, Language.ENGLISH)
    )
    try:  # a flood wait for this may be long; it must not keep people waiting for answers
        async with asyncio.timeout(MENU_PATIENCE_S):
            await application.bot.set_my_commands(thai)
            await application.bot.set_my_commands(english, language_code="en")
    except (TelegramError, TimeoutError) as error:
        log.warning("The commands menu could not be set; everything else works: %r", error)


async def _keep_webhook(application: AnyApplication, settings: Settings) -> None:
    """Tell Telegram where to post, and see now and then that nobody has told it otherwise."""
    is_set = False
    while True:
        try:
            info = await application.bot.get_webhook_info()
            if info.url != settings.telegram_webhook_url or not is_set:
                await application.bot.set_webhook(
                    settings.telegram_webhook_url,
                    secret_token=settings.telegram_webhook_secret.get_secret_value(),
                    allowed_updates=UPDATES,
                    max_connections=CONNECTIONS,
                )
                is_set = True
                log.info("Telegram posts its updates to the webhook now")
            await asyncio.sleep(WEBHOOK_CHECKED_EVERY_S)
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("The webhook could not be set; trying again: %r", error)
            await asyncio.sleep(seconds_to_wait(error) if isinstance(error, RetryAfter) else PAUSE_S)


def _end_now() -> None:
    """End although threads still wait for answers that nobody will send; the questions are in the inbox."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
