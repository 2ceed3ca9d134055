"""Every answer carries the headers; static files are what ships and nothing else."""

import re
from collections.abc import Callable

import pytest

from commonwheel.web.security import HEADERS, policy_with
from tests.web.pages.conftest import Commons, Seen

ANSWERS = (
    "/",
    "/releases",
    "/docs",
    "/sign-in",
    "/review",
    "/contributions/none",
    "/no/such/page",
    "/openapi.json",
)


@pytest.mark.parametrize("path", [*ANSWERS, "/api/v1/me", "/static/commonwheel.css", "/static/none"])
def test_every_answer_carries_the_headers(commons: Commons, path: str) -> None:
    answer = commons.browser().get(path)
    nonce = re.search(r"; script-src 'nonce-([\w-]{20,})'$", answer.headers["Content-Security-Policy"])
    policy = HEADERS["Content-Security-Policy"] if nonce is None else policy_with(nonce[1])
    expected = HEADERS | {"Content-Security-Policy": policy}
    assert {name: answer.headers.get(name) for name in HEADERS} == expected
    assert "Strict-Transport-Security" not in answer.headers


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


def test_scripts_of_a_page_carry_a_nonce_of_this_answer_alone(commons: Commons) -> None:
    browser = commons.browser()
    nonces = set()
    for _ in range(2):
        answer = browser.get("/give")
        [script] = [a for tag, a in Seen(answer.text).tags if tag == "script"]
        assert f"script-src 'nonce-{script['nonce']}'" in answer.headers["Content-Security-Policy"]
        nonces.add(script["nonce"])
    assert len(nonces) == 2


def test_https_stays_https(make_commons: Callable[..., Commons]) -> None:
    commons = make_commons(PUBLIC_URL="https://commons.example")
    assert "Strict-Transport-Security" in commons.browser().get("/").headers


def test_static_files_are_kept_for_as_long_as_they_do_not_change(commons: Commons) -> None:
    browser = commons.browser()
    links = [
        a["href"] for tag, a in Seen(browser.get("/").text).tags if tag == "link" and a["rel"] == "stylesheet"
    ]
    assert links
    for link in links:
        answer = browser.get(link or "")
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Type"].startswith("text/css")
        again = browser.get(link or "", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304 and not again.content
    assert "immutable" not in browser.get("/static/commonwheel.css?v=of-another-day").headers["Cache-Control"]


def test_every_font_that_the_style_names_is_there(commons: Commons) -> None:
    browser = commons.browser()
    style = browser.get("/static/commonwheel.css").text
    fonts = [part.split(")")[0] for part in style.split("url(fonts/")[1:]]
    assert len(fonts) == 5
    for font in fonts:
        answer = browser.get(f"/static/fonts/{font}")
        assert answer.headers["Content-Type"] == "font/woff2" and "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["../session.py", "..%2fsession.py", "%2e%2e/session.py", "fonts", "fonts/", "", "/"]
)
def test_nothing_else_is_served(commons: Commons, name: str) -> None:
    assert commons.browser().get(f"/static/{name}").status_code == 404
