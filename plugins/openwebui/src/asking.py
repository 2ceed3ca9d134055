"""Terms: asked with the words of the commons of today, unless somebody set them or chose them before."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from plugins.openwebui.src.dialogs import Call, chooses, plain, writes

NAMES = {
    "anonymous": "Nobody's",
    "pseudonym": "A pseudonym of mine",
    "username": "My user name",
    "name": "A name that I write now",
}
PURPOSES = {
    "display,evaluation,training": "People read it, models are tested with it and learn from it",
    "display,evaluation": "People read it, and models are tested with it",
    "display": "People read it",
}
TRIAL = {
    "consent": {"version": "trial", "url": ""},
    "licenses": [{"value": "CC-BY-4.0", "title": "Credit me", "meaning": ""}],
    "ai_prefs": [
        {"value": "train-ai=y", "title": "Yes, any model", "meaning": ""},
        {"value": "train-ai=n", "title": "No", "meaning": ""},
    ],
    "providers": [],
}
"""For trying it out without a commons."""


async def terms_for(
    call: Call, today: Mapping[str, Any], wants: Mapping[str, Any], user_name: str
) -> tuple[dict[str, Any], bool] | None:
    """Terms as somebody set them, asked where they did not, and whether anything was asked.

    `wants` has what they set or chose before; None where they close a window.
    """
    asked = False
    chosen: dict[str, str] = {}
    for name, title, message, options in (
        ("license", "License", "What may other people do with it?", _options(today["licenses"])),
        (
            "ai_pref",
            "May AI models learn from it?",
            "Our own training obeys this. Others are asked to.",
            _options(today["ai_prefs"]),
        ),
        ("purposes", "What for?", "It serves for nothing else.", PURPOSES),
        ("attribution", "Whose name is on it?", "It stands beside what you share.", NAMES),
    ):
        before = str(wants.get(name) or "")
        if before and (before in options or name in ("purposes", "attribution")):
            chosen[name] = before
            continue
        asked = True
        answer = await chooses(call, title, message, options)
        if answer == "name":
            answer = await writes(call, "The name to show", "It is public.")
        if not answer:
            return None
        chosen[name] = answer
    terms = {
        "license": chosen["license"],
        "ai_pref": chosen["ai_pref"],
        "purposes": chosen["purposes"].split(","),
        "scope": "public",
        "attribution": _attribution(chosen["attribution"], user_name),
        "consent": {"version": today["consent"]["version"], "given": True},
    }
    return terms, asked


def told(today: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
    """Terms in words, and where the text that is agreed to stands."""
    attribution = terms["attribution"]
    named = attribution.get("name") or {"anonymous": "nobody's", "pseudonym": "a pseudonym"}[attribution["mode"]]
    text = today["consent"]
    return (
        f"**License:** {_title(today['licenses'], terms['license'])} ({terms['license']}). "
        f"**May models learn from it?** {_title(today['ai_prefs'], terms['ai_pref'])} ({terms['ai_pref']}). "
        f"**What for?** {PURPOSES.get(','.join(terms['purposes']), ', '.join(terms['purposes']))}. "
        f"**Name:** {plain(named)}. "
        f"**You agree to:** version {text['version']} {text['url']}"
    )


def builders(today: Mapping[str, Any], models: list[str]) -> str:
    """Who builds the models that answered, and where they tell what these learned from; empty where unknown."""
    lines = []
    for each in today["providers"]:
        mine = [model for model in models if any(fnmatchcase(model, known) for known in each["models"])]
        if mine and each["builder"]:
            documents = f", on its data: {each['data_documents']}" if each["data_documents"] else ""
            lines.append(f"{', '.join(map(plain, mine))} is built by {plain(each['builder'])}{documents}.")
    return " ".join(lines)


def _options(choices: list[dict[str, str]]) -> dict[str, str]:
    return {each["value"]: f"{each['title']}. {each['meaning']}".strip() for each in choices}


def _title(choices: list[dict[str, str]], value: str) -> str:
    return next((each["title"] for each in choices if each["value"] == value), value)


def _attribution(who: str, user_name: str) -> dict[str, Any]:
    if who in ("anonymous", "pseudonym"):
        return {"mode": who}
    return {"mode": "username", "name": user_name} if who == "username" else {"mode": "name", "name": who}
