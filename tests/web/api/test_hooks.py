"""A git server tells that something was merged: with a real repository, its remote, and signatures."""

import hashlib
import hmac
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from commonwheel.errors import Misconfigured
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.look_up import look_up
from commonwheel.journeys.sign_in import person
from commonwheel.people.tokens import TokenScope
from commonwheel.settings import load_settings
from tests.web.api.checked import Api
from tests.web.api.conftest import running

SECRET = "a secret of the webhook"
FILE = """+++
license = "CC-BY-4.0"
consent = "2026-11"
{more}
+++
## User
Where does {word} grow?
## Assistant
By the sea, as {word} does.
"""


def text(word: str, more: str = "") -> str:
    """A contribution file about a word."""
    return FILE.format(word=word, more=more)


def git(folder: Path, *words: str, author: str = "Ida Example") -> str:
    """Somebody types a command of git's."""
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in zip(("NAME", "EMAIL"), (author, "ida@example.org"), strict=True)
    }
    plain = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *words], cwd=folder, env=plain | who, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass
class Forge:
    """A remote, the working copy of its people, and the commons that is told of pushes."""

    api: Api
    work: Path
    clone: Path

    def push(self, files: dict[str, str | None], *, author: str = "Ida Example", force: bool = False) -> str:
        """Add, change or delete files, and push them to the main branch; the commit."""
        for name, words in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if words is None:
                path.unlink()
            else:
                path.write_text(words)
        git(self.work, "add", "-A")
        git(self.work, "commit", "-qm", "Contribute", *(["--amend"] if force else []), author=author)
        git(self.work, "push", "-q", *(["--force"] if force else []), "origin", "main")
        return git(self.work, "rev-parse", "HEAD")

    def told(self, body: bytes | None = None, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        """The webhook's answer to a push."""
        push = {"ref": "refs/heads/main", "before": "1" * 40, "after": "2" * 40} | fields
        body = json.dumps(push).encode() if body is None else body
        signature = "sha256=" + hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
        sent = {"X-GitHub-Event": "push", "X-Hub-Signature-256": signature} if headers is None else headers
        return self.api.post("/hooks/git", content=body, headers=sent)

    def work_off(self) -> list[Any]:
        """What the worker says of what it was told."""
        with capture_logs() as logs:
            do_chores(self.api.app.world)
        return [each for each in logs if each["event"].startswith(("merged.", "git.", "chore."))]

    def credited(self) -> dict[str, str | None]:
        """Who is credited for what was given, by the word that it is about."""
        world = self.api.app.world
        actor = person(world, "our-wiki", [TokenScope.CONTRIBUTE])
        with world.database.read() as tx:
            ids = tx.contributions.of_contributors([actor.contributor], None, 100)
        views = [look_up(world, actor, id) for id in ids]
        asked = (view["given_content"]["messages"][0]["content"].split()[2] for view in views)
        return dict(zip(asked, (view["attribution"]["name"] for view in views), strict=True))


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    """A repository with a contribution, cloned by whoever runs the commons."""
    remote, work, clone = tmp_path / "remote.git", tmp_path / "work", tmp_path / "clone"
    work.mkdir()
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(remote))
    git(work, "init", "-q", "-b", "main")
    git(work, "remote", "add", "origin", str(remote))
    (work / "README.md").write_text("# How to contribute")
    git(work, "add", "-A")
    git(work, "commit", "-qm", "Begin")
    git(work, "push", "-q", "origin", "main")
    git(tmp_path, "clone", "-q", str(remote), str(clone))
    settings = {"GIT_SECRET": SECRET, "GIT_CLONE": str(clone), "GIT_AS": "our-wiki"}
    with running(tmp_path / "home", **settings) as api:
        yield Forge(api, work, clone)


def test_what_is_merged_is_given_with_its_authors(forge: Forge) -> None:
    forge.push({"contributions/a.md": text("aniseed", 'author = "Ann Other"')}, author="Ben Merger")
    forge.push({"contributions/b/b.md": text("barley")}, author="Ben Writer")
    forge.push({"contributions/c.md": text("clover", 'author = ""')}, author="Cleo Writer")
    forge.push({"contributions/d.md": text("dill")}, author="dora@example.org")
    forge.push({"elsewhere/e.md": text("elder")})
    answer = forge.told()
    assert (answer.status_code, answer.json()) == (202, {"noted": True})
    assert forge.credited() == {}, "it is answered before anything is fetched"
    [said] = forge.work_off()
    assert (said["event"], said["given"], said["skipped"]) == ("merged.imported", 4, 0)
    assert forge.credited() == {"aniseed": "Ann Other", "barley": "Ben Writer", "clover": None, "dill": None}


def test_who_moves_or_changes_a_file_is_not_its_author(forge: Forge) -> None:
    forge.push({"contributions/a.md": text("aniseed")}, author="Ann Writer")
    forge.push({"contributions/a.md": text("angelica")}, author="Ben Mender")
    git(forge.work, "mv", "contributions/a.md", "contributions/z.md")
    forge.push({}, author="Cleo Mover")
    forge.push({"contributions/x\nA\ncontributions/z.md": text("zinnia")}, author="Mallory")
    forge.told()
    forge.work_off()
    assert forge.credited() == {"angelica": "Ann Writer", "zinnia": "Mallory"}


@pytest.mark.parametrize("server", ["forgejo", "gitea", "gitlab"])
def test_every_git_server_is_understood(forge: Forge, server: str) -> None:
    body = json.dumps({"ref": "refs/heads/main", "after": "2" * 40}).encode()
    signature = hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
    headers = {
        "forgejo": {"X-Forgejo-Event": "push", "X-Forgejo-Signature": signature},
        "gitea": {"X-Gitea-Event": "push", "X-Gitea-Signature": signature},
        "gitlab": {"X-Gitlab-Event": "Push Hook", "X-Gitlab-Token": SECRET},
    }[server]
    assert forge.told(body, headers).json() == {"noted": True}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256=" + "0" * 64},
        {"X-Gitlab-Token": "another secret of somebody"},
        {"X-Gitlab-Token": "\N{LATIN SMALL LETTER E WITH ACUTE}".encode("latin-1").decode("latin-1")},
        {"Authorization": f"Bearer {SECRET}"},
    ],
)
def test_nobody_without_the_secret_is_heard(forge: Forge, headers: dict[str, Any]) -> None:
    given = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = forge.told(headers={"X-GitHub-Event": "push"} | given)
    assert answer.status_code == 403
    assert forge.work_off() == []


def test_what_is_no_push_to_the_branch_starts_nothing(forge: Forge) -> None:
    others: tuple[dict[str, Any], ...] = (
        {"ref": "refs/heads/next"},
        {"ref": "refs/tags/main"},
        {"ref": ["main"]},
        {"after": "0" * 40},
        {"after": 7},
    )
    for push in others:
        answer = forge.told(**push)
        assert (answer.status_code, answer.json()) == (202, {"noted": False})
    body = b'{"zen": "ref"}'
    signature = "sha256=" + hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
    ping = forge.told(body, {"X-GitHub-Event": "ping", "X-Hub-Signature-256": signature})
    assert (ping.status_code, ping.json()) == (202, {"noted": False})
    assert forge.work_off() == []


@pytest.mark.parametrize(
    ("body", "status"), [(b"[]", 422), (b"\xff", 422), (b"[" * 100_000, 422), (b" " * 5_000_001, 413)]
)
def test_what_cannot_be_read_is_refused(forge: Forge, body: bytes, status: int) -> None:
    assert forge.told(body).status_code == status


def test_the_same_push_told_again_changes_nothing(forge: Forge) -> None:
    forge.push({"contributions/a.md": text("aniseed")})
    for _ in range(5):
        assert forge.told().status_code == 202
    given = [said["given"] for said in forge.work_off()]
    assert given == [1, 0], "what waits already is not queued again and again"
    forge.told()
    [said] = forge.work_off()
    assert (said["given"], said["repeated"], said["revised"]) == (0, 1, 0)


def test_a_history_that_was_rewritten_waits_for_an_operator(forge: Forge) -> None:
    forge.push({"contributions/a.md": text("aniseed")})
    forge.told()
    forge.work_off()
    forge.push({"contributions/a.md": text("angelica")}, force=True)
    forge.told()
    failed, delayed = forge.work_off()
    assert (failed["event"], failed["step"]) == ("git.failed", "fetch")
    assert (delayed["event"], delayed["reason"]) == ("chore.delayed", "repository_failed") and delayed["id"]
    with forge.api.app.world.database.read() as tx:
        assert tx.chores.queued() == {"import_merged": 1}, "it is tried again"
    assert forge.credited().keys() == {"aniseed"}


def test_nothing_that_is_committed_reaches_out_of_its_folder(forge: Forge, tmp_path: Path) -> None:
    (tmp_path / "private.md").write_text(text("privet"))
    (forge.work / "contributions").mkdir()
    (forge.work / "contributions" / "link.md").symlink_to(tmp_path / "private.md")
    (forge.work / "contributions" / "up").symlink_to(tmp_path)
    hook = tmp_path / "ran"
    (forge.clone / ".git" / "hooks" / "reference-transaction").write_text(f"#!/bin/sh\ntouch {hook}\n")
    (forge.clone / ".git" / "hooks" / "reference-transaction").chmod(0o755)
    forge.push(
        {
            "contributions/.gitattributes": "* filter=evil",
            "contributions/deep.md": "+++\nx = " + "[" * 900 + "\n+++\n## User\nQ?\n## Assistant\nA.\n",
            "contributions/yes.md": text("yarrow"),
            "contributions/no.md": text("nettle").replace('"2026-11"', '"no"'),
            "contributions/theirs.json": json.dumps([{"messages": [{"role": "user", "content": "Hello?"}]}]),
            "contributions/own.jsonl": json.dumps({"kind": "example", "prompt": "Q?", "ideal": "A."}),
        }
    )
    forge.told()
    [said] = forge.work_off()
    assert (said["event"], said["given"]) == ("merged.imported", 1)
    assert forge.credited().keys() == {"yarrow"}
    assert not hook.exists()


def test_what_is_changed_and_taken_back_in_the_repository_is_so_here(forge: Forge) -> None:
    forge.push({"contributions/a.md": text("aniseed"), "contributions/b.md": text("barley")})
    forge.told()
    forge.work_off()
    forge.push({"contributions/a.md": text("angelica"), "contributions/b.md": "+++\nconsent = false\n+++\n"})
    forge.told()
    [said] = forge.work_off()
    assert (said["revised"], said["withdrawn"], said["given"]) == (1, 1, 0)
    forge.push({"contributions/a.md": None, "contributions/b.md": None})
    forge.told()
    [said] = forge.work_off()
    assert said["event"] == "merged.empty"


def test_without_a_secret_there_is_no_webhook(tmp_path: Path) -> None:
    with running(tmp_path / "home") as api:
        assert api.post("/hooks/git", json={"ref": "refs/heads/main"}).status_code == 404


@pytest.mark.parametrize(
    "settings",
    [
        {"GIT_SECRET": "short"},
        {"GIT_SECRET": SECRET},
        {"GIT_SECRET": SECRET, "GIT_CLONE": "/x", "GIT_AS": "a", "GIT_BRANCH": "--upload-pack=x"},
        {"GIT_SECRET": SECRET, "GIT_CLONE": "/x", "GIT_AS": "a", "GIT_FOLDER": "../.."},
    ],
)
def test_a_webhook_that_is_half_configured_is_none(tmp_path: Path, settings: dict[str, str]) -> None:
    with pytest.raises(Misconfigured) as refusal, running(tmp_path / "home", **settings):
        pass
    assert "short" not in str(refusal.value) and SECRET not in str(refusal.value)


def test_a_clone_that_is_not_there_is_tried_again(tmp_path: Path) -> None:
    settings = {"GIT_SECRET": SECRET, "GIT_CLONE": str(tmp_path / "nowhere"), "GIT_AS": "our-wiki"}
    assert load_settings({"COMMONWHEEL_GIT_FOLDER": "."})["GIT_FOLDER"] == "."
    with running(tmp_path / "home", **settings) as api:
        forge = Forge(api, tmp_path, tmp_path)
        forge.told()
        assert [said["event"] for said in forge.work_off()] == ["git.failed", "chore.delayed"]
