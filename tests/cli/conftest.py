"""Fixtures of the tests of commands."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Commands


@pytest.fixture
def commonwheel(tmp_path: Path) -> Commands:
    """The command, with an empty HOME."""
    return Commands(tmp_path / "home")


@pytest.fixture
def instance(commonwheel: Commands) -> None:
    """An instance in that HOME."""
    commonwheel.done("migrate")


@pytest.fixture
def gifts(tmp_path: Path) -> Path:
    """A file of five contributions, one of them in doubt."""
    path = tmp_path / "gifts.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in some_gifts()))
    return path


def some_gifts() -> list[dict[str, Any]]:
    """Two chats, a correction, a trace, and a bundle that no machine can check."""
    return [
        {
            "kind": "chat",
            "messages": [chat("Please write to ann@example.com about the boats."), answer("I shall.")],
        },
        {"kind": "chat", "messages": [chat("How long does rye bread keep?"), answer("About a week.")]},
        {
            "kind": "correction",
            "prompt": "What is the capital of Australia?",
            "original": "The capital is Sydney, a large city.",
            "edited": "The capital is Canberra, a small city.",
        },
        {"kind": "trace", "prompt": "2 + 2?", "steps": ["two and two"], "answer": "It is 4", "assessment": "good"},
        {
            "kind": "bundle",
            "messages": [chat("What does the picture show?"), answer("A boat on a lake.")],
            "attachments": [{"name": "boat.png", "media_type": "image/png", "data": "aGVsbG8="}],
        },
    ]


def chat(text: str) -> dict[str, str]:
    """What a person wrote."""
    return {"role": "user", "content": text}


def answer(text: str) -> dict[str, str]:
    """What a model wrote."""
    return {"role": "assistant", "content": text}
