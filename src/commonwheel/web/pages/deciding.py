"""From the fields of a review form to a ruling; what is missing is asked for and never guessed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commonwheel.errors import Invalid
from commonwheel.journeys.review import Decision, Ruling, Span
from commonwheel.records.findings import OPEN, REVIEW_REASONS, Reason, Tier
from commonwheel.web.pages.marking import Note
from commonwheel.web.pages.visitor import Fields

EXTRA_KINDS = {
    "personal.name": "A name",
    "personal.address": "An address",
    "personal.location": "A place",
    "personal.handle": "A user name",
    "personal.birth_date": "A date of birth",
    "credential.generic": "A password or key",
    "sensitive.health": "Something intimate",
}
"""What a reviewer can say that further words are; it becomes the label in their place."""

TIERS = {
    OPEN: "Everybody",
    Tier.RESTRICTED: "Restricted: it tells something intimate",
    Tier.HAZARD: "Hazard: useful, and harmful if followed",
}
"""For whom a record that passes may be."""

_COMMONEST = next(iter(EXTRA_KINDS))
_MOST_PHRASES = 50
_LONGEST_PHRASE = 1_000
_MOST_SPANS = 200
_LONGEST_NOTE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A decision as it was sent. `choices` are (finding, `hide` or `keep`), `spans` as the script wrote them.

    `past` is the last item that was skipped on the way here.
    """

    version: int = 0
    past: int = 0
    choices: tuple[tuple[int, str], ...] = ()
    hide_all: bool = False
    words: str = ""
    kind: str = _COMMONEST
    spans: tuple[str, ...] = ()
    tier: str = ""
    reason: str = ""
    note: str = ""

    def chose(self, finding: int, choice: str) -> bool:
        """Whether this was the choice for a finding."""
        return (finding, choice) in self.choices


def version_in(form: Fields) -> int:
    """The version of the item that the reviewer saw."""
    version = form.one("version")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Invalid([("version", "is missing: open the item again")])
    return int(version)


def draft_of(form: Fields) -> Draft:
    """What was sent, read as it is."""
    past = form.one("past")
    return Draft(
        version=version_in(form),
        past=int(past) if past.isascii() and past.isdigit() and len(past) < 19 else 0,
        choices=tuple(_choices(form)),
        hide_all=form.one("rest") == "hide",
        words=form.one("words"),
        kind=form.one("kind") if form.one("kind") in EXTRA_KINDS else _COMMONEST,
        spans=form.all("span"),
        tier=form.one("tier") if form.one("tier") in TIERS else "",
        reason=form.one("reason"),
        note=form.one("note"),
    )


def _choices(form: Fields) -> Iterator[tuple[int, str]]:
    for name, value in form.pairs:
        number = name.removeprefix("place-")
        if (
            name != number
            and number.isascii()
            and number.isdigit()
            and len(number) < 10
            and value in ("hide", "keep")
        ):
            yield int(number), value


def pass_ruling(draft: Draft, notes: Sequence[Note]) -> Ruling:
    """Pass, once every question of `notes` has its answer."""
    hide: list[int] = []
    for note in notes:
        if note.asks and (draft.hide_all or draft.chose(note.findings[0], "hide")):
            hide += note.findings
        elif note.asks and not draft.chose(note.findings[0], "keep"):
            raise Invalid([(f"Note {note.number}", "say whether this is hidden or kept")])
    return Ruling(
        decision=Decision.PASS,
        hide=tuple(sorted(hide)),
        spans=tuple(_spans(draft.spans)),
        words=tuple(_phrases(draft)),
        words_kind=draft.kind,
        tier=None if not draft.tier else OPEN if draft.tier == OPEN else Tier(draft.tier),
    )


def reject_ruling(draft: Draft) -> Ruling:
    """Reject, with a reason of the list."""
    if draft.reason not in REVIEW_REASONS:
        raise Invalid([("Reason", "choose one: the giver is told")])
    if len(draft.note) > _LONGEST_NOTE:
        raise Invalid([("Note", f"at most {_LONGEST_NOTE} characters")])
    return Ruling(decision=Decision.REJECT, reason=Reason(draft.reason), note=draft.note.strip() or None)


def ruling_words(draft: Draft) -> tuple[str, ...]:
    """The words to hide wherever they occur, each once, in the order in which a ruling has them."""
    return tuple(dict.fromkeys(line.strip() for line in draft.words.split("\n") if line.strip()))


def _phrases(draft: Draft) -> Iterator[str]:
    phrases = ruling_words(draft)
    if len(phrases) > _MOST_PHRASES or any(len(phrase) > _LONGEST_PHRASE for phrase in phrases):
        raise Invalid([("Hide more", f"at most {_MOST_PHRASES} lines of at most {_LONGEST_PHRASE} characters")])
    yield from phrases


def _spans(written: Sequence[str]) -> Iterator[Span]:
    """Each `kind:start:end:pointer`."""
    if len(written) > _MOST_SPANS:
        raise Invalid([("Hide more", f"at most {_MOST_SPANS} places")])
    for text in written:
        kind, start, end, pointer = (text.split(":", 3) + [""] * 4)[:4]
        numbers = start + end
        if kind not in EXTRA_KINDS or not (
            start and end and numbers.isascii() and numbers.isdigit() and len(numbers) < 20
        ):
            raise Invalid([("Hide more", "a marked place was not understood: mark it again")])
        yield Span(pointer=pointer, start=int(start), end=int(end), kind=kind)
