"""The words that stand in place of what is hidden: `⟨email-1⟩`, `⟨card-2⟩`, `⟨message dropped⟩`.

The list of labels is closed. A giver can write what looks like one, and nothing is looked for inside, so
there must be no room in it for words of their own.
"""

import re

LABELS = {
    "personal.email": "email",
    "personal.phone": "phone",
    "personal.card": "card",
    "personal.iban": "bank-account",
    "personal.bank_account": "bank-account",
    "personal.national_id": "national-id",
    "personal.passport": "passport",
    "personal.driving_license": "driving-license",
    "personal.ip": "ip",
    "personal.mac": "mac",
    "personal.location": "location",
    "personal.address": "address",
    "personal.birth_date": "birth-date",
    "personal.wallet": "wallet",
    "personal.handle": "handle",
    "personal.name": "name",
    "personal.vehicle": "vehicle",
    "personal.device": "device",
    "personal": "personal-data",
    "credential": "credential",
    "injection": "hidden-text",
    "safety": "unsafe-text",
    "sensitive": "sensitive-text",
}
"""What stands for a hidden value: by kind, else by family."""

OTHER = "hidden"
"""What stands for a value of a family that has no label."""

PRIVATE = "private"
"""What stands for words that their giver hid before giving them; nobody here has ever kept those."""

DROPPED = "⟨message dropped⟩"
"""What stands for a whole message."""

LARGEST_NUMBER = 999_999
"""Of a placeholder. A longer number could be a telephone."""

_NAMES = "|".join(sorted(sorted({*LABELS.values(), OTHER, PRIVATE}), key=len, reverse=True))
PLACEHOLDER = re.compile(rf"⟨(?:(?P<label>{_NAMES})-(?P<number>[1-9][0-9]{{0,5}})|message dropped)⟩")
"""A placeholder, wherever it came from."""


def label(kind: str) -> str:
    """The word that stands for hidden values of this kind: `email`, `bank-account`."""
    return LABELS.get(kind) or LABELS.get(kind.partition(".")[0]) or OTHER


def placeholder(name: str, number: int) -> str:
    """What stands for the value of this number among those with the same label."""
    return f"⟨{name}-{number}⟩"


def hushed(text: str) -> str:
    """`text`, as long as before, with nothing in its placeholders that could be taken for a word."""
    return PLACEHOLDER.sub(lambda match: "⟨" * len(match[0]), text) if "⟨" in text else text
