"""A release as Croissant metadata, so that tools find and read it.

After the Croissant format 1.1 of MLCommons (http://mlcommons.org/croissant/1.1), which extends
schema.org's Dataset. Each Parquet file is a FileObject with its SHA-256, each bucket a FileSet, and the
records of a bucket a RecordSet; what may be done with them is in `usageInfo`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from commonwheel.release.cards import BucketTally, Card
from commonwheel.release.columns import PAIRS, RECORDS
from commonwheel.release.licenses import URLS

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}
_OWN_TERMS = (
    "citeAs",
    "column",
    "equivalentProperty",
    "extract",
    "field",
    "fileObject",
    "fileProperty",
    "fileSet",
    "format",
    "includes",
    "isLiveDataset",
    "jsonPath",
    "key",
    "md5",
    "parentField",
    "path",
    "recordSet",
    "references",
    "regex",
    "repeated",
    "replace",
    "samplingRate",
    "separator",
    "source",
    "subField",
    "transform",
)
_TYPES = {pa.int32(): "sc:Integer", pa.float64(): "sc:Float", pa.bool_(): "sc:Boolean", pa.binary(): "sc:Text"}
PARQUET = "application/x-parquet"
"""As Croissant's own tools call it; they do not read the name registered since."""


def croissant(card: Card, checksums: Mapping[str, str]) -> dict[str, Any]:
    """The content of `croissant.json`. `checksums` gives the SHA-256 of each Parquet file by its path."""
    sets = [(bucket, part) for bucket in card.buckets for part in _parts(bucket)]
    return {
        "@context": _CONTEXT | {term: f"cr:{term}" for term in _OWN_TERMS},
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": card.name,
        "description": card.description or "What people learned from AI systems and chose to share.",
        "version": f"{card.version}.0.0",
        "datePublished": card.date,
        "license": [URLS[license] for license in card.licenses],
        "creator": {"@type": "sc:Organization", "name": f"The contributors of {card.name}"},
        "citeAs": f"The contributors of {card.name}: {card.name}, release {card.version}, {card.date}.",
        "usageInfo": [_usage(bucket) for bucket in card.buckets],
        "isLiveDataset": False,
        "distribution": [_file(path, sha256) for path, sha256 in sorted(checksums.items())]
        + [_file_set(bucket, part) for bucket, part in sets],
        "recordSet": [_record_set(bucket, part) for bucket, part in sets],
    } | ({"url": card.url} if card.url else {})


def _parts(bucket: BucketTally) -> Sequence[str]:
    return [part for part, count in (("data", bucket.records), ("gold", bucket.pairs)) if count]


def _file(path: str, sha256: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "encodingFormat": PARQUET,
        "sha256": sha256,
    }


def _file_set(bucket: BucketTally, part: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{part}/{bucket.name}",
        "name": f"{part}/{bucket.name}",
        "encodingFormat": PARQUET,
        "includes": f"{part}/{bucket.name}/{'*/' if part == 'data' else ''}*.parquet",
    }


def _usage(bucket: BucketTally) -> dict[str, Any]:
    preference = f"the AI preference '{bucket.ai_pref}'" if bucket.ai_pref else "no stated AI preference"
    return {
        "@type": "sc:CreativeWork",
        "name": bucket.name,
        "license": bucket.license_url,
        "text": f"Given under {bucket.license} with {preference} (vocabulary {bucket.vocabulary}).",
    }


def _record_set(bucket: BucketTally, part: str) -> dict[str, Any]:
    name = f"{part}/{bucket.name}/rows"
    schema = RECORDS if part == "data" else PAIRS
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [_field(name, f"{part}/{bucket.name}", column) for column in schema],
    } | ({"key": {"@id": f"{name}/id"}} if part == "data" else {})


def _field(record_set: str, file_set: str, column: pa.Field) -> dict[str, Any]:
    id = f"{record_set}/{column.name}"
    source = {"fileSet": {"@id": file_set}, "extract": {"column": column.name}}
    described: dict[str, Any] = {"@type": "cr:Field", "@id": id, "name": column.name}
    kind = column.type
    if pa.types.is_list(kind):
        described["repeated"] = True
        kind = kind.value_type
    if not pa.types.is_struct(kind):
        return described | {"dataType": _TYPES.get(kind, "sc:Text"), "source": source}
    return described | {
        "subField": [
            {
                "@type": "cr:Field",
                "@id": f"{id}/{part.name}",
                "name": part.name,
                "dataType": _TYPES.get(part.type, "sc:Text"),
                "source": source | {"transform": {"jsonPath": part.name}},
            }
            for part in kind
        ]
    }
