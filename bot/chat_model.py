"""One reply of a chat model: asked, streamed, tried twice at most, whole and before a deadline, or a reason why not.

The only door to LangChain's chat models, and to nothing else of it. Nothing here knows what is asked, or whether what
is said is true. Nothing of LangChain is imported before a model is needed.
"""

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.breaker import FAILURES_ALLOWED, CircuitBreaker
from bot.loop_thread import LoopThread, Stopped
from bot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

log = logging.getLogger(__name__)

LONGEST_REPLY = 20_000  # characters; a longer one is broken off
LONGEST_WAIT_S = 2.0  # before the one retry, whatever a server asks for
USUAL_WAIT_S = 0.3
GRACE_S = 2.0  # for the loop to hand back a deadline that it has noticed itself

# Who speaks ("system", "human" or "ai") and what is said.
Message = tuple[str, str]
Heard = Callable[[str], None]


class Reason(StrEnum):
    """Why no answer was written."""

    NOT_SET_UP = "not_set_up"
    PAUSED = "paused"
    CANCELLED = "cancelled"
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


class NoReply(Exception):
    """No whole reply. Carries the reason and what was used; never a server's own text, which may echo a key."""

    def __init__(
        self, reason: Reason, detail: str = "", usage: TokenUsage | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.usage = usage or TokenUsage()
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Reply:
    """A whole reply of a model, without what it said to itself before."""

    text: str
    usage: TokenUsage


class ChatModel:
    """The chat model that the settings name. Safe to use from several threads; close it at the end."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._breaker = CircuitBreaker(clock)
        self._loop = LoopThread()
        self._lock = threading.Lock()
        self._connection: _Connection | None = None

    def __repr__(self) -> str:
        return f"ChatModel({self.name!r})"

    def __enter__(self) -> "ChatModel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """`provider:name`, as in the settings."""
        return self._settings.chat_model

    @property
    def is_failing(self) -> bool:
        """Whether it failed too often in a row and has not answered since."""
        return self._breaker.is_open

    def warm_up(self) -> None:
        """Import the provider's library and make the client now: this takes seconds.

        Raises:
            NoReply: NOT_SET_UP, if the settings name no usable model or its package is missing.
        """
        self._connected()

    def close(self) -> None:
        """Close the connections. A later question opens them again."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection and connection.http_client is not None:
            self._loop.run(connection.http_client.aclose(), GRACE_S)
        self._loop.stop()

    def admit(self) -> None:
        """Raises NoReply (PAUSED) while the model is left alone after failures in a row. Ask it before `ask`."""
        if not self._breaker.admit():
            raise NoReply(Reason.PAUSED, f"after {FAILURES_ALLOWED} failures in a row")

    def reply(self, rules: str, asked: str) -> str:
        """The model's own words to one request, unchecked: for measuring with a model as judge, never to be shown.

        Raises:
            NoReply: no whole reply within the settings' deadline.
        """
        self.admit()
        self.warm_up()
        deadline = time.monotonic() + self._settings.chat_timeout_s
        return self.ask([("system", rules), ("human", asked)], deadline).text

    def ask(
        self,
        messages: Sequence[Message],
        deadline: float,
        cancelled: threading.Event | None = None,
        heard: Heard | None = None,
    ) -> Reply:
        """One reply of the model, tried twice at most, before `deadline` (of the monotonic clock).

        `heard` is called, in this thread, with all the text so far whenever there is more of it; it begins anew when
        the model is tried again. When `cancelled` is set the request is ended, and with it the model's work.

        Raises:
            NoReply: with the reason.
        """
        connection = self._connected()
        said = _Said()
        try:
            reply = self._loop.run(
                _ask(connection.model, messages, deadline, said),
                max(0.0, deadline - time.monotonic()) + GRACE_S,
                cancelled,
                (lambda: said.tell(heard)) if heard else lambda: None,
            )
        except Stopped:
            self._breaker.given_up()
            raise NoReply(Reason.CANCELLED, usage=TokenUsage(requests=1)) from None
        except TimeoutError:
            self._breaker.failed()
            raise NoReply(Reason.TIMEOUT, "the model gave no sign", TokenUsage(requests=1)) from None
        except NoReply:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return reply

    def _connected(self) -> "_Connection":
        with self._lock:
            if self._connection is None:
                self._connection = _connect(self._settings)
            return self._connection


class _Said:
    """What a model has said so far, added by the loop's thread and read by the one that waits."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._told = ""

    def tell(self, heard: Heard) -> None:
        text = without_thinking("".join(self.parts))
        if text != self._told:
            self._told = text
            heard(text)


# --- the connection ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Connection:
    model: "BaseChatModel"
    http_client: Any = None


def _connect(settings: Settings) -> _Connection:
    """The chat model of the settings. Retries are ours: the libraries' own wait as long as a server asks."""
    if not settings.chat_model:
        raise NoReply(Reason.NOT_SET_UP, "CHAT_MODEL is empty")
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
    raise NoReply(Reason.NOT_SET_UP, f"{detail}; see CHAT_MODEL, CHAT_BASE_URL and CHAT_API_KEY") from None


def _refuses_temperature(name: str) -> bool:
    """OpenAI's reasoning models accept only their own temperature."""
    return re.match(r"(?:o\d|gpt-5)", name) is not None


# --- one request, and its one retry -----------------------------------------------------------------------------


async def _ask(model: "BaseChatModel", messages: Sequence[Message], deadline: float, said: _Said) -> Reply:
    spent = TokenUsage()
    while True:
        spent += TokenUsage(requests=1)
        said.parts = []
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                reply = await _stream(model, messages, said.parts)
            return replace(reply, usage=reply.usage + spent)
        except TimeoutError:
            raise NoReply(Reason.TIMEOUT, usage=spent) from None
        except NoReply as error:
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


async def _stream(model: "BaseChatModel", messages: Sequence[Message], parts: list[str]) -> Reply:
    """The reply, added up from its stream.

    A stream that the server cuts ends without an error, so an answer counts only with the reason of its end.
    """
    length, usage, ended = 0, TokenUsage(), ""
    async for chunk in model.astream(list(messages)):
        parts.append(chunk.text)
        length += len(parts[-1])
        usage += _usage(chunk)
        ended = _end(chunk) or ended
        if length > LONGEST_REPLY:
            raise NoReply(Reason.TOO_LONG, f"more than {LONGEST_REPLY} characters", usage)
    text = without_thinking("".join(parts)).strip()
    if ended.lower() not in ("stop", "end_turn", "stop_sequence", "eos"):
        raise NoReply(Reason.CUT if text or not ended else Reason.EMPTY, f"ended by {ended or 'nothing'}", usage)
    if not text:
        raise NoReply(Reason.EMPTY, usage=usage)
    if _PAGE.match(text):
        raise NoReply(Reason.NOT_TEXT, "a web page", usage)
    return Reply(text, usage)


_THINKING = re.compile(r"(?s)^\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|$)")
_PAGE = re.compile(r"(?i)^\s*(?:<!doctype|<html|<\?xml|<head|<body)")


def without_thinking(text: str) -> str:
    """The text without what a model says to itself first, also while it is still at it."""
    return _THINKING.sub("", text)


def _usage(chunk: "AIMessageChunk") -> TokenUsage:
    counted = chunk.usage_metadata
    return TokenUsage(counted["input_tokens"], counted["output_tokens"]) if counted else TokenUsage()


def _end(chunk: "AIMessageChunk") -> str:
    told = chunk.response_metadata
    return str(told.get("finish_reason") or told.get("stop_reason") or "")


# --- what went wrong --------------------------------------------------------------------------------------------


def _failure(error: Exception) -> NoReply:
    """What went wrong, by status or kind of error; the libraries differ, and their texts are not repeated."""
    status = next(
        (s for s in (getattr(error, "status_code", None), getattr(error, "code", None)) if isinstance(s, int)), None
    )
    kind = type(error).__name__
    if status is not None:
        return NoReply(_reason_of(status), f"status {status}", retry_after_s=_retry_after(error))
    if isinstance(error, ValueError) and "No generation chunks" in str(error):
        return NoReply(Reason.EMPTY, "no stream")
    if isinstance(error, OSError) or re.search(r"Connect|Timeout|Protocol|Network|Read|Write|Transport", kind):
        return NoReply(Reason.NETWORK, kind)
    if re.search(r"API", kind):  # an error that the server put into its stream
        return NoReply(Reason.SERVER, kind)
    return NoReply(Reason.UNEXPECTED, kind)


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
