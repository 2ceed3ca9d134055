"""A real instance on a port of its own, which tests stop and start again."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn

from commonwheel.app import App, build
from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from commonwheel.ports import Curator
from commonwheel.records.terms import TERMS
from commonwheel.settings import load_settings
from commonwheel.web.server import create_web
from tests.services import free_port
from tests.worlds import with_curator

GIVEN = {"license": "CC-BY-4.0", "scope": "instance", "consent": {"version": "1", "given": True}}


@dataclass
class Served:
    """An instance at `url`; `start` and `stop` may be called again and again."""

    home: Path
    port: int
    curator: Curator
    app: App | None = None
    server: uvicorn.Server | None = None
    threads: list[threading.Thread] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, **settings: str) -> None:
        """Listen."""
        names = {f"COMMONWHEEL_{name}": value for name, value in settings.items()}
        self.app = with_curator(build(load_settings({"COMMONWHEEL_HOME": str(self.home)} | names)), self.curator)
        config = uvicorn.Config(create_web(self.app), port=self.port, log_level="critical")
        self.server = uvicorn.Server(config)
        thread = threading.Thread(target=self.server.run)
        thread.start()
        self.threads.append(thread)
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        """Hang up."""
        if self.server is not None and self.app is not None:
            self.server.should_exit = True
            self.threads.pop().join()
            self.app.close()
            self.server = self.app = None

    def token(self, *, terms: bool = True) -> str:
        """A token of an application whose users agreed to its terms."""
        assert self.app is not None
        agreed = TERMS.validate_python(GIVEN) if terms else None
        return create_token(self.app.world, "helpdesk", [TokenScope.ON_BEHALF], agreed)

    def given(self) -> int:
        """How much was given."""
        assert self.app is not None
        with self.app.world.database.read() as tx:
            counts = tx.contributions.counts()
        return sum(counts.values())


@pytest.fixture
def served(tmp_path: Path, curator: Curator) -> Iterator[Served]:
    """Started, on an empty folder."""
    made = Served(tmp_path / "home", free_port(), curator)
    made.start()
    yield made
    made.stop()
