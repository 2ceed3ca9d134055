"""A release that was tampered with does not verify."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from commonwheel.records.release import LakeRow
from commonwheel.release.manifest import Signed, from_bytes, sign, to_bytes
from commonwheel.release.verify import check_chain, check_release
from tests.release.samples import KEY, PUBLIC, Commons, record, records, terms

PREFERENCE = terms("CC0-1.0", "train-ai=n")


@pytest.fixture
def commons() -> Commons:
    made = Commons()
    made.cut([record("chat", "a"), record("chat", "b"), record("chat", "c", PREFERENCE)])
    made.cut([record("trace", "d")], leave=["a"])
    made.cut([record("chat", "a")], leave=["c"])
    return made


def problems(commons: Commons, **changes: object) -> list[str]:
    parts: dict[str, object] = {"chain": commons.chain, "leaves": commons.leaves, "rows": commons.members.values()}
    return check_release(public_key=PUBLIC, **(parts | changes))  # type: ignore[arg-type]


def test_what_was_cut_verifies(commons: Commons) -> None:
    assert problems(commons) == []
    assert check_chain(commons.chain, PUBLIC) == []


def test_an_older_release_verifies_when_the_logs_have_grown(commons: Commons) -> None:
    members = list(commons.members.values())
    commons.cut(records(), leave=["d"])
    assert problems(commons) == []
    assert problems(commons, chain=commons.chain[:3], rows=members) == []


def test_an_erased_member_leaves_no_gap_when_it_is_known(commons: Commons) -> None:
    gone = commons.members.pop("b")
    assert problems(commons) == [f"{gone.bucket}: 1 records are missing"]
    assert problems(commons, erased={gone.bucket: 1}) == []


def test_nothing_verifies_without_a_release() -> None:
    assert problems(Commons()) == ["there is no release"]


def resign(signed: Signed, **changes: object) -> Signed:
    content = to_bytes(replace(from_bytes(signed.manifest), **changes))  # type: ignore[arg-type]
    return Signed(manifest=content, signature=sign(content, KEY), key=PUBLIC)


@pytest.mark.parametrize(
    "tamper, said",
    [
        (lambda chain: [*chain[:2], replace(chain[2], signature=bytes(64))], "signature does not hold"),
        (lambda chain: [*chain[:2], replace(chain[2], manifest=b"{}")], "cannot be read"),
        (lambda chain: [resign(chain[0], policy="other"), *chain[1:]], "does not follow the manifest before"),
        (lambda chain: chain[1:], "is of release 2"),
        (lambda chain: [*chain[:2], resign(chain[2], records=9)], "is not that of its buckets"),
        (lambda chain: [*chain[:2], resign(chain[2], buckets={}, records=0)], "bucket is missing"),
    ],
    ids=range(6),
)
def test_a_chain_that_was_tampered_with(
    commons: Commons, tamper: Callable[[list[Signed]], list[Signed]], said: str
) -> None:
    chain = tamper(commons.chain)
    assert any(said in problem for problem in check_chain(chain, PUBLIC))
    assert any(said in problem for problem in problems(commons, chain=chain))


def test_a_bucket_cannot_be_given_other_terms(commons: Commons) -> None:
    last = from_bytes(commons.chain[2].manifest)
    buckets = {name: replace(seal, ai_pref="train-ai=y") for name, seal in last.buckets.items()}
    chain = [*commons.chain[:2], resign(commons.chain[2], buckets=buckets)]
    assert any("name is not that of its license" in problem for problem in check_chain(chain, PUBLIC))


def test_a_log_that_was_rewritten(commons: Commons) -> None:
    bucket = next(iter(commons.leaves))
    commons.leaves[bucket][0] = bytes(32)
    assert any("not the one that was signed" in problem for problem in problems(commons))


def test_a_log_that_was_cut_short(commons: Commons) -> None:
    bucket = next(iter(commons.leaves))
    commons.leaves[bucket].pop()
    assert any("too short" in problem for problem in problems(commons))


@pytest.mark.parametrize(
    "change, said",
    [
        ({"record": '{"id":"b"}'}, "content is not what was signed"),
        ({"salt": bytes(16)}, "content is not what was signed"),
        ({"revision": 2}, "content is not what was signed"),
        ({"bucket": "elsewhere"}, "not part of the release"),
        ({"id": "d"}, "there twice"),
    ],
    ids=range(5),
)
def test_a_row_that_was_changed(commons: Commons, change: dict[str, object], said: str) -> None:
    rows: list[LakeRow] = [
        replace(row, **change) if row.id == "b" else row  # type: ignore[arg-type]
        for row in commons.members.values()
    ]
    assert any(said in problem for problem in problems(commons, rows=rows))


def test_a_row_that_should_have_left(commons: Commons) -> None:
    stays = commons.members["d"]
    commons.cut(leave=["d"])
    found = problems(commons, rows=[*commons.members.values(), stays])
    assert "d: it is no member of the release" in found


def test_a_row_in_two_places(commons: Commons) -> None:
    found = problems(commons, rows=[*commons.members.values(), commons.members["d"]])
    assert "d: it is there twice" in found
    assert any("too many" in problem for problem in found)


def test_the_words_of_a_record_are_in_no_problem(commons: Commons) -> None:
    rows = [replace(row, salt=bytes(16)) for row in commons.members.values()]
    assert "Peru" not in " ".join(problems(commons, rows=rows))
