"""All measurements in one place: what each tool saw in each set, counted. The page only shows them."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commonwheel.client.scanning import read_row
from commonwheel.curate.detect import detect
from commonwheel.curate.policy import decide
from commonwheel.curate.policy_files import load_policy
from evaluate import corpora, ours, public
from evaluate.counting import Scanned, Tally, bands, tallies
from evaluate.developer_text import developer_texts
from evaluate.digit_text import digit_texts
from evaluate.others import Others
from evaluate.samples import DATA, Corpus, Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One tool at one cut of its scores, and what it is worth by kind."""

    tool: str
    by_kind: dict[str, Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A labeled set, and every tool on it."""

    corpus: Corpus
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """One kind of ordinary text: its size, and how much of it a tool took for a credential, by tool."""

    kind: str
    lines: int
    documents: int
    flagged_lines: dict[str, int]
    flagged_documents: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """One kind of text full of digits: its bytes, and findings of personal data by tool and kind."""

    kind: str
    size: int
    findings: dict[str, Counter[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Pairs of conversations, and what the default policy makes of them."""

    pairs: int
    actions: Counter[str]
    reasons: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that the page shows."""

    versions: dict[str, str]
    compared: tuple[Compared, ...]
    calibration: dict[str, list[tuple[int, int]]]
    developer: tuple[Flagged, ...]
    digits: tuple[Digits, ...]
    verdicts: Verdicts | None


OURS, ASKED = f"Commonwheel ≥ {ours.HIDDEN:g}", f"Commonwheel ≥ {ours.ASKED:g}"
PRESIDIO, SURE = "presidio", "presidio ≥ 0.5"
DETECT_SECRETS = "detect-secrets"


def measure(theirs: Others | None, kinds: Sequence[str] = ()) -> Results:
    """Run every tool that is there over every set. With `kinds`, only labeled sets that have one of them."""
    sets = [corpus for corpus in corpora.labeled() if not kinds or set(kinds) & set(corpus.kinds)]
    scanned: list[tuple[Corpus, Scanned]] = []
    compared = []
    for corpus in sets:
        _say(corpus.name)
        seen = list(ours.scan(sample.text for sample in corpus.samples))
        scanned.append((corpus, seen))
        compared.append(Compared(corpus=corpus, columns=tuple(_columns(corpus, seen, theirs))))
    families = {"personal": "personal.", "credential": "credential"}
    return Results(
        versions=theirs.versions if theirs else {},
        compared=tuple(compared),
        calibration={name: bands(scanned, prefix) for name, prefix in families.items()},
        developer=() if kinds else tuple(_developer(theirs)),
        digits=() if kinds else tuple(_digits(theirs)),
        verdicts=None if kinds or not DATA.is_dir() else _verdicts(),
    )


def _columns(corpus: Corpus, seen: Scanned, theirs: Others | None) -> Iterable[Column]:
    yield Column(tool=OURS, by_kind=tallies(corpus, seen, ours.HIDDEN))
    yield Column(tool=ASKED, by_kind=tallies(corpus, seen, ours.ASKED))
    texts = [sample.text for sample in corpus.samples]
    if theirs and any(kind.startswith("personal.") for kind in corpus.kinds):
        found = _theirs(theirs, "presidio", texts)
        yield Column(tool=PRESIDIO, by_kind=tallies(corpus, found, 0.0))
        yield Column(tool=SURE, by_kind=tallies(corpus, found, 0.5))
    if theirs and "credential" in corpus.kinds:
        yield Column(tool=DETECT_SECRETS, by_kind=tallies(corpus, _theirs(theirs, DETECT_SECRETS, texts), 0.0))


def _theirs(theirs: Others, tool: str, texts: Sequence[str]) -> list[list[Seen]]:
    return theirs.scan(tool, texts)[1] if tool in theirs.versions else [[] for _ in texts]


def _developer(theirs: Others | None) -> Iterable[Flagged]:
    _say("developers' text")
    documents = list(developer_texts())
    texts = [text for _, text in documents]
    tools = {OURS: _credentials(ours.scan(texts), ours.HIDDEN), ASKED: _credentials(ours.scan(texts), ours.ASKED)}
    if theirs:
        tools[DETECT_SECRETS] = _credentials(_theirs(theirs, DETECT_SECRETS, texts), 0.0)
    for kind in dict.fromkeys(kind for kind, _ in documents):
        places = [index for index, (of, _) in enumerate(documents) if of == kind]
        touched = {
            tool: [{texts[i].count("\n", 0, one.start) for one in seen[i]} for i in places]
            for tool, seen in tools.items()
        }
        yield Flagged(
            kind=kind.replace("_", " "),
            lines=sum(texts[index].count("\n") + 1 for index in places),
            documents=len(places),
            flagged_lines={tool: sum(map(len, lines)) for tool, lines in touched.items()},
            flagged_documents={tool: sum(map(bool, lines)) for tool, lines in touched.items()},
        )


def _credentials(scanned: Iterable[Sequence[Seen]], at_least: float) -> list[list[Seen]]:
    return [[one for one in seen if one.kind == "credential" and one.score >= at_least] for seen in scanned]


def _digits(theirs: Others | None) -> Iterable[Digits]:
    _say("text full of digits")
    texts: dict[str, list[str]] = {}
    for kind, text in digit_texts():
        texts.setdefault(kind, []).append(text)
    if DATA.is_dir():
        texts["school arithmetic (gsm8k)"] = public.school_arithmetic()
    for kind, several in texts.items():
        findings = {OURS: _personal(ours.scan(several), ours.HIDDEN)}
        if theirs:
            # The reference takes minutes for what it takes us seconds: a part of it tells as much.
            part = several[: max(1, min(len(several), _PART))]
            found = _personal(_theirs(theirs, "presidio", part), 0.5)
            share = len("".join(several)) / len("".join(part))
            findings[SURE] = Counter({kind: round(count * share) for kind, count in found.items()})
        yield Digits(kind=kind, size=sum(len(text.encode()) for text in several), findings=findings)


_PART = 200
"""Documents of each kind that the reference tool is given."""


def _personal(scanned: Iterable[Sequence[Seen]], at_least: float) -> Counter[str]:
    return Counter(
        one.kind for seen in scanned for one in seen if one.kind != "credential" and one.score >= at_least
    )


def _verdicts() -> Verdicts:
    _say("conversations")
    policy = load_policy("default")
    bodies = [read_row(number, pair)[1] for number, pair in enumerate(public.conversations())]
    verdicts = [decide(policy, detect(body)) for body in bodies]
    return Verdicts(
        pairs=len(verdicts),
        actions=Counter(str(verdict.action) for verdict in verdicts),
        reasons=Counter(str(reason) for verdict in verdicts for reason in verdict.reasons),
    )


def _say(what: str) -> None:
    print(f"measuring {what} …", file=sys.stderr)
