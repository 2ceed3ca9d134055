"""A clone of a git repository, fetched and read from its objects: nothing of it is checked out, and nothing runs.

A link, a filter, a hook or a submodule that somebody commits thus has no effect, whoever merged it.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

import structlog

from commonwheel.errors import RepositoryFailed
from commonwheel.ports.outside import RepositoryFile

log = structlog.get_logger()

_SAFE = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.ext.allow=never"),
    *("-c", "gc.autoDetach=false", "-c", "maintenance.autoDetach=false"),
    *("-c", "submodule.recurse=false", "-c", "log.showSignature=false", "-c", "credential.interactive=false"),
)
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "SSH_ASKPASS_REQUIRE": "never",
    "LC_ALL": "C",
}
_OPERATORS = ("GIT_SSH", "GIT_SSH_COMMAND")
"""Of git's own variables those that say how an operator reaches the server."""
_FILE_BYTES = 20_000_000
_LIST_BYTES = 50_000_000
_FILES = 100_000
_LONGEST_TALK = 3600.0
"""Seconds in which files are read while they are given, from the disk."""
_REGULAR = ("100644", "100755")


class GitClone:
    """A `ports.Repository`: the branch of `origin`, as a clone in `path` has it. `seconds` bounds each step."""

    def __init__(
        self, path: Path, branch: str, folder: str, environment: Mapping[str, str], *, seconds: float = 120.0
    ) -> None:
        self._path, self._branch, self._seconds = path, branch, seconds
        self._folder = () if folder == "." else (folder,)
        ours = {
            name: value for name, value in environment.items() if not name.startswith("GIT_") or name in _OPERATORS
        }
        self._environment = ours | _ENVIRONMENT

    def update(self) -> str:
        """Into a reference of our own. It is not forced: a history that was rewritten is not followed."""
        ours = f"refs/commonwheel/{self._branch}"
        plain = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        self._said("fetch", *plain, "origin", f"refs/heads/{self._branch}:{ours}")
        return self._said("rev-parse", "--verify", f"{ours}^{{commit}}").decode().strip()

    def files(self, commit: str) -> Iterator[RepositoryFile]:
        """By name; their authors by who added them, under this name or the one that they had before."""
        listed = self._said("ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *self._folder)
        authors = self._authors(commit)
        with self._running("cat-file", "--batch", talking=True) as git:
            for line in listed.split(b"\0")[:_FILES]:
                head, _, raw = line.partition(b"\t")
                if not raw:
                    continue
                mode, kind, object, size = head.decode().split()
                path = raw.decode(errors="replace")
                name = path.removeprefix("".join(f"{part}/" for part in self._folder))
                why = _refusal(mode, kind, size)
                data = b"" if why else _blob(git, object, int(size))
                yield RepositoryFile(name=name, data=data, author=authors.get(path), refused=why)

    def _authors(self, commit: str) -> dict[str, str]:
        """Who added each file; nobody in a shallow clone, whose first commit has added everything."""
        if self._said("rev-parse", "--is-shallow-repository").strip() != b"false":
            return {}
        plain = ("--reverse", "-z", "--no-ext-diff", "-M100%", "--diff-filter=AR", "--name-status")
        told = self._said("log", *plain, "--format=%x01%an", commit, "--", *self._folder)
        words = iter(told.decode(errors="replace").split("\0"))
        authors: dict[str, str] = {}
        author = ""
        for word in words:
            change = word.removeprefix(
                "\n"
            )  # between a commit and its first file; names of files may have one, too
            if word.startswith("\x01"):
                author = word[1:]
            elif change == "A":
                authors[next(words, "")] = author
            elif change.startswith("R"):
                old, new = next(words, ""), next(words, "")
                authors[new] = authors.get(old, author)
        return authors

    def _said(self, *arguments: str) -> bytes:
        """What a command says. Its errors are not repeated: they may hold an address with a password."""
        with self._running(*arguments) as git:
            assert git.stdout is not None, "a pipe was asked for"
            said = git.stdout.read(_LIST_BYTES + 1)
            if len(said) > _LIST_BYTES or git.wait() != 0:
                log.warning("git.failed", step=arguments[0], code=git.poll())
                raise RepositoryFailed
        return said

    @contextmanager
    def _running(self, *arguments: str, talking: bool = False) -> Iterator["subprocess.Popen[bytes]"]:
        """A command, ended with all that it started after its time, or once nobody listens any more."""
        try:
            git = subprocess.Popen(
                ["git", *_SAFE, "-C", str(self._path), *arguments],
                stdin=subprocess.PIPE if talking else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                start_new_session=True,
            )
        except OSError as problem:
            raise RepositoryFailed from problem
        timer = Timer(_LONGEST_TALK if talking else self._seconds, _end, (git,))
        timer.start()
        try:
            with git:
                try:
                    yield git
                finally:
                    _end(git)
        finally:
            timer.cancel()


def _end(git: "subprocess.Popen[bytes]") -> None:
    if git.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(git.pid, signal.SIGKILL)


def _refusal(mode: str, kind: str, size: str) -> str | None:
    if kind == "blob" and mode == "120000":
        return "is a link"
    if kind != "blob" or mode not in _REGULAR:
        return "is no file"
    return "is larger than is read" if int(size) > _FILE_BYTES else None


def _blob(git: "subprocess.Popen[bytes]", object: str, size: int) -> bytes:
    assert git.stdin is not None and git.stdout is not None, "pipes were asked for"
    try:
        git.stdin.write(object.encode() + b"\n")
        git.stdin.flush()
        head = git.stdout.readline()
        data = git.stdout.read(size + 1)
    except OSError as problem:
        raise RepositoryFailed from problem
    if not head.endswith(b" blob %d\n" % size) or len(data) != size + 1:
        raise RepositoryFailed
    return data[:-1]
