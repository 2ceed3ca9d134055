"""Tests with a real model: `make test-models` installs what they need, and nothing else collects them."""

from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = [] if find_spec("transformers") and find_spec("torch") else ["test_*.py"]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny model that finds made-up names."""
    from tests.ner.tiny import make

    folder = tmp_path_factory.mktemp("model")
    make(folder)
    return folder
