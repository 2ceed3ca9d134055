"""Letters that a person can send to a provider, to get what they said there, and what was answered."""

from dataclasses import dataclass
from importlib.resources import files
from string import Template

LANGUAGES = ("en", "de")
_NOT_SAID = {"en": "as in the address above", "de": "wie im Absender"}
_UNDATED = {"en": "(date)", "de": "(Datum)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks whom. `account` is how the provider knows the person: an address or a number."""

    provider: str
    name: str
    account: str = ""
    date: str = ""
    language: str = "en"


def request_letter(request: Request) -> str:
    """A request for access and portability (GDPR, Articles 15 and 20). Raises KeyError for an unknown language."""
    text = files("commonwheel.people") / "texts" / f"request-{request.language}.txt"
    return Template(text.read_text(encoding="utf-8")).substitute(
        provider=_line(request.provider),
        name=_line(request.name),
        account=_line(request.account) or _NOT_SAID[request.language],
        date=_line(request.date) or _UNDATED[request.language],
    )


def _line(text: str) -> str:
    """A text on one line, as a letter shows it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
