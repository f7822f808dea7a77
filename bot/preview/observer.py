"""How the page's side panel learns what went on inside an answer, without the bot knowing that it is watched.

The bot is given an answerer that does what the real one does and, besides, notes each answer here. When the bot then
sends a message, the stand-in tells its listeners; the oldest note whose question stands in a person's message of
that chat belongs to it. The bot answers one question after another within a chat, so this finds the right one; two
chats that ask the very same thing at the same moment may swap notes, which then differ in their timings only.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any

from bot.answer import Answer
from bot.preview.standin import Json, StandIn

MOST_NOTES = 100
RECENT_MESSAGES = 40


class Workings:
    """The inner workings of answers, by the message that carries the answer."""

    def __init__(self, standin: StandIn) -> None:
        self.by_message: dict[tuple[int, int], Json] = {}
        self._standin = standin
        self._notes: deque[tuple[str, Json]] = deque(maxlen=MOST_NOTES)
        standin.listeners.append(self._on_event)

    def note(self, question: str, workings: Json) -> None:
        """An answer was made. Must be called in the stand-in's event loop."""
        self._notes.append((question, workings))

    def _on_event(self, event: Json) -> None:
        message = event.get("message", {})
        if event["type"] != "message" or not message["from"]["is_bot"]:
            return
        chat_id = message["chat"]["id"]
        if (chat_id, message["message_id"]) in self.by_message:  # edited, and known from before
            return
        workings = self._claim(chat_id)
        if workings:
            self.by_message[chat_id, message["message_id"]] = workings
            self._standin.publish(
                {
                    "type": "workings",
                    "chat_id": chat_id,
                    "message_id": message["message_id"],
                    "workings": workings,
                }
            )

    def _claim(self, chat_id: int) -> Json | None:
        recent = self._standin.history(chat_id)[-RECENT_MESSAGES:]
        asked = [message.get("text", "") for message in recent if not message["from"]["is_bot"]]
        for note in self._notes:
            question, workings = note
            if any(question in text for text in asked):
                self._notes.remove(note)
                return workings
        return None


class ObservedAnswerer:
    """The real answerer; each answer is noted on its way to the bot. In all else it is the one it wraps."""

    def __init__(self, answerer: Any, workings: Workings, loop: asyncio.AbstractEventLoop) -> None:
        self._answerer = answerer
        self._workings = workings
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answerer, name)

    @property
    def answer(self) -> Callable[..., Answer]:
        return self._answer

    def _answer(self, question: str, *args: Any, **options: Any) -> Answer:
        began = time.perf_counter()
        answer: Answer = self._answerer.answer(question, *args, **options)
        total_ms = round((time.perf_counter() - began) * 1000, 1)
        self._loop.call_soon_threadsafe(self._workings.note, question, inner_workings(answer, total_ms))
        return answer


def inner_workings(answer: Answer, total_ms: float) -> Json:
    """What DGA staff want to see of an answer, as JSON.

    An answerer may tell more in a `trace` of its answer, a dataclass of which the panel shows `asked` (the question
    as it was understood), `hits` (passages with `score`, best first) and `checks` (`name`, `passed`, `found`).
    """
    trace = getattr(answer, "trace", None)
    told: dict[str, Any] = asdict(trace) if is_dataclass(trace) and not isinstance(trace, type) else {}
    return {
        "question": answer.question,
        "asked": told.get("asked", ""),
        "status": answer.status.value,
        "written_by": answer.written_by,
        "release": answer.release,
        "notes": list(answer.notes),
        "nearest": list(answer.nearest),
        "citations": [asdict(citation) for citation in answer.citations],
        "hits": list(told.get("hits", ())),
        "checks": list(told.get("checks", ())),
        "timings_ms": answer.timings_ms,
        "total_ms": total_ms,
    }
