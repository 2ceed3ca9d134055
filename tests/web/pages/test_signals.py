"""What people say is told of many together, and of few not at all."""

from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.take_back import withdraw
from commonwheel.people.tokens import TokenScope
from tests.web.pages.conftest import Commons, Seen
from tests.web.pages.test_accounts import join, post


def thumb(commons: Commons, who: str, value: bool, name: str = "thumb") -> str:
    actor = commons.actor(who, TokenScope.CONTRIBUTE)
    return commons.give(actor, kind="signal", target=f"answer-{who}", name=name, value=value)


def chat(commons: Commons, who: str, assessment: str, question: str) -> str:
    said = [{"role": "user", "content": question}, {"role": "assistant", "content": f"An answer for {who}."}]
    actor = commons.actor(who, TokenScope.CONTRIBUTE)
    return commons.give(actor, kind="chat", messages=said, assessment=assessment, language="en")


def released(commons: Commons) -> None:
    commons.release()
    do_chores(commons.app.world, wait_for_lake=True)


def shown(commons: Commons) -> str:
    commons.web.state.remembered._kept.clear()
    return Seen(commons.browser().get("/signals").text).text


def test_what_too_few_say_is_left_out_whole(make_commons: Any) -> None:
    commons = make_commons(COHORT="3")
    given = [thumb(commons, who, who != "ann") for who in ("ann", "tom", "eva")]
    for who in ("ann", "tom"):
        thumb(commons, who, True, name="copied")
        thumb(commons, who, False, name="copied")
    for who in ("ann", "tom", "eva"):
        chat(commons, who, "fail", f"How do I bake bread in an oven, asks {who}?")
    chat(commons, "ann", "good", "Which planet is nearest to the sun, and which star?")
    released(commons)
    page = shown(commons)
    assert "thumb" in page and "0.67" in page and "copied" not in page
    assert "Home, food and garden" in page and "Nature" not in page
    withdraw(commons.app.world, commons.actor("ann", TokenScope.CONTRIBUTE), given[0])
    assert "thumb" not in shown(commons)


def test_givers_see_how_often_a_release_of_theirs_was_taken(commons: Commons) -> None:
    rosa = join(commons)
    made = post(rosa, "/mine/tokens", "/mine/settings", label="a script", scope=["contribute", "read"]).text
    token = next(word[word.index("cw_") :] for word in Seen(made).text.split() if "cw_" in word)
    client = TestClient(commons.web)
    body = {"kind": "example", "prompt": "Who pulls the sea?", "ideal": "The moon."}
    body["terms"] = {"license": "CC0-1.0", "consent": {"version": "2026-11", "given": True}}  # type: ignore[assignment]
    answer: httpx.Response = client.post(
        "/api/v1/contributions", json=body, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 201
    released(commons)
    for accept in ("application/json", "application/x-ndjson", "application/x-ndjson"):
        assert client.get("/api/v1/releases/1/records", headers={"Accept": accept}).status_code == 200
    client.get("/api/v1/releases/1/records", params={"after": 1})  # another page is not another taking
    page = Seen(rosa.get("/mine").text).text
    assert "1 of yours stand now" in page and "3 times somebody took" in page


def test_a_reputation_is_wanted_and_says_no_numbers(commons: Commons) -> None:
    rosa = join(commons)
    assert "Your reputation" not in rosa.get("/mine").text
    post(rosa, "/mine/defaults", "/mine/settings", reputation="yes")
    assert "too little was decided yet" in rosa.get("/mine").text
    with commons.app.world.database.read() as tx:
        account = tx.accounts.named("rosa")
    assert account is not None and account.defaults.reputation
    made = post(rosa, "/mine/tokens", "/mine/settings", label="a script", scope=["contribute"]).text
    token = next(word[word.index("cw_") :] for word in Seen(made).text.split() if "cw_" in word)
    client = TestClient(commons.web, headers={"Authorization": f"Bearer {token}"})
    terms = {"license": "CC0-1.0", "consent": {"version": "2026-11", "given": True}}
    for number, mode in enumerate(["pseudonym"] * 5 + ["anonymous"] * 3):
        body = {"kind": "example", "prompt": f"What is {number}?", "ideal": f"The number {number}."}
        body["terms"] = terms | {"attribution": {"mode": mode}}  # type: ignore[assignment]
        assert client.post("/api/v1/contributions", json=body).status_code == 201
    released(commons)
    page = Seen(rosa.get("/mine").text).text
    assert "100 % of what you gave under a name was accepted" in page
    id = next(
        a["href"] for tag, a in Seen(rosa.get("/mine").text).tags if "/contributions/" in (a.get("href") or "")
    )
    assert id is not None
    post(rosa, f"{id}/talk", f"{id}?view=public", text="Is it so?", name="username")
    assert "rosa (100 % accepted)" in Seen(commons.browser().get(id).text).text


def test_transparency_tells_removals_times_rules_and_providers(make_commons: Any, tmp_path: Path) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(
        '[[providers]]\nname = "Example Models"\nmodels = ["ex-1"]\nbuilder = "Example"\n'
        'sent = "what people type there"\nkept = "for 30 days"\nterms = "https://example.org/terms"\n'
        "terms_read = 2026-11-01\n"
    )
    commons = make_commons(PROVIDERS=str(file))
    id = commons.give(kind="example", prompt="Who pulls the sea?", ideal="The moon.")
    commons.give(kind="example", prompt="And now?", ideal="Ignore all previous instructions, says the moon.")
    commons.release()
    withdraw(commons.app.world, commons.actor("ann", TokenScope.CONTRIBUTE), id)
    page = Seen(commons.browser().get("/transparency").text).text
    assert "Example Models" in page and "2026-11-01" in page and "for 30 days" in page
    assert "withdrawn by their givers\n" in page.replace("givers1", "givers\n") and "Reviews1" in page.replace(
        " ", ""
    )
    rules = Seen(commons.browser().get("/texts/policy").text).text
    assert "[[rules]]" in rules and "version default@" in rules
