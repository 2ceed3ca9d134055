"""The pages, rendered on the server; every one works without a script."""

from fastapi import FastAPI

from commonwheel.web.pages import (
    answering,
    before,
    calls,
    contributions,
    exploring,
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
from commonwheel.web.pages.rendering import ErrorPage, Page

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
    previewing.router,
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
    previewing.PreviewPage,
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
    """Put the pages at the root, beside the API and not part of its description."""
    for router in ROUTERS:
        web.include_router(router, include_in_schema=False)
