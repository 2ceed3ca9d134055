"""Instances for the tests of faults: as processes, or in this one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from commonwheel.app import App, build
from commonwheel.settings import load_settings
from tests.torture.instance import Instance


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """An instance of its own; nothing of it stays."""
    made = Instance(tmp_path)
    yield made
    made.end()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An instance in this process, without a server."""
    made = build(load_settings({"COMMONWHEEL_HOME": str(tmp_path / "home")}))
    yield made
    made.close()
