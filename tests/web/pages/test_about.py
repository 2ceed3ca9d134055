"""What an instance says of itself: where data goes, what people agree to, and what a release holds."""

from collections.abc import Callable

import pytest

from commonwheel.journeys.chores import do_chores
from commonwheel.people import documents
from commonwheel.people.documents import Document
from tests.web.pages.conftest import Commons, Seen


def test_the_places_are_those_of_the_settings(make_commons: Callable[..., Commons]) -> None:
    plain = Seen(make_commons().browser().get("/transparency").text).text
    assert "a file on this machine" in plain and "A judge" not in plain and "leaves this machine" not in plain
    settings = {
        "JUDGE_URL": "https://judge.example/v1",
        "JUDGE_MODEL": "m",
        "MAIL_URL": "smtp://u:secret@mail.example",
        "RECIPE": "edits",
    }
    told = Seen(make_commons(**settings, RELEASE_EVERY="7200").browser().get("/transparency").text).text
    assert "judge.example" in told and "mail.example" in told and "every 2 hours" in told and "secret" not in told
    assert told.count("leaves this machine") == 2 and "Models" in told


@pytest.mark.parametrize("name", ["consent", "briefing"])
def test_a_text_is_shown_with_its_digest(commons: Commons, name: str) -> None:
    page = commons.browser().get(f"/texts/{name}").text
    assert documents.current(name).digest in page and documents.current(name).version in page
    assert commons.browser().get(f"/texts/{name}?version=1999-01").status_code == 404


def test_two_versions_are_compared(commons: Commons, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Document(name="consent", version="2026-10", text="You give some <b>words</b> to us.", digest="a" * 64)
    new = Document(name="consent", version="2026-11", text="You give all words to everybody.", digest="b" * 64)
    monkeypatch.setattr("commonwheel.web.pages.texts.versions", lambda _name: (old, new))
    page = commons.browser().get("/texts/consent?since=2026-10").text
    assert (
        "<del>some</del><ins>all</ins>" in page.replace(" </", "</").replace("> <", "><")
        or "<ins>all</ins>" in page
    )
    assert "<b>words" not in page and "&lt;b&gt;words" in page
    assert "You give some" in Seen(commons.browser().get("/texts/consent?version=2026-10").text).text


@pytest.mark.parametrize("path", ["/texts/other", "/texts/..%2Fconsent", "/texts/consent?since=x"])
def test_no_other_text_can_be_asked_for(commons: Commons, path: str) -> None:
    assert commons.browser().get(path).status_code == 404


def test_a_release_shows_what_is_in_it_with_a_table_behind_each_chart(commons: Commons) -> None:
    commons.give(kind="example", prompt="One?", ideal="It is the first one of them.", language="en")
    commons.give(kind="example", prompt="Zwei?", ideal="Das ist die zweite von ihnen.", language="de-CH")
    commons.give(
        kind="example", prompt="3?", ideal="The third one.", language="en", terms={"ai_pref": "train-ai=n"}
    )
    commons.release()
    do_chores(commons.app.world, wait_for_lake=True)
    page = Seen(commons.browser().get("/releases/1").text)
    charts = [a["aria-label"] for tag, a in page.tags if tag == "svg" and a.get("role") == "img"]
    assert charts == [
        "May models learn from it?: No preference stated 2, No 1",
        "License: CC BY 4.0 3",
        "Kinds: Example 3",
        "Languages: English 2, German 1",
    ]
    assert sum(tag == "caption" for tag, _ in page.tags) == len(charts)


def test_day_and_night_are_chosen_and_kept(commons: Commons) -> None:
    browser = commons.browser()
    assert "data-theme" not in browser.get("/").text
    chosen = browser.post("/theme", data={"theme": "dark", "next": "/explore"})
    assert chosen.headers["location"] == "/explore" and "HttpOnly" in chosen.headers["set-cookie"]
    assert '<html lang="en" dir="ltr" data-theme="dark">' in browser.get("/explore").text
    assert browser.post("/theme", data={"theme": "", "next": "//evil.example"}).headers["location"] == "/"
    assert "data-theme" not in browser.get("/").text
    browser.cookies.set("commonwheel_theme", '"><script>')
    assert "data-theme" not in browser.get("/").text
