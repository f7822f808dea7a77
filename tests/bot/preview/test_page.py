"""Who may open and drive the page, and what the panel is told."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.answer import Answer, AnswerStatus
from bot.preview.observer import ObservedAnswerer
from bot.preview.run import Listen, PreviewError, RunningPreview, read_listen, serving_preview
from bot.preview.standin import StandIn
from tests.bot.chatting import SOMYING, THANA, replies, running_bot, settings_for, until
from tests.bot.fake_answers import FakeAnswerer, cited, uncited

LOCAL = Listen("127.0.0.1", 0)


@pytest.fixture
def preview() -> Iterator[RunningPreview]:
    with serving_preview(LOCAL) as running:
        yield running


async def key_of(session: ClientSession, page: str) -> str:
    async with session.get(page) as response:
        found = re.search(r'name="preview-key" content="([^"]+)"', await response.text())
        assert found
        return found[1]


async def test_the_page_loads_nothing_from_elsewhere(preview: RunningPreview) -> None:
    async with ClientSession() as session:
        async with session.get(preview.page) as response:
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            html = await response.text()
        assert "{{" not in html
        for path in re.findall(r'(?:src|href)="(/[^"]+)"', html):
            async with session.get(preview.address + path) as response:
                assert response.status == 200, path
                assert not re.search(r"https?://(?!www\.w3\.org/)", await response.text())
        async with session.get(f"{preview.address}/static/../page.py") as response:
            assert response.status == 404


async def test_only_the_page_may_act(preview: RunningPreview) -> None:
    async with ClientSession() as session:
        said = {"person": str(SOMYING), "chat": str(SOMYING), "text": "x"}
        for headers in ({}, {"X-Preview-Key": "guessed"}):
            async with session.post(f"{preview.address}/page/send", data=said, headers=headers) as response:
                assert response.status == 403
        async with session.get(f"{preview.address}/page/events?key=guessed") as response:
            assert response.status == 403
        key = await key_of(session, preview.page)
        elsewhere = {"X-Preview-Key": key, "Host": "evil.example"}
        async with session.post(f"{preview.address}/page/send", data=said, headers=elsewhere) as response:
            assert response.status == 403
        async with session.get(preview.page, headers={"Host": "evil.example"}) as response:
            assert response.status == 403
        async with session.post(f"{preview.address}/page/send", data=said, headers={"X-Preview-Key": key}) as response:
            assert response.status == 200
        assert [message["text"] for message in preview.standin.history(SOMYING)] == ["x"]


async def test_keys_and_tokens_are_new_at_each_start() -> None:
    with serving_preview(LOCAL) as one, serving_preview(LOCAL) as other:
        async with ClientSession() as session:
            assert await key_of(session, one.page) != await key_of(session, other.page)
        assert one.standin.token != other.standin.token


@pytest.mark.parametrize(
    ("text", "anywhere", "listen"),
    [
        ("127.0.0.1:8080", False, Listen("127.0.0.1", 8080)),
        ("localhost:9", False, Listen("localhost", 9)),
        ("[::1]:9", False, Listen("::1", 9)),
        ("0.0.0.0:9", True, Listen("0.0.0.0", 9)),
    ],
)
def test_where_it_may_listen(text: str, anywhere: bool, listen: Listen) -> None:
    assert read_listen(text, anywhere=anywhere) == listen


@pytest.mark.parametrize("text", ["0.0.0.0:8080", "192.168.1.5:8080", "[::]:8080"])
def test_another_address_is_refused_unless_told(text: str) -> None:
    with pytest.raises(PreviewError, match="PREVIEW_ANYWHERE"):
        read_listen(text, anywhere=False)


@pytest.mark.parametrize("text", ["8080", "127.0.0.1", "somewhere:8080", "127.0.0.1:http", ""])
def test_an_unreadable_address_is_told(text: str) -> None:
    with pytest.raises(PreviewError, match=re.escape(repr(text))):
        read_listen(text, anywhere=False)


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PreviewError, match=f"{port}"), serving_preview(Listen("127.0.0.1", port)):
            pass


async def test_open_to_others_the_page_needs_its_key() -> None:
    with serving_preview(Listen("0.0.0.0", 0)) as open_to_all:
        local = open_to_all.page.replace("0.0.0.0", "127.0.0.1")
        async with ClientSession() as session:
            async with session.get(local) as response:
                assert response.status == 200
            async with session.get(local.partition("?")[0]) as response:
                assert response.status == 403


@dataclass(frozen=True)
class Trace:
    asked: str
    hits: tuple[dict[str, object], ...]
    checks: tuple[dict[str, object], ...] = ()


def traced(question: str) -> Answer:
    """An answer that tells more of how it came about."""
    answer = uncited(question, AnswerStatus.ANSWERED, "ได้")
    object.__setattr__(answer, "trace", Trace("ที่เข้าใจ", ({"passage_id": "p/1", "score": 0.9},)))
    return answer


async def test_the_panel_gets_what_went_on_inside_each_answer(tmp_path: Path) -> None:
    answerer = FakeAnswerer()
    with serving_preview(LOCAL) as preview:
        observed = ObservedAnswerer(answerer, preview.workings, preview.loop)
        standin: StandIn = preview.standin
        async with running_bot(settings_for(standin, preview.address, tmp_path), observed):
            preview.loop.call_soon_threadsafe(standin.say, SOMYING, SOMYING, "หนึ่ง")
            preview.loop.call_soon_threadsafe(standin.say, THANA, standin.groups[0].id, "@tham_phaen_bot สอง")
            [private], [in_group] = await replies(standin, SOMYING), await replies(standin, standin.groups[0].id)
            answerer.say = traced
            preview.loop.call_soon_threadsafe(standin.say, SOMYING, SOMYING, "สาม")
            _, last_reply = await replies(standin, SOMYING, 2)
            await until(lambda: len(preview.workings.by_message) == 3, "the workings")
    first = preview.workings.by_message[SOMYING, private["message_id"]]
    assert (first["question"], first["status"], first["hits"]) == ("หนึ่ง", "ANSWERED", [])
    assert first["timings_ms"] == cited("").timings_ms
    assert first["citations"][0]["passage_id"] == "draft-2563-09/1"
    assert preview.workings.by_message[standin.groups[0].id, in_group["message_id"]]["question"] == "สอง"
    last = preview.workings.by_message[SOMYING, last_reply["message_id"]]
    assert (last["asked"], last["hits"]) == ("ที่เข้าใจ", [{"passage_id": "p/1", "score": 0.9}])
