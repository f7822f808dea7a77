"""Which handler gets which update. Edited messages are ignored, and channels are not answered."""

import asyncio
import logging
from collections import deque
from datetime import timedelta
from typing import Any

from telegram import Bot, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.settings import Settings
from bot.state import conversations, retention
from bot.state.database import Database, now
from bot.telegram import sentences
from bot.telegram.addressing import question_in
from bot.telegram.admin import Admin
from bot.telegram.alerting import Alerting
from bot.telegram.announcing import Announcing
from bot.telegram.buttons import Buttons
from bot.telegram.commands import Commands
from bot.telegram.joining import whole_question
from bot.telegram.questions import Asked, Questions
from bot.telegram.reception import Answering, Reception, conversation_of, message_of
from bot.telegram.running import Running
from bot.telegram.sending import Place

log = logging.getLogger(__name__)

NEW_MESSAGE = filters.UpdateType.MESSAGE
NOT_TEXT = filters.ATTACHMENT | filters.PAID_MEDIA | filters.STORY | filters.CHECKLIST
MOST_ALBUMS = 200
PRUNE_EVERY_S = 6 * 3600.0


class Handlers:
    """All handlers of one bot."""

    def __init__(self, answerer: Answering, database: Database, settings: Settings) -> None:
        running = Running()
        self.stop_answer = running.stop_named
        self._reception = Reception(answerer, database, settings)
        self._questions = Questions(self._reception, running)
        self._commands = Commands(self._reception, self._questions, running)
        self._admin = Admin(self._reception)
        self._announcing = Announcing(database)
        self._alerting = Alerting(self._reception)
        self._buttons = Buttons(self._reception, self._questions, running, self._announcing)
        self._albums: deque[str] = deque(maxlen=MOST_ALBUMS)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add all handlers to the application."""
        commands = self._commands
        for name, handler in {
            "start": commands.start,
            "help": commands.help,
            "sources": commands.sources,
            "drafts": commands.drafts,
            "new": commands.new,
            "stop": commands.stop,
            "ask": commands.ask,
            "lang": commands.lang,
            "privacy": commands.privacy,
            "forget": commands.forget,
            **self._admin.commands(),
        }.items():
            application.add_handler(CommandHandler(name, handler, filters=NEW_MESSAGE))
        in_private = filters.ChatType.PRIVATE
        application.add_handler(MessageHandler(NEW_MESSAGE & filters.COMMAND & in_private, commands.unknown))
        application.add_handler(MessageHandler(NEW_MESSAGE & filters.TEXT & ~filters.COMMAND, self.question))
        application.add_handler(MessageHandler(NEW_MESSAGE & NOT_TEXT, self.not_text))
        application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self.migrated))
        application.add_handler(CallbackQueryHandler(self._buttons.press))

    async def work(self, bot: Bot) -> None:
        """What goes on beside the updates, until cancelled: announcements, alerts, deleting what was kept."""
        await self._announcing.go_on(bot)
        alerting = asyncio.create_task(self._alerting.watch(bot), name="alerts")
        try:
            while True:
                await self._prune()
                await asyncio.sleep(PRUNE_EVERY_S)
        finally:
            alerting.cancel()
            await asyncio.gather(alerting, self._announcing.stop(), return_exceptions=True)

    async def _prune(self) -> None:
        days = self._reception.settings.retention_days
        before = now() - timedelta(days=days) if days else None
        try:
            await self._reception.database.run(retention.prune, before)
        except Exception:  # mostly the database; what is kept too long is no reason to stop answering
            log.exception("What was kept long enough could not be deleted; trying again later")

    async def question(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A text: in a group only if it is meant for the bot."""
        message = message_of(update)
        question = question_in(message, context.bot.bot)
        if question is None or (received := await self._reception.receive(context.bot, update)) is None:
            return
        message, reader = received
        if not question:
            sentence = sentences.NOTHING_ASKED if reader.in_private else sentences.NOTHING_ASKED_IN_GROUP
            await self._reception.say(context.bot, message, reader, sentence)
            return
        question = await whole_question(question, message)
        key = conversation_of(message, reader.user_id)
        await self._questions.ask(context.bot, Asked(reader, key, Place.of(message), question))

    async def not_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Photos, stickers, voice, files and so on: said once that only text is read, also for an album."""
        message = message_of(update)
        if question_in(message, context.bot.bot) is None or message.media_group_id in self._albums:
            return
        if message.media_group_id:
            self._albums.append(message.media_group_id)
        if received := await self._reception.receive(context.bot, update):
            await self._reception.say(context.bot, *received, sentences.TEXT_ONLY)

    async def migrated(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A group has become a supergroup: its conversations move along; its old buttons expire."""
        message = message_of(update)
        if message.migrate_to_chat_id:
            await self._reception.database.run(conversations.move, message.chat_id, message.migrate_to_chat_id)
