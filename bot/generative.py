"""Answers written by a chat model from numbered passages, and checked before anyone sees them.

`ChatWriter.write` gives back checked statements, or that the passages do not answer, or raises `NoReply` with the
reason; the caller then answers without a model. The model's own words are never shown as they are: they are parsed
into statements with citations (`bot.marks`), and `bot.checks` decides which may stay. What a model is told is in
`bot.briefing`, how it is reached in `bot.chat_model`.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answer import Statement, Turn
from bot.briefing import Prompts, says_not_found
from bot.chat_model import LONGEST_REPLY, ChatModel, Message, NoReply, Reason, TokenUsage
from bot.checks import Check, CheckResult, CitedPassage, StatementChecks, check_statements
from bot.marks import parse_statements, up_to_last_mark
from bot.settings import Settings
from corpus.glossary import Glossary

log = logging.getLogger(__name__)

# Called with the statements that passed the checks so far.
Watch = Callable[[Sequence[Statement]], None]


class NotProven(NoReply):
    """The model answered, and no statement of it passed the checks; `checks` are those of all that was looked at."""

    def __init__(self, reason: Reason, detail: str, usage: TokenUsage, checks: tuple[StatementChecks, ...]) -> None:
        super().__init__(reason, detail, usage)
        self.checks = checks


@dataclass(frozen=True)
class Written:
    """What a model wrote and the checks let through.

    `found` is False when the model says that the passages do not answer; then there are no statements. `checks` are
    those of every statement that was looked at, in the order of looking; `dropped` are the statements left out, so an
    answer with any is not complete. Times are in seconds.
    """

    statements: tuple[Statement, ...]
    found: bool
    usage: TokenUsage
    model: str
    seconds: float
    checks: tuple[StatementChecks, ...] = ()
    dropped: tuple[Statement, ...] = ()
    repaired: bool = False


class ChatWriter:
    """Writes answers with the chat model that the settings name. Safe to use from several threads; close it at the end.

    Nothing of LangChain is imported before the first answer, or `warm_up`.
    """

    def __init__(self, settings: Settings, glossary: Glossary, clock: Callable[[], float] = time.monotonic) -> None:
        self.model = ChatModel(settings, clock)
        self.glossary = glossary
        self.prompts = Prompts()
        self._timeout_s = settings.chat_timeout_s
        self._prices = (settings.chat_price_prompt, settings.chat_price_completion)

    def __repr__(self) -> str:
        return f"ChatWriter({self.model.name!r})"

    def __enter__(self) -> "ChatWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm_up(self) -> None:
        """See `ChatModel.warm_up`."""
        self.model.warm_up()

    def close(self) -> None:
        """Close the connections. A later `write` opens them again."""
        self.model.close()

    def cost(self, usage: TokenUsage) -> float | None:
        """What that many tokens cost by the settings' prices, in their currency; None when no price is set."""
        prompt, completion = self._prices
        return (usage.prompt * prompt + usage.completion * completion) / 1e6 if prompt or completion else None

    def write(
        self,
        question: str,
        passages: Sequence[CitedPassage],
        history: Sequence[Turn] = (),
        watch: Watch | None = None,
        cancelled: threading.Event | None = None,
    ) -> Written:
        """The model's answer to a standalone question from numbered passages, within the settings' deadline in all.

        `watch` is called, while the model writes, with the statements that passed the checks so far; what is given
        back may differ from them. When `cancelled` is set, the model's work is ended.

        Raises:
            NoReply: no answer that may be shown; `reason` tells why. Answer without a model then.
        """
        self.model.admit()
        self.model.warm_up()  # the first time this imports for seconds, which is not the model's doing
        answer = _Writing(self, question, passages, history, time.monotonic() + self._timeout_s, watch, cancelled)
        try:
            written = answer.run()
        except NoReply as error:
            log.warning("Chat model %s: no answer (%s)", self.model.name, error)
            raise
        log.info(
            "Chat model %s: %.1f s, %d request(s), %d + %d tokens, %d statement(s), %d dropped",
            written.model, written.seconds, written.usage.requests, written.usage.prompt, written.usage.completion,
            len(written.statements), len(written.dropped),
        )  # fmt: skip
        return written


class _Writing:
    """One answer on its way: asked, parsed, checked, repaired once."""

    def __init__(
        self,
        writer: ChatWriter,
        question: str,
        passages: Sequence[CitedPassage],
        history: Sequence[Turn],
        deadline: float,
        watch: Watch | None,
        cancelled: threading.Event | None,
    ) -> None:
        self._writer = writer
        self._passages = passages
        self._numbers = frozenset(cited.number for cited in passages)
        self._deadline = deadline
        self._watch = watch
        self._cancelled = cancelled
        self._started = time.monotonic()
        self._usage = TokenUsage()
        self._looked_at: list[StatementChecks] = []
        self._shown: tuple[Statement, ...] = ()
        self._briefing = writer.prompts.briefing(question, passages, history)

    def run(self) -> Written:
        conversation: list[Message] = [("system", self._briefing.rules), ("human", self._briefing.asked)]
        text = self._reply(conversation, watched=True)
        if says_not_found(text):
            return self._written((), found=False)
        statements, uncited = parse_statements(text, self._numbers)
        checked = self._check(statements)
        failed = [c for c in checked if not c.passed] or ([] if statements else [_uncited(text)])
        if not failed:
            return self._written(statements, dropped=uncited)
        kept, dropped = self._repaired(conversation, text, checked, failed)
        if not kept:
            reason = Reason.CHECKS_FAILED if statements else Reason.NO_CITATION
            raise NotProven(reason, _checks_named(failed), self._usage, tuple(self._looked_at))
        return self._written(kept, dropped=(*uncited, *dropped), repaired=True)

    def _repaired(
        self,
        conversation: Sequence[Message],
        text: str,
        checked: Sequence[StatementChecks],
        failed: Sequence[StatementChecks],
    ) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """The statements to keep after one request to put the failed ones right, and those to drop."""
        mended = self._ask_for_repair(conversation, text, failed)
        good = {c.statement.text for c in checked if c.passed}
        mended = [s for s in mended if s.text not in good]
        rechecked = self._check(mended)
        passed = [c.statement for c in rechecked if c.passed]
        kept: list[Statement] = []
        for check in checked:
            if check.passed:
                kept.append(check.statement)
            elif len(mended) == len(failed):
                again = rechecked[[f is check for f in failed].index(True)]
                kept.extend([again.statement] if again.passed else [])
            else:
                kept.extend(passed)
                passed = []
        if not checked:
            kept = passed
        lost = max(0, len(failed) - sum(c.passed for c in rechecked))
        return tuple(kept), tuple(c.statement for c in failed)[len(failed) - lost :] if lost else ()

    def _ask_for_repair(
        self, conversation: Sequence[Message], text: str, failed: Sequence[StatementChecks]
    ) -> list[Statement]:
        request = self._writer.prompts.repair(self._briefing, failed)
        try:
            reply = self._reply([*conversation, ("ai", text[:LONGEST_REPLY]), ("human", request)])
        except NoReply as error:
            if error.reason is Reason.CANCELLED:
                raise
            log.info("Repair not written: %s", error)
            return []
        return [] if says_not_found(reply) else list(parse_statements(reply, self._numbers)[0])

    def _reply(self, messages: Sequence[Message], watched: bool = False) -> str:
        heard = self._show if watched and self._watch else None
        try:
            reply = self._writer.model.ask(messages, self._deadline, self._cancelled, heard)
        except NoReply as error:
            self._usage += error.usage
            error.usage = self._usage
            raise
        self._usage += reply.usage
        return reply.text

    def _show(self, text: str) -> None:
        """Tell the watcher of the whole statements of an unfinished reply that pass."""
        statements, _ = parse_statements(up_to_last_mark(text), self._numbers)
        checked = self._checks_of(statements)
        passed = tuple(c.statement for c in checked if c.passed)
        if self._watch and passed and passed != self._shown:
            self._shown = passed
            self._watch(passed)

    def _check(self, statements: Sequence[Statement]) -> tuple[StatementChecks, ...]:
        checked = self._checks_of(statements)
        self._looked_at.extend(checked)
        return checked

    def _checks_of(self, statements: Sequence[Statement]) -> tuple[StatementChecks, ...]:
        return check_statements(statements, self._passages, self._writer.glossary, self._writer.prompts.instructions)

    def _written(
        self,
        statements: tuple[Statement, ...],
        found: bool = True,
        dropped: tuple[Statement, ...] = (),
        repaired: bool = False,
    ) -> Written:
        seconds = time.monotonic() - self._started
        checks = tuple(self._looked_at)
        return Written(statements, found, self._usage, self._writer.model.name, seconds, checks, dropped, repaired)


def _uncited(text: str) -> StatementChecks:
    """What stands for an answer of which no statement cites."""
    result = CheckResult(Check.CITATION, False, "ไม่มีเลขอ้างอิงที่ใช้ได้")
    return StatementChecks(Statement(text.strip()[:1_000]), (result,))


def _checks_named(failed: Sequence[StatementChecks]) -> str:
    return ", ".join(sorted({result.check for checks in failed for result in checks.failures}))
