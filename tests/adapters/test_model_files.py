"""Adapters are kept whole, in a folder or on S3, and go when they are dropped."""

from pathlib import Path

import pytest

from commonwheel.adapters.model_files import StoredModels
from commonwheel.errors import NotFound
from tests.services import S3


@pytest.fixture(params=["folder", "s3"])
def models(request: pytest.FixtureRequest, tmp_path: Path) -> StoredModels:
    """Both places."""
    if request.param == "folder":
        return StoredModels(str(tmp_path / "models"), {}, tmp_path / "runs")
    s3: S3 = request.getfixturevalue("s3")
    return StoredModels(f"{s3.url}/models", s3.options, tmp_path / "runs")


def adapter(folder: Path, weights: bytes) -> Path:
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(weights)
    (folder / "adapter_config.json").write_text("{}")
    return folder


def test_what_is_kept_comes_back_with_its_digests(models: StoredModels, tmp_path: Path) -> None:
    digests = models.keep(1, adapter(tmp_path / "a", b"one"))
    models.keep(2, adapter(tmp_path / "b", b"two"))
    assert set(digests) == {"adapter_model.safetensors", "adapter_config.json"}
    with models.folder(1) as folder:
        assert (folder / "adapter_model.safetensors").read_bytes() == b"one"
        assert {path.name for path in folder.iterdir()} == set(digests)
    work = models.workplace(1)
    (work / "checkpoint").write_text("x")
    models.drop(1)
    with pytest.raises(NotFound), models.folder(1):
        pass
    assert not work.exists()
    with models.folder(2) as folder:
        assert (folder / "adapter_model.safetensors").read_bytes() == b"two"


def test_what_was_never_kept_is_not_found(models: StoredModels) -> None:
    with pytest.raises(NotFound), models.folder(7):
        pass
    models.clear(7)
