"""The pages, rendered on the server; every one works without a script."""

from fastapi import FastAPI

from commonwheel.web.pages import calls, contributions, home, models, releases, reviews, signing_in, static
from commonwheel.web.pages.rendering import ErrorPage, Page

ROUTERS = (
    home.router,
    contributions.router,
    releases.router,
    models.router,
    signing_in.router,
    reviews.router,
    calls.router,
    static.router,
)
"""Every page's routes."""

PAGES: tuple[type[Page], ...] = (
    home.HomePage,
    contributions.ContributionPage,
    releases.ReleasesPage,
    releases.ReleasePage,
    models.ModelsPage,
    models.ModelPage,
    signing_in.SignInPage,
    reviews.QueuePage,
    reviews.ItemPage,
    calls.CallsPage,
    ErrorPage,
)
"""Every page's variables."""


def install(web: FastAPI) -> None:
    """Put the pages at the root, beside the API and not part of its description."""
    for router in ROUTERS:
        web.include_router(router, include_in_schema=False)
