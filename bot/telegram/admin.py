"""The commands that admins have. To everybody else they are unknown commands."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot, Message, Update
from telegram.ext import ContextTypes

from bot.state import administering, announcements, audit, members
from bot.state.administering import Report
from bot.state.database import now
from bot.state.members import Role
from bot.state.shown import new_key
from bot.state.usage import THAI_TIME
from bot.telegram import sentences
from bot.telegram.access import Reader
from bot.telegram.commands import after_command
from bot.telegram.keyboards import announcement_keyboard
from bot.telegram.language import Language
from bot.telegram.reception import Reception
from bot.telegram.rendering import Line, Span, Style, pack, render_text
from bot.telegram.sending import Place, send
from corpus.thai import BUDDHIST_ERA_OFFSET

STATS_DAYS = 7
MOST_DAYS = 366
UNANSWERED_SHOWN = 10
AUDIT_SHOWN = 20
ANNOUNCEMENT_UNITS = 3_500  # fits into one message together with what is asked about it

ROLE_NAMES = {
    **{role.value: role for role in Role},
    **{sentences.ROLES[role].thai: role for role in Role},
}

Handler = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]
log = logging.getLogger(__name__)


class Admin:
    """What admins can tell the bot to do; each act goes into the audit log."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    def commands(self) -> dict[str, Handler]:
        """Name → handler, each for admins in private only."""
        return {
            "invite": self._for_admins(self._invite),
            "members": self._for_admins(self._members),
            "revoke": self._for_admins(self._revoke),
            "stats": self._for_admins(self._stats),
            "announce": self._for_admins(self._announce),
            "audit": self._for_admins(self._audit),
        }

    def _for_admins(self, act: Callable[[Bot, Message, Reader, str], Awaitable[None]]) -> Handler:
        async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            if (received := await self._reception.receive(context.bot, update)) is None:
                return
            message, reader = received
            if reader.is_admin and reader.in_private:
                await act(context.bot, message, reader, after_command(message.text or ""))
            elif reader.is_admin:
                await self._reception.say(context.bot, message, reader, sentences.IN_PRIVATE_ONLY)
            elif reader.in_private:
                await self._reception.say(context.bot, message, reader, sentences.UNKNOWN_COMMAND)

        return handle

    async def _invite(self, bot: Bot, message: Message, reader: Reader, wanted: str) -> None:
        role = ROLE_NAMES.get(wanted.lower())
        if role is None:
            await self._reception.say(bot, message, reader, sentences.INVITE_WHOM)
            return
        hours = self._reception.settings.invite_hours
        token = await self._reception.database.run(members.invite, role, reader.user_id, timedelta(hours=hours))
        link = f"https://t.me/{bot.username}?start={token}"
        name = sentences.ROLES[role].label(reader.language)
        await self._reception.say(bot, message, reader, sentences.INVITED, role=name, hours=hours, link=link)

    async def _members(self, bot: Bot, message: Message, reader: Reader, _: str) -> None:
        found, invited = await self._reception.database.run(administering.list_members, reader.user_id)
        fixed = sorted(self._reception.settings.admin_ids)
        lines = [sentences.MEMBERS_TITLE.label(reader.language, count=len(found))] if found else []
        lines += [
            sentences.MEMBER.label(
                reader.language,
                name=member.name or "-",
                user_id=member.user_id,
                role=sentences.ROLES[member.role].label(reader.language),
                since=thai_day(member.since),
            )
            for member in found
        ]
        lines += [] if found else [sentences.NO_MEMBERS.label(reader.language)]
        lines += [sentences.FIXED_ADMIN.label(reader.language, user_id=user_id) for user_id in fixed]
        lines.append(sentences.INVITATIONS_OPEN.label(reader.language, count=invited))
        await send(bot, Place.of(message), render_text("\n".join(lines)))

    async def _revoke(self, bot: Bot, message: Message, reader: Reader, whom: str) -> None:
        if not whom.isdecimal() or len(whom) > 18:
            await self._reception.say(bot, message, reader, sentences.REVOKE_WHOM)
            return
        user_id = int(whom)
        if user_id in self._reception.settings.admin_ids:
            await self._reception.say(bot, message, reader, sentences.ADMIN_BY_SETTING, user_id=user_id)
            return
        role = await self._reception.database.run(members.revoke, user_id, reader.user_id)
        said = sentences.REVOKED if role else sentences.NOT_A_MEMBER
        await self._reception.say(bot, message, reader, said, user_id=user_id)

    async def _stats(self, bot: Bot, message: Message, reader: Reader, wanted: str) -> None:
        days = min(int(wanted), MOST_DAYS) if wanted.isdecimal() and int(wanted) else STATS_DAYS
        since = now() - timedelta(days=days)
        report = await self._reception.database.run(administering.report, reader.user_id, since, UNANSWERED_SHOWN)
        lines = _report(report, days, reader.language, is_kept=self._reception.settings.keep_unanswered)
        await send(bot, Place.of(message), pack(lines))

    async def _announce(self, bot: Bot, message: Message, reader: Reader, text: str) -> None:
        if not text:
            await self._reception.say(bot, message, reader, sentences.ANNOUNCE_WHAT)
            return
        if len(text) > ANNOUNCEMENT_UNITS:
            await self._reception.say(bot, message, reader, sentences.ANNOUNCE_TOO_LONG, most=ANNOUNCEMENT_UNITS)
            return
        key = new_key()
        count = await self._reception.database.run(announcements.write, key, reader.user_id, text)
        asked = f"{text}\n\n{sentences.ANNOUNCE_SURE.to(reader.language, count=count)}"
        await send(bot, Place.of(message), render_text(asked), announcement_keyboard(self._reception, reader, key))

    async def _audit(self, bot: Bot, message: Message, reader: Reader, _: str) -> None:
        entries = await self._reception.database.run(audit.latest, reader.user_id, AUDIT_SHOWN)
        lines = (
            [sentences.AUDIT_TITLE.label(reader.language)] if entries else [sentences.NO_AUDIT.label(reader.language)]
        )
        lines += [
            f"• {thai_day(entry.at)} {thai_clock(entry.at)} · {entry.by} · {entry.act} · {entry.about}".rstrip(" ·")
            for entry in entries
        ]
        await send(bot, Place.of(message), render_text("\n".join(lines)))


def thai_day(moment: datetime) -> str:
    """The day in Thailand, in the Buddhist era: 24/11/2569."""
    there = moment.astimezone(THAI_TIME)
    return f"{there:%d/%m/}{there.year + BUDDHIST_ERA_OFFSET}"


def thai_clock(moment: datetime) -> str:
    return f"{moment.astimezone(THAI_TIME):%H:%M}"


def _report(report: Report, days: int, language: Language, *, is_kept: bool) -> list[Line]:
    found = report.statistics
    figures = sentences.STATS.label(
        language,
        questions=found.questions,
        people=found.people,
        p50=found.percentile_ms(0.5),
        p95=found.percentile_ms(0.95),
        up=report.votes.get("up", 0),
        down=report.votes.get("down", 0),
        tokens=found.tokens,
    )
    lines = [_bold(sentences.STATS_TITLE.label(language, days=days)), *map(_plain, figures.split("\n"))]
    lines += [_plain(""), _bold(sentences.STATS_STATUSES.label(language))]
    lines += [
        _plain(f"{sentences.STATUSES[status].label(language) if status in sentences.STATUSES else status}: {count:,}")
        for status, count in found.statuses.items()
    ]
    reasons = {name: count for name, count in report.votes.items() if name in sentences.REASONS}
    if reasons:
        lines += [_plain(""), _bold(sentences.STATS_REASONS.label(language))]
        lines += [_plain(f"{sentences.REASONS[name].label(language)}: {count:,}") for name, count in reasons.items()]
    if not is_kept:
        lines += [_plain(""), _plain(sentences.STATS_NOT_KEPT.label(language))]
    elif report.unanswered:
        lines += [_plain(""), _bold(sentences.STATS_UNANSWERED.label(language))]
        lines += [_plain(f"{times:,}× {' '.join(question.split())}") for question, times in report.unanswered]
    return lines


def _plain(text: str) -> Line:
    return Line((Span(text),))


def _bold(text: str) -> Line:
    return Line((Span(text, Style.BOLD),))
