"""What a door asks people: the text they consent to, what they can choose, in words, and who builds the models."""

from collections.abc import Iterable
from dataclasses import asdict

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from commonwheel.people.documents import CONSENT, current
from commonwheel.web.api.answers import Shape, answers
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.terms_form import AI_PREFERENCES, LICENSES, PURPOSES, Choice

router = APIRouter(tags=["give"])


class ConsentText(Shape):
    """The text that is agreed to: its version goes into `terms.consent.version`; `digest` is SHA-256 in hex."""

    version: str
    text: str
    digest: str
    url: str


class Choosable(Shape):
    """What can be chosen, as it goes into a record, and what that means."""

    value: str
    title: str
    meaning: str


class ModelsBuilder(Shape):
    """Of models, as whoever runs this says: who builds them, what is sent there and kept, and where to read on."""

    name: str
    models: list[str]
    builder: str
    data_documents: str
    sent: str
    kept: str
    terms: str
    terms_read: str


class TermsView(Shape):
    """Everything that a door needs to ask for terms."""

    consent: ConsentText
    licenses: list[Choosable]
    ai_prefs: list[Choosable]
    purposes: list[Choosable]
    providers: list[ModelsBuilder]


@router.get("/terms", responses=answers({200: TermsView}))
def show_terms(world: TheWorld) -> Response:
    """The terms of today: ask with these words, and not with ones that a program remembers."""
    consent = current(CONSENT)
    return JSONResponse(
        TermsView(
            consent=ConsentText(
                version=consent.version,
                text=consent.text,
                digest=consent.digest,
                url=f"{world.public_url}/texts/{CONSENT}",
            ),
            licenses=_listed(LICENSES),
            ai_prefs=_listed(AI_PREFERENCES),
            purposes=_listed(PURPOSES),
            providers=[
                ModelsBuilder(**asdict(each) | {"terms_read": each.terms_read.isoformat()})
                for each in world.providers
            ],
        ).model_dump()
    )


def _listed(choices: Iterable[Choice]) -> list[Choosable]:
    return [Choosable(value=each.value, title=each.title, meaning=each.meaning) for each in choices]
