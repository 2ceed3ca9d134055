"""What happens in Open WebUI and is passed on: ratings under a standing consent, and deletions."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from commonwheel.records.terms import TERMS as TERMS_READER
from tests.client.conftest import Served
from tests.client.open_webui import TOLD, Chats, Feedbacks, Functions, arrived, chat, door_token, installed, rated

TERMS = {"license": "CC-BY-4.0", "ai_pref": "train-ai=y", "consent": {"version": "2026-11", "given": True}}


class Happening:
    """Events, as Open WebUI dispatches them, and the commons beside."""

    def __init__(self, served: Served, event: Any) -> None:
        self.served, self.event = served, event
        self.token = door_token(served)
        Functions.valves = {"url": served.url, "token": self.token}

    def __call__(self, name: str, subject: str, actor: str = "u1", **data: Any) -> None:
        """One event, and everything that it sets off."""
        happened = {"event": name, "subject": {"id": subject}, "actor": {"id": actor}, "data": data}

        async def now() -> None:
            await self.event.event(happened)
            if self.event._sending is not None:
                await asyncio.wait_for(self.event._sending, 60)

        asyncio.run(now())

    def call(self, method: str, path: str, user: str = "u1", **sent: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "On-Behalf-Of": user}
        return httpx.request(method, f"{self.served.url}/api/v1{path}", headers=headers, **sent)

    def allow(self) -> None:
        """A standing consent of u1."""
        days = {"until": "2027-03-01T00:00:00Z", "check_up": "2027-02-01T00:00:00Z"}
        assert self.call("PUT", "/standing", json={"terms": TERMS, "wait_hours": 48} | days).status_code == 200

    def share(self, user: str = "u1") -> str:
        """The chat, shared by the button."""
        body = {"kind": "chat", "messages": [{"role": "user", "content": f"Hello of {user}"}], "terms": TERMS}
        body |= {"source": {"door": "openwebui", "conversation": "c1"}, "on_behalf_of": user}
        return str(self.call("POST", "/contributions", json=body).json()["id"])

    def state(self, id: str) -> str:
        return str(self.call("GET", f"/contributions/{id}").json()["state"])


@pytest.fixture
def happens(served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Happening:
    Feedbacks.stored = []
    module = installed(monkeypatch, tmp_path)("event")
    monkeypatch.setattr(module, "_AGAIN", 0.05)
    Feedbacks.stored = [rated(comment="Wrong.")]
    return Happening(served, module.Event())


def test_a_rating_is_given_as_they_allowed(happens: Happening, served: Served) -> None:
    happens.allow()
    happens("feedback.created", "f1", rating=-1)
    signal, given = arrived(served, happens.token)
    assert given["given_content"]["labels"] == {"1": "fail"} and given["license"] == "CC-BY-4.0"
    assert [hold["reason"] for hold in given["holds"]] == ["giver"]
    assert signal["given_content"]["detail"]["comment"] == "Wrong."
    [(who, said)] = TOLD
    assert who == "u1" and said.endswith(f"/contributions/{given['id']}")
    happens("feedback.created", "f1", rating=-1)
    assert served.given() == 2


def test_without_a_standing_consent_nothing_is_given_and_who_shares_is_reminded_once(
    happens: Happening, served: Served
) -> None:
    happens("feedback.created", "f1", rating=-1)
    assert TOLD == []
    Functions.of_users = {"u1": {"sharing": True}}
    for _ in range(2):
        happens("feedback.created", "f1", rating=-1)
    assert len(TOLD) == 1 and "Press the button" in TOLD[0][1] and served.given() == 0


@pytest.mark.parametrize("actor", ["u2", "", "nobody"])
def test_a_rating_of_somebody_else_gives_nothing(happens: Happening, served: Served, actor: str) -> None:
    happens.allow()
    happens("feedback.created", "f1", actor, rating=-1)
    Chats.stored = {("c1", "u2"): chat()}
    happens("feedback.created", "f1", "u1", rating=-1)
    assert served.given() == 0


def test_a_setting_stops_what_was_allowed(happens: Happening, served: Served) -> None:
    happens.allow()
    Functions.of_users = {"u1": {"standing": "stop"}}
    happens("feedback.created", "f1", rating=-1)
    assert served.given() == 0 and happens.call("GET", "/standing").status_code == 404


def test_a_trial_gives_and_passes_on_nothing(happens: Happening, served: Served) -> None:
    mine = happens.share()
    happens.allow()
    Functions.valves["mock"] = True
    happens("feedback.created", "f1", rating=-1)
    happens("chat.deleted", "c1", owner_id="u1")
    assert served.given() == 1 and happens.state(mine) == "waiting"


@pytest.mark.parametrize(
    ("event", "subject"), [("chat.deleted", "c1"), ("chat.deleted_all", "u1"), ("user.deleted", "u1")]
)
@pytest.mark.parametrize(("wish", "state"), [("keep", "waiting"), ("withdraw", "withdrawn"), ("erase", "erased")])
def test_what_is_deleted_goes_as_its_giver_wishes(
    happens: Happening, event: str, subject: str, wish: str, state: str
) -> None:
    mine, anothers = happens.share(), happens.share("u2")
    happens.call("PUT", "/wishes", json={"when_deleted": wish})
    happens(event, subject, "admin", owner_id="u1")
    assert (happens.state(mine), happens.state(anothers)) == (state, "waiting")


def test_a_deletion_waits_for_a_commons_that_is_away_also_over_a_restart(
    happens: Happening, served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = happens.share()
    served.stop()
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(deleting(happens.event, "c1"), 0.5))
    served.start()
    happens.event = installed(monkeypatch, tmp_path)("event").Event()
    Functions.valves = {"url": served.url, "token": happens.token}
    happens("user.login", "u2")
    assert happens.state(mine) == "withdrawn"
    assert not list((tmp_path / "commonwheel-deletions").glob("*.json"))


async def deleting(event: Any, *chats: str) -> None:
    for id in chats:
        await event.event({"event": "chat.deleted", "subject": {"id": id}, "actor": {"id": "u1"}, "data": {}})
    await event._sending


def test_what_does_not_concern_it_is_left_alone(happens: Happening, served: Served) -> None:
    for event in ({}, {"event": "chat.created", "subject": None}, {"event": "feedback.created", "actor": None}):
        asyncio.run(happens.event.event(event))
    assert served.given() == 0


def test_while_it_rests_nothing_is_given_under_the_terms_of_the_token_either(
    happens: Happening, served: Served
) -> None:
    assert served.app is not None
    vouched = TERMS_READER.validate_python(TERMS)
    happens.token = create_token(served.app.world, "our chat", [TokenScope.ON_BEHALF], vouched)
    Functions.valves["token"] = happens.token
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    allowed = {"terms": TERMS, "until": "2027-03-01T00:00:00Z", "check_up": soon, "wait_hours": 0}
    assert happens.call("PUT", "/standing", json=allowed).status_code == 200
    while not happens.call("GET", "/standing").json()["rests"]:
        time.sleep(0.1)
    happens("feedback.created", "f1", rating=-1)
    assert served.given() == 0


def test_a_deletion_that_is_refused_holds_up_no_other(
    happens: Happening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = happens.share()
    happens("chat.deleted", "", "")  # of nobody: left alone
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(deleting(happens.event, "c" * 300, "c1"), 3))
    assert happens.state(mine) == "withdrawn"
    assert len(list((tmp_path / "commonwheel-deletions").glob("*.json"))) == 1
