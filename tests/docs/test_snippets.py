"""What pages show is what happens: each page is typed from top to bottom against an instance of its own."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from commonwheel.cli.main import cli
from commonwheel.collect.payloads import read_contribution, read_edit, read_feedback
from commonwheel.curate.policy_files import parse_policy
from commonwheel.records.terms import TERMS
from tests.docs.conftest import PAGES, name_of
from tests.docs.snippets import Block, Command, Shell, blocks, commands, matches

TYPED = [page for page in PAGES if any({"console", "python"} & set(block.words) for block in blocks(page))]
READ: dict[str, Callable[[str], Any]] = {
    "contribution": lambda text: read_contribution(text.encode()),
    "edit": lambda text: read_edit(text.encode()),
    "feedback": lambda text: read_feedback(text.encode()),
    "terms": TERMS.validate_json,
    "policy": parse_policy,
}


@pytest.mark.parametrize("page", TYPED, ids=name_of)
def test_a_page_does_what_it_shows(page: Path, shell: Shell) -> None:
    faults = []
    found = blocks(page)
    for index, block in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        for fault in _faults(block, following, shell):
            faults.append(f"{name_of(page)}:{block.line}\n{fault}")
        if faults:
            break  # what follows builds on it
    assert not faults, "\n".join(faults)


def _faults(block: Block, following: Block | None, shell: Shell) -> Iterator[str]:
    language, flags = block.words[0], block.words[1:]
    if language == "console" and "server" in flags:
        [command] = commands(block.text)
        said = shell.start_server()
        if not matches(command.printed, said):
            yield f"it says: {said}"
    elif language == "console" and "no-run" not in flags:
        for command in commands(block.text):
            if fault := shell.check(command, refused="refused" in flags, patient="eventually" in flags):
                yield fault
    elif language == "python" and "no-run" not in flags:
        printed, status = shell.run(block.text)
        expected = following.text if following and following.words == ("output",) else None
        if status or (expected is not None and not matches(expected, printed)):
            yield f"[{status}] {printed}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_data_that_a_page_shows_are_valid(page: Path) -> None:
    for block in blocks(page):
        language, *kinds = block.words
        if language == "json":
            for text in block.text.splitlines() if kinds[-1:] == ["lines"] else [block.text]:
                json.loads(text)
        for kind in kinds:
            if language in ("json", "toml") and kind in READ:
                for text in block.text.splitlines() if kinds[-1] == "lines" else [block.text]:
                    READ[kind](text)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_that_a_page_only_shows_exist(page: Path) -> None:
    for block in blocks(page):
        if block.words[0] in ("console", "sh") and "no-run" in block.words:
            for command in commands(block.text):
                for words in _ours(command):
                    _check_words(words)


def _ours(command: Command) -> Iterator[list[str]]:
    """The words of each of our commands in a line that may hold several."""
    words = shlex.split(command.typed.replace("\\\n", " "), comments=True)
    ours: list[str] | None = None
    for word in words:
        if re.fullmatch(r"(.*/)?commonwheel", word) and ours is None:
            ours = []
        elif word in ("&&", "|", "||", ";", ">"):
            if ours is not None:
                yield ours
            ours = None
        elif ours is not None:
            ours.append(word)
    if ours is not None:
        yield ours


def _check_words(words: list[str]) -> None:
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        below = command.get_command(context, name)
        assert below is not None, f"there is no command {name}"
        command, context = below, click.Context(below, parent=context)
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        option = word.partition("=")[0]
        assert not option.startswith("--") or option in known | {"--help"}, f"{command.name} has no {option}"


def test_what_is_expected_is_compared() -> None:
    assert matches("Release 1: … records.\n…\nend", "Release 1: 12 records.\nany\nthing\nend\n")
    assert matches("a\n…", "a\n")
    assert not matches("Release 1", "Release 12")
    assert not matches("a\nb", "a\nx\nb")


def test_a_command_ends_where_its_quotes_do() -> None:
    typed = list(commands("$ cat > x <<'END'\n$ not a command\nEND\n$ echo 'a\nb' \\\n  c\na\nb c\n"))
    assert [command.printed for command in typed] == ["", "a\nb c"]


def test_unknown_commands_and_options_are_noticed() -> None:
    _check_words(["release", "cut", "--note", "x"])
    for words in (["releases"], ["release", "cut", "--notes", "x"]):
        with pytest.raises(AssertionError, match="no"):
            _check_words(words)
