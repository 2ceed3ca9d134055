"""What every test runs under: no network but loopback, no settings of the developer's, no deadlines."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from commonwheel.adapters.curator_process import ProcessCurator

pytest_plugins = ["tests.services"]

ROOT = Path(__file__).resolve().parents[1]

# What the test run itself is told; every other setting in the developer's shell would change what is tested.
FOR_THE_TESTS = {"COMMONWHEEL_REQUIRE_SERVICES", "COMMONWHEEL_TORTURE_ROUNDS"}
for name in [n for n in os.environ if n.startswith("COMMONWHEEL_") and n not in FOR_THE_TESTS]:
    del os.environ[name]

# Readers of public data ask a hub when they can; here they never may.
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", DO_NOT_TRACK="1")

hypothesis.settings.register_profile("commonwheel", deadline=None, print_blob=True)
hypothesis.settings.load_profile("commonwheel")


class NetworkUsed(RuntimeError):
    """A test reached for the network. Tests talk to servers on loopback that they started themselves."""


LOOPBACK = ("127.", "::1", "localhost")


def is_loopback(host: object) -> bool:
    """Whether a host, as given to a socket, stays on this machine; a Unix socket has a path instead."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    return text in (None, "", "0.0.0.0", "::") or (isinstance(text, str) and text.startswith(LOOPBACK))


def forbid_network(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook: it sees sockets however they are made, also below asyncio."""
    if event in ("socket.connect", "socket.sendto"):
        host = args[1][0] if isinstance(args[1], tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return
    if not is_loopback(host):
        raise NetworkUsed(f"{event} to {host!r}")


def pytest_configure() -> None:
    """Hooks cannot be taken back: it stays for the whole run."""
    sys.addaudithook(forbid_network)


@pytest.fixture(scope="session", autouse=True)
def compiled_patterns() -> None:
    """The patterns of all detectors, compiled once for all processes of the run: else each would do it beside."""
    from commonwheel.curate.prefilter import user_cache

    arguments = ("compile", "commonwheel.curate.detectors:DETECTORS", str(user_cache()))
    subprocess.run([sys.executable, "-m", "commonwheel.adapters.curator_child", *arguments], check=True)


@pytest.fixture(scope="session")
def curator(compiled_patterns: None) -> Iterator["ProcessCurator"]:
    """The real detectors in their real process, started once: to load them takes a second."""
    from commonwheel.adapters.curator_process import ProcessCurator

    shared = ProcessCurator(timeout=20.0)
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public data beside the project's root."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real data are missing: put the folder shared/data beside the project's root")
    return folder


@pytest.fixture(scope="session")
def torture_rounds() -> int:
    """How often the kill harness strikes: 20 times in `make test`, 200 in `make torture`."""
    return int(os.environ.get("COMMONWHEEL_TORTURE_ROUNDS", "20"))
