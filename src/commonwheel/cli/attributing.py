"""`commonwheel attribute`: which released records an answer resembles."""

from dataclasses import asdict
from typing import TYPE_CHECKING, BinaryIO

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import count, in_line, json_option, tell

if TYPE_CHECKING:
    from commonwheel.journeys.attribute import Resemblance


@click.command("attribute")
@click.argument("file", type=click.File("rb"), default="-")
@json_option
def attribute_command(file: BinaryIO, as_json: bool) -> None:
    """Show which released records an answer resembles, and whose they are.

    FILE holds the answer as text in UTF-8; '-', or nothing, is standard input. Resemblance is not causation.
    """
    from commonwheel.journeys.attribute import MOST_CHARACTERS, NOTE, attribute

    text = file.read(4 * MOST_CHARACTERS + 1).decode(errors="replace")
    with opened() as app:
        found = attribute(app.world, text)
    facts = {"resembles": [asdict(each) for each in found], "note": NOTE}
    if not found:
        tell(facts, as_json, "It resembles no released record.")
        return
    lines = [f"It resembles {count(len(found), 'record')} of release {found[0].release}:"]
    lines += [line for each in found for line in _shown(each)]
    tell(facts, as_json, *lines, NOTE)


def _shown(each: "Resemblance") -> list[str]:
    whose = "its giver is not named" if each.name is None else f"by {each.name}"
    return [
        f"  {each.covered:.0%} of its words, {each.similarity:.0%} alike: "
        f"{each.kind} {each.id}, {whose}, {each.license}",
        f"    “{in_line(each.text)}”",
    ]
