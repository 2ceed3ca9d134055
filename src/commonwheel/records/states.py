"""The states of a revision and the only legal moves between them."""

from enum import StrEnum

from commonwheel.errors import IllegalMove


class State(StrEnum):
    """Where a revision is on its journey."""

    WAITING = "waiting"
    QUARANTINED = "quarantined"
    READY = "ready"
    RELEASED = "released"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    ERASED = "erased"


_TAKE_BACK = frozenset({State.WITHDRAWN, State.ERASED})

MOVES: dict[State, frozenset[State]] = {
    State.WAITING: _TAKE_BACK | {State.READY, State.QUARANTINED, State.REJECTED, State.SUPERSEDED},
    State.QUARANTINED: _TAKE_BACK | {State.READY, State.REJECTED, State.SUPERSEDED},
    State.READY: _TAKE_BACK | {State.RELEASED, State.WAITING, State.QUARANTINED, State.SUPERSEDED},
    State.RELEASED: _TAKE_BACK | {State.QUARANTINED, State.SUPERSEDED},
    State.REJECTED: _TAKE_BACK | {State.READY, State.SUPERSEDED},
    State.WITHDRAWN: frozenset({State.WAITING, State.ERASED}),
    State.SUPERSEDED: frozenset({State.ERASED}),
    State.ERASED: frozenset(),
}


def check_move(old: State, new: State) -> None:
    """Raise IllegalMove unless a revision may go from `old` to `new`."""
    if new not in MOVES[old]:
        raise IllegalMove(f"A contribution that is {old} cannot become {new}.", state=old, wanted=new)
