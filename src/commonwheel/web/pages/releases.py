"""The releases: what each holds, what changed, how to check it and how to load it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.errors import NotFound
from commonwheel.journeys.read_release import left_with, releases, sealed_release, signed
from commonwheel.records.release import Manifest, Release
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor
from commonwheel.web.pages.wording import LicenseWords, PreferenceWords, license_words, preference_words

router = APIRouter(route_class=PageRoute)

_MOST_LISTED = 100
_LARGEST = 2**31


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
        gone=tuple(gone[:_MOST_LISTED]),
        gone_count=len(gone),
        newer=newest if newest != version else None,
        address=world.public_url,
    )
    return show(request, page)
