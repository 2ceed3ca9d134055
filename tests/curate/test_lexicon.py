"""The lists of words: each can be read, and a fault in one is named before it is used."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate import lexicon
from commonwheel.curate.lexicon import Lexicon, load, names, patterns
from commonwheel.curate.mention import lowered
from commonwheel.curate.phrases import compiled, expression, phrase
from commonwheel.curate.scan import Scanned


def listed(**rule):
    text = {"id": "r", "kind": "safety.hate", "says": "A word of this list.", "score": 0.9} | rule
    return lexicon._LEXICON.validate_python({"name": "t", "version": "1", "about": "x", "rules": [text]})


def hits(given: Lexicon, text: str, language: str = ""):
    scanned = Scanned(text=text, language=language)
    return [
        (text[hit.start : hit.end], hit.score)
        for pattern in patterns([given])
        for match in pattern.expression.finditer(text)
        for hit in pattern.confirm(scanned, match)
    ]


@pytest.mark.parametrize("name", names())
def test_each_list_can_be_read(name):
    given = load(name)
    assert given.name
    assert given.version
    ids = [rule.id for rule in given.rules]
    assert len(set(ids)) == len(ids)
    for pattern in patterns([given]):
        assert pattern.rule in ids
        assert pattern.says.endswith(".")
    for rule in given.rules:
        for language, written in rule.phrases.items():
            sets = {**lexicon._shared_sets().get(language, {}), **given.sets.get(language, {})}
            for context in (rule.before, rule.after, rule.near, rule.unless):
                compiled(expression(context.get(language, ()), sets))
            if not rule.disguised:
                for text in written:
                    compiled(phrase(text, sets).expression)


@pytest.mark.parametrize(
    ("written", "matches", "not_matches"),
    [
        ("kill (yourself|urself)", ["Kill yourself", "kill-urself", "KILL  YOURSELF"], ["skill yourself", "kill"]),
        ("go [and] hang", ["go hang", "go and hang"], ["go or hang"]),
        ("behead*", ["beheaded", "behead"], ["abehead"]),
        (
            "how to … bomb",
            ["how to build a bomb", "how to bomb"],
            ["how to. A bomb", "how to" + " a" * 30 + " bomb"],
        ),
        ("my # year old", ["my 9-year-old", "my 17 year old"], ["my 19 year old", "my 1,900 year old"]),
        ("you're a {n}", ["you’re a fool", "you're a silly goose"], ["you're a cook"]),
        ("如何…炸弹", ["请问如何制造炸弹呢"], ["如何。炸弹"]),
        ("убью тебя", ["Убью Тебя!"], ["неубью тебя"]),
    ],
)
def test_phrases_match_what_they_say(written, matches, not_matches):
    found = phrase(written, {"n": "fool|silly goose"})
    given = listed(phrases={"en": [written]}) if "{" not in written else None
    for text in matches:
        assert compiled(found.expression).search(text)
        assert any(anchor.rstrip("*") in text.lower().replace("’", "'") for anchor in found.anchors)
        assert given is None or hits(given, text)
    for text in not_matches:
        assert not compiled(found.expression).search(text)


@pytest.mark.parametrize("written", ["", "a (b", "a b)", "{unknown} b", "*", "a?", "…", "[maybe]", "x$"])
def test_what_is_no_phrase_is_refused(written):
    with pytest.raises(ValueError):
        phrase(written)


def test_a_context_is_asked_for_on_its_side():
    given = listed(phrases={"en": ["bomb"]}, before={"en": ["make"]}, unless={"en": ["bath"]}, within=20)
    assert hits(given, "make a bomb") == [("bomb", 0.9)]
    assert hits(given, "a bomb to make") == []
    assert hits(given, "make a bath bomb") == []
    assert hits(given, "make\n\0\nbomb") == []


def test_a_context_has_to_be_given_for_each_language():
    with pytest.raises(ValueError, match="'de'"):
        patterns([listed(phrases={"en": ["bomb"], "de": ["bombe"]}, near={"en": ["make"]})])


def test_words_of_another_language_can_be_left_alone():
    given = listed(phrases={"sv": ["slut"]}, own_language=True)
    assert hits(given, "slut", "sv")
    assert hits(given, "slut")
    assert not hits(given, "slut", "en-GB")


def test_an_unknown_kind_of_mention_is_refused():
    with pytest.raises(ValueError, match="nonsense"):
        lowered({"nonsense": 0.5}, "en")


def test_a_list_is_plain_toml():
    for name in names():
        text = (lexicon._FOLDER / f"{name}.toml").read_text(encoding="utf-8")
        assert tomllib.loads(text)["version"]


@given(st.lists(st.sampled_from(["kill", "bomb", "you", "how", "to", "\0", "\n", "женщины", "炸弹"]), max_size=40))
def test_what_is_found_holds_its_anchor(words):
    text = " ".join(words)
    for found, _ in hits(listed(phrases={"en": ["how to … bomb", "kill you"], "zh": ["炸弹"]}), text):
        assert any(word in found for word in ("bomb", "kill", "炸弹"))
        assert "\0" not in found
