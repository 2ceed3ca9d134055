"""The snippet for web pages, in a real browser: what people do with an answer is reported once they consented."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import pytest

from tests.client.conftest import Served
from tests.services import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "plugins" / "snippet" / "commonwheel.js"
PAGE = """<!doctype html><title>Chat</title><script src="/commonwheel.js" data-to="/wheel"></script>
<p>Capital of Australia?</p>
<textarea data-wheel="r-1" data-wheel-prompt="Capital of Australia?" data-wheel-model="lark-8b">Sydney.</textarea>
<div data-wheel="r-2">It is Sydney.<button data-wheel-does="thumb-down">Bad</button></div>
<button data-wheel-does="regenerated" data-wheel-for="r-2">Again</button><a href="/away">Away</a>"""


class Site(http.server.BaseHTTPRequestHandler):
    """A page with the snippet, and the few lines of its server that pass reports on."""

    instance = token = ""
    seen: ClassVar[list[tuple[str, int, Any]]] = []

    def do_GET(self) -> None:
        script = self.path == "/commonwheel.js"
        body = SCRIPT.read_bytes() if script else (PAGE if self.path == "/" else "<title>Away</title>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        where = self.path.rpartition("/")[2]
        assert where in ("feedback", "edits")
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        answer = httpx.post(f"{self.instance}/api/v1/{where}", content=body, headers=headers)
        type(self).seen.append((where, answer.status_code, httpx.Response(200, content=body).json()))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(served: Served) -> Iterator[str]:
    """Where the page is."""
    Site.instance, Site.token, Site.seen = served.url, served.token(), []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def done(page: "Page") -> None:
    """Leave the page, and wait until what it sent has arrived."""
    page.get_by_role("link", name="Away").click()
    page.wait_for_url("**/away")
    page.wait_for_timeout(500)


def test_it_is_small() -> None:
    assert SCRIPT.stat().st_size < 4_000


def test_nothing_is_reported_without_consent(page: "Page", site: str) -> None:
    page.goto(site)
    page.get_by_role("button", name="Bad").click()
    page.locator("textarea").fill("Canberra.")
    page.evaluate("commonwheel.consent('yes')")  # nothing but true is a yes
    page.get_by_role("button", name="Again").click()
    done(page)
    assert Site.seen == []


def test_what_somebody_does_with_an_answer_is_reported(page: "Page", site: str, served: Served) -> None:
    page.goto(site)
    page.evaluate("commonwheel.consent(true)")
    page.get_by_role("button", name="Bad").click()
    page.get_by_role("button", name="Again").click()
    page.locator("textarea").fill("Canberra.")
    page.locator("textarea").blur()
    page.evaluate("commonwheel.report('r-1', 'stars', 4)")
    page.wait_for_timeout(1_200)
    done(page)
    said = [
        (body.get("target"), body.get("name"), body.get("value"))
        for where, _, body in Site.seen
        if where == "feedback"
    ]
    assert {("r-2", "thumb", False), ("r-2", "regenerated", True), ("r-1", "stars", 4)} <= set(said)
    assert {("r-1", "dwell"), ("r-2", "dwell")} <= {each[:2] for each in said}
    assert not [each for each in said if each[1] == "abandoned"]
    [edit] = [body for where, _, body in Site.seen if where == "edits"]
    assert edit == {
        "prompt": "Capital of Australia?",
        "original_llm_output": "Sydney.",
        "final_user_edit": "Canberra.",
        "model": "lark-8b",
    }
    assert {status for _, status, _ in Site.seen} <= {201, 202} and served.given() == len(Site.seen)


def test_only_what_somebody_types_is_an_edit(page: "Page", site: str) -> None:
    page.goto(site)
    page.evaluate("commonwheel.consent(true)")
    page.evaluate(
        """async () => {
            const wait = () => new Promise((done) => setTimeout(done, 200));
            const streamed = document.createElement("div");
            Object.assign(streamed.dataset, {wheel: "r-4", wheelPrompt: "Capital?"});
            streamed.contentEditable = "true";
            streamed.textContent = "It";
            document.body.append(streamed);
            await wait();
            streamed.textContent = "It is Sydney.";
            document.querySelector("textarea").value = "Made anew by the page.";
            document.querySelector("textarea").dispatchEvent(new Event("input", {bubbles: true}));
            await wait();
        }"""
    )
    page.locator("textarea").focus()
    page.locator("textarea").blur()
    page.locator("[data-wheel=r-4]").click()
    page.keyboard.press("End")
    page.keyboard.type(" No, Canberra.")
    page.locator("textarea").focus()
    page.locator("[data-wheel=r-4]").click()
    page.keyboard.press("End")
    page.keyboard.type(" Sure.")
    done(page)
    edits = [
        (body["original_llm_output"], body["final_user_edit"]) for where, _, body in Site.seen if where == "edits"
    ]
    assert edits == [
        ("It is Sydney.", "It is Sydney. No, Canberra."),
        ("It is Sydney.", "It is Sydney. No, Canberra. Sure."),
    ]


def test_what_was_typed_before_the_yes_is_not_sent(page: "Page", site: str) -> None:
    page.goto(site)
    page.locator("textarea").fill("typed before")
    page.wait_for_timeout(1_200)
    page.evaluate("commonwheel.consent(true)")
    page.locator("textarea").fill("typed before, and after")
    page.locator("textarea").blur()
    done(page)
    assert [body for where, _, body in Site.seen if where == "edits"] == []
    assert [body for _, _, body in Site.seen if body.get("name") == "dwell"] == []


def test_a_long_edit_arrives(page: "Page", site: str) -> None:
    page.goto(site)
    page.evaluate("commonwheel.consent(true)")
    page.locator("textarea").fill("Canberra. " * 9_000)
    page.locator("textarea").blur()
    page.wait_for_timeout(1_000)
    [(where, status, _)] = Site.seen
    assert where == "edits" and status in (201, 202)


def test_an_answer_that_nobody_does_anything_with_is_abandoned(page: "Page", site: str) -> None:
    page.goto(site)
    page.evaluate("commonwheel.consent(true)")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p data-wheel=\"r-3\">A later answer.</p>')")
    page.wait_for_timeout(300)
    page.evaluate("commonwheel.report('r-1', 'copied', true)")
    done(page)
    left = {body["target"] for _, _, body in Site.seen if body.get("name") == "abandoned"}
    assert left == {"r-2", "r-3"}
