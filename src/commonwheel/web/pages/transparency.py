"""Where data goes, drawn from the settings in force, and the questions that anybody should ask of a commons."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.app import App
from commonwheel.journeys.policy_in_force import adopted, current_policy
from commonwheel.journeys.responses import responses
from commonwheel.people.providers import Provider
from commonwheel.ports.statistics import Pace
from commonwheel.records.states import State
from commonwheel.web.asking import TheWorld, app_of
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor
from commonwheel.web.remembered import remembered

router = APIRouter(route_class=PageRoute)


_COUNTED_FOR = 600.0
_REMOVED = (
    (State.WITHDRAWN, "withdrawn by their givers"),
    (State.ERASED, "erased"),
    (State.REJECTED, "not taken, by a program or a reviewer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somewhere that data goes: what it is, where it is, what is kept there, for how long, and who can read it."""

    name: str
    where: str
    what: str
    long: str
    who: str
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransparencyPage:
    """`places` are in the order in which a gift passes them; `answers` are questions with what holds here."""

    template: ClassVar[str] = "transparency.html"
    places: tuple[Place, ...]
    answers: tuple[tuple[str, str], ...]
    policy: str
    policies: tuple[str, ...]
    not_checked: tuple[str, ...]
    providers: tuple[Provider, ...]
    removed: tuple[tuple[str, int], ...]
    paces: tuple[tuple[str, int, str, str], ...]


@router.get("/transparency")
def where_data_goes(request: Request, world: TheWorld, _visitor: TheVisitor) -> Response:
    """The page."""
    app = app_of(request)
    counted = remembered(request, "responses", _COUNTED_FOR, partial(responses, world))
    page = TransparencyPage(
        places=_places(app),
        answers=_answers(app),
        policy=current_policy(world).tag,
        policies=tuple(f"{each.name}@{each.version}" for each in adopted(world)),
        not_checked=world.not_checked,
        providers=world.providers,
        removed=tuple((words, counted.events.get(name, 0)) for name, words in _REMOVED),
        paces=tuple(
            _pace(words, pace) for words, pace in (("Reviews", counted.reviews), ("Appeals", counted.appeals))
        ),
    )
    return show(request, page)


def _pace(words: str, pace: Pace) -> tuple[str, int, str, str]:
    return (words, pace.number, _lasted(pace.median), _lasted(pace.longest))


def _lasted(seconds: float | None) -> str:
    if seconds is None:
        return ""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _places(app: App) -> tuple[Place, ...]:
    """In the order in which a gift passes them."""
    return (*_before(app), *_judges(app), _releases(app), *_models(app), *_mail(app))


def _before(app: App) -> tuple[Place, ...]:
    postgres = app.settings["DATABASE_URL"].startswith("postgresql")
    database = "PostgreSQL" if postgres else "a file on this machine"
    days = app.world.limits.appeal_window.days
    return (
        Place(
            name="Your browser’s drawer",
            where=f"{database}, sealed",
            what="A draft, until you give it.",
            long="two days after you touched it last",
            who="nobody without your browser’s cookie",
        ),
        Place(
            name="The waiting room",
            where=f"{database}, encrypted",
            what="What you gave, as you gave it.",
            long=f"until its release; refused, for {days} days, in which you can appeal",
            who="programs; a reviewer where programs are unsure",
        ),
    )


def _judges(app: App) -> Iterator[Place]:
    if app.settings["JUDGE_URL"]:
        yield Place(
            name="A judge",
            where=urlsplit(app.settings["JUDGE_URL"]).hostname or "elsewhere",
            what="What would become public, with everything hidden, and nothing about you.",
            long="as its provider says",
            who="its provider",
            outside=True,
        )


def _releases(app: App) -> Place:
    lake = app.settings["LAKE_URL"]
    s3 = lake.startswith("s3://")
    return Place(
        name="Releases",
        where=f"a store reached as {lake.split('/')[2]}" if s3 else "a folder on this machine",
        what="What is public, under your terms.",
        long="until you erase it",
        who="everybody",
        outside=s3,
    )


def _models(app: App) -> Iterator[Place]:
    if app.settings["RECIPE"]:
        yield Place(
            name="Models",
            where="a store elsewhere" if app.settings["MODELS_URL"].startswith("s3://") else "this machine",
            what="What models learn from gifts whose givers allow it. A model can remember words.",
            long="a run without what you take back replaces it",
            who="everybody, once a model is published",
        )


def _mail(app: App) -> Iterator[Place]:
    if app.settings["MAIL_URL"].startswith("smtp"):
        yield Place(
            name="Mail",
            where=urlsplit(app.settings["MAIL_URL"]).hostname or "a mail server",
            what="Your address, and letters about your account. Never what you gave.",
            long="as that server and yours keep it",
            who="both mail servers",
            outside=True,
        )


def _answers(app: App) -> tuple[tuple[str, str], ...]:
    every = app.settings["RELEASE_EVERY"]
    cut = f"A release is cut every {_hours(every)}." if every else "Releases are cut by hand."
    return (
        ("Where do the data live?", "Where the list above says: it is made of the settings that are in force."),
        (
            "When is somebody asked to give?",
            "Here, when they come to give. An application with a token of this commons asks its users itself.",
        ),
        ("When is it processed?", f"Within moments of being given, or after the time you let it wait. {cut}"),
        (
            "How can it be had?",
            "By anybody, without an account: by the pages, the API, and as files, free of charge.",
        ),
        (
            "What does it take to give, and to take back?",
            "One page to write, and one to look, choose and agree. One button to withdraw. Nobody has to say why.",
        ),
        (
            "What is shared where nobody chooses?",
            "Nothing. On the page for giving every choice starts empty, but for what somebody set as their own.",
        ),
    )


def _hours(seconds: int) -> str:
    hours = round(seconds / 3600, 1)
    return "day" if hours == 24 else f"{hours:g} hours" if hours >= 1 else f"{seconds // 60} minutes"
