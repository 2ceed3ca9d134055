"""What the name of a file in an archive or a folder says: whether it may be opened, and what is expected of it.

A format is never told by a name. But what is about a person, and not what they said, is told by nothing else
before it is opened.
"""

import re
from pathlib import PurePosixPath

READABLE = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".html", ".htm", ".md", ".parquet"})
"""Endings of what can hold conversations. What ends otherwise is looked at where it begins as JSON does, since the
title of a prompt, which may be its name, can end in anything."""
PRIVATE = (
    *("user", "users", "user_settings", "memory", "memories", "project", "projects", "profile", "profiles"),
    *("account", "accounts", "settings", "billing", "subscription", "subscriptions", "payment", "payments"),
    *("prod-mc-auth-mgmt-api", "prod-mc-billing", "prod-mc-asset-server", "personas", "contacts"),
    *("shared_conversations", "shopping", "sora", "library_files", "custom_instructions", "login_history"),
)
"""Names, without their ending, of files and folders about a person and not what they said: never opened."""
CONVERSATIONS = (
    "conversations.json",
    "conversations-000.json",
    "prod-grok-backend.json",
    "chat-….json",
    "MyActivity.json",
    "MyActivity.html",
)
"""What services call the conversations in their exports."""

_CONVERSATIONS = re.compile(
    r"(?:conversations(?:-\d+)?|prod-grok-backend|chat-[0-9a-f-]{32,36})\.json|my ?activity\.(?:json|html)",
    re.ASCII | re.IGNORECASE,
)
_COPY = re.compile(r"(?<! ) ?\(\d{1,6}\)\Z", re.ASCII)
"""What a browser writes behind the name of a second file of the same name."""
_DATA = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".parquet"})
_BESIDE = frozenset({"message_feedback", "model_comparisons", "manifest", "croissant", "removals"})
"""What stands beside conversations of ChatGPT, and is read with them, or beside the records of our releases."""
_NOTES = ("readme", "contributing", "code_of_conduct", "security", "changelog", "license")
"""Names, without their ending, of Markdown that is about a folder and not in it."""
_PICTURES_AND_SOUND = frozenset(
    {".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".svg", ".wav", ".mp3", ".m4a", ".mp4", ".mov", ".pdf"}
)


def is_private(name: str) -> bool:
    """Whether a file is about a person, and not what they said: by its own name, or that of a folder around it."""
    return any(_COPY.sub("", PurePosixPath(part).stem.lower()) in PRIVATE for part in PurePosixPath(name).parts)


def is_hidden(name: str) -> bool:
    """Whether a system or a program keeps this for itself, as `.git` and `__MACOSX`."""
    parts = PurePosixPath(name).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)


def is_notes(name: str) -> bool:
    """Whether a file says something about a folder, such as README.md, and is no part of what is in it."""
    return ending(name) == ".md" and PurePosixPath(name).stem.lower() in _NOTES


def names_conversations(name: str) -> bool:
    """Whether a service calls conversations so. In its export nothing else beside them is what somebody said."""
    path = PurePosixPath(name)
    return _CONVERSATIONS.fullmatch(_COPY.sub("", path.stem) + path.suffix) is not None


def names_data(name: str) -> bool:
    """Whether this could well be a file of conversations, so that it should be told where it is none."""
    return ending(name) in _DATA and PurePosixPath(name).stem not in _BESIDE


def printable(text: str) -> str:
    """A text of a file as reports show it: without what only a terminal understands."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def ending(name: str) -> str:
    """The ending, as the tables here have it."""
    return PurePosixPath(name).suffix.lower()


def needs_a_look(name: str) -> bool:
    """Whether only its first signs say if this can be read."""
    return ending(name) not in READABLE | _PICTURES_AND_SOUND


def begins_as_json(start: bytes) -> bool:
    """Whether a file that begins like this can be JSON."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
