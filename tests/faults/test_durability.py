"""What is answered is on the disk: the system calls of a real server are watched.

Power cannot be cut in a test. What can be seen is the order: SQLite's log is flushed before the answer
leaves, and the files of a release are flushed before it is sealed.
"""

import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from commonwheel.app import App
from tests.services import absent
from tests.torture.instance import Instance
from tests.torture.people import TERMS

CHAT = {"kind": "chat", "messages": [{"role": "user", "content": "What lasts?"}], "terms": TERMS}


@pytest.fixture
def watched(tmp_path: Path) -> tuple[tuple[str, ...], Path]:
    """What to put before a command so that its system calls are written down, and where to."""
    strace = shutil.which("strace") or absent("strace", "install Debian's package strace")
    if subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True).returncode:
        pytest.skip("processes may not be traced here; the settings of the connections are tested all the same")
    calls = "trace=fsync,fdatasync,sendto,sendmsg,write,writev,pwrite64,rename,renameat2,openat"
    return (strace, "-f", "-y", "-s", "40", "-e", calls, "-o", str(tmp_path / "calls")), tmp_path / "calls"


def calls_in(path: Path) -> list[str]:
    """The calls that ended, without process numbers; one that was interrupted counts where it ended."""
    begun: dict[str, str] = {}
    calls = []
    for line in path.read_text(errors="replace").splitlines():
        pid, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[pid] = call
        elif call.startswith("<..."):
            calls.append(begun.pop(pid, "") + call)
        else:
            calls.append(call)
    return calls


def test_a_gift_is_flushed_before_it_is_acknowledged(
    instance: Instance, watched: tuple[tuple[str, ...], Path]
) -> None:
    before, log = watched
    token = instance.token()
    server = instance.server = instance.spawn("serve", "--no-worker", before=before)
    while not instance.answers():
        assert server.poll() is None, instance.log_text()
    for number in range(3):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"k{number}"}
        answer = httpx.post(f"{instance.url}/api/v1/contributions", json=CHAT, headers=headers, timeout=30)
        assert answer.status_code == 201
    calls = calls_in(log)
    wal = "commonwheel.db-wal"
    answers = [index for index, call in enumerate(calls) if "HTTP/1.1 201" in call]
    assert len(answers) == 3
    previous = 0
    for index in answers:
        between = calls[previous:index]
        written = [i for i, call in enumerate(between) if call.startswith("pwrite64") and wal in call]
        flushed = [i for i, call in enumerate(between) if re.match(r"f(data)?sync", call) and wal in call]
        assert written and flushed, "the write-ahead log was not flushed before the answer"
        assert max(flushed) > max(written), "something was written after the last flush"
        previous = index


def test_a_release_is_flushed_before_it_is_sealed(
    instance: Instance, watched: tuple[tuple[str, ...], Path]
) -> None:
    before, log = watched
    instance.start()
    headers = {"Authorization": f"Bearer {instance.token()}"}
    httpx.post(f"{instance.url}/api/v1/contributions", json=CHAT, headers=headers, timeout=30).raise_for_status()
    while httpx.get(f"{instance.url}/health", timeout=30).json()["ready"] == 0:
        pass
    instance.stop()
    cut = instance.spawn("release", "cut", before=before)
    assert cut.wait(120) == 0, instance.log_text()
    calls = calls_in(log)
    flushes = [(i, call) for i, call in enumerate(calls) if re.match(r"f(data)?sync", call)]
    data = [i for i, call in flushes if ".parquet" in call]
    entries = [i for i, call in flushes if "_delta_log" in call]
    seal = max(i for i, call in flushes if "commonwheel.db-wal" in call)
    assert data and entries, "the lake was not flushed"
    assert min(data) < max(entries) < seal


@pytest.mark.parametrize("store", ["database", "keys"])
def test_every_connection_flushes_each_commit(app: App, store: str) -> None:
    engine = app.database.engine if store == "database" else app.keys.engine
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
