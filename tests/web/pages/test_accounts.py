"""Accounts in a browser: joining, signing in, settings, and leaving; nobody is told who is here."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from commonwheel.journeys.accounts import give_role
from commonwheel.journeys.chores import do_chores
from commonwheel.people.tokens import TokenScope
from commonwheel.records.account import Role
from commonwheel.web import rates
from tests.web.pages.conftest import Commons, Seen

PASSWORD = "a river runs by"


def post(browser: TestClient, path: str, page: str | None = None, **fields: Any) -> Any:
    """Fill in a form of a page, and send it."""
    seal = Seen(browser.get(page or path).text).value("seal")
    return browser.post(path, data={"seal": seal} | fields)


def mailed(commons: Commons) -> str:
    """The address in the last mail."""
    do_chores(commons.app.world)
    mail = sorted((commons.app.settings.home / "mail").iterdir())[-1].read_text()
    found = re.search(r"http://\S+(/(?:verify|reset)/\S+)", mail)
    assert found is not None, mail
    return found[1]


def join(commons: Commons, name: str = "rosa") -> TestClient:
    """Somebody who just opened an account."""
    browser = commons.browser()
    answer = post(browser, "/join", name=name, email=f"{name}@example.org", password=PASSWORD)
    assert answer.status_code == 200 and "Look at your mail" in answer.text
    link = mailed(commons)
    assert post(browser, link).headers["location"] == "/mine"
    return browser


def test_somebody_joins_and_signs_in_elsewhere(commons: Commons) -> None:
    browser = join(commons)
    assert "rosa" in browser.get("/mine").text
    other = commons.browser()
    wrong = post(other, "/sign-in", who="rosa", password="not this one")
    assert wrong.status_code == 403 and "not this one" not in wrong.text
    right = post(other, "/sign-in", who="ROSA@example.org", password=PASSWORD, next="/mine/settings")
    assert right.headers["location"] == "/mine/settings"
    assert other.get("/mine/settings").status_code == 200


def test_whoever_has_an_account_is_told_to_nobody(commons: Commons) -> None:
    join(commons)
    known = post(commons.browser(), "/join", name="another", email="rosa@example.org", password=PASSWORD)
    new = post(commons.browser(), "/join", name="another", email="tom@example.org", password=PASSWORD)
    assert known.status_code == new.status_code == 200
    assert known.text.replace("rosa@", "tom@") == new.text
    asked = [post(commons.browser(), "/forgot", email=f"{who}@example.org") for who in ("rosa", "ida")]
    assert asked[0].text.replace("rosa@", "ida@") == asked[1].text


def test_faults_are_told_beside_their_fields(commons: Commons) -> None:
    answer = post(commons.browser(), "/join", name="r@sa", email="rosa", password="short")
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 3


def test_a_forgotten_password_is_replaced(commons: Commons) -> None:
    browser = join(commons)
    post(commons.browser(), "/forgot", email="rosa@example.org")
    link = mailed(commons)
    fresh = commons.browser()
    assert post(fresh, link, password="short").status_code == 422
    assert post(fresh, link, password="another river runs").headers["location"] == "/mine"
    assert browser.get("/mine").status_code == 303  # signed out
    assert fresh.get(link).status_code == 404


def test_a_link_is_opened_by_a_button_and_not_by_looking(commons: Commons) -> None:
    browser = commons.browser()
    post(browser, "/join", name="rosa", email="rosa@example.org", password=PASSWORD)
    link = mailed(commons)
    for _ in range(3):
        assert browser.get(link).status_code == 200
    assert browser.post(link, data={"seal": "x"}).status_code == 403
    assert post(browser, link).status_code == 303


def test_sessions_and_tokens_are_listed_and_ended(commons: Commons) -> None:
    browser = join(commons)
    other = commons.browser()
    post(other, "/sign-in", who="rosa", password=PASSWORD)
    page = browser.get("/mine/settings").text
    ends = re.findall(r'action="(/mine/tokens/[0-9a-f]+/end)"', page)
    assert len(ends) == 2
    for end in ends:
        if "this one" not in page.split(end)[0].rsplit("<li>", 1)[1]:
            assert post(browser, end, "/mine/settings").status_code == 303
    assert other.get("/mine").status_code == 303 and browser.get("/mine").status_code == 200
    made = post(browser, "/mine/tokens", "/mine/settings", label="a script", scope="contribute")
    token = re.search(r"cw_[\w-]{40,}", made.text)
    assert token is not None and token[0] not in browser.get("/mine/settings").text
    headers = {"Authorization": f"Bearer {token[0]}"}
    assert browser.get("/api/v1/me", headers=headers).json()["subject"] == "rosa"
    assert post(browser, "/mine/tokens", "/mine/settings", label="x", scope="review").status_code == 422


def test_nobody_ends_what_is_anothers(commons: Commons) -> None:
    rosa, tom = join(commons), join(commons, "tom")
    [end] = re.findall(r'action="(/mine/tokens/[0-9a-f]+/end)"', tom.get("/mine/settings").text)
    assert post(rosa, end, "/mine/settings").status_code == 404
    assert tom.get("/mine").status_code == 200


def test_defaults_are_ready_when_somebody_gives_and_consent_never_is(commons: Commons) -> None:
    browser = join(commons)
    chosen = {
        "license": "CC-BY-SA-4.0",
        "ai_pref": "train-ai=n",
        "purposes": ["display"],
        "who": "pen",
        "pen": "Moss",
    }
    assert post(browser, "/mine/defaults", "/mine/settings", wait="24", **chosen).status_code == 303
    assert post(browser, "/mine/defaults", "/mine/settings", who="name").status_code == 422
    draft = post(browser, "/give/chat", chat="User: Hi\nAssistant: Hello").headers["location"]
    checked = [
        (a["name"], a["value"])
        for tag, a in Seen(browser.get(draft).text).tags
        if tag == "input" and "checked" in a
    ]
    assert sorted(checked) == sorted(
        [
            ("license", "CC-BY-SA-4.0"),
            ("ai_pref", "train-ai=n"),
            ("purposes", "display"),
            ("who", "pen"),
            ("wait", "24"),
        ]
    )


def test_leaving_needs_the_name_and_takes_everything(commons: Commons) -> None:
    browser = join(commons)
    assert post(browser, "/mine/leave", "/mine/settings", sure="yes").status_code == 422
    assert post(browser, "/mine/leave", "/mine/settings", sure="rosa").headers["location"] == "/"
    assert browser.get("/mine").status_code == 303
    assert post(commons.browser(), "/sign-in", who="rosa", password=PASSWORD).status_code == 403


def test_a_reviewer_with_an_account_reviews(commons: Commons) -> None:
    browser = join(commons)
    assert browser.get("/review").status_code == 403
    give_role(commons.app.world, "rosa", Role.REVIEWER)
    assert browser.get("/review").status_code == 200


def test_too_many_attempts_have_to_wait(commons: Commons) -> None:
    join(commons)
    answers = [
        post(commons.browser(), "/sign-in", who="rosa", password=f"wrong {number}")
        for number in range(rates.PASSWORD.number + 1)
    ]
    assert [answer.status_code for answer in answers] == [403] * rates.PASSWORD.number + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/mine", "/mine/settings", "/claim/x.1.y"])
def test_what_is_somebodys_asks_them_to_sign_in(commons: Commons, path: str) -> None:
    assert commons.browser().get(path).headers["location"] == f"/sign-in?next={path}"


def test_signing_out_ends_the_session_and_not_the_cookie_alone(commons: Commons) -> None:
    browser = join(commons)
    kept = dict(browser.cookies)
    post(browser, "/sign-out", "/mine")
    thief = commons.browser()
    thief.cookies.update(kept)
    assert thief.get("/mine").status_code == 303


def test_settings_of_an_account_are_none_of_a_token(make_commons: Callable[..., Commons]) -> None:
    commons = make_commons()
    browser = commons.browser(commons.token("ann", TokenScope.CONTRIBUTE))
    assert browser.get("/mine").status_code == 200
    assert browser.get("/mine/settings").status_code == 303
