"""What the shipped policies decide, what a policy may say, and that nothing fails open."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate.policy import decide
from commonwheel.curate.policy_files import load_policy, parse_policy, policy_schema
from commonwheel.errors import Invalid, Misconfigured
from commonwheel.ports import Detection
from commonwheel.records.findings import Action, Finding, Reason

DEFAULT, STRICT = load_policy("default"), load_policy("review-everything")


def seen(kind, score=1.0, start=0, end=5):
    return Finding(kind=kind, detector="d", version="1", score=score, pointer="/x", start=start, end=end)


def verdict_of(*findings, policy=DEFAULT, **silence):
    return decide(policy, Detection(findings=findings, **silence))


EDIT = "quality.edit_similarity"
CASES = [
    ((), "pass", [], []),
    ((seen("personal.email", 0.95),), "redact", ["personal"], ["personal_data"]),
    ((seen("personal.phone", 0.6),), "redact", ["personal"], ["personal_data"]),
    ((seen("personal.phone", 0.59),), "quarantine", ["perhaps-personal"], ["personal_data"]),
    ((seen("personal.ip", 0.1),), "pass", ["faint"], []),
    ((seen("credential.github"),), "redact", ["credential"], ["credential"]),
    ((seen("credential.generic", 0.4),), "quarantine", ["perhaps-credential"], ["credential"]),
    ((seen("quality.empty"),), "reject", ["empty"], ["empty"]),
    ((seen("quality.too_large"),), "quarantine", ["too-large"], ["too_large"]),
    ((seen("quality.dense"),), "quarantine", ["too-large"], ["too_large"]),
    ((seen("quality.unreadable"),), "quarantine", ["unreadable"], ["unreadable"]),
    ((seen("quality.edit_unmeasured"),), "quarantine", ["too-large"], ["too_large"]),
    ((seen(EDIT, 0.95),), "pass", ["edit"], []),
    ((seen(EDIT, 0.9500001),), "reject", ["trivial-edit"], ["trivial_edit"]),
    ((seen(EDIT, 0.10),), "pass", ["edit"], []),
    ((seen(EDIT, 0.0999999),), "reject", ["rewrite"], ["rewrite"]),
    ((seen("duplicate.exact"),), "reject", ["duplicate"], ["duplicate"]),
    ((seen("duplicate.near"),), "quarantine", ["near-duplicate"], ["duplicate"]),
    ((seen("injection.instruction", 0.7),), "quarantine", ["injection"], ["injection"]),
    ((seen("injection.hidden_text", 0.4),), "pass", ["stray-invisible-character"], []),
    ((seen("safety.hate"),), "quarantine", ["unsafe"], ["unsafe"]),
    ((seen("sensitive.health"),), "quarantine", ["sensitive"], ["sensitive"]),
    ((seen("language"),), "pass", ["language"], []),
    ((seen("something.new"),), "quarantine", ["builtin.no_rule"], ["other"]),
    ((seen("quality.new"),), "quarantine", ["builtin.no_rule"], ["quality"]),
    ((seen("personal.name", float("nan")),), "quarantine", ["perhaps-personal"], ["personal_data"]),
    ((seen("personal.email", end=0),), "quarantine", ["builtin.nothing_to_redact:personal"], ["personal_data"]),
    ((seen("personal.email"), seen("injection.x")), "quarantine", ["injection", "personal"],
     ["injection", "personal_data"]),
]  # fmt: skip


@pytest.mark.parametrize(("findings", "action", "rules", "reasons"), CASES)
def test_the_default_policy(findings, action, rules, reasons):
    verdict = verdict_of(*findings)
    assert (verdict.action, list(verdict.rules), list(verdict.reasons)) == (action, rules, reasons)
    assert verdict.policy == f"default@{DEFAULT.version}"


def test_a_check_that_gave_no_answer_asks_a_person():
    verdict = verdict_of(seen("personal.email"), failed=("email",), timed_out=("phone",))
    assert verdict.action is Action.QUARANTINE
    assert verdict.reasons[:2] == (Reason.DETECTOR_FAILED, Reason.DETECTOR_TIMEOUT)
    assert verdict.rules == ("builtin.detector_failed:email", "builtin.detector_timeout:phone", "personal")
    assert verdict.hide == (0,)


def test_a_verdict_says_what_is_hidden_and_what_a_person_decides():
    verdict = verdict_of(
        seen("personal.email"), seen("injection.x"), seen("personal.ip", 0.1), seen("credential.jwt")
    )
    assert (verdict.hide, verdict.undecided) == ((0, 3), (1,))


KINDS = st.sampled_from([kind for findings, *_ in CASES for kind in [f.kind for f in findings]] + ["a.b", "x"])
FINDINGS = st.lists(st.builds(seen, KINDS, st.floats(0, 1), st.just(0), st.integers(0, 3)), max_size=6)
NAMES = st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True).map(tuple)


@given(FINDINGS, NAMES, NAMES)
def test_the_stricter_policy_lets_nothing_pass(findings, failed, timed_out):
    detection = Detection(findings=tuple(findings), failed=failed, timed_out=timed_out)
    mild, strict = decide(DEFAULT, detection), decide(STRICT, detection)
    assert strict.action is max(mild.action, Action.QUARANTINE, key=lambda action: action.severity)
    assert (strict.hide, strict.undecided) == (mild.hide, mild.undecided)
    assert Reason.EVERYTHING_IS_REVIEWED in strict.reasons


@given(FINDINGS, NAMES, NAMES)
def test_more_findings_never_make_it_milder(findings, failed, timed_out):
    for count in range(len(findings)):
        fewer = decide(DEFAULT, Detection(findings=tuple(findings[:count])))
        more = decide(DEFAULT, Detection(findings=tuple(findings), failed=failed, timed_out=timed_out))
        assert more.action.severity >= fewer.action.severity


HEAD = 'name = "ours"\nversion = "2"\n'
RULE = '[[rules]]\nid = "a"\nfindings = ["personal.*"]\naction = "redact"\nreason = "personal_data"\n'


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("name = ", ""),
        ('name = "x"', "/version"),
        (HEAD + "rules = []\nspeed = 1\n", "/speed"),
        (HEAD + RULE + "bellow = 0.5\n", "/rules/0/bellow"),
        (HEAD + RULE.replace("redact", "hide"), "/rules/0/action"),
        (HEAD + RULE.replace('"personal_data"', '"because"'), "/rules/0/reason"),
        (HEAD + RULE.replace('reason = "personal_data"\n', ""), "/rules/0"),
        (HEAD + RULE + "below = 2\n", "/rules/0/below"),
        (HEAD + RULE.replace("personal.*", "Personal *"), "/rules/0/findings/0"),
        (HEAD + RULE + RULE, ""),
        (HEAD + 'default = "pass"\n' + RULE, "/default"),
        (HEAD + RULE + '[floor]\naction = "redact"\nreason = "other"\n', "/floor/action"),
    ],
)
def test_a_faulty_policy_is_refused_with_the_place_of_the_fault(text, path):
    with pytest.raises(Invalid) as refused:
        parse_policy(text)
    assert path in [fault["path"] for fault in refused.value.details["faults"]]


def test_a_policy_of_ones_own_is_read_from_its_file(tmp_path):
    file = tmp_path / "ours.toml"
    file.write_text(HEAD + 'default = "reject"\n' + RULE)
    policy = load_policy(file)
    assert load_policy(str(file)) == policy
    assert decide(policy, Detection(findings=(seen("credential.x"),))).action is Action.REJECT
    assert verdict_of(seen("personal.name"), policy=policy).policy == "ours@2"


@pytest.mark.parametrize("name", ["nothing", "../default", "", "missing.toml"])
def test_a_policy_that_is_not_there_is_named_in_the_message(name):
    with pytest.raises(Misconfigured, match="policy"):
        load_policy(name)


def test_shipped_policies_fulfil_the_schema():
    import tomllib
    from importlib.resources import files

    schema = policy_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for file in (files("commonwheel.curate") / "policies").iterdir():
        jsonschema.validate(tomllib.loads(file.read_text()), schema)
        assert parse_policy(file.read_text()).name == file.name.removesuffix(".toml")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"name": "x", "version": "1", "rules": [], "more": 1}, schema)
