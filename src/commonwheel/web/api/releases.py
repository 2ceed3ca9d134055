"""Releases: what is in them, the signed manifest, the records, what left; and the gold pairs."""

import contextlib
import json
import pathlib
import tempfile
from collections.abc import Iterator
from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from commonwheel.errors import Invalid
from commonwheel.journeys.gold import gold_versions
from commonwheel.journeys.read_release import (
    note_taken,
    record_page,
    records,
    releases,
    removals,
    sealed_release,
    signed,
)
from commonwheel.journeys.world import World
from commonwheel.people.tokens import TokenScope
from commonwheel.records.contribution import KINDS
from commonwheel.records.findings import Tier
from commonwheel.records.preference import COMMITMENTS
from commonwheel.records.release import Manifest, Release
from commonwheel.records.terms import License, Purpose
from commonwheel.release.manifest import to_bytes, write_signed
from commonwheel.release.select import Selection
from commonwheel.web.api.answers import ReleaseView, Removals, Shape, SignedManifest, answers
from commonwheel.web.asking import TheWorld, whoever
from commonwheel.web.terms_headers import terms_headers

router = APIRouter(tags=["releases"])

_JSON, _NDJSON, _PARQUET = "application/json", "application/x-ndjson", "application/vnd.apache.parquet"
_KINDS = tuple(kind.__name__.lower() for kind in KINDS)
Version = Annotated[int, Path(ge=0, lt=2**31)]


class ReleaseList(Shape):
    """All releases, the oldest first."""

    releases: list[ReleaseView]


class GoldVersionView(Shape):
    """A version of gold. `pairs` is how many it had when it was made, `here` how many of them are still here."""

    number: int
    made: str
    what: str
    base: int | None
    pairs: int
    here: int
    left_out: dict[str, int]


class GoldStatus(Shape):
    """How many gold pairs there are here, by where they come from, and the versions made of them, oldest first."""

    pairs: dict[str, int]
    versions: list[GoldVersionView]


def _view(release: Release, manifest: Manifest) -> dict[str, Any]:
    return {
        "version": release.version,
        "created": manifest.created.astimezone(UTC).isoformat(),
        "note": release.note,
        "records": manifest.records,
        "manifest": json.loads(to_bytes(manifest)),
    }


def _headers(manifest: Manifest, selection: Selection) -> dict[str, str]:
    seals = manifest.buckets.values()
    return terms_headers(
        (seal.license, seal.ai_pref)
        for seal in seals
        if seal.records and (not selection.licenses or seal.license in selection.licenses)
    )


async def _selection(
    request: Request,
    kind: Annotated[list[str] | None, Query(description=f"Any of {', '.join(_KINDS)}.")] = None,
    license: Annotated[list[License] | None, Query()] = None,
    language: Annotated[list[str] | None, Query(description="BCP 47; `de` also takes `de-CH`.")] = None,
    purpose: Annotated[Purpose | None, Query(description="Only what its giver allows for this.")] = None,
    tier: Annotated[
        list[Tier] | None, Query(description="A gated tier too; it takes a token of scope `read`.")
    ] = None,
    commit: Annotated[list[str] | None, Query(description=f"What you promise: {', '.join(COMMITMENTS)}.")] = None,
) -> Selection:
    if tier:
        (await whoever(request)).require(TokenScope.READ)
    unknown = [each for each in kind or () if each not in _KINDS]
    if unknown:
        raise Invalid([("/query/kind", f"any of {', '.join(_KINDS)}")])
    if any(each not in COMMITMENTS for each in commit or ()):
        raise Invalid([("/query/commit", f"any of {', '.join(COMMITMENTS)}")])
    return Selection(
        kinds=frozenset(kind or ()),
        licenses=frozenset(map(str, license or ())),
        languages=frozenset(language or ()),
        purpose=purpose,
        commitments=frozenset(commit or ()),
        tiers=frozenset(map(str, tier or ())),
    )


Selected = Annotated[Selection, Depends(_selection)]


@router.get("/releases", responses=answers({200: ReleaseList}))
def show_all(world: TheWorld) -> Response:
    """All releases, the oldest first."""
    return JSONResponse({"releases": [_view(release, manifest) for release, manifest in releases(world)]})


@router.get("/releases/{version}", responses=answers({200: ReleaseView}, 404))
def show(world: TheWorld, version: Version) -> Response:
    """One release."""
    release, manifest = sealed_release(world, version)
    return JSONResponse(_view(release, manifest), headers=_headers(manifest, Selection()))


@router.get("/releases/{version}/manifest", responses=answers({200: SignedManifest}, 404))
def show_manifest(world: TheWorld, version: Version) -> Response:
    """The signed manifest, the same bytes every time."""
    release, _ = sealed_release(world, version)
    return Response(write_signed(signed(world, release)), media_type=_JSON)


@router.get("/releases/{version}/removals", responses=answers({200: Removals}, 404))
def show_removals(world: TheWorld, version: Version) -> Response:
    """What whoever holds a copy drops."""
    gone = [{"id": removal.id, "release": removal.release} for removal in removals(world, version)]
    return JSONResponse({"version": version, "removals": gone})


@router.get(
    "/releases/{version}/records",
    responses=answers(
        {
            200: {
                "description": "Records by `Accept`: a page of JSON, all as JSON Lines, or a Parquet file.",
                "content": {
                    _JSON: {"schema": {"$ref": "#/components/schemas/Page"}},
                    _NDJSON: {"schema": {"type": "object"}},
                    _PARQUET: {"schema": {"type": "string", "format": "binary"}},
                },
            }
        },
        404,
    ),
)
def show_records(
    world: TheWorld,
    version: Version,
    selection: Selected,
    accept: Annotated[str, Header()] = _JSON,
    after: Annotated[int, Query(ge=0, lt=2**63, description="The cursor of a page of JSON.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """The records of a release, under each its own license and AI preference."""
    _, manifest = sealed_release(world, version)
    if not after:
        note_taken(world, version, "parquet" if _PARQUET in accept else "jsonl" if _NDJSON in accept else "json")
    headers = _headers(manifest, selection) | {"Vary": "Accept"}
    if _PARQUET in accept:
        return _parquet(world, version, selection, headers)
    if _NDJSON in accept:
        return StreamingResponse(_lines(world, version, selection), media_type=_NDJSON, headers=headers)
    items, cursor = record_page(world, version, after, limit, selection)
    return JSONResponse({"items": items, "next": None if cursor is None else str(cursor)}, headers=headers)


def _lines(world: World, version: int, selection: Selection) -> Iterator[bytes]:
    for record in records(world, version, selection):
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _parquet(world: World, version: int, selection: Selection, headers: dict[str, str]) -> Response:
    from commonwheel.journeys.export_release import export_release  # loads pyarrow, which few requests need

    with contextlib.ExitStack() as undo:
        folder = undo.enter_context(tempfile.TemporaryDirectory(prefix="commonwheel-"))
        path = pathlib.Path(folder) / f"{world.name}-{version}.parquet"
        export_release(world, version, "parquet", path, selection)
        sent = BackgroundTask(undo.pop_all().close)
    return FileResponse(path, media_type=_PARQUET, headers=headers, background=sent)


@router.get("/gold", responses=answers({200: GoldStatus}), tags=["learning"])
def show_gold(world: TheWorld) -> Response:
    """How many gold pairs there are, by where they come from, and the versions made of them."""
    with world.database.read() as tx:
        pairs = tx.gold.count()
    versions = [
        {
            "number": version.number,
            "made": version.made.astimezone(UTC).isoformat(),
            "what": version.what,
            "base": version.base,
            "pairs": version.pairs,
            "here": here,
            "left_out": dict(version.left_out),
        }
        for version, here in gold_versions(world)
    ]
    return JSONResponse({"pairs": pairs, "versions": versions})
