"""Somebody hides more of what they are about to give, and nothing is shown by that.

Programs go by the words around: beside a first name that is hidden, the family name is no name any more, and a
number without the words before it may be any number. So whatever was hidden before stays hidden; where programs do
not see it any more, its giver hides it from then on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pydantic_core

from commonwheel.collect.payloads import read_contribution
from commonwheel.curate.redact import before
from commonwheel.journeys.drafts import Draft, hide_words, hides, kept, original_pointer, to_give
from commonwheel.journeys.preview import preview
from commonwheel.journeys.world import World
from commonwheel.records.body import texts

Places = Mapping[str, list[tuple[int, int]]]
"""By pointers into what was written: places that would not be public, apart from each other and in order."""


def hide(world: World, draft: Draft, several: Iterable[str]) -> Draft:
    """Hide all of these words, wherever they stand. Raises TooLarge past the most that can be hidden."""
    hiding = draft
    for words in several:
        hiding = hide_words(hiding, words)
    # What stands nowhere hides nothing, and then nobody has to look through the words again.
    return draft if hiding == draft else _still_hidden(world, hiding, _covered(world, draft))


def drop(world: World, draft: Draft, message: int) -> Draft:
    """Leave out a message, with what it says about the others."""
    covered = _covered(world, draft)
    dropped = replace(draft, dropped=tuple(sorted({*draft.dropped, message})))
    return _still_hidden(world, dropped, covered)


def words_at(draft: Draft, pointer: str, start: int, end: int) -> str:
    """What was written at a place of what would be given; of what is hidden within it, all."""
    text = dict(texts(kept(draft))).get(pointer, "")
    first, last = before(hides(draft).get(pointer, ()), start, end)
    return text[first:last] if last <= len(text) else ""


def _still_hidden(world: World, draft: Draft, covered: Places) -> Draft:
    """Ends, since whatever is hidden by its words stays so."""
    while True:
        now = _covered(world, draft)
        written = {original_pointer(draft, pointer): text for pointer, text in texts(kept(draft))}
        lost = {
            words
            for pointer, places in covered.items()
            for start, end in places
            if pointer in written and not any(a <= start and end <= b for a, b in now.get(pointer, ()))
            if (words := written[pointer][start:end].strip()) and words not in draft.hidden
        }
        if not lost:
            return draft
        for words in sorted(lost, key=len, reverse=True):
            draft = hide_words(draft, words)


def _covered(world: World, draft: Draft) -> Places:
    view = preview(world, None, read_contribution(pydantic_core.to_json(to_give(draft))))
    own = hides(draft)
    found: dict[str, list[tuple[int, int]]] = {
        pointer: [(bar.start, bar.end) for bar in some] for pointer, some in own.items()
    }
    for bar in view["bars"]:
        pointer = bar["pointer"]
        found.setdefault(pointer, []).append(before(own.get(pointer, ()), bar["start"], bar["end"]))
    return {original_pointer(draft, pointer): _merged(places) for pointer, places in found.items()}


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
