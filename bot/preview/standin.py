"""A small Telegram in memory: people, chats, messages, and the updates that wait for the bot.

This is the side of the people. What the bot may do is in `methods.py`, the HTTP door in `server.py`. Everything runs
in one event loop. Objects are plain Bot API JSON, so that what a bot sees is what stands here.
"""

import asyncio
import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.preview.entities import find_entities, in_order, trim, units
from bot.preview.faults import Faults, FloodGate, FloodLimits
from bot.preview.files import StoredFile, image_size

Json = dict[str, Any]

MESSAGE_UNITS = 4096
TYPING_S = 5.0
DRAFT_S = 30.0
# Telegram answers a second conflict within this time only after this time.
CONFLICT_PAUSE_S = 3.0
# Not sent unless a bot asks for them by name.
ONLY_ON_REQUEST = ("chat_member", "message_reaction", "message_reaction_count")


class RefusalError(Exception):
    """What Telegram refuses, with its error code and wording."""

    def __init__(self, code: int, description: str, retry_after: int = 0, migrated_to: int = 0) -> None:
        super().__init__(description)
        self.code, self.description = code, description
        told = {"retry_after": retry_after, "migrate_to_chat_id": migrated_to}
        self.parameters = {name: value for name, value in told.items() if value}

    def as_json(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(description: str) -> RefusalError:
    return RefusalError(400, f"Bad Request: {description}")


@dataclass(frozen=True)
class Person:
    """Somebody who can write to the bot. The id of a private chat is the id of its person."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "th"

    def as_json(self) -> Json:
        named = {"last_name": self.last_name, "username": self.username}
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return user | {k: v for k, v in named.items() if v} | {"language_code": self.language_code}

    def as_chat(self) -> Json:
        named = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {"id": self.id, "type": "private"} | {k: v for k, v in named.items() if v}


@dataclass(frozen=True)
class Group:
    """A supergroup with the bot and everybody in it; `is_forum` gives it topics."""

    id: int
    title: str
    is_forum: bool = False

    def as_chat(self) -> Json:
        chat: Json = {"id": self.id, "type": "supergroup", "title": self.title}
        return chat | ({"is_forum": True} if self.is_forum else {})


@dataclass(frozen=True)
class BotProfile:
    """Who the bot is. With privacy mode it gets only those messages of a group that are meant for it."""

    id: int = 7_000_000_001
    first_name: str = "ถามแผน"
    username: str = "tham_phaen_bot"
    privacy_mode: bool = False

    def as_json(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}


@dataclass
class Webhook:
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_date: int = 0


@dataclass
class Press:
    """A button press that waits for answerCallbackQuery."""

    query: Json
    answer: "asyncio.Future[Json]"


@dataclass(frozen=True)
class Call:
    """One call of the bot, for tests to look at."""

    method: str
    params: Json
    error: str = ""


PEOPLE = (
    Person(100_001, "สมหญิง", "ใจดี", "somying"),
    Person(100_002, "ธนา", "วงศ์ไทย", "thana"),
    Person(100_003, "Mali", "Srisuk", "mali", "en"),
)
GROUPS = (Group(-1_001_234_567_890, "คณะทำงานแผนดิจิทัล"),)


@dataclass
class StandIn:
    """The state of the small Telegram, and what people do in it."""

    people: Sequence[Person] = PEOPLE
    groups: Sequence[Group] = GROUPS
    bot: BotProfile = field(default_factory=BotProfile)
    token: str = field(default_factory=lambda: f"7000000001:{secrets.token_hex(18)}", repr=False)
    flood_limits: FloodLimits | None = None
    conflict_pause_s: float = CONFLICT_PAUSE_S

    def __post_init__(self) -> None:
        self.messages: dict[tuple[int, int], Json] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, Press] = {}
        self.profile: dict[str, Any] = {}
        self.commands: dict[str, list[Json]] = {}
        self.webhook = Webhook()
        self.faults = Faults()
        self.flood = FloodGate(self.flood_limits)
        self.calls: deque[Call] = deque(maxlen=5_000)
        self.blocked: set[int] = set()
        self.started: set[int] = set()
        self.upgraded: dict[int, int] = {}
        self.allowed_updates: list[str] = []
        self.pending: list[Json] = []
        self.listeners: list[Callable[[Json], None]] = []
        self.update_waits = asyncio.Event()
        self._message_ids = itertools.count(1)
        self._update_ids = itertools.count(secrets.randbelow(900_000_000) + 1)
        self._poll: asyncio.Future[None] | None = None
        self._next_conflict = 0.0

    # What people do.

    def person(self, person_id: int) -> Person:
        found = next((person for person in self.people if person.id == person_id), None)
        if found is None:
            raise bad_request("user not found")
        return found

    def chat(self, chat_id: int) -> Json:
        """The chat as JSON. Raises RefusalError "chat not found", or tells where an upgraded group is now."""
        if chat_id in self.upgraded:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusalError(400, description, migrated_to=self.upgraded[chat_id])
        parties: list[Person | Group] = [*self.people, *self.groups]
        for party in parties:
            if party.id == chat_id:
                return party.as_chat()
        raise bad_request("chat not found")

    def say(
        self,
        person_id: int,
        chat_id: int,
        text: str,
        *,
        reply_to: int | None = None,
        thread_id: int | None = None,
        entities: Sequence[Json] = (),
    ) -> list[Json]:
        """A person sends a text; too long a text becomes several messages, as Telegram's apps do it."""
        sent = []
        for piece in _pieces(text):
            body, trimmed = trim(piece, list(entities))
            content: Json = {"text": body}
            found = in_order([*trimmed, *find_entities(body, trimmed)])
            sent.append(
                self._person_sends(person_id, chat_id, content | _given("entities", found), reply_to, thread_id)
            )
        return sent

    def show(
        self,
        person_id: int,
        chat_id: int,
        content: Json,
        *,
        caption: str = "",
        reply_to: int | None = None,
        media_group_id: str = "",
    ) -> Json:
        """A person sends something that is not text: `content` is the Bot API field, e.g. {"sticker": {…}}."""
        content = content | _given("caption", caption) | _given("media_group_id", media_group_id)
        content |= _given("caption_entities", find_entities(caption, []))
        return self._person_sends(person_id, chat_id, content, reply_to, None)

    def edit(self, person_id: int, chat_id: int, message_id: int, text: str) -> Json:
        """A person edits an own message."""
        message = self.messages.get((chat_id, message_id))
        if message is None or message["from"]["id"] != person_id:
            raise bad_request("message can't be edited")
        edited = message | {"text": text, "edit_date": int(time.time())} | {"entities": find_entities(text, [])}
        self.store(edited)
        self._give_to_bot("edited_message", edited)
        return edited

    def press(self, person_id: int, chat_id: int, message_id: int, data: str) -> "asyncio.Future[Json]":
        """A person presses a button. The future is what the bot answers (answerCallbackQuery).

        The data is not checked against the buttons of the message, so that tests can forge it.
        """
        message = self.messages.get((chat_id, message_id))
        if message is None:
            raise bad_request("message not found")
        query: Json = {
            "id": str(secrets.randbelow(10**18)),
            "from": self.person(person_id).as_json(),
            "message": message,
            "chat_instance": str(abs(chat_id) * 31),
            "data": data,
        }
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.presses[query["id"]] = Press(query, answer)
        self.give("callback_query", query)
        return answer

    def block(self, person_id: int) -> None:
        """A person blocks the bot."""
        self.blocked.add(person_id)

    def upgrade(self, person_id: int, group_id: int, new_id: int) -> None:
        """A person turns a group into a supergroup, which has a new number; the bot is told, whatever its privacy."""
        chat = self.chat(group_id)
        told = self.new_message(chat, self.person(person_id).as_json(), {"migrate_to_chat_id": new_id})
        self.groups = [replace(group, id=new_id) if group.id == group_id else group for group in self.groups]
        self.upgraded[group_id] = new_id
        self.give("message", told)

    # What both sides use.

    def store(self, message: Json) -> None:
        """Put a new or changed message into its chat and tell who watches."""
        self.messages[message["chat"]["id"], message["message_id"]] = message
        self.publish({"type": "message", "message": message})

    def new_message(self, chat: Json, sender: Json, content: Json) -> Json:
        """A message with the next id; not stored yet."""
        head: Json = {"message_id": next(self._message_ids), "from": sender, "chat": chat, "date": int(time.time())}
        return head | content

    def history(self, chat_id: int) -> list[Json]:
        """The messages of a chat, oldest first."""
        return [message for (chat, _), message in self.messages.items() if chat == chat_id]

    def publish(self, event: Json) -> None:
        for listener in list(self.listeners):
            listener(event)

    def add_file(self, content: bytes, name: str, kind: str) -> StoredFile:
        stored = StoredFile.of(content, name, kind)
        self.files[stored.file_id] = stored
        return stored

    # How updates reach the bot.

    async def next_updates(self, offset: int, limit: int, timeout_s: float) -> list[Json]:
        """The waiting updates from `offset` on, which confirms all before it. Raises RefusalError 409 when ousted."""
        if self.webhook.url:
            raise RefusalError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if offset > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        elif offset < 0:
            self.pending = self.pending[offset:]
        if not self.pending and timeout_s > 0:
            await self._wait_for_update(timeout_s)
        return self.pending[:limit]

    def drop_pending(self) -> None:
        self.pending.clear()

    async def _wait_for_update(self, timeout_s: float) -> None:
        self.end_poll(
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poll = mine
        done, _ = await asyncio.wait([mine], timeout=timeout_s)
        if self._poll is mine:
            self._poll = None
        if done and mine.exception() is not None:
            now = time.monotonic()
            pause = self.conflict_pause_s if now < self._next_conflict else 0.0
            self._next_conflict = max(self._next_conflict, now + self.conflict_pause_s)
            await asyncio.sleep(pause)
            mine.result()

    def end_poll(self, reason: str) -> None:
        """End the poll that waits, if any, with a 409."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(RefusalError(409, reason))

    @property
    def waits_for_update(self) -> bool:
        """Whether a poll of the bot is waiting now."""
        return self._poll is not None and not self._poll.done()

    def wake_poll(self) -> None:
        """Let the poll that waits, if any, take what there is."""
        if self._poll and not self._poll.done():
            self._poll.set_result(None)

    def _person_sends(
        self, person_id: int, chat_id: int, content: Json, reply_to: int | None, thread_id: int | None
    ) -> Json:
        person = self.person(person_id)
        chat = self.chat(chat_id)
        if thread_id is not None:
            content = content | {"message_thread_id": thread_id, "is_topic_message": True}
        if reply_to is not None and (original := self.messages.get((chat_id, reply_to))):
            content = content | {"reply_to_message": without_reply(original)}
        message = self.new_message(chat, person.as_json(), content)
        self.store(message)
        if chat["type"] == "private":
            self.started.add(person_id)
            self.blocked.discard(person_id)
        self._give_to_bot("message", message)
        return message

    def _give_to_bot(self, kind: str, message: Json) -> None:
        if message["chat"]["type"] == "private" or not self.bot.privacy_mode or self._is_for_bot(message):
            self.give(kind, message)

    def _is_for_bot(self, message: Json) -> bool:
        """What a bot in privacy mode gets of a group: commands, mentions and replies to it."""
        text = message.get("text") or message.get("caption") or ""
        name = f"@{self.bot.username}".lower()
        replied_to = message.get("reply_to_message", {}).get("from", {}).get("id")
        return text.startswith("/") or name in text.lower() or replied_to == self.bot.id

    def give(self, kind: str, payload: Json) -> None:
        """An update for the bot, if it asked for this kind."""
        if (self.allowed_updates and kind not in self.allowed_updates) or (
            not self.allowed_updates and kind in ONLY_ON_REQUEST
        ):
            return
        self.pending.append({"update_id": next(self._update_ids), kind: payload})
        self.update_waits.set()
        self.wake_poll()


def without_reply(message: Json) -> Json:
    """A message as it stands inside another one: without the message that it replies to."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def picture(standin: StandIn, content: bytes, name: str) -> Json:
    """The `photo` field of a message for an uploaded picture."""
    width, height = image_size(content) or (0, 0)
    stored = standin.add_file(content, name, "photos")
    return {"photo": [stored.as_json() | {"width": width, "height": height}]}


def document(standin: StandIn, content: bytes, name: str, mime_type: str) -> Json:
    """The `document` field of a message for an uploaded file."""
    stored = standin.add_file(content, name, "documents")
    return {"document": stored.as_json() | {"file_name": name, "mime_type": mime_type}}


def _given(name: str, value: Any) -> Json:
    return {name: value} if value else {}


def _pieces(text: str) -> list[str]:
    pieces, current, length = [], "", 0
    for character in text:
        size = units(character)
        if length + size > MESSAGE_UNITS:
            pieces.append(current)
            current, length = "", 0
        current += character
        length += size
    return [*pieces, current]
