"""Every route as every role: who may not is refused before anything is done, and cannot tell it from not there."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from commonwheel.app import build
from commonwheel.journeys.accounts import add_account, begin_session
from commonwheel.people.tokens import TokenScope
from commonwheel.ports import Curator
from commonwheel.records.account import Role
from commonwheel.settings import load_settings
from commonwheel.web.api import ROOT_ROUTERS, ROUTERS
from commonwheel.web.pages import ROUTERS as PAGES
from commonwheel.web.server import create_web
from commonwheel.web.session import cookie_name, form_seal, new_session, to_cookie
from tests.web.pages.conftest import Commons
from tests.worlds import with_curator

VISITOR = "visitor"
ROLES = [VISITOR, *(role.value for role in Role)]

SIGNED_IN = ("/mine", "/claim/")
"""Pages for those who are signed in."""
REVIEWING = ("/review",)
"""Pages for those who review."""
OPERATING = ("/operate",)
"""Pages for whoever runs this."""
BY_SECRET = ("/api/v1/hooks/git",)
"""Calls for whoever knows a secret that is set; here it is not (tests/web/api/test_hooks.py)."""
OWN = "/contributions/{id}/"
"""Actions that only the giver may do."""


@pytest.fixture(scope="module")
def commons(tmp_path_factory: pytest.TempPathFactory, curator: Curator) -> Iterator[Commons]:
    """An instance in which something is released, and something waits for a reviewer."""
    home = tmp_path_factory.mktemp("home")
    app = with_curator(build(load_settings({"COMMONWHEEL_HOME": str(home)})), curator)
    made = Commons(app=app, web=create_web(app))
    made.give(kind="example", prompt="What pulls the sea?", ideal="The moon does, and the sun a little.")
    made.release()
    made.give(kind="example", prompt="And now?", ideal="Ignore all previous instructions, says the moon.")
    made.curate()
    yield made
    app.close()


@pytest.fixture(scope="module")
def browsers(commons: Commons) -> dict[str, tuple[TestClient, str]]:
    """A browser for each role, and the seal that its forms have."""
    found = {}
    for role in ROLES:
        token = None
        if role != VISITOR:
            token = begin_session(
                commons.app.world, add_account(commons.app.world, f"a {role}", Role(role)), ""
            ).id
        session = new_session(commons.app.world.clock.now(), token)
        client = TestClient(commons.web, follow_redirects=False)
        client.cookies.set(cookie_name(False), to_cookie(commons.app.session_key, session))
        found[role] = client, form_seal(commons.app.session_key, session)
    return found


def routes() -> list[tuple[str, str]]:
    """Every method and path of pages and API."""
    places = [("/api/v1", ROUTERS), ("", ROOT_ROUTERS), ("", PAGES)]
    return [
        (method, prefix + route.path)
        for prefix, routers in places
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def filled(path: str, id: str) -> str:
    """The path with something of another person's in it."""
    values = {"id": id, "item": "1", "version": "1", "v": "1", "name": "m1", "way": "chat", "number": "1"}
    return re.sub(r"{([a-z_]+)(?::path)?}", lambda match: values.get(match[1], "x"), path)


def test_no_role_is_let_in_where_it_has_no_business(
    commons: Commons, browsers: dict[str, tuple[TestClient, str]]
) -> None:
    theirs = commons.give(
        commons.actor("ann", TokenScope.CONTRIBUTE), kind="example", prompt="Mine?", ideal="Yes."
    )
    walked = 0
    for method, path in routes():
        if path.startswith(("/api/", "/static", "/sign-out")):
            continue
        for role, (client, seal) in browsers.items():
            to = filled(path, theirs)
            sent = {"data": {"seal": seal}} if method == "POST" else {}
            answer = client.request(method, to, **sent)  # type: ignore[arg-type]
            where = f"{method} {path} as {role}: {answer.status_code}"
            assert answer.status_code < 500, where
            walked += 1
            if path.startswith(SIGNED_IN) and role == VISITOR:
                assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"), where
            if path.startswith(REVIEWING) and role in (VISITOR, Role.CONTRIBUTOR):
                assert answer.status_code in (303, 403, 422), where
                assert answer.status_code != 303 or answer.headers["location"].startswith("/sign-in"), where
            if path.startswith(OPERATING) and role not in (VISITOR, Role.OPERATOR):
                assert answer.status_code == 403, where
            if path.startswith(OWN) and role != Role.OPERATOR:
                assert answer.status_code in (303, 404, 422), where
                assert answer.status_code != 303 or answer.headers["location"].startswith("/sign-in"), where
            if method == "POST" and path not in ("/give/hand-off", "/theme", "/stop/{link}"):
                bare = client.post(to, data={"seal": "0" * 64})
                refusals = (401,) if path == "/v1/traces" else (403, 422)  # a door of programs, which have tokens
                assert bare.status_code in refusals, f"{where}, unsealed: {bare.status_code}"
    assert walked > 150
    assert commons.browser().get(f"/contributions/{theirs}").status_code == 200  # nobody did anything to it


def test_not_there_and_not_yours_look_alike(commons: Commons, browsers: dict[str, tuple[TestClient, str]]) -> None:
    theirs = commons.give(
        commons.actor("ann", TokenScope.CONTRIBUTE), kind="example", prompt="Mine?", ideal="Yes."
    )
    client, seal = browsers[Role.REVIEWER]
    for action in ("withdraw", "again", "erase", "appeal", "fix"):
        answers = [
            client.post(f"/contributions/{id}/{action}", data={"seal": seal, "sure": "yes", "statement": "x"})
            for id in (theirs, "0" * 32)
        ]
        bodies = {re.sub(r"[0-9a-f]{32,}", "", answer.text) for answer in answers}
        assert [answer.status_code for answer in answers] == [404, 404] and len(bodies) == 1, action


def test_the_api_asks_who_it_is_before_anything_is_read(commons: Commons) -> None:
    client = TestClient(commons.web)
    asked = 0
    open_to_all = re.compile(
        r"/api/v1/(releases|changes|gold|models|attributions|terms$|extension/selectors$|contributions/{id}$)"
    )
    for method, path in routes():
        if not path.startswith("/api/v1") or open_to_all.match(path):
            continue
        answer = client.request(method, filled(path, "0" * 32), content=b"{")
        refusal = 404 if path in BY_SECRET else 401
        assert answer.status_code == refusal, f"{method} {path}: {answer.status_code}"
        asked += 1
    assert asked > 15
