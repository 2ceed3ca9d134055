"""The sync and the async client say the same: what was asked, or a Failure, whatever is answered."""

import asyncio
import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest

from commonwheel.client import (
    Accepted,
    AnswerFailed,
    AsyncCommonwheel,
    Busy,
    Commonwheel,
    Failure,
    NotFound,
    NotReachable,
    Refusal,
    Unfit,
)
from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from commonwheel.records.terms import TERMS
from tests.client.conftest import GIVEN, Served
from tests.client.instances import Answer, instance, refused
from tests.client.test_wheel import NOBODY

EXAMPLE = {"kind": "example", "prompt": "Who pulls the sea?", "ideal": "The moon."}


class Sync:
    """Calls methods of `Commonwheel` by name."""

    def __init__(self, url: str, token: str | None = None, **more: Any) -> None:
        self._made = (url, token, more)

    def __call__(self, name: str, *more: Any, **named: Any) -> Any:
        url, token, settings = self._made
        with Commonwheel(url, token, **settings) as client:
            said = getattr(client, name)(*more, **named)
            return list(said) if inspect.isgenerator(said) else said


class Async(Sync):
    """Calls the same of `AsyncCommonwheel`."""

    def __call__(self, name: str, *more: Any, **named: Any) -> Any:
        url, token, settings = self._made

        async def call() -> Any:
            async with AsyncCommonwheel(url, token, **settings) as client:
                said = getattr(client, name)(*more, **named)
                return [each async for each in said] if inspect.isasyncgen(said) else await said

        return asyncio.run(call())


both = pytest.mark.parametrize("kind", [Sync, Async])


def test_both_clients_have_the_same_methods() -> None:
    def methods(client: type) -> dict[str, list[str]]:
        return {
            name.replace("aclose", "close"): list(map(str, inspect.signature(method).parameters.values()))
            for name, method in inspect.getmembers(client, inspect.isfunction)
            if not name.startswith("_") or name == "__init__"
        }

    assert methods(Commonwheel) == methods(AsyncCommonwheel)


@both
def test_a_life_of_a_contribution(served: Served, kind: type[Sync]) -> None:
    assert served.app is not None
    terms = TERMS.validate_python(GIVEN)
    ann = kind(served.url, create_token(served.app.world, "ann", [TokenScope.CONTRIBUTE], terms))
    assert ann("preview", EXAMPLE)["would_publish"]["ideal"] == "The moon."
    id = ann("contribute", EXAMPLE, key="once")["id"]
    assert ann("contribute", EXAMPLE, key="once")["id"] == id
    many = [{**EXAMPLE, "ideal": "The moon, mostly."}, {"kind": "chat"}]
    first, second = ann("contribute_many", many, key="many")
    assert isinstance(first, Accepted) and isinstance(second, Refusal) and isinstance(second.failure, Unfit)
    assert ann("contribute_many", many, key="many")[0].repeated
    edit = ann("edit", "Capital?", "Sydney.", "Canberra.")
    assert ann("feedback", id, "thumb", True)["state"] == "waiting"
    assert {id, first.id, edit} <= {each["id"] for each in ann("mine")}
    assert ann("fix", id, {"note": "Tides."}, revision=1) == 2
    assert [ann(what, id)["state"] for what in ("withdraw", "restore", "erase")] == [
        "withdrawn",
        "waiting",
        "erased",
    ]
    assert ann("releases") == [] and "waiting" in ann("health")
    with pytest.raises(NotFound):
        ann("get", "no/such id")
    with pytest.raises(Failure):
        ann("reviews")


def answering(*answers: Answer) -> Callable[[Any], Answer]:
    """Each once, and the last again and again."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


PAGE: Answer = (200, {}, b"<h1>Sign in to the network</h1>")


@both
@pytest.mark.parametrize("answer", [PAGE, (308, {"Location": "/"}, b""), (200, {}, b"[]"), (204, {}, b"")])
@pytest.mark.parametrize("call", ["edit", "fix", "mine", "contribute_many"])
def test_what_is_no_answer_of_an_instance_is_a_failure(kind: type[Sync], answer: Answer, call: str) -> None:
    asked: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
        "edit": (("a", "b", "c"), {}),
        "fix": (("x", {}), {"revision": 1}),
        "mine": ((), {}),
        "contribute_many": (([EXAMPLE, EXAMPLE],), {}),
    }
    with instance(answering(answer)) as there, pytest.raises(AnswerFailed):
        kind(there.url)(call, *asked[call][0], **asked[call][1])


@both
def test_a_busy_instance_is_asked_again_as_often_as_was_said(kind: type[Sync]) -> None:
    busy = 503, {"Retry-After": "0"}, b""
    with instance(answering(busy, busy, (200, {}, b'{"id": "e-1"}'))) as there:
        assert kind(there.url)("edit", "a", "b", "c") == "e-1"
        assert len({key for key, _ in there.came}) == 1 and len(there.came) == 3
    with instance(answering(busy)) as there:
        with pytest.raises(Busy):
            kind(there.url, retries=1)("contribute", EXAMPLE)
        assert len(there.came) == 2


@both
def test_lines_that_found_no_room_are_sent_again_under_the_same_key(kind: type[Sync]) -> None:
    full = {"status": 429, "error": {"code": "waiting_room_full"}}
    some = "\n".join(map(json.dumps, [{"status": 201, "id": "a"}, full])).encode()
    all_of_them = "\n".join(map(json.dumps, [{"status": 200, "id": "a"}, {"status": 201, "id": "b"}])).encode()
    with instance(answering((200, {}, some), (200, {}, all_of_them))) as there:
        outcomes = kind(there.url)("contribute_many", [EXAMPLE, EXAMPLE])
        assert [(outcome.id, outcome.repeated) for outcome in outcomes] == [("a", False), ("b", False)]
        assert len({key for key, _ in there.came}) == 1 and len(there.came) == 2


@both
def test_a_list_is_read_page_by_page(kind: type[Sync]) -> None:
    pages = [{"items": [{"id": 1}, {"id": 2}], "next": "2"}, {"items": [{"id": 3}], "next": None}]
    with instance(answering(*((200, {}, json.dumps(page).encode()) for page in pages))) as there:
        assert [each["id"] for each in kind(there.url)("mine")] == [1, 2, 3]


@both
def test_records_are_lines_whatever_is_in_their_words(kind: type[Sync]) -> None:
    words = "one\u2028two\x85three\x0bfour"
    lines = [json.dumps({"ideal": each}, ensure_ascii=False) for each in (words, "last")]
    with instance(answering((200, {}, "\n".join(lines).encode()))) as there:
        assert [record["ideal"] for record in kind(there.url)("records", 1)] == [words, "last"]
    with instance(answering(refused(404, "not_found"))) as there, pytest.raises(NotFound):
        kind(there.url)("records", 1)
    with instance(answering((200, {}, b'{"ideal": "broken o'))) as there, pytest.raises(NotReachable):
        kind(there.url)("records", 1)
    with instance(answering((200, {"Content-Length": "99"}, b"{}\n"))) as there, pytest.raises(NotReachable):
        kind(there.url)("records", 1)


@both
def test_nobody_there_is_told(kind: type[Sync]) -> None:
    with pytest.raises(NotReachable):
        kind(NOBODY, retries=0)("health")
