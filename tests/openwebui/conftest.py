"""A real Open WebUI with the plug-in, a fake model behind it, and a commons: `make test-openwebui` runs this.

It runs in Open WebUI's own environment, so nothing here imports what is ours; the commons is its own program.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

collect_ignore_glob = [] if find_spec("open_webui") else ["test_*.py"]


@pytest.fixture(scope="session")
def commons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A commons of its own."""
    from tests.openwebui.servers import Commons

    made = Commons(tmp_path_factory.mktemp("commons"))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def chats(commons: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Open WebUI with both functions, set up by its administrator as the docs say."""
    from tests.openwebui.servers import OpenWebUI

    made = OpenWebUI(tmp_path_factory.mktemp("openwebui"), commons)
    yield made
    made.stop()
