"""The curator in its own process, against detectors that hang, crash, eat memory and lie."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from commonwheel.adapters.curator_process import ProcessCurator
from commonwheel.curate.detect import detect
from commonwheel.errors import Unavailable
from commonwheel.ports import Detection

HOSTILE = '''
"""Detectors that do what a text tells them to."""
import os, re, sys, time
from pathlib import Path
from commonwheel.curate.scan import Detector
from commonwheel.records.findings import Finding

def found(body, kind="personal.email", **more):
    return Finding(**{"kind": kind, "detector": "obeys", "version": "1", "score": 1.0} | more)

def obey(bodies):
    [body] = bodies
    text = body["messages"][0]["content"]
    if text == "loop":
        while True: pass
    if text == "hold the lock":
        re.match(r"(a+)+$", "a" * 60 + "b")
    if text == "raise":
        raise RuntimeError(text)
    if text == "exit":
        os._exit(3)
    once = Path(__file__).with_suffix(".once")
    if text == "exit once" and not once.exists():
        once.touch()
        os.kill(os.getpid(), 9)
    if text == "leave":
        sys.exit(1)
    if text == "eat":
        hoard = [bytearray(1 << 20) for _ in range(1 << 20)]
    if text == "print":
        print("x" * 100000); sys.stdout.flush(); os.write(1, b"junk" * 1000)
    if text == "write":
        Path(__file__).with_suffix(".out").write_text("no")
    if text == "much":
        return [[found(body, score=0.5) for _ in range(20000)]]
    if text == "environment":
        return [[found(body, kind="env." + name.lower()) for name in os.environ]]
    return [[found(body)]]

def calm(bodies):
    return [[] for _ in bodies]

DETECTORS = (
    Detector(name="calm", version="1", detect=calm),
    Detector(name="obeys", version="1", detect=obey),
)
'''


def chat(text):
    return {"kind": "chat", "messages": [{"role": "user", "content": text}]}


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    """The import path of detectors that misbehave on demand, in a child with little time and memory."""
    (tmp_path / "hostile_detectors.py").write_text(HOSTILE)
    paths = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    return "hostile_detectors:DETECTORS"


@pytest.fixture
def curator(hostile):
    """A curator of misbehaving detectors."""
    curator = ProcessCurator(timeout=1.0, memory_limit=300 << 20, detectors=hostile)
    yield curator
    curator.close()


@pytest.fixture
def real():
    """The curator as it is used."""
    curator = ProcessCurator()
    yield curator
    curator.close()


def kinds(detection):
    return [finding.kind for finding in detection.findings]


FINE = ["personal.email"]


def test_it_finds_what_detectors_find(real):
    bodies = [chat(f"mail ann{n}@example.org or 😀 call +41 79 123 45 {n:02}") for n in range(50)]
    assert real.detect(bodies) == [detect(body) for body in bodies]
    assert real.detect([]) == []


def test_large_bodies_pass(real):
    bodies = [chat("word " * 100_000 + f"ann{n}@example.org") for n in range(6)]
    found = [[kind for kind in kinds(answer) if kind in FINE] for answer in real.detect(bodies)]
    assert found == [FINE] * 6


@pytest.mark.parametrize("order", ["loop", "hold the lock"])
def test_a_detector_that_hangs_is_named_and_the_rest_is_done(curator, order):
    before, hung, after, last = curator.detect([chat("fine"), chat(order), chat("fine"), chat("fine")])
    assert hung == Detection(timed_out=("obeys",))
    assert kinds(before) == kinds(after) == kinds(last) == FINE


@pytest.mark.parametrize("order", ["raise", "leave", "eat", "write"])
def test_a_detector_that_breaks_is_named(curator, order):
    broken, after = curator.detect([chat(order), chat("fine")])
    assert broken == Detection(failed=("obeys",))
    assert kinds(after) == FINE


def test_a_body_that_ends_the_process_twice_is_given_up(curator):
    before, gone, after = curator.detect([chat("fine"), chat("exit"), chat("fine")])
    assert gone == Detection(failed=("process",))
    assert kinds(before) == kinds(after) == FINE


def test_a_body_that_ends_the_process_once_is_tried_again(curator):
    answer, after = curator.detect([chat("exit once"), chat("fine")])
    assert kinds(answer) == kinds(after) == FINE


def test_the_process_being_killed_between_bodies_is_not_noticed(curator):
    assert kinds(curator.detect([chat("fine")])[0]) == FINE
    [child] = children_of(os.getpid())
    os.kill(child, signal.SIGKILL)
    assert kinds(curator.detect([chat("fine")])[0]) == FINE


def test_what_a_detector_prints_disturbs_nothing(curator):
    assert [kinds(answer) for answer in curator.detect([chat("print"), chat("fine")])] == [FINE, FINE]


def test_long_answers_arrive_whole(curator):
    many, after = curator.detect([chat("much"), chat("fine")])
    assert (len(many.findings), kinds(after)) == (20000, FINE)


def test_the_child_is_told_no_secrets(curator, monkeypatch):
    monkeypatch.setenv("COMMONWHEEL_SECRET", "x")
    [answer] = curator.detect([chat("environment")])
    assert "env.commonwheel_secret" not in kinds(answer)
    assert "env.pythonpath" in kinds(answer)


def test_a_body_that_is_not_json_is_given_up(curator):
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    odd, deep, fine = curator.detect([chat({1, 2}), chat(nested), chat("fine")])
    assert odd == deep == Detection(failed=("process",))
    assert kinds(fine) == FINE


def test_threads_take_turns(curator):
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda n: curator.detect([chat("fine")] * n), range(1, 9)))
    assert [len(result) for result in results] == list(range(1, 9))
    assert all(kinds(answer) == FINE for result in results for answer in result)
    assert len(children_of(os.getpid())) == 1


def test_it_starts_when_needed_and_ends_when_closed(hostile):
    before = children_of(os.getpid())
    curator = ProcessCurator(detectors=hostile)
    assert children_of(os.getpid()) == before
    curator.detect([chat("fine")])
    assert len(children_of(os.getpid())) == len(before) + 1
    curator.close()
    curator.close()
    assert children_of(os.getpid()) == before
    with pytest.raises(Unavailable):
        curator.detect([chat("fine")])


def test_closing_does_not_wait_for_a_body(hostile):
    curator = ProcessCurator(timeout=600, detectors=hostile)
    curator.detect([chat("fine")])
    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(curator.detect, [chat("loop")])
        time.sleep(0.2)
        curator.close()
        with pytest.raises(Unavailable):
            hanging.result(timeout=60)


@pytest.mark.parametrize("detectors", ["no_such_module:X", "hostile_detectors:NOTHING"])
def test_a_child_that_does_not_start_is_said_to(hostile, detectors):
    curator = ProcessCurator(detectors=detectors)
    with pytest.raises(Unavailable, match="does not start"):
        curator.detect([chat("fine")])
    curator.close()


@pytest.mark.parametrize("order", ["fine", "loop", "hold the lock"])
def test_the_child_does_not_outlive_a_killed_parent(hostile, order):
    program = f"""
        from commonwheel.adapters.curator_process import ProcessCurator
        curator = ProcessCurator(timeout=1.0, detectors={hostile!r})
        body = lambda text: {{"kind": "chat", "messages": [{{"role": "user", "content": text}}]}}
        curator.detect([body("fine")])
        print("ready", flush=True)
        curator.detect([body({order!r})])
        input()
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        [child] = children_of(parent.pid)
        time.sleep(0.3)
        parent.kill()
    for _ in range(300):
        if not is_running(child):
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child lives on")


def test_the_child_imports_little():
    program = "import sys, commonwheel.adapters.curator_child, commonwheel.curate.detect; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"fastapi", "sqlalchemy", "deltalake", "boto3", "pyarrow", "cryptography"} & set(loaded)


def children_of(pid):
    """Process ids of the curators whose parent is `pid`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z" and b"curator_child" in command:
            found.append(int(stat.parent.name))
    return found


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def only_email(tmp_path, monkeypatch):
    """A module with one detector that has patterns."""
    (tmp_path / "only_email.py").write_text(
        "from commonwheel.curate.detectors import email\nDETECTORS = (email.DETECTOR,)\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    return "only_email:DETECTORS"


def test_patterns_are_compiled_beside_and_then_used(only_email, tmp_path):
    curator = ProcessCurator(detectors=only_email, cache=tmp_path / "cache")
    body = chat("Write to ann@example.org.")
    (first,) = curator.detect([body])
    assert curator._child is not None
    assert curator._child.engine == "python"
    deadline = time.monotonic() + 60
    while curator._child.engine == "python":
        assert time.monotonic() < deadline
        assert curator.detect([body]) == [first]
    assert curator._child.engine == "hyperscan"
    assert kinds(first) == FINE
    curator.close()


def test_a_cache_that_takes_nothing_leaves_the_slower_engine(only_email, tmp_path):
    (tmp_path / "cache").write_text("a file, and no folder")
    curator = ProcessCurator(detectors=only_email, cache=tmp_path / "cache")
    body = chat("Write to ann@example.org.")
    first = curator.detect([body])
    assert curator._compiler is not None
    curator._compiler.wait(60)
    children = set()
    for _ in range(3):
        assert curator.detect([body]) == first
        assert curator._child is not None
        children.add(curator._child._process.pid)
    assert len(children) == 1
    curator.close()
