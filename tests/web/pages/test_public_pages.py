"""The pages that anybody can read: the front page, a contribution, the releases."""

import base64
from html import unescape
from typing import Any

import pytest

from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.take_back import erase, withdraw
from commonwheel.people.tokens import TokenScope
from tests.web.pages.conftest import Commons, Seen

GIVEN: dict[str, dict[str, Any]] = {
    "chat": {
        "messages": [
            {"role": "user", "content": "How long may they keep my deposit?"},
            {
                "role": "assistant",
                "content": [{"type": "text", "text": "They may keep it for a year."}],
                "model": "m-9",
            },
        ],
        "labels": {"1": "fail"},
        "note": "It mixes up two rules.",
    },
    "correction": {
        "prompt": "What is the capital of Australia?",
        "original": "The capital is Sydney, by the sea.",
        "edited": "The capital is Canberra, by the sea.",
    },
    "preference": {
        "prompt": [{"role": "user", "content": "A haiku about rain, please."}],
        "candidates": [{"content": "Rain is wet water"}, {"content": "Rain falls on the roof"}],
        "chosen": 1,
        "reason": "It is closer to one.",
    },
    "example": {
        "prompt": "Write a function that doubles.",
        "ideal": "def double(x): return 2 * x",
        "tests": ["assert double(2) == 4"],
        "rubric": "Short and right.",
    },
    "signal": {
        "target": "an interaction",
        "name": "grade",
        "value": "good enough to keep",
        "detail": {"clarity": "clear", "stars": 4},
    },
    "trace": {"prompt": "Two and two?", "steps": ["Two is one and one.", "Count them."], "answer": "It is four."},
    "bundle": {
        "messages": [{"role": "user", "content": "What is in this picture of mine?"}],
        "attachments": [
            {"name": "garden.png", "media_type": "image/png", "data": base64.b64encode(b"not a picture").decode()}
        ],
    },
}


def strings(value: Any) -> list[str]:
    """Every text in what was given."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    return [text for each in value for text in strings(each)] if isinstance(value, list) else []


def test_the_front_page_counts_what_is_there(commons: Commons) -> None:
    browser = commons.browser()
    assert "Nothing is released yet" in browser.get("/").text
    for number in range(3):
        commons.give(kind="correction", **(GIVEN["correction"] | {"prompt": f"Question number {number}?"}))
    commons.release()
    page = Seen(browser.get("/").text)
    said = " ".join(page.text.split())
    assert "Given 3" in said and "Released 3" in said and "In review 0" in said and "Gold pairs 3" in said
    assert "3 records. 3 are new, 0 left." in said
    spokes = [a["d"] for tag, a in page.tags if tag == "path" and "sp" in (a.get("class") or "")]
    assert len(spokes) == 52
    links = {a["href"] for tag, a in page.tags if tag == "a"}
    assert {"/openapi.json", "/docs", "/releases/1", "/releases"} <= links
    for link in sorted(filter(None, links)):
        assert browser.get(link).status_code in (200, 303), link


@pytest.mark.parametrize("kind", GIVEN)
def test_a_released_contribution_shows_everything_that_is_public(commons: Commons, kind: str) -> None:
    id = commons.give(
        kind=kind,
        **GIVEN[kind],
        terms={"attribution": {"mode": "pseudonym", "name": "quiet-heron"}},
        language="en-GB",
    )
    commons.release()
    html = commons.browser().get(f"/contributions/{id}").text
    shown = Seen(html)
    private = {"data", "target", "role", "type"} if kind != "signal" else {"data", "target"}
    expected = strings({key: value for key, value in GIVEN[kind].items() if key not in private | {"labels"}})
    ours = {"user", "assistant", "text", GIVEN["bundle"]["attachments"][0]["data"]}
    for text in set(expected) - ours:
        assert text in shown.text.replace("\n", ""), text
    assert "Released" in shown.text and "release 1" in shown.text and "quiet-heron" in shown.text
    assert "CC-BY-4.0" in shown.text and "Anyone may use it who says where it is from." in shown.text
    assert "an interaction" not in shown.text
    assert not [tag for tag, _ in shown.tags if tag in ("img", "iframe", "object", "audio", "video", "embed")]
    said = [a for tag, a in shown.tags if "words" in (a.get("class") or "")]
    assert said and all(a.get("dir") == "auto" and a.get("lang") == "en-GB" for a in said)


def test_a_correction_marks_what_changed(commons: Commons) -> None:
    id = commons.give(kind="correction", **GIVEN["correction"])
    commons.release()
    html = commons.browser().get(f"/contributions/{id}").text
    assert ">Sydney,</del>" in html and ">Canberra,</ins>" in html


def test_a_preference_marks_what_was_chosen(commons: Commons) -> None:
    id = commons.give(kind="preference", **GIVEN["preference"])
    commons.release()
    html = commons.browser().get(f"/contributions/{id}").text
    assert "<b>Answer 1</b><span>not chosen</span>" in html
    assert '<b>Answer 2</b><span class="chip yes">chosen</span>' in html


def test_a_preference_that_is_inferred_does_not_say_that_somebody_chose(commons: Commons) -> None:
    id = commons.give(kind="preference", **GIVEN["preference"], inferred=True)
    commons.release()
    html = commons.browser().get(f"/contributions/{id}").text
    assert "<b>Answer 1</b><span>not kept</span>" in html
    assert '<b>Answer 2</b><span class="chip yes">kept</span>' in html


@pytest.mark.parametrize(
    ("ai_pref", "sign", "words"),
    [
        ("", "unstated", "states no preference"),
        ("train-ai=y", "yes", "models may learn from it"),
        ("train-ai=n", "no", "No model learns from it"),
        ("train-ai=n;exceptions=cc-cr-ec", "if", "give back to the commons"),
        ("train-genai=n", "no", "No model learns from it"),
        ("search=n", "unstated", "states no preference"),
    ],
)
def test_the_preference_is_said_in_plain_words_and_as_it_was_written(
    commons: Commons, ai_pref: str, sign: str, words: str
) -> None:
    id = commons.give(kind="example", prompt="Two and two?", ideal="It makes four.", terms={"ai_pref": ai_pref})
    commons.release()
    html = commons.browser().get(f"/contributions/{id}").text
    assert f'class="chip {sign}"' in html and words in html and ai_pref in html


def test_who_states_no_preference_is_nowhere_counted_as_saying_yes(commons: Commons) -> None:
    for number, ai_pref in enumerate(("", "train-ai=y", "train-ai=n")):
        commons.give(
            kind="example", prompt=f"{number} and {number}?", ideal="It is even.", terms={"ai_pref": ai_pref}
        )
    commons.release()
    do_chores(commons.app.world, wait_for_lake=True)
    browser = commons.browser()
    release, found = browser.get("/releases/1").text, browser.get("/explore").text
    assert "Yes 1, No preference stated 1, No 1" in release
    assert Seen(found).text.count("No AI preference") == 1 and Seen(found).text.count("May learn") == 1
    assert 'class="chip unstated">no AI preference' in found


def test_of_what_is_erased_nobody_is_told_that_it_can_be_fixed(commons: Commons) -> None:
    ann = commons.actor("ann", TokenScope.CONTRIBUTE)
    id = commons.give(ann, kind="example", prompt="Two and two?", ideal="It makes four.")
    assert "can fix, withdraw or erase it" in commons.browser().get(f"/contributions/{id}").text
    erase(commons.app.world, ann, id)
    page = commons.browser().get(f"/contributions/{id}").text
    assert "Erased on" in page and "can fix" not in page


def test_before_its_release_only_the_state_is_told(commons: Commons) -> None:
    id = commons.give(kind="correction", **GIVEN["correction"])
    for state in ("waits to be checked", "waits for the next release"):
        html = commons.browser().get(f"/contributions/{id}").text
        assert state in html and "Canberra" not in html and "CC BY" not in html
        commons.curate()


def test_what_was_hidden_is_a_bar(commons: Commons) -> None:
    id = commons.give(kind="example", prompt="Who is ann@example.com, please?", ideal="Somebody in an example.")
    commons.release()
    html = commons.browser().get(f"/contributions/{id}").text
    assert "ann@example.com" not in html and '<bdi class="hid"' in html and "⟨email-1⟩</bdi>" in html


def test_withdrawn_and_erased(commons: Commons) -> None:
    ann = commons.actor("ann", TokenScope.CONTRIBUTE)
    kept, gone, lost = (
        commons.give(ann, kind="example", prompt=f"Question {n} of three?", ideal=f"The answer is {n} again.")
        for n in (1, 2, 3)
    )
    commons.release()
    withdraw(commons.app.world, ann, gone)
    erase(commons.app.world, ann, lost)
    commons.release()
    browser = commons.browser()
    assert "The answer is 1" in browser.get(f"/contributions/{kept}").text
    withdrawn = browser.get(f"/contributions/{gone}").text
    assert "Withdrawn" in withdrawn and "Left with" in withdrawn and "The answer is" not in withdrawn
    erased = browser.get(f"/contributions/{lost}")
    assert erased.status_code == 200
    assert "Erased" in erased.text and lost in erased.text and "data-gone" in erased.text
    assert (
        "The answer is" not in erased.text and "release 1" not in erased.text and "An example" not in erased.text
    )

    release = browser.get("/releases/2").text
    said = " ".join(Seen(release).text.split())
    assert "1 record. 0 are new since the release before, 2 left." in said
    assert gone in release and "/api/v1/releases/2/removals" in release
    assert "There is a newer one" in browser.get("/releases/1").text


def test_a_release_tells_how_to_load_and_check_it(commons: Commons) -> None:
    commons.give(kind="correction", **GIVEN["correction"], terms={"license": "CC0-1.0", "ai_pref": "train-ai=n"})
    commons.give(kind="example", **GIVEN["example"])
    commons.release()
    browser = commons.browser()
    html = unescape(browser.get("/releases/1").text)
    assert "CC0" in html and "CC BY 4.0" in html and "train-ai=n" in html
    assert browser.get("/api/v1/releases/1/manifest").json()["key"] in html
    line = html.split('id="load"')[1].split("<code>")[1].split("</code>")[0]
    path = line.split(" ")[4].removeprefix(commons.app.world.public_url)
    lines = browser.get(path, headers={"Accept": line.split('"')[1].removeprefix("Accept: ")}).text.splitlines()
    assert len(lines) == 2
    assert "Release 1" in browser.get("/releases").text


MISSING = (
    *(
        "/contributions/none",
        "/contributions/%00",
        "/contributions/%ff",
        "/contributions/<script>alert(1)</script>",
    ),
    *("/releases/0", "/releases/-1", "/releases/abc", "/releases/1.5", "/releases/99999999999999999999"),
)


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_not_here(commons: Commons, path: str) -> None:
    answer = commons.browser().get(path)
    assert answer.status_code == 404 and "<script>" not in answer.text


def test_an_address_of_nothing_is_a_page_for_people_and_json_for_programs(commons: Commons) -> None:
    browser = commons.browser(commons.token("rosa", TokenScope.CONTRIBUTE))
    people = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    for path in ("/nosuch", "/explore/abc", "/releases/1/2", "/theme"):
        page = browser.get(path, headers=people)
        assert (page.status_code, "<title>Not here" in page.text, "Signed in as" in page.text) == (404, True, True)
        assert page.headers["content-security-policy"]
        assert browser.get(path).json()["error"]["code"] in ("not_found", "method_not_allowed")
    for path in ("/api/v1/nosuch", "/v1/nosuch"):
        assert browser.get(path, headers=people).json()["error"]["code"] == "not_found"


def test_a_phone_shows_every_number_of_a_bucket(commons: Commons) -> None:
    commons.give(kind="example", prompt="Two and two?", ideal="It makes four.")
    commons.release()
    page = commons.browser().get("/releases/1").text
    assert [f'data-label="{word}"' in page for word in ("Records", "Entered", "Left")] == [True] * 3
