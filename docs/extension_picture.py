"""`python -m docs.extension_picture`: the extension, where somebody sees what they would share."""

import tempfile
from pathlib import Path

from tests.browser.conftest import Device, opened
from tests.client.conftest import Served
from tests.services import free_port

PICTURES = Path(__file__).parent / "screenshots"


def main() -> None:
    """Share an answer as somebody would, up to the question."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        served = Served(folder / "home", free_port())
        served.start()
        try:
            with opened(folder, served.url, served) as device:
                _take(device)
        finally:
            served.stop()


def _take(device: Device) -> None:
    device.ready()
    editor = device.share(device.visit("chatgpt"))
    editor.locator("#start").click()
    editor.locator("#edited").fill("The capital is Canberra. Ask ann@example.org.")
    editor.locator("#shown-edited mark").first.wait_for()
    editor.evaluate("scrollTo(0, 0)")
    editor.screenshot(path=PICTURES / "extension.png")


if __name__ == "__main__":
    main()
