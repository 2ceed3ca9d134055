"""The rules of the house, each with an example that keeps it and one that breaks it."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

LONGEST_FILE = 400
LONGEST_FUNCTION = 60

# Files that may be longer, each with its exact length: shorten the file, shorten the entry. It never grows.
LONGER: dict[str, int] = {}

# Where anything may be raised and must be caught: file, and why no name can be given.
CATCH_ALL: dict[str, str] = {
    "src/commonwheel/client/delivery.py": "whatever a sender meets, what comes later must still be sent",
    "src/commonwheel/client/tracking.py": "an application's own prompt may raise anything when it is copied",
    "src/commonwheel/client/watching.py": "a client's own objects may raise anything, and the application goes on",
    "src/commonwheel/client/wheel.py": "what is logged may raise anything, and the application goes on",
    "src/commonwheel/curate/detect.py": "a detector may raise anything, and whatever it is quarantines the text",
    "src/commonwheel/web/pages/markdown.py": "a reader of formulas may stumble over any words: shown as written",
    "plugins/openwebui/src/dialogs.py": "another program asks for us, and whatever it raises is no yes",
    "src/commonwheel/collect/reading.py": "a reader may stumble over any file, and says so instead of its words",
    "src/commonwheel/web/accepting.py": "one writer serves many requests, and each is handed what went wrong",
}

# Who looks at the environment: file, and what for.
ENVIRONMENT = {
    "src/commonwheel/settings.py": "reads the settings",
    "src/commonwheel/adapters/curator_process.py": "gives its child a bare environment, without secrets",
    "src/commonwheel/adapters/recipe_process.py": "gives its children our environment, without secrets",
    "src/commonwheel/recipes/kit.py": "tells libraries to stay offline, before they are loaded",
}

Fault = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What may not be written in some files, and what to do instead."""

    name: str
    within: str  # a pattern over paths from the project's root
    find: Callable[[str], Iterator[Fault]]
    instead: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    except_for: frozenset[str] = frozenset()

    def covers(self, path: str) -> bool:
        """Whether this rule speaks about that file."""
        return re.fullmatch(self.within, path) is not None and path not in self.except_for


def by_text(*patterns: str) -> Callable[[str], Iterator[Fault]]:
    """Find lines that match one of `patterns`."""
    wanted = re.compile("|".join(patterns))

    def find(text: str) -> Iterator[Fault]:
        for number, line in enumerate(text.splitlines(), 1):
            if match := wanted.search(line):
                yield number, match.group().strip()

    return find


@cache
def parsed(text: str) -> ast.Module:
    """The syntax of a module."""
    return ast.parse(text)


def by_node(wanted: Callable[[ast.AST], str | None]) -> Callable[[str], Iterator[Fault]]:
    """Find syntax nodes for which `wanted` says what is wrong."""

    def find(text: str) -> Iterator[Fault]:
        for node in ast.walk(parsed(text)):
            if problem := wanted(node):
                yield getattr(node, "lineno", 1), problem

    return find


def called(node: ast.AST) -> str | None:
    """The dotted name of what a call calls."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else None


def imported(node: ast.AST) -> set[str]:
    """The full names that an import statement brings in."""
    if isinstance(node, ast.ImportFrom):
        return {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
    return {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()


def opens_silently(text: str) -> Iterator[Fault]:
    """A module's first line is a sentence."""
    opening = (ast.get_docstring(parsed(text)) or "").split("\n")[0]
    if not opening.endswith((".", "?", "!")):
        yield 1, opening or "no docstring"


def too_long(node: ast.AST) -> str | None:
    """A function is read in one look."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
        length = node.end_lineno - node.lineno + 1
        return f"{node.name}: {length} lines" if length > LONGEST_FUNCTION else None
    return None


def reads_environment(node: ast.AST) -> str | None:
    """Only the settings look at the environment."""
    names = {"os.environ", "os.environb", "os.getenv", "os.getenvb"}
    used = {ast.unparse(node)} if isinstance(node, ast.Attribute) else imported(node)
    return next(iter(used & names), None)


def catches_all(node: ast.AST) -> str | None:
    """An exception that cannot be named is not understood."""
    broad = {"Exception", "BaseException"}
    caught: list[ast.expr] = []
    if isinstance(node, ast.ExceptHandler):
        if node.type is None:
            return "except:"
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    elif isinstance(node, ast.Call) and (called(node) or "").endswith("suppress"):
        caught = node.args
    return next((name for name in map(ast.unparse, caught) if name in broad), None)


RUNS_DATA = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}


def runs_data(node: ast.AST) -> str | None:
    """Data that came from somewhere must never become code."""
    roots = {name.split(".")[0] for name in imported(node)} & RUNS_DATA
    return next(iter(roots), None) or (called(node) if called(node) in ("eval", "exec", "yaml.load") else None)


def prints(node: ast.AST) -> str | None:
    """Whoever prints talks to a person: only commands do."""
    return "print" if called(node) == "print" else None


# Written in two halves, or this file would break its own rules.
REGISTRIES = (
    *("pypi" r"\.org", "python" r"hosted\.", r"download\.py" "torch", "conda" r"\.org"),
    *("npm" r"js\.(?:org|com)", "yarn" r"pkg\.com", "crates" r"\.io", "debian" r"\.org", "maven" r"\.org"),
)
MACHINE_PATHS = (r"(?<![\w.}])/(?:wo" r"rk|ro" r"ot|t" r"mp)/", r"(?<![\w.}])/(?:ho" r"me|Us" r"ers)/\w+/")
UNFINISHED = (r"\bTO" r"DO\b", r"\bFIX" r"ME\b", r"\bX" r"XX\b")

CODE = r"(src|tests|bench|evaluate|recipes)/.*\.py"
PACKAGE = r"src/.*\.py"
EVERYTHING = r".*"

RULES = (
    Rule(
        name="modules open with a sentence",
        within=CODE,
        find=opens_silently,
        instead="open the module with one sentence that says what it is",
        good=('"""What flows through the journey."""\n',),
        bad=("import os\n", '"""Utilities"""\n'),
    ),
    Rule(
        name="functions fit one look",
        within=r"(?!.*/migrations/versions/)" + CODE,  # a migration is one list of steps
        find=by_node(too_long),
        instead=f"split functions over {LONGEST_FUNCTION} lines where the story has chapters",
        good=("def f():\n" + "    f()\n" * (LONGEST_FUNCTION - 1),),
        bad=("def f():\n" + "    f()\n" * LONGEST_FUNCTION,),
    ),
    Rule(
        name="only commands print",
        within=r"src/commonwheel/(?!cli/).*\.py",
        find=by_node(prints),
        instead="log an event, or return the fact to the command that shows it",
        good=("log.info('contribution.quarantined', contribution=item.id)\n", "blueprint(1)\n"),
        bad=("print(item.text)\n",),
    ),
    Rule(
        name="only settings read the environment",
        within=PACKAGE,
        find=by_node(reads_environment),
        instead="add a row to the table in settings.py and hand the value down from app.py",
        good=("settings.home\n", "import os\nos.getpid()\n"),
        bad=("import os\nos.environ['HOME']\n", "import os\nos.getenv('HOME')\n", "from os import environ\n"),
        except_for=frozenset(ENVIRONMENT),
    ),
    Rule(
        name="exceptions have names",
        within=PACKAGE,
        find=by_node(catches_all),
        instead="catch what you can name; if anything can happen there, say why in CATCH_ALL",
        good=("try:\n    f()\nexcept OSError:\n    pass\n", "with suppress(KeyError):\n    f()\n"),
        bad=(
            "try:\n    f()\nexcept:\n    pass\n",
            "try:\n    f()\nexcept (OSError, Exception):\n    pass\n",
            "with contextlib.suppress(BaseException):\n    f()\n",
        ),
        except_for=frozenset(CATCH_ALL),
    ),
    Rule(
        name="data never become code",
        within=CODE,
        find=by_node(runs_data),
        instead="read JSON, TOML or Parquet",
        good=("import json\n", "model.eval()\n"),
        bad=("import pickle\n", "from joblib import load\n", "eval(text)\n"),
    ),
    Rule(
        name="no registry's address",
        within=EVERYTHING,
        find=by_text(*REGISTRIES),
        instead="name the package, not where it is fetched from",
        good=("pip install uv\n",),
        bad=("https://" + "py" + "pi.org/simple\n", "https://registry.npm" + "js.org/htmx\n"),
    ),
    Rule(
        name="no path of one machine",
        within=EVERYTHING,
        find=by_text(*MACHINE_PATHS),
        instead="start from a setting, from `tmp_path` or from this file's own place",
        good=("tests/tmp/x\n", "https://example.com/ho" + "me/ann/\n"),
        bad=("open('/t" + "mp/x')\n", "/ho" + "me/ann/x\n"),
    ),
    Rule(
        name="nothing is left unfinished",
        within=CODE,
        find=by_text(*UNFINISHED),
        instead="finish it, or open an issue",
        good=("# why it is so\n",),
        bad=("# TO" + "DO: later\n",),
    ),
)

# The words of others: the exact texts of licenses, and what a tool writes for itself.
NOT_OURS = re.compile(r"LICENSE|.*/licenses/.*|.*package-lock\.json")


@cache
def files() -> dict[str, str]:
    """Every text file of the project by its path: what git tracks, and what it would."""
    # Whose folder it is does not matter for reading a list.
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    ours = sorted({n for n in names if n and not NOT_OURS.fullmatch(n) and (ROOT / n).is_file()})
    contents = {name: (ROOT / name).read_bytes() for name in ours}
    return {name: content.decode() for name, content in contents.items() if b"\0" not in content}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_project_keeps_the_rule(rule: Rule) -> None:
    covered = {path: text for path, text in files().items() if rule.covers(path)}
    faults = [f"{path}:{line}: {what}" for path, text in covered.items() for line, what in rule.find(text)]
    assert not faults, f"{rule.instead}:\n" + "\n".join(faults)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_tells_good_from_bad(rule: Rule) -> None:
    for example in rule.good:
        assert not list(rule.find(example)), example
    for example in rule.bad:
        assert list(rule.find(example)), example


def test_files_are_short() -> None:
    lengths = {p: t.count("\n") for p, t in files().items() if re.fullmatch(CODE, p)}
    long = {path: length for path, length in lengths.items() if length > LONGEST_FILE}
    assert long == LONGER, "split what is longer; what became shorter leaves the list"


def test_every_exception_to_naming_exceptions_is_needed_and_explained() -> None:
    find = by_node(catches_all)
    needless = [path for path, reason in CATCH_ALL.items() if not reason or not any(find(files()[path]))]
    assert not needless


# Locks -----------------------------------------------------------------------------------------------------------

LOCKS = {p: t for p, t in files().items() if p.startswith("requirements/")}
PIN = re.compile(
    r"^(?P<name>[a-z0-9][\w.-]*)==(?P<version>\S+)(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n", re.M
)


def lock_faults(text: str) -> list[str]:
    """The lines of a lock that are neither a pin with hashes nor a remark, or that hold an address."""
    rest = [line for line in PIN.sub("", text).splitlines() if not re.fullmatch(r" *#.*", line)]
    return rest + [line for line in text.splitlines() if "://" in line]


def test_a_lock_is_told_from_a_wish() -> None:
    pin = "six==1.17.0 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via python-dateutil\n"
    assert not lock_faults(pin)
    assert lock_faults("six==1.17.0\n")
    assert lock_faults("six>=1.17.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    assert lock_faults("--index-url https://index.example/simple\n" + pin)
    assert lock_faults("six @ https://files.example/six.whl\n")


@pytest.mark.parametrize("path", sorted(LOCKS))
def test_locks_hold_versions_and_hashes_and_no_addresses(path: str) -> None:
    assert not lock_faults(LOCKS[path])


def pins(lock: str) -> dict[str, str]:
    """Names and versions of a lock."""
    return {canonicalize_name(m["name"]): m["version"] for m in PIN.finditer(LOCKS[f"requirements/{lock}.txt"])}


def wishes() -> Iterator[tuple[str, str]]:
    """Every lock with each requirement that it has to fulfil."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    yield from (("base", line) for line in project["project"]["dependencies"])
    yield from (("test", line) for extra in ("postgres", "s3") for line in extras[extra])
    yield from ((group, line) for group, lines in project["dependency-groups"].items() for line in lines)


@pytest.mark.parametrize("lock, line", list(wishes()), ids=lambda value: value)
def test_the_lock_fulfils_what_the_project_asks_for(lock: str, line: str) -> None:
    wish = Requirement(line)
    assert wish.specifier.contains(pins(lock)[canonicalize_name(wish.name)]), "run `make lock`"


def test_the_base_install_is_light() -> None:
    heavy = {"torch", "ray", "pandas", "numpy", "transformers", "boto3", "moto"}
    assert not heavy & set(pins("base"))


def test_the_test_lock_keeps_the_pins_of_the_base() -> None:
    base, test = pins("base"), pins("test")
    assert {name: test.get(name) for name in base} == base


# Pages -----------------------------------------------------------------------------------------------------------


def test_the_changelog_has_a_place_for_what_comes() -> None:
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text()
