"""What findings that measure a record say of it, read back: its language, and what a change is about."""

from collections import Counter
from collections.abc import Sequence

from commonwheel.records.findings import Finding

UNSURE = "language.und"
"""Too short, code, or in too many languages at once."""
_LANGUAGE = "language."
_CHANGE = "quality.diff."


def language_of(findings: Sequence[Finding]) -> str | None:
    """The language that a record is in, as a BCP 47 subtag; None where none was identified, or several were."""
    kinds = [finding.kind for finding in findings if finding.kind.startswith(_LANGUAGE) and finding.kind != UNSURE]
    languages = [kind.removeprefix(_LANGUAGE) for kind in kinds if kind.count(".") == 1]
    return languages[0] if len(languages) == 1 else None


def diff_kind(findings: Sequence[Finding]) -> str | None:
    """What most of the change is about, of several changes of all of them: a word such as "fact"."""
    shares: Counter[str] = Counter()
    for finding in findings:
        if finding.kind.startswith(_CHANGE):
            shares[finding.kind] += round(10_000 * finding.score)
    return max(sorted(shares), key=shares.__getitem__).rpartition(".")[2] if shares else None
