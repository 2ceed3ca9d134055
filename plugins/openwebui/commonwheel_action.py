"""
title: Share with Commonwheel
author: Commonwheel
version: 0.1.0
description: Give a chat, a corrected or a better answer to a public commons, after you saw what would be public.
required_open_webui_version: 0.9.0
"""

from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Mapping
from open_webui.models.chats import Chats
from pydantic import BaseModel, Field
from typing import Any
import hashlib
import httpx
import json
import re


# What people are asked: a yes is `True` and nothing else; a closed window answers with an error that is true.

Call = Callable[[dict[str, Any]], Awaitable[Any]]


async def agrees(call: Call, title: str, message: str) -> bool:
    """Whether somebody said yes."""
    return await call({"type": "confirmation", "data": {"title": title, "message": message}}) is True


async def writes(call: Call, title: str, message: str, value: str = "") -> str | None:
    """What somebody wrote; None where they closed the window."""
    data = {"title": title, "message": message, "placeholder": "", "value": value}
    answer = await call({"type": "input", "data": data})
    return answer if isinstance(answer, str) else None


async def chooses(call: Call, title: str, message: str, options: Mapping[str, str]) -> str | None:
    """Which option somebody chose, by its key; None where they closed the window or chose none of them."""
    listed = [{"value": key, "label": words} for key, words in options.items()]
    data = {"title": title, "message": message, "type": "select", "input": {"type": "select", "options": listed}}
    answer = await call({"type": "input", "data": data})
    return answer if isinstance(answer, str) and answer in options else None


def quoted(text: str) -> str:
    """Words of a chat within a dialog of ours: behind a bar on every line, so that they can imitate nothing."""
    return "\n".join(f"│ {line}" for line in text.splitlines() or [""])


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


# What is given of a branch: a contribution as the commons takes it.

_ROLES = ("system", "user", "assistant")


def chat_of(nodes: list[Node]) -> dict[str, Any]:
    """The whole chat, with thumbs as labels."""
    messages, labels = [], {}
    for node in nodes:
        text = words(node)
        if node.get("role") not in _ROLES or not text:
            continue
        rating = (
            ((node.get("annotation") or {}).get("rating")) if isinstance(node.get("annotation"), dict) else None
        )
        if rating in (1, -1):
            labels[str(len(messages))] = "good" if rating == 1 else "fail"
        message = {"role": node["role"], "content": text}
        if node["role"] == "assistant" and isinstance(node.get("model"), str):
            message["model"] = node["model"][:200]
        messages.append(message)
    return {"kind": "chat", "messages": messages} | ({"labels": labels} if labels else {})


def correction_of(nodes: list[Node], edited: str) -> dict[str, Any]:
    """The last answer, and what somebody made of it."""
    asked = chat_of(nodes[:-1])["messages"]
    return {"kind": "correction", "prompt": asked, "original": words(nodes[-1]), "edited": edited}


def preference_of(nodes: list[Node], others: list[Node]) -> dict[str, Any]:
    """The last answer before its siblings, as its reader says."""
    candidates = []
    for node in (nodes[-1], *others):
        side = {"content": words(node)}
        if isinstance(node.get("model"), str):
            side["model"] = node["model"][:200]
        candidates.append(side)
    return {"kind": "preference", "prompt": chat_of(nodes[:-1])["messages"], "candidates": candidates, "chosen": 0}


def around(body: dict[str, Any], chat: str, model: str, user: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """The same with where it comes from and for whom it is given; `about` are assessment, note and tags."""
    source: dict[str, Any] = {"door": "openwebui", "prompted": "proactive", "conversation": chat[:200]}
    if model:
        source["model"] = model[:200]
    return (
        body | {"source": source, "on_behalf_of": user} | {name: value for name, value in about.items() if value}
    )


# The commons, spoken to with the service token of the administrator.

_SECONDS = 30.0


class Trouble(Exception):
    """Something that people are told; it holds no words of a chat."""


async def post(url: str, token: str, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
    """An answer of the API; Trouble with what is wrong."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    return await _answer("POST", url, path, headers, body)


async def get(url: str, token: str, path: str) -> dict[str, Any]:
    """The same of what is only read."""
    return await _answer("GET", url, path, {"Authorization": f"Bearer {token}"}, None)


async def _answer(
    method: str, url: str, path: str, headers: dict[str, str], body: dict[str, Any] | None
) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as http:
            answer = await http.request(method, f"{url.rstrip('/')}/api/v1{path}", headers=headers, json=body)
            read = answer.json()
    except (httpx.HTTPError, ValueError):
        raise Trouble("The commons cannot be reached. Nothing was shared.") from None
    if answer.status_code >= 400:
        error = read.get("error") or {}
        if error.get("code") == "idempotency_key_reused":
            raise Trouble(
                f"You shared this already, as it is now. Fix it or take it back there: {url.rstrip('/')}/mine"
            )
        faults = "; ".join(
            f"{each.get('path', '')} {each.get('problem', '')}".strip()
            for each in (error.get("details") or {}).get("faults", ())
        )
        raise Trouble(f"Nothing was shared: {faults or error.get('message', 'the commons refused it')}")
    return dict(read)


# The button under an answer: what would be public, the terms, a question, and only a yes shares.

LICENSES = {
    "CC-BY-4.0": "Credit me (CC BY 4.0)",
    "CC-BY-SA-4.0": "Credit me and share alike (CC BY-SA 4.0)",
    "CC0-1.0": "No conditions (CC0)",
}
PREFERENCES = {
    "train-ai=y": "Yes, any model",
    "train-ai=n;exceptions=cc-cr": "Only models whose makers give credit",
    "train-ai=n;exceptions=cc-cr-ec": "Only models whose makers give back",
    "train-ai=n;exceptions=cc-cr-op": "Only models that stay open",
    "train-ai=n": "No model",
}
NAMES = {"anonymous": "Nobody's", "pseudonym": "A pseudonym of mine", "username": "My user name"}
ASSESSMENTS = {"good": "It helped", "mixed": "Partly", "fail": "It failed"}
WAYS = {
    "chat": "The chat up to this answer",
    "correction": "This answer, and what it should have said",
    "preference": "This answer is better than its siblings",
}
CONSENT = "2026-11"
_LONGEST = 6_000


class Action:
    """Open WebUI's way in."""

    class Valves(BaseModel):
        """What an administrator sets."""

        url: str = Field(default="", description="Address of the commons, such as https://commons.example.org")
        token: str = Field(default="", description="A token of the commons with the scope contribute:on-behalf")
        contact: str = Field(default="", description="Whom people write to with questions")
        faq: str = Field(default="", description="A page that explains it")
        mock: bool = Field(default=False, description="Show everything, send nothing")

    class UserValves(BaseModel):
        """What a person sets; whatever is empty is asked each time."""

        sharing: bool = Field(default=False, description="Do not ask me first whether I want to share at all")
        license: str = Field(default="", description="CC-BY-4.0, CC-BY-SA-4.0 or CC0-1.0")
        ai_preference: str = Field(
            default="", description="May models learn from it? As train-ai=y, or train-ai=n"
        )
        attribution: str = Field(default="", description="anonymous, pseudonym, username, or a name to show")
        auto_feedback: bool = Field(default=False, description="Take my thumbs, and do not ask how it went")
        note: str = Field(default="", description="A note that goes with each")
        wait_hours: int = Field(default=24, ge=0, le=8_784, description="For so long only machines see it")

    def __init__(self) -> None:
        self.valves = self.Valves()

    async def action(
        self,
        body: dict[str, Any],
        __user__: dict[str, Any],
        __event_emitter__: Any,
        __event_call__: Call,
    ) -> dict[str, Any] | None:
        """What happens when somebody presses the button."""
        try:
            said = await self._share(body, __user__, __event_call__)
        except Trouble as problem:
            await __event_emitter__({"type": "notification", "data": {"type": "error", "content": str(problem)}})
            return None
        kind = "success" if said.startswith("Shared") else "info"
        await __event_emitter__({"type": "notification", "data": {"type": kind, "content": said}})
        return {"content": said} if kind == "success" else None

    async def _share(self, body: Mapping[str, Any], user: Mapping[str, Any], call: Call) -> str:
        if not (self.valves.url and self.valves.token) and not self.valves.mock:
            raise Trouble("Sharing is not set up here: an administrator has to fill in the valves.")
        wants = _valves_of(user)
        if not wants.sharing and not await agrees(call, "Share with the commons?", self._explained()):
            return "Nothing was shared."
        nodes, others = await self._seen(body, user)
        given = await self._made(call, wants, body, user, nodes, others)
        terms = None if given is None else await self._terms(call, wants, user)
        if given is None or terms is None:
            return "Nothing was shared."
        given["terms"] = terms
        shown = await self._preview(given)
        if not await agrees(call, "This is what would be public", self._told(shown, terms)):
            return "Nothing was shared."
        now, _ = await self._seen(body, user)
        if state(now) != state(nodes):
            raise Trouble("The chat changed meanwhile. Nothing was shared: press the button once more.")
        if self.valves.mock:
            return "Nothing was shared: this is a trial."
        terms["consent"]["preview"] = shown["digest"]
        return await self._give(given, nodes, wants)

    async def _seen(self, body: Mapping[str, Any], user: Mapping[str, Any]) -> tuple[list[Node], list[Node]]:
        """The branch as it is stored for this person, whatever a browser says; Trouble where it is not theirs."""
        found = await Chats.get_chat_by_id_and_user_id(str(body.get("chat_id") or ""), str(user.get("id") or ""))
        chat = getattr(found, "chat", None)
        nodes = branch(chat, str(body.get("id") or "")) if isinstance(chat, dict) else []
        if not nodes or nodes[-1].get("role") != "assistant" or not words(nodes[-1]):
            raise Trouble("This answer is not stored for you: save the chat, and press the button again.")
        return nodes, siblings(chat or {}, nodes[-1])

    async def _made(
        self,
        call: Call,
        wants: "Action.UserValves",
        body: Mapping[str, Any],
        user: Mapping[str, Any],
        nodes: list[Node],
        others: list[Node],
    ) -> dict[str, Any] | None:
        """What somebody wants to give; None where they do not after all."""
        ways = {key: each for key, each in WAYS.items() if key != "preference" or others}
        way = await chooses(call, "What do you want to share?", "Nothing is shared yet.", ways)
        if way is None:
            return None
        about: dict[str, Any] = {"note": wants.note}
        if way == "correction":
            edited = await writes(call, "What should it have said?", "Change the answer.", words(nodes[-1]))
            if edited is None or edited.strip() in ("", words(nodes[-1])):
                return None
            made = correction_of(nodes, edited.strip())
        elif way == "preference":
            made = preference_of(nodes, others)
        else:
            made = chat_of(nodes)
            if not (wants.auto_feedback and made.get("labels")):
                about["assessment"] = await chooses(
                    call, "How did it go?", "Close this to leave it open.", ASSESSMENTS
                )
        if not wants.auto_feedback and not wants.note:
            about["note"] = (await writes(call, "What should a reader know?", "Optional, and public.")) or ""
        model = str(body.get("model") or "")
        return around(made, str(body.get("chat_id")), model, str(user.get("id")), about)

    async def _terms(
        self, call: Call, wants: "Action.UserValves", user: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Terms as they set them, asked where they did not; None where they close a window."""
        license = wants.license if wants.license in LICENSES else None
        license = license or await chooses(call, "License", "What may other people do with it?", LICENSES)
        preference = wants.ai_preference if wants.ai_preference in PREFERENCES else None
        if license:
            preference = preference or await chooses(
                call,
                "May AI models learn from it?",
                "Our own training obeys this. Others are asked to.",
                PREFERENCES,
            )
        who = wants.attribution
        if license and preference and not who:
            who = await chooses(call, "Whose name is on it?", "It stands beside what you share.", NAMES) or ""
        if not (license and preference and who):
            return None
        attribution = {"mode": who} if who in ("anonymous", "pseudonym") else {"mode": "name", "name": who}
        if who == "username":
            attribution = {"mode": "username", "name": str(user.get("name") or "")}
        return {
            "license": license,
            "ai_pref": preference,
            "scope": "public",
            "attribution": attribution,
            "consent": {"version": CONSENT, "given": True},
        }

    async def _preview(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.valves.mock and not self.valves.url:
            return {"would_publish": given, "digest": "mock", "verdict": {"action": "pass", "reasons": []}}
        shown = await post(self.valves.url, self.valves.token, "/contributions/preview", given)
        if shown["would_publish"] is None:
            reasons = " ".join(each["text"] for each in shown["verdict"]["reasons"])
            raise Trouble(f"This would not be taken. {reasons}")
        return shown

    def _told(self, shown: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
        """The words that would be public behind bars, then the terms: what a chat says cannot look like ours."""
        public = quoted("\n\n".join(_lines(shown["would_publish"])))
        if len(public) > _LONGEST:
            raise Trouble(
                "It is too long to be shown whole here: give it as an export on the site of the commons."
            )
        asks = shown["verdict"]["action"] == "quarantine"
        return (
            f"{public}\n\nLicense: {LICENSES[terms['license']]}. May models learn from it? "
            f"{PREFERENCES[terms['ai_pref']]} ({terms['ai_pref']}). Name: {terms['attribution']['mode']}."
            + (" A person looks at it before it is public." if asks else "")
            + " You can take it back; copies that others took cannot be called back. Do you agree, and are these"
            " words yours to give?"
        )

    def _explained(self) -> str:
        more = f" More: {self.valves.faq}" if self.valves.faq else ""
        contact = f" Questions: {self.valves.contact}" if self.valves.contact else ""
        return f"You see what would be public, choose terms, and are asked once more.{more}{contact}"

    async def _give(self, given: dict[str, Any], nodes: list[Node], wants: "Action.UserValves") -> str:
        """Give it; the same state of a chat is one contribution, however often it is shared."""
        said = f"{state(nodes)}:{given['kind']}:{given.get('edited', '')}"
        key = f"openwebui.{hashlib.sha256(said.encode()).hexdigest()}"
        if wants.wait_hours:
            given["hold_until"] = _hours_from_now(nodes, wants.wait_hours)
        accepted = await post(self.valves.url, self.valves.token, "/contributions", given, key)
        link = await get(self.valves.url, self.valves.token, f"/contributions/{accepted['id']}/claim")
        return f"Shared: {accepted['url']}\nTo have it in an account of yours there, open {link['url']}"


def _hours_from_now(nodes: list[Node], hours: int) -> str:
    """Rounded to the day, so that the same state shared twice is the same request."""
    from datetime import UTC, datetime, timedelta

    until = datetime.now(UTC) + timedelta(hours=hours)
    return until.replace(hour=23, minute=59, second=59, microsecond=0).isoformat()


def _valves_of(user: Mapping[str, Any]) -> "Action.UserValves":
    """What a person set, where they can set anything; hidden valves are as unset ones."""
    found = user.get("valves")
    if isinstance(found, Action.UserValves):
        return found
    if isinstance(found, BaseModel):
        found = found.model_dump()
    known = {name: each for name, each in found.items()} if isinstance(found, dict) else {}
    return Action.UserValves(
        **{name: each for name, each in known.items() if name in Action.UserValves.model_fields}
    )


def _lines(public: Mapping[str, Any]) -> list[str]:
    """A contribution as text: who said what."""
    said = public.get("messages") or (public["prompt"] if isinstance(public.get("prompt"), list) else [])
    lines = [f"{each.get('role', '')}: {each.get('content', '')}" for each in said]
    if isinstance(public.get("prompt"), str):
        lines.append(f"prompt: {public['prompt']}")
    lines += [f"{name}: {public[name]}" for name in ("original", "edited", "note") if public.get(name)]
    return lines + [f"answer: {each.get('content', '')}" for each in public.get("candidates", ())]
