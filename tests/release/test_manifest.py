"""Manifests: canonical bytes, signatures, the chain."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.records.release import BucketSeal, Manifest
from commonwheel.release.canonical import canonical
from commonwheel.release.manifest import (
    BucketChange,
    Signed,
    digest,
    from_bytes,
    key_id,
    next_manifest,
    public_text,
    read_signed,
    sign,
    to_bytes,
    verify_signature,
    write_signed,
)
from commonwheel.release.merkle import Frontier, leaf_hash
from tests.release.samples import KEY, PUBLIC, Commons, record, records

counts = st.integers(0, 2**53)
words = st.text(st.characters(codec="utf-8"), max_size=20)
seals = st.builds(
    BucketSeal,
    license=words,
    ai_pref=words,
    vocabulary=words,
    records=counts,
    entered=counts,
    left=counts,
    log_size=counts,
    log_root=words,
)
manifests = st.builds(
    Manifest,
    name=words,
    version=counts,
    created=st.datetimes(timezones=st.just(UTC)).map(lambda time: time.replace(microsecond=0)),
    previous=words,
    policy=words,
    code=words,
    records=counts,
    buckets=st.dictionaries(words, seals, max_size=3),
)


@given(manifests)
def test_a_manifest_comes_back_from_its_bytes(manifest: Manifest) -> None:
    text = to_bytes(manifest)
    assert from_bytes(text) == manifest
    assert to_bytes(from_bytes(text)) == text


@given(manifests)
def test_a_signed_manifest_comes_back_from_its_file(manifest: Manifest) -> None:
    text = to_bytes(manifest)
    signed = Signed(manifest=text, signature=sign(text, KEY), key=PUBLIC)
    assert read_signed(write_signed(signed)) == signed
    assert verify_signature(text, signed.signature, PUBLIC)


def test_canonical_json_is_that_of_rfc_8785() -> None:
    value = {"peach": 1, "\r": "a", "1": None, "€": [True, '\u20ac$\u000f\nA\'B"\\\\"/\u007f'], "ö": {}}
    expected = '{"\\r":"a","1":null,"peach":1,"ö":{},"€":[true,"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f"]}'
    assert canonical(value) == expected


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


def test_the_file_holds_what_the_contract_names() -> None:
    commons = Commons()
    commons.cut(records())
    content = json.loads(write_signed(commons.chain[0]))
    assert set(content) == {"manifest", "signature", "key"}
    assert content["manifest"]["version"] == 1
    assert content["key"] == PUBLIC
    assert len(key_id(PUBLIC)) == 16


def test_counts_carry_on_and_the_chain_holds() -> None:
    commons = Commons()
    first = commons.cut([record("chat", "a"), record("chat", "b")])
    second = commons.cut([record("trace", "c")], leave=["a"])
    third = commons.cut()
    assert [manifest.records for manifest in (first, second, third)] == [2, 2, 2]
    assert [manifest.version for manifest in (first, second, third)] == [1, 2, 3]
    assert second.previous == digest(to_bytes(first))
    (seal,) = second.buckets.values()
    assert (seal.entered, seal.left, seal.log_size) == (1, 1, 4)
    (quiet,) = third.buckets.values()
    assert (quiet.entered, quiet.left, quiet.log_root) == (0, 0, seal.log_root)


def test_the_time_is_told_in_utc_and_seconds() -> None:
    local = datetime(2026, 11, 21, 1, 2, 3, 456, tzinfo=timezone(timedelta(hours=2)))
    manifest = next_manifest(None, {}, name="n", created=local, policy="p", code="c")
    assert b'"created":"2026-11-20T23:02:03Z"' in to_bytes(manifest)


@pytest.mark.parametrize("entered, left, leaves", [(0, 1, 1), (1, 0, 2), (2, 0, 1), (-1, 0, 0)])
def test_counts_that_cannot_be_are_refused(entered: int, left: int, leaves: int) -> None:
    log = Frontier([leaf_hash(b"")] * leaves)
    change = BucketChange.of("CC0-1.0", "", "v", entered=entered, left=left, log=log)
    with pytest.raises(ValueError, match="do not follow"):
        next_manifest(None, {"b": change}, name="n", created=datetime.now(UTC), policy="p", code="c")


@pytest.mark.parametrize(
    "before, after",
    [
        ('"version":1', '"version": 1'),
        ('"version":1', '"version":"1"'),
        ('"version":1', '"version":1,"zebra":1'),
        ('Z"', '+00:00"'),
        ('Z"', '"'),
        ("}}", "}"),
    ],
)
def test_what_is_not_canonical_is_no_manifest(before: str, after: str) -> None:
    commons = Commons()
    commons.cut(records())
    text = commons.chain[0].manifest.decode()
    changed = text.replace(before, after)
    assert changed != text
    with pytest.raises(ValueError):
        from_bytes(changed.encode())


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b'{"key":1,"manifest":{},"signature":""}', b'{"key":"","manifest":{},"signature":"?"}'],
)
def test_what_is_no_signed_manifest_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        read_signed(text)


@pytest.mark.parametrize("key", ["", "ed25519:", "ed25519:AAAA", "rsa:AAAA", "ed25519:???", PUBLIC[:-4]])
def test_what_is_no_key_verifies_nothing(key: str) -> None:
    assert not verify_signature(b"x", sign(b"x", KEY), key)


def test_a_signature_holds_for_its_bytes_and_key_alone() -> None:
    other = Ed25519PrivateKey.generate()
    assert verify_signature(b"x", sign(b"x", KEY), PUBLIC)
    assert not verify_signature(b"y", sign(b"x", KEY), PUBLIC)
    assert not verify_signature(b"x", sign(b"x", KEY), public_text(other))
    assert not verify_signature(b"x", b"", PUBLIC)
