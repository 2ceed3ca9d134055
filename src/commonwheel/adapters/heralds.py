"""Tells others which model serves: a folder, webhooks, and a vLLM-compatible server by its LoRA endpoints."""

import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from commonwheel.learn.recipe import parse_recipe
from commonwheel.ports.training import Herald
from commonwheel.records.model import Model, ModelState

SIGNATURE = "Commonwheel-Signature"
_PATIENCE = 5.0
"""Seconds that whoever is told may take."""
_LOADED = ("already been loaded", "already loaded")


class Heralds:
    """Several heralds as one: each is told, whatever became of the others."""

    def __init__(self, heralds: Sequence[Herald]) -> None:
        self._heralds = heralds

    def announce(self, model: Model | None, folder: Path | None, before: Model | None) -> Sequence[str]:
        """What none of them could tell."""
        return [each for herald in self._heralds for each in herald.announce(model, folder, before)]


class FolderHerald:
    """Keeps `current` in a folder pointing at the adapter that serves, beside it the one before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def announce(self, model: Model | None, folder: Path | None, before: Model | None) -> Sequence[str]:
        """Whoever follows the link sees one whole adapter or the other, and never half of one."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if model is None or folder is None:
                with suppress(FileNotFoundError):
                    (self._folder / "current").unlink()
            else:
                self._place(model.name, folder)
            self._replace("current.json", json.dumps(_told(model), indent=2))
            self._sweep({each.name for each in (model, before) if each is not None})
        except OSError as problem:
            return [f"the folder {self._folder.name}: {problem.strerror}"]
        return []

    def _place(self, name: str, source: Path) -> None:
        if not (self._folder / name).exists():
            partial = self._folder / f".{name}"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(source, partial)
            partial.rename(self._folder / name)
        link = self._folder / ".current"
        link.unlink(missing_ok=True)
        link.symlink_to(name)
        os.replace(link, self._folder / "current")

    def _replace(self, name: str, text: str) -> None:
        partial = self._folder / f".{name}"
        partial.write_text(text + "\n", encoding="utf-8")
        os.replace(partial, self._folder / name)

    def _sweep(self, keep: set[str]) -> None:
        for each in self._folder.glob("m[0-9]*"):
            if each.is_dir() and each.name not in keep:
                shutil.rmtree(each, ignore_errors=True)


class WebhookHerald:
    """Posts what happened to addresses, signed, so that receivers know who says it."""

    def __init__(self, addresses: Sequence[str], key: bytes, url: str) -> None:
        """`url` is where this commons is reached."""
        self._addresses, self._key, self._url = addresses, key, url

    def announce(self, model: Model | None, folder: Path | None, before: Model | None) -> Sequence[str]:
        """One attempt for each address: what matters can be read at /api/v1/models at any time."""
        reverted = model is None or (before is not None and before.number > model.number)
        told = {
            "event": "model.reverted" if reverted else "model.promoted",
            "model": _told(model),
            "before": None if before is None else before.name,
            "url": self._url if model is None else f"{self._url}/models/{model.number}",
        }
        body = json.dumps(told).encode()
        headers = {"Content-Type": "application/json", SIGNATURE: signature(self._key, body)}
        return [
            f"{urlsplit(address).hostname}: {problem}"
            for address in self._addresses
            if (problem := _post(address, body, headers))
        ]


def signature(key: bytes, body: bytes) -> str:
    """What a receiver compares: an HMAC with SHA-256 over the body, in hex, behind `sha256=`."""
    return "sha256=" + hmac.digest(key, body, hashlib.sha256).hex()


class VllmHerald:
    """Loads the adapter into a running server under a fresh name, then unloads the one before.

    The server has to run with `VLLM_ALLOW_RUNTIME_LORA_UPDATING` and to see the folder under the same path.
    A fresh name lets answers that are under way end with the adapter that they began with.
    """

    def __init__(self, address: str, key: str, name: str) -> None:
        """`name` is that of this commons: adapters are called `<name>-m12`."""
        self._address, self._key, self._name = address.rstrip("/"), key, name

    def announce(self, model: Model | None, folder: Path | None, before: Model | None) -> Sequence[str]:
        """The one before stays loaded where the new one cannot be."""
        if model is not None and folder is not None:
            load = {"lora_name": f"{self._name}-{model.name}", "lora_path": str(folder.absolute())}
            problem = self._call("load_lora_adapter", load)
            if problem and not any(word in problem for word in _LOADED):
                return [f"{urlsplit(self._address).hostname}: {problem}"]
        if before is not None:
            self._call("unload_lora_adapter", {"lora_name": f"{self._name}-{before.name}"})
        return []

    def _call(self, what: str, request: dict[str, str]) -> str:
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {self._key}"} if self._key else {}
        return _post(f"{self._address}/v1/{what}", json.dumps(request).encode(), headers)


def _told(model: Model | None) -> dict[str, Any] | None:
    """A model as others need to know it; None is the base alone."""
    if model is None:
        return None
    recipe = parse_recipe(model.recipe)
    at = [each["at"] for each in model.history if each["what"] == ModelState.PROMOTED]
    return {
        "name": model.name,
        "number": model.number,
        "base": recipe.base.model,
        "base_license": recipe.base.license,
        "promoted": at[-1] if at else None,
        "files": dict(model.facts.get("files", {})),
    }


def _post(address: str, body: bytes, headers: dict[str, str]) -> str:
    """What went wrong, in a few words; empty where it was taken."""
    import httpx

    try:
        with httpx.Client(timeout=_PATIENCE, trust_env=False, follow_redirects=False) as http:
            answer = http.post(address, content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as problem:
        return type(problem).__name__
    return "" if answer.is_success else f"{answer.status_code} {answer.text[:200]}"
