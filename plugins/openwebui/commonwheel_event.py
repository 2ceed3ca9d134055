"""
title: Pass on to Commonwheel
author: Commonwheel
version: 0.1.0
description: Under a standing consent gives what people rate, and passes on what they deleted.
required_open_webui_version: 0.10.0
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from open_webui.env import DATA_DIR
from open_webui.models.chats import Chats
from open_webui.models.feedbacks import Feedbacks
from open_webui.models.functions import Functions
from open_webui.socket.main import get_event_emitter
from pathlib import Path
from pydantic import BaseModel, Field
from typing import Any
import asyncio
import hashlib
import httpx
import json
import logging
import os
import re
import time
import uuid


# The commons, spoken to with the service token of the administrator.

_SECONDS = 30.0
API = "/api/v1"


class Trouble(Exception):
    """Something that people are told; it holds no words of a chat. `status` is 0 where nobody answered."""

    def __init__(self, said: str, status: int = 0) -> None:
        super().__init__(said)
        self.status = status


class Wheel:
    """Calls to the commons, some of them for a user of this chat, whom it knows by a keyed hash alone."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self._token = token

    async def get(self, path: str, user: str = "") -> dict[str, Any]:
        """What is there; Trouble where nothing is."""
        return await self._answer("GET", path, user, None, "")

    async def post(self, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        """What the commons answers; Trouble with what is wrong."""
        return await self._answer("POST", path, "", body, key)

    async def put(self, path: str, user: str, body: dict[str, Any]) -> dict[str, Any]:
        """Put something in the place of what was there."""
        return await self._answer("PUT", path, user, body, "")

    async def delete(self, path: str, user: str) -> dict[str, Any]:
        """Do away with something."""
        return await self._answer("DELETE", path, user, None, "")

    async def _answer(
        self, method: str, path: str, user: str, body: dict[str, Any] | None, key: str
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        headers |= {"On-Behalf-Of": user} if user else {}
        headers |= {"Idempotency-Key": key} if key else {}
        try:
            async with httpx.AsyncClient(timeout=_SECONDS) as http:
                answer = await http.request(method, f"{self.url}{API}{path}", headers=headers, json=body)
                read = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            read = None
        if not isinstance(read, dict):
            raise Trouble("The commons cannot be reached. Nothing was shared.")
        if answer.status_code >= 400:
            raise Trouble(_problem(read.get("error") or {}, self.url), answer.status_code)
        return read


def _problem(error: dict[str, Any], url: str) -> str:
    if error.get("code") == "idempotency_key_reused":
        return f"You shared this already, as it is now. Fix it or take it back there: {url}/mine"
    faults = "; ".join(
        f"{each.get('path', '')} {each.get('problem', '')}".strip()
        for each in (error.get("details") or {}).get("faults", ())
    )
    return f"Nothing was shared: {faults or error.get('message', 'the commons refused it')}"


# The branch of a chat that somebody sees, from what Open WebUI stores: a tree of messages.

_ASIDE = re.compile(r"<details\s+type=\"(?:reasoning|tool_calls|code_interpreter)\".*?</details>\s*", re.DOTALL)
_LONGEST = 1_000

Node = Mapping[str, Any]


def branch(chat: Mapping[str, Any], message: str) -> list[Node]:
    """Messages from the first to this one; empty where it is not in the chat, or the tree is broken."""
    messages = (chat.get("history") or {}).get("messages") or {}
    found: list[Node] = []
    seen: set[str] = set()
    here: str | None = message
    while here is not None and len(found) < _LONGEST:
        node = messages.get(here)
        if not isinstance(node, dict) or here in seen:
            return []
        seen.add(here)
        found.append(node)
        here = node.get("parentId")
    return found[::-1]


def siblings(chat: Mapping[str, Any], node: Node) -> list[Node]:
    """Other answers to the same question."""
    messages = (chat.get("history") or {}).get("messages") or {}
    return [
        each
        for each in messages.values()
        if isinstance(each, dict)
        and each.get("parentId") == node.get("parentId")
        and each.get("id") != node.get("id")
        and each.get("role") == "assistant"
        and words(each)
    ]


def words(node: Node) -> str:
    """What a message says, without what a model thought or its tools did."""
    content = node.get("content")
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text")
        content = "\n".join(part for part in parts if isinstance(part, str))
    return _ASIDE.sub("", content).strip() if isinstance(content, str) else ""


def state(nodes: list[Node]) -> str:
    """A digest of a branch as it is now: another one as soon as anything in it changes."""
    said = [[node.get("id"), node.get("role"), words(node)] for node in nodes]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


# What is given of a branch: a contribution as the commons takes it, and what its reader said of it.

_ROLES = ("system", "user", "assistant")
_MOST_TAGS = 20
Said = Mapping[str, Mapping[str, Any]]
"""What somebody said of messages, by their ids: as Open WebUI stores feedback."""


def rating_of(node: Node, said: Said) -> int | None:
    """1 or -1 for a thumb; None without."""
    annotation = node.get("annotation")
    rating = said.get(str(node.get("id")), {}).get("rating")
    if rating is None and isinstance(annotation, dict):
        rating = annotation.get("rating")
    return int(rating) if str(rating) in ("1", "-1") else None


def chat_of(nodes: list[Node], said: Said) -> dict[str, Any]:
    """The whole chat, with thumbs as labels and with tags."""
    messages: list[dict[str, Any]] = []
    labels, tags = {}, []
    for node in nodes:
        text = words(node)
        if node.get("role") not in _ROLES or not text:
            continue
        if rating := rating_of(node, said):
            labels[str(len(messages))] = "good" if rating == 1 else "fail"
        tags += _tags(said.get(str(node.get("id")), {}).get("tags"))
        message = {"role": node["role"], "content": text}
        if node["role"] == "assistant" and isinstance(node.get("model"), str):
            message["model"] = node["model"][:200]
        messages.append(message)
    given: dict[str, Any] = {"kind": "chat", "messages": messages}
    given |= {"labels": labels} if labels else {}
    return given | ({"tags": list(dict.fromkeys(tags))[:_MOST_TAGS]} if tags else {})


def correction_of(nodes: list[Node], edited: str) -> dict[str, Any]:
    """The last answer, and what somebody made of it."""
    asked = chat_of(nodes[:-1], {})["messages"]
    return {"kind": "correction", "prompt": asked, "original": words(nodes[-1]), "edited": edited}


def preference_of(nodes: list[Node], others: list[Node]) -> dict[str, Any]:
    """The last answer before its siblings, as its reader says."""
    candidates = []
    for node in (nodes[-1], *others):
        side = {"content": words(node)}
        if isinstance(node.get("model"), str):
            side["model"] = node["model"][:200]
        candidates.append(side)
    asked = chat_of(nodes[:-1], {})["messages"]
    return {"kind": "preference", "prompt": asked, "candidates": candidates, "chosen": 0}


def signals_of(nodes: list[Node], said: Said, chat: str) -> list[dict[str, Any]]:
    """Thumbs on the branch with their reason, comment and degree, each about the chat."""
    signals = []
    for index, node in enumerate(nodes):
        rating = rating_of(node, said)
        if node.get("role") != "assistant" or rating is None:
            continue
        about = said.get(str(node.get("id")), {})
        degree = about.get("details", {}).get("rating") if isinstance(about.get("details"), dict) else None
        detail = {"message": index, "reason": about.get("reason"), "comment": about.get("comment")}
        detail |= {"degree": degree if isinstance(degree, int) else None}
        detail = {name: value for name, value in detail.items() if value not in (None, "")}
        signals.append({"kind": "signal", "target": chat, "name": "thumb", "value": rating == 1, "detail": detail})
    return signals


def around(given: dict[str, Any], chat: str, model: str, user: str, prompted: str) -> dict[str, Any]:
    """The same with where it comes from and for whom it is given."""
    source: dict[str, Any] = {"door": "openwebui", "prompted": prompted, "conversation": chat[:200]}
    if model:
        source["model"] = model[:200]
    return given | {"source": source, "on_behalf_of": user}


def _tags(found: Any) -> list[str]:
    return [each[:50] for each in found if isinstance(each, str) and each] if isinstance(found, list) else []


# What Open WebUI stores for a person: read from the server as they are, whatever a browser says.

class Seen:
    """An answer with the branch that leads to it, other answers to the same question, and what its reader said."""

    def __init__(self, nodes: list[Node], others: list[Node], said: Said) -> None:
        self.nodes, self.others, self.said = nodes, others, said


async def seen(chat_id: str, message_id: str, user_id: str) -> Seen:
    """The branch as it is stored now for this person; Trouble where it is not theirs."""
    found = await Chats.get_chat_by_id_and_user_id(chat_id, user_id) if chat_id and user_id else None
    chat = getattr(found, "chat", None)
    nodes = branch(chat, message_id) if isinstance(chat, dict) else []
    if not nodes or nodes[-1].get("role") != "assistant" or not words(nodes[-1]):
        raise Trouble("This answer is not stored for you: save the chat, and press the button again.")
    return Seen(nodes, siblings(chat or {}, nodes[-1]), await _feedback_of(chat_id, user_id))


async def _feedback_of(chat_id: str, user_id: str) -> dict[str, Any]:
    """Feedback of this person alone, the newest for each message."""
    said: dict[str, Any] = {}
    for each in await Feedbacks.get_feedbacks_by_chat_id(chat_id):
        message = (each.meta or {}).get("message_id")
        if each.user_id == user_id and isinstance(message, str) and isinstance(each.data, dict):
            said.setdefault(message, each.data)
    return said


# Giving: the same state of a chat is one gift, whichever way it comes.

_REUSED = 409


def key_of(nodes: list[Node], given: dict[str, Any], chat: str) -> str:
    """An idempotency key: the same for the same state of the same chat, shared in the same way."""
    own = [given.get(name, "") for name in ("edited", "value", "detail")]
    said = f"{chat}:{state(nodes)}:{given['kind']}:{own}"
    return f"openwebui.{hashlib.sha256(said.encode()).hexdigest()}"


def signals(seen: Seen, chat: str, user: str, prompted: str) -> list[dict[str, Any]]:
    """What somebody said of answers on the branch, ready to be given."""
    return [around(each, chat, "", user, prompted) for each in signals_of(seen.nodes, seen.said, chat)]


async def give(wheel: Wheel, seen: Seen, chat: str, gifts: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the first and what is said of it; returns the answer for the first.

    What was said before, in the same words, is not said again; and what is new is said also of a chat that was
    shared before, though Trouble then tells that it was.
    """
    first, *more = gifts
    before: Trouble | None = None
    accepted: dict[str, Any] = {}
    try:
        accepted = await wheel.post("/contributions", first, key_of(seen.nodes, first, chat))
    except Trouble as problem:
        if problem.status != _REUSED:
            raise
        before = problem
    for each in more:
        try:
            await wheel.post("/contributions", each, key_of(seen.nodes, each, chat))
        except Trouble as problem:
            if problem.status != _REUSED:
                told = (
                    "The chat is shared, and what you said of its answers is not yet: press the button once more."
                )
                raise Trouble(told, problem.status) from None
    if before is not None:
        raise before
    return accepted


# Standing consent at the commons: somebody allows to share what they rate, and stops it.

_ALLOWED = timedelta(days=180)
_LOOK_AGAIN = timedelta(days=90)
_MISSING = 404


async def allowed(wheel: Wheel, user: str) -> dict[str, Any] | None:
    """What somebody allows now; None where nothing."""
    try:
        return await wheel.get("/standing", user)
    except Trouble as problem:
        if problem.status == _MISSING:
            return None
        raise


async def allow(wheel: Wheel, user: str, terms: dict[str, Any], wait_hours: int) -> str:
    """Allow it for half a year; after half of that it rests until they look again. Returns the last day."""
    now = datetime.now(UTC)
    until, again = now + _ALLOWED, now + _LOOK_AGAIN
    body = {"terms": terms, "until": until.isoformat(), "check_up": again.isoformat(), "wait_hours": wait_hours}
    await wheel.put("/standing", user, body)
    return until.date().isoformat()


async def stop(wheel: Wheel, user: str) -> None:
    """From now on nothing more."""
    await wheel.delete("/standing", user)


# A folder of what waits to be passed on: one file for each, there before anybody is told that it is done.

class Spool:
    """Texts that survive a restart, the oldest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, text: str) -> None:
        """Keep one; on disk when this returns."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f".{uuid.uuid4().hex}"
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.rename(part.with_name(f"{uuid.uuid4().hex}.json"))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def waiting(self) -> list[tuple[str, str]]:
        """All that wait, by name, without what another worker has passed on just now."""
        found = []
        for each in self._folder.glob("*.json"):
            with suppress(FileNotFoundError):
                found.append((each.stat().st_mtime, each.name, each.read_text("utf-8")))
        return [(name, text) for _, name, text in sorted(found)]

    def drop(self, name: str) -> None:
        """It arrived."""
        (self._folder / name).unlink(missing_ok=True)


# What happens in Open WebUI: a rating is given under a standing consent, and a deletion is passed on.

log = logging.getLogger(__name__)
_OFFERED_EVERY = 24 * 3600.0
_AGAIN = 60.0
_LONGEST_PAUSE = 3600.0


class Event:
    """Open WebUI's way in."""

    class Valves(BaseModel):
        """What an administrator sets; the address and the token are those of the button."""

        action: str = Field(default="commonwheel_action", description="Id of the function with the button")
        offers: bool = Field(default=True, description="Remind people who share of it when they rate")

    def __init__(self) -> None:
        self.valves = self.Valves()
        self._spool = Spool(Path(DATA_DIR) / "commonwheel-deletions")
        self._offered: dict[str, float] = {}
        self._sending: asyncio.Task[None] | None = None
        self._resumed = False
        """Whether what waited before a restart was looked for."""

    async def event(self, event: dict[str, Any]) -> None:
        """Something happened; what does not concern us is left alone."""
        name, subject = event.get("event"), str((event.get("subject") or {}).get("id") or "")
        actor = str((event.get("actor") or {}).get("id") or "")
        if not self._resumed:
            self._resumed = True
            self._send_what_waits()
        try:
            if name == "feedback.created":
                await self._rated(subject, actor)
            elif name == "chat.deleted":
                owner = str((event.get("data") or {}).get("owner_id") or actor)
                self._pass_on({"on_behalf_of": owner, "what": "conversation", "conversation": subject})
            elif name == "chat.deleted_all":
                self._pass_on({"on_behalf_of": subject, "what": "conversations"})
            elif name == "user.deleted":
                self._pass_on({"on_behalf_of": subject, "what": "account"})
        except Trouble as problem:
            log.warning("commonwheel: %s %s was not passed on (status %s)", name, subject, problem.status)

    async def _rated(self, feedback_id: str, actor: str) -> None:
        """Somebody rated an answer: give it where they allowed that, else remind them where they share."""
        feedback = await Feedbacks.get_feedback_by_id(feedback_id)
        meta = (feedback.meta or {}) if feedback is not None and feedback.user_id == actor else {}
        chat, message = str(meta.get("chat_id") or ""), str(meta.get("message_id") or "")
        settings = await self._settings()
        if not (chat and message and settings["url"] and settings["token"]) or settings["mock"]:
            return
        wheel = Wheel(settings["url"], settings["token"])
        valves = await Functions.get_user_valves_by_id_and_user_id(self.valves.action, actor) or {}
        if valves.get("standing") == "stop":
            await stop(wheel, actor)
        standing = await allowed(wheel, actor)
        # While it rests nothing may be given: not under terms either that the token vouches for.
        if standing is None or standing["rests"]:
            shares = bool(valves.get("sharing") or (await wheel.get("/wishes", actor))["license"])
            if shares and self.valves.offers:
                await self._tell(actor, chat, message, "Would you share this? Press the button of the commons.")
            return
        found = await seen(chat, message, actor)
        gifts = [around(chat_of(found.nodes, found.said), chat, "", actor, "passive")]
        accepted = await give(wheel, found, chat, gifts + signals(found, chat, actor, "passive"))
        await self._tell(actor, chat, message, f"Shared, as you allowed: {accepted['url']}", always=True)

    async def _tell(self, user: str, chat: str, message: str, said: str, *, always: bool = False) -> None:
        """A word in the corner; a reminder at most once a day."""
        if not always:
            if time.monotonic() - self._offered.get(user, -_OFFERED_EVERY) < _OFFERED_EVERY:
                return
            self._offered[user] = time.monotonic()
        where = {"chat_id": chat, "message_id": message, "session_id": "", "user_id": user}
        emit = await get_event_emitter(where)
        await emit({"type": "notification", "data": {"type": "info", "content": said}})

    async def _settings(self) -> dict[str, Any]:
        found: Mapping[str, Any] = await Functions.get_function_valves_by_id(self.valves.action) or {}
        return {"url": found.get("url"), "token": found.get("token"), "mock": found.get("mock")}

    def _pass_on(self, deletion: dict[str, Any]) -> None:
        """Keep it on disk until the commons has it: what somebody took back must not get lost."""
        if deletion["on_behalf_of"]:
            self._spool.put(json.dumps(deletion))
            self._send_what_waits()

    def _send_what_waits(self) -> None:
        if self._spool.waiting() and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        """Pass on all that waits, again and again with growing pauses; what is refused holds up nothing else."""
        pause = _AGAIN
        while waiting := self._spool.waiting():
            settings = await self._settings()
            if settings["mock"]:
                return
            wheel = Wheel(str(settings["url"] or ""), str(settings["token"] or ""))
            for name, deletion in waiting:
                try:
                    await wheel.post("/deletions", json.loads(deletion))
                except Trouble as problem:
                    log.warning("commonwheel: deletion %s waits to be passed on (status %s)", name, problem.status)
                else:
                    self._spool.drop(name)
                    pause = _AGAIN
            if self._spool.waiting():
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
