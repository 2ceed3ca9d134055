"""Several processes on one folder: what may not be done twice is refused, and says who does it."""

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from commonwheel.app import App, build
from commonwheel.errors import LakeBusy
from commonwheel.journeys.cut_release import cut_release
from commonwheel.journeys.read_release import releases, verify
from commonwheel.records.states import State
from commonwheel.settings import load_settings
from tests.torture.instance import Instance, until
from tests.torture.people import TERMS

HOLDS_THE_LAKE = """
import sys
from commonwheel.app import build
from commonwheel.journeys.leases import lake_lease
from commonwheel.settings import load_settings
app = build(load_settings())
with lake_lease(app.world, "cutting a release"):
    print("held", flush=True)
    sys.stdin.read()
app.close()
"""


def beside(instance: Instance) -> App:
    """The same instance, opened by this process."""
    return build(load_settings(instance.variables))


def give(instance: Instance, token: str, number: int) -> list[str]:
    """Give chats over HTTP and wait until they are curated."""
    headers = {"Authorization": f"Bearer {token}"}
    ids = []
    for each in range(number):
        body = {"kind": "chat", "messages": [{"role": "user", "content": f"What is {each}?"}], "terms": TERMS}
        answer = httpx.post(f"{instance.url}/api/v1/contributions", json=body, headers=headers, timeout=30)
        assert answer.status_code == 201
        ids.append(answer.json()["id"])
    until(lambda: httpx.get(f"{instance.url}/health", timeout=30).json()["waiting"] == 0, "curation")
    return ids


def test_a_second_server_refuses_and_names_the_first(instance: Instance) -> None:
    instance.start("--no-worker")
    assert instance.server is not None
    second = instance.run("serve", "--port", "0")
    assert second.returncode == 1
    assert str(instance.server.pid) in second.stderr
    assert str(instance.home) in second.stderr
    assert instance.answers()
    instance.kill_server()
    instance.start("--no-worker")


@pytest.fixture
def holder(instance: Instance) -> "subprocess.Popen[bytes]":
    """A process that holds the lake, and is paused."""
    environment = {**instance.variables, "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(filter(None, sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_LAKE], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None and process.stdout.readline() == b"held\n"
    process.send_signal(signal.SIGSTOP)
    return process


def finish(holder: "subprocess.Popen[bytes]") -> None:
    holder.kill()
    holder.communicate()


def test_who_holds_the_lake_is_named(instance: Instance, holder: "subprocess.Popen[bytes]") -> None:
    app = beside(instance)
    hasty = replace(app.world, limits=replace(app.world.limits, lake_wait=timedelta(seconds=0.2)))
    try:
        with pytest.raises(LakeBusy) as told:
            cut_release(hasty)
        assert f":{holder.pid}:" in told.value.message
        assert "cutting a release" in told.value.message
    finally:
        finish(holder)
        app.close()


def test_a_command_waits_for_the_lake_and_goes_on_when_its_holder_dies(
    instance: Instance, holder: "subprocess.Popen[bytes]"
) -> None:
    waiting = instance.spawn("release", "cut", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(3)
    finally:
        finish(holder)
    _, told = waiting.communicate(timeout=60)
    assert b"nothing to cut" in told


def test_a_withdrawal_that_races_a_cut_wins(instance: Instance) -> None:
    instance.start()
    token = instance.token()
    ids = give(instance, token, 40)
    headers = {"Authorization": f"Bearer {token}"}
    cutting = instance.spawn("release", "cut")
    withdrawn = []
    for id in ids[::2]:
        answer = httpx.post(f"{instance.url}/api/v1/contributions/{id}/withdraw", headers=headers, timeout=30)
        assert answer.status_code == 200
        withdrawn.append(id)
    assert cutting.wait(60) == 0, instance.log_text()
    app = beside(instance)
    try:
        if len(releases(app.world)) == 1:
            instance.run("release", "cut")
        versions = [release.version for release, _ in releases(app.world)]
        with app.world.database.read() as tx:
            members = {row.contribution for row in tx.releases.open_members()}
            states = {id: tx.contributions.revisions(id)[-1].state for id in ids}
        assert members.isdisjoint(withdrawn)
        assert members == {id for id, state in states.items() if state is State.RELEASED}
        assert {states[id] for id in withdrawn} == {State.WITHDRAWN}
        assert [verify(app.world, version) for version in versions] == [[] for _ in versions]
    finally:
        app.close()
    instance.stop()
