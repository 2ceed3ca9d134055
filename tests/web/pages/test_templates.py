"""A template uses exactly what its page declares, and holds no script, style or handler of its own."""

import re
from dataclasses import fields
from importlib.resources import files

import pytest
from jinja2 import meta, nodes

from commonwheel.web.pages import PAGES
from commonwheel.web.pages.rendering import Page, environment

TEMPLATES = sorted(
    entry.name for entry in (files("commonwheel.web") / "templates").iterdir() if entry.name.endswith(".html")
)


def source(name: str) -> str:
    loader = environment().loader
    assert loader is not None
    return loader.get_source(environment(), name)[0]


def variables(name: str) -> set[str]:
    """What a template and those it extends expect to be given."""
    tree = environment().parse(source(name))
    parents = [node.template.as_const() for node in tree.find_all(nodes.Extends)]
    imported = {node.target for node in tree.find_all(nodes.Import)}
    made = {node.name for node in tree.find_all(nodes.Macro)}
    made |= {node.target.name for node in tree.body if isinstance(node, nodes.Assign)}
    return (meta.find_undeclared_variables(tree) - imported - made).union(
        *(variables(parent) for parent in parents)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_template_uses_what_its_page_declares(page: type[Page]) -> None:
    assert variables(page.template) == {field.name for field in fields(page)} | {"shell"}


def test_every_template_has_its_page() -> None:
    assert set(TEMPLATES) == {page.template for page in PAGES} | {"base.html", "parts.html", "terms.html"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_hold_nothing_that_the_security_policy_forbids(name: str) -> None:
    text = source(name)
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe|<script(?! src=)|Markup|autoescape", text
    )
