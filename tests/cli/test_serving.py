"""The server and its worker as processes: they start, work, stand a kill, and leave nothing behind."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from commonwheel.client import Accepted, AnswerFailed, Commonwheel, NotAllowed, NotFound, NotReachable, Unfit
from commonwheel.settings import load_settings
from tests.cli.command import Commands, alive, eventually, processes_below
from tests.cli.conftest import some_gifts

TERMS: dict[str, Any] = {"license": "CC-BY-4.0", "consent": {"version": "2026-11", "given": True}}


def with_terms() -> list[dict[str, Any]]:
    """The gifts as the API takes them."""
    return [gift | {"terms": TERMS} for gift in some_gifts()]


def token(commonwheel: Commands, *scopes: str, person: str = "ann") -> str:
    """A new token."""
    words = [word for scope in scopes for word in ("--scope", scope)]
    return commonwheel.done("token", "create", *words, "--for", person).strip()


def test_it_serves_curates_and_leaves_no_process(commonwheel: Commands) -> None:
    secret = token(commonwheel, "contribute")
    with commonwheel.serving() as (url, server):
        with Commonwheel(url, secret) as ann:
            given = ann.contribute(with_terms()[0])
            eventually(lambda: ann.get(given["id"])["state"] == "ready")
            assert ann.get(given["id"])["findings"]["personal.email"] == 1
            assert "server" not in httpx.get(url).headers
        assert commonwheel.json("release", "cut")["records"] == 1
        children = processes_below(server.pid)
        assert len(children) >= 2  # the worker and its detectors, and at times one that ends by itself
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0
        assert not any(map(alive, children))


def test_a_second_server_on_one_folder_refuses_and_names_the_first(commonwheel: Commands) -> None:
    with commonwheel.serving("--no-worker") as (_, server):
        result = commonwheel("serve", "--port", "0")
        assert result.exit_code == 1
        assert f"is being served already, by process {server.pid}." in result.stderr
        assert not processes_below(server.pid)


def test_a_taken_port_is_told_plainly(commonwheel: Commands, tmp_path: Path) -> None:
    with commonwheel.serving("--no-worker") as (url, _):
        result = Commands(tmp_path / "other")("serve", "--port", url.rpartition(":")[2])
        assert result.exit_code == 1 and "Address already in use" in result.stderr


def test_all_processes_of_an_instance_name_the_address_that_is_served(commonwheel: Commands, gifts: Path) -> None:
    commonwheel.done("import", gifts, "--yes")
    commonwheel.done("worker", "--once")
    commonwheel.done("release", "cut")
    with commonwheel.serving("--no-worker") as (url, _):
        assert commonwheel.done("user", "add", "rhea").startswith(f"{url}/reset/")
        folder = commonwheel.home.with_name("release-1")
        commonwheel.done("export", "1", "--format", "commonwheel", "--out", folder)
        assert f'"url": "{url}' in (folder / "croissant.json").read_text()
    settings = {each["name"]: each for each in commonwheel.json("settings")}
    assert settings["COMMONWHEEL_PUBLIC_URL"]["value"] == url  # also while nothing serves
    public = Commands(commonwheel.home, {"PUBLIC_URL": "https://commons.example/"})
    assert public.done("user", "link", "rhea").startswith("https://commons.example/reset/")
    with public.serving("--no-worker"):
        assert commonwheel.done("user", "link", "rhea").startswith("https://commons.example/reset/")


def test_an_address_of_ipv6_is_one() -> None:
    assert load_settings({"COMMONWHEEL_HOST": "::1"}).public_url == "http://[::1]:8000"


def test_it_refuses_to_be_reached_from_outside_without_being_told(commonwheel: Commands) -> None:
    result = commonwheel("serve", "--host", "0.0.0.0")
    assert result.exit_code == 1 and "COMMONWHEEL_MODE=public" in result.stderr
    public = Commands(commonwheel.home, {"MODE": "public", "HOST": "0.0.0.0"})("serve")
    assert public.exit_code == 1 and "Not safe in public" in public.stderr


def test_after_a_kill_no_process_stays_and_everything_given_is_still_there(commonwheel: Commands) -> None:
    secret = token(commonwheel, "contribute")
    with commonwheel.serving() as (url, server):
        with Commonwheel(url, secret) as ann:
            ids = [outcome.id for outcome in ann.contribute_many(with_terms()) if isinstance(outcome, Accepted)]
        children = eventually(lambda: processes_below(server.pid))
        server.kill()
        server.wait()
        eventually(lambda: not any(map(alive, children)))
    assert len(ids) == 5
    with commonwheel.serving() as (url, _), Commonwheel(url, secret) as ann:
        states = eventually(lambda: no_longer_waiting([ann.get(id)["state"] for id in ids]))
        assert sorted(states) == ["quarantined", "ready", "ready", "ready", "ready"]


def no_longer_waiting(states: list[str]) -> list[str]:
    """The states, once none of them is `waiting`."""
    return [] if "waiting" in states else states


def test_a_worker_that_dies_is_started_again(commonwheel: Commands) -> None:
    secret = token(commonwheel, "contribute")
    with commonwheel.serving() as (url, server), Commonwheel(url, secret) as ann:
        [worker] = eventually(lambda: processes_below(server.pid))
        os.kill(worker, signal.SIGKILL)
        given = ann.contribute(with_terms()[1])
        eventually(lambda: ann.get(given["id"])["state"] == "ready")
        assert worker not in processes_below(server.pid)


def test_an_erasure_through_the_api_reaches_the_lake_by_itself(commonwheel: Commands) -> None:
    secret = token(commonwheel, "contribute")
    with commonwheel.serving() as (url, _), Commonwheel(url, secret) as ann:
        ids = [outcome.id for outcome in ann.contribute_many(with_terms()) if isinstance(outcome, Accepted)]
        eventually(lambda: not ann.health()["waiting"])
        commonwheel.done("release", "cut")
        ann.erase(ids[0])
        eventually(lambda: b"about the boats" not in b"".join(lake_bytes(commonwheel.home)))
        assert len(list(ann.records(1))) == 3
        assert commonwheel.json("release", "verify", "1")["verified"]


def lake_bytes(home: Path) -> list[bytes]:
    """The rows of the lake's files; Parquet packs its text, so it is read."""
    import pyarrow.parquet as parquet

    found = []
    for path in (home / "lake").glob("*.parquet"):
        try:
            found.append(str(parquet.read_table(path).to_pylist()).encode())
        except FileNotFoundError:
            return [b"about the boats"]  # rewritten just now: look again
    return found


def test_the_client_speaks_for_what_the_api_answers(commonwheel: Commands) -> None:
    secret, reviewer = token(commonwheel, "contribute"), token(commonwheel, "review", person="rosa")
    with commonwheel.serving() as (url, _):
        with Commonwheel(url, secret) as ann, Commonwheel(url, reviewer) as rosa:
            give_in_all_ways(ann)
            review_and_appeal(ann, rosa)
            with pytest.raises(NotFound):
                ann.get("no-such-id")
            with pytest.raises(NotAllowed, match="scope"):
                list(ann.reviews())
            with pytest.raises(Unfit) as unfit:
                ann.contribute({"kind": "chat", "mesages": []})
            assert "/mesages" in {fault["path"] for fault in unfit.value.details["faults"]}
        with Commonwheel(url, "cw_wrong") as nobody, pytest.raises(NotAllowed):
            nobody.contribute(with_terms()[0])
    with Commonwheel(url, secret, retries=0) as ann, pytest.raises(NotReachable):
        ann.health()


def give_in_all_ways(ann: Commonwheel) -> None:
    """One by one, in batches, as an edit, as feedback; and look at it, fix it, take it back."""
    shown = ann.preview(with_terms()[0])
    assert "⟨email-1⟩" in json.dumps(shown["would_publish"], ensure_ascii=False)
    first = ann.contribute(with_terms()[1], key="once")
    assert ann.contribute(with_terms()[1], key="once") == first
    with pytest.raises(AnswerFailed) as reused:
        ann.contribute(with_terms()[2], key="once")
    assert reused.value.code == "idempotency_key_reused"
    outcomes = list(ann.contribute_many([*with_terms()[3:], {"kind": "chat"}], key="batch"))
    assert [isinstance(outcome, Accepted) for outcome in outcomes] == [True, True, False]
    again = list(ann.contribute_many([*with_terms()[3:], {"kind": "chat"}], key="batch"))
    assert [isinstance(outcome, Accepted) and outcome.repeated for outcome in again] == [True, True, False]
    edit = ann.edit("Which city?", "It is Sydney, they say.", "It is Canberra, they say.", terms=TERMS)
    ann.feedback(first["id"], "thumb", True, terms=TERMS)
    eventually(lambda: not ann.health()["waiting"])
    assert ann.get(edit)["gold"]["pairs"] == 1
    assert len(list(ann.mine())) == 5
    assert ann.fix(first["id"], {"note": "Rye, not wheat."}, revision=1) == 2
    with pytest.raises(AnswerFailed) as stale:
        ann.fix(first["id"], {"note": "Rye."}, revision=1)
    assert stale.value.status == 412
    assert ann.withdraw(edit)["state"] == "withdrawn"
    assert ann.restore(edit)["state"] == "waiting"
    assert ann.erase(edit)["state"] == "erased"


def review_and_appeal(ann: Commonwheel, rosa: Commonwheel) -> None:
    """A rejection, and an appeal that the same reviewer may not decide."""
    [item] = rosa.reviews()
    view = rosa.review(item["item"])
    rosa.decide(item["item"], view["version"], "reject", reason="other")
    ann.appeal(item["contribution"], "Please look again.")
    [appeal] = rosa.reviews()
    with pytest.raises(NotAllowed):
        rosa.decide(appeal["item"], appeal["version"], "pass")


def test_the_client_reads_releases(commonwheel: Commands, gifts: Path) -> None:
    commonwheel.done("import", gifts, "--yes")
    commonwheel.done("worker", "--once")
    commonwheel.done("release", "cut")
    with commonwheel.serving("--no-worker") as (url, _), Commonwheel(url) as reader:
        assert [release["version"] for release in reader.releases()] == [1]
        assert reader.release(1)["records"] == 4
        kinds = [record["kind"] for record in reader.records(1)]
        assert sorted(kinds) == ["chat", "chat", "correction", "trace"]
        assert [record["kind"] for record in reader.records(1, kind="trace")] == ["trace"]
        with pytest.raises(NotFound):
            list(reader.records(2))


def test_the_client_waits_while_the_waiting_room_is_full(tmp_path: Path) -> None:
    commonwheel = Commands(tmp_path / "home", {"WAITING_ROOM": "4"})
    secret = token(commonwheel, "contribute")
    with commonwheel.serving() as (url, _), Commonwheel(url, secret, retries=30) as ann:
        many = [
            {"kind": "chat", "messages": [{"role": "user", "content": f"What is {n} times {n}?"}], "terms": TERMS}
            for n in range(8)
        ]
        outcomes = list(ann.contribute_many(many))
        assert all(isinstance(outcome, Accepted) and not outcome.repeated for outcome in outcomes)
        assert len(list(ann.mine())) == 8


def test_the_demo_turns_the_wheel_and_leaves_nothing_running(commonwheel: Commands) -> None:
    said = commonwheel.done("demo", "--no-serve")
    for words in ("Given", "Curated", "Reviewed", "Released", "Taken back", "Release 1 still is what was signed."):
        assert f"\n{words}" in said or f"  {words}" in said
    assert "IS NOT" not in said
    assert f"'rm -r {commonwheel.home} {commonwheel.home}-exports' removes everything" in said
    assert commonwheel("demo", "--no-serve").exit_code == 1  # the folder is not empty any more
    with commonwheel.serving("--no-worker") as (url, _):
        assert httpx.get(f"{url}/health").status_code == 200
