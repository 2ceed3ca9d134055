"""The turn that the demo makes: give, curate, review, release, take back, learn. Each step says what it did."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from commonwheel.app import App
from commonwheel.cli.demo_learning import NEIGHBOURS, TROLLS, can_learn, learn
from commonwheel.cli.speaking import Progress, count, say, table
from commonwheel.client import Accepted, Commonwheel
from commonwheel.collect.exports import read
from commonwheel.collect.items import Skipped
from commonwheel.errors import Unavailable
from commonwheel.journeys.cut_release import cut_release
from commonwheel.journeys.export_release import export_release
from commonwheel.journeys.read_release import verify
from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from commonwheel.records.body import CONTRIBUTION, map_texts
from commonwheel.records.findings import REASONS, Reason
from commonwheel.records.release import Manifest
from commonwheel.records.terms import TERMS, Terms

_NO_EDIT = frozenset({"kind", "prompt", "original", "edited", "inferred"})
"""Members of a correction that a logger of edits names otherwise, or not at all."""
_PEOPLE = ("ann", "ben", "chi")
_REVIEWERS = ("rosa", "sam")
_PATIENCE = 600.0
_POLL = 0.1

_TERMS: Terms = TERMS.validate_python({"license": "CC-BY-4.0", "consent": {"version": "2026-11", "given": True}})
"""For a sample that brings none."""


@dataclass(slots=True)
class Turn:
    """What happens on the way: who gave what, and what became of it."""

    app: App
    people: dict[str, Commonwheel]
    reviewers: dict[str, Commonwheel]
    progress: Progress = field(default_factory=Progress)
    given: dict[str, str] = field(default_factory=dict)
    """Ids with the person who gave each."""

    def views(self) -> Iterator[dict[str, Any]]:
        """Everything that was given, as its giver sees it."""
        for id, name in self.given.items():
            yield self.people[name].get(id)


def turn(app: App, url: str, sample: Path, exports: Path) -> None:
    """Turn the wheel once against the server at `url`, which serves `app`'s folder."""
    say(f"Commonwheel is at {url}, with everything in {app.settings.home}.")
    with ExitStack() as stack:

        def client(name: str, *scopes: TokenScope) -> Commonwheel:
            return stack.enter_context(Commonwheel(url, create_token(app.world, name, list(scopes))))

        made = Turn(
            app,
            {name: client(name, TokenScope.CONTRIBUTE, TokenScope.READ) for name in _PEOPLE},
            {name: client(name, TokenScope.REVIEW) for name in _REVIEWERS},
        )
        try:
            _give(made, sample)
            _curate(made)
            _review(made)
            _release(made, exports)
            _take_back(made)
            if can_learn():
                writers = {name: client(name, TokenScope.CONTRIBUTE) for name in (*NEIGHBOURS, *TROLLS)}
                learn(app, writers, app.settings.home)
            else:
                say("\nThe demo goes on with training where the extra is installed: commonwheel[train].")
        finally:
            made.progress.done()


def _give(made: Turn, sample: Path) -> None:
    say("\nGiven")
    shares: dict[str, list[dict[str, Any]]] = {name: [] for name in _PEOPLE}
    skipped = 0
    for item, name in zip(read(sample, _TERMS), cycle(_PEOPLE), strict=False):
        if isinstance(item, Skipped):
            skipped += 1
        else:
            shares[name].append(CONTRIBUTION.dump_python(item, mode="json", exclude_none=True))
    kinds: Counter[str] = Counter()
    for name, share in shares.items():
        person = made.people[name]
        kinds.update(each["kind"] for each in share)
        edits = [each for each in share if each["kind"] == "correction"]
        others = [each for each in share if each["kind"] != "correction"]
        for each in edits:  # as a flywheel logger sends them
            rest = {key: value for key, value in each.items() if key not in _NO_EDIT}
            made.given[person.edit(each["prompt"], each["original"], each["edited"], **rest)] = name
        for outcome in person.contribute_many(others):
            if isinstance(outcome, Accepted):
                made.given[outcome.id] = name
            else:
                skipped += 1
            made.progress("Given", len(made.given))
    made.progress.done()
    detail = ", ".join(f"{number:,} {kind}" for kind, number in kinds.most_common())
    say(f"  {count(len(made.given), 'contribution')} from {', '.join(_PEOPLE)}: {detail}.")
    if skipped:
        say(f"  {count(skipped, 'line')} of the sample could not be taken.")


def _curate(made: Turn) -> None:
    say("\nCurated")
    person = next(iter(made.people.values()))
    end = time.monotonic() + _PATIENCE
    while (health := person.health())["waiting"]:
        made.progress(
            f"{health['ready']:,} ready, {health['quarantined']:,} for review; waiting", health["waiting"]
        )
        if time.monotonic() > end:
            raise Unavailable("The worker does not empty the waiting room; demo.log in the folder says why.")
        time.sleep(_POLL)
    made.progress.done()
    states: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    why: Counter[tuple[str, str]] = Counter()
    for view in made.views():
        states[view["state"]] += 1
        verdict = view["verdict"] or {"action": "", "reasons": ()}
        if verdict["action"] in ("redact", "quarantine"):
            hidden.update({kind: n for kind, n in view["findings"].items() if kind.startswith(_HIDES)})
        if verdict["action"] in ("quarantine", "reject"):
            why.update((view["state"], reason["text"]) for reason in verdict["reasons"])
    say("  " + ", ".join(f"{number:,} {state}" for state, number in states.most_common()) + ".")
    if hidden:
        say("  Found: " + ", ".join(f"{number:,} {kind}" for kind, number in hidden.most_common()) + ".")
    for line in table([(f"  {state}", f"{number:,}", reason) for (state, reason), number in why.most_common()]):
        say(line)


_HIDES = ("personal.", "credential.", "injection.")


def _review(made: Turn) -> None:
    say("\nReviewed")
    (first, one), (second, two) = made.reviewers.items()
    queue = list(one.reviews())
    if not queue:
        say("  Nothing waited for a reviewer.")
        return
    doubtful = next((each for each in queue if _about(each, Reason.INJECTION)), queue[-1])
    passed = next((each for each in queue if each is not doubtful), None)
    if passed is not None:
        _pass_with_more_hidden(one, first, passed["item"])
    reason = Reason.INJECTION if _about(doubtful, Reason.INJECTION) else Reason.OTHER
    one.decide(doubtful["item"], doubtful["version"], "reject", reason=reason, note="Rejected by the demo.")
    id = doubtful["contribution"]
    say(f"  {first} rejected a {doubtful['kind']}: {id}. {REASONS[reason]}")
    if id in made.given:
        made.people[made.given[id]].appeal(id, "Please look again: I think it helps others.")
        appeal = next(each for each in two.reviews() if each["appeal"])
        two.decide(appeal["item"], appeal["version"], "reject", reason=reason)
        say(f"  {made.given[id]} appealed, and {second} looked at it afresh and agreed with {first}.")
    rest = list(two.reviews())
    if rest:
        say(f"  {count(len(rest), 'item')} left for you: 'commonwheel review list', with this COMMONWHEEL_HOME.")


def _about(item: dict[str, Any], reason: Reason) -> bool:
    return any(each["code"] == reason for each in (item["verdict"] or {}).get("reasons", ()))


def _pass_with_more_hidden(reviewer: Commonwheel, name: str, number: int) -> None:
    item = reviewer.review(number)
    pointer, text = _longest_text(item["would_publish"], item["content"])
    span = None
    if pointer:
        word = max(text.split(), key=len)
        start = text.index(word)
        span = {"pointer": pointer, "start": start, "end": start + len(word)}
    reviewer.decide(number, item["version"], "pass", hide=_undecided(item), spans=[span] if span else [])
    also = ", and hid a word that no detector had seen" if span else ""
    say(f"  {name} let a {item['kind']} pass{also}: {item['contribution']}.")


def _longest_text(shown: Any, content: Any) -> tuple[str, str]:
    """A text in which nothing is hidden yet, so that a word of it can be."""
    texts: dict[str, str] = {}
    map_texts(shown, lambda pointer, text: texts.setdefault(pointer, text))
    same: dict[str, str] = {}

    def keep(pointer: str, text: str) -> str:
        if texts.get(pointer) == text and text.split():
            same[pointer] = text
        return text

    map_texts(content, keep)
    return max(same.items(), key=lambda each: len(each[1]), default=("", ""))


def _undecided(item: dict[str, Any]) -> list[int]:
    return [number for number, finding in enumerate(item["findings"]) if finding["undecided"]]


def _release(made: Turn, exports: Path) -> None:
    say("\nReleased")
    manifest = cut_release(made.app.world, "The demo's first release.")
    _tell(made, manifest)
    exports.mkdir(parents=True, exist_ok=True)
    for format in ("commonwheel", "trl-dpo"):
        result = export_release(made.app.world, manifest.version, format, exports / format)
        exported = result.exported
        left = sum(result.refused.values()) + sum(exported.left_out.values())
        without = f"; {left:,} left out, by their terms or their kind" if left else ""
        pairs = f"{count(exported.pairs, 'gold pair')}" if exported.pairs else ""
        what = ", ".join(filter(None, (count(exported.records, "record") if exported.records else "", pairs)))
        say(f"  {format}: {what or 'nothing'} in {exports / format}{without}.")


def _tell(made: Turn, manifest: Manifest) -> None:
    problems = verify(made.app.world, manifest.version)
    state = "is what was signed" if not problems else "IS NOT what was signed"
    say(f"  Release {manifest.version}: {count(manifest.records, 'record')}, and it {state}.")
    rows = [
        (f"    {seal.license}", seal.ai_pref or "no AI preference", count(seal.records, "record"))
        for seal in manifest.buckets.values()
        if seal.records
    ]
    for line in table(rows):
        say(line)
    for problem in problems:
        say(f"    {problem}")


def _take_back(made: Turn) -> None:
    say("\nTaken back")
    released = [view["id"] for view in made.views() if view["state"] == "released"]
    if len(released) < 2:
        say("  Too little was released to take something back.")
        return
    withdrawn, erased = released[0], released[1]
    made.people[made.given[withdrawn]].withdraw(withdrawn)
    say(f"  {made.given[withdrawn]} withdrew {withdrawn}: it is in no release from the next one on.")
    made.people[made.given[erased]].erase(erased)
    end = time.monotonic() + _PATIENCE
    while _erasing(made) and time.monotonic() < end:
        time.sleep(_POLL)
    say(f"  {made.given[erased]} erased {erased}: it is gone from database, lake and keys.")
    say("  The exports above hold both still: copies that were taken cannot be called back.")
    _tell(made, cut_release(made.app.world, "After something was taken back."))
    problems = verify(made.app.world, 1)
    say("  Release 1 still is what was signed." if not problems else f"  Release 1: {problems[0]}")


def _erasing(made: Turn) -> bool:
    with made.app.world.database.read() as tx:
        return any(tx.chores.pending(name) for name in ("erase_rows", "destroy_key"))
