"""The set made here says what it means: labels lie on values, values are valid, each run makes the same."""

import ast
import inspect
from pathlib import Path

import pytest
from stdnum import iban, luhn

from commonwheel.curate.checksums import base58check, bech32
from evaluate import developer_text, digit_text
from evaluate import world as made
from evaluate.samples import Corpus


@pytest.fixture(scope="module")
def world() -> Corpus:
    return made.world()


def values(world: Corpus, kind: str) -> list[str]:
    return [s.text[each.start : each.end] for s in world.samples for each in s.labels if each.kind == kind]


def test_every_run_makes_the_same(world: Corpus) -> None:
    assert made.world() == world
    assert list(developer_text.developer_texts()) == list(developer_text.developer_texts())
    assert list(digit_text.digit_texts()) == list(digit_text.digit_texts())


def test_labels_lie_within_their_texts_and_on_something(world: Corpus) -> None:
    for sample in world.samples:
        for label in sample.labels:
            value = sample.text[label.start : label.end]
            assert value and value == value.strip(), sample.origin


def test_the_set_is_wide(world: Corpus) -> None:
    origins = {sample.origin for sample in world.samples}
    assert len({origin.split()[0] for origin in origins if origin.endswith("international")}) > 240
    assert len({origin for origin in origins if origin.startswith("id ")}) >= 60
    assert len({origin for origin in origins if origin.startswith("iban ")}) > 80
    assert len({origin for origin in origins if origin.startswith(("key ", "written "))}) >= 90
    assert sum(not sample.labels for sample in world.samples) > 300


def test_numbers_pass_checks_that_did_not_make_them(world: Corpus) -> None:
    assert all(luhn.is_valid(card.replace(" ", "").replace("-", "")) for card in values(world, "personal.card"))
    assert all(iban.is_valid(number) for number in values(world, "personal.iban"))
    for address in values(world, "personal.wallet"):
        assert address.startswith("0x") or bech32(address) or base58check(address), address


def test_look_alikes_fail_them(world: Corpus) -> None:
    bare = [sample for sample in world.samples if sample.origin.startswith("no card")]
    assert bare and not any(luhn.is_valid(sample.text.split()[2]) for sample in bare)


@pytest.mark.parametrize("module", [developer_text, digit_text], ids=lambda module: module.__name__)
def test_every_kind_of_document_is_listed(module) -> None:
    functions = [
        node.name for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.FunctionDef)
    ]
    public = {name for name in functions if not name.startswith("_") and not name.endswith("_texts")}
    assert {kind.__name__ for kind in module.KINDS} == public


def test_every_source_is_listed() -> None:
    listed = {source.__module__.rpartition(".")[2] for source in made.SOURCES}
    files = {path.stem for path in Path(inspect.getfile(made)).parent.glob("*.py")}
    assert files - {"__init__", "filling"} == listed
