"""Pages that no journey of `test_people` comes by, in a real browser, on a desk and a phone."""

from typing import TYPE_CHECKING

import pytest

from commonwheel.journeys.chores import do_chores
from commonwheel.records.account import Role
from tests.web.pages.browsing import SIZES
from tests.web.pages.conftest import Commons
from tests.web.pages.test_answering import fail
from tests.web.pages.test_exporting import archive, conversation
from tests.web.pages.test_people import choose, look, signed_in
from tests.web.pages.test_review_pages import TRAP

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(params=[("desk", "light"), ("phone", "dark")], ids="-".join)
def window(request: pytest.FixtureRequest, page: "Page") -> "Page":
    """A browser of one size, by one light."""
    size, light = request.param
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=light, reduced_motion="reduce")
    return page


def test_answers_a_failure_and_talks_about_it(window: "Page", home: str, commons: Commons) -> None:
    failed = fail(commons, "What is the capital of Australia?", terms={"ai_pref": "train-ai=y"})
    fail(commons, "Which is the capital of Australia?", terms={"ai_pref": "train-ai=y"})
    commons.release()
    do_chores(commons.app.world, wait_for_lake=True)
    signed_in(window, home, commons, "rosa")
    for path in ("/signals", "/transparency", "/texts/policy", "/texts/guidelines", "/mine/standing"):
        window.goto(home + path)
        look(window)
    window.goto(f"{home}/answers")
    look(window)
    window.get_by_role("link", name="capital of Australia").first.click()
    look(window)
    window.get_by_label("What it should have said").fill("Canberra.")
    window.get_by_role("button", name="See what would be public").click()
    window.wait_for_url("**/give/draft/*")
    look(window)
    window.goto(f"{home}/contributions/{failed}")
    look(window)
    window.get_by_label("Say something about it").fill("Sydney is the largest city, and not the capital.")
    window.get_by_role("button", name="Say it in public").click()
    window.get_by_text("Sydney is the largest city").wait_for()
    look(window)


def test_picks_from_an_export(window: "Page", home: str, commons: Commons) -> None:
    data = archive(*[conversation(number, f"Question {number} about the moon?") for number in range(30)])
    signed_in(window, home, commons, "rosa")
    window.goto(f"{home}/give/export")
    look(window)
    window.get_by_label("Your export").set_input_files(
        {"name": "x.zip", "mimeType": "application/zip", "buffer": data}
    )
    window.get_by_role("button", name="Read it").click()
    window.wait_for_url("**/give/export/*")
    look(window)
    window.get_by_label("Title 3 zebra").check()
    window.get_by_role("button", name="More").click()
    window.get_by_label("Title 27 zebra").check()
    window.get_by_role("button", name="See what would be public").click()
    window.wait_for_url("**/preview*")
    look(window)
    choose(window)
    window.get_by_role("button", name="Before the first time").click()
    for answer in ("It is destroyed here", "Our own training leaves it out", "They may have missed something"):
        window.get_by_label(answer).check()
    window.get_by_role("button", name="Go on").click()
    window.wait_for_url("**/preview*")
    for tick in ("I am 16 or older", "These words are mine", "2 conversations become"):
        window.get_by_label(tick).check()
    window.get_by_role("button", name="Give 2").click()
    window.get_by_role("heading", name="2 gifts are made").wait_for()
    look(window)


def test_decides_about_alike_items_together(window: "Page", home: str, commons: Commons) -> None:
    for number in range(3):
        commons.give(kind="example", prompt=f"Question {number}?", ideal=f"Number {number}. {TRAP}")
    commons.curate()
    signed_in(window, home, commons, "stella", Role.STEWARD)
    window.goto(f"{home}/review")
    look(window)
    window.locator("ol.queued a").first.click()
    window.get_by_role("link", name="2 more like this").click()
    look(window)
    for box in window.get_by_role("checkbox").all():
        box.check()
    window.get_by_role("button", name="Hide what is in doubt, and pass").click()
    window.get_by_text("3 decided.").wait_for()
    look(window)
