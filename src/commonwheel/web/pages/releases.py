"""The releases: what each holds, what changed, how to check it and how to load it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.errors import NotFound
from commonwheel.journeys.explore import counted
from commonwheel.journeys.read_release import left_with, releases, sealed_release, signed
from commonwheel.journeys.world import World
from commonwheel.records.release import Manifest, Release
from commonwheel.release.topics import topic_words
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.charts import Chart, bars, in_order, stacked
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor
from commonwheel.web.pages.wording import (
    KINDS,
    LicenseWords,
    PreferenceWords,
    language_words,
    license_words,
    preference_words,
)

router = APIRouter(route_class=PageRoute)

_MOST_LISTED = 100
_LARGEST = 2**31
_SIGNS = (
    ("yes", "Yes", "b1"),
    ("unstated", "No preference stated", "bl"),
    ("if", "If something is promised", "b2"),
    ("no", "No", "b3"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLine:
    """One release in short."""

    version: int
    created: datetime
    records: int
    entered: int
    left: int
    licenses: tuple[LicenseWords, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketLine:
    """One bucket of a release."""

    name: str
    license: LicenseWords
    preference: PreferenceWords
    records: int
    entered: int
    left: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasesPage:
    """All releases, the newest first."""

    template: ClassVar[str] = "releases.html"
    lines: tuple[ReleaseLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePage:
    """One release. `gone` are the first ids of those that left with it, `gone_count` how many left."""

    template: ClassVar[str] = "release.html"
    line: ReleaseLine
    note: str
    buckets: tuple[BucketLine, ...]
    policy: str
    code: str
    key: str
    previous: str
    allowed: tuple[Chart, ...]
    inside: tuple[Chart, ...]
    growth: Chart
    gone: tuple[str, ...]
    gone_count: int
    newer: int | None
    address: str


def release_line(release: Release, manifest: Manifest) -> ReleaseLine:
    """A release in short, from its manifest."""
    seals = manifest.buckets.values()
    return ReleaseLine(
        version=release.version,
        created=manifest.created,
        records=manifest.records,
        entered=sum(seal.entered for seal in seals),
        left=sum(seal.left for seal in seals),
        licenses=tuple(license_words(name) for name in sorted({seal.license for seal in seals if seal.records})),
    )


@router.get("/releases")
def list_releases(request: Request, world: TheWorld, _visitor: TheVisitor) -> Response:
    """All releases."""
    return show(request, ReleasesPage(lines=tuple(release_line(*each) for each in reversed(releases(world)))))


@router.get("/releases/{version}")
def one_release(request: Request, world: TheWorld, _visitor: TheVisitor, version: int) -> Response:
    """One release."""
    if not 0 < version < _LARGEST:
        raise NotFound
    release, manifest = sealed_release(world, version)
    gone = left_with(world, version)
    newest = releases(world)[-1][0].version
    page = ReleasePage(
        line=release_line(release, manifest),
        note=release.note,
        buckets=tuple(
            BucketLine(
                name=name,
                license=license_words(seal.license),
                preference=preference_words(seal.ai_pref),
                records=seal.records,
                entered=seal.entered,
                left=seal.left,
                root=seal.log_root,
            )
            for name, seal in sorted(manifest.buckets.items())
        ),
        policy=manifest.policy,
        code=manifest.code,
        key=signed(world, release).key,
        previous=manifest.previous,
        allowed=_allowed(manifest),
        inside=_inside(world, version),
        growth=_growth(world, version),
        gone=tuple(gone[:_MOST_LISTED]),
        gone_count=len(gone),
        newer=newest if newest != version else None,
        address=world.public_url,
    )
    return show(request, page)


def _allowed(manifest: Manifest) -> tuple[Chart, ...]:
    """What givers allow, from the manifest."""
    learns: Counter[str] = Counter()
    licenses: Counter[str] = Counter()
    for seal in manifest.buckets.values():
        learns[preference_words(seal.ai_pref).sign] += seal.records
        licenses[license_words(seal.license).name] += seal.records
    preferences = ((words, learns[sign], fill) for sign, words, fill in _SIGNS)
    fills = cycle(("bi", "b1", "b3"))
    named = ((name, number, next(fills)) for name, number in licenses.most_common())
    return stacked("May models learn from it?", preferences), stacked("License", named)


def _inside(world: World, version: int) -> tuple[Chart, ...]:
    """What was in it, of what may be shown."""
    there = counted(world, version)
    return (
        bars("Kinds", ((_kind(kind), number) for kind, number in there["kind"])),
        bars("Topics", ((topic_words(topic), number) for topic, number in there["topic"])),
        bars("Languages", ((language_words(tag), number) for tag, number in there["language"])),
    )


def _kind(kind: str) -> str:
    return KINDS.get(kind, kind).partition(" ")[2].capitalize()


def _growth(world: World, version: int) -> Chart:
    """Records in this release and the twelve before it."""
    before = [line for line in releases(world) if line[0].version <= version][-12:]
    rows = [(f"Release {release.version}", manifest.records) for release, manifest in before]
    return in_order("Growth", rows)
