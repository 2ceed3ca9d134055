"""Expressions of Python as JavaScript. What the two mean differently goes through the functions of `python.js`."""

import ast
import json
import re
from typing import Any

from plugins.browser.compiler.expressions import Untranslatable
from plugins.browser.compiler.scope import Scope, ident, scope_of

METHODS = frozenset(
    """
    add append casefold count decode digest encode end endswith extend find findall finditer fullmatch get group
    groupdict groups hexdigest index insert intersection isalnum isalpha isascii isdecimal isdigit isdisjoint
    islower isprintable isspace istitle isupper items join keys ljust lower lstrip match partition pop removeprefix
    removesuffix replace rfind rindex rjust rpartition rsplit rstrip search span split splitlines start startswith
    strip sub title translate upper values zfill
    """.split()
)
"""What `m` in `python.js` has."""
BUILTINS = frozenset(
    """
    abs all any bool bytes chr dict divmod enumerate filter float frozenset hex int isinstance iter len list map
    max min next ord pow range reversed round set sorted str sum tuple zip
    """.split()
)
_OPERATORS = {
    ast.Add: "add", ast.Mult: "mul", ast.Mod: "mod", ast.FloorDiv: "floordiv", ast.Sub: "sub", ast.BitAnd: "and",
    ast.BitOr: "or", ast.BitXor: "xor", ast.LShift: "shl", ast.RShift: "shr", ast.Pow: "pow", ast.Div: "div",
}  # fmt: skip
_COMPARISONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


class Values:
    """Writes expressions; what a name outside means, and what can be known beforehand, is asked of subclasses."""

    def outer(self, name: str) -> str:
        """The JavaScript for a name that the function does not define."""
        raise NotImplementedError

    def known(self, node: ast.expr, scope: Scope) -> tuple[bool, Any]:
        """Whether it is known beforehand what an expression is, and what."""
        raise NotImplementedError

    def written(self, thing: object) -> str:
        """The JavaScript for an object of Python."""
        raise NotImplementedError

    def function(self, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> str:
        """See `Statements`."""
        raise NotImplementedError

    def value(self, node: ast.expr, scope: Scope) -> str:
        """An expression."""
        if isinstance(node, ast.Attribute):
            known, thing = self.known(node, scope)
            if known:
                return self.written(thing)
        written = getattr(self, f"_of_{type(node).__name__.lower()}", None)
        if written is None:
            raise Untranslatable(type(node).__name__)
        return str(written(node, scope))

    def truth(self, node: ast.expr, scope: Scope) -> str:
        """An expression where only whether it is true counts."""
        if isinstance(node, ast.BoolOp):
            sign = " && " if isinstance(node.op, ast.And) else " || "
            return f"({sign.join(self.truth(each, scope) for each in node.values)})"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"!{self.truth(node.operand, scope)}"
        if isinstance(node, ast.Compare):
            return self.value(node, scope)
        return f"py.truth({self.value(node, scope)})"

    def target(self, node: ast.expr) -> str:
        """What is assigned to."""
        if isinstance(node, ast.Name):
            return ident(node.id)
        if isinstance(node, ast.Tuple):
            return f"[{', '.join(map(self.target, node.elts))}]"
        if isinstance(node, ast.Starred):
            return self.target(node.value)  # see `py.unpack`
        raise Untranslatable(f"assignment to {type(node).__name__}")

    def _of_constant(self, node: ast.Constant, scope: Scope) -> str:
        return self.written(node.value)

    def _of_name(self, node: ast.Name, scope: Scope) -> str:
        if scope.knows(node.id):
            return ident(node.id)
        return self.outer(node.id)

    def _of_attribute(self, node: ast.Attribute, scope: Scope) -> str:
        return f"{self.value(node.value, scope)}.{node.attr}"

    def _of_subscript(self, node: ast.Subscript, scope: Scope) -> str:
        whole = self.value(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            parts = (node.slice.lower, node.slice.upper, node.slice.step)
            given = [self.value(each, scope) if each else "null" for each in parts]
            return f"py.slice({whole}, {', '.join(given)})"
        return f"py.at({whole}, {self.value(node.slice, scope)})"

    def _of_binop(self, node: ast.BinOp, scope: Scope) -> str:
        return f"py.{_OPERATORS[type(node.op)]}({self.value(node.left, scope)}, {self.value(node.right, scope)})"

    def _of_unaryop(self, node: ast.UnaryOp, scope: Scope) -> str:
        if isinstance(node.op, ast.Not):
            return self.truth(node, scope)
        sign = "-" if isinstance(node.op, ast.USub) else "~"
        return f"({sign}{self.value(node.operand, scope)})"

    def _of_boolop(self, node: ast.BoolOp, scope: Scope) -> str:
        name = "all_of" if isinstance(node.op, ast.And) else "any_of"
        if any(isinstance(each, ast.Yield) for part in node.values for each in ast.walk(part)):
            raise Untranslatable("yield in a condition")
        first, *rest = (self.value(each, scope) for each in node.values)
        return f"py.{name}({first}, {', '.join(f'() => {each}' for each in rest)})"

    def _of_compare(self, node: ast.Compare, scope: Scope) -> str:
        pairs = zip([node.left, *node.comparators[:-1]], node.ops, node.comparators, strict=True)
        parts = [self._compared(left, sign, right, scope) for left, sign, right in pairs]
        return parts[0] if len(parts) == 1 else f"({' && '.join(parts)})"

    def _compared(self, left: ast.expr, sign: ast.cmpop, right: ast.expr, scope: Scope) -> str:
        one, two = self.value(left, scope), self.value(right, scope)
        if type(sign) in _COMPARISONS:
            return f"({one} {_COMPARISONS[type(sign)]} {two})"
        if isinstance(sign, ast.Eq | ast.NotEq):
            return f"{'!' if isinstance(sign, ast.NotEq) else ''}py.eq({one}, {two})"
        if isinstance(sign, ast.In | ast.NotIn):
            return f"{'!' if isinstance(sign, ast.NotIn) else ''}py.has({two}, {one})"
        return f"({one} {'!=' if isinstance(sign, ast.IsNot) else '=='} {two})"

    def _of_ifexp(self, node: ast.IfExp, scope: Scope) -> str:
        return (
            f"({self.truth(node.test, scope)} ? {self.value(node.body, scope)} : {self.value(node.orelse, scope)})"
        )

    def _of_namedexpr(self, node: ast.NamedExpr, scope: Scope) -> str:
        return f"({ident(node.target.id)} = {self.value(node.value, scope)})"

    def _of_lambda(self, node: ast.Lambda, scope: Scope) -> str:
        return self.function(node, scope_of(node, scope))

    def _of_tuple(self, node: ast.Tuple | ast.List, scope: Scope) -> str:
        return f"[{self._items(node.elts, scope)}]"

    _of_list = _of_tuple

    def _of_set(self, node: ast.Set, scope: Scope) -> str:
        return f"py.set([{self._items(node.elts, scope)}])"

    def _of_dict(self, node: ast.Dict, scope: Scope) -> str:
        pairs = zip(node.keys, node.values, strict=True)
        written = ", ".join(f"[{self.value(key, scope)}, {self.value(each, scope)}]" for key, each in pairs if key)
        return f"new Map([{written}])"

    def _of_starred(self, node: ast.Starred, scope: Scope) -> str:
        return f"...py.iter({self.value(node.value, scope)})"

    def _items(self, nodes: list[ast.expr], scope: Scope) -> str:
        return ", ".join(self.value(each, scope) for each in nodes)

    def _of_joinedstr(self, node: ast.JoinedStr, scope: Scope) -> str:
        parts = []
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                spec = each.format_spec
                shown = "".join(part.value for part in spec.values) if isinstance(spec, ast.JoinedStr) else ""  # type: ignore[attr-defined]
                parts.append(f"py.format({self.value(each.value, scope)}, {json.dumps(shown)})")
            else:
                parts.append(self.value(each, scope))
        return f"({' + '.join(parts) or repr('')})"

    def _of_generatorexp(self, node: ast.GeneratorExp | ast.ListComp | ast.SetComp, scope: Scope) -> str:
        return self._comprehended(
            node.generators, f"yield {self._inside(node.elt, node.generators, scope)}; ", scope
        )

    def _of_listcomp(self, node: ast.ListComp, scope: Scope) -> str:
        return f"[...{self._of_generatorexp(node, scope)}]"

    def _of_setcomp(self, node: ast.SetComp, scope: Scope) -> str:
        return f"py.set({self._of_generatorexp(node, scope)})"

    def _of_dictcomp(self, node: ast.DictComp, scope: Scope) -> str:
        pair = ast.Tuple([node.key, node.value], ast.Load())
        inner = f"yield {self._inside(pair, node.generators, scope)}; "
        return f"new Map({self._comprehended(node.generators, inner, scope)})"

    def _inside(self, node: ast.expr, generators: list[ast.comprehension], scope: Scope) -> str:
        return self.value(node, _with_targets(generators, scope))

    def _comprehended(self, generators: list[ast.comprehension], inner: str, scope: Scope) -> str:
        for at in range(len(generators) - 1, -1, -1):
            each = generators[at]
            around, within = _with_targets(generators[:at], scope), _with_targets(generators[: at + 1], scope)
            tests = "".join(f"if (!{self.truth(test, within)}) continue; " for test in each.ifs)
            items = self.value(each.iter, around)
            inner = f"for (const {self.target(each.target)} of py.iter({items})) {{ {tests}{inner}}} "
        return f"(function* () {{ {inner}}})()"

    def _of_yield(self, node: ast.Yield, scope: Scope) -> str:
        return f"yield {self.value(node.value, scope) if node.value else 'null'}"

    def _of_yieldfrom(self, node: ast.YieldFrom, scope: Scope) -> str:
        return f"yield* py.iter({self.value(node.value, scope)})"

    def _of_call(self, node: ast.Call, scope: Scope) -> str:
        known, called = self.known(node.func, scope)
        if known and getattr(called, "__module__", "") == "re" and called in _OF_RE:
            return self._with_expression(node, called, scope)
        if known:
            return self._known_call(node, called, scope)
        given = [self.value(each, scope) for each in node.args]
        given += [f"py.named({{ {', '.join(self._keywords(node, scope))} }})"] if node.keywords else []
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            return f"m.{node.func.attr}({', '.join([self.value(node.func.value, scope), *given])})"
        return f"{self.value(node.func, scope)}({', '.join(given)})"

    def _keywords(self, node: ast.Call, scope: Scope) -> list[str]:
        return [f"{each.arg}: {self.value(each.value, scope)}" for each in node.keywords]

    def _known_call(self, node: ast.Call, called: Any, scope: Scope) -> str:
        """Of what is known beforehand: what is given by name finds its place."""
        given = [self.value(each, scope) for each in node.args]
        names = self.parameter_names(called)
        if node.keywords and names is None:
            given.append(f"py.named({{ {', '.join(self._keywords(node, scope))} }})")
        elif node.keywords:
            for each in node.keywords:
                place = (names or []).index(str(each.arg))
                given += ["undefined"] * (place + 1 - len(given))
                given[place] = self.value(each.value, scope)
        return f"{self.written(called)}({', '.join(given)})"

    def parameter_names(self, called: Any) -> list[str] | None:
        """The parameters of what is ours; None for what Python has."""
        raise NotImplementedError

    def _with_expression(self, node: ast.Call, called: Any, scope: Scope) -> str:
        """`re.search(…)` and its like, whose expression has to be known."""
        pattern, *given = node.args
        flags = given.pop() if len(given) > _OF_RE[called] else None
        known, source = self.known(pattern, scope)
        if isinstance(pattern, ast.Constant):
            known, source = True, pattern.value
        is_known, flag = self.known(flags, scope) if flags else (True, re.NOFLAG)
        if not known or not is_known:
            raise Untranslatable("an expression that is not known beforehand")
        expression = source if isinstance(source, re.Pattern) else re.compile(source, flag)
        rest = [self.value(each, scope) for each in given]
        rest += [f"py.named({{ {', '.join(self._keywords(node, scope))} }})"] if node.keywords else []
        return f"m.{called.__name__}({', '.join([self.written(expression), *rest])})"


_OF_RE: dict[Any, int] = {
    re.search: 1, re.match: 1, re.fullmatch: 1, re.findall: 1, re.finditer: 1, re.split: 1, re.sub: 2,
}  # fmt: skip
"""Functions of `re`, and how many arguments stand behind the expression."""


def _with_targets(generators: list[ast.comprehension], scope: Scope) -> Scope:
    names = {each.id for part in generators for each in ast.walk(part.target) if isinstance(each, ast.Name)}
    return Scope(node=scope.node, parent=scope, parameters=tuple(names))
