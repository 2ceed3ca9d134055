"""Giving without being asked: allowed knowingly, for doors that are named, until a day, stopped by one click."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.keep_house import HOUSEKEEPING, run_schedule
from commonwheel.people.documents import briefing
from commonwheel.people.tokens import TokenScope
from commonwheel.records.standing import OWN_PROGRAMS
from tests.web.pages.conftest import Commons
from tests.web.pages.test_accounts import join, post

CHAT = {
    "kind": "chat",
    "messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes."}],
}


def _brief(browser: TestClient) -> None:
    answers = {f"q{number}": str(each.right) for number, each in enumerate(briefing().questions)}
    assert post(browser, "/before", **answers).status_code == 303


def _form(commons: Commons, **more: Any) -> dict[str, Any]:
    now = commons.app.world.clock.now()
    return {
        "doors": ["chat-app"],
        "license": "CC-BY-4.0",
        "ai_pref": "train-ai=y",
        "purposes": ["display", "training"],
        "scope": "public",
        "who": "anonymous",
        "wait": "24",
        "until": f"{now + timedelta(days=100):%Y-%m-%d}",
        "check_up": f"{now + timedelta(days=30):%Y-%m-%d}",
        "summary": "week",
        "age": "yes",
        "mine": "yes",
        "public": "yes",
    } | more


def _give(commons: Commons, token: str, **more: Any) -> Any:
    client = TestClient(commons.web)
    return client.post("/api/v1/contributions", json=CHAT | more, headers={"Authorization": f"Bearer {token}"})


def _claimed(commons: Commons, browser: TestClient, door: str) -> None:
    """Somebody opens the claim link that a door shows them."""
    headers = {"Authorization": f"Bearer {door}"}
    terms = {"license": "CC-BY-4.0", "consent": {"version": "2026-11", "given": True}}
    id = _give(commons, door, on_behalf_of="u1", terms=terms).json()["id"]
    link = TestClient(commons.web).get(f"/api/v1/contributions/{id}/claim", headers=headers).json()["url"]
    path = re.sub(r"^https?://[^/]+", "", link)
    assert post(browser, path).status_code == 303


def test_a_door_gives_under_what_somebody_allowed_and_stops_when_they_do(commons: Commons) -> None:
    door = commons.token("chat-app", TokenScope.ON_BEHALF)
    browser = join(commons)
    _claimed(commons, browser, door)
    assert _give(commons, door, on_behalf_of="u1").status_code == 422  # nothing is allowed yet
    assert post(browser, "/mine/standing", **_form(commons)).headers["location"].startswith("/before")
    _brief(browser)
    assert post(browser, "/mine/standing", **_form(commons)).headers["location"] == "/mine/standing?saved=begun"

    given = _give(commons, door, on_behalf_of="u1")
    assert given.status_code == 201, given.text
    assert _give(commons, door, on_behalf_of="another").status_code == 422
    other_door = commons.token("other-app", TokenScope.ON_BEHALF)
    assert _give(commons, other_door, on_behalf_of="u1").status_code == 422
    page = browser.get(f"/contributions/{given.json()['id']}").text
    assert "By what you allow beforehand" in page
    with commons.app.world.database.read() as tx:
        [hold] = tx.contributions.holds(given.json()["id"])
    assert hold.until is not None and hold.until > commons.app.world.clock.now() + timedelta(hours=23)

    assert "Given so far" in browser.get("/mine/standing").text
    assert post(browser, "/mine/standing/stop", "/mine/standing").status_code == 303
    assert _give(commons, door, on_behalf_of="u1").status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"doors": []},
        {"doors": ["not there"]},
        {"until": ""},
        {"until": "2999-01-01"},
        {"check_up": "2001-01-01"},
        {"public": ""},
        {"license": ""},
        {"who": "pen", "pen": ""},
    ],
)
def test_nothing_is_allowed_by_half(commons: Commons, change: dict[str, Any]) -> None:
    commons.token("chat-app", TokenScope.ON_BEHALF)
    browser = join(commons)
    _brief(browser)
    answer = post(browser, "/mine/standing", **_form(commons, **change))
    assert answer.status_code == 422 and 'class="fault"' in answer.text
    assert "What you allow now" not in browser.get("/mine/standing").text


def test_a_persons_own_program_needs_no_terms_once_it_is_allowed(commons: Commons) -> None:
    browser = join(commons)
    _brief(browser)
    made = post(browser, "/mine/tokens", "/mine/settings", label="a script", scope=["contribute"]).text
    token = re.search(r"cw_[\w-]+", made)
    assert token is not None
    assert _give(commons, token[0]).status_code == 422
    assert post(browser, "/mine/standing", **_form(commons, doors=[OWN_PROGRAMS])).status_code == 303
    assert _give(commons, token[0]).status_code == 201


def test_whom_only_a_door_knows_allows_it_through_the_door(commons: Commons) -> None:
    door = commons.token("chat-app", TokenScope.ON_BEHALF)
    client = TestClient(commons.web)
    client.headers["Authorization"] = f"Bearer {door}"
    now = commons.app.world.clock.now()
    allow = _allow(commons)
    her = {"On-Behalf-Of": "u7"}
    assert client.put("/api/v1/standing", json=allow).status_code == 404  # for whom?
    assert client.get("/api/v1/standing", headers=her).status_code == 404
    wrong = client.put("/api/v1/standing", json=allow | {"until": now.isoformat()}, headers=her)
    assert wrong.status_code == 422 and "/until" in wrong.text
    assert client.put("/api/v1/standing", json=allow, headers=her).json()["allowed"]["doors"] == ["chat-app"]
    assert _give(commons, door, on_behalf_of="u7").status_code == 201
    assert client.get("/api/v1/standing", headers=her).json()["given"] == 1
    assert client.delete("/api/v1/standing", headers=her).json() == {"stopped": True}
    assert _give(commons, door, on_behalf_of="u7").status_code == 422


def _held(browser: TestClient) -> str:
    """What the page says is allowed."""
    id = re.search(r'name="id" value="([^"]+)"', browser.get("/mine/standing").text)
    assert id is not None
    return id[1]


def _allow(commons: Commons) -> dict[str, Any]:
    now = commons.app.world.clock.now()
    return {
        "terms": {"license": "CC0-1.0", "consent": {"version": "2026-11", "given": True}},
        "until": (now + timedelta(days=20)).isoformat(),
        "check_up": (now + timedelta(days=10)).isoformat(),
        "wait_hours": 0,
    }


def test_what_a_door_was_allowed_before_a_claim_is_shown_and_stopped_on_the_site(commons: Commons) -> None:
    door = commons.token("chat-app", TokenScope.ON_BEHALF)
    client = TestClient(commons.web)
    client.headers |= {"Authorization": f"Bearer {door}", "On-Behalf-Of": "u1"}
    assert client.put("/api/v1/standing", json=_allow(commons)).status_code == 200
    browser = join(commons)
    _claimed(commons, browser, door)
    _brief(browser)
    page = browser.get("/mine/standing").text
    assert "What you allow now" in page and "chat-app" in page
    again = f"{commons.app.world.clock.now() + timedelta(days=15):%Y-%m-%d}"
    assert (
        post(browser, "/mine/standing/look-again", "/mine/standing", check_up=again, id="another").status_code
        == 404
    )
    assert (
        post(browser, "/mine/standing/look-again", "/mine/standing", check_up=again, id=_held(browser)).status_code
        == 303
    )
    assert post(browser, "/mine/standing/stop", "/mine/standing").status_code == 303
    assert _give(commons, door, on_behalf_of="u1").status_code == 422
    assert client.get("/api/v1/standing").status_code == 404


def test_a_door_tells_and_stops_what_was_allowed_on_the_site(commons: Commons) -> None:
    door, other = (commons.token(name, TokenScope.ON_BEHALF) for name in ("chat-app", "other-app"))
    browser = join(commons)
    _claimed(commons, browser, door)
    _claimed(commons, browser, other)
    _brief(browser)
    assert post(browser, "/mine/standing", **_form(commons)).status_code == 303
    client = TestClient(commons.web)
    client.headers["On-Behalf-Of"] = "u1"
    its, theirs = ({"Authorization": f"Bearer {token}"} for token in (door, other))
    assert client.get("/api/v1/standing", headers=its).json()["allowed"]["doors"] == ["chat-app"]
    # Another door neither learns of it nor ends it.
    assert client.get("/api/v1/standing", headers=theirs).status_code == 404
    assert client.delete("/api/v1/standing", headers=theirs).json() == {"stopped": False}
    assert client.delete("/api/v1/standing", headers=its).json() == {"stopped": True}
    assert _give(commons, door, on_behalf_of="u1").status_code == 422
    assert "What you allow now" not in browser.get("/mine/standing").text


def test_what_is_allowed_anew_takes_the_place_of_what_was(commons: Commons) -> None:
    door = commons.token("chat-app", TokenScope.ON_BEHALF)
    client = TestClient(commons.web)
    client.headers |= {"Authorization": f"Bearer {door}", "On-Behalf-Of": "u1"}
    assert client.put("/api/v1/standing", json=_allow(commons)).status_code == 200
    browser = join(commons)
    _claimed(commons, browser, door)
    _brief(browser)
    assert post(browser, "/mine/standing", **_form(commons)).status_code == 303
    assert client.get("/api/v1/standing").json()["allowed"]["terms"]["license"] == "CC-BY-4.0"
    assert browser.get("/mine/standing").text.count('name="id"') == 1


def test_a_name_beyond_ascii_is_the_same_person_in_a_header_and_in_a_body(commons: Commons) -> None:
    door = commons.token("chat-app", TokenScope.ON_BEHALF)
    client = TestClient(commons.web)
    client.headers["Authorization"] = f"Bearer {door}"
    her = {"On-Behalf-Of": "josé".encode()}
    assert client.put("/api/v1/standing", json=_allow(commons), headers=her).status_code == 200
    assert _give(commons, door, on_behalf_of="josé").status_code == 201
    for wrong in (b"", b"x" * 201):
        answer = client.get("/api/v1/standing", headers={"On-Behalf-Of": wrong})
        assert answer.status_code == 422 and "On-Behalf-Of" in answer.text


def test_mails_tell_what_was_given_remind_and_stop(commons: Commons, monkeypatch: pytest.MonkeyPatch) -> None:
    door = commons.token("chat-app", TokenScope.ON_BEHALF)
    browser = join(commons)
    _claimed(commons, browser, door)
    _brief(browser)
    assert post(browser, "/mine/standing", **_form(commons)).status_code == 303
    assert _give(commons, door, on_behalf_of="u1").status_code == 201
    now = commons.app.world.clock.now()
    clock = type(commons.app.world.clock)
    monkeypatch.setattr(clock, "now", lambda _self: now + timedelta(days=25))
    run_schedule(commons.app.world, HOUSEKEEPING)
    do_chores(commons.app.world)
    mails = [path.read_text() for path in sorted((commons.app.settings.home / "mail").iterdir())][-2:]
    summary = next(mail for mail in mails if "1 gift was made so" in mail)
    assert any("wanted to look at that again" in mail for mail in mails)
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in summary
    run_schedule(commons.app.world, HOUSEKEEPING)
    do_chores(commons.app.world)
    assert len(list((commons.app.settings.home / "mail").iterdir())) == 1 + len(mails)  # and not again

    monkeypatch.setattr(clock, "now", lambda _self: now + timedelta(days=31))
    assert _give(commons, door, on_behalf_of="u1").status_code == 422  # it rests
    link = re.search(r"List-Unsubscribe:\s+<http://[^/]+(/stop/[^>]+)>", summary)
    assert link is not None, summary
    somebody = commons.browser()
    assert "Stop it now" in somebody.get(link[1]).text
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert somebody.post(link[1], content="List-Unsubscribe=One-Click", headers=headers).status_code == 200
    assert "It is stopped" in somebody.get(link[1]).text
    assert somebody.get("/stop/made.up.link").status_code == 404


def test_it_goes_on_once_somebody_looked_again(commons: Commons, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = join(commons)
    _brief(browser)
    assert post(browser, "/mine/standing", **_form(commons, doors=[OWN_PROGRAMS])).status_code == 303
    now = commons.app.world.clock.now()
    monkeypatch.setattr(type(commons.app.world.clock), "now", lambda _self: now + timedelta(days=31, hours=1))
    browser = commons.browser()
    post(browser, "/sign-in", who="rosa", password="a river runs by")
    assert "It rests." in browser.get("/mine/standing").text
    day = f"{now + timedelta(days=60):%Y-%m-%d}"
    answer = post(browser, "/mine/standing/look-again", "/mine/standing", check_up=day, id=_held(browser))
    assert answer.status_code == 303, answer.text
    assert "It rests." not in browser.get("/mine/standing").text


def test_leaving_forgets_what_was_allowed(commons: Commons) -> None:
    browser = join(commons)
    _brief(browser)
    assert post(browser, "/mine/standing", **_form(commons, doors=[OWN_PROGRAMS])).status_code == 303
    assert post(browser, "/mine/leave", "/mine/settings", sure="rosa").status_code == 303
    with commons.app.world.database.read() as tx:
        assert tx.standings.open() == []
