"""The plug-in in a real Open WebUI, as people use it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.openwebui.people import NEVER, Person, stored


@pytest.fixture
def person(chats: Any, request: pytest.FixtureRequest) -> Iterator[Callable[[], Person]]:
    """Makes people who have a window open and agree to everything."""
    made: list[Person] = []

    def make() -> Person:
        somebody = Person(chats, f"{request.node.name.replace('_', '-')[:40]}-{len(made)}")
        somebody.agree()
        made.append(somebody)
        return somebody

    yield make
    for each in made:
        each.leave()


@pytest.fixture
def events(chats: Any) -> None:
    """Open WebUI has had functions for events since 0.10; the plug-in's other one works in 0.9 too."""
    if not chats.has_events:
        pytest.skip("this Open WebUI has no functions for events")


def shared(answer: httpx.Response) -> str:
    """The id of what the button says it shared."""
    assert answer.status_code == 200, answer.text
    return str(answer.json()["content"].split("/contributions/")[1].split()[0])


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something holds within half a minute: events are passed on after their answer."""
    until = time.monotonic() + 30
    while not holds() and time.monotonic() < until:
        time.sleep(0.2)
    return holds()


def test_somebody_shares_for_the_first_time(commons: Any, person: Callable[[], Person]) -> None:
    ida = person()
    chat = ida.chat()
    before = commons.given()
    answer = ida.press(chat)
    given = commons.state(shared(answer))
    assert commons.given() == before + 1
    preview = ida.message("This is what would be public")
    assert "⟨email-1⟩" in preview and "ida@example.org" not in preview and "CC-BY-4.0" in preview
    assert given["kind"] == "chat" and given["license"] == "CC-BY-4.0"
    assert eventually(lambda: any("Shared" in said for said in ida.told))
    claim = answer.json()["content"].rpartition("open ")[2]
    assert httpx.get(claim).status_code == 303  # it asks to sign in, then joins it to the account
    assert shared(ida.press(chat)) == given["id"] and commons.given() == before + 1


@pytest.mark.parametrize("answers", [{"This is what would be public": False}, {"Share with the commons?": False}])
def test_a_refusal_shares_nothing(commons: Any, person: Callable[[], Person], answers: dict[str, Any]) -> None:
    ida = person()
    chat, before = ida.chat(), commons.given()
    ida.agree(**answers)
    assert ida.press(chat).json() is None and commons.given() == before
    assert eventually(lambda: ida.told == ["Nothing was shared."])


def test_a_closed_window_shares_nothing(commons: Any, person: Callable[[], Person]) -> None:
    ida = person()
    chat, before = ida.chat(), commons.given()
    assert ida.press(chat, session="of-a-window-that-is-closed").json() is None
    assert commons.given() == before and ida.shown == []


def test_who_walks_away_shares_nothing(commons: Any, person: Callable[[], Person]) -> None:
    ida = person()
    chat, before = ida.chat(), commons.given()
    ida.agree(**{"This is what would be public": NEVER})
    assert ida.press(chat).json() is None and commons.given() == before


def test_somebody_elses_chat_cannot_be_shared(commons: Any, chats: Any, person: Callable[[], Person]) -> None:
    ida, ben = person(), person()
    chat, before = ida.chat(), commons.given()
    answer = ben.press(chat)
    assert answer.status_code >= 400 or answer.json() is None
    body = {"model": "lark-8b", "messages": [], "chat_id": chat, "id": "a", "session_id": "none"}
    answer = chats.answer("POST", "/api/chat/actions/commonwheel_action", chats.admin, body)
    assert answer.status_code >= 400 or answer.json() is None
    assert commons.given() == before


def test_a_double_click_shares_once(commons: Any, person: Callable[[], Person]) -> None:
    ida = person()
    chat, before = ida.chat(), commons.given()
    with ThreadPoolExecutor(2) as two:
        first, second = two.map(lambda _: ida.press(chat), range(2))
    assert shared(first) == shared(second) and commons.given() == before + 1


def test_a_chat_that_changed_asks_again(commons: Any, chats: Any, person: Callable[[], Person]) -> None:
    ida = person()
    chat, before = ida.chat(), commons.given()

    def change(title: str) -> None:
        if title == "This is what would be public":
            changed = {"chat": stored("Capital of Australia?", "Written after the preview.")}
            chats.call("POST", f"/api/v1/chats/{chat}", ida.token, changed)

    ida.before = change
    assert ida.press(chat).json() is None and commons.given() == before
    assert eventually(lambda: any("changed meanwhile" in said for said in ida.told))
    ida.agree()
    assert (
        "Written after the preview."
        in commons.state(shared(ida.press(chat)))["given_content"]["messages"][1]["content"]
    )


def test_valves_of_a_person_are_not_asked(commons: Any, chats: Any, person: Callable[[], Person]) -> None:
    ida = person()
    chat = ida.chat()
    valves = {"sharing": True, "license": "CC0-1.0", "ai_preference": "train-ai=n", "attribution": "anonymous"}
    valves |= {"purposes": "display", "auto_feedback": True, "note": "From our chat.", "wait_hours": 48}
    chats.call("POST", "/api/v1/functions/id/commonwheel_action/valves/user/update", ida.token, valves)
    ida.rate(chat, -1)
    given = commons.state(shared(ida.press(chat)))
    assert [title for title, _ in ida.shown] == ["What do you want to share?", "This is what would be public"]
    assert (given["license"], given["ai_pref"]) == ("CC0-1.0", "train-ai=n")
    assert given["given_content"]["labels"] == {"1": "fail"} and len(given["about"]) == 1


def test_what_is_rated_is_given_while_it_is_allowed(
    commons: Any, events: None, person: Callable[[], Person]
) -> None:
    ida = person()
    chat = ida.chat()
    ida.agree(**{"What do you want to share?": "allow"})
    assert ida.press(chat).json() is None
    assert eventually(lambda: any("Allowed until" in said for said in ida.told))
    before = commons.given()
    ida.rate(chat, 1)
    assert eventually(lambda: commons.given() == before + 2)  # the chat, and the thumb about it
    ida.agree(**{"What do you want to share?": "stop"})
    assert ida.press(chat).json() is None
    assert eventually(lambda: any("Stopped" in said for said in ida.told))
    ida.rate(ida.chat("Capital of Peru?"), 1)
    time.sleep(3)
    assert commons.given() == before + 2


def test_a_deleted_chat_and_a_deleted_person_are_passed_on(
    commons: Any, chats: Any, events: None, person: Callable[[], Person]
) -> None:
    ida = person()
    first, second = ida.chat(), ida.chat("Capital of Peru?")
    ids = [shared(ida.press(chat)) for chat in (first, second)]
    chats.call("DELETE", f"/api/v1/chats/{first}", ida.token)
    assert eventually(lambda: commons.state(ids[0])["state"] == "withdrawn")
    assert commons.state(ids[1])["state"] != "withdrawn"
    chats.call("DELETE", f"/api/v1/users/{ida.id}", chats.admin)
    assert eventually(lambda: commons.state(ids[1])["state"] == "withdrawn")
