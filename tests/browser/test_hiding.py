"""What a person hides is hidden in everything that would be public, and what may be private is shown to them."""

from typing import TYPE_CHECKING

from tests.browser.conftest import Device, Relay
from tests.browser.test_extension import put

if TYPE_CHECKING:
    from playwright.sync_api import Page

SELECT = """([from, start, to, end]) => {
    const text = selector => document.querySelector(selector).firstChild;
    getSelection().setBaseAndExtent(text(from), start, text(to), end);
}"""


def hide(editor: "Page", start: tuple[str, int], end: tuple[str, int]) -> None:
    """Select from a place in one text to a place in another, and hide it."""
    editor.evaluate(SELECT, [*start, *end])
    editor.locator("#hide").click()


def test_hidden_words_are_hidden_in_every_field(device: Device) -> None:
    device.ready(hours=0)
    editor = device.select("Rosalind said so.")
    editor.locator("#asked").fill("What did Rosalind say?")
    editor.locator("#edited").fill("Rosalind never said so.")
    editor.locator("#note").fill("I know Rosalind.")
    turn = "#turns .said"
    hide(editor, (turn, 0), (turn, len("Rosalind")))
    editor.locator("#turns mark").wait_for()
    shown = [editor.locator(f"#shown-{name} .said").inner_text() for name in ("asked", "edited", "note")]
    assert shown == ["What did ⟨private-1⟩ say?", "⟨private-1⟩ never said so.", "I know ⟨private-1⟩."]
    put(device, editor).locator("#sent a").wait_for()
    [sent] = Relay.seen
    assert "Rosalind" not in str(sent) and sent["note"] == "I know ⟨private-1⟩."
    assert sent["prompt"][0]["content"] == "What did ⟨private-1⟩ say?" and "Rosalind" not in str(device.stored())


def test_what_may_be_private_is_underlined_in_every_field(device: Device) -> None:
    device.ready()
    editor = device.select("Look there.")
    for name in ("asked", "edited", "note"):
        editor.locator(f"#{name}").fill(f"🙂 The {name} has 12.34.5.6 and ann@example.org in it.")
        perhaps = editor.locator(f"#shown-{name} mark.perhaps")
        assert perhaps.inner_text() == "12.34.5.6"
    editor.evaluate("getSelection().selectAllChildren(document.querySelector('#shown-note mark.perhaps'))")
    editor.locator("#hide").click()
    device.until(lambda: editor.locator("mark.perhaps").count() == 0)
    assert editor.locator("#note").input_value() == "🙂 The note has ⟨private-1⟩ and ann@example.org in it."
    assert "⟨private-1⟩ and ⟨email-1⟩" in editor.locator("#shown-asked .said").inner_text()


def test_a_selection_hides_its_part_of_each_turn_and_leaves_labels(device: Device) -> None:
    device.ready()
    editor = device.share(device.visit("claude"))
    first, second = ("#turns .turn:nth-child(1) .said", "#turns .turn:nth-child(2) .said")
    editor.locator("#hide").click()
    editor.get_by_text("Nothing was hidden").wait_for()
    hide(editor, (first, len("Why is ")), (second, len("Blue light")))
    editor.locator("#turns mark").nth(1).wait_for()
    turns = editor.locator("#turns .said")
    assert turns.all_inner_texts() == ["Why is ⟨private-1⟩", "⟨private-2⟩ is scattered most."]
    assert editor.locator("#hid").inner_text() == ""
    editor.evaluate("getSelection().selectAllChildren(document.querySelector('#turns'))")
    editor.locator("#hide").click()
    device.until(lambda: turns.all_inner_texts()[1] == "⟨private-2⟩ ⟨private-4⟩")
    assert turns.all_inner_texts()[0] == "⟨private-3⟩ ⟨private-1⟩"


def test_words_of_labels_do_not_break_labels(device: Device) -> None:
    device.ready()
    editor = device.select("The email of Ann is ann@example.org.")
    turn = "#turns .said"
    hide(editor, (turn, len("The ")), (turn, len("The email")))
    device.until(lambda: "⟨private-1⟩" in editor.locator(turn).inner_text())
    assert editor.locator(turn).inner_text().endswith("is ⟨email-1⟩.")


def test_no_hours_are_not_none(device: Device) -> None:
    """A field that was emptied asks for the usual time, and not for no time."""
    device.ready()
    editor = device.select("Look there.")
    editor.locator("#wait").fill("")
    put(device, editor)
    [item] = device.items()
    assert item["due"] - item["made"] == 24 * 3_600_000
