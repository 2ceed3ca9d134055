"""The child of `export_process`: reads an export from its input, writes one conversation a line, and ends."""

import os
import resource
import signal
import sys

import pydantic_core

from commonwheel.collect.exports import read
from commonwheel.collect.items import Skipped
from commonwheel.errors import CommonwheelError
from commonwheel.records.body import body_of

_TOLD = 3


def main(memory: int, seconds: float) -> None:
    """Answer on standard output; whatever prints goes elsewhere."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(max(1, int(seconds)))  # its default action ends the process
    try:
        reading = read(os.fdopen(0, "rb"))
        for pick in reading.picks():
            bodies = [body_of(item) for item in pick.items if not isinstance(item, Skipped)]
            left = [item for item in pick.items if isinstance(item, Skipped)]
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
        faults = "; ".join(f"{each['path']} {each['problem']}" for each in refusal.details.get("faults", ()))
        output.write(pydantic_core.to_json({"refused": f"{refusal.message} {faults}".strip()}) + b"\n")
    output.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
