"""What people known to a door wish, and what becomes of their gifts when they delete something there."""

import secrets
from typing import Any

import pytest

from commonwheel.people.tokens import TokenScope
from tests.web.api.checked import Api, chat, standing


class Door:
    """A door's calls with a token of its own."""

    def __init__(self, api: Api, name: str | None = None) -> None:
        self._api = api
        self._token = api.token(TokenScope.ON_BEHALF, subject=name or f"chats-{secrets.token_hex(4)}")

    def get(self, path: str, **sent: Any) -> Any:
        return self._api.get(path, self._token, **sent)

    def post(self, path: str, **sent: Any) -> Any:
        return self._api.post(path, self._token, **sent)

    def put(self, path: str, **sent: Any) -> Any:
        return self._api.call("PUT", path, self._token, **sent)


WISHES = {
    "license": "CC-BY-4.0",
    "ai_pref": "train-ai=n",
    "purposes": ["display"],
    "attribution": {"mode": "pseudonym", "name": None},
    "wait_hours": 48,
    "when_deleted": "erase",
}


@pytest.fixture
def door(api: Api) -> Door:
    return Door(api)


def given(door: Door, user: str = "u1", conversation: str | None = "c1", content: str = "Hello?") -> str:
    body = chat() | {"on_behalf_of": user}
    body["messages"] = [{"role": "user", "content": content}, {"role": "assistant", "content": "Yes."}]
    body["source"] = {"door": "openwebui"} | ({"conversation": conversation} if conversation else {})
    answer = door.post("/contributions", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def states(door: Door, *ids: str) -> list[str]:
    return [door.get(f"/contributions/{id}").json()["state"] for id in ids]


def behalf(user: str) -> dict[str, str]:
    return {"On-Behalf-Of": user}


def test_what_somebody_wishes_is_kept_for_their_door(api: Api, door: Door) -> None:
    empty = door.get("/wishes", headers=behalf("u1")).json()
    assert empty["license"] is None and empty["when_deleted"] == "withdraw"
    assert door.put("/wishes", json=WISHES, headers=behalf("u1")).json() == WISHES
    assert door.get("/wishes", headers=behalf("u1")).json() == WISHES
    assert door.get("/wishes", headers=behalf("u2")).json() == empty
    other = Door(api, "another door")
    assert other.get("/wishes", headers=behalf("u1")).json() == empty


@pytest.mark.parametrize(
    ("wishes", "path"),
    [
        ({"license": "mine"}, "/license"),
        ({"ai_pref": "nonsense"}, "/ai_pref"),
        ({"when_deleted": "sell"}, "/when_deleted"),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_wishes_that_cannot_be_are_refused(door: Door, wishes: dict[str, Any], path: str) -> None:
    answer = door.put("/wishes", json=wishes, headers=behalf("u1"))
    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["faults"][0]["path"] == path


def test_a_deleted_conversation_is_withdrawn_unless_they_said_otherwise(door: Door) -> None:
    mine, other, anothers = given(door), given(door, conversation="c2"), given(door, user="u2")
    deletion = {"on_behalf_of": "u1", "what": "conversation", "conversation": "c1"}
    assert door.post("/deletions", json=deletion).json() == {"wish": "withdraw", "contributions": 1}
    assert states(door, mine, other, anothers) == ["withdrawn", "waiting", "waiting"]
    assert door.post("/deletions", json=deletion).json()["contributions"] == 0


def test_a_deleted_conversation_takes_the_signals_about_it_along(door: Door) -> None:
    mine = given(door)
    thumb = {"target": "c1", "name": "thumb", "value": False, "on_behalf_of": "u1", "terms": chat()["terms"]}
    signal = door.post("/feedback", json=thumb).json()["id"]
    door.put("/wishes", json={"when_deleted": "erase"}, headers=behalf("u1"))
    deletion = {"on_behalf_of": "u1", "what": "conversation", "conversation": "c1"}
    assert door.post("/deletions", json=deletion).json() == {"wish": "erase", "contributions": 2}
    assert states(door, mine, signal) == ["erased", "erased"]


def test_who_wishes_to_keep_keeps(door: Door) -> None:
    mine = given(door)
    door.put("/wishes", json={"when_deleted": "keep"}, headers=behalf("u1"))
    for deletion in ({"what": "conversation", "conversation": "c1"}, {"what": "account"}):
        answer = door.post("/deletions", json={"on_behalf_of": "u1"} | deletion)
        assert answer.json() == {"wish": "keep", "contributions": 0}
    assert states(door, mine) == ["waiting"]


@pytest.mark.parametrize(("wish", "state"), [("withdraw", "withdrawn"), ("erase", "erased")])
def test_a_deleted_person_leaves_with_all_they_gave_there(door: Door, wish: str, state: str) -> None:
    ids = given(door), given(door, conversation=None, content="Anyone?"), given(door, user="u2")
    door.put("/wishes", json={"when_deleted": wish}, headers=behalf("u1"))
    assert door.put("/standing", json=standing(), headers=behalf("u1")).status_code == 200
    assert door.post("/deletions", json={"on_behalf_of": "u1", "what": "account"}).json() == {
        "wish": wish,
        "contributions": 2,
    }
    assert states(door, *ids) == [state, state, "waiting"]
    assert door.get("/standing", headers=behalf("u1")).status_code == 404


def test_another_door_deletes_nothing_of_this_one(api: Api, door: Door) -> None:
    mine = given(door)
    other = Door(api, "another door")
    assert other.post("/deletions", json={"on_behalf_of": "u1", "what": "account"}).json()["contributions"] == 0
    assert states(door, mine) == ["waiting"]


def test_terms_of_today_are_there_for_every_door(api: Api) -> None:
    terms = api.get("/terms").json()
    assert terms["consent"]["version"] and terms["consent"]["url"].endswith("/texts/consent")
    assert {each["value"] for each in terms["licenses"]} == {"CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"}
    assert "train-ai=n" in {each["value"] for each in terms["ai_prefs"]} and terms["providers"] == []


def test_all_conversations_go_without_the_standing_consent(door: Door) -> None:
    ids = given(door), given(door, conversation="c2", content="And?")
    assert door.put("/standing", json=standing(), headers=behalf("u1")).status_code == 200
    deletion = {"on_behalf_of": "u1", "what": "conversations"}
    assert door.post("/deletions", json=deletion).json() == {"wish": "withdraw", "contributions": 2}
    assert states(door, *ids) == ["withdrawn", "withdrawn"]
    assert door.get("/standing", headers=behalf("u1")).status_code == 200


@pytest.mark.parametrize("more", [{"what": "conversation"}, {"what": "account", "conversation": "c1"}])
def test_a_deletion_says_exactly_what_is_gone(door: Door, more: dict[str, str]) -> None:
    assert door.post("/deletions", json={"on_behalf_of": "u1"} | more).status_code == 422
