"""The words of a draft are changed before they are given, and what is hidden stays hidden."""

import re
from html import unescape
from typing import Any

from fastapi.testclient import TestClient

from commonwheel.journeys.look_up import look_up
from commonwheel.people.tokens import TokenScope
from tests.web.pages.conftest import Commons, Seen
from tests.web.pages.test_accounts import join, post
from tests.web.pages.test_giving import begin, briefed, do, given


def written(page: str) -> dict[str, str]:
    """The text fields of a page with what stands in them; a browser drops the first line end."""
    found = re.findall(r'<textarea[^>]* name="(at:[^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return {unescape(name): unescape(text).removeprefix("\n") for name, text in found}


def reword(browser: TestClient, draft: str, **changed: str) -> Any:
    """Open the words, change some of them (by the number of their message), and send all."""
    page = browser.get(f"{draft}/words").text
    said = written(page) | {f"at:/messages/{name[1:]}/content": text for name, text in changed.items()}
    return browser.post(f"{draft}/words", data={"seal": Seen(page).value("seal")} | said)


def test_a_typo_is_mended_in_the_draft(commons: Commons) -> None:
    browser = commons.browser()
    briefed(browser)
    draft = begin(browser, chat="You said:\nWhat is a whale?\nChatGPT said:\nA fisch.")
    answer = do(browser, draft, "words", note="kept")
    assert answer.headers["location"] == f"{draft}/words"
    page = browser.get(f"{draft}/words").text
    assert "1. Person" in page and "2. Assistant" in page
    answer = reword(browser, draft, m1="A mammal, says bob@example.com.")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{draft}#record")
    page = browser.get(draft).text
    assert "A mammal, says" in page and "fisch" not in page and "bob@example.com" not in page
    own = given(browser, draft)
    assert "A mammal, says" in browser.get(own).text


def test_what_is_hidden_stays_hidden_and_is_not_repeated(commons: Commons) -> None:
    browser = commons.browser()
    draft = begin(browser)
    do(browser, draft, "hide", words="Ann Other")
    do(browser, draft, "drop:1")
    page = browser.get(f"{draft}/words").text
    assert "Ann Other" not in page and "I am ⟨private-1⟩, write to" in page and "I will not write" not in page
    reword(browser, draft, m0="Good day, ⟨private-1⟩ is my name.", m2="Fine. It is Ann Other's.")
    page = browser.get(draft).text
    text = Seen(page).text
    assert "Good day, ⟨private-1⟩ is my name." in text and "It is ⟨private-1⟩'s." in text
    assert "Message 2, dropped by you" in page
    assert "3 places" not in text and "2 places hidden" in text and "2 of them by you" in text


def test_what_leaves_no_record_is_told_and_nothing_is_lost(commons: Commons) -> None:
    browser = commons.browser()
    draft = begin(browser, way="example", prompt="Two and two?", ideal="It is four.")
    page = browser.get(f"{draft}/words").text
    fields = written(page) | {"at:/ideal": "", "at:/prompt": "Two and three?", "at:/kind": "chat", "at:/x": "y"}
    answer = browser.post(f"{draft}/words", data={"seal": Seen(page).value("seal")} | fields)
    assert answer.status_code == 422 and "Not saved yet" in answer.text and "Two and three?" in answer.text
    assert "It is four." in browser.get(draft).text


def test_nobody_else_opens_the_words(commons: Commons) -> None:
    browser, other = commons.browser(), commons.browser()
    draft = begin(browser)
    assert other.get(f"{draft}/words").status_code == 404
    begin(other)
    assert other.get(f"{draft}/words").status_code == 404
    assert browser.post(f"{draft}/words", data={"at:/messages/0/content": "Mine now."}).status_code == 403


def test_lines_that_were_not_touched_stay_as_they_were_given(commons: Commons) -> None:
    browser = commons.browser(secret := commons.token("rosa", TokenScope.CONTRIBUTE, TokenScope.READ))
    rosa = commons.actor("rosa", TokenScope.CONTRIBUTE, TokenScope.READ)
    assert secret
    messages = [{"role": "user", "content": "One\r\ntwo"}, {"role": "assistant", "content": "Three."}]
    id = commons.give(rosa, kind="chat", messages=messages)
    briefed(browser)
    fix = post(browser, f"/contributions/{id}/fix", f"/contributions/{id}").headers["location"]
    reword(browser, fix, m1="Three, and four.")
    assert do_fix(browser, fix).status_code == 303
    said = look_up(commons.app.world, rosa, id)["given_content"]["messages"]
    assert [each["content"] for each in said] == ["One\r\ntwo", "Three, and four."]


def do_fix(browser: TestClient, draft: str) -> Any:
    """Save the fix on the terms that it has."""
    return do(browser, draft, "give", **TERMS)


TERMS: dict[str, Any] = {
    "license": "CC-BY-4.0",
    "ai_pref": "train-ai=y",
    "purposes": ["display"],
    "scope": "public",
    "who": "anonymous",
    "age": "yes",
    "mine": "yes",
    "public": "yes",
}


def test_places_are_counted_alike_on_every_page(commons: Commons) -> None:
    browser = join(commons)
    briefed(browser)
    draft = begin(browser)
    do(browser, draft, "hide", words="My cat")
    page = Seen(browser.get(draft).text).text
    places = re.findall(r"([0-9]+) places? hidden", page)[0]
    assert places == "2" and "Hidden2 places" in page and "1 of them by you" in page
    own = given(browser, draft)
    assert "1place hidden by you" in Seen(browser.get(own).text).text
    commons.curate()
    assert f"{places}places hidden" in Seen(browser.get(own).text).text
    assert f"{places} places hidden" in browser.get("/mine").text
    commons.release()
    fix = post(browser, f"{own}/fix", own).headers["location"]
    page = browser.get(fix).text
    assert f"{places} places hidden" in Seen(page).text and page.count('<bdi class="hid"') >= 2
