"""A program that has nothing to do with ours: it must not notice that this is not Telegram."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)
from telegram.helpers import escape_markdown

from bot.preview.standin import StandIn, picture
from tests.bot.chatting import SOMYING, THANA, buttons, replies, said_by_bot, telegram, until
from tests.bot.preview.test_bot_api import png

Context = ContextTypes.DEFAULT_TYPE
NAME = 1


async def start(update: Update, context: Context) -> None:
    assert update.message
    assert update.effective_user
    await update.message.reply_html(
        f"Hi {update.effective_user.mention_html()}!", reply_markup=ForceReply(selective=True)
    )


async def menu(update: Update, context: Context) -> None:
    assert update.message
    row = [InlineKeyboardButton(f"Option {i}", callback_data=str(i)) for i in (1, 2)]
    await update.message.reply_text("Please choose:", reply_markup=InlineKeyboardMarkup([row]))


async def chosen(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query
    await query.answer("got it", show_alert=True)
    await query.edit_message_text(text=f"Selected option: {query.data}")
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()
    with pytest.raises(BadRequest, match="not modified"):
        await query.edit_message_text(text=f"Selected option: {query.data}")


async def echo(update: Update, context: Context) -> None:
    assert update.message
    assert update.message.text
    await update.message.reply_chat_action(ChatAction.TYPING)
    await update.message.reply_text(
        f"*You said* {escape_markdown(update.message.text, 2)}", parse_mode=ParseMode.MARKDOWN_V2
    )


async def photo(update: Update, context: Context) -> None:
    """Downloads the picture and sends it back, as a picture and as a file."""
    assert update.message
    file = await update.message.photo[-1].get_file()
    content = bytes(await file.download_as_bytearray())
    await update.message.reply_photo(content, caption="again")
    await update.message.reply_document(content, filename="copy.png")


async def ask_name(update: Update, context: Context) -> int:
    assert update.message
    await update.message.reply_text("What is your name?")
    return NAME


async def take_name(update: Update, context: Context) -> int:
    assert update.message
    sent = await update.message.reply_text("...")
    await sent.edit_text(f"Hello {update.message.text}")
    await update.message.reply_to_message.delete() if update.message.reply_to_message else None
    return ConversationHandler.END


@pytest.fixture
async def program(standin: StandIn) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    async with telegram(standin) as address:
        builder = ApplicationBuilder().token(standin.token)
        application = builder.base_url(f"{address}/bot").base_file_url(f"{address}/file/bot").build()
        application.add_handler(CommandHandler("start", start))
        application.add_handler(CommandHandler("menu", menu))
        application.add_handler(CallbackQueryHandler(chosen))
        application.add_handler(
            ConversationHandler(
                [CommandHandler("name", ask_name)],
                {NAME: [MessageHandler(filters.TEXT & ~filters.COMMAND, take_name)]},
                [],
            )
        )
        application.add_handler(MessageHandler(filters.PHOTO, photo))
        application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
        async with application:
            assert application.updater
            await application.updater.start_polling()
            await application.start()
            yield application
            await application.updater.stop()
            await application.stop()


@pytest.mark.usefixtures("program")
class TestUnrelatedProgram:
    async def test_echo_start_and_formatting(self, standin: StandIn) -> None:
        standin.say(SOMYING, SOMYING, "/start")
        standin.say(SOMYING, SOMYING, "a_b. (ไทย) <&>!")
        hello, echoed = await replies(standin, SOMYING, 2)
        assert hello["text"] == "Hi สมหญิง ใจดี!"
        assert hello["entities"][0] | {"user": None} == {
            "type": "text_mention",
            "offset": 3,
            "length": 11,
            "user": None,
        }
        assert echoed["text"] == "You said a_b. (ไทย) <&>!"
        assert echoed["entities"] == [{"type": "bold", "offset": 0, "length": 8}]

    async def test_buttons(self, standin: StandIn) -> None:
        standin.say(SOMYING, SOMYING, "/menu")
        [shown] = await replies(standin, SOMYING)
        answer = await standin.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["Option 2"])
        assert (answer["text"], answer["show_alert"]) == ("got it", True)
        await until(lambda: said_by_bot(standin, SOMYING)[0]["text"] == "Selected option: 2", "the edit")
        await until(
            lambda: [c.error for c in standin.calls][-1].startswith("Bad Request: message is not"), "the refusals"
        )

    async def test_a_conversation_with_edit_and_delete(self, standin: StandIn) -> None:
        standin.say(THANA, THANA, "/name")
        [asked] = await replies(standin, THANA)
        standin.say(THANA, THANA, "Thana", reply_to=asked["message_id"])
        await until(lambda: [m["text"] for m in said_by_bot(standin, THANA)] == ["Hello Thana"], "the greeting")

    async def test_pictures(self, standin: StandIn) -> None:
        content = png(8, 6)
        standin.show(SOMYING, SOMYING, picture(standin, content, "mine.png"))
        again, copy = await replies(standin, SOMYING, 2)
        assert again["caption"] == "again"
        assert copy["document"]["file_name"] == "copy.png"
        assert standin.files[copy["document"]["file_id"]].content == content
