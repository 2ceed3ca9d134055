"""The button under an answer: what would be public, the terms, a question, and only a yes shares."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field

from plugins.openwebui.src.asking import TRIAL, builders, terms_for, told
from plugins.openwebui.src.branches import state, words
from plugins.openwebui.src.dialogs import Call, agrees, chooses, quoted, writes
from plugins.openwebui.src.giving import give, signals
from plugins.openwebui.src.payloads import around, chat_of, correction_of, preference_of
from plugins.openwebui.src.reading import Seen, seen
from plugins.openwebui.src.standing import allow, allowed, stop
from plugins.openwebui.src.wheel import Trouble, Wheel

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
