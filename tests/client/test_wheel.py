"""Logging from an application: whatever fails, what was logged is given once, and the application goes on."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from commonwheel.client import Answer, Wheel
from commonwheel.client.spool import Spool
from tests.client.conftest import Served

NOBODY = "http://127.0.0.1:9"


def edit(number: int) -> dict[str, Any]:
    return {"prompt": f"Question {number}?", "original": "Sydney.", "edited": f"Canberra, number {number}."}


def until(what: Any, seconds: float = 20.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.02)


def test_what_is_logged_is_given(served: Served) -> None:
    with Wheel(served.url, served.token()) as wheel:
        for number in range(1200):
            wheel.edits.log(**edit(number), on_behalf_of=f"user-{number % 7}")
        wheel.feedback.log(target="answer-1", name="thumb", value=False)
        wheel.contributions.log({"kind": "example", "prompt": "Who pulls the sea?", "ideal": "The moon."})
        assert wheel.flush(60)
        assert (wheel.stats.logged, wheel.stats.sent, wheel.stats.dropped) == (1202, 1202, 0)
    assert served.given() == 1202


def test_an_instance_that_is_away_is_waited_for(served: Served, tmp_path: Path) -> None:
    token = served.token()
    served.stop()
    wheel = Wheel(served.url, token, spool=tmp_path / "spool")
    for number in range(20):
        wheel.edits.log(**edit(number))
    assert wheel.flush(20) and wheel.stats.spooled == 20
    served.start()
    until(lambda: served.given() == 20)
    wheel.close()
    assert wheel.stats.sent == 20 and Spool(tmp_path / "spool", 1).waiting() == 0


def test_without_a_spool_it_is_kept_in_memory_until_the_end(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    token = served.token()
    served.stop()
    wheel = Wheel(served.url, token)
    wheel.edits.log(**edit(1))
    assert not wheel.flush(0.5)
    served.start()
    assert wheel.flush(20) and served.given() == 1
    served.stop()
    wheel.edits.log(**edit(2))
    left = wheel.close(0.5)
    assert (left.sent, left.dropped) == (1, 1) and "dropped 1 lines" in caplog.text


def test_what_a_process_leaves_another_sends(served: Served, tmp_path: Path) -> None:
    token = served.token()
    program = (
        "import sys; from commonwheel.client import Wheel\n"
        f"wheel = Wheel({NOBODY!r}, {token!r}, spool={str(tmp_path)!r}, exit_timeout=2)\n"
        "wheel.edits.log(prompt='Q?', original='Sydney.', edited='Canberra.')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert Spool(tmp_path, 1).waiting() == 1
    files = list(tmp_path.glob("*.ndjson"))
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600"]
    wheel = Wheel(served.url, token, spool=tmp_path)
    wheel.feedback.log(target="a", name="thumb", value=True)
    until(lambda: served.given() == 2)
    wheel.close()


def test_a_batch_that_is_sent_twice_is_given_once(served: Served, tmp_path: Path) -> None:
    token = served.token()
    line = json.dumps({"kind": "correction", **edit(1)}).encode()
    Spool(tmp_path, 10_000_000).keep("one-key", line)
    for _ in range(2):  # as after a crash between the answer and the unlinking
        Spool(tmp_path, 10_000_000).keep("one-key", line)
        wheel = Wheel(served.url, token, spool=tmp_path)
        wheel.feedback.log(target="a", name="thumb", value=True)
        until(lambda: Spool(tmp_path, 1).waiting() == 0)
        wheel.close()
    assert served.given() == 3  # the edit once, and both thumbs


def test_a_full_waiting_room_is_waited_for(tmp_path: Path, served: Served) -> None:
    token = served.token()
    served.stop()
    served.start(WAITING_ROOM="5")
    wheel = Wheel(served.url, token, spool=tmp_path / "spool")
    for number in range(9):
        wheel.edits.log(**edit(number))
    wheel.flush(20)
    assert served.given() <= 5
    served.stop()
    served.start()
    until(lambda: served.given() == 9, 60)
    wheel.close()
    assert wheel.stats.refused == 0


def test_what_is_refused_is_counted_and_not_sent_again(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    secret = "a private thing"
    with Wheel(served.url, served.token(terms=False)) as wheel:
        wheel.edits.log(**edit(1) | {"edited": secret})
        wheel.feedback.log(target="a", name="thumb", value=True, terms={"license": "no such"})
        wheel.flush(20)
        assert (wheel.stats.refused, wheel.stats.sent) == (2, 0)
    assert "refuses" in caplog.text and "/terms missing" in caplog.text and secret not in caplog.text
    assert served.given() == 0


@pytest.mark.parametrize("what", [float("nan"), {1, 2}, object(), b"bytes"], ids=["nan", "set", "object", "bytes"])
def test_nothing_is_raised_into_the_application(what: Any) -> None:
    wheel = Wheel(NOBODY, spool="/proc/no/such/folder", exit_timeout=0.2)
    wheel.edits.log(prompt=what, original="a", edited="b")
    wheel.edits.log(edited="nothing is known of this answer", answer="no such id")
    wheel.contributions.log({"kind": "chat", "deep": _deep(5_000)})
    wheel.flush(2)
    assert wheel.close(2).dropped >= 1


def _deep(levels: int) -> Any:
    made: Any = []
    for _ in range(levels):
        made = [made]
    return made


def test_a_full_queue_drops_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commonwheel.client.delivery._MOST_WAITING", 10)
    wheel = Wheel(NOBODY)
    for number in range(600):
        wheel.edits.log(**edit(number))
    assert wheel.stats.dropped > 0 and wheel.stats.logged == 600
    wheel.close(0.2)


def test_a_spool_has_a_bound_and_garbage_in_it_is_no_harm(served: Served, tmp_path: Path) -> None:
    spool = Spool(tmp_path, 3_000)
    dropped = [spool.keep(f"key-{number}", b"x" * 1_000) for number in range(5)]
    assert sum(dropped) == 2 and spool.waiting() == 3
    (tmp_path / "garbage.ndjson").write_bytes(b"\x00\xff not json\n{}")
    wheel = Wheel(served.url, served.token(), spool=tmp_path)
    wheel.edits.log(**edit(1))
    until(lambda: spool.waiting() == 0)
    wheel.close()
    assert served.given() == 1 and wheel.stats.refused >= 4


def test_a_fork_begins_empty_and_sends_its_own(served: Served) -> None:
    wheel = Wheel(served.url, served.token())
    wheel.edits.log(**edit(1))
    wheel.flush(20)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            wheel.edits.log(**edit(2))
            status = 0 if wheel.flush(20) and wheel.stats.sent == 1 else 2
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    wheel.close()
    assert served.given() == 2


def test_many_threads_log_at_once(served: Served) -> None:
    with Wheel(served.url, served.token()) as wheel:
        threads = [
            threading.Thread(target=lambda n=n: [wheel.edits.log(**edit(100 * n + i)) for i in range(50)])
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert asyncio.run(wheel.aflush(60))
    assert served.given() == 400


def _completion(id: str, content: str) -> Any:
    return SimpleNamespace(id=id, choices=[SimpleNamespace(message=SimpleNamespace(content=content))])


def _chunks(id: str, *parts: str) -> list[Any]:
    return [
        SimpleNamespace(id=id, choices=[SimpleNamespace(delta=SimpleNamespace(content=part))]) for part in parts
    ]


class Completions:
    """As an OpenAI-compatible client has them."""

    def create(self, *, messages: Any, model: str, stream: bool = False) -> Any:
        if model == "broken":
            raise ConnectionError("no model")
        return iter(_chunks("r-2", "Syd", "ney.")) if stream else _completion("r-1", "Sydney.")


class Later:
    """The same, for whoever awaits it."""

    async def create(self, *, messages: Any, model: str, stream: bool = False) -> Any:
        async def parts() -> Any:
            for chunk in _chunks("r-4", "Syd", "ney."):
                yield chunk

        return parts() if stream else _completion("r-3", "Sydney.")


def _client(completions: Any) -> Any:
    return SimpleNamespace(chat=SimpleNamespace(completions=completions), models=["a"])


ASKED = [{"role": "user", "content": "Capital of Australia?"}]


def test_edits_and_feedback_name_answers_of_a_watched_client(served: Served) -> None:
    with Wheel(served.url, served.token()) as wheel:
        client = wheel.watch(_client(Completions()))
        assert client.models == ["a"]
        answer = client.chat.completions.create(messages=ASKED, model="lark-8b")
        wheel.edits.log(answer=answer, edited="Canberra.")
        wheel.feedback.log(target=answer, name="thumb", value=False)
        said = [chunk.id for chunk in client.chat.completions.create(messages=ASKED, model="lark-8b", stream=True)]
        wheel.edits.log(answer=said[0], edited="Canberra!")
        with pytest.raises(ConnectionError):
            client.chat.completions.create(messages=ASKED, model="broken")

        async def later() -> None:
            awaited = wheel.watch(_client(Later())).chat.completions
            one = await awaited.create(messages=ASKED, model="lark-8b")
            async for chunk in await awaited.create(messages=ASKED, model="lark-8b", stream=True):
                assert chunk.id == "r-4"
            wheel.edits.log(answer=one, edited="It is Canberra.")
            wheel.edits.log(answer="r-4", edited="Canberra it is.")

        asyncio.run(later())
        assert wheel.flush(20) and (wheel.stats.sent, wheel.stats.refused) == (5, 0)


def test_a_tracked_function_is_as_it_was_and_can_be_named(served: Served) -> None:
    with Wheel(served.url, served.token()) as wheel:

        @wheel.track
        def ask(prompt: str) -> str:
            """Ask."""
            return "Sydney."

        answer = ask("Capital of Australia?")
        assert answer == "Sydney." and isinstance(answer, Answer) and ask.__doc__ == "Ask."
        wheel.edits.log(answer=answer, edited="Canberra.")
        assert wheel.flush(20) and wheel.stats.sent == 1
