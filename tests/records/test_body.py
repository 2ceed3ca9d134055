"""Every text that a giver controls and that can become public is seen by what scans and redacts."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given

from commonwheel.collect.payloads import read_contribution
from commonwheel.errors import Invalid
from commonwheel.records.body import CONTRIBUTION, map_texts, texts, unreadable_parts
from commonwheel.records.contribution import AnyContribution
from tests.strategies import contributions

MARKERS = (
    "de-4111-1111-1111-1111",
    "4111111111111111",
    4111111111111111,
    4.111111111111111e15,
    "x/4111111111111111",
)
"""A card number in every shape that a field could take: text, a word, a language tag, a number, a media type."""

NEVER_PUBLISHED = ("/terms", "/hold_until", "/on_behalf_of", "/source/conversation", "/source/created")
"""Terms are agreed to and scanned apart; the others stay inside."""


def body_of(contribution: AnyContribution) -> dict[str, Any]:
    body: dict[str, Any] = CONTRIBUTION.dump_python(contribution, mode="json", exclude_defaults=True)
    return body


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from leaves(below, (*path, index))
    else:
        yield path


def planted(body: dict[str, Any], path: tuple[Any, ...], marker: Any) -> dict[str, Any]:
    copy = deepcopy(body)
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = marker
    return copy


def renamed(body: dict[str, Any], path: tuple[Any, ...], marker: str) -> dict[str, Any]:
    copy = deepcopy(body)
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[marker] = place.pop(path[-1])
    return copy


def accepted(body: dict[str, Any]) -> bool:
    try:
        read_contribution(json.dumps(body).encode())
    except Invalid:
        return False
    return True


def is_seen(body: dict[str, Any]) -> bool:
    return any("4111" in text for _, text in texts(body))


@given(contributions)
def test_whatever_a_giver_can_write_is_scanned(contribution: AnyContribution) -> None:
    body = body_of(contribution)
    for path in leaves(body):
        pointer = "".join(f"/{step}" for step in path)
        if pointer.startswith(NEVER_PUBLISHED) or pointer.endswith("/data"):
            continue
        for marker in MARKERS:
            with_value = planted(body, path, marker)
            assert is_seen(with_value) or not accepted(with_value), f"unscanned value at {pointer}"
            if isinstance(path[-1], str) and isinstance(marker, str):
                with_key = renamed(body, path, marker)
                assert is_seen(with_key) or not accepted(with_key), f"unscanned key at {pointer}"


@given(contributions)
def test_what_is_seen_can_be_changed_and_nothing_else_is(contribution: AnyContribution) -> None:
    body = body_of(contribution)
    assert map_texts(body, lambda pointer, text: text) == body
    seen: list[tuple[str, str]] = []

    def change(pointer: str, text: str) -> str:
        seen.append((pointer, text))
        return f"<{len(seen)}>"

    changed = map_texts(body, change)
    assert sorted(seen) == sorted(texts(body))
    assert {text for _, text in texts(changed)} <= {f"<{number + 1}>" for number in range(len(seen))}
    assert changed["kind"] == body["kind"]


@given(contributions)
def test_pointers_are_unique(contribution: AnyContribution) -> None:
    pointers = [pointer for pointer, _ in texts(body_of(contribution))]
    assert len(pointers) == len(set(pointers))


def test_a_long_number_is_text_and_a_short_one_is_not() -> None:
    body = {"kind": "signal", "target": "m", "name": "n", "value": 41791234567, "detail": {"a": 5, "b": True}}
    assert dict(texts(body)) == {
        "/target": "m",
        "/name": "n",
        "/value": "41791234567",
        "/detail/a#": "a",
        "/detail/b#": "b",
    }
    hidden = map_texts(body, lambda pointer, text: "⟨phone-1⟩" if "4179" in text else text)
    assert hidden == {**body, "value": "⟨phone-1⟩"}


CALLED = "/messages/0/tool_calls/0/function/arguments"


def calling(arguments: str) -> dict[str, Any]:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}
    return {"kind": "chat", "messages": [{"role": "assistant", "content": None, "tool_calls": [call]}]}


def read(arguments: str) -> dict[str, str]:
    found = texts(calling(arguments))
    return {p.removeprefix(CALLED): text for p, text in found if p.startswith(CALLED)}


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (r'{"email": "\u0061nn@example.org"}', {"/email#": "email", "/email": "ann@example.org"}),
        ('{"to": ["a", {"b": "c"}]}', {"/to#": "to", "/to/0": "a", "/to/1/b#": "b", "/to/1/b": "c"}),
        ('{"n": 41791234567, "m": 5, "x": 41791234567.00}', {"/n#": "n", "/n": "41791234567", "/m#": "m",
                                                            "/x#": "x", "/x": "41791234567.00"}),
        ('{"ann@example.org": 1, "079123": 2}', {"/0#": "ann@example.org", "/1#": "079123"}),
        ('"said"', {"": "said"}),
        ("4111111111111111", {"": "4111111111111111"}),
        ("{}", {}),
        ("{broken", {"": "{broken"}),
        ('{"a": "one", "a": "two"}', {"": '{"a": "one", "a": "two"}'}),
        ('{"a": 1e400}', {"": '{"a": 1e400}'}),
        ('{"a": NaN}', {"": '{"a": NaN}'}),
        (r'{"a": "\ud800"}', {"": r'{"a": "\ud800"}'}),
        (r'{"a": "\u0000"}', {"": r'{"a": "\u0000"}'}),
        ("[" * 13 + "]" * 13, {"": "[" * 13 + "]" * 13}),
        ("9" * 5000, {"": "9" * 5000}),
    ],
)  # fmt: skip
def test_arguments_of_calls_are_read_as_what_they_say(arguments: str, found: dict[str, str]) -> None:
    assert read(arguments) == found
    body = calling(arguments)
    assert map_texts(body, lambda pointer, text: text) == body


@pytest.mark.parametrize("arguments", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_deep_arguments_are_text(arguments: str) -> None:
    assert read(arguments) == {"": arguments}


@pytest.mark.parametrize(
    ("arguments", "opaque"),
    [(r'{"a": "\u0061"', True), (r'{"a": "\u0061", "a": 1}', True), (r'{"a": "\u0061"}', False), ("{a}", False)],
)
def test_arguments_whose_words_no_search_finds_are_named(arguments: str, opaque: bool) -> None:
    assert list(unreadable_parts(calling(arguments))) == [CALLED] * opaque


def test_images_in_base64_are_no_text() -> None:
    def shown(url: str) -> dict[str, str]:
        part = {"type": "image_url", "image_url": {"url": url}}
        return dict(texts({"kind": "chat", "messages": [{"role": "user", "content": [part]}]}))

    assert shown("data:image/png;base64,AAAA") == {}
    for url in ("https://example.org/a.png", "data:text/plain,ann", "data:image/png;base64,AAAA ann"):
        assert list(shown(url).values()) == [url]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"messages": [{"content": "text"}]}, []),
        ({"messages": [{"content": [{"type": "image_url"}]}]}, ["/messages/0/content/0"]),
        ({"attachments": [{}, {}], "messages": []}, ["/attachments/0", "/attachments/1"]),
    ],
)
def test_parts_that_hold_no_text_are_named(body: dict[str, Any], pointers: list[str]) -> None:
    assert list(unreadable_parts(body)) == pointers
