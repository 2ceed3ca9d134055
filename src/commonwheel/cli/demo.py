"""`commonwheel demo`: the wheel turns once, through the public API, on a fresh folder."""

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

import click

from commonwheel.adapters.logs import write_events
from commonwheel.cli.speaking import say
from commonwheel.errors import Conflict, Unavailable
from commonwheel.settings import bare_environment, load_settings

_GRACE = 30
"""Seconds that the server may take to end."""


@click.command("demo")
@click.option(
    "--sample", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file to give instead."
)
@click.option("--no-serve", is_flag=True, help="End when it is done, and leave nothing running.")
def demo_command(sample: Path | None, no_serve: bool) -> None:
    """Turn the wheel once, on a sample, and show what happened.

    Uses COMMONWHEEL_HOME where that is set and empty, and a new folder otherwise; no other setting counts.
    Afterwards the server stays, for you to look at, until you press Ctrl-C.
    """
    from commonwheel.app import build
    from commonwheel.cli.demo_turn import turn

    home = _fresh_home()
    exports = home.with_name(f"{home.name}-exports")
    environment = bare_environment(home, NAME="demo", RELEASE_EVERY="0")
    write_events("error")
    with _server(environment, home / "demo.log") as (url, server):
        app = build(load_settings(environment))  # after the server, as it knows where that is
        try:
            with as_file(files("commonwheel.cli") / "sample.jsonl") as shipped:
                turn(app, url, sample or shipped, exports)
            if not no_serve:
                say(f"\nThe server stays at {url} until you press Ctrl-C.")
                _wait(server)
        finally:
            app.close()
    say(f"\n'{shlex.join(['rm', '-r', str(home), str(exports)])}' removes everything that it made.")


def _fresh_home() -> Path:
    settings = load_settings()
    if settings.origins["HOME"] == "default":
        return Path(tempfile.mkdtemp(prefix="commonwheel-demo-"))
    home = settings.home.absolute()
    if home.exists() and any(home.iterdir()):
        raise Conflict(f"{home} is not empty. A demo begins with an empty COMMONWHEEL_HOME, or with none set.")
    home.mkdir(parents=True, exist_ok=True)
    return home


@contextmanager
def _server(environment: dict[str, str], log: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A server on a free port. It ends with its input, so with this process, however that ends."""
    command = [sys.executable, "-m", "commonwheel.cli", "serve", "--port", "0", "--until-eof"]
    with log.open("wb") as errors:
        server = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    assert server.stdin is not None and server.stdout is not None
    try:
        line = server.stdout.readline()
        if not line:
            raise Unavailable(f"The server did not start; {log} says why.")
        yield line.split()[-1], server
    finally:
        server.stdin.close()
        try:
            server.wait(_GRACE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()


def _wait(server: "subprocess.Popen[str]") -> None:
    try:
        server.wait()
    except KeyboardInterrupt:
        say("\nStopped.")
