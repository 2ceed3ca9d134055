"""What somebody prepares lies sealed under their browser's cookie, and what they hide is never given."""

from typing import Any

import pydantic_core
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonwheel.collect.payloads import read_contribution
from commonwheel.curate.redact import before
from commonwheel.errors import NotFound, TooLarge, Unavailable
from commonwheel.journeys.drafts import (
    Draft,
    begin_draft,
    discard_draft,
    drafts_in,
    hidden_number,
    hide_words,
    hides,
    open_draft,
    save_draft,
    to_give,
)
from commonwheel.journeys.hiding import drop, hide
from commonwheel.journeys.keep_house import run_schedule
from commonwheel.journeys.preview import preview
from commonwheel.journeys.world import World
from commonwheel.people.drawer import new_drawer
from tests.worlds import Instance, new_word

BODY = {
    "kind": "chat",
    "messages": [
        {"role": "user", "content": "I am Ann Other."},
        {"role": "assistant", "content": "Hello Ann."},
        {"role": "user", "content": "Ann says bye."},
    ],
    "labels": {"0": "good", "2": "fail"},
}


def test_a_draft_is_in_one_drawer_alone(here: Instance) -> None:
    mine, other = new_drawer(), new_drawer()
    word = new_word()
    draft = begin_draft(here.world, mine, {"kind": "chat", "messages": [{"role": "user", "content": word}]})
    assert open_draft(here.world, mine, draft.id) == draft
    assert [each for each, _ in drafts_in(here.world, mine)] == [draft] and drafts_in(here.world, other) == []
    with pytest.raises(NotFound):
        open_draft(here.world, other, draft.id)
    discard_draft(here.world, other, draft.id)
    assert open_draft(here.world, mine, draft.id) == draft
    assert not any(word.encode() in path.read_bytes() for path in here.home.rglob("commonwheel.db*"))
    discard_draft(here.world, mine, draft.id)
    with pytest.raises(NotFound):
        open_draft(here.world, mine, draft.id)


def test_a_draft_that_nobody_touches_goes(here: Instance) -> None:
    drawer = new_drawer()
    old, new = begin_draft(here.world, drawer, BODY), begin_draft(here.world, drawer, BODY)
    here.clock.move(days=1)
    save_draft(here.world, drawer, new)
    here.clock.move(days=1, seconds=1)
    run_schedule(here.world, "housekeeping")
    assert [draft.id for draft, _ in drafts_in(here.world, drawer)] == [new.id] != [old.id]


def test_there_is_room_for_some(here: Instance) -> None:
    drawer = new_drawer()
    few = here.with_limits(drafts_each=2)
    first = begin_draft(few.world, drawer, BODY)
    for _ in range(2):
        here.clock.move(seconds=1)
        begin_draft(few.world, drawer, BODY)
    assert len(drafts_in(few.world, drawer)) == 2
    with pytest.raises(NotFound):
        open_draft(few.world, drawer, first.id)
    with pytest.raises(Unavailable):
        begin_draft(here.with_limits(drafts_bytes=10).world, drawer, BODY)
    with pytest.raises(TooLarge):
        begin_draft(
            here.world, drawer, {"kind": "chat", "messages": [{"role": "user", "content": "x" * 31_000_000}]}
        )


def test_what_is_hidden_is_not_given() -> None:
    draft = hide_words(Draft(id="a", body=BODY), "Ann")
    assert [m["content"] for m in to_give(draft)["messages"]] == [
        "I am ⟨private-1⟩ Other.",
        "Hello ⟨private-1⟩.",
        "⟨private-1⟩ says bye.",
    ]
    wider = hide_words(draft, "Ann Other")
    assert [m["content"] for m in to_give(wider)["messages"]] == [
        "I am ⟨private-2⟩.",
        "Hello ⟨private-1⟩.",
        "⟨private-1⟩ says bye.",
    ]
    assert hidden_number(wider, "⟨private-2⟩") == 2 and hidden_number(wider, "⟨private-3⟩") is None
    assert hide_words(wider, "nowhere to be found") == wider == hide_words(wider, "  ")
    assert hide_words(hide_words(Draft(id="a", body=BODY), "Other"), "Ann Other").hidden == ("Ann Other",)


def test_words_that_meet_are_one_place() -> None:
    body = {"kind": "chat", "messages": [{"role": "user", "content": "It is Anna Maria Schmidt, aaa."}]}
    draft = hide_words(hide_words(hide_words(Draft(id="a", body=body), "Anna Maria"), "Maria Schmidt"), "aa")
    assert to_give(draft)["messages"][0]["content"] == "It is ⟨private-2⟩, ⟨private-3⟩."


def test_there_is_a_most_and_it_is_told() -> None:
    text = " ".join(f"word{number}x" for number in range(201))
    draft = Draft(id="a", body={"kind": "chat", "messages": [{"role": "user", "content": text}]})
    for number in range(200):
        draft = hide_words(draft, f"word{number}x")
    with pytest.raises(TooLarge):
        hide_words(draft, "word200x")


PERSONAL: dict[str, Any] = {
    "kind": "chat",
    "messages": [
        {"role": "user", "content": "Best,\nAnna Schmidt\nMy friend Otto Keller has CH93 0076 2011 6238 5295 7."},
        {"role": "assistant", "content": "Call +41 44 668 18 00, and tell Anna that I was born on 3 May 1990."},
        {"role": "user", "content": "My name is Zebedee Quux. ANNA SCHMIDT knows, and so does Zebedee."},
    ],
}
WORDS = [
    "Anna",
    "Otto",
    "0076",
    "668",
    "born on",
    "friend",
    "Best",
    "name is",
    "1990",
    "Schmidt",
    "a",
    "Zebedee",
    " ",
]


@given(st.lists(st.sampled_from([*WORDS, 0, 1, 2]), min_size=1, max_size=3))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hiding_and_dropping_show_nothing_that_was_hidden(embedded: Instance, steps: list[Any]) -> None:
    wheel = embedded.world
    draft = Draft(id="a", body=PERSONAL)
    hidden = _shown(wheel, draft)
    for step in steps:
        if isinstance(step, str):
            draft = hide(wheel, draft, [step])
        elif step not in draft.dropped and len(draft.dropped) < 2:
            draft = drop(wheel, draft, step)
        now = _shown(wheel, draft)
        for index, shown in hidden.items():
            assert index not in now or now[index] <= shown, (index, draft.hidden)
        hidden = now


def _shown(world: World, draft: Draft) -> dict[int, set[int]]:
    """By the message as it was written: which of its signs would be public."""
    view = preview(world, None, read_contribution(pydantic_core.to_json(to_give(draft))))
    stay = [index for index in range(3) if index not in draft.dropped]
    public = {}
    for place, index in enumerate(stay):
        pointer = f"/messages/{place}/content"
        covered: set[int] = set()
        own = hides(draft).get(pointer, ())
        for bar in own:
            covered |= set(range(bar.start, bar.end))
        for bar in view["bars"]:
            if bar["pointer"] == pointer:
                covered |= set(range(*before(own, bar["start"], bar["end"])))
        text = PERSONAL["messages"][index]["content"]
        public[index] = {at for at, sign in enumerate(text) if at not in covered and not sign.isspace()}
    return public


def test_what_is_dropped_takes_its_label_along() -> None:
    given = to_give(Draft(id="a", body=BODY, dropped=(0,)))
    assert [m["content"] for m in given["messages"]] == ["Hello Ann.", "Ann says bye."]
    assert given["labels"] == {"1": "fail"}


@given(
    st.lists(st.text("ab⟨⟩private-1 ", min_size=1, max_size=12), max_size=6),
    st.text("ab⟨⟩private-1 ", max_size=60),
)
def test_no_hidden_words_are_left(words: list[str], text: str) -> None:
    draft = Draft(id="a", body={"kind": "chat", "messages": [{"role": "user", "content": text}]})
    for each in words:
        draft = hide_words(draft, each)
    said = to_give(draft)["messages"][0]["content"]
    for hidden in draft.hidden:
        rest = said
        for number in range(1, len(draft.hidden) + 1):
            rest = rest.replace(f"⟨private-{number}⟩", "\0")
        assert hidden not in rest
