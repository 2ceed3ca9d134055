"""What an administrator of Open WebUI hands over: of people who allowed it, since they did."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commonwheel.collect.payloads import read_allowed
from commonwheel.collect.ratings_export import read_ratings
from commonwheel.errors import NotFound
from commonwheel.journeys import standing
from commonwheel.journeys.import_ratings import door_actor, import_ratings
from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from tests.worlds import Instance

TERMS = {"license": "CC0-1.0", "ai_pref": "train-ai=y", "consent": {"version": "2026-11", "given": True}}


def chat(id: str, answer: str = "Canberra.") -> dict[str, Any]:
    """A chat with two answers to one question, as a snapshot holds it."""
    asked = {"id": "q", "parentId": None, "childrenIds": ["a", "b"], "role": "user", "content": "Capital?"}
    said = {"parentId": "q", "childrenIds": [], "role": "assistant"}
    nodes = {
        "q": asked,
        "a": said | {"id": "a", "content": answer, "model": "m"},
        "b": said | {"id": "b", "content": "Perth.", "model": "n"},
    }
    return {"id": id, "title": "A title", "chat": {"history": {"messages": nodes, "currentId": "a"}}}


def row(user: str, at: datetime, rating: int = 1, id: str = "c1", **data: Any) -> dict[str, Any]:
    """A rating of the kept answer."""
    return {
        "id": f"f-{user}-{id}",
        "user_id": user,
        "type": "rating",
        "data": {"rating": rating, "model_id": "m"} | data,
        "meta": {"chat_id": id, "message_id": "a", "arena": False},
        "snapshot": {"chat": chat(id)},
        "created_at": int(at.timestamp()),
        "updated_at": int(at.timestamp()),
    }


@pytest.fixture
def door(here: Instance) -> Instance:
    """A world with a door, and one of its people who allowed it."""
    world = here.world
    create_token(world, "openwebui", [TokenScope.ON_BEHALF])
    now = world.clock.now()
    days = {"until": now + timedelta(days=90), "check_up": now + timedelta(days=60)}
    allowed = read_allowed({"terms": TERMS, "doors": ["openwebui"], "wait_hours": 0} | days)
    ida = world.identity.contributor("openwebui", "ida")
    standing.allow(world, door_actor(world, "openwebui"), ida, allowed)
    return here


def handed_over(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "feedback.json"
    path.write_text(json.dumps(list(rows)))
    return path


def anybody(_: str) -> bool:
    """All allow it."""
    return True


def silent(_: str, __: int) -> None:
    """No progress."""


def test_only_who_allowed_it_gives_and_only_what_they_rated_since(door: Instance, tmp_path: Path) -> None:
    now = door.world.clock.now() + timedelta(minutes=1)
    file = handed_over(
        tmp_path,
        row("ida", now, reason="accurate_information", comment="Right.", details={"rating": 9}),
        row("ida", now - timedelta(days=3), id="c2"),
        row("ben", now),
        row("eve", now, -1, id="c3"),
    )
    found = import_ratings(door.world, "openwebui", file, silent)
    assert (len(found.people), found.without, found.before) == (1, 2, 1)
    world = door.world
    with world.database.read() as tx:
        ids = tx.contributions.of_contributors([world.identity.contributor("openwebui", "ida")], None, 10)
        gifts = tx.contributions.many(ids)
        terms = [tx.contributions.revision(id, 1).terms.license for id in ids]
    assert sorted(gift.kind for gift in gifts.values()) == ["chat", "preference", "signal"]
    assert set(terms) == {"CC0-1.0"} and found.report.given == 3
    again = import_ratings(world, "openwebui", file, silent)
    assert (again.report.given, again.report.repeated) == (0, 3)


def test_what_a_thumb_says_goes_with_it(tmp_path: Path) -> None:
    file = handed_over(tmp_path, row("ida", datetime.now(UTC), -1, comment="Wrong.", details={"rating": 2}))
    [rated] = list(read_ratings(file, anybody))
    chat_given, signal = rated.items()  # that it was kept does not say that what was called wrong is better
    assert chat_given.labels == {"1": "fail"} and chat_given.on_behalf_of == "ida"
    detail = {"comment": "Wrong.", "degree": 2, "message": 1, "sibling": 0}
    assert (signal.value, signal.target, signal.detail) == (False, "c1", detail)


def test_thumbs_on_two_answers_are_two(door: Instance, tmp_path: Path) -> None:
    now = door.world.clock.now() + timedelta(minutes=1)
    first, second = row("ida", now), row("ida", now)
    second["meta"] = second["meta"] | {"message_id": "b"}
    file = handed_over(tmp_path, first, second)
    [rated] = read_ratings(file, anybody)
    thumbs = [item for item in rated.items() if item.kind == "signal"]
    assert [(thumb.target, thumb.detail["sibling"]) for thumb in thumbs] == [("c1", 0), ("c1", 1)]
    assert import_ratings(door.world, "openwebui", file, silent).report.repeated == 0


def test_a_thumb_up_beside_one_down_says_which_is_better(tmp_path: Path) -> None:
    down, up = row("ida", datetime.now(UTC), -1), row("ida", datetime.now(UTC))
    up["meta"] = up["meta"] | {"message_id": "b"}
    [rated] = read_ratings(handed_over(tmp_path, down, up), anybody)
    [preference] = [item for item in rated.items() if item.kind == "preference"]
    better = preference.candidates[preference.chosen]
    assert (better.content, better.model, preference.inferred) == ("Perth.", "n", False)


def test_the_newest_copy_of_a_chat_counts_and_all_thumbs_on_it(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    older, newer = row("ida", now - timedelta(hours=1)), row("ida", now, -1)
    newer["meta"]["message_id"] = "b"
    newer["snapshot"]["chat"] = chat("c1", "Canberra, since 1913.")
    [rated] = list(read_ratings(handed_over(tmp_path, newer, older), anybody))
    items = list(rated.items())
    assert items[0].messages[1].content == "Canberra, since 1913."
    assert [item.value for item in items if item.kind == "signal"] == [False, True]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"data": {"rating": 5}}, "not a rating"),
        ({"user_id": None}, "not a rating"),
        ({"meta": "x"}, "not a rating"),
        ({"snapshot": None}, "no copy"),
        ({"snapshot": {"chat": {"chat": {"history": {"messages": []}}}}}, "no copy"),
        ({"created_at": "today"}, "when it was"),
    ],
)
def test_rows_that_are_no_ratings_are_told_of(tmp_path: Path, broken: dict[str, Any], why: str) -> None:
    good = row("ida", datetime.now(UTC))
    skipped, kept = list(read_ratings(handed_over(tmp_path, good | broken, good), anybody))
    assert why in skipped.why and kept.user == "ida"


def test_a_door_without_a_token_gives_nothing(door: Instance, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="token create"):
        import_ratings(door.world, "nowhere", handed_over(tmp_path), silent)


def test_an_older_thumb_read_later_takes_the_place_of_no_newer_one(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    file = handed_over(tmp_path, row("ida", now, 1), row("ida", now - timedelta(hours=1), -1))
    [rated] = list(read_ratings(file, anybody))
    assert [item.value for item in rated.items() if item.kind == "signal"] == [True]


def test_nothing_is_kept_of_who_does_not_allow_it(tmp_path: Path) -> None:
    file = handed_over(tmp_path, row("ida", datetime.now(UTC)), row("ben", datetime.now(UTC)))
    assert [rated.user for rated in read_ratings(file, lambda user: user == "ida")] == ["ida"]
