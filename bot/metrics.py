"""What is counted while the bot runs, in Prometheus' terms. No name, no text and no id of a person is in any of it."""

import time
from collections.abc import Callable
from typing import Any

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 900, 3600)

UPDATES = Counter("tham_phaen_updates", "Updates that Telegram delivered", ["outcome"])
for _outcome in ("new", "repeated", "refused"):
    UPDATES.labels(_outcome)
ENDED = Counter("tham_phaen_updates_ended", "Updates that were dealt with", ["outcome"])
for _outcome in ("done", "failed", "parked", "stale", "unreachable"):
    ENDED.labels(_outcome)
WAITING = Gauge("tham_phaen_updates_waiting", "Updates in the inbox that are not ended")
IN_HAND = Gauge("tham_phaen_updates_in_hand", "Updates that are worked on just now")
REPLY_SECONDS = Histogram("tham_phaen_reply_seconds", "From the arrival of an update to its end", buckets=SECONDS)
ANSWERS = Counter("tham_phaen_answers", "Answers by status", ["status"])
ANSWER_SECONDS = Histogram("tham_phaen_answer_seconds", "Time to make one answer", buckets=SECONDS)
MESSAGES = Counter("tham_phaen_messages_sent", "Messages that Telegram took")
SEND_TROUBLES = Counter("tham_phaen_send_troubles", "Tries to send that did not succeed", ["kind"])
POLL_TROUBLES = Counter("tham_phaen_poll_troubles", "Tries to fetch updates that did not succeed", ["kind"])


def exposition() -> bytes:
    """All figures as text, with those of the process (memory, CPU, open files)."""
    return generate_latest(REGISTRY)


class Measured:
    """An answerer whose answers are counted and timed; in all else it is the one it wraps."""

    def __init__(self, answerer: Any) -> None:
        self._answerer = answerer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answerer, name)

    @property
    def answer(self) -> Callable[..., Any]:
        return self._answer

    def _answer(self, *args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        answer = self._answerer.answer(*args, **kwargs)
        ANSWER_SECONDS.observe(time.perf_counter() - began)
        ANSWERS.labels(answer.status.value).inc()
        return answer
