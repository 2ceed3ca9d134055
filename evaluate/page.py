"""The page of accuracy, and which targets were met."""

from collections.abc import Iterator, Sequence

from docs.generate.markdown import table
from evaluate.counting import BANDS, Tally
from evaluate.measuring import (
    ASKED,
    DETECT_SECRETS,
    OURS,
    PRESIDIO,
    SURE,
    Compared,
    Digits,
    Flagged,
    Results,
    Verdicts,
)
from evaluate.others import KINDS
from evaluate.public import PERSONAL

HEAD = """<!-- Written by `make evaluate`. -->

# Accuracy

What the detectors find of what is there, and how much of what they find is right, beside the field's
reference tools on the same texts. `make evaluate` measures again and writes this page;
`python -m evaluate --kind personal.phone --misses` shows every miss and every wrong finding of one kind.

- **found** (recall): of the labels of a kind, how many a finding of that kind overlaps; *exactly*: with the same
  start and end.
- **right** (precision): of the findings of a kind, how many overlap a label of that kind; *exactly* likewise.
- **any kind**: labels that a finding of any kind overlaps: hidden, if under another name.
- Scores: the default policy hides what scores 0.6 or more, and asks a person from 0.3 on.

The sets are for development: they show what is weak. They are not what the detectors are judged by, and no
detector may know a row of them."""

MAPPING = """Entities of the set are counted as our kinds: {set}. Of dates only those count that the text calls a
birth; finding another date is neither right nor wrong, and nor is a town, a title or a profession alone.
Findings of presidio are counted likewise: {theirs}. Its recognizers work by patterns here, without a
language model; so do ours, and names and addresses are what patterns find least."""

WORLD = """Made by `evaluate/world` from seeded templates: telephone numbers of all regions, cards, IBANs of all
countries that have them, identity numbers of 64 kinds, passports and licenses, wallets, machines' addresses,
coordinates, vehicles, devices, names, streets and birthdays in several languages, keys of many services; and
as many look-alikes without a label, in which every finding is wrong. Checksums are computed there or by
`stdnum` and `phonenumbers`, shapes are drawn at random."""


def page(results: Results) -> str:
    """The page in Markdown."""
    parts = [HEAD, _tools(results), "## Targets", "\n".join(_shown_targets(results))]
    for compared in results.compared:
        parts += [f"## {compared.corpus.name.capitalize()}", _about(compared), _comparison(compared)]
    parts += ["## How scores hold", _CALIBRATION, _calibration(results)]
    if results.developer:
        parts += ["## Ordinary text of developers", _DEVELOPER, _developer(results.developer)]
    if results.digits:
        parts += ["## Text full of digits", _DIGITS, _digits(results.digits)]
    if results.verdicts:
        parts += ["## Conversations", _VERDICTS, _verdicts(results.verdicts)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _tools(results: Results) -> str:
    if not results.versions:
        return "The reference tools were not installed: their columns are missing."
    return "Beside: " + ", ".join(f"{tool} {version}" for tool, version in results.versions.items()) + "."


def _about(compared: Compared) -> str:
    name, samples = compared.corpus.name, compared.corpus.samples
    size = f"{len(samples)} texts, {sum(not sample.labels for sample in samples)} of them without a label."
    if name == "generated texts":
        named = ", ".join(f"{entity} {kind}" for entity, kind in PERSONAL.items())
        theirs = ", ".join(f"{entity} {kind}" for entity, kind in KINDS.items())
        return f"`pii_generated_large.json`: {size} {MAPPING.format(set=named, theirs=theirs)}"
    return f"{size} {WORLD}" if name == "the world" else f"`secret_lines.jsonl`: {size}"


def ratio(part: int, whole: int) -> str:
    """Numerator, denominator and value; nothing where there is nothing to divide."""
    return f"{part}/{whole} = {part / whole:.3f}" if whole else "–"


def _comparison(compared: Compared) -> str:
    rows = []
    for kind in compared.corpus.kinds:
        for column in compared.columns:
            tally = column.by_kind[kind]
            if column.tool not in (OURS, ASKED) and not _can(column.tool, kind):
                continue
            rows.append((f"`{kind}`" if column.tool == OURS else "", column.tool, *_figures(tally)))
    return table(["kind", "tool", "found", "exactly", "any kind", "right", "exactly"], rows)


def _can(tool: str, kind: str) -> bool:
    """Whether a tool looks for a kind at all."""
    if tool == DETECT_SECRETS:
        return kind == "credential"
    return kind in set(KINDS.values()) - {"personal.name"}  # its names need a language model


def _figures(tally: Tally) -> tuple[str, ...]:
    return (
        ratio(tally.found, tally.labels),
        ratio(tally.found_exactly, tally.labels),
        ratio(tally.covered, tally.labels),
        ratio(tally.right, tally.seen),
        ratio(tally.right_exactly, tally.seen),
    )


_CALIBRATION = """Over all labeled sets: of the findings with such a score, how many were right. A score holds if
the share lies in its band or above."""


def _calibration(results: Results) -> str:
    rows = [
        (f"{low:g} to {high:g}", *(ratio(right, seen) for seen, right in pairs))
        for (low, high), *pairs in zip(BANDS, *results.calibration.values(), strict=True)
    ]
    return table(["score", *results.calibration], rows)


_DEVELOPER = """Made by `evaluate/developer_text.py`, without a single credential: whatever is flagged is wrong.
Shares of lines and of documents in which a tool sees a credential."""


def _developer(rows: Sequence[Flagged]) -> str:
    tools = tuple(rows[0].flagged_lines)
    head = ["text", *(f"{tool}, {what}" for tool in tools for what in ("lines", "documents"))]
    shown = [(row.kind, *_flagged([row], tools)) for row in rows]
    return table(head, [*shown, ("**all**", *_flagged(rows, tools))])


def _flagged(rows: Sequence[Flagged], tools: Sequence[str]) -> Iterator[str]:
    for tool in tools:
        yield ratio(sum(row.flagged_lines[tool] for row in rows), sum(row.lines for row in rows))
        yield ratio(sum(row.flagged_documents[tool] for row in rows), sum(row.documents for row in rows))


_DIGITS = """Made by `evaluate/digit_text.py`, and real exercises of school arithmetic: nobody is in them. Findings
of personal data with a score of 0.6 or more (presidio: 0.5, estimated from a part), also for each megabyte."""


def _digits(rows: Sequence[Digits]) -> str:
    tools = tuple(rows[0].findings)
    shown = []
    for row in rows:
        cells = [row.kind, f"{row.size / 1e6:.2f}"]
        for tool in tools:
            counts = row.findings[tool]
            kinds = ", ".join(f"{kind} {count}" for kind, count in counts.most_common())
            cells += [f"{counts.total()} = {counts.total() / row.size * 1e6:.1f}/MB", kinds]
        shown.append(tuple(cells))
    return table(["text", "MB", *(cell for tool in tools for cell in (tool, "kinds"))], shown)


_VERDICTS = """`hh_rlhf_harmless_test.jsonl.gz`: what the default policy makes of each pair, as `commonwheel scan`
says it. Nobody labeled these; a person has to read what passes and what does not. A pair can have several
reasons."""


def _verdicts(verdicts: Verdicts) -> str:
    rows = [(f"`{action}`", ratio(count, verdicts.pairs)) for action, count in verdicts.actions.most_common()]
    rows += [(reason, ratio(count, verdicts.pairs)) for reason, count in verdicts.reasons.most_common()]
    return table(["verdict, or reason", "pairs"], rows)


def targets(results: Results) -> Iterator[tuple[str, bool, str]]:
    """Each target: what it says, whether it is met, and the figures."""
    for compared in results.compared:
        columns = {column.tool: column.by_kind for column in compared.columns}
        if compared.corpus.name == "generated texts":
            phone = columns[OURS]["personal.phone"]
            yield "phone, found above 0.9", phone.found > 0.9 * phone.labels, ratio(phone.found, phone.labels)
            yield "phone, right above 0.9", phone.right > 0.9 * phone.seen, ratio(phone.right, phone.seen)
            yield from _no_worse(columns, (PRESIDIO, SURE))
        if compared.corpus.name == "secret lines":
            keys = columns[OURS]["credential"]
            yield "credentials, found above 0.85", keys.found > 0.85 * keys.labels, ratio(keys.found, keys.labels)
            yield from _no_worse(columns, (DETECT_SECRETS,))
    if results.developer:
        flagged = sum(row.flagged_documents[OURS] for row in results.developer)
        documents = sum(row.documents for row in results.developer)
        yield "developers' documents flagged, below 0.05", flagged < 0.05 * documents, ratio(flagged, documents)


def _no_worse(columns: dict[str, dict[str, Tally]], tools: Sequence[str]) -> Iterator[tuple[str, bool, str]]:
    """For each kind that both look for: as good as the reference, at each of its cuts.

    Finding everything is easy for who is never right, so what counts is the harmonic mean of both (F1).
    """
    for tool in tools:
        for kind, their in columns.get(tool, {}).items():
            if _can(tool, kind) and their.found:
                our = columns[OURS][kind]
                figures = (
                    f"F1 {f1(our):.3f} to {f1(their):.3f}; found {our.found} to {their.found} of {our.labels}; "
                )
                figures += f"right {ratio(our.right, our.seen)} to {ratio(their.right, their.seen)}"
                yield f"`{kind}`, no worse than {tool}", f1(our) >= f1(their), figures


def f1(tally: Tally) -> float:
    """The harmonic mean of recall and precision; 0 where nothing was found."""
    if not tally.found or not tally.right:
        return 0.0
    recall, precision = tally.found / tally.labels, tally.right / tally.seen
    return 2 * recall * precision / (recall + precision)


def _shown_targets(results: Results) -> Iterator[str]:
    yield table(
        ["target", "", "figures"], [(what, "met" if met else "missed", how) for what, met, how in targets(results)]
    )
