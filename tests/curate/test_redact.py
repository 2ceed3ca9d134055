"""Redaction: what stands for hidden values, merged spans, repetitions, and that nothing hidden is left."""

import copy
import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate.detect import detect
from commonwheel.curate.labels import DROPPED, PLACEHOLDER, label
from commonwheel.curate.policy import decide
from commonwheel.curate.policy_files import load_policy
from commonwheel.curate.redact import Manner, after, bars, before, redact
from commonwheel.records.body import texts
from commonwheel.records.findings import Finding, Style


def finding(pointer, start, end, kind="personal.email"):
    return Finding(kind=kind, detector="reviewer", version="1", score=1.0, pointer=pointer, start=start, end=end)


def span(pointer, text, value, kind="personal.email"):
    start = text.index(value)
    return finding(pointer, start, start + len(value), kind)


def example(ideal, **more):
    return {"kind": "example", "prompt": "p", "ideal": ideal} | more


def check(text, marked, expected):
    """`marked` are pairs of a kind and words; each is the first occurrence in `text`."""
    found = [span("/ideal", text, value, kind) for kind, value in marked]
    assert redact(example(text), found, range(len(found)))["ideal"] == expected


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("ask a@b.org", [("personal.email", "a@b.org")], "ask ⟨email-1⟩"),
        ("a@b.org, c@d.org, a@b.org", [("personal.email", "a@b.org"), ("personal.email", "c@d.org")],
         "⟨email-1⟩, ⟨email-2⟩, ⟨email-1⟩"),
        ("A@b.org and a@B.org", [("personal.email", "A@b.org"), ("personal.email", "a@B.org")],
         "⟨email-1⟩ and ⟨email-1⟩"),
        ("A@b.org and a@B.org", [("personal.email", "A@b.org")], "⟨email-1⟩ and ⟨email-1⟩"),
        ("call 079 12 and 07912", [("personal.phone", "079 12"), ("personal.phone", "07912")],
         "call ⟨phone-1⟩ and ⟨phone-1⟩"),
        ("079 123 45 67, 079.123.45.67, 0791234567!", [("personal.phone", "079 123 45 67")],
         "⟨phone-1⟩, ⟨phone-1⟩, ⟨phone-1⟩!"),
        ("by Ann Lee", [("personal.name", "Ann Lee"), ("personal.name", "Lee")], "by ⟨name-1⟩"),
        ("key: abcdefgh", [("credential.generic", "abcde"), ("personal.handle", "cdefgh")], "key: ⟨handle-1⟩"),
        ("abcdefgh", [("personal.handle", "abcd"), ("credential.jwt", "efgh")], "⟨handle-1⟩⟨credential-1⟩"),
        ("😀a@b.org😀é", [("personal.email", "a@b.org")], "😀⟨email-1⟩😀é"),
        ("xyz xyz", [("personal.name", "xyz")], "⟨name-1⟩ xyz"),
        ("Anna, ANNAS", [("personal.name", "Anna")], "⟨name-1⟩, ⟨name-1⟩S"),
        ("hidden", [("sensitive.health", "hidden")], "⟨sensitive-text-1⟩"),
        ("odd", [("odd", "odd")], "⟨hidden-1⟩"),
        ("deep", [("personal.some.home_town", "deep")], "⟨personal-data-1⟩"),
        ("said ⟨email-2⟩ and a@b.org", [("personal.email", "a@b.org")], "said ⟨email-2⟩ and ⟨email-3⟩"),
        ("to ⟨email-1⟩, ⟨email-2⟩.", [("personal.name", "⟨email-1⟩, ⟨email-2⟩")], "to ⟨email-1⟩, ⟨email-2⟩."),
        ("key ⟨name-1⟩abcd", [("credential.generic", "⟨name-1⟩abcd")], "key ⟨name-1⟩⟨credential-1⟩"),
        ("⟨zebedee-1⟩", [("personal.name", "zebedee")], "⟨⟨name-1⟩-1⟩"),
        ("⟨name-999999⟩ Anna", [("personal.name", "Anna")], "⟨name-999999⟩ ⟨name-1⟩"),
    ],
)  # fmt: skip
def test_spans_become_placeholders(text, marked, expected):
    check(text, marked, expected)


def test_the_same_value_is_the_same_all_through_the_record():
    body = {
        "kind": "chat",
        "title": "About ANN@x.org",
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
    given_before = copy.deepcopy(body)
    assert list(texts(redact(body, found, [0, 1]))) == [
        ("/title", "About ⟨email-1⟩"),
        ("/messages/0/content", "I am ⟨email-1⟩"),
        ("/messages/1/content", "Hi ⟨email-1⟩!"),
        ("/note", "said by ⟨email-1⟩ and ⟨email-2⟩"),
    ]
    assert body == given_before


def test_what_is_hidden_as_two_things_is_named_for_the_surer():
    text = "4111-1111-1111-1111"
    found = [span("/ideal", text, text, "personal.phone"), span("/ideal", text, text, "personal.card")]
    found[0] = Finding(**{name: getattr(found[0], name) for name in ("kind", "pointer", "start", "end")},
                       detector="r", version="1", score=0.6)  # fmt: skip
    assert redact(example(text), found, [0, 1])["ideal"] == "⟨card-1⟩"


def test_only_what_is_to_be_hidden_is_hidden():
    body = {"kind": "example", "prompt": "ann@x.org", "ideal": "bob@x.org"}
    found = [span("/prompt", "ann@x.org", "ann@x.org"), span("/ideal", "bob@x.org", "bob@x.org")]
    assert redact(body, found, [1]) == {"kind": "example", "prompt": "ann@x.org", "ideal": "⟨email-1⟩"}
    assert redact(body, found, []) == body


def test_numbers_and_keys_of_the_givers_own_are_hidden_too():
    body = {"kind": "signal", "target": "t", "name": "n", "value": 41791234567, "detail": {"+41791234567": "x"}}
    found = [
        span("/value", "41791234567", "41791234567", "personal.phone"),
        span("/detail/0#", "+41791234567", "+41791234567", "personal.phone"),
    ]
    redacted = redact(body, found, [0, 1])
    assert redacted["value"] == "⟨phone-1⟩"
    assert redacted["detail"] == {"⟨phone-1⟩": "x"}


def calling(arguments):
    call = {"id": "c1", "type": "function", "function": {"name": "send", "arguments": arguments}}
    return {"kind": "chat", "messages": [{"role": "assistant", "content": None, "tool_calls": [call]}]}


ARGUMENTS = "/messages/0/tool_calls/0/function/arguments"


def arguments_of(body):
    return body["messages"][0]["tool_calls"][0]["function"]["arguments"]


@pytest.mark.parametrize(
    ("arguments", "pointer", "expected"),
    [
        (r'{"to": "\u0061nn@x.org\n", "n": 1.50}', "/to", {"to": "⟨email-1⟩\n", "n": 1.5}),
        ('{"ann@x.org": ["ann@x.org", 2]}', "/0/0", {"⟨email-1⟩": ["⟨email-1⟩", 2]}),
        ('{"to": {"deep": "\\"ann@x.org\\""}}', "/to/deep", {"to": {"deep": '"⟨email-1⟩"'}}),
        ('"ann@x.org"', "", "⟨email-1⟩"),
    ],
)
def test_arguments_of_calls_stay_json(arguments, pointer, expected):
    body = calling(arguments)
    text = dict(texts(body))[ARGUMENTS + pointer]
    redacted = redact(body, [span(ARGUMENTS + pointer, text, "ann@x.org")], [0])
    assert json.loads(arguments_of(redacted)) == expected


def test_a_hidden_number_in_arguments_becomes_a_text():
    body = calling('{"phone": 41791234567, "card": 4111111111111111.0}')
    found = [span(f"{ARGUMENTS}/{name}", text, text, f"personal.{name}")
             for name, text in (("phone", "41791234567"), ("card", "4111111111111111.0"))]  # fmt: skip
    assert arguments_of(redact(body, found, [0, 1])) == '{"phone": "⟨phone-1⟩", "card": "⟨card-1⟩"}'


def test_arguments_that_are_no_json_are_text():
    body = calling("{to: ann@x.org")
    redacted = redact(body, [span(ARGUMENTS, "{to: ann@x.org", "ann@x.org")], [0])
    assert arguments_of(redacted) == "{to: ⟨email-1⟩"


@pytest.mark.parametrize(("pointer", "start", "end"), [("/ideal", 0, 99), ("/ideal", 4, 2), ("/no", 0, 1)])
def test_a_span_outside_of_its_text_is_refused(pointer, start, end):
    with pytest.raises(ValueError, match="outside"):
        redact(example("short"), [finding(pointer, start, end)], [0])


def test_a_finding_about_the_whole_record_hides_nothing():
    assert redact(example("text"), [finding("", 0, 0), finding("/attachments/0/data", 0, 0)], [0, 1]) == example(
        "text"
    )


# --- properties ---

WORDS = st.text(alphabet="xyzXYZ@ 😀é\u0301", max_size=40)
PROSE = st.fixed_dictionaries({"kind": st.just("example"), "prompt": WORDS, "ideal": WORDS, "rubric": WORDS})
KINDS = ["personal.email", "personal.phone", "credential.jwt", "personal.name"]
MANNERS = [Manner(style_of=lambda _kind, style=style: style, seed=b"secret") for style in Style]


@st.composite
def marked(draw, prose=PROSE):
    body = draw(prose)
    found = []
    for pointer, text in texts(body):
        for _ in range(draw(st.integers(0, 3))):
            ends = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
            found.append(finding(pointer, *ends, draw(st.sampled_from(KINDS))))
    return body, found, draw(st.sets(st.integers(0, len(found) - 1))) if found else set()


@given(marked())
def test_nothing_hidden_is_left_and_nothing_else_is_touched(case):
    body, found, hide = case
    placed, redacted = bars(body, found, hide), redact(body, found, hide)
    contents = dict(texts(body))
    hidden = {contents[found[i].pointer][found[i].start : found[i].end].casefold() for i in hide}
    long = {value for value in hidden if len(value.strip()) >= 4}
    for pointer, text in texts(redacted):
        pieces = PLACEHOLDER.sub("\0", text).split("\0")
        assert not any(value in piece.casefold() for value in long for piece in pieces)
        if pointer not in placed:
            assert text == contents[pointer]
        position = 0
        for piece in pieces:  # what is left is the original's, in its order
            position = contents[pointer].index(piece, position) + len(piece)


@given(marked(), st.sampled_from(MANNERS))
def test_redacting_does_not_depend_on_the_order_of_findings(case, manner):
    body, found, hide = case
    some = [found[index] for index in sorted(hide)]
    assert redact(body, some, range(len(some)), manner) == redact(body, found, hide, manner)


@given(marked(), st.sampled_from(MANNERS), st.data())
def test_places_are_known_before_and_after(case, manner, data):
    body, found, hide = case
    placed = bars(body, found, hide, manner)
    redacted = dict(texts(redact(body, found, hide, manner)))
    for pointer, text in texts(body):
        some = placed.get(pointer, ())
        new = redacted[pointer]
        position = 0
        for bar in some:
            assert text[position : bar.start] == new[before_end(some, position) : bar.new_start]
            assert new[bar.new_start : bar.new_end] == bar.text
            assert after(some, bar.start, bar.end) == (bar.new_start, bar.new_end)
            assert before(some, bar.new_start, bar.new_end) == (bar.start, bar.end)
            position = bar.end
        start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        there = after(some, start, end)
        assert 0 <= there[0] <= there[1] <= len(new)
        again = before(some, *there)
        assert again[0] <= start and end <= again[1]
        if not any(bar.start < end and start < bar.end for bar in some):
            assert again == (start, end) and new[there[0] : there[1]] == text[start:end]


def before_end(some, position):
    return after(some, position, position)[1]


# Of another shape than the rest of the words, so that they can be told apart.
NUMBERS = ["079 123 45 67", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "756.9217.0769.85"]
SPACED = st.sampled_from(NUMBERS).flatmap(
    lambda number: st.sampled_from(["", " ", "-", ".", " - "]).map(
        lambda gap: gap.join(re.findall(r"\w+", number))
    )
)


@given(st.sampled_from(NUMBERS), st.lists(SPACED, max_size=4), st.booleans())
def test_a_number_is_hidden_however_it_is_spaced(number, elsewhere, lower):
    said = ", or ".join(elsewhere)
    body = example(number, rubric=said.lower() if lower else said)
    redacted = redact(body, [finding("/ideal", 0, len(number), "personal.bank_account")], [0])
    digits = re.sub(r"\W", "", number).casefold()
    assert digits not in re.sub(r"\W", "", PLACEHOLDER.sub("", redacted["rubric"])).casefold()


SECRETS = ["ann.lee@example.com", "+41 79 123 45 67", "4111 1111 1111 1111", "DE89370400440532013000",
           "password: hunter22!", "86.231.85.193", "my SSN is 308-63-0237", "https://bob:s3cr3tPw@example.org",
           "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "call 044 668 18 00", "api_key='abcd1234efgh5678zz'"]  # fmt: skip


@pytest.mark.parametrize("manner", MANNERS, ids=list(Style))
@given(prompt=st.lists(st.sampled_from(SECRETS), max_size=6).map("; then ".join), ideal=st.sampled_from(SECRETS))
def test_redacting_twice_is_redacting_once(manner, prompt, ideal):
    policy = load_policy("default")

    def curated(body):
        detection = detect(body)
        return redact(body, detection.findings, decide(policy, detection).hide, manner)

    once = curated({"kind": "example", "prompt": prompt or "nothing", "ideal": ideal})
    assert curated(once) == once


@given(marked(), st.sampled_from(MANNERS))
def test_nothing_is_found_in_what_stands_for_hidden_values(case, manner):
    body, found, hide = case
    placed = bars(body, found, hide, manner)
    said = " and ".join(bar.text for some in placed.values() for bar in some if bar.style is Style.PLACEHOLDER)
    seen = detect(example(said or "nothing")).findings
    assert not [each for each in seen if each.kind.startswith(("personal.", "credential.", "injection."))]


def test_a_placeholder_gives_no_context():
    calls = "⟨phone-1⟩ 044 668 18 00"
    alone = "zzzzzzzzz 044 668 18 00"
    kinds = [[(f.kind, f.score) for f in detect(example(text)).findings] for text in (calls, alone)]
    assert kinds[0] == kinds[1]


# --- styles ---


def styled(style, body, found):
    return redact(body, found, range(len(found)), Manner(style_of=lambda _kind: style, seed=b"secret"))


def test_a_mask_keeps_length_and_separators():
    text = "079 123-45 67, né Ann"
    found = [span("/ideal", text, "079 123-45 67", "personal.phone"), span("/ideal", text, "Ann", "personal.name")]
    assert styled(Style.MASK, example(text), found)["ideal"] == "••• •••-•• ••, né •••"


def test_a_dropped_message_says_nothing_and_the_others_keep_their_places():
    messages = [
        {"role": "user", "content": "Hello, ann@x.org here"},
        {"role": "assistant", "content": "Hi", "model": "m", "reasoning": "ANN@x.org?"},
        {"role": "user", "content": [{"type": "text", "text": "Bye"}]},
    ]
    body = {
        "kind": "chat",
        "messages": messages,
        "labels": {"2": "good"},
        "note": "about ann@x.org",
        "tags": ["t"],
    }
    found = [span("/messages/0/content", messages[0]["content"], "ann@x.org")]
    assert styled(Style.DROP, body, found) == body | {
        "messages": [{"role": "user", "content": DROPPED}, {"role": "assistant", "content": DROPPED}, messages[2]],
        "note": DROPPED,
    }


def test_each_kind_can_have_its_style():
    text = "a@b.org or 079 123 45 67"
    found = [span("/ideal", text, "a@b.org"), span("/ideal", text, "079 123 45 67", "personal.phone")]
    manner = Manner(style_of=lambda kind: Style.MASK if kind == "personal.phone" else Style.PLACEHOLDER)
    assert redact(example(text), found, [0, 1], manner)["ideal"] == "⟨email-1⟩ or ••• ••• •• ••"


@pytest.mark.parametrize(
    ("kind", "word"),
    [("personal.email", "email"), ("credential.github", "credential"), ("personal.name", "name"),
     ("new", "hidden"), ("personal.birth_date", "birth-date"), ("injection.hidden_text", "hidden-text")],
)  # fmt: skip
def test_every_kind_has_a_label(kind, word):
    assert label(kind) == word


@pytest.mark.parametrize("count", [1, 3000])
def test_many_repetitions_take_no_longer_than_the_record_is_long(count):
    values = [f"{'a' * (index % 60)}{index}@x.org" for index in range(count)]
    text = " ".join(values)
    starts = [0]
    for value in values:
        starts.append(starts[-1] + len(value) + 1)
    found = [finding("/ideal", start, start + len(v)) for start, v in zip(starts, values, strict=False)]
    begun = time.process_time()
    redacted = redact(example(text, rubric="a" * 300_000 + text.upper()), found, range(count))
    assert time.process_time() - begun < 20
    assert "X.ORG" not in redacted["rubric"]
