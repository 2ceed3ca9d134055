"""The pages, rendered on the server; every one works without a script."""

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from commonwheel.errors import NotFound
from commonwheel.web.errors import http_answer
from commonwheel.web.pages import (
    answering,
    before,
    calls,
    contributions,
    exploring,
    exporting,
    giving,
    home,
    joining,
    mine,
    models,
    operating,
    own_contributions,
    previewing,
    prompting,
    releases,
    reviews,
    rewording,
    signals,
    signing_in,
    signing_in_elsewhere,
    similar,
    standing,
    static,
    texts,
    themes,
    transparency,
)
from commonwheel.web.pages.rendering import ErrorPage, Page, error_page
from commonwheel.web.pages.visitor import visitor_of

ROUTERS = (
    home.router,
    contributions.router,
    exploring.router,
    own_contributions.router,
    answering.router,
    prompting.router,
    signals.router,
    releases.router,
    models.router,
    before.router,
    exporting.router,
    previewing.router,
    rewording.router,
    giving.router,
    signing_in.router,
    signing_in_elsewhere.router,
    joining.router,
    mine.router,
    standing.router,
    reviews.router,
    similar.router,
    operating.router,
    calls.router,
    texts.router,
    themes.router,
    transparency.router,
    static.router,
)
"""Every page's routes."""

PAGES: tuple[type[Page], ...] = (
    home.HomePage,
    contributions.ContributionPage,
    exploring.ExplorePage,
    own_contributions.OwnPage,
    signals.SignalsPage,
    answering.AnswersPage,
    answering.AnswerPage,
    releases.ReleasesPage,
    releases.ReleasePage,
    models.ModelsPage,
    models.ModelPage,
    before.BeforePage,
    giving.GivePage,
    giving.HandOffPage,
    exporting.ExportPage,
    exporting.PickPage,
    exporting.BatchPage,
    exporting.BatchGivenPage,
    previewing.PreviewPage,
    rewording.WordsPage,
    signing_in.SignInPage,
    joining.JoinPage,
    joining.MailedPage,
    joining.VerifyPage,
    joining.ForgotPage,
    joining.ResetPage,
    mine.MinePage,
    mine.SettingsPage,
    mine.JoinGiftPage,
    standing.StandingPage,
    standing.StopPage,
    reviews.QueuePage,
    reviews.ItemPage,
    similar.SimilarPage,
    operating.OperatePage,
    calls.CallsPage,
    texts.TextPage,
    transparency.TransparencyPage,
    ErrorPage,
)
"""Every page's variables."""


def install(web: FastAPI) -> None:
    """Put the pages at the root, beside the API and not part of its description.

    An address that there is none of is a page too, for whoever asks for one.
    """
    for router in ROUTERS:
        web.include_router(router, include_in_schema=False)

    @web.exception_handler(HTTPException)
    def _nowhere(request: Request, problem: HTTPException) -> Response:
        if problem.status_code not in (404, 405) or not _asks_for_a_page(request):
            return http_answer(problem)
        visitor_of(request)
        return error_page(request, NotFound())


def _asks_for_a_page(request: Request) -> bool:
    to_programs = request.url.path.startswith(("/api/", "/v1/"))
    return not to_programs and request.method == "GET" and "text/html" in request.headers.get("accept", "")
