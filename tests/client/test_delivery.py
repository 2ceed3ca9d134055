"""Whatever an instance, a proxy, a disk or a fork does, no line is lost uncounted, sent twice or in the way."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commonwheel.client import Commonwheel, Stats, Wheel
from commonwheel.client.reaching import Clock, asked_for
from commonwheel.client.spool import Spool
from tests.client.instances import Answer, instance, refused, taken
from tests.client.test_wheel import NOBODY, edit, until

BIG = 1_000_000_000


def busy(*_: Any) -> Answer:
    """Come back in a minute."""
    return 429, {"Retry-After": "60"}, b""


def accounted(stats: Stats) -> bool:
    """Whether it is known of each line what became of it."""
    return stats.logged == stats.sent + stats.refused + stats.dropped + stats.spooled


@pytest.mark.parametrize("spooling", [True, False])
def test_a_server_that_hangs_at_the_end_costs_no_line(tmp_path: Path, spooling: bool) -> None:
    end = threading.Event()

    def hang(lines: list[bytes]) -> Answer:
        end.wait(20)
        return taken(lines)

    with instance(hang) as there:
        wheel = Wheel(there.url, spool=tmp_path if spooling else None)
        wheel.edits.log(**edit(1))
        until(lambda: there.came)
        wheel.edits.log(**edit(2))
        begun = time.monotonic()
        stats = wheel.close(0.3)
        assert time.monotonic() - begun < 2
        assert accounted(stats) and (stats.spooled, stats.dropped) == ((2, 0) if spooling else (0, 2))
        end.set()
    if spooling:
        with instance() as there:  # the same key again, so that nothing is given twice
            Wheel(there.url, spool=tmp_path).close()
            assert sorted(there.lines()) == ["Question 1?", "Question 2?"]


AT_FIRST: dict[str, Answer] = {
    "the token was rotated": refused(401, "not_signed_in"),
    "the token lacks a scope": refused(403, "not_allowed"),
    "nothing there": (404, {}, b"<h1>nginx</h1>"),
    "moved": (308, {"Location": "https://elsewhere.example/"}, b""),
    "broken": refused(500, "broken"),
    "an empty answer": (200, {}, b""),
    "a portal's page": (200, {}, b"<h1>Sign in to the network</h1>"),
    "too few answers": (200, {}, b'{"status": 201}\n'),
    "another shape": (200, {}, b"[]\n1\n"),
    "a proxy finds faults": (422, {}, b"no"),
}


@pytest.mark.parametrize("spooling", [True, False])
@pytest.mark.parametrize("first", AT_FIRST.values(), ids=list(AT_FIRST))
def test_what_is_not_taken_is_sent_again_later(tmp_path: Path, first: Answer, spooling: bool) -> None:
    answers: list[Callable[..., Answer]] = [taken, lambda _: first]
    with instance(lambda lines: (answers.pop() if len(answers) > 1 else answers[0])(lines)) as there:
        wheel = Wheel(there.url, spool=tmp_path if spooling else None)
        for number in range(2):
            wheel.edits.log(**edit(number))
        until(lambda: wheel.stats.sent == 2)
        wheel.close()
        (key, lines), (again, same) = there.came
    assert (key, lines) == (again, same) and len(lines) == 2
    assert (wheel.stats.refused, wheel.stats.dropped) == (0, 0) and Spool(tmp_path, BIG).waiting() == 0


@pytest.mark.parametrize("status, code", [(415, "unsupported_encoding"), (422, "invalid")])
def test_what_the_instance_can_never_take_is_refused(tmp_path: Path, status: int, code: str) -> None:
    with instance(lambda _: refused(status, code)) as there:
        wheel = Wheel(there.url, spool=tmp_path)
        wheel.edits.log(**edit(1))
        assert wheel.flush(20) and wheel.close() == Stats(logged=1, refused=1)
        assert len(there.came) == 1


@pytest.mark.parametrize("spooled", [True, False])
def test_a_proxy_that_takes_little_at_once_gets_little(tmp_path: Path, spooled: bool) -> None:
    def small(lines: list[bytes]) -> Answer:
        return taken(lines) if sum(map(len, lines)) < 1_500 else (413, {}, b"<h1>nginx</h1>")

    if spooled:
        lines = [json.dumps({"kind": "correction", **edit(number)}).encode() for number in range(50)]
        Spool(tmp_path, BIG).keep("some-key", b"\n".join([*lines, b'{"prompt": "%s"}' % (b"x" * 2_000)]))
    with instance(small) as there:
        wheel = Wheel(there.url, spool=tmp_path if spooled else None)
        if not spooled:
            for number in range(50):
                wheel.edits.log(**edit(number))
            wheel.edits.log(prompt="x" * 2_000, original="a", edited="b")
        until(lambda: wheel.stats.sent == 50 and wheel.stats.refused == 1)
        assert wheel.close().dropped == 0
    assert Spool(tmp_path, BIG).waiting() == 0


@pytest.mark.parametrize("spooling", [True, False])
def test_an_instance_that_asks_for_time_gets_it(tmp_path: Path, spooling: bool) -> None:
    with instance(busy) as there:
        wheel = Wheel(there.url, spool=tmp_path if spooling else None)
        wheel.edits.log(**edit(0))
        assert wheel.flush(20 if spooling else 1) == spooling
        for number in range(1, 30):
            wheel.edits.log(**edit(number))
            time.sleep(0.05)
        wheel.flush(0.2)
        begun = time.monotonic()
        stats = wheel.close(5)
        assert time.monotonic() - begun < 2, "nothing would come of waiting"
        assert len(there.came) == stats.retries == 1
    assert accounted(stats) and stats.spooled == (30 if spooling else 0)


def test_how_long_to_wait_has_bounds() -> None:
    for said, seconds in {"60": 60, "9" * 5_000: 300, "0": 0, "-1": None, "²": None, "soon": None}.items():
        assert asked_for({"Retry-After": said}) == seconds
    clock = Clock()
    for _ in range(2_000):
        clock.failed(None)
        assert 0 < clock.left() <= 60
    clock.failed(30)
    assert 29 < clock.left() <= 33
    clock.worked()
    assert clock.left() == 0


@pytest.mark.parametrize(
    "url", ["http://here:99999999", "ftp://here", "here:8000", "", "http://", "http://here:port"]
)
def test_what_is_no_address_is_told_at_once(url: str) -> None:
    for client in (Wheel, Commonwheel):
        with pytest.raises(ValueError, match="address"):
            client(url)


def test_what_is_no_token_is_told_at_once_and_not_repeated() -> None:
    for client in (Wheel, Commonwheel):
        with pytest.raises(ValueError, match="token") as told:
            client(NOBODY, "cw_sec ret")
        assert "sec" not in str(told.value)
    with instance() as there, Wheel(there.url, "cw_from_a_file\n") as wheel:
        wheel.edits.log(**edit(1))
        assert wheel.flush(20) and wheel.stats.sent == 1


def test_a_sender_goes_on_whatever_it_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    post = "httpx.Client.post"
    with instance() as there, Wheel(there.url) as wheel:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(post, lambda *_, **__: (_ for _ in ()).throw(RuntimeError("something else")))
            wheel.edits.log(**edit(1))
            assert not wheel.flush(0.5) and wheel.stats.retries
        assert wheel.flush(20) and wheel.stats.sent == 1


def test_a_disk_that_takes_nothing_leaves_lines_in_memory(tmp_path: Path) -> None:
    answers: list[Answer] = [(503, {}, b""), (503, {}, b"")]
    with instance(lambda lines: answers.pop() if answers else taken(lines)) as there:
        wheel = Wheel(there.url, spool=tmp_path / "file" / "spool")
        (tmp_path / "file").write_text("where the folder should be")
        wheel.edits.log(**edit(1))
        assert wheel.flush(20)
        assert wheel.close() == Stats(logged=1, sent=1, retries=2)


def test_memory_has_a_bound_while_nobody_answers() -> None:
    wheel = Wheel(NOBODY)
    for _ in range(200):
        wheel.edits.log(prompt="x" * 1_000_000, original="a", edited="b")
    assert 100 < wheel.stats.dropped < 200
    wheel.close(0)


def test_a_flush_waits_for_what_was_logged_before_and_no_longer() -> None:
    def slow(lines: list[bytes]) -> Answer:
        time.sleep(0.1)
        return taken(lines)

    stop = threading.Event()

    def more() -> None:
        while not stop.wait(0.001):
            wheel.edits.log(**edit(2))

    with instance(slow) as there, Wheel(there.url) as wheel:
        logging = threading.Thread(target=more)
        logging.start()
        wheel.edits.log(**edit(1))
        assert wheel.flush(5)
        stop.set()
        logging.join()


SPOOLING = """
import time; from commonwheel.client import Wheel
wheel = Wheel({url!r}, spool={spool!r})
for number in range(5):
    wheel.edits.log(prompt=f"Question {{number}}?", original="a", edited="b")
wheel.flush()
print(wheel.stats.spooled, flush=True)
time.sleep(60)
"""


def test_what_was_spooled_before_a_kill_is_sent_by_the_next_start(tmp_path: Path) -> None:
    program = SPOOLING.format(url=NOBODY, spool=str(tmp_path / "spool"))
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "5\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert oct((tmp_path / "spool").stat().st_mode & 0o777) == "0o700"
    with instance() as there:
        wheels = [Wheel(there.url, spool=tmp_path / "spool") for _ in range(3)]  # nothing is logged
        until(lambda: sum(wheel.stats.sent for wheel in wheels) == 5)
        for wheel in wheels:
            wheel.close()
        assert sorted(there.lines()) == [f"Question {number}?" for number in range(5)]


def test_what_is_no_batch_is_left_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path, BIG)
    spool.keep("a-key", b'{"prompt": "mine"}')
    (tmp_path / "elsewhere").write_text("{}")
    (tmp_path / "a link.ndjson").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link.ndjson").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "ключ.ndjson").write_text("{}")
    os.mkfifo(tmp_path / "pipe.ndjson")
    (tmp_path / "folder.ndjson").mkdir()
    assert spool.waiting() == 1
    with instance() as there:
        Wheel(there.url, spool=tmp_path).close()
        assert there.lines() == ["mine"]


def test_a_spool_that_is_full_counts_the_lines_that_had_to_go(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100)
    assert spool.keep("a", b"\n".join([b"x" * 10] * 5)) == 0
    assert spool.keep("b", b"\n".join([b"x" * 20] * 4)) == 5
    assert spool.waiting() == 1


def test_a_fork_while_lines_are_under_way_sends_none_twice(tmp_path: Path) -> None:
    gate = threading.Event()

    def wait(lines: list[bytes]) -> Answer:
        gate.wait(10)
        return taken(lines)

    with instance(wait) as there:
        wheel = Wheel(there.url, spool=tmp_path)
        wheel.edits.log(**edit(1))
        until(lambda: there.came)
        wheel.edits.log(**edit(2))
        child = os.fork()
        if child == 0:
            status = 1
            try:
                wheel.edits.log(**edit(3))
                status = 0 if wheel.close(20) == Stats(logged=1, sent=1) else 2
            finally:
                os._exit(status)
        gate.set()
        assert os.waitpid(child, 0)[1] == 0
        assert wheel.close() == Stats(logged=2, sent=2)
        assert sorted(there.lines()) == ["Question 1?", "Question 2?", "Question 3?"]


def test_a_child_does_not_keep_what_its_parent_could_not_send(tmp_path: Path) -> None:
    spool = Spool(tmp_path, BIG)
    spool.keep("a-key", b"{}")
    taken_by_parent = spool.take()
    assert taken_by_parent is not None
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    try:
        taken_by_parent.put_back()
        assert Spool(tmp_path, BIG).take() is not None
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_logs_hold_no_content(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    answers = [busy, lambda _: refused(422, "invalid"), lambda _: (200, {}, b"a private thing")]
    with instance(lambda lines: answers.pop()(lines) if answers else taken(lines)) as there:
        wheel = Wheel(there.url, "cw_a_private_token", spool=tmp_path)
        for _ in range(3):
            wheel.edits.log(prompt="a private thing", original="a private thing", edited="a private thing")
            wheel.flush(1)
        wheel.close(0.5)
    assert caplog.records and "private" not in caplog.text
