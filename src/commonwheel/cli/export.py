"""`commonwheel export`: releases and gold pairs for others."""

from pathlib import Path

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import count, json_option, tell
from commonwheel.errors import Invalid
from commonwheel.records.findings import Tier
from commonwheel.records.terms import License, Purpose

_FORMATS = ("commonwheel", "fail-suite", "openai-chat", "parquet", "trl-dpo")
_KINDS = ("chat", "correction", "preference", "example", "signal", "trace", "bundle")
_LICENSES = [each.value for each in License]
_TIERS = [tier.value for tier in Tier]
_PURPOSES = [each.value for each in Purpose]
_PAGE = 500


@click.command("export")
@click.argument("version", type=int)
@click.option("--format", "format", required=True, type=click.Choice(_FORMATS), help="The format to write.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file or folder to make.")
@click.option("--kind", multiple=True, type=click.Choice(_KINDS), help="Only this kind. Repeatable.")
@click.option("--license", multiple=True, type=click.Choice(_LICENSES), help="Only this license. Repeatable.")
@click.option("--language", multiple=True, help="Only this language; 'de' takes 'de-CH' too. Repeatable.")
@click.option("--purpose", type=click.Choice(_PURPOSES), help="Only what its giver allows for this.")
@click.option("--tier", multiple=True, type=click.Choice(_TIERS), help="A gated tier too. Repeatable.")
@click.option("--commit", multiple=True, help="What you promise in return, such as cc-cr. Repeatable.")
@json_option
def export_command(
    version: int,
    format: str,
    out: Path,
    kind: tuple[str, ...],
    license: tuple[str, ...],
    language: tuple[str, ...],
    purpose: str | None,
    tier: tuple[str, ...],
    commit: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a release, or its gold pairs, in a format that others read.

    Formats made to train on hold only what may be trained on; the rest is counted with its reason.
    """
    from commonwheel.journeys.export_release import export_release
    from commonwheel.records.preference import COMMITMENTS
    from commonwheel.release.formats import FORMATS
    from commonwheel.release.select import Selection

    if unknown := [each for each in commit if each not in COMMITMENTS]:
        raise Invalid([("--commit", f"{unknown[0]} is none of {', '.join(COMMITMENTS)}")])
    selection = Selection(
        kinds=frozenset(kind),
        licenses=frozenset(license),
        languages=frozenset(language),
        purpose=Purpose(purpose) if purpose else FORMATS[format].purpose,
        commitments=frozenset(commit),
        tiers=frozenset(tier),
    )
    with opened() as app:
        result = export_release(app.world, version, format, out, selection)
    left_out = {**result.refused, **result.exported.left_out}
    facts = {
        "files": [str(path) for path in result.exported.files],
        "records": result.exported.records,
        "pairs": result.exported.pairs,
        "left_out": left_out,
    }
    what = [count(result.exported.records, "record")] if result.exported.records else []
    what += [count(result.exported.pairs, "gold pair")] if result.exported.pairs else []
    lines = [f"Wrote {' and '.join(what) or 'no record'} of release {version} to {out}, as {format}."]
    if not result.exported.files:
        lines = [f"Nothing of release {version} can be written as {format}: {out} is not made."]
    lines += [f"  left out: {number:,}, {why}" for why, number in sorted(left_out.items())]
    tell(facts, as_json, *lines)
