"""`commonwheel review`, `take-down` and `hold`: what only a person can decide."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from commonwheel.cli.running import opened, operator
from commonwheel.cli.speaking import as_text, json_option, say, table, tell
from commonwheel.errors import Invalid, NotFound
from commonwheel.people.tokens import TokenScope
from commonwheel.records.findings import OPEN, REVIEW_REASONS, Reason, Tier

_TIERS = [OPEN, *(tier.value for tier in Tier)]
_REASONS = click.Choice([reason.value for reason in REVIEW_REASONS])


def _as(command: Any) -> Any:
    return click.option("--as", "user", default="operator", show_default=True, help="The account that decides.")(
        command
    )


@click.group("review")
def review_command() -> None:
    """Look at what the policy would not decide, and decide."""


@review_command.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="At most so many.")
@_as
@json_option
def list_items(limit: int, user: str, as_json: bool) -> None:
    """List open items, the oldest first."""
    from commonwheel.journeys.review import queue

    with opened() as app:
        items, _ = queue(app.world, operator(app.world, user, TokenScope.REVIEW), 0, limit)
    rows = [
        (
            f"{each['item']}",
            each["kind"],
            each["opened"][:16].replace("T", " "),
            "appeal" if each["appeal"] else "",
            " ".join(reason["text"] for reason in (each["verdict"] or {}).get("reasons", ())),
        )
        for each in items
    ]
    tell(items, as_json, *(table(rows) or ["Nothing waits for a reviewer."]))


@review_command.command("show")
@click.argument("item", type=int)
@_as
@json_option
def show(item: int, user: str, as_json: bool) -> None:
    """Show an item: the words, what was found in them, and what would be public."""
    from commonwheel.journeys.review import item as look_at

    with opened() as app:
        view = look_at(app.world, operator(app.world, user, TokenScope.REVIEW), item)
    lines = [f"Item {item}: {view['kind']} {view['contribution']}, {view['state']}."]
    if view["verdict"]:
        lines += [f"  {reason['text']}" for reason in view["verdict"]["reasons"]]
    lines += ["Found:", *table(
        [
            (f"  {number}", each["kind"], f"{each['pointer']}[{each['start']}:{each['end']}]",
             "hidden" if each["hidden"] else "you decide" if each["undecided"] else "left")
            for number, each in enumerate(view["findings"])
        ]
    )]  # fmt: skip
    lines += ["This is what would be public:", as_text(view["would_publish"])]
    if view["statement"]:
        lines += ["The giver says:", view["statement"]]
    tell(view, as_json, *lines)


@review_command.command("pass")
@click.argument("item", type=int)
@click.option("--hide", multiple=True, type=int, help="Hide this undecided finding, by its number. Repeatable.")
@click.option("--span", "spans", multiple=True, metavar="POINTER:START:END[:KIND]", help="Hide these words too.")
@click.option("--tier", type=click.Choice(_TIERS), help="For whom; by default what the policy says.")
@click.option("--note", help="Why, for other reviewers.")
@_as
def pass_item(
    item: int, hide: tuple[int, ...], spans: tuple[str, ...], tier: Any, note: str | None, user: str
) -> None:
    """Let an item through, with what you hide in it hidden."""
    from commonwheel.journeys.review import Decision, Ruling

    _decide(
        item, user, Ruling(decision=Decision.PASS, note=note, hide=hide, spans=tuple(map(_span, spans)), tier=tier)
    )
    say(f"Item {item} passed. It is part of the next release.")


@review_command.command("reject")
@click.argument("item", type=int)
@click.option("--reason", required=True, type=_REASONS, help="What the giver is told.")
@click.option("--note", help="More, for other reviewers.")
@_as
def reject(item: int, reason: str, note: str | None, user: str) -> None:
    """Turn an item away. The giver sees the reason and can appeal."""
    from commonwheel.journeys.review import Decision, Ruling

    _decide(item, user, Ruling(decision=Decision.REJECT, reason=Reason(reason), note=note))
    say(f"Item {item} is rejected. Its giver can appeal to another person.")


@review_command.command("breakers")
@click.option("--close", "stream", metavar="STREAM", help="Let this stream flow again: you have looked.")
@_as
@json_option
def breakers(stream: str | None, user: str, as_json: bool) -> None:
    """List streams that are held because much of them was refused at once, or close one."""
    from commonwheel.journeys.streams import close_breaker, held_streams

    with opened() as app:
        if stream is not None:
            close_breaker(app.world, operator(app.world, user, TokenScope.REVIEW), stream)
        held = held_streams(app.world)
    facts = [asdict(each) for each in held]
    lines = table(
        [
            (each.stream, f"{each.refused} of {each.total} refused", f"held until {each.until:%Y-%m-%d %H:%M} UTC")
            for each in held
        ]
    )
    closed = [] if stream is None else [f"{stream} flows again. What waits for a reviewer still waits."]
    tell(facts, as_json, *closed, *(lines or ["No stream is held."]))


def _decide(item: int, user: str, ruling: Any) -> None:
    from commonwheel.journeys.review import decide_item
    from commonwheel.journeys.review import item as look_at

    with opened() as app:
        actor = operator(app.world, user, TokenScope.REVIEW)
        decide_item(app.world, actor, item, look_at(app.world, actor, item)["version"], ruling)


def _span(text: str) -> Any:
    from commonwheel.journeys.review import Span

    parts = text.split(":")
    if len(parts) not in (3, 4) or not (parts[1].isdigit() and parts[2].isdigit()):
        raise click.UsageError(f"--span {text}: write for example /messages/0/content:4:9 or …:4:9:personal.name.")
    kind = {"kind": parts[3]} if len(parts) == 4 else {}
    return Span(pointer=parts[0], start=int(parts[1]), end=int(parts[2]), **kind)


@click.command("take-down")
@click.argument("id")
@click.option("--reason", required=True, type=_REASONS, help="What the giver is told.")
@_as
def take_down_command(id: str, reason: str, user: str) -> None:
    """Relieve all releases of an item at once. It waits for a reviewer."""
    from commonwheel.cli.rights import finish_chores
    from commonwheel.journeys.review import take_down

    with opened() as app:
        take_down(app.world, operator(app.world, user, TokenScope.REVIEW), id, Reason(reason))
        finish_chores(app.world)
    say(f"{id} is out of all releases and of the lake. It waits for a reviewer.")


@click.command("hold")
@click.argument("id")
@click.option(
    "--until", help="A date to come, such as 2027-01-31, or a number of days; without it, until it is lifted."
)
@click.option("--reason", required=True, help="A word for it, such as embargo.")
@click.option("--lift", is_flag=True, help="End the hold instead.")
def hold_command(id: str, until: str | None, reason: str, lift: bool) -> None:
    """Leave an item out of the next releases for a time."""
    from commonwheel.journeys.review import set_hold
    from commonwheel.records.stored import Hold

    with opened() as app:
        actor = operator(app.world, "operator", TokenScope.ADMIN)
        now = app.world.clock.now()
        end: datetime | None
        if lift:
            with app.world.database.read() as tx:
                if reason not in {each.reason for each in tx.contributions.holds(id)}:
                    raise NotFound(f"{id} is not held for {reason}.")
            end = now  # the next cut lets back in what a hold that is over kept out
        else:
            end = None if until is None else _time(until, now)
        set_hold(app.world, actor, Hold(contribution=id, reason=reason, set_by="operator", until=end))
    if lift:
        say(f"{id} is no longer held for {reason}.")
        return
    say(f"{id} is held {f'until {end:%Y-%m-%d %H:%M} UTC' if end else 'until the hold is lifted'}.")


def _time(text: str, now: datetime) -> datetime:
    try:
        end = now + timedelta(days=int(text)) if text.isdigit() else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Invalid([("--until", "is a date to come, such as 2027-01-31, or a number of days")]) from None
    end = end if end.tzinfo else end.replace(tzinfo=UTC)
    if end <= now:
        raise Invalid([("--until", f"{end:%Y-%m-%d %H:%M} UTC is in the past")])
    return end
