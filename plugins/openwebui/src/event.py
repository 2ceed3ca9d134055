"""What happens in Open WebUI: a rating is given under a standing consent, and a deletion is passed on."""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from open_webui.env import DATA_DIR
from open_webui.models.feedbacks import Feedbacks
from open_webui.models.functions import Functions
from open_webui.socket.main import get_event_emitter
from pydantic import BaseModel, Field

from plugins.openwebui.src.giving import give, signals
from plugins.openwebui.src.payloads import around, chat_of
from plugins.openwebui.src.reading import seen
from plugins.openwebui.src.spool import Spool
from plugins.openwebui.src.standing import allowed, stop
from plugins.openwebui.src.wheel import Trouble, Wheel

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
