"""What of Open WebUI the plug-in touches, with somebody before its dialogs, and the built files loaded into it."""

import importlib.util
import sys
import types
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import httpx
import pytest

from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from plugins.openwebui.build import path_of
from tests.client.conftest import Served


def chat(answer: str = "Sydney, and mail ida@example.org.", **more: Any) -> dict[str, Any]:
    """A chat as Open WebUI stores it: a tree, with one sibling."""
    messages = {
        "q": {"id": "q", "parentId": None, "role": "user", "content": "Capital of Australia?"},
        "a": {"id": "a", "parentId": "q", "role": "assistant", "content": answer, "model": "lark-8b", **more},
        "b": {"id": "b", "parentId": "q", "role": "assistant", "content": "It is Melbourne.", "model": "lark-8b"},
    }
    return {"history": {"messages": messages, "currentId": "a"}, "messages": []}


class Person:
    """Somebody before the dialogs: answers each by its title, and remembers what was shown."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {
            "Share with the commons?": True,
            "What do you want to share?": "chat",
            "How did it go?": "fail",
            "What should a reader know?": "",
            "License": "CC-BY-4.0",
            "May AI models learn from it?": "train-ai=y",
            "What for?": "display,evaluation,training",
            "Whose name is on it?": "pseudonym",
            "Shared. Keep these choices?": False,
            "Share what you rate, without asking?": True,
            "For how long do only machines see it?": "168",
            "When you delete a chat here?": "erase",
            "This is what would be public": True,
            "What should it have said?": "It is Canberra.",
        } | answers
        self.shown: list[tuple[str, str]] = []
        self.told: list[dict[str, Any]] = []
        self.before: Callable[[str], None] = lambda title: None

    async def call(self, event: dict[str, Any]) -> Any:
        title = event["data"]["title"]
        self.before(title)
        self.shown.append((title, event["data"]["message"]))
        answer = self.answers[title]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def emit(self, event: dict[str, Any]) -> None:
        self.told.append(event["data"])

    @property
    def preview(self) -> str:
        return next(message for title, message in self.shown if title == "This is what would be public")


class Chats:
    """As Open WebUI has them: whose chat is whose."""

    stored: ClassVar[dict[tuple[str, str], Any]] = {}

    @classmethod
    async def get_chat_by_id_and_user_id(cls, id: str, user: str) -> Any:
        found = cls.stored.get((id, user))
        return None if found is None else SimpleNamespace(chat=found)


class Feedbacks:
    """As Open WebUI has them: what people said of messages."""

    stored: ClassVar[list[Any]] = []

    @classmethod
    async def get_feedbacks_by_chat_id(cls, chat: str) -> list[Any]:
        return [each for each in cls.stored if each.meta["chat_id"] == chat]

    @classmethod
    async def get_feedback_by_id(cls, id: str) -> Any:
        return next((each for each in cls.stored if each.id == id), None)


class Functions:
    """As Open WebUI has them: what an administrator and a person set."""

    valves: ClassVar[dict[str, Any]] = {}
    of_users: ClassVar[dict[str, Any]] = {}

    @classmethod
    async def get_function_valves_by_id(cls, id: str) -> Any:
        return cls.valves

    @classmethod
    async def get_user_valves_by_id_and_user_id(cls, id: str, user: str) -> Any:
        return cls.of_users.get(user)


def rated(user: str = "u1", rating: int = -1, **data: Any) -> Any:
    """A thumb on the answer."""
    meta = {"chat_id": "c1", "message_id": "a"}
    return SimpleNamespace(id="f1", user_id=user, meta=meta, data={"rating": rating} | data)


TOLD: list[tuple[str, str]] = []


async def get_event_emitter(where: dict[str, Any]) -> Any:
    """As Open WebUI has it: to a person's browser."""

    async def emit(event: dict[str, Any]) -> None:
        TOLD.append((where["user_id"], event["data"]["content"]))

    return emit


def door_token(served: Served) -> str:
    """A token of this chat."""
    assert served.app is not None
    return create_token(served.app.world, "our chat", [TokenScope.ON_BEHALF])


def arrived(served: Served, token: str, user: str = "u1") -> list[dict[str, Any]]:
    """What arrived of somebody, as their door sees it: signals first."""
    assert served.app is not None
    world = served.app.world
    with world.database.read() as tx:
        ids = tx.contributions.of_contributors([world.identity.contributor("our chat", user)], None, 100)
    headers = {"Authorization": f"Bearer {token}"}
    views = [httpx.get(f"{served.url}/api/v1/contributions/{id}", headers=headers).json() for id in ids]
    return sorted(views, key=lambda view: str(view["kind"]), reverse=True)


def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Any]:
    """Loads a built file as Open WebUI loads it."""
    there = {
        "": {},
        ".models": {},
        ".socket": {},
        ".models.chats": {"Chats": Chats},
        ".models.feedbacks": {"Feedbacks": Feedbacks},
        ".models.functions": {"Functions": Functions},
        ".socket.main": {"get_event_emitter": get_event_emitter},
        ".env": {"DATA_DIR": str(tmp_path)},
    }
    for name, has in there.items():
        module = types.ModuleType(f"open_webui{name}")
        vars(module).update(has)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    Chats.stored = {("c1", "u1"): chat()}
    Feedbacks.stored, Functions.valves, Functions.of_users = [], {}, {}
    TOLD.clear()

    def load(kind: str) -> Any:
        spec = importlib.util.spec_from_file_location("function_commonwheel", path_of(kind))
        assert spec is not None and spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        return made

    return load
