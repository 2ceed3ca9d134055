"""Pages in other languages: a template is translated when it is loaded, by sentences, from a gettext catalog.

What is between two block elements or statements of a template is one message; elements within a sentence, and
what stands in `{{ }}`, are numbered places in it, so that a translator can put them in another order:
`Item {1}: <b>{2}</b>` is `Item {1}: {2}{3}{4}`. Nothing is looked up while a page is made, and no word that
somebody gave can be taken for one of ours.
"""

import gettext
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from jinja2 import BaseLoader, Environment

Translate = Callable[[str], str]
"""From a message in English to the same in another language; what is not translated comes back as it is."""

DOMAIN = "commonwheel"
_TOKEN = re.compile(
    r"(?P<comment>\{#.*?#\}|<!--.*?-->|<!doctype[^>]*>)"
    r"|(?P<classes>\{%\s*block wide\s*%\}.*?\{%\s*endblock\s*%\})"
    r"|(?P<raw><(?P<opaque>script|style|svg|pre)\b.*?</(?P=opaque)>)"
    r"|(?P<statement>\{%.*?%\})"
    r"|(?P<value>\{\{.*?\}\})"
    r"|(?P<tag></?(?P<name>[a-z][a-z0-9]*)(?:\{\{.*?\}\}|\{%.*?%\}|\"[^\"]*\"|[^<>\"{])*>)",
    re.DOTALL,
)
_INLINE = frozenset("a b bdi code em i kbd q small span strong sub sup time".split())
_SAID = re.compile(r"\b(aria-label|title|placeholder|alt)=\"([^\"{}]*[^\W\d_]{2}[^\"{}]*)\"")
_CHOSEN = re.compile(r"(?<=')([^'{}]*[^\W\d_]{2}[^'{}]*)(?='(?: if |\s*\}\}))")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_PLACE = re.compile(r"\{([0-9]+)\}")
_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a template. `kind` is text, inline (an element within a sentence, or a value), or rest."""

    kind: str
    source: str


def translated(source: str, translate: Translate) -> str:
    """A template in another language."""
    made: list[str] = []
    run: list[_Part] = []
    for part in _parts(source, translate):
        if part.kind != "rest":
            run.append(part)
            continue
        made += [_sentence(run, translate), part.source]
        run = []
    return "".join((*made, _sentence(run, translate)))


def messages(source: str) -> list[str]:
    """Every message of a template, in order."""
    found: list[str] = []

    def note(message: str) -> str:
        found.append(message)
        return message

    translated(source, note)
    return list(dict.fromkeys(found))


def extract(
    fileobj: BytesIO, keywords: Collection[str], comment_tags: Collection[str], options: dict[str, str]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """For Babel: line, function, message and comments of everything in a template."""
    source = fileobj.read().decode()
    for message in messages(source):
        start = _PLACE.split(message)[0].strip()
        line = source.count("\n", 0, max(source.find(start), 0)) + 1
        yield line, "", message, []


@dataclass(frozen=True, slots=True)
class Catalogs:
    """Languages that pages can be in besides English: by their tags, from `<folder>/<tag>/LC_MESSAGES/…mo`."""

    translations: dict[str, gettext.NullTranslations]

    def best(self, accepted: str) -> str:
        """The language of an `Accept-Language` header that there is, the most wanted first; `en` otherwise."""
        wanted = []
        for place, part in enumerate(accepted.split(",")[:20]):
            tag, _, weight = part.strip().partition(";q=")
            try:
                wanted.append((-float(weight or 1), place, tag.strip()))
            except ValueError:
                continue
        for _, _, tag in sorted(wanted):
            for known in (tag, tag.partition("-")[0]):
                if known in self.translations or known == "en":
                    return known
        return "en"

    def translate(self, language: str) -> Translate | None:
        """None for English, which needs none."""
        found = self.translations.get(language)
        return None if found is None else found.gettext


@cache
def catalogs(folder: str) -> Catalogs:
    """What is in a folder; nothing for no folder. What is broken there is an OSError when it is read."""
    found: dict[str, gettext.NullTranslations] = {}
    for path in sorted(Path(folder).glob(f"*/LC_MESSAGES/{DOMAIN}.mo")) if folder else ():
        tag = path.parent.parent.name.replace("_", "-")
        if _TAG.fullmatch(tag):
            with path.open("rb") as file:
                found[tag] = gettext.GNUTranslations(file)
    return Catalogs(found)


class TranslatedLoader(BaseLoader):
    """Loads templates by another loader, in another language."""

    def __init__(self, loader: BaseLoader, translate: Translate) -> None:
        self._loader, self._translate = loader, translate

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Translated; a catalog that leaves out a place of a message is not followed there."""
        source, path, fresh = self._loader.get_source(environment, template)
        return translated(source, self._translate), path, fresh


def _parts(source: str, translate: Translate) -> Iterator[_Part]:
    position = 0
    for match in _TOKEN.finditer(source):
        if position < match.start():
            yield _Part("text", source[position : match.start()])
        position = match.end()
        if match["tag"]:
            said = _SAID.sub(lambda each: f'{each[1]}="{translate(each[2])}"', match["tag"])
            yield _Part("inline" if match["name"] in _INLINE else "rest", said)
        elif match["value"]:
            yield _Part("inline", _CHOSEN.sub(lambda each: _quoted(translate(each[1]), each[1]), match["value"]))
        else:
            yield _Part("rest", match[0])
    yield _Part("text", source[position:])


def _quoted(text: str, instead: str) -> str:
    """Within a string of a template, which a translation must not end."""
    return instead if "'" in text or "\\" in text else text


def _sentence(run: list[_Part], translate: Translate) -> str:
    """What is said between two blocks, translated; what stands around the words stays where it is."""
    if not any(part.kind == "text" and _LETTERS.search(part.source) for part in run):
        return "".join(part.source for part in run)
    first, last = _trimmed(run)
    inner = run[first : last + 1]
    places = [part.source for part in inner if part.kind != "text"]
    numbers = iter(range(1, len(places) + 1))
    message = "".join(
        " ".join(part.source.replace("\n", " ").split(" ")) if part.kind == "text" else f"{{{next(numbers)}}}"
        for part in inner
    )
    before = message[: len(message) - len(message.lstrip())]
    after = message[len(message.rstrip()) :]
    said = translate(message.strip())
    if sorted(_PLACE.findall(said)) != sorted(_PLACE.findall(message)):
        said = message.strip()
    whole = before + _PLACE.sub(lambda each: places[int(each[1]) - 1], said) + after
    return "".join((*(part.source for part in run[:first]), whole, *(part.source for part in run[last + 1 :])))


def _trimmed(run: list[_Part]) -> tuple[int, int]:
    """The first and the last part that say something: without blanks around, and elements around all of it."""
    first, last = 0, len(run) - 1
    while True:
        if not run[first].source.strip():
            first += 1
        elif not run[last].source.strip():
            last -= 1
        elif _wraps(run[first : last + 1]):
            first, last = first + 1, last - 1
        else:
            return first, last


def _wraps(parts: list[_Part]) -> bool:
    """Whether the first element is closed by the last part and by none before."""
    depth = 0
    for place, part in enumerate(parts):
        if part.kind == "inline" and part.source.startswith("<"):
            depth += -1 if part.source.startswith("</") else 1
        if depth == 0:
            return place == len(parts) - 1 and place > 0
    return False
