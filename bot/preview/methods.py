"""The methods of the Bot API that the stand-in knows, and what they refuse.

Names, rules and wording are Telegram's. A method is a function of the stand-in and the call's parameters that returns
the `result`, or raises RefusalError. Its Bot API name is the key in `METHODS`, in lower case as Telegram compares it.
"""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from bot.preview.entities import Entity, EntityError, find_entities, in_order, parse_html, trim, units
from bot.preview.files import image_size
from bot.preview.markdown import parse_markdown, parse_markdown_v2
from bot.preview.params import Params
from bot.preview.standin import (
    DRAFT_S,
    MESSAGE_UNITS,
    TYPING_S,
    Json,
    RefusalError,
    StandIn,
    bad_request,
    document,
    picture,
    without_reply,
)

MOST_ENTITIES = 100
CAPTION_UNITS = 1024
CALLBACK_BYTES = 64
MOST_BUTTONS = 100
ANSWER_UNITS = 200
MOST_COMMANDS = 100
PHOTO_BYTES = 10 * 1024 * 1024
DOCUMENT_BYTES = 50 * 1024 * 1024
DOWNLOAD_BYTES = 20 * 1024 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)

Result = Any
Method = Callable[[StandIn, Params], Awaitable[Result]]


async def get_me(standin: StandIn, _: Params) -> Result:
    return standin.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not standin.bot.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def log_out(_standin: StandIn, _: Params) -> Result:
    return True


async def get_updates(standin: StandIn, params: Params) -> Result:
    _allow_updates(standin, params)
    limit = params.integer("limit", 100)
    timeout_s = min(max(params.integer("timeout"), 0), 50)
    return await standin.next_updates(params.integer("offset"), min(max(limit, 1), 100), timeout_s)


async def set_webhook(standin: StandIn, params: Params) -> Result:
    url = params.text("url")
    if not url:
        return await delete_webhook(standin, params)
    address = urlsplit(url)
    if address.hostname not in LOOPBACK:
        raise bad_request("bad webhook: this stand-in delivers to this machine only")
    if address.scheme not in ("http", "https"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    _allow_updates(standin, params)
    if params.flag("drop_pending_updates"):
        standin.drop_pending()
    standin.end_poll("Conflict: terminated by setWebhook request")
    standin.webhook.url, standin.webhook.secret = url, secret
    standin.webhook.max_connections = params.integer("max_connections", 40)
    standin.update_waits.set()
    return True


async def delete_webhook(standin: StandIn, params: Params) -> Result:
    if params.flag("drop_pending_updates"):
        standin.drop_pending()
    standin.webhook.url = standin.webhook.secret = ""
    return True


async def get_webhook_info(standin: StandIn, _: Params) -> Result:
    hook = standin.webhook
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(standin.pending),
        "max_connections": hook.max_connections,
    }
    if hook.last_error:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    return info


async def send_message(standin: StandIn, params: Params) -> Result:
    chat = _chat_to_write_to(standin, params)
    content = _text(standin, params, "text", "entities", MESSAGE_UNITS)
    if not content:
        raise bad_request("message text is empty")
    return _send(standin, params, chat, content)


async def send_photo(standin: StandIn, params: Params) -> Result:
    chat = _chat_to_write_to(standin, params)
    content = _known_file(standin, params, "photo")
    if content is None:
        upload = params.upload("photo")
        if upload is None:
            raise bad_request("there is no photo in the request")
        if len(upload.content) > PHOTO_BYTES:
            raise RefusalError(413, "Request Entity Too Large")
        if image_size(upload.content) is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        content = picture(standin, upload.content, upload.name or "photo.jpg")
    return _send(standin, params, chat, content | _text(standin, params, "caption", "caption_entities", CAPTION_UNITS))


async def send_document(standin: StandIn, params: Params) -> Result:
    chat = _chat_to_write_to(standin, params)
    content = _known_file(standin, params, "document")
    if content is None:
        upload = params.upload("document")
        if upload is None:
            raise bad_request("there is no document in the request")
        if len(upload.content) > DOCUMENT_BYTES:
            raise RefusalError(413, "Request Entity Too Large")
        content = document(standin, upload.content, upload.name or "file", upload.media_type)
    return _send(standin, params, chat, content | _text(standin, params, "caption", "caption_entities", CAPTION_UNITS))


async def send_message_draft(standin: StandIn, params: Params) -> Result:
    chat = _chat_to_write_to(standin, params)
    if chat["type"] != "private":
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    if not params.integer("draft_id"):
        raise bad_request("draft_id must be non-zero")
    content = _text(standin, params, "text", "entities", MESSAGE_UNITS)
    draft = {"draft_id": params.integer("draft_id"), "seconds": DRAFT_S, "text": "", "entities": []} | content
    standin.publish({"type": "draft", "chat_id": chat["id"], "draft": draft})
    return True


async def send_chat_action(standin: StandIn, params: Params) -> Result:
    chat = _chat_to_write_to(standin, params, counts=False)
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    standin.publish({"type": "action", "chat_id": chat["id"], "action": params.text("action"), "seconds": TYPING_S})
    return True


async def edit_message_text(standin: StandIn, params: Params) -> Result:
    message = _own_message(standin, params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = _text(standin, params, "text", "entities", MESSAGE_UNITS)
    if not content:
        raise bad_request("message text is empty")
    kept = {k: v for k, v in message.items() if k not in ("text", "entities", "reply_markup")}
    return _edit(standin, message, kept | content | _markup(params))


async def edit_message_caption(standin: StandIn, params: Params) -> Result:
    message = _own_message(standin, params)
    if "photo" not in message and "document" not in message:
        raise bad_request("there is no caption in the message to edit")
    kept = {k: v for k, v in message.items() if k not in ("caption", "caption_entities", "reply_markup")}
    content = _text(standin, params, "caption", "caption_entities", CAPTION_UNITS)
    return _edit(standin, message, kept | content | _markup(params))


async def edit_message_reply_markup(standin: StandIn, params: Params) -> Result:
    message = _own_message(standin, params)
    kept = {k: v for k, v in message.items() if k != "reply_markup"}
    return _edit(standin, message, kept | _markup(params))


async def delete_message(standin: StandIn, params: Params) -> Result:
    chat = _chat_to_write_to(standin, params, counts=False)
    _delete(standin, chat["id"], params.integer("message_id"))
    return True


async def delete_messages(standin: StandIn, params: Params) -> Result:
    chat = _chat_to_write_to(standin, params, counts=False)
    for message_id in params.object("message_ids") or []:
        if (chat["id"], int(message_id)) in standin.messages:
            _delete(standin, chat["id"], int(message_id))
    return True


async def answer_callback_query(standin: StandIn, params: Params) -> Result:
    """Once for each press; a second answer is refused like one that comes too late."""
    if units(params.text("text")) > ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    press = standin.presses.pop(params.text("callback_query_id"), None)
    if press is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    answer = {"text": params.text("text"), "show_alert": params.flag("show_alert"), "url": params.text("url")}
    if not press.answer.done():
        press.answer.set_result(answer)
    return True


async def get_file(standin: StandIn, params: Params) -> Result:
    stored = standin.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return stored.as_json() | {"file_path": stored.path}


async def set_my_commands(standin: StandIn, params: Params) -> Result:
    commands = params.object("commands") or []
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    plain = [{"command": c["command"].removeprefix("/"), "description": c["description"]} for c in commands]
    standin.commands[_commands_key(params)] = plain
    standin.publish({"type": "commands"})
    return True


async def get_my_commands(standin: StandIn, params: Params) -> Result:
    return standin.commands.get(_commands_key(params), [])


async def delete_my_commands(standin: StandIn, params: Params) -> Result:
    standin.commands.pop(_commands_key(params), None)
    standin.publish({"type": "commands"})
    return True


async def get_chat(standin: StandIn, params: Params) -> Result:
    chat = _chat(standin, params)
    return chat | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}


async def get_chat_member(standin: StandIn, params: Params) -> Result:
    _chat(standin, params)
    user_id = params.integer("user_id")
    if user_id == standin.bot.id:
        return {"status": "member", "user": standin.bot.as_json()}
    return {"status": "member", "user": standin.person(user_id).as_json()}


async def get_chat_member_count(standin: StandIn, params: Params) -> Result:
    return 2 if _chat(standin, params)["type"] == "private" else len(standin.people) + 1


async def get_chat_administrators(standin: StandIn, params: Params) -> Result:
    if _chat(standin, params)["type"] == "private":
        raise bad_request("there are no administrators in the private chat")
    return []


def _setter(field: str) -> Method:
    async def set_field(standin: StandIn, params: Params) -> Result:
        standin.profile[f"{field}:{params.text('language_code')}"] = params.text(field)
        return True

    return set_field


def _getter(field: str, default: Callable[[StandIn], str]) -> Method:
    async def get_field(standin: StandIn, params: Params) -> Result:
        return {field: standin.profile.get(f"{field}:{params.text('language_code')}", default(standin))}

    return get_field


async def set_chat_menu_button(standin: StandIn, params: Params) -> Result:
    standin.profile["menu_button"] = params.object("menu_button")
    return True


async def get_chat_menu_button(standin: StandIn, _: Params) -> Result:
    return standin.profile.get("menu_button") or {"type": "commands"}


METHODS: dict[str, Method] = {
    "getme": get_me,
    "logout": log_out,
    "close": log_out,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendmessagedraft": send_message_draft,
    "sendchataction": send_chat_action,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "answercallbackquery": answer_callback_query,
    "getfile": get_file,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmyname": _setter("name"),
    "getmyname": _getter("name", lambda standin: standin.bot.first_name),
    "setmydescription": _setter("description"),
    "getmydescription": _getter("description", lambda _: ""),
    "setmyshortdescription": _setter("short_description"),
    "getmyshortdescription": _getter("short_description", lambda _: ""),
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatmembercount": get_chat_member_count,
    "getchatadministrators": get_chat_administrators,
}

_NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def _allow_updates(standin: StandIn, params: Params) -> None:
    allowed = params.object("allowed_updates")
    if isinstance(allowed, list):
        standin.allowed_updates = [str(kind) for kind in allowed]


def _commands_key(params: Params) -> str:
    scope = params.object("scope") or {"type": "default"}
    parts = (scope.get("type"), scope.get("chat_id"), scope.get("user_id"), params.text("language_code"))
    return ":".join("" if part is None else str(part) for part in parts)


def _chat(standin: StandIn, params: Params) -> Json:
    if not params.text("chat_id"):
        raise bad_request("chat_id is empty")
    return standin.chat(params.integer("chat_id"))


def _chat_to_write_to(standin: StandIn, params: Params, *, counts: bool = True) -> Json:
    """The chat, if the bot may write there now; `counts` towards the flood limits."""
    chat = _chat(standin, params)
    if chat["id"] in standin.blocked:
        raise RefusalError(403, "Forbidden: bot was blocked by the user")
    if chat["type"] == "private" and chat["id"] not in standin.started:
        raise RefusalError(403, "Forbidden: bot can't initiate conversation with a user")
    wait_s = standin.flood.wait_s(chat["id"]) if counts else 0
    if wait_s:
        raise RefusalError(429, f"Too Many Requests: retry after {wait_s}", retry_after=wait_s)
    return chat


def _own_message(standin: StandIn, params: Params) -> Json:
    chat = _chat_to_write_to(standin, params)
    message = standin.messages.get((chat["id"], params.integer("message_id")))
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != standin.bot.id:
        raise bad_request("message can't be edited")
    return message


def _send(standin: StandIn, params: Params, chat: Json, content: Json) -> Json:
    content = content | _markup(params) | _thread(chat, params) | _reply(standin, chat, params)
    if options := params.object("link_preview_options"):
        content |= {"link_preview_options": options}
    message = standin.new_message(chat, standin.bot.as_json(), content)
    standin.store(message)
    return message


def _edit(standin: StandIn, before: Json, after: Json) -> Json:
    parts = ("text", "entities", "caption", "caption_entities", "reply_markup")
    if [before.get(part) for part in parts] == [after.get(part) for part in parts]:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    edited = after | {"edit_date": int(time.time())}
    standin.store(edited)
    return edited


def _delete(standin: StandIn, chat_id: int, message_id: int) -> None:
    if standin.messages.pop((chat_id, message_id), None) is None:
        raise bad_request("message to delete not found")
    standin.publish({"type": "deleted", "chat_id": chat_id, "message_id": message_id})


def _text(standin: StandIn, params: Params, name: str, entities_name: str, most_units: int) -> Json:
    """The text or caption with its entities as fields of a message; empty when there is none."""
    try:
        text, entities = _parsed(params, name, entities_name)
    except EntityError as error:
        raise bad_request(f"can't parse entities: {error}") from None
    text, entities = trim(text, [mention for entity in entities for mention in _mention_of(standin, entity)])
    if units(text) > most_units:
        raise bad_request("message caption is too long" if name == "caption" else "message is too long")
    if len(entities) > MOST_ENTITIES:
        raise bad_request("ENTITIES_TOO_LONG")
    entities = in_order([*entities, *find_entities(text, entities)])[:MOST_ENTITIES]
    if not text:
        return {}
    return {name: text} | ({entities_name: entities} if entities else {})


def _mention_of(standin: StandIn, entity: Entity) -> list[Entity]:
    """A link to a person is a mention of that person; of nobody known, it is nothing."""
    link = re.fullmatch(r"tg://user\?id=(\d+)", str(entity.get("url", "")))
    if not link:
        return [entity]
    found = next((person for person in standin.people if person.id == int(link[1])), None)
    plain = {key: value for key, value in entity.items() if key != "url"}
    return [plain | {"type": "text_mention", "user": found.as_json()}] if found else []


def _parsed(params: Params, name: str, entities_name: str) -> tuple[str, list[Entity]]:
    text, mode = params.text(name), params.text("parse_mode").lower()
    if not mode:
        return text, list(params.object(entities_name) or [])
    if mode == "html":
        return parse_html(text)
    if mode == "markdownv2":
        return parse_markdown_v2(text)
    if mode == "markdown":
        return parse_markdown(text)
    raise bad_request("unsupported parse_mode")


def _thread(chat: Json, params: Params) -> Json:
    thread_id = params.integer("message_thread_id")
    if not thread_id:
        return {}
    if not chat.get("is_forum"):
        raise bad_request("message thread not found")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def _reply(standin: StandIn, chat: Json, params: Params) -> Json:
    wanted = params.object("reply_parameters") or {}
    message_id = int(wanted.get("message_id") or params.integer("reply_to_message_id"))
    if not message_id:
        return {}
    original = standin.messages.get((chat["id"], message_id))
    if original:
        return {"reply_to_message": without_reply(original)}
    if wanted.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _known_file(standin: StandIn, params: Params, name: str) -> Json | None:
    """The content of a file that was sent before, by its id; None when the call uploads one."""
    if params.upload(name):
        return None
    given = params.text(name)
    if not given:
        return None
    stored = standin.files.get(given)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if name == "photo":
        width, height = image_size(stored.content) or (0, 0)
        return {"photo": [stored.as_json() | {"width": width, "height": height}]}
    return {"document": stored.as_json() | {"file_name": stored.name}}


def _markup(params: Params) -> Json:
    """The keyboard as a field of a message. Only inline keyboards stay with it; others are shown by apps."""
    markup = params.object("reply_markup")
    if not markup:
        return {}
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return {}
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return {"reply_markup": {"inline_keyboard": rows}} if buttons else {}


def _check_button(button: Json) -> None:
    if not str(button.get("text", "")).strip():
        raise bad_request("inline keyboard button text must be non-empty")
    kinds = [k for k in button if k not in ("text", "style", "icon_custom_emoji_id")]
    if not kinds:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not re.match(r"(https?|tg)://[^\s/]+", str(url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
