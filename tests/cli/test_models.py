"""What the command line says of models: plans, reports, promotions and returns, and why something cannot be."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from commonwheel.adapters.curator_process import ProcessCurator
from commonwheel.journeys.train import train
from tests.cli.command import Commands
from tests.toy_trainer import ToyTrainer
from tests.training import edits, training
from tests.worlds import instance


@pytest.fixture
def trained(tmp_path: Path, curator: ProcessCurator) -> Commands:
    """An instance with a promoted model, m1, and a candidate that is no better, m2."""
    home, policies = tmp_path / "home", tmp_path / "policies"
    with instance(home, curator) as here, training(here, ToyTrainer()) as good:
        edits(good)
        train(good.world, by="ann")
        edits(good)
        with training(good, ToyTrainer(learns=False)) as idle:
            train(idle.world, by="ann")
    names = {"RECIPE": "recipe", "GOLD_POLICY": "gold_policy", "GATE": "gate"}
    return Commands(home, {name: str(policies / f"{file}.toml") for name, file in names.items()})


def test_models_are_listed_shown_promoted_and_taken_back(trained: Commands) -> None:
    lines = trained.done("models").splitlines()
    assert lines[0].startswith("m1  promoted") and "0.500 → 1.000" in lines[0]
    assert lines[1].startswith("m2  candidate") and "hold" in lines[1]
    shown = trained.done("models", "m2")
    assert "m2 is candidate: small@1 on none, from m1" in shown
    assert "preference_accuracy: hold, it is not shown to be better" in shown
    refused = trained("promote", "m2")
    assert refused.exit_code == 1 and "The gate says hold of m2" in refused.stderr
    assert trained("promote", "m2", "--anyway").exit_code == 1
    assert "m2 is promoted" in trained.done("promote", "2", "--anyway", "--why", "we like it")
    assert trained.json("revert", "--why", "we do not") == {"reverted": 2, "serves": 1, "untold": []}
    assert trained.done("revert").startswith("m1 is reverted. The base serves.")
    assert trained("revert").exit_code == 1
    assert trained("models", "m9").exit_code == 1 and trained("models", "x9").exit_code == 2


def test_a_dry_run_says_what_would_be_trained(trained: Commands) -> None:
    said = trained.done("train", "--dry-run")
    assert "small@1 (dpo) on none, apache-2.0, starting from m1." in said
    assert "It is not due:\n  0 pairs are new since the last run, and 20 make one due." in said
    assert trained.json("train", "--dry-run")["needed"] == {"preference_accuracy": 12}
    assert trained.done("train", "--if-due").startswith("No run is due:")


def test_what_is_missing_is_said(trained: Commands, tmp_path: Path) -> None:
    bare = Commands(trained.home)
    refused = bare("train", "--dry-run")
    assert refused.exit_code == 1 and "No recipe says what to train" in refused.stderr
    forbids = tmp_path / "forbids.toml"
    forbids.write_text(Path(trained.settings["RECIPE"]).read_text().replace("apache-2.0", "cc-by-nc-nd-4.0"))
    refused = Commands(trained.home, trained.settings | {"RECIPE": str(forbids)})("train", "--dry-run")
    assert refused.exit_code == 1 and "forbids derived models" in refused.stderr
    if find_spec("trl") is None:
        refused = trained("train")
        assert refused.exit_code == 1 and "install commonwheel[train]" in refused.stderr


def test_dropped_gold_names_the_models_that_learned_from_it(trained: Commands) -> None:
    dropped = trained.json("gold", "drop", "--contributor", "account:giver-1")
    assert dropped["left"] == 12 and 0 < dropped["models"]["m1"] <= 6


def test_models_are_in_backups(trained: Commands, tmp_path: Path) -> None:
    trained.done("backup", tmp_path / "backups")
    other = Commands(tmp_path / "other", trained.settings)
    other.done("restore", tmp_path / "backups")
    assert other.json("models", "m1") == trained.json("models", "m1")
    kept = [sorted(path.name for path in (each.home / "models" / "1").iterdir()) for each in (trained, other)]
    assert kept[0] == kept[1] == ["adapter_config.json", "adapter_model.safetensors"]
