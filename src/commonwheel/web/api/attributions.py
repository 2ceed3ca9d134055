"""Which released records an answer resembles. Nothing of what is asked is kept or logged."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from commonwheel.journeys.attribute import MOST_CHARACTERS, NOTE, attribute
from commonwheel.web.api.answers import Shape, answers
from commonwheel.web.asking import TheWorld, reading, takes
from commonwheel.web.terms_headers import terms_headers

router = APIRouter(tags=["learning"])


class AnswerText(BaseModel):
    """An answer that a model gave. Its length counts in Unicode code points."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(max_length=MOST_CHARACTERS)]


class ResemblanceView(Shape):
    """A released record that the answer resembles, under its own terms.

    `name` is its giver's as they chose it, null for who is not named. `release` is the latest one, which it is in.
    `spans` are code points of the answer, from and to, that the record says word for word; `covered` is the share
    of the answer's words in them. `text` is what the record says in the longest of them, or how its text begins
    where only the whole is alike: at most 300 code points. `similarity` is the share of runs of three words that
    the answer and the most similar text of the record have in common.
    """

    id: str
    kind: str
    name: str | None
    license: str
    ai_pref: str
    release: int
    spans: list[tuple[int, int]]
    covered: Annotated[float, Field(ge=0, le=1)]
    similarity: Annotated[float, Field(ge=0, le=1)]
    text: str


class Attributions(Shape):
    """What an answer resembles, those first that say most of it, and what that does not mean."""

    resembles: list[ResemblanceView]
    note: str


@router.post("/attributions", responses=answers({200: Attributions}, 413, 415), openapi_extra=takes("AnswerText"))
def attribute_answer(world: TheWorld, body: Annotated[AnswerText, reading(AnswerText)]) -> Response:
    """Find the released records that an answer resembles most, of those that may be displayed: at most ten."""
    found = attribute(world, body.text)
    headers = terms_headers((each.license, each.ai_pref) for each in found)
    return JSONResponse({"resembles": [asdict(each) for each in found], "note": NOTE}, headers=headers)
