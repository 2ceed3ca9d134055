"""Nothing of what a model is measured on was seen in training: no hand, no prompt, no later day."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commonwheel.learn.splitting import Pair, split

START = datetime(2026, 1, 1, tzinfo=UTC)
PAIRS = st.lists(
    st.tuples(
        st.integers(0, 500),
        st.sampled_from([None, *(f"hand {n}" for n in range(12))]),
        st.sampled_from([None, *(b"%d" % n for n in range(15))]),
    ),
    max_size=60,
).map(
    lambda drawn: [
        Pair(number=number, at=START + timedelta(hours=hours), hand=hand, prompt=prompt)
        for number, (hours, hand, prompt) in enumerate(drawn)
    ]
)


@given(PAIRS, st.floats(0, 1), st.floats(0, 1), st.integers(-5, 5), st.randoms())
def test_sides_have_nothing_in_common(pairs, share, latest, seed, chance):
    parts = split(pairs, share=share, latest=latest, seed=seed)
    assert sorted(number for part in parts for number in part) == [pair.number for pair in pairs]
    by_number = {pair.number: pair for pair in pairs}
    train = [by_number[number] for number in parts.train]
    strangers = [by_number[number] for number in parts.by_contributor]
    late = [by_number[number] for number in parts.by_time]
    assert not {p.hand for p in train if p.hand} & {p.hand for p in strangers if p.hand}
    held = {p.prompt for p in (*strangers, *late) if p.prompt is not None}
    assert not {p.prompt for p in train if p.prompt is not None} & held
    assert max((p.at for p in train), default=START) <= min(
        (p.at for p in late), default=START + timedelta(days=99)
    )
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert split(shuffled, share=share, latest=latest, seed=seed) == parts


@given(PAIRS, st.integers(0, 5))
def test_who_is_held_out_stays_so_when_others_come(pairs, seed):
    some = split(pairs[: len(pairs) // 2], share=0.3, latest=0.0, seed=seed)
    more = split(pairs, share=0.3, latest=0.0, seed=seed)
    assert set(some.by_contributor) <= set(more.by_contributor)


def test_about_the_share_is_held_out():
    pairs = [Pair(number=n, at=START + timedelta(minutes=n), hand=f"hand {n}") for n in range(2_000)]
    parts = split(pairs, share=0.1, latest=0.05, seed=3)
    assert 150 <= len(parts.by_contributor) <= 250
    assert 80 <= len(parts.by_time) <= 100 and parts.left == ()
