"""Newcomers are looked after, what is alike is decided together, and everybody learns how another saw it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from commonwheel.journeys.accounts import add_account, begin_session
from commonwheel.journeys.look_up import look_up
from commonwheel.journeys.votes import FIRST
from commonwheel.people.tokens import TokenScope
from commonwheel.records.account import Role
from commonwheel.web.session import cookie_name, new_session, to_cookie
from tests.web.pages.conftest import Commons, Seen
from tests.web.pages.test_review_pages import TRAP, send


def person(commons: Commons, name: str, role: Role = Role.REVIEWER) -> TestClient:
    """A browser of somebody with an account."""
    token = begin_session(commons.app.world, add_account(commons.app.world, name, role), "").id
    browser = commons.browser()
    session = new_session(commons.app.world.clock.now(), token)
    browser.cookies.set(cookie_name(False), to_cookie(commons.app.session_key, session))
    return browser


def waiting(commons: Commons, number: int) -> list[tuple[str, int]]:
    """Examples that wait for the same reason: their ids and items, in the order of the queue."""
    ids = [
        commons.give(kind="example", prompt=f"Question {index}?", ideal=f"Number {index}. {TRAP}")
        for index in range(number)
    ]
    commons.curate()
    with commons.app.world.database.read() as tx:
        return sorted(((id, tx.reviews.of(id)[-1].id) for id in ids), key=lambda each: each[1])


def state(commons: Commons, id: str) -> str:
    actor = commons.actor("a reader", TokenScope.REVIEW)
    return str(look_up(commons.app.world, actor, id)["state"])


def said(browser: TestClient, answer: Any) -> str:
    """What the page says after a decision."""
    assert answer.status_code == 303, answer.text
    return Seen(browser.get(answer.headers["location"]).text).text


def test_a_newcomers_first_decisions_wait_for_a_second_person(commons: Commons) -> None:
    items = waiting(commons, FIRST + 1)
    new, known = person(commons, "nora"), person(commons, "stella", Role.STEWARD)
    for id, item in items[:FIRST]:
        assert "another person looks at it too" in said(new, send(new, item, "reject", reason="quality"))
        assert state(commons, id) == "quarantined"
    assert "You decided already" in new.get(f"/review/{items[0][1]}").text
    assert "decided the same" in said(known, send(known, items[0][1], "reject", reason="duplicate"))
    assert state(commons, items[0][0]) == "rejected"
    assert "decided otherwise" in said(known, send(known, items[1][1], "pass", rest="hide"))
    assert state(commons, items[1][0]) == "ready"
    assert "alike with others 1 of 2 times" in Seen(new.get("/review").text).text
    assert "Its giver is told" in said(new, send(new, items[FIRST][1], "reject", reason="quality"))
    assert state(commons, items[FIRST][0]) == "rejected"  # not new any more


def test_what_a_newcomer_decided_has_to_fit_too(commons: Commons) -> None:
    [(id, item)] = waiting(commons, 1)
    new = person(commons, "nora")
    assert send(new, item, "pass", rest="hide", words="not there at all").status_code == 422
    with commons.app.world.database.read() as tx:
        assert tx.votes.of(item) == []
    assert state(commons, id) == "quarantined"


def test_appeals_are_for_those_who_know_the_place(commons: Commons) -> None:
    [(id, item)] = waiting(commons, 1)
    known = person(commons, "stella", Role.STEWARD)
    assert send(known, item, "reject", reason="quality").status_code == 303
    ann = commons.browser(commons.token("ann", TokenScope.CONTRIBUTE))
    page = Seen(ann.get(f"/contributions/{id}").text)
    ann.post(f"/contributions/{id}/appeal", data={"seal": page.value("seal"), "statement": "It is a quote."})
    appeal = commons.queued()[-1]
    assert send(person(commons, "nora"), appeal, "pass", rest="hide").status_code == 403
    other = commons.reviewer("otto")
    assert send(other, appeal, "pass", rest="hide").status_code == 303
    with commons.app.world.database.read() as tx:
        [vote] = tx.votes.of(item)
    assert vote.agreed is False


def test_what_is_alike_is_decided_together(commons: Commons) -> None:
    items = waiting(commons, 4)
    commons.give(
        kind="chat",
        messages=[{"role": "user", "content": f"Another. {TRAP}"}, {"role": "assistant", "content": "No."}],
    )
    commons.curate()
    rhea = commons.reviewer()
    assert "3 more like this" in Seen(rhea.get(f"/review/{items[0][1]}").text).text
    page = rhea.get(f"/review/{items[0][1]}/similar").text
    chosen = [a["value"] for tag, a in Seen(page).tags if tag == "input" and a.get("name") == "item"]
    assert len(chosen) == 4 and "checked" not in page  # nothing is chosen beforehand; the chat is not among them
    seal = Seen(page).value("seal")
    to = f"/review/{items[0][1]}/similar"
    assert rhea.post(to, data={"seal": seal, "do": "pass"}).status_code == 422
    assert rhea.post(to, data={"seal": seal, "do": "reject", "item": chosen}).status_code == 422
    done = rhea.post(to, data={"seal": seal, "do": "reject", "item": chosen[:2], "reason": "quality"})
    assert "2 decided." in Seen(done.text).text
    assert [state(commons, id) for id, _ in items] == ["rejected", "rejected", "quarantined", "quarantined"]
    again = rhea.post(f"/review/{items[2][1]}/similar", data={"seal": seal, "do": "pass", "item": chosen[1:]})
    assert "2 decided." in Seen(again.text).text and f"Item {items[1][1]} was not" in Seen(again.text).text
    assert [state(commons, id) for id, _ in items] == ["rejected", "rejected", "ready", "ready"]


@pytest.mark.parametrize(
    "what", [{"item": "x"}, {"item": "1:1", "do": "reject", "reason": "made up"}, {"item": "999:1"}]
)
def test_nonsense_decides_nothing(commons: Commons, what: dict[str, str]) -> None:
    [(id, item)] = waiting(commons, 1)
    rhea = commons.reviewer()
    seal = Seen(rhea.get(f"/review/{item}/similar").text).value("seal")
    assert rhea.post(f"/review/{item}/similar", data={"seal": seal, "do": "pass"} | what).status_code in (200, 422)
    assert state(commons, id) == "quarantined"


def test_a_newcomer_decides_one_by_one(commons: Commons) -> None:
    [(id, item)] = waiting(commons, 1)
    new = person(commons, "nora")
    page = Seen(new.get(f"/review/{item}/similar").text)
    sent = {"seal": page.value("seal"), "do": "pass", "item": page.value("item")}
    assert new.post(f"/review/{item}/similar", data=sent).status_code == 403
    assert state(commons, id) == "quarantined"
