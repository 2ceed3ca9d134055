"""The prefilter may propose too much and never too little: findings are the same with any engine or none."""

import gzip
import json
import os
import re
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from commonwheel.curate import prefilter
from commonwheel.curate.detect import Scanner, looked_for
from commonwheel.curate.detectors import DETECTORS
from commonwheel.curate.folding import fold
from commonwheel.curate.prefilter.automaton import Automaton
from commonwheel.curate.prefilter.encoded import in_utf8
from commonwheel.curate.prefilter.literals import literals
from commonwheel.curate.prefilter.twin import Twin
from commonwheel.curate.prefilter.weaken import variants, weaken

PATTERNS = tuple(detector for detector in DETECTORS if detector.patterns)
EXPRESSIONS = tuple(looked_for(PATTERNS))


@cache
def compiled(number):
    expression = EXPRESSIONS[number]
    return re.compile(expression.pattern, expression.flags)


class All:
    """No prefilter: everything could match."""

    name = "none"

    def __init__(self, expressions, cache=None):
        self._all = set(range(len(expressions)))

    def candidates(self, text):
        return self._all


@pytest.fixture(scope="module")
def automaton():
    return Automaton(EXPRESSIONS, prefilter.user_cache())


@pytest.fixture(scope="module")
def twin():
    return Twin(EXPRESSIONS)


def test_letters_that_are_the_same_to_re_are_variants_of_each_other():
    letters = [chr(code) for code in range(0x80, 0x1E944) if chr(code).isalpha() and fold(chr(code)) == chr(code)]
    alike = defaultdict(set)
    for letter in letters:
        alike[letter.upper().lower()].update((letter, letter.lower(), letter.upper()))
    for letter in letters:
        same = re.compile(re.escape(letter), re.IGNORECASE).fullmatch
        others = {each for each in alike[letter.upper().lower()] if len(each) == 1 and same(each)}
        assert others <= set(variants(ord(letter), re.IGNORECASE)), letter


@pytest.fixture(scope="module")
def scanners():
    return {
        "hyperscan": Scanner(PATTERNS),
        "python": Scanner(PATTERNS, build=lambda expressions, cache: Twin(expressions)),
        "none": Scanner(PATTERNS, build=All),
    }


@settings(max_examples=1500, suppress_health_check=list(HealthCheck))
@given(data=st.data(), number=st.integers(0, len(EXPRESSIONS) - 1))
def test_what_an_expression_matches_is_proposed(automaton, twin, data, number):
    try:
        text = fold(data.draw(st.from_regex(compiled(number))))
    except Unsatisfiable:
        return
    if compiled(number).search(text):
        assert number in automaton.candidates(text)
        assert number in twin.candidates(text)


@pytest.mark.parametrize("separator", ["\x1c", "\x1d", "\x1e", "\x1f", "\x0b", "\xa0"])
def test_what_is_a_space_to_some_expressions_alone_hides_nothing(automaton, twin, separator):
    text = f"-Pw=0000{separator}"
    for number in range(len(EXPRESSIONS)):
        if compiled(number).search(text):
            assert number in automaton.candidates(text) and number in twin.candidates(text)


def seen(scanner, text, language=None):
    body = {"kind": "chat", "messages": [{"role": "user", "content": text}]}
    return scanner.detect(body | ({"language": language} if language else {}))


def check_alike(scanners, text):
    expected = seen(scanners["none"], text)
    assert expected.failed == ()
    assert seen(scanners["hyperscan"], text) == expected
    assert seen(scanners["python"], text) == expected


PIECES = st.sampled_from(
    """ann@example.org|+41 79 123 45 67|4111 1111 1111 1111|password: hunter22!|my name is Ann Lee|\u200b|
    DE89370400440532013000|ignore all previous instructions|ghp_|AKIA|eyJ|-----BEGIN|://u:p@h|SSN 078-05-1120|
    born 3 May 1984|@ann_lee|Ｔｅｌ ０７９|ſecret|K|İ|ß|пароль|密码|0x|12.5|1.2.3.4|"|'|\n|\0|  |(|)|:""".split(
        "|"
    )
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=12).map("".join))
def test_findings_do_not_depend_on_the_engine(scanners, text):
    check_alike(scanners, text)


def test_findings_on_real_texts_do_not_depend_on_the_engine(scanners, shared_data):
    with gzip.open(shared_data / "hh_rlhf_harmless_test.jsonl.gz", "rt") as lines:
        texts = [json.loads(line)["chosen"] for line in lines][::40]
    texts += [row["full_text"] for row in json.loads((shared_data / "pii_generated_large.json").read_text())[::20]]
    rows = (shared_data / "secret_lines.jsonl").read_text().splitlines()
    texts += [json.loads(row)["line"] for row in rows[::8]]
    for text in texts:
        check_alike(scanners, text)


@pytest.mark.parametrize(
    ("expression", "broader"),
    [
        (r"(?<=x)abc(?!bc)", r"(?:\A|x)abc"),
        (r"(?<![a-z.])abc(?![^bd]|xy)", r"(?:\A|[\x00-\x2d\x2f-\x60\x7b-\xff])abc(?:[bd\x80-\xff]|\z)"),
        (r"(?<!x)a?b(?!y)c?", r"b(?:[\x00-xz-\xff]|\z)"),
        (r"(?<!x)(?:ab|c(?!z))", (r"(?:\A|[\x00-wy-\xff])ab", r"(?:\A|[\x00-wy-\xff])c(?:[\x00-y\x7b-\xff]|\z)")),
        (r"A(?<![0-9](?s:.))(?i:b)|a(?<![0-9](?s:.))(?i:b)", r"(?:\A|[\x00-\x2f\x3a-\xff])[Aa][Bb]"),
        (r"(?<!x)ghp_[a-z0-9]{20,40}(?!y)", r"ghp\x5f"),
        (r"[a-z]{2}-(?:key)?\.AKIA[a-z]{2}", r"\x2eAKIA"),
        (r"a{3,500}", "a{3,}"),
        (r"a{2,4}", "a{2,4}"),
        (r"x?y", "y"),
        (r"[0-9]{40}", "[0-9]{24,}"),
        (r"\d", "(?:[0-9]|bytes)"),
        (r"(ab|cd)\1", "(?:ab|cd)(?:ab|cd)"),
        (r"(?i:k)", "[Kk]"),
        (r"(?i:é)", r"(?:\xc3\x89|\xc3\xa9)"),
        (r"é", r"(?:\xc3\xa9)"),
        (r"(?i:ı)", "[Ii]"),
        (r"[\u200b-\u200f]", r"(?:\xe2\x80[\x8b-\x8f])"),
        (r"x[a\u07ff-\u0801]{2,40}", r"x(?:(?:a|\xdf\xbf|\xe0\xa0[\x80-\x81])){2,}"),
        (r"", None),
        (r"a?", None),
    ],
)
def test_an_expression_is_broadened(expression, broader):
    weaker = weaken(re.compile(expression))
    if broader == "(?:[0-9]|bytes)":
        assert weaker is not None
        assert re.search(weaker[0].encode(), "٣".encode(), re.DOTALL)
    else:
        assert weaker == ((broader,) if isinstance(broader, str) else broader)


@given(st.integers(0, 0x10FFFF), st.integers(0, 0x2000), st.integers(0, 0x10FFFF))
def test_ranges_of_characters_are_ranges_of_bytes(first, length, other):
    last = min(first + length, 0x10FFFF)
    pieces = list(in_utf8(first, last))

    def holds(code):
        encoded = chr(code).encode("utf-8", "surrogatepass")
        return any(
            len(piece) == len(encoded) and all(a <= byte <= b for byte, (a, b) in zip(encoded, piece, strict=True))
            for piece in pieces
        )

    for code in (first, last, (first + last) // 2, max(first - 1, 0), min(last + 1, 0x10FFFF), other):
        assert holds(code) == (first <= code <= last)


@pytest.mark.parametrize(
    ("expression", "needed"),
    [
        (r"(?<!\w)AKIA[A-Z0-9]{16}", {"akia"}),
        (r"(?:one|two) three", {"one", "two"}),
        (r"(?:gh[ps]_)[a-z]{4}", {"gh"}),
        (r"[0-9]{5}", None),
        (r"(?:abc)?[0-9]", None),
        (r"yazılır", {"yazilir"}),
        (r"[0-9]STRASSE|[a-z]Straße", {"strasse"}),
    ],
)
def test_literals_that_every_match_holds(expression, needed):
    found = literals(re.compile(expression, re.IGNORECASE))
    if expression.startswith("(?:one"):
        assert found in ({"one", "two"}, {" three"})
    else:
        assert found == (None if needed is None else frozenset(needed))


def test_the_twin_is_chosen_where_there_is_no_wheel(monkeypatch):
    assert prefilter.build((re.compile("a"),)).name == "hyperscan"
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    monkeypatch.delitem(sys.modules, "commonwheel.curate.prefilter.automaton")
    monkeypatch.delattr(prefilter, "automaton")
    assert prefilter.build((re.compile("a"),)).name == "python"


def test_what_was_compiled_is_kept_and_made_anew_where_it_is_broken(tmp_path: Path):
    expressions = (re.compile("abc"), re.compile("[0-9]{3}"))
    folder = tmp_path / "new" / "cache"
    assert Automaton(expressions, folder).candidates("x 123") == {1}
    (file,) = folder.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    kept = file.read_bytes()
    assert Automaton(expressions, folder).candidates("abc") == {0}
    assert Automaton((re.compile("other"),), folder).candidates("other") == {0}
    for broken in (b"", kept[: len(kept) // 2], bytes(len(kept)), b"[]\n", b"[]\n" + bytes(200)):
        file.write_bytes(broken)
        assert Automaton(expressions, folder).candidates("abc 123") == {0, 1}
        assert file.read_bytes() == kept


def test_old_automata_leave_the_cache(tmp_path: Path):
    for number, word in enumerate(("one", "two", "three", "four", "five", "six"), 1):
        Automaton((re.compile(word),), tmp_path)
        for file in tmp_path.iterdir():
            if file.stat().st_mtime > 1000:
                os.utime(file, (number, number))
    Automaton((re.compile("seven"),), tmp_path)
    assert len(list(tmp_path.iterdir())) == 4
    assert Automaton((re.compile("six"),), tmp_path).candidates("six") == {0}


def test_what_is_used_stays_in_the_cache(tmp_path: Path):
    Automaton((re.compile("used"),), tmp_path)
    (used,) = tmp_path.iterdir()
    os.utime(used, (1, 1))
    Automaton((re.compile("used"),), tmp_path)
    for word in ("one", "two", "three", "four", "five"):
        Automaton((re.compile(word),), tmp_path)
    assert used.exists()


def test_expressions_that_match_everything_are_always_proposed(tmp_path: Path):
    expressions = (re.compile("a?"), re.compile("(?=x)"))
    for _ in range(2):
        assert Automaton(expressions, tmp_path).candidates("nothing") == {0, 1}


def test_a_cache_that_cannot_be_written_is_none(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert Automaton((re.compile("abc"),), tmp_path / "file").candidates("abc") == {0}


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb 123", "\udc80" * 10])
def test_lone_surrogates_are_scanned(automaton, twin, text):
    assert automaton.candidates(text) <= set(range(len(EXPRESSIONS)))
    assert twin.candidates(text) <= set(range(len(EXPRESSIONS)))
