"""The numbers of the front page are the same on every database."""

from collections.abc import Callable

import pytest

from commonwheel.journeys.wheel import WEEKS, wheel
from tests.web.pages.conftest import Commons


@pytest.fixture(params=["sqlite", "postgres"])
def counted(request: pytest.FixtureRequest, make_commons: Callable[..., Commons]) -> Commons:
    """An instance on each database."""
    if request.param == "sqlite":
        return make_commons(POLICY="review-everything")
    url: str = request.getfixturevalue("postgres_url")
    return make_commons(POLICY="review-everything", DATABASE_URL=url)


def test_what_was_given_is_counted_in_this_week(counted: Commons) -> None:
    for number in range(3):
        counted.give(kind="example", prompt=f"Question number {number}?", ideal=f"The answer is {number}, always.")
    counted.curate()
    seen = wheel(counted.app.world)
    quiet = (0,) * (WEEKS - 1)
    assert (seen.given.total, seen.given.weeks) == (3, (*quiet, 3))
    assert (seen.in_review.total, seen.in_review.weeks) == (3, (*quiet, 3))
    assert seen.released.total == seen.gold.total == seen.erased == 0 and seen.people == 1
    counted.release()
    seen = wheel(counted.app.world)
    assert (seen.in_review.total, seen.in_review.weeks) == (0, (*quiet, 3))
    assert (seen.released.total, seen.released.weeks) == (3, (*quiet, 3))
