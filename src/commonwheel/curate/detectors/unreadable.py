"""Parts that hold something else than text. No detector reads images, sounds or files, so a person does."""

from collections.abc import Sequence

from commonwheel.curate.scan import About, Detector
from commonwheel.records.body import Body, unreadable_parts
from commonwheel.records.findings import Finding

NAME, VERSION = "unreadable", "1"


def _detect(bodies: Sequence[Body]) -> list[list[Finding]]:
    return [
        [
            Finding(kind="quality.unreadable", detector=NAME, version=VERSION, score=1.0, pointer=pointer)
            for pointer in unreadable_parts(body)
        ]
        for body in bodies
    ]


DETECTOR = Detector(
    name=NAME,
    version=VERSION,
    about=About(finds="Parts that hold something else than text.", how="It is counted."),
    says={
        "quality.unreadable": "It holds a picture or a file, which no search of texts reads.",
    },
    detect=_detect,
)
