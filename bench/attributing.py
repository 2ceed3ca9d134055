"""How long real texts take to be indexed by their words, how large that gets, and how long a query takes."""

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from bench.messages import fresh
from bench.releasing import seed_ready
from bench.sut import TERMS
from commonwheel.app import App, build
from commonwheel.journeys.attribute import MOST_CHARACTERS, attribute
from commonwheel.journeys.chores import CHORES, do_chores
from commonwheel.journeys.cut_release import cut_release
from commonwheel.settings import load_settings
from evaluate import public
from evaluate.samples import DATA

RECORDS = 10_000
_ASKED = 200
_REPEATED = 40
"""Words of a record that an answer repeats."""


def attribution(folder: Path, records: int = RECORDS) -> dict[str, Any]:
    """Indexing a release of real texts, and asking about answers that repeat a passage of one of them."""
    bodies = list(islice(_bodies(), records))
    texts = [_text(body) for body in bodies]
    app = build(load_settings({"COMMONWHEEL_HOME": str(folder / "attribution")}))
    try:
        giver = app.world.identity.contributor("bench", "many")
        seed_ready(app, giver, ({**body, "terms": dict(TERMS)} for body in bodies))
        cut_release(app.world)
        before = _bytes(app)
        seconds = _index(app)
        size, given = _bytes(app) - before, sum(len(text.encode()) for text in texts)
        return {
            "records": len(texts),
            "text_mb": given / 1e6,
            "index_s": seconds,
            "index_mb": size / 1e6,
            "index_to_text": size / given,
            **_ask(app, texts),
        }
    finally:
        app.close()


def _bodies() -> Iterator[dict[str, Any]]:
    """School arithmetic and conversations; without the shared texts, messages made here."""
    if not DATA.is_dir():
        yield from ({"kind": "example", "prompt": "Go on.", "ideal": text} for text in fresh(1))
    for text in public.school_arithmetic():
        question, _, solution = text.partition("\n")
        yield {"kind": "example", "prompt": question, "ideal": solution}
    for side in ("chosen", "rejected"):
        for pair in public.conversations():
            yield {"kind": "chat", "messages": list(_turns(pair[side]))}


def _turns(conversation: str) -> Iterator[dict[str, str]]:
    for turn in conversation.strip().split("\n\n"):
        who, _, said = turn.partition(": ")
        yield {"role": "user" if who == "Human" else "assistant", "content": said or who}


def _text(body: dict[str, Any]) -> str:
    if body["kind"] == "chat":
        return "\n".join(message["content"] for message in body["messages"])
    return f"{body['prompt']}\n{body['ideal']}"


def _index(app: App) -> float:
    """Seconds that the chore takes, apart from what else a release leaves to do."""
    index, taken = CHORES["index_words"], 0.0

    def timed(*arguments: Any) -> None:
        nonlocal taken
        start = time.perf_counter()
        index(*arguments)
        taken += time.perf_counter() - start

    CHORES["index_words"] = timed
    try:
        do_chores(app.world, wait_for_lake=True)
    finally:
        CHORES["index_words"] = index
    return taken


def _ask(app: App, texts: list[str]) -> dict[str, Any]:
    """Milliseconds of a query, and the share of answers that find the words that they repeat."""
    random, taken, found = Random(7), [], 0
    long = [text for text in texts if len(text.split()) >= 2 * _REPEATED]
    for number in range(_ASKED):
        said = random.choice(long).split()
        start = random.randrange(len(said) - _REPEATED)
        passage = " ".join(said[start : start + _REPEATED])
        around = [" ".join(f"w{random.getrandbits(16)}" for _ in range(100)) for _ in range(2)]
        answer = f"{around[0]} {passage} {around[1]} {number}"
        begin = time.perf_counter()
        resembles = attribute(app.world, answer)
        taken.append(time.perf_counter() - begin)
        middle = len(around[0]) + len(passage) // 2
        found += any(start <= middle < end for each in resembles for start, end in each.spans)
    longest = " ".join(random.sample(long, min(len(long), 200)))[:MOST_CHARACTERS]
    begin = time.perf_counter()
    attribute(app.world, longest)
    return {
        "query_ms": 1000 * median(taken),
        "query_p99_ms": 1000 * sorted(taken)[int(0.99 * _ASKED)],
        "longest_ms": 1000 * (time.perf_counter() - begin),
        "found": found / _ASKED,
    }


def _bytes(app: App) -> int:
    """What the database takes, its free pages not counted."""
    with app.database.engine.connect() as connection:
        pages, free, size = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)
