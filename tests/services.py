"""The servers that tests talk to: PostgreSQL, S3 and a browser, private to one run and gone after it."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page


def absent(what: str, cure: str) -> NoReturn:
    """Skip a test for want of a server; where all of them are required, fail it."""
    message = f"{what} is missing: {cure}"
    if os.environ.get("COMMONWHEEL_REQUIRE_SERVICES"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# PostgreSQL ----------------------------------------------------------------------------------------------------

POSTGRES_START_SECONDS = 30
# A cluster that lives for minutes need not survive a power cut, and each worker has its own.
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


def postgres_programs() -> Path:
    """The folder of PostgreSQL's server programs; Debian keeps them off the PATH, by version."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: float(p.parts[-3]))
    found = shutil.which("postgres") or (debian[-1] if debian else None)
    return Path(found).parent if found else absent("PostgreSQL", "install Debian's package postgresql")


def unprivileged() -> list[str]:
    """What to put before a PostgreSQL command: it refuses root, and it must not outlive the tests."""
    if not shutil.which("setpriv"):
        return []
    other_user = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    return ["setpriv", "--pdeathsig", "QUIT", *other_user, "--"]


def make_cluster(folder: Path, password: str) -> None:
    """Write an empty database cluster into `folder`/data."""
    secret = folder / "password"
    secret.write_text(password)
    if os.getuid() == 0:
        for path in (folder, secret):
            shutil.chown(path, "postgres", "postgres")
    access = ["--username=commonwheel", "--auth=scram-sha-256", f"--pwfile={secret}"]
    options = [*access, "--encoding=UTF8", "--locale=C", "--no-sync", "-D", str(folder / "data")]
    command = [str(postgres_programs() / "initdb"), *options]
    subprocess.run([*unprivileged(), *command], cwd=folder, check=True, capture_output=True)


def start_cluster(folder: Path, url: str, port: int) -> "subprocess.Popen[bytes]":
    """Start the server on `port` and wait until it answers at `url`."""
    import psycopg

    options = [word for name, value in QUICK.items() for word in ("-c", f"{name}={value}")]
    command = [str(postgres_programs() / "postgres"), "-D", str(folder / "data"), "-p", str(port), *options]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*unprivileged(), *command], cwd=folder, stdout=log, stderr=log)
    give_up = time.monotonic() + POSTGRES_START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return server
        except psycopg.OperationalError:
            if server.poll() is None and time.monotonic() < give_up:
                time.sleep(0.05)
                continue
            server.kill()
            server.wait()
            pytest.fail(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}", pytrace=False)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """The address of a private PostgreSQL server, without a database's name at its end."""
    postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="commonwheel-postgres-"))
    password, port = secrets.token_urlsafe(18), free_port()
    address = f"postgresql://commonwheel:{password}@127.0.0.1:{port}"
    try:
        make_cluster(folder, password)
        server = start_cluster(folder, f"{address}/postgres", port)
        try:
            yield address
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            server.wait(POSTGRES_START_SECONDS)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres_cluster: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database, as `COMMONWHEEL_DATABASE_URL` takes it."""
    import psycopg

    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(f"{postgres_cluster}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield f"{postgres_cluster}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


# S3 ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class S3:
    """One empty bucket. `options` are both storage options and environment variables, by the same names."""

    bucket: str
    endpoint: str
    options: dict[str, str]

    @property
    def url(self) -> str:
        """The address of a lake in this bucket, as `COMMONWHEEL_LAKE_URL` takes it."""
        return f"s3://{self.bucket}/lake"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3 server on loopback."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_endpoint: str) -> S3:
    """A fresh bucket."""
    import httpx

    bucket = f"test-{secrets.token_hex(8)}"
    httpx.put(f"{s3_endpoint}/{bucket}").raise_for_status()
    options = {
        "AWS_ENDPOINT_URL": s3_endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }
    return S3(bucket=bucket, endpoint=s3_endpoint, options=options)


@pytest.fixture
def s3_storage(s3: S3) -> tuple[str, dict[str, str]]:
    """The address of an empty lake in S3 and the storage options that reach it."""
    return s3.url, s3.options


# A browser -----------------------------------------------------------------------------------------------------

# A page under test reaches its own server and nothing else, and the browser itself calls nobody.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@pytest.fixture
def page() -> Iterator["Page"]:
    """An empty page in the system's Chromium, for each test its own: a driver left open would block asyncio."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        absent("Chromium", "install Debian's package chromium")
    with sync_playwright() as driver:
        # Chromium's own sandbox refuses to run as root.
        browser = driver.chromium.launch(executable_path=chromium, args=QUIET, chromium_sandbox=os.getuid() != 0)
        yield browser.new_page()
        browser.close()
