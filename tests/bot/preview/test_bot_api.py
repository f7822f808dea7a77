"""The stand-in accepts and refuses what Telegram does, in Telegram's words."""

import asyncio
import struct
import zlib
from typing import Any

import pytest
from aiohttp import ServerDisconnectedError, web

from bot.preview.faults import Fault, FaultKind
from bot.preview.server import serving
from bot.preview.standin import BotProfile, Group, StandIn
from tests.bot.chatting import SOMYING, THANA, said_by_bot, until
from tests.bot.preview.conftest import Client

GROUP = -1_001_234_567_890


def png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
async def chat(client: Client, standin: StandIn) -> Client:
    """A client whose bot may write to Somying."""
    standin.say(SOMYING, SOMYING, "/start")
    return client


class TestMethods:
    async def test_get_me(self, client: Client) -> None:
        me = (await client.call("getMe"))["result"]
        assert me["username"] == "tham_phaen_bot"
        assert me["is_bot"]

    async def test_names_are_read_in_any_case_and_way_of_sending(self, chat: Client) -> None:
        address = f"{chat.address}/bot{chat.token}"
        async with chat.session.get(f"{address}/GETME") as response:
            assert (await response.json())["ok"]
        async with chat.session.get(f"{address}/sendMessage?chat_id={SOMYING}&text=a") as response:
            assert (await response.json())["result"]["text"] == "a"
        async with chat.session.post(f"{address}/sendMessage", data={"chat_id": SOMYING, "text": "b"}) as response:
            assert (await response.json())["result"]["text"] == "b"

    async def test_unknown_methods_and_tokens(self, client: Client) -> None:
        assert await client.refused("sendTelepathy") == "Not Found: method not found"
        client.token = "1:wrong"
        assert await client.refused("getMe") == "Unauthorized"

    async def test_commands_and_names(self, client: Client) -> None:
        commands = [{"command": "ask", "description": "ถาม"}]
        assert (await client.call("setMyCommands", commands=commands))["result"] is True
        assert (await client.call("getMyCommands"))["result"] == commands
        assert (await client.call("getMyCommands", language_code="en"))["result"] == []
        await client.call("deleteMyCommands")
        assert (await client.call("getMyCommands"))["result"] == []
        await client.call("setMyDescription", description="ตอบคำถาม")
        assert (await client.call("getMyDescription"))["result"] == {"description": "ตอบคำถาม"}

    @pytest.mark.parametrize(
        ("command", "error"),
        [
            ({"command": "ไทย", "description": "x"}, "BOT_COMMAND_INVALID"),
            ({"command": "a" * 33, "description": "x"}, "BOT_COMMAND_INVALID"),
            ({"command": "a", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ],
    )
    async def test_bad_commands(self, client: Client, command: dict[str, str], error: str) -> None:
        assert await client.refused("setMyCommands", commands=[command]) == f"Bad Request: {error}"

    async def test_photo_and_document_there_and_back(self, chat: Client) -> None:
        sent = await chat.upload(
            "sendPhoto", "photo", png(30, 20), "a.png", chat_id=str(SOMYING), caption="<b>ภ</b>", parse_mode="HTML"
        )
        photo = sent["result"]["photo"][0]
        assert (photo["width"], photo["height"]) == (30, 20)
        assert sent["result"]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 1}]
        again = await chat.call("sendPhoto", chat_id=SOMYING, photo=photo["file_id"])
        assert again["result"]["photo"][0]["file_id"] == photo["file_id"]
        document = await chat.upload("sendDocument", "document", b"%PDF-1.7", "แผน.pdf", chat_id=str(SOMYING))
        assert document["result"]["document"]["file_name"] == "แผน.pdf"
        found = (await chat.call("getFile", file_id=document["result"]["document"]["file_id"]))["result"]
        async with chat.session.get(f"{chat.address}/file/bot{chat.token}/{found['file_path']}") as response:
            assert await response.read() == b"%PDF-1.7"
        async with chat.session.get(f"{chat.address}/file/bot1:wrong/{found['file_path']}") as response:
            assert response.status == 404

    async def test_files_that_are_refused(self, chat: Client) -> None:
        sent = await chat.upload("sendPhoto", "photo", b"no picture", "a.png", chat_id=str(SOMYING))
        assert sent["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
        assert await chat.refused("sendPhoto", chat_id=SOMYING) == "Bad Request: there is no photo in the request"
        wrong = "Bad Request: wrong file identifier/HTTP URL specified"
        assert await chat.refused("sendPhoto", chat_id=SOMYING, photo="https://example.org/a.png") == wrong
        assert await chat.refused("getFile", file_id="x") == "Bad Request: invalid file_id"

    async def test_delete(self, chat: Client, standin: StandIn) -> None:
        sent = (await chat.call("sendMessage", chat_id=SOMYING, text="x"))["result"]
        assert (await chat.call("deleteMessage", chat_id=SOMYING, message_id=sent["message_id"]))["ok"]
        assert not said_by_bot(standin, SOMYING)
        gone = "Bad Request: message to delete not found"
        assert await chat.refused("deleteMessage", chat_id=SOMYING, message_id=sent["message_id"]) == gone

    async def test_drafts_and_actions_are_shown(self, chat: Client, standin: StandIn) -> None:
        seen: list[dict[str, Any]] = []
        standin.listeners.append(seen.append)
        await chat.call("sendMessageDraft", chat_id=SOMYING, draft_id=1, text="กำลัง")
        await chat.call("sendChatAction", chat_id=SOMYING, action="typing")
        assert [event["type"] for event in seen] == ["draft", "action"]
        assert seen[0]["draft"]["text"] == "กำลัง"
        assert "non-zero" in await chat.refused("sendMessageDraft", chat_id=SOMYING, draft_id=0, text="x")
        assert "TEXTDRAFT_PEER_INVALID" in await chat.refused("sendMessageDraft", chat_id=GROUP, draft_id=1, text="x")
        assert "wrong parameter action" in await chat.refused("sendChatAction", chat_id=SOMYING, action="dance")


class TestRefusals:
    @pytest.mark.parametrize(
        ("params", "error"),
        [
            ({"text": ""}, "message text is empty"),
            ({"text": " \n "}, "message text is empty"),
            ({"text": "ก" * 4097}, "message is too long"),
            ({"text": "😀" * 2049}, "message is too long"),
            ({"text": "<b>" + "ก" * 4097 + "</b>", "parse_mode": "HTML"}, "message is too long"),
            ({"text": "<b>x", "parse_mode": "HTML"},
             'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'),
            ({"text": "a < b", "parse_mode": "HTML"},
             'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
            ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
            ({"text": "<b>a</b> " * 101, "parse_mode": "HTML"}, "ENTITIES_TOO_LONG"),
            ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
            ({"text": "x", "message_thread_id": 4}, "message thread not found"),
            ({"text": "x", "chat_id": 4242}, "chat not found"),
            ({"text": "x", "chat_id": ""}, "chat_id is empty"),
            ({"text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
            ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
             "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
            ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "ก" * 22}]]}},
             "BUTTON_DATA_INVALID"),
            ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "javascript:1"}]]}},
             "inline keyboard button URL 'javascript:1' is invalid: Wrong HTTP URL"),
            ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]] * 101}},
             "reply markup is too long"),
        ],
    )  # fmt: skip
    async def test_messages(self, chat: Client, standin: StandIn, params: dict[str, Any], error: str) -> None:
        assert await chat.refused("sendMessage", **{"chat_id": SOMYING, **params}) == f"Bad Request: {error}"
        assert not said_by_bot(standin, SOMYING)

    async def test_just_within_the_limits(self, chat: Client) -> None:
        assert (await chat.call("sendMessage", chat_id=SOMYING, text="<i>" + "ก" * 4096 + "</i>", parse_mode="HTML"))[
            "ok"
        ]
        assert (await chat.call("sendMessage", chat_id=SOMYING, text="<b>a</b> " * 100, parse_mode="HTML"))["ok"]
        keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "ก" * 21 + "x"}]]}
        assert (await chat.call("sendMessage", chat_id=SOMYING, text="x", reply_markup=keyboard))["ok"]

    async def test_people_who_do_not_want_it(self, chat: Client, standin: StandIn) -> None:
        stranger = await chat.call("sendMessage", chat_id=THANA, text="x")
        assert stranger["error_code"] == 403
        assert stranger["description"] == "Forbidden: bot can't initiate conversation with a user"
        standin.block(SOMYING)
        assert await chat.refused("sendMessage", chat_id=SOMYING, text="x") == "Forbidden: bot was blocked by the user"

    async def test_edits(self, chat: Client, standin: StandIn) -> None:
        keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
        sent = (await chat.call("sendMessage", chat_id=SOMYING, text="ก่อน", reply_markup=keyboard))["result"]
        same = {"chat_id": SOMYING, "message_id": sent["message_id"], "text": "ก่อน", "reply_markup": keyboard}
        assert "message is not modified" in await chat.refused("editMessageText", **same)
        assert "not modified" in await chat.refused("editMessageReplyMarkup", **(same | {"text": ""}))
        edited = (await chat.call("editMessageText", **(same | {"text": "หลัง"})))["result"]
        assert edited["text"] == "หลัง"
        assert edited["edit_date"]
        bare = (await chat.call("editMessageReplyMarkup", chat_id=SOMYING, message_id=sent["message_id"]))["result"]
        assert "reply_markup" not in bare
        theirs = standin.history(SOMYING)[0]["message_id"]
        assert "can't be edited" in await chat.refused("editMessageText", chat_id=SOMYING, message_id=theirs, text="x")
        assert "to edit not found" in await chat.refused("editMessageText", chat_id=SOMYING, message_id=999, text="x")

    async def test_a_press_is_answered_once(self, chat: Client, standin: StandIn) -> None:
        sent = (await chat.call("sendMessage", chat_id=SOMYING, text="x"))["result"]
        answer = standin.press(SOMYING, SOMYING, sent["message_id"], "data")
        [*_, update] = (await chat.call("getUpdates"))["result"]
        press = update["callback_query"]
        assert press["data"] == "data"
        assert "MESSAGE_TOO_LONG" in await chat.refused(
            "answerCallbackQuery", callback_query_id=press["id"], text="ก" * 201
        )
        assert (await chat.call("answerCallbackQuery", callback_query_id=press["id"], text="ได้"))["ok"]
        assert (await answer)["text"] == "ได้"
        late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        assert await chat.refused("answerCallbackQuery", callback_query_id=press["id"]) == late

    async def test_floods(self, chat: Client, standin: StandIn) -> None:
        replies = [await chat.call("sendMessage", chat_id=GROUP, text=str(i)) for i in range(21)]
        assert all(reply["ok"] for reply in replies[:20])
        assert replies[20]["error_code"] == 429
        wait = replies[20]["parameters"]["retry_after"]
        assert 0 < wait <= 60
        assert replies[20]["description"] == f"Too Many Requests: retry after {wait}"
        assert (await chat.call("sendMessage", chat_id=SOMYING, text="another chat is not held back"))["ok"]


class TestUpdates:
    async def test_stay_until_they_are_confirmed(self, client: Client, standin: StandIn) -> None:
        standin.say(SOMYING, SOMYING, "หนึ่ง")
        standin.say(SOMYING, SOMYING, "/start@tham_phaen_bot สอง @somebody")
        first, second = (await client.call("getUpdates"))["result"]
        assert (await client.call("getUpdates"))["result"] == [first, second]
        assert second["update_id"] == first["update_id"] + 1
        assert second["message"]["entities"] == [
            {"type": "bot_command", "offset": 0, "length": 21},
            {"type": "mention", "offset": 26, "length": 9},
        ]
        assert (await client.call("getUpdates", offset=second["update_id"]))["result"] == [second]
        assert (await client.call("getUpdates", offset=second["update_id"] + 1))["result"] == []
        assert (await client.call("getUpdates"))["result"] == []

    async def test_a_poll_waits_for_the_next_one(self, client: Client, standin: StandIn) -> None:
        poll = asyncio.create_task(client.call("getUpdates", timeout=20))
        await until(lambda: standin.waits_for_update, "the poll")
        standin.say(SOMYING, SOMYING, "มาแล้ว")
        [update] = (await poll)["result"]
        assert update["message"]["text"] == "มาแล้ว"

    async def test_a_second_poll_ends_the_first(self, client: Client, standin: StandIn) -> None:
        first = asyncio.create_task(client.call("getUpdates", timeout=20))
        await until(lambda: standin.waits_for_update, "the poll")
        second = asyncio.create_task(client.call("getUpdates", timeout=20))
        ousted = await first
        assert ousted["error_code"] == 409
        assert ousted["description"].startswith("Conflict: terminated by other getUpdates request")
        standin.say(SOMYING, SOMYING, "ใครยังอยู่")
        assert len((await second)["result"]) == 1

    async def test_only_what_was_asked_for(self, client: Client, standin: StandIn) -> None:
        await client.call("getUpdates", allowed_updates=["callback_query"])
        standin.say(SOMYING, SOMYING, "ไม่เอา")
        assert (await client.call("getUpdates"))["result"] == []

    async def test_privacy_mode_keeps_a_group_to_itself(self, client: Client, standin: StandIn) -> None:
        standin.bot = BotProfile(privacy_mode=True)
        for text in ("คุยกันเอง", "/help", "@tham_phaen_bot ช่วยด้วย"):
            standin.say(SOMYING, GROUP, text)
        updates = (await client.call("getUpdates"))["result"]
        assert [update["message"]["text"] for update in updates] == ["/help", "@tham_phaen_bot ช่วยด้วย"]

    async def test_a_text_beyond_the_limit_arrives_in_pieces(self, client: Client, standin: StandIn) -> None:
        standin.say(SOMYING, SOMYING, "ก" * 5000)
        lengths = [len(update["message"]["text"]) for update in (await client.call("getUpdates"))["result"]]
        assert lengths == [4096, 904]

    async def test_topics_of_a_forum(self, client: Client, standin: StandIn) -> None:
        standin.groups = [Group(-100, "หัวข้อ", is_forum=True)]
        standin.say(SOMYING, -100, "x", thread_id=7)
        [update] = (await client.call("getUpdates"))["result"]
        assert update["message"]["message_thread_id"] == 7
        sent = await client.call("sendMessage", chat_id=-100, text="y", message_thread_id=7)
        assert sent["result"]["is_topic_message"]


class TestWebhook:
    async def test_updates_come_with_the_secret_until_one_is_taken(self, client: Client, standin: StandIn) -> None:
        seen: list[tuple[str | None, str]] = []

        async def receive(request: web.Request) -> web.Response:
            text = (await request.json())["message"]["text"]
            seen.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), text))
            return web.Response(status=500 if len(seen) == 1 else 200)

        app = web.Application()
        app.router.add_post("/hook", receive)
        async with serving(app) as address:
            set_up = {"url": f"{address}/hook", "secret_token": "s3cret-_"}
            assert (await client.call("setWebhook", **set_up))["ok"]
            polling = await client.call("getUpdates")
            assert polling["error_code"] == 409
            standin.say(SOMYING, SOMYING, "หนึ่ง")
            standin.say(SOMYING, SOMYING, "สอง")
            await until(lambda: len(seen) == 3, "the updates")
            assert seen == [("s3cret-_", "หนึ่ง"), ("s3cret-_", "หนึ่ง"), ("s3cret-_", "สอง")]
            info = (await client.call("getWebhookInfo"))["result"]
            assert "500" in info["last_error_message"]
            assert (await client.call("deleteWebhook"))["ok"]
        assert (await client.call("getUpdates"))["ok"]

    @pytest.mark.parametrize(
        ("params", "error"),
        [
            ({"url": "https://example.org/hook"}, "to this machine only"),
            ({"url": "http://127.0.0.1/h", "secret_token": "ไทย"}, "secret token contains unallowed characters"),
        ],
    )
    async def test_refused(self, client: Client, params: dict[str, str], error: str) -> None:
        assert error in await client.refused("setWebhook", **params)


class TestFaults:
    async def test_code_delay_and_drops(self, chat: Client, standin: StandIn) -> None:
        standin.faults.order(
            Fault(FaultKind.CODE, "send*", code=429, description="Too Many Requests: retry after 7", retry_after=7)
        )
        flooded = await chat.call("sendMessage", chat_id=SOMYING, text="x")
        assert flooded["parameters"] == {"retry_after": 7}
        standin.faults.order(Fault(FaultKind.DELAY, "getMe", seconds=0.2))
        began = asyncio.get_running_loop().time()
        assert (await chat.call("getMe"))["ok"]
        assert asyncio.get_running_loop().time() - began >= 0.2
        for kind in (FaultKind.DROP, FaultKind.DROP_AFTER):
            standin.faults.order(Fault(kind, "sendMessage"))
            with pytest.raises((ServerDisconnectedError, OSError)):
                await chat.call("sendMessage", chat_id=SOMYING, text=kind.value)
        assert [message["text"] for message in said_by_bot(standin, SOMYING)] == ["drop_after"]

    async def test_only_as_often_as_ordered(self, chat: Client, standin: StandIn) -> None:
        standin.faults.order(Fault(FaultKind.CODE, "getMe", times=2, code=502, description="Bad Gateway"))
        assert [(await chat.call("getMe"))["ok"] for _ in range(3)] == [False, False, True]
        standin.faults.order(Fault(FaultKind.CODE))
        standin.faults.clear()
        assert (await chat.call("getMe"))["ok"]


async def test_a_caller_that_goes_away_in_the_middle_is_no_error(
    client: Client, standin: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(client.address.rpartition(":")[2])
    path = f"/bot{client.token}/getMe"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nContent-Type: {{}}\r\n\r\n"
    for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b"):
        for reset in (False, True):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head.format(kind).encode() + b"half")
            await writer.drain()
            await asyncio.sleep(0.05)
            if reset:
                writer.transport.abort()
            else:
                writer.close()
    await asyncio.sleep(0.1)
    assert (await client.call("getMe"))["ok"]
    assert [record.getMessage() for record in caplog.records if record.name.startswith("aiohttp")] == []
