"""Handles and names that the detectors are sure of, and what they leave alone."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate.detect import detect
from commonwheel.curate.detectors import address, birth_date, handle, location, name

HANDLES = [
    ("https://www.instagram.com/ann.lee_42/", "ann.lee_42"),
    ("https://github.com/annlee", "annlee"),
    ("https://x.com/annlee/status/123", "annlee"),
    ("linkedin.com/in/ann-lee-42b1", "ann-lee-42b1"),
    ("https://social.example.org/@ann_lee", "@ann_lee"),
    ("my insta is @ann.lee", "@ann.lee"),
    ("username: ann_lee42", "ann_lee42"),
    ("my username is coolcat", "coolcat"),
    ("Twitter @annlee42", "@annlee42"),
    ("my snapchat is annie99x", "annie99x"),
    ("please follow @annlee there", "@annlee"),
    ("add me on discord: Ann#1234", "Ann#1234"),
    ("u/ann_lee posted", "ann_lee"),
    ("live:.cid.1234abcd5678ef", "live:.cid.1234abcd5678ef"),
    ("@ann@mastodon.social", "@ann@mastodon.social"),
    ("@ann:matrix.org", "@ann:matrix.org"),
    ("@ann.bsky.social", "@ann.bsky.social"),
    ("0000-0002-1825-0097", "0000-0002-1825-0097"),
    ("STEAM_0:1:12345678", "STEAM_0:1:12345678"),
]


@pytest.mark.parametrize(("text", "found"), HANDLES)
def test_a_handle_is_found(check, text, found):
    check("handle", text, ("personal.handle", found))


def test_a_link_may_hold_a_telephone_number(check):
    check("handle", "wa.me/41791234567", ("personal.phone", "41791234567"))


@pytest.mark.parametrize(
    "text",
    ["https://github.com/torvalds/linux", "x.com/explore", "@property\ndef x(self):", "@media screen { }",
     "npm i @types/node", "fixes repo#1234", "username: admin", "the login is required", "Instagram: photos",
     "cc @everyone and @here", "0000-0002-1825-0098", "user@host:~$", "write to ann@example.org",
     "discord is fun", "wa.me/", "t.me/share/url", "w/u/t"],
)  # fmt: skip
def test_what_is_no_handle_is_left_alone(check, text):
    check("handle", text)


NAMES = [
    ("Hi, my name is Anna van der Berg and I have a question", "Anna van der Berg"),
    ("my name is yulan", "yulan"),
    ("I'm Jane Doe from Leeds", "Jane Doe"),
    ("Dear Ms. Keller,\nthanks", "Keller"),
    ("Hi Anna,\nhow are you", "Anna"),
    ("Sehr geehrte Frau Dr. Müller,", "Müller"),
    ("Cher Monsieur Dupont,", "Dupont"),
    ("Estimado Sr. García:", "García"),
    ("See you.\n\nBest regards,\nJane Doe", "Jane Doe"),
    ("Viele Grüße\nPeter", "Peter"),
    ("Cordialement,\nJean-Luc Moreau", "Jean-Luc Moreau"),
    ("Mr. Ford is a man of 50", "Ford"),
    ("Name: Allen Akhtakhanov", "Allen Akhtakhanov"),
    ("Patient: John Smith, 45", "John Smith"),
    ("Vorname: Peter", "Peter"),
    ("ich heiße Jürgen", "Jürgen"),
    ("je m'appelle Marie Petit", "Marie Petit"),
    ("me llamo José García López", "José García López"),
    ("меня зовут Иван Петров", "Иван Петров"),
    ("benim adım Ayşe Yılmaz", "Ayşe Yılmaz"),
    ("姓名：王小明", "王小明"),
    ("我叫王小明", "王小明"),
    ("私の名前は田中太郎です", "田中太郎"),
    ("제 이름은 김철수입니다", "김철수"),
    ("اسمي محمد علي", "محمد علي"),
    ("मेरा नाम राहुल शर्मा है", "राहुल शर्मा"),
    ("my daughter Emma is ill", "Emma"),
    ("mein Chef Peter Müller hat", "Peter Müller"),
    ("What's your name? Richard Poole", "Richard Poole"),
    ("What is Jane Doe's address?", "Jane Doe"),
    ("Jane Doe lives at the sea", "Jane Doe"),
    ("Jane Doe\n12 Oak Street\nSpringfield", "Jane Doe"),
]


@pytest.mark.parametrize(("text", "found"), NAMES)
def test_a_name_is_found_where_it_is_introduced(check, text, found):
    check("name", text, ("personal.name", found))


@pytest.mark.parametrize(
    "text",
    ["my name is not important here", "I'm German.", "I'm Sorry to hear", "Hello World!", "Dear Sir or Madam,",
     "Dear Hiring Manager,", "Hi there, friends", "Thanks,\nThe Support Team", "Thanks\nI will do", "Dr. Pepper",
     "My friend Google said", "Hey Siri, call", "Hey Claude, can you", "name: Visual Studio Code",
     "call me back later", "Barack Obama was president", "Shakespeare wrote Hamlet", "What is Google's address?",
     "mein Chef Urlaub hat", "It's Ava's birthday party today."],
)  # fmt: skip
def test_who_is_not_introduced_is_left_alone(check, text):
    check("name", text)


MINE = (address.DETECTOR, birth_date.DETECTOR, handle.DETECTOR, location.DETECTOR, name.DETECTOR)
EVERYTHING = tuple(pattern for detector in MINE for pattern in detector.patterns)


def test_every_pattern_says_what_it_recognized():
    for pattern in EVERYTHING:
        assert pattern.rule and pattern.says.endswith(".") and len(pattern.says) < 120


PIECES = st.sampled_from(
    ["12 ", "Oak ", "Street", ", ", "rue de ", "Apt. 4", "\n", "Paris", "75002", "my name is ", "Ann ", "Lee",
     "@ann", "Dear ", "born ", "3 May 1984", "47.376888", "instagram: ", "x.com/", "ул. ", "名前は", "Regards,\n",
     "°", "'", " "]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=20).map("".join))
def test_no_text_breaks_them(text):
    body = {"kind": "chat", "messages": [{"role": "user", "content": text}]}
    detection = detect(body, detectors=MINE)
    assert detection.failed == ()
    assert all(0 <= found.start < found.end <= len(text) for found in detection.findings if found.pointer)


WORST = ("1 ", "a ", "A ", "1 A ", "Aa ", "@a", "a.b.", "12 rue de la ", "Apt 1 ", "市", "1.23456, ", "x.com/",
         "A\n", "1°1'", "born 1 1 ", "Dear ", "my name is ", "'s ", "strasse 1 ", "#1 ", "u/", "é", "ул. А ",
         "/", "3 3 3 3 ")  # fmt: skip


def test_work_grows_with_the_length_and_no_faster():
    """Two lengths are compared, so that the machine does not matter: ten times as long may cost thirty."""

    def cost(length: int) -> float:
        start = time.process_time()
        for worst in WORST:
            text = (worst * length)[:length]
            for pattern in EVERYTHING:
                for _ in zip(range(1000), pattern.expression.finditer(text), strict=False):
                    pass
        return time.process_time() - start

    cost(500)
    assert cost(50_000) < 30 * cost(5_000) + 0.5


def test_lists_are_data_of_the_package():
    folder = Path(name.__file__).parents[1] / "lists"
    for subject in ("places", "names", "handles", "births", "months", "locations"):
        text = (folder / f"{subject}.toml").read_text(encoding="utf-8")
        assert text.startswith("# ") and not re.search(r"\|\s*\|", text)
