"""Which records belong to a stratum, and that chance keeps as many of them as it says."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate.policy_files import load_policy, parse_policy
from commonwheel.curate.sampling import Stratum, stratum_of
from commonwheel.errors import Invalid

STRATA = load_policy("default").sampling


def chat(prompted=None, assessment="good", **more):
    body = {"kind": "chat", "messages": [{"role": "user", "content": "x"}], "assessment": assessment} | more
    return body | ({"source": {"prompted": prompted}} if prompted else {})


def edit(original, edited, **more):
    return {"kind": "correction", "prompt": "p", "original": original, "edited": edited, **more}


@pytest.mark.parametrize("body", [
    chat("passive"), chat("scheduled"), chat("passive", kind="trace"),
    edit("same", "same", assessment="good"),
    edit("e\u0301", "é", assessment="good", source={"prompted": "passive"}),
])  # fmt: skip
def test_what_was_logged_found_good_and_left_as_it_was_is_sampled(body):
    assert stratum_of(STRATA, body).rate == 0.01


@pytest.mark.parametrize("body", [
    chat(), chat("proactive"), chat("reactive"), chat("task"),
    chat("passive", "fail"), chat("passive", "mixed"),
    {"kind": "chat", "messages": [], "source": {"prompted": "passive"}},
    edit("one", "other", assessment="good"), edit("one", "other", source={"prompted": "passive"}),
    edit("same", "same"), edit("same", "same", assessment="fail"),
    edit("same", "same", assessment="good", source={"prompted": "proactive"}),
    {"kind": "signal", "target": "t", "name": "thumb", "value": True, "assessment": "good",
     "source": {"prompted": "passive"}},
    {"kind": "preference", "prompt": "p", "candidates": [], "chosen": 0, "assessment": "good",
     "source": {"prompted": "passive"}},
])  # fmt: skip
def test_what_somebody_gave_changed_or_found_bad_is_kept(body):
    assert stratum_of(STRATA, body) is None


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5, 1.0])
def test_as_many_are_kept_as_the_rate_says(rate):
    stratum = Stratum(stratum="s", rate=rate, seed="1")
    kept = sum(stratum.keeps(sha256(str(number).encode()).digest()) for number in range(20_000))
    assert kept == pytest.approx(20_000 * rate, abs=4 * (20_000 * rate * (1 - rate)) ** 0.5 + 1)


@given(st.binary(min_size=8, max_size=32), st.floats(0.001, 1), st.floats(0.001, 1))
def test_a_higher_rate_keeps_what_a_lower_one_kept(chance, one, other):
    lower, higher = sorted((one, other))
    stratum = Stratum(stratum="s", rate=lower, seed="1")
    assert not stratum.keeps(chance) or replace(stratum, rate=higher).keeps(chance)


POLICY = """
name = "mine"
version = "1"
rules = []

[[sampling]]
stratum = "liked"
rate = {rate}
seed = "1"
prompted = ["{prompted}"]
"""


def test_a_policy_can_sample_otherwise():
    [stratum] = parse_policy(POLICY.format(rate=0.25, prompted="task")).sampling
    assert stratum.fits(chat("task", "fail")) and not stratum.fits(chat("passive"))


@pytest.mark.parametrize(("rate", "prompted"), [(0, "task"), (1.1, "task"), (0.5, "often")])
def test_a_policy_that_samples_badly_is_refused(rate, prompted):
    with pytest.raises(Invalid):
        parse_policy(POLICY.format(rate=rate, prompted=prompted))
