"""What somebody prepares lies sealed under their browser's cookie, and what they hide is never given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.errors import NotFound, TooLarge, Unavailable
from commonwheel.journeys.drafts import (
    Draft,
    begin_draft,
    discard_draft,
    drafts_in,
    hidden_number,
    hide_words,
    open_draft,
    save_draft,
    to_give,
)
from commonwheel.journeys.keep_house import run_schedule
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
    assert wider.hidden == ("Ann Other",)
    both = hide_words(wider, "Ann")
    assert [m["content"] for m in to_give(both)["messages"]][:2] == ["I am ⟨private-1⟩.", "Hello ⟨private-2⟩."]
    assert hidden_number(both, "⟨private-2⟩") == 2 and hidden_number(both, "⟨private-3⟩") is None
    assert hide_words(both, "nowhere to be found") == both == hide_words(both, "  ")


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
