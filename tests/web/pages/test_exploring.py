"""The commons to read, in a browser."""

import re

import pytest

from commonwheel.journeys.chores import do_chores
from tests.web.pages.conftest import Commons, Seen


def released(commons: Commons, *texts: str) -> list[str]:
    """Released examples with these answers."""
    ids = [
        commons.give(kind="example", prompt=f"Question {n} of many?", ideal=text) for n, text in enumerate(texts)
    ]
    commons.release()
    do_chores(commons.app.world, wait_for_lake=True)
    return ids


def test_before_a_release_there_is_nothing(commons: Commons) -> None:
    browser = commons.browser()
    assert "Nothing is released yet" in browser.get("/explore").text
    assert browser.get("/explore/walk").status_code == 404


def test_words_are_found_and_marked(commons: Commons) -> None:
    one, two = released(
        commons, "The tides follow the moon <b>always</b>.", "Bread needs flour, and time to rise."
    )
    page = commons.browser().get("/explore?q=moon+tides").text
    assert f"/contributions/{one}" in page and two not in page
    assert "<mark>moon</mark>" in page and "<mark>tides</mark>" in page and "&lt;b&gt;always" in page
    everything = commons.browser().get("/explore").text
    assert one in everything and two in everything
    assert "No record is like that" in commons.browser().get("/explore?q=nothing-like-it").text


def test_results_are_leafed_through(commons: Commons) -> None:
    ids = set(released(commons, *(f"The answer to question {number} is {number * 7}." for number in range(45))))
    browser, seen, path = commons.browser(), [], "/explore?q=answer"
    while path:
        page = browser.get(path).text
        seen += re.findall(r'<h3><a href="/contributions/([0-9a-f]+)">', page)
        following = re.search(r'href="(\?[^"]+)" rel="next"', page)
        path = f"/explore{following[1].replace('&amp;', '&')}" if following else ""
    assert len(seen) == 45 and set(seen) == ids


def test_filters_stay_chosen(commons: Commons) -> None:
    free = commons.give(kind="example", prompt="Free?", ideal="Free as the wind.", terms={"license": "CC0-1.0"})
    released(commons, "Bound by a name, as it were.")
    page = Seen(commons.browser().get("/explore?license=CC0-1.0&license=nonsense&kind=%00").text)
    checked = [a["value"] for tag, a in page.tags if tag == "input" and "checked" in a]
    assert checked == ["CC0-1.0"]
    assert [a["href"] for tag, a in page.tags if tag == "a" and "/contributions/" in (a["href"] or "")] == [
        f"/contributions/{free}"
    ]


def test_a_walk_leads_to_a_record(commons: Commons) -> None:
    [id] = released(commons, "The only one there is to walk to.")
    answer = commons.browser().get("/explore/walk")
    assert answer.headers["location"] == f"/contributions/{id}" and answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("query", ["skip=-1", "skip=99999", "release=0", "q=" + "x" * 300, "release=x"])
def test_what_no_page_of_ours_asks_is_not_here(commons: Commons, query: str) -> None:
    assert commons.browser().get(f"/explore?{query}").status_code == 404
