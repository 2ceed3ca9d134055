"""The extension in a real browser: share, correct, wait, send."""

from tests.browser.conftest import ADDRESSES, Device, Relay
from tests.client.conftest import Served


def put(device: Device, editor) -> None:  # type: ignore[no-untyped-def]
    """Agree, and put it in the waiting room."""
    for name in ("age", "mine", "public"):
        editor.locator(f"#agree-{name}").check()
    editor.locator("#keep").click()
    editor.get_by_role("heading", name="Waiting room").wait_for()


def test_an_answer_is_shared_without_what_is_private(device: Device, served: Served) -> None:
    options = device.set_up(hours=0)
    device.allow(options, "ChatGPT")
    page = device.visit("chatgpt")
    editor = device.share(page, 0)
    shown = editor.locator("#turns").inner_text()
    assert "⟨name-1⟩" in shown and "⟨email-1⟩" in shown and "ann@example.org" not in editor.content()
    editor.locator("#start").click()
    text = editor.locator("#edited").input_value()
    assert 'print("Sydney")' in text and "- Big" in text and "Copy" not in text
    editor.locator("#edited").fill("The capital is Canberra. Ask bob@example.org, or ann@example.org.")
    editor.locator("#better mark").first.wait_for()
    put(device, editor)
    editor.locator("#sent a").wait_for()
    [sent] = Relay.seen
    assert sent["kind"] == "correction" and sent["prompt"][0]["content"].startswith("My name is ⟨name-1⟩, mail ⟨email-1⟩")
    assert sent["edited"] == "The capital is Canberra. Ask ⟨email-2⟩, or ⟨email-1⟩."
    assert sent["source"] == {"door": "browser", "prompted": "proactive", "model": "gpt-5-2"}
    assert served.given() == 1 and device.items() == []
    assert "ann@example.org" not in str(device.stored())
