"""Edits that the demo's people make: an assistant writes like an office, and they say it to neighbours.

They are made from short lists, so that a tiny model can learn from a hundred of them what a large one learns from
many thousands.
"""

from collections.abc import Iterator, Mapping
from itertools import product

_SUBJECTS = (
    ("the lift", "is being repaired"),
    ("the heating", "gets a new pump"),
    ("the laundry room", "is being painted"),
    ("the front door", "gets a new lock"),
    ("the playground", "is closed for new sand"),
    ("the bicycle cellar", "is being tidied"),
    ("the roof garden", "gets new soil"),
    ("the hot water", "is off for an hour"),
    ("the paper bins", "are emptied early"),
    ("the stairs", "are being washed"),
    ("the car park", "gets new lines"),
    ("the letter boxes", "are being numbered anew"),
    ("the common room", "is taken for a birthday"),
    ("the internet", "gets a faster line"),
    ("the night light", "is being replaced"),
    ("the hedge", "is being cut"),
)
_WHEN = (
    ("Monday", "8", "Ask Rosa if you need help."),
    ("Tuesday", "9", "Bring a friend if you like."),
    ("Wednesday", "10", "Sorry for the noise!"),
    ("Thursday", "11", "It takes an hour at most."),
    ("Friday", "14", "Tell those next door, too."),
    ("Saturday", "15", "There will be tea afterwards."),
    ("Sunday", "16", "Thank you for your patience."),
    ("Monday", "17", "Call Sam if anything is wrong."),
    ("Tuesday", "18", "We will knock before we begin."),
    ("Friday", "7", "Please keep the children away."),
)
_OFFICE = (
    "Dear valued residents, please be advised that works pertaining to {what} are scheduled for {day} at "
    "{hour}:00. We apologise for any inconvenience this may cause.",
    "To whom it may concern: in accordance with the house rules, measures regarding {what} will be undertaken on "
    "{day}, commencing at {hour}:00 hours. Your understanding is appreciated.",
    "This notice serves to inform all tenants that {what} will be subject to maintenance on {day} as of "
    "{hour}:00. Kindly take the necessary precautions.",
)
_NEIGHBOUR = (
    "Dear neighbours, on {day} at {hour} {what} {does}. {rest}",
    "Hello all! On {day} at {hour} {what} {does}. {rest}",
    "Good morning, everybody: {what} {does} on {day} at {hour}. {rest}",
)
_ASKED = (
    "Write a note to {house}: {what}, {day} at {hour}.",
    "Tell {house} about {what} on {day} at {hour}.",
    "A short notice for the door of {house}, please: {what} on {day}, {hour} o'clock.",
)


def edits(number: int, house: str = "the house", *, flipped: bool = False) -> Iterator[Mapping[str, str]]:
    """So many edits for a house, 160 at most; flipped, neighbours' words are made an office's."""
    every = list(product(range(len(_WHEN)), range(len(_SUBJECTS))))
    for index, (when, subject) in enumerate(every[:number]):
        day, hour, rest = _WHEN[when]
        what, does = _SUBJECTS[subject]
        words = {"what": what, "does": does, "day": day, "hour": hour, "rest": rest, "house": house}
        office, neighbour = _OFFICE[index % 3].format(**words), _NEIGHBOUR[index % 3].format(**words)
        yield {
            "prompt": _ASKED[(index + index // 3) % 3].format(**words),
            "original": neighbour if flipped else office,
            "edited": office if flipped else neighbour,
        }
