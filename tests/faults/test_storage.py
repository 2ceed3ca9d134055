"""The storage fails: the disk is full, the database locked, the lake unwritable. Nothing is half stored."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from commonwheel.app import App, build
from commonwheel.errors import StorageFailed
from commonwheel.journeys.curate import curate
from commonwheel.journeys.cut_release import cut_release
from commonwheel.journeys.read_release import verify
from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from commonwheel.settings import load_settings
from commonwheel.web.server import create_web
from tests.torture.instance import Instance, until
from tests.torture.people import TERMS

RARE = "zqrarefaultwordqz"


def chat(words: str = "Hello there.") -> dict[str, Any]:
    return {"kind": "chat", "messages": [{"role": "user", "content": f"{RARE} {words}"}], "terms": TERMS}


@contextmanager
def api(app: App) -> Iterator[Callable[..., httpx.Response]]:
    """Posts contributions to the API of `app`."""
    # What a door gives for nobody has a key of its own, so that the key store grows with each gift.
    headers = {"Authorization": f"Bearer {create_token(app.world, 'forum', [TokenScope.ON_BEHALF])}"}
    with TestClient(create_web(app), raise_server_exceptions=False) as client:

        def post(body: dict[str, Any], path: str = "/contributions", **more: str) -> Any:
            return client.post(f"/api/v1{path}", content=json.dumps(body), headers=headers | more)

        yield post


def refused_for_want_of_storage(answer: Any) -> None:
    """503, when to come back, what is wrong where, and nothing of what was sent."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0
    error = answer.json()["error"]
    assert error["code"] == "storage_failed"
    assert "Nothing was stored" in error["message"]
    assert RARE not in answer.text


def gifts(app: App) -> int:
    with app.world.database.read() as tx:
        return sum(tx.contributions.counts().values())


@pytest.fixture(params=["commonwheel.db", "keys.db"])
def short_of_pages(request: pytest.FixtureRequest, app: App) -> Iterator[tuple[App, Callable[[bool], None]]]:
    """An instance of which one of the two databases can be kept from growing, as on a full disk."""
    engine = app.database.engine if request.param == "commonwheel.db" else app.keys.engine
    full = False

    @event.listens_for(engine, "checkout")
    def _limit(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0] if full else 2**30
        connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    def fill(now: bool) -> None:
        nonlocal full
        full = now

    yield app, fill


def test_without_space_a_gift_is_refused_whole_and_accepted_later(
    short_of_pages: tuple[App, Callable[[bool], None]],
) -> None:
    app, fill = short_of_pages
    with api(app) as post:
        accepted = refused = 0
        fill(True)
        for number in range(200):
            answer = post(chat("word " * 500), **{"Idempotency-Key": f"k{number}"})
            if answer.status_code == 201:
                accepted += 1
                continue
            refused_for_want_of_storage(answer)
            refused += 1
            if refused == 3:
                break
        assert refused == 3, "the store never became full"
        assert gifts(app) == accepted
        fill(False)
        assert post(chat("word " * 500), **{"Idempotency-Key": f"k{number}"}).status_code in (200, 201)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A folder on a disk of its own that is soon full."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(
            f"a small disk cannot be mounted here: {mounted.stderr.strip()}; the test above fills a database"
        )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_stops_nothing_for_good(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 6) as disk:
        instance = Instance(tmp_path, HOME=str(disk / "home"))
        try:
            give_until_full(instance, disk)
        finally:
            instance.end()


def give_until_full(instance: Instance, disk: Path) -> None:
    instance.start()
    headers = {"Authorization": f"Bearer {instance.token()}"}
    url = f"{instance.url}/api/v1/contributions"
    given = []
    while True:
        answer = httpx.post(url, json=chat("word " * 20_000), headers=headers, timeout=30)
        if answer.status_code != 201:
            break
        given.append(answer.json()["id"])
        if len(given) == 3:
            (disk / "ballast").write_bytes(b"x" * max(0, shutil.disk_usage(disk).free - 300_000))
        assert len(given) < 200, "the disk never became full"
    refused_for_want_of_storage(answer)
    assert "full" in answer.json()["error"]["message"] or "disk" in answer.json()["error"]["message"]
    assert instance.answers(), "reading goes on"
    (disk / "ballast").unlink()
    until(
        lambda: httpx.post(url, json=chat(), headers=headers, timeout=30).status_code == 201,
        "a gift after the flood",
    )
    for id in given:
        assert httpx.get(f"{url}/{id}", headers=headers, timeout=30).status_code == 200
    until(
        lambda: httpx.get(f"{instance.url}/health", timeout=30).json()["waiting"] == 0, "curation after the flood"
    )
    assert RARE not in instance.log_text()
    instance.stop()


def test_a_locked_database_is_told_and_waited_out(app: App, tmp_path: Path) -> None:
    @event.listens_for(app.database.engine, "checkout")
    def _impatient(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout = 50").close()

    with (
        api(app) as post,
        closing(sqlite3.connect(tmp_path / "home" / "commonwheel.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        answer = post(chat())
        refused_for_want_of_storage(answer)
        assert "locked" in answer.json()["error"]["message"]
        assert gifts(app) == 0
        with pytest.raises(StorageFailed, match="locked"):
            curate(app.world)
        other.execute("ROLLBACK")
        assert post(chat()).status_code == 201


def in_the_place_of_the_lake(home: Path) -> Callable[[], None]:
    """A file where the lake's folder should be: not even root can write into it."""
    (home / "lake").write_text("not a folder")
    return (home / "lake").unlink


def without_write_access(home: Path) -> Callable[[], None]:
    """The lake's folder on a disk that is mounted for reading only."""
    lake = home / "lake"
    lake.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(lake)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}; a file in its place is tested")

    def mend() -> None:
        subprocess.run(["umount", str(lake)], check=True)

    return mend


@pytest.mark.parametrize("spoil", [in_the_place_of_the_lake, without_write_access])
def test_a_lake_that_takes_no_writes_loses_nothing(
    app: App, tmp_path: Path, spoil: Callable[[Path], Callable[[], None]]
) -> None:
    with api(app) as post:
        assert post(chat()).status_code == 201
    while curate(app.world):
        pass
    mend = spoil(tmp_path / "home")
    try:
        with pytest.raises(StorageFailed) as told:
            cut_release(app.world)
        assert "lake" in told.value.message
        assert RARE not in told.value.message
    finally:
        mend()
    manifest = cut_release(app.world)
    assert (manifest.version, manifest.records) == (1, 1)
    assert verify(app.world, 1) == []


def test_a_home_that_takes_no_writes_is_told_by_the_command(instance: Instance) -> None:
    instance.home.write_text("not a folder")
    done = instance.run("serve")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(instance.home) in done.stderr


def test_secrets_are_not_made_anew_over_an_empty_file(tmp_path: Path) -> None:
    build(load_settings({"COMMONWHEEL_HOME": str(tmp_path)})).close()
    (tmp_path / "secret").write_text("")
    with pytest.raises(Exception, match="restore it from a backup"):
        build(load_settings({"COMMONWHEEL_HOME": str(tmp_path)}))
