"""Functions of Python as JavaScript, statement by statement. Only what our detectors are written in is known."""

import ast
from typing import Protocol

from plugins.browser.compiler.expressions import Untranslatable
from plugins.browser.compiler.scope import Scope, ident
from plugins.browser.compiler.values import Values


class Names(Protocol):
    """Who knows what a name outside of a function means."""

    def outer(self, name: str) -> str:
        """The JavaScript for a name that the function does not define."""


class Statements(Values):
    """Writes the body of one function, and of those within it."""

    def function(self, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> str:
        """`node` as a function or generator, without its name."""
        parameters = ", ".join(self.parameters(node.args, scope))
        if isinstance(node, ast.Lambda):
            return f"(({parameters}) => {self.value(node.body, scope)})"
        star = "*" if scope.yields else ""
        own = sorted(scope.assigned - set(scope.parameters) - scope.functions)
        declared = f"let {', '.join(map(ident, own))}; " if own else ""
        inner = "".join(
            f"function{'*' if child.yields else ''} {ident(child.name)}{self.tail(child)} "
            for child in scope.children
        )
        body = self.block(node.body, scope)
        return f"function{star} {ident(node.name)}({parameters}) {{ {declared}{inner}{body}}}"

    def tail(self, child: Scope) -> str:
        """The parameters and the body of a function within another."""
        assert isinstance(child.node, ast.FunctionDef)
        written = self.function(child.node, child)
        return written[written.index("(") :]

    def parameters(self, arguments: ast.arguments, scope: Scope) -> list[str]:
        """As JavaScript has them; what may be left out has its default."""
        plain = [*arguments.posonlyargs, *arguments.args]
        first = len(plain) - len(arguments.defaults)
        found = []
        for at, each in enumerate(plain):
            default = arguments.defaults[at - first] if at >= first else None
            found.append(f"{ident(each.arg)} = {self.value(default, scope)}" if default else ident(each.arg))
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            found.append(f"{ident(each.arg)} = {self.value(default, scope)}" if default else ident(each.arg))
        if arguments.vararg:
            found.append(f"...{ident(arguments.vararg.arg)}")
        return found

    def block(self, body: list[ast.stmt], scope: Scope) -> str:
        """Statements one after the other."""
        return "".join(self.statement(each, scope) for each in body)

    def statement(self, node: ast.stmt, scope: Scope) -> str:
        """One of them."""
        written = getattr(self, f"_do_{type(node).__name__.lower()}", None)
        if written is None:
            raise Untranslatable(type(node).__name__)
        return str(written(node, scope))

    def _do_expr(self, node: ast.Expr, scope: Scope) -> str:
        if isinstance(node.value, ast.Constant):
            return ""
        return f"{self.value(node.value, scope)}; "

    def _do_assign(self, node: ast.Assign, scope: Scope) -> str:
        value = self.value(node.value, scope)
        for target in reversed(node.targets):
            value = self.assign(target, value, scope)
        return f"{value}; "

    def assign(self, target: ast.expr, value: str, scope: Scope) -> str:
        """An assignment as an expression."""
        if isinstance(target, ast.Subscript):
            return f"py.put({self.value(target.value, scope)}, {self.value(target.slice, scope)}, {value})"
        if isinstance(target, ast.Tuple):
            starred = [at for at, each in enumerate(target.elts) if isinstance(each, ast.Starred)]
            value = f"py.unpack({value}, {starred[0] if starred else -1}, {len(target.elts)})"
        return f"{self.target(target)} = {value}"

    def _do_annassign(self, node: ast.AnnAssign, scope: Scope) -> str:
        if node.value is None:
            return ""
        return f"{self.assign(node.target, self.value(node.value, scope), scope)}; "

    def _do_augassign(self, node: ast.AugAssign, scope: Scope) -> str:
        read = (
            ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
            if isinstance(node.target, ast.Name)
            else node.target
        )
        whole = ast.BinOp(left=read, op=node.op, right=node.value)
        return f"{self.assign(node.target, self.value(whole, scope), scope)}; "

    def _do_return(self, node: ast.Return, scope: Scope) -> str:
        return f"return {self.value(node.value, scope) if node.value else 'null'}; "

    def _do_if(self, node: ast.If, scope: Scope) -> str:
        otherwise = f"else {{ {self.block(node.orelse, scope)}}} " if node.orelse else ""
        return f"if ({self.truth(node.test, scope)}) {{ {self.block(node.body, scope)}}} {otherwise}"

    def _do_for(self, node: ast.For, scope: Scope) -> str:
        if node.orelse:
            raise Untranslatable("for … else")
        items = self.value(node.iter, scope)
        each = f"{self.target(node.target)} = $each; "
        return f"for (const $each of py.iter({items})) {{ {each}{self.block(node.body, scope)}}} "

    def _do_while(self, node: ast.While, scope: Scope) -> str:
        if node.orelse:
            raise Untranslatable("while … else")
        return f"while ({self.truth(node.test, scope)}) {{ {self.block(node.body, scope)}}} "

    def _do_break(self, node: ast.Break, scope: Scope) -> str:
        return "break; "

    def _do_continue(self, node: ast.Continue, scope: Scope) -> str:
        return "continue; "

    def _do_pass(self, node: ast.Pass, scope: Scope) -> str:
        return ""

    def _do_assert(self, node: ast.Assert, scope: Scope) -> str:
        return ""

    def _do_functiondef(self, node: ast.FunctionDef, scope: Scope) -> str:
        return ""  # written where the function around it begins

    def _do_raise(self, node: ast.Raise, scope: Scope) -> str:
        return 'throw new py.Raised("ValueError"); '

    def _do_try(self, node: ast.Try, scope: Scope) -> str:
        if node.finalbody or len(node.handlers) != 1 or node.handlers[0].name:
            raise Untranslatable("try")
        [handler] = node.handlers
        caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        names = ", ".join(f'"{ast.unparse(each).rpartition(".")[2]}"' for each in caught if each is not None)
        after = self.block(node.orelse, scope)
        body, flag = self.block(node.body, scope), f"$went{node.lineno}"
        then = f"if ({flag}) {{ {after}}} " if after else ""
        went = (f"let {flag} = false; ", f"{flag} = true; ") if after else ("", "")
        return (
            f"{went[0]}try {{ {body}{went[1]}}} catch ($error) {{ py.caught($error, [{names}]); "
            f"{self.block(handler.body, scope)}}} {then}"
        )
