"""
title: Share with Commonwheel
author: Commonwheel
version: 0.1.0
description: Give a chat, a corrected or a better answer to a public commons, after you saw what would be public.
required_open_webui_version: 0.9.0
"""

from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from open_webui.models.chats import Chats
from open_webui.models.feedbacks import Feedbacks
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
    return await _answer(call, "confirmation", {"title": title, "message": message}) is True


async def writes(call: Call, title: str, message: str, value: str = "") -> str | None:
    """What somebody wrote; None where they closed the window."""
    data = {"title": title, "message": message, "placeholder": "", "value": value}
    answer = await _answer(call, "input", data)
    return answer if isinstance(answer, str) else None


async def chooses(call: Call, title: str, message: str, options: Mapping[str, str]) -> str | None:
    """Which option somebody chose, by its key; None where they closed the window or chose none of them."""
    listed = [{"value": key, "label": words} for key, words in options.items()]
    data = {"title": title, "message": message, "type": "select", "input": {"type": "select", "options": listed}}
    answer = await _answer(call, "input", data)
    return answer if isinstance(answer, str) and answer in options else None


async def _answer(call: Call, kind: str, data: dict[str, Any]) -> Any:
    """What somebody answered; None where there is no answer. Until 0.11 a window left open for too long raises."""
    try:
        return await call({"type": kind, "data": data})
    except Exception:
        return None


def quoted(text: str) -> str:
    """Words of a chat within a dialog of ours, which is read as Markdown.

    They are code, so that no picture of theirs is loaded and no tag is one; and a bar begins every line, so that
    they can neither end the code nor imitate what we say.
    """
    lines = "\n".join(f"│ {line}" for line in text.splitlines() or [""])
    return f"```text\n{lines}\n```"


def plain(text: str) -> str:
    """A word of somebody else's in a sentence of ours: no Markdown, no tags, one line, and not long."""
    return "".join(each if each.isalnum() or each in " .,:/-@+()" else " " for each in text)[:200].strip()


# Terms: asked with the words of the commons of today, unless somebody set them or chose them before.

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


# The button under an answer: what would be public, the terms, a question, and only a yes shares.

ASSESSMENTS = {"good": "It helped", "mixed": "Partly", "fail": "It failed"}
WAYS = {
    "chat": "The chat up to this answer",
    "correction": "This answer, and what it should have said",
    "preference": "This answer is better than its siblings",
    "terms": "Nothing now: choose how I share from now on",
    "allow": "Share from now on what I rate, without asking",
    "stop": "Stop sharing what I rate",
}
WAITS = {"0": "Not at all", "24": "A day", "168": "A week", "720": "A month"}
DELETED = {"withdraw": "Leave it out from then on", "keep": "Keep it", "erase": "Destroy it"}
NOTHING = "Nothing was shared."
_LONGEST_SHOWN = 40_000


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
        """What a person sets; whatever is empty is asked, and can be kept by the commons for the next time."""

        sharing: bool = Field(default=False, description="Do not ask me first whether I want to share at all")
        license: str = Field(default="", description="CC-BY-4.0, CC-BY-SA-4.0 or CC0-1.0")
        ai_preference: str = Field(
            default="", description="May models learn from it? As train-ai=y, or train-ai=n"
        )
        purposes: str = Field(default="", description="display,evaluation,training or fewer of them")
        attribution: str = Field(default="", description="anonymous, pseudonym, username, or a name to show")
        auto_feedback: bool = Field(default=False, description="Take my thumbs, and do not ask how it went")
        note: str = Field(default="", description="A note that goes with each")
        wait_hours: int | None = Field(
            default=None, ge=0, le=8_784, description="For so many hours only machines see it; a day if empty"
        )
        standing: str = Field(default="", description="'stop' ends sharing what I rate without asking")
        when_deleted: str = Field(
            default="", description="When I delete a chat here, 'keep', 'withdraw' or 'erase' what I shared of it"
        )

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
            said = await self._pressed(body, __user__, __event_call__)
        except Trouble as problem:
            await __event_emitter__({"type": "notification", "data": {"type": "error", "content": str(problem)}})
            return None
        kind = "success" if said.startswith("Shared") else "info"
        await __event_emitter__({"type": "notification", "data": {"type": kind, "content": said}})
        return {"content": said} if kind == "success" else None

    async def _pressed(self, body: Mapping[str, Any], user: Mapping[str, Any], call: Call) -> str:
        if not (self.valves.url and self.valves.token) and not self.valves.mock:
            raise Trouble("Sharing is not set up here: an administrator has to fill in the valves.")
        sharing = _Sharing(self.valves, _valves_of(user), user, call)
        if sharing.wants.standing == "stop" and not self.valves.mock:
            await stop(sharing.wheel, sharing.user)
        if not sharing.wants.sharing and not await agrees(call, "Share with the commons?", self._explained()):
            return NOTHING
        found = await seen(str(body.get("chat_id") or ""), str(body.get("id") or ""), sharing.user)
        return await sharing.choose(str(body["chat_id"]), str(body.get("model") or ""), found)

    def _explained(self) -> str:
        more = f" More: {self.valves.faq}" if self.valves.faq else ""
        contact = f" Questions: {self.valves.contact}" if self.valves.contact else ""
        return f"You see what would be public, choose terms, and are asked once more.{more}{contact}"


class _Sharing:
    """One press of the button by one person."""

    def __init__(
        self, valves: Action.Valves, wants: Action.UserValves, user: Mapping[str, Any], call: Call
    ) -> None:
        self.valves, self.wants, self.call = valves, wants, call
        self.user, self.name = str(user.get("id") or ""), str(user.get("name") or "")
        self.wheel = Wheel(valves.url, valves.token)
        self.kept: dict[str, Any] = {}

    @property
    def wait_hours(self) -> int:
        """For how long only machines see it: as they set, or chose before; a day where they did neither."""
        kept = self.kept.get("wait_hours", 24)
        return kept if self.wants.wait_hours is None else self.wants.wait_hours

    async def choose(self, chat: str, model: str, found: Seen) -> str:
        """Ask what they want, and do it; returns what they are told."""
        today = TRIAL
        standing = None
        if not self.valves.mock:
            today = await self.wheel.get("/terms")
            self.kept = await self.wheel.get("/wishes", self.user)
            standing = await allowed(self.wheel, self.user)
        hidden = {"preference"} if not found.others else set()
        hidden |= {"allow"} if standing and not standing["rests"] else set()
        hidden |= {"stop"} if not standing else set()
        hidden |= {"terms", "allow"} if self.valves.mock else set()
        ways = {key: each for key, each in WAYS.items() if key not in hidden}
        way = await chooses(self.call, "What do you want to share?", "Nothing is shared yet.", ways)
        if way == "stop":
            await stop(self.wheel, self.user)
            return "Stopped: nothing more is shared without asking you."
        given = await self._made(way, found) if way and way not in ("terms", "allow") else None
        if way is None or (given is None and way not in ("terms", "allow")):
            return NOTHING
        settled = await terms_for(self.call, today, self._wanted(anew=way == "terms"), self.name)
        if settled is None:
            return NOTHING
        terms, asked = settled
        if given is None:
            return await self._settle(way, today, terms)
        gifts = [around(given, chat, model, self.user, "proactive")]
        gifts += signals(found, chat, self.user, "proactive")
        return await self._ask(chat, found, today, terms, gifts, asked)

    async def _made(self, way: str, found: Seen) -> dict[str, Any] | None:
        """What somebody wants to give; None where they do not after all."""
        nodes, about = found.nodes, {"note": self.wants.note}
        if way == "correction":
            before = words(nodes[-1])
            edited = await writes(self.call, "What should it have said?", "Change the answer.", before)
            if edited is None or edited.strip() in ("", before):
                return None
            made = correction_of(nodes, edited.strip())
        elif way == "preference":
            made = preference_of(nodes, found.others)
        else:
            made = chat_of(nodes, found.said)
            if not (self.wants.auto_feedback and made.get("labels")):
                about["assessment"] = (
                    await chooses(self.call, "How did it go?", "Close this to leave it open.", ASSESSMENTS) or ""
                )
        if not self.wants.auto_feedback and not self.wants.note:
            asking = "What should a reader know?"
            about["note"] = await writes(self.call, asking, "Optional, and public.") or ""
        return made | {name: value for name, value in about.items() if value}

    async def _ask(
        self,
        chat: str,
        found: Seen,
        today: Mapping[str, Any],
        terms: dict[str, Any],
        gifts: list[dict[str, Any]],
        asked: bool,
    ) -> str:
        """Show what would be public and the terms; a yes gives it."""
        previews = [await self._preview(each | {"terms": terms}) for each in gifts]
        models = sorted({str(node["model"]) for node in found.nodes if isinstance(node.get("model"), str)})
        if not await agrees(
            self.call,
            "This is what would be public",
            _shown(previews, self.valves.mock)
            + f"\n\n{told(today, terms)}\n\n{builders(today, models)}\n\nYou can take it back; copies that others "
            "took cannot be called back. Do you agree, and are these words yours to give?",
        ):
            return NOTHING
        now = await seen(chat, str(found.nodes[-1].get("id")), self.user)
        if state(now.nodes) != state(found.nodes):
            raise Trouble("The chat changed meanwhile. Nothing was shared: press the button once more.")
        if self.valves.mock:
            return "Nothing was shared: this is a trial."
        hold = {"hold_until": _day_after(self.wait_hours)} if self.wait_hours else {}
        for each, preview in zip(gifts, previews, strict=True):
            each |= {"terms": terms | {"consent": terms["consent"] | {"preview": preview["digest"]}}} | hold
        accepted = await give(self.wheel, found, chat, gifts)
        try:
            return await self._shared(accepted, terms, asked)
        except Trouble:
            return f"Shared: {accepted['url']}\nA link for your account, or your choices, could not be kept."

    async def _shared(self, accepted: dict[str, Any], terms: dict[str, Any], asked: bool) -> str:
        """Tell them, and keep what they chose where they want that."""
        claim = (await self.wheel.get(f"/contributions/{accepted['id']}/claim"))["url"]
        if not asked or await agrees(
            self.call,
            "Shared. Keep these choices?",
            f"[Its page]({accepted['url']}) · [Have it in an account of yours there]({claim})\n\n"
            "The commons keeps what you chose for the next time, for you alone.",
        ):
            await self._keep(terms)
        return f"Shared: {accepted['url']}\nTo have it in an account of yours there, open {claim}"

    async def _settle(self, way: str, today: Mapping[str, Any], terms: dict[str, Any]) -> str:
        """Keep choices for the next time, or allow to share what they rate."""
        if way == "terms":
            hours = await chooses(
                self.call, "For how long do only machines see it?", "You can change it then.", WAITS
            )
            deleted = await chooses(self.call, "When you delete a chat here?", "What you shared of it:", DELETED)
            if hours is None or deleted is None:
                return NOTHING
            self.kept |= {"wait_hours": int(hours), "when_deleted": deleted}
            await self._keep(terms)
            return "Kept: this is how you share from now on."
        if not await agrees(self.call, "Share what you rate, without asking?", _standing_words(today, terms)):
            return NOTHING
        until = await allow(self.wheel, self.user, terms, self.wait_hours)
        await self._keep(terms)
        return f"Allowed until {until}: each chat that you rate is shared. Stop it by this button, at any time."

    async def _preview(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.valves.mock:
            return {"would_publish": given, "digest": "", "verdict": {"action": "pass", "reasons": []}}
        shown = await self.wheel.post("/contributions/preview", given)
        if shown["would_publish"] is None:
            reasons = " ".join(each["text"] for each in shown["verdict"]["reasons"])
            raise Trouble(f"This would not be taken. {reasons}")
        return shown

    def _wanted(self, *, anew: bool) -> dict[str, Any]:
        """What they set here, and else what the commons keeps for them."""
        wants, kept = self.wants, {} if anew else self.kept
        attribution = kept.get("attribution") or {}
        who = attribution.get("name") if attribution.get("mode") == "name" else attribution.get("mode")
        purposes = {each.strip() for each in wants.purposes.split(",")} & {"display", "evaluation", "training"}
        return {
            "license": wants.license or kept.get("license"),
            "ai_pref": wants.ai_preference or kept.get("ai_pref"),
            "purposes": ",".join(sorted(purposes) or kept.get("purposes") or ()),
            "attribution": wants.attribution or who,
        }

    async def _keep(self, terms: Mapping[str, Any]) -> None:
        wishes = {name: terms[name] for name in ("license", "ai_pref", "purposes", "attribution")}
        deleted = self.wants.when_deleted or self.kept.get("when_deleted") or "withdraw"
        await self.wheel.put(
            "/wishes", self.user, wishes | {"wait_hours": self.wait_hours, "when_deleted": deleted}
        )


def _shown(previews: list[dict[str, Any]], mock: bool) -> str:
    """The words that would be public: what a chat says cannot look like ours."""
    lines = [line for each in previews for line in _lines(each["would_publish"])]
    public = quoted("\n\n".join(lines))
    if len(public) > _LONGEST_SHOWN:
        raise Trouble("It is too long to be shown whole here: give it as an export on the site of the commons.")
    trial = " Nothing is hidden, since in a trial nothing is sent to be looked at." if mock else ""
    asks = any(each["verdict"]["action"] == "quarantine" for each in previews)
    return public + ("\n\nA person looks at it before it is public." if asks else "") + trial


def _standing_words(today: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
    return (
        "From now on each chat that you rate here is given as you rated it, up to the answer, under these terms. "
        "Personal data that programs find are hidden; you do not see it first. You can stop it at any time, and "
        f"take back what was given.\n\n{told(today, terms)}\n\nDo you allow that?"
    )


def _day_after(hours: int) -> str:
    """Rounded to the day, so that the same state shared twice is the same request."""
    until = datetime.now(UTC) + timedelta(hours=hours)
    return until.replace(hour=23, minute=59, second=59, microsecond=0).isoformat()


def _valves_of(user: Mapping[str, Any]) -> Action.UserValves:
    """What a person set, where they can set anything; hidden valves are as unset ones."""
    found = user.get("valves")
    if isinstance(found, BaseModel):
        found = found.model_dump()
    known = dict(found) if isinstance(found, dict) else {}
    return Action.UserValves(
        **{name: each for name, each in known.items() if name in Action.UserValves.model_fields}
    )


def _lines(public: Mapping[str, Any]) -> list[str]:
    """A contribution as text: who said what."""
    said = public.get("messages") or (public["prompt"] if isinstance(public.get("prompt"), list) else [])
    lines = [f"{each.get('role', '')}: {each.get('content', '')}" for each in said]
    if isinstance(public.get("prompt"), str):
        lines.append(f"prompt: {public['prompt']}")
    if "value" in public:
        lines.append(f"{public.get('name')}: {'up' if public['value'] else 'down'}")
        lines += [f"{name}: {value}" for name, value in (public.get("detail") or {}).items()]
    lines += [f"{name}: {public[name]}" for name in ("original", "edited", "note") if public.get(name)]
    lines += [f"tags: {', '.join(public['tags'])}"] if public.get("tags") else []
    return lines + [f"answer: {each.get('content', '')}" for each in public.get("candidates", ())]
