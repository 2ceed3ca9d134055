"""Firefox with the extension, driven by WebDriver BiDi, which it speaks itself.

Protocol: https://w3c.github.io/webdriver-bidi/
"""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from websockets.sync.client import ClientConnection, connect

from plugins.browser.pack import manifest, pack
from tests.services import absent

_ID = manifest("firefox")["browser_specific_settings"]["gecko"]["id"]
_PATIENCE = 60.0
_ITS_OWN_PAGES = "--remote-allow-system-access"
"""Pages of an extension are the browser's own."""
_PREFERENCES = {
    # No window can be pressed in which a person would allow a host: the press of our own button counts as both.
    "extensions.webextOptionalPermissionPrompts": False,
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 0,
}


class Firefox:
    """A running one: `own` is where the extension's pages are, and each call is about a tab by its id."""

    def __init__(self, socket: ClientConnection, own: str) -> None:
        self._socket, self.own, self._number = socket, own, 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What a command answers; AssertionError where it is refused."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self._socket.recv(_PATIENCE))
            if said.get("id") == self._number:
                assert said["type"] == "success", f"{method}: {said['error']}: {said['message']}"
                result: dict[str, Any] = said["result"]
                return result

    def tabs(self) -> dict[str, str]:
        """Addresses by id."""
        return {each["context"]: each["url"] for each in self.call("browsingContext.getTree")["contexts"]}

    def go(self, tab: str, url: str) -> None:
        """Load a page."""
        self.call("browsingContext.navigate", context=tab, url=url, wait="complete")

    def run(self, tab: str, body: str, *given: Any) -> Any:
        """What a function with this body returns, given JSON as `given`."""
        inner = f"const given = {json.dumps(given)}; {body}"
        code = f"(async () => JSON.stringify(await (async () => {{ {inner} }})() ?? null))()"
        said = self.call("script.evaluate", expression=code, target={"context": tab}, awaitPromise=True)
        assert said["type"] == "success", said["exceptionDetails"]["text"]
        return json.loads(said["result"]["value"])

    def until(self, tab: str, body: str, *given: Any) -> Any:
        """Wait until it returns something true."""
        until = time.monotonic() + _PATIENCE
        while not (found := self.run(tab, body, *given)):
            assert time.monotonic() < until, f"{body}\n{self.run(tab, 'return document.body.innerText')}"
            time.sleep(0.1)
        return found

    def press(self, tab: str, selector: str) -> None:
        """Click as a person does, who alone can allow and share."""
        self.until(tab, "return !!document.querySelector(given[0])", selector)
        self.run(tab, "document.querySelector(given[0]).scrollIntoView({ block: 'center' })", selector)
        at = self.run(
            tab,
            "const at = document.querySelector(given[0]).getBoundingClientRect(); return [at.x, at.y]",
            selector,
        )
        move = {"type": "pointerMove", "x": int(at[0]) + 12, "y": int(at[1]) + 10}
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        mouse = {"type": "pointer", "id": "mouse", "actions": [move, down, up]}
        self.call("input.performActions", context=tab, actions=[mouse])


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Started with a profile of its own in `folder`, and ended."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        absent("Firefox", "install Debian's package firefox-esr")
    profile, place = folder / "profile", str(uuid4())
    profile.mkdir()
    chosen = _PREFERENCES | {"extensions.webextensions.uuids": json.dumps({_ID: place})}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in chosen.items()]
    (profile / "user.js").write_text("".join(lines))
    with (folder / "firefox.log").open("wb") as log:
        browser = subprocess.Popen(
            [
                program,
                "--headless",
                "--no-remote",
                "--profile",
                str(profile),
                "--remote-debugging-port=0",
                _ITS_OWN_PAGES,
            ],
            env=os.environ | {"HOME": str(folder)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        with connect(f"{_address(folder / 'firefox.log')}/session", max_size=None) as socket:
            found = Firefox(socket, f"moz-extension://{place}")
            found.call("session.new", capabilities={})
            archive = {"type": "archivePath", "path": str(pack("firefox", folder))}
            assert found.call("webExtension.install", extensionData=archive)["extension"] == _ID
            yield found
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()


def _address(log: Path) -> str:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if said := re.search(r"listening on (ws://\S+)", log.read_text("utf-8", "replace")):
            return said[1]
        time.sleep(0.1)
    raise AssertionError(f"Firefox does not listen: {log.read_text('utf-8', 'replace')[-2000:]}")
