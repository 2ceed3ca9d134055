"""`commonwheel doctor`: is everything in order, and what to do where it is not."""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commonwheel.adapters.logs import write_events
from commonwheel.cli.running import open_instance
from commonwheel.cli.speaking import count, json_option, say, size, tell
from commonwheel.errors import CommonwheelError, Conflict, KeyLost
from commonwheel.settings import Settings, load_settings

if TYPE_CHECKING:
    from commonwheel.app import App

_LITTLE_SPACE = 1_000_000_000
_VERY_FULL = 0.9
_NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that is earlier than this program is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found, and what to do about it; `todo` is empty where all is well."""

    fact: str
    todo: str = ""


Check = Callable[["App"], Finding]


class Unwell(Conflict):
    """Something is not in order; the lines above say what to do."""

    code = "unwell"


@click.command("doctor")
@json_option
def doctor_command(as_json: bool) -> None:
    """Check that everything is in order, and say what to do where it is not."""
    settings = load_settings()
    write_events("error", least="error")
    findings: dict[str, Finding] = {}
    findings["policy"] = _guarded(lambda: _policy(settings), "Correct COMMONWHEEL_POLICY.")
    try:
        app = open_instance(settings, new=False)
    except CommonwheelError as refused:
        findings["database"] = Finding(fact=refused.message, todo=_first_aid(refused))
    else:
        try:
            for name, check in CHECKS.items():
                findings[name] = _guarded(lambda: check(app), "Look at the message, and try again.")  # noqa: B023
        finally:
            app.close()
    well = not any(finding.todo for finding in findings.values())
    facts = [
        {"check": name, "well": not finding.todo, "fact": finding.fact, "todo": finding.todo}
        for name, finding in findings.items()
    ]
    lines = []
    for name, finding in findings.items():
        lines.append(f"{'ok  ' if not finding.todo else 'look'}  {name}: {finding.fact}")
        if finding.todo:
            lines.append(f"      {finding.todo}")
    tell({"well": well, "checks": facts}, as_json, *lines)
    if not well:
        raise Unwell
    if not as_json:
        say("All is well.")


def _guarded(check: Callable[[], Finding], todo: str) -> Finding:
    try:
        return check()
    except CommonwheelError as refused:
        return Finding(fact=refused.message, todo=todo)


def _first_aid(refused: CommonwheelError) -> str:
    if refused.code == "storage_failed":
        return "Check that the database runs, is reachable, and takes writes."
    return "Correct it, then ask again."


def _policy(settings: Settings) -> Finding:
    from commonwheel.curate.policy_files import load_policy

    policy = load_policy(settings["POLICY"])
    return Finding(fact=f"{policy.name}@{policy.version}, {count(len(policy.rules), 'rule')}.")


def _database(app: "App") -> Finding:
    # A write that changes nothing: full and read-only disks show here.
    with app.world.database.write() as tx:
        tx.chores.schedules()
    return Finding(fact="reachable, current, and takes writes.")


def _keys(app: "App") -> Finding:
    owner = f"doctor-{secrets.token_hex(8)}"
    keys = app.world.keys
    keys.ensure([owner])
    sealed = keys.seal(owner, b"well", owner)
    opened = keys.open(owner, sealed, owner)
    keys.retire(owner)
    keys.destroy_retired(owner)
    if opened != b"well":
        return Finding(fact="a sealed value came back changed.", todo="Restore the key store from a backup.")
    return _stored_content(app)


def _stored_content(app: "App") -> Finding:
    """Also what is stored: a store made with another secret seals new values well."""
    from commonwheel.journeys.words import original
    from commonwheel.records.states import State

    with app.world.database.read() as tx:
        for state in (State.WAITING, State.QUARANTINED, State.READY):
            for revision in tx.contributions.in_state(state, None, 1):
                stored = tx.contributions.many([revision.contribution])[revision.contribution]
                sealed = tx.contributions.content(stored.id, revision.number)
                try:
                    original(app.world, stored.owner, stored.id, revision.number, sealed)
                except KeyLost as lost:
                    return Finding(
                        fact=f"stored content does not open. {lost.message}",
                        todo="Use the COMMONWHEEL_SECRET and the key store that the database was written with.",
                    )
    return Finding(fact="a sealed value opens, and so does what is stored.")


def _lake(app: "App") -> Finding:
    with app.world.database.read() as tx:
        releases = tx.releases.all()
    sealed = [release for release in releases if release.sealed]
    if len(sealed) < len(releases):
        return Finding(
            fact=f"release {releases[-1].version} was begun and is not sealed.",
            todo="'commonwheel release cut' finishes it, unless that is running just now.",
        )
    newest = sealed[-1].version if sealed else 0
    appended = app.world.lake.appended()
    # A rollback, or a release in which only something left, appends nothing or an empty list.
    if appended > newest:
        return Finding(
            fact=f"it holds release {appended}, and the database only {newest}.",
            todo="The database is older than the lake: restore both from the same backup.",
        )
    if appended < newest:
        return Finding(
            fact=f"it ends with release {appended}, and the database with {newest}.",
            todo="The lake is older than the database: restore both from the same backup.",
        )
    return Finding(fact=f"readable, up to release {newest}." if newest else "empty: there is no release yet.")


def _space(app: "App") -> Finding:
    free = shutil.disk_usage(Path(app.settings.home)).free
    todo = "Make room: when the disk is full nothing can be given." if free < _LITTLE_SPACE else ""
    return Finding(fact=f"{size(free)} free in {app.settings.home}.", todo=todo)


def _waiting(app: "App") -> Finding:
    bound = app.world.limits.waiting_room
    with app.world.database.read() as tx:
        waiting = bound - tx.waiting.room(bound)
    todo = ""
    if waiting > bound * _VERY_FULL:
        todo = "See that a worker runs: 'commonwheel serve' or 'commonwheel worker'. Full, doors answer 429."
    return Finding(fact=f"{waiting:,} of {bound:,} places taken.", todo=todo)


def _judge(app: "App") -> Finding:
    from commonwheel.journeys.judging import calls_today
    from commonwheel.journeys.policy_in_force import current_policy

    judging, required = app.world.judging, current_policy(app.world).judge.required
    if not judging.judges:
        todo = "Set COMMONWHEEL_JUDGE_URL: without a judge everything waits for a person." if required else ""
        return Finding(fact="none, and the policy requires one." if required else "none is asked.", todo=todo)
    used = calls_today(app.world)
    with app.world.database.read() as tx:
        waiting = tx.waiting.asked()
    todo = "See 'judge.failed' in the log: what gets no answer goes to a person." if waiting else ""
    if used >= judging.budget:
        todo = "Raise COMMONWHEEL_JUDGE_BUDGET, or wait for tomorrow: what gets no answer goes to a person."
    names = ", ".join(judge.version for judge, _ in judging.judges)
    fact = f"{names}; {used:,} of {judging.budget:,} calls today; {count(waiting, 'record')} without an answer."
    return Finding(fact=fact, todo=todo)


def _streams(app: "App") -> Finding:
    from commonwheel.journeys.streams import held_streams

    held = held_streams(app.world)
    if not held:
        return Finding(fact="none is held.")
    facts = (f"{each.stream} until {each.until:%Y-%m-%d %H:%M} UTC ({each.refused} of {each.total} refused)"
             for each in held)  # fmt: skip
    return Finding(
        fact=f"held: {'; '.join(facts)}.",
        todo="See 'commonwheel review list'; 'commonwheel review breakers --close STREAM' lets one flow again.",
    )


def _lease(app: "App") -> Finding:
    from commonwheel.journeys.leases import LAKE

    with app.world.database.read() as tx:
        holder = tx.access.lease_holder(LAKE, app.world.clock.now())
    return Finding(fact=f"held by {holder}." if holder else "nobody holds it.")


def _clock(app: "App") -> Finding:
    now = app.world.clock.now()
    with app.world.database.read() as tx:
        last = tx.releases.last()
    latest = _NOT_BEFORE if last is None else max(_NOT_BEFORE, last.created)
    todo = "Set the machine's clock." if now < latest else ""
    return Finding(fact=f"{now:%Y-%m-%d %H:%M:%S} UTC" + (", which is in the past." if todo else "."), todo=todo)


CHECKS: dict[str, Check] = {
    "database": _database,
    "keys": _keys,
    "lake": _lake,
    "disk": _space,
    "waiting room": _waiting,
    "judge": _judge,
    "streams": _streams,
    "lake lease": _lease,
    "clock": _clock,
}
"""Everything that is checked, by name."""
