"""The page as an officer uses it, in Debian's Chromium: phone and desktop, keyboard and pointer."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.answer import AnswerStatus
from bot.preview.observer import ObservedAnswerer
from bot.preview.run import Listen, RunningPreview, serving_preview
from bot.telegram import sentences
from tests.bot.chatting import running_bot, settings_for
from tests.bot.fake_answers import QUOTE, FakeAnswerer, citation, cited, uncited
from tests.bot.preview.test_bot_api import png

pytestmark = pytest.mark.asyncio(loop_scope="module")

DESKTOP, PHONE = (1280, 800), (390, 844)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONG_WORD = "การขับเคลื่อนยุทธศาสตร์รัฐบาลดิจิทัลอย่างมีประสิทธิภาพ" * 8


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.fail("expected Debian's Chromium for the tests of the preview page; run: apt-get install chromium")
    return found


@pytest.fixture
def answerer() -> FakeAnswerer:
    return FakeAnswerer()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def preview(answerer: FakeAnswerer, tmp_path: Path) -> AsyncIterator[RunningPreview]:
    with serving_preview(Listen("127.0.0.1", 0)) as running:
        observed = ObservedAnswerer(answerer, running.workings, running.loop)
        async with running_bot(settings_for(running.standin, running.address, tmp_path), observed):
            yield running


@pytest_asyncio.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"], loop_scope="module")
async def page(request: pytest.FixtureRequest, browser: Browser, preview: RunningPreview) -> AsyncIterator[Page]:
    """The page, opened; at the end nothing may be wider than the window, nor anything on the console."""
    width, height = request.param
    complaints: list[str] = []
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="th-TH")
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith(preview.address) else complaints.append(sent.url))
    await page.goto(preview.page)
    await expect(page.locator("#bar-title")).to_have_text("ถามแผน")
    yield page
    assert await page.evaluate(WIDER_THAN_ITS_PLACE) == []
    assert not complaints
    await context.close()


def from_bot(page: Page) -> Locator:
    return page.locator(".msg[data-from=bot]")


async def ask(page: Page, text: str, answers: int = 1) -> Locator:
    """Ask as a person does; the bot's latest message."""
    before = await from_bot(page).count()
    await page.get_by_label("พิมพ์คำถาม").fill(text)
    await page.get_by_label("พิมพ์คำถาม").press("Enter")
    await expect(from_bot(page)).to_have_count(before + answers)
    return from_bot(page).last


async def be(page: Page, name: str, chat: str) -> None:
    """Become another person and open a chat, through the drawer where the window is narrow."""
    opener = page.get_by_label("เลือกบุคคลและห้องแชต")
    if await opener.is_visible():
        await opener.click()
    await page.get_by_role("radio", name=name).click()
    if await opener.is_visible() and await page.locator("#app").get_attribute("data-side") == "closed":
        await opener.click()
    await page.locator("#chats .row", has_text=chat).click()
    await expect(page.locator("#bar-title")).to_have_text(chat)


async def test_ask_open_the_passage_vote_and_ask_on(page: Page, answerer: FakeAnswerer) -> None:
    lines = "\n".join(f"{i}. ข้อความของเอกสาร <แถว {i}> & อื่น ๆ" for i in range(12))
    answerer.say = lambda q: cited(q, citations=[citation(text=f"{QUOTE}\n{lines}")])
    reply = await ask(page, "ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่")
    await expect(reply).to_contain_text(QUOTE)
    await expect(reply).to_contain_text(sentences.CITED_TITLE.thai)

    await reply.get_by_role("button", name=f"[1] {sentences.SHOW_PASSAGE.thai}").click()
    await expect(from_bot(page)).to_have_count(2)
    passage = from_bot(page).last
    last_line = passage.locator(".quoted")
    assert not await last_line.evaluate("q => q.scrollHeight <= q.clientHeight")
    await passage.get_by_role("button", name="แสดงทั้งหมด").click()
    assert await last_line.evaluate("q => q.scrollHeight <= q.clientHeight + 1")
    await expect(passage.locator(".quoted strong")).to_have_text(QUOTE)

    await from_bot(page).first.get_by_role("button", name="👍").click()
    await expect(page.locator("#toast")).to_have_text(sentences.THANKS_UP.thai)
    await expect(
        from_bot(page).first.get_by_role("button", name=sentences.VOTED.thai.format(vote="👍"))
    ).to_be_visible()

    await ask(page, "แล้วข้อที่สองล่ะ")
    assert [turn.role for turn in answerer.asked[1][1]] == ["user", "assistant"]


async def test_answers_full_of_markup_and_long_words_stay_text(page: Page, answerer: FakeAnswerer) -> None:
    nasty = "<img src=x onerror=alert(1)> <b>ไม่หนา</b> & &amp; </div>"
    answerer.say = lambda q: cited(q, f"{nasty} {LONG_WORD} [1]")
    reply = await ask(page, "<script>alert(1)</script>")
    await expect(reply).to_contain_text(f"{nasty} {LONG_WORD[:200]}")
    await expect(page.locator(".msg.mine .text")).to_have_text("<script>alert(1)</script>")
    assert await page.locator(".text img, .text script").count() == 0


async def test_a_group_is_silent_until_the_bot_is_addressed(page: Page) -> None:
    await be(page, "สมหญิง", "คณะทำงานแผนดิจิทัล")
    await page.get_by_label("พิมพ์คำถาม").fill("วันนี้ประชุมกี่โมง")
    await page.get_by_label("พิมพ์คำถาม").press("Enter")
    await expect(page.locator(".msg.mine")).to_have_count(1)
    await be(page, "ธนา", "คณะทำงานแผนดิจิทัล")
    reply = await ask(page, "@tham_phaen_bot วิสัยทัศน์คืออะไร")  # exactly one answer, to this question
    await expect(reply.locator(".reply")).to_contain_text("ธนา วงศ์ไทย")
    await expect(page.locator(".msg:not(.mine) .who").first).to_have_text("สมหญิง ใจดี")
    await reply.locator(".bubble").hover()
    await reply.get_by_role("button", name="ตอบกลับ", exact=True).click()
    await ask(page, "แล้วพันธกิจล่ะ")


async def test_typing_is_shown(page: Page, answerer: FakeAnswerer) -> None:
    let_go = answerer.hold("ช้า")
    await page.get_by_label("พิมพ์คำถาม").fill("ช้า")
    await page.get_by_label("ส่ง", exact=True).click()
    await expect(page.locator("#bar-status")).to_have_text("กำลังพิมพ์…")
    let_go.set()
    await expect(from_bot(page)).to_have_count(1)
    await expect(page.locator("#bar-status")).not_to_have_text("กำลังพิมพ์…")


async def test_the_panel_is_off_until_asked_for(page: Page, answerer: FakeAnswerer) -> None:
    await ask(page, "คำถามหนึ่ง")
    panel = page.locator("#panel")
    await expect(panel).to_be_hidden()
    await page.get_by_role("button", name="เบื้องหลังคำตอบ", exact=True).click()
    for text in ("ตอบได้", "ANSWERED", "คำถามหนึ่ง", "ข้อความที่อ้าง", "12.5 มิลลิวินาที"):
        await expect(panel).to_contain_text(text)
    await page.get_by_label("ปิดเบื้องหลังคำตอบ").click()
    await expect(panel).to_be_hidden()
    answerer.say = lambda q: uncited(q, AnswerStatus.NOT_IN_PLAN, "ไม่พบ", ["เอกสารหนึ่ง"])
    await ask(page, "นอกเรื่อง")
    await page.get_by_role("button", name="เบื้องหลังคำตอบ", exact=True).click()
    await expect(panel).to_contain_text("ไม่พบในเอกสาร")


async def test_commands_by_menu_and_by_keyboard(page: Page) -> None:
    await page.get_by_label("เมนูคำสั่ง").click()
    await page.get_by_role("menuitem", name="/help").click()
    await expect(from_bot(page).last).to_contain_text("วิธีใช้")
    box = page.get_by_label("พิมพ์คำถาม")
    await box.focus()
    await page.keyboard.type("/so")
    await expect(page.locator("#commands button")).to_have_count(1)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(from_bot(page).last).to_contain_text(sentences.SOURCES_TITLE.thai)
    await page.get_by_label("เมนูคำสั่ง").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("#commands")).to_be_hidden()
    await from_bot(page).first.get_by_role("button", name="/new", exact=True).click()
    await expect(from_bot(page).last).to_contain_text(sentences.FORGOTTEN.thai)


async def test_pictures_stickers_and_edits(page: Page, tmp_path: Path) -> None:
    picture = tmp_path / "หน้า 12.png"
    picture.write_bytes(png(40, 30))
    await page.locator("#file").set_input_files(picture)
    await expect(from_bot(page).last).to_contain_text(sentences.TEXT_ONLY.thai)
    await expect(page.locator(".msg.mine img.photo")).to_have_js_property("naturalWidth", 40)
    await page.get_by_label("แนบรูปหรือไฟล์").click()
    await page.get_by_role("menuitem", name="สติกเกอร์").click()
    await expect(from_bot(page)).to_have_count(2)
    await ask(page, "คำถามผิด")
    mine = page.locator(".msg.mine").last
    await mine.locator(".bubble").hover()
    await mine.get_by_role("button", name="แก้ไข").click()
    await page.get_by_label("พิมพ์คำถาม").fill("คำถามถูก")
    await page.get_by_label("พิมพ์คำถาม").press("Enter")
    await expect(mine.locator(".text")).to_have_text("คำถามถูก")
    await expect(mine).to_contain_text("แก้ไขแล้ว")


async def test_the_picture_of_a_page_keeps_its_shape_and_opens_whole(page: Page, answerer: FakeAnswerer) -> None:
    answerer.page = png(1_000, 1_414)
    reply = await ask(page, "คำถาม")
    await reply.get_by_role("button", name=f"[1] {sentences.SHOW_PAGE.thai}").click()
    picture = from_bot(page).last.locator("img.photo")
    await expect(picture).to_have_js_property("naturalWidth", 1_000)
    box = await picture.bounding_box()
    assert box is not None
    assert box["height"] / box["width"] == pytest.approx(1.414, rel=0.02)
    await expect(from_bot(page).last.locator(".meta")).to_be_in_viewport()  # below it
    await picture.click()
    whole = page.locator("#picture-whole")
    await expect(whole).to_be_visible()
    whole_box = await whole.bounding_box()
    assert whole_box is not None
    assert whole_box["width"] >= 700  # so that the text of a page can be read
    await page.get_by_role("button", name="ปิดภาพ").click()
    await expect(whole).to_be_hidden()


async def test_drafts_edits_and_photos_of_a_bot(page: Page, preview: RunningPreview) -> None:
    """What our bot does not send yet, but the page must show."""
    await ask(page, "เริ่ม")
    somying = preview.standin.people[0].id
    draft = {"type": "draft", "chat_id": somying, "draft": {"draft_id": 1, "text": "กำลังเขียน", "seconds": 30}}
    preview.loop.call_soon_threadsafe(preview.standin.publish, draft)
    await expect(page.locator(".draft")).to_have_text("กำลังเขียน")
    [message] = [m for m in preview.standin.history(somying) if m["from"]["is_bot"]]
    preview.loop.call_soon_threadsafe(
        preview.standin.store, message | {"text": "แก้แล้ว", "entities": [], "edit_date": 1}
    )
    await expect(from_bot(page).last.locator(".text")).to_have_text("แก้แล้ว")
    await expect(page.locator(".draft")).to_have_count(0)


async def test_colours_follow_the_system_or_the_choice(page: Page) -> None:
    root = page.locator(":root")
    await page.emulate_media(color_scheme="dark")
    await expect(root).to_have_attribute("data-theme", "dark")
    await page.emulate_media(color_scheme="light")
    await expect(root).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_enough_contrast(page: Page, scheme: Literal["light", "dark"]) -> None:
    await page.emulate_media(color_scheme=scheme)
    reply = await ask(page, "คำถาม")
    await reply.get_by_role("button", name=f"[1] {sentences.SHOW_PASSAGE.thai}").click()
    await expect(from_bot(page)).to_have_count(2)
    await page.get_by_role("button", name="เบื้องหลังคำตอบ", exact=True).click()
    weak = await page.evaluate(CONTRAST)
    assert weak == []


WIDER_THAN_ITS_PLACE = """() => [document.documentElement, ...document.querySelectorAll(".log, .panel-body, .chats")]
  .filter((node) => node.scrollWidth > node.clientWidth).map((node) => node.className || node.tagName)"""

# Every visible text against the first opaque background behind it: at least 4.5 to 1 (WCAG AA).
CONTRAST = r"""() => {
  const parse = (c) => (c.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * (top[3] ?? 1) + under[i] * (1 - (top[3] ?? 1)));
  const linear = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (rgb) => rgb.map((v, i) => linear(v / 255) * [0.2126, 0.7152, 0.0722][i]).reduce((a, b) => a + b);
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if ((colour[3] ?? 1) > 0) layers.push(colour);
      if ((colour[3] ?? 1) === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const weak = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const [text, node] = [walk.currentNode.textContent.trim(), walk.currentNode.parentElement];
    if (!text || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (node.closest("script, style, noscript, .skip, .visually-hidden")) continue;
    const back = behind(node);
    const [low, high] = [light(back), light(over(parse(getComputedStyle(node).color), back))].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) weak.push(`${node.className || node.tagName}: ${ratio.toFixed(2)} ${text.slice(0, 20)}`);
  }
  return weak;
}"""
