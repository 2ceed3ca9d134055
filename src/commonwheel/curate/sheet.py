"""All free texts of a body on one sheet, so that one scan sees them all and context reaches across messages.

Texts stand one after the other with a seam between them that no pattern of ours spans; what does span it
is nothing. Where the giver chose the name of a value (`{"ssn": "…"}` in a call's arguments), the name
stands before it, as a person would read it.
"""

from bisect import bisect_right
from dataclasses import dataclass

from commonwheel.curate.folding import fold
from commonwheel.curate.labels import hushed
from commonwheel.curate.scan import Scanned
from commonwheel.records.body import Body, texts

_SEAM = "\n\0\n"
_NAMED = ("/arguments/", "/detail/")
"""Parts of pointers below which the keys are the giver's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The texts of a body, folded, end to end; `starts` and `ends` are where each of them stands."""

    text: str
    pointers: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, body: Body) -> "Sheet":
        """Lay out a body."""
        pieces: list[str] = []
        pointers, starts, ends = [], [], []
        length = 0
        for pointer, text in texts(body):
            name = _name(pointer)
            pieces += (name, text, _SEAM)
            pointers.append(pointer)
            starts.append(length + len(name))
            length += len(name) + len(text)
            ends.append(length)
            length += len(_SEAM)
        text = fold(hushed("".join(pieces)))
        return cls(text=text, pointers=tuple(pointers), starts=tuple(starts), ends=tuple(ends))

    def scanned(self, language: str) -> Scanned:
        """What patterns are shown."""
        return Scanned(text=self.text, language=language)

    def place(self, start: int, end: int) -> tuple[str, int, int] | None:
        """Which text code points `start` to `end` of the sheet lie in, and where; None across a seam."""
        index = bisect_right(self.starts, start) - 1
        if index < 0 or end > self.ends[index]:
            return None
        offset = self.starts[index]
        return self.pointers[index], start - offset, end - offset


def _name(pointer: str) -> str:
    if not any(part in pointer for part in _NAMED):
        return ""
    name = pointer.rpartition("/")[2]
    return "" if name.isdigit() or name.endswith("#") else f"{name.replace('~1', '/').replace('~0', '~')}: "
