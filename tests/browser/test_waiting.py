"""What waits goes to the commons that it was agreed for, as its giver saw it last, or its giver is told."""

import json
from typing import TYPE_CHECKING, Any

from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from tests.browser.conftest import Device, Relay
from tests.browser.test_extension import put
from tests.client.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

ALARM = "chrome.alarms.get('send').then(alarm => alarm ? alarm.scheduledTime - Date.now() : null)"
DAY = 24 * 3_600_000


def one_waits(device: Device) -> "Page":
    """Something waits for a day; the page shows it."""
    return put(device, device.share(device.visit("claude")))


def send(page: "Page") -> None:
    """Have everything sent that is due."""
    page.evaluate("chrome.runtime.sendMessage({ type: 'send' })")


def lose_the_answer(device: Device, page: "Page") -> None:
    """Send what waits, of which the commons gets all and the device hears nothing."""
    Relay.losing = True
    page.get_by_role("button", name="Send now").click()
    page.get_by_text("cannot be reached").wait_for()
    Relay.losing = False


def said(body: dict[str, Any]) -> str:
    """The better answer in what was sent; empty where it is as the model gave it."""
    return str(body.get("edited", ""))


def test_what_was_agreed_for_one_commons_goes_to_no_other(device: Device, served: Served) -> None:
    device.ready()
    waiting = one_waits(device)
    assert device.items()[0]["instance"] == device.commons
    device.set(instance=device.site, consent="another")
    waiting.get_by_text(f"Agreed for another commons ({device.commons})").wait_for()
    assert waiting.get_by_role("button", name="Send now").count() == 0
    device.alter(due=0)
    send(waiting)
    assert served.given() == 0 and Relay.seen == [] and len(device.items()) == 1
    assert device.worker.evaluate(ALARM) is None
    waiting.get_by_role("link", name="Agree anew").click()
    waiting.get_by_text("only if you agree to that here").wait_for()
    waiting.locator("#keep").click()
    waiting.get_by_text("Without your yes nothing is given.").wait_for()
    put(device, waiting)
    [item] = device.items()
    assert item["instance"] == device.site and item["consent"] == "another" and item["due"] > item["made"]
    device.set(instance=device.commons)
    waiting.get_by_text("Agreed for another commons").wait_for()
    waiting.get_by_role("button", name="Delete").click()
    waiting.locator("#empty").wait_for()


def test_what_is_open_in_its_editor_is_not_sent(device: Device) -> None:
    waiting = device.ready()
    editor = one_waits(device)
    editor.get_by_role("link", name="Change").click()
    editor.locator("#edited").wait_for()
    waiting.get_by_role("button", name="Send now").click()
    waiting.get_by_text("open in another tab").wait_for()
    device.alter(due=0)
    send(waiting)
    assert Relay.seen == [] and device.worker.evaluate(ALARM) > 30_000
    editor.locator("#edited").fill("Short waves are scattered most.")
    put(device, editor)
    device.alter(due=0)
    waiting.locator("#sent a").wait_for()
    assert [said(body) for body in Relay.seen] == ["Short waves are scattered most."]


def test_what_is_under_way_is_changed_by_nobody(device: Device, served: Served) -> None:
    waiting = device.ready()
    editor = one_waits(device)
    Relay.open.clear()
    editor.get_by_role("button", name="Send now").click()
    device.until(lambda: len(Relay.seen) == 1)
    waiting.get_by_role("button", name="Delete").click()
    waiting.get_by_text("It is being sent").wait_for()
    editor.get_by_role("link", name="Change").click()
    editor.get_by_text("Wait a moment").wait_for()
    Relay.open.set()
    editor.get_by_role("heading", name="It was given already").wait_for()
    href = editor.locator("#main a").get_attribute("href")
    assert href is not None and "/contributions/" in href
    assert served.given() == 1 and device.items() == []


def test_a_change_to_what_was_given_unheard_is_not_taken_for_given(device: Device, served: Served) -> None:
    waiting = device.ready()
    one_waits(device)
    lose_the_answer(device, waiting)
    waiting.get_by_text("the commons may have it already").wait_for()
    waiting.get_by_role("link", name="Change").click()
    waiting.get_by_text("the commons may have it already").wait_for()
    waiting.locator("#edited").fill("Now less is said.")
    put(device, waiting).get_by_role("button", name="Send now").click()
    waiting.get_by_text("This change was not given").wait_for()
    assert served.given() == 1 and device.items()[0]["state"] == "late"
    page = waiting.get_by_role("link", name="fix it or take it back there").get_attribute("href")
    assert page == waiting.locator("#sent a").get_attribute("href") and page is not None
    waiting.goto(f"{device.page('editor')}#{device.items()[0]['id']}")
    waiting.get_by_role("heading", name="It was given already").wait_for()
    waiting.goto(device.page("waiting"))
    waiting.get_by_role("button", name="Delete it here").click()
    waiting.locator("#empty").wait_for()
    assert [said(body) for body in Relay.seen] == ["", "Now less is said.", ""]


def test_a_change_to_what_never_arrived_is_given_alone(device: Device, served: Served) -> None:
    waiting = device.ready()
    one_waits(device)
    served.stop()
    waiting.get_by_role("button", name="Send now").click()
    waiting.get_by_text("cannot be reached").wait_for()
    served.start()
    Relay.instance = served.url
    waiting.get_by_role("link", name="Change").click()
    waiting.locator("#edited").fill("Now less is said.")
    put(device, waiting).get_by_role("button", name="Send now").click()
    waiting.locator("#sent a").wait_for()
    assert served.given() == 1 and device.items() == [] and said(Relay.seen[-1]) == "Now less is said."


def test_after_another_token_an_unheard_try_stays_in_doubt(device: Device, served: Served) -> None:
    waiting = device.ready()
    one_waits(device)
    lose_the_answer(device, waiting)
    assert served.app is not None
    device.set(token=create_token(served.app.world, "ann", [TokenScope.CONTRIBUTE], None))
    waiting.get_by_role("button", name="Send now").click()
    waiting.get_by_text("An earlier try, with another token, may have been given").wait_for()
    assert served.given() == 2 and device.items() == []


def test_a_commons_that_hangs_stops_nothing(device: Device) -> None:
    waiting = device.ready()
    one_waits(device)
    device.worker.evaluate(
        "(timeout => { AbortSignal.timeout = () => timeout(1500); })(AbortSignal.timeout.bind(AbortSignal))"
    )
    Relay.open.clear()
    waiting.get_by_role("button", name="Send now").click()
    device.until(lambda: len(Relay.seen) == 1)
    # Were the browser to end the worker here, the alarm would wake it again.
    assert 0 < device.worker.evaluate(ALARM) <= 60_000
    waiting.get_by_text("cannot be reached").wait_for()
    assert device.items()[0]["tries"] == 1


def test_without_a_token_no_alarm_rings(device: Device) -> None:
    waiting = device.ready()
    one_waits(device)
    assert DAY - 60_000 < device.worker.evaluate(ALARM) <= DAY
    device.set(token="")
    device.alter(due=0)
    send(waiting)
    assert device.worker.evaluate(ALARM) is None and json.dumps(Relay.seen) == "[]"
    device.set(token=device.token)
    waiting.locator("#sent a").wait_for()
