"""How the bot is asked on Telegram: handlers, rendering and fixed sentences. The only door to python-telegram-bot."""

from bot.telegram.run import BotStoppedError, run_bot

__all__ = ["BotStoppedError", "run_bot"]
