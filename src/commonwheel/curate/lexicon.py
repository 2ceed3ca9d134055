"""Lists of words and phrases as data that anybody can read and change, and the patterns made of them.

A list is a TOML file in `lists/`: a name, a version, and rules. A rule says what kind of finding its phrases
are, how sure they make us, and in a sentence what was recognized; its phrases stand by language. What has to
stand `before`, `after` or `near` them within the same message, and what makes them ordinary (`unless`), is
given by language too. Where the context shows that words are mentioned rather than used, their score
is lowered as the list says (`mention`).
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import Field, TypeAdapter

from commonwheel.curate.disguise import disguised
from commonwheel.curate.mention import Lowered, around, lowered
from commonwheel.curate.phrases import Phrase, Sets, anchored, anchors_in, compiled, expression, phrase
from commonwheel.curate.scan import Confirm, Hit, Pattern, Scanned, Sought

_FOLDER = files("commonwheel.curate") / "lists"
_FAMILIES = ("injection", "safety", "sensitive")
_STRICT: Mapping[str, Any] = {"extra": "forbid"}

Phrases = Mapping[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], tuple[str, ...]]
"""Phrases by language (ISO 639); `und` where they belong to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Phrases of one kind and how sure they make us. `within`: code points between a phrase and its context.

    `disguised` phrases are found in leetspeak, look-alike letters and spaced letters too. A rule with
    `own_language` only counts where the record's language is the phrase's, or unknown: its words are
    ordinary in other languages. `notes` say where a term is ordinary, for those who change the list.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    kind: Annotated[str, Field(pattern=r"^[a-z]+\.[a-z_]+$")]
    says: Annotated[str, Field(pattern=r"^[A-Z][^\n]{10,200}\.$")]
    score: Annotated[float, Field(gt=0, le=1)]
    phrases: Phrases
    before: Phrases = field(default_factory=dict)
    after: Phrases = field(default_factory=dict)
    near: Phrases = field(default_factory=dict)
    unless: Phrases = field(default_factory=dict)
    within: Annotated[int, Field(ge=1, le=400)] = 60
    disguised: bool = False
    own_language: bool = False
    lowered: Mapping[str, float] | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """A list: its rules in order, the sets of phrases they name, and what lowers their scores."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    name: Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,39}$")]
    version: str
    about: str
    rules: tuple[Rule, ...]
    sets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lowered: Mapping[str, float] = field(default_factory=dict)


_LEXICON = TypeAdapter(Lexicon)


def names() -> list[str]:
    """The lists that ship with us, by file name."""
    found = (entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    return sorted(name for name in found if name.partition("-")[0] in _FAMILIES)


@cache
def load(name: str) -> Lexicon:
    """A list that ships with us, by file name. Raises ValueError where it has faults."""
    return _LEXICON.validate_python(tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def patterns(lexicons: Iterable[Lexicon]) -> tuple[Pattern, ...]:
    """The patterns of lists, those of a rule together. Raises ValueError for a fault."""
    return tuple(_of_rule(lexicon, rule) for lexicon in lexicons for rule in lexicon.rules)


@cache
def _shared_sets() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = tomllib.loads((_FOLDER / "sets.toml").read_text(encoding="utf-8"))
    return found


def _of_rule(lexicon: Lexicon, rule: Rule) -> Pattern:
    weights = lexicon.lowered if rule.lowered is None else rule.lowered
    spelled: list[str] = []
    whole: list[str] = []
    by_anchor: dict[str, list[_Entry]] = {}
    for language, written in rule.phrases.items():
        sets = {**_shared_sets().get(language, {}), **lexicon.sets.get(language, {})}
        context, remains = _around(rule, language, sets), lowered(weights, language)
        if rule.disguised:
            spelled.append(disguised(written))
            entry = _Entry(language=language, phrase=None, around=context, lowered=remains)
            by_anchor.setdefault(_NONE, []).append(entry)
            continue
        for found in (phrase(text, sets) for text in written):
            entry = _Entry(language=language, phrase=found, around=context, lowered=remains)
            whole.append(found.expression)
            for anchor in found.anchors:
                by_anchor.setdefault(anchor, []).append(entry)
    # The prefilter looks for whole phrases, as hardly a text has one; in what has, anchors say where to look.
    sought = Sought("|".join(dict.fromkeys(whole)), re.IGNORECASE | re.UNICODE)
    return Pattern(
        expression=compiled("|".join(spelled)) if spelled else anchored(by_anchor),
        confirm=_confirm(rule, by_anchor),
        rule=rule.id,
        says=rule.says,
        beside=None if spelled else sought,
    )


_NONE = ""
"""The anchor of phrases in disguise, which have none."""


Words: TypeAlias = Callable[[], re.Pattern[str]]
"""An expression that is made when it is first asked for: most never are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What has to stand around a phrase, and what must not."""

    before: Words | None
    after: Words | None
    near: Words | None
    unless: Words | None
    within: int

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether the words around a phrase let it count."""
        low, high = around(text, start, end, self.within, self.within)
        if self.before and not self.before().search(text, low, start):
            return False
        if self.after and not self.after().search(text, end, high):
            return False
        if self.near and not self.near().search(text, low, start) and not self.near().search(text, end, high):
            return False
        return not self.unless or self.unless().search(text, low, high) is None


def _around(rule: Rule, language: str, sets: Sets) -> _Around:
    def words(name: str) -> Words | None:
        phrases: Phrases = getattr(rule, name)
        if phrases and name != "unless" and language not in phrases:
            raise ValueError(f"rule '{rule.id}' has phrases in '{language}', and no '{name}' for them")
        return cache(lambda: compiled(expression(phrases[language], sets))) if language in phrases else None

    return _Around(
        before=words("before"),
        after=words("after"),
        near=words("near"),
        unless=words("unless"),
        within=rule.within,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A phrase, with what has to stand around it."""

    language: str
    phrase: Phrase | None
    around: _Around
    lowered: Lowered


def _confirm(rule: Rule, by_anchor: Mapping[str, list[_Entry]]) -> Confirm:
    plain = {word for written in rule.phrases.values() for word in written}

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        start = match.start()
        for anchor in anchors_in(match.group()):
            for entry in by_anchor.get(anchor, ()):
                if not rule.own_language or _is_spoken(entry.language, scanned.language):
                    end = start + len(anchor.rstrip("*"))
                    yield from _hits(rule, entry, scanned, _at(entry.phrase, scanned.text, start, end))

    def confirm_disguised(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        if not {match.group().lower(), match.group().lower().removesuffix("s")} & plain:
            yield from _hits(rule, by_anchor[_NONE][0], scanned, match)

    return confirm_disguised if rule.disguised else confirm


def _at(sought: Phrase | None, text: str, start: int, end: int) -> re.Match[str] | None:
    """The match of a phrase that holds the anchor found at a place."""
    if sought is None:
        return None
    expression = compiled(sought.expression)
    if not sought.before:
        return expression.match(text, start)
    for found in expression.finditer(text, max(0, start - sought.before), start + sought.after):
        if found.start() <= start and end <= found.end():
            return found
    return None


def _hits(rule: Rule, entry: _Entry, scanned: Scanned, match: re.Match[str] | None) -> Iterator[Hit]:
    if match is None:
        return
    start, end = match.span()
    if entry.around.fits(scanned.text, start, end):
        yield Hit(rule.kind, start, end, round(rule.score * entry.lowered(scanned.text, start, end), 2))


def _is_spoken(language: str, record: str) -> bool:
    return language == "und" or not record or record.split("-")[0].lower() == language
