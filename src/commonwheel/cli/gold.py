"""`commonwheel gold`: what there is to learn from."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from commonwheel.cli.running import contributor_of, opened
from commonwheel.cli.speaking import count, json_option, table, tell

if TYPE_CHECKING:
    from commonwheel.ports.learning import GoldVersion, SealedPair

_NOTE = click.option("--note", default="", help="A line about it, kept with the version.")
_BY = "operator"
_PAGE = 500


@click.group("gold")
def gold_command() -> None:
    """Count, build, list and roll back gold: the pairs that models may learn from.

    COMMONWHEEL_GOLD_POLICY names the policy that says which pairs are gold.
    """


@gold_command.command("status")
@json_option
def status(as_json: bool) -> None:
    """How much gold there is, how much a build would add, and how far the next run is."""
    from commonwheel.journeys.gold import gold_status

    with opened() as app:
        facts = gold_status(app.world)
    trigger, needed = facts["trigger"], max(facts["gate"]["needed"].values())
    lines = [
        f"{_named(facts['version'])}: {count(facts['gold'], 'pair')} of {facts['total']:,} that there are.",
        *(f"  {origin:<12} {number:,}" for origin, number in sorted(facts["pairs"].items())),
        f"'gold build' would add {count(facts['new'], 'pair')}"
        + (f" and let {facts['leave']} leave." if facts["leave"] else "."),
        *(f"  {word:<12} {number}" for word, number in facts["new_by_language"].items()),
        *(f"  left out: {number}, {reason}" for reason, number in facts["left_out"].items()),
        f"To train on: {facts['train']:,}. Held out: {facts['held_out']['by_contributor']:,} by contributor and "
        f"{facts['held_out']['by_time']:,} by time; the gate needs {needed:,} to see a difference.",
        f"A run is due at {count(trigger['pairs'], 'new pair')}: {trigger['missing']:,} are missing.",
    ]
    tell(facts, as_json, *lines)


def _named(version: int | None) -> str:
    return "No version of gold yet" if version is None else f"Version {version} of gold"


@gold_command.command("build")
@_NOTE
@json_option
def build(note: str, as_json: bool) -> None:
    """Make the next version from what there is by now; with nothing new the last one stays."""
    from commonwheel.journeys.gold import build_gold, last_version

    with opened() as app:
        with app.world.database.read() as tx:
            before = last_version(tx)
        version = build_gold(app.world, _BY, note)
    if before is not None and before.number == version.number:
        tell(_facts(version), as_json, f"Nothing is new: version {version.number} of gold stays the last.")
    else:
        _tell_version(version, as_json)


@gold_command.command("versions")
@json_option
def list_versions(as_json: bool) -> None:
    """List all versions, the oldest first, with how many of their pairs are still here."""
    from commonwheel.journeys.gold import gold_versions

    with opened() as app:
        found = gold_versions(app.world)
    rows = [
        (f"{version.number}", f"{version.made:%Y-%m-%d %H:%M}", version.what, count(version.pairs, "pair"),
         f"{here} still here", version.note)
        for version, here in found
    ]  # fmt: skip
    facts = [_facts(version) | {"here": here} for version, here in found]
    tell(facts, as_json, *(table(rows) or ["There is no gold yet: 'commonwheel gold build' makes a version."]))


@gold_command.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most so many.")
@json_option
def list_pairs(limit: int, as_json: bool) -> None:
    """List gold pairs by the contributions they came from, without their words."""
    from commonwheel.records.gold import PAIRED

    found: list[SealedPair] = []
    after = 0
    with opened() as app:
        while len(found) < limit:
            with app.world.database.read() as tx:
                page = tx.gold.scan(after, min(_PAGE, limit - len(found)))
            if not page:
                break
            found += [pair for _, pair in page if pair.origin in PAIRED]
            after = page[-1][0]
    facts = [
        {
            "origin": pair.origin,
            "contribution": pair.contribution,
            "rejected_from": pair.rejected_from,
            "similarity": pair.similarity,
            "made": pair.at,
        }
        for pair in found
    ]
    rows = [
        (pair.origin, pair.contribution, "" if pair.similarity is None else f"{pair.similarity:.3f}")
        for pair in found
    ]
    tell(facts, as_json, *(table(rows) or ["There are no gold pairs yet."]))


@gold_command.command("rollback")
@click.argument("version", type=int)
@_NOTE
@json_option
def rollback(version: int, note: str, as_json: bool) -> None:
    """Make a new version with what was in an earlier one, minus what was taken back since."""
    from commonwheel.journeys.gold_back import roll_back_gold

    with opened() as app:
        made = roll_back_gold(app.world, version, _BY, note)
    _tell_version(made, as_json)


@gold_command.command("drop")
@click.option("--contributor", help="Of one person: the hash that 'import' printed, or door:user.")
@click.option("--door", help="Given through this door.")
@click.option("--since", type=click.DateTime(), help="Given from then on (UTC).")
@click.option("--until", type=click.DateTime(), help="Given before then (UTC).")
@click.option("--topic", help="With this tag.")
@_NOTE
@json_option
def drop(
    contributor: str | None,
    door: str | None,
    since: datetime | None,
    until: datetime | None,
    topic: str | None,
    note: str,
    as_json: bool,
) -> None:
    """Make a new version without some pairs, which never become gold again: what poisons goes.

    Everything that is named has to be true of a pair for it to go.
    """
    from commonwheel.journeys.gold_back import Poison, drop_gold, models_touched

    with opened() as app:
        poison = Poison(
            contributor=None if contributor is None else contributor_of(app.world, contributor),
            door=door,
            since=_utc(since),
            until=_utc(until),
            topic=topic,
        )
        made = drop_gold(app.world, poison, _BY, note)
        touched = models_touched(app.world, made.number)
    lines = [f"  m{number} learned from {count(pairs, 'pair')} of it" for number, pairs in touched.items()]
    _tell_version(made, as_json, *lines, models={f"m{number}": pairs for number, pairs in touched.items()})


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _tell_version(version: "GoldVersion", as_json: bool, *more: str, **facts: Any) -> None:
    lines = [
        f"Version {version.number} of gold is {version.what}: {count(version.pairs, 'pair')}, "
        f"{version.came} came, {version.left} left.",
        *(f"  left out: {number}, {reason}" for reason, number in version.left_out.items()),
        *more,
    ]
    tell(_facts(version) | facts, as_json, *lines)


def _facts(version: "GoldVersion") -> dict[str, Any]:
    """A version, without the text of its policy."""
    names = ("number", "made", "made_by", "what", "base", "pairs", "came", "left", "note")
    return {name: getattr(version, name) for name in names} | {"left_out": dict(version.left_out)}
