"""`make screenshots`: a picture of every page, on a desk by day and on a phone by night, of a demo's data."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from playwright.sync_api import sync_playwright

from commonwheel.app import App, build
from commonwheel.journeys.accounts import RESET, add_account, link_for
from commonwheel.records.account import Role
from commonwheel.settings import bare_environment, load_settings
from commonwheel.web.server import create_web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parent / "screenshots"
WINDOWS = {"desk": (1280, 800, "light"), "phone": (390, 844, "dark")}
CHAT = """You said:
I moved out of Elsässerstrasse 12 in Basel on 31 May. My landlady keeps my deposit, calls me from +41 79 555 12 34,
and says she can keep it for a year. Is that right?
ChatGPT said:
Yes. In Switzerland a landlord may keep the deposit for up to one year after the end of the lease.
You said:
Are you sure? The money is on CH93 0076 2011 6238 5295 7, and the handover record says: no damage.
"""


def main() -> None:
    """Turn the wheel once, look at every page, and keep the pictures."""
    home = Path(tempfile.mkdtemp(prefix="commonwheel-screenshots-"))
    environment = bare_environment(home / "home", RELEASE_EVERY="0")
    command = [sys.executable, "-m", "commonwheel.cli", "demo", "--no-serve"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    settings = load_settings(
        {name: value for name, value in environment.items() if name.startswith("COMMONWHEEL_")}
    )
    app = build(settings)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    try:
        with _serving(app) as address, sync_playwright() as driver:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = driver.chromium.launch(executable_path=chromium, chromium_sandbox=os.getuid() != 0)
            _look(browser, app, address)
            browser.close()
    finally:
        app.close()
        shutil.rmtree(home)


def _look(browser: "Browser", app: App, address: str) -> None:
    page = browser.new_page(reduced_motion="reduce")
    for name, path in (
        ("home", "/"),
        ("give", "/give"),
        ("correct", "/give/correction"),
        ("before", "/before"),
        ("join", "/join"),
        ("explore", "/explore?q=the"),
        ("releases", "/releases"),
        ("release", "/releases/1"),
        ("models", "/models"),
        ("transparency", "/transparency"),
        ("answers", "/answers"),
        ("signals", "/signals"),
        ("rules", "/texts/policy"),
        ("terms", "/texts/consent"),
    ):
        page.goto(address + path)
        _keep(page, name)
    page.goto(f"{address}/explore/walk")
    _keep(page, "record")
    link = link_for(app.world, add_account(app.world, "rosa", Role.REVIEWER), RESET)
    page.goto(address + link[link.index("/reset/") :])
    page.get_by_label("New password").fill("a river runs by")
    page.get_by_role("button", name="Set it").click()
    page.goto(f"{address}/give")
    page.get_by_label("The conversation").fill(CHAT)
    page.get_by_role("button", name="See what would be public").click()
    page.wait_for_url("**/give/draft/*")
    page.get_by_label("Hide these words too").fill("31 May")
    page.get_by_role("button", name="Hide", exact=True).click()
    page.get_by_role("heading", name="Hidden by you").wait_for()
    _keep(page, "preview")
    page.goto(f"{address}/mine/settings")
    _keep(page, "settings")
    page.goto(f"{address}/mine/standing")
    _keep(page, "standing")
    page.goto(f"{address}/give/export")
    file = {"name": "export.jsonl", "mimeType": "application/jsonl", "buffer": _export()}
    page.get_by_label("Your export").set_input_files(file)
    page.get_by_role("button", name="Read it").click()
    page.wait_for_url("**/give/export/*")
    _keep(page, "pick")
    page.goto(f"{address}/mine")
    _keep(page, "mine")
    page.goto(f"{address}/review")
    _keep(page, "queue")
    item = page.locator("ol.queued a").first
    if item.count():
        item.click()
        _keep(page, "review")
        alike = page.get_by_role("link", name="more like this")
        if alike.count():
            alike.click()
            _keep(page, "alike")


def _export() -> bytes:
    """Some chats, as services export them."""
    asked = (
        "How long may a landlord keep a deposit?",
        "Bake bread without an oven",
        "Why is the sky blue? Write to ida@example.org.",
    )
    return b"\n".join(
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": question},
                    {"role": "assistant", "content": "That depends on where you live, and on how you cook."},
                ]
            }
        ).encode()
        for question in asked
    )


def _keep(page: "Page", name: str) -> None:
    """What a window shows of a page."""
    for window, (width, height, light) in WINDOWS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if light == "dark" else "light")
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=FOLDER / f"{name}-{window}.png")
    page.set_viewport_size({"width": 1280, "height": 800})


@contextmanager
def _serving(app: App) -> Iterator[str]:
    """On a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(create_web(app), port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    main()
