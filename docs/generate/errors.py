"""The page of errors: every code with its status and message."""

import re
from importlib import import_module
from pkgutil import walk_packages

import commonwheel
from commonwheel.errors import CommonwheelError
from docs.generate.markdown import page, prose, table


def errors() -> list[type[CommonwheelError]]:
    """Every refusal that has a code of its own."""
    for module in walk_packages(commonwheel.__path__, "commonwheel."):
        if not re.search(r"\.(__main__|migrations.*|curator_child|demo.*)$", module.name):
            import_module(module.name)
    found: dict[str, type[CommonwheelError]] = {}
    waiting: list[type[CommonwheelError]] = [CommonwheelError]
    while waiting:
        kind = waiting.pop(0)
        if kind is not CommonwheelError and "code" in vars(kind):
            found[kind.code] = kind
        waiting += kind.__subclasses__()
    return [found[code] for code in sorted(found)]


ONLY_HTTP = (
    ("method_not_allowed", "405", "This path does not take that method."),
    ("http", "any other", "The request could not be read as HTTP asks for."),
    ("broken", "500", "Something broke here. It was noted."),
)


def errors_page() -> str:
    """All codes, with their status and message."""
    from commonwheel.client import failures
    from commonwheel.web.errors import status_of

    rows = []
    for kind in errors():
        by_command = kind.__module__.startswith("commonwheel.cli")
        status = "commands only" if by_command else str(status_of(kind.__new__(kind)))
        rows.append((f"`{kind.code}`", status, prose(kind).split("\n")[0]))
    rows += [(f"`{code}`", status, message) for code, status, message in ONLY_HTTP]
    tree = prose(failures).partition("\n\n")[2]
    return page(
        "Errors",
        _ERRORS,
        table(["code", "status", "message"], rows),
        "## In the Python client\n\n`commonwheel.client` raises these, with `code`, `message` and `details` as "
        f"they were answered:\n\n```text\n{tree}\n```",
    )


_ERRORS = """
Every error of the API has one shape, `{"error": {"code", "message", "details"}}`. `code` is for programs and
does not change; `message` is for people, and may say more than the sentence below. `details.faults` lists
each fault as `{"path", "problem"}`, where `path` is a JSON pointer. No error repeats what was sent.
Answers 429 and 503 carry `Retry-After` in seconds. A command tells the same message and ends with 1.
"""
