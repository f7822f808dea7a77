"""The report as a person opens it, in Chromium: it fits a phone, its filters work, and hostile text does nothing.

Skipped where no Chromium is installed; `apt-get install chromium` is all it needs.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from evals.report import html
from tests.evals.samples import answer, case, citation, right_answer, unanswerable
from tests.evals.test_report import HOSTILE, report_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
NOISE = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled", "Page.javascriptDialogOpening")
LONG = "ยาว" * 200


class Page:
    """One open page, spoken to over Chromium's own debugging protocol."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.calls = 0
        self.noise: list[str] = []
        self.requests: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        self.calls += 1
        self.connection.send(json.dumps({"id": self.calls, "method": method, "params": params}))
        while True:
            message = json.loads(self.connection.recv(timeout=30))
            if message.get("method") in NOISE:
                self.noise.append(json.dumps(message["params"])[:300])
            if message.get("method") == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            if message.get("id") == self.calls:
                assert "error" not in message, message
                return message["result"]

    def do(self, script: str) -> Any:
        """The value of a script; it must not throw."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def open(self, path: Path, width: int) -> None:
        mobile = width < 600
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=mobile)
        self.call("Page.navigate", url=path.as_uri())
        for _ in range(200):
            if self.do("document.readyState") == "complete" and self.do("location.protocol") == "file:":
                return
            time.sleep(0.05)
        raise AssertionError("the page did not load")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    profile = tmp_path_factory.mktemp("chromium")
    command = [
        str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
        f"--user-data-dir={profile}", "about:blank",
    ]  # fmt: skip
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(_page_address(profile), max_size=None) as connection:
            yield Page(connection)
    finally:
        browser.terminate()
        browser.wait(timeout=30)


def _page_address(profile: Path) -> str:
    """Chromium writes the port it took; the first page is then asked for over the browser's own connection."""
    told = profile / "DevToolsActivePort"
    for _ in range(300):
        if told.is_file() and len(lines := told.read_text(encoding="utf-8").split()) == 2:
            break
        time.sleep(0.1)
    else:
        pytest.fail("Chromium did not start")
    with connect(f"ws://127.0.0.1:{lines[0]}{lines[1]}") as browser:
        browser.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
        while (message := json.loads(browser.recv(timeout=30))).get("id") != 1:
            pass
    target = next(t for t in message["result"]["targetInfos"] if t["type"] == "page")
    return f"ws://127.0.0.1:{lines[0]}/devtools/page/{target['targetId']}"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    cases = [
        case(id="right"),
        case(id="missed", question="งบของยุทธศาสตร์ที่ 1"),
        case(id="hostile", question=HOSTILE, kind="fact", note=HOSTILE),
        case(id="long", question=LONG + "x" * 300, kind="fact"),
        unanswerable(id="declined", question="ไม่มี"),
    ]
    bad = answer((HOSTILE, (1,)), citations=[citation(text=HOSTILE + "y" * 400, quote="alert(1)", title=HOSTILE)])
    told = report_of(folder / "run", cases, {cases[0].question: right_answer(), HOSTILE: bad})
    path = folder / "report.html"
    path.write_text(html(told), encoding="utf-8")
    return path


SHOWN = "Array.from(document.querySelectorAll('.case:not([hidden]) .tags > small')).map(s => s.textContent)"


def choose(page: Page, field: str, value: str) -> list[str]:
    script = f"(f => {{ f.value = {json.dumps(value)}; f.dispatchEvent(new Event('change', {{bubbles: true}})); }})"
    page.do(f"{script}(document.getElementById('filters').elements[{json.dumps(field)}])")
    return list(page.do(SHOWN))


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_and_nothing_complains(page: Page, report: Path, width: int) -> None:
    page.open(report, width)
    page.do("document.querySelectorAll('details').forEach(d => { d.hidden = false; d.open = true; })")
    assert page.do("document.documentElement.scrollWidth") <= width
    assert page.noise == []
    assert {url for url in page.requests if not url.startswith("file:")} == set()


def test_failures_are_shown_first_and_filters_work(page: Page, report: Path) -> None:
    page.open(report, 1280)
    assert page.do(SHOWN) == ["missed", "hostile", "long"]
    assert choose(page, "result", "") == ["right", "missed", "hostile", "long", "declined"]
    assert choose(page, "kind", "fact") == ["hostile", "long"]
    assert choose(page, "kind", "") == ["right", "missed", "hostile", "long", "declined"]
    assert choose(page, "section", "plan") == ["right", "missed", "hostile", "long"]
    assert choose(page, "text", "ยุทธศาสตร์") == ["missed"]
    assert page.do("document.getElementById('count').textContent") == "แสดง 1 จาก 5 ข้อ"
    assert choose(page, "text", "ไม่มีคำนี้แน่") == []
    assert page.do("document.getElementById('empty').hidden") is False
    page.do("document.querySelector('button[data-set=cause][data-value=wrongly_refused]').click()")
    assert page.do(SHOWN) == ["missed", "long"]
    page.do("document.getElementById('open').click()")
    assert page.do("document.querySelectorAll('.case[open]').length") == 2


@pytest.mark.parametrize("width", [390, 1280])
def test_variations_can_be_filtered_to_those_that_changed_the_answer(page: Page, tmp_path: Path, width: int) -> None:
    same = case(id="same", question="สองเอ", varies="c1", change="two_e")
    other = case(id="other", question=LONG, varies="c1", change="blanks")
    script = {case().question: right_answer(), "สองเอ": right_answer()}
    path = tmp_path / "report.html"
    path.write_text(html(report_of(tmp_path / "run", [case(), same, other], dict(script))), encoding="utf-8")
    page.open(path, width)
    page.do("document.querySelector('button[data-set=change][data-value=differs]').click()")
    assert page.do(SHOWN) == ["other"]
    page.do("document.querySelector('.case:not([hidden])').open = true")
    assert page.do("document.documentElement.scrollWidth") <= width
    page.do("document.querySelector('button[data-set=change][data-value=two_e]').click()")
    assert page.do(SHOWN) == ["same"]
    assert page.noise == []


def test_a_citation_mark_leads_to_its_passage_by_keyboard(page: Page, report: Path) -> None:
    page.open(report, 1280)
    choose(page, "result", "")
    page.do("document.querySelector('.case').open = true; document.querySelector('a.cite').focus()")
    page.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    assert page.do("location.hash") == "#c0-1"
    assert page.do("document.querySelector(location.hash).textContent.includes('6,504.69')")


def test_hostile_text_does_nothing(page: Page, report: Path) -> None:
    page.open(report, 1280)
    page.do("document.querySelectorAll('details').forEach(d => { d.hidden = false; d.open = true; })")
    assert page.do("document.querySelectorAll('script').length") == 1
    assert page.do("document.querySelectorAll('img').length") == 0
    assert page.noise == []
