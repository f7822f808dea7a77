"""A small Telegram on this machine: a stand-in for the Bot API, and a page to chat with the real bot."""

from bot.preview.run import PreviewError, run_preview

__all__ = ["PreviewError", "run_preview"]
