"""Answers written by a chat model from numbered passages, and checked before anyone sees them.

The only door to LangChain's chat models. `ChatWriter.write` gives back checked statements, or that the passages do
not answer, or raises `NotWritten` with the reason; the caller then answers without a model. The model's own words
are never shown as they are: they are parsed into statements with citations, and `bot.checks` decides which may stay.
"""

import asyncio
import hashlib
import logging
import re
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from bot.answer import Statement, Turn
from bot.checks import Check, CheckResult, CitedPassage, StatementChecks, check_statements
from bot.prompt import read_prompt
from bot.settings import Settings
from corpus import thai
from corpus.glossary import Glossary

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

log = logging.getLogger(__name__)

NOT_FOUND = "NOT_FOUND"
PLACEHOLDERS = {
    "answer": frozenset({"not_found"}),
    "question": frozenset({"fence", "history", "not_found", "passages", "question"}),
    "repair": frozenset({"fence", "not_found", "problems"}),
}

LONGEST_REPLY = 20_000  # characters; a longer one is broken off
TURNS_TOLD = 4
LONGEST_TURN = 400  # characters
LONGEST_WAIT_S = 2.0  # before the one retry, whatever a server asks for
USUAL_WAIT_S = 0.3
FAILURES_ALLOWED = 3
PAUSE_S = 30.0
GRACE_S = 2.0  # for the loop to hand back a deadline that it has noticed itself


class Reason(StrEnum):
    """Why no answer was written."""

    NOT_SET_UP = "not_set_up"
    PAUSED = "paused"
    TIMEOUT = "timeout"
    NETWORK = "network"
    RATE_LIMITED = "rate_limited"
    KEY_REFUSED = "key_refused"
    REQUEST_REFUSED = "request_refused"
    SERVER = "server"
    CUT = "cut"
    EMPTY = "empty"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    NO_CITATION = "no_citation"
    CHECKS_FAILED = "checks_failed"
    UNEXPECTED = "unexpected"


_TRY_AGAIN = frozenset({Reason.NETWORK, Reason.RATE_LIMITED, Reason.SERVER, Reason.CUT})


@dataclass(frozen=True)
class TokenUsage:
    """Tokens as the server counted them (0 where it does not say) and requests made, for one answer."""

    prompt: int = 0
    completion: int = 0
    requests: int = 0

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(
            self.prompt + other.prompt, self.completion + other.completion, self.requests + other.requests
        )


class NotWritten(Exception):
    """No answer by the model. Carries the reason and what was used; never a server's own text, which may echo a key."""

    def __init__(
        self,
        reason: Reason,
        detail: str = "",
        usage: TokenUsage | None = None,
        checks: tuple[StatementChecks, ...] = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.usage = usage or TokenUsage()
        self.checks = checks
        self.retry_after_s = retry_after_s


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


class CircuitBreaker:
    """Leaves a failing model alone: after three failures in a row no question waits for it for 30 seconds.

    After the pause one question tries; if that fails as well, the next pause begins at once. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._paused_until = float("-inf")

    def admit(self) -> bool:
        with self._lock:
            if self._failures < FAILURES_ALLOWED:
                return True
            if self._clock() < self._paused_until:
                return False
            self._paused_until = self._clock() + PAUSE_S  # the others wait for this one trial
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_ALLOWED:
                self._paused_until = self._clock() + PAUSE_S


class ChatWriter:
    """Writes answers with the chat model that the settings name. Safe to use from several threads; close it at the end.

    Nothing of LangChain is imported before the first answer, or `warm_up`.
    """

    def __init__(self, settings: Settings, glossary: Glossary, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._glossary = glossary
        self._breaker = CircuitBreaker(clock)
        self._prompts = {name: read_prompt(name, names) for name, names in PLACEHOLDERS.items()}
        self._loop = _LoopThread()
        self._lock = threading.Lock()
        self._connection: _Connection | None = None

    def __repr__(self) -> str:
        return f"ChatWriter({self._settings.chat_model!r})"

    def __enter__(self) -> "ChatWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm_up(self) -> None:
        """Import the provider's library and make the client now.

        Raises:
            NotWritten: NOT_SET_UP, if the settings name no usable model or its package is missing.
        """
        self._connected()

    def close(self) -> None:
        """Close the connections. A later `write` opens them again."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection and connection.http_client is not None:
            self._loop.run(connection.http_client.aclose(), GRACE_S)
        self._loop.stop()

    def write(self, question: str, passages: Sequence[CitedPassage], history: Sequence[Turn] = ()) -> Written:
        """The model's answer to a standalone question from numbered passages, within the settings' deadline in all.

        Raises:
            NotWritten: no answer that may be shown; `reason` tells why. Answer without a model then.
        """
        if not self._breaker.admit():
            raise NotWritten(Reason.PAUSED, f"after {FAILURES_ALLOWED} failures in a row")
        self._connected()  # the first time this imports for seconds, which is not the model's doing
        answer = _Writing(self, question, passages, history, time.monotonic() + self._settings.chat_timeout_s)
        try:
            written = answer.run()
        except NotWritten as error:
            log.warning("Chat model %s: no answer (%s)", self._settings.chat_model, error)
            raise
        log.info(
            "Chat model %s: %.1f s, %d request(s), %d + %d tokens, %d statement(s), %d dropped",
            written.model, written.seconds, written.usage.requests, written.usage.prompt, written.usage.completion,
            len(written.statements), len(written.dropped),
        )  # fmt: skip
        return written

    def reply(self, rules: str, asked: str) -> str:
        """The model's own words to one request, unchecked: for measuring with a model as judge, never to be shown.

        Raises:
            NotWritten: no whole reply within the settings' deadline.
        """
        from langchain_core.messages import HumanMessage, SystemMessage

        if not self._breaker.admit():
            raise NotWritten(Reason.PAUSED, f"after {FAILURES_ALLOWED} failures in a row")
        self._connected()
        deadline = time.monotonic() + self._settings.chat_timeout_s
        return self.ask([SystemMessage(rules), HumanMessage(asked)], deadline).text

    def ask(self, messages: "Sequence[BaseMessage]", deadline: float) -> "_Reply":
        """One reply of the model, tried twice at most, before `deadline` (of the monotonic clock)."""
        connection = self._connected()
        try:
            reply = self._loop.run(
                _ask(connection.model, messages, deadline), max(0.0, deadline - time.monotonic()) + GRACE_S
            )
        except TimeoutError:
            self._breaker.failed()
            raise NotWritten(Reason.TIMEOUT, "the model gave no sign", TokenUsage(requests=1)) from None
        except NotWritten:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return reply

    def _connected(self) -> "_Connection":
        with self._lock:
            if self._connection is None:
                self._connection = _connect(self._settings)
            return self._connection


class _Writing:
    """One answer on its way: asked, parsed, checked, repaired once."""

    def __init__(
        self,
        writer: ChatWriter,
        question: str,
        passages: Sequence[CitedPassage],
        history: Sequence[Turn],
        deadline: float,
    ) -> None:
        self._writer = writer
        self._passages = passages
        self._numbers = frozenset(cited.number for cited in passages)
        self._deadline = deadline
        self._started = time.monotonic()
        self._usage = TokenUsage()
        self._looked_at: list[StatementChecks] = []
        self._fence = _fence(question, passages, history)
        self._rules = writer._prompts["answer"].fill(not_found=NOT_FOUND)
        self._asked = writer._prompts["question"].fill(
            fence=self._fence,
            passages="\n\n".join(_told(cited) for cited in passages),
            history="\n".join(_told_turns(history)) or "-",
            question=_harmless(question),
            not_found=NOT_FOUND,
        )

    def run(self) -> Written:
        from langchain_core.messages import HumanMessage, SystemMessage

        conversation: list[BaseMessage] = [SystemMessage(self._rules), HumanMessage(self._asked)]
        text = self._reply(conversation)
        if _says_not_found(text):
            return self._written((), found=False)
        statements, uncited = parse_statements(text, self._numbers)
        checked = self._check(statements)
        failed = [c for c in checked if not c.passed] or ([] if statements else [_uncited(text)])
        if not failed:
            return self._written(statements, dropped=uncited)
        kept, dropped = self._repaired(conversation, text, checked, failed)
        if not kept:
            reason = Reason.CHECKS_FAILED if statements else Reason.NO_CITATION
            raise NotWritten(reason, _checks_named(failed), self._usage, tuple(self._looked_at))
        return self._written(kept, dropped=(*uncited, *dropped), repaired=True)

    def _repaired(
        self,
        conversation: "Sequence[BaseMessage]",
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
        self, conversation: "Sequence[BaseMessage]", text: str, failed: Sequence[StatementChecks]
    ) -> list[Statement]:
        from langchain_core.messages import AIMessage, HumanMessage

        problems = "\n".join(
            f"- {_harmless(c.statement.text)}\n  ({'; '.join(f.found for f in c.failures)})" for c in failed
        )
        request = self._writer._prompts["repair"].fill(fence=self._fence, problems=problems, not_found=NOT_FOUND)
        try:
            reply = self._reply([*conversation, AIMessage(text[:LONGEST_REPLY]), HumanMessage(request)])
        except NotWritten as error:
            log.info("Repair not written: %s", error)
            return []
        return [] if _says_not_found(reply) else list(parse_statements(reply, self._numbers)[0])

    def _reply(self, messages: "Sequence[BaseMessage]") -> str:
        try:
            reply = self._writer.ask(messages, self._deadline)
        except NotWritten as error:
            self._usage += error.usage
            error.usage = self._usage
            raise
        self._usage += reply.usage
        return reply.text

    def _check(self, statements: Sequence[Statement]) -> tuple[StatementChecks, ...]:
        checked = check_statements(statements, self._passages, self._writer._glossary)
        self._looked_at.extend(checked)
        return checked

    def _written(
        self,
        statements: tuple[Statement, ...],
        found: bool = True,
        dropped: tuple[Statement, ...] = (),
        repaired: bool = False,
    ) -> Written:
        seconds = time.monotonic() - self._started
        model = self._writer._settings.chat_model
        return Written(statements, found, self._usage, model, seconds, tuple(self._looked_at), dropped, repaired)


def _uncited(text: str) -> StatementChecks:
    """What stands for an answer of which no statement cites."""
    result = CheckResult(Check.CITATION, False, "ไม่มีเลขอ้างอิงที่ใช้ได้")
    return StatementChecks(Statement(text.strip()[:1_000]), (result,))


def _checks_named(failed: Sequence[StatementChecks]) -> str:
    return ", ".join(sorted({result.check for checks in failed for result in checks.failures}))


# --- what the model is told -------------------------------------------------------------------------------------

_BRACKETED_NUMBER = re.compile(r"[\[【［]\s*([\d,\s\-–]+)\s*[\]】］]")


def _told(cited: CitedPassage) -> str:
    head = " > ".join(_harmless(part) for part in (*cited.passage.path, cited.about) if part)
    return f"[{cited.number}] {head}\n{_harmless(cited.passage.body)}"


def _told_turns(history: Sequence[Turn]) -> Iterator[str]:
    for turn in history[-TURNS_TOLD:]:
        who = "ผู้ถาม" if turn.role == "user" else "ผู้ตอบ"
        said = " ".join(_BRACKETED_NUMBER.sub(" ", thai.clean(turn.content)).split())
        yield f"{who}: {_harmless(said)[:LONGEST_TURN]}"


def _harmless(text: str) -> str:
    """The text so that it can neither open or close a fence nor be taken for a citation mark."""
    text = thai.clean(text).replace("<<<", "‹‹‹").replace(">>>", "›››")
    return _BRACKETED_NUMBER.sub(r"(\1)", text)


def _fence(question: str, passages: Sequence[CitedPassage], history: Sequence[Turn]) -> str:
    """A word that depends on all that it encloses, so that nothing enclosed can contain it."""
    parts = [question, *(c.passage.body for c in passages), *(t.content for t in history)]
    return "ข้อมูล-" + hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:16]


# --- what the model says ----------------------------------------------------------------------------------------

_MARK = r"[\[【［]\s*(?:\d+\s*(?:†[^\]】］]*)?(?:\s*(?:,|、|;|และ|-|–|—|ถึง)\s*)?)+[\]】］]"
_MARKS = re.compile(rf"(?:\s*[,]?\s*{_MARK})+")
_ONE_MARK = re.compile(r"(\d+)(?:\s*(?:-|–|—|ถึง)\s*(\d+))?")
_LONGEST_MARK_RANGE = 20
_THINKING = re.compile(r"(?s)^\s*<think(?:ing)?>.*?</think(?:ing)?>")
_EMPHASIS = re.compile(r"\*\*|__|`(?!``)(?<!``)")
_LINE_START = re.compile(r"^(?:#{1,6}\s+|>\s+|[*+\-–]\s+)")
_LIST_LINE = re.compile(r"^\s*(?:\(?[\d๐-๙]{1,2}[.)]|[-*•+–]|\([ก-ฮ]\)|[ก-ฮ]\.)\s*\S")
_LEAD_LINE = re.compile(r"(?:ดังนี้|ได้แก่|ดังต่อไปนี้|คือ|:)\s*$")
_SOURCES_LINE = re.compile(r"(?i)^\W*(?:ที่มา|อ้างอิง|แหล่งอ้างอิง|แหล่งที่มา|แหล่งข้อมูล|เอกสารอ้างอิง|sources?|references?)\W*$")
_ENDING = re.compile(r"^[\s.,;:)|]+|[\s,;(]+$")
_PAGE = re.compile(r"(?i)^\s*(?:<!doctype|<html|<\?xml|<head|<body)")


def parse_statements(text: str, numbers: frozenset[int]) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The statements of a reply with the passages each cites, and those dropped because they cite none that exists.

    A statement is what stands before a group of marks: [1], [๑], [1][2], [1,2], [1-3], 【1】. Unknown numbers are left
    out. Items of a list without a mark, and the line that introduces a list, take the marks of the items after them.
    """
    parser = _Parser()
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        for piece, marks in _pieces(line):
            parser.take(piece, tuple(n for n in marks if n in numbers), bool(_LIST_LINE.match(line)))
    parser.drop_held()
    return tuple(s for s in parser.cited if not _SOURCES_LINE.match(s.text)), tuple(parser.dropped)


class _Parser:
    """Puts pieces of a reply and their marks together, line by line."""

    def __init__(self) -> None:
        self.cited: list[Statement] = []
        self.dropped: list[Statement] = []
        self._held: list[str] = []
        self._lead: int | None = None  # place of the lead line of the list that is being read

    def take(self, piece: str, marks: tuple[int, ...], is_item: bool) -> None:
        is_lead = not is_item and bool(_LEAD_LINE.search(piece))
        if not is_item:
            self._lead = None
        if not marks:
            self._hold(piece, is_item, is_lead)
            return
        if is_item:
            self._release(marks)
        else:
            self.drop_held()
        if is_lead:
            self._lead = len(self.cited)
        self.cited.append(Statement(piece, marks))

    def drop_held(self) -> None:
        self.dropped.extend(Statement(line) for line in self._held)
        self._held = []

    def _hold(self, piece: str, is_item: bool, is_lead: bool) -> None:
        if not is_item:
            self.drop_held()
        if is_item or is_lead:
            self._held.append(piece)
        else:
            self.dropped.append(Statement(piece))

    def _release(self, marks: tuple[int, ...]) -> None:
        """Lines held so far take the marks of the item that follows; a lead line takes those of all its items."""
        if self._held and _LEAD_LINE.search(self._held[0]):
            self._lead = len(self.cited)
        self.cited.extend(Statement(line, marks) for line in self._held)
        self._held = []
        if self._lead is not None and self._lead < len(self.cited):
            lead = self.cited[self._lead]
            self.cited[self._lead] = replace(lead, citations=tuple(dict.fromkeys((*lead.citations, *marks))))


def _pieces(line: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The parts of a line, each with the numbers of the marks behind it, or before it if the line begins with them."""
    found = list(_MARKS.finditer(line))
    if found and not line[: found[0].start()].strip(" -*•") and line[found[0].end() :].strip():
        ahead = _numbers(found[0][0])
        rest = list(_pieces(line[found[0].end() :]))
        yield from ((text, marks or ahead) for text, marks in rest)
        return
    start = 0
    for match in found:
        text = _tidy(line[start : match.start()])
        if text:
            yield text, _numbers(match[0])
        start = match.end()
    tail = _tidy(line[start:])
    if tail and re.search(r"\w", tail):
        yield tail, ()


def _numbers(marks: str) -> tuple[int, ...]:
    found: list[int] = []
    for first, last in _ONE_MARK.findall(re.sub(r"†[^\]】］]*", "", marks)):
        start, end = int(first), int(last or first)
        found.extend(range(start, min(end, start + _LONGEST_MARK_RANGE) + 1))
    return tuple(dict.fromkeys(found))


def _tidy(text: str) -> str:
    text = _LINE_START.sub("• " if re.match(r"^[*+\-–]\s", text) else "", _EMPHASIS.sub("", thai.clean(text)))
    return _ENDING.sub("", text).strip()


def _says_not_found(text: str) -> bool:
    return text.strip(" \n\t.\"'`*[]“”").upper().startswith(NOT_FOUND)


# --- the conversation with the server ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reply:
    text: str
    usage: TokenUsage


@dataclass(frozen=True)
class _Connection:
    model: "BaseChatModel"
    http_client: Any = None


def _connect(settings: Settings) -> _Connection:
    """The chat model of the settings. Retries are ours: the libraries' own wait as long as a server asks."""
    if not settings.chat_model:
        raise NotWritten(Reason.NOT_SET_UP, "CHAT_MODEL is empty")
    provider, _, name = settings.chat_model.partition(":")
    options: dict[str, Any] = {"timeout": settings.chat_timeout_s, "max_retries": 0}
    http_client = None
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if settings.chat_api_key.get_secret_value():
        options["api_key"] = settings.chat_api_key
    elif settings.chat_base_url:
        options["api_key"] = "none"  # local servers ask for no key, but the client insists on one
    try:
        from langchain.chat_models import init_chat_model

        if provider == "openai":
            from openai import DefaultAsyncHttpxClient

            http_client = DefaultAsyncHttpxClient()
            options |= {"stream_usage": True, "http_async_client": http_client}
        if not _refuses_temperature(name):
            options["temperature"] = 0
        return _Connection(init_chat_model(name, model_provider=provider, **options), http_client)
    except ImportError as error:
        detail = f"the package for {provider!r} is not installed ({error.name})"
    except Exception as error:  # what a provider's library refuses; its text may hold the key
        detail = f"{provider!r} cannot be used ({type(error).__name__})"
    raise NotWritten(Reason.NOT_SET_UP, f"{detail}; see CHAT_MODEL, CHAT_BASE_URL and CHAT_API_KEY") from None


def _refuses_temperature(name: str) -> bool:
    """OpenAI's reasoning models accept only their own temperature."""
    return re.match(r"(?:o\d|gpt-5)", name) is not None


async def _ask(model: "BaseChatModel", messages: "Sequence[BaseMessage]", deadline: float) -> _Reply:
    spent = TokenUsage()
    while True:
        spent += TokenUsage(requests=1)
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                reply = await _stream(model, messages)
            return replace(reply, usage=reply.usage + spent)
        except TimeoutError:
            raise NotWritten(Reason.TIMEOUT, usage=spent) from None
        except NotWritten as error:
            failure = error
        except Exception as error:
            failure = _failure(error)
        spent += failure.usage
        failure.usage = spent
        wait = min(USUAL_WAIT_S if failure.retry_after_s is None else failure.retry_after_s, LONGEST_WAIT_S)
        if spent.requests > 1 or failure.reason not in _TRY_AGAIN or time.monotonic() + wait >= deadline:
            raise failure from None
        log.info("Chat model failed (%s); one more try in %.1f s", failure, wait)
        await asyncio.sleep(wait)


async def _stream(model: "BaseChatModel", messages: "Sequence[BaseMessage]") -> _Reply:
    """The reply, added up from its stream.

    A stream that the server cuts ends without an error, so an answer counts only with the reason of its end.
    """
    parts: list[str] = []
    length, usage, ended = 0, TokenUsage(), ""
    async for chunk in model.astream(list(messages)):
        parts.append(chunk.text)
        length += len(parts[-1])
        usage += _usage(chunk)
        ended = _end(chunk) or ended
        if length > LONGEST_REPLY:
            raise NotWritten(Reason.TOO_LONG, f"more than {LONGEST_REPLY} characters", usage)
    text = _THINKING.sub("", "".join(parts)).strip()
    if ended.lower() not in ("stop", "end_turn", "stop_sequence", "eos"):
        raise NotWritten(Reason.CUT if text or not ended else Reason.EMPTY, f"ended by {ended or 'nothing'}", usage)
    if not text:
        raise NotWritten(Reason.EMPTY, usage=usage)
    if _PAGE.match(text):
        raise NotWritten(Reason.NOT_TEXT, "a web page", usage)
    return _Reply(text, usage)


def _usage(chunk: "AIMessageChunk") -> TokenUsage:
    counted = chunk.usage_metadata
    return TokenUsage(counted["input_tokens"], counted["output_tokens"]) if counted else TokenUsage()


def _end(chunk: "AIMessageChunk") -> str:
    told = chunk.response_metadata
    return str(told.get("finish_reason") or told.get("stop_reason") or "")


def _failure(error: Exception) -> NotWritten:
    """What went wrong, by status or kind of error; the libraries differ, and their texts are not repeated."""
    status = next(
        (s for s in (getattr(error, "status_code", None), getattr(error, "code", None)) if isinstance(s, int)), None
    )
    kind = type(error).__name__
    if status is not None:
        return NotWritten(_reason_of(status), f"status {status}", retry_after_s=_retry_after(error))
    if isinstance(error, ValueError) and "No generation chunks" in str(error):
        return NotWritten(Reason.EMPTY, "no stream")
    if isinstance(error, OSError) or re.search(r"Connect|Timeout|Protocol|Network|Read|Write|Transport", kind):
        return NotWritten(Reason.NETWORK, kind)
    if re.search(r"API", kind):  # an error that the server put into its stream
        return NotWritten(Reason.SERVER, kind)
    return NotWritten(Reason.UNEXPECTED, kind)


def _reason_of(status: int) -> Reason:
    if status == 429:
        return Reason.RATE_LIMITED
    if status in (401, 403):
        return Reason.KEY_REFUSED
    return Reason.SERVER if status >= 500 else Reason.REQUEST_REFUSED


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


T = TypeVar("T")


class _LoopThread:
    """An event loop of its own in a daemon thread: a hung read can be cancelled there, whoever is calling."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, work: Coroutine[Any, Any, T], timeout_s: float) -> T:
        """The result of `work`.

        Raises:
            TimeoutError: after `timeout_s` seconds; the work is cancelled.
        """
        future = asyncio.run_coroutine_threadsafe(work, self._running())
        try:
            return future.result(timeout_s)
        except (TimeoutError, CancelledError):
            future.cancel()
            raise TimeoutError from None

    def stop(self) -> None:
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop and thread:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=_serve, args=(self._loop,), name="chat-model", daemon=True)
                self._thread.start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(_finish(left))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _finish(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
