"""A folder to which people add what they wrote is given again and again, and nothing of it twice."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from commonwheel.collect.exports import read
from commonwheel.journeys.import_file import Report, import_folder
from commonwheel.journeys.keep_house import HOUSEKEEPING, run_schedule
from commonwheel.journeys.look_up import look_up
from commonwheel.journeys.take_back import erase, erase_contributor, withdraw
from commonwheel.people.tokens import Actor
from commonwheel.records.states import State
from tests.worlds import Instance


def silent(_: str, __: int) -> None:
    """No progress."""


def file(word: str, **matter: str) -> str:
    """A contribution file about a word."""
    about = {"license": '"CC-BY-4.0"', "consent": '"2026-11"', "author": '"Ida Example"'} | matter
    lines = "\n".join(f"{name} = {value}" for name, value in about.items())
    return f"+++\n{lines}\n+++\n## User\nWhere does {word} grow?\n## Assistant\nBy the sea, as {word} does.\n"


@dataclass
class Wiki:
    """A folder, and the account that gives what is in it."""

    here: Instance
    actor: Actor
    folder: Path

    def add(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def give(self) -> dict[str, Any]:
        """What became of the files, counted: nothing is said of what was none."""
        report = Report()
        import_folder(self.here.world, self.actor, partial(read, self.folder, own_terms=True), silent, report)
        told = {"given", "repeated", "revised", "withdrawn", "taken_back", "skipped"}
        return {name: getattr(report, name) for name in told if getattr(report, name)}

    def ids(self) -> list[str]:
        with self.here.world.database.read() as tx:
            return tx.contributions.of_contributors([self.actor.contributor], None, 100)

    def words(self) -> dict[str, str]:
        """Of each contribution what its latest revision asks, and the name that it is shown with."""
        told = {}
        for id in self.ids():
            view = look_up(self.here.world, self.actor, id)
            told[view["given_content"]["messages"][0]["content"].split()[2]] = view["attribution"]["name"]
        return told


@pytest.fixture
def wiki(here: Instance, tmp_path: Path) -> Wiki:
    """A folder with three files, given."""
    made = Wiki(here, here.person("our-wiki"), tmp_path / "contributions")
    for name, word in (("b.md", "barley"), ("c.md", "clover"), ("d.md", "dill")):
        made.add(name, file(word))
    assert made.give() == {"given": 3}
    return made


def test_a_file_that_sorts_first_makes_no_other_new(wiki: Wiki) -> None:
    wiki.add("a.md", file("aniseed"))
    assert wiki.give() == {"given": 1, "repeated": 3}


def test_what_was_given_is_known_for_good(wiki: Wiki) -> None:
    wiki.here.clock.move(days=400)
    run_schedule(wiki.here.world, HOUSEKEEPING)
    assert wiki.give() == {"repeated": 3}


def test_a_file_may_have_another_name_and_its_old_name_another_file(wiki: Wiki) -> None:
    (wiki.folder / "b.md").rename(wiki.folder / "z.md")
    assert wiki.give() == {"repeated": 3}
    (wiki.folder / "c.md").rename(wiki.folder / "y.md")
    wiki.add("c.md", file("caraway"))
    assert wiki.give() == {"given": 1, "repeated": 3}
    wiki.add("y.md", file("chervil"))
    assert wiki.give() == {"revised": 1, "repeated": 3}
    assert wiki.words().keys() == {"barley", "chervil", "caraway", "dill"}


def test_a_changed_file_changes_what_it_was_given_as(wiki: Wiki) -> None:
    before = wiki.ids()
    wiki.add("b.md", file("borage"))
    wiki.add("c.md", file("clover", author='"Ben Example"'))
    assert wiki.give() == {"revised": 2, "repeated": 1}
    assert wiki.give() == {"repeated": 3}
    assert wiki.words() == {"borage": "Ida Example", "clover": "Ben Example", "dill": "Ida Example"}
    wiki.add("b.md", file("barley"))
    assert wiki.give() == {"revised": 1, "repeated": 2}, "and back"
    assert wiki.ids() == before and wiki.words().keys() == {"barley", "clover", "dill"}


def test_a_copy_under_another_name_takes_nobodys_place(wiki: Wiki) -> None:
    wiki.add("a.md", file("barley", author='"Mallory"'))
    for _ in range(2):
        assert wiki.give() == {"repeated": 4}
    assert wiki.words()["barley"] == "Ida Example"


def take_back_all(wiki: Wiki) -> None:
    erase_contributor(wiki.here.world, wiki.actor.contributor)


def withdraw_each(wiki: Wiki) -> None:
    for id in wiki.ids():
        withdraw(wiki.here.world, wiki.actor, id)


def erase_each(wiki: Wiki) -> None:
    for id in wiki.ids():
        erase(wiki.here.world, wiki.actor, id)


@pytest.mark.parametrize("take_back", [take_back_all, withdraw_each, erase_each])
def test_what_was_taken_back_is_not_given_by_the_next_import(
    wiki: Wiki, take_back: Callable[[Wiki], None]
) -> None:
    take_back(wiki)
    wiki.here.clock.move(days=40)
    run_schedule(wiki.here.world, HOUSEKEEPING)
    assert wiki.give() == {"taken_back": 3}
    wiki.add("b.md", file("borage"))
    assert wiki.give() == {"taken_back": 3}, "nor where its file was changed since"
    (wiki.folder / "c.md").rename(wiki.folder / "z.md")
    assert wiki.give() == {"taken_back": 3}, "nor under another name"


def test_a_file_takes_back_what_it_was_given_as(wiki: Wiki) -> None:
    wiki.add("b.md", "+++\nconsent = false\n+++\n")
    (wiki.folder / "c.md").unlink()
    wiki.add("n.md", file("nettle", consent="false"))
    assert wiki.give() == {"withdrawn": 1, "repeated": 1, "skipped": 1}
    assert wiki.give() == {"taken_back": 1, "repeated": 1, "skipped": 1}
    states = {look_up(wiki.here.world, wiki.actor, id)["state"] for id in wiki.ids()}
    assert states == {State.WITHDRAWN, State.WAITING}, "a file that is gone takes nothing back"


def test_lines_of_a_file_may_move(wiki: Wiki) -> None:
    def line(word: str) -> str:
        terms = '{"license": "CC0-1.0", "consent": {"version": "2026-11", "given": true}}'
        return f'{{"kind": "example", "prompt": "Spell {word}.", "ideal": "{word}!", "terms": {terms}}}\n'

    wiki.add("all.jsonl", line("rye") + line("oats"))
    assert wiki.give() == {"given": 2, "repeated": 3}
    wiki.add("all.jsonl", line("millet") + line("rye") + line("oats"))
    assert wiki.give() == {"given": 1, "repeated": 5}
    wiki.add("all.jsonl", line("millet") + line("spelt") + line("oats"))
    assert wiki.give() == {"revised": 1, "repeated": 5}
