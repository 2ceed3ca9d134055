"""The reference is what the code says today, and leaves nothing out."""

import re

import pytest

from commonwheel.cli.main import COMMANDS
from commonwheel.collect.otlp.interactions import ATTRIBUTES
from commonwheel.records.findings import Reason
from commonwheel.release.formats import FORMATS
from commonwheel.settings import SETTINGS
from docs.generate import PAGES
from docs.generate.api import ANY, GIVE, OPEN, REVIEW, SCOPES, THEIRS, openapi, scope_of
from docs.generate.commands import commands
from docs.generate.errors import errors
from docs.generate.policy import kinds
from tests.docs.conftest import ROOT
from tests.web.api.test_scopes import CALLS, EVERYBODY, GIVERS, OPERATORS, PUBLIC, REVIEWERS

REFERENCE = ROOT / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_up_to_date(name: str) -> None:
    assert page(name) == PAGES[name](), "run 'python -m docs.generate'"


def test_no_page_is_left_over() -> None:
    measured = {"accuracy"}  # by `make evaluate`, which takes minutes
    assert {path.stem for path in REFERENCE.glob("*.md")} == set(PAGES) | measured


def test_every_setting_command_error_kind_and_format_is_there() -> None:
    assert not [each.variable for each in SETTINGS if f"`{each.variable}`" not in page("settings")]
    assert not [name for name in COMMANDS if f"## commonwheel {name}\n" not in page("commands")]
    parameters = [
        each for _, command, _ in commands() for each in command.params if not getattr(each, "hidden", False)
    ]
    options = [option for each in parameters for option in each.opts]
    assert not [option for option in options if option.startswith("--") and option not in page("commands")]
    assert not [kind.code for kind in errors() if f"| `{kind.code}` |" not in page("errors")]
    assert not [name for name in FORMATS if name not in page("commands")]
    assert not [reason for reason in Reason if f"| `{reason}` |" not in page("records")]


def test_every_detector_reports_something_that_is_documented() -> None:
    for name, what, reported in kinds():
        assert reported and what.endswith("."), name
        assert not [kind for kind in reported if f"`{kind}`" not in page("policy")]


def test_every_call_says_what_its_token_needs() -> None:
    """As the calls that are made with every token in tests/web say."""
    paths = openapi()["paths"]
    said = {
        (method.upper(), path): scope_of(method.upper(), path, operation["tags"])
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    for method, path, _, who, _ in CALLS:
        call = (method, "/api/v1" + re.sub(r"/999", "/{item}", re.sub(r"\{(own|other)\}", "{id}", path)))
        if "{own}" in path:
            assert said[call] in (THEIRS, SCOPES["GET /api/v1/contributions/{id}"]), call
        else:
            expected = {GIVERS: (GIVE,), REVIEWERS: (REVIEW, SCOPES["GET /api/v1/contributions/{id}"])}
            expected |= {EVERYBODY: (ANY,), OPERATORS: (THEIRS,)}
            if path == "/deletions":
                expected[who] = ("`contribute:on-behalf`",)
            if path in ("/standing", "/wishes"):
                expected[who] = (GIVE,)
            assert said[call] in expected[who], call
    for path in PUBLIC:
        if path != "//openapi.json":
            call = ("GET", path.removeprefix("/") if path.startswith("//") else f"/api/v1{path}")
            assert said[call] == OPEN, call


def test_every_attribute_of_a_trace_is_documented() -> None:
    text = (ROOT / "docs" / "how-to" / "send-traces.md").read_text(encoding="utf-8")
    for name, what in ATTRIBUTES.items():
        assert f"| `{name}` | {what} |" in text
