"""Somebody with Open WebUI open in a browser: a Socket.IO client that answers dialogs by their titles."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import socketio

from tests.openwebui.servers import MODEL, OpenWebUI

NEVER = object()
"""The answer of somebody who walks away."""


class Person:
    """A user with a window open, and what they were shown."""

    def __init__(self, chats: OpenWebUI, name: str) -> None:
        self.chats = chats
        self.id, self.token = chats.person(name)
        self.answers: dict[str, Any] = {}
        self.shown: list[tuple[str, str]] = []
        self.told: list[str] = []
        self.before: Callable[[str], None] = lambda title: None
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._socket = self._await(self._connected())

    def agree(self, **more: Any) -> None:
        """From now on they share the chat, and agree to everything."""
        self.answers = {
            "Share with the commons?": True,
            "What do you want to share?": "chat",
            "How did it go?": "fail",
            "What should a reader know?": "",
            "License": "CC-BY-4.0",
            "May AI models learn from it?": "train-ai=y",
            "What for?": "display,evaluation,training",
            "Whose name is on it?": "pseudonym",
            "This is what would be public": True,
            "Shared. Keep these choices?": False,
            "Share what you rate, without asking?": True,
        } | more
        self.shown, self.told, self.before = [], [], lambda title: None

    def chat(self, question: str = "Capital of Australia?") -> str:
        """Ask the model, keep the answer as the page does; returns the chat's id."""
        asked = {"model": MODEL, "stream": False, "messages": [{"role": "user", "content": question}]}
        answer = self.chats.call("POST", "/api/chat/completions", self.token, asked)
        said = answer["choices"][0]["message"]["content"]
        made = self.chats.call("POST", "/api/v1/chats/new", self.token, {"chat": stored(question, said)})
        return str(made["id"])

    def press(self, chat: str, *, session: str | None = None) -> Any:
        """Press the button under the answer."""
        body = {"model": MODEL, "messages": [], "chat_id": chat, "id": "a"}
        body["session_id"] = session or self._socket.get_sid()
        return self.chats.answer("POST", "/api/chat/actions/commonwheel_action", self.token, body)

    def rate(self, chat: str, rating: int) -> None:
        """A thumb on the answer."""
        meta = {"chat_id": chat, "message_id": "a", "model_id": MODEL}
        form = {"type": "rating", "data": {"rating": rating, "model_id": MODEL}, "meta": meta, "snapshot": {}}
        self.chats.call("POST", "/api/v1/evaluations/feedback", self.token, form)

    def message(self, title: str) -> str:
        """What a dialog said."""
        return next(message for shown, message in self.shown if shown == title)

    def leave(self) -> None:
        """Close the window."""
        self._await(self._socket.disconnect())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _await(self, making: Any) -> Any:
        under_way: Future[Any] = asyncio.run_coroutine_threadsafe(making, self._loop)
        return under_way.result(60)

    async def _connected(self) -> socketio.AsyncClient:
        client = socketio.AsyncClient()
        client.on("events", self._event)
        await client.connect(
            self.chats.url, auth={"token": self.token}, socketio_path="/ws/socket.io", transports=["websocket"]
        )
        await client.emit("user-join", {"auth": {"token": self.token}})
        return client

    async def _event(self, event: dict[str, Any]) -> Any:
        kind, data = event["data"]["type"], event["data"].get("data") or {}
        if kind == "notification":
            self.told.append(data["content"])
        if kind not in ("confirmation", "input"):
            return None
        title = data["title"]
        await asyncio.get_running_loop().run_in_executor(None, self.before, title)
        self.shown.append((title, data["message"]))
        if self.answers[title] is NEVER:
            await asyncio.sleep(600)
        return self.answers[title]


def stored(question: str, answer: str) -> dict[str, Any]:
    """A chat as the page stores it."""
    asked = {"id": "q", "parentId": None, "childrenIds": ["a"], "role": "user", "content": question}
    said = {"id": "a", "parentId": "q", "childrenIds": [], "role": "assistant", "content": answer, "model": MODEL}
    history = {"messages": {"q": asked, "a": said}, "currentId": "a"}
    return {"title": "A question", "models": [MODEL], "history": history, "messages": [asked, said], "tags": []}
