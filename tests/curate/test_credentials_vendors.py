"""Every vendor's keys are found wherever they stand, and what only looks like one is left alone.

Keys are drawn here from their shapes by chance, so that no scanner of repositories takes this file for a leak.
"""

import base64
import random
import re
import string
import tomllib
from importlib.resources import files
from zlib import crc32

import pytest

from commonwheel.curate.prefilter.weaken import tree

ROWS = tomllib.loads((files("commonwheel.curate") / "lists" / "vendor_keys.toml").read_text("utf-8"))["keys"]
OWN = [row for row in ROWS if "beside" not in row]
SHARED = [row for row in ROWS if "beside" in row]
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def drawn(shape, chance, longest=40):
    """A text of this shape, drawn by chance."""

    def sequence(nodes):
        return "".join(one(str(kind), value) for kind, value in nodes)

    def one(kind, value):
        if kind == "LITERAL":
            return chr(value)
        if kind == "IN":
            return member(value)
        if kind == "MAX_REPEAT":
            least, most, below = value
            return "".join(sequence(below) for _ in range(chance.randint(least, min(most, least + longest))))
        if kind == "SUBPATTERN":
            return sequence(value[3])
        if kind == "BRANCH":
            return sequence(chance.choice(value[1]))
        if kind == "ASSERT_NOT":
            return ""
        raise AssertionError(kind)

    def member(items):
        if str(items[0][0]) == "NEGATE":
            return chance.choice(string.ascii_letters)
        found = []
        for kind, value in items:
            found += [chr(value)] if str(kind) == "LITERAL" else map(chr, range(value[0], value[1] + 1))
        # Signs are rare in keys, and most shapes allow for them.
        plain = [each for each in found if each.isalnum()]
        return chance.choice(plain if plain and chance.random() < 0.95 else found)

    return sequence(tree(re.compile(shape)))


def checked(text, check, chance):
    """`text` with a right checksum."""
    if check == "crc32":
        prefix, _, body = text.partition("_")
        number, digits = crc32(body[:-6].encode()), ""
        while number:
            number, digit = divmod(number, 62)
            digits = BASE62[digit] + digits
        return f"{prefix}_{body[:-6]}{digits.rjust(6, '0')}"
    if check == "jira":
        return base64.b64encode(b"%012d:" % chance.randint(10**11, 10**12 - 1) + chance.randbytes(20)).decode()
    return text


def key_of(row):
    """A key, and the part of it that is secret."""
    shape, chance = row["shape"], random.Random(row["vendor"] + row["shape"])
    for _ in range(300):
        text = checked(drawn(shape, chance), row.get("check"), chance)
        match = re.search(rf"(?:{shape})(?![A-Za-z0-9])", text)
        mixed = sum(map(str.isdigit, text)) > 1 or "0-9" not in shape
        if match and match.end() == len(text) and (text[-1].isalnum() or text[-1] in "=$#*@") and mixed:
            return text, match.group("secret") if "?P<secret>" in shape else text
    raise AssertionError(shape)


def sure(findings, text):
    found = [f for f in findings("vendor_key", text) if f.score >= 0.6]
    return {(f.kind, text[f.start : f.end]) for f in found}


def name_of(row):
    return f"{row['vendor']}-{ROWS.index(row)}"


@pytest.mark.parametrize("row", OWN, ids=name_of)
def test_a_key_with_a_shape_of_its_own_is_found_wherever_it_stands(findings, row):
    key, secret = key_of(row)
    for around in ("use {} please", "KEY={}\n", 'x = "{}"', "https://a.example/?k={}&x=1", "键是{}。"):
        assert (f"credential.{row['vendor']}", secret) in sure(findings, around.format(key)), around


@pytest.mark.parametrize("row", SHARED, ids=name_of)
def test_a_key_without_a_shape_of_its_own_is_found_beside_its_vendor(findings, row):
    name = re.sub(r"[\\?]|\(.*?\)|\[.*?\](?:\{.*?\})?", "", row["beside"][0])
    key, secret = key_of(row)
    for around in ("{} api key: {}", '{}_token = "{}"', "{} secret\n{}", "the key of {} is {} .", "{}: token, {}"):
        assert (f"credential.{row['vendor']}", secret) in sure(findings, around.format(name, key)), around


@pytest.mark.parametrize("row", SHARED, ids=name_of)
def test_such_a_key_is_nothing_alone_or_beside_its_vendor_as_a_digest(findings, row):
    key, _ = key_of(row)
    for text in (f"it says {key} there", f"{row['beside'][0]} at commit {key}"):
        assert f"credential.{row['vendor']}" not in {kind for kind, _ in sure(findings, text)}


def test_the_list_is_long_sorted_and_says_what_each_key_is():
    vendors = [row["vendor"] for row in ROWS]
    assert len(set(vendors)) >= 150
    assert vendors == sorted(vendors)
    assert all(row["what"] and re.fullmatch("[a-z0-9]+", row["vendor"]) for row in ROWS)


def test_a_wrong_checksum_counts_less(findings):
    key, _ = key_of(next(row for row in OWN if row["vendor"] == "npm"))
    wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
    (right,), (other,) = findings("vendor_key", key), findings("vendor_key", wrong)
    assert right.score > 0.95 > other.score >= 0.6
