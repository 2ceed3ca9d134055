"""Every journey on both storages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from commonwheel.adapters.curator_process import ProcessCurator
from tests.worlds import Instance, elsewhere, instance


@pytest.fixture
def embedded(tmp_path: Path, curator: ProcessCurator) -> Iterator[Instance]:
    """An instance with everything in one folder."""
    with instance(tmp_path / "home", curator) as running:
        yield running


@pytest.fixture(params=["sqlite+folder", "postgres+s3"])
def here(request: pytest.FixtureRequest, tmp_path: Path, curator: ProcessCurator) -> Iterator[Instance]:
    """An instance on each storage."""
    environment = {}
    if request.param == "postgres+s3":
        environment = elsewhere(request.getfixturevalue("postgres_url"), request.getfixturevalue("s3"))
    with instance(tmp_path / "home", curator, environment) as running:
        yield running
