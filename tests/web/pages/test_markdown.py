"""Markdown is shown as what it says, and nothing in it runs, is loaded or changes the page."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwheel.web.pages.markdown import is_markdown, rendered
from tests.web.pages.conftest import Commons, Seen

ALLOWED_SCHEMES = ("http:", "https:", "mailto:")


def test_structure_code_and_formulas_are_shown() -> None:
    html = rendered("# Title\n\n* one **two**\n\n```py\nif a < b: pass\n```\n\n| a |\n|---|\n| 1 |\n\nSo $x^2$.")
    for part in (
        "<strong>two</strong>",
        "<li>",
        "if a &lt; b: pass",
        "<td>1</td>",
        "<msup>",
        '<p class="mh">Title',
    ):
        assert part in html
    assert "<h1" not in html  # a record's headings are none of the page's


def test_bars_stand_for_labels_and_only_outside_of_tags() -> None:
    html = rendered("* write to ⟨email-1⟩ or [here](https://x.example/⟨email-1⟩)")
    assert html.count('<bdi class="hid">⟨email-1⟩</bdi>') == 1


HOSTILE = [
    "<script>alert(1)</script>",
    "**<img src=x onerror=alert(1)>**",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    '[x](https://e.example "onclick=alert(1)")',
    "![x](https://e.example/pixel.png)",
    "![x](javascript:alert(1))",
    "`</code><script>alert(1)</script>`",
    "```</code></pre><svg onload=alert(1)>\nx\n```",
    "$\\href{javascript:alert(1)}{x}$ **b**",
    "$\\text{</math><img src=x onerror=alert(1)>}$ **b**",
    "$<script>alert(1)</script>$ **b**",
    '$$\\class{x" onclick="alert(1)}{y}$$ **b**',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "> " * 500 + "deep",
    "* " * 500 + "deep",
    "$" + "{" * 400 + "$ **b**",
    "$" + "\\frac{" * 60 + "$ **b**",
    "[" * 2000 + "**x**",
    "<" * 2000 + "**x**",
    "| " * 500 + "\n" + "|-" * 500,
]


def check(html: str) -> None:
    page = Seen(html)
    for tag, attributes in page.tags:
        assert tag not in (
            "script",
            "img",
            "iframe",
            "object",
            "embed",
            "style",
            "svg",
            "form",
            "input",
            "base",
            "link",
        )
        for name, value in attributes.items():
            assert not name.startswith("on") and name not in ("style", "src", "srcset", "id", "name")
            if name == "href":
                assert (value or "").startswith(ALLOWED_SCHEMES) or not re.match(r"[a-z]+:", value or "")
        if tag == "a":
            assert "noopener" in (attributes.get("rel") or "") and "noreferrer" in (attributes.get("rel") or "")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_runs_and_nothing_is_loaded(text: str) -> None:
    check(rendered(text))


@settings(max_examples=300)
@given(st.text("<>&\"'`*_[]()!#|$\\{}^ \nabc:/javascript", max_size=120))
def test_no_text_makes_a_page_of_its_own(text: str) -> None:
    is_markdown(text)
    check(rendered(text))


def test_a_released_record_is_read_as_markdown(commons: Commons) -> None:
    said = "Two steps:\n\n1. **Look**\n2. `print('<b>')`\n\n![a](https://e.example/a.png)"
    id = commons.give(kind="example", prompt="How?", ideal=said)
    commons.release()
    page = commons.browser().get(f"/contributions/{id}").text
    assert "<strong>Look</strong>" in page and "<li>" in page and "&lt;b&gt;" in page and "e.example" not in page
