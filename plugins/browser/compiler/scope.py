"""Which names a function of Python defines, and which it takes from around it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

_RESERVED = frozenset(
    """
    arguments await case catch class const debugger default delete do enum eval export extends false finally
    function implements import in instanceof interface let new null package private protected public super switch
    static this throw true try typeof undefined var void with yield py m native
    """.split()
)


def ident(name: str) -> str:
    """A name that JavaScript allows."""
    return f"{name}$" if name in _RESERVED else name


@dataclass(slots=True, eq=False)
class Scope:
    """The names of one function; `children` are the functions defined in it."""

    node: ast.FunctionDef | ast.Lambda
    parent: "Scope | None" = None
    parameters: tuple[str, ...] = ()
    assigned: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    children: "list[Scope]" = field(default_factory=list)
    yields: bool = False

    @property
    def name(self) -> str:
        """Of the function."""
        return self.node.name if isinstance(self.node, ast.FunctionDef) else "lambda"

    def knows(self, name: str) -> bool:
        """Whether it, or what is around it, defines a name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.parameters or name in scope.assigned or name in scope.functions:
                return True
            scope = scope.parent
        return False


def scope_of(node: ast.FunctionDef | ast.Lambda, parent: Scope | None = None) -> Scope:
    """The scope of a function."""
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    extra = [arguments.vararg] if arguments.vararg else []
    scope = Scope(node=node, parent=parent, parameters=tuple(each.arg for each in (*named, *extra)))
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    for each in (found for part in body for found in _within(part)):
        if isinstance(each, ast.FunctionDef):
            scope.functions.add(each.name)
            scope.children.append(scope_of(each, scope))
        elif isinstance(each, ast.Yield | ast.YieldFrom):
            scope.yields = True
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            scope.assigned.add(each.id)
    return scope


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a function but those of functions in it, and the targets of comprehensions."""
    yield node
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.comprehension):
            yield from _within(child.iter)
            for test in child.ifs:
                yield from _within(test)
        else:
            yield from _within(child)
