"""`commonwheel serve` and `commonwheel worker`: the processes that stay."""

import fcntl
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click

from commonwheel.adapters.logs import write_events
from commonwheel.cli.running import open_instance, opened
from commonwheel.cli.speaking import count, json_option, say, tell
from commonwheel.errors import Conflict, Misconfigured, StorageFailed
from commonwheel.settings import Settings, check_public, keep_address, load_settings, make_home, with_secrets

LOCK = "serve.lock"
_BACKLOG = 2048
_LAST_ANSWERS = 10
"""Seconds that requests under way may take after the end is announced."""


@click.command("serve")
@click.option("--host", help="Address to listen on, instead of COMMONWHEEL_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Instead of COMMONWHEEL_PORT; 0 takes a free one.")
@click.option("--no-worker", is_flag=True, help="Start no worker: 'commonwheel worker' runs elsewhere.")
@click.option("--until-eof", is_flag=True, hidden=True, help="End when standard input does.")
def serve_command(host: str | None, port: int | None, no_worker: bool, until_eof: bool) -> None:
    """Serve the API and the pages, with a worker beside them.

    Everything else runs beside it: other commands may be used at the same time.
    """
    settings = _listening_at(load_settings(), host, port)
    write_events(settings["LOG"])
    make_home(settings.home)
    if until_eof:
        Thread(target=_end_with_input, name="end-with-input", daemon=True).start()
    with only_server(settings.home):
        settings = with_secrets(settings)
        check_public(settings)
        listening = _listen(settings["HOST"], settings["PORT"])
        settings = _listening_at(settings, settings["HOST"], listening.getsockname()[1])
        keep_address(settings)
        _serve(settings, listening, worker=not no_worker)


def _serve(settings: Settings, listening: socket.socket, *, worker: bool) -> None:
    import uvicorn

    from commonwheel.web.server import create_web
    from commonwheel.worker.supervisor import Supervisor

    supervisor = Supervisor()

    class Server(uvicorn.Server):
        """Says so when it can answer, and only then starts the worker."""

        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if self.started:
                say(f"Commonwheel is at {settings.public_url}")
                say("'commonwheel token create --scope contribute' makes a token to give with.")
                if worker:
                    supervisor.start()

    # The server hears these itself, and passes them on when it has finished.
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda *_: None)
    app = open_instance(settings, new=True)
    try:
        config = uvicorn.Config(
            create_web(app),
            access_log=False,  # query strings may hold what people wrote
            log_config=None,
            server_header=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=_LAST_ANSWERS,
            proxy_headers=bool(settings["TRUSTED_PROXIES"]),
            forwarded_allow_ips=settings["TRUSTED_PROXIES"] or None,
        )
        Server(config).run(sockets=[listening])
    finally:
        supervisor.stop()
        app.close()


def _end_with_input() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _listening_at(settings: Settings, host: str | None, port: int | None) -> Settings:
    values = dict(settings.values)
    values |= {name: value for name, value in (("HOST", host), ("PORT", port)) if value is not None}
    return Settings(values, settings.origins, settings.aws)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as problem:
        reason = problem.strerror or "it cannot be used"
        raise Misconfigured(f"Cannot listen on {host}, port {port}: {reason}. '--port' takes another.") from None


@contextmanager
def only_server(home: Path) -> Iterator[None]:
    """Hold the folder; the lock goes with the process, however it ends."""
    try:
        file = (home / LOCK).open("a+")
    except OSError as problem:
        raise StorageFailed(f"The folder {home} does not take writes: {problem.strerror}.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Conflict(
                f"{home} is being served already, by process {file.read().strip() or 'unknown'}. "
                "Other commands run beside it; a second server needs its own COMMONWHEEL_HOME."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@click.command("worker")
@click.option("--once", is_flag=True, help="Empty the waiting room, do what is due, and exit.")
@json_option
def worker_command(once: bool, as_json: bool) -> None:
    """Curate what waits and run scheduled work, until it is stopped."""
    from commonwheel.worker.loop import drain
    from commonwheel.worker.process import end_gently, work

    with opened() as app:
        if once:
            curated, done = drain(app.world, app.settings["RELEASE_EVERY"])
            facts = {"curated": curated, "chores": done}
            tell(facts, as_json, f"Curated {count(curated, 'contribution')}, did {count(done, 'chore')}.")
            return
        write_events(app.settings["LOG"])
        stop = Event()
        end_gently(stop, app, signal.SIGINT)
        work(app, stop)
