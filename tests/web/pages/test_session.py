"""Somebody signs in with a token and out again; nobody else can do it for them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.journeys.sign_in import revoke_token
from commonwheel.people.tokens import TokenScope
from commonwheel.web import session
from tests.web.pages.conftest import Commons, Seen, fields_of

KEY = bytes(32)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAME = session.cookie_name(secure=False)


def test_a_session_comes_back_as_it_was() -> None:
    made = session.new_session(NOW, "token-id")
    assert session.from_cookie(KEY, session.to_cookie(KEY, made), NOW) == made


def test_a_session_ends() -> None:
    cookie = session.to_cookie(KEY, session.new_session(NOW, "token-id"))
    assert session.from_cookie(KEY, cookie, NOW + timedelta(hours=11, minutes=59)) is not None
    assert session.from_cookie(KEY, cookie, NOW + session.LIFETIME) is None


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_what_we_did_not_seal_is_no_session(cookie: str) -> None:
    assert session.from_cookie(KEY, cookie, NOW) is None


@given(at=st.integers(min_value=0), by=st.integers(min_value=1, max_value=127))
def test_a_changed_cookie_is_no_session(at: int, by: int) -> None:
    cookie = bytearray(session.to_cookie(KEY, session.new_session(NOW, "token-id")).encode())
    cookie[at % len(cookie)] ^= by
    assert session.from_cookie(KEY, cookie.decode(), NOW) is None


def test_the_seal_of_a_form_is_of_one_session() -> None:
    one, other = session.new_session(NOW, "a"), session.new_session(NOW, "a")
    assert session.form_is_ours(KEY, one, session.form_seal(KEY, one))
    assert not session.form_is_ours(KEY, other, session.form_seal(KEY, one))
    assert not session.form_is_ours(bytes(31) + b"1", one, session.form_seal(KEY, one))
    assert not session.form_is_ours(KEY, None, "")
    assert not session.form_is_ours(KEY, one, "é")


def test_signing_in_and_out(commons: Commons) -> None:
    secret = commons.token("rhea", TokenScope.REVIEW)
    browser = commons.browser()
    asked = browser.get("/review")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/review")
    page = Seen(browser.get(asked.headers["location"]).text)
    form = {"seal": page.value("seal"), "token": f" {secret}\n", "next": page.value("next")}
    answer = browser.post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Max-Age=43200" in cookie
    assert secret not in cookie
    queue = browser.get("/review")
    assert queue.status_code == 200 and "rhea" in queue.text and queue.headers["Cache-Control"] == "no-store"

    out = browser.post("/sign-out", data=fields_of(queue.text, "/sign-out"))
    assert out.status_code == 303 and browser.get("/review").status_code == 303


def test_over_https_the_cookie_is_bound_to_it(make_commons: Callable[..., Commons]) -> None:
    cookie = make_commons(PUBLIC_URL="https://commons.example").browser().get("/sign-in").headers["set-cookie"]
    assert cookie.startswith("__Host-") and "Secure" in cookie and "HttpOnly" in cookie and "Domain" not in cookie


def test_signing_in_makes_another_session(commons: Commons) -> None:
    browser = commons.browser()
    browser.get("/sign-in")
    before = browser.cookies[NAME]
    seal = Seen(browser.get("/sign-in").text).value("seal")
    browser.post("/sign-in", data={"seal": seal, "token": commons.token("rhea", TokenScope.REVIEW)})
    assert browser.cookies[NAME] != before
    assert browser.post("/sign-out", data={"seal": seal}).status_code == 403


@pytest.mark.parametrize("token", ["", "cw_wrong", "<script>", "a" * 10_000, "\x00", "é"])
def test_a_wrong_token_signs_nobody_in(commons: Commons, token: str) -> None:
    browser = commons.browser()
    seal = Seen(browser.get("/sign-in").text).value("seal")
    answer = browser.post("/sign-in", data={"seal": seal, "token": token})
    assert answer.status_code == 403 and "unknown or was revoked" in answer.text
    assert not token or token not in answer.text
    assert browser.get("/review").status_code == 303


def test_revoking_the_token_ends_the_session_at_once(commons: Commons) -> None:
    secret = commons.token("rhea", TokenScope.REVIEW)
    browser = commons.browser(secret)
    assert browser.get("/review").status_code == 200
    with commons.app.world.database.read() as tx:
        [token] = [each for each in tx.access.tokens() if each.subject == "rhea"]
    revoke_token(commons.app.world, token.id)
    assert browser.get("/review").status_code == 303
    assert "rhea" not in browser.get("/").text


def test_a_token_without_the_scope_sees_no_queue(commons: Commons) -> None:
    browser = commons.browser(commons.token("ann", TokenScope.CONTRIBUTE))
    answer = browser.get("/review")
    assert answer.status_code == 403 and "scope" in answer.text
    assert browser.get("/review/1").status_code == 403


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/review/../x", "/review\n", "/Releases"],
)
def test_signing_in_leads_nowhere_else(commons: Commons, elsewhere: str) -> None:
    browser = commons.browser()
    page = Seen(browser.get("/sign-in", params={"next": elsewhere}).text)
    assert page.value("next") == ""
    form = {"seal": page.value("seal"), "token": commons.token("rhea", TokenScope.REVIEW), "next": elsewhere}
    assert browser.post("/sign-in", data=form).headers["location"] == "/review"


POSTS = ("/sign-in", "/sign-out", "/review/1/pass", "/review/1/reject", "/review/1/claim")


@pytest.mark.parametrize("path", POSTS)
def test_a_form_of_another_session_is_refused(strict: Commons, path: str) -> None:
    strict.give(kind="example", prompt="Two and two?", ideal="It makes four, always.")
    strict.curate()
    browser, other = strict.reviewer("rhea"), strict.reviewer("otto")
    theirs = fields_of(other.get("/review/1").text, "/review/1/pass")
    for seal in ({}, {"seal": ""}, {"seal": "0" * 64}, {"seal": theirs["seal"]}):
        answer = browser.post(path, data={"version": "1", "reason": "quality"} | seal)
        assert answer.status_code == 403 and "session" in answer.text
    assert strict.browser().post(path, data={"seal": theirs["seal"], "version": "1"}).status_code == 403
    assert strict.queued() == [1]


@pytest.mark.parametrize("path", POSTS)
def test_what_is_no_form_is_refused(commons: Commons, path: str) -> None:
    browser = commons.reviewer()
    assert browser.post(path, json={"seal": "x"}).status_code == 422
    assert browser.post(path, files={"seal": b"x"}).status_code == 422
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post(path, content=b"\xff\xfe", headers=kind).status_code == 422
    assert browser.post(path, content=b"seal=%ff", headers=kind).status_code == 422
    assert browser.post(path, content=b"a&" * 20_000, headers=kind).status_code == 422
    assert browser.post(path, content=b"a" * 600_000, headers=kind).status_code == 413
