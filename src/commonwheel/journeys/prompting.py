"""Somebody is asked to give something more, answers, or does not want to be asked that again."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pydantic_core

from commonwheel.collect.payloads import read_contribution
from commonwheel.errors import CommonwheelError, Invalid, NotFound
from commonwheel.journeys.accounts import account_of, set_defaults
from commonwheel.journeys.contribute import Gift, contribute
from commonwheel.journeys.look_up import own
from commonwheel.journeys.moves import latest
from commonwheel.journeys.world import World
from commonwheel.people.prompts import Prompt, When
from commonwheel.people.tokens import Actor
from commonwheel.records.account import Account
from commonwheel.records.terms import TERMS


def prompts_for(
    world: World, when: Collection[When], account: Account | None, off: Collection[str]
) -> list[Prompt]:
    """What somebody is asked now, of these kinds: what they did not turn off, and what is due again."""
    today = world.clock.now().date()
    refused = {*off, *(() if account is None else account.defaults.prompts_off)}
    seen = {} if account is None else dict(account.defaults.prompts_seen)
    return [
        prompt
        for prompt in world.prompts
        if prompt.when in when
        and prompt.id not in refused
        and (prompt.id not in seen or (today - seen[prompt.id]).days >= prompt.every_days)
    ]


def turn_off(world: World, actor: Actor, id: str) -> None:
    """Never ask them that again."""
    _known(world, id)
    defaults = account_of(world, actor).defaults
    if id not in defaults.prompts_off:
        set_defaults(world, actor, replace(defaults, prompts_off=(*defaults.prompts_off, id)))


def turn_on(world: World, actor: Actor) -> None:
    """Ask everything again."""
    set_defaults(world, actor, replace(account_of(world, actor).defaults, prompts_off=(), prompts_seen={}))


def not_now(world: World, actor: Actor, id: str) -> None:
    """Ask them again when it is due the next time."""
    _known(world, id)
    defaults = account_of(world, actor).defaults
    seen = defaults.prompts_seen | {id: world.clock.now().date()}
    set_defaults(world, actor, replace(defaults, prompts_seen=seen))


def react(world: World, actor: Actor, id: str, about: str, value: str) -> None:
    """Say why something that they gave failed: a signal about it, under the same terms."""
    prompt = _known(world, id)
    if prompt.when is not When.REACTIVE or value not in {choice.value for choice in prompt.choices}:
        raise Invalid([("/value", "is none of the answers")])
    with world.database.read() as tx:
        stored = own(world, tx, actor, about)
        terms = TERMS.dump_python(latest(tx, stored).terms, mode="json", exclude_none=True)
    terms["consent"].pop("preview", None)
    signal: dict[str, Any] = {"kind": "signal", "target": about, "name": prompt.id, "value": value, "terms": terms}
    raw = pydantic_core.to_json(signal | {"source": {"door": "give", "prompted": prompt.when}})
    key = f"prompt:{prompt.id}:{about}"
    [outcome] = contribute(
        world, [Gift(actor=actor, given=read_contribution(raw), raw=raw, key=key, receipt=False)]
    )
    if isinstance(outcome, CommonwheelError):
        raise outcome


def _known(world: World, id: str) -> Prompt:
    for prompt in world.prompts:
        if prompt.id == id:
            return prompt
    raise NotFound
