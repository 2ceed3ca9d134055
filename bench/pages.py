"""Pages over a large commons: how soon each answers, and how much a browser loads for it."""

import http.client
import re
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from random import Random, randrange
from typing import Any
from urllib.parse import quote

from bench import sut
from bench.messages import fresh
from bench.releasing import seed_ready
from commonwheel.app import App, build
from commonwheel.journeys.cut_release import cut_release
from commonwheel.journeys.explore import index_records
from commonwheel.settings import load_settings

_RELEASES = 10
_EACH = 300
"""So often each page is asked for; searches are of so many kinds, and records so many others."""
_LICENSES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0")
_PREFERENCES = ("", "train-ai=y", "train-ai=n", "train-ai=n;exceptions=cc-cr")
_LANGUAGES = ("en", "en", "en", "de", "fr", "gsw")
_ASSETS = re.compile(r'(?:src|href)="(/static/[^"#]+)')
_FONTS = re.compile(r"url\((fonts/[^)]+latin-[0-9]+\.woff2[^)]*)\)")
"""What a page in English loads: the files for other letters are loaded where such letters stand."""


def pages(folder: Path, records: int = 200_000) -> dict[str, Any]:
    """Medians and 99th percentiles in milliseconds, and kilobytes, of the pages that people read."""
    app = build(load_settings({"COMMONWHEEL_HOME": str(folder)}))
    start = time.perf_counter()
    for number in range(_RELEASES):
        seed_ready(app, app.world.identity.contributor("bench", "many"), _records(number, records // _RELEASES))
        cut_release(app.world)
    filled = time.perf_counter() - start
    start = time.perf_counter()
    _index(app)
    indexed = time.perf_counter() - start
    asked = _asked(app, folder)
    app.close()
    figures: dict[str, Any] = {"records": records, "filled_s": filled, "indexed_s": indexed}
    with sut.serve(folder, "--no-worker", TRUSTED_PROXIES="127.0.0.1") as served:
        for name, addresses in asked.items():
            figures |= _answers(served.port, name, addresses)
    return figures | {
        f"slowest_{figure}": max(figures[f"{name}_{figure}"] for name in asked)
        for figure in ("median_ms", "p99_ms", "kb", "script_kb")
    }


def _index(app: App) -> None:
    """Let all be found; what models' answers resemble is of no use here, and takes long."""
    for release in range(1, _RELEASES + 1):
        index_records(app.world, release)
    while True:
        with app.world.database.write() as tx:
            chores = tx.chores.pending("index_records")
            for chore in chores:
                tx.chores.done(chore.id)
        rest = [chore.payload for chore in chores if chore.payload.get("after")]
        if not rest:
            return
        for payload in rest:
            index_records(app.world, **payload)


def _records(seed: int, count: int) -> Iterator[dict[str, Any]]:
    random, words = Random(seed), fresh(seed)
    for _ in range(count):
        yield {
            "kind": "chat",
            "messages": [{"role": "user", "content": next(words)}, {"role": "assistant", "content": next(words)}],
            "assessment": random.choice(("good", "fail", "mixed")),
            "language": random.choice(_LANGUAGES),
            "terms": sut.TERMS | {"license": random.choice(_LICENSES), "ai_pref": random.choice(_PREFERENCES)},
        }


def _asked(app: App, folder: Path) -> dict[str, list[str]]:
    """Addresses by the kind of page: searches for frequent and rare words, with and without filters."""
    random = Random(7)
    words = re.findall(r"[a-z]{3,}", " ".join(text for text, _ in zip(fresh(3), range(200), strict=False)).lower())
    searches = [
        f"/explore?q={quote(' '.join(random.sample(words, random.choice((1, 1, 2, 3)))))}"
        + random.choice(("", "", "&language=de", "&learns=yes&newest=1", "&license=CC0-1.0", "&release=3"))
        for _ in range(_EACH)
    ]
    with app.world.database.read() as tx:
        last = tx.exploring.last()
        seen = [tx.exploring.near(random.randrange(last)) for _ in range(_EACH)]
    return {
        "home": ["/"],
        "explore": [f"/explore?{chosen}" for chosen in ("", "license=CC0-1.0", "language=fr&assessment=fail")],
        "search": [*searches, "/explore?q=the", "/explore?q=a"],
        "record": [f"/contributions/{found.contribution}" for found in seen if found is not None],
        "release": [f"/releases/{number}" for number in range(1, _RELEASES + 1)],
    }


def _answers(port: int, name: str, addresses: list[str]) -> dict[str, float]:
    """A visitor who comes for the first time loads everything; the others measure the answer of the server."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    page = b""
    for _, address in zip(range(max(_EACH, len(addresses))), cycle(addresses), strict=False):
        start = time.perf_counter()
        status, page = _get(connection, address)
        times.append(1000 * (time.perf_counter() - start))
        assert status == 200, (address, status)
    size, script = _weight(connection, page)
    times.sort()
    return {
        f"{name}_median_ms": times[len(times) // 2],
        f"{name}_p99_ms": times[int(len(times) * 0.99)],
        f"{name}_kb": size / 1000,
        f"{name}_script_kb": script / 1000,
    }


def _weight(connection: http.client.HTTPConnection, page: bytes) -> tuple[int, int]:
    """Bytes of a page with all that it loads, and of its scripts."""
    assets = {address: _get(connection, address)[1] for address in _ASSETS.findall(page.decode())}
    for address, content in list(assets.items()):
        if ".css" in address:
            fonts = _FONTS.findall(content.decode())
            assets |= {font: _get(connection, f"/static/{font}")[1] for font in fonts}
    scripts = sum(len(content) for address, content in assets.items() if ".js" in address)
    return len(page) + sum(map(len, assets.values())), scripts


def _get(connection: http.client.HTTPConnection, address: str) -> tuple[int, bytes]:
    """Each time as somebody else, since nobody may search so often."""
    somebody = f"10.{randrange(256)}.{randrange(256)}.{randrange(256)}"
    connection.request("GET", address, headers={"X-Forwarded-For": somebody})
    answer = connection.getresponse()
    return answer.status, answer.read()
