"""The published JSON Schemas say what the validator does."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from commonwheel.collect.payloads import (
    contribution_schema,
    edit_schema,
    feedback_schema,
    read_contribution,
    read_edit,
    read_feedback,
)
from commonwheel.errors import Invalid
from commonwheel.records.body import CONTRIBUTION
from commonwheel.records.contribution import AnyContribution
from tests.strategies import contributions, corrections, signals

SCHEMAS = {"contribution": contribution_schema, "edit": edit_schema, "feedback": feedback_schema}
VALIDATORS = {name: Draft202012Validator(schema()) for name, schema in SCHEMAS.items()}

# What one field alone cannot say is not in a schema; nor is the grammar of a preference or of a date.
BEYOND_A_SCHEMA = (
    "is not the index of",
    "must name what is allowed",
    "is missing: the mode",
    "not an AI preference",
)
BEYOND_A_SCHEMA += ("must not be null", "are made by", "is named by")
BEYOND_A_SCHEMA += ("is not complete base64", "U+0000", "differs from", "a date and time", "time zone")


def body_of(contribution: AnyContribution) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(CONTRIBUTION.dump_json(contribution, exclude_defaults=True))
    return body


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_schema_of_its_own(name: str) -> None:
    schema = SCHEMAS[name]()
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    text = json.dumps(schema)
    assert '"$id"' not in text
    assert text.count('"$ref": "#/$defs/') == text.count('"$ref"')


@pytest.mark.parametrize("schema", SCHEMAS.values())
def test_its_parts_can_be_referred_to_elsewhere(schema: Any) -> None:
    assert '"#/components/schemas/Terms"' in json.dumps(schema("#/components/schemas/{model}"))


@given(contributions)
def test_what_can_be_given_fits(contribution: AnyContribution) -> None:
    VALIDATORS["contribution"].validate(body_of(contribution))


def places(value: Any) -> list[Any]:
    """Every object and list in a body."""
    if isinstance(value, dict):
        return [value, *(inner for below in value.values() for inner in places(below))]
    if isinstance(value, list):
        return [value, *(inner for below in value for inner in places(below))]
    return []


WRONG = st.sampled_from(
    [None, True, -1, 10**7, 1.5, "", "no such word", "a b", [], {}, [None], {"k": 1}, "x" * 300]
)


def broken(body: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """With one value replaced, one removed, or one added."""
    place = data.draw(st.sampled_from([place for place in places(body) if place]))
    keys = sorted(place) if isinstance(place, dict) else range(len(place))
    key = data.draw(st.sampled_from(list(keys)))
    way = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if way == "replace":
        place[key] = data.draw(WRONG)
    elif way == "remove":
        del place[key]
    elif isinstance(place, dict):
        place["unknown"] = data.draw(WRONG)
    else:
        place.append(data.draw(WRONG))
    return body


def check(name: str, read: Any, body: dict[str, Any]) -> None:
    try:
        read(json.dumps(body).encode())
    except Invalid as refusal:
        problems = [fault["problem"] for fault in refusal.details["faults"]]
        beyond = all(any(words in problem for words in BEYOND_A_SCHEMA) for problem in problems)
        assert beyond or not VALIDATORS[name].is_valid(body), problems
    else:
        VALIDATORS[name].validate(body)


@given(contributions, st.data())
def test_what_is_refused_does_not_fit_and_what_is_taken_does(given: AnyContribution, data: st.DataObject) -> None:
    check("contribution", read_contribution, broken(body_of(given), data))


@given(corrections, st.data())
def test_the_same_of_edits(given: AnyContribution, data: st.DataObject) -> None:
    body = body_of(given)
    del body["kind"]
    body["original_llm_output"], body["final_user_edit"] = body.pop("original"), body.pop("edited")
    check("edit", read_edit, broken(body, data))


@given(signals, st.data())
def test_the_same_of_feedback(given: AnyContribution, data: st.DataObject) -> None:
    body = body_of(given)
    del body["kind"]
    check("feedback", read_feedback, broken(body, data))
