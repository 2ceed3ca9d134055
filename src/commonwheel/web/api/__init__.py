"""The HTTP API. `ROUTERS` is the index of its parts."""

from commonwheel.web.api import (
    attributions,
    contributions,
    doors,
    extension,
    health,
    hooks,
    me,
    models,
    releases,
    reviews,
    rights,
    standing,
    terms,
    traces,
    wishes,
)

ROUTERS = (
    doors.router,
    contributions.router,
    rights.router,
    reviews.router,
    releases.router,
    models.router,
    attributions.router,
    me.router,
    standing.router,
    wishes.router,
    terms.router,
    extension.router,
    hooks.router,
)
"""Everything under /api/v1."""
ROOT_ROUTERS = (health.router, traces.router)
"""Everything at the root."""
