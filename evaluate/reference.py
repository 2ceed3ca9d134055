"""Runs the reference tools in an interpreter of their own: a request a line on standard input, an answer a line.

It imports nothing of the project, so that the tools' versions and ours need not agree. A request is
`{"tool", "texts"}`; its answer `{"seconds", "seen"}`, with a list of `[kind, start, end, score]` for each
text in the tool's own words. The first line that is written names the tools that are there with their versions.
"""

import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

Spans = list[tuple[str, int, int, float]]
Scan = Callable[[list[str]], list[Spans]]


def presidio() -> Scan:
    """The recognizers that work by patterns, in the engine, around a language without a model."""
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # or the first address asks the network

    class Blank(SpacyNlpEngine):
        def load(self) -> None:
            self.nlp = {"en": spacy.blank("en")}

    engine = AnalyzerEngine(nlp_engine=Blank(), supported_languages=["en"])

    def scan(texts: list[str]) -> list[Spans]:
        return [
            [(seen.entity_type, seen.start, seen.end, seen.score) for seen in engine.analyze(text, language="en")]
            for text in texts
        ]

    return scan


def detect_secrets() -> Scan:
    """All plug-ins and the default filters, on a file a text, as the command does."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    def places(text: str, file: Path) -> Iterator[tuple[str, int, int, float]]:
        file.write_text(text, encoding="utf-8")
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        for secret in scan_file(str(file)):
            start = starts[max(secret.line_number - 1, 0)]
            found = text.find(secret.secret_value or "", start)
            at = found if found >= 0 else start
            yield secret.type, at, at + len(secret.secret_value or ""), 1.0

    def scan(texts: list[str]) -> list[Spans]:
        with tempfile.TemporaryDirectory() as folder, default_settings():
            return [list(places(text, Path(folder) / "text.txt")) for text in texts]

    return scan


TOOLS: dict[str, tuple[str, Callable[[], Scan]]] = {
    "presidio": ("presidio-analyzer", presidio),
    "detect-secrets": ("detect-secrets", detect_secrets),
}
"""Names of tools: the package of each, and how to make it ready."""


def _versions() -> dict[str, str]:
    found = {}
    for name, (package, _) in TOOLS.items():
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            continue
    return found


def main() -> None:
    """Answer until nothing more is asked."""
    # Libraries may print; answers have a channel of their own.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    logging.disable(logging.CRITICAL)
    print(json.dumps(_versions()), file=answers, flush=True)
    ready: dict[str, Scan] = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request["tool"]
        if name not in ready:
            ready[name] = TOOLS[name][1]()
            ready[name](["warm"])
        start = time.process_time()
        seen = ready[name](request["texts"])
        seconds = time.process_time() - start
        print(json.dumps({"seconds": seconds, "seen": seen}), file=answers, flush=True)


if __name__ == "__main__":
    main()
