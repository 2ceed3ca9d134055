"""Signing in with an account of another site: there and back, and only with proof."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from commonwheel.errors import Misconfigured
from commonwheel.journeys.accounts import add_account, end_account
from commonwheel.records.account import Role
from tests.web.pages.conftest import Commons

KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "one"})
OTHER = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "one"})
CLIENT, SECRET = "the commons", "a secret: with signs"


class Provider(ThreadingHTTPServer):
    """An OpenID Connect provider that says what a test wants it to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.claims: dict[str, Any] = {"sub": "s-1", "preferred_username": "Rosa L."}
        self.key, self.status, self.challenge, self.asked = KEY, 200, "", {}

    def token(self, form: dict[str, list[str]]) -> dict[str, Any]:
        if create_s256_code_challenge(form["code_verifier"][0]) != self.challenge or form["code"] != ["good"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        nonce = self.asked.get("nonce", "")
        claims = {"iss": self.issuer, "aud": CLIENT, "exp": now + 60, "iat": now, "nonce": nonce} | self.claims
        given = {name: value for name, value in claims.items() if value is not None}
        return {"id_token": jwt.encode({"alg": "RS256", "kid": "one"}, given, self.key), "token_type": "Bearer"}


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        issuer = self.server.issuer
        if self.path.endswith("openid-configuration"):
            ends = {name: f"{issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
            self.say({"issuer": issuer, "jwks_uri": f"{issuer}/keys", **ends})
        else:
            self.say(KeySet([KEY]).as_dict(private=False))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.headers["Authorization"].startswith("Basic ")
        self.say(self.server.token(parse_qs(body)), self.server.status)

    def say(self, words: Any, status: int = 200) -> None:
        data = json.dumps(words).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    server = Provider()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def there(make_commons: Callable[..., Commons], provider: Provider) -> Commons:
    return make_commons(OIDC_ISSUER=provider.issuer, OIDC_CLIENT=CLIENT, OIDC_SECRET=SECRET, OIDC_NAME="Example")


def go(browser: TestClient, provider: Provider, next: str = "") -> str:
    """To the provider; the state that has to come back."""
    sent = browser.get(f"/sign-in/elsewhere?next={next}")
    assert sent.status_code == 303 and sent.headers["location"].startswith(
        f"{provider.issuer}/authorization_endpoint?"
    )
    provider.asked = {
        name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()
    }
    assert provider.asked["client_id"] == CLIENT and provider.asked["code_challenge_method"] == "S256"
    provider.challenge = provider.asked["code_challenge"]
    return provider.asked["state"]


def back(browser: TestClient, state: str, code: str = "good") -> Any:
    return browser.get("/sign-in/elsewhere/back", params={"code": code, "state": state})


def test_somebody_goes_there_and_comes_back_signed_in(there: Commons, provider: Provider) -> None:
    browser = there.browser()
    assert "Sign in with Example" in browser.get("/sign-in").text
    answer = back(browser, go(browser, provider, "/explore"))
    assert answer.status_code == 303 and answer.headers["location"] == "/explore"
    assert "Rosa L" in browser.get("/mine").text
    again = there.browser()
    assert back(again, go(again, provider)).headers["location"] == "/mine"
    with there.app.world.database.read() as tx:
        assert [account.name for account in tx.accounts.all()] == ["Rosa L"]


def test_another_person_of_the_same_name_is_another_account(there: Commons, provider: Provider) -> None:
    add_account(there.app.world, "Rosa L", Role.CONTRIBUTOR)
    for subject in ("s-1", "s-2"):
        provider.claims["sub"] = subject
        browser = there.browser()
        back(browser, go(browser, provider))
        assert browser.get("/mine").status_code == 200
    with there.app.world.database.read() as tx:
        names = [account.name for account in tx.accounts.all()]
    assert len(set(names)) == 3 and all(name.startswith("Rosa L") for name in names)


@pytest.mark.parametrize("said", ["", None, "<script>", "a@b.org", "x" * 500, "\x1b[2J", "漢字"])
def test_whatever_a_provider_calls_somebody_is_made_a_user_name(
    there: Commons, provider: Provider, said: Any
) -> None:
    provider.claims["preferred_username"] = said
    browser = there.browser()
    assert back(browser, go(browser, provider)).status_code == 303
    with there.app.world.database.read() as tx:
        [account] = tx.accounts.all()
    assert 0 < len(account.name) <= 40 and account.name.isprintable() and "@" not in account.name


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody else"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"sub": None},
    ],
)
def test_what_is_not_proven_signs_nobody_in(there: Commons, provider: Provider, wrong: dict[str, Any]) -> None:
    provider.claims |= wrong
    browser = there.browser()
    assert back(browser, go(browser, provider)).headers["location"].startswith("/sign-in?")
    assert browser.get("/mine").status_code == 303


def test_a_token_that_another_signed_is_none(there: Commons, provider: Provider) -> None:
    provider.key = OTHER
    browser = there.browser()
    assert back(browser, go(browser, provider)).headers["location"].startswith("/sign-in?")


def test_nobody_comes_back_who_did_not_go(there: Commons, provider: Provider) -> None:
    browser, victim = there.browser(), there.browser()
    state = go(browser, provider)
    for who, known in ((victim, state), (browser, "another"), (browser, "")):
        assert back(who, known).headers["location"].startswith("/sign-in?")
    assert back(browser, state, "bad").headers["location"].startswith("/sign-in?")
    assert browser.get("/mine").status_code == 303


def test_a_provider_that_fails_is_told_as_such(there: Commons, provider: Provider) -> None:
    browser = there.browser()
    state = go(browser, provider)
    provider.status = 503
    assert back(browser, state).status_code == 503


def test_an_account_that_was_ended_stays_so(there: Commons, provider: Provider) -> None:
    browser = there.browser()
    back(browser, go(browser, provider))
    end_account(there.app.world, "Rosa L")
    assert back(browser, go(browser, provider)).headers["location"].startswith("/sign-in?")


def test_without_a_provider_there_is_no_such_way(make_commons: Callable[..., Commons]) -> None:
    browser = make_commons().browser()
    assert browser.get("/sign-in/elsewhere").status_code == 404
    assert "Sign in with " not in browser.get("/sign-in").text.replace("Sign in with a token", "").replace(
        "with it", ""
    )
    for wrong in (
        {"OIDC_ISSUER": "http://far.example", "OIDC_CLIENT": "x"},
        {"OIDC_ISSUER": "https://far.example"},
    ):
        with pytest.raises(Misconfigured):
            make_commons(**wrong)
