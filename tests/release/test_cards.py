"""The texts that go with a release."""

from dataclasses import fields
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta

import commonwheel.release
from commonwheel.release.cards import TEXTS, Card
from commonwheel.release.markup import FILTERS

TEMPLATES = Path(commonwheel.release.__file__).parent / "templates"


def variables(template: str) -> set[str]:
    environment = jinja2.Environment()
    environment.filters.update(FILTERS)
    return meta.find_undeclared_variables(environment.parse((TEMPLATES / template).read_text(encoding="utf-8")))


def test_every_template_is_listed() -> None:
    assert sorted(path.name for path in TEMPLATES.iterdir()) == sorted(TEXTS.values())


@pytest.mark.parametrize("template", TEXTS.values())
def test_a_template_uses_what_the_card_declares(template: str) -> None:
    assert variables(template) <= {field.name for field in fields(Card)}


def test_the_card_declares_nothing_that_no_template_uses() -> None:
    used: set[str] = set()
    for template in TEXTS.values():
        used |= variables(template)
    assert {field.name for field in fields(Card)} == used
