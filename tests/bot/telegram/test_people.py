"""Who may do what: access, presses, privacy, limits and admins, with the real library against the stand-in."""

import contextlib
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.answer import Answer, AnswerStatus
from bot.drafts import PlanDraft
from bot.preview.faults import FloodLimits
from bot.preview.standin import Json, StandIn
from bot.state.usage import THAI_TIME
from bot.telegram import announcing, sentences
from bot.telegram.language import Sentence
from corpus.document import Audience, Document
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
from tests.bot.telegram.conftest import GROUP
from tests.bot.telegram.processes import free_port

VALID_ID = "1101700230708"
SECRET_CITATION = replace(citation(text="ความลับของที่ประชุม"), passage_id="minutes/1", document_id=SECRET.id)

Start = Callable[..., contextlib.AbstractAsyncContextManager[StandIn]]


@pytest.fixture
def start(standin: StandIn, answerer: FakeAnswerer, tmp_path: Path) -> Start:
    """Runs the bot with the settings given; may be called again for a restart."""

    @contextlib.asynccontextmanager
    async def run(**settings: object) -> AsyncIterator[StandIn]:
        async with telegram(standin) as address:
            chosen = settings_for(standin, address, tmp_path).model_copy(update=settings)
            async with running_bot(chosen, answerer):
                yield standin

    return run


async def say(bot: StandIn, person: int, text: str, chat: int = 0) -> str:
    """What the bot says to a message; a message in a group is a command."""
    chat = chat or person
    before = len(said_by_bot(bot, chat))
    bot.say(person, chat, text)
    found = await replies(bot, chat, before + 1)
    return str(found[-1]["text"])


async def invited(bot: StandIn, role: str, person: int, by: int = THANA) -> str:
    """Invite a person and let them in; returns the token."""
    link = re.search(r"https://t\.me/tham_phaen_bot\?start=([\w-]+)", await say(bot, by, f"/invite {role}"))
    assert link
    assert sentences.ROLES[role].thai in await say(bot, person, f"/start {link[1]}")
    return link[1]


async def invitation(bot: StandIn, by: int, role: str) -> str:
    """The token of a new invitation."""
    link = re.search(r"start=([\w-]+)", await say(bot, by, f"/invite {role}"))
    assert link
    return link[1]


def clarify(question: str, meant: tuple[str, ...]) -> Answer:
    """A question back, with what may have been meant."""
    return replace(uncited(question, AnswerStatus.CLARIFY, "หมายถึงแผนใด"), suggestions=meant)


def rows(data_dir: Path, table: str) -> int:
    with contextlib.closing(sqlite3.connect(data_dir / "state.db")) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def write(data_dir: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(data_dir / "state.db")) as database:
        database.execute(statement)
        database.commit()


def on_disk(data_dir: Path) -> bytes:
    return b"".join(path.read_bytes() for path in data_dir.glob("state.db*"))


class TestMembers:
    async def test_a_closed_bot_answers_members_only(self, start: Start, answerer: FakeAnswerer) -> None:
        async with start(access="members", admin_ids=frozenset({THANA})) as bot:
            assert str(SOMYING) in await say(bot, SOMYING, "คำถาม")
            assert str(SOMYING) in await say(bot, SOMYING, "/sources")
            assert not answerer.asked
            await invited(bot, "agency", SOMYING)
            assert (await say(bot, SOMYING, "คำถาม")).startswith(QUOTE)
            assert answerer.told[-1]["audience"] is Audience.AGENCY

    async def test_an_invitation_makes_one_member_once(self, start: Start) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            token = await invited(bot, "internal", SOMYING)
            used = await say(bot, MALI, f"/start {token}")
            assert used == await say(bot, MALI, "/start forged-token")
            assert sentences.INVITATION_INVALID.thai in used

    async def test_an_invitation_that_has_expired_or_whose_maker_was_sent_away_makes_no_member(
        self, start: Start, tmp_path: Path
    ) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            old = await invitation(bot, THANA, "internal")
            assert "ที่ยังไม่ได้ใช้: 1" in await say(bot, THANA, "/members")
            write(tmp_path, "UPDATE invitations SET expires_at = datetime('now', '-1 second')")
            assert sentences.INVITATION_INVALID.thai in await say(bot, SOMYING, f"/start {old}")
            assert "ที่ยังไม่ได้ใช้: 0" in await say(bot, THANA, "/members")
            await invited(bot, "admin", MALI)
            made = await invitation(bot, MALI, "internal")
            await say(bot, THANA, f"/revoke {MALI}")
            assert sentences.INVITATION_INVALID.thai in await say(bot, SOMYING, f"/start {made}")
            assert rows(tmp_path, "members") == 0

    @pytest.mark.parametrize(
        "payload", ["' OR 1=1 --", "../../etc/passwd", "invite admin", "<b>x</b>", "ก" * 64, "A" * 5_000, "\u202e"]
    )
    async def test_what_follows_start_is_only_looked_up(self, start: Start, tmp_path: Path, payload: str) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            await invitation(bot, THANA, "internal")
            assert sentences.INVITATION_INVALID.thai in await say(bot, SOMYING, f"/start {payload}")
            assert rows(tmp_path, "members") == 0
            assert rows(tmp_path, "invitations") == 1

    async def test_a_smaller_role_is_not_taken_and_not_used_up(self, start: Start) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            link = re.search(r"start=([\w-]+)", await say(bot, THANA, "/invite agency"))
            assert link
            assert "ยังไม่ถูกใช้" in await say(bot, THANA, f"/start {link[1]}")
            assert sentences.ROLES["agency"].thai in await say(bot, SOMYING, f"/start {link[1]}")

    async def test_a_withdrawn_role_is_gone_at_the_next_message_and_its_buttons_die(
        self, start: Start, answerer: FakeAnswerer
    ) -> None:
        answerer.documents = (DRAFT, PLAN, SECRET)
        answerer.say = lambda q: cited(q, "ความลับ [1]", [SECRET_CITATION])
        async with start(admin_ids=frozenset({THANA})) as bot:
            await invited(bot, "internal", SOMYING)
            assert SECRET.title in await say(bot, SOMYING, "/sources")
            await say(bot, SOMYING, "ประชุมว่าอย่างไร")
            shown = said_by_bot(bot, SOMYING)[-1]
            passage = buttons(shown)[f"[1] {sentences.SHOW_PASSAGE.thai}"]
            assert (await bot.press(SOMYING, SOMYING, shown["message_id"], passage))["text"] == ""
            await until(lambda: "ความลับของที่ประชุม" in said_by_bot(bot, SOMYING)[-1]["text"], "the passage")
            await say(bot, THANA, f"/revoke {SOMYING}")
            vote = await bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["👍"])
            assert vote["text"] == sentences.EXPIRED.thai
            await say(bot, SOMYING, "แล้วอะไรอีก")
            assert answerer.told[-1]["audience"] is Audience.PUBLIC
            assert answerer.asked[-1] == ("แล้วอะไรอีก", ())  # what was said before is not for this reader any more
            assert SECRET.title not in await say(bot, SOMYING, "/sources")

    async def test_a_group_gets_public_documents_whoever_asks(self, start: Start, answerer: FakeAnswerer) -> None:
        answerer.documents = (DRAFT, SECRET)
        async with start(admin_ids=frozenset({THANA})) as bot:
            await say(bot, THANA, "/ask ในกลุ่ม", GROUP)
            assert answerer.told[-1]["audience"] is Audience.PUBLIC
            assert SECRET.title not in await say(bot, THANA, "/sources", GROUP)
            assert SECRET.title in await say(bot, THANA, "/sources")
            assert await say(bot, THANA, "/invite admin", GROUP) == sentences.IN_PRIVATE_ONLY.thai

    @pytest.mark.parametrize("command", ["invite agency", "members", "revoke 100002", "stats", "announce x", "audit"])
    async def test_admin_commands_are_unknown_to_others(self, start: Start, command: str) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            assert await say(bot, SOMYING, f"/{command}") == sentences.UNKNOWN_COMMAND.thai

    async def test_every_admin_act_is_in_the_audit_log(self, start: Start) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            await invited(bot, "agency", SOMYING)
            assert str(SOMYING) in await say(bot, THANA, "/members")
            await say(bot, THANA, f"/revoke {SOMYING}")
            assert str(SOMYING) not in (await say(bot, THANA, "/members")).replace(str(THANA), "")
            told = await say(bot, THANA, "/audit")
            acts = [line.split(" · ")[2] for line in told.split("\n")[1:]]
            assert acts == ["members", "revoke", "members", "join", "invite"]
            today = datetime.now(THAI_TIME)
            assert told.split("\n")[1].startswith(f"• {today:%d/%m/}{today.year + 543} {today:%H:}")

    async def test_admins_find_their_commands(self, start: Start) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            assert sentences.ADMIN_HELP.thai in await say(bot, THANA, "/help")
            assert sentences.ADMIN_HELP.thai not in await say(bot, SOMYING, "/help")
            assert sentences.ADMIN_HELP.thai not in await say(bot, THANA, "/help", GROUP)
            await say(bot, THANA, "/start")
            await until(lambda: any("announce" in str(menu) for menu in bot.commands.values()), "the admin's menu")
            [scope] = [scope for scope, menu in bot.commands.items() if "announce" in str(menu)]
            assert str(THANA) in scope


class TestPresses:
    async def test_buttons_work_after_a_restart_and_only_below_their_message(
        self, start: Start, answerer: FakeAnswerer, tmp_path: Path
    ) -> None:
        async with start() as bot:
            await say(bot, SOMYING, "หนึ่ง")
            await say(bot, SOMYING, "สอง")
        first, second = said_by_bot(bot, SOMYING)
        async with start() as bot:
            wrong = await bot.press(SOMYING, SOMYING, second["message_id"], buttons(first)["👎"])
            assert wrong["text"] == sentences.EXPIRED.thai
            right = await bot.press(SOMYING, SOMYING, first["message_id"], buttons(first)["👎"])
            assert right["text"] == sentences.THANKS_DOWN.thai
            await until(lambda: "ไม่ครบ" in buttons(bot.messages[SOMYING, first["message_id"]]), "the reasons")
            shown = bot.messages[SOMYING, first["message_id"]]
            reason = await bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["ไม่ครบ"])
            assert reason["text"] == sentences.THANKS_REASON.thai
        [kept] = feedback_in(tmp_path)
        assert (kept["question"], kept["vote"], kept["reason"]) == ("หนึ่ง", "down", "incomplete")

    async def test_a_double_tap_shows_a_passage_once(self, bot: StandIn) -> None:
        await say(bot, SOMYING, "คำถาม")
        [shown] = said_by_bot(bot, SOMYING)
        data = buttons(shown)[f"[1] {sentences.SHOW_PASSAGE.thai}"]
        answers = [bot.press(SOMYING, SOMYING, shown["message_id"], data) for _ in range(2)]
        texts = sorted([(await answer)["text"] for answer in answers])
        assert texts == ["", sentences.PRESSED_TWICE.thai]
        await settled(bot)
        assert len(said_by_bot(bot, SOMYING)) == 2

    async def test_a_press_on_a_message_that_telegram_no_longer_tells_has_expired(self, bot: StandIn) -> None:
        await say(bot, SOMYING, "คำถาม")
        [shown] = said_by_bot(bot, SOMYING)
        gone = {"chat": shown["chat"], "message_id": shown["message_id"], "date": 0}
        bot.messages[SOMYING, shown["message_id"]] = gone
        pressed = await bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["👍"])
        assert pressed["text"] == sentences.EXPIRED.thai

    async def test_a_new_token_ends_all_buttons(self, start: Start, standin: StandIn, tmp_path: Path) -> None:
        async with start() as bot:
            await say(bot, SOMYING, "คำถาม")
        [shown] = said_by_bot(standin, SOMYING)
        standin.token = f"{standin.token[:-4]}0000"
        async with start() as bot:
            pressed = await bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["👍"])
        assert pressed["text"] == sentences.EXPIRED.thai
        assert not feedback_in(tmp_path)

    async def test_a_passage_that_is_gone_from_the_release_has_expired(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        await say(bot, SOMYING, "คำถาม")
        [shown] = said_by_bot(bot, SOMYING)
        answerer.gone.add(citation().passage_id)
        data = buttons(shown)[f"[1] {sentences.SHOW_PASSAGE.thai}"]
        assert (await bot.press(SOMYING, SOMYING, shown["message_id"], data))["text"] == sentences.EXPIRED.thai

    async def test_a_question_on_a_button_is_asked_as_if_typed(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        answerer.next_questions = ("วิสัยทัศน์ของแผน",)
        await say(bot, SOMYING, "คำถาม")
        [shown] = said_by_bot(bot, SOMYING)
        bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["วิสัยทัศน์ของแผน"])
        _, answer = await replies(bot, SOMYING, 2)
        assert answer["text"].startswith("ถาม: วิสัยทัศน์ของแผน\n")
        assert answerer.asked[1][0] == "วิสัยทัศน์ของแผน"
        assert answerer.asked[1][1][0].content == "คำถาม"

    async def test_a_question_on_a_button_follows_its_own_answer_whatever_was_said_since(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        answerer.next_questions = ("วัตถุประสงค์",)
        await say(bot, SOMYING, "แผนเดิม")
        [shown] = said_by_bot(bot, SOMYING)
        await say(bot, SOMYING, "แผนใหม่")
        bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["วัตถุประสงค์"])
        await replies(bot, SOMYING, 3)
        assert [turn.content for turn in answerer.asked[2][1]] == ["แผนเดิม", f"{QUOTE} [1]"]


class TestDrafts:
    async def test_a_chosen_draft_is_answered_from_and_the_answer_says_whether_from_it_alone(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        old = PlanDraft(DRAFT.plan, "ชื่อแผน", DRAFT.draft, "ก.ย. 2563", DRAFT.status, (DRAFT.id,))
        new = PlanDraft(PLAN.plan, "ชื่อแผน", PLAN.draft, PLAN.date, PLAN.status, (PLAN.id,))
        answerer.drafts_there = (new, old)
        listed = await say(bot, SOMYING, "/drafts")
        assert listed.split("\n")[2:5] == [
            "ชื่อแผน",
            f"• {PLAN.draft} · {PLAN.date} · อนุมัติ",
            f"• {DRAFT.draft} · ร่าง",  # its date is its name
        ]
        [shown] = said_by_bot(bot, SOMYING)
        bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)[DRAFT.draft])
        told = sentences.DRAFT_SET.thai.format(draft=DRAFT.draft)
        await until(lambda: said_by_bot(bot, SOMYING)[0]["text"] == told, "the choice")
        assert sentences.DRAFT_CHOSEN.thai.format(draft=DRAFT.draft) in await say(bot, SOMYING, "คำถาม")
        assert answerer.told[-1]["draft"] == DRAFT.draft
        paper = replace(citation(), draft="เทียบงบปี 2564", document_id="paper")
        answerer.say = lambda q: cited(q, f"{QUOTE} [1]", [paper])
        assert sentences.DRAFT_AND_PAPERS.thai.format(draft=DRAFT.draft) in await say(bot, SOMYING, "อีกคำถาม")
        await say(bot, SOMYING, "/new")
        assert DRAFT.draft not in (await say(bot, SOMYING, "คำถามใหม่")).split("ที่มา")[0]
        assert answerer.told[-1]["draft"] == ""


class TestPrivacy:
    async def test_personal_numbers_reach_neither_answerer_nor_disk_and_the_person_is_told(
        self, start: Start, answerer: FakeAnswerer, tmp_path: Path
    ) -> None:
        async with start() as bot:
            said = await say(bot, SOMYING, f"ผม {VALID_ID} โทร 081-234-5678 a.b@dga.or.th วิสัยทัศน์คืออะไร")
            assert "ปิดบังข้อมูลส่วนบุคคลในคำถามแล้ว" in said
            assert answerer.asked[0][0] == "ผม วิสัยทัศน์คืออะไร"
            stored = on_disk(tmp_path)
            assert not any(number.encode() in stored for number in (VALID_ID, "081-234-5678", "a.b@dga.or.th"))

    async def test_forget_deletes_every_row_of_the_person(self, start: Start, tmp_path: Path) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            await invited(bot, "agency", SOMYING)
            await say(bot, SOMYING, "คำถาม")
            shown = said_by_bot(bot, SOMYING)[-1]
            await bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["👍"])
            of_person = f"WHERE user_id = {SOMYING}"
            kept = ("exchanges", "shown", "feedback", f"people {of_person}", f"presses {of_person}", "members")
            assert [rows(tmp_path, table) for table in kept] == [1] * len(kept)
            yesterday = (datetime.now(THAI_TIME) - timedelta(days=1)).date()
            write(tmp_path, f"UPDATE usage SET day = '{yesterday}'")
            write(tmp_path, f"UPDATE inbox SET state = 'parked' WHERE chat_id = {SOMYING}")
            assert sentences.ROLE_FORGOTTEN.thai in await say(bot, SOMYING, "/forget")
            assert [rows(tmp_path, table) for table in kept] == [0] * len(kept)
            assert rows(tmp_path, "usage") == rows(tmp_path, "inbox WHERE state = 'parked'") == 0
            old = await bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["👎"])
            assert old["text"] == sentences.EXPIRED.thai

    async def test_what_was_kept_long_enough_is_deleted(self, start: Start, tmp_path: Path) -> None:
        kept = ("exchanges", "shown", "feedback", "answered", "usage")
        async with start(retention_days=7) as bot:
            await say(bot, SOMYING, "คำถาม")
            shown = said_by_bot(bot, SOMYING)[-1]
            await bot.press(SOMYING, SOMYING, shown["message_id"], buttons(shown)["👍"])
        assert [rows(tmp_path, table) for table in kept] == [1] * len(kept)
        old = datetime.now(THAI_TIME) - timedelta(days=8)
        for column in ("exchanges.asked_at", "shown.shown_at", "feedback.given_at", "answered.at"):
            table, _, name = column.partition(".")
            write(tmp_path, f"UPDATE {table} SET {name} = '{old:%Y-%m-%d %H:%M:%S}'")
        write(tmp_path, f"UPDATE usage SET day = '{old.date()}'")
        async with start(retention_days=7):
            await until(lambda: not any(rows(tmp_path, table) for table in kept), "what is old to be deleted")

    async def test_privacy_says_how_long(self, start: Start) -> None:
        async with start(retention_days=7) as bot:
            assert "เก็บไว้ 7 วัน" in await say(bot, SOMYING, "/privacy")


class TestLanguages:
    async def test_a_chosen_language_is_kept_and_spoken(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        await say(bot, SOMYING, "/lang")
        [asked] = said_by_bot(bot, SOMYING)
        bot.press(SOMYING, SOMYING, asked["message_id"], buttons(asked)["English"])
        await until(lambda: said_by_bot(bot, SOMYING)[0]["text"] == sentences.LANGUAGE_SET.english, "the choice")
        assert await say(bot, SOMYING, "/help") == sentences.HELP.english
        answerer.say = lambda q: uncited(q, AnswerStatus.NOT_IN_PLAN, "ไม่พบในเอกสาร")
        assert sentences.WITHOUT_ANSWER["NOT_IN_PLAN"].english in await say(bot, SOMYING, "ราคาทอง")
        assert sentences.WITHOUT_ANSWER["NOT_IN_PLAN"].english not in await say(bot, THANA, "ราคาทอง")
        assert " · approved" in await say(bot, SOMYING, "/sources")

    @pytest.mark.parametrize(
        ("question", "is_told"), [("What is the vision?", True), ("ราคาทอง gold price", False), ("EGDI?", False)]
    )
    async def test_who_asks_in_english_in_vain_is_told_to_ask_in_thai(
        self, bot: StandIn, answerer: FakeAnswerer, question: str, is_told: bool
    ) -> None:
        answerer.say = lambda q: uncited(q, AnswerStatus.NOT_IN_PLAN, "ไม่พบในเอกสาร")
        assert (sentences.ASK_IN_THAI.thai in await say(bot, SOMYING, question)) is is_told


class TestLimits:
    @pytest.mark.parametrize(
        "limit", ["limit_user_per_day", "limit_all_per_day", "limit_user_per_minute", "limit_all_per_minute"]
    )
    async def test_none_allowed_is_none_and_is_told_once(
        self, start: Start, answerer: FakeAnswerer, limit: str
    ) -> None:
        async with start(**{limit: 0}) as bot:
            for text in ("หนึ่ง", "สอง", "/privacy"):  # the last is answered whatever the limits are
                bot.say(SOMYING, SOMYING, text)
            told, _ = await replies(bot, SOMYING, 2)
            assert told["text"] == sentences.LIMIT_NONE.thai
            assert not answerer.asked

    async def test_a_flood_is_held_back_and_others_are_served(self, start: Start, answerer: FakeAnswerer) -> None:
        async with start(limit_user_per_minute=3) as bot:
            for i in range(10):
                bot.say(SOMYING, SOMYING, f"คำถาม {i}")
            bot.say(SOMYING, SOMYING, "/privacy")
            assert (await say(bot, THANA, "คำถามอื่น")).startswith(QUOTE)
            texts = [m["text"] for m in await replies(bot, SOMYING, 5)]
            told = sentences.LIMIT_USER_MINUTE.thai.format(limit=3)
            assert texts[3] == told
            await settled(bot)
            assert [m["text"] for m in said_by_bot(bot, SOMYING)].count(told) == 1

    @pytest.mark.parametrize("limit", ["limit_user_per_minute", "limit_user_per_day", "limit_all_per_day"])
    async def test_a_question_that_is_tried_again_counts_once(
        self, start: Start, answerer: FakeAnswerer, limit: str
    ) -> None:
        def fail_once(_: str) -> Answer:
            answerer.say = cited
            raise RuntimeError("half-way")

        answerer.say = fail_once
        async with start(**{limit: 1}) as bot:
            assert (await say(bot, SOMYING, "คำถาม")).startswith(QUOTE)
            assert not (await say(bot, SOMYING, "อีกคำถาม")).startswith(QUOTE)

    async def test_without_tokens_the_model_is_not_asked(self, start: Start, answerer: FakeAnswerer) -> None:
        async with start(chat_model="openai:x", limit_all_tokens_per_day=0) as bot:
            assert sentences.LIMIT_ALL_TOKENS.thai in await say(bot, SOMYING, "หนึ่ง")
            assert sentences.LIMIT_ALL_TOKENS.thai not in await say(bot, SOMYING, "สอง")
            assert [told["use_model"] for told in answerer.told] == [False, False]

    @pytest.mark.parametrize(
        ("limit", "sentence"),
        [("limit_all_per_minute", sentences.LIMIT_ALL_MINUTE), ("limit_all_per_day", sentences.LIMIT_ALL_DAY)],
    )
    async def test_a_limit_for_all_holds_back_who_comes_after_it(
        self, start: Start, answerer: FakeAnswerer, limit: str, sentence: Sentence
    ) -> None:
        async with start(**{limit: 1}) as bot:
            assert (await say(bot, SOMYING, "คำถาม")).startswith(QUOTE)
            assert await say(bot, THANA, "อีกคำถาม") == sentence.thai
            assert len(answerer.asked) == 1

    async def test_a_person_without_tokens_is_told(self, start: Start, answerer: FakeAnswerer) -> None:
        async with start(chat_model="openai:x", limit_user_tokens_per_day=0) as bot:
            assert sentences.LIMIT_USER_TOKENS.thai in await say(bot, SOMYING, "หนึ่ง")
            assert answerer.told[0]["use_model"] is False


class TestReadiness:
    @pytest.mark.parametrize(("documents", "status"), [((), 503), ((DRAFT,), 200)])
    async def test_not_ready_without_documents(
        self, start: Start, answerer: FakeAnswerer, documents: tuple[Document, ...], status: int
    ) -> None:
        listen = f"127.0.0.1:{free_port()}"
        answerer.documents = documents
        async with (
            start(metrics_listen=listen),
            ClientSession() as session,
            session.get(f"http://{listen}/ready") as response,
        ):
            assert (response.status, (await response.json())["index"]) == (status, bool(documents))


class TestLongQuestions:
    async def test_a_question_cut_by_telegram_is_one(self, bot: StandIn, answerer: FakeAnswerer) -> None:
        bot.say(SOMYING, SOMYING, "ก" * 9_000)
        await replies(bot, SOMYING)
        await settled(bot)
        assert [len(question.replace("\n", "")) for question, _ in answerer.asked] == [9_000]
        assert len(said_by_bot(bot, SOMYING)) == 1


class TestChoices:
    async def test_what_may_have_been_meant_is_asked_by_a_button_also_after_a_restart(
        self, start: Start, answerer: FakeAnswerer
    ) -> None:
        meant = ("งบประมาณของแผน 2563–2565 เท่าไร", "งบประมาณของแผน 2566–2570 เท่าไร")
        answerer.say = lambda q: cited(q) if q in meant else clarify(q, meant)
        async with start() as bot:
            await say(bot, SOMYING, "งบเท่าไร")
        [asked] = said_by_bot(bot, SOMYING)
        rows = asked["reply_markup"]["inline_keyboard"]
        assert [[button["text"] for button in row] for row in rows] == [[meant[0]], [meant[1]]]
        async with start() as bot:
            foreign = await bot.press(MALI, SOMYING, asked["message_id"], buttons(asked)[meant[1]])
            assert "หมดอายุ" in foreign["text"]
            bot.press(SOMYING, SOMYING, asked["message_id"], buttons(asked)[meant[1]])
            _, answer = await replies(bot, SOMYING, 2)
        assert answer["text"].startswith(f"ถาม: {meant[1]}\n{QUOTE}")
        assert [question for question, _ in answerer.asked] == ["งบเท่าไร", meant[1]]

    async def test_an_answer_offers_what_else_may_have_been_meant_before_what_can_come_next(
        self, bot: StandIn, answerer: FakeAnswerer
    ) -> None:
        answerer.next_questions = ("วิสัยทัศน์", "พันธกิจ")
        answerer.say = lambda q: replace(cited(q), suggestions=("คำถามของอีกแผน", "วิสัยทัศน์"))
        await say(bot, SOMYING, "คำถาม")
        labels = list(buttons(said_by_bot(bot, SOMYING)[0]))
        assert labels[1:] == ["คำถามของอีกแผน", "วิสัยทัศน์", "พันธกิจ", "👍", "👎"]

    async def test_language_is_chosen_by_a_button(self, bot: StandIn) -> None:
        await say(bot, SOMYING, "/lang")
        [asked] = said_by_bot(bot, SOMYING)
        bot.press(SOMYING, SOMYING, asked["message_id"], buttons(asked)["English"])
        english = sentences.LANGUAGE_SET.english
        await until(lambda: said_by_bot(bot, SOMYING)[0]["text"] == english, "the choice")
        assert await say(bot, SOMYING, "/new") == sentences.FORGOTTEN.english
        assert "\nSources\n" in await say(bot, SOMYING, "คำถาม")

    async def test_language_is_chosen_by_its_name(self, bot: StandIn) -> None:
        for name, said in (("en", sentences.LANGUAGE_SET.english), ("ไทย", sentences.LANGUAGE_SET.thai)):
            await say(bot, SOMYING, f"/lang {name}")
            assert said_by_bot(bot, SOMYING)[-1]["text"] == said
        await say(bot, SOMYING, "/lang Klingon")
        assert "English" in buttons(said_by_bot(bot, SOMYING)[-1])

    async def test_an_unchosen_language_is_that_of_telegram(self, bot: StandIn) -> None:
        assert await say(bot, MALI, "/new") == f"{sentences.FORGOTTEN.thai}\n{sentences.FORGOTTEN.english}"


class TestAdmins:
    async def test_stats_tell_statuses_votes_and_unanswered_questions(self, start: Start) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            await say(bot, SOMYING, "คำถาม")
            told = await say(bot, THANA, "/stats")
            assert "คำถาม 1 ข้อ จากผู้ถาม 1 คน" in told
            assert "ตอบได้: 1" in told

    async def test_an_announcement_is_confirmed_once_and_reaches_everybody_who_can_be(self, start: Start) -> None:
        async with start(admin_ids=frozenset({THANA})) as bot:
            await say(bot, SOMYING, "/help")
            await say(bot, MALI, "/help")
            bot.block(MALI)
            await say(bot, THANA, "/announce ปิดปรับปรุง <คืนนี้>")
            asked = said_by_bot(bot, THANA)[-1]
            assert "3 คน" in asked["text"]
            foreign = await bot.press(SOMYING, THANA, asked["message_id"], buttons(asked)["ส่ง"])
            assert foreign["text"] == sentences.EXPIRED.thai
            await bot.press(THANA, THANA, asked["message_id"], buttons(asked)["ส่ง"])
            again = await bot.press(THANA, THANA, asked["message_id"], buttons(asked)["ยกเลิก"])
            assert again["text"] == sentences.EXPIRED.thai
            await until(lambda: "ส่งประกาศแล้ว ถึง 2 คน ส่งไม่ได้ 1 คน" in said_by_bot(bot, THANA)[-1]["text"], "the end")
            assert [m["text"] for m in said_by_bot(bot, SOMYING)].count("ปิดปรับปรุง <คืนนี้>") == 1
            assert "2 คน" in await say(bot, THANA, "/announce อีกครั้ง")  # who has blocked the bot is not counted

    async def test_an_announcement_is_sent_slowly(self, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
        assert FloodLimits().per_second / 3 >= 1 / announcing.EVERY_S  # answers come first
        monkeypatch.setattr(announcing, "EVERY_S", 0.4)
        sent: list[float] = []

        def hear(event: Json) -> None:
            if event["type"] == "message" and event["message"].get("text") == "ข่าว":
                sent.append(time.monotonic())

        async with start(admin_ids=frozenset({THANA})) as bot:
            for person in (SOMYING, MALI):
                await say(bot, person, "/help")
            await say(bot, THANA, "/announce ข่าว")
            asked = said_by_bot(bot, THANA)[-1]
            bot.listeners.append(hear)
            await bot.press(THANA, THANA, asked["message_id"], buttons(asked)["ส่ง"])
            await until(lambda: len(sent) == 3, "everybody to get it")
        assert all(later - earlier > 0.3 for earlier, later in pairwise(sent))

    async def test_an_announcement_is_gone_on_with_after_a_restart(
        self, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        news = "ปิดปรับปรุงคืนนี้"
        monkeypatch.setattr(announcing, "EVERY_S", 2.0)

        def got_it(bot: StandIn) -> list[int]:
            return [p for p in (SOMYING, THANA, MALI) for m in said_by_bot(bot, p) if m["text"] == news]

        async with start(admin_ids=frozenset({THANA})) as bot:
            for person in (SOMYING, MALI):
                await say(bot, person, "/help")
            await say(bot, THANA, f"/announce {news}")
            asked = said_by_bot(bot, THANA)[-1]
            await bot.press(THANA, THANA, asked["message_id"], buttons(asked)["ส่ง"])
            await until(lambda: rows(tmp_path, "announcements WHERE sent > 0"), "the first to get it")
        assert len(got_it(bot)) < 3
        monkeypatch.setattr(announcing, "EVERY_S", 0.01)
        async with start(admin_ids=frozenset({THANA})) as bot:
            await until(lambda: "ส่งประกาศแล้ว ถึง 3 คน" in said_by_bot(bot, THANA)[-1]["text"], "the end")
        assert sorted(got_it(bot)) == sorted((SOMYING, THANA, MALI))
