"""Every call of the API does what the contract says, and answers as /openapi.json describes it."""

import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from commonwheel.journeys.curate import curate
from commonwheel.journeys.cut_release import cut_release
from commonwheel.people.tokens import TokenScope
from commonwheel.records.terms import TERMS as READS_TERMS
from tests.web.api.checked import TERMS, Api, chat, edit, error_of, feedback


def curated(api: Api) -> None:
    while curate(api.app.world):
        pass


def test_a_gift_is_accepted_with_a_receipt(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE)
    answer = api.post("/contributions", token, json=chat())
    assert answer.status_code == 201
    given = answer.json()
    assert given["state"] == "waiting"
    assert given["url"].endswith(f"/contributions/{given['id']}")
    assert given["receipt"]["statement"]["id"] == given["id"]


@pytest.mark.parametrize(
    "fault, path",
    [
        ({"colour": "red"}, "/colour"),
        ({"terms": TERMS | {"license": "MIT"}}, "/terms/license"),
        ({"terms": TERMS | {"ai_pref": "train-ai=(("}}, "/terms/ai_pref"),
        ({"terms": TERMS | {"purposes": []}}, "/terms/purposes"),
        ({"messages": []}, "/messages"),
        ({"messages": [{"role": "king", "content": "x"}]}, "/messages/0/role"),
        ({"labels": {"7": "good"}}, "/labels/7"),
        ({"kind": "song"}, "/kind"),
        ({"language": "123456"}, "/language"),
        ({"hold_until": "2026-11-21T10:00:00"}, "/hold_until"),
        ({"hold_until": "2999-01-01T00:00:00Z"}, "/hold_until"),
    ],
)
def test_a_fault_is_named_with_its_path(api: Api, fault: dict[str, Any], path: str) -> None:
    answer = api.post("/contributions", api.token(), json=chat(**fault))
    assert answer.status_code == 422
    assert path in [each["path"] for each in answer.json()["error"]["details"]["faults"]]


def test_terms_come_from_the_body_or_from_the_token(api: Api) -> None:
    vouched = READS_TERMS.validate_python(TERMS)
    gift = chat()
    del gift["terms"]
    refused = api.post("/contributions", api.token(), json=gift)
    assert refused.status_code == 422
    assert api.post("/contributions", api.token(terms=vouched), json=gift).status_code == 201


def test_a_preview_stores_nothing_and_binds_the_gift(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE)
    gift = chat(note="Write to wanda.quist@example.org about it.")
    before = api.get("//health").json()["waiting"]
    seen = api.post("/contributions/preview", token, json=gift).json()
    assert "wanda.quist" not in json.dumps(seen["would_publish"])
    kinds = [finding["kind"] for finding in seen["findings"]]
    assert [kind for kind in kinds if kind.startswith("personal.")] == ["personal.email"]
    assert api.get("//health").json()["waiting"] == before
    gift["terms"] = TERMS | {"consent": TERMS["consent"] | {"preview": seen["digest"]}}
    assert api.post("/contributions", token, json=gift).status_code == 201
    other = api.post("/contributions", token, json=gift | {"note": "Something else altogether."})
    assert other.json()["error"]["details"]["faults"][0]["path"] == "/terms/consent/preview"


def test_a_batch_answers_line_by_line(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE)
    lines = [json.dumps(chat()), "", "{}", "no json", json.dumps(chat())]
    answer = api.post("/contributions/batch", token, content="\n".join(lines).encode())
    assert answer.status_code == 200
    outcomes = [json.loads(line) for line in answer.content.splitlines()]
    assert [(each["line"], each["status"]) for each in outcomes] == [(1, 201), (3, 422), (4, 422), (5, 201)]


def test_an_edit_becomes_a_gold_pair_and_says_so(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE)
    answer = api.post("/edits", token, json=edit())
    assert answer.status_code == 202
    assert set(answer.json()) == {"id"}
    waiting = api.get(f"/contributions/{answer.json()['id']}", token).json()
    assert waiting["gold"]["why_not"] == "It is not curated yet."
    curated(api)
    view = api.get(f"/contributions/{answer.json()['id']}", token).json()
    assert (view["state"], view["gold"]["pairs"]) == ("ready", 1)
    assert 0.10 <= view["gold"]["similarity"] <= 0.95
    assert sum(api.get("/gold").json()["pairs"].values()) >= 1


@pytest.mark.parametrize(
    "edited", ["The file lists rivers!", "Something else entirely, about cheese and its many holes."]
)
def test_a_trivial_edit_or_a_rewrite_is_no_pair_and_the_reason_is_told(api: Api, edited: str) -> None:
    token = api.token(TokenScope.CONTRIBUTE)
    given = edit(
        original_llm_output="The file lists rivers." if edited.endswith("!") else "0123456789" * 9,
        final_user_edit=edited,
    )
    id = api.post("/edits", token, json=given).json()["id"]
    curated(api)
    view = api.get(f"/contributions/{id}", token).json()
    assert view["gold"]["pairs"] == 0
    assert view["gold"]["why_not"]


@pytest.mark.parametrize("value", [True, 4, 4.5, "useful", ""])
def test_feedback_takes_any_plain_value(api: Api, value: object) -> None:
    answer = api.post("/feedback", api.token(TokenScope.CONTRIBUTE), json=feedback(value=value))
    assert answer.status_code == 201


def test_a_contribution_shows_its_whole_life(api: Api) -> None:
    token = api.token()
    id = api.give(token, tags=["life"])
    curated(api)
    version = cut_release(api.app.world).version
    answer = api.get(f"/contributions/{id}", token)
    view = answer.json()
    assert view["state"] == "released"
    assert view["releases"] == [{"from": version, "until": None}]
    assert [event["event"] for event in view["history"]] == ["given", "ready", "released"]
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["content-usage"] == TERMS["ai_pref"]
    assert answer.headers["link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    assert api.post(f"/contributions/{id}/withdraw", token).json()["state"] == "withdrawn"
    assert api.post(f"/contributions/{id}/withdraw", token).status_code == 409
    assert api.post(f"/contributions/{id}/restore", token).json()["state"] == "waiting"
    assert api.delete(f"/contributions/{id}", token).json()["state"] == "erased"
    assert api.get(f"/contributions/{id}", token).json() == api.get(f"/contributions/{id}", token).json()
    assert api.delete(f"/contributions/{id}", token).status_code == 200


def test_a_release_is_read_in_three_formats_with_its_terms(api: Api) -> None:
    token = api.token()
    ids = {api.give(token), api.give(token, terms=TERMS | {"license": "CC0-1.0", "ai_pref": ""})}
    curated(api)
    version = cut_release(api.app.world).version
    listed = api.get("/releases").json()["releases"]
    assert [release["version"] for release in listed] == list(range(1, version + 1))
    one = api.get(f"/releases/{version}")
    assert one.json() == listed[-1]
    assert "content-usage" in one.headers
    manifest = api.get(f"/releases/{version}/manifest")
    assert manifest.json()["manifest"] == one.json()["manifest"]
    page = api.get(f"/releases/{version}/records").json()
    assert ids <= {record["id"] for record in page["items"]}
    lines = api.get(f"/releases/{version}/records", headers={"Accept": "application/x-ndjson"})
    assert ids <= {json.loads(line)["id"] for line in lines.content.splitlines()}
    free = api.get(f"/releases/{version}/records?license=CC0-1.0")
    assert free.headers["link"] == '<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"'
    assert "content-usage" not in free.headers
    assert {record["license"] for record in free.json()["items"]} == {"CC0-1.0"}
    table = api.get(f"/releases/{version}/records", headers={"Accept": "application/vnd.apache.parquet"})
    assert ids <= set(pq.read_table(io.BytesIO(table.content)).column("id").to_pylist())
    assert api.get(f"/releases/{version}/removals").json()["version"] == version


@pytest.mark.parametrize(
    "query", ["kind=song", "license=MIT", "purpose=fun", "commit=me", "after=-1", "limit=0", "limit=1001"]
)
def test_a_wrong_filter_is_refused(api: Api, query: str) -> None:
    api.give(api.token())
    curated(api)
    version = cut_release(api.app.world).version
    assert api.get(f"/releases/{version}/records?{query}").status_code == 422


@pytest.mark.parametrize("what", ["", "/manifest", "/records", "/removals"])
def test_there_is_no_release_that_was_not_cut(api: Api, what: str) -> None:
    assert api.get(f"/releases/999{what}").status_code == 404


def test_records_come_page_by_page(api: Api) -> None:
    token = api.token()
    given = {api.give(token) for _ in range(5)}
    curated(api)
    version = cut_release(api.app.world).version
    seen: list[str] = []
    cursor: str | None = "0"
    while cursor is not None:
        page = api.get(f"/releases/{version}/records?limit=2&after={cursor}").json()
        assert len(page["items"]) <= 2
        seen += [record["id"] for record in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen))
    assert given <= set(seen)


def test_what_i_gave_comes_page_by_page(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE)
    given = [api.give(token) for _ in range(5)]
    seen: list[str] = []
    after = ""
    while True:
        page = api.get(f"/me/contributions?limit=2{after}", token).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == given
    assert api.get(f"/me/contributions?after={given[0]}", api.token(TokenScope.CONTRIBUTE)).status_code == 404


def test_i_can_see_take_along_and_erase_everything_of_mine(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE, subject="mira")
    given = [api.give(token, note=f"note {number}") for number in range(3)]
    assert api.get("/me", token).json()["subject"] == "mira"
    lines = api.get("/me/takeout", token).content.splitlines()
    assert [json.loads(line)["note"] for line in lines] == ["note 0", "note 1", "note 2"]
    again = api.post("/contributions/batch", api.token(), content=b"\n".join(lines))
    assert {json.loads(line)["status"] for line in again.content.splitlines()} == {201}
    assert api.delete("/me", token).json() == {"erased": 3}
    assert {api.get(f"/contributions/{id}", token).json()["state"] for id in given} == {"erased"}
    assert api.get("/me/contributions", token).json() == {"items": [], "next": None}


def test_a_revoked_token_and_no_token_are_told_apart_by_nobody(api: Api) -> None:
    for token in (None, "cw_wrong", ""):
        answer = api.get("/me", token)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert error_of(answer) == "not_signed_in"


def test_unknown_paths_and_methods_have_the_same_shape(api: Api) -> None:
    assert api.get("/nothing").status_code == 404
    answer = api.call("PUT", "/contributions", api.token())
    assert answer.status_code == 405
    assert error_of(answer) == "method_not_allowed"
