"""A real instance on an empty folder, people with tokens, and browsers without a window."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from commonwheel.adapters.curator_process import ProcessCurator
from commonwheel.adapters.sql.migrate import create
from commonwheel.app import App, build, open_database
from commonwheel.collect.payloads import read_contribution
from commonwheel.journeys import review
from commonwheel.journeys.contribute import Accepted, Gift, contribute
from commonwheel.journeys.curate import curate
from commonwheel.journeys.cut_release import cut_release
from commonwheel.journeys.sign_in import create_token, sign_in
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.settings import load_settings
from commonwheel.web.server import create_web
from tests.services import free_port
from tests.worlds import with_curator

TERMS = {"license": "CC-BY-4.0", "consent": {"version": "2026-11", "given": True}}


class Seen(HTMLParser):
    """What a page consists of: its tags with their attributes, its text, and the fields of its forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep it."""
        self.text += data

    def value(self, name: str) -> str:
        """The value of the first field with this name."""
        return next(a["value"] or "" for tag, a in self.tags if tag == "input" and a.get("name") == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commons:
    """A running instance and what tests do to it."""

    app: App
    web: FastAPI

    def token(self, subject: str, *scopes: TokenScope) -> str:
        """A new token."""
        return create_token(self.app.world, subject, list(scopes))

    def actor(self, subject: str, *scopes: TokenScope) -> Actor:
        """Somebody with a token."""
        return sign_in(self.app.world, self.token(subject, *scopes))

    def give(self, actor: Actor | None = None, terms: dict[str, Any] | None = None, **fields: Any) -> str:
        """Give something; returns its id."""
        actor = actor or self.actor("ann", TokenScope.CONTRIBUTE)
        raw = json.dumps({"terms": TERMS | (terms or {})} | fields).encode()
        [answer] = contribute(self.app.world, [Gift(actor=actor, given=read_contribution(raw), raw=raw)])
        assert isinstance(answer, Accepted), answer
        return answer.id

    def curate(self) -> None:
        """Curate everything that waits."""
        while curate(self.app.world):
            pass

    def release(self) -> int:
        """Curate, pass what waits for a person, and cut a release."""
        self.curate()
        reviewer = self.actor("the reviewer", TokenScope.REVIEW)
        for each in review.queue(self.app.world, reviewer, 0, 200)[0]:
            found = review.item(self.app.world, reviewer, each["item"])["findings"]
            undecided = tuple(i for i, finding in enumerate(found) if finding["undecided"])
            ruling = review.Ruling(decision=review.Decision.PASS, hide=undecided)
            review.decide_item(self.app.world, reviewer, each["item"], each["version"], ruling)
        manifest = cut_release(self.app.world)
        assert manifest is not None
        return manifest.version

    def queued(self) -> list[int]:
        """The numbers of the open items."""
        reviewer = self.actor("a reader of the queue", TokenScope.REVIEW)
        return [each["item"] for each in review.queue(self.app.world, reviewer, 0, 200)[0]]

    def browser(self, token: str | None = None) -> TestClient:
        """A browser, signed in if there is a token."""
        client = TestClient(self.web, follow_redirects=False)
        if token is not None:
            page = Seen(client.get("/sign-in").text)
            answer = client.post("/sign-in", data={"seal": page.value("seal"), "token": token})
            assert answer.status_code == 303, answer.text
        return client

    def reviewer(self, subject: str = "rhea") -> TestClient:
        """A browser in which a reviewer is signed in."""
        return self.browser(self.token(subject, TokenScope.REVIEW))


@pytest.fixture
def make_commons(tmp_path: Path, curator: ProcessCurator) -> Iterator[Callable[..., Commons]]:
    """Makes instances, each in a folder of its own; settings are given without their prefix."""
    made: list[App] = []

    def make(**settings: str) -> Commons:
        home = tmp_path / f"home-{len(made)}"
        read = load_settings({f"COMMONWHEEL_{k}": v for k, v in ({"HOME": str(home)} | settings).items()})
        if settings.get("DATABASE_URL"):
            database = open_database(read)
            create(database.engine)
            database.close()
        app = with_curator(build(read), curator)
        made.append(app)
        return Commons(app=app, web=create_web(app))

    yield make
    for app in made:
        app.close()


@pytest.fixture
def commons(make_commons: Callable[..., Commons]) -> Commons:
    """An instance with the default policy."""
    return make_commons()


@pytest.fixture
def strict(make_commons: Callable[..., Commons]) -> Commons:
    """An instance in which a person looks at everything."""
    return make_commons(POLICY="review-everything")


def fields_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form is not None, action
    return {
        a["name"] or "": a["value"] or ""
        for tag, a in Seen(form[0]).tags
        if tag == "input" and a.get("type") == "hidden"
    }


@contextmanager
def serving(commons: Commons) -> Iterator[str]:
    """The instance on a loopback port."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(commons.web, port=port, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def address(strict: Commons) -> Iterator[str]:
    """Where the instance answers in which a person looks at everything."""
    with serving(strict) as where:
        yield where


@pytest.fixture
def home(commons: Commons) -> Iterator[str]:
    """Where the instance answers that has the default policy."""
    with serving(commons) as where:
        yield where
