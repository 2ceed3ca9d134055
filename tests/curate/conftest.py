"""Helpers that the tests of curation share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from commonwheel.curate.detect import detect
from commonwheel.curate.detectors import DETECTORS
from commonwheel.records.findings import Finding

_BY_NAME = {detector.name: detector for detector in DETECTORS}

Seen = Callable[..., set[tuple[str, str]]]


def _chat(text: str, language: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"kind": "chat", "messages": [{"role": "user", "content": text}]}
    return body | ({"language": language} if language else {})


@pytest.fixture(scope="session")
def chat() -> Callable[..., dict[str, Any]]:
    """A chat that says one thing."""
    return _chat


@pytest.fixture(scope="session")
def findings() -> Callable[..., list[Finding]]:
    """What one detector finds in a text or a body."""

    def find(detector: str, given: str | dict[str, Any], language: str | None = None) -> list[Finding]:
        body = _chat(given, language) if isinstance(given, str) else given
        return list(detect(body, detectors=(_BY_NAME[detector],)).findings)

    return find


@pytest.fixture(scope="session")
def check(findings: Callable[..., list[Finding]]) -> Callable[..., None]:
    """That one detector is sure of exactly `expected` in a text: pairs of kind and words, in order."""

    def checked(
        detector: str,
        text: str,
        *expected: tuple[str, str],
        language: str | None = None,
        at_least: float = 0.6,
    ) -> None:
        found: Sequence[Finding] = findings(detector, text, language)
        sure = [(f.kind, text[f.start : f.end]) for f in found if f.score >= at_least]
        assert sure == list(expected)

    return checked


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project's root."""
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("there is no folder shared/data beside the project's root")
    return folder
