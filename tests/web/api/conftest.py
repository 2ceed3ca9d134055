"""One instance for the tests of a file, each with people of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from commonwheel.app import build
from commonwheel.settings import load_settings
from commonwheel.web.server import create_web
from tests.web.api.checked import Api


@contextmanager
def running(home: Path, **settings: str) -> Iterator[Api]:
    """The API over an instance in `home`."""
    variables = {"HOME": str(home), "RELEASE_EVERY": "0", **settings}
    app = build(load_settings({f"COMMONWHEEL_{name}": value for name, value in variables.items()}))
    try:
        with TestClient(create_web(app), raise_server_exceptions=False) as client:
            yield Api(app, client)
    finally:
        app.close()


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The API of an instance that the tests of a file share."""
    with running(tmp_path_factory.mktemp("home")) as found:
        yield found
