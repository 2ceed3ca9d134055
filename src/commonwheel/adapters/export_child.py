"""The child of `export_process`: reads an export from its input, writes one conversation a line, and ends."""

import os
import resource
import sys

import pydantic_core

from commonwheel.collect.exports import read
from commonwheel.collect.items import Item, Skipped
from commonwheel.errors import CommonwheelError
from commonwheel.records.body import body_of
from commonwheel.records.terms import Consent, License, Terms

_TOLD = 3
_CHOSEN_LATER = Terms(license=License.CC0, consent=Consent(version="chosen-on-the-site", given=True))
"""What stands for terms until its giver chooses some."""


def given_of(item: Item) -> Item:
    """What can be given on terms that are chosen later; what has terms already keeps them, or is not taken."""
    if isinstance(item, Skipped) or item.terms is _CHOSEN_LATER:
        return item
    return Skipped(where="a record", why="has terms of its own, which 'commonwheel import' keeps")


def why_not(refusal: CommonwheelError) -> str:
    """What is wrong, to go on after "This file". Formats have names of ours: the page tells their titles."""
    faults = [(each["path"], each["problem"]) for each in refusal.details.get("faults", ())]
    inside = [f"{path}: {problem}" for path, problem in faults if path]
    if inside:
        return f"cannot be read: {'; '.join(inside[:_TOLD])}"
    return faults[0][1] if faults else f"cannot be read: {refusal.message.rstrip('.')}"


def main(memory: int, seconds: float) -> None:
    """Answer on standard output; whatever prints goes elsewhere."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Of work, and not of waiting for whoever reads the answers.
    resource.setrlimit(resource.RLIMIT_CPU, (max(1, int(seconds)), max(1, int(seconds)) + 1))
    try:
        reading = read(os.fdopen(0, "rb"), _CHOSEN_LATER)
        for pick in reading.picks():
            items = [given_of(item) for item in pick.items]
            bodies = [body_of(item) for item in items if not isinstance(item, Skipped)]
            left = [item for item in items if isinstance(item, Skipped)]
            line = {
                "number": pick.number,
                "title": pick.origin.title or "",
                "created": None if pick.origin.created is None else pick.origin.created.isoformat(),
                "model": pick.model,
                "messages": pick.messages,
                "bodies": bodies,
                "skipped": [f"{each.where}: {each.why}" for each in left[:_TOLD]],
            }
            output.write(pydantic_core.to_json(line) + b"\n")
    except CommonwheelError as refusal:
        output.write(pydantic_core.to_json({"refused": why_not(refusal)}) + b"\n")
    output.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
