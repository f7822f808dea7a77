"""What people see when they write to the bot: the real library, over HTTP, against the stand-in."""

import asyncio
import base64
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.answer import Answer, AnswerStatus, Turn
from bot.drafts import PlanDraft
from bot.preview.faults import Fault, FaultKind
from bot.preview.standin import StandIn
from bot.telegram import processing, sending, sentences
from corpus.document import DraftStatus
from tests.bot.chatting import (
    MALI,
    SOMYING,
    THANA,
    buttons,
    feedback_in,
    replies,
    running_bot,
    said_by_bot,
    settings_for,
    settled,
    telegram,
    until,
)
from tests.bot.fake_answers import DRAFT, PLAN, QUOTE, SECRET, FakeAnswerer, citation, cited, uncited
from tests.bot.telegram.conftest import FORUM, GROUP

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")


def entities(message: dict[str, object], kind: str) -> list[str]:
    """The texts of a message's entities of one kind (the texts here need no surrogates)."""
    found = message.get("entities", [])
    assert isinstance(found, list)
    text = str(message["text"])
    return [text[e["offset"] : e["offset"] + e["length"]] for e in found if e["type"] == kind]


class TestQuestions:
    async def test_is_answered_with_marks_then_sources(self, bot: StandIn) -> None:
        bot.say(SOMYING, SOMYING, "ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่")
        [reply] = await replies(bot, SOMYING)
        answer, _, sources = reply["text"].partition(f"\n\n{sentences.CITED_TITLE.thai}\n")
        assert answer == f"{QUOTE} [1]"
        assert sources == (f"[1] {DRAFT.title} · {DRAFT.draft} · {DRAFT.date} · ความท้าทาย > การทำงานรูปแบบใหม่ · หน้า 12")
        assert DRAFT.title in entities(reply, "bold")
        assert reply["link_preview_options"] == {"is_disabled": True}

    async def test_shows_typing_until_the_answer_comes(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        let_go = answerer.hold("ช้า")
        bot.say(SOMYING, SOMYING, "ช้า")
        await until(lambda: any(c.method == "sendChatAction" for c in bot.calls), "typing")
        assert not said_by_bot(bot, SOMYING)
        let_go.set()
        await replies(bot, SOMYING)

    @pytest.mark.parametrize(("chat", "question"), [(SOMYING, "ช้า"), (GROUP, "/ask ช้า")])
    async def test_typing_goes_on_in_private_and_is_one_of_a_groups_few_calls(
        self, bot: StandIn, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch, chat: int, question: str
    ) -> None:
        monkeypatch.setattr(sending, "TYPING_EVERY_S", 0.2)
        let_go = answerer.hold("ช้า")
        bot.say(SOMYING, chat, question)
        await until(lambda: any(c.method == "sendChatAction" for c in bot.calls), "typing")
        await asyncio.sleep(1.0)
        count = sum(call.method == "sendChatAction" for call in bot.calls)
        assert count == 1 if chat == GROUP else 2 < count < 7
        let_go.set()
        await replies(bot, chat)

    async def test_markup_in_questions_and_documents_is_shown_as_it_is(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        nasty = '<b>หนา</b> & <script> &amp; [9] *x* _y_ "z" </blockquote>'
        answerer.say = lambda q: cited(q, f"{nasty} [1]", [citation(quote=nasty, text=f"ก่อน\n{nasty}\nหลัง")])
        bot.say(SOMYING, SOMYING, nasty)
        [reply] = await replies(bot, SOMYING)
        assert reply["text"].startswith(f"{nasty} [1]")
        assert answerer.asked[0][0] == nasty
        bot.press(SOMYING, SOMYING, reply["message_id"], buttons(reply)[f"[1] {sentences.SHOW_PASSAGE.thai}"])
        _, passage = await replies(bot, SOMYING, 2)
        assert f"ก่อน\n{nasty}\nหลัง" in passage["text"]

    async def test_refused_formatting_is_sent_again_as_the_same_text(self, bot: StandIn) -> None:
        refusal = "Bad Request: can't parse entities: Unsupported start tag"
        bot.faults.order(Fault(FaultKind.CODE, "sendMessage", code=400, description=refusal))
        bot.say(SOMYING, SOMYING, "คำถาม")
        [reply] = await replies(bot, SOMYING)
        assert reply["text"].startswith(f"{QUOTE} [1]\n\n{sentences.CITED_TITLE.thai}\n[1] {DRAFT.title}")
        assert not entities(reply, "bold")

    async def test_a_long_answer_comes_in_parts_with_the_sources_last(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        rows = [f"{i}. โครงการที่ {i} <ก&ข> ขับเคลื่อนการพัฒนารัฐบาลดิจิทัล [1]" for i in range(1, 181)]
        answerer.say = lambda q: cited(q, "\n".join(rows))
        bot.say(SOMYING, SOMYING, "โครงการทั้งหมด")
        await until(lambda: any("reply_markup" in m for m in said_by_bot(bot, SOMYING)), "the last part")
        parts = said_by_bot(bot, SOMYING)
        assert len(parts) > 2
        assert [line for part in parts for line in part["text"].split("\n")][: len(rows)] == rows
        assert sentences.CITED_TITLE.thai in parts[-1]["text"]
        assert not any("reply_markup" in part for part in parts[:-1])

    async def test_not_in_the_documents_names_the_nearest_ones(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        answerer.say = lambda q: uncited(q, AnswerStatus.NOT_IN_PLAN, "ไม่พบในเอกสาร", [PLAN.title])
        bot.say(SOMYING, SOMYING, "ราคาทองวันนี้")
        [reply] = await replies(bot, SOMYING)
        assert reply["text"] == f"ไม่พบในเอกสาร\n\n{sentences.NEAREST_TITLE.thai}\n• {PLAN.title}"

    async def test_nearest_documents_already_named_are_not_repeated(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        text = f"ไม่พบในเอกสาร ใกล้เคียงที่สุด: {PLAN.title}"
        answerer.say = lambda q: uncited(q, AnswerStatus.NOT_IN_PLAN, text, [PLAN.title])
        bot.say(SOMYING, SOMYING, "ราคาทองวันนี้")
        [reply] = await replies(bot, SOMYING)
        assert reply["text"] == text

    async def test_a_failure_is_apologised_for_and_does_not_stop_the_bot(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        def fail(question: str) -> Answer:
            raise RuntimeError("index is gone")

        answerer.say = fail
        bot.say(SOMYING, SOMYING, "คำถาม")
        [reply] = await replies(bot, SOMYING)
        assert reply["text"] == sentences.APOLOGY.thai
        answerer.say = cited
        bot.say(SOMYING, SOMYING, "อีกครั้ง")
        _, second = await replies(bot, SOMYING, 2)
        assert second["text"].startswith(QUOTE)

    async def test_flood_control_is_waited_for(self, bot: StandIn) -> None:
        bot.faults.order(
            Fault(
                FaultKind.CODE, "sendMessage", code=429, description="Too Many Requests: retry after 1", retry_after=1
            )
        )
        bot.say(SOMYING, SOMYING, "คำถาม")
        [reply] = await replies(bot, SOMYING)
        assert reply["text"].startswith(QUOTE)


class TestConversation:
    async def test_a_follow_up_comes_with_its_history(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        bot.say(SOMYING, SOMYING, "ยุทธศาสตร์มีอะไรบ้าง")
        bot.say(SOMYING, SOMYING, "แล้วข้อที่สองล่ะ")
        await replies(bot, SOMYING, 2)
        assert answerer.asked[1] == (
            "แล้วข้อที่สองล่ะ",
            (Turn("user", "ยุทธศาสตร์มีอะไรบ้าง"), Turn("assistant", f"{QUOTE} [1]")),
        )

    async def test_only_the_last_exchanges_are_kept(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        for i in range(6):
            bot.say(SOMYING, SOMYING, f"คำถาม {i}")
        await replies(bot, SOMYING, 6)
        history = answerer.asked[5][1]
        assert [turn.content for turn in history if turn.role == "user"] == [f"คำถาม {i}" for i in (1, 2, 3, 4)]

    async def test_new_forgets(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        for text in ("ก่อน", "/new", "หลัง"):
            bot.say(SOMYING, SOMYING, text)
        _, forgotten, _ = await replies(bot, SOMYING, 3)
        assert forgotten["text"] == sentences.FORGOTTEN.thai
        assert answerer.asked[1] == ("หลัง", ())

    async def test_conversations_do_not_mix(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        bot.say(SOMYING, SOMYING, "ส่วนตัว")
        await replies(bot, SOMYING)
        bot.say(THANA, THANA, "คนอื่น")
        bot.say(SOMYING, GROUP, "/ask ในกลุ่ม")
        bot.say(SOMYING, FORUM, "/ask หัวข้อหนึ่ง", thread_id=11)
        bot.say(THANA, GROUP, "/ask อีกคนในกลุ่ม")
        bot.say(SOMYING, FORUM, "/ask หัวข้อสอง", thread_id=12)
        await until(lambda: len(answerer.asked) == 6, "six questions")
        assert dict(answerer.asked[1:]) == {
            "คนอื่น": (),
            "ในกลุ่ม": (),
            "อีกคนในกลุ่ม": (),
            "หัวข้อหนึ่ง": (),
            "หัวข้อสอง": (),
        }

    async def test_a_slow_answer_delays_nobody_else(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        let_go = answerer.hold("ช้า")
        bot.say(SOMYING, SOMYING, "ช้า")
        bot.say(SOMYING, SOMYING, "ตามมา")
        bot.say(THANA, THANA, "เร็ว")
        await replies(bot, THANA)
        assert not said_by_bot(bot, SOMYING)
        assert [question for question, _ in answerer.asked] == ["ช้า", "เร็ว"]
        let_go.set()
        await replies(bot, SOMYING, 2)
        assert answerer.asked[2][0] == "ตามมา"
        assert answerer.asked[2][1][0].content == "ช้า"

    async def test_who_waits_long_for_a_free_hand_is_told_once_and_answered(
        self, bot: StandIn, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(processing, "AT_ONCE", 1)
        monkeypatch.setattr(processing, "TELL_AFTER", timedelta(seconds=0.5))
        let_go = answerer.hold("ช้า")
        bot.say(SOMYING, SOMYING, "ช้า")
        await until(lambda: answerer.asked, "the question")
        for text in ("หนึ่ง", "สอง"):
            bot.say(THANA, THANA, text)
        [told] = await replies(bot, THANA)
        assert told["text"] == sentences.PLEASE_WAIT.thai
        let_go.set()
        _, first, second = await replies(bot, THANA, 3)
        assert sentences.PLEASE_WAIT.thai not in (first["text"], second["text"])


class TestCommands:
    async def test_menu_is_set(self, bot: StandIn) -> None:
        assert [c["command"] for c in bot.commands["default:::"]] == [name for name, _ in sentences.COMMANDS]

    @pytest.mark.parametrize(("command", "text"), [("/start", sentences.START.thai), ("/help", sentences.HELP.thai)])
    async def test_fixed_texts(self, bot: StandIn, command: str, text: str) -> None:
        bot.say(SOMYING, SOMYING, command)
        [reply] = await replies(bot, SOMYING)
        assert reply["text"] == text

    async def test_sources_names_documents_with_draft_and_date_but_no_restricted_one(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        law = replace(PLAN, id="act", plan="none", title="กฎหมาย", draft="", status=DraftStatus.BACKGROUND)
        answerer.documents = (DRAFT, PLAN, SECRET, law)
        title = "ชื่อเต็มของแผน"
        answerer.drafts_there = (PlanDraft(PLAN.plan, title, PLAN.draft, PLAN.date, PLAN.status, (PLAN.id,)),)
        bot.say(SOMYING, SOMYING, "/sources")
        [reply] = await replies(bot, SOMYING)
        assert reply["text"].split("\n") == [
            sentences.SOURCES_TITLE.thai,
            "",
            title,
            f"• {DRAFT.title} · {DRAFT.draft} · {DRAFT.date} · ร่าง",
            f"• {PLAN.title} · {PLAN.draft} · {PLAN.date} · อนุมัติ",
            "",
            sentences.OTHER_DOCUMENTS.thai,
            f"• กฎหมาย · {PLAN.date} · ข้อมูลประกอบ",
        ]

    async def test_sources_of_an_empty_corpus(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        answerer.documents = (SECRET,)
        bot.say(SOMYING, SOMYING, "/sources")
        [reply] = await replies(bot, SOMYING)
        assert reply["text"] == sentences.NO_SOURCES.thai

    async def test_unknown_command(self, bot: StandIn) -> None:
        bot.say(SOMYING, SOMYING, "/nonsense")
        [reply] = await replies(bot, SOMYING)
        assert reply["text"] == sentences.UNKNOWN_COMMAND.thai

    async def test_ask_without_a_question(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        bot.say(SOMYING, SOMYING, "/ask")
        [reply] = await replies(bot, SOMYING)
        assert reply["text"] == sentences.ASK_WHAT.thai
        assert not answerer.asked


class TestGroups:
    async def test_silent_unless_addressed(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        for text in (
            "สวัสดีทุกคน",
            "@somebody_else ว่าไง",
            "อีเมล x@tham_phaen_bot.example",
            "/start@other_bot",
            "/nonsense",
        ):
            bot.say(SOMYING, GROUP, text)
        bot.show(SOMYING, GROUP, {"location": {"latitude": 13.7, "longitude": 100.5}})
        await settled(bot)
        assert not said_by_bot(bot, GROUP)
        assert not answerer.asked

    @pytest.mark.parametrize(
        "text", ["@tham_phaen_bot วิสัยทัศน์คืออะไร", "วิสัยทัศน์คืออะไร @Tham_Phaen_Bot", "/ask@tham_phaen_bot วิสัยทัศน์คืออะไร"]
    )
    async def test_answers_a_mention_or_command_as_a_reply(
        self, bot: StandIn, answerer: FakeAnswerer, text: str
    ) -> None:
        [asked] = bot.say(SOMYING, GROUP, text)
        [reply] = await replies(bot, GROUP)
        assert answerer.asked == [("วิสัยทัศน์คืออะไร", ())]
        assert reply["reply_to_message"]["message_id"] == asked["message_id"]

    async def test_answers_a_reply_to_it_and_a_mention_by_link(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        link = {"type": "text_mention", "offset": 0, "length": 6, "user": bot.bot.as_json()}
        bot.say(SOMYING, GROUP, "ถามแผน พันธกิจคืออะไร", entities=[link])
        [first] = await replies(bot, GROUP)
        bot.say(SOMYING, GROUP, "แล้วเป้าหมายล่ะ", reply_to=first["message_id"])
        await replies(bot, GROUP, 2)
        assert [question for question, _ in answerer.asked] == ["พันธกิจคืออะไร", "แล้วเป้าหมายล่ะ"]

    async def test_a_bare_mention_is_asked_for_the_question(self, bot: StandIn) -> None:
        bot.say(SOMYING, GROUP, "@tham_phaen_bot")
        [reply] = await replies(bot, GROUP)
        assert reply["text"] == sentences.NOTHING_ASKED_IN_GROUP.thai
        bot.show(SOMYING, SOMYING, {"text": " \n "})
        [reply] = await replies(bot, SOMYING)
        assert reply["text"] == sentences.NOTHING_ASKED.thai

    async def test_answers_in_the_topic_it_was_asked_in(self, bot: StandIn) -> None:
        bot.say(SOMYING, FORUM, "@tham_phaen_bot พันธกิจ", thread_id=77)
        [reply] = await replies(bot, FORUM)
        assert reply["message_thread_id"] == 77

    async def test_a_group_that_becomes_a_supergroup_is_answered_there_and_goes_on(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        new_id = -1_005_555_555_555
        let_go = answerer.hold("ช้า")
        bot.say(SOMYING, GROUP, "/ask ช้า")
        await until(lambda: answerer.asked, "the question")
        bot.upgrade(SOMYING, GROUP, new_id)
        let_go.set()
        [answer] = await replies(bot, new_id)
        assert answer["text"].startswith(QUOTE)
        await settled(bot)
        bot.say(SOMYING, new_id, "/ask แล้วอะไรอีก")
        await replies(bot, new_id, 2)
        assert answerer.asked[1][1][0].content == "ช้า"


class TestOtherThanText:
    async def test_what_was_forwarded_is_asked_and_a_channel_post_is_not(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        origin = {"type": "hidden_user", "sender_user_name": "ใครสักคน", "date": 1_700_000_000}
        bot.show(SOMYING, SOMYING, {"text": "วิสัยทัศน์ของแผนคืออะไร", "forward_origin": origin})
        await replies(bot, SOMYING)
        post = bot.new_message({"id": -1_007, "type": "channel", "title": "ข่าว"}, {}, {"text": "/ask วิสัยทัศน์"})
        del post["from"]
        bot.allowed_updates = []  # even if Telegram sent them
        bot.give("channel_post", post)
        await settled(bot)
        assert [question for question, _ in answerer.asked] == ["วิสัยทัศน์ของแผนคืออะไร"]

    @pytest.mark.parametrize(
        "content",
        [
            {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 9, "height": 9,
                         "is_animated": False, "is_video": False}},
            {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 2}},
            {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]},
            {"document": {"file_id": "d", "file_unique_id": "d"}},
            {"location": {"latitude": 13.7, "longitude": 100.5}},
            {"dice": {"emoji": "🎲", "value": 3}},
            {"poll": {"id": "1", "question": "?", "options": []}},  # less than the library wants to see
            {"checklist": "of a later day"},
        ],
        ids=lambda content: str(next(iter(content))),
    )  # fmt: skip
    async def test_one_clear_sentence(self, bot: StandIn, content: dict[str, object]) -> None:
        bot.show(SOMYING, SOMYING, content)
        [reply] = await replies(bot, SOMYING)
        assert reply["text"] == sentences.TEXT_ONLY.thai

    async def test_an_album_gets_it_once(self, bot: StandIn) -> None:
        photo = {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]}
        for _ in range(3):
            bot.show(SOMYING, SOMYING, photo, media_group_id="42")
        bot.say(SOMYING, SOMYING, "/help")
        await until(lambda: said_by_bot(bot, SOMYING)[-1:] and "/lang" in said_by_bot(bot, SOMYING)[-1]["text"], "help")
        assert [m["text"] for m in said_by_bot(bot, SOMYING)] == [sentences.TEXT_ONLY.thai, sentences.HELP.thai]

    async def test_edits_joins_and_pins_are_ignored(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        [asked] = bot.say(SOMYING, SOMYING, "คำถาม")
        await replies(bot, SOMYING)
        bot.allowed_updates = []  # even if Telegram sent edits
        bot.edit(SOMYING, SOMYING, asked["message_id"], "คำถามที่แก้แล้ว")
        bot.show(SOMYING, GROUP, {"new_chat_members": [{"id": 5, "is_bot": False, "first_name": "ใหม่"}]})
        await settled(bot)
        assert len(answerer.asked) == 1
        assert not said_by_bot(bot, GROUP)


class TestButtons:
    async def test_a_passage_is_shown_whole_with_the_quote_marked(self, bot: StandIn) -> None:
        bot.say(SOMYING, SOMYING, "คำถาม")
        [reply] = await replies(bot, SOMYING)
        pressed = bot.press(SOMYING, SOMYING, reply["message_id"], buttons(reply)[f"[1] {sentences.SHOW_PASSAGE.thai}"])
        _, passage = await replies(bot, SOMYING, 2)
        assert (await pressed)["text"] == ""
        assert passage["reply_to_message"]["message_id"] == reply["message_id"]
        assert entities(passage, "expandable_blockquote") == [citation().text]
        assert QUOTE in entities(passage, "bold")

    async def test_a_page_is_shown_as_a_picture_below_the_answer(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        answerer.page = PIXEL
        bot.say(SOMYING, SOMYING, "คำถาม")
        [reply] = await replies(bot, SOMYING)
        pressed = bot.press(SOMYING, SOMYING, reply["message_id"], buttons(reply)[f"[1] {sentences.SHOW_PAGE.thai}"])
        _, page = await replies(bot, SOMYING, 2)
        assert (await pressed)["text"] == ""
        assert bot.files[page["photo"][-1]["file_id"]].content == PIXEL
        assert page["caption"].startswith(f"[1] {DRAFT.title}")
        assert page["reply_to_message"]["message_id"] == reply["message_id"]

    async def test_a_page_that_is_gone_or_was_never_there(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        bot.say(SOMYING, SOMYING, "คำถาม")
        [without] = await replies(bot, SOMYING)
        assert f"[1] {sentences.SHOW_PAGE.thai}" not in buttons(without)
        answerer.page = PIXEL
        bot.say(SOMYING, SOMYING, "อีกคำถาม")
        _, reply = await replies(bot, SOMYING, 2)
        answerer.page = None
        bot.press(SOMYING, SOMYING, reply["message_id"], buttons(reply)[f"[1] {sentences.SHOW_PAGE.thai}"])
        assert (await replies(bot, SOMYING, 3))[2]["text"] == sentences.NO_PAGE.thai

    @pytest.mark.parametrize(("button", "vote"), [("👍", "up"), ("👎", "down")])
    async def test_a_vote_is_thanked_for_kept_and_shown(
        self, bot: StandIn, tmp_path: Path, button: str, vote: str
    ) -> None:
        bot.say(SOMYING, SOMYING, "คำถาม")
        [reply] = await replies(bot, SOMYING)
        answer = await bot.press(SOMYING, SOMYING, reply["message_id"], buttons(reply)[button])
        assert answer["text"] in (sentences.THANKS_UP.thai, sentences.THANKS_DOWN.thai)
        again = await bot.press(SOMYING, SOMYING, reply["message_id"], buttons(reply)[button])
        assert again["text"] == sentences.VOTED_ALREADY.thai
        await settled(bot)
        [shown] = said_by_bot(bot, SOMYING)
        assert f"{button} บันทึกแล้ว" in buttons(shown)
        [line] = feedback_in(tmp_path)
        assert (line["vote"], line["question"], line["passages"]) == (vote, "คำถาม", ["draft-2563-09/1"])
        assert str(SOMYING) not in json.dumps(line)

    async def test_foreign_forged_and_old_presses_change_nothing(self, bot: StandIn, tmp_path: Path) -> None:
        bot.say(SOMYING, SOMYING, "คำถาม")
        bot.say(MALI, MALI, "คำถาม")
        [mine], [hers] = await replies(bot, SOMYING), await replies(bot, MALI)
        for data in (
            buttons(hers)["👍"],
            "up:nonsense",
            "passage",
            "",
            buttons(mine)["👍"] + "x",
            f"passage:{'é' * 9}:1",
        ):
            answer = await bot.press(SOMYING, SOMYING, mine["message_id"], data)
            assert answer["text"] == sentences.EXPIRED.thai
        passage = buttons(mine)[f"[1] {sentences.SHOW_PASSAGE.thai}"]
        answer = await bot.press(SOMYING, SOMYING, mine["message_id"], passage.replace(":1:", ":7:"))
        assert answer["text"] == sentences.EXPIRED.thai
        assert said_by_bot(bot, SOMYING) == [mine]
        assert not feedback_in(tmp_path)

    @pytest.mark.parametrize("keep", [False, True])
    @pytest.mark.parametrize("status", list(AnswerStatus))
    async def test_a_question_without_an_answer_is_kept_only_where_asked_for(
        self, standin: StandIn, tmp_path: Path, status: AnswerStatus, keep: bool
    ) -> None:
        carries = status.carries_citations
        answerer = FakeAnswerer(lambda q: cited(q) if carries else uncited(q, status, "ไม่พบในแผน"))
        async with telegram(standin) as address:
            settings = settings_for(standin, address, tmp_path).model_copy(update={"keep_unanswered": keep})
            async with running_bot(settings, answerer):
                standin.say(SOMYING, SOMYING, "แผนปี 2590 ว่าอย่างไร")
                await replies(standin, SOMYING)
        lines = feedback_in(tmp_path)
        unanswered = status in (AnswerStatus.NOT_IN_PLAN, AnswerStatus.CLARIFY)
        assert [(line["question"], line["vote"], line["status"]) for line in lines] == (
            [("แผนปี 2590 ว่าอย่างไร", "", status.value)] if keep and unanswered else []
        )
        assert str(SOMYING) not in json.dumps(lines)
