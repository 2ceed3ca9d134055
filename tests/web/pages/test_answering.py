"""Failures that come back are one, volunteers answer them, and an answer goes where the question goes."""

from typing import Any

import pytest

from commonwheel.journeys import take_back
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.look_up import look_up, public_view
from commonwheel.people.tokens import TokenScope
from tests.web.pages.conftest import Commons, Seen
from tests.web.pages.test_accounts import join, post
from tests.web.pages.test_standing import _brief as brief


def fail(commons: Commons, question: str, answer: str = "Sydney, of course.", **more: Any) -> str:
    """A chat that its giver says failed."""
    said = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return commons.give(kind="chat", messages=said, assessment="fail", **more)


def released(commons: Commons) -> None:
    commons.release()
    do_chores(commons.app.world, wait_for_lake=True)


def give(browser: Any, draft: str, **more: Any) -> Any:
    """Say yes on the preview."""
    page = Seen(browser.get(draft).text)
    terms = {
        "license": "CC-BY-4.0",
        "ai_pref": "train-ai=n;exceptions=cc-cr",
        "purposes": ["display", "training"],
        "scope": "public",
        "who": "anonymous",
        "age": "yes",
        "mine": "yes",
        "public": "yes",
        "do": "give",
    }
    return browser.post(draft, data={"seal": page.value("seal"), "shown": page.value("shown")} | terms | more)


TERMS = {"ai_pref": "train-ai=n;exceptions=cc-cr", "license": "CC-BY-4.0"}


def test_what_fails_often_comes_first_and_is_answered(commons: Commons) -> None:
    one = fail(commons, "What is the capital city of Australia today?", terms=TERMS)
    fail(commons, "Tell me: what is the capital city of Australia?", terms=TERMS)
    fail(commons, "How do I bake bread without an oven?", "You cannot.", terms=TERMS)
    fail(commons, "A question that no model may learn from, about the moon.", terms={"ai_pref": "train-ai=n"})
    released(commons)
    browser = join(commons)
    brief(browser)
    page = Seen(browser.get("/answers").text).text
    assert "failed 2 times" in page and "bake bread" in page and "about the moon" not in page
    assert page.index("capital") < page.index("bake bread")
    assert post(browser, f"/answers/{one}", answer="Sydney, of course.").status_code == 422
    draft = post(browser, f"/answers/{one}", answer="Canberra.").headers["location"]
    for change in ({"license": "CC0-1.0"}, {"ai_pref": "train-ai=y"}):
        assert give(browser, draft, **change).status_code == 422  # it would give away more than was given
    answer = give(browser, draft).headers["location"].partition("?")[0].rpartition("/")[2]
    released(commons)
    record = public_view(commons.app.world, answer)["record"]
    assert record["kind"] == "correction" and record["edited"] == "Canberra."
    assert f"/contributions/{answer}" in commons.browser().get(f"/contributions/{one}").text
    assert f"/contributions/{one}" in commons.browser().get(f"/contributions/{answer}").text
    last = Seen(browser.get("/answers").text).text
    assert last.index("bake bread") < last.index("capital")  # what has no answer yet comes first


@pytest.mark.parametrize("wish", ["erase", "withdraw"])
def test_an_answer_goes_with_the_question_that_it_quotes(commons: Commons, wish: str) -> None:
    ann = commons.actor("ann", TokenScope.CONTRIBUTE)
    failed = fail(commons, "What is the capital of Australia?", actor=ann, terms=TERMS)
    released(commons)
    browser = join(commons)
    brief(browser)
    draft = post(browser, f"/answers/{failed}", answer="Canberra.").headers["location"]
    answer = give(browser, draft).headers["location"].partition("?")[0].rpartition("/")[2]
    released(commons)
    getattr(take_back, wish)(commons.app.world, ann, failed)
    reader = commons.actor("a reader", TokenScope.REVIEW)
    if wish == "erase":
        assert public_view(commons.app.world, answer)["state"] == "erased"
        return
    with commons.app.world.database.read() as tx:
        assert [hold.reason for hold in tx.contributions.holds(answer)] == [take_back.QUOTES]
    commons.give(kind="example", prompt="Something else?", ideal="Yes.")
    released(commons)
    assert look_up(commons.app.world, reader, answer)["releases"][-1]["until"] == 3
    take_back.give_again(commons.app.world, ann, failed)
    with commons.app.world.database.read() as tx:
        assert tx.contributions.holds(answer) == []


def test_what_is_no_failure_has_no_form(commons: Commons) -> None:
    good = commons.give(kind="example", prompt="Who pulls the sea?", ideal="The moon.")
    denied = fail(commons, "May no model learn from this?", terms={"ai_pref": "train-ai=n"})
    waits = fail(commons, "Not released yet?")
    for id in (good, denied, waits, "nothing"):
        assert commons.browser().get(f"/answers/{id}").status_code == 404
