"""Giving from an export on the site: read apart, picked from, looked at, and given with one consent."""

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from commonwheel.adapters.export_process import ExportProcess
from commonwheel.errors import Invalid
from commonwheel.journeys import exports
from commonwheel.journeys.keep_house import HOUSEKEEPING, run_schedule
from commonwheel.people.tokens import TokenScope
from commonwheel.ports import Detection
from tests.web.pages.conftest import Commons, Seen
from tests.web.pages.test_accounts import join, post
from tests.web.pages.test_standing import _brief as brief

DAY = 1_700_000_000


def conversation(number: int, question: str, answer: str = "An answer.", model: str = "o5") -> dict[str, Any]:
    """As ChatGPT exports it."""

    def node(id: str, parent: str | None, children: list[str], role: str, text: str) -> dict[str, Any]:
        said = {
            "id": id,
            "author": {"role": role},
            "create_time": DAY + number,
            "content": {"content_type": "text", "parts": [text]},
            "metadata": {"model_slug": model} if role == "assistant" else {},
        }
        return {"id": id, "parent": parent, "children": children, "message": said if role else None}

    mapping = {
        "root": node("root", None, ["q"], "", ""),
        "q": node("q", "root", ["a"], "user", question),
        "a": node("a", "q", [], "assistant", answer),
    }
    return {
        "id": f"c-{number}",
        "title": f"Title {number} zebra",
        "create_time": DAY + number * 2_700_000,
        "current_node": "a",
        "mapping": mapping,
    }


def archive(*conversations: dict[str, Any], **more: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("conversations.json", json.dumps(conversations))
        for name, data in more.items():
            file.writestr(f"{name}.json", data)
    return made.getvalue()


def hand_in(browser: TestClient, data: bytes, name: str = "export.zip") -> Any:
    seal = Seen(browser.get("/give/export").text).value("seal")
    return browser.post("/give/export", data={"seal": seal}, files={"file": (name, data)})


def send(browser: TestClient, path: str, do: str, **fields: Any) -> Any:
    page = Seen(browser.get(path.partition("?")[0]).text)
    hidden = {
        name: page.value(name) for name in ("seal", "choice") if any(a.get("name") == name for _, a in page.tags)
    }
    return browser.post(path, data=hidden | {"do": do} | fields)


TERMS = {
    "license": "CC-BY-4.0", "ai_pref": "train-ai=y", "purposes": ["display"], "scope": "public",
    "who": "anonymous", "age": "yes", "mine": "yes", "public": "yes",
}  # fmt: skip


@pytest.fixture
def several() -> bytes:
    """Thirty conversations, one of them with an address in it."""
    some = [conversation(number, f"Question {number} about the moon?") for number in range(28)]
    some.append(conversation(28, "Write to zebedee.quux@example.org about bread.", model="o4"))
    some.append(conversation(29, "How do I bake bread?", model="o4"))
    return archive(*some, user=b'{"email": "hidden-marker@example.org"}')


def gifts(commons: Commons) -> list[str]:
    with commons.app.world.database.read() as tx:
        counts = tx.contributions.counts()
    return [state for state, number in counts.items() for _ in range(number)]


def test_some_are_picked_looked_at_and_given_with_one_consent(commons: Commons, several: bytes) -> None:
    rosa = join(commons)
    brief(rosa)
    shelf = hand_in(rosa, several).headers["location"]
    page = Seen(rosa.get(shelf).text)
    assert "30 conversations" in page.text and "0 chosen" in page.text and "Page 1 of 2" in page.text
    assert "checked" not in "".join(str(a) for tag, a in page.tags if a.get("name") == "pick")
    bread = Seen(rosa.get(f"{shelf}?q=bread").text).text
    assert "2 found" in bread and "that would be hidden" in bread, bread
    assert "1 found" in Seen(rosa.get(f"{shelf}?q=bread&clean=1").text).text
    assert "2 found" in Seen(rosa.get(f"{shelf}?model=o4").text).text
    assert "2 found" in Seen(rosa.get(f"{shelf}?until=2023-12").text).text
    send(rosa, shelf, "all", q="bread")
    send(rosa, shelf, "page:2", pick=["1", "3"], seen=["1", "2", "3"])
    assert "4 chosen" in Seen(rosa.get(shelf).text).text
    to = send(rosa, shelf, "preview").headers["location"]
    seen = rosa.get(to).text
    assert (
        "zebedee.quux" not in seen and "4 conversations become" in Seen(seen).text and "Give 4" in Seen(seen).text
    )
    send(rosa, to, "drop:3")
    assert send(rosa, to, "give", **(TERMS | {"public": ""})).status_code == 422
    assert gifts(commons) == []
    given = send(rosa, to, "give", **TERMS)
    assert "3 gifts are made" in Seen(given.text).text
    assert len(gifts(commons)) == 3
    again = send(rosa, send(rosa, shelf, "preview", pick=["1", "29"]).headers["location"], "give", **TERMS)
    assert "0 gifts are made" in Seen(again.text).text and len(gifts(commons)) == 3  # given once is given
    commons.curate()
    with commons.app.world.database.read() as tx:
        [account] = tx.accounts.all()
        assert account.name == "rosa"
    mine = Seen(rosa.get("/mine").text).text
    assert "A chat" in mine and "Title 1 zebra" not in mine


def test_what_is_ticked_stays_so_while_others_are_looked_for(commons: Commons, several: bytes) -> None:
    rosa = commons.browser()
    shelf = hand_in(rosa, several).headers["location"]
    found = send(rosa, shelf, "find", new_q="bread", new_model="o4").headers["location"]
    page = Seen(rosa.get(found).text)
    assert "2 found" in page.text and page.value("q") == page.value("new_q") == "bread"
    hidden = {"q": "bread", "model": "o4", "seen": ["29", "30"], "pick": ["30"]}
    found = send(rosa, shelf, "find", **hidden, new_q="moon").headers["location"]
    page = Seen(rosa.get(found).text)
    assert "28 found" in page.text and "1 chosen" in page.text


def test_without_an_account_it_is_given_all_the_same(commons: Commons, several: bytes) -> None:
    somebody = commons.browser()
    shelf = hand_in(somebody, several).headers["location"]
    to = send(somebody, shelf, "preview", pick="1").headers["location"]
    assert send(somebody, to, "give").headers["location"].startswith("/before")
    brief(somebody)
    assert "1 gift is made" in Seen(send(somebody, to, "give", **TERMS).text).text
    assert "A chat" in somebody.get("/mine").text


def test_an_export_is_of_one_browser_and_of_two_days(
    commons: Commons, several: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa, other = commons.browser(), commons.browser()
    shelf = hand_in(rosa, several).headers["location"]
    other.get("/give")
    assert other.get(shelf).status_code == 404
    home = commons.app.settings.home
    everything = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"about the moon" not in everything and b"hidden-marker" not in everything
    assert "go on picking" in rosa.get("/give/export").text
    now = commons.app.world.clock.now()
    monkeypatch.setattr(type(commons.app.world.clock), "now", lambda _self: now + timedelta(days=2, hours=1))
    run_schedule(commons.app.world, HOUSEKEEPING)
    with commons.app.world.database.read() as tx:
        assert tx.shelves.size() == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no export",
        b"{}",
        b"PK\x03\x04 broken",
        archive(),
        json.dumps([{"mapping": 1}]).encode(),
        b"\x00" * 5000,
    ],
    ids=["empty", "text", "object", "broken zip", "empty archive", "broken tree", "zeros"],
)
def test_what_is_no_export_is_told_and_kept_nowhere(commons: Commons, data: bytes) -> None:
    answer = hand_in(commons.browser(), data)
    assert answer.status_code == 422 and 'class="fault"' in answer.text
    told = re.findall(r'id="file-fault">(.*?)</span>', answer.text)
    assert len(told) == 1 and told[0].count("This file") == 1 and "commonwheel-records" not in told[0], told
    assert ("is empty" in told[0]) == (not data) and ("is not a whole ZIP archive" in told[0]) == (
        b"broken" in data
    )
    with commons.app.world.database.read() as tx:
        assert tx.shelves.size() == 0


def test_the_consent_is_for_what_its_page_showed(commons: Commons, several: bytes) -> None:
    rosa = join(commons)
    brief(rosa)
    shelf = hand_in(rosa, several).headers["location"]
    to = send(rosa, shelf, "preview", pick="1").headers["location"]
    page = Seen(rosa.get(to).text)
    assert "1 conversation becomes" in page.text
    send(rosa, shelf, "all")  # in another tab
    agreed = {"seal": page.value("seal"), "choice": page.value("choice"), "do": "give"}
    answer = rosa.post(to, data=agreed | TERMS)
    assert answer.status_code == 422 and "changed since this page was made" in answer.text
    assert gifts(commons) == []
    assert "30 gifts are made" in Seen(send(rosa, to, "give", **TERMS).text).text


def test_a_repeat_with_a_wait_is_a_repeat_and_other_terms_are_told(commons: Commons, several: bytes) -> None:
    rosa = join(commons)
    brief(rosa)
    shelf = hand_in(rosa, several).headers["location"]
    for made in ("1 gift is made", "0 gifts are made"):
        to = send(rosa, shelf, "preview", pick="1").headers["location"]
        page = Seen(send(rosa, to, "give", **(TERMS | {"wait": "24"})).text).text
        assert made in page and "before" not in page.partition("gift")[2].partition("made")[0]
        assert "Idempotency" not in page and "on other terms" not in page
    to = send(rosa, shelf, "preview", pick="1").headers["location"]
    assert "gave it before on other terms" in send(rosa, to, "give", **(TERMS | {"license": "CC0-1.0"})).text


def test_what_was_given_once_is_given_once_also_after_signing_in_again(commons: Commons, several: bytes) -> None:
    rosa = join(commons)
    brief(rosa)
    for made in ("2 gifts are made", "1 gift is made"):
        shelf = hand_in(rosa, several).headers["location"]
        to = send(rosa, shelf, "preview", pick=["1", "2"] + (["3"] if made.startswith("1") else [])).headers[
            "location"
        ]
        assert made in Seen(send(rosa, to, "give", **TERMS).text).text
        rosa = commons.browser()
        post(rosa, "/sign-in", who="rosa", password="a river runs by")
    commons.curate()
    id = re.findall(r"/contributions/([0-9a-f]+)", rosa.get("/mine").text)[0]
    assert post(rosa, f"/contributions/{id}/withdraw", f"/contributions/{id}").status_code == 303
    shelf = hand_in(rosa, several).headers["location"]
    to = send(rosa, shelf, "preview", pick=["1", "2", "3"]).headers["location"]
    page = Seen(send(rosa, to, "give", **TERMS).text).text
    assert "0 gifts are made" in page and "You took it back before" in page


def test_what_failed_on_the_way_leaves_nothing(
    commons: Commons, several: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = commons.browser()
    before = hand_in(rosa, several).headers["location"]
    with commons.app.world.database.read() as tx:
        size = tx.shelves.size()
    monkeypatch.setattr(exports, "MOST_CONVERSATIONS", 60)
    answer = hand_in(rosa, archive(*(conversation(number, f"Question {number}?") for number in range(70))))
    assert answer.status_code == 422 and "at most 60" in answer.text
    with commons.app.world.database.read() as tx:
        assert tx.shelves.size() == size  # and what was there before is there
    assert rosa.get(before).status_code == 200
    assert hand_in(rosa, several).status_code == 303
    assert rosa.get(before).status_code == 404


def test_parts_that_a_crash_left_are_forgotten_too(commons: Commons, monkeypatch: pytest.MonkeyPatch) -> None:
    now = commons.app.world.clock.now()
    with commons.app.world.database.write() as tx:
        tx.shelves.keep("left", 1, b"drawer", b"sealed", now)
    monkeypatch.setattr(type(commons.app.world.clock), "now", lambda _self: now + timedelta(days=2, hours=1))
    run_schedule(commons.app.world, HOUSEKEEPING)
    with commons.app.world.database.read() as tx:
        assert tx.shelves.size() == 0


def test_what_others_gave_is_not_given_anew_on_other_terms(commons: Commons) -> None:
    theirs = {
        "id": "0190", "kind": "chat", "license": "CC-BY-SA-4.0", "ai_pref": "train-ai=n", "purposes": ["display"],
        "attribution": "Zoe", "month": "2026-10",
        "messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes."}],
    }  # fmt: skip
    for record in (theirs, {name: theirs[name] for name in ("kind", "messages")} | {"terms": {
        "license": "CC-BY-SA-4.0", "consent": {"version": "7", "given": True}}}):  # fmt: skip
        answer = hand_in(commons.browser(), json.dumps(record).encode() + b"\n", "records.jsonl")
        assert answer.status_code == 422 and "terms of its own" in answer.text, answer.text


def test_what_is_not_read_is_told(commons: Commons, several: bytes) -> None:
    empty = conversation(50, "x") | {
        "mapping": {"root": {"id": "root", "parent": None, "children": [], "message": None}}
    }
    rosa = commons.browser()
    shelf = hand_in(rosa, archive(conversation(1, "Question?"), empty)).headers["location"]
    page = Seen(rosa.get(shelf).text).text
    assert "1 conversations" in page and "Of 1 conversation in the file nothing can be given" in page


def test_a_detector_that_gave_no_answer_makes_nothing_clean(commons: Commons) -> None:
    class Slow:
        def detect(self, bodies: Any) -> list[Detection]:
            return [Detection(timed_out=("personal.email",)) for _ in bodies]

    world = replace(commons.app.world, curator=Slow())  # type: ignore[arg-type]
    shelf = exports.shelve(world, "drawer", archive(conversation(1, "Question?")))
    assert exports.found_in(shelf.lines) and not exports.found_in(shelf.lines, clean=True)


def test_whoever_reads_slowly_is_not_too_late() -> None:
    some = archive(*(conversation(number, "Question? " * 1_000) for number in range(30)))
    seen = 0
    for _ in ExportProcess(seconds=3).read(some):
        time.sleep(0.12)
        seen += 1
    assert seen == 30


def test_a_bomb_and_a_slow_file_hurt_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(bomb=b"[" + b" " * 300_000_000 + b"]")
    assert len(bomb) < 1_000_000
    with pytest.raises(Invalid):
        list(ExportProcess(memory_limit=1 << 29).read(bomb))
    with pytest.raises(Invalid):
        list(ExportProcess(memory_limit=1 << 20).read(b"[]"))  # no room to breathe


def test_answers_of_a_child_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from commonwheel.adapters import export_process

    def lying(*_: Any) -> Iterator[Any]:
        yield from export_process._answers(io.BytesIO(b'{"number": 1, "nonsense": true}\n'))

    with pytest.raises(Invalid):
        list(lying())


def test_a_full_waiting_room_keeps_the_rest_chosen(make_commons: Any, several: bytes) -> None:
    commons = make_commons(WAITING_ROOM="2")
    rosa = join(commons)
    brief(rosa)
    shelf = hand_in(rosa, several).headers["location"]
    to = send(rosa, shelf, "preview", pick=["1", "2", "3", "4"]).headers["location"]
    page = Seen(send(rosa, to, "give", **TERMS).text).text
    made = int(re.search(r"(\d+) gifts? (?:is|are) made", page)[1])  # type: ignore[index]
    assert 0 < made <= 2 and f"{4 - made} of what you chose" in page
    assert f"{4 - made} chosen" in Seen(rosa.get(shelf).text).text


def test_too_many_at_once_and_none_are_refused(commons: Commons, several: bytes) -> None:
    rosa = join(commons)
    shelf = hand_in(rosa, several).headers["location"]
    assert send(rosa, shelf, "preview").status_code == 422
    assert rosa.get(f"{shelf}/preview").status_code == 303
    assert post(rosa, f"{shelf}", shelf, do="preview", pick=["99", "-1", "x"]).status_code == 422
    assert send(rosa, shelf, "discard").headers["location"] == "/give/export"
    assert rosa.get(shelf).status_code == 404
    assert commons.token("x", TokenScope.READ)
