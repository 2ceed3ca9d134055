"""The states of a revision: the design's table, move by move."""

import pytest

from commonwheel.errors import IllegalMove
from commonwheel.records.states import MOVES, State, check_move

LEGAL = {
    "waiting": "ready quarantined rejected superseded withdrawn erased",
    "quarantined": "ready rejected superseded withdrawn erased",
    "ready": "released waiting quarantined superseded withdrawn erased",
    "released": "quarantined superseded withdrawn erased",
    "rejected": "ready superseded withdrawn erased",
    "withdrawn": "waiting erased",
    "superseded": "erased",
    "erased": "",
}


def test_the_table_is_the_designs() -> None:
    assert {old: set(new) for old, new in MOVES.items()} == {old: set(new.split()) for old, new in LEGAL.items()}


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_a_move_outside_the_table_is_refused(old: State, new: State) -> None:
    if new in LEGAL[old].split():
        check_move(old, new)
    else:
        with pytest.raises(IllegalMove, match=f"is {old} cannot become {new}") as refusal:
            check_move(old, new)
        assert refusal.value.details == {"state": old, "wanted": new}


@pytest.mark.parametrize("state", State)
def test_everything_can_be_erased_and_nothing_comes_back_from_it(state: State) -> None:
    assert state is State.ERASED or State.ERASED in MOVES[state]
    assert not MOVES[State.ERASED]
