"""A program of JavaScript made of living objects of Python: functions with what they use, expressions, tables.

Nothing of a module is run anew: its constants are written as they are, and its functions are translated from
their source. What is not ours (the standard library and others) has to be named in `NATIVE`.
"""

import ast
import dataclasses
import enum
import inspect
import json
import re
import types
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv6Network
from pathlib import Path
from typing import Any

from plugins.browser.compiler.expressions import Untranslatable, translated
from plugins.browser.compiler.native import NATIVE, OVERRIDDEN
from plugins.browser.compiler.scope import Scope, ident, scope_of
from plugins.browser.compiler.statements import Statements
from plugins.browser.compiler.values import BUILTINS

_OURS = "commonwheel."


class Program(Statements):
    """Lines of a module in the order in which they have to stand; each object is written once."""

    def __init__(self, fields: frozenset[str] | None = None) -> None:
        """`fields`: which of the fields of records are asked for at all; all of them where it is None."""
        self.lines: list[str] = []
        self.asked: set[str] = set()
        self._fields = fields
        self._names: dict[int, str] = {}
        self._texts: dict[str, str] = {}
        self._kept: list[object] = []
        self._function: types.FunctionType | None = None

    # What a name means outside of a function.

    def outer(self, name: str) -> str:
        """See `Values`."""
        function = self._function
        assert function is not None
        if name in function.__code__.co_freevars:
            return f"$_{name}"
        if name in function.__globals__:
            return self.written(function.__globals__[name])
        if name in BUILTINS:
            return f"py.{ident(name)}"
        raise Untranslatable(f"the name {name}")

    def known(self, node: ast.expr, scope: Scope) -> tuple[bool, Any]:
        """See `Values`: names of modules, classes and functions, and what they hold."""
        function = self._function
        assert function is not None
        if isinstance(node, ast.Name):
            free = node.id in function.__code__.co_freevars
            if scope.knows(node.id) or free or node.id not in function.__globals__:
                return False, None
            thing = function.__globals__[node.id]
            return isinstance(thing, _SEEN_THROUGH) or callable(thing) or isinstance(
                thing, str | re.Pattern
            ), thing
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "str" and not scope.knows("str"):
                return True, getattr(str, node.attr)
            if isinstance(node.value, ast.Name) and node.value.id == "int" and not scope.knows("int"):
                return True, getattr(int, node.attr)
            known, thing = self.known(node.value, scope)
            if known and isinstance(thing, _SEEN_THROUGH):
                return True, getattr(thing, node.attr)
        self.asked |= {node.attr} if isinstance(node, ast.Attribute) else set()
        return False, None

    def parameter_names(self, called: Any) -> list[str] | None:
        """See `Values`."""
        if _path(called) in NATIVE:
            return None
        if isinstance(called, type) and _fields_of(called):
            return _fields_of(called)
        plain = inspect.unwrap(called)
        if isinstance(plain, types.FunctionType) and _is_ours(plain):
            return list(inspect.signature(plain).parameters)
        return None

    # Objects.

    def written(self, thing: object) -> str:
        """See `Values`."""
        if thing is None or (isinstance(thing, bool | int | float) and not isinstance(thing, enum.Enum)):
            return json.dumps(thing)
        if isinstance(thing, enum.Enum):
            return json.dumps(str(thing), ensure_ascii=False)
        if isinstance(thing, str):
            return _string(thing)
        if id(thing) not in self._names:
            self._kept.append(thing)
            self._names[id(thing)] = self._define(thing)
        return self._names[id(thing)]

    def _define(self, thing: Any) -> str:
        path = _path(thing)
        if path in OVERRIDDEN or (path in NATIVE and not _is_ours(thing)):
            return f"native.{OVERRIDDEN.get(path) or NATIVE[path]}"
        if isinstance(thing, types.MethodDescriptorType):
            return f"m.{thing.__name__}"
        if isinstance(thing, re.Pattern):
            return self._expression(thing)
        if isinstance(thing, IPv6Network):
            return self._constant("n", f"native.IPv6Network({_string(str(thing))})")
        if isinstance(thing, bytes):
            return self._constant("b", f"py.bytes({json.dumps(thing.decode('latin-1'))})")
        if isinstance(thing, types.FunctionType) or hasattr(thing, "__wrapped__"):
            return self._translated(inspect.unwrap(thing))
        if isinstance(thing, type) and (fields := _fields_of(thing)):
            return self._constant("type", f"py.record({json.dumps(fields)}, {self._defaults(thing)})")
        if dataclasses.is_dataclass(thing) or (isinstance(thing, tuple) and hasattr(thing, "_fields")):
            return self._constant("o", self._record(thing))
        return self._constant("c", self._collection(thing))

    def _defaults(self, thing: Any) -> str:
        found = getattr(thing, "_field_defaults", None)
        if found is None:
            given = (each for each in dataclasses.fields(thing) if each.default is not dataclasses.MISSING)
            found = {each.name: each.default for each in given}
        return "{ " + ", ".join(f"{name}: {self.written(value)}" for name, value in found.items()) + " }"

    def _record(self, thing: Any) -> str:
        names = [name for name in _fields_of(type(thing)) if self._fields is None or name in self._fields]
        return "{ " + ", ".join(f"{ident(name)}: {self.written(getattr(thing, name))}" for name in names) + " }"

    def _collection(self, thing: Any) -> str:
        if isinstance(thing, Mapping):
            pairs = (f"[{self.written(key)}, {self.written(value)}]" for key, value in thing.items())
            return f"new Map([{', '.join(pairs)}])"
        if isinstance(thing, set | frozenset):
            if all(isinstance(each, str) and each and " " not in each for each in thing):
                return f"py.set({_string(' '.join(sorted(thing)))}.split(' '))"
            return f"py.set([{', '.join(self.written(each) for each in sorted(thing))}])"
        if isinstance(thing, tuple | list | range):
            return f"[{', '.join(map(self.written, thing))}]"
        raise Untranslatable(f"{_path(thing) or type(thing)}")

    def _expression(self, pattern: re.Pattern[Any]) -> str:
        found = translated(pattern)
        plain = found.groups == tuple(range(len(found.groups))) and not found.names
        told = [] if plain else [json.dumps(each, separators=(",", ":")) for each in (found.groups, found.names)]
        groups = "".join(f", {each}" for each in told)
        return self._constant("r", f"py.re({_string(found.source)}{groups})")

    def _constant(self, kind: str, text: str) -> str:
        if text not in self._texts:
            self._texts[text] = f"{kind}{len(self._texts)}"
            self.lines.append(f"const {self._texts[text]} = {text};")
        return self._texts[text]

    def _translated(self, function: types.FunctionType) -> str:
        if not _is_ours(function):
            raise Untranslatable(f"{function.__module__}.{function.__qualname__}")
        around, self._function = self._function, function
        try:
            return self._closed(function) if function.__closure__ else self._open(function)
        finally:
            self._function = around

    def _open(self, function: types.FunctionType) -> str:
        """A function that stands in its module. It may call itself, so its name is known first."""
        name = f"{function.__module__.rpartition('.')[2]}_{function.__name__}".replace("<lambda>", "lambda")
        name = self._unique(name)
        self._names[id(function)] = name
        self.lines.append(f"const {name} = {self._written_function(function)};")
        return name

    def _closed(self, function: types.FunctionType) -> str:
        """A function that was made by another: written once, and given what it closes over."""
        code = function.__code__
        key = f"{function.__module__}:{code.co_firstlineno}:{function.__name__}"
        free = ", ".join(f"$_{name}" for name in code.co_freevars)
        if key not in self._texts:
            made = self._unique(f"make_{function.__module__.rpartition('.')[2]}_{function.__name__.strip('<>')}")
            self._texts[key] = made
            self.lines.append(f"const {made} = ({free}) => {self._written_function(function)};")
        assert function.__closure__ is not None
        cells = ", ".join(self.written(cell.cell_contents) for cell in function.__closure__)
        return self._constant("f", f"{self._texts[key]}({cells})")

    def _unique(self, name: str) -> str:
        found, number = name, 2
        while found in self._texts.values() or found in self._names.values():
            found, number = f"{name}_{number}", number + 1
        return found

    def _written_function(self, function: types.FunctionType) -> str:
        node = _node_of(function)
        try:
            return self.function(node, scope_of(node))
        except Untranslatable as fault:
            raise Untranslatable(f"{function.__module__}.{function.__qualname__}: {fault}") from None


_SEEN_THROUGH = (types.ModuleType, enum.EnumMeta, re.RegexFlag)


def _string(text: str) -> str:
    """A string of JavaScript, in which what cannot be seen is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in quoted)


def _is_ours(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).startswith(_OURS)


def _path(thing: Any) -> str:
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    return f"{module}.{name}" if module and name else str(name or "")


def _fields_of(kind: type) -> list[str]:
    """The fields of a record in their order; empty where it is none."""
    if dataclasses.is_dataclass(kind):
        return [each.name for each in dataclasses.fields(kind)]
    return list(getattr(kind, "_fields", ()))


@cache
def _tree(path: str) -> ast.Module:
    return ast.parse(Path(path).read_text(encoding="utf-8"))


def _node_of(function: types.FunctionType) -> ast.FunctionDef | ast.Lambda:
    """Where a function is written."""
    first, code = function.__code__.co_firstlineno, function.__code__
    found: list[ast.FunctionDef | ast.Lambda] = []
    for node in ast.walk(_tree(code.co_filename)):
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            if first in (node.lineno, *(each.lineno for each in node.decorator_list)):
                found.append(node)
        elif isinstance(node, ast.Lambda) and function.__name__ == "<lambda>" and node.lineno == first:
            found.append(node)
    if len(found) != 1:
        raise Untranslatable(f"{function.__qualname__} stands {len(found)} times in its line")
    return found[0]
