"""The web application: the API under /api/v1, and the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from commonwheel import __version__
from commonwheel.app import App
from commonwheel.collect.payloads import contribution_schema, edit_schema, feedback_schema, wishes_schema
from commonwheel.web import errors, pages, security
from commonwheel.web.accepting import Accepting
from commonwheel.web.api import ROOT_ROUTERS, ROUTERS
from commonwheel.web.api.answers import BatchLine
from commonwheel.web.api.attributions import AnswerText
from commonwheel.web.api.reviews import Decide
from commonwheel.web.api.rights import Appeal, TakeDown
from commonwheel.web.api.standing import Allow
from commonwheel.web.api.wishes import Deleted
from commonwheel.web.asking import Actors
from commonwheel.web.rates import Rates
from commonwheel.web.remembered import Remembered

_IN_COMPONENTS = "#/components/schemas/{model}"


def create_web(app: App) -> FastAPI:
    """The application over a running instance."""
    accepting = Accepting(app.world)

    @asynccontextmanager
    async def lifespan(_web: FastAPI) -> AsyncIterator[None]:
        yield
        accepting.close()
        web.state.remembered.close()

    web = FastAPI(
        title="Commonwheel",
        version=__version__,
        summary="A public AI data flywheel: give, curate, review, release, learn, take back.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    web.state.commonwheel = app
    web.state.accepting = accepting
    web.state.actors = Actors()
    web.state.rates = Rates()
    web.state.remembered = Remembered()
    errors.install(web)
    security.install(web)
    for router in ROUTERS:
        web.include_router(router, prefix="/api/v1")
    for router in ROOT_ROUTERS:
        web.include_router(router)
    pages.install(web)
    web.openapi = partial(_described, web)  # type: ignore[method-assign]
    return web


def _described(web: FastAPI) -> dict[str, Any]:
    """OpenAPI, with the schemas of what people give beside those of the answers."""
    if web.openapi_schema is None:
        document = get_openapi(
            title=web.title,
            version=web.version,
            summary=web.summary,
            license_info=web.license_info,
            routes=web.routes,
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for name, make in (
            ("ContributionGiven", contribution_schema),
            ("Edit", edit_schema),
            ("Feedback", feedback_schema),
            ("Wishes", wishes_schema),
        ):
            schema = make(_IN_COMPONENTS)
            schemas |= schema.pop("$defs", {})
            schema.pop("$schema", None)
            schemas[name] = schema
        for model in (BatchLine, AnswerText, Decide, Appeal, TakeDown, Allow, Deleted):
            schema = model.model_json_schema(ref_template=_IN_COMPONENTS)
            schemas |= schema.pop("$defs", {})
            schemas[model.__name__] = schema
        web.openapi_schema = document
    return web.openapi_schema
