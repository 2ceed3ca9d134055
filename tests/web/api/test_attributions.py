"""Which released records an answer resembles, by API: as described, without a token, under each record's terms."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from commonwheel.journeys.attribute import MOST_CHARACTERS
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.curate import curate
from commonwheel.journeys.cut_release import cut_release
from tests.web.api.checked import TERMS, Api, error_of

SAYING = "A barrel that stood in the yard all winter is filled to the brim before anyone pours cider into it"
UNSHOWN = (
    f"My grandmother had a word for every season, mostly about apples. {SAYING}, was what she said in March, "
    "and in October that a ladder left in the tree picks nothing. None of us ever asked her what she meant by it."
)
ANSWER = f"🦉 Hm. {SAYING}, I was told."


@pytest.fixture(scope="module")
def id(api: Api) -> str:
    """A released example under terms of its own, and another one that may not be displayed."""
    token = api.token()
    ids = [
        give(api, token, SAYING, attribution={"mode": "pseudonym", "name": "the cooper"}),
        give(api, token, UNSHOWN, purposes=["training"]),
    ]
    release(api)
    return ids[0]


def give(api: Api, token: str, ideal: str, **terms: Any) -> str:
    given = {"kind": "example", "prompt": "What do they say?", "ideal": ideal, "terms": TERMS | terms}
    id: str = api.post("/contributions", token, json=given).json()["id"]
    return id


def release(api: Api) -> None:
    while curate(api.app.world):
        pass
    cut_release(api.app.world)
    do_chores(api.app.world, wait_for_lake=True)


def test_an_answer_is_told_whose_records_it_resembles(api: Api, id: str) -> None:
    answer = api.post("/attributions", json={"text": ANSWER})
    assert answer.status_code == 200
    told = answer.json()
    assert "not causation" in told["note"]
    [only] = told["resembles"]
    [(start, end)] = only.pop("spans")
    assert ANSWER[start:end] == SAYING == only.pop("text")
    assert 0 < only.pop("covered") < 1 and 0 < only.pop("similarity") < 1
    assert only == {
        "id": id,
        "kind": "example",
        "name": "the cooper",
        "license": "CC-BY-4.0",
        "ai_pref": TERMS["ai_pref"],
        "release": 1,
    }


def test_what_is_shown_comes_with_its_terms(api: Api, id: str) -> None:
    headers = api.post("/attributions", json={"text": ANSWER}).headers
    assert headers["content-usage"] == TERMS["ai_pref"]
    assert headers["link"].endswith('/licenses/by/4.0/>; rel="license"')


@pytest.mark.parametrize("text", ["", "Hm.", "\0", "nothing that anybody here has ever said in these very words"])
def test_what_resembles_nothing_is_told_so(api: Api, id: str, text: str) -> None:
    answer = api.post("/attributions", json={"text": text})
    assert (answer.status_code, answer.json()["resembles"]) == (200, [])
    assert "link" not in answer.headers


@pytest.mark.parametrize(
    "sent, path",
    [
        ({}, "/text"),
        ({"text": None}, "/text"),
        ({"text": "x" * (MOST_CHARACTERS + 1)}, "/text"),
        ({"text": "x", "limit": 1_000}, "/limit"),
        (["x"], ""),
    ],
)
def test_a_fault_is_named_with_its_path_and_without_what_was_sent(api: Api, sent: Any, path: str) -> None:
    answer = api.post("/attributions", json=sent)
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["error"]["details"]["faults"]] == [path]
    assert "xx" not in answer.text


def test_the_size_of_what_is_sent_is_bounded(api: Api) -> None:
    answer = api.post("/attributions", content=b'{"text": "' + b"x" * 20_000_000 + b'"}')
    assert (answer.status_code, error_of(answer)) == (413, "too_large")


def test_no_log_holds_what_was_asked(api: Api, id: str) -> None:
    with capture_logs() as logs:
        api.post("/attributions", json={"text": ANSWER})
        api.post("/attributions", json={"text": [ANSWER]})
    assert "barrel" not in repr(logs)


def test_what_is_erased_is_not_shown_any_more(api: Api) -> None:
    token = api.token()
    saying = "Whoever plants a walnut beside the road does so for the children of people they will never meet"
    id = give(api, token, saying)
    release(api)
    asked = {"json": {"text": f"{saying}."}}
    assert [each["id"] for each in api.post("/attributions", **asked).json()["resembles"]] == [id]
    assert api.delete(f"/contributions/{id}", token).status_code < 300
    assert api.post("/attributions", **asked).json()["resembles"] == []
