"""The extension in a real browser: share, correct, wait, send."""

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Device, Relay
from tests.client.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

ANSWER = "Blue light is scattered most."


def put(device: Device, editor: "Page") -> "Page":
    """Agree, and put it in the waiting room."""
    for name in ("age", "mine", "public"):
        editor.locator(f"#agree-{name}").check()
    editor.locator("#keep").click()
    editor.get_by_role("heading", name="Waiting room").wait_for()
    return editor


def test_a_correction_leaves_without_what_is_private(device: Device, served: Served) -> None:
    options = device.set_up(hours=0)
    device.allow(options, "ChatGPT")
    editor = device.share(device.visit("chatgpt"))
    shown = editor.locator("#turns").inner_text()
    assert "⟨name-1⟩" in shown and "⟨email-1⟩" in shown and "ann@example.org" not in editor.content()
    editor.locator("#start").click()
    text = editor.locator("#edited").input_value()
    assert 'print("Sydney")' in text and "- Big" in text and "Copy" not in text
    editor.locator("#edited").fill("The capital is Canberra. Ask bob@example.org, or ann@example.org.")
    editor.locator("#shown-edited mark").first.wait_for()
    put(device, editor).locator("#sent a").wait_for()
    [sent] = Relay.seen
    assert sent["kind"] == "correction"
    assert sent["prompt"][0]["content"].startswith("My name is ⟨name-1⟩, mail ⟨email-1⟩")
    assert sent["edited"] == "The capital is Canberra. Ask ⟨email-2⟩, or ⟨email-1⟩."
    assert sent["source"] == {"door": "browser", "prompted": "proactive", "model": "gpt-5-2"}
    assert sent["terms"]["license"] == "CC0-1.0" and sent["terms"]["consent"]["given"] is True
    assert served.given() == 1 and device.items() == []
    assert "ann@example.org" not in json.dumps(device.stored())


def test_nothing_is_read_and_nothing_shared_before_a_person_acts(device: Device) -> None:
    device.ready()
    page = device.visit("chatgpt")
    page.locator("commonwheel-share").first.wait_for()
    before = device.stored()
    tried = """() => {
        const host = document.querySelector("commonwheel-share");
        const seen = [host.shadowRoot, host.innerHTML, host.textContent].map(String);
        host.click();
        const button = document.createElement("button");
        host.append(button);
        button.click();
        host.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
        globalThis.chrome?.runtime?.sendMessage?.("", { type: "share" });
        window.postMessage({ type: "share", messages: [{ role: "assistant", content: "x" }] }, "*");
        return seen;
    }"""
    assert page.evaluate(tried) == ["null", "", ""]
    page.wait_for_timeout(500)
    assert len(device.context.pages) == 3 and device.stored() == before and Relay.seen == []
    assert device.worker.evaluate("chrome.storage.session.get(null)") == {}


@pytest.mark.parametrize("site", ["claude", "gemini", "le-chat", "open-webui", "gradio"])
def test_answers_are_found_on_pages_of_chats(device: Device, site: str) -> None:
    device.ready()
    editor = device.share(device.visit(site))
    turns = editor.locator("#turns .said").all_inner_texts()
    assert turns == ["Why is the sky blue?", ANSWER]
    assert ("Opus 4.8" in editor.content()) == (site == "claude")


def test_what_waits_can_be_changed_and_deleted(device: Device) -> None:
    waiting = device.ready()
    page = device.visit("chatgpt")
    editor = device.share(page, 1)
    editor.locator("#keep").click()
    faults = editor.locator("#faults")
    faults.get_by_text("Say how much").wait_for()
    assert "Without your yes nothing is given." in faults.inner_text() and device.items() == []
    editor.locator("input[name=whole][value=no]").check()
    device.until(lambda: editor.locator("#turns .turn").count() == 2)
    put(device, editor)
    [item] = device.items()
    assert [each["role"] for each in item["messages"]] == ["user", "assistant"]
    assert 23 * 3_600_000 < item["due"] - item["made"] <= 24 * 3_600_000
    words = json.dumps(device.stored(), ensure_ascii=False)
    assert "123 45 67" not in words and "Ann Lee" not in words and "⟨phone-1⟩" in words
    editor.get_by_role("link", name="Change").click()
    editor.locator("#edited").fill("No, it is Canberra.")
    editor.locator("#note").fill("Learned at school. My e-mail is eve@example.net.")
    put(device, editor)
    [changed] = device.items()
    assert changed["id"] == item["id"] and changed["due"] == item["due"]
    assert changed["edited"] == "No, it is Canberra." and "⟨email-2⟩" in changed["note"]
    waiting.bring_to_front()
    waiting.locator("#items li").wait_for()
    waiting.get_by_role("button", name="Delete").click()
    waiting.locator("#empty").wait_for()
    assert device.items() == [] and Relay.seen == []


def test_it_is_removed_only_once_the_commons_has_it(device: Device, served: Served) -> None:
    waiting = device.ready()
    put(device, device.share(device.visit("claude")))
    served.stop()
    waiting.get_by_role("button", name="Send now").click()
    waiting.get_by_text("cannot be reached").wait_for()
    [item] = device.items()
    assert item["state"] == "waiting" and item["tries"] == 1 and item["next"] > item["due"]
    served.start()
    Relay.instance, Relay.losing = served.url, True
    waiting.get_by_role("button", name="Send now").click()
    for _ in range(100):
        waiting.wait_for_timeout(100)
        if device.items()[0]["tries"] == 2:
            break
    assert served.given() == 1 and device.items()[0]["tries"] == 2
    Relay.losing = False
    device.alter(next=0)
    waiting.locator("#sent a").wait_for()
    assert served.given() == 1 and device.items() == [] and len(set(Relay.keys)) == 1
    href = waiting.locator("#sent a").get_attribute("href")
    assert href is not None and "/contributions/" in href


def test_what_is_refused_is_kept_with_the_reason(device: Device) -> None:
    waiting = device.ready()
    device.worker.evaluate(
        """async () => {
            const { settings } = await chrome.storage.local.get("settings");
            const terms = { ...settings.terms, who: "name", name: "a@b" };
            await chrome.storage.local.set({ settings: { ...settings, terms } });
        }"""
    )
    put(device, device.share(device.visit("claude")))
    waiting.get_by_role("button", name="Send now").click()
    waiting.get_by_text("Refused").wait_for()
    [item] = device.items()
    assert item["state"] == "refused" and "name to be shown" in item["reason"]
    waiting.get_by_role("link", name="Change").click()
    waiting.locator("input[value=anonymous]").check()
    put(device, waiting).get_by_role("button", name="Send now").click()
    waiting.locator("#sent a").wait_for()
    assert device.items() == []


def test_without_a_token_the_site_goes_on(device: Device) -> None:
    device.commons = device.site
    device.ready(token=False)
    editor = device.share(device.visit("claude"))
    editor.locator("#edited").fill("Short waves of light are scattered most.")
    assert editor.locator("#keep").is_disabled()
    with device.context.expect_page() as opened:
        editor.locator("#site").click()
    page = opened.value
    for _ in range(100):
        if page.locator("#original").input_value():
            break
        page.wait_for_timeout(50)
    fields = ("prompt", "original", "edited", "model")
    asked, said, should, model = (page.locator(f"#{name}").input_value() for name in fields)
    assert (asked, said, model) == ("Why is the sky blue?", ANSWER, "Opus 4.8")
    assert should == "Short waves of light are scattered most." and "#" not in page.url


def test_what_may_be_private_is_marked_and_left_to_the_person(device: Device) -> None:
    device.ready()
    text = "🙂 See 12.34.5.6 there."
    editor = device.select(text)
    assert editor.locator("#turns mark.perhaps").inner_text() == "12.34.5.6"
    editor.evaluate("getSelection().selectAllChildren(document.querySelector('mark.perhaps'))")
    editor.locator("#hide").click()
    editor.locator("#turns mark:not(.perhaps)").wait_for()
    assert editor.locator("#turns .said").inner_text() == text.replace("12.34.5.6", "⟨private-1⟩")


def test_words_that_somebody_selected_are_shared_from_any_page(device: Device) -> None:
    device.ready(hours=0)
    editor = device.select(ANSWER)
    editor.locator("#asked").fill("Why is the sky blue, Ann?")
    editor.evaluate("getSelection().selectAllChildren(document.querySelector('#turns .said'))")
    editor.locator("#hide").click()
    editor.locator("#turns mark").wait_for()
    put(device, editor).locator("#sent a").wait_for()
    [sent] = Relay.seen
    assert [each["content"] for each in sent["messages"]] == ["Why is the sky blue, Ann?", "⟨private-1⟩"]
