"""The form of terms: what can be chosen, in words, and what was chosen, as a record has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commonwheel.errors import Invalid
from commonwheel.people.documents import CONSENT, current
from commonwheel.records.account import Defaults
from commonwheel.records.terms import AttributionMode, License, Purpose, Scope
from commonwheel.web.pages.visitor import Fields
from commonwheel.web.pages.wording import license_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer: what it is called, what it means, and how a machine reads it."""

    value: str
    title: str
    meaning: str
    machine: str = ""


LICENSES = tuple(
    Choice(value=license, title=title, meaning=license_words(license).meaning, machine=license)
    for license, title in (
        (License.BY, "Credit me"),
        (License.BY_SA, "Credit me and share alike"),
        (License.CC0, "No conditions"),
    )
)
AI_PREFERENCES = (
    Choice(
        value="train-ai=y",
        title="Yes, any model",
        meaning="Open or closed, for any purpose that the license allows.",
        machine="train-ai=y",
    ),
    Choice(
        value="train-ai=n;exceptions=cc-cr",
        title="Only if they give credit",
        meaning="Models whose makers say what they learned from.",
        machine="train-ai=n;exceptions=cc-cr",
    ),
    Choice(
        value="train-ai=n;exceptions=cc-cr-ec",
        title="Only if they give back",
        meaning="Models whose makers give credit, and share what they build with the commons.",
        machine="train-ai=n;exceptions=cc-cr-ec",
    ),
    Choice(
        value="train-ai=n;exceptions=cc-cr-op",
        title="Only if it stays open",
        meaning="Models whose makers give credit, and keep what they build open to all.",
        machine="train-ai=n;exceptions=cc-cr-op",
    ),
    Choice(
        value="train-ai=n",
        title="No",
        meaning="People may read and study it. No model learns from it.",
        machine="train-ai=n",
    ),
)
PURPOSES = (
    Choice(value=Purpose.DISPLAY, title="Show it", meaning="Here and in releases, for people to read."),
    Choice(value=Purpose.EVALUATION, title="Test models with it", meaning="To see how well they do."),
    Choice(
        value=Purpose.TRAINING, title="Train models with it", meaning="As far as your word on AI above lets them."
    ),
)
SCOPES = (
    Choice(value=Scope.PUBLIC, title="Everybody", meaning="It may be released, for anyone to take."),
    Choice(
        value=Scope.INSTANCE,
        title="This commons alone",
        meaning="Models here may learn from it. It is never published.",
    ),
)
CHOICES = {"license": LICENSES, "ai_pref": AI_PREFERENCES, "purposes": PURPOSES, "scope": SCOPES}
"""Everything that is chosen, by the names of the fields."""
WAITS = ((0, "No wait"), (24, "A day"), (168, "A week"), (720, "A month"))
"""Hours during which only machines see it."""

REMEMBERED = (
    "license", "ai_pref", "purposes", "scope", "who", "pen", "name", "wait", "mine", "age", "public",
)  # fmt: skip
"""The fields that a draft keeps between its pages."""


def answers_in(form: Fields) -> dict[str, Any]:
    """What the form says so far."""
    said: dict[str, Any] = {name: form.one(name)[:10_000] for name in REMEMBERED if name != "purposes"}
    return said | {"purposes": list(form.all("purposes"))}


def answers_from(defaults: Defaults | None) -> dict[str, Any]:
    """What a person set as their default; nothing else is chosen for anybody."""
    said: dict[str, Any] = {name: "" for name in REMEMBERED} | {"purposes": []}
    if defaults is None:
        return said
    if defaults.attribution is not None:
        mode, name = defaults.attribution.mode, defaults.attribution.name or ""
        said["who"] = "pen" if mode is AttributionMode.PSEUDONYM and name else mode
        said["pen" if said["who"] == "pen" else "name"] = name
    return said | {
        "license": defaults.license or "",
        "ai_pref": defaults.ai_pref or "",
        "purposes": list(defaults.purposes or ()),
        "wait": str(defaults.wait_hours or ""),
    }


def terms_from(said: Mapping[str, Any], username: str | None) -> dict[str, Any]:
    """The terms as a record has them; Invalid with what is not chosen yet, by field."""
    faults = [
        (name, fault)
        for name, fault in (
            ("license", "Choose a license."),
            ("ai_pref", "Say whether AI models may learn from it."),
            ("purposes", "Say what it may be used for."),
            ("scope", "Say for whom it is."),
            ("who", "Say whose name is on it."),
            ("age", "Say that you are old enough."),
            ("mine", "Say that the words are yours to give."),
            ("public", "Without your yes nothing is given."),
        )
        if not said.get(name)
    ]
    if said.get("who") == "pen" and not said["pen"].strip():
        faults.append(("who", "Write the name you want to be known by."))
    if said.get("who") == "name" and not said["name"].strip():
        faults.append(("who", "Write your name."))
    if faults:
        raise Invalid(faults)
    names = {"pen": said["pen"].strip(), "name": said["name"].strip(), "username": username}
    name = names.get(said["who"])
    mode = AttributionMode.PSEUDONYM if said["who"] == "pen" else said["who"]
    return {
        "license": said["license"],
        "ai_pref": said["ai_pref"],
        "purposes": said["purposes"],
        "scope": said["scope"],
        "attribution": {"mode": mode} | ({"name": name} if name else {}),
        "consent": {"version": current(CONSENT).version, "given": True},
    }


def hold_until(said: Mapping[str, Any], now: datetime) -> datetime | None:
    """Until when only machines see it."""
    hours = int(said["wait"]) if said.get("wait", "").isdigit() and len(said["wait"]) < 6 else 0
    return now + timedelta(hours=hours) if hours else None
