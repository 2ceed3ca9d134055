"""Somebody says something about a released record, in public and under a name they choose."""

import json

from commonwheel.collect.payloads import read_contribution
from commonwheel.errors import Invalid, NotAllowed, NotFound
from commonwheel.journeys.accounts import account_of
from commonwheel.journeys.look_up import is_public
from commonwheel.journeys.mine import in_words, reputation
from commonwheel.journeys.preview import preview
from commonwheel.journeys.world import World
from commonwheel.people.identity import new_id
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.ports.talk import Remark
from commonwheel.records.findings import Action

LONGEST = 2_000
"""Characters of a remark."""
MOST_SHOWN = 200


def remarks(world: World, contribution: str) -> list[Remark]:
    """What is said about a record, the oldest first."""
    with world.database.read() as tx:
        return tx.talk.of(contribution, MOST_SHOWN)


def remark(world: World, actor: Actor, contribution: str, text: str, *, named: bool) -> None:
    """Publish what somebody says, under their user name or their pseudonym here.

    It is looked through like a gift: what identifies is hidden, and what a person would have to decide about is
    not taken. Raises Invalid with why.
    """
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        raise Invalid([("/text", f"has 1 to {LONGEST:,} characters")])
    with world.database.read() as tx:
        if not is_public(tx, contribution):
            raise NotFound
    shown = preview(world, None, read_contribution(_as_record(text)))
    if shown["verdict"]["action"] not in (Action.PASS, Action.REDACT):
        why = " ".join(reason["text"] for reason in shown["verdict"]["reasons"])
        raise Invalid([("/text", f"cannot be said here. {why}")])
    shows = actor.account is not None and account_of(world, actor).defaults.reputation
    standing = in_words(reputation(world, actor)) if shows else ""
    name = actor.subject if named else world.identity.pseudonym(actor.contributor)
    said = Remark(
        id=new_id(),
        contribution=contribution,
        contributor=actor.contributor,
        at=world.clock.now(),
        name=f"{name} ({standing})" if standing else name,
        text=shown["would_publish"]["ideal"],
    )
    with world.database.write() as tx:
        tx.talk.add(said)


def take_back_remark(world: World, actor: Actor, id: str) -> str:
    """Whoever said it destroys it, a reviewer hides it; returns the contribution it was about."""
    with world.database.write() as tx:
        said = tx.talk.get(id)
        if said is None:
            raise NotFound
        if actor.gave(said.contributor):
            tx.talk.delete(id)
        elif actor.has(TokenScope.REVIEW):
            tx.talk.hide(id, world.clock.now())
        else:
            raise NotAllowed("Only who said it, and reviewers, can take it away.")
    return said.contribution


def _as_record(text: str) -> bytes:
    return json.dumps({"kind": "example", "prompt": "A remark about a record.", "ideal": text}).encode()
