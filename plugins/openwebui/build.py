"""`python -m plugins.openwebui.build`: one file of the modules in `src/`, for an administrator to paste."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE / "commonwheel_action.py"
MODULES = ("dialogs", "branches", "payloads", "wheel", "action")
"""In the order in which each stands on those before it."""
_OURS = "plugins.openwebui"
_REWRITTEN = re.compile(r"from (utils|apps|main|config)\b")
"""Open WebUI rewrites these words wherever they stand, in prose too."""


def built() -> str:
    """The file: its front matter, all imports once, then the modules, each under its docstring as a comment."""
    imports: set[str] = set()
    bodies = []
    for name in MODULES:
        source = (HERE / "src" / f"{name}.py").read_text("utf-8")
        tree = ast.parse(source)
        lines = source.splitlines()
        given = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in given:
            if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_OURS)):
                imports.add("\n".join(lines[node.lineno - 1 : node.end_lineno]))
        first = next(n for n in tree.body[1:] if not isinstance(n, ast.Import | ast.ImportFrom))
        start = min([first.lineno, *(each.lineno for each in getattr(first, "decorator_list", ()))])
        told = "\n".join(f"# {line}" for line in (ast.get_docstring(tree) or "").splitlines())
        bodies.append(f"{told}\n\n" + "\n".join(lines[start - 1 :]).rstrip())
    header = (HERE / "src" / "header.py").read_text("utf-8")
    text = header + "\n" + "\n".join(sorted(imports)) + "\n\n\n" + "\n\n\n".join(bodies) + "\n"
    if found := _REWRITTEN.search(text):
        raise SystemExit(f"Open WebUI would rewrite '{found[0]}': say it otherwise.")
    return text


def main() -> None:
    """Write it."""
    BUILT.write_text(built(), "utf-8")


if __name__ == "__main__":
    main()
