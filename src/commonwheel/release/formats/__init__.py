"""Every format that a release, or its gold pairs, can be exported to. `FORMATS` is the index."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commonwheel.records.gold import PublishedPair
from commonwheel.records.terms import Purpose
from commonwheel.release.facts import Exported, ReleaseFacts, Sign
from commonwheel.release.formats import commonwheel, fail_suite, openai_chat, parquet, trl_dpo

Record = Mapping[str, Any]
Writer = Callable[[Iterable[Record], Iterable[PublishedPair], ReleaseFacts, Path, Sign | None], Exported]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: what writes it, and what its files are for.

    `purpose` is what a caller selects records by unless told otherwise: files made to train on hold
    only what may be trained on, and a benchmark only what models may be tested with; None for those that
    carry every record with its terms.
    """

    write: Writer
    purpose: Purpose | None


FORMATS: dict[str, Format] = {
    "commonwheel": Format(write=commonwheel.write, purpose=None),
    "fail-suite": Format(write=fail_suite.write, purpose=Purpose.EVALUATION),
    "openai-chat": Format(write=openai_chat.write, purpose=Purpose.TRAINING),
    "parquet": Format(write=parquet.write, purpose=None),
    "trl-dpo": Format(write=trl_dpo.write, purpose=Purpose.TRAINING),
}


def export(
    format: str,
    records: Iterable[Record],
    pairs: Iterable[PublishedPair],
    facts: ReleaseFacts,
    out: Path,
    sign: Sign | None = None,
) -> Exported:
    """Write `records` and `pairs`, already selected, to `out` in one of `FORMATS`.

    The order of the input does not matter: the same content gives the same bytes. Nothing of it is held
    in memory as a whole. `out` appears when it is complete, and not where there is no line to write. Raises
    Conflict where a file or a folder would have to be replaced, KeyError for an unknown format.
    """
    return FORMATS[format].write(records, pairs, facts, out, sign)
