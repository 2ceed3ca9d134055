"""`commonwheel release`: the numbered, signed lists of what may be taken."""

from typing import Any

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import Progress, count, json_option, say, table, tell
from commonwheel.errors import CommonwheelError, NotFound

_LISTED = 20
"""So many ids a person is shown; `--json` has all."""


class Broken(CommonwheelError):
    """This release is not what was signed."""

    code = "does_not_verify"


@click.group("release")
def release_command() -> None:
    """Cut, list, compare, verify and roll back releases."""


@release_command.command("cut")
@click.option("--note", default="", help="A line about it, kept with the release.")
@json_option
def cut(note: str, as_json: bool) -> None:
    """Make the next release: what is ready joins, what was taken back leaves."""
    from commonwheel.journeys.cut_release import cut_release

    progress = Progress()
    with opened() as app:
        try:
            manifest = cut_release(app.world, note, lambda step, number: progress(step.capitalize(), number))
        except KeyboardInterrupt:
            progress.done()
            click.echo("Stopped. 'commonwheel release cut' finishes what was begun.", err=True)
            raise
    progress.done()
    _tell_manifest(manifest, as_json, f"Release {manifest.version} is cut and signed")


@release_command.command("list")
@json_option
def list_releases(as_json: bool) -> None:
    """List all releases, the oldest first."""
    from commonwheel.journeys.read_release import releases

    with opened() as app:
        found = releases(app.world)
    facts = [{"version": m.version, "created": m.created, "records": m.records, "note": r.note} for r, m in found]
    rows = [(f"{m.version}", f"{m.created:%Y-%m-%d %H:%M}", count(m.records, "record"), r.note) for r, m in found]
    tell(facts, as_json, *(table(rows) or ["There is no release yet: 'commonwheel release cut' makes one."]))


@release_command.command("show")
@click.argument("version", type=int)
@json_option
def show(version: int, as_json: bool) -> None:
    """Show a release: its buckets, each under one license and one AI preference."""
    from commonwheel.journeys.read_release import sealed_release

    with opened() as app:
        _, manifest = sealed_release(app.world, version)
    _tell_manifest(manifest, as_json, f"Release {manifest.version} of {manifest.created:%Y-%m-%d %H:%M}")


def _tell_manifest(manifest: Any, as_json: bool, opening: str) -> None:
    import json

    from commonwheel.release.manifest import to_bytes

    rows = [
        (f"  {seal.license}", seal.ai_pref or "no AI preference", count(seal.records, "record"),
         f"{seal.entered} came, {seal.left} left")
        for seal in manifest.buckets.values()
    ]  # fmt: skip
    tell(json.loads(to_bytes(manifest)), as_json, f"{opening}: {count(manifest.records, 'record')}.", *table(rows))


@release_command.command("diff")
@click.argument("old", type=int)
@click.argument("new", type=int)
@json_option
def diff(old: int, new: int, as_json: bool) -> None:
    """Say what NEW has and OLD has not, and the other way round."""
    from commonwheel.journeys.read_release import difference

    with opened() as app:
        found = difference(app.world, old, new)
    entered, left = found["entered"], found["left"]
    lines = [f"From release {old} to {new}: {len(entered):,} came, {len(left):,} left."]
    lines += [f"  + {id}" for id in entered[:_LISTED]] + [f"  - {id}" for id in left[:_LISTED]]
    if len(entered) > _LISTED or len(left) > _LISTED:
        lines.append("  … '--json' lists all.")
    tell(found, as_json, *lines)


@release_command.command("verify")
@click.argument("version", type=int)
@json_option
def verify(version: int, as_json: bool) -> None:
    """Recompute a release from the first one on: signatures, chain, trees and rows."""
    from commonwheel.journeys.read_release import verify as recompute

    with opened() as app:
        problems = recompute(app.world, version)
    facts = {"version": version, "verified": not problems, "problems": problems}
    if as_json or not problems:
        tell(facts, as_json, f"Release {version} is what was signed.")
    if problems:
        raise Broken(f"Release {version} is not what was signed.", faults=_as_faults(problems))


def _as_faults(problems: list[str]) -> list[dict[str, str]]:
    return [{"path": "-", "problem": problem} for problem in problems[:_LISTED]]


@release_command.command("rollback")
@click.argument("version", type=int)
@json_option
def rollback(version: int, as_json: bool) -> None:
    """Make a new release with the members of an older one, minus what was taken back since."""
    from commonwheel.journeys.roll_back import roll_back

    with opened() as app:
        manifest = roll_back(app.world, version)
    _tell_manifest(manifest, as_json, f"Release {manifest.version} goes back to {version}")


@release_command.command("pause")
def pause() -> None:
    """Cut no more releases by schedule; 'release cut' still does."""
    from commonwheel.journeys.keep_house import pause_releases

    with opened() as app:
        pause_releases(app.world, paused=True)
    say("No release is cut by schedule until 'commonwheel release resume'.")


@release_command.command("resume")
def resume() -> None:
    """Cut releases by schedule again."""
    from commonwheel.journeys.keep_house import pause_releases

    with opened() as app:
        if not app.settings["RELEASE_EVERY"]:
            raise NotFound("There is no schedule: COMMONWHEEL_RELEASE_EVERY is 0.")
        schedule = pause_releases(app.world, paused=False)
    say(f"Releases are cut by schedule again; the next one is due {schedule.due:%Y-%m-%d %H:%M} UTC.")
