"""The page of records: what people give, the states it goes through, the formats that readers rely on."""

from dataclasses import fields
from importlib import import_module

from docs.generate.markdown import code, page, prose, table
from docs.generate.shapes import shape


def records_page() -> str:
    """What people give, the states it goes through, and the formats that readers rely on."""
    from commonwheel.collect.payloads import contribution_schema, edit_schema, feedback_schema
    from commonwheel.records.contribution import KINDS, Given
    from commonwheel.records.findings import REASONS
    from commonwheel.records.states import MOVES, State

    definitions = contribution_schema()["$defs"]
    own = {kind.__name__: definitions[kind.__name__] for kind in KINDS}
    own |= {"Edit": edit_schema(), "Feedback": feedback_schema()}
    parts = {name: of for name, of in sorted(definitions.items()) if name not in own}
    shared = [field.name for field in fields(Given)]
    others = set(own["Chat"]["properties"]) - {*shared}
    every = shape("Every kind", {**own["Chat"], "description": prose(Given)}, others)
    moves = [(f"`{old}`", code(new for new in State if new in MOVES[old])) for old in MOVES]
    reasons = table(["reason", "shown to people"], [(f"`{reason}`", text) for reason, text in REASONS.items()])
    formats = [f"### {title}\n\n{_format(name)}" for title, name in _FORMATS.items()]
    return page(
        "Records",
        _RECORDS,
        "## What people give",
        every,
        *(shape(name, of, shared) for name, of in own.items()),
        "## What it is made of",
        *(shape(name, of) for name, of in parts.items()),
        "## States and moves\n\nThe state belongs to a revision. There are no other moves than these.",
        table(["from", "to"], moves),
        "## Reasons\n\nWhy something was hidden, held back or turned away.",
        reasons,
        "## Formats that readers rely on",
        _columns(),
        *formats,
    )


_RECORDS = """
A contribution is one of seven kinds. Every kind has the fields of its own and those that all share. Unknown
fields are refused with their path. A contribution as JSON is at most 1,000,000 bytes, its attachments not
counted; these are at most 20,000,000 bytes together. `commonwheel schema contribution`, `edit` and `feedback`
print the same as JSON Schema.
"""
_FORMATS = {
    "A release in a folder": "release.formats.commonwheel",
    "The signed manifest": "release.manifest",
    "A leaf of a bucket's log": "release.leaf",
    "The Merkle tree": "release.merkle",
    "Canonical JSON": "release.canonical",
    "A receipt": "ledger.receipt",
    "Sealed content": "adapters.keys",
    "A preview's digest": "journeys.preview",
    "A backup": "cli.backups",
}


def _format(name: str) -> str:
    module = import_module(f"commonwheel.{name}")
    said = [prose(module), *([prose(module.canonical)] if name.endswith("canonical") else [])]
    return f"From `commonwheel.{name}`:\n\n```text\n" + "\n\n".join(said) + "\n```"


def _columns() -> str:
    from commonwheel.records.release import BucketSeal, Manifest
    from commonwheel.release.columns import PAIRS, RECORDS
    from commonwheel.release.publish import EVERY_KIND, OF_KIND, OF_SOURCE

    published = (
        "`id`, `kind`, `license`, `ai_pref`, `vocabulary`, `purposes`, `attribution` as it is shown, `language`, "
        f"`month`, `release`; of the source {code(OF_SOURCE)}; where given {code(EVERY_KIND)}; and by kind:"
    )
    return "\n\n".join(
        [
            f"### The published record\n\n{published}",
            table(["kind", "fields"], [(f"`{kind}`", code(names)) for kind, names in OF_KIND.items()]),
            f"### Columns of records in Parquet\n\n{prose(import_module('commonwheel.release.columns'))}",
            table(["column", "type"], [(f"`{column.name}`", str(column.type)) for column in RECORDS]),
            "### Columns of gold pairs in Parquet",
            table(["column", "type"], [(f"`{column.name}`", str(column.type)) for column in PAIRS]),
            f"### What a manifest says\n\n{prose(Manifest)}",
            f"### What it says of each bucket\n\n{prose(BucketSeal)}",
        ]
    )
