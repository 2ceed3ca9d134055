"""One instance for the tests of a file, each with people of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from commonwheel.app import build
from commonwheel.ports import Curator
from commonwheel.settings import load_settings
from commonwheel.web.server import create_web
from tests.web.api.checked import Api
from tests.worlds import with_curator


@contextmanager
def running(home: Path, curator: Curator | None = None, **settings: str) -> Iterator[Api]:
    """The API over an instance in `home`, with detectors of its own or such as are loaded already."""
    variables = {"HOME": str(home), "RELEASE_EVERY": "0", **settings}
    app = build(load_settings({f"COMMONWHEEL_{name}": value for name, value in variables.items()}))
    app = app if curator is None else with_curator(app, curator)
    try:
        with TestClient(create_web(app), raise_server_exceptions=False) as client:
            yield Api(app, client)
    finally:
        app.close()


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, curator: Curator) -> Iterator[Api]:
    """The API of an instance that the tests of a file share."""
    with running(tmp_path_factory.mktemp("home"), curator) as found:
        yield found
