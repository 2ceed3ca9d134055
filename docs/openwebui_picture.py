"""`python -m docs.openwebui_picture`: the plug-in in a real Open WebUI; needs `make test-openwebui` before."""

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.openwebui.servers import MODEL, ROOT, Commons, OpenWebUI

PICTURE = ROOT / "docs" / "screenshots" / "open-webui.png"
_WINDOW = {"width": 1100, "height": 760}
_QUESTION = "What is the capital of Australia?"
_ANSWER = "The capital of Australia is Sydney. For more, write to ida@example.org."


def main() -> None:
    """Start both, press the button as somebody would, and take the picture at the last question."""
    os.environ.setdefault("OPENWEBUI_PROGRAM", str(ROOT / ".venv-openwebui" / "bin" / "open-webui"))
    with tempfile.TemporaryDirectory() as folder:
        for name in ("commons", "chats"):
            (Path(folder) / name).mkdir()
        commons = Commons(Path(folder) / "commons")
        try:
            chats = OpenWebUI(Path(folder) / "chats", commons)
            try:
                _take(chats)
            finally:
                chats.stop()
        finally:
            commons.stop()


def _take(chats: OpenWebUI) -> None:
    _, token = chats.person("ida")
    valves = {"sharing": True, "license": "CC-BY-4.0", "ai_preference": "train-ai=y", "attribution": "pseudonym"}
    valves |= {"purposes": "display,evaluation,training", "auto_feedback": False, "note": "Asked in a lesson."}
    chats.call("POST", "/api/v1/functions/id/commonwheel_action/valves/user/update", token, valves)
    asked = {"id": "q", "parentId": None, "childrenIds": ["a"], "role": "user", "content": _QUESTION}
    said = {"id": "a", "parentId": "q", "childrenIds": [], "role": "assistant", "content": _ANSWER, "model": MODEL}
    history = {"messages": {"q": asked, "a": said | {"done": True}}, "currentId": "a"}
    chat = {"title": "A question", "models": [MODEL], "history": history, "messages": [asked, said], "tags": []}
    made = chats.call("POST", "/api/v1/chats/new", token, {"chat": chat})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=os.getuid() != 0
        )
        page = browser.new_page(viewport=_WINDOW)
        page.goto(chats.url)
        page.evaluate("token => localStorage.setItem('token', token)", token)
        page.goto(f"{chats.url}/c/{made['id']}")
        _press(page)
        page.screenshot(path=PICTURE)
        browser.close()


def _press(page: Page) -> None:
    """The button, and the dialogs before the last one."""
    page.get_by_text("The capital of Australia is Sydney").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Commonwheel action").last.click()
    for answer in ("chat", "fail"):
        page.get_by_role("dialog").locator("select").select_option(answer)
        page.get_by_role("dialog").get_by_role("button", name="Confirm").click()
    page.get_by_text("This is what would be public").wait_for()
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
