"""Which released records an answer resembles: found, named as their givers chose, and gone when taken back."""

from typing import Any

import pytest
from sqlalchemy import select

from commonwheel.adapters.sql.schema import ngram
from commonwheel.errors import Invalid
from commonwheel.journeys import attribute as journey
from commonwheel.journeys.attribute import MOST_CHARACTERS, Resemblance, attribute, index_words
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.review import Decision, set_hold, take_down
from commonwheel.journeys.revise import revise
from commonwheel.journeys.roll_back import roll_back
from commonwheel.journeys.take_back import erase, erase_contributor, give_again, withdraw
from commonwheel.learn.attribution import digests_of_record
from commonwheel.people.tokens import Actor
from commonwheel.records.findings import OPEN, Reason
from commonwheel.records.states import State
from commonwheel.records.stored import Hold
from tests.journeys.invariants import check
from tests.worlds import TERMS_GIVEN, Instance

BREAD = "Knead the dough until it no longer sticks to the board, then let it rest under a damp cloth for an hour."
TIDES = (
    "The moon pulls the sea towards itself, and the far side bulges too, so most coasts see two high tides a day."
)
REPEATED = "Knead the dough until it no longer sticks to the board, then let it"
SAID = f"I would say this. {REPEATED} be, or do something else."


def example(here: Instance, actor: Actor, text: str, **terms: Any) -> str:
    """An example with this ideal answer, ready to be released."""
    asked = f"Tell me what you know of this, in the words of {actor.subject}."
    id = here.given(actor, "example", prompt=asked, ideal=text, terms=TERMS_GIVEN | terms)
    assert here.state(id) is State.READY, here.view(actor, id)
    return id


def cut(here: Instance) -> int:
    """A release, with all that it leaves to do."""
    version = here.cut()
    do_chores(here.world, wait_for_lake=True)
    return version


def found(here: Instance, text: str) -> list[str]:
    return [each.id for each in attribute(here.world, text)]


def indexed(here: Instance) -> dict[int, set[int]]:
    """The digests of each row, as they are kept."""
    kept: dict[int, set[int]] = {}
    with here.app.database.engine.connect() as connection:
        for digest, row in connection.execute(select(ngram.c.digest, ngram.c.row)):
            kept.setdefault(row, set()).add(digest)
    return kept


# Found -----------------------------------------------------------------------------------------------------------


def test_an_answer_finds_the_record_whose_words_it_repeats(here: Instance) -> None:
    id = example(here, here.person("ann"), BREAD)
    example(here, here.person("bob"), TIDES)
    assert attribute(here.world, SAID) == []
    version = cut(here)
    [only] = attribute(here.world, SAID)
    [span] = only.spans
    assert SAID[slice(*span)] == REPEATED == only.text
    assert span[0] == SAID.index(REPEATED)
    assert (only.id, only.kind, only.license, only.release) == (id, "example", "CC-BY-4.0", version)
    assert 0.5 < only.covered < 0.8 and 0.3 < only.similarity < 0.8
    assert (
        attribute(here.world, "Something else, which nobody here has said in these words, ever, I believe.") == []
    )


@pytest.mark.parametrize(
    ("attribution", "name"),
    [
        ({"mode": "name", "name": "Ann Lovelace"}, "Ann Lovelace"),
        ({"mode": "username", "name": "ann99"}, "ann99"),
        ({"mode": "pseudonym", "name": "quiet-heron"}, "quiet-heron"),
        ({"mode": "anonymous"}, None),
        ({"mode": "anonymous", "name": "Ann Lovelace"}, None),
    ],
)
def test_a_giver_is_named_as_they_chose_to_be(
    embedded: Instance, attribution: dict[str, str], name: str | None
) -> None:
    example(embedded, embedded.person("ann"), BREAD, attribution=attribution)
    cut(embedded)
    [only] = attribute(embedded.world, SAID)
    assert only.name == name
    assert name or "Lovelace" not in repr(only)


def test_those_come_first_that_say_most_of_it(here: Instance) -> None:
    ann = here.person("ann")
    half = example(here, ann, f"{TIDES[:60]} and nobody knows why.")
    whole = example(here, ann, f"{BREAD} {TIDES[:44]} as they say in the old harbors of the north.")
    cut(here)
    answer = f"{BREAD} {TIDES[:60]}"
    assert found(here, answer) == [whole, half]
    assert [each.id for each in attribute(here.world, answer, 1)] == [whole]


def test_a_text_that_is_alike_as_a_whole_is_found_without_a_long_run(here: Instance) -> None:
    words = f"{BREAD} {TIDES}".split()
    id = example(here, here.person("ann"), " ".join(words))
    cut(here)
    answer = " ".join("indeed" if at % 8 == 7 else word for at, word in enumerate(words))
    [only] = attribute(here.world, answer)
    assert (only.id, only.spans, only.covered) == (id, (), 0)
    assert only.similarity >= 0.4 and only.text == " ".join(words)[:300].rstrip(".")


def test_every_kind_is_found_by_what_its_giver_stands_for_and_not_by_what_they_rejected(here: Instance) -> None:
    ann, ids = here.person("ann"), {}
    answers = [{"content": "{bad}"}, {"content": "{good}"}]
    cases: dict[str, dict[str, Any]] = {
        "chat": {"messages": [{"role": "user", "content": "{asked}"}, {"role": "assistant", "content": "{good}"}]},
        "correction": {"prompt": "{asked}", "original": "{bad}", "edited": "{good}"},
        "preference": {"prompt": "{asked}", "candidates": answers, "chosen": 1},
        "example": {"prompt": "{asked}", "ideal": "{good}"},
        "trace": {"prompt": "{asked}", "steps": ["{good}"], "answer": "So it is."},
    }
    said = {kind: _said_of(kind) for kind in cases}
    for kind, shape in cases.items():
        ids[kind] = here.given(ann, kind, **_filled(shape, said[kind]))
        assert here.state(ids[kind]) is State.READY, here.view(ann, ids[kind])
    cut(here)
    for kind, id in ids.items():
        assert found(here, said[kind]["good"]) == [id] == found(here, said[kind]["asked"]), kind
        assert found(here, said[kind]["bad"]) == [], kind


def _said_of(kind: str) -> dict[str, str]:
    return {
        "asked": f"Can the {kind} tell me how the old {kind} was kept going when the river of {kind} froze over?",
        "good": f"By {kind} alone, as a miller of {kind} warmed each wheel of {kind} with the straw of last year.",
        "bad": f"With {kind} and nothing more, as no {kind} in that valley ever stopped before {kind} was done.",
    }


def _filled(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**texts)
    if isinstance(value, dict):
        return {name: _filled(each, texts) for name, each in value.items()}
    return [_filled(each, texts) for each in value] if isinstance(value, list) else value


# Not shown -------------------------------------------------------------------------------------------------------


def test_what_may_not_be_displayed_is_neither_shown_nor_kept_in_the_index(here: Instance) -> None:
    ann = here.person("ann")
    id = example(here, ann, BREAD, purposes=["training", "evaluation"])
    example(here, ann, TIDES, scope="instance")
    assert here.members(cut(here)) == {id}
    assert found(here, f"{BREAD} {TIDES}") == []
    assert indexed(here) == {}


@pytest.mark.parametrize(("tier", "shown"), [(None, False), (OPEN, True)])
def test_what_is_in_a_gated_tier_is_not_shown(embedded: Instance, tier: Any, shown: bool) -> None:
    from tests.journeys.test_tiers import passed

    told = [{"role": "user", "content": "What now?"}, {"role": "assistant", "content": BREAD}]
    id = passed(embedded, tier, messages=told)
    assert id in embedded.members(cut(embedded))
    assert (id in found(embedded, SAID)) == shown


def test_what_is_erased_is_gone_at_once_with_all_that_found_it(here: Instance) -> None:
    ann, bob = here.person("ann"), here.person("bob")
    id, other = example(here, ann, BREAD), example(here, bob, TIDES)
    cut(here)
    kept = indexed(here)
    assert len(kept) == 2 and set(found(here, f"{BREAD} {TIDES}")) == {id, other}
    erase(here.world, ann, id)
    assert found(here, f"{BREAD} {TIDES}") == [other]
    left = indexed(here)
    assert len(left) == 1 and left.items() <= kept.items()
    erase_contributor(here.world, bob.contributor)
    assert indexed(here) == {}
    here.finish()
    check(here)


def test_what_is_withdrawn_is_gone_at_once_and_comes_back_with_a_release(here: Instance) -> None:
    ann = here.person("ann")
    id = example(here, ann, BREAD)
    cut(here)
    withdraw(here.world, ann, id)
    assert found(here, SAID) == []
    cut(here)
    assert indexed(here) == {}
    give_again(here.world, ann, id)
    here.curate()
    assert found(here, SAID) == []
    version = cut(here)
    assert [(each.id, each.release) for each in attribute(here.world, SAID)] == [(id, version)]


def test_what_is_taken_down_or_held_is_gone_at_once(here: Instance) -> None:
    down, held = example(here, here.person("ann"), BREAD), example(here, here.person("bob"), TIDES)
    cut(here)
    take_down(here.world, here.reviewer(), down, Reason.PERSONAL_DATA)
    assert found(here, f"{BREAD} {TIDES}") == [held]
    set_hold(here.world, here.admin(), Hold(contribution=held, reason="asked", set_by="root", until=None))
    assert found(here, f"{BREAD} {TIDES}") == []
    here.decide(down, Decision.PASS)
    cut(here)
    assert found(here, f"{BREAD} {TIDES}") == [down]
    assert len(indexed(here)) == 1


def test_what_is_fixed_is_found_by_its_new_words_and_under_its_new_terms(here: Instance) -> None:
    ann = here.person("ann")
    id = example(here, ann, BREAD, attribution={"mode": "name", "name": "Ann Lovelace"})
    cut(here)
    revise(here.world, ann, id, 1, {"ideal": TIDES, "terms": {"attribution": {"mode": "anonymous"}}})
    here.curate()
    assert found(here, f"{BREAD} {TIDES}") == []
    cut(here)
    assert found(here, BREAD) == []
    assert [(each.id, each.name) for each in attribute(here.world, TIDES)] == [(id, None)]
    revise(here.world, ann, id, 2, {"terms": {"purposes": ["training"]}})
    here.curate()
    cut(here)
    assert found(here, TIDES) == []
    assert indexed(here) == {}


def test_the_index_is_only_a_hint(here: Instance) -> None:
    """Rows that it should not have any more, and rows that never were, show nothing."""
    ann = here.person("ann")
    gone, stays = example(here, ann, BREAD), example(here, here.person("bob"), f"{BREAD[:80]} or so they say.")
    cut(here)
    kept = indexed(here)
    erase(here.world, ann, gone)
    with here.world.database.write() as tx:
        tx.ngrams.keep(kept | {4_000_000_000: set().union(*kept.values())})
    assert found(here, SAID) == [stays]


# The index follows the releases ----------------------------------------------------------------------------------


def test_only_what_came_and_what_left_is_touched(here: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(record: Any, key: bytes) -> set[int]:
        read.append(record["id"])
        return digests_of_record(record, key)

    monkeypatch.setattr(journey, "digests_of_record", noted)
    ann = here.person("ann")
    first = example(here, ann, BREAD)
    cut(here)
    second = example(here, ann, TIDES)
    cut(here)
    assert read == [first, second]
    assert set(found(here, f"{BREAD} {TIDES}")) == {first, second}


def test_a_rollback_takes_out_of_the_index_what_it_takes_out_of_the_release(here: Instance) -> None:
    ann = here.person("ann")
    first = example(here, ann, BREAD)
    cut(here)
    example(here, ann, TIDES)
    cut(here)
    roll_back(here.world, 1)
    do_chores(here.world, wait_for_lake=True)
    assert [(each.id, each.release) for each in attribute(here.world, f"{BREAD} {TIDES}")] == [(first, 3)]
    assert len(indexed(here)) == 1


def test_a_large_release_is_read_in_pieces_and_an_empty_index_is_filled(
    here: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journey, "_PIECE", 2)
    monkeypatch.setattr(journey, "_BATCH", 1)
    ann = here.person("ann")
    texts = [f"In the {word} year the harvest of {word} was so rich that {word} barns overflowed with it"
             for word in ("first", "second", "third", "fourth", "fifth")]  # fmt: skip
    ids = [example(here, ann, text) for text in texts]
    cut(here)
    assert [found(here, text)[:1] for text in texts] == [[id] for id in ids]
    kept = indexed(here)
    with here.world.database.write() as tx:
        tx.ngrams.forget(kept)
    example(here, ann, BREAD)
    cut(here)
    assert len(indexed(here)) == 6 and kept.items() <= indexed(here).items()
    index_words(here.world, 1)
    index_words(here.world, 2)
    assert len(indexed(here)) == 6


def test_what_is_taken_back_while_it_is_read_does_not_come_into_the_index(
    here: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = here.person("ann")
    erased, withdrawn = example(here, ann, BREAD), example(here, ann, TIDES)

    def meanwhile(record: Any, key: bytes) -> set[int]:
        (erase if record["id"] == erased else withdraw)(here.world, ann, record["id"])
        return digests_of_record(record, key)

    here.cut()
    with monkeypatch.context() as patched:
        patched.setattr(journey, "digests_of_record", meanwhile)
        do_chores(here.world, wait_for_lake=True)
    assert indexed(here) == {}
    assert found(here, f"{BREAD} {TIDES}") == []
    assert here.state(withdrawn) is State.WITHDRAWN


# Any text --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0" * 100, "\ud800 " * 100, "a " * (MOST_CHARACTERS // 2), "翼" * MOST_CHARACTERS, "<script>" * 500,
     "%s %n ' OR 1=1 -- " * 300, "e" + "\u0301" * 10_000, "\u202e\u200b" * 1000],
)  # fmt: skip
def test_any_text_is_answered(embedded: Instance, text: str) -> None:
    example(embedded, embedded.person("ann"), BREAD)
    cut(embedded)
    assert attribute(embedded.world, text) == []


def test_a_text_that_is_too_long_is_refused(embedded: Instance) -> None:
    with pytest.raises(Invalid) as refused:
        attribute(embedded.world, "a" * (MOST_CHARACTERS + 1))
    assert refused.value.details["faults"][0]["path"] == "/text"


@pytest.mark.parametrize(
    "text",
    [
        "Das Brot ruht, und die Füße der Bäckerin stehen müde auf dem kühlen Boden der großen Backstube am Fluss.",
        "潮水受月亮吸引而漲落，每日兩次，漁人依此出海，亦依此歸來，古今皆然，從無例外。",
        "Приливы следуют за луной, и рыбаки выходят в море дважды в день, как делали их деды и прадеды всегда.",
    ],
)
def test_words_of_any_script_are_found_and_counted_in_code_points(embedded: Instance, text: str) -> None:
    id = example(embedded, embedded.person("ann"), text)
    cut(embedded)
    answer = f"🦉🦉 Hm: {text.upper()} 🦉"
    [only] = attribute(embedded.world, answer)
    assert isinstance(only, Resemblance) and only.id == id
    [(start, end)] = only.spans
    assert (start, end) == (7, 6 + len(text.upper()))
    assert only.text == text[:-1]


def test_hostile_records_are_only_text(embedded: Instance) -> None:
    markup = "<b>Bold</b> & \x1b[31mred\x1b[0m words in a row that stand here to be found by whoever repeats them"
    id = embedded.given(embedded.person("ann"), "example", prompt="Say it.", ideal=markup, terms=TERMS_GIVEN)
    if embedded.state(id) is State.QUARANTINED:
        embedded.decide(id, Decision.PASS)
    cut(embedded)
    [only] = attribute(embedded.world, markup)
    assert only.id == id and len(only.text) <= 300
