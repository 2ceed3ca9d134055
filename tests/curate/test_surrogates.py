"""Surrogates: of the same format, nobody's, the same for the same value, and told by nobody without the secret."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn

from commonwheel.curate.policy import Policy, Redaction
from commonwheel.curate.policy_files import parse_policy
from commonwheel.curate.redact import Manner, redact
from commonwheel.curate.surrogates import SURROGATE_KINDS, is_surrogate, masked, surrogate
from commonwheel.errors import Invalid
from commonwheel.records.findings import Finding, Style

SEED = b"a secret of the record"
VALUES = [
    ("personal.email", "ann.lee@nebelhorn.ch", r"person-[a-z]{6}@example\.org"),
    ("personal.ip", "86.231.85.193", r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
    ("personal.ip", "2a02:1210::1", r"2001:db8::[0-9a-f]{1,4}:[0-9a-f]{1,4}"),
    ("personal.mac", "3C:22:FB:9A:01:7E", r"00:00:5E:00:53:[0-9A-F]{2}"),
    ("personal.mac", "3c22.fb9a.017e", r"0000\.5e00\.53[0-9a-f]{2}"),
    ("personal.phone", "+41 79 123 45 67", r"\+1 \d{3}-555-01\d\d"),
    ("personal.phone", "(415) 867-5309", r"\(\d{3}\) 555-01\d\d"),
    ("personal.phone", "+44 7911 123456", r"\+44 7700 900\d{3}"),
    ("personal.phone", "+33 6 12 34 56 78", r"\+33 6 39 98 0\d \d\d"),
    ("personal.phone", "+49 30 12345678", r"\+49 30 23125\d{3}"),
    ("personal.card", "4539-1488-0343-6467", r"4000-00\d\d-\d{4}-\d{4}"),
    ("personal.iban", "DE89 3704 0044 0532 0130 00", r"DE00 \d{4} \d{4} \d{4} \d{4} \d\d"),
    ("personal.national_id", "308-63-0237", r"000-\d\d-\d{4}"),
    ("personal.name", "Zebedee Quux", r"[A-Z][a-z]+ [A-Z][a-z]+"),
    ("personal.name", "Quux", r"[A-Z][a-z]+"),
    ("personal.birth_date", "1984-03-27", r"190\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-2])"),
    ("personal.birth_date", "3.12.1984", r"[1-9]\.(?:0[1-9]|1[0-2])\.190\d"),
]


@pytest.mark.parametrize(("kind", "value", "form"), VALUES)
def test_a_surrogate_has_the_same_format(kind: str, value: str, form: str) -> None:
    for attempt in range(50):
        made = surrogate(kind, value, value, SEED, attempt)
        assert made is not None and re.fullmatch(form, made), made
        assert is_surrogate(made) and not is_surrogate(value)


def test_there_is_one_for_every_kind_that_is_named() -> None:
    assert {kind for kind, *_ in VALUES} == set(SURROGATE_KINDS)


@pytest.mark.parametrize(("kind", "value", "form"), VALUES)
def test_it_follows_from_the_secret(kind: str, value: str, form: str) -> None:
    made = [surrogate(kind, value, value, SEED, 0) for _ in range(2)]
    assert made[0] == made[1]
    others = {surrogate(kind, value, value, bytes([seed]), 0) for seed in range(40)}
    assert len(others) > 5
    with pytest.raises(ValueError, match="secret"):
        surrogate(kind, value, value, b"", 0)


@given(st.integers(0, 10**6))
def test_it_belongs_to_nobody(attempt: int) -> None:
    card = surrogate("personal.card", "4539148803436467", "a", SEED, attempt)
    account = surrogate("personal.iban", "DE89370400440532013000", "a", SEED, attempt)
    number = surrogate("personal.phone", "+1 415 867 5309", "a", SEED, attempt)
    assert card and account and number
    assert not luhn.is_valid(card) and not iban.is_valid(account)
    assert phonenumbers.parse(number, None).national_number % 10**7 // 100 == 55501


@pytest.mark.parametrize(
    "value",
    ["ann@example.org", "call-2025550134@nebelhorn.ch", "AB00123456", "8.8.8.8", "+41 79 123 45 67", "Ann Sample",
     "4000001234567899", "1984-03-27", "999-12-3456"],
)  # fmt: skip
def test_what_could_be_somebodys_is_none(value: str) -> None:
    assert is_surrogate(value) == (value == "4000001234567899" and not luhn.is_valid(value))


@pytest.mark.parametrize(
    ("kind", "value"),
    [("personal.birth_date", "27 March 1984"), ("personal.birth_date", "27.3.84"), ("credential.github", "x" * 40),
     ("personal.national_id", "756.9217.0769.85"), ("personal.card", "12"), ("personal.mac", "3C:22")],
)  # fmt: skip
def test_where_there_is_none_a_placeholder_stands(kind: str, value: str) -> None:
    assert surrogate(kind, value, value, SEED) is None
    found = Finding(kind=kind, detector="r", version="1", score=1.0, pointer="/ideal", start=0, end=len(value))
    manner = Manner(style_of=lambda _kind: Style.SURROGATE, seed=SEED)
    public = redact({"kind": "example", "prompt": "p", "ideal": value}, [found], [0], manner)
    assert public["ideal"].startswith("⟨")


def test_different_values_have_different_surrogates_and_equal_ones_the_same() -> None:
    words = [f"Name{number}" for number in range(60)] + ["name7"]
    text = " ".join(words)
    found, start = [], 0
    for word in words:
        found.append(Finding(kind="personal.name", detector="r", version="1", score=1.0,
                             pointer="/ideal", start=start, end=start + len(word)))  # fmt: skip
        start += len(word) + 1
    manner = Manner(style_of=lambda _kind: Style.SURROGATE, seed=SEED)
    public = redact({"kind": "example", "prompt": "p", "ideal": text}, found, range(len(found)), manner)
    replaced = public["ideal"].split()
    assert replaced[7] == replaced[-1] and len(set(replaced)) == 60
    assert sum(is_surrogate(word) for word in replaced[:60]) <= 8  # so many there are; then placeholders
    assert redact(public, [], [], manner) == public


@given(st.text())
def test_a_mask_is_as_long_and_says_nothing(value: str) -> None:
    hidden = masked(value)
    assert len(hidden) == len(value) and not any(map(str.isalnum, hidden)) and masked(hidden) == hidden


RULES = 'name = "a"\nversion = "1"\nrules = []\n'


def test_the_first_that_names_a_kind_says_its_style() -> None:
    policy = parse_policy(
        RULES
        + '[[redactions]]\nfindings = ["personal.name"]\nstyle = "drop"\n'
        + '[[redactions]]\nfindings = ["personal.*"]\nstyle = "mask"\n'
    )
    kinds = ("personal.name", "personal.email", "credential.github")
    assert [policy.style_of(kind) for kind in kinds] == [Style.DROP, Style.MASK, Style.PLACEHOLDER]
    assert policy == Policy(
        name="a",
        version="1",
        rules=(),
        redactions=(
            Redaction(findings=("personal.name",), style=Style.DROP),
            Redaction(findings=("personal.*",), style=Style.MASK),
        ),
    )


def test_a_style_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        parse_policy(RULES + '[[redactions]]\nfindings = ["personal.*"]\nstyle = "blur"\n')
    assert "/redactions/0/style" in {fault["path"] for fault in refused.value.details["faults"]}
