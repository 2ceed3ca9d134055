"""How fast export files are read on one core, and in how much memory: large ones of three formats, some of each.

Those of each format are the samples of the tests over and over: many short conversations with something of all
that a format has, so a format costs here what it costs at most.
"""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from tests.collect.export_samples import SAMPLES

_MEGABYTE = 1_000_000
_SMALL = 2 * _MEGABYTE
_ONE = 800_000
"""Bytes of a file that is one conversation or contribution, which may have 1 MB."""
_READ = """
import json, sys, time
from commonwheel.collect.exports import read
from commonwheel.records.terms import Consent, License, Terms
terms = Terms(license=License.CC0, consent=Consent(version="2026-11", given=True))
start = time.perf_counter()
reading = read(sys.argv[1], terms)
for item in reading:
    pass
taken = time.perf_counter() - start
summary = reading.summary()
status = open("/proc/self/status").read()  # what getrusage says begins with the largest size of the parent
peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
print(json.dumps({"seconds": taken, "peak": peak, "read": summary.contributions, "not": summary.skipped_count}))
"""
_WORDS = "river stone garden letter morning winter because question answer example house table light water".split()


def exports(folder: Path, megabytes: int = 200) -> dict[str, Any]:
    """MB a second and peak memory of reading ChatGPT's, Claude's and OpenAI's files of this size."""
    figures: dict[str, Any] = {"megabytes": megabytes}
    for name, write in _FORMATS.items():
        path = folder / f"{name}.json"
        write(path, megabytes * _MEGABYTE)
        figures |= _measured(name, path, whole=True)
    figures["slowest_mb_per_s"] = min(figures[f"{name}_mb_per_s"] for name in _FORMATS)
    figures["largest_peak_mb"] = max(figures[f"{name}_peak_mb"] for name in _FORMATS)
    return figures


def formats(folder: Path) -> dict[str, Any]:
    """MB a second and peak memory of reading some MB of every format."""
    figures: dict[str, Any] = {}
    for name in SAMPLES:
        path = folder / name
        path.write_bytes(_grown(name))
        figures |= _measured(name, path, whole=False)
    return figures


def _measured(name: str, path: Path, *, whole: bool) -> dict[str, float]:
    """The figures of a file, of which something is read, or all."""
    done = subprocess.run([sys.executable, "-c", _READ, str(path)], check=True, capture_output=True, text=True)
    seen = json.loads(done.stdout)
    assert seen["read"] and not (whole and seen["not"]), f"{name} is not read as it should be"
    speed = path.stat().st_size / _MEGABYTE / seen["seconds"]
    path.unlink()
    return {f"{name}_mb_per_s": speed, f"{name}_peak_mb": seen["peak"] / _MEGABYTE}


def _grown(name: str) -> bytes:
    """A sample of the tests over and over, as its format holds several."""
    sample = SAMPLES[name]
    if name == "markdown":
        return sample + b"Bread rises, and cools.\n" * (_ONE // 24)
    if name == "sillytavern":
        header, *messages = sample.splitlines(keepends=True)
        return header + b"".join(messages) * (_ONE // len(sample))
    if name == "copilot":
        header, rows = sample.split(b"\n", 1)
        return header + b"\n" + b"".join(_numbered(rows, b"Snow"))
    if sample.startswith(b"["):
        return b"[" + b",".join(_numbered(sample.strip()[1:-1], b"f-1")) + b"]"
    if name in ("grok", "perplexity"):
        rows = json.dumps(json.loads(sample)["conversations"])[1:-1].encode()
        return b'{"conversations": [' + b",".join(_numbered(rows, b"p-1")) + b"]}"
    if sample.startswith(b"{"):
        alone = b"\n{" not in sample
        row = json.dumps(json.loads(sample)).encode() + b"\n" if alone else sample
        return b"".join(_numbered(row, b"t-1"))
    return sample * (_SMALL // len(sample))


def _numbered(sample: bytes, id: bytes) -> Iterator[bytes]:
    """Copies, each with an id of its own where it names the one that parts it from the next."""
    for number in count():
        if number * len(sample) >= _SMALL:
            return
        yield sample.replace(id, b"%s-%d" % (id, number))


def _said(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)) + ".\n“So” – né 😀"


def _chatgpt(path: Path, size: int) -> None:
    def conversation(chance: random.Random) -> dict[str, Any]:
        nodes: dict[str, Any] = {"root": {"id": "root", "message": None, "parent": None, "children": []}}
        last = "root"
        for turn in range(chance.randint(2, 60)):
            last, before = f"{chance.getrandbits(128):032x}", last
            nodes[before]["children"].append(last)
            answers = turn % 2
            message = {
                "id": last,
                "author": {"role": "assistant" if answers else "user", "name": None, "metadata": {}},
                "create_time": 1.7e9 + turn,
                "content": {"content_type": "text", "parts": [_said(chance, 200 if answers else 30)]},
                "status": "finished_successfully",
                "end_turn": True,
                "weight": 1.0,
                "metadata": {"model_slug": "m-1", "timestamp_": "absolute", "finish_details": {"type": "stop"}},
                "recipient": "all",
            }
            nodes[last] = {"id": last, "message": message, "parent": before, "children": []}
        about = {"title": "Stones", "create_time": 1.7e9, "update_time": 1.7e9, "conversation_id": last}
        return about | {"mapping": nodes, "current_node": last}

    _list(path, size, conversation)


def _claude(path: Path, size: int) -> None:
    def conversation(chance: random.Random) -> dict[str, Any]:
        messages = []
        for turn in range(chance.randint(2, 60)):
            text = _said(chance, 200 if turn % 2 else 30)
            messages.append(
                {
                    "uuid": f"{chance.getrandbits(128):032x}",
                    "text": text,
                    "content": [{"start_timestamp": "2026-01-02T03:04:05Z", "type": "text", "text": text}],
                    "sender": "assistant" if turn % 2 else "human",
                    "created_at": "2026-01-02T03:04:05.678901Z",
                    "attachments": [],
                    "files": [],
                }
            )
        about = {"uuid": f"{chance.getrandbits(128):032x}", "name": "Stones", "created_at": "2026-01-02T03:04:05Z"}
        return about | {"account": {"uuid": "a"}, "chat_messages": messages}

    _list(path, size, conversation)


def _list(path: Path, size: int, make: Callable[[random.Random], dict[str, Any]]) -> None:
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        out.write("[")
        while out.tell() < size:
            for _ in range(50):
                out.write(json.dumps(make(chance)) + ",\n")
        out.write(json.dumps(make(chance)) + "]")


def _openai(path: Path, size: int) -> None:
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        while out.tell() < size:
            for _ in range(50):
                turns = range(2 * chance.randint(1, 5))
                roles = ("user", "assistant")
                messages = [{"role": roles[at % 2], "content": _said(chance, 30 + at % 2 * 170)} for at in turns]
                out.write(json.dumps({"messages": messages}) + "\n")


_FORMATS = {"chatgpt": _chatgpt, "claude": _claude, "openai_chat": _openai}
