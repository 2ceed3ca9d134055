"""Machine words in plain ones: licenses, preferences, states, findings and how long ago."""

from dataclasses import dataclass
from datetime import datetime

from commonwheel.records.preference import COMMITMENTS, allows_training, on_training
from commonwheel.records.states import State
from commonwheel.records.terms import License, Purpose
from commonwheel.web.terms_headers import LICENSE_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseWords:
    """A license: its short name, what it lets others do, its identifier and where it can be read."""

    name: str
    meaning: str
    machine: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceWords:
    """An AI preference: `sign` is yes, unstated, if or no; then what that means, and the words of the record."""

    sign: str
    name: str
    meaning: str
    machine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateWords:
    """A state: a word, a sentence, how many quarters of the wheel are inked, and `held` or `gone`.

    `own` is the sentence for whoever gave it, where it is another one.
    """

    word: str
    sentence: str
    turn: int
    mood: str = ""
    own: str = ""


_LICENSES = {
    License.CC0: ("CC0", "No conditions: anyone may do anything with it, without naming anybody."),
    License.BY: ("CC BY 4.0", "Anyone may use it who says where it is from."),
    License.BY_SA: (
        "CC BY-SA 4.0",
        "Anyone may use it who says where it is from and keeps what they make of it under the same license.",
    ),
}

_CONDITIONS = {
    "cc-cr": "whose makers give credit",
    "cc-cr-dc": "whose makers give credit and support the people it came from",
    "cc-cr-ec": "whose makers give credit and give back to the commons it came from",
    "cc-cr-op": "whose makers give credit and keep what they build open",
}

_CHIPS = {
    "cc-cr": "learns who gives credit",
    "cc-cr-dc": "learns who supports givers",
    "cc-cr-ec": "learns who gives back",
    "cc-cr-op": "learns who stays open",
}

_SIGNS = {
    "yes": ("models may learn", "Its giver says that models may learn from it."),
    "unstated": ("no AI preference", "Its giver states no preference: the license alone says what models may do."),
    "no": ("no model learns", "People may read it. No model learns from it."),
}

STATES = {
    State.WAITING: StateWords(word="Given", sentence="It waits to be checked. Nobody has read it yet.", turn=1),
    State.QUARANTINED: StateWords(
        word="With a reviewer", sentence="A person decides whether it can become public.", turn=1, mood="held"
    ),
    State.READY: StateWords(word="Ready", sentence="It is checked, and waits for the next release.", turn=2),
    State.RELEASED: StateWords(word="Released", sentence="Anyone may read it and take a copy.", turn=3),
    State.REJECTED: StateWords(
        word="Not taken",
        sentence="It does not become public. Its giver knows why, and can appeal.",
        turn=1,
        mood="held",
        own="It does not become public. You may ask another person to look at it, once.",
    ),
    State.WITHDRAWN: StateWords(
        word="Withdrawn",
        sentence="Its giver took it back. It is in no release to come.",
        turn=1,
        mood="gone",
        own="You took it back. It is in no release to come.",
    ),
    State.SUPERSEDED: StateWords(
        word="Replaced", sentence="A newer revision took its place.", turn=1, mood="held"
    ),
    State.ERASED: StateWords(
        word="Erased", sentence="Its words were destroyed. This page is all that remains.", turn=1, mood="gone"
    ),
}

PURPOSES = {
    Purpose.DISPLAY: "be shown",
    Purpose.EVALUATION: "test models",
    Purpose.TRAINING: "train models",
}

KINDS = {
    "chat": "A chat",
    "correction": "A correction",
    "preference": "A preference",
    "example": "An example",
    "signal": "A signal",
    "trace": "A reasoning trace",
    "bundle": "A bundle",
}


_LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "gsw": "Swiss German", "he": "Hebrew",
    "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "rm": "Romansh", "ro": "Romanian",
    "ru": "Russian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "yo": "Yoruba", "zh": "Chinese",
}  # fmt: skip


def language_words(tag: str) -> str:
    """The English name of a language by the first part of its tag, or the tag where we know none."""
    return _LANGUAGES.get(tag.partition("-")[0].lower(), tag)


def license_words(license: str) -> LicenseWords:
    """What a license means."""
    known = License(license)
    name, meaning = _LICENSES[known]
    return LicenseWords(name=name, meaning=meaning, machine=known, url=LICENSE_URLS[known])


def preference_words(ai_pref: str) -> PreferenceWords:
    """What a preference means for training, as our own tools obey it."""
    sign = on_training(ai_pref)
    name, meaning = _SIGNS.get(sign, ("", ""))
    if sign == "if":
        condition = next(each for each in COMMITMENTS if allows_training(ai_pref, (each,)))
        name, meaning = _CHIPS[condition], f"Only models may learn from it {_CONDITIONS[condition]}."
    return PreferenceWords(sign=sign, name=name, meaning=meaning, machine=ai_pref)


def purposes_words(purposes: list[str]) -> str:
    """What it may be used for, as one sentence."""
    may = [words for purpose, words in PURPOSES.items() if purpose in purposes]
    if not may:
        return "It may be used for nothing but what its license says."
    return f"It may {', '.join(may[:-1])}{' and ' if may[:-1] else ''}{may[-1]}."


def finding_words(kind: str) -> str:
    """The kind of a finding: `personal.birth_date` is a birth date."""
    family, _, rest = kind.partition(".")
    words = (rest or family).replace("_", " ").replace(".", ", ")
    return (
        f"{family}: {words}" if family in ("injection", "safety", "sensitive", "quality", "duplicate") else words
    )


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = max(0, int((now - then).total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "a moment"
