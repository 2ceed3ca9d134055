"""The extension in Firefox: it hides the same, and shares from a page."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import PAGES, Relay
from tests.browser.firefox import Firefox, firefox
from tests.client.conftest import Served
from tests.services import free_port

CORPUS = json.loads((Path(__file__).parent / "corpus.json").read_text("utf-8"))
REDACT = """
    const { redacted } = await import("/redaction/redact.js");
    return given[0].map(({ texts, language }) => {
        const asked = texts.map((text, at) => [`/messages/${at}/content`, text]);
        const { findings, failed, texts: made } = redacted(asked, language);
        const found = findings.map(({ pointer, kind, start, end, score }) => [pointer, kind, start, end, score]);
        return [found, failed, made.map(([, text]) => text)];
    });
"""


@pytest.fixture
def fox(tmp_path: Path) -> Iterator[Firefox]:
    """Firefox with the extension."""
    folder = tmp_path / "fox"
    folder.mkdir()
    with firefox(folder) as found:
        yield found


class Quiet(http.server.SimpleHTTPRequestHandler):
    """The pages of chats, by their files."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """Pages of chats, by another name than the commons has."""
    handler = functools.partial(Quiet, directory=str(PAGES))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_passes_the_corpus_of_both(fox: Firefox) -> None:
    [tab] = fox.tabs()
    fox.go(tab, f"{fox.own}/pages/options.html")
    for case, answer in zip(CORPUS, fox.run(tab, REDACT, CORPUS), strict=True):
        assert answer == [case["found"], [], case["redacted"]], case["texts"]


def test_it_shares_from_a_page_what_a_person_agreed_to(
    fox: Firefox, relay: str, served: Served, site: str
) -> None:
    [tab] = fox.tabs()
    fox.go(tab, f"{fox.own}/pages/options.html")
    fill = "for (const [id, value] of Object.entries(given[0])) document.getElementById(id).value = value"
    said = "return document.getElementById('said').textContent.startsWith(given[0])"
    fox.run(tab, fill, {"instance": relay, "token": served.token()})
    fox.press(tab, "#connect")
    fox.until(tab, said, "Saved.")
    fox.run(tab, fill, {"site": site})
    fox.press(tab, "#allow")
    fox.until(tab, said, "Saved. Load")
    for name in ("CC0-1.0", "train-ai=y", "training", "public", "anonymous"):
        fox.run(tab, "document.querySelector(`input[value='${given[0]}']`).click()", name)
    fox.run(tab, fill + "; document.getElementById('said').textContent = ''", {"hours": "0"})
    fox.press(tab, "#save")
    fox.until(tab, said, "Saved.")

    fox.go(tab, f"{site}/open-webui.html")
    fox.press(tab, "commonwheel-share")
    editor = None
    while editor is None:
        editor = next((id for id, url in fox.tabs().items() if "/pages/editor.html" in url), None)
    fox.until(editor, "return document.querySelectorAll('#turns .turn').length")
    for name in ("age", "mine", "public"):
        fox.run(editor, "document.getElementById(`agree-${given[0]}`).click()", name)
    fox.press(editor, "#keep")
    fox.until(editor, "return !!document.querySelector('#sent a')")
    [sent] = Relay.seen
    assert [each["content"] for each in sent["messages"]] == [
        "Why is the sky blue?",
        "Blue light is scattered most.",
    ]
    assert sent["terms"]["license"] == "CC0-1.0" and served.given() == 1
