"""People are asked by configuration, and never again once they say so."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commonwheel.errors import Invalid, Misconfigured
from commonwheel.people.prompts import load_prompts
from commonwheel.people.providers import load_providers
from commonwheel.people.tokens import TokenScope
from tests.web.pages.conftest import Commons, Seen
from tests.web.pages.test_accounts import join, post


def test_each_is_turned_off_for_good_in_a_browser_and_for_an_account(commons: Commons) -> None:
    somebody = commons.browser()
    assert "Answer what failed" in somebody.get("/give").text
    assert (
        post(somebody, "/prompts/failures/off", "/give", next="/give/trace").headers["location"] == "/give/trace"
    )
    assert "Answer what failed" not in somebody.get("/give").text
    assert "Answer what failed" in commons.browser().get("/give").text

    rosa = join(commons)
    assert "Your best chats this week" in rosa.get("/mine").text
    post(rosa, "/prompts/best-this-week/later", "/mine", next="/mine")
    assert "Your best chats this week" not in rosa.get("/mine").text
    post(rosa, "/prompts/failures/off", "/give")
    other = commons.browser()
    post(other, "/sign-in", who="rosa", password="a river runs by")
    assert "Answer what failed" not in other.get("/give").text
    assert "You turned off 1 question" in Seen(rosa.get("/mine/settings").text).text
    post(rosa, "/prompts/again", "/mine/settings")
    assert "Answer what failed" in rosa.get("/give").text and "this week" in rosa.get("/mine").text


def test_what_was_put_off_is_asked_again_when_it_is_due(commons: Commons, monkeypatch: pytest.MonkeyPatch) -> None:
    rosa = join(commons)
    post(rosa, "/prompts/best-this-week/later", "/mine")
    now = commons.app.world.clock.now()
    monkeypatch.setattr(type(commons.app.world.clock), "now", lambda _self: now + timedelta(days=7))
    assert "Your best chats this week" in rosa.get("/mine").text


def test_after_a_failure_somebody_says_why(commons: Commons) -> None:
    ann = commons.token("ann", TokenScope.CONTRIBUTE, TokenScope.READ)
    browser = commons.browser(ann)
    said = [{"role": "user", "content": "Capital of Australia?"}, {"role": "assistant", "content": "Sydney."}]
    actor = commons.actor("ann", TokenScope.CONTRIBUTE)
    id = commons.give(actor, kind="chat", messages=said, assessment="fail")
    good = commons.give(actor, kind="chat", messages=[*said, *said], assessment="good")
    commons.curate()
    assert "What went wrong?" not in browser.get(f"/contributions/{good}").text
    assert "What went wrong?" in browser.get(f"/contributions/{id}").text
    page = f"/contributions/{id}"
    wrong = post(browser, f"{page}/why", page, prompt="what-went-wrong", value="made up by me")
    assert wrong.status_code == 422
    for _ in range(2):  # said twice it is one signal
        assert post(browser, f"{page}/why", page, prompt="what-went-wrong", value="untrue").status_code == 303
    with commons.app.world.database.read() as tx:
        ids = tx.contributions.of_contributors(actor.contributors, None, 10)
        kinds = [gift.kind for gift in tx.contributions.many(ids).values()]  # type: ignore[union-attr]
    assert sorted(kinds) == ["chat", "chat", "signal"]
    stranger = commons.browser(commons.token("tom", TokenScope.CONTRIBUTE))
    seal = Seen(stranger.get("/give").text).value("seal")
    sent = {"seal": seal, "prompt": "what-went-wrong", "value": "untrue"}
    assert stranger.post(f"{page}/why", data=sent).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "prompts = 1",
        '[[prompts]]\nid = "A b"\nwhen = "task"\ntitle = "x"\ntext = "y"',
        '[[prompts]]\nid = "a"\nwhen = "sometimes"\ntitle = "x"\ntext = "y"',
        '[[prompts]]\nid = "a"\nwhen = "task"\ntitle = "x"\ntext = "y"\nlink = "//elsewhere.example"',
    ],
)
def test_faults_of_the_file_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "prompts.toml").write_text(text)
    with pytest.raises(Invalid):
        load_prompts(str(tmp_path / "prompts.toml"))


def test_what_cannot_be_read_is_no_setting(tmp_path: Path) -> None:
    for load in (load_prompts, load_providers):
        with pytest.raises(Misconfigured):
            load(str(tmp_path / "not there"))
    twice = '[[prompts]]\nid = "a"\nwhen = "task"\ntitle = "x"\ntext = "y"\n'
    (tmp_path / "twice.toml").write_text(twice * 2)
    with pytest.raises(Misconfigured):
        load_prompts(str(tmp_path / "twice.toml"))
    assert load_prompts("none") == () and load_providers("") == ()


def test_a_commons_asks_what_it_wants(make_commons: Any, tmp_path: Path) -> None:
    file = tmp_path / "prompts.toml"
    file.write_text('[[prompts]]\nid = "gsw"\nwhen = "task"\ntitle = "Help with Swiss German"\ntext = "Grüezi."')
    page = make_commons(PROMPTS=str(file)).browser().get("/give").text
    assert "Help with Swiss German" in page and "Answer what failed" not in page
