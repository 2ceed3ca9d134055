"""Write `dist/commonwheel-chrome.zip` and `dist/commonwheel-firefox.zip`: `python -m plugins.browser.pack`.

The same source gives the same bytes: files in order, with one date.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "extension"
_DATE = (1980, 1, 1, 0, 0, 0)
_KINDS = frozenset({".css", ".html", ".js", ".json", ".png"})


def manifest(browser: str) -> dict[str, Any]:
    """The manifest for Chrome, or for Firefox, which runs what is in the background as scripts."""
    found: dict[str, Any] = json.loads((SOURCE / "manifest.json").read_text("utf-8"))
    if browser == "firefox":
        del found["minimum_chrome_version"]
        worker = found["background"].pop("service_worker")
        found["background"]["scripts"] = [worker]
        found["browser_specific_settings"] = {
            "gecko": {
                "id": "extension@commonwheel",
                "strict_min_version": "130.0",
                "data_collection_permissions": {"required": ["websiteContent"]},
            }
        }
    return found


def pack(browser: str, folder: Path) -> Path:
    """One archive, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"commonwheel-{browser}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(SOURCE.rglob("*")):
            if file.suffix in _KINDS:
                name = file.relative_to(SOURCE).as_posix()
                own = json.dumps(manifest(browser), indent=2).encode() + b"\n"
                data = own if name == "manifest.json" else file.read_bytes()
                entry = zipfile.ZipInfo(name, _DATE)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return path


if __name__ == "__main__":
    for each in ("chrome", "firefox"):
        print(pack(each, Path("dist")))
