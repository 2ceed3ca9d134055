"""The extension in the system's Chromium, a real instance behind a relay, and pages that look like those of chats.

A person is asked by the browser before a site is allowed, in a window that no test can press. So the browser's own
page of extensions says beforehand that those hosts may be had; the extension has to ask for each all the same.
"""

import http.server
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import pytest

from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from commonwheel.ports import Curator
from plugins.browser.pack import SOURCE
from tests.client.conftest import Served
from tests.services import QUIET, absent, free_port

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route, Worker

PAGES = Path(__file__).parent / "pages"
ADDRESSES = {
    "chatgpt": "https://chatgpt.com/c/1",
    "claude": "https://claude.ai/chat/1",
    "gemini": "https://gemini.google.com/app/1",
    "le-chat": "https://chat.mistral.ai/chat/1",
    "open-webui": "https://chat.example.org/c/1",
    "gradio": "https://demo.example.org/",
}
HOSTS = [*(f"https://{address.split('/')[2]}/*" for address in ADDRESSES.values()), "https://chat.openai.com/*"]
OWN = "http://127.0.0.1/*"
"""The host of the commons."""
NEXT = "http://localhost/*"
"""The same by another name."""
GRANT = """([id, hosts]) => Promise.all(hosts.map(
    host => new Promise(done => chrome.developerPrivate.addHostPermission(id, host, done))))"""


class Relay(http.server.BaseHTTPRequestHandler):
    """What stands between the device and the instance: it sees what leaves, and can lose what comes back."""

    instance = ""
    seen: ClassVar[list[dict[str, Any]]] = []
    keys: ClassVar[list[str]] = []
    losing = False
    open: ClassVar = threading.Event()
    """While it is not set, no contribution gets through."""
    changed: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        answer = httpx.get(f"{self.instance}{self.path}")
        self._answer(answer.status_code, json.dumps(answer.json() | self.changed).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(json.loads(body))
        self.keys.append(self.headers["Idempotency-Key"])
        self.open.wait(30)
        names = ("Authorization", "Content-Type", "Idempotency-Key")
        try:
            answer = httpx.post(
                f"{self.instance}{self.path}", content=body, headers={name: self.headers[name] for name in names}
            )
        except httpx.TransportError:
            return
        if not self.losing:
            with suppress(BrokenPipeError, ConnectionResetError):
                self._answer(answer.status_code, answer.content)

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass
class Device:
    """A browser with the extension."""

    context: "BrowserContext"
    worker: "Worker"
    commons: str
    token: str
    site: str
    """The instance without what stands between."""

    def page(self, name: str) -> str:
        """The address of a page of the extension."""
        return f"{self.worker.url.rpartition('/')[0]}/pages/{name}.html"

    def ready(self, *, hours: float = 24, token: bool = True) -> "Page":
        """The same as `set_up` and `allow` for all sites, without their pages."""
        key = httpx.get(f"{self.commons}/api/v1/extension/selectors").json()
        terms = {"license": "CC0-1.0", "ai_pref": "train-ai=y", "purposes": ["training"], "scope": "public"}
        settings = {
            "instance": self.commons,
            "token": self.token if token else "",
            "key": key["key"],
            "consent": key["consent"],
            "waitHours": hours,
            "terms": terms | {"who": "anonymous", "name": ""},
        }
        self.worker.evaluate("settings => chrome.storage.local.set({ settings })", settings)
        page = self.context.new_page()
        page.goto(self.page("waiting"))
        assert page.evaluate("origins => chrome.permissions.request({ origins })", [*HOSTS, OWN])
        self.until(lambda: sorted(self.places()) == sorted(HOSTS))
        return page

    def places(self) -> list[str]:
        """Where the share control stands."""
        scripts = self.worker.evaluate("chrome.scripting.getRegisteredContentScripts()")
        return [place for script in scripts for place in script["matches"]]

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for it, while the browser goes on."""
        for _ in range(100):
            if holds():
                return
            self.context.pages[0].wait_for_timeout(100)
        raise AssertionError("it never came to hold")

    def set_up(self, **settings: Any) -> "Page":
        """What a person does first: say which commons, and choose terms."""
        page = self.context.new_page()
        page.goto(self.page("options"))
        page.locator("#instance").fill(self.commons)
        page.locator("#token").fill(self.token)
        page.locator("#connect").click()
        page.get_by_text("Saved.").wait_for()
        for name in ("CC0-1.0", "train-ai=y", "training", "public", "anonymous"):
            page.locator(f"input[value='{name}']").check()
        page.locator("#hours").fill(str(settings.get("hours", 24)))
        page.evaluate("document.querySelector('#said').textContent = ''")
        page.locator("#save").click()
        self.until(lambda: page.locator("#said").inner_text() == "Saved.")
        return page

    def allow(self, page: "Page", name: str = "") -> None:
        """Let the share control stand on a site."""
        if name:
            page.get_by_role("button", name=f"Allow on {name}").click()
        else:
            page.locator("#site").fill("https://chat.example.org")
            page.locator("#allow").click()
        page.get_by_text("Load the page again").wait_for()
        self.until(lambda: bool(self.places()))

    def visit(self, site: str) -> "Page":
        """A page of a chat."""
        page = self.context.new_page()
        page.goto(ADDRESSES[site])
        return page

    def share(self, page: "Page", number: int = 0) -> "Page":
        """Press the control beside an answer, and see the page that opens."""
        page.locator("commonwheel-share").nth(number).wait_for()
        with self.context.expect_page() as opened:
            page.locator("commonwheel-share").nth(number).click(position={"x": 20, "y": 12})
        editor = opened.value
        editor.locator("#turns .turn").first.wait_for()
        return editor

    def stored(self) -> dict[str, Any]:
        """What the extension keeps on the disk."""
        found: dict[str, Any] = self.worker.evaluate("chrome.storage.local.get(null)")
        return found

    def items(self) -> list[dict[str, Any]]:
        """What waits."""
        return [each for name, each in self.stored().items() if name.startswith("item:")]

    def alter(self, **part: Any) -> None:
        """Change the one thing that waits, as time or an older version of the extension would."""
        [item] = self.items()
        self.worker.evaluate("kept => chrome.storage.local.set(kept)", {f"item:{item['id']}": item | part})

    def set(self, **part: Any) -> None:
        """Change the settings."""
        settings = self.stored()["settings"] | part
        self.worker.evaluate("settings => chrome.storage.local.set({ settings })", settings)

    def select(self, text: str) -> "Page":
        """Share words as if they had been selected somewhere, and see the page that opens."""
        draft = {"messages": [{"role": "assistant", "content": text}], "model": "", "selection": True, "id": "x"}
        self.worker.evaluate("draft => chrome.storage.session.set({ 'draft:x': draft })", draft)
        editor = self.context.new_page()
        editor.goto(f"{self.page('editor')}#x")
        editor.locator("#turns .turn").first.wait_for()
        return editor


@pytest.fixture
def served(tmp_path: Path, curator: Curator) -> Iterator[Served]:
    """An instance."""
    made = Served(tmp_path / "home", free_port(), curator)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def relay(served: Served) -> Iterator[str]:
    """Its address as the extension knows it."""
    Relay.instance, Relay.losing, Relay.changed = served.url, False, {}
    Relay.seen.clear()
    Relay.keys.clear()
    Relay.open.set()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Relay)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Relay.open.set()
    server.shutdown()
    thread.join()
    server.server_close()


def _showing(html: str) -> "Callable[[Route], None]":
    return lambda route: route.fulfill(body=html, content_type="text/html")


@contextmanager
def opened(folder: Path, commons: str, served: Served) -> Iterator[Device]:
    """A browser with the extension, whose profile lies in this folder."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        absent("Chromium", "install Debian's package chromium")
    assert served.app is not None
    token = create_token(served.app.world, "ann", [TokenScope.CONTRIBUTE], None)
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            str(folder / "profile"),
            executable_path=chromium,
            headless=False,
            chromium_sandbox=os.getuid() != 0,
            ignore_default_args=["--disable-extensions"],
            args=[
                *QUIET,
                "--headless=new",
                f"--load-extension={SOURCE}",
                f"--disable-extensions-except={SOURCE}",
            ],
            viewport={"width": 1000, "height": 900},
        )
        for name, address in ADDRESSES.items():
            html = (PAGES / f"{name}.html").read_text("utf-8")
            context.route(f"https://{address.split('/')[2]}/**", _showing(html))
        worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
        context.set_default_timeout(10_000)
        context.pages[0].goto("chrome://extensions")
        context.pages[0].evaluate(GRANT, [worker.url.split("/")[2], [*HOSTS, OWN, NEXT]])
        context.pages[0].goto("about:blank")
        yield Device(context=context, worker=worker, commons=commons, token=token, site=served.url)
        context.close()


@pytest.fixture
def device(tmp_path: Path, served: Served, relay: str) -> Iterator[Device]:
    """A browser, for each test its own."""
    with opened(tmp_path, relay, served) as made:
        yield made
