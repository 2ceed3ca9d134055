"""Selectors that an instance sends: taken where they are signed with its key, newer, and of the known shape."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from commonwheel.collect.selectors import load_selectors
from commonwheel.errors import Misconfigured
from plugins.browser.pack import SOURCE, manifest, pack
from tests.browser.conftest import Device, Relay
from tests.client.conftest import Served

OURS = json.loads((SOURCE / "selectors.json").read_text("utf-8"))


def served_anew(served: Served, folder: Path, version: int, **site: str) -> None:
    """The same instance, with a file of its operator's."""
    file = folder / f"selectors-{version}.json"
    changed = [each | site if each["id"] == "claude" else each for each in OURS["sites"]]
    file.write_text(json.dumps({"version": version, "sites": changed}))
    served.stop()
    served.start(SELECTORS=str(file))
    Relay.instance = served.url


def update(page: Page) -> str:
    """Ask the instance, and say why nothing was taken."""
    said: str = page.evaluate("chrome.runtime.sendMessage({ type: 'update' })")
    return said


def test_only_newer_ones_that_the_instance_signed_are_taken(
    device: Device, served: Served, tmp_path: Path
) -> None:
    page = device.ready()
    assert update(page) == "" and "selectors" not in device.stored()
    served_anew(served, tmp_path, 7, answer="[data-test-render-count] .standard-markdown")
    Relay.changed = {"payload": json.dumps(OURS | {"version": 9})}
    assert update(page) == "the signature is wrong" and "selectors" not in device.stored()
    Relay.changed = {}
    assert update(page) == "" and json.loads(device.stored()["selectors"])["version"] == 7
    served_anew(served, tmp_path, 6)
    assert update(page) == "" and json.loads(device.stored()["selectors"])["version"] == 7
    assert device.share(device.visit("claude")).locator("#turns .turn").count() == 2


def test_another_key_and_another_shape_are_refused(device: Device, served: Served, tmp_path: Path) -> None:
    page = device.ready()
    shape = """async payload => {
        const { shaped } = await import(chrome.runtime.getURL("lib/selectors.js"));
        try { shaped(payload); return true; } catch { return false; }
    }"""
    site = OURS["sites"][0]
    assert page.evaluate(shape, json.dumps(OURS)) is True
    for bad in (
        {"version": 2, "sites": [site | {"code": "alert(1)"}]},
        {"version": 2, "sites": [site | {"answer": "a{color:red}"}]},
        {"version": 2, "sites": [site | {"matches": ["<all_urls>"]}]},
        {"version": "2", "sites": [site]},
        {"version": 2, "sites": [site], "more": 1},
    ):
        assert page.evaluate(shape, json.dumps(bad)) is False, bad
    served.stop()
    other = Served(tmp_path / "other", served.port, served.curator)
    other.start()
    assert "another key" in update(page)
    other.stop()


@pytest.mark.parametrize(
    "text",
    ["{", '{"version": 0, "sites": []}', json.dumps(OURS | {"sites": [OURS["sites"][0] | {"answer": "a{}"}]})],
)
def test_a_file_with_faults_is_not_served(tmp_path: Path, text: str) -> None:
    file = tmp_path / "selectors.json"
    file.write_text(text)
    with pytest.raises(Misconfigured, match="COMMONWHEEL_SELECTORS"):
        load_selectors(str(file))
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_selectors(str(tmp_path / "none.json"))


def test_the_same_source_packs_to_the_same_bytes(tmp_path: Path) -> None:
    for browser in ("chrome", "firefox"):
        first, again = pack(browser, tmp_path / "a").read_bytes(), pack(browser, tmp_path / "b").read_bytes()
        assert first == again and len(first) < 1_000_000


def test_nothing_is_allowed_before_somebody_allows_it() -> None:
    chrome, firefox = manifest("chrome"), manifest("firefox")
    assert "host_permissions" not in chrome and "content_scripts" not in chrome
    assert chrome["permissions"] == ["storage", "alarms", "scripting", "contextMenus", "activeTab"]
    assert firefox["background"] == {"scripts": ["background.js"], "type": "module"}
    assert "unsafe" not in chrome["content_security_policy"]["extension_pages"]


def test_no_page_of_the_extension_makes_markup_of_words() -> None:
    for file in SOURCE.rglob("*.js"):
        text = file.read_text("utf-8")
        assert not any(word in text for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"))
        assert "eval(" not in text and "new Function" not in text, file
