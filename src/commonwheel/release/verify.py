"""Whether a release is what was signed: checks that say what is wrong, in words, and nothing when all is well."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from commonwheel.records.release import BucketSeal, LakeRow, Manifest
from commonwheel.release.leaf import commitment, leaf
from commonwheel.release.manifest import Signed, digest, from_bytes, verify_signature
from commonwheel.release.merkle import Frontier
from commonwheel.release.publish import bucket_name

MOST_PROBLEMS = 100
"""After that many, a check stops: a broken release has no use for a longer list."""


def check_release(
    chain: Sequence[Signed],
    public_key: str,
    leaves: Mapping[str, Sequence[bytes]],
    rows: Iterable[LakeRow],
    erased: Mapping[str, int] | None = None,
) -> list[str]:
    """Everything about the last release of `chain`, which starts with the first one.

    `leaves` holds the leaf hashes of each bucket in order, as long as they have become by now or
    longer; `rows` are the members of the last release that are still here, and `erased` counts, per
    bucket, the members that are known to have been erased since.
    """
    problems, manifests = _read_chain(chain, public_key)
    if problems or not manifests:
        return problems or ["there is no release"]
    for check in (
        _check_logs(manifests, leaves),
        _check_rows(manifests[-1], leaves, rows, erased or {}),
    ):
        problems += islice(check, MOST_PROBLEMS)
    return problems


def check_chain(chain: Sequence[Signed], public_key: str) -> list[str]:
    """Signatures, the digests that join the manifests, and counts that follow from each other."""
    return _read_chain(chain, public_key)[0]


def _read_chain(chain: Sequence[Signed], public_key: str) -> tuple[list[str], list[Manifest]]:
    problems: list[str] = []
    manifests: list[Manifest] = []
    previous = ""
    for place, signed in enumerate(chain, start=1):
        if not verify_signature(signed.manifest, signed.signature, public_key):
            problems.append(f"release {place}: the signature does not hold for this key")
        try:
            manifest = from_bytes(signed.manifest)
        except ValueError:
            return [*problems, f"release {place}: the manifest cannot be read"], manifests
        if manifest.version != place:
            problems.append(f"release {place}: the manifest is of release {manifest.version}")
        if manifest.previous != previous:
            problems.append(f"release {place}: it does not follow the manifest before it")
        problems += _counts(manifest, manifests[-1] if manifests else None)
        manifests.append(manifest)
        previous = digest(signed.manifest)
    return problems, manifests


def _counts(manifest: Manifest, before: Manifest | None) -> Iterator[str]:
    where = f"release {manifest.version}"
    if manifest.records != sum(seal.records for seal in manifest.buckets.values()):
        yield f"{where}: the number of records is not that of its buckets"
    for bucket, seal in manifest.buckets.items():
        old = before.buckets.get(bucket) if before else None
        if seal.records != (old.records if old else 0) + seal.entered - seal.left:
            yield f"{where}, {bucket}: the number of records does not follow from the release before"
        if seal.log_size != (old.log_size if old else 0) + seal.entered + seal.left:
            yield f"{where}, {bucket}: the log did not grow by one entry for each change"
        if bucket != bucket_name(seal.license, seal.ai_pref, seal.vocabulary):
            yield f"{where}, {bucket}: the name is not that of its license and preference"
    for bucket in (before.buckets if before else {}).keys() - manifest.buckets.keys():
        yield f"{where}, {bucket}: the bucket is missing"


def _check_logs(manifests: Sequence[Manifest], leaves: Mapping[str, Sequence[bytes]]) -> Iterator[str]:
    """Each bucket's log, read once, has at every release's size the root that was signed."""
    for bucket in manifests[-1].buckets:
        log = leaves.get(bucket, ())
        frontier = Frontier()
        for manifest in manifests:
            seal = manifest.buckets.get(bucket)
            if seal is None:
                continue
            frontier.extend(log[frontier.size : seal.log_size])
            if frontier.size != seal.log_size:
                yield f"release {manifest.version}, {bucket}: the log is too short"
                break
            if frontier.root().hex() != seal.log_root:
                yield f"release {manifest.version}, {bucket}: the log is not the one that was signed"
                break


def _check_rows(
    manifest: Manifest, leaves: Mapping[str, Sequence[bytes]], rows: Iterable[LakeRow], erased: Mapping[str, int]
) -> Iterator[str]:
    """Each row entered its bucket more often than it left, as it stands, and none is missing."""
    signed = {
        bucket: Counter(islice(leaves.get(bucket, ()), seal.log_size)) for bucket, seal in manifest.buckets.items()
    }
    seen: set[str] = set()
    found: Counter[str] = Counter()
    for row in rows:
        if row.id in seen:
            yield f"{row.id}: it is there twice"
        seen.add(row.id)
        found[row.bucket] += 1
        if row.bucket not in signed:
            yield f"{row.id}: its bucket {row.bucket} is not part of the release"
            continue
        yield from _check_row(row, manifest.buckets[row.bucket], signed[row.bucket])
    for bucket, seal in manifest.buckets.items():
        missing = seal.records - found[bucket] - erased.get(bucket, 0)
        if missing:
            yield f"{bucket}: {abs(missing)} records {'are missing' if missing > 0 else 'too many'}"


def _check_row(row: LakeRow, seal: BucketSeal, signed: Counter[bytes]) -> Iterator[str]:
    committed = commitment(row.salt, row.record)
    entered = signed[leaf("enter", row.id, row.revision, committed)]
    left = signed[leaf("leave", row.id, row.revision, committed)]
    if not entered:
        yield f"{row.id}: its content is not what was signed"
    elif entered != left + 1:
        yield f"{row.id}: it is no member of the release"
    record = json.loads(row.record)
    if record.get("id") != row.id or any(
        record.get(name) != getattr(seal, name) for name in ("license", "ai_pref", "vocabulary")
    ):
        yield f"{row.id}: its terms are not those of its bucket"
