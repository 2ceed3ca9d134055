"""Pages in another language: all that is said in templates can be translated, and a bad catalog breaks no page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

from commonwheel.web import translating
from commonwheel.web.translating import Catalogs, catalogs, messages, translated
from tests.web.pages.conftest import Commons, Seen

TEMPLATES = Path(translating.__file__).parent / "templates"
FILES = sorted(TEMPLATES.glob("*.html"))


def folder(tmp_path: Path, language: str, translate: Callable[[str], str]) -> str:
    """A catalog of everything that is said, as a translator would make it with Babel."""
    catalog = Catalog(language)
    method = [("**/templates/**.html", "commonwheel.web.translating:extract")]
    for _, _, message, _, _ in extract_from_dir(str(TEMPLATES.parent), method):
        assert isinstance(message, str)
        catalog.add(message, translate(message))
    assert len(catalog) > 500
    path = tmp_path / language / "LC_MESSAGES" / "commonwheel.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    return str(tmp_path)


def louder(message: str) -> str:
    """Another language, in which everything is said in capitals and the places stay."""
    return "".join(part if part.startswith("{") else part.upper() for part in re.split(r"(\{\d+\})", message))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_without_a_translation_a_template_says_what_it_said(path: Path) -> None:
    source = path.read_text("utf-8")
    same = translated(source, lambda message: message)
    assert re.sub(r"\s+", " ", same) == re.sub(r"\s+", " ", source)


def test_places_can_stand_in_another_order() -> None:
    source = '<p>Item <b>{{ item }}</b> of {{ all }}: <a href="/x/{{ id }}">look</a>.</p>'
    assert messages(source) == ["Item {1}{2}{3} of {4}: {5}look{6}."]
    turned = translated(source, lambda _: "{5}Schau{6}: {4} hat {1}{2}{3}.")
    assert turned == '<p><a href="/x/{{ id }}">Schau</a>: {{ all }} hat <b>{{ item }}</b>.</p>'


@pytest.mark.parametrize("said", ["{1}{2}", "", "{1} {1} {2} {3}", "{9}", "no places"])
def test_a_translation_that_loses_a_place_is_not_followed(said: str) -> None:
    source = "<p>Item <b>{{ item }}</b>.</p>"
    assert translated(source, lambda _: said) == source


def test_what_is_not_said_is_no_message() -> None:
    source = (
        "{# A remark. #}{% block wide %} wide{% endblock %}<script>let words = 1;</script><code>{{ x }}</code>"
        "{% if kind == 'chat' %}<i>1</i>{% endif %}"
    )
    assert messages(source) == []
    assert messages("""<p aria-label="Read it" class="big words">{{ 'one' if n == 1 else 'many' }}</p>""") == [
        "Read it",
        "one",
        "many",
    ]


def test_every_page_is_made_in_the_language_that_a_browser_wants(
    make_commons: Callable[..., Commons], tmp_path: Path
) -> None:
    commons = make_commons(TRANSLATIONS=folder(tmp_path, "de", louder))
    gifts = [commons.give(kind="example", prompt="What pulls the sea?", ideal="Needs an answer")]
    commons.release()
    browser = commons.browser()
    for path in ("/", "/give", "/explore", "/releases/1", "/join", "/transparency", "/answers", "/before"):
        english = browser.get(path)
        german = browser.get(path, headers={"Accept-Language": "fr;q=0.9, de-CH, en;q=0.5"})
        assert english.status_code == german.status_code == 200
        assert '<html lang="en"' in english.text and '<html lang="de"' in german.text
        [heading] = [text for text in re.findall(r"<h1[^>]*>(.*?)</h1>", german.text, re.DOTALL)]
        assert heading == heading.upper() or "{" not in heading, path
        tags = [(tag, sorted(name for name in a if name != "nonce")) for tag, a in Seen(german.text).tags]
        assert tags == [(tag, sorted(name for name in a if name != "nonce")) for tag, a in Seen(english.text).tags]
        assert "GIVE" in german.text and "Accept-Language" in german.headers["Vary"]
    [id] = gifts
    page = browser.get(f"/contributions/{id}", headers={"Accept-Language": "de"}).text
    assert "Needs an answer" in page  # what somebody gave stays as they wrote it, whatever it says


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,fr;q=0.1", "de"),
        ("en-GB, de;q=0.5", "en"),
        ("xx, pt-BR;q=0.9", "pt-BR"),
        ("de;q=nonsense, pt-BR", "pt-BR"),
        (";;;,,,q=", "en"),
    ],
)
def test_the_most_wanted_language_that_is_there_is_taken(accepted: str, language: str) -> None:
    there: Any = {"de": None, "pt-BR": None}
    assert Catalogs(there).best(accepted) == language


def test_no_folder_is_no_language() -> None:
    assert catalogs("").translations == {} == catalogs("/not/there").translations
