"""Whatever somebody gives, a page stays the page that we wrote, on every page that shows it."""

import re
from typing import Any

import pytest

from tests.web.pages.conftest import Commons, Seen

HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "attribute": "\"'><b onmouseover=alert(1) x=\" ' autofocus onfocus=alert(1)//",
    "comment": "<!-- --><!--> --!> <![CDATA[ ]]> </p></main></textarea></title><style>*{color:red}</style>",
    "template": "{{ shell.form_seal }} {% include 'base.html' %} ${7*7} {{ ''.__class__ }}",
    "right to left": "user \u202etxt.exe\u202c \u2066\u2067isolates\u2069\u2069 \u200fשלום\u200e abc\u0301\u0302 "
    * 3,
    "long word": "w" * 5_000 + " 長" * 2_000,
    "control": "a\x01\x08\x0b\x0c\x1b[31mred\x7f\u0085\u2028\u2029\ufeff\ufffe b \r\n\r c",
    "astral": "🧶" * 200 + " \U000e0041\U000e0042 𝕳𝖊𝖑𝖑𝖔",
    "entities": "&lt;b&gt; &amp;lt; &#0; &#x1F9F6; &nbsp;&copy",
    "address": "javascript:alert(1) data:text/html,<script>alert(1)</script> //evil.example/\\@x",
}


NAME = "<b onclick=x>\"' &amp; {{ shell }}"


def record(kind: str, text: str) -> dict[str, Any]:
    """A record of a kind that is hostile all over; the rest keeps it from being called empty."""
    many = f"{text} and some plain words beside it"
    records: dict[str, dict[str, Any]] = {
        "chat": {
            "messages": [
                {"role": "user", "content": many},
                {"role": "assistant", "content": many, "model": text[:200]},
            ]
        },
        "correction": {
            "prompt": many,
            "original": f"One. {many}",
            "edited": many + ", and another end" * (len(text) // 40 + 1),
            "reason": many,
        },
        "preference": {"prompt": many, "candidates": [{"content": f"A {many}"}, {"content": many}], "chosen": 0},
        "signal": {"target": text[:200], "name": "note", "value": many, "detail": {"k": many}},
        "bundle": {
            "messages": [
                {
                    "role": "user",
                    "content": [{"type": "text", "text": many}, {"type": "image_url", "image_url": {"url": text}}],
                }
            ],
            "attachments": [{"name": text[:200], "media_type": "text/html", "data": "PGI+"}],
        },
    }
    return records[kind]


def check(html: str) -> None:
    """A page has only the tags and attributes that its templates write."""
    page = Seen(html)
    tags = [tag for tag, _ in page.tags]
    assert not {"img", "b onmouseover", "iframe", "style", "object", "embed", "base", "form action"} & set(tags)
    for tag, attributes in page.tags:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("style", "autofocus", "srcdoc")
        ]
        assert tag != "script" or re.match(r"/static/(review|selection)\.js\?v=", attributes["src"] or "")
        for name in ("href", "src", "action"):
            value = attributes.get(name) or "/"
            assert (value[0] in "/#" and value[:2] != "//") or value.startswith("https://creativecommons.org/"), (
                value
            )
    assert tags.count("main") == tags.count("title") - ('id="wt"' in html) == tags.count("body") == 1


@pytest.mark.parametrize("kind", ["chat", "correction", "preference", "signal", "bundle"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_page_is_changed_by_what_it_shows(strict: Commons, kind: str, text: str) -> None:
    common: dict[str, Any] = {
        "tags": [text[:100]],
        "note": text,
        "terms": {"attribution": {"mode": "pseudonym", "name": NAME}},
    }
    id = strict.give(kind=kind, **record(kind, text), **common)
    strict.curate()
    browser = strict.reviewer(text[:60].replace("\x00", ""))
    items = strict.queued()
    for path in ["/review", *(f"/review/{item}" for item in items)]:
        answer = browser.get(path)
        assert answer.status_code == 200
        check(answer.text)
    strict.release()
    for path in ("/", f"/contributions/{id}", "/releases", "/releases/1"):
        answer = browser.get(path)
        assert answer.status_code == 200
        check(answer.text)
