"""The commands that everybody has."""

import asyncio
import json
import logging

from telegram import BotCommand, BotCommandScopeChat, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.state import asking, conversations, members, people
from bot.state.conversations import ConversationKey
from bot.state.members import Joined, Role
from bot.telegram import sentences
from bot.telegram.access import Reader
from bot.telegram.keyboards import drafts_keyboard, language_keyboard
from bot.telegram.language import Language
from bot.telegram.questions import Asked, Questions
from bot.telegram.reception import Reception, conversation_of, message_of
from bot.telegram.rendering import render_documents, render_drafts, render_text
from bot.telegram.running import Running
from bot.telegram.sending import Place, send
from bot.telegram.work import current_work

log = logging.getLogger(__name__)


class Commands:
    """What people can tell the bot to do."""

    def __init__(self, reception: Reception, questions: Questions, running: Running) -> None:
        self._reception = reception
        self._questions = questions
        self._running = running

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Greets; with the token of an invitation, makes a member. A token counts in a private chat only."""
        if (received := await self._reception.receive(context.bot, update)) is None:
            return
        message, reader = received
        token = context.args[0] if context.args and reader.in_private else ""
        if token:
            name = message.from_user.full_name if message.from_user else ""
            joined = await self._reception.database.run(members.join, token, reader.user_id, name, reader.role)
            await self._welcome(context, update, reader, joined)
            return
        text = sentences.START.to(reader.language).strip()
        if not reader.may_ask and reader.in_private:
            text += "\n\n" + sentences.MEMBERS_ONLY.to(reader.language, user_id=reader.user_id)
        await send(context.bot, Place.of(message), render_text(text))
        if reader.is_admin and reader.in_private:
            await self._show_admin_menu(context, reader)

    async def _welcome(
        self, context: ContextTypes.DEFAULT_TYPE, update: Update, reader: Reader, joined: Joined | None
    ) -> None:
        message = message_of(update)
        if joined is None:
            await self._reception.say(context.bot, message, reader, sentences.INVITATION_INVALID)
            return
        role = sentences.ROLES[joined.role].label(reader.language)
        said = sentences.INVITATION_TAKEN if joined.is_new else sentences.INVITATION_NEEDLESS
        await self._reception.say(context.bot, message, reader, said, role=role)
        if joined.role is Role.ADMIN:
            await self._show_admin_menu(context, reader)

    async def _show_admin_menu(self, context: ContextTypes.DEFAULT_TYPE, reader: Reader) -> None:
        shown = (*sentences.COMMANDS, *sentences.ADMIN_COMMANDS)
        menu = [BotCommand(name, sentence.label(reader.language)) for name, sentence in shown]
        try:
            await context.bot.set_my_commands(menu, scope=BotCommandScopeChat(reader.chat_id))
        except TelegramError as error:
            log.info("An admin's menu could not be set: %s", error)

    async def help(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if (received := await self._reception.receive(context.bot, update)) is None:
            return
        message, reader = received
        text = sentences.HELP.to(reader.language)
        if reader.is_admin and reader.in_private:
            text += "\n\n" + sentences.ADMIN_HELP.to(reader.language)
        await send(context.bot, Place.of(message), render_text(text))

    async def sources(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The documents that this reader may read."""
        if (received := await self._reception.receive(context.bot, update)) is None:
            return
        message, reader = received
        if not await self._may_ask(context, update, reader):
            return
        documents = await asyncio.to_thread(self._reception.answerer.readable, reader.audience)
        drafts = await asyncio.to_thread(self._reception.answerer.drafts, reader.audience)
        plans = {draft.plan: draft.plan_title for draft in drafts}
        await send(context.bot, Place.of(message), render_documents(documents, plans, reader.language))

    async def drafts(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The drafts that this reader may ask, as buttons."""
        if (received := await self._reception.receive(context.bot, update)) is None:
            return
        message, reader = received
        if not await self._may_ask(context, update, reader):
            return
        drafts = await asyncio.to_thread(self._reception.answerer.drafts, reader.audience)
        if not drafts:
            await self._reception.say(context.bot, message, reader, sentences.NO_DRAFTS)
            return
        key = conversation_of(message, reader.user_id)
        remembered = await self._reception.database.run(conversations.recall, key, reader.audience)
        keyboard = drafts_keyboard(self._reception, reader, drafts, remembered.draft)
        await send(context.bot, Place.of(message), render_drafts(drafts, reader.language), keyboard)

    async def new(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if (received := await self._reception.receive(context.bot, update)) is None:
            return
        message, reader = received
        await self._reception.database.run(conversations.begin_anew, conversation_of(message, reader.user_id))
        await self._reception.say(context.bot, message, reader, sentences.FORGOTTEN)

    async def stop(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ends the answer in the making; whoever waits for it is told there, so nothing more is said here."""
        message = message_of(update)
        if message.from_user is None or self._running.stop(conversation_of(message, message.from_user.id)):
            return
        if await self._stop_elsewhere(message, message.from_user.id):
            return
        if received := await self._reception.receive(context.bot, update):
            await self._reception.say(context.bot, *received, sentences.NOTHING_TO_STOP)

    async def _stop_elsewhere(self, message: Message, user_id: int) -> bool:
        """Have another replica end what it is making for this conversation; whether there is anything."""
        work = current_work.get()
        if work is None:
            return False
        key, is_asked = conversation_of(message, user_id), False
        for entry in await work.inbox.in_hand_elsewhere(message.chat_id):
            if _conversation_asked(Update.de_json(json.loads(entry.payload), message.get_bot())) == key:
                is_asked |= await work.inbox.ask_to_stop(entry.id)
        return is_asked

    async def ask(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/ask question`: the way to ask in a group without a mention."""
        if (received := await self._reception.receive(context.bot, update)) is None:
            return
        message, reader = received
        question = after_command(message.text or "")
        if not question:
            await self._reception.say(context.bot, message, reader, sentences.ASK_WHAT)
            return
        key = conversation_of(message, reader.user_id)
        await self._questions.ask(context.bot, Asked(reader, key, Place.of(message), question))

    async def lang(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/lang` offers the languages as buttons, `/lang en` takes one."""
        if (received := await self._reception.receive(context.bot, update)) is None:
            return
        message, reader = received
        if language := Language.named(after_command(message.text or "")):
            await self._reception.database.run(people.choose_language, reader.user_id, language.value)
            await send(context.bot, Place.of(message), render_text(sentences.LANGUAGE_SET.to(language)))
            return
        text = sentences.LANGUAGE_ASKED.to(Language.BOTH)
        await send(context.bot, Place.of(message), render_text(text), language_keyboard(self._reception, reader))

    async def privacy(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """What is kept; said whatever the limits are."""
        message = message_of(update)
        if message.from_user is None:
            return
        reader = await self._reception.reader(message.from_user, message.chat)
        days = self._reception.settings.retention_days
        how_long = sentences.FOR_DAYS if days else sentences.UNTIL_FORGOTTEN
        text = sentences.PRIVACY.to(reader.language, days=how_long.to(reader.language, days=days))
        await send(context.bot, Place.of(message), render_text(text))

    async def forget(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Deletes what is kept of this person, in all chats; done whatever the limits are."""
        message = message_of(update)
        if message.from_user is None:
            return
        reader = await self._reception.reader(message.from_user, message.chat)
        who = self._reception.pseudonym(reader.user_id)
        role = await self._reception.database.run(asking.forget, reader.user_id, who)
        text = sentences.ALL_FORGOTTEN.to(reader.language)
        if role:
            text += "\n" + sentences.ROLE_FORGOTTEN.to(reader.language)
        await send(context.bot, Place.of(message), render_text(text))

    async def unknown(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if received := await self._reception.receive(context.bot, update):
            await self._reception.say(context.bot, *received, sentences.UNKNOWN_COMMAND)

    async def _may_ask(self, context: ContextTypes.DEFAULT_TYPE, update: Update, reader: Reader) -> bool:
        if not reader.may_ask:
            sentence = sentences.MEMBERS_ONLY if reader.in_private else sentences.MEMBERS_ONLY_IN_GROUP
            await self._reception.say(context.bot, message_of(update), reader, sentence, user_id=reader.user_id)
        return reader.may_ask


def _conversation_asked(update: Update) -> ConversationKey | None:
    """The conversation that an update belongs to: a message, or a press on a button below one."""
    message, user = update.effective_message, update.effective_user
    return conversation_of(message, user.id) if isinstance(message, Message) and user else None


def after_command(text: str) -> str:
    """What stands behind the command, lines and all."""
    parts = text.split(maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else ""
