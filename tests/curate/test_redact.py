"""Redaction: labels, merged spans, repetitions, and that nothing hidden is left."""

import copy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate.detect import detect
from commonwheel.curate.policy import decide, load_policy
from commonwheel.curate.redact import label, redact
from commonwheel.records.body import texts
from commonwheel.records.findings import Finding


def span(pointer, text, value, kind="personal.email", occurrence=0):
    start = [match.start() for match in re.finditer(re.escape(value), text)][occurrence]
    return Finding(
        kind=kind,
        detector="reviewer",
        version="1",
        score=1.0,
        pointer=pointer,
        start=start,
        end=start + len(value),
    )


def check(before, marked, after):
    """`marked` are pairs of a kind and words; each is the first occurrence in `before`."""
    found = [span("/ideal", before, value, kind) for kind, value in marked]
    body = {"kind": "example", "prompt": "p", "ideal": before}
    assert redact(body, found, range(len(found)))["ideal"] == after


@pytest.mark.parametrize(
    ("before", "marked", "after"),
    [
        ("ask a@b.org", [("personal.email", "a@b.org")], "ask [email 1]"),
        ("a@b.org, c@d.org, a@b.org", [("personal.email", "a@b.org"), ("personal.email", "c@d.org")],
         "[email 1], [email 2], [email 1]"),
        ("A@b.org and a@B.org", [("personal.email", "A@b.org"), ("personal.email", "a@B.org")],
         "[email 1] and [email 1]"),
        ("call 079 12 and 07912", [("personal.phone", "079 12"), ("personal.phone", "07912")],
         "call [phone number 1] and [phone number 1]"),
        ("by Ann Lee", [("personal.name", "Ann Lee"), ("personal.name", "Lee")], "by [name 1]"),
        ("key: abcdefgh", [("credential.generic", "abcde"), ("personal.handle", "cdefgh")], "key: [handle 1]"),
        ("abcdefgh", [("personal.handle", "abcd"), ("credential.jwt", "efgh")], "[handle 1][credential 1]"),
        ("😀a@b.org😀é", [("personal.email", "a@b.org")], "😀[email 1]😀é"),
        ("xyz xyz", [("personal.name", "xyz")], "[name 1] xyz"),
        ("Anna, Annas", [("personal.name", "Anna")], "[name 1], [name 1]s"),
        ("hidden", [("sensitive.health", "hidden")], "[sensitive text 1]"),
        ("odd", [("odd", "odd")], "[odd 1]"),
        ("deep", [("personal.some.home_town", "deep")], "[home town 1]"),
    ],
)  # fmt: skip
def test_spans_become_labels(before, marked, after):
    check(before, marked, after)


def test_the_same_value_has_the_same_label_all_through_the_record():
    body = {
        "kind": "chat",
        "messages": [
            {"role": "user", "content": "I am ann@x.org"},
            {"role": "assistant", "content": "Hi ann@x.org!"},
        ],
        "note": "said by ann@x.org and bob@x.org",
    }
    found = [
        span("/messages/0/content", body["messages"][0]["content"], "ann@x.org"),
        span("/note", body["note"], "bob@x.org"),
    ]
    before = copy.deepcopy(body)
    assert list(texts(redact(body, found, [0, 1]))) == [
        ("/messages/0/content", "I am [email 1]"),
        ("/messages/1/content", "Hi [email 1]!"),
        ("/note", "said by [email 1] and [email 2]"),
    ]
    assert body == before


def test_only_what_is_to_be_hidden_is_hidden():
    body = {"kind": "example", "prompt": "ann@x.org", "ideal": "bob@x.org"}
    found = [span("/prompt", "ann@x.org", "ann@x.org"), span("/ideal", "bob@x.org", "bob@x.org")]
    assert redact(body, found, [1]) == {"kind": "example", "prompt": "ann@x.org", "ideal": "[email 1]"}
    assert redact(body, found, []) == body


def test_numbers_and_keys_of_the_givers_own_are_hidden_too():
    body = {"kind": "signal", "target": "t", "name": "n", "value": 41791234567, "detail": {"+41791234567": "x"}}
    found = [
        span("/value", "41791234567", "41791234567", "personal.phone"),
        span("/detail/+41791234567#", "+41791234567", "+41791234567", "personal.phone"),
    ]
    redacted = redact(body, found, [0, 1])
    assert redacted["value"] == "[phone number 1]"
    assert redacted["detail"] == {"[phone number 1]": "x"}


@pytest.mark.parametrize(("pointer", "start", "end"), [("/ideal", 0, 99), ("/ideal", 4, 2), ("/no", 0, 1)])
def test_a_span_outside_of_its_text_is_refused(pointer, start, end):
    wrong = Finding(
        kind="personal.name", detector="r", version="1", score=1.0, pointer=pointer, start=start, end=end
    )
    with pytest.raises(ValueError, match="outside"):
        redact({"kind": "example", "prompt": "p", "ideal": "short"}, [wrong], [0])


WORDS = st.text(alphabet="xyzXYZ@ 😀é\u0301", max_size=40)
PROSE = st.fixed_dictionaries({"kind": st.just("example"), "prompt": WORDS, "ideal": WORDS, "rubric": WORDS})


@st.composite
def marked(draw):
    body = draw(PROSE)
    found = []
    for pointer, text in texts(body):
        for _ in range(draw(st.integers(0, 3))):
            ends = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
            kind = draw(st.sampled_from(["personal.email", "personal.phone", "credential.jwt", "personal.name"]))
            found.append(
                Finding(
                    kind=kind, detector="r", version="1", score=1.0, pointer=pointer, start=ends[0], end=ends[1]
                )
            )
    return body, found, draw(st.sets(st.integers(0, len(found) - 1))) if found else set()


LABEL = re.compile(r"\[(?:email|phone number|credential|name) \d+\]")


@given(marked())
def test_nothing_hidden_is_left_and_nothing_else_is_touched(given_):
    body, found, hide = given_
    redacted = redact(body, found, hide)
    contents = dict(texts(body))
    hidden = {contents[found[i].pointer][found[i].start : found[i].end] for i in hide}
    for pointer, text in texts(redacted):
        rest = LABEL.split(text)
        assert not any(value in piece for value in hidden if len(value) >= 4 for piece in rest)
        touched = any(found[i].pointer == pointer and found[i].start < found[i].end for i in hide)
        if not touched and not any(len(value) >= 4 and value in contents[pointer] for value in hidden):
            assert text == contents[pointer]
        position = 0
        for piece in rest:  # what is left is the original's, in its order
            position = contents[pointer].index(piece, position) + len(piece)


@given(marked())
def test_redacting_does_not_depend_on_the_order_of_findings(given_):
    body, found, hide = given_
    some = [found[index] for index in sorted(hide)]
    assert set(map(len, [redact(body, some, range(len(some)))])) == set(map(len, [redact(body, found, hide)]))
    assert redact(body, some, range(len(some))) == redact(body, found, hide)


SECRETS = ["ann.lee@example.org", "+41 79 123 45 67", "4111 1111 1111 1111", "DE89370400440532013000",
           "password: hunter22!", "86.231.85.193", "my SSN is 308-63-0237", "https://bob:s3cr3tPw@example.org",
           "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "call 044 668 18 00", "api_key='abcd1234efgh5678zz'"]  # fmt: skip


@given(st.lists(st.sampled_from(SECRETS), max_size=6).map("; then ".join), st.sampled_from(SECRETS))
def test_redacting_twice_is_redacting_once(prompt, ideal):
    policy = load_policy("default")

    def curated(body):
        detection = detect(body)
        return redact(body, detection.findings, decide(policy, detection).hide)

    once = curated({"kind": "example", "prompt": prompt or "nothing", "ideal": ideal})
    assert curated(once) == once


@pytest.mark.parametrize(
    ("kind", "words"),
    [("personal.email", "email"), ("credential.github", "credential"), ("personal.name", "name"), ("new", "new"),
     ("personal.date_of_birth", "date of birth")],
)  # fmt: skip
def test_every_kind_has_a_label(kind, words):
    assert label(kind) == words
