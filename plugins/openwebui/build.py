"""`python -m plugins.openwebui.build`: files of the modules in `src/`, each for an administrator to paste.

Open WebUI takes one kind of function from a file: here the button, and there what listens to events.
"""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
_SHARED = ("wheel", "branches", "payloads", "reading", "giving", "standing")
FILES = {
    "action": ("dialogs", "asking", *_SHARED, "action"),
    "event": (*_SHARED, "spool", "event"),
}
"""Modules of each file, in the order in which each stands on those before it."""
_OURS = "plugins.openwebui"
_REWRITTEN = re.compile(r"from (utils|apps|main|config)\b")
"""Open WebUI rewrites these words wherever they stand, in prose too."""


def path_of(kind: str) -> Path:
    """Where the file of a kind lies."""
    return HERE / f"commonwheel_{kind}.py"


def built(kind: str) -> str:
    """A file: its front matter, all imports once, then the modules, each under its docstring as a comment."""
    imports: set[str] = set()
    names: set[str] = set()
    bodies = []
    for name in FILES[kind]:
        source = (HERE / "src" / f"{name}.py").read_text("utf-8")
        tree = ast.parse(source)
        lines = source.splitlines()
        given = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in given:
            if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_OURS)):
                imports.add("\n".join(lines[node.lineno - 1 : node.end_lineno]))
        mine = {each for node in tree.body for each in _names(node)}
        if twice := mine & names:
            raise SystemExit(f"{name}: {', '.join(sorted(twice))} would take the place of another module's.")
        names |= mine
        first = next(n for n in tree.body[1:] if not isinstance(n, ast.Import | ast.ImportFrom))
        start = min([first.lineno, *(each.lineno for each in getattr(first, "decorator_list", ()))])
        told = "\n".join(f"# {line}" for line in (ast.get_docstring(tree) or "").splitlines())
        bodies.append(f"{told}\n\n" + "\n".join(lines[start - 1 :]).rstrip())
    header = (HERE / "src" / f"header_{kind}.py").read_text("utf-8")
    text = header + "\n" + "\n".join(sorted(imports)) + "\n\n\n" + "\n\n\n".join(bodies) + "\n"
    if found := _REWRITTEN.search(text):
        raise SystemExit(f"Open WebUI would rewrite '{found[0]}': say it otherwise.")
    return text


def _names(node: ast.stmt) -> list[str]:
    """What a statement of a module names."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [each.id for each in targets if isinstance(each, ast.Name)]


def main() -> None:
    """Write them."""
    for kind in FILES:
        path_of(kind).write_text(built(kind), "utf-8")


if __name__ == "__main__":
    main()
