"""The button in the toolbar, the context menu, the options; and what a script in a page may not do."""

from typing import TYPE_CHECKING, Any

from tests.browser.conftest import NEXT, OWN, Device, Relay
from tests.services import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

MENU = """async info => {
    const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
    chrome.contextMenus.onClicked.dispatch({ menuItemId: "selection", frameId: 0, ...info }, tab);
}"""
IN_THE_PAGE = """(async () => {
    const kept = await chrome.storage.local.get(null).then(all => Object.keys(all), error => "closed");
    const drafts = await chrome.storage.session.get(null).then(all => Object.keys(all), error => "closed");
    const said = [];
    for (const message of [{ type: "send" }, { type: "selection", tab: 1 }, { type: "update" }, null, 7,
        { type: "share", messages: [null] }, { type: "share", messages: [{ role: "system", content: "x" }] }]) {
        said.push(await chrome.runtime.sendMessage(message));
    }
    return JSON.stringify([kept, drafts, said]);
})()"""


def popup(device: Device, page: "Page") -> "Page":
    """The page of the button in the toolbar, as it is while another page is in front."""
    made = device.context.new_page()
    made.goto(device.page("popup"))
    page.bring_to_front()
    made.evaluate("location.reload()")
    made.wait_for_load_state()
    return made


def select(page: "Page", selector: str) -> None:
    """Select what an element holds."""
    page.evaluate("selector => getSelection().selectAllChildren(document.querySelector(selector))", selector)


def test_the_button_shares_what_is_selected(device: Device) -> None:
    device.ready()
    page = device.visit("claude")
    made = popup(device, page)
    made.get_by_text("Share stands beside each answer").wait_for()
    made.get_by_text("Waiting room (0)").wait_for()
    made.locator("#selection").evaluate("button => button.click()")
    made.get_by_text("Nothing is selected on the page.").wait_for()
    select(page, ".font-claude-response")
    with device.context.expect_page() as opened:
        made.locator("#selection").evaluate("button => button.click()")
    assert "Blue light" in opened.value.locator("#turns .said").inner_text()
    assert opened.value.locator("#asked").is_visible()


def test_the_button_lets_the_control_stand_on_a_site(device: Device) -> None:
    page = device.visit("claude")
    made = popup(device, page)
    # Which page is in front is told to whoever presses the button in the toolbar, which no test can.
    made.add_init_script("chrome.tabs.query = async () => [globalThis.front]")
    tabs = "chrome.tabs.query({}).then(tabs => Math.max(...tabs.filter(tab => !tab.url).map(tab => tab.id)))"
    front = {"id": device.worker.evaluate(tabs), "url": "https://claude.ai/chat/1"}
    made.add_init_script(f"globalThis.front = {front!r}")
    made.reload()
    made.get_by_role("button", name="Show Share on claude.ai").click()
    page.locator("commonwheel-share").first.wait_for()
    device.until(lambda: device.places() == ["https://claude.ai/*"])


def test_the_context_menu_shares_the_selection(device: Device) -> None:
    device.ready()
    page = device.visit("claude")
    select(page, ".font-claude-response")
    page.bring_to_front()
    with device.context.expect_page() as opened:
        device.worker.evaluate(MENU, {"selectionText": "what the browser says"})
    assert "Blue light" in opened.value.locator("#turns .said").inner_text()
    # A page that lets nobody in: the browser's word for the selection has to do.
    page.goto("chrome://version")
    page.bring_to_front()
    with device.context.expect_page() as opened:
        device.worker.evaluate(MENU, {"selectionText": "what the browser says"})
    assert opened.value.locator("#turns .said").inner_text() == "what the browser says"


def test_to_connect_a_commons_allows_no_sharing_from_it(device: Device) -> None:
    options = device.set_up()
    assert device.places() == []
    device.allow(options, "Claude")
    assert device.places() == ["https://claude.ai/*"]
    assert options.locator("#sites li").all_inner_texts() == ["https://claude.ai/* Take it away"]
    options.locator("#site").fill(device.site)
    options.locator("#allow").click()
    options.get_by_text("That is the host of your commons").wait_for()
    options.get_by_role("button", name="Take it away").click()
    device.until(lambda: device.places() == [])


def test_what_a_commons_was_allowed_ends_with_it(device: Device) -> None:
    options = device.set_up()
    options.locator("#instance").fill(device.commons.replace("127.0.0.1", "localhost"))
    options.locator("#token").fill("")
    options.locator("#connect").click()
    options.get_by_text("Saved.").wait_for()
    device.until(lambda: device.worker.evaluate("chrome.permissions.getAll()")["origins"] == [NEXT])
    device.until(lambda: device.places() == [])


def test_a_token_goes_to_no_other_commons_and_what_fails_leaves_nothing(device: Device) -> None:
    options = device.context.new_page()
    options.goto(device.page("options"))
    options.locator("#instance").fill(f"http://127.0.0.1:{free_port()}")
    options.locator("#connect").click()
    options.get_by_text("it did not answer").wait_for()
    device.until(lambda: OWN not in device.worker.evaluate("chrome.permissions.getAll()")["origins"])
    device.until(lambda: device.places() == [])
    options = device.set_up()
    options.locator("#instance").fill(device.site)
    options.locator("#connect").click()
    options.get_by_text("this is a token of").wait_for()
    assert device.stored()["settings"]["instance"] == device.commons
    options.locator("#token").fill("")
    options.locator("#connect").click()
    options.get_by_text("Saved.").wait_for()
    assert device.stored()["settings"]["instance"] == device.site and device.stored()["settings"]["token"] == ""


def test_a_script_in_a_page_sees_and_does_nothing(device: Device) -> None:
    device.ready()
    page = device.context.new_page()
    found: list[dict[str, Any]] = []
    session = device.context.new_cdp_session(page)
    session.on("Runtime.executionContextCreated", lambda event: found.append(event["context"]))
    session.send("Runtime.enable")
    page.goto("https://claude.ai/chat/1")
    page.locator("commonwheel-share").first.wait_for()
    ours = [each["id"] for each in found if each["name"] == "Commonwheel"]
    question = {"expression": IN_THE_PAGE, "contextId": ours[-1], "awaitPromise": True}
    answer = session.send("Runtime.evaluate", question)["result"]["value"]
    assert answer == '["closed","closed",[false,false,false,null,null,null,false]]'
    assert Relay.seen == [] and len(device.context.pages) == 3


def test_the_control_says_when_nothing_can_be_shared(device: Device) -> None:
    device.ready()
    page = device.visit("claude")
    page.locator("commonwheel-share").first.wait_for()
    page.evaluate("document.querySelector('.font-claude-response').textContent = ''")
    session = device.context.new_cdp_session(page)
    page.locator("commonwheel-share").first.click(position={"x": 20, "y": 12})
    whole = {"depth": -1, "pierce": True}
    device.until(lambda: "Cannot be shared" in str(session.send("DOM.getDocument", whole)))
    assert len(device.context.pages) == 3
