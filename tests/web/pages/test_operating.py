"""Whoever runs an instance looks at how it goes, and changes what can be changed there."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from commonwheel.journeys.accounts import add_account, begin_session
from commonwheel.journeys.keep_house import plan
from commonwheel.people.tokens import TokenScope
from commonwheel.records.account import Role
from tests.web.pages.conftest import Commons, Seen
from tests.web.pages.test_accounts import post


def operator(commons: Commons) -> TestClient:
    return commons.browser(commons.token("root", TokenScope.ADMIN))


def test_only_operators_see_it(commons: Commons) -> None:
    assert commons.browser().get("/operate").status_code == 303
    for scope in (TokenScope.CONTRIBUTE, TokenScope.REVIEW):
        browser = commons.browser(commons.token("ann", scope))
        assert browser.get("/operate").status_code == 403 and "Operating" not in browser.get("/").text
    assert operator(commons).get("/operate").status_code == 200


def test_it_says_how_it_goes_and_no_secret(make_commons: Callable[..., Commons]) -> None:
    commons = make_commons(MAIL_URL="smtp://user:password@mail.example")
    commons.give(kind="example", prompt="One?", ideal="It is the first one of them.")
    page = operator(commons).get("/operate").text
    text = Seen(page).text
    assert "1wait to be checked" in text.replace("\n", "") and "COMMONWHEEL_HOME" in text
    for secret in ("password@", commons.app.settings["SECRET"], commons.app.settings["IDENTITY_KEY"]):
        assert secret not in page


def test_people_get_roles_and_are_ended(commons: Commons) -> None:
    account = add_account(commons.app.world, "Rosa", Role.CONTRIBUTOR)
    browser = operator(commons)
    sent = {"name": "Rosa", "role": "reviewer"}
    assert post(browser, "/operate/people", "/operate", do="role", **sent).status_code == 303
    session = begin_session(commons.app.world, account, "")
    assert post(browser, "/operate/people", "/operate", do="role", name="Rosa", role="king").status_code == 422
    assert post(browser, "/operate/people", "/operate", do="end", name="Rosa").status_code == 303
    with commons.app.world.database.read() as tx:
        found = tx.accounts.named("Rosa")
        assert found is not None and found.role is Role.REVIEWER and found.ended is not None
        assert tx.access.token_by_id(session.id) is None
    assert post(browser, "/operate/people", "/operate", do="open", name="Rosa").status_code == 303
    assert post(browser, "/operate/people", "/operate", do="end", name="Nobody").status_code == 404


def test_releases_are_paused_and_resumed(commons: Commons) -> None:
    plan(commons.app.world, 3600)
    browser = operator(commons)
    assert post(browser, "/operate/releases", "/operate", do="pause").status_code == 303
    assert "paused" in browser.get("/operate").text and ">Resume<" in browser.get("/operate").text
    assert post(browser, "/operate/releases", "/operate", do="resume").status_code == 303
    assert ">Pause<" in browser.get("/operate").text
