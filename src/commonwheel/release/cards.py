"""The texts that go with a release: card, datasheet, credits, citation. Their markup is in `templates/`."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commonwheel.records.terms import License
from commonwheel.release.columns import bucket_of
from commonwheel.release.facts import ReleaseFacts
from commonwheel.release.licenses import URLS
from commonwheel.release.manifest import key_id
from commonwheel.release.markup import one_line, render

TEXTS = {
    "README.md": "README.md.jinja",
    "datasheet.md": "datasheet.md.jinja",
    "CREDITS.md": "CREDITS.md.jinja",
    "CITATION.cff": "CITATION.cff.jinja",
}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


@dataclass(slots=True, kw_only=True)
class BucketTally:
    """What an export wrote of one bucket."""

    name: str
    license: License
    ai_pref: str
    vocabulary: str
    kinds: Counter[str] = field(default_factory=Counter)
    pairs: int = 0

    @property
    def license_url(self) -> str:
        """Where the license can be read."""
        return URLS[self.license]

    @property
    def records(self) -> int:
        """How many records it has."""
        return self.kinds.total()


@dataclass(slots=True, kw_only=True)
class Tally:
    """What an export wrote, counted on the way: all that its texts say about its content."""

    buckets: dict[str, BucketTally] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)

    def record(self, record: Mapping[str, Any]) -> None:
        """Count a published record."""
        self._bucket(record).kinds[record["kind"]] += 1
        if record["language"]:
            self.languages[record["language"].split("-")[0].lower()] += 1
        if record["attribution"]:
            self.names.add(record["attribution"])

    def pair(self, row: Mapping[str, Any]) -> None:
        """Count a gold pair, as a row."""
        self._bucket(row).pairs += 1
        self.names.update(row["credits"])

    def _bucket(self, terms: Mapping[str, Any]) -> BucketTally:
        name = bucket_of(terms)
        if name not in self.buckets:
            self.buckets[name] = BucketTally(
                name=name,
                license=License(terms["license"]),
                ai_pref=terms["ai_pref"],
                vocabulary=terms["vocabulary"],
            )
        return self.buckets[name]

    @property
    def records(self) -> int:
        """How many records were written."""
        return sum(bucket.records for bucket in self.buckets.values())

    @property
    def pairs(self) -> int:
        """How many gold pairs were written."""
        return sum(bucket.pairs for bucket in self.buckets.values())

    @property
    def licenses(self) -> list[License]:
        """Those in use."""
        return sorted({bucket.license for bucket in self.buckets.values()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the templates may use, all of it."""

    name: str
    version: int
    date: str
    url: str
    description: str
    key: str
    key_id: str
    policy: str
    code: str
    records: int
    pairs: int
    removed: int
    size: str
    buckets: list[BucketTally]
    kinds: list[tuple[str, int]]
    languages: list[str]
    licenses: list[License]
    names: list[str]


def texts(facts: ReleaseFacts, tally: Tally) -> dict[str, str]:
    """Each text by the name of its file."""
    card = card_of(facts, tally)
    values = {name: getattr(card, name) for name in Card.__dataclass_fields__}
    return {name: render(template, **values) for name, template in TEXTS.items()}


def card_of(facts: ReleaseFacts, tally: Tally) -> Card:
    """The facts of a release and what an export wrote of it, ready to be printed."""
    buckets = [tally.buckets[name] for name in sorted(tally.buckets)]
    kinds: Counter[str] = Counter()
    for bucket in buckets:
        kinds += bucket.kinds
    return Card(
        name=one_line(facts.name),
        version=facts.version,
        date=facts.created.strftime("%Y-%m-%d"),
        url=facts.url if facts.url.startswith(("https://", "http://")) else "",
        description=facts.description,
        key=facts.signed.key,
        key_id=key_id(facts.signed.key),
        policy=facts.manifest.policy,
        code=facts.manifest.code,
        records=tally.records,
        pairs=tally.pairs,
        removed=len(facts.removals),
        size=next((name for limit, name in _SIZES if tally.records < limit), "n>1M"),
        buckets=buckets,
        kinds=sorted(kinds.items()),
        languages=sorted(tally.languages),
        licenses=tally.licenses,
        names=_names(tally.names),
    )


def _names(names: Iterable[str]) -> list[str]:
    shown = {one_line(name) for name in names} - {""}
    return sorted(shown, key=lambda name: (name.casefold(), name))
