"""Failures that wait for an answer: those that come back most, and a form to write the better answer."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import Invalid
from commonwheel.journeys import answer_failures as journey
from commonwheel.journeys.drafts import begin_draft
from commonwheel.journeys.explore import last_row
from commonwheel.journeys.world import World
from commonwheel.release.topics import taxonomy, topic_words
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.passages import Passage, passages
from commonwheel.web.pages.public_words import labels_as_bars, readable
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheForm, TheVisitor
from commonwheel.web.pages.wording import PreferenceWords, language_words, license_words, preference_words
from commonwheel.web.rates import PREVIEW, limited
from commonwheel.web.remembered import remembered

router = APIRouter(route_class=PageRoute)

_SHOWN = 50
_COUNTED_FOR = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureLine:
    """Failures whose questions are alike."""

    id: str
    title: str
    number: int
    answers: int
    topic: str
    language: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersPage:
    """What waits for an answer, that which comes back most first."""

    template: ClassVar[str] = "answers.html"
    lines: tuple[FailureLine, ...]
    topics: tuple[tuple[str, str], ...]
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """One failure, and the form. `licenses` are those that an answer can be given under."""

    template: ClassVar[str] = "answer.html"
    id: str
    passages: tuple[Passage, ...]
    licenses: tuple[str, ...]
    preference: PreferenceWords
    text: str
    fault: str


@router.get("/answers")
def waiting(
    request: Request, world: TheWorld, _visitor: TheVisitor, topic: str = Query(default="", max_length=40)
) -> Response:
    """What waits."""
    topic = topic if topic in taxonomy().titles else ""
    key = ("failures", last_row(world), topic)
    found = remembered(request, key, _COUNTED_FOR, partial(journey.recurring, world, topic))
    page = AnswersPage(
        lines=tuple(map(_line, found[:_SHOWN])), topics=tuple(taxonomy().titles.items()), topic=topic
    )
    return show(request, page)


@router.get("/answers/{id}")
def one(request: Request, world: TheWorld, _visitor: TheVisitor, id: str) -> Response:
    """One of them."""
    return _show(request, world, id)


@router.post("/answers/{id}")
def written(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """On to the preview, as with whatever is given."""
    limited(request, PREVIEW)
    failed, text = journey.failure(world, id), form.one("answer")
    try:
        body = journey.answer_to(failed, text)
    except Invalid as refusal:
        return _show(request, world, id, text, refusal.details["faults"][0]["problem"])
    bound = {"license": failed.licenses[0], "ai_pref": failed.ai_pref}
    draft = begin_draft(world, visitor.drawer, body, answers=id, bound=bound)
    return RedirectResponse(f"/give/draft/{draft.id}", 303)


def _show(request: Request, world: World, id: str, text: str = "", fault: str = "") -> Response:
    failed = journey.failure(world, id)
    said = {"kind": "chat", "messages": [*_messages(failed), {"role": "assistant", "content": failed.answer}]}
    shown, _ = passages(said, labels_as_bars)
    page = AnswerPage(
        id=id,
        passages=readable(shown),
        licenses=tuple(license_words(each).name for each in failed.licenses),
        preference=preference_words(failed.ai_pref),
        text=text or failed.answer,
        fault=fault,
    )
    return show(request, page, 422 if fault else 200, form=True)


def _messages(failed: journey.Failure) -> list[dict[str, object]]:
    if isinstance(failed.prompt, str):
        return [{"role": "user", "content": failed.prompt}]
    return [dict(each) for each in failed.prompt]


def _line(found: journey.Recurring) -> FailureLine:
    facts = found.first.facets
    return FailureLine(
        id=found.first.contribution,
        title=found.first.title,
        number=len(found.ids),
        answers=found.answers,
        topic=topic_words(facts["topic"]),
        language=language_words(facts["language"]) if facts["language"] else "",
        tag=facts["language"],
    )
